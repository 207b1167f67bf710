"""Intake asks: a guess that leaves columns unread or may be another table stops, and words nobody knows are named with those that are."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lib.__main__ import app
from lib.intake import accepted, load
from lib.intake.contracts import TABLES
from lib.words import LANGUAGES

TODAY = date(2026, 11, 22)
ROSTER = "员工编号,姓名,团队,入职日期,学历,籍贯\nE001,张三,一组,2024-03-01,本科,湖南\nE002,李梅,一组,2024-04-01,大专,湖北\n"
TRAINING = ("工号,姓名,部门,入职日期,课程,成绩\nE001,张三,销售一部,2024-03-01,话术,88\nE001,张三,销售一部,2024-03-01,产品,70\n"
            "E002,李梅,销售一部,2024-04-01,话术,90\nE002,李梅,销售一部,2024-04-01,产品,95\n")
ODD = {
    "a roster in GB18030 with more columns": (ROSTER.encode("gb18030"), "columns_unread", ("学历", "籍贯", "employees")),
    "a list of courses": (TRAINING.encode(), "columns_unread", ("课程", "成绩", "employees")),
    "daily totals with counts of its own": ("工号,统计日期,外呼量,接通量,微信添加数\nE1,2026-03-02,80,30,5\n".encode(), "columns_unread",
                                            ("微信添加数", "activity_days")),
    "a review": ("工号,姓名,小组,入职日期,绩效等级\nE1,张三,一组,2024-03-01,A\n".encode(), "columns_unread", ("绩效等级",)),
    "headers that two tables know": ("Agent\tDate\tStatus\tNotes\nA1\t2026-03-02\tOnsite\tfine\n".encode("utf-16"), "two_tables",
                                     ("talks", "attendance", "Status")),
    "attendance in words of its own": ("工号,日期,上班时间,下班时间,状态\nE1,2026-03-02,08:55,18:05,到岗\nE2,2026-03-02,09:20,18:01,外派\n"
                                       "E3,2026-03-02,08:50,18:10,正常\n".encode("gb18030"), "unknown_words",
                                       ("状态", "“到岗”", "“外派”", "旷工", "absent")),
    "calls in words of its own": ("工号,拨打时间,通话结果\nE1,2026-03-02 09:01:00,黑名单\nE1,2026-03-02 09:05:00,回访\n".encode(), "unknown_words",
                                  ("通话结果", "“黑名单”", "“回访”", "no_answer", "未接")),
    "goals of a quarter": ("工号,指标,周期,目标值\nE1,签单数,季度,20\nE2,签单数,月,30\nE3,签单数,季度,30\n".encode(), "unknown_words",
                           ("“签单数”", "“季度”", "revenue", "month")),
    "events in words of its own": ("工号,事件类型,事件日期\nE1,乔迁,2026-03-02\nE2,升学,2026-03-03\n".encode(), "unknown_words", ("事件类型", "moving", "搬家")),
    "leave with other verdicts": ("工号,开始日期,结束日期,假别,审批状态\nE1,2026-03-02,2026-03-03,年假,审批中\n".encode(), "unknown_words",
                                  ("审批状态", "“审批中”", "yes/no")),
    "a table nobody knows": ("货号,颜色\nA1,红\n".encode(), "needs_mapping", ("货号", "--table")),
}
CLEAR = {
    "shops and other words for the first day": ("员工编码,员工姓名,归属门店,到职日\nE1,张三,一店,2024/3/1\n".encode("gb18030"), "employees"),
    "customers": ("客户编号,客户名称,行业,满意度,负责人工号\nC1,甲公司,制造,4.5,E1\n".encode("gb18030"), "customers"),
    "deals with a bare date": ("工号,日期,金额,状态,客户\nE1,2026-03-02,3000,成交,甲公司\nE2,2026-03-03,5000,流失,乙公司\n".encode(), "deals"),
    "numbers nobody answers": ("工号,拨打时间,通话结果\nE1,2026-03-02 09:01:00,空号\nE1,2026-03-02 09:05:00,感兴趣\n".encode(), "calls"),
    "leave that was turned down": ("工号,开始日期,结束日期,审批状态\nE1,2026-03-02,2026-03-03,已通过\nE2,2026-03-02,2026-03-03,驳回\n".encode(), "leave_requests"),
}


def take(root: Path, content: bytes, **more: object) -> load.ImportReport:
    return load.import_file(content, root, name="upload.csv", today=TODAY, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_file_is_asked_about_with_what_was_found_and_nothing_is_read_in(tmp_path: Path, odd: str) -> None:
    content, code, said = ODD[odd]
    done = take(tmp_path, content)
    assert done.refused is not None and done.refused.code == code
    for text in (f"{done.refused.zh} {done.refused.remedy_zh}", f"{done.refused.en} {done.refused.remedy_en}"):
        assert "{" not in text and all(word in text for word in said)
    assert not list(tmp_path.glob("sources/*/*[0-9a-f].parquet"))


@pytest.mark.parametrize("clear", CLEAR)
def test_a_file_of_which_every_column_is_known_loads_by_itself(tmp_path: Path, clear: str) -> None:
    content, table = CLEAR[clear]
    done = take(tmp_path, content)
    assert done.refused is None and done.table == table and done.rows_loaded == content.count(b"\n") - 1


def test_columns_stay_out_once_somebody_says_which_table_it_is(tmp_path: Path) -> None:
    done = take(tmp_path, ROSTER.encode(), table="employees")
    assert done.refused is None and done.rows_loaded == 2


def test_words_that_are_unknown_below_the_first_rows_are_named_with_the_accepted_ones(tmp_path: Path) -> None:
    lines = [f"E{n},2026-03-02 09:00:{n % 60:02},{'黑名单' if n > 300 else '未接'}" for n in range(400)]
    done = take(tmp_path, ("工号,拨打时间,通话结果\n" + "\n".join(lines) + "\n").encode())
    assert done.refused is not None and done.refused.code == "unknown_words" and done.refused.row == 303
    assert "99 of 400 rows" in done.refused.en and "“黑名单” (row 303)" in done.refused.en and "no_answer (未接)" in done.refused.en


def test_words_of_a_private_column_are_counted_by_row_and_never_repeated(tmp_path: Path) -> None:
    done = take(tmp_path, ODD["events in words of its own"][0])
    assert done.refused is not None and "乔迁" not in done.refused.zh + done.refused.en and "row 3" in done.refused.en


def test_a_won_deal_without_a_column_of_days_is_no_deal(tmp_path: Path) -> None:
    done = take(tmp_path, "工号,金额,状态\nE1,3000,成交\nE2,10,跟进中\n".encode(), table="deals")
    assert done.refused is not None and set(done.rejects["code"]) == {"required"} and done.rejects["field"].tolist() == ["closed_on"]


def test_the_command_line_stops_at_a_doubtful_guess_and_says_how_to_go_on(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text(ROSTER, "utf-8")
    stopped = CliRunner().invoke(app, ["import", str(file), "--data", str(tmp_path / "data")])
    assert stopped.exit_code == 1 and "学历, 籍贯" in stopped.output and "--table employees" in stopped.output
    told = CliRunner().invoke(app, ["import", str(file), "--table", "employees", "--data", str(tmp_path / "data")])
    assert told.exit_code == 0 and "loaded 2" in told.output and "not read: 学历, 籍贯" in told.output


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_accepted_values_of_every_choice_are_listed_with_their_words(language: str) -> None:
    for table in TABLES.values():
        for column in table.incoming:
            if column.kind == "enum":
                assert all(value in accepted.listed(column, language) and words[0] in accepted.listed(column, language)
                           for value, words in column.choices)
