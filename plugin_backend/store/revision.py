"""Which shape a database has and which one this version works with: known without loading Alembic, which takes longer than a question."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

MIGRATIONS = Path(__file__).parent / "migrations"
HEAD_FILE = MIGRATIONS / "HEAD"
"""Holds the newest revision: two branches that both add a migration meet here, in a merge conflict rather than in production."""

_REVISIONS = "alembic_version"


def head_revision() -> str:
    """The revision this version works with."""
    return HEAD_FILE.read_text("utf-8").strip()


def current_revision(connection: Connection) -> str | None:
    """The revision a database is at; None where it has no tables of ours."""
    if not inspect(connection).has_table(_REVISIONS):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found
