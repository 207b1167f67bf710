"""Consultations that people log themselves: kept once, taken back on the day they were logged, counted for the goals.

What a customer is called who is in no file yet is sealed with the person's key.  A score is only kept for people who did not object
to scoring; that is decided in the transaction that keeps the consultation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from lib import settings
from lib.ledger import choices, vault
from lib.ledger.engine import Ledger
from lib.ledger.morale_tables import CONSULTATIONS
from lib.ledger.writes import now
from lib.settings import Value

OUTCOMES = ("talk", "intent", "deal")
OBJECTIONS = ("price", "time", "need", "trust", "family", "rival", "other")
"""What a customer may object to; '' for nothing."""
MOST_MINUTES, MOST_CALLED = 600, 60
CUSTOMER = "consultations.customer"
"""What the words are sealed for."""


@dataclass(frozen=True)
class Effective:
    """When a consultation is effective: longer than ``over`` minutes and, with ``contact``, a contact was left.  An intent or a deal
    always is."""

    over: float = 10.0
    contact: bool = True

    @classmethod
    def of(cls, values: Mapping[str, Value]) -> Effective:
        """As the settings ``goals.effective_minutes`` and ``goals.effective_contact`` say."""
        return cls(float(settings.get("goals.effective_minutes", values)), bool(settings.get("goals.effective_contact", values)))

    def holds(self, minutes: float, contact_left: bool, outcome: str) -> bool:
        """Whether one consultation is effective."""
        return outcome in ("intent", "deal") or (minutes > self.over and (contact_left or not self.contact))


@dataclass(frozen=True)
class Consultation:
    """What is logged: ``customer_id`` for one of the person's own customers, else ``called``: what the person calls the customer.

    ``amount`` in yuan, of a deal; ``objection`` a word of :data:`OBJECTIONS` or ''.
    """

    request_key: str
    employee_id: str
    day: date
    minutes: int
    contact_left: bool
    outcome: str
    customer_id: str = ""
    called: str = field(default="", repr=False)
    objection: str = ""
    amount: float | None = None


@dataclass(frozen=True)
class Logged:
    """A consultation as it is kept; ``score`` (0–100) and its ``parts`` are None and empty for people who objected to scoring;
    ``at`` in UTC; ``called`` is '' when its words can no longer be opened."""

    id: str
    day: date
    minutes: int
    contact_left: bool
    outcome: str
    customer_id: str
    called: str = field(repr=False)
    objection: str
    amount: float | None
    score: int | None
    parts: dict[str, object]
    at: datetime


def log(book: Ledger, one: Consultation, score: int | None = None, parts: Mapping[str, object] | None = None) -> str:
    """Keep a consultation with its score and what it is made of; returns its id.  The same ``request_key`` again keeps nothing new.

    Raises ValueError for values outside the closed lists and bounds, and for a key of another person's.
    """
    _check(one)
    with book.writing() as con:
        there = con.execute(select(CONSULTATIONS.c.id, CONSULTATIONS.c.employee_id).where(CONSULTATIONS.c.request_key == one.request_key)).first()
        if there is not None:
            if there.employee_id != one.employee_id:
                raise ValueError("request_key belongs to another person's consultation")
            return str(there.id)
        scored = "no_scoring" not in choices.standing(con, one.employee_id)
        sealed = vault.seal(con, book, one.employee_id, one.called, CUSTOMER) if one.called and not one.customer_id else None
        made = uuid4().hex
        con.execute(insert(CONSULTATIONS).values(
            id=made, request_key=one.request_key, employee_id=one.employee_id, day=one.day, minutes=one.minutes, contact_left=one.contact_left,
            outcome=one.outcome, customer_id=one.customer_id or None, customer_sealed=sealed, objection=one.objection,
            amount=one.amount if one.outcome == "deal" else None, score=score if scored else None, parts=dict(parts or {}) if scored else {},
            created=now(), undone=False))
    return made


def _check(one: Consultation) -> None:
    if one.outcome not in OUTCOMES or one.objection not in ("", *OBJECTIONS):
        raise ValueError(f"outcome {one.outcome!r} or objection {one.objection!r} is not on its list")
    if not one.request_key or not one.employee_id or not 0 < one.minutes <= MOST_MINUTES:
        raise ValueError(f"a consultation has its request_key, its person and 1 to {MOST_MINUTES} minutes")
    if len(one.called) > MOST_CALLED:
        raise ValueError(f"what a customer is called has at most {MOST_CALLED} characters")
    if one.amount is not None and not 0 < one.amount <= 1_000_000_000:
        raise ValueError("an amount is more than nothing and at most a billion yuan")


def undo(book: Ledger, consultation_id: str, employee_id: str, day: date) -> bool:
    """Take back one's own consultation of this day; False when there is none of this id, or it was taken back before."""
    with book.writing() as con:
        return con.execute(update(CONSULTATIONS).where(
            CONSULTATIONS.c.id == consultation_id, CONSULTATIONS.c.employee_id == employee_id, CONSULTATIONS.c.day == day,
            CONSULTATIONS.c.undone.is_(False)).values(undone=True)).rowcount > 0


def of_day(con: Connection, book: Ledger, employee_id: str, day: date) -> list[Logged]:
    """A person's own consultations of a day, newest first; those taken back are left out."""
    return since(con, book, employee_id, day, day)


def since(con: Connection, book: Ledger, employee_id: str, first: date, last: date) -> list[Logged]:
    """A person's own consultations from ``first`` to ``last``, newest first; those taken back are left out."""
    rows = con.execute(select(CONSULTATIONS).where(
        CONSULTATIONS.c.employee_id == employee_id, CONSULTATIONS.c.day.between(first, last), CONSULTATIONS.c.undone.is_(False))
        .order_by(CONSULTATIONS.c.created.desc(), CONSULTATIONS.c.id)).all()
    return [Logged(row.id, row.day, row.minutes, row.contact_left, row.outcome, row.customer_id or "", _called(con, book, row), row.objection,
                   row.amount, row.score, row.parts, row.created) for row in rows]


def _called(con: Connection, book: Ledger, row) -> str:  # type: ignore[no-untyped-def]
    if row.customer_sealed is None:
        return ""
    try:
        return vault.open_(con, book, row.employee_id, row.customer_sealed, CUSTOMER)
    except vault.KeyLost:
        return ""  # the consultation still counts, whatever its customer was called


def counts(con: Connection, employee_id: str, since: date, until: date, rule: Effective = Effective()) -> dict[date, dict[str, float]]:
    """What a person logged from ``since`` to ``until``, by day: ``effective`` (intents and deals among them), ``intents``, ``deals`` and
    ``revenue`` (yuan, of deals whose amount was given).  Days without a consultation are left out."""
    asked = select(CONSULTATIONS.c.day, CONSULTATIONS.c.minutes, CONSULTATIONS.c.contact_left, CONSULTATIONS.c.outcome, CONSULTATIONS.c.amount) \
        .where(CONSULTATIONS.c.employee_id == employee_id, CONSULTATIONS.c.day.between(since, until), CONSULTATIONS.c.undone.is_(False)) \
        .order_by(CONSULTATIONS.c.day)
    found: dict[date, dict[str, float]] = {}
    for row in con.execute(asked):
        sums = found.setdefault(row.day, {"effective": 0.0, "intents": 0.0, "deals": 0.0, "revenue": 0.0})
        sums["effective"] += rule.holds(row.minutes, row.contact_left, row.outcome)
        sums["intents"] += row.outcome == "intent"
        sums["deals"] += row.outcome == "deal"
        sums["revenue"] += row.amount or 0.0
    return found
