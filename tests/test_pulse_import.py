"""Answers of a survey tool: equal rows all count, a file that names people is refused, a published wave is never computed again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from lib.build import build
from lib.intake import load
from lib.intake.sources import ImportReport
from lib.ledger import engine, pulse
from lib.warehouse.store import Store, scratch

PEOPLE = "工号,姓名,团队,部门,入职日期\n" + "".join(f"E{n:02},人{n},{team},销售部,2024-01-0{n % 9 + 1}\n"
                                            for n, team in enumerate(["一组"] * 8 + ["二组"] * 7 + ["三组"] * 3))
HEAD = "批次,截止日期,团队,问题,分数\n"


def answers(wave: str = "2026-06", day: str = "2026-06-12", more: str = "", **teams: int) -> bytes:
    rows = "".join(f"{wave},{day},{team},{question},{score}\n" for question in ("压力", "帮助", "成长感", "凝聚力", "推荐")
                   for team, people in ({"一组": 7, "二组": 6, "三组": 3} | teams).items() for score in [2, 3, 4, 3, 2, 4, 3, 5, 1][:people])
    return (HEAD + rows + more).encode()


def take(root: Path, content: bytes, **more: object) -> ImportReport:
    return load.import_file(content, root, name="pulse.csv", **more)  # type: ignore[arg-type]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    load.import_file(PEOPLE.encode(), tmp_path, name="employees.csv")
    return tmp_path


def results(data: Path) -> pd.DataFrame:
    return Store(data).current().frame("select * from pulse_results order by all")


def test_people_who_answer_alike_all_count(data: Path) -> None:
    done = take(data, answers())
    assert (done.table, done.rows_loaded, done.rows_rejected) == ("pulse_answers", 80, 0)
    con = scratch()
    load.attach(con, data)
    assert con.execute("select count(*) from src_pulse_answers where team = '一组' and question = 'help' and score = 3").fetchone() == (3,)


def test_the_same_wave_exported_again_is_not_counted_twice(data: Path) -> None:
    take(data, answers())
    take(data, answers(**{"一组": 8}))
    con = scratch()
    load.attach(con, data)
    assert con.execute("select count(*) from src_pulse_answers where team = '一组' and question = 'help'").fetchone() == (8,)


@pytest.mark.parametrize("header", ["工号", "员工编号", "姓名", "employee_id", "Employee ID", "手机号", "提交者", "员工工号(必填)"])
def test_a_file_that_says_who_answered_is_refused(data: Path, header: str) -> None:
    lines = answers().decode().splitlines()
    named = "\n".join([f"{header},{lines[0]}", *(f"X{n},{line}" for n, line in enumerate(lines[1:]))])
    done = take(data, named.encode(), table="pulse_answers")
    assert done.refused is not None and done.refused.code == "names_people" and done.refused.column == header
    assert header in done.refused.zh and header in done.refused.en and done.refused.remedy_zh and done.refused.remedy_en
    assert not list((data / "sources").glob("pulse_answers/*.parquet"))


def test_numbers_of_employees_under_another_header_are_found_by_what_they_are(data: Path) -> None:
    lines = answers().decode().splitlines()
    named = "\n".join([f"序号,{lines[0]}", *(f"E{n % 18:02},{line}" for n, line in enumerate(lines[1:]))])
    done = take(data, named.encode(), table="pulse_answers")
    assert done.refused is not None and (done.refused.code, done.refused.column) == ("names_people", "序号")


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_comments_of_a_file_are_not_kept(data: Path, tmp_path: Path, suffix: str) -> None:
    if suffix == "csv":
        lines = answers().decode().splitlines()
        content: bytes | Path = "\n".join([lines[0] + ",留言", *(line + ",只有我会这么说" for line in lines[1:])]).encode()
    else:
        content = tmp_path / "pulse_answers.parquet"
        frame = pd.DataFrame({"wave": "2026-06", "closed_on": [date(2026, 6, 12)] * 6, "team": "一组", "question": "help", "score": 3,
                              "comment": "只有我会这么说"})
        frame.to_parquet(content)
    done = load.import_file(content, data, name=f"pulse_answers.{suffix}", table="pulse_answers")
    assert done.rows_loaded
    for file in (data / "sources" / "pulse_answers").glob("*.parquet"):
        assert "comment" not in pd.read_parquet(file).columns and "只有我会这么说".encode() not in file.read_bytes()


def test_a_build_publishes_an_imported_wave_and_no_answer(data: Path) -> None:
    take(data, answers())
    build(data, as_of=date(2026, 6, 30))
    found = results(data).set_index(["level", "unit", "question"])
    assert found.loc[("company", "", "help"), "n"] == 16 and found.loc[("team", "三组", "help"), "state"] == "few"
    assert sorted(found.loc["team"].xs("help", level="question")["state"]) == ["few", "protects", "shown"]
    tables = Store(data).current().frame("select table_name, column_name from information_schema.columns")
    assert "pulse_answers" not in set(tables["table_name"]) and "score" not in set(tables[tables["table_name"].str.contains("pulse")]["column_name"])


def test_a_published_wave_stays_whatever_is_imported_later(data: Path) -> None:
    take(data, answers())
    build(data, as_of=date(2026, 6, 30))
    before = results(data)
    take(data, answers(**{"三组": 9, "一组": 8}))
    build(data, as_of=date(2026, 6, 30))
    pd.testing.assert_frame_equal(results(data), before)


def test_a_wave_that_is_not_over_on_the_day_of_the_build_waits(data: Path) -> None:
    take(data, answers(day="2026-06-12"))
    build(data, as_of=date(2026, 6, 1))
    assert results(data).empty
    build(data, as_of=date(2026, 6, 12))
    assert len(results(data))


def test_a_team_that_nobody_knows_is_in_the_company_all_the_same(data: Path) -> None:
    take(data, answers(**{"已撤销的组": 6}))
    build(data, as_of=date(2026, 6, 30))
    assert results(data).set_index(["level", "unit", "question"]).loc[("company", "", "growth"), "n"] == 22


def test_what_answers_gave_is_nowhere_in_ledger_or_warehouse(data: Path) -> None:
    take(data, answers())
    build(data, as_of=date(2026, 6, 30))
    with engine.ledger(data).reading() as con:
        assert [(wave.id, wave.source, wave.state) for wave in pulse.waves(con)] == [("2026-06", "import", "closed")]
        assert not con.exec_driver_sql("select count(*) from pulse_answers").scalar()
