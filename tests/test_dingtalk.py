"""The DingTalk daily report is read by its header texts, in both header variants, exactly as the format says."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from lib.intake import load
from lib.intake.guard import Limits, examine
from lib.intake.readers import dingtalk
from lib.warehouse.store import scratch
from tests.faults.dingtalk import GROUPED, PLAIN, write

NAMES = ["employee_id", "work_date", "check_in", "check_out", "result", "leave_type", "leave_hours", "late_minutes"]


def attendance(root: Path) -> pd.DataFrame:
    con = scratch()
    load.attach(con, root)
    return con.execute(f"select {', '.join(NAMES)} from src_attendance order by employee_id, work_date").df()


def as_told(meant: pd.DataFrame) -> list[tuple[object, ...]]:
    plain = meant.sort_values(["employee_id", "work_date"])[NAMES].astype(object)
    plain["work_date"] = [pd.Timestamp(day).date() for day in plain["work_date"]]
    return [tuple(None if pd.isna(value) else value for value in row) for row in plain.itertuples(index=False)]


@pytest.mark.parametrize("grouped", [False, True], ids=["one header row", "grouped header with a second row"])
def test_200_people_and_30_days_read_back_exactly(tmp_path: Path, grouped: bool) -> None:
    content, meant = write(grouped)
    done = load.import_file(content, tmp_path, name="某公司_每日统计_20240301-20240330.xlsx")
    assert done.refused is None and (done.rows_read, done.rows_loaded, done.rows_rejected) == (6000, 6000, 0)
    assert as_told(attendance(tmp_path)) == as_told(meant)
    assert (done.first_day, done.last_day) == ("2024-03-01", "2024-03-30")


def test_the_daily_sheet_is_found_among_others(tmp_path: Path) -> None:
    content, meant = write(True, people=3, days=7, other_sheets=True)
    done = load.import_file(content, tmp_path, name="某公司_考勤报表_20240301-20240307.xlsx")
    assert done.table == "attendance" and done.rows_loaded == len(meant)


def test_columns_may_stand_in_any_order(tmp_path: Path) -> None:
    def shuffle(sheet: object) -> None:
        sheet.move_range("D3:H100", cols=40)  # type: ignore[attr-defined]

    content, meant = write(False, people=2, days=7, change=shuffle)
    assert load.import_file(content, tmp_path, name="x.xlsx").rows_loaded == len(meant)
    assert as_told(attendance(tmp_path)) == as_told(meant)


def test_a_bad_clock_time_is_named_in_the_row_of_the_sheet(tmp_path: Path) -> None:
    def spoil(sheet: object) -> None:
        sheet.cell(40, PLAIN.index("上班1打卡时间") + 1).value = "25:61"  # type: ignore[attr-defined]

    content, _ = write(False, people=4, days=30, change=spoil)
    line = load.import_file(content, tmp_path, name="x.xlsx").rejects.iloc[0]
    assert (line["sheet"], line["row"], line["column"], line["value"], line["code"]) == ("Sheet", 40, "上班1打卡时间", "25:61",
                                                                                         "bad_moment")


def test_a_check_out_before_the_check_in_is_named_with_its_own_column(tmp_path: Path) -> None:
    def spoil(sheet: object) -> None:
        row = next(r for r in range(5, 60) if sheet.cell(r,
                                                         GROUPED.index("下班2打卡时间") + 1).value == "18:01")  # type: ignore[attr-defined]
        sheet.cell(row, GROUPED.index("下班2打卡时间") + 1).value = "03:00"  # type: ignore[attr-defined]

    content, _ = write(True, people=4, days=30, change=spoil)
    line = load.import_file(content, tmp_path, name="x.xlsx").rejects.iloc[0]
    assert (line["column"], line["value"], line["code"]) == ("下班2打卡时间", "03:00", "out_before_in")
    assert "次日" in line["remedy_zh"] and "25:20" in line["remedy_en"]


def test_the_user_id_can_be_the_employee_number(tmp_path: Path) -> None:
    content, _ = write(False, people=2, days=2)
    mapping = dingtalk.mapping_for().with_option("employee_id", "user")
    load.import_file(content, tmp_path, name="x.xlsx", mapping=mapping)
    assert set(attendance(tmp_path)["employee_id"]) == {"manager0", "manager1"}


def test_a_leave_of_several_days_counts_eight_hours_a_day_and_half_days_four() -> None:
    approval = "事假09-08 13:00到09-10 12:00 2天"
    hours = [dingtalk._leave(approval, date(2021, 9, day)) for day in (7, 8, 9, 10, 11)]
    assert hours == [(None, None), ("事假", 4.0), ("事假", 8.0), ("事假", 4.0), (None, None)]


def test_leave_over_new_year_finds_its_year() -> None:
    assert dingtalk._leave("年假12-30 09:00到01-02 18:00 4天", date(2026, 1, 2)) == ("年假", 8.0)


def test_who_stands_in_the_file_can_be_asked() -> None:
    content, _ = write(True, people=3, days=1)
    reader = dingtalk.open_daily(examine(content, "x.xlsx", Limits()), Limits(), {})
    assert reader is not None
    assert reader.people().to_dict("list")["department"] == ["销售中心"] * 3


@pytest.mark.parametrize(("cells", "result"), [
    ({"上班1打卡结果": "缺卡", "下班1打卡结果": "缺卡"}, None),
    ({"上班1打卡结果": "请假", "下班1打卡结果": "缺卡", "关联的审批单": "事假03-01 09:00到03-01 18:00 1天"}, "leave"),
    ({"上班1打卡结果": "缺卡", "下班1打卡结果": "缺卡", "关联的审批单": "事假03-01 09:00到03-01 18:00 1天"}, "leave"),
    ({"上班1打卡结果": "年假", "下班1打卡结果": "年假"}, "leave"),
    ({"班次": "行政岗 09:00-18:00", "关联的审批单": "病假03-01 09:00到03-01 18:00 1天"}, "leave"),
    ({"班次": "休息", "关联的审批单": "病假03-01 09:00到03-01 18:00 1天"}, "rest"),
    ({"上班1打卡时间": "08:55", "上班1打卡结果": "正常", "下班1打卡结果": "缺卡"}, "missing_punch")])
def test_a_day_without_any_punch_is_leave_or_nothing_but_never_work(tmp_path: Path, cells: dict[str, str], result: str | None) -> None:
    def only(sheet: object) -> None:
        for at, name in enumerate(PLAIN, start=1):
            if name not in ("姓名", "工号", "UserId", "日期"):
                sheet.cell(4, at).value = cells.get(name)  # type: ignore[attr-defined]

    content, _ = write(False, people=1, days=1, change=only)
    load.import_file(content, tmp_path, name="x.xlsx")
    assert [None if pd.isna(value) else value for value in attendance(tmp_path)["result"]] == [result]
