"""Effect by tag and by kind of support: in their own order, never by what they say, and each as one of so many that were judged together."""

from __future__ import annotations

from collections.abc import Sequence

from lib.access.desk import Desk
from lib.intake.contracts_support import SUPPORTS
from lib.show import effect_draw, effect_read, effect_seen, shelf
from lib.show.care_live import Asked
from lib.show.effect_answer import COLUMNS
from lib.show.effect_read import Row
from lib.show.effect_seen import Cell
from lib.show.parts import esc, number
from lib.show.sections import Behind, Held
from lib.words import say

FEW = 3
"""So many cells without a comparison stand among the others; more are folded away, so that what can be seen is seen."""


def html(desk: Desk, held: Held) -> str:
    """Tags, then kinds of support with what an hour of them is worth."""
    return shelf.picture(desk, "effect.parts", (), lambda: _page(desk))


def act(desk: Desk, asked: Asked, held: Held) -> str | None:
    """Nothing is done here."""
    return None


def tables(desk: Desk, held: Held) -> Behind:
    """The rows behind both pictures; for HR also every tag × kind."""
    return [found for scope in ("tag", "kind", "tag_kind") for found in behind(desk, scope)]


def behind(desk: Desk, scope: str) -> Behind:
    """The rows of one scope of the current read."""
    read = effect_read.current(desk)
    if read is None:
        return []
    frame = desk.read("effect_cells_read", read_on=read["read_on"])
    frame = frame[frame["scope"] == scope]
    if frame.empty:
        return []
    frame = frame.assign(verdict=[effect_seen.verdict(effect_seen.of_row(row)) for row in frame.to_dict("records")],
                         part=[effect_read.part(desk, scope, key) for key in frame["part"]])
    more = ("minutes", "points_per_hour", "points_per_hour_low", "points_per_hour_high") if scope in ("kind", "tag_kind") else ()
    return [(frame, f"effect-{scope.replace('_', '-')}", {name: say(f"effect.column.{name}") for name in (*COLUMNS, *more)})]


def _page(desk: Desk) -> str:
    read = effect_read.current(desk)
    if read is None:
        return effect_read.section(say("effect.nothing"), f"<p>{esc(say('effect.nothing.why'))}</p><p class='kj-note'>{esc(say('effect.nothing.how'))}</p>")
    order = list(effect_read.names(desk))
    tags = sorted(effect_read.cells(desk, "tag"), key=lambda cell: order.index(cell.part) if cell.part in order else len(order))
    return family(desk, read, tags, "tag") + family(desk, read, sorted(effect_read.cells(desk, "kind"), key=_place), "kind")


def _place(cell: Cell) -> int:
    """Kinds of support stand as in the list of what can be given, those for pain points after them."""
    known = [kind for kind, _ in SUPPORTS]
    return known.index(cell.part) if cell.part in known else len(known)


def family(desk: Desk, read: Row, cells: Sequence[Cell], scope: str) -> str:
    """The cells of one scope as rows on one scale, with what has to be said about so many of them."""
    if not cells:
        return effect_read.section(say(f"effect.{scope}.nothing"), f"<p class='kj-note'>{esc(say(f'effect.{scope}.nothing.why'))}</p>")
    told = [cell for cell in cells if cell.verdict in ("works", "harms", "no_effect")]
    number_of = (".only" if len(cells) == 1 else ".one" if len(told) == 1 else "") if told else ".one" if len(cells) == 1 else ""
    title = say(f"effect.{scope}.some{number_of}" if told else f"effect.{scope}.none{number_of}", n=number(len(told)), all=number(len(cells)))
    spans = [span for cell in cells if cell.compared for span in (cell.compared.naive, cell.compared.credible)]
    # Wide intervals of small groups are cut: they would press everything else into a line.
    on = effect_draw.scale(spans, most=max([15.0, *(abs(span.value) * 1.3 for span in spans)]))
    drawn, bare = (list(cells), []) if scope == "tag" else ([cell for cell in cells if cell.compared], [cell for cell in cells if not cell.compared])
    if len(bare) <= FEW:  # a fold for a handful hides more than it tidies
        drawn, bare = list(cells), []
    rows = "".join(_row(desk, read, cell, on, scope) for cell in drawn)
    more = f"<details class='fold'><summary>{esc(say(f'effect.{scope}.bare', n=number(len(bare))))}</summary><div class='ef-rows {scope}'>" \
        f"{''.join(_row(desk, read, cell, on, scope) for cell in bare)}</div></details>" if bare else ""
    note = say("effect.family", cells=number(cells[0].cells)) if cells[0].cells > 1 else ""
    keys = "".join(f"<span><i class='{key}' aria-hidden=true></i> {esc(say(f'effect.key.{key}'))}</span>" for key in ("naive", "credible"))
    legend = f"<div class='kj-note kj-keys'>{keys}</div>" if spans else ""
    observed = any("private_knowledge" in cell.warnings for cell in cells)
    caution = effect_read.caution(["private_knowledge"]) if observed else ""
    axis = effect_draw.axis(on, "") if spans else ""
    rows_ = f"<div class='ef-rows {scope}'>{rows}{axis}</div>" if drawn else ""
    hour = f"<p class='kj-note'>{esc(say('effect.hour.none'))}</p>" if scope == "kind" and any(cell.hour is None for cell in cells) else ""
    return effect_read.section(title, f"{legend}{rows_}{more}{hour}{caution}", note=note)


def _row(desk: Desk, read: Row, cell: Cell, on: effect_draw.Scale, scope: str) -> str:
    name = effect_read.part(desk, scope, cell.part)
    nobody = not cell.few and not cell.cared and not cell.others
    people = say("effect.row.few") if cell.few else say("effect.row.nobody") if nobody else say("effect.row.people", cared=number(cell.cared), others=number(cell.others))
    if cell.compared is not None:
        drawing = effect_draw.pair(cell.compared, on, name)
        figures = say("effect.row.figures", naive=effect_seen.figure(cell.compared.naive).split(" ")[0], left=effect_seen.figure(cell.compared.credible))
    else:
        drawing = f"<span class='ef-track slim none'><em>{esc(say('effect.row.hidden' if cell.few else 'effect.row.nothing' if nobody else 'effect.row.none'))}</em></span>"
        figures = ""
    hour = _hour(cell) if scope == "kind" and not cell.few else ""
    chip = effect_read.chip(effect_seen.verdict(cell), effect_seen.TONES[cell.verdict])
    one_of = f"<span class='kj-note'>{esc(say('effect.one_of', cells=number(cell.cells)))}</span>" if cell.cells > 1 and cell.verdict in ("works", "harms") else ""
    why = effect_read.why(cell.checks, cell.verdict, cell.compared.credible if cell.compared else None, settles=bool(cell.more))
    reason = f"<span class='kj-note'>{esc(why)}</span>" if why else ""
    past = f"<span class='kj-note'>{esc(say('effect.warning.no_history.short'))}</span>" if "no_history" in cell.warnings else ""
    drawer = effect_read.how(desk, cell, read, say("effect.rule.kind" if scope == "kind" else "effect.rule"))
    return (f"<div class='ef-part'><div class=l><b>{esc(name)}</b><span class='kj-note'>{esc(people)}</span></div>{drawing}"
            f"<div class=v><span>{esc(figures)}</span>{hour}</div><div class=w>{chip}{reason}{one_of}{past}{drawer}</div></div>")


def _hour(cell: Cell) -> str:
    """How long one takes, and what an hour of it is worth: that only where there is a verdict to stand on."""
    if cell.hour is None:
        return f"<span class='kj-note'>{esc(say('effect.hour.each', n=number(cell.minutes, 0)) if cell.minutes else say('effect.hour.unknown'))}</span>"
    return f"<span><b>{esc(say('effect.hour', value=effect_seen.figure(cell.hour)))}</b> <span class='kj-note'>{esc(say('effect.hour.each', n=number(cell.minutes, 0)))}</span></span>"
