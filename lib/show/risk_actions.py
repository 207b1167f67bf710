"""Risk, interventions: what is being done and is overdue, closing with a note of what came of it, and what became of the people."""

from __future__ import annotations

import pandas as pd

from lib.access.desk import Desk
from lib.access.risk_desk import MOST_WORDS, RiskDesk
from lib.ledger.interventions import LEAST_NOTE, NoNote
from lib.ledger.shape import OPEN_NOTE_REASONS
from lib.ledger.talks import Expired
from lib.risk.card import ENOUGH, Done, Horizon, KindRow, Outcomes
from lib.show import risk_card, risk_draw, risk_words
from lib.show.care_live import Asked
from lib.show.parts import Explain, esc, explain, number, percent
from lib.show.sections import Behind, Held, Wrong, still
from lib.words import say

CLOSING = "act.closing"
"""The intervention whose closing form stands open."""
READ = "act.read"
"""(intervention, words) of the note that was opened just now; gone with the next click."""
RECENT = 30
FOLD = 8
"""Rows that stand open; the others are folded."""


def html(desk: Desk, held: Held) -> str:
    """Open interventions, the closed ones, and the table of what followed."""
    office = RiskDesk(desk, still(desk))
    rows = office.interventions()
    there, ended = [row for row in rows if row.state == "open"], [row for row in rows if row.state != "open"]
    late = sum(row.late for row in there)
    title = say("risk.acts.open", n=number(len(there)), late=number(late)) if there else say("risk.acts.none")
    first = "".join(_row(row, held) for row in there[:FOLD]) or f"<li class='kj-note'>{esc(say('risk.acts.none_how'))}</li>"
    more = (f"<details class=fold data-key='risk.rest'{' open' if _of(held) in {row.id for row in there[FOLD:]} else ''}><summary>{esc(say('risk.acts.rest', n=number(len(there) - FOLD)))}</summary>"
            f"<ul class=rows>{''.join(_row(row, held) for row in there[FOLD:])}</ul></details>") if len(there) > FOLD else ""
    rest = (f"<details class=fold data-key='risk.ended'{' open' if held.state.get(READ) else ''}><summary>{esc(say('risk.acts.ended', n=number(len(ended))))}</summary>"
            f"<ul class=rows>{''.join(_row(row, held) for row in ended[:RECENT])}</ul></details>") if ended else ""
    held.state.pop(READ, None)
    return (f"<section class='kj-card kj-stack'><h2>{esc(title)}</h2>{risk_words.not_sole()}<ul class=rows>{first}</ul>{more}{rest}</section>"
            f"{_outcomes(office.outcomes())}")


def act(desk: Desk, asked: Asked, held: Held) -> str | None:
    """Open a closing form, close with a note, or open a note for a reason."""
    if not asked.what.startswith("act.") or desk.viewer.role not in RiskDesk.ROLES:
        return None
    office = RiskDesk(desk, still(desk))
    if asked.what == "act.close_form":
        held.state[CLOSING] = "" if held.state.get(CLOSING) == asked.of else asked.of
        return ""
    if asked.what in ("act.done", "act.dropped"):
        return _close(office, asked, held)
    if asked.what == "act.read":
        return _read(office, asked, held)
    return None


def tables(desk: Desk, held: Held) -> Behind:
    """Every intervention, and the table of what followed."""
    office = RiskDesk(desk, still(desk))
    rows = pd.DataFrame([{"name": one.name, "team": one.team, "kind": risk_words.kind(one.kind), "feature": risk_words.name(one.feature) if one.feature else "",
                          "owner": one.called or say("risk.me"), "opened_on": pd.Timestamp(one.opened_on), "due": pd.Timestamp(one.due),
                          "state": say(f"risk.state.{one.state}"), "closed_on": pd.Timestamp(one.closed_on) if one.closed_on else None,
                          "p60_then": one.p60_then, "p60_now": one.p60_now} for one in office.interventions()])
    after = pd.DataFrame([{"kind": _kind(row), "people": row.people, "opened": row.opened, "open": row.open, "done": row.done, "dropped": row.dropped,
                           "days": one.days, "stayed": one.stayed, "left": one.left, "too_early": one.open, "share": one.share, "low": one.low, "high": one.high}
                          for row in office.outcomes().rows for one in row.after])
    return [(frame, name, {column: say(f"risk.column.{column}") for column in frame.columns})
            for frame, name in ((rows, "risk-interventions"), (after, "risk-outcomes")) if len(frame)]


def _of(held: Held) -> str:
    return str(held.state.get(CLOSING, "")).rpartition(":")[0]


# --- what is being done -------------------------------------------------------------------------------------------------------

def _row(one: Done, held: Held) -> str:
    of = f"{one.id}:{one.version}"
    about = say("risk.acts.about", name=risk_words.name(one.feature)) if one.feature else ""
    then = "" if one.p60_then is None else say("risk.acts.then", then=risk_draw.chance(one.p60_then), now=risk_draw.chance(one.p60_now))
    lines = "".join(f"<p class='kj-note'>{esc(line)}</p>" for line in (about, then, *_followed(one)) if line)
    words = f"<b>{esc(one.name)}</b> <span class='kj-note'>{esc(one.team)}</span><p{' class=kj-care' if one.late else ''}>{esc(risk_card.done_line(one))}</p>{lines}"
    if one.state != "open":
        return f"<li><div>{words}{_note(one, held)}</div></li>"
    opened = held.state.get(CLOSING) == of
    button = (f"<button type=button class=act data-ask='act.close_form' data-of='{esc(of)}' aria-expanded={'true' if opened else 'false'} "
              f"aria-label='{esc(say('risk.acts.close'))} · {esc(one.name)} · {esc(risk_words.kind(one.kind))}'>{esc(say('risk.acts.close'))}</button>")
    return f"<li class=pain><div>{words}</div>{button}{_closing(one, of) if opened else ''}</li>"


def _closing(one: Done, of: str) -> str:
    return (f"<form class=all data-form='act.close:{esc(of)}'><label><span>{esc(say('risk.acts.note', n=LEAST_NOTE))}</span>"
            f"<textarea name=note required minlength={LEAST_NOTE} maxlength={MOST_WORDS} placeholder='{esc(say('risk.acts.note_hint'))}'></textarea></label>"
            f"<input type=hidden name=of value='{esc(of)}'><input type=hidden name=called value='{esc(one.name)}'>"
            f"<div class=chips><button type=submit class='act main' data-ask='act.done'>{esc(say('risk.acts.done'))}</button>"
            f"<button type=submit class=act data-ask='act.dropped'>{esc(say('risk.acts.dropped'))}</button></div></form>")


def _followed(one: Done) -> list[str]:
    """What became of the person: the first horizon by which notice was given, else the last one that is over."""
    left = next((row for row in one.followed if row.state == "left"), None)
    told = left or next((row for row in reversed(one.followed) if row.state == "stayed"), None)
    return [say("risk.acts.followed", after=say(f"risk.acts.after.{told.state}", days=told.days))] if told else []


def _note(one: Done, held: Held) -> str:
    read = held.state.get(READ)
    if isinstance(read, tuple) and read[0] == one.id:
        return f"<blockquote>{esc(read[1])}</blockquote>"
    if not one.readable:
        return f"<p class='kj-note'>{esc(say('risk.acts.note_gone'))}</p>"
    reasons = "".join(f"<option value='{key}'>{esc(say(f'today.open_for.{key}'))}</option>" for key in OPEN_NOTE_REASONS)
    return (f"<details class=fold data-key='risk.note:{esc(one.id)}'><summary>{esc(say('risk.acts.read'))}</summary><form data-form='act.read:{esc(one.id)}'>"
            f"<label><span>{esc(say('risk.acts.reason'))}</span><select name=reason>{reasons}</select></label>"
            f"<button type=submit class=act data-ask='act.read' data-of='{esc(one.id)}'>{esc(say('risk.acts.read_now'))}</button></form></details>")


def _close(office: RiskDesk, asked: Asked, held: Held) -> str:
    of = asked.typed.get("of", "")
    one, _, version = of.rpartition(":")
    note, state = asked.typed.get("note", ""), asked.what.removeprefix("act.")
    if len(note) > MOST_WORDS:
        raise Wrong(say("risk.wrong.long", n=MOST_WORDS))
    try:
        office.close_intervention(one, int(version) if version.isdigit() else 0, state, note)
    except NoNote as why:
        raise Wrong(str(why)) from None
    held.forget, held.state[CLOSING] = f"act.close:{of}", ""
    return say("risk.acts.closed", name=asked.typed.get("called", ""), state=say(f"risk.state.{state}"))


def _read(office: RiskDesk, asked: Asked, held: Held) -> str:
    try:
        held.state[READ] = (asked.of, office.note(asked.of, asked.typed.get("reason", "")))
    except Expired:
        raise Wrong(say("risk.acts.note_gone")) from None
    return ""


# --- what followed ------------------------------------------------------------------------------------------------------------

def _kind(row: KindRow) -> str:
    return risk_words.kind(row.kind) if row.kind else say("risk.after.all")


def _outcomes(found: Outcomes) -> str:
    how = explain(Explain(say("risk.after.rule", n=ENOUGH), say("risk.after.period"), say("risk.after.people", n=number(found.rows[0].people if found.rows else 0)),
                          say("risk.left.objected", n=number(found.left_out)) if found.left_out else say("risk.after.left")))
    head = f"<div class=kj-head><h2>{esc(say('risk.after'))}</h2>{how}</div><p class='kj-note'>{esc(say('risk.after.what'))}</p>"
    held_back = _held_back(found)
    if not found.rows or not found.rows[0].opened:
        return f"<section class='kj-card kj-stack'>{head}<p>{esc(say('risk.after.none'))}</p>{held_back}</section>"
    heads = "".join(f"<th scope=col class=n>{esc(say('risk.after.days', n=one.days))}</th>" for one in found.rows[0].after)
    body = "".join(
        f"<tr><th scope=row>{esc(_kind(row))}</th><td class=n>{esc(say('risk.after.counts', people=number(row.people), done=number(row.done), open=number(row.open), dropped=number(row.dropped)))}</td>"
        + "".join(f"<td class=n>{_horizon(one)}</td>" for one in row.after) + "</tr>" for row in found.rows)
    notes = "".join(f"<p class='kj-note'>{esc(say(key))}</p>" for key in found.notes)
    return (f"<section class='kj-card kj-stack'>{head}<div class='kj-scroll' tabindex=0 role=region aria-label='{esc(say('risk.after'))}'>"
            f"<table class='kj-table after'><thead><tr><th scope=col>{esc(say('risk.column.kind'))}</th><th scope=col class=n>{esc(say('risk.after.how_many'))}</th>{heads}</tr></thead>"
            f"<tbody>{body}</tbody></table></div>{notes}{held_back}</section>")


def _held_back(found: Outcomes) -> str:
    """That warnings are kept back, or were, and what followed: as long as somebody's was, also after the share was set to nothing."""
    if not found.held and found.held_share <= 0:
        return ""
    words = say("risk.held", share=percent(found.held_share, 0)) if found.held_share > 0 else say("risk.held.before")
    return f"<p class='kj-note'>{esc(words)} {_horizon(found.held)}</p>"


def _horizon(one: Horizon | None) -> str:
    """Who left among those whose days are over, with the interval; words where too few are to tell."""
    if one is None or not one.stayed + one.left:
        return f"<span class='kj-note'>{esc(say('risk.after.early', n=number(one.open if one else 0)))}</span>"
    counts = say("risk.after.of", left=number(one.left), over=number(one.stayed + one.left))
    if not one.tells:
        return f"{esc(counts)}<br><span class='kj-note'>{esc(say('risk.after.few', n=ENOUGH))}</span>"
    return f"<b>{esc(risk_draw.chance(one.share))}</b> <span class='kj-note'>{esc(risk_draw.between(one.low, one.high))}</span><br><span class='kj-note'>{esc(counts)}</span>"
