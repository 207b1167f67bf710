"""The ledger's tables of attrition risk: what is done about a warning, and whose warning was kept back to measure false alarms.

What :mod:`lib.ledger.tables` says of all tables holds here too.  The chance that stands in an intervention is the one that was shown
when it was opened; it is taken out when the person objects to scoring.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, DateTime, Float, Index, Integer, LargeBinary, String, Table

from lib.ledger.tables import METADATA, one_of

INTERVENTIONS = Table(
    "interventions", METADATA,
    Column("id", String, primary_key=True),
    Column("request_key", String, nullable=False, unique=True, comment="made with the form: a second click opens nothing twice"),
    Column("employee_id", String, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("feature", String, nullable=False, comment="the reason that it answers: a feature of the model; '' for none in particular"),
    Column("owner", String, nullable=False, comment="login or employee_id of the HR who sees to it"),
    Column("opened_on", Date, nullable=False),
    Column("due", Date, nullable=False),
    Column("state", String, nullable=False),
    Column("closed_on", Date),
    Column("p60_then", Float, comment="chance of notice within 60 days as it was shown when this was opened; null where there was none"),
    Column("note_sealed", LargeBinary, comment="HR's note, without which nothing is closed; emptied when its days are over"),
    Column("note_expires", Date, comment="after this day the note may not be opened any more"),
    Column("who", String, nullable=False, comment="who decided last"),
    Column("version", Integer, nullable=False, default=1),
    one_of("kind", "training", "goal_change", "other_department", "joint_visit", "pay_review", "promotion_talk", "workload", "mentor", "other"),
    one_of("state", "open", "done", "dropped"),
    CheckConstraint("(state = 'open') = (closed_on is null)", name="closed"),
    # Whoever closes one has written why: this holds whatever code writes here.
    CheckConstraint("state = 'open' or note_expires is not null", name="noted"),
    CheckConstraint("p60_then between 0 and 1", name="chance"),
    Index(None, "state"),
)

RISK_HELD = Table(
    "risk_held", METADATA,
    Column("employee_id", String, primary_key=True),
    Column("due", Date, primary_key=True, comment="first week of the rise that nobody was told of"),
    Column("held_on", Date, nullable=False, comment="the company's day on which it would have been raised"),
    Column("share", Float, nullable=False, comment="share of people who were drawn that day"),
    Column("at", DateTime, nullable=False),
)
