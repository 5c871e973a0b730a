"""Make, list and revoke the API tokens of an owner, and make the one-time links that open the sidebar."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from plugin_backend.store.database import Database
from plugin_backend.usecases.errors import Invalid, NotFound
from plugin_backend.usecases.views import TokenView

SECRET_BYTES = 32
"""256 bits from the operating system: nothing to guess, so a plain SHA-256 of it is safe to store."""

LONGEST_LIFE_DAYS = 3_650

LOGIN_LINK_LIFE = timedelta(minutes=15)


def secret_hash(secret: str) -> str:
    """What is stored of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_secret() -> str:
    """A fresh secret, safe in URLs."""
    return secrets.token_urlsafe(SECRET_BYTES)


def make_token(database: Database, owner_id: int, name: str, *, now: datetime, days: int | None = 90) -> tuple[str, str]:
    """Make an API token and return its id and its secret; the secret is shown this once.

    Raises:
        Invalid: the name is empty, or the number of days is none or too large.
    """
    if not name.strip():
        raise Invalid("Give the token a name, so that you know it again.")
    if days is not None and not 0 < days <= LONGEST_LIFE_DAYS:
        raise Invalid(f"A token lives at least one day, and at most {LONGEST_LIFE_DAYS}.")
    secret = f"acq_{new_secret()}"
    with database.write(owner_id) as store:
        token_id = store.create_token(name.strip(), secret_hash(secret), now, now + timedelta(days=days) if days else None)
    return token_id, secret


def list_tokens(database: Database, owner_id: int) -> tuple[TokenView, ...]:
    """The owner's tokens, without their secrets."""
    with database.read(owner_id) as store:
        return tuple(
            TokenView(id=row.id, name=row.name, created_at=row.created_at, expires_at=row.expires_at, revoked_at=row.revoked_at)
            for row in store.tokens()
        )


def revoke_token(database: Database, owner_id: int, token_id: str, *, now: datetime) -> None:
    """Make a token worthless at once.

    Raises:
        NotFound: the owner has no such token.
    """
    with database.write(owner_id) as store:
        if not store.revoke_token(token_id, now):
            raise NotFound("You have no token of this id. `acquaint token list` shows those you have.")


def make_login_link(database: Database, owner_id: int, *, now: datetime) -> str:
    """The secret of a link that opens the sidebar once, within 15 minutes."""
    secret = new_secret()
    with database.write(owner_id) as store:
        store.put_login(secret_hash(secret), now + LOGIN_LINK_LIFE)
    return secret
