"""Risk by team: how many are above the limit, as Risk tells a boss: nobody's band follows from a number."""

from __future__ import annotations

import pandas as pd

from lib.story import said
from lib.story.scene import Picture, Scene, Series
from lib.story.scenes import ask as asking
from lib.story.scenes.ask import Ask
from lib.story.scenes.need import BARS, HIDDEN
from lib.words import say, sentences


def there(ask: Ask) -> bool:
    """Whether the published version knows anything about risk."""
    return not ask.desk.read("risk_now").empty


def make(ask: Ask) -> Scene | None:
    """The counts; why there is no score where there is none; None where nothing about risk is known."""
    if not there(ask):
        return None
    now = ask.desk.read("risk_now").iloc[0]
    period = say("story.risk.period", day=said.day(now["week"])) if not pd.isna(now["week"]) else said.week(ask.week)
    if now["state"] != "ready":
        return _no_score(ask, now, period if pd.isna(now["week"]) else say("story.risk.period.none", day=said.day(now["week"] - pd.Timedelta(days=1))))
    rows = ask.desk.read("risk_teams", gone=[])
    teams = rows[(rows["level"] == "team") & rows["unit"].isin(ask.teams_here())]
    level, unit = ("team", ask.wish.team) if ask.nth else ("department", ask.wish.department) if ask.wish.department else ("company", "")
    whole = rows[(rows["level"] == level) & (rows["unit"] == unit)]
    told = asking.ranked(teams[~teams["few"].astype(bool)].assign(share=lambda rows: rows["above"] / rows["people"]), "unit", share=False)
    if ask.nth:
        teams = told = told[told["unit"] == ask.wish.team]
    if told.empty and (whole.empty or whole["few"].iloc[0]):
        raise asking.Untold("story.untold.risk", about=asking.about(ask, week=False, tag=False))
    return _counts(ask, now, None if whole.empty or whole["few"].iloc[0] else whole.iloc[0], teams, told, period)


def _counts(ask: Ask, now: pd.Series, whole: pd.Series | None, teams: pd.DataFrame, told: pd.DataFrame, period: str) -> Scene:
    hidden = teams[teams["few"].astype(bool)].sort_values("unit")
    drawn = hidden.head(HIDDEN)
    bars = told.head(BARS - len(drawn)) if len(told) else teams.head(0)
    names, shown = list(bars["unit"]), [(int(row.above), int(row.people)) for row in bars.itertuples()]
    if not shown and whole is not None:
        names, shown, drawn = [asking.everybody(ask)], [(int(whole["above"]), int(whole["people"]))], teams.head(0)
    none = (None,) * len(drawn)
    labels = (*(say("story.label", name=name, n=people) for name, (_, people) in zip(names, shown, strict=True)), *drawn["unit"])
    picture = Picture("bars", labels, (Series(say("story.risk.series"), (*(above / people * 100 for above, people in shown), *none)),), unit="%",
                      asks=(*(name if len(bars) else "" for name in names), *drawn["unit"]), hidden=frozenset(range(len(names), len(labels))))
    ten, lot = now["precision"] * 10, now["precision_base"] * 10
    better = bool(now["precision_low"] > now["precision_base"])
    words = {"ten": said.number(ten, 0 if ten >= 1 else 1), "lot": said.number(lot, 0 if lot >= 1 else 1)}
    if whole is not None:
        n = int(whole["people"])
        words |= {"above": said.number(whole["above"]), "people": said.number(n), "share": said.percent(whole["above"] / whole["people"])}
        key = "story.risk" if better else "story.risk.chance"
    else:
        n = int(told["people"].sum())
        words |= {"above": said.number(told["above"].iloc[0]), "people": said.number(told["people"].iloc[0]), "team": said.short(str(told["unit"].iloc[0]))}
        key = "story.risk.team" if better else "story.risk.team.chance"
    title = asking.titled(ask, say(key, **words), say(f"{key}.short", **words), week=False, tag=False)
    alt = say("story.risk.alt", where=asking.everybody(ask), bars=said.listed(
        say("story.risk.bar", team=name, above=above, people=people) for name, (above, people) in list(zip(names, shown, strict=True))[:5]))
    notes = said.text(say("story.risk.note.ten", **words), say("story.risk.note.better" if better else "story.risk.note.lot"), say("story.risk.note.person"), say("story.risk.note.not"))
    rest = len(told) - len(bars)
    more = [say("story.risk.more.bands", high=said.count("people", whole["high"]), raised=said.count("people", whole["raised"]))] if whole is not None and not pd.isna(whole["high"]) else []
    if not ask.nth:
        more += _expected(ask)
    return Scene(ask.wish, title, picture, asking.foot(say("story.risk.rule"), said.count("people", n), period), n, period, notes, alt, sure=better,
                 left_out=said.text(say("story.risk.left"), say("story.need.left.rest", n=said.count("teams", rest)) if rest > 0 else ""),
                 hidden_note=say("story.risk.hidden.one" if len(hidden) == 1 else "story.risk.hidden", n=said.number(len(hidden))) if len(hidden) else "",
                 more=(*asking.not_by(ask, "tag", "week"), *more)[:3])


def _expected(ask: Ask) -> list[str]:
    """How many may give notice within 90 days, as Glance tells it; of everybody also in people."""
    rows = ask.desk.read("glance_risk", department=ask.wish.department, gone=[])
    if rows.empty or rows["few"].iloc[0] or said.known(rows["share"].iloc[0]) is None:
        return []
    row = rows.iloc[0]
    share = said.ranged(row["share"], row["low"], row["high"])
    if ask.wish.department:
        return [say("story.risk.more.share", share=share)]
    return [say("story.risk.more.expected", share=share, n=said.count("people", row["share"] * row["people"]))]


def _no_score(ask: Ask, now: pd.Series, period: str) -> Scene:
    """Why there is no score, with the number that is missing."""
    key = f"story.risk.why.{now['why']}"
    why = say(key if key in sentences() else "story.risk.why.other", events=said.number(now["events"]), missing=said.number(now["events_needed"]))
    title = said.fit(say("story.risk.none", why=why))
    events = said.known(now["events"])
    n = None if events is None else int(events)
    return Scene(ask.wish, title, None, asking.foot(say("story.risk.rule.none"), said.count("people", n or 0), period), n, period,
                 said.text(say("story.risk.note.none"), say("story.risk.note.not")), title, sure=False,
                 more=(*asking.not_by(ask, "team", "department", "tag", "week"), *([say("story.risk.more.events", n=said.count("people", n))] if n is not None else []))[:3])
