"""What a tag's declaration is made of: :class:`Tag` and the small frozen values inside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lib.settings import Setting


@dataclass(frozen=True)
class Both:
    """One sentence in both languages."""

    zh: str
    en: str

    def in_(self, lang: str) -> str:
        """The sentence in ``zh`` or, for any other language, in English."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True)
class Evidence:
    """One number that fired the tag: its JSON ``key``, the SQL that makes it, and what it means.

    ``sql`` is an expression over one row of the rule's ``intervals``; it is taken from the interval that opens the episode,
    except where ``whole`` is set: then it is an aggregate over all intervals of the episode.  ``text`` marks JSON strings.
    """

    key: str
    sql: str
    meaning: Both
    text: bool = False
    whole: bool = False


@dataclass(frozen=True)
class Example:
    """A small company and what the tag makes of it: source rows by table, the day of the build, the episodes expected."""

    as_of: date
    rows: Mapping[str, tuple[Mapping[str, object], ...]]
    expected: tuple[tuple[date, date | None], ...]


@dataclass(frozen=True)
class Tag:
    """One care tag, declared once.

    ``condition`` is SQL: named CTEs over mart columns of which the last is called ``intervals`` (person_no, since, until,
    strength and what the evidence needs), with the limits as ``{name}``.  The compiler clips the intervals to the time the
    person is employed, joins those that touch, and keeps the evidence of the one that opens the episode.
    ``rule`` and ``limits`` share the same names, so that a limit is typed once.  ``reminder`` is filled from the evidence.
    """

    key: str
    label: Both
    limits: tuple[Setting, ...]
    rule: Both
    condition: str
    evidence: tuple[Evidence, ...]
    strength: Both
    reminder: Both
    opening: Both
    avoid: Both
    support: Both
    care_due: Both
    fires: Example
    quiet: Example

    def limit(self, name: str) -> Setting:
        """The setting of one limit by its short name; KeyError when the tag has no such limit."""
        for row in self.limits:
            if short(row) == name:
                return row
        raise KeyError(f"{self.key} has no limit {name}")


def short(setting: Setting) -> str:
    """The name of a limit inside its tag: ``tags.performance_dip.weeks`` → ``weeks``."""
    return setting.name.rsplit(".", 1)[-1]
