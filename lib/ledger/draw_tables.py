"""The ledger's tables of the lottery: which places were drawn among whom, and whom HR called urgent.

What :mod:`lib.ledger.tables` says of all tables holds here too.  A draw is kept before anybody sees its result; the rows of whoever
objects to scoring are taken out, while ``pool`` and ``places`` stay, so that what is left can still be checked.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from lib.ledger.tables import METADATA, one_of

DRAWS = Table(
    "draws", METADATA,
    Column("id", String, primary_key=True),
    Column("owner", String, nullable=False, comment="login or employee_id of the HR whose day it is"),
    Column("drawn_on", Date, nullable=False),
    Column("seed", String, nullable=False, comment="64 hex digits; with the ids of the pool it gives the result again"),
    Column("need", Float, nullable=False, comment="least score of the step of need that was drawn among"),
    Column("places", Integer, nullable=False),
    Column("pool", Integer, nullable=False, comment="people who were drawn among"),
    Column("started", String, nullable=False),
    Column("who", String, nullable=False),
    Column("at", DateTime, nullable=False),
    one_of("started", "setting", "button"),
    CheckConstraint("places > 0 and places < pool", name="places"),
    # No drawing until it suits: one a day for each HR, whatever code writes here.
    UniqueConstraint("owner", "drawn_on"),
)

DRAW_ENTRIES = Table(
    "draw_entries", METADATA,
    Column("draw_id", String, ForeignKey("draws.id"), primary_key=True),
    Column("employee_id", String, primary_key=True, index=True),
    Column("tag", String, primary_key=True),
    Column("since", Date, nullable=False, comment="first day of the episode"),
    Column("drawn", Boolean, nullable=False),
    Column("again_from", Date, comment="first day on which they are drawn again; null for who was drawn"),
    Column("ended", String, comment="how the waiting ended: drawn among again, a day had room, something urgent came, HR talked all the same"),
    Column("ended_on", Date),
    one_of("ended", "again", "room", "urgent", "outside"),
    CheckConstraint("(ended is null) = (ended_on is null)", name="ended_on"),
    CheckConstraint("(again_from is null) = (drawn = true)", name="again_from"),
)

DRAW_MARKS = Table(
    "draw_marks", METADATA,
    Column("employee_id", String, primary_key=True),
    Column("marked_on", Date, primary_key=True, comment="day on which HR called this person urgent: never drawn, and first on the list"),
    Column("who", String, nullable=False),
    Column("at", DateTime, nullable=False),
)
