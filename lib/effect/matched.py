"""The sensitivity line: every cared-for episode beside the 3 most alike of other people, change from before the dip, bias corrected.

Nearest by Mahalanobis distance over the history, with replacement; what is left of the difference in history is taken off by a
regression among the others (Abadie and Imbens 2011, "Bias-corrected matching estimators").  The error sums each person's part: others
count as often as they were used, and for what they taught the regression where that had to bridge a difference.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lib.effect.design import Design
from lib.effect.levels import totals
from lib.effect.regress import by_cluster, t_interval

MATES = 3
ALIKE = ("pre", "pre_last", "dip_2", "dip_1", "strength", "level", "tenure", "calendar")


def _nearest(at: np.ndarray, others: np.ndarray, person: np.ndarray, their_person: np.ndarray) -> np.ndarray:
    """Row by row the places of the nearest others who are other people (a tree: all pairs at once would take too long in a large company)."""
    from scipy.spatial import cKDTree

    tree = cKDTree(others)
    found = np.full((len(at), MATES), -1)
    left, ask = np.arange(len(at)), 2 * MATES
    while len(left):
        ask = min(ask, len(others))
        near = tree.query(at[left], k=ask)[1].reshape(len(left), ask)
        other = their_person[near] != person[left][:, None]
        enough = other.sum(axis=1) >= MATES
        first = np.argsort(~other, axis=1, kind="stable")[:, :MATES]       # others first, in the order of their distance
        found[left[enough]] = np.take_along_axis(near, first, axis=1)[enough]
        if ask == len(others) and not enough.all():
            raise ValueError("fewer others than mates")
        left, ask = left[~enough], 4 * ask                                  # the person's own episodes stood before the others
    return found


@dataclass(frozen=True)
class _Line:
    """Least squares of a gain on history and teams, among some people: ``slope``, the level of each team (a team without any has that of all of them
    together), and what the prediction of a difference owes to each of them (:meth:`taught`)."""

    x: np.ndarray
    team: np.ndarray
    count: np.ndarray
    slope: np.ndarray
    inverse: np.ndarray
    mean: np.ndarray
    level: np.ndarray

    @classmethod
    def of(cls, gain: np.ndarray, x: np.ndarray, team: np.ndarray, size: int) -> _Line:
        """The line among these people."""
        count = np.bincount(team, minlength=size)
        there = np.maximum(count, 1)
        mean = np.where(count[:, None] > 0, totals(x, team, size) / there[:, None], x.mean(axis=0))
        usual = np.where(count > 0, totals(gain, team, size) / there, gain.mean())
        own = x - mean[team]
        inverse = np.linalg.pinv(own.T @ own)
        slope = inverse @ (own.T @ (gain - usual[team]))
        return cls(x, team, count, slope, inverse, mean, usual - mean @ slope)

    def at(self, x: np.ndarray, team: np.ndarray) -> np.ndarray:
        """What the line says."""
        return x @ self.slope + self.level[team]

    def taught(self, x: np.ndarray, share: np.ndarray) -> np.ndarray:
        """Weight of each person's gain in what the line says of a difference: of ``x``, and of the teams' ``share``."""
        known = self.count > 0
        far = x - share @ self.mean
        missing = float(share[~known].sum()) / len(self.team)
        return (self.x - self.mean[self.team]) @ (self.inverse @ far) + (np.where(known, share / np.maximum(self.count, 1), 0.0))[self.team] + missing


def matched(d: Design) -> tuple[float, float, float, float] | None:
    """Value, low, high, p of the matched difference in differences; None when too few others are there."""
    cared, alone = np.flatnonzero(d.care == 1), np.flatnonzero(d.care == 0)
    # The regression that bridges what is left needs at least twice as many others as it has columns.
    if len(alone) < max(4 * MATES, 2 * (d.held + 1)) or len(cared) < 2 or len(set(d.person[alone].tolist())) <= MATES:
        return None
    names = [name for name in ALIKE if name in d.names]
    x = d.x[:, [d.names.index(name) for name in names]]
    gain, team = d.y - d.dip, d.team.code
    root = np.linalg.cholesky(np.linalg.pinv(np.cov(x.T)) + 1e-9 * np.eye(x.shape[1]))
    at = x @ root
    mates = alone[_nearest(at[cared], at[alone], d.person[cared], d.person[alone])]
    line = _Line.of(gain[alone], d.x[alone], team[alone], d.team.size)
    rest = gain - line.at(d.x, team)
    free = max(len(alone) - d.held - 1, len(alone) // 2)
    loose = np.sqrt(len(alone) / free)          # residuals among those that the regression was fitted to are too small
    each = rest[cared] - rest[mates].mean(axis=1)
    value = float(each.mean())
    used = np.bincount(mates.ravel(), minlength=len(d.y)) / MATES
    shares = lambda rows: np.bincount(team[rows], minlength=d.team.size) / len(rows)
    taught = len(cared) * line.taught(d.x[cared].mean(axis=0) - d.x[mates.ravel()].mean(axis=0), shares(cared) - shares(mates.ravel()))
    part = np.zeros(len(d.y))
    part[cared] = rest[cared] - value - rest[alone].mean()
    part[alone] = -(used[alone] + taught) * loose * (rest[alone] - rest[alone].mean())
    sums = by_cluster(part / len(cared), d.person)
    return t_interval(value, float(np.sqrt((sums**2).sum() * len(sums) / (len(sums) - 1))), len(sums) - 1)
