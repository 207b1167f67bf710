"""Goal pace in the morale index: no few people's goals follow from it, also not beside what the page of goals shows."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import pytest

from lib.morale import pace_guard
from tests.test_goals_sql import ask
from tests.test_goals_subtraction import FRIDAY, grown, planted, rows, worked_out


def kept(*teams: tuple[str, str, str, int], least: int = 5) -> set[str]:
    """Teams kept back of one week; each as department, name, measure and people with a goal."""
    made = pd.DataFrame([{"week": "w", "team": team, "department": department, "measure": measure, "people": people}
                         for department, team, measure, people in teams])
    return set(made[pace_guard.kept_back(made, least)]["team"])


def test_beside_a_team_of_a_few_the_smallest_other_one_of_its_department_is_kept_back() -> None:
    assert kept(("甲", "一", "effective", 9), ("甲", "二", "effective", 2), ("甲", "三", "effective", 10), ("乙", "四", "effective", 6)) == {"一", "二"}


def test_where_all_are_groups_nothing_is_kept_back() -> None:
    assert kept(("甲", "一", "effective", 9), ("乙", "二", "effective", 5), ("", "三", "deals", 7)) == set()


def test_two_small_teams_that_are_a_group_together_keep_nobody_else_back() -> None:
    assert kept(("甲", "一", "effective", 9), ("甲", "二", "effective", 2), ("甲", "三", "effective", 3)) == {"二", "三"}


def test_few_who_may_have_goals_of_the_same_measure_too_are_no_group_with_others() -> None:
    assert kept(("甲", "一", "effective", 9), ("甲", "二", "deals", 2), ("甲", "三", "effective", 3)) == {"一", "二", "三"}


def test_a_department_that_is_one_small_team_keeps_the_smallest_department_back() -> None:
    assert kept(("甲", "一", "effective", 3), ("乙", "二", "effective", 6), ("丙", "三", "effective", 9), ("丙", "四", "effective", 9)) == {"一", "二"}


def test_a_department_whose_own_hidden_teams_are_a_group_is_hidden_as_a_whole_and_no_other_team() -> None:
    assert kept(("甲", "一", "effective", 3), ("乙", "二", "effective", 4), ("乙", "三", "effective", 6), ("乙", "四", "effective", 9),
                ("丙", "五", "effective", 9)) == {"一", "二", "三"}


@pytest.mark.parametrize("least", [3, 5, 8])
def test_nothing_follows_from_paces_and_the_page_of_goals_together(least: int) -> None:
    """Random companies of one measure: teams' sums by their pace, beside everything that the page of goals shows."""
    told = large = 0
    for seed in range(15):
        where, asked = grown(7000 * least + seed)
        con = planted(where, asked)
        con.execute("update goal_people set leave_date = null")  # who leaves is counted on other days here and there
        everybody = {row["employee_id"] for row in rows(con, "select employee_id from goal_people")}
        with_goal = asked["effective"] & everybody
        shown = [{"level": row["level"], "unit": row["unit"], "done": row["done"]} for row in
                 ask(con, "goal_groups", metric="effective", period="week", today=FRIDAY, goals="[]", logged="[]", min_group=least)]
        sizes = Counter(where[who] for who in with_goal if who in where)
        made = pd.DataFrame([{"week": "w", "team": team, "department": department or "", "measure": "effective", "people": people}
                             for (department, team), people in sorted(sizes.items(), key=str)],
                            columns=list(pace_guard.COLUMNS))
        open_ = made[~pace_guard.kept_back(made, least)]
        told, large = told + len(open_), large + int((made["people"] >= least).sum())
        shown += [{"level": "team", "unit": team, "done": 1.0} for team in open_["team"]]
        cells = {"asked": with_goal, "others": everybody - with_goal}
        assert worked_out(shown, {"done": with_goal}, where, least, cells) == [], seed
    assert large > 5 and told >= .25 * large, (told, large)  # these companies are full of small teams


def test_the_check_finds_a_pace_that_the_page_of_goals_keeps_back() -> None:
    where = {f"E{n:02}": ("甲", "一组" if n < 8 else "二组") for n in range(10)}
    shown = [{"level": "department", "unit": "甲", "done": 1.0}, {"level": "team", "unit": "一组", "done": 1.0}]
    assert worked_out(shown, {"done": set(where)}, where, 5, {"asked": set(where)})
    assert not worked_out(shown[:1], {"done": set(where)}, where, 5, {"asked": set(where)})
