"""Run the sync of accounts until each has caught up, waiting only where nothing else can be done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from plugin_backend.usecases.sync_provider import Outcome, StreamResult, Syncing, sync_provider

TRIES = 6
"""Failures of one stream in a row before it is left to a later run."""


@dataclass(slots=True)
class AccountRun:
    """What a run has done with one account."""

    streams: dict[str, StreamResult] = field(default_factory=dict)
    is_busy: bool = False
    """Another process is at it."""
    failures: Counter[str] = field(default_factory=Counter)

    def add(self, result: StreamResult) -> None:
        """Take in what one sync of a stream did."""
        before = self.streams.get(result.name)
        if before is not None:
            result.tally.join(before.tally)
        self.streams[result.name] = result
        self.failures[result.name] = self.failures[result.name] + 1 if result.outcome is Outcome.FAILED else 0

    @property
    def has_ended(self) -> bool:
        """Nothing of it is worth waiting for in this run."""
        needs_user = any(result.outcome is Outcome.NEEDS_RECONNECTING for result in self.streams.values())
        return self.is_busy or needs_user or self.goes_on_at is None

    @property
    def goes_on_at(self) -> datetime | None:
        """When the next of its streams may be tried."""
        moments = [
            result.next_try_at
            for result in self.streams.values()
            if result.next_try_at is not None
            and (result.outcome is Outcome.WAITING or (result.outcome is Outcome.FAILED and self.failures[result.name] < TRIES))
        ]
        return min(moments, default=None)

    @property
    def has_caught_up(self) -> bool:
        return bool(self.streams) and all(result.outcome is Outcome.CAUGHT_UP for result in self.streams.values())


def run_until_caught_up(
    accounts: Iterable[Syncing], *, clock: Callable[[], datetime], sleep: Callable[[float], None]
) -> Mapping[int, AccountRun]:
    """Sync accounts in turn until there is nothing left to wait for, and tell by account what was done."""
    syncings = {each.account_id: each for each in accounts}
    runs = {account_id: AccountRun() for account_id in syncings}
    going = set(syncings)
    while going:
        for account_id in sorted(going):
            _advance(syncings[account_id], runs[account_id])
        going = {account_id for account_id in going if not runs[account_id].has_ended}
        moments = [moment for account_id in going if (moment := runs[account_id].goes_on_at) is not None]
        if moments:
            sleep(max((min(moments) - clock()).total_seconds(), 0.0))
    return runs


def _advance(syncing: Syncing, run: AccountRun) -> None:
    results = sync_provider(syncing)
    if results is None:
        run.is_busy = True
        return
    for result in results:
        run.add(result)
