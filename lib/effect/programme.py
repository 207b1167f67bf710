"""Precise care against daily chat: what changed when a team started, beside the teams that had not yet; and the plain figures by month.

Four outcomes of a team's week: performance (points), leaving (people who leave by their own wish, per 100 people and year), HR's minutes (per person
and week), felt cared for (% of the answers).  The plain figures by month say how it looked, with Wilson intervals, and prove nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import duckdb
import numpy as np
import pandas as pd

from lib.effect import tables
from lib.effect.frames import Frames
from lib.effect.grid import Grid
from lib.effect.staggered import by_event_week, judge_programme, picture, programme, team_outcome
from lib.effect.verdict import ALPHA, Check, holm

OUTCOMES = ("performance", "leaving", "hr_minutes", "felt")
BETTER_IS_HIGHER = {"performance": True, "leaving": False, "hr_minutes": False, "felt": True}
MATTERS = {"leaving": 10.0, "hr_minutes": 3.0, "felt": 5.0}
"""The smallest change that would matter, in the unit of each outcome; that of performance is a setting."""
WEEKDAYS = 5
CHAT = "chat"
"""The "tag" of talks that were about none."""

# HR's own team is in no business line and nobody's care.
_TEAM_WEEKS = """
with lines as (select count(business_line) > 0 as known from teams)
select w.team, cast(w.week as timestamp) as week, w.headcount from team_weeks as w join teams as t on t.team = w.team
where w.headcount > 0 and w.week + 6 <= $as_of and (t.business_line is not null or not (select n.known from lines as n))
"""
# What the team's people and HR did in a week; a talk of unknown length has none.
_TALKS = """
select e.team, cast(date_trunc('week', t.talked_on) as timestamp) as week, sum(t.minutes) as minutes, count(t.minutes) as timed,
    sum(case when t.felt_cared then 1 else 0 end) as felt, count(t.felt_cared) as answers
from talks as t join employees as e on e.employee_id = t.employee_id
where e.team is not null and t.talked_on <= $as_of
group by 1, 2
"""
_LEFT = """
select e.team, cast(date_trunc('week', l.given_on) as timestamp) as week, count(*) as gone
from leavings as l join employees as e on e.employee_id = l.employee_id
where e.team is not null and l.given_on <= $as_of and coalesce(l.kind, '') <> 'involuntary'
group by 1, 2
"""
# Whose team had started by the day of a talk; the weeks of a team count for the month in which they begin.
_MONTHS = """
with
lines as (select count(business_line) > 0 as known from teams),
heads as (
    select cast(date_trunc('month', w.week) as date) as month, case when w.week >= date_trunc('week', t.care_programme_start) then 'after' else 'before' end as programme,
        sum(w.headcount) as person_weeks
    from team_weeks as w join teams as t on t.team = w.team
    where w.headcount > 0 and w.week + 6 <= $as_of and (t.business_line is not null or not (select n.known from lines as n)) group by 1, 2
),
held as (
    select cast(date_trunc('month', date_trunc('week', k.talked_on)) as date) as month,
        case when k.talked_on >= date_trunc('week', t.care_programme_start) then 'after' else 'before' end as programme,
        sum(k.minutes) as minutes, count(*) as talks, sum(case when k.minutes is null then 1 else 0 end) as untimed
    from talks as k join employees as e on e.employee_id = k.employee_id join teams as t on t.team = e.team
    where date_trunc('week', k.talked_on) + interval 6 day <= $as_of group by 1, 2
),
office as (
    select cast(date_trunc('month', date_trunc('week', k.talked_on)) as date) as month, count(distinct k.hr_id) as hr from talks as k
    where date_trunc('week', k.talked_on) + interval 6 day <= $as_of group by 1
),
weeks as (select cast(date_trunc('month', w.week) as date) as month, count(distinct w.week) as weeks from team_weeks as w where w.week + 6 <= $as_of group by 1)
select h.month, h.programme, coalesce(d.minutes, 0) as minutes, coalesce(d.talks, 0) as talks, coalesce(d.untimed, 0) as untimed,
    h.person_weeks, n.weeks, coalesce(o.hr, 0) as hr
from heads as h
join weeks as n on n.month = h.month
left join held as d on d.month = h.month and d.programme = h.programme
left join office as o on o.month = h.month
order by h.month, h.programme
"""
_FELT = """
with
said as (
    select cast(date_trunc('month', k.talked_on) as date) as month,
        case when k.talked_on >= date_trunc('week', t.care_programme_start) then 'after' else 'before' end as programme,
        coalesce(k.tag, 'chat') as tag, k.employee_id, k.felt_cared
    from talks as k join employees as e on e.employee_id = k.employee_id left join teams as t on t.team = e.team
    where k.felt_cared is not null and k.talked_on <= $as_of
),
answered as (select month, programme, tag, employee_id, felt_cared from said union all select month, programme, '' as tag, employee_id, felt_cared from said)
select month, programme, tag, count(*) as answers, count(distinct employee_id) as people, sum(case when felt_cared then 1 else 0 end) as cared
from answered group by month, programme, tag order by month, programme, tag
"""

# How many of each team's people these figures are about.
_SIDES = """
select cast(date_trunc('month', k.talked_on) as date) as read_on, 'felt' as scope,
    case when k.talked_on >= date_trunc('week', t.care_programme_start) then 'after' else 'before' end as part, coalesce(e.team, '') as team,
    count(distinct k.employee_id) as cared
from talks as k join employees as e on e.employee_id = k.employee_id left join teams as t on t.team = e.team
where k.felt_cared is not null and k.talked_on <= $as_of group by 1, 2, 3, 4
union all
select cast(date_trunc('month', w.week) as date), 'time', case when w.week >= date_trunc('week', t.care_programme_start) then 'after' else 'before' end, w.team, max(w.headcount)
from team_weeks as w join teams as t on t.team = w.team
where w.headcount > 0 and w.week + 6 <= $as_of group by 1, 2, 3, 4
"""


def wilson(hits: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """95 % Wilson intervals of shares (Wilson 1927); NaN without an answer."""
    hits, n = np.asarray(hits, float), np.asarray(n, float)
    z2 = 1.959964**2
    with np.errstate(divide="ignore", invalid="ignore"):
        share = hits / n
        middle, reach = (share + z2 / (2 * n)) / (1 + z2 / n), np.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    return middle - reach, middle + reach


def _outcomes(con: duckdb.DuckDBPyConnection, frames: Frames, grid: Grid, day: pd.Timestamp) -> dict[str, pd.DataFrame]:
    """Team × week frames (team, week, outcome) of every outcome that is known."""
    known = {"as_of": day.date()}
    heads = con.execute(_TEAM_WEEKS, known).df()
    talks, left = con.execute(_TALKS, known).df(), con.execute(_LEFT, known).df()
    merged = heads.merge(talks, on=["team", "week"], how="left").merge(left, on=["team", "week"], how="left")
    number = lambda name: merged[name].astype(float)
    frame = lambda outcome: merged[["team", "week"]].assign(outcome=np.asarray(outcome, float)).dropna()
    out = {}
    if len(frames.people) and len(grid.weeks):
        people = frames.people[frames.people["employee_id"].isin(grid.people)].set_index("employee_id").loc[grid.people].reset_index()
        out["performance"] = team_outcome(people, grid.value, grid.weeks, frames.starts)
    if len(left):
        out["leaving"] = frame(number("gone").fillna(0) / number("headcount") * 5200)
    if (talks["timed"] > 0).any():
        out["hr_minutes"] = frame(number("minutes").fillna(0) / number("headcount"))
    if (talks["answers"] > 0).any():
        out["felt"] = frame(np.where(number("answers") > 0, 100 * number("felt") / number("answers").replace(0, np.nan), np.nan))
    return out


def staggered(con: duckdb.DuckDBPyConnection, frames: Frames, grid: Grid, day: pd.Timestamp, worth: float) -> None:
    """Write ``effect_programme`` and ``effect_picture`` as known on ``day``: one row per outcome, also where nothing can be told."""
    outcomes, rows, points = _outcomes(con, frames, grid, day), [], []
    starts = frames.starts.where(frames.starts <= day)
    for name in OUTCOMES:
        found = None
        weeks = outcomes.get(name)
        if weeks is not None and len(weeks) and starts.notna().any():
            y, start, _ = by_event_week(weeks, starts)
            found = programme(y, start)
            points += [{"outcome": name, "weeks_from_start": row["week"], **row} for row in picture(y, start).to_dict("records")]
        verdict = judge_programme(found, MATTERS.get(name, worth), BETTER_IS_HIGHER[name])
        if weeks is None or not len(weeks):
            verdict = replace(verdict, checks=())  # nothing on record to be held against anything
        row: dict[str, object] = {"outcome": name, "read_on": day, "verdict": verdict.key, "bound": verdict.bound, "p": verdict.p,
                                  "checks": verdict.checks, "left_out": json.dumps({} if found is None else {"teams": found.left_out})}
        if found is not None:
            row |= {"value": found.value, "low": found.low, "high": found.high, "teams": found.teams, "not_started": found.others}
            if found.trend:
                row |= dict(zip(("trend", "trend_low", "trend_high", "trend_p"), found.trend, strict=True))
        rows.append(row)
    # Four outcomes are four questions about one programme.
    for row, adjusted in zip(rows, holm([row["p"] for row in rows]), strict=True):  # type: ignore[misc]
        row["p_adjusted"] = adjusted
        family = Check("family", bool(adjusted <= ALPHA), float(adjusted), ALPHA)
        if row["verdict"] in ("works", "harms") and not family.passed:
            row |= {"verdict": "cannot_tell", "checks": (*row["checks"], family)}  # type: ignore[misc]
        row["checks"] = tables.checks(row["checks"])  # type: ignore[arg-type]
    tables.write(con, "effect_programme", rows)
    tables.write(con, "effect_picture", points)


def by_month(con: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Write ``effect_time`` and ``effect_felt``.

    Minutes are of whole weeks, each counted in the month in which it begins.  ``minutes_per_hr_day``: what one HR spends on a weekday if every
    team took what these take: minutes per person and weekday × people per HR of that month.
    """
    found = con.execute(_MONTHS, {"as_of": as_of}).df()
    if len(found):
        per_week = found["minutes"].astype(float) / found["person_weeks"].astype(float)
        people = found["person_weeks"].astype(float) / found["weeks"]
        served = people.groupby(found["month"]).transform("sum") / found["hr"].replace(0, np.nan)
        unknown = (found["talks"] > 0) & (found["talks"] == found["untimed"])
        tables.write(con, "effect_time", found.assign(
            people=people, minutes=found["minutes"].where(~unknown), minutes_per_person_week=per_week.where(~unknown),
            minutes_per_hr_day=(per_week / WEEKDAYS * served).where(~unknown)))
    felt = con.execute(_FELT, {"as_of": as_of}).df()
    if len(felt):
        tables.write(con, "effect_felt", felt.assign(**shares(felt["cared"], felt["answers"])))
    tables.write(con, "effect_sides", con.execute(_SIDES, {"as_of": as_of}).df())


def shares(hits: pd.Series, n: pd.Series) -> Mapping[str, np.ndarray]:
    """``share``, ``low`` and ``high`` of counts."""
    low, high = wilson(hits.to_numpy(float), n.to_numpy(float))
    return {"share": hits.to_numpy(float) / n.to_numpy(float), "low": low, "high": high}
