"""What is written to the ledger, one function a fact, and read back the same way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, func, insert, or_, select, update

from lib.ledger.engine import Ledger
from lib.ledger.tables import SESSIONS, USERS


class Taken(ValueError):
    """There is a user of this name already (or, for the first administrator, there is any user)."""


class LastAdmin(ValueError):
    """This is the only administrator that can sign in, and would be none any more."""


@dataclass(frozen=True)
class User:
    """One user as stored.  ``teams`` None means the whole company."""

    login: str
    name: str
    hash: str
    role: str
    teams: tuple[str, ...] | None
    employee_id: str | None
    disabled: bool
    created: datetime


def now() -> datetime:
    """This moment in UTC without a zone, as the ledger stores it."""
    return datetime.now(UTC).replace(tzinfo=None)


def _user(row) -> User:  # type: ignore[no-untyped-def]
    return User(row.login, row.name, row.hash, row.role, None if row.teams is None else tuple(row.teams), row.employee_id,
                row.disabled, row.created)


def add_user(book: Ledger, user: User, first: bool = False) -> None:
    """Keep a new user.  ``first``: only when there is none at all.  Raises :class:`Taken`."""
    with book.writing() as connection:
        same = select(func.count()).select_from(USERS) if first else \
            select(func.count()).select_from(USERS).where(USERS.c.login == user.login)
        if connection.scalar(same):
            raise Taken(user.name)
        connection.execute(insert(USERS).values(
            login=user.login, name=user.name, hash=user.hash, role=user.role,
            teams=None if user.teams is None else list(user.teams), employee_id=user.employee_id, disabled=user.disabled,
            created=user.created))


def users(book: Ledger) -> list[User]:
    """Every user, by name."""
    with book.reading() as connection:
        return [_user(row) for row in connection.execute(select(USERS).order_by(USERS.c.login))]


def user(book: Ledger, login: str) -> User | None:
    """One user, or None."""
    with book.reading() as connection:
        row = connection.execute(select(USERS).where(USERS.c.login == login)).first()
    return _user(row) if row else None


def change_user(book: Ledger, login: str, sign_out: bool, **values: object) -> bool:
    """Change a user's ``hash``, ``disabled``, ``role``, ``teams`` or ``employee_id``.

    A disabled user's meeting, its key and its scenes go in the same transaction: nobody would end it any more.
    With ``sign_out`` every open session of theirs ends in the same transaction.  Returns False when there is no such user.
    Raises :class:`LastAdmin`, decided in the same transaction, so that two administrators cannot remove each other at once.
    """
    from lib.ledger import stories  # which itself needs this file's clock
    from lib.ledger.story_tables import MEETINGS

    with book.writing() as connection:
        if values.get("disabled") or values.get("role", "admin") != "admin":
            admins = connection.scalars(select(USERS.c.login).where(USERS.c.role == "admin", USERS.c.disabled.is_(False))).all()
            if admins == [login]:
                raise LastAdmin(login)
        found = connection.execute(update(USERS).where(USERS.c.login == login).values(**values)).rowcount > 0
        if sign_out:
            connection.execute(update(SESSIONS).where(SESSIONS.c.login == login).values(revoked=True))
        gone = bool(values.get("disabled")) and stories.forget(connection, login)
    if gone:
        book.scrub(MEETINGS.name)
    return found


def open_session(book: Ledger, token_hash: str, login: str, expires: datetime) -> None:
    """Keep a new session, and forget those that are over or revoked: nobody can use them again."""
    at = now()
    with book.writing() as connection:
        connection.execute(delete(SESSIONS).where(or_(SESSIONS.c.expires <= at, SESSIONS.c.revoked.is_(True))))
        connection.execute(insert(SESSIONS).values(token_hash=token_hash, login=login, created=at, expires=expires, revoked=False))


def close_session(book: Ledger, token_hash: str) -> None:
    """End one session."""
    with book.writing() as connection:
        connection.execute(update(SESSIONS).where(SESSIONS.c.token_hash == token_hash).values(revoked=True))


def session_user(book: Ledger, token_hash: str, at: datetime) -> User | None:
    """Who holds this session at this moment; None when it is unknown, over, revoked, or its user is disabled."""
    with book.reading() as connection:
        row = connection.execute(
            select(USERS).join(SESSIONS, SESSIONS.c.login == USERS.c.login)
            .where(SESSIONS.c.token_hash == token_hash, SESSIONS.c.expires > at, SESSIONS.c.revoked.is_(False),
                   USERS.c.disabled.is_(False))).first()
    return _user(row) if row else None
