"""Points that wait for a build to confirm them; activities and rewards know the form that made them.

What was booked before stays confirmed: it may be spent already, and no balance falls because the app was updated.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    # In plain SQL: both engines add a column with its check like this, where Alembic would copy the whole table on a file.
    op.execute("alter table points add column state varchar not null default 'confirmed' "
               "constraint ck_points_state check (state in ('pending', 'confirmed', 'refused'))")
    for table in ("activities", "rewards"):
        op.add_column(table, sa.Column("request_key", sa.String(), nullable=True))
        op.create_index(op.f(f"ix_{table}_request_key"), table, ["request_key"], unique=True)
