"""The made-up mailbox: read as any other would be, it shows everything that there is to see."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from connectors.exchange import Exchange, Kind, Status
from plugin_backend.demo import DemoMailbox, Example, demo_mailbox
from plugin_backend.demo.cast import (
    ANNA_AT_THE_AGENCY,
    ANNA_AT_THE_HALL,
    ANNIKA,
    BEATRIZ,
    CATARINA,
    DANIEL,
    EMILE,
    FRIEDRICH,
    GRAHAM,
    HARUTO,
    LERATO,
    MAREK,
    MATTEO,
    OKSANA,
    SIGRID,
    TOMAS,
    WANJIRU,
    WANJIRU_AT_HOME,
    YUSUF,
)
from plugin_backend.domain.advice import DraftVerdict, RecipientFacts, Verdict, advise
from plugin_backend.domain.briefs import AttendeeFacts, brief_for
from plugin_backend.domain.classifier import classify
from plugin_backend.domain.ledger import CorrectionKind, LedgerEntry, Tier, entry_for, topic_of
from plugin_backend.domain.people import AddressKind, Owner, Person, is_colleague, kind_of, name_key
from plugin_backend.domain.readings import Reading, Stage, Standing
from plugin_backend.domain.stages import reading_of, replay
from plugin_backend.domain.tags import Channel

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
CHANNELS_SHOWN = 10
PEOPLE_SHOWN = 40


def blind(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


class Read:
    """The mailbox, classified, entered and read for everybody in it."""

    def __init__(self, now: datetime) -> None:
        self.mailbox: DemoMailbox = demo_mailbox(now)
        self.now = now
        self.owner = Owner(addresses=frozenset(self.mailbox.owner_addresses), names=self.mailbox.owner_names)
        self.entries = tuple(self._entry(exchange) for exchange in self.mailbox.exchanges)
        self.people = self._people()
        self.readings = {person.id: self._reading(person) for person in self.people.values()}

    def of(self, address: str) -> Reading:
        return self.readings[self.people[address].id]

    def verdict(self, example: Example) -> DraftVerdict:
        draft = replace(example.draft, topic=topic_of(example.draft.subject, blind))
        answered = next((entry.sender for entry in self.entries if draft.in_reply_to and entry.id == draft.in_reply_to), "")
        facts = tuple(self._facts(address, answered) for address in (*draft.to, *draft.cc))
        return advise(draft, facts, owner=self.owner, as_of=self.now)

    def _entry(self, exchange: Exchange) -> LedgerEntry:
        return entry_for(exchange, classify(exchange, self.owner), owner=self.owner, blind=blind, tier=Tier.SPANS)

    def _people(self) -> dict[str, Person]:
        names = {seat.address: seat.name for exchange in self.mailbox.exchanges for seat in exchange.participants}
        merged = {WANJIRU_AT_HOME.address: WANJIRU.address}
        people: dict[str, Person] = {}
        for address, name in names.items():
            if kind_of(address, name=name, owner=self.owner) is not AddressKind.PERSON:
                continue
            first = merged.get(address, address)
            known = people.get(first) or Person(id=blind(first), addresses=(), name=name, colleague=is_colleague(address, self.owner))
            people[first] = replace(known, addresses=(*known.addresses, address))
        return {address: person for person in people.values() for address in person.addresses}

    def _reading(self, person: Person) -> Reading:
        corrections = [each for each in self.mailbox.corrections if not set(each.addresses).isdisjoint(person.addresses)]
        entries = [entry for entry in self.entries if self._takes_part(person, entry)]
        return reading_of(replay(entries, corrections, person=person, owner=self.owner, as_of=self.now), self.now)

    def _takes_part(self, person: Person, entry: LedgerEntry) -> bool:
        sits = any(seat.address in person.addresses for seat in entry.seats)
        return sits or entry.credited in person.addresses or entry.credited == f"name:{name_key(person.name)}"

    def _facts(self, address: str, answered: str) -> RecipientFacts:
        person = self.people.get(address)
        return RecipientFacts(
            address=address,
            kind=kind_of(address, owner=self.owner),
            person=person,
            reading=self.readings[person.id] if person else None,
            colleague=is_colleague(address, self.owner),
            answered_sender=bool(answered) and answered == address,
        )


@cache
def read(now: datetime = NOW) -> Read:
    return Read(now)


class TestTheMailbox:
    def test_is_the_same_for_the_same_day(self) -> None:
        """Nothing in it is left to chance."""
        assert demo_mailbox(NOW) == demo_mailbox(NOW)

    def test_has_ids_of_its_own_for_every_exchange(self) -> None:
        """No two exchanges share an id, and the id of a mail does not depend on the day."""
        today = [exchange.external_id for exchange in demo_mailbox(NOW).exchanges]
        later = {exchange.external_id for exchange in demo_mailbox(NOW + timedelta(days=33)).exchanges if exchange.kind is Kind.EMAIL}

        assert max(Counter(today).values()) == 1
        assert later <= set(today)

    def test_has_about_forty_people_of_made_up_firms(self) -> None:
        """Enough to look around in, and none of them real."""
        people = read().people

        assert len(people) >= PEOPLE_SHOWN
        assert all(address.endswith((".example", "@txt.voice.google.com")) for address in people)

    def test_mails_lie_behind_and_meetings_also_ahead(self) -> None:
        """Threads come in the order of time, and there is something to prepare for."""
        exchanges = demo_mailbox(NOW).exchanges
        times = {exchange.external_id: exchange.at for exchange in exchanges}

        assert all(exchange.at < NOW for exchange in exchanges if exchange.kind is Kind.EMAIL)
        assert all(times[exchange.in_reply_to] < exchange.at for exchange in exchanges if exchange.in_reply_to)
        assert sum(exchange.at > NOW and exchange.status is not Status.CANCELLED for exchange in exchanges) >= 5

    def test_is_an_account_like_any_other(self) -> None:
        """It comes through the contract of the connectors."""
        mailbox = demo_mailbox(NOW)

        found = [exchange for page in mailbox.connector().changes(None) for exchange in page.upserts]

        assert {exchange.external_id: exchange for exchange in found} == {exchange.external_id: exchange for exchange in mailbox.exchanges}


class TestWhatItShows:
    def test_every_stage_and_every_standing(self) -> None:
        """Somebody is at each stage, and in each standing."""
        readings = read().readings.values()

        assert {reading.stage for reading in readings} == set(Stage)
        assert {reading.standing for reading in readings} >= set(Standing)

    def test_at_least_ten_channels(self) -> None:
        """Not mail alone."""
        channels = {entry.channel for entry in read().entries}

        assert len(channels) >= CHANNELS_SHOWN, sorted(str(channel) for channel in set(Channel) - channels)

    def test_every_verdict(self) -> None:
        """The drafts show allow, nudge, warn, and that there is none for what is not a person."""
        verdicts = {read().verdict(example).verdict for example in read().mailbox.drafts}

        assert verdicts == {*Verdict, None}

    @pytest.mark.parametrize("example", demo_mailbox(NOW).drafts, ids=lambda example: example.title)
    def test_every_draft_gets_the_verdict_it_announces(self, example: Example) -> None:
        """What the page says beside an example is what the rules say of it."""
        found = read().verdict(example)

        assert found.verdict is example.verdict, [each.reasons for each in found.recipients]

    @pytest.mark.parametrize(
        ("address", "stage", "standing"),
        [
            (HARUTO.address, Stage.NONE, None),
            (BEATRIZ.address, Stage.ENCOUNTER, Standing.ACTIVE),
            (GRAHAM.address, Stage.ENCOUNTER, Standing.ACTIVE),
            (MAREK.address, Stage.ENCOUNTER, Standing.ACTIVE),
            (ANNIKA.address, Stage.ENCOUNTER, Standing.ACTIVE),
            (EMILE.address, Stage.ENCOUNTER, Standing.ACTIVE),
            (OKSANA.address, Stage.ENCOUNTER, Standing.DORMANT),
            (YUSUF.address, Stage.RECOGNITION, Standing.ACTIVE),
            (FRIEDRICH.address, Stage.RECOGNITION, Standing.DORMANT),
            (CATARINA.address, Stage.DEVELOPMENT, Standing.ACTIVE),
            (LERATO.address, Stage.DEVELOPMENT, Standing.PLATEAU),
            (MATTEO.address, Stage.DEVELOPMENT, Standing.SLIDING),
            (TOMAS.address, Stage.FRIENDSHIP, Standing.ACTIVE),
            (SIGRID.address, Stage.FRIENDSHIP, Standing.SLIDING),
            (DANIEL.address, Stage.INTIMACY, Standing.ACTIVE),
        ],
    )
    @pytest.mark.parametrize("now", [NOW, datetime(2027, 3, 1, 0, 5, tzinfo=UTC), datetime(2028, 2, 27, 23, 50, tzinfo=UTC)], ids=str)
    def test_people_stand_where_their_story_says(self, now: datetime, address: str, stage: Stage, standing: Standing | None) -> None:
        """On any day, weekends and leap years included."""
        reading = read(now).of(address)

        assert (reading.stage, reading.standing) == (stage, standing), [evidence.sentence for evidence in reading.evidence]

    def test_a_plain_no_is_in_force(self) -> None:
        """The refusal is read from the words, in French."""
        assert read().of(EMILE.address).refused_at is not None

    def test_a_forged_notice_credits_nobody(self) -> None:
        """A message under a known name, from a machine that could not prove itself, is shown and counts for nobody."""
        forged = next(entry for entry in read().entries if entry.id.startswith("graham-sent-a-message"))

        assert forged.credited == ""
        assert read().of(GRAHAM.address).messages_in == 0

    def test_two_people_of_one_name_stay_two(self) -> None:
        """The same name alone is a question to the owner."""
        people = read().people

        assert people[ANNA_AT_THE_HALL.address].id != people[ANNA_AT_THE_AGENCY.address].id
        assert name_key(ANNA_AT_THE_HALL.name) == name_key(ANNA_AT_THE_AGENCY.name)

    def test_the_next_meetings_can_be_prepared(self) -> None:
        """A conversation with a first meeting, and an audience in disguise."""
        now = read().now
        briefs = [
            brief_for(
                event,
                tuple(
                    AttendeeFacts(person=person, response=seat.response, reading=read().readings[person.id], last_substance=None)
                    for seat in event.seats
                    if (person := read().people.get(seat.address))
                ),
                often_with=(),
                owner=read().owner,
                as_of=now,
            )
            for event in read().entries
            if event.kind is Kind.EVENT and event.at > now and event.status is not Status.CANCELLED
        ]

        assert any(brief.audience_in_disguise for brief in briefs)
        assert any(brief.first_meetings and not brief.audience_in_disguise for brief in briefs)
        assert all(each.next_act and each.avoid for brief in briefs for each in brief.attendees)

    def test_the_owner_has_said_what_no_trace_can(self) -> None:
        """Two stages, an evening, and a warning she does not want."""
        kinds = Counter(correction.kind for correction in read().mailbox.corrections)

        assert kinds == {CorrectionKind.STAGE: 2, CorrectionKind.MET: 1, CorrectionKind.SNOOZE: 1}
