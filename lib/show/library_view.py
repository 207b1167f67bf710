"""Library view: every rule in words, how many people it calls on, and a warning where that is too many or nobody."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

import pandas as pd

from lib.show import heat
from lib.show.parts import Explain, esc, explain, number, percent, spark, week_span
from lib.show.tags_view import EXPECTED, Behind, head
from lib.words import language, say

WARN_SHARE = 0.3
"""A rule that carries more than this share of a team is warned about (spec: 30 % of a team)."""


def title(rules: pd.DataFrame) -> str:
    """The finding: rules that call on too many, else rules that call on nobody, else that all look sound."""
    named = lambda rows: say("heat.title_join").join(rows[language()])
    crowded = rules[(rules["teams_over"] > 0) & ~rules["tag"].isin(EXPECTED)]
    silent = rules[rules["now_people"] == 0]
    if len(crowded):
        return say("library.title_warn", tags=named(crowded))
    if len(silent) > 2:
        return say("library.title_silent_many", n=len(silent))
    if len(silent):
        return say("library.title_silent", tags=named(silent))
    return say("library.title", n=len(rules))


def _warning(row, lacks: Mapping[str, str]) -> str:
    """Too many, expected many, or nobody; '' when there is nothing to warn about."""
    if row.now_people == 0:
        return (f"<p><span class='kj-chip kj-watch'>{esc(say('library.nobody'))}</span></p>"
                f"<p class='kj-note'>{esc(lacks.get(row.tag, say('library.nobody_hint')))}</p>")
    if row.teams_over == 0:
        return ""
    crowded = say("library.crowded", n=number(row.teams_over), limit=percent(WARN_SHARE), team=row.most_team, share=percent(row.most, 0))
    hint = say("library.expected", limit=percent(WARN_SHARE)) if row.tag in EXPECTED else say("library.crowded_hint")
    tone = "" if row.tag in EXPECTED else " kj-care"
    return f"<p><span class='kj-chip{tone}' style='white-space:normal'>{esc(crowded)}</span></p><p class='kj-note'>{esc(hint)}</p>"


def _card(row, past: pd.DataFrame, lacks: Mapping[str, str], muted: bool) -> str:
    label = esc(getattr(row, language()))
    silent = f" <span class='kj-chip kj-watch' style='font-weight:400'>{esc(say('library.muted'))}</span>" if muted else ""
    line = spark(past["people"].tolist(), width=132)
    return (f"<section class=kj-card><h2>{label}{silent}</h2>"
            f"<p>{esc(getattr(row, f'rule_{language()}'))}</p>"
            f"<div class='kj-row' style='align-items:center;justify-content:space-between'><span><span class='kj-num'>{number(row.now_people)}</span>"
            f"<span class='kj-unit'> {esc(say('library.people'))} · {esc(say('library.now'))}</span></span>{line}</div>"
            f"<p class='kj-note'>{esc(say('library.of_all', share=percent(row.now_people / row.active if row.active else None)))} · "
            f"{esc(say('library.past', n=number(row.past_people)))}</p>{_warning(row, lacks)}"
            f"<div class=open><button class=kj-link data-pick='{esc(heat.pick('rule', row.tag))}' aria-label='{esc(say('library.open'))}: {label}'>{esc(say('library.open'))} ›</button></div></section>")


def page(rules: pd.DataFrame, carried: pd.DataFrame, week: date, lacks: Mapping[str, str], left_out: str = "",
         muted: Collection[str] = ()) -> str:
    """All rules as cards (rows of ``tags_library`` and ``tags_carried``; ``lacks`` as :func:`lib.show.tags_view.lacking`).

    ``left_out`` says which teams the totals leave out, ``muted`` the tags that raise no reminders.  A click picks ``rule``.
    """
    cards = "".join(_card(row, carried[carried["tag"] == row.tag], lacks, row.tag in muted) for row in rules.itertuples())
    how = explain(Explain(say("library.rule", limit=percent(WARN_SHARE)), say("heat.strip_period", week=week_span(week)),
                          say("heat.people_n", n=number(rules["active"].iloc[0])), left_out))
    grid = "grid-template-columns:repeat(auto-fit,minmax(min(320px,100%),1fr))"
    return f"<div class=kj-library>{head(title(rules), say('library.under', week=week_span(week)))}<div class='kj-grid' style='{grid}'>{cards}</div><div style='margin-top:8px'>{how}</div></div>"


def table_rows(rules: pd.DataFrame) -> Behind:
    """The library as a plain table with its file name and titles."""
    shown = rules.assign(tag=rules[language()], rule=rules[f"rule_{language()}"], now=rules["now_people"], past=rules["past_people"],
                         over=rules["teams_over"], most=(rules["most"] * 100).round(1))
    return shown, "tag-library", {c: say(f"library.column.{c}") for c in ("tag", "rule", "now", "past", "over", "most")}


def past_rows(carried: pd.DataFrame, rules: pd.DataFrame) -> Behind:
    """The lines of the library as a plain table with its file name and titles: one row per tag and week, newest first."""
    labels = dict(zip(rules["tag"], rules[language()], strict=True))
    shown = carried.assign(tag=carried["tag"].map(labels)).sort_values("week", ascending=False, kind="stable")
    return shown, "tag-weeks", {"week": say("heat.column.week"), "tag": say("library.column.tag"), "people": say("heat.column.people")}
