"""Tell: the scenes of a story, in the order they are told, with what the presenter wrote beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import pandas as pd

from lib.access.desk import Desk
from lib.story import said, scenes
from lib.story.scene import Scene, Story, Wish
from lib.words import language, say


class Choice(Protocol):
    """What was kept of one scene: whether it is left out, the presenter's own line and notes (already without names)."""

    @property
    def wish(self) -> Wish: ...
    @property
    def hidden(self) -> bool: ...
    @property
    def caption(self) -> str: ...
    @property
    def notes(self) -> str: ...


def story(desk: Desk, wishes: Sequence[Wish] = (), choices: Sequence[Choice] = (), title: str = "") -> Story:
    """The story of these wishes (none: of those chosen; nothing chosen: the default ones), as this presenter's desk tells it.

    A choice gives its scene a caption and notes, which go before those made from the figures, or leaves it out.  A scene for which the data do
    not exist is left out.  ``title`` is the meeting's; '' for whose figures they are.
    """
    told = list(wishes) or [choice.wish for choice in choices] or list(scenes.default(desk))
    kept = {choice.wish: choice for choice in choices}
    made = [scene_of(desk, wish, kept.get(wish)) for wish in told if not (wish in kept and kept[wish].hidden)]
    house = desk.read("house_day").iloc[0]
    as_of = said.day(house["as_of"])
    whose = title or say("story.title", whose=say("story.everybody" if desk.viewer.teams is None else "story.mine"))
    return Story(whose, tuple(scene for scene in made if scene is not None), as_of, language(), source(desk, house["as_of"]))


def scene_of(desk: Desk, wish: Wish, choice: Choice | None = None) -> Scene | None:
    """One scene with what the presenter wrote beside it; None where the data for its kind do not exist."""
    scene = scenes.make(desk, wish)
    if scene is None or choice is None or not (choice.caption or choice.notes):
        return scene
    return replace(scene, caption=choice.caption, notes="\n\n".join(part for part in (choice.notes, scene.notes) if part))


def source(desk: Desk, as_of: object) -> str:
    """Where the figures come from: the day, the version, the smallest group that is shown, and that nobody is named."""
    return say("story.source", day=said.day(pd.Timestamp(as_of)), build="-".join(desk.build_id.split("-")[:2]), least=desk.smallest_group())  # type: ignore[arg-type]
