"""Ranking: like with like, and nobody is shown as last.

People are compared with people of the same role (of the same business line where no role is known) and tenure band, by the share of the
own week's goal that they reached.  Who opted out (``no_ranking``) or objected to scoring (``no_scoring``) is in no ranking at all,
also not as a number; who worked fewer than :data:`MIN_WORKED` days of the week is not compared.  A group with fewer than
:data:`MIN_PEOPLE` people is not ranked.  At most three are named, never one of the last; a viewer sees the own place only in the upper
half, and otherwise how far the own next milestone is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

MIN_WORKED = 3
MIN_PEOPLE = 5
TOP = 3
MILESTONES = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
"""Shares of the own week's goal that the way is divided into."""


def ranked(weeks: pd.DataFrame) -> pd.DataFrame:
    """The rows of one or more weeks with ``people``, ``place``, ``lower``, ``named`` and ``star``.

    ``weeks``: one row per person and week with ``week``, ``peers`` (whom the person is compared with), ``share`` (of the own week's
    goal, NaN without one), ``goal_days`` (days with the goal reached), ``worked_days`` and ``out`` (opted out or objected).
    ``people`` counts those who are compared; ``place`` begins with 1 and is the same for equals (null when not ranked); ``lower``
    says how many are behind; ``named`` the top three who may be named, ``star`` who is first: several when they are equal.
    """
    frame = weeks.reset_index(drop=True).copy()
    share = frame["share"].to_numpy(float, na_value=np.nan)
    goal_days = frame["goal_days"].to_numpy(float, na_value=0.0)
    compared = np.isfinite(share) & (frame["worked_days"].to_numpy(float, na_value=0.0) >= MIN_WORKED) & ~frame["out"].to_numpy(bool)
    people, place, lower, above = (np.zeros(len(frame), dtype=np.int64) for _ in range(4))
    at = np.flatnonzero(compared)
    if len(at):
        group = frame.loc[at].groupby(["week", "peers"], sort=False, dropna=False).ngroup().to_numpy()
        order = np.lexsort((-goal_days[at], -share[at], group))
        rows, groups = at[order], group[order]
        first = np.r_[True, groups[1:] != groups[:-1]]
        starts = np.maximum.accumulate(np.where(first, np.arange(len(rows)), 0))
        sizes = np.bincount(groups)[groups]
        equal = np.r_[False, ~first[1:] & (share[rows][1:] == share[rows][:-1]) & (goal_days[rows][1:] == goal_days[rows][:-1])]
        tie_start = np.maximum.accumulate(np.where(~equal, np.arange(len(rows)), 0))
        ties = np.bincount(tie_start, minlength=len(rows))[tie_start]
        people[rows], place[rows] = sizes, tie_start - starts + 1
        above[rows] = tie_start - starts + ties            # those ahead and those equal, oneself among them
        lower[rows] = sizes - (tie_start - starts) - ties
    enough = compared & (people >= MIN_PEOPLE)
    frame["people"] = people
    frame["place"] = pd.array(np.where(enough, place, 0), dtype="Int64")
    frame.loc[~enough, "place"] = pd.NA
    frame["lower"] = np.where(enough, lower, 0)
    frame["named"] = enough & (above <= TOP) & (lower > 0) & (share > 0)
    frame["star"] = frame["named"].to_numpy() & (place == 1)
    return frame


@dataclass(frozen=True)
class Seen:
    """What one viewer is told about the own week.

    ``state``: ``out`` (not in rankings by own choice), ``away`` (worked too few days, or had no goal), ``few`` (too few people to
    compare with), ``place`` (in the upper half: ``place`` of ``people``) or ``way``.  ``milestone`` is the next share of the own
    goal, ``missing`` how much of the metric it takes; both None beyond the last milestone and without a goal.
    """

    state: str
    place: int | None = None
    people: int = 0
    milestone: float | None = None
    missing: float | None = None


def seen(place: int | None, people: int, lower: int, share: float | None, target: float | None, worked_days: int, out: bool) -> Seen:
    """What the viewer of such a row of :func:`ranked` is told; never a place in the lower half, and never the last one."""
    if out:
        return Seen("out")
    if share is None or target is None or worked_days < MIN_WORKED:
        return Seen("away")
    step, missing = way(share, target)
    if place is None or people < MIN_PEOPLE:
        return Seen("few", None, people, step, missing)
    if place <= people // 2 and lower > 0:
        return Seen("place", place, people, step, missing)
    return Seen("way", None, people, step, missing)


def way(share: float, target: float) -> tuple[float | None, float | None]:
    """The next milestone above a share of the own goal, and how much it takes to get there (rounded up to a whole one)."""
    step = next((m for m in MILESTONES if m > share + 1e-9), None)
    return (None, None) if step is None else (step, float(max(math.ceil((step - share) * target - 1e-9), 1)))
