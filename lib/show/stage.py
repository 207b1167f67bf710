"""Stage: how a page is run, and how one page leads to another.

A page's body is one fragment: a filter redraws the body, not the frame around it.  The fragment speaks the language of the run
that made it and reads from the version that is published now.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import streamlit as st

from lib import words
from lib.access import story_desk
from lib.access.desk import Desk
from lib.show import door

_PAGES = "stage.pages"
_settled: set[str] = set()


def play(key: str, page: Callable[[Desk], None], desk: Desk, beside: Callable[[str, Desk], None] = lambda key, desk: None) -> None:
    """Run one page's body for one desk; ``beside`` draws what stands beside every page and is not drawn again with it."""
    spoken = words.language()

    @st.fragment(key=f"page.{key}")
    def body() -> None:
        words.speak(spoken)
        if not door.still_here(desk.store, desk.viewer):
            st.rerun(scope="app")
        page(story_desk.shown_to(desk.anew()))

    body()
    beside(key, desk)  # after the page, which nobody waits longer for because of it
    _settle(key)


def _settle(key: str) -> None:
    """Take what a page brought along when it was first played out of the walk for garbage.

    Streamlit collects garbage after every run and looks at every object there is: with this app's modules and what the shelf keeps,
    that costs more than drawing.  What is there after a page's first run stays for good, so it need not be looked at again.
    """
    if key not in _settled:
        _settled.add(key)
        gc.collect()
        gc.freeze()


def asked_for(key: str) -> bool:
    """Whether the address of this run is that of the page ``key``, known before any page is."""
    return urlsplit(st.context.url or "").path.rstrip("/").rpartition("/")[2] == key


def know(pages: Mapping[str, st.Page]) -> None:
    """Remember the pages that this viewer may open, by key."""
    st.session_state[_PAGES] = dict(pages)


def open_page(key: str, **address: str) -> None:
    """Go to another page with values for its address, such as ``open_page("person", id=…)``."""
    st.switch_page(st.session_state[_PAGES][key], query_params=address)
