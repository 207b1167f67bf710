"""The audit by subject: people see who looked at their own data, and that must not read every line there is."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_index(op.f("ix_audit_subject"), "audit", ["subject"])
