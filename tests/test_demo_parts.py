"""Parts of the demo company, each claim checked by its own arithmetic."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow.parquet as pq
import pytest

from lib.demo import calendar, names, org
from lib.demo.business import LINE_KEYS, LINES, TAGS
from lib.demo.company import write
from lib.demo.people import numbers
from lib.demo.state import State


def test_the_demo_ends_on_the_last_sunday_before_today() -> None:
    for today in (date(2026, 11, 22), date(2026, 11, 23), date(2026, 11, 28)):
        end = calendar.default_end(today)
        assert end.isoweekday() == 7 and 0 < (today - end).days <= 7


def test_the_first_day_is_a_monday_eighteen_months_back() -> None:
    begin = calendar.first_day(date(2026, 11, 15), 18)
    assert begin.weekday() == 0 and date(2025, 5, 15) <= begin <= date(2025, 5, 22)


@pytest.mark.parametrize(("year", "off", "made_up"), [(2024, 30, 8), (2025, 28, 5), (2026, 33, 6)])
def test_holidays_of_a_year_are_those_of_the_official_notice(year: int, off: int, made_up: int) -> None:
    assert len(calendar.holidays(year)) == off
    assert sum(day.startswith(str(year)) for day in calendar.MAKE_UP) == made_up


def test_make_up_days_are_weekend_days_that_are_no_holidays() -> None:
    for day in map(date.fromisoformat, calendar.MAKE_UP):
        assert day.weekday() >= 5 and day not in calendar.holidays(day.year)


def test_holidays_with_a_fixed_date_are_known_in_every_year() -> None:
    assert {date(2031, 1, 1), date(2031, 5, 1), date(2031, 10, 1)} <= calendar.holidays(2031)


def test_days_count_from_the_first_monday_to_the_end() -> None:
    days = calendar.days(date(2026, 2, 2), date(2026, 3, 4))
    assert days.count == 31 and days.weeks == 5 and days.weekday[0] == 0
    assert days.holiday.sum() == 9 and days.make_up.sum() == 2
    assert days.spring[(date(2026, 2, 17) - date(2026, 2, 2)).days] == 0


def test_a_period_must_begin_on_a_monday() -> None:
    with pytest.raises(ValueError, match="Monday"):
        calendar.days(date(2026, 2, 3), date(2026, 3, 4))


def test_demand_of_a_normal_week_is_about_one() -> None:
    days = calendar.days(date(2025, 6, 2), date(2025, 6, 8) + timedelta(days=350))
    for key in LINE_KEYS:
        worked = days.demand[key][(days.weekday < 5) & ~days.holiday] if key != "stores" else days.demand[key]
        assert .9 < worked.mean() < 1.1, key


def test_seats_make_the_company_as_large_as_asked() -> None:
    for people in (60, 640, 5000):
        company = org.build(people)
        assert .98 <= company.seats * (1 - org.VACANT_SHARE) / people <= 1.05
        assert len(set(company.name)) == company.teams


def test_teams_have_about_sixteen_people_and_a_lead_each() -> None:
    company = org.build(640)
    sizes = np.bincount(company.seat_team)[company.line < len(LINES)]
    assert sizes.min() >= 14 and sizes.max() <= 18
    assert company.lead_seat.sum() == company.teams


def test_a_large_company_has_unique_teams_of_at_most_twenty_five() -> None:
    company = org.build(100_000)
    assert len(set(company.name)) == company.teams and np.bincount(company.seat_team).max() <= 25
    assert len(set(company.department)) > 50


def test_team_numbers_are_written_as_people_write_them() -> None:
    assert [org.numeral(number) for number in (1, 10, 12, 20, 21, 99, 130)] == ["一", "十", "十二", "二十", "二十一", "九十九", "130"]


def test_surnames_have_their_true_frequencies() -> None:
    rng = np.random.default_rng(1)
    made = names.names(rng, np.full(40_000, 1998), np.where(rng.random(40_000) < .5, "女", "男"))
    share = sum(name.startswith("王") for name in made) / len(made)
    total = sum(weight for _, weight in names.SURNAMES)
    assert abs(share - 72.5 / total) < .006


def test_double_surnames_are_kept_whole() -> None:
    assert names.surname("欧阳静") == "欧阳" and names.surname("王静") == "王"


def test_employee_numbers_are_unique_and_say_nothing_about_the_order() -> None:
    made = numbers(np.random.default_rng(2), 5000)
    assert len(set(made)) == 5000
    assert abs(np.corrcoef(np.arange(5000), [int(one[1:]) for one in made])[0, 1]) < .05


def test_a_company_that_is_too_small_or_too_short_is_refused(tmp_path) -> None:
    with pytest.raises(ValueError, match="20 people"):
        write(tmp_path, people=5, months=3, end=date(2026, 3, 1))
    with pytest.raises(ValueError, match="2 months"):
        write(tmp_path, people=50, months=1, end=date(2026, 3, 1))


@pytest.mark.parametrize("strength", [0, .5, 1])
def test_care_acts_in_the_four_weeks_after_its_week_by_its_strength_and_adds_up_over_tags(strength: float) -> None:
    company = org.build(60)
    inner = State(company)
    seat = company.line_seats[0].start
    inner.strength[seat] = strength
    inner.cared[seat, TAGS.index("client_trouble")] = inner.cared[seat, TAGS.index("new_hire")] = 10
    work, client = zip(*(inner.lift(company, week) for week in range(10, 17)), strict=True)
    assert [round(float(np.expm1(one[seat])), 6) for one in client] == [0, *[round(.09 * strength, 6)] * 4, 0, 0]
    assert [round(float(np.expm1(one[seat])), 6) for one in work] == [0, *[round(.04 * strength, 6)] * 4, 0, 0]


def test_care_lowers_the_hazard_for_eight_weeks() -> None:
    inner = State(org.build(60))
    inner.cared[3, TAGS.index("high_pressure")] = 5
    assert [round(float(np.exp(inner.calm(week)[3])), 6) for week in (5, 6, 13, 14)] == [1, .6, .6, 1]


def test_a_new_person_on_a_seat_begins_without_the_old_ones_cares_and_troubles() -> None:
    inner = State(org.build(60))
    inner.cared[2], inner.fatigue[2], inner.struggle[2] = 7, .9, 3
    inner.clear(np.array([2]))
    assert inner.cared[2].max() < 0 and inner.fatigue[2] == 0 and inner.struggle[2] == 0


def test_a_company_of_almost_three_years_can_be_made(tmp_path) -> None:
    write(tmp_path, people=24, months=34, end=date(2026, 11, 15))
    assert pq.read_metadata(tmp_path / "attendance.parquet").num_rows > 24 * 2.8 * 180
