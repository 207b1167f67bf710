"""Store: open a published version read-only, open a draft for building, run SQL.

DuckDB returns other threads' rows when one connection is shared, so every read takes a cursor of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pandas as pd

from lib.warehouse import publish

_SEALED: dict[str, str | bool | int | float | list[str]] = {"enable_external_access": "false", "autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}


class Warehouse:
    """One published version, opened read-only.  Safe to share between threads; closed when nobody holds it any more."""

    def __init__(self, path: Path):
        self.path = Path(path)
        self.build_id = publish.build_id_of(self.path)
        self._connection = duckdb.connect(str(path), read_only=True, config=_SEALED)

    def frame(self, sql: str, params: Mapping[str, object] | None = None) -> pd.DataFrame:
        """The rows of one statement as a DataFrame."""
        with self._connection.cursor() as cursor:
            return cursor.execute(sql, dict(params or {})).df()

    def describe(self, sql: str, params: Mapping[str, object] | None = None) -> list[tuple[str, str]]:
        """Column names and DuckDB types that a statement would return."""
        with self._connection.cursor() as cursor:
            rows = cursor.execute(f"describe {sql}", dict(params or {})).fetchall()
        return [(row[0], row[1]) for row in rows]

    @contextmanager
    def bench(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection for work in several steps: it reads the published tables, and temporary tables made on it are gone with it."""
        with self._connection.cursor() as cursor:
            yield cursor

    def tables(self) -> list[str]:
        """Names of the published tables, sorted."""
        return self.frame("select table_name from information_schema.tables order by table_name")["table_name"].tolist()


class Store:
    """The published warehouse of one data folder; notices a new version at the next read."""

    def __init__(self, data_dir: Path):
        self.data_dir = Path(data_dir)
        self._lock = threading.Lock()
        self._open: Warehouse | None = None

    def current(self) -> Warehouse:
        """The version that is published now.  Readers that hold an older one finish on it.

        Raises :class:`lib.warehouse.publish.NothingPublished`.
        """
        path = publish.where(self.data_dir)
        with self._lock:
            if self._open is None or self._open.path != path:
                self._open = Warehouse(path)
            return self._open


@contextmanager
def building(path: Path, threads: int | None = None, memory: str | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-write connection to a draft file; closed (and so written out) at the end of the block."""
    connection = duckdb.connect(str(path))
    try:
        if threads:
            connection.execute(f"set threads = {int(threads)}")
        if memory:
            connection.execute("set memory_limit = $memory", {"memory": memory})
        connection.execute("set preserve_insertion_order = true")
        connection.execute("set temp_directory = $where", {"where": str(path.with_suffix(".tmp"))})
        yield connection
        connection.execute("checkpoint")
    finally:
        connection.close()


def scratch() -> duckdb.DuckDBPyConnection:
    """An empty in-memory database, for tests and for checks that need SQL."""
    return duckdb.connect(":memory:")
