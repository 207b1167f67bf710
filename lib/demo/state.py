"""What happens inside people from week to week: mood, real dips, trouble with customers, overtime, family, wish to leave.

All arrays run over seats and belong to whoever sits there; :meth:`State.clear` forgets them when the seat changes hands.
Nothing here is written to the source files.  Log scales: −0.2 means about 18 % less.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lib.demo.business import CARE_HAZARD, CARE_PERFORMANCE, CARE_WEEKS, HAZARD_WEEKS, HR_LINE, LINE_KEYS, LINES, TAGS
from lib.demo.calendar import Days
from lib.demo.org import Org
from lib.demo.people import NEVER, People

WORSE_WEEKS = 6     # the team that gets worse does so over the last six weeks
TENURE_KNOTS = ((0, 14, 45, 100, 180, 365, 730, 1460), (.45, .75, .8, .45, .2, .0, -.45, -.9))
BASE_HAZARD = .0090  # weekly chance of giving notice of a person with one year of tenure whose life is even
LONG_AGO = -1_000     # a week before everything
CLIENT = TAGS.index("client_trouble")
DETACHED = 1.5       # log hazard of somebody who has inwardly left


@dataclass(frozen=True)
class TeamFate:
    """What is common to a team: its level, climate and lead, and how hard each week is (arrays team × week)."""

    level: np.ndarray      # log performance
    climate: np.ndarray    # standard normal, low is bad
    pressure: np.ndarray   # 0 … 1, chance that an evening gets late because of the team
    decline: np.ndarray    # 0 … 1, progress of the team that gets worse
    worse: int             # number of that team
    pressed: int           # a second team: much overtime in the last two weeks, otherwise well
    care_week: np.ndarray  # week in which the care programme starts (NEVER for HR)


def fates(rng: np.random.Generator, org: Org, weeks: int) -> TeamFate:
    """Draw the fate of every team."""
    teams = org.teams
    pressure = np.zeros((teams, weeks), dtype=np.float32)
    start = rng.random((teams, weeks)) < .011
    for team, week in zip(*np.nonzero(start), strict=True):
        pressure[team, week:week + 1 + int(rng.integers(0, 2))] = rng.uniform(.4, .8)
    # Most teams are calm at the end, so that the two that are not can be seen.
    pressure[:, -3:] *= rng.random((teams, 1)) < .25
    telesales = np.flatnonzero(org.line == 0)
    others = np.flatnonzero((org.line == 3) | (org.line == 2))
    worse = int(telesales[rng.integers(0, len(telesales))])
    pressed = int(others[rng.integers(0, len(others))])
    decline = np.zeros((teams, weeks), dtype=np.float32)
    span = min(WORSE_WEEKS, max(weeks - 2, 1))
    decline[worse, weeks - span:] = np.linspace(1 / span, 1, span)
    pressure[worse, weeks - span:] = np.linspace(.15, .88, span)
    pressure[pressed, -2:] = (.7, .92)
    # The programme starts team by team between 35 % and 70 % of the period, a few teams at a time.
    order = rng.permutation(np.flatnonzero(org.line != HR_LINE))
    care_week = np.full(teams, NEVER)
    care_week[order] = np.round(np.linspace(.35, .70, len(order)) * weeks / 2) * 2
    level = rng.normal(0, .07, teams)
    climate = rng.normal(0, 1, teams)
    climate[worse] = min(climate[worse], -.6)
    return TeamFate(level, climate, pressure, decline, worse, pressed, care_week)


class State:
    """The inner state of everybody, advanced by one week at a time."""

    def __init__(self, org: Org) -> None:
        n = org.seats
        self.mood = np.zeros(n, dtype=np.float32)        # slow ups and downs, log performance
        self.dip_age = np.full(n, -1)                    # week of a real dip, −1 when there is none
        self.dip_fall = np.ones(n)
        self.dip_depth = np.zeros(n)
        self.struggle = np.zeros(n)                      # weeks of trouble with customers left
        self.struggle_size = np.zeros(n)                 # added to the log odds of a rejection
        self.drift = np.zeros(n, dtype=np.float32)       # slow drift of the same log odds
        self.burst = np.zeros(n)                         # weeks of late evenings left
        self.fatigue = np.zeros(n, dtype=np.float32)     # 0 … about 1
        self.family = np.zeros(n)                        # weeks of family trouble left
        self.detached = np.zeros(n, dtype=bool)          # has inwardly left
        self.cared = np.full((n, len(TAGS)), LONG_AGO)   # week of the last care, by tag
        self.strength = np.zeros((n, len(TAGS)))         # times the effect of an average talk that one had, by what was given in it

    def clear(self, seats: np.ndarray) -> None:
        """Forget everything about these seats: somebody new sits there."""
        for name, values in vars(self).items():
            values[seats] = {"dip_age": -1, "dip_fall": 1, "cared": LONG_AGO}.get(name, 0)

    def lift(self, org: Org, week: int) -> tuple[np.ndarray, np.ndarray]:
        """True effect of care on log performance this week: through work as a whole, and through fewer rejections.

        Cares for different tags add up; a second one for the same tag begins its weeks anew, with what was given in it.
        """
        gain = np.array([[CARE_PERFORMANCE[tag][key] for tag in TAGS] for key in LINE_KEYS] + [[0.0] * len(TAGS)])
        active = (self.cared < week) & (self.cared >= week - CARE_WEEKS)
        by_tag = active * np.log1p(gain[org.seat_line] * self.strength)
        # Shops count no rejections: there the same help shows in the work as a whole.
        client = np.where(org.seat_line == 1, 0, by_tag[:, CLIENT])
        return by_tag.sum(axis=1) - client, client

    def calm(self, week: int) -> np.ndarray:
        """True effect of care on the log hazard of leaving this week."""
        active = (self.cared < week) & (self.cared >= week - HAZARD_WEEKS)
        return active @ np.log([CARE_HAZARD[tag] for tag in TAGS])

    def advance(self, rng: np.random.Generator, org: Org, fate: TeamFate, calendar: Days, week: int,
                overtime: np.ndarray) -> None:
        """Begin a new week.  ``overtime``: personal inclination to late evenings, one per seat."""
        n = len(self.mood)
        self.mood = .82 * self.mood + rng.normal(0, .03, n).astype(np.float32)
        self.drift = .8 * self.drift + rng.normal(0, .045, n).astype(np.float32)
        dip = self.dip_age >= 0
        self.dip_age[dip] += 1
        self.dip_age[self.dip_age > self.dip_fall + 5] = -1
        begin = (self.dip_age < 0) & (rng.random(n) < .0042 * (1 + self.fatigue))
        self.dip_age[begin] = 0
        self.dip_fall = np.where(begin, rng.integers(2, 4, n), self.dip_fall)
        self.dip_depth = np.where(begin, rng.uniform(.42, .75, n), self.dip_depth)
        self.struggle = np.maximum(0, self.struggle - 1)
        talkers = np.array([.0075, 0, .002, .004, 0])[org.seat_line]
        begin = (self.struggle == 0) & (rng.random(n) < talkers * (1 + fate.decline[org.seat_team, week]))
        self.struggle = np.where(begin, rng.integers(2, 6, n), self.struggle)
        self.struggle_size = np.where(begin, rng.uniform(.4, .85, n), self.struggle_size)
        self.burst = np.maximum(0, self.burst - 1)
        busy = self._busy(org, calendar, week)
        chance = np.array([line.burst for line in LINES] + [.004])[org.seat_line]
        begin = (self.burst == 0) & (rng.random(n) < chance * busy * overtime)
        self.burst = np.where(begin, rng.integers(1, 4, n), self.burst)
        self.family = np.maximum(0, self.family - 1)
        begin = (self.family == 0) & (rng.random(n) < .0042)
        self.family = np.where(begin, rng.integers(3, 7, n), self.family)

    @staticmethod
    def _busy(org: Org, calendar: Days, week: int) -> np.ndarray:
        """How much more often late evenings begin this week, by line: ends of quarters, sales festivals, enrolment summer."""
        day = calendar.start.toordinal() + week * 7 + 6
        month, of_month = type(calendar.start).fromordinal(day).month, type(calendar.start).fromordinal(day).day
        quarter = month % 3 == 0 and of_month > 12
        festival = (month == 6 and 8 < of_month < 25) or (month == 11 and of_month < 17) or (month == 9 and of_month > 18)
        return np.array([1.6 if of_month > 23 else .9, 4.0 if festival else .9, 2.2 if quarter else .8,
                         1.9 if month in (5, 6, 7, 8) else .8, 1.5 if of_month > 24 else .8])[org.seat_line]

    def dip(self) -> np.ndarray:
        """Log performance lost to a real dip: falls over two or three weeks, stays a week, recovers over four."""
        age = self.dip_age + 1
        falling = np.minimum(age / self.dip_fall, 1)
        recovery = np.clip((age - self.dip_fall - 1) / 4, 0, 1)
        return np.where(self.dip_age >= 0, self.dip_depth * falling * (1 - recovery), 0)

    def log_performance(self, people: People, org: Org, fate: TeamFate, pid: np.ndarray, week: int) -> np.ndarray:
        """Log of how much more or less than an average experienced colleague a person gets done this week."""
        tenure = np.maximum(week * 7 + 3 - people.hired[pid], 0)
        ramp = np.log1p(-.48 * np.exp(-tenure / 38))
        team = org.seat_team
        value = (people.ability[pid] + fate.level[team] + ramp + self.mood - self.dip() - .06 * self.fatigue
                 - .26 * fate.decline[team, week] - .05 * (self.family > 0) - .10 * self.detached)
        value = value - .16 * (people.notice[pid] <= week * 7)
        return value + self.lift(org, week)[0]

    def rejection_odds(self, people: People, org: Org, fate: TeamFate, pid: np.ndarray, week: int) -> np.ndarray:
        """Log odds to be added to a line's usual share of rejected conversations."""
        tenure = np.maximum(week * 7 + 3 - people.hired[pid], 0)
        return (people.rejection[pid] + .22 * np.exp(-tenure / 45) + self.drift + self.struggle_size * (self.struggle > 0)
                + .12 * self.fatigue + .34 * fate.decline[org.seat_team, week])

    def hazard(self, people: People, org: Org, fate: TeamFate, calendar: Days, pid: np.ndarray, week: int,
               rejection: np.ndarray) -> np.ndarray:
        """Chance to give notice in this week, per seat (1 per week; the truth).  ``rejection``: last week's share, or NaN."""
        tenure = np.maximum(week * 7 - people.hired[pid], 0)
        age_of_promotion = week * 7 - np.where(people.promoted[pid] == NEVER, people.hired[pid], people.promoted[pid])
        team = org.seat_team
        spring = calendar.spring[min(week * 7, calendar.count - 1)]
        season = np.interp(spring, [-40, -14, 0, 10, 35, 60], [1, .55, .6, 1.7, 1.5, 1.0])
        log = (np.interp(tenure, *TENURE_KNOTS) + 1.15 * np.minimum(self.fatigue, 1.2) + 1.3 * self.dip()
               - .9 * (people.ability[pid] + fate.level[team]) / .15 * .25
               + 2.2 * np.clip(np.nan_to_num(rejection - .29), 0, .3)
               - 2.6 * people.pay_gap[pid] + .35 * (age_of_promotion > 540) + .4 * (age_of_promotion > 900)
               - .2 * fate.climate[team] + .7 * fate.decline[team, week] + .45 * (self.family > 0) + .25 * people.far[pid]
               + DETACHED * self.detached - 1.3 * people.lead[pid]
               + self.calm(week))
        scale = np.array([line.leaving for line in LINES] + [0.0])[org.seat_line]
        return np.minimum(BASE_HAZARD * scale * season * np.exp(log), .6)

    def detach(self, rng: np.random.Generator, people: People, pid: np.ndarray, hazard: np.ndarray) -> None:
        """Some inwardly leave, more likely those who are at risk anyway; some come back."""
        n = len(hazard)
        leave_rate = .35 * hazard / np.exp(DETACHED * self.detached)
        self.detached = np.where(self.detached, rng.random(n) > .07, rng.random(n) < leave_rate + .001)
