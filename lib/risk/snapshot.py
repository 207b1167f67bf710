"""Snapshot: a file about people with a left/stayed column and no dates is used to train, judge and score a model of its own.

The same additive logistic model as for the weekly panel, without time: how likely is it that somebody like this is among those who left.
Judged by 5 times 5 stratified folds, all rows of a person in one fold; probabilities are calibrated on rows that were not learnt from.
A column that gives the answer away is named, left out, and both figures are told.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from time import perf_counter

import numpy as np
import pandas as pd

from lib.cores import one_core
from lib.risk import backtest, metrics, reasons
from lib.risk import model as models
from lib.risk.model import Model, Platt
from lib.risk.snapshot_columns import Column, Snapshot

FOLDS, REPEATS = 5, 5
LEAK = 0.90          # an area under the curve above this is too good to be true
LEAST_DROP = 0.01    # a column without which the area falls by less is no suspect
MOST_SUSPECTS = 5
HORIZON = 60         # the line's name in a model without time
BANDS = (1.4, 2.0)   # times the average from which on a chance is called raised, and high


@dataclass(frozen=True)
class Suspect:
    """A column that may give the answer away: its area under the curve alone, and by how much the model's falls without it."""

    name: str
    alone: float
    drop: float


@dataclass(frozen=True)
class Judged:
    """Figures over out-of-fold rows, the mean of the repeats; ``p`` the mean probability of each row, ``eta`` repeats × rows."""

    figures: dict[str, float]
    p: np.ndarray
    eta: np.ndarray


@dataclass(frozen=True)
class Report:
    """What was found out.  ``state``: ready, hidden or not_ready, with ``why``.  ``with_suspects``: the figures before suspects were
    left out; ``without_survey``: those without columns that sound like answers to a survey."""

    state: str
    why: str
    snapshot: Snapshot
    columns: list[Column]
    events: int
    needed: int
    judged: Judged | None = None
    suspects: list[Suspect] = field(default_factory=list)
    with_suspects: dict[str, float] | None = None
    without_survey: dict[str, float] | None = None
    groups: pd.DataFrame | None = None
    calibration: pd.DataFrame | None = None
    model: Model | None = None
    found: reasons.Reasons | None = None
    kept: np.ndarray | None = None
    low: np.ndarray | None = None
    high: np.ndarray | None = None
    overlap: float = float("nan")
    seconds: float = 0.0

    @property
    def p(self) -> np.ndarray:
        """The probability of each row by the final model: its log-odds are base + Σ contributions."""
        return models.sigmoid(self.found.base + self.found.contribution.sum(axis=1))  # type: ignore[union-attr]


def folds(label: np.ndarray, person: np.ndarray, repeat: int) -> np.ndarray:
    """The fold of each row: stratified by who left, all rows of a person together (so that nobody is learnt from and tested on)."""
    people, at = np.unique(person, return_inverse=True)
    left = np.bincount(at, label) > 0
    lot = np.random.default_rng(20260101 + repeat).random(len(people))
    fold = np.empty(len(people), dtype=int)
    for kind in (True, False):
        members = np.flatnonzero(left == kind)
        fold[members[np.argsort(lot[members])]] = np.arange(len(members)) % FOLDS
    return fold[at]


def _frame(columns: list[Column]) -> pd.DataFrame:
    return pd.DataFrame({column.name: column.values for column in columns})


def _kinds(columns: list[Column]) -> dict[str, str]:
    return {column.name: column.kind for column in columns}


def _outside(columns: list[Column], label: np.ndarray, fold: np.ndarray, penalty: float | None = None) -> np.ndarray:
    """``eta`` of each row by a model that was trained on the other folds."""
    frame, kinds, eta = _frame(columns), _kinds(columns), np.zeros(len(label))
    for at in range(FOLDS):
        test = fold == at
        trained = models.fit(frame[~test], label[~test], kinds, penalty=penalty)
        eta[test] = trained.eta(frame[test])
    return eta


def _line(eta: np.ndarray, label: np.ndarray, cluster: np.ndarray | None = None) -> Platt:
    return models.platt(eta, label, np.ones(len(eta)), (0.0, 1.0), cluster=cluster)


def judge(columns: list[Column], label: np.ndarray, person: np.ndarray, repeats: int = REPEATS) -> Judged:
    """Judge a model of these columns by ``repeats`` × 5 folds.

    The calibration line (two numbers) of a repeat comes from all its out-of-fold rows: a line per fold, fitted on the other folds, would
    move each fold against its own share of leavers and spoil the ranking between folds.
    """
    etas, ps, rows = [], [], []
    for repeat in range(repeats):
        fold = folds(label, person, repeat)
        eta = _outside(columns, label, fold)
        line = _line(eta, label)
        p = models.sigmoid(line.a + line.b * eta)
        etas.append(eta)
        ps.append(p)
        rows.append((metrics.auc(label, p), metrics.average_precision(label, p), metrics.brier(label, p), metrics.ece(label, p)))
    p = np.mean(ps, axis=0)
    low, high = metrics.Clusters(person).auc(label, p)
    rate = float(label.mean())
    figures = dict(zip(("auc", "pr_auc", "brier", "ece"), np.mean(rows, axis=0).tolist(), strict=True))
    return Judged(figures | {"auc_low": low, "auc_high": high, "base_rate": rate, "brier_base": rate * (1 - rate)}, p, np.array(etas))


def suspects(columns: list[Column], label: np.ndarray, person: np.ndarray) -> list[Suspect]:
    """Columns that may give the answer away: above :data:`LEAK` on their own, or those without which the whole falls from above it."""
    fold = folds(label, person, 0)
    auc = lambda kept: metrics.auc(label, _outside(kept, label, fold, 3.0)) if kept else 0.5
    alone = {column.name: auc([column]) for column in columns}
    whole = auc(columns)
    found = [Suspect(column.name, alone[column.name], whole - auc([other for other in columns if other is not column]))
             for column in columns if alone[column.name] > LEAK]
    kept = [column for column in columns if column.name not in {one.name for one in found}]
    now = auc(kept)
    while now > LEAK and kept and len(found) < MOST_SUSPECTS:
        without = {column.name: auc([other for other in kept if other is not column]) for column in kept}
        worst = min(without, key=lambda name: without[name])
        if now - without[worst] < LEAST_DROP:
            break  # many columns together are this good: none of them can be blamed
        found.append(Suspect(worst, alone[worst], now - without[worst]))
        kept = [column for column in kept if column.name != worst]
        now = without[worst]
    return sorted(found, key=lambda one: -one.alone)


def run(snapshot: Snapshot, min_events: int, keep: tuple[str, ...] = ()) -> Report:
    """Train and judge a model of the file; ``keep``: suspects that the user knows to be honest."""
    clock = perf_counter()
    label, person, columns = snapshot.label, snapshot.person, snapshot.columns
    events = len(np.unique(person[label == 1]))
    stayed = len(np.unique(person[label == 0]))
    report = Report("not_ready", "few_events", snapshot, columns, events, max(min_events - events, 0))
    if events < min_events or stayed < min_events:
        return replace(report, needed=max(min_events - min(events, stayed), 0), seconds=perf_counter() - clock)
    if not columns:
        return replace(report, state="hidden", why="no_columns", needed=0, seconds=perf_counter() - clock)
    with one_core():
        return _run(report, label, person, keep, clock)


def _run(report: Report, label: np.ndarray, person: np.ndarray, keep: tuple[str, ...], clock: float) -> Report:
    """:func:`run` with enough people and columns to fit something."""
    snapshot, columns = report.snapshot, report.columns
    spared = {name.strip().lower() for name in keep}
    found = suspects(columns, label, person)
    blamed = {one.name for one in found if one.name.lower() not in spared}
    used = [column for column in columns if column.name not in blamed]
    before = judge(columns, label, person).figures if blamed else None
    judged = judge(used, label, person) if used else None
    if judged is None:
        return replace(report, state="hidden", why="no_columns", suspects=found, with_suspects=before, seconds=perf_counter() - clock)
    plain = [column for column in used if not column.survey]
    unasked = judge(plain, label, person, repeats=1).figures if plain and len(plain) < len(used) else None
    report = replace(report, columns=used, judged=judged, suspects=found, with_suspects=before, without_survey=unasked,
                     groups=_groups(snapshot, judged.p), calibration=_calibration(judged.p, label, person))
    if not judged.figures["auc_low"] > 0.5:
        return replace(report, state="hidden", why="no_better_than_chance", seconds=perf_counter() - clock)
    frame = _frame(used)
    fitted = models.fit(frame, label, _kinds(used), cluster=person)
    line = _line(judged.eta.mean(axis=0), label, person)
    fitted = replace(fitted, platt={HORIZON: line}, kind="snapshot")
    matrix = fitted.design.matrix(frame)
    company = np.full(len(label), "")
    told = reasons.of(fitted.parts(frame, matrix), fitted.keys, fitted.intercept, company, line)
    kept = reasons.kept(told, [refit.parts(frame, matrix) for refit in reasons.refits(fitted, matrix, label, person)])
    low, high = fitted.span(matrix, HORIZON)
    return replace(report, state="ready", why="", model=fitted, found=told, kept=kept, low=low, high=high,
                   overlap=float(reasons.overlap(told, kept).mean()), seconds=perf_counter() - clock)


def _calibration(p: np.ndarray, label: np.ndarray, person: np.ndarray) -> pd.DataFrame:
    band = backtest.band_of(p, float(p.mean()), BANDS)
    return pd.DataFrame(backtest.compared(band, list(backtest.BANDS), p, label, metrics.Clusters(person)),
                        columns=["part", "predicted", "actual", "low", "high", "n"])


def _groups(snapshot: Snapshot, p: np.ndarray) -> pd.DataFrame:
    """People, AUC, predicted and actual of each part of a group; null where too few."""
    out = []
    for grouping, given in snapshot.groups.items():
        for part in sorted(set(given) - {""}):
            inside = given == part
            left = snapshot.label[inside]
            few = inside.sum() < backtest.LEAST_PEOPLE or left.sum() < backtest.LEAST_LEAVERS
            out.append((grouping, part, int(inside.sum()), *((np.nan,) * 3 if few else (metrics.auc(left, p[inside]), float(p[inside].mean()), float(left.mean())))))
    return pd.DataFrame(out, columns=["grouping", "part", "people", "auc", "predicted", "actual"])
