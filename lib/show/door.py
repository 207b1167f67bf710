"""Door: who is looking.  The demo company has a visible role switch; an imported company asks for a name and a password."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from lib.access import sign_in
from lib.access.roles import ROLES, Viewer
from lib.access.sign_in import SignInError
from lib.show import cards, shelf
from lib.show.parts import esc
from lib.show.plain import complaint, plain
from lib.warehouse.publish import NothingPublished
from lib.warehouse.store import Store
from lib.words import say

_ROLE, _TOKEN, _TOLD = "door.role", "door.token", "door.told"
_LOOK_AGAIN = 8.0  # seconds: a revoked session must be gone from an open tab within ten


def published(store: Store) -> bool:
    """Whether there is anything to look at yet."""
    try:
        store.current()
    except NothingPublished:
        return False
    return True


def is_demo(store: Store) -> bool:
    """Whether the published company is the invented one."""
    return published(store) and shelf.company(store) == "demo"


def open_to_all(store: Store) -> bool:
    """Whether this is still the plain demo, where everybody may try every role."""
    return is_demo(store) and sign_in.doors_open(store.data_dir, "demo")


def viewer(store: Store) -> Viewer | None:
    """Who is looking, or None when somebody must sign in first.  Asked at every run, so a revoked session sees nothing more."""
    if not open_to_all(store):
        return sign_in.who(store.data_dir, st.session_state.get(_TOKEN))
    asked = st.query_params.get("role")
    if asked in ROLES and st.session_state.get("door.asked") != asked:
        st.session_state["door.asked"] = st.session_state[_ROLE] = asked
    st.session_state.setdefault(_ROLE, "boss")
    return shelf.demo_viewer(store, st.session_state[_ROLE])


def still_here(store: Store, viewer: Viewer) -> bool:
    """Whether this viewer may go on: the demo is still open, or the session is still good and of the same person and role."""
    if open_to_all(store):
        return _TOKEN not in st.session_state
    return sign_in.who(store.data_dir, st.session_state.get(_TOKEN)) == viewer


def proof(store: Store, viewer: Viewer) -> Callable[[], bool]:
    """:func:`still_here` for what runs beside the script, where there is no session: it asks about the session that there is now."""
    token, company = st.session_state.get(_TOKEN), shelf.company(store)
    return lambda: token is None if sign_in.doors_open(store.data_dir, company) else sign_in.who(store.data_dir, token) == viewer


# --- in the header ----------------------------------------------------------------------------------------------------------

def _choose() -> None:
    st.session_state[_ROLE] = st.session_state["door.switch"]


def who(store: Store, viewer: Viewer) -> None:
    """The role switch of the demo, or the account and the way out."""
    if open_to_all(store):
        if viewer.name:
            cards.draw(f"<span class='kj-note'>{esc(say('door.as', name=viewer.name))}</span>")
        st.session_state["door.switch"] = viewer.role
        st.selectbox(say("header.role"), ROLES, key="door.switch", format_func=lambda role: say(f"role.{role}"),
                     on_change=_choose, label_visibility="collapsed", width=130)
        return
    with st.popover(plain(viewer.name), icon=":material/account_circle:"):
        scope = ", ".join(viewer.teams) if viewer.teams else viewer.employee_id or say("door.scope_all")
        cards.draw(f"<p><b>{esc(viewer.name)}</b></p><p class='kj-note'>{esc(say(f'role.{viewer.role}'))} · {esc(scope)}</p>")
        st.button(say("header.sign_out"), key="door.out", on_click=_leave, args=(store,), width="stretch")
        _change_password(store, viewer)
    _watch(store, viewer)


def _leave(store: Store) -> None:
    """End the session, and forget everything this browser tab had picked or typed."""
    token = st.session_state.get(_TOKEN)
    if token:
        sign_in.sign_out(store.data_dir, token)
    _forget()


def _forget() -> None:
    """Whoever comes next in this tab finds nothing of who was here before, but the language."""
    for key in list(st.session_state):
        if key != "header.language":
            del st.session_state[key]


def _watch(store: Store, viewer: Viewer) -> None:
    """Look every few seconds whether the session was revoked; draws nothing and only exists for people who signed in."""

    @st.fragment(run_every=_LOOK_AGAIN, key="door.watch")
    def look() -> None:
        if not still_here(store, viewer):
            st.rerun(scope="app")

    look()


def _change_password(store: Store, viewer: Viewer) -> None:
    with st.form("door.change", border=False, clear_on_submit=True):
        st.caption(say("door.change_password"))
        now = st.text_input(say("door.password_now"), type="password", key="door.now", autocomplete="current-password")
        new, again = _new_password("door.change")
        if not st.form_submit_button(say("door.change_password"), width="stretch"):
            return
    try:
        _same(new, again)
        sign_in.sign_out(store.data_dir, sign_in.sign_in(store.data_dir, viewer.name, now, place=_place()))
        sign_in.set_password(store.data_dir, viewer.name, new)
    except SignInError as why:
        st.error(complaint(why))
        return
    _leave(store)
    st.session_state[_TOLD] = "door.changed"
    st.rerun(scope="app")


# --- before anybody is in ---------------------------------------------------------------------------------------------------

def ask(store: Store) -> None:
    """What somebody sees who is not signed in: the first start, the administrator's password, or the sign-in form."""
    if sign_in.has_users(store.data_dir):
        _form(store)
    elif published(store) or (store.data_dir / "sources").exists():
        with _middle():
            cards.title(say("door.set_admin"), say("door.set_admin_why"))
            set_admin(store)
    else:
        _first_start(store)
    cards.end("door", published(store))


def _middle() -> st.delta_generator.DeltaGenerator:
    return st.container(width=440, key="door.middle")


def _form(store: Store) -> None:
    with _middle():
        cards.title(say("door.sign_in"), say("door.sign_in_why", hours=sign_in.HOURS))
        if told := st.session_state.pop(_TOLD, None):
            st.success(say(told))
        with st.form("door.sign_in"):
            name = st.text_input(say("door.name"), key="door.in.name", autocomplete="username")
            password = st.text_input(say("door.password"), type="password", key="door.in.password", autocomplete="current-password")
            sent = st.form_submit_button(say("door.sign_in"), type="primary", width="stretch")
        if sent:
            _enter(store, name, password)


def _enter(store: Store, name: str, password: str) -> None:
    try:
        token = sign_in.sign_in(store.data_dir, name, password, place=_place())
    except SignInError as why:
        st.error(complaint(why))
        return
    _forget()
    st.session_state[_TOKEN] = token
    st.rerun(scope="app")


def _place() -> str:
    """Where this browser is, so that a guesser at another address cannot make others wait; blank on this machine."""
    return st.context.ip_address or ""


def _new_password(key: str) -> tuple[str, str]:
    label = say("door.password_new", least=sign_in.MIN_LENGTH)
    return (st.text_input(label, type="password", key=f"{key}.new", autocomplete="new-password"),
            st.text_input(say("door.password_again"), type="password", key=f"{key}.again", autocomplete="new-password"))


def _same(new: str, again: str) -> None:
    if new != again:
        raise SignInError("password_differs")


def set_admin(store: Store, border: bool = True) -> None:
    """The form that makes the first administrator and signs them in; the demo's role switch is gone from then on."""
    with st.form("door.admin", border=border):
        name = st.text_input(say("door.admin_name"), key="door.admin.name", autocomplete="username")
        new, again = _new_password("door.admin")
        if not st.form_submit_button(say("door.create"), type="primary", width="stretch"):
            return
    try:
        _same(new, again)
        sign_in.first_admin(store.data_dir, name, new)
    except SignInError as why:
        st.error(complaint(why))
        return
    _enter(store, name, new)


def _first_start(store: Store) -> None:
    cards.title(say("door.nothing"), say("door.nothing_why"))
    left, right = st.columns(2, gap="medium", border=True)
    with left:
        cards.draw(f"<h2>{esc(say('door.way_demo'))}</h2><p class='kj-note'>{esc(say('door.way_demo_how'))}</p>")
        st.code(f"python -m lib build --demo --data {store.data_dir}", language=None, wrap_lines=True)
    with right:
        cards.draw(f"<h2>{esc(say('door.way_own'))}</h2><p class='kj-note'>{esc(say('door.way_own_how'))}</p>")
        set_admin(store, border=False)


def wait_for_build() -> None:
    """What everybody but the administrator sees while nothing is published."""
    cards.nothing_yet(say("door.wait_build"), say("door.wait_build_why"), say("door.wait_build_how"))
    cards.end("door", "waiting")
