"""Mentors in the ledger: pairs, sessions that both confirm, and requests for help with their clock.

A session counts only when both have said that it took place: whoever proposes it can never confirm it for the other.  A request for
help is due within the hour; when nobody has answered by then it goes on to the team lead and HR, once, and may still be answered.
Moments are UTC.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import Row, and_, func, insert, or_, select, update
from sqlalchemy.engine import Connection

from lib.ledger import audit, vault
from lib.ledger.engine import Ledger
from lib.ledger.morale_tables import HELP_REQUESTS, JOINT_SESSIONS, MENTOR_PAIRS
from lib.ledger.writes import now

KINDS = ("joint_consultation", "script_review", "customer_visit")
TOPICS = ("objection", "closing", "product", "customer", "tools", "mood", "other")
"""What a request is about: a closed list, so that it can be counted without a word of what was asked."""
MOST_WORDS = 500
MOST_MINUTES = 600
WORDS = "help_requests.words"
"""What the words of a request are sealed for."""


class NotYours(PermissionError):
    """This person has no part in it, or may not say this word: nobody confirms for the other."""


class Paired(ValueError):
    """The mentee has a mentor already, or the mentor has as many mentees as a mentor may have."""


class SaidAlready(ValueError):
    """A session of these two, of this kind and on this day is there already."""


class StillOpen(ValueError):
    """There is an open request of this person to this mentor already; ``at`` is when it was asked (UTC)."""

    def __init__(self, at: datetime):
        super().__init__(f"asked at {at:%H:%M} UTC")
        self.at = at


@dataclass(frozen=True)
class Pair:
    """A pair that was made, or ended (``until``), in the app."""

    id: str
    employee_id: str
    mentor_id: str
    since: date
    until: date | None


@dataclass(frozen=True)
class Session:
    """One session; ``proposed_by`` is mentor or mentee; ``state``: proposed, confirmed (by both) or declined."""

    id: str
    employee_id: str
    mentor_id: str
    kind: str
    day: date
    minutes: int
    proposed_by: str
    state: str


@dataclass(frozen=True)
class Request:
    """One request for help without its words (``words`` says whether there are any)."""

    id: str
    employee_id: str
    mentor_id: str
    topic: str
    words: bool
    asked_at: datetime
    due_at: datetime
    state: str
    answered_at: datetime | None
    answered_by: str | None
    escalated_at: datetime | None

    @property
    def on_time(self) -> bool | None:
        """Whether it was answered in time; None while it still can be (or was withdrawn)."""
        if self.answered_at is not None:
            return self.answered_at <= self.due_at
        return False if self.escalated_at is not None else None


# --- pairs ------------------------------------------------------------------------------------------------------------------------


def pair(book: Ledger, mentor_id: str, employee_id: str, since: date, who: str, role: str = "hr", most: int = 3,
         known: Collection[str] = (), mentees: Collection[str] = ()) -> str:
    """Give somebody a mentor from a day on; returns the pair's id, also of the same pair that is there.

    ``known``: mentors whom the mentee has by files, ``mentees``: those the mentor has by files.  Raises :class:`Paired`, and ValueError
    for one person as both.
    """
    if mentor_id == employee_id:
        raise ValueError("nobody is their own mentor")
    with book.writing() as con:
        there = [row for row in _open(con, employee_id=employee_id)]
        same = next((row for row in there if row.mentor_id == mentor_id), None)
        if same is not None:
            return same.id
        if there or set(known) - {mentor_id}:
            raise Paired("the mentee has a mentor")
        having = {row.employee_id for row in _open(con, mentor_id=mentor_id)} | set(mentees)
        if len(having - {employee_id}) >= most:
            raise Paired("the mentor has enough mentees")
        pair_id = uuid4().hex
        con.execute(insert(MENTOR_PAIRS).values(id=pair_id, mentor_id=mentor_id, employee_id=employee_id, since=since, who=who, at=now()))
        audit.write(con, who, role, "mentor.paired", employee_id, mentor=mentor_id, since=since.isoformat())
    return pair_id


def unpair(book: Ledger, mentor_id: str, employee_id: str, until: date, who: str, role: str = "hr", since: date | None = None) -> None:
    """End a pair on a day; open requests between the two go on to the lead.  ``since``: first day of a pair that only files know.

    Raises LookupError when the two are no pair.
    """
    with book.writing() as con:
        there = [row for row in _open(con, employee_id=employee_id) if row.mentor_id == mentor_id]
        if there:
            con.execute(update(MENTOR_PAIRS).where(MENTOR_PAIRS.c.id.in_([row.id for row in there])).values(until=until))
        elif since is not None:
            con.execute(insert(MENTOR_PAIRS).values(id=uuid4().hex, mentor_id=mentor_id, employee_id=employee_id, since=since, until=until,
                                                    who=who, at=now()))
        else:
            raise LookupError(f"{mentor_id} is not the mentor of {employee_id}")
        con.execute(update(HELP_REQUESTS).where(HELP_REQUESTS.c.employee_id == employee_id, HELP_REQUESTS.c.mentor_id == mentor_id,
                                                HELP_REQUESTS.c.state == "open", HELP_REQUESTS.c.escalated_at.is_(None)).values(escalated_at=now()))
        audit.write(con, who, role, "mentor.unpaired", employee_id, mentor=mentor_id, until=until.isoformat())


def pairs(con: Connection, who: str | None = None) -> list[Pair]:
    """Every pair that was made or ended in the app, oldest first; with ``who`` only those with this person in it."""
    asked = select(MENTOR_PAIRS).order_by(MENTOR_PAIRS.c.since, MENTOR_PAIRS.c.at, MENTOR_PAIRS.c.id)
    if who is not None:
        asked = asked.where(or_(MENTOR_PAIRS.c.employee_id == who, MENTOR_PAIRS.c.mentor_id == who))
    return [Pair(row.id, row.employee_id, row.mentor_id, row.since, row.until) for row in con.execute(asked)]


def _open(con: Connection, **of: str) -> list[Row]:  # type: ignore[type-arg]
    return list(con.execute(select(MENTOR_PAIRS).where(MENTOR_PAIRS.c.until.is_(None), *(MENTOR_PAIRS.c[name] == value for name, value in of.items()))))


# --- sessions that both confirm ---------------------------------------------------------------------------------------------------


def propose(book: Ledger, request_key: str, who: str, mentor_id: str, employee_id: str, kind: str, day: date, minutes: int) -> str:
    """Say that a session took place; ``who`` is one of the two, and has confirmed with it.  Returns the session's id; the same
    ``request_key`` again returns the one that is there.

    Raises :class:`NotYours` for anybody else, ValueError for a kind or length that no form offers, and :class:`SaidAlready` for a second
    session of one kind on one day; one that was declined does not count.
    """
    if who not in (mentor_id, employee_id) or mentor_id == employee_id:
        raise NotYours("only the two of a session may propose it")
    if kind not in KINDS or not 0 < minutes <= MOST_MINUTES or not request_key:
        raise ValueError(f"a session is one of {', '.join(KINDS)} and takes 1 to {MOST_MINUTES} minutes")
    by = "mentor" if who == mentor_id else "mentee"
    with book.writing() as con:
        there = con.execute(select(JOINT_SESSIONS).where(JOINT_SESSIONS.c.request_key == request_key)).first()
        if there is not None:
            if (there.mentor_id, there.employee_id, there.proposed_by) != (mentor_id, employee_id, by):
                raise ValueError("request_key belongs to another session")
            return str(there.id)
        same = (JOINT_SESSIONS.c.mentor_id == mentor_id, JOINT_SESSIONS.c.employee_id == employee_id, JOINT_SESSIONS.c.kind == kind,
                JOINT_SESSIONS.c.day == day, JOINT_SESSIONS.c.declined_at.is_(None))
        if con.scalar(select(JOINT_SESSIONS.c.id).where(*same)) is not None:
            raise SaidAlready(f"{kind} of {day}")
        session_id = uuid4().hex
        con.execute(insert(JOINT_SESSIONS).values(
            id=session_id, request_key=request_key, mentor_id=mentor_id, employee_id=employee_id, kind=kind, day=day, minutes=minutes,
            proposed_by=by, **{f"{by}_at": now()}))
    return session_id


def confirm(book: Ledger, session_id: str, who: str) -> bool:
    """The other of the two says that the session took place; False when both had said so already.

    Raises :class:`NotYours` for whoever proposed it and for anybody else, LookupError for a session that is none or was declined.
    """
    with book.writing() as con:
        row = _session(con, session_id)
        other = row.employee_id if row.proposed_by == "mentor" else row.mentor_id
        if who != other:
            raise NotYours("only the other of the two may confirm a session")
        if row.declined_at is not None:
            raise LookupError(session_id)
        column = "mentee_at" if row.proposed_by == "mentor" else "mentor_at"
        if getattr(row, column) is not None:
            return False
        con.execute(update(JOINT_SESSIONS).where(JOINT_SESSIONS.c.id == session_id).values(**{column: now()}))
    return True


def decline(book: Ledger, session_id: str, who: str) -> bool:
    """The other says that it did not take place, or whoever proposed it takes it back; False when that was said already.

    Raises :class:`NotYours`, and ValueError once both have confirmed.
    """
    with book.writing() as con:
        row = _session(con, session_id)
        if who not in (row.mentor_id, row.employee_id):
            raise NotYours("only the two of a session may decline it")
        if row.mentor_at is not None and row.mentee_at is not None:
            raise ValueError("both have confirmed this session")
        if row.declined_at is not None:
            return False
        con.execute(update(JOINT_SESSIONS).where(JOINT_SESSIONS.c.id == session_id).values(declined_at=now()))
    return True


def sessions(con: Connection, who: str, since: date) -> list[Session]:
    """The sessions with this person in it from a day on, newest first."""
    rows = con.execute(select(JOINT_SESSIONS).where(or_(JOINT_SESSIONS.c.employee_id == who, JOINT_SESSIONS.c.mentor_id == who),
                                                    JOINT_SESSIONS.c.day >= since).order_by(JOINT_SESSIONS.c.day.desc(), JOINT_SESSIONS.c.id))
    return [_seen(row) for row in rows]


def confirmed(con: Connection, mentors: Collection[str], since: date) -> list[Session]:
    """The sessions of these mentors that both confirmed, from a day on."""
    both = and_(JOINT_SESSIONS.c.mentor_at.is_not(None), JOINT_SESSIONS.c.mentee_at.is_not(None), JOINT_SESSIONS.c.declined_at.is_(None))
    rows = con.execute(select(JOINT_SESSIONS).where(both, JOINT_SESSIONS.c.mentor_id.in_(sorted(mentors)), JOINT_SESSIONS.c.day >= since))
    return [_seen(row) for row in rows]


def _session(con: Connection, session_id: str) -> Row:  # type: ignore[type-arg]
    row = con.execute(select(JOINT_SESSIONS).where(JOINT_SESSIONS.c.id == session_id)).first()
    if row is None:
        raise LookupError(session_id)
    return row


def _seen(row: Row) -> Session:  # type: ignore[type-arg]
    both = row.mentor_at is not None and row.mentee_at is not None
    return Session(row.id, row.employee_id, row.mentor_id, row.kind, row.day, row.minutes, row.proposed_by,
                   "declined" if row.declined_at is not None else "confirmed" if both else "proposed")


# --- requests for help ------------------------------------------------------------------------------------------------------------


def ask(book: Ledger, request_key: str, employee_id: str, mentor_id: str, topic: str, words: str = "", minutes: int = 60,
        at: datetime | None = None) -> str:
    """Ask the mentor for help; an answer is due ``minutes`` after ``at`` (default: now).  Returns the request's id; the same
    ``request_key`` again returns the one that is there.

    Raises :class:`StillOpen` while an earlier request to this mentor is open, ValueError for a topic that is not on the list.
    """
    if topic not in TOPICS or len(words) > MOST_WORDS or not request_key or employee_id == mentor_id:
        raise ValueError(f"a request has a topic of {', '.join(TOPICS)} and at most {MOST_WORDS} characters")
    with book.writing() as con:
        moment = at or now()
        there = con.execute(select(HELP_REQUESTS).where(HELP_REQUESTS.c.request_key == request_key)).first()
        if there is not None:
            if there.employee_id != employee_id:
                raise ValueError("request_key belongs to another person's request")
            return str(there.id)
        earlier = con.scalar(select(HELP_REQUESTS.c.asked_at).where(
            HELP_REQUESTS.c.employee_id == employee_id, HELP_REQUESTS.c.mentor_id == mentor_id, HELP_REQUESTS.c.state == "open"))
        if earlier is not None:
            raise StillOpen(earlier)
        request_id = uuid4().hex
        con.execute(insert(HELP_REQUESTS).values(
            id=request_id, request_key=request_key, employee_id=employee_id, mentor_id=mentor_id, topic=topic,
            words_sealed=vault.seal(con, book, employee_id, words, WORDS) if words else None, asked_at=moment,
            due_at=moment + timedelta(minutes=minutes), state="open"))
    return request_id


def answer(book: Ledger, request_id: str, who: str, at: datetime | None = None, for_others: str = "") -> bool:
    """Say that a request was answered; False when somebody had answered it already, whose word then stands.

    ``who`` is the mentor it was sent to.  A lead or HR (``for_others``: their role, ``who`` their login) may answer what was escalated;
    that is in the audit.  Raises :class:`NotYours` for anybody else, LookupError for a request that is none or was withdrawn.
    """
    with book.writing() as con:
        row = _request(con, request_id)
        if for_others:
            if row.escalated_at is None:
                raise NotYours("only what was escalated is answered for the mentor")
        elif who != row.mentor_id:
            raise NotYours("only the mentor who was asked may answer")
        if row.state == "withdrawn":
            raise LookupError(request_id)
        if row.state == "answered":
            return False
        moment = at or now()
        late = {"escalated_at": moment} if row.escalated_at is None and moment > row.due_at else {}
        con.execute(update(HELP_REQUESTS).where(HELP_REQUESTS.c.id == request_id).values(state="answered", answered_at=moment, answered_by=who, **late))
        if for_others:
            audit.write(con, who, for_others, "help.answered", row.employee_id, request=request_id)
    return True


def withdraw(book: Ledger, request_id: str, who: str) -> bool:
    """Whoever asked takes the request back, and its words are deleted; False when it is not open any more.  Raises :class:`NotYours`, LookupError."""
    with book.writing() as con:
        row = _request(con, request_id)
        if who != row.employee_id:
            raise NotYours("only who asked may take a request back")
        if row.state != "open":
            return False
        con.execute(update(HELP_REQUESTS).where(HELP_REQUESTS.c.id == request_id).values(state="withdrawn", words_sealed=None))
    return True


def escalate_due(book: Ledger, at: datetime | None = None) -> int:
    """Send on to lead and HR every open request whose time is over at ``at`` (default: now); returns how many.  Whoever looks first
    does it, once; when nothing is due, nothing is written."""
    moment = at or now()
    due = (HELP_REQUESTS.c.state == "open", HELP_REQUESTS.c.due_at <= moment, HELP_REQUESTS.c.escalated_at.is_(None))
    with book.reading() as con:
        if not con.scalar(select(func.count()).select_from(HELP_REQUESTS).where(*due)):
            return 0
    with book.writing() as con:
        return int(con.execute(update(HELP_REQUESTS).where(*due).values(escalated_at=moment)).rowcount)


def requests(con: Connection, who: str, since: datetime) -> list[Request]:
    """The requests that this person asked or was asked: all that are open, and those since a moment; newest first."""
    mine = or_(HELP_REQUESTS.c.employee_id == who, HELP_REQUESTS.c.mentor_id == who)
    return _requests(con, mine, or_(HELP_REQUESTS.c.state == "open", HELP_REQUESTS.c.asked_at >= since))


def asked_of(con: Connection, mentors: Iterable[str], since: datetime) -> list[Request]:
    """The requests to these mentors since a moment that were not withdrawn."""
    return _requests(con, HELP_REQUESTS.c.mentor_id.in_(sorted(set(mentors))), HELP_REQUESTS.c.asked_at >= since, HELP_REQUESTS.c.state != "withdrawn")


def escalated(con: Connection) -> list[Request]:
    """The requests that went on to lead and HR and still wait, newest first."""
    return _requests(con, HELP_REQUESTS.c.state == "open", HELP_REQUESTS.c.escalated_at.is_not(None))


def request(con: Connection, request_id: str) -> Request:
    """One request.  Raises LookupError."""
    return _asked(_request(con, request_id))


def words(book: Ledger, request_id: str, who: str) -> str:
    """The words of a request, for the two it is between ('' without any).  Raises :class:`NotYours`, LookupError (also for one that
    was withdrawn or answered), KeyLost."""
    with book.reading() as con:
        row = _request(con, request_id)
        if who not in (row.employee_id, row.mentor_id):
            raise NotYours("the words of a request are for the two it is between")
        if row.state != "open":
            raise LookupError(request_id)
        return vault.open_(con, book, row.employee_id, row.words_sealed, WORDS) if row.words_sealed is not None else ""


def open_escalated(book: Ledger, request_id: str, who: str, role: str) -> tuple[Request, str]:
    """A request that was escalated, with its words; that lead or HR opened it is in the audit first.  Raises :class:`NotYours` for one
    that was not escalated, LookupError (also for one that was withdrawn or answered, which nobody needs to open), KeyLost."""
    with book.writing() as con:
        row = _request(con, request_id)
        if row.escalated_at is None:
            raise NotYours("only what was escalated is for lead and HR")
        if row.state != "open":
            raise LookupError(request_id)
        audit.write(con, who, role, "help.opened", row.employee_id, request=request_id)
    with book.reading() as con:
        return _asked(row), vault.open_(con, book, row.employee_id, row.words_sealed, WORDS) if row.words_sealed is not None else ""


def _request(con: Connection, request_id: str) -> Row:  # type: ignore[type-arg]
    row = con.execute(select(HELP_REQUESTS).where(HELP_REQUESTS.c.id == request_id)).first()
    if row is None:
        raise LookupError(request_id)
    return row


def _requests(con: Connection, *where: object) -> list[Request]:
    rows = con.execute(select(HELP_REQUESTS).where(*where).order_by(HELP_REQUESTS.c.asked_at.desc(), HELP_REQUESTS.c.id))  # type: ignore[arg-type]
    return [_asked(row) for row in rows]


def _asked(row: Row) -> Request:  # type: ignore[type-arg]
    return Request(row.id, row.employee_id, row.mentor_id, row.topic, row.words_sealed is not None, row.asked_at, row.due_at, row.state,
                   row.answered_at, row.answered_by, row.escalated_at)
