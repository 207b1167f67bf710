"""Today: who newly needs somebody, why, and how to begin; read-only."""

from __future__ import annotations

from lib.access.desk import Desk
from lib.show import cards, stage, today_view
from lib.words import say


def page(desk: Desk) -> None:
    """Draw the landing page of HR."""
    sources = desk.read("glance_sources").iloc[0].to_dict()
    queue = desk.read("today_queue")
    heading = today_view.heading(queue, sources["as_of"])
    if queue.empty:
        cards.draw(heading)
        missing = "none" if sources["has_tags"] else "missing"
        what = say("today.title_none" if missing == "none" else "today.missing")
        cards.nothing_yet(what, say(f"today.{missing}.why"), say(f"today.{missing}.how"))
        return cards.end("today", "nothing")

    asked = today_view.queue(queue, heading)
    if asked:
        stage.open_page("person", id=asked)
    today_view.behind(queue)
    cards.end("today", today_view.picked())
