"""The outbox: messages on their way.  Each is queued once, sent by one sender at a time, and never faster than its channel allows.

A sender claims a message for some seconds (its lease).  When it dies before it says what became of the message, another may claim
it after that; so a message may arrive twice, but is never lost.  The words are sealed, and removed once they are sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import and_, func, insert, or_, select, update
from sqlalchemy.engine import Connection

from lib.ledger import audit, vault
from lib.ledger.engine import Ledger
from lib.ledger.tables import ATTEMPTS, CHANNELS, OUTBOX
from lib.ledger.writes import now as this_moment

TEXT, ADDRESS, SECRET = "outbox.text", "channels.address", "channels.secret"
"""What words are sealed for."""
RATE_WINDOW = timedelta(seconds=60)
_LONGEST_ERROR = 300


@dataclass(frozen=True)
class Channel:
    """Where messages go.  ``receiver`` is the HR whose cards it is told about, None for everybody's."""

    id: str
    kind: str
    name: str
    address: str = field(repr=False)
    secret: str = field(repr=False)
    receiver: str | None
    lang: str
    say_names: bool
    enabled: bool
    who: str
    at: datetime


@dataclass(frozen=True)
class Message:
    """A message that a sender has claimed; ``attempt`` counts from 1."""

    id: str
    key: str
    channel_id: str
    text: str = field(repr=False)
    attempt: int
    created: datetime


@dataclass(frozen=True)
class Dead:
    """A message that is not tried any more, and why."""

    id: str
    key: str
    channel_id: str
    attempts: int
    created: datetime
    error: str


# --- channels -----------------------------------------------------------------------------------------------------------------


def channels(con: Connection, book: Ledger) -> list[Channel]:
    """Every channel with its address and secret, by name.  Raises :class:`lib.ledger.vault.KeyLost`."""
    return [Channel(row.id, row.kind, row.name, vault.open_house(book, row.address_sealed, ADDRESS),
                    vault.open_house(book, row.secret_sealed, SECRET) if row.secret_sealed else "", row.receiver, row.lang,
                    row.say_names, row.enabled, row.who, row.at) for row in con.execute(select(CHANNELS).order_by(CHANNELS.c.name))]


def save_channel(book: Ledger, kind: str, name: str, who: str, *, address: str = "", secret: str | None = None, receiver: str | None = None,
                 lang: str = "zh", say_names: bool = False, enabled: bool = True, channel_id: str = "", role: str = "admin") -> str:
    """Keep a new channel, or change the one of ``channel_id``; returns its id.

    Changing: an empty ``address`` and a ``secret`` of None leave what is there ('' removes the secret).
    Raises ValueError for a new channel without address and for a name that another has, LookupError for an unknown id.
    """
    values: dict[str, object] = dict(kind=kind, name=name, receiver=receiver, lang=lang, say_names=say_names, enabled=enabled, who=who,
                                     at=this_moment())
    if address:
        values["address_sealed"] = vault.seal_house(book, address, ADDRESS)
    elif not channel_id:
        raise ValueError("a new channel needs its address")
    if secret is not None:
        values["secret_sealed"] = vault.seal_house(book, secret, SECRET) if secret else None
    with book.writing() as con:
        if con.scalar(select(CHANNELS.c.id).where(CHANNELS.c.name == name, CHANNELS.c.id != channel_id)) is not None:
            raise ValueError(f"there is a channel {name!r} already")
        if not channel_id:
            channel_id = uuid4().hex
            con.execute(insert(CHANNELS).values(id=channel_id, **values))
        elif not con.execute(update(CHANNELS).where(CHANNELS.c.id == channel_id).values(**values)).rowcount:
            raise LookupError(channel_id)
        audit.write(con, who, role, "channel.saved", channel_id, kind=kind, enabled=enabled, say_names=say_names, receiver=receiver,
                    address=bool(address), secret=secret is not None)
    return channel_id


# --- messages -----------------------------------------------------------------------------------------------------------------


def put(con: Connection, key: str, channel_id: str, text: str, book: Ledger, now: datetime | None = None) -> bool:
    """Queue a message inside a writing transaction; False when one of this key was queued before, whatever became of it."""
    if con.scalar(select(OUTBOX.c.id).where(OUTBOX.c.key == key)) is not None:
        return False
    at = now or this_moment()
    con.execute(insert(OUTBOX).values(id=uuid4().hex, key=key, channel_id=channel_id, text_sealed=vault.seal_house(book, text, TEXT),
                                      state="queued", attempts=0, next_at=at, created=at))
    return True


def _due(now: datetime):  # type: ignore[no-untyped-def]
    ready = or_(and_(OUTBOX.c.state == "queued", OUTBOX.c.next_at <= now), and_(OUTBOX.c.state == "sending", OUTBOX.c.lease <= now))
    return (select(OUTBOX).join(CHANNELS, CHANNELS.c.id == OUTBOX.c.channel_id).where(ready, CHANNELS.c.enabled.is_(True))
            .order_by(OUTBOX.c.next_at, OUTBOX.c.created, OUTBOX.c.id))


def claim(book: Ledger, now: datetime, lease_s: float, limits: Mapping[str, int]) -> Message | None:
    """The next message that is due, held for ``lease_s`` seconds; None when there is none that may go now.

    ``limits``: channel_id → attempts in any 60 seconds (a channel that is not named has no limit).  Every claim counts as an
    attempt, whatever becomes of it.  Channels that are switched off keep their messages.  Raises :class:`lib.ledger.vault.KeyLost`.
    """
    with book.reading() as con:
        if con.execute(_due(now).limit(1)).first() is None:
            return None
    with book.writing() as con:
        tried = {row[0]: row[1] for row in con.execute(select(ATTEMPTS.c.channel_id, func.count())
                                                       .where(ATTEMPTS.c.at > now - RATE_WINDOW).group_by(ATTEMPTS.c.channel_id))}
        full = [channel for channel, limit in limits.items() if tried.get(channel, 0) >= limit]
        row = con.execute(_due(now).where(OUTBOX.c.channel_id.not_in(full)).limit(1)).first()
        if row is None:
            return None
        con.execute(update(ATTEMPTS).where(ATTEMPTS.c.message_id == row.id, ATTEMPTS.c.outcome.is_(None)).values(outcome="no answer"))
        con.execute(update(OUTBOX).where(OUTBOX.c.id == row.id).values(state="sending", attempts=row.attempts + 1,
                                                                      lease=now + timedelta(seconds=lease_s)))
        con.execute(insert(ATTEMPTS).values(message_id=row.id, channel_id=row.channel_id, at=now))
        return Message(row.id, row.key, row.channel_id, vault.open_house(book, row.text_sealed, TEXT), row.attempts + 1, row.created)


def sent(book: Ledger, id: str, now: datetime | None = None) -> None:
    """Say that a message has arrived; its words are removed."""
    with book.writing() as con:
        con.execute(update(OUTBOX).where(OUTBOX.c.id == id).values(state="sent", sent_at=now or this_moment(), lease=None, error=None,
                                                                  text_sealed=b""))
        _outcome(con, id, "sent")


def failed(book: Ledger, id: str, error: str, retry_at: datetime | None) -> None:
    """Say that an attempt failed: it is tried again from ``retry_at``, or never (None).  A message that arrived meanwhile stays sent."""
    state = dict(state="dead") if retry_at is None else dict(state="queued", next_at=retry_at)
    with book.writing() as con:
        con.execute(update(OUTBOX).where(OUTBOX.c.id == id, OUTBOX.c.state == "sending").values(lease=None, error=error[:_LONGEST_ERROR], **state))
        _outcome(con, id, error[:_LONGEST_ERROR])


def _outcome(con: Connection, id: str, outcome: str) -> None:
    last = select(func.max(ATTEMPTS.c.id)).where(ATTEMPTS.c.message_id == id, ATTEMPTS.c.outcome.is_(None)).scalar_subquery()
    con.execute(update(ATTEMPTS).where(ATTEMPTS.c.id == last).values(outcome=outcome))


def dead(con: Connection) -> list[Dead]:
    """Messages that are not tried any more, oldest first."""
    rows = con.execute(select(OUTBOX).where(OUTBOX.c.state == "dead").order_by(OUTBOX.c.created, OUTBOX.c.id))
    return [Dead(row.id, row.key, row.channel_id, row.attempts, row.created, row.error or "") for row in rows]


def counts(con: Connection) -> dict[str, int]:
    """How many messages are in each state."""
    return {row[0]: row[1] for row in con.execute(select(OUTBOX.c.state, func.count()).group_by(OUTBOX.c.state))}


def revive(book: Ledger, id: str, now: datetime | None = None) -> bool:
    """Try a dead message again, from its first attempt on; False when it is not dead."""
    with book.writing() as con:
        return con.execute(update(OUTBOX).where(OUTBOX.c.id == id, OUTBOX.c.state == "dead")
                           .values(state="queued", next_at=now or this_moment(), attempts=0, lease=None)).rowcount > 0
