"""Data view: the head of the Data page, the choice of its views, and the small pieces they share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pandas as pd
import streamlit as st

from lib.access.office import Office
from lib.show import cards, door, pick
from lib.show.parts import esc, full_day, number
from lib.show.plain import plain_values
from lib.words import language, say, sentences

_SHANGHAI = timedelta(hours=8)
_TOLD = "data.told"


def head(office: Office) -> None:
    """The page's title: what is shown now, and whether imported files wait for a build."""
    if not office.published:
        cards.title(say("data.title_empty"), say("data.title_empty_under"))
    else:
        build = office.desk.read("data_build").iloc[0]
        company = say("data.company_demo" if build["company"] == "demo" else "data.company_own")
        cards.title(say("data.title", day=full_day(build["as_of"])),
                    say("data.title_under", company=company, when=moment(build["finished_at"]), rows=number(build["source_rows"], 0),
                        rejected=number(build["rejected_rows"], 0)))
    if told := st.session_state.pop(_TOLD, None):
        st.success(say(told[0], **plain_values(told[1])))


def choose(views: tuple[str, ...]) -> str:
    """Which view is shown; kept in the session and in step with the address (``?data=build``)."""
    return pick.among(say("data.views"), views, "data", words=lambda view: say(f"data.view.{view}"))


def go(view: str) -> None:
    """Show another view from the next run on (for a button's ``on_click``)."""
    st.session_state["pick.data"] = st.session_state["kept.data"] = view


def tell(key: str, **values: object) -> None:
    """Say something once, at the top of the page, in the next run (a callback does not know the language yet)."""
    st.session_state[_TOLD] = (key, values)


def moment(value: object) -> str:
    """A stored UTC moment on the company's clock: 2026-11-22 14:05; an en dash for nothing."""
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return "–"
    when = pd.Timestamp(value)  # type: ignore[arg-type]
    when = when.tz_convert(None) if when.tzinfo else when
    return f"{when + _SHANGHAI:%Y-%m-%d %H:%M}"


def table_label(name: str | None) -> str:
    """A source table in words: 员工 / Employees; unknown names as they are."""
    key = f"data.table.{name}"
    return say(key) if key in sentences() else (name or "–")


def pick_of(row: pd.Series, stem: str) -> str:
    """The column ``<stem>_zh`` or ``<stem>_en`` of a row, in the language of this run."""
    return row[f"{stem}_{language()}"]


def listed(words: Iterable[str]) -> str:
    """Several words in a row, as the language joins them."""
    return ("、" if language() == "zh" else ", ").join(words)


def still(table: str) -> str:
    """A table whose cells do not break: days and moments stay in one piece, the table scrolls instead."""
    return f"<div class='kj-still'>{table}</div>"


def facts(pairs: list[tuple[str, str]]) -> str:
    """Short facts in one wrapping line, as HTML."""
    return "<div class='kj-row' style='gap:4px 20px'>" + "".join(
        f"<span><span class='kj-note'>{esc(label)}</span> {esc(value)}</span>" for label, value in pairs) + "</div>"


def own_company(office: Office) -> None:
    """In the open demo: how a company of one's own begins, and the form that begins it."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        steps = "".join(f"<li style='margin:6px 0'>{esc(say(f'data.own.{step}'))}</li>" for step in ("password", "import", "build"))
        cards.draw(f"<h2>{esc(say('data.own.title'))}</h2><p>{esc(say('data.own.why'))}</p><ol style='padding-left:20px'>{steps}</ol>"
                   f"<p class='kj-note'>{esc(say('data.own.keep', folder=office.data_dir))}</p>")
    with right:
        door.set_admin(office.desk.store)
