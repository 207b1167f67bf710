"""Goals desk: how far everybody is, who sets goals, and how a whole is split; and one's own goals for people who look at own data.

What was set or logged in the app since the build counts at once: it goes along with the question.  Consultations logged in the app
are added to what the files hold, except on days that are over and on which the files hold calls of that person (for deals and money: or
a deal): then files win.  Today is not over: a consultation logged today moves the bar at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from lib.access.desk import NotAllowed
from lib.access.goals_group import Group, known, of_row
from lib.access.ledger_desk import LedgerDesk
from lib.ledger import consultations, engine, goals
from lib.ledger.goals import Batch, NewGoal
from lib.morale import goals as rules
from lib.morale.goals import METRICS, MONEY, PERIODS, Bar, Days, Goal

_PEOPLE = """
select p.employee_id, p.team, p.peers, p.plan, p.first_day, p.week_days, p.hire_date, m.metric is not null as records
from goal_people as p
left join goal_metrics as m on m.peers = p.peers and m.metric = $metric
where p.hire_date <= $today and (p.leave_date is null or p.leave_date >= $today)
order by p.person_no
"""
_PACES = "select peers, sum({metric}) / sum(days) as a_day from goal_paces where {metric} is not null group by peers"


class CannotSplit(ValueError):
    """Nobody is there to split a whole over: nobody records the measure and has a planned day in the period."""


@dataclass(frozen=True)
class Proposal:
    """What history makes of one role, measure and period: the median a worked day of ``people`` experienced peers, times ``days``.

    ``target`` None: ``why`` says so: few (too few people), none (half of them do none of it) or rare (less than once in the period).
    """

    peers: str
    metric: str
    period: str
    people: int
    per_day: float | None
    days: float
    target: float | None
    why: str = ""
    newcomers: bool = False
    """Nobody in the company is on record for 3 months, so these are everybody of 4 weeks or more."""


def since_build(book: engine.Ledger | None, desk: object) -> str:
    """The parameter ``$goals``: goals set or taken back in the app that the published version may not know.  ``desk`` is a
    :class:`lib.access.desk.Desk`."""
    if book is None:
        return "[]"
    house = desk.read("goal_house").iloc[0]  # type: ignore[attr-defined]
    with book.reading() as con:
        return goals.as_json(goals.since(con, pd.Timestamp(house["started_at"]).to_pydatetime(), pd.Timestamp(house["as_of"]).date()))


class _Known(LedgerDesk):
    """What both desks ask of the ledger; nothing is made there by asking."""

    def _book(self) -> engine.Ledger | None:
        return self.book if engine.exists(self.desk.data_dir, self.demo) else None

    def sent(self) -> str:
        """The parameter ``$goals`` of this moment."""
        return since_build(self._book(), self.desk)

    def behind(self) -> date | None:
        """The last day with data, where a weekday has passed since; None where files are as new as they can be."""
        gap = (self.today - self.as_of).days
        return self.as_of if any((self.as_of + timedelta(days=nth)).weekday() < 5 for nth in range(1, gap)) else None

    def effective(self) -> consultations.Effective:
        """When a consultation is effective, as set."""
        return consultations.Effective.of(self.values())


class GoalsDesk(_Known):
    """Goals and progress of groups, for one viewer.  HR and leads set goals: HR of the whole company for everybody, who is limited to
    teams for these; the others only look."""

    ROLES = frozenset({"boss", "lead", "hr", "presenter"})

    @property
    def may_set(self) -> bool:
        """Whether this viewer sets goals."""
        return self.role in ("hr", "lead")

    @property
    def whole(self) -> bool:
        """Whether the viewer's scope is the whole company."""
        return self.desk.viewer.teams is None

    # --- looking ---

    def metrics(self) -> dict[str, bool]:
        """Measures that are recorded or have a goal, in the order of :data:`METRICS`; whether each is recorded."""
        known = self.desk.read("goal_metrics_known").set_index("metric")["roles"]
        found = {str(metric): bool(roles) for metric, roles in known.items()}
        book = self._book()
        if book is not None:
            with book.reading() as con:
                for goal in goals.in_force(con, self.today):
                    found.setdefault(goal.metric, False)
        return {metric: found[metric] for metric in METRICS if metric in found}

    def groups(self, metric: str, period: str) -> list[Group]:
        """Everybody in scope first (for a viewer of the whole company: the company, then its departments), then the teams."""
        rows = self.desk.read("goal_groups", metric=metric, period=period, today=self.today, goals=self.sent(), logged=self._logged(period))
        wholes = self._wholes(metric)
        if not self.whole:
            rows = rows[rows["level"] == "team"]
        return [of_row(row, metric, period, wholes.get((row["level"], row["unit"]), ())) for row in rows.to_dict("records")]

    def told(self, metric: str) -> tuple[object, ...]:
        """What :meth:`standing` depends on beside the build: the company's day, and the goals that are in force in the app."""
        return self.today, self.sent(), tuple(sorted((unit, tuple(goals)) for unit, goals in self._wholes(metric).items()))

    def standing(self, metric: str, period: str, department: str = "") -> Group | None:
        """How far the viewer's scope, or a department of it, is as the build knows it: the row that :meth:`groups` shows, without what was
        logged in the app since.  Of a viewer who is limited to one team it is the team's.  None where there is no such group."""
        rows = self.desk.read("goal_groups", metric=metric, period=period, today=self.today, goals=self.sent(), logged="[]")
        alone = not self.whole and len(self.desk.viewer.teams or ()) == 1
        level, unit = ("department", department) if department else ("team", (self.desk.viewer.teams or ("",))[0]) if alone else ("company", "")
        found = rows[(rows["level"] == level) & (rows["unit"] == unit)].to_dict("records")
        # several teams of a scope have no whole goal in common
        wholes = self._wholes(metric).get((level, unit), ()) if self.whole or alone else ()
        return of_row(found[0], metric, period, wholes) if found else None

    def by_default(self, metric: str) -> tuple[int | None, float, str] | None:
        """How many people in scope nobody has set a goal of this measure for (None: all but a few), and the goal of the settings that holds
        for them; None for nobody, or too few to tell of."""
        book, covered = self._book(), [""]
        if book is not None:
            with book.reading() as con:
                covered += [goal.unit for goal in goals.in_force(con, self.today, ("role", "person")) if goal.metric == metric and goal.target is not None]
        row = self.desk.read("goal_by_default", metric=metric, covered=sorted(set(covered))).iloc[0]
        if not row["many"]:
            return None
        return None if pd.isna(row["people"]) else int(row["people"]), float(row["target"]), str(row["period"])

    def _logged(self, period: str) -> str:
        book = self._book()
        if book is None:
            return "[]"
        first, last = rules.span(period, self.today)
        with book.reading() as con:
            return goals.logged_json(goals.logged(con, max(first, self.as_of), last, self.effective()))

    def _wholes(self, metric: str) -> dict[tuple[str, str], list[Goal]]:
        """The goals that are set for the company and for teams as a whole, by level and unit; those of the app go first."""
        found: dict[tuple[str, str], list[Goal]] = {}
        book = self._book()
        if book is not None:
            with book.reading() as con:
                for goal in goals.in_force(con, self.today, ("company", "team")):
                    if goal.metric == metric and goal.target is not None:
                        found.setdefault((goal.level, goal.unit), []).append(Goal("split", metric, goal.period, goal.target, goal.source))
        for row in self.desk.read("goal_wholes_set").to_dict("records"):
            if row["metric"] == metric:
                found.setdefault((row["level"], row["unit"]), []).append(Goal("split", metric, row["period"], row["target"], "imported", False))
        return found

    # --- goals from history ---

    def fewest(self) -> int:
        """At least so many experienced people of a role are needed."""
        return max(int(self.setting("goals.peers")), self.desk.smallest_group())

    def history_span(self) -> tuple[date, date]:
        """The 8 complete weeks that history means."""
        monday = rules.span("week", self.as_of + timedelta(days=1))[0]
        return monday - timedelta(days=56), monday - timedelta(days=1)

    def proposals(self) -> list[Proposal]:
        """What one click would set, by role, measure and period; nothing is kept yet."""
        fewest = self.fewest()
        made = []
        for row in self.desk.read("goal_history").to_dict("records"):
            for period in PERIODS:
                days = {"day": 1.0, "week": row["week_days"], "month": row["month_days"]}[period]
                per_day = None if row["people"] < fewest or pd.isna(row["per_day"]) else float(row["per_day"])
                target = None if per_day is None else rules.proposed(row["metric"], period, per_day, days)
                why = "few" if per_day is None else "" if target is not None else "none" if per_day <= 0 else "rare"
                made.append(Proposal(row["peers"], row["metric"], period, int(row["people"]), per_day, days, target, why, bool(row["newcomers"])))
        order = {metric: place for place, metric in enumerate(METRICS)}
        return sorted(made, key=lambda one: (one.peers, order[one.metric], PERIODS.index(one.period)))

    def set_from_history(self, request_key: str) -> int:
        """Keep the proposals as one batch; returns how many goals that are.  HR of the whole company sets them for roles; whoever is limited
        to teams, for each person of these teams (newcomers with their share).  LookupError when history tells nothing."""
        self._setting_allowed()
        found = [one for one in self.proposals() if one.target is not None]
        new = [NewGoal("role", one.peers, one.metric, one.period, one.target, "history") for one in found if one.target is not None]
        if not self.whole:
            new = list(self._for_people(found))
        if not new:
            raise LookupError("history tells no goal")
        goals.set_batch(self.book, new, self.today, self.login, self.role, request_key)
        return len(new)

    def _for_people(self, found: Iterable[Proposal]) -> Iterable[NewGoal]:
        people = self._people("")
        shares = self._shares()
        for one in found:
            for who in people[people["peers"] == one.peers].itertuples():
                share = rules.newcomer_share(pd.Timestamp(who.hire_date).date(), self.today, shares)
                if one.target is not None and share > 0:
                    yield NewGoal("person", str(who.employee_id), one.metric, one.period, one.target * share, "history")

    def _shares(self) -> tuple[float, ...]:
        return tuple(float(self.setting(f"goals.newcomer.{nth}")) for nth in (1, 2, 3))

    # --- goals that are typed ---

    def teams(self) -> list[str]:
        """The teams of the scope."""
        return sorted(str(team) for team in self._people("")["team"].dropna().unique())

    def roles(self) -> list[str]:
        """The roles (business lines where people have none) of the company."""
        return sorted({str(peers) for peers in self._people("")["peers"]})

    def set_typed(self, level: str, unit: str, metric: str, period: str, target: float, request_key: str) -> int:
        """Keep a goal that was typed, a company's or a team's with its parts down to each person; returns how many goals that are.

        Raises :class:`NotAllowed` for a unit out of scope, LookupError for one that does not exist, ValueError for a target that is
        not above zero and :class:`CannotSplit`.
        """
        self._setting_allowed()
        self._in_scope(level, unit)
        new = [NewGoal(level, unit, metric, period, target, "typed")]
        if level in ("company", "team"):
            of_teams, of_people, _ = self._parts(level, unit, metric, period, target)
            if level == "company":
                new += [NewGoal("team", team, metric, period, part, "split") for team, part in of_teams.items() if part > 0]
            new += [NewGoal("person", who, metric, period, part, "split") for who, part in of_people.items() if part > 0]
        goals.set_batch(self.book, new, self.today, self.login, self.role, request_key)
        return len(new)

    def _in_scope(self, level: str, unit: str) -> None:
        if level in ("company", "role") and not self.whole:
            raise NotAllowed("goals of the company and of roles are set by HR of the whole company")
        if level == "team" and unit not in self.teams() or level == "role" and unit not in self.roles():
            raise LookupError(unit)
        if level == "person" and unit not in set(self._people("")["employee_id"]):
            raise LookupError(unit)

    def _people(self, metric: str) -> pd.DataFrame:
        """People of the scope with their plans; only for working out, never for a page."""
        people = self.desk._warehouse.frame(_PEOPLE, {"metric": metric, "today": self.today})
        return people if self.whole else people[people["team"].isin(self.desk.viewer.teams or ())]

    def _parts(self, level: str, unit: str, metric: str, period: str,
               target: float) -> tuple[dict[str, float], dict[str, float], dict[str, str]]:
        """Parts of the teams and of the people, and each person's team.  People weigh their newcomer's share times their open days times what
        their role did a day in the last 8 weeks; whoever has no planned day in the period weighs nothing."""
        people = self._people(metric)
        people = people[people["records"] & people["team"].notna()]
        if level == "team":
            people = people[people["team"] == unit]
        paces = {str(row.peers): float(row.a_day) for row in self.desk._warehouse.frame(_PACES.format(metric=metric)).itertuples()} \
            if metric in METRICS else {}
        shares = self._shares()
        weights: dict[str, dict[str, float]] = {}
        for who in people.itertuples():
            days = _days(who, period, self.today)
            share = rules.newcomer_share(pd.Timestamp(who.hire_date).date(), self.today, shares)
            weights.setdefault(str(who.team), {})[str(who.employee_id)] = \
                share * days.open * rules.pace_weight(paces, str(who.peers)) if days.planned else 0.0
        of_teams, of_people = rules.split_down(target, weights, metric in MONEY)
        if not of_teams:
            raise CannotSplit(metric)
        return of_teams, of_people, {who: team for team, members in weights.items() for who in members}

    # --- batches ---

    def batches(self) -> list[Batch]:
        """The last batches that hold and that this viewer may take back, the newest first."""
        book = self._book()
        if book is None or not self.may_set:
            return []
        with book.reading() as con:
            found = goals.batches(con)
        return [batch for batch in found if self._mine(batch)]

    def _mine(self, batch: Batch) -> bool:
        if self.whole:
            return True
        if batch.levels == ("team",):
            return set(batch.units) <= set(self.desk.viewer.teams or ())
        return batch.levels == ("person",) and set(batch.units) <= set(self._people("")["employee_id"])

    def take_back(self, batch_id: str) -> int:
        """Take a batch back; what held before holds again.  LookupError for one that is not there or not this viewer's."""
        self._setting_allowed()
        if batch_id not in {batch.id for batch in self.batches()}:
            raise LookupError(batch_id)
        return goals.take_back(self.book, batch_id, self.login, self.role)

    def _setting_allowed(self) -> None:
        self.here()
        if not self.may_set:
            raise NotAllowed(f"role {self.role} may not set goals")


def _days(who: object, period: str, today: date) -> Days:
    first = pd.Timestamp(who.first_day).date()  # type: ignore[attr-defined]
    return rules.counted(str(who.plan), first, period, today, int(who.week_days))  # type: ignore[attr-defined]


class MyGoals(_Known):
    """One's own goals and how far one is."""

    ROLES = frozenset({"employee", "mentor"})

    def bars(self) -> list[Bar]:
        """A bar for each measure and period with a goal or something done, in the order of :data:`METRICS` and :data:`PERIODS`; what was
        logged in the app up to this moment counts."""
        facts = self.desk.read("my_goal_facts", employee=self.me, today=self.today, goals=self.sent())
        logged = self._logged()
        made = []
        for row in facts.to_dict("records"):
            first, last = (pd.Timestamp(row[name]).date() for name in ("starts_on", "ends_on"))
            more = [counts.get(row["metric"], 0.0) for day, counts in logged.items() if first <= day <= last]
            done, target = known(row["done"]), known(row["target"])
            if more or row["level"] and done is None and logged is not None:
                done = (done or 0.0) + sum(more)
            if done is None and target is None or not row["level"] and not done:
                continue
            made.append(rules.bar(
                row["metric"], row["period"], target, done, int(row["planned_days"]), int(row["elapsed_days"]), away=bool(row["on_leave_today"]),
                per_day=known(row["per_day"]), logged=sum(more), level=row["level"], source=row["source"],
                newcomer_share=float(row["newcomer_share"]), worked_days=int(row["worked_days"])))
        order = {metric: place for place, metric in enumerate(METRICS)}
        return sorted(made, key=lambda bar: (order[bar.metric], PERIODS.index(bar.period)))

    def _logged(self) -> dict[date, dict[str, float]]:
        """What counts of the own consultations of the month and the week, by day."""
        book = self._book()
        if book is None:
            return {}
        first = min(rules.span(period, self.today)[0] for period in PERIODS)
        last = max(rules.span(period, self.today)[1] for period in PERIODS)
        with book.reading() as con:
            found = consultations.counts(con, self.me, first, last, self.effective())
        if not found:
            return {}
        held = {pd.Timestamp(row["day"]).date(): (bool(row["calls"]), bool(row["deals"]))
                for row in self.desk.read("my_counted_days", employee=self.me).to_dict("records")}
        return {day: {metric: value for metric, value in counts.items() if day >= self.today or _added(metric, *held.get(day, (False, False)))}
                for day, counts in found.items()}


def _added(metric: str, calls: bool, deals: bool) -> bool:
    """Whether what was logged of a measure counts beside what the files hold of that day: files win."""
    return not calls and not (deals and metric in ("deals", "revenue"))
