"""Warehouse: versions are published by re-pointing, readers in flight finish, the last ones are kept."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from lib.warehouse import publish
from lib.warehouse.store import Store, building, scratch


def publish_number(folder: Path, number: int, keep: int = 3) -> Path:
    build_id = publish.new_build_id(f"{number:06d}")
    draft = publish.draft(folder, build_id)
    with building(draft) as con:
        con.execute(f"create table facts as select {number} as n from range(1000)")
    return publish.publish(folder, build_id, draft, keep)


def seen(store: Store) -> int:
    return int(store.current().frame("select min(n) as n from facts")["n"][0])


def test_an_empty_folder_has_nothing_published(tmp_path: Path) -> None:
    with pytest.raises(publish.NothingPublished, match="build --demo"):
        publish.where(tmp_path)


def test_the_published_file_is_the_last_one(tmp_path: Path) -> None:
    publish_number(tmp_path, 1)
    last = publish_number(tmp_path, 2)
    assert publish.where(tmp_path) == last


def test_an_open_store_notices_a_new_version(tmp_path: Path) -> None:
    publish_number(tmp_path, 1)
    store = Store(tmp_path)
    before = seen(store)
    publish_number(tmp_path, 2)
    assert (before, seen(store)) == (1, 2)


def test_a_reader_in_flight_finishes_on_the_version_it_opened(tmp_path: Path) -> None:
    publish_number(tmp_path, 1)
    old = Store(tmp_path).current()
    for number in range(2, 7):
        publish_number(tmp_path, number)
    assert not old.path.exists() and old.frame("select sum(n) as n from facts")["n"][0] == 1000


def test_only_the_newest_versions_are_kept(tmp_path: Path) -> None:
    for number in range(5):
        publish_number(tmp_path, number, keep=3)
    assert len(publish.versions(tmp_path)) == 3


def test_rolling_back_serves_the_version_before(tmp_path: Path) -> None:
    for number in (1, 2):
        publish_number(tmp_path, number)
    store = Store(tmp_path)
    publish.roll_back(tmp_path)
    assert seen(store) == 1


def number_of(folder: Path) -> str:
    return publish.build_id_of(publish.where(folder))[-1]


def test_rolling_back_twice_goes_two_versions_back(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        publish_number(tmp_path, number)
    publish.roll_back(tmp_path)
    assert publish.roll_back(tmp_path).build_id.endswith("1") and number_of(tmp_path) == "1"


def test_rolling_back_after_a_roll_back_and_a_build_skips_the_version_that_was_left(tmp_path: Path) -> None:
    for number in (1, 2):
        publish_number(tmp_path, number)
    publish.roll_back(tmp_path)
    publish_number(tmp_path, 3)
    publish.roll_back(tmp_path)
    assert number_of(tmp_path) == "1"


def test_the_version_served_before_a_build_is_never_pruned(tmp_path: Path) -> None:
    first = publish_number(tmp_path, 1)
    for number in (2, 3):
        publish_number(tmp_path, number)
    publish.roll_back(tmp_path, publish.build_id_of(first))
    publish_number(tmp_path, 4, keep=1)
    assert first.exists() and len(publish.versions(tmp_path)) == 2


def test_a_roll_back_without_a_history_goes_to_the_next_older_version(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        publish_number(tmp_path, number)
    (tmp_path / "warehouse" / "served").unlink()
    publish.roll_back(tmp_path)
    assert number_of(tmp_path) == "2"


def test_a_roll_back_waits_for_a_build_and_then_says_so(tmp_path: Path) -> None:
    publish_number(tmp_path, 1)
    with publish.alone(tmp_path), pytest.raises(publish.Busy, match=str(tmp_path)):
        publish.roll_back(tmp_path, wait=0.1)


def test_there_is_no_rolling_back_beyond_the_oldest(tmp_path: Path) -> None:
    publish_number(tmp_path, 1)
    with pytest.raises(publish.NothingPublished, match="no older version"):
        publish.roll_back(tmp_path)


def test_a_pointer_to_a_lost_file_says_how_to_go_on(tmp_path: Path) -> None:
    publish_number(tmp_path, 1).unlink()
    with pytest.raises(publish.NothingPublished, match="rollback"):
        publish.where(tmp_path)


def test_the_app_cannot_write_to_a_published_version(tmp_path: Path) -> None:
    publish_number(tmp_path, 1)
    with pytest.raises(Exception, match="read-only"):
        Store(tmp_path).current().frame("delete from facts")


def test_a_published_version_cannot_be_used_to_read_files(tmp_path: Path) -> None:
    publish_number(tmp_path, 1)
    with pytest.raises(Exception, match="(?i)disabled|permission"):
        Store(tmp_path).current().frame("select * from read_text('/etc/hostname')")


def test_the_leftover_of_a_killed_build_is_cleared_away(tmp_path: Path) -> None:
    room = tmp_path / "warehouse"
    (room / "draft-1-x.tmp").mkdir(parents=True)
    for name in ("draft-1-x.duckdb", "draft-1-x.duckdb.wal", "draft-1-x.tmp/spilled.tmp"):
        (room / name).write_bytes(b"half")
    publish.draft(tmp_path, "next")
    assert list(room.glob("draft-*")) == []


def test_readers_and_a_publisher_never_meet_half_a_version(tmp_path: Path) -> None:
    publish_number(tmp_path, 0)
    store, wrong, done = Store(tmp_path), [], threading.Event()

    def read() -> None:
        while not done.is_set():
            frame = store.current().frame("select count(*) as c, min(n) as low, max(n) as high from facts")
            if frame["c"][0] != 1000 or frame["low"][0] != frame["high"][0]:
                wrong.append(frame)

    readers = [threading.Thread(target=read) for _ in range(3)]
    [reader.start() for reader in readers]
    for number in range(1, 12):
        publish_number(tmp_path, number)
    done.set()
    [reader.join() for reader in readers]
    assert not wrong


def test_threads_of_one_store_get_their_own_rows(tmp_path: Path) -> None:
    publish_number(tmp_path, 1)
    warehouse, wrong = Store(tmp_path).current(), []

    def ask(mine: int) -> None:
        for _ in range(40):
            if warehouse.frame("select $mine::int as m from facts", {"mine": mine})["m"].unique().tolist() != [mine]:
                wrong.append(mine)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(6)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert not wrong


def test_scratch_is_empty_and_in_memory() -> None:
    assert scratch().execute("select count(*) from information_schema.tables").fetchone()[0] == 0
