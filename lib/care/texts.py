"""The sentences of the talk cards: sets of openers and don'ts that speak with the person's own numbers, and what can be offered.

They ship as ``texts/<tag>.toml`` (one set: three openers, two don'ts, in both languages) and ``texts/support.toml``; what HR changed,
added or switched off stands in the ledger and is laid over them.  A slot such as ``{falls}`` is filled by a fact of the person;
a set is only used when all its ``needs`` are known.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Protocol

FOLDER = Path(__file__).parent / "texts"
OPENERS, AVOID = 3, 2
THEMES = ("on_workload", "on_customers", "on_performance", "on_growth", "on_pay", "on_colleagues", "on_help", "on_learning")
"""What the strongest reason of a rise that somebody can do something about is about (:data:`lib.care.rise_words.THEME_OF`)."""
OCCASIONS = frozenset({"birthday", "joy", "hardship", *THEMES})
OTHER = ("promise", "follow_up", "risk")
"""Sets that belong to no tag."""


class Written(Protocol):
    """A sentence as HR wrote it (:class:`lib.ledger.texts.CardText` is one)."""

    @property
    def key(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def tag(self) -> str: ...
    @property
    def set_no(self) -> int | None: ...
    @property
    def zh(self) -> str: ...
    @property
    def en(self) -> str: ...
    @property
    def active(self) -> bool: ...


@dataclass(frozen=True)
class Text:
    """One sentence in both languages under its key; ``edited`` says that HR wrote it."""

    key: str
    kind: str
    tag: str
    set_no: int | None
    zh: str
    en: str
    active: bool = True
    edited: bool = False

    def in_(self, lang: str) -> str:
        """The sentence in ``zh`` or, for any other language, in English."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True)
class Set:
    """Three openers and two don'ts that belong together, and the facts they need."""

    tag: str
    no: int
    needs: frozenset[str]
    openers: tuple[Text, ...]
    avoid: tuple[Text, ...]


@dataclass(frozen=True)
class Support:
    """Something concrete that can be offered, and the tags it fits (none: every tag)."""

    text: Text
    tags: tuple[str, ...]


def slots(text: str) -> set[str]:
    """The names of the slots of a sentence."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@cache
def shipped(tag: str) -> tuple[Set, ...]:
    """The sets that ship with the app for a tag (or ``promise``, ``follow_up``, ``risk``); () when there are none."""
    file = FOLDER / f"{tag}.toml"
    if tag == "support" or not file.exists():
        return ()
    return tuple(_set(tag, row) for row in tomllib.loads(file.read_text("utf-8"))["sets"])


def _set(tag: str, row: Mapping[str, object]) -> Set:
    no = int(str(row["no"]))
    found = {}
    for kind, field in (("opener", "openers"), ("avoid", "avoid")):
        listed: Sequence[Mapping[str, str]] = row[field]  # type: ignore[assignment]
        found[field] = tuple(Text(f"{tag}.{no}.{kind}.{place}", kind, tag, no, both["zh"], both["en"]) for place, both in enumerate(listed, 1))
    return Set(tag, no, frozenset(row["needs"]), found["openers"], found["avoid"])  # type: ignore[call-overload]


@cache
def shipped_support() -> tuple[Support, ...]:
    """What can be offered, as it ships with the app."""
    rows = tomllib.loads((FOLDER / "support.toml").read_text("utf-8"))["support"]
    return tuple(Support(Text(row["key"], "support", "", None, row["zh"], row["en"]), tuple(row["tags"])) for row in rows)


# --- with what HR wrote ----------------------------------------------------------------------------------------------------

def sets(tag: str, written: Iterable[Written] = ()) -> tuple[Set, ...]:
    """The sets in force: HR's sentence in place of the shipped one of its key, switched-off ones left out, new ones added to their
    set (a new set number makes a new set).  A set without any opener is not in force."""
    own = [text for text in written if text.tag == tag and text.kind in ("opener", "avoid")]
    by_key = {text.key: text for text in own}
    known = {one.no: one for one in shipped(tag)}
    seen = {text.key for one in known.values() for text in (*one.openers, *one.avoid)}
    made: dict[int, Set] = {no: replace(one, openers=_laid(one.openers, by_key), avoid=_laid(one.avoid, by_key)) for no, one in known.items()}
    for text in own:
        if text.key not in seen and text.active:
            no = text.set_no or 1 + max([*made, 0])
            one = made.get(no, Set(tag, no, frozenset(), (), ()))
            added = Text(text.key, text.kind, tag, no, text.zh, text.en, True, True)
            made[no] = replace(one, openers=(*one.openers, added)) if text.kind == "opener" else replace(one, avoid=(*one.avoid, added))
    full = [replace(one, needs=one.needs | {s for text in (*one.openers, *one.avoid) for s in slots(text.zh) | slots(text.en)})
            for _, one in sorted(made.items())]
    return tuple(one for one in full if one.openers)


def _laid(texts: Sequence[Text], by_key: Mapping[str, Written]) -> tuple[Text, ...]:
    return tuple(replace(text, zh=by_key[text.key].zh, en=by_key[text.key].en, edited=True) if text.key in by_key else text
                 for text in texts if text.key not in by_key or by_key[text.key].active)


def support(tag: str, written: Iterable[Written] = ()) -> tuple[Text, ...]:
    """What can be offered for a tag ('' for everything there is), the things made for this tag first."""
    own = {text.key: text for text in written if text.kind == "support"}
    there = [(not one.tags, text) for one in shipped_support() if not tag or not one.tags or tag in one.tags for text in _laid((one.text,), own)]
    keys = {one.text.key for one in shipped_support()}
    new = [(not text.tag, Text(text.key, "support", text.tag, None, text.zh, text.en, True, True)) for text in own.values()
           if text.key not in keys and text.active and (not tag or text.tag in ("", tag))]
    return tuple(text for _, text in sorted([*there, *new], key=lambda pair: pair[0]))


# --- one person's sentences ---------------------------------------------------------------------------------------------------

def stable(*parts: object) -> int:
    """A number that depends on nothing but these parts."""
    return int.from_bytes(hashlib.sha256("\x00".join(map(str, parts)).encode()).digest()[:8], "big")


def choose(candidates: Sequence[Set], facts: Mapping[str, str], employee_id: str, due: date) -> Set | None:
    """The set for one person and occasion: of those whose needs are known, one made for the occasion (a birthday, a hard time,
    what a rise of the risk is about) when there is any, else one that speaks with the person's facts when there is any.

    The same person and day always get the same set; the next person most likely another.
    """
    fit = [one for one in candidates if one.needs <= facts.keys()]
    fit = [one for one in fit if one.needs & OCCASIONS] or [one for one in fit if one.needs] or fit
    return fit[stable(employee_id, due) % len(fit)] if fit else None


def said(one: Set, facts: Mapping[str, str], employee_id: str, due: date, lang: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The openers and don'ts of a set with the facts filled in: one that speaks with the person's own facts first, and which one of
    these (and in which order the others follow) differs from person to person."""
    own = tuple(text for text in one.openers if slots(text.zh))
    others = tuple(text for text in one.openers if not slots(text.zh))
    openers = _turned(own, stable(due, employee_id, "own")) + _turned(others, stable(due, employee_id, "others"))
    return (tuple(text.in_(lang).format_map(facts) for text in openers[:OPENERS]),
            tuple(text.in_(lang).format_map(facts) for text in one.avoid[:AVOID]))


def _turned(openers: tuple[Text, ...], by: int) -> tuple[Text, ...]:
    place = by % len(openers) if openers else 0
    return openers[place:] + openers[:place]


def check(zh: str, en: str, known: Iterable[str]) -> None:
    """Raises ValueError for a sentence whose languages have different slots, whose slots are no facts, or are more than a name."""
    try:
        ours, theirs = slots(zh), slots(en)
        # A width, a conversion or a slot in a slot would break every card that says this sentence.
        odd = [name for text in (zh, en) for _, name, spec, conversion in Formatter().parse(text) if name is not None and (spec or conversion)]
    except ValueError as broken:
        raise ValueError(f"a brace without its partner: {broken}") from None
    if odd:
        raise ValueError(f"a slot is a name alone, without ':' or '!': {', '.join(sorted(odd))}")
    if ours != theirs:
        raise ValueError(f"zh and en must use the same slots: {', '.join(sorted(ours ^ theirs))}")
    if unknown := sorted(ours - set(known)):
        raise ValueError(f"no such slot: {', '.join(unknown)}")
