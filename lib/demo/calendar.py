"""The Chinese working year: public holidays, make-up work days, and the seasons of each business line.

Holidays of 2024–2026 are those of the State Council's yearly notices.  The notice for 2027 was not out when this was written:
its days follow the standing rules of 2024 (festival days plus bridging, make-up days on the nearest weekends).  In other
years only the holidays with a fixed date are known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

# (first day off, last day off), both inclusive.
HOLIDAYS: tuple[tuple[str, str], ...] = (
    ("2023-12-30", "2024-01-01"), ("2024-02-10", "2024-02-17"), ("2024-04-04", "2024-04-06"), ("2024-05-01", "2024-05-05"),
    ("2024-06-08", "2024-06-10"), ("2024-09-15", "2024-09-17"), ("2024-10-01", "2024-10-07"),
    ("2025-01-01", "2025-01-01"), ("2025-01-28", "2025-02-04"), ("2025-04-04", "2025-04-06"), ("2025-05-01", "2025-05-05"),
    ("2025-05-31", "2025-06-02"), ("2025-10-01", "2025-10-08"),
    ("2026-01-01", "2026-01-03"), ("2026-02-15", "2026-02-23"), ("2026-04-04", "2026-04-06"), ("2026-05-01", "2026-05-05"),
    ("2026-06-19", "2026-06-21"), ("2026-09-25", "2026-09-27"), ("2026-10-01", "2026-10-07"),
    ("2027-01-01", "2027-01-03"), ("2027-02-05", "2027-02-12"), ("2027-04-03", "2027-04-05"), ("2027-05-01", "2027-05-05"),
    ("2027-06-09", "2027-06-09"), ("2027-09-15", "2027-09-15"), ("2027-10-01", "2027-10-07"),
)
MAKE_UP: tuple[str, ...] = (
    "2024-02-04", "2024-02-18", "2024-04-07", "2024-04-28", "2024-05-11", "2024-09-14", "2024-09-29", "2024-10-12",
    "2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11",
    "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10",
    "2027-01-31", "2027-02-14", "2027-05-08", "2027-09-26", "2027-10-09",
)
# First day of the lunar year.
SPRING_FESTIVAL = {2022: "2022-02-01", 2023: "2023-01-22", 2024: "2024-02-10", 2025: "2025-01-29", 2026: "2026-02-17",
                   2027: "2027-02-06", 2028: "2028-01-26"}
FIXED = ((1, 1, 1), (5, 1, 5), (10, 1, 7))


def holidays(year: int) -> set[date]:
    """The public holidays of one year."""
    known = {day for first, last in HOLIDAYS for day in _span(date.fromisoformat(first), date.fromisoformat(last))
             if day.year == year}
    if known and 2024 <= year <= 2027:
        return known
    return known | {date(year, month, day) + timedelta(days=k) for month, day, length in FIXED for k in range(length)}


def _span(first: date, last: date) -> list[date]:
    return [first + timedelta(days=k) for k in range((last - first).days + 1)]


def default_end(today: date) -> date:
    """The last Sunday before ``today``: the end of the last completed week."""
    return today - timedelta(days=today.isoweekday() % 7 or 7)


def first_day(end: date, months: int) -> date:
    """The Monday on or after the day ``months`` calendar months before ``end``."""
    index = end.year * 12 + end.month - 1 - months
    begin = date(index // 12, index % 12 + 1, 1) + timedelta(days=min(end.day, 28))
    return begin + timedelta(days=-begin.weekday() % 7)


# Demand through the year, as (day of the year, factor); in between it is interpolated.
SEASONS: dict[str, tuple[tuple[int, float], ...]] = {
    "telesales": ((1, .97), (60, 1.04), (105, 1.05), (160, .98), (200, .97), (250, 1.06), (300, 1.03), (345, .98), (366, .97)),
    "stores": ((1, 1.02), (45, .98), (75, .92), (120, .98), (170, 1.04), (215, 1.0), (262, 1.08), (290, 1.04), (315, 1.08),
               (345, 1.03), (366, 1.02)),
    "key_accounts": ((1, .95), (60, .98), (90, 1.05), (120, .98), (180, 1.06), (215, .96), (272, 1.05), (310, 1.0), (360, 1.05),
                     (366, .97)),
    "enrolment": ((1, .88), (50, 1.0), (75, 1.1), (120, 1.05), (160, 1.18), (200, 1.2), (245, 1.1), (290, .97), (340, .88),
                  (366, .88)),
}
# Visits or reachable customers by weekday, Monday first; the average over the days that are worked is about 1.
WEEK: dict[str, tuple[float, ...]] = {
    "telesales": (.97, 1.04, 1.05, 1.03, .95, .85, .85),
    "stores": (.76, .74, .78, .84, 1.02, 1.45, 1.38),
    "key_accounts": (.95, 1.06, 1.07, 1.04, .88, .5, .5),
    "enrolment": (.85, .85, .88, .9, .98, 1.2, 1.15),
}


@dataclass(frozen=True)
class Days:
    """The days of the demo: arrays over days 0 … n−1 (day 0 is a Monday)."""

    start: date
    count: int
    weekday: np.ndarray   # 0 Monday … 6 Sunday
    holiday: np.ndarray   # bool
    make_up: np.ndarray   # bool, a weekend day worked in return for a holiday
    spring: np.ndarray    # days since the nearest first day of the lunar year, −180 … 180
    bridge: np.ndarray    # bool, a normal day next to a holiday
    demand: dict[str, np.ndarray]  # business line -> factor

    @property
    def weeks(self) -> int:
        """Number of calendar weeks, the last one may be incomplete."""
        return -(-self.count // 7)

    def numpy(self) -> np.datetime64:
        """The first day as numpy's day type."""
        return np.datetime64(self.start, "D")


def days(start: date, end: date) -> Days:
    """Calendar arrays from ``start`` (a Monday) to ``end``."""
    if start.weekday() or end < start:
        raise ValueError("the demo starts on a Monday and ends after it")
    span = _span(start, end)
    off = set().union(*(holidays(year) for year in range(start.year - 1, end.year + 2)))
    extra = {date.fromisoformat(day) for day in MAKE_UP}
    weekday = np.array([day.weekday() for day in span])
    holiday = np.array([day in off for day in span])
    festivals = [date.fromisoformat(day) for day in SPRING_FESTIVAL.values()]
    spring = np.array([min(((day - feast).days for feast in festivals), key=abs) for day in span])
    near = np.array([day not in off and any(day + timedelta(days=k) in off for k in (-1, 1)) for day in span])
    of_year = np.array([day.timetuple().tm_yday for day in span])
    demand = {}
    for line, knots in SEASONS.items():
        season = np.interp(of_year, [day for day, _ in knots], [factor for _, factor in knots])
        # People are hard to reach around the Spring Festival, and shops are full before it.
        quiet = np.interp(spring, [-12, -6, -1, 8, 16, 26], [1, .88, .8, .84, .92, 1])
        full = np.interp(spring, [-24, -14, -3, 0, 7, 14], [1, 1.14, 1.18, .8, .95, 1])
        demand[line] = season * (full if line == "stores" else quiet) * np.array(WEEK[line])[weekday]
        demand[line] *= np.where(holiday, 1.2 if line == "stores" else .8, 1) * np.where(near & (weekday < 5), .95, 1)
    return Days(start, len(span), weekday, holiday, np.array([day in extra for day in span]), spring, near, demand)
