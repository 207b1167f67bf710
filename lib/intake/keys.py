"""Keys: rows of one file that stand for the same thing, found by a 64-bit mark per row and confirmed by comparing the values."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lib.intake.parse import one_array
from lib.intake.shape import Table

_NULL, _ODD = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)


def _mix(values: np.ndarray) -> np.ndarray:
    """Spread 64-bit numbers (the finaliser of splitmix64), in place of a slower hash."""
    values = (values ^ (values >> np.uint64(30))) * _ODD
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _numbers(values: pa.ChunkedArray | pa.Array) -> np.ndarray:
    """A 64-bit number per value, equal for equal values; text by the hash of its distinct words."""
    values = one_array(values)
    if pa.types.is_string(values.type):
        values = values.dictionary_encode()
    if pa.types.is_dictionary(values.type):
        words = pd.util.hash_array(values.dictionary.cast(pa.string()).to_numpy(zero_copy_only=False).astype(object), categorize=False)
        at = pc.fill_null(values.indices, -1).to_numpy(zero_copy_only=False)
        return np.append(words, _NULL)[at]
    if pa.types.is_date32(values.type):
        values = values.view(pa.int32()).cast(pa.int64())
    elif pa.types.is_timestamp(values.type) or pa.types.is_floating(values.type):
        values = values.view(pa.int64())
    else:
        values = values.cast(pa.int64())
    missing = values.null_count
    plain = pc.fill_null(values, 0).to_numpy(zero_copy_only=False).view(np.uint64)
    return np.where(values.is_null().to_numpy(zero_copy_only=False), _NULL, plain) if missing else plain


def marks(table: pa.Table, names: tuple[str, ...]) -> np.ndarray:
    """One 64-bit mark per row over these columns."""
    mark = np.zeros(len(table), dtype=np.uint64)
    for name in names:
        mark = _mix(mark * np.uint64(31) + _numbers(table.column(name)) + _ODD)
    return mark


def row_marks(contract: Table, table: pa.Table, key: tuple[str, ...]) -> np.ndarray:
    """One mark per row over its key; a row whose optional key is blank is told apart by all its columns."""
    made = marks(table, key)
    if contract.key or key != (contract.optional_key,):
        return made
    blank = pc.is_null(one_array(table.column(key[0]))).to_numpy(zero_copy_only=False)
    return np.where(blank, marks(table, tuple(table.column_names)), made) if blank.any() else made


def key_of(contract: Table, given: frozenset[str]) -> tuple[str, ...]:
    """The columns that make a row one of its kind: the key, the optional key if the file has it, else every given column."""
    if contract.key:
        return contract.key
    if contract.optional_key in given:
        return (contract.optional_key,)  # type: ignore[return-value]
    return tuple(column.name for column in contract.incoming if column.name in given)


@dataclass(frozen=True)
class Twin:
    """A row that is not taken because of another one: their positions, and whether the two rows are the same in every column."""

    position: int
    other: int
    identical: bool


class KeyWatch:
    """Collects the marks of all rows of a file and tells which of them share a key."""

    def __init__(self) -> None:
        self._parts: list[np.ndarray] = []
        self._rows: list[np.ndarray] = []
        self._sheets: list[tuple[int, str | None]] = []
        self.size = 0

    def add(self, part: np.ndarray, rows: np.ndarray, sheet: str | None) -> None:
        """The marks, true row numbers and sheet of the next rows that were written."""
        self._sheets.append((self.size, sheet))
        self._parts.append(part)
        # Rows in an unbroken run (all of a clean file) are remembered by their first number.
        whole = len(rows) > 1 and bool((np.diff(rows) == 1).all())
        self._rows.append(rows[:1].copy() if whole else rows)
        self.size += len(part)

    def place(self, position: int) -> tuple[str | None, int]:
        """Sheet and true row number of a written row."""
        at = bisect_right([start for start, _ in self._sheets], position) - 1
        start, sheet = self._sheets[at]
        rows = self._rows[at]
        return sheet, int(rows[0]) + position - start if len(rows) < len(self._parts[at]) else int(rows[position - start])

    def suspects(self) -> np.ndarray:
        """Positions of all rows whose mark occurs more than once; empty in a clean file."""
        if not self.size:
            return np.empty(0, dtype=np.int64)
        ordered = np.concatenate(self._parts)
        ordered.sort()
        again = ordered[1:][ordered[1:] == ordered[:-1]]
        return np.flatnonzero(np.isin(np.concatenate(self._parts), again)) if len(again) else np.empty(0, dtype=np.int64)


def twins(file: Path, suspects: np.ndarray, key: tuple[str, ...], first_wins: bool) -> list[Twin]:
    """Which of the suspect rows of a written file are not taken.

    Of rows that are the same in every column the first stays.  Rows with one key that differ contradict each other: none of
    them is taken, unless ``first_wins``.
    """
    table = pq.read_table(file).take(pa.array(suspects))
    frame = pd.DataFrame({name: table.column(name).cast(pa.string()).to_pylist() if pa.types.is_dictionary(table.column(name).type)
                          else table.column(name).to_pylist() for name in table.column_names}, dtype=object)
    frame = frame.where(frame.notna(), None)
    names = [name for name in key if name in frame] or list(frame)
    found: list[Twin] = []
    groups: dict[tuple[object, ...], list[int]] = {}
    rows = list(zip(*(frame[name] for name in frame), strict=True))
    for at, values in enumerate(zip(*(frame[name] for name in names), strict=True)):
        # Without its (optional) number a row is the same as another one only when all of it is.
        groups.setdefault(rows[at] if values == (None,) else values, []).append(at)
    for members in groups.values():
        if len(members) < 2:
            continue
        first = members[0]
        if first_wins or all(rows[at] == rows[first] for at in members[1:]):
            found += [Twin(int(suspects[at]), int(suspects[first]), rows[at] == rows[first]) for at in members[1:]]
        else:
            found += [Twin(int(suspects[at]), int(suspects[members[1] if at == first else first]), False) for at in members]
    return sorted(found, key=lambda twin: twin.position)


def drop(file: Path, positions: np.ndarray) -> None:
    """Write the file again without the rows at these positions."""
    gone, start, draft = np.sort(positions), 0, file.with_suffix(".again")
    with pq.ParquetFile(file) as old, pq.ParquetWriter(draft, old.schema_arrow) as new:
        for at in range(old.num_row_groups):
            group = old.read_row_group(at)
            keep = np.ones(len(group), dtype=bool)
            keep[gone[(gone >= start) & (gone < start + len(group))] - start] = False
            new.write_table(group.filter(pa.array(keep)))
            start += len(group)
    draft.replace(file)
