"""Glance, what is read: everything one week of one scope is told from, each figure where it is published."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from lib import settings
from lib.access.desk import Desk
from lib.access.goals_desk import GoalsDesk
from lib.access.goals_group import Group
from lib.access.objections import gone_of
from lib.morale import moves
from lib.show import effect_read, pick
from lib.show.effect_seen import Cell
from lib.show.figures import known

Row = Mapping[Any, Any]


@dataclass(frozen=True)
class Moment:
    """What a picture stands on beside the build: the measure of the goals with what is in force in the app, and who objects to scoring (HR alone)."""

    metric: str
    goals: Hashable
    gone: tuple[str, ...]


@dataclass(frozen=True)
class Seen:
    """One week as it is published for one viewer.  None where the role does not read it, or nothing is known."""

    role: str
    week: date
    newest: bool
    department: str
    least: int
    """The smallest group that is shown."""
    target: float
    """Of the morale index."""
    sources: Row
    trend: pd.DataFrame
    spread: Row
    real: pd.DataFrame
    bars: pd.DataFrame
    tags: pd.DataFrame
    morale: pd.DataFrame
    """The weeks up to the one shown, with ``usual_swing`` of all together and whether it is ``more``."""
    pace: pd.DataFrame
    metric: str
    goal: Group | None
    today: date
    care: pd.DataFrame | None
    risk: Row | None
    model: Row | None
    read: Row | None
    effect: Cell | None

    @property
    def lead(self) -> bool:
        """Whether a team lead is looking."""
        return self.role == "lead"

    @property
    def now(self) -> Row:
        """The week shown, over everybody here."""
        return self.trend.iloc[-1].to_dict()

    @property
    def mood(self) -> Row | None:
        """The morale index of the week shown; None where there is none."""
        return _of_week(self.morale, self.week)

    @property
    def cared(self) -> Row | None:
        """Care in the week shown; None where there is none."""
        return None if self.care is None or not self.sources["has_cares"] else _of_week(self.care, self.week)

    @property
    def small(self) -> bool:
        """Whether teams are too small to be shown."""
        return bool(len(self.bars)) and int(self.bars["small_teams"].iloc[0]) > 0


def _of_week(rows: pd.DataFrame, week: date) -> Row | None:
    """The row of a week where it is the last one and its first figure is known."""
    if rows.empty or rows["week"].iloc[-1] != pd.Timestamp(week):
        return None
    found = rows.iloc[-1].to_dict()
    return found if known(found[rows.columns[1]]) is not None else None


def up_to(trend: pd.DataFrame, week: date) -> pd.DataFrame:
    """The trend that ends in the week shown; nothing where that week itself is too small to be shown."""
    return trend if len(trend) and trend["week"].iloc[-1] == pd.Timestamp(week) else trend.head(0)


def moment(desk: Desk, department: str) -> Moment:
    """What of this moment a picture depends on: a picture that is kept is found by it."""
    measures = desk.read("glance_goal", department=department)["metric"].tolist()
    metric = str(measures[0]) if measures else ""
    told = GoalsDesk(desk).told(metric) if metric else ()
    return Moment(metric, told, tuple(sorted(gone_of(desk))) if desk.viewer.role == "hr" else ())


def read(desk: Desk, week: date, department: str, at: Moment) -> Seen:
    """Everything of one week."""
    chosen = {"week": week, "department": department}
    values = settings.stored(desk.data_dir)
    rest = desk.viewer.role != "lead"
    newest = pick.weeks(desk)[0] == week
    office = GoalsDesk(desk)
    goal = office.standing(at.metric, "month", department) if at.metric and newest else None
    read_ = effect_read.current(desk) if rest else None
    risk = desk.read("glance_risk", department=department, gone=list(at.gone)).to_dict("records") if rest else []
    model = desk.read("risk_now").to_dict("records") if rest else []
    return Seen(
        role=desk.viewer.role, week=week, newest=newest, department=department, least=desk.smallest_group(), target=float(settings.get("morale.target", values)),
        sources=desk.read("glance_sources").iloc[0].to_dict(), trend=up_to(desk.read("glance_trend", **chosen), week),
        spread=desk.read("glance_spread", **chosen).iloc[0].to_dict(), real=desk.read("glance_real", **chosen), bars=desk.read("glance_bars", **chosen),
        tags=desk.read("glance_tags", **chosen), morale=_with_swings(desk.read("glance_morale", **chosen)), pace=desk.read("glance_pace", **chosen),
        metric=at.metric, goal=goal, today=office.today, care=desk.read("glance_care", **chosen) if rest else None,
        risk=risk[0] if risk else None, model=model[0] if model else None, read=read_,
        effect=effect_read.whole(desk) if read_ is not None and not effect_read.nothing(read_) else None)


def _with_swings(rows: pd.DataFrame) -> pd.DataFrame:
    """The weeks of the index with how far all together usually swing."""
    found = moves.together(rows).set_index("week")
    return rows.join(found.assign(more=(found["change"] - found["mean"]).abs() > found["usual_swing"])[["usual_swing", "more"]], on="week")


def four_before(trend: pd.DataFrame, column: str) -> float | None:
    """The mean of a column over the 4 weeks before the last one; None where none is known."""
    last = trend["week"].iloc[-1]
    past = trend[(trend["week"] < last) & (trend["week"] >= last - pd.Timedelta(days=28))][column].dropna()
    return float(past.mean()) if len(past) else None


def last_four(rows: pd.DataFrame, *columns: str) -> tuple[int, ...]:
    """The sums of columns over the last 4 weeks that the rows hold."""
    last = rows["week"].iloc[-1]
    part = rows[rows["week"] > last - pd.Timedelta(days=28)]
    return tuple(int(part[column].sum()) for column in columns)
