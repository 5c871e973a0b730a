"""Pacing: how fast a provider may be asked, kept on our side so that it never has to refuse; and how long to wait after a failure."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from connectors.base import Throttled

MINUTE = 60.0
GRAINS = 600
"""So many moments of a window are told apart: what is spent within one of them counts as spent at its end."""
MOMENT = 0.001
"""Nobody waits for less, lest the wait be rounded to none and the same is asked for ever at one moment."""
FIRST_WAIT = 2.0
LONGEST_WAIT = 3_600.0


class Budget:
    """Units that may be spent in any stretch of a minute.

    A call counts from when it begins until a minute after its answer: it reached the provider at some moment between, so no minute
    of the provider's ever sees more than the limit.
    """

    def __init__(self, limit: int, *, clock: Callable[[], float], window: float = MINUTE) -> None:
        self.limit = limit
        self._clock = clock
        self._window = window
        self._grain = window / GRAINS
        self._began = 0.0
        """When the last of the moments began."""
        self._spent: deque[tuple[float, int]] = deque()
        self._under_way = 0
        self._sum = 0

    def room(self) -> int:
        """How many units may be spent now."""
        self._forget(self._clock())
        return self.limit - self._sum - self._under_way

    def check(self, units: int) -> None:
        """Make sure that so many units may be spent now.

        Raises:
            Throttled: not yet; it says how long it takes until they may.
        """
        missing = min(units, self.limit) - self.room()
        if missing <= 0:
            return
        now, free = self._clock(), 0
        for at, spent in self._spent:
            free += spent
            if free >= missing:
                raise Throttled(max(at + self._window - now, MOMENT))
        raise Throttled(self._window)

    @contextmanager
    def spend(self, units: int) -> Iterator[None]:
        """Spend units on the call in the block.

        Raises:
            Throttled: there is not room for them yet.
        """
        self.check(units)
        self._under_way += units
        try:
            yield
        finally:
            self._under_way -= units
            self._sum += units
            self._note(self._clock(), units)

    def spending(self) -> tuple[tuple[float, int], ...]:
        """What was spent within the window: how many seconds ago, and how much. Whoever goes on after us has to count it."""
        now = self._clock()
        self._forget(now)
        return tuple((round(now - at, 3), units) for at, units in self._spent)

    def take_over(self, spending: Iterable[tuple[float, int]], *, unsaid: int) -> None:
        """Count what another process has spent before.

        Args:
            unsaid: So much it may have spent after it last said so; counted only where it was at work within the window.
        """
        now = self._clock()
        before = [(now - ago, units) for ago, units in spending if ago < self._window]
        if before:
            before.append((now, min(unsaid, self.limit)))
        self._spent.extend(sorted(before))
        self._sum += sum(units for _, units in before)

    def _note(self, now: float, units: int) -> None:
        if self._spent and self._began <= self._spent[-1][0] and now - self._began < self._grain:
            units += self._spent.pop()[1]
        else:
            self._began = now
        self._spent.append((now, units))

    def _forget(self, now: float) -> None:
        while self._spent and self._spent[0][0] + self._window <= now:
            self._sum -= self._spent.popleft()[1]


def spending_of(now: datetime, budgets: Sequence[Budget]) -> str:
    """What was spent lately of some budgets, for the process that goes on after this one."""
    return json.dumps([now.timestamp(), *(budget.spending() for budget in budgets)], separators=(",", ":"))


def take_over(spending: str, now: datetime, budgets: Sequence[tuple[Budget, int]]) -> None:
    """Count what the process before this one has spent of each budget; what cannot be read counts as nothing.

    Args:
        spending: What it last said.
        now: The present.
        budgets: Each with what may have been spent of it after that.
    """
    try:
        at, *parts = json.loads(spending)
        ago = max(now.timestamp() - float(at), 0.0)
        read = [[(float(each) + ago, int(spent)) for each, spent in part] for part in parts]
    except (ValueError, TypeError):
        return
    for (budget, unsaid), spent in zip(budgets, read, strict=False):
        budget.take_over(spent, unsaid=unsaid)


def full_jitter(failures: int, chance: Callable[[], float]) -> timedelta:
    """How long to wait after so many failures in a row: anything up to a bound that doubles, so that many never come at once."""
    bound = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(failures, 20))
    return timedelta(seconds=max(1.0, bound * chance()))
