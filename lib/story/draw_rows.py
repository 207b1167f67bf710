"""Rows: bars and dots, one row a label, the first label on top; the figures stand at the marks, so that no axis need be read."""

from __future__ import annotations

from lib.story.measure import cut, width, wrap
from lib.story.pen import Pen, interval, known, number, short_unit, ticks, written
from lib.story.scene import Picture, Series

GAP = 10.0
LOOSE, TIGHT = 3.5, 2.9
"""A row with one mark is at most so many type sizes high, the second in a narrow window."""
EACH, BETWEEN, CLOSER = 1.6, 1.2, 0.75
"""A row with several marks: so many type sizes for each and for the space between rows, in a narrow window times the third."""


def legend(pen: Pen, picture: Picture, x: float, y: float, room: float, size: float) -> float:
    """Which mark is which series, where there are several, and the unit where it is too long to stand at each figure; returns where
    the picture begins."""
    unit = picture.unit if picture.unit and not short_unit(picture.unit) else ""
    several = len(picture.series) > 1
    if not several:
        words = ", ".join(part for part in (picture.series[0].name if picture.series and picture.kind == "trend" else "", unit) if part)
        if not words:
            return y
        pen.text(x, y + size, words, size * 0.9, "soft", room=room)
        return y + size * 1.5
    at, line = x, y + size
    for series in picture.series:
        sign = size * 0.9
        wide = min(width(series.name, size) + sign + GAP, room)
        if at > x and at + wide > x + room:
            at, line = x, line + size * 1.5
        if series.hatched:
            pen.hatch(at, line - sign * 0.86, sign, sign, pen.colour(series.tone), 5)
        else:
            pen.shape(at + sign / 2, line - sign * 0.36, sign * 0.86, series.tone)
        pen.text(at + sign + GAP * 0.7, line, series.name, size, "soft", room=wide - sign - GAP * 0.7)
        at += wide + size * 1.1
    if unit:
        if at > x and at + width(unit, size * 0.9) > x + room:
            at, line = x, line + size * 1.5
        pen.text(at, line, unit, size * 0.9, "soft", room=room)
    return line + size * 0.9


def _ends(picture: Picture) -> tuple[float, float]:
    """The scale: bars start at zero, dots where their intervals do."""
    found = [line.value for line in picture.lines]
    for series in picture.series:
        for place in range(len(picture.labels)):
            found += [v for row in (series.values, series.low, series.high) if (v := known(row, place, picture.hidden)) is not None]
    zero = picture.kind == "bars" or picture.signed or any(series.hatched for series in picture.series)
    low, high = min([*found, 0.0] if zero or not found else found), max([*found, 0.0] if zero or not found else found)
    if high <= low:
        return (low, low + 1.0)
    pad = 0.0 if picture.kind == "bars" else (high - low) * 0.04
    return (low - (pad if low < 0 or picture.kind == "dots" else 0), high + pad)


class Rows:
    """One picture of rows in a box of ``wide`` × ``high`` px at ``x``, ``y``, labels ``size`` px high."""

    def __init__(self, pen: Pen, picture: Picture, x: float, y: float, wide: float, high: float, size: float, tight: bool = False):
        self.pen, self.picture, self.x, self.wide, self.size, self.tight = pen, picture, x, wide, size, tight
        self.count = max(len(picture.labels), 1)
        # where no label has figures of two series, each row has one mark, wherever it comes from
        self.single = all(len(self._told(place)) <= 1 for place in range(len(picture.labels)))
        self.several = 1 if self.single else len(picture.series)
        self.low, self.high = _ends(picture)
        top = legend(pen, picture, x, y, wide, size * 0.9)
        foot = size * 1.5 if picture.kind == "dots" else 0.0
        self._sizes(y + high - foot - top - (size * 1.25 if picture.lines else 0.0))
        self._columns()
        self.top = self._lines(top)
        self._sizes(y + high - foot - self.top)     # the names of the lines may have taken a second row of words
        self.spare = max(y + high - foot - self.top - self.row * self.count, 0.0)
        """What the rows leave of the box, in px: they are only so high (:data:`LOOSE`, ``tight``: :data:`TIGHT`)."""
        self.top += self.spare * 0.2

    def _told(self, place: int) -> list[Series]:
        """The series that have a figure at a place."""
        return [series for series in self.picture.series if known(series.values, place, self.picture.hidden) is not None]

    def _sizes(self, room: float) -> None:
        """How high a row, its words and its marks are; words are made smaller only where rows would not fit (a figure is three quarters of its
        type size high, so it may be a little larger than the room of its bar)."""
        several = self.several
        most = (TIGHT if self.tight else LOOSE) if several == 1 else (EACH * several + BETWEEN) * (CLOSER if self.tight else 1.0)
        self.row = min(max(room, 1.0) / self.count, self.size * most)
        self.slot = min(self.row * (0.86 if several > 1 else 1.0) / several, self.size * (1.7 if several > 1 else 2.2))
        self.thick = self.slot * (0.6 if several == 1 else 0.72)
        self.label_size = min(getattr(self, "label_size", self.size), self.row * 0.78)
        self.value_size = min(getattr(self, "value_size", self.size), self.slot * 1.12)

    # --- where things stand ---------------------------------------------------------------------------------------------------

    def _words(self, series: Series, place: int, bare: bool = False) -> tuple[str, str]:
        value = known(series.values, place, self.picture.hidden)
        return written(self.picture, value), "" if bare or value is None else interval(self.picture, series, place)

    def _span(self, words: tuple[str, str]) -> float:
        value, span = words
        return width(value, self.value_size, True) + (width(" " + span, self.value_size * 0.86) if span else 0.0)

    def _columns(self) -> None:
        """How wide labels, marks and figures may be; where the marks would get under a third, first the intervals in words go, then the
        figures get smaller."""
        picture = self.picture
        told = [(series, place) for series in picture.series for place in range(len(picture.labels)) if place not in picture.hidden]
        most = self.wide * 0.38
        lines = 2 if self.row >= self.label_size * 2.5 else 1
        need = 0.0
        for place, label in enumerate(picture.labels):
            bold = place in picture.marked
            rows = wrap(label, self.label_size, most, bold) if lines == 2 else [label]
            need = max([need, *(width(row, self.label_size, bold) for row in rows)])
        self.labels = min(need, most) + GAP * 1.4 if need else 0.0
        self.label_lines = lines
        for bare in (False, True):
            self.bare = bare
            words = {(id(series), place): self._words(series, place, bare) for series, place in told}
            down = [self._span(words[id(series), place]) for series, place in told if picture.kind == "bars" and (known(series.values, place) or 0) < 0]
            up = [self._span(words[id(series), place]) for series, place in told if picture.kind != "bars" or (known(series.values, place) or 0) >= 0]
            left, right = max(down, default=0.0), max(up, default=0.0)
            if self.labels + left + right <= self.wide * 0.68:
                break
        extra = self.labels + left + right
        if extra > self.wide * 0.75:
            share = max((self.wide * 0.75 - self.labels) / (left + right), 0.05)
            self.value_size, left, right = self.value_size * share, left * share, right * share
        dot = self.size * 0.5 if picture.kind == "dots" else 0.0     # half of a mark at either end
        self.start = self.x + max(self.labels + (left + GAP if left else 0.0), dot)
        self.stop = max(self.x + self.wide - max(right + GAP if right else 0.0, dot), self.start + 1.0)

    def at(self, value: float) -> float:
        """Where a value stands across."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + min(max(share, 0.0), 1.0) * (self.stop - self.start)

    def _lines(self, top: float) -> float:
        """The names of the lines across, over the marks, in as many rows of words as do not touch; keeps where each is drawn from."""
        self.across: list[tuple[float, float]] = []
        ends: list[float] = []
        size = self.size * 0.86
        for line in sorted(self.picture.lines, key=lambda one: one.value):
            x = self.at(line.value)
            name = cut(line.name, size, self.wide)
            wide = width(name, size)
            left = min(max(x - wide / 2, self.x), self.x + self.wide - wide)
            level = next((level for level, end in enumerate(ends) if left > end + GAP), len(ends))
            if level < 2:       # a third row of words would eat the picture: the line stands without its name
                ends[level:level + 1] = [left + wide]
                self.pen.text(left, top + size + level * size * 1.3, name, size, "soft")
            self.across.append((x, top + (min(level, 1) + 1) * size * 1.3))
        return top + (len(ends) * size * 1.3 + 6 if ends else 0.0)

    # --- drawing ----------------------------------------------------------------------------------------------------------------

    def draw(self) -> None:
        pen, picture = self.pen, self.picture
        under = self.top + self.row * len(picture.labels)
        if picture.kind == "dots":
            self._axis(under)
        for x, begin in self.across:
            pen.line(x, begin, x, under, pen.colour("soft"), 1.6, "5 4")
        for place, label in enumerate(picture.labels):
            y = self.top + self.row * place
            pen.place(picture, place, (self.x, y, self.wide, self.row))
            self._label(label, place, y)
            if place in picture.hidden:
                wide = min((self.stop - self.start) * 0.34, self.size * 9)
                pen.hatch(self.start, y + (self.row - self.thick) / 2, wide, self.thick, pen.colour("soft"), 8)
            else:
                block = self.slot * self.several
                for nth, series in enumerate(self._told(place) or picture.series[:1] if self.single else picture.series):
                    middle = y + (self.row - block) / 2 + self.slot * (nth + 0.5)
                    (self._bar if picture.kind == "bars" or series.hatched else self._dot)(series, place, middle)
            pen.end()
        if picture.kind == "bars" and picture.labels:
            pen.line(self.at(0.0), self.top, self.at(0.0), under, pen.colour("soft"), 1.4)

    def _label(self, label: str, place: int, y: float) -> None:
        # a hair more than the widest label: its parts add up to another last digit than the whole
        bold, room, size = place in self.picture.marked, self.labels - GAP * 1.4 + 0.01, self.label_size
        rows = wrap(label, size, room, bold) if self.label_lines == 2 else [label]
        if len(rows) > 2:
            rows = [rows[0], cut("".join(rows[1:]) if label.isascii() is False else " ".join(rows[1:]), size, room, bold)]
        first = y + self.row / 2 + size * 0.36 - (len(rows) - 1) * size * 0.58
        for nth, row in enumerate(rows):
            self.pen.text(self.x, first + nth * size * 1.16, row, size, "text", bold, room=room)

    def _ink(self, series: Series, place: int) -> str:
        pale = series.tone == "quiet" or (self.picture.marked and place not in self.picture.marked)
        return self.pen.pale(series.tone) if pale else self.pen.colour(series.tone)

    def _bar(self, series: Series, place: int, middle: float) -> None:
        pen, value = self.pen, known(series.values, place)
        zero = self.at(0.0)
        end, thick = (zero if value is None else self.at(value)), self.thick
        left, wide, ink = min(zero, end), abs(end - zero), self._ink(series, place)
        if series.hatched:
            pen.hatch(left, middle - thick / 2, wide, thick, ink, 8)
        else:
            pen.rect(left, middle - thick / 2, wide, thick, ink)
            if len(self.picture.series) > 1 and thick >= 9 and wide > thick * 1.6:
                pen.shape(zero + thick * (0.62 if end >= zero else -0.62), middle, thick * 0.5, series.tone, pen.colour("ground"))
        reach = self._whisker(series, place, middle, pen.colour("text"), 1.8) or (end, end)
        if value is not None and value < 0 and self.picture.kind == "bars":
            self._figure(series, place, middle, min(end, reach[0]) - GAP, "end")
        else:
            self._figure(series, place, middle, max(end, reach[1], zero) + GAP, "start")

    def _dot(self, series: Series, place: int, middle: float) -> None:
        pen, value = self.pen, known(series.values, place)
        reach = self._whisker(series, place, middle, self._ink(series, place), 3.0)
        if value is None:
            self._figure(series, place, middle, self.start + GAP, "start")
            return
        x = self.at(value)
        pen.shape(x, middle, min(self.size * 0.8, self.slot * 0.8), series.tone, self._ink(series, place))
        self._figure(series, place, middle, max(x + self.size * 0.4, reach[1] if reach else x) + GAP * 0.8, "start")

    def _whisker(self, series: Series, place: int, middle: float, ink: str, thick: float) -> tuple[float, float] | None:
        """The interval as a line with ends; returns from where to where it reaches."""
        low, high = known(series.low, place, self.picture.hidden), known(series.high, place, self.picture.hidden)
        if low is None or high is None or known(series.values, place) is None:
            return None
        first, last, end = self.at(low), self.at(high), min(self.thick * 0.32, 7.0)
        strokes = [(first, middle, last, middle), *((x, middle - end, x, middle + end) for x in (first, last))]
        if self.picture.kind == "bars":     # a rim in the colour of the ground, so that it is seen on its own bar too
            for stroke in strokes:
                self.pen.line(*stroke, self.pen.colour("ground"), thick + 2.6)
        for stroke in strokes:
            self.pen.line(*stroke, ink, thick)
        return first, last

    def _figure(self, series: Series, place: int, middle: float, x: float, anchor: str) -> None:
        """The figure at its mark, with its interval in brackets; a line across does not strike it through."""
        value, span = self._words(series, place, self.bare)
        size, base = self.value_size, middle + self.value_size * 0.36
        wide = self._span((value, span))
        x = min(x, self.x + self.wide - wide) if anchor == "start" else max(x, self.x + wide)
        left = x if anchor == "start" else x - wide
        if self.picture.kind == "dots" or any(left - 3 < across < left + wide + 3 for across, _ in self.across):
            high = min(size * 1.2, self.slot)
            self.pen.rect(left - 3, middle - high / 2, min(wide + 6, self.x + self.wide - left + 3), high, self.pen.colour("ground"))
        strong = not series.hatched and (not self.picture.marked or place in self.picture.marked)
        self.pen.text(left, base, value, size, "soft" if series.hatched else "text", strong)
        if span:
            self.pen.text(left + wide, base, span, size * 0.86, "soft", anchor="end")

    def _axis(self, under: float) -> None:
        pen, size = self.pen, self.size * 0.82
        for tick in ticks(self.low, self.high, 4):
            x = self.at(tick)
            pen.line(x, self.top, x, under, pen.colour("line"), 1)
            words = number(tick, _places(self.low, self.high), self.picture.signed).removeprefix("±")
            wide = width(words, size)
            pen.text(min(max(x - wide / 2, self.x), self.x + self.wide - wide), under + size * 1.25, words, size, "soft")


def _places(low: float, high: float) -> int:
    """Places behind the point that tell the ticks of a scale apart."""
    marks = ticks(low, high, 4)
    step = marks[1] - marks[0] if len(marks) > 1 else 1.0
    return next((places for places in range(4) if abs(round(step, places) - step) < step * 1e-6), 4)
