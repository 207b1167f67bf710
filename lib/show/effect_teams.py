"""Effect by department and team: for bosses and presenters only where no small group follows from it."""

from __future__ import annotations

from lib.access.desk import Desk
from lib.show import effect_parts, effect_read, shelf
from lib.show.care_live import Asked
from lib.show.parts import esc
from lib.show.sections import Behind, Held
from lib.words import say


def html(desk: Desk, held: Held) -> str:
    """Departments, then teams."""
    return shelf.picture(desk, "effect.teams", (), lambda: _page(desk))


def act(desk: Desk, asked: Asked, held: Held) -> str | None:
    """Nothing is done here."""
    return None


def tables(desk: Desk, held: Held) -> Behind:
    """The rows behind both pictures; what is not shown is empty here too."""
    return [found for scope in ("department", "team") for found in effect_parts.behind(desk, scope)]


def _page(desk: Desk) -> str:
    read = effect_read.current(desk)
    if read is None:
        return effect_read.section(say("effect.nothing"), f"<p>{esc(say('effect.nothing.why'))}</p>")
    return "".join(effect_parts.family(desk, read, effect_read.cells(desk, scope), scope) for scope in ("department", "team"))
