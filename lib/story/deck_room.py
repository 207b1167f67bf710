"""Deck room: where the parts of a chart stand, in points: words, plot and figures each in room of their own, whatever the picture holds."""

from __future__ import annotations

from lib.story.deck_sheet import floats
from lib.story.measure import width, wrap
from lib.story.pen import short_unit, ticks, written
from lib.story.scene import Picture, Series

MOST_DOTS = 8
GAP = 8.0


def form(picture: Picture) -> str:
    """As what a picture is drawn: ``bars``, ``trend`` or ``dots``."""
    dots = [series for series in picture.series if not series.hatched]
    crowded = any(sum(series.values[place] is not None for series in dots) > 1 for place in range(len(picture.labels)))
    return "bars" if picture.kind == "dots" and (crowded or len(picture.labels) > MOST_DOTS) else picture.kind


def banded(picture: Picture) -> bool:
    """Whether the interval of a trend can be drawn as a band: one series has one, at every place."""
    with_interval = [series for series in picture.series if series.low]
    return (form(picture) == "trend" and len(with_interval) == 1 and not picture.hidden
            and None not in floats((*with_interval[0].values, *with_interval[0].low, *with_interval[0].high)))


def _short(value: float) -> float:
    """A number without the tail that sums leave behind."""
    return float(f"{value:.9g}")


class Room:
    """One picture in ``wide`` × ``high`` points; ``scale`` is 1 on a slide of 960 points.

    ``left``, ``top``, ``right``, ``bottom`` are the plot's edges, ``low`` and ``most`` the ends of its value axis, ``rows`` the series with
    their values and intervals: None where a figure is not known, ends only where the figure and both are known and may be told.
    """

    def __init__(self, picture: Picture, wide: float, high: float, scale: float):
        self.picture, self.wide, self.high, self.scale = picture, wide, high, scale
        self.form, self.size = form(picture), 18.0 * scale
        self.unit = picture.unit if short_unit(picture.unit) else ""
        self.rows = [(series, floats(series.values), *self._ends(series)) for series in picture.series]
        self.lines = tuple(line for line in picture.lines if floats((line.value,)) != (None,))
        # Bars of several series stand side by side only where two of them meet at a label.
        self.beside = any(sum(row[place] is not None for _, row, _, _ in self.rows) > 1 for place in range(len(picture.labels)))
        self.names = 0      # rows of words that the names of lines across bars take
        self._layout()

    def _ends(self, series: Series) -> tuple[tuple[float | None, ...], tuple[float | None, ...]]:
        values, low, high = floats(series.values), floats(series.low), floats(series.high)
        whole = [low and high and place not in self.picture.hidden and None not in (values[place], low[place], high[place]) for place in range(len(values))]
        told = lambda row: tuple(value if known else None for value, known in zip(row, whole, strict=True)) if any(whole) else ()
        return told(low), told(high)

    def _layout(self) -> None:
        picture, size = self.picture, self.size
        self.legend_size = size * 0.86
        self.every = 1
        self.legend_wide, self.legend_high = self._legend_room()
        self.top = self.legend_high + 4.0
        if self.form == "bars":
            self.names = self._names()
            self.top += self.legend_size * 1.3 * self.names
            row = (self.high - self.top - 4) / max(len(picture.labels), 1)
            self.label_size, most = self._labels_beside(row)
            widest = max((width(line, self.label_size, True) for label in picture.labels for line in wrap(label, self.label_size, most, True)), default=0)
            self.left, self.right, self.bottom = min(widest * 1.04 + GAP * 1.5, most + GAP * 1.5), self.wide - 4, self.high - 4
            slot = row / max(len(picture.series), 1) if self.beside else row * 0.8
            self.value_size = min(size, slot * 0.8)
        else:
            self.label_size = self.value_size = size
            values = self._all()
            self.marks = ticks(*self._room(values), 4)
            said = [f"{mark:,.{self.places()}f}{' ' + self.unit if self.unit else ''}" for mark in self.marks]
            self.left = max((width(one, size * 0.86) for one in said), default=20) + GAP * 2
            ends = [width(written(picture, value), size, True) for _, values, _, _ in self.rows for value in values if value is not None]
            self.right = self.wide - (max(ends, default=0) + GAP * 2 if self.form == "trend" else GAP)
            lines = 1
            if self.form == "trend":
                room = max((width(label, size) for label in picture.labels), default=1) * 1.1 + GAP
                step = (self.right - self.left) / max(len(picture.labels) - 1, 1)
                self.every = max(-(-room // step), 1) if len(picture.labels) > 1 else 1
            else:
                step = (self.right - self.left) / max(len(picture.labels), 1) * 0.86 - GAP
                # One line where the labels need not get much smaller for it, else two.
                for most, least in ((1, size * 0.9), (2, size * 0.8), (3, size * 0.5)):
                    self.label_size = size
                    while self.label_size > least and any(len(wrap(label, self.label_size, step)) > most for label in picture.labels):
                        self.label_size -= 0.5
                    if all(len(wrap(label, self.label_size, step)) <= most for label in picture.labels):
                        break
                lines = max((len(wrap(label, self.label_size, step)) for label in picture.labels), default=1)
            self.bottom = self.high - self.label_size * (1.25 * lines + 0.7)
        self.left = min(self.left, self.wide * 0.6)
        self.right = max(self.right, self.left + self.wide * 0.2)
        self.bottom = max(self.bottom, self.top + 1)
        self.low, self.most = self._scale()

    def _legend_room(self) -> tuple[float, float]:
        """How wide and high the legend is: one row, else columns as wide as the longest name, as LibreOffice sets them."""
        unit = f" ({self.picture.unit})" if self.picture.unit and not self.unit else ""
        names = [series.name + unit for series in self.picture.series] + [line.name for line in self.lines if self.form != "bars"] + ["95 % interval"] * banded(self.picture)
        each = [width(name, self.legend_size) + self.legend_size * 4.5 for name in names]
        if not each:
            return 0.0, 0.0
        if sum(each) + GAP * 2 <= self.wide:
            return sum(each) + GAP * 2, self.legend_size * 1.6
        columns = max(int(self.wide // max(each)), 1)
        rows = -(-len(each) // columns) * max(-(-max(each) // self.wide), 1)
        return self.wide, min(self.legend_size * (1.35 * rows + 0.3), self.high * 0.4)

    def _names(self) -> int:
        """In how many rows the names of the lines stand, before it is known where: in two when two of them may touch."""
        lines = sorted(self.lines, key=lambda one: one.value)
        span = max([0.0, *self._all()]) - min([0.0, *self._all()]) or 1.0
        near = any((after.value - line.value) / span * self.wide * 0.45 < (width(line.name, self.legend_size) + width(after.name, self.legend_size)) / 2 + GAP
                   for line, after in zip(lines, lines[1:], strict=False))
        return 2 if near else min(len(lines), 1)

    def _labels_beside(self, row: float) -> tuple[float, float]:
        """Size of the labels beside bars and how wide they may be: rather wider than much smaller."""
        best = (0.0, 0.0)
        for share in (0.32, 0.38, 0.44):
            size, most = max(min(self.size, row * 0.62), 7.0 * self.scale), self.wide * share
            while size > 7 * self.scale and any(len(wrap(label, size, most * 0.96, True)) * size * 1.25 > max(row, 1) for label in self.picture.labels):
                size -= 0.5
            if size > best[0] + 0.9:
                best = (size, most)
        return best

    def _all(self) -> list[float]:
        found = [line.value for line in self.lines]
        for _, *rows in self.rows:
            found += [value for row in rows for value in row if value is not None]
        return found

    def _room(self, values: list[float]) -> tuple[float, float]:
        """The span of a value axis that starts at zero where that costs at most half of it, or where a sign or a column stands on zero."""
        zero = self.picture.signed or any(series.hatched for series in self.picture.series)
        low, high = min(values, default=0.0), max(values, default=1.0)
        if zero or (0 <= low <= high / 2):
            low, high = min(low, 0.0), max(high, 0.0)
        return (low, high) if high - low > max(abs(low), abs(high), 1e-6) * 1e-6 else (low - (abs(low) or 1) / 2, low + (abs(low) or 1) / 2)

    def _scale(self) -> tuple[float, float]:
        """The ends of the value axis; bars get room for the figures beside them."""
        values = self._all()
        if self.form != "bars":
            low, high = self._room(values)
            step = self.marks[1] - self.marks[0] if len(self.marks) > 1 else (high - low) / 2
            first, last = (step * (low // step) if low else 0.0), step * -(-high // step)
            return self._over(_short(first), _short(last if last > first else first + step), step)
        low, high = min([0.0, *values]), max([0.0, *values])
        if high - low < 1e-9:
            return 0.0, 1.0
        plot = max(self.right - self.left, 1)
        words = lambda over: max((width(written(self.picture, value), self.value_size, True) + GAP * 1.4 for _, row, _, _ in self.rows for value in row
                                  if value is not None and (value >= 0) is over), default=0) / plot
        down, up = words(False) if low < 0 else 0.0, words(True)
        # Room beside the longest bar, in the bar's own units.
        span = (high - low) / max(1 - min(down + up, 0.7), 0.3)
        return _short(low - span * min(down, 0.35)), _short(high + span * min(up, 0.5))

    def _over(self, first: float, last: float, step: float) -> tuple[float, float]:
        """The ends of a value axis moved so far that the figure behind the end of a hatched column stands in the plot, not in the legend."""
        ends = [end for series, values, low, high in self.rows if series.hatched for row in (values, low, high) for end in row if end is not None]
        need = self.value_size * 1.9 / max(self.bottom - self.top, 1)
        for _ in range(3 if ends and self.form == "dots" else 0):
            last += step if max(ends) > 0 and (last - max(ends)) / (last - first) < need else 0.0
            first -= step if min(ends) < 0 and (min(ends) - first) / (last - first) < need else 0.0
        return _short(first), _short(last)

    def places(self) -> int:
        step = self.marks[1] - self.marks[0] if len(self.marks) > 1 else 1.0
        return next((places for places in range(4) if abs(round(step, places) - step) < step * 1e-6), 4)

    def span(self, place: int) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of a place in the plot, in points."""
        count = len(self.picture.labels)
        if self.form == "bars":
            row = (self.bottom - self.top) / count
            return self.left + 2, self.top + row * (place + 0.16), self.right - 4, self.top + row * (place + 0.84)
        step = (self.right - self.left) / (max(count - 1, 1) if self.form == "trend" else count)
        middle = self.left + step * (place if self.form == "trend" else place + 0.5)
        half = step * (0.5 if self.form == "trend" else 0.36)
        return max(middle - half, self.left), self.top, min(middle + half, self.right), self.bottom

    def stands(self, place: int) -> bool:
        """Whether the day at a place of a trend has room under the axis without touching the words of the value axis."""
        return place * (self.right - self.left) / max(len(self.picture.labels) - 1, 1) > width(self.picture.labels[place], self.label_size) / 2 - GAP
