"""Culture in the ledger: activities with sign-up and votes, questions for a sharing session, customer stories, thanks.

What people write is sealed with the key of who wrote it, so that it goes when that key is destroyed, published or not.  A story waits
until HR publishes or declines it; until then its author may take it back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from sqlalchemy import Row, delete, func, insert, or_, select, update
from sqlalchemy.engine import Connection

from lib.ledger import audit, vault
from lib.ledger.engine import Ledger
from lib.ledger.morale_tables import ACTIVITIES, ACTIVITY_OPTIONS, QUESTIONS, SIGN_UPS, STORIES, THANKS, VOTES
from lib.ledger.writes import now

KINDS = ("relaxed_hour", "sharing", "outing")
REASONS = ("helped_customer", "taught_me", "took_over", "cheered_up", "good_idea")
"""What thanks are for: a closed list, so that no words about a person are kept."""
MOST_TITLE, MOST_TEXT, MOST_OPTIONS = 80, 2000, 8
QUESTION, TITLE, TEXT = "questions.text", "stories.title", "stories.text"
"""What the words are sealed for."""


class Full(ValueError):
    """No seat is left."""


class Closed(ValueError):
    """The activity was held or cancelled, or the story was decided: nothing more is taken."""


class Enough(ValueError):
    """This person was thanked by the same one today already, or today's thanks are used up."""


@dataclass(frozen=True)
class Option:
    """One thing to vote for, and how many did."""

    id: str
    label: str
    votes: int


@dataclass(frozen=True)
class Activity:
    """One activity with counts; ``mine`` whether the asking person signed up, ``voted`` for which option ('' for none)."""

    id: str
    kind: str
    title: str
    place: str
    team: str | None
    day: date
    starts: str
    seats: int | None
    state: str
    signed_up: int
    options: tuple[Option, ...]
    questions: int
    mine: bool = False
    voted: str = ""


@dataclass(frozen=True)
class Question:
    """One question for a sharing session, opened; who asked it is only for who moderates."""

    id: str
    activity_id: str
    employee_id: str
    text: str
    hidden: bool


@dataclass(frozen=True)
class Story:
    """One customer story, opened."""

    id: str
    employee_id: str
    title: str
    text: str
    told_on: date
    state: str


# --- activities -------------------------------------------------------------------------------------------------------------------


def plan(book: Ledger, request_key: str, kind: str, title: str, day: date, who: str, role: str, team: str | None = None, place: str = "",
         starts: str = "", seats: int | None = None, options: Sequence[str] = ()) -> str:
    """Make an activity, for a team or (None) for everybody; with two options or more there is a vote.  Returns its id; the same
    ``request_key`` again plans nothing new.

    Raises ValueError for what no form offers, and for a key of somebody else's.
    """
    labels = list(dict.fromkeys(label.strip() for label in options if label.strip()))
    if not request_key or kind not in KINDS or not title.strip() or max(len(title), len(place)) > MOST_TITLE or (seats is not None and not 0 < seats <= 10_000):
        raise ValueError(f"an activity is one of {', '.join(KINDS)}, has a title of at most {MOST_TITLE} characters and seats for somebody")
    if len(labels) == 1 or len(labels) > MOST_OPTIONS or any(len(label) > MOST_TITLE for label in labels):
        raise ValueError(f"a vote has 2 to {MOST_OPTIONS} options of at most {MOST_TITLE} characters")
    with book.writing() as con:
        there = con.execute(select(ACTIVITIES.c.id, ACTIVITIES.c.who).where(ACTIVITIES.c.request_key == request_key)).first()
        if there is not None:
            if there.who != who:
                raise ValueError("request_key belongs to somebody else's activity")
            return str(there.id)
        activity_id = uuid4().hex
        con.execute(insert(ACTIVITIES).values(id=activity_id, request_key=request_key, kind=kind, title=title.strip(), place=place.strip(), team=team, day=day, starts=starts,
                                              seats=seats, state="open", who=who, at=now()))
        if labels:
            con.execute(insert(ACTIVITY_OPTIONS), [dict(id=uuid4().hex, activity_id=activity_id, place=place_no, label=label)
                                                   for place_no, label in enumerate(labels)])
        audit.write(con, who, role, "activity.planned", team, activity=activity_id, kind=kind)
    return activity_id


def settle(book: Ledger, activity_id: str, state: str, who: str, role: str) -> None:
    """Say that an activity was ``held`` or is ``cancelled``.  Raises ValueError for another state, :class:`Closed`, LookupError."""
    if state not in ("held", "cancelled"):
        raise ValueError(f"{state!r} is none of held, cancelled")
    with book.writing() as con:
        _open(con, activity_id)
        con.execute(update(ACTIVITIES).where(ACTIVITIES.c.id == activity_id).values(state=state))
        audit.write(con, who, role, f"activity.{state}", activity_id)


def sign_up(book: Ledger, activity_id: str, employee_id: str) -> bool:
    """Take a seat; False when the person has one already.  Raises :class:`Full`, :class:`Closed`, LookupError."""
    with book.writing() as con:
        seats = _open(con, activity_id).seats
        taken = set(con.scalars(select(SIGN_UPS.c.employee_id).where(SIGN_UPS.c.activity_id == activity_id)))
        if employee_id in taken:
            return False
        if seats is not None and len(taken) >= seats:
            raise Full(activity_id)
        con.execute(insert(SIGN_UPS).values(activity_id=activity_id, employee_id=employee_id, at=now()))
    return True


def step_back(book: Ledger, activity_id: str, employee_id: str) -> bool:
    """Give the seat back; False when there was none.  Raises :class:`Closed`, LookupError."""
    with book.writing() as con:
        _open(con, activity_id)
        return con.execute(delete(SIGN_UPS).where(SIGN_UPS.c.activity_id == activity_id, SIGN_UPS.c.employee_id == employee_id)).rowcount > 0


def vote(book: Ledger, activity_id: str, employee_id: str, option_id: str) -> None:
    """Vote for an option; a later vote replaces the one before, until the activity is held.  Raises :class:`Closed`, LookupError."""
    with book.writing() as con:
        _open(con, activity_id)
        if con.scalar(select(ACTIVITY_OPTIONS.c.id).where(ACTIVITY_OPTIONS.c.id == option_id, ACTIVITY_OPTIONS.c.activity_id == activity_id)) is None:
            raise LookupError(option_id)
        mine = (VOTES.c.activity_id == activity_id, VOTES.c.employee_id == employee_id)
        if not con.execute(update(VOTES).where(*mine).values(option_id=option_id)).rowcount:
            con.execute(insert(VOTES).values(activity_id=activity_id, employee_id=employee_id, option_id=option_id))


def activities(con: Connection, since: date, teams: Sequence[str] | None = None, employee_id: str = "") -> list[Activity]:
    """Activities from a day on, soonest first: those for everybody and those of ``teams`` (None: of all); with counts, and what
    ``employee_id`` did."""
    asked = select(ACTIVITIES).where(ACTIVITIES.c.day >= since).order_by(ACTIVITIES.c.day, ACTIVITIES.c.starts, ACTIVITIES.c.id)
    if teams is not None:
        asked = asked.where(or_(ACTIVITIES.c.team.is_(None), ACTIVITIES.c.team.in_(list(teams))))
    rows = con.execute(asked).all()
    ids = [row.id for row in rows]
    count = lambda column, table: {row[0]: row[1] for row in con.execute(
        select(column, func.count()).select_from(table).where(table.c.activity_id.in_(ids)).group_by(column))}
    signed, votes = count(SIGN_UPS.c.activity_id, SIGN_UPS), count(VOTES.c.option_id, VOTES)
    asked_of = {row[0]: row[1] for row in con.execute(select(QUESTIONS.c.activity_id, func.count()).where(
        QUESTIONS.c.activity_id.in_(ids), QUESTIONS.c.hidden.is_(False)).group_by(QUESTIONS.c.activity_id))}
    options: dict[str, list[Option]] = {}
    for row in con.execute(select(ACTIVITY_OPTIONS).where(ACTIVITY_OPTIONS.c.activity_id.in_(ids)).order_by(ACTIVITY_OPTIONS.c.place)):
        options.setdefault(row.activity_id, []).append(Option(row.id, row.label, votes.get(row.id, 0)))
    mine = set(con.scalars(select(SIGN_UPS.c.activity_id).where(SIGN_UPS.c.employee_id == employee_id))) if employee_id else set()
    voted = {row[0]: row[1] for row in con.execute(select(VOTES.c.activity_id, VOTES.c.option_id).where(VOTES.c.employee_id == employee_id))} \
        if employee_id else {}
    return [Activity(row.id, row.kind, row.title, row.place, row.team, row.day, row.starts, row.seats, row.state, signed.get(row.id, 0),
                     tuple(options.get(row.id, ())), asked_of.get(row.id, 0), row.id in mine, voted.get(row.id, "")) for row in rows]


def activity(con: Connection, activity_id: str) -> tuple[str, str | None]:
    """Kind and team (None: everybody) of an activity.  Raises LookupError."""
    row = con.execute(select(ACTIVITIES.c.kind, ACTIVITIES.c.team).where(ACTIVITIES.c.id == activity_id)).first()
    if row is None:
        raise LookupError(activity_id)
    return row.kind, row.team


def _open(con: Connection, activity_id: str) -> Row:  # type: ignore[type-arg]
    row = con.execute(select(ACTIVITIES).where(ACTIVITIES.c.id == activity_id)).first()
    if row is None:
        raise LookupError(activity_id)
    if row.state != "open":
        raise Closed(activity_id)
    return row


# --- questions --------------------------------------------------------------------------------------------------------------------


def question(book: Ledger, activity_id: str, employee_id: str, text: str) -> str:
    """Ask something for a sharing session; the same words of the same person are kept once.  Returns the question's id.

    Raises :class:`Closed`, LookupError, ValueError for nothing, for too long a text, and for an activity that takes no questions.
    """
    text = text.strip()
    if not text or len(text) > MOST_TEXT:
        raise ValueError(f"a question has 1 to {MOST_TEXT} characters")
    with book.writing() as con:
        if _open(con, activity_id).kind != "sharing":
            raise ValueError("only a sharing session takes questions")
        for row in con.execute(select(QUESTIONS).where(QUESTIONS.c.activity_id == activity_id, QUESTIONS.c.employee_id == employee_id)):
            if vault.open_(con, book, employee_id, row.text_sealed, QUESTION) == text:
                return str(row.id)
        question_id = uuid4().hex
        con.execute(insert(QUESTIONS).values(id=question_id, activity_id=activity_id, employee_id=employee_id, at=now(), hidden=False,
                                             text_sealed=vault.seal(con, book, employee_id, text, QUESTION)))
    return question_id


def questions(book: Ledger, activity_id: str, hidden: bool = False) -> list[Question]:
    """The questions for a session, oldest first, with ``hidden`` also those that were hidden; whose key was destroyed are left out."""
    with book.reading() as con:
        asked = select(QUESTIONS).where(QUESTIONS.c.activity_id == activity_id).order_by(QUESTIONS.c.at, QUESTIONS.c.id)
        rows = con.execute(asked if hidden else asked.where(QUESTIONS.c.hidden.is_(False))).all()
        found = []
        for row in rows:
            try:
                found.append(Question(row.id, row.activity_id, row.employee_id, vault.open_(con, book, row.employee_id, row.text_sealed, QUESTION), row.hidden))
            except vault.KeyDestroyed:
                continue
    return found


def hide(book: Ledger, question_id: str, hidden: bool, who: str, role: str) -> None:
    """Hide a question, or show it again; that is in the audit.  Raises LookupError."""
    with book.writing() as con:
        asker = con.scalar(select(QUESTIONS.c.employee_id).where(QUESTIONS.c.id == question_id))
        if asker is None:
            raise LookupError(question_id)
        con.execute(update(QUESTIONS).where(QUESTIONS.c.id == question_id).values(hidden=hidden))
        audit.write(con, who, role, "question.hidden" if hidden else "question.shown", asker, question=question_id)


def activity_of_question(con: Connection, question_id: str) -> str:
    """The activity a question was asked for.  Raises LookupError."""
    found = con.scalar(select(QUESTIONS.c.activity_id).where(QUESTIONS.c.id == question_id))
    if found is None:
        raise LookupError(question_id)
    return str(found)


# --- customer stories -------------------------------------------------------------------------------------------------------------


def tell(book: Ledger, request_key: str, employee_id: str, title: str, text: str, today: date) -> str:
    """Tell a story; it waits for HR.  The same ``request_key`` keeps one.  Returns its id.  Raises ValueError for nothing or too much."""
    title, text = title.strip(), text.strip()
    if not title or not text or len(title) > MOST_TITLE or len(text) > MOST_TEXT or not request_key:
        raise ValueError(f"a story has a title of at most {MOST_TITLE} and a text of at most {MOST_TEXT} characters")
    with book.writing() as con:
        there = con.execute(select(STORIES.c.id, STORIES.c.employee_id).where(STORIES.c.request_key == request_key)).first()
        if there is not None:
            if there.employee_id != employee_id:
                raise ValueError("request_key belongs to another person's story")
            return str(there.id)
        story_id = uuid4().hex
        con.execute(insert(STORIES).values(
            id=story_id, request_key=request_key, employee_id=employee_id, told_on=today, state="waiting",
            title_sealed=vault.seal(con, book, employee_id, title, TITLE), text_sealed=vault.seal(con, book, employee_id, text, TEXT)))
    return story_id


def take_back(book: Ledger, story_id: str, employee_id: str) -> bool:
    """The author takes a story back that was not decided yet; it is deleted.  False when there is no such story of this person any more.
    Raises :class:`Closed` once it was decided."""
    with book.writing() as con:
        row = con.execute(select(STORIES).where(STORIES.c.id == story_id, STORIES.c.employee_id == employee_id)).first()
        if row is None:
            return False
        if row.state != "waiting":
            raise Closed(story_id)
        con.execute(delete(STORIES).where(STORIES.c.id == story_id))
    return True


def decide(book: Ledger, story_id: str, state: str, who: str, role: str, today: date) -> bool:
    """Publish or decline a story; False when it was decided so before.  Raises ValueError for another state, :class:`Closed` when it was
    decided otherwise, LookupError."""
    if state not in ("published", "declined"):
        raise ValueError(f"{state!r} is none of published, declined")
    with book.writing() as con:
        row = con.execute(select(STORIES).where(STORIES.c.id == story_id)).first()
        if row is None:
            raise LookupError(story_id)
        if row.state == state:
            return False
        if row.state != "waiting":
            raise Closed(story_id)
        con.execute(update(STORIES).where(STORIES.c.id == story_id).values(state=state, decided_by=who, decided_on=today))
        audit.write(con, who, role, f"story.{state}", row.employee_id, story=story_id)
    return True


def stories(book: Ledger, state: str | None = None, employee_id: str = "", last: int = 20) -> list[Story]:
    """The newest stories, of a state or of one author; those whose key was destroyed are left out."""
    asked = select(STORIES).order_by(STORIES.c.told_on.desc(), STORIES.c.id).limit(last)
    asked = asked.where(STORIES.c.state == state) if state else asked
    asked = asked.where(STORIES.c.employee_id == employee_id) if employee_id else asked
    found = []
    with book.reading() as con:
        for row in con.execute(asked).all():
            try:
                words = (vault.open_(con, book, row.employee_id, sealed, purpose) for sealed, purpose in ((row.title_sealed, TITLE), (row.text_sealed, TEXT)))
                title, text = words
            except vault.KeyDestroyed:
                continue
            found.append(Story(row.id, row.employee_id, title, text, row.told_on, row.state))
    return found


# --- thanks -----------------------------------------------------------------------------------------------------------------------


def thank(book: Ledger, from_id: str, employee_id: str, reason: str, today: date, most: int = 3) -> str:
    """Say thanks to a colleague, once a day and pair and at most ``most`` times a day.  Returns the id.

    Raises ValueError for a reason that is not on the list and for oneself, :class:`Enough` otherwise.
    """
    if reason not in REASONS or from_id == employee_id:
        raise ValueError(f"thanks go to a colleague and are for one of {', '.join(REASONS)}")
    with book.writing() as con:
        given = set(con.scalars(select(THANKS.c.employee_id).where(THANKS.c.from_id == from_id, THANKS.c.day == today)))
        if employee_id in given or len(given) >= most:
            raise Enough(employee_id)
        thanks_id = uuid4().hex
        con.execute(insert(THANKS).values(id=thanks_id, from_id=from_id, employee_id=employee_id, reason=reason, day=today))
    return thanks_id


def thanked(con: Connection, employee_id: str, since: date) -> list[tuple[str, date]]:
    """Reasons and days of the thanks somebody received from a day on, newest first: never from whom."""
    rows = con.execute(select(THANKS.c.reason, THANKS.c.day).where(THANKS.c.employee_id == employee_id, THANKS.c.day >= since)
                       .order_by(THANKS.c.day.desc(), THANKS.c.id))
    return [(row.reason, row.day) for row in rows]


def given_on(con: Connection, from_id: str, day: date) -> int:
    """How often somebody said thanks on a day."""
    return int(con.scalar(select(func.count()).select_from(THANKS).where(THANKS.c.from_id == from_id, THANKS.c.day == day)) or 0)
