"""The keys that an issuer signs with: fetched from one address of ours, kept for an hour, fetched again where a token names a new one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Container, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

import requests

from connectors.calls import limit
from connectors.id_tokens import InvalidIdToken, signed_claims
from connectors.oauth import is_secure

FRESH_SECONDS = 3_600.0
"""How long keys are used without asking. Issuers announce a new key days before they sign with it."""

ASKED_AT_MOST_EVERY = 60.0
"""Seconds. A token that no key fits may come from anybody, so it does not make us ask more often."""

FETCH_SECONDS = 3.0
"""Somebody looks at a card or a pane that waits for this."""

Fetch = Callable[[], object]


class KeysUnreachable(Exception):
    """The issuer's keys were never fetched, and cannot be now: nothing can be proven."""


def fetch_from(jwks_uri: str, *, ca_bundle: str = "") -> Fetch:
    """A fetch of a key set over https, with short limits and no redirect followed."""

    def fetch() -> object:
        if not is_secure(jwks_uri):
            raise requests.RequestException("Keys come over https only.")
        with requests.Session() as session:
            limit(session, ca_bundle=ca_bundle, whole_seconds=FETCH_SECONDS)
            answer = session.get(jwks_uri)
            answer.raise_for_status()
            return answer.json()

    return fetch


class SigningKeys:
    """An issuer's keys, shared by all requests of a process."""

    def __init__(self, fetch: Fetch, *, monotonic: Callable[[], float]) -> None:
        self._fetch = fetch
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._keys: object = None
        self._fetched_at = self._asked_at = float("-inf")

    def claims(self, token: object, *, issuers: Container[str], audience: str, now: datetime) -> Mapping[str, Any]:
        """The claims of a token that this issuer signed for us (see `signed_claims`).

        Raises:
            InvalidIdToken: it proves nothing.
            KeysUnreachable: there are no keys to prove it with.
        """
        keys = self._current(FRESH_SECONDS)
        try:
            return signed_claims(token, keys=keys, issuers=issuers, audience=audience, now=now)
        except InvalidIdToken as error:
            newer = self._current(ASKED_AT_MOST_EVERY) if str(error) == "signature" else keys
            if newer is keys:
                raise
            return signed_claims(token, keys=newer, issuers=issuers, audience=audience, now=now)

    def _current(self, seconds: float) -> object:
        """Keys no older than this, or the old ones where the issuer does not answer."""
        with self._lock:
            present = self._monotonic()
            if present - self._fetched_at > seconds and present - self._asked_at > ASKED_AT_MOST_EVERY:
                self._asked_at = present
                # Where the issuer does not answer, its old keys are better than none.
                with suppress(requests.RequestException, ValueError, RecursionError):
                    self._keys, self._fetched_at = self._fetch(), present
            if self._keys is None:
                raise KeysUnreachable("The issuer's keys cannot be fetched.")
            return self._keys
