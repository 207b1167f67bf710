"""One week of days: who works when, when they come and go, and what they get done.

``Cells`` holds the days of all seats (arrays seat × day of small integers); a week is played into it line by line.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from lib.demo.business import LINES
from lib.demo.calendar import Days
from lib.demo.org import Org
from lib.demo.pain import Pains
from lib.demo.people import People
from lib.demo.state import State, TeamFate

RESULTS = ("", "normal", "late", "early", "missing_punch", "absent", "leave", "travel", "out")
NORMAL, LATE, EARLY, MISSING, ABSENT, LEAVE, TRAVEL, OUT = range(1, 9)
LEAVE_KINDS = ("", "年假", "病假", "事假", "调休", "婚假", "产假", "丧假")
LATE_EVENING = 1260  # 21:00
COUNTS = ("dials", "answered", "rejected", "effective", "intents", "deals")
CELL_TYPES = {**dict.fromkeys(COUNTS, np.uint8), "revenue": np.int32, "follow_up": np.int16, "check_in": np.int16,
              "check_out": np.int16, "result": np.uint8, "leave_kind": np.uint8, "leave_hours": np.uint8, "late": np.uint8}


@dataclass
class Sales:
    """Closed sales in the order in which they happened: arrays per week, joined at the end."""

    person: list[np.ndarray] = field(default_factory=list)
    day: list[np.ndarray] = field(default_factory=list)
    product: list[np.ndarray] = field(default_factory=list)
    amount: list[np.ndarray] = field(default_factory=list)


class Cells:
    """The days of all seats; check-in and check-out in minutes after midnight, −1 for no punch."""

    def __init__(self, org: Org, calendar: Days) -> None:
        self.grid = {name: np.zeros((org.seats, calendar.count), dtype=kind) for name, kind in CELL_TYPES.items()}
        for name in ("check_in", "check_out"):
            self.grid[name].fill(-1)

    def __getitem__(self, name: str) -> np.ndarray:
        return self.grid[name]


def scheduled(rng: np.random.Generator, org: Org, calendar: Days, shift: np.ndarray, week: int) -> np.ndarray:
    """Which days of the week each seat is due to work (bool, seat × 7); ``shift``: 0 … 9, a person's place in the roster."""
    first, last = week * 7, min(week * 7 + 7, calendar.count)
    span = np.arange(first, last)
    weekday, holiday, make_up = calendar.weekday[span], calendar.holiday[span], calendar.make_up[span]
    office = ((weekday < 5) & ~holiday) | make_up
    quiet = holiday.any() or make_up.any()
    big_week = (org.seat_team + week) % 2 == 0  # 大小周: every other Saturday
    due = np.zeros((org.seats, 7), dtype=bool)
    width = len(span)
    due[:, :width] = office
    tele = org.seat_line == 0
    due[:, :width] |= (tele & big_week)[:, None] & (weekday == 5) & ~holiday & (not quiet)
    # Shops and campuses are open at weekends: two days off from Monday to Friday, some swap them.
    pair = np.array([(0, 1), (1, 2), (2, 3), (0, 3), (1, 3), (0, 2), (3, 1), (2, 0), (3, 2), (1, 0)])
    swapped = np.where(rng.random(org.seats) < .12, rng.integers(0, 10, org.seats), shift)
    for line, rest_days in ((1, 2), (3, 1)):
        seats = np.flatnonzero(org.seat_line == line)
        off = np.zeros((len(seats), 7), dtype=bool)
        for place in range(rest_days):
            off[np.arange(len(seats)), pair[swapped[seats] % 10, place]] = True
        if line == 3:
            # Campuses rest one day and, every other week, a second one; they close over the great holidays.
            off[np.arange(len(seats)), pair[swapped[seats] % 10, 1]] = (seats + week) % 2 == 0
            closed = holiday & (np.abs(calendar.spring[span] - 2) < 7)
            off[:, :width] |= closed | (holiday & (rng.random((len(seats), 1)) < .6))
        else:
            feast = holiday & (calendar.spring[span] >= -1) & (calendar.spring[span] <= 3)
            off[:, :width] |= feast & (rng.random((len(seats), width)) < .62)
        due[seats] = ~off
    due[:, width:] = False
    return due


def play(rng: np.random.Generator, org: Org, calendar: Days, people: People, fate: TeamFate, state: State, cells: Cells,
         sales: Sales, pains: Pains, pid: np.ndarray, week: int) -> None:
    """Play one week into ``cells`` and ``sales`` for the people ``pid`` (−1: empty seat) on their seats."""
    first, last = week * 7, min(week * 7 + 7, calendar.count)
    width = last - first
    span = np.arange(first, last)
    who = np.maximum(pid, 0)
    there = (pid >= 0)[:, None] & (people.hired[who][:, None] <= span) & (people.last[who][:, None] >= span)
    due = scheduled(rng, org, calendar, people.shift[who], week)[:, :width] & there
    leave = _leave(rng, calendar, people, state, who, due, span)
    worked = due & (leave == 0)
    overtime = there & ~due & (leave == 0) & (state.burst > 0)[:, None] & (rng.random(due.shape) < .06)
    worked |= overtime
    _attendance(rng, org, calendar, people, fate, state, cells, who, worked, leave, week)
    busy = worked & (cells["result"][:, first:last] != ABSENT)
    power = state.log_performance(people, org, fate, who, week)
    odds = state.rejection_odds(people, org, fate, who, week)
    relief = state.lift(org, week)[1]
    for index, line in enumerate(LINES):
        rows = org.line_seats[index]
        _activity(rng, line, calendar.demand[line.key][first:last], people, who[rows], power[rows], odds[rows], relief[rows],
                  busy[rows], cells, sales, pains, rows, first, last)


def _leave(rng: np.random.Generator, calendar: Days, people: People, state: State, who: np.ndarray, due: np.ndarray,
           span: np.ndarray) -> np.ndarray:
    """Kind of leave per seat and day (index into LEAVE_KINDS, 0 none; 100 added for half a day)."""
    chance = rng.random(due.shape)
    bridge = 1 + 3.0 * calendar.bridge[span]
    annual = .0115 * bridge * ((span[None, :] - people.hired[who][:, None]) > 180)
    sick = np.full(due.shape, .0075) * (1 + .8 * state.fatigue[:, None])
    private = .006 * (1 + 3.5 * state.detached + 4 * (state.family > 0))[:, None] * bridge ** .5
    lieu = np.where(state.fatigue > .4, .012, .001)[:, None]
    edges = np.cumsum([annual, sick, private, lieu * np.ones(due.shape)], axis=0)
    kind = np.select([chance < edge for edge in edges], [1, 2, 3, 4], 0)
    half = (rng.random(due.shape) < .3) & np.isin(kind, (1, 3, 4))
    # Illness lasts: most sick leaves go on the next day.
    longer = np.zeros(len(kind), dtype=bool)
    for day in range(kind.shape[1]):
        kind[:, day] = np.where(longer & (kind[:, day] == 0), 2, kind[:, day])
        longer = (kind[:, day] == 2) & due[:, day] & (rng.random(len(kind)) < .45)
    return np.where(due, kind + 100 * half * (kind > 0), 0)


def _attendance(rng: np.random.Generator, org: Org, calendar: Days, people: People, fate: TeamFate, state: State, cells: Cells,
                who: np.ndarray, worked: np.ndarray, leave: np.ndarray, week: int) -> None:
    first, last = week * 7, week * 7 + worked.shape[1]
    shape, line = worked.shape, org.seat_line
    half, kind = leave >= 100, leave % 100
    present = worked | half
    begin = np.array([one.begin for one in LINES] + [540])[line][:, None] * np.ones(shape, dtype=int)
    end = np.array([one.finish for one in LINES] + [1080])[line][:, None] * np.ones(shape, dtype=int)
    # Shops have an early and a late shift; the late one ends before nine.
    late_shift = (line == 1)[:, None] & ((rng.random(shape) < .15) ^ (people.shift[who] % 2 == week % 2)[:, None])
    begin, end = begin + 210 * late_shift, end + 150 * late_shift
    begin = begin + np.where(half & (kind != 4), 240, 0)
    weekday = calendar.weekday[first:last]
    team = fate.pressure[org.seat_team, week][:, None]
    usual = (np.array([one.late for one in LINES] + [.01])[line] * people.overtime[who] * (1 - .5 * (people.hired[who] > first - 45)))
    chance = np.where((state.burst > 0)[:, None], np.array([.82, .7, .74, .8, .5])[line][:, None], usual[:, None])
    chance = 1 - (1 - chance) * (1 - team * np.clip(.9 + .25 * (people.overtime[who] - .9), .5, 1.05)[:, None])
    chance = np.where(people.notice[who][:, None] <= first, chance * .2, chance) * np.where((weekday >= 4) & ~np.isin(line, (1, 3))[:, None], .72, 1.02)
    evening = worked & (rng.random(shape) < chance)
    stay = np.array([one.stay for one in LINES] + [25])[line][:, None]
    leave_at = end + np.minimum(rng.gamma(1.6, stay / 1.6, shape), 1257 - end)
    night = 1262 + rng.gamma(2.0, 21, shape) + (rng.random(shape) < .06) * rng.uniform(90, 170, shape)
    out = np.where(evening, np.minimum(night, 1440 + 165), leave_at)
    out = np.where(half & (kind == 4), begin + 235 + rng.normal(0, 6, shape), out)
    slow = rng.random(shape) < .016 * people.punctual[who][:, None] * (1 + .8 * state.detached + .4 * state.fatigue)[:, None]
    come = begin - np.clip(rng.gamma(3, 3.4, shape), 1, 45)
    come = np.where(slow, begin + 1 + np.minimum(rng.exponential(13, shape), 110), come)
    came_late = np.where(slow, come - begin, 0).astype(int)
    early = present & ~evening & ~half & (rng.random(shape) < .004)
    out = np.where(early, end - rng.uniform(12, 80, shape), out)
    result = np.where(came_late > 0, LATE, np.where(early, EARLY, NORMAL))
    away = (line == 2)[:, None] & ~evening & (rng.random(shape) < .16)
    travels = away & (rng.random(shape) < .3)
    result = np.where(travels, TRAVEL, np.where(away, OUT, result))
    lost = (rng.random(shape) < .007) & ~away
    lost_in = lost & (rng.random(shape) < .3)
    result = np.where(lost, MISSING, result)
    absent = worked & (rng.random(shape) < .0008 * (1 + 3 * state.detached)[:, None]) & ~evening
    result = np.where(present, result, 0)
    result = np.where(absent, ABSENT, result)
    result = np.where((kind > 0) & ~half, LEAVE, result)
    punched = present & ~absent & ~travels
    span = slice(first, last)
    cells["check_in"][:, span] = np.where(punched & ~lost_in, come, -1)
    cells["check_out"][:, span] = np.where(punched & ~(lost & ~lost_in), np.maximum(out, come + 30), -1)
    cells["late"][:, span] = np.where((result == LATE) & punched, came_late, 0)
    cells["result"][:, span] = result
    cells["leave_kind"][:, span] = kind
    cells["leave_hours"][:, span] = np.where(kind > 0, np.where(half, 4, 8), 0)


def _activity(rng: np.random.Generator, line: object, demand: np.ndarray, people: People, who: np.ndarray, power: np.ndarray,
              odds: np.ndarray, relief: np.ndarray, busy: np.ndarray, cells: Cells, sales: Sales, pains: Pains, rows: slice,
              first: int, last: int) -> None:
    """Counts and sales of one line in one week.  Half of what somebody does well is effort, the rest is reaching people."""
    seats, days = np.nonzero(busy)
    if not len(seats):
        return
    strength, person = power[seats], who[seats]
    lead = np.where(people.lead[person], .55, 1.0)
    half = np.where(cells["leave_hours"][rows, first:last][seats, days] > 0, .5, 1.0)
    today = demand[days] * lead * half * np.exp(rng.normal(0, line.noise, len(seats)))
    if line.dials:
        dials = np.clip(rng.poisson(line.dials * np.exp(.45 * strength) * today), 1, 250)
        reached = np.clip(line.reached * np.exp(.55 * strength + people.reach[person]), .02, .95)
        answered = rng.binomial(dials, reached)
    else:
        dials = np.zeros(len(seats), dtype=int)
        answered = np.minimum(rng.poisson(17.2 * np.exp(.4 * strength) * today), 250)
    base = np.log(line.rejected / (1 - line.rejected)) if line.rejected else -30.0
    refused = 1 / (1 + np.exp(-(base + odds[seats])))
    refused = np.clip(1 - (1 - refused) * np.exp(relief[seats]), .04, .9) if line.rejected else refused * 0
    rejected = rng.binomial(answered, refused)
    left = answered - rejected
    # Shares are of all answered; what is not refused is divided among them.  In telesales nothing is left over.
    scale = 1 - line.rejected
    skill = np.exp(.45 * strength)
    deals = rng.binomial(left, np.clip(line.deals / scale * np.exp((.6 if not line.dials else .45) * strength), 0, .6))
    intents = rng.binomial(left - deals, np.clip(line.intents / scale * skill, 0, .6))
    rest = left - deals - intents
    whole = line.key == "telesales"
    share = np.clip(line.effective / scale * (skill if not line.dials else 1), 0, .95)
    effective = rest if whole else rng.binomial(rest, share)
    product = rng.choice(len(line.products), int(deals.sum()),
                         p=np.array([one[2] for one in line.products]) / sum(one[2] for one in line.products))
    price = np.array([one[1] for one in line.products])[product].astype(float)
    if line.key == "key_accounts":
        price = np.round(price * np.exp(rng.normal(0, .45, len(price))) / 1000) * 1000
    else:
        price = np.round(price * rng.choice([1, .95, .9, .88], len(price), p=[.62, .18, .12, .08]))
    cell = np.repeat(np.arange(len(seats)), deals)
    # Who has talked with more people has more to follow up: the time goes with what somebody gets done.
    follow = rng.gamma(4, {"telesales": 9, "stores": 5, "key_accounts": 22, "enrolment": 16}[line.key], len(seats)) * half * lead
    follow *= np.exp(pains.follow_up(seats + rows.start, strength))
    nth = np.arange(len(cell)) - np.repeat(np.cumsum(deals) - deals, deals)
    counts = dict(zip(COUNTS, (dials, answered, rejected, effective, intents, deals), strict=True))
    pains.bend(seats + rows.start, counts, rest - effective, follow)
    # Deals that a pain cost are gone from the end of the day.
    sold = nth < deals[cell]
    cell, product, price = cell[sold], product[sold], price[sold]
    revenue = np.bincount(cell, price, len(seats))
    at = (seats + rows.start, days + first)
    for name, values in counts.items():
        cells[name][at] = values
    cells["revenue"][at], cells["follow_up"][at] = revenue, np.minimum(follow, 400)
    sales.person.append(person[cell].astype(np.int32))
    sales.day.append((days[cell] + first).astype(np.int32))
    sales.product.append(product.astype(np.uint8))
    sales.amount.append(price.astype(np.int32))


