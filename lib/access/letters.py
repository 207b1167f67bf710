"""Letters: teams as a presenter is told them, and back.

A team called after a person is told with a pseudonym inside; where a meeting tells teams as letters, all of them are 团队 A, 团队 B …
in an order that only the meeting's key knows.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from lib.access import mentions
from lib.access.masks import Pseudonyms
from lib.access.mentions import Known
from lib.words import LANGUAGES, say, say_in


@dataclass(frozen=True)
class Told:
    """``shown`` maps every team, by its own name and by that name with pseudonyms, to how it is told; ``real`` how it is told to its own
    name."""

    shown: dict[str, str]
    real: dict[str, str]

    def hide(self, frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
        """A copy in which every team in the text of ``columns`` is told."""
        told = frame.copy()
        for column in columns:
            said = {text: self.in_text(text) for text in frame[column].dropna().unique()}
            told[column] = frame[column].map(lambda text, said=said: said.get(text, text))
        return told

    def in_text(self, text: str) -> str:
        """The text with every team in it as it is told."""
        if text in self.shown or not self._pattern:
            return self.shown.get(text, text)
        folded, starts, ends = mentions.fold(text)  # however it is set: other blanks, full-width digits, another case
        out, last = "", 0
        for found in self._pattern.finditer(folded):
            start, end = starts[found.start()], ends[found.end() - 1]
            written = text[start:end]
            if written in self.shown or not mentions.ordinary(found[0], written):
                out += text[last:start] + self.shown.get(written, self._folded[found[0]])
                last = end
        return out + text[last:] if last else text

    def back(self, text: str) -> str:
        """The text with every team's own name in the place of how it was told."""
        pattern = "|".join(map(_whole, sorted(self.real, key=len, reverse=True)))
        return re.sub(pattern, lambda found: self.real[found[0]], text) if pattern else text

    @cached_property
    def _folded(self) -> dict[str, str]:
        return {folded: said for team, said in self.shown.items() if (folded := mentions.fold(team)[0])}

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        longest_first = sorted(self._folded, key=len, reverse=True)
        return re.compile("|".join(map(_whole, longest_first))) if longest_first else None


def told(known: Known, pseudonyms: Pseudonyms) -> Told:
    """How the company's teams are told under these pseudonyms, in the language of this run; what was told in another one is known too."""
    hidden = {team: mentions.without(team, known, pseudonyms.key) for team in known.teams}
    shown: dict[str, str] = {}
    real = {hidden[team]: team for team in known.teams if hidden[team] != team}
    real.update({said: one for one in known.departments if (said := mentions.without(one, known, pseudonyms.key)) != one})
    if pseudonyms.letters:
        order = sorted(known.teams, key=lambda team: hmac.digest(pseudonyms.key, b"team\0" + team.encode(), hashlib.sha256))
        for place, team in enumerate(order):
            shown[team] = shown[hidden[team]] = say("access.team_letter", letter=letter(place))
            real.update({say_in(lang, "access.team_letter", letter=letter(place)): team for lang in LANGUAGES})
    return Told(shown, real)


def _whole(name: str) -> str:
    """A pattern for the name where it is no part of a longer word in letters."""
    word = lambda char: char.isascii() and char.isalnum()
    return ("(?<![A-Za-z0-9])" if word(name[0]) else "") + re.escape(name) + ("(?![A-Za-z0-9])" if word(name[-1]) else "")


def letter(place: int) -> str:
    """A, B … Z, AA, AB … for 0, 1 …"""
    made = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        made = chr(ord("A") + rest) + made
    return made
