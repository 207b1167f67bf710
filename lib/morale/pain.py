"""Pain points: the three rules of :mod:`lib.morale.pain_rules` over the published tables, this week and the 26 weeks before.

``pain_points``: one row per person and pain on the day of the build, whether it fires, is quiet or cannot be told.  ``pain_weeks``:
one row per person, pain and complete week in which it fired, so that "since" is real.  Whoever objected to scoring is in neither.
``pain_followed``: what each kind of support did, beside comparable people without it (:mod:`lib.morale.pain_followed`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal

import duckdb
import numpy as np
import pandas as pd

from lib import settings
from lib.morale import pain_followed
from lib.morale.pain_measures import Limits, Numbers, Weeks, measure, numbers
from lib.morale.pain_rules import PAINS, SUPPORT_KINDS, limits_of
from lib.morale.pain_shape import Pain
from lib.settings import Value

Report = Callable[[str, "int | None"], None]
DAYS_A_MONTH = 30.4375
LONG_LEAVE = 14
"""Days in a row of approved leave that make it a long one."""
GAP = 2
"""Weeks: a pain that is quiet for one week in between goes on."""
READS = ("employees", "employee_days", "employee_weeks", "check_ins", "talk_signals", "leave_requests", "app_choices", "app_supports")
"""Every table that the rules read; the anonymous pulse is none of them."""

_PEOPLE = """
with
objected as (select employee_id from app_choices where choice = 'no_scoring'),
lines as (select count(business_line) > 0 as known from employees)
select
    e.employee_id, coalesce(e.role, e.business_line, '') as peers, e.hire_date, e.leave_date,
    coalesce((select max(1) from leave_requests as l where l.employee_id = e.employee_id and l.starts_on <= $as_of and l.ends_on >= $as_of
        and l.ends_on - l.starts_on >= $long - 1), 0) = 1 as planned
from employees as e
cross join lines as n
anti join objected as o on o.employee_id = e.employee_id
where e.hire_date <= $as_of and (e.leave_date is null or e.leave_date >= $first) and (e.business_line is not null or not n.known)
order by e.employee_id
"""
_DAYS = """
select
    employee_id, cast((work_date - $first) // 7 as integer) as week,
    sum(case when worked then 1 else 0 end) as worked,
    sum(case when not worked and (result = 'leave' or leave_hours > 0) then 1 else 0 end) as leave,
    sum(case when worked and effective is not null then 1 else 0 end) as counted,
    sum(case when effective is not null then effective + coalesce(intents, 0) + coalesce(deals, 0) else 0 end) as consultations,
    sum(case when effective is not null then coalesce(intents, 0) else 0 end) as intents,
    sum(case when effective is not null then coalesce(deals, 0) else 0 end) as deals,
    sum(case when worked and follow_up_minutes is not null then 1 else 0 end) as timed,
    sum(case when worked then coalesce(follow_up_minutes, 0) else 0 end) as follow_up
from employee_days
where work_date >= $first and work_date <= $last
group by 1, 2
"""
_WEEKS = """
select employee_id, cast((week - $first) // 7 as integer) as week, performance from employee_weeks
where week >= $first and week <= $last and performance is not null
"""
_SAID = """
select
    employee_id, cast((checked_on - $first) // 7 as integer) as week, count(*) as said, sum(pressure) as pressure, sum(growth) as growth,
    sum(case when pressure >= $pressure and growth <= $growth then 1 else 0 end) as low
from check_ins
where checked_on >= $first and checked_on <= $last
group by 1, 2
"""
_TALKED = """
with
talks_of_a_day as (
    select
        employee_id, talked_on,
        max(case when signal = 'pressure' then 1 else 0 end) as pressure,
        max(case when signal in ('training', 'promotion') then 1 else 0 end) as wish
    from talk_signals
    where talked_on >= $first and talked_on <= $last
    group by 1, 2
)
select employee_id, cast((talked_on - $first) // 7 as integer) as week, sum(pressure) as pressed, sum(pressure * wish) as wishes
from talks_of_a_day
group by 1, 2
"""


def _measured(values: Mapping[str, Value]) -> Limits:
    read = lambda name: int(settings.get(name, values))
    return Limits(read("pain.weeks"), read("pain.most_weeks"), read("pain.min_days"),
                  round(read("pain.newcomer_months") * DAYS_A_MONTH), read("pain.script.expected"), read("pain.lost_growth.weeks"))


def _grids(con: duckdb.DuckDBPyConnection, as_of: date, values: Mapping[str, Value], limits: Limits) -> tuple[pd.DataFrame, Weeks, date]:
    """People, their weeks as arrays, and the Monday of the first week."""
    last = as_of - timedelta(days=as_of.isoweekday() % 7)  # the last Sunday that is over
    first = last - timedelta(days=7 * limits.width - 1)
    span = {"first": first, "last": last}
    people = con.execute(_PEOPLE, {"as_of": as_of, "first": first, "long": LONG_LEAVE}).df()
    place = pd.Series(np.arange(len(people)), index=people["employee_id"])

    def grids(rows: pd.DataFrame, empty: float = 0.0) -> dict[str, np.ndarray]:
        at = place.reindex(rows["employee_id"]).to_numpy(float)
        known = np.isfinite(at)
        where = at[known].astype(int), rows["week"].to_numpy(int)[known]
        out = {}
        for name in rows.columns.drop(["employee_id", "week"]):
            out[name] = np.full((len(people), limits.width), empty)
            out[name][where] = rows[name].to_numpy(float)[known]
        return out

    said = {"pressure": settings.get("pain.lost_growth.pressure", values), "growth": settings.get("pain.lost_growth.growth", values)}
    found = grids(con.execute(_DAYS, span).df()) | grids(con.execute(_WEEKS, span).df(), np.nan)
    found |= grids(con.execute(_SAID, span | said).df()) | grids(con.execute(_TALKED, span).df())
    sundays = np.datetime64(first) + 6 + 7 * np.arange(limits.width)
    tenure = (sundays - people["hire_date"].to_numpy("datetime64[D]")[:, None]).astype(int)
    left = people["leave_date"].to_numpy("datetime64[D]")[:, None]
    group, names = pd.factorize(people["peers"], sort=True)
    return people, Weeks(group, len(names), tenure, (tenure >= 0) & (np.isnat(left) | (left >= sundays)), people["planned"].to_numpy(bool), **found), first


def _number(limit: Value) -> str:
    return format(Decimal(repr(limit)), "f")


def sql(pain: Pain, values: Mapping[str, Value]) -> str:
    """The statement that judges the rows of ``pain_measures`` for one pain: row, week, began, why (null: told), fires, strength, evidence."""
    whys = " ".join(f"when {one.sql} then '{one.why}'" for one in pain.unknown)
    kept = ", ".join(f"{column} as e_{name}" for name, column in pain.evidence)
    text = (f"select row, week, {pain.began} as began, case {whys} end as why, coalesce({pain.condition}, false) as met, "
            f"{pain.strength} as strength, {kept} from pain_measures")
    for name, limit in limits_of(pain, values).items():
        text = text.replace("{" + name + "}", _number(limit))
    return text


def judged(con: duckdb.DuckDBPyConnection, measures: pd.DataFrame, values: Mapping[str, Value]) -> dict[str, pd.DataFrame]:
    """The measures judged by each rule (columns as :func:`sql` names them, and ``state``)."""
    con.register("pain_measured", measures)
    # What is not known is null and not NaN, which SQL would take for a very large number.
    kinds = ", ".join(f"case when isfinite({name}) then {name} end as {name}" if kind == np.float64 else name for name, kind in measures.dtypes.items())
    con.execute(f"create or replace temporary view pain_measures as select {kinds} from pain_measured")
    out = {}
    for pain in PAINS:
        rows = con.execute(sql(pain, values)).df()
        told = rows["why"].isna().to_numpy()
        rows["state"] = np.where(~told, "cannot_tell", np.where(rows["met"].to_numpy(bool), "fires", "quiet"))
        out[pain.key] = rows
    con.execute("drop view pain_measures")
    con.unregister("pain_measured")
    return out


def runs(rows: pd.DataFrame) -> pd.DataFrame:
    """Unbroken runs of firing weeks: row, start (the first week the numbers were like this), first and last firing week."""
    fired = rows[rows["state"] == "fires"].sort_values(["row", "week"], kind="stable")
    new = (fired["row"] != fired["row"].shift()) | (fired["week"] - fired["week"].shift() > GAP)
    return fired.groupby(new.cumsum().to_numpy()).agg(row=("row", "first"), start=("began", "first"), first=("week", "first"), last=("week", "last"))


def _plain(value: object) -> object:
    """A measure as JSON: whole numbers whole, others with four significant digits, unknown as null."""
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    number = float(value)  # type: ignore[arg-type]
    return None if not np.isfinite(number) else int(number) if number.is_integer() else float(f"{number:.4g}")


def _evidence(pain: Pain, rows: pd.DataFrame) -> list[str | None]:
    columns = {name: rows[f"e_{name}"].tolist() for name, _ in pain.evidence}
    fires = (rows["state"] == "fires").tolist()
    return [json.dumps({name: _plain(np.nan if found[at] is None else found[at]) for name, found in columns.items()}) if told else None
            for at, told in enumerate(fires)]


def _followed(pain: Pain, people: pd.DataFrame, group: np.ndarray, spells: pd.DataFrame, given: pd.DataFrame, counted: Numbers,
              first: date, began: int) -> list[pain_followed.Followed]:
    """What each kind of support that was ever given for this pain did.  ``began``: the first week that was judged."""
    place = pd.Series(np.arange(len(people)), index=people["employee_id"])
    week = (given["assigned_on"].to_numpy("datetime64[D]") - np.datetime64(first)).astype(int) // 7
    rows = pd.DataFrame({"row": place.reindex(given["employee_id"]).to_numpy(float), "kind": given["kind"].to_numpy(), "week": week})
    rows = rows[np.isfinite(rows["row"]) & (rows["week"] >= 0)].astype({"row": int})
    # A pain that was there in the first week that is judged began nobody knows when: it is comparable with none.
    pains = spells[spells["first"] > began].assign(group=lambda known: group[known["row"].to_numpy(int)])
    return [pain_followed.compare(pain.key, kind, pains, rows, counted.seen, counted.usual) for kind in SUPPORT_KINDS if (rows["kind"] == kind).any()]


def build(con: duckdb.DuckDBPyConnection, as_of: date, values: Mapping[str, Value], report: Report = lambda step, rows: None) -> None:
    """Write ``pain_points``, ``pain_weeks`` and ``pain_followed`` from the tables of :data:`READS`."""
    limits = _measured(values)
    people, weeks, first = _grids(con, as_of, values, limits)
    points, fired, followed = [_POINTS], [_FIRED], []
    if len(people):
        who = people["employee_id"].to_numpy()
        given = con.execute("select employee_id, pain, kind, assigned_on from app_supports order by employee_id, assigned_on, support_id").df()
        counted, verdicts, last = numbers(weeks, limits), judged(con, measure(weeks, limits), values), weeks.width - 1
        for pain in PAINS:
            rows = verdicts[pain.key]
            if not len(rows):  # nobody worked in any week: there is nothing to judge
                continue
            spells, now = runs(rows), rows[rows["week"] == last].reset_index(drop=True)
            fires = (now["state"] == "fires").to_numpy()
            since = spells[spells["last"] == last].set_index("row")["start"].reindex(now["row"]).to_numpy(float)
            points.append(pd.DataFrame({
                "employee_id": who[now["row"]], "pain": pain.key, "state": now["state"], "why": now["why"], "since": np.where(fires, since, np.nan),
                "strength": np.where(fires, now["strength"].to_numpy(float), np.nan), "evidence": _evidence(pain, now)}))
            here = rows[rows["state"] == "fires"]
            fired.append(pd.DataFrame({"employee_id": who[here["row"]], "pain": pain.key, "week": here["week"]}))
            followed += _followed(pain, people, weeks.group, spells, given[given["pain"] == pain.key], counted[pain.key], first, int(rows["week"].min()))
    _write(con, first, pd.concat(points[1:] or points), pd.concat(fired[1:] or fired), followed)
    for table in ("pain_points", "pain_weeks", "pain_followed"):
        report(table, con.execute(f"select count(*) from {table}").fetchone()[0])


_POINTS = pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in (
    ("employee_id", "str"), ("pain", "str"), ("state", "str"), ("why", "str"), ("since", "float"), ("strength", "float"), ("evidence", "str"))})
_FIRED = pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in (("employee_id", "str"), ("pain", "str"), ("week", "int"))})
_FOLLOWED = {"pain": "varchar", "kind": "varchar", "supported": "integer", "comparable": "integer", "before": "double", "after": "double",
             "compared_before": "double", "compared_after": "double", "difference": "double", "low": "double", "high": "double",
             "verdict": "varchar", "more": "integer", "unmatched": "integer", "too_new": "integer"}


def _write(con: duckdb.DuckDBPyConnection, first: date, points: pd.DataFrame, fired: pd.DataFrame, followed: list[pain_followed.Followed]) -> None:
    monday = "cast($first as date) + 7 * cast({} as integer)"
    con.register("pain_found", points)
    con.execute(f"""
        create or replace table pain_points as
        select employee_id, pain, state, why, case when isfinite(since) then {monday.format('since')} end as since,
            case when isfinite(strength) then round(strength, 3) end as strength, cast(evidence as json) as evidence
        from pain_found order by employee_id, pain""", {"first": first})
    con.unregister("pain_found")
    con.register("pain_found", fired)
    con.execute(f"create or replace table pain_weeks as select employee_id, pain, {monday.format('week')} as week from pain_found "
                "order by employee_id, pain, week", {"first": first})
    con.unregister("pain_found")
    con.execute(f"create or replace table pain_followed ({', '.join(f'{name} {kind}' for name, kind in _FOLLOWED.items())})")
    if followed:
        con.executemany(f"insert into pain_followed values ({', '.join('?' * len(_FOLLOWED))})",
                        [[getattr(one, name) for name in _FOLLOWED] for one in followed])
