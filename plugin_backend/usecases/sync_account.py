"""Bring one account of an owner up to date: page by page, each stored in one transaction with its cursor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from connectors.base import Connector, ConnectorError
from connectors.exchange import Problem, Progress
from plugin_backend.store.database import Database
from plugin_backend.store.rows import PageResult
from plugin_backend.usecases.read_ahead import Reader, ReadyPage, pages_ahead, pages_here
from plugin_backend.usecases.views import ProblemView, SourceReport

PROBLEMS_SHOWN = 100
UNFINISHED = "The source could not be read to its end; what was stored before is kept."


@dataclass(slots=True)
class Tally:
    """What a sync has done so far."""

    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    skipped: int = 0
    left_out: int = 0
    problems: list[Problem] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, page: ReadyPage, result: PageResult) -> None:
        """Count a stored page."""
        self.read += len(page.entries)
        self.new += result.new
        self.changed += result.changed
        self.unchanged += result.unchanged
        self.gone += result.gone
        self.skipped += len(page.problems)
        self.left_out += page.left_out
        self.problems.extend(page.problems[: PROBLEMS_SHOWN - len(self.problems)])
        self.reasons.update(problem.reason for problem in page.problems)


OnPage = Callable[[Tally, Progress | None], None]
"""Told after every stored page what has been done, and how far the source is read."""


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
        account = store.ensure_account(connector.name, locator)
        reader = Reader(owner=store.owner(), blind=store.blind, tier=store.tier())
    tally = Tally()
    pages = (pages_ahead if in_child else pages_here)(connector, account.cursor, reader)
    try:
        for page in pages:
            tally.add(page, _stored(database, owner_id, account.id, page))
            if on_page:
                on_page(tally, page.progress)
    except Exception as error:
        told = str(error) if isinstance(error, ConnectorError) else f"It stopped unexpectedly ({type(error).__name__})."
        with database.write(owner_id) as store:
            store.set_account_state(account.id, last_error=told)
        raise
    finally:
        _close(pages)
    with database.write(owner_id) as store:
        complete = not store.ensure_account(connector.name, locator).pass_open
        store.set_account_state(account.id, last_success_at=clock(), last_error="" if complete else UNFINISHED)
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


def _stored(database: Database, owner_id: int, account_id: int, page: ReadyPage) -> PageResult:
    with database.write(owner_id) as store:
        result = store.record_page(
            account_id,
            entries=page.entries,
            names=page.names,
            kinds=page.kinds,
            deletions=page.deletions,
            cursor=page.cursor,
            reset=page.reset,
            complete=page.complete,
            problems=page.problems,
        )
        store.resolve_people(None)
        return result


def _close(pages: Iterator[ReadyPage]) -> None:
    close = getattr(pages, "close", None)
    if close is not None:
        close()
