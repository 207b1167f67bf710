"""The queue: what fires for whom, and whom one HR sees today.  Pure: no ledger, no warehouse, no clock.

:func:`reasons` turns what the warehouse and the ledger know into the reasons nobody was told of yet, :func:`plan` makes one HR's
day of them.  Whatever fires, a person is contacted at most once in the gap, an HR is told of at most the day's capacity, and no
episode is raised twice; what does not fit waits with a why.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType

from lib.care import lottery, rises, touch
from lib.care.lottery import Lots
from lib.care.rises import Rise
from lib.care.shape import Day, Draw, OpenCard, Planned, Reason, Waiting

SHIFT = 7
"""Days by which a rebuild may move the first day of an episode that stays the same episode."""
LAPSE = 14
"""Days after its end for which an episode is still worth a talk; after that a card expires and nothing new is raised."""
OWN_EVENTS = "life_event"
"""The tag whose episodes are declared events: two of them close together are two, not one that a rebuild moved."""
CHANCE_WEIGHT, SEVERAL, PROMISE_DUE, PROMISE_OVERDUE = 0.3, 0.3, 0.5, 0.8
WAITING_DAYS, WAITING_MOST = 14.0, 1.5

Reminded = Collection[tuple[str, str, str, date]]
"""What was ever raised: (employee_id, kind, tag, due)."""
Ends = Mapping[tuple[str, str, date], date]
"""Last days of episodes and rises that are over: (employee_id, tag or ``risk``, first day) → last day."""


@dataclass(frozen=True)
class Episode:
    """One episode of a person who still works here: it holds from ``since`` to ``until`` (None while it holds).

    ``answered`` says that a talk about this very tag took place since it began.
    """

    employee_id: str
    tag: str
    since: date
    until: date | None
    standing: float = 0.5
    strength: float | None = None
    chance: bool = False
    evidence: str = ""
    hire_date: date | None = None
    ends_on: date | None = None
    """New hires: the last day of settling in."""
    answered: date | None = None


def _same(due: date, episode: Episode, today: date) -> bool:
    """Whether a reminder of this day was about this episode, also after a rebuild moved it or joined it with another."""
    reach = timedelta(SHIFT)
    return episode.since - reach <= due <= max(episode.since, episode.until or today) + reach


def _held(episode: Episode, today: date) -> bool:
    return episode.since <= today and (episode.until is None or (today - episode.until).days <= LAPSE)


def reasons(episodes: Iterable[Episode], told: Reminded, first_days: tuple[int, ...], muted: Collection[str],
            others: Iterable[Reason], today: date) -> list[Reason]:
    """Everything that fires today and that nobody was told of yet, in a fixed order.

    ``first_days``: touch points of newcomers; ``muted``: tags that raise nothing; ``others``: follow-ups and promises that are due, and rises of
    the risk that are news.
    An episode that ended more than :data:`LAPSE` days ago, that a talk about its tag has answered, or that a newer one of the same tag
    stands for, no longer fires.
    """
    by_person: dict[tuple[str, str, str], list[date]] = defaultdict(list)
    for employee_id, kind, tag, due in told:
        by_person[employee_id, kind, tag].append(due)
    found: dict[tuple[str, str, str, date], Reason] = {}
    # Of several episodes of one tag the newest stands for all: one talk is about now.
    newest: dict[tuple[str, str], Episode] = {}
    begun: dict[tuple[str, str], set[date]] = defaultdict(set)
    for episode in episodes:
        begun[episode.employee_id, episode.tag].add(episode.since)
        before = newest.get((episode.employee_id, episode.tag))
        if _held(episode, today) and (before is None or episode.since > before.since):
            newest[episode.employee_id, episode.tag] = episode
    for episode in newest.values():
        fired = None if episode.tag in muted else _fired(episode, by_person, first_days, begun[episode.employee_id, episode.tag], today)
        if fired:
            found[fired.employee_id, fired.kind, fired.tag, fired.due] = fired
    for other in others:
        if other.due <= today and other.due not in by_person[other.employee_id, other.kind, other.tag]:
            found.setdefault((other.employee_id, other.kind, other.tag, other.due), other)
    return [found[key] for key in sorted(found)]


def _fired(episode: Episode, told: Mapping[tuple[str, str, str], list[date]], first_days: tuple[int, ...], begun: Collection[date],
           today: date) -> Reason | None:
    who, tag = episode.employee_id, episode.tag
    if tag == "new_hire":
        known = _points(episode, first_days)
        point = touch.current(known, told.get((who, "touch", tag), ()), today)
        if point is None or (episode.answered and episode.answered >= point.due):
            return None
        return Reason(who, "touch", tag, point.due, episode.standing, episode.strength, False, episode.evidence, nth=point.nth)
    if episode.answered and episode.answered >= episode.since:
        return None
    # Declared events are facts, each of its own: what was said of the birthday is not said of the illness four days later.
    others = {day for day in begun if day != episode.since} if tag == OWN_EVENTS else ()
    if any(_same(due, episode, today) for due in told.get((who, "tag", tag), ()) if due not in others):
        return None
    return Reason(who, "tag", tag, episode.since, episode.standing, episode.strength, episode.chance, episode.evidence)


def _points(episode: Episode, first_days: tuple[int, ...]) -> tuple[touch.Point, ...]:
    last = episode.ends_on or episode.until
    return touch.points(episode.hire_date or episode.since, last, first_days) if last else ()


# --- what a card stands for now ---------------------------------------------------------------------------------------------

def refreshed(card: OpenCard, episodes: Iterable[Episode], first_days: tuple[int, ...], today: date, rise: Rise | None = None) -> OpenCard:
    """The card with its reasons as the warehouse knows them now: evidence, strength and chance of the same episodes.

    ``episodes`` and ``rise``: those of this person; a reason of risk goes when there is no ``rise`` (the person has no score).  The day a
    reminder was raised for stays.
    """
    own = list(episodes)
    return replace(card, reasons=tuple(_now(reason, own, first_days, today) for reason in rises.now(card, rise)))


def _match(reason: Reason, episodes: Sequence[Episode], today: date) -> Episode | None:
    near = [e for e in episodes if e.tag == reason.tag and (reason.kind == "touch" or _same(reason.due, e, today))]
    return min(near, key=lambda e: (abs((e.since - reason.due).days), e.since), default=None)


def _now(reason: Reason, episodes: Sequence[Episode], first_days: tuple[int, ...], today: date) -> Reason:
    episode = _match(reason, episodes, today) if reason.kind in ("tag", "touch") else None
    if episode is None:
        return reason
    nth = reason.nth
    if reason.kind == "touch" and not nth:
        near = min(_points(episode, first_days), key=lambda p: (abs((p.due - reason.due).days), p.nth), default=None)
        nth = near.nth if near else 0
    chance = episode.chance if reason.kind == "tag" else False
    return replace(reason, standing=episode.standing, strength=episode.strength, chance=chance, evidence=episode.evidence, nth=nth)


def over(card: OpenCard, episodes: Iterable[Episode], first_days: tuple[int, ...], open_promises: Collection[str], today: date,
         rise: Rise | None = None) -> bool:
    """Whether everything that the card was raised for ended more than :data:`LAPSE` days ago.

    A card that is put off to a day to come is never over before that day, unless it is from risk alone and the person has no score
    (any more: ``rise`` None): such a card goes at once.
    """
    if rise is None and card.reasons and all(reason.kind == "risk" for reason in card.reasons):
        return True
    if card.state == "snoozed" and card.until and card.until > today:
        return False
    own = list(episodes)
    return all(rises.ended(reason, card, rise, today) if reason.kind == "risk" else _ended(reason, own, first_days, open_promises, today)
               for reason in card.reasons)


def _ended(reason: Reason, episodes: Sequence[Episode], first_days: tuple[int, ...], open_promises: Collection[str], today: date) -> bool:
    if reason.kind == "promise" and reason.ref in open_promises:
        return False
    end: date | None = reason.due
    if reason.kind in ("tag", "touch") and (episode := _match(reason, episodes, today)):
        end = episode.until
        if reason.kind == "touch":
            near = min(_points(episode, first_days), key=lambda p: (abs((p.due - reason.due).days), p.nth), default=None)
            end = near.last if near else reason.due
    return end is not None and (today - end).days > LAPSE


def ends(episodes: Iterable[Episode], today: date) -> Ends:
    """When the episodes that are over ended, by (employee_id, tag, first day)."""
    return {(e.employee_id, e.tag, e.since): e.until for e in episodes if e.until is not None and e.until < today}


# --- one HR's day -----------------------------------------------------------------------------------------------------------

def _end_key(reason: Reason) -> tuple[str, str, date]:
    return reason.employee_id, reason.tag or reason.kind, reason.due


def weight(reason: Reason, over: Ends) -> float:
    """How strong one reason is: its standing, less when it may be chance or is over already."""
    past = reason.kind in ("tag", "risk") and _end_key(reason) in over
    return reason.standing * (CHANCE_WEIGHT if reason.chance or past else 1.0)


def score(fired: Sequence[Reason], today: date, over: Ends = MappingProxyType({}), start: date = date.min) -> tuple[float, tuple[tuple[str, float], ...]]:
    """How much one person needs somebody today, and what that is made of (four named parts, rounded to 4 digits).

    Waiting counts while an episode holds: what is over by itself does not come before what somebody lives through now.  It counts
    from ``start``, the first day on which the house told anybody of anything: what began before has kept nobody waiting.
    """
    evidence = max(weight(reason, over) for reason in fired)
    waited = max((over.get(_end_key(reason), today) - max(reason.due, start)).days for reason in fired)
    waiting = min(max(waited, 0) / WAITING_DAYS, WAITING_MOST)
    promise = max((PROMISE_OVERDUE if reason.due < today else PROMISE_DUE for reason in fired if reason.kind == "promise"), default=0.0)
    parts = tuple((name, round(part, 4)) for name, part in
                  (("evidence", evidence), ("waiting", waiting), ("several", SEVERAL * (len(fired) - 1)), ("promise", promise)))
    return round(sum(part for _, part in parts), 4), parts


def planned(employee_id: str, fired: Iterable[Reason], today: date, card: OpenCard | None = None,
            over: Ends = MappingProxyType({}), start: date = date.min) -> Planned:
    """One person's card: the reasons of the open card and what newly fires, strongest first."""
    merged = {(r.kind, r.tag, r.due): r for r in [*(card.reasons if card else ()), *fired]}
    ordered = sorted(merged.values(), key=lambda r: (-weight(r, over), r.due, r.kind, r.tag))
    total, parts = score(ordered, today, over, start)
    return Planned(employee_id, card.id if card else "", card.version if card else 0, card.raised_on if card else None,
                   tuple(ordered), total, parts)


@dataclass(frozen=True)
class Touched:
    """Who was contacted when, whoever did it: the last day HR was told to talk with a person, and the last care talk."""

    told: Mapping[str, date]
    talked: Mapping[str, date]

    def free_on(self, employee_id: str, gap: int) -> date | None:
        """The first day on which the person may be contacted again; None when nobody ever contacted them."""
        days = [day for day in (self.told.get(employee_id), self.talked.get(employee_id)) if day]
        return max(days) + timedelta(gap) if days else None


@dataclass(frozen=True)
class Laid:
    """A day as it is laid out, the draw that was made for it (to be kept before anybody sees the day), cards of people who were not drawn
    and that are taken back, and whose waiting for a lot is over without one: (employee_id, why: ``room`` or ``urgent``)."""

    day: Day
    draw: Draw | None = None
    back: tuple[str, ...] = ()
    ended: tuple[tuple[str, str], ...] = ()


def plan(fired: Iterable[Reason], cards: Iterable[OpenCard], touched: Touched, owner: str, done: int, raised: int,
         capacity: int, gap: int, today: date, over: Ends = MappingProxyType({})) -> Day:
    """One HR's day without lots; see :func:`lay_out`."""
    return lay_out(fired, cards, touched, owner, done, raised, capacity, gap, today, over).day


def lay_out(fired: Iterable[Reason], cards: Iterable[OpenCard], touched: Touched, owner: str, done: int, raised: int,
            capacity: int, gap: int, today: date, over: Ends = MappingProxyType({}), lots: Lots = Lots()) -> Laid:  # noqa: B008  frozen
    """One HR's day.

    ``cards``: every open or snoozed card of people in this HR's scope, whoever has it; ``done``: talks this HR had today; ``raised``:
    cards raised for this HR today.  Today's list holds at most ``capacity - done`` cards and at most ``capacity - raised`` new ones:
    first the cards that come back today, then whom HR marked as urgent and who was drawn today, then the best by score; with ``lots``
    some of these places may be drawn for (:mod:`lib.care.lottery`).  A :class:`Planned` without ``card_id`` is to be raised; one with ``card_id`` may hold reasons that its card does
    not have yet: they are to be merged.
    """
    by_person: dict[str, list[Reason]] = defaultdict(list)
    start = min([*touched.told.values(), today])
    for reason in fired:
        by_person[reason.employee_id].append(reason)
    ready: list[tuple[bool, Planned]] = []
    waiting: list[Waiting] = []
    for card in cards:
        one = planned(card.employee_id, by_person.pop(card.employee_id, ()), today, card, over, start)
        talked = touched.talked.get(card.employee_id)
        if card.owner != owner:
            waiting.append(Waiting(one, "handed_over", card.until if card.state == "snoozed" else None, card.owner))
        elif card.state == "snoozed" and card.until and card.until > today:
            waiting.append(Waiting(one, "snoozed", card.until))
        elif talked and talked + timedelta(gap) > today:
            waiting.append(Waiting(one, "budget", talked + timedelta(gap)))
        else:
            ready.append((card.until == today, one))
    for who, new in by_person.items():
        one, free = planned(who, new, today, over=over, start=start), touched.free_on(who, gap)
        if free and free > today:
            waiting.append(Waiting(one, "budget", free))
        else:
            ready.append((False, one))
    held = sorted((one for _, one in ready if lots.holds(one, today)), key=_place)
    ready = [(back, one) for back, one in ready if not lots.holds(one, today)]
    slots, fresh = max(capacity - done, 0), max(capacity - raised, 0)
    found = lottery.split(ready, slots, fresh, lots, lots.back) if lots.on else lottery.by_score(ready, slots, fresh, lots)
    draw = lottery.draw(found, lots, today) if found.pool else None
    first = {entry.employee_id for entry in draw.entries if entry.drawn} if draw else set()
    chosen = [*found.listed, *(one for one in found.pool if one.employee_id in first)]
    waiting += [Waiting(one, "capacity") for one in found.beyond]
    others = [one for one in found.pool if one.employee_id not in first]
    waiting += [Waiting(replace(one, card_id="", version=0, raised_on=None), "not_drawn", lottery.again(one, lots, today)) for one in others]
    # Nobody waits for the sake of a comparison while there is time: places that are left go to those who were not drawn.
    room = 0 if draw else max(min(slots - len(chosen), fresh - sum(not one.card_id for one in chosen)), 0)
    chosen += held[:room]
    waiting += [Waiting(one, "not_drawn", lots.undrawn[one.employee_id]) for one in held[room:]]
    pool = {one.employee_id for one in found.pool}
    ended = tuple((one.employee_id, "room" if lottery.drawable(one, lots.urgent) else "urgent") for one in chosen
                  if one.employee_id in lots.undrawn and one.employee_id not in pool)
    may = lottery.split(ready, slots, fresh, lots, back=True) if lots.seed and not lots.made and not draw else None
    day = Day(today, owner, capacity, done, tuple(sorted(chosen, key=_place)), tuple(sorted(waiting, key=lambda w: _place(w.planned))),
              (len(may.pool), may.places) if may and may.pool else None, lots.made, frozenset(lots.urgent))
    return Laid(day, draw, tuple(sorted(one.card_id for one in others if one.card_id)), tuple(sorted(ended)))


def _place(one: Planned) -> tuple[float, str]:
    return -one.score, one.employee_id
