"""The second opinion: cross-fitted augmented inverse-propensity weighting for the effect on the cared-for.

What the cared-for would have had without care is predicted from history (ridge), and what the prediction misses among the others is
added, weighted by how alike they are to the cared-for (odds of the propensity; logistic regression).  Either model may be wrong as long
as the other is not (Robins, Rotnitzky and Zhao 1994; Chernozhukov et al. 2018 for cross-fitting).  People, not episodes, are split, so
nobody helps to predict themselves; several splits are averaged, so that the answer hangs on none of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lib.effect.design import Design, Levels
from lib.effect.levels import binomial, climb, ridge
from lib.effect.regress import by_cluster, t_interval

FOLDS, SPLITS = 5, 2
CLIP = (0.02, 0.9)        # propensities are cut here before they become weights: nobody counts more than nine-fold
RIDGE, LOGISTIC_C = 20.0, 0.5


@dataclass(frozen=True)
class Second:
    """Value, low, high, p; and ``propensity`` (uncut) and ``weight`` (1 for the cared-for, odds for the others) of each episode."""

    value: float
    low: float
    high: float
    p: float
    propensity: np.ndarray
    weight: np.ndarray


def _folds(person: np.ndarray, care: np.ndarray, split: int) -> np.ndarray:
    """Fold of each episode: people are dealt out in a fixed random order, those ever cared for first, so that each fold has both."""
    people = int(person.max()) + 1
    ever = np.zeros(people)
    np.maximum.at(ever, person, care)
    order = np.lexsort((np.random.default_rng([17, split]).random(people), ever))
    fold = np.empty(people, dtype=int)
    fold[order] = np.arange(people) % FOLDS
    return fold[person]


def _without(y: np.ndarray, care: np.ndarray, x: np.ndarray, at: np.ndarray, team: Levels, at_team: np.ndarray) -> np.ndarray:
    """Outcome without care at ``at``: ridge on the history of everybody, with a level of its own (not shrunk) for the cared-for.

    Learning from the cared-for too halves the error of the prediction; where the effect differs from person to person the weights mend it.
    """
    columns = np.column_stack([np.ones(len(y)), care, x])
    beta, level = ridge(y, columns, team.code, team.size, np.r_[0.0, 0.0, np.full(x.shape[1], RIDGE)], team.penalty(RIDGE))
    return beta[0] + at @ beta[2:] + level[at_team]


def _chance(care: np.ndarray, x: np.ndarray, at: np.ndarray, team: Levels, at_team: np.ndarray) -> np.ndarray:
    """Chance of care at ``at``: logistic regression on history and teams, shrunk as scikit-learn's with C = :data:`LOGISTIC_C`."""
    from scipy.special import expit

    columns = np.column_stack([np.ones(len(care)), x])
    beta, level = climb(binomial(care), columns, team.code, team.size, np.r_[0.0, np.full(x.shape[1], 1 / LOGISTIC_C)], team.penalty(1 / LOGISTIC_C),
                        np.zeros(columns.shape[1]))
    return expit(beta[0] + at @ beta[1:] + level[at_team])


def _predicted(d: Design, split: int) -> tuple[np.ndarray, np.ndarray]:
    """Out-of-fold propensity and outcome without care."""
    fold = _folds(d.person, d.care, split)
    propensity, alone = np.empty(len(d.y)), np.empty(len(d.y))
    for k in range(FOLDS):
        train, test = fold != k, fold == k
        if not test.any():
            continue
        team = Levels(d.team.code[train], d.team.spread)
        if d.chance is None:
            propensity[test] = _chance(d.care[train], d.x[train], d.x[test], team, d.team.code[test])
        alone[test] = _without(d.y[train], d.care[train], d.x[train], d.x[test], team, d.team.code[test])
    return (propensity if d.chance is None else d.chance), alone


def enough(d: Design) -> bool:
    """Whether every fold can be learnt from the others."""
    if len(d.y) == 0:
        return False
    folds = [_folds(d.person, d.care, split) for split in range(SPLITS)]
    return all(min((d.care[fold != k] == 1).sum(), (d.care[fold != k] == 0).sum()) >= 5 for fold in folds for k in range(FOLDS))


def aipw(d: Design) -> Second:
    """The effect on the cared-for, with an interval from its influence function summed by person."""
    values, parts, propensities, weights = [], [], [], []
    cared = d.care == 1
    for split in range(SPLITS):
        propensity, alone = _predicted(d, split)
        cut = np.clip(propensity, *CLIP)
        weight = np.where(cared, 1.0, cut / (1 - cut))
        rest = d.y - alone
        mine, theirs = rest[cared].mean(), np.average(rest[~cared], weights=weight[~cared])
        values.append(mine - theirs)
        parts.append(np.where(cared, (rest - mine) / cared.sum(), -weight * (rest - theirs) / weight[~cared].sum()))
        propensities.append(propensity)
        weights.append(weight)
    sums = by_cluster(np.mean(parts, axis=0), d.person)
    clusters = len(sums)
    error = float(np.sqrt((sums**2).sum() * clusters / (clusters - 1)))
    return Second(*t_interval(float(np.mean(values)), error, clusters - 1), np.mean(propensities, axis=0), np.mean(weights, axis=0))
