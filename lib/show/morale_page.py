"""Morale, put together: the title is the week's finding, a view is open at a time, and only that one is computed."""

from __future__ import annotations

from lib.access.desk import Desk
from lib.show import morale_culture, morale_goals, morale_mentors, morale_pain, morale_pulse, morale_rewards, morale_teams
from lib.show.parts import esc, number, week_span
from lib.show.sections import Held, Views
from lib.words import say

VIEWS: Views = {"teams": [morale_teams], "goals": [morale_goals], "pulse": [morale_pulse], "pain": [morale_pain], "mentors": [morale_mentors],
                "rewards": [morale_rewards], "culture": [morale_culture]}
"""In the order of the page.  What a role may not see of a view, the view leaves out itself."""


def head(desk: Desk, held: Held) -> str:
    """The finding of the newest week, and whose week it is."""
    now = morale_teams.summary(desk, held)
    under = ""
    if int(now["teams"]):
        key = "morale.under_one" if int(now["teams"]) == 1 else "morale.under"
        words = say(key, week=week_span(now["week"]), where=morale_teams.where(desk, held), people=number(now["people"]), teams=number(now["teams"]))
        under = f"<p class='kj-note' style='margin-top:4px'>{esc(words)}</p>"
    return f"<h1>{esc(morale_teams.title(now))}</h1>{under}"
