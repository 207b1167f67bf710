"""What a story is told under: teams however they are set, settings that change, pages that are behind, users who may not come in any more."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lib.access import letters, mentions, sign_in
from lib.access.desk import Desk
from lib.access.masks import Pseudonyms
from lib.access.roles import Viewer
from lib.access.story_desk import StoryDesk, Wish, shown_to
from lib.ledger import engine, stories
from lib.show import present_arrange, present_story, sections, share, shelf
from lib.show.care_live import Asked
from lib.show.sections import Held
from lib.story import scenes
from lib.warehouse.store import Store

TOLD = letters.told(mentions.known([], ["电销一组", "二部 2 组", "North Team", "East"]), Pseudonyms(b"k" * 32, "m", letters=True))


@pytest.mark.parametrize(("team", "written"), [("电销一组", "电销 一组"), ("电销一组", "电\u200b销一组"), ("二部 2 组", "二部２组"), ("North Team", "NORTH  team"), ("East", "EAST")])
def test_a_team_is_a_letter_however_it_is_set(team: str, written: str) -> None:
    assert TOLD.in_text(f"复盘:{written},很好") == f"复盘:{TOLD.shown[team]},很好"


@pytest.mark.parametrize("text", ["we go east", "Eastern", "电销二组", ""])
def test_words_that_are_no_team_stay(text: str) -> None:
    assert TOLD.in_text(text) == text


def test_every_setting_that_a_scene_reads_is_one_that_it_is_kept_under() -> None:
    read = {name for file in Path(scenes.__file__).parent.glob("*.py") for name in re.findall(r'settings\.get\(\s*"([\w.]+)"', file.read_text("utf-8"))}
    assert read == set(scenes.SETTINGS)


def test_a_story_is_told_anew_when_a_setting_that_it_reads_is_changed(unwritten: Path) -> None:
    shown = Desk(Store(unwritten), Viewer("boss"), shelf.through, shelf.keep).presenting(Pseudonyms(b"k" * 32))
    first = present_story._kept(shown, "settings", (), object)
    assert present_story._kept(shown, "settings", (), object) is first
    (unwritten / "settings.toml").write_text('"story.leaver_cost" = 12345\n', "utf-8")
    try:
        assert present_story._kept(shown, "settings", (), object) is not first
    finally:
        (unwritten / "settings.toml").unlink()


@pytest.mark.parametrize("what", ["reset", "anew"])
def test_a_page_that_is_behind_takes_nothing_away(what: str, unwritten: Path) -> None:
    own = Desk(Store(unwritten), Viewer("presenter"), shelf.through, shelf.keep)
    office = StoryDesk(own)
    drawn = re.search(rf"data-ask='present.{what}' data-of='([^']+)'", _arranged(own, office))
    office.change(office.meeting(), "另一个窗口", letters=False)
    held, now = Held(), office.meeting()
    assert drawn
    sections.act(own, held, [present_arrange], Asked(f"present.{what}", drawn[1], "f"))
    assert held.wrong and office.meeting() == now and not held.told


def _arranged(own: Desk, office: StoryDesk) -> str:
    office.keep(present_story.of(own).choices, office.meeting())
    return present_arrange.html(own, Held())


def test_the_meeting_of_a_user_who_may_not_come_in_any_more_is_gone(tmp_path: Path) -> None:
    sign_in.first_admin(tmp_path, "管理员", "ein langes Passwort")
    book = engine.ledger(tmp_path)
    for name in ("汇报的人", "另一位"):
        sign_in.add_user(tmp_path, name, "ein langes Passwort", "presenter")
        stories.begin(book, sign_in.login_of(name), "presenter", "x", stories.now().date(), stories.draw())
    sign_in.disable_user(tmp_path, "汇报的人")
    with book.reading() as con:
        assert stories.current(con, book, sign_in.login_of("汇报的人")) is None and stories.current(con, book, sign_in.login_of("另一位")) is not None




def test_what_a_presenter_has_open_is_what_is_added_and_stays_open(unwritten: Path) -> None:
    own = Desk(Store(unwritten), Viewer("presenter"), shelf.through, shelf.keep)
    office = StoryDesk(own, kinds=scenes.SCENES)
    office.meeting()
    page = shown_to(own)
    held, teams = sections.held_of("morale", page), page.read("story_teams")
    held.view, held.state["teams.open"] = "teams", str(teams["nth"].iloc[1])
    assert not share._add("morale", own).get("wrong")
    assert (office.choices() or ())[-1].wish == Wish("morale", team=str(teams["team"].iloc[1])) and sections.held_of("morale", page) is held
