"""Interventions: what is done about a person's risk, by whom and until when, and the note without which none is closed.

Which warnings were raised, and which were kept back so that false alarms can be measured, is here too.  Functions that take a ledger
are one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import uuid4

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.engine import Connection

from lib.ledger import audit, vault
from lib.ledger.cards import Changed
from lib.ledger.engine import Ledger
from lib.ledger.risk_tables import INTERVENTIONS, RISK_HELD
from lib.ledger.shape import OPEN_NOTE_REASONS, Intervention, NewIntervention
from lib.ledger.tables import CARDS, REMINDERS
from lib.ledger.talks import NOTE_DAYS, Expired
from lib.ledger.writes import now
from lib.words import say

KINDS = ("training", "goal_change", "other_department", "joint_visit", "pay_review", "promotion_talk", "workload", "mentor", "other")
CLOSED = ("done", "dropped")
NOTE = "interventions.note"
"""What the note is sealed for."""
LEAST_NOTE = 4
"""Characters that a note has at least: enough to say something, and more than a dot."""


class AlreadyOpen(ValueError):
    """Somebody is doing this for the person already."""


class NoNote(ValueError):
    """An intervention cannot be closed without a note of what came of it."""


def _of(row: Row) -> Intervention:  # type: ignore[type-arg]
    return Intervention(row.id, row.employee_id, row.kind, row.feature, row.owner, row.opened_on, row.due, row.state, row.closed_on,
                        row.p60_then, row.note_expires, row.version)


def start(book: Ledger, new: NewIntervention, p60: float | None, who: str, role: str, today: date) -> str:
    """Keep a new intervention with the chance that is shown today; returns its id.  The same ``request_key`` twice keeps one.

    Raises :class:`AlreadyOpen` and ValueError for a kind outside the list, a due day before today, or a key of another person's form.
    """
    if new.kind not in KINDS:
        raise ValueError(f"{new.kind!r} is none of {', '.join(KINDS)}")
    if not new.request_key or not new.owner or new.due < today:
        raise ValueError("an intervention needs its form's key, an owner and a day from today on")
    with book.writing() as con:
        there = con.execute(select(INTERVENTIONS.c.id, INTERVENTIONS.c.employee_id).where(INTERVENTIONS.c.request_key == new.request_key)).first()
        if there is not None:
            if there.employee_id != new.employee_id:
                raise ValueError("request_key belongs to another person's intervention")
            return str(there.id)
        same = (INTERVENTIONS.c.employee_id == new.employee_id) & (INTERVENTIONS.c.kind == new.kind) & (INTERVENTIONS.c.feature == new.feature)
        if con.execute(select(INTERVENTIONS.c.id).where(same, INTERVENTIONS.c.state == "open")).first():
            raise AlreadyOpen(say("risk.wrong.open"))
        made = uuid4().hex
        con.execute(insert(INTERVENTIONS).values(
            id=made, request_key=new.request_key, employee_id=new.employee_id, kind=new.kind, feature=new.feature, owner=new.owner,
            opened_on=today, due=new.due, state="open", closed_on=None, p60_then=p60, who=who, version=1))
        # The audit keeps facts about what HR did; the score itself is never in it.
        audit.write(con, who, role, "intervention.opened", new.employee_id, intervention=made, kind=new.kind, due=new.due.isoformat())
    return made


def close(book: Ledger, intervention_id: str, version: int, state: str, note: str, who: str, role: str, today: date,
          note_days: int = NOTE_DAYS) -> None:
    """Close an open intervention as ``done`` or ``dropped`` with HR's note, which may be opened for ``note_days`` days; notes whose days
    are over are removed here.

    Raises :class:`NoNote`, :class:`lib.ledger.cards.Changed` when somebody closed it meanwhile, LookupError when there is none and
    ValueError for another state.
    """
    if state not in CLOSED:
        raise ValueError(f"{state!r} is none of {', '.join(CLOSED)}")
    if len(note.strip()) < LEAST_NOTE:
        raise NoNote(say("risk.wrong.note", n=LEAST_NOTE))
    with book.writing() as con:
        row = con.execute(select(INTERVENTIONS).where(INTERVENTIONS.c.id == intervention_id)).first()
        if row is None:
            raise LookupError(intervention_id)
        if row.state != "open" or row.version != version:
            raise Changed(say("risk.wrong.closed"), row.who, row.closed_on or today)
        con.execute(update(INTERVENTIONS).where(INTERVENTIONS.c.note_expires < today, INTERVENTIONS.c.note_sealed.is_not(None))
                    .values(note_sealed=None))
        con.execute(update(INTERVENTIONS).where(INTERVENTIONS.c.id == intervention_id).values(
            state=state, closed_on=today, note_sealed=vault.seal(con, book, row.employee_id, note.strip(), NOTE),
            note_expires=today + timedelta(note_days), who=who, version=version + 1))
        audit.write(con, who, role, f"intervention.{state}", row.employee_id, intervention=intervention_id, kind=row.kind)


def open_note(book: Ledger, intervention_id: str, who: str, role: str, reason: str, today: date) -> str:
    """The words of an intervention's note.  That they were opened, by whom and why, is in the audit before they are returned.

    Raises LookupError when there is no note, ValueError for a reason that is not on the list, :class:`lib.ledger.talks.Expired` and
    :class:`lib.ledger.vault.KeyLost` (also when the person's key was destroyed).
    """
    if reason not in OPEN_NOTE_REASONS:
        raise ValueError(f"{reason!r} is none of {', '.join(OPEN_NOTE_REASONS)}")
    with book.writing() as con:
        row = con.execute(select(INTERVENTIONS).where(INTERVENTIONS.c.id == intervention_id)).first()
        if row is None or row.note_expires is None:
            raise LookupError(intervention_id)
        if row.note_expires < today or row.note_sealed is None:
            raise Expired(row.note_expires)
        audit.write(con, who, role, "note.opened", row.employee_id, reason=reason, intervention=intervention_id)
    with book.reading() as con:
        return vault.open_(con, book, row.employee_id, row.note_sealed, NOTE)


# --- reading ------------------------------------------------------------------------------------------------------------------

def person_of(con: Connection, intervention_id: str) -> str:
    """Whose intervention it is; LookupError when there is none."""
    found = con.scalar(select(INTERVENTIONS.c.employee_id).where(INTERVENTIONS.c.id == intervention_id))
    if found is None:
        raise LookupError(intervention_id)
    return str(found)


def kept(con: Connection, state: str = "", employee_id: str = "") -> list[Intervention]:
    """Interventions of a state ('' for every one), of one person when asked: the open ones first, the earliest due first, then those
    closed, newest first."""
    asked = select(INTERVENTIONS)
    if state:
        asked = asked.where(INTERVENTIONS.c.state == state)
    if employee_id:
        asked = asked.where(INTERVENTIONS.c.employee_id == employee_id)
    return sorted((_of(row) for row in con.execute(asked)),
                  key=lambda one: (one.state != "open", one.due.toordinal() if one.closed_on is None else -one.closed_on.toordinal(), one.id))


def helped(con: Connection) -> dict[str, tuple[date, bool]]:
    """employee_id → the day on which the person's last intervention was opened, and whether one is open now."""
    opened = func.max(INTERVENTIONS.c.opened_on)
    still = func.count().filter(INTERVENTIONS.c.state == "open")
    return {row[0]: (row[1], bool(row[2])) for row in con.execute(
        select(INTERVENTIONS.c.employee_id, opened, still).group_by(INTERVENTIONS.c.employee_id))}


def forget_chance(con: Connection, employee_id: str) -> None:
    """Take the chances out of a person's interventions: whoever objects to scoring has no score, nowhere.  ``con`` is a writing transaction."""
    con.execute(update(INTERVENTIONS).where(INTERVENTIONS.c.employee_id == employee_id).values(p60_then=None))
    con.execute(RISK_HELD.delete().where(RISK_HELD.c.employee_id == employee_id))


# --- warnings -----------------------------------------------------------------------------------------------------------------

def warned(con: Connection) -> dict[str, date]:
    """employee_id → the day of the last warning: when HR was told, the rise began, or the warning was kept back, whichever is latest."""
    last: dict[str, date] = {}
    told = select(REMINDERS.c.employee_id, CARDS.c.raised_on, REMINDERS.c.due).join(CARDS, CARDS.c.id == REMINDERS.c.card_id) \
        .where(REMINDERS.c.kind == "risk")
    for asked in (told, select(RISK_HELD.c.employee_id, RISK_HELD.c.held_on, RISK_HELD.c.due)):
        for who, on, due in con.execute(asked):
            last[who] = max(on, due, last.get(who, on))
    return last


def hold(con: Connection, rises: Mapping[str, date], share: float, today: date) -> int:
    """Keep that nobody was told of these rises (employee_id → first week), because the people were drawn for it; those kept already are
    skipped.  Returns how many are new.  ``con`` is a writing transaction."""
    there = {(row[0], row[1]) for row in con.execute(select(RISK_HELD.c.employee_id, RISK_HELD.c.due))}
    new = [(who, due) for who, due in sorted(rises.items()) if (who, due) not in there]
    if new:
        con.execute(insert(RISK_HELD), [dict(employee_id=who, due=due, held_on=today, share=share, at=now()) for who, due in new])
    return len(new)
