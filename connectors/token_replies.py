"""What a provider's token endpoint answers, read with care: it goes into headers and into the vault."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from connectors.oauth import LinkRefused, Refusal, Tokens

_USUAL_LIFE = timedelta(hours=1)
_LONGEST_LIFE = timedelta(days=1)
_LONGEST_TOKEN = 8_192


def tokens_in(reply: Mapping[str, object], *, now: datetime, asked_for: str, renewal: str) -> Tokens:
    """The tokens in a reply.

    Args:
        reply: As it came.
        now: When it came.
        asked_for: The scopes that were asked for; a reply that names none has granted these.
        renewal: What the next ones are asked for with.

    Raises:
        LinkRefused: it holds no access token, or one of a kind that we cannot use.
    """
    access = reply.get("access_token")
    if not is_token(access) or str(reply.get("token_type", "Bearer")).lower() != "bearer":
        raise LinkRefused(Refusal.PROVIDER)
    return Tokens(
        access=str(access),
        expires_at=now + _life(reply.get("expires_in")),
        renewal=renewal,
        scopes=frozenset(str(reply.get("scope", asked_for)).split()),
    )


def is_token(value: object) -> bool:
    """Whether it can be a token: it goes into a header, so it has to be printable ASCII without a space."""
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_TOKEN and value.isascii() and value.isprintable() and " " not in value


def _life(seconds: object) -> timedelta:
    try:
        told = timedelta(seconds=float(str(seconds)))
    except (ValueError, OverflowError):
        return _USUAL_LIFE
    return min(max(told, timedelta()), _LONGEST_LIFE)
