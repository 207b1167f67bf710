"""Effect: did care work?  What a before/after would say beside what is left of it, with a verdict that may be "cannot tell yet"."""

from __future__ import annotations

from lib.access.desk import Desk
from lib.show import effect_page, sections


def page(desk: Desk) -> None:
    """Draw the page of boss, HR and presenter; nobody is named on it."""
    sections.play("effect", desk, effect_page.VIEWS, effect_page.head, with_tables=True)
