"""People who may sign in, and their sessions: the ledger as it was before it knew steps."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    if sa.inspect(op.get_bind()).has_table("users"):  # made before there were steps
        return
    op.create_table(
        "users",
        sa.Column("login", sa.String, primary_key=True), sa.Column("name", sa.String, nullable=False),
        sa.Column("hash", sa.String, nullable=False), sa.Column("role", sa.String, nullable=False), sa.Column("teams", sa.JSON),
        sa.Column("employee_id", sa.String), sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("created", sa.DateTime, nullable=False))
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String, primary_key=True),
        sa.Column("login", sa.String, sa.ForeignKey("users.login"), nullable=False), sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("expires", sa.DateTime, nullable=False), sa.Column("revoked", sa.Boolean, nullable=False))
    op.create_index("ix_sessions_login", "sessions", ["login"])
