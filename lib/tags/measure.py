"""Measure: shares, middles and differences with their 95 % intervals; plain numbers in, small frozen values out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import comb, sqrt
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from lib.tags.backtest import Change

Z = 1.959963984540054
FEW = 20
"""Fewer people than this are too few to tell a difference."""
_FEW_DIFFER = 10


@dataclass(frozen=True)
class Share:
    """``hits`` of ``n``, and the 95 % Wilson interval of the share; None when there is nobody."""

    hits: int
    n: int
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Span:
    """The median and the quartiles of ``n`` values; None when there are none."""

    n: int
    low: float | None
    median: float | None
    high: float | None


def wilson(value: float, n: float) -> tuple[float, float]:
    """The 95 % Wilson interval of a share seen on ``n`` (more than 0) independent cases."""
    middle = (value + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * sqrt(value * (1 - value) / n + Z * Z / (4 * n * n))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def share(hits: int, n: int, per_person: tuple[np.ndarray, np.ndarray] | None = None) -> Share:
    """A share with its Wilson interval.

    ``per_person`` (hits and cases of every person) widens it where several cases of one person go together: the cases then count as
    the number of independent ones that would vary as much.
    """
    if n == 0:
        return Share(hits, n, None, None, None)
    value, worth = hits / n, float(n)
    if per_person is not None and 0 < hits < n:
        own, of = (column[per_person[1] > 0].astype(float) for column in per_person)
        people = len(of)
        if people > 1:
            varies = people / (people - 1) * float(np.sum((own - value * of) ** 2)) / n**2
            worth = min(float(n), value * (1 - value) / varies) if varies > 0 else float(n)
    return Share(hits, n, value, *wilson(value, worth))


def quartiles(values: np.ndarray) -> Span:
    """Median and quartiles, between values by the straight line."""
    if len(values) == 0:
        return Span(0, None, None, None)
    low, median, high = (float(found) for found in np.percentile(values, [25, 50, 75]))
    return Span(len(values), low, median, high)


def per_week(differences: np.ndarray, weeks: int) -> tuple[float, float | None, float | None]:
    """The mean weekly sum of what each person adds, and how far it would vary with other people of the same kind."""
    total, people = float(differences.sum()), len(differences)
    if int((differences != 0).sum()) < _FEW_DIFFER:
        return total / weeks, None, None
    half = Z * sqrt(people * float(differences.var(ddof=1)))
    return total / weeks, (total - half) / weeks, (total + half) / weeks


def paired(gained: int, lost: int, n: int) -> tuple[float | None, float | None, float | None]:
    """The difference of two shares of the same ``n`` people, with the adjusted interval of Bonett and Price."""
    if n == 0:
        return None, None, None
    one, other = (gained + 1) / (n + 2), (lost + 1) / (n + 2)
    half = Z * sqrt((one + other - (one - other) ** 2) / (n + 2))
    return (gained - lost) / n, max(one - other - half, -1.0), min(one - other + half, 1.0)


def middle(differences: np.ndarray) -> tuple[float | None, float | None, float | None]:
    """The median difference with the exact interval of the sign test; no interval under six values."""
    n = len(differences)
    if n == 0:
        return None, None, None
    ordered = np.sort(differences)
    # the largest k for which fewer than k of n fair coins come up heads at most 2.5 % of the time
    at, heads = -1, 0
    while at + 1 < n and (heads + comb(n, at + 1)) * 1000 <= 25 * 2**n:
        at += 1
        heads += comb(n, at)
    bounds: Sequence[float | None] = (float(ordered[at]), float(ordered[n - 1 - at])) if at >= 0 else (None, None)
    return float(np.median(ordered)), bounds[0], bounds[1]


def share_change(hits: np.ndarray, of: np.ndarray, hits_before: np.ndarray,
                 of_before: np.ndarray) -> tuple[float | None, float | None, float | None]:
    """The difference of two shares over cases of the same people, whose errors go together person by person."""
    n, n_before = int(of.sum()), int(of_before.sum())
    if n == 0 or n_before == 0:
        return None, None, None
    value, before = float(hits.sum()) / n, float(hits_before.sum()) / n_before
    seen = (of > 0) | (of_before > 0)
    people = int(seen.sum())
    if people < _FEW_DIFFER:
        return value - before, None, None
    pull = ((hits - value * of) / n - (hits_before - before * of_before) / n_before)[seen]
    half = Z * sqrt(people / (people - 1) * float(np.sum(pull**2)))
    return value - before, value - before - half, value - before + half


def change(found: Change, same: bool, enough: bool) -> Change:
    """The same difference with its verdict in one word; ``same`` when not one person differs, or most do not and nothing is left over."""
    if same or found.value == found.low == found.high == 0:
        return replace(found, verdict="same")
    if not enough or found.low is None or found.high is None or found.low <= 0 <= found.high:
        return replace(found, verdict="cannot_tell")
    return replace(found, verdict="more" if found.low > 0 else "fewer")
