"""Today, the lottery: that lots may be drawn or were, why that is fair, and what can be said about somebody whom a lot decides about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from lib.care import lottery
from lib.care.shape import Day, DrawSeen
from lib.show.parts import day, esc, number, percent
from lib.words import say

_SHANGHAI = timedelta(hours=8)
_WHY = ("fair", "learn", "never", "others", "again")


def short(draw_id: str) -> str:
    """A draw's number as one says it; the audit holds the whole one."""
    return draw_id[:8].upper()


def section(today: Day, names: Mapping[str, str], days: int, on: bool = False) -> str:
    """What is to be said about drawing on this day; '' when there is nothing.  ``names``: HR people by login; ``days``: for so many days
    after a tag appeared a lot decides between care and waiting; ``on``: lots are drawn by themselves."""
    if today.drawn:
        title = say("today.lots.made" if today.drawn.places > 1 else "today.lots.made_one", places=number(today.drawn.places), pool=number(today.drawn.pool))
        body = f"<p>{esc(_kept(today.drawn, names))}</p>"
    elif today.could_draw:
        pool, places = today.could_draw
        title = say("today.lots.could" if places > 1 else "today.lots.could_one", pool=number(pool), places=number(places))
        body = (f"<p>{esc(say('today.lots.offer', chance=_chance(places, pool)))}</p>"
                f"<div class=does><button type=button class=small data-ask=draw>{esc(say('today.lots.go'))}</button></div>")
    elif on:
        title, body = say("today.lots.none"), f"<p>{esc(say('today.lots.none.how'))}</p>"
    else:
        return ""
    rows = "".join(f"<dt>{esc(say(f'today.lots.why.{key}'))}</dt><dd>{esc(say(f'today.lots.why.{key}.how', days=days))}</dd>" for key in _WHY)
    return (f"<section class='kj-card lots'><h2>{esc(title)}</h2>{body}<details data-key=lots><summary>{esc(say('today.lots.why'))}</summary>"
            f"<dl class='kj-explain'>{rows}</dl></details></section>")


def _chance(places: int, pool: int) -> str:
    return f"{number(places)}/{number(pool)} ({percent(places / pool)})"


def _kept(made: DrawSeen, names: Mapping[str, str]) -> str:
    how = say("today.lots.by_setting") if made.started == "setting" else say("today.lots.by_button", who=names.get(made.who, made.who))
    return say("today.lots.kept", chance=_chance(made.places, made.pool), how=how, time=f"{made.at + _SHANGHAI:%H:%M}", id=short(made.id))


def about(today: Day, employee_id: str, name: str) -> str:
    """What a lot decides about one person who waits, with the button that says it is urgent; '' for everybody else."""
    one = next((one for one in today.waiting if one.planned.employee_id == employee_id and one.why in ("not_drawn", "capacity")), None)
    if one is None or not lottery.drawable(one.planned, today.urgent) or one.why == "capacity" and not (today.drawn or today.could_draw):
        return ""
    said = _waits(name, one.until) if one.why == "not_drawn" and one.until else say("today.urgent.may", name=name)
    return (f"<div class=elsewhere><p>{esc(said)}</p><button type=button class=small data-ask=urgent data-of='{esc(employee_id)}'>"
            f"{esc(say('today.urgent.go'))}</button></div>")


def _waits(name: str, until: date) -> str:
    return say("today.urgent.asks", name=name, day=day(until))
