"""Header: where one is, demo or not, the language switch, and who is looking; the same on every page."""

from __future__ import annotations

import streamlit as st

from lib.access.roles import Viewer
from lib.show import cards, door
from lib.show.parts import esc
from lib.warehouse.store import Store
from lib.words import LANGUAGES, say

_LANGUAGE = "header.language"


def language() -> str:
    """The language of this session: chosen here, asked for by the address (``?lang=en``), else the browser's."""
    asked = st.query_params.get("lang")
    if asked in LANGUAGES and st.session_state.get("header.asked") != asked:
        st.session_state["header.asked"] = st.session_state[_LANGUAGE] = asked
    if _LANGUAGE not in st.session_state:
        locale = (st.context.locale or "").lower()
        st.session_state[_LANGUAGE] = "zh" if not locale or locale.startswith("zh") else "en"
    return st.session_state[_LANGUAGE]


def _switch(to: str) -> None:
    st.session_state[_LANGUAGE] = to


def draw(store: Store, viewer: Viewer | None, where: str) -> None:
    """The line above every page; without a viewer, only where one is and the language switch."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="header"):
        demo = f"<span class='kj-chip kj-watch'>{esc(say('header.demo'))}</span>" if door.is_demo(store) else ""
        place = f"<span>·</span><span>{esc(where)}</span>" if where else ""
        cards.draw(f"<div class='kj-brand'><b>{esc(say('door.title'))}</b>{place}{demo}</div>")
        other = "en" if language() == "zh" else "zh"
        st.button("EN" if other == "en" else "中文", key="header.other", on_click=_switch, args=(other,),
                  help=say("header.other"))
        if viewer:
            door.who(store, viewer)
