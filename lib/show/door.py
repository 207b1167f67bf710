"""Door: who is looking.  The demo company has a visible role switch; an imported company asks for a name and a password."""

from __future__ import annotations

import streamlit as st

from lib.access.roles import ROLES, Viewer
from lib.warehouse.publish import NothingPublished
from lib.warehouse.store import Store
from lib.words import say

_ROLE = "door.role"


def published(store: Store) -> bool:
    """Whether there is anything to look at yet."""
    try:
        store.current()
    except NothingPublished:
        return False
    return True


def is_demo(store: Store) -> bool:
    """Whether the published company is the invented one."""
    return published(store) and bool((store.current().frame("select company from build_info")["company"] == "demo").all())


def _demo_viewer(store: Store, role: str) -> Viewer:
    """The person the demo's role switch stands for: real scope rules on an invented person."""
    if role in ("lead", "employee", "mentor"):
        who = store.current().frame(
            "select e.employee_id, e.team from employees as e join teams as t on t.team = e.team "
            "where e.active order by (t.lead_id = e.employee_id) desc, e.team, e.employee_id limit 200")
        if role == "lead":
            return Viewer("lead", teams=(who["team"][0],))
        mentors = store.current().frame("select mentor_id from employees where active and mentor_id is not null order by 1 limit 1")
        own = mentors["mentor_id"][0] if role == "mentor" and len(mentors) else who["employee_id"].iloc[-1]
        return Viewer(role, employee_id=own)
    return Viewer(role)


def viewer(store: Store) -> Viewer | None:
    """Who is looking, or None when somebody must sign in first."""
    asked = st.query_params.get("role")
    if asked in ROLES and st.session_state.get("door.asked") != asked:
        st.session_state["door.asked"] = st.session_state[_ROLE] = asked
    st.session_state.setdefault(_ROLE, "boss")
    return _demo_viewer(store, st.session_state[_ROLE]) if is_demo(store) else None


def _choose() -> None:
    st.session_state[_ROLE] = st.session_state["door.switch"]


def who(store: Store, viewer: Viewer) -> None:
    """The role switch of the demo, or the name and the way out."""
    if is_demo(store):
        st.session_state["door.switch"] = viewer.role
        st.selectbox(say("header.role"), ROLES, key="door.switch", format_func=lambda role: say(f"role.{role}"),
                     on_change=_choose, label_visibility="collapsed", width=130)


def ask(store: Store) -> None:
    """What somebody sees who is not signed in."""
    st.write("")
