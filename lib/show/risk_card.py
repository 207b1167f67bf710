"""Risk card: one person's probability with its range, reasons as exact contributions, what changed, and what HR can do about it."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pandas as pd

from lib.access.desk import NotAllowed
from lib.access.risk_desk import LATEST_DUE, RiskDesk
from lib.ledger.interventions import KINDS, AlreadyOpen
from lib.ledger.shape import NewIntervention
from lib.risk.card import KIND_OF, Done, RiskCard, RiskReason, RiskScore
from lib.risk.features import BY_KEY
from lib.show import risk_draw, risk_words
from lib.show.care_live import Asked
from lib.show.parts import Explain, chips, day, esc, explain, full_day, number, spark
from lib.show.sections import Behind, Held, Wrong
from lib.words import say

OPEN = "risk.opened"
"""Whose card stands open."""
PLAN = "risk.plan"
"""Which intervention's form stands open: ``employee:feature:action``."""
SHOWN = 8
"""Reasons that are drawn one by one; the others are one line."""
MOST_OFFERS = 6
FEATURE_OF = {"down_3_months": "months_down", "frequent_leave": "leave_times_13w", "pressure_talk": "said_pressure", "fewer_contacts": "contacts_change"}
"""The feature that a sign by rule is about: what can be done about it is the same."""
DAYS = 14
"""Days until which a new intervention is due unless HR says otherwise."""


def html(office: RiskDesk, card: RiskCard, held: Held) -> str:
    """The card; without a score it says why, and shows the signs by rule."""
    body = _scored(card) if card.score else _unscored(card)
    return (f"<article class=risk-card>{_head(card)}{body}{_signs(card)}{_offers(office, card, held)}{_done(card)}{risk_words.not_sole()}</article>")


def brief(office: RiskDesk, card: RiskCard, held: Held) -> str:
    """The card on the Person page: probability, reasons and the warning; the rest folds open."""
    if card.score is None:
        body = f"{_unscored(card)}{_signs(card)}"
        rest = _offers(office, card, held) + _done(card)
    else:
        badge = say(f"risk.badge.{card.score.badge}.why")
        body = (f"<div class=risk-two><div class='kj-stack'>{figure(card.score, card.weeks)}</div>"
                f"<div class='kj-stack'>{_why(card)}<p class='kj-note'>{chips([say(f'risk.badge.{card.score.badge}')])} {esc(badge)}</p>{_signs(card)}</div></div>")
        rest = f"<div class=risk-two><div class='kj-stack'>{_changed(card)}{_offers(office, card, held)}{_done(card)}</div><div class='kj-stack'>{_reasons(card)}</div></div>"
    opened = " open" if str(held.state.get(PLAN, "")).partition(":")[0] == card.employee_id else ""
    fold = f"<details class=fold data-key='risk.card'{opened}><summary>{esc(say('risk.person.more'))}</summary>{rest}</details>" if rest else ""
    return (f"<section class='kj-card kj-stack risk-card' data-land tabindex=-1><h2>{esc(say('risk.person.title'))}</h2>{body}{risk_words.not_sole()}{fold}</section>")


def drill(office: RiskDesk, who: str, held: Held) -> str:
    """The card under its row; nothing for somebody who is not in scope any more."""
    try:
        return f"<div class=drill>{html(office, office.card(who), held)}</div>"
    except NotAllowed:
        office.here()
        return ""


def act(office: RiskDesk, asked: Asked, held: Held) -> str | None:
    """Open or close a form, keep an intervention, or go to the person."""
    if asked.what == "risk.plan":
        held.state[PLAN] = "" if held.state.get(PLAN) == asked.of else asked.of
        return ""
    if asked.what == "risk.person":
        held.go = ("person", {"id": asked.of})
        return ""
    return _start(office, asked, held) if asked.what == "risk.start" else None


def tables(card: RiskCard) -> Behind:
    """The reasons of the card and its weeks."""
    if not card.score:
        return []
    reasons = pd.DataFrame([{"feature": risk_words.name(one.feature), "value": risk_words.amount(one.feature, one.value, one.text),
                             "team_value": risk_words.amount(one.feature, one.team_value), "contribution": round(one.contribution, 6),
                             "factor": round(math.exp(one.contribution), 4), "before": one.before, "kept": one.kept} for one in card.reasons])
    weeks = pd.DataFrame([{"week": pd.Timestamp(week), "p60": p60, "band": risk_words.band(band)} for week, p60, band in card.weeks])
    found: Behind = []
    if len(reasons):
        found.append((reasons, "risk-reasons", {name: say(f"risk.column.{name}") for name in reasons.columns}))
    if len(weeks):
        found.append((weeks, "risk-weeks", {name: say(f"risk.column.{name}") for name in weeks.columns}))
    return found


# --- who and how likely -------------------------------------------------------------------------------------------------------

def _head(card: RiskCard) -> str:
    quiet = " · ".join(part for part in (card.team, card.role) if part)
    return (f"<div class=kj-row><h3 class=name data-land tabindex=-1>{esc(card.name)}</h3><span class='kj-note'>{esc(quiet)}</span>"
            f"<button type=button class=kj-link data-ask='risk.person' data-of='{esc(card.employee_id)}'>{esc(say('risk.person'))}</button></div>")


def figure(score: RiskScore, weeks: tuple[tuple[date, float, str], ...] = ()) -> str:
    """The probability, its range, its band and what became of it."""
    before = "" if score.before is None else say("risk.card.before", before=risk_draw.chance(score.before), now=risk_draw.chance(score.p60))
    past = spark([p60 for _, p60, _ in weeks], width=120)
    return (f"<div class=figures><span><span class='kj-num'>{esc(risk_draw.chance(score.p60))}</span>"
            f"<span class='kj-unit'> {esc(risk_draw.between(score.low, score.high))}</span></span>{risk_words.band_chip(score.band)}{past}</div>"
            f"<p>{esc(say('risk.card.within'))} <span class='kj-note'>{esc(say('risk.card.others', p30=risk_draw.chance(score.p30), p90=risk_draw.chance(score.p90)))}</span></p>"
            f"<p class='kj-note'>{esc(say('risk.card.month', change=risk_draw.change(score.p60, score.before)))}{esc(before)}</p>")


def _scored(card: RiskCard) -> str:
    assert card.score is not None
    badge = say(f"risk.badge.{card.score.badge}.why")
    return (f"<div class=risk-two><div class='kj-stack'>{figure(card.score, card.weeks)}"
            f"<p class='kj-note'>{chips([say(f'risk.badge.{card.score.badge}')])} {esc(badge)}</p>{_why(card)}{_changed(card)}</div>"
            f"<div class='kj-stack'>{_reasons(card)}</div></div>")


def _unscored(card: RiskCard) -> str:
    key = f"risk.none.{card.state}{'.leaving' if card.why == 'leaving' else ''}"
    return f"<p>{esc(say(key))}</p>"


def _why(card: RiskCard) -> str:
    if not card.upward:
        return f"<p class='kj-note'>{esc(say('risk.no_reason'))}</p>"
    rows = "".join(f"<li>{esc(risk_words.reason(one))}</li>" for one in card.upward)
    assert card.score is not None
    return f"<div><h4>{esc(say('risk.card.why', day=day(card.score.known)))}</h4><ul class=plain-list>{rows}</ul></div>"


def _changed(card: RiskCard) -> str:
    if not card.changed:
        return ""
    rows = "".join(f"<li>{esc(say('risk.card.moved.up' if (one.change or 0) > 0 else 'risk.card.moved.down', name=risk_words.name(one.feature)))}</li>"
                   for one in card.changed)
    return f"<div><h4>{esc(say('risk.card.changed'))}</h4><ul class=plain-list>{rows}</ul></div>"


def _reasons(card: RiskCard) -> str:
    """The largest reasons one by one and the sum of the others, so that nothing is missing from the odds."""
    assert card.score is not None
    by_size = sorted(card.reasons, key=lambda one: (-abs(one.contribution), one.place))
    first = sorted(by_size[:SHOWN], key=lambda one: -one.contribution)
    rest = sum(one.contribution for one in by_size[SHOWN:])
    most = max([abs(one.contribution) for one in by_size] + [abs(rest)], default=0.0)
    rows = "".join(_reason(one, most) for one in first)
    if len(by_size) > SHOWN:
        rows += _bar(say("risk.card.rest", n=number(len(by_size) - SHOWN)), "", rest, most)
    against = f"<p class='kj-note'>{esc(say('risk.card.against'))}</p>" if any(one.against for one in first) else ""
    base = 1 / (1 + math.exp(-card.score.base))
    sum_ = say("risk.card.sum", base=risk_draw.chance(base), p60=risk_draw.chance(card.score.p60))
    how = explain(Explain(say("risk.card.rule"), say("risk.list.period", day=full_day(card.score.week)), say("risk.card.people"), say("risk.card.left")))
    return (f"<div class=kj-head><h4>{esc(say('risk.card.reasons', day=day(card.score.known)))}</h4>{how}</div><p class='kj-note'>{esc(say('risk.card.scale'))}</p>"
            f"<ul class=pushes>{rows}</ul>{against}<p class='kj-note'>{esc(sum_)}</p>")


def _reason(one: RiskReason, most: float) -> str:
    return _bar(risk_words.name(one.feature), risk_words.beside(one), one.contribution, most)


def _bar(name: str, beside: str, contribution: float, most: float) -> str:
    factor = risk_draw.times(contribution)
    spoken = say("risk.card.push.up" if contribution >= 0 else "risk.card.push.down", name=name, factor=factor)
    return f"<li><b>{esc(name)}</b><span class='kj-note'>{esc(beside)}</span>{risk_draw.push(contribution, most, spoken)}<span class=n>{esc(factor)}</span></li>"


def _signs(card: RiskCard) -> str:
    if not card.signs:
        return ""
    rows = "".join(f"<li>{esc(risk_words.sign(one.sign, one.since, one.evidence))}</li>" for one in card.signs)
    return f"<div><h4>{esc(say('risk.card.signs'))}</h4><ul class=plain-list>{rows}</ul></div>"


# --- what can be done ---------------------------------------------------------------------------------------------------------

def _offers(office: RiskDesk, card: RiskCard, held: Held) -> str:
    if card.state == "objected" or card.why == "leaving":
        return ""
    picked = str(held.state.get(PLAN, ""))
    can = card.offers if card.score else _of_signs(card)
    buttons = "".join(_offer(card, feature, action, picked) for feature, action in can[:MOST_OFFERS]) + _offer(card, "", "other", picked)
    form = _form(office, card, held, picked) if picked.partition(":")[0] == card.employee_id else ""
    return f"<div class='kj-stack'><h4>{esc(say('risk.card.do'))}</h4><div class=chips>{buttons}</div>{form}</div>"


def _of_signs(card: RiskCard) -> tuple[tuple[str, str], ...]:
    """Without a score: what can be done about the signs by rule, each action once, without what is under way."""
    busy = {one.kind for one in card.interventions if one.state == "open"}
    found: dict[str, str] = {}
    for sign in card.signs:
        feature = FEATURE_OF.get(sign.sign, "")
        for action in BY_KEY[feature].actions if feature in BY_KEY else ():
            if KIND_OF.get(action, "other") not in busy:
                found.setdefault(action, feature)
    return tuple((feature, action) for action, feature in found.items())


def _offer(card: RiskCard, feature: str, action: str, picked: str) -> str:
    of = f"{card.employee_id}:{feature}:{action}"
    words = say("risk.card.other") if action == "other" else risk_words.action(action)
    about = f"<small>{esc(risk_words.name(feature))}</small>" if feature else ""
    return (f"<button type=button class=act data-ask='risk.plan' data-of='{esc(of)}' aria-pressed={'true' if picked == of else 'false'}>"
            f"<span>{esc(words)}</span>{about}</button>")


def _form(office: RiskDesk, card: RiskCard, held: Held, picked: str) -> str:
    _, feature, action = picked.split(":", 2)
    suggested = KIND_OF.get(action, "other")
    kinds = "".join(f"<option value='{kind}'{' selected' if kind == suggested else ''}>{esc(risk_words.kind(kind))}</option>" for kind in KINDS)
    owners = "".join(f"<option value='{esc(login)}'>{esc(name or say('risk.me'))}</option>" for login, name in office.owners())
    due, last = office.today + timedelta(DAYS), office.today + timedelta(LATEST_DUE)
    name = f"risk.start:{picked}"
    return (f"<form class=start data-form='{esc(name)}'><input type=hidden name=key value='{esc(held.key(name))}'>"
            f"<label><span>{esc(say('risk.form.kind'))}</span><select name=kind>{kinds}</select></label>"
            f"<label><span>{esc(say('risk.form.owner'))}</span><select name=owner>{owners}</select></label>"
            f"<label><span>{esc(say('risk.form.due'))}</span><input type=date name=due value='{due.isoformat()}' min='{office.today.isoformat()}' "
            f"max='{last.isoformat()}' required></label>"
            f"<input type=hidden name=who value='{esc(card.employee_id)}'><input type=hidden name=feature value='{esc(feature)}'>"
            f"<input type=hidden name=called value='{esc(card.name)}'>"
            f"<button type=submit class='act main' data-ask='risk.start'>{esc(say('risk.form.save'))}</button></form>")


def _start(office: RiskDesk, asked: Asked, held: Held) -> str:
    typed = asked.typed
    name = asked.form or "risk.start"
    try:
        due = date.fromisoformat(typed.get("due", ""))
    except ValueError:
        raise Wrong(say("risk.wrong.due", n=LATEST_DUE)) from None
    if not office.today <= due <= office.today + timedelta(LATEST_DUE):
        raise Wrong(say("risk.wrong.due", n=LATEST_DUE))
    kind = typed.get("kind", "")
    try:
        office.open_intervention(NewIntervention(held.sent(name, typed.get("key", "")), typed.get("who", ""), kind, typed.get("feature", ""),
                                                 typed.get("owner", ""), due))
    except AlreadyOpen as why:
        raise Wrong(str(why)) from None
    except ValueError:
        raise Wrong(say("risk.wrong.choice")) from None
    held.used(name)
    held.forget, held.state[PLAN] = name, ""
    return say("risk.started", name=typed.get("called", ""), kind=risk_words.kind(kind), day=day(due))


def _done(card: RiskCard) -> str:
    if not card.interventions:
        return ""
    rows = "".join(f"<li>{esc(done_line(one))}</li>" for one in card.interventions)
    return f"<div><h4>{esc(say('risk.card.done'))}</h4><ul class=plain-list>{rows}</ul></div>"


def done_line(one: Done) -> str:
    """An intervention in one line: what, who sees to it, until when, how it stands."""
    owner = one.called or say("risk.me")
    if one.state == "open":
        return say("risk.done.overdue" if one.late else "risk.done.open", kind=risk_words.kind(one.kind), owner=owner, day=day(one.due))
    return say("risk.done.closed", kind=risk_words.kind(one.kind), owner=owner, state=say(f"risk.state.{one.state}"), day=day(one.closed_on))

