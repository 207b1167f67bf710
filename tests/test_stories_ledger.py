"""Stories in the ledger: one meeting each, scenes kept once and by nobody overwritten, words and keys sealed, gone when they are to be gone."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from lib.ledger import audit, engine, stories, vault
from lib.ledger.engine import Ledger
from lib.ledger.stories import Changed, TooMany
from lib.ledger.story_shape import MOST_SCENES, Choice, Meeting, Wish
from lib.ledger.story_tables import MEETING_REQUESTS, MEETING_SCENES, MEETINGS
from tests.test_ledger_together import at_once

ENDS = date(2026, 12, 1)
CHOICES = (Choice(Wish("need", team="电销一组", week="2026-11-09"), caption="本周重点"), Choice(Wish("stand"), hidden=True, notes="先讲结论\n再讲原因"))


def begun(book: Ledger, owner: str = "ann", title: str = "月会") -> Meeting:
    return stories.begin(book, owner, "hr", title, ENDS, stories.draw())


def kept(book: Ledger, owner: str = "ann") -> tuple[Choice, ...] | None:
    with book.reading() as con:
        return stories.scenes(con, book, stories.current(con, book, owner).id)


def key(book: Ledger, meeting: Meeting) -> bytes | None:
    with book.reading() as con:
        return stories.key(con, book, meeting.id)


def test_scenes_come_back_as_they_were_kept(book: Ledger) -> None:
    meeting = stories.keep(book, "ann", begun(book), CHOICES)
    assert kept(book) == CHOICES and meeting.version == 2


def test_until_somebody_chooses_there_are_no_scenes_and_none_at_all_is_a_choice(book: Ledger) -> None:
    meeting = begun(book)
    assert kept(book) is None
    stories.keep(book, "ann", meeting, ())
    assert kept(book) == ()


def test_a_window_that_saves_after_another_is_told_and_changes_nothing(book: Ledger) -> None:
    seen = begun(book)
    stories.keep(book, "ann", seen, CHOICES)
    with pytest.raises(Changed, match="2026|20"):
        stories.keep(book, "ann", seen, ())
    with pytest.raises(Changed):
        stories.change(book, "ann", seen, "x", True)
    assert kept(book) == CHOICES


def test_of_two_windows_that_save_at_once_exactly_one_is_kept(book: Ledger) -> None:
    seen, late = begun(book), []

    def save(caption: str) -> None:
        try:
            stories.keep(book, "ann", seen, (Choice(Wish("need"), caption=caption),))
        except Changed:
            late.append(caption)

    at_once(*(lambda n=n: save(f"window {n}") for n in range(4)))
    assert len(late) == 3 and kept(book)[0].caption not in late


def test_a_form_posted_twice_is_kept_once(book: Ledger) -> None:
    seen = begun(book)
    first = stories.keep(book, "ann", seen, CHOICES, "form-1")
    again = stories.keep(book, "ann", seen, (), "form-1")
    assert again == first and kept(book) == CHOICES


def test_a_meeting_asked_for_twice_by_one_form_is_begun_once(book: Ledger) -> None:
    old = begun(book)
    first = stories.begin(book, "ann", "hr", "周会", ENDS, stories.draw(), after=old, carried=(), request_key="form-2")
    again = stories.begin(book, "ann", "hr", "周会", ENDS, stories.draw(), after=old, carried=(), request_key="form-2")
    assert again == first


def test_a_form_that_was_for_something_else_is_refused(book: Ledger) -> None:
    seen = begun(book)
    stories.keep(book, "ann", seen, CHOICES, "form-3")
    with pytest.raises(ValueError, match="something else"):
        stories.change(book, "ann", seen, "x", False, "form-3")


def test_two_first_windows_have_one_meeting(book: Ledger) -> None:
    begun_by: list[str] = []
    at_once(*(lambda: begun_by.append(begun(book).id) for _ in range(3)))
    assert len(set(begun_by)) == 1


def test_of_two_windows_that_begin_the_next_meeting_one_is_told(book: Ledger) -> None:
    old = begun(book)
    stories.begin(book, "ann", "hr", "a", ENDS, stories.draw(), after=old, carried=())
    with pytest.raises(Changed):
        stories.begin(book, "ann", "hr", "b", ENDS, stories.draw(), after=old, carried=())


def test_the_next_meeting_has_another_key_and_the_one_before_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(engine.ADDRESS, raising=False)
    book = engine.ledger(tmp_path)
    old = begun(book)
    before = key(book, old)
    with book.reading() as con:
        sealed = con.scalar(select(MEETINGS.c.key_sealed))
    new = stories.begin(book, "ann", "hr", "周会", ENDS, stories.draw(), after=old, carried=CHOICES)
    assert key(book, old) is None and key(book, new) not in (None, before) and kept(book) == CHOICES
    assert sealed not in (tmp_path / "ledger.db").read_bytes()


def test_everybody_has_a_story_and_a_key_of_their_own(book: Ledger) -> None:
    ann, bob = begun(book), begun(book, "bob")
    stories.keep(book, "ann", ann, CHOICES)
    assert kept(book, "bob") is None and key(book, ann) != key(book, bob)


def test_a_scene_is_added_once_and_told_again_when_it_was_left_out(book: Ledger) -> None:
    stories.keep(book, "ann", begun(book), CHOICES)
    assert stories.add(book, "ann", [Wish("stand"), Wish("risk")], lambda: ()) == (1, 3)
    assert [(one.wish.kind, one.hidden) for one in kept(book)] == [("need", False), ("stand", False), ("risk", False)]
    assert stories.add(book, "ann", [Wish("risk")], lambda: ()) == (0, 3)


def test_a_first_scene_is_added_to_those_of_the_house(book: Ledger) -> None:
    begun(book)
    assert stories.add(book, "ann", [Wish("risk")], lambda: [Wish("stand"), Wish("need")]) == (1, 3)


def test_scenes_that_two_windows_add_at_once_are_all_there(book: Ledger) -> None:
    begun(book)
    at_once(*(lambda n=n: stories.add(book, "ann", [Wish("need", team=f"T{n}")], lambda: [Wish("stand")]) for n in range(4)))
    assert {one.wish for one in kept(book)} == {Wish("stand"), *(Wish("need", team=f"T{n}") for n in range(4))}


def test_a_story_has_a_limit_and_what_is_over_it_keeps_nothing(book: Ledger) -> None:
    full = [Choice(Wish("need", team=f"T{n}")) for n in range(MOST_SCENES)]
    meeting = stories.keep(book, "ann", begun(book), full)
    with pytest.raises(TooMany):
        stories.add(book, "ann", [Wish("stand")], lambda: ())
    with pytest.raises(TooMany):
        stories.keep(book, "ann", meeting, [*full, Choice(Wish("stand"))])
    assert len(kept(book)) == MOST_SCENES


def test_no_word_and_no_key_stands_open_in_the_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(engine.ADDRESS, raising=False)
    book = engine.ledger(tmp_path)
    meeting = stories.keep(book, "ann", begun(book), CHOICES)
    drawn = key(book, meeting)
    book.close()
    everything = b"".join(file.read_bytes() for file in tmp_path.glob("ledger.db*"))
    assert not [word for word in ("月会", "本周重点", "再讲原因") if word.encode() in everything]
    assert drawn not in everything and drawn.hex().encode() not in everything


def test_a_key_moved_to_another_meeting_does_not_open(book: Ledger) -> None:
    ann, bob = begun(book), begun(book, "bob")
    with book.writing() as con:
        sealed = con.scalar(select(MEETINGS.c.key_sealed).where(MEETINGS.c.id == ann.id))
        con.execute(MEETINGS.update().where(MEETINGS.c.id == bob.id).values(key_sealed=sealed))
    with pytest.raises(vault.KeyLost):
        key(book, bob)


def test_who_is_forgotten_leaves_no_row(book: Ledger) -> None:
    stories.keep(book, "ann", begun(book), CHOICES, "form-4")
    begun(book, "bob")
    with book.writing() as con:
        assert stories.forget(con, "ann") and not stories.forget(con, "ann")
    with book.reading() as con:
        assert con.scalars(select(MEETINGS.c.owner)).all() == ["bob"]
        assert not con.execute(select(MEETING_SCENES)).all() and not con.execute(select(MEETING_REQUESTS).where(MEETING_REQUESTS.c.owner == "ann")).all()


def test_a_restored_ledger_tells_the_same_story_with_the_same_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(engine.ADDRESS, raising=False)
    book = engine.ledger(tmp_path / "a")
    meeting = stories.keep(book, "ann", begun(book), CHOICES)
    drawn = key(book, meeting)
    book.close()
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    restored = engine.ledger(tmp_path / "b")
    assert kept(restored) == CHOICES and key(restored, meeting) == drawn


def test_a_ledger_restored_without_its_key_file_says_so_and_makes_no_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(engine.ADDRESS, raising=False)
    book = engine.ledger(tmp_path / "a")
    begun(book)
    book.close()
    shutil.copytree(tmp_path / "a", tmp_path / "b", ignore=shutil.ignore_patterns("vault.key"))
    restored = engine.ledger(tmp_path / "b")
    with pytest.raises(vault.KeyLost):
        begun(restored, "bob")
    assert not (tmp_path / "b" / "keys" / "vault.key").exists()


def test_a_meeting_is_in_the_audit_without_its_title(book: Ledger) -> None:
    begun(book, title="与张伟的月会")
    [line] = [line for line in audit.lines(book) if line.action == "meeting.made"]
    assert "张伟" not in str(line) and audit.verify(book) is None
