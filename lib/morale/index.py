"""Morale index: how a team is, 0–100 a week, from parts that stay visible; never of a person.

Five parts: what the team's people said in the last published wave of the anonymous pulse, how far its goals were reached, late
evenings a working person, the share of people with a care tag about work, and thanks and published stories a head.  A part is scored
between two anchors (``morale.worst.*`` is 0, ``morale.best.*`` is 100) and counts with its weight (``morale.weight.*``).  What is not
known is missing and said so, and so is what would tell of a few people (see :mod:`lib.morale.pace_guard`): the other parts are
re-weighted, and below two parts, or 40 % of all weights, there is no index.

Interval (95 %): what the index would move by chance alone, from the parts' own errors: of the pulse the interval it was published
with (taken as if the same people answered all questions alike), of the others the team's own noise from week to week.  The change
is held against a month earlier (the weeks 5 to 8 before) over the parts that are known in both (as many and as heavy as an index needs), so
that a part that comes or goes moves nothing; it is ``real`` when it exceeds the team's own swings of the 26 weeks before those (Student's t with half the degrees of freedom,
since swings that lie close share weeks) and Holm's rule over all teams of the week.  A decline that goes on for weeks is thus neither
its own yardstick nor its own usual.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
import numpy as np
import pandas as pd

from lib import settings
from lib.morale import pace_guard
from lib.morale.changes import WORK_TAGS, holm
from lib.settings import Value

Report = Callable[[str, int | None], None]

PARTS = ("pulse", "pace", "late", "tags", "recognition")
UNITS = {"pulse": "of_five", "pace": "share", "late": "evenings_a_head", "tags": "people_a_head", "recognition": "times_a_head"}
SHOWN_WEEKS = 26        # completed weeks that are published
PAST = 26               # weeks of own swings that a swing is held against
BEFORE = 4              # weeks that a week is compared with …
MONTH = 4               # … which ended so many weeks earlier
MIN_BEFORE = 3          # of them, at least so many must be known
MIN_PARTS = 2           # fewer known parts than this: no index …
MIN_WEIGHT = 0.4        # … nor when they make up less than this share of all weights: a team is not best by what is missing
MIN_SWINGS = 12         # fewer own swings than this: cannot tell
MIN_STEPS = 8           # fewer steps from week to week than this: no noise known, so no interval
LEAST_SWING = 0.5       # points; a team that never moved is held to this
FAMILY_ERROR = 0.05
WIDTH = 1.96            # half-widths of a 95 % interval in standard errors


@dataclass(frozen=True)
class Scale:
    """How a part counts: its weight, and which raw values are 0 and 100."""

    weight: float
    worst: float
    best: float


SETTINGS = {
    "pulse": ("morale.weight.pulse", "morale.worst.pulse", "morale.best.pulse"),
    "pace": ("morale.weight.pace", "morale.worst.pace", "morale.best.pace"),
    "late": ("morale.weight.late", "morale.worst.late", "morale.best.late"),
    "tags": ("morale.weight.tags", "morale.worst.tags", "morale.best.tags"),
    "recognition": ("morale.weight.recognition", "morale.worst.recognition", "morale.best.recognition"),
}
"""The settings of each part, in the order of :class:`Scale`."""


def scales(values: Mapping[str, Value]) -> dict[str, Scale]:
    """Weight and anchors of every part, from the settings."""
    return {part: Scale(*(float(settings.get(name, values)) for name in SETTINGS[part])) for part in PARTS}


def score(raw: np.ndarray, scale: Scale) -> np.ndarray:
    """Raw values as points between the anchors, not cut off; NaN where they are unknown or the anchors are the same."""
    if scale.best == scale.worst:
        return np.full_like(raw, np.nan)
    return (raw - scale.worst) / (scale.best - scale.worst) * 100


@dataclass(frozen=True)
class Index:
    """Arrays of teams × weeks (``parts``: parts × teams × weeks); NaN where something is not known."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    known: np.ndarray
    change: np.ndarray
    swing: np.ndarray
    p: np.ndarray
    real: np.ndarray
    scores: np.ndarray
    before: np.ndarray
    shares: np.ndarray
    moved: np.ndarray
    """Points of the change that each part brought."""


def _before(values: np.ndarray, weeks: int) -> tuple[np.ndarray, np.ndarray]:
    """Sum and count of the known values in the ``weeks`` columns (last axis) before each one."""
    known = np.isfinite(values)
    pad = [(0, 0)] * (values.ndim - 1) + [(1, 0)]
    total = np.cumsum(np.pad(np.where(known, values, 0.0), pad), axis=-1)
    count = np.cumsum(np.pad(known.astype(float), pad), axis=-1)
    here = np.arange(values.shape[-1])
    first = np.maximum(here - weeks, 0)
    return total[..., here] - total[..., first], count[..., here] - count[..., first]


def _later(values: np.ndarray, weeks: int) -> np.ndarray:
    """The same columns (last axis) moved on by so many weeks; what is not known yet is NaN."""
    pad = [(0, 0)] * (values.ndim - 1) + [(weeks, 0)]
    return np.pad(values, pad, constant_values=np.nan)[..., :values.shape[-1]]


def _spread(values: np.ndarray, weeks: int, least: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean, standard deviation and count of the ``weeks`` columns before each; NaN below ``least`` known ones."""
    total, count = _before(values, weeks)
    squares, _ = _before(values**2, weeks)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total / count
        deviation = np.sqrt(np.maximum(squares - count * mean**2, 0) / (count - 1))
    told = count >= least
    return np.where(told, mean, np.nan), np.where(told, deviation, np.nan), count


def reckon(raw: np.ndarray, pulse_error: np.ndarray, counted: np.ndarray, by: Mapping[str, Scale]) -> Index:
    """The index from raw parts (parts × teams × weeks, in the order of :data:`PARTS`).

    ``pulse_error`` is the half-width of the pulse's interval on its own scale, ``counted`` says which teams are large enough to be
    held against chance.
    """
    from scipy.special import stdtr, stdtrit

    weights = np.array([by[part].weight for part in PARTS])[:, None, None]
    open_ended = np.stack([score(raw[at], by[part]) for at, part in enumerate(PARTS)])
    scores = np.clip(open_ended, 0, 100)
    counts = np.isfinite(scores) & (weights > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.where(counts, weights, 0) / np.where(counts, weights, 0).sum(axis=0)
        known = counts.sum(axis=0)
        heavy = np.where(counts, weights, 0).sum(axis=0) >= MIN_WEIGHT * weights.sum() - 1e-9
        value = np.where((known >= MIN_PARTS) & heavy, np.where(counts, shares * scores, 0).sum(axis=0), np.nan)

        # Noise of a part from week to week; two weeks' noise lies in one step.
        steps = np.diff(open_ended, axis=-1, prepend=np.nan)
        _, noise, _ = _spread(np.concatenate([steps, np.full((*steps.shape[:2], 1), np.nan)], axis=-1), PAST, MIN_STEPS)
        errors = noise[..., 1:] / np.sqrt(2)
        pulse = by["pulse"]
        errors[0] = np.abs(pulse_error / (pulse.best - pulse.worst) * 100) / WIDTH
        reach = WIDTH * np.sqrt(np.where(counts, (shares * errors) ** 2, 0).sum(axis=0))

        total, seen = _before(_later(scores, MONTH), BEFORE)
        before = np.where(seen >= MIN_BEFORE, total / seen, np.nan)
        both = counts & np.isfinite(before)
        weighed = np.where(both, weights, 0).sum(axis=0)
        common = np.where(both, weights, 0) / weighed
        moved = np.where(both, np.round(common * (scores - before), 9), np.nan)  # no dust of floating point is a driver
        told = np.isfinite(value) & (both.sum(axis=0) >= MIN_PARTS) & (weighed >= MIN_WEIGHT * weights.sum() - 1e-9)
        moved = np.where(told, moved, np.nan)
        change = np.where(told, np.nansum(moved, axis=0), np.nan)
        mean, deviation, history = _spread(_later(change, MONTH + BEFORE), PAST, MIN_SWINGS)
        wide = np.maximum(deviation, LEAST_SWING) * np.sqrt(1 + 1 / history)
        free = np.maximum((history - 1) / 2, 1)
        beyond = np.where(counted, change - mean, np.nan)
        held = np.isfinite(beyond)
        p = np.full_like(change, np.nan)
        p[held] = 2 * stdtr(free[held], -np.abs(beyond[held]) / wide[held])
        swing = np.where(held, stdtrit(free, 0.975) * wide, np.nan)
    adjusted = np.stack([holm(p[:, at]) for at in range(p.shape[1])], axis=1) if p.shape[1] else p
    return Index(value, np.clip(value - reach, 0, 100), np.clip(value + reach, 0, 100), known, change, swing, p, adjusted <= FAMILY_ERROR,
                 scores, before, np.where(counts, shares, np.nan), moved)


# Only published cells of the team itself; a department's figure is not taken for a team's.
_RAW = """
with
weeks as (
    select team, week, headcount, people_working, late_evenings
    from team_weeks
    where week + 6 <= $as_of and week > $since
),
every_week as (select distinct week from weeks),
wave_of as (
    select e.week, w.wave_id, w.closes, row_number() over (partition by e.week order by w.closes desc, w.wave_id desc) as nth
    from every_week as e
    join pulse_waves as w on w.closes <= e.week + 6
),
said as (
    select
        r.wave_id, r.unit as team,
        avg(case when r.question = 'pressure' then 6 - r.mean else r.mean end) as mean,
        avg((r.high - r.low) / 2) as reach
    from pulse_results as r
    where r.level = 'team' and r.state = 'shown'
    group by r.wave_id, r.unit
),
clocked as (
    select p.team, count(*) as people
    from employees as p
    semi join (select employee_id from employee_days where check_out is not null and work_date > $since) as d on d.employee_id = p.employee_id
    group by p.team
),
held as (
    select
        t.employee_id,
        unnest(generate_series(date_trunc('week', t.since), cast(coalesce(t.until, $as_of) as timestamp), interval 7 day)) as week
    from tag_episodes as t
    where list_contains($tags, t.tag) and coalesce(t.until, $as_of) > $since
),
-- somebody with two tags is one person
tagged as (
    select p.team, cast(h.week as date) as week, count(distinct h.employee_id) as people
    from held as h
    join employees as p on p.employee_id = h.employee_id
    group by p.team, cast(h.week as date)
),
praise as (
    select employee_id, day from app_thanks
    union all
    select employee_id, told_on as day from app_stories where state = 'published'
),
first_praise as (select min(day) as day from praise),
praised as (
    select p.team, cast(date_trunc('week', r.day) as date) as week, count(*) as times
    from praise as r
    join employees as p on p.employee_id = r.employee_id
    group by p.team, cast(date_trunc('week', r.day) as date)
)
select
    w.team, w.week, w.headcount,
    case when v.closes > w.week + 6 - 7 * $pulse_weeks then s.mean end as pulse,
    case when v.closes > w.week + 6 - 7 * $pulse_weeks then s.reach end as pulse_error,
    case when v.wave_id is null then 'pulse_none' when v.closes <= w.week + 6 - 7 * $pulse_weeks then 'pulse_old'
        when s.mean is null then 'pulse_hidden' end as pulse_why,
    case when k.team is null then g.done_share end as pace,
    case when g.done_share is null then 'pace_none' when k.team is not null then 'pace_kept' end as pace_why,
    case when c.people >= least(w.headcount, $least) then w.late_evenings * 1.0 / nullif(w.people_working, 0) end as late,
    case when c.team is null then 'late_hours' when c.people < least(w.headcount, $least) then 'late_few'
        when w.people_working = 0 then 'late_nobody' end as late_why,
    case when $has_tags then coalesce(t.people, 0) * 1.0 / w.headcount end as tags,
    case when not $has_tags then 'tags_none' end as tags_why,
    case when f.day <= w.week + 6 then coalesce(h.times, 0) * 1.0 / w.headcount end as recognition,
    case when f.day is null or f.day > w.week + 6 then 'recognition_none' end as recognition_why
from weeks as w
cross join first_praise as f
left join wave_of as v on v.week = w.week and v.nth = 1
left join said as s on s.wave_id = v.wave_id and s.team = w.team
left join clocked as c on c.team = w.team
left join tagged as t on t.team = w.team and t.week = w.week
left join praised as h on h.team = w.team and h.week = w.week
left join goal_team_weeks as g on g.team = w.team and g.week = w.week
left join pace_kept as k on k.team = w.team and k.week = w.week
order by w.team, w.week
"""
_WITH_GOALS = """
select g.week, g.team, coalesce(t.department, '') as department, g.metric as measure, g.people, w.headcount
from goal_team_weeks as g
left join teams as t on t.team = g.team
left join team_weeks as w on w.team = g.team and w.week = g.week
where g.week > $since
order by g.week, g.team
"""
def _pace_kept(con: duckdb.DuckDBPyConnection, since: date, least: int) -> pd.DataFrame:
    """Teams and weeks whose goal pace would tell of a few people.  A team that is too small to be shown at all keeps its own: only HR
    sees it, who sees its people."""
    rows = con.execute(_WITH_GOALS, {"since": since}).df()
    kept = rows[pace_guard.kept_back(rows, least) & rows["headcount"].ge(least)]
    return kept[["team", "week"]].astype({"team": str})


_HAS_TAGS = "select exists (select 1 from tag_episodes where list_contains($tags, tag)) as known"


def tables(rows: pd.DataFrame, values: Mapping[str, Value]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """``morale_weeks`` and ``morale_parts`` from one row per team and week (columns as :data:`_RAW` names them)."""
    by, least = scales(values), int(settings.get("privacy.min_group", values))
    teams, at = np.unique(rows["team"].to_numpy(str), return_inverse=True)
    weeks, when = np.unique(rows["week"].to_numpy("datetime64[D]"), return_inverse=True)

    def grid(column: str) -> np.ndarray:
        out = np.full((len(teams), len(weeks)), np.nan)
        out[at, when] = rows[column].to_numpy(float, na_value=np.nan)
        return out

    heads = grid("headcount")
    found = reckon(np.stack([grid(part) for part in PARTS]), grid("pulse_error"), heads >= least, by)
    order = np.lexsort((when, at))
    order = order[when[order] >= len(weeks) - SHOWN_WEEKS]
    cell = (at[order], when[order])
    here = rows.iloc[order].reset_index(drop=True)
    moved = found.moved[:, *cell]
    sizes = np.where(np.isfinite(moved), np.abs(moved), -1)
    driver, told = sizes.argmax(axis=0), np.isfinite(found.change[cell]) & (sizes.max(axis=0) > 0)
    morale_weeks = pd.DataFrame({
        "team": here["team"], "week": here["week"], "headcount": here["headcount"].astype(int),
        **{name: getattr(found, name)[cell] for name in ("value", "low", "high", "known", "change", "swing", "p", "real")},
        "driver": np.where(told, np.array(PARTS, dtype=object)[driver], None),
        "driver_change": np.where(told, np.take_along_axis(moved, driver[None], axis=0)[0], np.nan)})
    morale_parts = pd.concat([pd.DataFrame({
        "team": here["team"], "week": here["week"], "part": part, "raw": here[part].astype(float), "unit": UNITS[part],
        "score": found.scores[nth][cell], "before": found.before[nth][cell], "weight": by[part].weight, "worst": by[part].worst, "best": by[part].best, "share": found.shares[nth][cell],
        "moved": moved[nth], "why_missing": here[f"{part}_why"], "sort": nth}) for nth, part in enumerate(PARTS)], ignore_index=True)
    return morale_weeks, morale_parts


_EMPTY_PACE = "create table if not exists goal_team_weeks (team varchar, week date, metric varchar, people integer, done_share double)"
_WEEKS = """
create or replace table morale_weeks as
select
    team, cast(week as date) as week, case when isfinite(value) then value end as value, case when isfinite(low) then low end as low,
    case when isfinite(high) then high end as high, cast(known as integer) as parts_known, cast(headcount as integer) as headcount,
    case when isfinite(change) then change end as change, case when isfinite(swing) then swing end as usual_swing,
    case when isfinite(p) then p end as p, real, cast(driver as varchar) as driver,
    case when isfinite(driver_change) then driver_change end as driver_change
from morale_weeks_found
order by team, week
"""
_PARTS = """
create or replace table morale_parts as
select
    team, cast(week as date) as week, part, case when isfinite(raw) then raw end as raw, unit, case when isfinite(score) then score end as score,
    case when isfinite(before) then before end as before, weight, worst, best, case when isfinite(share) then share end as share,
    case when isfinite(moved) then moved end as moved,
    case when isfinite(score) then null else coalesce(cast(why_missing as varchar), 'anchors') end as why_missing
from morale_parts_found
order by team, week, sort
"""


def build(con: duckdb.DuckDBPyConnection, as_of: date, values: Mapping[str, Value], report: Report = lambda step, rows: None) -> None:
    """Write ``morale_weeks`` (team × week) and ``morale_parts`` (team × week × part) of the last 26 completed weeks.

    ``morale_weeks``: ``value`` 0–100 with its 95 % interval ``low``–``high``, ``parts_known``, ``headcount``, ``change`` in points against a
    month earlier, ``usual_swing`` (95 % of the team's own swings lie within it), ``p``, ``real``, and the part that moved most
    (``driver``, ``driver_change``).  ``morale_parts``: ``raw`` in its ``unit``, ``score`` 0–100, ``before`` (mean score of the month earlier),
    ``weight`` and the anchors ``worst`` and ``best`` as set, ``share`` of the index it makes up here, ``moved`` (points of the change), ``why_missing``.
    Reads the marts, ``tag_episodes`` and ``goal_team_weeks`` (an empty one is made where no goals were reckoned).
    """
    con.execute(_EMPTY_PACE)
    since = as_of - timedelta(weeks=SHOWN_WEEKS + PAST + 2 * (MONTH + BEFORE) + 1)
    tags = list(WORK_TAGS)
    has_tags = bool(con.execute(_HAS_TAGS, {"tags": tags}).df()["known"][0])
    least = int(settings.get("privacy.min_group", values))
    con.register("pace_kept", _pace_kept(con, since, least))
    rows = con.execute(_RAW, {"as_of": as_of, "since": since, "tags": tags, "has_tags": has_tags, "least": least,
                              "pulse_weeks": int(settings.get("morale.pulse_weeks", values))}).df()
    con.unregister("pace_kept")
    morale_weeks, morale_parts = tables(rows, values)
    for name, frame, statement in (("morale_weeks", morale_weeks, _WEEKS), ("morale_parts", morale_parts, _PARTS)):
        con.register(f"{name}_found", frame)
        con.execute(statement)
        con.unregister(f"{name}_found")
        report(name, len(frame))
