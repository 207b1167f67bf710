"""Paper: a story as PDF, one page a scene, and as one PNG a scene; what is shown is exactly what :mod:`lib.story.draw` draws.

The PDF is real text in embedded fonts, tagged (PDF/UA-1, every picture with its words) and with a bookmark a scene; it names no author,
program version aside, and no time, so that the same story makes the same bytes.  A presenter's notes are not on paper.
"""

from __future__ import annotations

import json
import re
from typing import Any

from lib.story import draw, fonts, sheets
from lib.story.draw import Ground
from lib.story.scene import Story
from lib.words import say

SHEET = (1024, 768)
"""The size of a page in points: 4:3, as a projector in a meeting room has it, and nearest to A4 across."""

_TYPST = b"""#let story = json(bytes(sys.inputs.story))
#set document(title: story.title, author: (), date: none)
#set text(lang: story.lang, region: story.region)
#set page(width: story.width * 1pt, height: story.height * 1pt, margin: 0pt)
#for (nth, scene) in story.scenes.enumerate() {
  if nth > 0 { pagebreak() }
  place(hide(heading(scene.title)))
  image(bytes(scene.svg), format: "svg", width: 100%, alt: scene.alt)
}
"""
_MARKUP = re.compile(r"<[^>]*>|&\w+;")


def pdf(story: Story, ground: Ground = "paper", sheet: tuple[float, float] = SHEET) -> bytes:
    """The story as PDF, one page a scene.  Raises :class:`~lib.story.fonts.NoFont` where a sign could not be shown, ValueError for a
    story without scenes."""
    return _set(story, ground, sheet, format="pdf", pdf_standards=["ua-1"])


def pngs(story: Story, width: int = 1600, ground: Ground = "paper", sheet: tuple[float, float] = SHEET) -> list[tuple[str, bytes]]:
    """One PNG a scene, ``width`` px wide, with a file name that says place and kind; no chunk but the picture.  Raises as :func:`pdf`."""
    made = _set(story, ground, sheet, format="png", ppi=72 * width / sheet[0])
    pages = [made] if isinstance(made, bytes) else made
    return [(f"{sheets.name(nth, scene)}.png", page) for nth, (scene, page) in enumerate(zip(story.scenes, pages, strict=True), 1)]


def _set(story: Story, ground: Ground, sheet: tuple[float, float], **how: Any) -> Any:
    """The story set by typst.  It keeps what it has set for its next ten runs, a third of a gigabyte of a server's memory: a dozen runs of
    nothing (40 ms) make it forget."""
    import typst

    face = fonts.typeface()
    told = _told(story, face, ground, sheet)
    try:
        return typst.compile(_TYPST, font_paths=face.found, sys_inputs={"story": told}, **how)
    finally:
        for _ in range(12):
            typst.compile(b"", format="svg", font_paths=face.found)


def _told(story: Story, face: fonts.Typeface, ground: Ground, sheet: tuple[float, float]) -> str:
    """What the typesetter is given: finished pages and their words, as JSON."""
    if not story.scenes:
        raise ValueError("a story without scenes makes no paper")
    foot = " · ".join(part for part in (story.title, "" if story.as_of in story.source else story.as_of, story.source) if part)
    scenes = []
    for nth, scene in enumerate(story.scenes, 1):
        svg = draw.page(scene, ground=ground, width=sheet[0], height=sheet[1], place=(nth, len(story.scenes)), foot=foot, fonts=face.family)
        missing = face.lacks(_MARKUP.sub("", svg) + scene.title)
        if missing:
            raise fonts.NoFont(say("paper.no_sign", signs=" ".join(missing[:5]), nth=nth))
        scenes.append({"title": scene.title, "alt": " ".join(part for part in (scene.title, scene.alt) if part), "svg": svg})
    return json.dumps({"title": story.title, "lang": story.language, "region": "cn" if story.language == "zh" else "us", "width": sheet[0], "height": sheet[1],
                       "scenes": scenes}, ensure_ascii=False)
