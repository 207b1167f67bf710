"""Source files of contacts with colleagues and of tickets (:mod:`lib.demo.colleagues`)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lib.demo import colleagues
from lib.demo.colleagues import DESKS
from lib.demo.files import Writer, coded, tag
from lib.demo.market import LARGE

HISTORY_LARGE = 26  # weeks that a large company hands over


def _first(writer: Writer) -> int:
    """The first day that is handed over."""
    return 0 if writer.world.org.seats <= LARGE else max(0, (writer.last + 1) // 7 - HISTORY_LARGE) * 7


def peer_contacts(writer: Writer) -> Iterator[dict[str, object]]:
    """The rows of ``peer_contacts``: one per person and week, dated by its Monday."""
    held = writer.world.contacts
    person, week, number = (np.concatenate(parts) for parts in (held.person, held.week, held.number))
    kept = week >= _first(writer) // 7
    person, week, number = person[kept], week[kept], number[kept]
    order = np.lexsort((week, writer.rank[person]))
    yield {"employee_id": writer.who(person[order]), "contacted_on": writer.date(week[order].astype(int) * 7), "contacts": number[order]}


def tickets(writer: Writer, rng: np.random.Generator) -> Iterator[dict[str, object]]:
    """The rows of ``tickets``, sorted by employee number and day."""
    rows = colleagues.tickets(rng, writer.world.people, writer.world.org, _first(writer), writer.last)
    order = np.lexsort((rows["opened"], writer.rank[rows["person"]]))
    person, opened, due, closed, desk, kind = (rows[name][order] for name in ("person", "opened", "due", "closed", "desk", "kind"))
    base = np.cumsum([0] + [len(kinds) for _, kinds, *_ in DESKS])[:-1]
    yield {"employee_id": writer.who(person), "opened_on": writer.date(opened), "due_on": writer.date(due),
           "closed_on": writer.date(closed, closed < 0), "department": coded([name for name, *_ in DESKS], desk),
           "kind": coded([name for _, kinds, *_ in DESKS for name in kinds], base[desk] + kind), "ticket_id": tag("Q", np.arange(len(order)) + 1)}
