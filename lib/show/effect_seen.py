"""Effect, as it may be shown: a figure before and after that cannot be had without its comparison, and the verdict in words.

:class:`Compared` is the only type that the drawings of :mod:`lib.show.effect_draw` take, and it cannot be made without the people who were flagged
and not cared for.  All figures are points: % of the person's own usual performance.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from lib.show.figures import known
from lib.show.parts import number, signed
from lib.words import say

if TYPE_CHECKING:
    from lib.effect.estimate import CareEffect

Row = Mapping[Any, Any]
VERDICTS = ("works", "harms", "no_effect", "cannot_tell")
TONES = {"works": "fine", "harms": "care", "no_effect": "", "cannot_tell": ""}
"""Verdict → tone of its chip; the word is always there too."""


@dataclass(frozen=True)
class Span:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Beside:
    """Flagged people who were not cared for: how many, and how they were in the dip weeks and in the four weeks after."""

    people: int
    before: float
    after: float


@dataclass(frozen=True)
class Compared:
    """What a before/after would say (``naive``, from ``before`` to ``after``), always with whom it is held against (``beside``) and with what is
    left beside them: ``credible``, ``second`` by another method, ``matched`` by pairs (None: too few)."""

    cared: int
    before: float
    after: float
    naive: Span
    beside: Beside
    credible: Span
    second: Span
    matched: Span | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.beside, Beside) or self.beside.people < 1 or not isinstance(self.credible, Span):
            raise ValueError("a before/after is shown beside people who were not cared for, or not at all")


@dataclass(frozen=True)
class Check:
    """One condition of a verdict: its key, whether it holds, its number (None: not known) and the bound it is held against."""

    key: str
    passed: bool
    number: float | None
    bound: float | None


@dataclass(frozen=True)
class Cell:
    """One question of a read and its answer; ``compared`` is None where there is no comparison, or where it is not shown (``few``)."""

    scope: str
    part: str
    compared: Compared | None
    verdict: str
    bound: float | None
    more: int | None
    cells: int
    causal: bool
    design: str
    warnings: tuple[str, ...]
    checks: tuple[Check, ...]
    cared: int | None
    others: int | None
    minutes: float | None
    hour: Span | None
    mde: float | None
    p: float | None
    period: tuple[object, object] | None
    few: bool


def _span(row: Row, value: str, low: str, high: str) -> Span | None:
    found = [known(row[name]) for name in (value, low, high)]
    return None if None in found else Span(*found)  # type: ignore[arg-type]


def _whole(value: object) -> int | None:
    found = known(value)
    return None if found is None else int(found)


def checks(text: object) -> tuple[Check, ...]:
    """The checks of a verdict out of their JSON."""
    return tuple(Check(one["key"], bool(one["passed"]), known(one["number"]), known(one["bound"])) for one in json.loads(text)) if isinstance(text, str) else ()


def warnings(text: object) -> tuple[str, ...]:
    """The warnings of a verdict out of their JSON."""
    return tuple(str(one) for one in json.loads(text)) if isinstance(text, str) else ()


def of_row(row: Row) -> Cell:
    """A row of ``effect_cells_read``."""
    naive, credible, second = _span(row, "naive_change", "naive_low", "naive_high"), _span(row, "value", "low", "high"), _span(row, "second_value", "second_low", "second_high")
    people = _whole(row["compared"])
    compared = None
    if naive and credible and second and people:
        compared = Compared(_whole(row["cared"]) or 0, float(row["naive_before"]), float(row["naive_after"]), naive,
                            Beside(people, float(row["compared_before"]), float(row["compared_after"])), credible, second,
                            _span(row, "matched_value", "matched_low", "matched_high"))
    period = None if pd.isna(row["first"]) or pd.isna(row["last"]) else (row["first"], row["last"])
    return Cell(row["scope"], row["part"], compared, row["verdict"], known(row["bound"]), _whole(row["more"]), int(row["cells"]), bool(row["causal"]), row["design"],
                warnings(row["warnings"]), checks(row["checks"]), _whole(row["cared"]), people, known(row["minutes"]),
                _span(row, "points_per_hour", "points_per_hour_low", "points_per_hour_high"), known(row["mde"]), known(row["p_adjusted"]), period, bool(row["few"]))


def of_rows(rows: pd.DataFrame, scope: str) -> list[Cell]:
    """The cells of one scope, in the order of the rows."""
    return [of_row(row) for row in rows[rows["scope"] == scope].to_dict("records")]


def of_effect(found: CareEffect) -> Compared:
    """What the core has just estimated, for the page that teaches."""
    span = lambda one: Span(one.value, one.low, one.high)
    naive, beside = found.naive, found.comparison
    return Compared(found.estimate.n_cared, naive.before, naive.after, Span(naive.change, naive.low, naive.high), Beside(beside.people, beside.before, beside.after),
                    span(found.estimate), span(found.second), span(found.matched) if found.matched else None)


# --- in words -------------------------------------------------------------------------------------------------------------------

def _digits(*values: float) -> int:
    return 0 if max(abs(value) for value in values) >= 20 else 1


def ends(span: Span, digits: int | None = None) -> str:
    """An interval in brackets: (−3.8 to 2.4)."""
    digits = _digits(span.value, span.low, span.high) if digits is None else digits
    return say("effect.ends", low=number(span.low, digits), high=number(span.high, digits))


def figure(span: Span) -> str:
    """A change with its interval: −0.7 (−3.8 to 2.4)."""
    digits = _digits(span.value, span.low, span.high)
    return f"{signed(span.value, digits)} {ends(span, digits)}"


def about(n: float) -> str:
    """A rough number: two significant digits."""
    size = 10 ** max(len(str(int(n))) - 2, 0)
    return number(round(n / size) * size)


def word(verdict: str, bound: float | None, more: int | None, causal: bool, unit: str = "") -> str:
    """The verdict in a few words.  Words of cause are for what a draw decided; all else is consistent with an effect."""
    if verdict in ("works", "harms"):
        return say(f"effect.verdict.{verdict}" if causal else f"effect.verdict.{verdict}.observed")
    if verdict == "no_effect":
        return say("effect.verdict.no_effect", bound=f"{number(bound)} {unit or say('parts.points')}") if bound is not None else say("effect.verdict.no_effect.hidden")
    if more == 1:
        return say("effect.verdict.cannot_tell.one")
    return say("effect.verdict.cannot_tell", more=about(more)) if more else say("effect.verdict.cannot_tell.bare")


def lacks_others(cell: Cell) -> bool:
    """Whether only people without care are missing: then caring for more people would never settle it."""
    held = {one.key: one.passed for one in cell.checks}
    return held.get("cared_people") is True and held.get("compared_people") is False


def verdict(cell: Cell) -> str:
    """The verdict of a cell in a few words."""
    if cell.verdict == "cannot_tell" and cell.more and lacks_others(cell):
        return say("effect.verdict.cannot_tell.others", more=about(cell.more))
    return word(cell.verdict, cell.bound, cell.more, cell.causal)


def title(cell: Cell) -> str:
    """The answer to "did it work?" in one sentence."""
    found = cell.compared
    if cell.verdict in ("works", "harms") and found is not None:
        key = f"effect.title.{cell.verdict}" if cell.causal else f"effect.title.{cell.verdict}.observed"
        digits = _digits(found.credible.value, found.credible.low, found.credible.high)
        return say(key, value=number(abs(found.credible.value), digits), ends=ends(found.credible, digits))
    if cell.verdict == "no_effect" and cell.bound is not None:
        return say("effect.title.no_effect", bound=number(cell.bound))
    if cell.few:
        return say("effect.title.few")
    if cell.more and lacks_others(cell):
        return say("effect.title.cannot_tell.others", more=about(cell.more))
    if cell.more == 1:
        return say("effect.title.cannot_tell.one")
    return say("effect.title.cannot_tell", more=about(cell.more)) if cell.more else say("effect.title.cannot_tell.bare")
