"""The verdict: works / harms / no effect larger than ±x / cannot tell yet, by one rule, with the checks behind it as keys and numbers.

``works`` only if all hold: both intervals above 0; ≥ 20 cared-for people and ≥ 20 others who were flagged and not cared for; ≥ 80 % of cared episodes
with propensity .05–.95 and others worth ≥ 20; placebo p ≥ .20.  ``harms`` is the mirror.  ``no_effect``: the same checks hold and both intervals
lie within ± what would matter.  Everything else: ``cannot_tell``.

Several cells are one question asked several times: Holm over them.  Fixed quarterly reads use 95 % intervals; a look at any other day uses
the stricter bound z > 2.8, which may be looked at as often as one likes (Pocock's bound for more than fifty looks).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from lib.effect.estimate import CareEffect, Estimate, NoComparison, smallest_seen

Key = Literal["works", "harms", "no_effect", "cannot_tell"]
Look = Literal["quarterly", "live"]
PEOPLE, SHARE, EFFECTIVE, PLACEBO = 20, 0.80, 20.0, 0.20
ALPHA, LIVE_Z, Z = 0.05, 2.8, 1.96
WORTH = 5.0  # points: the smallest effect that would matter, when the caller says nothing


@dataclass(frozen=True)
class Check:
    """One condition: ``key``, whether it holds, its number and the bound it is held against (NaN number: not known, so not passed).

    Keys: ``cared_people``, ``compared_people`` (others than those 20), ``overlap``, ``effective``, ``placebo``, ``estimate``, ``second``
    (the end of the interval nearest to 0, signed so that > 0 means that zero is left out on the side of the estimate), ``family``
    (p of both methods after the look and the other cells).
    """

    key: str
    passed: bool
    number: float
    bound: float


@dataclass(frozen=True)
class Verdict:
    """What may be said.  ``bound``: the x of "no effect larger than ±x" (points), else None.  ``more``: about how many more cared-for
    people (and as many others) are needed; None when more people would not help or nothing is missing.  ``failed`` names the failed checks.

    ``p`` is the larger of the two methods' p, ``p_adjusted`` that after the look and Holm over ``cells`` cells.  ``causal``: words of cause
    are earned (a lottery, and works or harms), else "consistent with an effect".  ``warnings``: ``private_knowledge`` (people chose, so a choice of those about to
    recover would look like this), ``one_of_many`` (more than one cell was looked at), ``live`` (not a fixed read), ``lost`` (more of one
    side than of the other left), ``no_history`` (most episodes have no own past to be compared with, as those of newcomers).
    """

    key: Key
    checks: tuple[Check, ...]
    bound: float | None
    more: int | None
    p: float
    p_adjusted: float
    cells: int
    look: Look
    causal: bool
    warnings: tuple[str, ...]

    @property
    def failed(self) -> tuple[str, ...]:
        """Keys of the checks that do not hold."""
        return tuple(check.key for check in self.checks if not check.passed)


def holm(p: Sequence[float]) -> np.ndarray:
    """Holm-adjusted p values of one family; an unknown p (NaN) counts as a question asked and stays unknown."""
    values = np.asarray(p, dtype=float)
    order = np.argsort(np.where(np.isnan(values), 2.0, values), kind="stable")
    steps = values[order] * np.arange(len(values), 0, -1)
    out = np.empty(len(values))
    out[order] = np.minimum(np.maximum.accumulate(np.where(np.isnan(steps), -np.inf, steps)), 1.0)
    return np.where(np.isnan(values), np.nan, out)


def live(p: float) -> float:
    """p of a look at any day on the scale of a fixed read: 0.05 exactly where z = 2.8."""
    from scipy.special import ndtr

    return float(min(1.0, p * ALPHA / (2 * ndtr(-LIVE_Z))))


def fixed_reads(first: pd.Timestamp, as_of: pd.Timestamp) -> list[pd.Timestamp]:
    """The days of the fixed reads from ``first`` to ``as_of``: the last day of each quarter.  A read uses nothing later than its day."""
    return list(pd.date_range(first, as_of, freq="QE"))


def next_read(as_of: pd.Timestamp) -> pd.Timestamp:
    """The day of the next fixed read after ``as_of``."""
    return pd.Timestamp(as_of).normalize() + pd.offsets.QuarterEnd(1)


def _others(found: CareEffect | NoComparison) -> tuple[int, int]:
    """Cared-for people, and how many further people were flagged and not cared for: whoever is in both groups counts on one side only."""
    cared = found.n_cared if isinstance(found, NoComparison) else found.estimate.n_cared
    alone = found.n_compared if isinstance(found, NoComparison) else found.estimate.n_compared
    return cared, min(alone, max(found.people - min(PEOPLE, cared), 0))


def _checks(found: CareEffect | NoComparison) -> tuple[Check, ...]:
    """The conditions that do not depend on which way the effect goes."""
    cared, others = _others(found)
    known = isinstance(found, CareEffect)
    share, effective = (found.overlap.share, found.overlap.effective) if known else (float("nan"), float("nan"))
    # Like an effect, a difference where there can be none counts when both methods see it.
    placebo = max(each.p for each in found.placebo) if known and found.placebo else float("nan")
    return (Check("cared_people", cared >= PEOPLE, cared, PEOPLE), Check("compared_people", others >= PEOPLE, others, PEOPLE),
            Check("overlap", share >= SHARE, share, SHARE), Check("effective", effective >= EFFECTIVE, effective, EFFECTIVE),
            Check("placebo", placebo >= PLACEBO, placebo, PLACEBO))


def _wider(each: Estimate, factor: float) -> tuple[float, float]:
    return each.value - factor * (each.value - each.low), each.value + factor * (each.high - each.value)


def more_people(n: int, mde: float, methods: Sequence[tuple[float, float]], worth: float, strict: float = 1.0, wide: float = 1.0) -> int:
    """About how many more cared-for people until it can be told: until an effect of the size that matters (or of the size seen, when larger) is
    found in 80 % of cases, and until every method's interval (``methods``: value, half-width), ``strict`` times as wide, leaves out 0, or, ``wide`` times
    as wide, lies within ± ``worth``.  Not less than a tenth: that moves an interval by a twentieth, and less would be no statement."""
    if not np.isfinite(mde):
        return 0
    aim = max([worth, *(abs(value) for value, _ in methods[:1])])
    agree = len({value > 0 for value, _ in methods}) < 2
    apart = max([(strict * half / abs(value)) ** 2 if value and agree else np.inf for value, half in methods], default=0.0)
    within = max([(wide * half / (worth - abs(value))) ** 2 if abs(value) < worth else np.inf for value, half in methods], default=0.0)
    # At this width an interval leaves out 0 or lies within, wherever it is: never more than that is needed, also where the methods do not agree yet.
    sure = max([((strict + wide) * half / worth) ** 2 for _, half in methods], default=0.0)
    return max(int(np.ceil(n * max((mde / aim) ** 2, min(apart, within, sure)))) - n, int(np.ceil(n / 10)), 1)


def _without_past(found: CareEffect | NoComparison) -> bool:
    return found.left_out.get("no_history", 0) > 0.5 * (found.episodes + sum(found.left_out.values()))


def _missing(found: CareEffect | NoComparison, checks: tuple[Check, ...], worth: float, look: Look, cells: int) -> int | None:
    from scipy.special import ndtr, ndtri

    cared, others = _others(found)
    short = max(PEOPLE - cared, PEOPLE - others, 0)
    if isinstance(found, NoComparison):
        if found.episodes == 0 and _without_past(found):
            return None          # more people would have no past either
        start = max(cared, 1)
        return max(short, more_people(start, smallest_seen(found.noise, start, start), (), worth), 1)
    if not short and any(not check.passed for check in checks):
        return None
    methods = [(each.value, each.value - each.low) for each in (found.estimate, found.second)]
    level = 2 * float(ndtr(-LIVE_Z)) if look == "live" else ALPHA
    strict = -float(ndtri(level / max(cells, 1) / 2)) / Z
    return max(short, more_people(cared, found.mde, methods, worth, strict, LIVE_Z / Z if look == "live" else 1.0))


def judge(found: CareEffect | NoComparison, look: Look = "quarterly", worth: float = WORTH, p_adjusted: float | None = None, cells: int = 1) -> Verdict:
    """The verdict on one comparison.  ``p_adjusted``: from :func:`judge_all` when it is one of several ``cells``."""
    checks = _checks(found)
    warnings = (() if found.design == "lottery" else ("private_knowledge",)) + (("one_of_many",) if cells > 1 else ()) + \
        (("live",) if look == "live" else ()) + (("no_history",) if _without_past(found) else ())
    if isinstance(found, NoComparison):
        return Verdict("cannot_tell", checks, None, _missing(found, checks, worth, look, cells), float("nan"), float("nan"), cells, look, False, warnings)
    both = (found.estimate, found.second)
    p = max(each.p for each in both)
    adjusted = (live(p) if look == "live" else p) if p_adjusted is None else p_adjusted
    factor = LIVE_Z / Z if look == "live" else 1.0
    sign = 1.0 if found.estimate.value >= 0 else -1.0
    ends = [_wider(each, factor) for each in both]
    clear = tuple(Check(key, min(sign * low, sign * high) > 0, min(sign * low, sign * high), 0.0)
                  for key, (low, high) in zip(("estimate", "second"), ends, strict=True))
    sound = all(check.passed for check in checks)
    clear += (Check("family", adjusted <= ALPHA, adjusted, ALPHA),)
    if abs(np.subtract(*found.lost)) > 0.05:
        warnings += ("lost",)
    far = max(abs(end) for pair in ends for end in pair)
    key: Key = "cannot_tell"
    if sound and all(check.passed for check in clear):
        key = "works" if sign > 0 else "harms"
    elif sound and far <= worth:
        key = "no_effect"
    return Verdict(key, checks + clear, float(np.ceil(far * 2) / 2) if key == "no_effect" else None,
                   _missing(found, checks, worth, look, cells) if key == "cannot_tell" else None, p, adjusted, cells, look,
                   found.design == "lottery" and key in ("works", "harms"), warnings)


def judge_all(found: Mapping[str, CareEffect | NoComparison], look: Look = "quarterly", worth: float = WORTH) -> dict[str, Verdict]:
    """Verdicts on several cells (tags × teams, kinds of support …) that are looked at together: Holm over all of them."""
    p = [float("nan") if isinstance(each, NoComparison) else max(each.estimate.p, each.second.p) for each in found.values()]
    adjusted = holm([live(each) if look == "live" and each == each else each for each in p])
    return {name: judge(each, look, worth, None if isinstance(each, NoComparison) else float(at), len(found))
            for (name, each), at in zip(found.items(), adjusted, strict=True)}
