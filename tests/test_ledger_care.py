"""Care in the ledger: cards, talks and promises, the same on a file and on a PostgreSQL server."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from lib.ledger import audit, care, snapshot, texts
from lib.ledger.engine import Ledger
from lib.ledger.shape import Planned, Reason, TalkLog
from lib.ledger.tables import CARD_TEXTS
from lib.ledger.writes import now

DAY = date(2026, 11, 16)


def later(days: int) -> date:
    return DAY + timedelta(days=days)


def reason(kind: str = "tag", tag: str = "high_pressure", due: date = DAY, person: str = "E1", **more) -> Reason:
    return Reason(person, kind, tag, due, **more)


def raised(book: Ledger, *reasons: Reason, owner: str = "ann", today: date = DAY) -> str:
    reasons = reasons or (reason(),)
    with book.writing() as con:
        return care.raise_card(con, owner, Planned(reasons[0].employee_id, "", 0, None, reasons, 1.0, ()), today, owner)


def talk(key: str = "k1", person: str = "E1", **more) -> TalkLog:
    given = dict(card_id="", talked_on=DAY, minutes=15, tag="high_pressure", topic="workload")
    return TalkLog(key, person, **given | more)


def log(book: Ledger, given: TalkLog, who: str = "ann", today: date = DAY) -> str:
    return care.log_talk(book, given, who, "hr", max(today, given.talked_on))


def read(book: Ledger, question, *given):
    with book.reading() as con:
        return question(con, *given)


def rows(book: Ledger, table: str) -> list[dict]:
    return snapshot.take(book)[table].to_dict("records")


def counts(book: Ledger) -> dict[str, int]:
    return {table: len(frame) for table, frame in snapshot.take(book).items()} | {"audit": len(audit.lines(book))}


# --- cards --------------------------------------------------------------------------------------------------------------------


def test_a_raised_card_is_open_with_its_reasons(book: Ledger) -> None:
    card = raised(book, reason(strength=0.4, chance=True), reason("touch", "new_hire", later(-1)))
    [found] = read(book, care.open_cards)
    assert (found.id, found.employee_id, found.owner, found.raised_on, found.state, found.version) == (card, "E1", "ann", DAY, "open", 1)
    assert [(one.kind, one.tag, one.due, one.strength, one.chance) for one in found.reasons] == \
        [("touch", "new_hire", later(-1), None, False), ("tag", "high_pressure", DAY, 0.4, True)]
    assert read(book, care.reminded) == {("E1", "tag", "high_pressure", DAY), ("E1", "touch", "new_hire", later(-1))}
    assert read(book, care.reminded, DAY) == {("E1", "tag", "high_pressure", DAY)} and read(book, care.card_dates) == {"E1": DAY}


def test_an_episode_is_never_raised_twice(book: Ledger) -> None:
    card = raised(book)
    care.decline(book, card, 1, "not_a_need", "ann", DAY)
    assert raised(book, today=later(3)) == ""
    second = raised(book, reason(), reason(tag="family_care"), today=later(3))
    assert second and [one.tag for one in read(book, care.open_cards)[0].reasons] == ["family_care"]


def test_a_person_has_one_card_at_a_time(book: Ledger) -> None:
    assert raised(book) == raised(book, reason(tag="family_care"), owner="bob")
    [card] = read(book, care.open_cards)
    assert card.owner == "ann" and len(card.reasons) == 2


def test_a_merged_reason_stands_in_nobodys_way(book: Ledger) -> None:
    card = raised(book)
    with book.writing() as con:
        assert care.merge(con, card, [reason(), reason(tag="family_care")], "system") == 1
        assert care.merge(con, card, [reason(tag="family_care")], "system") == 0
    log(book, talk(card_id=card, version=1))
    assert read(book, care.open_cards) == []


def test_a_snoozed_card_comes_back(book: Ledger) -> None:
    card = raised(book)
    care.snooze(book, card, 1, later(2), "no_time", "ann", "下周一再说")
    [found] = read(book, care.open_cards)
    assert (found.state, found.until, found.version) == ("snoozed", later(2), 2)
    with book.writing() as con:
        assert care.wake(con, card) and not care.wake(con, card)
    assert read(book, care.open_cards)[0].state == "open"
    assert [row["what"] for row in rows(book, "care_events")] == ["raised", "snoozed", "woke"]


def test_a_card_is_handed_over_to_a_colleague(book: Ledger) -> None:
    card = raised(book)
    care.hand_over(book, card, 1, "bob", "ann")
    assert read(book, care.open_cards)[0].owner == "bob"
    [(id_, person, to, _, state)] = read(book, care.handed_over, "ann")
    assert (id_, person, to, state) == (card, "E1", "bob", "open") and read(book, care.handed_over, "bob") == []


def test_whoever_comes_second_is_told_who_was_first(book: Ledger) -> None:
    card = raised(book)
    care.hand_over(book, card, 1, "bob", "ann")
    before = counts(book)
    for late in (lambda: care.snooze(book, card, 1, later(1), "no_time", "eve"), lambda: care.decline(book, card, 1, "other", "eve", DAY),
                 lambda: care.hand_over(book, card, 1, "eve", "eve"), lambda: log(book, talk(card_id=card, version=1, note="x", promise="y", promise_due=DAY))):
        with pytest.raises(care.Changed, match="ann") as caught:
            late()
        assert caught.value.who == "ann"
    assert counts(book) == before


def test_a_closed_card_stays_closed(book: Ledger) -> None:
    card = raised(book)
    care.decline(book, card, 1, "already_cared", "ann", later(1), "昨天聊过")
    with pytest.raises(care.Changed):
        care.snooze(book, card, 2, later(2), "no_time", "bob")
    with book.writing() as con:
        assert not care.expire(con, card, later(2)) and not care.wake(con, card)
    [row] = rows(book, "care_cards")
    assert (row["state"], row["closed_on"], row["closed_by"], row["reason"]) == ("declined", later(1), "ann", "already_cared")


def test_an_expired_card_is_closed_by_nobody(book: Ledger) -> None:
    card = raised(book)
    with book.writing() as con:
        assert care.expire(con, card, later(30))
    [row] = rows(book, "care_cards")
    assert (row["state"], row["closed_on"], row["closed_by"]) == ("expired", later(30), None) and read(book, care.done_on, "ann", later(30)) == 0


@pytest.mark.parametrize("wrong", [lambda book, card: care.snooze(book, card, 1, DAY, "bored", "ann"),
                                   lambda book, card: care.decline(book, card, 1, "bored", "ann", DAY)])
def test_a_reason_is_one_of_the_list(book: Ledger, wrong) -> None:
    with pytest.raises(ValueError, match="bored"):
        wrong(book, raised(book))


def test_a_reminder_is_judged_before_or_after(book: Ledger) -> None:
    card = raised(book)
    care.judge(book, card, True, "ann")
    log(book, talk(card_id=card, version=1))
    care.judge(book, card, False, "ann")
    assert rows(book, "care_cards")[0]["useful"] is False
    with pytest.raises(LookupError):
        care.judge(book, "nothing", True, "ann")


# --- talks --------------------------------------------------------------------------------------------------------------------


def test_a_logged_talk_closes_its_card_with_everything(book: Ledger) -> None:
    card = raised(book)
    found = log(book, talk(card_id=card, version=1, note="累", promise="换班", promise_due=later(3), useful=True, next_on=later(7)), "bob")
    [row] = rows(book, "care_cards")
    assert (row["state"], row["closed_on"], row["closed_by"], row["useful"]) == ("done", DAY, "bob", True)
    assert read(book, care.done_on, "bob", DAY) == 1 and read(book, care.done_on, "ann", DAY) == 0
    assert care.open_note(book, found, "ann", "hr", "prepare_talk", DAY) == "累"
    promise = read(book, care.last_promise, "E1")
    assert (promise.due, promise.state, promise.hr, promise.made_on) == (later(3), "open", "bob", DAY)
    assert care.open_promise(book, promise.id, "ann", "hr", "check_promise") == "换班"
    assert [row["what"] for row in rows(book, "care_events")] == ["raised", "logged"]
    assert [line.action for line in audit.lines(book)] == ["promise.opened", "note.opened", "talk.logged"] and audit.verify(book) is None


def test_a_second_click_logs_nothing_twice(book: Ledger) -> None:
    given = talk(card_id=raised(book), version=1, promise="x", promise_due=DAY)
    first, before = log(book, given), counts(book)
    assert log(book, given) == first and counts(book) == before
    with pytest.raises(ValueError, match="another person"):
        log(book, talk(given.request_key, "E2"))


def test_a_talk_without_a_card_counts_as_done_that_day(book: Ledger) -> None:
    log(book, talk())
    assert read(book, care.done_on, "ann", DAY) == 1 and read(book, care.done_on, "ann", later(1)) == 0


@pytest.mark.parametrize("wrong", [{"topic": "gossip"}, {"impression": "great"}, {"minutes": -1}, {"promise": "x"}, {"talked_on": later(1)},
                                   {"card_id": "card", "person": "E2"}], ids=lambda wrong: next(iter(wrong)))
def test_what_is_not_allowed_is_not_kept(book: Ledger, wrong: dict) -> None:
    card = raised(book)
    if "card_id" in wrong:
        wrong = {"card_id": card, "version": 1, "person": "E2"}
    before = counts(book)
    with pytest.raises(ValueError):
        care.log_talk(book, talk(**wrong), "ann", "hr", DAY)
    assert counts(book) == before


def test_only_the_last_talk_of_a_person_asks_to_look_again(book: Ledger) -> None:
    first = log(book, talk("a", next_on=later(3)))
    assert read(book, care.follow_ups, later(2)) == []
    assert read(book, care.follow_ups, later(3)) == [Reason("E1", "follow_up", "", later(3), ref=first)]
    log(book, talk("b", talked_on=later(3), next_on=later(9)))
    assert read(book, care.follow_ups, later(8)) == [] and [one.due for one in read(book, care.follow_ups, later(9))] == [later(9)]
    log(book, talk("c", talked_on=later(9)))
    assert read(book, care.follow_ups, later(99)) == [] and read(book, care.talk_dates) == {"E1": later(9)}


def test_a_promise_is_due_until_somebody_settles_it(book: Ledger) -> None:
    log(book, talk("a", promise="x", promise_due=later(2)))
    log(book, talk("b", "E2", promise="y", promise_due=later(5)))
    [due] = read(book, care.promises_due, later(2))
    assert (due.employee_id, due.kind, due.tag, due.due) == ("E1", "promise", "", later(2))
    assert [person for person, _ in read(book, care.promises_open)] == ["E1", "E2"]
    care.settle(book, due.ref, "kept", "bob", later(2))
    assert read(book, care.promises_due, later(4)) == [] and read(book, care.last_promise, "E1").state == "kept"
    with pytest.raises(care.Changed, match="bob"):
        care.settle(book, due.ref, "broken", "ann", later(3))
    with pytest.raises(ValueError):
        care.settle(book, due.ref, "open", "ann", later(3))


def test_of_two_promises_for_one_day_a_card_speaks_of_the_one_that_is_open(book: Ledger) -> None:
    for key in "abcdef":
        log(book, talk(key, promise=key, promise_due=later(2)))
    promises = [promise.id for _, promise in read(book, care.promises_open)]
    raised(book, reason("promise", "", later(2)))
    for promise in promises[1:]:
        care.settle(book, promise, "kept", "ann", DAY)
    assert [one.ref for one in read(book, care.open_cards)[0].reasons] == promises[:1]


def test_a_card_knows_the_promise_and_the_talk_it_is_about(book: Ledger) -> None:
    found = log(book, talk(promise="x", promise_due=later(2), next_on=later(2)))
    promise = read(book, care.last_promise, "E1").id
    raised(book, reason("promise", "", later(2)), reason("follow_up", "", later(2)))
    assert {one.kind: one.ref for one in read(book, care.open_cards)[0].reasons} == {"promise": promise, "follow_up": found}
    assert read(book, care.person_of_talk, found) == read(book, care.person_of_promise, promise) == "E1"


def test_past_talks_are_listed_newest_first_without_their_words(book: Ledger) -> None:
    for number in range(4):
        log(book, talk(f"k{number}", talked_on=later(number), note="x" if number == 3 else ""))
    seen = read(book, care.talks_of, "E1", 3, later(3))
    assert [(one.on, one.note, one.source) for one in seen] == [(later(3), True, "ledger"), (later(2), False, "ledger"), (later(1), False, "ledger")]


def test_a_note_is_kept_for_its_days_and_then_removed(book: Ledger) -> None:
    found = log(book, talk(note="秘密"))
    assert care.open_note(book, found, "ann", "hr", "prepare_talk", later(180)) == "秘密"
    with pytest.raises(care.Expired):
        care.open_note(book, found, "ann", "hr", "prepare_talk", later(181))
    assert [one.note for one in read(book, care.talks_of, "E1", 3, later(181))] == [False]
    log(book, talk("k2", "E2"), today=later(181))
    with pytest.raises(care.Expired):  # also for who asks about an earlier day: it is gone
        care.open_note(book, found, "ann", "hr", "prepare_talk", later(1))


def test_a_snapshot_has_no_words_and_the_types_that_it_says(book: Ledger) -> None:
    card = raised(book, reason(strength=0.4))
    log(book, talk(card_id=card, version=1, note="累", promise="换班", promise_due=DAY))
    taken = snapshot.take(book)
    assert {table: list(frame.columns) for table, frame in taken.items()} == {table: list(columns) for table, columns in snapshot.COLUMNS.items()}
    assert "累" not in str(taken) and not any(isinstance(cell, bytes) for frame in taken.values() for cell in frame.to_numpy().ravel())
    assert snapshot.fingerprint(taken) == snapshot.fingerprint(snapshot.take(book)) != snapshot.fingerprint(snapshot.empty())


def test_hrs_own_sentence_replaces_the_one_before(book: Ledger) -> None:
    texts.save_text(book, "high_pressure.1", "opener", "high_pressure", "最近很晚下班?", "Late evenings?", "ann", set_no=1)
    texts.save_text(book, "high_pressure.1", "opener", "high_pressure", "最近还好吗?", "How are you?", "bob", set_no=1, active=False)
    [kept] = read(book, texts.overrides)
    assert (kept.zh, kept.en, kept.set_no, kept.active, kept.who) == ("最近还好吗?", "How are you?", 1, False, "bob")
    with pytest.raises(ValueError):
        texts.save_text(book, "x", "opener", "", "只有中文", " ", "ann")
    assert [line.action for line in audit.lines(book)] == ["text.saved", "text.saved"]


def test_an_error_of_the_ledger_quotes_no_row(book: Ledger) -> None:
    row = dict(key="k", kind="opener", tag="", zh="王小明的事", en="words", active=True, who="anna", at=now())
    with pytest.raises(IntegrityError) as found, book.writing() as con:
        con.execute(insert(CARD_TEXTS), [row, row])
    assert "王小明" not in str(found.value)
