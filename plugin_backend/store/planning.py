"""What SQLite's query planner is told about the tables, so that it chooses the same plans for a small ledger as for a large one.

Without statistics it takes any equality on an indexed column to leave ten rows. Here most indexes begin with the owner's number,
which leaves all of them: joins then start at the wrong end and grow with the ledger. Statistics gathered from a young database
would be no better, and gathering them again and again makes plans change under way. So they are written once, for a large ledger.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from plugin_backend.store.tables import metadata

LARGE = 1_000_000
"""Rows of every table in the ledger that plans are made for."""

_OF_FEW_VALUES = frozenset({"stage", "rules_version", "came_before", "company"})
_FEW = 6

_ROWS_PER_VALUE = {
    "account_id": LARGE // 10,
    "stream_id": LARGE // 10,
    "item": 2,
    "address_id": 50,
    "person_id": 2,
    "name_key": 2,
    "domain": 50,
    "exchange_id": 5,
    "answered": 2,
    "series": 20,
    "person": 3,
}
"""How many rows share a value of a column; a column that is not named here tells rows apart."""


def tell_planner(connection: Connection) -> None:
    """Write the statistics of a large ledger; PostgreSQL gathers its own."""
    if connection.dialect.name != "sqlite":
        return
    connection.execute(text("ANALYZE"))
    connection.execute(text("DELETE FROM sqlite_stat1"))
    rows = [
        {"tbl": table, "idx": index, "stat": _statistics(_columns(connection, index))}
        for table in metadata.tables
        for index in connection.scalars(text("SELECT name FROM pragma_index_list(:table)"), {"table": table})
    ]
    connection.execute(text("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (:tbl, :idx, :stat)"), rows)
    connection.execute(text("ANALYZE sqlite_schema"))


def _columns(connection: Connection, index: str) -> list[str]:
    return list(connection.scalars(text("SELECT name FROM pragma_index_info(:idx) ORDER BY seqno"), {"idx": index}))


def _statistics(columns: list[str]) -> str:
    """The table's rows, then how many of them are left by one column of the index, by two, and so on."""
    left, numbers = LARGE, [LARGE]
    for column in columns:
        if column in _OF_FEW_VALUES:
            left = max(1, left // _FEW)
        elif column != "owner_id":
            left = min(left, _ROWS_PER_VALUE.get(column, 1))
        numbers.append(left)
    return " ".join(map(str, numbers))
