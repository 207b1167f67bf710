"""Workbook reader: one or more sheets of an XLSX as blocks of text, read from cached values; no formula is ever computed."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

import openpyxl

from lib.intake.guard import Limits, Refused, Source
from lib.intake.readers.base import BLOCK, HEADER_DEPTH, Block, Fault, Reader, find_header, letter, name_headers, pack

_MERGED = re.compile(rb'<mergeCell [^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_ZEROS = re.compile(r"^0{2,}$")
_BLANK_RUN = 5_000


def cell_text(value: object) -> str | None:
    """A typed cell as the text a person would see: ISO dates, ``h:mm:ss`` times, numbers without a needless ``.0``."""
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        whole = (value + timedelta(microseconds=500_000)).replace(microsecond=0) if value.microsecond else value
        return whole.strftime("%Y-%m-%d") if whole.time() == time() else whole.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M:%S")
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"
    return str(value)


class SheetReader(Reader):
    """The sheet named by the option ``sheet``, or the visible sheet with the clearest header and all others with the same one."""

    def __init__(self, source: Source, limits: Limits, options: Mapping[str, object], wanted: frozenset[str]):
        self._source, self._limits, self._header_row = source, limits, options.get("header_row")
        self._kept: list[Block] | None = None
        asked = options.get("sheet")
        found: dict[str, tuple[int, tuple[str, ...]]] = {}
        with self.book(source) as book:
            visible = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.sheetnames
            if asked and asked not in book.sheetnames:
                raise Refused("no_such_sheet", sheet=str(asked), wanted=asked, found=", ".join(book.sheetnames))
            for title in [str(asked)] if asked else visible:
                try:
                    found[title] = self._header(book[title], wanted)
                except Refused as empty:
                    if asked or len(visible) == 1:
                        raise Refused(empty.code, sheet=title, row=empty.row, **empty.values) from None
        if not found:
            raise Refused("no_header", row=1)
        known = {word.casefold() for word in wanted}
        self.sheet = max(found, key=lambda title: (sum(name.casefold() in known for name in found[title][1]), len(found[title][1])))
        self.headers = found[self.sheet][1]
        self._sheets = {title: at for title, (at, headers) in found.items() if headers == self.headers}
        self.ignored = tuple(title for title in visible if title not in self._sheets)
        if len(self.headers) > limits.columns:
            raise Refused("too_many_columns", sheet=self.sheet, found=len(self.headers), limit=limits.columns)

    @staticmethod
    @contextmanager
    def book(source: Source, values: bool = True) -> Iterator[Any]:
        """The workbook, with cached ``values`` or with the formulas as written."""
        with source.open() as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                book = openpyxl.load_workbook(file, read_only=True, data_only=values, keep_links=False)
            except Refused:
                raise
            except Exception:
                # A damaged workbook fails anywhere inside openpyxl and in many ways; all of them mean the same to the user.
                raise Refused("broken_xlsx") from None
            try:
                yield book
            finally:
                book.close()

    @staticmethod
    def cells(sheet: Any) -> Iterator[tuple[object, ...]]:
        """The rows of a sheet as typed cells, from row 1."""
        try:
            sheet.reset_dimensions()  # some exporters write a wrong extent, which would cut the table
            # Numbers such as 00012 may be kept as 12 with the format 00000: the zeros are part of an employee number.
            if any(_ZEROS.match(code) for code in getattr(sheet.parent, "_number_formats", ())):
                for row in sheet.iter_rows():
                    yield tuple(_padded(cell) for cell in row)
            else:
                yield from sheet.iter_rows(values_only=True)
        except Refused:
            raise
        except Exception:
            raise Refused("broken_xlsx", sheet=sheet.title) from None

    def _header(self, sheet: Any, wanted: frozenset[str]) -> tuple[int, tuple[str, ...]]:
        first = [[(cell_text(cell) or "").strip() for cell in row[:self._limits.columns + 1]]
                 for _, row in zip(range(HEADER_DEPTH), self.cells(sheet), strict=False)]
        if not any(any(row) for row in first):
            raise Refused("empty_sheet")
        at = find_header(first, wanted, self._header_row)  # type: ignore[arg-type]
        return at, name_headers(first[at])

    def _part(self, path: str) -> tuple[bool, list[tuple[int, int, int, int]]]:
        """Whether a sheet holds formulas, and its merged ranges (first row, last row, first column, last column)."""
        with self._source.open() as file, zipfile.ZipFile(file) as archive:
            xml = archive.read(path)
        ranges = [(int(one), int(two), _number(left), _number(right)) for left, one, right, two in _MERGED.findall(xml)]
        return b"<f>" in xml or b"<f " in xml, ranges

    def blocks(self) -> Iterator[Block]:
        """The rows of every sheet with this header, sheet after sheet; a small workbook is read only once."""
        if self._kept is None:
            rest = self._read()
            first = list(islice(rest, 3))
            if len(first) == 3:
                yield from first
                yield from rest
                return
            self._kept = first
        yield from self._kept

    def _read(self) -> Iterator[Block]:
        with self.book(self._source) as values:
            parts = {title: self._part(values[title]._worksheet_path) for title in self._sheets}
            written = None
            with ExitStack() as stack:
                if any(formulas for formulas, _ in parts.values()):
                    written = stack.enter_context(self.book(self._source, values=False))
                for title, at in self._sheets.items():
                    formulas, merged = parts[title]
                    areas = [area for area in merged if area[1] > at + 1]
                    if len(areas) > 1_000:
                        raise Refused("merged_cells", sheet=title, row=areas[0][0], area=f"{len(areas)} ×")
                    yield from self._sheet(title, at, self.cells(values[title]),
                                           self.cells(written[title]) if written is not None and formulas else None, areas)

    def _sheet(self, title: str, at: int, rows: Iterator[tuple[object, ...]], written: Iterator[tuple[object, ...]] | None,
               merged: list[tuple[int, int, int, int]]) -> Iterator[Block]:
        width, numbers, kept, faults, seen, blank = len(self.headers), [], [], [], 0, 0
        for number, row in enumerate(rows, start=1):
            formulas = next(written, ()) if written is not None else ()
            if number <= at + 1:
                continue
            cells = [cell_text(cell) for cell in row[:width]]
            if not any(cell and cell.strip() for cell in cells) and not any(isinstance(f, str) and f[:1] == "=" for f in formulas):
                blank += 1
                if blank > _BLANK_RUN:  # formatted but empty rows down to the last one of the sheet
                    break
                continue
            blank, seen = 0, seen + 1
            if self._limits.rows is not None and seen > self._limits.rows:
                raise Refused("too_many_rows", sheet=title, row=number, limit=self._limits.rows)
            cells += [None] * (width - len(cells))
            if fault := self._unfit(number, cells, formulas, merged):
                faults.append(fault)
                continue
            numbers.append(number)
            kept.append(cells)
            if len(kept) >= BLOCK:
                yield pack(title, self.headers, numbers, kept, faults)
                numbers, kept, faults = [], [], []
        if kept or faults:
            yield pack(title, self.headers, numbers, kept, faults)

    def _unfit(self, number: int, cells: list[str | None], formulas: tuple[object, ...],
               merged: list[tuple[int, int, int, int]]) -> Fault | None:
        for at, formula in enumerate(formulas[:len(cells)]):
            if cells[at] is None and isinstance(formula, str) and formula.startswith("="):
                return Fault(number, self.headers[at], formula[:100], "formula_without_value")
        for first, last, left, right in merged:
            if first <= number <= last and (number > first or right > left) and left <= len(cells):
                return Fault(number, self.headers[left - 1], cells[left - 1], "merged_cells",
                             {"area": f"{letter(left - 1)}{first}:{letter(right - 1)}{last}"})
        return None


def _padded(cell: Any) -> object:
    """The value of a cell; a whole number whose format is nothing but zeros with its leading zeros."""
    value = cell.value
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0 and value == int(value) and (
            _ZEROS.match(cell.number_format or "")):
        return f"{int(value):0{len(cell.number_format)}d}"
    return value


def _number(letters: str | bytes) -> int:
    text = letters.decode() if isinstance(letters, bytes) else letters
    value = 0
    for char in text:
        value = value * 26 + ord(char) - ord("A") + 1
    return value
