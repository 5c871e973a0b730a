"""Tell what a run of the sync did, stream by stream, beside how each stands now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from plugin_backend.store.database import Database
from plugin_backend.usecases.following import Tally
from plugin_backend.usecases.sync_provider import StreamResult
from plugin_backend.usecases.sync_round import AccountRun
from plugin_backend.usecases.sync_status import account_view
from plugin_backend.usecases.views import AccountSync, StreamSync, StreamView, SyncReport

NOT_DUE = "not_due"


def sync_report(database: Database, owner_id: int, runs: Mapping[int, AccountRun], *, started: datetime, now: datetime) -> SyncReport:
    """The report of a run."""
    accounts = []
    with database.read(owner_id) as store:
        for account_id, run in runs.items():
            view = account_view(store, store.account(account_id), now=now)
            streams = tuple(_stream(each, run.streams.get(each.name)) for each in view.streams)
            accounts.append(AccountSync(account=view, busy=run.is_busy, streams=streams))
    return SyncReport(
        accounts=tuple(accounts),
        caught_up=all(run.has_caught_up for run in runs.values()),
        seconds=(now - started).total_seconds(),
    )


def _stream(view: StreamView, result: StreamResult | None) -> StreamSync:
    tally = result.tally if result else Tally()
    return StreamSync(
        outcome=result.outcome.value if result else NOT_DUE,
        told=result.told if result else "",
        read=tally.read,
        new=tally.new,
        changed=tally.changed,
        unchanged=tally.unchanged,
        gone=tally.gone,
        left_out=tally.left_out,
        put_off=tally.put_off,
        skipped=tally.skipped,
        stream=view,
    )
