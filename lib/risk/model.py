"""The attrition model: a discrete weekly hazard as an additive logistic regression with penalties, scored by numpy alone.

A row is a person and a week at risk; the label says whether notice was given within that week (discrete-time survival, Singer &
Willett 1993; Allison 1982).  ``eta`` is the linear predictor.  The chance of each horizon is ``sigmoid(a + b·eta)`` with ``a`` and
``b`` fitted on rows that no training saw (Platt 1999), so that the log-odds of a horizon are exactly additive in the features.
numpy finds the penalties, the fits of most origins and the bootstrap refits (:mod:`lib.risk.fitting`); scikit-learn ends the way of the
others, the published one among them.  A model is kept as JSON (never as a pickle) and holds all that scoring needs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from lib.risk import design as designs
from lib.risk import fitting
from lib.risk.design import Design, Term
from lib.risk.fitting import logit, sigmoid

HORIZONS = (30, 60, 90)
Z95 = 1.959964


@dataclass(frozen=True)
class Platt:
    """log-odds = a + b·eta, with the covariance of (a, b)."""

    a: float
    b: float
    cov: tuple[tuple[float, float], tuple[float, float]] = ((0.0, 0.0), (0.0, 0.0))


@dataclass(frozen=True)
class Model:
    """An additive model: ``eta = intercept + Σ parts``; ``penalties`` by feature, ``signs`` by column (1, −1: the coefficient has that
    sign or is nought; 0: any; 2: it is nought, :data:`lib.risk.fitting.HELD`); ``cov`` is the covariance of (intercept, coefficients), None when unknown."""

    design: Design
    intercept: float
    coef: np.ndarray
    penalties: tuple[float, ...]
    signs: tuple[int, ...]
    cov: np.ndarray | None = None
    platt: Mapping[int, Platt] = field(default_factory=dict)
    kind: str = "logistic"

    @property
    def keys(self) -> list[str]:
        """The features that the model uses, in the order of :meth:`parts`."""
        return self.design.keys

    def parts(self, frame: Mapping[str, object], matrix: np.ndarray | None = None) -> np.ndarray:
        """Rows × features: what each feature adds to ``eta``."""
        made = self.design.matrix(frame) if matrix is None else matrix
        return self.design.sums(made * self.coef)

    def eta(self, frame: Mapping[str, object], matrix: np.ndarray | None = None) -> np.ndarray:
        """The linear predictor of each row."""
        made = self.design.matrix(frame) if matrix is None else matrix
        return self.intercept + made @ self.coef

    def variance(self, matrix: np.ndarray) -> np.ndarray:
        """Variance of ``eta`` (delta method)."""
        if self.cov is None:
            raise ValueError("this model was fitted without a covariance")
        rows = np.column_stack([np.ones(len(matrix)), matrix])
        return np.einsum("ij,ij->i", rows @ self.cov, rows)

    def chance(self, eta: np.ndarray, days: int) -> np.ndarray:
        """Probability of leaving within ``days``."""
        line = self.platt[days]
        return sigmoid(line.a + line.b * eta)

    def span(self, matrix: np.ndarray, days: int) -> tuple[np.ndarray, np.ndarray]:
        """95 % range of the probability: uncertainty of the coefficients and of the calibration line together."""
        line, eta = self.platt[days], self.eta({}, matrix)
        at = np.column_stack([np.ones(len(eta)), eta])
        wide = Z95 * np.sqrt(line.b**2 * self.variance(matrix) + np.einsum("ij,ij->i", at @ np.asarray(line.cov), at))
        middle = line.a + line.b * eta
        return sigmoid(middle - wide), sigmoid(middle + wide)

    def to_json(self) -> str:
        """The model as JSON; :func:`from_json` reads it back."""
        terms = [{name: value for name, value in asdict(term).items() if value not in ((), False)} for term in self.design.terms]
        return json.dumps({"kind": self.kind, "intercept": self.intercept, "coef": self.coef.tolist(), "penalties": self.penalties, "signs": self.signs, "terms": terms,
                           "of": self.design.of, "cov": None if self.cov is None else self.cov.tolist(),
                           "platt": {str(days): asdict(line) for days, line in self.platt.items()}}, ensure_ascii=False)


def from_json(text: str) -> Model:
    """Read a model that :meth:`Model.to_json` wrote."""
    held = json.loads(text)
    tuples = lambda value: tuple(map(tuples, value)) if isinstance(value, list) else value
    terms = tuple(Term(**{name: tuples(value) for name, value in term.items()}) for term in held["terms"])
    platt = {int(days): Platt(**{name: tuples(value) for name, value in line.items()}) for days, line in held["platt"].items()}
    cov = None if held["cov"] is None else np.asarray(held["cov"], dtype=float)
    return Model(Design(terms, tuple(held["of"])), held["intercept"], np.asarray(held["coef"], dtype=float), tuple(held["penalties"]), tuple(held["signs"]),
                 cov, platt, held["kind"])


def _logistic(matrix: np.ndarray, label: np.ndarray, penalty: np.ndarray, signs: np.ndarray, start: np.ndarray) -> np.ndarray:
    """(intercept, coefficients) by scikit-learn's logistic regression, from ``start``, which is near; ``penalty`` by column.

    A column divided by the root of its penalty has the penalty 1.  A column that its sign holds at nought is left out; where another one
    turns out to have the wrong sign, numpy ends the way.
    """
    from sklearn.linear_model import LogisticRegression

    used = (signs == 0) | (start[1:] != 0)
    if not used.any():
        return fitting.climb(matrix, label, penalty, signs, start)
    scale = np.sqrt(penalty[used])
    fitted = LogisticRegression(C=1.0, solver="newton-cholesky", max_iter=100, tol=1e-6, warm_start=True)
    fitted.classes_, fitted.coef_, fitted.intercept_ = np.array([0, 1]), (start[1:][used] * scale)[None, :], start[:1].copy()
    fitted.fit(matrix[:, used] / scale, label.astype(int))
    found = np.zeros(len(start))
    found[0], found[1:][used] = fitted.intercept_[0], fitted.coef_[0] / scale
    wrong = signs * found[1:] < 0
    may = ~used & (signs != fitting.HELD)
    climbs = signs * (matrix.T @ (label - sigmoid(found[0] + matrix @ found[1:]))) > 1e-3 if may.any() else used
    if wrong.any() or climbs[may].any():
        found[1:][wrong] = 0.0
        return fitting.climb(matrix, label, penalty, signs, found)
    return found


def fit(frame: Mapping[str, object], label: np.ndarray, kinds: Mapping[str, str], *, cluster: np.ndarray | None = None, **how: Any) -> Model:
    """Fit the model on training rows: ``kinds`` says which columns are features, and of what kind; ``how``: see :func:`estimate`.

    ``cluster``: whole numbers that tell persons apart, for the covariance (None: none is made).
    Raises ``ValueError`` when the label has only one value.
    """
    learnt = designs.learn(frame, kinds)
    matrix = learnt.matrix(frame)
    found = estimate(learnt, matrix, label, **how)
    return found if cluster is None or not matrix.shape[1] else replace(found, cov=fitting.covariance(
        matrix, np.asarray(label, dtype=float), np.concatenate([[found.intercept], found.coef]), *_held(found), cluster))


def estimate(learnt: Design, matrix: np.ndarray, label: np.ndarray, *, directions: Mapping[str, int] | None = None, penalty: float | None = None,
             like: Model | None = None, told: float = 1.0) -> Model:
    """The coefficients of these columns.

    ``directions`` (key → 1 or −1): what is known beforehand: more of the feature goes with the label, or less; the straight part of its
    curve has that sign or is nought, and a curve whose end would lie on the wrong side of its beginning, or that would be bends alone, is
    fitted as a straight line (:meth:`lib.risk.design.Design.turning`).  ``penalty`` None: one of its own for each feature, by the likelihood of the labels
    (:func:`lib.risk.fitting.shrink`), beginning with those of the model ``like``.  ``told``: how many rows tell of the same event.
    Raises ``ValueError`` when the label has only one value.
    """
    label = np.asarray(label, dtype=float)
    if label.min(initial=1) == label.max(initial=0):
        raise ValueError("a model needs rows of people who left and of people who stayed")
    rate = float(label.mean())
    start = np.concatenate([[float(logit(np.array(rate)))], np.zeros(matrix.shape[1])])
    if not matrix.shape[1]:
        return Model(learnt, float(start[0]), start[1:], (), (), np.array([[1 / (len(label) * rate * (1 - rate))]]))
    of, signs = np.asarray(learnt.of), np.asarray(learnt.signs(directions or {}))
    known = dict(zip(like.keys, like.penalties, strict=True)) if like else {}
    penalties = np.array([known.get(key, fitting.BEGIN * told) if penalty is None else penalty for key in learnt.keys])
    found, ended = start, False
    while not ended:
        if penalty is None:
            penalties, found = fitting.shrink(matrix, label, of, signs, penalties, found, told)
        else:
            found = fitting.climb(matrix, label, penalties[of], signs, found, close=0.1)
        turning = learnt.turning(found[1:], directions or {}) & (signs != fitting.HELD)
        if not turning.any():
            found = _logistic(matrix, label, penalties[of], signs, found)
            turning = learnt.turning(found[1:], directions or {}) & (signs != fitting.HELD)
            ended = not turning.any()
        signs = np.where(turning, fitting.HELD, signs)
        found[1:][turning] = 0.0
    return Model(learnt, float(found[0]), found[1:], tuple(penalties.tolist()), tuple(signs.tolist()))


def again(model: Model, matrix: np.ndarray, label: np.ndarray) -> Model:
    """The same model (its design, penalties and signs) fitted to other rows, beginning from where it stands."""
    found = fitting.climb(matrix, label, *_held(model), np.concatenate([[model.intercept], model.coef]), close=1e-4)
    return replace(model, intercept=float(found[0]), coef=found[1:], cov=None, platt={})


def samples(model: Model, matrix: np.ndarray, label: np.ndarray, weights: np.ndarray) -> list[Model]:
    """The same model fitted to several weightings (samples × rows) of its rows."""
    found = fitting.samples(matrix, label, weights, *_held(model), np.concatenate([[model.intercept], model.coef]))
    return [replace(model, intercept=float(one[0]), coef=one[1:], cov=None, platt={}) for one in found]


def _held(model: Model) -> tuple[np.ndarray, np.ndarray]:
    """Penalties and signs by column."""
    return np.asarray(model.penalties)[list(model.design.of)], np.asarray(model.signs)


def platt(eta: np.ndarray, label: np.ndarray, weights: np.ndarray, expected: tuple[float, float], spread: tuple[float, float] = (0.5, 0.25),
          cluster: np.ndarray | None = None) -> Platt:
    """Fit log-odds = a + b·eta by weighted likelihood, shrunk towards ``expected`` (a, b) with normal priors of that ``spread``.

    Platt 1999, with the prior in place of his smoothed targets: with few matured labels the line stays near the model's own word.
    Weights are below 1 where rows tell the same event several times (weekly rows of a 60-day label: 7/60 each).  ``b`` stays positive.
    """
    prior, precision = np.array(expected, dtype=float), 1 / np.square(spread)
    line = prior.copy()
    x = np.column_stack([np.ones(len(eta)), eta])
    hessian = np.diag(precision)
    for _ in range(50):
        p = sigmoid(x @ line)
        slope = x.T @ (weights * (label - p)) - precision * (line - prior)
        hessian = (x * (weights * p * (1 - p))[:, None]).T @ x + np.diag(precision)
        step = np.linalg.solve(hessian, slope)
        line = line + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-10:
            break
    if line[1] < 0.05:  # ranks must not turn around: the slope stays at its least and only the level is fitted
        line[1] = 0.05
        for _ in range(50):
            p = sigmoid(x @ line)
            step = (np.sum(weights * (label - p)) - precision[0] * (line[0] - prior[0])) / (np.sum(weights * p * (1 - p)) + precision[0])
            line[0] += np.clip(step, -2, 2)
    back = np.linalg.inv(hessian)
    cov = back
    if cluster is not None and len(eta):
        p = sigmoid(x @ line)
        _, at = np.unique(cluster, return_inverse=True)
        scores = x * (weights * (label - p))[:, None]
        summed = np.column_stack([np.bincount(at, scores[:, k]) for k in range(2)])
        cov = back @ (summed.T @ summed + np.diag(precision)) @ back
    return Platt(float(line[0]), float(line[1]), tuple(map(tuple, cov.tolist())))


def implied(days: int, trained: int = 7, level: float = 0.0, lasting: float = 1.0) -> tuple[float, float]:
    """(a, b) that a model of ``trained`` days implies for ``days`` while chances are small: the odds grow as the days do for people whose
    eta is the mean one (``level``), and others come nearer to it as far as their facts change: ``lasting`` of the distance is still
    there over the days (1: all of it; :func:`lib.risk.evaluation.lasting`)."""
    return float(np.log(days / trained) + (1 - lasting) * level), lasting


def by_feature(model: Model, values: Sequence[float]) -> dict[str, float]:
    """Values in the order of the model's features, by key."""
    return dict(zip(model.keys, values, strict=True))
