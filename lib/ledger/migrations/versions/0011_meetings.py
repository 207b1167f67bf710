"""Stories for a meeting: the meeting with its key, its scenes, and which forms were kept already."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "meetings",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("title_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("letters", sa.Boolean(), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("chosen", sa.DateTime()),
        sa.Column("changed", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
        sa.UniqueConstraint("owner", name=op.f("uq_meetings_owner")),
    )
    op.create_table(
        "meeting_scenes",
        sa.Column("meeting_id", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("week", sa.Date()),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("caption_sealed", sa.LargeBinary()),
        sa.Column("notes_sealed", sa.LargeBinary()),
        sa.CheckConstraint("place >= 0 and place < 30", name=op.f("ck_meeting_scenes_place")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_scenes_meeting_id")),
        sa.PrimaryKeyConstraint("meeting_id", "place", name=op.f("pk_meeting_scenes")),
    )
    op.create_table(
        "meeting_requests",
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("request_key", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "request_key", name=op.f("pk_meeting_requests")),
    )
