"""Changes: which teams' figures moved this week by more than they usually do.

One number a team, measure and week: its **swing**, the week's value against the pooled mean of the 4 weeks before, on a scale on
which chance is about equally wide everywhere (square root of a rate or of performance relative to the team's own 8 weeks, arcsine
of a share).  What the rest of the business line did in the same week (median of its other teams, from 3 teams on) is taken off:
a holiday is nobody's change.  The swing is then held against the team's own swings of the 26 weeks before (prediction interval
with Student's t; its degrees of freedom are lowered for serial correlation and for heavy tails, both measured on the company's
own history), and Holm's rule keeps the chance that a quiet week shows *any* real change at 5 %.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
import numpy as np
import pandas as pd

Report = Callable[[str, int | None], None]

MEASURES = ("performance", "rejection_rate", "late_evenings", "tags_held")
SHOWN_WEEKS = 26        # completed weeks that are judged and published
PAST = 26               # weeks of own swings that a swing is held against
BEFORE = 4              # weeks that a week is compared with
LEVEL = 8               # weeks that performance is relative to (= 100)
MIN_SWINGS = 12         # fewer own swings than this: cannot tell
MIN_BEFORE = 3          # of the 4 weeks before, at least so many must be known
MIN_TEAMS = 3           # teams in a line before what they share is taken off
MIN_WORK = 0.5          # a week with less work than this share of the usual (a long holiday) is not judged
LEAST = 0.5             # least spread, as a share of what chance alone gives to unrelated people
FAMILY_ERROR = 0.05
WORK_TAGS = ("performance_dip", "high_pressure", "client_trouble")
"""Tags that count as the measure ``tags_held``: those about work, so that the figure says nothing about private life."""


@dataclass(frozen=True)
class Panel:
    """One measure of all teams: ``amount`` / ``size`` is its value; both teams × weeks, NaN where unknown.

    ``kind``: ``rate`` (amount counts events, size people), ``share`` (amount of size), ``level`` (amount over size, relative to own
    past).  ``lines``: a whole number per team, the business line it is compared with.
    """

    kind: str
    amount: np.ndarray
    size: np.ndarray
    lines: np.ndarray


@dataclass(frozen=True)
class Judged:
    """Per team × week: value, the mean before, change beyond the line with its 95 % interval, p (NaN: cannot tell), swings known."""

    value: np.ndarray
    before: np.ndarray
    change: np.ndarray
    low: np.ndarray
    high: np.ndarray
    p: np.ndarray
    history: np.ndarray


def _before(values: np.ndarray, weeks: int) -> tuple[np.ndarray, np.ndarray]:
    """Sum and count of the known values in the ``weeks`` columns before each column."""
    known = np.isfinite(values)
    add = lambda x: np.concatenate([np.zeros((len(x), 1)), np.cumsum(x, axis=1)], axis=1)
    total, count = add(np.where(known, values, 0.0)), add(known.astype(float))
    first = np.maximum(np.arange(values.shape[1]) - weeks, 0)
    here = np.arange(values.shape[1])
    return total[:, here] - total[:, first], count[:, here] - count[:, first]


def _scales(kind: str, usual: np.ndarray) -> tuple[Callable[[np.ndarray], np.ndarray], Callable[[np.ndarray], np.ndarray]]:
    """The scale of equal chance and the way back, for teams of the usual size (Anscombe's offsets keep zero events finite)."""
    with np.errstate(divide="ignore"):
        nudge = np.where(usual > 0, 0.375 / usual, np.nan)
    if kind == "share":
        there = lambda x: np.arcsin(np.sqrt(np.clip((x + nudge) / (1 + 2 * nudge), 0, 1)))
        back = lambda u: np.clip(np.sin(np.clip(u, 0, np.pi / 2)) ** 2 * (1 + 2 * nudge) - nudge, 0, 1)
    elif kind == "rate":
        there = lambda x: np.sqrt(x + nudge)
        back = lambda u: np.maximum(np.maximum(u, 0) ** 2 - nudge, 0)
    else:
        there = lambda x: np.sqrt(np.maximum(x, 0))
        back = lambda u: np.maximum(u, 0) ** 2
    return there, back


def _shared(swings: np.ndarray, lines: np.ndarray) -> np.ndarray:
    """What the other teams of the line did: the median of their swings, 0 where fewer than two others are known."""
    shared = np.zeros_like(swings)
    weeks = np.arange(swings.shape[1])
    for line in np.unique(lines):
        members = np.flatnonzero(lines == line)
        if len(members) < MIN_TEAMS:
            continue
        own = swings[members]
        order = np.argsort(own, axis=0)                      # NaN last
        ranks = np.argsort(order, axis=0)
        ranked = np.take_along_axis(own, order, axis=0)
        known = np.isfinite(own).sum(axis=0)
        others = known - 1
        pick = lambda at: ranked[np.clip(at + (at >= ranks), 0, len(members) - 1), weeks]  # noqa: B023 - used at once
        middle = (pick(np.maximum((others - 1) // 2, 0)[None, :]) + pick(np.maximum(others // 2, 0)[None, :])) / 2
        shared[members] = np.where(np.isfinite(own) & (known >= MIN_TEAMS), middle, 0.0)
    return shared


def _tails(swings: np.ndarray) -> tuple[float, float]:
    """Serial correlation and tails of all swings together: (factor that shrinks the sample, Student's df that fits the tails)."""
    from scipy import stats

    spread = np.sqrt(np.nanmean(swings**2, axis=1, keepdims=True)) if np.isfinite(swings).any() else np.ones((1, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(spread > 0, swings / spread, np.nan)
    squares = 0.0
    for lag in range(1, 9):
        if z.shape[1] > lag + MIN_SWINGS:
            pairs = z[:, lag:] * z[:, :-lag]
            if np.isfinite(pairs).sum() > 50:
                squares += float(np.nanmean(pairs)) ** 2
    sizes = np.abs(z[np.isfinite(z)])
    if len(sizes) < 400:
        return 1 + 2 * squares, 15.0  # too little history to see the tails: expect them a little heavy
    seen = float(np.quantile(sizes, 0.99))
    for df in (5.0, 6.0, 7.0, 8.0, 10.0, 12.0, 15.0, 20.0, 30.0, 60.0):
        if seen >= stats.t.ppf(0.995, df) * np.sqrt((df - 2) / df):
            return 1 + 2 * squares, df
    return 1 + 2 * squares, np.inf


def judge(panel: Panel) -> Judged:
    """Hold every week of every team against the team's own past; see the module's text for the rule."""
    from scipy import stats

    with np.errstate(divide="ignore", invalid="ignore"):
        raw = np.where(panel.size > 0, panel.amount / panel.size, np.nan)
        known = np.isfinite(raw)
        amount, size = np.where(known, panel.amount, np.nan), np.where(known, panel.size, np.nan)
        if panel.kind == "level":
            total, count = _before(raw, LEVEL)
            level = np.where((count >= MIN_BEFORE) & (total > 0), total / count, np.nan) / 100
        else:
            level = np.ones_like(raw)
        summed, weeks_before = _before(amount, BEFORE)
        people, _ = _before(size, BEFORE)
        before = np.where((weeks_before >= MIN_BEFORE) & (people > 0), summed / people, np.nan) / level
        value = raw / level
        usual, counted = _before(size, LEVEL)
        usual = usual / counted
        there, back = _scales(panel.kind, usual)
        base = there(before)
        swings = there(value) - base
        shared = _shared(swings, panel.lines)
        own = swings - shared
        total, history = _before(own, PAST)
        squares, _ = _before(own**2, PAST)
        mean = total / history
        variance = (squares - history * mean**2) / (history - 1)
        if panel.kind != "level":
            # A team in which nothing ever happened has no spread of its own: chance alone sets the least one (Poisson, binomial).
            variance = np.maximum(variance, LEAST * (1 + 1 / BEFORE) * 0.25 / usual)
        shrink, tail = _tails(own)
        free = 1 / (shrink / (history - 1) + (0 if np.isinf(tail) else 1 / tail))
        wide = np.sqrt(np.maximum(variance, 1e-12) * (1 + 1 / history))
        told = (history >= MIN_SWINGS) & np.isfinite(own)
        p = np.where(told, 2 * stats.t.sf(np.abs(own - mean) / wide, free), np.nan)
        # When one team of a small line leaps, the others seem to fall against it: a change must show in the team's own figure too.
        p = np.where(told & (np.sign(swings) * np.sign(own - mean) * np.abs(swings) < 0.5 * np.abs(own - mean)), 1.0, p)
        reach = stats.t.ppf(0.975, free) * wide
        centre = base + shared + np.where(told, mean, 0)
        change = value - back(centre)
        low, high = value - back(centre + reach), value - back(centre - reach)
        gone = ~told
        low, high = np.where(gone, np.nan, low), np.where(gone, np.nan, high)
    return Judged(value, before, change, low, high, p, history.astype(int))


def holm(p: np.ndarray) -> np.ndarray:
    """Holm-adjusted p values of one family (1-d, NaN stays NaN and does not count)."""
    known = np.flatnonzero(np.isfinite(p))
    adjusted = np.full(len(p), np.nan)
    order = known[np.argsort(p[known], kind="stable")]
    steps = p[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0) if len(order) else steps
    return adjusted


def decide(panels: dict[str, Panel]) -> tuple[dict[str, Judged], dict[str, np.ndarray]]:
    """Judge all measures and adjust each week's p values over all team × measure cells: (judged, adjusted p), by measure."""
    judged = {measure: judge(panel) for measure, panel in panels.items()}
    stacked = np.concatenate([each.p for each in judged.values()], axis=0)
    adjusted = np.stack([holm(stacked[:, week]) for week in range(stacked.shape[1])], axis=1)
    return judged, dict(zip(judged, np.split(adjusted, len(judged), axis=0), strict=True))


_TEAM_WEEKS = """
with tagged as (
    select e.team, w.week, count(distinct t.employee_id) as people
    from (select distinct week from team_weeks) as w
    join tag_episodes as t on t.since <= w.week + 6 and coalesce(t.until, date '9999-12-31') >= w.week
    join employees as e on e.employee_id = t.employee_id
    where list_contains($tags, t.tag)
    group by e.team, w.week
)
select
    w.team, w.week, coalesce(w.business_line, '') as business_line, w.headcount, w.people_working, w.worked_days,
    w.performance * w.worked_days as performance, w.rejected, w.answered, w.late_evenings, coalesce(t.people, 0) as tagged
from team_weeks as w
left join tagged as t on t.team = w.team and t.week = w.week
where w.week + 6 <= $as_of and w.week > $since
order by w.team, w.week
"""


def _panels(rows: pd.DataFrame, has_hours: bool) -> tuple[dict[str, Panel], np.ndarray, np.ndarray, np.ndarray]:
    """Team × week arrays per measure, and the teams, weeks and headcounts they stand for."""
    teams, at = np.unique(rows["team"].to_numpy(str), return_inverse=True)
    weeks, when = np.unique(rows["week"].to_numpy("datetime64[D]"), return_inverse=True)

    def grid(column: str) -> np.ndarray:
        out = np.full((len(teams), len(weeks)), np.nan)
        out[at, when] = rows[column].to_numpy(float, na_value=np.nan)
        return out

    lines = np.zeros(len(teams), dtype=int)
    lines[at] = np.unique(rows["business_line"].to_numpy(str), return_inverse=True)[1]
    heads, working, days = grid("headcount"), grid("people_working"), grid("worked_days")
    total, count = _before(days, LEVEL)
    with np.errstate(divide="ignore", invalid="ignore"):
        quiet = (days < MIN_WORK * total / count) | ~(days > 0)
    at_work = lambda x: np.where(quiet, np.nan, x)
    late = at_work(grid("late_evenings")) if has_hours else np.full_like(heads, np.nan)
    panels = {
        "performance": Panel("level", at_work(grid("performance")), days, lines),
        "rejection_rate": Panel("share", at_work(grid("rejected")), grid("answered"), lines),
        "late_evenings": Panel("rate", late, working, lines),
        "tags_held": Panel("share", grid("tagged"), heads, lines),
    }
    return panels, teams, weeks, heads


def table(rows: pd.DataFrame, has_hours: bool = True) -> pd.DataFrame:
    """The rows of ``team_changes`` from one row per team and week (columns as :data:`_TEAM_WEEKS` names them)."""
    if rows.empty:
        return _EMPTY.copy()
    panels, teams, weeks, heads = _panels(rows, has_hours)
    judged, adjusted = decide(panels)
    shown = slice(max(len(weeks) - SHOWN_WEEKS, 0), len(weeks))
    parts = []
    for measure, each in judged.items():
        cut = lambda x: x[:, shown].ravel()
        team, week = np.meshgrid(teams, weeks[shown], indexing="ij")
        p, p_adjusted, change = cut(each.p), cut(adjusted[measure]), cut(each.change)
        real = p_adjusted <= FAMILY_ERROR
        parts.append(pd.DataFrame({
            "team": team.ravel(), "week": week.ravel(), "measure": measure, "value": cut(each.value), "before": cut(each.before),
            "change": change, "low": cut(each.low), "high": cut(each.high), "p": p, "p_adjusted": p_adjusted, "real": real,
            "people": np.nan_to_num(cut(heads)).astype(int), "weeks_of_history": cut(each.history),
            "direction": np.select([~np.isfinite(p), change > 0, change < 0], ["unknown", "up", "down"], "flat")}))
    frame = pd.concat(parts, ignore_index=True)
    frame = frame[np.isfinite(frame["value"])]
    return frame.sort_values(["team", "week", "measure"], kind="stable", ignore_index=True)


_EMPTY = pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in {
    "team": "str", "week": "datetime64[s]", "measure": "str", "value": "float", "before": "float", "change": "float", "low": "float",
    "high": "float", "p": "float", "p_adjusted": "float", "real": "bool", "people": "int", "weeks_of_history": "int",
    "direction": "str"}.items()})


def build(con: duckdb.DuckDBPyConnection, as_of: date, report: Report = lambda step, rows: None) -> None:
    """Write ``team_changes`` (team × week × measure, the last 26 completed weeks) from ``team_weeks``, ``tag_episodes``, ``employees``.

    Columns: ``value`` and ``before`` (performance: own previous 8 weeks = 100; rejection_rate and tags_held: share 0–1;
    late_evenings: a person and week), ``change`` beyond what the business line did, its 95 % interval ``low``–``high``, ``p`` and
    ``p_adjusted`` (null: cannot tell), ``real``, ``people`` (headcount), ``weeks_of_history`` (own swings it was held against),
    ``direction`` (up, down, flat, unknown).
    """
    since = as_of - timedelta(weeks=SHOWN_WEEKS + PAST + 2 * LEVEL)
    rows = con.execute(_TEAM_WEEKS, {"as_of": as_of, "since": since, "tags": list(WORK_TAGS)}).df()
    has_hours = bool(con.execute("select count(check_out) > 0 as known from employee_days").df()["known"][0])
    changes = table(rows, has_hours)
    con.register("changes_found", changes)
    con.execute("""
        create or replace table team_changes as
        select
            team, cast(week as date) as week, measure,
            case when isfinite(value) then value end as value, case when isfinite(before) then before end as before,
            case when isfinite(change) then change end as change, case when isfinite(low) then low end as low,
            case when isfinite(high) then high end as high, case when isfinite(p) then p end as p,
            case when isfinite(p_adjusted) then p_adjusted end as p_adjusted, real, cast(people as integer) as people,
            cast(weeks_of_history as integer) as weeks_of_history, direction
        from changes_found order by team, week, measure""")
    con.unregister("changes_found")
    report("team_changes", len(changes))
