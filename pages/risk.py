"""Risk: who might leave and why, how far to trust that, what is done about it and what followed; teams as counts for those who see groups."""

from __future__ import annotations

from lib.access.desk import Desk
from lib.show import risk_page, sections


def page(desk: Desk) -> None:
    """Draw the page of HR, and the counts of boss and presenter."""
    sections.play("risk", desk, risk_page.views(desk), risk_page.head, with_tables=True)
