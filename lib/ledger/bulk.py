"""Many rows at once, for a ledger in which nobody has written yet: what people of the demo company would have written in the app.

Whatever people write goes through the functions of its area; this door is for the generator of the demo alone, and it refuses a
table that already holds something.  It knows no table of the anonymous pulse, of users, of the audit or of care.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection

from lib.ledger import culture, interventions, mentors, vault
from lib.ledger.engine import Ledger
from lib.ledger.morale_tables import (
    ACTIVITIES,
    ACTIVITY_OPTIONS,
    CHOICES,
    HELP_REQUESTS,
    JOINT_SESSIONS,
    POINTS,
    QUESTIONS,
    REDEMPTIONS,
    REWARDS,
    SIGN_UPS,
    STORIES,
    SUPPORTS,
    THANKS,
    VOTES,
)
from lib.ledger.risk_tables import INTERVENTIONS

Rows = Mapping[str, Sequence[Mapping[str, object]]]
"""Table → rows; a column whose name ends in ``_sealed`` is given as text, and sealed for the row's ``employee_id`` here."""

# In this order, so that what others refer to is there first.
_TABLES = (REWARDS, REDEMPTIONS, CHOICES, THANKS, STORIES, ACTIVITIES, ACTIVITY_OPTIONS, SIGN_UPS, VOTES, QUESTIONS, JOINT_SESSIONS,
           HELP_REQUESTS, SUPPORTS, INTERVENTIONS, POINTS)
_SEALED_FOR = {("stories", "title_sealed"): culture.TITLE, ("stories", "text_sealed"): culture.TEXT,
               ("questions", "text_sealed"): culture.QUESTION, ("help_requests", "words_sealed"): mentors.WORDS,
               ("interventions", "note_sealed"): interventions.NOTE}


class NotEmpty(ValueError):
    """Somebody has written in this table already; nothing was added."""


def fill(book: Ledger, rows: Rows) -> int:
    """Put the rows in, all of them or none, and return how many.  Points are only added to, every other table must be empty.

    Raises :class:`NotEmpty`, KeyError for a table that is not filled like this, and :class:`lib.ledger.vault.KeyLost`.
    """
    if unknown := set(rows) - {table.name for table in _TABLES}:
        raise KeyError(f"{', '.join(sorted(unknown))}: not filled at once")
    with book.writing() as con:
        for table in _TABLES:
            given = rows.get(table.name, ())
            if not given:
                continue
            if table is not POINTS and con.scalar(select(func.count()).select_from(table)):
                raise NotEmpty(f"{table.name}: somebody has written here already")
            con.execute(insert(table), [_sealed(con, book, table.name, row) for row in given])
    return sum(len(given) for given in rows.values())


def _sealed(con: Connection, book: Ledger, table: str, row: Mapping[str, object]) -> dict[str, object]:
    kept = dict(row)
    for (name, column), purpose in _SEALED_FOR.items():
        if name == table and kept.get(column) is not None:
            kept[column] = vault.seal(con, book, str(kept["employee_id"]), str(kept[column]), purpose)
    return kept


def chances(book: Ledger, known: Mapping[str, float]) -> int:
    """Give interventions that have none the chance that was known when they were opened (id → chance); returns how many."""
    with book.writing() as con:
        return sum(con.execute(update(INTERVENTIONS).where(INTERVENTIONS.c.id == one, INTERVENTIONS.c.p60_then.is_(None))
                               .values(p60_then=chance)).rowcount for one, chance in known.items())


def balances(book: Ledger) -> dict[str, int]:
    """employee_id → points in hand, of everybody who has any."""
    with book.reading() as con:
        asked = select(POINTS.c.employee_id, func.sum(POINTS.c.points)).group_by(POINTS.c.employee_id).order_by(POINTS.c.employee_id)
        return {row[0]: int(row[1]) for row in con.execute(asked)}
