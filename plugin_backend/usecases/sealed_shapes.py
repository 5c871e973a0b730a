"""What is sealed of a link, as JSON: tokens and grants, written and read again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson

from connectors.oauth import Grant, Identity, Tokens


def tokens_as_json(tokens: Tokens) -> bytes:
    """Tokens as they are sealed."""
    return orjson.dumps(_tokens(tokens))


def tokens_of_json(sealed: bytes) -> Tokens:
    """Tokens as they were sealed."""
    return _read_tokens(orjson.loads(sealed))


def grant_as_json(grant: Grant) -> bytes:
    """A grant as it is sealed until it is confirmed."""
    who = grant.identity
    return orjson.dumps({"issuer": who.issuer, "subject": who.subject, "address": who.address, "tokens": _tokens(grant.tokens)})


def grant_of_json(sealed: bytes) -> Grant:
    """A grant as it was sealed."""
    row = orjson.loads(sealed)
    who = Identity(issuer=row["issuer"], subject=row["subject"], address=row["address"])
    return Grant(identity=who, tokens=_read_tokens(row["tokens"]))


def _tokens(tokens: Tokens) -> dict[str, Any]:
    return {
        "access": tokens.access,
        "expires_at": tokens.expires_at.isoformat(),
        "renewal": tokens.renewal,
        "scopes": sorted(tokens.scopes),
    }


def _read_tokens(row: dict[str, Any]) -> Tokens:
    return Tokens(
        access=row["access"],
        expires_at=datetime.fromisoformat(row["expires_at"]),
        renewal=row["renewal"],
        scopes=frozenset(row["scopes"]),
    )
