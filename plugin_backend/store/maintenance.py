"""Keeping a database sound: what can be said of its safety, and sealing it anew under a new key."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Table, func, literal, select, text, update

from plugin_backend.store.connecting import Engines
from plugin_backend.store.crypto import KeyRing
from plugin_backend.store.session import place
from plugin_backend.store.tables import brief_memory, correction, exchange, installation, link, linking, person, prepared_brief, projection

_SYNCHRONOUS = {0: "OFF", 1: "NORMAL", 2: "FULL", 3: "EXTRA"}


def findings(engines: Engines, *, is_current: bool) -> tuple[str, ...]:
    """What can be said of a database, in sentences."""
    found = list(_sqlite_findings(engines) if engines.driver else _postgresql_findings(engines))
    found.append("The tables are up to date." if is_current else "The tables are not those of this version: any command migrates them.")
    return tuple(found)


def _sqlite_findings(engines: Engines) -> tuple[str, ...]:
    driver = engines.driver
    assert driver is not None  # noqa: S101 - asked only of SQLite
    version = ".".join(str(part) for part in driver.version)
    origin = "the standard library's" if driver.module.__name__ == "sqlite3" else f"from {driver.module.__name__.partition('.')[0]}"
    if driver.wal_is_safe:
        choice = "it is free of the WAL-reset bug."
    else:
        choice = "it has the WAL-reset bug, so the slower rollback journal is used. Install pysqlite3, or SQLite 3.51.3 or later."
    with engines.write.connect() as connection:
        journal = str(connection.exec_driver_sql("PRAGMA journal_mode").scalar()).upper()
        synchronous = _SYNCHRONOUS.get(int(connection.exec_driver_sql("PRAGMA synchronous").scalar() or 0), "?")
        check = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar())
    database = Path(str(engines.url.database))
    exposed = stat.S_IMODE(database.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO)
    return (
        f"SQLite {version} ({origin}): {choice}",
        f"Journal {journal}, synchronous {synchronous}: what was acknowledged survives a power cut."
        if synchronous in {"FULL", "EXTRA"}
        else f"Journal {journal}, synchronous {synchronous}: the newest changes may be lost in a power cut.",
        "The database file is whole (quick check)."
        if check == "ok"
        else "The database file is damaged: restore a backup, or import again.",
        f"Others may read the database file: chmod 600 {database}" if exposed else "The database file can be read by you alone.",
    )


def _postgresql_findings(engines: Engines) -> tuple[str, ...]:
    with engines.read.connect() as connection:
        version = connection.scalar(text("SHOW server_version"))
        durable = connection.scalar(text("SHOW synchronous_commit"))
        fsync = connection.scalar(text("SHOW fsync"))
    safe = durable != "off" and fsync == "on"
    return (
        f"PostgreSQL {version}.",
        f"synchronous_commit {durable}, fsync {fsync}: "
        + ("what was acknowledged survives a power cut." if safe else "the newest changes may be lost in a power cut."),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _SealedColumn:
    """A sealed column and how its rows are found again."""

    table: Table
    name: str
    key: ColumnElement[int]
    natural_id: ColumnElement[str]


_SEALED = (
    _SealedColumn(table=exchange, name="sealed", key=exchange.c.id, natural_id=exchange.c.external_id),
    _SealedColumn(table=correction, name="sealed_note", key=correction.c.id, natural_id=correction.c.key),
    _SealedColumn(table=projection, name="sealed_because", key=projection.c.person_id, natural_id=person.c.key),
    _SealedColumn(table=projection, name="sealed_relationship", key=projection.c.person_id, natural_id=person.c.key),
    _SealedColumn(
        table=link, name="sealed_tokens", key=link.c.account_id, natural_id=link.c.provider + "|" + link.c.issuer + "|" + link.c.subject
    ),
    _SealedColumn(table=linking, name="sealed", key=linking.c.id, natural_id=linking.c.step + "|" + linking.c.key_hash),
    _SealedColumn(table=brief_memory, name="sealed", key=brief_memory.c.id, natural_id=brief_memory.c.person + "|" + brief_memory.c.event),
    _SealedColumn(table=prepared_brief, name="sealed", key=prepared_brief.c.id, natural_id=prepared_brief.c.event),
    _SealedColumn(table=prepared_brief, name="sealed_told", key=prepared_brief.c.id, natural_id=prepared_brief.c.event),
)


def reencrypt(engine: Engine, keyring: KeyRing, batch: int) -> int:
    """Seal everything anew that is not sealed under the newest key."""
    done = 0
    for column in _SEALED:
        last = 0
        while True:
            with engine.begin() as connection:
                rows = _old_rows(connection, column, keyring, last, batch)
                for row in rows:
                    bound_to = place(row.owner_id, column.table, row.natural_id, column.name)
                    sealed = keyring.encrypt(keyring.decrypt(row.blob, bound_to=bound_to), bound_to=bound_to)
                    connection.execute(
                        update(column.table)
                        .where(column.table.c.owner_id == row.owner_id, column.key == row.key_)
                        .values({column.name: sealed})
                    )
            if not rows:
                break
            done += len(rows)
            last = rows[-1].key_
    return done + _reseal_installation(engine, keyring)


def _old_rows(connection: Connection, column: _SealedColumn, keyring: KeyRing, last: int, batch: int) -> list[Any]:
    blob = column.table.c[column.name]
    prefix = keyring.newest_prefix
    rows = (
        select(column.key.label("key_"), column.table.c.owner_id, column.natural_id.label("natural_id"), blob.label("blob"))
        .where(column.key > last, blob.isnot(None), func.substr(blob, 1, len(prefix)) != literal(prefix))
        .order_by(column.key)
        .limit(batch)
    )
    if column.table is projection:
        rows = rows.join(person, person.c.id == projection.c.person_id)
    return list(connection.execute(rows))


def _reseal_installation(engine: Engine, keyring: KeyRing) -> int:
    done = 0
    with engine.begin() as connection:
        row = connection.execute(select(installation)).mappings().one_or_none()
        for name in ("check", "root") if row else ():
            blob = row[f"sealed_{name}"] if row else b""
            if not blob.startswith(keyring.newest_prefix):
                bound_to = f"installation|{name}"
                sealed = keyring.encrypt(keyring.decrypt(blob, bound_to=bound_to), bound_to=bound_to)
                connection.execute(update(installation).values({f"sealed_{name}": sealed}))
                done += 1
    return done
