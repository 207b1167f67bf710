"""Episodes: one row per person and tag episode, with what came before, whether care came, and what followed.

The contract of the table ``care_episodes``.  Time is told from the day the tag began to hold (``since``), for the cared-for and the
others alike, so that nobody's clock starts at a moment that only the cared-for have:

- *history*: the person's counted weeks (≥ 3 worked days) that were over before ``since``, numbered backwards: −1 and −2 are the dip
  weeks, −10…−3 the 8 weeks before, −13…−11 the placebo weeks;
- *care*: a care for this tag within ``respond_days`` days from ``since``; whoever has none by then is not cared for, whatever comes later
  (dropping them would choose by the future);
- *outcome*: the 4 calendar weeks from the first Monday after that time.

A week's performance is first divided by what the week was for everybody in the line (a holiday is nobody's dip), then by the person's
own mean.  **The own mean is from the past only**: the up to 26 counted weeks before the dip weeks.  A mean over all weeks would hold the outcome
itself, and with it a part of the effect; the dip weeks are left out since the tag chose them for being low.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lib.effect.grid import Grid, grid, mean_of_known

COLUMNS: dict[str, str] = {
    "employee_id": "person",
    "tag": "tag whose episode it is",
    "since": "day the tag began to hold",
    "episode": "how many-th episode of this tag of this person",
    "team": "team of the person",
    "line": "business line of the person",
    "strength": "strength of the evidence (the tag's own scale)",
    "tenure_weeks": "weeks from the hire date to since",
    "cared": "a care for this tag came in time",
    "care_on": "day of that care (the first)",
    "hr_id": "who gave it",
    "minutes": "how long it took",
    "kind": "which support it led to; 'none': a talk without one, where any are on record; '' without care",
    "draw_id": "draw that this episode took part in; null: none",
    "drawn": "the draw chose this person first; null: no draw",
    "chance": "chance that the draw gave this person; null: no draw",
    "own_mean": "mean performance of the up to 26 counted weeks before the dip weeks, calendar taken off; the 100 of the columns below",
    "own_weeks": "how many weeks that mean has",
    "level": "own mean as a share of the mean own mean of the line's episodes (a star is above 1)",
    "pre": "mean of the 8 counted weeks before the dip weeks, % of own mean",
    "pre_last": "the last of these weeks",
    "dip_2": "the counted week before the last one before since, % of own mean",
    "dip_1": "the last counted week before since, % of own mean",
    "dip": "mean of these two",
    "placebo": "mean of counted weeks −13…−11, % of own mean; null when they are not there",
    "outcome_from": "first Monday of the outcome weeks",
    "after": "mean of the counted outcome weeks, % of own mean; null when it cannot be known",
    "after_weeks": "how many counted outcome weeks there are",
    "censored": "why the outcome is unknown: left, too_new, absent; no_history: nothing to compare with; '' for known",
    "other_care": "cares for another tag in the days of care",
    "care_before": "cares of any tag in the 4 weeks before since",
    "care_after": "cares of any tag in the outcome weeks",
    "overlap": "an earlier episode of the same tag began less than 6 weeks before",
}


@dataclass(frozen=True)
class Windows:
    """The windows of time, in weeks unless the name says days."""

    respond_days: int = 7
    after: int = 4
    min_after: int = 2        # counted weeks of the outcome that must be known
    before: int = 8
    min_before: int = 4
    own: int = 26
    min_own: int = 8
    placebo: tuple[int, int] = (13, 11)
    stale: int = 8            # the dip weeks must lie within this many weeks before since


def _past(values: Grid, row: np.ndarray, column: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Per episode the last ``most`` counted weeks before ``column``: [:, k − 1] is the k-th backwards; values and columns, NaN / −1 if none."""
    width = values.value.shape[1]
    if not width:
        return np.full((len(row), most), np.nan), np.full((len(row), most), -1)
    seen = np.isfinite(values.value)
    rank = np.cumsum(seen, axis=1)                                          # counted weeks up to and with a column
    packed, places = np.full((len(values.people), width), np.nan), np.full((len(values.people), width), -1)
    who, when = np.nonzero(seen)
    packed[who, rank[who, when] - 1], places[who, rank[who, when] - 1] = values.value[who, when], when
    before = np.where(column > 0, rank[row, np.clip(column - 1, 0, width - 1)], 0)
    at = before[:, None] - 1 - np.arange(most)
    inside = at >= 0
    pick = np.clip(at, 0, width - 1)
    return np.where(inside, packed[row[:, None], pick], np.nan), np.where(inside, places[row[:, None], pick], -1)


def _first_care(table: pd.DataFrame, cares: pd.DataFrame, days: int) -> pd.DataFrame:
    """Care facts per episode (index of ``table``): the first care of its tag in time, and counts of the other cares."""
    pairs = table[["employee_id", "tag", "since", "outcome_from", "outcome_to"]].reset_index(names="at").merge(
        cares, on="employee_id", suffixes=("", "_care"))
    lag = (pairs["care_on"] - pairs["since"]).dt.days
    own, soon = pairs["tag_care"] == pairs["tag"], (lag >= 0) & (lag < days)
    first = pairs[own & soon].sort_values(["care_on", "hr_id"], kind="stable").drop_duplicates("at").set_index("at")
    count = lambda which: pairs.loc[which, "at"].value_counts().reindex(table.index, fill_value=0).astype(int)
    found = first[["care_on", "hr_id", "minutes", "kind"]].reindex(table.index)
    found["other_care"] = count(~own & soon)
    found["care_before"] = count((lag < 0) & (lag >= -28))
    found["care_after"] = count((pairs["care_on"] >= pairs["outcome_from"]) & (pairs["care_on"] < pairs["outcome_to"]))
    return found


def _draws(table: pd.DataFrame, draws: pd.DataFrame | None, days: int) -> pd.DataFrame:
    """The draw that each episode took part in (the first in time)."""
    columns = ["draw_id", "drawn", "chance"]
    if draws is None or draws.empty:
        return pd.DataFrame({"draw_id": pd.Series(None, index=table.index, dtype="str"), "drawn": pd.Series(pd.NA, index=table.index, dtype="boolean"),
                             "chance": pd.Series(np.nan, index=table.index)})
    pairs = table[["employee_id", "tag", "since"]].reset_index(names="at").merge(draws, on=["employee_id", "tag"])
    lag = (pairs["drawn_on"] - pairs["since"]).dt.days
    first = pairs[(lag >= 0) & (lag < days)].sort_values("drawn_on", kind="stable").drop_duplicates("at").set_index("at")
    return first[columns].reindex(table.index).astype({"drawn": "boolean"})


def care_episodes(people: pd.DataFrame, weeks: pd.DataFrame, flags: pd.DataFrame, cares: pd.DataFrame, draws: pd.DataFrame | None,
                  as_of: pd.Timestamp, windows: Windows = Windows(), values: Grid | None = None) -> pd.DataFrame:
    """One row per episode of ``flags``; columns and meanings: :data:`COLUMNS`.

    ``people``: employee_id, team, line, hire_date, left_on (NaT while employed).  ``weeks``: employee_id, week (Monday), worked_days,
    performance.  ``flags``: employee_id, tag, since, strength.  ``cares``: employee_id, care_on, tag, kind, hr_id, minutes.  ``draws``:
    employee_id, tag, drawn_on, draw_id, drawn, chance.  Nothing after ``as_of`` is looked at.
    """
    as_of = pd.Timestamp(as_of)
    known = flags[flags["employee_id"].isin(people["employee_id"]) & (flags["since"] <= as_of)]
    table = known[["employee_id", "tag", "since", "strength"]].sort_values(["employee_id", "tag", "since"], kind="stable").reset_index(drop=True)
    table = table.merge(people[["employee_id", "team", "line", "hire_date", "left_on"]], on="employee_id", how="left")
    day = pd.Timedelta(days=1)
    open_until = table["since"] + windows.respond_days * day
    table["outcome_from"] = open_until + ((7 - open_until.dt.day_of_week) % 7) * day
    table["outcome_to"] = table["outcome_from"] + 7 * windows.after * day
    by = table.groupby(["employee_id", "tag"], sort=False)
    table["episode"] = by.cumcount() + 1
    table["overlap"] = (table["since"] - by["since"].shift()).dt.days < 42
    table["tenure_weeks"] = (table["since"] - table["hire_date"]).dt.days / 7
    cares = cares[cares["care_on"] <= as_of]
    for column, values_of in _first_care(table, cares, windows.respond_days).items():
        table[column] = values_of
    table["cared"] = table["care_on"].notna()
    for column, values_of in _draws(table, None if draws is None else draws[draws["drawn_on"] <= as_of], windows.respond_days).items():
        table[column] = values_of
    grid_of = grid(people, weeks, as_of) if values is None else values
    _measure(table, grid_of, as_of, windows)
    return table[list(COLUMNS)]


def _measure(table: pd.DataFrame, values: Grid, as_of: pd.Timestamp, windows: Windows) -> None:
    """Fill in the figures before and after."""
    row = values.row(table["employee_id"])
    week_of = values.column(table["since"].to_numpy())
    past, place = _past(values, row, week_of, windows.own + 2)
    usual = past[:, 2:]
    table["own_weeks"] = np.isfinite(usual).sum(axis=1)
    own = mean_of_known(usual, windows.min_own)
    own = np.where(own > 0, own, np.nan)
    percent = lambda x: 100 * x / own
    table["own_mean"] = own
    table["level"] = own / table.assign(own=own).groupby("line")["own"].transform("mean").to_numpy(float)
    table["pre"] = percent(mean_of_known(usual[:, :windows.before], windows.min_before))
    table["pre_last"] = percent(usual[:, 0])
    table["dip_2"], table["dip_1"] = percent(past[:, 1]), percent(past[:, 0])
    table["dip"] = (table["dip_1"] + table["dip_2"]) / 2
    last, first = windows.placebo
    table["placebo"] = percent(mean_of_known(past[:, first - 1:last], 2))
    begins = values.column(table["outcome_from"].to_numpy())
    span = begins[:, None] + np.arange(windows.after)
    width = values.value.shape[1]
    inside = (span >= 0) & (span < width)
    after = np.where(inside, values.value[row[:, None], np.clip(span, 0, max(width - 1, 0))], np.nan) if width else np.full(span.shape, np.nan)
    table["after_weeks"] = np.isfinite(after).sum(axis=1)
    outcome = percent(mean_of_known(after, windows.min_after))
    over = table["outcome_to"] <= as_of + pd.Timedelta(days=1)
    left = (table["left_on"] <= as_of) & (table["left_on"] < table["outcome_to"])
    stale = (place[:, 1] < 0) | (week_of - place[:, 1] > windows.stale)
    no_history = stale | ~np.isfinite(table["pre"].to_numpy(float)) | ~np.isfinite(table["pre_last"].to_numpy(float))
    few = ~np.isfinite(outcome)
    table["censored"] = np.select([no_history, ~over & ~left, few & left, few & ~over, few], ["no_history", "too_new", "left", "too_new", "absent"], "")
    table["after"] = np.where(table["censored"] == "", outcome, np.nan)
