"""Show one person: the reading with its evidence, as of any date, and the timeline."""

from __future__ import annotations

from datetime import datetime

from plugin_backend.domain.briefs import how_you_know_each_other, next_act
from plugin_backend.domain.ledger import CorrectionKind
from plugin_backend.domain.people import AddressKind, Owner, Person, kind_of
from plugin_backend.domain.readings import Reading, Stage
from plugin_backend.store.database import Database
from plugin_backend.store.owner_store import OwnerStore
from plugin_backend.usecases.current_readings import readings_of
from plugin_backend.usecases.errors import UnknownPerson
from plugin_backend.usecases.presenting import (
    WHAT_IT_IS,
    evidence_views,
    exchange_view,
    initiative_view,
    person_ref,
    promise_view,
    stranger_ref,
)
from plugin_backend.usecases.views import PersonRef, SubjectView

NEVER_SEEN = "No exchange with this address is in your ledger."


def show_person(database: Database, owner_id: int, who: str, *, as_of: datetime, timeline_limit: int = 50) -> SubjectView:
    """What the ledger says of somebody, named by an address or by a person's id.

    Raises:
        UnknownPerson: `who` is neither an address nor the id of a person.
    """
    with database.read(owner_id) as store:
        owner = store.owner()
        person = find_person(store, who)
        if person is not None and person.kind is AddressKind.PERSON:
            reading = readings_of(store, (person,), owner=owner, as_of=as_of)[person.id]
            return _person_view(store, person, reading, as_of=as_of, timeline_limit=timeline_limit)
        return _nobody_view(store, who, owner, as_of=as_of)


def find_person(store: OwnerStore, who: str) -> Person | None:
    """The person with this address or id; None for an address the ledger has not seen as a person's.

    Raises:
        UnknownPerson: `who` has no form of an address and is no person's id.
    """
    who = who.strip()
    if "@" in who:
        return store.person_by_address(who.lower())
    person = store.person(who)
    if person is None:
        raise UnknownPerson("No person has this id. Give an e-mail address, or an id that `people` shows.")
    return person


def address_kind(store: OwnerStore, address: str, owner: Owner) -> AddressKind:
    """What is behind an address: what the ledger has seen, or else what its form says."""
    if address in owner:
        return AddressKind.OWNER
    return store.kind_at(address) or kind_of(address, owner=owner)


def _person_view(store: OwnerStore, person: Person, reading: Reading, *, as_of: datetime, timeline_limit: int) -> SubjectView:
    newest = store.newest_with(person.id, limit=timeline_limit + 1, until=as_of)
    ignored = {correction.exchange for correction in store.corrections(None) if correction.kind is CorrectionKind.IGNORE_EXCHANGE}
    view = _subject_view(person_ref(person), reading, what="" if newest or reading.evidence else NEVER_SEEN)
    return view.model_copy(
        update={
            "possible_aliases": store.possible_aliases(person.id),
            "timeline": tuple(exchange_view(entry, as_of=as_of, ignored=entry.id in ignored) for entry in newest[:timeline_limit]),
            "timeline_more": len(newest) > timeline_limit,
        }
    )


def _nobody_view(store: OwnerStore, who: str, owner: Owner, *, as_of: datetime) -> SubjectView:
    address = who.strip().lower()
    kind = address_kind(store, address, owner)
    reading = Reading(stage=Stage.NONE, highest=Stage.NONE, standing=None, as_of=as_of)
    return _subject_view(stranger_ref(address, kind), reading, what=WHAT_IT_IS.get(kind, NEVER_SEEN))


def _subject_view(who: PersonRef, reading: Reading, *, what: str) -> SubjectView:
    return SubjectView(
        person=who,
        what=what,
        stage=reading.stage.value,
        stage_label=reading.stage.label,
        highest=reading.highest.value,
        standing=reading.standing.value if reading.standing else None,
        evidence=evidence_views(reading.evidence),
        counter_evidence=evidence_views(reading.counter_evidence),
        would_move=reading.would_move,
        initiatives=tuple(initiative_view(each) for each in reading.initiatives),
        promises=tuple(promise_view(each) for each in reading.promises),
        how_you_know_each_other=how_you_know_each_other(reading),
        next_act=next_act(reading),
        first_at=reading.first_at,
        last_at=reading.last_at,
        last_substantive_at=reading.last_substantive_at,
        silence_days=reading.silence_days,
        rhythm_days=reading.rhythm_days,
        started_by_owner=reading.started_by_owner,
        started_by_person=reading.started_by_person,
        messages_out=reading.messages_out,
        messages_in=reading.messages_in,
        meetings_held=reading.meetings_held,
        owner_word=reading.owner_word,
        snoozed_until=reading.snoozed_until,
        timeline=(),
        as_of=reading.as_of,
    )
