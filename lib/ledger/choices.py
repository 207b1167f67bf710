"""Choices: what people decided about themselves: no scoring, no ranking, a message with the day's summary.

They hold from the moment they are kept: whoever scores, ranks, lists or writes to people asks here, and not the last build.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from lib.ledger import audit, cards, draws, interventions
from lib.ledger.engine import Ledger
from lib.ledger.morale_tables import CHOICES
from lib.ledger.tables import CARDS
from lib.ledger.writes import now

NAMES = ("no_scoring", "no_ranking", "summary_message")


def choose(book: Ledger, employee_id: str, choice: str, chosen: bool, who: str, today: date, role: str = "employee") -> bool:
    """Keep a choice of a person's own; False when it stood like this already.  Whoever objects to scoring has no open card from that
    moment on: theirs are closed in the same transaction, the chances that stand in their interventions are taken
    out, and so are their rows of the lottery.  Raises ValueError for a choice that does not exist."""
    if choice not in NAMES:
        raise ValueError(f"{choice!r} is none of {', '.join(NAMES)}")
    with book.writing() as con:
        if (choice in standing(con, employee_id)) == chosen:
            return False
        mine = (CHOICES.c.employee_id == employee_id) & (CHOICES.c.choice == choice)
        if not con.execute(update(CHOICES).where(mine).values(chosen=chosen, at=now())).rowcount:
            con.execute(insert(CHOICES).values(employee_id=employee_id, choice=choice, chosen=chosen, at=now()))
        audit.write(con, who, role, "choice.made", employee_id, choice=choice, chosen=chosen)
        if choice == "no_scoring" and chosen:
            for card_id in con.scalars(select(CARDS.c.id).where(CARDS.c.employee_id == employee_id, CARDS.c.state.in_(cards.OPEN))).all():
                cards.expire(con, card_id, today)
            interventions.forget_chance(con, employee_id)
            draws.forget(con, employee_id)
    return True


def standing(con: Connection, employee_id: str) -> frozenset[str]:
    """The choices of one person that stand now."""
    return frozenset(con.scalars(select(CHOICES.c.choice).where(CHOICES.c.employee_id == employee_id, CHOICES.c.chosen.is_(True))))


def who_chose(con: Connection, choice: str) -> frozenset[str]:
    """Everybody for whom this choice stands now, by employee_id."""
    return frozenset(con.scalars(select(CHOICES.c.employee_id).where(CHOICES.c.choice == choice, CHOICES.c.chosen.is_(True))))
