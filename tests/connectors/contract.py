"""What every connector promises, as tests that each connector inherits, and the ledger that believes its pages."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.base import Connector, ConnectorError
from connectors.exchange import Exchange, SyncPage


class Ledger:
    """The simplest store that keeps the rules of pages: what a full pass has not seen when it completes is gone."""

    def __init__(self) -> None:
        self.exchanges: dict[str, Exchange] = {}
        self.cursor: str | None = None
        self._seen: set[str] | None = None

    def record(self, page: SyncPage) -> None:
        if page.reset:
            self._seen = set()
        # What an item yields now takes the place of what it yielded before; a file has no items.
        renewed = {exchange.item for exchange in page.upserts if exchange.item}.union(page.deletions)
        self.exchanges = {key: held for key, held in self.exchanges.items() if renewed.isdisjoint({held.item or key, held.part})}
        for exchange in page.upserts:
            self.exchanges[exchange.external_id] = exchange
        if self._seen is not None and not page.foretaste:
            self._seen |= {exchange.external_id for exchange in page.upserts}
        if page.complete:
            assert self._seen is not None, "a pass completed that never began"
            self.exchanges = {key: value for key, value in self.exchanges.items() if key in self._seen}
            self._seen = None
        self.cursor = page.cursor

    def sync(self, connector: Connector, *, pages: int | None = None) -> int:
        """Follow the connector for so many pages, or until it is caught up; how many there were."""
        count = 0
        for page in connector.changes(self.cursor):
            self.record(page)
            count += 1
            if count == pages:
                break
        return count


class Rig(ABC):
    """A source with a few exchanges in it, which a test can change behind the connector's back."""

    @abstractmethod
    def open(self) -> Connector:
        """A new connector for the source, with small pages."""

    @abstractmethod
    def ids(self) -> set[str]:
        """What the source holds now."""

    @abstractmethod
    def add(self, number: int) -> None:
        """One more exchange arrives."""

    @abstractmethod
    def remove_first(self) -> None:
        """The oldest exchange is taken away."""

    @abstractmethod
    def break_off(self) -> None:
        """The source can no longer be read."""

    def bytes_on_disk(self) -> dict[Path, bytes]:
        """Everything that a connector could have written to."""
        return {}


class ConnectorContract(ABC):
    """Inherit, and say how a rig with five exchanges is made."""

    @abstractmethod
    def make_rig(self, tmp_path: Path) -> Rig: ...

    @pytest.fixture
    def rig(self, tmp_path: Path) -> Rig:
        return self.make_rig(tmp_path)

    def test_the_first_sync_is_a_full_pass_and_finds_everything(self, rig: Rig) -> None:
        """From nothing: reset on the first page, complete on the last, everything in between."""
        pages = list(rig.open().changes(None))

        assert [page.reset for page in pages] == [True] + [False] * (len(pages) - 1)
        assert [page.complete for page in pages] == [False] * (len(pages) - 1) + [True]
        assert {exchange.external_id for page in pages for exchange in page.upserts} == rig.ids()
        assert len(pages) > 1

    def test_times_are_aware_and_utc(self, rig: Rig) -> None:
        """No time is left to be guessed."""
        exchanges = [exchange for page in rig.open().changes(None) for exchange in page.upserts]

        assert all(exchange.at.utcoffset() == timedelta(0) for exchange in exchanges)
        assert all(exchange.ends_at is None or exchange.ends_at.utcoffset() == timedelta(0) for exchange in exchanges)

    def test_addresses_are_lower_case_addr_specs(self, rig: Rig) -> None:
        """No display form, no brackets, no capital letters."""
        addresses = [who.address for page in rig.open().changes(None) for exchange in page.upserts for who in exchange.participants]

        assert addresses
        assert all(address == address.lower() and address.count("@") == 1 and "<" not in address for address in addresses)

    def test_the_same_source_reads_the_same_twice(self, rig: Rig) -> None:
        """Ids, pages and cursors do not depend on the run."""
        assert list(rig.open().changes(None)) == list(rig.open().changes(None))

    def test_a_caught_up_cursor_brings_nothing(self, rig: Rig) -> None:
        """Nothing happened, so nothing is said, and asking again changes nothing."""
        ledger = Ledger()
        ledger.sync(rig.open())

        assert ledger.sync(rig.open()) == 0

    def test_every_cursor_can_be_resumed_from_again_and_again(self, rig: Rig) -> None:
        """What follows a cursor completes what was before it, the pass included."""
        pages = list(rig.open().changes(None))

        for taken in range(1, len(pages) + 1):
            for _ in range(2):
                ledger = Ledger()
                for page in pages[:taken]:
                    ledger.record(page)
                ledger.sync(rig.open())
                assert set(ledger.exchanges) == rig.ids()
                assert ledger.sync(rig.open()) == 0

    def test_an_arrival_is_found_from_every_cursor(self, rig: Rig) -> None:
        """Also when it arrives in the middle of a pass."""
        pages = list(rig.open().changes(None))

        rig.add(6)

        for taken in range(1, len(pages) + 1):
            ledger = Ledger()
            for page in pages[:taken]:
                ledger.record(page)
            ledger.sync(rig.open())
            assert set(ledger.exchanges) == rig.ids()

    def test_a_removal_is_noticed_from_every_cursor(self, rig: Rig) -> None:
        """By a named deletion or by a full pass."""
        pages = list(rig.open().changes(None))

        rig.remove_first()

        for taken in range(1, len(pages) + 1):
            ledger = Ledger()
            for page in pages[:taken]:
                ledger.record(page)
            ledger.sync(rig.open())
            assert set(ledger.exchanges) == rig.ids()

    def test_progress_never_goes_back_and_ends_at_its_total(self, rig: Rig) -> None:
        """A bar can be drawn from it."""
        progress = [page.progress for page in rig.open().changes(None) if page.progress]

        assert [step.done for step in progress] == sorted(step.done for step in progress)
        assert progress[-1].done == progress[-1].total

    def test_nothing_is_ever_written(self, rig: Rig) -> None:
        """The source is the same to the byte afterwards."""
        before = rig.bytes_on_disk()

        Ledger().sync(rig.open())

        assert rig.bytes_on_disk() == before

    def test_a_broken_source_says_what_to_do(self, rig: Rig) -> None:
        """As an error of the contract, in words, without private text."""
        rig.break_off()

        with pytest.raises(ConnectorError) as raised:
            list(rig.open().changes(None))

        assert "example" not in str(raised.value)
        assert str(raised.value).endswith(".")
