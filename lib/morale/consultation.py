"""A consultation's score, 0 to 100, with its reason: the parts it is made of, each with the points it got.

The same rule scores imported calls in ``lib/marts/consultations.sql``; a test holds the two together.  A part that is not known is
left out of the sum and said, never counted as nothing.  People who object to scoring are not scored: nobody asks here for them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lib import settings
from lib.ledger.consultations import Effective
from lib.marts.run import SCORE_PARTS
from lib.settings import Value
from lib.words import say_in

OUTCOME_SHARE = {"talk": 0.4, "intent": 0.8, "deal": 1.0}
"""How much of the outcome's points each outcome gets."""
LEAST_PARTS = 2
"""With fewer known parts there is no score."""


@dataclass(frozen=True)
class Heard:
    """What is known of one consultation; None is not known (of an objection: none came up)."""

    outcome: str
    minutes: float | None = None
    contact_left: bool | None = None
    objection: str | None = None
    quality: float | None = None
    """0–100, of the company's own check."""


@dataclass(frozen=True)
class Terms:
    """What a consultation is held against: most points per part, and the minutes of a full length (the role's usual, else ``effective.over``)."""

    weights: Mapping[str, int]
    need_minutes: float
    effective: Effective

    @classmethod
    def of(cls, values: Mapping[str, Value], usual_minutes: float | None = None) -> Terms:
        """As the settings say; ``usual_minutes`` is the median conversation of the role, None where nobody knows."""
        rule = Effective.of(values)
        return cls({part: int(settings.get(f"morale.score.{part}", values)) for part in SCORE_PARTS}, usual_minutes or rule.over, rule)


@dataclass(frozen=True)
class Part:
    """One part of a score: its points of ``most``; None when it is not known."""

    key: str
    points: int | None
    most: int


@dataclass(frozen=True)
class Score:
    """``value`` 0–100, None when too little is known; ``effective`` as the company defines it (None when nothing tells)."""

    value: int | None
    parts: tuple[Part, ...]
    effective: bool | None

    def points(self) -> dict[str, object]:
        """The known parts as the ledger keeps them: part → points."""
        return {part.key: part.points for part in self.parts if part.points is not None}


def _length(heard: Heard, terms: Terms) -> float | None:
    if heard.minutes is None:
        return None
    return heard.minutes / terms.need_minutes if heard.minutes < terms.need_minutes else 1.0


def _contact(heard: Heard, terms: Terms) -> float | None:
    return None if heard.contact_left is None else float(heard.contact_left)


def _outcome(heard: Heard, terms: Terms) -> float | None:
    return OUTCOME_SHARE[heard.outcome]


def _handled(heard: Heard, terms: Terms) -> float | None:
    """An objection is handled when there is a next step all the same: an intent, a deal, a contact."""
    if not heard.objection:
        return None
    return float(heard.outcome in ("intent", "deal") or bool(heard.contact_left))


def _quality(heard: Heard, terms: Terms) -> float | None:
    return None if heard.quality is None else heard.quality / 100.0


PARTS: dict[str, Callable[[Heard, Terms], float | None]] = {
    "length": _length, "contact": _contact, "outcome": _outcome, "handled": _handled, "quality": _quality}
"""Every part by key: its share (0–1) of the points, or None when it is not known."""


def score(heard: Heard, terms: Terms) -> Score:
    """The score of one consultation.  KeyError for an outcome that is no conversation's."""
    parts = []
    for key, share in PARTS.items():
        found, most = share(heard, terms), terms.weights[key]
        parts.append(Part(key, None if found is None else math.floor(most * found + 0.5), most))
    known = [part for part in parts if part.points is not None]
    most = sum(part.most for part in known)
    value = math.floor(100.0 * sum(part.points or 0 for part in known) / most + 0.5) if len(known) >= LEAST_PARTS and most else None
    return Score(value, tuple(parts), effective(heard, terms.effective))


def effective(heard: Heard, rule: Effective) -> bool:
    """Whether it counts as effective: by its length where that is known, else by its outcome; a contact nobody recorded does not stop it."""
    if heard.outcome in ("intent", "deal") or heard.minutes is None:
        return True
    return rule.holds(heard.minutes, True if heard.contact_left is None else heard.contact_left, heard.outcome)


def said(made: Score, heard: Heard, terms: Terms, lang: str, objection: str = "") -> list[str]:
    """The reason of a score, a clause for each part, in the language ``lang``; ``objection``: what the customer objected to, in words."""
    points = {part.key: part.points for part in made.parts}
    clauses = []
    if heard.minutes is not None:
        reached = heard.minutes >= terms.need_minutes
        clauses.append(say_in(lang, "my.score.length.full" if reached else "my.score.length.short", minutes=_minutes(heard.minutes),
                              need=_minutes(terms.need_minutes), points=points["length"]))
    if heard.contact_left is not None:
        clauses.append(say_in(lang, "my.score.contact.yes" if heard.contact_left else "my.score.contact.no", points=points["contact"],
                              most=terms.weights["contact"]))
    clauses.append(say_in(lang, f"my.score.outcome.{heard.outcome}", points=points["outcome"]))
    if points["handled"] is not None:
        clauses.append(say_in(lang, "my.score.handled.yes" if points["handled"] else "my.score.handled.no", objection=objection or heard.objection,
                              points=points["handled"]))
    if points["quality"] is not None:
        clauses.append(say_in(lang, "my.score.quality", quality=_minutes(heard.quality or 0.0), points=points["quality"]))
    missing = [say_in(lang, f"my.score.part.{key}") for key in ("length", "contact") if points[key] is None]
    if missing:
        clauses.append(say_in(lang, "my.score.unknown", parts=say_in(lang, "my.score.and").join(missing)))
    known = [part for part in made.parts if part.points is not None]
    earned, most = sum(part.points or 0 for part in known), sum(part.most for part in known)
    if made.value is not None and earned != made.value:  # else the points that are named do not add up to the score
        clauses.append(say_in(lang, "my.score.of", earned=earned, most=most, score=made.value))
    return clauses


def counts(heard: Heard, rule: Effective, lang: str) -> str:
    """Whether it counts as effective and, when not, what is missing."""
    if effective(heard, rule):
        return say_in(lang, "my.score.effective")
    short, contact = (heard.minutes or 0) <= rule.over, rule.contact and heard.contact_left is False
    key = "both" if short and contact else "short" if short else "contact"
    return say_in(lang, f"my.score.not_effective.{key}", over=_minutes(rule.over))


def _minutes(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
