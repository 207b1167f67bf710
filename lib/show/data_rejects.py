"""Rejected rows: what an import did, and every row it did not take with what was expected and how to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from lib.access.office import Office
from lib.show import cards, data_view, tables
from lib.show.parts import esc, number
from lib.words import language, say

if TYPE_CHECKING:
    from lib.intake.sources import ImportReport


def place(file: str, sheet: object, row: object, column: object) -> str:
    """Where something stands: file, sheet, row, column, as far as known."""
    parts = [file]
    if isinstance(sheet, str) and sheet:
        parts.append(say("data.at_sheet", sheet=sheet))
    if row is not None and not pd.isna(row):  # type: ignore[call-overload]
        parts.append(say("data.at_row", row=int(row)))  # type: ignore[call-overload]
    if isinstance(column, str) and column:
        parts.append(say("data.at_column", column=column))
    return " · ".join(parts)


def report(office: Office, done: ImportReport) -> None:
    """What an import did: four counts, or why nothing was loaded; then its rejects and the next step."""
    if done.refused:
        zh = language() == "zh"
        cards.problem(say("data.result.nothing", why=done.refused.zh if zh else done.refused.en),
                      place(done.file, done.refused.sheet, done.refused.row, done.refused.column),
                      done.refused.remedy_zh if zh else done.refused.remedy_en)
    else:
        counts = [("read", done.rows_read, ""), ("loaded", done.rows_loaded, "kj-fine"), ("left_out", done.rows_left_out, ""),
                  ("rejected", done.rows_rejected, "kj-care" if done.rows_rejected else "")]
        cells = "".join(f"<div><div class='kj-note'>{esc(say(f'data.result.{key}'))}</div>"
                        f"<div class='kj-num {tone}'>{number(rows, 0)}</div></div>" for key, rows, tone in counts)
        headline = say("data.result.repeated" if done.repeated else "data.result.done", table=data_view.table_label(done.table))
        cards.draw(f"<div class='kj-card kj-stack' role='status'><h2>{esc(headline)}</h2><div class='kj-grid' "
                   f"style='grid-template-columns:repeat(auto-fit,minmax(120px,1fr))'>{cells}</div>"
                   f"<p class='kj-note'>{esc(say('data.result.next'))}</p></div>")
        st.button(say("data.result.build"), key="data.result.build", on_click=data_view.go, args=("build",))
    if len(done.rejects):
        cards.section(say("data.rejects", rows=number(done.rows_rejected, 0)))
        draw(done.rejects, done.file, "data.rejects")


def draw(rejects: pd.DataFrame, file: str, key: str, download: bool = True) -> None:
    """The rejected cells as a table, a page at a time: where, what stands there, what is expected, how to mend it."""
    columns = {"sheet": "sheet", "row": "row", "column": "column", "value": "value", f"expected_{language()}": "expected",
               f"remedy_{language()}": "remedy"}
    if not rejects["sheet"].notna().any():
        columns.pop("sheet")
    shown = rejects[list(columns)].rename(columns={column: say(f"data.reject.{word}") for column, word in columns.items()})
    shown[say("data.reject.row")] = shown[say("data.reject.row")].astype("str")
    pages = max(1, -(-len(shown) // tables.ROWS))
    page = int(st.number_input(say("parts.page_of", pages=pages), 1, pages, 1, key=f"{key}.page", width=160)) if pages > 1 else 1
    cards.draw(tables.html(shown.iloc[(page - 1) * tables.ROWS: page * tables.ROWS]))
    if download:
        st.download_button(say("data.rejects_csv"), lambda: tables.safe_csv(shown), file_name=f"rejects-{_safe(file)}.csv",
                           mime="text/csv", key=f"{key}.csv")


def _safe(file: str) -> str:
    return "".join(char if char.isalnum() or char in "-_" else "-" for char in file)[:60]
