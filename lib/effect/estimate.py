"""From episodes to :class:`CareEffect`: the naive figure, the credible one beside it, and everything a verdict needs.

A tag fires at a low point, so the naive before/after rises for everybody; it is computed only to be shown as such.  The estimate is the
history-adjusted regression with CR3 errors; the second opinion, the sensitivity line and the placebo stand beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from lib.effect.aipw import aipw, enough
from lib.effect.design import Design, design, needs_others
from lib.effect.levels import independent, products, within
from lib.effect.matched import matched
from lib.effect.regress import Fit, adjusted, cr3

NOISE, REACH = 20.0, 47.0
"""At 20 points of weekly noise the smallest effect seen in 80 % of cases is 47 / √cared points, with as many left alone."""
POWER = 2.8             # 1.96 + 0.84: errors of distance at which 95 % intervals leave out zero in 80 % of cases
FEWEST = 8              # people on each side before anything is computed
OVERLAP = (0.05, 0.95)


@dataclass(frozen=True)
class Estimate:
    """An effect in points of the own mean with its 95 % interval, two-sided p, and how many people were compared."""

    value: float
    low: float
    high: float
    p: float
    n_cared: int
    n_compared: int


@dataclass(frozen=True)
class Naive:
    """Before (dip weeks) and after of the cared-for alone, % of own mean.  Rises without any effect: only shown, never judged."""

    before: float
    after: float
    change: float
    low: float
    high: float
    p: float


@dataclass(frozen=True)
class Comparison:
    """The flagged people who were not cared for.  ``expected``: what the cared-for would have had without care, % of own mean."""

    people: int
    episodes: int
    before: float
    after: float
    expected: float


@dataclass(frozen=True)
class Overlap:
    """Whether the cared-for have others like them: share of cared-for episodes with propensity .05–.95, and how many others the
    weights are worth."""

    share: float
    effective: float


@dataclass(frozen=True)
class CareEffect:
    """What care did, with whom it is compared.  Cannot be made without a comparison group.

    ``tag``, ``kind``, ``team``: what it is about, '' for all.  ``design``: ``lottery`` (drawn against not drawn) or ``observed``.
    ``estimate`` is the one shown, ``second`` the second opinion, ``matched`` a sensitivity line (None: too few); ``placebo`` the same
    comparison weeks before the dip, where there can be no effect, by both methods.  ``mde``: the smallest effect seen in 80 % of cases, from the
    company's own ``noise`` (that of these episodes where they are enough).  ``lost``: share of the cared-for and of the others whose outcome is unknown because they left.
    """

    tag: str
    kind: str
    team: str
    design: str
    naive: Naive
    comparison: Comparison
    estimate: Estimate
    second: Estimate
    matched: Estimate | None
    placebo: tuple[Estimate, Estimate] | None
    overlap: Overlap
    people: int
    episodes: int
    mde: float
    noise: float
    lost: tuple[float, float]
    left_out: Mapping[str, int] = field(hash=False)
    first: pd.Timestamp
    last: pd.Timestamp

    def __post_init__(self) -> None:
        beside = self.comparison.people if isinstance(self.comparison, Comparison) else 0
        needs_others(min(beside, self.estimate.n_compared), "an effect needs a comparison group: flagged people who were not cared for")


@dataclass(frozen=True)
class NoComparison:
    """Too few on one side for any comparison: no figure before and after either, only who is missing."""

    tag: str
    kind: str
    team: str
    design: str
    n_cared: int
    n_compared: int
    people: int
    episodes: int
    noise: float
    left_out: Mapping[str, int] = field(hash=False)


def smallest_seen(noise: float, cared: int, alone: int) -> float:
    """The smallest effect (points) that is seen in 80 % of cases with so many episodes on each side: 47 / √cared at 20 points of
    weekly noise when both sides are alike, rescaled by the company's own noise."""
    if min(cared, alone) < 1 or not noise > 0:
        return float("inf")
    return REACH * noise / NOISE * float(np.sqrt((1 / cared + 1 / alone) / 2))


def _own_noise(d: Design) -> float | None:
    """What is left of the outcomes after history, in points of a week on the scale on which 47 / √cared holds (dips that last and moods add to
    what single weeks show); None with fewer than 40 episodes beyond what history takes."""
    if len(d.y) < 40 + d.held:
        return None
    inside = lambda rows: within(rows, d.team.code, d.team.size)
    columns, y = inside(np.column_stack([d.care, d.x])), inside(d.y)
    rest = y - columns @ np.linalg.lstsq(columns, y, rcond=None)[0]
    spread = float(np.sqrt((rest**2).sum() / (len(d.y) - d.held - 2)))
    return spread * NOISE * POWER * np.sqrt(2) / REACH


def _apart(d: Design) -> bool:
    """Whether care is anything else than history and team say already: where whole teams were cared for and others not at all, nobody is compared."""
    shares = products(np.column_stack([d.care, d.x]), d.team.code, d.team.size)
    kept = independent(shares, np.arange(1, len(shares)))
    return len(independent(shares, np.r_[0, kept])) == len(kept) + 1


def company_noise(episodes: pd.DataFrame, weekly: float) -> float:
    """The company's own noise in points of a week: ``weekly`` (``grid.weekly_noise``), or what its episodes show where that is more."""
    own = _own_noise(design(episodes)[0])
    return weekly if own is None else max(weekly, own)


def _placebo(d: Design) -> tuple[Estimate, Estimate] | None:
    """The comparison for the placebo weeks, by both methods."""
    before = d.with_outcome(d.placebo)
    cared, alone, _ = before.people
    if min(cared, alone) < FEWEST or not enough(before) or not _apart(before):
        return None
    fit, second = adjusted(before.y, before.care, before.x, before.person, before.team).interval(), aipw(before)
    return Estimate(*fit, cared, alone), Estimate(second.value, second.low, second.high, second.p, cared, alone)


def _naive(d: Design) -> Naive:
    cared = d.care == 1
    before, after = d.dip[cared], d.y[cared]
    fit: Fit = cr3(after - before, np.ones((int(cared.sum()), 1)), d.person[cared])
    return Naive(float(before.mean()), float(after.mean()), *fit.interval())


def _lost(episodes: pd.DataFrame) -> tuple[float, float]:
    known = episodes[episodes["censored"].isin(["", "left"])]
    share = known["censored"].eq("left").groupby(known["cared"]).mean()
    return float(share.get(True, np.nan)), float(share.get(False, np.nan))


def effect(episodes: pd.DataFrame, noise: float, tag: str = "", kind: str = "", team: str = "", lottery: bool = False) -> CareEffect | NoComparison:
    """The effect of care within ``episodes`` (``care_episodes``), narrowed to a tag, a kind of support and a team where given ('' = all).

    ``noise``: the company's noise in points (``company_noise``), used where the compared episodes are too few to show their own.  ``lottery``: use only
    what a draw decided.
    """
    if lottery and kind:
        raise ValueError("a draw decides who is seen first, not by which support: kinds cannot be compared within a lottery")
    mine = episodes
    for column, value in (("tag", tag), ("team", team)):
        mine = mine if value == "" else mine[mine[column] == value]
    d, out = design(mine, kind or None, lottery)
    cared, alone, people = d.people
    what = "lottery" if lottery else "observed"
    if min(cared, alone) < FEWEST or not enough(d) or not _apart(d):
        return NoComparison(tag, kind, team, what, cared, alone, people, len(d.y), noise, out)
    second, noise = aipw(d), _own_noise(d) or noise
    found = Estimate(*adjusted(d.y, d.care, d.x, d.person, d.team).interval(), cared, alone)
    line = matched(d)
    is_cared = d.care == 1
    weight = second.weight[~is_cared]
    inside = (second.propensity[is_cared] >= OVERLAP[0]) & (second.propensity[is_cared] <= OVERLAP[1])
    naive = _naive(d)
    used = mine.loc[mine["censored"] == "", "since"]
    return CareEffect(
        tag, kind, team, what, naive,
        Comparison(alone, int((~is_cared).sum()), float(d.dip[~is_cared].mean()), float(d.y[~is_cared].mean()), naive.after - found.value),
        found, Estimate(second.value, second.low, second.high, second.p, cared, alone),
        None if line is None else Estimate(*line, cared, alone), _placebo(d),
        Overlap(float(inside.mean()), float(weight.sum() ** 2 / (weight**2).sum())), people, len(d.y),
        smallest_seen(noise, int(is_cared.sum()), int((~is_cared).sum())), noise, _lost(mine), out, used.min(), used.max())
