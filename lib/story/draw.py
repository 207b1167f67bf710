"""Draw: a scene as a picture that needs nothing else: SVG for the player, for one file to hand on, for paper.

``picture`` draws the picture alone (the player sets the words round it), ``page`` the whole scene: title, caption, picture, what stands
beside it, footnote, and which scene of how many.  Words are real text and escaped; nothing outside is referred to; a figure under the
privacy limit is hatched and is in no part of the markup; what a live question is asked with never is either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lib.story.draw_rows import Rows
from lib.story.draw_trend import Trend
from lib.story.measure import cut, width, wrap
from lib.story.pen import FONTS, Pen, escape, n
from lib.story.scene import Picture, Scene

Ground = Literal["paper", "black"]
WIDE, NARROW = (740, 470), (360, 400)
"""The picture alone, for a broad window and for a narrow one: at these sizes its labels are 21 and 14 px high."""
LABEL = 21.0
LOW = 320.0
"""A trend in a narrow window is no higher than this."""


def picture(picture: Picture, *, alt: str = "", narrow: bool = False, ground: Ground | Literal["page"] = "page", size: tuple[float, float] | None = None,
            label: float | None = None, fonts: str = FONTS) -> str:
    """The picture alone.  On the ground "page" it takes the page's colours (``--text``, ``--soft``, ``--line``, ``--ground``, ``--primary``,
    ``--care``, ``--watch``, ``--fine``, ``--quiet``), so that one drawing serves both grounds.  ``alt`` is the picture in words.
    It is no higher than its rows need, so that few of them are seen large."""
    wide, high = size or (NARROW if narrow else WIDE)
    letters = label or (14.0 if narrow else LABEL)
    if picture.kind == "trend":
        high = min(high, LOW) if narrow and not size else high
    else:
        high -= Rows(Pen(ground), picture, 0, 0, wide, high, letters, narrow).spare
    pen = Pen(ground)
    _picture(pen, picture, 0, 0, wide, high, letters, narrow)
    asked = ground == "page" and any(picture.asks)
    return _svg(pen, wide, high, alt, "", fonts, "group" if asked else "img")


def page(scene: Scene, *, ground: Ground = "paper", width: float = 1024, height: float = 768, place: tuple[int, int] | None = None,
         foot: str = "", fonts: str = FONTS) -> str:
    """A whole scene.  ``place`` is which scene of how many (from 1); ``foot`` a last line, as company and day.

    At 1024 × 768 and at 1280 × 720 the title is 40 px high, 34 where it is long, labels 21, the footnote 16.
    """
    pen = Pen(ground)
    pen.rect(0, 0, width, height, pen.colour("ground"))
    sheet = _Sheet(pen, scene, width, height)
    top = sheet.head()
    bottom = sheet.foot(place, foot)
    sheet.body(top, bottom)
    return _svg(pen, width, height, scene.title, scene.alt, fonts)


def _picture(pen: Pen, drawn: Picture, x: float, y: float, wide: float, high: float, size: float, tight: bool = False) -> None:
    (Trend(pen, drawn, x, y, wide, high, size) if drawn.kind == "trend" else Rows(pen, drawn, x, y, wide, high, size, tight)).draw()


def _svg(pen: Pen, wide: float, high: float, name: str, described: str, fonts: str, role: str = "img") -> str:
    """The marks as one SVG.  It is named by its label, not by a <title>, which browsers would hold under the pointer all through a talk."""
    desc = f"<desc>{escape(described)}</desc>" if described else ""
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {n(wide)} {n(high)}" width="{n(wide)}" height="{n(high)}" role="{role}" '
            f'aria-label="{escape(name)}" font-family="{escape(fonts)}">{desc}{"".join(pen.marks)}</svg>')


@dataclass
class _Sheet:
    """One scene on one sheet; ``u`` is 1 at 1024 × 768 and at 1280 × 720, so sizes below are px there."""

    pen: Pen
    scene: Scene
    wide: float
    high: float

    def __post_init__(self) -> None:
        self.u = min(self.wide / 1024, self.high / 720)
        self.edge = 52 * self.u
        self.room = self.wide - 2 * self.edge

    def _beside(self, words: str, x: float, y: float, room: float, size: float) -> float:
        """A short paragraph behind a fine upright stroke, its first line under ``y``; returns where it ends."""
        begin = y
        for line in wrap(words, size, room):
            self.pen.text(x + 20 * self.u, y + size * 1.07, line, size)
            y += size * 1.42
        self.pen.rect(x, begin + size * 0.2, 3 * self.u, y - begin - size * 0.3, self.pen.pale("primary", 0.5))
        return y

    def head(self) -> float:
        """Title and caption.  A title is 40 px high in up to two lines, 34 in up to four; only one that no rule of a scene makes is smaller
        or cut."""
        u, most = self.u, self.high * 0.36
        sizes = [40, 38, 36, 34]
        size = next((s for s in sizes if len(wrap(self.scene.title, s * u, self.room, True)) <= 2), 34) * u
        while size > 12 * u and len(wrap(self.scene.title, size, self.room, True)) * size * 1.28 > most:
            size *= 0.93
        y = self.edge * 0.86
        lines = wrap(self.scene.title, size, self.room, True)
        fitting = max(int(most / (size * 1.28)), 1)
        if len(lines) > fitting:
            lines = [*lines[:fitting - 1], cut("".join(lines[fitting - 1:]), size, self.room, True)]
        for line in lines:
            self.pen.text(self.edge, y + size, line, size, "text", True)
            y += size * 1.28
        y += 6 * u
        if self.scene.caption:
            size = next((s for s in (23, 21, 19, 18) if len(wrap(self.scene.caption, s * u, self.room)) <= 2), 18) * u
            lines = wrap(self.scene.caption, size, self.room)
            if len(lines) > 3:
                lines = [*lines[:2], cut(" ".join(lines[2:]), size, self.room)]
            for line in lines:
                self.pen.text(self.edge, y + size * 1.1, line, size, "soft")
                y += size * 1.4
        return y + 20 * u

    def foot(self, place: tuple[int, int] | None, foot: str) -> float:
        """From below: which scene and the last line, what is left out, the footnote, what is hidden; returns where the picture must end."""
        pen, u, size = self.pen, self.u, 16 * self.u
        rows: list[tuple[float, str, float, str]] = []      # indent, words, size, colour; the last row first
        y = base = self.high - self.edge * 0.62
        left = self.wide - self.edge
        if place:
            left = self._dots(*place, y)
        fine = 14 * u
        rows += [(0, line, fine, "soft") for line in reversed(self._most(wrap(foot, fine, max(left - self.edge - 24 * u, 60 * u)), 2, fine, left - self.edge - 24 * u))]
        if place and not rows:
            rows.append((0, "", fine, "soft"))
        gap = len(rows)
        most = max(int(self.high * 0.2 / (size * 1.4)), 2)
        for words in (self.scene.left_out, self.scene.footnote):
            rows += [(0, line, size, "soft") for line in reversed(self._most(wrap(words, size, self.room), most, size, self.room))]
        sign, hidden = 36 * u, 0
        if self.scene.picture is not None and self.scene.hidden_note:
            lines = self._most(wrap(self.scene.hidden_note, size, self.room - sign), most, size, self.room - sign)
            rows += [(sign, line, size, "text") for line in reversed(lines)]
            hidden = len(lines)
        placed = []
        for nth, (indent, words, high, colour) in enumerate(rows):
            y -= 8 * u if nth == gap and gap else 0
            placed.append((y, indent, words, high, colour))
            y -= high * 1.4
        for at, indent, words, high, colour in reversed(placed):     # from the top: a reader hears them as they stand
            pen.text(self.edge + indent, at, words, high, colour)
        if hidden:
            pen.hatch(self.edge, placed[-1][0] - size * 0.84, sign - 10 * u, size, pen.colour("soft"), 6 * u)
        return (y if rows else base) - 8 * u

    @staticmethod
    def _most(lines: list[str], most: int, size: float, room: float) -> list[str]:
        """At most so many lines; what is over is cut, with an ellipsis."""
        return lines if len(lines) <= most else [*lines[:most - 1], cut(" ".join(lines[most - 1:]), size, room)]

    def _dots(self, place: int, count: int, y: float) -> float:
        """One dot a scene, the present one filled, and its number; returns where they begin."""
        pen, u = self.pen, self.u
        words = f"{place} / {count}"
        x = self.wide - self.edge - width(words, 14 * u)
        pen.text(self.wide - self.edge, y, words, 14 * u, "soft", anchor="end")
        if 1 < count <= 16:
            for nth in range(count, 0, -1):
                x -= 15 * u if nth < count else 14 * u
                ink, fill = pen.colour("soft"), pen.colour("primary") if nth == place else "none"
                edge = pen.colour("primary") if nth == place else ink
                pen.raw(f'<circle cx="{n(x)}" cy="{n(y - 5 * u)}" r="{n(4.4 * u)}" fill="{fill}" stroke="{edge}" stroke-width="{n(1.3 * u)}"/>')
        return x - 8 * u

    def _deep(self, room: float, size: float) -> list[float]:
        """How high each paragraph of what else is to be said stands."""
        return [len(wrap(words, size, room)) * size * 1.42 for words in self.scene.more]

    def _fitting(self, room: float, size: float, high: float, gap: float | None = None) -> float:
        """The type size up to ``size`` at which it stands within ``high`` px: one under the other ``gap`` apart, or (None) side by side."""
        while size > 8 * self.u:
            deep = self._deep(room, size)
            if (max(deep) if gap is None else sum(deep) + gap * len(deep)) <= high:
                break
            size *= 0.93
        return size

    def body(self, top: float, bottom: float) -> None:
        """The picture, and beside it on a broad sheet, under it on others, what else is to be said; that alone where there is no picture."""
        u, more, drawn, room, bar = self.u, self.scene.more, self.scene.picture, self.room, 20 * self.u
        if more and (drawn is None or self.wide / self.high > 1.5):
            beside = room if drawn is None else room * 0.27
            size = self._fitting(beside - bar, (28 if drawn is None else 20) * u, bottom - top, 24 * u)
            y = top + 12 * u
            for words in more:
                y = self._beside(words, self.edge + self.room - beside, y, beside - bar, size) + 24 * u
            room -= beside + 36 * u
        elif more:
            gap = 36 * u
            each = (room - gap * (len(more) - 1)) / len(more)
            size = self._fitting(each - bar, 18 * u, (bottom - top) * 0.3)
            bottom -= max(self._deep(each - bar, size))
            for nth, words in enumerate(more):
                self._beside(words, self.edge + nth * (each + gap), bottom, each - bar, size)
            bottom -= 22 * u
        if drawn is not None:
            _picture(self.pen, drawn, self.edge, top, room, max(bottom - top, 20 * u), LABEL * u)
