"""Goals: which one holds for whom, what it asks for on the days that are planned, how a whole is split, and how far the way still is.

A goal asks for so much *a planned day*: a goal of a day is that, a goal of a week is spread over the person's usual days of a week, a
goal of a month over the usual days of that month.  What it asks for in a period is that rate times the days that are planned in it.  So a
month is the sum of its days, leave and holidays take their days' part off and put it on no other day, and whoever is on leave all the
time has no target.  A part of a fixed whole (``split``) is spread over the days that are open (usual days without holidays), since the
whole was set for the days there are.  The same rules stand in SQL in ``lib/queries/my_goal_facts.sql`` and ``goal_groups.sql``; tests
hold them together.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TypeVar

METRICS = ("effective", "intents", "deals", "revenue", "answered", "dials")
MONEY = frozenset({"revenue"})
"""Measures in yuan; the others are counted in whole units."""
PERIODS = ("day", "week", "month")
LEVELS = ("person", "split", "role", "default")
"""Whose goal it is, the one that goes first first: the person's own, a part of the team's or company's, the role's, the settings'."""
PLANNED, USUAL, OPEN, WORKED = frozenset("WxwW"), frozenset("WwlhsnW"), frozenset("Wwlsn"), frozenset("Wx")
"""Letters of a plan (``lib/marts/goal_people.sql``) that count as planned, usual, open and worked days."""
_NEAREST = {"day": ("day", "week", "month"), "week": ("week", "month", "day"), "month": ("month", "week", "day")}
_CLOSE = 1e-9
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Goal:
    """One goal in force.  ``level`` of :data:`LEVELS`; ``source`` typed, history, split, imported or default; ``from_app``: set in the
    app and not given by a file."""

    level: str
    metric: str
    period: str
    target: float
    source: str = "typed"
    from_app: bool = True


@dataclass(frozen=True)
class Days:
    """Days of one period by what they are: planned (worked or to be worked), usual, open, and how many a usual week has."""

    planned: int
    usual: int
    open: int
    week: int
    elapsed: int = 0
    """Planned days before today; today is among those that are left."""

    @property
    def left(self) -> int:
        """Planned days from today on."""
        return self.planned - self.elapsed


def span(period: str, today: date) -> tuple[date, date]:
    """First and last day of the day, week (from Monday) or month that ``today`` lies in."""
    if period == "day":
        return today, today
    if period == "week":
        first = today - timedelta(days=today.weekday())
        return first, first + timedelta(days=6)
    first = today.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def counted(plan: str, first_day: date, period: str, today: date, week: int) -> Days:
    """The days of the period around ``today`` in a plan of one letter a day that begins on ``first_day``; ``week``: usual days a week."""
    start, end = span(period, today)
    part = plan[(start - first_day).days:(end - first_day).days + 1]
    gone = part[:(today - start).days]
    return Days(*(sum(letter in kind for letter in part) for kind in (PLANNED, USUAL, OPEN)), week, sum(letter in PLANNED for letter in gone))


def newcomer_share(hired: date, today: date, shares: Sequence[float]) -> float:
    """The share of the role's goal at this tenure: ``shares`` of the first, second … month at work, then 1."""
    for month, share in enumerate(shares, 1):
        if months_after(hired, month) > today:
            return share
    return 1.0


def months_after(day: date, months: int) -> date:
    """The day some months later; at the end of a shorter month its last day."""
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return min(last, first + timedelta(days=day.day - 1))


def holds(goals: Iterable[Goal], period: str) -> Goal | None:
    """The goal that holds for a period: the nearest level first, of one level the goal of that very period, then the nearest other, and
    of the same two the one that was set in the app."""
    return min(goals, key=lambda goal: (LEVELS.index(goal.level), _NEAREST[period].index(goal.period), not goal.from_app), default=None)


def rate(goal: Goal, of: Mapping[str, Days], share: float = 1.0) -> float | None:
    """What a goal asks for on one planned day; ``of`` are the person's days by period, ``share`` the newcomer's (only for goals of the
    role and the settings).  None when the person has no usual day."""
    days, newcomer = of[goal.period], share if goal.level in ("role", "default") else 1.0
    if goal.period == "day":
        over = 1
    elif goal.level == "split" and days.open:
        over = days.open
    else:
        over = days.week if goal.period == "week" else days.usual
    return goal.target * newcomer / over if over else None


def asked(per_day: float | None, planned: int) -> float | None:
    """The target of a period; None without a goal and without a planned day."""
    return None if per_day is None or not planned else per_day * planned


# --- a whole and its parts --------------------------------------------------------------------------------------------------------

def split(total: float, weights: Mapping[K, float], money: bool = False) -> dict[K, float]:
    """A total in parts by weight that add up to it exactly: whole units, cents for money and for a total that is not whole.

    The largest remainders get what is left over, of equal ones the earlier.  Whoever weighs nothing gets nothing and is left out; {} when
    nobody weighs anything.  Raises ValueError for a negative weight or a total that is not above zero.
    """
    if not total > 0 or not math.isfinite(total) or any(not weight >= 0 for weight in weights.values()):
        raise ValueError("a total is above zero and no weight is below it")
    exact = {key: Fraction(weight) for key, weight in weights.items() if weight > 0}
    everything = sum(exact.values())
    if not everything:
        return {}
    cents = 100 if money or total != int(total) else 1
    units = round(Fraction(total) * cents)
    shares = {key: units * weight / everything for key, weight in exact.items()}
    parts = {key: math.floor(share) for key, share in shares.items()}
    spare = units - sum(parts.values())
    for key in sorted(shares, key=lambda key: parts[key] - shares[key])[:spare]:
        parts[key] += 1
    return {key: part / cents for key, part in parts.items()}


def split_down(total: float, teams: Mapping[str, Mapping[str, float]], money: bool = False) -> tuple[dict[str, float], dict[str, float]]:
    """A company's total for its teams, and each team's for its people, by the people's weights: (team → part, person → part).

    Both add up to the total, and each team's people to the team's part.
    """
    of_teams = split(total, {team: math.fsum(people.values()) for team, people in teams.items()}, money)
    of_people: dict[str, float] = {}
    for team, part in of_teams.items():
        if part:
            of_people |= split(part, teams[team], money)
    return of_teams, of_people


def pace_weight(paces: Mapping[str, float], peers: str) -> float:
    """How much a role weighs when a whole is split: what its experienced people do a day on average; the mean of all roles for one without
    such people, and 1 for everybody where nobody does any."""
    if not any(pace > 0 for pace in paces.values()):
        return 1.0
    return paces.get(peers, math.fsum(paces.values()) / len(paces))


def proposed(metric: str, period: str, per_day: float, days: float) -> float | None:
    """The goal that a median a day makes for so many days, rounded so that people can keep it in mind: money to two digits, counts to whole
    units.  None for what is done less than once in a day or week (a month has at least 1) or not at all."""
    exact = per_day * days
    if exact <= 0 or exact < 0.75 and period != "month":
        return None
    if metric in MONEY and exact >= 10:
        size = 10 ** (math.floor(math.log10(exact)) - 1)
        return float(math.floor(exact / size + 0.5) * size)
    return float(max(1, math.floor(exact + 0.5)))


# --- how far the way still is -----------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Bar:
    """One measure in one period against its goal, for a person or a group.

    ``share`` done of the target; ``due``: where one is at an even pace before today begins; ``needed_per_day`` what each of the
    ``days_left`` (from today on) must bring to arrive; ``ahead_days`` how many planned days ahead (behind: below 0).
    ``state``: no_record, leave, off, no_goal, arrived, ahead, on_pace, behind or short (no day is left).  For a group days are those of
    its average person, and ``people`` those with a goal, ``left_out`` those without.
    """

    metric: str
    period: str
    target: float | None
    done: float | None
    share: float | None
    due: float | None
    needed_per_day: float | None
    days_left: float
    ahead_days: float | None
    state: str
    planned_days: float = 0
    elapsed_days: float = 0
    logged: float = 0
    """How much of ``done`` was logged in the app."""
    level: str = ""
    source: str = ""
    newcomer_share: float = 1.0
    worked_days: int = 0
    people: int = 0
    left_out: int = 0


_NEAR = 0.25
"""Within a quarter of a day the pace is even."""


def bar(metric: str, period: str, target: float | None, done: float | None, planned: float, elapsed: float, *, away: bool = False,
        per_day: float | None = None, due: float | None = None, **facts: object) -> Bar:
    """The bar of a target and what is done.  ``per_day`` the goal of one planned day (default: even over ``planned``), ``due`` what is due
    before today (default: that rate times ``elapsed``); ``away``: on leave today.

    A day that has not ended is never behind: what it asks for is still to come.
    """
    left = planned - elapsed
    rate_ = per_day if per_day is not None else target / planned if target is not None and planned else None
    if done is None:
        state = "no_record"
    elif target is None or target <= 0:
        state = "no_goal" if rate_ is None else "leave" if away else "off"
    else:
        state = ""
    if state:
        return Bar(metric, period, None, done, None, None, None, left, None, state, planned, elapsed, **facts)  # type: ignore[arg-type]
    assert target is not None and done is not None
    due = due if due is not None else (rate_ or 0) * elapsed
    missing = target - done
    arrived = missing <= _CLOSE * target
    ahead = (done - due) / (target / planned) if planned else None
    needed = None if arrived or left <= 0 else missing / left
    if arrived:
        state = "arrived"
    elif left <= 0:
        state = "short"
    elif ahead is None or abs(ahead) < _NEAR:
        state = "on_pace"
    else:
        state = "ahead" if ahead > 0 else "behind"
    return Bar(metric, period, target, done, done / target, due, needed, left, ahead, state, planned, elapsed, **facts)  # type: ignore[arg-type]
