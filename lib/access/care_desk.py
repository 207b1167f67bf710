"""Care desk: what an HR may see and do about care, limited to the people in scope; nobody else gets one.

The day's list and what everything stands on is :mod:`lib.access.care_day`; notes, promises' words and the sentences of the cards are
:mod:`lib.access.care_notes`.  This is the talk card of one person, what HR does with it, colleagues, and the care standard.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import replace
from datetime import date, timedelta
from threading import Lock
from typing import TYPE_CHECKING

import pandas as pd

from lib import settings
from lib.access.care_day import CareDay
from lib.access.care_notes import MOST_WORDS, short
from lib.access.desk import NotAllowed
from lib.care import queue, talk_card, texts
from lib.care.shape import DrawSeen, OpenCard, Reason, StandardRow, TalkCard, TalkLog, TalkSeen
from lib.care.turn import Known, Limits, fired, turn
from lib.ledger import audit, care, choices, draws
from lib.ledger import texts as written_texts
from lib.settings import Value
from lib.words import language, say

if TYPE_CHECKING:
    from lib.access.care_standard import CareStandard

LATEST_SNOOZE, LATEST_NEXT = 60, 180
"""Days within which a card may be put off, and a next look may be planned."""
MOST_MINUTES = 600
_SEEN_AGAIN = 600.0
_opened: OrderedDict[tuple[str, str, str, str], float] = OrderedDict()
_lock = Lock()


class NothingToDraw(ValueError):
    """There are not more people in about the same need than places; the message says so."""


class CareDesk(CareDay):
    """One HR's care: the day's list, talk cards, logging.  Making one raises :class:`NotAllowed` for every other role.

    ``still_here`` tells whether the viewer's session is still good; every method asks it and raises :class:`NotAllowed`.
    """

    # --- one person ---

    def card(self, employee_id: str) -> TalkCard:
        """Everything for one talk, in the language of this run.  That it was opened is in the audit before it is returned
        (once in ten minutes for the same HR and person).  Raises :class:`NotAllowed` for people out of scope."""
        self._here()
        self._scoped(employee_id)
        values = self._values()
        self._say_opened(employee_id)
        with self._book.reading() as con:
            known = self._known(self._written(con))
            talks = care.talks_of(con, employee_id, 3, self.today)
            promise = care.last_promise(con, employee_id)
            written = written_texts.overrides(con)
        limits = self._limits(values)
        card, reasons = self._reasons_of(employee_id, known, limits)
        needed = talk_card.needs(reasons)
        read = self.desk.read
        return talk_card.build(talk_card.Facts(
            person=read("care_person", id=employee_id, today=self.today).to_dict("records")[0],  # type: ignore[arg-type]
            reasons=reasons, card_id=card.id if card else "", version=card.version if card else 0,
            weeks=read("person_weeks", id=employee_id) if "weeks" in needed else pd.DataFrame(),
            check_outs=read("care_check_outs", id=employee_id, since=self.today - timedelta(talk_card.LOOK_BACK_DAYS), today=self.today)
            if "check_outs" in needed else pd.DataFrame(),
            newcomers=read("care_newcomers", id=employee_id) if "newcomers" in needed else pd.DataFrame(),
            talks=talks, before=self._before(employee_id), promise=promise, written=written,
            limits=self._tag_limits(values), minutes=int(settings.get("care.minutes", values))), self.today, language())

    def _reasons_of(self, employee_id: str, known: Known, limits: Limits) -> tuple[OpenCard | None, tuple[Reason, ...]]:
        """The person's open card, and what it and anything new stand for; what was raised before and still holds comes last."""
        own = [episode for episode in known.episodes if episode.employee_id == employee_id]
        card = next((card for card in known.cards if card.employee_id == employee_id), None)
        new = fired(known, limits, self.today, employee_id)
        refreshed = queue.refreshed(card, own, limits.touch_days, self.today, known.warnings.rises.get(employee_id)) if card else None
        reasons = queue.planned(employee_id, new, self.today, refreshed).reasons if new or refreshed else ()
        if not reasons:
            holding = [e for e in own if e.until is None]
            reasons = tuple(Reason(employee_id, "tag", e.tag, e.since, e.standing, e.strength, e.chance, e.evidence) for e in holding)
        return card, reasons

    @staticmethod
    def _tag_limits(values: dict[str, Value]) -> dict[str, dict[str, Value]]:
        from lib.tags.compile import limits

        return limits(values)

    def _before(self, employee_id: str) -> list[TalkSeen]:
        rows = self.desk.read("care_talks_before", id=employee_id)
        return [TalkSeen("", talk_card.as_day(row.talked_on), None if pd.isna(row.minutes) else int(row.minutes),
                         "" if pd.isna(row.tag) else row.tag, "", "", "" if pd.isna(row.hr_id) else row.hr_id, False, "import")
                for row in rows.itertuples()]

    def _say_opened(self, employee_id: str) -> None:
        key, at = (str(self.desk.data_dir), str(self.demo), self.login, employee_id), time.monotonic()
        with _lock:
            if at - _opened.get(key, -_SEEN_AGAIN) < _SEEN_AGAIN:
                return
        with self._book.writing() as con:
            audit.write(con, self.login, "hr", "card.opened", employee_id)
        with _lock:
            _opened[key] = at
            while len(_opened) > 5000:
                _opened.popitem(last=False)

    # --- what HR does ---

    def log(self, log: TalkLog) -> str:
        """Keep a talk; the same ``request_key`` twice keeps one.  A talk with somebody whose card this HR holds closes that card, and so
        does a talk about a tag that a colleague's card was raised for.

        Raises :class:`NotAllowed`, :class:`lib.ledger.care.Changed` and ValueError for values that no form offers.
        """
        self._here()
        self._scoped(log.employee_id)
        with self._book.reading() as con:
            answered = [card for card in care.open_cards(con) if card.employee_id == log.employee_id and (
                card.owner == self.login or log.tag and log.tag in {reason.tag for reason in card.reasons})]
            known = {text.key for text in texts.support("", written_texts.overrides(con))}
        self._check(log, known)
        if not log.card_id and answered:
            log = replace(log, card_id=answered[0].id, version=answered[0].version)
        values = self._values()
        return care.log_talk(self._book, log, self.login, "hr", self.today, note_days=int(settings.get("care.note_days", values)))

    def _check(self, log: TalkLog, support: set[str]) -> None:
        from lib.tags.rules import TAGS

        if log.tag and log.tag not in {tag.key for tag in TAGS}:
            raise ValueError(f"there is no tag {log.tag}")
        if log.support and log.support not in support:
            raise ValueError("support must be one of what can be offered")
        if not 0 < log.minutes <= MOST_MINUTES:
            raise ValueError(f"a talk takes 1 to {MOST_MINUTES} minutes")
        if max(len(log.note), len(log.promise)) > MOST_WORDS:
            raise ValueError(f"a note has at most {MOST_WORDS} characters")
        for later in (log.next_on, log.promise_due):
            if later and not log.talked_on <= later <= self.today + timedelta(LATEST_NEXT):
                raise ValueError(f"a day to come must lie within {LATEST_NEXT} days")

    def snooze(self, card_id: str, version: int, until: date, reason: str, words: str = "") -> None:
        """Put a card off until a day within :data:`LATEST_SNOOZE` days.  Raises as :meth:`log` does."""
        self._here()
        self._card_in_scope(card_id)
        if not self.today < until <= self.today + timedelta(LATEST_SNOOZE):
            raise ValueError(f"a card may be put off by 1 to {LATEST_SNOOZE} days")
        care.snooze(self._book, card_id, version, until, reason, self.login, short(words))

    def hand_over(self, card_id: str, version: int, to: str) -> None:
        """Give a card to a colleague who may see the person (or take it over oneself).  Raises as :meth:`log` does."""
        self._here()
        who = self._card_in_scope(card_id)
        if to != self.login and to not in {login for login, _ in self.colleagues(who)}:
            raise NotAllowed("this colleague may not see the person")
        care.hand_over(self._book, card_id, version, to, self.login)

    def decline(self, card_id: str, version: int, reason: str, words: str = "") -> None:
        """Close a card without a talk.  Raises as :meth:`log` does."""
        self._here()
        self._card_in_scope(card_id)
        care.decline(self._book, card_id, version, reason, self.login, self.today, short(words))

    def judge(self, card_id: str, useful: bool) -> None:
        """Say whether the reminder was useful."""
        self._here()
        self._card_in_scope(card_id)
        care.judge(self._book, card_id, useful, self.login)

    def settle(self, promise_id: str, state: str) -> None:
        """Say that a promise was ``kept`` or ``broken``."""
        self._here()
        with self._book.reading() as con:
            who = care.person_of_promise(con, promise_id)
        self._scoped(who)
        care.settle(self._book, promise_id, state, self.login, self.today)

    # --- the lottery ---

    def draw(self) -> DrawSeen:
        """Draw lots for today's places; nobody has seen the result before it is kept.  There is one draw a day: asked again, the same
        one is returned.  Cards of today that nobody touched are drawn anew.  Raises :class:`NothingToDraw`."""
        self._here()
        limits = self._limits(self._values())
        with self._book.writing() as con:
            written = self._written(con)
            if written.draw is not None:
                return written.draw
            known = self._known(written)
            planned = turn(replace(known, lots=replace(known.lots, on=True, back=True)), self.login, limits, self.today)
            if planned.draw is None:
                raise NothingToDraw(say("today.lots.nothing"))
            self._write(con, planned, "button")
            made = draws.made(con, self.login, self.today)
        assert made is not None  # kept in this very transaction
        return made

    def urgent(self, employee_id: str) -> None:
        """Call somebody urgent: never drawn for some days, and first on the list.  Raises :class:`NotAllowed` for people out of scope and
        whoever objects to being listed."""
        self._here()
        self._scoped(employee_id)
        with self._book.reading() as con:
            if employee_id in choices.who_chose(con, "no_scoring"):
                raise NotAllowed("this person objects to being listed")
        draws.mark(self._book, employee_id, self.login, self.today)

    # --- colleagues ---

    def colleagues(self, employee_id: str | None = None) -> list[tuple[str, str]]:
        """(login, name) of the other HR people; with ``employee_id`` only those who may see that person."""
        self._here()
        team = None if employee_id is None else self._people([employee_id]).get(employee_id, {}).get("team")
        return [(login, name) for login, name, teams in self._hr()
                if login != self.login and (employee_id is None or teams is None or team in teams)]

    def handed(self) -> list[tuple[str, str, str, str]]:
        """What this HR handed over, newest first: (card_id, employee_id, owner now, state now), of people in scope who did
        not object to scoring."""
        self._here()
        with self._book.reading() as con:
            rows = care.handed_over(con, self.login)
            objectors = choices.who_chose(con, "no_scoring")
        seen = self._people(row[1] for row in rows if row[1] not in objectors)
        return [(row[0], row[1], row[2], row[4]) for row in rows if row[1] in seen]

    # --- the standard ---

    def _standard(self) -> CareStandard:
        from lib.access.care_standard import CareStandard

        return CareStandard(self.desk, self._book, self.today, self._values())

    def standard(self, by: str, month: date | None = None) -> list[StandardRow]:
        """Care due and done ``by`` tag, team, hr or month; of the month of the given day, or (by month) of the last six."""
        self._here()
        return self._standard().rows(by, month)

    def overdue(self) -> list[Reason]:
        """Care that was due in the last 30 days and has not been given, longest overdue first."""
        self._here()
        with self._book.reading() as con:
            objectors = choices.who_chose(con, "no_scoring")
        return [reason for reason in self._standard().overdue() if reason.employee_id not in objectors]

    def minutes(self) -> dict[str, float]:
        """HR minutes a day: see :func:`lib.care.standard.minutes`."""
        self._here()
        return self._standard().minutes()
