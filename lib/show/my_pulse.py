"""My pulse: a wave is open; one button draws the one token, and a link leads to the questions."""

from __future__ import annotations

from lib.access.desk import Desk
from lib.access.pulse_desk import MyPulse, Refused
from lib.show import sections
from lib.show.care_live import Asked
from lib.show.parts import day, esc
from lib.show.sections import Held, Wrong
from lib.words import say

_LINK = "pulse.link"


def html(desk: Desk, held: Held) -> str:
    """The invitation while a wave is open; '' when none is."""
    now = MyPulse(desk, sections.still(desk)).now()
    if now is None:
        held.state.pop(_LINK, None)
        return ""
    wave, why = now
    known = held.state.get(_LINK)
    link = known[1] if isinstance(known, tuple) and known[0] == wave.id else ""
    if link:
        inner = (f"<p>{esc(say('pulse.my.drawn_now'))}</p><a class='pulse-go' href='{esc(link)}' target='_blank' rel='noopener noreferrer'>"
                 f"{esc(say('pulse.my.go'))}</a><p class='kj-note'>{esc(say('pulse.my.keep'))}</p>")
    elif why:
        inner = f"<p>{esc(say(f'pulse.my.{why}'))}</p>"
    else:
        inner = f"<button type=button class='act main' data-ask='pulse.draw' data-of='{esc(wave.id)}'>{esc(say('pulse.my.draw'))}</button>"
    return (f"<section class='kj-card kj-stack'><h2>{esc(say('pulse.my.title', closes=day(wave.closes)))}</h2>{inner}"
            f"<details class=fold data-key='pulse.why'><summary>{esc(say('pulse.why'))}</summary>"
            f"<ul class=plain-list>{''.join(f'<li>{esc(say(key))}</li>' for key in WHY)}</ul></details></section>")


WHY = ("pulse.why.token", "pulse.why.answer", "pulse.why.five", "pulse.why.once")
"""How it stays anonymous, in sentences."""


def act(desk: Desk, asked: Asked, held: Held) -> str | None:
    """Draw the token."""
    if asked.what != "pulse.draw":
        return None
    known = held.state.get(_LINK)
    if isinstance(known, tuple) and known[0] == asked.of:  # drawn already, and the link still stands on the page
        return ""
    try:
        held.state[_LINK] = (asked.of, MyPulse(desk, sections.still(desk)).draw(asked.of))
    except Refused as why:
        raise Wrong(say(f"pulse.refused.{why.code}")) from None
    return ""
