"""Leaving as the outcome of a read: the hazard ratio while care counts, and the unadjusted curves.

Who gave notice cannot be kept any more, so leaving is dated by the notice.  Whoever was let go is no event: their weeks end.  Only weeks count
in which care could have come to the team.  One question for all cares together: by tag there are too few leavers to ask.
"""

from __future__ import annotations

import json

import duckdb
import pandas as pd

from lib.effect import tables
from lib.effect.cells import Known
from lib.effect.frames import Frames
from lib.effect.hazard import HazardEffect, hazard, judge_hazard, landmark_curves, person_weeks
from lib.effect.verdict import Look

LET_GO = "involuntary"


def _weeks(frames: Frames, read: Known) -> pd.DataFrame:
    people = frames.people[frames.people["hire_date"] <= read.day].reset_index(drop=True)
    rows = person_weeks(people.assign(left_on=people["gone_on"]), read.episodes, frames.cares, frames.first, read.day)
    rows["event"] = rows["event"] & ~people["gone_kind"].eq(LET_GO).to_numpy()[rows["person"].to_numpy()]
    return rows[(rows["week"] >= rows["team"].map(frames.care_from).to_numpy()).to_numpy(bool)]


def _sides(rows: pd.DataFrame, read: Known) -> list[dict[str, object]]:
    """The rows of ``effect_sides`` about leaving."""
    care = rows["cared"].to_numpy(bool)
    parts = {"cared": rows[care], "compared": rows[~care & (rows["age"].to_numpy() >= 0)]}
    count = pd.DataFrame({**{name: part.groupby("team")["person"].nunique() for name, part in parts.items()},
                          **{f"{name}_episodes": part.groupby("team")["event"].sum() for name, part in parts.items()}}).fillna(0).astype(int)
    return [{"read_on": read.day, "scope": "leaving", "part": "", "team": team, **row} for team, row in count.to_dict("index").items()]


def write(con: duckdb.DuckDBPyConnection, frames: Frames, read: Known, look: Look) -> None:
    """Append the read to ``effect_leaving``."""
    rows = _weeks(frames, read)
    tables.write(con, "effect_sides", _sides(rows, read))
    found = hazard(rows)
    verdict = judge_hazard(found, look)
    row: dict[str, object] = {
        "read_on": read.day, "scope": "all", "part": "", "people": found.people, "cared": found.n_cared, "compared": found.n_compared,
        "events_cared": found.events_cared, "events_compared": found.events_compared, "p": verdict.p, "verdict": verdict.key,
        "bound": verdict.bound, "more": verdict.more, "cells": 1, "warnings": json.dumps(verdict.warnings), "checks": tables.checks(verdict.checks)}
    if isinstance(found, HazardEffect):
        row |= {"ratio": found.ratio, "low": found.low, "high": found.high, "weeks_cared": found.weeks_cared, "weeks_compared": found.weeks_compared,
                "expected": found.expected}
    tables.write(con, "effect_leaving", [row])


def curves(con: duckdb.DuckDBPyConnection, frames: Frames, read: Known, respond_days: int) -> None:
    """Write ``effect_curves``: people from their first episode in which care could come, unadjusted."""
    people = frames.people.assign(left_on=frames.people["gone_on"])
    tables.write(con, "effect_curves", landmark_curves(people, read.comparable, read.day, respond_days))
