"""Pen: SVG marks on one of the two grounds, and how a figure is written beside its mark.

Colours are those of the pages; a status is never colour alone: each tone has a shape (●▲◆■○) and each line its own dash.  Hatching is
drawn stroke by stroke: it needs no ``id``, so many pictures can stand in one page, and every renderer shows it alike.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape as escaped

from lib.story.measure import cut, width
from lib.story.scene import Picture, Series, Tone

FONTS = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Noto Sans SC, Segoe UI, system-ui, sans-serif"
GROUNDS: dict[str, dict[str, str]] = {
    "paper": {"ground": "#FAF8F5", "line": "#E7E2DA", "text": "#1F2430", "soft": "#5B6270", "primary": "#0B6E69", "care": "#B23A1E",
              "watch": "#8A5A00", "fine": "#2F6B3A", "quiet": "#5B6270"},
    "black": {"ground": "#16181D", "line": "#333842", "text": "#ECEAE6", "soft": "#A7ADB8", "primary": "#5CC2BA", "care": "#F08A6B",
              "watch": "#E0B055", "fine": "#86C795", "quiet": "#A7ADB8"},
}
DASHES: dict[Tone, str] = {"primary": "", "care": "12 5", "watch": "3 5", "fine": "12 4 3 4", "quiet": "6 6"}
PALE = 0.7
"""How much of its colour a bar keeps that the title does not speak of: still 3:1 on its ground."""
SHORT_UNIT = 3.2
"""A unit up to so many type sizes wide is written at every figure, a longer one once."""
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def mix(colour: str, ground: str, share: float) -> str:
    """``share`` of a colour over its ground, opaque: what a renderer without transparency shows too."""
    parts = [round(int(colour[at:at + 2], 16) * share + int(ground[at:at + 2], 16) * (1 - share)) for at in (1, 3, 5)]
    return "#" + "".join(f"{part:02X}" for part in parts)


def contrast(one: str, other: str) -> float:
    """Contrast of two colours (WCAG 2.2, relative luminance)."""
    def light(colour: str) -> float:
        parts = [int(colour[at:at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue
    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def known(values: Sequence[float | None], place: int, hidden: frozenset[int] = frozenset()) -> float | None:
    """The figure at a place, None where there is none, none that counts (NaN, ∞) or none that may be told."""
    value = values[place] if place < len(values) and place not in hidden else None
    return value if value is not None and math.isfinite(value) else None


def short_unit(unit: str) -> bool:
    """Whether a unit is short enough to stand at every figure."""
    return width(unit, 1) <= SHORT_UNIT


def number(value: float, digits: int, signed: bool = False) -> str:
    """``1,234``, ``−0.5``, with ``signed`` also ``+2.1`` and ``±0``."""
    text = f"{value:,.{digits}f}"
    nothing = not text.strip("-0.,")
    text = text.lstrip("-") if nothing else text.replace("-", "−")
    return f"±{text}" if signed and nothing else f"+{text}" if signed and value > 0 else text


def written(picture: Picture, value: float | None) -> str:
    """A figure as it stands beside its mark: ``72.4 %``, ``+2.1``, ``–`` for nothing known."""
    if value is None:
        return "–"
    text = number(value, picture.digits, picture.signed)
    if picture.unit in ("¥", "€", "$", "£"):
        return f"{text[0]}{picture.unit}{text[1:]}" if text[0] in "+−±" else f"{picture.unit}{text}"
    return f"{text} {picture.unit}" if picture.unit and short_unit(picture.unit) else text


def interval(picture: Picture, series: Series, place: int) -> str:
    """The interval of a figure in brackets, ``(69–75)``; three dots where an end lies below zero; '' where none is known."""
    low, high = known(series.low, place, picture.hidden), known(series.high, place, picture.hidden)
    if low is None or high is None:
        return ""
    first, last = (number(end, picture.digits, picture.signed).removeprefix("±") for end in (low, high))
    return f"({first} … {last})" if picture.signed or min(low, high) < 0 else f"({first}–{last})"


def ticks(low: float, high: float, most: int = 4) -> list[float]:
    """A few round numbers between two ends (1, 2 or 5 times a power of ten)."""
    span = high - low
    if not (span > 0 and math.isfinite(span)):
        return []
    step = 10.0 ** math.floor(math.log10(span / most))
    step *= next(times for times in (1, 2, 5, 10, 20) if span / (step * times) <= most)
    first = math.ceil(low / step - 1e-9)
    return [place * step for place in range(first, first + most + 2) if place * step <= high + step * 1e-9]


def apart(at: Sequence[float], gap: float, top: float, bottom: float) -> list[float]:
    """Heights in rising order, moved so that neighbours are ``gap`` apart and, as far as that goes, within the picture."""
    found = list(at)
    for nth in range(1, len(found)):
        found[nth] = max(found[nth], found[nth - 1] + gap)
    over = found[-1] - bottom if found else 0.0
    for nth in reversed(range(len(found))):
        if over > 0:
            found[nth] = min(found[nth], bottom - gap * (len(found) - 1 - nth))
    return [max(height, top) for height in found]


def n(value: float) -> str:
    """A coordinate, short."""
    return f"{value:.1f}".rstrip("0").rstrip(".") if abs(value) >= 0.05 else "0"


def escape(words: str) -> str:
    """Words as markup that shows them; what XML may not hold at all (control signs, halves of surrogate pairs) is left out."""
    return escaped(_UNWRITABLE.sub("", words))


@dataclass
class Pen:
    """Draws on one ground; ``marks`` is what has been drawn, in order."""

    ground: str = "paper"
    marks: list[str] = field(default_factory=list)

    def colour(self, name: str) -> str:
        """A colour of the ground; on "page" the page's own, which changes with it, and paper's where the page has none."""
        return f"var(--{name},{GROUNDS['paper'][name]})" if self.ground == "page" else GROUNDS[self.ground][name]

    def pale(self, name: str, share: float = PALE) -> str:
        """A colour mixed with its ground."""
        if self.ground == "page":
            return f"color-mix(in srgb,{self.colour(name)} {round(share * 100)}%,{self.colour('ground')})"
        return mix(self.colour(name), self.colour("ground"), share)

    def raw(self, mark: str) -> None:
        self.marks.append(mark)

    def text(self, x: float, y: float, words: str, size: float, colour: str = "text", bold: bool = False, anchor: str = "start",
             room: float | None = None) -> None:
        """Words with their baseline at ``y``; cut with an ellipsis where they are wider than ``room``."""
        shown = words if room is None else cut(words, size, room, bold)
        if shown:
            side = "" if anchor == "start" else f' text-anchor="{anchor}"'
            heavy = ' font-weight="600"' if bold else ""
            self.raw(f'<text x="{n(x)}" y="{n(y)}" font-size="{n(size)}" fill="{self.colour(colour)}"{heavy}{side}>{escape(shown)}</text>')

    def rect(self, x: float, y: float, wide: float, high: float, fill: str, round_: float = 0) -> None:
        if wide > 0 and high > 0:
            corner = f' rx="{n(round_)}"' if round_ else ""
            self.raw(f'<rect x="{n(x)}" y="{n(y)}" width="{n(max(wide, 0.1))}" height="{n(max(high, 0.1))}"{corner} fill="{fill}"/>')

    def line(self, x1: float, y1: float, x2: float, y2: float, colour: str, thick: float = 1, dash: str = "") -> None:
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self.raw(f'<path d="M{n(x1)} {n(y1)}L{n(x2)} {n(y2)}" stroke="{colour}" stroke-width="{n(thick)}"{dashes}/>')

    def curve(self, points: Sequence[tuple[float, float]], colour: str, thick: float, dash: str = "") -> None:
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        way = "L".join(f"{n(x)} {n(y)}" for x, y in points)
        self.raw(f'<path d="M{way}" fill="none" stroke="{colour}" stroke-width="{n(thick)}" stroke-linejoin="round" stroke-linecap="round"{dashes}/>')

    def area(self, points: Sequence[tuple[float, float]], fill: str) -> None:
        self.raw(f'<path d="M{"L".join(f"{n(x)} {n(y)}" for x, y in points)}Z" fill="{fill}"/>')

    def hatch(self, x: float, y: float, wide: float, high: float, colour: str, step: float = 9, frame: bool = True) -> None:
        """A hatched box: strokes from lower left to upper right, cut at its edges."""
        if wide <= 0 or high <= 0:
            return
        step = max(step, (wide + high) / 400)
        strokes = []
        for at in range(1, int((wide + high) / step) + 1):
            reach = at * step
            x1, y1 = (x + reach, y) if reach <= wide else (x + wide, y + reach - wide)
            x2, y2 = (x, y + reach) if reach <= high else (x + reach - high, y + high)
            strokes.append(f"M{n(x1)} {n(y1)}L{n(x2)} {n(y2)}")
        if strokes:
            self.raw(f'<path d="{"".join(strokes)}" stroke="{colour}" stroke-width="1.6"/>')
        if frame:
            self.raw(f'<rect x="{n(x)}" y="{n(y)}" width="{n(max(wide, 0.1))}" height="{n(max(high, 0.1))}" fill="none" stroke="{colour}" stroke-width="1.2"/>')

    def shape(self, x: float, y: float, size: float, tone: Tone, fill: str | None = None) -> None:
        """The shape of a tone around a point: primary ●, care ▲, watch ◆, fine ■, quiet ○."""
        ink, r = fill or self.colour(tone), size / 2
        if tone in ("primary", "quiet"):
            inside = ink if tone == "primary" else self.colour("ground")
            self.raw(f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(r * 0.92)}" fill="{inside}" stroke="{ink}" stroke-width="2"/>')
        elif tone == "care":
            self.area([(x, y - r * 1.1), (x + r * 1.15, y + r * 0.85), (x - r * 1.15, y + r * 0.85)], ink)
        elif tone == "watch":
            self.area([(x, y - r * 1.2), (x + r * 1.2, y), (x, y + r * 1.2), (x - r * 1.2, y)], ink)
        else:
            self.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8, ink)

    def place(self, picture: Picture, place: int, box: tuple[float, float, float, float]) -> None:
        """Opens the group of one place.  Where a question can be asked about it the group carries the place's number (never what is
        asked) and a box that can be clicked on."""
        if not (picture.asks and picture.asks[place]):
            self.raw("<g>")
            return
        x, y, wide, high = box
        self.raw(f'<g data-i="{place}"><rect x="{n(x)}" y="{n(y)}" width="{n(wide)}" height="{n(high)}" fill="none" pointer-events="all"/>')

    def end(self) -> None:
        self.raw("</g>")
