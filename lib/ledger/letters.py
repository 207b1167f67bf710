"""Letters: what is asked about the outbox besides sending: whom a channel was told about, what waits, what was tried, what is dropped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, func, or_, select, update
from sqlalchemy.engine import Connection

from lib.ledger import audit, cards, outbox
from lib.ledger.engine import Ledger
from lib.ledger.tables import ATTEMPTS, CARD_EVENTS, CHANNELS, OUTBOX

DROPPED = "dropped"
"""The error of a letter that an administrator has put aside: it stays, without its words, so that it is not queued again."""


@dataclass(frozen=True)
class Attempt:
    """One attempt; ``outcome`` None while it is on its way (or when its sender died)."""

    at: datetime
    channel_id: str
    key: str
    outcome: str | None


@dataclass(frozen=True)
class Fate:
    """Where a letter stands: its state as in the outbox, and what its last attempt failed with."""

    id: str
    state: str
    error: str


def told(con: Connection, channel_id: str, card_ids: Iterable[str]) -> set[str]:
    """Those of the cards that this channel has a letter about already."""
    rows = con.execute(select(CARD_EVENTS.c.card_id, CARD_EVENTS.c.detail)
                       .where(CARD_EVENTS.c.what == "sent", CARD_EVENTS.c.card_id.in_(list(card_ids))))
    return {row.card_id for row in rows if row.detail.get("channel") == channel_id}


def tell(con: Connection, channel_id: str, card_ids: Iterable[str], key: str) -> None:
    """Note on the cards that a letter about them is in the outbox, inside the transaction that put it there."""
    for card_id in card_ids:
        cards.event(con, card_id, "system", "sent", channel=channel_id, letter=key[:8])


def attempts(con: Connection, last: int = 50) -> list[Attempt]:
    """The last attempts, newest first."""
    rows = con.execute(select(ATTEMPTS.c.at, ATTEMPTS.c.channel_id, OUTBOX.c.key, ATTEMPTS.c.outcome)
                       .join(OUTBOX, OUTBOX.c.id == ATTEMPTS.c.message_id).order_by(ATTEMPTS.c.id.desc()).limit(last))
    return [Attempt(*row) for row in rows]


def _on_its_way():  # type: ignore[no-untyped-def]
    return and_(OUTBOX.c.state.in_(("queued", "sending")), CHANNELS.c.enabled.is_(True))


def waiting(con: Connection) -> int:
    """How many letters wait for another attempt (those of channels that are switched off do not)."""
    return con.scalar(select(func.count()).select_from(OUTBOX).join(CHANNELS, CHANNELS.c.id == OUTBOX.c.channel_id).where(_on_its_way())) or 0


def next_at(con: Connection) -> datetime | None:
    """The moment from which the next waiting letter may be tried (its channel's limit aside); None when nothing waits."""
    moment = case((OUTBOX.c.state == "sending", func.coalesce(OUTBOX.c.lease, OUTBOX.c.next_at)), else_=OUTBOX.c.next_at)
    return con.scalar(select(func.min(moment)).select_from(OUTBOX).join(CHANNELS, CHANNELS.c.id == OUTBOX.c.channel_id).where(_on_its_way()))


def fate(con: Connection, key: str) -> Fate | None:
    """Where the letter of this key stands; None when there is none."""
    row = con.execute(select(OUTBOX.c.id, OUTBOX.c.state, OUTBOX.c.error).where(OUTBOX.c.key == key)).first()
    return Fate(row.id, row.state, row.error or "") if row else None


def dead(con: Connection) -> list[outbox.Dead]:
    """Letters that nobody tries any more and nobody has put aside, oldest first."""
    return [letter for letter in outbox.dead(con) if letter.error != DROPPED]


def dead_count(con: Connection) -> int:
    """How many of :func:`dead` there are."""
    return con.scalar(select(func.count()).select_from(OUTBOX)
                      .where(OUTBOX.c.state == "dead", or_(OUTBOX.c.error.is_(None), OUTBOX.c.error != DROPPED))) or 0


def drop(book: Ledger, id: str, who: str, role: str = "admin") -> bool:
    """Put aside a letter that is dead or waits: its words are removed and it is never tried again.  False when it is sent or gone."""
    with book.writing() as con:
        row = con.execute(select(OUTBOX.c.key, OUTBOX.c.channel_id).where(
            OUTBOX.c.id == id, or_(OUTBOX.c.state.in_(("dead", "queued")), and_(OUTBOX.c.state == "sending", OUTBOX.c.lease.is_(None))))).first()
        if row is None:
            return False
        con.execute(update(OUTBOX).where(OUTBOX.c.id == id).values(state="dead", error=DROPPED, text_sealed=b"", lease=None))
        audit.write(con, who, role, "letter.dropped", row.channel_id, letter=row.key[:8])
        return True


def revive(book: Ledger, id: str, who: str, role: str = "admin") -> bool:
    """Try a dead letter again, unless it was put aside.  False when it is not dead."""
    with book.writing() as con:
        row = con.execute(select(OUTBOX.c.key, OUTBOX.c.channel_id).where(OUTBOX.c.id == id, OUTBOX.c.state == "dead",
                                                                         OUTBOX.c.error != DROPPED)).first()
        if row is not None:
            audit.write(con, who, role, "letter.revived", row.channel_id, letter=row.key[:8])
    return row is not None and outbox.revive(book, id)
