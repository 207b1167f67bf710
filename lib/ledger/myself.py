"""What people say about themselves by name, and what the ledger tells them about who looked at their data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, or_, select, update
from sqlalchemy.engine import Connection

from lib.ledger.engine import Ledger
from lib.ledger.morale_tables import CHECK_INS, TALKS_FELT
from lib.ledger.tables import AUDIT, CARE_TALKS
from lib.ledger.writes import now

SELF = ("employee", "mentor")


@dataclass(frozen=True)
class CheckIn:
    """What a person said on a day: pressure 1 none … 5 very high, growth 1 none … 5 a lot."""

    day: date
    pressure: int
    growth: int


@dataclass(frozen=True)
class TalkFelt:
    """One talk that was logged about a person, and whether the person said that it helped (None: not asked or not answered)."""

    talk_id: str
    day: date
    felt: bool | None


@dataclass(frozen=True)
class Looked:
    """Somebody did something with a person's data: which role, a closed word for what, and when (UTC)."""

    at: datetime
    role: str
    action: str


def check_in(book: Ledger, employee_id: str, day: date, pressure: int, growth: int) -> None:
    """Keep what a person says about a day; a later check-in of the day replaces it.  Raises ValueError outside of 1 to 5."""
    if not (1 <= pressure <= 5 and 1 <= growth <= 5):
        raise ValueError("pressure and growth are 1 to 5")
    values = dict(pressure=pressure, growth=growth, at=now())
    with book.writing() as con:
        mine = (CHECK_INS.c.employee_id == employee_id) & (CHECK_INS.c.day == day)
        if not con.execute(update(CHECK_INS).where(mine).values(**values)).rowcount:
            con.execute(insert(CHECK_INS).values(employee_id=employee_id, day=day, **values))


def last_check_in(con: Connection, employee_id: str) -> CheckIn | None:
    """The newest check-in of a person; None without any."""
    row = con.execute(select(CHECK_INS).where(CHECK_INS.c.employee_id == employee_id).order_by(CHECK_INS.c.day.desc()).limit(1)).first()
    return CheckIn(row.day, row.pressure, row.growth) if row else None


def talks_felt(con: Connection, employee_id: str, since: date, until: date) -> list[TalkFelt]:
    """The talks with a person that HR logged from ``since`` to ``until``, newest first, with the person's own answer; not a word of them."""
    rows = con.execute(select(CARE_TALKS.c.id, CARE_TALKS.c.talked_on, TALKS_FELT.c.felt)
                       .select_from(CARE_TALKS.outerjoin(TALKS_FELT, TALKS_FELT.c.talk_id == CARE_TALKS.c.id))
                       .where(CARE_TALKS.c.employee_id == employee_id, CARE_TALKS.c.talked_on.between(since, until))
                       .order_by(CARE_TALKS.c.talked_on.desc(), CARE_TALKS.c.created.desc()))
    return [TalkFelt(row.id, row.talked_on, row.felt) for row in rows]


def feel(book: Ledger, talk_id: str, employee_id: str, felt: bool) -> None:
    """Keep whether a talk helped, as the person it was with says; the answer may be changed.  Raises LookupError for a talk that was
    with somebody else or does not exist."""
    with book.writing() as con:
        if con.scalar(select(CARE_TALKS.c.employee_id).where(CARE_TALKS.c.id == talk_id)) != employee_id:
            raise LookupError(talk_id)
        values = dict(employee_id=employee_id, felt=felt, at=now())
        if not con.execute(update(TALKS_FELT).where(TALKS_FELT.c.talk_id == talk_id).values(**values)).rowcount:
            con.execute(insert(TALKS_FELT).values(talk_id=talk_id, **values))


def looked(con: Connection, employee_id: str, login: str, last: int = 20) -> list[Looked]:
    """Who did something with a person's data, newest first: lines of the audit about the person that the person did not make."""
    rows = con.execute(select(AUDIT.c.at, AUDIT.c.role, AUDIT.c.action).where(
        AUDIT.c.subject == employee_id, or_(AUDIT.c.role.not_in(SELF), AUDIT.c.who != login)).order_by(AUDIT.c.id.desc()).limit(last))
    return [Looked(row.at, row.role, row.action) for row in rows]
