"""A small world for syncing: a provider's double that a user works with, a clock of its own, a real ledger, and what has to be in it.

Everything that can happen is a method: mail comes and goes, calendars change, the provider fails, the process dies. `settle` lets it come
to rest, and `check` compares the ledger with the mailbox. Hypothesis and the benchmark of histories both play in it, at every provider.
"""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from connectors.base import Provider
from connectors.exchange import Progress
from plugin_backend.store.database import Database
from plugin_backend.store.rows import StreamRow
from plugin_backend.usecases.following import OnPage, Tally
from plugin_backend.usecases.sync_provider import Outcome, StreamResult, Syncing, ask_for_sync, begin_verifying, sync_provider
from plugin_backend.usecases.sync_round import run_until_caught_up

OWNER = "me@mill.example"
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
WEEK = timedelta(days=7)
KINDS = ("inbox", "sent", "draft", "spam")
"""What a mail may be that comes in."""


class Crash(BaseException):
    """The process dies here: nothing catches it, nothing is tidied up."""


@dataclass(slots=True)
class Clock:
    """A clock that only moves when somebody waits, or is said to have passed."""

    seconds: float = 0.0

    def now(self) -> datetime:
        return START + timedelta(days=30, seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds + 0.001


@dataclass(slots=True)
class World(ABC):
    """One mailbox, its owner, and the ledger that follows it."""

    provider: ClassVar[str]
    faults: ClassVar[tuple[dict[str, Any], ...]]
    """Every way in which the provider is known to fail, one call at a time."""

    database: Database
    limits: Any = None
    clock: Clock = field(default_factory=Clock)
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    double: Any = field(init=False)
    owner_id: int = field(init=False)
    account_id: int = field(init=False)
    mails: list[str] = field(default_factory=list)
    series: list[tuple[str, str]] = field(default_factory=list)
    singles: list[tuple[str, str]] = field(default_factory=list)
    crash_after: int | None = None
    made: int = 0

    def __post_init__(self) -> None:
        self.limits = self.limits or self.small_limits()
        self.double = self.make_double()
        self.owner_id = self.database.create_owner([OWNER])
        with self.database.write(self.owner_id) as store:
            self.account_id = store.ensure_account(self.provider, OWNER).id
        # One of each is never deleted: a provider that answers nothing at all empties no ledger, on purpose.
        self.mail("inbox", START)
        self.single(self.some_calendar(0), START)

    # ── what a provider has to say of itself ─────────────────────────────────────────────────────────────────────────────────

    @abstractmethod
    def small_limits(self) -> Any:
        """Pages so small that even a small mailbox has several."""

    @abstractmethod
    def make_double(self) -> Any: ...

    @abstractmethod
    def open(self) -> Provider:
        """The account as a fresh process would open it."""

    @abstractmethod
    def of_kind(self, kind: str) -> dict[str, Any]:
        """What the double is told of a mail of a kind."""

    @abstractmethod
    def shuffle_mail(self, pick: int, how: int) -> None:
        """A mail is thrown away, called spam, moved, read..., or the contrary."""

    @abstractmethod
    def single(self, box: Any, start: datetime, **fields: Any) -> str:
        """An event is made."""

    @abstractmethod
    def weekly(self, box: Any, start: datetime, weeks: int) -> str:
        """A series is made."""

    @abstractmethod
    def except_occurrence(self, pick: int, week: int, *, cancelled: bool) -> None:
        """One meeting of a series is moved by an hour, or taken out."""

    @abstractmethod
    def change_series(self, pick: int, weeks: int) -> None:
        """A series becomes longer or shorter; exceptions behind its end go."""

    @abstractmethod
    def move_single(self, pick: int) -> None: ...

    @abstractmethod
    def add_calendar(self) -> None: ...

    @abstractmethod
    def remove_calendar(self) -> None: ...

    @abstractmethod
    def lose_cursors(self, pick: int) -> None:
        """What cursors stand for is forgotten at the provider, of one thing or another."""

    @abstractmethod
    def empty_pages(self, times: int) -> None:
        """So many pages to come are empty, with more behind them."""

    @abstractmethod
    def expected(self) -> dict[str, datetime]:
        """What the mailbox and the calendars hold: id of every exchange to its moment, worked out from the double's own data."""

    @abstractmethod
    def check_cursors(self) -> None:
        """Whatever a cursor says is dealt with lies in the ledger, or is known to be pending."""

    @abstractmethod
    def acts(self, pick: Callable[[], int]) -> tuple[tuple[int, Callable[[], object]], ...]:
        """What happens at this provider only, each with how often it does."""

    # ── what the user does ───────────────────────────────────────────────────────────────────────────────────────────────────

    def mail(self, kind: str, at: datetime) -> str:
        """A mail of a kind comes in, or is written."""
        self.made += 1
        writer = f"writer{self.made % 5}@forge.example"
        own = kind in {"sent", "draft"}
        item: str = self.double.mail.add(
            sender=OWNER if own else f"Writer <{writer}>",
            to=[writer if own else OWNER],
            at=at,
            subject=f"About {self.made}",
            text="Could you send me the plan by Friday?",
            **self.of_kind(kind),
        )
        return item

    def some_calendar(self, pick: int) -> Any:
        boxes = list(self.double.calendars.boxes.values())
        return boxes[pick % len(boxes)]

    def receive(self, kind: str = "inbox", hours: int = 0) -> None:
        """A mail arrives, or is written."""
        self.mails.append(self.mail(kind, START + timedelta(hours=hours, minutes=self.made)))

    def receive_many(self, times: int) -> None:
        """Mail comes in a burst: more at once than one batch fetches."""
        for _ in range(times):
            self.receive()

    def receive_and_delete(self) -> None:
        """A mail is there for a moment only."""
        self.double.mail.delete(self.mail("inbox", START + timedelta(minutes=self.made)))

    def delete_mail(self, pick: int) -> None:
        if self.mails:
            self.double.mail.delete(self.mails.pop(pick % len(self.mails)))

    def meet(self, days: int, weekly: int = 0, **fields: Any) -> None:
        """An event is made, or a series of so many weeks."""
        box = self.some_calendar(days)
        start = START + timedelta(days=days, hours=self.made % 8)
        self.made += 1
        if weekly:
            self.series.append((box.calendar_id, self.weekly(box, start, weekly)))
        else:
            self.singles.append((box.calendar_id, self.single(box, start, **fields)))

    def delete_event(self, pick: int) -> None:
        for kind in (self.singles, self.series):
            found = self.picked(kind, pick)
            if found is not None:
                box, key = found
                kind.remove((box.calendar_id, key))
                box.delete(key)
                return

    def forget_calendar(self, calendar_id: str) -> None:
        """A calendar is gone, and what was made in it."""
        self.double.calendars.remove(calendar_id)
        for kind in (self.singles, self.series):
            kind[:] = [pair for pair in kind if pair[0] != calendar_id]

    # ── what goes wrong ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def fail(self, pick: int, times: int) -> None:
        """The provider fails in one of its ways, so many times."""
        self.double.fail(**{**self.faults[pick % len(self.faults)], "times": times})

    # ── syncing ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def spent(self) -> str:
        """What the process before has spent."""
        with self.database.read(self.owner_id) as store:
            return store.spending(self.account_id)

    def syncing(self) -> Syncing:
        """A sync as a fresh process would begin it."""
        return Syncing(
            database=self.database,
            owner_id=self.owner_id,
            account_id=self.account_id,
            provider=self.open(),
            clock=self.clock.now,
            chance=self.chance.random,
            holder="this test",
            on_page=self._on_page,
        )

    def sync(self, *, crash_after: int | None = None) -> tuple[StreamResult, ...] | None:
        """Sync once; the process may die after so many pages. The cursors are never ahead of the data."""
        self.crash_after = crash_after
        try:
            return sync_provider(self.syncing())
        except Crash:
            return None
        finally:
            self.crash_after = None
            self.check_cursors()

    def sync_now(self, *, crash_after: int | None = None) -> None:
        """Sync although it may not be due yet."""
        ask_for_sync(self.database, self.owner_id, self.account_id)
        self.sync(crash_after=crash_after)

    def settle(self) -> None:
        """Everything works again, and the sync may take its time."""
        self.double.faults.clear()
        self.empty_pages(0)
        ask_for_sync(self.database, self.owner_id, self.account_id)
        runs = run_until_caught_up((self.syncing(),), clock=self.clock.now, sleep=self.clock.sleep)
        (run,) = runs.values()
        assert run.has_caught_up, {name: (each.outcome, each.told) for name, each in run.streams.items()}
        assert {each.outcome for each in run.streams.values()} == {Outcome.CAUGHT_UP}

    def verify(self) -> None:
        """Everything is compared with the provider."""
        begin_verifying(self.database, self.owner_id, self.account_id)
        self.settle()

    def _on_page(self, _row: StreamRow) -> OnPage:
        def tell(_tally: Tally, _progress: Progress | None) -> None:
            if self.crash_after is not None:
                self.crash_after -= 1
                if self.crash_after < 0:
                    raise Crash

        return tell

    # ── what has to be true ──────────────────────────────────────────────────────────────────────────────────────────────────

    def held(self) -> dict[str, datetime]:
        """What the ledger holds."""
        with self.database.read(self.owner_id) as store:
            return {entry.id: entry.at for entry in store.iter_exchanges()}

    def check(self) -> None:
        """The ledger equals the mailbox, and nothing is left over."""
        assert self.held() == self.expected()
        with self.database.read(self.owner_id) as store:
            rows = store.streams(self.account_id)
            assert store.count() == len(self.expected())
            assert all(store.count_pending(row.id) == (0, 0) for row in rows)
            assert not any(row.pass_open or row.last_error for row in rows)

    # ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def picked(self, kind: list[tuple[str, str]], pick: int) -> tuple[Any, str] | None:
        """One of some events, and the calendar that it is in."""
        if not kind:
            return None
        calendar_id, key = kind[pick % len(kind)]
        return self.double.calendars.boxes[calendar_id], key


def play(world: World, chance: random.Random, steps: int) -> None:
    """A history by chance: so many steps of a user, of a provider's failures, of syncs and of deaths, then rest and comparison."""
    pick: Callable[[], int] = lambda: chance.randrange(1_000)  # noqa: E731 - read as a word below
    acts: tuple[tuple[int, Callable[[], object]], ...] = (
        (6, lambda: world.receive(hours=chance.randrange(-200, 200))),
        (3, lambda: world.receive_many(1 + pick() % 9)),
        (1, lambda: world.receive("sent")),
        (1, lambda: world.receive("draft")),
        (1, world.receive_and_delete),
        (2, lambda: world.delete_mail(pick())),
        (3, lambda: world.shuffle_mail(pick(), pick())),
        (3, lambda: world.meet(pick() % 20)),
        (2, lambda: world.meet(pick() % 20, weekly=1 + pick() % 5)),
        (3, lambda: world.except_occurrence(pick(), pick(), cancelled=chance.random() < 0.4)),
        (1, lambda: world.change_series(pick(), 1 + pick() % 6)),
        (1, lambda: world.move_single(pick())),
        (1, lambda: world.delete_event(pick())),
        (1, world.add_calendar),
        (1, world.remove_calendar),
        (4, lambda: world.fail(pick(), 1 + pick() % 3)),
        (2, lambda: world.lose_cursors(pick())),
        (1, lambda: world.empty_pages(pick() % 3)),
        (1, world.sync),
        (3, world.sync_now),
        (4, lambda: world.sync_now(crash_after=pick() % 6)),
        (1, lambda: world.clock.sleep(pick())),
        (1, lambda: world.clock.sleep(pick() * 4_000)),
        *world.acts(pick),
    )
    weights = [weight for weight, _ in acts]
    for _ in range(steps):
        chance.choices(acts, weights)[0][1]()
    world.settle()
    world.check()
