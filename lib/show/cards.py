"""Cards: titles, sections, empty states, problems; one element each, however much they hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from lib.show.parts import Explain, esc
from lib.words import say


def draw(html: str) -> None:
    """Show one piece of the house's own, already escaped HTML."""
    st.html(f"<div class='kj'>{html}</div>")


def title(finding: str, under: str = "") -> None:
    """The page's title: a finding in one sentence, and one quiet line under it."""
    below = f"<p class='kj-note' style='margin-top:4px'>{esc(under)}</p>" if under else ""
    draw(f"<h1>{esc(finding)}</h1>{below}")


def section(text: str, note: str = "") -> None:
    """A section heading with an optional note."""
    draw(f"<div class='kj-row' style='margin-top:12px'><h2>{esc(text)}</h2><span class='kj-note'>{esc(note) if note else ''}</span></div>")


@dataclass(frozen=True)
class Headline:
    """One headline number: what it is, its value and unit, its uncertainty, its past, what it is compared with, how it is made."""

    label: str
    value: str
    unit: str
    interval: str
    past: Sequence[float | None]
    compared: str
    how: Explain
    tone: str = "primary"


def nothing_yet(what: str, why: str, how: str) -> None:
    """An empty state: what is missing, why, and what to do about it (already in the viewer's language)."""
    draw(f"<div class='kj-card kj-stack' style='gap:8px;max-width:640px'><h2>{esc(what)}</h2><p>{esc(why)}</p>"
         f"<p class='kj-note'>{esc(how)}</p></div>")


def problem(what: str, where: str, mend: str) -> None:
    """An error a person can act on: what is wrong, where, how to mend it."""
    draw(f"<div class='kj-card kj-stack' role='alert' style='gap:6px;border-color:var(--kj-care)'><h3 class='kj-care'>{esc(what)}</h3>"
         f"<p>{esc(where)}</p><p class='kj-note'>{esc(say('parts.mend'))} {esc(mend)}</p></div>")


def end(page: str, stamp: object) -> None:
    """The last thing a page draws: invisible, and different whenever the picture above it is."""
    st.html(f"<span class='kj-end' data-page='{esc(page)}'>{esc(stamp)}</span>")
