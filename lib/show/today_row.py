"""Today, one person in few words: which reasons, since when, why at this place, one line of evidence; strings, no Streamlit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lib.care import rise_words
from lib.care.queue import CHANCE_WEIGHT, WAITING_DAYS, WAITING_MOST
from lib.care.shape import Planned, Reason
from lib.show.parts import chips, day, esc
from lib.tags.compile import by_key, reminder
from lib.words import language, say

SENSITIVE = frozenset({"life_event", "family_care"})
"""Tags about health and family: their evidence stands on the card alone, never in the list."""
STRONG, MIDDLING = 0.7, 0.4
"""From which standing (0–1 among all who carry the tag) evidence is called strong, or in the middle."""


@dataclass(frozen=True)
class Who:
    """A person of the list: name and team."""

    name: str
    team: str = ""


def label(tag: str) -> str:
    """A tag's name in the viewer's language; '' for none, the key itself for a tag that is gone."""
    try:
        return by_key(tag).label.in_(language()) if tag else ""
    except KeyError:
        return tag


def what(reason: Reason, today: date) -> str:
    """A reason in two or three words: the tag's name, or what is due."""
    if reason.kind == "promise":
        return say("today.what.overdue", n=(today - reason.due).days) if reason.due < today else say("today.what.promise")
    if reason.kind == "follow_up":
        return say("today.what.follow_up")
    if reason.kind == "risk":
        return say("today.what.risk")
    if reason.kind == "touch":
        return say("today.what.touch", tag=label(reason.tag), nth=reason.nth) if reason.nth else label(reason.tag)
    return label(reason.tag)


def tags(one: Planned, today: date) -> str:
    """All reasons as chips, and whether all of it may be chance."""
    said = dict.fromkeys(what(reason, today) for reason in one.reasons)
    chance = chips([say("today.chance")], "watch") if one.reasons and all(reason.chance for reason in one.reasons) else ""
    return f"{chips(said)} {chance}".strip()


def first_day(one: Planned) -> date | None:
    """The day the oldest of the reasons began or fell due."""
    return min((reason.due for reason in one.reasons), default=None)


def since(one: Planned, today: date) -> str:
    """Since when, in words."""
    first = first_day(one)
    return "" if first is None else say("today.since_today") if first >= today else say("today.since", day=day(first))


def why_here(one: Planned, today: date) -> str:
    """Why the person stands at this place: every part of the score that counted, in words, weightiest first."""
    parts = dict(one.parts)
    waited = round(parts.get("waiting", 0) * WAITING_DAYS)
    long = parts.get("waiting", 0) >= WAITING_MOST
    words = {
        "promise": say("today.part.promise_overdue" if any(r.kind == "promise" and r.due < today for r in one.reasons) else "today.part.promise"),
        "waiting": say("today.part.waiting_long" if long else "today.part.waiting_one" if waited == 1 else "today.part.waiting", n=waited),
        "several": say("today.part.several", n=len(one.reasons)),
        "evidence": _evidence(one, parts.get("evidence", 0)),
    }
    counted = sorted((-value, name) for name, value in parts.items() if value > 0 and name in words)
    return say("today.part.join").join(words[name] for _, name in counted)


def _evidence(one: Planned, counted: float) -> str:
    """What the evidence part of the score came from: the first reason, which weighs most."""
    best = one.reasons[0] if one.reasons else None
    if best is None or best.kind not in ("tag", "risk"):
        return say("today.part.due")
    if best.chance:
        return say("today.part.chance")
    if counted < best.standing * (1 + CHANCE_WEIGHT) / 2:
        return say("today.part.past")
    if best.tag in SENSITIVE:
        return say("today.part.event")
    return say("today.part.strong" if counted >= STRONG else "today.part.middling" if counted >= MIDDLING else "today.part.weak")


def evidence(one: Planned, today: date) -> str:
    """One line of evidence: of the strongest reason; about health and family only that the card says more."""
    first = next((reason for reason in one.reasons), None)
    if first is None:
        return ""
    if first.kind == "promise":
        return say("today.line.promise", day=day(first.due))
    if first.kind == "follow_up":
        return say("today.line.follow_up", day=day(first.due))
    if first.kind == "risk":
        named = rise_words.short(first.evidence, language())
        return say("today.line.risk", reasons=named) if named else say("today.line.on_card")
    if first.tag in SENSITIVE:
        return say("today.line.on_card")
    if first.kind == "touch" and first.nth:
        return say("today.line.touch", nth=first.nth, day=day(first.due))
    return reminder(first.tag, first.evidence, language()) if first.evidence else say("today.since", day=day(first.due))


def row(one: Planned, who: Who, place: int, picked: bool, today: date) -> str:
    """One person of the queue as a button."""
    under = " · ".join(part for part in (who.team, since(one, today)) if part)
    return (f"<button type=button class='kj-pick kj-who' data-pick='{esc(one.employee_id)}' aria-expanded='{'true' if picked else 'false'}'>"
            f"<span class=p>{place}</span><span class=b><span class=n><b>{esc(who.name)}</b> <span class='kj-note'>{esc(under)}</span></span>"
            f"<span class=t>{tags(one, today)}</span><span class=e>{esc(evidence(one, today))}</span>"
            f"<span class='kj-note w'>{esc(why_here(one, today))}</span></span></button>")
