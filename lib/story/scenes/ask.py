"""Ask: what one scene is asked for, held against what the desk knows; and the scene that is told where nothing may or can be told."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from lib.access.desk import Desk
from lib.story import said
from lib.story.scene import Scene, Wish
from lib.words import language, say

Row = Mapping[Hashable, Any]
PRIVATE = frozenset({"life_event", "family_care"})
"""Tags that are told of all together alone: of a team or a department those in the meeting would know who it is."""


class Untold(Exception):
    """Nothing is told, and why: ``key`` is the sentence that becomes the title."""

    def __init__(self, key: str, **values: object):
        super().__init__(key)
        self.key, self.values_in_words = key, values


@dataclass(frozen=True)
class Ask:
    """A wish that fits the data.  ``week`` is the Monday asked for, ``newest`` whether it is the latest whole week; ``nth`` is the team's
    place among all teams by name (0: all teams), ``departments`` the department of every team as a presenter sees both."""

    desk: Desk
    wish: Wish
    week: date
    newest: bool
    nth: int
    departments: Mapping[str, str]

    @property
    def whole(self) -> bool:
        """Whether nobody and nothing is left out: no team, no department, no tag."""
        return not (self.wish.team or self.wish.department or self.wish.tag)

    @property
    def here(self) -> dict[str, object]:
        """The parameters of the queries that know a week and a department."""
        return {"week": self.week, "department": self.wish.department}

    def teams_here(self) -> set[str]:
        """The teams of the department that is asked for, or of all."""
        return {team for team, department in self.departments.items() if self.wish.department in ("", department)}


def of(desk: Desk, wish: Wish) -> Ask | None:
    """The wish held against the desk; None where there is no whole week at all.  Raises :class:`Untold` for a week, team, department or tag
    that is not there."""
    weeks = [pd.Timestamp(one).date() for one in desk.read("weeks")["week"]]
    if not weeks:
        return None
    week = weeks[0]
    if wish.week:
        try:
            week = date.fromisoformat(wish.week)
        except ValueError:
            raise Untold("story.untold.week", first=said.day(weeks[-1])) from None
        if week not in weeks:
            raise Untold("story.untold.week", first=said.day(weeks[-1]))
    teams = desk.read("story_teams")
    places = dict(zip(teams["team"], teams["nth"], strict=True))
    departments = dict(zip(teams["team"], teams["department"], strict=True))
    if wish.team and wish.team not in places:
        raise Untold("story.untold.team")
    if wish.department and wish.department not in departments.values():
        raise Untold("story.untold.department")
    if wish.team and wish.department and departments[wish.team] != wish.department:
        raise Untold("story.untold.team")
    if wish.tag and wish.tag not in set(desk.read("tags_known")["tag"]):
        raise Untold("story.untold.tag")
    return Ask(desk, wish, week, week == weeks[0], int(places.get(wish.team, 0)), departments)


# --- words ------------------------------------------------------------------------------------------------------------------------

def tag_name(desk: Desk, tag: str) -> str:
    """A tag as it is called."""
    known = desk.read("tags_known").set_index("tag")
    return str(known.at[tag, language()])


def about(ask: Ask, week: bool = True, tag: bool = True) -> str:
    """What goes before a title: the past week, the team or department and the tag that it is limited to; '' for none of them."""
    wish = ask.wish
    parts = [said.week(ask.week) if week and not ask.newest else "", said.short(wish.team or wish.department), tag_name(ask.desk, wish.tag) if tag and wish.tag else ""]
    words = say("story.dot").join(part for part in parts if part)
    return say("story.about", words=words) if words else ""


def titled(ask: Ask, *sentences_: str, week: bool = True, tag: bool = True) -> str:
    """A title: the first of these sentences that fits behind what it is limited to."""
    before = about(ask, week, tag)
    return said.fit(*(before + one for one in sentences_))


def everybody(ask: Ask) -> str:
    """Whose figures these are, in words."""
    if ask.wish.team or ask.wish.department:
        return ask.wish.team or ask.wish.department
    return say("story.everybody" if ask.desk.viewer.teams is None else "story.mine")


def foot(rule: str, n: str, period: str) -> str:
    """The line under a picture."""
    return say("story.foot", rule=rule, n=n, period=period)


def span(last: date, weeks: int = 12) -> str:
    """Several weeks by their first and last day."""
    first = last - timedelta(7 * (weeks - 1))
    return say("story.span", first=said.day(first), last=said.day(last + timedelta(6)), n=weeks)


def not_by(ask: Ask, *what: str) -> list[str]:
    """Which filters of the wish do not apply to this scene: ``team``, ``department``, ``tag`` or ``week``, one sentence each."""
    there = {"team": ask.wish.team, "department": ask.wish.department, "tag": ask.wish.tag, "week": "" if ask.newest else ask.wish.week}
    return [say(f"story.not_by.{one}") for one in what if there[one]]


def ranked(rows: pd.DataFrame, name: str = "team", **up: bool) -> pd.DataFrame:
    """Rows of teams by these columns (True: the smallest first), unknown ones last, and where they are equal by the team's name as it is told: by
    the real one, as queries break a tie, the order of lettered teams would tell which is which."""
    return rows.sort_values([*up, name], ascending=[*up.values(), True], na_position="last", kind="stable")


def neediest(rows: pd.DataFrame) -> pd.DataFrame:
    """Teams in the order that Glance lists them in: by the share that carries a tag, then by performance (unknown: as usual), then as above."""
    return ranked(rows.assign(performance=rows["performance"].fillna(100.0)), carry_share=False, performance=True)


def small(n: int, least: int) -> str:
    """How many groups are hatched; '' for none."""
    return say("story.hidden.one" if n == 1 else "story.hidden", n=said.number(n), least=said.number(least)) if n else ""


def untold(wish: Wish, why: Untold, period: str = "") -> Scene:
    """The scene that has no numbers and says why."""
    title = said.fit(say(why.key, **why.values_in_words))
    title = title if why.values_in_words.get("about") else title[:1].upper() + title[1:]
    limited = bool(wish.team or wish.department or wish.tag or wish.week)
    return Scene(wish, title, None, footnote="", n=None, period=period, notes=say("story.untold.notes" if limited else "story.untold.notes.whole"), alt=title, sure=False,
                 hidden_note=title, more=(say("story.untold.hint"),) if limited else ())


def too_few(ask: Ask) -> Untold:
    """The figures asked for are of fewer people than may be shown."""
    return Untold("story.untold.few", about=about(ask), least=ask.desk.smallest_group())
