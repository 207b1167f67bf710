"""How good the risk score of demo companies is, held against the generator's own hazard (the oracle).

    python -m tests.bench.risk_truth --seeds 1,2,3,4,5 --data /tmp/risk

Builds each company that is not there yet, and prints per seed: precision at 10 a week over the base rate and over the tag count, the
same of an oracle that ranks by the true hazard of the week, the interval of the first (x_low, x_high: with some 380 people named and a
sixth of them leaving, one company alone cannot tell 1.6 from 2.1), calibration error, predicted/actual, the overlap of reasons, seconds.
Fails (exit 1) when a figure misses its bar.  The app never reads the truth, and nothing was chosen by it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from lib.build import build
from lib.risk import evaluation
from lib.warehouse import publish
from lib.warehouse.store import Warehouse

BARS = {"x_base": (1.8, np.inf), "x_tags": (1.1, np.inf), "ece": (0, 0.02), "ratio": (0.8, 1.25), "overlap": (0.65, 1)}


def oracle(house: Warehouse, truth: Path, weeks: pd.Series) -> float:
    """Precision at 10 of ranking, in the tested weeks, by the true hazard of the week."""
    hazard = pd.read_parquet(truth / "hazard.parquet")
    hazard["week"] = pd.to_datetime(hazard["week"])
    people = house.frame("select e.employee_id, e.person_no, l.given_on, coalesce(l.kind, '') = 'involuntary' as dismissed from employees as e "
                         "left join leavings as l on l.employee_id = e.employee_id "
                         "where e.employee_id not in (select employee_id from app_choices where choice = 'no_scoring')")
    rows = hazard[hazard["week"].isin(pd.to_datetime(weeks))].merge(people, on="employee_id")
    given = pd.to_datetime(rows["given_on"])
    rows, given = rows[~(given < rows["week"])], given[~(given < rows["week"])]
    inside = (given < rows["week"] + pd.Timedelta(days=60)).to_numpy()
    known = ~(inside & rows["dismissed"].to_numpy(bool))
    week = rows["week"].to_numpy("datetime64[D]").astype(int)
    flagged = evaluation.flags(rows["person_no"].to_numpy(int), week, rows["hazard"].to_numpy(), 10, 4, np.arange(len(rows)).astype(float))
    return float(inside[flagged & known].mean())


def measure(data: Path, seed: int, people: int, months: int) -> dict[str, float]:
    """The figures of one company; it is built when it is not there yet."""
    seconds: dict[str, float] = {}
    if not (data / "warehouse" / "current").exists():
        done = build(data, demo=True, people=people, months=months, seed=seed)
        seconds = {step: time for step, _, time in done.steps}
    house = Warehouse(publish.where(data))
    row = house.frame("select * exclude (model) from risk_model").iloc[0]
    weeks = house.frame("select distinct week from risk_backtest")["week"]
    best = oracle(house, data / "truth", weeks) if len(weeks) else float("nan")
    return {"seed": seed, "state": row["state"], "kind": row["kind"], "x_base": row["precision"] / row["base_rate"], "x_low": row["precision_low"] / row["base_rate"],
            "x_high": row["precision_high"] / row["base_rate"], "x_tags": row["precision"] / row["precision_tags"],
            "x_tenure": row["precision"] / row["precision_tenure"], "x_oracle": best / row["base_rate"], "auc": row["auc"], "ece": row["ece"], "ratio": row["ratio"],
            "overlap": row["overlap"], "rows": row["rows"], "events": row["events"], "train_s": seconds.get("risk_model", np.nan), "panel_s": seconds.get("risk_signs", np.nan)}


def main() -> None:
    """Measure and judge."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seeds", default="1,2,3,4,5")
    asked.add_argument("--people", type=int, default=640)
    asked.add_argument("--months", type=int, default=18)
    asked.add_argument("--data", type=Path, required=True)
    given = asked.parse_args()
    found = pd.DataFrame([measure(given.data / f"s{seed}", int(seed), given.people, given.months) for seed in given.seeds.split(",")])
    print(found.round(4).to_string(index=False))
    print("mean", found.mean(numeric_only=True).round(4).to_dict())
    missed = [f"seed {row['seed']}: {name} {row[name]:.3f}" for row in found.to_dict("records") for name, (low, high) in BARS.items() if not low <= row[name] <= high]
    missed += [f"seed {row['seed']}: above the oracle" for row in found.to_dict("records") if row["x_base"] > row["x_oracle"]]
    print("\n".join(missed) or "every bar is met")
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
