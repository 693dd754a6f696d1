"""What Alembic runs: the versions, inside the one transaction that `upgrade` has begun."""

from __future__ import annotations

from alembic import context

from service.adapters.database.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    # SQLite changes a table by making a new one.
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
