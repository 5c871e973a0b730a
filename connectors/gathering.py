"""Gathering: what the items of one page come to, each by itself: an exchange, gone, left out, or to be tried again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from connectors.base import ConnectorError, NeedsReconnecting, Throttled
from connectors.exchange import Exchange, Pending, Problem, SyncPage
from connectors.reading.guard import Stalled, deadline
from connectors.refusals import Missing

Json = Mapping[str, Any]

SECONDS = 5.0
"""Of computing for one item: the last line, where its limits are what keeps it short."""

# Whatever one item does to the parser costs this item, and it is shown.
_UNREADABLE = (ValueError, TypeError, KeyError, IndexError, RecursionError, OverflowError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """Why one call of a batch has failed."""

    reason: str
    excused: bool = False
    retry_in: timedelta = timedelta(0)


Fetched = Mapping[str, Json | Failed | None]
"""Item to what came of it; None where it is gone."""


def failed_by(refusal: ConnectorError, *, provider: str, status: int) -> Failed | None:
    """What the refusal of one call of a batch means for its item; None where the item is gone.

    Raises:
        NeedsReconnecting: it is no fault of the item.
    """
    if isinstance(refusal, NeedsReconnecting):
        raise refusal
    if isinstance(refusal, Missing):
        return None
    if isinstance(refusal, Throttled):
        return Failed(reason=f"{provider} asks to wait", excused=True, retry_in=timedelta(seconds=refusal.retry_after))
    return Failed(reason=f"{provider} answers {status}")


@dataclass(slots=True)
class Gathered:
    """What a page of items comes to."""

    upserts: list[Exchange] = field(default_factory=list)
    deletions: list[str] = field(default_factory=list)
    pending: list[Pending] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left_out: int = 0
    wait: float = 0.0
    """The provider asked to wait for so many seconds, in the middle of it."""

    def put_off(self, item: str, failed: Failed) -> None:
        """An item could not be read now."""
        self.pending.append(Pending(item=item, reason=failed.reason, retry_in=failed.retry_in, excused=failed.excused))
        self.wait = max(self.wait, failed.retry_in.total_seconds())

    def leave_out(self, item: str) -> None:
        """An item was never exchanged, or is gone."""
        self.deletions.append(item)
        self.left_out += 1

    def take(self, item: str, read: Callable[[], Exchange]) -> None:
        """Read an item."""
        try:
            with deadline(SECONDS):
                self.upserts.append(read())
        except Stalled:
            self.put_off(item, Failed(reason="it took too long to read"))
        except _UNREADABLE as error:
            self.put_off(item, Failed(reason=f"it cannot be read ({type(error).__name__})"))

    def sort(self, fetched: Fetched, *, left_out: Callable[[Json], bool], read: Callable[[Json, str], Exchange]) -> None:
        """Take in what was fetched of some items."""
        for item, found in fetched.items():
            if found is None:
                self.deletions.append(item)
            elif isinstance(found, Failed):
                self.put_off(item, found)
            elif left_out(found):
                self.leave_out(item)
            else:
                self.take(item, partial(read, found, item))

    def page(self, cursor: str, **more: Any) -> SyncPage:
        """The page that it makes, with what else is to be said."""
        return SyncPage(
            upserts=tuple(self.upserts),
            deletions=tuple(dict.fromkeys(self.deletions)),
            pending=tuple(self.pending),
            problems=tuple(self.problems),
            left_out=self.left_out,
            cursor=cursor,
            **more,
        )
