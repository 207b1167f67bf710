"""What every reader gives: blocks of raw values with true row numbers, and the header found by its text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import pyarrow as pa

from lib.intake.contracts import TABLES
from lib.intake.guard import Refused
from lib.intake.parse import is_text
from lib.intake.values import folded

BLOCK = 100_000
HEADER_DEPTH = 15


@dataclass(frozen=True)
class Fault:
    """A row that could not be read as a row: where it is, what stands there, and the code of its reject."""

    row: int
    column: str | None
    value: str | None
    code: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Block:
    """Some rows of one sheet: ``columns`` by header, ``rows`` their true numbers, ``faults`` the rows that are not among them."""

    sheet: str | None
    rows: np.ndarray
    columns: Mapping[str, pa.Array | pa.ChunkedArray]
    faults: tuple[Fault, ...] = ()


class Reader:
    """One table in a file: its ``headers``, and its rows by :meth:`blocks` (which may be asked again from the start).

    ``ignored`` names the sheets that hold something else.
    """

    headers: tuple[str, ...] = ()
    sheet: str | None = None
    ignored: tuple[str, ...] = ()
    total: int | None = None

    def blocks(self) -> Iterator[Block]:
        """The rows, block by block, in file order."""
        raise NotImplementedError

    def is_text(self, header: str) -> bool:
        """Whether the column may hold text (a typed column of a Parquet file does not)."""
        return True

    def sample(self, rows: int = 200) -> Block:
        """The first rows, for a suggestion or a preview."""
        for block in self.blocks():
            return Block(block.sheet, block.rows[:rows], {name: plain(values[:rows]) for name, values in block.columns.items()},
                         block.faults)
        return Block(self.sheet, np.empty(0, dtype=np.int64), {name: pa.array([], pa.string()) for name in self.headers})


@cache
def known_headers() -> frozenset[str]:
    """Every header text (folded) that any contract knows."""
    return frozenset(folded(word) for table in TABLES.values() for column in table.columns for word in column.names)


def find_header(rows: list[list[str]], wanted: frozenset[str], header_row: int | None) -> int:
    """Position of the header among the first rows: the one that names the most known or wanted columns, else the first row
    that is as wide as the table.  Raises :class:`Refused` (no_header) when there is none."""
    if header_row:
        if header_row > len(rows) or not any(rows[header_row - 1]):
            raise Refused("no_header", row=header_row)
        return header_row - 1
    known = known_headers() | {folded(word) for word in wanted}
    hits = [sum(folded(cell) in known for cell in row if cell) for row in rows]
    if hits and max(hits) >= 2:
        return hits.index(max(hits))
    widths = [sum(bool(cell) for cell in row) for row in rows]
    for at, row in enumerate(rows):
        if widths[at] and widths[at] >= 0.6 * max(widths) and not any(_is_number(cell) for cell in row if cell):
            return at
    raise Refused("no_header", row=1)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def name_headers(cells: list[str]) -> tuple[str, ...]:
    """Header texts made distinct: a repeated text gets ``(2)``, an empty one the letter of its column."""
    names: list[str] = []
    seen: dict[str, int] = {}
    while cells and not cells[-1]:
        cells = cells[:-1]
    for at, cell in enumerate(cells):
        name = " ".join(legible(cell).split()) or f"#{letter(at)}"
        seen[name] = seen.get(name, 0) + 1
        while seen[name] > 1 and f"{name} ({seen[name]})" in seen:
            seen[name] += 1
        names.append(f"{name} ({seen[name]})" if seen[name] > 1 else name)
        seen.setdefault(names[-1], 1)
    return tuple(names)


def legible(text: str) -> str:
    """Text that can be stored: bytes of another encoding, which were carried along as they are, are shown as GB18030."""
    if text.isascii():
        return text
    return text.encode("utf-8", "surrogateescape" if all(not "\ud800" <= c <= "\udfff" or "\udc80" <= c <= "\udcff" for c in text)
                       else "replace").decode("gb18030" if any("\udc80" <= c <= "\udcff" for c in text) else "utf-8", "replace")


def letter(at: int) -> str:
    """The letter of a column in a sheet: 0 → A, 26 → AA."""
    return (letter(at // 26 - 1) if at >= 26 else "") + chr(ord("A") + at % 26)


def plain(values: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """A short column without the dictionary of the whole file behind it."""
    return values.cast(pa.string()) if pa.types.is_dictionary(values.type) and is_text(values.type) else values


def ahead(blocks: Iterator[Block]) -> Iterator[Block]:
    """The same blocks, each read while the one before it is being checked."""
    with ThreadPoolExecutor(1) as reading:
        waiting = reading.submit(next, blocks, None)
        while (block := waiting.result()) is not None:
            waiting = reading.submit(next, blocks, None)
            yield block


def pack(sheet: str | None, headers: tuple[str, ...], numbers: list[int], rows: list[list[str | None]],
         faults: list[Fault]) -> Block:
    """A block from rows of text."""
    columns = zip(*rows, strict=True) if rows else [()] * len(headers)
    return Block(sheet, np.array(numbers, dtype=np.int64),
                 {name: pa.array(cells, pa.string()) for name, cells in zip(headers, columns, strict=True)}, tuple(faults))
