"""The demo company's contacts and tickets: they agree with the rest of its files, carry a weak sign of who leaves, and change nothing else."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import duckdb
import pytest

from lib.demo import colleagues
from lib.demo.company import write

END = date(2026, 11, 15)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """300 people, 12 months: a connection with one view per source file."""
    folder = tmp_path_factory.mktemp("company")
    write(folder, people=300, months=12, seed=5, end=END)
    con = duckdb.connect()
    for file in sorted(folder.glob("*.parquet")):
        con.execute(f"create view {file.stem} as select * from '{file}'")
    return con


def one(con: duckdb.DuckDBPyConnection, query: str) -> float:
    """The single value of a query."""
    return con.execute(query).fetchone()[0]


def test_contacts_are_counted_in_the_weeks_that_people_worked(files) -> None:
    worked = "select distinct employee_id, date_trunc('week', work_date)::date as contacted_on from attendance where result not in ('leave', 'absent')"
    assert one(files, f"select count(*) from ({worked}) as w full join peer_contacts as c using (employee_id, contacted_on) where c.contacts is null") == 0
    assert one(files, f"select count(*) from peer_contacts anti join ({worked}) as w using (employee_id, contacted_on)") == 0
    assert one(files, "select count(*) from peer_contacts where dayofweek(contacted_on) <> 1") == 0
    assert one(files, "select count(*) - count(distinct (employee_id, contacted_on)) from peer_contacts") == 0


def test_people_differ_more_than_their_weeks_do(files) -> None:
    week = "(select employee_id, contacts from peer_contacts join employees using (employee_id) where hire_date < date '2025-06-01')"
    between = one(files, f"select stddev(mean) from (select avg(contacts) as mean from {week} group by employee_id having count(*) > 20)")
    within = one(files, f"select avg(spread) from (select stddev(contacts) as spread from {week} group by employee_id having count(*) > 20)")
    assert between > .8 * within > 0


def test_before_notice_there_are_somewhat_fewer_contacts_than_before_that(files) -> None:
    change = one(files, f"""
        with rated as (
            select c.employee_id, c.contacted_on, e.notice_date, c.contacts / w.days as a_day
            from peer_contacts as c
            join employees as e using (employee_id)
            join (select employee_id, date_trunc('week', work_date)::date as contacted_on, count(*) as days from attendance
                  where result not in ('leave', 'absent') group by all) as w using (employee_id, contacted_on)
            where e.notice_date between date '2026-04-01' and date '{END}'),
        each as (
            select employee_id,
                avg(a_day) filter (where contacted_on between notice_date - 28 and notice_date - 7) as lately,
                avg(a_day) filter (where contacted_on between notice_date - 140 and notice_date - 57) as before
            from rated group by employee_id)
        select median(lately / before) - 1 from each where lately is not null and before is not null""")
    assert -.4 < change < -.04


def test_tickets_are_opened_while_employed_and_closed_after(files) -> None:
    assert one(files, """select count(*) from tickets join employees using (employee_id)
        where opened_on < hire_date or opened_on > coalesce(leave_date, opened_on) or closed_on < opened_on or due_on <= opened_on""") == 0
    assert one(files, f"select count(*) from tickets where opened_on > date '{END}' or closed_on > date '{END}'") == 0
    assert one(files, "select count(*) - count(distinct ticket_id) from tickets") == 0
    assert .005 < one(files, "select avg((closed_on is null)::int) from tickets") < .15
    assert .1 < one(files, "select avg((closed_on > due_on)::int) from tickets") < .5


def test_departments_take_longer_for_some_teams_than_for_others(files) -> None:
    between = one(files, """
        with took as (
            select e.team, t.department, avg(t.closed_on - t.opened_on) as days
            from tickets as t join employees as e using (employee_id) where t.closed_on is not null
            group by all having count(*) >= 12)
        select max(ratio) from (select max(days) / min(days) as ratio from took group by department having count(*) > 1)""")
    assert between > 1.3


def test_newcomers_ask_more(files) -> None:
    assert one(files, "select count(*) from tickets join employees using (employee_id) where opened_on < hire_date + 91") / one(
        files, "select count(*) from attendance join employees using (employee_id) where work_date < hire_date + 91") > 1.3 * one(
        files, "select count(*) from tickets join employees using (employee_id) where opened_on >= hire_date + 91") / one(
        files, "select count(*) from attendance join employees using (employee_id) where work_date >= hire_date + 91")


def test_contacts_and_tickets_change_nothing_else_of_the_company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def prints(folder: Path) -> dict[str, str]:
        write(folder, people=60, months=3, seed=5, end=END)
        return {file.stem: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.glob("*.parquet")}

    usual = prints(tmp_path / "usual")
    monkeypatch.setattr(colleagues, "A_DAY", 30.0)
    monkeypatch.setattr(colleagues, "A_WEEK", .5)
    other = prints(tmp_path / "other")
    assert {name for name in usual if usual[name] != other[name]} == {"peer_contacts", "tickets"}
