"""Morale index: the same by another way of counting, nothing guessed where a part is missing, never of a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from lib import settings
from lib.morale import index
from lib.morale.index import PARTS
from lib.warehouse.store import Store
from tests.small_company import built

MONDAY = date(2026, 11, 9)
SUNDAY = MONDAY + timedelta(6)
MEMBERS = [f"E{n}" for n in range(6)]


@pytest.fixture(scope="module", autouse=True)
def base() -> Iterator[None]:
    """One team of six for 40 weeks, Monday to Friday, one of them late on every Monday; built once, and put back before every use."""
    people = [{"employee_id": who, "name": f"name {who}", "team": "A", "hire_date": date(2024, 1, 1)} for who in MEMBERS]
    days = [{"employee_id": who, "work_date": day, "check_in": pd.Timestamp(day) + pd.Timedelta(hours=9),
             "check_out": pd.Timestamp(day) + pd.Timedelta(hours=22 if who == "E0" and day.weekday() == 0 else 18)}
            for back in range(40) for day in (MONDAY - timedelta(weeks=back) + timedelta(n) for n in range(5)) for who in MEMBERS]
    _base.append(built({"employees": people, "attendance": days}, SUNDAY))
    _base[0].execute("begin")
    yield
    _base.pop().close()


_base: list[duckdb.DuckDBPyConnection] = []


def company(late: dict[date, int] | None = None, thanks: Sequence[tuple[str, str, date]] = (), waves: Sequence[tuple[str, date]] = (),
            cells: Sequence[tuple[str, str, str, float, float, float]] = (), clocked: bool = True,
            values: dict[str, object] | None = None, pace: dict[date, float] | None = None, with_goal: int = 6) -> duckdb.DuckDBPyConnection:
    """The team, with ``late`` evenings in the weeks it names (none where it names none; None: one in each)."""
    con = _base[0]
    con.execute("rollback")
    con.execute("begin")
    if late is not None:
        con.execute("update team_weeks set late_evenings = 0")
        for week, times in late.items():
            con.execute("update team_weeks set late_evenings = ? where week = ?", [times, week])
    if not clocked:
        con.execute("update employee_days set check_out = null")
    for given, to, day in thanks:
        con.execute("insert into app_thanks (employee_id, from_id, reason, day) values (?, ?, 'help', ?)", [to, given, day])
    for name, closes in waves:
        con.execute("insert into pulse_waves (wave_id, opens, closes, state, source) values (?, ?, ?, 'closed', 'app')", [name, closes - timedelta(5), closes])
    for wave, level, question, mean, low, high in cells:
        con.execute("insert into pulse_results (wave_id, level, unit, question, state, n, mean, low, high) values (?, ?, ?, ?, 'shown', 6, ?, ?, ?)",
                    [wave, level, "A" if level == "team" else "", question, mean, low, high])
    con.execute("delete from goal_team_weeks")
    for week, share in (pace or {}).items():
        con.execute("insert into goal_team_weeks (team, week, metric, people, done_share) values ('A', ?, 'effective', ?, ?)", [week, with_goal, share])
    index.build(con, SUNDAY, dict(values or {}))
    return con


def part(con: duckdb.DuckDBPyConnection, name: str, week: date = MONDAY) -> pd.Series:
    return con.execute("select * from morale_parts where part = ? and week = ?", [name, week]).df().iloc[0]


def newest(con: duckdb.DuckDBPyConnection, week: date = MONDAY) -> pd.Series:
    return con.execute("select * from morale_weeks where week = ?", [week]).df().iloc[0]


def five(wave: str, mean: float, level: str = "team", reach: float = 0.4) -> list[tuple[str, str, str, float, float, float]]:
    return [(wave, level, question, 6 - mean if question == "pressure" else mean, mean - reach, mean + reach)
            for question in ("pressure", "help", "growth", "cohesion", "recommend")]


# --- each part ------------------------------------------------------------------------------------------------------------------

def test_late_evenings_are_counted_a_working_person_between_the_anchors() -> None:
    con = company()
    assert (part(con, "late")["raw"], part(con, "late")["score"]) == pytest.approx((1 / 6, (3 - 1 / 6) / 3 * 100))
    assert part(company(late={MONDAY: 3}), "late")["score"] == pytest.approx((3 - 0.5) / 3 * 100)


def test_pressure_is_turned_round_before_the_five_questions_are_averaged() -> None:
    con = company(waves=[("w", SUNDAY)], cells=five("w", 4.0))
    assert (part(con, "pulse")["raw"], part(con, "pulse")["score"]) == pytest.approx((4.0, 75.0))


def test_a_department_or_company_cell_is_not_taken_for_the_team() -> None:
    con = company(waves=[("w", SUNDAY)], cells=five("w", 4.0, level="company"))
    assert part(con, "pulse")["why_missing"] == "pulse_hidden" and pd.isna(part(con, "pulse")["score"])


def test_a_wave_counts_from_the_week_it_closes_in_for_thirteen_weeks_and_no_longer() -> None:
    closes = SUNDAY - timedelta(weeks=14)
    con = company(waves=[("w", closes)], cells=five("w", 4.0))
    seen = con.execute("select week, score, why_missing from morale_parts where part = 'pulse' order by week").df()
    with_pulse = seen[seen["score"].notna()]["week"].dt.date.tolist()
    assert with_pulse == [closes - timedelta(6) + timedelta(weeks=n) for n in range(13)]
    assert set(seen[seen["week"].dt.date > with_pulse[-1]]["why_missing"]) == {"pulse_old"}
    assert set(seen[seen["week"].dt.date < with_pulse[0]]["why_missing"]) == {"pulse_none"}


def test_only_the_last_wave_speaks_even_when_it_hides_the_team() -> None:
    con = company(waves=[("old", SUNDAY - timedelta(weeks=5)), ("new", SUNDAY)], cells=five("old", 4.0))
    assert part(con, "pulse")["why_missing"] == "pulse_hidden"
    assert part(con, "pulse", MONDAY - timedelta(weeks=1))["score"] == pytest.approx(75)


def test_recognition_is_missing_until_somebody_uses_it_and_zero_is_a_figure_after_that() -> None:
    first = MONDAY - timedelta(weeks=3)
    con = company(thanks=[("E0", "E1", first), ("E1", "E2", MONDAY), ("E2", "E3", MONDAY), ("E3", "E4", MONDAY)])
    assert part(con, "recognition")["raw"] == pytest.approx(3 / 6)
    assert part(con, "recognition", MONDAY - timedelta(weeks=1))["score"] == 0
    assert part(con, "recognition", first - timedelta(weeks=1))["why_missing"] == "recognition_none"


def test_a_story_counts_once_it_is_published() -> None:
    con = company()
    for state in ("waiting", "declined", "published"):
        con.execute("insert into app_stories (employee_id, told_on, state) values ('E1', ?, ?)", [MONDAY, state])
    index.build(con, SUNDAY, {})
    assert part(con, "recognition")["raw"] == pytest.approx(1 / 6)


def test_without_check_outs_late_evenings_are_missing_and_not_none() -> None:
    assert part(company(clocked=False), "late")["why_missing"] == "late_hours"


def test_goal_pace_is_the_share_of_the_weeks_goals() -> None:
    con = company(pace={MONDAY: 0.75})
    assert (part(con, "pace")["raw"], part(con, "pace")["score"]) == (0.75, 50)
    assert part(con, "pace", MONDAY - timedelta(weeks=1))["why_missing"] == "pace_none"


def test_the_pace_of_a_few_people_with_goals_is_no_part_of_the_teams_index() -> None:
    con = company(pace={MONDAY: 0.75}, with_goal=4)
    assert part(con, "pace")["why_missing"] == "pace_kept" and pd.isna(part(con, "pace")["raw"])
    assert part(company(pace={MONDAY: 0.75}, with_goal=4, values={"privacy.min_group": 4}), "pace")["raw"] == 0.75


def test_late_evenings_of_a_few_who_check_out_are_not_the_teams() -> None:
    con = company()
    con.execute("update employee_days set check_out = null where employee_id > 'E3'")
    index.build(con, SUNDAY, {})
    assert part(con, "late")["why_missing"] == "late_few" and pd.isna(part(con, "late")["raw"])


def test_somebody_with_two_tags_about_work_is_one_person() -> None:
    con = company()
    con.execute("insert into tag_episodes (employee_id, tag, since, until) values ('E1', 'high_pressure', $d, $d), ('E1', 'client_trouble', $d, null), "
                "('E2', 'performance_dip', $d - 9, $d - 8)", {"d": MONDAY + timedelta(2)})
    index.build(con, SUNDAY, {})
    assert part(con, "tags")["raw"] == pytest.approx(1 / 6)
    assert part(con, "tags", MONDAY - timedelta(weeks=1))["raw"] == pytest.approx(1 / 6)  # E2, until the Tuesday of the week before


def test_life_events_family_matters_and_the_first_months_never_count() -> None:
    assert set(index.WORK_TAGS) == {"performance_dip", "high_pressure", "client_trouble"}
    late = {MONDAY - timedelta(weeks=3): 1}
    con = company(late=late)
    con.execute("insert into tag_episodes (employee_id, tag, since) select e.employee_id, t.tag, ? from employees as e "
                "cross join (values ('life_event'), ('family_care'), ('new_hire')) as t (tag)", [MONDAY])
    con.execute("insert into tag_episodes (employee_id, tag, since) values ('E1', 'high_pressure', ?)", [MONDAY])
    index.build(con, SUNDAY, {})
    assert part(con, "tags")["raw"] == pytest.approx(1 / 6)


# --- weights, missing parts, range ------------------------------------------------------------------------------------------------

def test_what_is_missing_leaves_its_weight_to_the_others() -> None:
    con = company(late={MONDAY: 3}, pace={MONDAY: 0.75})
    made = con.execute("select part, share from morale_parts where week = ? and share is not null", [MONDAY]).df().set_index("part")["share"]
    assert made.to_dict() == pytest.approx({"pace": 0.25 / 0.4, "late": 0.15 / 0.4})
    assert newest(con)["value"] == pytest.approx((0.25 * 50 + 0.15 * (2.5 / 3 * 100)) / 0.4) and newest(con)["parts_known"] == 2


def test_with_one_part_there_is_no_index() -> None:
    con = company()
    assert newest(con)["parts_known"] == 1 and pd.isna(newest(con)["value"])


def test_a_part_without_weight_is_shown_and_counts_for_nothing() -> None:
    con = company(pace={MONDAY: 0.75}, values={"morale.weight.pace": 0.0})
    assert part(con, "pace")["score"] == 50 and newest(con)["parts_known"] == 1 and pd.isna(newest(con)["value"])


def test_weights_and_anchors_are_settings_and_published_as_they_were() -> None:
    con = company(late={MONDAY: 3}, pace={MONDAY: 0.75}, values={"morale.weight.late": 0.75, "morale.worst.late": 1.0})
    assert part(con, "late")[["weight", "worst", "best", "score"]].tolist() == pytest.approx([0.75, 1, 0, 50])
    assert newest(con)["value"] == pytest.approx(50)


def test_anchors_of_one_value_make_the_part_missing_and_break_nothing() -> None:
    con = company(pace={MONDAY: 0.75}, values={"morale.worst.pace": 1.0})
    assert part(con, "pace")["why_missing"] == "anchors" and newest(con)["parts_known"] == 1


def test_the_range_adds_the_pulses_interval_and_the_noise_of_the_other_parts() -> None:
    rng = np.random.default_rng(5)
    shares = {MONDAY - timedelta(weeks=n): float(rng.uniform(0.6, 0.9)) for n in range(26)}
    con = company(pace=shares, waves=[("w", SUNDAY)], cells=five("w", 4.0, reach=0.4), late={MONDAY: 3})
    steps = np.diff([(shares[MONDAY - timedelta(weeks=n)] - 0.5) / 0.5 * 100 for n in range(25, -1, -1)])
    late_steps = np.array([0.0] * 25 + [-0.5 / 3 * 100])
    shares_of = {"pulse": 0.4 / 0.8, "pace": 0.25 / 0.8, "late": 0.15 / 0.8}
    errors = {"pulse": 0.4 / 4 * 100 / 1.96, "pace": steps[-26:].std(ddof=1) / np.sqrt(2), "late": late_steps.std(ddof=1) / np.sqrt(2)}
    reach = 1.96 * np.sqrt(sum((shares_of[name] * errors[name]) ** 2 for name in errors))
    row = newest(con)
    assert row["high"] - row["value"] == pytest.approx(reach) and row["value"] - row["low"] == pytest.approx(reach)


def test_a_part_whose_noise_is_not_known_yet_gives_no_range() -> None:
    con = company(pace={MONDAY - timedelta(weeks=n): 0.7 for n in range(4)})
    assert not pd.isna(newest(con)["value"]) and pd.isna(newest(con)["low"]) and pd.isna(newest(con)["high"])


# --- change -----------------------------------------------------------------------------------------------------------------------

def swinging(last: float) -> duckdb.DuckDBPyConnection:
    rng = np.random.default_rng(3)
    shares = {MONDAY - timedelta(weeks=n): float(0.75 + rng.normal(0, 0.02)) for n in range(40)} | {MONDAY: last}
    return company(pace=shares)


def test_a_fall_beyond_the_teams_own_swings_is_called_and_names_what_drives_it() -> None:
    row = newest(swinging(0.5))
    assert row["real"] and row["change"] < -25 and row["driver"] == "pace" and abs(row["change"]) > row["usual_swing"]


def test_a_usual_swing_is_not_called() -> None:
    row = newest(swinging(0.76))
    assert not row["real"] and abs(row["change"]) < row["usual_swing"]


def test_a_short_history_cannot_tell() -> None:
    row = newest(company(pace={MONDAY - timedelta(weeks=n): 0.7 for n in range(8)}))
    assert not pd.isna(row["change"]) and pd.isna(row["usual_swing"]) and pd.isna(row["p"]) and not row["real"]


def test_a_part_that_comes_new_moves_nothing() -> None:
    con = company(pace={MONDAY - timedelta(weeks=n): 0.75 for n in range(40)}, waves=[("w", SUNDAY)], cells=five("w", 1.2))
    assert newest(con)["change"] == pytest.approx(0) and newest(con)["value"] < 60 and newest(con)["driver"] is None


def test_where_there_is_no_index_there_is_no_change_of_one() -> None:
    con = company(thanks=[("E0", "E1", MONDAY - timedelta(weeks=20))], late={MONDAY: 6}, values={"morale.weight.late": 0.1})
    con.execute("insert into tag_episodes (employee_id, tag, since, until) values ('E1', 'high_pressure', $d, $d)", {"d": MONDAY - timedelta(weeks=30)})
    index.build(con, SUNDAY, {"morale.weight.late": 0.1})
    assert newest(con)["parts_known"] == 3 and pd.isna(newest(con)["value"]) and pd.isna(newest(con)["change"]) and newest(con)["driver"] is None
    assert pd.isna(part(con, "late")["moved"])


def test_what_the_parts_brought_adds_up_to_the_change() -> None:
    con = company(late={MONDAY: 4}, pace={MONDAY - timedelta(weeks=n): 0.5 + n / 100 for n in range(20)})
    moved = con.execute("select sum(moved) from morale_parts where week = ?", [MONDAY]).fetchone()[0]
    assert moved == pytest.approx(newest(con)["change"])


def test_many_quiet_teams_seldom_have_one_that_is_called() -> None:
    """With nothing but noise, Holm's rule keeps the weeks in which any of 40 teams is called to about one in twenty."""
    rng, called = np.random.default_rng(11), 0
    by = index.scales({})
    for _ in range(60):
        raw = np.full((len(PARTS), 40, 32), np.nan)
        raw[1], raw[2] = 0.75 + rng.normal(0, 0.05, (40, 32)), np.abs(1 + rng.normal(0, 0.3, (40, 32)))
        called += bool(index.reckon(raw, np.full((40, 32), np.nan), np.ones((40, 32), dtype=bool), by).real[:, -1].any())
    assert called <= 7


# --- the demo, counted another way --------------------------------------------------------------------------------------------------

def again(store: Store, as_of: date) -> pd.DataFrame:
    """Index of the newest week by plain pandas from the published marts, written without a look at the module's arithmetic."""
    read = store.current().frame
    week = pd.Timestamp(as_of - timedelta(6))
    teams = read("select team, week, headcount, late_evenings, people_working from team_weeks")
    now = teams[teams["week"] == week].set_index("team")
    weights = {name: settings.get(f"morale.weight.{name}", {}) for name in PARTS}
    ends = {name: (settings.get(f"morale.worst.{name}", {}), settings.get(f"morale.best.{name}", {})) for name in PARTS}
    raw = pd.DataFrame(index=now.index)
    raw["late"] = now["late_evenings"] / now["people_working"]
    tagged = read("select employee_id, since, coalesce(until, date '2200-01-01') as until from tag_episodes "
                  "where tag in ('performance_dip', 'high_pressure', 'client_trouble')")
    holding = tagged[(tagged["since"] <= week + pd.Timedelta(days=6)) & (tagged["until"] >= week)]["employee_id"].unique()
    home = read("select employee_id, team from employees").set_index("employee_id")["team"]
    raw["tags"] = home.reindex(holding).value_counts().reindex(now.index).fillna(0) / now["headcount"]
    goals = read("select team, week, done_share from goal_team_weeks")
    raw["pace"] = goals[goals["week"] == week].set_index("team")["done_share"].reindex(now.index)
    waves = read("select * from pulse_waves")
    waves = waves[(waves["closes"] <= pd.Timestamp(as_of))].sort_values(["closes", "wave_id"])
    raw["pulse"] = np.nan
    if len(waves) and waves["closes"].iloc[-1] > pd.Timestamp(as_of) - pd.Timedelta(weeks=13):
        cells = read("select * from pulse_results where level = 'team' and state = 'shown'")
        cells = cells[cells["wave_id"] == waves["wave_id"].iloc[-1]]
        cells["good"] = [6 - m if q == "pressure" else m for q, m in zip(cells["question"], cells["mean"], strict=True)]
        raw["pulse"] = cells.groupby("unit")["good"].mean().reindex(now.index)
    praise = pd.concat([read("select employee_id, day from app_thanks"), read("select employee_id, told_on as day from app_stories where state = 'published'")])
    raw["recognition"] = np.nan
    if len(praise) and praise["day"].min() <= pd.Timestamp(as_of):
        people = read("select employee_id, team from employees").set_index("employee_id")["team"]
        inside = praise[praise["day"].between(week, pd.Timestamp(as_of))]
        raw["recognition"] = inside["employee_id"].map(people).value_counts().reindex(now.index).fillna(0) / now["headcount"]
    score = pd.DataFrame({name: ((raw[name] - low) / (high - low) * 100).clip(0, 100) for name, (low, high) in ends.items()})
    weight = score.notna() * pd.Series(weights)
    value = (score.fillna(0) * weight).sum(axis=1) / weight.sum(axis=1)
    return pd.DataFrame({"value": value.where((score.notna().sum(axis=1) >= 2) & (weight.sum(axis=1) >= 0.4 - 1e-9)), "known": score.notna().sum(axis=1)})


def test_the_demo_comes_out_the_same_when_it_is_counted_in_pandas(demo_dir: Path) -> None:
    store = Store(demo_dir)
    as_of = store.current().frame("select as_of from build_info")["as_of"][0].date()
    theirs = again(store, as_of)
    ours = store.current().frame("select team, value, parts_known from morale_weeks where week = (select max(week) from morale_weeks)").set_index("team")
    assert len(ours) > 5 and set(ours.index) == set(theirs.index)
    theirs = theirs.loc[ours.index]
    assert ours["parts_known"].tolist() == theirs["known"].tolist()
    assert ours["value"].tolist() == pytest.approx(theirs["value"].tolist(), nan_ok=True)


def test_it_covers_the_last_26_completed_weeks_of_every_team(demo_dir: Path) -> None:
    seen = Store(demo_dir).current().frame("select team, count(*) as n, max(week) as last from morale_weeks group by team")
    assert set(seen["n"]) == {26} and set(seen["last"].dt.date) == {date(2026, 11, 9)}


def test_no_column_of_the_index_can_hold_a_person(demo_dir: Path) -> None:
    con = Store(demo_dir).current()
    people = set(con.frame("select employee_id from employees")["employee_id"]) | set(con.frame("select name from employees")["name"])
    for table in ("morale_weeks", "morale_parts"):
        frame = con.frame(f"select * from {table}")
        texts = set(frame.select_dtypes(include=["object", "str"]).stack().dropna().astype(str))
        assert not texts & people and not [c for c in frame.columns if "employee" in c or c == "name"]


def quiet_houses(houses: int = 300, teams: int = 40, weeks: int = 70) -> np.ndarray:
    """Raw parts (parts × teams × weeks) of companies in which nothing happens but noise; no pulse."""
    rng = np.random.default_rng(5)
    shape = (houses * teams, weeks)
    return np.stack([np.full(shape, np.nan), rng.normal(0.75, 0.025, shape), rng.normal(1.2, 0.15, shape), rng.normal(0.2, 0.03, shape),
                     rng.normal(0.12, 0.015, shape)])


def test_in_a_quiet_company_hardly_ever_a_team_is_called() -> None:
    raw, called = quiet_houses(), 0
    for house in range(300):
        rows = raw[:, house * 40:house * 40 + 40]
        called += bool(index.reckon(rows, np.full(rows.shape[1:], np.nan), np.ones((40, 1), dtype=bool), index.scales({})).real[:, -1].any())
    assert called / 300 <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 300)


@pytest.mark.parametrize("weeks", [1, 2, 4, 6])
def test_a_decline_that_goes_on_for_weeks_is_still_called(weeks: int) -> None:
    raw = quiet_houses(1)
    raw[1, 0, -weeks:] -= 0.45
    found = index.reckon(raw, np.full(raw.shape[1:], np.nan), np.ones((40, 1), dtype=bool), index.scales({}))
    assert found.real[0, -1] and not found.real[1:, -1].any()
