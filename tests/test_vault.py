"""The vault: words about a person are nowhere to be read, and with the person's key they are gone for good."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from lib.build import build
from lib.ledger import audit, care, engine, outbox, vault
from lib.ledger.engine import Ledger
from lib.ledger.shape import Planned, Reason, TalkLog
from lib.ledger.tables import AUDIT, CARE_TALKS, PERSON_KEYS
from tests.test_build import COMPANY, company

DAY = date(2026, 3, 2)
NOTE, PROMISE, WORDS, LETTER = "母亲住院,请求调班", "下周给他换一把椅子", "Nothing-to-do-with-work-xyzzy", "https://oapi.example/robot?token=plugh"


def logged(book: Ledger, person: str = "E1", key: str = "k1") -> str:
    """A talk with a note, a promise and a snoozed card with words; returns the talk's id."""
    with book.writing() as con:
        card = care.raise_card(con, "ann", Planned(person, "", 0, None, (Reason(person, "tag", "high_pressure", DAY),), 1.0, ()), DAY, "ann")
    care.snooze(book, card, 1, DAY, "other", "ann", WORDS)
    return care.log_talk(book, TalkLog(key, person, card, DAY, 20, "high_pressure", "health", note=NOTE, promise=PROMISE, promise_due=DAY,
                                       version=2), "ann", "hr", DAY)


def test_what_was_sealed_opens_for_the_same_person_and_purpose_only(book: Ledger) -> None:
    with book.writing() as con:
        sealed = vault.seal(con, book, "E1", NOTE, "a")
        vault.seal(con, book, "E2", "x", "a")
        assert vault.open_(con, book, "E1", sealed, "a") == NOTE
        for person, purpose in (("E2", "a"), ("E1", "b")):
            with pytest.raises(vault.KeyLost):
                vault.open_(con, book, person, sealed, purpose)


def test_the_same_words_are_sealed_differently_every_time(book: Ledger) -> None:
    with book.writing() as con:
        assert vault.seal(con, book, "E1", NOTE) != vault.seal(con, book, "E1", NOTE)


def test_a_sealed_text_that_was_touched_does_not_open(book: Ledger) -> None:
    talk = logged(book)
    with book.writing() as con:
        sealed = con.scalar(select(CARE_TALKS.c.note_sealed))
        con.execute(update(CARE_TALKS).values(note_sealed=sealed[:-1] + bytes([sealed[-1] ^ 1])))
    with pytest.raises(vault.KeyLost, match="备份"):
        care.open_note(book, talk, "ann", "hr", "prepare_talk", DAY)


def test_the_key_file_is_its_owners_only_and_is_made_once(book: Ledger) -> None:
    first = vault.seal_house(book, "x")
    content = vault.key_file(book).read_bytes()
    assert len(content) == 32 and vault.key_file(book).stat().st_mode & 0o777 == 0o600 and book.keys.stat().st_mode & 0o777 == 0o700
    vault.seal_house(book, "y")
    assert vault.key_file(book).read_bytes() == content and vault.open_house(book, first) == "x"
    assert os.listdir(book.keys) == ["vault.key"]


def test_a_lost_key_file_is_said_and_no_new_one_is_made(book: Ledger, tmp_path: Path) -> None:
    talk = logged(book)
    aside = shutil.move(vault.key_file(book), tmp_path / "aside")
    for attempt in (lambda: care.open_note(book, talk, "ann", "hr", "prepare_talk", DAY), lambda: logged(book, "E2", "k2"),
                    lambda: vault.seal_house(book, "x")):
        with pytest.raises(vault.KeyLost, match="vault.key 不见了"):
            attempt()
        assert not vault.key_file(book).exists()
    shutil.copy(aside, vault.key_file(book))
    assert care.open_note(book, talk, "ann", "hr", "prepare_talk", DAY) == NOTE


def test_another_key_file_opens_nothing(book: Ledger) -> None:
    talk = logged(book)
    vault.key_file(book).write_bytes(os.urandom(32))
    with pytest.raises(vault.KeyLost, match="被换过"):
        care.open_note(book, talk, "ann", "hr", "prepare_talk", DAY)


def test_a_destroyed_key_opens_nothing_of_that_person_and_everything_of_others(book: Ledger) -> None:
    mine, others = logged(book), logged(book, "E2", "k2")
    assert vault.destroy(book, "E1")
    with pytest.raises(vault.KeyDestroyed):
        care.open_note(book, mine, "ann", "hr", "prepare_talk", DAY)
    assert care.open_note(book, others, "ann", "hr", "prepare_talk", DAY) == NOTE


def holds(root: Path, *needles: bytes) -> list[str]:
    """Files of a folder that hold one of these byte strings."""
    return [str(file) for file in sorted(root.rglob("*")) if file.is_file() and any(needle in file.read_bytes() for needle in needles)]


def test_words_are_in_no_file_not_in_the_log_and_not_in_a_backup(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    data = company(tmp_path / "data", COMPANY)
    book = engine.ledger(data)
    talk = logged(book)
    channel = outbox.save_channel(book, "dingtalk", "群", "root", address=LETTER, secret="SECxyzzy-plugh")
    with book.writing() as con:
        outbox.put(con, "k", channel, f"{WORDS} 今天有 3 人", book)
    assert care.open_note(book, talk, "ann", "hr", "prepare_talk", DAY) == NOTE
    build(data)
    (tmp_path / "copies").mkdir()
    shutil.copytree(book.keys, tmp_path / "copies" / "keys")
    with sqlite3.connect(data / "ledger.db") as live, sqlite3.connect(tmp_path / "copies" / "backup.db") as copy:
        live.backup(copy)
    needles = [text.encode(code) for text in (NOTE, PROMISE, WORDS, LETTER, "SECxyzzy-plugh", NOTE[:6]) for code in ("utf-8", "utf-16-le", "gb18030")]
    assert (data / "ledger.db-wal").stat().st_size > 0
    assert holds(tmp_path, *needles) == []
    assert not [needle for needle in (NOTE, PROMISE, WORDS, LETTER) if needle in caplog.text]
    assert holds(tmp_path, b"high_pressure") != []  # the search finds what is there to be found
    assert NOTE not in repr(TalkLog("k", "E1", "", DAY, 1, "", "other", note=NOTE))


def test_after_destroying_a_key_its_bytes_are_gone_from_the_ledgers_files(tmp_path: Path) -> None:
    book = engine.ledger(tmp_path)
    talk = logged(book)
    with book.reading() as con:
        wrapped = con.scalar(select(PERSON_KEYS.c.wrapped))
    assert holds(tmp_path, wrapped[12:])
    assert vault.destroy(book, "E1")
    assert holds(tmp_path, wrapped[12:]) == []
    with pytest.raises(vault.KeyDestroyed):
        care.open_note(book, talk, "ann", "hr", "prepare_talk", DAY)


def test_a_key_that_somebody_is_still_reading_is_deleted_and_scrubbed_on_the_next_call(tmp_path: Path) -> None:
    book = engine.ledger(tmp_path)
    logged(book)
    with book.reading() as con:
        wrapped = con.scalar(select(PERSON_KEYS.c.wrapped))
        assert not vault.destroy(book, "E1")
    assert vault.destroy(book, "E1") and holds(tmp_path, wrapped[12:]) == []


def test_opening_a_note_is_audited_before_it_is_shown_and_also_when_it_cannot_be(book: Ledger) -> None:
    talk = logged(book)
    assert care.open_note(book, talk, "bob", "hr", "handover", DAY) == NOTE
    line = audit.lines(book, subject="E1", last=1)[0]
    assert (line.who, line.action, line.detail) == ("bob", "note.opened", {"reason": "handover", "talk": talk})
    vault.destroy(book, "E1")
    with pytest.raises(vault.KeyLost):
        care.open_note(book, talk, "eve", "hr", "handover", DAY)
    assert audit.lines(book, last=1)[0].who == "eve"


def test_what_cannot_be_audited_is_not_shown(book: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = logged(book)
    with book.writing() as con:  # the audit takes no further line: its next number is there already
        con.execute(AUDIT.insert().values(id=100, at=DAY, who="x", role="x", action="x", subject=None, detail={}, previous="", hash="x"))
        con.exec_driver_sql("update audit_head set line = 99")
    with pytest.raises(Exception, match=r"(?i)unique"):
        care.open_note(book, talk, "bob", "hr", "handover", DAY)


@pytest.mark.parametrize("reason", ["", "curious"])
def test_a_note_is_not_opened_without_a_reason_on_the_list(book: Ledger, reason: str) -> None:
    talk = logged(book)
    before = len(audit.lines(book))
    with pytest.raises(ValueError, match="none of"):
        care.open_note(book, talk, "bob", "hr", reason, DAY)
    assert len(audit.lines(book)) == before


def test_keys_of_nobody_are_not_left_behind_by_a_write_that_failed(book: Ledger) -> None:
    with pytest.raises(RuntimeError), book.writing() as con:
        vault.seal(con, book, "E1", NOTE)
        raise RuntimeError
    with book.reading() as con:
        assert con.execute(select(PERSON_KEYS)).all() == []
    with book.writing() as con:
        con.execute(delete(PERSON_KEYS))
        assert vault.open_(con, book, "E1", vault.seal(con, book, "E1", NOTE)) == NOTE
