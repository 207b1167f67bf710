"""Slides: a story as what the player in the browser is given: words as words, pictures as finished SVG; nothing that a question is asked with.

``player.js`` sets every word as text and only puts the pictures in as markup, which :mod:`lib.story.draw` has escaped.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import replace
from functools import cache
from pathlib import Path

from lib.story import draw
from lib.story.measure import kept
from lib.story.scene import Scene, Story
from lib.words import say, sentences

Slide = dict[str, object]
BROAD, LETTERS = (860.0, 350.0), 23.0
"""A picture for a broad window and its labels: its smallest words are 18 px high at 1024 x 768, also when a few lines stand under it."""
_PREFIX = "present.player."
_HERE = Path(__file__).parent


@cache
def script() -> str:
    """The player's JavaScript: one function ``player(root, data, ask, out)``."""
    return (_HERE / "player.js").read_text("utf-8")


@cache
def sheet() -> str:
    """The player's CSS."""
    return (_HERE / "player.css").read_text("utf-8")


def slide(scene: Scene, notes: bool = True, live: bool = True) -> Slide:
    """One scene.  ``live``: its picture can be asked; ``notes``: with what the presenter may say.  Pictures are drawn twice, for a broad and
    for a narrow window, in colours that follow the ground they stand on."""
    wide = tall = ""
    if scene.picture is not None:
        picture = scene.picture if live else replace(scene.picture, asks=())
        wide = draw.picture(picture, alt=scene.alt, size=BROAD, label=LETTERS)
        tall = draw.picture(picture, alt=scene.alt, narrow=True)
    foot = "\n".join(part for part in (scene.footnote, scene.left_out) if part)
    return {"title": kept(scene.title), "caption": kept(scene.caption), "more": [kept(line) for line in scene.more], "foot": kept(foot), "hidden": kept(scene.hidden_note),
            "notes": kept(scene.notes) if notes else "", "wide": wide, "tall": tall, "labels": list(scene.picture.labels) if scene.picture and live else []}


def slides(story: Story, notes: bool = True, live: bool = True) -> dict[str, object]:
    """What the player shows of a story: a snapshot has neither notes nor anything to ask."""
    data: dict[str, object] = {
        "title": story.title, "source": story.source, "lang": story.language, "notes": notes, "words": spoken(),
        "scenes": [slide(scene, notes, live) for scene in story.scenes], "picks": [], "out": [], "modal": False, "opened": True,
    }
    return data | {"stamp": stamp(data)}


def spoken() -> dict[str, str]:
    """What the player itself says, by key, in the language of this run."""
    return {key.removeprefix(_PREFIX): say(key) for key in sentences() if key.startswith(_PREFIX)}


def stamp(data: object) -> str:
    """Another one whenever what is shown is another."""
    return f"{zlib.crc32(json.dumps(data, ensure_ascii=False, sort_keys=True).encode()):08x}"
