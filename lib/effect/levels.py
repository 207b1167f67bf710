"""Levels of many groups in a fit, without a column for each of them.

Every team has a level of its own.  A column a team is the same thing, but thousands of teams would not fit into memory; so the levels are
eliminated from the equations (Frisch and Waugh 1933 and Lovell 1963 for least squares, the same block elimination in each Newton step of a
likelihood).  The numbers are those of the fit with a column for each, to rounding; tests say so.

``level``: the group of each row, whole numbers below ``size``.  A level penalised by infinity is held at 0 (the one that the intercept stands for).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

TIGHT = 1e-9    # share of a column that must be its own for it to count as one
GAIN = 1e-10    # of the likelihood, by which a step must improve it to be followed by another
STEPS, PIECE = 60, 50_000
Likelihood = Callable[[np.ndarray], tuple[float, np.ndarray, np.ndarray]]
"""Linear predictor → log likelihood, and of each row its slope and its curvature (minus the second derivative, not below 0)."""


def totals(rows: np.ndarray, level: np.ndarray, size: int) -> np.ndarray:
    """Sums of ``rows`` (first axis) within each level."""
    if rows.ndim == 1:
        return np.bincount(level, rows, size)
    return np.column_stack([np.bincount(level, column, size) for column in rows.T]) if rows.shape[1] else np.zeros((size, 0))


def within(rows: np.ndarray, level: np.ndarray, size: int) -> np.ndarray:
    """Each row less the mean of its level."""
    count = np.maximum(np.bincount(level, minlength=size), 1)
    mean = totals(rows, level, size) / (count if rows.ndim == 1 else count[:, None])
    return rows - mean[level]


def products(x: np.ndarray, level: np.ndarray, size: int) -> np.ndarray:
    """Products of the columns within the levels, as shares of the columns' own size (a correlation matrix where they are centred)."""
    sums, whole = totals(x, level, size), x.T @ x
    norm = np.sqrt(np.where(np.diag(whole) > 0, np.diag(whole), 1.0))
    return (whole - sums.T @ (sums / np.maximum(np.bincount(level, minlength=size), 1)[:, None])) / np.outer(norm, norm)


def independent(shares: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Those of the columns that together, and with the levels, say all that the columns say, none of which the others already say
    (Cholesky with pivoting of their ``products``)."""
    from scipy.linalg.lapack import dpstrf

    if not len(columns):
        return np.zeros(0, dtype=int)
    _, place, rank, _ = dpstrf(shares[np.ix_(columns, columns)], tol=TIGHT)
    return np.sort(columns[place[:rank] - 1])


def blocks(rows: int) -> Iterator[slice]:
    """The rows in pieces, so that what is worked out of many rows need not stand in memory at once."""
    for begin in range(0, rows, PIECE):
        yield slice(begin, begin + PIECE)


@dataclass(frozen=True)
class Equations:
    """Weighted normal equations of columns and levels, the levels eliminated: ``core`` for the columns alone, ``across`` (columns ×
    levels) and ``own`` (1 / the levels' diagonal, 0 for one that is held)."""

    core: np.ndarray
    across: np.ndarray
    own: np.ndarray

    def solve(self, right: np.ndarray, level_right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Coefficients of the columns and of the levels."""
        hold = np.diag(1e-12 * np.diag(self.core))   # a column whose rows hardly weigh anything any more stays where it is
        beta = np.linalg.solve(self.core + hold, right - self.across @ (self.own * level_right))
        return beta, self.own * (level_right - self.across.T @ beta)

    def pull(self, column: int, x: np.ndarray, level: np.ndarray) -> np.ndarray:
        """By how much a unit of each row's slope moves the coefficient of a column."""
        weight = np.linalg.inv(self.core)[column]
        return x @ weight - (self.own * (weight @ self.across))[level]


def equations(x: np.ndarray, weight: np.ndarray, level: np.ndarray, size: int, penalty: np.ndarray, level_penalty: np.ndarray) -> Equations:
    """The equations of a least squares fit with these weights; a penalty is what is added to the diagonal."""
    whole, across = np.diag(penalty.astype(float)), np.zeros((x.shape[1], size))
    for rows in blocks(len(x)):
        weighted = x[rows] * weight[rows, None]
        whole += x[rows].T @ weighted
        across += totals(weighted, level[rows], size).T
    diagonal = totals(weight, level, size) + level_penalty
    own = np.divide(1.0, diagonal, out=np.zeros(size), where=diagonal > 0)
    return Equations(whole - (across * own) @ across.T, across, own)


def ridge(y: np.ndarray, x: np.ndarray, level: np.ndarray, size: int, penalty: np.ndarray, level_penalty: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Penalised least squares: coefficients of the columns (an intercept must be one of them) and of the levels."""
    return equations(x, np.ones(len(y)), level, size, penalty, level_penalty).solve(x.T @ y, totals(y, level, size))


def climb(likelihood: Likelihood, x: np.ndarray, level: np.ndarray, size: int, penalty: np.ndarray, level_penalty: np.ndarray,
          start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients at which a concave likelihood less its penalties is highest (Newton with halving): of the columns, of the levels.

    Where a part of the rows has no event at all, what stands for it runs off to minus infinity and the likelihood only creeps up: as soon as a step gains
    nothing any more, the others are where they belong.
    """
    beta, own = start.copy(), np.zeros(size)
    costs = np.where(np.isfinite(level_penalty), level_penalty, 0.0)
    height = lambda value, b, c: value - 0.5 * (penalty @ b**2 + costs @ c**2)
    value, slope, curve = likelihood(x @ beta + own[level])
    for _ in range(STEPS):
        found = equations(x, curve, level, size, penalty, level_penalty)
        step, level_step = found.solve(x.T @ slope - penalty * beta, totals(slope, level, size) - costs * own)
        now, share = height(value, beta, own), 1.0
        while True:
            there, level_there = beta + share * step, own + share * level_step
            value, slope, curve = likelihood(x @ there + level_there[level])
            if height(value, there, level_there) >= now - GAIN * (1 + abs(now)) or share < 1e-6:
                break
            share /= 2
        beta, own = there, level_there
        if height(value, beta, own) - now < GAIN * (1 + abs(now)):
            break
    return beta, own


def binomial(y: np.ndarray) -> Likelihood:
    """The likelihood of yes and no on the log odds."""
    from scipy.special import expit

    def at(odds: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        chance = expit(odds)
        return float((y * odds - np.logaddexp(0.0, odds)).sum()), y - chance, chance * (1 - chance)
    return at


def hazards(event: np.ndarray) -> Likelihood:
    """The likelihood of an event in a span of time on the log hazard (complementary log-log)."""
    hit = np.flatnonzero(event)

    def at(log: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        rate = np.exp(np.clip(log, -40.0, 6.0))     # a weekly hazard of 400 is no hazard any more
        slope, curve, own = -rate, rate.copy(), rate[hit]
        grown = own / np.expm1(own)         # slope of an event: rate / (e^rate − 1)
        slope[hit], curve[hit] = grown, grown * (own + grown - 1)
        return float(np.log(-np.expm1(-own)).sum() - (rate.sum() - own.sum())), slope, curve
    return at
