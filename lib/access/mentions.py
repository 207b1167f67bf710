"""Mentions: people's names inside other text, such as a team called after its lead or a presenter's own words, replaced for presenters.

A name is found however it is set: full-width letters, other blanks, marks that do not show, another middle dot, another case.  What is
Chinese is found anywhere; what is written in letters only as whole words, and a single word of a few letters not where it stands in
small ones ("will", "grace").  In a presenter's own words a Chinese given name of two characters is somebody too (沐雯 of 何沐雯), except inside
the name of a team or department; nicknames and pinyin nobody can find.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property

import pandas as pd

from lib.access.masks import LETTERS, token, whose
from lib.words import LANGUAGES, say, say_in

SHORTEST = 2
_DOTS = frozenset("·•・‧∙⋅․･")
_WIDE = "⺀"
"""From here on writing has no blanks between words."""
_PLAIN = re.compile(r"[!-~一-鿿]*")
"""Text that is compared as it is: nothing but letters, digits and signs without blanks, and Chinese characters."""
_COMMON = 5
"""Letters up to which a single word in small letters is taken for an ordinary word."""
_COMPOUND = frozenset(("欧阳", "司马", "上官", "诸葛", "夏侯", "皇甫", "尉迟", "公孙", "慕容", "令狐", "东方", "端木", "司徒", "司空", "南宫", "西门", "独孤", "宇文", "长孙", "百里"))
"""Surnames of two characters."""
_BARE = re.compile(r"(工号|编号|员工号|\bid|\bno\.?|#|№)\s*[::]?\s*$", re.IGNORECASE)
"""What stands before a short number that is somebody's: other short numbers are just numbers."""


@dataclass(frozen=True)
class Known:
    """Everybody a company knows: ``people`` maps a name as it is found to what its pseudonym is made of (the person's number, the name
    itself when several bear it), ``given`` Chinese given names of two characters likewise, ``written`` the names that were given in small
    letters, ``ids`` the numbers as they are found."""

    people: Mapping[str, str]
    ids: Mapping[str, str]
    written: frozenset[str]
    teams: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def lengths(self) -> dict[str, tuple[int, ...]]:
        """First character → the lengths of what begins with it, the longest first."""
        found: dict[str, set[int]] = defaultdict(set)
        for text in (*self.people, *self.ids, *self.given):
            found[text[0]].add(len(text))
        return {first: tuple(sorted(sizes, reverse=True)) for first, sizes in found.items()}


def known(people: Iterable[tuple[str, str]], teams: Iterable[str] = (), departments: Iterable[str] = ()) -> Known:
    """Everybody by (number, name); a name of a single character is none."""
    by_name: dict[str, set[str]] = defaultdict(set)
    by_given: dict[str, set[str]] = defaultdict(set)
    ids: dict[str, str] = {}
    written: set[str] = set()
    for number, name in people:
        folded = _folded(name)
        if len(folded) >= SHORTEST:
            by_name[folded].add(number)
            if given := _given(folded):
                by_given[given].add(number)
            if name == name.lower():
                written.add(folded)
        if number and (found := _folded(number)):
            ids[found] = number
    subjects = lambda found: {name: next(iter(numbers)) if len(numbers) == 1 else name for name, numbers in found.items()}
    return Known(subjects(by_name), ids, frozenset(written), tuple(sorted(set(teams))), tuple(sorted(set(departments))), subjects(by_given))


def _given(name: str) -> str:
    """The given name of a Chinese name, where it has two characters; '' else."""
    surname = 2 if name[:2] in _COMPOUND else 1
    return name[surname:] if len(name) == surname + 2 and min(name) >= "一" and max(name) <= "鿿" else ""


def _of(names: frozenset[str] | Known) -> Known:
    if isinstance(names, Known):
        return names
    made = known((name, name) for name in names)
    return Known(made.people, {}, made.written)


def hide(frame: pd.DataFrame, columns: tuple[str, ...], names: frozenset[str] | Known, key: bytes) -> pd.DataFrame:
    """A copy in which every known name inside the text of ``columns`` is a pseudonym; the rest of the text stays."""
    everybody = _of(names)
    masked = frame.copy()
    for column in columns:
        told = {text: without(text, everybody, key) for text in frame[column].dropna().unique()}
        masked[column] = frame[column].map(lambda text, told=told: told.get(text, text))
    return masked


def without(text: str, names: Known, key: bytes, ids: bool = False, given: bool = False) -> str:
    """The text with a pseudonym for every known name in it, with ``ids`` for every number of an employee too, with ``given`` for given names.

    A number of fewer than five digits is taken for somebody's only where it begins with a zero or the word before says so (工号 1203).
    """
    out, last = "", 0
    for start, end, subject in _found(text, names, ids, given):
        out += text[last:start] + say("access.pseudonym", token=token(key, subject))
        last = end
    return out + text[last:] if last else text


def names_in(text: str, names: Known, ids: bool = True, given: bool = False) -> bool:
    """Whether somebody is named in the text."""
    return any(True for _ in _found(text, names, ids, given))


def moved(texts: Sequence[str], names: Known, before: bytes, after: bytes) -> list[str]:
    """The texts with the pseudonyms of one key as those of another; those of people whom nobody knows any more name nobody."""
    pattern = _pseudonym()
    tokens = {part for text in texts for found in pattern.findall(text) for part in found if part}
    of = whose(tokens, {*names.people.values(), *names.ids.values()}, before) if tokens else {}

    def anew(found: re.Match[str]) -> str:
        subject = of.get(next(part for part in found.groups() if part))
        return say("access.pseudonym", token=token(after, subject)) if subject else say("access.pseudonym_gone")

    return [pattern.sub(anew, text) for text in texts]


def length(text: str) -> int:
    """Characters of a text in which a pseudonym counts no more than a short name would."""
    return len(_pseudonym().sub("··", text))


@cache
def _pseudonym() -> re.Pattern[str]:
    """A pseudonym as it is written in any language; its letters are the group of that language."""
    return re.compile("|".join(re.escape(say_in(lang, "access.pseudonym", token="~")).replace(re.escape("~"), f"([A-Z2-7]{{{LETTERS}}})")
                               for lang in LANGUAGES))


def _found(text: str, names: Known, ids: bool, given: bool) -> Iterable[tuple[int, int, str]]:
    """(start, end, subject) of everybody named in the text, in order; of two that begin at one place the longer one."""
    folded, starts, ends = fold(text)
    places = _units(folded, names) if given else ()
    at = 0
    while at < len(folded):
        for size in names.lengths.get(folded[at], ()):
            part = folded[at:at + size]
            if len(part) < size or _inside_a_word(folded, at, at + size):
                continue
            subject = names.people.get(part)
            if subject is not None and part not in names.written and ordinary(part, text[starts[at]:ends[at + size - 1]]):
                subject = None
            if subject is None and ids and part in names.ids and (_telling(part) or _BARE.search(text[:starts[at]])):
                subject = names.ids[part]
            if subject is None and given and part in names.given and not any(first <= at < last for first, last in places):
                subject = names.given[part]
            if subject is not None:
                yield starts[at], ends[at + size - 1], subject
                at += size - 1
                break
        at += 1


def _units(folded: str, names: Known) -> tuple[tuple[int, int], ...]:
    """Where the names of teams and departments stand in a text as names are compared in it."""
    return tuple((found.start(), found.end()) for unit in (*names.teams, *names.departments) if (said := _folded(unit))
                 for found in re.finditer(re.escape(said), folded))


def ordinary(name: str, as_written: str) -> bool:
    """Whether a name as it is found can be an ordinary word where it is written like this: a few letters, all small."""
    return len(name) <= _COMMON and name.isalpha() and name[0] < _WIDE and as_written == as_written.lower()


def _telling(number: str) -> bool:
    """Whether a number can only be somebody's."""
    return len(number) > 4 or (len(number) > 1 and (number[0] == "0" or (any(map(str.isdigit, number)) and any(map(str.isalpha, number)))))


def _folded(text: str) -> str:
    return fold(text)[0]


def fold(text: str) -> tuple[str, Sequence[int], Sequence[int]]:
    """The text as names are compared in it, and for each of its characters where it begins and ends in the text as it was written."""
    if _PLAIN.fullmatch(text):
        return text.lower(), range(len(text)), range(1, len(text) + 1)
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    blank = -1
    for at, char in enumerate(text):
        if char.isspace():
            blank = at if blank < 0 else blank
            continue
        if char.isascii():
            shown = char.lower()
        elif char in _DOTS:
            shown = "·"
        elif unicodedata.category(char) in ("Cf", "Cc", "Mn"):
            continue
        else:
            shown = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", char).casefold())
            shown = "".join(one for one in shown if not unicodedata.combining(one) and not one.isspace())
        if blank >= 0 and out and shown and out[-1] < _WIDE and shown[0] < _WIDE:
            out.append(" ")  # between words in letters one blank counts; between Chinese characters none
            starts.append(blank)
            ends.append(at)
        blank = -1
        for one in shown:
            out.append(one)
            starts.append(at)
            ends.append(at + 1)
    return "".join(out), starts, ends


def _inside_a_word(text: str, at: int, end: int) -> bool:
    latin = lambda c: c < _WIDE and c.isalnum()
    return (at > 0 and latin(text[at - 1]) and latin(text[at])) or (end < len(text) and latin(text[end - 1]) and latin(text[end]))
