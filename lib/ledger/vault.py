"""The vault: text about a person is sealed with that person's key, and destroying the key destroys the text, wherever it was copied.

Every person has a key of their own (AES-256-GCM), which lies in the ledger wrapped with the key file's key; the key file lies
beside the ledger, never in it.  A sealed text carries its nonce in front and opens only for the person and the purpose it was
sealed for.  Channel addresses and messages are the house's: one key, derived from the key file's.
"""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path
from secrets import token_bytes

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import delete, insert, literal, select, union_all
from sqlalchemy.engine import Connection

from lib.ledger.engine import Ledger
from lib.ledger.pulse_tables import PULSE_COMMENTS, PULSE_WORDS
from lib.ledger.story_tables import MEETINGS
from lib.ledger.tables import CHANNELS, OUTBOX, PERSON_KEYS
from lib.ledger.writes import now
from lib.words import say

_KEY, _NONCE = 32, 12


class KeyLost(Exception):
    """The text cannot be opened with the keys that are here; the message says what to do."""


class KeyDestroyed(KeyLost):
    """The person's key was destroyed, as it was asked for: nobody can open the text any more."""


def key_file(book: Ledger) -> Path:
    """Where the key file is: 32 random bytes, mode 0600, made when the first text is sealed."""
    return book.keys / "vault.key"


def seal(con: Connection, book: Ledger, employee_id: str, text: str, purpose: str = "") -> bytes:
    """The text sealed for one person and purpose (the column it goes to); the person's key is made at first use.

    ``con`` is a writing transaction.  Raises :class:`KeyLost` when the key file does not fit this ledger.
    """
    return _sealed(_person_key(con, book, employee_id, make=True), text.encode(), purpose, employee_id)


def open_(con: Connection, book: Ledger, employee_id: str, sealed: bytes, purpose: str = "") -> str:
    """The text that :func:`seal` was given.  Raises :class:`KeyDestroyed` and :class:`KeyLost`."""
    return _opened(book, _person_key(con, book, employee_id, make=False), sealed, purpose, employee_id).decode()


def seal_house(book: Ledger, text: str, purpose: str = "") -> bytes:
    """The text sealed with the house's key: addresses of channels, messages on their way.  Raises :class:`KeyLost`."""
    return _sealed(_derived(_master(book, make=True), "house"), text.encode(), purpose)


def open_house(book: Ledger, sealed: bytes, purpose: str = "") -> str:
    """The text that :func:`seal_house` was given.  Raises :class:`KeyLost`."""
    return _opened(book, _derived(_master(book, make=False), "house"), sealed, purpose).decode()


def destroy(book: Ledger, employee_id: str) -> bool:
    """Delete a person's key, and its bytes from the ledger's files: nothing that was sealed for them opens again.

    Returns whether the bytes are gone too.  False: the key is deleted, but something was reading for 10 s; calling again
    finishes it.  A PostgreSQL server's own archives of its log are outside of this; keep them no longer than backups.
    """
    with book.writing() as con:
        con.execute(delete(PERSON_KEYS).where(PERSON_KEYS.c.employee_id == employee_id))
    return book.scrub(PERSON_KEYS.name)


def _context(purpose: str, *owner: str) -> bytes:
    return json.dumps([purpose, *owner], ensure_ascii=False).encode()


def _sealed(key: bytes, content: bytes, purpose: str, *owner: str) -> bytes:
    nonce = token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, _context(purpose, *owner))


def _opened(book: Ledger, key: bytes, sealed: bytes, purpose: str, *owner: str) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], _context(purpose, *owner))
    except (InvalidTag, ValueError):
        raise KeyLost(say("ledger.key_wrong", file=key_file(book))) from None


def _person_key(con: Connection, book: Ledger, employee_id: str, make: bool) -> bytes:
    wrapped = con.scalar(select(PERSON_KEYS.c.wrapped).where(PERSON_KEYS.c.employee_id == employee_id))
    if wrapped is not None:
        return _opened(book, _derived(_master(book, make=False), "person keys"), wrapped, "person key", employee_id)
    if not make:
        raise KeyDestroyed(say("ledger.key_destroyed"))
    key = token_bytes(_KEY)
    master = _master(book, make=True, con=con)
    con.execute(insert(PERSON_KEYS).values(employee_id=employee_id, created=now(),
                                           wrapped=_sealed(_derived(master, "person keys"), key, "person key", employee_id)))
    return key


def _derived(master: bytes, use: str) -> bytes:
    return HKDF(SHA256(), _KEY, salt=None, info=f"kanjian {use}".encode()).derive(master)


def _master(book: Ledger, make: bool, con: Connection | None = None) -> bytes:
    file = key_file(book)
    try:
        known = file.stat()
    except FileNotFoundError:
        if not make or _ever_sealed(book, con):
            raise KeyLost(say("ledger.key_missing", file=file)) from None
        _make(file)
        known = file.stat()
    return _read(file, known.st_ino, known.st_mtime_ns)


@lru_cache(maxsize=4)
def _read(file: Path, _inode: int, _written: int) -> bytes:
    content = file.read_bytes()
    if len(content) != _KEY:
        raise KeyLost(say("ledger.key_wrong", file=file))
    return content


def _make(file: Path) -> None:
    """Write the key file, whole and on disk before it can be found; when another process is first, its key counts."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f".{token_bytes(8).hex()}")
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        os.write(handle, token_bytes(_KEY))
        os.fsync(handle)
    finally:
        os.close(handle)
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _ever_sealed(book: Ledger, con: Connection | None) -> bool:
    """Whether something in the ledger needs a key file that was there before."""
    asked = union_all(*(select(literal(1)).select_from(table) for table in
                        (PERSON_KEYS, CHANNELS, OUTBOX, PULSE_WORDS, PULSE_COMMENTS, MEETINGS))).limit(1)
    if con is not None:
        return con.scalar(asked) is not None
    with book.reading() as reading:
        return reading.scalar(asked) is not None
