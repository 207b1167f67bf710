"""Goal forms: the proposal from history with its people and medians, a goal that is typed, and what was set last with its way back."""

from __future__ import annotations

import math
from datetime import timedelta
from itertools import groupby

from lib.access.goals_desk import CannotSplit, GoalsDesk, Proposal
from lib.ledger.goals import Batch
from lib.morale.goals import METRICS as ORDER
from lib.morale.goals import PERIODS
from lib.show import goal_bars
from lib.show.care_live import Asked
from lib.show.goal_bars import LABELS, METRICS, PERIOD
from lib.show.parts import day, esc, number, percent
from lib.show.sections import Held, Wrong
from lib.words import say

_HISTORY, _FORM, _OPEN = "goals.history", "goals.set", "goals.proposal"


def html(office: GoalsDesk, held: Held) -> str:
    """What sets goals, for whoever may; '' for the others."""
    if not office.may_set:
        return ""
    title = say("goals.set" if office.whole else "goals.set_lead")
    history = _proposal(office, held) if held.state.get(_OPEN) else (
        f"<p class='kj-note'>{esc(say('goals.history_what'))}</p>"
        f"<button type=button class='act main' data-ask=goals.history>{esc(say('goals.history'))}</button>")
    return f"<section class='kj-card kj-stack'><h2>{esc(title)}</h2>{history}{_form(office, held)}{_batches(office)}</section>"


def act(office: GoalsDesk, asked: Asked, held: Held) -> str | None:
    """Open the proposal, keep it, keep a typed goal, or take a batch back."""
    if asked.what in ("goals.history", "goals.close"):
        held.state[_OPEN] = asked.what == "goals.history"
        return ""
    if asked.what == "goals.save":
        return _keep_history(office, asked, held)
    if asked.what == "goals.set":
        return _keep_typed(office, asked, held)
    if asked.what == "goals.back":
        gone = office.take_back(asked.of)
        return say("goals.taken_back", n=number(gone)) if gone else say("goals.taken_before")
    return None


# --- what a click does ----------------------------------------------------------------------------------------------------------

def _keep_history(office: GoalsDesk, asked: Asked, held: Held) -> str:
    try:
        kept = office.set_from_history(held.sent(_HISTORY, asked.of))
    except LookupError:
        raise Wrong(say("goals.wrong.history")) from None
    held.used(_HISTORY)
    held.state[_OPEN] = False
    return say("goals.saved", n=number(kept))


def _keep_typed(office: GoalsDesk, asked: Asked, held: Held) -> str:
    level, _, unit = asked.typed.get("for", "").partition(":")
    metric, period = asked.typed.get("metric", ""), asked.typed.get("period", "")
    if level not in ("company", "team", "role", "person") or metric not in METRICS or period not in PERIODS:
        raise Wrong(say("goals.wrong.unit"))
    if level == "person":
        unit = asked.typed.get("person", "").strip()
    target = _target(asked.typed.get("target", ""))
    try:
        kept = office.set_typed(level, unit, metric, period, target, held.sent(_FORM, asked.typed.get("key", "")))
    except CannotSplit:
        raise Wrong(say("goals.wrong.split", metric=say(METRICS[metric]), period=say(PERIOD[period]))) from None
    except LookupError:
        raise Wrong(say("goals.wrong.person", id=unit) if level == "person" else say("goals.wrong.unit")) from None
    held.used(_FORM)
    held.forget = _FORM
    held.state["goals.metric"], held.state["goals.period"] = metric, period
    return say("goals.saved", n=number(kept))


def _target(text: str) -> float:
    try:
        found = float(text.replace(",", "").replace(",", "").strip())
    except ValueError:
        found = 0.0
    if not 0 < found <= 1_000_000_000 or not math.isfinite(found):
        raise Wrong(say("goals.wrong.target"))
    return found


# --- what is drawn --------------------------------------------------------------------------------------------------------------

def _role(peers: str) -> str:
    return peers or say("goals.everybody")


def _proposal(office: GoalsDesk, held: Held) -> str:
    found = office.proposals()
    shares = [percent(office.setting(f"goals.newcomer.{nth}")) for nth in (1, 2, 3)]
    first, last = office.history_span()
    kept = sum(one.target is not None for one in found)
    if not kept:
        body = f"<p>{esc(say('goals.proposal_none', n=number(office.fewest())))}</p>"
    else:
        head = "".join(f"<th scope=col class=n>{esc(say(f'goals.each.{period}'))}</th>" for period in PERIODS)
        rows = "".join(_rows(peers, list(of_role)) for peers, of_role in groupby(found, key=lambda one: one.peers))
        body = (f"<div class=kj-scroll tabindex=0 role=region aria-label='{esc(say('goals.history'))}'><table class=kj-table><thead><tr>"
                f"<th scope=col>{esc(say('goals.col.metric'))}</th>"
                f"{head}<th scope=col class=n>{esc(say('goals.col.per_day'))}</th></tr></thead>"
                f"{rows}</table></div>"
                f"<p class='kj-note'>{esc(say('goals.proposal_newcomers', one=shares[0], two=shares[1], three=shares[2]))}</p>")
    save = (f"<button type=button class='act main' data-ask=goals.save data-of='{esc(held.key(_HISTORY))}'>"
            f"{esc(say('goals.proposal_save', n=number(kept)))}</button>") if kept else ""
    what = say("goals.history_newcomers" if any(one.newcomers for one in found) else "goals.history_what")
    return (f"<h3>{esc(say('goals.proposal', first=day(first), last=day(last)))}</h3><p class='kj-note'>{esc(what)}</p>{body}"
            f"<div class=kj-row>{save}<button type=button class=act data-ask=goals.close>{esc(say('goals.proposal_close'))}</button></div>")


def _rows(peers: str, found: list[Proposal]) -> str:
    people = max(one.people for one in found)
    few = all(one.why == "few" for one in found)
    under = say("goals.proposal_few" if few else "goals.proposal_people", n=number(people))
    lines = [f"<tr><th scope=rowgroup colspan=5>{esc(peers or say('goals.everybody'))} <span class='kj-note'>{esc(under)}</span></th></tr>"]
    for metric, of_metric in () if few else groupby(found, key=lambda one: one.metric):
        by_period = {one.period: one for one in of_metric}
        per_day = next(iter(by_period.values())).per_day
        cells = "".join(f"<td class=n>{_cell(by_period.get(period))}</td>" for period in PERIODS)
        lines.append(f"<tr><td class=name>{esc(say(LABELS[metric]))}</td>{cells}<td class=n>{esc(goal_bars.amount(metric, per_day))}</td></tr>")
    return f"<tbody>{''.join(lines)}</tbody>"


def _cell(one: Proposal | None) -> str:
    if one is None:
        return "–"
    return f"<b>{esc(goal_bars.amount(one.metric, one.target))}</b>" if one.target is not None else f"<span class=kj-soft>{esc(say(f'goals.why.{one.why}'))}</span>"


def _form(office: GoalsDesk, held: Held) -> str:
    def options(choices: list[tuple[str, str]]) -> str:
        return "".join(f"<option value='{esc(key)}'>{esc(words)}</option>" for key, words in choices)

    units = [(f"team:{team}", say("goals.form.team", unit=team)) for team in office.teams()]
    if office.whole:
        units = [("company:", say("goals.form.company")), *((f"role:{peers}", say("goals.form.role", unit=_role(peers))) for peers in office.roles()),
                 *units]
    if office.role == "hr":
        units.append(("person:", say("goals.form.one")))
    person = f"<label><span>{esc(say('goals.form.person'))}</span><input name=person maxlength=64 autocomplete=off></label>" if office.role == "hr" else ""
    fields = (f"<label><span>{esc(say('goals.form.for'))}</span><select name=for>{options(units)}</select></label>{person}"
              f"<label><span>{esc(say('goals.form.metric'))}</span><select name=metric>{options([(m, say(LABELS[m])) for m in ORDER])}</select></label>"
              f"<label><span>{esc(say('goals.form.period'))}</span><select name=period>{options([(p, say(f'goals.each.{p}')) for p in reversed(PERIODS)])}</select></label>"
              f"<label><span>{esc(say('goals.form.target'))}</span><input name=target inputmode=decimal maxlength=14 required autocomplete=off></label>")
    return (f"<details class=more data-key='goals.form'><summary>{esc(say('goals.form'))}</summary><p class='kj-note'>{esc(say('goals.form_what'))}</p>"
            f"<form data-form='{_FORM}' aria-label='{esc(say('goals.form'))}'><input type=hidden name=key value='{esc(held.key(_FORM))}'>{fields}"
            f"<button type=submit class=act data-ask='{_FORM}'>{esc(say('goals.form.save'))}</button></form></details>")


def _batches(office: GoalsDesk) -> str:
    rows = ""
    for batch in office.batches():
        what = _what(batch)
        when = say("goals.batch.when", day=day(batch.at + timedelta(hours=8)), who=batch.who)
        rows += (f"<li><div>{esc(what)}<br><span class='kj-note'>{esc(when)}</span></div><button type=button class=act data-ask=goals.back "
                 f"data-of='{esc(batch.id)}' aria-label='{esc(say('goals.take_back_aria', what=what))}'>{esc(say('goals.take_back'))}</button></li>")
    return f"<h3>{esc(say('goals.batches'))}</h3><ul class=rows>{rows}</ul>" if rows else ""


def _what(batch: Batch) -> str:
    metrics = say("goals.comma").join(say(METRICS[metric]) for metric in ORDER if metric in batch.metrics)
    if batch.source == "history":
        return say("goals.batch.history", n=number(batch.goals), metrics=metrics)
    unit = batch.units[0] if len(batch.units) == 1 else ""
    if batch.levels == ("company",):
        unit = say("goals.company")
    elif batch.levels == ("person",):
        unit = say("goals.person_one", id=unit)
    elif not unit:
        unit = say("goals.everybody")
    return say("goals.batch.typed", unit=unit, metrics=metrics, n=number(batch.goals)) if batch.goals > 1 else \
        say("goals.batch.one", unit=unit, metrics=metrics)
