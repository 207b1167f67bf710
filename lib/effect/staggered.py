"""The programme where teams started at different times: each against the teams that had not yet started.

Group-time effects (Callaway and Sant'Anna 2021, "Difference-in-differences with multiple time periods") without covariates: for a team that started in
week g and a week t, its change from the 8 weeks before g, less the same change of all teams that start after t.  Averaged over teams and the weeks
since their start.  Two-way fixed effects would use teams that already run as comparison and are wrong when the effect grows.  Errors from the
influence of each team, with Student's t (a team is what was started, so teams are what is counted); few teams, wide interval.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lib.effect.design import needs_others
from lib.effect.grid import mean_of_known, weeks_after
from lib.effect.regress import t_interval
from lib.effect.verdict import ALPHA, PLACEBO, Check, Key

BASE = 8              # weeks before the start that a change is counted from
AFTER = 12            # weeks after the start that the effect is the mean of
LEADS = 12            # weeks before the base weeks that the picture shows
STEP = 4              # weeks to a point of the picture
OTHERS = 2            # teams not yet started that a week needs
STARTED, WAITING = 4, 4   # teams that started, and team-starts with others to compare with, before anything is said


@dataclass(frozen=True)
class Programme:
    """Effect of the programme on the mean of the 12 weeks after a team's start, in the unit of the outcome, with its 95 % interval.

    ``teams``: teams whose start could be compared; ``others``: teams that served as not yet started; ``trend``: the same comparison for the 12
    weeks before the base weeks (None: too few weeks), where there can be no effect.  ``left_out``: teams that started too late, too early or never had others.
    """

    value: float
    low: float
    high: float
    p: float
    teams: int
    others: int
    trend: tuple[float, float, float, float] | None
    left_out: int

    def __post_init__(self) -> None:
        needs_others(self.others, "a programme effect needs teams that had not yet started")


@dataclass(frozen=True)
class ProgrammeVerdict:
    """Checks: ``teams`` (started), ``others`` (not yet started), ``trend`` (p ≥ .20 before the start, as of any placebo), ``estimate``.

    A difference before the start that is small beside the effect does not make it doubtful, however exactly it is known.  So where p < .20 the check
    is ``trend_off``: what is left of the interval's nearest end when the largest difference that the trend's interval allows is taken off
    (Rambachan and Roth 2023, "A more credible approach to parallel trends": violations after the start no larger than before it)."""

    key: Key
    checks: tuple[Check, ...]
    bound: float | None
    p: float


def by_event_week(weeks: pd.DataFrame, starts: pd.Series) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The team × week array of ``outcome`` (NaN where unknown), the column of each team's start (beyond the end: never), the weeks.

    ``weeks``: team, week (Monday), outcome.  ``starts``: Monday of the first week of the programme per team (NaT: not yet).
    """
    table = weeks.pivot_table(index="team", columns="week", values="outcome", aggfunc="mean").sort_index()
    span = pd.date_range(table.columns.min(), table.columns.max(), freq="7D")
    table = table.reindex(columns=span)
    column = weeks_after(starts.reindex(table.index).to_numpy("datetime64[D]"), span[0].to_datetime64().astype("datetime64[D]"))
    return table.to_numpy(float), column, span.to_numpy()


def _usable(y: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Teams whose start lies inside, with all base weeks before it."""
    return np.flatnonzero((start >= BASE) & (start < y.shape[1]))


def _wave(y: np.ndarray, start: np.ndarray, teams: np.ndarray, offsets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of ``teams``, which began in the same week: per team and week since the start (``offsets``) its change less that of the teams not yet started, NaN
    where fewer than two are; and per team of all how far it lies from the mean of those that wait, as much as it counts for these."""
    begin = int(start[teams[0]])
    at = begin + offsets
    inside = (at >= 0) & (at < y.shape[1])
    gain = (y - mean_of_known(y[:, begin - BASE:begin])[:, None])[:, np.clip(at, 0, y.shape[1] - 1)]
    # In weeks before the start the others must not have started by the start itself, since the base weeks reach there.
    waiting = (start[:, None] > np.maximum(at, begin)[None, :]) & np.isfinite(gain)
    count = waiting.sum(axis=0)
    theirs = mean_of_known(np.where(waiting, gain, np.nan), axis=0)
    known = inside & (count >= OTHERS) & np.isfinite(gain[teams])
    apart = np.where(waiting, gain - theirs, 0.0) * (known.sum(axis=0) / np.maximum(count, 1))
    return np.where(known, gain[teams] - theirs, np.nan), apart.sum(axis=1)


def _interval(y: np.ndarray, start: np.ndarray, offsets: np.ndarray) -> tuple[tuple[float, float, float, float], np.ndarray] | None:
    """Mean over teams and weeks (each team-week that can be compared counts once) with its interval, and which teams that were.

    The error is the sum of squares of each team's influence: how the mean moves when the team counts a little more, both as one that started and as
    one that waits.  None with fewer than 4 teams.
    """
    usable = _usable(y, start)
    total, size, influence = np.zeros(len(y)), np.zeros(len(y)), np.zeros(len(y))
    for begin in np.unique(start[usable]):
        teams = usable[start[usable] == begin]
        gap, apart = _wave(y, start, teams, offsets)
        total[teams], size[teams] = np.nansum(gap, axis=1), np.isfinite(gap).sum(axis=1)
        influence -= apart
    used = np.flatnonzero(size)
    if len(used) < STARTED:
        return None
    value = float(total.sum() / size.sum())
    influence += total - size * value
    involved = int((influence != 0).sum())
    error = float(np.sqrt(((influence / size.sum()) ** 2).sum() * involved / max(involved - 1, 1)))
    return t_interval(value, error, max(involved - 1, 1)), used


def programme(y: np.ndarray, start: np.ndarray) -> Programme | None:
    """The effect from ``by_event_week``; None when fewer than 4 teams' starts can be compared."""
    found = _interval(y, start, np.arange(AFTER))
    if found is None:
        return None
    effect, used = found
    others = int((start > start[used].min()).sum())
    trend = _interval(y, start, -BASE - 1 - np.arange(LEADS))
    return Programme(*effect, len(used), others, None if trend is None else trend[0], int((start < y.shape[1]).sum()) - len(used))


def picture(y: np.ndarray, start: np.ndarray) -> pd.DataFrame:
    """The event-time picture, a point for every 4 weeks: ``week`` (of its first week since the start), ``part`` (lead, base, after), ``value``, ``low``,
    ``high`` (95 %), ``teams``.  Leads near 0 say that the teams moved alike before."""
    rows = []
    for begin in range(-BASE - LEADS, AFTER, STEP):
        offsets = begin + np.arange(STEP)
        found = _interval(y, start, offsets)
        if found is not None:
            part = "after" if begin >= 0 else "base" if begin >= -BASE else "lead"
            rows.append([begin, part, *found[0][:3], len(found[1])])
    return pd.DataFrame(rows, columns=["week", "part", "value", "low", "high", "teams"])


def judge_programme(found: Programme | None, worth: float, higher_is_better: bool = True) -> ProgrammeVerdict:
    """Works / harms / no effect larger than ±x / cannot tell yet; ``worth`` in the unit of the outcome."""
    if found is None:
        return ProgrammeVerdict("cannot_tell", (Check("teams", False, float("nan"), STARTED),), None, float("nan"))
    trend = found.trend[3] if found.trend else float("nan")
    near, far = max(found.low, -found.high), max(abs(found.low), abs(found.high))
    drift = max(abs(found.trend[1]), abs(found.trend[2])) if found.trend else float("nan")
    before = Check("trend_off", near - drift > 0, near - drift, 0.0) if trend < PLACEBO else Check("trend", trend >= PLACEBO, trend, PLACEBO)
    checks = (Check("teams", found.teams >= STARTED, found.teams, STARTED), Check("others", found.others >= WAITING, found.others, WAITING),
              before, Check("estimate", near > 0, near, 0.0))
    enough = checks[0].passed and checks[1].passed
    reach = far if before.key == "trend" and before.passed else far + drift
    key: Key = "cannot_tell"
    if enough and before.passed and near > 0 and found.p <= ALPHA:
        key = "works" if (found.value > 0) == higher_is_better else "harms"
    elif enough and reach <= worth:
        key = "no_effect"
    return ProgrammeVerdict(key, checks, reach if key == "no_effect" else None, found.p)


def team_outcome(people: pd.DataFrame, value: np.ndarray, weeks: np.ndarray, starts: pd.Series) -> pd.DataFrame:
    """Performance of teams for ``by_event_week``: mean over people of their counted weeks as % of their own mean **before the team's start** (the whole time
    where the team has not started), from ``grid`` (rows of ``value`` follow ``people``).  Whoever has fewer than 8 such weeks is left out."""
    begin = starts.reindex(people["team"]).to_numpy("datetime64[D]")
    before = (weeks[None, :] < begin[:, None]) | np.isnat(begin)[:, None]
    own = mean_of_known(np.where(before, value, np.nan), 8)
    percent = 100 * value / np.where(own > 0, own, np.nan)[:, None]
    row, col = np.nonzero(np.isfinite(percent))
    table = pd.DataFrame({"team": people["team"].to_numpy(str)[row], "week": weeks[col], "outcome": percent[row, col]})
    return table.groupby(["team", "week"], as_index=False)["outcome"].mean()
