"""The marts: what days, weeks and teams are made of, and the truths that their headers state."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache

import pytest

from lib import marts
from lib.marts import run
from lib.settings import SettingError
from lib.warehouse.store import Warehouse
from tests.small_company import built, sources

MONDAY = date(2026, 3, 2)
SUNDAY = date(2026, 3, 8)


def person(number: int = 1, **more):
    return {"employee_id": f"E{number}", "name": f"员工{number}", "team": "一组", "hire_date": date(2025, 1, 6), **more}


def at(day: date, hour: float) -> datetime:
    return datetime.combine(day, datetime.min.time()) + timedelta(hours=hour)


def call(outcome: str, hour: float = 10, **more):
    return {"employee_id": "E1", "started_at": at(MONDAY, hour), "outcome": outcome, **more}


def days_of(rows, columns: str, as_of: date = SUNDAY):
    return built({"employees": [person()], **rows}, as_of).execute(f"select {columns} from employee_days order by work_date").fetchall()


FIVE_ROWS = {
    "employees": [person(1, birth_date=date(1996, 2, 29)), person(2, team="二组"), person(3, leave_date=date(2026, 3, 4)),
                  person(4, hire_date=date(2026, 4, 1)), person(5, notice_date=date(2026, 3, 20), leave_date=date(2026, 3, 30))],
    "attendance": [{"employee_id": f"E{n}", "work_date": MONDAY, "check_in": at(MONDAY, 9), "check_out": at(MONDAY, 18 + n), "result": "normal"}
                   for n in range(1, 6)],
    "activity_days": [{"employee_id": f"E{n}", "work_date": MONDAY + timedelta(days=n), "dials": 100, "answered": 40, "rejected": 10 * min(n, 3),
                       "effective": 5, "revenue": 100.0} for n in range(5)],
    "calls": [call("no_answer"), call("rejected"), call("effective"), call("intent"), call("deal", amount=500.0)],
    "deals": [{"employee_id": "E2", "closed_on": MONDAY + timedelta(days=n), "amount": 10.0, "stage": stage, "customer_id": f"C{n}"}
              for n, stage in enumerate(["won", "won", "lost", "won", "won"])],
    "talks": [{"employee_id": f"E{n}", "talked_on": MONDAY, "signals": said} for n, said in enumerate(["", "pay", "pay,pressure", "", "leaving"], 1)],
    "customers": [{"customer_id": f"C{n}", "name": "客户"} for n in range(5)],
    "goals": [{"metric": "deals", "period": "month", "target": 1.0} for _ in range(5)],
}


@cache
def five_rows():
    """The marts and tags of the five rows (read only)."""
    return built(FIVE_ROWS, SUNDAY)


@pytest.mark.parametrize("name", run.ORDER)
def test_every_mart_states_its_grain_and_at_least_one_truth(name):
    assert run.grain(name) and run.truths(name, SUNDAY, {})


@pytest.mark.parametrize("name", [name for name in run.ORDER if name not in run.PASSING])
def test_the_truths_hold_on_five_rows(name):
    assert run.broken(five_rows(), name, SUNDAY, {}) == {}


def test_the_truths_hold_on_the_demo_company(demo_dir):
    from lib.warehouse import publish

    house = Warehouse(publish.where(demo_dir))
    as_of = house.frame("select as_of from build_info")["as_of"][0].date()
    for name in set(run.ORDER) - set(run.PASSING):
        for sentence, condition in run.truths(name, as_of, {}):
            assert house.frame(f"select count(*) as n from {name} where not ({condition})")["n"][0] == 0, f"{name}: {sentence}"


def test_a_broken_truth_is_counted():
    con = built(FIVE_ROWS, SUNDAY)
    con.execute("update employee_days set answered = dials + 1 where dials is not null")
    assert run.broken(con, "employee_days", SUNDAY, {})["no more calls are answered than made"] == 5


@pytest.mark.parametrize("name", [name for name in run.ORDER if name not in (*run.PASSING, "talks", "talk_signals", "deals", "goals", "mentor_sessions", "consultations",
                                                                       "help_requests", "app_stories")])
def test_no_two_rows_share_a_grain(name):
    con, keys = five_rows(), ", ".join(run.grain(name))
    assert con.execute(f"select {keys} from {name} group by {keys} having count(*) > 1").fetchall() == []


def test_calls_become_the_counts_of_their_day():
    found = days_of({"calls": FIVE_ROWS["calls"]}, "dials, answered, rejected, effective, intents, deals, revenue")
    assert found == [(5, 4, 1, 1, 1, 1, 500.0)]


@pytest.mark.parametrize(("total", "expected"), [
    ({"dials": 80}, (80, None, None, 1)), ({"answered": 20}, (None, 20, None, 1)), ({"deals": 2}, (5, 4, 1, 2)), ({"revenue": 9.0}, (5, 4, 1, 1)),
])
def test_the_call_counts_of_a_day_come_from_one_source(total, expected):
    totals = [{"employee_id": "E1", "work_date": MONDAY, **total}]
    assert days_of({"calls": FIVE_ROWS["calls"], "activity_days": totals}, "dials, answered, rejected, deals") == [expected]


MONEY = {
    "calls only": ({"calls": FIVE_ROWS["calls"]}, 500.0),
    "an open deal of somebody else": ({"calls": FIVE_ROWS["calls"], "deals": [{"employee_id": "E2", "stage": "open"}]}, 500.0),
    "a deal that closes later": ({"calls": FIVE_ROWS["calls"], "deals": [
        {"employee_id": "E1", "stage": "won", "closed_on": date(2026, 4, 1), "amount": 7.0}]}, 500.0),
    "calls of one, deals of another": ({"calls": FIVE_ROWS["calls"], "deals": [
        {"employee_id": "E2", "stage": "won", "closed_on": MONDAY, "amount": 7.0}]}, 507.0),
    "money only, and deals": ({"activity_days": [{"employee_id": "E1", "work_date": MONDAY, "revenue": 40.0}], "deals": [
        {"employee_id": "E1", "stage": "won", "closed_on": SUNDAY, "amount": 7.0}]}, 47.0),
    "money and deals on rest days": ({"attendance": [
        {"employee_id": "E1", "work_date": MONDAY, "result": "rest"}, {"employee_id": "E1", "work_date": SUNDAY, "result": "rest"}],
        "activity_days": [{"employee_id": "E1", "work_date": MONDAY, "revenue": 40.0}],
        "deals": [{"employee_id": "E1", "stage": "won", "closed_on": SUNDAY, "amount": 7.0}]}, 47.0),
}


@pytest.mark.parametrize("mix", MONEY)
def test_no_revenue_is_lost_or_counted_twice(mix):
    rows, expected = MONEY[mix]
    con = built({"employees": [person(), person(2)], **rows}, SUNDAY)
    assert con.execute("select sum(revenue) from employee_days").fetchone() == (expected,)
    assert run.broken(con, "employee_days", SUNDAY, {}) == {}


def test_deals_nobody_recorded_stay_unknown_beside_a_colleague_who_has_some():
    activity = [{"employee_id": "E1", "work_date": MONDAY, "dials": 9}, {"employee_id": "E2", "work_date": MONDAY, "dials": 9}]
    deals = [{"employee_id": "E2", "stage": "won", "closed_on": SUNDAY, "amount": 7.0}]
    con = built({"employees": [person(), person(2)], "activity_days": activity, "deals": deals}, SUNDAY)
    assert con.execute("select employee_id, deals from employee_days order by 1, work_date").fetchall() == [("E1", None), ("E2", 0), ("E2", 1)]


WON = [{"employee_id": "E1", "closed_on": MONDAY, "amount": 30.0, "stage": "won"}]


@pytest.mark.parametrize("result", ["leave", "absent", "rest", "missing_punch"])
def test_a_deal_that_closes_on_a_day_off_makes_no_day_of_work(result):
    off = [{"employee_id": "E1", "work_date": MONDAY, "result": result}]
    assert days_of({"attendance": off, "deals": WON}, "worked, revenue") == [(False, 30.0)]
    assert days_of({"attendance": [{**off[0], "work_date": SUNDAY}], "deals": WON}, "worked, deals")[0] == (False, 1)


def test_a_deal_is_work_where_nobody_clocks_in():
    assert days_of({"deals": WON}, "worked, deals, revenue") == [(True, 1, 30.0)]


@pytest.mark.parametrize("counts", [{"dials": 3}, {"answered": 1}, {"effective": 1}, {"deals": 1}])
def test_counted_work_on_a_day_of_leave_is_work(counts):
    rows = {"attendance": [{"employee_id": "E1", "work_date": MONDAY, "result": "leave"}],
            "activity_days": [{"employee_id": "E1", "work_date": MONDAY, **counts}]}
    assert days_of(rows, "worked") == [(True,)]


@pytest.mark.parametrize(("more", "found"), [({}, []), ({"check_in": at(MONDAY, 9)}, [(True,)])])
def test_a_missing_punch_is_work_only_with_the_other_punch(more, found):
    assert days_of({"attendance": [{"employee_id": "E1", "work_date": MONDAY, "result": "missing_punch", **more}]}, "worked") == found


@pytest.mark.parametrize("result", [None, "rest", "missing_punch"])
def test_a_kind_of_leave_without_a_punch_is_leave(result):
    rows = {"attendance": [{"employee_id": "E1", "work_date": MONDAY, "result": result, "leave_type": "年假"}]}
    assert days_of(rows, "worked, result") == [(False, "leave")]


def test_rejected_calls_without_a_count_of_answered_ones_make_no_rate():
    activity = [{"employee_id": "E1", "work_date": MONDAY, "answered": 10, "rejected": 4}, {"employee_id": "E1", "work_date": SUNDAY, "rejected": 30}]
    con = built({"employees": [person()], "activity_days": activity}, SUNDAY)
    assert con.execute("select rejected, rejection_rate from employee_weeks").fetchall() == [(34, 0.4)]
    assert con.execute("select rejection_rate from team_weeks").fetchall() == [(0.4,)]
    assert con.execute("select count(*) from tag_episodes where tag = 'client_trouble'").fetchone() == (0,)
    assert [run.broken(con, name, SUNDAY, {}) for name in ("employee_weeks", "team_weeks")] == [{}, {}]


def test_won_deals_count_on_the_day_they_closed_for_people_who_have_some():
    deals = [{"employee_id": "E1", "closed_on": MONDAY, "amount": 30.0, "stage": "won"},
             {"employee_id": "E1", "closed_on": MONDAY, "amount": 99.0, "stage": "lost"}]
    assert days_of({"calls": FIVE_ROWS["calls"], "deals": deals}, "deals, revenue") == [(1, 30.0)]


@pytest.mark.parametrize(("row", "worked"), [
    ({"result": "normal"}, True), ({"result": "travel"}, True), ({"check_out": at(MONDAY, 18)}, True),
    ({"result": "leave"}, False), ({"result": "absent"}, False), ({"leave_hours": 8.0}, False),
    ({"result": "leave", "check_in": at(MONDAY, 9)}, True),
])
def test_a_day_with_work_or_leave_has_a_row_that_says_which(row, worked):
    assert days_of({"attendance": [{"employee_id": "E1", "work_date": MONDAY, **row}]}, "worked") == [(worked,)]


@pytest.mark.parametrize("row", [{"result": "rest"}, {}])
def test_a_day_of_rest_has_no_row(row):
    assert days_of({"attendance": [{"employee_id": "E1", "work_date": MONDAY, **row}]}, "worked") == []


def test_half_past_midnight_is_a_late_evening_and_keeps_its_real_date():
    night = {"employee_id": "E1", "work_date": MONDAY, "result": "normal", "check_out": at(MONDAY, 24.5)}
    assert days_of({"attendance": [night]}, "check_out, late_evening") == [(datetime(2026, 3, 3, 0, 30), True)]


def test_the_hour_of_a_late_evening_is_a_setting():
    evening = {"attendance": [{"employee_id": "E1", "work_date": MONDAY, "result": "normal", "check_out": at(MONDAY, 20.6)}]}
    for hour, late in ((21.0, 0), (20.5, 1)):
        con = built({"employees": [person()], **evening}, SUNDAY, {"tags.high_pressure.after": hour})
        assert con.execute("select late_evenings from employee_weeks").fetchall() == [(late,)]


def test_nothing_after_the_day_of_the_build_is_seen():
    activity = [{"employee_id": "E1", "work_date": MONDAY + timedelta(days=n), "dials": 9} for n in range(5)]
    assert days_of({"activity_days": activity}, "work_date", as_of=MONDAY) == [(MONDAY,)]


def test_notice_given_later_is_not_known_yet():
    con = five_rows()
    assert con.execute("select notice_date, leave_date, active from employees where employee_id = 'E5'").fetchall() == [(None, None, True)]


def test_active_means_hired_and_not_gone():
    con = five_rows()
    assert con.execute("select employee_id from employees where active order by 1").fetchall() == [("E1",), ("E2",), ("E5",)]


def test_performance_is_the_measure_of_the_business_line_per_worked_day():
    activity = [{"employee_id": "E1", "work_date": MONDAY + timedelta(days=n), "dials": 50, "effective": 6, "revenue": 10.0} for n in range(2)]
    for line, expected in (("telesales", 6.0), ("stores", 10.0), (None, 10.0)):
        con = built({"employees": [person(business_line=line)], "activity_days": activity}, SUNDAY)
        assert con.execute("select performance from employee_weeks").fetchall() == [(expected,)]


def test_a_setting_chooses_the_measure_of_any_line():
    activity = [{"employee_id": "E1", "work_date": MONDAY, "dials": 50, "effective": 6}]
    con = built({"employees": [person(business_line="外呼")], "activity_days": activity}, SUNDAY, {"performance.metric.外呼": "dials"})
    assert con.execute("select metric from business_lines").fetchall() == [("dials",)]


def test_a_measure_that_was_never_recorded_gives_way_to_one_that_was():
    activity = [{"employee_id": "E1", "work_date": MONDAY, "deals": 2}]
    con = built({"employees": [person(business_line="telesales")], "activity_days": activity}, SUNDAY)
    assert con.execute("select metric from business_lines").fetchall() == [("deals",)]


def test_a_rejection_rate_divides_by_answered_calls():
    con = five_rows()
    assert con.execute("select rejection_rate from employee_weeks where employee_id = 'E2'").fetchall() == [(20 / 40,)]
    assert con.execute("select rejection_rate from employee_weeks where employee_id = 'E4'").fetchall() == [(30 / 40,)]


def test_a_team_counts_everybody_employed_on_any_day_of_the_week():
    con = five_rows()
    assert con.execute("select team, headcount from team_weeks order by team").fetchall() == [("一组", 3), ("二组", 1)]


def test_tags_held_counts_each_person_and_tag_once_a_week():
    talks = [{"employee_id": "E1", "talked_on": MONDAY, "signals": "family_care"}]
    con = built({"employees": [person(hire_date=MONDAY)], "talks": talks}, SUNDAY)
    assert con.execute("select tags_held from team_weeks").fetchall() == [(2,)]
    assert con.execute("select tag, people from team_tag_weeks where people > 0 order by tag").fetchall() == [("family_care", 1), ("new_hire", 1)]


def test_a_talk_leaves_its_signals_and_no_text():
    con = five_rows()
    assert con.execute("select employee_id, signal from talk_signals order by 1, 2").fetchall() == [
        ("E2", "pay"), ("E3", "pay"), ("E3", "pressure"), ("E5", "leaving")]
    assert [row[0] for row in con.execute("describe talks").fetchall()] == ["employee_id", "talked_on", "hr_id", "minutes", "tag", "support", "felt_cared"]


def test_people_nobody_knows_are_left_out():
    stranger = {"activity_days": [{"employee_id": "X", "work_date": MONDAY, "dials": 5}], "attendance": [], "employees": [person()]}
    assert built(stranger, SUNDAY).execute("select count(*) from employee_days").fetchone() == (0,)


def test_the_last_day_is_the_last_with_data_else_the_last_hire_or_leave():
    assert marts.last_day(sources(FIVE_ROWS)) == date(2026, 3, 6)
    assert marts.last_day(sources({"employees": [person(leave_date=date(2026, 2, 1)), person(2)]})) == date(2026, 2, 1)


def test_a_company_without_any_day_is_refused():
    with pytest.raises(LookupError):
        marts.last_day(sources({}))


def test_people_alone_are_enough_to_build():
    con = built({"employees": [person(), person(2)]}, SUNDAY)
    assert con.execute("select headcount, performance from team_weeks").fetchall() == [(2, None)]


def test_the_same_sources_make_the_same_tables():
    first, second = built(FIVE_ROWS, SUNDAY), built(FIVE_ROWS, SUNDAY)
    for name in [*(set(run.ORDER) - set(run.PASSING)), "tag_episodes", "team_tag_weeks", "tag_carry", "tags"]:
        assert first.execute(f"from {name}").fetchall() == second.execute(f"from {name}").fetchall()


def test_a_measure_that_is_not_counted_stops_the_build_by_name():
    with pytest.raises(SettingError, match=r"performance\.metric\.外呼.*happiness"):
        built({"employees": [person()]}, SUNDAY, {"performance.metric.外呼": "happiness"})
