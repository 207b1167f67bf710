"""What the ledger of the care loop gives and takes: reasons, cards, promises, talks, interventions.  Values only, all frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

KINDS = ("tag", "touch", "promise", "follow_up", "risk")
TOPICS = ("settling_in", "performance", "workload", "customers", "family", "health", "growth", "pay", "team", "other")
"""What a talk was about: a closed list, so that it can be counted without a word of what was said."""
IMPRESSIONS = ("better", "same", "worse", "unsure")
DECLINE_REASONS = ("already_cared", "on_leave", "not_a_need", "wrong_data", "person_asked", "other")
SNOOZE_REASONS = ("no_time", "on_leave", "busy_moment", "other")
OPEN_NOTE_REASONS = ("prepare_talk", "handover", "check_promise", "person_asked")


@dataclass(frozen=True)
class Reason:
    """One thing that fires for a person.

    ``kind`` is one of :data:`KINDS`; ``tag`` the tag key ('' for promises, follow-ups and risk); ``due`` the first day of the episode or
    of the rise, or the day the touch point, promise or follow-up falls on.  ``standing`` (0–1) says how strong the evidence is among its
    like; ``chance`` that it may be chance; ``evidence`` is the episode's JSON, of a rise its reasons ('' without); ``ref`` the promise's
    or talk's id.
    """

    employee_id: str
    kind: str
    tag: str
    due: date
    standing: float = 0.5
    strength: float | None = None
    chance: bool = False
    evidence: str = ""
    ref: str = ""
    nth: int = 0
    """Touch points: the day of employment that it stands for (1, 3, 7, 20, then months × 30)."""


@dataclass(frozen=True)
class Entry:
    """One person and tag in the pool of a draw: whether a place was drawn, else the first day on which they are drawn again."""

    employee_id: str
    tag: str
    since: date
    drawn: bool
    again_from: date | None


@dataclass(frozen=True)
class Draw:
    """One draw: its seed, the least score of its step of need, how many places were drawn for among how many people, and what came out."""

    seed: str
    need: float
    places: int
    pool: int
    entries: tuple[Entry, ...]

    @property
    def chance(self) -> float:
        """The chance that each person of the pool had."""
        return self.places / self.pool


@dataclass(frozen=True)
class DrawSeen:
    """That places were drawn: when (UTC), for whose day, among how many, and whether the setting or somebody's click started it."""

    id: str
    owner: str
    drawn_on: date
    started: str
    who: str
    at: datetime
    places: int
    pool: int


@dataclass(frozen=True)
class OpenCard:
    """A card that was raised and is not closed: open, or snoozed until a day."""

    id: str
    employee_id: str
    owner: str
    raised_on: date
    state: str
    until: date | None
    version: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Planned:
    """A card of today's list: all that fires for one person, merged.  ``card_id`` is '' while it is not raised yet.

    ``score`` ranks (higher first); ``parts`` says what it is made of, by name: ``evidence``, ``waiting``, ``several``, ``promise``.
    """

    employee_id: str
    card_id: str
    version: int
    raised_on: date | None
    reasons: tuple[Reason, ...]
    score: float
    parts: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class PromiseSeen:
    """The last promise made to the person: its state is open, kept or broken; the text is opened apart, with a reason."""

    id: str
    due: date
    state: str
    hr: str
    made_on: date


@dataclass(frozen=True)
class TalkSeen:
    """One past talk without its words.  ``note`` says whether there is a note that may still be opened; ``source`` ledger or import."""

    id: str
    on: date
    minutes: int | None
    tag: str
    topic: str
    support: str
    hr: str
    note: bool
    source: str


@dataclass(frozen=True)
class TalkLog:
    """A talk as HR logs it.  ``request_key`` is made with the form, so that a second click logs nothing twice."""

    request_key: str
    employee_id: str
    card_id: str
    talked_on: date
    minutes: int
    tag: str
    topic: str
    support: str = ""
    impression: str = "unsure"
    next_on: date | None = None
    note: str = field(default="", repr=False)
    promise: str = field(default="", repr=False)
    promise_due: date | None = None
    useful: bool | None = None
    version: int = 0


@dataclass(frozen=True)
class NewIntervention:
    """An intervention to open.  ``feature``: the reason that it answers ('' for none in particular); ``owner``: login or employee_id of
    the HR who sees to it; ``request_key`` is made with the form."""

    request_key: str
    employee_id: str
    kind: str
    feature: str
    owner: str
    due: date


@dataclass(frozen=True)
class Intervention:
    """An intervention as it is kept; ``p60_then`` is the chance of notice within 60 days as it was shown when it was opened (None where
    there was none), ``note`` says whether a note may still be opened, ``version`` counts what people decided about it."""

    id: str
    employee_id: str
    kind: str
    feature: str
    owner: str
    opened_on: date
    due: date
    state: str
    closed_on: date | None
    p60_then: float | None
    note_expires: date | None
    version: int

    def overdue(self, today: date) -> bool:
        """Whether it is open and its day has passed."""
        return self.state == "open" and self.due < today

    def note(self, today: date) -> bool:
        """Whether there is a note that may be opened."""
        return self.note_expires is not None and self.note_expires >= today
