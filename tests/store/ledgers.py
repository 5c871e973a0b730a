"""A ledger under test: pages go in with few words, and every question is asked in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from plugin_backend.domain.ledger import LedgerEntry
from plugin_backend.domain.people import AddressKind, Person
from plugin_backend.store.database import Database
from plugin_backend.store.owner_store import OwnerStore
from plugin_backend.store.rows import PageResult, StreamRow

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ledger:
    """One owner's ledger in a database."""

    database: Database
    owner_id: int

    def account(self, locator: str = "inbox.mbox") -> int:
        """The account of a locator."""
        return self.write(lambda store: store.ensure_account("mbox", locator).id)

    def stream(self, locator: str = "inbox.mbox") -> StreamRow:
        """The one stream of a file, as it is stored."""
        return self.write(lambda store: store.ensure_stream(store.ensure_account("mbox", locator).id))

    def record(
        self,
        *entries: LedgerEntry,
        locator: str = "inbox.mbox",
        names: Mapping[str, str] | None = None,
        names_of: Callable[[LedgerEntry], Mapping[str, str]] | None = None,
        kinds: Mapping[str, AddressKind] | None = None,
        cursor: str = "1",
        **page: Any,
    ) -> PageResult:
        """Record one page and resolve its people; `names` stand in all of its exchanges, `names_of` tells those of one."""

        def act(store: OwnerStore) -> PageResult:
            stream = store.ensure_stream(store.ensure_account("mbox", locator).id).id
            named = [names_of(entry) if names_of else names or {} for entry in entries]
            result = store.record_page(stream, entries=entries, names=named, kinds=kinds or {}, cursor=cursor, **page)
            store.resolve_people(None)
            return result

        return self.write(act)

    def read(self, question: Callable[[OwnerStore], T]) -> T:
        """Ask within a reading transaction."""
        with self.database.read(self.owner_id) as store:
            return question(store)

    def write(self, act: Callable[[OwnerStore], T]) -> T:
        """Act within a writing transaction."""
        with self.database.write(self.owner_id) as store:
            return act(store)

    def person(self, address: str) -> Person:
        """The person behind an address, who has to exist."""
        person = self.read(lambda store: store.person_by_address(address))
        assert person is not None, f"nobody at {address}"
        return person

    def asked_about(self, address: str) -> tuple[str, ...]:
        """The addresses of which the owner is asked whether they are this person's too."""
        return self.read(lambda store: store.possible_aliases(self.person(address).id))

    def ids(self) -> list[str]:
        """The ids of all exchanges."""
        return sorted(self.read(lambda store: [entry.id for entry in store.iter_exchanges()]))

    def fingerprint(self) -> str:
        return self.read(lambda store: store.fingerprint())

    def lines(self) -> list[bytes]:
        """The canonical account, for a difference that can be read."""
        return self.read(lambda store: list(store.canonical_lines()))


def addresses_of(people: Iterable[Person]) -> list[tuple[str, ...]]:
    """The addresses of persons, sorted."""
    return sorted(tuple(sorted(person.addresses)) for person in people)
