"""The ledger as a build reads it: one moment of what was done for people, in tables.  No words, no sealed bytes, no logins' secrets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from sqlalchemy import Select, select
from sqlalchemy.exc import SQLAlchemyError

from lib.ledger import engine, snapshot_draws, snapshot_morale, snapshot_risk
from lib.ledger.migrate import NewerLedger
from lib.ledger.tables import CARD_EVENTS, CARDS, CARE_TALKS, PROMISES, REMINDERS
from lib.words import say

if TYPE_CHECKING:
    from lib.ledger.engine import Ledger

# table → column → DuckDB type; the order of the columns is that of the published tables.
COLUMNS: dict[str, dict[str, str]] = {
    "care_talks": {"talk_id": "varchar", "employee_id": "varchar", "talked_on": "date", "hr": "varchar", "minutes": "integer",
                   "tag": "varchar", "topic": "varchar", "support": "varchar", "impression": "varchar", "next_on": "date",
                   "card_id": "varchar"},
    "care_cards": {"card_id": "varchar", "employee_id": "varchar", "raised_on": "date", "owner": "varchar", "state": "varchar",
                   "until": "date", "closed_on": "date", "closed_by": "varchar", "reason": "varchar", "useful": "boolean"},
    "care_reminders": {"card_id": "varchar", "employee_id": "varchar", "kind": "varchar", "tag": "varchar", "due": "date",
                       "strength": "double", "chance": "boolean"},
    "care_promises": {"promise_id": "varchar", "talk_id": "varchar", "employee_id": "varchar", "hr": "varchar", "due": "date",
                      "state": "varchar", "settled_on": "date", "settled_by": "varchar"},
    "care_events": {"event_id": "integer", "card_id": "varchar", "at": "timestamp", "who": "varchar", "what": "varchar"},
    **snapshot_draws.COLUMNS,
    **snapshot_morale.COLUMNS,
    **snapshot_risk.COLUMNS,
}
"""The tables of a snapshot and the types that they have in a warehouse; ``at`` is UTC."""


class LedgerUnreadable(Exception):
    """The ledger is there and cannot be read; the message says why."""


def _questions() -> dict[str, Select]:  # type: ignore[type-arg]
    talks, cards, reminders, promises, events = CARE_TALKS.c, CARDS.c, REMINDERS.c, PROMISES.c, CARD_EVENTS.c
    return {
        "care_talks": select(talks.id.label("talk_id"), talks.employee_id, talks.talked_on, talks.hr, talks.minutes, talks.tag, talks.topic,
                             talks.support, talks.impression, talks.next_on, talks.card_id).order_by(talks.id),
        "care_cards": select(cards.id.label("card_id"), cards.employee_id, cards.raised_on, cards.owner, cards.state, cards.until,
                             cards.closed_on, cards.closed_by, cards.reason, cards.useful).order_by(cards.id),
        "care_reminders": select(reminders.card_id, reminders.employee_id, reminders.kind, reminders.tag, reminders.due, reminders.strength,
                                 reminders.chance).order_by(reminders.card_id, reminders.kind, reminders.tag, reminders.due),
        "care_promises": select(promises.id.label("promise_id"), promises.talk_id, promises.employee_id, promises.hr, promises.due,
                                promises.state, promises.settled_on, promises.settled_by).order_by(promises.id),
        "care_events": select(events.id.label("event_id"), events.card_id, events.at, events.who, events.what).order_by(events.id),
        **snapshot_draws.questions(),
        **snapshot_morale.questions(),
        **snapshot_risk.questions(),
    }


def empty() -> dict[str, pd.DataFrame]:
    """The snapshot of a ledger in which nothing was written yet."""
    return {table: pd.DataFrame([], columns=list(columns), dtype=object) for table, columns in COLUMNS.items()}


def take(book: Ledger) -> dict[str, pd.DataFrame]:
    """Every table of :data:`COLUMNS` as it stands at one moment, each in a fixed order; writers are not kept waiting."""
    with book.reading() as con:
        return {table: pd.DataFrame([tuple(row) for row in con.execute(asked)], columns=list(COLUMNS[table]), dtype=object)
                for table, asked in _questions().items()}


def of(data_dir: Path, demo: bool = False) -> dict[str, pd.DataFrame]:
    """The snapshot of a data folder's ledger, empty where nobody has written yet (no ledger is made).

    Raises :class:`LedgerUnreadable`.
    """
    if not engine.exists(data_dir, demo):
        return empty()
    with readable():
        return take(engine.ledger(data_dir, demo))


@contextmanager
def readable() -> Iterator[None]:
    """What keeps a build from using the ledger, as :class:`LedgerUnreadable`."""
    try:
        yield
    except NewerLedger as why:
        raise LedgerUnreadable(str(why)) from None
    except SQLAlchemyError as why:
        reason = str(getattr(why, "orig", None) or why).strip().splitlines()[0]
        raise LedgerUnreadable(say("ledger.unreadable", reason=reason)) from why


def fingerprint(frames: dict[str, pd.DataFrame]) -> str:
    """What tells one snapshot from another: equal for equal rows."""
    made = hashlib.sha256()
    for table, frame in frames.items():
        made.update(f"{table}\n{frame.to_csv(index=False)}".encode())
    return made.hexdigest()
