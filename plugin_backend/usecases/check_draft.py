"""Check a draft: the verdict for each recipient, with evidence and better ways. The draft is read in memory and never stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypedDict

from connectors.exchange import Status
from plugin_backend.domain.advice import advise
from plugin_backend.domain.drafts import Draft, Introducer, RecipientFacts, SharedEvent
from plugin_backend.domain.ledger import subject_less_prefixes, topic_of
from plugin_backend.domain.openings import ANSWERED_WITHIN, Before, Company, before_of, company_of
from plugin_backend.domain.people import AddressKind, Owner, Person, is_colleague, is_free_mail, registrable_domain
from plugin_backend.domain.readings import Reading, Stage, Standing
from plugin_backend.domain.reply_estimate import NEWEST_COUNTED, ReplyEstimate, Tally, estimate_reply, learnt_rates
from plugin_backend.domain.stages import RULES_VERSION
from plugin_backend.store.database import Database
from plugin_backend.store.owner_store import OwnerStore
from plugin_backend.store.rows import NearRow
from plugin_backend.usecases.errors import Invalid
from plugin_backend.usecases.presenting import draft_verdict_view
from plugin_backend.usecases.readings_at_once import EVERY, readings_at_once
from plugin_backend.usecases.show_person import address_kind
from plugin_backend.usecases.views import DraftInput, DraftVerdictView

MAX_RECIPIENTS = 500
"""More recipients than this are a mailing, whoever they are."""

NEAR_STAGES = frozenset(stage.value for stage in Stage if stage.at_least(Stage.DEVELOPMENT))
INTRODUCERS_SHOWN = 3
EXCHANGES_LOOKED_AT = 50
"""So many of somebody's newest exchanges are searched for others who know them."""
INTRODUCERS_ASKED = 6
"""So many of those who may introduce somebody are looked at, newest first."""
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
    readings = readings_at_once(store, persons.values(), owner=owner, as_of=as_of)
    kinds = {address: AddressKind.PERSON if address in behind else address_kind(store, address, owner) for address in addresses}
    cold = {
        address: behind[address].id if address in behind else ""
        for address, kind in kinds.items()
        if kind is AddressKind.PERSON and not (address in behind and readings[behind[address].id].stage.at_least(Stage.RECOGNITION))
    }
    answered = store.entry(draft.in_reply_to) if draft.in_reply_to else None
    if answered is not None and answered.at > as_of:
        answered = None
    introducers = _introducers(store, cold, owner=owner, as_of=as_of)
    shared_events = _shared_events(store, set(cold.values()) - {""}, as_of)
    subjects = _last_subjects(store, readings)
    estimates = _Estimates(store, draft, addresses, owner=owner, as_of=as_of)
    facts = []
    for address in addresses:
        person = behind.get(address)
        facts.append(
            RecipientFacts(
                address=address,
                kind=kinds[address],
                person=person,
                reading=readings[person.id] if person else None,
                colleague=kinds[address] is AddressKind.PERSON and ((person and person.colleague) or is_colleague(address, owner)),
                answered_sender=answered is not None and person is not None and answered.sender in person.addresses,
                answered_at=answered.at if answered else None,
                answered_by_hand=answered.human if answered else True,
                introducers=introducers.get(address, ()),
                shared_events=shared_events.get(person.id, ()) if person else (),
                last_subject=subjects.get(person.id, "") if person else "",
                reply_estimate=estimates.of(address, readings[person.id] if person else None) if address in cold else None,
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


def _last_subjects(store: OwnerStore, readings: dict[str, Reading]) -> dict[str, str]:
    """What the last exchange with substance was about, for those whom a nudge may remind of it; by person."""
    quiet = {
        person_id: reading.last_substantive
        for person_id, reading in readings.items()
        if reading.standing in (Standing.SLIDING, Standing.DORMANT) and reading.last_substantive
    }
    subjects = store.subjects(quiet.values()) if quiet else {}
    return {person_id: subjects.get(exchange, "") for person_id, exchange in quiet.items()}


def _introducers(store: OwnerStore, cold: Mapping[str, str], *, owner: Owner, as_of: datetime) -> dict[str, tuple[Introducer, ...]]:
    """Those near the owner who are seen together with the persons behind these addresses; else those of their organisation.

    Args:
        cold: Address to person id, empty for an address that the ledger has not seen.
    """
    asked: _Asked = {"stages": NEAR_STAGES, "rules_version": RULES_VERSION, "as_of": as_of}
    seen = store.near_seen_with({each for each in cold.values() if each}, limit=EXCHANGES_LOOKED_AT, **asked)
    near = {address: _likely(seen.get(person_id, ()), person_id) for address, person_id in cold.items()}
    domains = {address: registrable_domain(address) for address, rows in near.items() if not rows}
    members = {
        domain: store.near_in_domain(domain, limit=INTRODUCERS_ASKED, **asked)
        for domain in sorted(set(domains.values()))
        if domain and not is_free_mail(domain)
    }
    near.update({address: _likely(members.get(domain, ()), cold[address]) for address, domain in domains.items()})
    stages = _stages(store, {row.person_id: row.stage for rows in near.values() for row in rows}, owner=owner, as_of=as_of)
    return {
        address: tuple(
            Introducer(person=person, stage=stage, exchange=row.exchange, at=min(row.at, as_of), same_organisation=not row.exchange)
            for row in rows
            if row.person_id in stages
            for person, stage in [stages[row.person_id]]
        )[:INTRODUCERS_SHOWN]
        for address, rows in near.items()
    }


class _Asked(TypedDict):
    """What both questions for those near the owner have in common."""

    stages: frozenset[str]
    rules_version: int
    as_of: datetime


def _likely(rows: Sequence[NearRow], person_id: str) -> tuple[NearRow, ...]:
    """The first few others who are near by their projection, or may be where that does not reach so far."""
    return tuple(row for row in rows if row.person_id != person_id and (row.stage is None or row.stage in NEAR_STAGES))[:INTRODUCERS_ASKED]


def _stages(
    store: OwnerStore, told: Mapping[str, str | None], *, owner: Owner, as_of: datetime
) -> dict[str, tuple[Person, Stage]]:
    """Persons and their stages as of the date, where it is development or above; read where their projection did not tell."""
    persons = store.persons(told)
    unknown = [persons[each] for each, stage in told.items() if stage is None and each in persons]
    readings = readings_at_once(store, unknown, owner=owner, as_of=as_of, long=EVERY) if unknown else {}
    found = {each: Stage.of(stage) if stage is not None else readings[each].stage for each, stage in told.items() if each in persons}
    return {each: (persons[each], stage) for each, stage in found.items() if stage.at_least(Stage.DEVELOPMENT)}


def _shared_events(store: OwnerStore, cold: set[str], as_of: datetime) -> dict[str, tuple[SharedEvent, ...]]:
    coming = store.coming_with(cold, as_of, as_of + SHARED_EVENT_HORIZON) if cold else {}
    return {
        person_id: tuple(
            SharedEvent(id=entry.id, at=entry.at, subject=entry.subject)
            for entry in entries
            if entry.at > as_of and entry.status is not Status.CANCELLED
        )[:EVENTS_SHOWN]
        for person_id, entries in coming.items()
    }
