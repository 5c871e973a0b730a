"""A real database for every test of the store: an SQLite file always, PostgreSQL where there is one."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from plugin_backend.store.crypto import KeyRing
from plugin_backend.store.database import Database
from tests.factories import OWNER_ADDRESS
from tests.store.ledgers import Ledger


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'acquaint.db'}"
    url: str = request.getfixturevalue("postgres_url")
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return url


@pytest.fixture
def keyring(tmp_path: Path) -> KeyRing:
    """The key ring of a fresh data folder."""
    folder = tmp_path / "keys"
    folder.mkdir()
    return KeyRing.load_or_create(folder, None)


@pytest.fixture
def database(url: str, keyring: KeyRing) -> Iterator[Database]:
    """A migrated database."""
    database = Database.open(url, keyring=keyring)
    database.migrate()
    yield database
    database.close()


@pytest.fixture
def ledger(database: Database) -> Ledger:
    """The ledger of one owner with one account."""
    return Ledger(database, database.create_owner([OWNER_ADDRESS, "olga@home.example"], names=["Olga Mill"]))


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, KeyRing]:
    """A migrated SQLite file and its keys, to be copied: quicker than to migrate anew."""
    folder = tmp_path_factory.mktemp("template")
    keyring = KeyRing.load_or_create(folder, None)
    file = folder / "acquaint.db"
    database = Database.open(f"sqlite:///{file}", keyring=keyring)
    database.migrate()
    database.close()
    return file, keyring


@pytest.fixture
def fresh_ledger(template: tuple[Path, KeyRing], tmp_path: Path) -> Iterator[Callable[[], Ledger]]:
    """Makes as many empty ledgers as are asked for, each in a database of its own."""
    opened: list[Database] = []

    def make() -> Ledger:
        file = tmp_path / f"copy{len(opened)}.db"
        shutil.copy(template[0], file)
        database = Database.open(f"sqlite:///{file}", keyring=template[1])
        opened.append(database)
        return Ledger(database, database.create_owner([OWNER_ADDRESS]))

    yield make
    for database in opened:
        database.close()
