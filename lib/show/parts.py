"""Parts: escaped HTML fragments and numbers in words; strings in, strings out, no Streamlit."""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

import pandas as pd

from lib.words import language, say


def esc(value: object) -> str:
    """Any value as text that is safe inside HTML and attributes; None and NaN become an en dash."""
    return "–" if value is None or (not isinstance(value, (list, tuple, dict)) and pd.isna(value)) else escape(str(value), quote=True)


def number(value: float | None, digits: int | None = None) -> str:
    """A number with two significant digits (or ``digits`` decimals) and thousands separators; an en dash for nothing."""
    if value is None or pd.isna(value):
        return "–"
    if digits is None:
        size = abs(value)
        digits = 0 if size >= 10 or size == 0 else 1 if size >= 1 else min(4, 1 - math.floor(math.log10(size)))
        if float(value).is_integer():
            digits = 0
    text = f"{value:,.{digits}f}"
    return "0" if text in ("-0", "−0") else text.replace("-", "−")


def percent(share: float | None, digits: int | None = None) -> str:
    """A share as a percentage: ``18 %``."""
    return "–" if share is None or pd.isna(share) else f"{number(share * 100, digits)} %"


def signed(value: float | None, digits: int | None = None) -> str:
    """A change with its sign: ``+2.1``, ``−9``; ``±0`` for none."""
    if value is None or pd.isna(value):
        return "–"
    text = number(value, digits)
    return f"+{text}" if value > 0 and text.strip("0.,") else ("±0" if not text.strip("−0.,") else text)


def points(difference: float | None) -> str:
    """A difference of two shares in percentage points: ``+3 pp`` / ``+3 个百分点``."""
    return "–" if difference is None or pd.isna(difference) else f"{signed(difference * 100)} {say('parts.points')}"


def day(value: object) -> str:
    """A date as the language writes it: 11月22日 / 22 Nov; with the year when it is not this data's year is the caller's choice."""
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return "–"
    when = pd.Timestamp(value)  # type: ignore[arg-type]
    return f"{when.month}月{when.day}日" if language() == "zh" else f"{when.day} {when:%b}"


def full_day(value: object) -> str:
    """A date with its year: 2026年11月22日 / 22 Nov 2026."""
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return "–"
    when = pd.Timestamp(value)  # type: ignore[arg-type]
    return f"{when.year}年{when.month}月{when.day}日" if language() == "zh" else f"{when.day} {when:%b %Y}"


def week_span(monday: object) -> str:
    """A week by its first and last day: 11月16日–22日 / 16–22 Nov."""
    first = pd.Timestamp(monday).date()  # type: ignore[arg-type]
    last: date = first + timedelta(days=6)
    if language() == "zh":
        return f"{first.month}月{first.day}日–{'' if last.month == first.month else f'{last.month}月'}{last.day}日"
    return f"{first.day}{'' if last.month == first.month else f' {first:%b}'}–{last.day} {last:%b}"


@dataclass(frozen=True)
class Explain:
    """How a number came about: its rule in one sentence, the period, how many people, and what is left out."""

    rule: str
    period: str
    people: str
    left_out: str = ""


def explain(how: Explain) -> str:
    """The "how is this computed?" drawer as native HTML: no widget, no rerun, works by keyboard."""
    rows = [("parts.rule", how.rule), ("parts.period", how.period), ("parts.people", how.people)]
    if how.left_out:
        rows.append(("parts.left_out", how.left_out))
    inner = "".join(f"<dt>{esc(say(key))}</dt><dd>{esc(text)}</dd>" for key, text in rows)
    return f"<details><summary>{esc(say('parts.how'))}</summary><dl class='kj-explain'>{inner}</dl></details>"


def spark(values: Sequence[float | None], width: int = 96, height: int = 28, tone: str = "primary") -> str:
    """A small line of a number's past, oldest first, with its last point marked; gaps where nothing is known."""
    known = [float(v) for v in values if v is not None and not pd.isna(v)]
    if len(known) < 2:
        return ""
    low, high = min(known), max(known)
    spread = (high - low) or 1.0
    step = (width - 8) / max(len(values) - 1, 1)
    place = lambda i, v: (4 + i * step, height - 4 - (float(v) - low) / spread * (height - 8))
    spots = [place(i, v) if v is not None and not pd.isna(v) else None for i, v in enumerate(values)]
    path, pen = [], "M"
    for spot in spots:
        if spot is None:
            pen = "M"
            continue
        path.append(f"{pen}{spot[0]:.1f} {spot[1]:.1f}")
        pen = "L"
    last = next(spot for spot in reversed(spots) if spot)
    # st.html lets no <svg> through, so the line is a mask over the theme's own colour.
    line = (f"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}'>"
            f"<path d='{' '.join(path)}' fill='none' stroke='black' stroke-width='1.5' stroke-linejoin='round'/></svg>")
    picture = b64encode(line.encode()).decode()
    return (f"<span class='kj-spark' role='img' aria-label='{esc(say('parts.trend'))}' style='width:{width}px;height:{height}px'>"
            f"<i style='mask-image:url(data:image/svg+xml;base64,{picture})'></i>"
            f"<b style='left:{last[0] - 3:.1f}px;top:{last[1] - 3:.1f}px;background:var(--kj-{tone})'></b></span>")


def chips(texts: Iterable[str], tone: str = "") -> str:
    """Short words in rounded frames."""
    return " ".join(f"<span class='kj-chip{f' kj-{tone}' if tone else ''}'>{esc(text)}</span>" for text in texts)
