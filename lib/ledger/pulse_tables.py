"""The ledger's tables of the anonymous pulse.

No table here that holds an answer has a column for a person, a token, a moment or an order: an employee id beside an answer is
impossible by schema.  Answers are kept by a random key and without SQLite's running row number, so that not even the order in
which they came is known.  Who has drawn a token of a wave is kept apart (``pulse_drawn``), without a moment either.
When a wave is closed its results are computed once, and tokens, draws and answers are deleted.
"""

from __future__ import annotations

from sqlalchemy import JSON, CheckConstraint, Column, Date, DateTime, Float, ForeignKey, Integer, LargeBinary, String, Table

from lib.ledger.tables import METADATA, one_of

PULSE_WAVES = Table(
    "pulse_waves", METADATA,
    Column("id", String, primary_key=True, comment="the wave's name, such as 2026-11"),
    Column("opens", Date, nullable=False),
    Column("closes", Date, nullable=False, comment="last day on which answers are taken"),
    Column("state", String, nullable=False),
    Column("source", String, nullable=False, comment="answered in the app, or imported"),
    Column("tree", JSON, nullable=False, comment="team → department, fixed when the wave opens"),
    Column("who", String, nullable=False),
    Column("at", DateTime, nullable=False),
    Column("counts", JSON, comment="of a closed wave: question → team → answers; never shown, only so that no later wave gives this one away"),
    one_of("state", "open", "closed"),
    one_of("source", "app", "import"),
)

PULSE_TOKENS = Table(
    "pulse_tokens", METADATA,
    Column("token_hash", String, primary_key=True, comment="SHA-256 of a one-time token; the row goes when it is used"),
    Column("wave_id", String, ForeignKey("pulse_waves.id"), nullable=False),
    Column("team", String, nullable=False),
    sqlite_with_rowid=False,
)

PULSE_DRAWN = Table(
    "pulse_drawn", METADATA,
    Column("wave_id", String, ForeignKey("pulse_waves.id"), primary_key=True),
    Column("employee_id", String, primary_key=True, comment="has drawn a token of this wave; which one is not kept anywhere"),
    sqlite_with_rowid=False,
)

PULSE_LEFT = Table(
    "pulse_left", METADATA,
    Column("wave_id", String, ForeignKey("pulse_waves.id"), primary_key=True),
    Column("team", String, primary_key=True),
    Column("tokens", Integer, nullable=False, comment="how many tokens of the team have not been drawn yet"),
    CheckConstraint("tokens >= 0", name="tokens"),
    sqlite_with_rowid=False,
)

PULSE_ANSWERS = Table(
    "pulse_answers", METADATA,
    Column("key", String, primary_key=True, comment="random: says nothing"),
    Column("wave_id", String, ForeignKey("pulse_waves.id"), nullable=False),
    Column("team", String, nullable=False),
    Column("question", String, nullable=False),
    Column("score", Integer, nullable=False),
    one_of("question", "pressure", "help", "growth", "cohesion", "recommend"),
    CheckConstraint("score between 1 and 5", name="score"),
    sqlite_with_rowid=False,
)

PULSE_WORDS = Table(
    "pulse_words", METADATA,
    Column("key", String, primary_key=True, comment="random, and another than that of any score"),
    Column("wave_id", String, ForeignKey("pulse_waves.id"), nullable=False),
    Column("team", String, nullable=False),
    Column("text_sealed", LargeBinary, nullable=False, comment="sealed with the house's key"),
    sqlite_with_rowid=False,
)

PULSE_RESULTS = Table(
    "pulse_results", METADATA,
    Column("wave_id", String, ForeignKey("pulse_waves.id"), primary_key=True),
    Column("level", String, primary_key=True),
    Column("unit", String, primary_key=True, comment="'' for the company, else the department or team"),
    Column("question", String, primary_key=True),
    Column("state", String, nullable=False, comment="shown, too few answers, or hidden to protect another"),
    Column("n", Integer, comment="answers; null unless shown"),
    Column("mean", Float, comment="rounded to a tenth, coded at both ends; null unless shown"),
    Column("low", Float),
    Column("high", Float),
    Column("coded", String, comment="top or bottom when the mean is at least or at most what is shown"),
    one_of("level", "company", "department", "team"),
    one_of("state", "shown", "few", "protects"),
    CheckConstraint("(state = 'shown') = (mean is not null)", name="mean"),
    CheckConstraint("(state = 'shown') = (n is not null)", name="n"),
    sqlite_with_rowid=False,
)

PULSE_COMMENTS = Table(
    "pulse_comments", METADATA,
    Column("key", String, primary_key=True),
    Column("wave_id", String, ForeignKey("pulse_waves.id"), nullable=False, index=True),
    Column("level", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("text_sealed", LargeBinary, nullable=False),
    one_of("level", "company", "department", "team"),
    sqlite_with_rowid=False,
)
"""Published comments: each once, at the lowest level at which it stands among at least ten answers."""
