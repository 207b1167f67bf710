"""Pulse span: what sums of groups give away together, if every group is taken to have answered the same again in every wave.

A group here is a *label*: the people of one team in a wave in which so many of them answered.  The same team with the same number of
answers is the same label in every wave; sums of sets of labels (bit per label) are known.  :class:`Span` says of which other sets
the sum follows, exactly; :func:`squeeze` how far the sum of each label is bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from math import ceil, floor, gcd

from lib.morale.pulse_tree import HIGHEST, LOWEST, bits
from lib.morale.pulse_tree import Span as Between

Row = dict[int, int]
_PASSES = 4
_NEAR = 1e-6


class Span:
    """All sets whose sum follows from the sums of these sets.  ``known``: labels whose own sum follows at once."""

    def __init__(self, rows: Iterable[int]):
        left = {row for row in rows if row}
        self.known = 0
        while singles := {row for row in left if row & (row - 1) == 0}:
            for row in singles:
                self.known |= row
            left = {row & ~self.known for row in left} - {0}
        self.parts: list[tuple[int, tuple[int, ...], tuple[tuple[int, Row], ...]]] = []
        for labels, together in _components(left):
            self._add(labels, together)

    def _add(self, labels: int, rows: list[int]) -> None:
        """One part that shares no label with the others: apart sets where it comes to that, else solved in whole numbers."""
        rows = _apart(rows)
        if alone := [row for row in rows if row & (row - 1) == 0]:
            for row in alone:
                self.known |= row
            for inner, together in _components({row & ~self.known for row in rows} - {0}):
                self._add(inner, together)
            return
        overlaps = sum(row.bit_count() for row in rows) != labels.bit_count()
        solved = _solved(rows) if overlaps else ()
        self.parts.append((labels, tuple(rows), solved))

    def has(self, wanted: int) -> bool:
        """Whether the sum of this set follows."""
        left = wanted & ~self.known
        for labels, rows, solved in self.parts:
            inside = left & labels
            if not inside:
                continue
            if solved:
                if _rest(dict.fromkeys(bits(inside), 1), solved):
                    return False
            elif any(row & inside and row & ~inside for row in rows):
                return False
            left &= ~labels
        return not left

    def small(self, counts: Sequence[int], least: int) -> list[int]:
        """Sets of fewer answers than ``least`` whose sum follows (``counts``: answers of every label)."""
        found = [1 << label for label in bits(self.known) if counts[label] < least]
        for labels, rows, solved in self.parts:
            if not solved:
                found += [row for row in rows if sum(counts[label] for label in bits(row)) < least]
                continue
            few = [label for label in bits(labels) if counts[label] < least]
            for many in range(1, least):
                for chosen in combinations(few, many):
                    if sum(counts[label] for label in chosen) < least and not _rest(dict.fromkeys(chosen, 1), solved):
                        found.append(sum(1 << label for label in chosen))
        return found


def _components(rows: Iterable[int]) -> list[tuple[int, list[int]]]:
    """Rows that hang together by their labels."""
    parts: list[tuple[int, list[int]]] = []
    for row in rows:
        labels, together, others = row, [row], []
        for part in parts:
            if part[0] & row:
                labels |= part[0]
                together += part[1]
            else:
                others.append(part)
        parts = [*others, (labels, together)]
    return parts


def _apart(rows: list[int]) -> list[int]:
    """The same span with no set inside another: what is inside is taken out."""
    found = set(rows)
    while True:
        for row in sorted(found, key=int.bit_count):
            wider = [other for other in found if other != row and other & row == row]
            if wider:
                found = (found - set(wider)) | {other ^ row for other in wider}
                break
        else:
            return list(found)


def _solved(rows: list[int]) -> tuple[tuple[int, Row], ...]:
    """Reduced echelon form: (pivot, row), every pivot in one row only."""
    done: list[tuple[int, Row]] = []
    for mask in rows:
        row = _rest(dict.fromkeys(bits(mask), 1), done)
        if not row:
            continue
        pivot = min(row)
        done = [(other, _less(inner, row, pivot) if pivot in inner else inner) for other, inner in done] + [(pivot, row)]
    return tuple(done)


def _less(row: Row, other: Row, pivot: int) -> Row:
    """A multiple of the row without the pivot of the other one; whole numbers, as small as they can be."""
    mine, times = other[pivot], row[pivot]
    made = {label: mine * value for label, value in row.items()}
    for label, value in other.items():
        made[label] = made.get(label, 0) - times * value
    made = {label: value for label, value in made.items() if value}
    shared = gcd(*made.values()) if made else 1
    return {label: value // shared for label, value in made.items()} if shared > 1 else made


def _rest(row: Row, solved: Iterable[tuple[int, Row]]) -> Row:
    """What is left of a row when the solved ones are taken out of it: nothing when it follows from them."""
    for pivot, inner in solved:
        if pivot in row:
            row = _less(row, inner, pivot)
    return row


Group = tuple[int, ...]
"""Labels that no row tells apart."""


def squeeze(rows: Iterable[tuple[int, Between]], counts: Sequence[int], exact: bool = False,
            too_much: Callable[[Group, Between], bool] = lambda group, span: True) -> dict[Group, Between] | None:
    """Bounds of the sums of groups of labels that no row tells apart, from rows (set, from … to): group → from … to.

    Narrowed row by row, which is not all that follows from the rows of several waves (what is told of a set in one wave is no exact
    sum that could be taken out of another).  ``exact``: groups are solved as a linear program where it matters: where
    ``too_much(group, bounds)`` might hold of narrower bounds (it does at an end of them).  None when the rows contradict each other:
    then somebody answered otherwise than before, and nothing follows.
    """
    told = list(dict.fromkeys((mask, span) for mask, span in rows if mask))
    seen: dict[int, list[int]] = {}
    for at, (mask, _) in enumerate(told):
        for label in bits(mask):
            seen.setdefault(label, []).append(at)
    alike: dict[tuple[int, ...], list[int]] = {}
    for label, where in seen.items():
        alike.setdefault(tuple(where), []).append(label)
    groups = [tuple(sorted(labels)) for labels in alike.values()]
    known = [(LOWEST * people, HIGHEST * people) for people in (sum(counts[label] for label in group) for group in groups)]
    parts: list[tuple[list[int], Between]] = [([], span) for _, span in told]
    for number, where in enumerate(alike):
        for at in where:
            parts[at][0].append(number)
    for _ in range(_PASSES):
        before = list(known)
        for inner, (low, high) in parts:
            least, most = sum(known[one][0] for one in inner), sum(known[one][1] for one in inner)
            if least > high or most < low:
                return None
            if least >= low and most <= high:
                continue
            for one in inner:
                mine = known[one]
                known[one] = max(mine[0], low - (most - mine[1])), min(mine[1], high - (least - mine[0]))
                if known[one][0] > known[one][1]:
                    return None
        if known == before:
            break
    if exact and (wanted := [number for number, group in enumerate(groups) if any(too_much(group, (end, end)) for end in known[number])]):
        solved = _programmed(known, parts, wanted, lambda number, span: too_much(groups[number], span))
        return None if solved is None else dict(zip(groups, solved, strict=True))
    return dict(zip(groups, known, strict=True))


def _programmed(known: list[Between], parts: Sequence[tuple[list[int], Between]], wanted: Sequence[int],
                too_much: Callable[[int, Between], bool]) -> list[Between] | None:
    """The same bounds with the exact ones of the wanted groups, but for those that solutions found on the way show to be wide."""
    import numpy as np
    from scipy.optimize import linprog  # slow to load, and hardly ever needed

    lines = np.zeros((len(parts), len(known)))
    for line, (inner, _) in zip(lines, parts, strict=True):
        line[inner] = 1
    most = np.array([span[1] for _, span in parts] + [-span[0] for _, span in parts])
    exact, found = list(known), np.zeros((0, len(known)))
    for one in wanted:
        if len(found) and not too_much(one, _inside(found[:, one].min(), found[:, one].max())):
            continue
        aim = np.zeros(len(known))
        aim[one] = 1
        low, high = (linprog(sign * aim, np.vstack([lines, -lines]), most, bounds=known, method="highs") for sign in (1, -1))
        if low.status or high.status:
            return None
        found = np.vstack([found, low.x, high.x])
        exact[one] = _inside(low.fun, -high.fun)
        if exact[one][0] > exact[one][1]:
            return None
    return exact


def _inside(low: float, high: float) -> Between:
    """The whole numbers from one to the other."""
    return ceil(low - _NEAR), floor(high + _NEAR)
