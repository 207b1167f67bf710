"""Backtest: one rule with other limits, replayed on the published past beside the rule as it was built.

A flag is the first day of an episode: that is when HR is told.  Everything is counted over the last completed weeks; what a flag is
held against, leaving, is dated by the notice (else the last working day).  The result holds no person.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from lib.settings import Value, check
from lib.tags import compile as compiled
from lib.tags.measure import FEW, Share, Span, change, middle, paired, per_week, quartiles, share, share_change
from lib.tags.shape import Tag, short
from lib.warehouse.store import Warehouse

AHEAD = 90
"""A flag counts for a leaving at most this many days later; a person stayed who did not leave within them."""
WORKING_DAYS = 5
_STARTS = (("employee_days", "work_date"), ("employee_weeks", "week"), ("talk_signals", "talked_on"))


@dataclass(frozen=True)
class Week:
    """One completed week of one rule: people newly flagged, people who carry the tag on any day of it, episodes begun, HR hours."""

    monday: date
    newly: int
    carrying: int
    episodes: int
    hours: float


@dataclass(frozen=True)
class Side:
    """What one rule does: its weeks, and over all of them the people it flags, the leavers it caught and the flags on people who stayed.

    ``ahead``: days from the first flag to the notice, of the leavers caught.  ``too_young`` flags are not yet 90 days old; ``on_notice``
    flags fell on people who had given notice already; ``other_kind`` were followed by a leaving that was not the person's own wish.
    """

    limits: Mapping[str, Value]
    weeks: tuple[Week, ...]
    people: int
    episodes: int
    caught: Share
    ahead: Span
    stayed: Share
    too_young: int
    on_notice: int
    other_kind: int

    @property
    def newly(self) -> float:
        """People newly flagged in a mean week."""
        return sum(week.newly for week in self.weeks) / len(self.weeks)

    @property
    def hours(self) -> float:
        """HR hours that a mean week's flags need."""
        return sum(week.hours for week in self.weeks) / len(self.weeks)


@dataclass(frozen=True)
class Change:
    """The new rule against today's, on the same people: the difference with its 95 % interval (None where there are too few to tell).

    ``gained`` and ``lost`` count whom only the new rule, or only today's, has.  ``verdict``: ``more``, ``fewer``, ``same`` (not one
    differs) or ``cannot_tell``.
    """

    value: float | None
    low: float | None
    high: float | None
    gained: int
    lost: int
    n: int
    verdict: str


@dataclass(frozen=True)
class Backtest:
    """Today's rule and a new one over the same weeks.

    ``capacity`` are the HR hours of a week (``hr`` people × ``daily`` talks × 5 days × ``minutes``).  ``leavers`` are counted,
    ``other_leavers`` (known to have left for another reason than their own wish) and ``unseen_leavers`` (the data begins less than 90
    days before) are not; of ``unknown_kind`` of those counted, the kind of leaving is not known.
    """

    tag: str
    as_of: date
    minutes: float
    daily: int
    hr: int
    capacity: float
    active: int
    leavers: int
    other_leavers: int
    unseen_leavers: int
    unknown_kind: int
    now: Side
    new: Side
    newly: Change
    hours: Change
    caught: Change
    ahead: Change
    stayed: Change

    @property
    def first(self) -> date:
        """Monday of the first week."""
        return self.now.weeks[0].monday

    @property
    def last(self) -> date:
        """Monday of the last completed week."""
        return self.now.weeks[-1].monday

    def facts(self) -> dict[str, object]:
        """The figures as plain JSON values, without the single weeks: what is kept with a saved rule."""
        kept = {key: found for key, found in asdict(self).items()}
        for side, figures in (("now", self.now), ("new", self.new)):
            kept[side] |= {"newly": figures.newly, "hours": figures.hours, "weeks": len(figures.weeks)}
        return json.loads(json.dumps(kept | {"first": self.first, "last": self.last}, default=str))


def checked(tag: Tag, limits: Mapping[str, object]) -> dict[str, Value]:
    """All limits of the tag by short name, each within its bounds; what is not given keeps its default.

    Raises :class:`lib.settings.SettingError` for a value out of bounds, KeyError for a limit that the tag does not have.
    """
    for name in limits:
        tag.limit(name)
    return {short(row): check(row, limits.get(short(row), row.default)) for row in tag.limits}


def replay(warehouse: Warehouse, tag: Tag, limits: Mapping[str, object], weeks: int = 26, *, minutes: float = 25, daily: int = 5,
           hr: int | None = None) -> Backtest:
    """Replay the tag's rule with other limits (by short name) over the last ``weeks`` completed weeks of the published version.

    ``minutes`` is the length of one talk, ``daily`` the talks that one HR can hold a day, ``hr`` how many HR there are (None: those who
    held a talk in these weeks).  Raises as :func:`checked`.
    """
    wanted = checked(tag, limits)
    with warehouse.bench() as con:
        as_of: date = _one(con, "select as_of from build_info")
        last = as_of - timedelta(days=as_of.isoweekday() % 7) - timedelta(days=6)
        begins = _begins(con, tag)
        calendar = [last - timedelta(days=7 * back) for back in range(weeks - 1, -1, -1)]
        # weeks before the data begins are no weeks without flags
        calendar = [monday for monday in calendar if begins is None or monday + timedelta(days=6) >= begins] or calendar[-1:]
        today = json.loads(_one(con, "select limits from tags where tag = $tag", {"tag": tag.key}))
        people = con.execute("select e.person_no, e.hire_date, e.active, l.given_on, l.kind from employees as e "
                             "left join leavings as l on l.employee_id = e.employee_id order by e.person_no").df()
        old = _episodes(con, "select e.person_no, t.since, t.until from tag_episodes as t join employees as e "
                             "on e.employee_id = t.employee_id where t.tag = $tag", calendar[0], {"tag": tag.key})
        names = {row.name: wanted[short(row)] for row in tag.limits}
        new = old if dict(today) == wanted else _episodes(con, compiled.sql(tag, as_of, names), calendar[0])
        if hr is None:
            hr = max(_one(con, "select count(distinct hr_id) from talks where talked_on between $first and $last",
                          {"first": calendar[0], "last": last + timedelta(days=6)}), 1)
    return _compare(tag.key, as_of, calendar, people, (today, old), (wanted, new), minutes, daily, hr, begins)


def _one(con: duckdb.DuckDBPyConnection, sql: str, params: Mapping[str, object] | None = None) -> Any:
    """The one value of a statement that has one row."""
    row = con.execute(sql, dict(params or {})).fetchone()
    return None if row is None else row[0]


def _episodes(con: duckdb.DuckDBPyConnection, sql: str, first: date, params: Mapping[str, object] | None = None) -> pd.DataFrame:
    """Episodes (person_no, since, until) that matter for weeks from ``first``: those that touch them or the 90 days before."""
    return con.execute(f"select e.person_no, e.since, e.until from ({sql}) as e where coalesce(e.until, date '2999-12-31') >= $first "
                       f"order by e.person_no, e.since", {"first": first - timedelta(days=AHEAD)} | dict(params or {})).df()


def _begins(con: duckdb.DuckDBPyConnection, tag: Tag) -> date | None:
    """The first day of the data that the rule goes by; None for a rule over facts of the person."""
    for table, column in _STARTS:
        if table in tag.condition:
            return _one(con, f"select min({column}) from {table}")
    return None


def _days(column: pd.Series) -> np.ndarray:
    """Days as whole numbers since 1970; unknown ones far in the future."""
    days = pd.to_datetime(column).to_numpy("datetime64[D]")
    return np.where(np.isnat(days), 10**6, days.astype("int64"))


def _number(day: date) -> int:
    return int(np.datetime64(day, "D").astype("int64"))


class _Past:
    """People and weeks as arrays: who left when and how, and which of them can be judged."""

    def __init__(self, people: pd.DataFrame, calendar: list[date], as_of: date, begins: date | None):
        self.as_of, self.n = _number(as_of), len(people)
        self.calendar, self.mondays = calendar, np.array([_number(day) for day in calendar])
        self.first, self.end = self.mondays[0], self.mondays[-1] + 6
        self.place = dict(zip(people["person_no"].tolist(), range(len(people)), strict=True))
        self.given = _days(people["given_on"])
        self.other = people["kind"].notna().to_numpy() & (people["kind"] != "voluntary").to_numpy()
        inside = (self.given >= self.first) & (self.given <= self.end)
        starts = np.maximum(_days(people["hire_date"]), self.given - AHEAD)
        unseen = starts < (-10**6 if begins is None else _number(begins))
        self.other_leavers = int((inside & self.other).sum())
        self.unseen_leavers = int((inside & ~self.other & unseen).sum())
        self.leavers = np.flatnonzero(inside & ~self.other & ~unseen)
        self.unknown_kind = int(people["kind"].isna().to_numpy()[self.leavers].sum())


class _Flags:
    """The flags of one rule on that past."""

    def __init__(self, past: _Past, episodes: pd.DataFrame):
        who = np.array([past.place[number] for number in episodes["person_no"].tolist()], dtype="int64")
        since, until = _days(episodes["since"]), _days(episodes["until"])
        self.newly, self.carrying, self.begun = [], [], []
        for monday in past.mondays:
            new = (since >= monday) & (since <= monday + 6)
            self.newly.append(len(np.unique(who[new])))
            self.begun.append(int(new.sum()))
            self.carrying.append(len(np.unique(who[(since <= monday + 6) & (until >= monday)])))
        inside = (since >= past.first) & (since <= past.end)
        # per person: weeks in which they were newly flagged, and episodes begun
        week_of = (since - past.first) // 7
        flagged = np.unique(np.stack([who[inside], week_of[inside]], axis=1), axis=0)
        self.weeks_flagged = np.bincount(flagged[:, 0], minlength=past.n)
        self.episodes = np.bincount(who[inside], minlength=past.n)
        # leavers: the first flag within the days before the notice
        given = past.given[who]
        before = (since >= given - AHEAD) & (since < given)
        ahead = np.zeros(past.n, dtype="int64")
        np.maximum.at(ahead, who[before], (given - since)[before])
        self.ahead = ahead[past.leavers]
        # flags that are old enough to say whether the person stayed
        left = given - since
        on_notice = inside & (left <= 0)
        young = inside & ~on_notice & (since + AHEAD > past.as_of)
        other = inside & ~on_notice & ~young & (left <= AHEAD) & past.other[who]
        judged = inside & ~on_notice & ~young & ~other
        self.on_notice, self.other_kind, self.too_young = int(on_notice.sum()), int(other.sum()), int(young.sum())
        self.judged = np.bincount(who[judged], minlength=past.n)
        self.stayed = np.bincount(who[judged & (left > AHEAD)], minlength=past.n)

    def side(self, past: _Past, limits: Mapping[str, Value], minutes: float) -> Side:
        """The figures of this rule."""
        weeks = tuple(Week(monday, new, carrying, begun, begun * minutes / 60) for monday, new, carrying, begun in
                      zip(past.calendar, self.newly, self.carrying, self.begun, strict=True))
        found = self.ahead[self.ahead > 0]
        return Side(dict(limits), weeks, int((self.episodes > 0).sum()), int(self.episodes.sum()), share(len(found), len(past.leavers)),
                    quartiles(found), share_by_person(self.stayed, self.judged), self.too_young, self.on_notice, self.other_kind)


def share_by_person(hits: np.ndarray, of: np.ndarray) -> Share:
    """A share over flags of which one person may have several: the interval is that of as many independent ones as they are worth."""
    return share(int(hits.sum()), int(of.sum()), per_person=(hits, of))


def _compare(tag: str, as_of: date, calendar: list[date], people: pd.DataFrame, today: tuple[dict[str, Value], pd.DataFrame],
             wanted: tuple[dict[str, Value], pd.DataFrame], minutes: float, daily: int, hr: int, begins: date | None) -> Backtest:
    past = _Past(people, calendar, as_of, begins)
    now, new = (_Flags(past, episodes) for _, episodes in (today, wanted))
    weeks = len(calendar)
    differ = new.weeks_flagged - now.weeks_flagged
    newly = Change(*per_week(differ, weeks), int((differ > 0).sum()), int((differ < 0).sum()), int((differ != 0).sum()), "")
    work = new.episodes - now.episodes
    hours = Change(*per_week(work * minutes / 60, weeks), int((work > 0).sum()), int((work < 0).sum()), int((work != 0).sum()), "")
    one, other = now.ahead > 0, new.ahead > 0
    gained, lost = int((other & ~one).sum()), int((one & ~other).sum())
    caught = Change(*paired(gained, lost, len(past.leavers)), gained, lost, len(past.leavers), "")
    both = one & other
    days = (new.ahead - now.ahead)[both]
    ahead = Change(*middle(days), int((days > 0).sum()), int((days < 0).sum()), int(both.sum()), "")
    stayed = Change(*share_change(new.stayed, new.judged, now.stayed, now.judged), int(new.judged.sum()), int(now.judged.sum()),
                    int(((new.judged > 0) | (now.judged > 0)).sum()), "")
    unlike = bool((differ != 0).any() or (work != 0).any() or (new.judged != now.judged).any() or (new.stayed != now.stayed).any())
    spoken = {name: change(found, nobody, enough) for name, found, nobody, enough in (
        ("newly", newly, newly.n == 0, True), ("hours", hours, hours.n == 0, True),
        ("caught", caught, gained == lost == 0 and caught.n > 0, caught.n >= FEW),
        ("ahead", ahead, ahead.gained == ahead.lost == 0 and ahead.n > 0, True),
        ("stayed", stayed, not unlike, stayed.n >= FEW))}
    return Backtest(tag, as_of, minutes, daily, hr, hr * daily * WORKING_DAYS * minutes / 60, int(people["active"].sum()),
                    len(past.leavers), past.other_leavers, past.unseen_leavers, past.unknown_kind, now.side(past, today[0], minutes),
                    new.side(past, wanted[0], minutes), **spoken)
