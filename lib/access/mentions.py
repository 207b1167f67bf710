"""Mentions: people's names inside other text, such as a team called after its lead, replaced for presenters."""

from __future__ import annotations

import pandas as pd

from lib.access.masks import token
from lib.words import say

SHORTEST = 2


def hide(frame: pd.DataFrame, columns: tuple[str, ...], names: frozenset[str], key: bytes) -> pd.DataFrame:
    """A copy in which every known name inside the text of ``columns`` is a pseudonym; the rest of the text stays."""
    longest = max((len(name) for name in names), default=0)
    masked = frame.copy()
    for column in columns:
        told = {text: _without(text, names, longest, key) for text in frame[column].dropna().unique()}
        masked[column] = frame[column].map(lambda text, told=told: told.get(text, text))
    return masked


def _without(text: str, names: frozenset[str], longest: int, key: bytes) -> str:
    at, out = 0, ""
    while at < len(text):
        # The longest name that begins here; whole words only where the name is written in letters with blanks between.
        found = next((text[at:end] for end in range(min(len(text), at + longest), at + SHORTEST - 1, -1)
                      if text[at:end] in names and not _inside_a_word(text, at, end)), None)
        out += say("access.pseudonym", token=token(key, found)) if found else text[at]
        at += len(found) if found else 1
    return out


def _inside_a_word(text: str, at: int, end: int) -> bool:
    latin = lambda c: c.isascii() and c.isalnum()
    return (at > 0 and latin(text[at - 1]) and latin(text[at])) or (end < len(text) and latin(text[end - 1]) and latin(text[end]))
