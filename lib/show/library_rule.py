"""Library rule: one rule opened: its sentence with limits to type, the try on the past weeks, its alert ledger and its versions."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from uuid import uuid4

import pandas as pd
import streamlit as st

from lib.access import rules_desk
from lib.access.builds import BuildRunning
from lib.access.desk import Desk, NotAllowed
from lib.access.rules_desk import RulesDesk
from lib.settings import SettingError, Value
from lib.show import cards, door, heat, library_alerts, library_backtest, library_edit, library_view, pick, tables, tags_picks
from lib.show.library_edit import Asked
from lib.show.parts import Explain, esc, explain, number, percent, spark, week_span
from lib.show.tags_view import left_out_of_totals
from lib.tags import by_key
from lib.tags.backtest import Backtest
from lib.words import language, say

LIST, RULE = "tags.library", "tags.rule"
_OPEN = f"kept.{LIST}.rule"  # where heat.picked keeps what was clicked
_TRIED, _TOLD, _DRAFT, _TURN, _KEY = "library.tried", "library.told", "library.draft", "library.turn", "library.key"


def picked(rules: pd.DataFrame) -> str:
    """The tag whose rule is open ('' for none); by a click, or by the address (``?rule=performance_dip``) at first."""
    asked = pick.address("rule")
    if asked and st.session_state.get("library.address") != asked:
        st.session_state["library.address"] = asked
        st.session_state[_OPEN] = (asked,)
    now = library_edit.asked(RULE)
    if now and now.what == "all":
        _close()
    chosen = heat.picked(LIST, "rule")
    return chosen[0] if chosen and chosen[0] in set(rules["tag"]) else ""


def follow(clicked: str | None) -> None:
    """Open the rule that was clicked in the list, at once."""
    if clicked and clicked.startswith(heat.pick("rule", "")):
        st.rerun(scope="fragment")


def _close() -> None:
    st.session_state[_OPEN] = ("",)
    for key in (_TRIED, _DRAFT):
        st.session_state.pop(key, None)


def show(desk: Desk, tag: str, rules: pd.DataFrame, carried: pd.DataFrame) -> None:
    """Draw one rule; who may not change rules reads it and sees its alert ledger."""
    row = rules[rules["tag"] == tag].iloc[0]
    office = RulesDesk(desk, lambda: door.still_here(desk.store, desk.viewer)) if rules_desk.may_try(desk) else None
    wrong: list[str] = []
    if office and office.can_try:
        with suppress(NotAllowed):  # the session is over: the door takes it from here
            wrong = _act(office, tag, library_edit.asked(RULE))
    test = _tried(desk, tag)
    html = _head(row) + (_key() if office else "") + _told(office, tag) + _rule(desk, office, tag, row, carried[carried["tag"] == tag], wrong)
    if test is not None:
        html += f"<section class='kj-card kj-result' aria-live=polite>{library_backtest.page(test)}{_save_bar(test, office.limits(tag) if office else {})}</section>"
    html += _below(desk, office, tag)
    library_edit.draw(f"{html}<!--{st.session_state.get(_TURN, 0)}-->", RULE)
    if test is not None and tags_picks.wants_tables():
        tables.behind(*library_backtest.figures_rows(test), key="library.figures")
        tables.behind(*library_backtest.weeks_rows(test), key="library.weeks")
    cards.end("tags", ("library", tag, None if test is None else tuple(test.new.limits.items()), st.session_state.get(_TURN, 0)))


# --- what was asked ---------------------------------------------------------------------------------------------------------

def _act(office: RulesDesk, tag: str, asked: Asked | None) -> list[str]:
    """Do what was asked; returns what is wrong with the typed limits."""
    if asked is None or asked.what == "all":
        return []
    if asked.what != "try":
        st.session_state.pop(_KEY, None)  # before anything is written: a run that is cut short then must not leave a used key on the page
    if asked.what in ("try", "save"):
        return _try_or_save(office, tag, asked)
    if asked.what == "cancel":
        _anew()
    elif asked.what in ("mute", "unmute"):
        office.mute(tag, asked.what == "mute", asked.request_key)
        _tell("library.muted_told" if asked.what == "mute" else "library.unmuted_told")
    elif asked.what == "back":
        with suppress(LookupError):
            office.roll_back(asked.of, asked.request_key)
            _anew()
            _tell("library.back_saved")
    elif asked.what == "build":
        with suppress(BuildRunning):
            office.start_build()
    return []


def _try_or_save(office: RulesDesk, tag: str, asked: Asked) -> list[str]:
    limits, wrong = library_edit.read(by_key(tag), asked.limits)
    st.session_state[_DRAFT] = (tag, dict(asked.limits))
    if wrong:
        return wrong
    test = _tried(office.desk, tag)
    # What is saved was tried before, with the very same limits; what was saved by this click already is answered as it was then.
    tried = test is not None and dict(test.new.limits) == limits
    if asked.what == "save" and (tried or office.saved(tag, asked.request_key)):
        try:
            office.save(tag, limits, office.is_muted(tag), test, asked.request_key)
        except SettingError as why:
            return [str(why)]
        _anew()
        _tell("library.saved")
        return []
    st.session_state[_TRIED] = (office.desk.build_id, tag, office.try_(tag, limits))
    return []


def _anew() -> None:
    """Forget what was typed and tried, and draw the boxes as they are stored."""
    for key in (_TRIED, _DRAFT):
        st.session_state.pop(key, None)
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1


def _tell(key: str) -> None:
    st.session_state[_TOLD] = key


def _tried(desk: Desk, tag: str) -> Backtest | None:
    build_id, of, test = st.session_state.get(_TRIED, ("", "", None))
    return test if (build_id, of) == (desk.build_id, tag) else None


# --- what is drawn ----------------------------------------------------------------------------------------------------------

def _head(row: pd.Series) -> str:
    label = row[language()]
    key = "hidden" if pd.isna(row["now_people"]) else "nobody" if row["now_people"] == 0 else ""
    title = say(f"library.rule_title{f'_{key}' if key else ''}", tag=label, **({} if key else {"n": number(row["now_people"])}))
    return f"<div><button type=button class=quiet data-ask=all>‹ {esc(say('library.all'))}</button><h1>{esc(title)}</h1></div>"


def _key() -> str:
    """The key of the page: it goes along with every click until something was changed."""
    return f"<input type=hidden name=key value='{esc(st.session_state.setdefault(_KEY, uuid4().hex))}'>"


def _told(office: RulesDesk | None, tag: str) -> str:
    """What was just done, and whether saved limits still wait for a build."""
    told = st.session_state.pop(_TOLD, None)
    parts = f"<div class=kj-told role=status>{esc(say(told))}</div>" if told else ""
    if office is None or not office.waits_for_build(tag):
        return parts
    if office.desk.viewer.role == "admin":
        more = esc(say("library.building")) if office.building else f"<button type=button data-ask=build>{esc(say('library.build'))}</button>"
    else:
        more = esc(say("library.build_by_admin"))
    return f"{parts}<div class='kj-told watch kj-does'><span>{esc(say('library.waits'))}</span> {more}</div>"


def _rule(desk: Desk, office: RulesDesk | None, tag: str, row: pd.Series, past: pd.DataFrame, wrong: list[str]) -> str:
    rule = by_key(tag)
    limits: Mapping[str, Value] = office.limits(tag) if office else rules_desk.built_limits(desk, tag)
    drafted = st.session_state.get(_DRAFT)
    typed = drafted[1] if drafted and drafted[0] == tag else {}
    shown = dict(limits) | (library_edit.read(rule, typed)[0] if typed else {})
    line = spark(past["people"].tolist(), width=200, height=36)
    counts = " · ".join([say("library.of_all", share=percent(row["now_people"] / row["active"] if row["active"] else None)),
                         say("library.past", n=number(row["past_people"]))])
    errors = "".join(f"<p class=kj-care role=alert>{esc(text)}</p>" for text in wrong)
    stale = f"<p class='kj-note kj-stale'>{esc(say('backtest.stale'))}</p>" if _tried(desk, tag) else ""
    does = (f"<div class=kj-does><button type=button class=main data-ask=try>{esc(say('backtest.go'))}</button>"
            f"<button type=button class='{'' if errors else 'first'}' data-ask=cancel>{esc(say('backtest.cancel'))}</button></div>" if office and office.can_try
            else f"<p class=kj-note>{esc(say('library.alerts_old_version' if office else 'library.who_may'))}</p>")
    how = explain(Explain(say("library.rule", limit=percent(library_view.WARN_SHARE)), say("heat.strip_period", week=week_span(past["week"].max())),
                          say("heat.people_n", n=number(row["active"])), left_out_of_totals(desk)))
    return (f"<section class='kj-card kj-stack'>{library_edit.sentence(rule, shown, office is not None, typed)}{errors}"
            f"<p class=kj-note>{esc(say('library.care_due', care=rule.care_due.in_(language())))}</p>"
            f"<div class=kj-does style='justify-content:space-between'>{does}<span class=kj-row style='align-items:center'>"
            f"<span class=kj-note>{esc(counts)}</span>{line}</span></div>{stale}{how}</section>")


def _save_bar(test: Backtest, stored: Mapping[str, Value]) -> str:
    """Save and cancel; for limits that are stored already there is nothing to save."""
    if dict(test.new.limits) == dict(stored):
        words = say("backtest.same_limits" if test.now.limits == test.new.limits else "backtest.saved_already")
        return f"<p class=kj-note style='margin-top:8px'>{esc(words)}</p>"
    return (f"<div class=kj-does style='margin-top:12px'><button type=button class=main data-ask=save>{esc(say('backtest.save'))}</button>"
            f"<button type=button data-ask=cancel>{esc(say('backtest.cancel'))}</button></div>")


def _below(desk: Desk, office: RulesDesk | None, tag: str) -> str:
    """Alert ledger and versions side by side."""
    parts = []
    if desk.may("alert_ledger"):
        alerts = rules_desk.alerts(desk)
        row = None if alerts is None else alerts.set_index("tag").loc[tag]
        none = say("library.alerts_none" if desk.smallest_group() == 1 else "library.alerts_hidden")
        as_of = desk.read("alert_company")["as_of"].iloc[0]
        parts.append(library_alerts.block(row, as_of, tag in rules_desk.muted(desk), office is not None, none))
    if office:
        parts.append(library_alerts.versions(by_key(tag), office.versions(tag), office.limits(tag)))
    boxes = "".join(f"<section class='kj-card kj-stack'>{part}</section>" for part in parts)
    return f"<div class=kj-two>{boxes}</div>" if parts else ""
