"""A version of a rule knows the click that saved it: the same click twice saves one."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("rule_versions", sa.Column("request_key", sa.String(), nullable=True))
    op.create_index(op.f("ix_rule_versions_request_key"), "rule_versions", ["request_key"], unique=True)
