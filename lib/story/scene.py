"""Scene: one message of a story: a sentence with a number, one picture, one footnote.

Everything that a viewer, a deck, a sheet of paper or a snapshot shows of a scene is in here, in the language it was made in and
already masked; the ways out (:mod:`lib.story.draw`, ``deck``, ``paper``, ``sheets``, ``snapshot``) know nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from lib.ledger.story_shape import Wish

Kind = Literal["bars", "trend", "dots"]
Tone = Literal["primary", "care", "watch", "fine", "quiet"]


@dataclass(frozen=True)
class Series:
    """One row of numbers beside the labels of a picture: ``values`` with None where nothing is known or may be told, ``low`` and
    ``high`` the 95 % interval (empty: none is drawn), ``hatched`` for a figure that is not to be believed by itself."""

    name: str
    values: tuple[float | None, ...]
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()
    tone: Tone = "primary"
    hatched: bool = False


@dataclass(frozen=True)
class Line:
    """A line to compare with: a target, zero, what others report (then ``name`` says so)."""

    value: float
    name: str


@dataclass(frozen=True)
class Picture:
    """One picture.

    ``bars``   one horizontal bar per label, the first label on top; several series stand side by side
    ``trend``  one line per series over ``labels`` (weeks or months), its interval as a band
    ``dots``   one dot with its interval per label and series, ``lines`` across

    ``labels`` are what is written, ``asks`` what a live question is asked with (a team's name as the desk knows it, '' for none);
    ``asks`` never leaves the app.  ``hidden`` are the places in ``labels`` whose figures fall under the privacy limit; they have None
    in every series, its interval too (ValueError), and are drawn hatched with :attr:`Scene.hidden_note`.  ``marked`` are the places that the title speaks of.
    Values are in ``unit`` as they are written (72.4 with unit "%", not 0.724), with ``digits`` places behind the point.
    """

    kind: Kind
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    digits: int = 0
    asks: tuple[str, ...] = ()
    hidden: frozenset[int] = frozenset()
    marked: frozenset[int] = frozenset()
    lines: tuple[Line, ...] = ()
    signed: bool = False
    days: tuple[str, ...] = ()      # the day that each label of a trend stands for, ISO with its year; labels go without one

    def __post_init__(self) -> None:
        if not self.hidden <= set(range(len(self.labels))):
            raise ValueError(f"hidden is a place that none of the {len(self.labels)} labels has")
        for series in self.series:
            for row in (series.values, series.low or series.values, series.high or series.values):
                if len(row) != len(self.labels):
                    raise ValueError(f"series {series.name!r} has {len(row)} values for {len(self.labels)} labels")
                if any(row[place] is not None for place in self.hidden):
                    raise ValueError(f"series {series.name!r} tells a figure that is to be hidden")
        if self.asks and len(self.asks) != len(self.labels):
            raise ValueError(f"{len(self.asks)} asks for {len(self.labels)} labels")
        if self.days and len(self.days) != len(self.labels):
            raise ValueError(f"{len(self.days)} days for {len(self.labels)} labels")


@dataclass(frozen=True)
class Scene:
    """``title`` is a finding with its number, made from the figures; where the figure may be chance the title itself says so and
    ``sure`` is False.  ``footnote`` gives rule, n and period in one line, ``left_out`` what is not counted, ``notes`` what the
    presenter may say, ``alt`` the picture in words.  ``caption`` is the presenter's own line under the title, '' for none."""

    wish: Wish
    title: str
    picture: Picture | None
    footnote: str
    n: int | None
    period: str
    notes: str
    alt: str
    sure: bool = True
    left_out: str = ""
    hidden_note: str = ""
    caption: str = ""
    more: tuple[str, ...] = field(default=())   # at most three short lines beside the picture


@dataclass(frozen=True)
class Story:
    """The scenes in the order they are told, with the company's or department's name, the day the figures stand for and the language."""

    title: str
    scenes: tuple[Scene, ...]
    as_of: str
    language: str
    source: str     # one line: from which build, under which privacy limit, with which pseudonyms
