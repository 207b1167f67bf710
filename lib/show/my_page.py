"""My day, put together: one phone page out of sections, drawn as one element."""

from __future__ import annotations

import importlib
import importlib.util

import streamlit as st

from lib.access.desk import Desk
from lib.show import sections
from lib.show.sections import Held
from lib.words import say

SECTIONS = tuple(importlib.import_module(f"lib.show.{name}") for name in ("my_goals", "my_rewards", "my_mentor", "my_pulse", "my_culture", "my_self")
                 if importlib.util.find_spec(f"lib.show.{name}"))


def draw(desk: Desk) -> None:
    """Do what was clicked and draw the page; the button reads everything anew."""
    sections.play("my_day", desk, SECTIONS, wide=True)
    st.button(say("my.refresh"), key="my_day.refresh")
