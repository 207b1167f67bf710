"""Small companies for tests: source rows as dicts → a connection with every ``src_*`` table, marts and tags on top."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import duckdb
import pandas as pd

from lib import marts, tags
from lib.intake.contracts import TABLES
from lib.intake.shape import duckdb_type
from lib.warehouse.store import scratch


def sources(rows: Mapping[str, Iterable[Mapping[str, object]] | pd.DataFrame]) -> duckdb.DuckDBPyConnection:
    """An in-memory database with every source table of the contracts, filled with these rows (missing columns are null)."""
    con = scratch()
    con.execute("set threads = 1")
    for name, table in TABLES.items():
        con.execute(f"create table src_{name} ({', '.join(f'{c.name} {duckdb_type(c)}' for c in table.stored)})")
        given = rows.get(name, ())
        frame = given if isinstance(given, pd.DataFrame) else pd.DataFrame(list(given), dtype=object)
        if len(frame):
            con.register("incoming", frame)
            known = [column.name for column in table.stored if column.name in frame.columns]
            con.execute(f"insert into src_{name} ({', '.join(known)}) select {', '.join(known)} from incoming")
            con.unregister("incoming")
    return con


def built(rows: Mapping[str, Iterable[Mapping[str, object]] | pd.DataFrame], as_of: date | None = None,
          values: Mapping[str, object] | None = None) -> duckdb.DuckDBPyConnection:
    """The same with marts and tags built, as of the given day or the last day with data."""
    con = sources(rows)
    day = as_of or marts.last_day(con)
    marts.build(con, day, dict(values or {}))
    tags.build(con, day, dict(values or {}))
    return con


def episodes(con: duckdb.DuckDBPyConnection, tag: str) -> list[tuple[str, date, date | None]]:
    """(employee_id, since, until) of one tag, in order."""
    return con.execute("select employee_id, since, until from tag_episodes where tag = ? order by 1, 2", [tag]).fetchall()
