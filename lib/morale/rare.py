"""Rare: whether something that seldom happens in a team (a notice, a care that came due) happened otherwise in the last four weeks.

:func:`lib.morale.changes.judge` holds a week against the swings of a team's own weeks; where most weeks have no case at all, such swings are
no yardstick and nothing is ever found.  Cases that are counted are held against each other as counts instead: the last 4 weeks against
the 26 before, given how many there were in both together.  Of rates that is the exact conditional test of two Poisson counts
(Przyborowski and Wilenski 1940), of shares Fisher's exact test, both two-sided by doubling.  Cases of one team come in clusters: all counts are
divided by how much more they vary than chance alone would make them, measured over all teams (quasi-likelihood, Wedderburn 1974; at least 1).
What the other teams of the line did in the same time (from 3 teams on) moves what is expected of a team, so that a season is nobody's change.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lib.morale.changes import MIN_SWINGS, MIN_TEAMS, MONTH, PAST, Panel

LEAST_NOW, LEAST_PAST = 5, 15
"""A share of fewer cases than these, in the 4 weeks and in the weeks before, cannot be told."""
WIDTH = 1.96


@dataclass(frozen=True)
class Found:
    """Teams × weeks; NaN where nothing can be told.  ``value`` of the 4 weeks, ``before`` of the weeks before, ``change`` beyond the line."""

    value: np.ndarray
    before: np.ndarray
    change: np.ndarray
    low: np.ndarray
    high: np.ndarray
    p: np.ndarray


def _last(values: np.ndarray, weeks: int, skipped: int = 0) -> np.ndarray:
    """The sum over ``weeks`` columns that end ``skipped`` columns before each one; unknown ones count nothing."""
    total = np.cumsum(np.pad(np.nan_to_num(values), ((0, 0), (1, 0))), axis=1)
    at = np.arange(values.shape[1])
    return total[:, np.maximum(at + 1 - skipped, 0)] - total[:, np.maximum(at + 1 - skipped - weeks, 0)]


def _others(values: np.ndarray, lines: np.ndarray) -> np.ndarray:
    """The sum over the other teams of the same line; NaN in a line of fewer than 3 teams."""
    out = np.full(values.shape, np.nan)
    for line in np.unique(lines):
        members = np.flatnonzero(lines == line)
        if len(members) >= MIN_TEAMS:
            out[members] = values[members].sum(axis=0) - values[members]
    return out


def judge(panel: Panel) -> Found:
    """Hold the last 4 weeks of every team against its 26 weeks before, for every week; ``panel.kind``: rate or share."""
    share = panel.kind == "share"
    known = np.isfinite(panel.amount) & np.isfinite(panel.size) & (panel.size > 0)
    amount, size = np.where(known, panel.amount, 0.0), np.where(known, panel.size, 0.0)
    k, n, past_k, past_n = _last(amount, MONTH), _last(size, MONTH), _last(amount, PAST, MONTH), _last(size, PAST, MONTH)
    told = (n > 0) & (past_n > 0) & (_last(known | (share & np.isfinite(panel.size)), PAST, MONTH) >= MIN_SWINGS)
    if share:
        told &= (n >= LEAST_NOW) & (past_n >= LEAST_PAST)
    with np.errstate(divide="ignore", invalid="ignore"):
        value, before = k / n, past_k / past_n
        lead = _shared(k, n, past_k, past_n, panel.lines)
        expected = np.clip(before * lead, 0.0, 0.98 if share else np.inf)
        wide = np.where(told, (expected * (1 - expected) if share else expected) * n * (1 + n / past_n), np.nan)
        off = np.where(told, k - n * expected, np.nan)
        varies = max(1.0, float(np.nansum(off**2) / np.nansum(wide))) if np.nansum(wide) > 0 else 1.0
        p = _shares(k, n, expected * past_n, past_n, varies) if share else _rates(k, n * lead, past_k, past_n, varies)
        there, back = (np.arcsin, np.sin) if share else ((lambda x: x), (lambda x: x))
        middle = there(np.sqrt(expected))
        reach = WIDTH * 0.5 * np.sqrt(varies * (1 / n + 1 / past_n))
        moved = there(np.sqrt(value)) - middle
        end = lambda sign: back(np.clip(middle + moved + sign * reach, 0, np.pi / 2 if share else np.inf)) ** 2 - expected
        cut = lambda x: np.where(told, x, np.nan)
        return Found(cut(value), cut(before), cut(value - expected), cut(end(-1)), cut(end(1)), cut(p))


def _shared(k: np.ndarray, n: np.ndarray, past_k: np.ndarray, past_n: np.ndarray, lines: np.ndarray) -> np.ndarray:
    """By what factor the other teams of the line moved; half a case on both sides keeps it finite."""
    ours = [_others(x, lines) for x in (k, n, past_k, past_n)]
    factor = (ours[0] + 0.5) / ours[1] / ((ours[2] + 0.5) / ours[3])
    return np.where(np.isfinite(factor), factor, 1.0)


def _rates(k: np.ndarray, n: np.ndarray, past_k: np.ndarray, past_n: np.ndarray, varies: float) -> np.ndarray:
    """P of two Poisson counts given their sum: the first has the share n / (n + past_n) of all cases."""
    from scipy.special import betainc

    now, then, part = k / varies, past_k / varies, n / (n + past_n)
    more = np.where(now > 0, betainc(np.maximum(now, 1e-9), then + 1, part), 1.0)
    fewer = np.where(then > 0, 1 - betainc(now + 1, np.maximum(then, 1e-9), part), 1.0)
    return np.minimum(2 * np.minimum(more, fewer), 1.0)


def _shares(k: np.ndarray, n: np.ndarray, past_k: np.ndarray, past_n: np.ndarray, varies: float) -> np.ndarray:
    """Fisher's exact test of k of n against past_k of past_n."""
    from scipy.stats import hypergeom

    cases = [np.rint(np.nan_to_num(x) / varies) for x in (k, n, past_k, past_n)]
    now, of, then, past_of = cases[0], np.maximum(cases[1], cases[0]), cases[2], np.maximum(cases[3], cases[2])
    fewer = hypergeom.cdf(now, of + past_of, now + then, of)
    more = hypergeom.sf(now - 1, of + past_of, now + then, of)
    return np.minimum(2 * np.minimum(more, fewer), 1.0)
