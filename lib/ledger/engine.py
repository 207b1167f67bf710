"""Opening the ledger so that an acknowledged write is never lost, and bringing its tables up to this app's.

SQLite with a write-ahead log and ``synchronous = FULL``; a writer takes its lock at once (``BEGIN IMMEDIATE``), so two writers
never deadlock half-way; deleted text is overwritten (``secure_delete``).  A PostgreSQL server is used instead when
``KANJIAN_LEDGER`` holds its address; there a writer takes one advisory lock, so that both engines write one after another.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import uniform
from threading import Lock

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import Connection

from lib.ledger import migrate
from lib.words import say

ADDRESS = "KANJIAN_LEDGER"
_BUSY = 10  # seconds that a writer waits for the one before
_PRAGMAS = (f"busy_timeout = {_BUSY * 1000}", "journal_mode = wal", "synchronous = full", "secure_delete = on", "foreign_keys = on")
_ASK = (0.001, 0.004)  # seconds between two tries of a writer that waits
_PAUSE = 0.006  # seconds between two writes of one process, so that a writer that waits has tried in between
_WRITERS = 0x4B414E4A  # "KANJ": the advisory lock of this app's writers


class LedgerMoved(OSError):
    """The ledger's file was moved or replaced while something was written; the write is not kept, and may be tried again."""


class LedgerBusy(OSError):
    """Others were writing for so long that this write had no turn; nothing was written, and it may be tried again."""


class Ledger:
    """One open ledger; safe to share between threads.  ``file`` is None for a server."""

    def __init__(self, engine: Engine, keys: Path, file: Path | None = None):
        self._engine = engine
        self.keys = keys
        """The folder of the key file, apart from the ledger's own file."""
        self.file = file
        self._opened = _identity(file)
        self._wrote = 0.0

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that holds the write lock from its first moment and is on disk when the block ends.

        Raises :class:`LedgerBusy` after 10 s without a turn, and :class:`LedgerMoved` when the file is not there any more (the demo company was invented anew).
        """
        if self.file is not None:  # a server lets writers in by the order in which they came
            time.sleep(max(0.0, self._wrote + _PAUSE - time.monotonic()))
        try:
            with self._engine.begin() as connection:
                if connection.dialect.name == "postgresql":
                    connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _WRITERS})
                yield connection
        finally:
            self._wrote = time.monotonic()
        if not self.is_there():
            raise LedgerMoved(say("ledger.moved", file=self.file))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction for reads that sees one moment of the ledger; it waits for nobody."""
        with self._engine.connect().execution_options(kanjian_reads=True) as connection:
            if connection.dialect.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                yield connection

    def is_there(self) -> bool:
        """Whether the file that was opened is still the one of this name."""
        return _identity(self.file) == self._opened

    def scrub(self, table: str) -> bool:
        """Take the bytes of deleted rows of a table out of the files.

        False when somebody was still reading after the time that a writer waits; then it must be called again.
        """
        if self._engine.dialect.name == "postgresql":
            with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text(f"vacuum (full) {table}"))
            return True
        raw = self._engine.raw_connection()
        try:
            cursor = raw.cursor()
            cursor.execute("pragma wal_checkpoint(truncate)")
            found = cursor.fetchone()
            cursor.close()
            return found is not None and found[0] == 0
        finally:
            raw.close()

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

    Ask for it anew for every piece of work: the demo's file is replaced when another demo company is invented.
    Raises :class:`lib.ledger.migrate.NewerLedger` when a newer app has written to it.
    """
    keys = (Path(data_dir) / "keys").resolve()
    address = os.environ.get(ADDRESS)
    place = address if address and not demo else file_of(data_dir, demo).resolve()
    with _OPENING:
        known = _OPEN.get((str(place), str(keys)))
        if known is not None and known.is_there():
            return known
        if known is not None:
            del _OPEN[str(place), str(keys)]
            known.close()
        opened = _opened(place, keys)
        _OPEN[str(place), str(keys)] = opened
    return opened


_OPEN: dict[tuple[str, str], Ledger] = {}
_OPENING = Lock()


def _opened(place: str | Path, keys: Path) -> Ledger:
    if isinstance(place, Path):
        engine = _sqlite(place)
        opened = Ledger(engine, keys, place)
    else:
        opened = Ledger(create_engine(place, pool_pre_ping=True, hide_parameters=True), keys)
    try:
        with opened.writing() as connection:
            migrate.up(connection)
    except BaseException:
        opened.close()
        raise
    return opened


def _identity(file: Path | None) -> tuple[int, int] | None:
    if file is None:
        return None
    try:
        found = file.stat()
    except FileNotFoundError:
        return (0, 0)
    return found.st_dev, found.st_ino


def _sqlite(file: Path) -> Engine:
    file.parent.mkdir(parents=True, exist_ok=True)
    # Only a new file is opened here: closing any handle of a file gives up the locks that SQLite holds on it in this process.
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    engine = create_engine(f"sqlite:///{file}", hide_parameters=True)  # no row of the ledger in the words of an error

    @event.listens_for(engine, "connect")
    def _prepare(connection, _record) -> None:  # type: ignore[no-untyped-def]
        connection.isolation_level = None  # the driver's own BEGIN would come too late and without a lock
        for pragma in _PRAGMAS:
            _patiently(connection, f"pragma {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get("kanjian_reads"):
            connection.exec_driver_sql("begin")
        else:
            _take_the_lock(connection.connection.driver_connection)  # type: ignore[arg-type]

    return engine


def _take_the_lock(connection: sqlite3.Connection) -> None:
    """Begin a writing transaction.  SQLite's own waiting asks every 100 ms, which one busy writer can starve for minutes; this asks
    every few milliseconds, which with the pause between two writes of one process gives everybody a turn."""
    connection.execute("pragma busy_timeout = 0").close()
    try:
        _patiently(connection, "begin immediate")
    except sqlite3.OperationalError as why:
        if why.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        raise LedgerBusy(say("ledger.busy", seconds=_BUSY)) from why
    finally:
        connection.execute(f"pragma {_PRAGMAS[0]}").close()


def _patiently(connection: sqlite3.Connection, statement: str) -> None:
    """Run a statement, again and again while SQLite says that somebody else holds the file, for as long as a writer waits."""
    until = time.monotonic() + _BUSY
    while True:
        try:
            connection.execute(statement).close()
            return
        except sqlite3.OperationalError as why:
            if why.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(uniform(*_ASK))
