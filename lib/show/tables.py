"""Tables: what stands behind every chart, a page of rows at a time, and as a CSV that no spreadsheet will execute."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real

import pandas as pd
import streamlit as st

from lib.show import cards
from lib.show.parts import esc, number
from lib.story.sheets import harmless
from lib.words import say

ROWS = 20


def safe_csv(frame: pd.DataFrame) -> bytes:
    """The frame as UTF-8 CSV (with the mark that Excel needs); text that a spreadsheet would run gets a leading quote."""
    guarded = frame.copy()
    for column in guarded.columns:
        if not pd.api.types.is_numeric_dtype(guarded[column]) and not pd.api.types.is_datetime64_any_dtype(guarded[column]):
            guarded[column] = [harmless(value) for value in guarded[column]]
    guarded.columns = [harmless(str(column)) for column in guarded.columns]
    return guarded.to_csv(index=False).encode("utf-8-sig")


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return f"<td>{esc(say('parts.yes' if value else 'parts.no'))}</td>"
    if isinstance(value, Real) and not pd.isna(value):
        return f"<td class='n'>{number(float(value))}</td>"
    if isinstance(value, pd.Timestamp):
        return f"<td>{value:%Y-%m-%d}</td>" if value == value.normalize() else f"<td>{value:%Y-%m-%d %H:%M}</td>"
    return f"<td>{esc(value)}</td>"


def html(frame: pd.DataFrame) -> str:
    """The frame as an HTML table, every cell escaped."""
    head = "".join(f"<th{' class=n' if pd.api.types.is_numeric_dtype(frame[c]) else ''} scope='col'>{esc(c)}</th>" for c in frame.columns)
    body = "".join("<tr>" + "".join(_cell(value) for value in row) + "</tr>" for row in frame.itertuples(index=False, name=None))
    return (f"<div class='kj-scroll' tabindex='0' role='region' aria-label='{esc(say('parts.table'))}'>"
            f"<table class='kj-table'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>")


def behind(frame: pd.DataFrame, name: str, headers: Mapping[str, str], key: str, opened: bool = False) -> None:
    """The table behind a chart: closed at first (unless ``opened``: there is no chart), then the first rows, a page picker, and all of it as a CSV file.

    ``headers`` maps the columns to show, in order, to their titles in the viewer's language; ``name`` becomes the file's name.
    """
    table = frame[list(headers)].rename(columns=dict(headers))
    with st.expander(say("parts.table_of", rows=len(table)), expanded=opened):
        page = 1
        pages = max(1, -(-len(table) // ROWS))
        if pages > 1:
            page = int(st.number_input(say("parts.page_of", pages=pages), 1, pages, 1, key=f"{key}.page", width=160))
        cards.draw(html(table.iloc[(page - 1) * ROWS: page * ROWS]))
        st.download_button(say("parts.csv"), lambda: safe_csv(table), file_name=f"{name}.csv", mime="text/csv", key=f"{key}.csv")
