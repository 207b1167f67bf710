"""What the care loop hands from room to room: the day's queue, the talk card, the standard.  Values only, all frozen.

Reasons, cards, promises and talks as the ledger keeps them come from :mod:`lib.ledger.shape` and are named here too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lib.ledger.shape import (
    DECLINE_REASONS,
    IMPRESSIONS,
    KINDS,
    OPEN_NOTE_REASONS,
    SNOOZE_REASONS,
    TOPICS,
    Draw,
    DrawSeen,
    OpenCard,
    Planned,
    PromiseSeen,
    Reason,
    TalkLog,
    TalkSeen,
)

__all__ = ["DECLINE_REASONS", "IMPRESSIONS", "KINDS", "OPEN_NOTE_REASONS", "SNOOZE_REASONS", "TOPICS", "WAITS", "Contact", "Day",
           "Draw", "DrawSeen", "OpenCard", "Planned", "Point", "PromiseSeen", "Reason", "SmallChart", "StandardRow", "TalkCard", "TalkLog", "TalkSeen", "Waiting"]

WAITS = ("not_drawn", "budget", "capacity", "snoozed", "handed_over")
"""Why somebody waits: others were drawn first, the person was contacted lately, the day's capacity is used up, put off, with a colleague."""


@dataclass(frozen=True)
class Contact:
    """The last time somebody talked with, or was told to talk with, a person."""

    employee_id: str
    on: date


@dataclass(frozen=True)
class Waiting:
    """Somebody who needs care but is not on today's list: ``why`` is one of :data:`WAITS`, ``until`` when that ends (if known)."""

    planned: Planned
    why: str
    until: date | None = None
    with_whom: str = ""


@dataclass(frozen=True)
class Day:
    """One HR's day: today's list in order, what waits and why, how many fit and how many are done."""

    today: date
    owner: str
    capacity: int
    done: int
    cards: tuple[Planned, ...]
    waiting: tuple[Waiting, ...]
    could_draw: tuple[int, int] | None = None
    """People in about the same need, and the places that may be drawn for among them now; None when there is nothing to draw."""
    drawn: DrawSeen | None = None
    """The draw of this day, once there is one."""
    urgent: frozenset[str] = frozenset()
    """Whom HR called urgent: nobody of them is ever drawn."""


@dataclass(frozen=True)
class Point:
    """One point of the talk card's small chart."""

    on: date
    value: float | None
    marked: bool = False


@dataclass(frozen=True)
class SmallChart:
    """One small chart: what it shows (a key of ``words/care.toml``), its points oldest first, and a line to hold them against."""

    what: str
    unit: str
    points: tuple[Point, ...]
    line: float | None = None
    line_what: str = ""


@dataclass(frozen=True)
class TalkCard:
    """Everything HR needs for one talk, made without Streamlit.

    ``why`` are the evidence sentences, one per reason, in the viewer's language; ``openers`` three, ``avoid`` two sentences that use
    the person's own numbers (after a rise of the risk two more come first: what must never be said); ``support`` what can be offered as (key, sentence).
    """

    employee_id: str
    name: str
    team: str
    role: str
    hire_date: date
    card_id: str
    version: int
    reasons: tuple[Reason, ...]
    why: tuple[str, ...]
    chart: SmallChart | None
    openers: tuple[str, ...]
    avoid: tuple[str, ...]
    support: tuple[tuple[str, str], ...]
    promise: PromiseSeen | None
    talks: tuple[TalkSeen, ...]
    minutes: int
    """Prefilled length of the talk: the median of past talks about the same tag, else the standard."""
    next_on: date
    """Prefilled day to look again."""


@dataclass(frozen=True)
class StandardRow:
    """Care due against care done of one group (a tag, a team, an HR or a month): counts, and the talks that are overdue."""

    group: str
    due: int
    done: int
    on_time: int
    overdue: int
    people: int
    minutes: float
