"""Alembic's way in: the steps run on the connection, and in the transaction, that :mod:`lib.ledger.migrate` hands over."""

from alembic import context

from lib.ledger.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA, render_as_batch=True)
context.run_migrations()
