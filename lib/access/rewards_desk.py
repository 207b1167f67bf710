"""Rewards desk: what people may see and do about their own points, and what HR and leads may decide.

Points, choices and requests are read from the ledger at every call; days, weeks and names come through the desk and its scope.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import pandas as pd

from lib.access.desk import NotAllowed
from lib.access.ledger_desk import LedgerDesk
from lib.care.talk_card import as_day
from lib.ledger import choices, consultations, goals, points
from lib.ledger.consultations import Effective
from lib.ledger.points import Booking, Request, Reward
from lib.morale import ranking, streaks
from lib.morale.points import BADGES, Badge, Earned, Rates, daily
from lib.morale.ranking import Seen
from lib.morale.streaks import Day, Streak

SHOWN_DAYS = 14
"""Days of the streak that are shown."""


@dataclass(frozen=True)
class Named:
    """Somebody at the top of a ranking, who agreed to be named."""

    place: int
    name: str
    share: float
    star: bool
    me: bool


@dataclass(frozen=True)
class Week:
    """The viewer's last completed week beside comparable people: what is told, who is named, and what it is made of."""

    week: date
    role: str
    band: str
    metric: str
    seen: Seen
    share: float | None
    target: float | None
    done: float | None
    star: bool
    top: tuple[Named, ...]


@dataclass(frozen=True)
class Mine:
    """Everything of the viewer's own rewards at one moment."""

    balance: int
    """What can be redeemed: confirmed points only."""
    pending: int
    """Points of goals that were reached in the app and that no build has held against the facts yet."""
    waits_today: bool
    """Whether today's goal is among those."""
    today: int
    """Confirmed points of today."""
    streak: Streak
    days: tuple[tuple[date, str], ...]
    """The last days with what they are (:data:`lib.morale.streaks.STATES`), and ``open`` for a planned day that is not over."""
    has_goal: bool
    """Whether a daily goal is known of any of the last days."""
    badges: tuple[tuple[Badge, date | None, int], ...]
    """Every badge with the last day it was earned (None: not yet) and how often."""
    week: Week | None
    rewards: tuple[Reward, ...]
    requests: tuple[Request, ...]
    history: tuple[Booking, ...]
    found: Mapping[date, tuple[float, float]]
    """Days of refused bookings → what the last build found done, and the goal; left out where it found no goal."""
    no_ranking: bool
    no_scoring: bool
    rates: Rates = field(default_factory=Rates)


class MyRewards(LedgerDesk):
    """One person's own points.  Making one raises :class:`NotAllowed` for every other role."""

    ROLES = frozenset({"employee", "mentor"})

    def mine(self) -> Mine:
        """What My day shows of rewards; days since the last build are known as far as the ledger knows them."""
        rates = Rates.of(self.values())
        rows = self.desk.read("reward_days")
        rewards = points.catalogue(self.book)
        with self.book.reading() as con:
            standing = choices.standing(con, self.me)
            out = choices.who_chose(con, "no_ranking") | choices.who_chose(con, "no_scoring")
            booked = points.history(con, self.me)
            asked = points.requests_of(con, self.me)
        days = self._days(rows, booked)
        streak = streaks.streak(days, self.today, rates.freeze_days)
        states = dict(streak.states) | ({self.today: "open"} if self._open_today(rows, booked) else {})
        first = self.today - timedelta(SHOWN_DAYS - 1)
        shown = tuple((day, states.get(day, streaks.OFF)) for day in (first + timedelta(n) for n in range(SHOWN_DAYS)))
        sure = [one for one in booked if one.state == "confirmed"]
        refused = {one.day for one in booked if one.state == "refused"}
        return Mine(
            balance=sum(one.points for one in sure), pending=sum(one.points for one in booked if one.state == "pending"),
            waits_today=any(one.state == "pending" and one.kind == "daily_goal" and one.day == self.today for one in booked),
            today=sum(one.points for one in sure if one.day == self.today and one.kind in points.EARNED),
            streak=streak, days=shown, has_goal=bool(rows["target"].notna().any()), badges=_badges(sure), week=self._week(out),
            rewards=tuple(rewards), requests=tuple(asked), history=tuple(booked[:12]),
            found={as_day(row.work_date): (float(row.done), float(row.target)) for row in rows.itertuples()
                   if as_day(row.work_date) in refused and pd.notna(row.target)}, no_ranking="no_ranking" in standing,
            no_scoring="no_scoring" in standing, rates=rates)

    def _days(self, rows: pd.DataFrame, booked: Sequence[Booking]) -> list[Day]:
        """The days of the last build, without a goal of today that is not reached yet, and goals that the app booked since."""
        found = {as_day(row.work_date): Day(as_day(row.work_date), bool(row.planned) and pd.notna(row.target), bool(row.reached))
                 for row in rows.itertuples()}
        for one in booked:
            if one.kind == "daily_goal" and one.state != "refused" and (one.day > self.as_of or one.day == self.today):
                found[one.day] = Day(one.day, True, True)
        return [one for one in found.values() if one.day < self.today or one.reached]

    def _open_today(self, rows: pd.DataFrame, booked: Sequence[Booking]) -> bool:
        if any(one.kind == "daily_goal" and one.day == self.today and one.state != "refused" for one in booked):
            return False
        today = rows[pd.to_datetime(rows["work_date"]).dt.date == self.today]
        return bool(len(today) and today.iloc[0]["planned"] and not today.iloc[0]["reached"])

    def _week(self, out: frozenset[str]) -> Week | None:
        rows = self.desk.read("reward_week")
        if rows.empty:
            return None
        row = rows.iloc[0]
        role, _, band = str(row["peers"]).rpartition(" · ")
        number = lambda name: None if pd.isna(row[name]) else float(row[name])
        away = self.me in out or bool(row["out"])
        seen = ranking.seen(None if pd.isna(row["place"]) else int(row["place"]), int(row["people"]), int(row["lower"]), number("share"),
                            number("target"), int(row["worked_days"]), away)
        # Who opts out is gone from the names at once, and not with the next build.
        named = self.desk.read("reward_top", week=row["week"]) if not away and seen.state in ("place", "way") else pd.DataFrame()
        gone = {_hashed(who) for who in out}
        top = tuple(Named(int(one.place), str(one.name), float(one.share), bool(one.star), one.who == _hashed(self.me))
                    for one in named.itertuples(index=False) if one.who not in gone)
        return Week(as_day(row["week"]), role, band, "" if pd.isna(row["metric"]) else str(row["metric"]), seen, number("share"), number("target"),
                    number("done"), bool(row["star"]) and not away, top)

    # --- what is done ---

    def credit_today(self) -> Earned | None:
        """Book today's goal as pending when what is known of today reaches it; returns what was booked now, None when nothing was.

        The points can be redeemed once a build has confirmed them under the same name.  When a consultation was taken back and the
        goal does not hold any more, the pending booking is taken back too.
        """
        self.here()
        earned = daily(self.today, Rates.of(self.values()))
        goal = self._today()
        if goal is None:
            return None
        target, done = goal
        if done >= target - 1e-9:
            return earned if points.expect(self.book, Booking(self.me, earned.kind, earned.ref, earned.points, earned.day)) else None
        points.take_back(self.book, self.me, earned.kind, earned.ref, self.today)
        return None

    def _today(self) -> tuple[float, float] | None:
        """Today's target and what is done of it, imported and logged together; None without a daily goal.

        The measure is that of the person's last daily goal; the target is the one that holds now, also when it was set a minute ago.
        """
        rows = self.desk.read("reward_days")
        known = rows[rows["target"].notna()]
        if known.empty:
            return None
        metric, began = str(known.iloc[-1]["metric"]), self.desk.read("reward_build").iloc[0]["started_at"]
        with self.book.reading() as con:
            logged = consultations.counts(con, self.me, self.today, self.today, Effective.of(self.values())).get(self.today, {})
            new = goals.as_json(goals.since(con, pd.Timestamp(began).to_pydatetime(), self.as_of))
        facts = self.desk.read("my_goal_facts", employee="", today=self.today, goals=new)
        found = facts[(facts["metric"] == metric) & (facts["period"] == "day") & facts["per_day"].notna()]
        if found.empty or not found.iloc[0]["per_day"] > 0:
            return None
        imported = 0.0 if pd.isna(found.iloc[0]["done"]) else float(found.iloc[0]["done"])
        return float(found.iloc[0]["per_day"]), imported + float(logged.get(metric, 0.0))

    def redeem(self, request_key: str, reward_id: str) -> str:
        """Ask for a reward; raises :class:`lib.ledger.points.NotEnough` and LookupError (not on offer any more)."""
        self.here()
        return points.redeem(self.book, request_key, self.me, reward_id, self.today)

    def withdraw(self, redemption_id: str, version: int) -> None:
        """Take back one's own request; raises LookupError and :class:`lib.ledger.cards.Changed`."""
        self.here()
        points.withdraw(self.book, redemption_id, version, self.me, self.today)

    def opt_out(self, chosen: bool) -> bool:
        """Leave rankings, or take part again; it holds at once.  False when it stood like this already."""
        self.here()
        return choices.choose(self.book, self.me, "no_ranking", chosen, self.login, self.today, self.role)


def _hashed(employee_id: str) -> str:
    """The employee number as ``reward_top`` tells it: colleagues' numbers are not for employees."""
    return hashlib.md5(employee_id.encode(), usedforsecurity=False).hexdigest()


def _badges(booked: Sequence[Booking]) -> tuple[tuple[Badge, date | None, int], ...]:
    held: dict[str, list[date]] = {}
    for one in booked:
        if one.kind == "badge":
            held.setdefault(one.ref.partition(":")[0], []).append(one.day)
    return tuple((badge, max(held.get(badge.key, []), default=None), len(held.get(badge.key, []))) for badge in BADGES)


# --- the office ---------------------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Asked:
    """A request that waits for a decision, with the name of who asks."""

    request: Request
    name: str
    team: str


class RewardsOffice(LedgerDesk):
    """Requests, catalogue and what teams are given.  HR decides for its scope, a lead for the own team; the boss and presenters see counts."""

    ROLES = frozenset({"hr", "lead", "boss", "presenter"})
    DECIDE = frozenset({"hr", "lead"})

    @property
    def decides(self) -> bool:
        """Whether this viewer decides on requests and sees who asks."""
        return self.role in self.DECIDE

    def waiting(self) -> list[Asked]:
        """Requests of people in scope that wait, oldest first; raises :class:`NotAllowed` for who only sees counts."""
        if not self.decides:
            raise NotAllowed(f"role {self.role} sees counts of requests only")
        with self.book.reading() as con:
            found = points.requests(con)
        known = self._people([one.employee_id for one in found])
        return [Asked(one, *known[one.employee_id]) for one in found if one.employee_id in known]

    def waiting_count(self) -> int | None:
        """How many requests wait in the whole company; None while they are fewer than a group."""
        with self.book.reading() as con:
            found = len(points.requests(con))
        return found if found == 0 or found >= self.desk.smallest_group() else None

    def _people(self, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
        """employee_id → (name, team) of those asked for who are in scope."""
        if not ids:
            return {}
        rows = self.desk.read("reward_people", ids=sorted(set(ids)))
        return {who: (name, str(row.team)) for row in rows.itertuples()
                for who, name in zip(json.loads(row.employee_ids), json.loads(row.names), strict=True)}

    def decide(self, redemption_id: str, version: int, approve: bool) -> None:
        """Approve or decline a request of a person in scope; declined points come back.  The audit says who decided.

        Raises :class:`NotAllowed` (also for ids that nobody has), LookupError and :class:`lib.ledger.cards.Changed`.
        """
        self.here()
        if not self.decides:
            raise NotAllowed(f"role {self.role} decides on no request")
        with self.book.reading() as con:
            who = points.person_of(con, redemption_id)
        if not who or who not in self._people([who]):
            raise NotAllowed("nobody in your scope asked for this")
        points.decide(self.book, redemption_id, version, approve, self.login, self.role, self.today)

    def catalogue(self) -> list[Reward]:
        """Every row of the catalogue for HR, those on offer for others."""
        return points.catalogue(self.book, all_rows=self.role == "hr")

    def save_reward(self, request_key: str, reward: Reward) -> str:
        """Add or change a row of the catalogue; the same ``request_key`` twice adds one.  Raises :class:`NotAllowed` for everybody but HR, ValueError and LookupError."""
        self.here()
        if self.role != "hr":
            raise NotAllowed("the catalogue is edited by HR")
        return points.save_reward(self.book, request_key, reward, self.login, self.role)

    def week(self) -> date:
        """Monday of the last completed week."""
        end = self.as_of + timedelta(1)
        return end - timedelta(days=end.weekday() + 7)

    def teams(self) -> pd.DataFrame:
        """What teams were given in the last completed week (rows of ``reward_teams``)."""
        return self.desk.read("reward_teams")

    def stars(self) -> list[tuple[str, str]]:
        """(name, team) of the stars of the last completed week in scope; raises :class:`NotAllowed` for who sees counts only."""
        if not self.decides:
            raise NotAllowed(f"role {self.role} sees counts of stars only")
        with self.book.reading() as con:
            out = choices.who_chose(con, "no_ranking") | choices.who_chose(con, "no_scoring")
        if self.role == "hr":
            return [(str(row.name), str(row.team)) for row in self.desk.read("reward_stars", week=self.week()).itertuples(index=False)
                    if row.employee_id not in out]
        return [(name, str(row.team)) for row in self.desk.read("reward_team_stars", week=self.week()).itertuples()
                for who, name in zip(json.loads(row.employee_ids), json.loads(row.names), strict=True) if who not in out]


    def on_streak(self) -> list[tuple[str, str, int]]:
        """(name, team, days) of people in scope whose streak is a round long or more, the longest first: to whom better leads go next.

        Who objected to scoring is on no list.  Raises :class:`NotAllowed` for who sees counts only.
        """
        if not self.decides:
            raise NotAllowed(f"role {self.role} sees no list of persons")
        with self.book.reading() as con:
            out = choices.who_chose(con, "no_scoring")
        found = [(name, str(row.team), int(length)) for row in self.desk.read("reward_on_streak", days=self.setting("rewards.streak_days")).itertuples()
                 for who, name, length in zip(json.loads(row.employee_ids), json.loads(row.names), json.loads(row.lengths), strict=True)
                 if who not in out]
        return sorted(found, key=lambda one: -one[2])


RewardsDesk = MyRewards
"""The name by which My day asks for :meth:`MyRewards.credit_today`."""
