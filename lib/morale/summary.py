"""The day's summary and Friday's week-on-week report, in a person's own numbers and nobody else's.

A share of a few consultations says little: under :data:`FEW` it is called small, and it is compared only with a past of :data:`FEW_BEFORE`
or more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lib.words import say_in

FEW, FEW_BEFORE, BACK = 20, 30, 28
"""Consultations under which a share is small; those a past needs; the days before that a day is held against."""
FRIDAY = 4


@dataclass(frozen=True)
class Day:
    """One day's figures; None is not recorded.  ``effective`` counts intents and deals among them; ``reached``: whether the day's goal was
    reached, None where there was none."""

    day: date
    worked: bool = False
    effective: float | None = None
    intents: float | None = None
    deals: float | None = None
    revenue: float | None = None
    reached: bool | None = None


@dataclass(frozen=True)
class Sums:
    """Figures of some days together."""

    days: int
    effective: float | None
    intents: float | None
    deals: float | None
    revenue: float | None

    @property
    def conversion(self) -> float | None:
        """Intents and deals per effective consultation; None without one."""
        if not self.effective:
            return None
        return ((self.intents or 0.0) + (self.deals or 0.0)) / self.effective


def sums(days: Sequence[Day]) -> Sums:
    """The figures of these days; one that no day records stays None."""
    def of(name: str) -> float | None:
        known = [value for value in (getattr(day, name) for day in days) if value is not None]
        return sum(known) if known else None

    return Sums(sum(day.worked for day in days), of("effective"), of("intents"), of("deals"), of("revenue"))


def _whole(value: float) -> str:
    return f"{value:,.0f}"


def _share(value: float) -> str:
    return f"{value * 100:.1f}".removesuffix(".0") + " %"


def _points(value: float, lang: str) -> str:
    rounded = round(value * 100, 1)
    number = f"{abs(rounded):.1f}".removesuffix(".0")
    return say_in(lang, "my.sum.points", change=f"{'+' if rounded > 0 else '−' if rounded < 0 else '±'}{number}")


def of_day(days: Mapping[date, Day], today: date, goal: float | None, lang: str) -> list[str]:
    """The day in sentences: what was reached against the goal, the conversion against the own last 4 weeks, how small the numbers are."""
    now = days.get(today, Day(today))
    one, before = sums([now]), sums([day for on, day in days.items() if today - timedelta(BACK) <= on < today])
    if not any((one.effective, one.intents, one.deals, one.revenue)):
        return [say_in(lang, "my.sum.nothing_worked" if now.worked else "my.sum.nothing")]
    told = [_first(one, goal, lang)]
    extra = [say_in(lang, f"my.sum.{name}", n=_whole(value)) for name, value in (("intents", one.intents), ("deals", one.deals)) if value]
    if one.revenue:
        extra.append(say_in(lang, "my.sum.revenue", yuan=_whole(one.revenue)))
    if extra:
        told.append(say_in(lang, "my.sum.and").join(extra))
    if one.conversion is not None:
        told.append(_conversion(one, before, lang))
    return told


def _first(one: Sums, goal: float | None, lang: str) -> str:
    if one.effective is None:
        return say_in(lang, "my.sum.no_effective")
    n = _whole(one.effective)
    if not goal:
        return say_in(lang, "my.sum.effective", n=n)
    over = one.effective - goal
    if over > 0:
        return say_in(lang, "my.sum.over", n=n, over=_whole(over))
    return say_in(lang, "my.sum.even", n=n) if over == 0 else say_in(lang, "my.sum.short", n=n, goal=_whole(goal), left=_whole(-over))


def _conversion(one: Sums, before: Sums, lang: str) -> str:
    share, past = one.conversion or 0.0, before.conversion
    known = past is not None and (before.effective or 0) >= FEW_BEFORE
    change = _points(share - past, lang) if known and past is not None else ""
    told = say_in(lang, "my.sum.conversion_change", share=_share(share), change=change) if known else say_in(lang, "my.sum.conversion", share=_share(share))
    if (one.effective or 0) < FEW:
        told += say_in(lang, "my.sum.few", of=_whole(one.effective or 0), n=_whole((one.intents or 0) + (one.deals or 0)))
    return told if known else told + say_in(lang, "my.sum.no_past")


def run(days: Sequence[Day]) -> int:
    """The longest run of worked days whose goal was reached; days off break nothing."""
    longest = now = 0
    for day in sorted(days, key=lambda day: day.day):
        if day.reached:
            now += 1
        elif day.worked:
            now = 0
        longest = max(longest, now)
    return longest


def of_week(days: Mapping[date, Day], today: date, lang: str) -> list[str]:
    """This week up to today against last week up to the same weekday: own numbers, the best day, the streak, what went well."""
    monday = today - timedelta(today.weekday())
    span = [monday + timedelta(n) for n in range(today.weekday() + 1)]
    this, last = ([days[on - timedelta(back)] for on in span if on - timedelta(back) in days] for back in (0, 7))
    now, before = sums(this), sums(last)
    if not now.days and not any((now.effective, now.deals, now.revenue)):
        return [say_in(lang, "my.week.nothing")]
    told = []
    for name in ("effective", "intents", "deals", "revenue"):
        value, past = getattr(now, name), getattr(before, name)
        if value is None:
            continue
        told.append(say_in(lang, f"my.week.{name}", n=_whole(value), before=_whole(past)) if past is not None and before.days
                    else say_in(lang, f"my.week.{name}.alone", n=_whole(value)))
    if now.days != before.days and before.days:
        told.append(say_in(lang, "my.week.days", n=now.days, before=before.days))
    if now.conversion is not None and before.conversion is not None:
        small = (now.effective or 0) < FEW or (before.effective or 0) < FEW
        told.append(say_in(lang, "my.week.conversion_few" if small else "my.week.conversion", share=_share(now.conversion),
                           change=_points(now.conversion - before.conversion, lang)))
    best = _best(this)
    if best is not None:
        told.append(say_in(lang, "my.week.best", day=say_in(lang, f"my.weekday.{best.day.weekday()}"), n=_whole(_main(best) or 0),
                           what=say_in(lang, f"my.what.{_main_of(best)}")))
    if (reached := sum(day.reached is True for day in this)) >= 2:
        told.append(say_in(lang, "my.week.reached", n=reached, run=run(this)))
    told.append(_went_well(now, before, this, lang))
    return told


def _main_of(day: Day) -> str:
    return "effective" if day.effective is not None else "deals" if day.deals is not None else "revenue"


def _main(day: Day) -> float | None:
    value = getattr(day, _main_of(day))
    return None if value is None else float(value)


def _best(days: Sequence[Day]) -> Day | None:
    known = [day for day in days if _main(day)]
    return max(known, key=lambda day: (_main(day) or 0, -day.day.toordinal())) if len(known) > 1 else None


def _went_well(now: Sums, before: Sums, days: Sequence[Day], lang: str) -> str:
    """One thing that went well: what grew most per worked day, else a goal reached, else that the days were worked."""
    grown = []
    if now.days and before.days:
        for name in ("deals", "intents", "effective", "revenue"):
            value, past = getattr(now, name), getattr(before, name)
            if value and past and value / now.days > past / before.days:
                grown.append((value / now.days / (past / before.days), name))
    if grown:
        share, name = max(grown)
        return say_in(lang, "my.week.well.grown", what=say_in(lang, f"my.what.{name}"), share=_share(share - 1))
    if reached := sum(day.reached is True for day in days):
        return say_in(lang, "my.week.well.reached", n=reached)
    if now.deals:
        return say_in(lang, "my.week.well.deal", n=_whole(now.deals))
    if now.intents:
        return say_in(lang, "my.week.well.intent", n=_whole(now.intents))
    return say_in(lang, "my.week.well.worked", n=now.days)
