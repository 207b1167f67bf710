"""The lottery: who of those in about the same need comes first, when there are more of them than places.  Pure: no ledger, no clock.

Need decides first, lots only where need does not: the queue's own score says how many places of the day go to whom, and only in the one
step of it (:data:`STEP` wide) where it would give a place to some and not to others are these places drawn for.  Promises, life events,
family care, risk, appointments and newcomers are never drawn, nor is anybody whom HR marked as urgent: whether they are on the list does
not change by a draw.  Each person of a pool has the same chance, places / pool, whatever anybody knows or thinks about them: that is
what lets a later comparison say "because of".

A person's lot is SHA-256 of the seed and the id.  It hangs on nobody else, so that no one gets another lot because somebody was put
into the pool or taken out of it, and whoever has the seed can draw again and must get the same.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from lib.care.shape import Draw, DrawSeen, Planned
from lib.ledger.shape import Entry

DRAWN = ("performance_dip", "high_pressure", "client_trouble")
"""Tags whose people may wait for a lot: trouble at work that is measured alike for everybody."""
STEP = 0.5
"""Width of a step of need, in points of the queue's score: half of what evidence can count, or seven days of waiting."""


@dataclass(frozen=True)
class Lots:
    """What one HR's day knows about drawing.

    ``seed``: of this HR and day; ``on``: a draw may be made now (none was yet); ``back``: cards of ``untouched`` go back into the pool;
    ``undrawn``: who was not drawn lately and is not contacted yet → the first day on which they are drawn again; ``urgent``: whom HR
    marked; ``first``: who was drawn today; ``untouched``: ids of cards raised today for this HR that nobody did anything about and no message told of;
    ``respond_days``: for so many days after a tag began a lot decides between care and waiting; ``made``: the draw of this HR and day.
    """

    seed: str = ""
    on: bool = False
    back: bool = False
    undrawn: Mapping[str, date] = field(default_factory=dict)
    urgent: Collection[str] = ()
    first: Collection[str] = ()
    untouched: Collection[str] = ()
    respond_days: int = 7
    made: DrawSeen | None = None

    def loose(self, one: Planned, back: bool) -> bool:
        """Whether a lot may decide about this person now: nobody was told yet, or nothing was done since."""
        return drawable(one, self.urgent) and (not one.card_id or back and one.card_id in self.untouched)

    def holds(self, one: Planned, today: date) -> bool:
        """Whether the person waits because of a lot.  Anything urgent ends that at once."""
        return not one.card_id and drawable(one, self.urgent) and self.undrawn.get(one.employee_id, date.min) > today


@dataclass(frozen=True)
class Split:
    """Who is on the list without a lot, who is not whatever the lots say, and the pool: its people and how many places they draw for."""

    listed: tuple[Planned, ...]
    beyond: tuple[Planned, ...]
    pool: tuple[Planned, ...] = ()
    places: int = 0


def seed(key: bytes, owner: str, day: date) -> str:
    """The seed of one HR's day, which nobody can choose: HMAC-SHA-256 of both with the house's ``key``, as 64 hex digits."""
    return hmac.new(key, f"care lottery {day.isoformat()} {owner}".encode(), hashlib.sha256).hexdigest()


def order(seed: str, ids: Iterable[str]) -> list[str]:
    """Everybody once, in the order of their lots."""
    return sorted(set(ids), key=lambda who: (hashlib.sha256(f"{seed} {who}".encode()).hexdigest(), who))


def drawable(one: Planned, urgent: Collection[str] = ()) -> bool:
    """Whether a lot may ever decide about this person: only trouble at work, and nobody called it urgent."""
    return one.employee_id not in urgent and all(reason.kind == "tag" and reason.tag in DRAWN for reason in one.reasons)


def step(one: Planned) -> int:
    """The step of need, counted from 0 (the least)."""
    return math.floor(one.score / STEP + 1e-9)


def by_score(waiting: Sequence[tuple[bool, Planned]], slots: int, fresh: int, lots: Lots) -> Split:
    """Share out a day's places without lots: ``slots`` on the list, ``fresh`` of them for people whom HR was not told of yet.

    ``waiting``: (comes back today, person).  Cards that come back today stand first, then whom HR marked as urgent, then who was drawn today,
    then the best by score.
    """
    listed: list[Planned] = []
    beyond: list[Planned] = []
    for _, one in sorted(waiting, key=lambda pair: (not pair[0], pair[1].employee_id not in lots.urgent, pair[1].employee_id not in lots.first,
                                                    -pair[1].score, pair[1].employee_id)):
        fits = len(listed) < slots and (bool(one.card_id) or fresh > 0)
        (listed if fits else beyond).append(one)
        fresh -= fits and not one.card_id
    return Split(tuple(listed), tuple(beyond))


def split(waiting: Sequence[tuple[bool, Planned]], slots: int, fresh: int, lots: Lots, back: bool = False) -> Split:
    """The same with lots: in the one step of need where only some of those who may be drawn have a place by score, these places are drawn
    for among all of them.  Everybody else is listed, or waits, as without lots.  ``back``: the untouched cards of today's list are drawn anew."""
    loose = {one.employee_id for _, one in waiting if lots.loose(one, back)}
    plain = by_score(waiting, slots, fresh, lots)
    there = {one.employee_id for one in plain.listed}
    steps: dict[int, list[Planned]] = {}
    for _, one in waiting:
        if one.employee_id in loose and (not one.card_id or one.employee_id in there):
            steps.setdefault(step(one), []).append(one)
    for need in sorted(steps, reverse=True):
        pool = sorted(steps[need], key=lambda one: one.employee_id)
        places = sum(one.employee_id in there for one in pool)
        if 0 < places < len(pool):
            ids = {one.employee_id for one in pool}
            return Split(tuple(one for one in plain.listed if one.employee_id not in ids),
                         tuple(one for one in plain.beyond if one.employee_id not in ids), tuple(pool), places)
    return plain


def draw(found: Split, lots: Lots, today: date) -> Draw:
    """Draw the places of a pool.  Who is not drawn is drawn again once the days are over in which a lot decides between care and waiting,
    tomorrow at the earliest."""
    first = set(order(lots.seed, [one.employee_id for one in found.pool])[:found.places])
    entries = tuple(Entry(one.employee_id, reason.tag, reason.due, one.employee_id in first, None if one.employee_id in first else again(one, lots, today))
                    for one in found.pool for reason in one.reasons)
    return Draw(lots.seed, step(found.pool[0]) * STEP, found.places, len(found.pool), entries)


def again(one: Planned, lots: Lots, today: date) -> date:
    """The first day on which a person who was not drawn is drawn again."""
    return max(today + timedelta(1), *(reason.due + timedelta(lots.respond_days) for reason in one.reasons))


def reproduced(kept: Draw) -> bool:
    """Whether the kept result is what the kept seed gives.  People whose rows were taken out since (they object to scoring) leave the lots
    of all others as they are, so that it holds for those who are left."""
    ids = {entry.employee_id for entry in kept.entries}
    first = {entry.employee_id for entry in kept.entries if entry.drawn}
    gone = kept.pool - len(ids)
    alike = all((entry.employee_id in first) == entry.drawn for entry in kept.entries)
    return alike and gone >= 0 and kept.places - gone <= len(first) <= kept.places and set(order(kept.seed, ids)[:len(first)]) == first
