"""Effect, the answer: what a before/after would say beside what is left, why the verdict is what it is, and what no analysis can repair."""

from __future__ import annotations

import pandas as pd

from lib.access.desk import Desk
from lib.show import effect_draw, effect_read, effect_seen, shelf
from lib.show.care_live import Asked
from lib.show.effect_seen import Cell
from lib.show.parts import esc, full_day, signed
from lib.show.sections import Behind, Held
from lib.words import say

COLUMNS = ("part", "verdict", "cared", "compared", "naive_before", "naive_after", "naive_change", "naive_low", "naive_high", "compared_before", "compared_after",
           "value", "low", "high", "second_value", "second_low", "second_high", "matched_value", "matched_low", "matched_high", "p_adjusted", "mde", "more")


def html(desk: Desk, held: Held) -> str:
    """The picture and the checks of all cares together; the version decides them, so they are drawn once a version."""
    return shelf.picture(desk, "effect.answer", (), lambda: _page(desk))


def act(desk: Desk, asked: Asked, held: Held) -> str | None:
    """Nothing is done here."""
    return None


def tables(desk: Desk, held: Held) -> Behind:
    """The row behind the picture, in every read that is kept."""
    frames = [desk.read("effect_cells_read", read_on=row["read_on"]).assign(read_on=row["read_on"], kind=say(f"effect.look.{row['kind']}")) for row in effect_read.reads(desk)]
    rows = [frame[frame["scope"] == "all"] for frame in frames]
    if not rows:
        return []
    frame = pd.concat(rows, ignore_index=True)
    frame = frame.assign(verdict=[effect_seen.verdict(effect_seen.of_row(row)) for row in frame.to_dict("records")])
    return [(frame, "effect-reads", {name: say(f"effect.column.{name}") for name in ("read_on", "kind", *COLUMNS[1:])})]


def _page(desk: Desk) -> str:
    read, cell = effect_read.current(desk), effect_read.whole(desk)
    if read is None or cell is None or effect_read.nothing(read):
        return effect_read.section(say("effect.nothing"), f"<p>{esc(say('effect.nothing.why'))}</p><p class='kj-note'>{esc(say('effect.nothing.how'))}</p>")
    drawer = effect_read.how(desk, cell, read, say("effect.rule"))
    checks = effect_read.check_list(cell.checks)
    cautions = effect_read.caution(cell.warnings, cell.cells)
    if cell.compared is None:
        key = "effect.answer.few" if cell.few else "effect.answer.none"
        return effect_read.section(say(key), f"<p>{esc(say('effect.answer.none.why'))}</p>{cautions}{checks}", drawer)
    found = cell.compared
    title = say("effect.answer", naive=signed(found.naive.value, 1), left=effect_seen.figure(found.credible))
    more = f"<details class='fold'><summary>{esc(say('effect.methods'))}</summary>{effect_draw.methods(found)}<p class='kj-note'>{esc(say('effect.methods.note'))}</p></details>"
    chip = effect_read.chip(effect_seen.verdict(cell), effect_seen.TONES[cell.verdict])
    design = esc(say(f"effect.design.{cell.design}"))
    return effect_read.section(title, f"{effect_draw.picture(found)}<div class='ef-said'>{chip}<span class='kj-note'>{design}</span></div>{cautions}{checks}{more}{_others(desk, cell, read)}", drawer)


def _others(desk: Desk, cell: Cell, read: effect_read.Row) -> str:
    """The other reads that are kept: the fixed ones before this one, and a look today, which counts by a stricter bound."""
    lines = []
    for row in effect_read.reads(desk):
        if row["read_on"] == read["read_on"]:
            continue
        other = next(iter(effect_read.cells(desk, "all", row["read_on"])), None)
        if other is None:
            continue
        key = "effect.reads.live" if row["kind"] == "live" else "effect.reads.fixed"
        figure = effect_seen.figure(other.compared.credible) if other.compared else say("effect.reads.none")
        lines.append(f"<li><b>{esc(say(key, day=full_day(row['read_on'])))}</b> <span>{esc(figure)}</span> <span class='kj-note'>{esc(effect_seen.verdict(other))}</span></li>")
    return f"<details class='fold'><summary>{esc(say('effect.reads'))}</summary><ul class='plain-list ef-reads'>{''.join(lines)}</ul><p class='kj-note'>{esc(say('effect.reads.note'))}</p></details>" if lines else ""
