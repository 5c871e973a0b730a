"""Bring one file, folder or mailbox in memory up to date: a source with a single stream, read to its end in one go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from connectors.base import Connector, ConnectorError
from plugin_backend.store.database import Database
from plugin_backend.usecases.following import OnPage, Tally, follow
from plugin_backend.usecases.read_ahead import Reader, pages_ahead, pages_here
from plugin_backend.usecases.views import ProblemView, SourceReport

UNFINISHED = "The source could not be read to its end; what was stored before is kept."


def sync_account(
    database: Database,
    owner_id: int,
    connector: Connector,
    *,
    locator: str,
    clock: Callable[[], datetime],
    on_page: OnPage | None = None,
    in_child: bool = True,
) -> SourceReport:
    """Read what changed at a source and store it.

    Whatever ends it early, at any moment, the next run goes on after the last stored page, and the ledger ends up the same.

    Args:
        locator: What the account is known by: a path, or an address at a provider.
        clock: Gives the present, UTC.
        in_child: Read ahead in a child process; set it off where the connector lives in memory.

    Raises:
        ConnectorError: the source cannot be read on; what was stored stays, and the account says why.
    """
    started = clock()
    with database.write(owner_id) as store:
        stream = store.ensure_stream(store.ensure_account(connector.name, locator).id)
        reader = Reader(owner=store.owner(), blind=store.blind, tier=store.tier())
    tally = Tally()
    pages = (pages_ahead if in_child else pages_here)(connector, stream.cursor, reader)
    try:
        follow(database, owner_id, stream.id, pages, tally, clock=clock, on_page=on_page)
    except Exception as error:
        told = str(error) if isinstance(error, ConnectorError) else f"It stopped unexpectedly ({type(error).__name__})."
        with database.write(owner_id) as store:
            store.note_failure(stream.id, told)
        raise
    with database.write(owner_id) as store:
        complete = not store.stream(stream.id).pass_open
        store.note_success(stream.id, clock(), left_over="" if complete else UNFINISHED)
    return SourceReport(
        path=locator,
        connector=connector.name,
        read=tally.read,
        new=tally.new,
        changed=tally.changed,
        unchanged=tally.unchanged,
        gone=tally.gone,
        skipped=tally.skipped,
        left_out=tally.left_out,
        reasons=dict(tally.reasons.most_common()),
        problems=tuple(ProblemView(where=problem.where, reason=problem.reason) for problem in tally.problems),
        seconds=(clock() - started).total_seconds(),
        complete=complete,
    )
