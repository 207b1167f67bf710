"""Effect, what else was asked: leaving and the programme's outcomes in a row each, all of them, so that none is picked for how it looks."""

from __future__ import annotations

from lib.access.desk import Desk
from lib.show import effect_leaving, effect_months, effect_programme, effect_read, effect_seen, shelf
from lib.show.care_live import Asked
from lib.show.effect_programme import OUTCOMES
from lib.show.parts import Explain, esc, explain, full_day, number
from lib.show.sections import Behind, Held
from lib.words import say


def html(desk: Desk, held: Held) -> str:
    """A row a question, each leading to its view."""
    return shelf.picture(desk, "effect.also", (), lambda: _page(desk))


def act(desk: Desk, asked: Asked, held: Held) -> str | None:
    """Nothing is done here: the rows open views."""
    return None


def tables(desk: Desk, held: Held) -> Behind:
    """They stand behind the views that the rows open."""
    return []


def _page(desk: Desk) -> str:
    read = effect_read.current(desk)
    leaving, rows = effect_leaving.row(desk), effect_programme.rows_of(desk)
    if read is None:
        return ""
    lines = []
    if leaving is not None:
        found = effect_leaving.span(leaving)
        lines.append(_line("leaving", say("effect.also.leaving"), f"× {effect_leaving.ratio(found)}" if found else "–", effect_leaving.word(leaving), leaving["verdict"], effect_leaving.why(leaving)))
    for key in OUTCOMES:
        if key in rows:
            span = effect_programme.span(rows[key])
            figures = f"{effect_seen.figure(span)} {say(f'effect.unit.{key}')}" if span else "–"
            lines.append(_line("programme", say("effect.also.programme", outcome=say(f"effect.outcome.{key}")), figures, effect_programme.word(rows[key]), rows[key]["verdict"],
                               effect_programme.why(rows[key])))
    if not lines:
        return ""
    found = effect_months.minutes(desk)
    plain = f"<p class='kj-note'>{esc(say('effect.also.time', before=number(found['before'], 0), after=number(found['after'], 0)))}</p>" if len(found) == 2 else ""
    drawer = explain(Explain(say("effect.also.rule"), say("effect.period.read", read=full_day(read["read_on"])), say("effect.also.people"), say("effect.also.left")))
    return effect_read.section(say("effect.also.one" if len(lines) == 1 else "effect.also", n=number(len(lines))), f"<div class='ef-also'>{''.join(lines)}</div>{plain}", drawer, say("effect.also.note", n=number(len(rows))))


def _line(view: str, name: str, figures: str, verdict: str, key: str, why: str = "") -> str:
    reason = f"<span class='kj-note why'>{esc(why)}</span>" if why else ""
    return (f"<button type=button class='kj-pick' data-ask=view data-of='{view}'><b>{esc(name)}</b><span>{esc(figures)}</span>{effect_read.chip(verdict, effect_seen.TONES[key])}{reason}</button>")
