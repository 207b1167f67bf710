"""A simulated panel of a company whose true hazard is known: the columns of ``risk_panel``, for the tests of the attrition model."""

from __future__ import annotations

import numpy as np
import pandas as pd

from lib.risk.build import KINDS

FIRST = np.datetime64("2025-01-06")


def hazard(values: dict[str, np.ndarray], level: float, bend: float = 1.1, lines: float = 1.0) -> np.ndarray:
    """The true weekly chance of giving notice: a bend in tenure, lines in the others."""
    eta = level + bend * np.exp(-values["tenure_months"] / 6) + lines * (
        -0.9 * values["performance_team"] + 2.0 * values["late_evenings_8w"] + 3.0 * values["rejection_team"] + 0.8 * values["said_pay"]
        - 0.9 * values["contacts_change"])
    return 1 / (1 + np.exp(-eta))


def panel(people: int = 300, weeks: int = 60, seed: int = 1, level: float = -5.0, random_labels: bool = False,
          bend: float = 1.1, lines: float = 1.0) -> pd.DataFrame:
    """One row per person and week at risk, who leaves being replaced the week after; ``truth_60`` is the true chance of 60 days (the
    hazard of the week held for 60 days).  ``random_labels``: who leaves has nothing to do with any fact."""
    rng = np.random.default_rng(seed)
    persons, rows = people, []
    seat = np.arange(people)
    tenure = rng.exponential(24, people)
    lasting = {name: rng.normal(0, 1, people) for name in KINDS}
    for week in range(weeks):
        for name in lasting:
            lasting[name] = 0.9 * lasting[name] + np.sqrt(1 - 0.81) * rng.normal(0, 1, people)
        facts = {name: lasting[name].copy() for name in KINDS}
        facts |= {"tenure_months": tenure.copy(), "performance_team": 0.3 * lasting["performance_team"], "late_evenings_8w": np.clip(0.2 + 0.2 * lasting["late_evenings_8w"], 0, 1),
                  "rejection_team": 0.1 * lasting["rejection_team"], "contacts_change": 0.4 * lasting["contacts_change"], "tags_now": (lasting["tags_now"] > 1.2).astype(float)}
        facts |= {name: (lasting[name] > 1.0).astype(float) for name in KINDS if name.startswith("said_")}
        chance = hazard(facts, level, bend, lines)
        told = np.full(people, chance.mean()) if random_labels else chance
        leaves = rng.random(people) < told
        day = FIRST + np.timedelta64(7 * week, "D")
        frame = pd.DataFrame({name: facts[name] for name in KINDS if KINDS[name] != "category"})
        frame["person_no"], frame["week"], frame["team"] = seat, day, np.char.add("team", (np.arange(people) % 8).astype(str))
        frame["truth_7"] = told
        frame["event_on"] = np.where(leaves, day + rng.integers(0, 7, people), np.datetime64("NaT"))
        rows.append(frame)
        tenure = np.where(leaves, 0.1, tenure + 7 / 30.4)
        seat = np.where(leaves, persons + np.cumsum(leaves) - 1, seat)
        persons += int(leaves.sum())
    out = pd.concat(rows, ignore_index=True)
    for name, kind in KINDS.items():
        if kind == "category":
            out[name] = np.where(out["team"].str[-1].astype(int) < 4, "telesales", "stores")
    out["event_on"] = out.groupby("person_no")["event_on"].transform("max")
    out["employee_id"] = "P" + out["person_no"].astype(str)
    out["tags_held"] = out["tags_now"].astype(int)
    end = FIRST + np.timedelta64(7 * weeks, "D")
    for name, days in (("event_7", 7), ("label_30", 30), ("label_60", 60), ("label_90", 90)):
        over = out["week"] + np.timedelta64(days, "D") <= end
        out[name] = np.where(over, (out["event_on"] < out["week"] + np.timedelta64(days, "D")).astype(float), np.nan)
    out["truth_60"] = 1 - (1 - out["truth_7"]) ** (60 / 7)
    return out.sort_values(["person_no", "week"], ignore_index=True)
