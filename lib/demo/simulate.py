"""The demo company lives through its weeks: people come, work, get care or not, and leave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from lib.demo import care, days, state, supports
from lib.demo.business import HR_LINE, LEVEL_PAY
from lib.demo.calendar import Days
from lib.demo.care import BIRTHDAY, EVENT_KINDS, HOSPITAL, TOPICS
from lib.demo.colleagues import Contacts
from lib.demo.org import Org
from lib.demo.pain import Pains
from lib.demo.people import NEVER, People, hire, opening

REASONS = ("pay", "promotion", "manager_style", "workload", "training", "team_climate", "work_content", "commute", "family",
           "health", "better_offer", "other")


@dataclass
class World:
    """A finished company: everything that is written out afterwards."""

    org: Org
    calendar: Days
    people: People
    fate: state.TeamFate
    cells: days.Cells
    sales: days.Sales
    memory: care.Memory
    events: dict[str, list[np.ndarray]]
    pains: Pains
    support: supports.Supports
    contacts: Contacts
    hazard: dict[str, list[np.ndarray]] = field(default_factory=lambda: {"person": [], "week": [], "hazard": []})
    reason: dict[int, int] = field(default_factory=dict)


def live(rng: np.random.Generator, hurt: np.random.Generator, aid: np.random.Generator, mates: np.random.Generator, offer: np.random.Generator, org: Org,
         calendar: Days, truth: bool, tick: Callable[[int], None]) -> World:
    """Play all weeks.  ``hurt`` is the stream of the pain points, ``aid`` that of the support given for them, ``mates`` that of the
    contacts with colleagues, ``offer`` that of the support given in talks; ``truth``: keep the hazards; ``tick`` is told the number of each week that is done."""
    fate = state.fates(rng, org, calendar.weeks)
    people = People(int(org.seats * (1.15 + calendar.weeks / 52 * .75)) + 50)
    inner, memory = state.State(org), care.Memory(org.seats, offer)
    cells, sales = days.Cells(org, calendar), days.Sales()
    events: dict[str, list[np.ndarray]] = {"person": [], "kind": [], "day": []}
    pains = Pains(hurt, org.seats)
    contacts = Contacts(mates, org.seats)
    world = World(org, calendar, people, fate, cells, sales, memory, events, pains, supports.Supports(aid, calendar.weeks), contacts)
    pid = np.full(org.seats, -1)
    start_year = calendar.start.year + calendar.start.timetuple().tm_yday / 366
    taken, hired = opening(rng, org)
    pid[taken] = people.add(hire(rng, org, taken, hired, start_year))
    _mentors(rng, people, org, pid, taken)
    refill = np.where(pid < 0, rng.integers(0, 30, org.seats), NEVER)
    _settle(rng, org, inner, people, np.maximum(pid, 0))
    for week in range(calendar.weeks):
        first = week * 7
        gone = (pid >= 0) & (people.last[np.maximum(pid, 0)] < first)
        refill = np.where(gone, first + rng.integers(0, 38, org.seats), refill)
        pid[gone] = -1
        new = np.flatnonzero((pid < 0) & (refill < first + 7) & (refill < calendar.count))
        # Nobody starts in the week of the Spring Festival; most people start on a Monday.
        if len(new) and not (-4 <= calendar.spring[first] <= 3):
            day = first + rng.choice(5, len(new), p=[.68, .08, .1, .08, .06])
            day = np.minimum(np.maximum(day, np.minimum(refill[new], first + 4)), calendar.count - 1)
            inner.clear(new)
            memory.clear(new)
            pains.clear(new)
            contacts.clear(new)
            pid[new] = people.add(hire(rng, org, new, day, start_year))
            refill[new] = NEVER
            _mentors(rng, people, org, pid, new)
        who = np.maximum(pid, 0)
        inner.advance(rng, org, fate, calendar, week, people.overtime[who])
        hazard = np.where(pid >= 0, inner.hazard(people, org, fate, calendar, who, week, memory.refused), 0)
        free = (pid >= 0) & (people.notice[who] == NEVER) & (org.seat_line != HR_LINE)
        if truth:
            seats = np.flatnonzero(free)
            world.hazard["person"].append(pid[seats].astype(np.int32))
            world.hazard["week"].append(np.full(len(seats), week, dtype=np.int16))
            world.hazard["hazard"].append(hazard[seats].astype(np.float32))
        inner.detach(rng, people, who, hazard)
        _notices(rng, world, inner, np.flatnonzero(free & (rng.random(org.seats) < hazard)), pid, week)
        pains.begin_week(people, pid, org.seat_line, week)
        world.support.give(pains, people, pid, week)
        days.play(rng, org, calendar, people, fate, inner, cells, sales, pains, pid, week)
        contacts.count(org, calendar, inner, cells, pid, week)
        due, matter = _events(rng, world, inner, pid, week)
        care.give(rng, org, calendar, people, fate, inner, cells, memory, due, matter, pid, week)
        care.look_back(org, calendar, inner, cells, memory, week)
        _promotions(rng, people, pid, week)
        tick(week)
    pains.mention(memory.talks, TOPICS.index("pressure"), (TOPICS.index("training"), TOPICS.index("promotion")))
    world.memory.talks["hr"] = [pid[seats] for seats in world.memory.talks["hr"]]
    return world


def _settle(rng: np.random.Generator, org: Org, inner: state.State, people: People, who: np.ndarray) -> None:
    """Give the people of day 0 a past, so that the first weeks look like all others."""
    inner.mood = rng.normal(0, .052, org.seats).astype(np.float32)
    inner.drift = rng.normal(0, .075, org.seats).astype(np.float32)
    inner.fatigue = np.clip(rng.normal(.07, .06, org.seats), 0, 1).astype(np.float32)
    inner.detached = rng.random(org.seats) < .045


def _mentors(rng: np.random.Generator, people: People, org: Org, pid: np.ndarray, seats: np.ndarray) -> None:
    """A newcomer's mentor: an experienced colleague of the team, the lead where there is none.  Leads and HR have none."""
    person = pid[seats]
    bounds = np.searchsorted(org.seat_team, np.arange(org.teams + 1))
    fresh = (people.hired[person] > -240) & ~people.lead[person] & (org.seat_line[seats] != HR_LINE)
    for seat, one in zip(seats[fresh], person[fresh], strict=True):
        team = org.seat_team[seat]
        mates = pid[bounds[team]:bounds[team + 1]]
        mates = mates[(mates >= 0) & (mates != one)]
        senior = mates[(people.hired[mates] < people.hired[one] - 240) & (people.notice[mates] == NEVER)]
        pool = senior[~people.lead[senior]]
        pool = pool if len(pool) else senior if len(senior) else mates
        if len(pool):
            # Good and patient colleagues are asked more often.
            share = _shares(people.ability[pool])
            people.mentor[one] = pool[share.searchsorted(rng.random(), side="right")]


def _shares(ability: np.ndarray) -> np.ndarray:
    """Running sum of the chances to be asked, up to 1: what ``rng.choice`` makes of weights, without its checks."""
    weight = np.exp(4 * ability.astype(float))
    share = (weight / weight.sum()).cumsum()
    return share / share[-1]


def _notices(rng: np.random.Generator, world: World, inner: state.State, seats: np.ndarray, pid: np.ndarray, week: int) -> None:
    """These people give notice this week: three days ahead on probation, up to a month otherwise."""
    if not len(seats):
        return
    people, n = world.people, len(seats)
    person = pid[seats]
    last_day = world.calendar.count - 1
    day = np.minimum(week * 7 + rng.choice(7, n, p=[.26, .2, .16, .14, .18, .04, .02]), last_day)
    day = np.maximum(day, people.hired[person])
    tenure = day - people.hired[person]
    gap = np.where(tenure < 180, rng.integers(3, 9, n), np.where(rng.random(n) < .35, rng.integers(5, 15, n), rng.integers(15, 31, n)))
    people.notice[person] = day
    people.last[person] = day + gap
    chance = rng.random(n)
    weak = (tenure < 120) & (people.ability[person] < 0)
    people.leave_type[person] = np.select([weak & (chance < .3), chance > .97, chance > .945], [2, 3, 4], 1)
    team = world.org.seat_team[seats]
    age = day - np.where(people.promoted[person] == NEVER, people.hired[person], people.promoted[person])
    weight = np.stack([
        .5 + 8 * np.clip(-people.pay_gap[person], 0, None), .15 + 1.1 * (age > 540) + .6 * (age > 900),
        .3 + .5 * np.clip(-world.fate.climate[team], 0, None), .25 + 2.6 * inner.fatigue[seats], .2 + 1.2 * (tenure < 90),
        .2 + .5 * np.clip(-world.fate.climate[team], 0, None) + world.fate.decline[team, week], .3 + .5 * (tenure < 60),
        .1 + .7 * people.far[person], .12 + 1.8 * (inner.family[seats] > 0), np.full(n, .12),
        .35 + 1.5 * np.clip(people.ability[person] * 3, 0, 1), np.full(n, .1)])
    edges = np.cumsum(weight / weight.sum(axis=0), axis=0)
    picked = (rng.random(n) > edges).sum(axis=0)
    world.reason.update(zip(person.tolist(), np.minimum(picked, len(REASONS) - 1).tolist(), strict=True))


def _events(rng: np.random.Generator, world: World, inner: state.State, pid: np.ndarray,
            week: int) -> tuple[np.ndarray, np.ndarray]:
    """Declare the week's events; per seat the day of an event or birthday to act on (NEVER: none) and what it is."""
    people, calendar = world.people, world.calendar
    first = week * 7
    who = np.maximum(pid, 0)
    n = len(pid)
    kind = rng.choice(len(EVENT_KINDS), n, p=[.2, .12, .24, .2, .12, .0, .05, .07])
    declared = (pid >= 0) & (rng.random(n) < .0056)
    # A new family trouble often is somebody in hospital.
    hospital = (pid >= 0) & (inner.family >= 6) & (rng.random(n) < .5)
    kind = np.where(hospital, HOSPITAL, kind)
    day = np.minimum(first + rng.integers(0, 7, n), calendar.count - 1)
    seats = np.flatnonzero((declared | hospital) & (people.hired[who] <= day))
    world.events["person"].append(pid[seats].astype(np.int32))
    world.events["kind"].append(kind[seats].astype(np.int8))
    world.events["day"].append(day[seats].astype(np.int32))
    due = np.full(n, NEVER)
    due[seats] = day[seats]
    # The greeting goes out the day before the birthday.
    born = calendar.numpy() + people.born[who]
    this_year = (calendar.numpy() + first + 4).astype("datetime64[Y]")
    month = born.astype("datetime64[M]").astype(int) % 12
    of_month = (born - born.astype("datetime64[M]").astype("datetime64[D]")).astype(int)
    birthday = ((this_year.astype("datetime64[M]") + month).astype("datetime64[D]") + of_month - calendar.numpy()).astype(int)
    eve = birthday - 1
    greet = (due == NEVER) & (eve >= first) & (eve < first + 7) & (pid >= 0)
    return np.where(greet, eve, due), np.where(greet, BIRTHDAY, kind)


def _promotions(rng: np.random.Generator, people: People, pid: np.ndarray, week: int) -> None:
    """Now and then somebody is promoted, the able ones more often."""
    who = pid[pid >= 0]
    since = week * 7 - np.where(people.promoted[who] == NEVER, people.hired[who], people.promoted[who])
    chance = .0065 * np.exp(2.5 * people.ability[who]) * (since > 270) * (people.level[who] < 3) * (people.notice[who] == NEVER)
    up = who[rng.random(len(who)) < chance]
    people.promoted[up] = week * 7
    ratio = np.array(LEVEL_PAY)[people.level[up] + 1] / np.array(LEVEL_PAY)[people.level[up]]
    people.salary[up] = np.round(people.salary[up] * ratio / 100) * 100
    people.level[up] += 1
