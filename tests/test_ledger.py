"""The ledger: what was acknowledged is on disk, and it is kept safely."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from lib.ledger import engine, writes

HOME = Path(__file__).parents[1]


def person(login: str, role: str = "boss") -> writes.User:
    return writes.User(login, login.title(), "hash", role, None, None, False, writes.now())


def test_a_new_ledger_is_only_readable_by_its_owner(tmp_path: Path) -> None:
    engine.ledger(tmp_path)
    assert os.stat(tmp_path / "ledger.db").st_mode & 0o777 == 0o600


def test_asking_whether_a_ledger_exists_does_not_make_one(tmp_path: Path) -> None:
    assert not engine.exists(tmp_path)
    assert not (tmp_path / "ledger.db").exists()


@pytest.mark.parametrize(("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("secure_delete", 1),
                                               ("busy_timeout", 10000), ("foreign_keys", 1)])
def test_the_ledger_is_opened_safely(tmp_path: Path, pragma: str, value: object) -> None:
    with engine.ledger(tmp_path).reading() as connection:
        assert connection.exec_driver_sql(f"pragma {pragma}").scalar() == value


def test_a_written_user_reads_back_the_same(tmp_path: Path) -> None:
    book, ann = engine.ledger(tmp_path), person("ann")
    writes.add_user(book, ann)
    assert writes.user(book, "ann") == ann and writes.users(book) == [ann]


def test_a_name_is_taken_once(tmp_path: Path) -> None:
    book = engine.ledger(tmp_path)
    writes.add_user(book, person("ann"))
    with pytest.raises(writes.Taken):
        writes.add_user(book, person("ann"))


def test_only_one_of_many_becomes_the_first_administrator(tmp_path: Path) -> None:
    book, won = engine.ledger(tmp_path), []

    def race(login: str) -> None:
        try:
            writes.add_user(book, person(login, "admin"), first=True)
            won.append(login)
        except writes.Taken:
            pass

    threads = [threading.Thread(target=race, args=(f"admin{i}",)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1 and [one.login for one in writes.users(book)] == won


def test_a_session_ends_with_its_time_its_revocation_or_its_user(tmp_path: Path) -> None:
    book, at = engine.ledger(tmp_path), writes.now()
    writes.add_user(book, person("ann"))
    for token in ("a", "b"):
        writes.open_session(book, token, "ann", at + timedelta(hours=8))
    assert writes.session_user(book, "a", at).login == "ann"
    assert writes.session_user(book, "a", at + timedelta(hours=8)) is None
    writes.close_session(book, "a")
    assert writes.session_user(book, "a", at) is None
    writes.change_user(book, "ann", sign_out=False, disabled=True)
    assert writes.session_user(book, "b", at) is None


def test_a_session_needs_a_user(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="FOREIGN KEY"):
        writes.open_session(engine.ledger(tmp_path), "a", "nobody", writes.now())


_WRITER = """
import sys
from pathlib import Path
from lib.ledger import engine, writes
book = engine.ledger(Path(sys.argv[1]))
for number in range(10_000):
    login = f"{sys.argv[2]}-{number}"
    writes.add_user(book, writes.User(login, login, "hash", "boss", None, None, False, writes.now()))
    print(login, flush=True)
"""


def test_a_killed_writer_loses_nothing_it_acknowledged(tmp_path: Path) -> None:
    engine.ledger(tmp_path)
    acknowledged: set[str] = set()
    for turn in range(3):
        writers = [subprocess.Popen([sys.executable, "-c", _WRITER, str(tmp_path), f"{turn}{name}"], cwd=HOME,
                                    stdout=subprocess.PIPE, text=True) for name in "abc"]
        for writer in writers:
            acknowledged |= {writer.stdout.readline().strip() for _ in range(5)}
        for writer in writers:
            writer.send_signal(signal.SIGKILL)
            rest = writer.communicate()[0]
            acknowledged |= {line for line in rest.split("\n")[:-1] if line}
    kept = {one.login for one in writes.users(engine.ledger(tmp_path))}
    assert acknowledged and acknowledged <= kept
    assert sqlite3.connect(tmp_path / "ledger.db").execute("pragma integrity_check").fetchone() == ("ok",)
