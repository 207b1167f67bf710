"""Board: one team's figures for a screen on the wall, read from five metres; counts only and nobody's name; strings."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from lib.access.desk import Desk
from lib.access.goals_desk import GoalsDesk
from lib.access.goals_group import Group
from lib.show import goal_bars, morale_team
from lib.show.goal_bars import METRICS
from lib.show.parts import day, esc, number, percent
from lib.words import say

Row = Mapping[Any, Any]


@dataclass(frozen=True)
class Board:
    """What the wall shows of one team on the company's day ``today``."""

    team: str
    today: date
    goals: Sequence[Group]
    """The team's bars of the day, the week and the month; those that have no goal are left out."""
    facts: Row | None
    """The row of ``board_team``; None when the team is too small to be shown."""
    activity: Row | None
    behind: date | None = None
    """The last day with data, where files are late."""
    kept: bool = False
    """There are goals, and they are not shown because a few people could be worked out of them."""


def read(desk: Desk, team: str) -> Board:
    """The newest figures of a team."""
    near = desk.limited(team)
    # asked for all teams that the viewer may see, so that what is kept back of one there is kept back on its wall too
    office = GoalsDesk(desk)
    facts, coming = near.read("board_team", team=team), near.read("board_activity", team=team, today=office.today)
    first = lambda frame: frame.iloc[0].to_dict() if len(frame) else None
    found, kept = [], False
    if len(facts):
        with ThreadPoolExecutor(1) as others:
            found, kept = morale_team.bars(office, team, facts["measure"].iloc[0], others)
    return Board(team, office.today, found, first(facts), first(coming), office.behind(), kept and not found)


def days_left(today: date) -> int:
    """Days of the month that are still to come, today among them."""
    return calendar.monthrange(today.year, today.month)[1] - today.day + 1


def title(board: Board) -> str:
    """How far the month is, in one sentence."""
    month = next((group.bar for group in board.goals if group.bar.period == "month"), None)
    if month is None:
        return say("board.title_no_goal", team=board.team, days=days_left(board.today))
    key = "board.title_arrived" if month.state == "arrived" else "board.title"
    return say(key, team=board.team, share=percent(month.share, 0), days=days_left(board.today))


def html(board: Board, least: int) -> str:
    """The whole screen; a team of fewer than ``least`` people shows no figures."""
    if board.facts is None:
        return (f"<div class='kj-board'><h1>{esc(board.team)}</h1><p class=big>{esc(say('board.small', least=least))}</p></div>")
    rows = "".join(_bar(group) for group in board.goals) or f"<p class=big>{esc(say('goals.board_kept' if board.kept else 'board.no_goals'))}</p>"
    foot = say("board.foot", day=day(board.today), people=int(board.facts["people"])) + (say("board.behind", day=day(board.behind)) if board.behind else "")
    return (f"<div class='kj-board'><h1>{esc(title(board))}</h1><div class=bars>{rows}</div><div class=tiles>{_tiles(board, least)}</div>"
            f"<p class=foot>{esc(foot)}</p></div>")


def _bar(group: Group) -> str:
    bar = group.bar
    left = say("board.arrived") if bar.state == "arrived" else ""
    if bar.needed_per_day and bar.days_left > 0 and bar.period != "day":
        left = say("board.needed", n=goal_bars.amount(bar.metric, bar.needed_per_day))
    return (f"<div class=goal><span class=l><b>{esc(say(f'board.period.{bar.period}'))}</b> {esc(say(METRICS[bar.metric]))}</span>"
            f"<span class=n>{percent(bar.share, 0)}</span>{goal_bars.track(bar, goal_bars.spoken(bar))}"
            f"<span class=s>{esc(goal_bars.value(bar))}</span><span class=s>{esc(left)}</span></div>")


def _tile(value: str, words: str) -> str:
    return f"<div class=tile><b>{esc(value)}</b><span>{esc(words)}</span></div>"


def _count(n: object, least: int) -> str:
    """A count, or that it is one of a few (None): those that are fewer than a group are told as a range."""
    return f"1–{least - 1}" if pd.isna(n) else number(n)  # type: ignore[call-overload]


def _tiles(board: Board, least: int) -> str:
    facts = board.facts or {}
    tiles = [_tile(number(days_left(board.today)), say("board.days_left"))]
    few = lambda name: _count(facts[name], least)
    if pd.notna(facts["reached_on"]):
        tiles.append(_tile(few("reached"), say("board.reached", day=day(facts["reached_on"]))))
    tiles.append(_tile(few("streaks"), say("board.streaks")))
    tiles.append(_tile(number(facts["thanks"]), say("board.thanks")))
    if facts["stars"] != 0:
        tiles.append(_tile(few("stars"), say("board.stars")))
    if board.activity is not None:
        kind = say(f"board.activity.{board.activity['kind']}")
        tiles.append(_tile(day(board.activity["day"]), say("board.activity", kind=kind, n=number(board.activity["signed_up"]))))
    return "".join(tiles)
