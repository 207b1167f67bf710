"""My day: today's goals and whom to follow first, points, mentor, pulse, and everything the app holds about oneself; for a phone."""

from __future__ import annotations

from lib.access.desk import Desk
from lib.show import cards, my_page
from lib.words import say


def page(desk: Desk) -> None:
    """The viewer's own data, and nobody else's."""
    if desk.read("my_week").empty:
        cards.nothing_yet(say("my.nobody"), say("my.nobody_why"), say("my.nobody_how"))
        return cards.end("my_day", "nobody")
    my_page.draw(desk)
