"""Objections: who objects to scoring at this moment, whatever the last build knew; lists of persons are drawn without them."""

from __future__ import annotations

from lib.access.desk import Desk
from lib.access.ledger_desk import LedgerDesk
from lib.ledger import choices
from lib.ledger.engine import Ledger


class _Choices(LedgerDesk):
    """The ledger for a page that has no desk of its own for it."""

    ROLES = frozenset({"hr"})


def now(book: Ledger) -> frozenset[str]:
    """Everybody who objects to scoring now, by employee_id."""
    with book.reading() as con:
        return choices.who_chose(con, "no_scoring")


def gone(book: Ledger) -> list[str]:
    """The same as the parameter ``$gone`` of a query."""
    return sorted(now(book))


def gone_of(desk: Desk) -> list[str]:
    """The same for HR on a page that only reads.  Raises :class:`lib.access.desk.NotAllowed` for every other role."""
    return gone(_Choices(desk).book)
