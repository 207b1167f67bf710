"""One HR's turn: from everything known to the day's list and to what has to be written for it.  Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from lib.care import queue, rises
from lib.care.lottery import Lots
from lib.care.queue import Episode, Reminded, Touched
from lib.care.rises import Warnings
from lib.care.shape import Day, Draw, DrawSeen, OpenCard, Planned, Reason


@dataclass(frozen=True)
class Known:
    """What one turn is made from; everything is limited to the people this HR may see.

    ``people``: who of them works here today; ``others``: follow-ups and promises that are due; ``open_promises``: ids of promises
    not settled; ``warnings``: what is known about risk; ``done`` and ``raised``: talks had and cards raised today by this HR; ``lots``: what
    is known about drawing.
    """

    episodes: Sequence[Episode]
    people: Collection[str]
    cards: Sequence[OpenCard]
    told: Reminded
    touched: Touched
    others: Sequence[Reason] = ()
    open_promises: Collection[str] = ()
    muted: Collection[str] = ()
    done: int = 0
    raised: int = 0
    warnings: Warnings = field(default_factory=Warnings)
    lots: Lots = field(default_factory=Lots)


@dataclass(frozen=True)
class Written:
    """What the ledger knows that a turn is made from; hashable, so that the same facts are worked out once.

    ``about``: last talk about each person's tag; ``told``: what was raised before; ``carded`` and ``talked``: last card and talk of
    each person; ``objectors``: who does not want to be scored, listed or written about; ``warned`` and ``helped`` as in
    :class:`lib.care.rises.Warnings`; ``undrawn``, ``urgent`` (with the day of the mark), ``first``, ``untouched`` and ``draw`` (of today) as in
    :class:`lib.care.lottery.Lots`; the rest as in :class:`Known`.
    """

    about: frozenset[tuple[tuple[str, str], date]]
    cards: tuple[OpenCard, ...]
    others: tuple[Reason, ...]
    told: frozenset[tuple[str, str, str, date]]
    carded: frozenset[tuple[str, date]]
    talked: frozenset[tuple[str, date]]
    promises: frozenset[str]
    muted: frozenset[str]
    done: int
    raised: int
    objectors: frozenset[str] = frozenset()
    warned: frozenset[tuple[str, date]] = frozenset()
    helped: frozenset[tuple[str, tuple[date, bool]]] = frozenset()
    undrawn: frozenset[tuple[str, date]] = frozenset()
    urgent: frozenset[tuple[str, date]] = frozenset()
    first: frozenset[str] = frozenset()
    untouched: frozenset[str] = frozenset()
    draw: DrawSeen | None = None


@dataclass(frozen=True)
class Limits:
    """The settings of a day: how many people, how many days apart, on which days newcomers are asked, for how long a warning of risk
    stands, for which share of people it is kept back, whether lots are drawn by themselves, and for how long a lot decides."""

    capacity: int
    gap: int
    touch_days: tuple[int, ...]
    again_days: int = 56
    no_alert_share: float = 0.0
    lottery: bool = False
    respond_days: int = 7


@dataclass(frozen=True)
class Turn:
    """The day, and what has to be written so that it becomes true: cards to raise, reasons to merge, cards to wake or to expire,
    rises that nobody is told of because the people were drawn (employee_id, first day), the draw that was made, cards that it takes back,
    and whose waiting for a lot is over without one (employee_id, why).

    A snoozed card is on the list of its day as it is (that day it goes before others); it is woken when that day has passed.
    """

    day: Day
    raise_: tuple[Planned, ...]
    merge: tuple[tuple[str, tuple[Reason, ...]], ...]
    wake: tuple[str, ...]
    expire: tuple[str, ...]
    hold: tuple[tuple[str, date], ...] = ()
    draw: Draw | None = None
    back: tuple[str, ...] = ()
    ended: tuple[tuple[str, str], ...] = ()

    @property
    def news(self) -> bool:
        """Whether anything has to be written."""
        return bool(self.raise_ or self.merge or self.wake or self.expire or self.hold or self.draw or self.ended)


def fired(known: Known, limits: Limits, today: date, only: str = "") -> list[Reason]:
    """Everything that fires and that nobody was told of yet; with ``only`` for one person."""
    others = [*known.others, *rises.firing(known.warnings, today)]
    return queue.reasons([one for one in known.episodes if only in ("", one.employee_id)], known.told, limits.touch_days, known.muted,
                         [other for other in others if other.employee_id in known.people and only in ("", other.employee_id)], today)


def turn(known: Known, owner: str, limits: Limits, today: date) -> Turn:
    """One HR's turn on ``today``; the same facts always give the same turn."""
    own: dict[str, list[Episode]] = defaultdict(list)
    rise = known.warnings.rises
    for episode in known.episodes:
        own[episode.employee_id].append(episode)
    over = {card.id for card in known.cards if card.employee_id not in known.people
            or queue.over(card, own[card.employee_id], limits.touch_days, known.open_promises, today, rise.get(card.employee_id))}
    kept = [queue.refreshed(card, own[card.employee_id], limits.touch_days, today, rise.get(card.employee_id))
            for card in known.cards if card.id not in over]
    wake = tuple(sorted(card.id for card in kept if card.owner == owner and card.state == "snoozed" and card.until and card.until < today))
    ends = {**queue.ends(known.episodes, today), **rises.ends(known.warnings, known.cards, today)}
    laid = queue.lay_out(fired(known, limits, today), kept, known.touched, owner, known.done, known.raised, limits.capacity, limits.gap, today, ends,
                         known.lots)
    day = laid.day
    had = {card.id: {_key(reason) for reason in card.reasons} for card in kept}
    merge = []
    for one in [*day.cards, *(waiting.planned for waiting in day.waiting)]:
        new = tuple(reason for reason in one.reasons if one.card_id and _key(reason) not in had[one.card_id])
        merge += [(one.card_id, new)] if new else []
    return Turn(day, tuple(one for one in day.cards if not one.card_id), tuple(sorted(merge, key=lambda pair: pair[0])), wake,
                tuple(sorted(over)), tuple((reason.employee_id, reason.due) for reason in rises.firing(known.warnings, today, held=True)),
                laid.draw, laid.back, laid.ended)


def _key(reason: Reason) -> tuple[str, str, date]:
    return reason.kind, reason.tag, reason.due


def raised(one: Planned, card_id: str, today: date) -> Planned:
    """The planned card once it is raised."""
    return replace(one, card_id=card_id, version=1, raised_on=today)
