"""What the ledger of stories gives and takes: the scenes that somebody wants to show, and the meeting they are shown in.  All frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

MOST_SCENES = 30
LONGEST_TITLE, LONGEST_CAPTION, LONGEST_NOTES = 80, 200, 2000
"""Characters of a meeting's title, of the line under a scene's title and of a scene's notes."""
LONGEST_PICK = 200
"""Characters of a team's or department's name in a wish."""


@dataclass(frozen=True)
class Wish:
    """A scene that a story asks for: its kind (a key of ``lib.story.scenes.SCENES``) and what it is limited to: ``team``,
    ``department``, ``tag`` ('' for all).  ``week`` is an ISO Monday, '' for the latest whole week."""

    kind: str
    department: str = ""
    team: str = ""
    tag: str = ""
    week: str = ""


@dataclass(frozen=True)
class Choice:
    """One scene of a kept story, in order: what it shows, whether it is left out of the telling, and the presenter's own words, which
    never hold the name of anybody the company knows."""

    wish: Wish
    hidden: bool = False
    caption: str = field(default="", repr=False)
    notes: str = field(default="", repr=False)


@dataclass(frozen=True)
class Meeting:
    """One person's current meeting: pseudonyms are made for it and end with it.

    ``made`` is UTC, ``ends`` the last day on which it is the same meeting.  ``letters`` shows teams as letters.  ``version`` grows with
    every change of the meeting or its scenes; whoever saves says which one they saw.
    """

    id: str
    title: str
    made: datetime
    ends: date
    letters: bool
    version: int
