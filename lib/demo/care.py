"""Care in the demo company: daily chats before the programme, need-driven talks after it, and what they truly do.

HR sees what the facts show (a dip of two weeks, three late evenings in a row, many rejections, a family matter that was
mentioned, an event, a touch point of a newcomer) and acts on a part of it: whoever is missed is missed by chance, so the effect
of care can be learnt from the data.  Effects are those of ``business.CARE_PERFORMANCE`` (times that of the support given:
``supports.OFFERS``) and ``business.CARE_HAZARD``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from lib.demo import supports
from lib.demo.business import HR_LINE, TAGS
from lib.demo.calendar import Days
from lib.demo.days import LATE_EVENING, Cells
from lib.demo.org import Org
from lib.demo.people import NEVER, People
from lib.demo.state import State, TeamFate

EVENT_KINDS = ("marriage", "birth", "moving", "exam", "illness", "hospital", "bereavement", "other")
BIRTHDAY, HOSPITAL = len(EVENT_KINDS), EVENT_KINDS.index("hospital")
CHAT, CHECK_IN = len(TAGS), len(TAGS) + 1  # kinds of talk beyond the six tags
TOPICS = ("client_trouble", "family_care", "pressure", "pay", "promotion", "leaving", "training", "climate")
TOUCH_POINTS = (0, 2, 6, 19, 30, 60)  # days after the first day
REACHED = (.9, .62, .66, .7, .62, .74)  # share of needs that HR gets round to, by tag
FELT_CARED = (.60, .58, .66, .64, .62, .72, .30, .42)
TALK_FIELDS = {"person": np.int32, "day": np.int32, "kind": np.int8, "topics": np.uint16, "minutes": np.int16, "felt": np.int8,
               "hr": np.int32, "matter": np.int8, "refused": np.int8, "evenings": np.int8, "change": np.int8, "pace": np.int16, "support": np.int8}


@dataclass
class Memory:
    """What HR remembers from week to week (arrays over seats), all talks, and the care given for the truth; ``offer`` is the stream
    of what is given in talks."""

    seats: int
    offer: np.random.Generator
    before: np.ndarray = field(init=False)       # performance per worked day of the last counted week
    falling: np.ndarray = field(init=False)      # that week was > 15 % below the one before
    dip_due: np.ndarray = field(init=False)      # the dip rule became true on this Monday
    run: np.ndarray = field(init=False)          # late worked days in a row
    client_due: np.ndarray = field(init=False)
    refused: np.ndarray = field(init=False)      # last week's rejection share, NaN when too few conversations
    usual: np.ndarray = field(init=False)        # slow average of it
    change: np.ndarray = field(init=False)       # last week against the week before, in percent
    pace: np.ndarray = field(init=False)         # effective conversations per worked day
    evenings: np.ndarray = field(init=False)
    family_known: np.ndarray = field(init=False)
    quiet_until: np.ndarray = field(init=False)  # seat × tag: no second care for the same matter before this day
    last_talk: np.ndarray = field(init=False)
    talks: dict[str, list[np.ndarray]] = field(default_factory=lambda: {name: [] for name in TALK_FIELDS})

    def __post_init__(self) -> None:
        n = self.seats
        for name in ("falling", "dip_due", "client_due", "family_known"):
            setattr(self, name, np.zeros(n, dtype=bool))
        for name in ("before", "refused", "usual"):
            setattr(self, name, np.full(n, np.nan))
        for name in ("run", "change", "pace", "evenings"):
            setattr(self, name, np.zeros(n))
        self.quiet_until = np.full((n, len(TAGS)), -1)
        self.last_talk = np.full(n, -99)

    def clear(self, seats: np.ndarray) -> None:
        """Somebody new sits on these seats."""
        for name in ("falling", "dip_due", "client_due", "family_known", "run", "change", "pace", "evenings"):
            getattr(self, name)[seats] = 0
        for name in ("before", "refused", "usual"):
            getattr(self, name)[seats] = np.nan
        self.quiet_until[seats] = -1
        self.last_talk[seats] = -99

    def log(self, **rows: np.ndarray) -> None:
        """Keep talks."""
        for name, kind in TALK_FIELDS.items():
            self.talks[name].append(np.asarray(rows[name]).astype(kind))


def give(rng: np.random.Generator, org: Org, calendar: Days, people: People, fate: TeamFate, state: State, cells: Cells,
         memory: Memory, events: np.ndarray, matter: np.ndarray, pid: np.ndarray, week: int) -> None:
    """Talks of a week that has been played.

    ``events``: per seat the day of a birthday or declared event to act on, or NEVER; ``matter``: what it is (``BIRTHDAY`` or the
    number of the kind of event).
    """
    first, last = week * 7, min(week * 7 + 7, calendar.count)
    result = cells["result"][:, first:last]
    here = (result > 0) & (result < 5) | (result > 6)
    who = np.maximum(pid, 0)
    served = (pid >= 0) & here.any(axis=1) & (org.seat_line != HR_LINE)
    late = here & (cells["check_out"][:, first:last] > LATE_EVENING)
    programme = served & (fate.care_week[org.seat_team] <= week)
    due = _needs(rng, people, state, memory, events, matter, who, programme, here, late, first)
    chance = rng.random(due.shape) < np.array(REACHED)
    # A deeper dip gets attention a little more often; within a tag the rest is luck.
    chance[:, 1] |= (memory.change < -35) & (rng.random(len(pid)) < .15)
    wanted = np.where((due < last) & chance & programme[:, None], due, NEVER)
    # A talk needs both people at work: the first worked day from the wanted day on.
    wanted = _at_work(here, wanted, first)
    order = np.array([5, 2, 1, 4, 0, 3])  # family, pressure, dip, customers, newcomer, event
    ranked = np.where(wanted[:, order] < NEVER, np.arange(len(order)), 99)
    best = order[ranked.argmin(axis=1)]
    day = wanted[np.arange(len(pid)), best]
    spaced = (day < NEVER) & (day - memory.last_talk >= 3)
    seats = np.flatnonzero(spaced)
    tags = best[seats]
    given, strength, longer = supports.offered(memory.offer, tags)
    _keep(rng, org, people, fate, state, memory, seats, pid[seats], day[seats], tags, np.where(tags == 3, matter[seats], -1), given, longer, week)
    memory.last_talk[seats] = day[seats]
    memory.quiet_until[seats, tags] = day[seats] + np.array([1, 13, 11, 6, 20, 27])[tags]
    state.cared[seats, tags], state.strength[seats, tags] = week, strength  # what that does is known to ``State.lift`` and ``State.calm`` alone
    _chats(rng, org, people, fate, state, memory, pid, served, programme, here, week)


def _needs(rng: np.random.Generator, people: People, state: State, memory: Memory, events: np.ndarray, matter: np.ndarray,
           who: np.ndarray, programme: np.ndarray, here: np.ndarray, late: np.ndarray, first: int) -> np.ndarray:
    """Day on which HR wants to talk, seat × tag (NEVER where there is no need)."""
    n, width = here.shape
    due = np.full((n, len(TAGS)), NEVER)
    span = first + np.arange(width)
    tenure = span - people.hired[who][:, None]
    touch = np.isin(tenure, TOUCH_POINTS)
    due[:, 0] = np.where(touch.any(axis=1), first + touch.argmax(axis=1), NEVER)
    due[memory.dip_due, 1] = first + rng.integers(0, 4, n)[memory.dip_due]
    third = np.full(n, NEVER)
    for day in range(width):
        memory.run = np.where(here[:, day], np.where(late[:, day], memory.run + 1, 0), memory.run)
        third = np.where((third == NEVER) & (memory.run >= 3) & late[:, day], first + day, third)
    due[:, 2] = np.where(third < NEVER, third + rng.integers(0, 3, n), NEVER)
    due[:, 3] = events
    due[memory.client_due, 4] = first + rng.integers(0, 4, n)[memory.client_due]
    memory.family_known |= (events < NEVER) & (matter == HOSPITAL)
    known = memory.family_known & (state.family > 0)
    due[known, 5] = first + rng.integers(0, 3, n)[known]
    return np.where(memory.quiet_until >= first, NEVER, due)


def _at_work(here: np.ndarray, wanted: np.ndarray, first: int) -> np.ndarray:
    width = here.shape[1]
    following = np.full(here.shape, NEVER)
    coming = np.full(len(here), NEVER)
    for day in range(width - 1, -1, -1):
        coming = np.where(here[:, day], first + day, coming)
        following[:, day] = coming
    inside = (wanted >= first) & (wanted < first + width)
    place = np.where(inside, wanted - first, 0)
    return np.where(inside, np.take_along_axis(following, place, axis=1), NEVER)


def _chats(rng: np.random.Generator, org: Org, people: People, fate: TeamFate, state: State, memory: Memory, pid: np.ndarray,
           served: np.ndarray, programme: np.ndarray, here: np.ndarray, week: int) -> None:
    """Before the programme HR talks 15 minutes with everybody in turn, about once a week; afterwards every other month or so."""
    for place, (before, after) in enumerate(((.88, .14), (.24, .0))):
        chance = np.where(programme, after, before)
        seats = np.flatnonzero(served & (rng.random(len(pid)) < chance))
        if not len(seats):
            continue
        weight = here[seats] * rng.random((len(seats), here.shape[1]))
        day = week * 7 + weight.argmax(axis=1)
        free = day != memory.last_talk[seats]
        if place:
            free &= day - memory.last_talk[seats] > 1
        seats, day = seats[free], day[free]
        kind = np.where(programme[seats], CHECK_IN, CHAT)
        nothing = np.full(len(seats), -1)
        _keep(rng, org, people, fate, state, memory, seats, pid[seats], day, kind, nothing, nothing, 0 * nothing, week)
        memory.last_talk[seats] = np.maximum(memory.last_talk[seats], day)


def _keep(rng: np.random.Generator, org: Org, people: People, fate: TeamFate, state: State, memory: Memory, seats: np.ndarray,
          person: np.ndarray, day: np.ndarray, kind: np.ndarray, matter: np.ndarray, support: np.ndarray, longer: np.ndarray, week: int) -> None:
    """Log talks with what they were about, what was given and what the partner could see."""
    n = len(seats)
    tag = np.where(kind < CHAT, kind, -1)
    age = day - np.where(people.promoted[person] == NEVER, people.hired[person], people.promoted[person])
    newcomer = day - people.hired[person] < 60
    trusted = np.where(kind < CHAT, 1.35, 1.0)  # a talk with a reason goes deeper than a chat
    odds = np.stack([
        .02 + .42 * (state.struggle[seats] > 0) + .9 * (tag == 4) + .12 * newcomer * (org.seat_line[seats] != 1),
        .34 * (state.family[seats] > 0) + .9 * (tag == 5) + .9 * (matter == HOSPITAL),
        .025 + .22 * (state.burst[seats] > 0) + .35 * state.fatigue[seats] + .85 * (tag == 2),
        .015 + .10 * (people.pay_gap[person] < -.08), .01 + .08 * ((age > 540) & ~people.lead[person]),
        .0015 + .16 * state.detached[seats], .012 + .22 * newcomer + .25 * (tag == 0),
        .01 + .07 * (fate.climate[org.seat_team[seats]] < -.9) + .35 * fate.decline[org.seat_team[seats], week],
    ]) * trusted
    said = rng.random(odds.shape) < np.clip(odds, 0, .95)
    bits = (said * (1 << np.arange(len(TOPICS)))[:, None]).sum(axis=0)
    memory.family_known[seats] |= said[1]
    minutes = np.where(kind == CHAT, rng.normal(15, 1.8, n), np.where(kind == CHECK_IN, rng.normal(18, 4, n), rng.normal(25, 3.6, n))) + longer
    asked = rng.random(n) < np.where(kind == CHAT, .22, .8)
    felt = rng.random(n) < np.array(FELT_CARED)[kind]
    partner = org.hr_seat[org.seat_team[seats]]
    memory.log(person=person, day=day, kind=kind, topics=bits, minutes=np.clip(np.round(minutes), 5, 60),
               felt=np.where(asked, felt, -1), hr=partner, matter=matter, refused=np.nan_to_num(memory.refused[seats] * 100, nan=-1),
               evenings=memory.evenings[seats], change=np.clip(memory.change[seats], -99, 99),
               pace=np.minimum(memory.pace[seats] * 10, 30000), support=support)


def look_back(org: Org, calendar: Days, state: State, cells: Cells, memory: Memory, week: int) -> None:
    """After the week: what its figures show, for the next week's needs and for the inner state (fatigue)."""
    first, last = week * 7, min(week * 7 + 7, calendar.count)
    span = slice(first, last)
    result = cells["result"][:, span]
    here = (result > 0) & (result < 5) | (result > 6)
    worked = here.sum(axis=1)
    money = np.isin(org.seat_line, (1,))
    total = np.where(money, cells["revenue"][:, span].sum(axis=1, dtype=np.int64), cells["effective"][:, span].sum(axis=1, dtype=np.int64))
    counted = worked >= 3
    rate = np.where(counted, total / np.maximum(worked, 1), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        fell = rate < .85 * memory.before
        memory.change = np.where(counted & (memory.before > 0), np.clip((rate / memory.before - 1) * 100, -99, 99), 0)
    memory.dip_due = counted & fell & memory.falling
    memory.falling = np.where(counted, fell, memory.falling)
    memory.before = np.where(counted, rate, memory.before)
    memory.pace = np.where(counted, cells["effective"][:, span].sum(axis=1, dtype=np.int64) / np.maximum(worked, 1), memory.pace)
    answered = cells["answered"][:, span].sum(axis=1, dtype=np.int64)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where((answered >= 20) & (org.seat_line != 1), cells["rejected"][:, span].sum(axis=1, dtype=np.int64) / answered, np.nan)
    memory.client_due = (share >= .4) & ~(share <= memory.usual)
    memory.refused = share
    memory.usual = np.where(np.isnan(memory.usual), share, np.where(np.isnan(share), memory.usual, .88 * memory.usual + .12 * share))
    memory.evenings = (here & (cells["check_out"][:, span] > LATE_EVENING)).sum(axis=1)
    state.fatigue = (.74 * state.fatigue + .26 * np.minimum(memory.evenings / 4, 1.3)).astype(np.float32)
    memory.family_known &= state.family > 0
