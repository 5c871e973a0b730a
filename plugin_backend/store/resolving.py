"""Resolving: which addresses are one person, from what the ledger holds and what the owner says, whatever the order of arrival.

A component of addresses is resolved as a whole whenever anything about one of its addresses has changed, so the result depends on
the ledger alone. The owner's word wins over any evidence; of two words about the same pair the later one holds.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, exists, literal, select, update

from plugin_backend.domain.ledger import Correction, CorrectionKind
from plugin_backend.domain.names import name_key, spelled_name
from plugin_backend.store.codec import storable_address
from plugin_backend.store.session import in_batches
from plugin_backend.store.tables import Behind, address, alias_evidence, participation, person
from plugin_backend.store.weighing import Known, Pair, Weighing

_KEY_HEX = 16

_other = address.alias("other")


class _Groups:
    """Addresses in groups, each named by its first address."""

    def __init__(self, members: Iterable[str]) -> None:
        self._leader = {each: each for each in members}

    def __contains__(self, each: object) -> bool:
        return each in self._leader

    def find(self, each: str) -> str:
        """The name of an address's group."""
        leader = self._leader
        while leader[each] != each:
            leader[each] = leader[leader[each]]
            each = leader[each]
        return each

    def join(self, one: str, other: str) -> None:
        """Make one group of two."""
        first, second = sorted((self.find(one), self.find(other)))
        self._leader[second] = first

    def copy(self) -> _Groups:
        """The same groups, to try something out."""
        groups = _Groups(())
        groups._leader = dict(self._leader)
        return groups


class Resolving(Weighing):
    """Links addresses to persons."""

    def resolve_people(self, addresses: Iterable[str] | None = None) -> None:
        """Bring the persons behind these addresses, and behind all that this transaction has touched, up to date."""
        if addresses is not None:
            self.unsettled |= self.rows_of(addresses)
        touched, self.unsettled = self.unsettled, set()
        if not touched:
            return
        keys_before = self._rename()
        group = self._component(touched)
        components = self._components(group)
        linked = self._link(group, components, touched)
        name_keys = keys_before | {each.name_key for each in group.values() if each.row in linked or each.behind == Behind.CREDITED}
        self._credit(name_keys - {""}, touched)

    def _rename(self) -> set[str]:
        """Give addresses the name most often seen, and return the name keys that this concerns, before and after."""
        renamed, self.renamed = self.renamed, set()
        usual = self.usual_names({row: row for row in renamed})
        concerned: set[str] = set()
        for batch in in_batches(renamed):
            rows = []
            columns = (address.c.id, address.c.address, address.c.name, address.c.name_key)
            stored = select(*columns).where(self.mine(address), address.c.id.in_(batch))
            for row in self.execute(stored):
                name = next(iter(usual.get(row.id, ())), "")
                if name != row.name:
                    key = name_key(name or spelled_name(row.address))
                    concerned |= {row.name_key, key}
                    rows.append({"row": row.id, "new_name": name, "new_key": key})
            if rows:
                self.execute(
                    update(address)
                    .where(self.mine(address), address.c.id == bindparam("row"))
                    .values(name=bindparam("new_name"), name_key=bindparam("new_key")),
                    rows,
                )
        return concerned

    # ── what belongs together ────────────────────────────────────────────────────────────────────────────────────────────────

    def _component(self, touched: set[int]) -> dict[int, Known]:
        """The touched addresses with all that a name and evidence, the owner's word or a common person ties to them."""
        group: dict[int, Known] = {}
        frontier = set(touched)
        said = self._said_together()
        while frontier:
            found = self._known(frontier)
            group.update(found)
            near: set[int] = set()
            for batch in in_batches(found):
                for here, there in (
                    (alias_evidence.c.low_id, alias_evidence.c.high_id),
                    (alias_evidence.c.high_id, alias_evidence.c.low_id),
                ):
                    namesakes = (
                        select(there)
                        .join(address, address.c.id == here)
                        .join(_other, _other.c.id == there)
                        .where(self.mine(alias_evidence), self.mine(address), self.mine(_other), here.in_(batch))
                        .where(address.c.name_key == _other.c.name_key, address.c.name_key != "")
                    )
                    near.update(self.connection.scalars(namesakes))
            for batch in in_batches({each.person_id for each in found.values() if each.person_id and each.behind != Behind.CREDITED}):
                members = select(address.c.id).where(self.mine(address), address.c.person_id.in_(batch))
                near.update(self.connection.scalars(members.where(address.c.behind != int(Behind.CREDITED))))
            named = {other for each in found.values() for other in said.get(each.address, ())}
            frontier = (near | self.rows_of(named)) - group.keys()
        return group

    def _known(self, rows: Iterable[int]) -> dict[int, Known]:
        seated = exists(
            select(literal(1)).where(participation.c.owner_id == address.c.owner_id, participation.c.address_id == address.c.id)
        ).label("seated")
        names = (address.c.name, address.c.name_key)
        columns = (address.c.id, address.c.address, address.c.behind, *names, address.c.domain, address.c.person_id)
        found = {}
        for batch in in_batches(set(rows)):
            for row in self.execute(select(*columns, seated).where(self.mine(address), address.c.id.in_(batch))):
                found[row.id] = Known(
                    row=row.id,
                    address=row.address,
                    behind=row.behind,
                    name=row.name,
                    name_key=row.name_key,
                    domain=row.domain,
                    person_id=row.person_id,
                    seated=bool(row.seated),
                )
        return found

    def _said_together(self) -> dict[str, set[str]]:
        said: dict[str, set[str]] = defaultdict(set)
        for each in self.words(CorrectionKind.SAME_PERSON):
            for one in each.addresses:
                said[one] |= set(each.addresses) - {one}
        return said

    def _components(self, group: Mapping[int, Known]) -> list[list[Known]]:
        """The persons among these addresses, each as its addresses."""
        words = _last_words(self.words(CorrectionKind.NOT_A_PERSON, CorrectionKind.IS_A_PERSON))
        candidates = {
            each.address: each
            for each in group.values()
            if each.seated and (each.is_person or (each.address in words and each.behind < Behind.OWNER))
        }
        together = self._merged(candidates)
        found = []
        for members in together:
            spoken = [words[each.address] for each in members if each.address in words]
            last = max(spoken, key=lambda word: (word.at, word.id), default=None)
            if last is None or last.kind is CorrectionKind.IS_A_PERSON:
                found.append(members)
        return found

    def _merged(self, candidates: Mapping[str, Known]) -> list[list[Known]]:
        """The candidates in groups of one person: as the owner says, the later word before the earlier, and then as the traces say.

        Where traces would bring those together whom the owner keeps apart, they are wrong somewhere and nobody can say where: none of
        that group is joined by traces.
        """
        said, apart = self._said_of_pairs()
        same = [(low, high) for low, high in said if low in candidates and high in candidates]
        evident = self.evident(candidates.values())
        groups = _Groups({each for pair in (*same, *evident) for each in pair})
        kept_apart = [(low, high) for low, high in apart if low in groups and high in groups]
        for low, high in same:
            joined = {groups.find(low), groups.find(high)}
            if not any({groups.find(one), groups.find(other)} == joined for one, other in kept_apart):
                groups.join(low, high)
        tried = groups.copy()
        for low, high in evident:
            tried.join(low, high)
        contested = {tried.find(low) for low, high in kept_apart if tried.find(low) == tried.find(high)}
        for low, high in evident:
            if tried.find(low) not in contested:
                groups.join(low, high)
        members: dict[str, list[Known]] = defaultdict(list)
        for each in sorted(candidates):
            members[groups.find(each) if each in groups else each].append(candidates[each])
        return list(members.values())

    def _said_of_pairs(self) -> tuple[list[Pair], set[Pair]]:
        """Pairs that the owner calls one person, the last word first, and those kept apart."""
        last: dict[Pair, Correction] = {}
        for each in self.words(CorrectionKind.SAME_PERSON, CorrectionKind.DIFFERENT_PERSON):
            if len(set(each.addresses)) == 2:
                low, high = sorted(storable_address(one) for one in each.addresses)
                held = last.get((low, high))
                if held is None or (held.at, held.id) < (each.at, each.id):
                    last[low, high] = each
        same = [pair for pair, word in last.items() if word.kind is CorrectionKind.SAME_PERSON]
        return sorted(same, key=lambda pair: (last[pair].at, last[pair].id), reverse=True), last.keys() - set(same)

    # ── linking ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _link(self, group: Mapping[int, Known], components: Sequence[Sequence[Known]], touched: set[int]) -> set[int]:
        """Write the persons, and return the addresses whose person is another than before."""
        wanted = {person_key(self.owner_id, members[0].address): members for members in components}
        stored = self._numbers(wanted)
        missing = [key for key in wanted if key not in stored]
        names = {key: self._name(members) for key, members in wanted.items()}
        if missing:
            self.execute(
                person.insert(),
                [
                    {
                        "owner_id": self.owner_id,
                        "key": key,
                        "name": names[key],
                        "search": _searchable(names[key], wanted[key]),
                        "revision": 1,
                        "rules_version": 0,
                        "stale_at": 0,
                    }
                    for key in missing
                ],
            )
            stored.update(self._numbers(missing))
        links = {each.row: stored[key] for key, members in wanted.items() for each in members}
        moved = {each.row for each in group.values() if each.behind != Behind.CREDITED and each.person_id != links.get(each.row)}
        if moved:
            self.execute(
                update(address).where(self.mine(address), address.c.id == bindparam("row")).values(person_id=bindparam("linked")),
                [{"row": row, "linked": links.get(row)} for row in sorted(moved)],
            )
        self._restate(
            [
                {"row": stored[key], "new_name": names[key], "new_search": _searchable(names[key], members)}
                for key, members in wanted.items()
                if key not in missing and any(each.row in touched or each.row in moved for each in members)
            ]
        )
        self._forget_empty({each.person_id for each in group.values() if each.row in moved and each.person_id} - set(links.values()))
        return moved

    def _numbers(self, keys: Iterable[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for batch in in_batches(set(keys)):
            rows = self.execute(select(person.c.key, person.c.id).where(self.mine(person), person.c.key.in_(batch)))
            found.update(rows.all())
        return found

    def _name(self, members: Sequence[Known]) -> str:
        return members[0].name if len(members) == 1 else self.usual_name(each.row for each in members)

    def _restate(self, rows: list[dict[str, Any]]) -> None:
        if rows:
            self.execute(
                update(person)
                .where(self.mine(person), person.c.id == bindparam("row"))
                .values(name=bindparam("new_name"), search=bindparam("new_search"), revision=person.c.revision + 1, stale_at=0),
                rows,
            )

    def _forget_empty(self, persons: set[int]) -> None:
        for batch in in_batches(persons):
            has_address = exists(
                select(literal(1)).where(
                    address.c.owner_id == person.c.owner_id, address.c.person_id == person.c.id, address.c.behind != int(Behind.CREDITED)
                )
            )
            self.execute(person.delete().where(self.mine(person), person.c.id.in_(batch), ~has_address))

    def _credit(self, name_keys: set[str], touched: set[int]) -> None:
        """Link the names that notices told of to the one person of that name; to nobody where there are none or two."""
        for batch in in_batches(name_keys):
            bearers: dict[str, set[int]] = defaultdict(set)
            credited: dict[str, list[tuple[int, int | None]]] = defaultdict(list)
            columns = (address.c.id, address.c.name_key, address.c.name, address.c.behind, address.c.person_id)
            for row in self.execute(select(*columns).where(self.mine(address), address.c.name_key.in_(batch))):
                if row.behind == Behind.CREDITED:
                    credited[row.name_key].append((row.id, row.person_id))
                elif row.person_id is not None and row.name:
                    bearers[row.name_key].add(row.person_id)
            changed: set[int] = set()
            for key, rows in credited.items():
                owner_of_name = next(iter(bearers[key])) if len(bearers[key]) == 1 else None
                for row_id, before in rows:
                    if before != owner_of_name:
                        self.execute(update(address).where(self.mine(address), address.c.id == row_id).values(person_id=owner_of_name))
                    if before != owner_of_name or row_id in touched:
                        changed |= {each for each in (before, owner_of_name) if each is not None}
            for persons in in_batches(changed):
                self.execute(
                    update(person).where(self.mine(person), person.c.id.in_(persons)).values(revision=person.c.revision + 1, stale_at=0)
                )


def person_key(owner_id: int, smallest_address: str) -> str:
    """The id under which a person is known outside: the same in every ledger built from the same exchanges."""
    return hashlib.sha256(f"{owner_id}|{smallest_address}".encode()).hexdigest()[:_KEY_HEX]


def _last_words(words: Iterable[Correction]) -> dict[str, Correction]:
    last: dict[str, Correction] = {}
    for word in sorted(words, key=lambda each: (each.at, each.id)):
        last.update({storable_address(one): word for one in word.addresses})
    return last


def _searchable(name: str, members: Sequence[Known]) -> str:
    return " ".join([name, *(each.address for each in members)]).casefold()
