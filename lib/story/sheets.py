"""Sheets: the figures of every picture as CSV, and the rule by which no cell that leaves is ever run as a formula."""

from __future__ import annotations

import csv
import io
import math
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator

from lib.story.scene import Picture, Scene, Story
from lib.words import say_in


def harmless(value: object) -> object:
    """The value as a cell that no spreadsheet executes: text that one would run gets a leading quote, all else stays as it is."""
    return f"'{value}" if isinstance(value, str) and runs(value) else value


def runs(text: str) -> bool:
    """Whether a spreadsheet would take the text for a formula."""
    # Spreadsheets skip blanks, control characters and invisible marks before they look for a formula.
    first = next((char for char in text if not _skipped(char)), "")
    return unicodedata.normalize("NFKC", first).startswith(("=", "+", "-", "@")) or text.startswith(("\t", "\r", "\n"))


def _skipped(char: str) -> bool:
    kind = unicodedata.category(char)
    return kind in ("Cc", "Cf") or kind.startswith("Z")


def csvs(story: Story) -> list[tuple[str, bytes]]:
    """One CSV per picture: (file name, UTF-8 with the mark that Excel needs).

    Columns in the language of the story: label (of a trend its day, ISO), series, value, low and high end of the interval with their unit, note;
    one row per label and series, then one per line to compare with; where no label has figures of two series, each label has the row of its own series alone.  A figure under the privacy
    limit is an empty cell, and its note says so; a figure that is not known is one without a note.  Numbers have four significant digits, those from 1,000 on no decimals.
    """
    return [(f"{name(place, scene)}.csv", _csv(scene.picture, story.language))
            for place, scene in enumerate(story.scenes, start=1) if scene.picture is not None]


def name(place: int, scene: Scene) -> str:
    """The name of a scene's file without its ending: its place and its kind, in plain letters."""
    return f"{place:02d}-{re.sub(r'[^a-z0-9]+', '-', scene.wish.kind.lower()).strip('-') or 'scene'}"


def _csv(picture: Picture, language: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([harmless(cell) for cell in _columns(picture, language)])
    writer.writerows([harmless(cell) for cell in row] for row in _rows(picture, language))
    return text.getvalue().encode("utf-8-sig")


def _columns(picture: Picture, language: str) -> list[str]:
    measured = [say_in(language, f"story.sheet.{name}") for name in ("value", "low", "high")]
    if picture.unit:
        measured = [say_in(language, "deck.with_unit", name=name, unit=picture.unit) for name in measured]
    return [say_in(language, "story.sheet.day" if picture.days else "deck.label"), say_in(language, "story.sheet.series"), *measured, say_in(language, "deck.note")]


def _rows(picture: Picture, language: str) -> Iterator[tuple[object, ...]]:
    known = [[series for series in picture.series if series.values[place] is not None] for place in range(len(picture.labels))]
    # Series that are of other labels each: as in the picture, a label has one mark and here one row.
    single = picture.kind != "trend" and all(len(told) <= 1 for told in known)
    for place, label in enumerate(picture.days or picture.labels):
        for series in known[place] or picture.series if single else picture.series:
            note = say_in(language, "deck.hidden") if place in picture.hidden else say_in(language, "deck.hatched") if series.hatched else ""
            values = (rounded(row[place]) if row else None for row in (series.values, series.low, series.high))
            yield label, series.name, *values, note
    for line in picture.lines:
        yield "", line.name, rounded(line.value), None, None, say_in(language, "deck.line")


def rounded(value: float | None) -> float | int | None:
    """A number as it is read: four significant digits, from 1,000 on whole; None for what is no number."""
    if value is None or not math.isfinite(value):
        return None
    short = round(value) if abs(value) >= 1000 else float(f"{value:.4g}")
    return int(short) if short == int(short) else short


def bundle(files: Iterable[tuple[str, bytes]]) -> bytes:
    """One ZIP of the files, in their order; the same files make the same bytes.  ValueError for a name twice."""
    packed, seen = io.BytesIO(), set[str]()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, content in files:
            if file in seen:
                raise ValueError(f"two files are called {file}")
            seen.add(file)
            # No moment of the clock in the archive: the day it was made is no one's business and would make two exports differ.
            archive.writestr(zipfile.ZipInfo(file, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
