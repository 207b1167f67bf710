"""A group's progress: one row of ``goal_groups`` as a bar, with what is kept back and why no few people follow from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from lib.morale import goals as rules
from lib.morale.goals import Bar, Goal


@dataclass(frozen=True)
class Group:
    """One group's bar.  ``hidden``: nothing of it is shown.  ``own``: the target was set for the group as a whole, else it is the sum of
    its people's; ``asked_of_people``: that sum where both are known.  ``away``: people without a planned day; ``left_out``: without a goal.

    Where a few people would follow by subtraction, one side is kept back: ``goals_kept`` what the people with a goal are asked and did,
    ``people_kept`` what all people did and how many they are (``people`` is 0 then).  ``whole_kept``: the goal of the group as a whole, of
    which no bar can be drawn without it.  ``others``: what people without a goal did, which no goal counts; None where that is not known.
    """

    level: str
    unit: str
    department: str
    people: int
    bar: Bar
    hidden: bool = False
    own: bool = False
    asked_of_people: float | None = None
    away: int = 0
    left_out: int = 0
    goals_kept: bool = False
    people_kept: bool = False
    whole_kept: float | None = None
    others: float | None = None


def known(value: object) -> float | None:
    """A number of a query; None where it is null."""
    return None if pd.isna(value) else float(value)  # type: ignore[arg-type, call-overload]


def _count(value: object) -> int:
    return 0 if pd.isna(value) else int(value)  # type: ignore[call-overload]


def of_row(row: Mapping[str, object], metric: str, period: str, wholes: Iterable[Goal]) -> Group:
    """One row of the query ``goal_groups``; ``wholes``: goals that were set for this group as a whole, those of the app first."""
    level, unit, department = str(row["level"]), str(row["unit"]), str(row["department"])
    goals_kept, people_kept = bool(pd.isna(row["with_goal"])), bool(pd.isna(row["people"]))  # type: ignore[call-overload]
    if goals_kept and people_kept:
        return Group(level, unit, department, 0, rules.bar(metric, period, None, None, 0, 0), hidden=True, goals_kept=True, people_kept=True)
    people, with_goal, away, left_out = (_count(row[name]) for name in ("people", "with_goal", "away", "left_out"))
    summed, logged, done, done_all = (known(row[name]) for name in ("target", "logged", "done", "done_all"))
    goal = rules.holds(wholes, period)
    # a whole is held against what everybody did; that is what the people with a goal did where nobody else did any of it
    everybody = not people_kept or bool(row["covered"])
    whole = None if goal is None or not everybody else _whole(goal, period, row)
    if goal is None or whole is None:
        sharing = _count(row["sharing"]) or 1
        bar = rules.bar(metric, period, summed, done if summed is not None or people_kept else done_all, (known(row["planned"]) or 0) / sharing,
                        (known(row["elapsed"]) or 0) / sharing, due=known(row["due"]), logged=logged or 0.0, people=with_goal, left_out=left_out)
        others = None if summed is None or done is None or done_all is None else done_all - done
        return Group(level, unit, department, people, bar, away=away, left_out=left_out, goals_kept=goals_kept, people_kept=people_kept,
                     whole_kept=goal.target if goal is not None and goal.period == period and not everybody else None, others=others)
    workers, days, gone = _workers(row)
    bar = rules.bar(metric, period, whole, done if people_kept else done_all, days / (workers or 1), gone / (workers or 1), logged=logged or 0.0,
                    people=with_goal if people_kept else people, source=goal.source)
    return Group(level, unit, department, people, bar, own=True, asked_of_people=summed, away=away, left_out=left_out, goals_kept=goals_kept,
                 people_kept=people_kept)


def _workers(row: Mapping[str, object]) -> tuple[int, float, float]:
    """Who works on a whole, with their planned days and those that are gone: where all people are kept back, those with a goal."""
    kept = pd.isna(row["workers"])  # type: ignore[call-overload]
    people, days, gone = ("sharing", "planned", "elapsed") if kept else ("workers", "working_days", "working_gone")
    return _count(row[people]), known(row[days]) or 0.0, known(row[gone]) or 0.0


def _whole(goal: Goal, period: str, row: Mapping[str, object]) -> float | None:
    """What a group's own goal asks for in a period: as it was set in its own, else by its people's planned days."""
    if goal.period == period:
        return goal.target
    workers, days, _ = _workers(row)
    over = workers if goal.period == "day" else known(row[f"open_{goal.period}"]) or 0
    return goal.target * days / over if over and days else None
