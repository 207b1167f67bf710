"""Measures of a risk score: how well it ranks, how true its probabilities are, and how sure that is.  Plain numpy."""

from __future__ import annotations

import numpy as np

BINS = 10


def auc(label: np.ndarray, score: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Chance that somebody who left has a higher score than somebody who stayed, ties half (Hanley & McNeil 1982); NaN without both."""
    w = np.ones(len(label)) if weights is None else weights
    order = np.argsort(score, kind="stable")
    return _auc(label[order], w[order], np.flatnonzero(np.diff(score[order], prepend=np.nan) != 0))


def _auc(label: np.ndarray, w: np.ndarray, starts: np.ndarray) -> float:
    """The same for rows in order of score; ``starts`` are the first rows of equal scores."""
    if not len(label):
        return float("nan")
    left, stayed = np.add.reduceat(w * label, starts), np.add.reduceat(w * (1 - label), starts)
    pairs = left.sum() * stayed.sum()
    return float(np.sum(left * (np.cumsum(stayed) - stayed / 2)) / pairs) if pairs > 0 else float("nan")


def average_precision(label: np.ndarray, score: np.ndarray) -> float:
    """Area under precision over recall as a step function (Davis & Goadrich 2006), ties taken together."""
    order = np.argsort(-score, kind="stable")
    y, s = label[order].astype(float), score[order]
    ends = np.flatnonzero(np.append(np.diff(s) != 0, True))
    hits = np.cumsum(y)[ends]
    return float(np.sum(np.diff(hits, prepend=0.0) * hits / (ends + 1)) / y.sum()) if y.sum() else float("nan")


def brier(label: np.ndarray, p: np.ndarray) -> float:
    """Mean squared difference of probability and outcome (Brier 1950)."""
    return float(np.mean((p - label) ** 2)) if len(label) else float("nan")


def log_loss(label: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Negative log-likelihood of each row."""
    p = np.clip(p, 1e-9, 1 - 1e-9)
    return -np.where(label > 0, np.log(p), np.log1p(-p))


def parts_of_equal_size(p: np.ndarray, bins: int = BINS) -> np.ndarray:
    """The part (0 … bins-1) of each row when rows are cut by rank into parts of equal size, rows of one probability together."""
    if not len(p):
        return np.zeros(0, dtype=int)
    order = np.sort(p)
    edges = order[np.minimum(np.arange(1, bins) * len(p) // bins, len(p) - 1)]
    return np.searchsorted(edges, p, side="right")


def ece(label: np.ndarray, p: np.ndarray, bins: int = BINS) -> float:
    """Expected calibration error: mean |predicted − actual| over parts of equal size, weighted by rows (Naeini et al. 2015)."""
    if not len(p):
        return float("nan")
    part = parts_of_equal_size(p, bins)
    gaps = np.bincount(part, p - label, minlength=bins)
    return float(np.abs(gaps).sum() / len(p))


def wilson(hits: float, n: float) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927); (NaN, NaN) of nothing."""
    if n <= 0:
        return float("nan"), float("nan")
    z = 1.959964
    share, scale = hits / n, 1 + z * z / n
    middle, reach = (share + z * z / (2 * n)) / scale, z / scale * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return float(max(middle - reach, 0)), float(min(middle + reach, 1))


def psi(before: np.ndarray, now: np.ndarray, bins: int = BINS) -> float:
    """Population stability index Σ (now − before)·ln(now/before) over parts of equal size before (Siddiqi 2006); > .2 is a real shift.

    What is not known is a part of its own; parts never count as empty (half a row each).  Objects are compared value by value.
    """
    if not len(before) or not len(now):
        return 0.0
    first, last, count = cut(before, now, bins)
    return stability(np.bincount(first, minlength=count), np.bincount(last, minlength=count))


def cut(before: np.ndarray, now: np.ndarray, bins: int = BINS) -> tuple[np.ndarray, np.ndarray, int]:
    """The part in which each value lies, for both, and how many parts there are."""
    if before.dtype == object:
        values = {value: at for at, value in enumerate(dict.fromkeys(map(str, (*before, *now))))}
        place = lambda given: np.array([values[str(value)] for value in given], dtype=int)
        return place(before), place(now), len(values)
    known = before[np.isfinite(before)]
    edges = np.unique(np.quantile(known, np.arange(1, bins) / bins)) if len(known) else np.zeros(0)
    # Below, between and above the edges, and exactly on an edge where many share one value.
    place = lambda given: np.where(np.isfinite(given), np.searchsorted(edges, given, "left") + np.searchsorted(edges, given, "right"), 2 * len(edges) + 1)
    return place(before), place(now), 2 * len(edges) + 2


def stability(before: np.ndarray, now: np.ndarray) -> float:
    """:func:`psi` of rows that are counted by part."""
    share = lambda counts: (counts + 0.5) / (counts.sum() + 0.5 * len(counts))
    then, today = share(before), share(now)
    return float(np.sum((today - then) * np.log(today / then)))


class Clusters:
    """Bootstrap by person: persons are drawn with replacement, all rows of a person together (Efron & Tibshirani 1993, §8)."""

    def __init__(self, person: np.ndarray, draws: int = 400, seed: int = 20260101) -> None:
        _, self.at = np.unique(person, return_inverse=True)
        people = int(self.at.max()) + 1 if len(person) else 0
        rng = np.random.default_rng(seed)
        self.weights = np.stack([np.bincount(rng.integers(0, people, people), minlength=people) for _ in range(draws)]) if people else np.zeros((draws, 0))

    def sums(self, rows: np.ndarray) -> np.ndarray:
        """Per draw, the sum of a row value over the drawn persons."""
        return self.weights @ np.bincount(self.at, rows, minlength=self.weights.shape[1]) if len(rows) else np.zeros(len(self.weights))

    def auc(self, label: np.ndarray, score: np.ndarray, draws: int = 200) -> tuple[float, float]:
        """95 % interval of :func:`auc`."""
        order = np.argsort(score, kind="stable")
        at, y = self.at[order], label[order]
        starts = np.flatnonzero(np.diff(score[order], prepend=np.nan) != 0)
        return interval(np.array([_auc(y, drawn[at], starts) for drawn in self.weights[:draws]]))


def interval(draws: np.ndarray) -> tuple[float, float]:
    """The middle 95 % of draws; (NaN, NaN) when none is known."""
    known = draws[np.isfinite(draws)]
    return (float(np.quantile(known, 0.025)), float(np.quantile(known, 0.975))) if len(known) else (float("nan"), float("nan"))
