"""Sections: a page put together out of parts that each draw themselves, do what was clicked in them, and hold their own tables.

Morale and My day are made of them.  A click is done before anything is drawn, so that what was written is seen in the same run;
what cannot be done is said beside the section it was asked in, and nothing that was typed is lost.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol, runtime_checkable
from uuid import uuid4

import pandas as pd
import streamlit as st

from lib.access.desk import Desk, NotAllowed
from lib.ledger.cards import Changed
from lib.ledger.engine import LedgerBusy, LedgerMoved
from lib.ledger.vault import KeyLost
from lib.show import cards, care_live, door, pick, stage, tables
from lib.show.care_live import Asked
from lib.show.parts import day, esc
from lib.words import say

Behind = list[tuple[pd.DataFrame, str, dict[str, str]]]
"""Tables behind a section's pictures: the frame, the name of its file, and the titles of the columns to show."""
_CSS = care_live._CSS + "".join(Path(__file__).with_name(f"{name}.css").read_text("utf-8") for name in ("morale", "risk", "effect"))
_SHANGHAI = timedelta(hours=8)
_LONGEST_KEY = 64


class Wrong(ValueError):
    """Something that was typed and cannot be taken; the words say what and how to mend it, in the viewer's language."""


@dataclass
class Held:
    """What one viewer has on one page in this session, whatever version is published; another viewer begins with an empty one."""

    of: tuple[object, ...] = ()
    """Whose it is: role, scope and name."""
    state: dict[str, object] = field(default_factory=dict, repr=False)
    """What is open or chosen; keys begin with the area (``"teams.open"``)."""
    keys: dict[str, str] = field(default_factory=dict, repr=False)
    view: str = ""
    told: str = ""
    """What the last click did; said once."""
    wrong: str = ""
    """What could not be done; said once."""
    forget: str = ""
    """The ``data-form`` whose typed text is no longer wanted, since it was kept."""
    where: str = ""
    """The section that speaks, by the name of its module."""
    go: tuple[str, dict[str, str]] | None = None
    """A page to open when this run is drawn, and the values of its address."""
    turn: int = 0
    said: bool = False

    def key(self, name: str) -> str:
        """A request key that stays the same until it is :meth:`used`: a form that is sent twice is kept once."""
        return self.keys.setdefault(name, uuid4().hex)

    def sent(self, name: str, given: str) -> str:
        """The key that came along with what was posted: it was drawn with the form, so what is posted twice carries the same one, also
        after it was :meth:`used`.  Where none came along, the one that is held."""
        return given[:_LONGEST_KEY] or self.key(name)

    def used(self, name: str) -> None:
        """The form was kept; the next one gets another key."""
        self.keys.pop(name, None)


@runtime_checkable
class Section(Protocol):
    """A module of ``lib.show`` that draws one part of a page and does what was clicked in it."""

    __name__: str

    def html(self, desk: Desk, held: Held) -> str:
        """Already escaped HTML for this viewer; '' when there is nothing for this role."""
        ...

    def act(self, desk: Desk, asked: Asked, held: Held) -> str | None:
        """Do what was asked for and return what to say ('' for nothing); None when it was asked of another section."""
        ...


@runtime_checkable
class WithTables(Protocol):
    """A section with tables behind its pictures."""

    def tables(self, desk: Desk, held: Held) -> Behind:
        """The tables, in the order of the pictures; they are only asked for when somebody wants them."""
        ...


Views = Mapping[str, Sequence[Section]]
"""The views of a page by key; only the open one is computed and drawn.  Their labels are the words ``<page>.view.<key>``."""


def still(desk: Desk) -> Callable[[], bool]:
    """Whether this viewer's session is still good; what a :class:`lib.access.ledger_desk.LedgerDesk` asks before it writes."""
    return lambda: door.still_here(desk.store, desk.viewer)


def held_of(page: str, desk: Desk) -> Held:
    """What this session holds on a page."""
    of = (*desk.viewer.scope, desk.viewer.name)
    there = st.session_state.get(f"{page}.held")
    if not isinstance(there, Held) or there.of != of:
        there = st.session_state[f"{page}.held"] = Held(of)
    return there


def play(page: str, desk: Desk, views: Views | Sequence[Section], head: Callable[[Desk, Held], str] = lambda desk, held: "",
         wide: bool = False, with_tables: bool = False) -> None:
    """Do what was clicked, draw the page in one element, and end it.

    ``views``: the sections themselves, or views of which one is open at a time.  ``head`` draws what stands above them.
    ``wide``: sections stand in two columns where there is room.  Whose session is over is led to the door.
    """
    try:
        _play(page, desk, views, head, wide, with_tables)
    except NotAllowed:
        if door.still_here(desk.store, desk.viewer):
            raise
        st.rerun(scope="app")


def _play(page: str, desk: Desk, views: Views | Sequence[Section], head: Callable[[Desk, Held], str], wide: bool, with_tables: bool) -> None:
    live, held = f"{page}.live", held_of(page, desk)
    if held.said:
        held.told = held.wrong = held.forget = held.where = ""
        held.said = False
    by_view = views if isinstance(views, Mapping) else {"": views}
    asked = care_live.asked(live) or _as_asked(care_live.picked(live))
    _open(page, held, by_view, asked)
    if asked:
        act(desk, held, [section for part in by_view.values() for section in part], asked)
    html = head(desk, held) + _nav(page, held, by_view) + drawn(desk, held, by_view[held.view], wide)
    draw(html, live, held.turn)
    held.said = True
    if with_tables and st.toggle(say("morale.tables"), key=f"{page}.tables"):
        for section in by_view[held.view]:
            for frame, name, headers in section.tables(desk, held) if isinstance(section, WithTables) else ():
                tables.behind(frame, name, headers, key=f"{page}.{name}")
    cards.end(page, f"{held.view} {held.turn} {zlib.crc32(html.encode()):08x}")
    if held.go:
        (to, address), held.go = held.go, None
        stage.open_page(to, **address)


def draw(html: str, key: str, turn: int = 0) -> None:
    """Draw already escaped HTML in the look of sections; another ``turn`` says that an answer came, even with the same HTML."""
    _component()(data={"html": html, "turn": turn}, key=key, on_pick_change=lambda: None, on_asked_change=lambda: None)


def _component() -> Callable[..., object]:
    return st.components.v2.component("kanjian_sections", html="<div class='kj kj-live kj-care-page kj-sections'></div>", css=_CSS,
                                      js=care_live._JS, isolate_styles=False)


def _as_asked(found: str | None) -> Asked | None:
    """A ``data-pick`` reads ``what:of``; it is asked for like a button."""
    if not found:
        return None
    what, _, of = found.partition(":")
    return Asked(what, of)


# --- which view is open -----------------------------------------------------------------------------------------------------

def _open(page: str, held: Held, views: Views, asked: Asked | None) -> None:
    """The view that is open: the one clicked, the address's (once), the last one, or the first."""
    address = pick.address("view")
    if address and held.state.get("view.address") != address:
        held.state["view.address"] = address
        held.view = address
    if asked and asked.what == "view" and asked.of in views:
        held.view = asked.of
    if held.view not in views:
        held.view = next(iter(views))


def _nav(page: str, held: Held, views: Views) -> str:
    if len(views) < 2:
        return ""
    inner = "".join(f"<button type=button data-ask=view data-of='{esc(key)}' aria-pressed={'true' if key == held.view else 'false'}>"
                    f"{esc(say(f'{page}.view.{key}'))}</button>" for key in views)
    return f"<nav class='pills views' aria-label='{esc(say('morale.views'))}'>{inner}</nav>"


# --- doing and drawing --------------------------------------------------------------------------------------------------------

def act(desk: Desk, held: Held, sections: Sequence[Section], asked: Asked) -> None:
    """Let the section that it was asked of do it; what cannot be done is said in words and nothing typed is lost."""
    held.turn += 1
    for section in sections:
        try:
            told = section.act(desk, asked, held)
        except Wrong as why:
            held.wrong = str(why)
        except Changed as why:
            held.wrong = _changed(why)
        except (LedgerBusy, LedgerMoved, KeyLost) as why:
            held.wrong = str(why)
        except NotAllowed:
            if not door.still_here(desk.store, desk.viewer):
                raise
            held.wrong = say("morale.wrong.not_allowed")
        except LookupError:
            held.wrong = say("morale.wrong.gone")
        except ValueError:
            held.wrong = say("morale.wrong.value")
        else:
            if told is None:
                continue
            held.told = told
        held.where = _name(section)
        return


def _changed(why: Changed) -> str:
    when = day(why.at) if not isinstance(why.at, datetime) else f"{day(why.at + _SHANGHAI)} {why.at + _SHANGHAI:%H:%M}"
    return say("morale.wrong.changed", when=when)


def _name(section: Section) -> str:
    return section.__name__.rpartition(".")[2]


def told(held: Held) -> str:
    """What was just done, or what could not be done, as a quiet line."""
    done = f"<p class='kj-told' role=status data-land tabindex=-1>{esc(held.told)}</p>" if held.told else ""
    forget = f"<span hidden data-forget='{esc(held.forget)}'></span>" if held.forget else ""
    return forget + done + (f"<p class='kj-told care' role=alert data-land tabindex=-1>{esc(held.wrong)}</p>" if held.wrong else "")


def drawn(desk: Desk, held: Held, sections: Sequence[Section], wide: bool = False) -> str:
    """The sections that have something for this viewer, each under what it has to say."""
    parts, spoken = [], False
    for section in sections:
        inner = section.html(desk, held)
        here = _name(section) == held.where
        spoken = spoken or here
        words = told(held) if here else ""
        if inner or words:
            parts.append(f"<div class=part id='{esc(_name(section))}'>{words}{inner}</div>")
    first = "" if spoken else told(held)
    return f"{first}<div class='parts{' wide' if wide else ''}'>{''.join(parts)}</div>"
