"""Heat: a heatmap as a real HTML table of buttons, light enough for forty rows and readable by ear, by keyboard and in print.

A table is built from :class:`Row` and :class:`Cell`; colours are thirteen steps of the house's scales (an odd number: no change is the middle one), given once per table as
classes, so that a cell costs about a hundred bytes.  Draw it with :func:`draw`, which also remembers what was picked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import streamlit as st

from lib.show import stage, style
from lib.show.live import live
from lib.show.parts import esc
from lib.words import say

STEPS = 13
SEPARATOR = "\u241f"


@dataclass(frozen=True)
class Cell:
    """One cell: its short text, its place 0–1 on the colour scale, what a screen reader says, and what a click picks.

    ``at`` None is a cell that is not shown (too small a group, not employed): hatched, and no button.
    """

    text: str
    at: float | None
    label: str
    pick: str = ""


@dataclass(frozen=True)
class Row:
    """One row: its title, a quiet note under the title, what a click on the title picks, and its cells."""

    title: str
    note: str
    cells: Sequence[Cell]
    pick: str = ""


def step(at: float) -> int:
    """The colour step (0 … STEPS-1) of a place 0–1 on the scale."""
    return round(min(max(at, 0.0), 1.0) * (STEPS - 1))


@cache
def _colours(name: str, scale: tuple[tuple[str, ...], ...]) -> str:
    """The thirteen steps of one scale as classes ``h0`` … under the class ``name``."""
    return "".join(f".kj-heat.{name} .h{i}{{{style.shade(i / (STEPS - 1), scale)}}}" for i in range(STEPS))


def _cell(cell: Cell, picked: str) -> str:
    if cell.at is None:
        said = f"<span aria-label='{esc(cell.label)}' role='img' title='{esc(cell.label)}'>{esc(cell.text)}</span>" if cell.label else ""
        return f"<td class=none>{said}</td>"
    tone = f"h{step(cell.at)}"
    if not cell.pick:
        said = f"<span aria-label='{esc(cell.label)}' role='img'>{esc(cell.text)}</span>" if cell.label else f"<span>{esc(cell.text)}</span>"
        return f"<td class='{tone} zero'>{said}</td>" if cell.text in ("", "0") else f"<td class={tone}>{said}</td>"
    tone = f"'{tone} zero'" if cell.text == "0" else tone
    pressed = " aria-pressed=true" if cell.pick == picked else ""
    return (f"<td class={tone}><button data-pick='{esc(cell.pick)}' aria-label='{esc(cell.label)}'{pressed}>{esc(cell.text)}</button></td>")


def _head(row: Row) -> str:
    title = f"<button class='kj-link' data-pick='{esc(row.pick)}'>{esc(row.title)}</button>" if row.pick else esc(row.title)
    note = f"<small>{esc(row.note)}</small>" if row.note else ""
    return f"<th scope=row>{title}{note}</th>"


def table(rows: Sequence[Row], columns: Sequence[str], corner: str, caption: str, *, change: bool = False, dense: bool = False,
          picked: str = "") -> str:
    """The heatmap as HTML: ``columns`` are the titles above the cells, ``corner`` the title above the rows.

    ``change`` uses the two-sided scale (0.5 is no change); ``dense`` makes narrow cells for many columns; ``picked`` is the
    pick that is shown as chosen.  The box scrolls sideways by itself on a small screen while the first column stays.
    """
    scale, name = (style.CHANGE, "change") if change else (style.HEAT, "share")
    head = "".join(f"<th scope=col>{esc(column)}</th>" for column in columns)
    body = "".join(f"<tr>{_head(row)}{''.join(_cell(cell, picked) for cell in row.cells)}</tr>" for row in rows)
    return (f"<style>{_colours(name, scale)}</style><div class='kj-scroll' tabindex=0 role=region aria-label='{esc(caption)}'>"
            f"<table class='kj-heat {name}{' dense' if dense else ''}'><thead><tr><th scope=col class=corner>{esc(corner)}</th>{head}"
            f"</tr></thead><tbody>{body}</tbody></table></div>")


def legend(low: str, high: str, rows: Sequence[Row], *, change: bool = False) -> str:
    """What the colours mean, as one quiet line with the scale itself, and the hatched cell where there is one."""
    scale = style.CHANGE if change else style.HEAT
    tones = "".join(f"<i style='{style.shade(i / 6, scale)}'></i>" for i in range(7))
    hatched = any(cell.at is None for row in rows for cell in row.cells)
    hidden = f"<span><i class=hatch aria-hidden=true></i>{esc(say('heat.hidden'))}</span>" if hatched else ""
    return (f"<p class='kj-note kj-legend'><span>{esc(low)}</span><span class=scale aria-hidden=true>{tones}</span><span>{esc(high)}</span>"
            f"{hidden}</p>")


def pick(kind: str, *what: object) -> str:
    """The value of a pick: its kind (``cell``, ``row``, ``show`` …) and what it points at."""
    return SEPARATOR.join([kind, *map(str, what)])


def beside(left: str, detail: str, empty: bool) -> str:
    """The heatmap with what stands behind the picked cell next to it; on a phone the detail is a sheet at the lower edge."""
    return (f"<div class='kj-beside'><div>{left}</div><section class='kj-card kj-side{' empty' if empty else ''}' tabindex=0 "
            f"aria-live=polite aria-label='{esc(say('heat.behind_cell'))}'>{detail}</section></div>")


def close(kind: str) -> str:
    """The button that closes the detail of a picked cell."""
    return f"<button class='kj-close' data-pick='{esc(pick(kind, '', ''))}' aria-label='{esc(say('heat.close'))}'>✕</button>"


def picked(key: str, kind: str) -> tuple[str, ...]:
    """What was clicked last among the picks of one kind in the live element ``key``, this run's click included; () for nothing.

    Known before the element is drawn, so that the chosen cell can be shown as chosen.
    """
    now = getattr(st.session_state.get(key), "pick", None)
    if now:
        sort, *what = str(now).split(SEPARATOR)
        st.session_state[f"kept.{key}.{sort}"] = tuple(what)
    return tuple(st.session_state.get(f"kept.{key}.{kind}", ()))


def draw(html: str, key: str) -> str | None:
    """Draw house HTML with picks under ``key``; returns what was clicked in this run."""
    return live(html, key)


def follow(clicked: str | None) -> None:
    """Open the person that was clicked, when it was one."""
    if clicked and clicked.startswith(pick("person", "")):
        stage.open_page("person", id=clicked.split(SEPARATOR)[1])
