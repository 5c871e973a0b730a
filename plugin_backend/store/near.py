"""Who is near the owner and near somebody else as well, seen with them or of their organisation: what a warm introduction needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, Integer, and_, bindparam, select

from plugin_backend.store.rows import NearRow
from plugin_backend.store.session import Session, among, in_batches, of_owner
from plugin_backend.store.tables import Moment, address, exchange, from_micros, participation, person, projection, to_micros

CONTACT_AUDIENCE = 50
"""Being among more people than this shows no contact."""

_DOMAIN_ADDRESSES = 60
"""How many addresses of an organisation are looked at, those last heard from first."""

_ADDRESSES = (
    select(person.c.key, address.c.id)
    .join(address, address.c.person_id == person.c.id)
    .where(of_owner(address, person), person.c.key.in_(among("persons")))
    .order_by(address.c.id)
)
_NEWEST = (
    select(participation.c.exchange_id, participation.c.at)
    .join(exchange, exchange.c.id == participation.c.exchange_id)
    .where(of_owner(participation, exchange), participation.c.address_id == bindparam("address", type_=BigInteger))
    .where(participation.c.at <= bindparam("until", type_=BigInteger), exchange.c.human, exchange.c.audience <= CONTACT_AUDIENCE)
    .order_by(participation.c.at.desc(), participation.c.exchange_id.desc())
    .limit(bindparam("limit", type_=Integer))
)


def tells_at() -> ColumnElement[bool]:
    """Whether a projection says where its person stands at a moment: parameters `rules`, `moment` and `micros`."""
    return and_(
        person.c.revision == projection.c.revision,
        projection.c.rules_version == bindparam("rules", type_=Integer),
        projection.c.computed_at <= bindparam("moment", type_=Moment),
        person.c.stale_at > bindparam("micros", type_=BigInteger),
    )


_OTHERS = (
    select(person.c.key, participation.c.exchange_id, projection.c.highest, projection.c.stage, tells_at().label("tells"))
    .join(address, address.c.id == participation.c.address_id)
    .join(person, person.c.id == address.c.person_id)
    .join(projection, projection.c.person_id == person.c.id)
    .where(of_owner(person, address, participation, projection))
    .where(participation.c.exchange_id.in_(among("exchanges")), projection.c.highest.in_(among("stages")))
)
_IDS = select(exchange.c.id, exchange.c.external_id).where(of_owner(exchange), exchange.c.id.in_(among("rows")))
_HEARD_FROM = (
    select(address.c.person_id)
    .where(of_owner(address), address.c.domain == bindparam("domain"))
    .order_by(address.c.wrote_at.desc())
    .limit(_DOMAIN_ADDRESSES)
)
_OF_DOMAIN = (
    select(person.c.key, projection.c.highest, projection.c.stage, projection.c.last_at, tells_at().label("tells"))
    .join(projection, projection.c.person_id == person.c.id)
    .where(of_owner(person, projection), projection.c.person_id.in_(_HEARD_FROM), projection.c.highest.in_(among("stages")))
    .order_by(projection.c.last_at.desc(), projection.c.person_id.desc())
    .limit(bindparam("limit", type_=Integer))
)


class Near(Session):
    """Looks for those who have reached some stage with the owner, by their projections alone: none is opened."""

    def near_seen_with(
        self, person_ids: Iterable[str], *, stages: Iterable[str], rules_version: int, as_of: datetime, limit: int
    ) -> dict[str, tuple[NearRow, ...]]:
        """Those near the owner in the newest human exchanges of persons, by person: each with the newest exchange that both are in.

        Args:
            stages: The stages that count as near; who never reached one is left out.
            as_of: What came later counts for nothing.
            limit: How many exchanges of each address are looked at.
        """
        moments: dict[int, int] = {}
        shared_by: dict[int, set[str]] = defaultdict(set)
        for person_id, number, at in self._newest_of(person_ids, until=to_micros(as_of), limit=limit):
            moments[number] = at
            shared_by[number].add(person_id)
        newest: dict[tuple[str, str], tuple[int, int]] = {}
        stage_of: dict[str, tuple[str, str | None]] = {}
        for batch in in_batches(moments):
            asked = {"exchanges": batch, "stages": sorted(stages), **_at(rules_version, as_of)}
            for other, number, highest, stage, tells in self.ask(_OTHERS, **asked):
                stage_of[other] = (highest, stage if tells else None)
                for person_id in shared_by[number] - {other}:
                    newest[person_id, other] = max(newest.get((person_id, other), (0, 0)), (moments[number], number))
        return self._rows(newest, stage_of)

    def near_in_domain(
        self, domain: str, *, stages: Iterable[str], rules_version: int, as_of: datetime, limit: int
    ) -> tuple[NearRow, ...]:
        """Those near the owner with an address in a registrable domain, last exchanged with first."""
        asked = {"domain": domain.lower(), "stages": sorted(stages), "limit": limit, **_at(rules_version, as_of)}
        return tuple(
            NearRow(person_id=row.key, highest=row.highest, stage=row.stage if row.tells else None, at=from_micros(row.last_at))
            for row in self.ask(_OF_DOMAIN, **asked)
        )

    def _newest_of(self, person_ids: Iterable[str], *, until: int, limit: int) -> Iterable[tuple[str, int, int]]:
        """Person, exchange row and moment: one address at a time, so that each walks its own index from the newest end."""
        for batch in in_batches(set(person_ids)):
            for person_id, row in self.ask(_ADDRESSES, persons=batch).all():
                for number, at in self.ask(_NEWEST, address=row, until=until, limit=limit):
                    yield person_id, number, at

    def _rows(
        self, newest: Mapping[tuple[str, str], tuple[int, int]], stage_of: Mapping[str, tuple[str, str | None]]
    ) -> dict[str, tuple[NearRow, ...]]:
        ids: dict[int, str] = {}
        for batch in in_batches({number for _, number in newest.values()}):
            ids.update(self.ask(_IDS, rows=batch).all())
        found: dict[str, list[NearRow]] = defaultdict(list)
        for (person_id, other), (at, number) in newest.items():
            highest, stage = stage_of[other]
            found[person_id].append(NearRow(person_id=other, highest=highest, stage=stage, at=from_micros(at), exchange=ids[number]))
        return {person_id: tuple(sorted(rows, key=lambda row: (row.at, row.person_id), reverse=True)) for person_id, rows in found.items()}


def _at(rules_version: int, as_of: datetime) -> dict[str, object]:
    return {"rules": rules_version, "moment": as_of, "micros": to_micros(as_of)}
