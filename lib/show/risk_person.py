"""Risk on the Person page: the card of the person who is looked at, with everything that can be done from it."""

from __future__ import annotations

import streamlit as st

from lib.access.desk import Desk, NotAllowed
from lib.access.risk_desk import RiskDesk
from lib.show import care_live, door, risk_card, risk_list, sections
from lib.show.sections import still

LIVE = "person.risk"


def draw(desk: Desk, who: str) -> None:
    """Do what was clicked in the card and draw it; whose session is over is led to the door.

    Raises :class:`NotAllowed` for every role but HR.
    """
    try:
        _draw(desk, who)
    except NotAllowed:
        if desk.viewer.role != "hr" or door.still_here(desk.store, desk.viewer):
            raise
        st.rerun(scope="app")


def _draw(desk: Desk, who: str) -> None:
    held = sections.held_of(LIVE, desk)
    if held.said or held.view != who:
        held.told = held.wrong = held.forget = held.where = ""
        held.said, held.view = False, who
    if asked := care_live.asked(LIVE):
        sections.act(desk, held, [risk_list], asked)
    office = RiskDesk(desk, still(desk))
    sections.draw(f"{sections.told(held)}<div style='margin-top:16px'>{risk_card.brief(office, office.card(who), held)}</div>", LIVE, held.turn)
    held.said = True
