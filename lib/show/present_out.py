"""Present out: the story as files, each made when it is asked for and written into the audit before it leaves.

Every file is made of the story that is on the screen, so no way out shows more than another.  The names of files hold a day and a word
drawn at random: whoever knows the day cannot guess the address that a file is fetched from.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from threading import BoundedSemaphore

import streamlit as st

from lib import words
from lib.access import mentions, story_audit
from lib.access.story_desk import StoryDesk
from lib.settings import Value
from lib.show import cards, door, present_now
from lib.show.parts import esc
from lib.show.present_story import Options, Shown
from lib.show.sections import Held
from lib.story import scenes
from lib.story.scene import Story
from lib.words import say

_DAYS, _MOST_DAYS = 14, 90
"""How long a snapshot shows itself: at first, and at most."""
TEMPLATE, EXPIRES = "out.template", "out.expires"
"""What one viewer holds: the bytes of the company's template, and the last day of a snapshot."""
_AT_ONCE = BoundedSemaphore(2)
"""Files that are made at a time: each takes a core and its own memory, and the pages of everybody else wait meanwhile."""
MIME = {"pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation", "pdf": "application/pdf", "png": "application/zip",
        "csv": "application/zip", "html": "text/html"}
_FILES = {"pptx": "{name}.pptx", "pdf": "{name}.pdf", "png": "{name}-png.zip", "csv": "{name}-csv.zip", "html": "{name}.html"}


def names() -> Options:
    """The files by key and name, in the order they are offered."""
    return tuple((kind, say(f"present.out.{kind}")) for kind in MIME)


def draw(shown: Shown) -> None:
    """One button a file, and under them what a snapshot can and cannot do."""
    held = present_now.held(shown)
    _take(held, shown)
    until = _until(held)
    with st.container(horizontal=True, gap="small", key="present.out"):
        for kind, label in names():
            st.download_button(label, maker(shown, kind, until, held.state.get(TEMPLATE)), file_name=file_name(kind), mime=MIME[kind],
                               key=f"present.out.{kind}", on_click="ignore", icon=":material/download:", help=say(f"present.out.{kind}.help"),
                               disabled=not shown.story.scenes)
    if why := present_now.wrong(held):
        st.error(why)
    own = say("present.out.template.used") if TEMPLATE in held.state else ""
    cards.draw(f"<p class='kj-note'>{esc(say('present.out.snapshot', day=until.isoformat()))} {esc(own) if own else ''}</p>")
    if st.toggle(say("present.out.more"), key="present.more"):
        _more(held, until)


def _more(held: Held, until: date) -> None:
    """The company's template, and the snapshot's last day."""
    left, right = st.columns(2, gap="medium")
    with left:
        _template(held)
    with right:
        st.date_input(say("present.out.until"), until, min_value=_today(), max_value=_today() + timedelta(_MOST_DAYS), key=held.key(EXPIRES),
                      help=say("present.out.until.help"))
    cards.draw(f"<p class='kj-note'>{esc(say('present.out.honest'))}</p>")


def _until(held: Held) -> date:
    """The last day of a snapshot: the one that was chosen, also while nobody looks at where it is chosen."""
    chosen = st.session_state.get(held.key(EXPIRES), held.state.get(EXPIRES))
    if isinstance(chosen, date):
        held.state[EXPIRES] = chosen
    return chosen if isinstance(chosen, date) and chosen >= _today() else _today() + timedelta(_DAYS)


def _template(held: Held) -> None:
    """The company's template: given, or taken back by a button; closing this leaves it as it is."""
    st.file_uploader(say("present.out.template"), type=["pptx", "potx"], key=held.key(TEMPLATE), help=say("present.out.template.help"))
    if told := held.state.get("out.template.told"):
        (st.success if TEMPLATE in held.state else st.error)(str(told))
    if TEMPLATE in held.state:
        st.button(say("present.out.template.drop"), key="present.template.drop", on_click=_drop, args=(held,))


def _drop(held: Held) -> None:
    for key in [key for key in held.state if key.startswith(TEMPLATE)]:
        del held.state[key]
    held.used(TEMPLATE)      # the next field for it is an empty one


def _take(held: Held, shown: Shown) -> None:
    """Look at a template once when it comes, before anything is drawn that says whether there is one; it is held for this session only."""
    given = st.session_state.get(held.key(TEMPLATE))
    if given is None or held.state.get("out.template.of") == given.file_id:
        return
    from lib.story import deck, deck_template  # what reads a PPTX is needed by nobody who has no template
    try:
        told = say("present.out.template.taken", removed=deck.examine(given.getvalue(), shown.office.values()))
        _names_nobody(deck.words_of(given.getvalue(), shown.office.values()), shown)
        held.state[TEMPLATE] = given.getvalue()
    except deck_template.Unfit as why:
        held.state.pop(TEMPLATE, None)
        told = f"{why.sentence(words.language())} {why.remedy(words.language())}"
    held.state["out.template.of"], held.state["out.template.told"] = given.file_id, told


def _names_nobody(said: tuple[str, ...], shown: Shown) -> None:
    """Raises :class:`lib.story.deck_template.Unfit` for a template whose words, which would leave with every slide, name somebody of the company."""
    from lib.story import deck_template
    everybody = shown.office.desk.everybody
    if named := [text for text in said if mentions.names_in(text, everybody)]:
        raise deck_template.Unfit("names", where=" · ".join(text[:60] for text in named[:3]))


def file_name(kind: str) -> str:
    """The name of a file: a day and a word drawn at random."""
    return _FILES[kind].format(name=f"kanjian-{_today().isoformat()}-{secrets.token_hex(4)}")


def maker(shown: Shown, kind: str, until: date, template: object) -> Callable[[], bytes]:
    """What makes the file when it is asked for.  It runs beside the page, where there is neither session nor language: both are handed over.

    Raises :class:`lib.access.desk.NotAllowed` when the session is over, :class:`lib.access.story_desk.Changed` when the meeting is, and as
    :func:`made_of`; what the viewer can mend is kept for the page to say.
    """
    spoken, desk, held, least = words.language(), shown.office.desk, present_now.held(shown), shown.presenter.smallest_group()
    still_here = door.proof(desk.store, desk.viewer)

    def make() -> bytes:
        words.speak(spoken)
        own = StoryDesk(desk, still_here, kinds=scenes.SCENES)
        try:
            with _AT_ONCE:
                own.here()
                present_now.same(own, shown, least)
                made = made_of(shown.story, kind, max(until, _today()), template if isinstance(template, bytes) else None, own.values())
        except Exception as why:
            present_now.failed(held, why)
            raise
        story_audit.left(own, kind, shown.meeting, len(shown.story.scenes), isinstance(template, bytes) if kind == "pptx" else None)
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
