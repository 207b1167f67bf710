"""Sign-in: users, passwords and sessions of an imported company; the demo needs none of them.

Passwords are kept as argon2 hashes.  A session is a random token of which only the hash is stored; it ends after
:data:`HOURS` hours, on sign-out, when the password changes or when the user is disabled.  Every wrong password makes the next
try for that name wait longer, and an unknown name costs the same time and gets the same answer as a wrong password.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
import unicodedata
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from lib.access.roles import ROLES, SELF_ONLY, Viewer
from lib.ledger import tables, writes
from lib.ledger.writes import User
from lib.words import say

HOURS = 8
MIN_LENGTH, MAX_LENGTH = 10, 200
LONGEST_WAIT = 5.0
_MAX_NAME = 80


class SignInError(ValueError):
    """Something about a user or a password that a person can mend; ``code`` names its sentence ``sign_in.<code>``."""

    def __init__(self, code: str, **values: object):
        super().__init__(code)
        self.code, self.values = code, values

    def __str__(self) -> str:
        return say(f"sign_in.{self.code}", **self.values)


def login_of(name: str) -> str:
    """A name as it is compared: one form of Unicode, no blanks around it, no case."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobody() -> str:
    """A hash that no password fits; an unknown name is checked against it so that it takes as long as a known one."""
    return _hasher().hash(secrets.token_hex(32))


def check_password(password: str) -> None:
    """Raises :class:`SignInError` for a password that is too short, too long, or one character over and over."""
    if len(password) < MIN_LENGTH:
        raise SignInError("password_short", least=MIN_LENGTH)
    if len(password) > MAX_LENGTH:
        raise SignInError("password_long", most=MAX_LENGTH)
    if len(set(password)) < 4:
        raise SignInError("password_plain")


# --- users ------------------------------------------------------------------------------------------------------------------

def _draft(name: str, password: str, role: str, teams: list[str] | tuple[str, ...] | None, employee_id: str | None) -> User:
    shown = unicodedata.normalize("NFKC", name).strip()
    if not shown or len(shown) > _MAX_NAME or not shown.isprintable():
        raise SignInError("name_wrong", most=_MAX_NAME)
    if role not in ROLES:
        raise SignInError("role_unknown", role=role, roles=", ".join(ROLES))
    scope = tuple(dict.fromkeys(team.strip() for team in teams or () if team.strip())) or None
    own = (employee_id or "").strip() or None
    if role == "lead" and scope is None:
        raise SignInError("lead_needs_team")
    if role in SELF_ONLY and own is None:
        raise SignInError("needs_employee")
    check_password(password)
    return User(login_of(name), shown, _hasher().hash(password), role, scope, own, False, writes.now())


def add_user(data_dir: Path, name: str, password: str, role: str, teams: list[str] | tuple[str, ...] | None = None,
             employee_id: str | None = None) -> User:
    """Keep a new user and return it.

    ``teams``: what a lead or an HR may see (None: the whole company; a lead must have one).  ``employee_id``: who an employee or
    mentor is.  Raises :class:`SignInError`.
    """
    user = _draft(name, password, role, teams, employee_id)
    try:
        writes.add_user(tables.ledger(data_dir), user)
    except writes.Taken:
        raise SignInError("name_taken", name=user.name) from None
    return user


def first_admin(data_dir: Path, name: str, password: str) -> User:
    """Keep the administrator of a company that has no user yet.  Raises :class:`SignInError`, also when somebody was faster."""
    user = _draft(name, password, "admin", None, None)
    try:
        writes.add_user(tables.ledger(data_dir), user, first=True)
    except writes.Taken:
        raise SignInError("admin_exists") from None
    return user


def list_users(data_dir: Path) -> list[User]:
    """Every user, by name; empty when nobody was ever added."""
    return writes.users(tables.ledger(data_dir)) if tables.exists(data_dir) else []


def has_users(data_dir: Path) -> bool:
    """Whether anybody was ever added."""
    return bool(list_users(data_dir))


def disable_user(data_dir: Path, name: str, disabled: bool = True) -> None:
    """Lock a user out (their sessions end at once) or let them in again.

    Raises :class:`SignInError` for an unknown name, and for the last administrator.
    """
    book = tables.ledger(data_dir)
    if disabled and writes.active_admins(book) == [login_of(name)]:
        raise SignInError("last_admin")
    if not writes.change_user(book, login_of(name), sign_out=disabled, disabled=disabled):
        raise SignInError("name_unknown", name=name)


def set_password(data_dir: Path, name: str, password: str) -> None:
    """Give a user a new password; their open sessions end.  Raises :class:`SignInError`."""
    check_password(password)
    if not writes.change_user(tables.ledger(data_dir), login_of(name), sign_out=True, hash=_hasher().hash(password)):
        raise SignInError("name_unknown", name=name)
    _forgive(data_dir, login_of(name))


# --- sessions ---------------------------------------------------------------------------------------------------------------

_lock = threading.Lock()
_failures: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()


def wait_after(failures: int) -> float:
    """Seconds that the next try waits after so many wrong ones: 0, 0.5, 1, 2, 4, then 5."""
    return 0.0 if failures == 0 else min(0.25 * 2 ** min(failures, 10), LONGEST_WAIT)


def _queue(data_dir: Path, login: str) -> float:
    """How long this try waits.  Tries for one name stand in line, so many windows at once are no faster than one."""
    key, at = (str(data_dir), login), time.monotonic()
    with _lock:
        failures, free_at = _failures.get(key, (0, 0.0))
        begins = max(at, free_at)
        if begins - at > 3 * LONGEST_WAIT:
            raise SignInError("too_many")
        _failures[key] = (failures, begins + wait_after(failures))
        _failures.move_to_end(key)
        while len(_failures) > 10_000:
            _failures.popitem(last=False)
        return begins - at


def _blame(data_dir: Path, login: str) -> None:
    with _lock:
        failures, _ = _failures.get((str(data_dir), login), (0, 0.0))
        _failures[(str(data_dir), login)] = (failures + 1, time.monotonic() + wait_after(failures + 1))


def _forgive(data_dir: Path, login: str) -> None:
    with _lock:
        _failures.pop((str(data_dir), login), None)


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def sign_in(data_dir: Path, name: str, password: str, sleep: Callable[[float], None] = time.sleep) -> str:
    """The token of a new session.  Raises :class:`SignInError` ``wrong`` for a wrong password, an unknown or a disabled name."""
    login = login_of(name)
    sleep(_queue(data_dir, login))
    book = tables.ledger(data_dir)
    user = writes.user(book, login)
    try:
        fits = _hasher().verify(user.hash if user else _nobody(), password[:MAX_LENGTH + 1])
    except VerificationError:
        fits = False
    if not fits or user is None or user.disabled:
        _blame(data_dir, login)
        raise SignInError("wrong")
    _forgive(data_dir, login)
    if _hasher().check_needs_rehash(user.hash):
        writes.change_user(book, login, sign_out=False, hash=_hasher().hash(password))
    token = secrets.token_urlsafe(32)
    writes.open_session(book, _token_hash(token), login, writes.now() + timedelta(hours=HOURS))
    return token


def who(data_dir: Path, token: str | None) -> Viewer | None:
    """Who holds this token now; None when it is unknown, over, revoked, or its user is disabled."""
    if not token or not tables.exists(data_dir):
        return None
    user = writes.session_user(tables.ledger(data_dir), _token_hash(token), writes.now())
    return Viewer(user.role, user.teams, user.employee_id, user.name) if user else None


def sign_out(data_dir: Path, token: str) -> None:
    """End one session."""
    writes.close_session(tables.ledger(data_dir), _token_hash(token))


def doors_open(data_dir: Path, company: str | None) -> bool:
    """Whether everybody may try every role: only the demo company, and only until somebody starts a company of their own.

    The switch is gone as soon as a user exists or a real file was imported, even before the first real build.
    """
    return company == "demo" and not has_users(data_dir) and not any((Path(data_dir) / "sources").glob("*/*.json"))
