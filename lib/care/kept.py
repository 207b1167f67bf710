"""How far care is kept up with, team by team and week by week: what a boss may know of the care standard, without a person in it.

``care_weeks`` has one row per team and completed week.  On a team's table in a week lies what was answered in it (``done``), what could
still be answered on its last day (``open``), and what is past its due day, was not answered and is still worth a talk (``overdue``, as
:func:`lib.care.standard.overdue` lists it).  ``came_due`` counts what had its due day in the week, ``kept`` what of it was answered by
then.  ``cares`` are talks about a tag held in the week, ``people`` the team's people on its last day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

import duckdb
import numpy as np
import pandas as pd

from lib.care import standard
from lib.care.queue import Episode
from lib.care.standard import Due, Talk
from lib.settings import Value

Report = Callable[[str, int | None], None]

WEEKS = 64      # completed weeks that are counted: 26 that may be shown, and the past that they are held against
LISTED = 30     # days past its due day for which something is listed as overdue
COUNTS = ("done", "open", "overdue", "came_due", "kept", "cares", "people")
_LONG = 75      # days before the first week in which something began that can still be on the table in it
_NEVER = 10**6

_TABLE = f"create or replace table care_weeks (team varchar, week date, {', '.join(f'{name} integer' for name in COUNTS)})"
_EPISODES = """
select t.employee_id, t.tag, t.since, t.until, e.hire_date,
    case when t.tag = 'new_hire' then cast(json_extract_string(t.evidence, '$.ends_on') as date) end as ends_on
from tag_episodes as t
join employees as e on e.employee_id = t.employee_id
where e.team is not null and t.since <= $last and (t.since >= $first or (t.tag = 'new_hire' and coalesce(t.until, $last) >= $first))
order by t.employee_id, t.tag, t.since
"""
_TALKS = """
select employee_id, talked_on, tag, coalesce(minutes, 0) as minutes, coalesce(hr_id, '') as hr_id
from talks
where tag is not null and talked_on between $first and $last
"""
_PEOPLE = "select employee_id, team, hire_date, leave_date from employees where team is not null and hire_date <= $last"
_WEEKS = "select distinct week from team_weeks where week + 6 <= $last and week + 6 > $last - 7 * $weeks order by week"


def build(con: duckdb.DuckDBPyConnection, as_of: date, values: Mapping[str, Value], report: Report = lambda step, rows: None) -> None:
    """Write ``care_weeks``; empty where there is no completed week."""
    con.execute(_TABLE)
    mondays = [_day(row[0]) for row in con.execute(_WEEKS, {"last": as_of, "weeks": WEEKS}).fetchall()]
    if mondays:
        table = counted(*_read(con, mondays, as_of, values), mondays)
        con.register("care_weeks_found", table)
        con.execute(f"insert into care_weeks select team, cast(week as date), {', '.join(COUNTS)} from care_weeks_found order by team, week")
        con.unregister("care_weeks_found")
    report("care_weeks", con.execute("select count(*) from care_weeks").fetchall()[0][0])


def _day(value: object) -> date | None:
    return None if pd.isna(value) else pd.Timestamp(value).date()  # type: ignore[call-overload, arg-type]


def _read(con: duckdb.DuckDBPyConnection, mondays: list[date], as_of: date, values: Mapping[str, Value]) -> tuple[list[Due], list[Talk], pd.DataFrame]:
    """Everything that was due in these weeks with what answered it, the talks about a tag, and the people."""
    span = {"first": mondays[0] - timedelta(_LONG), "last": as_of}
    episodes = [Episode(who, tag, since, until, hire_date=hired, ends_on=ends)
                for who, tag, since, until, hired, ends in con.execute(_EPISODES, span).fetchall()]
    talks = [Talk(who, on, tag, float(minutes), hr) for who, on, tag, minutes, hr in con.execute(_TALKS, span).fetchall()]
    return standard.due(episodes, talks, values, as_of), talks, con.execute(_PEOPLE, {"last": as_of}).df()


def counted(dues: list[Due], talks: list[Talk], people: pd.DataFrame, mondays: list[date]) -> pd.DataFrame:
    """The rows of ``care_weeks`` for the weeks of ``mondays`` (in order, without a gap); ``people``: employee_id, team, hire_date and leave_date
    of everybody who ever worked here.  A team has a row for every week in which it has people, or anything was done."""
    teams, team_no = np.unique(people["team"].to_numpy(str), return_inverse=True)
    at = dict(zip(people["employee_id"], range(len(people)), strict=True))
    hired = people["hire_date"].to_numpy("datetime64[D]").astype(int)
    left = people["leave_date"].to_numpy("datetime64[D]")
    gone = np.where(np.isnat(left), _NEVER, left.astype(int))
    first = mondays[0].toordinal() - date(1970, 1, 1).toordinal()
    count = len(mondays)
    sums = {name: np.zeros((len(teams), count + 1), dtype=int) for name in COUNTS}

    def weeks_whose_sunday_is(since: np.ndarray, until: np.ndarray, who: np.ndarray, name: str) -> None:
        """Count one in every week whose Sunday lies between two days (both inclusive)."""
        begin = np.clip(-((first + 6 - since) // 7), 0, count)      # first Sunday on or after the day
        end = np.clip((until - first - 6) // 7 + 1, 0, count)       # the week after the last Sunday on or before it
        seen = begin < end
        np.add.at(sums[name], (team_no[who[seen]], begin[seen]), 1)
        np.add.at(sums[name], (team_no[who[seen]], end[seen]), -1)

    def week_of(day: np.ndarray, who: np.ndarray, name: str) -> None:
        week = (day - first) // 7
        seen = (week >= 0) & (week < count)
        np.add.at(sums[name], (team_no[who[seen]], week[seen]), 1)

    known = [one for one in dues if one.employee_id in at]
    number = lambda days: np.array([day.toordinal() for day in days], dtype=int) - date(1970, 1, 1).toordinal()
    who = np.array([at[one.employee_id] for one in known], dtype=int)
    since, last, closes = (number(getattr(one, name) for one in known) for name in ("since", "last", "closes"))
    answered = np.array([one.done is not None for one in known], dtype=bool)
    done = np.where(answered, number(one.done.on if one.done else one.since for one in known), _NEVER)
    held = [(at[talk.employee_id], talk.on) for talk in talks if talk.employee_id in at]
    everybody = np.arange(len(people))

    # Whoever leaves takes along what was not answered.
    stays = np.minimum(done - 1, gone[who])
    weeks_whose_sunday_is(since, np.minimum(last, stays), who, "open")
    weeks_whose_sunday_is(last + 1, np.minimum(np.minimum(closes, last + LISTED), stays), who, "overdue")
    weeks_whose_sunday_is(hired, gone, everybody, "people")
    running = {name: np.cumsum(sums[name], axis=1)[:, :count] for name in ("open", "overdue", "people")}
    week_of(done[answered], who[answered], "done")
    came = last <= gone[who]
    week_of(last[came], who[came], "came_due")
    in_time = came & (done <= last)
    week_of(last[in_time], who[in_time], "kept")
    week_of(number(day for _, day in held), np.array([person for person, _ in held], dtype=int), "cares")
    tables = {name: running.get(name, sums[name][:, :count]) for name in COUNTS}
    there = sum(tables.values()) > 0
    team, week = np.nonzero(there)
    return pd.DataFrame({"team": teams[team], "week": np.array(mondays, dtype="datetime64[D]")[week].astype("datetime64[s]"),
                         **{name: tables[name][team, week] for name in COUNTS}})
