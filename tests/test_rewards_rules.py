"""Streaks, what is earned and rankings as pure rules: against a reference that goes day by day, and as properties."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.morale import ranking
from lib.morale.points import BADGES, Rates, badge_of, of_days
from lib.morale.streaks import FROZEN, MISSED, OFF, REACHED, Day, bonus_days, streak, to_next

CASES = settings(max_examples=800, deadline=None, database=None)
SOME = settings(max_examples=120, deadline=None, database=None)
START = date(2026, 9, 21)
MARKS = {"R": (True, True), "M": (True, False), "-": (False, False), "+": (False, True)}


def days(marks: str, start: date = START) -> list[Day]:
    """R reached, M missed, - no work planned, + reached though nothing was planned."""
    return [Day(start + timedelta(days=n), *MARKS[mark]) for n, mark in enumerate(marks)]


def by_hand(given_days: list[Day], freeze: int) -> tuple[int, list[date], list[date]]:
    """Day by day, as one would with pen and paper: (length, frozen days of the streak, days on which a bonus of 3 falls)."""
    length, frozen, bonus, left, month = 0, [], [], freeze, None
    for one in given_days:
        if (one.day.year, one.day.month) != month:
            month, left = (one.day.year, one.day.month), freeze
        if not one.planned:
            continue
        if one.reached:
            length += 1
            if length % 3 == 0:
                bonus.append(one.day)
        elif left:
            left -= 1
            if length:
                frozen.append(one.day)
        else:
            length, frozen = 0, []
    return length, frozen, bonus


marks = st.text("RM-+", min_size=1, max_size=45)
freezes = st.integers(0, 3)


@CASES
@given(marks, freezes, st.randoms(use_true_random=False))
def test_a_streak_is_what_one_counts_by_hand_in_whatever_order_the_days_come(text: str, freeze: int, chance) -> None:
    given_days = days(text)
    mixed = list(given_days)
    chance.shuffle(mixed)
    found, (length, frozen, bonus) = streak(mixed, given_days[-1].day, freeze), by_hand(given_days, freeze)
    assert (found.length, list(found.frozen)) == (length, frozen) and found.best >= found.length
    assert list(bonus_days(mixed, 3, freeze)) == bonus


@CASES
@given(marks, freezes)
def test_never_more_frozen_days_a_month_than_allowed_and_the_rest_are_left(text: str, freeze: int) -> None:
    found = streak(days(text), days(text)[-1].day, freeze)
    months = pd.Series([(day.year, day.month) for day, state in found.states if state == FROZEN]).value_counts()
    last = days(text)[-1].day
    assert (months <= freeze).all() and found.left == freeze - months.get((last.year, last.month), 0)
    assert all(state != MISSED or months.get((day.year, day.month), 0) == freeze for day, state in found.states)


@CASES
@given(marks, freezes, st.data())
def test_leave_holidays_and_rest_days_change_nothing(text: str, freeze: int, data) -> None:
    """Days without planned work put in anywhere move the other days; kept within one month they change neither length nor freezes."""
    one_month = days(text[:12], date(2026, 10, 1))
    spread = sorted(data.draw(st.lists(st.integers(1, 31), min_size=len(one_month), max_size=len(one_month), unique=True)))
    there = {date(2026, 10, n): one for n, one in zip(spread, one_month, strict=True)}
    wide = [Day(day, there[day].planned, there[day].reached) if day in there else Day(day, False, False)
            for day in (date(2026, 10, n) for n in range(1, 32))]
    one, other = streak(one_month, date(2026, 10, 31), freeze), streak(wide, date(2026, 10, 31), freeze)
    assert (one.length, len(one.frozen), one.left, one.best) == (other.length, len(other.frozen), other.left, other.best)


@CASES
@given(marks, freezes, st.data())
def test_reaching_the_goal_of_one_more_day_never_shortens_a_streak(text: str, freeze: int, data) -> None:
    missed = [n for n, mark in enumerate(text) if mark == "M"]
    if missed:
        at = data.draw(st.sampled_from(missed))
        more = text[:at] + "R" + text[at + 1:]
    else:
        more = text + "R"
    last = days(more)[-1].day
    before, after = streak(days(text), last, freeze), streak(days(more), last, freeze)
    assert after.length >= before.length + 1 or (after.length >= before.length and missed)
    assert after.best >= before.best and after.left >= before.left


@CASES
@given(marks, freezes)
def test_what_days_give_adds_up_and_has_no_thing_twice(text: str, freeze: int) -> None:
    rates = Rates(freeze_days=freeze)
    earned = of_days(days(text), rates)
    assert len({(e.kind, e.ref) for e in earned}) == len(earned)
    reached = sum(mark in "R+" for mark in text)
    assert sum(e.points for e in earned) == 50 * reached + rates.streak * len(by_hand(days(text), freeze)[2])


@pytest.mark.parametrize(("text", "length", "frozen"), [
    ("RRR", 3, 0), ("RR--R", 3, 0), ("RRMR", 3, 1), ("RRMMR", 3, 2), ("RRMMM", 0, 0), ("MMRRM", 0, 0), ("+++", 0, 0), ("", 0, 0),
])
def test_streaks_by_example(text: str, length: int, frozen: int) -> None:
    found = streak(days(text, date(2026, 10, 5)), date(2026, 10, 20), 2)
    assert (found.length, len(found.frozen)) == (length, frozen)


def test_each_month_has_its_own_freeze_days() -> None:
    found = streak(days("RMM" + "-" * 6 + "MMR", date(2026, 9, 22)), date(2026, 10, 3), 2)
    assert found.length == 2 and len(found.frozen) == 4 and found.left == 0
    assert [state for _, state in found.states] == [REACHED, FROZEN, FROZEN, *[OFF] * 6, FROZEN, FROZEN, REACHED]


def test_how_far_the_next_bonus_is() -> None:
    assert [to_next(n, 3) for n in range(5)] == [3, 2, 1, 3, 2]


def test_a_badge_is_found_by_what_was_booked() -> None:
    assert badge_of("personal_best:2026-11-09") is not None and badge_of("nothing") is None
    assert len({badge.key for badge in BADGES}) == len(BADGES) and all(badge.points > 0 for badge in BADGES)


# --- ranking --------------------------------------------------------------------------------------------------------------------

people = st.lists(st.tuples(st.sampled_from(["a", "b"]), st.sampled_from([None, 0.0, 0.5, 0.8, 1.0, 1.2, 2.0]), st.integers(0, 5),
                            st.integers(1, 5), st.booleans()), min_size=1, max_size=24)


def week(rows) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["peers", "share", "goal_days", "worked_days", "out"])
    return frame.assign(week=pd.Timestamp("2026-11-09"), employee_id=[f"E{n}" for n in range(len(rows))], share=frame["share"].astype(float))


@SOME
@given(people)
def test_nobody_is_shown_as_last_and_who_opted_out_is_nowhere(rows) -> None:
    found = ranking.ranked(week(rows))
    for _, group in found.groupby("peers"):
        compared = group[group["place"].notna()]
        named = group[group["named"]]
        assert not named["out"].any() and (named["place"] <= 3).all() and len(named) <= 3
        assert compared.empty or (len(compared) >= 5 and (compared["people"] == len(compared)).all())
        if len(named):
            worst = compared.sort_values(["share", "goal_days"]).iloc[0]
            behind = named["share"] + named["goal_days"] / 1000 > worst["share"] + worst["goal_days"] / 1000
            assert behind.all()
    assert not found.loc[found["out"], "place"].notna().any()
    for row in found.itertuples():
        told = ranking.seen(None if pd.isna(row.place) else int(row.place), row.people, row.lower, None if np.isnan(row.share) else row.share, 20.0,
                            row.worked_days, row.out)
        if told.place is not None:
            assert told.place <= told.people / 2 and row.lower > 0
        assert (told.state == "out") == row.out


@SOME
@given(people)
def test_places_are_those_of_a_plain_sort_and_stars_are_first(rows) -> None:
    found = ranking.ranked(week(rows))
    for _, group in found[found["place"].notna()].groupby("peers"):
        keys = list(zip(group["share"], group["goal_days"], strict=True))
        assert list(group["place"]) == [1 + sum(other > key for other in keys) for key in keys]
        assert list(group["lower"]) == [sum(other < key for other in keys) for key in keys]
        assert set(group.loc[group["star"], "place"]) <= {1}
    assert (found["star"] <= found["named"]).all()


@SOME
@given(people, st.data())
def test_opting_out_moves_nobody_down(rows, data) -> None:
    at = data.draw(st.integers(0, len(rows) - 1))
    before = ranking.ranked(week(rows))
    after = ranking.ranked(week([(*row[:4], True) if n == at else row for n, row in enumerate(rows)]))
    both = before["place"].notna() & after["place"].notna()
    assert (after.loc[both, "place"] <= before.loc[both, "place"]).all() and not after["named"][at]


@CASES
@given(st.floats(0, 3), st.floats(0.5, 500))
def test_the_way_to_the_next_milestone_is_a_whole_step_that_gets_there(share: float, target: float) -> None:
    step, missing = ranking.way(share, target)
    if step is None:
        assert share >= max(ranking.MILESTONES) - 1e-6
    else:
        assert step > share and missing >= 1 and share + missing / target >= step - 1e-6
        assert missing == 1 or share + (missing - 1) / target < step + 1e-6


def test_a_small_group_is_not_ranked_and_says_so() -> None:
    found = ranking.ranked(week([("a", 1.0 + n / 10, 3, 5, False) for n in range(4)]))
    assert found["place"].isna().all() and not found["star"].any()
    assert ranking.seen(None, 4, 0, 1.1, 20.0, 5, False).state == "few"


def test_five_who_are_all_equal_have_no_star_and_no_last() -> None:
    found = ranking.ranked(week([("a", 1.0, 3, 5, False)] * 5))
    assert list(found["place"]) == [1] * 5 and not found["named"].any()
    assert ranking.seen(1, 5, 0, 1.0, 20.0, 5, False).state == "way"


def test_a_tie_in_share_is_decided_by_goal_days() -> None:
    found = ranking.ranked(week([("a", 1.2, 3, 5, False), ("a", 1.2, 4, 5, False), *[("a", 0.5, 1, 5, False)] * 4]))
    assert list(found["star"]) == [False, True, False, False, False, False]


def test_the_lower_half_is_told_the_way_and_not_the_place() -> None:
    assert ranking.seen(4, 6, 2, 0.6, 20.0, 5, False) == ranking.Seen("way", None, 6, 0.75, 3.0)
    assert ranking.seen(2, 6, 4, 0.9, 20.0, 5, False) == ranking.Seen("place", 2, 6, 1.0, 2.0)
