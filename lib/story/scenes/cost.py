"""What it cost and saved: HR's minutes against a chat a day with everybody, the care standard kept, and money only where the effect on leaving
is told as working."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from lib import settings
from lib.care.standard import REFERENCE
from lib.story import said
from lib.story.scene import Picture, Scene, Series
from lib.story.scenes import ask as asking
from lib.story.scenes import effect
from lib.story.scenes.ask import PRIVATE, Ask, Row
from lib.words import language, say

WEEKS = 4
"""Over so many weeks the care standard and a group's talks are counted."""


def there(ask: Ask) -> bool:
    """Whether any talk with a length is on record."""
    return bool(ask.desk.read("effect_hr_time")["minutes_per_hr_day"].notna().any())


def make(ask: Ask) -> Scene | None:
    """The month's minutes; of a department, team or tag its weeks; None where no talk's length is on record."""
    if not there(ask):
        return None
    return _months(ask) if ask.whole else _weeks(ask)


def coverage(ask: Ask) -> tuple[int, int] | None:
    """How many cares came due in the last :data:`WEEKS` weeks, and how many of them were given by then; None where none came due."""
    rows = ask.desk.read("story_care_weeks", **ask.here, nth=ask.nth)
    rows = rows[rows["week"] > pd.Timestamp(ask.week) - pd.Timedelta(weeks=WEEKS)]
    due, kept = int(rows["came_due"].sum()), int(rows["kept"].sum())
    return (due, kept) if due else None


def covered(found: tuple[int, int]) -> str:
    """The care standard kept, with its interval: 48 % (44–52)."""
    due, kept = found
    return said.ranged(kept / due, *said.wilson(kept, due))


def _kept(ask: Ask, found: tuple[int, int]) -> str:
    """The care standard kept in the four weeks up to the one asked for, in words."""
    return say("story.cost.more.kept", kept=covered(found), n=said.number(found[1]), due=said.number(found[0]), day=said.day(ask.week + timedelta(days=6)))


# --- of everybody, by month ---------------------------------------------------------------------------------------------------------

def before(rows: pd.DataFrame) -> float | None:
    """Minutes that one HR spent on a weekday before precise care began: months weighted by their people, as Effect tells it."""
    mine = rows[(rows["programme"] == "before") & rows["minutes_per_hr_day"].notna()]
    return float((mine["minutes_per_hr_day"] * mine["people"]).sum() / mine["people"].sum()) if mine["people"].sum() > 0 else None


def _months(ask: Ask) -> Scene:
    rows = ask.desk.read("effect_hr_time").dropna(subset=["minutes_per_hr_day"])
    month = pd.Timestamp(ask.week.replace(day=1))
    past = rows[rows["month"] <= month]
    if past.empty:
        raise asking.Untold("story.untold.from", first=said.day(rows["month"].min()))
    here = past[past["month"] == past["month"].max()]
    began = here[here["programme"] == "after"]
    now = (began if len(began) else here).iloc[0]
    people, hr = float(here["people"].sum()), int(now["hr"])
    chat = people * REFERENCE["daily_chat"] / hr if hr else None
    minutes, was = float(now["minutes_per_hr_day"]), before(past) if len(began) else None
    saved, short, sure = savings(ask)
    # teams that have not begun are in the month too: then the minutes are those of the others, as if every team took them
    key = "story.cost.scaled" if len(began) and len(here) > 1 else "story.cost"
    shown_month = said.month(here["month"].iloc[0])
    values = {"month": shown_month, "now": said.number(minutes, 0), "chat": said.number(chat, 0), "before": said.number(was, 0), "saved": saved}
    # a past week is answered by its month
    ahead = "" if ask.newest else say("story.about", words=shown_month)
    title = said.fit(*([ahead + say(key, **values)] if chat is not None else []), ahead + say(f"{key}.bare", **values), ahead + say("story.cost.least", **values),
                     ahead + say("story.cost.least", **values | {"saved": short}))
    shown = [(say("story.cost.label.before"), was, False), (say("story.cost.label.after" if len(began) else "story.cost.label.now", month=shown_month), minutes, False),
             (say("story.cost.label.chat"), chat, True)]
    shown = [one for one in shown if one[1] is not None]
    split = lambda hatched: tuple(value if is_hatched == hatched else None for _, value, is_hatched in shown)
    series = (Series(say("story.cost.real"), split(False)), Series(say("story.cost.thought"), split(True), tone="quiet", hatched=True))
    picture = Picture("bars", tuple(label for label, _, _ in shown), series if chat is not None else series[:1], unit=say("story.cost.unit"),
                      marked=frozenset({1 if was is not None else 0}))
    kept = coverage(ask)
    more = [*([_kept(ask, kept)] if kept else []), saved_long(ask)]
    counted = began if len(began) else here
    talks, n = int(counted["talks"].sum()), round(float(counted["people"].sum()))
    alt = say("story.cost.alt", rows=said.listed(f"{label} {said.number(value, 0)}" for label, value, _ in shown))
    notes = said.text(say("story.cost.note.before" if was is not None else "story.cost.note.now", **values),
                      say("story.cost.note.chat", minutes=said.number(REFERENCE["daily_chat"])), say("story.cost.note.programme") if was is not None else "", say("story.cost.note.not"))
    untimed = int(counted["untimed"].sum())
    rule = say("story.cost.rule.began" if len(began) else "story.cost.rule")
    return Scene(ask.wish, title, picture, asking.foot(rule, say("story.cost.n", talks=said.number(talks), people=said.count("people", n), hr=said.number(hr)),
                                                     shown_month), n, shown_month, notes, alt, sure=sure,
                 left_out=say("story.cost.left", n=said.number(untimed)) if untimed else "", more=tuple(more)[:3])


def savings(ask: Ask) -> tuple[str, str, bool]:
    """What was saved by fewer leavers, as it goes into the title with its interval, the same in short, and whether it can be told: only where
    leaving is told as working."""
    row = effect.leaving_row(ask.desk)
    found = _fewer(row)
    if found is None:
        other = "untold" if row is None or row["verdict"] not in ("harms", "no_effect") else str(row["verdict"])
        return (say(f"story.cost.saved.{other}"),) * 2 + (other != "untold",)
    each = _cost(ask)
    low, high = (_spoken(found[place] * each) for place in (1, 2))
    values = {"n": said.number(found[0], 0), "between": said.between(found[1], found[2]), "money": say("story.cost.money", n=_spoken(found[0] * each)),
              "money_between": say("story.between", low=low, high=high)}
    return say("story.cost.saved", **values), say("story.cost.saved.short", **{key: values[key] for key in ("n", "between", "money")}), True


def saved_long(ask: Ask) -> str:
    """The same with its interval, or why it cannot be told."""
    row = effect.leaving_row(ask.desk)
    found = _fewer(row)
    if found is not None:
        return say("story.cost.more.saved", n=said.number(found[0], 0), between=said.between(found[1], found[2]), day=said.day(row["read_on"]), each=say("story.goals.money", n=said.number(_cost(ask), 0)))
    if row is None or said.known(row["ratio"]) is None:
        return say("story.cost.more.unknown")
    other = row["verdict"] if row["verdict"] in ("harms", "no_effect") else "untold"
    return say(f"story.cost.more.{other}", ratio=f"{said.number(row['ratio'], 2)} {said.between(row['low'], row['high'], 2)}")


def _fewer(row: Row | None) -> tuple[float, float, float] | None:
    """How many fewer left than the weeks with care would have had without it, with its interval; None unless that is told as working."""
    if row is None or row["verdict"] != "works" or said.known(row["events_cared"]) is None:
        return None
    left = float(row["events_cared"])
    fewer = [left / float(row[name]) - left for name in ("ratio", "high", "low")]
    return fewer[0], fewer[1], fewer[2]


def _cost(ask: Ask) -> float:
    """What it costs to replace somebody, as it is set."""
    return float(settings.get("story.leaver_cost", settings.stored(ask.desk.data_dir)))


def _spoken(yuan: float) -> str:
    """Money in two significant digits, in Chinese by the ten thousand: 540,000 / 54."""
    size = 10 ** max(len(str(int(abs(yuan)))) - 2, 0)
    rounded = float(round(yuan / size) * size)
    return said.number(rounded / 1e4) if language() == "zh" else said.number(rounded, 0)


# --- of some, by week ----------------------------------------------------------------------------------------------------------------

def _weeks(ask: Ask) -> Scene:
    """Talks with a department, a team or about a tag: minutes a person and week, and how the care standard was kept."""
    if ask.wish.tag in PRIVATE and (ask.wish.team or ask.wish.department):
        raise asking.Untold("story.untold.private", tag=asking.tag_name(ask.desk, ask.wish.tag))
    weeks = ask.desk.read("story_care_time", **ask.here, nth=ask.nth, tag=ask.wish.tag)
    if weeks.empty or weeks["week"].iloc[-1] != pd.Timestamp(ask.week):
        large = ask.desk.read("story_care_weeks", **ask.here, nth=ask.nth)
        if len(large) and large["week"].iloc[-1] == pd.Timestamp(ask.week):
            raise asking.Untold("story.untold.others", about=asking.about(ask))
        raise asking.too_few(ask)
    last = weeks.tail(WEEKS)
    talks, minutes, people = int(last["talks"].sum()), float(last["minutes"].sum()), int(weeks["people"].iloc[-1])
    each = minutes / float(last["people"].sum())
    kept = coverage(ask) if not ask.wish.tag else None
    values = {"talks": said.count("talks", talks), "minutes": said.number(minutes, 0), "each": said.number(each), "kept": covered(kept) if kept else ""}
    title = asking.titled(ask, *([say("story.cost.some.kept", **values)] if kept else []), say("story.cost.some", **values))
    line = tuple(None if row.untimed and row.untimed == row.talks else row.minutes / row.people for row in weeks.itertuples())
    picture = Picture("trend", tuple(said.short_day(week) for week in weeks["week"]), (Series(say("story.cost.each"), line),), unit=say("story.cost.each.unit"), digits=1,
                      days=said.days(weeks["week"]), marked=frozenset({len(weeks) - 1}))
    period = asking.span(ask.week, len(weeks))
    untimed = int(last["untimed"].sum())
    alt = say("story.cost.some.alt", where=asking.everybody(ask), weeks=len(weeks), talks=said.count("talks", talks), each=said.number(each))
    notes = said.text(say("story.cost.some.note", where=asking.everybody(ask), **{key: values[key] for key in ("talks", "minutes", "each")}), say("story.cost.note.not"))
    return Scene(ask.wish, title, picture, asking.foot(say("story.cost.rule.some"), said.count("people", people), period), people, period, notes, alt,
                 left_out=say("story.cost.left", n=said.number(untimed)) if untimed else "",
                 more=(_kept(ask, kept),) if kept else ())
