"""List people by stage: in the order of the last exchange, with the sentence that carries each stage."""

from __future__ import annotations

from datetime import datetime

from plugin_backend.domain.people import Person
from plugin_backend.domain.readings import Stage, Standing
from plugin_backend.store.database import Database
from plugin_backend.store.errors import InvalidCursor
from plugin_backend.store.rows import ProjectionRow
from plugin_backend.usecases.errors import Invalid
from plugin_backend.usecases.presenting import person_ref
from plugin_backend.usecases.views import PeopleView, PersonRow


def list_people(
    database: Database,
    owner_id: int,
    *,
    now: datetime,
    stage: str | None = None,
    standing: str | None = None,
    query: str = "",
    after: str = "",
    limit: int = 50,
) -> PeopleView:
    """One page of people; `query` is part of a name or an address.

    Raises:
        Invalid: the stage, the standing or the cursor is none of ours.
    """
    if stage is not None and stage not in {each.value for each in Stage}:
        raise Invalid(f"There is no such stage. Stages are: {', '.join(each.value for each in Stage)}.")
    if standing is not None and standing not in {each.value for each in Standing}:
        raise Invalid(f"There is no such standing. Standings are: {', '.join(each.value for each in Standing)}.")
    with database.read(owner_id) as store:
        try:
            rows, following = store.people_page(stage=stage, standing=standing, query=query, after=after, limit=limit)
        except InvalidCursor as error:
            raise Invalid(str(error)) from None
        counts = store.counts_by_stage()
    return PeopleView(
        people=tuple(_row(person, row, now) for person, row in rows),
        total=sum(counts.values()),
        counts={each.value: counts.get(each.value, 0) for each in Stage},
        next=following,
        as_of=now,
    )


def _row(person: Person, row: ProjectionRow, now: datetime) -> PersonRow:
    return PersonRow(
        person=person_ref(person),
        stage=row.stage,
        stage_label=Stage.of(row.stage).label,
        highest=row.highest,
        standing=row.standing or None,
        last_at=row.last_at,
        silence_days=(now - row.last_at).days if row.last_at else None,
        because=row.because,
    )
