"""Every planted fault is named with row, column and remedy in both languages, and nothing is ever half-loaded."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from lib.intake import load
from lib.intake.guard import Limits
from lib.intake.sources import loaded
from tests.faults import files, rows

TODAY = date(2026, 11, 22)


def stored(root: Path, table: str) -> int:
    return sum(report.rows_loaded for report, _ in loaded(root, table))


def assert_said(line: pd.Series) -> None:
    for column in ("expected_zh", "expected_en", "remedy_zh", "remedy_en"):
        assert line[column] and "{" not in line[column]


@pytest.mark.parametrize("fault", rows.PLANTED, ids=lambda fault: fault.name)
def test_a_bad_row_is_named_and_the_good_rows_load(tmp_path: Path, fault: rows.Planted) -> None:
    content = rows.text(rows.rows(fault.table, fault.cells)).encode()
    done = load.import_file(content, tmp_path, name=f"{fault.table}.csv", table=fault.table, today=TODAY)
    assert done.refused is None, str(done.refused)
    assert (done.rows_read, done.rows_loaded, done.rows_rejected) == (61, 60, 1)
    assert stored(tmp_path, fault.table) == 60
    line = done.rejects[done.rejects["code"] == fault.code].iloc[0]
    assert (line["row"], line["field"], line["file"]) == (rows.BAD_ROW, fault.column, f"{fault.table}.csv")
    assert line["column"] == fault.column
    assert_said(line)


@pytest.mark.parametrize("fault", rows.PLANTED, ids=lambda fault: fault.name)
def test_too_many_bad_rows_leave_everything_as_it_was(tmp_path: Path, fault: rows.Planted) -> None:
    content = rows.text([{**rows.good(fault.table, at), **fault.cells} if at % 2 else rows.good(fault.table,
                                                                                                at) for at in range(20)]).encode()
    done = load.import_file(content, tmp_path, name="upload.csv", table=fault.table, today=TODAY)
    assert done.refused is not None and done.refused.code in ("too_many_rejects", "unknown_words", "date_order_unclear", "doubled")
    assert stored(tmp_path, fault.table) == 0 and not list(tmp_path.glob("sources/*/*[0-9a-f].parquet"))
    kept = load.rejects_of(tmp_path, done.import_id)
    assert len(kept) >= 10 and kept["remedy_zh"].notna().all() and kept["remedy_en"].notna().all()


def test_a_bad_row_says_everything_that_is_wrong_with_it(tmp_path: Path) -> None:
    content = rows.text(rows.rows("activity_days", {"work_date": "2024-02-30", "deals": "-2"})).encode()
    done = load.import_file(content, tmp_path, name="activity_days.csv", table="activity_days", today=TODAY)
    assert set(done.rejects["code"]) == {"no_such_day", "negative"} and done.rows_rejected == 1


@pytest.mark.parametrize("fault", files.BROKEN, ids=lambda fault: fault.name)
def test_a_broken_file_is_refused_with_a_remedy(tmp_path: Path, fault: files.Broken) -> None:
    before = load.import_file(rows.text(rows.rows("employees")).encode(), tmp_path, name="employees.csv", today=TODAY)
    limits = Limits(**fault.limits) if fault.limits else Limits()
    done = load.import_file(fault.make(), tmp_path, name=fault.file, table=fault.table, limits=limits, today=TODAY)
    assert done.refused is not None and done.refused.code == fault.code, done
    assert (done.refused.row, done.refused.column) == (fault.row, fault.column)
    for said in (done.refused.zh, done.refused.en, done.refused.remedy_zh, done.refused.remedy_en):
        assert said and "{" not in said
    assert before.loaded and stored(tmp_path, "employees") == 60
    assert not list(tmp_path.glob("sources/*/.draft*"))


@pytest.mark.parametrize("fault", files.ROWS, ids=lambda fault: fault.name)
def test_a_file_with_bad_rows_names_them(tmp_path: Path, fault: files.Broken) -> None:
    done = load.import_file(fault.make(), tmp_path, name=fault.file, table=fault.table, today=TODAY)
    assert done.refused is None, str(done.refused)
    line = done.rejects.iloc[0]
    assert (line["code"], line["row"], line["column"] if isinstance(line["column"], str) else None) == (fault.code, fault.row,
                                                                                                        fault.column)
    assert_said(line)


@pytest.mark.parametrize("good", files.GOOD, ids=lambda fault: fault.name)
def test_a_file_in_any_honest_shape_loads_whole(tmp_path: Path, good: files.Broken) -> None:
    done = load.import_file(good.make(), tmp_path, name=good.file, table=good.table, today=TODAY)
    assert done.refused is None, str(done.refused)
    assert (done.rows_loaded, done.rows_rejected) == (60, 0)


def test_at_least_forty_kinds_of_faults_are_planted() -> None:
    assert len({fault.name for fault in (*rows.PLANTED, *files.BROKEN, *files.ROWS)}) >= 80
    assert len({fault.code for fault in (*rows.PLANTED, *files.BROKEN, *files.ROWS)}) >= 40


def test_the_name_of_an_upload_is_never_a_path(tmp_path: Path) -> None:
    content = rows.text(rows.rows("employees")).encode()
    done = load.import_file(content, tmp_path / "data", name="../../../evil/../x.csv", table="employees", today=TODAY)
    assert done.file == "x.csv" and {file.name for file in tmp_path.iterdir()} == {"data"}


def test_what_people_wrote_is_not_kept_with_a_reject(tmp_path: Path) -> None:
    content = rows.text(rows.rows("talks", {"note": "母亲住院了" + "啊" * 20_001})).encode()
    done = load.import_file(content, tmp_path, name="talks.csv", table="talks", today=TODAY)
    everything = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert done.rejects["value"].isna().all() and "母亲住院".encode() not in everything


def torn(content: bytes, dice: random.Random) -> bytes:
    made = bytearray(content)
    for _ in range(dice.choice([1, 3, 10])):
        at, size = dice.randrange(len(made)), dice.randrange(1, 40)
        made[at:at + dice.choice([0, size])] = dice.choice([b"", bytes(dice.randrange(256) for _ in range(size))])
    return bytes(made)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_bytes_come_the_answer_is_a_report_and_what_was_loaded_stays(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    load.import_file(rows.text(rows.rows("employees")).encode(), tmp_path, name="employees.csv", today=TODAY)
    for make in (files.workbook, files.parquet, lambda: files.plain().encode(), lambda: files.plain().encode("gb18030")):
        done = load.import_file(torn(make(), dice), tmp_path, name="x", table="employees", force=True, today=TODAY)
        assert done.refused is None or (done.refused.zh and done.refused.remedy_en)
        assert done.rows_loaded == 0 or done.refused is None
    assert stored(tmp_path, "employees") >= 60 and not list(tmp_path.glob("sources/*/.draft*"))
