"""Several people, processes and a build at the same time: nothing is lost, half-written or overwritten, and nobody is locked out."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from lib.build import build
from lib.ledger import audit, care, engine, snapshot
from lib.ledger.engine import Ledger
from lib.ledger.shape import Planned
from tests.test_build import COMPANY, TALKS, company, published
from tests.test_ledger_care import DAY, log, raised, reason, talk

HOME = Path(__file__).parents[1]


def at_once(*works: Callable[[], None]) -> None:
    """Run them side by side; the first error of any is raised."""
    failed: list[BaseException] = []

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as why:
            failed.append(why)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def test_two_hr_users_and_a_build_do_not_stand_in_each_others_way(book: Ledger) -> None:
    cards, over = {raised(book, reason(person=f"E{n}")): f"E{n}" for n in range(20)}, threading.Event()
    won: dict[str, list[str]] = {"ann": [], "bob": []}
    late: dict[str, int] = {"ann": 0, "bob": 0}
    seen: list[int] = []

    def hr(me: str, other: str) -> None:
        for card, person in cards.items():
            for decide in (lambda c=card: care.hand_over(book, c, 1, other, me),
                           lambda c=card, p=person: log(book, talk(f"{me}-{c}", p, card_id=c, version=2, note=f"by {me}"), me)):
                try:
                    decide()
                    won[me].append(card)
                except care.Changed:
                    late[me] += 1

    def builds() -> None:
        while not over.is_set():
            frames = snapshot.take(book)
            done = set(frames["care_cards"].query("state == 'done'")["card_id"])
            assert done == set(frames["care_talks"]["card_id"])  # one moment: never a closed card without its talk
            seen.append(len(done))

    def work() -> None:
        try:
            at_once(lambda: hr("ann", "bob"), lambda: hr("bob", "ann"))
        finally:
            over.set()

    at_once(work, builds)
    frames = snapshot.take(book)
    # Each card was handed over once and logged once, by whoever came first; the other was told so every time.
    assert sorted(won["ann"] + won["bob"]) == sorted([*cards, *cards]) and late["ann"] + late["bob"] == 2 * len(cards)
    assert set(frames["care_cards"]["state"]) == {"done"} and len(frames["care_talks"]) == len(cards)
    what = frames["care_events"]["what"].value_counts().to_dict()
    assert what == {"raised": 20, "handed_over": 20, "logged": 20} and audit.verify(book) is None and seen


def test_a_write_and_a_build_of_a_company_at_the_same_time(tmp_path: Path) -> None:
    build(company(tmp_path, COMPANY | {"talks": TALKS}))
    book, day = engine.ledger(tmp_path), date(2026, 3, 2)

    def hr(me: str) -> None:
        for number in range(30):
            log(book, talk(f"{me}{number}", "E1", talked_on=day, note="x"), me)

    at_once(lambda: hr("ann"), lambda: hr("bob"), lambda: build(tmp_path))
    build(tmp_path)
    assert published(tmp_path, "select hr, count(*) from care_talks group by hr order by hr") == [("ann", 30), ("bob", 30)]


def test_killed_writers_lose_nothing_they_acknowledged_and_leave_nothing_half_written() -> None:
    done = subprocess.run([sys.executable, "-m", "tests.bench.ledger_kill", "--kills", "20", "--seed", "7"], cwd=HOME, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "lost or half-written 0" in done.stdout


def test_one_busy_writer_does_not_starve_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_BUSY", 3)
    book, over = engine.ledger(tmp_path), threading.Event()

    def busy() -> None:
        while not over.is_set():
            with book.writing() as con:
                audit.write(con, "busy", "system", "x")
                time.sleep(0.05)

    def patient() -> None:
        try:
            for _ in range(10):
                with book.writing() as con:
                    audit.write(con, "patient", "hr", "x")
        finally:
            over.set()

    at_once(busy, patient)
    assert [line.who for line in audit.lines(book, last=10**6)].count("patient") == 10 and audit.verify(book) is None


def test_who_has_no_turn_is_told_so_and_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = engine.ledger(tmp_path)
    monkeypatch.setattr(engine, "_BUSY", 0.2)
    with book.writing(), pytest.raises(engine.LedgerBusy):
        at_once(lambda: log(book, talk()))
    log(book, talk())
    assert len(snapshot.take(book)["care_talks"]) == 1


# --- the ledger in a build ----------------------------------------------------------------------------------------------------


def cared_for(folder: Path) -> Ledger:
    """A company with two cards: one talked about (by a promise), one handed over; and a person nobody knows."""
    book, day = engine.ledger(company(folder, COMPANY | {"talks": TALKS})), date(2026, 3, 2)
    first, second = raised(book, reason(due=day, strength=0.4), today=day), raised(book, reason(person="E2", due=day), today=day)
    log(book, talk("k", card_id=first, version=1, talked_on=day, note="累", promise="换班", promise_due=day + timedelta(days=3),
                   next_on=day + timedelta(days=7), useful=True), "ann", day)
    care.hand_over(book, second, 1, "bob", "ann")
    stranger = raised(book, reason(person="E9", due=day), today=day)
    log(book, talk("s", "E9", card_id=stranger, version=1, talked_on=day, promise="x", promise_due=day), "ann", day)
    log(book, talk("later", tag="", talked_on=DAY), "ann")
    return book


def test_what_was_done_for_people_is_in_the_published_version(tmp_path: Path) -> None:
    cared_for(tmp_path)
    tables = build(tmp_path).tables
    assert {table: tables[table] for table in snapshot.COLUMNS if table.startswith("care_")} == \
        {"care_talks": 2, "care_cards": 2, "care_reminders": 2, "care_promises": 1, "care_events": 4, "care_draws": 0}
    assert published(tmp_path, "select employee_id, state, owner, closed_by, useful from care_cards order by employee_id")[0] == \
        ("E1", "done", "ann", "ann", True)
    assert published(tmp_path, "select hr_id, minutes, tag from talks where employee_id = 'E1' and hr_id is not null") == [("ann", 15, "high_pressure")]
    assert published(tmp_path, "select count(*) from talks") == [(3,)]  # what lies after the day of the build is not among them
    assert published(tmp_path, "select strength, chance from care_reminders where employee_id = 'E1'") == [(0.4, False)]
    types = {table: dict(published(tmp_path, f"select column_name, lower(data_type) from information_schema.columns where table_name = '{table}'"))
             for table in snapshot.COLUMNS if table.startswith("care_")}
    for table in types:
        assert snapshot.COLUMNS[table].items() <= types[table].items()


def test_a_company_in_which_nobody_wrote_anything_has_the_same_tables_and_gets_no_ledger(tmp_path: Path) -> None:
    tables = build(company(tmp_path, COMPANY)).tables
    assert {tables[table] for table in snapshot.COLUMNS if table in tables} == {0} and not (tmp_path / "ledger.db").exists()


def whole(folder: Path) -> dict[str, list[tuple]]:
    """Every published table of a folder, save what names the build."""
    names = [name for (name,) in published(folder, "select table_name from information_schema.tables order by 1")]
    return {name: published(folder, f"select * from {name}") for name in names if name not in ("build_info", "sources")}


def test_the_same_files_and_the_same_ledger_make_the_same_version(tmp_path: Path) -> None:
    cared_for(tmp_path)
    first = build(tmp_path)
    tables = whole(tmp_path)
    second = build(tmp_path)
    assert str(whole(tmp_path)) == str(tables) and first.build_id.split("-")[-1] == second.build_id.split("-")[-1]


def test_what_is_written_makes_another_version(tmp_path: Path) -> None:
    book = cared_for(tmp_path)
    first = build(tmp_path)
    log(book, talk("one more", "E2"), "bob")
    assert build(tmp_path).build_id.split("-")[-1] != first.build_id.split("-")[-1]


def test_a_column_that_is_empty_for_a_thousand_rows_keeps_its_type(tmp_path: Path) -> None:
    book, day = engine.ledger(tmp_path), date(2026, 3, 2)
    with book.writing() as con:
        cards = [care.raise_card(con, "ann", Planned(f"P{n}", "", 0, None, (reason(person=f"P{n}", due=day),), 1.0, ()), day, "ann") for n in range(1200)]
    care.decline(book, cards[700], 1, "other", "ann", day)
    people = "employee_id,name,team,hire_date\n" + "".join(f"P{n},员工{n},一组,2025-01-06\n" for n in range(1200))
    build(company(tmp_path, COMPANY | {"employees": people}))
    assert published(tmp_path, "select count(*), count(closed_on), max(closed_by) from care_cards") == [(1200, 1, "ann")]
