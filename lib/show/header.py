"""Header: where one is, demo or not, the language switch, and who is looking; the same on every page."""

from __future__ import annotations

import streamlit as st

from lib.access.roles import Viewer
from lib.show import cards, door
from lib.show.parts import esc
from lib.warehouse.store import Store
from lib.words import LANGUAGES, say

_LANGUAGE = "header.language"
# One teal that reads on the light and on the dark ground: a picture cannot follow the theme.
_MARK = ("<svg xmlns='http://www.w3.org/2000/svg' width='108' height='32' viewBox='0 0 108 32'>"
         "<path d='M3 16c4-7 9-10 13-10s9 3 13 10c-4 7-9 10-13 10S7 23 3 16z' fill='none' stroke='#1F8F88' stroke-width='2.4'/>"
         "<circle cx='16' cy='16' r='4.6' fill='#1F8F88'/>"
         "<text x='38' y='23' font-size='20' font-weight='700' fill='#1F8F88' "
         "font-family='PingFang SC,Microsoft YaHei,Noto Sans CJK SC,sans-serif'>看见</text></svg>")


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


def draw(store: Store, viewer: Viewer | None) -> None:
    """The mark and the line above every page; without a viewer, only the language switch."""
    st.logo(_MARK, size="large")
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="header"):
        if door.is_demo(store):
            cards.draw(f"<div class='kj-brand'><span class='kj-chip kj-watch'><span class='kj-long'>{esc(say('header.demo'))}</span>"
                       f"<span class='kj-short' aria-hidden='true'>{esc(say('header.demo_short'))}</span></span></div>")
        other = "en" if language() == "zh" else "zh"
        st.button("EN" if other == "en" else "中文", key="header.other", on_click=_switch, args=(other,),
                  help=say("header.other"))
        if viewer:
            door.who(store, viewer)
