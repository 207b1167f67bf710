"""My day, put together: one phone page out of sections, drawn as one element.

A tap on the own bars (a consultation logged or taken back) computes anew what it changes: today and the points.  The other sections
stand as they were drawn a moment ago; every other click, and the button, reads everything.
"""

from __future__ import annotations

from types import ModuleType

import streamlit as st

from lib.access.desk import Desk
from lib.show import my_culture, my_data, my_goals, my_mentor, my_pulse, my_rewards, my_self, sections
from lib.show.care_live import Asked
from lib.show.sections import Held
from lib.words import language, say


class Kept:
    """A section that a tap on the own bars does not change: its last HTML stands in that run."""

    def __init__(self, section: ModuleType):
        self.section, self.__name__ = section, section.__name__

    def html(self, desk: Desk, held: Held) -> str:
        """As it was drawn last where only the bars were tapped, else drawn now."""
        of, key = (desk.build_id, language()), f"my.html.{self.__name__}"
        last = held.state.get(key)
        if held.state.get(my_goals.TAPPED) is desk and isinstance(last, tuple) and last[0] == of:
            return str(last[1])
        made: str = self.section.html(desk, held)
        held.state[key] = (of, made)
        return made

    def act(self, desk: Desk, asked: Asked, held: Held) -> str | None:
        """The section's own."""
        told: str | None = self.section.act(desk, asked, held)
        return told


SECTIONS = (my_goals, my_rewards, *(Kept(section) for section in (my_mentor, my_pulse, my_culture, my_self, my_data)))


def draw(desk: Desk) -> None:
    """Do what was clicked and draw the page; the button reads everything anew."""
    sections.play("my_day", desk, SECTIONS, wide=True)
    st.button(say("my.refresh"), key="my_day.refresh")
