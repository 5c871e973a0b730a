"""What every connector promises, and the errors by which a caller knows what to do next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from connectors.exchange import FoundStream, SyncPage


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
    """A read-only door to one stream of exchanges: all of a file, the mail of an account, one of its calendars.

    `changes(cursor)` yields pages, oldest cursor first. ``None`` starts from nothing. Every yielded cursor can be resumed
    from, any number of times: the pages that follow it hold everything that was not in the pages before it, perhaps more, and
    the same exchange always under the same `external_id`. A source that has been rewritten since the cursor was made starts a
    full pass with `reset`. Iteration ends when the stream is caught up. Nothing is ever written to the source.
    """

    name: str
    """The registry's name: ``mbox``, ``maildir``, ``eml``, ``ics``, ``google``..."""

    def changes(self, cursor: str | None) -> Iterator[SyncPage]:
        """Yield what changed since `cursor`.

        Raises:
            SourceUnreadable, TemporarilyUnavailable, Throttled, NeedsReconnecting: see their docstrings.
        """
        ...


class Stream(Connector, Protocol):
    """One stream of an account at a provider, whose items can be read again one by one."""

    def again(self, items: Sequence[str], cursor: str) -> SyncPage:
        """Read items that could not be read before. What still fails is pending again; the cursor is handed through.

        Raises:
            SourceUnreadable, TemporarilyUnavailable, Throttled, NeedsReconnecting: see their docstrings.
        """
        ...


Known = Callable[[Sequence[str]], frozenset[str]]
"""Tells which of some items the ledger holds already, so that a full pass need not read them again."""


class Provider(Protocol):
    """An account at a provider: several streams, each with a cursor of its own."""

    name: str

    @property
    def roots(self) -> tuple[FoundStream, ...]:
        """The streams that are always there, in the order in which they are read; others come to light in their pages."""
        ...

    def reaches(self, name: str) -> bool:
        """Whether the grant allows to read a stream."""
        ...

    def spending(self) -> str:
        """What was asked of the provider lately, for the process that goes on after this one: opaque, stored with every page."""
        ...

    def stream(self, name: str, *, known: Known) -> Stream:
        """The door to one stream.

        Raises:
            SourceUnreadable: no stream of this provider has such a name.
        """
        ...
