"""The performance-dip rule on arrays: the same meaning as ``lib/tags`` gives it, for companies that exist only in memory."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

DROP, IN_A_ROW, MIN_DAYS = 0.15, 2, 3
BASELINE, MIN_BASELINE = 8, 4
MOST = 99.0  # strengths are cut here, as the tags do


def strength(last: float, before: np.ndarray) -> float:
    """Deviations by which the last week lies below the person's own counted weeks before the falls; 0 with fewer than 4 of them."""
    before = before[-BASELINE:]
    if len(before) < MIN_BASELINE:
        return 0.0
    usual, spread = float(before.mean()), float(before.std(ddof=1))
    z = (last - usual) / max(spread * np.sqrt(1 + 1 / len(before)), 0.01 * abs(usual), 1e-6)
    return float(min(-z, MOST))


@dataclass
class Watch:
    """The rule, week by week: what each person's counted weeks were so far.  ``people`` rows, at most ``weeks`` columns."""

    people: int
    weeks: int

    def __post_init__(self) -> None:
        self.value = np.full((self.people, self.weeks), np.nan)
        self.count = np.zeros(self.people, dtype=int)
        self.falls = np.zeros(self.people, dtype=int)    # falls in a row up to the last counted week

    def see(self, performance: np.ndarray, counted: np.ndarray) -> np.ndarray:
        """Take in one completed week; the people for whom an episode begins on the Monday after it (true for those only)."""
        row = np.flatnonzero(counted)
        before = np.where(self.count[row] > 0, self.value[row, np.maximum(self.count[row] - 1, 0)], np.nan)
        with np.errstate(invalid="ignore"):
            fell = performance[row] < (1 - DROP) * before
        self.value[row, self.count[row]] = performance[row]
        self.count[row] += 1
        self.falls[row] = np.where(fell, self.falls[row] + 1, 0)
        begins = np.zeros(self.people, dtype=bool)
        begins[row] = self.falls[row] == IN_A_ROW      # a third fall in a row goes on with the same episode
        return begins

    def strength(self, person: int) -> float:
        """How strong the evidence is for somebody whose episode begins now."""
        known = self.value[person, :self.count[person]]
        return strength(float(known[-1]), known[:-IN_A_ROW])


def dip_flags(weeks: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Episodes of the dip rule from one row per person and week.

    ``weeks``: ``employee_id``, ``week`` (Monday), ``worked_days``, ``performance``.  Returns ``employee_id``, ``tag``, ``since``,
    ``until`` (NaT while it holds on ``as_of``), ``strength``.  Employment is not looked at: weeks outside it must not be given.
    """
    day = pd.Timedelta(days=1)
    counted = weeks[(weeks["worked_days"] >= MIN_DAYS) & weeks["performance"].notna() & (weeks["week"] + 6 * day <= as_of)]
    rows = []
    for who, own in counted.sort_values(["employee_id", "week"]).groupby("employee_id", sort=True):
        value, monday = own["performance"].to_numpy(float), own["week"].to_numpy()
        fell = np.r_[False, value[1:] < (1 - DROP) * value[:-1]]
        fired = np.flatnonzero(fell & np.r_[False, fell[:-1]])
        for at in fired:
            until = pd.Timestamp(monday[at + 1]) + 6 * day if at + 1 < len(value) else pd.NaT
            if rows and rows[-1][0] == who and rows[-1][5] == at - 1:   # goes on
                rows[-1][3], rows[-1][5] = until, at
                continue
            rows.append([who, "performance_dip", pd.Timestamp(monday[at]) + 7 * day, until, round(strength(value[at], value[:at - 1]), 3), at])
    frame = pd.DataFrame(rows, columns=["employee_id", "tag", "since", "until", "strength", "at"]).drop(columns="at")
    frame["until"] = frame["until"].where(frame["until"] < as_of)
    return frame[frame["since"] <= as_of].astype({"since": "datetime64[s]", "until": "datetime64[s]"}).reset_index(drop=True)
