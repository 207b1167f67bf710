"""Present: who may show a story, what arranging keeps, what a live question may reach, and what is written down before a file leaves."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass, replace
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st

from lib.access import sign_in
from lib.access.desk import Desk, NotAllowed
from lib.access.roles import ROLES, Viewer
from lib.access.story_desk import Changed, StoryDesk, Wish
from lib.ledger import audit, engine
from lib.show import door, present_arrange, present_now, present_out, present_player, present_story, sections, shelf
from lib.show.care_live import Asked
from lib.show.parts import week_span
from lib.show.sections import Held, Wrong
from lib.story import fonts, scenes, slides
from lib.warehouse.store import Store
from lib.words import say, sentences, speak
from tests.conftest import page_of
from tests.story_scenes import plain
from tests.test_story_template import template
from tests.told_scenes import changed

PRESENTERS = ("presenter", "boss", "hr")


def desk(data: Path, role: str = "presenter", **scope: object) -> Desk:
    return Desk(Store(data), Viewer(role, **scope), shelf.through, shelf.keep)  # type: ignore[arg-type]


def shown(data: Path, role: str = "presenter") -> present_story.Shown:
    return present_story.of(desk(data, role))


@pytest.fixture(scope="module")
def looked(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy in which nothing is arranged: for tests that only look."""
    return Path(shutil.copytree(demo_dir, tmp_path_factory.mktemp("looked") / "data", ignore=shutil.ignore_patterns("ledger.db*")))


def do(data: Path, what: str, of: str = "", role: str = "presenter", held: Held | None = None, form: str = "", **typed: str) -> str:
    told = present_arrange.act(desk(data, role), Asked(f"present.{what}", of, form or f"present.{what}", typed), held or Held())
    assert told is not None
    return told


def names(data: Path, role: str = "presenter") -> list[str]:
    return present_arrange.named(shown(data, role).choices)


def kinds(data: Path, role: str = "presenter") -> list[str]:
    return [scene.wish.kind for scene in shown(data, role).story.scenes]


# --- who, and what at once --------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("role", "lang"), [("presenter", "zh"), ("boss", "en"), ("hr", "zh")])
def test_the_page_opens_for_those_who_present(role: str, lang: str, looked: Path) -> None:
    page = page_of("present", looked, role, lang).run()
    assert not page.exception


@pytest.mark.parametrize("role", [role for role in ROLES if role not in PRESENTERS])
def test_nobody_else_has_a_story(role: str, demo_dir: Path) -> None:
    scope = {"lead": {"teams": ("x",)}, "employee": {"employee_id": "x"}, "mentor": {"employee_id": "x"}}.get(role, {})
    with pytest.raises(NotAllowed):
        present_story.office(desk(demo_dir, role, **scope))


def test_the_story_is_read_as_a_presenter_of_the_same_teams_whoever_looks(unwritten: Path) -> None:
    teams = tuple(Store(unwritten).current().frame("select min(team) as t from employees group by department")["t"])
    there = present_story.of(desk(unwritten, "hr", teams=teams))
    assert there.presenter.viewer.role == "presenter" and there.presenter.viewer.teams == teams


def test_everything_the_browser_is_sent_names_nobody(looked: Path) -> None:
    people = Store(looked).current().frame("select employee_id, name from employees")
    sent = json.dumps(present_player.slides_of(shown(looked, "hr")), ensure_ascii=False) + present_arrange.html(desk(looked, "hr"), Held())
    assert [row for row in people.itertuples(index=False) if row.name in sent or row.employee_id in sent] == []


def test_what_a_question_is_asked_with_is_never_sent(looked: Path) -> None:
    there = shown(looked)
    picture = next(scene.picture for scene in there.story.scenes if scene.picture and any(scene.picture.asks))
    secret = tuple(f"asked-with-{place}" if ask else "" for place, ask in enumerate(picture.asks))
    scene = replace(there.story.scenes[0], picture=replace(picture, asks=secret))
    sent = slides.slide(scene)
    assert "data-i=" in str(sent["wide"]) and "asked-with" not in json.dumps(sent)
    assert "data-i=" not in str(slides.slide(scene, live=False)["wide"])


def test_every_kind_of_scene_has_a_name() -> None:
    assert [kind for kind in scenes.SCENES if f"present.kind.{kind}" not in sentences()] == []


def test_all_that_the_player_says_is_in_the_words() -> None:
    said = set(re.findall(r"say\('(\w+)'", slides.script())) | {f"out_{state}" for state in ("busy", "done", "failed")} | {f"by_{what}" for what in ("team", "week", "month", "tag")}
    speak("en")
    assert said <= set(slides.spoken())


# --- arranging --------------------------------------------------------------------------------------------------------------------

def test_a_scene_moves_and_stays_moved(unwritten: Path) -> None:
    before = names(unwritten)
    assert do(unwritten, "down", before[0]) == say("present.told.moved", at=2, of=len(before))
    assert names(unwritten) == [before[1], before[0], *before[2:]]
    do(unwritten, "up", before[0])
    assert names(unwritten) == before


def test_the_first_scene_cannot_be_moved_before_itself(unwritten: Path) -> None:
    before = names(unwritten)
    do(unwritten, "up", before[0])
    assert names(unwritten) == before


def test_a_scene_left_out_is_in_the_list_and_not_in_the_story(unwritten: Path) -> None:
    first, told = names(unwritten)[0], kinds(unwritten)
    do(unwritten, "flip", first)
    assert kinds(unwritten) == told[1:] and names(unwritten)[0] == first
    assert say("present.left_out") in present_arrange.html(desk(unwritten), Held())
    do(unwritten, "flip", first)
    assert kinds(unwritten) == told


def test_a_removed_scene_comes_back_with_the_default(unwritten: Path) -> None:
    before = names(unwritten)
    do(unwritten, "drop", before[0])
    assert names(unwritten) == before[1:]
    do(unwritten, "reset")
    assert names(unwritten) == before


def test_a_story_without_scenes_says_so_and_is_not_filled_up(unwritten: Path) -> None:
    for name in names(unwritten):
        do(unwritten, "drop", name)
    assert shown(unwritten).story.scenes == () and say("present.none") in unescape(present_arrange.html(desk(unwritten), Held()))
    assert not page_of("present", unwritten, "presenter").run().exception


def test_a_scene_of_one_team_is_added_once(unwritten: Path) -> None:
    team = present_story.teams(shown(unwritten).presenter)[1][0]
    before = len(names(unwritten))
    assert do(unwritten, "add", kind="need", team=team) == say("present.told.added", at=before + 1)
    assert do(unwritten, "add", kind="need", team=team) == say("present.told.there", at=before + 1)
    assert shown(unwritten).choices[-1].wish == Wish("need", team=team)


def test_what_cannot_be_shown_is_not_added_and_says_why(looked: Path) -> None:
    for typed in ({"kind": "no_such"}, {"kind": "need", "team": "没有这个组"}, {"kind": "need", "week": "2026-01-01"}, {}):
        with pytest.raises(Wrong):
            do(looked, "add", **typed)


def test_a_name_in_caption_and_notes_becomes_a_pseudonym_and_the_page_says_where(unwritten: Path) -> None:
    name = str(Store(unwritten).current().frame("select max(name) as n from employees where length(name) > 2")["n"][0])
    there = shown(unwritten)
    which = present_arrange.named(there.choices)[1]
    told = do(unwritten, "words", f"{which}:{there.meeting.version}", form=f"present.words:{which}", caption=f"感谢{name}的带教", notes="先停一停")
    assert say("present.replaced.caption", at=2) in told and say("present.replaced.notes", at=2) not in told
    scene = shown(unwritten).story.scenes[1]
    assert name not in scene.caption and scene.caption.startswith("感谢") and scene.notes.startswith("先停一停")


def test_words_that_were_changed_in_another_window_are_not_overwritten(unwritten: Path) -> None:
    there = shown(unwritten)
    first = present_arrange.named(there.choices)[0]
    do(unwritten, "words", f"{first}:{there.meeting.version}", form="a", caption="一")
    with pytest.raises(Wrong):
        do(unwritten, "words", f"{first}:{there.meeting.version}", form="b", caption="二")
    assert shown(unwritten).choices[0].caption == "一"


def test_a_form_that_is_sent_twice_is_kept_once(unwritten: Path) -> None:
    there, held = shown(unwritten), Held()
    first = present_arrange.named(there.choices)[0]
    for _ in range(2):
        do(unwritten, "words", f"{first}:{there.meeting.version}", held=held, form="a", caption="一", key="k" * 8)
    assert shown(unwritten).choices[0].caption == "一"


@pytest.mark.parametrize("what", ["up", "down", "flip", "drop"])
def test_a_page_that_is_behind_changes_nothing_and_says_that_another_window_did(what: str, unwritten: Path) -> None:
    """The second scene here is left out and moved in another tab meanwhile."""
    held, there = Held(), desk(unwritten)
    present_arrange.html(there, held)
    second = names(unwritten)[1]
    do(unwritten, "flip", second)
    do(unwritten, "down", second)
    kept = shown(unwritten).choices
    sections.act(there, held, [present_arrange], Asked(f"present.{what}", second))
    assert shown(unwritten).choices == kept and held.told == "" and held.wrong.startswith(say("share.wrong.changed", when="")[:10])
    assert say("present.left_out") in present_arrange.html(there, held)   # the page shows it as it is now, and goes on from there
    assert do(unwritten, what, second, held=held) and shown(unwritten).choices != kept


def test_two_quick_clicks_in_one_tab_are_no_other_window(unwritten: Path) -> None:
    held = Held()
    present_arrange.html(desk(unwritten), held)
    first = names(unwritten)[0]
    for _ in range(2):   # the second one before the page is drawn again
        do(unwritten, "down", first, held=held)
    assert names(unwritten)[2] == first


def test_teams_as_letters_are_letters_in_every_scene(unwritten: Path) -> None:
    there = shown(unwritten)
    teams = set(Store(unwritten).current().frame("select distinct team from employees where active")["team"])
    assert any(team in json.dumps(present_player.slides_of(there), ensure_ascii=False) for team in teams)
    do(unwritten, "meeting", str(there.meeting.version), title="周会", letters="yes")
    sent = json.dumps(present_player.slides_of(shown(unwritten)), ensure_ascii=False)
    assert [team for team in teams if team in sent] == [] and shown(unwritten).story.title == "周会"


def test_a_new_meeting_keeps_order_and_words(unwritten: Path) -> None:
    before = names(unwritten)
    do(unwritten, "down", before[0])
    old = shown(unwritten).meeting.id
    do(unwritten, "anew", title="")
    assert shown(unwritten).meeting.id != old and names(unwritten) == [before[1], before[0], *before[2:]]


def test_what_somebody_else_arranged_is_not_mine(unwritten: Path) -> None:
    before = names(unwritten, "boss")
    do(unwritten, "down", before[0], role="presenter")
    assert names(unwritten, "boss") == before


def test_a_scene_that_is_gone_is_said_to_be_gone(looked: Path) -> None:
    held = Held()
    sections.act(desk(looked), held, [present_arrange], Asked("present.up", "00000000"))
    assert held.wrong == say("morale.wrong.gone")


def test_typed_markup_stays_words(unwritten: Path) -> None:
    there = shown(unwritten)
    first = present_arrange.named(there.choices)[0]
    do(unwritten, "words", f"{first}:{there.meeting.version}", form="a", caption="<img src=x onerror=alert(1)>", notes="</textarea><script>")
    html = present_arrange.html(desk(unwritten), Held())
    assert "<img" not in html and "<script" not in html


# --- a live question --------------------------------------------------------------------------------------------------------------

def ask(there: present_story.Shown, **more: object) -> dict[str, object]:
    stamp = str(present_player.slides_of(there)["stamp"])
    return present_player.answer(there, stamp, json.dumps({"stamp": stamp, "scene": 0, "picked": {}} | more))


def at_bars(there: present_story.Shown) -> int:
    return next(place for place, scene in enumerate(there.story.scenes) if scene.picture and any(scene.picture.asks))


def test_a_click_on_a_bar_shows_that_team(looked: Path) -> None:
    there = shown(looked)
    at = at_bars(there)
    team = there.story.scenes[at].picture.asks[0]  # type: ignore[union-attr]
    told = ask(there, scene=at, place=0)
    assert team in str(told["scene"]["title"]) and team in str(told["label"])  # type: ignore[index]
    assert "picture" not in told and told["picked"] == {"team": [value for value, _ in present_story.teams(there.presenter)].index(team)}


def test_a_pick_is_added_to_what_was_picked(looked: Path) -> None:
    there = shown(looked)
    at = at_bars(there)
    first = ask(there, scene=at, pick="team", of=1)
    second = ask(there, scene=at, picked=first["picked"], pick="week", of=2)
    assert second["picked"] == {"team": 1, "week": 2} and second["turn"] == 2
    team, week = present_story.teams(there.presenter)[1][1], present_story.weeks(there.presenter)[2][1]
    assert team in str(second["label"]) and week in str(second["label"])


def test_a_question_offers_teams_first_then_the_period_then_tags(looked: Path) -> None:
    assert list(present_story.picks(shown(looked).presenter)) == ["team", "week", "month", "tag"]


def test_letters_of_teams_are_offered_in_their_own_order_which_tells_nothing_of_the_names(unwritten: Path) -> None:
    do(unwritten, "meeting", str(shown(unwritten).meeting.version), letters="yes")
    there = shown(unwritten).presenter
    offered = [label for _, label in present_story.teams(there)[1:]]
    assert len(offered) > 3 and offered == sorted(offered, key=lambda label: (len(label), label))
    assert set(offered) == set(there.read("story_teams")["team"])


def test_a_month_is_asked_for_by_its_last_whole_week_and_says_which_that_is(looked: Path) -> None:
    there = shown(looked)
    weeks = sorted(pd.Timestamp(week).date() for week in there.presenter.read("weeks")["week"])
    months = [date.fromisoformat(monday) for monday, _ in present_story.months(there.presenter)]
    sunday = [monday + timedelta(6) for monday in months]
    assert len(months) > 2 and all((day + timedelta(7)).month != day.month for day in sunday)
    assert len({(day.year, day.month) for day in sunday}) == len(months) and set(months) <= set(weeks)
    told = ask(there, pick="month", of=1)
    assert present_story.months(there.presenter)[1][1] in str(told["label"]) and week_span(months[1]) in str(told["label"])
    assert told["scene"]["title"].startswith(f"{months[1].year}年{months[1].month}月{months[1].day}日")  # type: ignore[index]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_month_that_has_just_ended_is_asked_for_by_the_latest_week(lang: str, looked: Path, tmp_path: Path) -> None:
    speak(lang)
    folder = Path(shutil.copytree(looked, tmp_path / "ended", ignore=shutil.ignore_patterns("ledger.db*")))
    there = shown(changed(looked, folder, "delete from team_weeks where week > date '2026-10-19'"))     # the week to Sunday 25 October
    value, label = present_story.months(there.presenter)[0]
    assert value == "" and label == ("10月底" if lang == "zh" else "end of Oct") and present_story.months(there.presenter)[1][0] == "2026-09-21"
    told = ask(there, pick="month", of=0)
    assert label in str(told["label"]) and week_span(date(2026, 10, 19)) in str(told["label"])
    assert plain(told["scene"]["title"]) == there.story.scenes[0].title  # type: ignore[index]


def test_a_scene_of_a_months_end_is_kept_by_its_day_and_offered_apart_from_the_weeks_with_its_days(looked: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(looked, tmp_path / "ended", ignore=shutil.ignore_patterns("ledger.db*")))
    data = changed(looked, folder, "delete from team_weeks where week > date '2026-10-19'")
    drawn = unescape(present_arrange.html(desk(data), Held()))
    weeks, ends = re.findall(r"<optgroup label='([^']*)'>(.*?)</optgroup>", drawn)
    assert (weeks[0], ends[0]) == (say("present.player.by_week"), say("present.player.by_month"))
    offered = dict(re.findall(r"<option value='([^']*)'>([^<]*)</option>", ends[1]))
    assert offered["2026-10-19"] == say("present.month_week", month="10月底", span="10月19日–25日") and "" not in offered
    values = re.findall(r"<option value='([^']*)'", weeks[1])
    assert len(values) == len(set(values)) and values[0] == ""
    do(data, "add", kind="need", week="2026-10-19")
    assert shown(data).choices[-1].wish == Wish("need", week="2026-10-19") and "10月19日–25日" in present_arrange.html(desk(data), Held())


def test_a_week_takes_the_place_of_a_month_and_a_month_that_of_a_week(looked: Path) -> None:
    there = shown(looked)
    month = ask(there, pick="month", of=0)
    week = ask(there, picked=month["picked"], pick="week", of=2)
    assert week["picked"] == {"week": 2} and ask(there, picked=week["picked"] | {"team": 1}, pick="month", of=0)["picked"] == {"team": 1, "month": 0}  # type: ignore[operator]


def test_a_team_under_the_limit_stays_hidden_in_an_answer_and_says_so(unwritten: Path) -> None:
    (unwritten / "settings.toml").write_text('"privacy.min_group" = 50\n', "utf-8")
    try:
        there = shown(unwritten)
        told = ask(there, pick="team", of=1)
    finally:
        (unwritten / "settings.toml").unlink()
    sent = told["scene"]
    assert sent["wide"] == "" and "50" in sent["title"]  # type: ignore[index]


@pytest.mark.parametrize("question", [
    "", "null", "[]", "{", "[" * 100_000, '{"stamp": 3}', json.dumps({"scene": 10**9}), json.dumps({"scene": -1}), json.dumps({"scene": "0; drop table", "place": {}})])
def test_what_is_no_question_answers_nothing_and_breaks_nothing(question: str, looked: Path) -> None:
    there = shown(looked)
    stamp = str(present_player.slides_of(there)["stamp"])
    assert present_player.answer(there, stamp, question).get("scene") is None
    asked = json.loads(question) if question.startswith('{"scene') else None
    if asked:
        assert present_player.answer(there, stamp, json.dumps(asked | {"stamp": stamp})).get("scene") is None


@pytest.mark.parametrize("more", [{"pick": "team", "of": 10**6}, {"pick": "team", "of": "团队"}, {"pick": "notes", "of": 1}, {"place": 10**6}, {"place": "x"},
                                  {"picked": [1]}, {"picked": {"team": -1, "kind": 2}}])
def test_a_pick_that_was_not_offered_limits_nothing(more: dict[str, object], looked: Path) -> None:
    there = shown(looked)
    told = ask(there, **more)
    assert plain(told["scene"]["title"]) == there.story.scenes[0].title  # type: ignore[index]


def test_a_question_about_a_story_that_changed_meanwhile_is_asked_again(looked: Path) -> None:
    there = shown(looked)
    told = present_player.answer(there, "now", json.dumps({"stamp": "then", "scene": 0}))
    assert told["scene"] is None and told["say"] == say("present.live.moved")


def test_without_a_new_question_the_last_answer_stands(looked: Path) -> None:
    there = shown(looked)
    first = ask(there, pick="team", of=1)
    assert present_player.answer(there, str(present_player.slides_of(there)["stamp"]), None) == first


def test_an_answer_is_for_who_asked_and_of_the_story_that_was_asked(looked: Path) -> None:
    boss = shown(looked, "boss")
    stamp = str(present_player.slides_of(boss)["stamp"])
    told = ask(boss, pick="team", of=1)
    assert present_player.answer(boss, "another", None).get("scene") is None
    told = ask(boss, pick="team", of=1)
    assert told["scene"] and present_player.answer(shown(looked, "hr"), stamp, None).get("scene") is None
    assert ask(shown(looked, "hr"), pick="team", of=1)["turn"] > told["turn"]  # type: ignore[operator]


def test_whoever_comes_back_begins_with_the_story_and_can_still_ask_about_the_answer(looked: Path) -> None:
    there = shown(looked)
    stamp, at = str(present_player.slides_of(there)["stamp"]), at_bars(there)
    told = ask(there, scene=at, pick="week", of=1)
    present_player._drawn_anew(there, stamp)
    assert present_player.answer(there, stamp, None) == {"turn": told["turn"]}
    first = present_player._last(there, stamp).picture.picture.asks[0]  # type: ignore[attr-defined]
    again = ask(there, scene=at, picked=told["picked"], asked=True, place=0)
    assert again["picked"]["week"] == 1 and first in str(again["label"])  # type: ignore[index]


def test_a_tab_keeps_nothing_for_who_signs_in_next_but_the_language(unwritten: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    company = Path(shutil.copytree(unwritten, tmp_path / "company"))
    sign_in.first_admin(company, "管理员", "ein langes Passwort")
    monkeypatch.setattr(st, "rerun", lambda **how: None)
    st.session_state.update({"present.held": Held(("boss",)), "kept.x": 1, "header.language": "en"})
    door._enter(Store(company), "管理员", "ein langes Passwort")
    assert set(st.session_state) == {"header.language", "door.token"}


# --- files ------------------------------------------------------------------------------------------------------------------------

def test_the_names_of_files_hold_a_day_and_what_nobody_can_guess() -> None:
    assert all(re.fullmatch(r"kanjian-\d{4}-\d\d-\d\d-[0-9a-f]{8}(-png|-csv)?\.(pptx|pdf|zip|html)", present_out.file_name(kind)) for kind in present_out.MIME)
    assert present_out.file_name("pdf") != present_out.file_name("pdf")


@dataclass(frozen=True)
class Given:
    """A file as the field for it hands it over."""

    file_id: str
    content: bytes

    def getvalue(self) -> bytes:
        return self.content


def give(there: present_story.Shown, content: bytes) -> Held:
    held = present_now.held(there)
    st.session_state[held.key(present_out.TEMPLATE)] = Given("1", content)
    present_out._take(held, there)
    return held


def test_a_template_stays_until_it_is_taken_back_and_belongs_to_one_viewer(looked: Path) -> None:
    there = shown(looked)
    held, field = give(there, template()), present_now.held(there).key(present_out.TEMPLATE)
    del st.session_state[field]      # the field is closed
    present_out._take(held, there)
    assert held.state[present_out.TEMPLATE] and present_out.TEMPLATE not in present_now.held(shown(looked, "boss")).state
    present_out._drop(held)
    assert present_out.TEMPLATE not in held.state and held.key(present_out.TEMPLATE) != field


def test_a_template_that_names_somebody_of_the_company_is_refused_and_says_where(looked: Path) -> None:
    name = str(Store(looked).current().frame("select max(name) as n from employees where length(name) > 2")["n"][0])

    def change(found: object) -> None:
        found.slide_layouts[1].placeholders[1].text_frame.text = f"制作:{name}"  # type: ignore[attr-defined]

    held = give(shown(looked), template(change))
    assert present_out.TEMPLATE not in held.state
    assert held.state["out.template.told"] == f"{say('deck.template.names', where=f'制作:{name}')} {say('deck.template.names.remedy')}"


def test_no_file_is_made_of_a_meeting_that_is_over(unwritten: Path) -> None:
    there = shown(unwritten)
    make = present_out.maker(there, "csv", date.today(), None)
    assert make()
    do(unwritten, "anew", title="")
    lines = len(audit.lines(engine.ledger(unwritten, demo=True)))
    with pytest.raises(Changed) as why:
        make()
    assert present_now.wrong(present_now.held(there)) == str(why.value) and present_now.wrong(present_now.held(there)) == ""
    assert len(audit.lines(engine.ledger(unwritten, demo=True))) == lines


def test_no_file_is_made_under_a_limit_that_was_raised_meanwhile(unwritten: Path) -> None:
    make = present_out.maker(shown(unwritten), "csv", date.today(), None)
    (unwritten / "settings.toml").write_text('"privacy.min_group" = 50\n', "utf-8")
    try:
        with pytest.raises(Changed):
            make()
    finally:
        (unwritten / "settings.toml").unlink()


@pytest.mark.parametrize("spoken", ["zh", "en"])
def test_a_sign_that_no_font_has_is_said_on_the_page(spoken: str, unwritten: Path) -> None:
    first = present_arrange.named(shown(unwritten).choices)[0]
    do(unwritten, "words", f"{first}:{shown(unwritten).meeting.version}", form="a", caption="\U00013000 \U0001f7f0 \U000e0fff \U00010fff")
    speak(spoken)
    there = shown(unwritten)
    with pytest.raises(fonts.NoFont):
        present_out.maker(there, "pdf", date.today(), None)()
    assert say("paper.no_sign", signs="", nth=1)[:6] in present_now.wrong(present_now.held(there))


def test_a_snapshot_of_a_page_left_open_overnight_ends_on_no_past_day(looked: Path) -> None:
    assert b"data-until='" + date.today().isoformat().encode() in present_out.maker(shown(looked), "html", date(2020, 1, 1), None)()


@pytest.mark.parametrize("kind", ["html", "csv"])
def test_a_file_is_written_into_the_audit_before_it_leaves(kind: str, unwritten: Path) -> None:
    there = shown(unwritten)
    made = present_out.maker(there, kind, date.today(), None)()
    line = audit.lines(engine.ledger(unwritten, demo=True))[0]
    assert made and (line.action, line.subject, line.detail) == ("story.exported", there.meeting.id, {"kind": kind, "scenes": len(there.story.scenes), "letters": False, "template": None})


def test_who_is_signed_out_gets_no_file(looked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = shown(looked)
    st.session_state["door.token"] = "of a session that is over"
    make = present_out.maker(there, "html", date.today(), None)
    before = audit.lines(engine.ledger(looked, demo=True))
    with pytest.raises(NotAllowed):
        make()
    assert audit.lines(engine.ledger(looked, demo=True)) == before


def test_a_file_is_made_for_who_is_signed_in_until_the_session_ends(unwritten: Path, tmp_path: Path) -> None:
    company = Path(shutil.copytree(unwritten, tmp_path / "company"))
    sign_in.first_admin(company, "管理员", "ein langes Passwort")
    sign_in.add_user(company, "汇报的人", "ein langes Passwort", "presenter")
    token = st.session_state["door.token"] = sign_in.sign_in(company, "汇报的人", "ein langes Passwort")
    own = Desk(Store(company), sign_in.who(company, token))
    make = present_out.maker(present_story.of(own), "html", date.today(), None)
    assert make()
    sign_in.sign_out(company, token)
    with pytest.raises(NotAllowed):
        make()


@pytest.mark.parametrize(("kind", "begins"), [("pptx", b"PK"), ("pdf", b"%PDF"), ("png", b"PK"), ("csv", b"PK"), ("html", b"<!doctype html>")])
def test_every_button_makes_its_file(kind: str, begins: bytes, looked: Path) -> None:
    there = shown(looked)
    assert present_out.made_of(there.story, kind, date.today()).startswith(begins)


def test_a_file_speaks_the_language_of_the_page_it_was_asked_on(looked: Path) -> None:
    speak("en")
    make = present_out.maker(shown(looked), "html", date.today(), None)
    speak("zh")
    assert b"<html lang='en'>" in make() and b"Snapshot expired" in make()


def test_a_story_desk_of_a_session_that_is_over_keeps_nothing(looked: Path) -> None:
    there = shown(looked)
    over = StoryDesk(desk(looked), lambda: False, kinds=scenes.SCENES)
    with pytest.raises(NotAllowed):
        over.keep(there.choices, there.meeting)
