"""Glance: is the team all right, what changed, where is care needed; one screen, no click."""

from __future__ import annotations

from lib.access.desk import Desk
from lib.show import cards, glance_view, shelf
from lib.words import say


def page(desk: Desk) -> None:
    """Draw the landing page of boss, team lead and presenter."""
    week, department = glance_view.picks(desk)
    if week is None:
        cards.nothing_yet(say("glance.nothing"), say("glance.nothing.why"), say("glance.nothing.how"))
        return cards.end("glance", "nothing")

    cards.draw(shelf.picture(desk, "glance", (week, department), lambda: glance_view.picture(desk, week, department)))
    glance_view.behind(desk, week, department)
    cards.end("glance", f"{week} {department}")
