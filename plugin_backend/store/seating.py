"""Seating: who sits in which exchange, under which name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select

from plugin_backend.domain.ledger import LedgerEntry
from plugin_backend.store.addressing import CREDITED_PREFIX, Named
from plugin_backend.store.codec import LONGEST_NAME, storable, storable_address
from plugin_backend.store.dropping import Dropping
from plugin_backend.store.session import in_batches
from plugin_backend.store.tables import SEAT_OF_ROLE, WROTE, Behind, Seats, address_name, participation, to_micros
from plugin_backend.store.traces import Written

_BITS = {role: int(seat) for role, seat in SEAT_OF_ROLE.items()}
_WROTE = int(WROTE)
"""Plain numbers: there are many seats in a page, and sets of flags are slow."""

_PLACE = ("exchange_id", "address_id", "owner_id", "at", "seats", "name_id")

Taken = dict[int, int]
"""Address row to its seats in one exchange, as bits (see `Seats`)."""


class Seating(Dropping):
    """Seats the addresses of exchanges; the owner has no seat, being in all of them."""

    def seat_rows(self, entries: Iterable[LedgerEntry], kinds: Mapping[str, Behind]) -> dict[str, int]:
        """The rows of all addresses in these exchanges but the owner's."""
        own = self.owner().addresses
        seen: dict[str, Behind] = {}
        for entry in entries:
            for seat in entry.seats:
                if seat.address and seat.address not in own:
                    address = storable_address(seat.address)
                    if address not in seen or seat.resource:
                        seen[address] = self.behind_of(address, kinds, resource=seat.resource)
            if entry.credited and entry.credited not in own:
                address = storable_address(entry.credited)
                by_name = address.startswith(CREDITED_PREFIX)
                seen.setdefault(address, Behind.CREDITED if by_name else self.behind_of(address, kinds))
        return self.address_rows(seen)

    def seat(self, new: Sequence[Written], changed: Sequence[Written], *, rows: Mapping[str, int]) -> None:
        """Write who sits in new exchanges, and anew where it differs in changed ones."""
        moments = {each.row: to_micros(each.entry.at) for each in (*new, *changed)}
        taken = {each.row: _taken(each.entry, rows) for each in (*new, *changed)}
        named = {each.row: _named(each.names, rows, taken[each.row]) for each in (*new, *changed)}
        for seats in taken.values():
            self.unsettled |= seats.keys()
        before = self._moved([each.row for each in changed], taken, named, moments)
        new_rows = [each.row for each in new]
        name_rows = self.name_rows(_counted(named, moments, new=new_rows, moved=before))
        for batch in in_batches(before):
            self.execute(participation.delete().where(self.mine(participation), participation.c.exchange_id.in_(batch)))
        places = [
            (row, address, self.owner_id, moments[row], bits, name_rows.get((address, named[row].get(address, ""))))
            for row in (*new_rows, *before)
            for address, bits in taken[row].items()
        ]
        if places:
            self.put(participation.insert(), _PLACE, places)
        self.note_writers(_last_written(new_rows, taken, moments))
        moved = {address for row, seats in before.items() for address in (*seats, *taken[row])}
        self.recount(moved)
        self.unsettled |= moved
        self.note_traces(new, changed, rows)

    def _moved(
        self, changed: Sequence[int], taken: Mapping[int, Taken], named: Mapping[int, Mapping[int, str]], moments: Mapping[int, int]
    ) -> dict[int, set[int]]:
        """Of changed exchanges those whose seats or names differ from the stored ones, with the addresses that sat there."""
        stored: dict[int, dict[int, tuple[int, int, str]]] = {row: {} for row in changed}
        columns = (participation.c.exchange_id, participation.c.address_id, participation.c.at, participation.c.seats, address_name.c.name)
        seated = select(*columns).outerjoin(address_name, self.mine(address_name) & (address_name.c.id == participation.c.name_id))
        for batch in in_batches(changed):
            for found in self.execute(seated.where(self.mine(participation), participation.c.exchange_id.in_(batch))):
                stored[found.exchange_id][found.address_id] = (found.at, found.seats, found.name or "")
        return {
            row: set(seats)
            for row, seats in stored.items()
            if seats != {address: (moments[row], bits, named[row].get(address, "")) for address, bits in taken[row].items()}
        }


def _taken(entry: LedgerEntry, rows: Mapping[str, int]) -> Taken:
    taken: Taken = {}
    for seat in entry.seats:
        row = rows.get(storable_address(seat.address)) if seat.address else None
        if row is not None:
            taken[row] = taken.get(row, 0) | _BITS[seat.role]
    row = rows.get(storable_address(entry.credited)) if entry.credited else None
    if row is not None:
        taken[row] = taken.get(row, 0) | int(Seats.CREDITED)
    return taken


def _named(names: Mapping[str, str], rows: Mapping[str, int], taken: Taken) -> dict[int, str]:
    """The display names of those who sit in one exchange, by address row."""
    found = ((rows.get(storable_address(address)), storable(name, LONGEST_NAME)) for address, name in names.items() if name)
    return {row: name for row, name in found if row in taken}


def _counted(
    named: Mapping[int, Mapping[int, str]], moments: Mapping[int, int], *, new: Iterable[int], moved: Iterable[int]
) -> dict[Named, tuple[int, int]]:
    """How often and when last each display name sits in new exchanges; names of moved ones are recounted, and only need a row."""
    counted: dict[Named, tuple[int, int]] = {}
    for row in new:
        for each in named[row].items():
            times, latest = counted.get(each, (0, 0))
            counted[each] = (times + 1, max(latest, moments[row]))
    for row in moved:
        for each in named[row].items():
            counted.setdefault(each, (0, 0))
    return counted


def _last_written(rows: Iterable[int], taken: Mapping[int, Taken], moments: Mapping[int, int]) -> dict[int, int]:
    wrote: dict[int, int] = {}
    for row in rows:
        for address, bits in taken[row].items():
            if bits & _WROTE:
                wrote[address] = max(wrote.get(address, moments[row]), moments[row])
    return wrote
