"""Today, drawn: how many fit today, the queue beside the open card, and what waits and why; strings, no Streamlit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import pandas as pd

from lib.care.shape import WAITS, Day, Planned, Waiting
from lib.show.parts import Explain, day, esc, explain, full_day, number
from lib.show.today_row import Who, evidence, row, since, what, why_here
from lib.words import say

VIEWS = ("queue", "standard", "texts")
_SHOWN = 6
"""People listed per reason to wait; all of them are in the table."""


def switch(view: str) -> str:
    """The three views of the page; the one that is open is marked."""
    inner = "".join(f"<button type=button data-ask=view data-of={key} aria-pressed={'true' if key == view else 'false'}>{esc(say(f'today.view.{key}'))}</button>"
                    for key in VIEWS)
    return f"<nav class='pills views' aria-label='{esc(say('today.views'))}'>{inner}</nav>"


def head(title: str, note: str, view: str) -> str:
    """Title, the quiet line under it, and the switch."""
    return (f"<div class=top><div><h1>{esc(title)}</h1><p class='kj-note'>{esc(note)}</p></div>{switch(view)}</div>")


def title(today: Day) -> str:
    """How many fit today and how many are done; or that all is done, or that nobody needs anything."""
    if not today.cards and not today.waiting and not today.done:
        return say("today.title_none")
    if not today.cards and today.done:
        return say("today.title_done", done=number(today.done))
    return say("today.title", capacity=number(today.capacity), done=number(today.done))


def note(today: Day, demo: bool, dead: int = 0) -> str:
    """The day, what waits by reason, how many messages could not be delivered (``dead``), and that this is the demo."""
    counts = {why: sum(waiting.why == why for waiting in today.waiting) for why in WAITS}
    parts = [full_day(today.today), *(say(f"today.waits.{why}", n=number(n)) for why, n in counts.items() if n)]
    if dead:
        parts.append(say("today.dead", n=number(dead)))
    if demo:
        parts.append(say("today.demo"))
    return " · ".join(parts)


def queue(today: Day, who: Mapping[str, Who], picked: str, card: str, told: str, gap: int) -> str:
    """The list with the open card: beside it on a desk, under its row on a phone.  ``told``: what was just done;
    ``gap``: days between two contacts."""
    lines = [row(one, _who(who, one), place, one.employee_id == picked, today.today) + (card if one.employee_id == picked else "")
             for place, one in enumerate(today.cards, 1)]
    listed = any(one.employee_id == picked for one in today.cards)
    # Somebody opened from among those who wait has no row here: the card stands first on a phone, and beside the list on a desk.
    if card and not listed:
        lines.insert(0, card)
    how = order(today, gap) if today.cards else ""
    rows = len(lines) + 1
    return (f"{told}<div class=desk style='grid-template-rows:repeat({rows},max-content) 1fr' role=group aria-label='{esc(say('today.list'))}'>"
            f"{''.join(lines)}<div class=under>{_rest(today)}{how}</div></div>")


def _rest(today: Day) -> str:
    if today.cards:
        return ""
    key = "today.rest_done" if today.done else "today.rest_waits" if today.waiting else "today.rest_none"
    return f"<p class='kj-note'>{esc(say(key))}</p>"


def _who(who: Mapping[str, Who], one: Planned) -> Who:
    return who.get(one.employee_id, Who(one.employee_id))


def told(sentence: str, forget: str = "", wrong: str = "", again: str = "", onward: str = "") -> str:
    """A quiet line about what was just done, and who is open now; ``forget`` names the form whose typed text was kept, ``again``
    the person whose card can be looked at again, ``wrong`` what could not be done."""
    look = f" <button type=button class=kj-link data-pick='{esc(again)}'>{esc(say('today.again'))}</button>" if again else ""
    done = f"<p class='kj-told' role=status data-forget='{esc(forget)}'>{esc(sentence)}{look} {esc(onward)}</p>" if sentence else ""
    return done + (f"<p class='kj-told care' role=alert>{esc(wrong)}</p>" if wrong else "")


def order(today: Day, gap: int) -> str:
    """Why this order, to unfold."""
    return explain(Explain(say("today.order.rule", gap=gap, capacity=today.capacity), say("today.order.period", day=full_day(today.today)),
                           say("today.order.people", n=number(len(today.cards) + len(today.waiting))), say("today.order.left_out"))
                   ).replace(esc(say("parts.how")), esc(say("today.order")), 1)


def shown(today: Day) -> set[str]:
    """Everybody whose name the page says: today's list, and the first of each reason to wait."""
    firsts = (one for why in WAITS for one in [one for one in today.waiting if one.why == why][:_SHOWN])
    return {one.employee_id for one in today.cards} | {one.planned.employee_id for one in firsts}


# --- what waits and why -----------------------------------------------------------------------------------------------------

def waiting(today: Day, who: Mapping[str, Who], handed: Sequence[tuple[str, str]] = (), names: Mapping[str, str] | None = None,
            promised: Sequence[tuple[str, date]] = ()) -> str:
    """Who waits, by reason; each name opens the card.  ``handed``: (employee_id, owner) of what one handed over and is still
    open; ``names``: colleagues by login; ``promised``: (employee_id, day) of promises that are due and not settled."""
    groups = [(why, [one for one in today.waiting if one.why == why]) for why in WAITS]
    boxes = _promised(promised, who) + "".join(_group(why, ones, who, today, names or {}) for why, ones in groups if ones)
    # What a colleague has already stands among those who wait.
    there = {one.planned.employee_id for one in today.waiting}
    mine = [pair for pair in handed if pair[0] not in there]
    if mine:
        rows = "".join(f"<li><span>{esc(who.get(person, Who(person)).name)}</span><span class='kj-note'>{esc(say('today.with', who=owner))}</span></li>"
                       for person, owner in mine[:_SHOWN])
        boxes += f"<section><h3>{esc(say('today.handed'))}</h3><ul>{rows}</ul></section>"
    if not boxes:
        return ""
    return f"<section class=waits><h2>{esc(say('today.waiting'))}</h2><div>{boxes}</div></section>"


def _promised(promised: Sequence[tuple[str, date]], who: Mapping[str, Who]) -> str:
    """Promises that wait for a word on whether they were kept: they stand here whatever became of the card they were on."""
    if not promised:
        return ""
    rows = "".join(f"<li><button type=button class=kj-link data-pick='{esc(person)}'>{esc(who.get(person, Who(person)).name)}</button>"
                   f"<span class='kj-note'>{esc(say('today.promised_for', day=day(on)))}</span></li>" for person, on in promised[:_SHOWN])
    more = f"<li class='kj-note'>{esc(say('today.more', n=number(len(promised) - _SHOWN)))}</li>" if len(promised) > _SHOWN else ""
    return (f"<section><h3>{esc(say('today.promised'))} <span class='kj-note'>{number(len(promised))}</span></h3>"
            f"<p class='kj-note'>{esc(say('today.promised.how'))}</p><ul>{rows}{more}</ul></section>")


def _group(why: str, ones: Sequence[Waiting], who: Mapping[str, Who], today: Day, names: Mapping[str, str]) -> str:
    rows = "".join(f"<li><button type=button class=kj-link data-pick='{esc(one.planned.employee_id)}'>{esc(_who(who, one.planned).name)}</button>"
                   f"<span class='kj-note'>{esc(_about(one, today, names))}</span></li>" for one in ones[:_SHOWN])
    more = f"<li class='kj-note'>{esc(say('today.more', n=number(len(ones) - _SHOWN)))}</li>" if len(ones) > _SHOWN else ""
    return (f"<section><h3>{esc(say(f'today.why.{why}'))} <span class='kj-note'>{number(len(ones))}</span></h3>"
            f"<p class='kj-note'>{esc(say(f'today.why.{why}.how'))}</p><ul>{rows}{more}</ul></section>")


def _about(one: Waiting, today: Day, names: Mapping[str, str]) -> str:
    said = list(dict.fromkeys(what(reason, today.today) for reason in one.planned.reasons))
    until = say(f"today.until.{one.why}", day=day(one.until)) if one.until and one.why in ("not_drawn", "budget", "snoozed") else ""
    with_whom = say("today.with", who=names.get(one.with_whom, one.with_whom)) if one.with_whom else ""
    return " · ".join(part for part in (say("today.part.comma").join(said[:2]), until, with_whom) if part)


# --- the table behind it ------------------------------------------------------------------------------------------------------

COLUMNS = ("place", "employee_id", "name", "team", "what", "since", "score", "why", "evidence", "state", "until")


def table(today: Day, who: Mapping[str, Who]) -> tuple[pd.DataFrame, str, dict[str, str]]:
    """Everybody of the day, listed or waiting, with the file's name and the columns' titles."""
    every: Iterable[tuple[int | None, Planned, str, object]] = [
        *((place, one, say("today.state.today"), None) for place, one in enumerate(today.cards, 1)),
        *((None, one.planned, say(f"today.why.{one.why}"), one.until) for one in today.waiting)]
    rows = [{"place": place, "employee_id": one.employee_id, "name": _who(who, one).name, "team": _who(who, one).team,
             "what": say("today.part.comma").join(dict.fromkeys(what(reason, today.today) for reason in one.reasons)), "since": since(one, today.today),
             "score": round(one.score, 2), "why": why_here(one, today.today), "evidence": evidence(one, today.today), "state": state,
             "until": "" if until is None else str(until)} for place, one, state, until in every]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame["place"] = frame["place"].astype("Int64")
    return frame, "today", {column: say(f"today.column.{column}") for column in COLUMNS}
