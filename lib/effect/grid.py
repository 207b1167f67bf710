"""A person × week grid of performance, with what each week was for everybody taken off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

MIN_DAYS = 3     # weeks with fewer worked days are not counted, as in the dip rule
FEWEST = 10      # counted people of a line before its weeks are judged by themselves


def weeks_after(days: np.ndarray, monday: np.datetime64) -> np.ndarray:
    """How many weeks after that of ``monday`` each day lies, negative before it; NaT lies far behind all data."""
    days = np.asarray(days, dtype="datetime64[D]")
    return np.where(np.isnat(days), 10**6, (days - monday).astype(float) // 7).astype(int)


def mean_of_known(values: np.ndarray, fewest: int = 1, axis: int = 1) -> np.ndarray:
    """Mean over ``axis`` of what is known, NaN where fewer than ``fewest`` are."""
    known = np.isfinite(values)
    count = known.sum(axis=axis)
    total = np.where(known, values, 0.0).sum(axis=axis)
    return np.where(count >= max(fewest, 1), total / np.maximum(count, 1), np.nan)


@dataclass(frozen=True)
class Grid:
    """``value``: performance of counted weeks with the calendar taken off, NaN elsewhere; rows follow ``people``, columns are ``weeks``."""

    people: pd.Index
    weeks: np.ndarray
    value: np.ndarray

    def column(self, days: np.ndarray) -> np.ndarray:
        """The column of the week in which each day lies; may be outside the grid (:func:`weeks_after`)."""
        return weeks_after(days, self.weeks[0]) if len(self.weeks) else np.zeros(len(days), dtype=int)

    def row(self, who: pd.Series) -> np.ndarray:
        """The row of each employee, -1 for somebody unknown."""
        return self.people.get_indexer(who)


def calendar_index(value: np.ndarray, lines: np.ndarray) -> np.ndarray:
    """What each week was for everybody, person × week, about 1 on average: the two-way multiplicative fit (Poisson likelihood) of
    person and week within a line, by iterative proportional fitting.  Weeks with fewer than 10 counted people of a line take the
    company's, and 1 where these too are few."""
    def fit(block: np.ndarray) -> np.ndarray:
        known = np.isfinite(block)
        amount = np.where(known, block, 0.0)
        week = np.ones(block.shape[1])
        for _ in range(8):
            below = known @ week
            person = np.divide(amount.sum(axis=1), below, out=np.zeros(len(block)), where=below > 0)
            below = person @ known
            week = np.divide(amount.sum(axis=0), below, out=np.ones(block.shape[1]), where=below > 0)
            week = np.where(week > 0, week, 1.0) / np.mean(week[week > 0])
        return week

    enough = lambda block: np.isfinite(block).sum(axis=0) >= FEWEST
    company = np.where(enough(value), fit(value), 1.0)
    out = np.empty_like(value)
    for line in np.unique(lines):
        mine = lines == line
        block = value[mine]
        out[mine] = np.where(enough(block), fit(block), company)
    return out


def grid(people: pd.DataFrame, weeks: pd.DataFrame, as_of: pd.Timestamp) -> Grid:
    """The grid of all people from their weeks that are over on ``as_of`` (columns as ``care_episodes`` takes them)."""
    who = pd.Index(people["employee_id"])
    monday = weeks["week"].to_numpy("datetime64[D]")
    row = who.get_indexer(weeks["employee_id"])
    over = (monday + np.timedelta64(6, "D") <= np.datetime64(as_of, "D")) & (row >= 0)
    if not over.any():
        return Grid(who, np.array([], dtype="datetime64[D]"), np.full((len(who), 0), np.nan))
    first, last = monday[over].min(), monday[over].max()
    span = first + 7 * np.arange((last - first).astype(int) // 7 + 1).astype("timedelta64[D]")
    value = np.full((len(who), len(span)), np.nan)
    counted = over & (weeks["worked_days"].to_numpy(float) >= MIN_DAYS)
    value[row[counted], (monday[counted] - first).astype(int) // 7] = weeks["performance"].to_numpy(float)[counted]
    lines = people["line"].fillna("").to_numpy(str) if "line" in people else np.full(len(who), "")
    return Grid(who, span, value / calendar_index(value, lines))


def weekly_noise(value: np.ndarray) -> float:
    """How much a person's weeks jump by themselves, in points of the own mean: root mean square of the change from one counted week to
    the next over √2, robust (median of squares scaled as for a normal), so that dips and their ends count little."""
    mean = mean_of_known(value, 9)[:, None]
    jump = np.diff(value, axis=1) / np.where(mean > 0, mean, np.nan)
    jump = jump[np.isfinite(jump)]
    return float(100 * 1.4826 * np.median(np.abs(jump)) / np.sqrt(2)) if len(jump) >= 50 else float("nan")
