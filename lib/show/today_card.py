"""Today, the open talk card: why, how to begin, what was promised, the last talks; strings, no Streamlit.  The form is beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from lib.care.shape import OPEN_NOTE_REASONS, PromiseSeen, Reason, TalkCard, TalkSeen
from lib.show import today_form
from lib.show.care_chart import small
from lib.show.parts import chips, day, esc, full_day, number
from lib.show.today_row import label, what
from lib.words import say


@dataclass(frozen=True)
class Around:
    """What the card needs beside its own values: the day, the form's key, texts opened with a reason, colleagues, what went wrong.

    ``elsewhere``: with which colleague the card is ('' when it is one's own); ``wrong``: a sentence to show above the form;
    ``offers``: what can be offered, by key; ``names``: of HR people, by login or id; ``lots``: what a lot
    decides about the person, as HTML.
    """

    today: date
    form: str
    opened: Mapping[str, str] = field(default_factory=dict)
    colleagues: Sequence[tuple[str, str]] = ()
    wrong: str = ""
    elsewhere: str = ""
    offers: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    lots: str = ""


def card(one: TalkCard, around: Around) -> str:
    """The whole card with its form."""
    return (f"<aside class='kj-card kj-desk' aria-label='{esc(say('today.card', name=one.name))}'>{_head(one, around)}{_why(one)}"
            f"<div class=cols><div>{_said('today.openers', one.openers, 'q')}{_said('today.avoid', one.avoid, 'no')}</div>"
            f"<div>{_support(one)}{_promises(one, around)}{_talks(one, around)}</div></div>{around.lots}{today_form.form(one, around)}</aside>")


def _head(one: TalkCard, around: Around) -> str:
    facts = [one.team, one.role, say("today.hired", day=full_day(one.hire_date))]
    labels = chips(dict.fromkeys(what(reason, around.today) for reason in one.reasons))
    return (f"<header><div><h2 data-land tabindex=-1>{esc(one.name)}</h2><span class='kj-note'>{' · '.join(esc(fact) for fact in facts if fact)}</span></div>"
            f"<button type=button class=kj-link data-ask=person data-of='{esc(one.employee_id)}'>{esc(say('today.open'))}</button>"
            f"<div class=t>{labels}</div></header>")


def _why(one: TalkCard) -> str:
    lines = "".join(f"<p>{esc(sentence)}</p>" for sentence in one.why) or f"<p class='kj-note'>{esc(say('today.no_reason'))}</p>"
    drawn = small(one.chart) if one.chart else ""
    return f"<div class='why{' both' if drawn else ''}'><div><h3>{esc(say('today.why'))}</h3>{lines}</div>{f'<div>{drawn}</div>' if drawn else ''}</div>"


def _said(key: str, texts: Sequence[str], kind: str) -> str:
    if not texts:
        return ""
    return f"<h3>{esc(say(key))}</h3><ul class={kind}>{''.join(f'<li>{esc(text)}</li>' for text in texts)}</ul>"


def _support(one: TalkCard) -> str:
    return _said("today.support", [text for _, text in one.support[:3]], "offer")


# --- promises -----------------------------------------------------------------------------------------------------------------

def _promises(one: TalkCard, around: Around) -> str:
    """Every promise that is due, and the last one; whether it was kept is said in one click."""
    rows = []
    if one.promise:
        rows.append(_promise(one.promise.id, _words_of(one.promise, around), one.promise.state, around))
    due = [reason for reason in one.reasons if reason.kind == "promise" and reason.ref and (not one.promise or reason.ref != one.promise.id)]
    rows += [_promise(reason.ref, _due(reason, around.today), "open", around) for reason in due]
    return f"<h3>{esc(say('today.promise'))}</h3>{''.join(rows)}" if rows else ""


def _words_of(promise: PromiseSeen, around: Around) -> str:
    when = say("today.promise.made", made=day(promise.made_on), due=day(promise.due), hr=around.names.get(promise.hr, promise.hr))
    late = (around.today - promise.due).days
    return f"{when} {say('today.promise.late', n=late)}" if promise.state == "open" and late > 0 else when


def _due(reason: Reason, today: date) -> str:
    return say("today.line.promise", day=day(reason.due))


def _promise(promise_id: str, words: str, state: str, around: Around) -> str:
    if state == "open":
        ask = "".join(f"<button type=button class=small data-ask={word} data-of='{esc(promise_id)}'>{esc(say(f'today.promise.{word}'))}</button>"
                      for word in ("kept", "broken"))
    else:
        ask = f"<span class='kj-{'fine' if state == 'kept' else 'care'}'>{esc(say(f'today.promise.was_{state}'))}</span>"
    return f"<div class=seen><p>{esc(words)}</p><div class=does>{ask}</div>{_opened('promise', promise_id, around)}</div>"


# --- the last talks -------------------------------------------------------------------------------------------------------------

def _talks(one: TalkCard, around: Around) -> str:
    rows = "".join(_talk(talk, around) for talk in one.talks)
    return f"<h3>{esc(say('today.talks'))}</h3>{rows or _none()}"


def _none() -> str:
    return f"<p class='kj-note'>{esc(say('today.no_talk'))}</p>"


def _talk(talk: TalkSeen, around: Around) -> str:
    about = say(f"today.topic.{talk.topic}") if talk.topic else label(talk.tag)
    facts = [say("today.minutes_n", n=number(talk.minutes)) if talk.minutes else "", about, around.names.get(talk.hr, "")]
    note = _opened("note", talk.id, around) if talk.note and talk.id else ""
    gave = f"<p class='kj-note'>{esc(around.offers[talk.support])}</p>" if talk.support in around.offers else ""
    return f"<div class=seen><p><b>{esc(full_day(talk.on))}</b> {' · '.join(esc(fact) for fact in facts if fact)}</p>{gave}{note}</div>"


def _opened(kind: str, of: str, around: Around) -> str:
    """The text, if it was opened; else what has to be chosen before it opens: a reason."""
    if of in around.opened:
        return f"<blockquote>{esc(around.opened[of])}</blockquote>"
    reasons = "".join(f"<button type=button class=small data-ask=open_{kind} data-of='{esc(of)}:{reason}'>{esc(say(f'today.open_for.{reason}'))}</button>"
                      for reason in OPEN_NOTE_REASONS)
    return (f"<details class=plain data-key='{kind}:{esc(of)}'><summary>{esc(say(f'today.open_{kind}'))}</summary>"
            f"<div><p class='kj-note'>{esc(say('today.open_why'))}</p><div class=does>{reasons}</div></div></details>")
