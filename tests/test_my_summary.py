"""The day and the week in a person's own numbers; small numbers are called small."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib import words
from lib.morale import summary
from lib.morale.summary import Day, of_day, of_week, run

FRIDAY = date(2026, 11, 20)


def history(effective: float, intents: float, days: int = 20) -> dict[date, Day]:
    return {on: Day(on, True, effective, intents, 0.0) for on in (FRIDAY - timedelta(n) for n in range(1, days + 1))}


def test_the_day_says_how_much_over_the_goal_and_the_change_of_the_conversion() -> None:
    days = {**history(22, 3), FRIDAY: Day(FRIDAY, True, 6.0, 1.0, 0.0)}
    told = of_day(days, FRIDAY, 5, "zh")
    assert told == ["有效咨询 6 次,超出目标 1 次", "意向 1 个", "转化 16.7 %,比自己前四周 +3 个百分点(数字很小:6 次里 1 次,看看就好)"]
    assert of_day(days, FRIDAY, 5, "en")[0] == "6 effective, 1 over"


@pytest.mark.parametrize(("goal", "said"), [(5, "离目标 5 次还有 1 次"), (4, "正好达成目标"), (None, "有效咨询 4 次")])
def test_a_day_under_its_goal_says_what_is_left_without_a_judgement(goal: float | None, said: str) -> None:
    assert said in of_day({FRIDAY: Day(FRIDAY, True, 4.0, 0.0, 0.0)}, FRIDAY, goal, "zh")[0]


def test_a_big_day_is_not_called_small_and_too_little_past_is_not_compared_with() -> None:
    told = of_day({FRIDAY: Day(FRIDAY, True, 40.0, 10.0, 0.0)}, FRIDAY, None, "en")
    assert told[-1] == "conversion 25 %; too little in the 4 weeks before to compare with"


def test_days_older_than_four_weeks_do_not_count() -> None:
    old = {FRIDAY - timedelta(29): Day(FRIDAY - timedelta(29), True, 500.0, 500.0, 0.0)}
    assert "too little" in of_day({**old, FRIDAY: Day(FRIDAY, True, 5.0, 1.0, 0.0)}, FRIDAY, None, "en")[-1]


def test_a_company_that_records_no_consultations_hears_of_its_deals() -> None:
    assert of_day({FRIDAY: Day(FRIDAY, True, None, None, 2.0, 3105.0)}, FRIDAY, None, "en") == \
        ["the company records no effective consultations", "deals: 2, 3,105 yuan"]


def test_a_day_without_anything_says_so() -> None:
    assert of_day({}, FRIDAY, 5, "zh") == ["今天还没有记录。"]
    assert of_day({FRIDAY: Day(FRIDAY, True, 0.0, 0.0, 0.0)}, FRIDAY, 5, "zh") == ["今天有出勤,还没有咨询或成交记录。"]


def test_the_week_is_held_against_last_week_up_to_the_same_day() -> None:
    days = {on: Day(on, True, 5.0, 1.0, 0.0, reached=True) for on in (FRIDAY - timedelta(n) for n in range(12)) if on.weekday() < 5}
    days[FRIDAY - timedelta(6)] = Day(FRIDAY - timedelta(6), True, 99.0, 9.0, 9.0)  # last Saturday is after last Friday
    days[FRIDAY - timedelta(1)] = Day(FRIDAY - timedelta(1), True, 9.0, 1.0, 0.0, reached=True)
    told = of_week(days, FRIDAY, "en")
    assert told[0] == "29 effective, 25 by the same day last week"
    assert "best day: Thursday, effective consultations 9" in told and "5 days reached their goal, 5 in a row at best" in told
    assert told[-1] == "One thing that went well: effective consultations per day worked up by 16 %"


def test_a_week_without_growth_still_has_one_thing_that_went_well_and_it_is_true() -> None:
    worse = {FRIDAY - timedelta(7): Day(FRIDAY - timedelta(7), True, 50.0, 5.0, 5.0), FRIDAY: Day(FRIDAY, True, 2.0, 0.0, 0.0)}
    assert of_week(worse, FRIDAY, "zh")[-1] == "做得好的一件事:坚持出勤了 1 天"
    assert of_week({**worse, FRIDAY: Day(FRIDAY, True, 2.0, 0.0, 0.0, reached=True)}, FRIDAY, "zh")[-1] == "做得好的一件事:1 天达成了日目标"


def test_a_run_is_of_worked_days_and_days_off_break_nothing() -> None:
    monday = FRIDAY - timedelta(4)
    days = [Day(monday, True, reached=True), Day(monday + timedelta(2), True, reached=True), Day(monday + timedelta(3), True, reached=False),
            Day(monday + timedelta(4), True, reached=True)]
    assert run(days) == 2 and run([]) == 0


VALUES = st.one_of(st.none(), st.integers(0, 60).map(float))
DAYS = st.dictionaries(st.integers(0, 40).map(lambda n: FRIDAY - timedelta(n)), st.tuples(st.booleans(), VALUES, VALUES, VALUES, VALUES, st.sampled_from((None, True, False))))


@given(DAYS, st.one_of(st.none(), st.integers(1, 20).map(float)), st.integers(0, 6))
def test_whatever_is_recorded_there_is_something_to_say_in_both_languages(raw: dict, goal: float | None, later: int) -> None:
    days = {on: Day(on, *values) for on, values in raw.items()}
    today = FRIDAY + timedelta(later)
    for told in (lambda lang: of_day(days, today, goal, lang), lambda lang: of_week(days, today, lang)):
        zh, en = told("zh"), told("en")
        assert zh and len(zh) == len(en) and all(zh) and not any("nan" in line or "None" in line for line in [*zh, *en])
    words.speak("zh")


def test_small_weeks_say_that_they_are_small() -> None:
    days = {FRIDAY - timedelta(7): Day(FRIDAY - timedelta(7), True, 10.0, 1.0, 0.0), FRIDAY: Day(FRIDAY, True, 10.0, 2.0, 0.0)}
    assert any("数字很小" in line for line in of_week(days, FRIDAY, "zh"))
    assert summary.FEW == 20
