"""Pulse cells: a published mean with its bar, interval and change, or why nothing stands there; HTML strings."""

from __future__ import annotations

import pandas as pd

from lib.show.parts import esc, number, signed
from lib.words import say

QUESTIONS = ("pressure", "help", "growth", "cohesion", "recommend")


def unit(level: str, name: str) -> str:
    """A unit by name."""
    if level == "company":
        return say("pulse.company")
    return name or say("pulse.no_department")


def mean(value: float, coded: str | None) -> str:
    """A published mean; at an end of the scale only what it is at least, or at most."""
    text = number(value, 1)
    return f"≥ {text}" if coded == "top" else f"≤ {text}" if coded == "bottom" else text


def coded(value: object) -> str | None:
    """The code of a row of a frame, in which nothing may be NaN."""
    return str(value) if isinstance(value, str) and value else None


def change(now: tuple[float, str | None] | None, before: tuple[float, str | None] | None) -> float | None:
    """The change of a mean between two waves: only where both are shown and neither stands at an end of the scale."""
    if now is None or before is None or now[1] or before[1]:
        return None
    return round(now[0] - before[0], 1)


def bar(value: float, low: float, high: float) -> str:
    """The mean on the scale from 1 to 5, with its interval as a thin line."""
    at = lambda score: 25 * (score - 1)
    return (f"<span class='kj-track thin between'><i style='width:{at(value):.1f}%'></i>"
            f"<u style='left:{at(low):.1f}%;width:{at(high) - at(low):.1f}%'></u></span>")


def cell(row: pd.Series, moved: float | None) -> str:
    """One cell of the table."""
    if row["state"] != "shown":
        return f"<td><span class='kj-note'>{esc(say(f'pulse.state.{row.state}'))}</span></td>"
    code = coded(row["coded"])
    inside = "" if code else f" <span class='kj-note'>({number(row['low'], 1)}–{number(row['high'], 1)})</span>"
    since = "" if moved is None else f" <span class='kj-note'>{esc(say('pulse.since', change=signed(moved, 1)))}</span>"
    return f"<td><span class=told><b>{esc(mean(row['mean'], code))}</b>{inside}{since}</span>{bar(row['mean'], row['low'], row['high'])}</td>"
