"""Present out: the story as files, each made when it is asked for and written into the audit before it leaves.

Every file is made of the story that is on the screen, so no way out shows more than another.  The names of files hold a day and nothing
else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

import streamlit as st

from lib import words
from lib.access import story_audit
from lib.access.story_desk import StoryDesk
from lib.settings import Value
from lib.show import cards, door
from lib.show.parts import esc
from lib.show.present_story import Options, Shown
from lib.story import scenes
from lib.story.scene import Story
from lib.words import say

_DAYS, _MOST_DAYS = 14, 90
"""How long a snapshot shows itself: at first, and at most."""
TEMPLATE = "present.template"
MIME = {"pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation", "pdf": "application/pdf", "png": "application/zip",
        "csv": "application/zip", "html": "text/html"}
_FILES = {"pptx": "kanjian-{day}.pptx", "pdf": "kanjian-{day}.pdf", "png": "kanjian-{day}-png.zip", "csv": "kanjian-{day}-csv.zip", "html": "kanjian-{day}.html"}


def names() -> Options:
    """The files by key and name, in the order they are offered."""
    return tuple((kind, say(f"present.out.{kind}")) for kind in MIME)


def draw(shown: Shown) -> None:
    """One button a file, and under them what a snapshot can and cannot do."""
    expires = st.session_state.get("kept.present.expires")
    until = expires if isinstance(expires, date) and expires >= _today() else _today() + timedelta(_DAYS)
    with st.container(horizontal=True, gap="small", key="present.out"):
        for kind, label in names():
            st.download_button(label, maker(shown, kind, until, st.session_state.get(TEMPLATE)), file_name=file_name(kind), mime=MIME[kind],
                               key=f"present.out.{kind}", on_click="ignore", icon=":material/download:", help=say(f"present.out.{kind}.help"),
                               disabled=not shown.story.scenes)
    own = say("present.out.template.used") if st.session_state.get(TEMPLATE) else ""
    cards.draw(f"<p class='kj-note'>{esc(say('present.out.snapshot', day=until.isoformat()))} {esc(own) if own else ''}</p>")
    if st.toggle(say("present.out.more"), key="present.more"):
        _more(shown, until)


def _more(shown: Shown, until: date) -> None:
    """The company's template, and the snapshot's last day."""
    left, right = st.columns(2, gap="medium")
    with left:
        _template(shown)
    with right:
        chosen = st.date_input(say("present.out.until"), until, min_value=_today(), max_value=_today() + timedelta(_MOST_DAYS), key="present.expires",
                               help=say("present.out.until.help"))
        if isinstance(chosen, date) and chosen != until:
            st.session_state["kept.present.expires"] = chosen
            st.rerun(scope="fragment")
    cards.draw(f"<p class='kj-note'>{esc(say('present.out.honest'))}</p>")


def _template(shown: Shown) -> None:
    """The company's template: looked at once when it comes, and held for this session only."""
    given = st.file_uploader(say("present.out.template"), type=["pptx", "potx"], key="present.upload", help=say("present.out.template.help"))
    if given is None:
        st.session_state.pop(TEMPLATE, None)
        return
    from lib.story import deck, deck_template  # what reads a PPTX is needed by nobody who has no template
    if st.session_state.get("present.template.of") != given.file_id:
        try:
            told = say("present.out.template.taken", removed=deck.examine(given.getvalue(), shown.office.values()))
            st.session_state[TEMPLATE] = given.getvalue()
        except deck_template.Unfit as why:
            st.session_state.pop(TEMPLATE, None)
            told = f"{why.sentence(words.language())} {why.remedy(words.language())}"
        st.session_state["present.template.of"], st.session_state["present.template.told"] = given.file_id, told
        st.rerun(scope="fragment")
    (st.success if TEMPLATE in st.session_state else st.error)(st.session_state["present.template.told"])


def file_name(kind: str) -> str:
    """The name of a file: a day and no more."""
    return _FILES[kind].format(day=_today().isoformat())


def maker(shown: Shown, kind: str, until: date, template: object) -> Callable[[], bytes]:
    """What makes the file when it is asked for.  It runs beside the page, where there is neither session nor language: both are handed over."""
    spoken, desk, story, meeting = words.language(), shown.office.desk, shown.story, shown.meeting.id
    still_here = door.proof(desk.store, desk.viewer)

    def make() -> bytes:
        words.speak(spoken)
        own = StoryDesk(desk, still_here, kinds=scenes.SCENES)
        own.here()
        made = made_of(story, kind, until, template if isinstance(template, bytes) else None, own.values())
        story_audit.left(own, kind, meeting, len(story.scenes))
        return made

    return make


def made_of(story: Story, kind: str, until: date, template: bytes | None = None, stored: Mapping[str, Value] | None = None) -> bytes:
    """One file of a story.  What makes it is imported here: none of it is needed to show a page."""
    if kind == "pptx":
        from lib.story import deck
        return deck.deck(story, template, stored)
    if kind == "pdf":
        from lib.story import paper
        return paper.pdf(story)
    if kind == "png":
        from lib.story import paper, sheets
        return sheets.bundle(paper.pngs(story))
    if kind == "csv":
        from lib.story import sheets
        return sheets.bundle(sheets.csvs(story))
    from lib.story import snapshot
    return snapshot.snapshot(story, until, _today())


def _today() -> date:
    """The day on this machine's clock: a snapshot is held against the clock of whoever opens it, not against the company's day."""
    return date.today()
