"""Tell honestly what lies in the ledger and how far each stream of each account is read."""

from __future__ import annotations

from datetime import datetime, timedelta

from plugin_backend.store.database import Database
from plugin_backend.store.owner_store import OwnerStore
from plugin_backend.store.rows import AccountRow, LinkState, StreamRow
from plugin_backend.usecases.views import AccountView, PendingView, ProblemView, StatusView, StreamState, StreamView

FRESH = timedelta(minutes=15)
"""A provider is asked every few minutes; what it was last asked longer ago than this may have changed since."""

PENDING_SHOWN = 20


def status(database: Database, owner_id: int, *, now: datetime) -> StatusView:
    """Accounts with their streams, counts and the newest problems."""
    with database.read(owner_id) as store:
        return StatusView(
            accounts=tuple(account_view(store, account, now=now) for account in store.accounts()),
            exchanges=store.count(),
            people=sum(store.counts_by_stage().values()),
            tier=store.tier().value,
            problems=tuple(ProblemView(where=problem.where, reason=problem.reason) for problem in store.problems(limit=100)),
            as_of=now,
        )


def list_accounts(database: Database, owner_id: int, *, now: datetime) -> tuple[AccountView, ...]:
    """The accounts alone, with the state of their streams."""
    with database.read(owner_id) as store:
        return tuple(account_view(store, account, now=now) for account in store.accounts())


def account_view(store: OwnerStore, account: AccountRow, *, now: datetime) -> AccountView:
    """One account with the state of its streams."""
    rows = store.streams(account.id)
    link = store.link_of(account.id)
    cut_off = link.cause if link is not None and link.state is not LinkState.LINKED else ""
    streams = tuple(stream_view(store, row, now=now, cut_off=cut_off) for row in rows)
    successes = [row.last_success_at for row in rows if row.last_success_at]
    return AccountView(
        id=account.id,
        connector=account.connector,
        source=link.address if link is not None else account.locator,
        exchanges=store.count_held_by(account.id),
        complete=bool(rows)
        and not cut_off
        and all(_is_complete(row) for row in rows)
        and all(not view.pending and not view.parked for view in streams),
        up_to_date=bool(streams) and all(view.state == StreamState.UP_TO_DATE for view in streams),
        last_success_at=min(successes) if rows and len(successes) == len(rows) else None,
        last_error=cut_off or next((row.last_error for row in rows if row.last_error), ""),
        problems=store.count_problems(account.id),
        streams=streams,
    )


def stream_view(store: OwnerStore, row: StreamRow, *, now: datetime, cut_off: str = "") -> StreamView:
    """One stream: how far it is, what is left over, and a state that is true.

    Args:
        cut_off: Why the account cannot be read at all; empty while it can.
    """
    waiting, parked = store.count_pending(row.id)
    left = max(row.total - row.done, 0) if row.pass_open else 0
    return StreamView(
        name=row.name,
        label=row.label,
        state=StreamState.STOPPED if cut_off else state_of(row, waiting=waiting, parked=parked, now=now),
        exchanges=store.count_held(row.id),
        done=row.done if row.pass_open else 0,
        left=left,
        reached_back_to=row.reached_at if row.pass_open else None,
        ends_at=row.ends_at if row.pass_open else None,
        pending=waiting,
        parked=parked,
        items=tuple(
            PendingView(item=each.item, reason=each.reason, attempts=each.attempts, parked=each.parked)
            for each in store.pending(row.id, PENDING_SHOWN)
        ),
        last_success_at=row.last_success_at,
        last_error=cut_off or row.last_error or "",
        verified_at=row.verified_at,
        next_try_at=row.next_try_at,
    )


def state_of(row: StreamRow, *, waiting: int, parked: int, now: datetime) -> StreamState:
    """The one word for a stream. It is only called up to date where that is true."""
    if row.last_error:
        return StreamState.STOPPED
    if row.pass_open:
        return StreamState.READING
    if row.last_success_at is None or row.cursor is None:
        return StreamState.NOT_STARTED
    if waiting or parked:
        return StreamState.INCOMPLETE
    is_file = not row.name
    return StreamState.UP_TO_DATE if is_file or now - row.last_success_at <= FRESH else StreamState.UNCHECKED


def _is_complete(row: StreamRow) -> bool:
    return row.last_success_at is not None and not row.pass_open and not row.last_error
