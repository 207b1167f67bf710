"""Award: what the facts of a build say that people earned, in tables; and their booking in the ledger once the build is published.

A build works out what was earned (:func:`build`) and, when its version is published, books what is not confirmed yet (:func:`book`).
Everything has a fixed ``ref``, so that a build that runs again, two at once, or the app in which a goal was reached, book nothing
twice.  Goals that the app booked as pending are confirmed when the facts bear them out, the files' or the consultations that still
stand, and refused when they do not, each once its day is over.  What is confirmed is never taken back by a build, and no streak is
rewarded twice when late data moves its beginning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pandas as pd

from lib.ledger import engine, points
from lib.ledger.points import Booking
from lib.morale import ranking
from lib.morale.points import BADGES, Rates
from lib.settings import Value
from lib.warehouse.store import Warehouse

_SHANGHAI = timedelta(hours=8)
Report = Callable[[str, int | None], None]

# The nth missed planned day of a month is frozen while n is at most the month's freeze days, and breaks the streak after that:
# the rule of lib.morale.streaks, for everybody at once.
_RUNS = """
create or replace temp table reward_runs as
with
planned as (
    select g.employee_id, g.work_date, g.reached, cast(date_trunc('month', g.work_date) as date) as month
    from goal_days as g
    where g.planned and g.target is not null
),
counted as (
    select p.*, sum(case when p.reached then 0 else 1 end) over (partition by p.employee_id, p.month order by p.work_date) as missed
    from planned as p
),
runs as (
    select c.*, sum(case when not c.reached and c.missed > $freeze_days then 1 else 0 end) over (partition by c.employee_id order by c.work_date) as run
    from counted as c
)
select r.employee_id, r.work_date, r.reached, cast(r.run as integer) as run from runs as r
"""
_POSITIONS = """
create or replace temp table reward_positions as
select r.employee_id, r.work_date, r.run,
    cast(row_number() over (partition by r.employee_id, r.run order by r.work_date) as integer) as position
from reward_runs as r
where r.reached
"""
# The streak that runs on the last day: that of the last run, unless a break came after its last reached day.
_STREAKS = """
create or replace table reward_streaks as
with
last_planned as (
    select g.employee_id, max(g.run) as run
    from reward_runs as g
    group by g.employee_id
)
select p.employee_id, max(p.position) as length, min(p.work_date) as since, max(p.work_date) as last_day
from reward_positions as p
join last_planned as l on l.employee_id = p.employee_id and l.run = p.run
join employees as e on e.employee_id = p.employee_id and e.active
group by p.employee_id
order by p.employee_id
"""
_WEEKS = """
with
days as (
    select g.employee_id, cast(date_trunc('week', g.work_date) as date) as week, sum(case when g.planned then g.target end) as target,
        sum(g.done) as done, count(case when g.reached then 1 end) as goal_days, any_value(g.metric) as metric
    from goal_days as g
    group by g.employee_id, cast(date_trunc('week', g.work_date) as date)
),
outside as (select distinct c.employee_id from app_choices as c where c.choice in ('no_ranking', 'no_scoring'))
select
    d.employee_id, d.week,
    coalesce(e.role, e.business_line, '') || ' · ' || case
        when e.hire_date > d.week + 6 - interval 3 month then 'newcomer' when e.hire_date > d.week + 6 - interval 1 year then 'year' else 'more' end
        as peers,
    d.metric, cast(coalesce(w.worked_days, 0) as integer) as worked_days, cast(d.goal_days as integer) as goal_days, d.target, d.done,
    case when d.target > 0 then coalesce(d.done, 0) / d.target end as share, o.employee_id is not null as out
from days as d
join employees as e on e.employee_id = d.employee_id and (e.leave_date is null or e.leave_date > $as_of)
left join employee_weeks as w on w.employee_id = d.employee_id and w.week = d.week
left join outside as o on o.employee_id = d.employee_id
where d.week + 6 <= $as_of and d.week + 6 > $since
order by d.week, d.employee_id
"""
# A streak that was rewarded on another day of the same run, fewer than a round away, has had this reward: late data moved its beginning.
_EARNED = """
create or replace table reward_earned as
with
earned as (
    select g.employee_id, 'daily_goal' as kind, strftime(g.work_date, '%Y-%m-%d') as ref, $daily_goal as points, g.work_date as day
    from goal_days as g
    where g.reached and g.work_date > $since and g.work_date <= $as_of
    union all
    select p.employee_id, 'streak', strftime(p.work_date, '%Y-%m-%d'), $streak, p.work_date
    from reward_positions as p
    where p.position % $streak_days = 0 and p.work_date > $since
        and not exists (
            select 1
            from app_points as b
            join reward_positions as q on q.employee_id = b.employee_id and q.work_date = b.day
            where b.kind = 'streak' and b.employee_id = p.employee_id and q.run = p.run and b.day <> p.work_date
                and abs(q.position - p.position) < $streak_days)
    union all
    select w.employee_id, 'star', strftime(w.week, '%Y-%m-%d'), $star, cast(w.week + 6 as date)
    from reward_weeks as w
    where w.star
    union all
    {badges}
),
known as (
    select d.employee_id, d.kind, d.ref, cast(d.points as integer) as points, cast(d.day as date) as day
    from earned as d
    join employees as e on e.employee_id = d.employee_id
)
select * from known order by employee_id, day, kind, ref
"""
_TEAM_WEEKS = """
create or replace table reward_team_weeks as
with
booked as (
    select a.employee_id, a.kind, a.ref, a.points, a.day from app_points as a where a.state = 'confirmed' and a.kind in ('daily_goal', 'streak', 'star', 'badge')
    union
    select r.employee_id, r.kind, r.ref, r.points, r.day from reward_earned as r
),
once as (
    select b.employee_id, b.kind, b.ref, max(b.points) as points, max(b.day) as day
    from booked as b
    group by b.employee_id, b.kind, b.ref
),
people as (select e.team, count(*) as people from employees as e where e.active and e.team is not null group by e.team),
weeks as (
    select e.team, cast(date_trunc('week', o.day) as date) as week, sum(o.points) as points, count(distinct o.employee_id) as rewarded,
        sum(case when o.kind = 'daily_goal' then o.points else 0 end) as goal_points,
        count(distinct case when o.kind = 'daily_goal' then o.employee_id end) as goal_people,
        count(case when o.kind = 'daily_goal' then 1 end) as goal_days, count(case when o.kind = 'streak' then 1 end) as streaks,
        count(case when o.kind = 'star' then 1 end) as stars, count(case when o.kind = 'badge' then 1 end) as badges
    from once as o
    join employees as e on e.employee_id = o.employee_id and e.active
    where o.day > $since and o.day <= $as_of
    group by e.team, cast(date_trunc('week', o.day) as date)
)
select w.team, w.week, cast(p.people as integer) as people, cast(w.rewarded as integer) as rewarded, cast(w.points as integer) as points,
    cast(w.goal_points as integer) as goal_points, cast(w.goal_people as integer) as goal_people, cast(w.goal_days as integer) as goal_days,
    cast(w.streaks as integer) as streaks, cast(w.stars as integer) as stars, cast(w.badges as integer) as badges
from weeks as w
join people as p on p.team = w.team
order by w.team, w.week
"""


def _badges() -> str:
    return "\n    union all\n    ".join(
        f"select b.employee_id, 'badge', b.ref, {badge.points}, b.day from ({badge.sql}) as b where b.day <= $as_of" for badge in BADGES)


def build(con: duckdb.DuckDBPyConnection, as_of: date, values: Mapping[str, Value], report: Report = lambda step, rows: None) -> None:
    """Write what people earned, from ``goal_days``, ``employee_weeks``, ``app_points``, ``app_choices`` and what badges read.

    ``reward_weeks``: a person's completed week beside its peers (place, named, star; see :mod:`lib.morale.ranking`).
    ``reward_top``: those who are named, and nobody else.  ``reward_earned``: what is to be booked (``employee_id, kind, ref, points,
    day``) of the last ``rewards.days_back`` days, and badges that are had once.  ``reward_streaks``: streaks that run on ``as_of``.
    ``reward_team_weeks``: what a team was given a week.
    """
    rates = Rates.of(values)
    since = as_of - timedelta(days=rates.days_back)
    con.execute(_RUNS, {"freeze_days": rates.freeze_days})
    con.execute(_POSITIONS)
    con.execute(_STREAKS)
    weeks = ranking.ranked(con.execute(_WEEKS, {"as_of": as_of, "since": since}).df())
    con.register("weeks_ranked", _plain(weeks))
    con.execute("create or replace table reward_weeks as select employee_id, cast(week as date) as week, peers, metric, worked_days, goal_days, "
                "target, done, share, out, cast(people as integer) as people, cast(place as integer) as place, cast(lower as integer) as lower, "
                "named, star from weeks_ranked order by week, employee_id")
    con.unregister("weeks_ranked")
    con.execute("create or replace table reward_top as select w.week, w.peers, w.place, w.employee_id, e.name, e.team, w.share, w.goal_days, w.star "
                "from reward_weeks as w join employees as e on e.employee_id = w.employee_id where w.named order by w.week, w.peers, w.place, w.employee_id")
    asked = {"since": since, "as_of": as_of, "daily_goal": rates.daily_goal, "streak": rates.streak, "streak_days": rates.streak_days,
             "star": rates.star}
    con.execute(_EARNED.replace("{badges}", _badges()), asked)
    con.execute("drop table reward_positions")
    con.execute("drop table reward_runs")
    con.execute(_TEAM_WEEKS, {"since": since, "as_of": as_of})
    report("reward_earned", con.execute("select count(*) from reward_earned").fetchone()[0])  # type: ignore[index]


def _plain(weeks: pd.DataFrame) -> pd.DataFrame:
    """The same with columns of types that DuckDB reads as they are, also when there is no row."""
    return weeks.astype({"place": "Int32", "people": "int32", "lower": "int32", "named": "bool", "star": "bool", "out": "bool"})


# --- booking --------------------------------------------------------------------------------------------------------------------

# Who logged something on a day that is not over may still take it back, so what is dated that day waits for the next build.
# A pending goal is looked up among the goal days themselves, which reach further back than what is booked anew.
_NEW = """
with
logged as (select distinct c.employee_id, c.day from app_consultations as c),
pending as (
    select a.employee_id, a.kind, a.ref, a.points, a.day
    from app_points as a
    join goal_days as g on g.employee_id = a.employee_id and g.work_date = a.day
    where a.state = 'pending' and a.kind = 'daily_goal' and g.reached
),
found as (
    select p.* from pending as p
    union all
    select r.employee_id, r.kind, r.ref, r.points, r.day
    from reward_earned as r
    anti join pending as p on p.employee_id = r.employee_id and p.kind = r.kind and p.ref = r.ref
)
select f.employee_id, f.kind, f.ref, f.points, f.day
from found as f
anti join app_points as b on b.employee_id = f.employee_id and b.kind = f.kind and b.ref = f.ref and b.state = 'confirmed'
left join logged as l on l.employee_id = f.employee_id and l.day = f.day
where f.day <= $over or l.day is null
order by f.employee_id, f.kind, f.ref
"""
# Only what was pending when the build read the ledger: of anything later it knows nothing.
_REFUSED = """
select a.employee_id, a.kind, a.ref
from app_points as a
where a.state = 'pending' and a.day <= $over
    and not exists (select 1 from goal_days as g where g.employee_id = a.employee_id and g.work_date = a.day and g.reached)
order by a.employee_id, a.kind, a.ref
"""
STALE = 14
"""Data older than so many days: the company lives on its last day, as in lib.care.day, which is a layer further down; a test holds
the two together."""


def over(as_of: date, demo: bool, calendar: date) -> date:
    """The last day with data on which nobody can log or take back anything any more: that of the data, or the day before it while the
    company still lives on it (the demo and stale data do until newer data comes)."""
    return as_of if not demo and as_of < calendar <= as_of + timedelta(STALE) else as_of - timedelta(1)


def book(data_dir: Path, demo: bool, version: Path) -> int:
    """Book what the published ``version`` says was earned and its ledger did not hold as confirmed, and refuse what was pending there and
    is not borne out; returns how many bookings are new or newly confirmed.

    Nothing earned makes no ledger.  Raises what the ledger raises when it cannot be written.
    """
    house = Warehouse(version)
    about = house.frame("select as_of, started_at from build_info").iloc[0]
    started: datetime = about["started_at"].to_pydatetime()  # what the build knows of the app is from this moment
    asked = {"over": over(about["as_of"].date(), demo, (started + _SHANGHAI).date())}
    new, refused = house.frame(_NEW, asked), house.frame(_REFUSED, asked)
    if new.empty and refused.empty:
        return 0
    ledger = engine.ledger(data_dir, demo)
    points.refuse(ledger, [tuple(map(str, row)) for row in refused.itertuples(index=False)])
    return points.post(ledger, _bookings(new))


def _bookings(new: pd.DataFrame) -> Iterator[Booking]:
    days = [day.date() for day in new["day"].dt.to_pydatetime()] if len(new) else []
    for who, kind, ref, worth, day in zip(new["employee_id"], new["kind"], new["ref"], new["points"], days, strict=True):
        yield Booking(str(who), str(kind), str(ref), int(worth), day)
