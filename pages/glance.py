"""Glance: is the team all right, what changed, where is care needed; one screen, no click."""

from __future__ import annotations

from lib.access.desk import Desk
from lib.show import cards, glance_view
from lib.words import say


def page(desk: Desk) -> None:
    """Draw the landing page of boss, team lead and presenter."""
    week, department = glance_view.picks(desk)
    if week is None:
        cards.nothing_yet(say("glance.nothing"), say("glance.nothing.why"), say("glance.nothing.how"))
        return cards.end("glance", "nothing")

    chosen = {"week": week, "department": department}
    trend = glance_view.up_to(desk.read("glance_trend", **chosen), week)
    spread = desk.read("glance_spread", **chosen).iloc[0].to_dict()
    changes = desk.read("glance_changes", **chosen)
    teams = desk.read("glance_teams", **chosen)
    tags = desk.read("glance_tags", **chosen)
    sources = desk.read("glance_sources").iloc[0].to_dict()

    lead, where, small = desk.viewer.role == "lead", glance_view.whose(desk, department), glance_view.small_teams(teams)
    sentence = glance_view.verdict(trend, spread, changes, teams, sources)
    numbers = [] if trend.empty else glance_view.headlines(trend, spread, sources, week, lead, small)
    cards.draw(
        glance_view.title(sentence, where, week)
        + f"<div class='kj-grid kj-four'>{''.join(glance_view.card(n) for n in numbers)}</div>"
        + f"<div class='kj-two'>{glance_view.team_bars(teams, week, where)}"
        + f"<div class='kj-stack'>{glance_view.change_list(changes, week)}{glance_view.care_by_tag(tags, trend, sources, week, lead, small)}</div></div>")
    glance_view.behind(teams, trend, changes, tags, lead)
    cards.end("glance", f"{week} {department}")
