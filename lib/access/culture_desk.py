"""Culture desk: what people sign up for, vote, ask, tell and thank for; what HR moderates and leads plan for their own team.

Colleagues appear by name to nobody here: who is thanked is typed and looked up on the server, questions and stories are shown without
their author to everybody but HR.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pandas as pd

from lib.access import names
from lib.access.desk import Desk, NotAllowed
from lib.access.ledger_desk import LedgerDesk
from lib.care.talk_card import as_day
from lib.ledger import culture
from lib.ledger.culture import Activity, Question, Story

LOOK_BACK = 28
LATEST_PLAN = 366
"""An activity may be planned for so many days ahead."""


class NoColleague(LookupError):
    """Nobody of the own team has this number or name."""


class SeveralColleagues(LookupError):
    """More than one colleague has this name."""


class MyCulture(LedgerDesk):
    """One person's part in what the company does together."""

    ROLES = frozenset({"employee", "mentor"})

    def __init__(self, desk: Desk, still_here: Callable[[], bool] = lambda: True):
        super().__init__(desk, still_here)
        me = names.of(desk, [self.me]).get(self.me)
        self.team = me.team if me else ""

    def activities(self) -> list[Activity]:
        """What is to come for everybody and for the own team, soonest first."""
        with self.book.reading() as con:
            found = culture.activities(con, self.today, [self.team] if self.team else [], self.me)
        return [one for one in found if one.state == "open"]

    def _mine(self, activity_id: str) -> None:
        with self.book.reading() as con:
            _, team = culture.activity(con, activity_id)
        if team is not None and team != self.team:
            raise NotAllowed("this is another team's activity")

    def sign_up(self, activity_id: str) -> bool:
        """Take a seat.  Raises :class:`lib.ledger.culture.Full`, :class:`lib.ledger.culture.Closed`, :class:`NotAllowed`."""
        self.here()
        self._mine(activity_id)
        return culture.sign_up(self.book, activity_id, self.me)

    def step_back(self, activity_id: str) -> bool:
        """Give the seat back."""
        self.here()
        self._mine(activity_id)
        return culture.step_back(self.book, activity_id, self.me)

    def vote(self, activity_id: str, option_id: str) -> None:
        """Vote, or change the vote."""
        self.here()
        self._mine(activity_id)
        culture.vote(self.book, activity_id, self.me, option_id)

    def ask(self, activity_id: str, text: str) -> str:
        """Ask something for a sharing session."""
        self.here()
        self._mine(activity_id)
        return culture.question(self.book, activity_id, self.me, text)

    def questions(self, activity_id: str) -> list[str]:
        """What was asked for a session, without who asked."""
        self._mine(activity_id)
        return [one.text for one in culture.questions(self.book, activity_id)]

    def tell(self, request_key: str, title: str, text: str) -> str:
        """Tell a story; HR reads it before anybody else does."""
        self.here()
        return culture.tell(self.book, request_key, self.me, title, text, self.today)

    def take_back(self, story_id: str) -> bool:
        """Take an own story back before it is decided."""
        self.here()
        return culture.take_back(self.book, story_id, self.me)

    def own_stories(self) -> list[Story]:
        """The viewer's own stories, newest first."""
        return culture.stories(self.book, employee_id=self.me, last=5)

    def published(self) -> list[Story]:
        """The newest published stories; whose they are is not for the page."""
        return culture.stories(self.book, "published", last=3)

    def thank(self, whom: str, reason: str) -> str:
        """Thank a colleague of the own team, by number or name as typed; returns the name.

        Raises :class:`NoColleague`, :class:`SeveralColleagues`, :class:`lib.ledger.culture.Enough`, ValueError.
        """
        self.here()
        found = self.desk.read("culture_colleague", text=whom)
        others = found[found["employee_id"] != self.me]
        if others.empty:
            raise NoColleague(whom)
        if len(others) > 1:
            raise SeveralColleagues(whom)
        one = others.iloc[0]
        culture.thank(self.book, self.me, str(one["employee_id"]), reason, self.today, int(self.setting("culture.thanks_a_day")))
        return str(one["name"])

    def thanked(self) -> dict[str, int]:
        """How often the viewer was thanked in the last 28 days, by reason."""
        with self.book.reading() as con:
            return dict(Counter(reason for reason, _ in culture.thanked(con, self.me, self.today - timedelta(LOOK_BACK))))

    def thanks_left(self) -> int:
        """How often the viewer may still say thanks today."""
        with self.book.reading() as con:
            return max(0, int(self.setting("culture.thanks_a_day")) - culture.given_on(con, self.me, self.today))


@dataclass(frozen=True)
class Wave:
    """Cohesion of one unit in one wave, and what was done together since the wave before (or in the 90 days before the first)."""

    wave_id: str
    closes: date
    state: str
    n: int | None
    mean: float | None
    low: float | None
    high: float | None
    coded: str
    activities: tuple[tuple[str, int, int], ...]
    """kind, how many, how many signed up together."""


class CultureOffice(LedgerDesk):
    """Culture from above: HR plans and moderates, a lead plans for the own team, boss and presenter read."""

    ROLES = frozenset({"hr", "lead", "boss", "presenter"})

    def _only(self, *roles: str) -> None:
        if self.role not in roles:
            raise NotAllowed(f"role {self.role} may not do this")

    def _teams(self) -> Sequence[str] | None:
        return self.desk.viewer.teams

    # --- activities ---

    def activities(self, since: date) -> list[Activity]:
        """Activities of everybody and of the teams in scope from a day on, soonest first; a presenter reads no name in title, place, team
        and options."""
        with self.book.reading() as con:
            found = culture.activities(con, since, self._teams())
        return self._nameless(found) if self.role == "presenter" else found

    def _nameless(self, found: list[Activity]) -> list[Activity]:
        texts = sorted({text for one in found for text in (one.title, one.place, one.team, *(option.label for option in one.options)) if text})
        hidden = self._hidden(pd.DataFrame({"text": texts}, dtype=object), ("text",))["text"]
        said = dict(zip(texts, map(str, hidden), strict=True))
        return [replace(one, title=said.get(one.title, one.title), place=said.get(one.place, one.place),
                        team=None if one.team is None else said.get(one.team, one.team),
                        options=tuple(replace(option, label=said.get(option.label, option.label)) for option in one.options)) for one in found]

    def may_settle(self, team: str | None) -> bool:
        """Whether the viewer may plan and settle for this team (None: for everybody)."""
        if self.role == "hr":
            return self._teams() is None or (team is not None and team in (self._teams() or ()))
        return self.role == "lead" and team is not None and team in (self._teams() or ())

    def teams(self) -> list[str]:
        """The teams that the viewer may choose from; none for an HR of the whole company, who types a team's name."""
        self._only("hr", "lead")
        return sorted(self._teams() or ())

    def plan(self, request_key: str, kind: str, title: str, day: date, team: str | None, place: str = "", starts: str = "",
             seats: int | None = None, options: Sequence[str] = ()) -> str:
        """Plan an activity; the same ``request_key`` twice plans one.  Raises :class:`NotAllowed` outside of scope, ValueError."""
        self.here()
        self._only("hr", "lead")
        if not self.may_settle(team):
            raise NotAllowed("this team is not in your scope")
        if team is not None and self.desk.read("culture_team", team=team).empty:
            raise NotAllowed("there is no such team")
        if not self.today <= day <= self.today + timedelta(LATEST_PLAN):
            raise ValueError(f"an activity lies within the next {LATEST_PLAN} days")
        return culture.plan(self.book, request_key, kind, title, day, self.login, self.role, team, place, starts, seats, options)

    def settle(self, activity_id: str, state: str) -> None:
        """Say that an activity was held or is cancelled."""
        self.here()
        self._only("hr", "lead")
        with self.book.reading() as con:
            _, team = culture.activity(con, activity_id)
        if not self.may_settle(team):
            raise NotAllowed("this activity is not in your scope")
        culture.settle(self.book, activity_id, state, self.login, self.role)

    # --- questions and stories ---

    def questions(self, activity_id: str) -> list[tuple[Question, str]]:
        """The questions for a session with who asked, also hidden ones, for HR; for a lead those that are shown, without who asked."""
        self._only("hr", "lead")
        with self.book.reading() as con:
            _, team = culture.activity(con, activity_id)
        if team is not None and self._teams() is not None and team not in (self._teams() or ()):
            raise NotAllowed("this activity is not in your scope")
        found = culture.questions(self.book, activity_id, hidden=self.role == "hr")
        if self.role == "lead":
            return [(one, "") for one in found]
        known = names.of(self.desk, {one.employee_id for one in found})
        return [(one, known[one.employee_id].name if names.in_scope(self.desk, known.get(one.employee_id)) else "") for one in found]

    def hide(self, question_id: str, hidden: bool) -> None:
        """Hide a question, or show it again."""
        self.here()
        self._only("hr")
        with self.book.reading() as con:
            _, team = culture.activity(con, culture.activity_of_question(con, question_id))
        if team is not None and self._teams() is not None and team not in (self._teams() or ()):
            raise NotAllowed("this question is not in your scope")
        culture.hide(self.book, question_id, hidden, self.login, self.role)

    def waiting(self) -> list[tuple[Story, str]]:
        """Stories of people in scope that wait for HR, with their author."""
        self._only("hr")
        found = culture.stories(self.book, "waiting", last=100)
        known = names.of(self.desk, {one.employee_id for one in found})
        return [(one, known[one.employee_id].name) for one in found if names.in_scope(self.desk, known.get(one.employee_id))]

    def decide(self, story_id: str, state: str) -> bool:
        """Publish or decline a story.  Raises :class:`NotAllowed` outside of scope."""
        self.here()
        self._only("hr")
        if story_id not in {one.id for one, _ in self.waiting()}:
            raise LookupError(story_id)
        return culture.decide(self.book, story_id, state, self.login, self.role, self.today)

    def published(self) -> list[tuple[str, str, date]]:
        """The newest published stories: title, text and day; names in them are hidden from a presenter."""
        found = culture.stories(self.book, "published", last=3)
        frame = pd.DataFrame([(one.title, one.text, one.told_on) for one in found], columns=["title", "text", "day"])
        frame = self._hidden(frame, ("title", "text"))
        return [(str(row.title), str(row.text), as_day(row.day)) for row in frame.itertuples(index=False)]

    def _hidden(self, frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
        return frame.assign(**{column: [self.desk.told(text) for text in frame[column]] for column in columns})

    # --- cohesion ---

    def units(self) -> list[tuple[str, str]]:
        """Level and unit of everything whose cohesion was published: the company first."""
        return [(str(row.level), str(row.unit)) for row in self.desk.read("culture_units").itertuples()]

    def cohesion(self, level: str, unit: str) -> list[Wave]:
        """The unit's cohesion by wave, oldest first, with what was done together before each: by everybody and, for a team, by it."""
        rows = self.desk.read("culture_cohesion", level=level, unit=unit)
        waves: list[Wave] = []
        before = as_day(rows["closes"].iloc[0]) - timedelta(90) if len(rows) else self.today
        done = [one for one in self.activities(before) if one.state == "held" and (one.team is None or (level == "team" and one.team == unit))]
        for row in rows.itertuples():
            closes = as_day(row.closes)
            known = not pd.isna(row.mean)
            waves.append(Wave(row.wave_id, closes, row.state, int(row.n) if known else None, float(row.mean) if known else None,
                              None if pd.isna(row.low) else float(row.low), None if pd.isna(row.high) else float(row.high),
                              "" if pd.isna(row.coded) else str(row.coded), together(done, before, closes)))
            before = closes
        return waves

    def since_last(self, closes: date, level: str, unit: str) -> tuple[tuple[str, int, int], ...]:
        """What was done together after the last wave."""
        done = [one for one in self.activities(closes) if one.state == "held" and (one.team is None or (level == "team" and one.team == unit))]
        return together(done, closes, self.today)

    def counts(self) -> tuple[tuple[str, int, int], ...]:
        """What was held in the last 90 days: kind, how many, how many signed up together."""
        first = self.today - timedelta(90)
        return together([one for one in self.activities(first) if one.state == "held"], first, self.today)


def together(done: Sequence[Activity], after: date, until: date) -> tuple[tuple[str, int, int], ...]:
    """Activities after a day and until another, by kind: how many, how many signed up together."""
    found = [one for one in done if after < one.day <= until]
    return tuple((kind, sum(one.kind == kind for one in found), sum(one.signed_up for one in found if one.kind == kind))
                 for kind in culture.KINDS if any(one.kind == kind for one in found))
