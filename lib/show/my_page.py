"""My day, put together: one phone page out of sections, drawn as one element."""

from __future__ import annotations

import streamlit as st

from lib.access.desk import Desk
from lib.show import my_culture, my_data, my_goals, my_mentor, my_pulse, my_rewards, my_self, sections
from lib.words import say

SECTIONS = (my_goals, my_rewards, my_mentor, my_pulse, my_culture, my_self, my_data)


def draw(desk: Desk) -> None:
    """Do what was clicked and draw the page; the button reads everything anew."""
    sections.play("my_day", desk, SECTIONS, wide=True)
    st.button(say("my.refresh"), key="my_day.refresh")
