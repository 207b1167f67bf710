"""Data page, what was read: every import and refused attempt, its rejects, and the way to take one back."""

from __future__ import annotations

from contextlib import suppress

import pandas as pd
import streamlit as st

from lib.access.desk import NotAllowed
from lib.access.office import Office
from lib.show import cards, data_rejects, data_view, tables
from lib.show.parts import esc, number
from lib.words import say


def show(office: Office) -> None:
    """The list, then the one that is picked from it."""
    history = office.history()
    if history.empty:
        cards.nothing_yet(say("data.history.none"), say("data.history.none_why"), say("data.history.none_how"))
        st.button(say("data.view.import"), key="data.history.import", on_click=data_view.go, args=("import",))
        return
    cards.section(say("data.history", count=len(history)), say("data.history.note"))
    _list(history)
    ids = history["import_id"].tolist()
    labels = {row.import_id: f"{row.file} → {data_view.table_label(row.table)} · {data_view.moment(row.imported_at)}" for row in history.itertuples()}
    chosen = st.selectbox(say("data.history.pick"), ids, key="data.history.pick", format_func=labels.__getitem__)
    _one(office, history[history["import_id"] == chosen].iloc[0])


def _list(history: pd.DataFrame) -> None:
    head = {"imported_at": "when", "file": "file", "table": "table", "rows_loaded": "loaded", "rows_rejected": "rejected", "days": "days",
            "state": "state"}
    shown = pd.DataFrame({
        "imported_at": history["imported_at"].map(data_view.moment), "file": history["file"], "table": history["table"].map(data_view.table_label),
        "rows_loaded": history["rows_loaded"], "rows_rejected": history["rows_rejected"],
        "days": ["–" if pd.isna(first) else f"{first} – {last}" for first, last in zip(history["first_day"], history["last_day"], strict=True)],
        "state": [say(f"data.state.{state}") for state in history["state"]]}).rename(
            columns={column: say(f"data.history.{word}") for column, word in head.items()})
    pages = max(1, -(-len(shown) // tables.ROWS))
    page = int(st.number_input(say("parts.page_of", pages=pages), 1, pages, 1, key="data.history.page", width=160)) if pages > 1 else 1
    cards.draw(data_view.still(tables.html(shown.iloc[(page - 1) * tables.ROWS: page * tables.ROWS])))


def _one(office: Office, row: pd.Series) -> None:
    counts = [(say(f"data.result.{key}"), number(row[f"rows_{key}"], 0)) for key in ("read", "loaded", "left_out", "rejected")]
    if row["mapping"]:
        counts.append((say("data.history.mapping"), str(row["mapping"])))
    cards.draw(f"<div class='kj-card kj-stack' style='gap:6px'><h3>{esc(row['file'])} → {esc(data_view.table_label(row['table']))}</h3>"
               f"{data_view.facts(counts)}</div>")
    if row["state"] == "refused":
        cards.problem(data_view.pick_of(row, "reason"), row["file"], data_view.pick_of(row, "remedy"))
    rejects = office.rejects(row["import_id"])
    if len(rejects):
        cards.section(say("data.rejects", rows=number(row["rows_rejected"], 0)))
        data_rejects.draw(rejects, row["file"], f"data.history.{row['import_id']}")
    if row["state"] == "loaded" and not office.open_to_all:
        with st.popover(say("data.history.undo"), icon=":material/undo:"):
            cards.draw(f"<p>{esc(say('data.history.undo_why', rows=number(row['rows_loaded'], 0), file=row['file']))}</p>")
            st.button(say("data.history.undo_sure"), key=f"data.undo.{row['import_id']}", type="primary", on_click=_undo, args=(office, row["import_id"], row["file"]))


def _undo(office: Office, import_id: str, file: str) -> None:
    with suppress(NotAllowed):  # the session is over: the door takes it from here
        office.undo(import_id)
        data_view.tell("data.history.undone", file=file)
