"""Cards: one per person who needs somebody, with the reasons for it, its owner, and every step it went through.

A card's ``version`` counts what people decide about it (put off, hand over, decline, log), so that nobody overwrites another's
decision; what the app does by itself (a reason merged in, a snoozed card that comes back) does not stand in anybody's way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import Row, and_, delete, func, insert, or_, select, update
from sqlalchemy.engine import Connection

from lib.ledger import audit, vault
from lib.ledger.engine import Ledger
from lib.ledger.shape import DECLINE_REASONS, SNOOZE_REASONS, OpenCard, Planned, Reason
from lib.ledger.tables import CARD_EVENTS, CARDS, CARE_TALKS, PROMISES, REMINDERS
from lib.ledger.writes import now
from lib.words import say

OPEN = ("open", "snoozed")
_AT_ONCE = 1000
WORDS = "cards.reason"
"""What HR's own words on a card are sealed for."""


class Changed(ValueError):
    """Somebody else changed the card (or settled the promise) meanwhile: ``who`` and ``at`` (UTC)."""

    def __init__(self, words: str, who: str, at: datetime | date):
        super().__init__(words)
        self.who, self.at = who, at


def open_cards(con: Connection) -> list[OpenCard]:
    """Every card that is not closed, with its reasons, oldest first.

    A reason's standing and evidence are the warehouse's and not kept here; ``ref`` is the promise's or the talk's id.
    """
    cards = con.execute(select(CARDS).where(CARDS.c.state.in_(OPEN)).order_by(CARDS.c.raised_on, CARDS.c.id)).all()
    reasons: dict[str, list[Reason]] = defaultdict(list)
    ids = [row.id for row in cards]
    found = [row for start in range(0, len(ids), _AT_ONCE)  # by the cards' ids: closed cards and their reminders are many
             for row in con.execute(select(REMINDERS).where(REMINDERS.c.card_id.in_(ids[start:start + _AT_ONCE]))
                                    .order_by(REMINDERS.c.due, REMINDERS.c.kind, REMINDERS.c.tag))]
    refs = _refs(con, [row for row in found if row.kind in ("promise", "follow_up")])
    for row in found:
        reasons[row.card_id].append(Reason(row.employee_id, row.kind, row.tag, row.due, strength=row.strength, chance=row.chance,
                                           ref=refs.get((row.kind, row.employee_id, row.due), "")))
    return [OpenCard(row.id, row.employee_id, row.owner, row.raised_on, row.state, row.until, row.version, tuple(reasons[row.id]))
            for row in cards]


def _refs(con: Connection, reminders: Sequence[Row]) -> dict[tuple[str, str, date], str]:  # type: ignore[type-arg]
    refs: dict[tuple[str, str, date], str] = {}
    for kind, table, due in (("promise", PROMISES, PROMISES.c.due), ("follow_up", CARE_TALKS, CARE_TALKS.c.next_on)):
        people = {row.employee_id for row in reminders if row.kind == kind}
        if people:
            still = [PROMISES.c.state == "open"] if table is PROMISES else []  # of two promises for one day the open one counts
            for row in con.execute(select(table.c.id, table.c.employee_id, due.label("day")).where(table.c.employee_id.in_(people))
                                   .order_by(*still, table.c.id)):
                refs[kind, row.employee_id, row.day] = row.id
    return refs


def reminded(con: Connection, since: date | None = None) -> set[tuple[str, str, str, date]]:
    """(employee_id, kind, tag, due) of everything that was ever raised; with ``since`` only what was due from that day on."""
    asked = select(REMINDERS.c.employee_id, REMINDERS.c.kind, REMINDERS.c.tag, REMINDERS.c.due)
    if since is not None:
        asked = asked.where(REMINDERS.c.due >= since)
    return {(row[0], row[1], row[2], row[3]) for row in con.execute(asked)}


def card_dates(con: Connection) -> dict[str, date]:
    """employee_id → the day on which HR was last told about the person."""
    return {row[0]: row[1] for row in con.execute(select(CARDS.c.employee_id, func.max(CARDS.c.raised_on)).group_by(CARDS.c.employee_id))}


def done_on(con: Connection, owner: str, day: date) -> int:
    """How much an HR got done on a day: cards closed as done, and talks without a card."""
    cards = select(func.count()).select_from(CARDS).where(CARDS.c.state == "done", CARDS.c.closed_by == owner, CARDS.c.closed_on == day)
    talks = select(func.count()).select_from(CARE_TALKS).where(CARE_TALKS.c.card_id.is_(None), CARE_TALKS.c.hr == owner,
                                                               CARE_TALKS.c.talked_on == day)
    return int(con.scalar(cards) or 0) + int(con.scalar(talks) or 0)


def raised_by(con: Connection, who: str, day: date) -> int:
    """How many people an HR was told of on a day: cards raised for them, whoever has them now and whatever became of them."""
    return int(con.scalar(select(func.count(func.distinct(CARDS.c.id))).select_from(CARDS).join(CARD_EVENTS, CARD_EVENTS.c.card_id == CARDS.c.id)
                          .where(CARDS.c.raised_on == day, CARD_EVENTS.c.what == "raised", CARD_EVENTS.c.who == who)) or 0)


def person_of_card(con: Connection, card_id: str) -> str | None:
    """Whom a card is about; None when there is no such card."""
    return con.scalar(select(CARDS.c.employee_id).where(CARDS.c.id == card_id))


def handed_over(con: Connection, who: str) -> list[tuple[str, str, str, datetime, str]]:
    """Cards that somebody handed over, newest first: (card_id, employee_id, owner now, when in UTC, state now)."""
    rows = con.execute(select(CARDS.c.id, CARDS.c.employee_id, CARDS.c.owner, func.max(CARD_EVENTS.c.at).label("at"), CARDS.c.state)
                       .join(CARD_EVENTS, CARD_EVENTS.c.card_id == CARDS.c.id)
                       .where(CARD_EVENTS.c.what == "handed_over", CARD_EVENTS.c.who == who)
                       .group_by(CARDS.c.id, CARDS.c.employee_id, CARDS.c.owner, CARDS.c.state)).all()
    return sorted(((row[0], row[1], row[2], row[3], row[4]) for row in rows), key=lambda row: row[3], reverse=True)


# --- what the app does by itself ----------------------------------------------------------------------------------------------


def raise_card(con: Connection, owner: str, planned: Planned, today: date, who: str) -> str:
    """A new card with its reminders; returns its id.

    Reminders that were raised before are skipped, and no card is made ('' is returned) when there is no other.  A person has
    one card at a time: when one is open already, the reasons go there and its id is returned.
    """
    there = con.scalar(select(CARDS.c.id).where(CARDS.c.employee_id == planned.employee_id, CARDS.c.state.in_(OPEN))
                       .order_by(CARDS.c.raised_on))
    if there is not None:
        merge(con, there, planned.reasons, who)
        return there
    fresh = _fresh(con, planned.employee_id, planned.reasons)
    if not fresh:
        return ""
    card_id = uuid4().hex
    con.execute(insert(CARDS).values(id=card_id, employee_id=planned.employee_id, raised_on=today, owner=owner, state="open", version=1))
    _remind(con, card_id, fresh)
    event(con, card_id, who, "raised", reasons=len(fresh))
    return card_id


def take_back(con: Connection, card_id: str) -> None:
    """Undo a card that nobody did anything about, as if it had never been raised: its reasons may be raised again."""
    for table in (REMINDERS, CARD_EVENTS):
        con.execute(delete(table).where(table.c.card_id == card_id))
    con.execute(delete(CARDS).where(CARDS.c.id == card_id, CARDS.c.state == "open", CARDS.c.version == 1))


def merge(con: Connection, card_id: str, reasons: Iterable[Reason], who: str) -> int:
    """Add reasons to an open card; those raised before are skipped.  Returns how many were new."""
    employee_id = person_of_card(con, card_id)
    fresh = _fresh(con, employee_id, reasons) if employee_id is not None else []
    if fresh:
        _remind(con, card_id, fresh)
        event(con, card_id, who, "merged", reasons=len(fresh))
    return len(fresh)


def _fresh(con: Connection, employee_id: str, reasons: Iterable[Reason]) -> list[Reason]:
    wanted = {(reason.kind, reason.tag, reason.due): reason for reason in reasons if reason.employee_id == employee_id}
    if not wanted:
        return []
    there = {(row[0], row[1], row[2]) for row in con.execute(
        select(REMINDERS.c.kind, REMINDERS.c.tag, REMINDERS.c.due)
        .where(REMINDERS.c.employee_id == employee_id, or_(*(and_(REMINDERS.c.kind == kind, REMINDERS.c.tag == tag, REMINDERS.c.due == due)
                                                             for kind, tag, due in wanted))))}
    return [reason for key, reason in wanted.items() if key not in there]


def _remind(con: Connection, card_id: str, reasons: Sequence[Reason]) -> None:
    con.execute(insert(REMINDERS), [dict(id=uuid4().hex, card_id=card_id, employee_id=reason.employee_id, kind=reason.kind, tag=reason.tag,
                                         due=reason.due, strength=reason.strength, chance=reason.chance) for reason in reasons])


def wake(con: Connection, card_id: str, who: str = "system") -> bool:
    """Bring a snoozed card back; False when it was not snoozed."""
    woken = con.execute(update(CARDS).where(CARDS.c.id == card_id, CARDS.c.state == "snoozed").values(state="open", until=None)).rowcount
    if woken:
        event(con, card_id, who, "woke")
    return woken > 0


def expire(con: Connection, card_id: str, today: date, who: str = "system") -> bool:
    """Close a card whose reasons are long over; False when it was closed already."""
    closed = con.execute(update(CARDS).where(CARDS.c.id == card_id, CARDS.c.state.in_(OPEN))
                         .values(state="expired", until=None, closed_on=today, version=CARDS.c.version + 1)).rowcount
    if closed:
        event(con, card_id, who, "expired")
    return closed > 0


def event(con: Connection, card_id: str, who: str, what: str, **detail: object) -> None:
    """Note what happened to a card (``what`` is a closed word of the table); detail are facts, never words about the person."""
    con.execute(insert(CARD_EVENTS).values(card_id=card_id, at=now(), who=who, what=what, detail=detail))


# --- what people decide -------------------------------------------------------------------------------------------------------


def snooze(book: Ledger, card_id: str, version: int, until: date, reason: str, who: str, words: str = "", role: str = "hr") -> None:
    """Put a card off until a day.  Raises :class:`Changed`, ValueError for a reason that is not on the list."""
    _one_of(reason, SNOOZE_REASONS)
    with book.writing() as con:
        row = take(con, card_id, version)
        _decide(con, book, row, who, role, "snoozed", {"until": until.isoformat(), "reason": reason}, words,
                state="snoozed", until=until, reason=reason)


def hand_over(book: Ledger, card_id: str, version: int, to: str, who: str, role: str = "hr") -> None:
    """Give a card to a colleague; it stays open, or snoozed until its day.  Raises :class:`Changed`."""
    with book.writing() as con:
        row = take(con, card_id, version)
        _decide(con, book, row, who, role, "handed_over", {"from": row.owner, "to": to}, owner=to)


def decline(book: Ledger, card_id: str, version: int, reason: str, who: str, today: date, words: str = "", role: str = "hr") -> None:
    """Close a card without a talk.  Raises :class:`Changed`, ValueError for a reason that is not on the list."""
    _one_of(reason, DECLINE_REASONS)
    with book.writing() as con:
        row = take(con, card_id, version)
        _decide(con, book, row, who, role, "declined", {"reason": reason}, words,
                state="declined", until=None, closed_on=today, closed_by=who, reason=reason)


def judge(book: Ledger, card_id: str, useful: bool, who: str, role: str = "hr") -> None:
    """Say whether the reminder was useful, before or after the card is closed; the last word counts."""
    with book.writing() as con:
        if not con.execute(update(CARDS).where(CARDS.c.id == card_id).values(useful=useful)).rowcount:
            raise LookupError(card_id)
        event(con, card_id, who, "judged", useful=useful)
        audit.write(con, who, role, "card.judged", person_of_card(con, card_id), card=card_id, useful=useful)


def take(con: Connection, card_id: str, version: int) -> Row:  # type: ignore[type-arg]
    """The open card as it stands, held by this writing transaction.

    Raises LookupError when there is none and :class:`Changed` when it is closed or at another version.
    """
    row = con.execute(select(CARDS).where(CARDS.c.id == card_id)).first()
    if row is None:
        raise LookupError(card_id)
    if row.state not in OPEN or row.version != version:
        last = con.execute(select(CARD_EVENTS.c.who, CARD_EVENTS.c.at).where(CARD_EVENTS.c.card_id == card_id)
                           .order_by(CARD_EVENTS.c.id.desc())).first()
        who, at = (last.who, last.at) if last else (row.owner, now())
        raise Changed(say("ledger.changed", who=who, when=f"{at:%Y-%m-%d %H:%M}"), who, at)
    return row


def _decide(con: Connection, book: Ledger, row: Row, who: str, role: str, what: str,  # type: ignore[type-arg]
            detail: dict[str, object], words: str = "", **values: object) -> None:
    if words:
        values["reason_sealed"] = vault.seal(con, book, row.employee_id, words, WORDS)
    con.execute(update(CARDS).where(CARDS.c.id == row.id).values(version=row.version + 1, **values))
    event(con, row.id, who, what, **detail)
    audit.write(con, who, role, f"card.{what}", row.employee_id, card=row.id, **detail)


def _one_of(reason: str, known: Sequence[str]) -> None:
    if reason not in known:
        raise ValueError(f"{reason!r} is none of {', '.join(known)}")
