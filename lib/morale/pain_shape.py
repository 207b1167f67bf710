"""What a pain point's declaration is made of: :class:`Pain` and the small frozen values inside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Both:
    """One sentence in both languages."""

    zh: str
    en: str

    def in_(self, lang: str) -> str:
        """The sentence in ``zh`` or, for any other language, in English."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True)
class Unknown:
    """One reason why nothing can be told about a person: a closed word, and SQL over one row of the measures that says so."""

    why: str
    sql: str


@dataclass(frozen=True)
class Support:
    """One support that the pain leads to, and why it fits."""

    kind: str
    reason: Both


@dataclass(frozen=True)
class Example:
    """A small company and the day of the build: source rows by table, and the state of the person ``P1``."""

    as_of: date
    rows: Mapping[str, tuple[Mapping[str, object], ...]]
    state: str
    why: str = ""


@dataclass(frozen=True)
class Pain:
    """One pain point, declared once.

    ``unknown`` and ``condition`` are SQL over one row of the measures of a person and week (:mod:`lib.morale.pain_measures`) with
    the limits as ``{name}``; the first ``unknown`` that holds says why nothing can be told.  ``strength`` orders people with the same
    pain.  ``evidence`` are the numbers kept with it: their name and the measure.  ``began`` is the measure that says in which week the numbers
    looked at begin to be like this.  ``limits`` are names of settings; the last part of a name is the
    ``{name}`` in the rule.  ``number`` is the measure that a support should move.
    """

    key: str
    label: Both
    rule: Both
    limits: tuple[str, ...]
    unknown: tuple[Unknown, ...]
    condition: str
    strength: str
    began: str
    evidence: tuple[tuple[str, str], ...]
    number: Both
    supports: tuple[Support, ...]
    fires: Example
    quiet: Example
    leads_see: bool = True
    """Whether a team lead may see how many people have it."""


def short(setting: str) -> str:
    """The name of a limit inside its rule: ``pain.script.share`` → ``share``."""
    return setting.rsplit(".", 1)[-1]
