"""What was done for people, from a snapshot of the ledger, as source tables of a build."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pandas as pd
import pyarrow as pa

from lib.ledger.snapshot import COLUMNS

SOURCES = tuple(f"src_{table}" for table in COLUMNS)
_ARROW = {"varchar": pa.string(), "date": pa.date32(), "integer": pa.int32(), "double": pa.float64(), "boolean": pa.bool_(),
          "timestamp": pa.timestamp("us")}


def load(con: duckdb.DuckDBPyConnection, frames: Mapping[str, pd.DataFrame] | None = None) -> int:
    """Make the ``src_care_*`` tables that are not there yet and fill them with a snapshot; returns its rows.

    Types are stated, not guessed: a column in which nobody has written anything is as typed as any other.
    """
    rows = 0
    for table, columns in COLUMNS.items():
        named = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        con.execute(f"create table if not exists src_{table} ({named})")
        frame = (frames or {}).get(table)
        if frame is not None and len(frame):
            con.register("snapshot", pa.table({name: pa.array(frame[name].tolist(), type=_ARROW[kind]) for name, kind in columns.items()}))
            con.execute(f"insert into src_{table} select * from snapshot")
            con.unregister("snapshot")
            rows += len(frame)
    return rows
