"""Risk, what if: how many leavers are reached in time, and what it costs, when HR can talk with 5, 10 or 20 people a week."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lib import settings
from lib.access.desk import Desk
from lib.show import risk_draw, shelf
from lib.show.care_live import Asked
from lib.show.parts import Explain, esc, explain, number
from lib.show.risk_draw import chance, known, ranged
from lib.show.sections import Behind, Held
from lib.words import say

Row = Mapping[Any, Any]


def html(desk: Desk, held: Held) -> str:
    """A card a capacity, and the other methods beside the model."""
    minutes = float(settings.get("care.minutes", settings.stored(desk.data_dir)))
    return shelf.picture(desk, "risk.capacity", (minutes,), lambda: _page(desk, minutes))


def act(desk: Desk, asked: Asked, held: Held) -> str | None:
    """Nothing is done here."""
    return None


def tables(desk: Desk, held: Held) -> Behind:
    """Every capacity and method."""
    rows = desk.read("risk_caught_by")
    frame = rows.assign(method=rows["method"].map(lambda key: say(f"risk.method.{key}")))
    return [(frame, "risk-capacity", {name: say(f"risk.column.{name}") for name in frame.columns})] if len(frame) else []


def _page(desk: Desk, minutes: float) -> str:
    rows = desk.read("risk_caught_by").to_dict("records")
    model = [row for row in rows if row["method"] == "model" and row["leavers"]]
    if not model:
        return f"<section class='kj-card kj-stack'><h2>{esc(say('risk.what_if.nothing'))}</h2><p class='kj-note'>{esc(say('risk.what_if.nothing_why'))}</p></section>"
    tags = {row["capacity"]: row for row in rows if row["method"] == "tags"}
    cards = "".join(_card(row, tags.get(row["capacity"]), minutes) for row in model)
    how = explain(Explain(say("risk.what_if.rule"), say("risk.what_if.period", n=number(model[0]["weeks"])), say("risk.what_if.people", n=number(model[0]["leavers"])),
                          say("risk.what_if.left")))
    return (f"<section class='kj-card kj-stack'><div class=kj-head><h2>{esc(_title(model))}</h2>{how}</div><p class='kj-note'>{esc(say('risk.what_if.what'))}</p>"
            f"{_beside(desk, model, tags)}<div class=what-if>{cards}</div></section>")


def _beside(desk: Desk, model: list[Row], tags: Mapping[Any, Row]) -> str:
    """Model and tags side by side: who is found, how many of ten named leave, why these are two measures, and what follows for HR."""
    found: dict[str, list[Row]] = {}
    for row in model:
        if row["capacity"] in tags:
            found.setdefault(finds(row, tags[row["capacity"]]), []).append(row)
    if not found:
        return ""
    same = say("risk.what_if.beside.join").join(
        say(f"risk.what_if.beside.{key}", n=say("risk.joint").join(number(row["capacity"]) for row in rows)) for key, rows in found.items())
    now = desk.read("risk_now").iloc[0].to_dict()
    told = [say("risk.what_if.beside", found=same)]
    named = precise(now)
    if named:
        told.append(say(f"risk.what_if.precise.{named}", n=number(now["capacity"]), x=number(now["precision"] * 10, 1), y=number(now["precision_tags"] * 10, 1)))
    own = next((key for key, rows in found.items() if now["capacity"] in [row["capacity"] for row in rows]), next(iter(found)))
    so = say(f"risk.what_if.so.{'sharper' if own == 'same' and named == 'more' else own}")
    lines = "".join(f"<li><b>{esc(line)}</b></li>" for line in told) + f"<li>{esc(so)}</li>"
    return f"<ul class=plain-list>{lines}</ul><p class='kj-note'>{esc(say('risk.what_if.differ'))}</p>"


def finds(model: Row, tags: Row) -> str:
    """Whether the model finds more or fewer leavers than tags, by their 95 % intervals: ``same`` where these overlap."""
    return "more" if model["low"] > tags["high"] else "fewer" if model["high"] < tags["low"] else "same"


def precise(now: Row) -> str:
    """Whether more or fewer of those named leave than by tags, by the interval of the paired difference: ``same`` where it holds nought;
    '' where it is not known."""
    low, high = known(now["precision_gain_low"]), known(now["precision_gain_high"])
    if low is None or high is None or known(now["precision"]) is None or known(now["precision_tags"]) is None:
        return ""
    return "more" if low > 0 else "fewer" if high < 0 else "same"


def _title(model: list[Row]) -> str:
    first, last = model[0], model[-1]
    reached = lambda row: chance(row["caught"] / row["leavers"])
    return say("risk.what_if", few=number(first["capacity"]), many=number(last["capacity"]), first=reached(first), last=reached(last))


def _card(row: Row, tags: Row | None, minutes: float) -> str:
    share = row["caught"] / row["leavers"]
    spoken = say("risk.what_if.aria", n=number(row["capacity"]), share=ranged(share, row["low"], row["high"]))
    named = row["flagged"] / row["weeks"] if known(row["flagged"]) and row["weeks"] else None
    facts = [("hours", say("risk.what_if.hours", hours=number(named * minutes / 60, 1), named=number(named)) if named is not None else "–"),
             ("stayed", chance(1 - row["hits"] / row["flagged"]) if known(row["flagged"]) else "–"),
             ("lead", say("risk.what_if.days", n=number(row["lead_days"], 0)) if known(row["lead_days"]) is not None else "–"),
             ("tags", say("risk.what_if.of", caught=number(tags["caught"]), leavers=number(tags["leavers"])) if tags else "–")]
    inner = "".join(f"<dt>{esc(say(f'risk.what_if.row.{key}'))}</dt><dd>{esc(text)}</dd>" for key, text in facts)
    return (f"<div class='kj-stack'><h3>{esc(say('risk.what_if.card', n=number(row['capacity'])))}</h3>"
            f"<div><span class='kj-num'>{esc(chance(share))}</span> <span class='kj-unit'>{esc(risk_draw.between(row['low'], row['high']))}</span></div>"
            f"{risk_draw.whisker(share, row['low'], row['high'], 1.0, spoken)}"
            f"<p class='kj-note'>{esc(say('risk.what_if.of', caught=number(row['caught']), leavers=number(row['leavers'])))}</p><dl class=kj-explain>{inner}</dl></div>")
