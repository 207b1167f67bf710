"""Deals, customers and calls: the sales of the simulated days as the rows of a CRM and of a call centre.

Everything agrees with the daily totals: each sale of a day is one won deal, each answered conversation of telesales one call.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lib.demo.business import LINES, OBJECTIONS
from lib.demo.people import People
from lib.demo.simulate import World

CALL_DAYS = 28         # calls are kept for the last four weeks …
CALL_DAYS_LARGE = 7    # … of a large company for one week
LARGE = 5_000
LEADS = 160            # people on the calling list of each telesales agent
POOL = (.9, .55, .6, .97)  # customers per sale: some come back
WON, OPEN, LOST = 0, 1, 2
STAGES = ("won", "open", "lost")
OUTCOMES = ("rejected", "effective", "intent", "deal")
LUNCH = (720, 810)


@dataclass(frozen=True)
class Deals:
    """All deals, sorted by employee number, then day (arrays); ``closed`` and ``amount`` are −1 where unknown."""

    person: np.ndarray
    closed: np.ndarray
    amount: np.ndarray
    stage: np.ndarray
    product: np.ndarray
    engaged: np.ndarray
    customer: np.ndarray


@dataclass(frozen=True)
class Customers:
    """All customers in the order of :class:`Deals`' numbers (arrays); ``bought`` is NEVER_BOUGHT without a purchase."""

    owner: np.ndarray   # the person who won them
    line: np.ndarray
    bought: np.ndarray
    first_lead: np.ndarray  # per person: number of the first lead on the calling list, −1 without one


NEVER_BOUGHT = -1_000_000


def deals(rng: np.random.Generator, world: World, rank: np.ndarray) -> tuple[Deals, Customers]:
    """Won, open and lost deals and the customers they belong to.  ``rank``: place of each person by employee number."""
    people, last = world.people, world.calendar.count - 1
    sales = {name: np.concatenate(parts) if parts else np.zeros(0, dtype=int) for name, parts in vars(world.sales).items()}
    person, day, product, amount = (sales[name].astype(np.int64) for name in ("person", "day", "product", "amount"))
    stage = np.zeros(len(person), dtype=np.int8)
    extra = [_unfinished(rng, people, last, index) for index in (2, 3)]
    # Lost deals die on days like those on which others are won.
    for index, share in ((2, 1.1), (3, .5)):
        won = np.flatnonzero(people.line[person] == index)
        lost = won[rng.random(len(won)) < min(share, 1)]
        moved = np.maximum(day[lost] - rng.integers(0, 20, len(lost)), np.maximum(people.hired[person[lost]], 0))
        extra.append((person[lost], moved, product[lost], amount[lost], np.full(len(lost), LOST, dtype=np.int8)))
    person, day, product, amount, stage = (np.concatenate(parts) for parts in zip((person, day, product, amount, stage), *extra,
                                                                                 strict=True))
    line = people.line[person]
    lag = np.round(rng.gamma(2, np.array([4.0, .5, 34, 11])[line])).astype(int)
    engaged = np.where(stage == OPEN, last - np.minimum(lag, np.maximum(last - np.maximum(people.hired[person], 0), 0)),
                       day - lag)
    # Nobody works on a deal before they were hired.
    engaged = np.minimum(np.maximum(engaged, people.hired[person]), np.where(stage == OPEN, last, day))
    order = np.lexsort((amount, np.where(stage == OPEN, last + 1, day), rank[person]))
    person, day, product, amount, stage, engaged = (values[order] for values in (person, day, product, amount, stage, engaged))
    pool = np.zeros(people.count, dtype=np.int64)
    held = np.bincount(person, minlength=people.count)
    pool = np.where(held, np.maximum(1, np.round(held * np.array(POOL + (0,))[people.line])), 0).astype(np.int64)
    dialling = (people.line == 0) & (people.last > last - CALL_DAYS)
    old = np.where((people.line == 1) & (people.hired < -380), 32, 0) + np.where(people.line == 2, 4, 0)
    leads = np.where(dialling, LEADS, 0)
    base = np.concatenate([[0], np.cumsum(pool + old + leads)])
    customer = base[person] + (rng.random(len(person)) * pool[person]).astype(np.int64)
    owner = np.repeat(np.arange(people.count), pool + old + leads)
    bought = np.full(base[-1], NEVER_BOUGHT, dtype=np.int64)
    np.maximum.at(bought, customer[stage == WON], day[stage == WON])
    place = np.arange(base[-1]) - base[owner]
    former = (place >= pool[owner]) & (place < (pool + old)[owner]) & (people.line[owner] == 1)
    bought[former] = rng.integers(-560, -10, int(former.sum()))
    first_lead = np.where(leads > 0, base[:-1] + pool + old, -1)
    return (Deals(person, np.where(stage == OPEN, -1, day), amount, stage, product, engaged, customer),
            Customers(owner, people.line[owner], bought, first_lead))


def _unfinished(rng: np.random.Generator, people: People, last: int, index: int) -> tuple[np.ndarray, ...]:
    """Open deals of the people of a line who are there on the last day."""
    there = np.flatnonzero((people.line == index) & (people.last >= last))
    person = np.repeat(there, rng.poisson(4.2, len(there)))
    line = LINES[index]
    weight = np.array([one[2] for one in line.products])
    product = rng.choice(len(weight), len(person), p=weight / weight.sum())
    price = np.array([one[1] for one in line.products])[product]
    price = np.where(rng.random(len(person)) < .2, -1, np.round(price * np.exp(rng.normal(0, .3, len(person))) / 100) * 100)
    return person, np.full(len(person), last), product, price.astype(np.int64), np.full(len(person), OPEN, dtype=np.int8)


def call_days(people: int) -> int:
    """For how many days a company of this size keeps its calls."""
    return CALL_DAYS if people <= LARGE else CALL_DAYS_LARGE


def calls(rng: np.random.Generator, world: World, person: np.ndarray, day: np.ndarray, seat: np.ndarray, won: Deals,
          won_at: int, customers: Customers) -> tuple[dict[str, np.ndarray], int]:
    """The answered calls of these telesales days (arrays ``person``, ``day``, ``seat``, sorted as the deals are).

    ``won_at`` is the place in ``won`` of the first deal of these days.  Returns columns as arrays and the number of deals used.
    """
    cells, people = world.cells, world.people
    counts = np.stack([cells[name][seat, day] for name in ("rejected", "effective", "intents", "deals")], axis=1).astype(int)
    cell = np.repeat(np.arange(len(day)), counts.sum(axis=1))
    outcome = np.repeat(np.tile(np.arange(4), len(day)), counts.ravel())
    n = len(cell)
    begin = np.maximum(cells["check_in"][seat, day], LINES[0].begin + 6)
    out = cells["check_out"][seat, day]
    end = np.clip(np.where(out < 0, LINES[0].finish, out) - 12, begin + 40, 1230)
    # Nobody is called during the lunch break.
    morning = np.clip(LUNCH[0] - begin, 0, None)
    free = morning + np.clip(end - np.maximum(LUNCH[1], begin), 0, None)
    free = np.maximum(free, 30)
    minute = rng.random(n) * free[cell]
    at = np.where(minute < morning[cell], begin[cell] + minute, np.maximum(LUNCH[1], begin)[cell] + minute - morning[cell])
    second = np.round(at * 60).astype(np.int64)
    length = np.exp(rng.normal(np.log(np.array([21.0, 165, 540, 980]))[outcome], np.array([.8, .62, .4, .35])[outcome]))
    length = np.clip(np.round(length), 3, 4200)
    # One objection comes up again and again with the same agent.
    kinds = len(OBJECTIONS["telesales"])
    own = (np.maximum(person, 0)[cell] * 7919 + 13) % kinds
    weight = np.array([.17, .15, .09, .1, .08, .1, .14, .07, .06, .04])
    reason = np.where(rng.random(n) < .26, own, rng.choice(kinds, n, p=weight))
    objects = rng.random(n) < np.array([.97, .5, .45, .2])[outcome]
    lead = customers.first_lead[person[cell]] + (rng.random(n) * LEADS).astype(np.int64)
    known = rng.random(n) < np.array([.35, .75, 1, 1])[outcome]
    customer = np.where(known, lead, -1)
    amount = np.full(n, -1.0)
    sold = np.flatnonzero(outcome == 3)
    customer[sold] = won.customer[won_at:won_at + len(sold)]
    amount[sold] = won.amount[won_at:won_at + len(sold)]
    mean = np.array([68, 76, 84, 88])[outcome] + 20 * people.ability[person[cell]]
    score = np.where(rng.random(n) < .12, np.clip(np.round(rng.normal(mean, 7)), 30, 99), -1)
    order = np.lexsort((second, cell))
    columns = {"person": person[cell], "day": day[cell], "second": second, "outcome": outcome, "length": length,
               "customer": customer, "objection": np.where(objects, reason, -1), "score": score, "amount": amount}
    return {name: values[order] for name, values in columns.items()}, len(sold)
