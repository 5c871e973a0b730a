"""Initiatives, promises, letters that wait, and introductions, as a reading shows them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from plugin_backend.domain.ledger import LedgerEntry
from plugin_backend.domain.readings import Reading, Side
from plugin_backend.domain.stages import reading_of, replay
from tests.factories import OWNER, OWNER_ADDRESS, PERSON, PERSON_ADDRESS, START, THIRD_ADDRESS, make_entry, make_event


def day(number: float) -> datetime:
    """So many days after the start."""
    return START + timedelta(days=number)


def read(*entries: LedgerEntry, days: int = 60) -> Reading:
    as_of = START + timedelta(days=days)
    return reading_of(replay(entries, [], person=PERSON, owner=OWNER, as_of=as_of), as_of)


class TestInitiatives:
    def test_counts_the_acts_of_both_sides_on_one_topic(self) -> None:
        """An initiative says what it is about, who did how much, from when to when, and whether something came of it."""
        reading = read(
            make_entry(id="m1", carries=("request",), topic="dam", subject="The dam"),
            make_entry(id="m2", at=day(2), by="person", carries=("commitment",), topic="dam", subject="Re: The dam", answers_id="m1"),
            make_entry(id="m3", at=day(3), carries=("courtesy",), topic="dam", answers_id="m2"),
            make_entry(id="m4", at=day(4), by="person", carries=("delivery",), topic="dam", answers_id="m1"),
        )

        (found,) = reading.initiatives

        assert (found.subject, found.topic, found.owner_acts, found.person_acts, found.settled) == ("The dam", "dam", 1, 2, True)
        assert (found.first, found.last, found.exchanges) == (START, START + timedelta(days=4), ("m1", "m2", "m4"))

    def test_needs_acts_from_both(self) -> None:
        """What only one side works on is no initiative of the two."""
        assert read(make_entry(id="m1", carries=("request",)), make_entry(id="m2", at=day(9), carries=("delivery",))).initiatives == ()

    def test_are_shown_newest_first(self) -> None:
        """The one with the newest act comes first."""
        reading = read(
            make_entry(id="m1", carries=("request",), topic="dam"),
            make_entry(id="m2", at=day(1), carries=("request",), topic="weir"),
            make_entry(id="m3", at=day(2), by="person", carries=("delivery",), topic="weir", answers_id="m2"),
            make_entry(id="m4", at=day(3), by="person", carries=("delivery",), topic="dam", answers_id="m1"),
        )

        assert [each.topic for each in reading.initiatives] == ["dam", "weir"]

    @pytest.mark.parametrize(("mail_on", "acts"), [(3, 1), (10, 1), (18, 0)])
    def test_a_meeting_is_an_act_of_both_if_a_mail_names_its_topic_within_a_week(self, mail_on: int, acts: int) -> None:
        """Before or after; a mail that comes later names it no more."""
        mail = make_entry(id="m1", at=day(mail_on), by="person", carries=("courtesy",), topic="dam")

        reading = read(make_event(id="e1", at=day(9), topic="dam"), mail)

        assert sum(each.owner_acts for each in reading.initiatives) == acts


class TestPromises:
    def test_stays_open_until_the_same_side_delivers_on_the_topic(self) -> None:
        """A promise of theirs is not kept by what the owner hands over, nor by something else."""
        promise = make_entry(id="m1", by="person", carries=("commitment",), topic="dam", words="I will send the figures by Friday")
        mine = make_entry(id="m2", at=day(1), carries=("delivery",), topic="dam", answers_id="m1")
        elsewhere = make_entry(id="m3", at=day(2), by="person", carries=("delivery",), topic="weir")
        kept = make_entry(id="m4", at=day(3), by="person", carries=("delivery",), topic="dam", answers_id="m2")

        open_ones, closed = read(promise, mine, elsewhere).promises, read(promise, mine, elsewhere, kept).promises

        assert [(each.by, each.words, each.exchange) for each in open_ones] == [(Side.PERSON, "I will send the figures by Friday", "m1")]
        assert closed == ()

    def test_a_new_promise_beside_a_delivery_is_open(self) -> None:
        """Here is one thing, and the next one comes on Monday."""
        reading = read(
            make_entry(id="m1", carries=("commitment",)),
            make_entry(id="m2", at=day(1), carries=("delivery", "commitment"), answers_id="m1"),
        )

        assert [each.exchange for each in reading.promises] == ["m2"]

    def test_an_attachment_keeps_a_promise_where_something_was_asked(self) -> None:
        """The file alone, without a word, is the delivery."""
        reading = read(
            make_entry(id="m1", carries=("request",)),
            make_entry(id="m2", at=day(1), by="person", carries=("commitment",), answers_id="m1"),
            make_entry(id="m3", at=day(2), by="person", own_words=0, has_attachment=True, answers_id="m1"),
        )

        assert reading.promises == ()
        assert reading.last_substantive == "m3"


class TestUnanswered:
    def test_names_what_waits_with_its_topic(self) -> None:
        """One for each thread: the newest message, and whether anything was asked on it."""
        reading = read(
            make_entry(id="m1", by="person", carries=("request",), topic="dam"),
            make_entry(id="m2", at=day(5), by="person", carries=("offer",), topic="dam", answers_id="m1"),
            make_entry(id="m3", at=day(6), by="person", carries=("offer",), topic="weir"),
        )

        assert [(each.exchange, each.topic, each.asks) for each in reading.unanswered] == [("m3", "weir", False), ("m2", "dam", True)]

    @pytest.mark.parametrize(
        "answer",
        [
            make_entry(id="a", at=day(3), answers_id="m1", carries=("courtesy",)),
            make_entry(id="a", at=day(3), topic="dam", carries=("courtesy",)),
            make_entry(id="a", at=day(3), answers_id="m1", to=("third",), cc=("person",)),
        ],
        ids=["on the thread", "on the subject", "to all"],
    )
    def test_any_answer_by_hand_settles_it(self, answer: LedgerEntry) -> None:
        """Nothing waits once the owner wrote on its thread or under its subject."""
        assert read(make_entry(id="m1", by="person", carries=("request",), topic="dam"), answer).unanswered == ()

    @pytest.mark.parametrize("carries", [("courtesy",), ("trivia",), ("refusal",), ("update_request",), ("bulk",), ("automated",)])
    def test_what_asks_for_no_answer_does_not_wait(self, carries: tuple[str, ...]) -> None:
        """Thanks, jokes, refusals and machines wait for nothing."""
        assert read(make_entry(by="person", carries=carries)).unanswered == ()


class TestIntroduced:
    def test_names_the_introducer(self) -> None:
        """Who presented the two to each other, and where."""
        mail = make_entry(
            id="m1", by="third", to=("owner", "person"), carries=("introduction",), introduces=frozenset({OWNER_ADDRESS, PERSON_ADDRESS})
        )

        (found,) = read(mail).introduced

        assert (found.exchange, found.at, found.by) == ("m1", START, THIRD_ADDRESS)

    def test_presenting_others_is_no_introduction_of_the_two(self) -> None:
        """A mail to both that presents a fourth introduces nobody to the owner here."""
        mail = make_entry(by="third", to=("owner", "person"), carries=("introduction",), introduces=frozenset({"new@guild.example"}))

        assert read(mail).introduced == ()


class TestAfterAMeeting:
    @pytest.mark.parametrize(
        ("written", "expected"),
        [((), False), (("courtesy",), True), (("bulk",), True)],
        ids=["nothing", "a line by hand", "a mailing"],
    )
    def test_knows_whether_the_owner_has_written_since(self, written: tuple[str, ...], expected: bool) -> None:
        """The first message after a meeting is told from all later ones, whatever it was."""
        later = (make_entry(id="m1", at=day(3), carries=written),) if written else ()

        assert read(make_event(id="e1"), *later).wrote_since_held is expected

    def test_without_a_meeting_there_is_nothing_to_follow_up(self) -> None:
        """True where they never met."""
        assert read(make_entry(by="person")).wrote_since_held is True


class TestStarts:
    def test_an_answer_to_a_mail_unseen_starts_nothing(self) -> None:
        """Who wrote the first mail is not known: nobody is credited with the start."""
        reading = read(make_entry(by="person", answers_id="never-seen"))

        assert (reading.started_by_owner, reading.started_by_person) == (0, 0)

    def test_a_series_counts_once(self) -> None:
        """Ten weekly talks were started once."""
        talks = [make_event(id=f"e{n}", at=day(7 * n), by="person", series="talk") for n in range(5)]

        assert read(*talks).started_by_person == 1
