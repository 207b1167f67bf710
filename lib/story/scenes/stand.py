"""Where we stand: the one number that carries the verdict: people who need care (else team morale), its 12 weeks and its interval."""

from __future__ import annotations

from datetime import timedelta
from math import hypot

import pandas as pd

from lib.story import said
from lib.story.scene import Line, Picture, Scene, Series
from lib.story.scenes import ask as asking
from lib.story.scenes.ask import PRIVATE, Ask
from lib.words import say


def make(ask: Ask) -> Scene | None:
    """The share of people who need care; the morale index where no tag was ever carried; None without either."""
    if bool(ask.desk.read("glance_sources")["has_tags"].iloc[0]):
        return _need(ask)
    return _morale(ask)


def there(ask: Ask) -> bool:
    """Whether there is anything to stand on."""
    from lib.story.scenes import morale

    return bool(ask.desk.read("glance_sources")["has_tags"].iloc[0]) or morale.there(ask)


def trend_of(ask: Ask) -> pd.DataFrame:
    """The 12 weeks up to the one asked for; empty where that week itself may not be told.  All tags of everybody are Glance's own figures."""
    if (ask.wish.team or ask.wish.department) and ask.wish.tag in PRIVATE:
        raise asking.Untold("story.untold.private", tag=asking.tag_name(ask.desk, ask.wish.tag))
    if not ask.nth and not ask.wish.tag:
        found = ask.desk.read("glance_trend", **ask.here)
    else:
        found = ask.desk.read("story_need_weeks", **ask.here, nth=ask.nth, tag=ask.wish.tag)
    return found if len(found) and found["week"].iloc[-1] == pd.Timestamp(ask.week) else found.head(0)


def four_before(trend: pd.DataFrame, column: str) -> float | None:
    """Mean of the weeks before the last that lie within four weeks of it; None without any (the rule of Glance)."""
    last = trend["week"].iloc[-1]
    past = [float(value) for week, value in zip(trend["week"], trend[column], strict=True) if last - timedelta(days=28) <= week < last and not pd.isna(value)]
    return sum(past) / len(past) if past else None


def _need(ask: Ask) -> Scene:
    trend = trend_of(ask)
    if trend.empty:
        raise asking.too_few(ask)
    now, before = trend.iloc[-1], four_before(trend, "carry_share")
    people, carrying = int(now["people"]), int(now["carrying"])
    # the rule of Glance's verdict: more (or fewer) than before where the mean of the four weeks lies outside the interval of the week
    moved = 0 if before is None else 1 if now["carry_low"] > before else -1 if now["carry_high"] < before else 0
    outside = bool(moved)
    if moved and ask.nth and not _apart(float(now["carry_share"]), before or 0.0, people):
        moved = 0
    # what lies outside the interval is not rounded to its end
    fine = 1 if moved and round(now["carry_low"] * 100) <= round(before * 100) <= round(now["carry_high"] * 100) else 0
    share, past = said.ranged(now["carry_share"], now["carry_low"], now["carry_high"], fine), said.percent(before, fine)
    what = "need" if not ask.wish.tag else "tag"
    values = {"people": said.count("people", carrying), "share": share, "bare": said.percent(now["carry_share"]), "before": past}
    one = ".one" if carrying == 1 else ""
    key = "untold" if before is None else "more" if moved > 0 else "fewer" if moved < 0 else "same"
    title = asking.titled(ask, say(f"story.stand.{what}.{key}{one}", **values), *([say(f"story.stand.{what}.maybe{one}", **values)] if key == "same" else []),
                          say(f"story.stand.{what}.short{one}", **values))
    picture = Picture(
        "trend", tuple(said.short_day(week) for week in trend["week"]),
        (Series(say("story.stand.series"), tuple(float(v) * 100 for v in trend["carry_share"]), tuple(float(v) * 100 for v in trend["carry_low"]),
                tuple(float(v) * 100 for v in trend["carry_high"]), tone="care" if moved > 0 else "primary"),),
        unit="%", days=said.days(trend["week"]), marked=frozenset({len(trend) - 1}), lines=() if before is None else (Line(before * 100, say("story.stand.line")),))
    low, high = trend.loc[trend["carry_share"].idxmin()], trend.loc[trend["carry_share"].idxmax()]
    alt = say("story.stand.alt", where=asking.everybody(ask), weeks=len(trend), share=share, people=said.count("people", people), low=said.percent(low["carry_share"]),
              low_week=said.short_day(low["week"]), high=said.percent(high["carry_share"]), high_week=said.short_day(high["week"]))
    notes = said.text(say("story.stand.note", carrying=said.number(carrying), people=said.count("people", people), share=share),
                      "" if before is None else say(f"story.stand.note.{'moved' if moved else 'few' if outside else 'same'}", before=past), say("story.stand.note.not"))
    period = asking.span(ask.week, len(trend))
    return Scene(ask.wish, title, picture, asking.foot(say("story.stand.rule" if not ask.wish.tag else "story.stand.rule.tag"), said.count("people", people), period),
                 people, period, notes, alt, sure=bool(moved), left_out=_left_out(ask), more=tuple(_more(ask, trend)))


def _apart(share: float, before: float, people: int) -> bool:
    """Whether two shares of one small team differ by more than chance, where both are uncertain: Newcombe's interval of the difference (1998,
    method 10), with the people of the team once on either side, since who carries a tag mostly carries it for weeks."""
    (low, high), (low_before, high_before) = said.wilson(share * people, people), said.wilson(before * people, people)
    gap = share - before
    reach = hypot(share - low, high_before - before) if gap > 0 else hypot(high - share, before - low_before)
    return abs(gap) > reach


def _left_out(ask: Ask) -> str:
    if ask.wish.tag == "life_event":
        return say("story.stand.left.birthdays")
    return "" if ask.wish.tag else say("story.stand.left")


def _more(ask: Ask, trend: pd.DataFrame) -> list[str]:
    """What stands beside the picture: the same in people, and how many of them somebody has talked with."""
    found = []
    before = four_before(trend, "carrying")
    if before is not None:
        found.append(say("story.stand.more.before", now=said.count("people", trend["carrying"].iloc[-1]), before=said.number(before, 0)))
    # without any talk on record nobody knows who had one
    if not ask.nth and not ask.wish.tag and int(ask.desk.read("effect_hr_time")["talks"].sum()):
        followed = said.known(ask.desk.read("glance_spread", **ask.here)["followed"].iloc[0])
        if followed is not None and int(trend["carrying"].iloc[-1]):
            found.append(say("story.stand.more.followed", n=said.number(followed)))
    return found


def _morale(ask: Ask) -> Scene | None:
    """Without any tag: the morale index."""
    from lib.story.scenes import morale

    return morale.trend(ask) if morale.there(ask) else None

