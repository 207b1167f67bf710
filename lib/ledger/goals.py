"""Goals that are set in the app: kept in batches, taken back in batches, and read as they hold on a day.

Nothing is ever changed: a goal that is taken back gets a row of its own (its id is ``back.`` and the goal's id, its target null), and the goal
before holds again.  Of two goals of one kind the one that was set last holds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import Row, case, func, insert, or_, select
from sqlalchemy.engine import Connection

from lib.ledger import audit
from lib.ledger.consultations import Effective
from lib.ledger.engine import Ledger
from lib.ledger.morale_tables import CONSULTATIONS, GOALS_SET
from lib.ledger.writes import now

BACK = "back."
_MARGIN = timedelta(minutes=10)
"""How long a write may have taken to be seen after the moment that it carries."""
METRICS = frozenset({"effective", "intents", "deals", "revenue", "answered", "dials"})


@dataclass(frozen=True)
class NewGoal:
    """A goal to set: ``level`` company, team, role or person; ``unit`` '' for the company, else the team, the role (the business line where
    people have no role) or the employee_id; ``source`` typed, history or split."""

    level: str
    unit: str
    metric: str
    period: str
    target: float
    source: str = "typed"


@dataclass(frozen=True)
class SetGoal:
    """A goal as it is kept; ``target`` None takes the goal of the id after ``back.`` back; ``set_at`` in UTC."""

    goal_id: str
    level: str
    unit: str
    metric: str
    period: str
    target: float | None
    starts_on: date
    source: str
    set_at: datetime


@dataclass(frozen=True)
class Batch:
    """Goals that were set together: how many of which source, by whom; ``at`` in UTC; ``levels`` and ``units`` that were typed or made
    from history (not those of the people a whole was split over)."""

    id: str
    who: str
    at: datetime
    starts_on: date
    goals: int
    source: str
    levels: tuple[str, ...]
    units: tuple[str, ...]
    metrics: tuple[str, ...]


def set_batch(book: Ledger, goals: Sequence[NewGoal], starts_on: date, who: str, role: str, request_key: str) -> str:
    """Keep goals that were set together, from a day on; returns the batch's id, which is the ``request_key``: the same one again keeps
    nothing new.  Raises ValueError for no goal at all, for values outside the lists and for a key of somebody else's batch."""
    _check(goals, request_key)
    with book.writing() as con:
        setter = con.scalar(select(GOALS_SET.c.who).where(GOALS_SET.c.batch == request_key, GOALS_SET.c.target.is_not(None)).limit(1))
        if setter is not None:
            if setter != who:
                raise ValueError("request_key belongs to somebody else's batch")
            return request_key
        at = now()
        con.execute(insert(GOALS_SET), [
            dict(id=uuid4().hex, level=goal.level, unit=goal.unit, metric=goal.metric, period=goal.period, target=float(goal.target),
                 starts_on=starts_on, source=goal.source, batch=request_key, who=who, at=at) for goal in goals])
        named = sorted({goal.unit for goal in goals if goal.level == "person" and goal.source != "split"})
        for person in named:
            audit.write(con, who, role, "goals.set", person, batch=request_key)
        audit.write(con, who, role, "goals.set_batch", request_key, goals=len(goals), sources=sorted({goal.source for goal in goals}),
                    levels=sorted({goal.level for goal in goals}), metrics=sorted({goal.metric for goal in goals}))
    return request_key


def _check(goals: Sequence[NewGoal], request_key: str) -> None:
    if not goals or not request_key:
        raise ValueError("a batch has its request_key and at least one goal")
    for goal in goals:
        if goal.level not in ("company", "team", "role", "person") or goal.period not in ("day", "week", "month") or goal.metric not in METRICS \
                or goal.source not in ("typed", "history", "split"):
            raise ValueError(f"{goal.level}, {goal.period}, {goal.metric} or {goal.source} is not on its list")
        if not 0 < goal.target <= 1_000_000_000:
            raise ValueError("a target is above zero and at most a billion")
        if (goal.level == "company") != (goal.unit == "") and goal.level != "role":
            raise ValueError("a goal of a team or a person names it, one of the company names nobody")


def take_back(book: Ledger, batch: str, who: str, role: str) -> int:
    """Take a batch back: what held before holds again.  Returns how many goals went; 0 when it was taken back before.
    LookupError when there is no such batch."""
    with book.writing() as con:
        rows = con.execute(select(GOALS_SET).where(GOALS_SET.c.batch == batch).order_by(GOALS_SET.c.id)).all()
        if not rows:
            raise LookupError(batch)
        gone = {row.id.removeprefix(BACK) for row in rows if row.target is None}
        standing = [row for row in rows if row.target is not None and row.id not in gone]
        if not standing:
            return 0
        at = now()
        con.execute(insert(GOALS_SET), [
            dict(id=BACK + row.id, level=row.level, unit=row.unit, metric=row.metric, period=row.period, target=None, starts_on=row.starts_on,
                 source=row.source, batch=batch, who=who, at=at) for row in standing])
        audit.write(con, who, role, "goals.taken_back", batch, goals=len(standing))
    return len(standing)


def since(con: Connection, moment: datetime, as_of: date) -> list[SetGoal]:
    """What a build that began at ``moment`` (UTC) for the day ``as_of`` may not know: goals set or taken back after it, and those that begin
    after its day.  Whoever joins them to the build's own tells the same goal by its id."""
    asked = select(GOALS_SET).where(or_(GOALS_SET.c.at >= moment - _MARGIN, GOALS_SET.c.starts_on > as_of)).order_by(GOALS_SET.c.at, GOALS_SET.c.id)
    return [_goal(row) for row in con.execute(asked)]


def in_force(con: Connection, day: date, levels: Iterable[str] = ("company", "team", "role", "person")) -> list[SetGoal]:
    """The goals of these levels that hold on a day: of each unit, measure and period the one set last that has begun; a person's own and the part of a
    whole beside each other."""
    rows = con.execute(select(GOALS_SET).where(GOALS_SET.c.level.in_(list(levels))).order_by(GOALS_SET.c.at, GOALS_SET.c.id)).all()
    gone = {row.id.removeprefix(BACK) for row in rows if row.target is None}
    newest: dict[tuple[object, ...], SetGoal] = {}
    for row in rows:
        if row.target is not None and row.id not in gone and row.starts_on <= day:
            newest[row.level, row.unit, row.metric, row.period, row.level == "person" and row.source == "split"] = _goal(row)
    return list(newest.values())


def _goal(row: Row) -> SetGoal:  # type: ignore[type-arg]
    return SetGoal(row.id, row.level, row.unit, row.metric, row.period, row.target, row.starts_on, row.source, row.at)


def as_json(goals: Iterable[SetGoal]) -> str:
    """Goals as the parameter ``$goals`` of the queries takes them; ``[]`` for none."""
    return json.dumps([dict(goal_id=goal.goal_id, level=goal.level, unit=goal.unit, metric=goal.metric, period=goal.period, target=goal.target,
                            starts_on=goal.starts_on.isoformat(), source=goal.source, set_at=goal.set_at.isoformat(sep=" ")) for goal in goals],
                      ensure_ascii=False, separators=(",", ":"))


def batches(con: Connection, last: int = 10) -> list[Batch]:
    """The last batches that hold (those taken back are left out), the newest first."""
    found: dict[str, list[Row]] = {}  # type: ignore[type-arg]
    recent = select(GOALS_SET.c.batch).group_by(GOALS_SET.c.batch).having(func.count(GOALS_SET.c.target) * 2 > func.count()) \
        .order_by(func.max(GOALS_SET.c.at).desc(), GOALS_SET.c.batch).limit(last)
    names = list(con.scalars(recent))
    for row in con.execute(select(GOALS_SET).where(GOALS_SET.c.batch.in_(names)).order_by(GOALS_SET.c.id)):
        found.setdefault(row.batch, []).append(row)
    made = []
    for name in names:
        rows = [row for row in found[name] if row.target is not None]
        first = [row for row in rows if row.source != "split"] or rows
        made.append(Batch(name, rows[0].who, rows[0].at, rows[0].starts_on, len(rows), first[0].source, tuple(sorted({row.level for row in first})),
                          tuple(sorted({row.unit for row in first})), tuple(sorted({row.metric for row in first}))))
    return made


@dataclass(frozen=True)
class LoggedDay:
    """What one person logged on a day in the app, as the goals count it."""

    employee_id: str
    day: date
    effective: float
    intents: float
    deals: float
    revenue: float


def logged(con: Connection, first: date, last: date, rule: Effective | None = None) -> list[LoggedDay]:
    """What everybody logged from ``first`` to ``last``, by person and day; taken-back consultations are left out."""
    rule = rule or Effective()
    one = CONSULTATIONS.c
    lasting = (one.minutes > rule.over) & (one.contact_left.is_(True) if rule.contact else one.minutes.is_not(None))
    asked = select(one.employee_id, one.day,
                   func.sum(case((one.outcome.in_(("intent", "deal")) | lasting, 1), else_=0)), func.sum(case((one.outcome == "intent", 1), else_=0)),
                   func.sum(case((one.outcome == "deal", 1), else_=0)), func.sum(case((one.outcome == "deal", func.coalesce(one.amount, 0.0)), else_=0.0))) \
        .where(one.day.between(first, last), one.undone.is_(False)).group_by(one.employee_id, one.day).order_by(one.employee_id, one.day)
    return [LoggedDay(who, day, float(effective), float(intents), float(deals), float(money))
            for who, day, effective, intents, deals, money in con.execute(asked)]


def logged_json(days: Iterable[LoggedDay]) -> str:
    """The same as the parameter ``$logged`` takes it; ``[]`` for none."""
    return json.dumps([dict(employee_id=one.employee_id, day=one.day.isoformat(), effective=one.effective, intents=one.intents, deals=one.deals,
                            revenue=one.revenue) for one in days], ensure_ascii=False, separators=(",", ":"))
