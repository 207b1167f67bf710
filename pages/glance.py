"""Glance: is the team all right, what changed, where is care needed; one screen, no click."""

from __future__ import annotations

from lib.access.desk import Desk
from lib.show import cards, glance_page, glance_read, shelf
from lib.words import say


def page(desk: Desk) -> None:
    """Draw the landing page of boss, team lead and presenter."""
    week, department = glance_page.picks(desk)
    if week is None:
        cards.nothing_yet(say("glance.nothing"), say("glance.nothing.why"), say("glance.nothing.how"))
        return cards.end("glance", "nothing")

    at = glance_read.moment(desk, department)
    cards.draw(shelf.picture(desk, "glance", (week, department, at), lambda: glance_page.picture(desk, week, department, at)))
    glance_page.behind(desk, week, department)
    cards.end("glance", f"{week} {department}")
