"""Goals: how far everybody is this month and at which pace, team by team; for a week that is over, the weeks' goals as a line."""

from __future__ import annotations

from math import ceil

import pandas as pd

from lib.access.goals_desk import GoalsDesk
from lib.access.goals_group import Group
from lib.morale import goals as rules
from lib.morale.goals import MONEY, Bar
from lib.story import said
from lib.story.scene import Line, Picture, Scene, Series
from lib.story.scenes import ask as asking
from lib.story.scenes.ask import Ask
from lib.story.scenes.need import BARS, HIDDEN
from lib.words import say

PERIOD = "month"


def there(ask: Ask) -> bool:
    """Whether any measure is recorded or has a goal."""
    return not ask.desk.read("goal_metrics_known").empty


def make(ask: Ask) -> Scene | None:
    """This month's goals, or the weeks up to one that is over; None where nothing is recorded and no goal is set."""
    if not there(ask):
        return None
    return _month(ask) if ask.newest else _weeks(ask)


def metric(ask: Ask) -> str:
    """The measure that most people here have a goal of, as on Glance; of a team that of its department."""
    here = ask.wish.department or ask.departments.get(ask.wish.team, "")
    found = ask.desk.read("glance_goal", department=here)["metric"]
    return str(found.iloc[0]) if len(found) else str(ask.desk.read("goal_metrics_known")["metric"].iloc[0])


# --- this month -------------------------------------------------------------------------------------------------------------------

def _month(ask: Ask) -> Scene:
    office, of = GoalsDesk(ask.desk), metric(ask)
    groups = office.groups(of, PERIOD)
    level, unit = ("team", ask.wish.team) if ask.nth else ("department", ask.wish.department) if ask.wish.department else ("company", "")
    whole = next((one for one in groups if one.level == level and one.unit == unit), None)
    here = ask.teams_here()
    teams = [one for one in groups if one.level == "team" and one.unit in here and (not ask.nth or one.unit == ask.wish.team)]
    told = sorted((one for one in teams if not one.hidden and one.bar.share is not None), key=_urgency)
    hidden = sorted((one for one in teams if one.hidden), key=lambda one: one.unit)
    if whole is not None and whole.hidden and not told:
        raise asking.Untold("story.untold.few_goals", about=asking.about(ask, tag=False), least=ask.desk.smallest_group())
    first, last = rules.span(PERIOD, office.today)
    period = said.month(first)
    everybody = next((one for one in groups if one.level == "company"), None)
    title, sure = _title(ask, whole, told, _called(office, of, everybody), of, period)
    picture, bars = _picture(whole, told, hidden, ask)
    n = sum(one.bar.people for one in told) if whole is None or whole.hidden else whole.bar.people
    behind = office.behind()
    left = said.text(
        say("story.goals.left.none", n=said.count("people", whole.left_out)) if whole is not None and whole.left_out and not whole.own else "",
        say("story.goals.left.drawn", n=said.count("teams", len(told) - len(bars))) if len(told) > len(bars) else "",
        say("story.goals.left.late", day=said.day(behind)) if behind else "")
    alt = say("story.goals.alt", where=asking.everybody(ask), bars=said.listed(_bar(one) for one in bars[:5])) if bars else title
    notes = said.text(*([_said(whole.bar, of)] if whole is not None and whole.bar.share is not None else []),
                      *([say("story.goals.note.first", bar=_bar(bars[0]))] if len(bars) > 1 and bars[0].bar.state == "behind" else []), say("story.goals.note.pace"), say("story.goals.note.not"))
    return Scene(ask.wish, title, picture, asking.foot(say("story.goals.rule", metric=_metric(of)), said.count("people", n), say("story.goals.period", month=period, day=said.day(office.today))),
                 n, period, notes, alt, sure=sure, left_out=left, hidden_note=_hidden(len(hidden), ask.desk.smallest_group()) if bars else "",
                 more=(*asking.not_by(ask, "tag"), *([] if ask.nth or ask.wish.department else _by_default(office, of))))


def _urgency(one: Group) -> tuple[float, str]:
    return (one.bar.ahead_days if one.bar.ahead_days is not None else 0.0, one.unit)


def _metric(of: str) -> str:
    return say(f"story.goals.metric.{of}")


def _called(office: GoalsDesk, of: str, everybody: Group | None) -> str:
    """The measure's name, and that its goal is the settings' own where nobody set one for anybody."""
    found = office.by_default(of)
    bare = found is not None and found[0] is not None and everybody is not None and found[0] >= everybody.bar.people > 0
    return say("story.goals.metric.default", metric=_metric(of)) if bare else _metric(of)


def _by_default(office: GoalsDesk, of: str) -> list[str]:
    """For how many people nobody set a goal, so that the settings' own counts."""
    found = office.by_default(of)
    if found is None:
        return []
    return [say("story.goals.more.default.most") if found[0] is None else say("story.goals.more.default", n=said.count("people", found[0]))]


def _hidden(n: int, least: int) -> str:
    """How many teams are hatched; '' for none.  Goals also hide a team that another one would follow from."""
    return say("story.goals.hidden.one" if n == 1 else "story.goals.hidden", n=said.number(n), least=said.number(least)) if n else ""


def _amount(of: str, value: float) -> str:
    return say("story.goals.money", n=said.number(value, 0 if abs(value) >= 10 else None)) if of in MONEY else said.number(value, None if abs(value) < 10 else 0)


def _pace(bar: Bar) -> str:
    """Where it stands beside an even pace."""
    if bar.state in ("ahead", "behind"):
        return say(f"story.goals.{bar.state}", days=said.count("days", abs(bar.ahead_days or 0), 1))
    if bar.state == "short":
        return say("story.goals.short", missing=_amount(bar.metric, _missing(bar)))
    return say(f"story.goals.{bar.state}")


def _missing(bar: Bar) -> float:
    """What is missing; of things that are counted the next whole one."""
    gap = (bar.target or 0) - (bar.done or 0)
    return gap if bar.metric in MONEY else ceil(gap - 1e-9)


def _title(ask: Ask, whole: Group | None, told: list[Group], name: str, of: str, period: str) -> tuple[str, bool]:
    titled = lambda *sentences: asking.titled(ask, *sentences, tag=False)
    if whole is not None and not whole.hidden and whole.bar.share is not None:
        late = sum(one.bar.state in ("behind", "short") for one in told) if whole.level != "team" else 0
        values = {"share": said.percent(whole.bar.share), "metric": name, "pace": _pace(whole.bar), "period": period, "late": said.count("teams", late)}
        fullest = [say("story.goals.late.one" if late == 1 else "story.goals.late", **values)] if late else []
        return titled(*fullest, say("story.goals", **values), say("story.goals.bare", **values)), True
    if told:
        # of everybody nothing may be told, or the scope is of some teams alone: how many of those that may be told are behind
        late = sum(one.bar.state in ("behind", "short") for one in told)
        return titled(say("story.goals.teams", late=late, n=said.count("teams", len(told)), metric=name, period=period)), True
    bar = None if whole is None else whole.bar
    if bar is not None and bar.done is not None and not whole.goals_kept:  # type: ignore[union-attr]
        return titled(say("story.goals.no_goal", done=_amount(of, bar.done), metric=name, period=period)), False
    return titled(say("story.goals.untold", metric=name, period=period)), False


def _picture(whole: Group | None, told: list[Group], hidden: list[Group], ask: Ask) -> tuple[Picture | None, list[Group]]:
    drawn = hidden[:HIDDEN]
    bars = told[:BARS - len(drawn)]
    if not bars and whole is not None and not whole.hidden and whole.bar.share is not None:
        bars, drawn = [whole], []
    if not bars:
        return None, []
    labels = (*(say("story.label", name=one.unit or asking.everybody(ask), n=one.bar.people) for one in bars), *(one.unit for one in drawn))
    lines = [Line(100.0, say("story.goals.target"))]
    if whole is not None and whole.bar.target and whole.bar.due is not None and not whole.hidden and whole.bar.state not in ("arrived", "short"):
        even = whole.bar.due / whole.bar.target * 100
        if abs(even - 100) > 5:
            lines.append(Line(even, say("story.goals.even")))
    values = (*((one.bar.share or 0) * 100 for one in bars), *(None,) * len(drawn))
    return Picture("bars", labels, (Series(say("story.goals.series"), values),), unit="%", asks=tuple(one.unit if one.level == "team" else "" for one in (*bars, *drawn)),
                   hidden=frozenset(range(len(bars), len(labels))), marked=frozenset(place for place, one in enumerate(bars) if one.bar.state in ("behind", "short")),
                   lines=tuple(lines)), bars


def _bar(one: Group) -> str:
    return say("story.goals.bar", team=one.unit or say("story.everybody"), share=said.percent(one.bar.share), pace=_pace(one.bar))


def _said(bar: Bar, of: str) -> str:
    return say("story.goals.note", metric=_metric(of), done=_amount(of, bar.done or 0), target=_amount(of, bar.target or 0), share=said.percent(bar.share), pace=_pace(bar))


# --- weeks that are over ------------------------------------------------------------------------------------------------------------

def _weeks(ask: Ask) -> Scene:
    weeks = ask.desk.read("story_pace_weeks", **ask.here, nth=ask.nth)
    if weeks.empty or weeks["week"].iloc[-1] != pd.Timestamp(ask.week):
        raise asking.Untold("story.untold.goals", about=asking.about(ask, tag=False))
    now = weeks.iloc[-1]
    share, people = said.percent(now["share"]), int(now["people"])
    title = asking.titled(ask, say("story.goals.week", share=share, n=said.count("people", people)), say("story.goals.week.short", share=share), tag=False)
    picture = Picture("trend", tuple(said.short_day(week) for week in weeks["week"]), (Series(say("story.goals.series"), tuple(float(value) * 100 for value in weeks["share"])),),
                      unit="%", days=said.days(weeks["week"]), marked=frozenset({len(weeks) - 1}), lines=(Line(100.0, say("story.goals.target")),))
    low, high = weeks.loc[weeks["share"].idxmin()], weeks.loc[weeks["share"].idxmax()]
    alt = say("story.goals.week.alt", where=asking.everybody(ask), weeks=len(weeks), share=share, low=said.percent(low["share"]), low_week=said.short_day(low["week"]),
              high=said.percent(high["share"]), high_week=said.short_day(high["week"]))
    period = asking.span(ask.week, len(weeks))
    return Scene(ask.wish, title, picture, asking.foot(say("story.goals.rule.week"), said.count("people", people), period), people, period,
                 said.text(say("story.goals.week.note", share=share), say("story.goals.note.not")), alt, more=tuple(asking.not_by(ask, "tag")))
