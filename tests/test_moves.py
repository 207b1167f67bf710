"""What else of a week really changed: one family over all rooms, and the company as a whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from scipy.special import stdtrit

from lib.access.desk import Desk
from lib.morale import moves
from lib.morale.changes import holm
from lib.warehouse.store import scratch

FIRST = date(2025, 6, 2)
WEEKS, TEAMS = 66, 24
AS_OF = FIRST + timedelta(weeks=WEEKS, days=-1)


def company(rng: np.random.Generator, gone: float = 0.006, kept: float = 0.6, quits: tuple[str, int] | None = None, stops: bool = False):
    """A company in which nothing happens, but for ``quits`` (team and people who give notice in the last week) and care that ``stops``."""
    con = scratch()
    con.execute("set threads = 1")
    weeks = [FIRST + timedelta(weeks=week) for week in range(WEEKS)]
    rows = pd.DataFrame([{"team": f"T{team:02}", "week": week, "headcount": 14, "business_line": f"L{team % 3}", "department": f"D{team % 3}"} for team in range(TEAMS) for week in weeks])
    due = rng.poisson(2.5, len(rows))
    care = rows.assign(came_due=due, kept=rng.binomial(due, kept))
    if stops:
        care.loc[care["week"] > weeks[-5], "kept"] = 0
    left = rng.poisson(gone * 14, len(rows))
    if quits:
        left[(rows["team"] == quits[0]) & (rows["week"] == weeks[-1])] = quits[1]
    people = rows.loc[rows.index.repeat(left), ["team", "week"]].rename(columns={"week": "notice_date"}).assign(leave_date=None)
    for name, frame in {"team_weeks": rows, "care_weeks": care, "employees": people}.items():
        con.register("given", frame)
        con.execute(f"create table {name} as select * from given")
        con.unregister("given")
    con.execute("alter table team_weeks alter week type date")
    con.execute("alter table care_weeks alter week type date")
    con.execute("alter table employees alter notice_date type date")
    con.execute("alter table employees alter leave_date type date")
    con.execute("create table talks as select 'a' as employee_id, 'high_pressure' as tag")
    con.execute("create table morale_weeks (team varchar, week date, headcount integer, value double, change double, usual_swing double, p double)")
    con.execute("create table risk_levels (week date, department varchar, people integer, p60 double, p90 double)")
    con.execute("create table effect_reads (read_on date, kind varchar, current boolean)")
    con.execute("create table effect_cells (read_on date, scope varchar, outcome varchar, value double, low double, high double, p_adjusted double, "
                "cared integer, compared integer, verdict varchar)")
    con.execute("create table team_changes (team varchar, week date, measure varchar, p double, p_adjusted double, real boolean)")
    return con


def found(con) -> pd.DataFrame:
    moves.build(con, AS_OF, {})
    return con.execute("select * from glance_moves").df()


def test_in_a_quiet_company_few_weeks_show_anything() -> None:
    rng, weeks, shown = np.random.default_rng(5), 0, 0
    for _ in range(4):
        real = found(company(rng)).groupby("week")["real"].any()
        weeks, shown = weeks + len(real), shown + int(real.sum())
    print(f"{shown} of {weeks} quiet weeks show a change (planned: at most 5 %)")
    assert weeks == 4 * 26 and shown <= 0.08 * weeks


def test_five_notices_in_one_team_are_found_there() -> None:
    real = found(company(np.random.default_rng(6), quits=("T03", 5)))
    last = real[real["real"] & (real["week"] == real["week"].max())]
    assert last[["level", "team", "measure", "worse"]].values.tolist() == [["team", "T03", "leaving", True]]


def test_care_that_stops_everywhere_is_the_companys_change_and_no_teams() -> None:
    real = found(company(np.random.default_rng(7), stops=True))
    last = real[real["real"] & (real["week"] == real["week"].max())]
    assert last[["level", "team", "measure", "worse"]].values.tolist() == [["company", "", "care_kept", True]]
    row = last.iloc[0]
    assert row["value"] == 0 and row["before"] == pytest.approx(0.6, abs=0.1) and row["low"] <= row["change"] < row["high"] < 0 and row["span"] == 4


def test_a_figure_of_a_team_must_hold_against_everything_that_is_asked_of_the_week() -> None:
    con = company(np.random.default_rng(8))
    con.execute("insert into team_changes values ('T00', ?, 'performance', 0.002, 0.04, true), ('T01', ?, 'performance', 1e-9, 1e-8, true)", [FIRST + timedelta(weeks=65)] * 2)
    rows = found(con)
    changes = con.execute("select team, p_adjusted, real from team_changes order by team").fetchall()
    last = rows[rows["week"] == rows["week"].max()]
    asked = int(last["p"].notna().sum()) + 2
    assert asked > 40 and changes[1][1] == pytest.approx(asked * 1e-9) and changes[1][2] is True
    assert changes[0][2] is False and changes[0][1] > 0.05
    everything = np.concatenate([[0.002, 1e-9], last["p"]])
    assert np.allclose(holm(everything)[2:], last["p_adjusted"], equal_nan=True)


def test_without_exits_and_care_nothing_is_asked_of_them() -> None:
    con = company(np.random.default_rng(9))
    con.execute("delete from employees")
    con.execute("delete from talks")
    assert found(con).empty


def test_a_read_is_news_for_four_weeks_and_counts_as_asked_when_it_cannot_tell() -> None:
    for verdict, real in (("works", True), ("cannot_tell", False)):
        con = company(np.random.default_rng(10))
        con.execute("insert into effect_reads values (?, 'quarterly', true)", [AS_OF - timedelta(days=10)])
        con.execute("insert into effect_cells values (?, 'all', 'performance', 5, 3, 7, 1e-6, 80, 90, ?)", [AS_OF - timedelta(days=10), verdict])
        rows = found(con)
        told = rows[rows["measure"] == "effect"]
        assert len(told) == 2 and set(told["real"]) == {real} and not told["worse"].any()


def test_the_companys_figures_leave_out_a_team_that_no_total_may_tell_of() -> None:
    con = company(np.random.default_rng(11))
    con.execute("update team_weeks set headcount = 3, department = 'alone' where team = 'T05'")
    week = AS_OF - timedelta(days=6)
    con.execute("insert into morale_weeks select team, week, headcount, 60 + 30 * (team = 'T05')::int, 1 + 20 * (team = 'T05')::int, 5, 0.5 from team_weeks")
    before = found(con)
    con.execute("update care_weeks set kept = 0 where team = 'T05'")
    con.execute("delete from employees where team = 'T05'")
    con.execute("update morale_weeks set value = 5, change = -40 where team = 'T05'")
    after = found(con)
    whole = lambda rows: rows[(rows["level"] == "company") & (rows["week"] == pd.Timestamp(week))].drop(columns="p_adjusted").reset_index(drop=True)
    pd.testing.assert_frame_equal(whole(before), whole(after))
    assert len(whole(after)) == 3
    con.execute("update team_weeks set headcount = 3, department = 'alone' where team = 'T06'")
    assert whole(found(con))["people"].tolist() != whole(after)["people"].tolist()


def test_the_company_falls_by_more_than_usual_only_where_its_own_swings_are_smaller() -> None:
    rng = np.random.default_rng(1)
    weeks = pd.DataFrame({"week": np.repeat(pd.date_range(FIRST, periods=26, freq="7D"), 2), "headcount": 10, "change": rng.normal(0, 1, 52)})
    quiet = moves.together(weeks)
    assert quiet["usual_swing"].notna().sum() == 26 - 8 - 11 and abs(quiet["change"].iloc[-1]) < 1.2 * quiet["usual_swing"].iloc[-1]
    weeks.loc[weeks["week"] == weeks["week"].max(), "change"] = -8.0
    fell = moves.together(weeks)
    assert fell["change"].iloc[-1] == pytest.approx(-8) and fell["usual_swing"].iloc[-1] < 4


@pytest.mark.parametrize("free", [5.5, 8.5, 12.5])
def test_the_usual_swing_is_that_of_students_t(free: float) -> None:
    assert moves._student(np.array([free]))[0] == pytest.approx(stdtrit(free, 0.975), rel=1e-3)


def test_a_lead_reads_of_moves_only_the_own_teams_morale(desk_of: Callable[..., Desk]) -> None:
    from lib.access.scope import narrowed

    lead = desk_of("lead")
    sql, values = narrowed("select team, level, measure from glance_moves", lead.viewer)
    rows = lead._warehouse.frame(sql, values)
    assert len(rows) and set(rows["team"]) == set(lead.viewer.teams or ()) and set(rows["measure"]) == {"morale"}
    sql, values = narrowed("select * from care_weeks", lead.viewer)
    assert lead._warehouse.frame(sql, values).empty
