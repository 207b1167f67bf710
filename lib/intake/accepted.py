"""Accepted: the words that a column of choices or of yes and no understands, and which words of a file it does not.

The list in the README, the note on the Data page and the sentences of a refusal all come from here.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lib.intake.contracts import TABLES
from lib.intake.parse import as_text, clean, parse
from lib.intake.shape import Column
from lib.intake.values import NO, YES
from lib.words import say_in

SHOWN = 8
CODES = ("unknown_choice", "bad_flag")


def closed(column: Column) -> bool:
    """Whether the column takes certain words only: a choice, or yes and no."""
    return column.kind == "flag" or column.kind == "enum" and not column.lenient


def listed(column: Column, language: str) -> str:
    """The accepted values, each with its first Chinese word: ``no_answer (未接), rejected (拒绝)``; for yes and no, the usual words."""
    if column.kind == "flag":
        return say_in(language, "intake.accepted.flag")
    if language == "zh":
        return "、".join(f"{words[0]}({value})" for value, words in column.choices)
    return ", ".join(f"{value} ({words[0]})" for value, words in column.choices)


def strange(column: Column, values: pa.Array | pa.ChunkedArray, rows: np.ndarray) -> list[tuple[str, int]]:
    """The distinct words of a column that it does not understand, each with the row of the file where it stands first."""
    words = clean(as_text(values))
    failed = parse(column, words, None).failed
    found: dict[str, int] = {}
    for at, word in zip(failed, pc.take(words, pa.array(failed)).to_pylist(), strict=True):
        found.setdefault(str(word), int(rows[at]))
    return list(found.items())


def quoted(column: Column, found: Iterable[tuple[str, int]], language: str) -> str:
    """Words with their rows, for a sentence; of a private column only the rows."""
    every = list(found)
    pair = "intake.accepted.hidden" if column.sensitive else "intake.accepted.word"
    parts = [say_in(language, pair, **({} if column.sensitive else {"word": word[:40]}), row=row) for word, row in every[:SHOWN]]
    if len(every) > SHOWN:
        parts.append(say_in(language, "intake.accepted.more", count=len(every) - SHOWN))
    return ("、" if language == "zh" else ", ").join(parts)


def among(rejects: pd.DataFrame) -> dict[str, tuple[str, list[tuple[str, int]]]]:
    """The columns in which rejected rows hold unknown words: by field the header and the distinct words with their first row."""
    found: dict[str, tuple[str, list[tuple[str, int]]]] = {}
    for row in rejects[rejects["code"].isin(CODES)].itertuples():
        words = found.setdefault(str(row.field), (str(row.column), []))[1]
        word = row.value if isinstance(row.value, str) else ""  # of a private column no word is kept: every row counts
        if not word or word not in {known for known, _ in words}:
            words.append((word, int(row.row)))  # type: ignore[arg-type]
    return found


def readme_table() -> list[str]:
    """The lines of the README's table: every column of every source table that takes certain words, and the words."""
    lines = ["| column | value: words that mean it |", "| --- | --- |"]
    for table in TABLES.values():
        for column in (column for column in table.incoming if column.kind == "enum"):
            rows = [f"`{value}`: {', '.join(words)}" for value, words in column.choices]
            if column.lenient:
                rows.append(f"any other word: {f'`{column.otherwise}`' if column.otherwise else 'blank'}")
            lines.append(f"| {table.name}.{column.name} | {'<br>'.join(rows)} |")
    flags = [f"{table.name}.{column.name}" for table in TABLES.values() for column in table.incoming if column.kind == "flag"]
    lines.append(f"| {', '.join(flags)} | yes: {', '.join(YES)}<br>no: {', '.join(NO)} |")
    return lines
