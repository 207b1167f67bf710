"""Intake from end to end: files become checked tables, once, by saved mappings, and can be taken back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib import settings
from lib.intake import load, mapping, parse, values
from lib.intake.contracts import TABLES
from lib.intake.derive import Derived
from lib.intake.guard import Limits, Refused
from lib.intake.mapping import Mapping, Where
from lib.intake.shape import duckdb_type
from lib.intake.suggest import confident, question, suggest
from lib.warehouse.store import scratch
from tests.faults import files, rows

TODAY = date(2026, 11, 22)
PEOPLE = "employee_id,name,team,hire_date\nE1,李雷,一组,2024-01-01\nE2,韩梅梅,二组,2024-02-01\n"


def take(root: Path, text: str | bytes, name: str = "employees.csv", **more: object) -> load.ImportReport:
    content = text.encode() if isinstance(text, str) else text
    return load.import_file(content, root, name=name, today=TODAY, **more)  # type: ignore[arg-type]


def ask(root: Path, sql: str) -> list[tuple[object, ...]]:
    con = scratch()
    load.attach(con, root)
    return con.execute(sql).fetchall()


# --- what a build sees ------------------------------------------------------------------------------------------------------

def test_every_contract_table_is_there_with_every_column_even_when_nothing_was_imported(tmp_path: Path) -> None:
    con = scratch()
    load.attach(con, tmp_path)
    for name, table in TABLES.items():
        described = con.execute(f"describe src_{name}").fetchall()
        assert [(row[0], row[1]) for row in described] == [(c.name, duckdb_type(c)) for c in table.stored]
        assert con.execute(f"select count(*) from src_{name}").fetchone() == (0,)


def test_imported_rows_stand_in_the_view_with_typed_values(tmp_path: Path) -> None:
    take(tmp_path, PEOPLE)
    assert ask(tmp_path, "select employee_id, name, hire_date, role from src_employees order by 1")[0] == ("E1", "李雷",
                                                                                                           date(2024, 1, 1),
                                                                                                           None)


def test_a_later_import_replaces_rows_with_the_same_key(tmp_path: Path) -> None:
    take(tmp_path, PEOPLE)
    take(tmp_path, PEOPLE.replace("E2,韩梅梅,二组", "E2,韩梅梅,三组"))
    assert ask(tmp_path, "select employee_id, team from src_employees order by 1") == [("E1", "一组"), ("E2", "三组")]


def test_calls_without_a_number_are_one_when_they_are_the_same_in_everything(tmp_path: Path) -> None:
    calls = "employee_id,started_at,outcome\nE1,2024-03-01 09:00,deal\nE1,2024-03-01 09:05,no_answer\n"
    take(tmp_path, calls, "calls.csv")
    take(tmp_path, calls.replace("09:05", "09:06"), "calls.csv", force=True)
    assert ask(tmp_path, "select count(*) from src_calls") == [(3,)]


def test_a_leading_zero_of_an_employee_number_is_kept(tmp_path: Path) -> None:
    take(tmp_path, PEOPLE.replace("E1", "0012"))
    assert ("0012",) in ask(tmp_path, "select employee_id from src_employees")


def test_leading_zeros_that_only_the_format_of_a_cell_shows_are_kept(tmp_path: Path) -> None:
    def zeros(sheet: object) -> None:
        sheet["A2"].value, sheet["A2"].number_format = 12, "00000"  # type: ignore[index]

    load.import_file(files.workbook(change=zeros), tmp_path, name="employees.xlsx", table="employees", today=TODAY)
    assert ask(tmp_path, "select count(*) from src_employees where employee_id = '00012'") == [(1,)]


def test_talk_notes_become_signals_and_are_gone(tmp_path: Path) -> None:
    done = take(tmp_path,
                "employee_id,talked_on,note,promise\nE1,2024-03-01,我母亲住院了,下周去看望\nE2,2024-03-01,一切都好,\n",
                "talks.csv")
    assert done.refused is None
    assert ask(tmp_path, "select employee_id, signals from src_talks order by 1") == [("E1", "family_care"), ("E2", "")]
    assert all("住院".encode() not in f.read_bytes() and "看望".encode() not in f.read_bytes() for f in tmp_path.rglob("*") if f.is_file())


EVENTS = "employee_id,kind,event_date,consent,expires_on\n"


def test_withdrawn_consent_takes_back_an_earlier_yes(tmp_path: Path) -> None:
    take(tmp_path, EVENTS + "E1,结婚,2024-05-01,是,2024-06-01\n", "life_events.csv")
    done = take(tmp_path, EVENTS + "E1,结婚,2024-05-01,否,2024-06-01\n", "life_events.csv")
    assert done.refused is None and done.rows_rejected == 0
    assert ask(tmp_path, "select kind, consent, expires_on from src_life_events") == [("marriage", False, None)]


def test_a_blank_consent_is_a_no_where_the_file_asks_and_a_yes_where_it_does_not(tmp_path: Path) -> None:
    take(tmp_path, EVENTS + "E1,结婚,2024-05-01,,\n", "life_events.csv")
    take(tmp_path, "employee_id,kind,event_date\nE2,住院,2024-05-02\n", "life_events.csv")
    assert ask(tmp_path, "select employee_id, consent from src_life_events order by 1") == [("E1", False), ("E2", None)]


def test_rows_with_a_blank_optional_number_are_no_duplicates_of_each_other(tmp_path: Path) -> None:
    text = "deal_id,employee_id,closed_on,amount\n,E1,2024-03-01,5\n,E2,2024-03-02,6\nD1,E3,2024-03-02,7\n,E1,2024-03-04,5\n"
    assert (take(tmp_path, text, "deals.csv").rows_loaded, ask(tmp_path, "select count(*) from src_deals")) == (4, [(4,)])


def test_what_led_to_a_talk_is_one_of_six_tags_and_never_free_text(tmp_path: Path) -> None:
    done = take(tmp_path, "employee_id,talked_on,note,tag\nE1,2024-03-01,好,高压力期\nE2,2024-03-01,好,他父亲赌博\n", "talks.csv")
    assert done.rows_rejected == 0 and ask(tmp_path, "select tag from src_talks order by employee_id") == [("high_pressure",), (None,)]
    assert all("赌博".encode() not in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


def test_why_somebody_left_is_kept_as_a_kind_and_never_in_words(tmp_path: Path) -> None:
    head, one, two = PEOPLE.split()
    take(tmp_path, f"{head},离职原因类型\n{one},主动离职\n{two},和主管吵架\n")
    assert ask(tmp_path, "select leave_type from src_employees order by employee_id") == [("voluntary",), ("other",)]


def test_open_deals_need_neither_day_nor_amount_and_blank_stages_are_won(tmp_path: Path) -> None:
    done = take(tmp_path, "deal_id,employee_id,closed_on,amount,stage\n1,E1,,,open\n2,E1,2024-03-01,5,\n", "deals.csv")
    assert done.refused is None
    assert ask(tmp_path, "select deal_id, stage from src_deals order by 1") == [("1", "open"), ("2", "won")]


# --- once, all or nothing, and back -----------------------------------------------------------------------------------------

def test_importing_the_same_file_again_changes_nothing_and_says_so(tmp_path: Path) -> None:
    first = take(tmp_path, PEOPLE)
    again = take(tmp_path, PEOPLE)
    assert again.repeated and again.import_id == first.import_id and len(load.imports(tmp_path)) == 1


def test_an_import_can_be_undone_and_done_again(tmp_path: Path) -> None:
    done = take(tmp_path, PEOPLE)
    load.undo(tmp_path, done.import_id)
    assert ask(tmp_path, "select count(*) from src_employees") == [(0,)]
    assert load.imports(tmp_path)["state"].tolist() == ["undone"]
    assert not take(tmp_path, PEOPLE).repeated and ask(tmp_path, "select count(*) from src_employees") == [(2,)]


def test_rows_with_one_key_that_differ_are_both_named_and_neither_loads(tmp_path: Path) -> None:
    made = rows.rows("employees")
    made += [{**rows.good("employees", 5), "team": "九组"}]
    done = take(tmp_path, rows.text(made * 1), mapping=None, table="employees")
    assert done.refused is not None and done.refused.code == "too_many_rejects"  # 2 of 61 is above 2 %
    settings.save(tmp_path, next(s for s in settings.SETTINGS if s.name == "import.max_reject_share"), 0.05)
    done = take(tmp_path, rows.text(made), table="employees")
    assert done.rejects[["row", "code"]].values.tolist() == [[7, "duplicate_key"], [62, "duplicate_key"]]
    assert "62" in done.rejects["expected_en"][0] and "7" in done.rejects["expected_zh"][1]
    assert ask(tmp_path, "select count(*) from src_employees") == [(59,)]


def test_a_halved_export_is_stopped_at_the_gate_and_passes_with_force(tmp_path: Path) -> None:
    whole = rows.text(rows.rows("employees"))
    half = "\n".join(whole.splitlines()[:31]) + "\n"
    take(tmp_path, whole)
    stopped = take(tmp_path, half)
    assert stopped.refused is not None and stopped.refused.code == "too_few_rows"
    assert ask(tmp_path, "select count(*) from src_employees") == [(60,)]
    assert take(tmp_path, half, force=True).loaded


def test_a_shorter_run_of_whole_days_is_no_halved_export(tmp_path: Path) -> None:
    def month(days: range) -> str:
        lines = [f"E{p},2024-0{day // 40 + 3}-{day % 28 + 1:02d},50" for p in range(20) for day in days]
        return "employee_id,work_date,dials\n" + "\n".join(lines) + "\n"

    take(tmp_path, month(range(0, 20)), "activity_days.csv")
    assert take(tmp_path, month(range(20, 22)), "activity_days.csv").loaded


def test_a_doubled_export_loads_once_with_force(tmp_path: Path) -> None:
    twice = PEOPLE + PEOPLE.split("\n", 1)[1]
    assert take(tmp_path, twice).refused.code == "doubled"  # type: ignore[union-attr]
    assert take(tmp_path, twice, force=True).rows_loaded == 2


def test_rows_that_stand_twice_are_named_but_stop_no_small_file(tmp_path: Path) -> None:
    made = rows.rows("employees")
    done = take(tmp_path, rows.text([*made, made[3], made[10]]))
    assert done.rows_loaded == 60 and done.rejects["code"].tolist() == ["duplicate_row", "duplicate_row"]


def test_one_impossible_day_is_a_bad_row_and_says_nothing_about_the_order_of_the_others(tmp_path: Path) -> None:
    made = [{**row, "hire_date": "5/24/2023"} for row in rows.rows("employees")]
    made[7]["hire_date"] = "13/45/2023"
    done = take(tmp_path, rows.text(made))
    assert done.rows_loaded == 59 and done.rejects[["row", "column"]].values.tolist() == [[9, "hire_date"]]


@pytest.mark.parametrize(("header", "field"), [("业绩(元)", "revenue"), ("销售额(元)", "revenue"), ("Revenue (CNY)", "revenue"), ("成交数(单)", "deals"),
                                               ("跟进时长(分钟)", "follow_up_minutes"), ("销售额(万元)", None), ("跟进时长(小时)", None)])
def test_a_unit_behind_a_header_is_understood_and_another_unit_is_left_to_a_person(header: str, field: str | None) -> None:
    sample = {"工号": pa.array(["E1"]), "日期": pa.array(["2026-03-02"]), "外呼量": pa.array(["30"]), header: pa.array(["20"])}
    made = suggest(tuple(sample), sample, table="activity_days")
    assert made is not None
    assert ({taken: name for name, taken in made.mapping.columns.items()}.get(header), header in made.unused) == (field, field is None)


def test_a_record_that_was_never_written_means_that_nothing_was_imported(tmp_path: Path) -> None:
    done = take(tmp_path, PEOPLE)
    (tmp_path / "sources" / "employees" / f"{done.import_id}.json").unlink()
    assert ask(tmp_path, "select count(*) from src_employees") == [(0,)]
    assert take(tmp_path, PEOPLE).loaded


def test_the_demo_keeps_its_sources_apart(tmp_path: Path) -> None:
    take(tmp_path / "demo", PEOPLE)
    assert ask(tmp_path, "select count(*) from src_employees") == [(0,)]
    assert ask(tmp_path / "demo", "select count(*) from src_employees") == [(2,)]


def test_the_inbox_is_picked_up_once(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "人员.csv").write_text(PEOPLE, "utf-8")
    (tmp_path / "teams.csv").write_text("team,department\n一组,销售部\n", "utf-8")
    (tmp_path / "inbox" / "riddle.csv").write_text("a,b\n1,2\n", "utf-8")
    done = {report.file: report for report in load.pick_up(tmp_path, today=TODAY)}
    assert done["人员.csv"].table == "employees" and done["teams.csv"].loaded
    assert done["riddle.csv"].refused.code == "needs_mapping"  # type: ignore[union-attr]
    assert [report.file for report in load.pick_up(tmp_path, today=TODAY)] == ["riddle.csv"]


# --- Parquet ----------------------------------------------------------------------------------------------------------------

def activity(root: Path, bad: bool = False, days: int = 30) -> Path:
    root.mkdir(parents=True, exist_ok=True)
    size = 50 * days
    table = pa.table({"employee_id": [f"E{at // days:03d}" for at in range(size)],
                      "work_date": pa.array([19_800 + at % days for at in range(size)], pa.int32()).cast(pa.date32()),
                      "dials": [-1 if bad and at == 700 else 60 + at % 30 for at in range(size)],
                      "answered": [30 + at % 7 for at in range(size)], "revenue": [at * 1.5 for at in range(size)]})
    pq.write_table(table, root / "activity_days.parquet", row_group_size=400)
    return root / "activity_days.parquet"


def test_a_clean_parquet_file_is_kept_as_it_is(tmp_path: Path) -> None:
    file = activity(tmp_path / "in")
    done = load.import_file(file, tmp_path, today=TODAY)
    kept = tmp_path / "sources" / "activity_days" / f"{done.import_id}.parquet"
    assert done.rows_loaded == 1500 and kept.read_bytes() == file.read_bytes()
    assert ask(tmp_path, "select count(*), sum(dials), max(work_date) from src_activity_days")[0][2] == date(2024, 4, 16)


def test_a_bad_row_of_a_parquet_file_is_named_by_its_number(tmp_path: Path) -> None:
    done = load.import_file(activity(tmp_path / "in", bad=True), tmp_path, today=TODAY)
    # 701st row, in the second group of rows; both the count and what it breaks for the whole row are judged
    assert done.rows_loaded == 1499 and done.rejects[["row", "column", "code"]].values.tolist() == [[701, "dials", "negative"]]


def test_a_moment_with_a_zone_is_moved_to_local_time(tmp_path: Path) -> None:
    moments = pa.array([datetime(2024, 3, 1, 1, 30)], pa.timestamp("us")).cast(pa.timestamp("us", "UTC"))
    pq.write_table(pa.table({"employee_id": ["E1"], "started_at": moments, "outcome": ["成交"]}), tmp_path / "calls.parquet")
    load.import_file(tmp_path / "calls.parquet", tmp_path / "data", today=TODAY)
    assert ask(tmp_path / "data", "select started_at, outcome from src_calls") == [(datetime(2024, 3, 1, 9, 30), "deal")]


# --- values -----------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("text", ["2024-03-01", "2024/3/1", "20240301", "2024年3月1日", "２０２４年３月１日", "24年3月1日",
                                  "2024.3.1", "45352",
                                  "1 Mar 2024", "Mar 1, 2024", "2024-03-01 00:00:00", "2024-03-01T08:30:00", "1709251200000"])
def test_a_date_in_any_usual_form(text: str) -> None:
    assert parse.parse(TABLES["employees"].column("hire_date"), pa.array([text])).values.to_pylist() == [date(2024, 3, 1)]


@pytest.mark.parametrize(("text", "order", "meant"), [("3/1/2017", "mdy", date(2017, 3, 1)), ("3/1/2017", "dmy", date(2017, 1,
                                                                                                                      3)),
                                                      ("13.1.2017", "dmy", date(2017, 1, 13)), ("3/1/17", "mdy", date(2017, 3, 1)),
                                                      ("03-01-21", "dmy", date(2021, 1, 3)), ("21/09/01", "ymd", date(2021, 9, 1))])
def test_a_date_in_the_order_that_was_asked_for(text: str, order: str, meant: date) -> None:
    assert values.one_date(text, order) == meant


def test_two_digit_dates_that_can_be_read_in_two_ways_are_refused_until_somebody_says_which(tmp_path: Path) -> None:
    text = "employee_id,work_date,dials\nE1,21/09/01,5\nE2,21/09/02,6\n"
    assert take(tmp_path, text, "activity_days.csv").refused.code == "date_order_unclear"  # type: ignore[union-attr]
    made = Mapping("m", "activity_days", {name: name for name in ("employee_id", "work_date", "dials")}, options={"date_order": "ymd"})
    assert take(tmp_path, text, "activity_days.csv", mapping=made).first_day == "2021-09-01"


@pytest.mark.parametrize(("text", "meant"), [
    ("2024-03-01 08:55", datetime(2024, 3, 1, 8, 55)), ("2024-03-01 次日 01:20", datetime(2024, 3, 2, 1, 20)),
    ("2024-03-01 25:20", datetime(2024, 3, 2, 1, 20)), ("2024-03-01 下午 3:05", datetime(2024, 3, 1, 15, 5)),
    ("3月 1日", None), ("2024-03-01 9:12 PM", datetime(2024, 3, 1, 21, 12)), ("2024年3月1日 9:12:07", datetime(2024, 3, 1, 9,
                                                                                                          12, 7)),
    ("2024-03-01T01:20:00Z", datetime(2024, 3, 1, 9, 20)), ("2024-03-01T01:20:00-05:00", datetime(2024, 3, 1, 14, 20)),
    ("45352.5", datetime(2024, 3, 1, 12)), ("2024-03-01 24:61", None)])
def test_a_moment_in_any_usual_form(text: str, meant: datetime | None) -> None:
    assert parse.parse(TABLES["calls"].column("started_at"), pa.array([text])).values.to_pylist() == [meant]


@pytest.mark.parametrize(("text", "meant"), [("1,234.50", 1234.5), ("¥1.2万", 12000.0), ("１２３", 123.0), ("3,000元", 3000.0),
                                             ("1e3", 1000.0),
                                             ("￥5", 5.0), ("1.5亿", 150_000_000.0), ("12O", None), ("1,23", None), ("5%",
                                                                                                                   None)])
def test_a_number_in_any_usual_form(text: str, meant: float | None) -> None:
    assert parse.parse(TABLES["deals"].column("amount"), pa.array([text])).values.to_pylist() == [meant]


@pytest.mark.parametrize(("table", "field", "text", "meant"), [
    ("calls", "score", "85%", 85.0), ("calls", "duration_s", "0:02:23", 143.0), ("calls", "duration_s", "2分5秒", 125.0),
    ("attendance", "late_minutes", "1小时20分", 80.0), ("attendance", "leave_hours", "0.5天", 4.0), ("talks", "minutes", "0:45",
                                                                                                 45.0)])
def test_a_span_in_the_unit_of_its_column(table: str, field: str, text: str, meant: float) -> None:
    assert parse.parse(TABLES[table].column(field), pa.array([text])).values.to_pylist() == [meant]


# --- mappings ---------------------------------------------------------------------------------------------------------------

def test_a_mapping_reads_back_as_it_was_saved(tmp_path: Path) -> None:
    made = Mapping("销售 日报", "calls", {"employee_id": "坐席"}, (Derived("started_at", "join", ("日期", "时间")),),
                   {"outcome": {"ok": "deal"}},
                   (Where("状态", ("作废",), keep=False),), {"date_order": "mdy"}, ("坐席", "日期", "时间"))
    mapping.save(tmp_path, made)
    assert mapping.load(tmp_path, "销售 日报") == made and json.loads(made.to_json())["table"] == "calls"


@pytest.mark.parametrize("name", ["../x", "a/b", ".hidden", "", "x" * 90])
def test_the_name_of_a_mapping_is_never_a_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(mapping.BrokenMapping):
        mapping.save(tmp_path, Mapping(name, "teams"))


def test_a_mapping_saved_once_is_used_on_the_next_file_with_these_headers(tmp_path: Path) -> None:
    headers = ("坐席", "日期", "时间", "接通", "解决")
    rules = {"rules": [{"when": {"接通": "N"}, "then": "no_answer"}, {"when": {"接通": "Y", "解决": "Y"}, "then": "effective"}],
             "else": "rejected"}
    made = Mapping("热线", "calls", {"employee_id": "坐席"}, (Derived("started_at", "join", ("日期", "时间")),
                                                          Derived("outcome", "rules", (), rules)),
                   headers=headers)
    mapping.save(tmp_path, made)
    done = take(tmp_path,
                ",".join(headers) + "\nE1,2024-03-01,09:10,N,\nE1,2024-03-01,09:20,Y,Y\nE1,2024-03-01,次日 00:20,Y,N\n",
                "x.csv")
    assert done.mapping == "热线"
    assert ask(tmp_path, "select outcome, started_at from src_calls order by 2")[2] == ("rejected", datetime(2024, 3, 2, 0, 20))


def test_rows_that_are_not_wanted_are_left_out_and_counted(tmp_path: Path) -> None:
    made = Mapping("m", "teams", {"team": "组"}, where=(Where("状态", ("停用",), keep=False),), options={"distinct": True})
    done = take(tmp_path, "组,状态\n一组,启用\n一组,启用\n二组,停用\n", "t.csv", mapping=made)
    assert (done.rows_read, done.rows_loaded, done.rows_left_out, done.rows_rejected) == (3, 1, 2, 0)


def test_a_file_that_lost_a_column_of_its_mapping_is_refused(tmp_path: Path) -> None:
    made = Mapping("m", "teams", {"team": "组", "region": "大区"})
    done = take(tmp_path, "组,区\n一组,华东\n", "t.csv", mapping=made)
    assert done.refused is not None and (done.refused.code, done.refused.column) == ("headers_changed", "大区")


def test_an_employee_number_is_found_by_name_and_two_people_of_one_name_are_not_guessed(tmp_path: Path) -> None:
    take(tmp_path, PEOPLE + "E3,韩梅梅,三组,2024-03-01\n")
    made = Mapping("m", "talks", {"talked_on": "日期", "note": "内容"}, (Derived("employee_id", "person", ("姓名",),
                                                                             {"unknown": "reject"}),),
                   options={"max_reject_share": 0.9})
    done = take(tmp_path, "姓名,日期,内容\n李雷,2024-03-01,好\n韩梅梅,2024-03-01,好\n王五,2024-03-01,好\n", "t.csv",
                mapping=made)
    assert done.rows_loaded == 1 and done.rejects["code"].tolist() == ["several_people", "unknown_person"]
    assert ask(tmp_path, "select employee_id from src_talks") == [("E1",)]


@pytest.mark.parametrize(("years", "meant"), [("3", date(2012, 12, 31)), ("0", date(2015, 12, 31)), ("0.5", date(2015, 7, 1))])
def test_a_hire_date_from_years_of_service(tmp_path: Path, years: str, meant: date) -> None:
    made = Mapping("m", "employees", {"employee_id": "n", "name": "n", "team": "n"},
                   (Derived("hire_date", "years_before", ("y",), {"day": "2015-12-31"}),))
    take(tmp_path, f"n,y\nA,{years}\n", "t.csv", mapping=made)
    assert ask(tmp_path, "select hire_date from src_employees") == [(meant,)]


def test_punches_without_a_day_stand_on_the_work_date_and_nights_end_the_next_day(tmp_path: Path) -> None:
    text = "employee_id,work_date,check_in,check_out\nE1,2024-03-01,21:00,05:30\nE2,2024-03-01,09:00,25:20\n"
    made = Mapping("m", "attendance", {name: name for name in ("employee_id", "work_date", "check_in", "check_out")},
                   options={"overnight": True})
    take(tmp_path, text, "a.csv", mapping=made)
    assert [row[0] for row in ask(tmp_path, "select check_out from src_attendance order by 1")] == [
        datetime(2024, 3, 2, 1, 20), datetime(2024, 3, 2, 5, 30)]


def test_a_long_leave_runs_on_over_the_following_weekdays(tmp_path: Path) -> None:
    made = Mapping("m", "attendance", {"employee_id": "id", "work_date": "day", "leave_hours": "hours"},
                   options={"spread_hours": 8})
    take(tmp_path, "id,day,hours\nE1,2024-03-01,20\nE1,2024-03-04,4\n", "a.csv", mapping=made)
    assert ask(tmp_path, "select work_date, leave_hours from src_attendance order by 1") == [
        (date(2024, 3, 1), 8.0), (date(2024, 3, 4), 4.0), (date(2024, 3, 5), 8.0), (date(2024, 3, 6), 4.0)]


def test_a_suggestion_names_the_table_and_says_why(tmp_path: Path) -> None:
    reader = load.inspect("工号,日期,外呼量,接通量,备注\nE1,2024-03-01,80,40,无\n".encode(), tmp_path, name="日报.csv")
    made = suggest(reader.headers, reader.sample().columns)
    assert made is not None and made.table == "activity_days" and question(made, told=True) is None and made.unused == ("备注",)
    assert {guess.field: guess.header for guess in made.guesses}["dials"] == "外呼量"
    assert all(guess.reason_zh and guess.reason_en for guess in made.guesses)


def test_a_suggestion_without_a_must_have_column_says_which(tmp_path: Path) -> None:
    reader = load.inspect("姓名,入职日期\n李雷,2024-03-01\n".encode(), tmp_path, name="x.csv")
    made = suggest(reader.headers, reader.sample().columns, table="employees")
    assert made is not None and made.missing == ("team",) and not confident(made)


def test_uploads_have_limits_and_files_of_the_administrator_do_not() -> None:
    assert Limits.upload({}).size == 20 * 2**20 and Limits.upload({"import.max_upload_mb": 5}).size == 5 * 2**20
    assert Limits.own_disk().size is None and Limits.own_disk().rows is None


def test_a_file_cannot_be_looked_at_when_it_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(Refused) as why:
        load.inspect(b"\x89PNG\r\n\x1a\n....", tmp_path, name="x.csv")
    assert "PNG" in why.value.sentence("zh") and why.value.remedy("en")


def test_a_mapping_for_a_table_that_does_not_exist_is_refused() -> None:
    with pytest.raises(mapping.BrokenMapping, match="no table"):
        replace(Mapping("m", "teams"), table="salaries")
