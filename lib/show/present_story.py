"""Present story: what one presenter shows: the meeting, the chosen scenes in their order, and the story made of them; all through a presenter's desk."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar

import pandas as pd

from lib import settings
from lib.access.desk import Desk
from lib.access.story_desk import Changed, Choice, Meeting, StoryDesk
from lib.show import sections
from lib.show.parts import week_span
from lib.story import said, scenes, tell
from lib.story.scene import Scene, Story, Wish
from lib.words import language, say, sentences

V = TypeVar("V")
_WEEKS, _MONTHS = 8, 9
"""So many past weeks, and ends of months, can be asked for in a meeting."""
Options = tuple[tuple[str, str], ...]
"""What can be chosen: (what a wish holds, what is written); '' for all."""


@dataclass(frozen=True)
class Shown:
    """``presenter`` is the desk that everything shown is read through; ``choices`` are all scenes in order, also the ones left out, and
    ``chosen`` says whether somebody chose them or they are those of the house."""

    office: StoryDesk
    presenter: Desk
    meeting: Meeting
    choices: tuple[Choice, ...]
    chosen: bool
    story: Story


def office(desk: Desk) -> StoryDesk:
    """The story desk of this viewer.  Raises :class:`lib.access.desk.NotAllowed` for who may not present."""
    return StoryDesk(desk, sections.still(desk), kinds=scenes.SCENES)


def of(desk: Desk) -> Shown:
    """What this viewer shows now."""
    own = office(desk)
    try:
        meeting, presenter, kept = _read(own)
    except Changed:  # another window began the next meeting between two reads
        meeting, presenter, kept = _read(own)
    choices = tuple(Choice(wish) for wish in house(presenter)) if kept is None else kept
    return Shown(own, presenter, meeting, choices, kept is not None, told(presenter, meeting, choices))


def _read(own: StoryDesk) -> tuple[Meeting, Desk, tuple[Choice, ...] | None]:
    """One meeting, the desk of its pseudonyms, its scenes.  Raises :class:`Changed` when it is over meanwhile."""
    meeting = own.meeting()
    return meeting, own.presenter_of(meeting), own.choices(meeting)


def told(presenter: Desk, meeting: Meeting, choices: tuple[Choice, ...]) -> Story:
    """The story of these choices; without scenes when there are none, or all are left out."""
    there = tuple(choice for choice in choices if not choice.hidden)

    def make() -> Story:
        story = tell.story(presenter, choices=there, title=meeting.title)
        return story if there else replace(story, scenes=())

    return _kept(presenter, "story", (there, meeting.title), make)


def scene(shown: Shown, choice: Choice) -> Scene | None:
    """One scene of the list, also one that is left out of the telling; None where its data do not exist."""
    return _kept(shown.presenter, "scene", choice, lambda: tell.scene_of(shown.presenter, choice.wish, choice))


def asked(shown: Shown, wish: Wish) -> Scene | None:
    """The scene of a live question; None where the data for its kind do not exist."""
    return _kept(shown.presenter, "asked", wish, lambda: scenes.make(shown.presenter, wish))


def house(presenter: Desk) -> tuple[Wish, ...]:
    """The scenes of a story that nobody has chosen yet."""
    return _kept(presenter, "house", (), lambda: scenes.default(presenter))


def _kept(presenter: Desk, name: str, facts: Hashable, make: Callable[[], V]) -> V:
    """Worked out once for all who see the same: also under the smallest group and whatever else the settings may change without a new version."""
    stored = settings.stored(presenter.data_dir)
    live = tuple(settings.get(one, stored) for one in scenes.SETTINGS)
    return presenter.worked_out(f"present.{name}", (presenter.smallest_group(), live, facts), make)


# --- what can be asked for ------------------------------------------------------------------------------------------------------

def teams(presenter: Desk) -> Options:
    """All teams, then each as the presenter is told it, in the order of what they are called there: that of their names would tell which
    letter is whose."""
    lettered = presenter.pseudonyms is not None and presenter.pseudonyms.letters
    told = sorted(presenter.read("story_teams")["team"].astype(str), key=lambda name: (len(name) if lettered else 0, name))
    return (("", say("present.all_teams")), *((name, name) for name in told))


def departments(presenter: Desk) -> Options:
    """All departments, then each."""
    known = presenter.read("story_teams")["department"].dropna().unique()
    return (("", say("present.all_departments")), *((str(one), str(one)) for one in sorted(known)))


def tags(presenter: Desk) -> Options:
    """All tags, then each by its name."""
    rows = presenter.read("tags_known")
    return (("", say("present.all_tags")), *zip(rows["tag"].astype(str), rows[language()].astype(str), strict=True))


def weeks(presenter: Desk) -> Options:
    """The latest whole week, then the weeks before it."""
    return tuple(("" if place == 0 else monday.isoformat(), say("present.latest_week", span=week_span(monday)) if place == 0 else week_span(monday))
                 for place, monday in enumerate(_mondays(presenter)[:_WEEKS]))


def months(presenter: Desk) -> Options:
    """The months that are over, as :func:`month_ends`; the latest week is asked for by nothing, as in :func:`weeks`."""
    newest = _mondays(presenter)[:1]
    return tuple(("" if [monday] == newest else monday.isoformat(), label) for monday, label in month_ends(presenter))


def month_ends(presenter: Desk) -> tuple[tuple[date, str], ...]:
    """The months whose last whole week is there, the latest first, each by the Monday of that week: figures are published by the week, and how
    a month ended is what they can tell of it.  A month that ends a quarter says so."""
    ends: dict[tuple[int, int], date] = {}
    mondays = _mondays(presenter)
    for monday in mondays:
        sunday = monday + timedelta(6)
        if (sunday + timedelta(7)).month != sunday.month:
            ends.setdefault((sunday.year, sunday.month), monday)
    return tuple((monday, _month_end(year, month, mondays[0])) for (year, month), monday in list(ends.items())[:_MONTHS])


def _month_end(year: int, month: int, newest: date) -> str:
    """The end of a month by name, with its year where that is not the latest week's."""
    name = said.month(date(year, month, 1)) if year != (newest + timedelta(6)).year else f"{month}月" if language() == "zh" else f"{date(year, month, 1):%b}"
    return say("present.month_end" if month % 3 else "present.quarter_end", month=name, nth=month // 3)


def _mondays(presenter: Desk) -> list[date]:
    """Every whole week there is, the newest first."""
    return [pd.Timestamp(one).date() for one in presenter.read("weeks")["week"]]


def kinds() -> Options:
    """The kinds of scenes by name."""
    return tuple((kind, kind_name(kind)) for kind in scenes.SCENES)


def kind_name(kind: str) -> str:
    """What a kind of scene is called."""
    return say(f"present.kind.{kind}") if f"present.kind.{kind}" in sentences() else kind


def picks(presenter: Desk) -> dict[str, Options]:
    """What a live question may pick, in the order it is offered."""
    return {"team": teams(presenter), "week": weeks(presenter), "month": months(presenter), "tag": tags(presenter)}


def limits(presenter: Desk, wish: Wish, month: str = "") -> str:
    """What a wish is limited to, in words, its week as the end of a ``month`` where it was asked for so; '' for nothing."""
    names = dict(tags(presenter))
    week = week_span(wish.week) if _day(wish.week) else week_span(_mondays(presenter)[0]) if month else ""
    parts = [wish.department, wish.team, say("present.month_week", month=month, span=week) if month and week else week, names.get(wish.tag, wish.tag) if wish.tag else ""]
    return " · ".join(part for part in parts if part)


def _day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False
