"""Asking: what stops a file until somebody has said what it is: the sentences of a doubtful guess and of words nobody knows."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from lib.intake import accepted
from lib.intake.contracts import TABLES
from lib.intake.guard import Refused
from lib.intake.readers.base import Block, Reader
from lib.intake.shape import Table
from lib.intake.suggest import Suggestion, unsure
from lib.words import say_in

FOUND = 20


def refused(code: str, guess: Suggestion | None, reader: Reader, sample: Block) -> Refused:
    """The refusal that asks the question ``code`` of :func:`lib.intake.suggest.question` about this file."""
    found = ", ".join(reader.headers[:FOUND])
    if guess is None or code == "needs_mapping":
        return Refused("needs_mapping", sheet=reader.sheet, found=found, tables=", ".join(TABLES))
    table = TABLES[guess.table]
    if code == "missing_columns":
        return Refused(code, sheet=reader.sheet, column=guess.missing[0], table=guess.table, missing=", ".join(guess.missing), found=found)
    if code == "two_tables":
        return Refused(code, sheet=reader.sheet, one=_what(table), two=_what(TABLES[guess.second]), table=guess.table, second=guess.second,
                       unread=lambda language: _unread(guess, language))
    if code == "columns_unread":
        return Refused(code, sheet=reader.sheet, column=guess.unused[0], one=_what(table), table=guess.table, columns=_some(guess.unused))
    if code == "fields_unsure":
        one = unsure(guess)[0]
        return Refused(code, sheet=reader.sheet, column=one.header, one=_what(table), header=one.header, field=one.field,
                       reason=lambda language: one.reason_zh if language == "zh" else one.reason_en)
    headers = {field: guess.mapping.columns[field] for field in guess.strange}
    return _unknown(table, {field: (header, accepted.strange(table.column(field), sample.columns[header], sample.rows))
                            for field, header in headers.items()}, reader.sheet)


def unknown_words(table: Table, rejects: pd.DataFrame, rejected: int, read: int) -> Refused | None:
    """The refusal of a file whose bad rows are mostly words that a column does not know; None when something else is the matter."""
    bad = rejects[rejects["code"].isin(accepted.CODES)]
    if bad["row"].nunique() * 2 < min(rejected, rejects["row"].nunique()) or bad.empty:
        return None
    sheet = bad["sheet"].iloc[0]
    return _unknown(table, accepted.among(bad), sheet if isinstance(sheet, str) else None, rejected, read)


def _unknown(table: Table, found: dict[str, tuple[str, list[tuple[str, int]]]], sheet: str | None, rejected: int = 0,
             read: int = 0) -> Refused:
    def said(language: str) -> str:
        parts = [say_in(language, "intake.unknown_words.column", header=header, table=table.name, field=field,
                        words=accepted.quoted(table.column(field), words, language), accepted=accepted.listed(table.column(field), language))
                 for field, (header, words) in found.items()]
        if read:
            parts.insert(0, say_in(language, "intake.unknown_words.share", rejected=rejected, rows=read))
        return ("。" if language == "zh" else ". ").join(parts)

    header, words = next(iter(found.values()))
    return Refused("unknown_words", sheet=sheet, row=words[0][1], column=header, said=said)


def _what(table: Table) -> Callable[[str], str]:
    return lambda language: f"{table.name}({table.zh})" if language == "zh" else f"{table.name} ({table.en})"


def _some(headers: tuple[str, ...]) -> str:
    return ", ".join(headers[:FOUND]) + (" …" if len(headers) > FOUND else "")


def _unread(guess: Suggestion, language: str) -> str:
    return say_in(language, "intake.two_tables.unread", table=guess.table, columns=_some(guess.unused)) if guess.unused else ""
