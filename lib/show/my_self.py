"""My day, oneself: a check-in by name, whether talks helped, tags and last week, who looked at the own data, and what one decides."""

from __future__ import annotations

from datetime import timedelta

from lib.access.desk import Desk
from lib.access.my_desk import FELT_DAYS, Mine, MyDesk
from lib.access.roles import ROLES
from lib.ledger.choices import NAMES
from lib.show import my_view
from lib.show.care_live import Asked
from lib.show.parts import day, esc
from lib.show.sections import Held, Wrong, still
from lib.words import say

_SHANGHAI = timedelta(hours=8)
_SHOWN = 5
"""Lines of who looked that stand open; the others are folded."""
_DID = ("card.opened", "note.opened", "talk.logged", "promise.opened", "promise.settled")
_DID_OF = ("card", "help", "mentor", "reward", "support", "goal")


def html(desk: Desk, held: Held) -> str:
    """Everything about oneself that is no goal."""
    office = MyDesk(desk, still(desk))
    mine = office.mine()
    week = desk.read("my_week")
    return (_felt(mine) + _check_in(mine) + (my_view.week(week.iloc[0]) if len(week) else "")
            + my_view.tags(desk.read("my_tags"), desk.read("tags_known")) + _looked(mine) + _choices(mine)
            + my_view.holds(desk.read("my_holdings").iloc[0]))


def act(desk: Desk, asked: Asked, held: Held) -> str | None:
    """Check in, say whether a talk helped, or decide something about oneself."""
    office = MyDesk(desk, still(desk))
    if asked.what == "my.check_in":
        pressure, growth = asked.typed.get("pressure", ""), asked.typed.get("growth", "")
        if not (pressure.isdecimal() and growth.isdecimal()):
            raise Wrong(say("my.wrong.choice"))
        office.check_in(int(pressure), int(growth))
        held.forget = "my.check_in"
        return say("my.check_in.saved")
    if asked.what in ("my.felt.yes", "my.felt.no"):
        office.feel(asked.of, asked.what == "my.felt.yes")
        return say("my.felt.saved")
    if asked.what in ("my.choose", "my.take_back") and asked.of in NAMES:
        office.choose(asked.of, asked.what == "my.choose")
        return say("my.choice.made" if asked.what == "my.choose" else "my.choice.taken_back", what=say(f"my.choice.{asked.of}"))
    return None


# --- what one says by name ------------------------------------------------------------------------------------------------------

def _felt(mine: Mine) -> str:
    if not mine.felt:
        return ""
    rows = ""
    for talk in mine.felt:
        called = say("my.felt.talk", day=day(talk.day))
        buttons = "".join(
            f"<button type=button class=act data-ask='my.felt.{word}' data-of='{esc(talk.talk_id)}' aria-label='{esc(called)}: {esc(say(f'my.felt.{word}'))}'"
            f" aria-pressed={'true' if talk.felt is (word == 'yes') else 'false'}>{esc(say(f'my.felt.{word}'))}</button>" for word in ("yes", "no"))
        rows += f"<li><div>{esc(called)}</div><div class=chips>{buttons}</div></li>"
    return (f"<section class='kj-card kj-stack'><h2>{esc(say('my.felt'))}</h2><ul class=rows>{rows}</ul>"
            f"<p class='kj-note'>{esc(say('my.felt.note', days=FELT_DAYS))}</p></section>")


def _check_in(mine: Mine) -> str:
    last = mine.checked
    scales = "".join(
        f"<fieldset class=all><legend>{esc(say(f'my.check_in.{name}'))}</legend><div class=pills>"
        + "".join(f"<label><input type=radio name={name} value={n}><span>{n}</span></label>" for n in range(1, 6)) + "</div></fieldset>"
        for name in ("pressure", "growth"))
    before = f"<p class='kj-note'>{esc(say('my.check_in.last', day=day(last.day), pressure=last.pressure, growth=last.growth))}</p>" if last else ""
    return (f"<section class='kj-card kj-stack'><h2>{esc(say('my.check_in'))}</h2><p class='kj-note'>{esc(say('my.check_in.note'))}</p>"
            f"<form data-form='my.check_in' aria-label='{esc(say('my.check_in'))}'>{scales}"
            f"<button type=submit class='act' data-ask='my.check_in'>{esc(say('my.check_in.save'))}</button></form>{before}</section>")


# --- who looked, and what one decides -------------------------------------------------------------------------------------------

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
