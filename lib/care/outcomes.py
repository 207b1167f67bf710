"""What became of people for whom something was done about their risk: plain counts, and shares with their intervals.  Pure.

Nothing here is an effect: whoever is helped was at higher risk to begin with, so that more of them leave even when help helps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from lib.ledger.interventions import KINDS
from lib.ledger.shape import Intervention
from lib.risk.card import ENOUGH, Followed, Horizon, KindRow
from lib.tags.measure import wilson

DAYS = (30, 60, 90)


def horizon(days: int, stayed: int, left: int, still_open: int) -> Horizon:
    """Counts of one horizon with the share who left, among those whose days are over, and its 95 % Wilson interval."""
    over = stayed + left
    if not over:
        return Horizon(days, stayed, left, still_open, None, None, None, False)
    share = left / over
    return Horizon(days, stayed, left, still_open, share, *wilson(share, over), over >= ENOUGH)


def _row(kind: str, own: Sequence[Intervention], followed: Mapping[str, Sequence[Followed]], today: date) -> KindRow:
    states = Counter(one.state for one in own)
    after = []
    for days in DAYS:
        # A person counts once, by the first intervention of these: two at a time are not two people who stayed.
        first: dict[str, Intervention] = {}
        for one in sorted(own, key=lambda one: (one.opened_on, one.id)):
            first.setdefault(one.employee_id, one)
        became = Counter(next((told.state for told in followed.get(one.id, ()) if told.days == days), "open") for one in first.values())
        after.append(horizon(days, became["stayed"], became["left"], became["open"]))
    return KindRow(kind, len(own), states["open"], states["done"], states["dropped"], sum(one.overdue(today) for one in own),
                   len({one.employee_id for one in own}), tuple(after))


def table(rows: Sequence[Intervention], followed: Mapping[str, Sequence[Followed]], today: date) -> tuple[KindRow, ...]:
    """All kinds together first (kind ''), then each kind that was ever used, in the order of the list; () without any.

    ``followed``: what the last build says by intervention; one that it has not seen counts as open.
    """
    if not rows:
        return ()
    kinds = [kind for kind in KINDS if any(one.kind == kind for one in rows)]
    return (_row("", rows, followed, today), *(_row(kind, [one for one in rows if one.kind == kind], followed, today) for kind in kinds))
