"""Sign-in: users, passwords and sessions of an imported company; the demo needs none of them.

Passwords are kept as argon2 hashes.  A session is a random token of which only the hash is stored; it ends after
:data:`HOURS` hours, on sign-out, when the password changes or when the user is disabled.  Every wrong password makes the next
try for that name from the same place wait longer, and an unknown name costs the same time and gets the same answer as a wrong password.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
import unicodedata
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from lib.access.roles import ROLES, SELF_ONLY, Viewer
from lib.ledger import engine, writes
from lib.ledger.writes import User
from lib.warehouse import publish
from lib.warehouse.store import Store
from lib.words import say

HOURS = 8
MIN_LENGTH, MAX_LENGTH = 10, 200
LONGEST_WAIT = 5.0
MOST_WAITING = 16
"""Tries that may wait at the same time in one process; each holds a thread for up to :data:`LONGEST_WAIT` seconds."""
WHOLE = "*"
"""The team that stands for the whole company: an HR sees it only when somebody asked for it in so many words."""
TEAM_ROLES = ("lead", "hr")
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

def _draft(data_dir: Path, name: str, password: str, role: str, teams: Sequence[str] | None, employee_id: str | None) -> User:
    shown = unicodedata.normalize("NFKC", name).strip()
    if not shown or len(shown) > _MAX_NAME or not shown.isprintable():
        raise SignInError("name_wrong", most=_MAX_NAME)
    scope, own = _scope(data_dir, role, teams, employee_id)
    check_password(password)
    return User(login_of(name), shown, _hasher().hash(password), role, scope, own, False, writes.now())


def _scope(data_dir: Path, role: str, teams: Sequence[str] | None, employee_id: str | None) -> tuple[tuple[str, ...] | None, str | None]:
    """What a user of this role may see, as it is stored; raises :class:`SignInError` for a scope that cannot be."""
    if role not in ROLES:
        raise SignInError("role_unknown", role=role, roles=", ".join(ROLES))
    scope = tuple(dict.fromkeys(team.strip() for team in teams or () if team.strip()))
    own = (employee_id or "").strip() or None
    if scope and role not in TEAM_ROLES:
        raise SignInError("no_teams", role=say(f"role.{role}"))
    if role == "hr" and not scope:
        raise SignInError("hr_needs_scope", whole=WHOLE)
    if role == "lead" and (not scope or WHOLE in scope):
        raise SignInError("lead_needs_team")
    if role in SELF_ONLY and own is None:
        raise SignInError("needs_employee")
    if own and role not in SELF_ONLY:
        raise SignInError("no_employee", role=say(f"role.{role}"))
    if WHOLE in scope:
        if len(scope) > 1:
            raise SignInError("whole_or_teams")
        scope = ()
    _known(data_dir, scope, own)
    return scope or None, own


def _known(data_dir: Path, teams: tuple[str, ...], employee_id: str | None) -> None:
    """Compare a scope with the published company; before the first build of an imported company there is nothing to compare with."""
    store = Store(data_dir)
    try:
        house = store.current()
    except publish.NothingPublished:
        return
    if house.frame("select company from build_info")["company"].iloc[0] != "imported":
        return
    if teams:
        known = house.frame("select e.team from employees as e where e.team is not null union select t.team from teams as t")["team"].tolist()
        for team in teams:
            if team not in known:
                raise SignInError("team_unknown", team=team, near=_near(team, known))
    if employee_id:
        known = house.frame("select e.employee_id from employees as e")["employee_id"].tolist()
        if employee_id not in known:
            raise SignInError("employee_unknown", employee=employee_id, near=_near(employee_id, known))


def _near(text: str, known: list[str]) -> str:
    return ", ".join(get_close_matches(text, known, 3, 0.5)) or "–"


def add_user(data_dir: Path, name: str, password: str, role: str, teams: Sequence[str] | None = None,
             employee_id: str | None = None) -> User:
    """Keep a new user and return it.

    ``teams``: what a lead or an HR may see; for an HR the whole company must be asked for with :data:`WHOLE`.  ``employee_id``:
    who an employee or mentor is.  Both are compared with the published company.  Raises :class:`SignInError`.
    """
    user = _draft(data_dir, name, password, role, teams, employee_id)
    try:
        writes.add_user(engine.ledger(data_dir), user)
    except writes.Taken:
        there = writes.user(engine.ledger(data_dir), user.login)
        raise SignInError("name_disabled" if there and there.disabled else "name_taken", name=user.name) from None
    return user


def change_user(data_dir: Path, name: str, role: str | None = None, teams: Sequence[str] | None = None,
                employee_id: str | None = None) -> User:
    """Change what somebody is and may see; what is None stays, as far as the role has it.  Their open sessions end.

    ``teams`` and ``employee_id`` as in :func:`add_user`.  Returns the user as kept.  Raises :class:`SignInError`, also for the
    last administrator.
    """
    book, login = engine.ledger(data_dir), login_of(name)
    user = writes.user(book, login)
    if user is None:
        raise SignInError("name_unknown", name=name)
    wanted = role or user.role
    if teams is None and wanted in TEAM_ROLES:
        # A scope is only kept by somebody who had one: a boss who becomes HR is given theirs anew.
        teams = user.teams or ((WHOLE,) if user.role == wanted == "hr" else ())
    if employee_id is None and wanted in SELF_ONLY:
        employee_id = user.employee_id
    scope, own = _scope(data_dir, wanted, teams, employee_id)
    try:
        writes.change_user(book, login, sign_out=True, role=wanted, teams=None if scope is None else list(scope), employee_id=own)
    except writes.LastAdmin:
        raise SignInError("last_admin") from None
    return replace(user, role=wanted, teams=scope, employee_id=own)


def first_admin(data_dir: Path, name: str, password: str) -> User:
    """Keep the administrator of a company that has no user yet.  Raises :class:`SignInError`, also when somebody was faster."""
    user = _draft(data_dir, name, password, "admin", None, None)
    try:
        writes.add_user(engine.ledger(data_dir), user, first=True)
    except writes.Taken:
        raise SignInError("admin_exists") from None
    return user


def list_users(data_dir: Path) -> list[User]:
    """Every user, by name; empty when nobody was ever added."""
    return writes.users(engine.ledger(data_dir)) if engine.exists(data_dir) else []


def has_users(data_dir: Path) -> bool:
    """Whether anybody was ever added."""
    return bool(list_users(data_dir))


def disable_user(data_dir: Path, name: str, disabled: bool = True) -> None:
    """Lock a user out (their sessions end at once) or let them in again.

    Raises :class:`SignInError` for an unknown name, and for the last administrator.
    """
    try:
        found = writes.change_user(engine.ledger(data_dir), login_of(name), sign_out=disabled, disabled=disabled)
    except writes.LastAdmin:
        raise SignInError("last_admin") from None
    if not found:
        raise SignInError("name_unknown", name=name)


def set_password(data_dir: Path, name: str, password: str) -> None:
    """Give a user a new password; their open sessions end.  Raises :class:`SignInError`."""
    check_password(password)
    if not writes.change_user(engine.ledger(data_dir), login_of(name), sign_out=True, hash=_hasher().hash(password)):
        raise SignInError("name_unknown", name=name)
    _forgive(data_dir, login_of(name))


# --- sessions ---------------------------------------------------------------------------------------------------------------

_Lane = tuple[str, str, str]
_lock = threading.Lock()
_failures: OrderedDict[_Lane, tuple[int, float]] = OrderedDict()
_waiting: Counter[_Lane] = Counter()


def wait_after(failures: int) -> float:
    """Seconds that the next try waits after so many wrong ones: 0, 0.5, 1, 2, 4, then 5."""
    return 0.0 if failures == 0 else min(0.25 * 2 ** min(failures, 10), LONGEST_WAIT)


@contextmanager
def _turn(lane: _Lane, sleep: Callable[[float], None]) -> Iterator[None]:
    """Wait for this try's turn.  One lane is one name tried from one place: a guesser elsewhere delays nobody but themselves.

    In a lane at most one try waits, in the process at most :data:`MOST_WAITING`; more are refused at once, hold no thread and
    lengthen no wait.  A lane without failures does not wait and is never refused.
    """
    with _lock:
        at = time.monotonic()
        failures, free_at = _failures.get(lane, (0, 0.0))
        wait = min(max(free_at - at, 0.0), LONGEST_WAIT)
        if wait:
            if _waiting[lane] or _waiting.total() >= MOST_WAITING:
                raise SignInError("too_many")
            _waiting[lane] += 1
        if failures:
            # Tries that arrive while this one is being checked come after it.
            _failures[lane] = (failures, at + wait + wait_after(failures))
    try:
        sleep(wait)
    finally:
        if wait:
            with _lock:
                _waiting[lane] -= 1
                if not _waiting[lane]:
                    del _waiting[lane]
    yield


def _blame(lane: _Lane) -> None:
    with _lock:
        failures = _failures.get(lane, (0, 0.0))[0] + 1
        _failures[lane] = (failures, time.monotonic() + wait_after(failures))
        _failures.move_to_end(lane)
        while len(_failures) > 10_000:
            _failures.popitem(last=False)


def _forgive(data_dir: Path, login: str, place: str | None = None) -> None:
    """Forget the failures of a name, from one place or from everywhere."""
    with _lock:
        for lane in [lane for lane in _failures if lane[:2] == (str(data_dir), login) and place in (None, lane[2])]:
            del _failures[lane]


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def sign_in(data_dir: Path, name: str, password: str, sleep: Callable[[float], None] = time.sleep, place: str = "") -> str:
    """The token of a new session.  ``place``: where the try comes from (an address), each with its own count of failures.

    Raises :class:`SignInError` ``wrong`` for a wrong password, an unknown or a disabled name, ``too_many`` when tries from this
    place are waiting already.
    """
    login = login_of(name)
    lane = (str(data_dir), login, place)
    book = engine.ledger(data_dir)
    with _turn(lane, sleep):
        user = writes.user(book, login)
        fits = False
        with suppress(VerificationError):
            fits = _hasher().verify(user.hash if user else _nobody(), password[:MAX_LENGTH + 1])
    if not fits or user is None or user.disabled:
        _blame(lane)
        raise SignInError("wrong")
    _forgive(data_dir, login, place)
    if _hasher().check_needs_rehash(user.hash):
        writes.change_user(book, login, sign_out=False, hash=_hasher().hash(password))
    token = secrets.token_urlsafe(32)
    writes.open_session(book, _token_hash(token), login, writes.now() + timedelta(hours=HOURS))
    return token


def who(data_dir: Path, token: str | None) -> Viewer | None:
    """Who holds this token now; None when it is unknown, over, revoked, or its user is disabled."""
    if not token or not engine.exists(data_dir):
        return None
    user = writes.session_user(engine.ledger(data_dir), _token_hash(token), writes.now())
    return Viewer(user.role, user.teams, user.employee_id, user.name) if user else None


def sign_out(data_dir: Path, token: str) -> None:
    """End one session."""
    writes.close_session(engine.ledger(data_dir), _token_hash(token))


def doors_open(data_dir: Path, company: str | None) -> bool:
    """Whether everybody may try every role: only the demo company, and only until somebody starts a company of their own.

    The switch is gone as soon as a user exists or a real file was imported, even before the first real build.
    """
    return company == "demo" and not has_users(data_dir) and not any((Path(data_dir) / "sources").glob("*/*.json"))
