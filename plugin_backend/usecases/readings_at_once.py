"""Readings that nobody has to wait for: somebody presses Send, or looks at a panel, while a sync brings new mail.

New mail overtakes a projection until it is restated, some seconds later. To replay a hundred exchanges meanwhile takes no time that is
felt; to replay many thousands does. So a long ledger is read as it was last restated: among so many exchanges the newest ones move a
verdict hardly ever, and never for long. A short one is replayed, for there a single answer decides. Where nothing is decided, as in a
list, every ledger is read as it was last restated.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from plugin_backend.domain.people import Owner, Person
from plugin_backend.domain.projection import relationship_from_json
from plugin_backend.domain.readings import Reading
from plugin_backend.domain.stages import RULES_VERSION, Relationship, reading_of
from plugin_backend.store.owner_store import OwnerStore
from plugin_backend.store.rows import ProjectionRow
from plugin_backend.usecases.current_readings import replayed

LONG = 100
"""Exchanges with one person. Replaying so many takes about 5 ms."""

EVERY = 0
"""Every ledger is long enough to be read as it was last restated."""


def relationships_at_once(
    store: OwnerStore, persons: Iterable[Person], *, owner: Owner, as_of: datetime, long: int = LONG
) -> dict[str, Relationship]:
    """The relationships of several persons, by person id: as they are, and of ledgers longer than `long` as they were last restated."""
    wanted = {person.id: person for person in persons}
    projections = store.projections(tuple(wanted))
    found: dict[str, Relationship] = {}
    for person_id, person in wanted.items():
        row = projections.get(person_id)
        restated = _restated(row, as_of) if row and (row.fresh or long == EVERY or store.has_more_with(person_id, long)) else None
        found[person_id] = restated or replayed(store, person, owner=owner, as_of=as_of)
    return found


def readings_at_once(
    store: OwnerStore, persons: Iterable[Person], *, owner: Owner, as_of: datetime, long: int = LONG
) -> dict[str, Reading]:
    """The readings of several persons, by person id."""
    relationships = relationships_at_once(store, persons, owner=owner, as_of=as_of, long=long)
    return {person_id: reading_of(relationship, as_of) for person_id, relationship in relationships.items()}


def _restated(row: ProjectionRow, as_of: datetime) -> Relationship | None:
    """What was last restated, where it follows today's rules and reaches so far in time."""
    if row.rules_version != RULES_VERSION or row.relationship is None:
        return None
    if not row.fresh and row.valid_until is not None and as_of >= row.valid_until:
        return None
    relationship = relationship_from_json(row.relationship)
    if as_of < relationship.as_of or (relationship.valid_until is not None and as_of >= relationship.valid_until):
        return None
    return relationship
