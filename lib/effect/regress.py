"""Least squares with jackknife errors by cluster (CR3), and Student's t.

CR3 is the jackknife over clusters: every cluster is left out once, and how far the coefficients move makes the error (MacKinnon, Nielsen and
Webb 2023, "Fast and reliable jackknife and bootstrap methods for cluster-robust inference"; with one row per cluster it is HC3 × (G − 1) / G).
Neither statsmodels (HC0–HC3, CR0, CR1) nor scikit-learn has it, so it stands here, tested against refits and against HC3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lib.effect.design import Levels, one_level
from lib.effect.levels import totals, within


@dataclass(frozen=True)
class Fit:
    """Coefficients, their CR3 covariance, and the degrees of freedom of t (clusters − 1)."""

    beta: np.ndarray
    covariance: np.ndarray
    df: int

    def interval(self) -> tuple[float, float, float, float]:
        """Value, low, high (95 %) and two-sided p of the first coefficient."""
        return t_interval(float(self.beta[0]), float(np.sqrt(max(self.covariance[0, 0], 0.0))), self.df)


def t_interval(value: float, error: float, df: float) -> tuple[float, float, float, float]:
    """Value, low, high (95 %) and two-sided p by Student's t."""
    from scipy.special import stdtr, stdtrit

    reach = float(stdtrit(df, 0.975)) * error
    p = float(2 * stdtr(df, -abs(value) / error)) if error > 0 else float("nan")
    return value, value - reach, value + reach, p


def by_cluster(rows: np.ndarray, cluster: np.ndarray) -> np.ndarray:
    """Sums of ``rows`` (first axis) within each cluster."""
    codes = np.unique(cluster, return_inverse=True)[1]
    return totals(rows, codes, codes.max() + 1 if len(codes) else 0)


def cr3(y: np.ndarray, x: np.ndarray, cluster: np.ndarray, level: Levels | None = None) -> Fit:
    """Least squares of ``y`` on the columns of ``x``, errors by ``cluster``.  An intercept must be one of them, unless ``level`` gives groups with a
    level each; these have no coefficient in the answer.

    A column that has no variation once a cluster is left out (a team with one person) gets the coefficient 0, which leaves the others
    as they are: every column is held by a thousand-millionth of its own size.  So does a column that only says what the levels say.
    """
    if level is not None:
        own = (x**2).sum(axis=0)
        y, x = within(y, level.code, level.size), within(x, level.code, level.size)
        x[:, (x**2).sum(axis=0) <= 1e-12 * own] = 0.0
    whole, right = x.T @ x, x.T @ y
    inverse = np.linalg.inv(whole + np.diag(np.where(np.diag(whole) > 0, 1e-9 * np.diag(whole), 1.0)))
    beta = inverse @ right
    # Leaving cluster g out moves the coefficients by −A⁻¹X_g'(I − X_g A⁻¹ X_g')⁻¹e_g (Woodbury): small systems of the cluster's own size.  With
    # levels, a row's own share of its level (1 / rows of the level) comes on top of X_g A⁻¹ X_g': the whole model's projection is the sum of both.
    error, spread = y - x @ beta, x @ inverse
    share = np.zeros(len(y)) if level is None else (1 - 1e-9) / np.bincount(level.code, minlength=level.size)[level.code]
    group = np.zeros(len(y), dtype=int) if level is None else level.code
    codes, size = np.unique(cluster, return_inverse=True, return_counts=True)[1:]
    rows, clusters = np.argsort(codes, kind="stable"), len(size)
    first = np.cumsum(size) - size
    moved = np.empty((clusters, x.shape[1]))
    for n in np.unique(size):
        mine = np.flatnonzero(size == n)
        at = rows[first[mine][:, None] + np.arange(n)]
        gap = np.eye(n) - spread[at] @ x[at].transpose(0, 2, 1) - (group[at][:, :, None] == group[at][:, None, :]) * share[at][:, :, None]
        moved[mine] = -np.einsum("gnk,gn->gk", spread[at], np.linalg.solve(gap, error[at][..., None])[..., 0])
    return Fit(beta, (clusters - 1) / clusters * moved.T @ moved, clusters - 1)


def adjusted(y: np.ndarray, care: np.ndarray, x: np.ndarray, cluster: np.ndarray, level: Levels | None = None) -> Fit:
    """Outcome on care, history and levels; coefficient 0 is care."""
    return cr3(y, np.column_stack([care, x]), cluster, one_level(len(y)) if level is None else level)
