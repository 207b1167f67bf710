"""Care chart: the one small chart of a talk card, as HTML with SVG: a person's own points, held against one line."""

from __future__ import annotations

from itertools import pairwise

from lib.care.shape import SmallChart
from lib.show.lanes import Axis, Line, Tip, chart, figure
from lib.show.parts import day, number, percent, week_span
from lib.tags.compile import clock
from lib.words import say

HEIGHT = 84
_DAILY = "pressure"
"""The chart whose points are days; all others have a point a week."""


def in_words(value: float | None, unit: str) -> str:
    """A value of a chart as one says it: ``21:40``, ``44 %``, ``12.5``."""
    if value is None or value != value:
        return "–"
    return clock(value) if unit == "clock" else percent(value) if unit == "share" else number(value)


def small(one: SmallChart) -> str:
    """The chart with its title; '' when fewer than two points are known.  Marked points stand out in the care colour."""
    known = [point for point in one.points if point.value is not None and point.value == point.value]
    if len(known) < 2:
        return ""
    at = {point.on: point.on.toordinal() + (0.5 if one.what == _DAILY else 3.5) for point in one.points}
    first, last = min(at.values()), max(at.values())
    air = (last - first) * 0.12 or 1
    middle = known[len(known) // 2].on if len(known) > 4 else None
    axis = Axis(first - air, last + air, [(at[on], day(on)) for on in dict.fromkeys((known[0].on, middle, known[-1].on)) if on])
    xs = [at[point.on] for point in one.points]
    marks = [Line(xs, [point.value for point in one.points]), Line(xs, [point.value if point.marked else None for point in one.points], "care")]
    if one.line is not None:
        marks.insert(0, Line([axis.first, axis.last], [one.line, one.line], "soft", dashed=True))
    step = min((b - a for a, b in pairwise(sorted(at.values()))), default=1.0)
    against = f"\n{say(f'care.line.{one.line_what}')}:{in_words(one.line, one.unit)}" if one.line is not None and one.line_what else ""
    tips = [Tip(at[point.on] - step / 2, at[point.on] + step / 2,
                f"{day(point.on) if one.what == _DAILY else week_span(point.on)}\n{in_words(point.value, one.unit)}{against}") for point in known]
    words = (lambda value, digits: clock(value)) if one.unit == "clock" else \
        (lambda value, digits: percent(value)) if one.unit == "share" else number
    title = say(f"care.chart.{one.what}")
    return figure(axis, [chart(axis, title, HEIGHT, marks, tips, most=3, words=words)], title)
