"""My day, oneself: whether talks helped, a check-in by name, last week, and the tags that hold with their rules."""

from __future__ import annotations

from lib.access.desk import Desk
from lib.access.my_desk import FELT_DAYS, Mine, MyDesk
from lib.show import my_mine, my_view
from lib.show.care_live import Asked
from lib.show.parts import day, esc
from lib.show.sections import Held, Wrong, still
from lib.words import say


def html(desk: Desk, held: Held) -> str:
    """Everything about oneself that is no goal."""
    mine = my_mine.once(desk, held)[1]
    week = desk.read("my_week")
    return (_felt(mine) + _check_in(mine) + (my_view.week(week.iloc[0]) if len(week) else "")
            + my_view.tags(desk.read("my_tags"), desk.read("tags_known")))


def act(desk: Desk, asked: Asked, held: Held) -> str | None:
    """Check in, or say whether a talk helped."""
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
