"""Goals as properties: parts add up, days add up, leave and holidays ask for nothing, newcomers start lower, the pace arrives."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lib.marts import holidays
from lib.morale import goals
from lib.morale.goals import LEVELS, METRICS, PERIODS, Days, Goal
from lib.settings import SettingError

MANY = settings(max_examples=190, deadline=None, derandomize=True)
TODAY = date(2026, 11, 18)
FIRST = date(2026, 10, 26)
"""First day of the plans below: the Monday before November, so that a week may lie in two months."""
LENGTH = (date(2026, 12, 6) - FIRST).days + 1
SHARES = (0.5, 0.7, 0.85)

weights = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.one_of(st.just(0.0), st.floats(0.01, 50)), min_size=1, max_size=12)
totals = st.one_of(st.integers(1, 100_000).map(float), st.integers(1, 10_000_000).map(lambda cents: cents / 100))
plans = st.text("WxwlhsnW..", min_size=LENGTH, max_size=LENGTH)
days_of_november = st.integers(1, 30).map(lambda day: date(2026, 11, day))
targets = st.floats(0.1, 1e6)
one_goal = st.builds(Goal, st.sampled_from(LEVELS), st.just("deals"), st.sampled_from(PERIODS), targets, st.just("typed"), st.booleans())


def exact(parts) -> Fraction:
    return sum((Fraction(str(part)) for part in parts), Fraction())


def of(plan: str, today: date, week: int = 5) -> dict[str, Days]:
    return {period: goals.counted(plan, FIRST, period, today, week) for period in PERIODS}


def asked(goal: Goal, plan: str, period: str, today: date, share: float = 1.0) -> float:
    known = of(plan, today)
    return goals.asked(goals.rate(goal, known, share), known[period].planned) or 0.0


# --- a whole and its parts ------------------------------------------------------------------------------------------------------

@MANY
@given(totals, weights, st.booleans())
def test_parts_add_up_to_the_whole_exactly(total: float, of_people: dict[str, float], money: bool) -> None:
    parts = goals.split(total, of_people, money)
    assert exact(parts.values()) == (Fraction(str(total)) if any(of_people.values()) else 0)
    assert set(parts) == {who for who, weight in of_people.items() if weight > 0}


@MANY
@given(totals, st.dictionaries(st.text("xyz", min_size=1, max_size=2), weights, min_size=1, max_size=6), st.booleans())
def test_company_teams_and_people_add_up_on_every_level(total: float, teams: dict[str, dict[str, float]], money: bool) -> None:
    named = {team: {f"{team}.{who}": weight for who, weight in people.items()} for team, people in teams.items()}
    of_teams, of_people = goals.split_down(total, named, money)
    assume(of_teams)
    assert exact(of_teams.values()) == exact(of_people.values()) == Fraction(str(total))
    for team, part in of_teams.items():
        assert exact(of_people.get(who, 0.0) for who in named[team]) == Fraction(str(part))


@MANY
@given(st.integers(1, 5000), weights)
def test_a_part_is_within_one_unit_of_its_weight_and_more_weight_never_gets_less(total: int, of_people: dict[str, float]) -> None:
    parts, everything = goals.split(float(total), of_people), sum(of_people.values())
    assert all(part == int(part) and abs(part - total * of_people[who] / everything) < 1 + 1e-6 for who, part in parts.items())
    by_weight = sorted(parts, key=lambda who: of_people[who])
    assert all(parts[one] <= parts[other] + 1e-9 for one, other in zip(by_weight, by_weight[1:], strict=False)
               if of_people[one] < of_people[other] * (1 - 1e-9))


def test_a_total_of_nothing_or_a_weight_below_zero_is_refused() -> None:
    for total, of_people in ((0.0, {"a": 1.0}), (float("nan"), {"a": 1.0}), (5.0, {"a": -1.0}), (5.0, {"a": float("nan")})):
        with pytest.raises(ValueError, match="a total is above zero"):
            goals.split(total, of_people)


# --- days -----------------------------------------------------------------------------------------------------------------------

@MANY
@given(plans, one_goal, days_of_november)
def test_a_month_is_the_sum_of_its_days_and_a_week_of_its_own(plan: str, goal: Goal, today: date) -> None:
    known = of(plan, today)
    per_day = goals.rate(goal, known)
    assume(per_day is not None)
    for period in ("week", "month"):
        first, last = goals.span(period, today)
        each = [goals.asked(per_day, goals.counted(plan, FIRST, "day", first + timedelta(days=n), 5).planned) or 0.0 for n in range((last - first).days + 1)]
        assert sum(each) == pytest.approx(goals.asked(per_day, known[period].planned) or 0.0)


@MANY
@given(plans, st.text("01", min_size=LENGTH, max_size=LENGTH), st.sampled_from("lh"), one_goal, st.sampled_from(PERIODS), days_of_november)
def test_leave_and_holidays_never_raise_a_target(plan: str, off: str, letter: str, goal: Goal, period: str, today: date) -> None:
    assume(goal.level != "split" or letter == "l")  # a fixed whole stays what it is when a holiday is announced
    less = "".join(letter if away == "1" and there in "Ww" else there for there, away in zip(plan, off, strict=True))
    assert asked(goal, less, period, today) <= asked(goal, plan, period, today) * (1 + 1e-12)


@MANY
@given(plans, one_goal, st.sampled_from(PERIODS), days_of_november)
def test_who_is_on_leave_all_the_time_has_no_target_and_is_not_behind(plan: str, goal: Goal, period: str, today: date) -> None:
    away = "".join("l" if there in "Wxw" else there for there in plan)
    known = of(away, today)
    per_day = goals.rate(goal, known)
    target = goals.asked(per_day, known[period].planned)
    bar = goals.bar("deals", period, target, 0.0, known[period].planned, known[period].elapsed, away=True, per_day=per_day)
    assert target is None and bar.ahead_days is None and bar.needed_per_day is None and bar.state in ("leave", "no_goal")


@MANY
@given(plans, one_goal, st.sampled_from(PERIODS), days_of_november, st.integers(0, 400))
def test_newcomers_are_never_asked_for_more_than_the_experienced(plan: str, goal: Goal, period: str, today: date, tenure: int) -> None:
    share = goals.newcomer_share(today - timedelta(days=tenure), today, SHARES)
    later = goals.newcomer_share(today - timedelta(days=tenure + 31), today, SHARES)
    assert 0 < share <= later <= 1
    assert asked(goal, plan, period, today, share) <= asked(goal, plan, period, today)
    assert share == 1 or goal.level in ("person", "split") or asked(goal, plan, period, today) == 0 \
        or asked(goal, plan, period, today, share) < asked(goal, plan, period, today)


@pytest.mark.parametrize(("hired", "share"), [(date(2026, 11, 18), .5), (date(2026, 10, 19), .5), (date(2026, 10, 18), .7), (date(2026, 9, 18), .85),
                                              (date(2026, 8, 19), .85), (date(2026, 8, 18), 1.0)])
def test_a_month_at_work_ends_on_the_day_of_the_month(hired: date, share: float) -> None:
    assert goals.newcomer_share(hired, TODAY, SHARES) == share


def test_who_was_hired_on_the_31st_has_a_month_at_work_at_the_end_of_a_shorter_one() -> None:
    assert goals.months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)


# --- which goal holds -----------------------------------------------------------------------------------------------------------

@MANY
@given(st.lists(one_goal, min_size=1, max_size=8), st.sampled_from(PERIODS))
def test_person_goes_before_split_before_role_before_settings(found: list[Goal], period: str) -> None:
    held = goals.holds(found, period)
    assert held is not None and LEVELS.index(held.level) == min(LEVELS.index(goal.level) for goal in found)
    same = [goal for goal in found if goal.level == held.level]
    assert held.period == period or all(goal.period != period for goal in same)
    assert held.from_app or all(not goal.from_app for goal in same if goal.period == held.period)


def test_without_a_goal_of_its_own_a_week_follows_the_month_and_nothing_holds_where_nothing_is_set() -> None:
    month, day = Goal("role", "deals", "month", 22.0), Goal("role", "deals", "day", 2.0)
    assert goals.holds([day, month], "week") is month and goals.holds([day, month], "day") is day and goals.holds([], "day") is None


# --- the pace -------------------------------------------------------------------------------------------------------------------

@MANY
@given(st.sampled_from(METRICS), st.floats(0.5, 1e6), st.floats(0, 2), st.integers(1, 31), st.integers(0, 31))
def test_what_is_needed_a_day_arrives_exactly(metric: str, target: float, share: float, planned: int, elapsed: int) -> None:
    elapsed = min(elapsed, planned)
    bar = goals.bar(metric, "month", target, target * share, planned, elapsed)
    assert bar.due == pytest.approx(target * elapsed / planned)
    assert bar.ahead_days == pytest.approx(share * planned - elapsed, abs=1e-6)
    if bar.state == "arrived":
        assert share >= 1 - 1e-6 and bar.needed_per_day is None
    elif bar.state == "short":
        assert share < 1 and bar.days_left == 0 and bar.needed_per_day is None
    else:
        assert bar.done + bar.needed_per_day * bar.days_left == pytest.approx(target)
        assert {"behind": bar.ahead_days < 0, "ahead": bar.ahead_days > 0, "on_pace": abs(bar.ahead_days) < .25}[bar.state]


@MANY
@given(st.floats(0.5, 1000), st.floats(0, 1))
def test_nobody_is_behind_on_a_day_that_has_not_ended(target: float, share: float) -> None:
    assert goals.bar("effective", "day", target, target * share, 1, 0).state in ("arrived", "on_pace", "ahead")


def test_behind_by_days_reads_as_the_field_says_it() -> None:
    bar = goals.bar("effective", "week", 25.0, 9.0, 5, 3)
    assert (bar.state, bar.needed_per_day, bar.days_left, round(bar.ahead_days, 2)) == ("behind", 8.0, 2, -1.2)


def test_what_is_not_recorded_has_no_pace() -> None:
    assert goals.bar("deals", "month", 5.0, None, 20, 10).state == "no_record"
    assert goals.bar("deals", "month", None, 3.0, 20, 10).state == "no_goal"
    assert goals.bar("deals", "day", None, 0.0, 0, 0, per_day=2.0).state == "off"


# --- proposals and holidays -----------------------------------------------------------------------------------------------------

@MANY
@given(st.sampled_from(METRICS), st.floats(0, 5000), st.integers(1, 31))
def test_a_proposal_is_near_its_median_and_easy_to_keep_in_mind(metric: str, per_day: float, days: int) -> None:
    for period, length in (("day", 1), ("month", days)):
        target = goals.proposed(metric, period, per_day, length)
        if per_day == 0:
            assert target is None
        elif target is None:
            assert per_day * length < 0.75 and period != "month"
        else:
            assert target >= 1 and target == int(target)
            assert abs(target - per_day * length) <= max(1.0, (0.06 if metric == "revenue" else 0) * target)


def test_holidays_are_days_and_spans() -> None:
    assert holidays.spans("2027-01-01, 2026-10-01..2026-10-07") == [(date(2026, 10, 1), date(2026, 10, 7)), (date(2027, 1, 1), date(2027, 1, 1))]
    assert holidays.spans(" ") == []
    for wrong in ("1 May", "2026-10-07..2026-10-01", "2026-01-01..2026-12-31", "2026-13-01"):
        with pytest.raises(SettingError, match="goals.holidays"):
            holidays.spans(wrong)
