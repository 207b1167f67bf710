"""Streaks: how many planned days in a row the daily goal was reached, with freeze days.

Only **planned** days count: leave, holidays and rest days neither break a streak nor lengthen it.  The first missed planned days of a
calendar month (``rewards.freeze_days``, two) are **frozen** by themselves: they do not lengthen the streak and do not break it.  The
next missed planned day of that month breaks it.  Which days are frozen depends on the month's missed days only and not on the streak,
so reaching the goal of one more day never makes any streak shorter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

REACHED, FROZEN, MISSED, OFF = "reached", "frozen", "missed", "off"
STATES = (REACHED, FROZEN, MISSED, OFF)


@dataclass(frozen=True)
class Day:
    """One day of a person: whether work was planned on it, and whether the daily goal was reached."""

    day: date
    planned: bool
    reached: bool


@dataclass(frozen=True)
class Streak:
    """A person's streak on the last of the given days.

    ``length`` counts days with the goal reached since the last break; ``since`` is the first of them (None for 0).  ``frozen`` are
    the frozen days among them, ``left`` the freeze days left in the month of ``today``, ``best`` the longest streak of the given days.
    ``states`` says of every given day what it is: reached, frozen, missed or off.
    """

    length: int = 0
    since: date | None = None
    frozen: tuple[date, ...] = ()
    left: int = 0
    best: int = 0
    states: tuple[tuple[date, str], ...] = field(default=(), repr=False)


def streak(days: Iterable[Day], today: date, freeze_days: int) -> Streak:
    """The streak of one person; ``days`` in any order, each day once.

    A day on which the goal was reached although no work was planned is off: it neither helps nor harms.
    """
    if freeze_days < 0:
        raise ValueError(f"a month has no {freeze_days} freeze days")
    missed: Counter[tuple[int, int]] = Counter()
    states: list[tuple[date, str]] = []
    length, best, since, frozen = 0, 0, None, []
    for one in sorted(days, key=lambda d: d.day):
        month = one.day.year, one.day.month
        if not one.planned:
            states.append((one.day, OFF))
        elif one.reached:
            states.append((one.day, REACHED))
            length, since = length + 1, since or one.day
            best = max(best, length)
        else:
            missed[month] += 1
            kept = missed[month] <= freeze_days
            states.append((one.day, FROZEN if kept else MISSED))
            if not kept:
                length, since, frozen = 0, None, []
            elif since is not None:
                frozen.append(one.day)
    return Streak(length, since, tuple(frozen), max(freeze_days - missed[today.year, today.month], 0), best, tuple(states))


def bonus_days(days: Iterable[Day], every: int, freeze_days: int) -> tuple[date, ...]:
    """The days on which a streak became a multiple of ``every`` days long, in order."""
    if every < 1:
        raise ValueError(f"no streak is {every} days long")
    given = sorted(days, key=lambda d: d.day)
    found, length = [], 0
    for day, state in streak(given, given[-1].day, freeze_days).states if given else ():
        length = length + 1 if state == REACHED else 0 if state == MISSED else length
        if state == REACHED and length % every == 0:
            found.append(day)
    return tuple(found)


def to_next(length: int, every: int) -> int:
    """How many more days until the streak is the next multiple of ``every`` days long."""
    return every - length % every
