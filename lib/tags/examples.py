"""For each tag a small company on which it fires and one on which it stays quiet; tests run them all."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from lib.tags.shape import Example

_MONDAY = date(2026, 3, 2)


def _person(hired: date = date(2025, 1, 6), **more: object) -> tuple[dict[str, object], ...]:
    return ({"employee_id": "E1", "name": "王芳", "team": "一组", "hire_date": hired, **more},)


def _weeks(*effective: int) -> tuple[dict[str, object], ...]:
    """Five worked days in each week, with so many useful calls a day."""
    return tuple({"employee_id": "E1", "work_date": _MONDAY + timedelta(days=7 * week + day), "dials": 120, "effective": calls}
                 for week, calls in enumerate(effective) for day in range(5))


def _evenings(*hours: float) -> tuple[dict[str, object], ...]:
    """Consecutive days from Monday that end at these hours (24.5 is half past midnight)."""
    midnight = datetime(2026, 3, 2)
    return tuple({"employee_id": "E1", "work_date": _MONDAY + timedelta(days=day), "result": "normal",
                  "check_in": midnight + timedelta(days=day, hours=9), "check_out": midnight + timedelta(days=day, hours=hour)}
                 for day, hour in enumerate(hours))


def _calls(*days: tuple[int, int]) -> tuple[dict[str, object], ...]:
    """Consecutive days from Monday with (answered, rejected) calls."""
    return tuple({"employee_id": "E1", "work_date": _MONDAY + timedelta(days=day), "dials": 100, "answered": answered, "rejected": rejected}
                 for day, (answered, rejected) in enumerate(days))


NEW_HIRE_FIRES = Example(date(2026, 3, 31), {"employees": _person(date(2025, 11, 30))}, ((date(2025, 11, 30), date(2026, 2, 27)),))
NEW_HIRE_QUIET = Example(date(2026, 3, 31), {"employees": _person(date(2026, 4, 1))}, ())

DIP_FIRES = Example(date(2026, 3, 25), {"employees": _person(), "activity_days": _weeks(20, 16, 12)}, ((date(2026, 3, 23), None),))
DIP_QUIET = Example(date(2026, 3, 25), {"employees": _person(), "activity_days": _weeks(20, 17, 14)}, ())

PRESSURE_FIRES = Example(date(2026, 3, 5), {"employees": _person(), "attendance": _evenings(21.5, 24.6, 22.0, 18.0)},
                         ((date(2026, 3, 4), date(2026, 3, 4)),))
PRESSURE_QUIET = Example(date(2026, 3, 5), {"employees": _person(), "attendance": _evenings(21.5, 21.0, 22.0, 21.2)}, ())

LIFE_FIRES = Example(date(2026, 3, 2), {"employees": _person(birth_date=date(1996, 2, 29))},
                     ((date(2025, 2, 27), date(2025, 2, 28)), (date(2026, 2, 27), date(2026, 2, 28))))
LIFE_QUIET = Example(date(2026, 3, 2), {
    "employees": _person(), "life_events": ({"employee_id": "E1", "kind": "marriage", "event_date": date(2026, 3, 3), "consent": True},)}, ())

CLIENT_FIRES = Example(date(2026, 3, 10), {"employees": _person(), "activity_days": _calls(*[(30, 9)] * 7, (30, 30), (30, 30))},
                       ((date(2026, 3, 9), None),))
CLIENT_QUIET = Example(date(2026, 3, 10), {"employees": _person(), "activity_days": _calls(*[(30, 15)] * 9)}, ())

FAMILY_FIRES = Example(date(2026, 3, 20), {
    "employees": _person(), "talks": ({"employee_id": "E1", "talked_on": date(2026, 3, 2), "signals": "family_care,pressure"},)},
    ((date(2026, 3, 2), date(2026, 3, 15)),))
FAMILY_QUIET = Example(date(2026, 3, 20), {
    "employees": _person(), "talks": ({"employee_id": "E1", "talked_on": date(2026, 3, 2), "signals": "pressure"},)}, ())
