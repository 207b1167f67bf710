"""Board, put together: which team, and its figures as they are now."""

from __future__ import annotations

import zlib

import streamlit as st

from lib.access.desk import Desk
from lib.show import board_view, cards, pick, sections
from lib.words import say

_FEW = 60
"""So many teams fit one list; where there are more, a department is chosen first."""


def team(desk: Desk) -> str | None:
    """The team that is shown: a lead's own, or the one chosen; None when there is none to show."""
    if desk.viewer.teams is not None and len(desk.viewer.teams) == 1:
        return desk.viewer.teams[0]
    teams = desk.read("board_teams", department="")
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="board.picks"):
        if len(teams) and int(teams["in_all"].iloc[0]) > _FEW:
            departments = desk.read("glance_departments")["department"].tolist()
            chosen = pick.one(say("glance.department"), departments, "board.department", width=220)
            teams = desk.read("board_teams", department=chosen or "")
        return pick.one(say("board.team"), teams["team"].tolist(), "team", width=260)


def draw(desk: Desk, team: str | None) -> None:
    """The board of one team, or that there is none; ends the page."""
    if team is None:
        cards.nothing_yet(say("board.nothing"), say("board.nothing.why"), say("board.nothing.how"))
        return cards.end("board", "nothing")
    html = board_view.html(board_view.read(desk, team), desk.smallest_group())
    sections.draw(html, "board.live")
    cards.end("board", f"{zlib.crc32(html.encode()):08x}")
