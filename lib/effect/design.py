"""From episodes to the numbers that estimators take: who counts, what is compared, and which history is held equal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

LEFT_OUT = ("no_history", "too_new", "left", "absent", "other_care", "other_kind", "not_drawn", "all_drawn")
"""Why an episode is in no estimate, in the order in which it is looked at."""
TEAM_EPISODES = 10  # teams with fewer usable episodes share one level


def needs_others(others: int, said: str) -> None:
    """Every figure of this room has whom it is held against.  Raises ValueError, which says so, where there is nobody."""
    if others < 1:
        raise ValueError(said)


@dataclass(frozen=True)
class Levels:
    """The team of each episode, whose level is held equal: ``code`` (whole numbers; teams with few episodes share one), and per team ``spread``, the
    standard deviation that a column of its own would have; 0 for the one that the intercept stands for."""

    code: np.ndarray
    spread: np.ndarray

    @property
    def size(self) -> int:
        """How many levels there are."""
        return len(self.spread)

    def penalty(self, strength: float) -> np.ndarray:
        """What a penalty of ``strength`` on centred and scaled columns is for the levels."""
        return np.where(self.spread > 0, strength * self.spread**2, np.inf)


def one_level(rows: int) -> Levels:
    """Everybody on one level."""
    return Levels(np.zeros(rows, dtype=int), np.zeros(1))


@dataclass(frozen=True)
class Design:
    """``y``: outcome; ``care``: 1 cared for (or drawn first), 0 not; ``x``: history (columns ``names``, centred and scaled);
    ``person``: whole numbers; ``placebo``: NaN where unknown; ``chance``: of the draw, None for data without a lottery; ``team``: whose level
    is held equal too."""

    y: np.ndarray
    care: np.ndarray
    x: np.ndarray
    names: tuple[str, ...]
    person: np.ndarray
    placebo: np.ndarray
    chance: np.ndarray | None
    dip: np.ndarray
    team: Levels

    @property
    def held(self) -> int:
        """How many numbers of the history are held equal: columns, and levels beyond the first."""
        return self.x.shape[1] + self.team.size - 1

    @property
    def people(self) -> tuple[int, int, int]:
        """People cared for, people left alone, and both together (somebody with several episodes can be in each)."""
        cared, alone = set(self.person[self.care == 1].tolist()), set(self.person[self.care == 0].tolist())
        return len(cared), len(alone), len(cared | alone)

    def with_outcome(self, y: np.ndarray) -> Design:
        """The same comparison for another outcome, where that is known."""
        known = np.isfinite(y)
        cut = lambda a: None if a is None else a[known]
        return Design(y[known], self.care[known], self.x[known], self.names, self.person[known], self.placebo[known], cut(self.chance), self.dip[known],
                      Levels(self.team.code[known], self.team.spread))


def left_out(episodes: pd.DataFrame, kind: str | None, lottery: bool) -> pd.Series:
    """Per episode the first reason why it is in no estimate; '' when it is in."""
    why = episodes["censored"].astype(object).copy()
    open_to = lambda: why == ""
    if lottery:
        why[open_to() & episodes["drawn"].isna()] = "not_drawn"
        why[open_to() & ((episodes["chance"] >= 1) | (episodes["chance"] <= 0))] = "all_drawn"
    else:
        why[open_to() & (episodes["other_care"] > 0)] = "other_care"
        if kind is not None:
            why[open_to() & episodes["cared"] & (episodes["kind"] != kind)] = "other_kind"
    return why


def _history(used: pd.DataFrame, lottery: bool) -> dict[str, np.ndarray]:
    """The history that is held equal, by name.  All of it was known when the tag began to hold."""
    number = lambda name: used[name].to_numpy(float)
    columns = {name: number(name) for name in ("pre", "pre_last", "dip_2", "dip_1")}
    columns["dip_1_squared"] = (columns["dip_1"] - columns["dip_1"].mean()) ** 2
    columns["strength"] = np.clip(number("strength"), -2, 6)
    columns["level"] = np.log(number("level"))
    # Who sells like the top fifth is treated, and recovers, differently: the field's own line between stars and others.
    columns["star"] = (number("level") >= np.quantile(number("level"), 0.8)).astype(float)
    tenure = np.nan_to_num(number("tenure_weeks"), nan=520.0)
    columns["tenure"] = np.log1p(np.maximum(tenure, 0))
    columns["newcomer"] = (tenure < 26).astype(float)
    columns["care_before"] = (number("care_before") > 0).astype(float)
    day = used["since"].to_numpy("datetime64[D]").astype(float)
    columns["calendar"] = day - day.mean()
    columns["calendar_squared"] = columns["calendar"] ** 2
    if lottery:
        columns["chance"] = number("chance")
    code, names = _grouped(used["tag"])
    columns |= {f"tag={name}": (code == place).astype(float) for place, name in enumerate(names) if place}
    return columns


def _grouped(values: pd.Series) -> tuple[np.ndarray, list[str]]:
    """Group of each episode and the groups' names: the first is what all with few episodes share ('' as its name), or else the first by name."""
    counts = values.value_counts()
    large = sorted(counts[counts >= TEAM_EPISODES].index)
    place = pd.Index(large).get_indexer(values)
    return (place, large) if len(large) == len(counts) else (place + 1, ["", *large])


def _levels(used: pd.DataFrame) -> Levels:
    """The teams' levels; a team's own column would have this spread."""
    code, names = _grouped(used["team"])
    share = np.bincount(code, minlength=len(names)) / max(len(used), 1)
    return Levels(code, np.where(np.arange(len(names)) > 0, np.sqrt(share * (1 - share)), 0.0))


def design(episodes: pd.DataFrame, kind: str | None = None, lottery: bool = False) -> tuple[Design, Mapping[str, int]]:
    """The comparison within ``episodes`` (of one tag, or several), and how many were left out for which reason.

    ``kind``: only this support against none.  ``lottery``: only episodes whom a draw could give either way, those drawn against the
    others, whoever was visited in the end (as drawn, so that what people did about the draw decides nothing).
    """
    why = left_out(episodes, kind, lottery)
    used = episodes[why == ""]
    counts = why[why != ""].value_counts()
    out = {reason: int(counts[reason]) for reason in LEFT_OUT if reason in counts.index}
    columns = _history(used, lottery) if len(used) else {}
    scaled = {}
    for name, column in columns.items():
        spread = column.std()
        if spread > 1e-9:
            scaled[name] = (column - column.mean()) / spread
    care = (used["drawn"] if lottery else used["cared"]).to_numpy(float)
    return Design(
        used["after"].to_numpy(float), care, np.column_stack(list(scaled.values())) if scaled else np.zeros((len(used), 0)), tuple(scaled),
        np.unique(used["employee_id"].to_numpy(str), return_inverse=True)[1], used["placebo"].to_numpy(float),
        used["chance"].to_numpy(float) if lottery else None, used["dip"].to_numpy(float), _levels(used) if len(used) else one_level(0)), out
