"""Streams and their items: what a later reading replaces, what a pass drops, what is known, and who may work on an account."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from connectors.exchange import Pending
from plugin_backend.store.errors import StoreError
from plugin_backend.store.leases import LEASE
from plugin_backend.store.rows import PageResult, StreamRow
from plugin_backend.store.streams import ATTEMPTS, FIRST_WAIT
from tests.factories import START, make_entry, make_event
from tests.store.ledgers import Ledger


def stream_of(ledger: Ledger, name: str = "calendar:a") -> StreamRow:
    return ledger.write(lambda store: store.ensure_stream(store.ensure_account("google", "me").id, name))


def record(ledger: Ledger, items: dict[str, list[Any]], *, name: str = "calendar:a", **page: Any) -> PageResult:
    """Record a page of items with their exchanges."""
    stream = stream_of(ledger, name)
    entries = [entry for of_item in items.values() for entry in of_item]
    keys = [item for item, of_item in items.items() for _ in of_item]
    page.setdefault("cursor", "1")

    return ledger.write(
        lambda store: store.record_page(stream.id, entries=entries, items=keys, names=[{} for _ in entries], kinds={}, **page)
    )


def series(*days: int) -> list[Any]:
    return [make_event(id=f"s/{day}", series="s", at=START + timedelta(days=day), others=1) for day in days]


class TestItems:
    def test_a_later_reading_of_an_item_replaces_the_one_before(self, ledger: Ledger) -> None:
        """A series that lost a meeting and gained one has exactly those that it has now."""
        record(ledger, {"s": series(0, 7, 14), "other": [make_event(id="o", others=1)]})

        result = record(ledger, {"s": series(7, 21)})

        assert (result.new, result.gone) == (1, 2)
        assert ledger.ids() == ["o", "s/21", "s/7"]

    def test_a_deletion_takes_all_of_an_item(self, ledger: Ledger) -> None:
        """And nothing else."""
        record(ledger, {"s": series(0, 7), "other": [make_event(id="o", others=1)]})

        record(ledger, {}, deletions=("s", "never was"))

        assert ledger.ids() == ["o"]

    def test_a_deletion_takes_one_part_of_an_item_by_its_own_id(self, ledger: Ledger) -> None:
        """A later reading of the item gives its parts other ids, and the old ones then mean nothing."""
        record(ledger, {"s": series(0, 7, 14)}, parts=("s.0", "s.7", "s.14"))
        record(ledger, {}, deletions=("s.7",))
        one_gone = ledger.ids()
        record(ledger, {"s": series(0, 14)}, parts=("s.a", "s.b"))
        record(ledger, {}, deletions=("s.0", "s.14"))
        renamed = ledger.ids()

        record(ledger, {}, deletions=("s.b",))

        assert (one_gone, renamed, ledger.ids()) == (["s/0", "s/14"], ["s/0", "s/14"], ["s/0"])

    def test_a_part_of_another_stream_is_another_one(self, ledger: Ledger) -> None:
        """Ids are only ever good within their stream."""
        record(ledger, {"s": series(0)}, parts=("s.0",))

        record(ledger, {}, name="calendar:b", deletions=("s.0",))

        assert ledger.ids() == ["s/0"]

    def test_a_foretaste_has_not_been_seen(self, ledger: Ledger) -> None:
        """What the pass does not come to again goes when it completes; until then it is there, and known."""
        record(ledger, {"a": [make_entry(id="a")], "b": [make_entry(id="b")]}, name="mail", reset=True, foretaste=True)
        stream = stream_of(ledger, "mail").id
        early = ledger.ids(), ledger.write(lambda store: store.known_items(stream, ["a", "b", "c"]))

        record(ledger, {}, name="mail", seen=("a",), complete=True)

        assert early == (["a", "b"], frozenset({"a", "b"}))
        assert ledger.ids() == ["a"]

    def test_what_is_pending_is_not_dropped_by_a_pass_that_could_not_read_it(self, ledger: Ledger) -> None:
        """It is there at its provider; when it is gone, that is said."""
        record(ledger, {"s": series(0, 7), "o": [make_event(id="o", others=1)]}, reset=True, complete=True)
        stream = stream_of(ledger).id
        ledger.write(lambda store: store.put_pending(stream, [Pending(item="s", reason="busy")], now=START))

        record(ledger, {"p": [make_event(id="p", others=1)]}, reset=True, complete=True)
        kept = ledger.ids()
        record(ledger, {}, deletions=("s",))

        assert (kept, ledger.ids()) == (["p", "s/0", "s/7"], ["p"])

    def test_two_items_of_one_exchange_hold_it_until_both_are_gone(self, ledger: Ledger) -> None:
        """Also where they lie in different streams."""
        one = [make_entry(id="a")]
        record(ledger, {"x": one, "y": one}, name="mail")
        record(ledger, {"z": one}, name="folder")

        record(ledger, {}, name="mail", deletions=("x", "y"))
        held = ledger.ids()
        record(ledger, {}, name="folder", deletions=("z",))

        assert (held, ledger.ids()) == (["a"], [])

    def test_an_older_revision_that_a_provider_tells_now_counts(self, ledger: Ledger) -> None:
        """What a provider says is how things are; only a file may hold an old version behind a new one."""
        record(ledger, {"e": [make_event(id="e", others=1, revision=5)]})

        result = record(ledger, {"e": [make_event(id="e", at=START + timedelta(days=3), others=1, revision=2)]})

        assert result == PageResult(changed=1)

    def test_a_pass_keeps_what_it_has_seen_and_drops_the_rest_when_it_completes(self, ledger: Ledger) -> None:
        """What is only seen need not be read again."""
        record(ledger, {"a": [make_entry(id="a")], "b": [make_entry(id="b")], "c": [make_entry(id="c")]}, reset=True, complete=True)

        record(ledger, {}, reset=True, seen=("a",))
        halfway = ledger.ids()
        record(ledger, {"d": [make_entry(id="d")]}, seen=("b",), complete=True)

        assert halfway == ["a", "b", "c"]
        assert ledger.ids() == ["a", "b", "d"]

    def test_what_was_read_with_other_eyes_is_not_known(self, ledger: Ledger) -> None:
        """After an address of the owner's was added everything is read anew."""
        record(ledger, {"a": [make_entry(id="a")]}, reset=True, complete=True)
        stream = stream_of(ledger).id
        before = ledger.read(lambda store: store.known_items(stream, ["a", "b"]))

        ledger.write(lambda store: store.add_owner_addresses(["new@mill.example"]))
        between = ledger.read(lambda store: store.known_items(stream, ["a"]))
        record(ledger, {"a": [make_entry(id="a")]}, reset=True)

        assert (sorted(before), sorted(between)) == (["a"], [])
        assert ledger.read(lambda store: store.known_items(stream, ["a"])) == {"a"}

    def test_a_stream_that_goes_takes_only_what_it_alone_held(self, ledger: Ledger) -> None:
        """Its name is free for another."""
        record(ledger, {"a": [make_entry(id="a")], "b": [make_entry(id="b")]}, name="folder")
        record(ledger, {"x": [make_entry(id="a")]}, name="mail")
        stream = stream_of(ledger, "folder").id

        gone = ledger.write(lambda store: store.drop_stream(stream))

        assert (gone, ledger.ids()) == (1, ["a"])
        with pytest.raises(StoreError):
            ledger.read(lambda store: store.stream(stream))


class TestPending:
    def test_an_item_waits_longer_each_time_and_is_parked_in_the_end(self, ledger: Ledger) -> None:
        """Half a minute, then twice as long as before; a parked one is not due any more."""
        stream = stream_of(ledger).id
        waits = []
        for _ in range(ATTEMPTS):
            ledger.write(lambda store: store.put_pending(stream, [Pending(item="m", reason="no answer")], now=START))
            row = ledger.read(lambda store: store.pending(stream))[0]
            assert row.next_try_at is not None
            waits.append((row.next_try_at - START) / FIRST_WAIT)

        assert waits == [1, 2, 4, 8, 16]
        assert ledger.read(lambda store: store.count_pending(stream)) == (0, 1)
        assert ledger.read(lambda store: store.due_pending(stream, START + timedelta(days=1), 9)) == ()

    def test_an_excused_item_is_never_parked_and_waits_as_long_as_it_is_told_to(self, ledger: Ledger) -> None:
        """It was the provider who had no time."""
        stream = stream_of(ledger).id
        item = Pending(item="m", reason="busy", retry_in=timedelta(minutes=10), excused=True)
        for _ in range(ATTEMPTS * 2):
            ledger.write(lambda store: store.put_pending(stream, [item], now=START))

        (row,) = ledger.read(lambda store: store.pending(stream))
        assert (row.attempts, row.parked, row.next_try_at) == (0, False, START + timedelta(minutes=10))


class TestLeases:
    def test_one_at_a_time(self, ledger: Ledger) -> None:
        """The holder may renew, another has to wait for its end, and nobody gives back what is another's."""
        account = ledger.account()
        later = START + timedelta(minutes=1)

        assert ledger.write(lambda store: store.lease(account, "one", START))
        assert not ledger.write(lambda store: store.lease(account, "two", later))
        assert ledger.write(lambda store: store.lease(account, "one", later))
        ledger.write(lambda store: store.release(account, "two"))
        assert ledger.read(lambda store: store.lease_holder(account, later)) == "one"
        assert ledger.write(lambda store: store.lease(account, "two", later + LEASE))
        ledger.write(lambda store: store.release(account, "two"))
        assert ledger.read(lambda store: store.lease_holder(account, later + LEASE)) is None
