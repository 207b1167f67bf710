"""The attrition model: a discrete weekly hazard as an additive logistic regression, fitted by scikit-learn, scored by numpy alone.

A row is a person and a week at risk; the label says whether notice was given within that week (discrete-time survival, Singer &
Willett 1993; Allison 1982).  ``eta`` is the linear predictor.  The chance of each horizon is ``sigmoid(a + b·eta)`` with ``a`` and
``b`` fitted on rows that no training saw (Platt 1999), so that the log-odds of a horizon are exactly additive in the features.
A model is kept as JSON (never as a pickle) and holds all that scoring needs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

import numpy as np

from lib.risk import design as designs
from lib.risk.design import Design, Term

PENALTIES = (1000.0, 300.0, 100.0, 30.0, 10.0, 3.0, 1.0)   # ridge, from the strongest on
NEAR = 30.0                                                           # where the search begins
HORIZONS = (30, 60, 90)
Z95 = 1.959964


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Log-odds → probability, without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(x, dtype=float)))


def logit(p: np.ndarray) -> np.ndarray:
    """Probability → log-odds."""
    p = np.clip(np.asarray(p, dtype=float), 1e-12, 1 - 1e-12)
    return np.log(p) - np.log1p(-p)


@dataclass(frozen=True)
class Platt:
    """log-odds = a + b·eta, with the covariance of (a, b)."""

    a: float
    b: float
    cov: tuple[tuple[float, float], tuple[float, float]] = ((0.0, 0.0), (0.0, 0.0))


@dataclass(frozen=True)
class Model:
    """An additive model: ``eta = intercept + Σ parts``; ``cov`` is the covariance of (intercept, coefficients), None when unknown."""

    design: Design
    intercept: float
    coef: np.ndarray
    penalty: float
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
        return json.dumps({"kind": self.kind, "intercept": self.intercept, "coef": self.coef.tolist(), "penalty": self.penalty, "terms": terms,
                           "of": self.design.of, "cov": None if self.cov is None else self.cov.tolist(),
                           "platt": {str(days): asdict(line) for days, line in self.platt.items()}}, ensure_ascii=False)


def from_json(text: str) -> Model:
    """Read a model that :meth:`Model.to_json` wrote."""
    held = json.loads(text)
    tuples = lambda value: tuple(map(tuples, value)) if isinstance(value, list) else value
    terms = tuple(Term(**{name: tuples(value) for name, value in term.items()}) for term in held["terms"])
    platt = {int(days): Platt(**{name: tuples(value) for name, value in line.items()}) for days, line in held["platt"].items()}
    cov = None if held["cov"] is None else np.asarray(held["cov"], dtype=float)
    return Model(Design(terms, tuple(held["of"])), held["intercept"], np.asarray(held["coef"], dtype=float), held["penalty"], cov, platt, held["kind"])


def _logistic(matrix: np.ndarray, label: np.ndarray, penalty: float, weights: np.ndarray | None, start: np.ndarray | None) -> np.ndarray:
    """(intercept, coefficients) of one ridge logistic regression; ``start`` shortens the way."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=1 / penalty, solver="newton-cholesky", max_iter=100, tol=1e-6, warm_start=start is not None)
    if start is not None:
        fitted.classes_, fitted.coef_, fitted.intercept_ = np.array([0, 1]), start[None, 1:].copy(), start[:1].copy()
    fitted.fit(matrix, label.astype(int), sample_weight=weights)
    return np.concatenate([fitted.intercept_, fitted.coef_[0]])


def _information(matrix: np.ndarray, p: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
    """The Fisher information of (intercept, coefficients)."""
    w = p * (1 - p) * (1 if weights is None else weights)
    weighted = matrix * w[:, None]
    inner = matrix.T @ weighted
    edge = weighted.sum(axis=0)
    return np.block([[np.array([[w.sum()]]), edge[None, :]], [edge[:, None], inner]])


def _ridge(columns: int, penalty: float) -> np.ndarray:
    return np.diag(np.concatenate([[1e-9], np.full(columns, penalty)]))


def choose(matrix: np.ndarray, label: np.ndarray, near: float = NEAR) -> tuple[float, np.ndarray]:
    """The strongest ridge penalty whose leave-one-out likelihood is not clearly worse than the best, and its coefficients.

    The search for the best begins at ``near`` and walks the grid while it gets better (the curve has one peak in practice).  Not clearly
    worse: by less than one standard error of the paired difference over rows (Breiman et al. 1984, §3.4.3; Hastie et al. 2009, §7.10).
    It is about as good, with coefficients, and so reasons, that move less between samples.
    """
    tried: dict[int, tuple[np.ndarray, np.ndarray]] = {}

    def at(place: int, start: np.ndarray | None) -> np.ndarray:
        if place not in tried:
            found = _logistic(matrix, label, PENALTIES[place], None, start)
            without = left_out(matrix, label, found, PENALTIES[place])
            tried[place] = -np.logaddexp(0, np.where(label > 0, -without, without)), found
        return tried[place][0]

    best = int(np.argmin(np.abs(np.log(PENALTIES) - np.log(near))))
    at(best, None)
    for step in (-1, 1):
        while 0 <= best + step < len(PENALTIES) and at(best + step, tried[best][1]).sum() > tried[best][0].sum():
            best += step
    chosen = best
    while chosen > 0:
        loss = tried[best][0] - at(chosen - 1, tried[chosen][1])
        if loss.sum() > np.sqrt(len(loss)) * loss.std():
            break
        chosen -= 1
    return PENALTIES[chosen], tried[chosen][1]


def left_out(matrix: np.ndarray, label: np.ndarray, found: np.ndarray, penalty: float) -> np.ndarray:
    """What a model without each row would have said of it, from the one fit (Meijer & Goeman 2013; Rad & Maleki 2020):
    eta₋ᵢ = etaᵢ − vᵢ·(yᵢ − pᵢ)/(1 − wᵢ·vᵢ) with vᵢ = xᵢ'(X'WX + penalty)⁻¹xᵢ and wᵢ = pᵢ(1 − pᵢ)."""
    eta = found[0] + matrix @ found[1:]
    p = sigmoid(eta)
    back = np.linalg.inv(_information(matrix, p, None) + _ridge(matrix.shape[1], penalty))
    rows = np.column_stack([np.ones(len(matrix)), matrix])
    v = np.einsum("ij,ij->i", rows @ back, rows)
    return eta - v * (label - p) / np.maximum(1 - p * (1 - p) * v, 1e-6)


def covariance(matrix: np.ndarray, label: np.ndarray, found: np.ndarray, penalty: float, cluster: np.ndarray) -> np.ndarray:
    """Covariance of (intercept, coefficients), robust to repeated rows of a person (Liang & Zeger 1986): H⁻¹ (J + penalty) H⁻¹.

    H is the penalised information and J the sum of the persons' squared scores.  The penalty in the middle stands for what shrinking
    bends away; were J the information itself, this is the Bayesian covariance H⁻¹ (Wood 2006), whose ranges cover as they say.
    """
    p = sigmoid(found[0] + matrix @ found[1:])
    order = np.argsort(cluster, kind="stable")
    starts = np.flatnonzero(np.diff(cluster[order], prepend=cluster[order][:1] - 1))
    scores = np.column_stack([label - p, matrix * (label - p)[:, None]])[order]
    summed = np.add.reduceat(scores, starts, axis=0)
    people = len(starts)
    middle = summed.T @ summed * (people / max(people - 1, 1)) + _ridge(matrix.shape[1], penalty)
    back = np.linalg.inv(_information(matrix, p, None) + _ridge(matrix.shape[1], penalty))
    return back @ middle @ back


def fit(frame: Mapping[str, object], label: np.ndarray, kinds: Mapping[str, str], *, penalty: float | None = None,
        near: float = NEAR, cluster: np.ndarray | None = None) -> Model:
    """Fit the model on training rows: ``kinds`` says which columns are features, and of what kind.

    ``penalty`` None: chosen by leave-one-out likelihood, the search beginning at ``near``.  ``cluster``: whole numbers that tell persons apart, for the covariance (None: none is made).
    Raises ``ValueError`` when the label has only one value.
    """
    label = np.asarray(label, dtype=float)
    if label.min(initial=1) == label.max(initial=0):
        raise ValueError("a model needs rows of people who left and of people who stayed")
    learnt = designs.learn(frame, kinds)
    matrix = learnt.matrix(frame)
    if not matrix.shape[1]:
        rate = float(label.mean())
        return Model(learnt, float(logit(np.array(rate))), np.zeros(0), penalty or PENALTIES[0],
                     np.array([[1 / (len(label) * rate * (1 - rate))]]))
    if penalty is None:
        penalty, found = choose(matrix, label, near)
    else:
        found = _logistic(matrix, label, penalty, None, None)
    cov = None if cluster is None else covariance(matrix, label, found, penalty, cluster)
    return Model(learnt, float(found[0]), found[1:], penalty, cov)


def again(model: Model, matrix: np.ndarray, label: np.ndarray, weights: np.ndarray | None = None) -> Model:
    """The same model (its design and penalty) fitted to other rows or weighted ones (a bootstrap sample), beginning from where it stands."""
    if weights is not None:
        seen = weights > 0
        matrix, label, weights = matrix[seen], label[seen], weights[seen]
    found = _logistic(matrix, label, model.penalty, weights, np.concatenate([[model.intercept], model.coef]))
    return replace(model, intercept=float(found[0]), coef=found[1:], cov=None, platt={})


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


def implied(days: int, trained: int = 7) -> tuple[float, float]:
    """(a, b) that a model of ``trained`` days implies for ``days`` while chances are small: the odds grow as the days do."""
    return float(np.log(days / trained)), 1.0


def by_feature(model: Model, values: Sequence[float]) -> dict[str, float]:
    """Values in the order of the model's features, by key."""
    return dict(zip(model.keys, values, strict=True))
