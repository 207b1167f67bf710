"""The demo company: what a newcomer must be able to believe, held against a small company and one of medium size."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest

from lib.demo.company import write
from lib.intake.contracts import TABLES
from lib.intake.schemas import schema

END = date(2026, 11, 15)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """60 people, four months, ending on a Wednesday, with its truth beside it."""
    folder = tmp_path_factory.mktemp("small")
    write(folder / "files", people=60, months=4, seed=3, end=date(2026, 3, 18), truth=folder / "truth")
    return folder


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """640 people, 18 months: a connection with one view per table."""
    folder = tmp_path_factory.mktemp("year")
    write(folder / "files", end=END, truth=folder / "truth")
    con = duckdb.connect()
    for file in sorted((folder / "files").glob("*.parquet")) + sorted((folder / "truth").glob("*.parquet")):
        con.execute(f"create view {file.stem} as select * from '{file}'")
    con.execute("create table facts as select ?::json as truth", [(folder / "truth" / "truth.json").read_text("utf-8")])
    return con


def one(con: duckdb.DuckDBPyConnection, query: str) -> float:
    """The single value of a query."""
    return con.execute(query).fetchone()[0]


def test_the_same_company_is_written_byte_for_byte_again(small: Path, tmp_path: Path) -> None:
    write(tmp_path / "files", people=60, months=4, seed=3, end=date(2026, 3, 18), truth=tmp_path / "truth")
    for kind in ("files", "truth"):
        for file in sorted((small / kind).iterdir()):
            assert file.read_bytes() == (tmp_path / kind / file.name).read_bytes(), file.name


def test_the_source_files_do_not_depend_on_whether_the_truth_is_kept(small: Path, tmp_path: Path) -> None:
    write(tmp_path, people=60, months=4, seed=3, end=date(2026, 3, 18))
    assert all(file.read_bytes() == (tmp_path / file.name).read_bytes() for file in (small / "files").iterdir())


def test_another_seed_makes_another_company(small: Path, tmp_path: Path) -> None:
    write(tmp_path, people=60, months=4, seed=4, end=date(2026, 3, 18))
    assert (small / "files" / "employees.parquet").read_bytes() != (tmp_path / "employees.parquet").read_bytes()


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_row_keeps_its_contract(small: Path, table: str) -> None:
    frame = pq.read_table(small / "files" / f"{table}.parquet").to_pandas(types_mapper=pd.ArrowDtype)
    schema(table, frozenset(frame.columns), date(2026, 3, 18)).validate(frame, lazy=True)
    key = [TABLES[table].optional_key] if TABLES[table].optional_key else list(TABLES[table].key) or None
    assert len(frame) and (TABLES[table].repeats or not frame.duplicated(key).any())


def test_nothing_is_dated_after_the_last_day(small: Path) -> None:
    for table, column in (("attendance", "work_date"), ("activity_days", "work_date"), ("deals", "closed_on"), ("deals", "engaged_on"),
                          ("talks", "talked_on"), ("calls", "started_at"), ("employees", "hire_date"), ("employees", "notice_date"),
                          ("customers", "last_purchase_on"), ("life_events", "event_date"), ("employees", "last_promotion_date")):
        latest = one(duckdb.connect(), f"select max({column})::date from '{small}/files/{table}.parquet'")
        assert latest <= date(2026, 3, 18), (table, column)


def test_the_truth_is_kept_out_of_the_source_files(small: Path) -> None:
    assert {file.stem for file in (small / "files").iterdir()} == set(TABLES)
    for table in TABLES:
        names = pq.read_schema(small / "files" / f"{table}.parquet").names
        assert names == [column.name for column in TABLES[table].incoming]
    assert {"truth.json", "hazard.parquet", "leaving.parquet", "talk_topics.parquet", "pain_points.parquet", "supports.parquet",
            "pulse.parquet"} == {f.name for f in (small / "truth").iterdir()}


@pytest.mark.parametrize("table", ["attendance", "activity_days", "talks", "deals", "life_events"])
def test_rows_are_sorted_by_person_and_only_name_known_people(small: Path, table: str) -> None:
    ids = pq.read_table(small / "files" / f"{table}.parquet", columns=["employee_id"])["employee_id"].to_pandas()
    known = pq.read_table(small / "files" / "employees.parquet", columns=["employee_id"])["employee_id"].to_pandas()
    assert ids.is_monotonic_increasing and set(ids) <= set(known)


def test_everybody_works_only_while_employed(year: duckdb.DuckDBPyConnection) -> None:
    assert one(year, """select count(*) from attendance a join employees e using (employee_id)
                        where work_date < hire_date or work_date > coalesce(leave_date, work_date)""") == 0


@pytest.mark.parametrize(("line", "useful"), [("telesales", "true"), ("enrolment", "duration_s > 600")])
def test_calls_agree_with_the_daily_totals(year: duckdb.DuckDBPyConnection, line: str, useful: str) -> None:
    assert one(year, f"""
        with c as (select employee_id, started_at::date as work_date, count(*) as answered,
                          count(*) filter (outcome = 'rejected') as rejected, count(*) filter (outcome = 'effective' and {useful}) as effective,
                          count(*) filter (outcome = 'intent') as intents, count(*) filter (outcome = 'deal') as deals
                   from calls join employees using (employee_id) where business_line = '{line}' group by 1, 2),
             a as (select d.* from activity_days d join employees using (employee_id)
                   where business_line = '{line}' and work_date > (select max(work_date) from activity_days) - 28 and answered > 0)
        select count(*) from a full join c using (employee_id, work_date)
        where (a.answered, a.rejected, a.effective, a.intents, a.deals)
              is distinct from (c.answered, c.rejected, c.effective, c.intents, c.deals)""") == 0


def test_each_sale_of_a_day_is_one_won_deal_and_the_amounts_add_up(year: duckdb.DuckDBPyConnection) -> None:
    assert one(year, """
        with d as (select employee_id, closed_on as work_date, count(*) as deals, sum(amount) as revenue
                   from deals where stage = 'won' group by 1, 2)
        select count(*) from (select * from activity_days where deals > 0) a full join d using (employee_id, work_date)
        where a.deals is distinct from d.deals or a.revenue is distinct from d.revenue""") == 0


def test_deals_and_calls_name_customers_that_exist(year: duckdb.DuckDBPyConnection) -> None:
    for table in ("deals", "calls"):
        assert one(year, f"select count(*) from {table} where customer_id not in (select customer_id from customers)") == 0


def test_the_company_has_its_size_and_its_turnover(year: duckdb.DuckDBPyConnection) -> None:
    assert 605 <= one(year, f"select count(*) from employees where coalesce(leave_date, date '{END}') >= date '{END}'") <= 675
    assert 320 <= one(year, f"select count(*) from employees where leave_date between date '{END}' - 365 and date '{END}'") <= 480
    assert one(year, "select count(*) from employees where leave_date is not null and notice_date is null") == 0


def test_names_are_mostly_distinct(year: duckdb.DuckDBPyConnection) -> None:
    assert one(year, "select count(distinct name) / count(*) from employees") > .93


def test_telesales_dial_and_are_refused_as_the_field_reports(year: duckdb.DuckDBPyConnection) -> None:
    tele = "activity_days join employees using (employee_id) where business_line = 'telesales'"
    assert 100 <= one(year, f"select avg(dials) from {tele}") <= 200
    assert one(year, f"select 1 - sum(answered - rejected) / sum(dials) from {tele}") > .8
    shares = f"select sum(rejected) / sum(answered) as share from {tele} group by employee_id having sum(answered) > 300"
    assert one(year, f"select avg((share between .25 and .35)::int) from ({shares})") > .75


def test_the_forty_percent_rule_flags_a_minority(year: duckdb.DuckDBPyConnection) -> None:
    flagged = one(year, f"""
        select avg((share >= .4)::int) from (
            select sum(rejected) / sum(answered) as share from activity_days join employees using (employee_id)
            where business_line = 'telesales' and work_date > date '{END}' - 182
            group by employee_id, date_trunc('week', work_date) having sum(answered) >= 20)""")
    assert .015 < flagged < .10


def test_late_evenings_are_few_and_come_in_bursts(year: duckdb.DuckDBPyConnection) -> None:
    late, again = year.execute("""
        with days as (select employee_id, work_date, check_out > work_date + interval 21 hour as late from attendance
                      where check_out is not null),
             pairs as (select late, lag(late) over (partition by employee_id order by work_date) as before from days)
        select avg(late::int), avg(late::int) filter (before) from pairs""").fetchone()
    assert .03 < late < .11 and again > 4 * late


def test_a_night_that_ends_after_midnight_carries_the_next_date(year: duckdb.DuckDBPyConnection) -> None:
    assert one(year, "select count(*) from attendance where check_out::date = work_date + 1") > 50
    assert one(year, "select count(*) from attendance where check_out >= work_date + interval 28 hour") == 0


def test_offices_rest_on_holidays_and_work_on_make_up_days(year: duckdb.DuckDBPyConnection) -> None:
    at_work = """select count(distinct employee_id) from attendance join employees using (employee_id)
                 where business_line = 'telesales' and check_in is not null and work_date = date """
    assert one(year, at_work + "'2026-10-02'") < .1 * one(year, at_work + "'2026-10-10'")


def test_shops_are_busiest_at_weekends(year: duckdb.DuckDBPyConnection) -> None:
    weekend = """select avg(revenue) from activity_days join employees using (employee_id)
                 where business_line = 'stores' and isodow(work_date) """
    assert one(year, weekend + "in (6, 7)") > 1.4 * one(year, weekend + "in (1, 2, 3)")


def test_the_top_fifth_of_shop_staff_sells_about_eighty_thousand_a_month(year: duckdb.DuckDBPyConnection) -> None:
    top = one(year, """select quantile_cont(revenue, .8) from (
        select sum(revenue) as revenue from activity_days join employees using (employee_id) where business_line = 'stores'
        group by employee_id, date_trunc('month', work_date) having count(*) >= 18)""")
    assert 66_000 < top < 95_000


def test_newcomers_learn_for_about_three_months(year: duckdb.DuckDBPyConnection) -> None:
    pace = """select avg(effective) from activity_days join employees using (employee_id)
              where business_line = 'telesales' and role = '电话销售顾问' and work_date - hire_date """
    first, third, later = (one(year, pace + span) for span in ("< 20", "between 75 and 100", "> 200"))
    assert first < .75 * later and .85 * later < third < 1.05 * later


def test_every_newcomer_has_a_mentor_of_the_same_team(year: duckdb.DuckDBPyConnection) -> None:
    share, same = year.execute("""
        select avg((n.mentor_id is not null)::int), avg((n.team = m.team)::int)
        from employees n left join employees m on n.mentor_id = m.employee_id
        where n.hire_date > date '2025-06-01' and n.business_line is not null and n.role not in ('店长', '电销组长', '大客户组长', '招生主管')
        """).fetchone()
    assert share == 1 and same == 1


def test_each_team_is_led_by_somebody_who_is_there(year: duckdb.DuckDBPyConnection) -> None:
    assert one(year, f"""select count(*) from teams t left join employees e on e.employee_id = t.lead_id
        where e.employee_id is null or e.team <> t.team or e.leave_date < date '{END}'""") == 0


def test_daily_chats_take_four_hours_of_each_partner_before_the_programme(year: duckdb.DuckDBPyConnection) -> None:
    hours = one(year, """select sum(minutes) / 60 / count(distinct (hr_id, talked_on)) from talks join employees using (employee_id)
        join teams using (team) where talked_on between '2025-06-02' and '2025-11-30' and isodow(talked_on) < 6""")
    assert 2.5 < hours < 5


def test_the_programme_begins_team_by_team_and_changes_how_talks_are_held(year: duckdb.DuckDBPyConnection) -> None:
    assert one(year, "select count(distinct care_programme_start) from teams") >= 8
    before, after = year.execute("""
        select avg(minutes) filter (talked_on < care_programme_start), avg(minutes) filter (tag is not null)
        from talks join employees using (employee_id) join teams using (team)""").fetchone()
    assert 13 < before < 17 and 22 < after < 28
    assert one(year, """select count(*) from talks join employees using (employee_id) join teams using (team)
                        where tag is not null and talked_on < care_programme_start""") == 0


def test_at_most_one_talk_with_a_person_on_a_day(year: duckdb.DuckDBPyConnection) -> None:
    assert one(year, "select count(*) - count(distinct (employee_id, talked_on)) from talks") == 0


def test_notes_are_varied(year: duckdb.DuckDBPyConnection) -> None:
    assert one(year, "select count(distinct note) / count(*) from talks") > .9
    assert one(year, "select max(n) from (select count(*) as n from talks group by note)") < .01 * one(year, "select count(*) from talks")
    assert one(year, "select count(*) from talks where note like '%{%' or note like '%}%'") == 0


def test_the_truth_names_the_people_and_talks_of_the_company(year: duckdb.DuckDBPyConnection) -> None:
    leavers = one(year, "select count(*) from employees where notice_date is not null")
    assert one(year, "select count(*) from leaving join employees using (employee_id)") == leavers
    assert one(year, "select count(*) from talk_topics") == one(year, "select count(*) from talks")
    assert one(year, "select count(*) from talk_topics join talks using (employee_id, talked_on)") == one(year, "select count(*) from talks")


def test_people_leave_as_often_as_their_true_hazards_say(year: duckdb.DuckDBPyConnection) -> None:
    expected, variance = year.execute("select sum(hazard), sum(hazard * (1 - hazard)) from hazard").fetchone()
    left = one(year, "select count(*) from employees where notice_date is not null")
    assert abs(left - expected) < 4 * variance ** .5


def test_one_team_gets_worse_in_the_last_weeks(year: duckdb.DuckDBPyConnection) -> None:
    team = json.loads(one(year, "select truth from facts"))["team_that_gets_worse"]
    now, before = (one(year, f"""select avg(effective) from activity_days join employees using (employee_id)
        where team = '{team}' and work_date between date '{END}' - {first} and date '{END}' - {last}""") for first, last in ((13, 0), (90, 50)))
    late = one(year, f"""select avg((check_out > work_date + interval 21 hour)::int) from attendance join employees using (employee_id)
        where team = '{team}' and work_date > date '{END}' - 14 and check_out is not null""")
    assert now < .9 * before and late > .4


def test_care_that_has_no_effect_says_so(year: duckdb.DuckDBPyConnection) -> None:
    truth = json.loads(one(year, "select truth from facts"))
    for tag, line in truth["care_without_effect"]:
        effects = truth["care_performance"][tag]
        assert all(value == 0 for key, value in effects.items() if line in ("all", key))
    assert truth["care_hazard_ratio"][truth["useless_tag"]] == 1
