"""How far care is kept up with, by team and week: held against the care standard that HR sees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pandas as pd
import pytest

from lib.access.care_desk import CareDesk
from lib.access.desk import Desk
from lib.care import kept, standard
from lib.care.queue import Episode
from lib.care.standard import Talk

MONDAYS = [date(2026, 3, 2) + timedelta(weeks=week) for week in range(6)]
END = MONDAYS[-1] + timedelta(6)
BEGAN = date(2026, 3, 4)  # a dip asks for a talk within 7 days: its due day is 10 March, in the second week


def people(**left: date) -> pd.DataFrame:
    return pd.DataFrame({"employee_id": ["A", "B"], "team": ["x", "x"], "hire_date": pd.to_datetime([date(2025, 1, 1)] * 2),
                         "leave_date": pd.to_datetime([left.get("A"), left.get("B")])})


def week_by_week(talks: list[Talk], who: pd.DataFrame | None = None, until: date | None = None) -> pd.DataFrame:
    dues = standard.due([Episode("A", "performance_dip", BEGAN, until)], talks, {}, END)
    return kept.counted(dues, talks, people() if who is None else who, MONDAYS).set_index("week")


def talk(on: date) -> Talk:
    return Talk("A", on, "performance_dip", 20, "hr")


def test_what_is_answered_in_time_is_open_until_then_and_done_in_its_week() -> None:
    found = week_by_week([talk(date(2026, 3, 9))])
    assert found["open"].tolist() == [1, 0, 0, 0, 0, 0] and found["done"].tolist() == [0, 1, 0, 0, 0, 0]
    assert found["overdue"].sum() == 0 and found["came_due"].tolist()[1] == found["kept"].tolist()[1] == 1


def test_what_is_not_answered_is_overdue_after_its_due_day_and_is_not_listed_for_ever() -> None:
    found = week_by_week([])
    assert found["open"].tolist() == [1, 0, 0, 0, 0, 0]
    assert found["overdue"].tolist() == [0, 1, 1, 1, 1, 0]  # 12 April is more than 30 days after 10 March
    assert found["kept"].sum() == 0 and found["came_due"].sum() == 1


def test_a_late_talk_ends_what_is_overdue_and_was_not_kept() -> None:
    found = week_by_week([talk(date(2026, 3, 18))])
    assert found["overdue"].tolist() == [0, 1, 0, 0, 0, 0] and found["done"].tolist() == [0, 0, 1, 0, 0, 0] and found["kept"].sum() == 0


def test_an_episode_that_ended_is_worth_a_talk_for_two_more_weeks() -> None:
    assert week_by_week([], until=date(2026, 3, 6))["overdue"].tolist() == [0, 1, 1, 0, 0, 0]


def test_who_leaves_takes_along_what_was_not_answered() -> None:
    found = week_by_week([], people(A=date(2026, 3, 16)))
    assert found["overdue"].tolist() == [0, 1, 0, 0, 0, 0] and found["people"].tolist() == [2, 2, 1, 1, 1, 1]


def test_talks_about_a_tag_count_as_cares_whether_or_not_one_was_due() -> None:
    found = week_by_week([Talk("B", date(2026, 3, 30), "high_pressure", 20, "hr")])
    assert found["cares"].tolist() == [0, 0, 0, 0, 1, 0] and found["done"].sum() == 0


def test_the_last_week_of_the_demo_is_what_hr_sees_of_the_care_standard(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of("hr")
    office = CareDesk(desk)
    weeks = desk._warehouse.frame("select * from care_weeks where week > date '2026-11-15' - 28")
    last = weeks[weeks["week"] == weeks["week"].max()]
    assert last["overdue"].sum() == len(office.overdue()) > 0
    minutes = office.minutes()
    assert weeks["cares"].sum() == minutes["cares"] and last["people"].sum() == minutes["people"]
    dues, teams = office._standard()._due(date(2026, 8, 1), date(2026, 11, 15))
    answered = [one for one in dues if one.done and date(2026, 11, 9) <= one.done.on]
    assert last["done"].sum() == pytest.approx(len(answered)) and len(answered) > 0
    assert (last.set_index("team")["done"] == pd.Series([teams[one.employee_id] for one in answered]).value_counts().reindex(last["team"]).fillna(0)).all()
