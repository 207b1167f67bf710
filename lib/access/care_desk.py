"""Care desk: what an HR may see and do about care, limited to the people in scope; nobody else gets one.

Notes, promises' words and the sentences of the cards are the other half of it: :mod:`lib.access.care_notes`.

What people wrote is read from the ledger at every call and never cached; facts about people come through the desk and its scope.
Everything, reading too, asks whether the session is still good.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from threading import Lock
from typing import TYPE_CHECKING

import pandas as pd

from lib import settings
from lib.access import sign_in
from lib.access.care_notes import MOST_WORDS, CareNotes, short
from lib.access.desk import Desk, NotAllowed
from lib.care import day as company_day
from lib.care import queue, talk_card, texts, touch
from lib.care.queue import Episode, Touched
from lib.care.shape import Day, OpenCard, Reason, StandardRow, TalkCard, TalkLog, TalkSeen
from lib.care.turn import Known, Limits, Turn, Written, turn
from lib.ledger import audit, care, choices, engine, rules
from lib.ledger import texts as written_texts
from lib.settings import Value
from lib.words import language

if TYPE_CHECKING:
    from lib.access.care_standard import CareStandard

DEMO_HR = "demo-hr"
"""Who writes in the open demo."""
LATEST_SNOOZE, LATEST_NEXT = 60, 180
"""Days within which a card may be put off, and a next look may be planned."""
MOST_MINUTES = 600
_SEEN_AGAIN = 600.0
_opened: OrderedDict[tuple[str, str, str, str], float] = OrderedDict()
_lock = Lock()


class CareDesk(CareNotes):
    """One HR's care: the day's list, talk cards, logging.  Making one raises :class:`NotAllowed` for every other role.

    ``still_here`` tells whether the viewer's session is still good; every method asks it and raises :class:`NotAllowed`.
    """

    def __init__(self, desk: Desk, still_here: Callable[[], bool] = lambda: True):
        if desk.viewer.role != "hr":
            raise NotAllowed(f"role {desk.viewer.role} may not use the care desk")
        self.desk, self._still_here = desk, still_here
        self.login = sign_in.login_of(desk.viewer.name) if desk.viewer.name else DEMO_HR
        self._here()
        about = desk.read("care_today").iloc[0]
        self.demo = str(about["company"]) == "demo"
        self.as_of: date = talk_card.as_day(about["as_of"])
        self.today: date = company_day.today(self.as_of, self.demo, company_day.calendar())
        """The company's day."""

    # --- what everything stands on ---

    def _here(self) -> None:
        if not self._still_here():
            raise NotAllowed("the session is over")

    @property
    def _book(self) -> engine.Ledger:
        return engine.ledger(self.desk.data_dir, self.demo)

    def _values(self) -> dict[str, Value]:
        return settings.stored(self.desk.data_dir)

    def _limits(self, values: dict[str, Value]) -> Limits:
        return Limits(int(settings.get("care.capacity", values)), int(settings.get("care.gap_days", values)), touch.days(values))

    def _people(self, ids: Iterable[str]) -> dict[str, dict[str, object]]:
        """Rows of those asked for who are in scope, by employee_id."""
        asked = sorted(set(ids))
        rows = self.desk.read("care_people", ids=asked).to_dict("records") if asked else []
        return {str(row["employee_id"]): row for row in rows}  # type: ignore[misc]

    def _scoped(self, employee_id: str | None) -> str:
        """The same id when the person is in scope; :class:`NotAllowed` otherwise, also for ids that nobody has."""
        if not employee_id or employee_id not in self._people([employee_id]):
            raise NotAllowed("nobody in your scope has this id")
        return employee_id

    def _card_in_scope(self, card_id: str) -> str:
        with self._book.reading() as con:
            found = care.person_of_card(con, card_id)
        return self._scoped(found)

    def _episodes(self) -> tuple[list[Episode], dict[str, date]]:
        """Episodes that may still ask for care, and the last care talk of those who have one.  Both are shared: not to be changed."""
        after = self.today - timedelta(2 * queue.LAPSE)
        return self.desk.worked_out("care.episodes", after, lambda: episodes(self.desk.read("care_queue", ended_after=after)))

    # --- the day ---

    def day(self) -> Day:
        """Today's list.  What is new is raised in one transaction; when nothing is new, nothing is written."""
        self._here()
        limits = self._limits(self._values())
        with self._book.reading() as con:
            written = self._written(con)
        written = self._adopted(written)
        planned = self._turn(written, limits)
        if not planned.news:
            return planned.day
        with self._book.writing() as con:
            self._write(con, turn(self._known(self._written(con)), self.login, limits, self.today))
        with self._book.reading() as con:
            written = replace(self._written(con), raised=limits.capacity)
        return self._turn(written, limits).day

    def _turn(self, written: Written, limits: Limits) -> Turn:
        """What follows from the facts: worked out once for the same facts, however often the page is drawn."""
        return self.desk.worked_out("care.turn", (written, self.login, limits, self.today),
                                    lambda: turn(self._known(written), self.login, limits, self.today))

    def _write(self, con: engine.Connection, planned: Turn) -> None:
        for card_id in planned.expire:
            care.expire(con, card_id, self.today)
        for card_id in planned.wake:
            care.wake(con, card_id)
        for card_id, new in planned.merge:
            care.merge(con, card_id, new, self.login)
        for one in planned.raise_:
            care.raise_card(con, self.login, one, self.today, self.login)

    def _written(self, con: engine.Connection) -> Written:
        """What the ledger knows that a turn is made from, of everybody; the scope is applied by :meth:`_known`."""
        muted: dict[str, bool] = {}
        for version in rules.rules(con):
            muted.setdefault(version.tag, version.muted)
        others = (*care.follow_ups(con, self.today), *care.promises_due(con, self.today))
        since = min([episode.since for episode in self._episodes()[0]] + [other.due for other in others], default=self.today)
        return Written(
            about=frozenset(care.talks_about(con).items()), cards=tuple(care.open_cards(con)), others=others,
            told=frozenset(care.reminded(con, since - timedelta(queue.SHIFT))), carded=frozenset(care.card_dates(con).items()),
            talked=frozenset(care.talk_dates(con).items()), promises=frozenset(promise.id for _, promise in care.promises_open(con)),
            muted=frozenset(tag for tag, off in muted.items() if off), done=care.done_on(con, self.login, self.today),
            # Who declined cards today has room on the list again, but was told of as many people as a day holds.
            raised=care.raised_by(con, self.login, self.today), objectors=choices.who_chose(con, "no_scoring"))

    def _known(self, written: Written) -> Known:
        """Everything this HR's turn is made from, limited to the scope; whoever objects to scoring is not in it from that moment on."""
        found, seen = self._episodes()
        found = [episode for episode in found if episode.employee_id not in written.objectors] if written.objectors else found
        talked, about = dict(seen), dict(written.about)
        found = [replace(episode, answered=max(on, episode.answered or on)) if (on := about.get((episode.employee_id, episode.tag))) else episode
                 for episode in found] if about else found
        rows = self._people([*(card.employee_id for card in written.cards), *(other.employee_id for other in written.others)])
        for who, row in rows.items():
            if pd.notna(row["last_care"]):
                talked[who] = talk_card.as_day(row["last_care"])
        for who, on in written.talked:
            talked[who] = max(on, talked.get(who, on))
        return Known(
            episodes=found, people=({e.employee_id for e in found} | {who for who, row in rows.items() if bool(row["active"])}) - written.objectors,
            cards=[card for card in written.cards if card.employee_id in rows], told=set(written.told),
            touched=Touched(dict(written.carded), talked), others=written.others, open_promises=written.promises, muted=written.muted,
            done=written.done, raised=written.raised)

    def _adopted(self, written: Written) -> Written:
        """Cards of people in scope whose HR is gone or may no longer see them come to this HR."""
        strangers = [card for card in written.cards if card.owner != self.login]
        if not strangers:
            return written
        able = {login: teams for login, _, teams in self._hr()}
        rows = self._people(card.employee_id for card in strangers)
        left = [card for card in strangers if card.employee_id in rows and not
                (card.owner in able and (able[card.owner] is None or rows[card.employee_id]["team"] in (able[card.owner] or ())))]
        for card in left:
            with suppress(care.Changed, LookupError):
                care.hand_over(self._book, card.id, card.version, self.login, self.login)
        if not left:
            return written
        with self._book.reading() as con:
            return self._written(con)

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
        fired = queue.reasons(own, known.told, limits.touch_days, known.muted, [o for o in known.others if o.employee_id == employee_id], self.today)
        refreshed = queue.refreshed(card, own, limits.touch_days, self.today) if card else None
        reasons = queue.planned(employee_id, fired, self.today, refreshed).reasons if fired or refreshed else ()
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

    def names(self, ids: Iterable[str]) -> dict[str, str]:
        """Names by employee_id, of those asked for who are in scope."""
        self._here()
        return {who: str(row["name"]) for who, row in self._people(ids).items()}

    def teams(self, ids: Iterable[str]) -> dict[str, str]:
        """Teams by employee_id, of those asked for who are in scope."""
        self._here()
        return {who: "" if pd.isna(row["team"]) else str(row["team"]) for who, row in self._people(ids).items()}  # type: ignore[call-overload]

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

    # --- colleagues ---

    def colleagues(self, employee_id: str | None = None) -> list[tuple[str, str]]:
        """(login, name) of the other HR people; with ``employee_id`` only those who may see that person."""
        self._here()
        team = None if employee_id is None else self._people([employee_id]).get(employee_id, {}).get("team")
        return [(login, name) for login, name, teams in self._hr()
                if login != self.login and (employee_id is None or teams is None or team in teams)]

    def _hr(self) -> list[tuple[str, str, tuple[str, ...] | None]]:
        """Login, name and teams of everybody who does care here: HR users, or in the open demo the invented HR people."""
        if self.demo and self.login == DEMO_HR:
            return [(row.employee_id, row.name, None) for row in self.desk.read("care_hr").itertuples()]
        return [(user.login, user.name, user.teams) for user in sign_in.list_users(self.desk.data_dir)
                if user.role == "hr" and not user.disabled]

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


def episodes(rows: pd.DataFrame) -> tuple[list[Episode], dict[str, date]]:
    """Rows of ``care_queue`` as episodes, and the last care talk by employee_id."""
    import json

    found: list[Episode] = []
    talked: dict[str, date] = {}
    days = {name: _days(rows[name]) for name in ("since", "until", "hire_date", "answered", "last_care")}
    plain = zip(rows["employee_id"], rows["tag"], rows["standing"], rows["strength"], rows["chance"], rows["evidence"], *days.values(), strict=True)
    for who, tag, standing, strength, chance, evidence, since, until, hired, answered, last in plain:
        ends = json.loads(evidence).get("ends_on") if tag == "new_hire" and evidence else None
        found.append(Episode(who, tag, since, until, float(standing), None if strength != strength else float(strength), bool(chance),
                             evidence or "", hired, date.fromisoformat(ends) if ends else None, answered))
        if last is not None:
            talked[who] = last
    return found, talked


def _days(column: pd.Series) -> Sequence[date | None]:
    return [None if pd.isna(value) else value.date() for value in pd.to_datetime(column)]
