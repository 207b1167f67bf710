"""Touch points of newcomers: the days at work on which somebody asks how settling in goes (definition: README, *The care tags*)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from lib import settings
from lib.settings import Value

MONTH = 30
OWN = ("care.touch_day.1", "care.touch_day.2", "care.touch_day.3", "care.touch_day.4")
"""Settings of the touch points that have a day of their own; after them there is one every :data:`MONTH` days."""


@dataclass(frozen=True)
class Point:
    """One touch point: the day at work it stands for (the hire date is day 1), its date, and the last date before the next one."""

    nth: int
    due: date
    last: date


def days(values: Mapping[str, Value]) -> tuple[int, ...]:
    """The days at work that have a touch point of their own, in order and without doubles."""
    return tuple(sorted({int(settings.get(name, values)) for name in OWN}))


@lru_cache(maxsize=4096)
def points(hire_date: date, until: date, first: tuple[int, ...]) -> tuple[Point, ...]:
    """All touch points of somebody hired on ``hire_date`` who settles in until ``until`` (inclusive), in order."""
    span = (until - hire_date).days + 1
    numbers = [n for n in first if n <= span] + list(range(MONTH, span + 1, MONTH))
    dues = [hire_date + timedelta(n - 1) for n in numbers]
    lasts = [due - timedelta(1) for due in dues[1:]] + [until]
    return tuple(Point(n, due, last) for n, due, last in zip(numbers, dues, lasts, strict=True))


def current(known: Sequence[Point], reminded: Collection[date], today: date) -> Point | None:
    """The touch point that is to be raised today: the latest one that has come, unless it was raised already.

    ``reminded``: the dates of this person's touch points that were raised.  A date that is no touch point any more (the hire date
    was corrected) counts for the point nearest to it.  Earlier points that were never raised are covered by the latest one.
    """
    come = [point for point in known if point.due <= today]
    if not come:
        return None
    taken = {min(known, key=lambda p: (abs((p.due - told).days), p.nth)).nth for told in reminded}
    return None if come[-1].nth in taken else come[-1]
