"""Talks and promises: what was done for a person.  Their words are sealed, and are opened one by one, with a reason, audited first."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection

from lib.ledger import audit, draws, vault
from lib.ledger.cards import Changed, event, take
from lib.ledger.engine import Ledger
from lib.ledger.shape import IMPRESSIONS, OPEN_NOTE_REASONS, TOPICS, PromiseSeen, Reason, TalkLog, TalkSeen
from lib.ledger.tables import CARDS, CARE_TALKS, PROMISES
from lib.ledger.writes import now
from lib.words import say

NOTE, PROMISE = "care_talks.note", "promises.text"
"""What the words are sealed for."""
NOTE_DAYS = 180


class Expired(ValueError):
    """The note was kept until ``day`` and may not be opened any more."""

    def __init__(self, day: date):
        super().__init__(say("ledger.note_expired", day=day))
        self.day = day


def log_talk(book: Ledger, log: TalkLog, who: str, role: str, today: date, note_days: int = NOTE_DAYS) -> str:
    """Keep a talk with its note, promise and closed card, event and audit line: all of them or nothing.  Returns the talk's id.

    The same ``request_key`` again returns the talk that is there.  With a card, the talk closes it as done; raises
    :class:`lib.ledger.cards.Changed`, with nothing kept, when it is closed or at another version.  Raises ValueError for values
    outside the closed lists, a promise without a day, or a key that was used for another person's talk.
    The note may be opened for ``note_days`` days after the talk; notes that are over are removed here.
    """
    _check(log, today)
    with book.writing() as con:
        there = con.execute(select(CARE_TALKS.c.id, CARE_TALKS.c.employee_id).where(CARE_TALKS.c.request_key == log.request_key)).first()
        if there is not None:
            if there.employee_id != log.employee_id:
                raise ValueError("request_key belongs to another person's talk")
            return there.id
        card = take(con, log.card_id, log.version) if log.card_id else None
        if card is not None and card.employee_id != log.employee_id:
            raise ValueError("the card is another person's")
        con.execute(update(CARE_TALKS).where(CARE_TALKS.c.note_expires < today, CARE_TALKS.c.note_sealed.is_not(None)).values(note_sealed=None))
        talk_id = uuid4().hex
        note = vault.seal(con, book, log.employee_id, log.note, NOTE) if log.note else None
        con.execute(insert(CARE_TALKS).values(
            id=talk_id, request_key=log.request_key, card_id=card.id if card is not None else None, employee_id=log.employee_id,
            talked_on=log.talked_on, hr=who, minutes=log.minutes, tag=log.tag, topic=log.topic, support=log.support,
            impression=log.impression, next_on=log.next_on, note_sealed=note,
            note_expires=log.talked_on + timedelta(days=note_days) if note else None, created=now()))
        if log.promise:
            con.execute(insert(PROMISES).values(id=uuid4().hex, talk_id=talk_id, employee_id=log.employee_id, hr=who, due=log.promise_due,
                                                text_sealed=vault.seal(con, book, log.employee_id, log.promise, PROMISE), state="open"))
        if card is not None:
            useful = {} if log.useful is None else {"useful": log.useful}
            con.execute(update(CARDS).where(CARDS.c.id == card.id).values(
                state="done", until=None, closed_on=today, closed_by=who, version=card.version + 1, **useful))
            event(con, card.id, who, "logged", talk=talk_id, **useful)
        audit.write(con, who, role, "talk.logged", log.employee_id, talk=talk_id, card=log.card_id, minutes=log.minutes,
                    note=bool(log.note), promise=bool(log.promise))
        draws.talked(con, log.employee_id, who, role, today)
    return talk_id


def _check(log: TalkLog, today: date) -> None:
    if log.topic not in TOPICS or log.impression not in IMPRESSIONS:
        raise ValueError(f"topic {log.topic!r} or impression {log.impression!r} is not on its list")
    if not log.request_key or log.minutes < 0:
        raise ValueError("a talk needs its request_key and a length of 0 minutes or more")
    if log.promise and log.promise_due is None:
        raise ValueError("a promise needs its day")
    if log.talked_on > today:
        raise ValueError("a talk cannot be logged before it took place")


def talk_dates(con: Connection) -> dict[str, date]:
    """employee_id → the day of the person's last talk that was logged here."""
    return {row[0]: row[1] for row in con.execute(select(CARE_TALKS.c.employee_id, func.max(CARE_TALKS.c.talked_on))
                                                  .group_by(CARE_TALKS.c.employee_id))}


def talks_about(con: Connection) -> dict[tuple[str, str], date]:
    """(employee_id, tag) → the day of the last talk about this tag that was logged here."""
    return {(row[0], row[1]): row[2] for row in con.execute(
        select(CARE_TALKS.c.employee_id, CARE_TALKS.c.tag, func.max(CARE_TALKS.c.talked_on)).where(CARE_TALKS.c.tag != "")
        .group_by(CARE_TALKS.c.employee_id, CARE_TALKS.c.tag))}


def talks_of(con: Connection, employee_id: str, last: int = 3, today: date | None = None) -> list[TalkSeen]:
    """A person's last talks, newest first, without a word of them; a note counts as there until its last day (``today``)."""
    day = today or now().date()
    rows = con.execute(select(CARE_TALKS).where(CARE_TALKS.c.employee_id == employee_id)
                       .order_by(CARE_TALKS.c.talked_on.desc(), CARE_TALKS.c.created.desc()).limit(last))
    return [TalkSeen(row.id, row.talked_on, row.minutes, row.tag, row.topic, row.support, row.hr,
                     row.note_sealed is not None and row.note_expires >= day, "ledger") for row in rows]


def follow_ups(con: Connection, today: date) -> list[Reason]:
    """Whom somebody promised to look at again by today: of each person's last talk only, so a later talk settles it."""
    newest = func.row_number().over(partition_by=CARE_TALKS.c.employee_id,
                                    order_by=(CARE_TALKS.c.talked_on.desc(), CARE_TALKS.c.created.desc())).label("newest")
    ranked = select(CARE_TALKS.c.id, CARE_TALKS.c.employee_id, CARE_TALKS.c.next_on, newest).subquery()
    rows = con.execute(select(ranked).where(ranked.c.newest == 1, ranked.c.next_on <= today).order_by(ranked.c.next_on, ranked.c.employee_id))
    return [Reason(row.employee_id, "follow_up", "", row.next_on, ref=row.id) for row in rows]


def promises_due(con: Connection, today: date) -> list[Reason]:
    """Promises that are open and were to be kept by today, oldest first."""
    rows = con.execute(select(PROMISES).where(PROMISES.c.state == "open", PROMISES.c.due <= today).order_by(PROMISES.c.due, PROMISES.c.id))
    return [Reason(row.employee_id, "promise", "", row.due, ref=row.id) for row in rows]


def promises_open(con: Connection) -> list[tuple[str, PromiseSeen]]:
    """Every promise that is neither kept nor broken: (employee_id, promise), by due day."""
    rows = con.execute(select(PROMISES, CARE_TALKS.c.talked_on).join(CARE_TALKS, CARE_TALKS.c.id == PROMISES.c.talk_id)
                       .where(PROMISES.c.state == "open").order_by(PROMISES.c.due, PROMISES.c.id))
    return [(row.employee_id, PromiseSeen(row.id, row.due, row.state, row.hr, row.talked_on)) for row in rows]


def last_promise(con: Connection, employee_id: str) -> PromiseSeen | None:
    """The promise to a person that has been open longest, else the one made last, whatever became of it; None without any."""
    made = select(PROMISES, CARE_TALKS.c.talked_on).join(CARE_TALKS, CARE_TALKS.c.id == PROMISES.c.talk_id) \
        .where(PROMISES.c.employee_id == employee_id)
    row = con.execute(made.where(PROMISES.c.state == "open").order_by(PROMISES.c.due, PROMISES.c.id)).first() \
        or con.execute(made.order_by(CARE_TALKS.c.talked_on.desc(), CARE_TALKS.c.created.desc())).first()
    return PromiseSeen(row.id, row.due, row.state, row.hr, row.talked_on) if row else None


def person_of_talk(con: Connection, talk_id: str) -> str | None:
    """Whom a talk was with; None when there is no such talk."""
    return con.scalar(select(CARE_TALKS.c.employee_id).where(CARE_TALKS.c.id == talk_id))


def person_of_promise(con: Connection, promise_id: str) -> str | None:
    """Whom a promise was made to; None when there is no such promise."""
    return con.scalar(select(PROMISES.c.employee_id).where(PROMISES.c.id == promise_id))


def settle(book: Ledger, promise_id: str, state: str, who: str, today: date, role: str = "hr") -> None:
    """Say that a promise was ``kept`` or ``broken``.

    Raises LookupError, ValueError for another state, and :class:`lib.ledger.cards.Changed` when somebody has said it already.
    """
    if state not in ("kept", "broken"):
        raise ValueError(f"{state!r} is none of kept, broken")
    with book.writing() as con:
        row = con.execute(select(PROMISES).where(PROMISES.c.id == promise_id)).first()
        if row is None:
            raise LookupError(promise_id)
        if row.state != "open":
            raise Changed(say("ledger.promise_settled", who=row.settled_by, when=row.settled_on), row.settled_by, row.settled_on)
        con.execute(update(PROMISES).where(PROMISES.c.id == promise_id).values(state=state, settled_on=today, settled_by=who))
        audit.write(con, who, role, "promise.settled", row.employee_id, promise=promise_id, state=state)


def open_note(book: Ledger, talk_id: str, who: str, role: str, reason: str, today: date | None = None) -> str:
    """The words of a talk.  That they were opened, by whom and why, is in the audit and on disk before they are returned.

    Raises LookupError when there is no note, ValueError for a reason that is not on the list, :class:`Expired`, and
    :class:`lib.ledger.vault.KeyLost`.
    """
    with book.writing() as con:
        row = con.execute(select(CARE_TALKS.c.employee_id, CARE_TALKS.c.note_sealed, CARE_TALKS.c.note_expires)
                          .where(CARE_TALKS.c.id == talk_id)).first()
        if row is None or row.note_expires is None:
            raise LookupError(talk_id)
        if row.note_expires < (today or now().date()) or row.note_sealed is None:
            raise Expired(row.note_expires)
        _say_why(con, who, role, "note.opened", row.employee_id, reason, talk=talk_id)
    with book.reading() as con:
        return vault.open_(con, book, row.employee_id, row.note_sealed, NOTE)


def open_promise(book: Ledger, promise_id: str, who: str, role: str, reason: str) -> str:
    """The words of a promise, audited as :func:`open_note` does.  Raises LookupError, ValueError, KeyLost."""
    with book.writing() as con:
        row = con.execute(select(PROMISES.c.employee_id, PROMISES.c.text_sealed).where(PROMISES.c.id == promise_id)).first()
        if row is None:
            raise LookupError(promise_id)
        _say_why(con, who, role, "promise.opened", row.employee_id, reason, promise=promise_id)
    with book.reading() as con:
        return vault.open_(con, book, row.employee_id, row.text_sealed, PROMISE)


def _say_why(con: Connection, who: str, role: str, action: str, employee_id: str, reason: str, **what: str) -> None:
    if reason not in OPEN_NOTE_REASONS:
        raise ValueError(f"{reason!r} is none of {', '.join(OPEN_NOTE_REASONS)}")
    audit.write(con, who, role, action, employee_id, reason=reason, **what)
