"""What a source table's contract is made of: columns, truths, tables, and how a column's kind stands in Arrow and DuckDB.

Typed frames hold Arrow-backed columns: ``text`` and ``enum`` string, ``date`` date32, ``moment`` timestamp[us] (local time of
the company), ``number`` double, ``whole`` int64, ``flag`` bool.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pandas as pd
import pyarrow as arrow

ARROW: dict[str, arrow.DataType] = {
    "text": arrow.string(), "enum": arrow.string(), "date": arrow.date32(), "moment": arrow.timestamp("us"),
    "number": arrow.float64(), "whole": arrow.int64(), "flag": arrow.bool_(),
}
DUCKDB = {"text": "VARCHAR", "enum": "VARCHAR", "date": "DATE", "moment": "TIMESTAMP", "number": "DOUBLE", "whole": "BIGINT",
          "flag": "BOOLEAN"}
EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True)
class Column:
    """One column of a source table.

    ``kind`` is text, date, moment, number, whole, flag or enum.  ``must``: may never be blank, except where ``unless`` (a
    column and its value) holds.  ``low``/``high`` bound numbers,
    ``length`` bounds text.  ``past``: a fact that cannot lie after
    today.  ``choices`` maps each allowed value to the words that mean it.  ``headers`` are header texts that name the column.
    ``lenient``: a word that is none of the choices becomes ``otherwise`` (blank when that is None) and is no reject.
    ``sensitive`` text is never stored with a reject; ``kept`` is False for text that is read once and dropped; ``given`` is
    False for a column that is derived on import and cannot come from a file.
    """

    name: str
    kind: str
    zh: str
    en: str
    headers: tuple[str, ...] = ()
    must: bool = False
    unless: tuple[str, str] | None = None
    low: float | None = None
    high: float | None = None
    length: int = 200
    past: bool = False
    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()
    sensitive: bool = False
    kept: bool = True
    given: bool = True
    default: str | None = None
    lenient: bool = False
    otherwise: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every header text that names the column: its name, the known headers, and the first words of its help."""
        return (self.name, *self.headers, *(re.split(r"[,(;:]", words)[0].strip() for words in (self.zh, self.en)))

    @property
    def values(self) -> tuple[str, ...]:
        """The allowed values of an enum."""
        return tuple(value for value, _ in self.choices)


@dataclass(frozen=True)
class Truth:
    """A statement about a whole row: ``holds(frame)`` is True where the row keeps it (missing values keep it).

    ``code`` names its sentences in ``words/intake.toml`` (``intake.<code>.expected``, ``intake.<code>.remedy``); ``column`` is
    the one a reject points to, ``needs`` the ones that must be there for the statement to be asked.
    """

    code: str
    column: str
    needs: tuple[str, ...]
    holds: Callable[[pd.DataFrame], pd.Series]


@dataclass(frozen=True)
class Table:
    """One source table: what a row is (``zh``, ``en``), its columns, its key and its truths.

    An empty ``key`` means that all columns together are the key.  ``optional_key`` is used instead when the file has it.
    ``any_of``: at least one of these columns must be filled in every row.  ``repeats``: rows that are the same in every column are
    several of their kind, and all stay.  ``nobody``: no row may say whose it is; a file with such a column is refused.
    """

    name: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    optional_key: str | None = None
    any_of: tuple[str, ...] = ()
    truths: tuple[Truth, ...] = ()
    repeats: bool = False
    nobody: bool = False

    def column(self, name: str) -> Column:
        """The column of this name; KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name}")

    @property
    def incoming(self) -> tuple[Column, ...]:
        """Columns that a file may give."""
        return tuple(column for column in self.columns if column.given)

    @property
    def stored(self) -> tuple[Column, ...]:
        """Columns of the checked table (and of its ``src_`` view)."""
        return tuple(column for column in self.columns if column.kept)

    @property
    def must(self) -> tuple[Column, ...]:
        """Columns that a file must give."""
        return tuple(column for column in self.columns if column.must)


def duckdb_type(column: Column) -> str:
    """How the column stands in the warehouse: VARCHAR, DATE, TIMESTAMP, DOUBLE, BIGINT or BOOLEAN."""
    return DUCKDB[column.kind]


def arrow_type(column: Column) -> arrow.DataType:
    """How the column stands in a checked file."""
    return ARROW[column.kind]
