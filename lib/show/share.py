"""Share: what every page can be taken along by: copied as a picture, put into the story, presented at once.

One small element beside the page, in a fragment of its own: no page is drawn again because of it.  The picture is made in the browser
from what is on the screen, so it shows what the viewer sees and never passes through here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import streamlit as st

from lib import words
from lib.access.desk import Desk
from lib.access.story_desk import Changed, StoryDesk, TooMany, Wish, WrongChoice, may_present, shown_to
from lib.ledger.engine import LedgerBusy, LedgerMoved
from lib.ledger.vault import KeyLost
from lib.show import door, heat, pick, sections, shelf, stage, tags_picks
from lib.show.parts import full_day
from lib.words import say

KEY = "share.bar"
_TURN = "share.turn"
_JS = Path(__file__).with_suffix(".js").read_text("utf-8")
_CSS = Path(__file__).with_suffix(".css").read_text("utf-8")
NAMED = frozenset({"hr", "lead", "mentor", "employee"})
"""Who is told people by name on some pages."""


@dataclass(frozen=True)
class Picked:
    """What a page shows now: the Monday that was picked, department, team (as the viewer sees it) and tag; '' and None for all.
    ``kind`` is the kind of scene of the view that is open ('': those of the page); ``instead`` says that the page is about one person
    and the team's picture is added."""

    week: date | None = None
    department: str = ""
    team: str = ""
    tag: str = ""
    kind: str = ""
    instead: bool = False


@dataclass(frozen=True)
class Given:
    """What a page gives to a story: scenes of these kinds, limited to what is picked on it.  ``names`` says who may see people's names
    on it, ``nameless`` what is on the page (a CSS selector) only while it names nobody to them either."""

    kinds: tuple[str, ...] = ()
    picked: Callable[[Desk, StoryDesk], Picked] = lambda desk, office: Picked()
    names: frozenset[str] = frozenset()
    nameless: str = ""
    wide: bool = False
    """Whether the page leaves no margin."""


def _kept(name: str) -> str:
    return str(st.session_state.get(f"kept.{name}") or "")


def _week() -> date | None:
    found = st.session_state.get("kept.week")
    return found if isinstance(found, date) else None


def _glance(desk: Desk, office: StoryDesk) -> Picked:
    return Picked(_week(), _kept("department"))


def _tags(desk: Desk, office: StoryDesk) -> Picked:
    view = _kept("tags.view")
    if view == "library":
        return Picked()
    if view == "people":
        return Picked(_week(), "", _kept("tags.team"), _kept("tags.tag"))
    cell = heat.picked(tags_picks.HEAT, "cell")
    team, tag = cell if len(cell) == 2 else ("", "")
    return Picked(_week(), "" if team else _kept("tags.department"), team, tag)


def _person(desk: Desk, office: StoryDesk) -> Picked:
    asked = pick.address("id")
    card = desk.read("person_card", id=asked) if asked else None
    if card is None or card.empty or not isinstance(card["team"].iloc[0], str):
        return Picked()
    return Picked(team=str(card["team"].iloc[0]), instead=True)


def _morale(desk: Desk, office: StoryDesk) -> Picked:
    held = sections.held_of("morale", desk)
    if held.view != "teams":
        return Picked(kind="goals" if held.view == "goals" else "")
    state = held.state
    opened = str(state.get("teams.open") or "")
    if opened:
        teams = office.presenter.read("story_teams")
        return Picked(team="".join(teams.loc[teams["nth"].astype(str) == opened, "team"].astype(str)))
    return Picked(department=str(state.get("teams.department") or ""))


def _board(desk: Desk, office: StoryDesk) -> Picked:
    return Picked(team=_kept("team"))


def _open_view(*views: str) -> str:
    return ",".join(f".kj-sections .views [data-of={view}][aria-pressed=true]" for view in views)


PAGES: dict[str, Given] = {
    "glance": Given(("stand", "changes"), _glance),
    "today": Given(("need",), names=NAMED),
    "tags": Given(("need",), _tags, NAMED, ".kj-beside:has(.kj-heat:not(.dense)):has(>.kj-side.empty)"),
    "person": Given(("need", "morale"), _person, NAMED),
    "effect": Given(("effect", "cost")),
    "morale": Given(("morale",), _morale, NAMED, _open_view("teams", "pulse")),
    "risk": Given(("risk",), names=NAMED, nameless=_open_view("teams")),
    "board": Given(("goals",), _board, wide=True),
    "my_day": Given(names=NAMED),
    "data": Given(),
    "present": Given(),
}
"""Every page of the app: what it gives to a story (nothing: only its picture)."""


def bar(key: str, desk: Desk) -> None:
    """Draw the acts of the page ``key`` for this viewer."""
    spoken = words.language()

    @st.fragment(key="share.fragment")
    def own() -> None:
        words.speak(spoken)
        if not door.still_here(desk.store, desk.viewer):
            st.rerun(scope="app")
        act = getattr(st.session_state.get(KEY), "act", None)
        told = _add(key, desk.anew()) if act == "add" else None
        _draw(key, desk, told)
        if act == "present":
            stage.open_page("present")
        if act == "open":
            stage.open_page("present", arrange="1")

    with st.container(key="share"):
        own()


def acts(key: str, desk: Desk) -> list[str]:
    """What this viewer may do with the page: ``copy``, ``add``, ``present``."""
    more = (["add"] if PAGES[key].kinds else []) + ["present"] if may_present(desk) and key != "present" else []
    return ["copy", *more]


def wishes(key: str, desk: Desk, office: StoryDesk) -> tuple[tuple[Wish, ...], Picked]:
    """The scenes that stand for the page as it is now, and what was picked.  The newest week is told as the newest, also next week."""
    given = PAGES[key]
    picked = given.picked(desk, office)
    newest = pick.weeks(desk)[:1]
    week = "" if picked.week is None or [picked.week] == newest else picked.week.isoformat()
    return tuple(Wish(kind, picked.department, picked.team, picked.tag if kind == "need" else "", week)
                 for kind in ((picked.kind,) if picked.kind else given.kinds)), picked


def _add(key: str, desk: Desk) -> dict[str, object]:
    """Put the page into the story and say what was added."""
    from lib.story import scenes  # what reads and tells scenes is only needed here

    office = StoryDesk(desk, sections.still(desk), kinds=scenes.SCENES)
    try:
        asked, picked = wishes(key, shown_to(desk), office)  # what the page holds it holds for the desk it was drawn for
        made = office.add(asked, scenes.default)
    except (Changed, TooMany, WrongChoice, LedgerBusy, LedgerMoved, KeyLost) as why:
        return {"text": str(why), "wrong": True, "link": isinstance(why, TooMany)}
    where = " · ".join(part for part in (picked.department, picked.team) if part)
    named = say("share.scenes", names=say("share.and").join(say(f"present.kind.{wish.kind}") for wish in asked))
    text = say("share.added" if made.new else "share.there", what=named + (say("share.of", where=where) if where else ""), n=made.scenes)
    return {"text": text, "more": say("share.instead") if picked.instead else "", "link": True}


def _draw(key: str, desk: Desk, told: dict[str, object] | None) -> None:
    if told:
        st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
    as_of = desk.read("house_day")["as_of"].iloc[0] if isinstance(desk, Desk) else None
    offered = acts(key, desk)
    data = {
        "row": PAGES[key].wide, "acts": [[act, say(f"share.{act}"), say(f"share.{act}.tip")] for act in offered],
        "words": {part: say(f"share.{part}") for part in ("label", "copied", "saved", "failed", "names_foot", "left", "open")}
        | {"names": say("share.names") + (say("share.names_add") if "add" in offered else "")},
        "names": desk.viewer.role in PAGES[key].names, "nameless": PAGES[key].nameless, "file": f"kanjian-{key}" + (f"-{as_of:%Y-%m-%d}" if as_of is not None else ""),
        "foot": _foot(key, desk, as_of), "told": told, "turn": st.session_state.get(_TURN, 0),
    }
    component = st.components.v2.component("kanjian_share", html="<div class='kj-share'></div>", css=_CSS, js=_JS, isolate_styles=False)
    component(data=data, key=KEY, on_act_change=lambda: None)


def _foot(key: str, desk: Desk, as_of: object) -> str:
    """The line under a copied picture: from where, until which day, and whether it is a real company."""
    parts = [say("share.from"), say(f"page.{key}")]
    if as_of is not None:
        parts.append(say("share.until", day=full_day(as_of)))
        if shelf.company(desk.store) == "demo":
            parts.append(say("header.demo"))
    return " · ".join(parts)
