"""The lottery: draws, who was in their pools, and whom HR called urgent."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "draws",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("drawn_on", sa.Date(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("need", sa.Float(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("pool", sa.Integer(), nullable=False),
        sa.Column("started", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("started in ('setting', 'button')", name=op.f("ck_draws_started")),
        sa.CheckConstraint("places > 0 and places < pool", name=op.f("ck_draws_places")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draws")),
        sa.UniqueConstraint("owner", "drawn_on", name=op.f("uq_draws_owner_drawn_on")),
    )
    op.create_table(
        "draw_entries",
        sa.Column("draw_id", sa.String(), nullable=False),
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("drawn", sa.Boolean(), nullable=False),
        sa.Column("again_from", sa.Date()),
        sa.Column("ended", sa.String()),
        sa.Column("ended_on", sa.Date()),
        sa.CheckConstraint("ended in ('again', 'room', 'urgent', 'outside')", name=op.f("ck_draw_entries_ended")),
        sa.CheckConstraint("(ended is null) = (ended_on is null)", name=op.f("ck_draw_entries_ended_on")),
        sa.CheckConstraint("(again_from is null) = (drawn = true)", name=op.f("ck_draw_entries_again_from")),
        sa.ForeignKeyConstraint(["draw_id"], ["draws.id"], name=op.f("fk_draw_entries_draw_id")),
        sa.PrimaryKeyConstraint("draw_id", "employee_id", "tag", name=op.f("pk_draw_entries")),
    )
    op.create_index(op.f("ix_draw_entries_employee_id"), "draw_entries", ["employee_id"])
    op.create_table(
        "draw_marks",
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("marked_on", sa.Date(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("employee_id", "marked_on", name=op.f("pk_draw_marks")),
    )
