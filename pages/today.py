"""Today: whom HR talks with today and why, logged in one step; the standard; the sentences and what can be offered."""

from __future__ import annotations

import streamlit as st

from lib.access.care_desk import CareDesk
from lib.access.desk import Desk, NotAllowed
from lib.show import cards, care_live, door, stage, tables, today_acts, today_page
from lib.show.today_page import LIVE


def page(desk: Desk) -> None:
    """Draw the landing page of HR; whose session ends meanwhile is led to the door."""
    try:
        _page(desk)
    except NotAllowed:
        if desk.viewer.role != "hr" or door.still_here(desk.store, desk.viewer):
            raise
        st.rerun(scope="app")


def _page(desk: Desk) -> None:
    office = CareDesk(desk, lambda: door.still_here(desk.store, desk.viewer))
    board = today_page.board(office)
    asked = care_live.asked(LIVE)
    today_acts.act(office, board, asked, care_live.picked(LIVE))
    html, behind = today_page.draw(office, board)
    care_live.draw(html, LIVE, board.turn)
    if behind and today_page.wants_tables():
        for rows in behind():
            tables.behind(*rows, key=f"today.{rows[1]}")
    cards.end("today", (board.view, board.person, board.turn))
    if asked and asked.what == "person":
        stage.open_page("person", id=asked.of)
