"""Build the tables of effects from the marts and tags, once a build: fixed reads at the ends of quarters, and the live one of the day.

:data:`lib.effect.tables.TABLES` is the contract.  A read uses nothing later than its day, so that it says the same in every later build of
the same data.  The newest fixed read is the current one; before the first there is only the live read, which is held against the stricter bound.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import duckdb
import numpy as np
import pandas as pd

from lib import settings
from lib.cores import one_core
from lib.effect import cells, frames, leaving, programme, tables
from lib.effect.estimate import smallest_seen
from lib.effect.verdict import Look, fixed_reads, next_read
from lib.settings import Value

Report = Callable[[str, "int | None"], None]
READS = 4            # fixed reads that are kept
OLDER, LIVE = ("all", "tag"), ("all", "tag", "kind", "tag_kind")
"""Scopes of fixed reads older than the current one, and of the live read where there is a current one; the current one has every scope."""
PACE = 13            # weeks over which the pace of new episodes is counted
LONGEST = 520        # weeks: what takes longer is said to be out of reach (null)
TABLES, GRAIN = tables.TABLES, tables.GRAIN


def build(con: duckdb.DuckDBPyConnection, as_of: date, values: Mapping[str, Value], report: Report = lambda step, rows: None) -> None:
    """Write every table of :data:`TABLES` as the company stood on ``as_of``, but ``effect_standard`` (:mod:`lib.care.covered`)."""
    tables.create(con)
    respond, worth = int(settings.get("effect.respond_days", values)), float(settings.get("effect.worth", values))
    support = int(settings.get("effect.support_days", values))
    programme.by_month(con, as_of)
    found = frames.read(con, as_of)
    if found is not None and len(found.people):
        with one_core():
            _reads(con, found, pd.Timestamp(as_of), respond, support, worth)
    for table in ("care_episodes", "effect_cells", "effect_leaving", "effect_programme"):
        report(table, con.execute(f"select count(*) from {table}").fetchone()[0])


def _days(found: frames.Frames, as_of: pd.Timestamp) -> list[tuple[pd.Timestamp, Look]]:
    """The days of the reads, newest first: the live one (unless the day is a fixed one) and the last fixed ones since care began."""
    began = found.cares["care_on"].min() if len(found.cares) else pd.NaT
    fixed = [] if pd.isna(began) else fixed_reads(began, as_of)[-READS:]
    days: list[tuple[pd.Timestamp, Look]] = [(day, "quarterly") for day in reversed(fixed)]
    return days if fixed and fixed[-1] == as_of else [(as_of, "live"), *days]


def _reads(con: duckdb.DuckDBPyConnection, found: frames.Frames, as_of: pd.Timestamp, respond: int, support: int, worth: float) -> None:
    days = _days(found, as_of)
    current = next((day for day, look in days if look == "quarterly"), as_of)
    told, newest = [], None
    for day, look in days:
        read = cells.known(found, day, respond, support)
        newest = newest or read
        scopes = cells.SCOPES if day == current else LIVE if day == as_of else OLDER
        made = list(cells.cells(read, scopes))
        tables.write(con, "effect_cells", cells.rows(made, day, look, worth))
        if day in (as_of, current):
            tables.write(con, "effect_sides", cells.sides(made, read))
            leaving.write(con, found, read, look)
        if day == current:
            leaving.curves(con, found, read, respond)
            programme.staggered(con, found, read.grid, day, worth)
        mine = read.comparable
        told.append({"read_on": day, "kind": look, "current": day == current, "next_on": next_read(day), "first": mine["since"].min(),
                     "episodes": len(mine), "cared": int(mine["cared"].sum()), "noise": read.noise})
    tables.write(con, "effect_reads", told)
    assert newest is not None
    tables.write(con, "care_episodes", cells.person_rows(newest))
    tables.write(con, "effect_pace", [{"tag": tag, **_until(newest, worth, tag)} for tag in cells.TAGS])
    tables.write(con, "effect_noise", [{"noise": newest.noise, "worth": worth, **_until(newest, worth)}])


def _until(read: cells.Known, worth: float, tag: str = "") -> dict[str, object]:
    """How long until an effect of ``worth`` points would be seen: from the noise, the episodes that can be compared, and their pace."""
    mine = read.comparable
    usable = mine[(mine["censored"] == "") & (mine["other_care"] == 0)]
    # The pace of the last weeks whose outcome is known: what is too new does not make a company look slower.
    late = usable["since"] > usable["since"].max() - pd.Timedelta(weeks=PACE)
    of_tag = usable["tag"] == tag if tag else np.ones(len(usable), dtype=bool)
    cared, late = usable["cared"][of_tag].to_numpy(bool), late[of_tag].to_numpy(bool)
    sides, pace = ((cared.sum(), (~cared).sum()), ((cared & late).sum() / PACE, (~cared & late).sum() / PACE))
    seen = np.array([smallest_seen(read.noise, *(now + week * more for now, more in zip(sides, pace, strict=True))) for week in range(LONGEST + 1)])
    enough = np.flatnonzero(seen <= worth)
    return {"cared_episodes": int(sides[0]), "compared_episodes": int(sides[1]), "cared_a_week": pace[0], "compared_a_week": pace[1],
            "episodes_a_week": sum(pace), "mde": float(seen[0]), "weeks": int(enough[0]) if len(enough) else None}
