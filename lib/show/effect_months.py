"""Effect by month: HR's minutes a day, how many felt cared for, and how much of the care standard was done; plain figures that prove nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from lib.access.desk import Desk
from lib.show import effect_draw, effect_others, effect_read, shelf
from lib.show.care_live import Asked
from lib.show.effect_others import Others
from lib.show.figures import ranged
from lib.show.lanes import Axis, Band, Line, Mark, Tip, chart, figure
from lib.show.parts import Explain, esc, explain, number, percent
from lib.show.sections import Behind, Held
from lib.words import language, say

SIDES = ("before", "after")
TONES = {"before": "soft", "after": "primary"}


def html(desk: Desk, held: Held) -> str:
    """Minutes, answers, standard."""
    others = effect_others.of(desk)
    return shelf.picture(desk, "effect.months", (others,), lambda: _time(desk, others) + _felt(desk, others) + _standard(desk))


def act(desk: Desk, asked: Asked, held: Held) -> str | None:
    """Nothing is done here."""
    return None


def tables(desk: Desk, held: Held) -> Behind:
    """Every month of the three."""
    side = lambda rows: rows.assign(programme=rows["programme"].map(lambda key: _side(rows, key)))
    found = ((side(desk.read("effect_hr_time")), "effect-hr-time", ("month", "programme", "minutes_per_hr_day", "minutes_per_person_week", "minutes", "talks", "untimed", "people", "hr")),
             (side(desk.read("effect_felt_told")), "effect-felt", ("month", "programme", "share", "low", "high", "cared", "answers", "people")),
             (desk.read("effect_standard_kept"), "effect-standard", ("month", "share", "low", "high", "done", "due", "people")))
    return [(frame, name, {column: say(f"effect.month.{column}") for column in columns}) for frame, name, columns in found if len(frame)]


def _dated(rows: pd.DataFrame) -> bool:
    """Whether any team's start is on record: without one nothing is before or after anything."""
    return bool((rows["programme"] == "after").any())


def _side(rows: pd.DataFrame, key: str) -> str:
    """Before or after the start, in words; all talks where no start is on record."""
    return say(f"effect.side.{key}" if _dated(rows) else "effect.side.all")


def _month(value: pd.Timestamp) -> str:
    return f"{value.year}年{value.month}月" if language() == "zh" else f"{value:%b %Y}"


def _axis(months: Sequence[pd.Timestamp]) -> tuple[Axis, dict[pd.Timestamp, float]]:
    """Months side by side, each one wide."""
    every = list(pd.date_range(min(months), max(months), freq="MS"))
    place = {month: float(nth) for nth, month in enumerate(every)}
    step = max(1, -(-len(every) // 7))
    short = lambda month: f"{month.month}月" if language() == "zh" else f"{month:%b}"
    ticks = [(place[month], f"{short(month)}\n{month.year}" if nth == 0 or month.month <= step else short(month)) for nth, month in enumerate(every) if nth % step == 0]
    return Axis(-0.5, len(every) * 1.04 - 0.5, ticks), place  # a little room, so that the last month's name is not cut off


def _lines(rows: pd.DataFrame, place: dict[pd.Timestamp, float], value: str, times: float, band: bool) -> list[Mark]:
    """A line for the teams before and one for those after their start, with their intervals where there are any."""
    marks: list[Mark] = []
    tone = lambda side: TONES[side] if _dated(rows) else "primary"
    for side in SIDES:
        mine = rows[rows["programme"] == side].set_index("month")
        at = lambda name, mine=mine: [float(mine.at[month, name]) * times if month in mine.index and pd.notna(mine.at[month, name]) else None for month in place]
        if len(mine):
            if band:
                marks.append(Band(list(place.values()), at("low"), at("high"), tone(side)))
            marks.append(Line(list(place.values()), at(value), tone(side)))
    return marks


def _level(place: dict[pd.Timestamp, float], value: float) -> Line:
    return Line([-0.5, len(place) * 1.04 - 0.5], [value, value], "watch", dashed=True)


def _period(rows: pd.DataFrame) -> str:
    return say("effect.months.period", first=_month(rows["month"].min()), last=_month(rows["month"].max()))


def _keys(rows: pd.DataFrame, others: bool) -> str:
    sides = [("before", say("effect.side.before")), ("own", say("effect.side.after"))] if _dated(rows) else [("own", say("effect.side.all"))]
    parts = [*sides, *([("others", say("effect.others"))] if others else [])]
    return "<div class='kj-note kj-keys'>" + "".join(f"<span><i class='{kind}' aria-hidden=true></i> {esc(words)}</span>" for kind, words in parts) + "</div>"


def _hidden(desk: Desk) -> str:
    return say("effect.months.hidden", n=number(effect_read.least(desk))) if effect_read.least(desk) > 1 else ""


# --- HR's minutes ---------------------------------------------------------------------------------------------------------------

def minutes(desk: Desk) -> dict[str, float]:
    """Minutes that an HR spends on a weekday, before and after the start: months weighted by their people."""
    rows = desk.read("effect_hr_time").dropna(subset=["minutes_per_hr_day"])
    found = {}
    for side in SIDES:
        mine = rows[rows["programme"] == side]
        if mine["people"].sum() > 0:
            found[side] = float((mine["minutes_per_hr_day"] * mine["people"]).sum() / mine["people"].sum())
    return found


def _time(desk: Desk, others: Others) -> str:
    rows, found = desk.read("effect_hr_time"), minutes(desk)
    if not found:
        return effect_read.section(say("effect.time.nothing"), f"<p class='kj-note'>{esc(say('effect.time.nothing.why'))}</p>")
    title = say("effect.time", before=number(found["before"], 0), after=number(found["after"], 0)) if len(found) == 2 else \
        say(f"effect.time.{next(iter(found))}", n=number(next(iter(found.values())), 0))
    axis, place = _axis(list(rows["month"]))
    marks = [*(_level(place, value) for value in others.minutes), *_lines(rows, place, "minutes_per_hr_day", 1.0, False)]
    tips = [Tip(place[month] - 0.5, place[month] + 0.5, "\n".join([_month(month), *(say("effect.time.tip", side=_side(rows, row.programme), n=number(row.minutes_per_hr_day, 0),
                                                                                      talks=number(row.talks)) for row in mine.itertuples())]))
            for month, mine in rows.groupby("month")]
    lane = chart(axis, say("effect.time.lane"), 150, marks, tips, zero=True, most=4)
    untimed = int(rows["untimed"].sum())
    drawer = explain(Explain(say("effect.time.rule"), _period(rows), say("effect.time.people", talks=number(rows["talks"].sum()), hr=number(rows["hr"].max())),
                             " ".join(part for part in (say("effect.time.left", n=number(untimed)), _hidden(desk)) if part)))
    marked = f"<p class='ef-others line'><i aria-hidden=true></i>{esc(others.said('time'))}</p>"
    return effect_read.section(title, f"{_keys(rows, True)}{figure(axis, [lane], title)}{marked}", drawer, say("effect.months.plain"))


# --- felt cared for ---------------------------------------------------------------------------------------------------------------

def felt(desk: Desk) -> dict[str, tuple[int, int, float, float, float]]:
    """Answers, yes among them, the share and its Wilson interval, before and after the start: of the months that are shown."""
    from lib.effect.programme import wilson

    rows, found = desk.read("effect_felt_told"), {}
    for side in SIDES:
        mine = rows[rows["programme"] == side]
        answers, yes = int(mine["answers"].sum()), int(mine["cared"].sum())
        if answers:
            low, high = wilson(yes, answers)
            found[side] = (answers, yes, yes / answers, float(low), float(high))
    return found


def _felt(desk: Desk, others: Others) -> str:
    rows, found = desk.read("effect_felt_told"), felt(desk)
    if not found:
        return effect_read.section(say("effect.felt.nothing"), f"<p class='kj-note'>{esc(say('effect.felt.nothing.why'))}</p>")
    title = say("effect.felt", before=percent(found["before"][2], 0), after=percent(found["after"][2], 0)) if len(found) == 2 else \
        say(f"effect.felt.{next(iter(found))}", share=percent(next(iter(found.values()))[2], 0))
    bars = "".join(
        f"<div><span>{esc(_side(rows, side))}</span>{effect_draw.share(share, low, high, ranged(share, low, high), others.felt(side) if _dated(rows) else (), 'soft' if side == 'before' and _dated(rows) else '')}"
        f"<b>{esc(ranged(share, low, high))}</b><span class='kj-note'>{esc(say('effect.felt.answers', yes=number(yes), answers=number(answers)))}</span></div>"
        for side, (answers, yes, share, low, high) in found.items())
    axis, place = _axis(list(rows["month"]))
    tips = [Tip(place[month] - 0.5, place[month] + 0.5, "\n".join([_month(month), *(say("effect.felt.tip", side=_side(rows, row.programme), share=ranged(row.share, row.low, row.high),
                                                                                      answers=number(row.answers)) for row in mine.itertuples())]))
            for month, mine in rows.groupby("month")]
    lane = chart(axis, say("effect.felt.lane"), 150, _lines(rows, place, "share", 100.0, True), tips, zero=True, most=4)
    drawer = explain(Explain(say("effect.felt.rule"), _period(rows), say("effect.felt.people", answers=number(rows["answers"].sum())),
                             " ".join(part for part in (say("effect.felt.left"), _hidden(desk)) if part)))
    marked = f"<p class='ef-others'><i class=band aria-hidden=true></i>{esc(others.said('felt'))}</p>"
    return effect_read.section(title, f"<div class='kj-bars ef-felt'>{bars}</div>{marked}{_keys(rows, False)}{figure(axis, [lane], title)}", drawer, say("effect.months.plain"))


# --- the care standard ------------------------------------------------------------------------------------------------------------

def _standard(desk: Desk) -> str:
    rows = desk.read("effect_standard_kept")
    if rows.empty:
        return effect_read.section(say("effect.standard.nothing"), f"<p class='kj-note'>{esc(say('effect.standard.nothing.why'))}</p>")
    axis, place = _axis(list(rows["month"]))
    at = rows.set_index("month")
    value = lambda name: [float(at.at[month, name]) * 100 if month in at.index else None for month in place]
    marks = [Band(list(place.values()), value("low"), value("high"), "primary"), Line(list(place.values()), value("share"), "primary")]
    tips = [Tip(place[row.month] - 0.5, place[row.month] + 0.5, "\n".join([_month(row.month), say("effect.standard.tip", done=number(row.done), due=number(row.due), share=ranged(row.share, row.low, row.high))]))
            for row in rows.itertuples()]
    last = rows.sort_values("month").iloc[-1]
    title = say("effect.standard", month=_month(last["month"]), share=percent(last["share"], 0), done=number(last["done"]), due=number(last["due"]))
    lane = chart(axis, say("effect.standard.lane"), 130, marks, tips, zero=True, most=4)
    drawer = explain(Explain(say("effect.standard.rule"), _period(rows), say("effect.standard.people", n=number(rows["due"].sum())),
                             " ".join(part for part in (say("effect.standard.left"), _hidden(desk)) if part)))
    return effect_read.section(title, figure(axis, [lane], title), drawer)
