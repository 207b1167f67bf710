"""Care desk: the day is raised once, nobody reaches beyond scope, role or session, and what is opened is audited first."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from lib import settings
from lib.access import care_desk, sign_in
from lib.access.care_desk import CareDesk
from lib.access.desk import Desk, NotAllowed
from lib.access.roles import ROLES, Viewer
from lib.build import build
from lib.care import queue
from lib.care.shape import TalkLog
from lib.ledger import audit, care, choices, engine, snapshot
from lib.warehouse.store import Store
from tests.conftest import END

PASSWORD = "correct horse 12"


@pytest.fixture
def house(demo_dir: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of the demo company that a test may write to."""
    folder = tmp_path / "data"
    shutil.copytree(demo_dir, folder, ignore=shutil.ignore_patterns("ledger.db*"))
    yield folder
    engine.ledger(folder, demo=True).close()


def desk(house: Path, name: str = "", teams: tuple[str, ...] | None = None, still_here: Callable[[], bool] = lambda: True) -> CareDesk:
    return CareDesk(Desk(Store(house), Viewer("hr", teams, None, name)), still_here)


def users(house: Path, **teams: tuple[str, ...]) -> None:
    """HR people of these names and teams; '*' for the whole company."""
    for name, seen in teams.items():
        sign_in.add_user(house, name, PASSWORD, "hr", list(seen))


def two_teams(house: Path) -> tuple[str, str]:
    rows = Store(house).current().frame("select team, count(*) as n from employees where active group by team order by n desc, team limit 2")
    return rows["team"][0], rows["team"][1]


def person_of(house: Path, team: str) -> str:
    return Store(house).current().frame("select min(employee_id) as e from employees where active and team = $team", {"team": team})["e"][0]


def talk(who: str, mine: CareDesk, key: str = "k1", **more: object) -> TalkLog:
    return TalkLog(**{"request_key": key, "employee_id": who, "card_id": "", "talked_on": mine.today, "minutes": 20, "tag": "",
                      "topic": "workload"} | more)


def written(house: Path) -> dict[str, int]:
    return {name: len(frame) for name, frame in snapshot.take(engine.ledger(house, demo=True)).items()}


# --- the day ----------------------------------------------------------------------------------------------------------------

def test_the_day_is_raised_once_and_looking_again_writes_nothing(house: Path) -> None:
    mine = desk(house)
    first = mine.day()
    assert len(first.cards) == first.capacity == 5 and all(card.card_id and card.raised_on == mine.today for card in first.cards)
    before = written(house)
    assert before["care_cards"] == 5
    assert desk(house).day() == first and written(house) == before


def test_capacity_is_a_setting(house: Path) -> None:
    settings.save(house, next(row for row in settings.SETTINGS if row.name == "care.capacity"), 2)
    assert len(desk(house).day().cards) == 2


def test_who_declines_is_not_told_of_more_people_than_a_day_holds(house: Path) -> None:
    mine = desk(house)
    for _ in range(3):
        card = mine.day().cards[0]
        mine.decline(card.card_id, card.version, "not_a_need")
    assert len(mine.day().cards) == 2 and written(house)["care_cards"] == 5


def test_a_talk_closes_the_card_and_counts_as_done(house: Path) -> None:
    mine = desk(house)
    card = mine.day().cards[0]
    mine.log(talk(card.employee_id, mine))
    after = mine.day()
    assert after.done == 1 and card.employee_id not in {one.employee_id for one in after.cards} and len(after.cards) == 4


def test_the_same_form_sent_twice_is_one_talk(house: Path) -> None:
    mine = desk(house)
    card = mine.day().cards[0]
    form = talk(card.employee_id, mine, card_id=card.card_id, version=card.version)
    assert mine.log(form) == mine.log(form) and written(house)["care_talks"] == 1


def test_a_snoozed_card_waits_and_says_until_when(house: Path) -> None:
    mine = desk(house)
    card = mine.day().cards[0]
    mine.snooze(card.card_id, card.version, mine.today + timedelta(4), "no_time")
    waiting = {one.planned.card_id: one for one in mine.day().waiting}
    assert (waiting[card.card_id].why, waiting[card.card_id].until) == ("snoozed", mine.today + timedelta(4))
    mine.today += timedelta(4)
    assert card.card_id in {one.card_id for one in mine.day().cards}


def test_two_hrs_who_see_the_same_people_are_never_told_of_the_same_one(house: Path) -> None:
    users(house, anna=("*",), bo=("*",))
    mine, other = desk(house, "anna").day(), desk(house, "bo").day()
    assert len(mine.cards) == len(other.cards) == 5
    assert not {card.employee_id for card in mine.cards} & {card.employee_id for card in other.cards}
    assert {w.planned.employee_id for w in other.waiting if w.why == "handed_over"} == {card.employee_id for card in mine.cards}


def test_a_talk_about_its_tag_closes_a_colleagues_card_and_another_talk_does_not(house: Path) -> None:
    users(house, anna=("*",), bo=("*",))
    card = next(one for one in desk(house, "anna").day().cards if one.reasons[0].tag)
    bo = desk(house, "bo")
    bo.log(talk(card.employee_id, bo, "other", tag="family_care" if card.reasons[0].tag != "family_care" else "new_hire"))
    with engine.ledger(house, demo=True).reading() as con:
        assert card.card_id in {one.id for one in care.open_cards(con)}
    bo.log(talk(card.employee_id, bo, "this", tag=card.reasons[0].tag))
    with engine.ledger(house, demo=True).reading() as con:
        assert card.card_id not in {one.id for one in care.open_cards(con)} and care.done_on(con, "bo", bo.today) == 2


def test_who_was_talked_with_before_any_reminder_is_not_told_of_for_the_same_episode_before_the_next_build(house: Path) -> None:
    mine = desk(house)
    waits = next(one.planned for one in mine.day().waiting if one.why == "capacity" and {r.kind for r in one.planned.reasons} == {"tag"}
                 and len(one.planned.reasons) == 1)
    mine.log(talk(waits.employee_id, mine, tag=waits.reasons[0].tag))
    mine.today += timedelta(4)
    later = mine.day()
    assert waits.employee_id not in {card.employee_id for card in later.cards} | {w.planned.employee_id for w in later.waiting}


def test_a_talk_counts_once_before_and_after_a_build(house: Path) -> None:
    mine = desk(house)
    card, before = mine.day().cards[0], mine.minutes()["talks"]
    mine.log(talk(card.employee_id, mine, tag=card.reasons[0].tag))
    assert mine.minutes()["talks"] == before + 1
    seen = [(one.on, one.tag) for one in mine.card(card.employee_id).talks]
    build(house, demo=True, people=120, months=9, seed=11, as_of=END)
    rebuilt = desk(house)
    assert rebuilt.desk.build_id != mine.desk.build_id and rebuilt.minutes()["talks"] == before + 1
    assert [(one.on, one.tag) for one in rebuilt.card(card.employee_id).talks] == seen
    assert [one.card_id for one in rebuilt.day().cards] == [one.card_id for one in mine.day().cards]  # yesterday's reminders are not repeated


def test_cards_handed_over_still_count_as_told_today(house: Path) -> None:
    users(house, anna=("*",), bo=("*",))
    anna = desk(house, "anna")
    for card in anna.day().cards:
        anna.hand_over(card.card_id, card.version, "bo")
    assert anna.day().cards == () and written(house)["care_cards"] == 5


def test_cards_of_somebody_who_is_gone_come_to_a_colleague(house: Path) -> None:
    users(house, anna=("*",), bo=("*",))
    sign_in.add_user(house, "root", PASSWORD, "admin")
    cards = {card.card_id for card in desk(house, "anna").day().cards}
    sign_in.disable_user(house, "anna")
    desk(house, "bo").day()
    with engine.ledger(house, demo=True).reading() as con:
        assert {card.owner for card in care.open_cards(con) if card.id in cards} == {"bo"}


# --- scope, roles, sessions -------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("role", [role for role in ROLES if role != "hr"])
def test_no_other_role_gets_a_care_desk(role: str, desk_of: Callable[..., Desk]) -> None:
    with pytest.raises(NotAllowed, match=f"role {role}"):
        CareDesk(desk_of(role))


def test_an_hr_of_one_team_is_only_told_of_its_people(house: Path) -> None:
    team, _ = two_teams(house)
    users(house, anna=(team,), bo=("*",))
    everybody = desk(house, "bo")
    everybody.day()
    mine = desk(house, "anna", (team,))
    found = mine.day()
    people = [one.employee_id for one in found.cards] + [w.planned.employee_id for w in found.waiting]
    assert people and set(everybody.teams(people).values()) == {team}


def attempts(house: Path, their: str) -> dict[str, Callable[[CareDesk], object]]:
    """Everything that a desk can be asked about one person, given ids that somebody else made."""
    theirs = desk(house, "bo")
    card = next((c for c in theirs.day().cards if c.employee_id == their), None)
    with engine.ledger(house, demo=True).writing() as con:
        planned = queue.planned(their, [care_desk.Reason(their, "follow_up", "", theirs.today)], theirs.today)
        card_id = card.card_id if card else care.raise_card(con, "bo", planned, theirs.today, "bo")
    talk_id = theirs.log(talk(their, theirs, "theirs", note="words", promise="a promise", promise_due=theirs.today))
    with engine.ledger(house, demo=True).reading() as con:
        promise = care.last_promise(con, their)
    assert promise is not None
    return {
        "card": lambda d: d.card(their), "log": lambda d: d.log(talk(their, d, "mine")),
        "log_card": lambda d: d.log(talk(their, d, "mine", card_id=card_id, version=1)),
        "snooze": lambda d: d.snooze(card_id, 1, d.today + timedelta(2), "no_time"), "decline": lambda d: d.decline(card_id, 1, "not_a_need"),
        "hand_over": lambda d: d.hand_over(card_id, 1, "bo"), "take": lambda d: d.hand_over(card_id, 1, d.login),
        "judge": lambda d: d.judge(card_id, True), "settle": lambda d: d.settle(promise.id, "kept"),
        "open_note": lambda d: d.open_note(talk_id, "prepare_talk"), "open_promise": lambda d: d.open_promise(promise.id, "prepare_talk")}


def test_people_of_other_teams_cannot_be_reached_by_guessing_ids(house: Path) -> None:
    team, other = two_teams(house)
    users(house, anna=(team,), bo=("*",))
    their = person_of(house, other)
    asked = attempts(house, their)
    mine, before = desk(house, "anna", (team,)), written(house)
    lines = len(audit.lines(engine.ledger(house, demo=True)))
    for name, attempt in asked.items():
        with pytest.raises(NotAllowed, match="nobody in your scope"):
            attempt(mine)
        assert written(house) == before, name
    assert len(audit.lines(engine.ledger(house, demo=True))) == lines
    assert mine.names([their]) == {} and mine.teams([their]) == {} and mine.handed() == []
    assert their not in {reason.employee_id for reason in mine.overdue()}


def test_an_id_that_nobody_has_is_refused_in_the_same_words(house: Path) -> None:
    mine = desk(house)
    for attempt in (lambda: mine.card("nobody"), lambda: mine.judge("x", True), lambda: mine.settle("x", "kept"),
                    lambda: mine.open_note("x", "prepare_talk"), lambda: mine.snooze("x", 1, mine.today + timedelta(1), "no_time")):
        with pytest.raises(NotAllowed, match="nobody in your scope"):
            attempt()


def test_nothing_can_be_done_after_the_session_is_over(house: Path) -> None:
    here = [True]
    mine = desk(house, still_here=lambda: here[0])
    who = mine.day().cards[0].employee_id
    calls: dict[str, tuple[object, ...]] = {
        "day": (), "card": (who,), "names": ([who],), "teams": ([who],), "log": (talk(who, mine),), "snooze": ("c", 1, mine.today, "no_time"),
        "hand_over": ("c", 1, "bo"), "decline": ("c", 1, "other"), "judge": ("c", True), "settle": ("p", "kept"),
        "open_note": ("t", "prepare_talk"), "open_promise": ("p", "prepare_talk"), "colleagues": (), "handed": (), "promises": (), "texts": ("new_hire",),
        "support": (), "save_text": ("k", "opener", "new_hire", "一", "one"), "standard": ("tag",), "overdue": (), "minutes": (),
        "draw": (), "urgent": (who,)}
    assert set(calls) == {name for name in dir(CareDesk) if not name.startswith("_") and callable(getattr(CareDesk, name))}
    here[0], before = False, written(house)
    for name, args in calls.items():
        with pytest.raises(NotAllowed, match="session is over"):
            getattr(mine, name)(*args)
    with pytest.raises(NotAllowed, match="session is over"):
        desk(house, still_here=lambda: False)
    assert written(house) == before


def test_a_card_is_only_handed_to_somebody_who_may_see_the_person(house: Path) -> None:
    team, other = two_teams(house)
    users(house, anna=("*",), bo=(team,), cy=(other,))
    mine = desk(house, "anna")
    mine.day()
    with engine.ledger(house, demo=True).writing() as con:
        who = person_of(house, team)
        card_id = care.raise_card(con, "anna", queue.planned(who, [care_desk.Reason(who, "follow_up", "", mine.today)], mine.today), mine.today, "anna")
        version = next(card.version for card in care.open_cards(con) if card.id == card_id)
    assert [login for login, _ in mine.colleagues(who)] == ["bo"]
    with pytest.raises(NotAllowed, match="may not see"):
        mine.hand_over(card_id, version, "cy")
    mine.hand_over(card_id, version, "bo")
    assert mine.handed() == [(card_id, who, "bo", "open")]


def test_in_the_open_demo_a_card_can_be_handed_to_an_invented_hr_person_and_stays_there(house: Path) -> None:
    mine = desk(house)
    first = mine.day().cards[0]
    to, name = mine.colleagues(first.employee_id)[0]
    assert name and to != first.employee_id
    mine.hand_over(first.card_id, first.version, to)
    again = desk(house)
    assert first.employee_id not in {card.employee_id for card in again.day().cards}
    assert again.handed() == [(first.card_id, first.employee_id, to, "open")]


def test_whoever_objects_leaves_the_lists_of_promises_and_of_cards_handed_over_at_once(house: Path) -> None:
    mine = desk(house)
    promised, handed = mine.day().cards[:2]
    mine.log(talk(promised.employee_id, mine, card_id=promised.card_id, version=promised.version, promise="调休半天", promise_due=mine.today))
    mine.hand_over(handed.card_id, handed.version, mine.colleagues(handed.employee_id)[0][0])
    assert [who for who, _ in mine.promises()] == [promised.employee_id] and [row[1] for row in mine.handed()] == [handed.employee_id]
    for who in (promised.employee_id, handed.employee_id):
        choices.choose(engine.ledger(house, demo=True), who, "no_scoring", True, who, mine.today)
    assert mine.promises() == [] and mine.handed() == []
    choices.choose(engine.ledger(house, demo=True), promised.employee_id, "no_scoring", False, promised.employee_id, mine.today)
    assert [who for who, _ in mine.promises()] == [promised.employee_id]  # the promise itself stays


def test_a_promise_stays_on_the_list_of_promises_until_somebody_settles_it(house: Path) -> None:
    mine = desk(house)
    first = mine.day().cards[0]
    mine.log(talk(first.employee_id, mine, card_id=first.card_id, version=first.version, promise="调休半天", promise_due=mine.today))
    assert mine.promises() == [(first.employee_id, mine.today)]
    seen = mine.card(first.employee_id).promise
    assert seen is not None and seen.state == "open"
    mine.settle(seen.id, "kept")
    assert mine.promises() == []


# --- what is opened is audited first ----------------------------------------------------------------------------------------

def test_opening_a_card_is_audited_and_shows_everything_for_the_talk(house: Path) -> None:
    mine = desk(house)
    first = mine.day().cards[0]
    card = mine.card(first.employee_id)
    assert (card.card_id, card.version) == (first.card_id, first.version) and card.why and len(card.openers) == 3 and card.support
    mine.card(first.employee_id)
    lines = [line.action for line in audit.lines(engine.ledger(house, demo=True), first.employee_id)]
    assert lines.count("card.opened") == 1


def test_a_note_is_opened_with_a_reason_and_audited(house: Path) -> None:
    mine = desk(house)
    who = mine.day().cards[0].employee_id
    talk_id = mine.log(talk(who, mine, note="她说最近睡不好"))
    assert mine.open_note(talk_id, "prepare_talk") == "她说最近睡不好"
    with pytest.raises(ValueError):
        mine.open_note(talk_id, "curious")
    line = audit.lines(engine.ledger(house, demo=True), who)[0]
    assert (line.action, line.detail["reason"]) == ("note.opened", "prepare_talk")
    assert mine.card(who).talks[0].note


@pytest.mark.parametrize("wrong", [{"tag": "nope"}, {"support": "a long sentence about the person"}, {"minutes": 0}, {"minutes": 601},
                                   {"note": "x" * 4001}, {"next_on": "past"}])
def test_a_talk_with_values_that_no_form_offers_is_refused(house: Path, wrong: dict) -> None:
    mine = desk(house)
    if wrong.get("next_on"):
        wrong = {"next_on": mine.today - timedelta(1)}
    with pytest.raises(ValueError):
        mine.log(talk(mine.day().cards[0].employee_id, mine, **wrong))


def test_a_saved_sentence_is_said_and_a_wrong_one_refused(house: Path) -> None:
    mine = desk(house)
    mine.save_text("high_pressure.1.opener.1", "opener", "high_pressure", "最晚 {latest},怎么了?", "Until {latest}: what happened?")
    assert mine.texts("high_pressure")[0].openers[0].edited
    for tag, zh in (("nope", "好"), ("high_pressure", "{secret}"), ("high_pressure", "好" * 4001)):
        with pytest.raises(ValueError):
            mine.save_text("k", "opener", tag, zh, zh)
