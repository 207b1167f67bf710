"""Mentors of the demo company: who looked after whom, what they did together, and who asked for help.

A pair begins with the mentee's first day and ends after about half a year, or when one of the two leaves.  Some mentors are
diligent, others let weeks go by; the truth about each is kept for tests only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lib.demo.days import LEAVE
from lib.demo.market import LARGE
from lib.demo.people import NEVER
from lib.demo.simulate import World

LASTS = 183          # days of a pair, give or take
HISTORY_LARGE = 91   # a large company hands over the sessions and questions of its last three months
KINDS = ("joint_consultation", "script_review", "customer_visit")
MINUTES = ((26, 7), (38, 9), (85, 22))
TOPIC_SHARE = {"objection": .3, "closing": .2, "product": .17, "customer": .14, "tools": .1, "mood": .05, "other": .04}
TOPICS = tuple(TOPIC_SHARE)
WITHIN_HOUR, LATER = .82, .13   # the rest is never answered
ABSENT_DAYS = (0, 5, LEAVE)


@dataclass(frozen=True)
class Pairs:
    """Mentees, their mentors and the first and last day of each pair (arrays, in the order of the files); NEVER while it lasts."""

    mentee: np.ndarray
    mentor: np.ndarray
    since: np.ndarray
    until: np.ndarray
    diligence: np.ndarray  # per pair: the mentor's share of duties done


def pairs(rng: np.random.Generator, world: World, rank: np.ndarray) -> Pairs:
    """The pairs of everybody who ever had a mentor.  ``rank``: place of each person in the files."""
    people, last = world.people, world.calendar.count - 1
    diligence = np.where(rng.random(people.count) < .58, rng.uniform(.78, .98, people.count), rng.uniform(.12, .62, people.count))
    mentee = np.flatnonzero(people.mentor >= 0)
    mentee = mentee[np.argsort(rank[mentee], kind="stable")]
    mentor = people.mentor[mentee]
    since = np.maximum(people.hired[mentee], people.hired[mentor])
    until = since + LASTS + np.round(rng.normal(0, 6, len(mentee))).astype(int)
    until = np.minimum(until, np.minimum(people.last[mentee], people.last[mentor]))
    kept = (since <= until) & (since <= last)
    mentee, mentor, since, until = mentee[kept], mentor[kept], since[kept], until[kept]
    return Pairs(mentee, mentor, since, np.where(until > last, NEVER, until), diligence[mentor])


def _together(world: World, found: Pairs) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(pair, day, whether the mentor worked too) of every day on which the mentee worked while the pair lasted."""
    people, result, last = world.people, world.cells["result"], world.calendar.count - 1
    first = 0 if world.org.seats <= LARGE else max(0, last + 1 - HISTORY_LARGE)
    begin, end = np.maximum(found.since, first), np.minimum(found.until, last)
    length = np.maximum(end - begin + 1, 0)
    pair = np.repeat(np.arange(len(length)), length)
    day = begin.repeat(length) + np.arange(len(pair)) - np.repeat(np.cumsum(length) - length, length)
    worked = ~np.isin(result[people.seat[found.mentee[pair]], day], ABSENT_DAYS)
    pair, day = pair[worked], day[worked]
    both = ~np.isin(result[people.seat[found.mentor[pair]], day], ABSENT_DAYS)
    return pair, day, both


def sessions(rng: np.random.Generator, world: World, found: Pairs) -> dict[str, np.ndarray]:
    """What the pairs did together, as columns: pair, day, kind, minutes, confirmed (1 yes, 0 no, −1 not said)."""
    pair, day, both = _together(world, found)
    pair, day = pair[both], day[both]
    mentor, will = found.mentor[pair], found.diligence[pair]
    # A mentor of several newcomers shares the days among them.
    _, group, size = np.unique(mentor.astype(np.int64) * 10_000 + day, return_inverse=True, return_counts=True)
    tenure = day - found.since[pair]
    weight = will * np.where(tenure < 92, 1.0, .8) / size[group] ** .6
    done = [np.flatnonzero(rng.random(len(pair)) < weight), *(
        _one_each(rng, pair, day // span, will * share) for span, share in ((7, .96), (30, .9)))]
    kind = np.repeat(np.arange(3), [len(rows) for rows in done])
    rows = np.concatenate(done)
    order = np.lexsort((kind, day[rows], pair[rows]))
    rows, kind = rows[order], kind[order]
    mean, spread = np.array(MINUTES).T
    minutes = np.clip(np.round(rng.normal(mean[kind], spread[kind])), 8, 240)
    confirmed = np.array([1, 0, -1])[(rng.random(len(rows))[:, None] > np.array([.94, .97])).sum(axis=1)]
    return {"pair": pair[rows], "day": day[rows], "kind": kind, "minutes": minutes, "confirmed": confirmed}


def _one_each(rng: np.random.Generator, pair: np.ndarray, span: np.ndarray, share: np.ndarray) -> np.ndarray:
    """One row by chance of each pair and span of days, and of these the ``share``."""
    order = np.lexsort((rng.random(len(pair)), span, pair))
    first = np.ones(len(order), dtype=bool)
    first[1:] = (pair[order][1:] != pair[order][:-1]) | (span[order][1:] != span[order][:-1])
    rows = order[first]
    return rows[rng.random(len(rows)) < share[rows]]


def questions(rng: np.random.Generator, world: World, found: Pairs) -> dict[str, np.ndarray]:
    """Requests for help, as columns: pair, day, asked and answered (seconds of that day, −1: not answered), topic."""
    pair, day, both = _together(world, found)
    tenure = day - found.since[pair]
    asks = rng.random(len(pair)) < .06 + .24 * np.exp(-tenure / 70)
    pair, day, both = pair[asks], day[asks], both[asks]
    n = len(pair)
    asked = rng.integers(10 * 3600, 17 * 3600 + 1800, n)
    speed = np.where(rng.random(n) < WITHIN_HOUR + .12 * (found.diligence[pair] - .7) - .25 * ~both,
                     np.clip(np.exp(rng.normal(np.log(15), .7, n)), 1, 58), rng.uniform(63, 330, n)) * 60
    silent = rng.random(n) < (1 - WITHIN_HOUR - LATER) + .1 * ~both
    answered = np.where(silent, -1, asked + speed.astype(int))
    topic = rng.choice(len(TOPICS), n, p=list(TOPIC_SHARE.values()))
    return {"pair": pair, "day": day, "asked": asked, "answered": answered, "topic": topic}
