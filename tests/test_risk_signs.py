"""The four signs that need no model: what makes each hold, since when, with which numbers, and for whom there is none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta

import duckdb
import pandas as pd
import pytest

from lib.risk import panel
from lib.settings import SettingError
from tests.small_company import built

MONDAY, WEEKS = date(2025, 1, 6), 30
LAST = MONDAY + timedelta(days=7 * WEEKS - 1)


def monday(week: int) -> date:
    return MONDAY + timedelta(days=7 * week)


def person(name: str, **more: object) -> dict[str, object]:
    return {"employee_id": name, "name": name, "team": "T1", "hire_date": MONDAY, **more}


def attendance(name: str, leave: tuple[tuple[int, int], ...] = ()) -> list[dict[str, object]]:
    """Every working day; leave on these (week, day)."""
    return [{"employee_id": name, "work_date": monday(week) + timedelta(days=day), "result": "leave", "leave_type": "病假"} if (week, day) in leave else
            {"employee_id": name, "work_date": monday(week) + timedelta(days=day), "result": "normal",
             "check_in": pd.Timestamp(monday(week)) + pd.Timedelta(days=day, hours=9)} for week in range(WEEKS) for day in range(5)]


def work(name: str, each: Mapping[int, int] | None = None) -> list[dict[str, object]]:
    """Five days a week with 20 useful calls each; ``each``: another number for a week."""
    return [{"employee_id": name, "work_date": monday(week) + timedelta(days=day), "answered": 30, "effective": (each or {}).get(week, 20)}
            for week in range(WEEKS) for day in range(5)]


FALLING = {week: 20 - 2 * ((week - 14) // 4) for week in range(14, WEEKS)}      # 20, 18, 16, 14 a day over the last sixteen weeks
OFTEN = ((18, 1), (21, 2), (24, 3), (27, 4))
NAMES = ("falling", "often", "pressed", "alone", "calm", "objects", "leaves")
ROWS: dict[str, list[dict[str, object]]] = {
    "employees": [person(name, **({"notice_date": LAST, "leave_date": LAST + timedelta(days=20)} if name == "leaves" else {})) for name in NAMES],
    "activity_days": [row for name in NAMES for row in work(name, FALLING if name in ("falling", "objects", "leaves") else {})],
    "attendance": [row for name in NAMES for row in attendance(name, OFTEN if name == "often" else OFTEN[1:])],
    "talks": [{"employee_id": "pressed", "talked_on": LAST - timedelta(days=ago), "signals": said}
              for ago, said in ((2, "pressure,pay"), (29, "pressure"), (30, "pressure"), (5, "family_care"))]
             + [{"employee_id": "calm", "talked_on": LAST - timedelta(days=31), "signals": "pressure"}]
             + [{"employee_id": name, "talked_on": LAST, "signals": "pressure"} for name in ("objects", "leaves")],
    "peer_contacts": [{"employee_id": name, "contacted_on": monday(week), "contacts": few if week >= 26 else 50}
                      for name, few in (("alone", 30), ("calm", 40)) for week in range(WEEKS)],
}


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    made = built(ROWS, LAST)
    made.execute("insert into app_choices values ('objects', 'no_scoring')")
    panel.panel(made, LAST, {})
    panel.signs(made, LAST, {})
    return made


def told(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], tuple[date, dict[str, object]]]:
    """(who, sign) → since when, and the evidence."""
    return {(who, sign): (since, json.loads(evidence)) for who, sign, since, evidence in con.execute("select * from risk_signs").fetchall()}


def test_each_sign_is_told_of_the_person_who_has_it_and_of_nobody_else(con) -> None:
    assert set(told(con)) == {("falling", "down_3_months"), ("often", "frequent_leave"), ("pressed", "pressure_talk"), ("alone", "fewer_contacts")}


def test_three_months_down_names_the_four_months_and_since_when(con) -> None:
    since, evidence = told(con)["falling", "down_3_months"]
    assert evidence == {"months": [20, 18, 16, 14], "change": -.3}
    assert since <= LAST and since > monday(26)


def test_frequent_leave_counts_times_and_days_whatever_the_kind(con) -> None:
    assert told(con)["often", "frequent_leave"] == (LAST - timedelta(days=14), {"times": 4, "days": 4, "weeks": 13})


def test_a_talk_about_pressure_counts_for_thirty_days_by_its_day(con) -> None:
    assert told(con)["pressed", "pressure_talk"] == (LAST - timedelta(days=29), {"talks": 2, "last": str(LAST - timedelta(days=2))})


def test_fewer_contacts_are_fewer_than_the_own_ones_before(con) -> None:
    since, evidence = told(con)["alone", "fewer_contacts"]
    assert evidence == {"now": 6, "usual": 10, "change": -.4} and since == LAST - timedelta(days=7)


def test_who_objected_and_who_leaves_has_no_sign(con) -> None:
    assert not {"objects", "leaves"} & {who for who, _ in told(con)}


def test_the_limits_are_settings(con) -> None:
    cursor = con.cursor()
    panel.panel(cursor, LAST, {})
    cursor.execute("begin")
    panel.signs(cursor, LAST, {"risk.sign.leave_times": 3, "risk.sign.contacts": .15, "risk.sign.pressure_days": 40, "risk.sign.drop": .2})
    found = set(told(cursor))
    cursor.execute("rollback")
    assert {("calm", "frequent_leave"), ("calm", "fewer_contacts"), ("calm", "pressure_talk")} <= found
    assert ("falling", "down_3_months") not in found
    with pytest.raises(SettingError):
        panel.signs(cursor, LAST, {"risk.sign.leave_times": 0})


def test_a_company_without_anybody_has_the_table_and_no_sign() -> None:
    empty = built({}, LAST)
    panel.panel(empty, LAST, {})
    panel.signs(empty, LAST, {})
    assert empty.execute("select count(*) from risk_signs").fetchone() == (0,)
    assert empty.execute("select count(*) from risk_panel").fetchone() == (0,)
