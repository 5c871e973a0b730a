"""How the store speaks to SQLite and PostgreSQL: which driver, which pragmas, which transactions."""

from __future__ import annotations

import importlib
import os
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from plugin_backend.store.errors import StoreError

Version = tuple[int, int, int]

FIRST_FIXED: Version = (3, 51, 3)
BACKPORTS: tuple[Version, ...] = ((3, 44, 6), (3, 50, 7))
"""SQLite releases without the WAL-reset bug, which may corrupt a database that several connections share (sqlite.org/wal.html)."""

BUSY_SECONDS = 60
_READERS = 5
_CACHE_KIB = 8 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """The SQLite that is used: the standard library's, or a packaged one where that has the WAL-reset bug."""

    module: ModuleType
    version: Version

    @property
    def wal_is_safe(self) -> bool:
        return has_wal_fix(self.version)

    @property
    def journal(self) -> str:
        """Write-ahead logging where it is safe, else the rollback journal: slower, and readers wait for writers."""
        return "WAL" if self.wal_is_safe else "DELETE"


def has_wal_fix(version: Version) -> bool:
    """Whether an SQLite release is free of the WAL-reset bug."""
    return version >= FIRST_FIXED or any(version[:2] == fixed[:2] and version >= fixed for fixed in BACKPORTS)


def safest_driver() -> Driver:
    """The standard library's SQLite if it is sound, else the packaged one if that is installed and sound."""
    own = Driver(module=sqlite3, version=_version(sqlite3))
    if own.wal_is_safe:
        return own
    try:
        packaged = importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        return own
    other = Driver(module=packaged, version=_version(packaged))
    return other if other.wal_is_safe else own


@dataclass(frozen=True, slots=True, kw_only=True)
class Engines:
    """One engine that writes and one that cannot, for the same database."""

    url: URL
    write: Engine
    read: Engine
    alter: Engine
    """For migrations: on SQLite without foreign keys, because a rebuilt table must not take its dependents along."""
    driver: Driver | None
    """None on PostgreSQL."""

    def dispose(self) -> None:
        """Close every connection."""
        for engine in (self.write, self.read, self.alter):
            engine.dispose()


def open_engines(url: str) -> Engines:
    """The engines of a database, made where it is an SQLite file that does not exist yet.

    Raises:
        StoreError: the URL is none of a database that the store can use.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreError("The database URL is not right: use sqlite:///PATH or postgresql://USER@HOST/NAME.") from None
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed)
    if parsed.get_backend_name() == "postgresql":
        return _postgresql(parsed.set(drivername="postgresql+psycopg"))
    raise StoreError("The store works on SQLite and PostgreSQL: use sqlite:///PATH or postgresql://USER@HOST/NAME.")


def _sqlite(url: URL) -> Engines:
    if not url.database or url.database == ":memory:":
        raise StoreError("The database has to be a file, because readers and the writer open it each for themselves: use sqlite:///PATH.")
    file = Path(url.database)
    try:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StoreError(f"The database file cannot be opened: {error.strerror}. Its folder has to exist and be yours.") from None
    driver = safest_driver()

    def engine(*, begin: str, setup: tuple[str, ...], size: int) -> Engine:
        made = create_engine(
            url.set(drivername="sqlite+pysqlite"),
            module=driver.module,
            hide_parameters=True,
            poolclass=QueuePool,
            pool_size=size,
            max_overflow=0,
            connect_args={"timeout": BUSY_SECONDS, "isolation_level": None, "check_same_thread": False, "cached_statements": 256},
        )
        event.listen(made, "connect", _on_connect(setup))
        event.listen(made, "begin", _on_begin(begin))
        return made

    durable = (
        f"PRAGMA journal_mode={driver.journal}",
        "PRAGMA synchronous=FULL",
        "PRAGMA secure_delete=ON",
        f"PRAGMA cache_size=-{_CACHE_KIB}",
        "PRAGMA temp_store=MEMORY",
    )
    return Engines(
        url=url,
        write=engine(begin="BEGIN IMMEDIATE", setup=(*durable, "PRAGMA foreign_keys=ON"), size=1),
        read=engine(
            begin="BEGIN", setup=(f"PRAGMA cache_size=-{_CACHE_KIB}", "PRAGMA temp_store=MEMORY", "PRAGMA query_only=ON"), size=_READERS
        ),
        alter=engine(begin="BEGIN IMMEDIATE", setup=(*durable, "PRAGMA foreign_keys=OFF"), size=1),
        driver=driver,
    )


def _postgresql(url: URL) -> Engines:
    try:
        write = create_engine(url, hide_parameters=True, pool_pre_ping=True)
    except ImportError:
        raise StoreError("PostgreSQL needs one more library: install acquaint[postgres].") from None
    read = create_engine(url, hide_parameters=True, pool_pre_ping=True, isolation_level="REPEATABLE READ", pool_size=_READERS)
    event.listen(read, "begin", _on_begin("SET TRANSACTION READ ONLY"))
    return Engines(url=url, write=write, read=read, alter=write, driver=None)


def _on_connect(statements: tuple[str, ...]) -> Callable[[Any, Any], None]:
    def connect(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for statement in statements:
            cursor.execute(statement)
        cursor.close()

    return connect


def _on_begin(statement: str) -> Callable[[Connection], None]:
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    return begin


def _version(module: ModuleType) -> Version:
    major, minor, patch = module.sqlite_version_info
    return major, minor, patch
