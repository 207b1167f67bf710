"""How much of the care standard was covered, by month, for the page about effects: what was due and whether it was done.

Only what fell due in teams whose programme had started (or that had talks about a tag, where no start is known); what still has time is
not counted yet.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date

import duckdb
import pandas as pd

from lib.care import standard
from lib.care.queue import Episode
from lib.care.standard import Talk
from lib.effect import programme, tables
from lib.settings import Value

_EPISODES = """
with
begun as (
    select e.team, min(t.talked_on) as first from talks as t join employees as e on e.employee_id = t.employee_id where t.tag is not null group by e.team
),
span as (select min(week) as first from employee_weeks),
begins as (
    select e.employee_id, e.hire_date, greatest(coalesce(o.care_programme_start, b.first), s.first) as begins
    from employees as e
    cross join span as s
    left join teams as o on o.team = e.team
    left join begun as b on b.team = e.team
    where coalesce(o.care_programme_start, b.first) is not null
)
select t.employee_id, t.tag, t.since, t.until, b.hire_date, b.begins,
    case when t.tag = 'new_hire' then cast(json_extract_string(t.evidence, '$.ends_on') as date) end as ends_on
from tag_episodes as t
join begins as b on b.employee_id = t.employee_id
where t.since <= $as_of and (t.since >= b.begins or t.tag = 'new_hire' and coalesce(t.until, $as_of) >= b.begins)
"""
_TALKS = "select employee_id, talked_on, tag, coalesce(minutes, 0) as minutes, coalesce(hr_id, '') as hr_id from talks where tag is not null and talked_on <= $as_of"


def build(con: duckdb.DuckDBPyConnection, as_of: date, values: Mapping[str, Value]) -> None:
    """Fill ``effect_standard``, which is there and empty, and its part of ``effect_sides``: of how many people of each team it tells."""
    day = lambda value: None if pd.isna(value) else pd.Timestamp(value).date()
    asked = con.execute(_EPISODES, {"as_of": as_of}).df().to_dict("records")
    episodes = [Episode(row["employee_id"], row["tag"], day(row["since"]), day(row["until"]), hire_date=day(row["hire_date"]),  # type: ignore[arg-type]
                        ends_on=day(row["ends_on"])) for row in asked]
    talks = [Talk(who, pd.Timestamp(on).date(), tag, float(minutes), hr) for who, on, tag, minutes, hr in con.execute(_TALKS, {"as_of": as_of}).fetchall()]
    begun = {row["employee_id"]: day(row["begins"]) for row in asked}
    months: dict[date, list[standard.Due]] = defaultdict(list)
    for one in standard.due(episodes, talks, values, as_of):
        if one.since >= begun[one.employee_id] and one.state(as_of) != "open":
            months[one.since.replace(day=1)].append(one)
    found = pd.DataFrame([(month, len(dues), sum(one.done is not None for one in dues), len({one.employee_id for one in dues}))
                          for month, dues in sorted(months.items())], columns=["month", "due", "done", "people"])
    if len(found):
        tables.write(con, "effect_standard", found.assign(**programme.shares(found["done"], found["due"])))
        team = dict(con.execute("select employee_id, coalesce(team, '') from employees").fetchall())
        people = Counter((month, team[who]) for month, dues in months.items() for who in {one.employee_id for one in dues})
        tables.write(con, "effect_sides", [{"read_on": month, "scope": "standard", "part": "", "team": name, "cared": n} for (month, name), n in sorted(people.items())])
