"""Build the risk tables: the panel, the signs that need no model, then training, evaluation, and scores where they have earned it.

:data:`TABLES` is the contract of what is published.  The tables are there in every version; without a score that may be shown, those
about persons are empty and ``risk_model`` says why.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from importlib.metadata import version

import duckdb
import numpy as np
import pandas as pd

from lib import settings
from lib.cores import one_core
from lib.risk import backtest, challengers, evaluation, metrics, panel, reasons
from lib.risk import model as models
from lib.risk.evaluation import MAIN, Rows
from lib.risk.features import FEATURES
from lib.risk.model import HORIZONS, Model
from lib.settings import Value

Fitted = tuple[Model | challengers.Steps, list[Model] | list[challengers.Steps]]
"""A model with its bootstrap refits."""
Report = Callable[[str, int | None], None]
KINDS = {feature.key: feature.kind for feature in FEATURES}
DIRECTIONS = {feature.key: feature.direction for feature in FEATURES}
CAPACITIES = backtest.CAPACITIES
WEEKS = 13            # weeks whose chances are kept in risk_weeks
LEVEL_WEEKS = 30      # weeks whose mean chances are kept in risk_levels: the past that a week's level is held against
BEFORE = 4            # "before" is so many weeks ago
MOST_ROWS = 400_000   # a larger panel is learnt from a sample of its people, all weeks of each
LEAST_TESTED = 20     # leavers that known test weeks must have, before they can tell anything
AGES = ((0, "-24"), (25, "25-34"), (35, "35-44"), (45, "45-"))

_FIGURES = ("base_rate", "auc", "auc_low", "auc_high", "pr_auc", "brier", "ece", "ratio", "precision", "precision_low", "precision_high", "precision_tags",
            "precision_tenure", "precision_base", "precision_gain_low", "precision_gain_high")
TABLES: dict[str, dict[str, str]] = {
    "risk_model": {"state": "varchar", "why": "varchar", "kind": "varchar", "week": "date", "first_week": "date", "last_week": "date", "rows": "bigint",
                   "people": "bigint", "events": "bigint", "events_needed": "bigint", "objected": "bigint", "in_notice": "bigint", "capacity": "integer",
                   **dict.fromkeys(_FIGURES, "double"), "overlap": "double", "share": "double", "drift": "varchar", "drift_ratio": "double", "psi_feature": "varchar",
                   "psi": "double", "suspect": "varchar", "fingerprint": "varchar", "features": "json", "versions": "json", "challengers": "json", "model": "json"},
    "risk_scores": {"employee_id": "varchar", "week": "date", "p30": "double", "p60": "double", "p90": "double", "low": "double", "high": "double",
                    "band": "varchar", "base": "double", "rank": "integer", "p60_before": "double", "band_before": "varchar", "badge": "varchar"},
    "risk_reasons": {"employee_id": "varchar", "feature": "varchar", "place": "integer", "contribution": "double", "contribution_before": "double",
                     "value": "double", "team_value": "double", "text": "varchar", "kept": "double"},
    "risk_weeks": {"employee_id": "varchar", "week": "date", "p60": "double", "band": "varchar"},
    # Sums of the chances of everybody at risk in a department ('' for none), by the model of today.
    "risk_levels": {"week": "date", "department": "varchar", "people": "integer", "p60": "double", "p90": "double"},
    "risk_signs": {"employee_id": "varchar", "sign": "varchar", "since": "date", "evidence": "json"},
    "risk_backtest": {"week": "date", "capacity": "integer", "method": "varchar", "flagged": "double", "hits": "double", "base_rate": "double"},
    "risk_caught": {"capacity": "integer", "method": "varchar", "leavers": "integer", "caught": "double", "low": "double", "high": "double",
                    "lead_days": "double"},
    "risk_calibration": {"kind": "varchar", "part": "varchar", "predicted": "double", "actual": "double", "low": "double", "high": "double", "n": "bigint"},
    "risk_quarters": {"quarter": "varchar", "predicted": "double", "actual": "double", "low": "double", "high": "double", "rows": "bigint",
                      "people": "bigint", "ratio": "double"},
    "risk_groups": {"grouping": "varchar", "part": "varchar", "people": "integer",
                    **dict.fromkeys(("auc", "auc_low", "auc_high", "predicted", "actual", "flag_rate", "tpr", "fpr"), "double")},
    "risk_drift": {"feature": "varchar", "psi": "double", "notice": "boolean"},
    "risk_alarms": {"capacity": "integer", **dict.fromkeys(("flagged", "left", "stayed_cared", "stayed_alone", "unknown"), "integer")},
}
"""Published tables and their columns: the contract of this room."""
GRAIN = {"risk_scores": ("employee_id",), "risk_reasons": ("employee_id", "feature"), "risk_weeks": ("employee_id", "week"), "risk_levels": ("week", "department"), "risk_signs": ("employee_id", "sign"),
         "risk_backtest": ("week", "capacity", "method"), "risk_caught": ("capacity", "method"), "risk_calibration": ("kind", "part"),
         "risk_quarters": ("quarter",), "risk_groups": ("grouping", "part"), "risk_drift": ("feature",), "risk_alarms": ("capacity",)}


@dataclass(frozen=True)
class Trained:
    """A model and everything that was found out about it; ``figures`` as in ``risk_model``, ``tables`` the evaluation's."""

    why: str
    model: Model | challengers.Steps | None
    refits: list[Model] | list[challengers.Steps]
    figures: dict[str, float]
    tables: dict[str, pd.DataFrame]
    compared: dict[str, dict[str, float]]
    drift: str = ""
    drift_ratio: float = float("nan")
    suspect: str = ""


@dataclass(frozen=True)
class Asked:
    """What the settings ask for."""

    capacity: int
    pause: int
    min_events: int
    bands: tuple[float, float]

    @staticmethod
    def of(values: Mapping[str, Value]) -> Asked:
        read = lambda name: settings.get(name, values)
        return Asked(int(read("risk.capacity")), int(read("risk.pause_weeks")), int(read("risk.min_events")),
                     (float(read("risk.band.raised")), float(read("risk.band.high"))))


def build(con: duckdb.DuckDBPyConnection, as_of: date, values: Mapping[str, Value], report: Report = lambda step, rows: None) -> None:
    """Write the tables of :data:`TABLES` from the marts and tags, as the company stood on ``as_of``."""
    for table, columns in TABLES.items():
        made = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        con.execute(f"create or replace table {table} ({made})")
    panel.panel(con, as_of, values)
    panel.forget_places(con)
    panel.signs(con, as_of, values)
    report("risk_signs", con.execute("select count(*) from risk_signs").fetchall()[0][0])
    fill(con, as_of, values, report)
    panel.drop(con)
    for table in ("risk_scores", "risk_backtest"):
        report(table, con.execute(f"select count(*) from {table}").fetchall()[0][0])


def fill(con: duckdb.DuckDBPyConnection, as_of: date, values: Mapping[str, Value], report: Report = lambda step, rows: None) -> None:
    """Train on ``risk_panel`` and fill the empty tables."""
    asked = Asked.of(values)
    week = panel.scoring_week(as_of)
    report("risk_panel", con.execute("select count(*) from risk_panel").fetchall()[0][0])
    rows, share = _learnable(con)
    events = int(np.nansum(rows.event_7))
    row: dict[str, object] = {"kind": "", "week": week, "rows": int(np.isfinite(rows.event_7).sum()), "people": len(np.unique(rows.person)), "events": events,
                              "events_needed": max(asked.min_events - events, 0), "capacity": asked.capacity, "share": share, "drift": "",
                              "first_week": _day(rows.week.min()) if len(rows) else None, "last_week": _day(rows.week.max()) if len(rows) else None,
                              **_left_out(con), "fingerprint": fingerprint(rows), "features": json.dumps(list(KINDS)), "versions": json.dumps(_versions())}
    if events < asked.min_events:
        row |= {"state": "not_ready", "why": "few_events"}
    else:
        with one_core():
            trained = train(rows, asked, _week(con, week), _groups(con, rows), _cared(con))
        report("risk_model", int(row["rows"]))  # type: ignore[call-overload]
        for table, frame in trained.tables.items():
            write(con, table, frame)
        row |= {"state": "not_ready" if trained.why == "no_weeks" else "hidden" if trained.why else "ready", "why": trained.why, **trained.figures,
                "drift": trained.drift, "drift_ratio": trained.drift_ratio, "suspect": trained.suspect, "challengers": json.dumps(trained.compared)}
        if not trained.why and trained.model is not None:
            row |= {"kind": trained.model.kind, "model": trained.model.to_json(), "features": json.dumps(trained.model.keys)}
            row["overlap"] = _publish(con, week, trained, asked)
        drifted = trained.tables.get("risk_drift")
        if drifted is not None and len(drifted):
            worst = drifted.sort_values(["notice", "psi"]).iloc[-1]
            row |= {"psi_feature": str(worst["feature"]), "psi": float(worst["psi"])}
    write(con, "risk_model", pd.DataFrame([row]))


def _day(number: int) -> date:
    return date(1970, 1, 1) + timedelta(days=int(number))


def _learnable(con: duckdb.DuckDBPyConnection) -> tuple[Rows, float]:
    """The panel's rows that may be learnt from or tested on, and the share of its people that they are."""
    count = con.execute("select count(*) from risk_panel").fetchall()[0][0]
    share = min(1.0, MOST_ROWS / max(count, 1))
    # Whole people, told apart by a fixed lot: the same in every build of the same company.
    kept = "true" if share == 1 else f"(person_no * 2654435761) % 1000003 < {int(share * 1000003)}"
    frame = con.execute(f"select * from risk_panel where event_7 is not null and {kept} order by person_no, week").df()
    return evaluation.rows_of(frame, KINDS), share


def fingerprint(rows: Rows) -> str:
    """A hash of everything that the model learns from."""
    made = hashlib.sha256()
    for values in (rows.person, rows.week, rows.event_7, *rows.labels.values(), rows.tags):
        made.update(np.ascontiguousarray(values).tobytes())
    for key in rows.frame:
        made.update(key.encode() + pd.util.hash_array(rows.frame[key].to_numpy()).tobytes())
    return made.hexdigest()[:16]


def _versions() -> dict[str, str]:
    return {"python": ".".join(map(str, sys.version_info[:3])), "numpy": np.__version__, "scikit-learn": version("scikit-learn")}


def _left_out(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """People who work here and are in no row of today: those who object to scoring, and those whose leaving is known."""
    objected, notice = con.execute("""
        select count(*) filter (where c.employee_id is not null), count(*) filter (where c.employee_id is null and l.given_on is not null)
        from employees as e
        left join (select distinct employee_id from app_choices where choice = 'no_scoring') as c on c.employee_id = e.employee_id
        left join leavings as l on l.employee_id = e.employee_id
        where e.active""").fetchall()[0]
    return {"objected": objected, "in_notice": notice}


def _groups(con: duckdb.DuckDBPyConnection, rows: Rows) -> dict[str, np.ndarray]:
    """Gender and age band of each row, '' where unknown: only to see whether the score is as right about everybody, never a feature."""
    people = con.execute("select e.person_no, coalesce(s.gender, '') as gender, e.birth_date from employees as e "
                         "join src_employees as s on s.employee_id = e.employee_id").df().set_index("person_no")
    gender = people["gender"].reindex(rows.person).fillna("").to_numpy(dtype=object)
    born = pd.to_datetime(people["birth_date"].reindex(rows.person)).to_numpy("datetime64[D]")
    years = np.where(np.isnat(born), np.nan, (rows.week - born.astype(int)) / 365.25)
    age = np.full(len(rows), "", dtype=object)
    for least, name in AGES:
        age[years >= least] = name
    return {"gender": gender, "age": age}


def _cared(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """person_no and day of every talk, support and intervention."""
    return con.execute("""
        with cared as (
            select employee_id, talked_on as day from talks
            union all select employee_id, talked_on from care_talks
            union all select employee_id, assigned_on from app_supports
            union all select employee_id, opened_on from risk_interventions
        )
        select e.person_no, c.day as "on" from cared as c join employees as e on e.employee_id = c.employee_id where c.day is not null""").df()


def train(rows: Rows, asked: Asked, now: pd.DataFrame, groups: Mapping[str, np.ndarray], cared: pd.DataFrame) -> Trained:
    """Evaluate by rolling origins, decide whether a score may be shown, and if so fit the final model with its calibration and refits.

    ``rows``: the panel; ``now``: the panel's frame of the week to be scored (for the drift); ``groups``: parts per row to be compared;
    ``cared``: person_no and day of talks and help.
    """
    starts = evaluation.origins(rows, asked.min_events)
    if not starts:
        return Trained("no_weeks", None, [], {}, {}, {})
    hazard = evaluation.Hazard(rows, KINDS, directions=DIRECTIONS)
    rolled = evaluation.roll(rows, hazard, starts)
    tenure = evaluation.roll(rows, evaluation.Hazard(rows, {"tenure_months": KINDS["tenure_months"]}), starts)
    kind, better, compared = challengers.against(rows, rolled, starts, KINDS, DIRECTIONS)
    kind, fitted = chosen(rows, kind, better, rolled, now)
    rolled = rolled if kind == "hazard" else better
    capacities = tuple(sorted({*CAPACITIES, asked.capacity}))
    test = backtest.tested(rows, rolled, tenure, capacities, asked.pause)
    if np.nansum(test.label) == 0 or len(np.unique(test.rows.person[test.label == 1])) < LEAST_TESTED:
        return Trained("no_weeks", None, [], {}, {}, compared)
    figures = backtest.summary(test, asked.capacity)
    drifted = backtest.shift(rows, KINDS, evaluation_frame(now))
    tables = {"risk_backtest": backtest.by_week(test), "risk_caught": backtest.caught(test), "risk_calibration": backtest.calibration(test, asked.bands),
              "risk_quarters": backtest.quarters(test), "risk_groups": backtest.groups(test, {name: part[rolled.at] for name, part in groups.items()}, asked.capacity),
              "risk_drift": drifted, "risk_alarms": backtest.alarms(test, cared)}
    ratio, moved = backtest.level(test)
    judged = Trained(backtest.verdict(figures), None, [], figures, tables, compared, "calibration" if moved else "psi" if drifted["notice"].any() else "", ratio)
    if judged.why:
        return replace(judged, suspect=backtest.strongest(test, KINDS) if judged.why == "too_good" else "")
    return replace(judged, model=fitted[0], refits=fitted[1])


def chosen(rows: Rows, kind: str, better: evaluation.Rolled, rolled: evaluation.Rolled, now: pd.DataFrame) -> tuple[str, Fitted]:
    """The kind that is published, and its model: the challenger ``kind`` that ranks better, unless its reasons are loose where those of the
    hazard model are firm.  HR acts on reasons: then it replaces nothing, however well it ranks."""
    fitted = final(rows, kind, better)
    if kind != "hazard" and held(*fitted, now) < reasons.FIRM:
        mine = final(rows, "hazard", rolled)
        if held(*mine, now) >= reasons.FIRM:
            return "hazard", mine
    return kind, fitted


def final(rows: Rows, kind: str, rolled: evaluation.Rolled) -> Fitted:
    """The model of a kind fitted to everything that is known, with its calibration on the rolled rows, and its bootstrap refits."""
    end = int(rows.week.max()) + 7
    days = MAIN if kind == "direct" else 7
    lines = lambda model: {horizon: evaluation.calibrate(rows, rolled.at, rolled.eta, end, horizon, line, clusters=True)
                           for horizon, line in evaluation.expected(rows.person, rows.week, model.eta(rows.frame), days).items()}
    known = rows.take(evaluation.known_by(rows, end, days))
    label = known.event_7 if days == 7 else known.labels[days]
    if kind == "steps":
        boosted = challengers.steps(known.frame, label, KINDS, DIRECTIONS)
        drawn = metrics.Clusters(known.person, draws=reasons.REFITS)
        again = [np.repeat(np.arange(len(known)), weights[drawn.at]) for weights in drawn.weights]
        return replace(boosted, platt=lines(boosted)), [challengers.steps(known.frame.iloc[at], label[at], KINDS, DIRECTIONS) for at in again]
    fitted = models.fit(known.frame, label, KINDS, directions=DIRECTIONS, told=days / 7, cluster=known.person)
    refits = reasons.refits(fitted, fitted.design.matrix(known.frame), label, known.person)
    return replace(fitted, platt=lines(fitted), kind="logistic" if kind == "hazard" else kind), refits


def held(model: Model | challengers.Steps, refits: list[Model] | list[challengers.Steps], now: pd.DataFrame) -> float:
    """The mean share of refits in which the first three reasons of the people to be scored stay; 1 where there is nobody."""
    frame = evaluation_frame(now)
    if not len(frame):
        return 1.0
    told = reasons.of(model.parts(frame), model.keys, model.intercept, now["team"].to_numpy(dtype=object), model.platt[MAIN])
    return float(reasons.overlap(told, reasons.kept(told, [refit.parts(frame) for refit in refits])).mean())


def evaluation_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """The features of a panel's frame as the model reads them."""
    return pd.DataFrame({key: frame[key].to_numpy(dtype=object) if kind == "category" else pd.to_numeric(frame[key]).to_numpy(dtype=float, na_value=np.nan)
                         for key, kind in KINDS.items()})


def _week(con: duckdb.DuckDBPyConnection, week: date) -> pd.DataFrame:
    """The panel's rows of one week."""
    return con.execute("select * from risk_panel where week = $week order by person_no", {"week": week}).df()


@dataclass(frozen=True)
class _Scored:
    """The rows of one week, scored: who, their facts, the model's columns (None: it has none), eta, p by horizon, band."""

    who: np.ndarray
    teams: np.ndarray
    frame: pd.DataFrame
    matrix: np.ndarray | None
    eta: np.ndarray
    p: dict[int, np.ndarray]
    band: np.ndarray

    @staticmethod
    def of(rows: pd.DataFrame, model: Model | challengers.Steps, asked: Asked) -> _Scored:
        frame = evaluation_frame(rows)
        matrix = model.design.matrix(frame) if isinstance(model, Model) else None
        eta = model.eta(frame, matrix)  # type: ignore[arg-type]
        p = {days: model.chance(eta, days) for days in HORIZONS}
        usual = float(p[MAIN].mean()) if len(rows) else 0.0
        band = np.asarray(backtest.BANDS, dtype=object)[backtest.band_of(p[MAIN], usual, asked.bands)]
        return _Scored(rows["employee_id"].to_numpy(dtype=object), rows["team"].to_numpy(dtype=object), frame, matrix, eta, p, band)


def _publish(con: duckdb.DuckDBPyConnection, week: date, trained: Trained, asked: Asked) -> float:
    """Write scores, reasons and weeks, a week at a time; returns the mean overlap of the first three reasons over the refits."""
    model = trained.model
    departments = con.execute("select employee_id, coalesce(department, '') as department from employees").df().set_index("employee_id")["department"]
    for back in range(LEVEL_WEEKS):
        monday = week - timedelta(days=7 * back)
        rows = _week(con, monday)
        if not len(rows) and back >= WEEKS:
            break
        scored = _Scored.of(rows, model, asked)  # type: ignore[arg-type]
        write(con, "risk_levels", _level(monday, departments, scored))
        if back >= WEEKS:
            continue
        write(con, "risk_weeks", pd.DataFrame({"employee_id": scored.who, "week": monday, "p60": scored.p[MAIN], "band": scored.band}))
        if back == 0:
            now = scored
        elif back == BEFORE:
            then = scored
    if not len(now.who):
        return float("nan")
    parts, ids = model.parts(now.frame, now.matrix), now.who  # type: ignore[union-attr, arg-type]
    found = reasons.of(parts, model.keys, model.intercept, now.teams, model.platt[MAIN])  # type: ignore[union-attr]
    shares = reasons.kept(found, [refit.parts(now.frame, now.matrix) for refit in trained.refits])  # type: ignore[arg-type]
    overlap = reasons.overlap(found, shares)
    low, high = model.span(now.matrix, MAIN) if isinstance(model, Model) else challengers.span(
        model, trained.refits, now.frame, MAIN)  # type: ignore[arg-type]
    before = pd.Series(np.arange(len(then.who)), index=then.who).reindex(ids).to_numpy(dtype=float)
    there = np.isfinite(before)
    place = np.where(there, before, 0).astype(int)
    past = lambda values, none: np.where(there, values[place], none) if len(values) else np.full(len(ids), none)
    rank = np.empty(len(ids), dtype=int)
    rank[np.lexsort((ids.astype(str), -now.p[MAIN]))] = np.arange(1, len(ids) + 1)
    write(con, "risk_scores", pd.DataFrame({
        "employee_id": ids, "week": week, **{f"p{days}": now.p[days] for days in HORIZONS}, "low": low, "high": high, "band": now.band,
        "base": found.base, "rank": rank, "p60_before": past(then.p[MAIN], np.nan), "band_before": past(then.band, None),
        "badge": np.where(overlap >= reasons.FIRM, "firm", "loose")}))
    # Held against the team as it is today, so that the changes of the contributions add up to the change of the log-odds.
    earlier = model.parts(then.frame, then.matrix) if len(then.who) else np.zeros((1, len(model.keys)))  # type: ignore[union-attr, arg-type]
    was = np.where(there[:, None], model.platt[MAIN].b * (earlier[place] - found.centre[found.team]), np.nan)  # type: ignore[union-attr]
    write(con, "risk_reasons", _reason_rows(now.frame, ids, found, was, shares))
    return float(overlap.mean())


def _level(monday: date, departments: pd.Series, scored: _Scored) -> pd.DataFrame:
    """How high the chances of one week are: people and the sums of their chances, by department (who is in which, by employee_id)."""
    by = pd.DataFrame({"department": departments.reindex(scored.who).to_numpy(dtype=object), "people": 1, "p60": scored.p[MAIN], "p90": scored.p[90]})
    return by.groupby("department", as_index=False).sum().assign(week=monday)


def _reason_rows(frame: pd.DataFrame, ids: np.ndarray, found: reasons.Reasons, then: np.ndarray, shares: np.ndarray) -> pd.DataFrame:
    """One row per person and feature of the model."""
    out = []
    for at, key in enumerate(found.keys):
        text = KINDS[key] == "category"
        value = np.full(len(ids), np.nan) if text else frame[key].to_numpy(float)
        known = np.isfinite(value)
        size = len(found.centre)
        team = np.bincount(found.team, np.where(known, value, 0), minlength=size) / np.maximum(np.bincount(found.team, known, minlength=size), 1e-9)
        counted = np.bincount(found.team, known, minlength=size) > 0
        out.append(pd.DataFrame({"employee_id": ids, "feature": key, "place": found.place[:, at], "contribution": found.contribution[:, at],
                                 "contribution_before": then[:, at], "value": value, "team_value": np.where(counted, team, np.nan)[found.team],
                                 "text": frame[key].to_numpy(dtype=object) if text else None, "kept": shares[:, at]}))
    return pd.concat(out, ignore_index=True).sort_values(["employee_id", "place"], kind="stable")


def write(con: duckdb.DuckDBPyConnection, table: str, frame: pd.DataFrame) -> None:
    """Fill a table of the contract; what is not a number is null."""
    given = frame.copy()
    for name, kind in TABLES[table].items():
        if name not in given:
            given[name] = None
        elif name in ("week", "first_week", "last_week") and kind == "date" and pd.api.types.is_integer_dtype(given[name]):
            given[name] = given[name].to_numpy().astype("datetime64[D]")
    made = ", ".join(f'case when isfinite(cast("{name}" as double)) then cast("{name}" as double) end' if kind == "double" else f'cast("{name}" as {kind})'
                     for name, kind in TABLES[table].items())
    con.register("risk_found", given)
    con.execute(f"insert into {table} select {made} from risk_found")
    con.unregister("risk_found")
