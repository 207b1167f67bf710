"""Pick: what the viewer chose, from widgets and from the address, with the address kept in step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache, partial
from typing import TypeVar

import streamlit as st

from lib.access.desk import Desk
from lib.show.parts import week_span
from lib.words import language, say

T = TypeVar("T")


def address(name: str) -> str | None:
    """One value of the address (``?id=…``); None when it is not there."""
    return st.query_params.get(name)


@lru_cache(2048)
def _span(spoken: str, monday: date) -> str:
    """A week in words; the list of weeks is written out in every run."""
    return week_span(monday)


def weeks(desk: Desk) -> list[date]:
    """Mondays of the completed weeks that can be shown, newest first."""
    return [monday.date() for monday in desk.read("weeks")["week"].tolist()]


def week(desk: Desk, key: str = "week") -> date | None:
    """The completed week shown: the newest at first, then by ‹ and › or from the list; None when there is none yet.

    Kept in the session, so that it stays when the viewer changes the page.
    """
    known = weeks(desk)
    if not known:
        return None
    asked = address("week")
    state = _kept(key, known, next((w for w in known if w.isoformat() == asked), known[0]) if asked else known[0])
    at = known.index(st.session_state[state])

    def go(step: int) -> None:
        st.session_state[state] = known[min(max(at + step, 0), len(known) - 1)]

    with st.container(horizontal=True, wrap=False, width="content", gap="xxsmall", vertical_alignment="center", key=f"{state}.bar"):
        st.button("‹", key=f"{state}.back", help=say("pick.week_before"), on_click=go, args=(1,), disabled=at == len(known) - 1)
        st.selectbox(say("pick.week"), known, key=state, format_func=partial(_span, language()), label_visibility="collapsed", width=190)
        st.button("›", key=f"{state}.on", help=say("pick.week_after"), on_click=go, args=(-1,), disabled=at == 0)
    return _keep(key, st.session_state[state])


def one(label: str, options: Sequence[str], key: str, words: Callable[[str], str] = str, width: int = 200) -> str | None:
    """One of a short list; the first at first, kept in the session; None when the list is empty."""
    if not options:
        return None
    asked = address(key)
    state = _kept(key, options, asked if asked in options else options[0])
    return _keep(key, st.selectbox(label, list(options), key=state, format_func=words, label_visibility="collapsed", width=width))


def among(label: str, options: Sequence[str], key: str, words: Callable[[str], str] = str) -> str:
    """One of two to four choices that all stay visible; the first at first (or the address's), kept in the session."""
    asked = address(key)
    state = _kept(key, options, asked if asked in options else options[0])
    chosen = st.segmented_control(label, list(options), key=state, format_func=words, label_visibility="collapsed", required=True)
    return _keep(key, chosen)


def _kept(key: str, options: Sequence[T], first: T) -> str:
    """The widget's key, filled with the last choice: Streamlit forgets a widget that one page does not draw."""
    state, kept = f"pick.{key}", st.session_state.get(f"kept.{key}")
    if st.session_state.get(state) not in options:
        st.session_state[state] = kept if kept in options else first
    return state


def _keep(key: str, choice: T) -> T:
    st.session_state[f"kept.{key}"] = choice
    return choice
