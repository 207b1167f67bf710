"""Morale: how the teams are and what drives it, goals, the pulse, pain points, mentors, rewards, culture; groups only."""

from __future__ import annotations

from lib.access.desk import Desk
from lib.show import morale_page, sections


def page(desk: Desk) -> None:
    """Draw the team page of boss, HR, team lead and presenter."""
    sections.play("morale", desk, morale_page.VIEWS, morale_page.head, with_tables=True)
