"""The care loop: keys, audit, cards and reminders, talks and promises, texts, rules, channels and messages."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String()),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_hash"))
    )
    op.create_table(
        "card_texts",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("set_no", sa.Integer()),
        sa.Column("zh", sa.String(), nullable=False),
        sa.Column("en", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("kind in ('opener', 'avoid', 'support')", name=op.f("ck_card_texts_kind")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_card_texts"))
    )
    op.create_table(
        "cards",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("until", sa.Date()),
        sa.Column("closed_on", sa.Date()),
        sa.Column("closed_by", sa.String()),
        sa.Column("reason", sa.String()),
        sa.Column("reason_sealed", sa.LargeBinary()),
        sa.Column("useful", sa.Boolean()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state in ('open', 'snoozed', 'done', 'declined', 'expired')", name=op.f("ck_cards_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cards"))
    )
    op.create_index(op.f("ix_cards_employee_id"), "cards", ["employee_id"])
    op.create_index(op.f("ix_cards_owner_state"), "cards", ["owner", "state"])
    op.create_table(
        "channels",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary()),
        sa.Column("receiver", sa.String()),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("say_names", sa.Boolean(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("kind in ('dingtalk', 'wecom', 'feishu', 'email')", name=op.f("ck_channels_kind")),
        sa.CheckConstraint("lang in ('zh', 'en')", name=op.f("ck_channels_lang")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channels")),
        sa.UniqueConstraint("name", name=op.f("uq_channels_name"))
    )
    op.create_table(
        "person_keys",
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("employee_id", name=op.f("pk_person_keys"))
    )
    op.create_table(
        "rule_versions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.Column("backtest", sa.JSON()),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_versions"))
    )
    op.create_index(op.f("ix_rule_versions_tag"), "rule_versions", ["tag"])
    op.create_table(
        "setting_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("old", sa.JSON()),
        sa.Column("new", sa.JSON()),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting_changes"))
    )
    op.create_index(op.f("ix_setting_changes_name"), "setting_changes", ["name"])
    op.create_table(
        "card_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("card_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.CheckConstraint("what in ('raised', 'merged', 'sent', 'snoozed', 'woke', 'handed_over', 'declined', 'logged', 'judged', 'expired')", name=op.f("ck_card_events_what")),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_card_events_card_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_events"))
    )
    op.create_index(op.f("ix_card_events_card_id"), "card_events", ["card_id"])
    op.create_table(
        "care_talks",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("request_key", sa.String(), nullable=False),
        sa.Column("card_id", sa.String()),
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("talked_on", sa.Date(), nullable=False),
        sa.Column("hr", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("support", sa.String(), nullable=False),
        sa.Column("impression", sa.String(), nullable=False),
        sa.Column("next_on", sa.Date()),
        sa.Column("note_sealed", sa.LargeBinary()),
        sa.Column("note_expires", sa.Date()),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.CheckConstraint("impression in ('better', 'same', 'worse', 'unsure')", name=op.f("ck_care_talks_impression")),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_care_talks_card_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_talks")),
        sa.UniqueConstraint("request_key", name=op.f("uq_care_talks_request_key"))
    )
    op.create_index(op.f("ix_care_talks_card_id"), "care_talks", ["card_id"])
    op.create_index(op.f("ix_care_talks_employee_id"), "care_talks", ["employee_id"])
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(), nullable=False),
        sa.Column("lease", sa.DateTime()),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("sent_at", sa.DateTime()),
        sa.Column("error", sa.String()),
        sa.CheckConstraint("state in ('queued', 'sending', 'sent', 'dead')", name=op.f("ck_outbox_state")),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_outbox_channel_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key"))
    )
    op.create_index(op.f("ix_outbox_channel_id"), "outbox", ["channel_id"])
    op.create_index(op.f("ix_outbox_state_next_at"), "outbox", ["state", "next_at"])
    op.create_table(
        "reminders",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("card_id", sa.String(), nullable=False),
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("strength", sa.Float()),
        sa.Column("chance", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind in ('tag', 'touch', 'promise', 'follow_up')", name=op.f("ck_reminders_kind")),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_reminders_card_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.UniqueConstraint("employee_id", "kind", "tag", "due", name=op.f("uq_reminders_employee_id_kind_tag_due"))
    )
    op.create_index(op.f("ix_reminders_card_id"), "reminders", ["card_id"])
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("outcome", sa.String()),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_attempts_channel_id")),
        sa.ForeignKeyConstraint(["message_id"], ["outbox.id"], name=op.f("fk_attempts_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts"))
    )
    op.create_index(op.f("ix_attempts_channel_id_at"), "attempts", ["channel_id", "at"])
    op.create_index(op.f("ix_attempts_message_id"), "attempts", ["message_id"])
    op.create_table(
        "promises",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("talk_id", sa.String(), nullable=False),
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("hr", sa.String(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("settled_on", sa.Date()),
        sa.Column("settled_by", sa.String()),
        sa.CheckConstraint("state in ('open', 'kept', 'broken')", name=op.f("ck_promises_state")),
        sa.ForeignKeyConstraint(["talk_id"], ["care_talks.id"], name=op.f("fk_promises_talk_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promises"))
    )
    op.create_index(op.f("ix_promises_employee_id"), "promises", ["employee_id"])
    op.create_index(op.f("ix_promises_talk_id"), "promises", ["talk_id"])
