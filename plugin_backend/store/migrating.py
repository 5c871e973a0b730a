"""Migrations: the tables are made and changed by Alembic, from inside the package."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, text

from plugin_backend.store.errors import MigrationNeeded
from plugin_backend.store.planning import tell_planner
from plugin_backend.store.revision import MIGRATIONS

_ONE_AT_A_TIME = 0x61637161


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Migrate up within the connection's transaction.

    Raises:
        MigrationNeeded: the database was made by a newer version.
    """
    _alone(connection)
    try:
        command.upgrade(_config(connection), revision)
    except CommandError:
        raise MigrationNeeded("The database was made by a newer version of Acquaint: install that, or use another database.") from None
    tell_planner(connection)
    _refuse_broken_references(connection)


def downgrade(connection: Connection, revision: str) -> None:
    """Migrate down within the connection's transaction."""
    _alone(connection)
    command.downgrade(_config(connection), revision)
    _refuse_broken_references(connection)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _alone(connection: Connection) -> None:
    """Let no two processes migrate at once: on SQLite the transaction is the lock already."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ONE_AT_A_TIME})


def _refuse_broken_references(connection: Connection) -> None:
    """SQLite checks no foreign key while tables are rebuilt, so all are checked before the migration counts."""
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        raise MigrationNeeded("The migration would have broken references between tables, so nothing was changed. Please report this.")
