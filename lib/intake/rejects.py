"""Rejects: rows that were not taken, each with where it stands, what was expected and how to mend it, in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

import pandas as pd

from lib.intake import accepted
from lib.intake.shape import Column, Table
from lib.words import LANGUAGES, say_in

COLUMNS = ("file", "sheet", "row", "column", "field", "value", "code", "expected_zh", "expected_en", "remedy_zh", "remedy_en")
KEPT = 10_000


@dataclass(frozen=True)
class Reject:
    """One cell (or row) that was not taken.  ``row`` as seen in the file, ``column`` its header there, ``field`` in the table."""

    sheet: str | None
    row: int
    column: str | None
    field: str | None
    value: str | None
    code: str
    values: Mapping[str, object] = field(default_factory=dict)


class Rejects:
    """The rejects of one file: every rejected row is counted, the first ten thousand are kept in full."""

    def __init__(self, file: str, table: Table | None):
        self._file, self._table = file, table
        self._kept: list[Reject] = []
        self._rows: set[tuple[str | None, int]] = set()
        self.by_code: dict[str, int] = {}

    def add(self, rejects: Iterable[Reject]) -> None:
        """Count rejects and keep them while there is room."""
        for reject in rejects:
            self._rows.add((reject.sheet, reject.row))
            self.by_code[reject.code] = self.by_code.get(reject.code, 0) + 1
            if len(self._kept) < KEPT:
                self._kept.append(reject)

    @property
    def rows(self) -> int:
        """How many rows of the file were rejected."""
        return len(self._rows)

    def frame(self) -> pd.DataFrame:
        """One line per rejected cell, in file order, with the columns :data:`COLUMNS`."""
        if not self._kept and self._file:
            return empty()
        lines = [self._line(reject) for reject in sorted(self._kept, key=lambda r: (r.sheet or "", r.row))]
        frame = pd.DataFrame(lines, columns=list(COLUMNS))
        return frame.astype({name: "Int64" if name == "row" else "str" for name in COLUMNS})

    def _line(self, reject: Reject) -> tuple[object, ...]:
        column = None
        if self._table and reject.field in {c.name for c in self._table.columns}:
            column = self._table.column(str(reject.field))
        value = reject.value if reject.value is None else reject.value[:200]
        if column is not None and column.sensitive:
            value = None  # what people wrote about a person, or what they earn, is never kept with a reject
        elif column is None and self._table and any(c.sensitive for c in self._table.columns):
            value = None  # the text of a whole row of such a table
        said = [explain(reject.code, part, column, reject.values, language) for part in ("expected",
                                                                                         "remedy") for language in LANGUAGES]
        return (self._file, reject.sheet, reject.row, reject.column, reject.field, value, reject.code, *said)


def explain(code: str, part: str, column: Column | None, values: Mapping[str, object], language: str) -> str:
    """The sentence of a code: what was expected, or the remedy."""
    filled: dict[str, object] = {"field": "", "what": "", "low": "", "high": "", "length": "", "choices": "", "unless": "",
                                 **values}
    if column is not None:
        filled.update(field=column.name, what=column.zh if language == "zh" else column.en, length=column.length,
                      low=_number(column.low), high=_number(column.high), choices=accepted.listed(column, language), unless=" = ".join(column.unless or ()))
    return say_in(language, f"intake.{code}.{part}", **filled)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}" if value == int(value) else f"{value:g}"


@cache
def _empty() -> pd.DataFrame:
    return Rejects("", None).frame()


def empty() -> pd.DataFrame:
    """No rejects, with the right columns."""
    return _empty().copy(deep=False)
