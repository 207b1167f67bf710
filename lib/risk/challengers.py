"""Challengers: other models behind the same interface, which replace the hazard model only when they are clearly better.

``direct``: the same additive logistic regression trained on "gives notice within 60 days" itself.  ``steps``: gradient boosted trees
that may use one feature each (HistGradientBoosting without interactions: the shape of an explainable boosting machine, Lou et al.
2013), so its log-odds are a sum of one step function per feature too, and reasons stay exact.  Both are scored by numpy alone.  Directions
bind all of them by one rule: what is a straight line rises or falls as is known, a curve may bend on the way but ends on that side.

A challenger wins here only when the 95 % interval (persons drawn with replacement) of its gain in log-likelihood on the same
out-of-time rows lies above zero.  It replaces the model unless its reasons would be loose where the model's are firm
(:func:`lib.risk.build.chosen`).  Being models of sums, all can be the reasons' source.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field

import numpy as np
import pandas as pd

from lib.risk import metrics
from lib.risk import model as models
from lib.risk.design import column, unknown
from lib.risk.evaluation import MAIN, Hazard, Rolled, Rows, known_by, roll
from lib.risk.model import Model, Platt

QUARTER = 3   # challengers are trained at every third origin
CUTS = 32     # a number is cut into at most so many steps


@dataclass(frozen=True)
class Steps:
    """An additive model of step functions: per feature the ``edges`` between its steps (or the ``values`` of a category), and what each
    step adds; the last height is for what is not known."""

    features: tuple[str, ...]
    kinds: tuple[str, ...]
    edges: tuple[tuple[object, ...], ...]
    heights: tuple[tuple[float, ...], ...]
    intercept: float
    platt: Mapping[int, Platt] = field(default_factory=dict)
    kind: str = "steps"

    @property
    def keys(self) -> list[str]:
        return list(self.features)

    def parts(self, frame: Mapping[str, object], matrix: None = None) -> np.ndarray:
        """Rows × features: what each feature adds to ``eta``."""
        made = [np.asarray(height)[_step(frame[key], kind, edge)] for key, kind, edge, height in
                zip(self.features, self.kinds, self.edges, self.heights, strict=True)]
        return np.column_stack(made) if made else np.zeros((len(next(iter(frame.values()))), 0))

    def eta(self, frame: Mapping[str, object], matrix: None = None) -> np.ndarray:
        """The linear predictor of each row."""
        return self.intercept + self.parts(frame).sum(axis=1)

    def chance(self, eta: np.ndarray, days: int) -> np.ndarray:
        """Probability of leaving within ``days``."""
        return models.sigmoid(self.platt[days].a + self.platt[days].b * eta)

    def to_json(self) -> str:
        """The model as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)


def _step(given: object, kind: str, edges: tuple[object, ...]) -> np.ndarray:
    x = column(given, kind)
    if kind == "category":
        place = {value: at for at, value in enumerate(edges)}
        codes, seen = pd.factorize(x, use_na_sentinel=False)
        return np.array([place.get(value, len(edges)) for value in seen], dtype=int)[codes]
    return np.where(np.isfinite(x), np.searchsorted(np.asarray(edges, dtype=float), x, side="right"), len(edges) + 1)


def _edges(given: object, kind: str) -> tuple[object, ...]:
    x = column(given, kind)
    if kind == "category":
        return tuple(sorted((value for value in pd.unique(x) if not unknown(value)), key=str))
    seen = np.unique(x[np.isfinite(x)])
    if len(seen) < 2:
        return ()
    if len(seen) <= CUTS:
        return tuple(((seen[1:] + seen[:-1]) / 2).tolist())
    return tuple(np.unique(np.quantile(x[np.isfinite(x)], np.arange(1, CUTS) / CUTS)).tolist())


def steps(frame: Mapping[str, object], label: np.ndarray, kinds: Mapping[str, str], directions: Mapping[str, int] | None = None) -> Steps:
    """Fit gradient boosted step functions, few and small (60 rounds of 3 leaves, each 5 %), so that rare events are not learnt by heart.

    Where a direction is known beforehand they rise or fall; those of a spline only when they would end on the wrong side else."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    edges = {key: _edges(frame[key], kind) for key, kind in kinds.items()}
    used = [key for key, kind in kinds.items() if edges[key]]
    codes = np.column_stack([_step(frame[key], kinds[key], edges[key]) for key in used]).astype(float)
    # "Another value" of a category is a step of its own; "not known" is a gap, for which the trees find a side: it is no number that rises.
    last = np.array([np.inf if kinds[key] == "category" else len(edges[key]) + 1 for key in used])
    codes = np.where(codes == last, np.nan, codes)
    known = np.array([(directions or {}).get(key, 0) if kinds[key] != "category" else 0 for key in used])
    bound = np.where([kinds[key] == "spline" for key in used], 0, known)
    middle = np.nanmedian(codes, axis=0)
    while True:
        boosted = HistGradientBoostingClassifier(max_iter=60, learning_rate=0.05, max_leaf_nodes=3, min_samples_leaf=200, l2_regularization=10.0,
                                                 max_bins=CUTS + 8, interaction_cst="no_interactions", early_stopping=False, random_state=0, monotonic_cst=bound)
        boosted.fit(codes, label.astype(int))
        base = float(boosted.decision_function(middle[None, :])[0])
        heights = []
        for at, key in enumerate(used):
            count = len(edges[key]) + (1 if kinds[key] == "category" else 2)
            grid = np.tile(middle, (count, 1))
            grid[:, at] = np.where(np.arange(count) == last[at], np.nan, np.arange(count))
            heights.append(tuple((boosted.decision_function(grid) - base).tolist()))
        turning = (bound != known) & np.array([sign * (height[-2] - height[0]) < -1e-12 for sign, height in zip(known, heights, strict=True)])
        if not turning.any():
            return Steps(tuple(used), tuple(kinds[key] for key in used), tuple(edges[key] for key in used), tuple(heights), base)
        bound = np.where(turning, known, bound)


def read(text: str) -> Model | Steps:
    """Read a stored model of any kind."""
    held = json.loads(text)
    if held["kind"] != "steps":
        return models.from_json(text)
    platt = {int(days): Platt(line["a"], line["b"], tuple(map(tuple, line["cov"]))) for days, line in held["platt"].items()}
    return Steps(tuple(held["features"]), tuple(held["kinds"]), tuple(map(tuple, held["edges"])), tuple(map(tuple, held["heights"])),
                 held["intercept"], platt)


def span(fitted: Steps, refits: list[Steps], frame: Mapping[str, object], days: int) -> tuple[np.ndarray, np.ndarray]:
    """95 % range of the probability: Student's t on the spread of the log-odds over bootstrap refits."""
    from scipy.special import stdtrit

    line, eta = fitted.platt[days], fitted.eta(frame)
    at = np.column_stack([np.ones(len(eta)), eta])
    spread = np.std([refit.eta(frame) for refit in refits], axis=0, ddof=1)
    wide = stdtrit(len(refits) - 1, 0.975) * np.sqrt(line.b**2 * spread**2 + np.einsum("ij,ij->i", at @ np.asarray(line.cov), at))
    return models.sigmoid(line.a + line.b * eta - wide), models.sigmoid(line.a + line.b * eta + wide)


class Boosted:
    """Trains :func:`steps` at one origin after the other, on the weekly hazard."""

    def __init__(self, rows: Rows, kinds: Mapping[str, str], directions: Mapping[str, int] | None = None) -> None:
        self.rows, self.kinds, self.directions = rows, kinds, directions

    def __call__(self, keep: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        fitted = steps(self.rows.frame[keep], self.rows.event_7[keep], self.kinds, self.directions)
        return lambda at: fitted.eta(self.rows.frame.iloc[at])


def against(rows: Rows, rolled: Rolled, starts: list[int], kinds: Mapping[str, str], directions: Mapping[str, int] | None = None) -> tuple[str, Rolled, dict[str, dict[str, float]]]:
    """Hold the challengers against the hazard model on the same test rows: (the kind that stays or wins, its rolled evaluation, and
    per challenger the mean gain in log-likelihood of a row with its 95 % interval).  They are trained once a quarter."""
    coarse = starts[::QUARTER]
    label = rows.labels[MAIN][rolled.at]
    known = np.isfinite(label)
    if not np.any(label[known] > 0) or not np.any(label[known] == 0):
        return "hazard", rolled, {}
    mine = metrics.log_loss(label[known], rolled.p[MAIN][known])
    drawn, rows_drawn = metrics.Clusters(rows.person[rolled.at][known]), np.ones(int(known.sum()))
    winner: tuple[float, str, Rolled] = (0.0, "hazard", rolled)
    compared: dict[str, dict[str, float]] = {}
    for name, trainer, days in (("direct", Hazard(rows, kinds, MAIN, directions), MAIN), ("steps", Boosted(rows, kinds, directions), 7)):
        begun = coarse if days == 7 else [start for start in coarse if len(np.unique(rows.labels[days][known_by(rows, start, days)])) == 2]
        if not begun or begun[0] != starts[0]:
            continue  # its label is not known early enough to be tested on the same rows
        other = roll(rows, trainer, begun, days)
        gain = mine - metrics.log_loss(label[known], other.p[MAIN][known])
        draws = drawn.sums(gain) / drawn.sums(rows_drawn)
        low, high = metrics.interval(draws)
        compared[name] = {"gain": float(gain.mean()), "low": low, "high": high, "auc": metrics.auc(label[known], other.p[MAIN][known])}
        if low > winner[0]:
            winner = (low, name, other)
    return winner[1], winner[2], compared
