"""Briefs: what is said of each attendee, what is said of the meeting, and that nothing leaks from one to the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain

import pytest
from msgspec import structs

from connectors.exchange import Kind, Response, Role
from plugin_backend.domain.briefs import AttendeeFacts, MeetingBrief, brief_for, changed_since, how_you_know_each_other, next_act
from plugin_backend.domain.ledger import Direction, LedgerEntry, Seat
from plugin_backend.domain.people import AddressKind, Owner, Person
from plugin_backend.domain.readings import Evidence, Initiative, Introduced, Promise, Reading, Side, Stage, Standing, Unanswered
from plugin_backend.domain.suggestions import AVOID, NEXT_ACTS, first_said
from plugin_backend.domain.tags import Channel

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
OWNER = Owner(addresses=frozenset({"elin@quietroom.example"}))
ANA = Person(id="p-ana", addresses=("ana@lagoa.example",), name="Ana Lagoa")
BEN = Person(id="p-ben", addresses=("ben@quay.example",), name="Ben Quay")
CHIDI = Person(id="p-chidi", addresses=("chidi@harbour.example",), name="Chidi Obi")

KNOWN = Reading(stage=Stage.RECOGNITION, highest=Stage.RECOGNITION, standing=Standing.ACTIVE, as_of=NOW, meetings_held=1)
WORKING = replace(KNOWN, stage=Stage.DEVELOPMENT, highest=Stage.DEVELOPMENT)
STRANGER = Reading(stage=Stage.NONE, highest=Stage.NONE, standing=None, as_of=NOW)


def days_ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


def initiative(subject: str = "Pond pilot", *, last: int = 10, settled: bool = False) -> Initiative:
    return Initiative(
        topic=f"t-{subject}",
        subject=subject,
        owner_acts=3,
        person_acts=4,
        first=days_ago(120),
        last=days_ago(last),
        exchanges=(f"secret-{subject}",),
        settled=settled,
    )


def promise(by: Side, words: str = "I will send you the figures by Friday.", *, days: int = 20) -> Promise:
    return Promise(by=by, words=words, exchange="m1", at=days_ago(days))


def entry(*people: Person, subject: str = "Pond pilot", **changed: object) -> LedgerEntry:
    seats = tuple(Seat(address=person.addresses[0], role=Role.ATTENDEE, person=person.id) for person in people)
    base = LedgerEntry(
        id="e1@quietroom.example",
        kind=Kind.EVENT,
        at=NOW + timedelta(days=2),
        ends_at=NOW + timedelta(days=2, hours=1),
        channel=Channel.MEETING,
        direction=Direction.IN,
        sender=people[0].addresses[0] if people else "",
        seats=(Seat(address="elin@quietroom.example", role=Role.ATTENDEE), *seats),
        audience=len(people) + 1,
        human=True,
        subject=subject,
    )
    return structs.replace(base, **changed)


def attending(person: Person, reading: Reading | None = KNOWN, **changed: object) -> AttendeeFacts:
    base = AttendeeFacts(person=person, response=Response.ACCEPTED, reading=reading, last_substance=None)
    return replace(base, **changed)  # type: ignore[arg-type]  # each test changes fields of its own


def brief(*attendees: AttendeeFacts, event: LedgerEntry | None = None, often_with: tuple[Person, ...] = ()) -> MeetingBrief:
    meeting = event or entry(*(each.person for each in attendees))
    return brief_for(meeting, attendees, often_with=often_with, owner=OWNER, as_of=NOW)


class TestHowYouKnowEachOther:
    def test_a_joint_initiative_is_the_strongest_context(self) -> None:
        """What two people do together is named by its subject and its beginning."""
        assert how_you_know_each_other(replace(WORKING, initiatives=(initiative(),))) == (
            "You have worked together on “Pond pilot” since 23 July 2026."
        )

    def test_a_past_initiative_is_spoken_of_in_the_past(self) -> None:
        """After half a year without an act it is over."""
        assert "the last act was on 23 January 2026" in how_you_know_each_other(replace(WORKING, initiatives=(initiative(last=301),)))

    def test_otherwise_the_rule_that_proved_recognition_speaks(self) -> None:
        """The sentence is that of the evidence, not of the encounter before it."""
        met = Evidence(rule="held_meeting", sentence="You met on 3 May 2026, just the two of you.", exchanges=("e1",), at=NOW)
        wrote = Evidence(rule="message_one_way", sentence="They wrote to you on 1 May 2026.", exchanges=("m1",), at=NOW)

        assert how_you_know_each_other(replace(KNOWN, evidence=(met, wrote))) == met.sentence

    def test_before_recognition_there_is_none(self) -> None:
        """One mail one way is no context that both could name."""
        assert how_you_know_each_other(replace(STRANGER, stage=Stage.ENCOUNTER, highest=Stage.ENCOUNTER)) == ""

    def test_what_has_faded_is_still_known(self) -> None:
        """Who once knew each other can say so after years."""
        met = Evidence(rule="held_meeting", sentence="You met on 3 May 2019.", exchanges=("e1",), at=NOW)

        assert how_you_know_each_other(replace(KNOWN, stage=Stage.ENCOUNTER, evidence=(met,))) == "You met on 3 May 2019."


class TestNextAct:
    @pytest.mark.parametrize(
        ("reading", "said"),
        [
            (replace(KNOWN, refused_at=days_ago(30), promises=(promise(Side.OWNER),)), "Leave the next word to them"),
            (
                replace(KNOWN, promises=(promise(Side.OWNER),)),
                "You said on 31 October 2026 that you would send them the figures by Friday. Do it, or say when.",
            ),
            (replace(KNOWN, promises=(promise(Side.OWNER, ""),)), "You promised something on 31 October 2026. Do it, or say when."),
            (
                replace(KNOWN, unanswered=(Unanswered(exchange="m", at=days_ago(3), topic="t", asks=True),)),
                "Answer what they asked on 17 November 2026.",
            ),
            (replace(STRANGER, introduced=(Introduced(exchange="i", at=days_ago(5), by="x@y.example"),)), "Answer the introduction"),
            (STRANGER, "Talk before you write"),
            (replace(WORKING, standing=Standing.DORMANT, initiatives=(initiative(),)), "name what you share (“Pond pilot”)"),
            (replace(KNOWN, promises=(promise(Side.PERSON),)), "They said on 31 October 2026 that they would send you the figures"),
            (replace(WORKING, standing=Standing.PLATEAU), "Propose one thing to do together"),
            (replace(WORKING, standing=Standing.PLATEAU, last_substantive_channel=Channel.EMAIL), "Leave the mail for once"),
            (KNOWN, "Propose a first small thing"),
            (replace(WORKING, initiatives=(initiative(),)), "Bring “Pond pilot” one step further"),
            (replace(WORKING, initiatives=(initiative(settled=True),)), "Say what has become of “Pond pilot”"),
            (replace(KNOWN, stage=Stage.FRIENDSHIP, highest=Stage.FRIENDSHIP), "beyond the work"),
        ],
    )
    def test_names_one_thing(self, reading: Reading, said: str) -> None:
        """The most pressing row of the table speaks, in one sentence or two."""
        assert said in next_act(reading)

    def test_a_promise_in_another_language_is_quoted(self) -> None:
        """What cannot be turned into reported speech stands as it was written."""
        reading = replace(KNOWN, promises=(promise(Side.OWNER, "Ich schicke Ihnen die Zahlen."),))

        assert "You wrote on 31 October 2026: “Ich schicke Ihnen die Zahlen.”" in next_act(reading)

    def test_every_reading_has_something_to_do_and_something_to_avoid(self) -> None:
        """A brief never stays silent about a person."""
        readings = [replace(KNOWN, stage=stage, highest=stage, standing=standing) for stage in Stage for standing in Standing]

        assert all(next_act(reading) and first_said(AVOID, reading) for reading in readings)
        assert len({row.name for row in (*NEXT_ACTS, *AVOID)}) == len(NEXT_ACTS) + len(AVOID)


class TestWhatHasChanged:
    def test_nothing_new_is_nothing(self) -> None:
        """Time alone is no news."""
        assert changed_since(KNOWN, replace(KNOWN, as_of=NOW + timedelta(days=1))) == ()

    def test_tells_what_happened_weightiest_first(self) -> None:
        """Stage, standing, meetings, messages, promises and initiatives, each in a sentence."""
        before = replace(KNOWN, as_of=days_ago(40), standing=Standing.SLIDING, messages_in=2, promises=(promise(Side.PERSON, days=60),))
        after = replace(
            WORKING,
            messages_in=4,
            messages_out=1,
            meetings_held=2,
            last_held_at=days_ago(4),
            promises=(promise(Side.OWNER, days=4),),
            initiatives=(initiative(),),
        )

        assert changed_since(before, after) == (
            "It now reads relationship development; it was recognition.",
            "It is active now; it was sliding.",
            "You met once, last on 16 November 2026.",
            "2 new messages from them, 1 from you.",
            "You said on 16 November 2026 that you would send them the figures by Friday.",
            "What they promised on 21 September 2026 is no longer open.",
        )

    def test_a_refusal_comes_first(self) -> None:
        """Before anything else one has to know of a no."""
        assert changed_since(KNOWN, replace(KNOWN, refused_at=days_ago(2), messages_in=1))[0].startswith("On 18 November 2026 they asked")


class TestTheMeeting:
    def test_few_people_are_a_conversation(self) -> None:
        """Two, or up to eight, can all speak."""
        assert brief(attending(ANA)).kind_sentence == "A conversation between the two of you."
        assert not brief(attending(ANA), attending(BEN)).audience_in_disguise

    @pytest.mark.parametrize(
        "event",
        [entry(ANA, audience=9), entry(ANA, guests_hidden=True), entry(ANA, channel=Channel.WEBINAR)],
        ids=["nine people", "hidden guests", "webinar"],
    )
    def test_many_or_hidden_people_are_an_audience(self, event: LedgerEntry) -> None:
        """An audience in disguise is named, with how to make it a conversation."""
        found = brief(attending(ANA), event=event)

        assert found.audience_in_disguise
        assert found.kind_sentence.startswith("An audience")
        assert found.advice

    def test_who_declined_does_not_count(self) -> None:
        """Nine invited, one of whom declined, are eight; and who declined is missing."""
        found = brief(attending(ANA, response=Response.DECLINED), attending(BEN), event=entry(ANA, BEN, audience=9))

        assert not found.audience_in_disguise
        assert found.missing == ("Ana Lagoa has declined.",)

    def test_first_meetings_and_the_not_recognised_are_named(self) -> None:
        """Who has written but was never met is a first meeting, and a stranger is both."""
        wrote = replace(KNOWN, meetings_held=0)

        found = brief(attending(ANA, wrote), attending(BEN, STRANGER), attending(CHIDI), event=entry(ANA, BEN, CHIDI))

        assert found.first_meetings == (ANA, BEN)
        assert found.not_recognised == (BEN,)
        assert "you do not know Ben Quay yet" in found.advice[0]
        assert "You know Ana Lagoa from letters" in found.advice[1]

    def test_who_often_takes_part_and_is_not_invited_is_missing(self) -> None:
        """Persons only, each once, and nobody who is there."""
        robot = Person(id="p-bot", addresses=("bot@x.example",), name="Bot", kind=AddressKind.ROBOT)

        found = brief(attending(ANA), attending(BEN), often_with=(CHIDI, CHIDI, ANA, robot))

        assert found.missing == ("Chidi Obi often takes part in this work and is not invited.",)

    def test_nobody_is_missing_between_two(self) -> None:
        """A one-on-one is meant to be one."""
        assert brief(attending(ANA), often_with=(CHIDI,)).missing == ()

    def test_the_owner_rooms_and_repetitions_are_no_attendees(self) -> None:
        """Only other humans, in the order of the invitation."""
        room = Person(id="p-room", addresses=("room@x.example",), name="Room", kind=AddressKind.ROOM)
        elin = Person(id="p-elin", addresses=("elin@quietroom.example",), name="Elin")

        found = brief(attending(BEN), attending(room), attending(elin), attending(ANA), attending(BEN), event=entry(BEN, ANA))

        assert [each.person for each in found.attendees] == [BEN, ANA]


class TestEachAttendee:
    def test_carries_what_is_open_and_what_to_do(self) -> None:
        """Initiatives, promises, one act, one thing not to do."""
        reading = replace(WORKING, initiatives=(initiative(),), promises=(promise(Side.OWNER),))

        found = brief(attending(ANA, reading, previous=replace(reading, messages_in=-1))).attendees[0]

        assert found.initiatives == reading.initiatives
        assert found.promises == reading.promises
        assert found.next_act.startswith("You said on 31 October 2026")
        assert found.avoid == "Do not wait for them to remind you of what you said you would do."
        assert found.changed == ("1 new message from them, none from you.",)

    def test_the_first_brief_has_no_news(self) -> None:
        """Without an earlier brief nothing has changed since it."""
        assert brief(attending(ANA, WORKING)).attendees[0].changed == ()

    def test_what_the_meeting_itself_brings_about_is_not_asked_for(self) -> None:
        """Before a meeting nobody is told to arrange a call."""
        stranger, plateau = STRANGER, replace(WORKING, standing=Standing.PLATEAU, last_substantive_channel=Channel.EMAIL)

        assert brief(attending(ANA, stranger)).attendees[0].next_act == "Ask what brings them here, and listen."
        assert brief(attending(ANA, plateau)).attendees[0].next_act.startswith("Propose one thing to do together")

    def test_somebody_never_seen_gets_a_brief_too(self) -> None:
        """A name without a ledger entry: ask, listen, do not present."""
        found = brief(attending(ANA, None)).attendees[0]

        assert found.next_act
        assert found.avoid
        assert found.how_you_know_each_other == ""


class TestNothingLeaks:
    def test_the_meetings_part_cites_no_exchange(self) -> None:
        """What only some attendees know is in no sentence about the meeting, and no id of an exchange either."""
        secret = replace(
            WORKING,
            initiatives=(initiative("Takeover of Quay"),),
            promises=(promise(Side.OWNER, "I will tell Ben nothing about the takeover."),),
            evidence=(Evidence(rule="held_meeting", sentence="You met about the takeover.", exchanges=("secret-e",), at=NOW),),
        )

        found = brief(attending(ANA, secret), attending(BEN, WORKING), often_with=(CHIDI,))

        meeting = " ".join(chain((found.kind_sentence,), found.advice, found.missing))
        assert "akeover" not in meeting
        assert "secret" not in meeting

    def test_the_part_of_one_attendee_knows_nothing_of_another(self) -> None:
        """Each attendee's part is the same whoever else is invited."""
        secret = replace(WORKING, initiatives=(initiative("Takeover of Quay"),))

        alone = brief(attending(BEN, WORKING)).attendees[0]
        together = brief(attending(ANA, secret), attending(BEN, WORKING)).attendees[1]

        assert alone == together

    def test_an_exchange_without_the_attendee_is_never_shown_under_their_name(self) -> None:
        """A last exchange with substance in which they did not sit is left out."""
        with_ana, without_her = entry(ANA, BEN), entry(BEN)

        assert brief(attending(ANA, last_substance=with_ana)).attendees[0].last_substance == with_ana
        assert brief(attending(ANA, last_substance=without_her)).attendees[0].last_substance is None

    def test_a_notice_credited_to_the_attendee_is_theirs(self) -> None:
        """A chat message is known by the name of the machine's notice."""
        notice = entry(credited="name:ana lagoa", channel=Channel.INSTANT_MESSAGE)

        assert brief(attending(ANA, last_substance=notice)).attendees[0].last_substance == notice
