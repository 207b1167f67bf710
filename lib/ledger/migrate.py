"""Bring a ledger to this app's schema, step by step (Alembic); refuse one that a newer app has changed."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from lib.ledger import draw_tables, morale_tables, pulse_tables, risk_tables, story_tables  # noqa: F401  every table is known once the ledger can be opened

_STEPS = Path(__file__).parent / "migrations"


class NewerLedger(Exception):
    """The ledger was changed by a newer app; this one would damage it.  The message says what to do."""


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_STEPS))
    config.attributes["connection"] = connection
    return config


def up(connection: Connection) -> None:
    """Apply the steps that this ledger lacks, inside the transaction of ``connection``: all of them or none.

    Raises :class:`NewerLedger`.
    """
    config = _config(connection)
    steps = ScriptDirectory.from_config(config)
    stands_at = MigrationContext.configure(connection).get_current_revision()
    if stands_at == steps.get_current_head():
        return
    if stands_at is not None and stands_at not in {step.revision for step in steps.walk_revisions()}:
        raise NewerLedger(f"the ledger stands at step {stands_at}, which this version of the app does not know: a newer version has "
                          f"written to it. Start that version, or restore a backup from before the update.")
    command.upgrade(config, "head")
