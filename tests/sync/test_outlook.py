"""What is particular to Outlook's sync: folders that come and go, the newest first, a mailbox that is throttled as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.microsoft.client import GraphLimits
from connectors.microsoft.mail import PREFIX
from plugin_backend.store.crypto import KeyRing
from plugin_backend.store.database import Database
from plugin_backend.usecases.sync_provider import POLL_EVERY, Outcome, begin_verifying
from plugin_backend.usecases.sync_status import list_accounts
from plugin_backend.usecases.views import AccountView, StreamState, StreamView
from tests.sync.microsoft_world import MicrosoftWorld


@pytest.fixture
def world(tmp_path: Path) -> Iterator[MicrosoftWorld]:
    """A mailbox with seven mails in its inbox, two that were sent, and a weekly meeting."""
    database = Database.open(f"sqlite:///{tmp_path / 'acquaint.db'}", keyring=KeyRing.load_or_create(tmp_path, None))
    database.migrate()
    made = MicrosoftWorld(database)
    for _ in range(6):
        made.receive()
    for _ in range(2):
        made.receive("sent")
    made.meet(1, weekly=3)
    yield made
    database.close()


def account(world: MicrosoftWorld) -> AccountView:
    (found,) = list_accounts(world.database, world.owner_id, now=world.clock.now())
    return found


def stream(world: MicrosoftWorld, folder: str = "inbox") -> StreamView:
    return next(each for each in account(world).streams if each.name == PREFIX + world.double.mail.folder_id(folder))


def outcomes(world: MicrosoftWorld) -> dict[str, Outcome]:
    return {result.label: result.outcome for result in world.sync() or ()}


def test_what_is_thrown_away_is_no_stream(world: MicrosoftWorld) -> None:
    """Neither drafts nor junk, deleted items and what lies in them; a folder that comes to lie there goes with its mails."""
    folder = world.double.mail.add_folder("Project")
    inner = world.double.mail.add_folder("Its letters", parent=folder)
    world.double.mail.move(world.mails[0], inner)
    world.settle()
    before = {each.label for each in account(world).streams}

    world.double.mail.move_folder(folder, "deleteditems")
    world.settle()

    world.check()
    assert {"Inbox", "Sent Items", "Archive", "Project", "Its letters", "Calendar"} <= before
    assert before.isdisjoint({"Drafts", "Junk Email", "Deleted Items", "Outbox"})
    assert before - {each.label for each in account(world).streams} == {"Project", "Its letters"}


def test_the_newest_of_every_folder_is_there_before_all_of_any(world: MicrosoftWorld) -> None:
    """A large inbox gives way when its last thirty days are read; everything else is begun before the rest of it."""
    for number in range(12):
        world.receive(hours=-2_000 - number)

    first = outcomes(world)

    assert (first["Inbox"], first["Sent Items"], first["Calendar"]) == (Outcome.WAITING, Outcome.CAUGHT_UP, Outcome.CAUGHT_UP)
    assert stream(world).state is StreamState.READING
    assert set(world.mails[:8]) <= {item for row in rows(world) for item in held(world, row)}
    world.settle()
    world.check()


def rows(world: MicrosoftWorld) -> list[int]:
    with world.database.read(world.owner_id) as store:
        return [row.id for row in store.streams(world.account_id)]


def held(world: MicrosoftWorld, row: int) -> frozenset[str]:
    with world.database.read(world.owner_id) as store:
        return store.items(row)


def test_a_mark_costs_no_message(world: MicrosoftWorld) -> None:
    """What was read or flagged is told by Graph as changed, and is not read again."""
    world.settle()
    world.double.mail.mark(world.mails[0])
    before = len(world.double.calls)

    world.settle()

    world.check()
    assert not [path for _, path in world.double.calls[before:] if "/messages/AAk" in path]


def test_a_mail_that_is_moved_is_one_mail_at_every_moment_after(world: MicrosoftWorld) -> None:
    """In whichever order its folders are read."""
    world.settle()
    for target in ("archive", "inbox", "sentitems", "inbox"):
        world.double.mail.move(world.mails[0], target)
        world.settle()

        world.check()


def test_a_throttled_mailbox_is_left_alone_as_a_whole(world: MicrosoftWorld) -> None:
    """Every stream waits for as long as it was asked to, and not one call is made meanwhile."""
    world.settle()
    world.clock.sleep(POLL_EVERY.total_seconds())
    world.double.fail("/messages/delta", status=429, retry_after="40")

    first = outcomes(world)
    calls = len(world.double.calls)
    world.clock.sleep(20)
    again = outcomes(world)

    assert set(first.values()) == {Outcome.CAUGHT_UP, Outcome.WAITING}
    assert (again, len(world.double.calls)) == ({}, calls)
    world.settle()
    world.check()


def test_a_caught_up_account_is_asked_with_one_call_a_stream(world: MicrosoftWorld) -> None:
    """One after the other, and not before it is due."""
    world.settle()
    before = len(world.double.outer_calls)
    assert outcomes(world) == {}
    world.clock.sleep(POLL_EVERY.total_seconds())

    assert set(outcomes(world).values()) == {Outcome.CAUGHT_UP}

    assert len(world.double.outer_calls) - before == len(account(world).streams)


def test_a_whole_sync_never_has_more_in_flight_than_outlook_takes(world: MicrosoftWorld) -> None:
    """Four, of which a batch alone makes four within Graph."""
    world.limits = GraphLimits(message_page=3, event_page=3)
    world.settle()
    world.verify()

    assert world.double.most_in_flight == 4
    assert not [each for each in world.double.faults if each.status == 429]


def test_processes_one_after_the_other_keep_to_one_limit(world: MicrosoftWorld) -> None:
    """However often a sync dies and another begins, no ten minutes see more calls than the setting allows."""
    limit = 120
    world.limits = GraphLimits(batch=2, message_page=3, event_page=3, calls_per_window=limit)
    for _ in range(30):
        world.receive()

    for death in range(25):
        world.sync(crash_after=death % 3)
        world.clock.sleep(3)
    world.settle()

    world.check()
    assert world.double.meter.most <= limit


def test_a_series_that_cannot_be_read_keeps_what_was_known_of_it(world: MicrosoftWorld) -> None:
    """It is pending, also when everything is compared meanwhile; then it is read again."""
    world.settle()
    known = world.held()
    world.double.fail("/instances", status=500, times=2)

    begin_verifying(world.database, world.owner_id, world.account_id)
    world.sync()

    waiting = next(each for each in account(world).streams if each.label == "Calendar")
    assert world.held() == known
    assert (waiting.pending, waiting.state) == (1, StreamState.INCOMPLETE)
    world.settle()
    world.check()


def test_a_grant_that_is_gone_stops_the_account(world: MicrosoftWorld) -> None:
    """One call says so, and every stream tells the cause."""
    world.settle()
    world.double.tokens = set()
    world.clock.sleep(POLL_EVERY.total_seconds())
    before = len(world.double.outer_calls)

    told = outcomes(world)

    assert list(told.values()) == [Outcome.NEEDS_RECONNECTING]
    assert len(world.double.outer_calls) - before == 1
    assert {each.state for each in account(world).streams} == {StreamState.STOPPED}
