"""Who may ask: API tokens, one-time login links and sessions. Only hashes of their secrets are stored."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from plugin_backend.store.codec import LONGEST_NAME, storable
from plugin_backend.store.rows import LinkState, TokenRow
from plugin_backend.store.session import Session
from plugin_backend.store.tables import feed, link, login, session, token

_TOKEN_ID_BYTES = 6
SEEN_EVERY = timedelta(minutes=1)
"""How often a session in use notes that it is: not on every request, because each note is a write."""


class Identity(Session):
    """The tokens, links and sessions of an owner."""

    def create_token(self, name: str, secret_hash: str, created_at: datetime, expires_at: datetime | None = None) -> str:
        """Keep a token's hash and return its id."""
        key = secrets.token_hex(_TOKEN_ID_BYTES)
        self.execute(
            token.insert().values(
                owner_id=self.owner_id,
                key=key,
                name=storable(name, LONGEST_NAME),
                secret_hash=secret_hash,
                created_at=created_at,
                expires_at=expires_at,
            )
        )
        return key

    def tokens(self) -> tuple[TokenRow, ...]:
        """All tokens, revoked and expired ones included, newest first."""
        rows = self.execute(select(token).where(self.mine(token)).order_by(token.c.created_at.desc(), token.c.id.desc()))
        return tuple(
            TokenRow(id=row.key, name=row.name, created_at=row.created_at, expires_at=row.expires_at, revoked_at=row.revoked_at)
            for row in rows
        )

    def revoke_token(self, token_id: str, now: datetime) -> bool:
        """Make a token worthless; False where the owner has none of this id. A revoked one stays revoked since when it was."""
        mine = (self.mine(token), token.c.key == token_id)
        self.execute(update(token).where(*mine, token.c.revoked_at.is_(None)).values(revoked_at=now))
        return self.connection.scalar(select(token.c.id).where(*mine)) is not None

    def put_login(self, secret_hash: str, expires_at: datetime) -> None:
        """Keep the hash of a link that opens once."""
        self.execute(login.insert().values(secret_hash=secret_hash, owner_id=self.owner_id, expires_at=expires_at))

    def put_session(self, secret_hash: str, created_at: datetime, expires_at: datetime) -> None:
        """Keep the hash of a session."""
        self.execute(
            session.insert().values(
                secret_hash=secret_hash, owner_id=self.owner_id, created_at=created_at, expires_at=expires_at, seen_at=created_at
            )
        )

    def end_sessions(self) -> None:
        """End every session of the owner."""
        self.execute(session.delete().where(self.mine(session)))


def owner_of_token(connection: Connection, secret_hash: str, now: datetime) -> int | None:
    """Whose token it is; None where it is unknown, revoked or expired."""
    row = connection.execute(select(token).where(token.c.secret_hash == secret_hash)).one_or_none()
    if row is None or row.revoked_at is not None or (row.expires_at is not None and row.expires_at <= now):
        return None
    return int(row.owner_id)


def take_login(connection: Connection, secret_hash: str, now: datetime) -> int | None:
    """Whose link it is, and use it up; None where it is unknown, used or expired. Expired links are swept out."""
    taken = connection.execute(login.delete().where(login.c.secret_hash == secret_hash).returning(login.c.owner_id, login.c.expires_at))
    row = taken.one_or_none()
    connection.execute(login.delete().where(login.c.expires_at <= now))
    return int(row.owner_id) if row is not None and row.expires_at > now else None


def owner_of_session(connection: Connection, secret_hash: str, now: datetime, idle: timedelta) -> tuple[int, bool] | None:
    """Whose session it is, and whether its use is due to be noted; None where it is unknown, ended, idle for too long or too old."""
    row = connection.execute(select(session).where(session.c.secret_hash == secret_hash)).one_or_none()
    if row is None or row.expires_at <= now or row.seen_at + idle <= now:
        return None
    return int(row.owner_id), row.seen_at + SEEN_EVERY <= now


def note_session(connection: Connection, secret_hash: str, now: datetime) -> None:
    """Note that a session is in use, and sweep out those that are over."""
    connection.execute(update(session).where(session.c.secret_hash == secret_hash).values(seen_at=now))
    connection.execute(session.delete().where(session.c.expires_at <= now))


def end_session(connection: Connection, secret_hash: str) -> None:
    connection.execute(session.delete().where(session.c.secret_hash == secret_hash))


def owner_of_feed(connection: Connection, secret_hash: str) -> int | None:
    """Whose private feed it is; None where it is unknown or ended."""
    found: int | None = connection.scalar(select(feed.c.owner_id).where(feed.c.secret_hash == secret_hash))
    return found


def owner_of_link(connection: Connection, issuer: str, subject: str) -> int | None:
    """Who has linked this account of a provider; None where nobody has, or several: then it says nothing about whose ledger is meant."""
    mine = (link.c.issuer == issuer, link.c.subject == subject, link.c.state != LinkState.DISCONNECTED.value)
    owners = connection.scalars(select(link.c.owner_id).where(*mine).distinct().limit(2)).all()
    return owners[0] if len(owners) == 1 else None
