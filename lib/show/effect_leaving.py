"""Effect on leaving: the hazard ratio while care counts, and the curves of who stayed, unadjusted and said to be."""

from __future__ import annotations

import math

import pandas as pd

from lib.access.desk import Desk
from lib.show import effect_draw, effect_others, effect_read, effect_seen, shelf
from lib.show.care_live import Asked
from lib.show.effect_draw import Scale
from lib.show.effect_others import Others
from lib.show.effect_read import Row
from lib.show.effect_seen import Span
from lib.show.figures import known, ranged
from lib.show.lanes import Axis, Band, Line, Tip, chart, figure
from lib.show.parts import Explain, chips, esc, explain, full_day, number
from lib.show.sections import Behind, Held
from lib.words import say

TICKS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 4.0)
YEAR = 52
FOLLOWED = 10
"""With fewer people still followed a curve is not drawn on: one who leaves would move it by a tenth."""


def html(desk: Desk, held: Held) -> str:
    """The ratio, then the curves."""
    others = effect_others.of(desk)
    return shelf.picture(desk, "effect.leaving", (others,), lambda: _ratio(desk) + _curves(desk, others))


def act(desk: Desk, asked: Asked, held: Held) -> str | None:
    """Nothing is done here."""
    return None


def tables(desk: Desk, held: Held) -> Behind:
    """The reads of the ratio, and the steps of both curves."""
    ratio = desk.read("effect_leaving_read")
    ratio = ratio.assign(verdict=[word(row) for row in ratio.to_dict("records")])
    curves = desk.read("effect_staying")
    curves = curves.assign(group=curves["cared"].map(lambda cared: say(_group(bool(cared)))))
    first = ("read_on", "verdict", "ratio", "low", "high", "people", "cared", "compared", "weeks_cared", "weeks_compared", "events_cared", "events_compared", "expected", "more")
    second = ("group", "weeks", "staying", "low", "high", "at_risk", "people")
    return [(frame, name, {column: say(f"effect.column.{column}") for column in columns})
            for frame, name, columns in ((ratio, "effect-leaving", first), (curves, "effect-staying-unadjusted", second)) if len(frame)]


def row(desk: Desk) -> Row | None:
    """The current read of leaving; None when nothing is known."""
    read, rows = effect_read.current(desk), desk.read("effect_leaving_read").to_dict("records")
    return next((one for one in rows if read is not None and one["read_on"] == read["read_on"]), None)


def word(one: Row) -> str:
    """The verdict in a few words; a ratio is nothing that a draw decided."""
    if one["verdict"] == "no_effect" and known(one["bound"]) is not None:
        return say("effect.leaving.no_effect", bound=number(one["bound"], 2))
    more = known(one["more"])
    return effect_seen.word(one["verdict"], None, int(more) if more else None, False)


def span(one: Row) -> Span | None:
    """The ratio with its interval."""
    found = [known(one[name]) for name in ("ratio", "low", "high")]
    return None if None in found else Span(*found)  # type: ignore[arg-type]


def ratio(found: Span) -> str:
    """A ratio with its interval: 0.76 (0.47 to 1.21)."""
    return f"{number(found.value, 2)} {effect_seen.ends(found, 2)}"


def why(one: Row) -> str:
    """Why nothing can be told though the interval leaves out 1; '' otherwise."""
    found = span(one)
    logs = None if found is None else Span(found.value - 1, found.low - 1, found.high - 1)
    return effect_read.why(effect_seen.checks(one["checks"]), one["verdict"], logs, "effect.leaving.check")


def _title(one: Row) -> str:
    found, verdict = span(one), one["verdict"]
    if verdict in ("works", "harms") and found is not None:
        return say(f"effect.leaving.{verdict}", ratio=ratio(found))
    if verdict == "no_effect":
        return say("effect.leaving.title.no_effect", bound=number(one["bound"], 2))
    more = known(one["more"])
    return say("effect.leaving.cannot_tell", more=effect_seen.about(more)) if more else say("effect.leaving.cannot_tell.bare")


def _ratio(desk: Desk) -> str:
    one = row(desk)
    if one is None:
        return effect_read.section(say("effect.leaving.nothing"), f"<p class='kj-note'>{esc(say('effect.leaving.nothing.why'))}</p>")
    people = say("effect.people.hidden", n=number(effect_read.least(desk))) if one["few"] else \
        say("effect.leaving.people", people=number(one["people"]), cared=number(one["cared"]), others=number(one["compared"]))
    drawer = explain(Explain(say("effect.leaving.rule"), say("effect.period.read", read=full_day(one["read_on"])), people, say("effect.leaving.left")))
    found, inner = span(one), ""
    if found is not None:
        low, high = min(0.45, max(found.low, 0.2), found.value), max(2.2, min(found.high, 5.0), found.value)
        on = Scale(math.log(low), math.log(high))
        logs = Span(math.log(found.value), math.log(found.low), math.log(found.high))
        drawing = effect_draw.dot(logs, on, say("effect.leaving.aria", ratio=ratio(found)))
        ticks = [(math.log(tick), number(tick, 2 if tick % 0.5 else None)) for tick in TICKS if low <= tick <= high]
        inner = (f"<div class='ef-picture'><div class='ef-row credible'><div class=l><b>{esc(say('effect.leaving.ratio'))}</b><span class='kj-note'>{esc(say('effect.leaving.ratio.note'))}</span></div>"
                 f"{drawing}<div class=v><b>× {number(found.value, 2)}</b><span class='kj-note'>{esc(effect_seen.ends(found, 2))}</span></div></div>"
                 f"{effect_draw.axis(on, say('effect.leaving.axis'), ticks)}</div>")
    facts = [(say("effect.leaving.cared_weeks"), one["weeks_cared"], one["events_cared"]), (say("effect.leaving.other_weeks"), one["weeks_compared"], one["events_compared"])]
    few = say("effect.left.few", n=number(effect_read.least(desk)))
    counts = "".join(f"<li>{esc(name)} <b>{esc(say('effect.leaving.events', events=few if known(events) is None else number(events), weeks=number(weeks)))}</b></li>"
                     for name, weeks, events in facts if known(weeks) is not None)
    expected = f"<li>{esc(say('effect.leaving.expected'))} <b>{number(one['expected'])}</b></li>" if known(one["expected"]) is not None else ""
    chip = effect_read.chip(word(one), effect_seen.TONES[one["verdict"]])
    return effect_read.section(_title(one), f"{inner}<div class='ef-said'>{chip}</div><ul class='plain-list'>{counts}{expected}</ul>{effect_read.caution(effect_seen.warnings(one['warnings']))}"
                               f"{effect_read.check_list(effect_seen.checks(one['checks']), 'effect.leaving.check')}", drawer)


# --- curves -----------------------------------------------------------------------------------------------------------------------

def _group(cared: bool) -> str:
    return "effect.curves.cared" if cared else "effect.curves.others"


def _steps(rows: pd.DataFrame, last: float) -> tuple[list[float], list[float], list[float], list[float]]:
    """A curve that falls in steps: everybody is there at the landmark, and a share holds until the next one leaves."""
    weeks, lines = [0.0], [[1.0], [1.0], [1.0]]
    for one in rows.itertuples():
        weeks += [float(one.weeks), float(one.weeks)]
        for line, value in zip(lines, (one.staying, one.low, one.high), strict=True):
            line += [line[-1], float(value)]
    weeks.append(max(last, weeks[-1]))
    for line in lines:
        line.append(line[-1])
    return weeks, *lines


def _curves(desk: Desk, others: Others) -> str:
    rows = desk.read("effect_staying")
    rows = rows[rows["at_risk"] >= FOLLOWED]
    if rows.empty:
        return effect_read.section(say("effect.curves.nothing"), f"<p class='kj-note'>{esc(say('effect.curves.nothing.why'))}</p>")
    last = min(float(rows["weeks"].max()), YEAR)
    bands, lines, tips, ends, people = [], [], [], [], []
    shown = {}
    for cared, tone in ((False, "soft"), (True, "primary")):
        mine = rows[(rows["cared"] == cared) & (rows["weeks"] <= last)]
        if mine.empty:
            continue
        weeks, staying, low, high = _steps(mine, last)
        percent = lambda values: [value * 100 for value in values]
        bands.append(Band(weeks, percent(low), percent(high), tone))
        lines.append(Line(weeks, percent(staying), tone, dashed=not cared))
        shown[cared] = (weeks, staying, low, high)
        people.append(say("effect.curves.people", group=say(_group(cared)), n=number(mine["people"].iloc[0])))
        ends.append(say("effect.curves.end", group=say(_group(cared)), share=ranged(staying[-1], low[-1], high[-1])))
    for week in range(4, int(last) + 1, 4):
        said = [say("effect.curves.tip", week=number(week))]
        for cared, (weeks, staying, low, high) in shown.items():
            at = max(place for place, value in enumerate(weeks) if value <= week)
            said.append(say("effect.curves.end", group=say(_group(cared)), share=ranged(staying[at], low[at], high[at])))
        tips.append(Tip(week - 2, week + 2, "\n".join(said)))
    axis = Axis(0, last * 1.03, [(week, say("effect.week", n=number(week))) for week in range(0, int(last) + 1, 13)])
    # Curves as lines alone: a dot at every step would hide them.
    lane = chart(axis, say("effect.curves.lane"), 180, [*bands, *lines], tips, most=4)
    keys = "".join(f"<span><i class='{kind}' aria-hidden=true></i> {esc(words)}</span>" for kind, words in (("own", say("effect.curves.cared")), ("team", say("effect.curves.others"))))
    drawer = explain(Explain(say("effect.curves.rule"), say("effect.curves.period"), " · ".join(people), say("effect.curves.left")))
    label = " · ".join([say("effect.curves"), *ends])
    marked = f"<p class='ef-others'><i aria-hidden=true></i>{esc(others.said('leaving'))}</p>"
    return effect_read.section(say("effect.curves"), f"<div>{chips([say('effect.unadjusted')], 'watch')} <span class='kj-note'>{esc(say('effect.curves.note'))}</span></div>"
                               f"<div class='kj-note kj-keys'>{keys}</div><div class='ef-steps'>{figure(axis, [lane], label)}</div><p>{esc(' · '.join(ends))}</p>{marked}", drawer)
