"""Readings of persons: from the projection where it still holds, by replaying the ledger where it does not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from plugin_backend.domain.people import Owner, Person
from plugin_backend.domain.projection import relationship_from_json, relationship_to_json
from plugin_backend.domain.readings import Reading
from plugin_backend.domain.stages import RULES_VERSION, Relationship, reading_of, replay
from plugin_backend.store import Database, OwnerStore, ProjectionRow
from plugin_backend.usecases.presenting import reading_summary

RESTATE_AFTER = timedelta(days=1)
"""Standings move by days (product rules, section 4): the lists are restated at least this often."""

REFRESH_BATCH = 1_000
"""Persons per transaction of a refresh: short enough that other writers do not wait."""


def replayed(store: OwnerStore, person: Person, *, owner: Owner, as_of: datetime) -> Relationship:
    """A person's relationship, replayed from the ledger as of any date."""
    return replay(
        store.entries_with(person.id, until=as_of),
        store.corrections(person.addresses),
        person=person,
        owner=owner,
        as_of=as_of,
    )


def relationships_of(store: OwnerStore, persons: Iterable[Person], *, owner: Owner, as_of: datetime) -> dict[str, Relationship]:
    """The relationships of several persons, by person id."""
    wanted = {person.id: person for person in persons}
    projections = store.projections(tuple(wanted))
    found: dict[str, Relationship] = {}
    for person_id, person in wanted.items():
        row = projections.get(person_id)
        relationship = _projected(row, as_of) if row else None
        found[person_id] = relationship or replayed(store, person, owner=owner, as_of=as_of)
    return found


def readings_of(store: OwnerStore, persons: Iterable[Person], *, owner: Owner, as_of: datetime) -> dict[str, Reading]:
    """The readings of several persons, by person id."""
    relationships = relationships_of(store, persons, owner=owner, as_of=as_of)
    return {person_id: reading_of(relationship, as_of) for person_id, relationship in relationships.items()}


def refresh_readings(database: Database, owner_id: int, *, now: datetime) -> int:
    """Bring every projection up to date and return how many were; a rebuilt ledger gives the same ones.

    Safe to stop at any moment and to run beside a reader: a reader that finds a stale projection replays for itself.
    """
    refreshed = 0
    while True:
        with database.write(owner_id) as store:
            stale = store.stale_people(RULES_VERSION, now, REFRESH_BATCH)
            if not stale:
                return refreshed
            store.put_projections(_refreshed(store, stale, now=now))
            refreshed += len(stale)


def _refreshed(store: OwnerStore, stale: tuple[str, ...], *, now: datetime) -> list[ProjectionRow]:
    owner = store.owner()
    persons = store.persons(stale)
    held = {person_id: _projected(row, now) for person_id, row in store.projections(stale).items()}
    fresh = [_row(persons[person_id], relationship, now=now) for person_id, relationship in held.items() if relationship is not None]
    corrections = store.corrections(None)
    overtaken = [person_id for person_id in persons if held.get(person_id) is None]
    for person_id, entries in store.entries_by_person(overtaken):
        person = persons[person_id]
        fresh.append(_row(person, replay(entries, corrections, person=person, owner=owner, as_of=now), now=now))
    return fresh


def _projected(row: ProjectionRow, as_of: datetime) -> Relationship | None:
    if not row.fresh or row.rules_version != RULES_VERSION or row.relationship is None:
        return None
    relationship = relationship_from_json(row.relationship)
    if as_of < relationship.as_of or (relationship.valid_until is not None and as_of >= relationship.valid_until):
        return None
    return relationship


def _row(person: Person, relationship: Relationship, *, now: datetime) -> ProjectionRow:
    reading = reading_of(relationship, now)
    restate_at = now + RESTATE_AFTER
    return ProjectionRow(
        person_id=person.id,
        rules_version=RULES_VERSION,
        computed_at=now,
        valid_until=min(restate_at, relationship.valid_until) if relationship.valid_until else restate_at,
        relationship=relationship_to_json(relationship),
        stage=reading.stage.value,
        highest=reading.highest.value,
        standing=reading.standing.value if reading.standing else "",
        last_at=reading.last_at,
        because=reading_summary(reading),
    )
