"""Steps of the ledger's schema: an old ledger comes up with its rows, a newer one is refused untouched."""

from __future__ import annotations

import hashlib
import sqlite3
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, text

from lib.ledger import audit, engine, migrate, points, snapshot, writes
from lib.ledger.tables import METADATA, SESSIONS, USERS
from tests import postgres
from tests.test_build import COMPANY, build, company, published

HOME = Path(__file__).parents[1]
AT = datetime(2026, 11, 1, 8)


def at_step(place: str | Path, keys: Path, step: str, monkeypatch: pytest.MonkeyPatch) -> engine.Ledger:
    """A ledger as the app of that step left it."""
    with monkeypatch.context() as old:
        old.setattr(migrate, "up", lambda connection: command.upgrade(migrate._config(connection), step))
        return engine._opened(place, keys)


def fill(book: engine.Ledger) -> None:
    with book.writing() as con:
        con.execute(insert(USERS).values(login="ann", name="Ann", hash="h", role="hr", teams=["一组"], employee_id=None, disabled=False, created=AT))
        con.execute(insert(SESSIONS).values(token_hash="t", login="ann", created=AT, expires=datetime(2099, 1, 1), revoked=False))


def keeps_its_rows(book: engine.Ledger) -> None:
    assert writes.users(book) == [writes.User("ann", "Ann", "h", "hr", ("一组",), None, False, AT)]
    assert writes.session_user(book, "t", AT).login == "ann"
    with book.writing() as con:
        audit.write(con, "ann", "hr", "note.opened", "E1")
    assert audit.verify(book) is None


def test_the_tables_and_the_steps_say_the_same(book: engine.Ledger) -> None:
    with book.reading() as con:
        found = compare_metadata(MigrationContext.configure(con, opts={"compare_type": True}), METADATA)
    # Comments are for who reads tables.py; a server would keep them, but no step writes them.
    assert [change for change in found if not isinstance(change, list) or any(part[0] != "modify_comment" for part in change)] == []


@pytest.mark.parametrize("step", ["0001", "0002"])
def test_an_older_ledger_comes_up_with_its_rows(tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    old = at_step(tmp_path / "ledger.db", tmp_path / "keys", step, monkeypatch)
    fill(old)
    old.close()
    keeps_its_rows(engine.ledger(tmp_path))


def test_points_that_were_booked_before_there_were_pending_ones_stay_in_the_balance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = at_step(tmp_path / "ledger.db", tmp_path / "keys", "0006", monkeypatch)
    with old.writing() as con:
        con.execute(text("insert into points (employee_id, kind, ref, points, day, at) values ('E1', 'daily_goal', 'd', 50, '2026-11-01', "
                         "'2026-11-01 08:00:00.000000')"))
    old.close()
    with engine.ledger(tmp_path).reading() as con:
        assert points.balance(con, "E1") == 50


def test_an_older_ledger_on_a_server_comes_up_with_its_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres_address: str) -> None:
    with postgres.database(postgres_address) as address:
        old = at_step(address, tmp_path, "0001", monkeypatch)
        fill(old)
        old.close()
        monkeypatch.setenv(engine.ADDRESS, address)
        book = engine.ledger(tmp_path)
        keeps_its_rows(book)
        book.close()


def test_a_ledger_from_before_there_were_steps_comes_up_with_its_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = at_step(tmp_path / "ledger.db", tmp_path / "keys", "0001", monkeypatch)
    fill(old)
    with old.writing() as con:
        con.execute(text("drop table alembic_version"))
    old.close()
    keeps_its_rows(engine.ledger(tmp_path))


def test_a_newer_ledger_is_refused_and_not_touched(tmp_path: Path) -> None:
    book = engine.ledger(tmp_path)
    fill(book)
    with book.writing() as con:
        con.execute(text("update alembic_version set version_num = '9999'"))
    book.close()
    engine._OPEN.clear()
    file = tmp_path / "ledger.db"
    with sqlite3.connect(file) as con:
        con.execute("pragma wal_checkpoint(truncate)")
    before = hashlib.sha256(file.read_bytes()).hexdigest()
    with pytest.raises(migrate.NewerLedger, match="9999"):
        engine.ledger(tmp_path)
    assert hashlib.sha256(file.read_bytes()).hexdigest() == before


def test_a_build_says_that_the_ledger_is_newer_and_leaves_the_version_before(tmp_path: Path) -> None:
    from lib.build import BuildRefused
    from lib.warehouse import publish

    build(company(tmp_path, COMPANY))
    before, book = publish.where(tmp_path), engine.ledger(tmp_path)
    with book.writing() as con:
        con.execute(text("update alembic_version set version_num = '9999'"))
    book.close()
    engine._OPEN.clear()
    with pytest.raises(BuildRefused, match="newer version"):
        build(tmp_path)
    assert publish.where(tmp_path) == before


def test_a_step_that_fails_leaves_the_ledger_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = at_step(tmp_path / "ledger.db", tmp_path / "keys", "0001", monkeypatch)
    fill(old)
    with old.writing() as con:
        con.execute(text("create table outbox (id integer)"))  # in the way of step 0002
    old.close()
    with pytest.raises(Exception, match="outbox"):
        engine.ledger(tmp_path)
    names = {row[0] for row in sqlite3.connect(tmp_path / "ledger.db").execute("select name from sqlite_master where type = 'table'")}
    assert names == {"alembic_version", "users", "sessions", "outbox"}


_OPEN = """
import sys
from pathlib import Path
from lib.ledger import engine, writes
sys.stdin.readline()
book = engine.ledger(Path(sys.argv[1]))
writes.add_user(book, writes.User(sys.argv[2], sys.argv[2], "h", "hr", None, None, False, writes.now()))
"""


def _open_at_once(folder: Path, processes: int = 4) -> None:
    openers = [subprocess.Popen([sys.executable, "-c", _OPEN, str(folder), f"u{n}"], cwd=HOME, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
               for n in range(processes)]
    for opener in openers:
        opener.stdin.write("\n")
        opener.stdin.flush()
    for opener in openers:
        assert opener.communicate()[1] == "" and opener.returncode == 0
    assert [user.login for user in writes.users(engine.ledger(folder))] == [f"u{n}" for n in range(processes)]


def test_processes_that_open_a_new_ledger_at_once_all_succeed(tmp_path: Path) -> None:
    for turn in range(3):
        _open_at_once(tmp_path / str(turn))


def test_processes_that_open_a_new_ledger_on_a_server_at_once_all_succeed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                                         postgres_address: str) -> None:
    with postgres.database(postgres_address) as address:
        monkeypatch.setenv(engine.ADDRESS, address)
        _open_at_once(tmp_path)
        engine.ledger(tmp_path).close()


# --- two ledgers of a data folder, and a file that is replaced ----------------------------------------------------------------


def test_the_demo_has_a_ledger_of_its_own_even_beside_a_server(tmp_path: Path, book: engine.Ledger) -> None:
    demo = engine.ledger(tmp_path, demo=True)
    fill(demo)
    assert demo is not book and demo.file == (tmp_path / "demo" / "ledger.db").resolve() and writes.users(book) == []
    assert engine.exists(tmp_path) and engine.exists(tmp_path, demo=True)


def test_a_ledger_whose_file_was_removed_is_opened_anew(tmp_path: Path) -> None:
    first = engine.ledger(tmp_path, demo=True)
    fill(first)
    for file in (tmp_path / "demo").iterdir():
        file.unlink()
    second = engine.ledger(tmp_path, demo=True)
    assert second is not first and writes.users(second) == []
    fill(second)
    first.close()
    assert writes.users(engine.ledger(tmp_path, demo=True)) and engine.ledger(tmp_path, demo=True) is second


def test_a_write_into_a_file_that_is_gone_is_an_error(tmp_path: Path) -> None:
    book = engine.ledger(tmp_path, demo=True)
    for file in (tmp_path / "demo").iterdir():
        file.unlink()
    with pytest.raises(engine.LedgerMoved, match="ledger.db"):
        fill(book)


def test_another_demo_company_starts_with_an_empty_ledger(tmp_path: Path) -> None:
    from tests.test_ledger_care import log, talk

    build(tmp_path, demo=True, people=20, months=3, as_of=date(2026, 11, 15))
    [(person, hired)] = published(tmp_path, "select employee_id, hire_date from employees order by employee_id limit 1")
    log(engine.ledger(tmp_path, demo=True), talk(person=person, talked_on=date(2026, 11, 14)))
    build(tmp_path, demo=True, people=20, months=3, as_of=date(2026, 11, 15))
    assert published(tmp_path, "select employee_id, hr from care_talks") == [(person, "ann")]
    assert published(tmp_path, "select count(*) from talks where hr_id = 'ann' and felt_cared is null") == [(1,)]
    build(tmp_path, demo=True, people=20, months=3, seed=8, as_of=date(2026, 11, 15))
    assert published(tmp_path, "select count(*) from care_talks") == [(0,)]
    assert not len(snapshot.take(engine.ledger(tmp_path, demo=True))["care_talks"])
