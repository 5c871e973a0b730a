"""A Microsoft Entra of our own: it signs tokens as the real one does, and everything it should never sign."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from connectors.entra_tokens import OFFICE_CLIENTS, EntraApi, Tenants
from connectors.signing_keys import SigningKeys
from tests.web.conftest import NOW

API = "6f1c4c0e-0a55-4c3a-9a1f-2f6d1a7b1c11"
TENANT = "0d4b7a52-93d6-4b86-8f07-6a0cd7f6b7a1"
OTHER_TENANT = "aa4b7a52-93d6-4b86-8f07-6a0cd7f6b7a1"
ELIN = "5b0e36f1-2f0a-4f1b-8a0c-0a3f6b1c2d3e"
SOMEBODY = "11111111-2f0a-4f1b-8a0c-0a3f6b1c2d3e"
ISSUER = f"https://login.microsoftonline.com/{TENANT}/v2.0"
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
ANOTHER_KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
SHARED_SECRET = OctKey.import_key("a secret that is long enough to sign with", {"kid": "one"})


def key_set() -> dict[str, Any]:
    """The public keys, as they are fetched."""
    return {"keys": [KEY.as_dict(private=False)]}


def api(**other: Any) -> EntraApi:
    """Our API, whose keys are those of this Entra."""
    tenants = Tenants(allowed=frozenset({TENANT}))
    ours: dict[str, Any] = {"client_id": API, "tenants": tenants, "keys": keys_by(key_set), "clients": OFFICE_CLIENTS}
    return EntraApi(**ours | other)


def keys_by(fetch: Callable[[], object]) -> SigningKeys:
    """Keys that are fetched so."""
    return SigningKeys(fetch, monotonic=time.monotonic)


def claims(**other: Any) -> dict[str, Any]:
    """What a good token says; a claim that is None is left out."""
    now = int(NOW.timestamp())
    good = {
        "aud": API,
        "iss": ISSUER,
        "iat": now - 60,
        "nbf": now - 60,
        "exp": now + 3600,
        "azp": API,
        "azpacr": "0",
        "name": "Elin Sandberg",
        "oid": ELIN,
        "preferred_username": "elin@quietroom.example",
        "scp": "access_as_user",
        "sub": "pairwise-and-of-no-use",
        "tid": TENANT,
        "ver": "2.0",
    }
    return {name: value for name, value in (good | other).items() if value is not None}


def token(*, header: dict[str, Any] | None = None, key: Any = KEY, algorithm: str = "RS256", **other: Any) -> str:
    """A token of this Entra, with other claims or a header of another kind."""
    head = {"alg": algorithm, "kid": "one", "typ": "JWT"} | (header or {})
    return jwt.encode({name: value for name, value in head.items() if value is not None}, claims(**other), key, algorithms=[algorithm])
