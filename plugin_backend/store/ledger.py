"""Reading the ledger: exchanges, newest or oldest first, of everybody or of one person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Row, Select, func, select

from plugin_backend.domain.ledger import LedgerEntry
from plugin_backend.store.codec import entry_from, storable_id
from plugin_backend.store.errors import InvalidCursor
from plugin_backend.store.rows import ExchangeFilter
from plugin_backend.store.session import Session, in_batches
from plugin_backend.store.tables import address, exchange, from_micros, holding, participation, person, stream, to_micros

_ROWS_AT_ONCE = 500
_HELD_AT_ONCE = 5_000
"""Exchanges held in memory for a group of persons; more only where one person alone has more."""
_SHOWN = (exchange.c.id, exchange.c.at, exchange.c.external_id, exchange.c.facts, exchange.c.sealed)


class LedgerReading(Session):
    """The exchanges of an owner."""

    def count(self) -> int:
        """How many exchanges the ledger holds."""
        return int(self.connection.scalar(select(func.count()).select_from(exchange).where(self.mine(exchange))) or 0)

    def entry(self, external_id: str) -> LedgerEntry | None:
        """One exchange, with its people; None where the ledger has none of this id."""
        found = select(*_SHOWN).where(self.mine(exchange), exchange.c.external_id == storable_id(external_id))
        return next(iter(self._with_people(self.execute(found).all())), None)

    def held_as(self, item: str, limit: int) -> tuple[tuple[str, datetime], ...]:
        """The exchanges that were read from one item of a provider, each with its moment: one of a mail, many of a series of meetings."""
        streams = select(stream.c.id).where(self.mine(stream))
        found = (
            select(exchange.c.external_id, exchange.c.at)
            .join(holding, holding.c.exchange_id == exchange.c.id)
            .where(self.mine(holding), self.mine(exchange), holding.c.stream_id.in_(streams), holding.c.item == storable_id(item))
            .distinct()
            .order_by(exchange.c.at)
            .limit(limit)
        )
        return tuple((row.external_id, from_micros(row.at)) for row in self.execute(found))

    def exchanges(self, chosen: ExchangeFilter) -> tuple[tuple[LedgerEntry, ...], str]:
        """One page, newest first, and the cursor of the next one: empty on the last.

        Raises:
            InvalidCursor: the filter's cursor is none of ours.
        """
        conditions = self._conditions(chosen)
        if chosen.limit is None:
            rows = self._newest(conditions, chosen.person_id, None)
            return self._with_people(rows), ""
        rows = self._newest(conditions, chosen.person_id, chosen.limit + 1)
        shown = rows[: chosen.limit]
        following = f"{shown[-1].at}.{shown[-1].id}" if shown and len(rows) > len(shown) else ""
        return self._with_people(shown), following

    def iter_exchanges(self) -> Iterator[LedgerEntry]:
        """Every exchange, oldest first, a few in memory at a time."""
        ordered = select(*_SHOWN).where(self.mine(exchange)).order_by(exchange.c.at, exchange.c.id)
        for rows in self.execute(ordered, execution_options={"yield_per": _ROWS_AT_ONCE}).partitions():
            yield from self._with_people(rows)

    def entries_with(self, person_id: str, *, until: datetime | None = None) -> Iterator[LedgerEntry]:
        """Every exchange with a person up to a moment, oldest first, read as it is consumed; seats do not say whose they are."""
        rows = self._address_rows(person_id)
        if not rows:
            return
        ordered = (
            select(*_SHOWN)
            .join(participation, participation.c.exchange_id == exchange.c.id)
            .where(self.mine(participation), self.mine(exchange), participation.c.address_id.in_(rows))
            .order_by(participation.c.at, exchange.c.external_id)
        )
        if until is not None:
            ordered = ordered.where(participation.c.at <= to_micros(until))
        before = None
        for row in self.execute(ordered, execution_options={"yield_per": _ROWS_AT_ONCE}):
            if row.id != before:
                before = row.id
                yield self._entry(row)

    def entries_by_person(self, person_ids: Iterable[str]) -> Iterator[tuple[str, tuple[LedgerEntry, ...]]]:
        """Every exchange with each of these persons, oldest first; what several take part in is read once for a group of them."""
        for group in self._groups(sorted(person_ids)):
            wanted = {number for numbers in group.values() for number in numbers}
            entries: dict[int, LedgerEntry] = {}
            for batch in in_batches(wanted):
                found = select(*_SHOWN).where(self.mine(exchange), exchange.c.id.in_(batch))
                entries.update({row.id: self._entry(row) for row in self.execute(found)})
            for person_id, numbers in group.items():
                yield person_id, tuple(sorted((entries[number] for number in numbers), key=lambda entry: (entry.at, entry.id)))

    def has_more_with(self, person_id: str, number: int) -> bool:
        """Whether there are more exchanges with a person than this; not all of them are counted."""
        rows = self._address_rows(person_id)
        if not rows:
            return False
        some = select(participation.c.exchange_id).where(self.mine(participation), participation.c.address_id.in_(rows)).limit(number + 1)
        return int(self.connection.scalar(select(func.count()).select_from(some.subquery())) or 0) > number

    def newest_with(self, person_id: str, limit: int, until: datetime | None = None) -> tuple[LedgerEntry, ...]:
        """The newest exchanges with a person up to a moment, newest first."""
        conditions = [exchange.c.at <= to_micros(until)] if until is not None else []
        return self._with_people(self._newest(conditions, person_id, limit))

    def events_between(self, start: datetime, end: datetime, limit: int) -> tuple[LedgerEntry, ...]:
        """Events that start within a span, soonest first."""
        ahead = (
            select(*_SHOWN)
            .where(self.mine(exchange), exchange.c.starts_at >= to_micros(start), exchange.c.starts_at < to_micros(end))
            .order_by(exchange.c.starts_at, exchange.c.external_id)
            .limit(limit)
        )
        return self._with_people(self.execute(ahead).all())

    def coming_with(self, person_ids: Iterable[str], start: datetime, end: datetime) -> dict[str, tuple[LedgerEntry, ...]]:
        """Events with persons that start within a span, soonest first, by person; seats do not say whose they are."""
        found: dict[str, dict[str, LedgerEntry]] = {}
        for batch in in_batches(set(person_ids)):
            ahead = (
                select(person.c.key, *_SHOWN)
                .join(address, address.c.person_id == person.c.id)
                .join(participation, participation.c.address_id == address.c.id)
                .join(exchange, exchange.c.id == participation.c.exchange_id)
                .where(self.mine(person), self.mine(address), self.mine(participation), self.mine(exchange), person.c.key.in_(batch))
                .where(participation.c.at >= to_micros(start), participation.c.at < to_micros(end), exchange.c.starts_at.isnot(None))
                .order_by(participation.c.at, exchange.c.external_id)
            )
            for row in self.execute(ahead):
                found.setdefault(row.key, {})[row.external_id] = self._entry(row)
        return {person_id: tuple(entries.values()) for person_id, entries in found.items()}

    def subjects(self, external_ids: Iterable[str]) -> dict[str, str]:
        """The subjects of exchanges, by id; those whose subject is not kept are left out."""
        asked = {storable_id(each): each for each in external_ids}
        found: dict[str, str] = {}
        for batch in in_batches(asked):
            sealed = select(exchange.c.external_id, exchange.c.sealed).where(
                self.mine(exchange), exchange.c.external_id.in_(batch), exchange.c.sealed.isnot(None)
            )
            for external_id, blob in self.execute(sealed):
                found[asked[external_id]] = orjson.loads(self.unseal(blob, exchange, external_id, "sealed")).get("subject", "")
        return found

    def next_of_series(self, series: str, as_of: datetime) -> LedgerEntry | None:
        """The next occurrence of a recurring event, or the last one where none lies ahead."""
        mine = select(*_SHOWN).where(self.mine(exchange), exchange.c.series == storable_id(series)).limit(1)
        ahead = self.execute(mine.where(exchange.c.at >= to_micros(as_of)).order_by(exchange.c.at)).all()
        return next(iter(self._with_people(ahead or self.execute(mine.order_by(exchange.c.at.desc())).all())), None)

    # ── parts ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _address_rows(self, person_id: str) -> list[int]:
        """The address rows of a person, the names under which notices told of them included."""
        theirs = (
            select(address.c.id)
            .join(person, person.c.id == address.c.person_id)
            .where(self.mine(address), self.mine(person), person.c.key == person_id)
        )
        return sorted(self.connection.scalars(theirs))

    def _groups(self, person_ids: Sequence[str]) -> Iterator[dict[str, list[int]]]:
        """Persons with the numbers of their exchanges, as many at a time as have some thousands together."""
        group: dict[str, list[int]] = {}
        held: set[int] = set()
        for batch in in_batches(person_ids):
            theirs = (
                select(person.c.key, participation.c.exchange_id)
                .join(address, address.c.person_id == person.c.id)
                .join(participation, participation.c.address_id == address.c.id)
                .where(self.mine(person), self.mine(address), self.mine(participation), person.c.key.in_(batch))
                .distinct()
            )
            numbers: dict[str, list[int]] = {person_id: [] for person_id in batch}
            for person_id, number in self.execute(theirs):
                numbers[person_id].append(number)
            for person_id, of_one in numbers.items():
                if group and len(held) + sum(number not in held for number in of_one) > _HELD_AT_ONCE:
                    yield group
                    group, held = {}, set()
                group[person_id] = of_one
                held.update(of_one)
        if group:
            yield group

    def _newest(self, conditions: Sequence[ColumnElement[bool]], person_id: str | None, limit: int | None) -> list[Row[Any]]:
        if person_id is None:
            return list(self.execute(_newest_first(select(*_SHOWN).where(self.mine(exchange), *conditions), exchange.c.at, limit)))
        found: dict[int, Row[Any]] = {}
        for row in self._address_rows(person_id):
            # One address at a time: each query walks its own index from the newest end, however many exchanges there are.
            theirs = (
                select(*_SHOWN)
                .join(participation, participation.c.exchange_id == exchange.c.id)
                .where(self.mine(participation), self.mine(exchange), participation.c.address_id == row, *conditions)
            )
            found.update(
                {each.id: each for each in self.execute(_newest_first(theirs, participation.c.at, limit, participation.c.exchange_id))}
            )
        ordered = sorted(found.values(), key=lambda each: (each.at, each.id), reverse=True)
        return ordered[:limit]

    def _conditions(self, chosen: ExchangeFilter) -> list[ColumnElement[bool]]:
        moment, number = (participation.c.at, participation.c.exchange_id) if chosen.person_id else (exchange.c.at, exchange.c.id)
        conditions: list[ColumnElement[bool]] = []
        if chosen.since is not None:
            conditions.append(moment >= to_micros(chosen.since))
        if chosen.until is not None:
            conditions.append(moment <= to_micros(chosen.until))
        if chosen.channel is not None:
            conditions.append(exchange.c.channel == chosen.channel)
        if chosen.substance is not None:
            conditions.append(exchange.c.substances.contains(f",{chosen.substance},", autoescape=True))
        if chosen.before:
            at, row = cursor_numbers(chosen.before)
            conditions.append(moment <= at)
            conditions.append((moment < at) | (number < row))
        return conditions

    def _with_people(self, rows: Sequence[Row[Any]]) -> tuple[LedgerEntry, ...]:
        persons: dict[str, str] = {}
        for batch in in_batches({row.id for row in rows}):
            seated = (
                select(address.c.address, person.c.key)
                .join(participation, participation.c.address_id == address.c.id)
                .join(person, person.c.id == address.c.person_id)
                .where(self.mine(participation), self.mine(address), self.mine(person), participation.c.exchange_id.in_(batch))
                .distinct()
            )
            persons.update(self.execute(seated).all())
        return tuple(self._entry(row, persons) for row in rows)

    def _entry(self, row: Row[Any], persons: dict[str, str] | None = None) -> LedgerEntry:
        sealed = self.unseal(row.sealed, exchange, row.external_id, "sealed") if row.sealed else None
        return entry_from(row.external_id, row.facts, sealed, persons)


_LARGEST_ROW = 2**63 - 1
"""What the databases can hold, and be asked for."""


def cursor_numbers(cursor: str) -> tuple[int, int]:
    """The moment and the row that a cursor stands for.

    Raises:
        InvalidCursor: it is none that the store gave out.
    """
    moment, _, row = cursor.partition(".")
    try:
        at, number = int(moment), int(row)
        from_micros(at)
        if not 0 <= number <= _LARGEST_ROW:
            raise ValueError("no row has this number")
    except (ValueError, OverflowError):
        raise InvalidCursor("This cursor is none of ours: take the one that came with the page before.") from None
    return at, number


def _newest_first(
    query: Select[Any], moment: ColumnElement[Any], limit: int | None, number: ColumnElement[Any] = exchange.c.id
) -> Select[Any]:
    return query.order_by(moment.desc(), number.desc()).limit(limit)
