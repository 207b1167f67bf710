"""Where the audit ends: its last line's number and hash, so that lines missing at the end show."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")))
    last = op.get_bind().execute(sa.text("select id, hash from audit order by id desc limit 1")).first()
    op.bulk_insert(head, [{"id": 1, "line": last.id if last else 0, "hash": last.hash if last else "0" * 64}])
