"""Support for pain points: assigned to a person by name, with who sees to it and until when, and closed as done or dropped.

Closed words, days and ids only; nothing here is text that somebody wrote.  Functions that take a ledger are one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from sqlalchemy import insert, or_, select, update
from sqlalchemy.engine import Connection

from lib.ledger import audit
from lib.ledger.cards import Changed
from lib.ledger.engine import Ledger
from lib.ledger.morale_tables import SUPPORTS
from lib.words import say

PAINS = ("script", "prospecting", "lost_growth")
KINDS = ("course", "mentor_session", "extra_leads", "career_plan", "hr_talk")
CLOSED = ("done", "dropped")


class AlreadyOpen(ValueError):
    """The person is being given this kind of support for this pain already."""


@dataclass(frozen=True)
class NewSupport:
    """A support to assign.  ``owner``: login or employee_id of who sees to it; ``request_key`` is made with the form."""

    request_key: str
    employee_id: str
    pain: str
    kind: str
    owner: str
    due: date


@dataclass(frozen=True)
class Support:
    """A support as it is kept; ``version`` counts what people decided about it."""

    id: str
    employee_id: str
    pain: str
    kind: str
    owner: str
    assigned_on: date
    due: date
    state: str
    closed_on: date | None
    version: int

    def overdue(self, today: date) -> bool:
        """Whether it is open and its day has passed."""
        return self.state == "open" and self.due < today


def assign(book: Ledger, new: NewSupport, who: str, role: str, today: date) -> str:
    """Keep a support; returns its id.  The same ``request_key`` twice keeps one.

    Raises :class:`AlreadyOpen` and ValueError for words outside the lists, a due day before today or a key of another person's support.
    """
    if new.pain not in PAINS or new.kind not in KINDS:
        raise ValueError(f"{new.kind!r} for {new.pain!r} is no support")
    if not new.request_key or not new.owner or new.due < today:
        raise ValueError("a support needs its form's key, an owner and a day from today on")
    with book.writing() as con:
        there = con.execute(select(SUPPORTS.c.id, SUPPORTS.c.employee_id).where(SUPPORTS.c.request_key == new.request_key)).first()
        if there is not None:
            if there.employee_id != new.employee_id:
                raise ValueError("request_key belongs to another person's support")
            return str(there.id)
        same = (SUPPORTS.c.employee_id == new.employee_id) & (SUPPORTS.c.pain == new.pain) & (SUPPORTS.c.kind == new.kind)
        if con.execute(select(SUPPORTS.c.id).where(same, SUPPORTS.c.state == "open")).first():
            raise AlreadyOpen(say("pain.wrong.open"))
        made = uuid4().hex
        con.execute(insert(SUPPORTS).values(
            id=made, request_key=new.request_key, employee_id=new.employee_id, pain=new.pain, kind=new.kind, owner=new.owner,
            assigned_on=today, due=new.due, state="open", closed_on=None, who=who, version=1))
        audit.write(con, who, role, "support.assign", new.employee_id, support=made, pain=new.pain, kind=new.kind, due=new.due.isoformat())
    return made


def close(book: Ledger, support_id: str, version: int, state: str, who: str, role: str, today: date) -> None:
    """Close an open support as ``done`` or ``dropped``.

    Raises :class:`lib.ledger.cards.Changed` when somebody closed it meanwhile, LookupError when there is none, ValueError for another state.
    """
    if state not in CLOSED:
        raise ValueError(f"{state!r} is none of {', '.join(CLOSED)}")
    with book.writing() as con:
        row = con.execute(select(SUPPORTS).where(SUPPORTS.c.id == support_id)).first()
        if row is None:
            raise LookupError(support_id)
        if row.state != "open" or row.version != version:
            raise Changed(say("pain.wrong.closed"), row.who, row.closed_on or today)
        con.execute(update(SUPPORTS).where(SUPPORTS.c.id == support_id).values(state=state, closed_on=today, who=who, version=version + 1))
        audit.write(con, who, role, f"support.{state}", row.employee_id, support=support_id, pain=row.pain, kind=row.kind)


def person_of(con: Connection, support_id: str) -> str:
    """Whose support it is; LookupError when there is none."""
    found = con.execute(select(SUPPORTS.c.employee_id).where(SUPPORTS.c.id == support_id)).scalar()
    if found is None:
        raise LookupError(support_id)
    return str(found)


def open_and_recent(con: Connection, since: date) -> list[Support]:
    """Every open support, the earliest due first, then those assigned or closed from a day on, newest first."""
    asked = select(SUPPORTS).where(or_(SUPPORTS.c.state == "open", SUPPORTS.c.closed_on >= since, SUPPORTS.c.assigned_on >= since))
    found = [Support(row.id, row.employee_id, row.pain, row.kind, row.owner, row.assigned_on, row.due, row.state, row.closed_on, row.version)
             for row in con.execute(asked)]
    return sorted(found, key=lambda one: (one.state != "open", one.due.toordinal() if one.state == "open" else -(one.closed_on or one.due).toordinal(), one.id))


def looked(book: Ledger, ids: Iterable[str], who: str, role: str, pains: str) -> int:
    """Keep in the audit that these people's pain points were looked at (:func:`lib.ledger.audit.looked`)."""
    return audit.looked(book, ids, who, role, "pain.looked", pains=pains)
