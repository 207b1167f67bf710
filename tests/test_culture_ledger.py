"""Culture in the ledger: seats, votes, questions, stories and thanks, the same on a file and on a PostgreSQL server."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from lib.ledger import audit, culture, snapshot, vault
from lib.ledger.culture import Activity, Closed, Enough, Full
from lib.ledger.engine import Ledger
from tests.test_ledger_together import at_once

DAY = date(2026, 11, 16)


def plan(book: Ledger, kind: str = "relaxed_hour", **more) -> str:
    return culture.plan(book, uuid4().hex, kind, "桌游", DAY, "ann", "hr", **more)


def seen(book: Ledger, who: str = "", teams: list[str] | None = None) -> list[Activity]:
    with book.reading() as con:
        return culture.activities(con, DAY, teams, who)


# --- activities ---------------------------------------------------------------------------------------------------------------

def test_no_more_people_than_seats_however_many_come_at_once(book: Ledger) -> None:
    activity, taken, refused = plan(book, seats=3), [], []

    def come(who: str) -> None:
        try:
            culture.sign_up(book, activity, who)
            taken.append(who)
        except Full:
            refused.append(who)

    at_once(*[lambda who=f"E{n}": come(who) for n in range(8)])
    assert (len(taken), len(refused), seen(book)[0].signed_up) == (3, 5, 3)
    assert culture.step_back(book, activity, taken[0]) and not culture.step_back(book, activity, taken[0])
    assert culture.sign_up(book, activity, refused[0]) and not culture.sign_up(book, activity, refused[0])
    assert seen(book, refused[0])[0].mine and not seen(book, taken[0])[0].mine


def test_everybody_has_one_vote_that_may_be_changed_until_it_is_held(book: Ledger) -> None:
    activity = plan(book, "outing", options=["爬山", "烧烤", " 爬山 ", ""])
    hill, fire = seen(book)[0].options
    for option in (hill, fire, hill):
        culture.vote(book, activity, "E1", option.id)
    culture.vote(book, activity, "E2", fire.id)
    assert [(one.label, one.votes) for one in seen(book)[0].options] == [("爬山", 1), ("烧烤", 1)] and seen(book, "E1")[0].voted == hill.id
    other = plan(book, "outing", options=["A", "B"])
    with pytest.raises(LookupError):
        culture.vote(book, other, "E1", hill.id)
    culture.settle(book, activity, "held", "ann", "hr")
    for late in (lambda: culture.vote(book, activity, "E1", fire.id), lambda: culture.sign_up(book, activity, "E1"),
                 lambda: culture.step_back(book, activity, "E1"), lambda: culture.settle(book, activity, "cancelled", "ann", "hr")):
        with pytest.raises(Closed):
            late()


def test_votes_of_one_person_at_once_are_one_vote(book: Ledger) -> None:
    activity = plan(book, "outing", options=["A", "B"])
    options = seen(book)[0].options
    at_once(*[lambda option=options[n % 2]: culture.vote(book, activity, "E1", option.id) for n in range(6)])
    assert sum(option.votes for option in seen(book)[0].options) == 1


@pytest.mark.parametrize("wrong", [{"kind": "party"}, {"title": " "}, {"title": "x" * 81}, {"seats": 0}, {"options": ["one"]}, {"options": list("abcdefghi")}])
def test_an_activity_that_no_form_offers_is_refused(book: Ledger, wrong: dict) -> None:
    given = dict(request_key="k", kind="outing", title="t", day=DAY, who="ann", role="hr")
    with pytest.raises(ValueError):
        culture.plan(book, **given | wrong)


def test_the_same_form_twice_or_at_once_plans_one_activity_with_one_vote(book: Ledger) -> None:
    made: list[str] = []
    planned = lambda: made.append(culture.plan(book, "key", "outing", "爬山", DAY, "ann", "hr", options=["A", "B"]))
    planned()
    at_once(*[planned] * 4)
    [one] = seen(book)
    assert set(made) == {one.id} and len(one.options) == 2 and [line.action for line in audit.lines(book)].count("activity.planned") == 1
    with pytest.raises(ValueError, match="somebody else"):
        culture.plan(book, "key", "outing", "爬山", DAY, "bob", "hr")
    with pytest.raises(ValueError):
        culture.plan(book, "", "outing", "爬山", DAY, "ann", "hr")
    assert culture.plan(book, "other", "outing", "爬山", DAY, "ann", "hr") != one.id and len(seen(book)) == 2


def test_a_team_sees_its_own_activities_and_everybodys(book: Ledger) -> None:
    plan(book)
    plan(book, team="一组")
    assert len(seen(book)) == 2 and len(seen(book, teams=["二组"])) == 1 and len(seen(book, teams=["一组"])) == 2


# --- questions ----------------------------------------------------------------------------------------------------------------

def test_questions_are_sealed_and_hidden_ones_are_gone_for_colleagues(book: Ledger) -> None:
    activity = plan(book, "sharing")
    first = culture.question(book, activity, "E1", " 怎么面对拒绝? ")
    assert culture.question(book, activity, "E1", "怎么面对拒绝?") == first
    second = culture.question(book, activity, "E2", "怎么报价?")
    culture.hide(book, second, True, "ann", "hr")
    assert [one.text for one in culture.questions(book, activity)] == ["怎么面对拒绝?"] and len(culture.questions(book, activity, hidden=True)) == 2
    assert seen(book)[0].questions == 1 and "拒绝" not in repr(audit.lines(book))
    culture.hide(book, second, False, "ann", "hr")
    vault.destroy(book, "E1")
    assert [one.text for one in culture.questions(book, activity)] == ["怎么报价?"]
    assert [line.action for line in audit.lines(book, "E2")] == ["question.shown", "question.hidden"]


def test_only_a_sharing_session_takes_questions(book: Ledger) -> None:
    for activity, text in ((plan(book), "x"), (plan(book, "sharing"), " "), (plan(book, "sharing"), "x" * 2001)):
        with pytest.raises(ValueError):
            culture.question(book, activity, "E1", text)


# --- stories ------------------------------------------------------------------------------------------------------------------

def tell(book: Ledger, key: str = "s1", who: str = "E1") -> str:
    return culture.tell(book, key, who, "第十二通电话", "就等你这个电话", DAY)


def test_a_story_waits_until_it_is_decided_and_may_be_taken_back_before(book: Ledger) -> None:
    story = tell(book)
    assert tell(book) == story and culture.stories(book, "published") == []
    assert not culture.take_back(book, story, "E2") and culture.take_back(book, story, "E1") and not culture.take_back(book, story, "E1")
    second = tell(book, "s2")
    assert culture.decide(book, second, "published", "ann", "hr", DAY) and not culture.decide(book, second, "published", "bob", "hr", DAY)
    assert [(one.title, one.text) for one in culture.stories(book, "published")] == [("第十二通电话", "就等你这个电话")]
    for late in (lambda: culture.take_back(book, second, "E1"), lambda: culture.decide(book, second, "declined", "ann", "hr", DAY)):
        with pytest.raises(Closed):
            late()
    assert "电话" not in repr(audit.lines(book)) + snapshot.take(book)["app_stories"].to_csv()


def test_a_storys_words_go_with_the_key_of_its_author(book: Ledger) -> None:
    culture.decide(book, tell(book), "published", "ann", "hr", DAY)
    vault.destroy(book, "E1")
    assert culture.stories(book, "published") == []


def test_a_key_of_somebody_elses_story_and_an_empty_story_are_refused(book: Ledger) -> None:
    tell(book)
    with pytest.raises(ValueError, match="request_key"):
        tell(book, "s1", "E2")
    for title, text in (("", "x"), ("x", " "), ("x" * 81, "x"), ("x", "x" * 2001)):
        with pytest.raises(ValueError):
            culture.tell(book, "k", "E1", title, text, DAY)


# --- thanks -------------------------------------------------------------------------------------------------------------------

def test_thanks_are_one_a_pair_and_day_three_a_day_and_never_to_oneself(book: Ledger) -> None:
    say = lambda whom, day=DAY: culture.thank(book, "E1", whom, "taught_me", day)
    for whom in ("E2", "E3", "E4"):
        say(whom)
    for refused in (lambda: say("E2"), lambda: say("E5")):
        with pytest.raises(Enough):
            refused()
    say("E2", DAY + timedelta(1))
    for wrong in (("E1", "E1", "taught_me"), ("E1", "E2", "pay")):
        with pytest.raises(ValueError, match="colleague"):
            culture.thank(book, *wrong, DAY + timedelta(2))
    with book.reading() as con:
        assert culture.thanked(con, "E2", DAY) == [("taught_me", DAY + timedelta(1)), ("taught_me", DAY)] and culture.given_on(con, "E1", DAY) == 3


def test_thanks_at_once_never_exceed_the_days_limit(book: Ledger) -> None:
    def say(whom: str) -> None:
        try:
            culture.thank(book, "E1", whom, "good_idea", DAY)
        except Enough:
            return

    at_once(*[lambda whom=f"F{n}": say(whom) for n in range(8)])
    with book.reading() as con:
        assert culture.given_on(con, "E1", DAY) == 3
