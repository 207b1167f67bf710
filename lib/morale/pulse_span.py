"""Pulse span: what sums of groups give away together, if every group is taken to have answered the same again in every wave.

A group here is a *label*: the people of one team in a wave in which so many of them answered.  The same team with the same number of
answers is the same label in every wave; sums of sets of labels (bit per label) are known.  :class:`Span` says of which other sets
the sum follows, exactly; :func:`squeeze` how far the sum of each label is bounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations

from lib.morale.pulse_tree import HIGHEST, LOWEST, bits
from lib.morale.pulse_tree import Span as Between

Row = dict[int, Fraction]
_PASSES = 4


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
        """One part that shares no label with the others: apart sets where it comes to that, else solved with fractions."""
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
                if _rest({label: Fraction(1) for label in bits(inside)}, solved):
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
                    if sum(counts[label] for label in chosen) < least and not _rest({label: Fraction(1) for label in chosen}, solved):
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
        row = _rest({label: Fraction(1) for label in bits(mask)}, done)
        if not row:
            continue
        pivot = min(row)
        row = {label: value / row[pivot] for label, value in row.items()}
        done = [(other, _less(inner, row, inner[pivot]) if pivot in inner else inner) for other, inner in done] + [(pivot, row)]
    return tuple(done)


def _less(row: Row, other: Row, times: Fraction) -> Row:
    made = dict(row)
    for label, value in other.items():
        left = made.get(label, Fraction(0)) - times * value
        if left:
            made[label] = left
        else:
            made.pop(label, None)
    return made


def _rest(row: Row, solved: Iterable[tuple[int, Row]]) -> Row:
    """What is left of a row when the solved ones are taken out of it: nothing when it follows from them."""
    for pivot, inner in solved:
        if pivot in row:
            row = _less(row, inner, row[pivot])
    return row


def squeeze(rows: Iterable[tuple[int, Between]], counts: Sequence[int]) -> dict[int, Between] | None:
    """Bounds of the sums of all labels in ``rows`` (set, from … to), each with the others at their ends; None when the rows
    contradict each other: then somebody answered otherwise than before, and nothing follows."""
    known: dict[int, Between] = {}
    parts = [(list(bits(mask)), span) for mask, span in dict.fromkeys(rows)]
    for labels, _ in parts:
        for label in labels:
            known.setdefault(label, (LOWEST * counts[label], HIGHEST * counts[label]))
    for _ in range(_PASSES):
        before = dict(known)
        for labels, (low, high) in parts:
            least, most = sum(known[label][0] for label in labels), sum(known[label][1] for label in labels)
            for label in labels:
                mine = known[label]
                tight = max(mine[0], low - (most - mine[1])), min(mine[1], high - (least - mine[0]))
                if tight[0] > tight[1]:
                    return None
                known[label] = tight
        if known == before:
            break
    return known


def widths(known: Mapping[int, Between], counts: Sequence[int]) -> dict[int, float]:
    """Of every label, how wide the mean of its answers may still be."""
    return {label: (high - low) / counts[label] for label, (low, high) in known.items()}
