"""Deck sheet: the workbook inside a chart, which opens at "edit data", and how the chart points at its cells."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lib.access.letters import letter
from lib.story.deck_text import clean, esc
from lib.story.sheets import runs

Numbers = Sequence[float | None]


@dataclass
class Sheet:
    """One row a label, one column a row of numbers of the chart.  ``code`` is the number format of all of them."""

    labels: tuple[str, ...]
    code: str
    corner: str
    columns: list[tuple[str, tuple[object, ...]]] = field(default_factory=list)

    def add(self, name: str, values: Sequence[object]) -> str:
        """A new column; returns its letters."""
        self.columns.append((name, tuple(values)))
        return letter(len(self.columns))

    def header(self, column: str) -> str:
        """What stands over a column."""
        return self.columns[place(column) - 1][0]

    def name(self, column: str) -> str:
        """``c:tx`` of a series that stands in a column."""
        return f"<c:tx><c:strRef><c:f>Sheet1!${column}$1</c:f>{_texts([self.header(column)])}</c:strRef></c:tx>"

    def categories(self) -> str:
        """``c:cat``: the labels."""
        return f"<c:cat><c:strRef><c:f>Sheet1!$A$2:$A${len(self.labels) + 1}</c:f>{_texts(self.labels)}</c:strRef></c:cat>"

    def numbers(self, column: str) -> str:
        """``c:numRef`` of a column; what is not known has no point."""
        values = self.columns[place(column) - 1][1]
        points = "".join(f'<c:pt idx="{at}"><c:v>{value!r}</c:v></c:pt>' for at, value in enumerate(values) if isinstance(value, float))
        return (f"<c:numRef><c:f>Sheet1!${column}$2:${column}${len(values) + 1}</c:f><c:numCache><c:formatCode>{esc(self.code)}</c:formatCode>"
                f'<c:ptCount val="{len(values)}"/>{points}</c:numCache></c:numRef>')

    def workbook(self, made: datetime) -> bytes:
        """The sheet as XLSX.  Text that a spreadsheet would run is kept as text for good (quote prefix); nothing says who made it."""
        import xlsxwriter

        packed = io.BytesIO()
        with xlsxwriter.Workbook(packed, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}) as book:
            book.set_properties({"created": made})
            page = book.add_worksheet("Sheet1")
            number, quoted = book.add_format({"num_format": self.code}), book.add_format({"quote_prefix": True})
            page.set_column(0, 0, min(max((len(label) for label in self.labels), default=8) * 1.8, 40))
            page.set_column(1, max(len(self.columns), 1), 16)
            for at, (name, values) in enumerate([(self.corner, self.labels), *self.columns]):
                for row, value in enumerate((name, *values)):
                    if isinstance(value, float):
                        page.write_number(row, at, value, number)
                    elif value:
                        text = clean(str(value))
                        page.write_string(row, at, text, quoted if runs(text) else None)
        return packed.getvalue()


def floats(values: Sequence[float | None]) -> tuple[float | None, ...]:
    """Numbers as floats; None for what is not known or is no figure (NaN, ∞, beyond 10¹⁰⁰)."""
    return tuple(None if value is None or not abs(value) < 1e100 else float(value) for value in values)


def place(column: str) -> int:
    """The number of a column by its letters."""
    number = 0
    for sign in column:
        number = number * 26 + ord(sign) - 64
    return number - 1


def _texts(texts: Sequence[str]) -> str:
    points = "".join(f'<c:pt idx="{at}"><c:v>{esc(text)}</c:v></c:pt>' for at, text in enumerate(texts))
    return f'<c:strCache><c:ptCount val="{len(texts)}"/>{points}</c:strCache>'


def code(digits: int, unit: str, signed: bool) -> str:
    """The number format in which figures are written: ``0.0" %"``, with a true minus, with its sign when ``signed``."""
    plain = f"#,##0.{'0' * digits}" if digits else "#,##0"
    unit = unit.replace('"', "''")
    before = unit if unit in ("¥", "€", "$", "£") else ""
    after = f'" {unit}"' if unit and not before else ""
    shape = lambda sign: (f'"{sign}{before}"' if sign or before else "") + plain + after
    return ";".join(shape(sign) for sign in (("+", "−", "±") if signed else ("", "−")))
