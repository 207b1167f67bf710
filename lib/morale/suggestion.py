"""Whom to follow first: one of a person's own open customers, by a rule that is explained in the person's own numbers.

Each open customer gets points (:data:`RULE`); the most points come first, then the one that was spoken with longest ago.  What
is not known gives no points and is not invented.  Without an open customer nothing is suggested.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lib.words import say_in

RULE = {"wait": 30, "contacts": 25, "amount": 20, "objection": 15, "satisfaction": 10}
"""Most points of each part."""
ENOUGH_CONTACTS = 4
BEST_WAIT = (3, 7)
"""Days since the last contact between which an answer is due: earlier the customer is still thinking, later the interest cools."""


@dataclass(frozen=True)
class Open:
    """One open customer: an intent, an open deal, or both.  ``key`` is the customer's number, or tells a deal without a customer."""

    key: str
    customer: str
    """What the customer is called; '' when nobody knows."""
    last_contact: date
    intent_on: date | None = None
    open_deals: int = 0
    amount: float | None = None
    """Yuan, of the biggest open deal whose amount is known."""
    contacts: int = 0
    """Times that somebody was reached, as far as the records go; 0 when there are no calls on record."""
    objection: str = ""
    """What the customer objected to last, in words."""
    satisfaction: float | None = None
    product: str = ""


@dataclass(frozen=True)
class Suggestion:
    """An open customer with the points of each part, and how many are open in all."""

    one: Open
    points: dict[str, float]
    of: int

    @property
    def total(self) -> float:
        """All points, 0 to 100."""
        return sum(self.points.values())


def wait(days: int, window: int) -> float:
    """The share of the points for so many days since the last contact: rises until it is due, falls until the window is over."""
    first, last = BEST_WAIT
    if days <= first:
        return max(days, 0) / first
    return 1.0 if days <= last else max(0.0, (window - days) / max(window - last, 1))


def ranked(every: Sequence[Open], today: date, window: int) -> list[Suggestion]:
    """Every open customer, the first to follow in front.  ``window``: days within which an intent is fresh."""
    amounts = [one.amount for one in every if one.amount]
    rated = [one.satisfaction for one in every if one.satisfaction]
    made = [Suggestion(one, {
        "wait": RULE["wait"] * wait((today - one.last_contact).days, window),
        "contacts": RULE["contacts"] * min(one.contacts, ENOUGH_CONTACTS) / ENOUGH_CONTACTS,
        "amount": RULE["amount"] * (one.amount or 0.0) / max(amounts) if amounts else 0.0,
        "objection": float(RULE["objection"]) if one.objection else 0.0,
        "satisfaction": RULE["satisfaction"] * (one.satisfaction or 0.0) / max(rated) if rated else 0.0,
    }, len(every)) for one in every]
    return sorted(made, key=lambda made: (-round(made.total, 6), made.one.last_contact, made.one.key))


def said(made: Suggestion, today: date, lang: str, yuan: str = "") -> list[str]:
    """The reason, a clause for each fact that is known; ``yuan``: the amount as the page writes it."""
    one, clauses = made.one, []
    days = (today - one.last_contact).days
    when = say_in(lang, "my.suggest.today") if days <= 0 else say_in(lang, "my.suggest.day") if days == 1 else say_in(lang, "my.suggest.days", n=days)
    if one.contacts:
        clauses.append(say_in(lang, "my.suggest.spoken" if one.contacts > 1 else "my.suggest.spoken.one", when=when, n=one.contacts))
    else:
        clauses.append(say_in(lang, "my.suggest.opened", when=when))
    if one.intent_on:
        clauses.append(say_in(lang, "my.suggest.intent"))
    if one.open_deals:
        clauses.append(say_in(lang, "my.suggest.deal_amount", amount=yuan) if one.amount and yuan else say_in(lang, "my.suggest.deal"))
    if one.objection:
        clauses.append(say_in(lang, "my.suggest.objection", objection=one.objection))
    if one.satisfaction:
        clauses.append(say_in(lang, "my.suggest.satisfaction", n=f"{one.satisfaction:g}"))
    return clauses
