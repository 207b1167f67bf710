"""Story desk: what somebody shows in a meeting: the presenter's desk that its scenes are read through, which scenes, and whose words.

Nobody's name leaves it: what it reads and what the presenter types have pseudonyms of the current meeting in the place of names.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta

from lib.access import masks, mentions
from lib.access.desk import Desk
from lib.access.ledger_desk import LedgerDesk
from lib.access.roles import PRESENTERS
from lib.ledger import engine, stories
from lib.ledger.engine import LedgerBusy, LedgerMoved
from lib.ledger.stories import Changed, TooMany
from lib.ledger.story_shape import LONGEST_CAPTION, LONGEST_NOTES, LONGEST_TITLE, Choice, Meeting, Wish
from lib.ledger.vault import KeyLost
from lib.tags import TAGS
from lib.words import say

__all__ = ["Added", "Changed", "Choice", "Kept", "Meeting", "StoryDesk", "TooMany", "Wish", "WrongChoice", "may_present", "shown_to"]
_WORD = re.compile(r"[a-z0-9_]{1,40}")
_UNREAD = secrets.token_bytes(stories.KEY_BYTES)
"""What pseudonyms are made of while no meeting can be read: nobody can make them again once the app has stopped."""


class WrongChoice(ValueError):
    """What was typed or asked for cannot be kept; the message says what, and how to mend it."""


@dataclass(frozen=True)
class Kept:
    """What was kept: the meeting at its new version, and where somebody's name was replaced: the places of the scenes, by ``title``
    (of the meeting, place -1), ``caption`` or ``notes``."""

    meeting: Meeting
    replaced: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Added:
    """How many scenes are new in the story, and how many it has now."""

    new: int
    scenes: int


def may_present(desk: Desk) -> bool:
    """Whether this viewer may show a story."""
    return desk.viewer.role in PRESENTERS


def shown_to(desk: Desk) -> Desk:
    """The desk of an ordinary page for this viewer: a presenter's has the pseudonyms of the current meeting, so that a page, its copied
    picture and the deck call a person the same, and the next meeting's do not.  A meeting whose time is over is followed by the next one
    here as it is on Present.  While nobody ever began one, and for everybody else, it is the same desk.

    Where the meeting cannot be read, also not at a second try, people have pseudonyms that hold until the app stops and teams are told
    as letters: the app's own pseudonyms, and teams that the meeting may tell as letters, are never shown in the place of the meeting's.
    """
    if desk.viewer.role != "presenter":
        return desk
    office = StoryDesk(desk)
    if not engine.exists(desk.data_dir, office.demo):
        return desk
    for _ in range(2):
        try:
            with office.book.reading() as con:
                found = stories.current(con, office.book, office.login)
            return desk if found is None else office.presenter_of(found if found.ends >= office.today else office.meeting())
        except (Changed, KeyLost, LedgerBusy, LedgerMoved):  # begun anew, or replaced, in this moment: the second try sees what is there
            continue
    return desk.presenting(masks.Pseudonyms(masks.meeting_key(masks.key_of(desk.data_dir), _UNREAD), "unread", letters=True))


class StoryDesk(LedgerDesk):
    """The current meeting of one viewer who may present; making one raises :class:`lib.access.desk.NotAllowed` for every other role.

    ``kinds`` are the kinds of scenes that there are (those of ``lib.story``); None takes every word.
    """

    ROLES = PRESENTERS

    def __init__(self, desk: Desk, still_here: Callable[[], bool] = lambda: True, kinds: Collection[str] | None = None):
        super().__init__(desk, still_here)
        self._kinds = kinds
        self._presenter: tuple[str, Desk] | None = None

    # --- the meeting ---

    def meeting(self) -> Meeting:
        """The current meeting as it is kept now, its title as it is told: begun when it is first asked for, and followed by a new one when
        its time is over."""
        for _ in range(2):
            with self.book.reading() as con:
                found = stories.current(con, self.book, self.login)
            try:
                if found is not None and found.ends >= self.today:
                    return self._told(found)
                self.here()
                if found is None:
                    return self._told(stories.begin(self.book, self.login, self.role, "", self._ends(), stories.draw()))
                return self._told(self._begin(found.title, found))
            except Changed:  # another window was first to begin the next one
                continue
        return self.meeting()

    def new_meeting(self, title: str, seen: Meeting | None = None, request_key: str = "") -> Kept:
        """Begin a meeting: new pseudonyms, the same scenes and words.  The one before is over, and nobody can make its pseudonyms again.

        ``seen`` is the meeting that the viewer saw (None: the one that is kept now).  Raises :class:`Changed`, :class:`WrongChoice`.
        """
        self.here()
        before = seen or self.meeting()
        words = _typed(title, LONGEST_TITLE, "share.field.title")
        named = mentions.names_in(words, self.desk.everybody, given=True)
        if before.letters:
            with suppress(Changed):  # nobody can tell its letters any more: then what is typed is refused, or was kept already
                words = self.presenter_of(before).back(words)
        return Kept(self._told(self._begin(words, before, request_key)), ((-1, "title"),) if named else ())

    def change(self, seen: Meeting, title: str, letters: bool, request_key: str = "") -> Kept:
        """Give the meeting another title, or tell teams as letters or not.  Raises :class:`Changed`, :class:`WrongChoice`."""
        self.here()
        words, replaced = self._hidden(_typed(title, LONGEST_TITLE, "share.field.title"), seen)
        return Kept(self._told(stories.change(self.book, self.login, seen, words, letters, request_key)), ((-1, "title"),) if replaced else ())

    # --- what is read ---

    @property
    def presenter(self) -> Desk:
        """What scenes are read through: a presenter's desk with the same teams and version, under the current meeting's pseudonyms."""
        return self.presenter_of(self.meeting())

    def presenter_of(self, meeting: Meeting) -> Desk:
        """The same for the meeting as it was read.  Raises :class:`Changed` when it is over meanwhile."""
        own = masks.Pseudonyms(self._key(meeting), meeting.id, meeting.letters)
        if self._presenter is None or self._presenter[0] != own.mark:
            self._presenter = own.mark, self.desk.presenting(own)
        return self._presenter[1]

    # --- the scenes ---

    def choices(self, meeting: Meeting | None = None) -> tuple[Choice, ...] | None:
        """The scenes of the current meeting in order, teams and words as they are told; None while nobody has chosen any.

        Scenes of teams that the viewer may not see (any more) are left out.  ``meeting`` is the current one where it was read already;
        raises :class:`Changed` when that one is over meanwhile.
        """
        meeting = meeting or self.meeting()
        with self.book.reading() as con:
            kept = stories.scenes(con, self.book, meeting.id)
        shown = self.presenter_of(meeting)  # after the scenes: those of a meeting that is over are not taken for none
        if kept is None:
            return None
        return tuple(Choice(replace(one.wish, department=shown.told(one.wish.department), team=shown.told(one.wish.team)), one.hidden,
                            shown.told(one.caption), shown.told(one.notes)) for one in kept if self._in_scope(one.wish))

    def keep(self, choices: Sequence[Choice], seen: Meeting, request_key: str = "") -> Kept:
        """Keep the scenes in this order, with names in captions and notes replaced; ``seen`` is the meeting as the viewer saw it.

        Of two scenes that show the same the first is kept.  Raises :class:`Changed` when another window was first, :class:`TooMany` and :class:`WrongChoice`; then nothing is kept.
        """
        self.here()
        checked: list[Choice] = []
        replaced: list[tuple[int, str]] = []
        for one in choices:
            caption, in_caption = self._hidden(_typed(one.caption, LONGEST_CAPTION, "share.field.caption"), seen)
            notes, in_notes = self._hidden(_typed(one.notes, LONGEST_NOTES, "share.field.notes", lines=True), seen)
            wish = self._checked(one.wish, seen)
            if wish in {kept.wish for kept in checked}:
                continue
            checked.append(Choice(wish, bool(one.hidden), caption, notes))
            replaced += [(len(checked) - 1, field) for field, was in (("caption", in_caption), ("notes", in_notes)) if was]
        return Kept(stories.keep(self.book, self.login, seen, checked, request_key), tuple(replaced))

    def add(self, wishes: Iterable[Wish], house: Callable[[Desk], Iterable[Wish]] = lambda desk: ()) -> Added:
        """Put scenes at the end of the story; one that is there already is told again if it was left out.

        ``house`` gives the scenes that the story begins with where nobody has chosen any.  Raises :class:`TooMany`, :class:`WrongChoice`.
        """
        self.here()
        meeting = self.meeting()
        shown = self.presenter_of(meeting)
        wanted = [self._checked(wish, meeting) for wish in wishes]
        new, scenes = stories.add(self.book, self.login, wanted, lambda: [self._checked(wish, meeting) for wish in house(shown)])
        return Added(new, scenes)

    # --- inside ---

    def _ends(self) -> date:
        return self.today + timedelta(int(self.setting("story.meeting_days")))

    def _key(self, meeting: Meeting) -> bytes:
        with self.book.reading() as con:
            drawn = stories.key(con, self.book, meeting.id)
        if drawn is None:
            raise Changed(meeting.made)
        return masks.meeting_key(masks.key_of(self.desk.data_dir), drawn)

    def _told(self, meeting: Meeting) -> Meeting:
        """The meeting with its title as it is told: who came after it was typed, and teams where they are letters by now, are hidden too."""
        return replace(meeting, title=self.presenter_of(meeting).told(meeting.title)) if meeting.title else meeting

    def _begin(self, title: str, before: Meeting, request_key: str = "") -> Meeting:
        drawn = stories.draw()
        everybody, own = self.desk.everybody, masks.key_of(self.desk.data_dir)
        now = masks.meeting_key(own, drawn)
        with self.book.reading() as con:
            past, kept = stories.key(con, self.book, before.id), stories.scenes(con, self.book, before.id)
        then = masks.meeting_key(own, past) if past else now

        said = [title, *(text for one in kept or () for text in (one.caption, one.notes))]
        title, *rest = mentions.moved([mentions.without(text, everybody, then, ids=True, given=True) for text in said], everybody, then, now)
        carried = None if kept is None else [replace(one, caption=caption, notes=notes)
                                             for one, caption, notes in zip(kept, rest[::2], rest[1::2], strict=True)]
        return stories.begin(self.book, self.login, self.role, title, self._ends(), drawn, before.letters, before, carried, request_key)

    def _hidden(self, text: str, meeting: Meeting) -> tuple[str, bool]:
        """Typed words as they are kept, and whether somebody was named in them; letters become teams again: which is which the meeting says."""
        if not text:
            return "", False
        shown = self.presenter_of(meeting)
        hidden = mentions.without(shown.back(text), self.desk.everybody, self._key(meeting), ids=True, given=True)
        return hidden, mentions.names_in(text, self.desk.everybody, given=True)

    def _checked(self, wish: Wish, meeting: Meeting) -> Wish:
        """The wish with the teams' own names.  Raises :class:`WrongChoice`."""
        shown, everybody = self.presenter_of(meeting), self.desk.everybody
        real = replace(wish, department=shown.real(wish.department), team=shown.real(wish.team))
        if not _WORD.fullmatch(wish.kind) or (self._kinds is not None and wish.kind not in self._kinds):
            raise WrongChoice(say("share.wrong.kind"))
        if real.team and (real.team not in everybody.teams or not self._in_scope(real)):
            raise WrongChoice(say("share.wrong.team"))
        if real.department and real.department not in everybody.departments:
            raise WrongChoice(say("share.wrong.department"))
        if wish.tag and wish.tag not in {tag.key for tag in TAGS}:
            raise WrongChoice(say("share.wrong.tag"))
        if wish.week and not _monday(wish.week):
            raise WrongChoice(say("share.wrong.week"))
        return real

    def _in_scope(self, wish: Wish) -> bool:
        return not wish.team or self.desk.viewer.teams is None or wish.team in self.desk.viewer.teams


def _monday(text: str) -> bool:
    try:
        return date.fromisoformat(text).weekday() == 0 and len(text) == 10
    except ValueError:
        return False


def _typed(text: str, most: int, field: str, lines: bool = False) -> str:
    """Typed words without what does not show, on one line unless ``lines``.  Raises :class:`WrongChoice` when they are too long."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(char if char == "\n" and lines else " " if char.isspace() else char for char in text
                   if char.isspace() or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co")).strip()
    if (given := mentions.length(kept)) > most:  # names were replaced by what is longer: what was kept once can be kept again
        raise WrongChoice(say("share.wrong.long", field=say(field), most=most, given=given))
    return kept
