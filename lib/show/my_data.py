"""My day, the own data: who looked at it, what one decides about it, and what the app holds."""

from __future__ import annotations

from datetime import timedelta

from lib.access.desk import Desk
from lib.access.my_desk import Mine, MyDesk
from lib.access.roles import ROLES
from lib.ledger.choices import NAMES
from lib.show import my_mine, my_view
from lib.show.care_live import Asked
from lib.show.parts import day, esc
from lib.show.sections import Held, still
from lib.words import say

_SHANGHAI = timedelta(hours=8)
_SHOWN = 5
"""Lines of who looked that stand open; the others are folded."""
_DID = ("card.opened", "note.opened", "talk.logged", "promise.opened", "promise.settled", "risk.listed")
_DID_OF = ("card", "help", "mentor", "reward", "support", "pain", "goals", "risk", "intervention", "draw")
"""Actions, and areas of actions, that have words of their own."""


def html(desk: Desk, held: Held) -> str:
    """Who looked, the choices, and what the app holds."""
    mine = my_mine.once(desk, held)[1]
    return _looked(mine) + _choices(mine) + my_view.holds(desk.read("my_holdings").iloc[0])


def act(desk: Desk, asked: Asked, held: Held) -> str | None:
    """Decide something about oneself, or take it back."""
    if asked.what not in ("my.choose", "my.take_back"):
        return None
    if asked.of not in NAMES:
        raise LookupError(asked.of)
    MyDesk(desk, still(desk)).choose(asked.of, asked.what == "my.choose")
    return say("my.choice.made" if asked.what == "my.choose" else "my.choice.taken_back", what=say(f"my.choice.{asked.of}"))


def _did(action: str) -> str:
    if action in _DID:
        return say(f"my.looked.{action}")
    area = action.partition(".")[0]
    return say(f"my.looked.{area}" if area in _DID_OF else "my.looked.other")


def _looked(mine: Mine) -> str:
    lines = [say("my.looked.row", day=day(one.at + _SHANGHAI), time=f"{one.at + _SHANGHAI:%H:%M}",
                 role=say(f"role.{one.role}") if one.role in ROLES else say("my.looked.command"), what=_did(one.action)) for one in mine.looked]
    if not lines:
        inner = f"<p>{esc(say('my.looked.none'))}</p>"
    else:
        rows = [f"<li><div>{esc(line)}</div></li>" for line in lines]
        rest = "".join(rows[_SHOWN:])
        more = f"<details class=fold data-key='my.looked'><summary>+{len(rows) - _SHOWN}</summary><ul class=rows>{rest}</ul></details>" if rest else ""
        inner = f"<ul class=rows>{''.join(rows[:_SHOWN])}</ul>{more}<p class='kj-note'>{esc(say('my.looked.note', n=len(lines)))}</p>"
    return f"<section class='kj-card kj-stack'><h2>{esc(say('my.looked'))}</h2>{inner}</section>"


def _choices(mine: Mine) -> str:
    rows = ""
    for name in NAMES:
        on, what = name in mine.choices, say(f"my.choice.{name}")
        rows += (f"<li><div><b>{esc(what)}</b><p class='kj-note'>{esc(say(f'my.choice.{name}.note'))}</p></div>"
                 f"<button type=button class=act data-ask='{'my.take_back' if on else 'my.choose'}' data-of={name} aria-pressed={'true' if on else 'false'}"
                 f" aria-label='{esc(say('my.choice.on_what' if on else 'my.choice.off_what', what=what))}'>{esc(say('my.choice.on' if on else 'my.choice.off'))}</button></li>")
    return f"<section class='kj-card kj-stack'><h2>{esc(say('my.choices'))}</h2><ul class=rows>{rows}</ul></section>"
