"""What every page can be taken along by: whose acts, which scenes stand for a page as it is picked, and what is said about it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import streamlit as st

from lib.access.desk import Desk
from lib.access.roles import SELF_ONLY, Viewer
from lib.access.story_desk import StoryDesk, Wish
from lib.care.talk_card import as_day
from lib.show import heat, pick, sections, share, tags_picks
from lib.story import scenes
from lib.warehouse.store import Store
from lib.words import sentences
from tests.crawl import pages

PAGES = pages()


def desk(folder: Path, role: str = "hr") -> Desk:
    scope = {"employee_id": "K00001"} if role in SELF_ONLY else {"teams": ("电销一组",)} if role == "lead" else {}
    return Desk(Store(folder), Viewer(role, **scope))


def wished(folder: Path, page: str, role: str = "hr") -> tuple[Wish, ...]:
    own = desk(folder, role)
    return share.wishes(page, own, StoryDesk(own))[0]


def test_every_page_of_the_app_is_in_the_table_and_nothing_else() -> None:
    assert set(share.PAGES) == set(PAGES)


def test_every_kind_that_a_page_gives_is_one_that_can_be_told_and_has_a_name() -> None:
    kinds = {kind for given in share.PAGES.values() for kind in given.kinds} | {"goals"}
    assert kinds <= set(scenes.SCENES) and all(f"present.kind.{kind}" in sentences() for kind in kinds)


def test_every_page_that_presenters_may_open_can_be_added() -> None:
    assert {page for page, roles in PAGES.items() if set(roles) & {"boss", "hr", "presenter"}} - {"present"} == {page for page, given in share.PAGES.items() if given.kinds}


@pytest.mark.parametrize(("page", "role"), sorted((page, role) for page, roles in PAGES.items() for role in roles))
def test_a_picture_is_everybodys_and_the_story_only_of_those_who_present(demo_dir: Path, page: str, role: str) -> None:
    acts = share.acts(page, desk(demo_dir, role))
    if role in ("boss", "hr", "presenter") and page != "present":
        assert acts == (["copy", "add", "present"] if share.PAGES[page].kinds else ["copy", "present"])
    else:
        assert acts == ["copy"]


def test_a_page_of_the_newest_week_is_told_of_the_newest_week_also_later(unwritten: Path) -> None:
    newest, before = pick.weeks(desk(unwritten))[:2]
    st.session_state["kept.week"] = newest
    assert wished(unwritten, "glance") == (Wish("stand"), Wish("changes"))
    st.session_state["kept.week"] = before
    assert wished(unwritten, "glance") == (Wish("stand", week=before.isoformat()), Wish("changes", week=before.isoformat()))


def test_the_picks_of_a_page_limit_its_scenes(unwritten: Path) -> None:
    st.session_state["kept.department"] = "电销部"
    assert {wish.department for wish in wished(unwritten, "glance", "boss")} == {"电销部"}
    st.session_state[f"kept.{tags_picks.HEAT}.cell"] = ("电销一组", "high_pressure")
    assert wished(unwritten, "tags") == (Wish("need", team="电销一组", tag="high_pressure"),)
    st.session_state["kept.tags.view"], st.session_state["kept.tags.team"] = "people", "电销三组"
    assert wished(unwritten, "tags") == (Wish("need", team="电销三组"),)
    st.session_state["kept.team"] = "电销二组"
    assert wished(unwritten, "board", "boss") == (Wish("goals", team="电销二组"),)


def test_the_open_team_of_morale_is_the_one_that_is_added(unwritten: Path) -> None:
    own = desk(unwritten, "boss")
    held = sections.held_of("morale", own)
    held.view = "teams"
    teams = StoryDesk(own).presenter.read("story_teams")
    held.state["teams.open"] = str(teams["nth"].iloc[1])
    office = StoryDesk(own)
    assert share.wishes("morale", own, office)[0] == (Wish("morale", team=teams["team"].iloc[1]),)
    held.view = "goals"
    assert [wish.kind for wish in share.wishes("morale", own, office)[0]] == ["goals"]


def test_a_page_about_a_person_gives_the_picture_of_the_team_and_never_of_the_person(unwritten: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = desk(unwritten)
    person = own.store.current().frame("select employee_id, name, team from employees where active and team is not null order by employee_id limit 1").iloc[0]
    monkeypatch.setattr(st, "query_params", {"id": person["employee_id"]})
    asked, picked = share.wishes("person", own, StoryDesk(own))
    assert picked.instead and {wish.team for wish in asked} == {person["team"]} and person["name"] not in str(asked) and person["employee_id"] not in str(asked)
    told = share._add("person", own)
    assert told["more"] and person["team"] in told["text"] and person["name"] not in str(told)


def test_what_is_added_is_said_and_a_second_time_that_it_is_there(unwritten: Path) -> None:
    first = share._add("tags", desk(unwritten, "boss"))
    st.session_state[f"kept.{tags_picks.HEAT}.cell"] = ("电销一组", "high_pressure")
    second, third = share._add("tags", desk(unwritten, "boss")), share._add("tags", desk(unwritten, "boss"))
    assert not first.get("wrong") and "电销一组" in second["text"] and second["text"] != third["text"] and second["link"]
    assert [choice.wish for choice in StoryDesk(desk(unwritten, "boss")).choices()][-1] == Wish("need", team="电销一组", tag="high_pressure")


def test_a_full_story_says_so_and_leads_to_it(unwritten: Path) -> None:
    office = StoryDesk(desk(unwritten, "boss"))
    teams = office.desk.everybody.teams
    from lib.access.story_desk import Choice
    many = [Choice(Wish(kind, team=team)) for kind in ("need", "morale", "risk", "goals", "stand", "changes") for team in teams][:30]
    office.keep(many, office.meeting())
    told = share._add("effect", desk(unwritten, "boss"))
    assert told["wrong"] and told["link"] and "30" in told["text"] and len(office.choices()) == 30


def test_a_page_that_names_people_says_so_under_its_picture(demo_dir: Path) -> None:
    """Whoever sees names on a page is told that its picture holds them; boss and presenter never see one."""
    for page, roles in PAGES.items():
        for role in roles:
            assert (role in share.PAGES[page].names) == (role in ("hr", "lead", "mentor", "employee") and page in ("today", "tags", "person", "morale", "risk", "my_day"))


def test_the_line_under_a_picture_says_from_when_and_that_the_company_is_invented(demo_dir: Path) -> None:
    own = desk(demo_dir, "boss")
    as_of = own.read("house_day")["as_of"].iloc[0]
    foot = share._foot("glance", own, as_of)
    assert str(as_day(as_of).year) in foot and "演示" in foot and isinstance(as_of, pd.Timestamp)


def test_heat_keeps_its_picks_where_share_looks_for_them() -> None:
    st.session_state[f"kept.{tags_picks.HEAT}.cell"] = ("a", "b")
    assert heat.picked(tags_picks.HEAT, "cell") == ("a", "b")
