"""Mentors desk: what a mentee and a mentor see of each other, ask, answer and confirm; each only of the pairs they are in.

A pair is known from files (by the last build) and from the ledger (at once); what the ledger says later counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pandas as pd

from lib.access import names, objections
from lib.access.desk import Desk, NotAllowed
from lib.access.ledger_desk import LedgerDesk
from lib.care.talk_card import as_day
from lib.ledger import mentors as book_of
from lib.ledger.mentors import Request, Session
from lib.ledger.writes import now
from lib.morale import mentors as rules
from lib.morale.mentors import Duty, Progress, Score

DUTY = {"joint_consultation": "mentors.duty.joint_consultation", "script_review": "mentors.duty.script_review",
        "customer_visit": "mentors.duty.customer_visit"}
"""The setting that says how often each duty is due."""
LOOK_BACK = 28
"""Days over which replies are counted and requests are listed."""
LATEST_SESSION = 31
"""A session may be entered for so many days back."""


class BeforePair(ValueError):
    """The two were no pair yet on that day; ``since`` is the pair's first day."""

    def __init__(self, since: date):
        super().__init__(f"a pair since {since}")
        self.since = since


@contextmanager
def only_yours():  # type: ignore[no-untyped-def]
    """What the ledger refuses because somebody has no part in it, as :class:`NotAllowed`."""
    try:
        yield
    except book_of.NotYours as why:
        raise NotAllowed(str(why)) from None


@dataclass(frozen=True)
class PairSeen:
    """A pair in force: both by id and name, since when, and the mentee's progress as of the last build (None where it cannot be told)."""

    employee_id: str
    mentor_id: str
    mentee: str
    mentor: str
    since: date
    metric: str = ""
    weeks: int | None = None
    performance: float | None = None
    before: float | None = None
    change: float | None = None
    peers: int = 0
    peer_change: float | None = None
    standing: float | None = None
    objected: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Mentee and mentor."""
        return self.employee_id, self.mentor_id


def number(value: object) -> float | None:
    """A cell as a number; None for nothing."""
    return None if pd.isna(value) else float(value)  # type: ignore[call-overload, arg-type]


def months_before(day: date, months: int) -> date:
    """The day so many calendar months earlier."""
    return (pd.Timestamp(day) - pd.DateOffset(months=months)).date()


def union(built: Iterable[tuple[str, date, int]], written: Iterable[tuple[str, date, int]]) -> list[tuple[str, date]]:
    """Sessions of one pair by (kind, day, minutes) from the build and from the ledger: what both know counts once."""
    return [(kind, day) for (kind, day, _), times in (Counter(built) | Counter(written)).items() for _ in range(times)]


class DutyBook:
    """What duties, replies and scores of some mentors are made of, read once; shared by My day and the office."""

    def __init__(self, desk: LedgerDesk, mentors: Collection[str], pairs: Collection[tuple[str, str]]):
        self.today, self.rates = desk.today, {kind: int(desk.setting(name)) for kind, name in DUTY.items()}
        self.first = desk.today.replace(day=1)
        self.minutes = int(desk.setting("mentors.reply_minutes"))
        self.shares = float(desk.setting("mentors.mentee_share")), float(desk.setting("mentors.satisfaction_share"))
        self.gone = objections.now(desk.book)
        asked = sorted(mentors)
        read = desk.desk.read
        since = now() - timedelta(LOOK_BACK)
        with desk.book.reading() as con:
            written = book_of.confirmed(con, asked, self.first) if asked else []
            self.requests = book_of.asked_of(con, asked, since) if asked else []
        self._days: dict[tuple[str, str], set[date]] = {}
        self._held: dict[tuple[str, str], list[tuple[str, date, int]]] = {}
        self._written: dict[tuple[str, str], list[tuple[str, date, int]]] = {}
        for row in read("mentor_both_days", first=self.first, mentors=asked).itertuples() if asked else ():
            self._days.setdefault((row.employee_id, row.mentor_id), set()).add(as_day(row.work_date))
        for row in read("mentor_held", first=self.first, mentors=asked).itertuples() if asked else ():
            self._held.setdefault((row.employee_id, row.mentor_id), []).append(
                (row.kind, as_day(row.held_on), 0 if pd.isna(row.minutes) else int(row.minutes)))
        for one in written:
            self._written.setdefault((one.employee_id, one.mentor_id), []).append((one.kind, one.day, one.minutes))
        self._replies = {row.mentor_id: (int(row.asked), int(row.in_time)) for row in read(
            "mentor_replies", first=self.today - timedelta(LOOK_BACK), mentors=asked, minutes=self.minutes).itertuples()} if asked else {}
        self._facts = {row.employee_id: row for row in read("mentor_facts_of", mentors=asked).itertuples()} if asked else {}
        self.pairs = list(pairs)

    def duties(self, key: tuple[str, str]) -> tuple[Duty, ...]:
        """The duties of one pair this month to date."""
        held = union(self._held.get(key, ()), self._written.get(key, ()))
        return rules.duties(self._days.get(key, set()), held, self.rates, self.first, self.today)

    def duties_of(self, mentor_id: str) -> tuple[Duty, ...]:
        """The duties towards all mentees of one mentor."""
        return rules.together(self.duties(key) for key in self.pairs if key[1] == mentor_id)

    def replies(self, mentor_id: str) -> tuple[int, int]:
        """Requests of the last 28 days that are answered or late, and how many of them were answered in time."""
        asked, in_time = self._replies.get(mentor_id, (0, 0))
        judged = [one.on_time for one in self.requests if one.mentor_id == mentor_id and one.on_time is not None]
        return asked + len(judged), in_time + sum(judged)

    def objected(self, mentor_id: str) -> bool:
        """Whether the mentor objected to scoring: now, or when the version was built."""
        fact = self._facts.get(mentor_id)
        return mentor_id in self.gone or bool(fact is not None and fact.objected)

    def score(self, mentor_id: str, mentees: Iterable[Progress]) -> Score | None:
        """The mentor's score; None for somebody who objected to scoring."""
        if self.objected(mentor_id):
            return None
        fact = self._facts.get(mentor_id)
        own = number(fact.performance) if fact is not None else None
        usual = number(fact.usual) if fact is not None else None
        pleased = number(fact.satisfaction) if fact is not None else None
        asked, in_time = self.replies(mentor_id)
        return rules.score(rules.share_done(self.duties_of(mentor_id)), in_time / asked if asked else None,
                           min(own / usual, 1.0) if own is not None and usual else None, pleased / 100 if pleased is not None else None,
                           rules.progress(mentees), *self.shares)


def told(pair: PairSeen) -> Progress:
    """A mentee's progress as the score reads it."""
    return Progress(pair.employee_id, pair.change, pair.peers, None if pair.objected else pair.standing)


def _hushed(pair: PairSeen) -> PairSeen:
    """A pair whose mentee objected to scoring, without any figure of theirs."""
    return replace(pair, performance=None, before=None, change=None, peer_change=None, standing=None, objected=True)


class MyMentor(LedgerDesk):
    """One person's mentor matters, as mentee, as mentor, or both."""

    ROLES = frozenset({"employee", "mentor"})

    def __init__(self, desk: Desk, still_here=lambda: True):  # type: ignore[no-untyped-def]
        super().__init__(desk, still_here)
        self.since = months_before(self.today, int(self.setting("mentors.months")))
        """Pairs that began earlier are over."""
        book_of.escalate_due(self.book)
        self._pairs: list[PairSeen] | None = None

    # --- pairs ---

    def pairs(self) -> list[PairSeen]:
        """The pairs in force with the viewer in them, newest first."""
        if self._pairs is None:
            found: dict[tuple[str, str], PairSeen] = {}
            for row in self.desk.read("mentor_mine", since=self.since).itertuples():
                found[row.employee_id, row.mentor_id] = PairSeen(
                    row.employee_id, row.mentor_id, row.mentee_name, row.mentor_name, as_day(row.since), "" if pd.isna(row.metric) else row.metric,
                    None if pd.isna(row.weeks) else int(row.weeks), number(row.performance), number(row.before), number(row.change),
                    int(row.peers), number(row.peer_change), number(row.standing), bool(row.objected))
            with self.book.reading() as con:
                written = book_of.pairs(con, self.me)
            gone = objections.now(self.book)
            told_of = [_hushed(pair) if pair.objected or pair.employee_id in gone else pair for pair in self._with_written(found, written).values()]
            self._pairs = sorted(told_of, key=lambda pair: (pair.since, pair.key), reverse=True)
        return self._pairs

    def _with_written(self, found: dict[tuple[str, str], PairSeen], written: Iterable[book_of.Pair]) -> Mapping[tuple[str, str], PairSeen]:
        new = []
        for one in written:  # oldest first: the last word about a pair stands
            key = one.employee_id, one.mentor_id
            if one.until is not None and one.until <= self.today:
                found.pop(key, None)
            elif self.since <= one.since <= self.today and key not in found:
                found[key] = PairSeen(*key, "", "", one.since)
                new.append(key)
        known = names.of(self.desk, {who for key in new for who in key})
        for key in new:
            if key in found:
                mentee, mentor = (known.get(who) for who in key)
                found[key] = replace(found[key], mentee=mentee.name if mentee else key[0], mentor=mentor.name if mentor else key[1])
        return found

    @property
    def mentor(self) -> PairSeen | None:
        """The newest pair in which the viewer is the mentee."""
        return next((pair for pair in self.pairs() if pair.employee_id == self.me), None)

    @property
    def mentees(self) -> list[PairSeen]:
        """The pairs in which the viewer is the mentor."""
        return [pair for pair in self.pairs() if pair.mentor_id == self.me]

    def _pair_with(self, other: str) -> PairSeen:
        found = next((pair for pair in self.pairs() if other in pair.key and other != self.me), None)
        if found is None:
            raise NotAllowed("this is nobody the viewer is paired with")
        return found

    # --- help ---

    def requests(self) -> list[Request]:
        """What the viewer asked and was asked: everything open, and the last 28 days; newest first."""
        with self.book.reading() as con:
            return book_of.requests(con, self.me, now() - timedelta(LOOK_BACK))

    def ask(self, request_key: str, topic: str, words: str = "") -> str:
        """Ask the mentor for help.  Raises :class:`NotAllowed` without a mentor, :class:`lib.ledger.mentors.StillOpen`, ValueError."""
        self.here()
        if self.mentor is None:
            raise NotAllowed("there is no mentor to ask")
        return book_of.ask(self.book, request_key, self.me, self.mentor.mentor_id, topic, words.strip(), int(self.setting("mentors.reply_minutes")))

    def answer(self, request_id: str) -> bool:
        """Say that a request to the viewer was answered."""
        self.here()
        with only_yours():
            return book_of.answer(self.book, request_id, self.me)

    def withdraw(self, request_id: str) -> bool:
        """Take an own request back."""
        self.here()
        with only_yours():
            return book_of.withdraw(self.book, request_id, self.me)

    def words(self, request_id: str) -> str:
        """The words of a request that the viewer asked or was asked."""
        with only_yours():
            return book_of.words(self.book, request_id, self.me)

    # --- sessions ---

    def sessions(self) -> list[Session]:
        """Sessions of the last 31 days with the viewer in them, newest first."""
        with self.book.reading() as con:
            return book_of.sessions(con, self.me, self.today - timedelta(LATEST_SESSION))

    def propose(self, request_key: str, other: str, kind: str, day: date, minutes: int) -> str:
        """Say that a session with somebody the viewer is paired with took place; the other one confirms it.

        Raises :class:`NotAllowed`, :class:`BeforePair`, :class:`lib.ledger.mentors.SaidAlready`, ValueError.
        """
        self.here()
        pair = self._pair_with(other)
        if not self.today - timedelta(LATEST_SESSION) <= day <= self.today:
            raise ValueError(f"a session took place within the last {LATEST_SESSION} days")
        if day < pair.since:
            raise BeforePair(pair.since)
        with only_yours():
            return book_of.propose(self.book, request_key, self.me, pair.mentor_id, pair.employee_id, kind, day, minutes)

    def confirm(self, session_id: str) -> bool:
        """Confirm what the other one proposed."""
        self.here()
        with only_yours():
            return book_of.confirm(self.book, session_id, self.me)

    def decline(self, session_id: str) -> bool:
        """Say that it did not take place, or take an own proposal back."""
        self.here()
        with only_yours():
            return book_of.decline(self.book, session_id, self.me)

    # --- duties and score ---

    def duty_book(self) -> DutyBook:
        """Duties and replies of the viewer and of the viewer's mentor."""
        return DutyBook(self, {pair.mentor_id for pair in self.pairs()}, [pair.key for pair in self.pairs()])

    def names(self, ids: Iterable[str]) -> dict[str, str]:
        """Names of people of the viewer's own requests and sessions, which the ledger has shown them."""
        return {who: one.name for who, one in names.of(self.desk, ids).items()}


def minutes_left(request: Request, at: datetime | None = None) -> int:
    """Whole minutes until an answer is due, rounded up; 0 or less when it is late."""
    return -int((((at or now()) - request.due_at).total_seconds()) // 60)
