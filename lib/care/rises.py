"""Rises of the risk as reasons of the care queue: which one is news, which one is over, whose is kept back.  Pure.

A rise is a person's band that became high after not being high.  The model is refitted at every build, so a rise may move by weeks,
come and go: it is news once, and for some weeks after a warning (setting ``risk.again_days``) nothing about the same person's risk is.
Whoever is being helped already, or was since the rise, needs no warning.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from lib.care.shape import OpenCard, Reason

LAPSE = 14
"""Days after its end for which a rise is still worth a talk, as for the episodes of tags."""
_ALL = 2**64


@dataclass(frozen=True)
class Rise:
    """The newest rise of a scored person: high by the end of ``since``, until the end of ``until`` (None while it is high).

    ``since`` None: scored, but the band never became high within the weeks that are kept.  ``standing``: share of these rises whose
    chance is at most as large; ``evidence``: the reasons that push up, as JSON.
    """

    employee_id: str
    since: date | None
    until: date | None = None
    standing: float = 0.5
    evidence: str = ""


@dataclass(frozen=True)
class Warnings:
    """What is known about risk on a day, limited to the people one HR may see.

    ``rises``: every scored person (whoever is not in it has no score, and no card from risk); ``warned``: the day of the last warning,
    told or kept back; ``helped``: the day on which the last intervention was opened, and whether one is open; ``drawn``: whose warnings
    are kept back; ``again_days``: for how long a warning stands for what comes after it.
    """

    rises: Mapping[str, Rise] = field(default_factory=dict)
    warned: Mapping[str, date] = field(default_factory=dict)
    helped: Mapping[str, tuple[date, bool]] = field(default_factory=dict)
    drawn: Collection[str] = ()
    again_days: int = 56


def is_drawn(key: bytes, employee_id: str, share: float) -> bool:
    """Whether a person is among the ``share`` whose warnings are kept back: always the same answer for the same key, and a larger share
    keeps everybody of a smaller one (HMAC-SHA-256 of the id, read as a number between 0 and 1)."""
    made = hmac.new(key, b"risk no alert " + employee_id.encode(), hashlib.sha256).digest()
    return int.from_bytes(made[:8], "big") < share * _ALL


def over(rise: Rise, today: date) -> bool:
    """Whether a rise ended so long ago that nobody needs to be told any more."""
    return rise.since is None or rise.until is not None and (today - rise.until).days > LAPSE


def _news(rise: Rise, known: Warnings, today: date) -> bool:
    if rise.since is None or rise.since > today or over(rise, today):
        return False
    last = known.warned.get(rise.employee_id)
    if last is not None and rise.since <= last + timedelta(known.again_days):
        return False
    opened, is_open = known.helped.get(rise.employee_id, (date.min, False))
    return not is_open and opened < rise.since


def firing(known: Warnings, today: date, held: bool = False) -> list[Reason]:
    """The rises that are news today, by person; with ``held`` those of the people whose warnings are kept back, else all others."""
    return [Reason(who, "risk", "", rise.since, rise.standing, None, False, rise.evidence)
            for who, rise in sorted(known.rises.items())
            if rise.since is not None and (who in known.drawn) == held and _news(rise, known, today)]


def now(card: OpenCard, rise: Rise | None) -> tuple[Reason, ...]:
    """The card's reasons as the last build knows the person's risk: evidence of the rise that holds now, and no reason of risk at all when
    the person has no score (any more).  The day that a reason was raised for stays."""
    found = []
    for reason in card.reasons:
        if reason.kind != "risk":
            found.append(reason)
        elif rise is not None:
            found.append(Reason(reason.employee_id, "risk", "", reason.due, rise.standing, None, False, rise.evidence) if rise.since else reason)
    return tuple(found)


def ended(reason: Reason, card: OpenCard, rise: Rise | None, today: date) -> bool:
    """Whether a card's reason of risk is over: at once without a score, else :data:`LAPSE` days after the rise ended.  A rise that the
    model as refitted does not see any more counts as ended on the day of its warning."""
    if rise is None:
        return True
    if rise.since is not None:
        return over(rise, today)
    return (today - max(reason.due, card.raised_on)).days > LAPSE


def ends(known: Warnings, cards: Iterable[OpenCard], today: date) -> dict[tuple[str, str, date], date]:
    """When the rises that are over ended, by (employee_id, ``risk``, the day they began or were raised for)."""
    past = {who: rise for who, rise in known.rises.items() if rise.until is not None and rise.until < today}
    found = {(who, "risk", rise.since): rise.until for who, rise in past.items() if rise.since is not None and rise.until is not None}
    for card in cards:
        rise = past.get(card.employee_id)
        if rise is not None and rise.until is not None:
            found |= {(card.employee_id, "risk", reason.due): rise.until for reason in card.reasons if reason.kind == "risk"}
    return found
