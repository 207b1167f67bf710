"""My day: one's own last week, the tags that hold and why, and what the app holds; for a phone."""

from __future__ import annotations

from lib.access.desk import Desk
from lib.show import cards, my_view
from lib.words import say


def page(desk: Desk) -> None:
    """The viewer's own data, and nobody else's."""
    mine = desk.read("my_week")
    if mine.empty:
        cards.nothing_yet(say("my.nobody"), say("my.nobody_why"), say("my.nobody_how"))
        return cards.end("my_day", "nobody")
    me = mine.iloc[0]
    cards.draw(f"<div class='kj-stack'>{my_view.week(me)}{my_view.tags(desk.read('my_tags'), desk.read('tags_known'))}"
               f"{my_view.holds(desk.read('my_holdings').iloc[0])}</div>")
    cards.end("my_day", me["week"])
