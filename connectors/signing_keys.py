"""The keys that an issuer signs with: fetched from an address of ours, kept for a day, and asked for anew where a token names another."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta

from requests import RequestException, Session

from connectors.calls import limit

KEPT_FOR = timedelta(hours=24)
"""Issuers change their keys every few weeks, and announce them for days."""
ASKED_AGAIN_AFTER = timedelta(minutes=1)
"""Tokens that nobody has signed must not make us ask for keys with each of them."""


class KeysUnavailable(Exception):
    """The keys cannot be had just now, so that nothing can be told about a token."""


class SigningKeys:
    """The key set of one issuer, shared by all threads of a process."""

    def __init__(self, fetch: Callable[[], object], *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._kept: object = None
        self._kept_since = self._asked_at = float("-inf")

    def kept(self) -> object:
        """The keys that are known, fetched where they are not or are too old.

        Raises:
            KeysUnavailable: there are none.
        """
        # Whoever comes while there are none yet waits for them; later nobody waits for newer ones but who asked for them.
        with self._lock:
            missing = self._kept is None and self._may_ask()
            if missing:
                self._ask()
        if not missing and self._monotonic() - self._kept_since > KEPT_FOR.total_seconds():
            self.newer()
        if self._kept is None:
            raise KeysUnavailable
        return self._kept

    def newer(self) -> object | None:
        """The keys as they are now, for a token that none of the known ones has signed; None where that was asked a moment ago."""
        with self._lock:
            if not self._may_ask():
                return None
        return self._kept if self._ask() else None

    def _may_ask(self) -> bool:
        if self._monotonic() - self._asked_at < ASKED_AGAIN_AFTER.total_seconds():
            return False
        self._asked_at = self._monotonic()
        return True

    def _ask(self) -> bool:
        try:
            self._kept = self._fetch()
        except (RequestException, ValueError):
            # Those that are known go on: an issuer that is out of reach for an hour has not changed its keys.
            return False
        self._kept_since = self._monotonic()
        return True


def keys_at(uri: str, *, ca_bundle: str = "") -> Callable[[], object]:
    """How the key set at an address is fetched, within the limits of all our small calls."""

    def fetch() -> object:
        with Session() as session:
            limit(session, ca_bundle=ca_bundle)
            answer = session.get(uri)
            answer.raise_for_status()
            found: object = answer.json()
            return found

    return fetch
