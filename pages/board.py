"""Board: a team's goals and figures for the screen on the wall; redraws itself every minute, names nobody."""

from __future__ import annotations

import streamlit as st

from lib import words
from lib.access.desk import Desk
from lib.show import board_page, door

EVERY = 60.0  # seconds between two looks at what is published and logged


def page(desk: Desk) -> None:
    """Draw the board of a lead's own team; the boss chooses one."""
    team, spoken = board_page.team(desk), words.language()

    @st.fragment(run_every=EVERY, key="board.live")
    def live() -> None:
        words.speak(spoken)
        if not door.still_here(desk.store, desk.viewer):
            st.rerun(scope="app")
        board_page.draw(desk.anew(), team)

    live()
