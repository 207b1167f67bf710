"""Today, drawn: the queue on the left, the picked person on the right; on a phone the person opens under the row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import pandas as pd
import streamlit as st

from lib.show import cards, tables
from lib.show.live import live
from lib.show.parts import Explain, chips, day, esc, explain, full_day, number
from lib.tags.compile import by_key, reminder
from lib.words import language, say

Row = Mapping[Any, Any]
_PICKED, _QUEUE, _OPEN = "today.picked", "today.queue", "open:"


def heading(queue: pd.DataFrame, as_of: object) -> str:
    """The title, the line under it, and why the order is what it is."""
    n, chance = (int(queue[c].iloc[0]) for c in ("people_in_all", "likely_chance")) if len(queue) else (0, 0)
    title = say("today.title_none") if not n else say("today.title_one") if n == 1 else say("today.title", n=number(n))
    note = say("today.note_chance" if chance else "today.note", day=full_day(as_of), chance=number(chance)) if chance \
        else say("today.note", day=full_day(as_of))
    how = explain(Explain(say("today.order.rule"), say("today.order.period", day=day(as_of)), say("today.order.people", n=number(n)),
                          say("today.order.left_out"))).replace(esc(say("parts.how")), esc(say("today.order")), 1) if n else ""
    return f"<h1>{esc(title)}</h1><div class='kj-note' style='margin:4px 0 2px'>{esc(note)}</div>{how}"


def _label(row: Row) -> str:
    return row["zh"] if language() == "zh" else row["en"]


def _since(row: Row) -> str:
    return say("today.since_today") if int(row["days"]) == 1 else say("today.since", day=day(row["since"]))


def _row(tags: Sequence[Row], picked: bool) -> str:
    """One person of the queue: name, team, tags in words, since when, and one line of evidence."""
    first = tags[0]
    labels = chips([_label(tag) for tag in tags])
    chance = chips([say("today.chance")], "watch") if all(tag["chance"] for tag in tags) else ""
    return (f"<button class='kj-pick kj-queue-row' data-pick='{esc(first['employee_id'])}' aria-expanded='{'true' if picked else 'false'}'>"
            f"<span class='p'>{int(first['place'])}</span><span><b>{esc(first['name'])}</b> <span class='kj-note'>{esc(first['team'])} · "
            f"{esc(_since(max(tags, key=lambda tag: tag['days'])))}</span> {labels} {chance}"
            f"<span class='kj-note e'>{esc(reminder(first['tag'], first['evidence'], language()))}</span></span></button>")


def detail(tags: Sequence[Row]) -> str:
    """The picked person: evidence, how to begin, what to offer, what not to say, and the way to the whole story."""
    first, lang = tags[0], language()
    talk = say("today.no_talk") if pd.isna(first["last_talk"]) else say("today.last_talk", day=full_day(first["last_talk"]))
    facts = [first["team"], first["role"], say("today.hired", day=full_day(first["hire_date"])), talk]
    parts = []
    for tag in tags:
        rule = by_key(tag["tag"])
        chance = chips([say("today.chance")], "watch") if bool(tag["chance"]) else ""
        parts.append(
            f"<section class='kj-stack' style='gap:6px'><div class='kj-row'><h3>{esc(_label(tag))}</h3><span class='kj-note'>{esc(_since(tag))}</span>{chance}</div>"
            f"<dl class='kj-talk'><dt>{esc(say('today.why'))}</dt><dd>{esc(reminder(tag['tag'], tag['evidence'], lang))}</dd>"
            f"<dt>{esc(say('today.opening'))}</dt><dd class='q'>{esc(rule.opening.in_(lang))}</dd>"
            f"<dt>{esc(say('today.support'))}</dt><dd>{esc(rule.support.in_(lang))}</dd>"
            f"<dt>{esc(say('today.avoid'))}</dt><dd>{esc(rule.avoid.in_(lang))}</dd></dl></section>")
    return (f"<aside class='kj-card kj-stack kj-queue-detail' aria-live='polite'><div><h2>{esc(first['name'])}</h2>"
            f"<div class='kj-note'>{' · '.join(esc(fact) for fact in facts if not pd.isna(fact))}</div></div>{''.join(parts)}"
            f"<div><button class='kj-button' data-pick='{_OPEN}{esc(first['employee_id'])}'>{esc(say('today.open', name=first['name']))}</button></div></aside>")


def queue(rows: pd.DataFrame, top: str) -> str | None:
    """Draw heading, list and picked person as one element; returns the id of the person whose page is asked for, else None."""
    # Plain rows: a frame per person would cost more than all the rest of the page.
    by_person = {who: list(tags) for who, tags in groupby(rows.to_dict("records"), key=lambda row: row["employee_id"])}
    people = list(by_person)
    clicked = (st.session_state.get(_QUEUE) or {}).get("pick")
    if clicked in people:
        st.session_state[_PICKED] = clicked
    picked = st.session_state.get(_PICKED)
    picked = picked if picked in people else people[0]
    lines = "".join(_row(by_person[who], who == picked) + (detail(by_person[who]) if who == picked else "") for who in people)
    in_all = int(rows["people_in_all"].iloc[0])
    more = f"<p class='kj-note kj-queue-more'>{esc(say('today.more', shown=len(people), rest=number(in_all - len(people))))}</p>" \
        if in_all > len(people) else ""
    grid = f"<div class='kj-queue' style='grid-template-rows:repeat({len(people)},max-content) 1fr' role='group' aria-label='{esc(say('today.list'))}'>{lines}{more}</div>"
    found = live(top + grid, _QUEUE)
    return found.removeprefix(_OPEN) if found and found.startswith(_OPEN) else None


def picked() -> str:
    """Who is picked now; '' before anybody is."""
    return str(st.session_state.get(_PICKED, ""))


def behind(rows: pd.DataFrame) -> None:
    """The list as a table with its CSV file, drawn only when somebody asks for it: the landing page stays light."""
    if not st.toggle(say("today.tables"), key="today.tables"):
        return
    cards.section(say("today.list"))
    told = rows.assign(label=rows[language()], why=[reminder(tag, evidence, language()) for tag, evidence in zip(rows["tag"], rows["evidence"], strict=True)])
    columns = ("place", "employee_id", "name", "team", "label", "since", "why", "chance", "last_talk")
    tables.behind(told, "today", {column: say(f"today.column.{column}") for column in columns}, "today.table")
