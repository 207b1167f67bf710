"""Interventions and the risk desk: a note before anything closes, outcomes that are not guessed, and nobody but HR sees a score."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from lib.access import contract, risk_desk, scope
from lib.access.desk import Desk, NotAllowed
from lib.access.risk_desk import RiskDesk
from lib.access.roles import ROLES, Viewer
from lib.care import outcomes
from lib.demo import seed, seed_risk
from lib.demo.company import write
from lib.ledger import audit, choices, engine, interventions, snapshot, vault
from lib.ledger.cards import Changed
from lib.ledger.interventions import KINDS, AlreadyOpen, NoNote
from lib.ledger.risk_tables import INTERVENTIONS
from lib.ledger.shape import Intervention, NewIntervention
from lib.ledger.talks import Expired
from lib.marts import run as marts
from lib.risk.card import ENOUGH, KIND_OF, Followed, RiskReason, offers
from lib.risk.features import BY_KEY, FEATURES
from lib.warehouse.store import Store
from lib.words import sentences
from tests import risk_company, small_company
from tests.conftest import END

TODAY = date(2026, 6, 14)
MINE = ("risk_scored", "risk_reasons_of", "risk_signs_of", "risk_weeks_of", "risk_person", "risk_rises", "risk_followed")


def new(who: str = "P1", kind: str = "workload", key: str = "k1", feature: str = "late_evenings_4w", due: date = TODAY + timedelta(14),
        owner: str = "demo-hr") -> NewIntervention:
    return NewIntervention(key, who, kind, feature, owner, due)


def begin(book: engine.Ledger, one: NewIntervention | None = None, p60: float | None = 0.21, today: date = TODAY) -> str:
    return interventions.start(book, one or new(), p60, "anna", "hr", today)


def all_of(book: engine.Ledger, **which: str) -> list[Intervention]:
    with book.reading() as con:
        return interventions.kept(con, **which)


# --- the ledger -----------------------------------------------------------------------------------------------------------------

def test_a_form_that_comes_twice_opens_one_intervention(book) -> None:
    first = begin(book)
    assert begin(book) == first and [(one.id, one.state, one.p60_then) for one in all_of(book)] == [(first, "open", 0.21)]
    assert [(line.action, line.subject) for line in audit.lines(book)] == [("intervention.opened", "P1")]


def test_a_forms_key_cannot_be_used_for_another_person(book) -> None:
    begin(book)
    with pytest.raises(ValueError, match="another person"):
        begin(book, new("P2"))


def test_the_same_thing_is_not_done_twice_at_a_time(book) -> None:
    begin(book)
    with pytest.raises(AlreadyOpen):
        begin(book, new(key="k2"))
    begin(book, new(kind="mentor", key="k3"))


@pytest.mark.parametrize("wrong", [{"kind": "pep_talk"}, {"due": TODAY - timedelta(1)}, {"key": ""}, {"owner": ""}])
def test_an_intervention_needs_a_known_kind_an_owner_and_a_day_to_come(book, wrong: dict) -> None:
    with pytest.raises(ValueError):
        begin(book, new(**wrong))
    assert all_of(book) == []


@pytest.mark.parametrize(("state", "note"), list(product(("done", "dropped"), ("", "   \n", "ok "))))
def test_nothing_closes_without_a_note(book, state: str, note: str) -> None:
    made = begin(book)
    with pytest.raises(NoNote):
        interventions.close(book, made, 1, state, note, "anna", "hr", TODAY)
    assert all_of(book)[0].state == "open"


def test_the_table_itself_refuses_a_closed_intervention_without_a_note(book) -> None:
    with pytest.raises(IntegrityError), book.writing() as con:
        con.execute(insert(INTERVENTIONS).values(id="x", request_key="x", employee_id="P1", kind="other", feature="", owner="a", opened_on=TODAY,
                                                 due=TODAY, state="done", closed_on=TODAY, who="a", version=1))


def test_a_note_is_sealed_opened_with_a_reason_and_audited_first(book) -> None:
    made = begin(book)
    interventions.close(book, made, 1, "done", "和主管砍掉了两张报表", "anna", "hr", TODAY)
    with book.reading() as con:
        assert "报表".encode() not in con.execute(INTERVENTIONS.select()).one().note_sealed
    with pytest.raises(ValueError, match="none of"):
        interventions.open_note(book, made, "bo", "hr", "curious", TODAY)
    assert interventions.open_note(book, made, "bo", "hr", "handover", TODAY) == "和主管砍掉了两张报表"
    assert [(line.action, line.who) for line in audit.lines(book, "P1")] == [
        ("note.opened", "bo"), ("intervention.done", "anna"), ("intervention.opened", "anna")]
    assert not any("报表" in str(line) or "0.21" in str(line) for line in audit.lines(book))


def test_a_note_ends_with_its_days_and_with_the_persons_key(book) -> None:
    made, other = begin(book), begin(book, new("P2", key="k2"))
    interventions.close(book, made, 1, "done", "谈过一次,先观察", "anna", "hr", TODAY, note_days=30)
    with pytest.raises(Expired):
        interventions.open_note(book, made, "anna", "hr", "handover", TODAY + timedelta(31))
    vault.destroy(book, "P1")
    with pytest.raises(vault.KeyDestroyed):
        interventions.open_note(book, made, "anna", "hr", "handover", TODAY)
    interventions.close(book, other, 1, "dropped", "本人说不需要", "anna", "hr", TODAY + timedelta(31))
    with book.reading() as con:
        assert con.execute(INTERVENTIONS.select().where(INTERVENTIONS.c.id == made)).one().note_sealed is None


def test_who_comes_second_is_told_that_it_is_closed(book) -> None:
    made = begin(book)
    interventions.close(book, made, 1, "done", "谈过一次,先观察", "anna", "hr", TODAY)
    with pytest.raises(Changed):
        interventions.close(book, made, 1, "dropped", "不需要了", "bo", "hr", TODAY)
    assert [one.state for one in all_of(book)] == ["done"]


def test_open_ones_come_first_and_those_whose_day_has_passed_are_overdue(book) -> None:
    late, soon, done = (begin(book, new(who, key=who, due=TODAY + timedelta(days))) for who, days in (("P1", 1), ("P2", 9), ("P3", 5)))
    interventions.close(book, done, 1, "done", "已经解决", "anna", "hr", TODAY)
    later = TODAY + timedelta(5)
    assert [(one.id, one.overdue(later)) for one in all_of(book)] == [(late, True), (soon, False), (done, False)]


def test_an_objection_takes_the_chance_out_of_what_was_kept(book) -> None:
    begin(book), begin(book, new("P2", key="k2"))
    with book.writing() as con:
        interventions.hold(con, {"P1": TODAY, "P2": TODAY}, 0.1, TODAY)
    choices.choose(book, "P1", "no_scoring", True, "P1", TODAY)
    assert {one.employee_id: one.p60_then for one in all_of(book)} == {"P1": None, "P2": 0.21}
    with book.reading() as con:
        assert interventions.warned(con) == {"P2": TODAY}


def test_a_build_takes_no_note_and_no_key(book) -> None:
    interventions.close(book, begin(book), 1, "done", "谈过一次,先观察", "anna", "hr", TODAY)
    frame = snapshot.take(book)["app_interventions"]
    assert len(frame) == 1 and not any("note" in column or column == "request_key" for column in frame.columns)


# --- outcomes of a build ----------------------------------------------------------------------------------------------------------

def told(rows: list[tuple[str, int, str]], people: dict[str, dict[str, object]], as_of: date = TODAY, **snapshot_rows: list) -> dict:
    """(employee_id, days ago, state) → outcome by employee_id and days."""
    import pandas as pd

    from lib.marts import care

    made = [dict(intervention_id=f"i{nth}", employee_id=who, kind="other", feature="", owner="a", opened_on=as_of - timedelta(ago), due=as_of,
                 state=state, closed_on=None if state == "open" else as_of, p60_then=0.2) for nth, (who, ago, state) in enumerate(rows)]
    base = dict(name="n", team="t", hire_date=date(2020, 1, 1), role="r", business_line="telesales")
    con = small_company.sources({"employees": [base | {"employee_id": who} | more for who, more in people.items()]})
    frames = snapshot.empty() | {"app_interventions": pd.DataFrame(made, columns=list(snapshot.COLUMNS["app_interventions"]), dtype=object)}
    frames |= {name: pd.DataFrame(given, columns=list(snapshot.COLUMNS[name]), dtype=object) for name, given in snapshot_rows.items()}
    care.load(con, frames)
    marts.build(con, as_of, {})
    for name in ("risk_interventions", "risk_outcomes", "risk_held"):
        assert marts.broken(con, name, as_of, {}) == {}
    return {(who, days): state for who, days, state in con.execute("select employee_id, days, state from risk_outcomes").fetchall()}


def leaves(ago: int, kind: str | None = "voluntary") -> dict[str, object]:
    day = TODAY - timedelta(ago)
    return {"notice_date": day, "leave_date": day + timedelta(14), "leave_type": kind}


def test_who_is_still_there_when_the_days_are_over_stayed_and_before_that_nobody_did() -> None:
    found = told([("P1", 59, "open"), ("P2", 58, "open")], {"P1": {}, "P2": {}})
    assert [found[who, days] for who in ("P1", "P2") for days in (30, 60, 90)] == ["stayed", "stayed", "open", "stayed", "open", "open"]


def test_notice_counts_from_its_own_day_and_not_from_the_last_day_at_work() -> None:
    found = told([("P1", 100, "done")], {"P1": leaves(60)})
    assert [found["P1", days] for days in (30, 60, 90)] == ["stayed", "left", "left"]


def test_the_day_on_which_the_days_are_over_does_not_count_as_leaving_within_them() -> None:
    found = told([("P1", 100, "done"), ("P2", 100, "done")], {"P1": leaves(70), "P2": leaves(71)})
    assert (found["P1", 30], found["P2", 30]) == ("stayed", "left")


def test_whoever_was_dismissed_neither_stayed_nor_left() -> None:
    found = told([("P1", 100, "done"), ("P2", 100, "done")], {"P1": leaves(60, "involuntary"), "P2": leaves(60, None)})
    assert [found["P1", days] for days in (30, 60, 90)] == ["stayed", "open", "open"]
    assert [found["P2", days] for days in (30, 60, 90)] == ["stayed", "left", "left"]


def test_whoever_objects_has_no_outcome() -> None:
    found = told([("P1", 100, "done"), ("P2", 100, "done")], {"P1": {}, "P2": {}}, app_choices=[("P1", "no_scoring", True)])
    assert {who for who, _ in found} == {"P2"}


# --- the table of outcomes -----------------------------------------------------------------------------------------------------------

def past(nth: int, who: str = "", kind: str = "mentor", state: str = "done") -> Intervention:
    return Intervention(f"i{nth:03}", who or f"P{nth}", kind, "", "a", TODAY - timedelta(100 - nth % 7), TODAY - timedelta(80), state,
                        None if state == "open" else TODAY - timedelta(70), 0.2, TODAY, 2)


def became(state: str) -> tuple[Followed, ...]:
    return tuple(Followed(days, state) for days in (30, 60, 90))


def test_the_table_counts_states_and_shares_with_their_interval() -> None:
    rows = [past(nth, kind="mentor" if nth < 30 else "training", state="open" if nth == 0 else "dropped" if nth == 1 else "done") for nth in range(40)]
    followed = {row.id: became("left" if nth % 4 == 0 else "stayed") for nth, row in enumerate(rows)}
    everybody, training, mentor = outcomes.table(rows, followed, TODAY)
    assert (everybody.kind, training.kind, mentor.kind) == ("", "training", "mentor")
    assert (mentor.opened, mentor.open, mentor.dropped, mentor.done, mentor.overdue, mentor.people) == (30, 1, 1, 28, 1, 30)
    sixty = everybody.after[1]
    assert (sixty.days, sixty.left, sixty.stayed, sixty.open, sixty.tells) == (60, 10, 30, 0, True)
    assert sixty.share == 0.25 and sixty.low == pytest.approx(0.1419, abs=2e-4) and sixty.high == pytest.approx(0.4019, abs=2e-4)


def test_small_numbers_cannot_tell() -> None:
    assert [outcomes.horizon(60, stayed, 1, 9).tells for stayed in (ENOUGH - 2, ENOUGH - 1)] == [False, True]
    assert outcomes.horizon(60, 0, 0, 5).share is None


def test_somebody_with_two_interventions_is_one_person_who_stayed() -> None:
    rows = [past(1, "P1"), past(2, "P1")]
    assert outcomes.table(rows, {row.id: became("stayed") for row in rows}, TODAY)[0].after[0].stayed == 1


def test_an_intervention_that_no_build_has_seen_is_open() -> None:
    assert [(one.stayed, one.left, one.open) for one in outcomes.table([past(1)], {}, TODAY)[0].after] == [(0, 0, 1)] * 3
    assert outcomes.table([], {}, TODAY) == ()


# --- what is offered --------------------------------------------------------------------------------------------------------------------

def test_every_action_of_a_feature_is_kept_as_a_kind_that_has_words() -> None:
    for feature in FEATURES:
        assert {KIND_OF[action] for action in feature.actions} <= set(KINDS)
    assert {f"risk.kind.{kind}" for kind in KINDS} <= set(sentences())
    assert {feature for feature, _ in seed_risk.REASONS} <= set(BY_KEY) and {kind for _, kind in seed_risk.REASONS} <= set(KINDS)


def test_only_reasons_that_push_up_are_answered_and_what_is_under_way_is_not_offered_again() -> None:
    reasons = (RiskReason("late_evenings_4w", 1, 0.6, None, 0.8, 0.3), RiskReason("tenure_months", 2, 0.5, None, 3, 12), RiskReason("said_pay", 3, -0.2, None, 0, 0.3))
    assert offers(reasons, frozenset()) == (("late_evenings_4w", "workload_talk"), ("late_evenings_4w", "other_department"))
    assert offers(reasons, frozenset({"workload"})) == (("late_evenings_4w", "other_department"),)


# --- the desk ------------------------------------------------------------------------------------------------------------------------------

@pytest.fixture
def house(demo_dir: Path, tmp_path: Path):
    """A copy of the demo company with scores and a ledger of its own."""
    risk_desk._opened.clear()
    yield risk_company.published(demo_dir, tmp_path / "data")
    engine.ledger(tmp_path / "data", demo=True).close()


def office(folder: Path, teams: tuple[str, ...] | None = None, still=lambda: True) -> RiskDesk:
    return RiskDesk(Desk(Store(folder), Viewer("hr", teams)), still)


def book_of(folder: Path) -> engine.Ledger:
    return engine.ledger(folder, demo=True)


def top(folder: Path) -> str:
    return str(Store(folder).current().frame("select employee_id from risk_scores order by rank limit 1")["employee_id"][0])


@pytest.mark.parametrize("role", [role for role in ROLES if role != "hr"])
def test_no_other_role_gets_a_risk_desk_or_reads_one_of_its_queries(role: str, desk_of) -> None:
    desk = desk_of(role)
    with pytest.raises(NotAllowed):
        RiskDesk(desk)
    for name in MINE:
        with pytest.raises(NotAllowed):
            desk.read(name, **dict.fromkeys(contract.queries()[name].parameters))


@pytest.mark.parametrize("table", scope.RISK)
def test_leads_mentors_and_the_people_themselves_have_no_row_of_it_whatever_query_asks(table: str, house: Path) -> None:
    who = top(house)
    team = str(Store(house).current().frame("select team from employees where employee_id = $who", {"who": who})["team"][0])
    counted = {}
    for viewer in (Viewer("lead", (team,)), Viewer("employee", employee_id=who), Viewer("mentor", employee_id=who), Viewer("hr", (team,))):
        sql, params = scope.narrowed(f"select count(*) as n from {table}", viewer)
        counted[viewer.role] = int(Store(house).current().frame(sql, params)["n"][0])
    assert [counted[role] for role in ("lead", "employee", "mentor")] == [0, 0, 0]
    assert counted["hr"] > 0 or table not in ("risk_scores", "risk_reasons", "risk_weeks")


def test_the_ranked_list_is_as_long_as_the_capacity_highest_first_and_in_the_audit(house: Path) -> None:
    rows = office(house).ranked(10)
    assert [row.score.rank for row in rows] == list(range(1, 11)) and all(row.reasons and row.name for row in rows)
    office(house).ranked(10)
    lines = [line for line in audit.lines(book_of(house)) if line.action == "risk.listed"]
    assert {line.subject for line in lines} == {row.employee_id for row in rows} and len(lines) == 10


def test_opening_a_card_is_audited_before_it_is_returned(house: Path) -> None:
    who = top(house)
    card = office(house).card(who)
    assert card.state == "ready" and card.score and card.score.rank == 1 and len(card.weeks) == 13 and len(card.reasons) == len(FEATURES)
    plain_first = sorted((one for one in card.reasons if one.contribution >= 0.005), key=lambda one: -one.contribution / (1 if one.plain else 2))
    assert card.upward == tuple(plain_first[:3])
    office(house).card(who)
    assert [line.action for line in audit.lines(book_of(house), who)] == ["risk.opened"]


def test_the_reasons_and_the_base_add_up_to_the_chance(house: Path) -> None:
    import math

    card = office(house).card(top(house))
    odds = card.score.base + sum(reason.contribution for reason in card.reasons)
    assert 1 / (1 + math.exp(-odds)) == pytest.approx(card.score.p60, abs=1e-9)


def test_whoever_objects_is_on_no_list_and_has_an_empty_card_at_once(house: Path) -> None:
    who = top(house)
    office(house).open_intervention(new(who, due=END + timedelta(9)))
    choices.choose(book_of(house), who, "no_scoring", True, who, END)
    card = office(house).card(who)
    assert (card.state, card.score, card.reasons, card.signs, card.interventions, card.weeks) == ("objected", None, (), (), (), ())
    assert who not in {row.employee_id for row in office(house).ranked(200)} and office(house).interventions() == []
    assert office(house).outcomes().left_out == 1 and office(house).outcomes().rows == ()
    with pytest.raises(NotAllowed):
        office(house).open_intervention(new(who, key="k2", due=END + timedelta(9)))


@pytest.mark.parametrize(("state", "why"), [("hidden", "no_better_than_tags"), ("not_ready", "few_events")])
def test_without_a_score_nobody_is_ranked_and_the_signs_and_interventions_stay(demo_dir: Path, tmp_path: Path, state: str, why: str) -> None:
    folder = risk_company.published(demo_dir, tmp_path / "data", state, why)
    who = str(Store(folder).current().frame("select min(employee_id) as e from risk_signs")["e"][0])
    mine = office(folder)
    mine.open_intervention(new(who, due=END + timedelta(9)))
    card = mine.card(who)
    assert mine.ranked(10) == [] and (card.state, card.why, card.score) == (state, why, None) and card.signs and len(card.interventions) == 1
    assert card.interventions[0].p60_then is None
    book_of(folder).close()


def test_an_intervention_keeps_the_chance_of_its_day_whatever_the_form_says(house: Path) -> None:
    who = top(house)
    office(house).open_intervention(new(who, due=END + timedelta(9)))
    p60 = office(house).card(who).score.p60
    (done,) = office(house).interventions("open")
    assert done.p60_then == pytest.approx(p60) and done.p60_now == pytest.approx(p60) and (done.kind, done.late, done.called) == ("workload", False, "")


def test_an_hr_reaches_nobody_outside_of_the_own_teams(house: Path) -> None:
    rows = Store(house).current().frame("select s.employee_id, e.team from risk_scores as s join employees as e on e.employee_id = s.employee_id")
    own, other = rows["team"].iloc[0], next(team for team in rows["team"] if team != rows["team"].iloc[0])
    stranger = rows[rows["team"] == other]["employee_id"].iloc[0]
    made = office(house).open_intervention(new(stranger, due=END + timedelta(9)))
    near = office(house, (own,))
    assert {row.team for row in near.ranked(500)} == {own} and near.interventions() == [] and near.outcomes().rows == ()
    for attempt in (lambda: near.card(stranger), lambda: near.card("nobody"), lambda: near.open_intervention(new(stranger, key="k9", due=END)),
                    lambda: near.close_intervention(made, 1, "done", "不该能关"), lambda: near.note(made, "handover")):
        with pytest.raises(NotAllowed):
            attempt()
    assert not [line for line in audit.lines(book_of(house), stranger) if line.action != "intervention.opened"]


@pytest.mark.parametrize("wrong", [{"feature": "gender"}, {"owner": "somebody"}, {"due": END + timedelta(181)}, {"kind": "nope"}])
def test_what_no_form_offers_is_refused(house: Path, wrong: dict) -> None:
    with pytest.raises(ValueError):
        office(house).open_intervention(new(top(house), **{"due": END + timedelta(9)} | wrong))
    assert office(house).interventions() == []


def test_the_session_that_is_over_does_nothing(house: Path) -> None:
    gone = RiskDesk(Desk(Store(house), Viewer("hr")), lambda: False)
    who = top(house)
    for attempt in (gone.state, gone.owners, gone.interventions, gone.outcomes, lambda: gone.ranked(5), lambda: gone.card(who),
                    lambda: gone.open_intervention(new(who, due=END))):
        with pytest.raises(NotAllowed):
            attempt()
    assert audit.lines(book_of(house)) == []


def test_a_closed_intervention_shows_its_note_only_for_a_reason(house: Path) -> None:
    mine, who = office(house), top(house)
    made = mine.open_intervention(new(who, due=END + timedelta(9)))
    with pytest.raises(NoNote):
        mine.close_intervention(made, 1, "done", "")
    mine.close_intervention(made, 1, "done", "和主管砍掉了两张报表")
    (done,) = mine.interventions("done")
    assert done.readable and done.closed_on == END and "报表" not in str(done)
    assert mine.note(made, "check_promise") == "和主管砍掉了两张报表"


# --- the invented ledger -----------------------------------------------------------------------------------------------------------------------

def test_the_demo_has_interventions_that_are_possible(tmp_path: Path) -> None:
    known = write(tmp_path / "files", people=150, months=9, seed=5, end=END, truth=tmp_path / "truth")
    book = engine.ledger(tmp_path, True)
    seed.write(book, known)
    rows = all_of(book)
    place = {who: nth for nth, who in enumerate(known.ids)}
    assert len(rows) >= 10 and {one.state for one in rows} >= {"open", "done"} and len({one.employee_id for one in rows}) == len(rows)
    for one in rows:
        day = known.last - (END - one.opened_on).days
        assert known.hired[place[one.employee_id]] < day < known.gone[place[one.employee_id]] and one.opened_on < END
        assert one.closed_on is None or one.opened_on <= one.closed_on <= END
        if one.state != "open":
            assert interventions.open_note(book, one.id, "demo-hr", "hr", "handover", one.closed_on)
    book.close()
