"""Stories: which scenes somebody shows in a meeting, in which order and with which words, and the key of the meeting's pseudonyms.

Everybody who presents has one current meeting.  Functions that take a ledger are one transaction.  Words come here with pseudonyms in
the place of names already; whoever calls sees to that.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.engine import Connection

from lib.ledger import audit, vault
from lib.ledger.engine import Ledger
from lib.ledger.story_shape import MOST_SCENES, Choice, Meeting, Wish
from lib.ledger.story_tables import MEETING_REQUESTS, MEETING_SCENES, MEETINGS
from lib.ledger.writes import now
from lib.words import say

KEY, TITLE, CAPTION, NOTES = "meetings.key", "meetings.title", "meeting_scenes.caption", "meeting_scenes.notes"
"""What the columns are sealed for, each together with its meeting."""
KEY_BYTES = 32
_REMEMBERED = timedelta(days=7)
"""How long it is remembered which forms were kept: nobody's browser posts one again after that."""


class Changed(ValueError):
    """Another window has changed the story meanwhile, or begun another meeting: ``at`` (UTC)."""

    def __init__(self, at: datetime):
        super().__init__(say("share.wrong.changed", when=f"{at:%Y-%m-%d %H:%M}"))
        self.at = at


class TooMany(ValueError):
    """A story has :data:`MOST_SCENES` scenes at most."""

    def __init__(self) -> None:
        super().__init__(say("share.wrong.too_many", most=MOST_SCENES))


def current(con: Connection, book: Ledger, owner: str) -> Meeting | None:
    """The current meeting of somebody who presents; None while there never was one.  Raises :class:`lib.ledger.vault.KeyLost`."""
    row = _row(con, owner)
    return None if row is None else _meeting(book, row)


def key(con: Connection, book: Ledger, meeting_id: str) -> bytes | None:
    """The 32 random bytes of a meeting; None when there is no such meeting (any more)."""
    sealed = con.scalar(select(MEETINGS.c.key_sealed).where(MEETINGS.c.id == meeting_id))
    return None if sealed is None else bytes.fromhex(_opened(book, sealed, KEY, meeting_id))


def scenes(con: Connection, book: Ledger, meeting_id: str) -> tuple[Choice, ...] | None:
    """The scenes that were chosen for a meeting, in order; None while nobody has chosen any (or there is no such meeting)."""
    if con.scalar(select(MEETINGS.c.chosen).where(MEETINGS.c.id == meeting_id)) is None:
        return None
    rows = con.execute(select(MEETING_SCENES).where(MEETING_SCENES.c.meeting_id == meeting_id).order_by(MEETING_SCENES.c.place))
    return tuple(Choice(Wish(row.kind, row.department, row.team, row.tag, row.week.isoformat() if row.week else ""), row.hidden,
                        _opened(book, row.caption_sealed, CAPTION, meeting_id), _opened(book, row.notes_sealed, NOTES, meeting_id)) for row in rows)


def draw() -> bytes:
    """The random bytes of a new meeting."""
    return secrets.token_bytes(KEY_BYTES)


def begin(book: Ledger, owner: str, role: str, title: str, ends: date, drawn: bytes, letters: bool = False, after: Meeting | None = None,
          carried: Sequence[Choice] | None = None, request_key: str = "") -> Meeting:
    """Begin a meeting with the bytes :func:`draw` gave, in the place of ``after`` (None: there was none), whose bytes and scenes go
    with it; its scenes are ``carried`` (None: the ones of the house).

    The same ``request_key`` again begins nothing and returns the current one; so does a first meeting that another window was first to
    begin.  Raises :class:`Changed` when ``after`` is not the current one any more, or was changed meanwhile.
    """
    with book.writing() as con:
        there = _row(con, owner)
        if there is not None and (_kept_already(con, owner, request_key, "meeting.made") or after is None):
            return _meeting(book, there)
        if there is not None:
            _same(there, after)
            forget(con, owner)
        made, at = uuid4().hex, now()
        con.execute(insert(MEETINGS).values(
            id=made, owner=owner, title_sealed=_sealed(book, title, TITLE, made), key_sealed=_sealed(book, drawn.hex(), KEY, made),
            letters=letters, made=at, ends=ends, chosen=None if carried is None else at, changed=at, version=1))
        _put(con, book, made, carried or ())
        _note(con, owner, request_key, "meeting.made")
        audit.write(con, owner, role, "meeting.made", made, letters=letters, ends=ends.isoformat())
        begun = Meeting(made, title, at, ends, letters, 1)
    if there is not None:
        book.scrub(MEETINGS.name)  # the key that is gone is gone from the file too; a reader in the way leaves that to the next one
    return begun


def keep(book: Ledger, owner: str, seen: Meeting, choices: Sequence[Choice], request_key: str = "") -> Meeting:
    """Keep the scenes of a meeting as they are now, in the place of those before, and return the meeting at its new version.

    The same ``request_key`` again keeps nothing new.  Raises :class:`Changed` when ``seen`` is not what is kept any more, and
    :class:`TooMany`.
    """
    if len(choices) > MOST_SCENES:
        raise TooMany
    with book.writing() as con:
        row = _row(con, owner)
        if row is not None and _kept_already(con, owner, request_key, "story.kept"):
            return _meeting(book, row)
        return _write(con, book, _same(row, seen), choices, request_key)


def add(book: Ledger, owner: str, wishes: Iterable[Wish], house: Callable[[], Iterable[Wish]]) -> tuple[int, int]:
    """Put scenes at the end of somebody's current story, and return how many are new and how many the story has now.

    One that is there already stays where it is, and is told again when it was left out.  Where nobody has chosen yet, the story begins
    with the scenes of the house.  Raises LookupError without a meeting, and :class:`TooMany`, which keeps nothing.
    """
    wanted = tuple(dict.fromkeys(wishes))
    with book.reading() as con:
        row = _row(con, owner)
    first = tuple(Choice(wish) for wish in house()) if row is not None and row.chosen is None else ()
    with book.writing() as con:
        row = _row(con, owner)
        if row is None:
            raise LookupError(owner)
        kept = scenes(con, book, row.id)
        before = first if kept is None else kept
        there = {choice.wish for choice in before}
        after = [replace(choice, hidden=False) if choice.wish in wanted else choice for choice in before]
        after += [Choice(wish) for wish in wanted if wish not in there]
        if len(after) > MOST_SCENES:
            raise TooMany
        if kept is None or tuple(after) != kept:
            _write(con, book, row, after)
    return len(after) - len(before), len(after)


def change(book: Ledger, owner: str, seen: Meeting, title: str, letters: bool, request_key: str = "") -> Meeting:
    """Give a meeting another title, or show teams as letters or not.  Raises :class:`Changed`; the same ``request_key`` again changes nothing."""
    with book.writing() as con:
        row = _row(con, owner)
        if row is not None and _kept_already(con, owner, request_key, "meeting.changed"):
            return _meeting(book, row)
        row = _same(row, seen)
        con.execute(update(MEETINGS).where(MEETINGS.c.id == row.id).values(
            title_sealed=_sealed(book, title, TITLE, row.id), letters=letters, changed=now(), version=row.version + 1))
        _note(con, owner, request_key, "meeting.changed")
        return replace(_meeting(book, row), title=title, letters=letters, version=row.version + 1)


def forget(con: Connection, owner: str) -> bool:
    """Take somebody's meeting, its key and its scenes out of the ledger; False when there was none.  ``con`` is a writing transaction."""
    mine = select(MEETINGS.c.id).where(MEETINGS.c.owner == owner)
    con.execute(delete(MEETING_SCENES).where(MEETING_SCENES.c.meeting_id.in_(mine)))
    con.execute(delete(MEETING_REQUESTS).where(MEETING_REQUESTS.c.owner == owner))
    return bool(con.execute(delete(MEETINGS).where(MEETINGS.c.owner == owner)).rowcount)


# --- inside -------------------------------------------------------------------------------------------------------------------

def _row(con: Connection, owner: str) -> Row | None:  # type: ignore[type-arg]
    return con.execute(select(MEETINGS).where(MEETINGS.c.owner == owner)).first()


def _same(row: Row | None, seen: Meeting | None) -> Row:  # type: ignore[type-arg]
    if row is None or seen is None or (row.id, row.version) != (seen.id, seen.version):
        raise Changed(now() if row is None else row.changed)
    return row


def _write(con: Connection, book: Ledger, row: Row, choices: Sequence[Choice], request_key: str = "") -> Meeting:  # type: ignore[type-arg]
    con.execute(delete(MEETING_SCENES).where(MEETING_SCENES.c.meeting_id == row.id))
    _put(con, book, row.id, choices)
    con.execute(update(MEETINGS).where(MEETINGS.c.id == row.id).values(chosen=row.chosen or now(), changed=now(), version=row.version + 1))
    _note(con, row.owner, request_key, "story.kept")
    return replace(_meeting(book, row), version=row.version + 1)


def _put(con: Connection, book: Ledger, meeting_id: str, choices: Sequence[Choice]) -> None:
    if choices:
        con.execute(insert(MEETING_SCENES), [dict(
            meeting_id=meeting_id, place=place, kind=one.wish.kind, department=one.wish.department, team=one.wish.team, tag=one.wish.tag,
            week=date.fromisoformat(one.wish.week) if one.wish.week else None, hidden=one.hidden,
            caption_sealed=_sealed(book, one.caption, CAPTION, meeting_id) if one.caption else None,
            notes_sealed=_sealed(book, one.notes, NOTES, meeting_id) if one.notes else None) for place, one in enumerate(choices)])


def _kept_already(con: Connection, owner: str, request_key: str, what: str) -> bool:
    if not request_key:
        return False
    there = con.scalar(select(MEETING_REQUESTS.c.what).where(MEETING_REQUESTS.c.owner == owner, MEETING_REQUESTS.c.request_key == request_key))
    if there not in (None, what):
        raise ValueError("request_key belongs to something else")
    return there is not None


def _note(con: Connection, owner: str, request_key: str, what: str) -> None:
    con.execute(delete(MEETING_REQUESTS).where(MEETING_REQUESTS.c.at < now() - _REMEMBERED))
    if request_key:
        con.execute(insert(MEETING_REQUESTS).values(owner=owner, request_key=request_key, what=what, at=now()))


def _meeting(book: Ledger, row: Row) -> Meeting:  # type: ignore[type-arg]
    return Meeting(row.id, _opened(book, row.title_sealed, TITLE, row.id), row.made, row.ends, row.letters, row.version)


def _sealed(book: Ledger, text: str, what: str, meeting_id: str) -> bytes:
    return vault.seal_house(book, text, f"{what} {meeting_id}")


def _opened(book: Ledger, sealed: bytes | None, what: str, meeting_id: str) -> str:
    return "" if sealed is None else vault.open_house(book, sealed, f"{what} {meeting_id}")
