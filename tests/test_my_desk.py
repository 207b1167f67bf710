"""My desk: consultations kept once, an objection that holds at once, what people say about themselves, and nobody else's data."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from lib.access import demo
from lib.access.care_desk import CareDesk
from lib.access.desk import Desk, NotAllowed
from lib.access.my_desk import MyDesk
from lib.access.roles import ROLES, Viewer
from lib.ledger import audit, care, choices, consultations, engine, myself
from lib.ledger.consultations import Consultation, Effective
from lib.ledger.morale_tables import CONSULTATIONS
from lib.ledger.shape import Planned, Reason, TalkLog
from lib.ledger.tables import CARDS
from lib.marts import care as care_marts
from lib.marts import run
from lib.warehouse.store import Store
from tests.small_company import sources

DAY = date(2026, 11, 15)


def one(key: str = "k", who: str = "E1", **more: object) -> Consultation:
    return replace(Consultation(key, who, DAY, 15, True, "talk"), **more)


# --- the ledger -----------------------------------------------------------------------------------------------------------------

def test_a_second_tap_on_the_same_form_keeps_nothing_new(book: engine.Ledger) -> None:
    first = consultations.log(book, one(), 70, {"length": 30})
    assert consultations.log(book, one(minutes=99), 99) == first
    with book.reading() as con:
        kept = consultations.of_day(con, book, "E1", DAY)
    assert [(c.minutes, c.score, c.parts) for c in kept] == [(15, 70, {"length": 30})]
    with pytest.raises(ValueError, match="another person"):
        consultations.log(book, one(who="E2"))


@pytest.mark.parametrize("wrong", [{"minutes": 0}, {"minutes": 601}, {"outcome": "maybe"}, {"objection": "因为"}, {"called": "x" * 61}, {"amount": -1.0},
                                   {"request_key": ""}])
def test_values_that_no_form_offers_are_refused(book: engine.Ledger, wrong: dict) -> None:
    with pytest.raises(ValueError):
        consultations.log(book, one(**wrong))


def test_what_a_customer_is_called_is_sealed_and_only_comes_back_for_the_person(book: engine.Ledger) -> None:
    consultations.log(book, one(called="王女士"))
    with book.reading() as con:
        assert consultations.of_day(con, book, "E1", DAY)[0].called == "王女士" and consultations.of_day(con, book, "E2", DAY) == []
        assert "王女士".encode() not in con.scalar(select(CONSULTATIONS.c.customer_sealed))


def test_only_ones_own_of_today_can_be_taken_back_and_only_once(book: engine.Ledger) -> None:
    kept = consultations.log(book, one())
    assert not consultations.undo(book, kept, "E2", DAY) and not consultations.undo(book, kept, "E1", DAY + timedelta(1))
    assert consultations.undo(book, kept, "E1", DAY) and not consultations.undo(book, kept, "E1", DAY)
    with book.reading() as con:
        assert consultations.counts(con, "E1", DAY, DAY) == {}


def test_counts_are_by_day_and_intents_and_deals_are_effective_too(book: engine.Ledger) -> None:
    for n, more in enumerate(({}, {"minutes": 10}, {"contact_left": False}, {"outcome": "intent", "minutes": 1, "contact_left": False},
                              {"outcome": "deal", "amount": 12800.0}, {"day": DAY - timedelta(1)}, {"who": "E2"})):
        consultations.log(book, one(f"k{n}", **{"employee_id" if key == "who" else key: value for key, value in more.items()}))
    with book.reading() as con:
        assert consultations.counts(con, "E1", DAY - timedelta(7), DAY) == {
            DAY: {"effective": 3.0, "intents": 1.0, "deals": 1.0, "revenue": 12800.0},
            DAY - timedelta(1): {"effective": 1.0, "intents": 0.0, "deals": 0.0, "revenue": 0.0}}
        assert consultations.counts(con, "E1", DAY, DAY, Effective(5, False))[DAY]["effective"] == 5.0


@pytest.fixture(scope="module")
def taps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[engine.Ledger]:
    """One ledger for all that is tapped; every example is about somebody else."""
    opened = engine.ledger(tmp_path_factory.mktemp("taps"))
    yield opened
    opened.close()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(("log", "again", "undo")), st.integers(1, 60), st.sampled_from(("talk", "intent", "deal"))), max_size=14))
def test_whatever_is_tapped_and_taken_back_every_consultation_counts_once_or_not_at_all(taps: engine.Ledger, steps: list) -> None:
    who, standing, keys = uuid4().hex, {}, {}
    for n, (slot, what, minutes, outcome) in enumerate(steps):
        if what == "log" or slot not in keys:
            keys[slot] = f"{who}{n}"
            kept = consultations.log(taps, one(keys[slot], who, minutes=minutes, outcome=outcome))
            standing[kept] = outcome if outcome != "talk" or minutes > 10 else ""
        elif what == "again":
            consultations.log(taps, one(keys[slot], who, minutes=minutes, outcome=outcome))
        elif standing:
            kept = min(standing)
            assert consultations.undo(taps, kept, who, DAY)
            del standing[kept]
    with taps.reading() as con:
        found = consultations.counts(con, who, DAY, DAY).get(DAY, {"effective": 0.0, "intents": 0.0, "deals": 0.0})
    assert found["effective"] == sum(bool(outcome) for outcome in standing.values())
    assert (found["intents"], found["deals"]) == tuple(float(sum(o == kind for o in standing.values())) for kind in ("intent", "deal"))


def test_after_an_objection_no_score_is_kept_whoever_sends_one(book: engine.Ledger) -> None:
    consultations.log(book, one("before"), 70, {"length": 30})
    assert choices.choose(book, "E1", "no_scoring", True, "e1", DAY) and not choices.choose(book, "E1", "no_scoring", True, "e1", DAY)
    consultations.log(book, one("after"), 70, {"length": 30})
    with book.reading() as con:
        kept = {c.minutes: c for c in consultations.of_day(con, book, "E1", DAY)}
        scores = con.execute(select(CONSULTATIONS.c.request_key, CONSULTATIONS.c.score)).all()
        assert choices.standing(con, "E1") == {"no_scoring"} and choices.who_chose(con, "no_scoring") == {"E1"}
    assert sorted(map(tuple, scores), key=str) == [("after", None), ("before", 70)] and kept
    assert choices.choose(book, "E1", "no_scoring", False, "e1", DAY)
    with book.reading() as con:
        assert choices.standing(con, "E1") == frozenset()
    assert [(line.action, line.detail) for line in audit.lines(book, "E1")] == [
        ("choice.made", {"choice": "no_scoring", "chosen": False}), ("choice.made", {"choice": "no_scoring", "chosen": True})]
    with pytest.raises(ValueError, match="none of"):
        choices.choose(book, "E1", "no_work", True, "e1", DAY)


def test_an_objection_closes_the_open_card_in_the_same_moment(book: engine.Ledger) -> None:
    reason = Reason("E1", "tag", "high_pressure", DAY)
    with book.writing() as con:
        for who in ("E1", "E2"):
            care.raise_card(con, "hr", Planned(who, "", 0, None, (replace(reason, employee_id=who),), 1.0, ()), DAY, "hr")
    choices.choose(book, "E1", "no_scoring", True, "e1", DAY)
    with book.reading() as con:
        assert [card.employee_id for card in care.open_cards(con)] == ["E2"]
        assert con.scalar(select(CARDS.c.state).where(CARDS.c.employee_id == "E1")) == "expired"


def test_a_check_in_of_the_same_day_replaces_the_one_before(book: engine.Ledger) -> None:
    for pressure, growth in ((5, 1), (2, 4)):
        myself.check_in(book, "E1", DAY, pressure, growth)
    with book.reading() as con:
        assert myself.last_check_in(con, "E1") == myself.CheckIn(DAY, 2, 4) and myself.last_check_in(con, "E2") is None
    with pytest.raises(ValueError):
        myself.check_in(book, "E1", DAY, 6, 1)


def talk(book: engine.Ledger, who: str = "E1", key: str = "t", day: date = DAY) -> str:
    log = TalkLog(request_key=key, employee_id=who, card_id="", version=0, tag="high_pressure", talked_on=day, minutes=25, topic="workload", impression="same", note="他说的话")
    return care.log_talk(book, log, "li", "hr", DAY)


def test_whether_a_talk_helped_is_said_by_the_person_it_was_with_and_by_nobody_else(book: engine.Ledger) -> None:
    kept = talk(book)
    with pytest.raises(LookupError):
        myself.feel(book, kept, "E2", True)
    for felt in (True, False):
        myself.feel(book, kept, "E1", felt)
    with book.reading() as con:
        assert myself.talks_felt(con, "E1", DAY - timedelta(30), DAY) == [myself.TalkFelt(kept, DAY, False)]
        assert myself.talks_felt(con, "E2", DAY - timedelta(30), DAY) == []


def test_what_was_felt_is_in_the_mart_of_talks_after_the_next_build() -> None:
    con = sources({"employees": [{"employee_id": "E1", "name": "A", "team": "T", "hire_date": date(2024, 1, 1)}]})
    care_marts.load(con)
    for n, felt in enumerate((True, False, None)):
        con.execute(f"insert into src_care_talks (talk_id, employee_id, talked_on, hr, minutes, tag) values ('t{n}', 'E1', date '2026-11-1{n}', 'li', 20, '')")
        if felt is not None:
            con.execute(f"insert into src_app_felt values ('t{n}', 'E1', {felt})")
    for name in ("employees", "talks"):
        con.execute(f"create table {name} as {run.sql(name, DAY, {})}")
    assert con.execute("select felt_cared from talks order by talked_on").fetchall() == [(True,), (False,), (None,)]


def test_who_looked_is_told_by_role_and_what_without_ones_own_clicks(book: engine.Ledger) -> None:
    kept = talk(book)
    care.open_note(book, kept, "li", "hr", "prepare_talk", DAY)
    choices.choose(book, "E1", "no_ranking", True, "e1", DAY)
    with book.reading() as con:
        assert [(line.role, line.action) for line in myself.looked(con, "E1", "e1")] == [("hr", "note.opened"), ("hr", "talk.logged")]
        assert myself.looked(con, "E2", "e2") == []


# --- the desk -------------------------------------------------------------------------------------------------------------------

@pytest.fixture
def house(demo_dir: Path, tmp_path: Path) -> Path:
    """A copy of the demo company, without what was written in it."""
    return Path(shutil.copytree(demo_dir, tmp_path / "data", ignore=shutil.ignore_patterns("ledger.db*")))


def mine(house: Path, role: str = "employee", here: bool = True) -> MyDesk:
    return MyDesk(Desk(Store(house), demo.viewer(Store(house), role)), lambda: here)


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"employee", "mentor"}))
def test_nobody_but_people_themselves_gets_a_desk(desk_of, role: str) -> None:
    with pytest.raises(NotAllowed):
        MyDesk(desk_of(role))


def test_the_demos_employee_and_mentor_have_a_day_that_is_alive(house: Path) -> None:
    for role in ("employee", "mentor"):
        office = mine(house, role)
        assert office.open(office.mine()) and office.goal() and office.desk.read("my_calls").iloc[0]["calls"] > 0
    paired = Store(house).current().frame("select employee_id from mentor_pairs where until is null or until >= date '2026-11-15'")["employee_id"]
    assert mine(house).me in set(paired)


def test_a_consultation_moves_the_day_and_its_undo_moves_it_back(house: Path) -> None:
    office = mine(house)
    before = office.days(office.mine())[office.today]
    kept, _, made = office.log("k", 20, True, "intent", objection="price")
    after = office.days(office.mine())[office.today]
    assert made and made.value and ((after.effective or 0) - (before.effective or 0), (after.intents or 0) - (before.intents or 0)) == (1, 1)
    assert office.undo(kept) and office.days(office.mine())[office.today] == before


def test_a_customer_of_somebody_else_cannot_be_named(house: Path) -> None:
    office = mine(house)
    other = Store(house).current().frame("select min(customer_id) as c from open_intents where employee_id <> $me and customer_id is not null", {"me": office.me})["c"][0]
    with pytest.raises(NotAllowed):
        office.log("k", 20, True, "talk", customer=str(other))


def test_a_deal_closes_the_customer_and_a_new_intent_opens_one(house: Path) -> None:
    office = mine(house)
    first = office.first(office.mine())
    assert first is not None
    office.log("k1", 30, True, "deal", customer=first.one.key, amount=5000.0)
    office.log("k2", 12, True, "intent", called="郑先生")
    now = {one.customer: one for one in office.open(office.mine())}
    assert first.one.key not in {one.key for one in now.values()} and now["郑先生"].contacts == 1


def test_when_everybody_is_closed_nobody_is_suggested(house: Path) -> None:
    office = mine(house)
    found = office.open(office.mine())
    for n, one_open in enumerate(found):
        if one_open.key.startswith("deal:"):
            continue
        office.log(f"k{n}", 30, True, "deal", customer=one_open.key)
    assert all(one.key.startswith("deal:") for one in office.open(office.mine()))
    assert (office.first(office.mine()) is None) == (not office.open(office.mine()))


def test_a_session_that_is_over_writes_nothing(house: Path) -> None:
    office = mine(house, here=False)
    for does in (lambda: office.log("k", 20, True, "talk"), lambda: office.undo("x"), lambda: office.check_in(1, 1), lambda: office.choose("no_scoring", True),
                 lambda: office.feel("t", True)):
        with pytest.raises(NotAllowed, match="over"):
            does()


def test_only_talks_of_the_last_30_days_are_asked_about(house: Path) -> None:
    office = mine(house)
    old = talk(office.book, office.me, "old", office.today - timedelta(31))
    new = talk(office.book, office.me, "new", office.today - timedelta(30))
    assert [t.talk_id for t in office.mine().felt] == [new]
    with pytest.raises(LookupError):
        office.feel(old, True)
    office.feel(new, True)
    assert office.mine().felt[0].felt is True


def test_an_objection_takes_a_person_off_hrs_list_at_once_and_taking_it_back_allows_them_again(house: Path) -> None:
    hr = CareDesk(Desk(Store(house), Viewer("hr")))
    listed = [card.employee_id for card in hr.day().cards]
    who = listed[0]
    person = MyDesk(Desk(Store(house), Viewer("employee", employee_id=who)))
    person.choose("no_scoring", True)
    again = hr.day()
    assert who not in {card.employee_id for card in again.cards} | {waiting.planned.employee_id for waiting in again.waiting}
    assert who not in {reason.employee_id for reason in hr.overdue()}
    assert set(listed[1:]) <= {card.employee_id for card in again.cards}
    assert person.log("k", 20, True, "talk")[2] is None
    person.choose("no_scoring", False)
    assert person.log("k2", 20, True, "talk")[2] is not None


def test_who_objected_before_is_never_raised_at_all(house: Path) -> None:
    hr = CareDesk(Desk(Store(house), Viewer("hr")))
    with hr._book.reading() as con:
        would_be = hr._turn(hr._written(con), hr._limits(hr._values())).day.cards
    who = would_be[0].employee_id
    MyDesk(Desk(Store(house), Viewer("employee", employee_id=who))).choose("no_scoring", True)
    day = hr.day()
    assert day.cards and who not in {card.employee_id for card in day.cards} | {waiting.planned.employee_id for waiting in day.waiting}
    with hr._book.reading() as con:
        assert who not in {card.employee_id for card in care.open_cards(con)}


def test_a_person_of_the_app_never_sees_anothers_consultation(house: Path) -> None:
    office, other = mine(house), mine(house, "mentor")
    office.log("k", 20, True, "talk", called="秘密客户")
    with office.book.writing() as con:
        con.execute(insert(CONSULTATIONS).values(id="z", request_key="z", employee_id=other.me, day=other.today, minutes=5, contact_left=False, outcome="talk",
                                                 objection="", parts={}, created=consultations.now(), undone=False))
    assert "秘密客户" not in str(other.mine()) and {c.id for c in other.mine().of(other.today)} >= {"z"}
    assert "z" not in {c.id for c in office.mine().logged}
