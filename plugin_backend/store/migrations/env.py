"""Run by Alembic within a transaction of ours: the caller commits, so a migration happens as a whole or not at all."""

from __future__ import annotations

from alembic import context

from plugin_backend.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
    transactional_ddl=True,
)
context.run_migrations()
