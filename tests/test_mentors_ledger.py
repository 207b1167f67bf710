"""Mentors in the ledger: no self-award, the clock to the minute, and the same on a file and on a PostgreSQL server."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from lib.ledger import audit, mentors, snapshot, vault
from lib.ledger.engine import Ledger
from lib.ledger.mentors import NotYours, Paired, SaidAlready, StillOpen
from tests.test_ledger_together import at_once

DAY = date(2026, 11, 16)
NOON = datetime(2026, 11, 16, 4, 0)


def read(book: Ledger, question, *given):
    with book.reading() as con:
        return question(con, *given)


def propose(book: Ledger, who: str, key: str = "k1") -> str:
    return mentors.propose(book, key, who, "M1", "E1", "joint_consultation", DAY, 30)


def confirmed(book: Ledger) -> int:
    return int(snapshot.take(book)["app_sessions"]["confirmed"].sum())


# --- sessions -----------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("proposer", "other"), [("M1", "E1"), ("E1", "M1")])
def test_a_session_counts_only_when_the_other_one_confirms(book: Ledger, proposer: str, other: str) -> None:
    session = propose(book, proposer)
    assert confirmed(book) == 0 and read(book, mentors.confirmed, ["M1"], DAY) == []
    for nobody in (proposer, "X9", ""):
        with pytest.raises(NotYours):
            mentors.confirm(book, session, nobody)
    assert confirmed(book) == 0
    assert mentors.confirm(book, session, other) and not mentors.confirm(book, session, other)
    assert confirmed(book) == 1 and read(book, mentors.sessions, "M1", DAY)[0].state == "confirmed"


def test_nobody_proposes_for_somebody_else_or_with_themselves(book: Ledger) -> None:
    for who, mentor, mentee in (("X9", "M1", "E1"), ("M1", "M1", "M1"), ("", "M1", "E1")):
        with pytest.raises(NotYours):
            mentors.propose(book, "k", who, mentor, mentee, "script_review", DAY, 30)


def test_a_second_tap_proposes_once_and_a_key_is_one_sessions(book: Ledger) -> None:
    assert propose(book, "M1") == propose(book, "M1") and len(read(book, mentors.sessions, "E1", DAY)) == 1
    with pytest.raises(ValueError, match="request_key"):
        propose(book, "E1")  # the other one with the same key would award the session to both
    assert confirmed(book) == 0


def test_a_pair_has_one_session_of_a_kind_and_day_whoever_says_so(book: Ledger) -> None:
    session = propose(book, "M1")
    for who in ("M1", "E1"):
        with pytest.raises(SaidAlready):
            propose(book, who, "k2")
    mentors.propose(book, "k3", "M1", "M1", "E1", "script_review", DAY, 30)
    mentors.propose(book, "k4", "M1", "M1", "E1", "joint_consultation", DAY - timedelta(1), 30)
    mentors.propose(book, "k5", "M1", "M1", "E2", "joint_consultation", DAY, 30)
    mentors.decline(book, session, "E1")
    assert propose(book, "E1", "k6") != session  # what did not take place stands in nobody's way


def test_a_declined_session_cannot_be_confirmed_and_a_confirmed_one_not_declined(book: Ledger) -> None:
    session = propose(book, "M1")
    with pytest.raises(NotYours):
        mentors.decline(book, session, "X9")
    assert mentors.decline(book, session, "E1") and not mentors.decline(book, session, "M1")
    with pytest.raises(LookupError):
        mentors.confirm(book, session, "E1")
    second = propose(book, "E1", "k2")
    mentors.confirm(book, second, "M1")
    with pytest.raises(ValueError, match="both"):
        mentors.decline(book, second, "E1")


def test_both_at_once_confirm_once(book: Ledger) -> None:
    session, said = propose(book, "M1"), []
    at_once(*[lambda: said.append(mentors.confirm(book, session, "E1")) for _ in range(4)])
    assert sorted(said) == [False, False, False, True]


# --- help ---------------------------------------------------------------------------------------------------------------------

def ask(book: Ledger, key: str = "a1", who: str = "E1", words: str = "", at: datetime = NOON) -> str:
    return mentors.ask(book, key, who, "M1", "objection", words, 60, at)


def state(book: Ledger, request: str) -> mentors.Request:
    return read(book, mentors.request, request)


def test_a_request_goes_on_at_the_minute_and_only_once(book: Ledger) -> None:
    request = ask(book)
    assert state(book, request).due_at == NOON + timedelta(hours=1)
    assert mentors.escalate_due(book, NOON + timedelta(minutes=59, seconds=59)) == 0 and state(book, request).escalated_at is None
    assert mentors.escalate_due(book, NOON + timedelta(minutes=60)) == 1
    assert mentors.escalate_due(book, NOON + timedelta(minutes=90)) == 0 and state(book, request).escalated_at == NOON + timedelta(minutes=60)
    assert [one.id for one in read(book, mentors.escalated)] == [request]
    assert mentors.answer(book, request, "M1", NOON + timedelta(minutes=70)) and state(book, request).on_time is False
    assert read(book, mentors.escalated) == []


def test_an_answer_in_time_stops_the_clock(book: Ledger) -> None:
    request = ask(book)
    assert mentors.answer(book, request, "M1", NOON + timedelta(minutes=60)) and state(book, request).on_time is True
    assert mentors.escalate_due(book, NOON + timedelta(days=1)) == 0
    assert not mentors.answer(book, request, "M1", NOON + timedelta(minutes=61)) and state(book, request).answered_at == NOON + timedelta(minutes=60)


def test_a_late_answer_is_late_even_when_nobody_looked_in_between(book: Ledger) -> None:
    request = ask(book)
    mentors.answer(book, request, "M1", NOON + timedelta(minutes=61))
    assert state(book, request).on_time is False and state(book, request).escalated_at is not None


def test_many_who_look_at_once_escalate_once(book: Ledger) -> None:
    for n in range(5):
        ask(book, f"a{n}", f"E{n}")
    found: list[int] = []
    at_once(*[lambda: found.append(mentors.escalate_due(book, NOON + timedelta(hours=2))) for _ in range(4)])
    assert sum(found) == 5


def test_only_the_mentor_answers_and_only_who_asked_takes_back(book: Ledger) -> None:
    request = ask(book)
    for nobody in ("E1", "M2", ""):
        with pytest.raises(NotYours):
            mentors.answer(book, request, nobody, NOON)
    for nobody in ("M1", "E2", ""):
        with pytest.raises(NotYours):
            mentors.withdraw(book, request, nobody)
    assert mentors.withdraw(book, request, "E1") and not mentors.withdraw(book, request, "E1")
    with pytest.raises(LookupError):
        mentors.answer(book, request, "M1", NOON)


def test_lead_and_hr_answer_and_open_only_what_was_escalated(book: Ledger) -> None:
    request = ask(book, words="客户总说太贵")
    for act in (lambda: mentors.answer(book, request, "ann", NOON, for_others="hr"), lambda: mentors.open_escalated(book, request, "ann", "hr")):
        with pytest.raises(NotYours):
            act()
    mentors.escalate_due(book, NOON + timedelta(hours=1))
    assert mentors.open_escalated(book, request, "ann", "hr")[1] == "客户总说太贵"
    assert mentors.answer(book, request, "ann", NOON + timedelta(hours=2), for_others="lead")
    assert [line.action for line in audit.lines(book, "E1")] == ["help.answered", "help.opened"] and audit.verify(book) is None
    assert "太贵" not in repr(audit.lines(book))


def test_words_of_a_request_that_was_taken_back_are_deleted_and_nobody_opens_it(book: Ledger) -> None:
    request = ask(book, words="客户总说太贵")
    mentors.escalate_due(book, NOON + timedelta(hours=1))
    assert mentors.withdraw(book, request, "E1")
    for act in (lambda: mentors.open_escalated(book, request, "ann", "hr"), lambda: mentors.words(book, request, "M1"),
                lambda: mentors.words(book, request, "E1")):
        with pytest.raises(LookupError):
            act()
    assert not read(book, mentors.request, request).words and audit.lines(book, "E1") == []


def test_what_was_answered_is_not_opened_again(book: Ledger) -> None:
    request = ask(book, words="客户总说太贵")
    mentors.escalate_due(book, NOON + timedelta(hours=1))
    mentors.answer(book, request, "M1", NOON + timedelta(hours=2))
    for act in (lambda: mentors.open_escalated(book, request, "ann", "hr"), lambda: mentors.words(book, request, "M1")):
        with pytest.raises(LookupError):
            act()
    assert audit.lines(book, "E1") == []


def test_words_are_sealed_for_the_two_and_go_with_the_key(book: Ledger) -> None:
    request = ask(book, words="today is hard")
    assert mentors.words(book, request, "E1") == mentors.words(book, request, "M1") == "today is hard"
    with pytest.raises(NotYours):
        mentors.words(book, request, "M2")
    vault.destroy(book, "E1")
    with pytest.raises(vault.KeyDestroyed):
        mentors.words(book, request, "M1")


def test_a_second_tap_asks_once_and_a_second_request_waits_for_the_first(book: Ledger) -> None:
    assert ask(book) == ask(book)
    with pytest.raises(StillOpen) as caught:
        ask(book, "a2")
    assert caught.value.at == NOON
    with pytest.raises(ValueError, match="request_key"):
        ask(book, "a1", "E2")
    mentors.answer(book, ask(book), "M1", NOON)
    assert ask(book, "a2") != ask(book, "a1")


@pytest.mark.parametrize("wrong", [{"topic": "pay"}, {"words": "x" * 501}, {"request_key": ""}, {"mentor_id": "E1"}])
def test_a_request_that_no_form_offers_is_refused(book: Ledger, wrong: dict) -> None:
    given = dict(request_key="k", employee_id="E1", mentor_id="M1", topic="objection", words="")
    with pytest.raises(ValueError):
        mentors.ask(book, **given | wrong)


# --- pairs --------------------------------------------------------------------------------------------------------------------

def pair(book: Ledger, mentor: str = "M1", mentee: str = "E1", **more) -> str:
    return mentors.pair(book, mentor, mentee, DAY, "ann", "hr", **more)


def test_a_mentee_has_one_mentor_and_a_mentor_at_most_three_mentees(book: Ledger) -> None:
    assert pair(book) == pair(book)
    for refused in (lambda: pair(book, "M2"), lambda: pair(book, "M1", "E9", mentees=("F1", "F2")), lambda: pair(book, "M2", "E9", known=("M1",))):
        with pytest.raises(Paired):
            refused()
    pair(book, "M1", "E2")
    pair(book, "M1", "E3")
    with pytest.raises(Paired):
        pair(book, "M1", "E4")
    with pytest.raises(ValueError, match="own mentor"):
        pair(book, "M1", "M1")


def test_two_hr_at_once_give_one_mentor(book: Ledger) -> None:
    refused: list[str] = []

    def give(mentor: str) -> None:
        try:
            pair(book, mentor)
        except Paired:
            refused.append(mentor)

    at_once(lambda: give("M1"), lambda: give("M2"))
    assert len(refused) == 1 and len(read(book, mentors.pairs, "E1")) == 1


def test_ending_a_pair_passes_its_open_request_on_and_is_in_the_audit(book: Ledger) -> None:
    pair(book)
    request = ask(book)
    mentors.unpair(book, "M1", "E1", DAY, "ann")
    assert state(book, request).escalated_at is not None and read(book, mentors.pairs)[0].until == DAY
    assert [line.action for line in audit.lines(book, "E1")] == ["mentor.unpaired", "mentor.paired"]
    with pytest.raises(LookupError):
        mentors.unpair(book, "M1", "E1", DAY, "ann")
    pair(book, "M2")


def test_a_pair_of_the_files_is_ended_by_a_row_of_its_own(book: Ledger) -> None:
    mentors.unpair(book, "M1", "E1", DAY, "ann", since=DAY - timedelta(30))
    assert snapshot.take(book)["app_pairs"].to_dict("records") == [
        {"employee_id": "E1", "mentor_id": "M1", "since": DAY - timedelta(30), "until": DAY}]
