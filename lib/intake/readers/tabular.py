"""Tabular reader: CSV, TSV, XLSX, Parquet and JSON lines as blocks of raw values with the row numbers a person sees in the file.

The first row of a text file or sheet is row 1, so the first row under a header in row 1 is row 2; rows of Parquet are counted
from 1, JSON lines by their line.  Title rows above the header are found by its text.  Nothing is interpreted here: values stay
text, or keep the type a Parquet file gives them.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lib.intake.guard import Limits, Refused, Source
from lib.intake.parse import is_text
from lib.intake.readers.base import BLOCK, HEADER_DEPTH, Block, Fault, Reader, find_header, legible, name_headers, pack
from lib.intake.readers.sheets import SheetReader

PARQUET_BLOCK = 1_000_000
DELIMITERS = (",", "\t", ";", "|")


def open_table(source: Source, limits: Limits, options: Mapping[str, object] | None = None,
               wanted: frozenset[str] = frozenset()) -> Reader:
    """A reader for the file.  ``options``: sheet, header_row (1-based), delimiter; ``wanted``: header texts to look for.

    Raises :class:`Refused` when there is no table in it.
    """
    options = options or {}
    if source.kind == "parquet":
        return ParquetReader(source, limits)
    if source.kind == "xlsx":
        return SheetReader(source, limits, options, wanted)
    if source.kind == "jsonl":
        return JsonReader(source, limits)
    return TextReader(source, limits, options, wanted)


# --- text -------------------------------------------------------------------------------------------------------------------

class TextReader(Reader):
    """CSV, TSV and their relatives; the delimiter is the one that cuts the first rows most evenly."""

    def __init__(self, source: Source, limits: Limits, options: Mapping[str, object], wanted: frozenset[str]):
        self._source, self._limits = source, limits
        self._delimiter = str(options.get("delimiter") or self._sniff())
        first = [[cell.strip() for cell in row] for _, row in zip(range(HEADER_DEPTH), self._records(), strict=False)]
        self._at = find_header(first, wanted, options.get("header_row"))  # type: ignore[arg-type]
        self.headers = name_headers(first[self._at])
        if len(self.headers) > limits.columns:
            raise Refused("too_many_columns", row=self._at + 1, found=len(self.headers), limit=limits.columns)

    def _text(self) -> io.TextIOWrapper:
        errors = "surrogateescape" if self._source.mixed else "strict"
        return io.TextIOWrapper(self._source.open(), self._source.encoding, errors=errors, newline="")

    def _sniff(self) -> str:
        with self._text() as text:
            lines = [line for line in (text.readline(65_536) for _ in range(20)) if line.strip()]
        best, score = ",", (0.0, 0)
        for delimiter in DELIMITERS:
            try:
                widths = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
            except csv.Error:
                continue
            width = max(set(widths), key=widths.count) if widths else 1
            if width > 1 and (widths.count(width) / len(widths), width) > score:
                best, score = delimiter, (widths.count(width) / len(widths), width)
        return best

    def _records(self) -> Iterator[list[str]]:
        with self._text() as text:
            records, number = csv.reader(text, delimiter=self._delimiter, strict=True), 0
            try:
                for number, record in enumerate(records, start=1):
                    if number == 1 and record and record[0].startswith("\ufeff"):
                        record[0] = record[0][1:]
                    yield record
            except csv.Error:
                raise Refused("broken_quotes", row=number + 1) from None

    def _cut_short(self) -> bool:
        """Whether the file ends in the middle of a line."""
        with self._source.open() as file:
            file.seek(max(0, self._source.size - 4))
            tail = file.read()
        return b"\n" not in tail and b"\r" not in tail

    def blocks(self) -> Iterator[Block]:
        width, numbers, rows, faults, seen = len(self.headers), [], [], [], 0
        short_end = self._cut_short()
        last: Fault | None = None
        for number, record in enumerate(self._records(), start=1):
            if number <= self._at + 1 or not any(cell.strip() for cell in record):
                continue
            seen += 1
            if last is not None:
                faults.append(last)
                last = None
            if self._limits.rows is not None and seen > self._limits.rows:
                raise Refused("too_many_rows", row=number, limit=self._limits.rows)
            if len(record) > width and not any(cell.strip() for cell in record[width:]):
                record = record[:width]
            if len(record) != width:
                last = Fault(number, None, legible(self._delimiter.join(record)[:200]), "column_count",
                             {"found": len(record), "wanted": width})
                continue
            if fault := self._unfit(number, record):
                faults.append(fault)
                continue
            numbers.append(number)
            rows.append(record)
            if len(rows) >= BLOCK:
                yield pack(None, self.headers, numbers, rows, faults)
                numbers, rows, faults = [], [], []
        if last is not None:
            cut = short_end and last.values["found"] < width  # type: ignore[operator]
            faults.append(Fault(last.row, None, last.value, "truncated", last.values) if cut else last)
        if rows or faults:
            yield pack(None, self.headers, numbers, rows, faults)

    def _unfit(self, number: int, record: list[str]) -> Fault | None:
        for name, cell in zip(self.headers, record, strict=True):
            if len(cell) > self._limits.cell:
                return Fault(number, name, cell[:100], "overlong", {"limit": self._limits.cell})
            if self._source.mixed and not cell.isascii() and any("\udc80" <= char <= "\udcff" for char in cell):
                return Fault(number, name, legible(cell)[:100], "mixed_encoding")
        return None


# --- JSON lines -------------------------------------------------------------------------------------------------------------

class JsonReader(Reader):
    """One JSON object a line, or one array of objects."""

    def __init__(self, source: Source, limits: Limits):
        self._source, self._limits = source, limits
        headers: dict[str, None] = {}
        for _, record in self._records():
            if isinstance(record, dict):
                headers.update(dict.fromkeys(record))
            if len(headers) > limits.columns:
                raise Refused("too_many_columns", found=len(headers), limit=limits.columns)
        if not headers:
            raise Refused("no_header", row=1)
        self._keys = tuple(headers)
        self.headers = name_headers([key or "?" for key in self._keys])

    def _records(self) -> Iterator[tuple[int, object]]:
        encoding = self._source.encoding
        with io.TextIOWrapper(self._source.open(), encoding, errors="replace") as text:
            if text.read(64).lstrip("\ufeff \r\n\t").startswith("["):
                text.seek(0)
                try:
                    records = json.loads(text.read().lstrip("\ufeff"))
                except (ValueError, RecursionError):
                    raise Refused("bad_json", row=1) from None
                yield from enumerate(records, start=1)
                return
            text.seek(0)
            for number, line in enumerate(text, start=1):
                if line.strip("\ufeff \r\n\t"):
                    try:
                        yield number, json.loads(line.lstrip("\ufeff"))
                    except (ValueError, RecursionError):
                        yield number, line

    def blocks(self) -> Iterator[Block]:
        numbers, rows, faults = [], [], []
        for seen, (number, record) in enumerate(self._records(), start=1):
            if self._limits.rows is not None and seen > self._limits.rows:
                raise Refused("too_many_rows", row=number, limit=self._limits.rows)
            if not isinstance(record, dict):
                faults.append(Fault(number, None, legible(str(record)[:200].rstrip()), "bad_json"))
                continue
            numbers.append(number)
            rows.append([_json_text(record.get(key)) for key in self._keys])
            if len(rows) >= BLOCK:
                yield pack(None, self.headers, numbers, rows, faults)
                numbers, rows, faults = [], [], []
        if rows or faults:
            yield pack(None, self.headers, numbers, rows, faults)


def _json_text(value: object) -> str | None:
    if value is None or value == "":
        return None
    return legible(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


# --- Parquet ----------------------------------------------------------------------------------------------------------------

class ParquetReader(Reader):
    """Parquet by groups of about a million rows, so that memory does not grow with the file."""

    def __init__(self, source: Source, limits: Limits):
        self._source = source
        try:
            with source.open() as file:
                parquet = pq.ParquetFile(file)
                meta, self._schema = parquet.metadata, parquet.schema_arrow
        except (pa.ArrowException, OSError):
            raise Refused("broken_parquet") from None
        self.total, self.headers = meta.num_rows, tuple(self._schema.names)
        unpacked = sum(meta.row_group(at).total_byte_size for at in range(meta.num_row_groups))
        if len(self.headers) > limits.columns:
            raise Refused("too_many_columns", found=len(self.headers), limit=limits.columns)
        if limits.rows is not None and meta.num_rows > limits.rows:
            raise Refused("too_many_rows", row=limits.rows + 1, limit=limits.rows)
        if limits.unpacked is not None and unpacked > limits.unpacked:
            raise Refused("unpacked_too_big", size=f"{unpacked / 2**20:.0f}", limit=f"{limits.unpacked / 2**20:.0f}")
        if len(set(self.headers)) != len(self.headers):
            raise Refused("broken_parquet")
        self._groups = [meta.row_group(at).num_rows for at in range(meta.num_row_groups)]

    def is_text(self, header: str) -> bool:
        return is_text(self._schema.field(header).type)

    def blocks(self, columns: tuple[str, ...] | None = None) -> Iterator[Block]:
        text = [name for name, kind in zip(self._schema.names, self._schema.types, strict=True)
                if pa.types.is_string(kind) or pa.types.is_large_string(kind)]
        try:
            with self._source.open() as file:
                parquet, at, start = pq.ParquetFile(file, read_dictionary=text), 0, 0
                while at < len(self._groups):
                    upto, rows = at + 1, self._groups[at]
                    while upto < len(self._groups) and rows + self._groups[upto] <= PARQUET_BLOCK:
                        rows, upto = rows + self._groups[upto], upto + 1
                    if rows > 4 * PARQUET_BLOCK:
                        pieces = (pa.Table.from_batches([batch]) for batch in parquet.iter_batches(
                            PARQUET_BLOCK, row_groups=list(range(at, upto)), columns=columns and list(columns)))
                    else:
                        pieces = iter([parquet.read_row_groups(list(range(at, upto)), columns=columns and list(columns))])
                    for piece in pieces:
                        numbers = np.arange(start + 1, start + len(piece) + 1, dtype=np.int64)
                        start += len(piece)
                        yield Block(None, numbers, {name: piece.column(name) for name in piece.column_names})
                    at = upto
        except (pa.ArrowException, OSError):
            raise Refused("broken_parquet") from None
