"""The ledger's tables of morale: goals, consultations, points, mentors, culture, named check-ins and support.

What :mod:`lib.ledger.tables` says of all tables holds here too.  The anonymous pulse has tables of its own
(:mod:`lib.ledger.pulse_tables`): nothing here refers to them, and nothing there names a person.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from lib.ledger.tables import METADATA, one_of

# --- goals and what is logged against them --------------------------------------------------------------------------------------

GOALS_SET = Table(
    "goals_set", METADATA,
    Column("id", String, primary_key=True),
    Column("level", String, nullable=False, comment="whom the goal is for"),
    Column("unit", String, nullable=False, comment="'' for the company, else the team, the role or the employee_id"),
    Column("metric", String, nullable=False, comment="effective, intents, deals, revenue, answered or dials"),
    Column("period", String, nullable=False),
    Column("target", Float, comment="null takes an earlier goal back"),
    Column("starts_on", Date, nullable=False),
    Column("source", String, nullable=False, comment="typed, or set from history in one click"),
    Column("batch", String, nullable=False, comment="goals that were set together, so that they can be taken back together"),
    Column("who", String, nullable=False),
    Column("at", DateTime, nullable=False),
    one_of("level", "company", "team", "role", "person"),
    one_of("period", "day", "week", "month"),
    one_of("source", "typed", "history", "split"),
    CheckConstraint("target is null or target > 0", name="target"),
    Index(None, "level", "unit"),
    Index(None, "batch"),
)

CONSULTATIONS = Table(
    "consultations", METADATA,
    Column("id", String, primary_key=True),
    Column("request_key", String, nullable=False, unique=True, comment="made with the form: a second tap logs nothing twice"),
    Column("employee_id", String, nullable=False),
    Column("day", Date, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("contact_left", Boolean, nullable=False),
    Column("outcome", String, nullable=False),
    Column("customer_id", String, comment="one of the person's own customers"),
    Column("customer_sealed", LargeBinary, comment="what the person calls a customer who is in no file yet"),
    Column("objection", String, nullable=False, comment="closed word; '' for none"),
    Column("amount", Float, comment="yuan, of a deal"),
    Column("score", Integer, comment="0–100; null for people who objected to scoring"),
    Column("parts", JSON, nullable=False, comment="what the score is made of: part → points"),
    Column("created", DateTime, nullable=False),
    Column("undone", Boolean, nullable=False, default=False, comment="taken back by the person"),
    one_of("outcome", "talk", "intent", "deal"),
    Index(None, "employee_id", "day"),
    Index(None, "day"),
)

# --- points ---------------------------------------------------------------------------------------------------------------------

POINTS = Table(
    "points", METADATA,
    Column("id", Integer, primary_key=True),
    Column("employee_id", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("ref", String, nullable=False, comment="what they are for: the day, the week, the redemption"),
    Column("points", Integer, nullable=False),
    Column("day", Date, nullable=False),
    Column("at", DateTime, nullable=False),
    Column("state", String, nullable=False, default="confirmed", server_default="confirmed",
           comment="pending: reached in the app, no build has seen it; refused: a build found it not so"),
    one_of("kind", "daily_goal", "streak", "star", "badge", "redeemed", "returned"),
    one_of("state", "pending", "confirmed", "refused"),
    # Never twice for one thing, whoever posts it and however often.
    UniqueConstraint("employee_id", "kind", "ref"),
    Index(None, "day"),
)

REWARDS = Table(
    "rewards", METADATA,
    Column("id", String, primary_key=True),
    Column("zh", String, nullable=False),
    Column("en", String, nullable=False),
    Column("cost", Integer, nullable=False, comment="points"),
    Column("active", Boolean, nullable=False),
    Column("who", String, nullable=False),
    Column("at", DateTime, nullable=False),
    Column("request_key", String, comment="made with the form; null for the rows the catalogue begins with"),
    CheckConstraint("cost > 0", name="cost"),
    Index(None, "request_key", unique=True),
)

REDEMPTIONS = Table(
    "redemptions", METADATA,
    Column("id", String, primary_key=True),
    Column("request_key", String, nullable=False, unique=True),
    Column("employee_id", String, nullable=False, index=True),
    Column("reward_id", String, ForeignKey("rewards.id"), nullable=False),
    Column("cost", Integer, nullable=False, comment="points, as it was when asked for"),
    Column("state", String, nullable=False),
    Column("asked_on", Date, nullable=False),
    Column("decided_on", Date),
    Column("decided_by", String),
    Column("version", Integer, nullable=False, default=1),
    one_of("state", "asked", "approved", "declined", "withdrawn"),
    Index(None, "state"),
)

CHOICES = Table(
    "choices", METADATA,
    Column("employee_id", String, primary_key=True),
    Column("choice", String, primary_key=True),
    Column("chosen", Boolean, nullable=False),
    Column("at", DateTime, nullable=False),
    one_of("choice", "no_scoring", "no_ranking", "summary_message"),
)

# --- mentors --------------------------------------------------------------------------------------------------------------------

MENTOR_PAIRS = Table(
    "mentor_pairs", METADATA,
    Column("id", String, primary_key=True),
    Column("mentor_id", String, nullable=False, index=True),
    Column("employee_id", String, nullable=False, index=True, comment="the mentee"),
    Column("since", Date, nullable=False),
    Column("until", Date, comment="null while it lasts"),
    Column("who", String, nullable=False),
    Column("at", DateTime, nullable=False),
    CheckConstraint("mentor_id <> employee_id", name="two"),
)

JOINT_SESSIONS = Table(
    "joint_sessions", METADATA,
    Column("id", String, primary_key=True),
    Column("request_key", String, nullable=False, unique=True),
    Column("mentor_id", String, nullable=False, index=True),
    Column("employee_id", String, nullable=False, index=True, comment="the mentee"),
    Column("kind", String, nullable=False),
    Column("day", Date, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("proposed_by", String, nullable=False, comment="which of the two"),
    Column("mentor_at", DateTime, comment="when the mentor confirmed"),
    Column("mentee_at", DateTime, comment="when the mentee confirmed; only both together count"),
    Column("declined_at", DateTime),
    one_of("kind", "joint_consultation", "script_review", "customer_visit"),
    one_of("proposed_by", "mentor", "mentee"),
    CheckConstraint("mentor_id <> employee_id", name="two"),
    Index(None, "day"),
)

HELP_REQUESTS = Table(
    "help_requests", METADATA,
    Column("id", String, primary_key=True),
    Column("request_key", String, nullable=False, unique=True),
    Column("employee_id", String, nullable=False, index=True, comment="who asks"),
    Column("mentor_id", String, nullable=False, index=True),
    Column("topic", String, nullable=False, comment="closed list"),
    Column("words_sealed", LargeBinary),
    Column("asked_at", DateTime, nullable=False),
    Column("due_at", DateTime, nullable=False, comment="when a reply is due; then it goes on to the lead"),
    Column("state", String, nullable=False),
    Column("answered_at", DateTime),
    Column("answered_by", String),
    Column("escalated_at", DateTime),
    one_of("state", "open", "answered", "withdrawn"),
    Index(None, "state"),
)

# --- culture --------------------------------------------------------------------------------------------------------------------

ACTIVITIES = Table(
    "activities", METADATA,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("title", String, nullable=False),
    Column("place", String, nullable=False, default=""),
    Column("team", String, comment="null for everybody"),
    Column("day", Date, nullable=False),
    Column("starts", String, nullable=False, default="", comment="HH:MM"),
    Column("seats", Integer),
    Column("state", String, nullable=False),
    Column("who", String, nullable=False),
    Column("at", DateTime, nullable=False),
    Column("request_key", String, comment="made with the form: a second click plans nothing twice; null where no form was"),
    one_of("kind", "relaxed_hour", "sharing", "outing"),
    one_of("state", "open", "held", "cancelled"),
    Index(None, "request_key", unique=True),
)

ACTIVITY_OPTIONS = Table(
    "activity_options", METADATA,
    Column("id", String, primary_key=True),
    Column("activity_id", String, ForeignKey("activities.id"), nullable=False, index=True),
    Column("place", Integer, nullable=False, comment="order on the page"),
    Column("label", String, nullable=False),
)

SIGN_UPS = Table(
    "sign_ups", METADATA,
    Column("activity_id", String, ForeignKey("activities.id"), primary_key=True),
    Column("employee_id", String, primary_key=True),
    Column("at", DateTime, nullable=False),
)

VOTES = Table(
    "votes", METADATA,
    Column("activity_id", String, ForeignKey("activities.id"), primary_key=True),
    Column("employee_id", String, primary_key=True, comment="one vote each; a new one replaces it"),
    Column("option_id", String, ForeignKey("activity_options.id"), nullable=False),
)

QUESTIONS = Table(
    "questions", METADATA,
    Column("id", String, primary_key=True),
    Column("activity_id", String, ForeignKey("activities.id"), nullable=False, index=True),
    Column("employee_id", String, nullable=False),
    Column("text_sealed", LargeBinary, nullable=False),
    Column("at", DateTime, nullable=False),
    Column("hidden", Boolean, nullable=False, default=False),
)

STORIES = Table(
    "stories", METADATA,
    Column("id", String, primary_key=True),
    Column("request_key", String, nullable=False, unique=True),
    Column("employee_id", String, nullable=False, index=True, comment="who tells it"),
    Column("title_sealed", LargeBinary, nullable=False),
    Column("text_sealed", LargeBinary, nullable=False),
    Column("told_on", Date, nullable=False),
    Column("state", String, nullable=False),
    Column("decided_by", String),
    Column("decided_on", Date),
    one_of("state", "waiting", "published", "declined"),
)

THANKS = Table(
    "thanks", METADATA,
    Column("id", String, primary_key=True),
    Column("from_id", String, nullable=False),
    Column("employee_id", String, nullable=False, index=True, comment="who is thanked"),
    Column("reason", String, nullable=False, comment="closed list"),
    Column("day", Date, nullable=False, index=True),
    UniqueConstraint("from_id", "employee_id", "day"),
    CheckConstraint("from_id <> employee_id", name="two"),
)

# --- what a named person says, and what is done about it ------------------------------------------------------------------------

CHECK_INS = Table(
    "check_ins", METADATA,
    Column("employee_id", String, primary_key=True),
    Column("day", Date, primary_key=True, comment="one a day; a later one replaces it"),
    Column("pressure", Integer, nullable=False, comment="1 none … 5 very high"),
    Column("growth", Integer, nullable=False, comment="1 none … 5 a lot: how much progress the person sees"),
    Column("at", DateTime, nullable=False),
    CheckConstraint("pressure between 1 and 5", name="pressure"),
    CheckConstraint("growth between 1 and 5", name="growth"),
)

TALKS_FELT = Table(
    "talks_felt", METADATA,
    Column("talk_id", String, ForeignKey("care_talks.id"), primary_key=True),
    Column("employee_id", String, nullable=False, index=True),
    Column("felt", Boolean, nullable=False, comment="the employee's own answer: did the talk help"),
    Column("at", DateTime, nullable=False),
)

SUPPORTS = Table(
    "supports", METADATA,
    Column("id", String, primary_key=True),
    Column("request_key", String, nullable=False, unique=True),
    Column("employee_id", String, nullable=False, index=True),
    Column("pain", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("owner", String, nullable=False, comment="login or employee_id of who sees to it"),
    Column("assigned_on", Date, nullable=False),
    Column("due", Date, nullable=False),
    Column("state", String, nullable=False),
    Column("closed_on", Date),
    Column("who", String, nullable=False),
    Column("version", Integer, nullable=False, default=1),
    one_of("pain", "script", "prospecting", "lost_growth"),
    one_of("kind", "course", "mentor_session", "extra_leads", "career_plan", "hr_talk"),
    one_of("state", "open", "done", "dropped"),
    Index(None, "state"),
)
