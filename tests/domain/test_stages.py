"""The stages: golden dyads for every rule and both sides of its edge, and what the dyads cannot say in one file."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from plugin_backend.domain.ledger import Correction, CorrectionKind, LedgerEntry
from plugin_backend.domain.people import AddressKind, Person
from plugin_backend.domain.readings import Reading, Stage, Standing
from plugin_backend.domain.rules import RULES, RULES_OF
from plugin_backend.domain.stages import reading_of, replay
from tests.factories import OWNER, PERSON, START, correction_from, entry_from, make_correction, make_dyad, make_entry, make_event, on

DYADS = sorted((Path(__file__).parent / "dyads").glob("*.json"))


def read(entries: tuple[LedgerEntry, ...], *corrections: Correction, days: int = 60, person: Person = PERSON) -> Reading:
    """The reading so many days after the start."""
    as_of = START + timedelta(days=days)
    return reading_of(replay(entries, corrections, person=person, owner=OWNER, as_of=as_of), as_of)


class TestGoldenDyads:
    @pytest.mark.parametrize("path", DYADS, ids=lambda path: path.stem)
    def test_reads_as_written(self, path: Path) -> None:
        """Every golden dyad gives the stage, the standing and the evidence that its file says."""
        dyad = json.loads(path.read_text(encoding="utf-8"))
        entries = tuple(entry_from(told) for told in dyad["entries"])
        corrections = [correction_from(told) for told in dyad.get("corrections", ())]
        as_of = on(dyad["as_of"])

        reading = reading_of(replay(entries, corrections, person=PERSON, owner=OWNER, as_of=as_of), as_of)

        assert {key: _told(reading, key) for key in dyad["expect"]} == dyad["expect"]

    def test_every_rule_has_a_dyad(self) -> None:
        """No rule is without a golden dyad whose deepest evidence it is."""
        expected = {json.loads(path.read_text(encoding="utf-8"))["expect"].get("rule") for path in DYADS}

        missing = {rule.name for rule in RULES} - expected

        assert missing == {"owner_says_encountered"}, "which is never the deepest"


def _told(reading: Reading, key: str) -> Any:
    """What a reading says, in the words of the golden files."""
    deepest = reading.evidence[0] if reading.evidence else None
    told: dict[str, Any] = {
        "stage": reading.stage.value,
        "highest": reading.highest.value,
        "standing": reading.standing and reading.standing.value,
        "rule": deepest and deepest.rule,
        "evidence": list(deepest.exchanges) if deepest else [],
        "against": [each.rule for each in reading.counter_evidence],
        "unanswered": [each.exchange for each in reading.unanswered],
        "introduced": [each.exchange for each in reading.introduced],
        "promises": [each.exchange for each in reading.promises],
        "refused": reading.refused_at and f"{reading.refused_at:%Y-%m-%d}",
        "plateau": reading.plateau_since and f"{reading.plateau_since:%Y-%m-%d}",
        "starts": [reading.started_by_owner, reading.started_by_person],
        "silence": reading.silence_days,
        "rhythm": reading.rhythm_days,
        "word": reading.owner_word,
    }
    return told[key]


class TestEvidence:
    def test_is_one_per_stage_deepest_first(self) -> None:
        """A reading shows how each stage was reached, the deepest first."""
        reading = read(make_dyad("sent mail", "got reply", "sent file"))

        rules = [each.rule for each in reading.evidence]

        assert rules == ["joint_initiative", "human_messages_both_ways", "message_one_way"]

    def test_says_when_and_what_in_plain_words(self) -> None:
        """The sentence has the days and the deed, and nothing to compare people by."""
        entries = (
            make_entry(id="m1", at=on("2026-05-03"), by="person", carries=("request",)),
            make_entry(id="m2", at=on("2026-05-04"), carries=("offer",), answers_id="m1"),
        )

        recognition = read(entries, days=150).evidence[0]

        assert recognition.sentence == "You both wrote on one thread, 3-4 May 2026, and they asked for something."
        assert recognition.at == on("2026-05-04")

    def test_shows_the_own_words(self) -> None:
        """Where the ledger keeps them, the few own words that show it stand beside the sentence."""
        entries = (
            make_entry(id="m1", by="person", carries=("request",), words="could you send me the drawing?"),
            make_entry(id="m2", at=START + timedelta(days=1), carries=("courtesy",), answers_id="m1"),
        )

        assert read(entries).evidence[0].words == "could you send me the drawing?"

    def test_is_bounded(self) -> None:
        """However long the thread, a handful of exchanges shows it, what made it hold among them."""
        mails = [make_entry(id="m0", carries=("courtesy",))]
        mails += [
            make_entry(id=f"m{n}", at=START + timedelta(hours=n), answers_id=f"m{n - 1}", carries=("courtesy",)) for n in range(1, 40)
        ]
        mails.append(make_entry(id="last", at=START + timedelta(days=3), by="person", answers_id="m39", carries=("offer",)))

        evidence = read(tuple(mails)).evidence[0]

        assert len(evidence.exchanges) <= 12
        assert {"m0", "last"} <= set(evidence.exchanges)

    def test_counter_evidence_says_what_does_not_count(self) -> None:
        """What was seen and carries nothing is named, so that nobody wonders."""
        reading = read((*make_dyad("got newsletter", "got newsletter"), make_event(id="e1", person="declined")))

        assert [each.sentence for each in reading.counter_evidence] == [
            "They declined 1 event, the last one of 5 January 2026.",
            "2 mailings of theirs went to many.",
        ]


class TestWhatWouldMove:
    def test_names_the_message_that_waits(self) -> None:
        """Before recognition: their message waits for an answer."""
        said = read((make_entry(by="person", carries=("request",)),)).would_move

        assert said[0] == "Your answer to their message of 5 January 2026, with something of substance from either side."

    def test_names_what_an_initiative_lacks(self) -> None:
        """At recognition: what is begun, and what it lacks."""
        entries = (
            make_entry(id="m1", subject="The dam", carries=("request",)),
            make_entry(id="m2", at=START + timedelta(days=8), by="person", subject="Re: The dam", carries=("offer",), answers_id="m1"),
        )

        assert read(entries, days=20).would_move == ("A decision on “The dam”, or something handed over.",)

    def test_names_what_a_friendship_lacks(self) -> None:
        """At development: each thing that is missing, and until when."""
        said = read(make_dyad("sent mail", "got reply", "sent file"), days=20).would_move

        assert said[-1] == "Half a year of working together without a long silence: until 21 July 2026."
        assert "3 more occasions on which both of you speak of life beyond work." in said

    def test_begins_with_the_silence(self) -> None:
        """A relationship that slides is first of all told how the silence ends."""
        said = read(make_dyad("sent mail", "got reply"), days=100).would_move

        assert said[0] == "A message of substance or a meeting, from either side, ends the silence."


class TestOwnersWord:
    def test_wins_over_the_rules_and_says_so(self) -> None:
        """The owner's stage is shown with the day it was said; what the traces show stays below it."""
        word = make_correction(CorrectionKind.STAGE, value="friendship", at=START + timedelta(days=30))

        reading = read(make_dyad("sent mail", "got reply"), word)

        assert (reading.stage, reading.highest, reading.owner_word) == (Stage.FRIENDSHIP, Stage.FRIENDSHIP, True)
        assert reading.evidence[0].sentence == "In your own word of 4 February 2026, this is friendship."
        assert [each.rule for each in reading.evidence[1:]] == ["human_messages_both_ways", "message_one_way"]

    def test_lifts_a_refusal_that_came_before_it(self) -> None:
        """Who is said to be known may be written to; a no that comes later stands, and so does one beside a lesser word."""
        refused = make_dyad("sent mail", "got refusal")
        later, earlier = START + timedelta(days=30), START + timedelta(days=3)

        assert read(refused, make_correction(CorrectionKind.STAGE, value="recognition", at=later)).refused_at is None
        assert read(refused, make_correction(CorrectionKind.STAGE, value="recognition", at=earlier)).refused_at is not None
        assert read(refused, make_correction(CorrectionKind.STAGE, value="encounter", at=later)).refused_at is not None

    def test_stands_without_any_exchange(self) -> None:
        """The owner may know somebody of whom there is no trace."""
        reading = read((), make_correction(CorrectionKind.STAGE, value="recognition"))

        assert (reading.stage, reading.standing) == (Stage.RECOGNITION, Standing.ACTIVE)

    def test_snooze_ends_by_itself(self) -> None:
        """A snooze holds until its day, and the newest one counts."""
        snooze = make_correction(CorrectionKind.SNOOZE, until=START + timedelta(days=40))

        relationship = replay(make_dyad("sent mail"), [snooze], person=PERSON, owner=OWNER, as_of=START + timedelta(days=30))

        assert reading_of(relationship, START + timedelta(days=30)).snoozed_until == START + timedelta(days=40)
        assert reading_of(relationship, START + timedelta(days=40)).snoozed_until is None

    def test_held_needs_the_event_to_be_over(self) -> None:
        """Saying that it is held does not make a coming event past."""
        held = make_correction(CorrectionKind.HELD, exchange="e1")

        assert read((make_event(at=START + timedelta(days=70)),), held).stage is Stage.NONE

    def test_held_outweighs_a_refusal_of_the_invitation(self) -> None:
        """The calendar says declined, the owner says that they came."""
        held = make_correction(CorrectionKind.HELD, exchange="e1")

        assert read((make_event(person="declined"),), held).stage is Stage.RECOGNITION


class TestRefusal:
    def test_a_meeting_that_was_over_before_it_lifts_nothing(self) -> None:
        """Not even where only a later message shows that the meeting took place."""
        met = make_event(id="e1", at=START + timedelta(days=1), person="unanswered")
        no = make_entry(id="m1", at=START + timedelta(days=2), by="person", carries=("refusal",))
        echo = make_entry(id="m2", at=START + timedelta(days=3), by="owner", carries=("courtesy",), refers_to_meeting=True)

        reading = read((met, no, echo))

        assert (reading.stage, reading.meetings_held) == (Stage.RECOGNITION, 1)
        assert reading.refused_at == no.at

    def test_a_crowd_lifts_nothing(self) -> None:
        """Both were at a large event: that is no word between the two."""
        no = make_dyad("sent mail", "got refusal")

        assert read((*no, make_event(id="e1", at=START + timedelta(days=20), others=30))).refused_at is not None


class TestNobody:
    @pytest.mark.parametrize("kind", [kind for kind in AddressKind if kind is not AddressKind.PERSON])
    def test_only_persons_are_read(self, kind: AddressKind) -> None:
        """Lists, roles, robots and rooms have no reading, whatever they wrote."""
        nobody = Person(id="x", addresses=PERSON.addresses, kind=kind)

        reading = read(make_dyad("sent mail", "got reply"), person=nobody)

        assert (reading.stage, reading.standing, reading.evidence) == (Stage.NONE, None, ())

    def test_the_owner_may_know_better(self) -> None:
        """A role address that the owner calls a person is one."""
        nobody = Person(id="x", addresses=PERSON.addresses, kind=AddressKind.ROLE)

        reading = read(make_dyad("sent mail", "got reply"), make_correction(CorrectionKind.IS_A_PERSON), person=nobody)

        assert reading.stage is Stage.RECOGNITION


class TestWhoIsWho:
    def test_a_seat_linked_to_the_person_counts(self) -> None:
        """An address that the store knows to be theirs counts as theirs, though the person does not list it yet."""
        mail = make_entry(by="new@forge.example", to=("owner",), carries=("request",))
        linked = mail.seats[0].__class__(address="new@forge.example", role=mail.seats[0].role, person=PERSON.id)
        entry = make_entry(by="new@forge.example", to=("owner",), carries=("request",), seats=(linked, *mail.seats[1:]))

        assert read((entry,)).messages_in == 1

    def test_another_persons_exchanges_are_left_aside(self) -> None:
        """Entries without this person change nothing, whoever hands them in."""
        assert read((make_entry(to=("third",), carries=("request",)), make_event(by="owner", person="", others=1))).stage is Stage.NONE


class TestRuleTable:
    def test_names_are_unique_and_sentences_speak(self) -> None:
        """Every rule has a name of its own and a sentence that ends."""
        names = [rule.name for rule in RULES]

        assert len(names) == len(set(names))
        assert all(rule.sentence.endswith(".") for rule in RULES)

    def test_no_rule_leads_to_intimacy(self) -> None:
        """Intimacy is the owner's word only."""
        assert RULES_OF[Stage.INTIMACY] == ()
