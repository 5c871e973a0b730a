"""The verdict on a draft: one row of the table after the other, and what is said with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_backend.domain.advice import (
    Alternative,
    Draft,
    DraftVerdict,
    Introducer,
    RecipientFacts,
    RecipientVerdict,
    SharedEvent,
    Verdict,
    advise,
)
from plugin_backend.domain.openings import Before, Company
from plugin_backend.domain.people import AddressKind, Owner, Person
from plugin_backend.domain.readings import Evidence, Introduced, Reading, Stage, Standing, Unanswered
from plugin_backend.domain.reply_estimate import ReplyEstimate, Source

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
OWNER = Owner(addresses=frozenset({"elin@quietroom.example"}))
ANA = Person(id="p-ana", addresses=("ana@lagoa.example",), name="Ana Lagoa")
TOM = Person(id="p-tom", addresses=("tom@lagoa.example",), name="Tom Harding")

STRANGER = Reading(stage=Stage.NONE, highest=Stage.NONE, standing=None, as_of=NOW)
ENCOUNTERED = Reading(
    stage=Stage.ENCOUNTER,
    highest=Stage.ENCOUNTER,
    standing=Standing.ACTIVE,
    as_of=NOW,
    messages_out=5,
    last_at=NOW - timedelta(days=12),
)
ESTIMATE = ReplyEstimate(
    before=Before.UNANSWERED,
    company=Company.ALONE,
    source=Source.OWN_MAILBOX,
    rate=0.1,
    low=0.04,
    high=0.23,
    mails=41,
    answered=4,
)
KNOWN = Reading(stage=Stage.RECOGNITION, highest=Stage.RECOGNITION, standing=Standing.ACTIVE, as_of=NOW)


QUOTED_MAILING = "On Mon, 2 Nov 2026 at 10:00, Shop <shop@x.example> wrote:\n\n> Dear customers,\n> To unsubscribe, click here."
FORWARDED = "---------- Forwarded message ---------\nFrom: A <a@x.example>\nDate: 2 Nov 2026\nSubject: b\nTo: c@x.example\n\nhello there"


def facts(reading: Reading | None = None, **changed: object) -> RecipientFacts:
    base = RecipientFacts(address=ANA.addresses[0], kind=AddressKind.PERSON, person=ANA, reading=reading)
    return replace(base, **changed)  # type: ignore[arg-type]  # each test changes fields of its own


def draft(text: str = "Dear Ana,\n\nyour pond made me think of something.\n\nElin", **changed: object) -> Draft:
    base = Draft(to=(ANA.addresses[0],), subject="Ponds", text=text)
    return replace(base, **changed)  # type: ignore[arg-type]  # each test changes fields of its own


def verdict(reading: Reading | None, *, of: Draft | None = None, **changed: object) -> RecipientVerdict:
    return advise(of or draft(), (facts(reading, **changed),), owner=OWNER, as_of=NOW).recipients[0]


def waiting(days: int, *, topic: str = "t1", asks: bool = False) -> Unanswered:
    return Unanswered(exchange=f"m{days}", at=NOW - timedelta(days=days), topic=topic, asks=asks)


def kinds(alternatives: tuple[Alternative, ...]) -> list[str]:
    return [alternative.kind for alternative in alternatives]


class TestWhatIsNotAPerson:
    @pytest.mark.parametrize("kind", [AddressKind.LIST, AddressKind.ROLE, AddressKind.ROBOT, AddressKind.ROOM])
    def test_has_no_verdict_and_is_named(self, kind: AddressKind) -> None:
        """Behind a list, an office, a machine or a room nobody reads with trust: no verdict, and a sentence that says what it is."""
        found = verdict(None, address="x@lagoa.example", kind=kind, person=None)

        assert found.verdict is None
        assert found.what.startswith("x@lagoa.example is a ")
        assert found.reading is None

    def test_a_role_address_is_named_as_one(self) -> None:
        """The sentence is the one that the product promises."""
        found = verdict(None, address="support@lagoa.example", kind=AddressKind.ROLE, person=None)

        assert found.what == "support@lagoa.example is a role address, not a person."

    def test_the_own_address_is_not_judged(self) -> None:
        """A copy to oneself has no verdict, whatever the caller takes it for."""
        found = verdict(ENCOUNTERED, address="elin@quietroom.example")

        assert found.verdict is None
        assert found.what == "elin@quietroom.example is your own address."
        assert found.person is None

    def test_a_draft_to_nobody_has_no_verdict(self) -> None:
        """No recipient, or none that is a person: the draft has no verdict."""
        nobody = advise(draft(to=()), (), owner=OWNER, as_of=NOW)

        assert nobody == DraftVerdict(verdict=None, recipients=(), as_of=NOW)


class TestBeforeRecognition:
    def test_a_mail_to_a_stranger_is_warned_about(self) -> None:
        """Nothing between them: a warning that says so."""
        found = verdict(None)

        assert found.verdict is Verdict.WARN
        assert found.reasons == ("No recognition yet. Nothing between you is seen so far.",)

    def test_one_more_unanswered_mail_is_warned_about_with_what_has_happened(self) -> None:
        """The warning tells in one line what has happened so far."""
        found = verdict(ENCOUNTERED)

        assert found.verdict is Verdict.WARN
        assert found.reasons == (
            "No recognition yet. So far: 5 messages from you, no message from them; the last exchange was on 8 November 2026.",
        )

    def test_the_ways_round_come_in_their_order(self) -> None:
        """A warm introduction, an event, a better channel, and only then what makes a mail relevant."""
        seen = Introducer(person=TOM, stage=Stage.DEVELOPMENT, exchange="e1", at=NOW - timedelta(days=9))
        same_firm = replace(seen, person=replace(TOM, id="p-other", name="Otto Moll"), same_organisation=True)
        event = SharedEvent(id="fair@x.example", at=NOW + timedelta(days=5), subject="Fair")

        found = verdict(ENCOUNTERED, introducers=(same_firm, seen), shared_events=(event,))

        assert kinds(found.alternatives) == ["introduction", "introduction", "event", "channel", "relevance"]
        assert [each.person for each in found.alternatives[:2]] == ["p-tom", "p-other"]
        assert "not seen" in found.alternatives[1].sentence
        assert found.alternatives[2].event == "fair@x.example"

    def test_a_channel_on_which_they_answered_is_named(self) -> None:
        """What this person has really answered goes before any general advice."""
        found = verdict(ENCOUNTERED, answered_channels=(("email", 4), ("phone_call", 2)))

        assert "phone call before (2 times)" in found.alternatives[0].sentence

    def test_the_reply_estimate_is_the_last_thing_said(self) -> None:
        """A warning about a new mail says how often mails like it were answered; where nothing is known, it says nothing of it."""
        found, silent = verdict(ENCOUNTERED, reply_estimate=ESTIMATE), verdict(ENCOUNTERED)

        assert found.reasons[-1] == ESTIMATE.sentence
        assert found.reply_estimate == ESTIMATE
        assert len(silent.reasons) == 1
        assert silent.reply_estimate is None

    def test_the_reply_estimate_goes_with_no_other_verdict(self) -> None:
        """To those one knows, and to those who asked not to be written to, nothing is estimated."""
        refused = replace(ENCOUNTERED, refused_at=NOW - timedelta(days=3))

        assert verdict(KNOWN, reply_estimate=ESTIMATE).reply_estimate is None
        assert verdict(refused, reply_estimate=ESTIMATE).reply_estimate is None

    def test_the_evidence_goes_with_the_verdict(self) -> None:
        """A verdict can be checked: it carries the evidence of the reading."""
        evidence = Evidence(rule="one_way", sentence="You wrote.", exchanges=("m1",), at=NOW)

        assert verdict(replace(ENCOUNTERED, evidence=(evidence,))).evidence == (evidence,)


class TestAnswers:
    def test_an_answer_by_in_reply_to_is_allowed(self) -> None:
        """Whom a stranger's mail reaches may answer it."""
        assert verdict(ENCOUNTERED, answered_sender=True).verdict is Verdict.ALLOW

    def test_an_answer_to_a_mailing_of_theirs_is_no_answer(self) -> None:
        """A newsletter was not written by hand to the owner."""
        assert verdict(ENCOUNTERED, answered_sender=True, answered_by_hand=False).verdict is Verdict.WARN

    def test_an_answer_after_more_than_90_days_is_no_answer(self) -> None:
        """What was written long ago is answered like a new mail."""
        late = NOW - timedelta(days=91)

        assert verdict(ENCOUNTERED, answered_sender=True, answered_at=late).verdict is Verdict.WARN

    def test_the_same_subject_is_an_answer(self) -> None:
        """Without In-Reply-To the subject tells."""
        reading = replace(ENCOUNTERED, unanswered=(waiting(3, topic="t1"), waiting(9, topic="t2")))

        assert verdict(reading, of=draft(topic="t2")).verdict is Verdict.ALLOW
        assert verdict(reading, of=draft(topic="t3")).verdict is Verdict.WARN

    def test_their_only_unanswered_message_is_answered_by_any_mail(self) -> None:
        """One message waits, so the new mail is taken for its answer; a broadcast is not."""
        reading = replace(ENCOUNTERED, unanswered=(waiting(84),))

        assert verdict(reading).verdict is Verdict.ALLOW
        assert verdict(reading, of=draft("Dear customers and partners,\n\nour new catalogue is here for you.")).verdict is Verdict.WARN

    def test_an_old_unanswered_message_no_longer_counts(self) -> None:
        """After 90 days nobody waits."""
        assert verdict(replace(ENCOUNTERED, unanswered=(waiting(91),))).verdict is Verdict.WARN

    def test_what_they_asked_for_is_allowed(self) -> None:
        """Several messages wait, and one of them asked for something."""
        reading = replace(ENCOUNTERED, unanswered=(waiting(3, topic="a"), waiting(9, topic="b", asks=True)))

        found = verdict(reading)

        assert found.verdict is Verdict.ALLOW
        assert found.reasons == ("They asked you for something on 11 November 2026.",)

    def test_an_introduction_opens_the_door_for_60_days(self) -> None:
        """To the introduced one may write, for a while."""
        fresh = replace(ENCOUNTERED, introduced=(Introduced(exchange="i1", at=NOW - timedelta(days=60), by="tom@lagoa.example"),))
        stale = replace(ENCOUNTERED, introduced=(Introduced(exchange="i1", at=NOW - timedelta(days=61), by="tom@lagoa.example"),))

        assert verdict(fresh).verdict is Verdict.ALLOW
        assert verdict(stale).verdict is Verdict.WARN

    def test_an_answer_wakes_what_was_dormant(self) -> None:
        """Two years of silence do not matter when they have just written."""
        reading = replace(KNOWN, standing=Standing.DORMANT, unanswered=(waiting(3),))

        assert verdict(reading, answered_sender=True).verdict is Verdict.ALLOW


class TestRefusals:
    REFUSED = replace(ENCOUNTERED, refused_at=NOW - timedelta(days=30), unanswered=(waiting(30, asks=True),))

    def test_a_refusal_in_force_is_warned_about_and_named(self) -> None:
        """Whoever asked not to be written to is not written to; not even as the answer to their only message."""
        found = verdict(self.REFUSED)

        assert found.verdict is Verdict.WARN
        assert found.reasons[0].startswith("On 21 October 2026 they asked not to be written to, or said no.")

    def test_a_refusal_offers_no_way_round(self) -> None:
        """No introducer and no event is named: a no is not to be got round."""
        introducer = Introducer(person=TOM, stage=Stage.DEVELOPMENT, exchange="e1", at=NOW)

        assert kinds(verdict(self.REFUSED, introducers=(introducer,)).alternatives) == ["conversation", "relevance"]


class TestWhomOneKnows:
    def test_active_is_allowed(self) -> None:
        """Recognised, and in exchange: nothing to say against it."""
        assert verdict(KNOWN).verdict is Verdict.ALLOW

    @pytest.mark.parametrize("standing", [Standing.SLIDING, Standing.DORMANT])
    def test_a_silence_is_a_nudge_that_names_what_is_shared(self, standing: Standing) -> None:
        """After a silence the shared context is named first."""
        reading = replace(KNOWN, standing=standing, highest=Stage.DEVELOPMENT, last_substantive_at=NOW - timedelta(days=200))

        found = verdict(reading, last_subject="Pond pilot")

        assert found.verdict is Verdict.NUDGE
        assert found.alternatives[0].kind == "context"
        assert "“Pond pilot” of 4 May 2026" in found.alternatives[0].sentence
        assert "relationship development once" in found.reasons[0]

    def test_without_a_subject_the_proven_context_is_named(self) -> None:
        """Where the privacy tier keeps no subject, the evidence of recognition says how they know each other."""
        met = Evidence(rule="held_meeting", sentence="You met on 3 May 2026, just the two of you.", exchanges=("e1",), at=NOW)
        reading = replace(KNOWN, standing=Standing.DORMANT, evidence=(met,))

        assert "You met on 3 May 2026" in verdict(reading).alternatives[0].sentence

    def test_a_plateau_is_allowed_and_named_with_one_act(self) -> None:
        """Nothing is wrong with the mail, but it will not deepen anything."""
        found = verdict(replace(KNOWN, standing=Standing.PLATEAU, plateau_since=NOW - timedelta(days=100)))

        assert found.verdict is Verdict.ALLOW
        assert "plateau" in found.reasons[-1]
        assert kinds(found.alternatives) == ["deepen"]
        assert found.alternatives[0].sentence

    def test_an_answer_on_a_plateau_names_it_too(self) -> None:
        """Allowed for whatever reason: the plateau does not go unsaid."""
        reading = replace(KNOWN, standing=Standing.PLATEAU, unanswered=(waiting(3),))

        assert kinds(verdict(reading).alternatives) == ["deepen"]

    def test_the_owners_word_wins(self) -> None:
        """A stage in the owner's own word is not nudged about, however silent it is."""
        reading = replace(KNOWN, stage=Stage.FRIENDSHIP, highest=Stage.FRIENDSHIP, standing=Standing.DORMANT, owner_word=True)

        found = verdict(reading)

        assert found.verdict is Verdict.ALLOW
        assert found.reasons == ("In your own word this is friendship.",)
        assert kinds(found.alternatives) == ["context"]

    def test_the_owners_word_may_also_say_that_it_is_less(self) -> None:
        """Who says "we never met" is warned like before any meeting."""
        assert verdict(replace(ENCOUNTERED, owner_word=True)).verdict is Verdict.WARN

    def test_snoozed_is_allowed_until_the_day(self) -> None:
        """No warnings until the day that the owner said, and again after it."""
        until = replace(ENCOUNTERED, snoozed_until=NOW + timedelta(days=3))
        over = replace(ENCOUNTERED, snoozed_until=NOW - timedelta(days=3))

        assert verdict(until).verdict is Verdict.ALLOW
        assert verdict(until).reasons == ("You asked for no warnings about them until 23 November 2026.",)
        assert verdict(over).verdict is Verdict.WARN


class TestBroadcasts:
    CROWD = tuple(f"person{number}@firm{number % 3}.example" for number in range(10))

    def test_ten_recipients_of_three_organisations_are_a_broadcast(self) -> None:
        """To somebody one knows: a nudge with the count."""
        found = verdict(KNOWN, of=draft(to=self.CROWD, cc=(ANA.addresses[0],)))

        assert found.verdict is Verdict.NUDGE
        assert found.reasons[1] == "It goes to 11 recipients of 4 organisations at once."

    def test_nine_recipients_or_two_organisations_are_none(self) -> None:
        """A project of two firms may have many members."""
        two_firms = tuple(f"person{number}@{'lagoa' if number % 2 else 'ponds'}.example" for number in range(14))

        assert verdict(KNOWN, of=draft(to=(*self.CROWD[:8], ANA.addresses[0]))).verdict is Verdict.ALLOW
        assert verdict(KNOWN, of=draft(to=(*two_firms, ANA.addresses[0]))).verdict is Verdict.ALLOW

    def test_repeated_and_own_addresses_are_counted_once_and_not_at_all(self) -> None:
        """Ten lines are not ten people."""
        repeated = draft(to=(*self.CROWD[:6], *self.CROWD[:6], ANA.addresses[0]), cc=("elin@quietroom.example",))

        assert verdict(KNOWN, of=repeated).verdict is Verdict.ALLOW

    @pytest.mark.parametrize(
        "text",
        [
            "Dear customers, partners and friends,\n\nplease find attached our new presentation.",
            "Hello Ana,\n\nthe autumn range is here.\n\nTo unsubscribe from our mailings, please reply with STOP.",
            "Liebe Kundinnen und Kunden,\n\nder neue Katalog ist da.",
            "Guten Tag,\n\nhier die Neuheiten.\n\nSie erhalten diese E-Mail, weil Sie unser Kunde sind.",
            "Chers clients,\n\nvoici nos nouveautés.",
            "Bonjour,\n\nnos nouveautés.\n\nPour vous désabonner, cliquez ici.",
            "Estimados clientes:\n\naquí tienen las novedades.",
            "Hola:\n\nnovedades.\n\nPara darse de baja, responda BAJA.",
            "Dear {first_name},\n\nI thought of you.",
        ],
    )
    def test_the_wording_of_a_mailing_is_a_broadcast(self, text: str) -> None:
        """In English, German, French and Spanish, and where a mail merge shows."""
        assert verdict(KNOWN, of=draft(text)).verdict is Verdict.NUDGE

    @pytest.mark.parametrize(
        "text",
        [
            "Dear Ana,\n\ncould you tell me how I leave this list? Your customers must love you.\n\nElin",
            "Hello Ana,\n\nthe figures you asked for are attached.\n\nElin",
            "Sehr geehrte Frau Lagoa,\n\nIhr Teich hat mich auf eine Idee gebracht.\n\nElin Sandberg",
            f"Dear Ana,\n\nsee below, what do you make of it?\n\nElin\n\n{QUOTED_MAILING}",
        ],
    )
    def test_own_words_to_one_person_are_none(self, text: str) -> None:
        """Neither a personal letter nor what it quotes is a mailing."""
        assert verdict(KNOWN, of=draft(text, has_attachment=True)).verdict is Verdict.ALLOW

    @pytest.mark.parametrize(
        "text",
        [
            f"FYI\n\n{FORWARDED}",
            "Hi Ana,\n\nhttps://news.example/a-long-story\n\nBest regards\nElin",
        ],
    )
    def test_passing_on_without_own_words_is_a_broadcast(self, text: str) -> None:
        """A bare forward or link keeps nothing alive; as an answer it may."""
        assert verdict(KNOWN, of=draft(text)).verdict is Verdict.NUDGE
        assert verdict(KNOWN, of=draft(text, in_reply_to="m1@lagoa.example")).verdict is Verdict.ALLOW

    @pytest.mark.parametrize(
        "unit", ["-- \n", "\n", " \t", "{{name", "[ ", "hi \n", "best \n", "> \n", "*|a", "voir ", "https://", "_", "dear \n", "liebe  "]
    )
    def test_a_draft_made_to_be_slow_is_judged_like_any_other(self, unit: str) -> None:
        """Half a megabyte of whatever the patterns begin with, and something else behind it."""
        hostile = (unit * 500_000)[:500_000]

        of_it_alone = verdict(KNOWN, of=draft(hostile + "x", has_attachment=True)).verdict
        with_own_words = verdict(KNOWN, of=draft("Dear Ana,\n\nyour pond made me think of you.\n\n" + hostile + "x")).verdict

        assert of_it_alone in (Verdict.ALLOW, Verdict.NUDGE)
        assert with_own_words is Verdict.ALLOW

    @pytest.mark.parametrize(
        "text", ["* * *\n" * 3_000 + "Dear customers,\nnews.", "Dear Ana,\n" + "Our range is new.\n" * 5_000 + "Unsubscribe here."]
    )
    def test_a_mailing_shows_at_either_end_of_a_long_draft(self, text: str) -> None:
        """Greeting and footer count, however much stands between."""
        assert verdict(KNOWN, of=draft(text)).verdict is Verdict.NUDGE

    def test_an_empty_draft_is_not_judged_by_its_words(self) -> None:
        """Before anything is written, or where the text is not known, only the relationship counts."""
        assert verdict(KNOWN, of=draft("")).verdict is Verdict.ALLOW

    def test_the_first_message_after_a_meeting_is_not_a_broadcast(self) -> None:
        """Converse, earn recognition, and send the information afterwards, to those who ask."""
        reading = replace(KNOWN, last_held_at=NOW - timedelta(days=4), last_held="e1", wrote_since_held=False)

        found = verdict(reading, of=draft("Dear customers,\n\nplease find attached our presentation."))

        assert found.verdict is Verdict.NUDGE
        assert found.reasons[0] == "It would be your first message after you met on 16 November 2026."
        assert kinds(found.alternatives) == ["conversation"]


class TestSeveralRecipients:
    def test_each_has_a_verdict_and_the_draft_the_highest(self) -> None:
        """One stranger among friends is seen."""
        tom = facts(None, address="tom@lagoa.example", person=TOM)
        role = facts(None, address="info@lagoa.example", person=None, kind=AddressKind.ROLE)

        found = advise(draft(), (facts(KNOWN), tom, role), owner=OWNER, as_of=NOW)

        assert [each.verdict for each in found.recipients] == [Verdict.ALLOW, Verdict.WARN, None]
        assert found.verdict is Verdict.WARN

    def test_a_recipient_named_twice_is_judged_once(self) -> None:
        """In To and in Cc is one recipient."""
        found = advise(draft(), (facts(KNOWN), facts(KNOWN)), owner=OWNER, as_of=NOW)

        assert len(found.recipients) == 1

    def test_a_colleague_is_at_most_nudged(self) -> None:
        """In one house a first mail is no cold mail."""
        found = verdict(STRANGER, colleague=True)

        assert found.verdict is Verdict.NUDGE
        assert found.reasons[0] == "You work in the same organisation, so this is only a nudge."


@given(
    stage=st.sampled_from(Stage),
    standing=st.sampled_from(Standing),
    text=st.text(max_size=400),
    recipients=st.lists(st.sampled_from(TestBroadcasts.CROWD), max_size=12),
    answered=st.booleans(),
)
def test_every_draft_gets_a_verdict_for_a_person(
    stage: Stage, standing: Standing, text: str, recipients: list[str], answered: bool
) -> None:
    """Whatever is written to whomever: a person has a verdict, with a reason, and only a stranger is ever warned about."""
    reading = replace(KNOWN, stage=stage, highest=stage, standing=standing)

    found = verdict(reading, of=draft(text, to=tuple(recipients)), answered_sender=answered)

    assert found.verdict is not None
    assert found.reasons
    assert found.verdict is not Verdict.WARN or not stage.at_least(Stage.RECOGNITION)
    assert found.verdict is Verdict.ALLOW or not answered
