"""Weighing: whether the traces of two addresses of one name make them one person's, or leave a question to the owner.

A trace speaks only where nobody else can have left it: not where a list or an office was written to, nor a namesake, nor where the
answer goes to the very address it would stand for. What the owner ignores does not speak.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Row, select

from plugin_backend.domain.ledger import CorrectionKind
from plugin_backend.domain.names import is_one_name, may_be_one, name_key, spelled_name
from plugin_backend.domain.people import AddressKind, AliasEvidence, kind_by_name, same_person
from plugin_backend.store.codec import ANSWERS, storable_id
from plugin_backend.store.corrections import Corrections
from plugin_backend.store.naming import Naming
from plugin_backend.store.session import in_batches
from plugin_backend.store.tables import WRITTEN_TO, Behind, address, address_name, alias_evidence, exchange, participation

_TRACES_WEIGHED = 20
"""Of many traces of one pair the earliest are weighed."""

_LOOKED_AT = 50
"""How many exchanges a writer may have been in before an answer: all are looked at for another way into its thread."""


@dataclass(slots=True, kw_only=True)
class Known:
    """One address of the part of the ledger that is being resolved."""

    row: int
    address: str
    behind: int
    name: str
    name_key: str
    domain: str
    person_id: int | None
    seated: bool
    """It sits in at least one exchange."""

    @property
    def is_person(self) -> bool:
        """Whether neither its form nor its headers nor its usual name says otherwise."""
        return self.behind == Behind.PERSON and kind_by_name(self.name, self.address) is AddressKind.PERSON

    @property
    def full_name(self) -> str:
        """The usual name seen with it, or the one it spells."""
        return self.name or spelled_name(self.address)


class Recipient(NamedTuple):
    """Whom a mail was written to."""

    row: int
    behind: int
    name_key: str


Pair = tuple[str, str]


class Weighing(Naming, Corrections):
    """Weighs what the ledger has about pairs of addresses."""

    def evident(self, candidates: Iterable[Known]) -> list[Pair]:
        """Pairs of one name for which the exchanges speak on both sides."""
        rows = {each.row: each for each in candidates if each.name_key}
        pairs = [(rows[low], rows[high]) for low, high in self._traced(rows) if may_be_one(rows[low].full_name, rows[high].full_name)]
        seen = self.usual_names({each.row: each.row for pair in pairs for each in pair})
        names = {each.row: seen.get(each.row, (each.full_name,)) for pair in pairs for each in pair}
        ignored = {storable_id(word.exchange) for word in self.words(CorrectionKind.IGNORE_EXCHANGE)}
        return [
            (min(one.address, other.address), max(one.address, other.address))
            for one, other in pairs
            if is_one_name((*names[one.row], *names[other.row])) and same_person(self._evidence(one, other, ignored))
        ]

    def _traced(self, rows: Mapping[int, Known]) -> list[tuple[int, int]]:
        """Pairs of namesakes with any trace."""
        by_key: dict[str, list[int]] = defaultdict(list)
        for row, each in rows.items():
            by_key[each.name_key].append(row)
        found: set[tuple[int, int]] = set()
        for batch in in_batches({row for namesakes in by_key.values() if len(namesakes) > 1 for row in namesakes}):
            traced = select(alias_evidence.c.low_id, alias_evidence.c.high_id).where(
                self.mine(alias_evidence), alias_evidence.c.low_id.in_(batch)
            )
            found.update((low, high) for low, high in self.execute(traced.distinct()) if high in rows)
        return sorted(pair for pair in found if rows[pair[0]].name_key == rows[pair[1]].name_key)

    def _evidence(self, one: Known, other: Known, ignored: set[str]) -> AliasEvidence:
        """What speaks for two addresses of one name: a trace, and a letter of the owner's to the address that is the newer one in it."""
        for trace in self._traces(one, other):
            old, new = (one, other) if self._leads_to(trace, other) else (other, one)
            if ignored.isdisjoint((trace.external_id, trace.asked_id)) and self._speaks(trace, old, new):
                letter = self._letter_to(new, ignored)
                if letter:
                    return AliasEvidence(one_name=True, person_side=(trace.external_id,), owner_side=(letter,))
        return AliasEvidence(one_name=True)

    def _traces(self, one: Known, other: Known) -> list[Row[Any]]:
        asked = exchange.alias("asked")
        columns = (exchange.c.id, exchange.c.external_id, exchange.c.at, exchange.c.sender_id, exchange.c.answered)
        traces = (
            select(*columns, alias_evidence.c.answered_id, asked.c.external_id.label("asked_id"))
            .join(exchange, exchange.c.id == alias_evidence.c.exchange_id)
            .outerjoin(asked, self.mine(asked) & (asked.c.id == alias_evidence.c.answered_id))
            .where(self.mine(alias_evidence), self.mine(exchange))
            .where(alias_evidence.c.low_id == min(one.row, other.row), alias_evidence.c.high_id == max(one.row, other.row))
            .order_by(exchange.c.at, exchange.c.external_id, asked.c.external_id)
            .limit(_TRACES_WEIGHED)
        )
        return list(self.execute(traces))

    def _leads_to(self, trace: Row[Any], each: Known) -> bool:
        """Whether an address is the newer one of a trace: the one answered from, or the one where answers shall go."""
        return (trace.sender_id == each.row) is (trace.answered_id is not None)

    def _speaks(self, trace: Row[Any], old: Known, new: Known) -> bool:
        if trace.answered_id is None:
            return True
        others = [each for each in self._recipients(trace.answered_id) if each.row != old.row]
        if any(each.behind != Behind.PERSON or each.name_key == new.name_key for each in others):
            return False
        if any(each.row == old.row for each in self._recipients(trace.id)):
            return False
        by_topic = trace.answered.startswith(ANSWERS)
        return not by_topic or (old.domain != new.domain and not self._was_on_topic(new, trace))

    def _recipients(self, row: int) -> list[Recipient]:
        seated = (
            select(address.c.id, address.c.behind, address.c.name_key)
            .join(participation, participation.c.address_id == address.c.id)
            .where(self.mine(participation), self.mine(address), participation.c.exchange_id == row)
            .where(participation.c.seats.op("&")(int(WRITTEN_TO)) != 0)
        )
        return [Recipient(*each) for each in self.execute(seated)]

    def _was_on_topic(self, writer: Known, trace: Row[Any]) -> bool:
        """Whether the writer of an answer may have come to its topic by another way than the mail to their other address."""
        before = (
            select(exchange.c.facts)
            .join(participation, participation.c.exchange_id == exchange.c.id)
            .where(self.mine(participation), self.mine(exchange), participation.c.address_id == writer.row)
            .where(participation.c.at <= trace.at, exchange.c.id != trace.id)
            .limit(_LOOKED_AT + 1)
        )
        topics = [orjson.loads(facts).get("topic") for facts in self.connection.scalars(before)]
        return len(topics) > _LOOKED_AT or trace.answered.removeprefix(ANSWERS) in topics

    def _letter_to(self, each: Known, ignored: set[str]) -> str:
        """The id of a mail that the owner wrote to an address under its name; empty where there is none."""
        stored = select(address_name.c.id, address_name.c.name).where(self.mine(address_name), address_name.c.address_id == each.row)
        names = [row for row, name in self.execute(stored) if name_key(name) == each.name_key]
        letters = (
            select(exchange.c.external_id)
            .join(participation, participation.c.exchange_id == exchange.c.id)
            .where(self.mine(participation), self.mine(exchange), participation.c.address_id == each.row)
            .where(participation.c.name_id.in_(names), participation.c.seats.op("&")(int(WRITTEN_TO)) != 0)
            .where(exchange.c.outgoing, exchange.c.human)
            .order_by(participation.c.at, exchange.c.external_id)
            .limit(len(ignored) + 1)
        )
        return next((letter for letter in self.connection.scalars(letters) if letter not in ignored), "")
