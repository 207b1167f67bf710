"""Points: what people earned and redeemed.  A booking is made once, whoever posts it and however often; no balance is ever overdrawn.

A goal that is reached in the app is ``pending`` (:func:`expect`): people log their own consultations and may take them back, so its
points are in no balance and cannot be redeemed.  A build holds it against the facts once the day is over: then it is ``confirmed``
(:func:`post`), or ``refused`` (:func:`refuse`) and stays in the history with what was found.  No balance ever falls by that.

A redemption is booked when it is asked for (``redeemed``, below zero), so that the same points cannot be asked for twice, and comes
back to the last point (``returned``) when it is declined or withdrawn.  Bookings are only added; the one exception is
:func:`take_back`, for a pending goal of the running day that does not hold any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from uuid import uuid4

from sqlalchemy import ColumnElement, delete, func, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from lib.ledger import audit
from lib.ledger.cards import Changed
from lib.ledger.engine import Ledger
from lib.ledger.morale_tables import POINTS, REDEMPTIONS, REWARDS
from lib.ledger.writes import now
from lib.words import say

EARNED = ("daily_goal", "streak", "star", "badge")
STATES = ("asked", "approved", "declined", "withdrawn")
MOST_NAME, MOST_COST = 40, 100_000
_AT_ONCE = 20_000
"""Bookings of one transaction: nobody who writes beside a build waits for longer than these take."""


@dataclass(frozen=True)
class Booking:
    """Points of one person for one thing: ``kind`` one of ``daily_goal streak star badge redeemed returned``, ``ref`` which day, week,
    badge or redemption; the same ``employee_id``, ``kind`` and ``ref`` are never booked twice."""

    employee_id: str
    kind: str
    ref: str
    points: int
    day: date
    state: str = "confirmed"
    """``confirmed``, ``pending`` or ``refused``; only what is confirmed counts."""


@dataclass(frozen=True)
class Reward:
    """A row of the catalogue; ``cost`` in points."""

    id: str
    zh: str
    en: str
    cost: int
    active: bool = True


@dataclass(frozen=True)
class Request:
    """A redemption: ``cost`` as it was when it was asked for; ``state`` one of :data:`STATES`."""

    id: str
    employee_id: str
    reward_id: str
    zh: str
    en: str
    cost: int
    state: str
    asked_on: date
    decided_on: date | None
    decided_by: str | None
    version: int


class NotEnough(ValueError):
    """The balance is ``short`` points below the cost."""

    def __init__(self, balance: int, cost: int):
        super().__init__(say("rewards.wrong.not_enough", balance=balance, cost=cost, short=cost - balance))
        self.balance, self.cost, self.short = balance, cost, cost - balance


CATALOGUE = (
    Reward("coffee", "咖啡券一张", "Coffee voucher", 150),
    Reward("book", "自选图书一本", "A book of your choice", 300),
    Reward("lunch", "与导师共进午餐", "Lunch with your mentor", 400),
    Reward("leads", "优质线索包(10 条)", "Pack of 10 good leads", 500),
    Reward("half_day", "半天调休", "Half a day off in lieu", 1200),
)
"""What can be redeemed until HR changes it: the rows that the catalogue begins with."""


# --- bookings -----------------------------------------------------------------------------------------------------------------

def post(book: Ledger, bookings: Iterable[Booking]) -> int:
    """Book as confirmed what is not yet, in transactions of :data:`_AT_ONCE`; returns how many were new or were pending or refused before.

    Raises ValueError for a kind that is not earned: redemptions are booked by :func:`redeem` and :func:`decide`.
    """
    made, rest = 0, iter(bookings)
    while some := list(islice(rest, _AT_ONCE)):
        with book.writing() as con:
            made += add(con, some)
    return made


def add(con: Connection, bookings: Sequence[Booking]) -> int:
    """The same for a few, inside a writing transaction and in one statement.  What is pending or refused is confirmed, with the points it
    was booked with; what is confirmed stays as it is.  Raises as :func:`post` does."""
    if odd := {one.kind for one in bookings} - set(EARNED):
        raise ValueError(f"{', '.join(sorted(odd))}: not a kind that is earned")
    first: dict[tuple[str, str, str], Booking] = {}
    for one in bookings:  # a server refuses a statement that names the same thing twice
        first.setdefault((one.employee_id, one.kind, one.ref), one)
    bookings = list(first.values())
    if not bookings:
        return 0
    at = now()
    if con.dialect.name == "postgresql":
        columns = {"who": [b.employee_id for b in bookings], "kind": [b.kind for b in bookings], "ref": [b.ref for b in bookings],
                   "points": [b.points for b in bookings], "day": [b.day for b in bookings]}
        return int(con.execute(_FROM_ARRAYS, columns | {"at": at}).rowcount)
    moment = at.isoformat(" ", "microseconds")  # as this engine keeps moments
    rows = [(b.employee_id, b.kind, b.ref, b.points, b.day.isoformat(), moment) for b in bookings]
    return int(con.exec_driver_sql("insert into points (employee_id, kind, ref, points, day, at, state) values (?, ?, ?, ?, ?, ?, 'confirmed') "
                                   f"on conflict (employee_id, kind, ref) {_CONFIRM}", rows).rowcount)


_CONFIRM = "do update set state = 'confirmed' where points.state <> 'confirmed'"
# One statement of five arrays: a hundred thousand rows take a second, not a round trip each.
_FROM_ARRAYS = text(f"""
    insert into points (employee_id, kind, ref, points, day, at, state)
    select who, kind, ref, points, day, :at, 'confirmed'
    from unnest(cast(:who as varchar[]), cast(:kind as varchar[]), cast(:ref as varchar[]), cast(:points as integer[]), cast(:day as date[]))
        as given (who, kind, ref, points, day)
    on conflict (employee_id, kind, ref) {_CONFIRM}""")


def expect(book: Ledger, one: Booking) -> bool:
    """Book a goal that was reached in the app as pending; False when it is pending or confirmed already.

    Raises ValueError for a kind that is not earned.
    """
    if one.kind not in EARNED:
        raise ValueError(f"{one.kind}: not a kind that is earned")
    with book.writing() as con:
        there = con.scalar(select(POINTS.c.state).where(*_is(one.employee_id, one.kind, one.ref)))
        if there is None:
            con.execute(insert(POINTS).values(employee_id=one.employee_id, kind=one.kind, ref=one.ref, points=one.points, day=one.day, at=now(),
                                              state="pending"))
        elif there == "refused":
            con.execute(update(POINTS).where(*_is(one.employee_id, one.kind, one.ref)).values(state="pending"))
    return there is None or there == "refused"


def refuse(book: Ledger, things: Iterable[tuple[str, str, str]]) -> int:
    """Say of bookings, each by its ``employee_id``, ``kind`` and ``ref``, that a build did not find them so; returns how many were pending.

    What is confirmed stays: it was in a balance, and may be spent.
    """
    with book.writing() as con:
        return sum(con.execute(update(POINTS).where(*_is(*one), POINTS.c.state == "pending").values(state="refused")).rowcount for one in things)


def _is(employee_id: str, kind: str, ref: str) -> tuple[ColumnElement[bool], ...]:
    return POINTS.c.employee_id == employee_id, POINTS.c.kind == kind, POINTS.c.ref == ref


def take_back(book: Ledger, employee_id: str, kind: str, ref: str, day: date) -> bool:
    """Take a pending booking of this very ``day`` back, because what it was for does not hold any more (a consultation was taken back).

    False when there is none, when it is of another day, or when a build confirmed it.
    """
    with book.writing() as con:
        return con.execute(delete(POINTS).where(*_is(employee_id, kind, ref), POINTS.c.day == day, POINTS.c.state == "pending")).rowcount > 0


def balance(con: Connection, employee_id: str) -> int:
    """The points a person has and may redeem: everything confirmed and returned, less everything redeemed; nothing pending."""
    return int(con.scalar(select(func.coalesce(func.sum(POINTS.c.points), 0)).where(POINTS.c.employee_id == employee_id,
                                                                                    POINTS.c.state == "confirmed")) or 0)


def history(con: Connection, employee_id: str, last: int | None = None) -> list[Booking]:
    """A person's bookings, newest first; all of them, or the ``last`` ones."""
    asked = select(POINTS).where(POINTS.c.employee_id == employee_id).order_by(POINTS.c.day.desc(), POINTS.c.id.desc())
    rows = con.execute(asked if last is None else asked.limit(last))
    return [Booking(row.employee_id, row.kind, row.ref, row.points, row.day, row.state) for row in rows]


# --- redemptions --------------------------------------------------------------------------------------------------------------

def redeem(book: Ledger, request_key: str, employee_id: str, reward_id: str, today: date) -> str:
    """Ask for a reward: its cost is booked at once.  Returns the redemption's id; the same ``request_key`` again books nothing new.

    Raises :class:`NotEnough` (decided in the transaction that books, so that two at once cannot overdraw), LookupError for a reward
    that is not on offer, and ValueError for a key of another person's.
    """
    if not request_key:
        raise ValueError("a redemption needs its request_key")
    with book.writing() as con:
        there = con.execute(select(REDEMPTIONS.c.id, REDEMPTIONS.c.employee_id).where(REDEMPTIONS.c.request_key == request_key)).first()
        if there is not None:
            if there.employee_id != employee_id:
                raise ValueError("request_key belongs to another person's redemption")
            return str(there.id)
        _begin(con)
        cost = con.scalar(select(REWARDS.c.cost).where(REWARDS.c.id == reward_id, REWARDS.c.active.is_(True)))
        if cost is None:
            raise LookupError(reward_id)
        if (has := balance(con, employee_id)) < cost:
            raise NotEnough(has, int(cost))
        made = uuid4().hex
        con.execute(insert(REDEMPTIONS).values(id=made, request_key=request_key, employee_id=employee_id, reward_id=reward_id, cost=cost,
                                               state="asked", asked_on=today, version=1))
        con.execute(insert(POINTS).values(employee_id=employee_id, kind="redeemed", ref=made, points=-int(cost), day=today, at=now()))
    return made


def withdraw(book: Ledger, redemption_id: str, version: int, employee_id: str, today: date) -> None:
    """Take back one's own redemption that nobody has decided on; the points come back.

    Raises LookupError (there is none of this person's) and :class:`lib.ledger.cards.Changed`.
    """
    with book.writing() as con:
        if con.scalar(select(REDEMPTIONS.c.employee_id).where(REDEMPTIONS.c.id == redemption_id)) != employee_id:
            raise LookupError(redemption_id)
        _close(con, redemption_id, version, "withdrawn", employee_id, today)


def decide(book: Ledger, redemption_id: str, version: int, approve: bool, who: str, role: str, today: date) -> None:
    """Approve a redemption, or decline it: then its points come back.  The audit says who did.

    Raises LookupError, and :class:`lib.ledger.cards.Changed` when it was decided or withdrawn meanwhile.
    """
    with book.writing() as con:
        row = _close(con, redemption_id, version, "approved" if approve else "declined", who, today)
        audit.write(con, who, role, "reward.decided", row.employee_id, redemption=redemption_id, reward=row.reward_id, cost=row.cost, approved=approve)


def _close(con: Connection, redemption_id: str, version: int, state: str, who: str, today: date):  # type: ignore[no-untyped-def]
    row = con.execute(select(REDEMPTIONS).where(REDEMPTIONS.c.id == redemption_id)).first()
    if row is None:
        raise LookupError(redemption_id)
    if row.state != "asked" or row.version != version:
        raise Changed(say(f"rewards.state.{row.state}"), row.decided_by or row.employee_id, row.decided_on or row.asked_on)
    con.execute(update(REDEMPTIONS).where(REDEMPTIONS.c.id == redemption_id)
                .values(state=state, decided_on=today, decided_by=who, version=version + 1))
    if state != "approved":
        con.execute(insert(POINTS).values(employee_id=row.employee_id, kind="returned", ref=redemption_id, points=row.cost, day=today, at=now()))
    return row


def person_of(con: Connection, redemption_id: str) -> str | None:
    """Whose redemption it is; None when there is no such one."""
    return con.scalar(select(REDEMPTIONS.c.employee_id).where(REDEMPTIONS.c.id == redemption_id))


def requests(con: Connection, state: str = "asked") -> list[Request]:
    """Redemptions in a state, those that wait longest first."""
    return _requests(con, REDEMPTIONS.c.state == state)


def requests_of(con: Connection, employee_id: str) -> list[Request]:
    """A person's own redemptions, newest first."""
    return _requests(con, REDEMPTIONS.c.employee_id == employee_id)[::-1]


def _requests(con: Connection, which) -> list[Request]:  # type: ignore[no-untyped-def]
    asked = select(REDEMPTIONS, REWARDS.c.zh, REWARDS.c.en).join(REWARDS, REWARDS.c.id == REDEMPTIONS.c.reward_id).where(which) \
        .order_by(REDEMPTIONS.c.asked_on, REDEMPTIONS.c.id)
    return [Request(row.id, row.employee_id, row.reward_id, row.zh, row.en, row.cost, row.state, row.asked_on, row.decided_on, row.decided_by,
                    row.version) for row in con.execute(asked)]


# --- the catalogue ------------------------------------------------------------------------------------------------------------

def catalogue(book: Ledger, all_rows: bool = False) -> list[Reward]:
    """What can be redeemed, cheapest first; with ``all_rows`` also what is not on offer now.

    At first use the rows of :data:`CATALOGUE` are kept; afterwards the catalogue is what HR makes of it.
    """
    with book.reading() as con:
        rows = con.execute(select(REWARDS).order_by(REWARDS.c.cost, REWARDS.c.id)).all()
    if not rows:
        with book.writing() as con:
            _begin(con)
        return list(CATALOGUE)
    return [Reward(row.id, row.zh, row.en, row.cost, row.active) for row in rows if row.active or all_rows]


def _begin(con: Connection) -> None:
    """Keep the rows that the catalogue begins with, where nobody has kept any row yet."""
    if con.scalar(select(func.count()).select_from(REWARDS)):
        return
    made = postgresql.insert(REWARDS) if con.dialect.name == "postgresql" else sqlite.insert(REWARDS)
    con.execute(made.on_conflict_do_nothing(index_elements=["id"]),
                [{"id": r.id, "zh": r.zh, "en": r.en, "cost": r.cost, "active": True, "who": "system", "at": now()} for r in CATALOGUE])


def save_reward(book: Ledger, request_key: str, reward: Reward, who: str, role: str) -> str:
    """Add a row of the catalogue (``id`` '') or change one; what was asked for before keeps the cost it had then.  Returns the id.

    The same ``request_key`` again adds nothing new, and a row that is as it should be is not changed again.  Raises ValueError for a name
    or cost out of bounds and for a key of somebody else's, LookupError for a row that does not exist.
    """
    if not (0 < len(reward.zh) <= MOST_NAME and 0 < len(reward.en) <= MOST_NAME) or not 0 < reward.cost <= MOST_COST:
        raise ValueError(f"a reward has a name of up to {MOST_NAME} characters in both languages and costs 1 to {MOST_COST} points")
    if not reward.id and not request_key:
        raise ValueError("a new row of the catalogue needs its request_key")
    facts = {"zh": reward.zh, "en": reward.en, "cost": reward.cost, "active": reward.active}
    with book.writing() as con:
        _begin(con)
        there = con.execute(select(REWARDS).where(REWARDS.c.id == reward.id if reward.id else REWARDS.c.request_key == request_key)).first()
        if not reward.id and there is not None:
            if there.who != who:
                raise ValueError("request_key belongs to somebody else's row")
            return str(there.id)
        made = reward.id or uuid4().hex
        if not reward.id:
            con.execute(insert(REWARDS).values(id=made, request_key=request_key, **facts, who=who, at=now()))
        elif there is None:
            raise LookupError(reward.id)
        elif facts == {name: getattr(there, name) for name in facts}:
            return made
        else:
            con.execute(update(REWARDS).where(REWARDS.c.id == made).values(**facts, who=who, at=now()))
        audit.write(con, who, role, "reward.edited", None, reward=made, cost=reward.cost, active=reward.active)
    return made
