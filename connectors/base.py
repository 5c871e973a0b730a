"""What every connector promises, and the errors by which a caller knows what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from connectors.exchange import SyncPage


class ConnectorError(Exception):
    """A connector cannot go on; the message says in words what to do, without private text."""


class SourceUnreadable(ConnectorError):
    """The file or folder is missing, unreadable, or of no known format: give up until the user acts."""


class TemporarilyUnavailable(ConnectorError):
    """The source did not answer or asked to wait: try again later."""


class Throttled(TemporarilyUnavailable):
    """The source, or the budget that is kept for it, asks to wait: try again after so many seconds."""

    def __init__(self, retry_after: float, message: str = "The provider asks to wait. Acquaint goes on by itself.") -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NeedsReconnecting(ConnectorError):
    """The grant is gone or does not reach: the user has to connect again. The cause, in words, is the message."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class Connector(Protocol):
    """A read-only door to one account.

    `changes(cursor)` yields pages, oldest cursor first. ``None`` starts from nothing. Every yielded cursor can be resumed
    from, any number of times: the pages that follow it hold everything that was not in the pages before it, perhaps more, and
    the same exchange always under the same `external_id`. A source that has been rewritten since the cursor was made starts a
    full pass with `reset`. Iteration ends when the account is caught up. Nothing is ever written to the source.
    """

    name: str
    """The registry's name: ``mbox``, ``maildir``, ``eml``, ``ics``..."""

    def changes(self, cursor: str | None) -> Iterator[SyncPage]:
        """Yield what changed since `cursor`.

        Raises:
            SourceUnreadable, TemporarilyUnavailable, NeedsReconnecting: see their docstrings.
        """
        ...
