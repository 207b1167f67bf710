"""The care standard: what is due, what counts as done, and when it is overdue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from lib.access.care_desk import CareDesk
from lib.access.desk import Desk
from lib.care import standard
from lib.care.queue import Episode
from lib.care.standard import Talk

DAY = date(2026, 3, 2)
DIP = Episode("A", "performance_dip", DAY, None)


def on(days: int) -> date:
    return DAY + timedelta(days)


def states(episode: Episode, talks: list[Talk], today: date, values: dict | None = None) -> list[str]:
    return [one.state(today) for one in standard.due([episode], talks, values or {}, today)]


def talk(days: int, tag: str = "performance_dip", minutes: float = 20, who: str = "A") -> Talk:
    return Talk(who, on(days), tag, minutes, "hr")


@pytest.mark.parametrize(("talks", "today", "expected"), [
    ([], 6, "open"), ([], 7, "overdue"), ([talk(6)], 9, "on_time"), ([talk(7)], 9, "late"), ([talk(-1)], 9, "overdue"),
    ([talk(3, "")], 9, "overdue"), ([talk(3, "high_pressure")], 9, "overdue"), ([talk(3, who="B")], 9, "overdue")])
def test_an_episode_asks_for_one_talk_about_it_within_its_due_time(talks: list[Talk], today: int, expected: str) -> None:
    assert states(DIP, talks, on(today)) == [expected]


def test_the_due_time_is_a_setting_of_the_tag() -> None:
    pressure = Episode("A", "high_pressure", DAY, None)
    assert states(pressure, [], on(3)) == ["overdue"] and states(pressure, [], on(3), {"care.due_days.high_pressure": 5}) == ["open"]


def test_every_touch_point_asks_for_a_talk_of_its_own() -> None:
    new = Episode("A", "new_hire", DAY, None, hire_date=DAY, ends_on=on(89))
    talks = [talk(1, "new_hire"), talk(8, "new_hire")]
    assert states(new, talks, on(21)) == ["on_time", "overdue", "on_time", "open"]


def test_rows_count_people_talks_and_minutes_once() -> None:
    dues = standard.due([DIP, Episode("B", "performance_dip", DAY, None)], [talk(1), talk(2, who="A")], {}, on(9))
    row, = standard.rows(dues, "tag", {}, lambda one: "", on(9))
    assert (row.group, row.due, row.done, row.on_time, row.overdue, row.people, row.minutes) == ("performance_dip", 2, 1, 1, 1, 2, 20)
    assert [r.group for r in standard.rows(dues, "hr", {}, lambda one: "anna", on(9))] == ["anna", "hr"]
    assert [r.group for r in standard.rows(dues, "month", {}, lambda one: "", on(9))] == ["2026-03"]
    assert [r.group for r in standard.rows(dues, "team", {"A": "x", "B": "y"}, lambda one: "", on(9))] == ["x", "y"]
    with pytest.raises(ValueError):
        standard.rows(dues, "mood", {}, lambda one: "", on(9))


def test_overdue_is_listed_longest_first_and_not_for_ever() -> None:
    old = Episode("B", "high_pressure", on(-20), None)
    gone = Episode("C", "high_pressure", on(-80), on(-78))
    dues = standard.due([DIP, old, gone], [], {}, on(9))
    assert [reason.employee_id for reason in standard.overdue(dues, on(9))] == ["B", "A"]


def test_minutes_are_held_against_a_quarter_of_an_hour_with_everybody() -> None:
    found = standard.minutes([talk(0, minutes=30), talk(1, "", 15), talk(40)], 10, DAY, on(6))
    assert (found["all"], found["care"], found["each"], found["daily_chat"]) == (9.0, 6.0, 30.0, 150.0)
    assert standard.minutes([], 0, DAY, DAY)["care"] == 0


def test_the_demo_has_due_done_and_overdue_that_agree_with_each_other(desk_of: Callable[..., Desk]) -> None:
    desk = CareDesk(desk_of("hr"))
    by_tag, by_team = (desk.standard(by, date(2026, 10, 1)) for by in ("tag", "team"))
    assert sum(row.due for row in by_tag) == sum(row.due for row in by_team) > 20
    assert all(row.done <= row.due and row.on_time <= row.done and row.done + row.overdue <= row.due for row in [*by_tag, *by_team])
    assert 1 <= len(desk.standard("month")) <= 6 and desk.overdue()
    assert 0 < desk.minutes()["care"] < desk.minutes()["daily_chat"]


def test_an_hr_of_some_teams_sees_only_their_standard(desk_of: Callable[..., Desk]) -> None:
    team = str(desk_of("hr").read("data_teams")["team"].iloc[0]) if desk_of("hr").may("data_teams") else None
    team = team or desk_of("lead").viewer.teams[0]  # type: ignore[index]
    desk = CareDesk(desk_of("hr", teams=(team,)))
    assert {row.group for row in desk.standard("team", date(2026, 10, 1))} <= {team}
    assert desk.minutes()["people"] < CareDesk(desk_of("hr")).minutes()["people"]
