"""What we ask for, computed: care that came due and was not given as hours a week, teams that stand out, and decisions that are open."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from lib import settings
from lib.story import said
from lib.story.scene import Picture, Scene, Series
from lib.story.scenes import ask as asking
from lib.story.scenes import cost, effect
from lib.story.scenes.ask import Ask
from lib.story.scenes.need import HIDDEN
from lib.words import say

BOTH = 7
"""So many teams with two bars each can be read from the back row."""


@dataclass(frozen=True)
class Gap:
    """Cares of four weeks that came ``due``, those ``kept`` (given by their due day), and how many ``a_week`` more came due than were given at
    all, in time or late; ``minutes`` of one (``measured``: of talks on record, else the setting's) make the hours a week that are missing.
    ``open`` and ``overdue`` are on the table at the end of the week."""

    due: int
    kept: int
    a_week: float
    minutes: float
    measured: bool
    open: int
    overdue: int

    @property
    def hours(self) -> float:
        """Hours a week that are missing."""
        return self.a_week * self.minutes / 60


def there(ask: Ask) -> bool:
    """Whether any talk is on record: without talks nobody knows what care was given."""
    return int(ask.desk.read("effect_hr_time")["talks"].sum()) > 0


def make(ask: Ask) -> Scene | None:
    """Teams by what is overdue; of one team its weeks; None where no care is on record."""
    if not there(ask):
        return None
    weeks = ask.desk.read("story_care_weeks", **ask.here, nth=ask.nth)
    if weeks.empty or weeks["week"].iloc[-1] != pd.Timestamp(ask.week):
        raise asking.too_few(ask)
    gap = gap_of(ask, weeks)
    return _scene(ask, gap, weeks)


def gap_of(ask: Ask, weeks: pd.DataFrame) -> Gap:
    """What is missing, over the last four weeks."""
    last = weeks[weeks["week"] > pd.Timestamp(ask.week) - pd.Timedelta(weeks=cost.WEEKS)]
    due, kept, done = (int(last[name].sum()) for name in ("came_due", "kept", "done"))
    talks = ask.desk.read("story_care_time", week=ask.week, department="", nth=0, tag="")
    timed = float(talks["care_talks"].sum())
    minutes = float(talks["care_minutes"].sum()) / timed if timed else float(settings.get("care.minutes", settings.stored(ask.desk.data_dir)))
    now = weeks.iloc[-1]
    return Gap(due, kept, max(due - done, 0) / len(last), minutes, bool(timed), int(now["open"]), int(now["overdue"]))


def _scene(ask: Ask, gap: Gap, weeks: pd.DataFrame) -> Scene:
    people = int(weeks["people"].iloc[-1])
    values = {"hours": lasting(gap.hours), "missed": said.count("cares", gap.a_week, None if gap.a_week < 10 else 0),
              "kept": cost.covered((gap.due, gap.kept)) if gap.due else "–", "bare": said.percent(gap.kept / gap.due) if gap.due else "–",
              "overdue": said.count("cares", gap.overdue), "due": said.number(gap.due)}
    key = "story.asks.nothing" if not gap.due else "story.asks" if gap.a_week else "story.asks.enough" if gap.kept == gap.due else "story.asks.late"
    title = asking.titled(ask, say(key, **values), say(f"{key}.short", **values), tag=False)
    picture, left, hidden, names = (_trend(weeks), "", "", "") if ask.nth else _teams(ask)
    alt = say("story.asks.alt", where=asking.everybody(ask), overdue=values["overdue"], open=said.count("cares", gap.open), names=names) if names else title
    first = "story.asks.note.gap" if gap.a_week else "story.asks.note.even" if gap.due else "story.asks.note.nothing"
    notes = said.text(say(first, minutes=said.number(gap.minutes, 0), **values), say("story.asks.note.measured" if gap.measured else "story.asks.note.assumed", minutes=said.number(gap.minutes, 0)),
                      say("story.asks.note.not"))
    period = asking.span(ask.week, cost.WEEKS)
    return Scene(ask.wish, title, picture, asking.foot(say("story.asks.rule"), say("story.asks.n", due=said.number(gap.due), people=said.count("people", people)), period), people, period,
                 notes, alt, left_out=said.text(left, _not_begun(ask)), hidden_note=hidden, more=(*asking.not_by(ask, "tag"), *(decisions(ask, gap) if ask.newest else []))[:3])


def lasting(hours: float) -> str:
    """So many hours in words; less than one in minutes."""
    return said.count("minutes", hours * 60) if hours < 1 else said.count("hours", hours, None if hours < 10 else 0)


def _not_begun(ask: Ask) -> str:
    """That teams which have not begun precise care are counted too, where there are any in the month; '' else."""
    rows = ask.desk.read("effect_hr_time")
    month = rows[rows["month"] == pd.Timestamp(ask.week.replace(day=1))]
    people = float(month[month["programme"] == "before"]["people"].sum())
    return say("story.asks.left.before", n=said.count("people", people)) if people >= 1 and not ask.nth else ""


def decisions(ask: Ask, gap: Gap) -> list[str]:
    """What is to be decided, at most three: time, whom to visit first, and a draw where nobody can tell yet whether care works."""
    found = [say("story.asks.decide.hours", hours=lasting(gap.hours))] if gap.a_week else []
    if not ask.nth:
        teams = asking.neediest(ask.desk.read("glance_teams", **ask.here))
        out = teams[teams["stands_out"].astype(bool)]["team"].tolist()
        if out:
            found.append(say("story.asks.decide.visit", teams=said.listed(said.short(team) for team in out[:2])))
    if ask.whole and (draw := _draw(ask)):
        found.append(draw)
    return found


def _draw(ask: Ask) -> str:
    """Whether to let a draw decide who is seen first: where it cannot be told whether care works and no draw decides yet."""
    read = effect.read_of(ask.desk)
    if read is None or settings.get("effect.lottery", settings.stored(ask.desk.data_dir)):
        return ""
    rows = ask.desk.read("effect_cells_read", read_on=read["read_on"])
    whole = rows[rows["scope"] == "all"]
    return say("story.asks.decide.draw") if len(whole) and not bool(whole["causal"].iloc[0]) else ""


# --- pictures -----------------------------------------------------------------------------------------------------------------------

def _trend(weeks: pd.DataFrame) -> Picture:
    column = lambda name: tuple(float(value) for value in weeks[name])
    return Picture("trend", tuple(said.short_day(week) for week in weeks["week"]),
                   (Series(say("story.asks.overdue"), column("overdue"), tone="care"), Series(say("story.asks.open"), column("open"), tone="quiet")),
                   days=said.days(weeks["week"]), marked=frozenset({len(weeks) - 1}))


def _teams(ask: Ask) -> tuple[Picture | None, str, str, str]:
    """Teams by what is overdue, what is left out, the note on hidden teams, and the first teams in words."""
    rows = asking.ranked(ask.desk.read("story_care_teams", **ask.here), overdue=False, open=False)
    shown = rows[rows["people"].notna() & ((rows["overdue"] > 0) | (rows["open"] > 0))]
    small = int(rows["small_teams"].iloc[0]) if len(rows) else 0
    if shown.empty:
        return None, "", "", ""
    drawn = rows[rows["people"].isna()].sort_values("team").head(HIDDEN)
    bars = shown.head(BOTH - len(drawn))
    none = (None,) * len(drawn)
    labels = (*(say("story.label", name=row.team, n=int(row.people)) for row in bars.itertuples()), *drawn["team"])
    column = lambda name: (*(float(value) for value in bars[name]), *none)
    picture = Picture("bars", labels, (Series(say("story.asks.overdue"), column("overdue"), tone="care"), Series(say("story.asks.open"), column("open"), tone="quiet")),
                      asks=(*bars["team"], *drawn["team"]), hidden=frozenset(range(len(bars), len(labels))))
    rest = int(rows["teams_in_all"].iloc[0]) - small - len(bars)
    names = said.listed(say("story.asks.bar", team=row.team, overdue=int(row.overdue), open=int(row.open)) for row in bars.head(5).itertuples())
    return (picture, say("story.need.left.rest.other", n=said.count("teams", rest)) if rest > 0 else "",
            asking.small(small, ask.desk.smallest_group()), names)
