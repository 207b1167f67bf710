"""The tables of this room as they are published: names, columns, types, and how they are filled.

Every table is there in every version, empty where nothing is known.  ``care_episodes`` is about persons (HR alone); all others are
figures of groups.  Points: % of the person's own mean.  Shares and probabilities lie between 0 and 1.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import duckdb
import numpy as np
import pandas as pd

from lib.effect.episodes import COLUMNS

_TYPES = {"since": "date", "care_on": "date", "outcome_from": "date", "cared": "boolean", "drawn": "boolean", "overlap": "boolean",
          **dict.fromkeys(("employee_id", "tag", "team", "line", "hr_id", "kind", "draw_id", "censored"), "varchar"),
          **dict.fromkeys(("episode", "own_weeks", "after_weeks", "other_care", "care_before", "care_after"), "integer")}
_ENDS = ("value", "low", "high")
# Usable episodes so far and a week, the smallest effect seen in 80 % of cases now, and weeks until that is the effect that would matter (null: out of reach).
_PACE = {"cared_episodes": "integer", "compared_episodes": "integer", "cared_a_week": "double", "compared_a_week": "double", "episodes_a_week": "double",
         "mde": "double", "weeks": "integer"}
_NUMBERS = lambda *names: dict.fromkeys(names, "double")

TABLES: dict[str, dict[str, str]] = {
    # left_out: why it is in no estimate of all cares ('' : it is in one); lottery: a draw could give it either way.
    "care_episodes": {**{name: _TYPES.get(name, "double") for name in COLUMNS}, "lottery": "boolean", "left_out": "varchar"},
    "effect_reads": {"read_on": "date", "kind": "varchar", "current": "boolean", "next_on": "date", "first": "date", "episodes": "integer",
                     "cared": "integer", "noise": "double"},
    # expected: what the cared-for would have had without care (after − value); minutes: mean of a care; points_per_hour only where it works or harms.
    "effect_cells": {"read_on": "date", "scope": "varchar", "part": "varchar", "outcome": "varchar", "design": "varchar", "people": "integer",
                     "cared": "integer", "compared": "integer", "episodes": "integer",
                     **_NUMBERS("naive_before", "naive_after", "naive_change", "naive_low", "naive_high", "compared_before", "compared_after", "expected",
                                *_ENDS, "p", "p_adjusted", *(f"second_{end}" for end in _ENDS), *(f"matched_{end}" for end in _ENDS),
                                *(f"placebo_{end}" for end in _ENDS), "placebo_p", "overlap_share", "effective", "mde", "noise"),
                     "verdict": "varchar", "bound": "double", "more": "integer", "cells": "integer", "causal": "boolean", "warnings": "json",
                     "checks": "json", "left_out": "json", "first": "date", "last": "date", "minutes": "double", "points_per_hour": "double"},
    # What each team has in each cell (scopes but team) of the current read and the live one: people and episodes on either side; scope leaving: people with
    # weeks while care counts and without, and who left in them as "episodes"; scopes felt and time: people of a month (read_on) before or after (part).
    "effect_sides": {"read_on": "date", "scope": "varchar", "part": "varchar", "team": "varchar", "cared": "integer", "compared": "integer",
                     "cared_episodes": "integer", "compared_episodes": "integer"},
    "effect_leaving": {"read_on": "date", "scope": "varchar", "part": "varchar", **_NUMBERS("ratio", "low", "high", "p"), "people": "integer",
                       "cared": "integer", "compared": "integer", "weeks_cared": "integer", "weeks_compared": "integer", "events_cared": "integer",
                       "events_compared": "integer", "expected": "double", "verdict": "varchar", "bound": "double", "more": "integer",
                       "cells": "integer", "warnings": "json", "checks": "json"},
    "effect_curves": {"cared": "boolean", "weeks": "double", "staying": "double", "low": "double", "high": "double", "at_risk": "integer",
                      "people": "integer"},
    # Units of value: points; leavers per 100 people and year; minutes per person and week; percent of answers.
    "effect_programme": {"outcome": "varchar", "read_on": "date", **_NUMBERS(*_ENDS, "p", "p_adjusted"), "teams": "integer", "not_started": "integer",
                         **_NUMBERS("trend", "trend_low", "trend_high", "trend_p"), "verdict": "varchar", "bound": "double", "checks": "json",
                         "left_out": "json"},
    "effect_picture": {"outcome": "varchar", "weeks_from_start": "integer", **_NUMBERS(*_ENDS), "part": "varchar", "teams": "integer"},
    "effect_time": {"month": "date", "programme": "varchar", "minutes": "double", "talks": "integer", "untimed": "integer", "people": "double",
                    "hr": "integer", "minutes_per_person_week": "double", "minutes_per_hr_day": "double"},
    "effect_felt": {"month": "date", "programme": "varchar", "tag": "varchar", "answers": "integer", "people": "integer", "cared": "integer",
                    "share": "double", "low": "double", "high": "double"},
    "effect_standard": {"month": "date", "due": "integer", "done": "integer", "people": "integer", "share": "double", "low": "double", "high": "double"},
    "effect_noise": {"noise": "double", "worth": "double", **_PACE},
    "effect_pace": {"tag": "varchar", **_PACE},
}
"""Published tables and their columns: the contract of this room."""
GRAIN = {"effect_sides": ("read_on", "scope", "part", "team"), "care_episodes": ("employee_id", "tag", "since"), "effect_reads": ("read_on",), "effect_cells": ("read_on", "scope", "part", "outcome"),
         "effect_leaving": ("read_on", "scope", "part"), "effect_curves": ("cared", "weeks"), "effect_programme": ("outcome",),
         "effect_picture": ("outcome", "weeks_from_start"), "effect_time": ("month", "programme"), "effect_felt": ("month", "programme", "tag"),
         "effect_standard": ("month",), "effect_pace": ("tag",)}


def create(con: duckdb.DuckDBPyConnection) -> None:
    """Make every table anew, empty."""
    for table, columns in TABLES.items():
        made = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        con.execute(f"create or replace table {table} ({made})")


def write(con: duckdb.DuckDBPyConnection, table: str, rows: pd.DataFrame | Iterable[Mapping[str, object]]) -> None:
    """Fill a table of the contract; what a row does not say, and what is not a number, is null."""
    given = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows))
    if not len(given):
        return
    columns = TABLES[table]
    frame = pd.DataFrame({name: given[name] if name in given else pd.Series([None] * len(given), index=given.index, dtype=object) for name in columns})
    cast = lambda name, kind: (f'case when isfinite(cast("{name}" as double)) then cast("{name}" as {kind}) end' if kind in ("double", "integer")
                               else f'cast("{name}" as {kind})')
    con.register("effect_found", frame)
    con.execute(f"insert into {table} select {', '.join(cast(name, kind) for name, kind in columns.items())} from effect_found")
    con.unregister("effect_found")


def plain(value: object) -> object:
    """A number as JSON can say it: null for what is not finite."""
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    number = float(value)  # type: ignore[arg-type]
    return float(f"{number:.6g}") if np.isfinite(number) else None


def checks(found: Iterable[object]) -> str:
    """The checks of a verdict as JSON: key, passed, number, bound."""
    return json.dumps([{"key": one.key, "passed": bool(one.passed), "number": plain(one.number), "bound": plain(one.bound)} for one in found])  # type: ignore[attr-defined]
