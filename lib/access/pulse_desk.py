"""Pulse desk: who opens and closes a wave, who may still answer, and the entrance through which nobody in particular does.

Nothing here says how many have answered while answers are taken; what was published is read from the warehouse like everything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import SystemRandom
from urllib.parse import urlencode, urlsplit, urlunsplit

from lib.access.desk import NotAllowed
from lib.access.ledger_desk import LedgerDesk
from lib.care import day as company_day
from lib.care.talk_card import as_day
from lib.ledger import engine, pulse
from lib.ledger.pulse import QUESTIONS, Refused, Wave
from lib.morale import pulse_waves
from lib.warehouse.publish import NothingPublished
from lib.warehouse.store import Store

__all__ = ["QUESTIONS", "Closing", "Comment", "HrPulse", "MyPulse", "PulseComments", "PulseDoor", "Refused", "Wave"]

LONGEST = 60
"""Days that a wave may be open."""
MOST_NAME = 20


@dataclass(frozen=True)
class Comment:
    """A published comment: of which wave, and for which part of the company it stands."""

    wave: str
    level: str
    unit: str
    text: str


@dataclass(frozen=True)
class Closing:
    """What would come of closing a wave now.  ``answered`` and ``asked`` are only known once no more answers are taken; fewer than
    ``least`` answers are not counted out: ``answered`` is None then."""

    shows: bool
    over: bool
    least: int
    answered: int | None = None
    asked: int | None = None


def with_token(link: str, token: str) -> str:
    """The address of the answer page with a token in it."""
    parts = urlsplit(link)
    query = "&".join(part for part in (parts.query, urlencode({"t": token})) if part)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


class HrPulse(LedgerDesk):
    """What HR does with waves.  Opening and closing is for an HR of the whole company, slips for the teams in scope."""

    ROLES = frozenset({"hr"})

    @property
    def whole(self) -> bool:
        """Whether this HR's scope is the whole company."""
        return self.desk.viewer.teams is None

    def waves(self) -> list[Wave]:
        """Every wave, newest first."""
        with self.book.reading() as con:
            return pulse.waves(con)

    def open_now(self) -> Wave | None:
        """The wave that is open."""
        return next((wave for wave in self.waves() if wave.state == "open"), None)

    def too_early(self) -> date | None:
        """The first day on which the next wave may open, when that is not yet."""
        with self.book.reading() as con:
            first = pulse.next_opening(con, int(self.setting("pulse.gap_days")))
        return first if first is not None and self.today < first else None

    def teams(self, wave: Wave) -> list[str]:
        """Teams of a wave that slips may be printed for."""
        mine = self.desk.viewer.teams
        return sorted(team for team in wave.tree if mine is None or team in mine)

    def suggested(self) -> tuple[str, date]:
        """A name for the next wave and its last day."""
        taken, month = {wave.id for wave in self.waves()}, f"{self.today:%Y-%m}"
        name = next(name for name in (month, *(f"{month}-{nth}" for nth in range(2, 100))) if name not in taken)
        return name, self.today + timedelta(int(self.setting("pulse.days")) - 1)

    def open(self, name: str, closes: date) -> None:
        """Open a wave for all who are active today, team by team.

        Raises :class:`Refused`: ``name``, ``days`` for a last day before today or too late, ``taken``, ``another``, ``nobody``, and ``gap`` too soon
        after the last wave was closed, by hand or not.
        """
        self._whole()
        if not 0 < len(name) <= MOST_NAME or not name.isprintable():
            raise Refused("name")
        if not self.today <= closes <= self.today + timedelta(LONGEST):
            raise Refused("days")
        heads = self.desk.read("pulse_heads")
        people = {str(row.team): int(row.people) for row in heads.itertuples()}
        tree = {str(row.team): str(row.department) for row in heads.itertuples()}
        pulse.open_wave(self.book, Wave(name, self.today, closes, tree=tree), people, self.login, self.role,
                        int(self.setting("pulse.gap_days")))

    def close(self, wave_id: str) -> bool:
        """Close a wave and publish its results; False when it was closed before."""
        self._whole()
        return pulse.close(self.book, wave_id, self._compute(), self.today, self.login, self.role)

    def closing(self, wave: Wave) -> Closing:
        """What would come of closing a wave now.  How many have answered is told when its last day is over, and not before."""
        self._whole()
        least, over = int(self.setting("pulse.min_answers")), self.today > wave.closes
        with self.book.reading() as con:
            shows = pulse.would_show(con, self.book, wave.id, self._compute())
            answered, asked = pulse.turnout(con, wave.id) if over else (0, None)
        return Closing(shows, over, least, answered if over and answered >= least else None, asked)

    def _compute(self) -> pulse.Compute:
        return pulse_waves.compute(int(self.setting("pulse.min_answers")), int(self.setting("pulse.min_comments")))

    def slips(self, wave_id: str, team: str) -> list[str]:
        """The addresses of all slips of a team, in an order by chance; each is good for one answer.

        Raises :class:`Refused`, and :class:`NotAllowed` for a team outside the scope.
        """
        self.here()
        if self.desk.viewer.teams is not None and team not in self.desk.viewer.teams:
            raise NotAllowed("this team is not in your scope")
        tokens = pulse.slips(self.book, wave_id, team, self.today, self.login, self.role)
        SystemRandom().shuffle(tokens)
        return [with_token(str(self.setting("pulse.link")), token) for token in tokens]

    def _whole(self) -> None:
        self.here()
        if not self.whole:
            raise NotAllowed("a wave is the whole company's")


class PulseComments(LedgerDesk):
    """Published comments, for HR and the boss; of teams only those in scope."""

    ROLES = frozenset({"hr", "boss"})

    def read(self) -> list[Comment]:
        """Newest wave first.  Raises :class:`lib.ledger.vault.KeyLost`."""
        self.here()
        with self.book.reading() as con:
            found = [Comment(*row) for row in pulse.comments(con, self.book)]
        mine = self.desk.viewer.teams
        return [one for one in found if one.level != "team" or mine is None or one.unit in mine]


class MyPulse(LedgerDesk):
    """Whether somebody may still answer, and the one token they can draw."""

    ROLES = frozenset({"employee", "mentor"})

    def _team(self) -> str:
        rows = self.desk.read("pulse_me")
        return "" if rows.empty or rows["team"].isna().iloc[0] else str(rows["team"].iloc[0])

    def now(self) -> tuple[Wave, str] | None:
        """The open wave, and '' or why no token can be drawn (``drawn``, ``paper``, ``not_in``); None when no wave is open today."""
        with self.book.reading() as con:
            wave = next((wave for wave in pulse.waves(con) if wave.state == "open" and wave.opens <= self.today <= wave.closes), None)
            return (wave, pulse.may_draw(con, wave, self.me, self._team())) if wave else None

    def draw(self, wave_id: str) -> str:
        """The address, relative to this app, at which one answer may be given.  Raises :class:`Refused`."""
        self.here()
        return with_token("pulse", pulse.draw(self.book, wave_id, self.me, self._team(), self.today))


class PulseDoor:
    """The entrance for somebody who is nobody in particular: with a token in hand, and without a viewer."""

    def __init__(self, store: Store, token: str):
        self._store, self._token = store, token

    def _house(self) -> tuple[engine.Ledger, date] | None:
        """The ledger and the company's day; None while nothing is published."""
        try:
            about = self._store.current().frame("select company, as_of from build_info").iloc[0]
        except NothingPublished:
            return None
        demo = str(about["company"]) == "demo"
        if not engine.exists(self._store.data_dir, demo):
            return None
        return engine.ledger(self._store.data_dir, demo), company_day.today(as_day(about["as_of"]), demo, company_day.calendar())

    def good(self) -> bool:
        """Whether the token is good for an answer now; nothing else is said of it."""
        house = self._house()
        if house is None or not self._token:
            return False
        book, today = house
        with book.reading() as con:
            return pulse.token_good(con, self._token, today)

    def answer(self, scores: Mapping[str, int], words: str) -> None:
        """Give the answer.  Raises :class:`Refused` for a token that is used, unknown or too late, ValueError for half an answer."""
        house = self._house()
        if house is None:
            raise Refused("used")
        book, today = house
        pulse.answer(book, self._token, scores, words, today)
