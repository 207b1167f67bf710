"""The ledger's tables of stories that are told in a meeting (the stories that colleagues tell of each other are culture's).

What :mod:`lib.ledger.tables` says of all tables holds here too.  Nothing in them names a person: words are kept with pseudonyms in the
place of names, and sealed.  A meeting's key goes when the next meeting begins, and with it every pseudonym that was made for it.
"""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Date, DateTime, ForeignKey, Integer, LargeBinary, String, Table

from lib.ledger.tables import METADATA

MEETINGS = Table(
    "meetings", METADATA,
    Column("id", String, primary_key=True),
    Column("owner", String, nullable=False, unique=True, comment="login of who presents; demo-<role> in the open demo; one meeting each"),
    Column("title_sealed", LargeBinary, nullable=False),
    Column("key_sealed", LargeBinary, nullable=False, comment="32 random bytes; half of what this meeting's pseudonyms are made of"),
    Column("letters", Boolean, nullable=False, comment="teams are shown as letters"),
    Column("made", DateTime, nullable=False),
    Column("ends", Date, nullable=False, comment="last day on which it is the same meeting"),
    Column("chosen", DateTime, comment="when its scenes were first chosen; null while the ones of the house are told"),
    Column("changed", DateTime, nullable=False, comment="when it or its scenes were changed last"),
    Column("version", Integer, nullable=False, comment="grows with every change, so that no window overwrites another's"),
)

MEETING_SCENES = Table(
    "meeting_scenes", METADATA,
    Column("meeting_id", String, ForeignKey("meetings.id"), primary_key=True),
    Column("place", Integer, primary_key=True, comment="from 0, in the order of telling"),
    Column("kind", String, nullable=False),
    Column("department", String, nullable=False, comment="'' for all, as the next three"),
    Column("team", String, nullable=False),
    Column("tag", String, nullable=False),
    Column("week", Date, comment="a Monday; null for the latest whole week"),
    Column("hidden", Boolean, nullable=False),
    Column("caption_sealed", LargeBinary),
    Column("notes_sealed", LargeBinary),
    CheckConstraint("place >= 0 and place < 30", name="place"),
)

MEETING_REQUESTS = Table(
    "meeting_requests", METADATA,
    Column("owner", String, primary_key=True),
    Column("request_key", String, primary_key=True, comment="made with the form, so that a form posted twice is kept once"),
    Column("what", String, nullable=False, comment="what was asked for"),
    Column("at", DateTime, nullable=False),
)
