"""Small companies that show each rule at work: nine colleagues of one role whose numbers are ordinary, and ``P1`` who is the point."""

from __future__ import annotations

from datetime import date, timedelta

from lib.morale.pain_shape import Example

AS_OF = date(2026, 11, 15)
"""A Sunday: the week that ends on it is complete."""
WEEKS = 16
Row = dict[str, object]


def employees(count: int = 9, hired: date = date(2024, 3, 4), **first: object) -> tuple[Row, ...]:
    """``count`` people P1 … of one role and team, hired long ago; ``first`` changes P1."""
    rows: list[Row] = [{"employee_id": f"P{nth}", "name": f"P{nth}", "team": "T1", "hire_date": hired, "role": "R1", "business_line": "sales"}
                       for nth in range(1, count + 1)]
    rows[0] |= first
    return tuple(rows)


def days(who: str, weeks: int = WEEKS, end: date = AS_OF, per_week: int = 5, **counts: float) -> tuple[Row, ...]:
    """Worked days from Monday on, each with these daily counts (``effective``, ``intents``, ``deals``, ``follow_up_minutes``)."""
    monday = end - timedelta(end.weekday())
    return tuple({"employee_id": who, "work_date": monday - timedelta(7 * week) + timedelta(day), **counts}
                 for week in range(weeks) for day in range(per_week))


def ordinary(count: int = 9, skip: int = 1, weeks: int = WEEKS, **counts: float) -> tuple[Row, ...]:
    """The days of everybody but the first ``skip`` people, all alike."""
    given = {"effective": 16, "intents": 3, "deals": 1, "follow_up_minutes": 60} | counts
    return tuple(row for nth in range(1 + skip, count + 1) for row in days(f"P{nth}", weeks, **given))


def said(who: str, *rows: tuple[int, float, float]) -> tuple[Row, ...]:
    """Check-ins: days before :data:`AS_OF`, pressure, growth."""
    return tuple({"employee_id": who, "checked_on": AS_OF - timedelta(back), "pressure": pressure, "growth": growth} for back, pressure, growth in rows)


# 20 consultations a day, of which 4 become an intent or a deal (20 %); P1 has as many and 1 (5 %).
SCRIPT_FIRES = Example(AS_OF, {"employees": employees(), "activity_days": ordinary() + days(
    "P1", effective=19, intents=1, deals=0, follow_up_minutes=60)}, "fires")
# The same conversion with a third of the consultations: that is not a matter of the script.
SCRIPT_QUIET = Example(AS_OF, {"employees": employees(), "activity_days": ordinary() + days(
    "P1", effective=11, intents=1, deals=0, follow_up_minutes=60)}, "quiet")
PROSPECTING_FIRES = Example(AS_OF, {"employees": employees(), "activity_days": ordinary() + days(
    "P1", effective=8, intents=1, deals=1, follow_up_minutes=66)}, "fires")
# As few consultations and as little follow-up: less work, not a search for customers that fails.
PROSPECTING_QUIET = Example(AS_OF, {"employees": employees(), "activity_days": ordinary() + days(
    "P1", effective=8, intents=1, deals=1, follow_up_minutes=30)}, "quiet")
LOST_FIRES = Example(AS_OF, {"employees": employees(), "activity_days": ordinary(skip=0), "check_ins": said("P1", (40, 5, 1), (12, 4, 2))}, "fires")
LOST_QUIET = Example(AS_OF, {"employees": employees(), "activity_days": ordinary(skip=0), "check_ins": said("P1", (40, 5, 1), (12, 4, 3))}, "quiet")
