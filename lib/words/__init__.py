"""Words: everything the app says, Chinese and English side by side in one .toml file per area.

``say("page.glance")`` speaks the language of this run; ``say_in("zh", …)`` a given one.  A key that does not exist is an
error, and a test holds both languages to the same placeholders.
"""

from __future__ import annotations

import tomllib
from contextvars import ContextVar
from functools import cache
from pathlib import Path

LANGUAGES = ("zh", "en")
_language: ContextVar[str] = ContextVar("language", default="zh")


@cache
def sentences() -> dict[str, dict[str, str]]:
    """Every sentence by key: ``{"glance.title": {"zh": …, "en": …}}``.  A key that two areas define is an error."""
    known: dict[str, dict[str, str]] = {}
    for file in sorted(Path(__file__).parent.glob("*.toml")):
        for key, both in tomllib.loads(file.read_text("utf-8")).items():
            if key in known:
                raise KeyError(f"{file.name}: {key} is defined twice")
            known[key] = both
    return known


def speak(language: str) -> None:
    """Set the language of this run (``zh`` or ``en``); anything else speaks English."""
    _language.set(language if language in LANGUAGES else "en")


def language() -> str:
    """The language of this run."""
    return _language.get()


def say_in(lang: str, key: str, **values: object) -> str:
    """The sentence ``key`` in language ``lang`` with its values filled in; KeyError when it does not exist."""
    text = sentences()[key][lang]
    return text.format(**values) if values else text


def say(key: str, **values: object) -> str:
    """The sentence ``key`` in the language of this run."""
    return say_in(_language.get(), key, **values)
