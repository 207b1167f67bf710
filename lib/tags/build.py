"""Build the tags: episodes of every tag, and what teams and the library show of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import duckdb

from lib.settings import Value, get
from lib.tags import compile as compiled
from lib.tags.rules import TAGS

Report = Callable[[str, int | None], None]

_EPISODES = """
create or replace table tag_episodes as
with
episodes as ({union}),
people as (select person_no, employee_id from employees),
named as (
    select p.employee_id, e.tag, e.since, e.until, e.strength, cast(e.evidence as json) as evidence
    from episodes as e
    join people as p on p.person_no = e.person_no
    order by p.employee_id, e.tag, e.since
)
select * from named
"""

_TEAM_TAG_WEEKS = """
create or replace table team_tag_weeks as
with
weeks as (select team, week, headcount from team_weeks),
episodes as (select * from tag_episodes),
people as (select employee_id, team from employees),
kinds as (select tag from tags),
spans as (
    select
        e.employee_id,
        p.team,
        e.tag,
        cast(date_trunc('week', e.since) as date) as first_week,
        cast(date_trunc('week', coalesce(e.until, {as_of})) as date) as last_week
    from episodes as e
    join people as p on p.employee_id = e.employee_id
),
-- an episode is at most as many weeks long as there are; one row per week that it touches
touched as (
    select s.employee_id, s.team, s.tag, s.first_week + 7 * cast(g.nth as integer) as week
    from spans as s
    join generate_series(0, (select max(datediff('day', s.first_week, s.last_week)) // 7 from spans as s)) as g (nth)
        on g.nth <= datediff('day', s.first_week, s.last_week) // 7
),
holding as (
    select t.team, t.week, t.tag, count(distinct t.employee_id) as people
    from touched as t
    group by t.team, t.week, t.tag
),
team_tags as (
    select w.team, w.week, k.tag, cast(coalesce(h.people, 0) as integer) as people, w.headcount
    from weeks as w
    cross join kinds as k
    left join holding as h on h.team = w.team and h.week = w.week and h.tag = k.tag
    order by w.team, w.week, k.tag
)
select * from team_tags
"""

_TAGS_HELD = """
create or replace table team_weeks as
with
weeks as (select * from team_weeks),
held as (select t.team, t.week, cast(sum(t.people) as integer) as tags from team_tag_weeks as t group by t.team, t.week),
completed as (
    select w.* replace (coalesce(h.tags, 0) as tags_held)
    from weeks as w
    left join held as h on h.team = w.team and h.week = w.week
    order by w.team, w.week
)
select * from completed
"""

# share_max_team leaves out teams too small to speak of a share.
_TAG_CARRY = """
create or replace table tag_carry as
with
team_tags as (select * from team_tag_weeks),
carried as (
    select
        t.tag,
        t.week,
        cast(sum(t.people) as integer) as people,
        max(case when t.headcount >= {min_group} then t.people / t.headcount end) as share_max_team
    from team_tags as t
    group by t.tag, t.week
    order by t.tag, t.week
)
select * from carried
"""


def build(con: duckdb.DuckDBPyConnection, as_of: date, values: Mapping[str, Value],
          report: Report = lambda step, rows: None) -> None:
    """Make tag_episodes, tags, team_tag_weeks and tag_carry from the marts, and complete team_weeks.tags_held.

    Reads the marts.  ``values`` are the stored settings; ``report(step, rows)`` follows each step.
    Raises :class:`lib.settings.SettingError` for a limit that no tag has or that is out of bounds.
    """
    compiled.check_names(values)
    for tag in TAGS:
        con.execute(f"create or replace temporary table episodes_{tag.key} as\n{compiled.sql(tag, as_of, values)}")
        report(tag.key, _count(con, f"episodes_{tag.key}"))
    union = " union all ".join(f"select * from episodes_{tag.key}" for tag in TAGS)
    con.execute(_EPISODES.format(union=union))
    for tag in TAGS:
        con.execute(f"drop table episodes_{tag.key}")
    report("tag_episodes", _count(con, "tag_episodes"))

    con.execute("create or replace table tags (tag varchar, zh varchar, en varchar, rule_zh varchar, rule_en varchar, "
                "limits json, sort integer)")
    con.executemany("insert into tags values (?, ?, ?, ?, ?, ?, ?)", compiled.tag_rows(values))
    con.execute(_TEAM_TAG_WEEKS.format(as_of=f"date '{as_of:%Y-%m-%d}'"))
    con.execute(_TAGS_HELD)
    con.execute(_TAG_CARRY.format(min_group=int(get("privacy.min_group", values))))
    for name in ("tags", "team_tag_weeks", "tag_carry"):
        report(name, _count(con, name))


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    return con.execute(f"select count(*) from {table}").fetchone()[0]
