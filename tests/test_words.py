"""Words: both languages say the same thing, and everything that is said exists."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from lib import words

HOME = Path(__file__).parents[1]
SPOKEN = re.compile(r"""\bsay(?:_in)?\(\s*(?:"(?:zh|en)"\s*,\s*|lang\w*\s*,\s*)?"([a-z_]+\.[\w.]+)\"""")


def holes(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_are_there_with_the_same_holes() -> None:
    told = words.sentences()
    assert [key for key, both in told.items() if set(both) != {"zh", "en"} or not all(both.values())] == []
    assert [key for key, both in told.items() if holes(both["zh"]) != holes(both["en"])] == []


def test_every_sentence_that_code_says_exists() -> None:
    said = {(file.name, key) for file in [*HOME.glob("lib/**/*.py"), *HOME.glob("pages/*.py"), HOME / "app.py"]
            for key in SPOKEN.findall(file.read_text("utf-8"))}
    assert {pair for pair in said if pair[1] not in words.sentences()} == set()


def test_a_missing_sentence_is_an_error() -> None:
    with pytest.raises(KeyError):
        words.say("no.such.sentence")


def test_speaking_switches_the_language() -> None:
    words.speak("en")
    assert words.say("door.title") == "Kanjian"
