"""The canonical account of a ledger, line by line: what two installations have to agree on, whatever the order of their work.

Blind tokens depend on the keys of an installation. They are told here by the order in which they first appear.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import orjson
from sqlalchemy import exists, select

from plugin_backend.store.corrections import Corrections
from plugin_backend.store.tables import address, exchange, participation, person, to_micros

_AT_ONCE = 500
_seated = exists().where(participation.c.owner_id == address.c.owner_id, participation.c.address_id == address.c.id)


class Fingerprint(Corrections):
    """Tells whether two ledgers are equal."""

    def fingerprint(self) -> str:
        """A hash over exchanges, who sat in them, persons and corrections: equal ledgers have equal ones, in any installation."""
        digest = hashlib.sha256()
        for line in self.canonical_lines():
            digest.update(line + b"\n")
        return digest.hexdigest()

    def canonical_lines(self) -> Iterator[bytes]:
        """Everything of a ledger that does not depend on when and in which order it was read."""
        yield from self._exchange_lines()
        yield from self._seat_lines()
        yield from self._person_lines()
        for word in self.corrections():
            yield _line(["correction", word.id, word.kind.value, to_micros(word.at), word.addresses, word.exchange, word.value, word.note])

    def _exchange_lines(self) -> Iterator[bytes]:
        topics: dict[str, int] = {}
        rows = select(exchange).where(self.mine(exchange)).order_by(exchange.c.external_id)
        for row in self.execute(rows, execution_options={"yield_per": _AT_ONCE}):
            facts = orjson.loads(row.facts)
            if "topic" in facts:
                facts["topic"] = topics.setdefault(facts["topic"], len(topics))
            facts["terms"] = len(facts.get("terms", ()))
            sealed = orjson.loads(self.unseal(row.sealed, exchange, row.external_id, "sealed")) if row.sealed else {}
            yield _line(["exchange", row.external_id, facts, sealed])

    def _seat_lines(self) -> Iterator[bytes]:
        rows = (
            select(exchange.c.external_id, address.c.address, participation.c.seats, participation.c.at)
            .join(participation, participation.c.exchange_id == exchange.c.id)
            .join(address, address.c.id == participation.c.address_id)
            .where(self.mine(exchange), self.mine(participation), self.mine(address))
            .order_by(exchange.c.external_id, address.c.address)
        )
        for row in self.execute(rows, execution_options={"yield_per": _AT_ONCE}):
            yield _line(["seat", row.external_id, row.address, row.seats, row.at])

    def _person_lines(self) -> Iterator[bytes]:
        rows = (
            select(person.c.key, person.c.name, address.c.address, address.c.name.label("display"), address.c.behind)
            .join(address, address.c.person_id == person.c.id)
            .where(self.mine(person), self.mine(address), _seated)
            .order_by(person.c.key, address.c.address)
        )
        for row in self.execute(rows, execution_options={"yield_per": _AT_ONCE}):
            yield _line(["person", row.key, row.name, row.address, row.display, row.behind])


def _line(content: list[Any]) -> bytes:
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
