"""What the estimates read, out of the marts and tags: people, weeks, episodes, cares and draws, as the core takes them.

Whoever objected to scoring is in no frame about persons.  An episode is comparable from the day on which care could have come to its team:
the programme's start of the team, else the first talk about a tag there.  Before that everybody is "not cared for", which says nothing
about care.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb
import pandas as pd

_PEOPLE = """
with
objected as (select distinct employee_id from app_choices where choice = 'no_scoring'),
lines as (select count(business_line) > 0 as known from employees)
select
    e.employee_id, coalesce(e.team, '') as team, coalesce(e.department, '') as department, coalesce(e.business_line, '') as line,
    cast(e.hire_date as timestamp) as hire_date, cast(e.leave_date as timestamp) as left_on, cast(l.given_on as timestamp) as gone_on,
    coalesce(l.kind, '') as gone_kind, o.employee_id is not null as objected
from employees as e
cross join lines as n
left join leavings as l on l.employee_id = e.employee_id
left join objected as o on o.employee_id = e.employee_id
where e.hire_date <= $as_of and (e.business_line is not null or not n.known)
order by e.employee_id
"""
_WEEKS = """
select employee_id, cast(week as timestamp) as week, worked_days, performance from employee_weeks
where performance is not null order by employee_id, week
"""
_FLAGS = """
select employee_id, tag, cast(since as timestamp) as since, coalesce(strength, 0) as strength from tag_episodes
where since >= $first and since <= $as_of order by employee_id, tag, since
"""
_CARES = """
select
    t.employee_id, cast(t.talked_on as timestamp) as care_on, t.tag, coalesce(t.support, '') as kind, coalesce(t.hr_id, '') as hr_id,
    cast(t.minutes as double) as minutes
from talks as t
where t.tag is not null and t.talked_on <= $as_of
order by t.employee_id, t.talked_on, t.tag, t.hr_id, t.minutes, t.support
"""
# A pain that fires for the first time is known on the Monday after; a gap of two weeks or more begins a new one.  What fired in the first
# week that is judged began nobody knows when.
_PAINS = """
with
weeks as (select employee_id, pain, week, lag(week) over (partition by employee_id, pain order by week) as before from pain_weeks),
span as (select min(week) as first from pain_weeks)
select w.employee_id, w.pain as tag, cast(w.week + 7 as timestamp) as since, 0.0 as strength
from weeks as w
cross join span as s
where (w.before is null or w.week - w.before > 14) and w.week > s.first and w.week + 7 <= $as_of
order by w.employee_id, w.pain, w.week
"""
_SUPPORTS = """
select employee_id, cast(assigned_on as timestamp) as care_on, pain as tag, kind, '' as hr_id, cast(null as double) as minutes
from app_supports where assigned_on <= $as_of order by employee_id, assigned_on, pain, kind
"""
_DRAWS = """
select employee_id, tag, cast(drawn_on as timestamp) as drawn_on, draw_id, drawn, chance from care_draws
where drawn_on <= $as_of order by employee_id, tag, drawn_on, draw_id
"""


@dataclass(frozen=True)
class Frames:
    """The input of the core (``lib/effect/episodes.py`` says the columns), for the whole time that is known.

    ``people`` also has ``department``, ``gone_on`` (notice, else last day) and ``gone_kind``; ``objected``: flags of those who object (tag, team,
    since); ``waiting``: flags of teams to which care never came (tag, team, department, since), which are only counted; ``starts``: team → Monday of the first programme week (NaT: not yet); ``care_from``: team → day from which care could come;
    ``pains`` and ``supports``: flags and cares of pain points; ``first``: first Monday with data.
    """

    people: pd.DataFrame
    weeks: pd.DataFrame
    flags: pd.DataFrame
    cares: pd.DataFrame
    draws: pd.DataFrame
    pains: pd.DataFrame
    supports: pd.DataFrame
    objected: pd.DataFrame
    waiting: pd.DataFrame
    starts: pd.Series
    care_from: pd.Series
    first: pd.Timestamp


def there(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Whether a table is in the version at all (a ledger that never drew has no draws)."""
    return bool(con.execute("select count(*) from information_schema.tables where table_name = $table", {"table": table}).fetchone()[0])


def read(con: duckdb.DuckDBPyConnection, as_of: date) -> Frames | None:
    """The frames as known on ``as_of``; None when nobody has a week with data."""
    day = {"as_of": as_of}
    first = con.execute("select cast(min(week) as timestamp) from employee_weeks where performance is not null and week <= $as_of", day).fetchone()[0]
    if first is None:
        return None
    everybody = con.execute(_PEOPLE, day).df()
    people = everybody[~everybody["objected"]].drop(columns="objected").reset_index(drop=True)
    mine = lambda frame: frame[frame["employee_id"].isin(people["employee_id"])].reset_index(drop=True)
    flags = con.execute(_FLAGS, day | {"first": first}).df()
    cares = mine(con.execute(_CARES, day).df())
    draws = con.execute(_DRAWS, day).df() if there(con, "care_draws") else pd.DataFrame(columns=["employee_id", "tag", "drawn_on", "draw_id", "drawn", "chance"])
    starts = con.execute("select team, cast(date_trunc('week', care_programme_start) as timestamp) as start from teams").df().set_index("team")["start"]
    care_from = _care_from(people, cares, starts)
    placed = flags.merge(everybody[["employee_id", "team", "department", "objected"]], on="employee_id")
    never = placed["team"].map(care_from).isna() & ~placed["objected"]
    reached = mine(flags[~flags["employee_id"].isin(placed.loc[never, "employee_id"])])
    return Frames(people, mine(con.execute(_WEEKS).df()), reached, cares, mine(draws), mine(con.execute(_PAINS, day).df()), mine(con.execute(_SUPPORTS, day).df()),
                  placed.loc[placed["objected"], ["tag", "team", "since"]], placed.loc[never, ["tag", "team", "department", "since"]], starts, care_from,
                  pd.Timestamp(first))


def _care_from(people: pd.DataFrame, cares: pd.DataFrame, starts: pd.Series) -> pd.Series:
    """Per team the day from which care could come, NaT for none."""
    began = cares.merge(people[["employee_id", "team"]], on="employee_id").groupby("team")["care_on"].min()
    teams = pd.Index(sorted(set(people["team"])))
    return starts.reindex(teams).fillna(began.reindex(teams))
