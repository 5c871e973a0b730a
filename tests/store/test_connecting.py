"""Which SQLite is used, and how it is opened."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from plugin_backend.store.connecting import Driver, has_wal_fix, open_engines, safest_driver
from plugin_backend.store.errors import StoreError


@pytest.mark.parametrize(
    ("version", "sound"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
        ((4, 0, 0), True),
    ],
)
def test_the_wal_bug_is_known_by_version(version: tuple[int, int, int], sound: bool) -> None:
    """Fixed in 3.51.3, and in 3.44.6 and 3.50.7 before."""
    assert has_wal_fix(version) is sound
    assert Driver(module=sqlite3, version=version).journal == ("WAL" if sound else "DELETE")


def test_an_unsound_library_is_replaced_where_it_can_be() -> None:
    """What is chosen is sound, or there was nothing sound to choose."""
    driver = safest_driver()

    assert isinstance(driver.module, ModuleType)
    assert driver.wal_is_safe or driver.module is sqlite3


def test_the_file_is_its_owner_s_and_its_settings_are_durable(tmp_path: Path) -> None:
    """0600, full synchronisation, foreign keys, deleted content overwritten; readers cannot write."""
    file = tmp_path / "acquaint.db"
    engines = open_engines(f"sqlite:///{file}")

    with engines.write.begin() as connection:
        connection.execute(text("CREATE TABLE t (x)"))
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("synchronous", "foreign_keys", "secure_delete")
        }
        journal = str(connection.exec_driver_sql("PRAGMA journal_mode").scalar()).upper()
    with engines.read.begin() as connection, pytest.raises(OperationalError):
        connection.execute(text("INSERT INTO t VALUES (1)"))
    engines.dispose()

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert settings == {"synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    assert engines.driver is not None
    assert journal == engines.driver.journal


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://root@host/db", "nonsense", "sqlite:////no/such/folder/a.db"])
def test_what_is_no_database_of_ours_is_refused_in_words(url: str) -> None:
    """A wrong URL is answered by a sentence that says what to use."""
    with pytest.raises(StoreError):
        open_engines(url)
