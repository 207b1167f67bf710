"""Masks: stable pseudonyms for presenters, made below the pages so that no page can forget them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

import pandas as pd

from lib.words import say


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


def token(key: bytes, value: str) -> str:
    """Six letters and digits that stand for one value; the same value always gets the same ones, and no key, no way back."""
    digest = hmac.new(key, value.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest)[:6].decode()


def mask(frame: pd.DataFrame, columns: tuple[str, ...], key: bytes) -> pd.DataFrame:
    """A copy in which every value of ``columns`` is a pseudonym such as 同事 K7Q2AB; empty cells stay empty."""
    masked = frame.copy()
    for column in columns:
        masked[column] = [None if pd.isna(value) else say("access.pseudonym", token=token(key, str(value)))
                          for value in frame[column]]
    return masked
