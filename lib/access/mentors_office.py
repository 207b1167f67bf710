"""Mentors office: HR pairs and unpairs with suggestions, HR and leads see what was escalated, everybody who runs a team sees counts.

A lead is told that a request waits, and who it is only on asking, which is in the audit; a boss and a presenter see counts of groups.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from lib.access import names, objections
from lib.access.desk import Desk, NotAllowed
from lib.access.ledger_desk import LedgerDesk
from lib.access.mentors_desk import DutyBook, months_before, number, only_yours
from lib.access.names import Who
from lib.care.talk_card import as_day
from lib.ledger import mentors as book_of
from lib.ledger.mentors import Pair, Request
from lib.morale import mentors as rules
from lib.morale.mentors import Duty, Person, Progress, Rate, Score, Suggestion

SEE_ESCALATED = frozenset({"hr", "lead"})


@dataclass(frozen=True)
class Waiting:
    """A request that was escalated: since when it waits, its topic and team; names only for those who may see them unasked (HR)."""

    request: Request
    team: str
    who: str = ""
    mentor: str = ""


@dataclass(frozen=True)
class MentorRow:
    """One mentor in the overview: mentees by name, duties and replies, and the score (None: objected)."""

    mentor_id: str
    name: str
    mentees: tuple[tuple[str, str, str, date], ...]
    """employee_id, name, team and first day of each."""
    duties: tuple[Duty, ...]
    replies: tuple[int, int]
    score: Score | None


@dataclass(frozen=True)
class Probation:
    """Who passed: by month of hiring, over all finished months, and with and without a mentor; ``open_months`` are not over yet,
    ``early_months`` lie before there is data of work, ``small_months`` are too small to show, ``unsplit`` are shown but one side is too
    small; ``no_leavers``: nobody on the list has left."""

    months: tuple[tuple[date, Rate], ...]
    whole: Rate
    with_mentor: Rate
    without: Rate
    open_months: int
    early_months: int
    small_months: int
    unsplit: int
    no_leavers: bool
    halves: tuple[Rate, Rate] | None
    """The earlier and the later half of the finished months."""


class MentorsOffice(LedgerDesk):
    """Mentors from above.  What a role may not do raises :class:`NotAllowed`."""

    ROLES = frozenset({"hr", "lead", "boss", "presenter"})

    def __init__(self, desk: Desk, still_here: Callable[[], bool] = lambda: True):
        super().__init__(desk, still_here)
        self.since = months_before(self.today, int(self.setting("mentors.months")))
        if self.role in SEE_ESCALATED:
            book_of.escalate_due(self.book)

    def _only(self, *roles: str) -> None:
        if self.role not in roles:
            raise NotAllowed(f"role {self.role} may not do this")

    # --- counts ---

    def counts(self) -> dict[str, int | None]:
        """The row of ``mentor_counts`` by column; None where nothing may be shown or told."""
        row = self.desk.read("mentor_counts", since=self.since, minutes=int(self.setting("mentors.reply_minutes"))).iloc[0]
        return {str(name): None if pd.isna(value) else int(value) for name, value in row.items()}

    def probation(self) -> Probation:
        """How many pass their probation, over time."""
        rows = self.desk.read("mentor_probation", days=int(self.setting("mentors.probation_days")))
        known = rows[rows["finished"] & rows["recorded"]]
        over = known[known["hired"].notna()]
        split = over[over["with_n"].notna()]
        rate = lambda frame, passed, n: rules.wilson(int(frame[passed].sum()), int(frame[n].sum()))
        half = len(over) // 2
        return Probation(
            tuple((as_day(row.month), rules.wilson(int(row.passed), int(row.hired))) for row in over.itertuples()),
            rate(over, "passed", "hired"), rate(split, "with_passed", "with_n"), rate(split, "without_passed", "without_n"),
            int((~rows["finished"]).sum()), int((rows["finished"] & ~rows["recorded"]).sum()), len(known) - len(over), len(over) - len(split),
            bool((rows["leavers"] == 0).all()),
            (rate(over.iloc[:half], "passed", "hired"), rate(over.iloc[half:], "passed", "hired")) if half else None)

    # --- escalated requests ---

    def waiting(self) -> list[Waiting]:
        """Requests of people in scope that nobody answered in time, longest waiting last."""
        if self.role not in SEE_ESCALATED:
            return []
        with self.book.reading() as con:
            rows = book_of.escalated(con)
        known = names.of(self.desk, {who for row in rows for who in (row.employee_id, row.mentor_id)})
        mine = [row for row in rows if names.in_scope(self.desk, known.get(row.employee_id))]
        if self.role == "lead":
            return [Waiting(row, known[row.employee_id].team) for row in mine]
        name = lambda who: known[who].name if who in known else who
        return [Waiting(row, known[row.employee_id].team, name(row.employee_id), name(row.mentor_id)) for row in mine]

    def _in_scope(self, request_id: str) -> Who:
        self._only(*SEE_ESCALATED)
        with self.book.reading() as con:
            asked = book_of.request(con, request_id)
        who = names.of(self.desk, [asked.employee_id]).get(asked.employee_id)
        if who is None or not names.in_scope(self.desk, who):
            raise NotAllowed("nobody in your scope asked this")
        return who

    def open(self, request_id: str) -> tuple[Who, str]:
        """Who asked and their words; in the audit first."""
        self.here()
        who = self._in_scope(request_id)
        with only_yours():
            _, words = book_of.open_escalated(self.book, request_id, self.login, self.role)
        return who, words

    def answer(self, request_id: str) -> bool:
        """Say that an escalated request was answered."""
        self.here()
        self._in_scope(request_id)
        with only_yours():
            return book_of.answer(self.book, request_id, self.login, for_others=self.role)

    # --- pairs ---

    def _written(self) -> list[Pair]:
        with self.book.reading() as con:
            return book_of.pairs(con)

    def overview(self) -> tuple[list[MentorRow], int]:
        """The 25 mentors with most mentees, and how many mentors there are, as of the last build with what was paired since."""
        self._only("hr")
        rows = self.desk.read("mentor_overview", since=self.since)
        of: dict[str, list[Progress]] = {}
        mentees: dict[str, list[tuple[str, str, str, date]]] = {}
        called: dict[str, str] = {}
        objects = objections.now(self.book)
        gone, made = self._news()
        for row in rows.itertuples():
            if (row.employee_id, row.mentor_id) in gone:
                continue
            called[row.mentor_id] = row.mentor_name
            mentees.setdefault(row.mentor_id, []).append((row.employee_id, row.mentee_name, "" if pd.isna(row.team) else row.team, as_day(row.since)))
            told = row.employee_id not in objects
            of.setdefault(row.mentor_id, []).append(Progress(
                row.employee_id, number(row.change) if told else None, int(row.peers), number(row.standing) if told else None))
        known = names.of(self.desk, {who for pair in made for who in (pair.employee_id, pair.mentor_id)})
        for pair in made:
            mentee, mentor = known.get(pair.employee_id), known.get(pair.mentor_id)
            if mentee is None or mentor is None or not names.in_scope(self.desk, mentee) \
                    or any(one[0] == pair.employee_id for one in mentees.get(pair.mentor_id, ())):
                continue
            called[pair.mentor_id] = mentor.name
            mentees.setdefault(pair.mentor_id, []).append((pair.employee_id, mentee.name, mentee.team, pair.since))
        facts = DutyBook(self, set(mentees), [(one[0], who) for who, of_one in mentees.items() for one in of_one])
        listed = [MentorRow(who, called[who], tuple(theirs), facts.duties_of(who), facts.replies(who), facts.score(who, of.get(who, ())))
                  for who, theirs in mentees.items()]
        return sorted(listed, key=lambda row: (-len(row.mentees), row.mentor_id)), max(int(rows["mentors"].max()) if len(rows) else 0, len(listed))

    def _news(self) -> tuple[set[tuple[str, str]], list[Pair]]:
        """What the ledger says about pairs by its last word: those that ended, and those that last."""
        last: dict[tuple[str, str], Pair] = {(pair.employee_id, pair.mentor_id): pair for pair in self._written()}
        over = lambda pair: pair.until is not None and pair.until <= self.today
        return {key for key, pair in last.items() if over(pair)}, [pair for pair in last.values() if not over(pair) and pair.since >= self.since]

    def suggestions(self) -> tuple[list[Suggestion], int, int]:
        """Mentors for newcomers without one, how many newcomers have none, and how many of those objected to scoring."""
        self._only("hr")
        objects = objections.gone(self.book)
        rows = self.desk.read("mentor_newcomers", since=self.since, gone=objects)
        gone, made = self._news()
        paired = {pair.employee_id for pair in made}
        news = [Person(row.employee_id, row.name, row.team, row.role, row.line, row.city, as_day(row.hire_date)) for row in rows.itertuples()
                if row.employee_id not in paired]
        without, objected = (int(rows[name].iloc[0]) if len(rows) else 0 for name in ("without", "objected"))
        if not news:
            return [], max(0, without - (len(rows) - len(news))), objected
        experienced = months_before(self.today, int(self.setting("mentors.experience_months")))
        most = int(self.setting("mentors.most_mentees"))
        more = self._since_build(gone, made)
        found = self.desk.read("mentor_candidates", since=self.since, experienced=experienced, probation=int(self.setting("mentors.probation_days")),
                               teams=sorted({new.team for new in news}), roles=sorted({new.role for new in news if new.role}),
                               lines=sorted({new.line for new in news if new.line and not new.role}), gone=objects)
        able = [Person(row.employee_id, row.name, row.team, row.role, row.line, row.city, as_day(row.hire_date), number(row.performance),
                       number(row.team_performance), number(row.late_evenings), int(row.mentees) + more.get(row.employee_id, 0),
                       int(row.past), int(row.passed)) for row in found.itertuples()]
        return rules.suggest(news, able, most, experienced), without - (len(rows) - len(news)), objected

    def _since_build(self, gone: set[tuple[str, str]], made: list[Pair]) -> dict[str, int]:
        """How many mentees more (or fewer) than the build knows each mentor has."""
        new = {(pair.employee_id, pair.mentor_id) for pair in made}
        known = {(row.employee_id, row.mentor_id) for row in self.desk.read(
            "mentor_pairs_of", since=self.since, ids=sorted({mentor for _, mentor in new | gone})).itertuples()}
        more = Counter(mentor for _, mentor in new - known)
        more.subtract(mentor for _, mentor in gone & known)
        return dict(more)

    def _people(self, *ids: str) -> None:
        there = self.desk.read("care_people", ids=list(ids))
        if set(ids) - set(there.loc[there["active"], "employee_id"]):
            raise NotAllowed("nobody in your scope has this id")

    def pair(self, mentor_id: str, employee_id: str) -> str:
        """Make a pair from today on.  Raises :class:`NotAllowed` outside of scope, :class:`lib.ledger.mentors.Paired`."""
        self.here()
        self._only("hr")
        self._people(mentor_id, employee_id)
        gone, _ = self._news()
        lasting = self.desk.read("mentor_pairs_of", since=self.since, ids=[mentor_id, employee_id])
        keys = [(row.employee_id, row.mentor_id) for row in lasting.itertuples() if (row.employee_id, row.mentor_id) not in gone]
        return book_of.pair(self.book, mentor_id, employee_id, self.today, self.login, "hr", int(self.setting("mentors.most_mentees")),
                            {mentor for mentee, mentor in keys if mentee == employee_id}, {mentee for mentee, mentor in keys if mentor == mentor_id})

    def unpair(self, mentor_id: str, employee_id: str) -> None:
        """End a pair today.  Raises :class:`NotAllowed` outside of scope, LookupError when the two are no pair."""
        self.here()
        self._only("hr")
        self._people(employee_id)
        lasting = self.desk.read("mentor_pairs_of", since=date.min, ids=[mentor_id, employee_id])
        since = next((as_day(row.since) for row in lasting.itertuples() if (row.employee_id, row.mentor_id) == (employee_id, mentor_id)), None)
        book_of.unpair(self.book, mentor_id, employee_id, self.today, self.login, "hr", since)
