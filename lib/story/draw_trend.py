"""Trend: one line a series over weeks or months, its interval as a band; each line is named and told at its end."""

from __future__ import annotations

from lib.story.draw_rows import GAP, _places, legend
from lib.story.measure import cut, width
from lib.story.pen import DASHES, Pen, apart, interval, known, number, ticks, written
from lib.story.scene import Picture, Series


def _scale(picture: Picture) -> tuple[float, float]:
    """From below the lowest to above the highest figure; from zero where that is not far below."""
    found = [line.value for line in picture.lines]
    for series in picture.series:
        for place in range(len(picture.labels)):
            found += [v for row in (series.values, series.low, series.high) if (v := known(row, place, picture.hidden)) is not None]
    if not found:
        return 0.0, 1.0
    low, high = min(found), max(found)
    if high <= low:
        return (low - abs(low) * 0.1 - 0.5, high + abs(high) * 0.1 + 0.5)
    pad = (high - low) * 0.1
    near = 0 <= low <= high * 0.4
    return (0.0 if near else low - pad, high + pad)


class Trend:
    """One picture of lines in a box of ``wide`` × ``high`` px at ``x``, ``y``, labels ``size`` px high."""

    def __init__(self, pen: Pen, picture: Picture, x: float, y: float, wide: float, high: float, size: float):
        self.pen, self.picture, self.x, self.wide = pen, picture, x, wide
        self.size = size = min(size, high / 9)
        self.low, self.high = _scale(picture)
        self.top = legend(pen, picture, x, y, wide, size * 0.9) + size * 0.5
        self.bottom = max(y + high - size * 1.7, self.top + 1)
        self.places = _places(self.low, self.high)
        self.ticks = ticks(self.low, self.high, 4)
        words = [self._tick(tick) for tick in self.ticks]
        gutter = max((width(word, size * 0.86) for word in words), default=0.0)
        self.told = self._told()
        right = max((max(width(value, size, True), width(span, size * 0.8)) for _, _, value, span in self.told), default=0.0)
        right = min(right, wide * 0.34)
        self.start = x + gutter + GAP
        self.stop = max(x + wide - right - GAP * 1.6, self.start + 1)
        count = len(picture.labels)
        self.inset = min(GAP, (self.stop - self.start) / 10)
        self.step = (self.stop - self.start - self.inset) / max(count - 1, 1)
        self.alone = count == 1

    def _tick(self, value: float) -> str:
        unit = f" {self.picture.unit}" if self.picture.unit == "%" else ""
        return number(value, self.places, self.picture.signed).removeprefix("±") + unit

    def _told(self) -> list[tuple[Series, int, str, str]]:
        """The last known figure of each line, in words."""
        found = []
        for series in self.picture.series:
            last = next((place for place in reversed(range(len(self.picture.labels))) if known(series.values, place, self.picture.hidden) is not None), None)
            if last is not None:
                found.append((series, last, written(self.picture, known(series.values, last)), interval(self.picture, series, last)))
        return found

    def across(self, place: int) -> float:
        return (self.start + self.stop) / 2 if self.alone else self.start + self.inset + self.step * place

    def up(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.bottom - min(max(share, 0.0), 1.0) * (self.bottom - self.top)

    def draw(self) -> None:
        pen, picture, size = self.pen, self.picture, self.size
        for tick in self.ticks:
            pen.line(self.start, self.up(tick), self.stop, self.up(tick), pen.colour("line"))
            pen.text(self.start - GAP, self.up(tick) + size * 0.3, self._tick(tick), size * 0.86, "soft", anchor="end")
        for series in picture.series:
            self._band(series)
        for place in sorted(picture.hidden):
            wide = min(max(self.step * 0.8, 8.0), size * 3)
            left = min(max(self.across(place) - wide / 2, self.start), self.stop - wide)
            pen.hatch(left, self.top, wide, self.bottom - self.top, pen.colour("soft"), 10, frame=False)
        for line in picture.lines:
            self._line(line.value, line.name)
        for series in picture.series:
            self._curve(series)
        self._labels()
        self._marked()
        self._ends()
        for place in range(len(picture.labels)):
            if picture.asks and picture.asks[place]:
                left, right = max(self.across(place) - self.step / 2, self.x), min(self.across(place) + self.step / 2, self.x + self.wide)
                pen.place(picture, place, (left, self.top, right - left, self.bottom - self.top))
                pen.end()

    def _stretches(self, series: Series, *rows: tuple[float | None, ...]) -> list[list[int]]:
        """Places one after the other at which all rows are known: a line is not drawn over what is missing."""
        found: list[list[int]] = [[]]
        for place in range(len(self.picture.labels)):
            if all(known(row, place, self.picture.hidden) is not None for row in rows):
                found[-1].append(place)
            elif found[-1]:
                found.append([])
        return [stretch for stretch in found if stretch]

    def _band(self, series: Series) -> None:
        for stretch in self._stretches(series, series.low, series.high):
            over = [(self.across(place), self.up(known(series.high, place) or 0)) for place in stretch]
            under = [(self.across(place), self.up(known(series.low, place) or 0)) for place in reversed(stretch)]
            if len(stretch) == 1:
                over, under = [(over[0][0] - 5, over[0][1]), (over[0][0] + 5, over[0][1])], [(under[0][0] + 5, under[0][1]), (under[0][0] - 5, under[0][1])]
            self.pen.area([*over, *under], self.pen.pale(series.tone, 0.16))

    def _curve(self, series: Series) -> None:
        pen = self.pen
        ink = pen.pale(series.tone, 0.7) if series.hatched else pen.colour(series.tone)
        dash = "3 6" if series.hatched else DASHES[series.tone] if len(self.picture.series) > 1 else ""
        for stretch in self._stretches(series, series.values):
            points = [(self.across(place), self.up(known(series.values, place) or 0)) for place in stretch]
            if len(points) == 1:
                pen.shape(*points[0], self.size * 0.3, series.tone, ink)
            else:
                pen.curve(points, ink, 3.4, dash)

    def _line(self, value: float, name: str) -> None:
        """A dashed line across; its name stands over or under it where it touches the fewest lines, further left if nothing speaks against."""
        if not self.low <= value <= self.high:
            return
        pen, size, y = self.pen, self.size * 0.86, self.up(value)
        pen.line(self.start, y, self.stop, y, pen.colour("soft"), 1.8, "6 5")
        words = cut(name, size, self.stop - self.start - GAP)
        wide, room = width(words, size), self.stop - self.start - GAP
        places = []
        for nth in range(7):
            left = self.start + GAP / 2 + (room - wide) * nth / 6
            for under, base in enumerate((y - size * 0.45, y + size * 1.2)):
                if base - size < self.top - size or base > self.bottom:
                    continue
                places.append((self._touched(left, left + wide, base - size * 1.05, base + size * 0.35), nth + under * 0.5, left, base))
        if words and places:
            _, _, left, base = min(places)
            pen.text(left, base, words, size, "soft")

    def _touched(self, left: float, right: float, over: float, under: float) -> int:
        """How much of the lines runs through a box: their points and, between two, eight more."""
        found = 0
        for series in self.picture.series:
            for stretch in self._stretches(series, series.values):
                points = [(self.across(place), self.up(known(series.values, place) or 0)) for place in stretch]
                for (x1, y1), (x2, y2) in zip(points, points[1:] or points, strict=False):
                    for part in range(9):
                        x, y = x1 + (x2 - x1) * part / 8, y1 + (y2 - y1) * part / 8
                        found += left <= x <= right and over <= y <= under
        return found

    def _labels(self) -> None:
        """As many labels under the picture as stand apart, the last one always."""
        labels, size, count = self.picture.labels, self.size * 0.86, len(self.picture.labels)
        room = self.wide * 0.4
        shown = [cut(label, size, room) for label in labels]
        widest = max((width(label, size) for label in shown), default=0.0) + GAP * 1.6
        every = 1 if self.alone else max(1, int(-(-widest // max(self.step, 0.01))))
        bold = self.picture.marked
        for place in range(count - 1, -1, -every):
            wide = width(shown[place], size, place in bold)
            left = min(max(self.across(place) - wide / 2, self.x), self.x + self.wide - wide)
            self.pen.text(left, self.bottom + size * 1.45, shown[place], size, "text" if place in bold else "soft", place in bold)

    def _marked(self) -> None:
        """The places that the title speaks of: a mark and, unless the end of the line tells it, the figure over it; of several lines the
        figures stand beside the marks, one under the other."""
        pen, size, ends = self.pen, self.size, {(id(series), place) for series, place, _, _ in self.told}
        for place in sorted(self.picture.marked):
            spots = [(self.up(value), series, value) for series in self.picture.series
                     if (value := known(series.values, place, self.picture.hidden)) is not None and (id(series), place) not in ends]
            spots.sort(key=lambda one: one[0])
            x, several = self.across(place), len(spots) > 1
            heights = apart([y for y, _, _ in spots], size * 1.1, self.top, self.bottom)
            for height, (y, series, value) in zip(heights, spots, strict=True):
                pen.shape(x, y, size * 0.62, series.tone)
                words = written(self.picture, value)
                wide = width(words, size, True)
                base = height + size * 0.36 if several else y - size * 0.7 if y - size * 1.6 > self.top - size else y + size * 1.4
                left = min(max(x + size * 0.6 if several else x - wide / 2, self.x), self.x + self.wide - wide)
                if several:
                    pen.rect(left - 2, base - size * 0.84, wide + 4, size * 1.04, pen.colour("ground"))
                pen.text(left, base, words, size, "text", True)

    def _ends(self) -> None:
        """The last figure of each line beside its end; where lines end close together the words move apart."""
        pen, size = self.pen, self.size
        spots = sorted(((self.up(known(series.values, place) or 0), series, place, value, span) for series, place, value, span in self.told), key=lambda one: one[0])
        gap = size * (2.1 if any(span for *_, span in spots) else 1.2)
        heights = apart([y for y, *_ in spots], gap, self.top, self.bottom - size * 0.5)
        left, room = self.stop + GAP * 1.6, self.x + self.wide - self.stop - GAP * 1.6 + 1
        for height, (y, series, place, value, span) in zip(heights, spots, strict=True):
            pen.shape(self.across(place), y, size * 0.66, series.tone)
            pen.text(left, height + size * (0.08 if span else 0.36), value, size, "text", True, room=room)
            pen.text(left, height + size * 1.02, span, size * 0.8, "soft", room=room)
