"""Dropping: what a stream no longer holds leaves the ledger, unless another one still holds it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import Select, bindparam, exists, select, update

from plugin_backend.store.codec import storable_id
from plugin_backend.store.placing import NOBODY, identity_of
from plugin_backend.store.session import in_batches
from plugin_backend.store.tables import exchange, holding, participation, stream
from plugin_backend.store.traces import Traces

_MARK = re.compile(r"(?s)(.*)#[0-9a-f]{8}")
_FIRST_MARKED, _AFTER_MARKED = "#", "$"
"""All marked ids of an id lie between these two endings, byte by byte."""

NO_ITEM = ""
"""The item of what a file holds: there an exchange is known by its own id."""

Held = tuple[str, int]
"""An item and the row of an exchange that was read from it."""


class Dropping(Traces):
    """Takes exchanges out of the ledger."""

    def held_under(self, stream_id: int, names: Iterable[str]) -> set[Held]:
        """What a stream holds under these names.

        They are ids of items, of parts of items, or of exchanges that have no item, mails that only claim an id included.
        """
        found: set[Held] = set()
        mine = (self.mine(holding), holding.c.stream_id == stream_id)
        without_item = select(exchange.c.id).join(holding, holding.c.exchange_id == exchange.c.id)
        where = (*mine, self.mine(exchange), holding.c.item == NO_ITEM)
        plain = {storable_id(each) for each in names}
        for batch in in_batches(plain):
            found.update(self.held_from(stream_id, batch))
            of_parts = select(holding.c.item, holding.c.exchange_id).where(*mine, holding.c.part != "", holding.c.part.in_(batch))
            found.update((row.item, row.exchange_id) for row in self.execute(of_parts))
            found.update((NO_ITEM, row) for row in self.connection.scalars(without_item.where(*where, exchange.c.external_id.in_(batch))))
        for each in sorted(plain):
            found.update((NO_ITEM, row) for row, _ in self._marked(each, without_item.add_columns(exchange.c.external_id).where(*where)))
        return found

    def held_from(self, stream_id: int, items: Iterable[str]) -> set[Held]:
        """What a stream holds that was read from these items."""
        found: set[Held] = set()
        mine = (self.mine(holding), holding.c.stream_id == stream_id, holding.c.item != NO_ITEM)
        for batch in in_batches(set(items)):
            rows = self.execute(select(holding.c.item, holding.c.exchange_id).where(*mine, holding.c.item.in_(batch)))
            found.update((row.item, row.exchange_id) for row in rows)
        return found

    def drop(self, account_id: int, stream_id: int, held: set[Held]) -> int:
        """Let a stream hold these no longer, and return how many exchanges nobody holds any more: those are gone."""
        if not held:
            return 0
        self.execute(
            holding.delete().where(
                self.mine(holding),
                holding.c.stream_id == stream_id,
                holding.c.item == bindparam("of_item"),
                holding.c.exchange_id == bindparam("of_exchange"),
            ),
            [{"of_item": item, "of_exchange": row} for item, row in sorted(held)],
        )
        orphans: set[int] = set()
        for batch in in_batches({row for _, row in held}):
            still_held = exists().where(holding.c.owner_id == exchange.c.owner_id, holding.c.exchange_id == exchange.c.id)
            orphans.update(self.connection.scalars(select(exchange.c.id).where(self.mine(exchange), exchange.c.id.in_(batch), ~still_held)))
            held_here = (
                select(holding.c.exchange_id)
                .join(stream, stream.c.id == holding.c.stream_id)
                .where(self.mine(holding), self.mine(stream), stream.c.account_id == account_id, holding.c.exchange_id.in_(batch))
            )
            self.execute(
                update(exchange)
                .where(
                    self.mine(exchange),
                    exchange.c.id.in_(batch),
                    exchange.c.source_id == account_id,
                    exchange.c.id.notin_(held_here),
                )
                .values(source_id=NOBODY)
            )
        self._remove(orphans)
        return len(orphans)

    def rename(self, row: int, before: str, after: str) -> None:
        """Give an exchange another id, and bind what it seals to that."""
        stored = self.execute(select(exchange.c.sealed, exchange.c.outgoing).where(self.mine(exchange), exchange.c.id == row)).one()
        sealed = stored.sealed
        if sealed is not None:
            sealed = self.seal(self.unseal(sealed, exchange, before, "sealed"), exchange, after, "sealed")
        self.execute(update(exchange).where(self.mine(exchange), exchange.c.id == row).values(external_id=after, sealed=sealed))
        if stored.outgoing:
            self.follow_renamed(row, before, after)
        self.unsettled |= self._seated({row})

    def _remove(self, rows: set[int]) -> None:
        touched: set[int] = set()
        plain_ids: set[str] = set()
        loose: set[int] = set()
        for batch in in_batches(rows):
            touched |= self._seated(batch)
            loose |= self.forget_traces(batch)
            plain_ids.update(self.connection.scalars(select(exchange.c.external_id).where(self.mine(exchange), exchange.c.id.in_(batch))))
            self.execute(exchange.delete().where(self.mine(exchange), exchange.c.id.in_(batch)))
        self.recount(touched)
        self.unsettled |= touched
        self.note_loose(loose - rows)
        for each in sorted({bare_id(one) for one in plain_ids}):
            self._promote(each)

    def _seated(self, rows: Iterable[int]) -> set[int]:
        return set(
            self.connection.scalars(
                select(participation.c.address_id).where(self.mine(participation), participation.c.exchange_id.in_(sorted(rows))).distinct()
            )
        )

    def _promote(self, plain: str) -> None:
        """Where the first mail of an id has gone, the next one takes the id, as if it had been the first."""
        if self.connection.scalar(select(exchange.c.id).where(self.mine(exchange), exchange.c.external_id == plain)):
            return
        waiting = self._marked(plain, select(exchange.c.id, exchange.c.external_id).where(self.mine(exchange)))
        if waiting:
            rows = dict(waiting)
            written = self.execute(
                select(exchange.c.id, exchange.c.kind, exchange.c.at, exchange.c.sender).where(self.mine(exchange), exchange.c.id.in_(rows))
            )
            first = min(written, key=lambda row: identity_of(row.kind, row.at, row.sender))
            self.rename(first.id, rows[first.id], plain)

    def _marked(self, plain: str, query: Select[tuple[int, str]]) -> list[tuple[int, str]]:
        """The rows of a query (number, id) whose id is this one with a mark."""
        between = (exchange.c.external_id > plain + _FIRST_MARKED, exchange.c.external_id < plain + _AFTER_MARKED)
        return [(row, found) for row, found in self.execute(query.where(*between)) if bare_id(found) == plain]


def bare_id(external_id: str) -> str:
    """An id without the mark that tells mails of one id apart."""
    marked = _MARK.fullmatch(external_id)
    return marked.group(1) if marked else external_id
