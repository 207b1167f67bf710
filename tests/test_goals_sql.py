"""Goals in SQL: planned days, the goal that holds, what is done and the medians, held against the same worked out in plain Python."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from functools import cache

import duckdb
import pytest

from lib import marts
from lib.access import contract
from lib.care import day as company_day
from lib.intake import load
from lib.marts import care, run
from lib.warehouse.store import scratch
from tests.conftest import END
from tests.reference_goals import METRICS, NEAREST, Reference, rows, span
from tests.small_company import sources

MARTS = ("employees", "teams", "employee_days", "week_sums", "business_lines", "employee_weeks", "goals", "app_goals", "app_consultations",
         "leave_requests", *(name for name in run.ORDER if name.startswith("goal_")))


def made(con: duckdb.DuckDBPyConnection, as_of: date, values: dict[str, object] | None = None) -> duckdb.DuckDBPyConnection:
    """The marts that goals need, and the house's day."""
    care.load(con)
    for name in MARTS:
        con.execute(f"create or replace table {name} as\n{run.sql(name, as_of, values or {})}")
    con.execute(f"create table build_info as select date '{as_of}' as as_of, timestamp '2026-11-20 00:00:00' as started_at")
    return con


def ask(con: duckdb.DuckDBPyConnection, name: str, **params: object) -> list[dict[str, object]]:
    query = contract.queries()[name]
    more = {"min_group": 1} if "$min_group" in query.sql and "min_group" not in params else {}
    found = con.execute(query.sql, params | more)
    columns = [column[0] for column in found.description]
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def sent(app: list[dict[str, object]]) -> str:
    return json.dumps([{"goal_id": f"g{n}", "starts_on": "2020-01-01", "set_at": f"2026-11-01 10:00:{n:02}"} | goal for n, goal in enumerate(app)])


def a_company(seed: int) -> tuple[dict[str, list[dict[str, object]]], date, list[dict[str, object]]]:
    """Five people with their own weeks, leave, roles and goals."""
    dice = random.Random(seed)
    as_of = date(2026, 3, 1) + timedelta(days=dice.randrange(240))
    people, days, leave, attendance = [], [], [], []
    for number in range(5):
        who, hired = f"E{number}", as_of - timedelta(days=dice.choice([3, 20, 45, 80, 400, 900]))
        role = dice.choice(["顾问", "顾问", "主管", None])
        left = as_of + timedelta(days=dice.randrange(-8, 20)) if dice.random() < .25 else None
        people.append({"employee_id": who, "name": f"员工{number}", "team": dice.choice(["一组", "二组"]), "hire_date": hired, "role": role,
                       "leave_date": left if left is None or left >= hired else None, "business_line": dice.choice(["telesales", None])})
        week, kind = dice.choice([(0, 1, 2, 3, 4), (0, 1, 2, 3, 4, 5), (1, 2, 4, 5, 6), (0, 1, 2, 3, 4, 5, 6)]), dice.choice(["totals", "totals", "clock", "none"])
        for back in range(75):
            day = as_of - timedelta(days=back)
            if day < hired or kind == "none":
                continue
            at_work = dice.random() < (.92 if day.weekday() in week and len(week) < 7 else .7 if len(week) == 7 else .04)
            if at_work and kind == "totals":
                days.append({"employee_id": who, "work_date": day, "dials": dice.randrange(20, 60), "answered": dice.randrange(8, 20), "rejected": 5,
                             "effective": dice.randrange(0, 9), "intents": dice.randrange(0, 2), "deals": dice.randrange(0, 2), "revenue": dice.randrange(0, 900) * 1.0})
            elif at_work:
                attendance.append({"employee_id": who, "work_date": day, "result": "normal"})
            elif dice.random() < .3:
                attendance.append({"employee_id": who, "work_date": day, "result": dice.choice(["leave", "rest", "absent"])})
        for _ in range(dice.randrange(3)):
            first = as_of + timedelta(days=dice.randrange(-20, 25))
            leave.append({"employee_id": who, "starts_on": first, "ends_on": first + timedelta(days=dice.randrange(9)), "approved": dice.choice([True, None, False])})
    leave = list({(one["employee_id"], one["starts_on"]): one for one in leave}.values())
    goals = [{"metric": dice.choice(METRICS), "period": dice.choice(list(NEAREST)), "target": float(dice.randrange(1, 90)),
              "starts_on": dice.choice([None, as_of - timedelta(days=dice.randrange(-5, 200))])}
             | dice.choice([{"employee_id": f"E{dice.randrange(5)}"}, {"role": dice.choice(["顾问", "主管"])}]) for _ in range(12)]
    app = [{"metric": dice.choice(METRICS), "period": dice.choice(list(NEAREST)), "target": float(dice.randrange(1, 90))}
           | dice.choice([{"level": "person", "unit": f"E{dice.randrange(5)}", "source": dice.choice(["typed", "split"])},
                          {"level": "role", "unit": dice.choice(["顾问", "主管", "telesales", ""]), "source": "history"}]) for _ in range(12)]
    return {"employees": people, "activity_days": days, "attendance": attendance, "leave_requests": leave, "goals": goals}, as_of, app


def hold(con: duckdb.DuckDBPyConnection, reference: Reference, today: date, goals: str, some: set[str] | None = None) -> int:
    """Compare every fact of these people; returns how many had a target."""
    with_target = 0
    for row in ask(con, "my_goal_facts", employee="", today=today, goals=goals):
        if some is not None and row["employee_id"] not in some:
            continue
        expected = reference.facts(row["employee_id"], str(row["metric"]), str(row["period"]), today)
        where = {key: row[key] for key in ("employee_id", "metric", "period")}
        for key, value in expected.items():
            assert row[key] == (value if value is None or isinstance(value, str) else pytest.approx(value)), (where, key)
        with_target += row["target"] is not None
    return with_target


@pytest.mark.parametrize("seed", range(12))
def test_a_small_company_has_the_days_goals_and_counts_of_the_reference(seed: int) -> None:
    tables, as_of, app = a_company(seed)
    con = made(sources(tables), as_of)
    reference = Reference(con, as_of, app)
    plans = {row["employee_id"]: row["plan"] for row in rows(con, "select employee_id, plan from goal_people")}
    assert plans == {e: "".join(reference.plan[e].values()) for e in plans} and len(plans) >= 3
    for later in (0, 1, 9):
        hold(con, reference, as_of + timedelta(days=later), sent(app))
    for row in ask(con, "goal_history"):
        people, per_day = reference.history()[row["peers"], row["metric"]]
        assert (row["people"], row["per_day"]) == (people, pytest.approx(per_day))


@cache
def demo(folder) -> tuple[duckdb.DuckDBPyConnection, Reference]:
    con = scratch()
    load.attach(con, folder / "demo")
    made(con, END)
    return con, Reference(con, END)


def test_the_demo_has_the_days_goals_and_counts_of_the_reference(demo_dir) -> None:
    con, reference = demo(demo_dir)
    plans = {row["employee_id"]: row["plan"] for row in rows(con, "select employee_id, plan from goal_people")}
    assert plans == {e: "".join(reference.plan[e].values()) for e in plans} and len(plans) > 100
    assert hold(con, reference, END, "[]", set(sorted(plans)[::6])) > 50


def test_the_demos_medians_are_those_of_experienced_role_peers(demo_dir) -> None:
    con, reference = demo(demo_dir)
    found = {(row["peers"], row["metric"]): (row["people"], row["per_day"]) for row in ask(con, "goal_history")}
    assert found == {key: (people, pytest.approx(per_day)) for key, (people, per_day) in reference.history().items()} and len(found) > 15


@pytest.mark.parametrize("metric", ["effective", "deals", "revenue"])
@pytest.mark.parametrize("period", ["day", "week", "month"])
def test_groups_are_the_sums_of_their_people(demo_dir, metric: str, period: str) -> None:
    con, _ = demo(demo_dir)
    people = {row["employee_id"]: row for row in ask(con, "my_goal_facts", employee="", today=END, goals="[]")
              if row["metric"] == metric and row["period"] == period}
    teams = {row["employee_id"]: row["team"] for row in rows(con, "select employee_id, team from goal_people")}
    for group in ask(con, "goal_groups", metric=metric, period=period, today=END, goals="[]", logged="[]"):
        if group["level"] == "department":
            continue
        mine = [row for who, row in people.items() if group["level"] == "company" or teams[who] == group["unit"]]
        asked = [row for row in mine if row["target"] is not None]
        assert (group["target"] or 0) == pytest.approx(sum(row["target"] for row in asked))
        assert (group["due"] or 0) == pytest.approx(sum(row["per_day"] * row["elapsed_days"] for row in asked))
        assert (group["done"] or 0) == pytest.approx(sum(row["done"] or 0 for row in mine if row["per_day"] is not None))
        assert (group["done_all"] or 0) == pytest.approx(sum(row["done"] or 0 for row in mine))
        assert group["sharing"] == len(asked)


def test_groups_take_the_apps_goals_like_their_people_do() -> None:
    for seed in range(12, 15):
        tables, as_of, app = a_company(seed)
        con = made(sources(tables), as_of)
        for metric in ("effective", "deals"):
            for period in NEAREST:
                people = [row["target"] or 0 for row in ask(con, "my_goal_facts", employee="", today=as_of, goals=sent(app))
                          if row["metric"] == metric and row["period"] == period]
                found = ask(con, "goal_groups", metric=metric, period=period, today=as_of, goals=sent(app), logged="[]")
                # nobody is employed any more in a company that has no row
                assert sum(people) == pytest.approx(next((row["target"] or 0 for row in found if row["level"] == "company"), 0))


def test_leave_and_holidays_raise_no_ones_target_in_sql_either() -> None:
    lowered = 0
    for seed in range(3):
        tables, as_of, _ = a_company(seed)
        away = [{"employee_id": "E1", "starts_on": as_of + timedelta(days=1), "ends_on": as_of + timedelta(days=20)}]
        before, after = made(sources(tables), as_of), made(sources(tables | {"leave_requests": [*tables["leave_requests"], *away]}), as_of)
        asked = [{(row["employee_id"], row["metric"], row["period"]): row["target"] or 0 for row in ask(con, "my_goal_facts", employee="", today=as_of, goals="[]")}
                 for con in (before, after)]
        assert all(asked[1][key] <= asked[0][key] + 1e-9 for key in asked[0])
        lowered += sum(asked[1][key] < asked[0][key] for key in asked[0])
    assert lowered


# --- wholes of files, what was logged, weeks ---------------------------------------------------------------------------------------

PEOPLE = [{"employee_id": f"E{n}", "name": f"员工{n}", "team": "一组" if n < 4 else "二组", "hire_date": date(2025, 1, 6) if n else date(2026, 2, 20), "role": "顾问"}
          for n in range(7)]
SUNDAY = date(2026, 3, 8)


def totals(worked: int = 40, **counts: object) -> list[dict[str, object]]:
    weekdays = [day for back in range(80) if (day := SUNDAY - timedelta(days=back)).weekday() < 5][:worked]
    return [{"employee_id": p["employee_id"], "work_date": day, "dials": 40, "answered": 10, "rejected": 2, "effective": 4, "intents": 1, "deals": 1,
             "revenue": 100.0, **counts} for p in PEOPLE for day in weekdays if day >= p["hire_date"]]


def test_a_whole_goal_of_a_file_is_split_and_adds_up() -> None:
    goals = [{"metric": "deals", "period": "month", "target": 101.0}, {"metric": "revenue", "period": "month", "team": "一组", "target": 1000.01},
             {"metric": "intents", "period": "week", "team": "三组", "target": 5.0}]
    con = made(sources({"employees": PEOPLE, "activity_days": totals(), "goals": goals}), SUNDAY)
    split = rows(con, "select employee_id, metric, target from goal_given where level = 'split'")
    assert sum(row["target"] for row in split if row["metric"] == "deals") == 101
    assert round(sum(row["target"] for row in split if row["metric"] == "revenue"), 2) == 1000.01
    assert {row["employee_id"] for row in split if row["metric"] == "revenue"} == {"E0", "E1", "E2", "E3"}
    deals = {row["employee_id"]: row["target"] for row in split if row["metric"] == "deals"}
    assert 2 * deals["E0"] <= deals["E1"] + 1 and len({deals[f"E{n}"] for n in range(1, 7)}) <= 2
    assert not [row for row in split if row["metric"] == "intents"]


def test_a_company_that_only_has_deals_plans_monday_to_friday_without_holidays() -> None:
    deals = [{"employee_id": "E1", "closed_on": date(2026, 10, 17) + timedelta(days=n), "amount": 10.0, "stage": "won"} for n in range(3)]
    con = made(sources({"employees": PEOPLE, "deals": deals}), date(2026, 10, 22))
    days = [date(2026, 10, 1) + timedelta(days=n) for n in range(61)]
    plan = "".join("." if day.weekday() > 4 else "h" if day <= date(2026, 10, 7) else "w" for day in days)
    assert {row["plan"] for row in rows(con, "select plan from goal_people")} == {plan}


def test_who_rests_in_turns_is_planned_for_no_more_days_than_worked_in_a_week() -> None:
    """Two of Monday to Thursday off each week, every Friday to Sunday at work: five days a week, and a swap asks for no sixth."""
    turns = [(p["employee_id"], turn, SUNDAY - timedelta(days=back)) for turn, p in enumerate(PEOPLE[1:3]) for back in range(80)]
    clocked = [{"employee_id": who, "work_date": day, "result": "normal"} for who, turn, day in turns
               if day.weekday() > 3 or ((day.toordinal() - 1) // 7 + day.weekday() + turn) % 2]
    con = made(sources({"employees": PEOPLE[1:3], "attendance": clocked}), SUNDAY)
    for row in rows(con, "select week_days, plan from goal_people"):
        assert row["week_days"] == 5 and sum(letter in "Wxw" for letter in row["plan"][:14]) == 10


NO_DEFAULTS = {"goals.default.effective_day": 0.0, "goals.default.intents_week": 0.0, "goals.default.deals_month": 0.0}


def test_before_the_lines_own_measure_has_a_goal_its_consultations_are_held_against_theirs() -> None:
    goals = [{"metric": "revenue", "period": "day", "role": "顾问", "target": 50.0, "starts_on": date(2026, 2, 23)}]
    con = made(sources({"employees": PEOPLE, "activity_days": totals(), "goals": goals}), SUNDAY)
    weeks = rows(con, "select week, metric from goal_team_weeks where team = '二组' order by week")
    assert {row["metric"] for row in weeks if row["week"] < date(2026, 2, 23)} == {"effective"}
    assert {row["metric"] for row in weeks if row["week"] >= date(2026, 2, 23)} == {"revenue"}


def test_a_goal_of_the_past_judges_only_weeks_after_it_began() -> None:
    goals = [{"metric": "revenue", "period": "day", "role": "顾问", "target": 50.0, "starts_on": date(2026, 2, 23)}]
    con = made(sources({"employees": PEOPLE, "activity_days": totals(), "goals": goals}), SUNDAY, NO_DEFAULTS)
    weeks = rows(con, "select * from goal_team_weeks where team = '二组' order by week")
    assert [(row["week"], row["people"], row["done"], row["target"], row["done_share"]) for row in weeks] == [
        (date(2026, 2, 23), 3, 1500.0, 750.0, 2.0), (date(2026, 3, 2), 3, 1500.0, 750.0, 2.0)]


def test_what_was_logged_counts_beside_the_files_only_where_they_hold_no_calls() -> None:
    con = made(sources({"employees": PEOPLE, "activity_days": [one for one in totals() if one["work_date"] != date(2026, 3, 4)]}), SUNDAY)
    for day, who in ((date(2026, 3, 4), "E1"), (date(2026, 3, 5), "E1"), (date(2026, 3, 4), "E9")):
        con.execute("insert into src_app_consultations values (?, ?, ?, 20, true, 'deal', null, '', 70.0, 80, '2026-03-04 10:00:00')", [f"{day}{who}", who, day])
    for name in ("app_consultations", "goal_facts"):
        # what passes on to the next mart is kept by this test's own list
        con.execute(f"create or replace table {name} as\n{run.sql(name, SUNDAY, {})}")
    [week] = rows(con, "select * from goal_facts where employee_id = 'E1' and period = 'week'")
    assert (week["deals"], week["logged_deals"], week["logged_effective"], week["logged_revenue"]) == (4.0, 1.0, 1.0, 70.0)
    logged = json.dumps([{"employee_id": "E1", "day": "2026-03-08", "effective": 2, "intents": 1, "deals": 0, "revenue": 0}])
    [company] = [row for row in ask(con, "goal_groups", metric="effective", period="week", today=SUNDAY, goals="[]", logged=logged) if row["level"] == "company"]
    assert company["logged"] == 3.0 and company["done_all"] == 6 * 7 * 5 - 7 * 6 + 3


def test_the_plan_reaches_every_day_that_the_house_may_live_on() -> None:
    con = made(sources({"employees": PEOPLE, "activity_days": totals()}), SUNDAY)
    [(first, length)] = con.execute("select distinct first_day, plan_days from goal_people").fetchall()
    for later in range(company_day.STALE + 1):
        for period in NEAREST:
            a, b = span(period, SUNDAY + timedelta(days=later))
            assert first <= a and (b - first).days < length


@cache
def third() -> tuple[duckdb.DuckDBPyConnection, date]:
    tables, as_of, _ = a_company(3)
    return made(sources(tables), as_of), as_of


@pytest.mark.parametrize("name", [name for name in run.ORDER if name.startswith("goal_")])
def test_the_marts_of_goals_keep_their_truths_and_parse_for_spark(name: str) -> None:
    con, as_of = third()
    assert marts.broken(con, name, as_of, {}) == {}
    keys = ", ".join(run.grain(name))
    assert con.execute(f"select {keys} from {name} group by {keys} having count(*) > 1").fetchall() == []
    sqlglot = pytest.importorskip("sqlglot")
    [statement] = sqlglot.transpile(run.sql(name, as_of, {}), read="duckdb", write="spark")
    assert statement


@pytest.mark.parametrize("least", range(2, 12))
def test_no_group_that_is_too_small_can_be_worked_out_by_subtraction(least: int) -> None:
    """Of every parent that is shown, what its hidden groups hold together is nobody, or enough people to be shown."""
    sizes = {("甲", "一组"): 9, ("甲", "二组"): 3, ("甲", "三组"): 5, ("乙", "四组"): 8, ("乙", "五组"): 6, ("丙", "六组"): 2, ("丁", "七组"): 7}
    people = [{"employee_id": f"E{team}{n}", "name": "张三", "team": team, "department": department, "role": "顾问", "hire_date": date(2020, 1, 1)}
              for (department, team), size in sizes.items() for n in range(size)]
    days = [{"employee_id": one["employee_id"], "work_date": SUNDAY - timedelta(days=back), "dials": 10, "effective": 3, "intents": 0, "deals": 0}
            for one in people for back in range(2, 16) if (SUNDAY - timedelta(days=back)).weekday() < 5]
    con = made(sources({"employees": people, "activity_days": days}), SUNDAY)
    asked = {"metric": "effective", "period": "week", "today": SUNDAY, "goals": "[]", "logged": "[]"}
    truth = {(row["level"], row["unit"]): row for row in ask(con, "goal_groups", **asked)}
    shown = {(row["level"], row["unit"]) for row in ask(con, "goal_groups", **asked, min_group=least) if row["people"] is not None}
    parts = {("company", ""): [("department", name) for name in {department for department, _ in sizes}],
             **{("department", name): [("team", team) for department, team in sizes if department == name] for name in {d for d, _ in sizes}}}
    assert ("company", "") in shown

    def hidden(unit: tuple[str, str]) -> list[int]:
        """How many people each group holds that is left when everything shown below a unit is taken away."""
        return [people for part in parts.get(unit, []) for people in ([] if part in shown else hidden(part) or [truth[part]["people"]])]

    for unit in shown:
        left = hidden(unit)
        assert not left or sum(left) >= least, (unit, left)
        assert all(truth[part]["people"] >= least for part in parts.get(unit, []) if part in shown)


# --- parts add up -------------------------------------------------------------------------------------------------------------------

def adds_up(groups: list[dict[str, object]], column: str) -> None:
    """Company, departments and teams come to the same."""
    of = {level: [row[column] for row in groups if row["level"] == level] for level in ("company", "department", "team")}
    assert sum(value or 0 for value in of["company"]) == pytest.approx(sum(value or 0 for value in of["team"])), column
    assert sum(value or 0 for value in of["department"]) == pytest.approx(sum(value or 0 for value in of["team"])), column


@pytest.mark.parametrize("metric", METRICS)
def test_company_departments_and_teams_add_up_where_nothing_is_hidden(demo_dir, metric: str) -> None:
    for period in NEAREST:
        groups = ask(demo(demo_dir)[0], "goal_groups", metric=metric, period=period, today=END, goals="[]", logged="[]")
        for column in ("people", "with_goal", "away", "left_out", "target", "due", "done", "done_all", "logged", "planned", "working_days", "open_month"):
            adds_up(groups, column)


def test_what_one_person_logs_in_a_team_that_records_none_of_it_counts_once_on_every_level() -> None:
    people = [p | {"department": "甲", "role": "顾问" if p["team"] == "一组" else "客服"} for p in PEOPLE]
    days = [one | ({} if one["employee_id"] < "E4" else {"intents": None, "effective": None}) | {"deals": None, "revenue": None} for one in totals()]
    con = made(sources({"employees": people, "activity_days": days}), SUNDAY)
    logged = json.dumps([{"employee_id": "E5", "day": "2026-03-08", "effective": 1, "intents": 1, "deals": 0, "revenue": 0}])
    groups = ask(con, "goal_groups", metric="intents", period="week", today=SUNDAY, goals="[]", logged=logged)
    for column in ("done", "done_all", "logged"):
        adds_up(groups, column)
    assert [(row["unit"], row["done"], row["done_all"]) for row in groups if row["level"] == "team"] == [("一组", 20.0, 20.0), ("二组", None, 1.0)]
    # a talk that became no intent is no record of intents
    talk = json.dumps([{"employee_id": "E5", "day": "2026-03-08", "effective": 1, "intents": 0, "deals": 0, "revenue": 0}])
    assert [row["done_all"] for row in ask(con, "goal_groups", metric="intents", period="week", today=SUNDAY, goals="[]", logged=talk) if row["unit"] == "二组"] == [None]


def test_a_whole_goal_of_a_month_is_asked_for_to_the_last_unit_though_somebody_leaves() -> None:
    """The daily parts of a team's goal of a month, as the desk works them out, add up to it: the days of who has left ask for none of it."""
    people = [p | ({"leave_date": date(2026, 3, 11)} if p["employee_id"] == "E1" else {}) for p in PEOPLE]
    con = made(sources({"employees": people, "activity_days": totals()}), SUNDAY)
    parts = 0.0
    for day in range(1, 32):
        [team] = [row for row in ask(con, "goal_groups", metric="deals", period="day", today=date(2026, 3, day), goals="[]", logged="[]") if row["unit"] == "一组"]
        parts += 400 * (team["working_days"] or 0) / team["open_month"]
    assert parts == pytest.approx(400)


@pytest.mark.parametrize(("covered", "idle", "told", "many"), [(0, 0, 20, True), (5, 0, 15, True), (2, 0, None, True), (0, 5, 20, True), (0, 2, None, True),
                                                               (17, 0, None, False), (20, 0, None, False)])
def test_how_many_have_the_settings_goal_is_told_unless_they_or_the_others_are_few(covered: int, idle: int, told: int | None, many: bool) -> None:
    """``covered``: people with a goal of their own; ``idle``: people who record nothing, so that they have no goal at all."""
    people = [{"employee_id": f"E{n:02}", "name": "张三", "team": "一组", "role": "顾问" if n < 20 else "人事", "hire_date": date(2020, 1, 1)}
              for n in range(20 + idle)]
    days = [{"employee_id": f"E{n:02}", "work_date": SUNDAY - timedelta(days=back), "dials": 9, "effective": 3, "intents": 0, "deals": 0}
            for n in range(20) for back in range(2, 12)]
    con = made(sources({"employees": people, "activity_days": days}), SUNDAY)
    row = ask(con, "goal_by_default", metric="effective", covered=["", *(f"E{n:02}" for n in range(covered))], min_group=5)[0]
    assert (row["people"], row["many"]) == (told, many)


def test_of_a_role_of_few_history_tells_neither_pace_nor_days() -> None:
    people = [{"employee_id": f"E{n}", "name": "张三", "team": "一组", "role": "顾问" if n else "主管", "hire_date": date(2020, 1, 1)} for n in range(6)]
    days = [{"employee_id": f"E{n}", "work_date": SUNDAY - timedelta(days=back), "dials": 9, "effective": 3, "intents": 0, "deals": 0}
            for n in range(6) for back in range(2, 20)]
    con = made(sources({"employees": people, "activity_days": days}), SUNDAY)
    told = {row["peers"]: (row["people"], row["per_day"], row["days"]) for row in ask(con, "goal_history", min_group=5) if row["metric"] == "effective"}
    assert told["主管"] == (1, None, None) and told["顾问"][0] == 5 and told["顾问"][1] == 3 and told["顾问"][2] > 0
