"""What training and scoring cost: seconds and peak memory, beside one plain fit of the same matrix by scikit-learn.

    OMP_NUM_THREADS=1 python -m tests.bench.risk_speed            # 640 people × 78 weeks, simulated
    OMP_NUM_THREADS=1 python -m tests.bench.risk_speed --people 100000 --score

``plain``: ``LogisticRegression(max_iter=1000)`` as it comes (lbfgs, tolerance 1e-4) on the finished matrix; ``pipeline``: the same
from raw facts, through scikit-learn's own SplineTransformer and OneHotEncoder.  ``fit``: design, penalties, coefficients, covariance.
``trained``: that, the calibration of three horizons and six refits.  ``everything``: all that a build does: rolling origins,
challengers, tables, and what is trained.  Times are of one core, the best of a few runs: other work on the machine only adds to them.
"""

from __future__ import annotations

import argparse
import resource
from time import perf_counter, process_time

import numpy as np
import pandas as pd

from lib.risk import build, evaluation, model, reasons
from lib.risk.build import DIRECTIONS, KINDS
from tests import risk_panels


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _timed(name: str, run: object, times: int = 1) -> float:
    taken = []
    for _ in range(times):
        wall, cpu = perf_counter(), process_time()
        run()  # type: ignore[operator]
        taken.append((process_time() - cpu, perf_counter() - wall))
    cpu, wall = min(taken)
    print(f"{name:<34}{wall:>9.3f} s wall {cpu:>9.3f} s of one core   peak {_memory():,.0f} MiB")
    return cpu


def _pipeline(frame: pd.DataFrame) -> object:
    from sklearn.compose import make_column_transformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, SplineTransformer, StandardScaler

    splines = [key for key, kind in KINDS.items() if kind == "spline"]
    lines = [key for key, kind in KINDS.items() if kind in ("linear", "shortfall", "flag")]
    columns = make_column_transformer((SplineTransformer(n_knots=5, knots="quantile"), splines), (StandardScaler(), lines),
                                      (OneHotEncoder(), [key for key, kind in KINDS.items() if kind == "category"]))
    return make_pipeline(columns, LogisticRegression(max_iter=1000))


def train(people: int, weeks: int) -> None:
    """Training at the size of a company."""
    from sklearn.linear_model import LogisticRegression

    panel = risk_panels.panel(people=people, weeks=weeks, seed=1, level=-5.2)
    rows = evaluation.rows_of(panel[panel["event_7"].notna()], KINDS)
    now = panel[panel["week"] == panel["week"].max()]
    fitted = model.fit(rows.frame, rows.event_7, KINDS)
    matrix = fitted.design.matrix(rows.frame)
    print(f"{len(rows):,} rows, {matrix.shape[1]} columns, {int(rows.event_7.sum())} leavers")
    plain = _timed("plain fit", lambda: LogisticRegression(max_iter=1000).fit(matrix, rows.event_7), 7)
    piped = _timed("pipeline from raw facts", lambda: _pipeline(rows.frame).fit(rows.frame, rows.event_7), 3)  # type: ignore[attr-defined]
    starts = evaluation.origins(rows, 60)
    rolled = evaluation.roll(rows, evaluation.Hazard(rows, KINDS, directions=DIRECTIONS), starts)
    end = int(rows.week.max()) + 7

    def trained() -> None:
        one = model.fit(rows.frame, rows.event_7, KINDS, directions=DIRECTIONS, cluster=rows.person)
        columns = one.design.matrix(rows.frame)
        for horizon, line in evaluation.expected(rows.person, rows.week, one.eta({}, columns)).items():
            evaluation.calibrate(rows, rolled.at, rolled.eta, end, horizon, line, clusters=True)
        reasons.refits(one, columns, rows.event_7, rows.person)

    fit = _timed("fit", lambda: model.fit(rows.frame, rows.event_7, KINDS, directions=DIRECTIONS, cluster=rows.person), 5)
    ready = _timed("trained", trained, 5)
    nobody = pd.DataFrame({"person_no": pd.Series(dtype=int), "on": pd.Series(dtype="datetime64[s]")})
    whole = _timed("everything", lambda: build.train(rows, build.Asked(10, 4, 60, (1.4, 2.0)), now, {}, nobody), 2)
    for name, cost in (("fit", fit), ("trained", ready), ("everything", whole)):
        print(f"{name}: {cost / plain:.1f} × a plain fit, {cost / piped:.1f} × a plain pipeline")


def score(people: int) -> None:
    """Scoring, ranges and reasons of many people at once."""
    small = risk_panels.panel(people=400, weeks=40, seed=1, level=-4.8)
    rows = evaluation.rows_of(small[small["event_7"].notna()], KINDS)
    fitted = model.fit(rows.frame, rows.event_7, KINDS, cluster=rows.person)
    fitted = model.replace(fitted, platt={60: model.Platt(2.0, 0.9)})
    again = reasons.refits(fitted, fitted.design.matrix(rows.frame), rows.event_7, rows.person)
    frame = rows.frame.iloc[np.random.default_rng(1).integers(0, len(rows), people)].reset_index(drop=True)
    teams = np.char.add("t", (np.arange(people) // 15).astype(str))
    held: dict[str, np.ndarray] = {}
    print(f"{people:,} people")
    _timed("probability", lambda: held.update(matrix=fitted.design.matrix(frame)) or fitted.chance(fitted.eta({}, held["matrix"]), 60))
    _timed("range", lambda: fitted.span(held["matrix"], 60))

    def told() -> None:
        found = reasons.of(fitted.parts({}, held["matrix"]), fitted.keys, fitted.intercept, teams, fitted.platt[60])
        reasons.kept(found, [refit.parts({}, held["matrix"]) for refit in again])

    _timed("reasons and their stability", told)


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=640)
    asked.add_argument("--weeks", type=int, default=78)
    asked.add_argument("--score", action="store_true")
    given = asked.parse_args()
    score(given.people) if given.score else train(given.people, given.weeks)
