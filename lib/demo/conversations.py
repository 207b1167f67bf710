"""Conversations of the enrolment campuses: every answered call of a day, its length, its customer and whether a contact was left.

They agree with the daily totals: a conversation counts as useful, as an intent or as a deal there when it took more than ten
minutes; what was answered and led nowhere is a short one.
"""

from __future__ import annotations

import numpy as np

from lib.demo.business import LINES, OBJECTIONS
from lib.demo.market import CALL_DAYS, LUNCH, NEVER_BOUGHT, Customers, Deals
from lib.demo.simulate import World

ENROLMENT = 3
CALLING_LIST = 90   # people on the calling list of each enrolment adviser
SHORT, LONG = 590, 4_500   # seconds: an answered call that led nowhere at most, any conversation at most
# Share of conversations after which the customer has left a contact: rejected, effective, intent, deal; short ones hardly ever.
CONTACT = (.02, .93, .985, 1.0)
CONTACT_TELESALES = (.01, .46, .95, 1.0)
CONTACT_SHORT = .12


def with_calling_lists(customers: Customers, world: World) -> tuple[Customers, Customers]:
    """The customers with those on the calling lists of enrolment behind them, and these alone; nobody's place changes."""
    people = world.people
    dialling = np.flatnonzero((people.line == ENROLMENT) & (people.last > world.calendar.count - 1 - CALL_DAYS))
    owner = np.repeat(dialling, CALLING_LIST)
    first = customers.first_lead.copy()
    first[dialling] = len(customers.owner) + CALLING_LIST * np.arange(len(dialling))
    more = Customers(owner, people.line[owner], np.full(len(owner), NEVER_BOUGHT, dtype=np.int64), first)
    return Customers(np.concatenate([customers.owner, owner]), np.concatenate([customers.line, more.line]),
                     np.concatenate([customers.bought, more.bought]), first), more


def calls(rng: np.random.Generator, world: World, person: np.ndarray, day: np.ndarray, seat: np.ndarray, won: Deals,
          won_at: int, customers: Customers) -> tuple[dict[str, np.ndarray], int]:
    """The answered conversations of these enrolment days, as :func:`lib.demo.market.calls` gives those of telesales.

    Outcome 1 (effective) is both the useful conversation and the short one that led nowhere: the length tells them apart.
    """
    cells, people, line = world.cells, world.people, LINES[ENROLMENT]
    counted = np.stack([cells[name][seat, day] for name in ("rejected", "effective", "intents", "deals")], axis=1).astype(int)
    short = np.maximum(cells["answered"][seat, day].astype(int) - counted.sum(axis=1), 0)
    parts = np.concatenate([counted, short[:, None]], axis=1)
    cell = np.repeat(np.arange(len(day)), parts.sum(axis=1))
    kind = np.repeat(np.tile(np.arange(5), len(day)), parts.ravel())
    n = len(cell)
    begin = np.maximum(cells["check_in"][seat, day], line.begin + 8)
    out = cells["check_out"][seat, day]
    end = np.clip(np.where(out < 0, line.finish, out) - 30, begin + 60, 1215)
    morning = np.clip(LUNCH[0] - begin, 0, None)
    free = np.maximum(morning + np.clip(end - np.maximum(LUNCH[1], begin), 0, None), 60)
    minute = rng.random(n) * free[cell]
    at = np.where(minute < morning[cell], begin[cell] + minute, np.maximum(LUNCH[1], begin)[cell] + minute - morning[cell])
    length = np.exp(rng.normal(np.log(np.array([34.0, 1080, 1380, 1680, 190]))[kind], np.array([.8, .28, .3, .3, .6])[kind]))
    useful = (kind >= 1) & (kind <= 3)
    length = np.round(np.where(useful, np.clip(length, 601, LONG), np.clip(length, 4, SHORT)))
    kinds = len(OBJECTIONS[line.key])
    own = (np.maximum(person, 0)[cell] * 7919 + 5) % kinds
    weight = np.array([.24, .2, .13, .08, .17, .1, .08])
    reason = np.where(rng.random(n) < .3, own, rng.choice(kinds, n, p=weight))
    objects = rng.random(n) < np.array([.95, .5, .55, .25, .4])[kind]
    # Few people on the list are worth a second long conversation: the promising ones are called again and again.
    place = (rng.random(n) ** np.array([1.0, 1.5, 1.9, 1.9, 1.1])[kind] * CALLING_LIST).astype(np.int64)
    known = rng.random(n) < np.array([.4, .9, 1, 1, .6])[kind]
    customer = np.where(known, customers.first_lead[person[cell]] + place, -1)
    amount = np.full(n, -1.0)
    sold = np.flatnonzero(kind == 3)
    customer[sold] = won.customer[won_at:won_at + len(sold)]
    amount[sold] = won.amount[won_at:won_at + len(sold)]
    mean = np.array([64, 76, 85, 89, 68])[kind] + 20 * people.ability[person[cell]]
    score = np.where(rng.random(n) < .15, np.clip(np.round(rng.normal(mean, 7)), 30, 99), -1)
    second = np.round(at * 60).astype(np.int64)
    order = np.lexsort((second, cell))
    columns = {"person": person[cell], "day": day[cell], "second": second, "outcome": np.where(kind == 4, 1, kind), "length": length,
               "customer": customer, "objection": np.where(objects, reason, -1), "score": score, "amount": amount}
    return {name: values[order] for name, values in columns.items()}, len(sold)


def contact_left(rng: np.random.Generator, index: int, outcome: np.ndarray, length: np.ndarray) -> np.ndarray:
    """Whether each customer left a contact, for conversations of the line ``index`` with this outcome and length in seconds."""
    share = np.array(CONTACT if index == ENROLMENT else CONTACT_TELESALES)[outcome]
    if index == ENROLMENT:
        share = np.where((outcome == 1) & (length <= 600), CONTACT_SHORT, share)
    return rng.random(len(outcome)) < share
