"""Seating: who sits in which exchange, under which name, and which exchanges show somebody using two addresses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import select

from connectors.exchange import Kind, Role
from plugin_backend.domain.ledger import Direction, LedgerEntry
from plugin_backend.store.addressing import CREDITED_PREFIX, Named
from plugin_backend.store.codec import LONGEST_NAME, answered_id, storable, storable_address
from plugin_backend.store.dropping import Dropping
from plugin_backend.store.session import in_batches
from plugin_backend.store.tables import (
    SEAT_OF_ROLE,
    WRITTEN_TO,
    WROTE,
    Behind,
    Seats,
    alias_evidence,
    exchange,
    participation,
    to_micros,
)

MOST_ANSWERED_FOR = 20
"""A mail to more people than this says nothing of who it is that answers from elsewhere."""

Answer = tuple[int, int, int]
"""An answer, its writer's address, and the owner's mail that it answers: all as rows."""


class Written(NamedTuple):
    """An exchange row and the entry that is in it now."""

    row: int
    external_id: str
    entry: LedgerEntry


_BITS = {role: int(seat) for role, seat in SEAT_OF_ROLE.items()}
_WROTE = int(WROTE)
"""Plain numbers: there are many seats in a page, and sets of flags are slow."""

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

    def seat(self, new: Sequence[Written], changed: Sequence[Written], *, rows: Mapping[str, int], names: Mapping[str, str]) -> None:
        """Write who sits in new exchanges, and anew where it differs in changed ones."""
        moments = {each.row: to_micros(each.entry.at) for each in (*new, *changed)}
        taken = {each.row: _taken(each.entry, rows) for each in (*new, *changed)}
        for seats in taken.values():
            self.unsettled |= seats.keys()
        before = self._moved([each.row for each in changed], taken, moments)
        new_rows = [each.row for each in new]
        seated = [*new_rows, *before]
        named = {rows[address]: storable(name, LONGEST_NAME) for address, name in names.items() if name and address in rows}
        kept_names = {(row, address): name for row, seats in before.items() for address, name in seats.items() if name is not None}
        name_rows = self.name_rows(_counted(taken, moments, named, new=new_rows, moved=before))
        for batch in in_batches(before):
            self.execute(participation.delete().where(self.mine(participation), participation.c.exchange_id.in_(batch)))
        places = [
            {
                "exchange_id": row,
                "address_id": address,
                "owner_id": self.owner_id,
                "at": moments[row],
                "seats": bits,
                "name_id": kept_names.get((row, address)) or name_rows.get((address, named.get(address, ""))),
            }
            for row in seated
            for address, bits in taken[row].items()
        ]
        if places:
            self.execute(participation.insert(), places)
        self.note_writers(_last_written(new_rows, taken, moments))
        moved = {address for row, seats in before.items() for address in (*seats, *taken[row])}
        self.recount(moved)
        self.unsettled |= moved
        self._note_evidence(new, changed, rows)

    def _moved(self, changed: Sequence[int], taken: Mapping[int, Taken], moments: Mapping[int, int]) -> dict[int, dict[int, int | None]]:
        """Of changed exchanges those whose seats differ from the stored ones, with the names that sat there."""
        stored: dict[int, dict[int, tuple[int, int, int | None]]] = {row: {} for row in changed}
        for batch in in_batches(changed):
            for found in self.execute(select(participation).where(self.mine(participation), participation.c.exchange_id.in_(batch))):
                stored[found.exchange_id][found.address_id] = (found.at, found.seats, found.name_id)
        return {
            row: {address: name for address, (_, _, name) in seats.items()}
            for row, seats in stored.items()
            if {address: place[:2] for address, place in seats.items()}
            != {address: (moments[row], bits) for address, bits in taken[row].items()}
        }

    # ── somebody using two addresses ─────────────────────────────────────────────────────────────────────────────────────────

    def _note_evidence(self, new: Sequence[Written], changed: Sequence[Written], rows: Mapping[str, int]) -> None:
        self.unsettle_evidence(each.row for each in changed)
        mails = [each for each in (*new, *changed) if each.entry.kind is Kind.EMAIL]
        found = self._answers_from_elsewhere(mails, rows)
        for row, _, entry in mails:
            if entry.human and entry.direction is Direction.IN and not entry.list_post:
                found |= {(*_ordered(pair), row, None) for pair in _answer_to_another(entry, rows)}
        if found:
            named = ("low_id", "high_id", "exchange_id", "answered_id")
            ordered = sorted(found, key=lambda evidence: (*evidence[:3], evidence[3] or 0))
            self.execute(alias_evidence.insert(), [{"owner_id": self.owner_id, **dict(zip(named, each, strict=True))} for each in ordered])
            self.unsettled |= {address for low, high, *_ in found for address in (low, high)}

    def _answers_from_elsewhere(self, mails: Sequence[Written], rows: Mapping[str, int]) -> set[tuple[int, int, int, int | None]]:
        """Answers to mails of the owner from an address that the mail was not sent to, whichever of the two came first."""
        pairs = self._asked_before(mails, rows) | self._answered_before(mails)
        recipients: dict[int, set[int]] = defaultdict(set)
        for batch in in_batches({asked for _, _, asked in pairs}):
            seats = select(participation.c.exchange_id, participation.c.address_id).where(
                self.mine(participation), participation.c.exchange_id.in_(batch), participation.c.seats.op("&")(int(WRITTEN_TO)) != 0
            )
            for row, address in self.execute(seats):
                recipients[row].add(address)
        return {
            (*_ordered((writer, recipient)), reply, asked)
            for reply, writer, asked in pairs
            if writer not in recipients[asked] and len(recipients[asked]) <= MOST_ANSWERED_FOR
            for recipient in recipients[asked]
        }

    def _asked_before(self, mails: Sequence[Written], rows: Mapping[str, int]) -> set[Answer]:
        """The owner's mails that these mails answer."""
        answers: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for row, _, entry in mails:
            writer = rows.get(storable_address(entry.sender))
            if entry.direction is Direction.IN and entry.human and writer is not None and (answered := answered_id(entry)):
                answers[answered].append((row, writer))
        found: set[Answer] = set()
        for batch in in_batches(answers):
            asked = select(exchange.c.id, exchange.c.external_id).where(
                self.mine(exchange), exchange.c.external_id.in_(batch), exchange.c.outgoing
            )
            found.update((reply, writer, row) for row, external_id in self.execute(asked) for reply, writer in answers[external_id])
        return found

    def _answered_before(self, mails: Sequence[Written]) -> set[Answer]:
        """The answers to these mails, where they are the owner's."""
        asked = {each.external_id: each.row for each in mails if each.entry.direction is Direction.OUT}
        found: set[Answer] = set()
        for batch in in_batches(asked):
            answers = (
                select(exchange.c.id, exchange.c.sender_id, exchange.c.answered)
                .where(self.mine(exchange), exchange.c.answered.in_(batch))
                .where(exchange.c.human, ~exchange.c.outgoing, exchange.c.sender_id.isnot(None))
            )
            found.update((reply, writer, asked[answered]) for reply, writer, answered in self.execute(answers))
        return found


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


def _counted(
    taken: Mapping[int, Taken], moments: Mapping[int, int], named: Mapping[int, str], *, new: Iterable[int], moved: Iterable[int]
) -> dict[Named, tuple[int, int]]:
    """How often and when last each display name sits in new exchanges; names of moved ones are recounted, and only need a row."""
    counted: dict[Named, tuple[int, int]] = {}
    for row in new:
        for address in taken[row]:
            if name := named.get(address):
                times, latest = counted.get((address, name), (0, 0))
                counted[address, name] = (times + 1, max(latest, moments[row]))
    for row in moved:
        for address in taken[row]:
            if name := named.get(address):
                counted.setdefault((address, name), (0, 0))
    return counted


def _last_written(rows: Iterable[int], taken: Mapping[int, Taken], moments: Mapping[int, int]) -> dict[int, int]:
    wrote: dict[int, int] = {}
    for row in rows:
        for address, bits in taken[row].items():
            if bits & _WROTE:
                wrote[address] = max(wrote.get(address, moments[row]), moments[row])
    return wrote


def _answer_to_another(entry: LedgerEntry, rows: Mapping[str, int]) -> Iterable[tuple[int, int]]:
    writers = {rows.get(storable_address(seat.address)) for seat in entry.seats if seat.role is Role.SENDER}
    others = {rows.get(storable_address(seat.address)) for seat in entry.seats if seat.role is Role.REPLY_TO}
    return ((writer, other) for writer in writers for other in others if writer is not None and other is not None and writer != other)


def _ordered(pair: tuple[int, int]) -> tuple[int, int]:
    one, other = pair
    return (one, other) if one < other else (other, one)
