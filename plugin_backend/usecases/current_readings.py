"""Readings of persons: from the projection where it still holds, by replaying the ledger where it does not."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.connection import Connection

from plugin_backend.domain.openings import Opening
from plugin_backend.domain.people import Owner, Person
from plugin_backend.domain.projection import relationship_from_json, relationship_to_json
from plugin_backend.domain.readings import Reading
from plugin_backend.domain.stages import RULES_VERSION, Relationship, reading_of, replay
from plugin_backend.store.crypto import Key, KeyRing
from plugin_backend.store.database import Database
from plugin_backend.store.owner_store import OwnerStore
from plugin_backend.store.rows import ProjectionRow
from plugin_backend.usecases.children import Inbox, child
from plugin_backend.usecases.presenting import reading_summary

RESTATE_AFTER = timedelta(days=1)
"""Standings move by days (product rules, section 4): the lists are restated at least this often."""

REFRESHED_AT_ONCE = 20_000
"""Persons that are looked up as stale at once."""

REFRESH_BATCH = 500
"""Persons per transaction of a refresh: few enough that memory stays small, and other writers never wait long."""

BATCHES_FOR_CHILD = 6
"""With fewer batches, starting a process takes longer than it saves."""

BATCHES_AHEAD = 2
"""Batches that the child has been given: one to read, and one that waits meanwhile."""


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


def refresh_readings(database: Database, owner_id: int, *, now: datetime, in_child: bool = False) -> int:
    """Bring every projection up to date and return how many were; a rebuilt ledger gives the same ones.

    Safe to stop at any moment and to run beside readers and writers: a reader that finds a stale projection replays for itself, and
    what somebody changes while it is being read stays stale until the next round.

    Args:
        in_child: Read in a child process as well where there is enough to read; set it where the machine is otherwise idle.
    """
    refreshed = 0
    while True:
        with database.read(owner_id) as store:
            stale = store.stale_people(RULES_VERSION, now, REFRESHED_AT_ONCE)
        if not stale:
            return refreshed
        batches = [stale[begin : begin + REFRESH_BATCH] for begin in range(0, len(stale), REFRESH_BATCH)]
        beside = in_child and len(batches) >= BATCHES_FOR_CHILD
        for batch in _read_with_child(database, owner_id, batches, now) if beside else _read_here(database, owner_id, batches, now):
            with database.write(owner_id) as store:
                store.put_projections(batch.rows, computed_from=batch.revisions)
        refreshed += len(stale)


@dataclass(frozen=True, slots=True)
class Refreshed:
    """Projections, and the revisions of their persons that they were computed from."""

    rows: tuple[ProjectionRow, ...]
    revisions: Mapping[str, int]


def _read_here(database: Database, owner_id: int, batches: Iterable[Sequence[str]], now: datetime) -> Iterator[Refreshed]:
    for batch in batches:
        with database.read(owner_id) as store:
            yield _refreshed(store, batch, now=now)


def _read_with_child(database: Database, owner_id: int, batches: Sequence[Sequence[str]], now: datetime) -> Iterator[Refreshed]:
    """The same, while a child that opens the database for itself reads some of them; what the child cannot do is done here."""
    with child(_read_for, database.url, database.keys, owner_id, now) as helper:
        answers = Inbox(helper)
        given: deque[Sequence[str]] = deque()
        for batch in batches:
            if len(given) < BATCHES_AHEAD:
                with suppress(OSError):
                    helper.send(batch)
                given.append(batch)
            else:
                yield from _read_here(database, owner_id, (batch,), now)
            while given and not answers.is_empty():
                yield from _answered(answers, given.popleft(), database, owner_id, now)
        while given:
            yield from _answered(answers, given.popleft(), database, owner_id, now)


def _answered(answers: Inbox, batch: Sequence[str], database: Database, owner_id: int, now: datetime) -> Iterator[Refreshed]:
    try:
        yield answers.take()
    except EOFError:
        yield from _read_here(database, owner_id, (batch,), now)


def _read_for(url: str, keys: tuple[Key, ...], owner_id: int, now: datetime, parent: Connection) -> None:
    """The work of a child: answer each batch of person ids with their projections."""
    database = Database.open(url, keyring=KeyRing(keys))
    while True:
        for answer in _read_here(database, owner_id, (parent.recv(),), now):
            parent.send(answer)


def _refreshed(store: OwnerStore, stale: Sequence[str], *, now: datetime) -> Refreshed:
    owner = store.owner()
    persons = store.persons(stale)
    held = {person_id: _projected(row, now) for person_id, row in store.projections(stale).items()}
    # A relationship that still holds was read back without its openings: those that are stored hold as well.
    fresh = [_row(persons[person_id], relationship, None, now=now) for person_id, relationship in held.items() if relationship is not None]
    corrections = store.corrections(None)
    overtaken = [person_id for person_id in persons if held.get(person_id) is None]
    for person_id, entries in store.entries_by_person(overtaken):
        person = persons[person_id]
        relationship = replay(entries, corrections, person=person, owner=owner, as_of=now)
        fresh.append(_row(person, relationship, relationship.openings, now=now))
    return Refreshed(rows=tuple(fresh), revisions=store.revisions(persons))


def _projected(row: ProjectionRow, as_of: datetime) -> Relationship | None:
    if not row.fresh or row.rules_version != RULES_VERSION or row.relationship is None:
        return None
    relationship = relationship_from_json(row.relationship)
    if as_of < relationship.as_of or (relationship.valid_until is not None and as_of >= relationship.valid_until):
        return None
    return relationship


def _row(person: Person, relationship: Relationship, openings: tuple[Opening, ...] | None, *, now: datetime) -> ProjectionRow:
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
        openings=openings,
    )
