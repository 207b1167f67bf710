"""A company with every table of the attrition model, filled by hand with plausible rows: what pages draw in each of the model's states.

The rows are invented but agree with one another: a person's reasons add up to the log-odds, bands follow from the probabilities,
and ``not_ready`` and ``hidden`` leave every table with a person's score empty, as a build does.
"""

from __future__ import annotations

import json
import math
import random
import shutil
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pandas as pd

from lib.risk.features import FEATURES
from lib.warehouse import publish
from lib.warehouse.store import building

BASE_RATE = 0.05
HIGH, RAISED = 2.0, 1.4
_COLUMNS = {
    "risk_model": "state varchar, why varchar, kind varchar, week date, first_week date, last_week date, rows bigint, people bigint, events bigint, "
                  "events_needed bigint, objected bigint, in_notice bigint, base_rate double, capacity bigint, auc double, auc_low double, auc_high double, "
                  "pr_auc double, brier double, ece double, ratio double, precision double, precision_low double, precision_high double, precision_tags double, "
                  "precision_tenure double, precision_base double, precision_gain_low double, precision_gain_high double, drift varchar, drift_ratio double, psi_feature varchar, "
                  "psi double, suspect varchar, fingerprint varchar, features varchar, versions varchar, model varchar",
    "risk_scores": "employee_id varchar, week date, p30 double, p60 double, p90 double, low double, high double, band varchar, base double, rank bigint, "
                   "p60_before double, band_before varchar, badge varchar",
    "risk_reasons": "employee_id varchar, feature varchar, place bigint, contribution double, contribution_before double, value double, team_value double, "
                    "text varchar, kept double",
    "risk_weeks": "employee_id varchar, week date, p60 double, band varchar",
    "risk_signs": "employee_id varchar, sign varchar, since date, evidence varchar",
    "risk_backtest": "week date, capacity bigint, method varchar, flagged bigint, hits bigint, base_rate double",
    "risk_caught": "capacity bigint, method varchar, leavers bigint, caught bigint, low double, high double, lead_days double",
    "risk_calibration": "kind varchar, part varchar, predicted double, actual double, low double, high double, n bigint",
    "risk_quarters": "quarter varchar, predicted double, actual double, low double, high double, rows bigint, people bigint, ratio double",
    "risk_groups": "grouping varchar, part varchar, people bigint, auc double, auc_low double, auc_high double, predicted double, actual double, "
                   "flag_rate double, tpr double, fpr double",
    "risk_drift": "feature varchar, psi double, notice boolean",
    "risk_alarms": "capacity bigint, flagged bigint, \"left\" bigint, stayed_cared bigint, stayed_alone bigint, unknown bigint",
}
_METHODS = {"model": 0.16, "tags": 0.09, "tenure": 0.08, "chance": 0.05}


def logit(p: float) -> float:
    """Probability → log-odds."""
    return math.log(p / (1 - p))


def band_of(p60: float, base_rate: float = BASE_RATE) -> str:
    """The band of a probability."""
    return "high" if p60 >= HIGH * base_rate else "raised" if p60 >= RAISED * base_rate else "even"


def fill(con: duckdb.DuckDBPyConnection, state: str = "ready", why: str = "", objected: int = 2) -> None:
    """Make the tables of the model anew for the employees there are."""
    day: date = con.execute("select as_of from build_info").fetchone()[0]
    week = day - timedelta(days=day.weekday()) if day.weekday() != 6 else day + timedelta(days=1)
    people = con.execute("select employee_id, team from employees where active order by employee_id").fetchall()
    dice, rows = random.Random(5), {name: [] for name in _COLUMNS}
    ready = state == "ready"
    rows["risk_model"].append((
        state, why, "logistic", week, week - timedelta(weeks=52), week - timedelta(weeks=1), 5200, len(people) + 30, 74, 0,
        objected, 3, BASE_RATE, 10, 0.74, 0.68, 0.80, 0.17, 0.045, 0.008, 1.06, 0.16, 0.11, 0.22, 0.09, 0.08, 0.05, 0.02, 0.12,
        "psi", 1.02, "late_evenings_4w", 0.27, "", "abc", "[]", "{}", "{}") if state != "not_ready" else (
        state, why or "few_events", "logistic", week, week - timedelta(weeks=52), week - timedelta(weeks=1), 5200, len(people) + 30, 23, 37, objected, 3,
        BASE_RATE, 10, *[None] * 15, "", None, None, None, "", "abc", "[]", "{}", "{}"))
    for nth, (who, _) in enumerate(people):
        if nth % 9 == 0:
            rows["risk_signs"].append((who, "pressure_talk", day - timedelta(days=9), json.dumps({"talks": 2, "last": str(day - timedelta(days=9))})))
        if nth % 18 == 0:
            rows["risk_signs"].append((who, "frequent_leave", day - timedelta(days=20), json.dumps({"times": 4, "days": 6, "weeks": 13})))
        if ready:
            _person(rows, dice, who, nth, week)
    if ready:
        for rank, row in enumerate(sorted(rows["risk_scores"], key=lambda row: -row[3]), 1):
            rows["risk_scores"][rows["risk_scores"].index(row)] = (*row[:9], rank, *row[10:])
    if state != "not_ready":
        _tested(rows, week)
    for name, columns in _COLUMNS.items():
        con.execute(f"drop table if exists {name}")
        con.execute(f"create table {name} ({columns})")
        if rows[name]:
            frame = pd.DataFrame(rows[name], columns=[row[0] for row in con.execute(f"describe {name}").fetchall()], dtype=object)
            con.register("incoming", frame)
            con.execute(f"insert into {name} select * from incoming")
            con.unregister("incoming")


def _person(rows: dict[str, list], dice: random.Random, who: str, nth: int, week: date) -> None:
    base = logit(BASE_RATE * 0.8)
    found = []
    for feature in FEATURES:
        spread = 0.30 if nth % 4 == 0 else 0.10
        push, before = dice.gauss(0.08 if nth % 4 == 0 else -0.02, spread), dice.gauss(0, 0.1)
        middle = feature.low + (feature.high - feature.low) * 0.3
        value = None if feature.kind == "category" else round(middle * (1 + dice.uniform(-0.5, 0.8)), 2)
        found.append((feature, push, before, value, None if value is None else round(middle, 2)))
    log_odds = base + sum(push for _, push, *_ in found)
    p60 = 1 / (1 + math.exp(-log_odds))
    before = 1 / (1 + math.exp(-(base + sum(row[2] for row in found))))
    rows["risk_scores"].append((who, week, p60 * 0.55, p60, min(p60 * 1.4, 0.99), p60 * 0.7, min(p60 * 1.4, 0.99), band_of(p60), base, 0,
                                None if nth % 11 == 0 else before, None if nth % 11 == 0 else band_of(before), "firm" if nth % 3 else "loose"))
    for place, (feature, push, was, value, team) in enumerate(sorted(found, key=lambda row: -row[1]), 1):
        rows["risk_reasons"].append((who, feature.key, place, push, was, value, team, "电销" if feature.kind == "category" else None, 0.8 if nth % 3 else 0.5))
    for back in range(13):
        then = before + (p60 - before) * (12 - back) / 12
        rows["risk_weeks"].append((who, week - timedelta(weeks=back), then, band_of(then)))


def _tested(rows: dict[str, list], week: date) -> None:
    dice = random.Random(3)
    for capacity in (5, 10, 20):
        for method, share in _METHODS.items():
            hits = 0
            for back in range(30, 8, -1):
                flagged = capacity
                found = sum(dice.random() < share for _ in range(flagged))
                hits += found
                rows["risk_backtest"].append((week - timedelta(weeks=back), capacity, method, flagged, found, BASE_RATE))
            caught = min(int(40 * (0.2 + share) * (capacity / 10) ** 0.5), 40)
            rows["risk_caught"].append((capacity, method, 40, caught, max(caught / 40 - 0.14, 0), min(caught / 40 + 0.14, 1), 41.0))
        flagged = capacity * 22
        rows["risk_alarms"].append((capacity, flagged, flagged // 6, flagged // 4, flagged // 3, flagged - flagged // 6 - flagged // 4 - flagged // 3))
    for part, predicted, actual in (("even", 0.038, 0.036), ("raised", 0.083, 0.091), ("high", 0.152, 0.14)):
        rows["risk_calibration"].append(("band", part, predicted, actual, actual * 0.7, actual * 1.4, 900))
    for part in range(1, 11):
        rows["risk_calibration"].append(("decile", str(part), 0.012 * part, 0.013 * part, 0.008 * part, 0.019 * part, 520))
    for quarter, predicted, actual in (("2026-Q1", 0.052, 0.049), ("2026-Q2", 0.049, 0.055), ("2026-Q3", 0.051, 0.044)):
        rows["risk_quarters"].append((quarter, predicted, actual, actual * 0.75, actual * 1.3, 1400, 118, predicted / actual))
    for grouping, part in (("gender", "女"), ("gender", "男"), ("age", "-24"), ("age", "25-34")):
        rows["risk_groups"].append((grouping, part, 60, 0.73, 0.65, 0.80, 0.05, 0.052, 0.08, 0.24, 0.07))
    rows["risk_groups"].append(("age", "45-", 9, None, None, None, 0.05, 0.04, None, None, None))
    for nth, feature in enumerate(FEATURES):
        rows["risk_drift"].append((feature.key, 0.27 if feature.key == "late_evenings_4w" else 0.01 * (nth % 5), feature.key == "late_evenings_4w"))


def published(demo_dir: Path, to: Path, state: str = "ready", why: str = "", *statements: str, objected: int = 2) -> Path:
    """A copy of the demo company with these tables (and after some more statements), published in a folder of its own."""
    build_id = publish.new_build_id("risk")
    draft = publish.draft(to, build_id)
    shutil.copy(publish.where(demo_dir), draft)
    with building(draft) as con:
        fill(con, state, why, objected)
        for statement in statements:
            con.execute(statement)
    publish.publish(to, build_id, draft, 3)
    return to
