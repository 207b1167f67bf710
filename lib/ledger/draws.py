"""Draws: places that were drawn for, kept before anybody sees the result, and who waits because others were drawn first.

The audit's line about a draw holds its seed, how many were drawn among for how many places, and one hash over the pool and one over
who was drawn: no person's name or number.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from uuid import uuid4

from sqlalchemy import Row, and_, delete, exists, insert, or_, select, update
from sqlalchemy.engine import Connection

from lib.ledger import audit
from lib.ledger.draw_tables import DRAW_ENTRIES, DRAW_MARKS, DRAWS
from lib.ledger.engine import Ledger
from lib.ledger.shape import Draw, DrawSeen, Entry
from lib.ledger.tables import CARD_EVENTS, CARDS
from lib.ledger.writes import now

STARTED = ("setting", "button")
REMEMBERED = 60
"""Days after which nobody waits because of a draw any more: the episode is over long before."""
URGENT_DAYS = 14
"""Days for which somebody stays urgent once HR said so."""


def digest(ids: Iterable[str]) -> str:
    """One hash over some ids, whatever their order: 64 hex digits."""
    return hashlib.sha256("\n".join(sorted(set(ids))).encode()).hexdigest()


def record(con: Connection, found: Draw, owner: str, today: date, started: str, who: str) -> str:
    """Keep a draw with its audit line, inside the transaction that acts on it; returns its id.

    A second one for the same HR and day is refused by the table (IntegrityError).  Whoever waited because of an earlier draw does so
    because of this one now.
    """
    made = uuid4().hex
    con.execute(insert(DRAWS).values(id=made, owner=owner, drawn_on=today, seed=found.seed, need=found.need, places=found.places, pool=found.pool,
                                     started=started, who=who, at=now()))
    for entry in {entry.employee_id: entry for entry in found.entries}.values():
        _end(con, entry.employee_id, "again", today)
    con.execute(insert(DRAW_ENTRIES), [dict(draw_id=made, employee_id=entry.employee_id, tag=entry.tag, since=entry.since, drawn=entry.drawn,
                                            again_from=entry.again_from) for entry in found.entries])
    audit.write(con, who, "hr", "draw.made", made, day=today.isoformat(), owner=owner, started=started, seed=found.seed, places=found.places,
                pool=found.pool, among=digest(entry.employee_id for entry in found.entries),
                drawn=digest(entry.employee_id for entry in found.entries if entry.drawn))
    return made


def _end(con: Connection, employee_id: str, why: str, today: date) -> int:
    return int(con.execute(update(DRAW_ENTRIES).where(DRAW_ENTRIES.c.employee_id == employee_id, DRAW_ENTRIES.c.drawn.is_(False),
                                                      DRAW_ENTRIES.c.ended.is_(None)).values(ended=why, ended_on=today)).rowcount)


def end(con: Connection, employee_id: str, why: str, today: date) -> None:
    """Note how somebody's waiting for a lot ended: a day had ``room``, or something ``urgent`` came."""
    _end(con, employee_id, why, today)


def talked(con: Connection, employee_id: str, who: str, role: str, today: date) -> None:
    """Note, in the transaction that keeps a talk, that HR talked with somebody who was not drawn and still waits."""
    waits = (DRAW_ENTRIES.c.employee_id == employee_id) & DRAW_ENTRIES.c.ended.is_(None) & (DRAW_ENTRIES.c.again_from > today)
    draw_id = con.scalar(select(DRAW_ENTRIES.c.draw_id).where(waits))
    if draw_id is not None and _end(con, employee_id, "outside", today):
        audit.write(con, who, role, "draw.outside", employee_id, draw=draw_id)


def mark(book: Ledger, employee_id: str, who: str, today: date, role: str = "hr") -> bool:
    """Call somebody urgent: never drawn for :data:`URGENT_DAYS` days, and first on the list.  False when this was said today already."""
    with book.writing() as con:
        if con.scalar(select(DRAW_MARKS.c.employee_id).where(DRAW_MARKS.c.employee_id == employee_id, DRAW_MARKS.c.marked_on == today)):
            return False
        con.execute(insert(DRAW_MARKS).values(employee_id=employee_id, marked_on=today, who=who, at=now()))
        _end(con, employee_id, "urgent", today)
        audit.write(con, who, role, "draw.urgent", employee_id)
    return True


def forget(con: Connection, employee_id: str) -> None:
    """Take a person out of every draw; ``con`` is a writing transaction.  The draws' own numbers stay, and the others' lots as they are."""
    con.execute(delete(DRAW_ENTRIES).where(DRAW_ENTRIES.c.employee_id == employee_id))
    con.execute(delete(DRAW_MARKS).where(DRAW_MARKS.c.employee_id == employee_id))


# --- reading ------------------------------------------------------------------------------------------------------------------

def _seen(row: Row) -> DrawSeen:  # type: ignore[type-arg]
    return DrawSeen(row.id, row.owner, row.drawn_on, row.started, row.who, row.at, row.places, row.pool)


def made(con: Connection, owner: str, day: date) -> DrawSeen | None:
    """The draw of one HR's day; None while there is none."""
    row = con.execute(select(DRAWS).where(DRAWS.c.owner == owner, DRAWS.c.drawn_on == day)).first()
    return _seen(row) if row else None


def first(con: Connection, owner: str, day: date) -> set[str]:
    """Who was drawn for one HR's day, by employee_id."""
    return set(con.scalars(select(DRAW_ENTRIES.c.employee_id).join(DRAWS, DRAWS.c.id == DRAW_ENTRIES.c.draw_id).where(
        DRAWS.c.owner == owner, DRAWS.c.drawn_on == day, DRAW_ENTRIES.c.drawn.is_(True))))


def undrawn(con: Connection, today: date) -> dict[str, date]:
    """Who was not drawn in the last days and is not contacted since: employee_id → first day on which they are drawn again."""
    rows = con.execute(select(DRAW_ENTRIES.c.employee_id, DRAW_ENTRIES.c.again_from).join(DRAWS, DRAWS.c.id == DRAW_ENTRIES.c.draw_id).where(
        DRAWS.c.drawn_on >= today - timedelta(REMEMBERED), DRAW_ENTRIES.c.drawn.is_(False), DRAW_ENTRIES.c.ended.is_(None)))
    last: dict[str, date] = {}
    for who, again in rows:
        last[who] = max(again, last.get(who, again))
    return last


def urgent(con: Connection, today: date) -> dict[str, date]:
    """Whom HR called urgent lately: employee_id → the last day on which it was said."""
    last: dict[str, date] = {}
    for who, on in con.execute(select(DRAW_MARKS.c.employee_id, DRAW_MARKS.c.marked_on).where(DRAW_MARKS.c.marked_on > today - timedelta(URGENT_DAYS))):
        last[who] = max(on, last.get(who, on))
    return last


def untouched(con: Connection, owner: str, today: date) -> set[str]:
    """Cards raised today for an HR that nobody decided anything about and no message told of: they may go back into a pool."""
    told = exists().where(and_(CARD_EVENTS.c.card_id == CARDS.c.id, or_(CARD_EVENTS.c.what == "sent", CARD_EVENTS.c.what == "handed_over")))
    return set(con.scalars(select(CARDS.c.id).where(CARDS.c.owner == owner, CARDS.c.raised_on == today, CARDS.c.state == "open",
                                                    CARDS.c.version == 1, ~told)))


def kept(con: Connection) -> list[tuple[DrawSeen, Draw]]:
    """Every draw with what came out, oldest first; :func:`lib.care.lottery.reproduced` holds one against its seed."""
    entries: dict[str, list[Entry]] = defaultdict(list)
    for row in con.execute(select(DRAW_ENTRIES).order_by(DRAW_ENTRIES.c.draw_id, DRAW_ENTRIES.c.employee_id, DRAW_ENTRIES.c.tag)):
        entries[row.draw_id].append(Entry(row.employee_id, row.tag, row.since, row.drawn, row.again_from))
    return [(_seen(row), Draw(row.seed, row.need, row.places, row.pool, tuple(entries[row.id])))
            for row in con.execute(select(DRAWS).order_by(DRAWS.c.drawn_on, DRAWS.c.owner))]
