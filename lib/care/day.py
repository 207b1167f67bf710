"""The company's day: which day it is for everybody who cares."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
STALE = 14
"""Days after which data is too old to be held against the calendar: the house then lives on the last day it knows."""


def calendar() -> date:
    """The calendar day in Shanghai, now."""
    return datetime.now(ZONE).date()


def today(as_of: date, demo: bool, calendar: date) -> date:
    """The company's day.

    ``as_of`` is the last day with data.  The demo, and data older than :data:`STALE` days, live on that day; every other company
    lives on the ``calendar`` day, but never before ``as_of``.
    """
    return as_of if demo or (calendar - as_of).days > STALE else max(as_of, calendar)
