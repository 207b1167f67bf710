"""The sensitivity line: every cared-for episode beside the 3 most alike of other people, change from before the dip, bias corrected.

Nearest by Mahalanobis distance over the history, with replacement; what is left of the difference in history is taken off by a
regression among the others (Abadie and Imbens 2011, "Bias-corrected matching estimators").  The error sums each person's part: others
count as often as they were used, and for what they taught the regression where that had to bridge a difference.
"""

from __future__ import annotations

import numpy as np

from lib.effect.design import Design
from lib.effect.regress import by_cluster, t_interval

MATES = 3
ALIKE = ("pre", "pre_last", "dip_2", "dip_1", "strength", "level", "tenure", "calendar")


def _nearest(at: np.ndarray, others: np.ndarray, person: np.ndarray, their_person: np.ndarray) -> np.ndarray:
    """Row by row the places of the nearest others who are other people; in blocks, since all pairs at once would not fit into memory."""
    found = np.empty((len(at), MATES), dtype=int)
    step = max(1, 2_000_000 // len(others))
    for begin in range(0, len(at), step):
        rows = slice(begin, begin + step)
        far = ((at[rows, None, :] - others[None, :, :]) ** 2).sum(axis=2)
        far[person[rows, None] == their_person[None, :]] = np.inf
        few = np.sort(np.argpartition(far, MATES - 1, axis=1)[:, :MATES], axis=1)  # in their own order, so that equals keep it
        found[rows] = np.take_along_axis(few, np.argsort(np.take_along_axis(far, few, axis=1), axis=1, kind="stable"), axis=1)
    return found


def matched(d: Design) -> tuple[float, float, float, float] | None:
    """Value, low, high, p of the matched difference in differences; None when too few others are there."""
    cared, alone = np.flatnonzero(d.care == 1), np.flatnonzero(d.care == 0)
    # The regression that bridges what is left needs at least twice as many others as it has columns.
    if len(alone) < max(4 * MATES, 2 * (d.x.shape[1] + 1)) or len(cared) < 2:
        return None
    names = [name for name in ALIKE if name in d.names]
    x = d.x[:, [d.names.index(name) for name in names]]
    gain = d.y - d.dip
    root = np.linalg.cholesky(np.linalg.pinv(np.cov(x.T)) + 1e-9 * np.eye(x.shape[1]))
    at = x @ root
    mates = alone[_nearest(at[cared], at[alone], d.person[cared], d.person[alone])]
    design = np.column_stack([np.ones(len(d.y)), d.x])
    slope = np.linalg.lstsq(design[alone], gain[alone], rcond=None)[0]
    rest = gain - design @ slope
    free = max(len(alone) - design.shape[1], len(alone) // 2)
    loose = np.sqrt(len(alone) / free)          # residuals among those that the regression was fitted to are too small
    each = rest[cared] - rest[mates].mean(axis=1)
    value = float(each.mean())
    used = np.bincount(mates.ravel(), minlength=len(d.y)) / MATES
    bridged = design[cared].mean(axis=0) - design[mates.ravel()].mean(axis=0)
    taught = len(cared) * design[alone] @ (np.linalg.pinv(design[alone].T @ design[alone]) @ bridged)
    part = np.zeros(len(d.y))
    part[cared] = rest[cared] - value - rest[alone].mean()
    part[alone] = -(used[alone] + taught) * loose * (rest[alone] - rest[alone].mean())
    sums = by_cluster(part / len(cared), d.person)
    return t_interval(value, float(np.sqrt((sums**2).sum() * len(sums) / (len(sums) - 1))), len(sums) - 1)
