"""Effect, how long until it can be told: what can be seen now, and in how many weeks an effect that would matter could be, at a chosen capacity."""

from __future__ import annotations

import math
from collections.abc import Mapping

from lib.access.desk import Desk
from lib.show import effect_read, shelf
from lib.show.care_live import Asked
from lib.show.effect_read import Row
from lib.show.figures import known
from lib.show.lanes import Axis, Line, Tip, chart, figure
from lib.show.parts import Explain, esc, explain, number
from lib.show.sections import Behind, Held, Wrong
from lib.words import say

LONGEST, SHOWN = 520, 104
"""Weeks that are looked ahead, and those that are drawn."""
FEWEST, MOST = 0.5, 50.0
"""Points that may be asked for."""
PEOPLE = 1000.0


def html(desk: Desk, held: Held) -> str:
    """The form, its answer and the curve; then every tag at its present pace."""
    capacity, worth = held.state.get("effect.capacity"), held.state.get("effect.worth")
    return shelf.picture(desk, "effect.when", (capacity, worth), lambda: _page(desk, capacity, worth))  # type: ignore[arg-type]


def act(desk: Desk, asked: Asked, held: Held) -> str | None:
    """Take another capacity and another effect that would matter."""
    if asked.what != "effect.when":
        return None
    held.state["effect.capacity"] = _number(asked.typed.get("capacity", ""), 0.1, PEOPLE, "effect.when.wrong.capacity")
    held.state["effect.worth"] = _number(asked.typed.get("worth", ""), FEWEST, MOST, "effect.when.wrong.worth")
    return ""


def tables(desk: Desk, held: Held) -> Behind:
    """Every tag at its present pace."""
    rows = desk.read("effect_how_long")
    if rows.empty:
        return []
    names = effect_read.names(desk)
    rows = rows.assign(part=[names.get(tag, say("effect.part.all")) for tag in rows["tag"]])
    return [(rows, "effect-how-long", {name: say(f"effect.when.column.{name}") for name in ("part", "cared_episodes", "compared_episodes", "cared_a_week", "compared_a_week", "mde", "worth", "weeks")})]


def _number(text: str, low: float, high: float, key: str) -> float:
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        raise Wrong(say(key, low=f"{low:g}", high=f"{high:g}")) from None
    if not (math.isfinite(value) and low <= value <= high):
        raise Wrong(say(key, low=f"{low:g}", high=f"{high:g}"))
    return value


def ahead(row: Mapping[str, object], cared_a_week: float, compared_a_week: float) -> list[float]:
    """The smallest effect that is seen in 80 % of cases, week by week from now (rows of ``effect_how_long``)."""
    from lib.effect.estimate import smallest_seen

    count = lambda name: known(row[name]) or 0.0
    return [smallest_seen(count("noise"), count("cared_episodes") + week * cared_a_week, count("compared_episodes") + week * compared_a_week)  # type: ignore[arg-type]
            for week in range(LONGEST + 1)]


def weeks_until(seen: list[float], worth: float) -> int | None:
    """Weeks until an effect of ``worth`` would be seen; None: not within ten years."""
    return next((week for week, value in enumerate(seen) if value <= worth), None)


def _page(desk: Desk, capacity: float | None, worth: float | None) -> str:
    rows = {row["tag"]: row for row in desk.read("effect_how_long").to_dict("records")}
    all_ = rows.get("")
    if all_ is None or all_["few"] or known(all_["noise"]) is None or effect_read.nothing(effect_read.current(desk)):
        return effect_read.section(say("effect.when.nothing"), f"<p class='kj-note'>{esc(say('effect.when.nothing.why'))}</p>")
    flagged = (known(all_["cared_a_week"]) or 0.0) + (known(all_["compared_a_week"]) or 0.0)
    cared = capacity if capacity is not None else known(all_["cared_a_week"]) or 0.0
    aim = worth if worth is not None else float(all_["worth"])
    others = max(flagged - cared, 0.0)
    seen = ahead(all_, cared, others)
    weeks = weeks_until(seen, aim)
    title = say("effect.when.now", worth=number(aim), mde=number(seen[0])) if weeks == 0 else \
        say("effect.when.one" if weeks == 1 else "effect.when", worth=number(aim), weeks=number(weeks)) if weeks is not None else say("effect.when.never", worth=number(aim))
    cell = effect_read.whole(desk)
    enough = weeks == 0 and cell is not None and cell.verdict == "cannot_tell" and not cell.more
    nobody = f"<p class='sole'>{esc(say('effect.when.nobody' if others <= 0 else 'effect.when.enough'))}</p>" if others <= 0 or enough else ""
    drawer = explain(Explain(say("effect.when.rule", noise=number(all_["noise"], 0)), say("effect.when.period"),
                             say("effect.when.people", cared=number(all_["cared_episodes"]), others=number(all_["compared_episodes"])), say("effect.when.left")))
    return effect_read.section(title, f"{_form(cared, aim, flagged)}{nobody}{_curve(seen, aim, cared, others)}{_tags(desk, rows)}", drawer, say("effect.when.note"))


def _form(cared: float, aim: float, flagged: float) -> str:
    field = lambda name, value, low, high, step: (f"<label>{esc(say(f'effect.when.{name}'))}<input type=number name={name} value='{value:g}' min={low:g} max={high:g} step={step} inputmode=decimal></label>")
    return (f"<form data-form=effect.when class=ef-when>{field('capacity', round(cared, 1), 0.1, PEOPLE, 'any')}{field('worth', round(aim, 1), FEWEST, MOST, 'any')}"
            f"<button type=submit class='act main' data-ask=effect.when>{esc(say('effect.when.ask'))}</button><p class='kj-note'>{esc(say('effect.when.flagged', n=number(flagged, 1)))}</p></form>")


def _curve(seen: list[float], aim: float, cared: float, others: float) -> str:
    shown = [value if math.isfinite(value) else None for value in seen[:SHOWN + 1]]
    if all(value is None for value in shown):
        return ""
    weeks = list(range(len(shown)))
    tips = [Tip(week - 2, week + 2, "\n".join([say("effect.when.in", n=number(week)) if week else say("effect.when.today"),
                                               say("effect.when.tip", mde=number(shown[week]))])) for week in weeks[::4]]
    axis = Axis(0, SHOWN + 10, [(week, say("effect.week", n=number(week))) for week in range(0, SHOWN + 1, 26)])
    lane = chart(axis, say("effect.when.lane"), 130, [Line([0, SHOWN + 10], [aim, aim], "watch", dashed=True), Line(weeks[::4], shown[::4])], tips, zero=True, most=4)
    label = say("effect.when.aria", cared=number(cared, 1), others=number(others, 1), mde=number(shown[0]), worth=number(aim))
    keys = "".join(f"<span><i class='{kind}' aria-hidden=true></i> {esc(words)}</span>" for kind, words in (("own", say("effect.when.key.seen")), ("others", say("effect.when.key.worth", worth=number(aim)))))
    return f"<div class='kj-note kj-keys'>{keys}</div>{figure(axis, [lane], label)}"


def _tags(desk: Desk, rows: Mapping[str, Row]) -> str:
    lines = []
    for tag, name in effect_read.names(desk).items():
        row = rows.get(tag)
        if row is None:
            continue
        mde, weeks = known(row["mde"]), known(row["weeks"])
        if row["few"] or mde is None:
            said = say("effect.row.few" if row["few"] else "effect.when.tag.none")
        elif weeks is None:
            said = say("effect.when.tag.never", mde=number(mde))
        else:
            said = say("effect.when.tag.now" if weeks == 0 else "effect.when.tag", mde=number(mde), weeks=number(weeks), worth=number(row["worth"]))
        lines.append(f"<dt>{esc(name)}</dt><dd>{esc(said)}</dd>")
    return f"<details class='fold'><summary>{esc(say('effect.when.tags'))}</summary><dl class='kj-explain'>{''.join(lines)}</dl></details>" if lines else ""

