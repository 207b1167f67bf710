"""Files that overlap: what a later one replaces, what it leaves alone, and what order and gates make of them."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

from lib.intake import load
from lib.intake.mapping import Mapping
from lib.warehouse.store import scratch

TODAY = date(2026, 11, 22)
TALKS = "employee_id,talked_on,note\nE1,2024-03-01,聊了近况\nE1,2024-03-01,聊了目标\n"
CALLS = "employee_id,started_at,outcome\nE1,2024-03-01 09:00,deal\nE1,2024-03-01 09:05,no_answer\n"
PEOPLE = "employee_id,name,team,hire_date,level,role\nE1,李雷,一组,2024-01-01,P3,顾问\nE2,韩梅梅,二组,2024-02-01,P4,顾问\n"


def take(root: Path, text: str, name: str, **more: object) -> load.ImportReport:
    return load.import_file(text.encode(), root, name=name, today=TODAY, **more)  # type: ignore[arg-type]


def ask(root: Path, sql: str) -> list[tuple[object, ...]]:
    con = scratch()
    load.attach(con, root)
    return con.execute(sql).fetchall()


def test_two_talks_of_one_day_stay_two_when_a_second_file_comes(tmp_path: Path) -> None:
    take(tmp_path, TALKS, "talks.csv")
    take(tmp_path, TALKS + "E2,2024-03-01,好\n", "talks.csv")
    assert ask(tmp_path, "select employee_id, count(*) from src_talks group by 1 order by 1") == [("E1", 2), ("E2", 1)]


def test_the_same_file_read_in_another_way_takes_the_place_of_the_first_reading(tmp_path: Path) -> None:
    first = take(tmp_path, CALLS, "calls.csv")
    columns = {name: name for name in ("employee_id", "started_at", "outcome")}
    again = take(tmp_path, CALLS, "calls.csv", mapping=Mapping("other", "calls", columns, values={"outcome": {"deal": "intent"}}))
    assert again.replaces == (first.import_id,)
    assert ask(tmp_path, "select outcome from src_calls order by started_at") == [("intent",), ("no_answer",)]
    assert load.imports(tmp_path)["state"].tolist() == ["loaded", "undone"]


def test_of_two_readings_only_the_later_stands_even_before_the_first_is_marked(tmp_path: Path, monkeypatch: object) -> None:
    take(tmp_path, CALLS, "calls.csv")
    record = next(tmp_path.glob("sources/calls/*.json"))
    rows, said = record.with_suffix(".parquet").read_bytes(), record.read_bytes()
    take(tmp_path, CALLS, "calls.csv", mapping=Mapping("other", "calls", {n: n for n in ("employee_id", "started_at", "outcome")}))
    record.write_bytes(said)  # as after a crash between keeping the second reading and marking the first
    record.with_suffix(".parquet").write_bytes(rows)
    assert ask(tmp_path, "select count(*) from src_calls") == [(2,)]


def test_a_later_file_of_some_columns_leaves_the_others_as_they_were(tmp_path: Path) -> None:
    take(tmp_path, PEOPLE, "employees.csv")
    take(tmp_path, "employee_id,name,team,hire_date,level\nE1,李雷,一组,2024-01-01,P5\nE2,韩梅梅,三组,2024-02-01,\n", "employees.csv")
    assert ask(tmp_path, "select team, level, role from src_employees order by employee_id") == [
        ("一组", "P5", "顾问"), ("三组", None, "顾问")]


def test_a_file_of_consent_is_not_undone_by_one_that_does_not_ask(tmp_path: Path) -> None:
    take(tmp_path, "employee_id,kind,event_date,consent\nE1,结婚,2024-05-01,否\n", "life_events.csv")
    take(tmp_path, "employee_id,kind,event_date,expires_on\nE1,结婚,2024-05-01,2024-06-01\n", "life_events.csv")
    assert ask(tmp_path, "select consent from src_life_events") == [(False,)]


def days(people: int, first: date, count: int) -> str:
    lines = [f"E{p},{first + timedelta(days=d)},50" for p in range(people) for d in range(count)]
    return "employee_id,work_date,dials\n" + "\n".join(lines) + "\n"


def test_a_day_of_half_the_people_is_stopped_and_a_quiet_sunday_is_not(tmp_path: Path) -> None:
    take(tmp_path, days(20, date(2024, 3, 4), 6) + "E1,2024-03-10,50\n", "activity_days.csv")
    stopped = take(tmp_path, days(9, date(2024, 3, 11), 5), "activity_days.csv")
    assert stopped.refused is not None and stopped.refused.code == "too_few_rows"
    assert take(tmp_path, days(1, date(2024, 3, 17), 1), "activity_days.csv").loaded


def test_few_talks_after_many_are_no_accident(tmp_path: Path) -> None:
    many = "".join(f"E{at},2024-03-01,聊了 {at}\n" for at in range(80))
    take(tmp_path, "employee_id,talked_on,note\n" + many, "talks.csv")
    assert take(tmp_path, "employee_id,talked_on,note\nE1,2024-03-08,好\n", "talks.csv").loaded


def test_the_inbox_is_taken_in_the_order_of_days_whenever_the_files_were_touched(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    for name, first, touched in (("a.csv", date(2024, 3, 5), 1), ("b.csv", date(2024, 3, 4), 2)):
        (tmp_path / "inbox" / name).write_text(days(2, first, 3), "utf-8")
        os.utime(tmp_path / "inbox" / name, (touched, touched))
    done = load.pick_up(tmp_path, today=TODAY)
    assert [(report.file, report.sequence) for report in done] == [("b.csv", 1), ("a.csv", 2)]


def test_a_report_carries_the_mapping_that_was_used(tmp_path: Path) -> None:
    done = take(tmp_path, PEOPLE, "employees.csv")
    assert done.used is not None and done.used.columns["team"] == "team"
    assert take(tmp_path, PEOPLE, "employees.csv").used == done.used


def test_chinese_headers_of_people_and_daily_numbers_need_no_mapping(tmp_path: Path) -> None:
    people = take(tmp_path, "工号,姓名,部门,入职日期,生日,团队\nE1,李雷,销售部,2024-01-01,1995-02-03,一组\n", "人员.csv")
    numbers = take(tmp_path, "工号,日期,拨打,接通,拒绝,有效沟通\nE1,2024-03-01,80,40,10,12\n", "日报.csv")
    assert (people.table, numbers.table) == ("employees", "activity_days")
    assert ask(tmp_path, "select department, team from src_employees") == [("销售部", "一组")]
    assert ask(tmp_path, "select dials, answered, rejected, effective from src_activity_days") == [(80, 40, 10, 12)]


def test_a_department_stands_for_the_team_only_where_there_is_none_and_a_manager_never_does(tmp_path: Path) -> None:
    done = take(tmp_path, "工号,姓名,部门,入职日期\nE1,李雷,一部,2024-01-01\n", "人员.csv")
    assert done.loaded and ask(tmp_path, "select team from src_employees") == [("一部",)]
    both = take(tmp_path, "工号,姓名,部门,主部门,入职日期\nE2,韩梅梅,二部,销售中心,2024-01-01\n", "人员.csv")
    assert both.used is not None and (both.used.columns["team"], both.used.columns["department"]) == ("部门", "主部门")
    refused = take(tmp_path, "employee_id,name,manager,hire_date\nE1,Li Lei,Dustin Brinkmann,2024-01-01\n", "people.csv")
    assert refused.refused is not None and refused.refused.code == "missing_columns"
