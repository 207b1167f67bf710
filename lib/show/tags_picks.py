"""Tags picks: what the viewer chose on the Tags page: view, week, department, page of teams, team and tag."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import streamlit as st
from pandas import DataFrame

from lib.access.desk import Desk
from lib.show import heat, pick
from lib.show.tags_view import PAGE
from lib.words import say

HEAT = "tags.heat"
"""The live element that the heatmaps of the page are drawn in."""


@dataclass(frozen=True)
class Choice:
    """What to show: ``view`` (teams, people, library), the week's Monday (None without one), ``mode`` (share, change),
    ``department`` ('' for all) and how many teams to skip before this page."""

    view: str
    week: date | None
    mode: str = "share"
    department: str = ""
    skip: int = 0


def choices(desk: Desk) -> Choice:
    """Draw the bar above the page and return what is chosen."""
    views = ["teams", "people", "library"] if desk.may("tags_people") else ["teams", "library"] if desk.may("tags_teams") else ["library"]
    _follow(views)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="tags.bar"):
        view = pick.among(say("heat.view"), views, "tags.view", lambda key: say(f"heat.view.{key}")) if len(views) > 1 else views[0]
        if view == "library":
            known = pick.weeks(desk)
            return Choice(view, known[0] if known else None)
        week = pick.week(desk)
        mode = pick.among(say("heat.mode"), ["share", "change"], "tags.mode", lambda key: say(f"heat.mode.{key}")) if view == "teams" else ""
        department, skip = _teams(desk)
    return Choice(view, week, mode, department, skip)


def _follow(views: list[str]) -> None:
    """A click on a team's name opens that team's people."""
    now = getattr(st.session_state.get(HEAT), "pick", None)
    if now and "people" in views and str(now).startswith(heat.pick("team", "")):
        st.session_state["pick.tags.view"] = st.session_state["kept.tags.view"] = "people"
        st.session_state["kept.tags.team"] = str(now).split(heat.SEPARATOR)[1]
        st.session_state.pop("pick.tags.team", None)


def _teams(desk: Desk) -> tuple[str, int]:
    """Department and page of teams; each is asked for only where there is a choice."""
    rows = desk.read("tags_departments")
    known = dict(zip(rows["department"].tolist(), rows["teams"].tolist(), strict=True))
    named = [name for name in known if name]
    department = ""
    if len(named) > 1:
        department = pick.one(say("heat.department"), ["", *named], "tags.department",
                              lambda name: name or say("heat.all_departments"), width=160) or ""
    count = int(known[department] if department else sum(known.values()))
    return department, _page(count, "tags.page")


def _page(count: int, key: str) -> int:
    """How many rows to skip; asked for only where there is more than one page."""
    if count <= PAGE:
        return 0
    words = lambda first: say("heat.page_words", first=int(first) + 1, last=min(int(first) + PAGE, count), all=count)
    return int(pick.one(say("heat.page"), [str(s) for s in range(0, count, PAGE)], key, words, width=160) or 0)


def people_page(everybody: DataFrame) -> DataFrame:
    """The page of people that is shown, of all the people of a team (rows of ``tags_person_weeks``)."""
    skip = 0 if everybody.empty else _page(int(everybody["people"].iloc[0]), "tags.people.page")
    return everybody[(everybody["place"] > skip) & (everybody["place"] <= skip + PAGE)]


def team_and_tag(teams: list[str], labels: Mapping[str, str], within: tuple[str, int]) -> tuple[str, str]:
    """One team (of those in most need, or the one whose name was picked) and one tag ('' for all).

    ``within`` is the department and page of teams: a team picked before gives way when these change.
    """
    state = st.session_state
    came = state.get("kept.tags.team")
    if state.get("kept.tags.team.within", within) != within and came not in teams:
        came = None
        state.pop("kept.tags.team", None)
        state.pop("pick.tags.team", None)
    state["kept.tags.team.within"] = within
    options = teams if came is None or came in teams else [came, *teams]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="tags.strip.bar"):
        team = pick.one(say("heat.team"), options, "tags.team", width=160) or ""
        tag = pick.one(say("heat.tag"), ["", *labels], "tags.tag", lambda key: labels.get(key, say("heat.all_tags")), width=160) or ""
    return team, tag


def wants_tables() -> bool:
    """Whether the tables behind the picture are asked for: they are drawn only then."""
    return st.toggle(say("heat.tables"), key="tags.tables")
