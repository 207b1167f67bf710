"""Data page, users: who may sign in, as what, and what they see of the company."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lib.access.office import Office, User
from lib.access.roles import ROLES, SELF_ONLY
from lib.access.sign_in import MIN_LENGTH, TEAM_ROLES, WHOLE, SignInError
from lib.show import cards, data_view, tables
from lib.show.plain import complaint
from lib.words import say


def show(office: Office) -> None:
    """The list, a form for a new user, and what can be done with one."""
    if office.open_to_all:
        return data_view.own_company(office)
    users = office.users()
    cards.section(say("data.users", count=len(users)), say("data.users.note"))
    cards.draw(data_view.still(tables.html(pd.DataFrame({
        say("door.name"): [user.name for user in users], say("header.role"): [say(f"role.{user.role}") for user in users],
        say("data.users.scope"): [data_view.listed(user.teams) if user.teams else user.employee_id or say("door.scope_all") for user in users],
        say("data.users.state"): [say("data.users.disabled" if user.disabled else "data.users.active") for user in users],
        say("data.users.since"): [data_view.moment(user.created) for user in users]}))))
    left, right = st.columns(2, gap="large")
    with left:
        _add(office)
    with right:
        _change(office)
    return None


def _add(office: Office) -> None:
    cards.draw(f"<h3>{say('data.users.add')}</h3>")
    role = st.selectbox(say("header.role"), ROLES, index=ROLES.index("hr"), key="data.user.role", format_func=lambda role: say(f"role.{role}"))
    cards.draw(f"<p class='kj-note' style='margin-top:-8px'>{say(f'data.role.{role}')}</p>")
    with st.form("data.users.add", clear_on_submit=False):
        name = st.text_input(say("door.name"), key="data.user.name", max_chars=80, autocomplete="off")
        password = st.text_input(say("data.users.first_password", least=MIN_LENGTH), type="password", key="data.user.password", autocomplete="new-password")
        teams, employee = _scope(office, role, "data.user")
        if not st.form_submit_button(say("data.users.add"), type="primary"):
            return
    try:
        user = office.add_user(name, password, role, teams, employee)
    except SignInError as why:
        st.error(complaint(why))
        return
    for key in ("data.user.name", "data.user.password", "data.user.employee", "data.user.teams", "data.user.whole"):
        st.session_state.pop(key, None)
    data_view.tell("data.users.added", name=user.name)
    st.rerun()


def _scope(office: Office, role: str, key: str, user: User | None = None) -> tuple[list[str], str]:
    """What a role is limited to: teams for a lead or an HR (or the whole company, in so many words), a person for the others."""
    if role in SELF_ONLY:
        return [], st.text_input(say("data.users.employee"), (user.employee_id or "") if user else "", key=f"{key}.employee")
    if role not in TEAM_ROLES:
        return [], ""
    whole = role == "hr" and st.checkbox(say("data.users.whole"), user is not None and user.role == "hr" and user.teams is None, key=f"{key}.whole")
    # Until a company of one's own is built, the teams that are published are the demo's.
    known = office.desk.read("data_teams")["team"].tolist() if office.company == "imported" else []
    now = list(user.teams or ()) if user else []
    teams = st.multiselect(say("data.users.teams_lead" if role == "lead" else "data.users.teams"), list(dict.fromkeys([*known, *now])), default=now,
                           key=f"{key}.teams", accept_new_options=not known, placeholder=say("data.way.choose"))
    return [*([WHOLE] if whole else []), *teams], ""


def _change(office: Office) -> None:
    cards.draw(f"<h3>{say('data.users.change')}</h3>")
    users = {user.name: user for user in office.users()}
    name = st.selectbox(say("data.users.who"), list(users), key="data.user.who")
    user = users[name]
    role = st.selectbox(say("header.role"), ROLES, index=ROLES.index(user.role), key=f"data.user.role.{user.login}",
                        format_func=lambda role: say(f"role.{role}"))
    with st.form("data.users.scope"):
        teams, employee = _scope(office, role, f"data.user.{user.login}.{role}", user)
        if st.form_submit_button(say("data.users.save")):
            _do(lambda: office.change_user(name, role, teams, employee), "data.users.changed", name)
    with st.form("data.users.password", clear_on_submit=True):
        password = st.text_input(say("door.password_new", least=MIN_LENGTH), type="password", key="data.user.new", autocomplete="new-password")
        if st.form_submit_button(say("data.users.set_password")):
            _do(lambda: office.set_password(name, password), "data.users.password_set", name)
    word = "enable" if user.disabled else "disable"
    if st.button(say(f"data.users.{word}"), key="data.user.disable"):
        _do(lambda: office.disable_user(name, not user.disabled), f"data.users.{word}d_done", name)
    cards.draw(f"<p class='kj-note'>{say('data.users.ends')}</p>")


def _do(change, done: str, name: str) -> None:  # type: ignore[no-untyped-def]
    try:
        change()
    except SignInError as why:
        st.error(complaint(why))
        return
    data_view.tell(done, name=name)
    st.rerun()
