"""Data page, quality: what does not fit together between the tables of the published version, and what to do about it."""

from __future__ import annotations

import pandas as pd

from lib.access.office import Office
from lib.show import cards, data_view, tables
from lib.show.parts import Explain, esc, explain, number
from lib.words import say, sentences


def show(office: Office) -> None:
    """One card a finding, the costly ones first; the table behind them."""
    if not office.published:
        cards.nothing_yet(say("data.quality.no_build"), say("data.quality.no_build_why"), say("data.build.none_how"))
        return
    found = office.desk.read("data_quality")
    if found.empty:
        cards.nothing_yet(say("data.quality.none"), say("data.quality.none_why"), say("data.quality.none_how"))
        return
    lost = int(found.loc[found["severity"] == "lost", "count"].sum())
    cards.section(say("data.quality", count=len(found)), say("data.quality.lost_rows", rows=number(lost, 0)) if lost else say("data.quality.no_lost"))
    cards.draw("<div class='kj-stack'>" + "".join(_finding(row) for _, row in found.iterrows()) + "</div>")
    cards.draw(explain(Explain(say("data.quality.how"), say("data.quality.how_period"), say("data.quality.how_people"))))
    shown = found.assign(check=[_said(key) for key in found["check_key"]], table=found["table_name"].map(data_view.table_label),
                         severity=[say(f"data.severity.{severity}") for severity in found["severity"]])
    tables.behind(shown, "quality", {"check": say("data.quality.check"), "table": say("data.history.table"), "severity": say("data.quality.severity"),
                                     "count": say("data.quality.count"), "sample": say("data.quality.sample")}, "data.quality")


def _said(check: str, part: str = "what") -> str:
    key = f"data.check.{check}.{part}"
    return say(key) if key in sentences() else check


def _finding(row: pd.Series) -> str:
    tone = "care" if row["severity"] == "lost" else "watch"
    sample = f"<span class='kj-note'>{esc(say('data.quality.example', sample=row['sample']))}</span>" if isinstance(row["sample"], str) else ""
    return (f"<div class='kj-card kj-stack' style='gap:4px'><div class='kj-row'><span class='kj-chip kj-{tone}'>"
            f"{esc(say('data.severity.' + row['severity']))}</span><h3>{esc(data_view.table_label(row['table_name']))} · "
            f"{esc(say('data.quality.rows', rows=number(row['count'], 0)))}</h3>{sample}</div>"
            f"<p>{esc(_said(row['check_key']))}</p><p class='kj-note'>{esc(say('parts.mend'))} {esc(_said(row['check_key'], 'mend'))}</p></div>")
