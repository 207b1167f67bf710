"""My desk: what employees and mentors may see and do about themselves, and about nobody else.

What people wrote is read from the ledger at every call; facts come through the desk and its scope of one person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd

from lib.access.desk import NotAllowed
from lib.access.goals_desk import MyGoals
from lib.access.ledger_desk import LedgerDesk
from lib.care.talk_card import as_day
from lib.ledger import choices, consultations, myself
from lib.ledger.consultations import Consultation, Effective, Logged
from lib.ledger.myself import CheckIn, Looked, TalkFelt
from lib.morale import consultation, suggestion, summary
from lib.morale.consultation import Heard, Score, Terms
from lib.morale.goals import Bar
from lib.morale.suggestion import Open, Suggestion
from lib.morale.summary import Day
from lib.words import say

FELT_DAYS = 30
"""Days after a talk within which the person is asked whether it helped."""


@dataclass(frozen=True)
class Mine:
    """What the ledger holds about the viewer at one moment."""

    logged: tuple[Logged, ...]
    """Consultations of the last weeks that were not taken back, newest first."""
    choices: frozenset[str]
    checked: CheckIn | None
    felt: tuple[TalkFelt, ...]
    looked: tuple[Looked, ...]

    def of(self, day: date) -> list[Logged]:
        """What was logged on one day, newest first."""
        return [one for one in self.logged if one.day == day]


class MyDesk(LedgerDesk):
    """One person's own day.  Making one raises :class:`NotAllowed` for every other role."""

    ROLES = frozenset({"employee", "mentor"})

    # --- what is read ---

    def mine(self) -> Mine:
        """Everything of the ledger that My day shows, in one transaction."""
        window = int(self.setting("morale.suggest_days"))
        with self.book.reading() as con:
            return Mine(
                tuple(consultations.since(con, self.book, self.me, self.today - timedelta(max(window, summary.BACK)), self.today)),
                choices.standing(con, self.me), myself.last_check_in(con, self.me),
                tuple(myself.talks_felt(con, self.me, self.today - timedelta(FELT_DAYS), self.today)),
                tuple(myself.looked(con, self.me, self.login)))

    def scored(self, mine: Mine) -> bool:
        """Whether the viewer may be scored: no objection stands."""
        return "no_scoring" not in mine.choices

    def terms(self) -> Terms:
        """What a consultation of the viewer is held against."""
        usual = self.desk.read("my_calls").iloc[0]["need_minutes"]
        return Terms.of(self.values(), None if pd.isna(usual) else float(usual))

    def days(self, mine: Mine, goal: float | None = None) -> dict[date, Day]:
        """The viewer's last days, imported and logged together as the goals count them (of days that are over and of which the files hold
        calls, the files count alone); ``goal``: effective consultations that today asks for, as far as a goal stands."""
        rule = Effective.of(self.values())
        found = {as_day(row["work_date"]): row for row in _rows(self.desk.read("my_days"))}
        logged: dict[date, list[Logged]] = {}
        for one in mine.logged:
            logged.setdefault(one.day, []).append(one)
        made = {on: _day(on, found.get(on), logged.get(on, []), rule, on < self.today) for on in sorted({*found, *logged})}
        reached = {as_day(row["work_date"]): bool(row["reached"]) for row in _rows(self.desk.read("reward_days")) if pd.notna(row["target"])}
        return {on: replace(day, reached=reached.get(on) if on < self.today and on in reached else _reached(day, goal)) for on, day in made.items()}

    def goal(self) -> float | None:
        """Effective consultations that the viewer's day asks for; None when it asks for none."""
        return goal_of(MyGoals(self.desk, self._still_here).bars())

    def open(self, mine: Mine) -> list[Open]:
        """The viewer's open customers: of the last build, and what was logged since laid over them."""
        window, found = int(self.setting("morale.suggest_days")), {}
        for row in _rows(self.desk.read("my_open")):
            last = as_day(row["last_contact"]) if pd.notna(row["last_contact"]) else self.as_of - timedelta(window)
            found[str(row["intent_key"])] = Open(
                str(row["intent_key"]), _text(row["customer_name"]) or _text(row["customer_id"]), last,
                as_day(row["intent_on"]) if pd.notna(row["intent_on"]) else None, int(row["open_deals"]),
                None if pd.isna(row["amount"]) else float(row["amount"]), int(row["contacts"]), objection_words(_text(row["objection"])),
                None if pd.isna(row["satisfaction"]) else float(row["satisfaction"]), _text(row["product"]))
        for one in sorted(mine.logged, key=lambda one: one.at):
            if one.day > self.today - timedelta(window):
                _laid(found, one)
        return list(found.values())

    def first(self, mine: Mine) -> Suggestion | None:
        """Whom to follow first; None when nobody is open."""
        made = suggestion.ranked(self.open(mine), self.today, int(self.setting("morale.suggest_days")))
        return made[0] if made else None

    # --- what is done ---

    def log(self, request_key: str, minutes: int, contact_left: bool, outcome: str, customer: str = "", called: str = "", objection: str = "",
            amount: float | None = None) -> tuple[str, Heard, Score | None]:
        """Keep a consultation of today; returns its id, what the score hears of it, and the score (None after an objection to scoring).

        ``customer`` is one of the viewer's open customers, ``called`` what another is called.  Raises ValueError and :class:`NotAllowed`.
        """
        self.here()
        if customer and customer not in set(self.desk.read("my_open")["customer_id"].dropna()):
            raise NotAllowed("this is none of your open customers")
        one = Consultation(request_key, self.me, self.today, minutes, contact_left, outcome, customer, called, objection, amount)
        if outcome not in consultation.OUTCOME_SHARE:
            raise ValueError(f"{outcome!r} is no outcome")
        told = heard(one)
        made = consultation.score(told, self.terms())
        kept = consultations.log(self.book, one, made.value, made.points())
        with self.book.reading() as con:
            scored = "no_scoring" not in choices.standing(con, self.me)
        return kept, told, made if scored else None

    def undo(self, consultation_id: str) -> bool:
        """Take back one's own consultation of today; False when it was taken back before."""
        self.here()
        return consultations.undo(self.book, consultation_id, self.me, self.today)

    def check_in(self, pressure: int, growth: int) -> None:
        """Say, by name, how much pressure and growth there is; HR sees it.  Raises ValueError outside of 1 to 5."""
        self.here()
        myself.check_in(self.book, self.me, self.today, pressure, growth)

    def feel(self, talk_id: str, felt: bool) -> None:
        """Say whether a talk helped.  Raises LookupError for a talk that was not with the viewer, or is too long ago."""
        self.here()
        with self.book.reading() as con:
            asked = {talk.talk_id for talk in myself.talks_felt(con, self.me, self.today - timedelta(FELT_DAYS), self.today)}
        if talk_id not in asked:
            raise LookupError(talk_id)
        myself.feel(self.book, talk_id, self.me, felt)

    def choose(self, choice: str, chosen: bool) -> bool:
        """Make or take back one of the own choices; it holds at once.  Raises ValueError for a choice that does not exist."""
        self.here()
        return choices.choose(self.book, self.me, choice, chosen, self.login, self.today, self.role)


def heard(one: Consultation | Logged) -> Heard:
    """A logged consultation as the score hears it."""
    return Heard(one.outcome, float(one.minutes), one.contact_left, one.objection or None)


def objection_words(objection: str) -> str:
    """An objection in words: the closed ones in the viewer's language, others as the company's file says them."""
    return say(f"my.objection.{objection}") if objection in consultations.OBJECTIONS else objection


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)  # type: ignore[call-overload]


def goal_of(bars: Sequence[Bar]) -> float | None:
    """Effective consultations that today asks for, out of one's own bars."""
    return next((bar.target for bar in bars if (bar.metric, bar.period) == ("effective", "day")), None)


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as dicts: several times faster than pandas' own way for a few rows of many columns."""
    names = list(frame.columns)
    return [dict(zip(names, values, strict=True)) for values in zip(*(frame[name].tolist() for name in names), strict=True)]


def _day(on: date, row: dict[str, Any] | None, logged: list[Logged], rule: Effective, over: bool) -> Day:
    def of(name: str) -> float | None:
        return None if row is None or pd.isna(row[name]) else float(row[name])

    if over and row is not None and row["calls"]:
        logged = []
    deal = over and row is not None and row["deal"]
    more = {"effective": float(sum(rule.holds(one.minutes, one.contact_left, one.outcome) for one in logged)),
            "intents": float(sum(one.outcome == "intent" for one in logged)),
            "deals": 0.0 if deal else float(sum(one.outcome == "deal" for one in logged)),
            "revenue": 0.0 if deal else sum(one.amount or 0.0 for one in logged)}
    values = {name: (of(name) or 0.0) + extra if logged else of(name) for name, extra in more.items()}
    return Day(on, bool(logged) or (row is not None and bool(row["worked"])), values["effective"], values["intents"], values["deals"], values["revenue"])


def _reached(day: Day, goal: float | None) -> bool | None:
    return None if not goal or day.effective is None else day.effective >= goal - 1e-9


def _laid(found: dict[str, Open], one: Logged) -> None:
    """Lay what was logged over the open customers: a deal closes one, an intent opens one, a talk is a contact."""
    key = one.customer_id or (f"called:{one.called}" if one.called else "")
    if not key:
        return
    before = found.get(key)
    if one.outcome == "deal":
        if before is not None and one.day >= before.last_contact:
            del found[key]
    elif before is not None:
        new = one.day > before.last_contact
        found[key] = Open(before.key, before.customer, max(one.day, before.last_contact), one.day if one.outcome == "intent" else before.intent_on,
                          before.open_deals, before.amount, before.contacts + new, objection_words(one.objection) or before.objection,
                          before.satisfaction, before.product)
    elif one.outcome == "intent":
        found[key] = Open(key, one.called or one.customer_id, one.day, one.day, contacts=1, objection=objection_words(one.objection))
