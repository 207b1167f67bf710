"""Pace guard: of which teams and weeks the morale index takes no goal pace, so that no few people's goals follow from it.

The page of goals hides a team of which only a few have a goal, and beside it as many more as a department's sum needs
(``lib/queries/goal_groups.sql``).  A pace of one of these times its goals, taken from that sum, would give the few away again.  So the
same teams are kept back here, by the same order: the few; in a department that they leave less than a group over, its smallest other
team; and in the company, where no department holds enough that is hidden, the smallest team of its smallest department.

Only what is counted in the same measure adds up.  A team is known by the one measure that its pace is told in, and the few may have goals
of others too: so people who are hidden in another measure never make a difference large enough.
"""

from __future__ import annotations

import pandas as pd

COLUMNS = ("week", "team", "department", "measure", "people")


def kept_back(rows: pd.DataFrame, least: int) -> pd.Series:
    """Which rows are kept back.  ``rows``: :data:`COLUMNS`, one row per week and team with goals; ``team`` None: people without one,
    ``department`` '' for none, ``people`` those with a goal in that week.  ``least``: the smallest group that is shown."""
    people = rows["people"].fillna(0)
    few = (people > 0) & (people < least)
    kept = few | rows["team"].isna() & (people > 0)
    if not kept.any():
        return kept
    ours, theirs = ["week", "measure", "department"], ["week", "department"]
    left = people.where(kept, 0).groupby([rows[name] for name in ours]).transform("sum")
    apart = kept.groupby([rows[name] for name in theirs]).transform("any") & (left < least)
    more = _smallest(rows, apart & (people >= least) & ~kept, ours, ["people", "team"])
    kept = kept | more
    # what a department cannot hold is left over in the company
    held = more.groupby([rows[name] for name in ours]).transform("any")
    loose = apart & ~held | kept & rows["department"].eq("")
    over = people.where(loose & kept, 0).groupby([rows[name] for name in ours[:2]]).transform("sum")
    beside = (kept & ~loose).groupby([rows[name] for name in ours[:2]]).transform("any")  # a department is hidden there, and no team more
    open_ = loose.groupby(rows["week"]).transform("any") & (over < least) & ~beside
    sized = rows.assign(size=people.groupby([rows[name] for name in ours]).transform("sum"))
    return kept | _smallest(sized, open_ & (people >= least) & ~kept, ours[:2], ["size", "department", "people", "team"])


def _smallest(rows: pd.DataFrame, among: pd.Series, by: list[str], order: list[str]) -> pd.Series:
    """The first row of each group in that order, of those that are asked for."""
    first = rows[among].sort_values(order).groupby(by, sort=False).head(1).index
    return pd.Series(rows.index.isin(first), index=rows.index)
