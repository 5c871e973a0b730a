"""Who is asking: owners by API token, by one-time login link and by session."""

from __future__ import annotations

from datetime import datetime, timedelta

from plugin_backend.store.database import Database
from plugin_backend.usecases.tokens import new_secret, secret_hash

SESSION_IDLE = timedelta(hours=12)
SESSION_LIFE = timedelta(days=14)
"""A session ends after 12 idle hours and in any case after 14 days (OWASP ASVS 5.0, 7.3)."""


def owner_of_token(database: Database, secret: str, now: datetime) -> int | None:
    """The owner whose API token this is; None for one that is unknown, expired or revoked."""
    return database.owner_of_token(secret_hash(secret), now)


def take_login(database: Database, secret: str, now: datetime) -> str | None:
    """Use up a login link and open a session: its secret, or None for a link that is unknown, used or expired."""
    owner_id = database.take_login(secret_hash(secret), now)
    if owner_id is None:
        return None
    session = new_secret()
    with database.write(owner_id) as store:
        store.put_session(secret_hash(session), now, now + SESSION_LIFE)
    return session


def owner_of_session(database: Database, secret: str, now: datetime) -> int | None:
    """The owner whose session this is; None for one that is unknown, ended, idle for too long or too old."""
    return database.owner_of_session(secret_hash(secret), now, SESSION_IDLE)


def end_session(database: Database, secret: str) -> None:
    """End a session at once."""
    database.end_session(secret_hash(secret))


def owner_of_account(database: Database, *, issuer: str, subject: str) -> int | None:
    """The owner who has linked this account of a provider, after the provider has proven that its user asks. None for nobody's.

    Issuer and subject are the only key: an address may change hands, and a tenant's administrator may write any.
    """
    return database.owner_of_link(issuer, subject)
