"""Attrition risk: interventions, warnings that were kept back, and a reminder's new kind."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
KINDS = "kind in ('tag', 'touch', 'promise', 'follow_up', 'risk')"


def upgrade() -> None:
    op.create_table(
        "interventions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("request_key", sa.String(), nullable=False),
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("feature", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("closed_on", sa.Date()),
        sa.Column("p60_then", sa.Float()),
        sa.Column("note_sealed", sa.LargeBinary()),
        sa.Column("note_expires", sa.Date()),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind in ('training', 'goal_change', 'other_department', 'joint_visit', 'pay_review', 'promotion_talk', 'workload', "
                           "'mentor', 'other')", name=op.f("ck_interventions_kind")),
        sa.CheckConstraint("state in ('open', 'done', 'dropped')", name=op.f("ck_interventions_state")),
        sa.CheckConstraint("(state = 'open') = (closed_on is null)", name=op.f("ck_interventions_closed")),
        sa.CheckConstraint("state = 'open' or note_expires is not null", name=op.f("ck_interventions_noted")),
        sa.CheckConstraint("p60_then between 0 and 1", name=op.f("ck_interventions_chance")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interventions")),
        sa.UniqueConstraint("request_key", name=op.f("uq_interventions_request_key")),
    )
    op.create_index(op.f("ix_interventions_employee_id"), "interventions", ["employee_id"])
    op.create_index(op.f("ix_interventions_state"), "interventions", ["state"])
    op.create_table(
        "risk_held",
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("employee_id", "due", name=op.f("pk_risk_held")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_reminders_kind"), "reminders", type_="check")
        op.create_check_constraint(op.f("ck_reminders_kind"), "reminders", KINDS)
        return
    # SQLite cannot change a check: the table is made anew.  Nothing refers to it, so its rows move as they are.
    op.execute("alter table reminders rename to reminders_before")
    op.drop_index(op.f("ix_reminders_card_id"), "reminders_before")
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
        sa.CheckConstraint(KINDS, name=op.f("ck_reminders_kind")),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_reminders_card_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.UniqueConstraint("employee_id", "kind", "tag", "due", name=op.f("uq_reminders_employee_id_kind_tag_due")),
    )
    op.execute("insert into reminders (id, card_id, employee_id, kind, tag, due, strength, chance) "
               "select id, card_id, employee_id, kind, tag, due, strength, chance from reminders_before")
    op.drop_table("reminders_before")
    op.create_index(op.f("ix_reminders_card_id"), "reminders", ["card_id"])
