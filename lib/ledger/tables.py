"""The ledger's tables, and how its file is opened so that an acknowledged write is never lost.

SQLite with a write-ahead log and ``synchronous = FULL``; a writer takes its lock at once (``BEGIN IMMEDIATE``), so two writers
never deadlock half-way; deleted text is overwritten (``secure_delete``).  Moments are UTC without a zone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from sqlalchemy import JSON, Boolean, Column, DateTime, Engine, ForeignKey, MetaData, String, Table, create_engine, event
from sqlalchemy.engine import Connection

METADATA = MetaData()

USERS = Table(
    "users", METADATA,
    Column("login", String, primary_key=True, comment="the name as compared: trimmed, without case"),
    Column("name", String, nullable=False, comment="the name as it was typed"),
    Column("hash", String, nullable=False, comment="argon2 hash of the password"),
    Column("role", String, nullable=False),
    Column("teams", JSON, comment="names of the teams that may be seen; null for the whole company"),
    Column("employee_id", String, comment="who this is, for people who look at their own data"),
    Column("disabled", Boolean, nullable=False, default=False),
    Column("created", DateTime, nullable=False),
)

SESSIONS = Table(
    "sessions", METADATA,
    Column("token_hash", String, primary_key=True, comment="SHA-256 of the token; the token itself is never stored"),
    Column("login", String, ForeignKey("users.login"), nullable=False, index=True),
    Column("created", DateTime, nullable=False),
    Column("expires", DateTime, nullable=False),
    Column("revoked", Boolean, nullable=False, default=False),
)

_PRAGMAS = ("journal_mode = wal", "synchronous = full", "busy_timeout = 10000", "secure_delete = on", "foreign_keys = on")


class Ledger:
    """One open ledger; safe to share between threads."""

    def __init__(self, engine: Engine):
        self._engine = engine

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that holds the write lock from its first moment and is on disk when the block ends."""
        with self._engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction for reads; it waits for nobody."""
        with self._engine.connect().execution_options(kanjian_reads=True) as connection, connection.begin():
            yield connection


def file_of(data_dir: Path) -> Path:
    """Where the ledger of a data folder is."""
    return Path(data_dir) / "ledger.db"


def exists(data_dir: Path) -> bool:
    """Whether anything was ever written here; asking does not make the file."""
    return file_of(data_dir).exists()


def ledger(data_dir: Path) -> Ledger:
    """The ledger of a data folder; the file (mode 0600) and its tables are made at first use."""
    return _opened(str(file_of(data_dir).resolve()))


@lru_cache(maxsize=16)
def _opened(path: str) -> Ledger:
    file = Path(path)
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

    opened = Ledger(engine)
    with opened.writing() as connection:
        METADATA.create_all(connection)
    return opened
