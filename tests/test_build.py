"""The conductor: what a build takes in, checks, publishes and refuses."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lib.__main__ import app
from lib.build import GRAIN, PUBLISHED, BuildRefused, build, check, freshness, stamp
from lib.intake import load
from lib.intake import mapping as mappings
from lib.ledger import engine
from lib.warehouse import publish
from lib.warehouse.store import Store, Warehouse, building
from tests.small_company import built

DAY = date(2026, 3, 2)
STAFF = "employee_id,name,team,hire_date\nE1,李雷,一组,2025-01-06\nE2,韩梅梅,一组,2025-01-06\n"
DAYS = "employee_id,work_date,dials,answered,rejected\nE1,2026-03-02,80,20,5\nE2,2026-03-02,90,30,6\n"
TALKS = "employee_id,talked_on,note\nE1,2026-03-02,客户总是拒绝我\nE1,2026-03-02,客户又拒绝了我\n"
COMPANY = {"employees": STAFF, "activity_days": DAYS}


def company(folder: Path, files: Mapping[str, str]) -> Path:
    """A data folder whose inbox holds these CSV files, named after their tables."""
    inbox = folder / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    for table, text in files.items():
        (inbox / f"{table}.csv").write_text(text, "utf-8")
    return folder


def published(folder: Path, sql: str) -> list[tuple]:
    frame = Warehouse(publish.where(folder)).frame(sql)
    return list(frame.itertuples(index=False, name=None))


def test_two_talks_of_a_day_may_say_the_same(tmp_path: Path) -> None:
    build(company(tmp_path, COMPANY | {"talks": TALKS}))
    assert published(tmp_path, "select signal, count(*) from talk_signals group by signal") == [("client_trouble", 2)]


def run(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, [str(word) for word in arguments])
    return done.exit_code, done.output


def test_a_broken_truth_of_a_mart_refuses_the_build_by_name() -> None:
    con = built({"employees": [{"employee_id": "E1", "name": "李雷", "team": "一组", "hire_date": date(2026, 1, 5)}],
                 "activity_days": [{"employee_id": "E1", "work_date": DAY, "dials": 3, "answered": 9}]}, DAY)
    con.execute("create table build_info as select 'b' build_id, 1 as_of, 1 started_at, 1 finished_at, 1 source_rows, 1 rejected_rows, 'x' company")
    for table, columns in (GRAIN | PUBLISHED).items():  # what a build makes beside the marts
        con.execute(f"create table if not exists {table} (" + ", ".join('"' + column + '" varchar' for column in columns) + ")")
    with pytest.raises(BuildRefused, match=r"employee_days 中有 1 行不符合“no more calls are answered than made”"):
        check(con, DAY, {})


def test_a_build_that_breaks_nothing_passes_the_check_and_says_where_it_stands(tmp_path: Path) -> None:
    done = build(company(tmp_path, COMPANY))
    assert done.tables["employees"] == 2 and freshness(tmp_path) == "fresh"
    assert published(tmp_path, "select software_version from build_info") == [(stamp(demo=False),)]


def test_what_is_built_is_open_to_its_owner_only(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        build(company(tmp_path, COMPANY))
    finally:
        os.umask(before)
    assert [(tmp_path / room).stat().st_mode & 0o007 for room in ("warehouse", "sources")] == [0, 0]


def test_files_without_a_single_day_are_refused_in_words(tmp_path: Path) -> None:
    folder = company(tmp_path, {"teams": "team,department\n一组,销售\n二组,销售\n"})
    with pytest.raises(BuildRefused, match="没有任何带日期的数据"):
        build(folder)


@pytest.mark.parametrize("spoil", [lambda data: data[:200], lambda data: data[:4] + bytes(150) + data[154:]], ids=["cut", "overwritten"])
def test_a_spoilt_file_is_a_refusal_in_one_line_and_the_version_stays(tmp_path: Path, spoil) -> None:
    first = build(company(tmp_path, COMPANY)).path
    file = next((tmp_path / "sources" / "activity_days").glob("*[0-9a-f].parquet"))
    file.write_bytes(spoil(file.read_bytes()))
    code, said = run("build", "--data", tmp_path)
    assert code == 1 and "Traceback" not in said and "version before stays" in said
    assert publish.where(tmp_path) == first and list((tmp_path / "warehouse").glob("draft-*")) == []


def test_an_import_whose_rows_are_gone_refuses_the_build(tmp_path: Path) -> None:
    build(company(tmp_path, COMPANY))
    next((tmp_path / "sources" / "activity_days").glob("*[0-9a-f].parquet")).unlink()
    with pytest.raises(BuildRefused, match="activity_days"):
        build(tmp_path)


def test_the_sources_table_lists_what_the_build_read(tmp_path: Path) -> None:
    build(company(tmp_path, COMPANY))
    listed = published(tmp_path, "select table_name, import_id from sources")
    history = load.imports(tmp_path)
    assert sorted(listed) == sorted(zip(history["table"], history["import_id"], strict=True))


def test_a_second_build_is_refused_while_one_runs(tmp_path: Path) -> None:
    with publish.alone(company(tmp_path, COMPANY)), pytest.raises(BuildRefused, match="另一个构建"):
        build(tmp_path)


def test_a_limit_nobody_knows_refuses_the_build_in_one_line(tmp_path: Path) -> None:
    (company(tmp_path, COMPANY) / "settings.toml").write_text("tags.high_pressure.day = 3")
    code, said = run("build", "--data", tmp_path)
    assert code == 1 and "tags.high_pressure.day" in said and "Traceback" not in said


def test_nothing_published_is_not_fresh(tmp_path: Path) -> None:
    assert run("fresh", "--data", tmp_path)[0] == 1


@pytest.mark.parametrize(("kind", "state", "code"), [("demo", "old_demo", 1), ("imported", "old_company", 0)])
def test_a_version_of_other_code_asks_for_a_build(tmp_path: Path, kind: str, state: str, code: int) -> None:
    draft = publish.draft(tmp_path, "b")
    with building(draft) as con:
        con.execute(f"create table build_info as select '{kind}' as company, '0.0.9' as software_version")
    publish.publish(tmp_path, "b", draft, 3)
    assert freshness(tmp_path) == state
    found, said = run("fresh", "--data", tmp_path)
    assert found == code and "another version of the code" in said


def test_the_mapping_that_was_used_is_saved(tmp_path: Path) -> None:
    file = tmp_path / "days.csv"
    file.write_text(DAYS, "utf-8")
    code, said = run("import", file, "--save-mapping", "daily", "--data", tmp_path)
    assert (code == 0 and mappings.load(tmp_path, "daily").table == "activity_days") or (code == 1 and "no mapping was saved" in said)


def test_the_command_line_names_the_columns_that_it_did_not_read(tmp_path: Path) -> None:
    file = tmp_path / "activity_days.csv"
    file.write_text("工号,日期,外呼量,销售额(万元)\nE1,2026-03-02,30,1.5\nE1,2026-03-02,30,1.5\nE2,2026-03-02,30,1.5\n", "utf-8")
    code, said = run("import", file, "--table", "activity_days", "--data", tmp_path)
    assert code == 0 and "not read: 销售额(万元)" in said and "nan" not in said


def test_the_command_line_prints_a_line_per_step_that_the_app_reads(tmp_path: Path) -> None:
    from lib.access.builds import _STEP

    done = subprocess.run([sys.executable, "-m", "lib", "build", "--data", str(company(tmp_path, COMPANY))], cwd=Path(__file__).parents[1],
                          capture_output=True, text=True, env=os.environ | {"TERM": "dumb", "COLUMNS": "120"}, check=True)
    steps = [hit["step"].strip() for line in done.stdout.splitlines() if (hit := _STEP.match(line.rstrip()))]
    assert steps[0] == "import employees.csv" and steps[-3:] == ["check", "publish", "points"]


def test_a_demo_too_small_to_have_everything_is_built_and_private(tmp_path: Path) -> None:
    done = build(tmp_path, demo=True, people=20, months=3, as_of=date(2026, 11, 15))
    assert done.tables["employees"] >= 20 and freshness(tmp_path) == "fresh"
    assert [(tmp_path / room).stat().st_mode & 0o077 for room in ("warehouse", "demo", "truth")] == [0, 0, 0]


def test_an_earlier_day_of_the_same_demo_keeps_the_company_and_what_was_written_about_it(tmp_path: Path) -> None:

    build(tmp_path, demo=True, people=30, months=4, seed=3, as_of=date(2026, 11, 15))
    people = Store(tmp_path).current().frame("select employee_id, name from employees order by 1")
    written = engine.ledger(tmp_path, demo=True).file
    earlier = build(tmp_path, demo=True, people=30, months=4, seed=3, as_of=date(2026, 11, 12))
    known = Store(tmp_path).current()
    assert earlier.as_of == date(2026, 11, 12) and written.exists()
    assert set(known.frame("select employee_id from employees where hire_date <= date '2026-11-12'")["employee_id"]) <= set(people["employee_id"])
    assert known.frame("select max(work_date) as d from employee_days")["d"][0].date() <= date(2026, 11, 12)


def test_a_later_day_than_the_demo_reaches_is_another_company(tmp_path: Path) -> None:
    build(tmp_path, demo=True, people=30, months=4, seed=3, as_of=date(2026, 11, 8))
    build(tmp_path, demo=True, people=30, months=4, seed=3, as_of=date(2026, 11, 15))
    assert Store(tmp_path).current().frame("select max(work_date) as d from employee_days")["d"][0].date() > date(2026, 11, 8)
