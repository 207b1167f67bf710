"""The three rules of the pain points: examples, edges, who is not judged and why, since when, and never from the pulse."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from functools import cache

import numpy as np
import pandas as pd
import pytest

from lib import settings
from lib.ledger.snapshot import COLUMNS
from lib.marts import care, run
from lib.morale import pain, pain_measures
from lib.morale.pain_examples import AS_OF, days, employees, ordinary, said
from lib.morale.pain_rules import LOST_GROWTH, PAINS, PROSPECTING, SCRIPT, SUPPORT_KINDS, WHYS, by_key, limits_of, rule_sentence
from lib.morale.pain_shape import Pain, short
from tests.small_company import sources

POOR = {"effective": 19, "intents": 1, "deals": 0, "follow_up_minutes": 60}   # enough consultations, a quarter of the conversions


NEEDED = ("employees", "employee_days", "week_sums", "business_lines", "employee_weeks", "talk_signals", "app_choices", "check_ins", "leave_requests",
          "app_supports")


def company(rows: dict, app: dict | None = None, as_of: date = AS_OF, needed: tuple[str, ...] = NEEDED):  # type: ignore[no-untyped-def]
    """A small company with the marts that the rules stand on; ``app``: rows of the app's snapshot by table."""
    con = sources(rows)
    care.load(con, {table: pd.DataFrame(list(given), columns=list(COLUMNS[table])) for table, given in (app or {}).items()})
    for mart in needed:
        con.execute(f"create table {mart} as {run.sql(mart, as_of, {})}")
    return con


def built(rows: dict, values: dict | None = None, as_of: date = AS_OF, app: dict | None = None, needed: tuple[str, ...] = NEEDED):  # type: ignore[no-untyped-def]
    """The same with its pain points."""
    con = company(rows, app, as_of, needed)
    pain.build(con, as_of, values or {})
    return con


def state(con, rule: Pain, who: str = "P1") -> tuple[str, str | None]:  # type: ignore[no-untyped-def]
    """State and why of one person; ('absent', None) when there is no row."""
    found = con.execute("select state, why from pain_points where employee_id = ? and pain = ?", [who, rule.key]).fetchone()
    return found or ("absent", None)


def point(rule: Pain, con, column: str, who: str = "P1"):  # type: ignore[no-untyped-def]
    return con.execute(f"select {column} from pain_points where employee_id = ? and pain = ?", [who, rule.key]).fetchone()[0]


# --- declared once --------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("rule", PAINS, ids=lambda rule: rule.key)
@pytest.mark.parametrize("which", ["fires", "quiet"])
def test_the_declared_example_does_what_it_says(rule: Pain, which: str) -> None:
    example = getattr(rule, which)
    con = built(dict(example.rows), as_of=example.as_of)
    assert state(con, rule) == (example.state, None)
    assert con.execute("select count(*) from pain_points where state = 'fires' and pain = ?", [rule.key]).fetchone()[0] == (which == "fires")


@pytest.mark.parametrize("rule", PAINS, ids=lambda rule: rule.key)
def test_every_limit_is_a_setting_and_every_name_in_the_rule_a_limit(rule: Pain) -> None:
    known = {row.name for row in settings.SETTINGS}
    assert set(rule.limits) <= known
    text = " ".join([rule.rule.zh, rule.rule.en, rule.condition, *(one.sql for one in rule.unknown)])
    named = set(re.findall(r"\{(\w+)\}", text))
    assert named <= {short(name) for name in rule.limits}
    assert {one.why for one in rule.unknown} <= set(WHYS) and {one.kind for one in rule.supports} <= set(SUPPORT_KINDS)
    for lang in ("zh", "en"):
        assert "{" not in rule_sentence(rule, {}, lang)


def test_a_changed_limit_changes_the_verdict_and_the_sentence() -> None:
    values = {"pain.script.share": 0.2}
    assert state(built(dict(SCRIPT.fires.rows), values), SCRIPT) == ("quiet", None)
    assert "20 %" in rule_sentence(SCRIPT, values, "en") and limits_of(SCRIPT, values)["share"] == 0.2


# --- edges ----------------------------------------------------------------------------------------------------------------------

@cache
def measured(key: str):  # type: ignore[no-untyped-def]
    """The measures of P1 in a rule's firing example."""
    con = company(dict(by_key(key).fires.rows))
    _, weeks, _ = pain._grids(con, AS_OF, {}, pain._measured({}))
    rows = pain.measure(weeks, pain._measured({}))
    return con, rows[(rows["week"] == weeks.width - 1) & (rows["row"] == 0)]


def verdict(rule: Pain, **changes: float) -> str:
    """The state of one row of measures in which everything is as in the rule's firing example, but for ``changes``."""
    con, row = measured(rule.key)
    found = pain.judged(con, row.assign(**changes), {})[rule.key].iloc[0]
    return str(found["why"] if found["state"] == "cannot_tell" else found["state"])


@pytest.mark.parametrize(("rule", "changes", "expected"), [
    (SCRIPT, {"conversion": .12, "peer_conversion": .2}, "fires"),            # exactly 60 %
    (SCRIPT, {"conversion": .1201, "peer_conversion": .2}, "quiet"),
    (SCRIPT, {"chance": .002}, "fires"), (SCRIPT, {"chance": .0021}, "quiet"),
    (SCRIPT, {"talks_a_day": 14.0, "peer_talks_a_day": 20.0}, "fires"), (SCRIPT, {"talks_a_day": 13.9, "peer_talks_a_day": 20.0}, "quiet"),
    (SCRIPT, {"expected": 20.0}, "fires"), (SCRIPT, {"expected": 19.9}, "small_counts"), (SCRIPT, {"expected": np.nan}, "small_counts"),
    (SCRIPT, {"peers": 8.0}, "fires"), (SCRIPT, {"peers": 7.0}, "few_peers"),
    (SCRIPT, {"worked_days": 9.0}, "few_days"), (SCRIPT, {"counted_days": 9.0}, "few_days"),
    (SCRIPT, {"leave_days": 10.0}, "away"), (SCRIPT, {"leave_days": 9.0}, "fires"), (SCRIPT, {"planned_leave": True}, "away"),
    (SCRIPT, {"conversion": np.nan}, "quiet"),
    (PROSPECTING, {"reached_a_day": 13.9, "minutes_a_day": 70.0}, "fires"), (PROSPECTING, {"reached_a_day": 14.0, "minutes_a_day": 70.0}, "quiet"),
    (PROSPECTING, {"minutes_a_day": 54.0}, "fires"), (PROSPECTING, {"minutes_a_day": 53.9}, "quiet"),
    (PROSPECTING, {"reached_a_day": 13.0, "minutes_a_day": 58.5}, "fires"), (PROSPECTING, {"reached_a_day": 13.0, "minutes_a_day": 58.0}, "quiet"),
    (PROSPECTING, {"minutes_a_day": np.nan}, "quiet"), (PROSPECTING, {"timed_days": 9.0}, "few_days"), (PROSPECTING, {"timed_peers": 7.0}, "few_peers"),
    (LOST_GROWTH, {"low": 1.0}, "quiet"), (LOST_GROWTH, {"low": 2.0}, "fires"),
    (LOST_GROWTH, {"said": 0.0, "low": 0.0, "pressed": 2.0, "wishes": 2.0, "growth_of_performance": .03}, "fires"),
    (LOST_GROWTH, {"said": 0.0, "low": 0.0, "pressed": 2.0, "wishes": 2.0, "growth_of_performance": .031}, "quiet"),
    (LOST_GROWTH, {"said": 0.0, "low": 0.0, "pressed": 3.0, "wishes": 1.0, "growth_of_performance": 0.0}, "quiet"),
    (LOST_GROWTH, {"said": 0.0, "low": 0.0, "pressed": 2.0, "wishes": 2.0, "growth_of_performance": np.nan}, "no_performance"),
    (LOST_GROWTH, {"said": 1.0, "low": 0.0, "pressed": 2.0, "wishes": 2.0, "growth_of_performance": 0.0}, "quiet"),  # own words count first
    (LOST_GROWTH, {"said": 0.0, "low": 0.0, "pressed": 0.0, "wishes": 0.0}, "never_said"),
])
def test_each_limit_holds_to_the_letter(rule: Pain, changes: dict[str, float], expected: str) -> None:
    assert verdict(rule, **changes) == expected


@pytest.mark.parametrize("spread", [0.0, .002, .05])
def test_the_chance_is_that_of_the_beta_binomial_distribution(spread: float) -> None:
    from scipy.stats import betabinom, binom

    hits, tries, rate = np.array([0., 3, 12, 40]), np.array([20., 60, 400, 400]), np.full(4, .1)
    rho = max(spread, 1e-6)
    a, b = rate * (1 - rho) / rho, (1 - rate) * (1 - rho) / rho
    expected = binom.cdf(hits, tries, rate) if spread == 0 else betabinom.cdf(hits, tries.astype(int), a, b)
    assert pain_measures.chance(hits, tries, rate, np.full(4, spread)) == pytest.approx(expected, rel=5e-3)


def test_the_spread_of_peers_is_none_for_chance_alone_and_a_few_outliers_do_not_move_it() -> None:
    rng = np.random.default_rng(5)
    tries = np.full(400, 300.0)
    hits = rng.binomial(300, .1, 400).astype(float)
    assert pain_measures.spread(hits, tries, .1) < .0015
    hits[:16] = 5
    assert pain_measures.spread(hits, tries, .1) < .0015
    wide = rng.binomial(300, rng.beta(8, 72, 4000)).astype(float)
    assert pain_measures.spread(wide, np.full(4000, 300.0), .1) == pytest.approx(1 / 81, rel=.25)


# --- who is not judged, and why ---------------------------------------------------------------------------------------------------

def test_a_newcomer_is_not_judged_and_is_nobodys_peer() -> None:
    rows = {"employees": employees(9, hired=date(2024, 3, 4)), "activity_days": ordinary() + days("P1", **POOR)}
    fresh = tuple(dict(row, hire_date=date(2026, 9, 1)) if row["employee_id"] in ("P1", "P2") else row for row in rows["employees"])
    con = built(rows | {"employees": fresh})
    assert state(con, SCRIPT) == ("cannot_tell", "newcomer") and state(con, SCRIPT, "P3") == ("cannot_tell", "few_peers")


def test_somebody_with_too_few_worked_days_is_not_judged() -> None:
    con = built({"employees": employees(), "activity_days": ordinary() + days("P1", per_week=2, **POOR)})
    assert state(con, SCRIPT) == state(con, PROSPECTING) == ("cannot_tell", "few_days")


def test_long_leave_is_said_as_leave_whether_taken_or_approved() -> None:
    monday = date(2026, 10, 19)
    leave = tuple({"employee_id": "P1", "work_date": monday + timedelta(day), "result": "leave", "leave_hours": 8} for day in range(12))
    rows = {"employees": employees(), "activity_days": ordinary() + days("P1", **POOR)}
    worked = tuple(row for row in rows["activity_days"] if row["employee_id"] != "P1" or not monday <= row["work_date"] < monday + timedelta(12))
    con = built(rows | {"activity_days": worked, "attendance": leave})
    assert state(con, SCRIPT) == ("cannot_tell", "away")
    asked = {"employee_id": "P1", "starts_on": AS_OF - timedelta(1), "ends_on": AS_OF + timedelta(30)}
    assert state(built(rows | {"leave_requests": (asked,)}), SCRIPT) == ("cannot_tell", "away")
    assert state(built(rows | {"leave_requests": (asked | {"ends_on": AS_OF + timedelta(3)},)}), SCRIPT) == ("fires", None)


def test_small_counts_cannot_tell_and_rare_deals_are_looked_at_for_longer() -> None:
    none = {"effective": 19, "intents": 0, "deals": 0}
    con = built({"employees": employees(), "activity_days": ordinary(**none) + days("P1", **none)})
    assert state(con, SCRIPT) == ("cannot_tell", "small_counts")
    # One intent a day is 20 in four weeks: eight weeks are needed to see about 40.
    rare = {"effective": 19, "intents": 1, "deals": 0}
    con = built({"employees": employees(), "activity_days": ordinary(**rare) + days("P1", effective=20, intents=0, deals=0)})
    assert state(con, SCRIPT) == ("fires", None) and json.loads(point(SCRIPT, con, "evidence"))["weeks"] == 8


def test_deals_are_taken_where_they_are_many_and_deals_with_intents_where_they_are_few() -> None:
    many = {"effective": 14, "intents": 4, "deals": 2}
    con = built({"employees": employees(), "activity_days": ordinary(**many) + days("P1", effective=16, intents=4, deals=0)})
    assert json.loads(point(SCRIPT, con, "evidence"))["only_deals"] is True
    assert json.loads(point(SCRIPT, built(dict(SCRIPT.fires.rows)), "evidence"))["only_deals"] is False


def test_leads_are_held_against_leads() -> None:
    leads = tuple(dict(row, employee_id=f"L{nth}", name=f"L{nth}", role="lead") for nth, row in enumerate(employees(9), 1))
    slow = tuple(row for nth in range(1, 10) for row in days(f"L{nth}", effective=9, intents=1, deals=0, follow_up_minutes=60))
    rows = {"employees": employees() + leads, "activity_days": ordinary(skip=0) + slow}
    con = built(rows)
    assert con.execute("select count(*) from pain_points where state = 'fires'").fetchone()[0] == 0
    few = built(rows | {"employees": employees() + leads[:4]})
    assert state(few, PROSPECTING, "L1") == ("cannot_tell", "few_peers")


def test_without_a_role_peers_are_those_of_the_business_line() -> None:
    rows = dict(SCRIPT.fires.rows)
    rows["employees"] = tuple(dict(row, role=None) for row in rows["employees"])
    assert state(built(rows), SCRIPT) == ("fires", None)


def test_whoever_objected_to_scoring_is_nowhere_and_nobodys_peer() -> None:
    rows, objected = dict(SCRIPT.fires.rows), {"app_choices": [("P1", "no_scoring", True)]}
    con = built(rows, app=objected)
    assert state(con, SCRIPT) == ("absent", None)
    assert con.execute("select count(*) from pain_weeks where employee_id = 'P1'").fetchone()[0] == 0
    assert state(con, SCRIPT, "P2") == ("quiet", None)  # eight others are left
    two = built(rows, app={"app_choices": [("P1", "no_scoring", True), ("P2", "no_scoring", True)]})
    assert state(two, SCRIPT, "P3") == ("cannot_tell", "few_peers")
    back = built(rows, app={"app_choices": [("P1", "no_scoring", False)]})
    assert state(back, SCRIPT) == ("fires", None)


def test_people_of_no_business_line_are_not_judged_where_the_others_have_one() -> None:
    rows = dict(SCRIPT.fires.rows)
    hr = {"employee_id": "H1", "name": "H1", "team": "HR", "hire_date": date(2020, 1, 1), "role": "HR partner"}
    con = built(rows | {"employees": (*rows["employees"], hr)})
    assert state(con, SCRIPT, "H1") == ("absent", None)


def test_a_company_with_deals_alone_is_told_what_is_missing() -> None:
    deals = tuple({"employee_id": f"P{nth}", "closed_on": AS_OF - timedelta(back), "amount": 100.0, "stage": "won", "deal_id": f"{nth}-{back}"}
                  for nth in range(1, 10) for back in range(0, 60))
    con = built({"employees": tuple(dict(row, business_line=None, role=None) for row in employees()), "deals": deals})
    assert {state(con, rule) for rule in (SCRIPT, PROSPECTING)} == {("cannot_tell", "no_consultations")}
    assert state(con, LOST_GROWTH) == ("cannot_tell", "never_said")


def test_without_follow_up_minutes_prospecting_says_so() -> None:
    bare = {"follow_up_minutes": None}
    con = built({"employees": employees(), "activity_days": ordinary(**bare) + days("P1", effective=6, intents=0, deals=0)})
    assert state(con, PROSPECTING) == ("cannot_tell", "no_follow_up")


def test_an_empty_company_has_empty_tables() -> None:
    con = built({"employees": ({"employee_id": "P1", "name": "P1", "team": "T1", "hire_date": date(2027, 1, 4), "business_line": "sales"},)})
    assert con.execute("select (select count(*) from pain_points) + (select count(*) from pain_weeks) + (select count(*) from pain_followed)").fetchone()[0] == 0


# --- since when ------------------------------------------------------------------------------------------------------------------

def test_since_is_the_monday_on_which_the_numbers_began_to_be_like_this() -> None:
    spell = days("P1", weeks=6, **POOR)
    before = tuple(row for row in ordinary(count=1, skip=0) if row["work_date"] < AS_OF - timedelta(41))
    con = built({"employees": employees(), "activity_days": ordinary() + spell + before})
    # Six poor weeks; the first window that fires holds one ordinary week at most.
    assert AS_OF - timedelta(48) <= point(SCRIPT, con, "since") <= AS_OF - timedelta(41)
    weeks = [row[0] for row in con.execute("select week from pain_weeks where employee_id = 'P1' and pain = 'script' order by week").fetchall()]
    assert weeks[-1] == AS_OF - timedelta(6) and len(weeks) in (3, 4) and all(week.weekday() == 0 for week in weeks)


def test_a_pain_that_pauses_for_one_week_goes_on_and_for_two_begins_anew() -> None:
    rows = pd.DataFrame({"row": [1] * 5, "week": [3, 4, 6, 9, 10], "began": [0, 1, 3, 6, 7], "state": ["fires"] * 5})
    found = pain.runs(rows)
    assert found[["start", "first", "last"]].to_numpy().tolist() == [[0, 3, 6], [6, 9, 10]]


def test_an_unfinished_week_is_not_looked_at() -> None:
    con = built(dict(LOST_GROWTH.fires.rows) | {"check_ins": said("P1", (40, 5, 1)) + ({"employee_id": "P1", "checked_on": AS_OF + timedelta(2),
                                                                                       "pressure": 5, "growth": 1},)}, as_of=AS_OF + timedelta(3))
    assert state(con, LOST_GROWTH) == ("quiet", None)


# --- what is said by name, and never the pulse -------------------------------------------------------------------------------------

def talked(*rows: tuple[int, str]) -> tuple[dict[str, object], ...]:
    return tuple({"employee_id": "P1", "talked_on": AS_OF - timedelta(back), "signals": signals} for back, signals in rows)


@pytest.mark.parametrize(("talks", "expected"), [
    ([(40, "pressure,training"), (10, "pressure,promotion")], "fires"),
    ([(40, "pressure"), (10, "training")], "quiet"), ([(10, "pressure,training")], "quiet"), ([(10, "pay")], "cannot_tell"),
    ([(80, "pressure,training"), (10, "pressure,promotion")], "quiet"),   # more than eight weeks ago
])
def test_talks_say_it_when_both_are_mentioned_twice_and_performance_is_flat(talks: list[tuple[int, str]], expected: str) -> None:
    con = built({"employees": employees(), "activity_days": ordinary(skip=0, weeks=20), "talks": talked(*talks)})
    assert state(con, LOST_GROWTH)[0] == expected


def test_talks_do_not_say_it_of_somebody_whose_performance_grows() -> None:
    grown = days("P1", weeks=8, effective=24, intents=3, deals=1, follow_up_minutes=60)
    before = tuple(row for row in ordinary(count=1, skip=0, weeks=20) if row["work_date"] < AS_OF - timedelta(55))
    con = built({"employees": employees(), "activity_days": ordinary(weeks=20) + grown + before,
                 "talks": talked((40, "pressure,training"), (10, "pressure,promotion"))})
    assert state(con, LOST_GROWTH) == ("quiet", None)


def test_no_rule_names_the_pulse_or_reads_its_tables() -> None:
    texts = [pain._PEOPLE, pain._DAYS, pain._WEEKS, pain._SAID, pain._TALKED, *(pain.sql(rule, {}) for rule in PAINS)]
    assert all("pulse" not in text for text in texts) and all("pulse" not in table for table in pain.READS)
    con = built(dict(LOST_GROWTH.fires.rows), needed=(*NEEDED, "pulse_waves", "pulse_results"))
    for table in con.execute("select table_name from information_schema.tables where table_name not like 'src_%'").fetchall():
        if table[0] not in pain.READS:  # every table that the rules do not name is gone, the pulse's among them
            con.execute(f"drop table if exists {table[0]}")
    pain.build(con, AS_OF, {})
    assert state(con, LOST_GROWTH) == ("fires", None)


def test_what_the_pulse_says_changes_nothing() -> None:
    rows = dict(LOST_GROWTH.quiet.rows)

    def points(score: float) -> list[tuple[object, ...]]:
        result = [("w1", level, unit, question, "shown", 9, score, score - .2, score + .2, None) for level, unit in (("company", ""), ("team", "T1"))
                  for question in ("pressure", "growth", "cohesion")]
        columns = list(COLUMNS["pulse_results"])
        wave = dict(zip(COLUMNS["pulse_waves"], ("w1", AS_OF - timedelta(20), AS_OF - timedelta(10), "closed", "app"), strict=True))
        con = built(rows, needed=(*NEEDED, "pulse_waves", "pulse_results"), app={"pulse_results": [row[:len(columns)] for row in result], "pulse_waves": [tuple(wave.values())]})
        assert con.execute("select count(*) from pulse_results").fetchone()[0] == len(result)
        return con.execute("select employee_id, pain, state, why, since, strength, cast(evidence as varchar) from pain_points order by all").fetchall()

    assert points(1.0) == points(5.0) and all(row[2] != "fires" for row in points(5.0))


def test_a_pain_that_was_there_in_the_first_judged_week_is_compared_with_nobody() -> None:
    """It began nobody knows when, so that nobody can be looked at after the same time in it."""
    spells = pd.DataFrame({"row": range(24), "start": 3, "first": 6, "last": 12})
    people = pd.DataFrame({"employee_id": [f"E{nth}" for nth in range(24)]})
    support = pd.DataFrame({"employee_id": people["employee_id"][:12], "kind": "course", "assigned_on": AS_OF + timedelta(7 * 8)})
    seen = np.random.default_rng(1).uniform(3, 5, (24, 20))
    counted = pain_measures.Numbers(seen, np.full(seen.shape, 10.0))
    compared = [pain._followed(SCRIPT, people, np.zeros(24, dtype=int), spells, support, counted, AS_OF, began)[0].supported for began in (5, 6)]
    assert compared[0] >= 10 and compared[1] == 0
