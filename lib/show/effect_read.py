"""Effect, what is read and how it is said: the current read, names of parts, checks and warnings in sentences, who is left out and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from lib.access.desk import Desk
from lib.show import tags_view
from lib.show.effect_seen import Cell, Check, Span, of_rows
from lib.show.figures import chance, known
from lib.show.parts import Explain, chips, esc, explain, full_day, number, percent
from lib.words import say, sentences

Row = Mapping[Any, Any]
SHARES = ("overlap",)
"""Checks whose number is a share."""
NEAREST = ("estimate", "second", "ratio", "trend_off")
"""Checks whose number is how far an interval's end is from "no difference"; its sign only says on which side."""


def reads(desk: Desk) -> list[Row]:
    """Every read that is kept, newest first."""
    return list(desk.read("effect_reads_kept").to_dict("records"))


def current(desk: Desk) -> Row | None:
    """The read that the page is about: the newest fixed one, else the live one; None when nothing is known."""
    found = reads(desk)
    return next((row for row in found if row["current"]), found[0] if found else None)


def cells(desk: Desk, scope: str, read_on: object = None) -> list[Cell]:
    """The cells of one scope in the current read (or in that of ``read_on``)."""
    day = read_on
    if day is None:
        now = current(desk)
        if now is None:
            return []
        day = now["read_on"]
    return of_rows(desk.read("effect_cells_read", read_on=day), scope)


def nothing(read: Row | None) -> bool:
    """Whether a read has no episode at all for which care could have come: then there is nothing to be judged, and nobody to be too few."""
    return read is None or pd.isna(read["first"])


def whole(desk: Desk) -> Cell | None:
    """The cell of all cares together."""
    return next(iter(cells(desk, "all")), None)


def names(desk: Desk) -> dict[str, str]:
    """Tag key → its name, in the tags' own order."""
    return tags_view.names(desk.read("tags_known"))


def kind(key: str) -> str:
    """A kind of support in words: its short name (``pain/…``: given for a pain point); what HR wrote itself has no name here."""
    _, pain, bare = key.rpartition("pain/")
    name = f"pain.kind.{bare}" if pain else f"effect.support.{bare}"
    return say("effect.kind.own") if name not in sentences() else say("effect.kind.for_pain", kind=say(name)) if pain else say(name)


def part(desk: Desk, scope: str, key: str) -> str:
    """A part of a scope in words."""
    if scope == "all":
        return say("effect.part.all")
    if scope == "tag":
        return names(desk).get(key, key)
    if scope == "kind":
        return kind(key)
    if scope == "tag_kind":
        tag, _, support = key.partition("/")
        if tag in names(desk):
            return f"{names(desk)[tag]} · {kind(support)}"
        name, given = f"pain.name.{tag}", f"pain.kind.{support}"
        return f"{say(name) if name in sentences() else tag} · {say(given) if given in sentences() else support}"
    return key


# --- who is left out --------------------------------------------------------------------------------------------------------------

def left_out(desk: Desk, scope: str, key: str, read_on: object) -> str:
    """How many tag episodes are in no estimate, and why."""
    rows = desk.read("effect_left_out", read_on=read_on)
    rows = rows[(rows["scope"] == scope) & (rows["part"] == key)]
    if rows.empty:
        return say("effect.left.hidden") if least(desk) > 1 and scope in ("department", "team") else say("effect.left.none")
    few = say("effect.left.few", n=number(least(desk)))
    return say("effect.left", reasons=say("effect.joint").join(
        say(f"effect.left.{row.reason}", n=number(row.episodes) if row.episodes else few) for row in rows.itertuples()))


def how(desk: Desk, cell: Cell, read: Row, rule: str) -> str:
    """How the figures of a cell are computed, with who is in it and who is not."""
    people = say("effect.people", cared=number(cell.cared), others=number(cell.others)) if cell.cared is not None else say("effect.people.hidden", n=number(least(desk)))
    period = say("effect.period", first=full_day(cell.period[0]), last=full_day(cell.period[1]), read=full_day(read["read_on"])) if cell.period else \
        say("effect.period.read", read=full_day(read["read_on"]))
    return explain(Explain(rule, period, people, left_out(desk, cell.scope, cell.part, read["read_on"])))


# --- checks and warnings ------------------------------------------------------------------------------------------------------------

def check(one: Check, prefix: str = "effect.check") -> str:
    """A condition with its number and its bound.  What could not be computed is said to be unknown, never to have come out badly."""
    amount = lambda value: "–" if known(value) is None else chance(value) if one.key in SHARES else number(value, 0 if abs(value or 0) >= 20 else None)
    found = known(one.number)
    if found is None:
        return say(f"effect.unknown.{one.key}")
    # Several rooms hold a result against the other cells; one sentence says it for all of them.
    key = next(key for key in (*([] if one.passed else [f"{prefix}.{one.key}.failed"]), f"{prefix}.{one.key}", f"effect.check.{one.key}") if key in sentences())
    told, bound = amount(abs(found) if one.key in NEAREST else found), amount(one.bound)
    if told == bound and not one.passed:  # 79.7 % is not 80 %
        told = percent(found, 1) if one.key in SHARES else number(found, 1)
    return say(key, number=told, bound=bound)


def why(checks: Sequence[Check], verdict: str, found: Span | None, prefix: str = "effect.check", settles: bool = True) -> str:
    """Beside an interval that leaves out "no difference" though nothing can be told, and where more people would not settle it (``settles``): the first
    check that does not hold; '' otherwise."""
    open_still = verdict == "cannot_tell" and found is not None and (found.low > 0 or found.high < 0 or not settles)
    failed = next((one for one in checks if not one.passed), None)
    return say("effect.why", check=check(failed, prefix)) if open_still and failed is not None else ""


def least(desk: Desk) -> int:
    """Fewer people than this are not told about to this viewer: of anybody, or of those outside the own scope."""
    return max(desk.smallest_group(), desk.smallest_elsewhere())


def check_list(found: Sequence[Check], prefix: str = "effect.check") -> str:
    """What holds and what does not, failed ones first; each with a shape and a word besides its colour."""
    if not found:
        return ""
    word = lambda one: say("effect.passed" if one.passed else "effect.failed" if known(one.number) is not None else "effect.unknown")
    rows = "".join(f"<li class={'passed' if one.passed else 'failed'}><i aria-hidden=true></i><span><b>{esc(word(one))}</b> "
                   f"{esc(check(one, prefix))}</span></li>" for one in sorted(found, key=lambda one: one.passed))
    passed = sum(one.passed for one in found)
    return f"<div class='ef-checks'><h3>{esc(say('effect.checks', passed=number(passed), all=number(len(found))))}</h3><ul>{rows}</ul></div>"


def caution(warnings: Iterable[str], cells: int = 1) -> str:
    """What has to be said beside a figure; on observed data that people chose is always among it."""
    there = [key for key in warnings if f"effect.warning.{key}" in sentences()]
    return "".join(f"<p class='sole{' main' if key == 'private_knowledge' else ''}'>{esc(say(f'effect.warning.{key}', cells=number(cells)))}</p>" for key in there)


def chip(text: str, tone: str) -> str:
    """A verdict as a chip that may need more than one line."""
    return f"<span class='ef-verdict'>{chips([text], tone)}</span>"


def section(title: str, inner: str, drawer: str = "", note: str = "") -> str:
    """A card with its finding, how it is computed, and a quiet line."""
    quiet = f"<p class='kj-note'>{esc(note)}</p>" if note else ""
    return f"<section class='kj-card kj-stack'><div class=kj-head><h2>{esc(title)}</h2>{drawer}</div>{quiet}{inner}</section>"
