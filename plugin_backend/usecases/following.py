"""Follow one stream: each of its pages is stored in one transaction with its cursor, and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from connectors.exchange import Problem, Progress
from plugin_backend.store.database import Database
from plugin_backend.store.owner_store import OwnerStore
from plugin_backend.store.rows import PageResult
from plugin_backend.usecases.read_ahead import ReadyPage

PROBLEMS_SHOWN = 100


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
    put_off: int = 0
    problems: list[Problem] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, page: ReadyPage, result: PageResult) -> None:
        """Count a stored page."""
        self.read += len(page.entries)
        self.new += result.new
        self.changed += result.changed
        self.unchanged += result.unchanged + len(page.page.seen)
        self.gone += result.gone
        self.skipped += len(page.problems)
        self.left_out += page.page.left_out
        self.put_off += len(page.page.pending)
        self.problems.extend(page.problems[: PROBLEMS_SHOWN - len(self.problems)])
        self.reasons.update(problem.reason for problem in page.problems)

    def join(self, earlier: Tally) -> None:
        """Count in what an earlier sync of the same stream did."""
        for name in ("read", "new", "changed", "unchanged", "gone", "skipped", "left_out", "put_off"):
            setattr(self, name, getattr(self, name) + getattr(earlier, name))
        self.problems = [*earlier.problems, *self.problems][:PROBLEMS_SHOWN]
        self.reasons.update(earlier.reasons)


OnPage = Callable[[Tally, Progress | None], None]
"""Told after every stored page what has been done, and how far the source is read."""

Alongside = Callable[[OwnerStore, ReadyPage], None]
"""What else belongs into the transaction of a page."""


def nothing_else(_store: OwnerStore, _page: ReadyPage) -> None:
    """A page comes alone."""


def follow(
    database: Database,
    owner_id: int,
    stream_id: int,
    pages: Iterator[ReadyPage],
    tally: Tally,
    *,
    clock: Callable[[], datetime],
    on_page: OnPage | None = None,
    alongside: Alongside = nothing_else,
) -> None:
    """Store pages, one transaction each, until there are no more."""
    try:
        for page in pages:
            tally.add(page, _stored(database, owner_id, stream_id, page, clock(), alongside))
            if on_page:
                on_page(tally, page.page.progress)
    finally:
        close = getattr(pages, "close", None)
        if close is not None:
            close()


def _stored(database: Database, owner_id: int, stream_id: int, page: ReadyPage, now: datetime, alongside: Alongside) -> PageResult:
    said = page.page
    with database.write(owner_id) as store:
        alongside(store, page)
        # What is pending is noted first: a full pass that ends with this page drops nothing that it could not read.
        store.settle_pending(stream_id, page.settled)
        store.put_pending(stream_id, said.pending, now=now)
        result = store.record_page(
            stream_id,
            entries=page.entries,
            names=page.names,
            kinds=page.kinds,
            items=page.items,
            parts=page.parts,
            deletions=said.deletions,
            seen=said.seen,
            foretaste=said.foretaste,
            cursor=said.cursor,
            reset=said.reset,
            complete=said.complete,
            vouched=said.vouched,
            problems=page.problems,
        )
        if said.progress:
            ends_in = said.progress.ends_in
            store.note_progress(
                stream_id,
                done=said.progress.done,
                total=said.progress.total,
                ends_at=now + ends_in if ends_in is not None else None,
            )
        if said.complete:
            store.note_verified(stream_id, now)
        store.resolve_people(None)
        return result
