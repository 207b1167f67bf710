"""Opening the ledger so that an acknowledged write is never lost, and bringing its tables up to this app's.

SQLite with a write-ahead log and ``synchronous = FULL``; a writer takes its lock at once (``BEGIN IMMEDIATE``), so two writers
never deadlock half-way; deleted text is overwritten (``secure_delete``).  A PostgreSQL server is used instead when
``KANJIAN_LEDGER`` holds its address; there a writer takes one advisory lock, so that both engines write one after another.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import Connection

from lib.ledger import migrate

ADDRESS = "KANJIAN_LEDGER"
_PRAGMAS = ("journal_mode = wal", "synchronous = full", "busy_timeout = 10000", "secure_delete = on", "foreign_keys = on")
_WRITERS = 0x4B414E4A  # "KANJ": the advisory lock of this app's writers


class Ledger:
    """One open ledger; safe to share between threads."""

    def __init__(self, engine: Engine, keys: Path):
        self._engine = engine
        self.keys = keys
        """The folder of the key file, apart from the ledger's own file."""

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that holds the write lock from its first moment and is on disk when the block ends."""
        with self._engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _WRITERS})
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction for reads that sees one moment of the ledger; it waits for nobody."""
        with self._engine.connect().execution_options(kanjian_reads=True) as connection:
            if connection.dialect.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()


def file_of(data_dir: Path, demo: bool = False) -> Path:
    """Where the SQLite ledger of a data folder is.  The demo has one of its own, which goes when the demo company goes."""
    return Path(data_dir) / "demo" / "ledger.db" if demo else Path(data_dir) / "ledger.db"


def exists(data_dir: Path, demo: bool = False) -> bool:
    """Whether anything was ever written here; asking does not make the file."""
    return bool(os.environ.get(ADDRESS)) and not demo or file_of(data_dir, demo).exists()


def ledger(data_dir: Path, demo: bool = False) -> Ledger:
    """The ledger of a data folder, at this app's schema; the file (mode 0600) and its tables are made at first use.

    Raises :class:`lib.ledger.migrate.NewerLedger` when a newer app has written to it.
    """
    keys = str((Path(data_dir) / "keys").resolve())
    address = os.environ.get(ADDRESS)
    if address and not demo:
        return _opened(address, keys)
    return _opened(f"sqlite:///{file_of(data_dir, demo).resolve()}", keys)


@lru_cache(maxsize=16)
def _opened(address: str, keys: str) -> Ledger:
    engine = _sqlite(Path(address.removeprefix("sqlite:///"))) if address.startswith("sqlite:") else create_engine(address, pool_pre_ping=True)
    opened = Ledger(engine, Path(keys))
    with opened.writing() as connection:
        migrate.up(connection)
    return opened


def _sqlite(file: Path) -> Engine:
    file.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    engine = create_engine(f"sqlite:///{file}")

    @event.listens_for(engine, "connect")
    def _prepare(connection, _record) -> None:  # type: ignore[no-untyped-def]
        connection.isolation_level = None  # the driver's own BEGIN would come too late and without a lock
        for pragma in _PRAGMAS:
            connection.execute(f"pragma {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get("kanjian_reads")
        connection.exec_driver_sql("begin" if reads else "begin immediate")

    return engine
