"""The proof of who somebody is: an OpenID Connect id token, checked against its issuer's keys and the question it answers."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Container, Mapping
from datetime import datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

LONGEST_TOKEN = 16_384
"""Characters. What is longer is refused before a library sees it."""

LEEWAY = timedelta(seconds=60)
"""How far two clocks may be apart. Whatever remembers used tokens has to remember them for longer than this after their end."""

ALGORITHMS = ("RS256",)
_HEADER = frozenset({"alg", "kid", "typ", "x5t", "x5t#S256"})
"""Everything else in a header is refused: an address of keys, a key, or a demand (`crit`) that we would not keep."""

_LONGEST_SUBJECT = 255
_AT_HASH_BYTES = 16


class InvalidIdToken(Exception):
    """The token proves nothing; the message names the rule that it breaks, and nothing that it holds."""


def proven_claims(
    token: object, *, keys: object, issuers: frozenset[str], client_id: str, nonce: str | None, access_token: str, now: datetime
) -> Mapping[str, Any]:
    """The claims of an id token that came with an answer to a question of ours.

    Args:
        token: As the provider gave it.
        keys: The issuer's key set, fetched from an address of ours, never from one that the token names.
        issuers: What the issuer may call itself.
        client_id: Ours: the token has to be for us and nobody else.
        nonce: Of the question that this has to be the answer to; None where the question could not have one.
        access_token: The one that came along: where the token says which it belongs to, it has to be this one.
        now: The present.

    Raises:
        InvalidIdToken: any of it is not as it has to be.
    """
    claims = signed_claims(token, keys=keys, issuers=issuers, audience=client_id, now=now)
    if claims.get("azp", client_id) != client_id:
        raise InvalidIdToken("audience")
    if nonce is not None and not _same(claims.get("nonce"), nonce):
        raise InvalidIdToken("nonce")
    if "at_hash" in claims and not _same(claims["at_hash"], _hash_of(access_token)):
        raise InvalidIdToken("access token")
    return claims


def signed_claims(token: object, *, keys: object, issuers: Container[str], audience: str, now: datetime) -> Mapping[str, Any]:
    """The claims of a token that an issuer signed for us, whoever asked for it.

    Args:
        token: As it was sent.
        keys: The issuer's key set, fetched from an address of ours, never from one that the token names.
        issuers: What the issuer may call itself.
        audience: Whom the token has to be for, and nobody beside.
        now: The present.

    Raises:
        InvalidIdToken: any of it is not as it has to be.
    """
    if not isinstance(token, str) or not token.isascii() or len(token) > LONGEST_TOKEN:
        raise InvalidIdToken("form")
    header, claims = _signed(token, keys)
    if not set(header) <= _HEADER or not isinstance(header.get("kid"), str) or header.get("typ", "JWT") != "JWT":
        raise InvalidIdToken("header")
    if str(claims.get("iss")) not in issuers:
        raise InvalidIdToken("issuer")
    if not audience or claims.get("aud") not in (audience, [audience]):
        raise InvalidIdToken("audience")
    _refuse_wrong_time(claims, now.timestamp())
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT or not subject.isascii() or not subject.isprintable():
        raise InvalidIdToken("subject")
    return claims


def _signed(token: str, keys: object) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    try:
        key_set = KeySet.import_key_set(keys)  # type: ignore[arg-type]  # of any shape: it is the library that reads it
        opened = jwt.decode(token, key_set, algorithms=ALGORITHMS)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, binascii.Error):
        # What a hostile key set or token makes the library raise is of many kinds, and all of them say the same.
        raise InvalidIdToken("signature") from None
    return opened.header, opened.claims


def _refuse_wrong_time(claims: Mapping[str, Any], present: float) -> None:
    leeway = LEEWAY.total_seconds()
    for name, needed in (("exp", True), ("iat", True), ("nbf", False)):
        value = claims.get(name)
        if value is None and not needed:
            continue
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise InvalidIdToken(name)
        if (value <= present - leeway) if name == "exp" else (value > present + leeway):
            raise InvalidIdToken(name)


def _same(claimed: object, expected: str) -> bool:
    return isinstance(claimed, str) and hmac.compare_digest(claimed.encode("utf-8", "replace"), expected.encode())


def _hash_of(access_token: str) -> str:
    digest = hashlib.sha256(access_token.encode()).digest()[:_AT_HASH_BYTES]
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
