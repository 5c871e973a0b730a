"""Reading people: persons by id and address, lists of them by stage, who is seen together with whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import bindparam, exists, func, literal, select

from plugin_backend.domain.ledger import CorrectionKind
from plugin_backend.domain.names import display_name, may_be_one, spelled_name
from plugin_backend.domain.people import AddressKind, Person, is_colleague, kind_by_name
from plugin_backend.store.codec import storable_address
from plugin_backend.store.corrections import Corrections
from plugin_backend.store.ledger import cursor_numbers
from plugin_backend.store.naming import Naming
from plugin_backend.store.projections import Projections
from plugin_backend.store.rows import PersonRowData
from plugin_backend.store.session import among, in_batches, of_owner
from plugin_backend.store.tables import KIND_BEHIND, Behind, address, exchange, participation, person, projection

_NUMBERS = select(person.c.key, person.c.id).where(of_owner(person), person.c.key.in_(among("persons")))
_PERSONS = select(person.c.id, person.c.key, person.c.name).where(of_owner(person), person.c.id.in_(among("rows")))
_ADDRESSES = select(address.c.id, address.c.person_id, address.c.address, address.c.wrote_at).where(
    of_owner(address), address.c.person_id.in_(among("persons")), address.c.behind != int(Behind.CREDITED)
)
_BEHIND = select(address.c.address, address.c.person_id).where(
    of_owner(address),
    address.c.address.in_(among("addresses")),
    address.c.person_id.isnot(None),
    address.c.behind != int(Behind.CREDITED),
)
_KIND = select(address.c.behind, address.c.name, address.c.person_id).where(of_owner(address), address.c.address == bindparam("address"))

_MOST_NAMESAKES = 20
"""Of more addresses under one name nobody can say whose they are."""


class People(Projections, Naming, Corrections):
    """The persons of an owner."""

    def person(self, person_id: str) -> Person | None:
        """One person; None where there is none of this id."""
        return self.persons((person_id,)).get(person_id)

    def persons(self, ids: Iterable[str]) -> dict[str, Person]:
        """Persons by id, in the order asked; those that do not exist are left out."""
        wanted = list(dict.fromkeys(ids))
        numbers: dict[str, int] = {}
        for batch in in_batches(wanted):
            numbers.update(self.ask(_NUMBERS, persons=batch).all())
        loaded = self._persons(numbers.values())
        return {key: loaded[numbers[key]] for key in wanted if key in numbers}

    def person_by_address(self, address_asked: str) -> Person | None:
        """The person behind an address; None where nobody was seen there, or what is there is no person."""
        return self.persons_at((address_asked,)).get(address_asked)

    def persons_at(self, addresses: Iterable[str]) -> dict[str, Person]:
        """The persons behind addresses, by address; addresses without a person are left out."""
        asked = {storable_address(each.strip().lower()): each for each in addresses}
        behind: dict[str, int] = {}
        for batch in in_batches(asked):
            behind.update(self.ask(_BEHIND, addresses=batch).all())
        loaded = self._persons(set(behind.values()))
        return {original: loaded[behind[each]] for each, original in asked.items() if each in behind}

    def kind_at(self, address_asked: str) -> AddressKind | None:
        """What the ledger and the owner know to be behind an address; None where it was never seen."""
        plain = storable_address(address_asked.strip().lower())
        if plain in self.owner():
            return AddressKind.OWNER
        row = self.ask(_KIND, address=plain).one_or_none()
        if row is None:
            return None
        if row.person_id is not None:
            return AddressKind.PERSON
        kind = kind_by_name(row.name, plain) if row.behind == Behind.PERSON else KIND_BEHIND.get(row.behind, AddressKind.ROLE)
        said = any(plain in word.addresses for word in self.words(CorrectionKind.NOT_A_PERSON))
        return AddressKind.ROLE if said and kind is AddressKind.PERSON else kind

    def addresses_seen(self, addresses: Iterable[str]) -> frozenset[str]:
        """Those of these addresses that the ledger has seen."""
        found: set[str] = set()
        for batch in in_batches({storable_address(each) for each in addresses}):
            found.update(self.connection.scalars(select(address.c.address).where(self.mine(address), address.c.address.in_(batch))))
        return frozenset(found)

    def possible_aliases(self, person_id: str) -> tuple[str, ...]:
        """Addresses under the same full name that are not known to be the same person's: a question to the owner.

        Only those that somebody has written from or to by hand are worth one, and none where the names tell two people apart.
        """
        names = self._usual_names_at(person_id)
        by_hand = exists(
            select(literal(1))
            .join(exchange, exchange.c.id == participation.c.exchange_id)
            .where(self.mine(participation), self.mine(exchange), participation.c.address_id == address.c.id, exchange.c.human)
        )
        others = (
            select(address.c.address, address.c.name, address.c.name_key)
            .join(person, person.c.id == address.c.person_id)
            .where(self.mine(address), self.mine(person), address.c.name_key.in_(sorted(names)), person.c.key != person_id)
            .where(address.c.behind != int(Behind.CREDITED), by_hand)
            .order_by(address.c.address)
            .limit(_MOST_NAMESAKES)
        )
        apart = self._said_apart_from(person_id)
        return tuple(
            row.address
            for row in self.execute(others)
            if row.address not in apart and any(may_be_one(row.name or spelled_name(row.address), name) for name in names[row.name_key])
        )

    def _usual_names_at(self, person_id: str) -> dict[str, set[str]]:
        """The usual names of a person's addresses, by what they come down to; only full names."""
        theirs = (
            select(address.c.address, address.c.name, address.c.name_key)
            .join(person, person.c.id == address.c.person_id)
            .where(self.mine(address), self.mine(person), person.c.key == person_id, address.c.behind != int(Behind.CREDITED))
        )
        names: dict[str, set[str]] = defaultdict(set)
        for row in self.execute(theirs):
            name = row.name or spelled_name(row.address)
            if display_name(name).identifies:
                names[row.name_key].add(name)
        return names

    def _said_apart_from(self, person_id: str) -> set[str]:
        """Addresses of which the owner has said that they are not this person's."""
        words = self.words(CorrectionKind.DIFFERENT_PERSON)
        known = self.person(person_id) if words else None
        theirs = set(known.addresses) if known else set()
        return {each for word in words if theirs.intersection(word.addresses) for each in word.addresses} - theirs

    def people_page(
        self, *, stage: str | None = None, standing: str | None = None, query: str = "", after: str = "", limit: int = 50
    ) -> tuple[tuple[PersonRowData, ...], str]:
        """One page of people, those last exchanged with first, and the cursor of the next page: empty on the last.

        Raises:
            InvalidCursor: `after` is none of ours.
        """
        page = self.projected().order_by(projection.c.last_at.desc(), projection.c.person_id.desc()).limit(limit + 1)
        if stage is not None:
            page = page.where(projection.c.stage == stage)
        if standing is not None:
            page = page.where(projection.c.standing == standing)
        if query.strip():
            page = page.where(person.c.search.contains(query.strip().casefold(), autoescape=True))
        if after:
            last_at, number = cursor_numbers(after)
            page = page.where(projection.c.last_at <= last_at, (projection.c.last_at < last_at) | (projection.c.person_id < number))
        rows = self.execute(page).all()
        shown = rows[:limit]
        following = f"{shown[-1].last_at}.{shown[-1].person_id}" if shown and len(rows) > limit else ""
        loaded = self._persons([row.person_id for row in shown])
        return tuple((loaded[row.person_id], self.projection_row(row)) for row in shown), following

    def counts_by_stage(self) -> dict[str, int]:
        """Stored stage to number of persons."""
        counted = select(projection.c.stage, func.count()).where(self.mine(projection)).group_by(projection.c.stage)
        return {stage: int(count) for stage, count in self.execute(counted)}

    # ── parts ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _persons(self, numbers: Iterable[int]) -> dict[int, Person]:
        """Persons by row."""
        wanted = set(numbers)
        keys: dict[int, tuple[str, str]] = {}
        addresses: dict[int, list[tuple[int, str]]] = defaultdict(list)
        holder: dict[int, int] = {}
        for batch in in_batches(wanted):
            for row in self.ask(_PERSONS, rows=batch):
                keys[row.id] = (row.key, row.name)
            for row in self.ask(_ADDRESSES, persons=batch):
                holder[row.id] = row.person_id
                addresses[row.person_id].append((-row.wrote_at if row.wrote_at else 0, row.address))
        names = self.usual_names(holder)
        owner = self.owner()
        return {
            row: Person(
                id=key,
                addresses=tuple(each for _, each in sorted(addresses[row])),
                name=name,
                names=names.get(row, ()),
                colleague=any(is_colleague(each, owner) for _, each in addresses[row]),
            )
            for row, (key, name) in keys.items()
        }
