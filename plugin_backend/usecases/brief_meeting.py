"""Prepare for a meeting: the brief of one event, and the list of the next ones."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from connectors.exchange import Response, Role, Status
from plugin_backend.domain.briefs import AttendeeFacts, brief_for
from plugin_backend.domain.ledger import LedgerEntry, Seat
from plugin_backend.domain.people import AddressKind, Owner, Person
from plugin_backend.domain.projection import relationship_from_json, relationship_to_json
from plugin_backend.domain.readings import Reading
from plugin_backend.domain.stages import Relationship, reading_of
from plugin_backend.store.database import Database
from plugin_backend.store.owner_store import OwnerStore
from plugin_backend.usecases.current_readings import relationships_of
from plugin_backend.usecases.errors import NoMeeting, UnknownEvent
from plugin_backend.usecases.presenting import brief_view, meeting_row
from plugin_backend.usecases.readings_at_once import EVERY, relationships_at_once
from plugin_backend.usecases.views import BriefView, MeetingRow

HORIZON = timedelta(days=90)
"""How far ahead the next meetings are looked for."""

SEARCHED_FOR_SUBSTANCE = 50
OFTEN_TOGETHER = 2
"""Seen in this many exchanges of the attendees' initiatives, somebody belongs to the matter."""


def next_meetings(database: Database, owner_id: int, *, as_of: datetime, limit: int = 20) -> tuple[MeetingRow, ...]:
    """The next meetings with other people, soonest first."""
    with database.read(owner_id) as store:
        owner = store.owner()
        meetings = _coming(store, owner, as_of, limit)
        people = store.persons(tuple({seat.person for event in meetings for seat in event.seats if seat.person}))
        relationships = relationships_at_once(store, people.values(), owner=owner, as_of=as_of, long=EVERY)
        return tuple(
            meeting_row(event, first_meetings=sum(_never_met(relationships, seat.person, as_of) for seat in _attending(event)))
            for event in meetings
        )


def brief_meeting(database: Database, owner_id: int, *, event: str | None = None, as_of: datetime, remember: bool = True) -> BriefView:
    """The brief of an event, or of the next meeting; with `remember`, the next brief says what changed since this one.

    Raises:
        UnknownEvent: there is no event of this id.
        NoMeeting: no meeting with other people lies ahead.
    """
    with database.read(owner_id) as store:
        owner = store.owner()
        entry = _event(store, event, owner, as_of)
        persons = store.persons(tuple(dict.fromkeys(seat.person for seat in _attending(entry))))
        people = {person_id: person for person_id, person in persons.items() if person.kind is AddressKind.PERSON}
        relationships = relationships_of(store, people.values(), owner=owner, as_of=as_of)
        readings = {person_id: reading_of(relationship, as_of) for person_id, relationship in relationships.items()}
        facts = tuple(_facts(store, entry, person, readings[person_id], as_of) for person_id, person in people.items())
        often = _often_with(store, entry, people, readings)
        brief = brief_view(brief_for(entry, facts, often_with=often, owner=owner, as_of=as_of))
    if remember and relationships:
        _remember(database, owner_id, entry, relationships, as_of)
    return brief


def _event(store: OwnerStore, event: str | None, owner: Owner, as_of: datetime) -> LedgerEntry:
    if event is None:
        coming = _coming(store, owner, as_of, 1)
        if not coming:
            raise NoMeeting(f"No meeting with other people lies ahead in the next {HORIZON.days} days.")
        return coming[0]
    entry = store.entry(event) or store.next_of_series(event, as_of)
    if entry is None or entry.ends_at is None:
        raise UnknownEvent("There is no event of this id in your ledger. `acquaint brief` without an id shows the next one.")
    return entry


def _coming(store: OwnerStore, owner: Owner, as_of: datetime, limit: int) -> list[LedgerEntry]:
    """Events ahead that are not cancelled, not declined by the owner, and have somebody else on them."""
    found = []
    for entry in store.events_between(as_of, as_of + HORIZON, limit=500):
        declined = any(seat.address in owner and seat.response is Response.DECLINED for seat in entry.seats)
        if entry.status is not Status.CANCELLED and not declined and _attending(entry):
            found.append(entry)
        if len(found) == limit:
            break
    return found


def _attending(entry: LedgerEntry) -> tuple[Seat, ...]:
    return tuple(seat for seat in entry.seats if seat.person and not seat.resource and seat.role in (Role.ATTENDEE, Role.ORGANIZER))


def _never_met(relationships: dict[str, Relationship], person_id: str, as_of: datetime) -> bool:
    relationship = relationships.get(person_id)
    return relationship is not None and reading_of(relationship, as_of).meetings_held == 0


def _facts(store: OwnerStore, event: LedgerEntry, person: Person, reading: Reading, as_of: datetime) -> AttendeeFacts:
    newest = store.newest_with(person.id, limit=SEARCHED_FOR_SUBSTANCE, until=as_of)
    substantive = next((entry for entry in newest if entry.at <= as_of and any(tag.substance.carries for tag in entry.substances)), None)
    snapshot = store.brief_seen(event.id, person.id)
    previous = relationship_from_json(snapshot) if snapshot else None
    response = next((seat.response for seat in event.seats if seat.person == person.id), Response.UNANSWERED)
    return AttendeeFacts(
        person=person,
        response=response,
        reading=reading,
        last_substance=substantive,
        previous=reading_of(previous, previous.as_of) if previous else None,
    )


def _often_with(store: OwnerStore, event: LedgerEntry, people: dict[str, Person], readings: dict[str, Reading]) -> tuple[Person, ...]:
    """Persons who take part in the attendees' initiatives and are not invited."""
    invited = {seat.person for seat in event.seats}
    shared = {exchange for reading in readings.values() for initiative in reading.initiatives[:3] for exchange in initiative.exchanges}
    seen: Counter[str] = Counter()
    for exchange in sorted(shared)[:100]:
        entry = store.entry(exchange)
        if entry is not None:
            seen.update({seat.person for seat in entry.seats if seat.person and seat.person not in invited})
    often = [person_id for person_id, times in seen.most_common(5) if times >= OFTEN_TOGETHER]
    known = store.persons(tuple(often))
    return tuple(known[each] for each in often if each in known and known[each].kind is AddressKind.PERSON and each not in people)


def _remember(database: Database, owner_id: int, event: LedgerEntry, relationships: dict[str, Relationship], as_of: datetime) -> None:
    with database.write(owner_id) as store:
        for person_id, relationship in relationships.items():
            store.remember_brief(event.id, person_id, relationship_to_json(relationship), as_of)
