"""What a talk led to: from the words of a file, or of the app, to a kind of support that can be compared; never the words themselves."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib.care import texts
from lib.demo import supports
from lib.demo.business import TAGS
from lib.demo.company import write
from lib.intake import load
from lib.intake.contracts import TABLES
from lib.intake.contracts_support import SUPPORTS
from lib.warehouse.store import scratch
from lib.words import sentences
from tests.small_company import built

TODAY, MONDAY, SUNDAY = date(2026, 11, 22), date(2026, 3, 2), date(2026, 3, 8)
FILE = "工号,谈话日期,谈话内容,标签,支持措施\nE1,2024-03-01,好,业绩波动期,一起听录音\nE2,2024-03-01,好,业绩波动期,陪他去看赌博的父亲\nE3,2024-03-02,好,,无\nE4,2024-03-02,好,,\n"


def take(root: Path, text: str, name: str = "talks.csv") -> load.ImportReport:
    return load.import_file(text.encode(), root, name=name, today=TODAY)


def ask(root: Path, sql: str) -> list[tuple[object, ...]]:
    con = scratch()
    load.attach(con, root)
    return con.execute(sql).fetchall()


def test_a_file_says_what_was_given_in_its_own_words_and_only_the_kind_is_kept(tmp_path: Path) -> None:
    done = take(tmp_path, FILE)
    assert done.refused is None and done.rows_rejected == 0
    assert ask(tmp_path, "select support from src_talks order by employee_id") == [("listen_together",), ("other",), ("none",), (None,)]
    assert all("赌博".encode() not in file.read_bytes() and "听录音".encode() not in file.read_bytes() for file in tmp_path.rglob("*.parquet"))


def test_english_words_and_the_keys_themselves_are_understood(tmp_path: Path) -> None:
    rows = "".join(f"E{at},2024-03-01,fine,{word}\n" for at, word in enumerate(("Half a day off", "mentor_practice", "Course", "nothing")))
    take(tmp_path, "employee_id,talked_on,note,support\n" + rows)
    assert [row[0] for row in ask(tmp_path, "select support from src_talks order by employee_id")] == ["half_day_off", "mentor_practice", "course", "none"]


def test_no_word_means_two_kinds_and_the_kinds_are_those_that_the_app_offers() -> None:
    words = [word for _, known in SUPPORTS for word in known]
    assert len(words) == len(set(words)) and all(any(not word.isascii() for word in known) and any(word.isascii() for word in known) for _, known in SUPPORTS)
    assert {kind for kind, _ in SUPPORTS} - {"other", "none"} == {one.text.key for one in texts.shipped_support()}
    assert TABLES["talks"].column("support").values == tuple(kind for kind, _ in SUPPORTS)


def test_every_kind_has_a_short_name_on_the_page_of_effects() -> None:
    assert {f"effect.support.{kind}" for kind, _ in SUPPORTS} <= set(sentences())


def test_a_talk_read_before_the_kind_was_kept_counts_once_when_a_later_file_says_it(tmp_path: Path) -> None:
    done = take(tmp_path, "employee_id,talked_on,note,tag\nE1,2024-03-01,好,业绩波动期\nE1,2024-03-01,聊了很久,业绩波动期\n")
    file = tmp_path / "sources" / "talks" / f"{done.import_id}.parquet"
    older = pq.read_table(file)
    pq.write_table(older.drop_columns(["support"]), file)      # as the file was written before
    take(tmp_path, "employee_id,talked_on,note,tag,support\nE1,2024-03-01,好,业绩波动期,短课\nE2,2024-03-04,好,,\n", "talks-2.csv")
    assert ask(tmp_path, "select employee_id, support from src_talks order by 1, 2 nulls last") == [("E1", "course"), ("E1", None), ("E2", None)]


def test_nothing_given_is_no_kind_and_a_talk_of_the_app_says_its_own() -> None:
    talked = {"employee_id": "E1", "talked_on": MONDAY, "note": "x", "hr_id": "H", "minutes": 20.0, "tag": "performance_dip"}
    con = built({"employees": [{"employee_id": "E1", "name": "员工1", "team": "一组", "hire_date": date(2025, 1, 6)}], "activity_days": [{"employee_id": "E1", "work_date": MONDAY, "dials": 1}],
                 "talks": [{**talked, "support": "none"}, {**talked, "minutes": 30.0, "support": "course"}]}, SUNDAY)
    assert con.execute("select minutes, support from talks order by 1").fetchall() == [(20.0, None), (30.0, "course")]


# --- the demo company ---------------------------------------------------------------------------------------------------------------------

def test_what_is_given_in_talks_makes_up_the_effect_of_an_average_talk() -> None:
    assert set(supports.OFFERS) == set(TAGS) and set(supports.GIVEN_IN_TALKS) < {kind for kind, _ in SUPPORTS}
    for offers in supports.OFFERS.values():
        assert sum(one.share for one in offers) == pytest.approx(1) and sum(one.share * one.strength for one in offers) == pytest.approx(1)
    assert {one.strength for offers in supports.OFFERS.values() for one in offers if one.key == supports.USELESS} == {0}


def test_supports_are_drawn_by_their_shares_with_their_own_strength() -> None:
    tags = np.repeat(np.arange(len(TAGS)), 6000)
    kind, strength, minutes = supports.offered(np.random.default_rng(3), tags)
    for number, tag in enumerate(TAGS):
        mine = tags == number
        for one in supports.OFFERS[tag]:
            of_kind = mine & (kind == (supports.GIVEN_IN_TALKS.index(one.key) if one.key else -1))
            assert abs(of_kind.sum() / mine.sum() - one.share) < .03 and set(strength[of_kind]) == {one.strength} and set(minutes[of_kind]) == {one.minutes}


def test_the_demo_writes_kinds_into_its_talks_and_what_they_do_into_its_truth(tmp_path: Path) -> None:
    write(tmp_path / "files", people=60, months=4, seed=3, end=date(2026, 3, 15), truth=tmp_path / "truth")
    talks = pq.read_table(tmp_path / "files" / "talks.parquet")
    con = duckdb.connect()
    con.register("talks", pa.table({"tag": talks["tag"], "support": talks["support"]}))
    given = set(con.execute("select distinct tag, support from talks where support is not null").fetchall())
    assert given and all(support in {one.key for one in supports.OFFERS[tag]} for tag, support in given)
    assert con.execute("select count(*) from talks where tag is null and support is not null").fetchone() == (0,)
    truth = json.loads((tmp_path / "truth" / "truth.json").read_text("utf-8"))["supports"]
    assert truth["in_talks"]["performance_dip"][truth["useless"]] == 0 and truth["in_talks"]["performance_dip"]["pair_with_peer"] > 1
