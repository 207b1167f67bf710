"""Present page: the story on the whole window at once; under it, arranging, files and the meeting."""

from __future__ import annotations

import streamlit as st

from lib.access.desk import Desk
from lib.ledger.engine import LedgerBusy, LedgerMoved
from lib.ledger.vault import KeyLost
from lib.show import cards, present_arrange, present_out, present_player, present_story, sections
from lib.show.parts import esc
from lib.show.sections import Held
from lib.words import say


def draw(desk: Desk) -> None:
    """The page of boss, HR and presenter: nobody is named on it, whoever looks."""
    if desk.read("weeks").empty:
        cards.nothing_yet(say("present.nothing"), say("present.nothing.why"), say("present.nothing.how"))
        return cards.end("present", "nothing")
    try:
        sections.play("present", desk, [present_arrange], _stage)
    except (LedgerBusy, LedgerMoved, KeyLost) as why:
        cards.problem(say("present.ledger"), str(why), say("present.ledger.mend"))
        cards.end("present", "ledger")


def _stage(desk: Desk, held: Held) -> str:
    """What stands above the list and is no part of it: how long the story is, the player, the files.  Drawn after what was clicked was done."""
    shown = present_story.of(desk)
    cards.draw(f"<h1>{esc(present_arrange.count(shown))}</h1><p class='kj-note under'>{esc(shown.story.title)} · {esc(shown.story.source)}</p>")
    with st.container(key="present.stage"):
        present_player.draw(shown, present_out.names()[:2])
    present_out.draw(shown)
    return ""
