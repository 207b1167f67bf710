"""The talk card: everything HR needs for one talk, made of facts; no ledger, no warehouse, no Streamlit."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

import pandas as pd

from lib.care import facts as said_facts
from lib.care import rise_words, texts
from lib.care.shape import Point, PromiseSeen, Reason, SmallChart, TalkCard, TalkSeen
from lib.care.texts import Written
from lib.tags.compile import by_key, reminder
from lib.words import say_in

WEEKS = 10
"""Weeks a small chart looks back."""
LOOK_BACK_DAYS = 28
NEXT_AFTER = {"new_hire": 7, "performance_dip": 14, "high_pressure": 7, "life_event": 14, "client_trouble": 7, "family_care": 7}
"""Days until the prefilled day to look again."""


@dataclass(frozen=True)
class Facts:
    """What one talk card is made from.

    ``person`` is a row of ``care_person``; ``weeks``, ``check_outs``, ``newcomers`` the frames of the queries ``person_weeks``,
    ``care_check_outs``, ``care_newcomers`` (empty where the reasons do not need them); ``talks`` those logged in the app, newest
    first, ``before`` the imported ones; ``limits`` the tags' limits in force.
    """

    person: Mapping[str, object]
    reasons: Sequence[Reason]
    card_id: str
    version: int
    weeks: pd.DataFrame
    check_outs: pd.DataFrame
    newcomers: pd.DataFrame
    talks: Sequence[TalkSeen]
    before: Sequence[TalkSeen]
    promise: PromiseSeen | None
    written: Iterable[Written]
    limits: Mapping[str, Mapping[str, object]]
    minutes: int


def build(known: Facts, today: date, lang: str) -> TalkCard:
    """The card in language ``lang``."""
    hired = as_day(known.person["hire_date"])
    written = tuple(known.written)
    first = known.reasons[0] if known.reasons else None
    openers, avoid = _sentences(known, written, hired, today, lang)
    talks = tuple(sorted([*known.talks, *known.before], key=lambda talk: talk.on, reverse=True)[:3])
    return TalkCard(
        employee_id=str(known.person["employee_id"]), name=str(known.person["name"]), team=_text(known.person["team"]),
        role=_text(known.person["role"]), hire_date=hired, card_id=known.card_id, version=known.version, reasons=tuple(known.reasons),
        why=tuple(why(reason, today, lang) for reason in known.reasons), chart=chart(known, today), openers=openers, avoid=avoid,
        support=tuple((text.key, text.in_(lang)) for text in texts.support(_offered(first), written)),
        promise=known.promise, talks=talks, minutes=_minutes(known), next_on=_next(known, today))


def _offered(first: Reason | None) -> str:
    """Which support is offered first: that of the strongest reason."""
    if first is not None and first.kind == "risk":
        return rise_words.support(first.evidence)
    return first.tag if first else ""


def as_day(value: object) -> date:
    """A cell of a frame as a date."""
    return pd.Timestamp(value).date()  # type: ignore[arg-type]


def _text(value: object) -> str:
    return "" if value is None or value != value else str(value)


# --- why --------------------------------------------------------------------------------------------------------------------

def why(reason: Reason, today: date, lang: str) -> str:
    """The evidence of one reason as a sentence."""
    on = said_facts.day(reason.due, lang)
    if reason.kind == "promise":
        late = (today - reason.due).days
        return say_in(lang, "care.why.promise_overdue", day=on, n=late) if late > 0 else say_in(lang, "care.why.promise", day=on)
    if reason.kind == "follow_up":
        return say_in(lang, "care.why.follow_up", day=on)
    if reason.kind == "risk":
        return rise_words.why(reason.evidence, on, lang)
    if reason.kind == "touch":
        evidence = reminder(reason.tag, reason.evidence, lang) if reason.evidence else ""
        return say_in(lang, "care.why.touch", nth=reason.nth, day=on, evidence=evidence).strip()
    if reason.evidence:
        return reminder(reason.tag, reason.evidence, lang)
    return say_in(lang, "care.why.tag", tag=by_key(reason.tag).label.in_(lang), day=on)


# --- sentences --------------------------------------------------------------------------------------------------------------

def set_of(reason: Reason) -> str:
    """Which sets of sentences a reason speaks with."""
    return reason.kind if reason.kind in texts.OTHER else reason.tag


def all_facts(known: Facts, reason: Reason, hired: date, today: date, lang: str) -> dict[str, str]:
    """Everything a sentence about this reason may speak with."""
    found = said_facts.of_person(known.person, hired, today, lang) | said_facts.of_reason(reason, today, lang)
    if len(known.newcomers):
        done = known.newcomers[(known.newcomers["worked_days"] >= 2) & known.newcomers["performance"].notna()]
        if len(done):
            last = done.iloc[-1]
            found["own_week"] = said_facts.number(float(last["performance"]))
            if pd.notna(last["median"]):
                found["peer_effective"] = said_facts.number(float(last["median"]))
    talks = sorted([*known.talks, *known.before], key=lambda talk: talk.on, reverse=True)
    if talks:
        found["last_talk"] = said_facts.day(talks[0].on, lang)
    return found


def _sentences(known: Facts, written: Sequence[Written], hired: date, today: date, lang: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    for reason in known.reasons:
        found = all_facts(known, reason, hired, today, lang)
        chosen = texts.choose(texts.sets(set_of(reason), written), found, reason.employee_id, reason.due)
        if chosen:
            openers, avoid = texts.said(chosen, found, reason.employee_id, reason.due, lang)
            return openers, (*_never(known, lang), *avoid)
    tags = [by_key(reason.tag) for reason in known.reasons if reason.tag]
    return tuple(tag.opening.in_(lang) for tag in tags[:1]), (*_never(known, lang), *(tag.avoid.in_(lang) for tag in tags[:1]))


def _never(known: Facts, lang: str) -> tuple[str, ...]:
    """What is never said to somebody whose risk rose, whatever else the talk is about and whoever wrote the sentences."""
    return rise_words.never(lang) if any(reason.kind == "risk" for reason in known.reasons) else ()


# --- the small chart --------------------------------------------------------------------------------------------------------

def needs(reasons: Sequence[Reason]) -> set[str]:
    """Which frames the card of these reasons needs: ``weeks``, ``check_outs``, ``newcomers``."""
    which = {"performance_dip": "weeks", "client_trouble": "weeks", "high_pressure": "check_outs", "new_hire": "newcomers"}
    return {which[reason.tag] for reason in reasons if reason.tag in which}


def chart(known: Facts, today: date) -> SmallChart | None:
    """The chart of the strongest reason that has one; None for life, family, promises and follow-ups."""
    for reason in known.reasons:
        made = {"performance_dip": _dip, "client_trouble": _client, "high_pressure": _pressure, "new_hire": _newcomer}.get(reason.tag)
        found = made(known, reason) if made else None
        if found and any(point.value is not None for point in found.points):
            return found
    return None


def _value(cell: object) -> float | None:
    return None if pd.isna(cell) else float(str(cell))


def _dip(known: Facts, reason: Reason) -> SmallChart | None:
    if not len(known.weeks):
        return None
    rows = known.weeks[known.weeks["worked_days"] >= 3].tail(WEEKS)
    weeks = json.loads(reason.evidence).get("weeks", 2) if reason.evidence else 2
    fell = {reason.due - timedelta(7 * back) for back in range(1, int(weeks) + 1)}
    usual = json.loads(reason.evidence).get("usual") if reason.evidence else None
    line = float(usual) if usual is not None else _value(rows.iloc[-1]["usual"]) if len(rows) else None
    return SmallChart("dip", _unit(known), tuple(Point(as_day(row.week), _value(row.performance), as_day(row.week) in fell)
                                                 for row in rows.itertuples()), line, "usual")


def _unit(known: Facts) -> str:
    return _text(known.person.get("metric"))


def _client(known: Facts, reason: Reason) -> SmallChart | None:
    limit = float(str(known.limits.get("client_trouble", {}).get("share", 0.4)))
    rows = known.weeks.tail(WEEKS)
    return SmallChart("client", "share", tuple(Point(as_day(row.week), _value(row.rejection_rate), bool((row.rejection_rate or 0) >= limit))
                                               for row in rows.itertuples()), limit, "limit")


def _pressure(known: Facts, reason: Reason) -> SmallChart | None:
    limit = float(str(known.limits.get("high_pressure", {}).get("after", 21.0)))
    return SmallChart("pressure", "clock", tuple(Point(as_day(row.work_date), _value(row.hours), bool(row.late))
                                                 for row in known.check_outs.itertuples()), limit, "limit")


def _newcomer(known: Facts, reason: Reason) -> SmallChart | None:
    rows = known.newcomers
    if not len(rows):
        return None
    line = _value(rows["median"].dropna().iloc[-1]) if rows["median"].notna().any() else None
    return SmallChart("newcomer", _unit(known), tuple(
        Point(as_day(row.week), _value(row.performance), bool(pd.notna(row.median) and pd.notna(row.performance) and row.performance < row.median))
        for row in rows.itertuples()), line, "newcomers")


# --- prefilled --------------------------------------------------------------------------------------------------------------

def _minutes(known: Facts) -> int:
    tag = known.reasons[0].tag if known.reasons else ""
    past = [talk.minutes for talk in [*known.talks, *known.before] if talk.minutes and talk.tag == tag and tag]
    return int(median(past)) if past else known.minutes


def _next(known: Facts, today: date) -> date:
    tag = known.reasons[0].tag if known.reasons else ""
    return today + timedelta(NEXT_AFTER.get(tag, 14))
