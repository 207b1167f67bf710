"""Effect of the programme: what changed when teams started precise care, beside teams that had not yet started, with how both moved before."""

from __future__ import annotations

from lib.access.desk import Desk
from lib.show import effect_draw, effect_others, effect_read, effect_seen, shelf
from lib.show.care_live import Asked
from lib.show.effect_others import Others
from lib.show.effect_read import Row
from lib.show.effect_seen import Span
from lib.show.figures import known
from lib.show.lanes import Axis, Band, Line, Tip, chart, figure
from lib.show.parts import Explain, esc, explain, full_day, number
from lib.show.sections import Behind, Held
from lib.words import say

OUTCOMES = ("performance", "leaving", "hr_minutes", "felt")
MOST = {"performance": 20.0, "leaving": 60.0, "hr_minutes": 15.0, "felt": 45.0}
"""Where each outcome's scale ends, unless a value lies further out."""


def html(desk: Desk, held: Held) -> str:
    """All outcomes, and the picture of the one that is open."""
    chosen, others = _chosen(held), effect_others.of(desk)
    return shelf.picture(desk, "effect.programme", (chosen, others), lambda: _page(desk, chosen, others))


def act(desk: Desk, asked: Asked, held: Held) -> str | None:
    """Open the picture of another outcome."""
    if asked.what != "effect.outcome":
        return None
    if asked.of in OUTCOMES:
        held.state["effect.outcome"] = asked.of
    return ""


def tables(desk: Desk, held: Held) -> Behind:
    """The outcomes, and every point of their pictures."""
    outcome = lambda rows: rows.assign(outcome=rows["outcome"].map(lambda key: say(f"effect.outcome.{key}")))
    rows, points = desk.read("effect_programme_read"), desk.read("effect_programme_weeks")
    rows = rows.assign(verdict=[word(row) for row in rows.to_dict("records")])
    points = points.assign(part=points["part"].map(lambda key: say(f"effect.event.{key}")))
    first = ("outcome", "verdict", "value", "low", "high", "p_adjusted", "teams", "not_started", "trend", "trend_low", "trend_high", "left_out")
    second = ("outcome", "weeks_from_start", "part", "value", "low", "high", "teams")
    return [(outcome(frame), name, {column: say(f"effect.column.{column}") for column in columns})
            for frame, name, columns in ((rows, "effect-programme", first), (points, "effect-programme-weeks", second)) if len(frame)]


def _chosen(held: Held) -> str:
    return str(held.state.get("effect.outcome", OUTCOMES[0]))


def rows_of(desk: Desk) -> dict[str, Row]:
    """The outcomes by their key."""
    return {row["outcome"]: row for row in desk.read("effect_programme_read").to_dict("records")}


def word(row: Row) -> str:
    """The verdict of an outcome in a few words, always those of observed data."""
    return effect_seen.word(row["verdict"], known(row["bound"]), None, False, say(f"effect.unit.{row['outcome']}"))


def span(row: Row) -> Span | None:
    """The change with its interval."""
    found = [known(row[name]) for name in ("value", "low", "high")]
    return None if None in found else Span(*found)  # type: ignore[arg-type]


def recorded(row: Row) -> bool:
    """Whether there is anything on record about the outcome at all."""
    return bool(effect_seen.checks(row["checks"]))


def why(row: Row) -> str:
    """Why nothing can be told: nothing is on record, or the interval leaves out 0 and a check does not hold; '' otherwise."""
    if not recorded(row):
        return say(f"effect.programme.unknown.{row['outcome']}")
    return effect_read.why(effect_seen.checks(row["checks"]), row["verdict"], span(row), "effect.programme.check")


def _page(desk: Desk, chosen: str, reported: Others) -> str:
    rows = rows_of(desk)
    if not rows or all(known(row["value"]) is None for row in rows.values()):
        return effect_read.section(say("effect.programme.nothing"), f"<p class='kj-note'>{esc(say('effect.programme.nothing.why'))}</p>")
    told = [row for row in rows.values() if row["verdict"] in ("works", "harms", "no_effect")]
    title = say(("effect.programme.some.one" if len(told) == 1 else "effect.programme.some") if told else "effect.programme.none", n=number(len(told)), all=number(len(rows)))
    lines = "".join(_line(rows[key], key, chosen, reported.changes(key)) for key in OUTCOMES if key in rows)
    some = next(iter(rows.values()))
    teams = max(int(known(row["teams"]) or 0) for row in rows.values())
    drawer = explain(Explain(say("effect.programme.rule"), say("effect.period.read", read=full_day(some["read_on"])),
                             say("effect.programme.people", teams=number(teams), others=number(max(int(known(row["not_started"]) or 0) for row in rows.values()))),
                             say("effect.programme.left", n=number(max(int(known(row["left_out"]) or 0) for row in rows.values())))))
    others = f"<p class='ef-others'><i aria-hidden=true></i>{esc(reported.said('programme'))}</p>"
    return effect_read.section(title, f"<div class='ef-outcomes'>{lines}</div>{others}{effect_read.caution(['programme'])}", drawer, say("effect.family", cells=number(len(rows)))) + _picture(desk, rows, chosen)


def _line(row: Row, key: str, chosen: str, reported: tuple[float, ...]) -> str:
    found = span(row)
    name, unit = say(f"effect.outcome.{key}"), say(f"effect.unit.{key}")
    if found is None:
        empty = say("effect.programme.too_few") if recorded(row) else why(row)
        drawing, figures = f"<span class='ef-track none'><em>{esc(empty)}</em></span>", ""
    else:
        on = effect_draw.scale([found], reported, most=MOST[key])
        drawing = effect_draw.dot(found, on, f"{name} {effect_seen.figure(found)} {unit}", reported)
        figures = f"{effect_seen.figure(found)}"
    chip = effect_read.chip(word(row), effect_seen.TONES[row["verdict"]])
    reason = f"<span class='kj-note'>{esc(why(row))}</span>" if found is not None and why(row) else ""
    return (f"<button type=button class='kj-pick ef-outcome' data-ask=effect.outcome data-of='{key}' aria-pressed={'true' if key == chosen else 'false'}>"
            f"<span class=l><b>{esc(name)}</b><span class='kj-note'>{esc(say(f'effect.better.{key}'))}</span></span>{drawing}<span class=v><b>{esc(figures)}</b><span class='kj-note'>{esc(unit if figures else '')}</span></span>"
            f"<span class=w>{chip}{reason}</span></button>")


# --- before and after the start -------------------------------------------------------------------------------------------------------

def _picture(desk: Desk, rows: dict[str, Row], chosen: str) -> str:
    row = rows.get(chosen)
    points = desk.read("effect_programme_weeks")
    points = points[points["outcome"] == chosen].sort_values("weeks_from_start")
    if row is None or points.empty:
        return ""
    name, unit = say(f"effect.outcome.{chosen}"), say(f"effect.unit.{chosen}")
    weeks = [float(value) + 2 for value in points["weeks_from_start"]]
    parts = points["part"].tolist()
    cut = lambda name, keep: [float(value) if part in keep else None for value, part in zip(points[name], parts, strict=True)]
    before, after = ("lead", "base"), ("after",)
    marks = [Band(weeks, cut("low", before), cut("high", before), "soft"), Band(weeks, cut("low", after), cut("high", after), "primary"),
             Line([weeks[0] - 2, weeks[-1] + 2], [0.0, 0.0], "soft", dashed=True), Line(weeks, cut("value", before), "soft"), Line(weeks, cut("value", after), "primary")]
    tips = [Tip(week - 2, week + 2, "\n".join([_weeks(int(one.weeks_from_start)), f"{effect_seen.figure(Span(one.value, one.low, one.high))} {unit}", say("effect.event.teams", n=number(one.teams))]))
            for week, one in zip(weeks, points.itertuples(), strict=True)]
    ends = (weeks[0] - 2, weeks[-1] + 2)
    axis = Axis(*ends, [(week, say("effect.event.start") if week == 0 else say("effect.event.week", n=number(week) if week < 0 else f"+{week}"))
                        for week in range(-20, 13, 4) if ends[0] <= week < ends[1]])
    lane = chart(axis, f"{name} ({unit})", 180, marks, tips, most=5)
    trend = known(row["trend"])
    words = say("effect.trend.none") if trend is None else \
        say("effect.trend", value=effect_seen.figure(Span(trend, float(row["trend_low"]), float(row["trend_high"]))), unit=unit)
    keys = "".join(f"<span><i class='{kind}' aria-hidden=true></i> {esc(text)}</span>" for kind, text in (("before", say("effect.event.before")), ("own", say("effect.event.after"))))
    drawer = explain(Explain(say("effect.event.rule"), say("effect.period.read", read=full_day(row["read_on"])),
                             say("effect.programme.people", teams=number(row["teams"]), others=number(row["not_started"])), say("effect.programme.left", n=number(row["left_out"]))))
    return effect_read.section(say("effect.event", outcome=name), f"<div class='kj-note kj-keys'>{keys}</div>{figure(axis, [lane], say('effect.event', outcome=name))}<p>{esc(words)}</p>"
                               f"{effect_read.check_list(effect_seen.checks(row['checks']), 'effect.programme.check')}", drawer)


def _weeks(first: int) -> str:
    return say("effect.event.from_to", first=number(first), last=number(first + 3)) if first < 0 else say("effect.event.from_to", first=f"+{first}", last=f"+{first + 3}")
