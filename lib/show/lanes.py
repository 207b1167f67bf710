"""Lanes: small drawings over one shared horizontal axis, as HTML with SVG; numbers in, strings out, no Streamlit.

Shapes are SVG stretched to the width there is, with strokes that keep their width; every word is HTML, so that it stays as large
on a phone as on a desk.  Colours are the palette's tokens and follow the theme by themselves.  What a mark says is in ``data-tip``
of a transparent field around it; :func:`lib.show.live.live` shows it (``st.html`` would let no SVG through).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lib.show.parts import esc, number

Value = float | None
_WIDE = 1000
"""The width of every drawing in its own units; a tenth of a unit is finer than a pixel of any screen."""
_CROWDED = 1.0
"""Fields nearer than this (in % of the axis) share one: a finger or a mouse could not tell them apart."""


@dataclass(frozen=True)
class Axis:
    """The horizontal axis all lanes share: its ends, and its ticks as place and words ('\\n' begins a second line)."""

    first: float
    last: float
    ticks: Sequence[tuple[float, str]] = ()

    def at(self, x: float) -> float:
        """Where ``x`` stands, in % of the width; what lies outside stands on the edge."""
        return min(max((x - self.first) / ((self.last - self.first) or 1), 0.0), 1.0) * 100


@dataclass(frozen=True)
class Tip:
    """What is said of the axis from ``first`` to ``last``: its first line is the heading."""

    first: float
    last: float
    text: str


@dataclass(frozen=True)
class Line:
    """Points joined in their order; None lifts the pen.  A dashed line carries no dots, so a lone point becomes a short stroke."""

    xs: Sequence[float]
    ys: Sequence[Value]
    tone: str = "primary"
    dashed: bool = False


@dataclass(frozen=True)
class Bars:
    """Bars from zero, each ``width`` wide in the axis's unit around its ``x``."""

    xs: Sequence[float]
    ys: Sequence[Value]
    width: float
    tone: str = "primary"


@dataclass(frozen=True)
class Band:
    """A pale band between two values at each place; None on either side ends it."""

    xs: Sequence[float]
    lows: Sequence[Value]
    highs: Sequence[Value]
    tone: str = "primary"


Mark = Line | Bars | Band


@dataclass(frozen=True)
class Lane:
    """One finished lane: its title, what is drawn in it, the fields that say something, and its height (0 for a strip)."""

    title: str
    drawing: str
    tips: str
    height: int = 0


def steps(low: float, high: float, most: int, whole: bool = False) -> tuple[float, list[float]]:
    """The step and the round numbers (1, 2 or 5 × a power of ten apart) from ``low`` to ``high``, at most ``most`` of them."""
    size = 10.0 ** math.floor(math.log10((high - low) or 1.0) - 1)
    for step in (size * factor for factor in (1, 2, 5, 10, 20, 50, 100)):
        if whole and step < 1:
            continue
        inside = range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
        if len(inside) <= most:
            return step, [n * step for n in inside]
    return step, []


def _known(values: Iterable[Value]) -> list[float]:
    return [v for v in values if v is not None and not math.isnan(v)]


def _runs(points: Iterable[tuple[float, Value]]) -> Iterator[list[tuple[float, float]]]:
    """Stretches of known points; an unknown one ends a stretch."""
    run: list[tuple[float, float]] = []
    for x, y in points:
        if y is not None and not math.isnan(y):
            run.append((x, y))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _pen(points: Iterable[tuple[float, float]]) -> str:
    return "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


@dataclass(frozen=True)
class _Paper:
    """Where values go in one lane's drawing."""

    axis: Axis
    low: float
    high: float
    height: int

    def x(self, value: float) -> float:
        return self.axis.at(value) * _WIDE / 100

    def y(self, value: float) -> float:
        return self.height * (1 - (value - self.low) / (self.high - self.low))

    def _spots(self, xs: Sequence[float], ys: Sequence[Value]) -> list[list[tuple[float, float]]]:
        return [[(self.x(x), self.y(y)) for x, y in run] for run in _runs(zip(xs, ys, strict=True))]

    def line(self, mark: Line) -> str:
        runs = self._spots(mark.xs, mark.ys)
        if mark.dashed:
            path = "".join(f"M{_pen(run)}" if len(run) > 1 else f"M{run[0][0] - 6:.1f} {run[0][1]:.1f}h12" for run in runs)
            return f"<path class=dash style='stroke:var(--kj-{mark.tone})' d='{path}'/>"
        path = "".join(f"M{_pen(run)}" for run in runs if len(run) > 1)
        # A stroke of no length with round ends is a dot, and stays round however the drawing is stretched.
        dots = "".join(f"M{x:.1f} {y:.1f}h0" for run in runs for x, y in run)
        kind = "'dots many'" if len(mark.xs) > 40 else "dots"
        return f"<path class=line style='stroke:var(--kj-{mark.tone})' d='{path}'/><path class={kind} style='stroke:var(--kj-{mark.tone})' d='{dots}'/>"

    def bars(self, mark: Bars) -> str:
        path = "".join(f"M{self.x(x - mark.width / 2):.1f} {self.y(0):.1f}V{self.y(y):.1f}H{self.x(x + mark.width / 2):.1f}V{self.y(0):.1f}z"
                       for x, y in zip(mark.xs, mark.ys, strict=True) if y and not math.isnan(y))
        return f"<path class=bars style='fill:var(--kj-{mark.tone})' d='{path}'/>"

    def band(self, mark: Band) -> str:
        both = [(x, None if not _known([low]) or not _known([high]) else (low, high))
                for x, low, high in zip(mark.xs, mark.lows, mark.highs, strict=True)]
        lows = self._spots(mark.xs, [pair and pair[0] for _, pair in both])
        highs = self._spots(mark.xs, [pair and pair[1] for _, pair in both])
        path = "".join(f"M{_pen(top)}L{_pen(reversed(bottom))}z" if len(top) > 1 else
                       f"M{top[0][0] - 6:.1f} {top[0][1]:.1f}h12V{bottom[0][1]:.1f}h-12z" for top, bottom in zip(highs, lows, strict=True))
        return f"<path class=band style='fill:var(--kj-{mark.tone})' d='{path}'/>"


def _draw(mark: Mark, paper: _Paper) -> str:
    if isinstance(mark, Line):
        return paper.line(mark)
    return paper.bars(mark) if isinstance(mark, Bars) else paper.band(mark)


def _extent(marks: Sequence[Mark], zero: bool) -> tuple[float, float]:
    """Lowest and highest value to be shown, with a little air; from zero when asked for or when there are bars."""
    values = [v for mark in marks for v in (_known([*mark.lows, *mark.highs]) if isinstance(mark, Band) else _known(mark.ys))]
    zero = zero or any(isinstance(mark, Bars) for mark in marks)
    low, high = min(values, default=0.0), max(values, default=1.0)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    air = (high - low) * 0.08 or 1.0
    return low - (air if not zero or low < 0 else 0), high + air


def _fields(axis: Axis, tips: Iterable[Tip], reach: float) -> str:
    """A transparent field around each tip, ``reach`` % wider on either side but never past the middle to its neighbour."""
    crowd: list[list[Tip]] = []
    for tip in sorted(tips, key=lambda tip: (tip.first, tip.last)):
        if crowd and axis.at(tip.last) - axis.at(crowd[-1][0].first) <= _CROWDED:
            crowd[-1].append(tip)
        else:
            crowd.append([tip])
    ends = [(axis.at(near[0].first), axis.at(max(tip.last for tip in near))) for near in crowd]
    fences = [0.0, *((a[1] + b[0]) / 2 for a, b in pairwise(ends)), 100.0]
    fields = ""
    for near, (first, last), (before, after) in zip(crowd, ends, pairwise(fences), strict=bool(crowd)):
        left, right = max(first - reach, before), min(last + reach, after)
        fields += f"<i data-tip='{esc(chr(10).join(tip.text for tip in near))}' style='left:{left:.2f}%;width:{max(right - left, 0.1):.2f}%'></i>"
    return fields


def chart(axis: Axis, title: str, height: int, marks: Sequence[Mark], tips: Iterable[Tip] = (), *, zero: bool = False, whole: bool = False,
          most: int = 3, words: Callable[[float, int], str] = number) -> Lane:
    """A lane of values ``height`` px high: ``marks`` from the back to the front, at most ``most`` ticks.

    ``zero``: the scale begins at zero (with bars it always does); ``whole``: ticks are whole numbers; ``words`` writes a tick's
    value with so many decimals and its unit.
    """
    paper = _Paper(axis, *_extent(marks, zero), height)
    step, values = steps(paper.low, paper.high, most, whole)
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    labels = "".join(f"<b style='top:{paper.y(v) / height * 100:.1f}%'>{esc(words(v, digits))}</b>" for v in values)
    rules = "".join(f"M0 {paper.y(v):.1f}H{_WIDE}" for v in values)
    shapes = "".join(_draw(mark, paper) for mark in marks)
    return Lane(title, f"{labels}<svg viewBox='0 0 {_WIDE} {height}' preserveAspectRatio='none'><path class=rule d='{rules}'/>{shapes}</svg>",
                _fields(axis, tips, 0), height)


@dataclass(frozen=True)
class Spot:
    """Something in a strip, from ``first`` to ``last``, and what is said of it: a ``bar``, a ``dot``, a hollow ``ring`` or a ``stroke``."""

    first: float
    last: float
    text: str
    shape: str = "bar"
    tone: str = "primary"


def strip(axis: Axis, title: str, spots: Sequence[Spot]) -> Lane:
    """A thin lane of things that happened, on one line."""
    drawing = ""
    for spot in spots:
        left = axis.at(spot.first)
        size = f";width:{axis.at(spot.last) - left:.2f}%" if spot.shape == "bar" else ""
        drawing += f"<i class={spot.shape} style='left:{left:.2f}%{size};--tone:var(--kj-{spot.tone})'></i>"
    return Lane(title, drawing, _fields(axis, (Tip(spot.first, spot.last, spot.text) for spot in spots), 4))


def _words(axis: Axis) -> str:
    """The axis's ticks in words; every second one gives way on a phone when all of them would not fit there."""
    # About six pixels a letter and twelve a character of Chinese, on some 300 px.
    crowded = sum(1 if letter < "\u2e80" else 2 for _, text in axis.ticks for letter in text.split("\n")[0]) > 40
    return "".join(f"<b{' class=spare' if crowded and (len(axis.ticks) - 1 - i) % 2 else ''} style='left:{axis.at(x):.2f}%'>{esc(text)}</b>"
                   for i, (x, text) in enumerate(axis.ticks))


def figure(axis: Axis, lanes: Sequence[Lane], label: str) -> str:
    """The lanes under one another over their axis, as HTML; ``label`` says what it is to those who cannot see it.

    One tab stop: in it the arrow keys walk from tip to tip.
    """
    rules = "".join(f"<i style='left:{axis.at(x):.2f}%'></i>" for x, _ in axis.ticks)
    rows = "".join(
        f"<div class='kj-lane{'' if lane.height else ' strip'}' style='grid-row:{at}' data-lane><span>{esc(lane.title)}</span>"
        f"<div{f' style=height:{lane.height}px' if lane.height else ''}>{lane.drawing}{lane.tips}</div></div>" for at, lane in enumerate(lanes, 1))
    return (f"<div class='kj-lanes' role=img tabindex=0 aria-label='{esc(label)}' data-tips><div>"
            f"<div class=rules style='grid-row:1/span {len(lanes)}'>{rules}</div>{rows}"
            f"<div class=when style='grid-row:{len(lanes) + 1}'>{_words(axis)}</div></div></div>")
