"""Effect, put together: the title answers "did it work?", and every view holds what it says against a comparison."""

from __future__ import annotations

from lib.access.desk import Desk
from lib.show import (
    effect_also,
    effect_answer,
    effect_fooled,
    effect_leaving,
    effect_months,
    effect_parts,
    effect_programme,
    effect_read,
    effect_seen,
    effect_teams,
    effect_when,
)
from lib.show.parts import esc, full_day
from lib.show.sections import Held, Views
from lib.words import say

VIEWS: Views = {"answer": [effect_answer, effect_also, effect_when], "parts": [effect_parts], "teams": [effect_teams], "leaving": [effect_leaving],
                "programme": [effect_programme, effect_months], "fooled": [effect_fooled]}


def head(desk: Desk, held: Held) -> str:
    """The answer, and on which day's knowledge it stands."""
    title, under = _said(desk)
    return f"<h1>{esc(title)}</h1><p class='kj-note under'>{esc(under)}</p>"


def _said(desk: Desk) -> tuple[str, str]:
    read, cell = effect_read.current(desk), effect_read.whole(desk)
    if read is None or cell is None or effect_read.nothing(read):
        return say("effect.title.nothing"), say("effect.under.nothing")
    key = "effect.under" if read["kind"] == "quarterly" else "effect.under.live"
    return effect_seen.title(cell), say(key, read=full_day(read["read_on"]), next=full_day(read["next_on"]))
