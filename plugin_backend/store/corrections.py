"""Corrections: the owner's word, which no re-sync can take away."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from sqlalchemy import Row, select

from plugin_backend.domain.ledger import Correction, CorrectionKind
from plugin_backend.store.codec import storable_address, storable_id
from plugin_backend.store.session import Session, in_batches
from plugin_backend.store.tables import address, correction, exchange, participation


class Corrections(Session):
    """The owner's corrections that stand."""

    _standing: tuple[Correction, ...] | None = None

    def add_correction(self, word: Correction) -> None:
        """Record the owner's word; the same one twice is recorded once."""
        note = self.seal(word.note.encode("utf-8", "replace"), correction, word.id, "sealed_note") if word.note else None
        self.execute(
            self.insert(correction).on_conflict_do_nothing(index_elements=["owner_id", "key"]),
            [
                {
                    "owner_id": self.owner_id,
                    "key": word.id,
                    "kind": word.kind.value,
                    "at": word.at,
                    "addresses": orjson.dumps([storable_address(each) for each in word.addresses]).decode(),
                    "exchange": storable_id(word.exchange),
                    "value": word.value,
                    "until": word.until,
                    "on_day": word.on,
                    "sealed_note": note,
                }
            ],
        )
        self._standing = None
        self._unsettle(word)

    def corrections(self, addresses: Iterable[str] | None = None) -> tuple[Correction, ...]:
        """The words that stand, oldest first: all of them, or those that bear on a person of these addresses."""
        if self._standing is None:
            rows = self.execute(select(correction).where(self.mine(correction)).order_by(correction.c.at, correction.c.key))
            self._standing = tuple(self._correction(row) for row in rows)
        if addresses is None:
            return self._standing
        about = {storable_address(each) for each in addresses}
        theirs = self._theirs({word.exchange for word in self._standing if word.exchange and not word.addresses}, about)
        return tuple(
            word for word in self._standing if about.intersection(word.addresses) or (not word.addresses and word.exchange in theirs)
        )

    def undo_correction(self, correction_id: str) -> bool:
        """Withdraw a word; False where no such word stands."""
        word = next((each for each in self.corrections() if each.id == correction_id), None)
        if word is None:
            return False
        self.execute(correction.delete().where(self.mine(correction), correction.c.key == correction_id))
        self._standing = None
        self._unsettle(word)
        return True

    def words(self, *kinds: CorrectionKind) -> tuple[Correction, ...]:
        """The standing words of some kinds."""
        return tuple(word for word in self.corrections() if word.kind in kinds)

    def rows_of(self, addresses: Iterable[str]) -> set[int]:
        """The rows of addresses, as far as the ledger has seen them."""
        found: set[int] = set()
        for batch in in_batches({storable_address(each) for each in addresses}):
            found.update(self.connection.scalars(select(address.c.id).where(self.mine(address), address.c.address.in_(batch))))
        return found

    def _unsettle(self, word: Correction) -> None:
        self.unsettled |= self.rows_of(word.addresses)
        if word.exchange:
            seated = (
                select(participation.c.address_id)
                .join(exchange, exchange.c.id == participation.c.exchange_id)
                .where(self.mine(participation), self.mine(exchange), exchange.c.external_id == storable_id(word.exchange))
            )
            self.unsettled.update(self.connection.scalars(seated))

    def _theirs(self, exchanges: set[str], addresses: set[str]) -> set[str]:
        """Which of these exchanges one of these addresses sits in."""
        rows = self.rows_of(addresses) if exchanges else set()
        found: set[str] = set()
        for batch in in_batches(exchanges):
            seated = (
                select(exchange.c.external_id)
                .join(participation, participation.c.exchange_id == exchange.c.id)
                .where(self.mine(exchange), self.mine(participation), exchange.c.external_id.in_(batch))
                .where(participation.c.address_id.in_(sorted(rows)))
            )
            found.update(self.connection.scalars(seated))
        return found

    def _correction(self, row: Row[Any]) -> Correction:
        return Correction(
            id=row.key,
            kind=CorrectionKind(row.kind),
            at=row.at,
            addresses=tuple(orjson.loads(row.addresses)),
            exchange=row.exchange,
            value=row.value,
            until=row.until,
            on=row.on_day,
            note=self.unseal(row.sealed_note, correction, row.key, "sealed_note").decode() if row.sealed_note else "",
        )
