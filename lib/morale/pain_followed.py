"""Did a support help?  The change of the number it is for, beside comparable people with the same pain who had no support.  Pure.

A pain fires when a number is low, so the number rises again by itself for almost everybody (regression to the mean); people who were
given nothing show by how much.  Comparable are people of the same role with the same pain that began within four weeks of the other's, who
were given no support for it, looked at after the same time in the pain and matched on the number before (each used once).  Compared is
the mean of the 4 weeks before the day of the support with 4 weeks from the 2nd week after.  The interval (95 %) is Student's over the
matched sets, a person with several counting once; what is left of a difference before is taken off by the slope among the comparable.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
import pandas as pd

BEFORE, AFTER, WAIT = 4, 4, 2
"""Weeks before the week of the support, weeks after it, and the week after it from which these count."""
APART = 4       # weeks within which the two pains began
FEWEST = 10     # supported people, and comparable people, before anything is said
MOST_MATES = 3  # comparable people to one supported person at most
CALIPER = 1.0   # deviations by which the numbers before may differ
WORTH = {"script": .1, "prospecting": .1, "lost_growth": .5}
"""The smallest difference that would matter: a tenth of the peers' level, half a point of growth."""


@dataclass(frozen=True)
class Followed:
    """What one kind of support did for one pain.  There is no change without its comparison: both stand here or nothing does.

    Numbers are shares of the peers' level (script, prospecting) or points of growth said (lost growth).  ``verdict``: ``helped`` or
    ``worse`` (the interval leaves out zero), ``no_difference`` (it leaves out what would matter), ``cannot_tell`` (about ``more`` more
    supported people with somebody comparable are needed).  ``unmatched``: supported people left out because nobody was comparable.
    """

    pain: str
    kind: str
    supported: int
    comparable: int
    before: float | None
    after: float | None
    compared_before: float | None
    compared_after: float | None
    difference: float | None
    low: float | None
    high: float | None
    verdict: str
    more: int
    unmatched: int
    too_new: int


def _mean(seen: np.ndarray, usual: np.ndarray, row: np.ndarray, first: np.ndarray, weeks: int) -> np.ndarray:
    """The number over ``weeks`` columns from ``first`` on, NaN where it is not known or the columns are not there."""
    span = first[:, None] + np.arange(weeks)
    inside = (first >= 0) & (first + weeks <= seen.shape[1])
    at = np.clip(span, 0, seen.shape[1] - 1)
    above, below = seen[row[:, None], at].sum(axis=1), usual[row[:, None], at].sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(inside & (below > 0), above / below, np.nan)


def compare(pain: str, kind: str, runs: pd.DataFrame, given: pd.DataFrame, seen: np.ndarray, usual: np.ndarray) -> Followed:
    """Compare people who were given ``kind`` with comparable people.

    ``runs``: one row per unbroken pain: ``row`` (of the arrays), ``group``, ``start``, ``first`` and ``last`` firing week.  ``given``: every
    support for this pain: ``row``, ``kind``, ``week``.  ``seen`` and ``usual``: person × week, the number is one through the other.
    """
    table = runs.reset_index(drop=True)
    pairs = table.reset_index(names="run").merge(given, on="row")
    # A support belongs to the pain that had fired by then and still did, or had just stopped to.
    pairs = pairs[(pairs["first"] <= pairs["week"]) & (pairs["week"] <= pairs["last"] + 1)]
    helped = pairs.sort_values("week", kind="stable").drop_duplicates("run")
    treated = helped[helped["kind"] == kind]
    alone = table.drop(index=sorted(set(pairs["run"])))
    # Nobody who was given something at any time near counts as left alone.
    near = alone.reset_index(names="run").merge(given, on="row")
    near = near[(near["week"] >= near["start"] - BEFORE) & (near["week"] <= near["last"] + WAIT + AFTER)]
    alone = alone.drop(index=sorted(set(near["run"])))
    row, week = treated["row"].to_numpy(int), treated["week"].to_numpy(int)
    before, after = _mean(seen, usual, row, week - BEFORE, BEFORE), _mean(seen, usual, row, week + WAIT, AFTER)
    too_new = int((week + WAIT + AFTER > seen.shape[1]).sum())
    told = np.isfinite(before) & np.isfinite(after)
    sets = _matched(treated[told], alone, before[told], after[told], seen, usual)
    return _judged(pain, kind, sets, int(told.sum()) - len(sets), too_new)


def _matched(treated: pd.DataFrame, alone: pd.DataFrame, before: np.ndarray, after: np.ndarray, seen: np.ndarray, usual: np.ndarray) -> pd.DataFrame:
    """One row per matched set: person, before and after of the supported and (means) of the comparable, and how many these are."""
    from scipy.optimize import linear_sum_assignment

    elapsed = (treated["week"] - treated["start"]).to_numpy(int)
    mate_row, mate_start = alone["row"].to_numpy(int), alone["start"].to_numpy(int)
    at = mate_start[None, :] + elapsed[:, None]
    fits = (treated["group"].to_numpy()[:, None] == alone["group"].to_numpy()[None, :])
    fits &= np.abs(treated["start"].to_numpy()[:, None] - mate_start[None, :]) <= APART
    fits &= (alone["first"].to_numpy()[None, :] <= at) & (at <= alone["last"].to_numpy()[None, :] + 1)
    fits &= treated["row"].to_numpy()[:, None] != mate_row[None, :]
    one, mate = np.nonzero(fits)
    mate_before, mate_after = np.full(at.shape, np.nan), np.full(at.shape, np.nan)
    mate_before[one, mate] = _mean(seen, usual, mate_row[mate], at[one, mate] - BEFORE, BEFORE)
    mate_after[one, mate] = _mean(seen, usual, mate_row[mate], at[one, mate] + WAIT, AFTER)
    fits &= np.isfinite(mate_before) & np.isfinite(mate_after)
    known = np.concatenate([before, mate_before[fits]])
    scale = float(np.std(known)) if len(known) > 1 else 0.0
    far = np.abs(before[:, None] - mate_before)
    fits &= far <= CALIPER * scale if scale > 0 else far <= 0
    mates: dict[int, list[int]] = {place: [] for place in range(len(treated))}
    free = np.ones(len(alone), dtype=bool)
    # Everybody gets one first, the nearest ones overall; then a second and a third where people are left.
    for _ in range(MOST_MATES):
        usable = fits & free[None, :]
        if not usable.any():
            break
        cost = np.where(usable, far, 1e6)
        for place, mate in zip(*linear_sum_assignment(cost), strict=True):
            if usable[place, mate]:
                mates[place].append(int(mate))
                free[mate] = False
    kept = [place for place, found in mates.items() if found]
    return pd.DataFrame({
        "row": treated["row"].to_numpy()[kept], "before": before[kept], "after": after[kept], "mates": [len(mates[place]) for place in kept],
        "mate_before": [float(np.mean([mate_before[place, mate] for mate in mates[place]])) for place in kept],
        "mate_after": [float(np.mean([mate_after[place, mate] for mate in mates[place]])) for place in kept]})


def _judged(pain: str, kind: str, sets: pd.DataFrame, unmatched: int, too_new: int) -> Followed:
    from scipy.special import stdtrit

    people = sets.groupby("row").mean() if len(sets) else sets.set_index("row")
    n = len(people)
    if n < FEWEST:
        return Followed(pain, kind, n, int(sets["mates"].sum()), None, None, None, None, None, None, None, "cannot_tell", FEWEST - n, unmatched, too_new)
    before, after, mate_before, mate_after = (people[name].to_numpy(float) for name in ("before", "after", "mate_before", "mate_after"))
    spread = mate_before - mate_before.mean()
    slope = float((spread * (mate_after - mate_before)).sum() / (spread ** 2).sum()) if (spread ** 2).sum() > 0 else 0.0
    gain = (after - before) - (mate_after - mate_before) - slope * (before - mate_before)
    difference, error = float(gain.mean()), float(gain.std(ddof=1) / np.sqrt(n))
    reach = float(stdtrit(n - 1, .975)) * error
    low, high, worth = difference - reach, difference + reach, WORTH[pain]
    verdict = "helped" if low > 0 else "worse" if high < 0 else "no_difference" if max(-low, high) < worth else "cannot_tell"
    more = max(1, ceil(n * (reach / max(abs(difference), worth)) ** 2) - n) if verdict == "cannot_tell" else 0
    return Followed(pain, kind, n, int(sets["mates"].sum()), float(before.mean()), float(after.mean()), float(mate_before.mean()),
                    float(mate_after.mean()), difference, low, high, verdict, more, unmatched, too_new)
