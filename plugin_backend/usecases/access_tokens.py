"""Access tokens: one that is valid whenever a connector asks, renewed by one at a time under the account's lease."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from connectors.base import ConnectorError, NeedsReconnecting, TemporarilyUnavailable
from connectors.oauth import OAuthProvider, Tokens
from plugin_backend.store.database import Database
from plugin_backend.store.owner_store import OwnerStore
from plugin_backend.store.rows import LinkRow, LinkState
from plugin_backend.usecases.sealed_shapes import tokens_as_json, tokens_of_json

ENDS_SOON = timedelta(minutes=2)
"""A token that ends within this is renewed first: longer than any call takes, and than two clocks are apart."""

PAUSE_SECONDS = 0.1
PAUSES = 300
"""How long another who renews the same account's tokens is waited for: longer than such a call may take (`connectors.calls`)."""

NOT_CONNECTED = "The account is not connected. Connect it again."
NOTHING_LEFT = "You have taken back the permission to read mail and calendar. Connect again, and tick what may be read."
BUSY = "Another process of Acquaint is at work on this account. Try again later."


class AccessTokens:
    """Gives a valid access token of one account at each call.

    It never hands out what lasts, and two that find a token at its end do not both ask for the next: who holds the account's lease
    asks and stores it with the lease's end in one transaction, the other waits and reads what was stored.
    """

    def __init__(
        self,
        database: Database,
        owner_id: int,
        account_id: int,
        provider: OAuthProvider,
        *,
        holder: str,
        clock: Callable[[], datetime],
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """Nothing is asked yet.

        Args:
            holder: Under which name the account's lease is taken; one who reads the account under this name keeps the lease.
            clock: Gives the present, UTC.
            pause: Waits so many seconds.
        """
        self._database = database
        self._owner_id = owner_id
        self._account_id = account_id
        self._provider = provider
        self._holder = holder
        self._clock = clock
        self._pause = pause
        self._refused = ("", "")
        self._one_at_a_time = threading.Lock()

    def __call__(self) -> str:
        """A valid access token.

        Raises:
            NeedsReconnecting: the grant has ended; the account says so from now on, and nobody is asked again.
            TemporarilyUnavailable: the provider does not answer, or another process is at work on the account.
            ConnectorError: the provider does not know this installation any more.
        """
        with self._one_at_a_time:
            for _ in range(PAUSES):
                _, tokens = self._held()
                if self._is_good(tokens):
                    return tokens.access
                with self._database.write(self._owner_id) as store:
                    kept = store.lease_holder(self._account_id, self._clock()) == self._holder
                    leased = store.lease(self._account_id, self._holder, self._clock())
                if not leased:
                    self._pause(PAUSE_SECONDS)
                elif token := self._renewed(keep_lease=kept):
                    return token
        raise TemporarilyUnavailable(BUSY)

    def refused(self, token: str, challenge: str = "") -> None:
        """The provider has refused this token before its end: the next call gives another one.

        Args:
            token: The one that was refused; where another has been given since, that one stays good.
            challenge: What the provider demands of the next one, in its own words (Microsoft's claims); empty where it demands nothing.
        """
        self._refused = (token, challenge)

    def _is_good(self, tokens: Tokens) -> bool:
        refused, _ = self._refused
        return tokens.access != refused and tokens.expires_at > self._clock() + ENDS_SOON

    def _held(self) -> tuple[LinkRow, Tokens]:
        with self._database.read(self._owner_id) as store:
            row, sealed = store.link_of(self._account_id), store.tokens_of(self._account_id)
        if row is None or row.state is not LinkState.LINKED or sealed is None:
            raise NeedsReconnecting(row.cause if row and row.cause else NOT_CONNECTED)
        return row, tokens_of_json(sealed)

    def _renewed(self, *, keep_lease: bool) -> str | None:
        """Ask for the next token, unless another has just done so, and end the lease with whatever came of it.

        None where the account was linked anew meanwhile: what that brought is to be read.
        """
        row, tokens = self._held()
        try:
            if not self._is_good(tokens):
                refused, challenge = self._refused
                demanded = challenge if tokens.access == refused else ""
                tokens = self._provider.renew(tokens, linked_at=row.linked_at, now=self._clock(), challenge=demanded)
            if not self._provider.reads(tokens.scopes):
                raise NeedsReconnecting(NOTHING_LEFT)
        except ConnectorError as error:
            with self._database.write(self._owner_id) as store:
                if isinstance(error, NeedsReconnecting):
                    ended = LinkState.NEEDS_RECONNECTING
                    store.end_link(self._account_id, ended, cause=error.cause, drop_tokens=True, linked_at=row.linked_at)
                self._leave(store, keep_lease)
            raise
        with self._database.write(self._owner_id) as store:
            stored = store.put_tokens(
                self._account_id,
                tokens_as_json(tokens),
                scopes=tokens.scopes,
                access_ends_at=tokens.expires_at,
                linked_at=row.linked_at,
            )
            self._leave(store, keep_lease)
        return tokens.access if stored else None

    def _leave(self, store: OwnerStore, keep_lease: bool) -> None:
        if not keep_lease:
            store.release(self._account_id, self._holder)
