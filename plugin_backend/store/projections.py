"""Projections: the replayed ledger of each person, sealed, with what lists are made of; and what briefs remember."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Row, Select, bindparam, select, update

from plugin_backend.domain.openings import Before, Company
from plugin_backend.domain.reply_estimate import Tally
from plugin_backend.store.codec import storable_id
from plugin_backend.store.rows import ProjectionRow
from plugin_backend.store.session import Session, in_batches
from plugin_backend.store.tables import NEVER, brief_memory, from_micros, opening, person, projection, to_micros

_FOR_EVER = 2**62
_LISTED = tuple(column for column in projection.c if column.name not in {"owner_id", "sealed_relationship"})


class Projections(Session):
    """Keeps what would take a replay to know; everything here can be rebuilt from the ledger."""

    def projections(self, person_ids: Iterable[str]) -> dict[str, ProjectionRow]:
        """The projections of persons, by person id; `fresh` tells whether the ledger has changed since."""
        found: dict[str, ProjectionRow] = {}
        for batch in in_batches(set(person_ids)):
            query = self.projected().add_columns(projection.c.sealed_relationship).where(person.c.key.in_(batch))
            found.update({row.key: self.projection_row(row) for row in self.execute(query)})
        return found

    def revisions(self, person_ids: Iterable[str]) -> dict[str, int]:
        """The revisions of persons, by person id: they move with every change that a reading depends on."""
        return {key: revision for key, (_, revision) in self._numbered(person_ids).items()}

    def put_projections(self, rows: Sequence[ProjectionRow], *, computed_from: Mapping[str, int] | None = None) -> None:
        """Store projections.

        Args:
            computed_from: The revisions they were computed from, by person id; those of persons that have changed since are left out.
                None where they were computed in this transaction.
        """
        now_at = self._numbered(row.person_id for row in rows)
        kept = [row for row in rows if row.person_id in now_at]
        if computed_from is not None:
            kept = [row for row in kept if now_at[row.person_id][1] == computed_from.get(row.person_id)]
        if not kept:
            return
        statement = self.insert(projection)
        replaced = {column.name: statement.excluded[column.name] for column in projection.c if column.name not in {"person_id", "owner_id"}}
        self.execute(
            statement.on_conflict_do_update(index_elements=["person_id"], set_=replaced),
            [self._columns(row, *now_at[row.person_id]) for row in kept],
        )
        self.execute(
            update(person)
            .where(self.mine(person), person.c.id == bindparam("row"))
            .values(rules_version=bindparam("rules"), stale_at=bindparam("stale")),
            [
                {
                    "row": now_at[row.person_id][0],
                    "rules": row.rules_version,
                    "stale": to_micros(row.valid_until) if row.valid_until else _FOR_EVER,
                }
                for row in kept
            ],
        )
        self._put_openings(kept, {row.person_id: now_at[row.person_id][0] for row in kept})

    def openings_tally(self, before: Before, company: Company, *, until: datetime, most: int) -> Tally:
        """How many of the owner's newest openings of a sort, up to a moment, and how many of those were answered."""
        of_sort = (
            select(opening.c.answered_at)
            .where(self.mine(opening), opening.c.came_before == before.value, opening.c.company == company.value)
            .where(opening.c.at <= to_micros(until))
            .order_by(opening.c.at.desc())
            .limit(most)
        )
        answers = self.connection.scalars(of_sort).all()
        return Tally(mails=len(answers), answered=sum(answered is not None for answered in answers))

    def stale_people(self, rules_version: int, now: datetime, limit: int) -> tuple[str, ...]:
        """Persons whose projection is missing, was overtaken by the ledger or by time, or follows other rules."""
        found: list[str] = []
        for condition in (
            person.c.rules_version < rules_version,
            person.c.rules_version > rules_version,
            (person.c.rules_version == rules_version) & (person.c.stale_at <= to_micros(now)),
        ):
            if len(found) < limit:
                stale = select(person.c.key).where(self.mine(person), condition).limit(limit - len(found))
                found.extend(self.connection.scalars(stale))
        return tuple(found)

    def _put_openings(self, rows: Sequence[ProjectionRow], numbers: Mapping[str, int]) -> None:
        """Replace the openings of those persons whose ledger was read anew."""
        anew = [(numbers[row.person_id], row.openings) for row in rows if row.openings is not None]
        for batch in in_batches(number for number, _ in anew):
            self.execute(opening.delete().where(self.mine(opening), opening.c.person_id.in_(batch)))
        found = [
            {
                "person_id": number,
                "number": place,
                "owner_id": self.owner_id,
                "came_before": each.before.value,
                "company": each.company.value,
                "at": to_micros(each.at),
                "answered_at": to_micros(each.answered_at) if each.answered_at else None,
            }
            for number, openings in anew
            for place, each in enumerate(openings)
        ]
        if found:
            self.execute(opening.insert(), found)

    def _numbered(self, person_ids: Iterable[str]) -> dict[str, tuple[int, int]]:
        """Row and revision of persons, by person id."""
        found: dict[str, tuple[int, int]] = {}
        for batch in in_batches(set(person_ids)):
            stored = select(person.c.key, person.c.id, person.c.revision).where(self.mine(person), person.c.key.in_(batch))
            found.update({key: (number, revision) for key, number, revision in self.execute(stored)})
        return found

    def projected(self) -> Select[Any]:
        """Persons with what lists show of their projections."""
        return (
            select(*_LISTED, person.c.key, (person.c.revision == projection.c.revision).label("fresh"))
            .join(person, person.c.id == projection.c.person_id)
            .where(self.mine(projection), self.mine(person))
        )

    def projection_row(self, row: Row[Any]) -> ProjectionRow:
        """A row of `projected`, opened."""
        sealed = row._mapping.get("sealed_relationship")
        return ProjectionRow(
            person_id=row.key,
            rules_version=row.rules_version,
            computed_at=row.computed_at,
            valid_until=row.valid_until,
            stage=row.stage,
            highest=row.highest,
            standing=row.standing,
            last_at=from_micros(row.last_at) if row.last_at != NEVER else None,
            because=self.unseal(row.sealed_because, projection, row.key, "sealed_because").decode(),
            relationship=orjson.loads(self.unseal(sealed, projection, row.key, "sealed_relationship")) if sealed else None,
            revision=row.revision,
            fresh=bool(row.fresh),
        )

    def brief_seen(self, event_id: str, person_id: str) -> dict[str, Any] | None:
        """What was known of a person when the owner last saw a brief about them, for this event or another; None for the first."""
        newest = (
            select(brief_memory)
            .where(self.mine(brief_memory), brief_memory.c.person == person_id)
            .order_by(brief_memory.c.at.desc(), (brief_memory.c.event == storable_id(event_id)).desc(), brief_memory.c.event)
            .limit(1)
        )
        row = self.execute(newest).one_or_none()
        if row is None:
            return None
        found: dict[str, Any] = orjson.loads(self.unseal(row.sealed, brief_memory, f"{row.person}|{row.event}", "sealed"))
        return found

    def remember_brief(self, event_id: str, person_id: str, snapshot: dict[str, Any], at: datetime) -> None:
        """Keep what was known of a person when a brief was shown."""
        event = storable_id(event_id)
        statement = self.insert(brief_memory)
        self.execute(
            statement.on_conflict_do_update(
                index_elements=["owner_id", "person", "event"], set_={"at": statement.excluded.at, "sealed": statement.excluded.sealed}
            ),
            [
                {
                    "owner_id": self.owner_id,
                    "event": event,
                    "person": person_id,
                    "at": at,
                    "sealed": self.seal(orjson.dumps(snapshot), brief_memory, f"{person_id}|{event}", "sealed"),
                }
            ],
        )

    def _columns(self, row: ProjectionRow, number: int, revision: int) -> dict[str, Any]:
        because = row.because.encode("utf-8", "replace")
        return {
            "person_id": number,
            "owner_id": self.owner_id,
            "revision": revision,
            "rules_version": row.rules_version,
            "computed_at": row.computed_at,
            "valid_until": row.valid_until,
            "stage": row.stage,
            "highest": row.highest,
            "standing": row.standing,
            "last_at": to_micros(row.last_at) if row.last_at else NEVER,
            "sealed_because": self.seal(because, projection, row.person_id, "sealed_because"),
            "sealed_relationship": self.seal(orjson.dumps(row.relationship or {}), projection, row.person_id, "sealed_relationship"),
        }
