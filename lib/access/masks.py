"""Masks: stable pseudonyms for presenters, made below the pages so that no page can forget them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from lib.words import say

_OWN_NAMES = ("name", "person", "employee", "employee_name")
LETTERS = 10
"""Letters of a pseudonym: 50 bits.  Among n people two have the same with a chance of about n² / 2⁵¹ (the birthday bound): 4 in 100
million for 10,000 people, 4 in a million for 100,000.  Eight letters would be 5 in 100,000 and 1 in 200."""


@dataclass(frozen=True)
class Pseudonyms:
    """What a presenter's pseudonyms are made of: a key, the meeting that it holds for ('' for the app's own), and whether teams are
    told as letters."""

    key: bytes = field(repr=False)
    meeting: str = ""
    letters: bool = False

    @property
    def mark(self) -> str:
        """What answers that were made with them are kept under."""
        return f"{self.meeting}+letters" if self.letters else self.meeting


def key_of(data_dir: Path) -> bytes:
    """The secret that pseudonyms are made with: 32 random bytes in ``keys/pseudonym.key``, made at first use, mode 0600."""
    file = Path(data_dir) / "keys" / "pseudonym.key"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return file.read_bytes()
        with os.fdopen(handle, "wb") as fresh:
            fresh.write(secrets.token_bytes(32))
    return file.read_bytes()


def meeting_key(own: bytes, drawn: bytes) -> bytes:
    """The key of a meeting's pseudonyms, of the app's ``own`` secret and the bytes ``drawn`` for the meeting: whoever lacks either
    can compute no pseudonym, and when the drawn ones are destroyed nobody can (HMAC as a key derivation, RFC 5869)."""
    return hmac.digest(own, b"kanjian meeting\0" + drawn, hashlib.sha256)


def token(key: bytes, value: str) -> str:
    """:data:`LETTERS` letters and digits that stand for one value; the same value always gets the same ones, and no key, no way back."""
    return base64.b32encode(hmac.digest(key, value.encode(), hashlib.sha256))[:LETTERS].decode()


def whose(tokens: Iterable[str], values: Iterable[str], key: bytes) -> dict[str, str]:
    """Which of the values these pseudonyms of ``key`` stand for: whoever has the key and all values can tell, by trying them all."""
    wanted = set(tokens)
    beginnings = {base64.b32decode(one[:8]) for one in wanted}  # eight letters are five bytes, which are compared faster than letters
    likely = (value for value in values if hmac.digest(key, value.encode(), hashlib.sha256)[:5] in beginnings)
    return {made: value for value in likely if (made := token(key, value)) in wanted}


def mask(frame: pd.DataFrame, columns: tuple[str, ...], key: bytes) -> pd.DataFrame:
    """A copy in which every value of ``columns`` is a pseudonym such as 同事 K7Q2ABCDEF; empty cells stay empty.

    A name is masked by the person's number where the frame has it (``name`` by ``employee_id``, ``lead`` or ``lead_name`` by
    ``lead_id``), so that one person has one pseudonym, by name and by number.
    """
    masked = frame.copy()
    for column in columns:
        by = _number_of(column, frame)
        masked[column] = [None if pd.isna(value) else say("access.pseudonym", token=token(key, str(value if pd.isna(number) else number)))
                          for value, number in zip(frame[column], frame[by], strict=True)]
    return masked


def _number_of(column: str, frame: pd.DataFrame) -> str:
    """The column with the number of the person whom ``column`` names; the column itself where there is none."""
    own = "employee_id" if column in _OWN_NAMES else f"{column.removesuffix('_name')}_id"
    return own if own in frame.columns and not column.endswith("_id") else column
