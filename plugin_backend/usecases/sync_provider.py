"""Bring an account at a provider up to date: every stream that is due, page by page, and what could not be read before.

Nothing here sleeps. What has to wait says until when, and whoever runs it decides what to do meanwhile.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

from connectors.base import ConnectorError, Known, NeedsReconnecting, Provider, Stream, Throttled
from connectors.exchange import SyncPage
from connectors.pacing import full_jitter
from plugin_backend.store.database import Database
from plugin_backend.store.owner_store import OwnerStore
from plugin_backend.store.rows import StreamRow
from plugin_backend.usecases.errors import UnknownAccount
from plugin_backend.usecases.following import OnPage, Tally, follow
from plugin_backend.usecases.read_ahead import Reader, ReadyPage, ready

POLL_EVERY = timedelta(minutes=5)
"""How often a stream that is caught up is asked for news."""
AGAIN_AT_ONCE = 25
"""Items that could not be read before, in one attempt."""
_OTHERS_FIRST = "The newest is there. Others are read before the rest; Acquaint goes on by itself."
_SEVERAL = "Something unexpected kept Acquaint from reading on ({kind}). It tries again by itself."


class LeaseLost(ConnectorError):
    """Another process has taken over the account; nothing of the last page was stored."""


class Outcome(StrEnum):
    """How the sync of one stream ended."""

    CAUGHT_UP = "caught_up"
    WAITING = "waiting"
    FAILED = "failed"
    NEEDS_RECONNECTING = "needs_reconnecting"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamResult:
    """What a sync did with one stream."""

    name: str
    label: str
    outcome: Outcome
    tally: Tally
    told: str = ""
    """Why it has not caught up, in words."""
    next_try_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Syncing:
    """What every step of a sync needs."""

    database: Database
    owner_id: int
    account_id: int
    provider: Provider
    clock: Callable[[], datetime]
    chance: Callable[[], float]
    """A number from 0 to 1, for waiting times that do not coincide."""
    holder: str
    on_page: Callable[[StreamRow], OnPage] | None = None


def holder_of_this_process() -> str:
    """The name under which this process holds leases."""
    return f"{socket.gethostname()}/{os.getpid()}"


def sync_provider(syncing: Syncing) -> tuple[StreamResult, ...] | None:
    """Sync every stream of an account that is due; None where another process is at it.

    Streams that come to light on the way are read as well. Whatever ends it early, at any moment, the next run goes on after the last
    stored page, and the ledger ends up the same.
    """
    if not _leased(syncing):
        return None
    results: list[StreamResult] = []
    done: set[str] = set()
    try:
        while (row := _next_due(syncing, done)) is not None:
            done.add(row.name)
            result = _sync_stream(syncing, row)
            results.append(result)
            if result.outcome is Outcome.NEEDS_RECONNECTING:
                break
    except LeaseLost:
        return tuple(results) or None
    finally:
        with syncing.database.write(syncing.owner_id) as store:
            store.note_spending(syncing.account_id, syncing.provider.spending())
            store.release(syncing.account_id, syncing.holder)
    return tuple(results)


def _leased(syncing: Syncing) -> bool:
    """Take the lease, make the streams that are always there; a lease whose process is dead is nobody's."""
    with syncing.database.write(syncing.owner_id) as store:
        now = syncing.clock()
        held_by = store.lease_holder(syncing.account_id, now)
        if held_by is not None and held_by != syncing.holder and is_dead(held_by):
            store.release(syncing.account_id, held_by)
        if not store.lease(syncing.account_id, syncing.holder, now):
            return False
        for found in syncing.provider.roots:
            store.ensure_stream(syncing.account_id, found.name, label=found.label)
        return True


def is_dead(holder: str) -> bool:
    """Whether a lease was held by a process of this machine that is no more."""
    host, _, number = holder.rpartition("/")
    if host != socket.gethostname() or not number.isdigit():
        return False
    with suppress(PermissionError):
        try:
            os.kill(int(number), 0)
        except ProcessLookupError:
            return True
    return False


def _next_due(syncing: Syncing, done: set[str]) -> StreamRow | None:
    now = syncing.clock()
    with syncing.database.read(syncing.owner_id) as store:
        rows = store.streams(syncing.account_id)
    return next((row for row in rows if row.name not in done and is_due(row, now) and syncing.provider.reaches(row.name)), None)


def is_due(row: StreamRow, now: datetime) -> bool:
    """Whether a stream need not wait any longer."""
    return row.next_try_at is None or row.next_try_at <= now


def _sync_stream(syncing: Syncing, row: StreamRow) -> StreamResult:
    tally = Tally()
    result = partial(StreamResult, name=row.name, label=row.label, tally=tally)
    try:
        _read(syncing, row, tally)
    except Throttled as error:
        at = syncing.clock() + timedelta(seconds=error.retry_after)
        with syncing.database.write(syncing.owner_id) as store:
            store.note_waiting(row.id, at)
        return result(outcome=Outcome.WAITING, told=str(error), next_try_at=at)
    except LeaseLost:
        raise
    except NeedsReconnecting as error:
        with syncing.database.write(syncing.owner_id) as store:
            for each in store.streams(syncing.account_id):
                store.note_failure(each.id, error.cause)
        return result(outcome=Outcome.NEEDS_RECONNECTING, told=error.cause)
    except Exception as error:
        # The edge of one stream: whatever happens to it, the others and the next attempt go on.
        told = str(error) if isinstance(error, ConnectorError) else _SEVERAL.format(kind=type(error).__name__)
        at = syncing.clock() + full_jitter(row.failures, syncing.chance)
        with syncing.database.write(syncing.owner_id) as store:
            store.note_failure(row.id, told, next_try_at=at)
        return result(outcome=Outcome.FAILED, told=told, next_try_at=at)
    with syncing.database.write(syncing.owner_id) as store:
        now = syncing.clock()
        left = store.next_pending_at(row.id)
        at = min(now + POLL_EVERY, left) if left else now + POLL_EVERY
        store.note_success(row.id, now, next_try_at=at)
    outcome = Outcome.WAITING if left else Outcome.CAUGHT_UP
    return result(outcome=outcome, told="Some items could not be read yet." if left else "", next_try_at=at)


def _read(syncing: Syncing, row: StreamRow, tally: Tally) -> None:
    stream = syncing.provider.stream(row.name, known=_known(syncing, row))
    with syncing.database.read(syncing.owner_id) as store:
        reader = Reader(owner=store.owner(), blind=store.blind, tier=store.tier())
    on_page = syncing.on_page(row) if syncing.on_page else None
    follow_pages = partial(
        follow,
        syncing.database,
        syncing.owner_id,
        row.id,
        tally=tally,
        clock=syncing.clock,
        on_page=on_page,
        alongside=partial(_alongside, syncing),
    )
    # What failed before comes first: it waits longest, and a long pass must not starve it.
    for pages in (_again(syncing, row, stream), _as_far_as_it_goes(syncing, row, stream), _again(syncing, row, stream)):
        follow_pages(pages=(ready(page, reader) for page in pages))


def _as_far_as_it_goes(syncing: Syncing, row: StreamRow, stream: Stream) -> Iterator[SyncPage]:
    """What a stream has to tell; where it gives way, others that wait are read before its rest.

    Raises:
        Throttled: it goes on when the others have been read.
    """
    for page in stream.changes(row.cursor):
        yield page
        if page.gives_way and _another_waits(syncing, row):
            raise Throttled(0.0, _OTHERS_FIRST)


def _another_waits(syncing: Syncing, row: StreamRow) -> bool:
    """Whether an account has another stream that was never read to its end, and not even begun."""
    with syncing.database.read(syncing.owner_id) as store:
        rows = store.streams(syncing.account_id)
    return any(each.cursor is None and syncing.provider.reaches(each.name) for each in rows if each.id != row.id)


def _known(syncing: Syncing, row: StreamRow) -> Known:
    def known(items: Sequence[str]) -> frozenset[str]:
        with syncing.database.read(syncing.owner_id) as store:
            return store.known_items(row.id, items)

    return known


def _again(syncing: Syncing, row: StreamRow, stream: Stream) -> Iterator[SyncPage]:
    """What could not be read before and is due for another attempt."""
    while True:
        with syncing.database.read(syncing.owner_id) as store:
            due = store.due_pending(row.id, syncing.clock(), AGAIN_AT_ONCE)
            cursor = store.stream(row.id).cursor
        if not due or cursor is None:
            return
        yield stream.again([each.item for each in due], cursor)


def _alongside(syncing: Syncing, store: OwnerStore, page: ReadyPage) -> None:
    """In the transaction of every page: the lease is renewed, streams come and go."""
    if not store.lease(syncing.account_id, syncing.holder, syncing.clock()):
        raise LeaseLost("Another process has taken over this account.")
    store.note_spending(syncing.account_id, syncing.provider.spending())
    for found in page.page.streams:
        store.ensure_stream(syncing.account_id, found.name, label=found.label)
    gone = set(page.page.streams_gone)
    stored = store.streams(syncing.account_id)
    if beginning := page.page.streams_are_all_of:
        gone |= {each.name for each in stored if each.name.startswith(beginning)} - {found.name for found in page.page.streams}
    for each in stored:
        if each.name in gone:
            store.drop_stream(each.id)


def begin_verifying(database: Database, owner_id: int, account_id: int) -> None:
    """Have every stream of an account compared with its provider as a whole: what is missing is read, what is too much is dropped."""
    with database.write(owner_id) as store:
        for row in store.streams(account_id):
            if not row.pass_open:
                store.read_anew(row.id)


def ask_for_sync(database: Database, owner_id: int, account_id: int) -> None:
    """Have the next look at an account happen at once: nothing waits any longer, and parked items are tried again.

    Raises:
        UnknownAccount: the owner has no such account.
    """
    with database.write(owner_id) as store:
        if account_id not in {account.id for account in store.accounts()}:
            raise UnknownAccount("You have no account of this number.")
        store.try_now(account_id)
