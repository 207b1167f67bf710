"""Contacts with colleagues and tickets of the demo company, as a chat server and a service desk would hand them over.

Contacts are counted per week: everybody has a habit of the own, a team has better and worse weeks, somebody who has inwardly left
talks to colleagues less, and who is tired a little less.  Tickets are what employees ask of departments; each department has a time in
which it promises to answer and one in which it does, and its people care more for some teams than for others.  Everything here
draws from streams of its own, and nothing that happens here changes who leaves.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from lib.demo.calendar import Days
from lib.demo.days import ABSENT, LEAVE, Cells
from lib.demo.org import Org
from lib.demo.people import People
from lib.demo.state import State

A_DAY, HABIT = 9.0, .38         # contacts of an average person and worked day, and how much people differ (log)
DETACHED, TIRED = -.55, -.15    # log contacts of somebody who has inwardly left, and of somebody who is very tired
NOISE, TEAM_WEEK = .16, .09     # log, of a person's and of a team's week

# Department, kinds of request, days promised, days that it usually takes, and how much that varies (log).
DESKS = (
    ("行政部", ("工位与设备", "差旅报销", "证明开具"), 3, 2.0, .6),
    ("信息部", ("账号权限", "系统故障", "名单分配"), 2, 1.1, .8),
    ("财务部", ("提成核对", "工资疑问", "费用报销"), 7, 5.0, .6),
    ("人力资源部", ("假期与考勤", "转岗咨询", "晋升材料"), 5, 3.0, .7),
    ("培训部", ("课程报名", "产品资料"), 5, 3.5, .6),
)
DESK_SHARE = (.24, .3, .2, .16, .1)
A_WEEK = .05                    # tickets of a person and week
NEWCOMER = 1.8                  # times as many in the first three months
FORGOTTEN = .02                 # share that nobody answers


@dataclass
class Contacts:
    """Contacts with colleagues: person, week and number of each week in which somebody worked."""

    rng: np.random.Generator
    seats: int
    habit: np.ndarray = field(init=False)
    person: list[np.ndarray] = field(default_factory=list)
    week: list[np.ndarray] = field(default_factory=list)
    number: list[np.ndarray] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.habit = self.rng.normal(0, HABIT, self.seats)

    def clear(self, seats: np.ndarray) -> None:
        """Somebody new sits on these seats."""
        self.habit[seats] = self.rng.normal(0, HABIT, len(seats))

    def count(self, org: Org, calendar: Days, inner: State, cells: Cells, pid: np.ndarray, week: int) -> None:
        """Count one week that has been played."""
        result = cells["result"][:, week * 7:min(week * 7 + 7, calendar.count)]
        worked = ((result > 0) & (result != LEAVE) & (result != ABSENT)).sum(axis=1)
        noise = self.rng.normal(0, NOISE, self.seats) + self.rng.normal(0, TEAM_WEEK, org.teams)[org.seat_team]
        mean = A_DAY * worked * np.exp(self.habit + noise + DETACHED * inner.detached + TIRED * np.minimum(inner.fatigue, 1.2))
        number = self.rng.poisson(mean)
        seats = np.flatnonzero((pid >= 0) & (worked > 0))
        self.person.append(pid[seats].astype(np.int32))
        self.week.append(np.full(len(seats), week, dtype=np.int16))
        self.number.append(number[seats].astype(np.int32))


def tickets(rng: np.random.Generator, people: People, org: Org, first: int, last: int) -> dict[str, np.ndarray]:
    """Tickets opened from day ``first`` to ``last`` as columns: person, opened, due, closed (−1: not yet), desk and kind."""
    n = people.count
    begin, end = np.maximum(people.hired, first), np.minimum(people.last, last)
    span = np.maximum(end - begin + 1, 0)
    new = np.clip(people.hired + 91 - begin, 0, span)
    each = rng.poisson(A_WEEK * (span + (NEWCOMER - 1) * new) / 7)
    person = np.repeat(np.arange(n), each)
    opened = begin[person] + (rng.random(len(person)) * span[person]).astype(int)
    desk = rng.choice(len(DESKS), len(person), p=DESK_SHARE)
    kind = (rng.random(len(person)) * np.array([len(kinds) for _, kinds, *_ in DESKS])[desk]).astype(int)
    promised, usual, spread = (np.array([row[place] for row in DESKS], dtype=float)[desk] for place in (2, 3, 4))
    slow = rng.normal(0, .35, (org.teams, len(DESKS)))[people.team[person], desk]
    took = np.round(usual * np.exp(slow + spread * rng.normal(0, 1, len(person)))).astype(int)
    closed = np.where(rng.random(len(person)) < FORGOTTEN, last + 1, opened + took)
    return {"person": person, "opened": opened, "due": opened + promised.astype(int), "closed": np.where(closed > last, -1, closed), "desk": desk, "kind": kind}
