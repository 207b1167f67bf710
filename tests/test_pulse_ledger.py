"""The pulse in the ledger: one token a head, no person beside an answer, nothing kept of who wrote what or in which order."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text

from lib.ledger import audit, engine, pulse
from lib.ledger.pulse import Collected, Outcome, Refused, Row, Wave
from lib.ledger.pulse_tables import PULSE_ANSWERS, PULSE_DRAWN, PULSE_LEFT, PULSE_TOKENS, PULSE_WORDS
from lib.ledger.tables import METADATA

DAY = date(2026, 11, 20)
TREE = {"电销一组": "电销部", "电销二组": "电销部"}
WAVE = Wave("2026-11", date(2026, 11, 16), date(2026, 11, 27), tree=TREE)
SCORES = {"pressure": 4, "help": 3, "growth": 2, "cohesion": 5, "recommend": 1}
SECRET = "没有人知道是我写的"


def begun(book: engine.Ledger, **heads: int) -> engine.Ledger:
    pulse.open_wave(book, WAVE, {"电销一组": 3, "电销二组": 2} | heads, "hr", "hr")
    return book


def drawn(book: engine.Ledger, who: str, team: str = "电销一组") -> str:
    return pulse.draw(book, WAVE.id, who, team, DAY)


def refused(code: str, do, *args) -> None:
    with pytest.raises(Refused) as why:
        do(*args)
    assert why.value.code == code


def rows(book: engine.Ledger, table) -> list:
    with book.reading() as con:
        return list(con.execute(select(table)))


def counted(collected: Collected) -> Outcome:
    """Results that say how much was heard; the true ones are made by lib.morale.pulse."""
    n = sum(len(scores) for scores in collected.heard.get("help", {}).values())
    return Outcome({q: {team: len(s) for team, s in teams.items()} for q, teams in collected.heard.items()},
                   [Row("company", "", "help", "shown", n, 3.0, 2.0, 4.0)], [("company", "", word) for words in collected.words.values() for word in words])


# --- no person beside an answer -------------------------------------------------------------------------------------------------

def test_no_table_with_an_answer_or_a_token_has_a_column_for_a_person_a_moment_or_an_order() -> None:
    for table in (table for name, table in METADATA.tables.items() if name.startswith("pulse_") and name not in ("pulse_waves", "pulse_drawn")):
        names = {column.name for column in table.columns}
        assert not names & {"employee_id", "person", "who", "at", "created", "day", "id", "hr", "login"}, table.name
        assert not any(column.type.python_type.__name__ in ("datetime", "date") for column in table.columns)
    assert set(PULSE_DRAWN.columns.keys()) == {"wave_id", "employee_id"}
    assert set(PULSE_ANSWERS.columns.keys()) == {"key", "wave_id", "team", "question", "score"}


def test_no_other_table_of_the_ledger_points_at_an_answer_a_token_or_a_comment() -> None:
    pointing = {(table.name, key.column.table.name) for table in METADATA.tables.values() for key in table.foreign_keys}
    assert {pair for pair in pointing if pair[1].startswith("pulse_")} == {
        (name, "pulse_waves") for name in METADATA.tables if name.startswith("pulse_") and name != "pulse_waves"}


def test_answers_have_no_running_row_number(tmp_path: Path) -> None:
    book = engine.ledger(tmp_path)
    with book.reading() as con:
        for name in ("pulse_answers", "pulse_words", "pulse_tokens", "pulse_drawn", "pulse_comments"):
            assert "without rowid" in con.scalar(text("select sql from sqlite_master where name = :name"), {"name": name}).lower()


def test_answers_of_different_people_cannot_be_told_by_the_server_that_keeps_them(book: engine.Ledger) -> None:
    if book.file is not None:
        pytest.skip("SQLite keeps these tables by their keys, which the test above holds")
    begun(book)
    for token in [drawn(book, "E1"), drawn(book, "E2")]:
        pulse.answer(book, token, SCORES, "", DAY)
    with book.reading() as con:
        assert con.scalar(text("select count(distinct xmin::text) from pulse_answers")) == 1
        kept = list(con.scalars(text("select key from pulse_answers order by ctid")))
    assert kept == sorted(kept) and len(kept) == 10


def test_neither_drawing_nor_answering_leaves_a_line_in_the_audit(book: engine.Ledger) -> None:
    begun(book)
    before = audit.lines(book)
    pulse.answer(book, drawn(book, "E1"), SCORES, SECRET, DAY)
    assert audit.lines(book) == before


def test_the_files_of_the_ledger_hold_no_token_no_comment_and_no_hash_beside_a_person(tmp_path: Path) -> None:
    book = begun(engine.ledger(tmp_path))
    token = drawn(book, "E-SOMEBODY")
    log = tmp_path / "ledger.db-wal"
    assert not log.exists() or log.stat().st_size == 0  # it would tell that this person and this hash were written together
    pulse.answer(book, token, SCORES, SECRET, DAY)
    bytes_ = b"".join(file.read_bytes() for file in tmp_path.glob("ledger.db*"))
    assert token.encode() not in bytes_ and SECRET.encode() not in bytes_ and pulse._hash(token).encode() not in bytes_
    assert not log.exists() or log.stat().st_size == 0


def test_a_closed_wave_keeps_no_answer_no_token_and_nobody_who_drew(book: engine.Ledger, tmp_path: Path) -> None:
    begun(book)
    pulse.answer(book, drawn(book, "E-SOMEBODY"), SCORES, SECRET, DAY)
    assert pulse.close(book, WAVE.id, counted, DAY, "hr", "hr")
    assert not any(rows(book, table) for table in (PULSE_ANSWERS, PULSE_WORDS, PULSE_TOKENS, PULSE_DRAWN, PULSE_LEFT))
    if book.file is not None:
        assert b"E-SOMEBODY" not in b"".join(file.read_bytes() for file in tmp_path.glob("ledger.db*"))


# --- tokens ---------------------------------------------------------------------------------------------------------------------

def test_a_token_is_good_for_one_answer(book: engine.Ledger) -> None:
    begun(book)
    token = drawn(book, "E1")
    pulse.answer(book, token, SCORES, "", DAY)
    refused("used", pulse.answer, book, token, SCORES, "", DAY)
    assert len(rows(book, PULSE_ANSWERS)) == 5


def test_an_unknown_token_is_refused_like_a_used_one(book: engine.Ledger) -> None:
    refused("used", pulse.answer, begun(book), "guessed", SCORES, "", DAY)


def test_a_person_draws_once(book: engine.Ledger) -> None:
    begun(book)
    drawn(book, "E1")
    refused("drawn", drawn, book, "E1")


def test_a_team_has_as_many_tokens_as_heads_drawn_or_printed(book: engine.Ledger) -> None:
    begun(book)
    drawn(book, "E1")
    assert len(set(pulse.slips(book, WAVE.id, "电销一组", DAY, "hr", "hr"))) == 2
    refused("paper", drawn, book, "E2")
    refused("no_slips", pulse.slips, book, WAVE.id, "电销一组", DAY, "hr", "hr")
    assert len(rows(book, PULSE_TOKENS)) == 3


def test_a_slip_answers_as_a_drawn_token_does(book: engine.Ledger) -> None:
    begun(book)
    for token in pulse.slips(book, WAVE.id, "电销二组", DAY, "hr", "hr"):
        pulse.answer(book, token, SCORES, "", DAY)
    assert len(rows(book, PULSE_ANSWERS)) == 10


def test_two_taps_at_once_draw_one_token_and_answer_once(book: engine.Ledger) -> None:
    begun(book)

    def tried(do, *args) -> bool:
        try:
            do(*args)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(4) as many:
        assert sum(many.map(lambda _: tried(drawn, book, "E1"), range(4))) == 1
        token = drawn(book, "E2")
        assert sum(many.map(lambda _: tried(pulse.answer, book, token, SCORES, "", DAY), range(4))) == 1
    assert len(rows(book, PULSE_ANSWERS)) == 5


@pytest.mark.parametrize("scores", [{}, SCORES | {"help": 6}, SCORES | {"help": 0}, SCORES | {"other": 3}, SCORES | {"help": True}])
def test_half_an_answer_is_not_kept_and_costs_no_token(tmp_path: Path, scores: dict[str, int]) -> None:
    book = begun(engine.ledger(tmp_path))
    token = drawn(book, "E1")
    with pytest.raises(ValueError):
        pulse.answer(book, token, scores, "", DAY)
    with book.reading() as con:
        assert pulse.token_good(con, token, DAY) and not rows(book, PULSE_ANSWERS)


def test_after_the_last_day_nothing_is_drawn_or_answered(book: engine.Ledger) -> None:
    begun(book)
    token, late = drawn(book, "E1"), date(2026, 11, 28)
    refused("over", pulse.answer, book, token, SCORES, "", late)
    refused("over", pulse.draw, book, WAVE.id, "E2", "电销一组", late)
    with book.reading() as con:
        assert not pulse.token_good(con, token, late)


def test_one_wave_is_open_at_a_time_and_a_name_is_taken_once(book: engine.Ledger) -> None:
    begun(book)
    for other in (replace(WAVE, closes=WAVE.closes + timedelta(1)), replace(WAVE, opens=WAVE.opens + timedelta(1))):
        refused("taken", pulse.open_wave, book, other, {"电销一组": 3}, "hr", "hr")
    refused("taken", pulse.open_wave, book, WAVE, {"电销一组": 3}, "hr2", "hr")
    refused("another", pulse.open_wave, book, Wave("2026-12", DAY, DAY, tree=TREE), {"电销一组": 3}, "hr", "hr")


def test_the_same_opening_again_changes_nothing_until_the_wave_is_closed(book: engine.Ledger) -> None:
    begun(book)
    drawn(book, "E1")
    before = rows(book, PULSE_LEFT)
    begun(book, 电销一组=9)
    assert rows(book, PULSE_LEFT) == before and [line.action for line in audit.lines(book)] == ["pulse.opened"]
    pulse.close(book, WAVE.id, counted, DAY, "hr", "hr")
    refused("taken", begun, book)


def test_the_next_wave_waits_for_the_gap_from_the_day_on_which_the_last_one_closed(book: engine.Ledger) -> None:
    begun(book)
    pulse.close(book, WAVE.id, counted, DAY, "hr", "hr")
    opening = lambda day: pulse.open_wave(book, Wave("next", day, day + timedelta(5), tree=TREE), {"电销一组": 3}, "hr", "hr", 28)
    for day in (DAY, DAY + timedelta(27)):
        with pytest.raises(Refused) as why:
            opening(day)
        assert (why.value.code, why.value.day) == ("gap", date(2026, 12, 18))
    opening(DAY + timedelta(28))


def test_an_imported_wave_keeps_nobody_waiting(book: engine.Ledger) -> None:
    assert pulse.publish_import(book, Wave("file", DAY, DAY, tree=TREE), {"help": {"电销一组": [3] * 6}}, counted)
    pulse.open_wave(book, Wave("next", DAY, DAY, tree=TREE), {"电销一组": 3}, "hr", "hr", 28)


_KILLED = """
import os, sys
from datetime import date
from pathlib import Path
from lib.ledger import engine, pulse
book = engine.ledger(Path(sys.argv[1]))
real = pulse._mix
def die(*args):
    real(*args)
    os._exit(9)
pulse._mix = die
pulse.answer(book, sys.argv[2], {question: 3 for question in pulse.QUESTIONS}, "words", date(2026, 11, 20))
"""


def test_an_answer_that_is_cut_off_leaves_nothing_and_the_token_good(tmp_path: Path) -> None:
    book = begun(engine.ledger(tmp_path))
    token = drawn(book, "E1")
    killed = subprocess.run([sys.executable, "-c", _KILLED, str(tmp_path), token], cwd=Path(__file__).parents[1],
                            env=os.environ | {"PYTHONPATH": "."}, capture_output=True)
    assert killed.returncode == 9 and not rows(book, PULSE_ANSWERS) and not rows(book, PULSE_WORDS)
    pulse.answer(book, token, SCORES, "", DAY)


# --- results --------------------------------------------------------------------------------------------------------------------

def test_a_wave_is_computed_once_however_often_it_is_closed(book: engine.Ledger) -> None:
    begun(book)
    pulse.answer(book, drawn(book, "E1"), SCORES, SECRET, DAY)
    times = []

    def once(collected: Collected) -> Outcome:
        times.append(len(collected.heard["help"]["电销一组"]))
        return counted(collected)

    assert pulse.close(book, WAVE.id, once, DAY, "hr", "hr") and not pulse.close(book, WAVE.id, once, DAY, "hr", "hr")
    assert times == [1]
    with book.reading() as con:
        assert pulse.comments(con, book) == [(WAVE.id, "company", "", SECRET)]
        assert pulse.waves(con)[0].closes == DAY


def test_an_imported_wave_is_computed_once_whatever_is_imported_later(book: engine.Ledger) -> None:
    wave, heard = Wave("2026-06", DAY, DAY, tree=TREE), {"help": {"电销一组": [3] * 6}}
    assert pulse.publish_import(book, wave, heard, counted)
    assert not pulse.publish_import(book, wave, {"help": {"电销一组": [3] * 7}}, lambda collected: pytest.fail("computed again"))
    with book.reading() as con:
        assert [earlier.counts for earlier in pulse._earlier(con)] == [{"help": {"电销一组": 6}}]


def test_a_wave_answered_in_the_app_is_not_replaced_by_a_file(book: engine.Ledger) -> None:
    begun(book)
    assert not pulse.publish_import(book, WAVE, {"help": {"电销一组": [3] * 7}}, counted)


def test_what_goes_wrong_while_closing_leaves_the_wave_open(book: engine.Ledger) -> None:
    begun(book)
    pulse.answer(book, drawn(book, "E1"), SCORES, "", DAY)
    with pytest.raises(ZeroDivisionError):
        pulse.close(book, WAVE.id, lambda collected: 1 / 0, DAY, "hr", "hr")
    assert len(rows(book, PULSE_ANSWERS)) == 5


def test_the_lines_of_the_audit_say_what_hr_did_and_how_many_slips_but_nothing_of_answers(book: engine.Ledger) -> None:
    begun(book)
    pulse.slips(book, WAVE.id, "电销一组", DAY, "hr", "hr")
    pulse.close(book, WAVE.id, counted, DAY, "hr", "hr")
    told = [(line.action, json.dumps(line.detail, ensure_ascii=False)) for line in audit.lines(book)]
    assert [action for action, _ in told] == ["pulse.closed", "pulse.slips", "pulse.opened"]
    assert json.loads(told[1][1]) == {"wave": WAVE.id, "team": "电销一组", "slips": 3}
    assert "answers" not in str(told) and "tokens" not in str(told)


def test_the_ledger_has_these_tables(book: engine.Ledger) -> None:
    with book.reading() as con:
        assert {name for name in METADATA.tables if name.startswith("pulse_")} <= set(inspect(con).get_table_names())
