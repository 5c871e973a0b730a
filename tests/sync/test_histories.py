"""After any history of changes, faults and deaths, the ledger equals the mailbox."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from plugin_backend.store.crypto import KeyRing
from plugin_backend.store.database import Database
from tests.sync.world import KINDS, World, play
from tests.sync.worlds import WORLDS

SEEDS = 20
STEPS = 40
EXAMPLES = 25
picks = st.integers(0, 50)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, KeyRing]:
    """A migrated SQLite file and its keys, to be copied."""
    folder = tmp_path_factory.mktemp("migrated")
    keyring = KeyRing.load_or_create(folder, None)
    database = Database.open(f"sqlite:///{folder / 'acquaint.db'}", keyring=keyring)
    database.migrate()
    database.close()
    return folder / "acquaint.db", keyring


@pytest.fixture(params=sorted(WORLDS))
def new_world(migrated: tuple[Path, KeyRing], tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[], World]:
    """Makes worlds at each provider, each with a database of its own; the one before is closed."""
    opened: list[Database] = []

    def make() -> World:
        if opened:
            opened[-1].close()
        file = tmp_path / f"world{len(opened)}.db"
        shutil.copy(migrated[0], file)
        opened.append(Database.open(f"sqlite:///{file}", keyring=migrated[1]))
        return WORLDS[request.param](opened[-1])

    return make


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_history_by_chance_ends_in_a_ledger_that_equals_the_mailbox(new_world: Callable[[], World], seed: int) -> None:
    """Whatever happened on the way; and no cursor was ever ahead of the data (see World.sync)."""
    play(new_world(), random.Random(seed), STEPS)


def test_hypothesis_finds_no_history_that_loses_anything(new_world: Callable[[], World]) -> None:
    """The same world, played by somebody who looks for trouble and shrinks what they find."""

    class Histories(RuleBasedStateMachine):
        @initialize()
        def begin(self) -> None:
            self.world = new_world()

        @rule(hours=st.integers(-100, 100), kind=st.sampled_from(KINDS))
        def receive(self, hours: int, kind: str) -> None:
            self.world.receive(kind, hours)

        @rule(times=st.integers(2, 9))
        def receive_many(self, times: int) -> None:
            self.world.receive_many(times)

        @rule()
        def receive_and_delete(self) -> None:
            self.world.receive_and_delete()

        @rule(pick=picks)
        def delete_mail(self, pick: int) -> None:
            self.world.delete_mail(pick)

        @rule(pick=picks, how=picks)
        def shuffle_mail(self, pick: int, how: int) -> None:
            self.world.shuffle_mail(pick, how)

        @rule(which=picks, pick=picks)
        def do_what_only_this_provider_has(self, which: int, pick: int) -> None:
            acts = self.world.acts(lambda: pick)
            acts[which % len(acts)][1]()

        @rule(days=st.integers(0, 20), weekly=st.integers(0, 5))
        def meet(self, days: int, weekly: int) -> None:
            self.world.meet(days, weekly)

        @rule(pick=picks, week=picks, cancelled=st.booleans())
        def except_occurrence(self, pick: int, week: int, cancelled: bool) -> None:
            self.world.except_occurrence(pick, week, cancelled=cancelled)

        @rule(pick=picks, weeks=st.integers(1, 6))
        def change_series(self, pick: int, weeks: int) -> None:
            self.world.change_series(pick, weeks)

        @rule(pick=picks)
        def delete_event(self, pick: int) -> None:
            self.world.delete_event(pick)

        @rule()
        def change_calendars(self) -> None:
            self.world.remove_calendar()
            self.world.add_calendar()

        @rule(pick=picks, times=st.integers(1, 4))
        def fail(self, pick: int, times: int) -> None:
            self.world.fail(pick, times)

        @rule(pick=picks)
        def lose_cursors(self, pick: int) -> None:
            self.world.lose_cursors(pick)

        @rule(times=st.integers(0, 2))
        def empty_pages(self, times: int) -> None:
            self.world.empty_pages(times)

        @rule(crash_after=st.none() | st.integers(0, 6))
        def sync(self, crash_after: int | None) -> None:
            self.world.sync_now(crash_after=crash_after)

        @rule(seconds=st.sampled_from((10, 90, 4_000, 40 * 86_400)))
        def wait(self, seconds: int) -> None:
            self.world.clock.sleep(seconds)

        @rule()
        def rest(self) -> None:
            self.world.settle()
            self.world.check()

        def teardown(self) -> None:
            if hasattr(self, "world"):
                self.rest()

    run_state_machine_as_test(
        Histories,
        settings=settings(max_examples=EXAMPLES, stateful_step_count=30, suppress_health_check=list(HealthCheck), deadline=None),
    )


def test_a_check_that_finds_nothing_finds_something_where_something_is_wrong(new_world: Callable[[], World]) -> None:
    """The comparison itself is able to fail: a message that the ledger has lost is missed."""
    world = new_world()
    world.receive()
    world.settle()
    lose(world, world.mails[-1:])

    with pytest.raises(AssertionError):
        world.check()


def test_verifying_finds_what_was_lost_and_what_is_too_much(new_world: Callable[[], World]) -> None:
    """Everything is compared: what is missing is read, and what the provider does not have is dropped."""
    world = new_world()
    for _ in range(9):
        world.receive()
    world.settle()
    lose(world, world.mails[:2])
    world.double.mail.vanish(world.mails.pop())

    world.verify()

    world.check()


def lose(world: World, mails: list[str]) -> None:
    """The ledger loses mails, and nobody tells."""
    with world.database.write(world.owner_id) as store:
        for row in store.streams(world.account_id):
            store.drop(world.account_id, row.id, store.held_under(row.id, mails))
