"""Stage: how a page is run, and how one page leads to another.

A page's body is one fragment: a filter redraws the body, not the frame around it.  The fragment speaks the language of the run
that made it and reads from the version that is published now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from lib import words
from lib.access.desk import Desk
from lib.show import door

_PAGES = "stage.pages"


def play(key: str, page: Callable[[Desk], None], desk: Desk) -> None:
    """Run one page's body for one desk."""
    spoken = words.language()

    @st.fragment(key=f"page.{key}")
    def body() -> None:
        words.speak(spoken)
        if not door.still_here(desk.store, desk.viewer):
            st.rerun(scope="app")
        page(desk.anew())

    body()


def know(pages: Mapping[str, st.Page]) -> None:
    """Remember the pages that this viewer may open, by key."""
    st.session_state[_PAGES] = dict(pages)


def open_page(key: str, **address: str) -> None:
    """Go to another page with values for its address, such as ``open_page("person", id=…)``."""
    st.switch_page(st.session_state[_PAGES][key], query_params=address)
