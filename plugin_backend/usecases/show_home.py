"""Show what a panel opens with: whom to get back to, and the next meetings. In the order of the last exchange: nobody is ranked."""

from __future__ import annotations

from datetime import datetime

from plugin_backend.domain.briefs import next_act
from plugin_backend.domain.people import Person
from plugin_backend.domain.readings import Reading, Side, Stage, Standing
from plugin_backend.store.database import Database
from plugin_backend.usecases.brief_meeting import next_meetings
from plugin_backend.usecases.presenting import person_ref
from plugin_backend.usecases.readings_at_once import EVERY, readings_at_once
from plugin_backend.usecases.views import GetBackRow, HomeView

LOOKED_AT = 20
"""So many of those last exchanged with are looked at, and so many of those between whom it has become quiet."""

GET_BACK_SHOWN = 5
MEETINGS_SHOWN = 3


def show_home(database: Database, owner_id: int, *, as_of: datetime) -> HomeView:
    """Whom to get back to: who waits for an answer or for what was promised, then between whom it has become quiet."""
    with database.read(owner_id) as store:
        owner = store.owner()
        lately, _ = store.people_page(limit=LOOKED_AT)
        quiet, _ = store.people_page(standing=Standing.SLIDING.value, limit=LOOKED_AT)
        persons = {person.id: person for person, _ in (*lately, *quiet)}
        readings = readings_at_once(store, persons.values(), owner=owner, as_of=as_of, long=EVERY)
    waiting = [_row(person, readings[person.id]) for person, _ in lately if _waits(readings[person.id])]
    told = {row.person.id for row in waiting}
    rested = [_row(person, readings[person.id]) for person, _ in quiet if person.id not in told and _rests(readings[person.id])]
    shown = (*waiting[: GET_BACK_SHOWN - 1], *rested)[:GET_BACK_SHOWN]
    return HomeView(get_back=shown, meetings=next_meetings(database, owner_id, as_of=as_of, limit=MEETINGS_SHOWN), as_of=as_of)


def _waits(reading: Reading) -> bool:
    if reading.refused_at is not None or _snoozed(reading):
        return False
    promised = any(promise.by is Side.OWNER for promise in reading.promises)
    asked = any(waiting.asks for waiting in reading.unanswered)
    return promised or asked


def _rests(reading: Reading) -> bool:
    known = reading.highest.at_least(Stage.RECOGNITION) and reading.standing is Standing.SLIDING
    return known and reading.refused_at is None and not _snoozed(reading)


def _snoozed(reading: Reading) -> bool:
    return reading.snoozed_until is not None and reading.snoozed_until > reading.as_of


def _row(person: Person, reading: Reading) -> GetBackRow:
    return GetBackRow(
        person=person_ref(person),
        stage=reading.stage.value,
        stage_label=reading.stage.label,
        standing=reading.standing.value if reading.standing else None,
        act=next_act(reading),
        last_at=reading.last_at,
    )
