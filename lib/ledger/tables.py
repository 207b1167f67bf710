"""The ledger's tables; those of morale and of the pulse stand in files of their own.

A change here needs a step in ``migrations/versions``; a test holds the two against each other.

Moments are UTC without a zone; ``day`` columns are the company's calendar days.  Columns whose name ends in ``_sealed`` hold text
that only :mod:`lib.ledger.vault` can read; no other column ever holds words that somebody wrote about a person.
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
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

METADATA = MetaData(naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                                       "ck": "ck_%(table_name)s_%(constraint_name)s", "pk": "pk_%(table_name)s",
                                       "fk": "fk_%(table_name)s_%(column_0_N_name)s"})


def one_of(column: str, *values: str) -> CheckConstraint:
    """A column that takes only these closed words."""
    return CheckConstraint(f"{column} in ({', '.join(repr(value) for value in values)})", name=column)


# --- who may come in ----------------------------------------------------------------------------------------------------------

USERS = Table(
    "users", METADATA,
    Column("login", String, primary_key=True, comment="the name as compared: trimmed, without case"),
    Column("name", String, nullable=False, comment="the name as it was typed"),
    Column("hash", String, nullable=False, comment="argon2 hash of the password"),
    Column("role", String, nullable=False),
    Column("teams", JSON, comment="names of the teams that may be seen; null for the whole company"),
    Column("employee_id", String, comment="who this is, for people who look at their own data"),
    Column("disabled", Boolean, nullable=False, default=False),
    Column("created", DateTime, nullable=False),
)

SESSIONS = Table(
    "sessions", METADATA,
    Column("token_hash", String, primary_key=True, comment="SHA-256 of the token; the token itself is never stored"),
    Column("login", String, ForeignKey("users.login"), nullable=False, index=True),
    Column("created", DateTime, nullable=False),
    Column("expires", DateTime, nullable=False),
    Column("revoked", Boolean, nullable=False, default=False),
)

# --- keys and traces ----------------------------------------------------------------------------------------------------------

PERSON_KEYS = Table(
    "person_keys", METADATA,
    Column("employee_id", String, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False, comment="the person's key, sealed with the key file's key"),
    Column("created", DateTime, nullable=False),
)

AUDIT = Table(
    "audit", METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", DateTime, nullable=False),
    Column("who", String, nullable=False, comment="login; demo-<role> in the open demo; system for commands"),
    Column("role", String, nullable=False),
    Column("action", String, nullable=False, comment="a closed word such as note.opened or rule.saved"),
    Column("subject", String, comment="the employee_id, tag, setting … that it is about"),
    Column("detail", JSON, nullable=False, comment="facts without content: reason code, number of rows"),
    Column("previous", String, nullable=False, comment="hash of the line before; 64 zeros for the first"),
    Column("hash", String, nullable=False, unique=True, comment="SHA-256 over this line and the one before"),
    Index(None, "subject"),  # people see who looked at their data
)

AUDIT_HEAD = Table(
    "audit_head", METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False, comment="always 1: there is one end"),
    Column("line", Integer, nullable=False, comment="number of the audit's last line, 0 before the first"),
    Column("hash", String, nullable=False, comment="its hash; 64 zeros before the first"),
    CheckConstraint("id = 1", name="id"),
)

# --- care ---------------------------------------------------------------------------------------------------------------------

CARDS = Table(
    "cards", METADATA,
    Column("id", String, primary_key=True),
    Column("employee_id", String, nullable=False, index=True),
    Column("raised_on", Date, nullable=False, comment="the company's day on which HR was told"),
    Column("owner", String, nullable=False, comment="login of the HR it is with"),
    Column("state", String, nullable=False),
    Column("until", Date, comment="when a snoozed card comes back"),
    Column("closed_on", Date),
    Column("closed_by", String),
    Column("reason", String, comment="closed word: why it was declined or snoozed"),
    Column("reason_sealed", LargeBinary, comment="the same in HR's own words"),
    Column("useful", Boolean, comment="whether HR found the reminder useful; null while nobody has said"),
    Column("version", Integer, nullable=False, default=1, comment="grows with every change, so that nobody overwrites another's"),
    one_of("state", "open", "snoozed", "done", "declined", "expired"),
    Index(None, "owner", "state"),
)

REMINDERS = Table(
    "reminders", METADATA,
    Column("id", String, primary_key=True),
    Column("card_id", String, ForeignKey("cards.id"), nullable=False, index=True),
    Column("employee_id", String, nullable=False),
    Column("kind", String, nullable=False, comment="why: an episode of a tag, a touch point, a promise, a follow-up, a rise of the risk"),
    Column("tag", String, nullable=False, comment="tag key; '' for promises, follow-ups and risk"),
    Column("due", Date, nullable=False, comment="first day of the episode or rise, the touch point's, promise's or follow-up's day"),
    Column("strength", Float),
    Column("chance", Boolean, nullable=False, default=False, comment="the evidence was weak enough to be chance"),
    one_of("kind", "tag", "touch", "promise", "follow_up", "risk"),
    # Never twice for one episode, whoever raises it and however often.
    UniqueConstraint("employee_id", "kind", "tag", "due"),
)

CARD_EVENTS = Table(
    "card_events", METADATA,
    Column("id", Integer, primary_key=True),
    Column("card_id", String, ForeignKey("cards.id"), nullable=False, index=True),
    Column("at", DateTime, nullable=False),
    Column("who", String, nullable=False),
    Column("what", String, nullable=False),
    Column("detail", JSON, nullable=False, comment="new owner, day, reason code: no words about the person"),
    one_of("what", "raised", "merged", "sent", "snoozed", "woke", "handed_over", "declined", "logged", "judged", "expired"),
)

CARE_TALKS = Table(
    "care_talks", METADATA,
    Column("id", String, primary_key=True),
    Column("request_key", String, nullable=False, unique=True, comment="made with the form: a second click logs nothing twice"),
    Column("card_id", String, ForeignKey("cards.id"), index=True),
    Column("employee_id", String, nullable=False, index=True),
    Column("talked_on", Date, nullable=False),
    Column("hr", String, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("tag", String, nullable=False, comment="tag key the talk was about; '' for none"),
    Column("topic", String, nullable=False, comment="closed list"),
    Column("support", String, nullable=False, comment="key of what was offered; '' for nothing"),
    Column("impression", String, nullable=False, comment="HR's impression, never the employee's answer"),
    Column("next_on", Date, comment="when to look again"),
    Column("note_sealed", LargeBinary),
    Column("note_expires", Date, comment="after this day the note may not be opened any more"),
    Column("created", DateTime, nullable=False),
    one_of("impression", "better", "same", "worse", "unsure"),
)

PROMISES = Table(
    "promises", METADATA,
    Column("id", String, primary_key=True),
    Column("talk_id", String, ForeignKey("care_talks.id"), nullable=False, index=True),
    Column("employee_id", String, nullable=False, index=True),
    Column("hr", String, nullable=False),
    Column("text_sealed", LargeBinary, nullable=False),
    Column("due", Date, nullable=False),
    Column("state", String, nullable=False),
    Column("settled_on", Date),
    Column("settled_by", String),
    one_of("state", "open", "kept", "broken"),
)

CARD_TEXTS = Table(
    "card_texts", METADATA,
    Column("key", String, primary_key=True, comment="key of a text that ships with the app, or a new one"),
    Column("kind", String, nullable=False),
    Column("tag", String, nullable=False, comment="tag key; '' for support that fits every tag"),
    Column("set_no", Integer, comment="openers and don'ts of one set belong together"),
    Column("zh", String, nullable=False),
    Column("en", String, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("who", String, nullable=False),
    Column("at", DateTime, nullable=False),
    one_of("kind", "opener", "avoid", "support"),
)

# --- rules and settings -------------------------------------------------------------------------------------------------------

RULE_VERSIONS = Table(
    "rule_versions", METADATA,
    Column("id", String, primary_key=True),
    Column("tag", String, nullable=False, index=True),
    Column("limits", JSON, nullable=False, comment="setting name → value, all limits of the tag"),
    Column("muted", Boolean, nullable=False, comment="no reminders of this tag"),
    Column("backtest", JSON, comment="the figures that were on the screen when it was saved; group figures only"),
    Column("who", String, nullable=False),
    Column("at", DateTime, nullable=False),
    Column("request_key", String, comment="made with the page: a second click saves nothing twice; null where no page was"),
    Index(None, "request_key", unique=True),
)

SETTING_CHANGES = Table(
    "setting_changes", METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, index=True),
    Column("old", JSON),
    Column("new", JSON),
    Column("who", String, nullable=False),
    Column("at", DateTime, nullable=False),
)

# --- messages -----------------------------------------------------------------------------------------------------------------

CHANNELS = Table(
    "channels", METADATA,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("name", String, nullable=False, unique=True),
    Column("address_sealed", LargeBinary, nullable=False, comment="webhook address or e-mail settings: they hold tokens"),
    Column("secret_sealed", LargeBinary, comment="signing secret or password"),
    Column("receiver", String, comment="login of the HR whose cards it is told about; null for everybody's"),
    Column("lang", String, nullable=False),
    Column("say_names", Boolean, nullable=False, default=False, comment="the admin allows names in messages"),
    Column("enabled", Boolean, nullable=False, default=True),
    Column("who", String, nullable=False),
    Column("at", DateTime, nullable=False),
    one_of("kind", "dingtalk", "wecom", "feishu", "email"),
    one_of("lang", "zh", "en"),
)

OUTBOX = Table(
    "outbox", METADATA,
    Column("id", String, primary_key=True),
    Column("key", String, nullable=False, unique=True, comment="idempotency key: the same news is queued once"),
    Column("channel_id", String, ForeignKey("channels.id"), nullable=False, index=True),
    Column("text_sealed", LargeBinary, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_at", DateTime, nullable=False, comment="not before this moment"),
    Column("lease", DateTime, comment="a sender holds it until then; after that another may take it"),
    Column("created", DateTime, nullable=False),
    Column("sent_at", DateTime),
    Column("error", String, comment="what the last attempt failed with: a code and the channel's words, no content"),
    one_of("state", "queued", "sending", "sent", "dead"),
    Index(None, "state", "next_at"),
)

ATTEMPTS = Table(
    "attempts", METADATA,
    Column("id", Integer, primary_key=True),
    Column("message_id", String, ForeignKey("outbox.id"), nullable=False, index=True),
    Column("channel_id", String, ForeignKey("channels.id"), nullable=False),
    Column("at", DateTime, nullable=False),
    Column("outcome", String, comment="sent, or the error; null while on its way or when the sender died"),
    Index(None, "channel_id", "at"),
)
