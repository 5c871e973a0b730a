"""The ledger: what is remembered of an exchange, and what is not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from connectors.exchange import Exchange, Kind, Participant, Response, Role
from plugin_backend.domain.ledger import Direction, LedgerEntry, Tier, entry_for, subject_less_prefixes, topic_of
from plugin_backend.domain.tags import Channel, Substance, SubstanceTag, Tags
from tests.factories import OWNER, OWNER_ADDRESS, PERSON_ADDRESS, THIRD_ADDRESS, make_exchange

SECRET = "the oak gate of the north barn"
TAGS = Tags(
    channel=Channel.EMAIL,
    channel_rule="mail",
    substances=(SubstanceTag(substance=Substance.COMMITMENT, confidence=0.9, words=f"I will mend {SECRET}", rule="model"),),
    human=True,
    terms=("hinge", "barn"),
)


def blind(text: str) -> str:
    """A one-way function good enough for a test: equal for equal texts."""
    return f"{hash(text) & 0xFFFF_FFFF:08x}"


def remember(exchange: Exchange, tags: Tags = TAGS, tier: Tier = Tier.SUBJECTS) -> LedgerEntry:
    return entry_for(exchange, tags, owner=OWNER, blind=blind, tier=tier)


def seat(address: str, role: Role, **kw: Any) -> Participant:
    return Participant(address=address, role=role, **kw)


class TestSubject:
    @pytest.mark.parametrize(
        ("subject", "bare", "answers"),
        [
            ("Gate", "Gate", False),
            ("Re: Gate", "Gate", True),
            ("AW: WG: Gate", "Gate", True),
            ("Fwd: Gate", "Gate", False),
            ("RE[2]: Gate", "Gate", True),
            ("[smiths] Re: Gate", "Gate", True),
            ("Re : Gate  of   oak", "Gate of oak", True),
            ("Automatische Antwort: Gate", "Gate", True),
            ("TR: Gate (fwd)", "Gate", False),
            ("R: Gate", "Gate", True),
            ("Meeting: agenda", "Meeting: agenda", False),
            ("[smiths]", "[smiths]", False),
            ("回复:Gate", "Gate", True),
            ("Re:", "", True),
            ("", "", False),
        ],
    )
    def test_prefixes_of_many_tongues(self, subject: str, bare: str, answers: bool) -> None:
        """Prefixes, tags and counters go; what is left is the subject."""
        assert subject_less_prefixes(subject) == (bare, answers)

    @given(st.text(max_size=400))
    def test_never_raises(self, subject: str) -> None:
        """Any subject has something left, or nothing."""
        bare, _ = subject_less_prefixes(subject)

        assert len(bare) <= len(subject)

    def test_a_topic_joins_mail_and_answer(self) -> None:
        """Equal subjects have equal topics; no subject has none."""
        assert topic_of("Re: Gate", blind) == topic_of("gate", blind) != topic_of("Hinges", blind)
        assert topic_of("Re:", blind) == ""


class TestEntry:
    def test_no_body_and_no_terms_in_words(self) -> None:
        """The body ends at the ledger; terms are blinded."""
        entry = remember(make_exchange(text=SECRET, html=f"<p>{SECRET}</p>"))

        assert SECRET not in repr(entry)
        assert entry.terms == (blind("hinge"), blind("barn"))

    @pytest.mark.parametrize(
        ("tier", "subject", "words"), [(Tier.METADATA, False, False), (Tier.SUBJECTS, True, False), (Tier.SPANS, True, True)]
    )
    def test_tiers(self, tier: Tier, subject: bool, words: bool) -> None:
        """The owner decides whether subject and spans are kept."""
        entry = remember(make_exchange(subject="Gate"), tier=tier)

        assert bool(entry.subject) is subject
        assert bool(entry.substances[0].words) is words

    def test_direction_of_mail(self) -> None:
        """What the owner wrote goes out, from any of their addresses."""
        ours = make_exchange(participants=(seat("olga@home.example", Role.SENDER), seat(PERSON_ADDRESS, Role.TO)))

        assert remember(make_exchange()).direction is Direction.IN
        assert remember(ours).direction is Direction.OUT

    def test_direction_of_events(self) -> None:
        """Who organises has invited; an event without organiser is the owner's own."""
        event = make_exchange(kind=Kind.EVENT, participants=(seat(PERSON_ADDRESS, Role.ORGANIZER), seat(OWNER_ADDRESS, Role.ATTENDEE)))

        assert remember(event).direction is Direction.IN
        assert remember(structs.replace(event, participants=())).direction is Direction.OUT

    def test_one_seat_per_address(self) -> None:
        """The weightiest seat is kept, with the answer that another of them gave."""
        event = make_exchange(
            kind=Kind.EVENT,
            participants=(
                seat(PERSON_ADDRESS, Role.ATTENDEE, response=Response.ACCEPTED),
                seat(PERSON_ADDRESS, Role.ORGANIZER),
                seat(OWNER_ADDRESS, Role.ATTENDEE, response=Response.DECLINED),
            ),
        )

        seats = {kept.address: kept for kept in remember(event).seats}

        assert len(seats) == 2
        assert (seats[PERSON_ADDRESS].role, seats[PERSON_ADDRESS].response) == (Role.ORGANIZER, Response.ACCEPTED)

    def test_reply_to_is_kept_and_not_counted(self) -> None:
        """Another address to answer to is evidence of an alias, and nobody more."""
        entry = remember(
            make_exchange(
                participants=(seat(PERSON_ADDRESS, Role.SENDER), seat(THIRD_ADDRESS, Role.REPLY_TO), seat(OWNER_ADDRESS, Role.TO))
            )
        )

        assert any(kept.role is Role.REPLY_TO for kept in entry.seats)
        assert entry.audience == 2

    def test_audience_counts_humans(self) -> None:
        """Rooms, machines and lists are no audience; the owner is, even when not named."""
        people = tuple(seat(f"guest{number}@house.example", Role.ATTENDEE) for number in range(3))
        things = (
            seat("c_1@resource.calendar.google.com", Role.ATTENDEE),
            seat("beamer@house.example", Role.ATTENDEE, resource=True),
            seat("all@house.example", Role.ATTENDEE),
        )

        assert remember(make_exchange(kind=Kind.EVENT, participants=(*people, *things))).audience == 4

    def test_many_seats_are_bounded(self) -> None:
        """At most 500 seats, the sender and the owner among them; the audience tells the true number."""
        crowd = tuple(seat(f"guest{number}@house.example", Role.TO) for number in range(700))

        entry = remember(make_exchange(participants=(seat(PERSON_ADDRESS, Role.SENDER), *crowd, seat(OWNER_ADDRESS, Role.CC))))

        assert len(entry.seats) == 500
        assert {PERSON_ADDRESS, OWNER_ADDRESS} <= {kept.address for kept in entry.seats}
        assert entry.audience == 702

    def test_references_are_bounded(self) -> None:
        """The newest twenty are enough to find the thread."""
        entry = remember(make_exchange(references=tuple(f"r{number}" for number in range(100))))

        assert entry.references == tuple(f"r{number}" for number in range(80, 100))

    @pytest.mark.parametrize(
        ("address", "name", "credited"),
        [("", "Karst, Ines", "name:ines karst"), ("ines@karst.example", "Ines Karst", "ines@karst.example"), ("", "", "")],
    )
    def test_credited(self, address: str, name: str, credited: str) -> None:
        """By address where a notice states it, else by name."""
        tags = structs.replace(TAGS, notice=True, credited_address=address, credited_name=name)

        assert remember(make_exchange(), tags).credited == credited

    def test_answers(self) -> None:
        """A prefix or an In-Reply-To makes an answer; an event is none."""
        assert remember(make_exchange(subject="Re: Gate")).answers
        assert remember(make_exchange(subject="Gate", in_reply_to="m0")).answers
        assert not remember(make_exchange(subject="Gate")).answers
        assert not remember(make_exchange(kind=Kind.EVENT, subject="Re: Gate")).answers
