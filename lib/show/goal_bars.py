"""Goal bars: a measure against its goal as a bar with its tick and its pace in words, for a person and for groups; HTML strings."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from lib.access.goals_group import Group
from lib.morale.goals import MONEY, PERIODS, Bar
from lib.show.parts import esc, number, percent
from lib.words import say

METRICS = {"effective": "goals.metric.effective", "intents": "goals.metric.intents", "deals": "goals.metric.deals",
           "revenue": "goals.metric.revenue", "answered": "goals.metric.answered", "dials": "goals.metric.dials"}
LABELS = {metric: key.replace(".metric.", ".label.") for metric, key in METRICS.items()}
PERIOD = {period: f"goals.period.{period}" for period in PERIODS}


def amount(metric: str, value: float | None) -> str:
    """A value with its unit: counts as they are, money with its sign; an en dash for nothing."""
    if value is None:
        return "–"
    if metric in MONEY:
        return say("goals.money", value=number(value, 0 if abs(value) >= 10 else None))
    return number(value, None if abs(value) < 10 else 0)


def days(value: float) -> str:
    """Days with one decimal where they are no whole number."""
    return number(value, 0 if abs(value - round(value)) < 0.05 else 1)


def value(bar: Bar) -> str:
    """What is done, of which target where there is one."""
    if bar.done is None:
        return say("goals.state.no_record")
    if bar.target is None:
        return say("goals.only_done", done=amount(bar.metric, bar.done))
    return say("goals.of", done=amount(bar.metric, bar.done), target=amount(bar.metric, bar.target))


def _whole(metric: str, missing: float) -> float:
    """What is missing to arrive; of things that are counted, the next whole one: nobody can win a fifth of a customer."""
    return missing if metric in MONEY else ceil(missing - 1e-9)


def pace(bar: Bar) -> str:
    """Where one stands, and what each day that is left must bring, in words."""
    missing = "" if bar.target is None or bar.done is None else amount(bar.metric, _whole(bar.metric, bar.target - bar.done))
    if bar.state == "arrived":
        more = (bar.done or 0) - (bar.target or 0)
        return say("goals.state.arrived_more", more=amount(bar.metric, more)) if more >= 1 else say("goals.state.arrived")
    if bar.state in ("no_record", "no_goal", "off", "leave"):
        return say(f"goals.state.{bar.state}")
    if bar.state == "short":
        return say("goals.state.short", missing=missing)
    where = say("goals.state.on_pace") if bar.state == "on_pace" else say(f"goals.state.{bar.state}", days=days(abs(bar.ahead_days or 0)))
    if bar.period == "day":
        return say("goals.needs_today", missing=missing)
    if bar.days_left <= 1:
        return where + say("goals.and") + say("goals.needs_last", missing=missing)
    return where + say("goals.and") + say("goals.needs", days=days(bar.days_left), needed=amount(bar.metric, bar.needed_per_day))


def track(bar: Bar, spoken: str) -> str:
    """The bar itself: filled by what is done, with a tick where an even pace would be by yesterday.  ``spoken`` says all of it in words."""
    full = max(bar.target or 0, 0)
    width = 0.0 if not full or bar.done is None else min(1.0, max(0.0, bar.done / full)) * 100
    tick = ""
    if full and bar.due and bar.state not in ("arrived", "short"):
        tick = f"<b style='left:calc({min(1.0, bar.due / full) * 100:.1f}% - 1px)' title='{esc(say('goals.tick', due=amount(bar.metric, bar.due)))}'></b>"
    fill = f"<i style='width:{width:.1f}%'></i>" if width > 0 else ""
    return f"<span class='kj-track' role=img aria-label='{esc(spoken)}'>{fill}{tick}</span>"


def spoken(bar: Bar, words: str | None = None) -> str:
    """The whole bar in one sentence."""
    return say("goals.aria", period=say(PERIOD[bar.period]), metric=say(METRICS[bar.metric]), value=value(bar), words=pace(bar) if words is None else words)


def one(bar: Bar, label: str, note: Sequence[str] = (), words: str | None = None) -> str:
    """One bar with its label, its value and its pace, or other ``words`` in place of the pace."""
    words = pace(bar) if words is None else words
    under = say("goals.and").join([words, *note])
    return (f"<div class=meter><b>{esc(label)}</b><span>{esc(value(bar))}</span>{track(bar, spoken(bar, words))}"
            f"<span class='kj-note'>{esc(under)}</span></div>")


def bars(found: Sequence[Bar]) -> str:
    """A person's bars, a group a period, each with its tick and its pace; '' for none."""
    if not found:
        return ""
    parts = []
    for period in PERIODS:
        of_period = [bar for bar in found if bar.period == period]
        if of_period:
            inner = "".join(one(bar, say(LABELS[bar.metric]), _notes(bar)) for bar in of_period)
            parts.append(f"<div class='kj-stack goal-period'><h3>{esc(say(f'goals.Period.{period}'))}</h3>{inner}</div>")
    return f"<div class='goal-bars' role=group aria-label='{esc(say('goals.bars'))}'>{''.join(parts)}</div>"


def _notes(bar: Bar) -> list[str]:
    notes = []
    if bar.target is not None and bar.newcomer_share < 1 and bar.level in ("role", "default"):
        notes.append(say("goals.newcomer", share=percent(bar.newcomer_share)))
    if bar.logged:
        notes.append(say("goals.logged", n=amount(bar.metric, bar.logged)))
    return notes


# --- groups -----------------------------------------------------------------------------------------------------------------------

def name(group: Group) -> str:
    """What a group is called."""
    return group.unit if group.level != "company" else say("goals.company")


def two_sums(group: Group) -> bool:
    """Whether the group is held against a goal of its own that its people's goals do not add up to."""
    return group.own and group.asked_of_people is not None and group.bar.target is not None and abs(group.asked_of_people - group.bar.target) >= 0.5


def of_group(group: Group, full: bool = False) -> str:
    """A group's bar with its people, and in words what is set as a whole, what no goal counts and what is kept back; ``full`` also says who is away."""
    if group.hidden:
        return ""
    metric = group.bar.metric
    notes = [say("goals.people_all", n=number(group.people))] if group.own and not group.people_kept else \
        [say("goals.people", n=number(group.bar.people))] if group.bar.people else []
    if group.own:
        notes.append(say("goals.own"))
    if two_sums(group):
        notes.append(say("goals.own_sum", sum=amount(metric, group.asked_of_people)))
    if group.whole_kept is not None:
        notes.append(say("goals.whole_kept", target=amount(metric, group.whole_kept)))
    if full and group.away:
        notes.append(say("goals.away", n=number(group.away)))
    if group.left_out and not group.own:
        notes.append(say("goals.left_out", n=number(group.left_out)))
    if group.others:
        notes.append(say("goals.others", n=amount(metric, group.others)))
    if full and group.people_kept and group.whole_kept is None:
        notes.append(say("goals.people_kept"))
    return one(group.bar, name(group), notes, say("goals.goals_kept") if group.goals_kept and not group.own else None)


def urgency(group: Group) -> tuple[int, float, str]:
    """The order of groups: furthest behind the pace first, those without a goal or a record last."""
    if group.bar.target is None or group.bar.ahead_days is None:
        return 1, 0.0, group.unit
    return 0, group.bar.ahead_days / max(group.bar.planned_days, 1), group.unit
