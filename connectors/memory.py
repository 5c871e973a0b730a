"""A list that pretends to be a mailbox: for the demo, and for every test that needs a provider."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from connectors.base import ConnectorError, NeedsReconnecting, TemporarilyUnavailable
from connectors.exchange import Exchange, Progress, SyncPage

PAGE_SIZE = 50


class MemoryConnector:
    """A mailbox in memory with a change log, whose cursors are places in that log.

    It keeps the whole contract: it can be resumed from every cursor it ever gave, names deletions, starts a full pass after
    `rewrite`, and can be made to fail as a provider does.
    """

    name = "memory"

    def __init__(self, exchanges: Iterable[Exchange] = (), *, page_size: int = PAGE_SIZE) -> None:
        self._page_size = page_size
        self._generation = 0
        self._log: list[Exchange | str] = list(exchanges)
        self._failures: list[tuple[int, ConnectorError]] = []
        self._revoked = False

    def add(self, *exchanges: Exchange) -> None:
        """Exchanges arrive; one with an id that is already there replaces it."""
        self._log.extend(exchanges)

    def delete(self, external_id: str) -> None:
        """An exchange is deleted at the provider."""
        self._log.append(external_id)

    def rewrite(self, exchanges: Iterable[Exchange]) -> None:
        """The provider forgets its history: every cursor is void, and only these exchanges are there."""
        self._generation += 1
        self._log = list(exchanges)

    def fail_after(self, pages: int, error: ConnectorError | None = None) -> None:
        """The next sync yields so many pages and then fails, once; without an error it is temporarily unavailable."""
        self._failures.append((pages, error or TemporarilyUnavailable("The mailbox does not answer. Try again later.")))

    def revoke(self) -> None:
        """The user takes the grant back."""
        self._revoked = True

    def changes(self, cursor: str | None) -> Iterator[SyncPage]:
        """Yield what happened since the cursor; a cursor of an earlier generation starts a full pass."""
        if self._revoked:
            raise NeedsReconnecting("The mailbox is no longer shared with Acquaint. Connect it again.")
        pages_left, error = self._failures.pop(0) if self._failures else (-1, None)
        for page in self._pages(cursor):
            if pages_left == 0 and error:
                raise error
            pages_left -= 1
            yield page
        if pages_left >= 0 and error:
            raise error

    def _pages(self, cursor: str | None) -> Iterator[SyncPage]:
        generation, position, unfinished = self._place(cursor)
        reset = generation != self._generation
        if reset:
            position, unfinished = 0, True
        while position < len(self._log) or unfinished:
            page = self._log[position : position + self._page_size]
            position += len(page)
            last = position >= len(self._log)
            yield SyncPage(
                upserts=tuple(self._last_words(page)),
                deletions=tuple(dict.fromkeys(entry for entry in page if isinstance(entry, str) and self._last_word(page, entry) == entry)),
                cursor=json.dumps([self._generation, position, unfinished and not last]),
                reset=reset,
                complete=unfinished and last,
                progress=Progress(done=position, total=len(self._log)),
            )
            reset = False
            if last:
                return

    def _place(self, cursor: str | None) -> tuple[int, int, bool]:
        if cursor is None:
            return -1, 0, True
        generation, position, unfinished = json.loads(cursor)
        return int(generation), int(position), bool(unfinished)

    @staticmethod
    def _last_word(page: list[Exchange | str], external_id: str) -> Exchange | str:
        """What the page says last about an id."""
        return next(entry for entry in reversed(page) if external_id == (entry if isinstance(entry, str) else entry.external_id))

    def _last_words(self, page: list[Exchange | str]) -> Iterator[Exchange]:
        for entry in page:
            if isinstance(entry, Exchange) and self._last_word(page, entry.external_id) is entry:
                yield entry
