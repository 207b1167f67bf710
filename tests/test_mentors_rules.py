"""Mentors, the rules: suggestions with reasons, duties that know the calendar, a score whose parts add up, Wilson's interval."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from lib.morale import mentors
from lib.morale.mentors import DUTIES, PAIR_WEIGHTS, Duty, Person, Progress, duties, progress, score, suggest, together, wilson

MONDAY = date(2026, 11, 2)
RATES = dict.fromkeys(DUTIES, 1)
NEW = Person("N1", "新人", "一组", "顾问", "telesales", "华东", date(2026, 10, 20))
OLD = Person("M1", "老手", "一组", "顾问", "telesales", "华东", date(2024, 1, 8), 12.0, 10.0, 0.5, 1, 4, 3)


def other(**changes) -> Person:
    return replace(OLD, **changes)


# --- suggestions --------------------------------------------------------------------------------------------------------------

def test_a_suggestion_lists_every_part_and_they_add_up() -> None:
    [found] = suggest([NEW], [OLD])
    assert [part.key for part in found.parts] == list(PAIR_WEIGHTS) and found.score == pytest.approx(sum(part.points for part in found.parts))
    by_key = {part.key: part for part in found.parts}
    assert by_key["same_team"].points == pytest.approx(25) and by_key["performance"].points == pytest.approx(30 * (0.2 / 0.3))
    assert by_key["room"].points == pytest.approx(10 * 2 / 3) and by_key["passed"].points == pytest.approx(15 * 0.75)
    assert dict(by_key["performance"].facts)["above"] == pytest.approx(0.2)


@pytest.mark.parametrize("unfit", [
    {"objected": True}, {"mentees": 3}, {"role": "店长"}, {"hire_date": date(2026, 6, 1)}, {"employee_id": "N1"}])
def test_who_does_not_fit_is_never_suggested(unfit: dict) -> None:
    assert suggest([NEW], [other(**unfit)], 3, date(2025, 11, 22)) == []


def test_a_newcomer_who_objected_is_not_listed() -> None:
    assert suggest([replace(NEW, objected=True)], [OLD]) == []


def test_without_a_role_the_line_counts() -> None:
    assert suggest([replace(NEW, role="")], [other(role="")]) and not suggest([replace(NEW, role="", line="stores")], [OLD])
    assert not suggest([replace(NEW, role="", line="")], [other(role="", line="")])


def test_what_is_not_known_is_said_and_its_points_go_to_the_others() -> None:
    [found] = suggest([NEW], [other(performance=None, late_evenings=None, past=0, passed=0)])
    by_key = {part.key: part for part in found.parts}
    assert {key for key, part in by_key.items() if part.value is None} == {"performance", "rested", "passed"}
    assert sum(part.weight for part in found.parts) == pytest.approx(1) and by_key["same_team"].points == pytest.approx(100 * 25 / 45)


def test_the_best_come_first_and_no_more_than_asked_for() -> None:
    many = [other(employee_id=f"M{n}", performance=10.0 + n / 10) for n in range(9)]
    found = suggest([NEW, replace(NEW, employee_id="N2")], many, each=3)
    assert [one.mentor.employee_id for one in found] == ["M8", "M7", "M6"] * 2


def test_a_performance_below_the_teams_median_earns_nothing() -> None:
    [found] = suggest([NEW], [other(performance=8.0)])
    assert next(part for part in found.parts if part.key == "performance").points == 0


# --- duties -------------------------------------------------------------------------------------------------------------------

def month(*days: int) -> set[date]:
    return {date(2026, 11, day) for day in days}


def test_only_days_on_which_both_worked_are_due() -> None:
    joint, script, visit = duties(month(2, 3, 5, 10), [("joint_consultation", date(2026, 11, 3))], RATES, MONDAY, date(2026, 11, 15))
    assert (joint.done, joint.due, script.due, visit.due) == (1, 4, 2, 1)


def test_more_than_is_due_counts_as_due() -> None:
    sessions = [("joint_consultation", MONDAY)] * 5 + [("script_review", MONDAY), ("script_review", date(2026, 11, 4))]
    joint, script, visit = duties(month(2, 4), sessions, RATES, MONDAY, date(2026, 11, 8))
    assert (joint.done, joint.due) == (1, 2) and (script.done, script.due) == (1, 1) and (visit.done, visit.due) == (0, 1)


def test_a_session_on_a_day_that_the_build_does_not_know_yet_counts() -> None:
    joint, *_ = duties(set(), [("joint_consultation", MONDAY)], RATES, MONDAY, MONDAY)
    assert (joint.done, joint.due) == (1, 1)


def test_nothing_is_due_without_a_day_together() -> None:
    assert all(duty.due == 0 for duty in duties(set(), [], RATES, MONDAY, date(2026, 11, 30)))
    assert mentors.share_done(duties(set(), [], RATES, MONDAY, date(2026, 11, 30))) is None


@settings(max_examples=300, deadline=None)
@given(st.sets(st.integers(0, 59)), st.lists(st.tuples(st.sampled_from(DUTIES), st.integers(0, 59)), max_size=40), st.integers(0, 3), st.integers(0, 59))
def test_done_never_exceeds_due_and_a_session_never_lowers_what_was_done(days, sessions, rate, one_more) -> None:
    rates, at = dict.fromkeys(DUTIES, rate), lambda n: MONDAY + timedelta(days=n)
    held = [(kind, at(n)) for kind, n in sessions]
    worked = {at(n) for n in days}
    before = duties(worked, held, rates, MONDAY, MONDAY + timedelta(40))
    after = duties(worked, [*held, ("joint_consultation", at(one_more))], rates, MONDAY, MONDAY + timedelta(40))
    assert all(0 <= duty.done <= duty.due for duty in before)
    assert all(new.done >= old.done for old, new in zip(before, after, strict=True))


def test_the_duties_of_several_mentees_are_summed() -> None:
    rows = together([(Duty("joint_consultation", 1, 2),), (Duty("joint_consultation", 3, 4),)])
    assert rows[0] == Duty("joint_consultation", 4, 6)


# --- the score ----------------------------------------------------------------------------------------------------------------

shares = st.none() | st.floats(0, 1)


@settings(max_examples=400, deadline=None)
@given(shares, shares, shares, shares, shares, st.floats(0, 0.5), st.floats(0, 0.4))
def test_the_parts_add_up_and_the_mentees_have_exactly_their_share(done, replies, own, pleased, mentee, mentee_share, pleased_share) -> None:
    found = score(done, replies, own, pleased, mentee, mentee_share, pleased_share)
    known = [value for value in (done, replies, own, pleased) if value is not None]
    if not known or (pleased_share == 0 and known == [pleased] and done is replies is own is None):
        assert found.total is None
        return
    assert sum(part.weight for part in found.parts) == pytest.approx(1)
    assert found.total == pytest.approx(sum(part.points for part in found.parts)) and -1e-9 <= found.total <= 100 + 1e-9
    part = next(part for part in found.parts if part.key == "mentee_progress")
    assert part.weight == (mentee_share if mentee is not None else 0.0)
    assert set(found.missing) == {part.key for part in found.parts if part.value is None}


def test_the_score_by_hand() -> None:
    found = score(0.5, 1.0, 0.8, 0.9, 0.6)
    assert found.total == pytest.approx(100 * (0.3 * 0.5 + 0.2 * 1.0 + 0.3 * 0.8 + 0.1 * 0.9 + 0.1 * 0.6))


def test_mentees_alone_make_no_score() -> None:
    assert score(None, None, None, None, 0.9).total is None


def test_progress_needs_five_comparable_newcomers() -> None:
    assert progress([Progress("E1", 2.0, 4, 0.9)]) is None
    assert progress([Progress("E1", 2.0, 5, 0.9), Progress("E2", -1.0, 8, 0.1), Progress("E3", None, 0, None)]) == pytest.approx(0.5)


# --- probation ----------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("passed", "n"), [(0, 1), (1, 1), (3, 10), (9, 10), (45, 60), (0, 40), (640, 700)])
def test_the_interval_is_wilsons(passed: int, n: int) -> None:
    found, expected = wilson(passed, n), binomtest(passed, n).proportion_ci(0.95, method="wilson")
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-12) and found.share == passed / n


def test_nobody_has_no_rate_and_more_than_all_is_an_error() -> None:
    assert wilson(0, 0).share is None
    with pytest.raises(ValueError, match="3 of 2"):
        wilson(3, 2)
