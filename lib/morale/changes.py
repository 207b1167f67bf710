"""Changes: which teams' figures moved this week by more than they usually do.

Two looks at every team and measure: the week against the 4 weeks before, and, for what comes slowly, the last 4 weeks against the 8
before those.  Each **swing** is measured on a scale on which chance is about equally wide everywhere (square root of a rate or of
performance relative to the team's own 8 weeks, arcsine of a share).  What the rest of the business line did in the same time
(median of its other teams, from 3 teams on) is taken off: a holiday is nobody's change.  The swing is then held against the team's
own swings of the 26 weeks before (prediction interval with Student's t; its degrees of freedom are lowered for serial correlation
and for heavy tails, both measured on the company's own history).  Two looks count double, and Holm's rule over all teams and
measures keeps the chance that a quiet week shows *any* real change at 5 %.
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
MONTH = 4               # weeks that make a slow change, against the LEVEL weeks before them
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
    """Per team × week, of one span: value, the mean before, change beyond the line with its 95 % interval, p (NaN: cannot tell), swings known."""

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


def _rms(values: np.ndarray) -> np.ndarray:
    """Root mean square of the known values of each row, one column."""
    return np.sqrt(np.nansum(values**2, axis=1, keepdims=True) / np.isfinite(values).sum(axis=1, keepdims=True))


def _tail(z: np.ndarray) -> float:
    """Student's degrees of freedom that fit the tails of all standardised swings together."""
    from scipy.special import stdtrit

    sizes = np.abs(z[np.isfinite(z)])
    if len(sizes) < 400:
        return 15.0  # too little history to see the tails: expect them a little heavy
    seen = float(np.quantile(sizes, 0.99))
    for df in (4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 12.0, 15.0, 20.0, 30.0, 60.0):
        if seen >= stdtrit(df, 0.995) * np.sqrt((df - 2) / df):
            return df
    return np.inf


def _serial(z: np.ndarray) -> float:
    """By how much serial correlation makes a past of n swings worth fewer: n / factor."""
    squares = 0.0
    for lag in range(1, 9):
        pairs = z[:, lag:] * z[:, :-lag] if z.shape[1] > lag + MIN_SWINGS else np.empty(0)
        if np.isfinite(pairs).sum() > 50:
            squares += float(np.nanmean(pairs)) ** 2
    return 1 + 2 * squares


@dataclass(frozen=True)
class _Swings:
    """How far each week (or month) lies from what came before: own swing beyond the line, the whole swing, and the scale's way back."""

    value: np.ndarray
    before: np.ndarray
    own: np.ndarray
    whole: np.ndarray
    base: np.ndarray
    back: Callable[[np.ndarray], np.ndarray]


def _swings(panel: Panel, now: int, before: int) -> _Swings:
    """The last ``now`` weeks against the ``before`` weeks in front of them, for every week of every team."""
    raw = np.where(panel.size > 0, panel.amount / panel.size, np.nan)
    amount, size = np.where(np.isfinite(raw), panel.amount, np.nan), np.where(np.isfinite(raw), panel.size, np.nan)
    usual, counted = _before(size, LEVEL)
    level = np.ones_like(raw)
    if panel.kind == "level":
        total, count = _before(_later(raw, now - 1), LEVEL)
        level = np.where((count >= MIN_BEFORE) & (total > 0), total / count, np.nan) / 100

    def mean_of(weeks: int, skipped: int) -> np.ndarray:
        """Pooled mean of ``weeks`` columns ending ``skipped`` columns before each one; NaN when too few are known."""
        if weeks == 1:
            return raw
        summed, known = _before(_later(amount, skipped), weeks)
        sizes, _ = _before(_later(size, skipped), weeks)
        return np.where((known >= MIN_BEFORE * weeks / BEFORE) & (sizes > 0), summed / sizes, np.nan)

    value, past = mean_of(now, -1) / level, mean_of(before, now - 1) / level
    there, back = _scales(panel.kind, usual / counted)
    base = there(past)
    whole = there(value) - base
    return _Swings(value, past, whole - _shared(whole, panel.lines), whole, base, back)


def _later(values: np.ndarray, weeks: int) -> np.ndarray:
    """The columns moved ``weeks`` to the right (to the left when negative), NaN where nothing is known."""
    moved = np.full_like(values, np.nan)
    if weeks > 0:
        moved[:, weeks:] = values[:, :-weeks]
    elif weeks < 0:
        moved[:, :weeks] = values[:, -weeks:]
    else:
        moved = values
    return moved


def judge(panel: Panel) -> tuple[Judged, Judged]:
    """Hold every week, and every 4 weeks, of every team against the team's own past: (week, month); see the module's text."""
    with np.errstate(divide="ignore", invalid="ignore"):
        week, month = _swings(panel, 1, BEFORE), _swings(panel, MONTH, LEVEL)
        total, history = _before(week.own, PAST)
        squares, _ = _before(week.own**2, PAST)
        mean = total / history
        variance = (squares - history * mean**2) / (history - 1)
        if panel.kind != "level":
            # A team in which nothing ever happened has no spread of its own: chance alone sets the least one (Poisson, binomial).
            usual, counted = _before(np.where(panel.size > 0, panel.size, np.nan), LEVEL)
            variance = np.maximum(variance, LEAST * (1 + 1 / BEFORE) * 0.25 * counted / usual)
        variance = np.maximum(variance, 1e-12)
        z = week.own / _rms(week.own)
        serial = _serial(z)
        judged_week = _against(week, mean, variance, history, serial, _tail(z))
        # A month's swings overlap too much to give each team a spread of its own: the team's weekly spread is scaled by how much
        # wider a month swings than a week in the whole company, which is where serial correlation shows.
        wider = np.clip(month.own / _rms(week.own), -6, 6) ** 2
        ratio = max(float(np.nanmean(wider)), 0.25) if np.isfinite(wider).any() else 1.0
        tail = _tail(month.own / _rms(week.own) / np.sqrt(ratio))
        earlier = lambda values: _later(values, MONTH)
        judged_month = _against(month, np.zeros_like(mean), earlier(variance) * ratio, np.nan_to_num(earlier(history)), serial, tail)
    return judged_week, judged_month


def _against(swings: _Swings, mean: np.ndarray, variance: np.ndarray, history: np.ndarray, serial: float, tail: float) -> Judged:
    """Hold swings against a past of ``history`` swings with that mean and variance."""
    from scipy.special import stdtr, stdtrit

    own, told = swings.own, (history >= MIN_SWINGS) & np.isfinite(swings.own) & np.isfinite(variance)
    told[:, : max(told.shape[1] - SHOWN_WEEKS, 0)] = False  # older weeks only serve as the past
    lengths, which = np.unique(history, return_inverse=True)
    free = 1 / (serial / np.maximum(lengths - 1, 1) + (0 if np.isinf(tail) else 1 / tail))
    wide = np.sqrt(variance * (1 + 1 / history))
    beyond = np.where(told, own - mean, np.nan)
    p = np.full_like(own, np.nan)
    p[told] = 2 * stdtr(free[which.reshape(own.shape)][told], -np.abs(beyond[told]) / wide[told])
    # When one team of a small line leaps, the others seem to fall against it: a change must show in the team's own figure too.
    p = np.where(told & (np.sign(swings.whole) * np.sign(beyond) * np.abs(swings.whole) < 0.5 * np.abs(beyond)), 1.0, p)
    reach = stdtrit(free, 0.975)[which.reshape(own.shape)] * wide
    expected = swings.base + swings.whole - beyond
    value, back = swings.value, swings.back
    return Judged(value, swings.before, value - back(expected), value - back(expected + reach), value - back(expected - reach),
                  p, history.astype(int))


def holm(p: np.ndarray) -> np.ndarray:
    """Holm-adjusted p values of one family (1-d, NaN stays NaN and does not count)."""
    known = np.flatnonzero(np.isfinite(p))
    adjusted = np.full(len(p), np.nan)
    order = known[np.argsort(p[known], kind="stable")]
    steps = p[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0) if len(order) else steps
    return adjusted


@dataclass(frozen=True)
class Decided:
    """One measure of all teams, decided: the week and the month behind each cell, its p, p adjusted over the week's cells, and span."""

    week: Judged
    month: Judged
    p: np.ndarray
    p_adjusted: np.ndarray

    @property
    def real(self) -> np.ndarray:
        """Which cells are real changes."""
        return self.p_adjusted <= FAMILY_ERROR

    @property
    def by_month(self) -> np.ndarray:
        """Where the change is a slow one: it shows in 4 weeks more clearly than in one."""
        return self.real & (np.nan_to_num(self.month.p, nan=2) < np.nan_to_num(self.week.p, nan=2))


def decide(panels: dict[str, Panel]) -> dict[str, Decided]:
    """Judge all measures, and adjust each week's p values over all team × measure cells (Holm)."""
    judged = {measure: judge(panel) for measure, panel in panels.items()}
    # Two looks at one cell cost a factor of two.
    both = {measure: np.where(np.isfinite(month.p), np.minimum(2 * np.fmin(week.p, month.p), 1), week.p)
            for measure, (week, month) in judged.items()}
    stacked = np.concatenate(list(both.values()), axis=0)
    adjusted = np.stack([holm(stacked[:, at]) for at in range(stacked.shape[1])], axis=1)
    return {measure: Decided(*judged[measure], both[measure], part)
            for measure, part in zip(judged, np.split(adjusted, len(judged), axis=0), strict=True)}


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


def by_team_and_week(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray, Callable[[str], np.ndarray]]:
    """Teams, weeks and the number of each team's line, and what lays a column of ``rows`` (one per team and week) out as teams × weeks, NaN where
    there is no row."""
    teams, at = np.unique(rows["team"].to_numpy(str), return_inverse=True)
    weeks, when = np.unique(rows["week"].to_numpy("datetime64[D]"), return_inverse=True)

    def grid(column: str) -> np.ndarray:
        out = np.full((len(teams), len(weeks)), np.nan)
        out[at, when] = rows[column].to_numpy(float, na_value=np.nan)
        return out

    lines = np.zeros(len(teams), dtype=int)
    lines[at] = np.unique(rows["business_line"].to_numpy(str), return_inverse=True)[1]
    return teams, weeks, lines, grid


def _panels(rows: pd.DataFrame, has_hours: bool) -> tuple[dict[str, Panel], np.ndarray, np.ndarray, np.ndarray]:
    """Team × week arrays per measure, and the teams, weeks and headcounts they stand for."""
    teams, weeks, lines, grid = by_team_and_week(rows)
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
    shown = slice(max(len(weeks) - SHOWN_WEEKS, 0), len(weeks))
    parts = []
    for measure, each in decide(panels).items():
        cut = lambda x: x[:, shown].ravel()
        slow = each.by_month
        figure = lambda name: cut(np.where(slow, getattr(each.month, name), getattr(each.week, name)))  # noqa: B023 - used at once
        team, week = np.meshgrid(teams, weeks[shown], indexing="ij")
        p, change = cut(each.p), figure("change")
        parts.append(pd.DataFrame({
            "team": team.ravel(), "week": week.ravel(), "measure": measure, "value": figure("value"), "before": figure("before"),
            "change": change, "low": figure("low"), "high": figure("high"), "p": p, "p_adjusted": cut(each.p_adjusted),
            "real": cut(each.real), "span": np.where(cut(slow), MONTH, 1), "people": np.nan_to_num(cut(heads)).astype(int),
            "weeks_of_history": cut(each.week.history),
            "direction": np.select([~np.isfinite(p), change > 0, change < 0], ["unknown", "up", "down"], "flat")}))
    frame = pd.concat(parts, ignore_index=True)
    frame = frame[np.isfinite(frame["value"])]
    return frame.sort_values(["team", "week", "measure"], kind="stable", ignore_index=True)


_EMPTY = pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in {
    "team": "str", "week": "datetime64[s]", "measure": "str", "value": "float", "before": "float", "change": "float", "low": "float",
    "high": "float", "p": "float", "p_adjusted": "float", "real": "bool", "span": "int", "people": "int", "weeks_of_history": "int",
    "direction": "str"}.items()})


def build(con: duckdb.DuckDBPyConnection, as_of: date, report: Report = lambda step, rows: None) -> None:
    """Write ``team_changes`` (team × week × measure, the last 26 completed weeks) from ``team_weeks``, ``tag_episodes``, ``employees``.

    Columns: ``value`` and ``before`` (performance: own previous 8 weeks = 100; rejection_rate and tags_held: share 0–1;
    late_evenings: a person and week), ``change`` beyond what the business line did, its 95 % interval ``low``–``high``, ``p`` and
    ``p_adjusted`` (null: cannot tell), ``real``, ``span`` (1: the week against the 4 before; 4: a slow change, the last 4 weeks
    against the 8 before), ``people`` (headcount), ``weeks_of_history`` (own swings it was held against),
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
            case when isfinite(p_adjusted) then p_adjusted end as p_adjusted, real, cast(span as integer) as span, cast(people as integer) as people,
            cast(weeks_of_history as integer) as weeks_of_history, direction
        from changes_found order by team, week, measure""")
    con.unregister("changes_found")
    report("team_changes", len(changes))
