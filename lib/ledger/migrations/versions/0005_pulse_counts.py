"""How many answered a closed wave of the pulse, by question and team: no later wave may give an earlier one away."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("pulse_waves", sa.Column("counts", sa.JSON(), nullable=True))
