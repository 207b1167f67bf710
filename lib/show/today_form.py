"""Today, the form under a talk card: a talk in one step, and the smaller ways out (later, a colleague, no need); strings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from lib.access.care_desk import LATEST_NEXT, LATEST_SNOOZE, MOST_MINUTES, MOST_WORDS
from lib.care.shape import DECLINE_REASONS, IMPRESSIONS, SNOOZE_REASONS, TOPICS, TalkCard, TalkLog
from lib.show.parts import esc
from lib.words import say

if TYPE_CHECKING:
    from lib.show.today_card import Around

TOPIC_OF = {"new_hire": "settling_in", "performance_dip": "performance", "high_pressure": "workload", "client_trouble": "customers",
            "life_event": "family", "family_care": "family"}
"""The topic a talk about a tag most likely has; prefilled."""


class Wrong(ValueError):
    """A field that cannot be read; the words say which and what is expected."""


def form(one: TalkCard, around: Around) -> str:
    """Everything that can be done about this person now."""
    wrong = f"<p class='kj-told care' role=alert>{esc(around.wrong)}</p>" if around.wrong else ""
    if around.elsewhere:
        take = f"<form data-form='take:{esc(one.employee_id)}'>{_key(around)}<button type=submit data-ask=take>{esc(say('today.take'))}</button></form>"
        return f"{wrong}<div class=elsewhere><p>{esc(say('today.elsewhere', who=around.elsewhere))}</p>{take}</div>"
    return f"{wrong}<footer class=acts>{_log(one, around)}{_else(one, around)}</footer>"


def _key(around: Around) -> str:
    return f"<input type=hidden name=key value='{esc(around.form)}'>"


def _field(name: str, label: str, inner: str) -> str:
    return f"<label class='{name}'><span>{esc(label)}</span>{inner}</label>"


def _options(pairs: Iterable[tuple[str, str]], chosen: str = "") -> str:
    return "".join(f"<option value='{esc(value)}'{' selected' if value == chosen else ''}>{esc(words)}</option>" for value, words in pairs)


def _select(name: str, pairs: Iterable[tuple[str, str]], chosen: str = "") -> str:
    return f"<select name={name}>{_options(pairs, chosen)}</select>"


def _pills(name: str, label: str, values: Sequence[str], chosen: str, words: str) -> str:
    """A few choices that all stay visible."""
    inner = "".join(f"<label><input type=radio name={name} value='{value}'{' checked' if value == chosen else ''}><span>{esc(say(f'{words}.{value}'))}</span></label>"
                    for value in values)
    return f"<fieldset class='{name}'><legend>{esc(label)}</legend><div class=pills>{inner}</div></fieldset>"


def _day(name: str, on: date, first: date, last: date) -> str:
    return f"<input type=date name={name} value='{on}' min='{first}' max='{last}' required>"


def _log(one: TalkCard, around: Around) -> str:
    today, last = around.today, around.today + timedelta(LATEST_NEXT)
    tag = one.reasons[0].tag if one.reasons else ""
    topics = [(topic, say(f"today.topic.{topic}")) for topic in TOPICS]
    offered = [("", say("today.support_none")), *one.support]
    fields = (
        _field("minutes", say("today.form.minutes"), f"<input type=number name=minutes value={one.minutes} min=1 max={MOST_MINUTES} required inputmode=numeric>"),
        _field("topic", say("today.form.topic"), _select("topic", topics, TOPIC_OF.get(tag, "other"))),
        _field("talked_on", say("today.form.talked_on"), _day("talked_on", today, today - timedelta(LATEST_NEXT), today)),
        _field("support", say("today.form.support"), _select("support", offered)),
        _field("note", say("today.form.note"), f"<textarea name=note rows=2 maxlength={MOST_WORDS} placeholder='{esc(say('today.form.note_hint'))}'></textarea>"),
        _field("promise", say("today.form.promise"), f"<input name=promise maxlength=500 autocomplete=off placeholder='{esc(say('today.form.promise_hint'))}'>"),
        _field("promise_due", say("today.form.promise_due"), _day("promise_due", one.next_on, today, last)),
        _pills("impression", say("today.form.impression"), IMPRESSIONS, "unsure", "today.impression"),
        _field("next_on", say("today.form.next_on"), _day("next_on", one.next_on, today, last)),
        _pills("useful", say("today.form.useful"), ("yes", "no"), "", "today.useful") if one.card_id else "",
    )
    return (f"<form class=log data-form='log:{esc(one.employee_id)}' aria-label='{esc(say('today.form'))}'>{_key(around)}{''.join(fields)}"
            f"<button type=submit class=main data-ask=log>{esc(say('today.log'))}</button></form>")


def _else(one: TalkCard, around: Around) -> str:
    """The smaller ways: put off, hand over, decline.  Only a card can go one of them."""
    more = f"<button type=button class=kj-link data-more>{esc(say('today.form.more'))}</button>"
    if not one.card_id:
        return f"<div class=else>{more}</div>"
    today = around.today
    until = _field("until", say("today.snooze.until"), _day("until", today + timedelta(1), today + timedelta(1), today + timedelta(LATEST_SNOOZE)))
    ways = [("snooze", until + _why("today.snooze", SNOOZE_REASONS) + _words())]
    if around.colleagues:
        ways.append(("hand_over", _field("to", say("today.hand_over.to"), _select("to", around.colleagues))))
    ways.append(("decline", _why("today.decline", DECLINE_REASONS) + _words()))
    inner = "".join(
        f"<details class=plain data-key='{way}' name=kj-else><summary>{esc(say(f'today.{way}'))}</summary><form data-form='{way}:{esc(one.employee_id)}'>{_key(around)}{fields}"
        f"<button type=submit data-ask={way}>{esc(say(f'today.{way}.go'))}</button></form></details>" for way, fields in ways)
    alone = "" if around.colleagues else f"<span class='kj-note'>{esc(say('today.hand_over.nobody'))}</span>"
    return f"<div class=else>{inner}{alone}{more}</div>"


def _why(key: str, reasons: Sequence[str]) -> str:
    return _field("reason", say("today.form.reason"), _select("reason", [(reason, say(f"{key}.{reason}")) for reason in reasons]))


def _words() -> str:
    return _field("words", say("today.form.words"), "<input name=words maxlength=500 autocomplete=off>")


# --- what was typed -----------------------------------------------------------------------------------------------------------

def talk(typed: Mapping[str, str], request_key: str, employee_id: str, card_id: str, version: int, tag: str) -> TalkLog:
    """The talk that was typed.  Raises :class:`Wrong` for a number or a day that is none."""
    promise = typed.get("promise", "").strip()
    useful = {"yes": True, "no": False}.get(typed.get("useful", ""))
    return TalkLog(
        request_key=request_key, employee_id=employee_id, card_id=card_id, version=version, tag=tag, talked_on=day_of(typed, "talked_on"),
        minutes=_whole(typed, "minutes"), topic=typed.get("topic", ""), support=typed.get("support", ""),
        impression=typed.get("impression") or "unsure", next_on=day_of(typed, "next_on"), note=typed.get("note", "").strip(), promise=promise,
        promise_due=day_of(typed, "promise_due") if promise else None, useful=useful)


def day_of(typed: Mapping[str, str], name: str) -> date:
    """A day that was typed; raises :class:`Wrong` for none."""
    try:
        return date.fromisoformat(typed.get(name, ""))
    except ValueError:
        raise Wrong(say("today.wrong.day", what=say(f"today.form.{name}") if name != "until" else say("today.snooze.until"))) from None


def _whole(typed: Mapping[str, str], name: str) -> int:
    try:
        found = int(typed.get(name, ""))
    except ValueError:
        found = 0
    if not 0 < found <= MOST_MINUTES:
        raise Wrong(say("today.wrong.minutes", most=MOST_MINUTES))
    return found
