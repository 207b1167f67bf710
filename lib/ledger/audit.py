"""The audit: who looked at or changed what, each line chained to the one before, so that a change of the past shows.

A line says facts and never content.  The chain's end is kept apart (``audit_head``), so that lines missing at the end show too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from lib.ledger.engine import Ledger
from lib.ledger.tables import AUDIT, AUDIT_HEAD
from lib.ledger.writes import now

START = "0" * 64
LONGEST_FACT = 200
"""Characters of one text in a line's detail: a code, a day, an id.  Whoever writes more is writing content."""
_RECENT = 20_000
"""Lines of the audit within which a look counts as kept already."""
_SHANGHAI = timedelta(hours=8)


@dataclass(frozen=True)
class Line:
    """One line of the audit; ``at`` in UTC."""

    id: int
    at: datetime
    who: str
    role: str
    action: str
    subject: str | None
    detail: dict[str, object]


def _hash(id: int, at: datetime, who: str, role: str, action: str, subject: str | None, detail: object, previous: str) -> str:
    facts = json.dumps([id, at.isoformat(timespec="microseconds"), who, role, action, subject, detail, previous],
                       ensure_ascii=False, sort_keys=True, allow_nan=False, separators=(",", ":"))
    return hashlib.sha256(facts.encode()).hexdigest()


def _too_long(value: object) -> bool:
    if isinstance(value, dict):
        return any(_too_long(key) or _too_long(inner) for key, inner in value.items())
    if isinstance(value, (list, tuple)):
        return any(_too_long(inner) for inner in value)
    return isinstance(value, str) and len(value) > LONGEST_FACT


def write(con: Connection, who: str, role: str, action: str, subject: str | None = None, **detail: object) -> int:
    """Add a line inside a writing transaction; it stands or falls with what it speaks of.  Returns its number.

    ``detail`` are JSON facts.  Raises TypeError for what JSON does not know and ValueError for a text longer than a fact.
    """
    if _too_long(detail):
        raise ValueError(f"{action}: a line of the audit holds facts, not content")
    facts = json.loads(json.dumps(detail, allow_nan=False))
    head = con.execute(select(AUDIT_HEAD.c.line, AUDIT_HEAD.c.hash)).one()
    line = dict(id=head.line + 1, at=now(), who=who, role=role, action=action, subject=subject, detail=facts, previous=head.hash)
    line["hash"] = _hash(**line)
    con.execute(insert(AUDIT).values(**line))
    con.execute(update(AUDIT_HEAD).values(line=line["id"], hash=line["hash"]))
    return int(line["id"])


def looked(book: Ledger, ids: Iterable[str], who: str, role: str, action: str, **detail: object) -> int:
    """Keep that these people stood in a list that somebody looked at: once a viewer, person and calendar day in Shanghai, however often
    it is drawn.  Returns how many lines were written."""
    asked = sorted(set(ids))
    begun = datetime.combine((now() + _SHANGHAI).date(), datetime.min.time()) - _SHANGHAI

    def fresh(con: Connection) -> list[str]:
        newest = int(con.scalar(select(AUDIT_HEAD.c.line)) or 0)  # by the lines' numbers: the audit is long and only its end matters
        seen = set(con.scalars(select(AUDIT.c.subject).where(AUDIT.c.id > newest - _RECENT, AUDIT.c.at >= begun, AUDIT.c.who == who, AUDIT.c.action == action)))
        return [one for one in asked if one not in seen]

    with book.reading() as con:  # most looks are kept already: nobody waits for the lock to find that out
        new = fresh(con) if asked else []
    if new:
        with book.writing() as con:
            new = fresh(con)
            for one in new:
                write(con, who, role, action, one, **detail)
    return len(new)


def lines(book: Ledger, subject: str | None = None, last: int = 200) -> list[Line]:
    """The last lines, newest first; with ``subject`` only those about it."""
    asked = select(AUDIT).order_by(AUDIT.c.id.desc()).limit(last)
    if subject is not None:
        asked = asked.where(AUDIT.c.subject == subject)
    with book.reading() as con:
        return [Line(row.id, row.at, row.who, row.role, row.action, row.subject, row.detail) for row in con.execute(asked)]


def verify(book: Ledger) -> int | None:
    """The number of the first line that was changed, moved or is missing; None when the chain holds from first to last."""
    expected, previous = 1, START
    with book.reading() as con:
        head = con.execute(select(AUDIT_HEAD.c.line, AUDIT_HEAD.c.hash)).first()
        for row in con.execute(select(AUDIT).order_by(AUDIT.c.id).execution_options(yield_per=1000)):
            made = _hash(row.id, row.at, row.who, row.role, row.action, row.subject, row.detail, row.previous)
            if row.id != expected or row.previous != previous or row.hash != made:
                return expected
            expected, previous = expected + 1, row.hash
    if head is None:
        return 1
    # Lines beyond the end were put in past this app; lines short of it were taken away.
    return None if (head.line, head.hash) == (expected - 1, previous) else min(expected, head.line + 1)
