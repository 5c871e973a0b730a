"""How a sync behaves toward its account: what waits, what stops, what is parked, who may, and that no state is a lie."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.google.client import GoogleLimits
from plugin_backend.store.crypto import KeyRing
from plugin_backend.store.database import Database
from plugin_backend.store.leases import LEASE
from plugin_backend.usecases.sync_provider import POLL_EVERY, Outcome, is_dead, sync_provider
from plugin_backend.usecases.sync_status import FRESH, list_accounts
from plugin_backend.usecases.views import AccountView, StreamState, StreamView
from tests.sync.google_world import SMALL, GoogleWorld
from tests.sync.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A mailbox with seven mails and a weekly meeting."""
    database = Database.open(f"sqlite:///{tmp_path / 'acquaint.db'}", keyring=KeyRing.load_or_create(tmp_path, None))
    database.migrate()
    made = GoogleWorld(database)
    for _ in range(6):
        made.receive()
    made.meet(1, weekly=3)
    yield made
    database.close()


def account(world: World) -> AccountView:
    (found,) = list_accounts(world.database, world.owner_id, now=world.clock.now())
    return found


def stream(world: World, name: str = "mail") -> StreamView:
    return next(each for each in account(world).streams if each.name == name)


def outcomes(world: World) -> dict[str, Outcome]:
    return {result.name: result.outcome for result in world.sync() or ()}


class TestStates:
    def test_up_to_date_is_said_only_while_it_is_true(self, world: World) -> None:
        """Not before the first sync, not of old, not with something left over."""
        before = account(world).up_to_date
        world.settle()
        fresh = account(world).up_to_date, stream(world).state
        world.clock.sleep(FRESH.total_seconds() + 1)

        assert not before
        assert fresh == (True, StreamState.UP_TO_DATE)
        assert (account(world).up_to_date, stream(world).state) == (False, StreamState.UNCHECKED)

    def test_a_pass_tells_how_far_it_is_and_until_when(self, world: World) -> None:
        """Done, left, the oldest mail that is there, and when it ends at the pace of the setting."""
        world.limits = GoogleLimits(batch=3, message_page=4, units_per_minute=100)

        assert outcomes(world)["mail"] is Outcome.WAITING

        view = stream(world)
        assert (view.state, view.done + view.left) == (StreamState.READING, 7)
        assert view.done > 0
        assert view.ends_at is not None
        assert view.ends_at > world.clock.now()
        assert view.reached_back_to is not None
        assert view.next_try_at is not None
        assert not account(world).up_to_date

    def test_a_failure_is_told_in_words_and_goes_with_the_next_success(self, world: World) -> None:
        """The stream says what happened and when it is tried again; others are not held up."""
        world.double.fail("/profile", status=500)

        told = outcomes(world)

        assert (told["mail"], told["calendar:me@mill.example"]) == (Outcome.FAILED, Outcome.CAUGHT_UP)
        assert (stream(world).state, stream(world).last_error) == (
            StreamState.STOPPED,
            "Google does not answer. Acquaint tries again by itself.",
        )
        world.settle()
        assert (stream(world).state, stream(world).last_error) == (StreamState.UP_TO_DATE, "")

    def test_a_throttled_stream_is_put_off_for_as_long_as_it_was_asked_to(self, world: World) -> None:
        """Nobody sleeps on it, and it counts as no failure."""
        world.double.fail("/messages", status=429, retry_after="40")

        told = outcomes(world)
        calls = len(world.double.calls)
        again = outcomes(world)

        assert told["mail"] is Outcome.WAITING
        assert stream(world).next_try_at == world.clock.now() + timedelta(seconds=40)
        assert (again, len(world.double.calls)) == ({}, calls)

    def test_a_grant_that_is_gone_stops_the_account(self, world: World) -> None:
        """One call says so; every stream tells the cause, and nothing is tried in a loop."""
        world.settle()
        world.double.tokens = set()
        world.clock.sleep(POLL_EVERY.total_seconds())
        before = len(world.double.outer_calls)

        told = outcomes(world)

        assert list(told.values()) == [Outcome.NEEDS_RECONNECTING]
        assert len(world.double.outer_calls) - before == 1
        assert {each.state for each in account(world).streams} == {StreamState.STOPPED}
        assert "Connect again." in account(world).last_error

    def test_a_caught_up_account_is_asked_with_one_call_a_stream(self, world: World) -> None:
        """And not before it is due."""
        world.settle()
        before = len(world.double.outer_calls)
        assert outcomes(world) == {}
        world.clock.sleep(POLL_EVERY.total_seconds())

        assert set(outcomes(world).values()) == {Outcome.CAUGHT_UP}

        assert len(world.double.outer_calls) - before == 3


def test_processes_one_after_the_other_keep_to_one_quota(world: World) -> None:
    """However often a sync dies and another begins, no minute of the provider's sees more than the limit."""
    limit = 300
    world.limits = GoogleLimits(batch=3, message_page=4, units_per_minute=limit)
    for _ in range(30):
        world.receive()

    for death in range(25):
        world.sync(crash_after=death % 3)
        world.clock.sleep(3)
    world.settle()

    world.check()
    assert world.double.meter.most <= limit


def test_a_calendar_that_went_while_the_list_was_lost_is_noticed(world: World) -> None:
    """The sync token of the list has expired, so nothing says that it is gone but the whole list, of several pages."""
    for _ in range(4):
        world.add_calendar()
    world.double.calendars.page_limit = 2
    world.settle()
    before = {each.name for each in account(world).streams}
    world.remove_calendar()
    world.double.calendars.expire_tokens()

    world.settle()

    assert len(before - {each.name for each in account(world).streams}) == 1
    world.check()


def test_a_calendar_that_was_emptied_while_its_token_was_lost_is_empty(world: World) -> None:
    """A listing that ends with a sync token is believed, also where nothing is on it."""
    world.add_calendar()
    world.meet(1)
    world.settle()
    world.delete_event(0)
    for box in world.double.calendars.boxes.values():
        box.expire_tokens()

    world.settle()

    world.check()


def test_comparing_everything_reads_only_what_is_missing(world: World) -> None:
    """It costs a listing, and a call for each message that the ledger has lost."""
    world.settle()
    with world.database.write(world.owner_id) as store:
        row = next(each for each in store.streams(world.account_id) if each.name == "mail")
        store.drop(world.account_id, row.id, store.held_under(row.id, world.mails[:2]))
    before = len([path for _, path in world.double.calls if "/messages/" in path])

    world.verify()

    world.check()
    assert len([path for _, path in world.double.calls if "/messages/" in path]) - before == 2


class TestWhatFails:
    def test_a_poisoned_message_is_parked_after_five_attempts_and_shown(self, world: World) -> None:
        """It holds up nothing, is tried at growing intervals, and again when somebody asks for it."""
        poisoned = world.mails[2]
        world.double.fail(f"/messages/{poisoned}", status=500, times=5)
        waits = []
        for _ in range(9):
            world.sync()
            if stream(world).parked:
                break
            waits.append(stream(world).next_try_at)
            world.clock.seconds = (waits[-1] - world.clock.now()).total_seconds() + world.clock.seconds if waits[-1] else 0

        view = stream(world)
        assert (view.parked, view.pending, view.state) == (1, 0, StreamState.INCOMPLETE)
        assert [(each.item, each.reason, each.attempts) for each in view.items] == [(poisoned, "Google answers 500", 5)]
        assert len(world.held()) == len(world.expected()) - 1
        world.settle()
        world.check()

    def test_being_busy_is_not_held_against_a_message(self, world: World) -> None:
        """Ten refusals for lack of quota park nothing."""
        world.double.fail(f"/messages/{world.mails[1]}", status=429, times=10)
        for _ in range(10):
            world.sync()
            world.clock.sleep(61)

        assert stream(world).parked == 0
        world.settle()
        world.check()


class TestLeases:
    def test_two_processes_never_read_one_account(self, world: World) -> None:
        """The second is told at once; when the first lets go, or its lease ends, the second may."""
        with world.database.write(world.owner_id) as store:
            assert store.lease(world.account_id, "elsewhere/1", world.clock.now())

        assert sync_provider(world.syncing()) is None
        assert world.double.calls == []

        world.clock.sleep(LEASE.total_seconds())
        assert sync_provider(world.syncing())

    def test_a_page_of_a_lost_lease_is_not_stored(self, world: World) -> None:
        """Whoever was overtaken stops, and nothing of its page is in the ledger."""
        syncing = world.syncing()

        def overtaken(_row: object) -> Callable[[object, object], None]:
            def tell(_tally: object, _reached: object) -> None:
                with world.database.write(world.owner_id) as store:
                    store.release(world.account_id, syncing.holder)
                    store.lease(world.account_id, "elsewhere/1", world.clock.now())

            return tell

        world_syncing = type(syncing)(
            **{name: getattr(syncing, name) for name in syncing.__slots__ if name != "on_page"}, on_page=overtaken
        )
        sync_provider(world_syncing)

        assert len(world.held()) == SMALL.batch
        world.clock.sleep(LEASE.total_seconds())
        world.settle()
        world.check()

    def test_a_killed_process_of_this_machine_holds_nothing(self) -> None:
        """Its lease need not be waited for; that of a living one, or of another machine, has to be."""
        here = socket.gethostname()

        assert is_dead(f"{here}/{2**22 - 1}")
        assert not is_dead(f"{here}/{os.getpid()}")
        assert not is_dead("elsewhere/1")
        assert not is_dead("no number")


class TestDuplicates:
    def test_a_mail_that_lies_there_twice_is_one_exchange(self, world: World) -> None:
        """It goes when its second copy goes, and not before."""
        first, second = (
            world.double.mail.add(
                sender="Ann <ann@forge.example>", to=["me@mill.example"], at=world.clock.now(), text="x", message_id="<one@forge.example>"
            )
            for _ in range(2)
        )
        world.settle()
        both = "one@forge.example" in world.held()
        world.double.mail.delete(first)
        world.settle()
        one = "one@forge.example" in world.held()
        world.double.mail.delete(second)
        world.settle()

        assert (both, one) == (True, True)
        world.check()
