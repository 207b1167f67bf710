"""Said: numbers, days and spans in the words of a scene; strings out.

The same style as on the pages: two significant digits, units always, differences of shares in points, an en dash for nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date, timedelta

import pandas as pd

from lib.words import language, say, sentences

ZH_MOST, EN_MOST = 60, 110
"""Characters of a title that are read from the back row, in two lines."""


def known(value: object) -> float | None:
    """A number, or None where nothing is known."""
    return None if value is None or pd.isna(value) else float(value)  # type: ignore[call-overload, arg-type]


def number(value: float | None, digits: int | None = None) -> str:
    """A number with two significant digits (or ``digits`` places) and thousands separators; an en dash for nothing."""
    found = known(value)
    if found is None:
        return "–"
    if digits is None:
        size = abs(found)
        digits = 0 if size >= 10 or found.is_integer() else 1 if size >= 1 else min(4, 1 - math.floor(math.log10(size)))
    text = f"{found:,.{digits}f}"
    return text[1:] if text.startswith("-") and not text.strip("-0.,") else text.replace("-", "−")


def signed(value: float | None, digits: int | None = None) -> str:
    """A change with its sign: +2.1, −9, ±0."""
    found = known(value)
    if found is None:
        return "–"
    text = number(found, digits)
    return f"±{text}" if not text.strip("−0.,") else f"+{text}" if found > 0 else text


def percent(share: float | None, digits: int = 0) -> str:
    """A share in percent, whole unless ``digits`` says else; a little is not said to be nothing: 18 %, < 1 %."""
    found = known(share)
    return "–" if found is None else "< 1 %" if 0 < found < 0.01 else f"{number(found * 100, digits)} %"


def points(difference: float | None) -> str:
    """A difference of two shares as points, without its sign: 3 个百分点 / 3 pp."""
    found = known(difference)
    if found is None:
        return "–"
    size = abs(found) * 100
    return f"{number(size, 0 if size >= 1 else None)} {say('parts.points')}"


def between(low: float | None, high: float | None, digits: int = 0) -> str:
    """An interval in brackets: (15–22), with 到 / to where an end lies below zero; '' where none is known."""
    first, last = known(low), known(high)
    if first is None or last is None:
        return ""
    return say("story.to" if min(first, last) < 0 else "story.between", low=number(first, digits), high=number(last, digits))


def ranged(share: float | None, low: float | None, high: float | None, digits: int = 0) -> str:
    """A share with its interval: 18 % (15–22)."""
    times = lambda value: None if known(value) is None else (known(value) or 0) * 100
    return f"{percent(share, digits)} {between(times(low), times(high), digits)}".strip()


def count(noun: str, n: float | None, digits: int | None = 0) -> str:
    """So many of a thing, in the right number: 1 person, 12 people / 12 人."""
    one = f"story.n.{noun}.one"
    return say(one if number(n, digits) == "1" and one in sentences() else f"story.n.{noun}", n=number(n, digits))


def day(value: object) -> str:
    """A day with its year: 2026年11月22日 / 22 Nov 2026."""
    when = pd.Timestamp(value)  # type: ignore[arg-type]
    return f"{when.year}年{when.month}月{when.day}日" if language() == "zh" else f"{when.day} {when:%b %Y}"


def month(value: object) -> str:
    """A month with its year: 2026年11月 / Nov 2026."""
    when = pd.Timestamp(value)  # type: ignore[arg-type]
    return f"{when.year}年{when.month}月" if language() == "zh" else f"{when:%b %Y}"


def short_day(value: object) -> str:
    """A day without its year, as it stands under a line: 11月16日 / 16 Nov."""
    when = pd.Timestamp(value)  # type: ignore[arg-type]
    return f"{when.month}月{when.day}日" if language() == "zh" else f"{when.day} {when:%b}"


def days(values: Iterable[object]) -> tuple[str, ...]:
    """Days as a computer reads them, with their year: 2026-11-16."""
    return tuple(pd.Timestamp(value).date().isoformat() for value in values)  # type: ignore[call-overload, arg-type]


def week(monday: date) -> str:
    """A week by its first and last day: 2026年11月16日–22日 / 16–22 Nov 2026."""
    last = monday + timedelta(days=6)
    if language() == "zh":
        ends = f"{last.year}年" if last.year != monday.year else ""
        return f"{monday.year}年{monday.month}月{monday.day}日–{ends}{'' if last.month == monday.month else f'{last.month}月'}{last.day}日"
    begins = f" {monday:%b %Y}" if last.year != monday.year else "" if last.month == monday.month else f" {monday:%b}"
    return f"{monday.day}{begins}–{last.day} {last:%b %Y}"


def short(name: str) -> str:
    """A name as it fits into a title."""
    most = 14 if language() == "zh" else 26
    return name if len(name) <= most else f"{name[:most - 1]}…"


def fits(sentence: str) -> bool:
    """Whether a title is short enough."""
    return len(sentence) <= (ZH_MOST if language() == "zh" else EN_MOST)


def fit(*sentences: str) -> str:
    """The first of these titles, from the fullest to the barest, that is short enough; the barest is cut where none is."""
    found = next((one for one in sentences if fits(one)), sentences[-1])
    return found if fits(found) else f"{found[:(ZH_MOST if language() == 'zh' else EN_MOST) - 1]}…"


def text(*parts: str) -> str:
    """Sentences one after the other, empty ones left out."""
    return ("" if language() == "zh" else " ").join(part for part in parts if part)


def listed(parts: Iterable[str]) -> str:
    """Several things in a row: 甲、乙 / a, b."""
    return say("story.comma").join(part for part in parts if part)


def wilson(hits: float, n: float) -> tuple[float, float]:
    """95 % Wilson interval of a share (Wilson 1927)."""
    z2 = 1.959964**2
    share = hits / n
    middle, reach = (share + z2 / (2 * n)) / (1 + z2 / n), math.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    return max(middle - reach, 0.0), min(middle + reach, 1.0)
