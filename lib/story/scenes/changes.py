"""What changed: at most three changes that are more than chance, each beside how far its figure usually swings; else that nothing is unusual, and
how much was judged."""

from __future__ import annotations

import pandas as pd

from lib.story import said
from lib.story.scene import Line, Picture, Scene, Series
from lib.story.scenes import ask as asking
from lib.story.scenes.ask import Ask, Row
from lib.words import say

MOST = 3
UNITS: dict[str, tuple[float, str]] = {
    "performance": (1.0, "points"), "rejection_rate": (100.0, "points"), "late_evenings": (1.0, "evenings"), "tags_held": (100.0, "points"),
    "morale": (1.0, "index"), "care_kept": (100.0, "points"), "leaving": (4.0, "leavers"), "risk": (100.0, "points"), "effect": (1.0, "points")}
"""Measure → what its figures are times to be told (notices also times the people), and in which unit: those of ``team_changes`` and of
``glance_moves``."""


def there(ask: Ask) -> bool:
    """Whether any week was ever judged."""
    return not pd.isna(ask.desk.read("story_since")["changes"].iloc[0])


def make(ask: Ask) -> Scene | None:
    """The list of Glance, or one team's figures; None where no week was ever judged."""
    if not there(ask):
        return None
    first = ask.desk.read("story_since")["changes"].iloc[0]
    if pd.Timestamp(ask.week) < pd.Timestamp(first):
        raise asking.Untold("story.untold.from", first=said.day(first))
    return _of_one(ask) if ask.nth else _all(ask)


def _all(ask: Ask) -> Scene:
    rows = ask.desk.read("glance_real", **ask.here)
    judged, found = int(rows["judged"].iloc[0]), int(rows["real_in_all"].iloc[0])
    known = rows[rows["measure"].isin(list(UNITS)) & rows["low"].notna() & rows["high"].notna()]
    known = asking.ranked(known, place=True)
    # as on Glance: the clearest of every team (and of the company) first, then what else is real of them
    real = known.assign(nth=known.groupby(["level", "team"]).cumcount()).sort_values("nth", kind="stable").head(MOST).to_dict("records")
    if not judged and ask.wish.department:
        raise asking.Untold("story.untold.judged", about=asking.about(ask, tag=False), least=ask.desk.smallest_group())
    if not judged:
        title = asking.titled(ask, say("story.changes.untold"), tag=False)
        return _scene(ask, title, None, judged, False, said.text(say("story.changes.note.untold"), say("story.changes.note.not")), title)
    if not real:
        title = asking.titled(ask, say("story.changes.none.one" if judged == 1 else "story.changes.none", n=said.number(judged)), tag=False)
        picture = Picture("bars", (say("story.changes.judged"), say("story.changes.real")),
                          (Series(say("story.changes.figures"), (float(judged), 0.0), tone="quiet"),))
        return _scene(ask, title, picture, judged, False, said.text(say("story.changes.note.none", n=said.number(judged)), say("story.changes.note.not")),
                      say("story.changes.none.alt", n=said.number(judged)))
    first = what(real[0])
    key = "story.changes.one" if found == 1 else "story.changes.some"
    title = asking.titled(ask, say(key, n=found, what=first), say("story.changes.short", what=first), tag=False)
    notes = said.text(*(note(row) for row in real[:2]), say("story.changes.note.beyond"), say("story.changes.note.not"))
    rest = found - len(real)
    return _scene(ask, title, _beside(real), judged, True, notes, say("story.changes.alt", changes=said.listed(detail(row) for row in real)),
                  left=say("story.changes.left", n=said.number(rest)) if rest > 0 else "", more=tuple(detail(row) for row in real))


def _of_one(ask: Ask) -> Scene:
    """Every figure of one team that could be judged, moved or not."""
    rows = ask.desk.read("story_changes", week=ask.week, nth=ask.nth)
    rows = rows[rows["measure"].isin(list(UNITS))]
    if rows.empty:
        raise asking.Untold("story.untold.judged", about=asking.about(ask, tag=False), least=ask.desk.smallest_group())
    real, judged = rows[rows["real"]].to_dict("records"), len(rows)
    if real:
        title = asking.titled(ask, say("story.changes.team", n=len(real), all=judged, what=what(real[0], False)), say("story.changes.short", what=what(real[0], False)), tag=False)
    else:
        title = asking.titled(ask, say("story.changes.team.none.one" if judged == 1 else "story.changes.team.none", all=judged), tag=False)
    told = rows.to_dict("records")
    alone = int(((rows["low"] > 0) | (rows["high"] < 0)).sum())
    calm = say("story.changes.note.alone", n=alone) if alone else say("story.changes.note.within", n=judged)
    notes = said.text(*(note(row) for row in real[:2]), say("story.changes.note.beyond") if real else calm, say("story.changes.note.not"))
    return _scene(ask, title, _beside(told, False), judged, bool(real), notes, say("story.changes.alt", changes=said.listed(detail(row) for row in told)),
                  more=tuple(detail(row, False) for row in told[:MOST]))


def _scene(ask: Ask, title: str, picture: Picture | None, judged: int, sure: bool, notes: str, alt: str, left: str = "", more: tuple[str, ...] = ()) -> Scene:
    period = said.week(ask.week)
    return Scene(ask.wish, title, picture, asking.foot(say("story.changes.rule"), say("story.changes.n", n=said.number(judged)), period), judged, period, notes, alt, sure=sure,
                 left_out=left, more=(*asking.not_by(ask, "tag"), *more)[:3])


def _beside(rows: list[Row], teams: bool = True) -> Picture:
    """How large changes are beside what each figure usually swings, so that evenings and shares stand on one scale; up or down is in the label,
    the change in its own unit and its interval stand beside the picture."""
    size = tuple(abs(float(row["change"])) / _swing(row) for row in rows)
    moved = [say(f"story.changes.row.{_way(row)}", measure=say(f"story.changes.measure.{row['measure']}")) for row in rows]
    names = [f"{row['team']}{say('story.dot')}{words}" if teams and row["team"] else words for row, words in zip(rows, moved, strict=True)]
    # a team is asked for, the company is not
    asks = tuple(str(row["team"] or "") for row in rows) if teams else ()
    return Picture("bars", tuple(names), (Series(say("story.changes.series"), size),), unit=say("story.changes.unit"), digits=1, asks=asks,
                   marked=frozenset(place for place, row in enumerate(rows) if row.get("real", True)), lines=(Line(1.0, say("story.changes.usual")),))


def _swing(row: Row) -> float:
    """How far the figure usually swings to the side it moved to: beyond it exactly where the interval leaves nought out.  Intervals need not be
    even: that of a share or a count is longer on one side."""
    change = float(row["change"])
    return (change - float(row["low"]) if change > 0 else float(row["high"]) - change) or 1.0


def _way(row: Row) -> str:
    """Which way a figure moved as it is told: what is rounded to nothing went nowhere."""
    change = float(row["change"])
    return "same" if not float(f"{change * _times(row):.{_digits(row)}f}") else "up" if change > 0 else "down"


def _times(row: Row) -> float:
    """What a row's figures are times to be told: notices are told of all its people in four weeks, as on Glance."""
    return UNITS[row["measure"]][0] * (float(row["people"]) if row["measure"] == "leaving" else 1.0)


def _digits(row: Row) -> int:
    size = abs(float(row["change"])) * _times(row)
    return 0 if size >= 10 else 2 if 0 < size < 0.05 else 1


def what(row: Row, team: bool = True) -> str:
    """A change in a few words: 电销三组的拒绝率高了 6.3 个百分点."""
    way = _way(row)
    size = say(f"story.changes.unit.{UNITS[row['measure']][1]}", n=said.number(abs(float(row["change"])) * _times(row), 0 if way == "same" else _digits(row)))
    words = say(f"story.changes.{way}", measure=say(f"story.changes.measure.{row['measure']}"), size=size)
    return say("story.changes.of", team=said.short(str(row["team"])), what=words) if team and row["team"] else words


def detail(row: Row, team: bool = True) -> str:
    """A change with its interval, signed where it fell or may be none."""
    times = _times(row)
    return f"{what(row, team)} {said.between(float(row['low']) * times, float(row['high']) * times, _digits(row))}"


def note(row: Row) -> str:
    """A change as a presenter may say it, with its interval and its span."""
    key = row["measure"] if row["measure"] in ("morale", "effect") else "4" if int(row["span"]) == 4 else "1"
    return say("story.changes.note", what=detail(row), span=say(f"story.changes.span.{key}"))
