"""Migrations: up, down, and no difference between what they make and what the tables say."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from plugin_backend.store.connecting import open_engines
from plugin_backend.store.crypto import KeyRing
from plugin_backend.store.database import Database
from plugin_backend.store.errors import MigrationNeeded
from plugin_backend.store.migrating import downgrade, upgrade
from plugin_backend.store.revision import MIGRATIONS, current_revision, head_revision
from plugin_backend.store.tables import metadata

BEFORE_STREAMS = (
    """INSERT INTO owner (id, tier, addresses, names, colleague_domains, colleague_addresses)
       VALUES (1, 'subjects', '[]', '[]', '[]', '[]')""",
    """INSERT INTO account (id, owner_id, connector, locator, cursor, epoch, pass_open, last_error)
       VALUES (2, 1, 'mbox', 'inbox', 'place 7', 3, FALSE, 'It stopped.')""",
    """INSERT INTO exchange (id, owner_id, external_id, kind, at, channel, outgoing, human, audience, substances, sender, revision,
                             source_id, digest, facts)
       VALUES (5, 1, 'a', 'email', 0, 'email', FALSE, TRUE, 2, ',', 'a@b.example', 0, 2, '', '')""",
    "INSERT INTO holding (account_id, exchange_id, owner_id, seen_epoch) VALUES (2, 5, 1, 3)",
)
"""A ledger with one exchange, as it was before accounts had streams."""


def test_the_head_file_names_the_newest_migration() -> None:
    """There is one newest migration, and the file says which."""
    assert ScriptDirectory(str(MIGRATIONS)).get_heads() == [head_revision()]


def test_migrations_make_the_tables(url: str) -> None:
    """A migrated database has no difference to the tables as written."""
    engines = open_engines(url)
    with engines.alter.begin() as connection:
        upgrade(connection)
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})

        assert current_revision(connection) == head_revision()
        assert compare_metadata(context, metadata) == []
    engines.dispose()


def test_migrations_can_be_taken_back(url: str) -> None:
    """Down to nothing leaves no table, and up again is whole."""
    engines = open_engines(url)
    with engines.alter.begin() as connection:
        upgrade(connection)
        downgrade(connection, "base")
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    with engines.alter.begin() as connection:
        upgrade(connection)
        assert set(metadata.tables) <= set(inspect(connection).get_table_names())
    engines.dispose()


def test_a_ledger_from_before_there_were_streams_keeps_all_it_held(url: str) -> None:
    """An account's own state becomes that of its one stream, there and back; what it holds stays."""
    engines = open_engines(url)
    with engines.alter.begin() as connection:
        upgrade(connection, "0002")
        for statement in BEFORE_STREAMS:
            connection.execute(text(statement))
        upgrade(connection)
        stream = connection.execute(text("SELECT name, cursor, epoch, last_error FROM stream")).one()
        held = connection.execute(text("SELECT item, exchange_id, seen_epoch FROM holding")).all()
        downgrade(connection, "0002")
        account = connection.execute(text("SELECT cursor, epoch, last_error FROM account")).one()
        held_again = connection.execute(text("SELECT account_id, exchange_id, seen_epoch FROM holding")).all()
    engines.dispose()

    assert tuple(stream) == ("", "place 7", 3, "It stopped.")
    assert [tuple(row) for row in held] == [("", 5, 3)]
    assert tuple(account) == ("place 7", 3, "It stopped.")
    assert [tuple(row) for row in held_again] == [(2, 5, 3)]


def test_a_database_of_a_newer_version_is_left_alone(url: str, keyring: KeyRing) -> None:
    """What this version does not know is not touched, and the message says what to do."""
    database = Database.open(url, keyring=keyring)
    database.migrate()
    engines = open_engines(url)
    with engines.alter.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(MigrationNeeded, match="newer version"):
        database.migrate()

    engines.dispose()
    database.close()


def test_a_migration_happens_as_a_whole_or_not_at_all(url: str) -> None:
    """An error on the way leaves the database as it was."""
    engines = open_engines(url)
    try:
        with engines.alter.begin() as connection:
            upgrade(connection)
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    with engines.read.begin() as connection:
        assert inspect(connection).get_table_names() == []
    engines.dispose()
