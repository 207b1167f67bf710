"""Goals of groups: what is hidden of a small group stays unknown to whoever adds and subtracts everything that is shown."""

from __future__ import annotations

import os
import random
from datetime import date, timedelta
from functools import cache
from itertools import combinations

import duckdb
import numpy as np
import pytest

from tests.small_company import sources
from tests.test_goals_sql import NO_DEFAULTS, SUNDAY, ask, made, rows

TREES = int(os.environ.get("KANJIAN_GOAL_TREES", "40"))
LARGEST = 90
"""People of the company that the trees below are cut from."""
FRIDAY = SUNDAY - timedelta(days=2)
GOALS = ("with_goal", "away", "target", "due", "done", "sharing", "planned", "elapsed")
ALL = ("people", "done_all", "logged", "working_days", "working_gone", "workers", "open_day", "open_week", "open_month")
METRICS = ("effective", "deals", "revenue", "dials")


@cache
def company() -> tuple[duckdb.DuckDBPyConnection, list[str]]:
    """People without teams and goals: half of them record deals and money, everybody calls."""
    people = [{"employee_id": f"E{n:02}", "name": "张三", "team": "一组", "department": "甲", "role": "顾问" if n % 2 else "客服", "hire_date": date(2020, 1, 1),
               "leave_date": SUNDAY - timedelta(days=4) if n % 11 == 7 else None} for n in range(LARGEST)]
    dice = random.Random(5)
    days = [{"employee_id": p["employee_id"], "work_date": day, "dials": dice.randrange(1, 60), "effective": dice.randrange(9), "intents": 0,
             "deals": dice.randrange(3) if n % 2 else 0, "revenue": dice.randrange(1, 900) * 1.0 if n % 2 else 0.0}
            for n, p in enumerate(people) for back in range(2, 20) if (day := SUNDAY - timedelta(days=back)).weekday() < 5 and dice.random() < .9]
    con = made(sources({"employees": people, "activity_days": days}), SUNDAY, NO_DEFAULTS)
    con.execute("create table everybody as select * from goal_people; create table no_goal as select * from goal_given limit 0")
    return con, [p["employee_id"] for p in people]


def grown(seed: int) -> tuple[dict[str, tuple[str, str | None]], dict[str, set[str]]]:
    """A tree: who is in which department and team, and who has a goal of which measure."""
    dice, (_, everybody) = random.Random(seed), company()
    people, where, asked = list(everybody), {}, {metric: set() for metric in METRICS}
    dice.shuffle(people)
    for number in range(dice.randrange(1, 9)):
        department, team = dice.choice("甲乙丙丁") if dice.random() < .9 else "", f"{number}组" if dice.random() < .95 else None
        members = [people.pop() for _ in range(min(len(people), dice.choice([1, 2, 3, 4, 4, 5, 6, 8, 9, 10, 12, 15])))]
        where |= dict.fromkeys(members, (department, team))
        for metric in METRICS:
            few = dice.choice([0, 1, 2, 4, 5, len(members) - 4, len(members) - 1, len(members), len(members), len(members)])
            asked[metric] |= set(members[:max(0, few)])
    return where, asked


def planted(where: dict[str, tuple[str, str | None]], asked: dict[str, set[str]]) -> duckdb.DuckDBPyConnection:
    con, _ = company()
    con.execute("create or replace temp table grown (employee_id varchar, department varchar, team varchar)")
    con.executemany("insert into grown values (?, ?, ?)", [[who, department or None, team] for who, (department, team) in where.items()])
    con.execute("create or replace table goal_people as select e.* replace (g.team as team, g.department as department) from everybody as e "
                "join grown as g on g.employee_id = e.employee_id")
    con.execute("create or replace table goal_given as from no_goal")
    given = [[who, metric, float(7 + len(who))] for metric, people in asked.items() for who in sorted(people)]
    if given:
        con.executemany("insert into goal_given values (?, ?, 'day', 'person', ?, null)", given)
    return con


def small_sets(cells: dict[tuple[object, str], int], least: int) -> list[tuple[tuple[object, str], ...]]:
    """Sets of cells that together hold someone, and fewer people than a group; those that lie in a larger such set are left out."""
    there = {cell: people for cell, people in cells.items() if 0 < people < least}
    found = [chosen for size in range(1, least) for chosen in combinations(there, size) if sum(there[cell] for cell in chosen) < least]
    return [one for one in found if all(cell in one or sum(there[part] for part in one) + there[cell] >= least for cell in there)]


def worked_out(shown: list[dict[str, object]], figures: dict[str, set[str]], who: dict[str, tuple[str, str | None]], least: int,
               counts: dict[str, set[str]]) -> list[object]:
    """Small sets of which adding and subtracting what is shown makes a figure.  ``figures``: column → the people whose values it adds up;
    ``counts``: cell → its people.  Everybody is in one cell of each team, so that rows are vectors over cells."""
    cells = [(unit, cell) for unit in sorted(set(who.values()), key=str) for cell in counts]
    size = {(unit, cell): sum(who[one] == unit for one in counts[cell] if one in who) for unit, cell in cells}
    vectors = []
    for row in shown:
        for column, people in figures.items():
            if row[column] is not None:
                vectors.append([float(_below(row, unit) and counts[cell] <= people and size[unit, cell] > 0) for unit, cell in cells])
    sets = small_sets(size, least)
    if not vectors or not sets:
        return []
    known = np.unique(np.array(vectors), axis=0)
    # a combination that leaves nothing outside a set: what is left of the rows outside it depends on each other
    outside = np.array([[cell not in few for cell in cells] for few in sets], dtype=float)
    ranks = np.linalg.matrix_rank(known[None, :, :] * outside[:, None, :])
    return [(few, [size[cell] for cell in few]) for few, rank in zip(sets, ranks, strict=True) if rank < np.linalg.matrix_rank(known)]


def _below(row: dict[str, object], unit: tuple[str, str | None]) -> bool:
    return row["level"] == "company" or row["unit"] == (unit[0] if row["level"] == "department" else unit[1])


def facts(con: duckdb.DuckDBPyConnection) -> tuple[set[str], set[str]]:
    """Who is employed today, and who sells (the others record no deals)."""
    people = rows(con, "select employee_id, peers, leave_date is null as employed from goal_people")
    return {p["employee_id"] for p in people if p["employed"]}, {p["employee_id"] for p in people if p["peers"] == "顾问"}


def leaks(seed: int, least: int, metrics: tuple[str, ...] = METRICS, periods: tuple[str, ...] = ("day", "week", "month")) -> list[object]:
    where, asked = grown(seed)
    con, found = planted(where, asked), []
    employed, sellers = facts(con)
    everybody = {row["employee_id"] for row in rows(con, "select employee_id from goal_people")}
    heads = []
    for metric in metrics:
        with_goal = asked[metric] & everybody
        # whoever records nothing of a measure and has no goal of it is in no sum
        counted = with_goal | (everybody & sellers if metric in ("deals", "revenue") else everybody)
        for period in periods:
            shown = ask(con, "goal_groups", metric=metric, period=period, today=FRIDAY, goals="[]", logged="[]", min_group=least)
            cells = {"asked": with_goal, "others": counted - with_goal}
            for sums in ({"done": with_goal, "done_all": counted}, {"target": with_goal}, {"due": with_goal},
                         {"planned": with_goal, "working_days": counted}):
                found += [(metric, period, tuple(sums), one) for one in worked_out(shown, sums, where, least, cells)]
            at_work = {"asked": with_goal & employed, "others": (everybody - with_goal) & employed}
            found += [(metric, period, "heads", one) for one in
                      worked_out(shown, {"people": employed, "with_goal": with_goal & employed}, where, least, at_work)]
            heads += shown
    # the number of people is the same in every measure and period
    found += [("every", "people", one) for one in worked_out(heads, {"people": employed}, where, least, {"all": employed})]
    return found


@pytest.mark.parametrize("least", [3, 5, 8])
def test_no_sum_and_no_count_of_a_few_people_is_left_when_everything_shown_is_added_and_subtracted(least: int) -> None:
    """Random companies (``KANJIAN_GOAL_TREES`` of them, more by hand); a few people: some of one team with a goal, or without, or of several teams."""
    for seed in range(TREES):
        assert leaks(1000 * least + seed, least, (METRICS[seed % 4],), (("week", "month", "day")[seed % 3],)) == [], seed


def test_neither_do_all_measures_and_periods_together_tell() -> None:
    for seed in range(3):
        assert leaks(seed, 5) == [], seed


def test_a_hidden_row_holds_nothing_and_a_row_half_shown_only_its_side() -> None:
    hidden = half = 0
    for seed in range(20):
        con = planted(*grown(seed))
        for row in ask(con, "goal_groups", metric="effective", period="week", today=FRIDAY, goals="[]", logged="[]", min_group=5):
            kept = {side: all(row[column] is None for column in columns) for side, columns in (("goals", GOALS), ("people", ALL))}
            assert kept["goals"] == (row["with_goal"] is None) and kept["people"] == (row["people"] is None)
            assert row["left_out"] is None or not any(kept.values())
            assert not (all(kept.values()) and row["covered"]) and row["people"] not in range(1, 5) and row["with_goal"] not in range(1, 5)
            hidden, half = hidden + all(kept.values()), half + (kept["goals"] != kept["people"])
    assert hidden and half


def test_a_group_that_is_large_and_not_in_the_way_of_a_small_one_is_shown() -> None:
    """Protection that hides everything would be easy: at least six of ten large groups with goals keep their bars."""
    shown = large = 0
    for seed in range(12):
        con, asked = planted(*grown(seed)), {"metric": "effective", "period": "week", "today": FRIDAY, "goals": "[]", "logged": "[]"}
        truth = {(row["level"], row["unit"]): row["with_goal"] for row in ask(con, "goal_groups", **asked)}
        for row in ask(con, "goal_groups", **asked, min_group=5):
            large += truth[row["level"], row["unit"]] >= 5
            shown += row["with_goal"] is not None and truth[row["level"], row["unit"]] >= 5
    assert large > 20 and shown >= .6 * large, (shown, large)


def test_the_attacker_finds_what_one_hidden_team_alone_leaves() -> None:
    """The check itself sees a leak: a parent that is shown beside all its teams but one of two people."""
    where = {f"E{n:02}": ("甲", "一组" if n < 8 else "二组") for n in range(10)}
    shown = [{"level": level, "unit": unit, "done": 1.0} for level, unit in (("company", ""), ("team", "一组"))]
    everybody = set(where)
    assert worked_out(shown, {"done": everybody}, where, 5, {"all": everybody}) == [(((("甲", "二组"), "all"),), [2])]
    assert worked_out(shown[:1], {"done": everybody}, where, 5, {"all": everybody}) == []
