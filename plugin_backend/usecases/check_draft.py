"""Check a draft: the verdict for each recipient, with evidence and better ways. The draft is read in memory and never stored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from connectors.exchange import Status
from plugin_backend.domain.advice import advise
from plugin_backend.domain.drafts import Draft, Introducer, RecipientFacts, SharedEvent
from plugin_backend.domain.ledger import subject_less_prefixes, topic_of
from plugin_backend.domain.openings import ANSWERED_WITHIN, Before, Company, before_of, company_of
from plugin_backend.domain.people import AddressKind, Owner, Person, is_colleague, is_free_mail, registrable_domain
from plugin_backend.domain.readings import Reading, Stage, Standing
from plugin_backend.domain.reply_estimate import NEWEST_COUNTED, ReplyEstimate, Tally, estimate_reply, learnt_rates
from plugin_backend.store.database import Database
from plugin_backend.store.owner_store import OwnerStore
from plugin_backend.usecases.current_readings import readings_of
from plugin_backend.usecases.errors import Invalid
from plugin_backend.usecases.presenting import draft_verdict_view
from plugin_backend.usecases.show_person import address_kind
from plugin_backend.usecases.views import DraftInput, DraftVerdictView

MAX_RECIPIENTS = 500
"""More recipients than this are a mailing, whoever they are."""

NEAR_STAGES = frozenset(stage.value for stage in Stage if stage.at_least(Stage.DEVELOPMENT))
INTRODUCERS_SHOWN = 3
EXCHANGES_LOOKED_AT = 50
"""So many of somebody's newest exchanges are searched for others who know them."""
SEEN_TOGETHER = 100
"""So many of those seen together with somebody are looked at, newest first."""
INTRODUCERS_ASKED = 6
"""Of so many the reading is asked, newest first."""
EVENTS_SHOWN = 3
SHARED_EVENT_HORIZON = timedelta(days=60)


def check_draft(database: Database, owner_id: int, draft: DraftInput, *, as_of: datetime) -> DraftVerdictView:
    """The verdict on a draft as of a date.

    Raises:
        Invalid: there is no recipient, or there are more than 500.
    """
    addresses = tuple(dict.fromkeys(address.strip().lower() for address in (*draft.to, *draft.cc) if address.strip()))
    if not addresses:
        raise Invalid("Give at least one recipient.")
    if len(addresses) > MAX_RECIPIENTS:
        raise Invalid(f"A draft may have at most {MAX_RECIPIENTS} recipients.")
    with database.read(owner_id) as store:
        owner = store.owner()
        judged = Draft(
            to=tuple(address.strip().lower() for address in draft.to),
            cc=tuple(address.strip().lower() for address in draft.cc),
            subject=draft.subject,
            text=draft.text,
            in_reply_to=draft.in_reply_to.strip().strip("<>"),
            topic=topic_of(draft.subject, store.blind),
        )
        facts = _facts(store, judged, addresses, owner=owner, as_of=as_of)
    return draft_verdict_view(advise(judged, facts, owner=owner, as_of=as_of))


def _facts(store: OwnerStore, draft: Draft, addresses: tuple[str, ...], *, owner: Owner, as_of: datetime) -> tuple[RecipientFacts, ...]:
    behind = {address: person for address, person in store.persons_at(addresses).items() if person.kind is AddressKind.PERSON}
    persons = {person.id: person for person in behind.values()}
    readings = readings_of(store, persons.values(), owner=owner, as_of=as_of)
    cold = tuple(person_id for person_id, reading in readings.items() if not reading.stage.at_least(Stage.RECOGNITION))
    answered = store.entry(draft.in_reply_to) if draft.in_reply_to else None
    if answered is not None and answered.at > as_of:
        answered = None
    introducers = _introducers(store, cold, owner=owner, as_of=as_of)
    shared_events = _shared_events(store, cold, as_of)
    subjects = _last_subjects(store, readings)
    estimates = _Estimates(store, draft, addresses, owner=owner, as_of=as_of)
    facts = []
    for address in addresses:
        person = behind.get(address)
        if person is None:
            facts.append(_facts_of_stranger(store, address, estimates, owner=owner, as_of=as_of))
            continue
        together = introducers.get(person.id, ())
        if person.id in cold and not together:
            together = _same_organisation(store, address, person, owner=owner, as_of=as_of)
        facts.append(
            RecipientFacts(
                address=address,
                kind=AddressKind.PERSON,
                person=person,
                reading=readings[person.id],
                colleague=person.colleague or is_colleague(address, owner),
                answered_sender=answered is not None and answered.sender in person.addresses,
                answered_at=answered.at if answered else None,
                answered_by_hand=answered.human if answered else True,
                introducers=together,
                shared_events=shared_events.get(person.id, ()),
                last_subject=subjects.get(person.id, ""),
                reply_estimate=estimates.of(address, readings[person.id]) if person.id in cold else None,
            )
        )
    return tuple(facts)


class _Estimates:
    """The reply estimates for one draft: each sort of mail is counted once, however many recipients share it."""

    def __init__(self, store: OwnerStore, draft: Draft, addresses: tuple[str, ...], *, owner: Owner, as_of: datetime) -> None:
        self._store = store
        self._to = frozenset(draft.to)
        self._recipients = sum(address not in owner for address in addresses)
        self._opens = not draft.in_reply_to and not subject_less_prefixes(draft.subject)[1]
        self._as_of = as_of
        self._own: dict[tuple[Before, Company], Tally] = {}

    def of(self, address: str, reading: Reading | None) -> ReplyEstimate | None:
        """The estimate for one recipient; None where the draft answers something or goes to many."""
        company = company_of(self._recipients, copied=address not in self._to)
        if not self._opens or company is None:
            return None
        before = Before.NOTHING
        if reading is not None:
            before = before_of(wrote=reading.messages_out > 0, heard_at=reading.heard_at, answered=reading.answers, at=self._as_of)
        elsewhere = learnt_rates().get((before, company))
        return estimate_reply(before, company, own=self._tally(before, company), elsewhere=elsewhere)

    def _tally(self, before: Before, company: Company) -> Tally:
        """The owner's own mails of a sort, as far as their two weeks are over."""
        if (before, company) not in self._own:
            until = self._as_of - ANSWERED_WITHIN
            self._own[before, company] = self._store.openings_tally(before, company, until=until, most=NEWEST_COUNTED)
        return self._own[before, company]


def _facts_of_stranger(store: OwnerStore, address: str, estimates: _Estimates, *, owner: Owner, as_of: datetime) -> RecipientFacts:
    kind = address_kind(store, address, owner)
    stranger = kind is AddressKind.PERSON
    return RecipientFacts(
        address=address,
        kind=kind,
        person=None,
        reading=None,
        colleague=stranger and is_colleague(address, owner),
        introducers=_same_organisation(store, address, None, owner=owner, as_of=as_of) if stranger else (),
        reply_estimate=estimates.of(address, None) if stranger else None,
    )


def _last_subjects(store: OwnerStore, readings: dict[str, Reading]) -> dict[str, str]:
    """What the last exchange with substance was about, for those whom a nudge may remind of it; by person."""
    quiet = {
        person_id: reading.last_substantive
        for person_id, reading in readings.items()
        if reading.standing in (Standing.SLIDING, Standing.DORMANT) and reading.last_substantive
    }
    subjects = store.subjects(quiet.values()) if quiet else {}
    return {person_id: subjects.get(exchange, "") for person_id, exchange in quiet.items()}


def _introducers(store: OwnerStore, cold: tuple[str, ...], *, owner: Owner, as_of: datetime) -> dict[str, tuple[Introducer, ...]]:
    """Those at development or above with the owner who are seen together with these persons, newest first."""
    together = store.seen_together(cold, limit=EXCHANGES_LOOKED_AT) if cold else {}
    earlier = {person_id: [each for each in seen if each[2] <= as_of][:SEEN_TOGETHER] for person_id, seen in together.items()}
    once_near = _once_near(store.highest_of({other for seen in earlier.values() for other, _, _ in seen}))
    chosen = {person_id: [each for each in seen if each[0] in once_near][:INTRODUCERS_ASKED] for person_id, seen in earlier.items()}
    near = _near(store, {other for seen in chosen.values() for other, _, _ in seen}, owner=owner, as_of=as_of)
    return {
        person_id: tuple(
            Introducer(person=near[other][0], stage=near[other][1].stage, exchange=exchange, at=at)
            for other, exchange, at in seen
            if other in near
        )[:INTRODUCERS_SHOWN]
        for person_id, seen in chosen.items()
    }


def _same_organisation(store: OwnerStore, address: str, person: Person | None, *, owner: Owner, as_of: datetime) -> tuple[Introducer, ...]:
    domain = registrable_domain(address)
    if not domain or is_free_mail(domain):
        return ()
    once_near = store.people_in_domain(domain, NEAR_STAGES, INTRODUCERS_ASKED)
    near = _near(store, set(once_near) - {person.id if person else ""}, owner=owner, as_of=as_of)
    found = [
        Introducer(person=known, stage=reading.stage, exchange="", at=reading.last_at, same_organisation=True)
        for known, reading in near.values()
        if reading.last_at
    ]
    return tuple(sorted(found, key=lambda each: each.at, reverse=True)[:INTRODUCERS_SHOWN])


def _once_near(highest: Mapping[str, str]) -> set[str]:
    """Those who have ever been at development or above: nobody else can have been so as of an earlier date."""
    return {person_id for person_id, stage in highest.items() if stage in NEAR_STAGES}


def _near(store: OwnerStore, person_ids: set[str], *, owner: Owner, as_of: datetime) -> dict[str, tuple[Person, Reading]]:
    """Those of some persons who are at development or above as of the date, by id; what came later counts for nothing."""
    persons = store.persons(person_ids)
    readings = readings_of(store, persons.values(), owner=owner, as_of=as_of)
    return {
        person_id: (persons[person_id], reading) for person_id, reading in readings.items() if reading.stage.at_least(Stage.DEVELOPMENT)
    }


def _shared_events(store: OwnerStore, cold: tuple[str, ...], as_of: datetime) -> dict[str, tuple[SharedEvent, ...]]:
    coming = store.coming_with(cold, as_of, as_of + SHARED_EVENT_HORIZON) if cold else {}
    return {
        person_id: tuple(
            SharedEvent(id=entry.id, at=entry.at, subject=entry.subject)
            for entry in entries
            if entry.at > as_of and entry.status is not Status.CANCELLED
        )[:EVENTS_SHOWN]
        for person_id, entries in coming.items()
    }
