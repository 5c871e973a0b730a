"""Openings: what had gone before a mail, whom it went to, and whether it was answered; never with a look into the future."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_backend.domain.ledger import LedgerEntry
from plugin_backend.domain.openings import ANSWERED_WITHIN, OPENINGS_KEPT, Before, Company, Opening, before_of, company_of
from plugin_backend.domain.stages import reading_of, replay
from tests.domain.histories import LONGEST, histories, moments
from tests.factories import OWNER, PERSON, START, make_entry, make_event

DAY = timedelta(days=1)
END = START + timedelta(days=LONGEST + 30)


def sent(day: float, topic: str = "dam", **kw: Any) -> LedgerEntry:
    """A mail of the owner's to the person."""
    return make_entry(**{"id": f"sent{day}", "at": START + day * DAY, "topic": topic, **kw})


def got(day: float, topic: str = "weir", **kw: Any) -> LedgerEntry:
    """A mail of the person's to the owner."""
    return make_entry(**{"id": f"got{day}", "by": "person", "at": START + day * DAY, "topic": topic, **kw})


def openings(*entries: LedgerEntry, as_of: datetime = END) -> tuple[Opening, ...]:
    """The openings that a replay finds, newest first."""
    return replay(entries, (), person=PERSON, owner=OWNER, as_of=as_of).openings


def newest(*entries: LedgerEntry) -> Opening:
    return openings(*entries)[0]


class TestBefore:
    @pytest.mark.parametrize(
        ("entries", "before"),
        [
            ((), Before.NOTHING),
            ((sent(1),), Before.UNANSWERED),
            ((sent(1), sent(2, "mill"), make_event(at=START)), Before.UNANSWERED),
            ((got(1),), Before.WROTE),
            ((sent(1), got(20)), Before.WROTE),
            ((got(90),), Before.WROTE_LATELY),
            ((sent(1), got(20, "dam")), Before.WROTE),
            ((sent(1), got(12, "dam")), Before.ANSWERED),
            ((sent(1), got(12, "", answers_id="sent1")), Before.ANSWERED),
            ((sent(1), got(12, "dam"), sent(90, "mill")), Before.ANSWERED),
            ((got(90, carries=("bulk",)),), Before.NOTHING),
            ((got(1, carries=("automated",), topic="dam"), sent(0)), Before.UNANSWERED),
        ],
        ids=str,
    )
    def test_a_mail_is_sorted_by_what_had_gone_before(self, entries: tuple[LedgerEntry, ...], before: Before) -> None:
        """Nothing, silence on their side, a mail of theirs long ago or lately, or an answer; machines count for nothing."""
        assert newest(*entries, sent(100, "bridge")).before is before

    def test_the_reading_says_the_same_as_the_next_mail_will(self) -> None:
        """What a draft is sorted by is what the mail will be sorted by once it is sent."""
        history = (sent(1), got(12, "dam"), sent(30, "mill"))
        moment = START + 40 * DAY
        reading = reading_of(replay(history, (), person=PERSON, owner=OWNER, as_of=moment), moment)

        draft = before_of(wrote=reading.messages_out > 0, heard_at=reading.heard_at, answered=reading.answers, at=moment)

        assert draft is newest(*history, sent(40, "bridge")).before


class TestCompany:
    @pytest.mark.parametrize(
        ("to", "cc", "company"),
        [
            (("person",), (), Company.ALONE),
            (("person", "third"), (), Company.SEVERAL),
            (("person", "a", "b", "c", "d"), (), Company.SEVERAL),
            (("third",), ("person",), Company.COPIED),
        ],
    )
    def test_a_mail_is_sorted_by_whom_it_goes_to(self, to: tuple[str, ...], cc: tuple[str, ...], company: Company) -> None:
        """To them alone, to them and a few others, or to them as a copy."""
        assert newest(sent(1, to=to, cc=cc)).company is company

    def test_a_mail_to_many_opens_nothing(self) -> None:
        """Six recipients are asked by nobody in particular."""
        assert openings(sent(1, to=("person", "a", "b", "c", "d", "e"))) == ()
        assert company_of(6, copied=False) is None


class TestWhatOpens:
    @pytest.mark.parametrize(
        "other",
        [
            sent(1, answers_id="got0"),
            sent(1, answers=True),
            sent(1, topic=""),
            sent(1, own_words=0),
            sent(1, carries=("bulk",)),
            sent(1, list_post=True),
            got(1),
        ],
        ids=["reply", "reply prefix", "no subject", "bare forward", "mailing", "list post", "theirs"],
    )
    def test_only_new_subjects_by_hand_count(self, other: LedgerEntry) -> None:
        """Answers, forwards without a word, mailings, posts to lists and what others write open nothing."""
        assert openings(other) == ()

    def test_the_newest_of_each_person_are_kept(self) -> None:
        """However long a correspondence is, no more than fifty of its openings are kept, newest first."""
        found = openings(*(sent(day, f"subject {day}") for day in range(OPENINGS_KEPT + 20)))

        assert len(found) == OPENINGS_KEPT
        assert found[0].at == START + (OPENINGS_KEPT + 19) * DAY


class TestAnswers:
    @pytest.mark.parametrize(
        ("reply", "answered"),
        [
            (got(14, "dam"), True),
            (got(14.1, "dam"), False),
            (got(2, "dam", carries=("automated",)), False),
            (got(2, "weir"), False),
            (got(2, "", answers_id="sent0"), True),
            (got(2, "weir", references=("sent0",)), True),
            (got(-1, "dam"), False),
            (make_entry(id="third", by="third", at=START + DAY, topic="dam"), False),
            (make_entry(id="elsewhere", by="person", to=("third",), at=START + DAY, topic="dam"), False),
        ],
        ids=["on the 14th day", "later", "by machine", "another subject", "by id", "by reference", "before", "a third", "to a third"],
    )
    def test_an_answer_is_strict(self, reply: LedgerEntry, answered: bool) -> None:
        """By hand, by that person, to the owner, within two weeks, on the subject or to that very mail."""
        found = openings(sent(0), reply)[-1]

        assert found.answered_at == (reply.at if answered else None)

    def test_the_first_answer_counts_for_every_mail_that_still_waits(self) -> None:
        """A reminder on the same subject waits for the same answer as the mail it reminds of; the second answer changes nothing."""
        first, reminder = sent(0), sent(7, id="again")

        found = openings(first, reminder, got(10, "dam"), got(12, "dam", id="more"))

        assert [each.answered_at for each in found] == [START + 10 * DAY] * 2


@given(entries=histories(), now=moments)
def test_nothing_is_known_from_the_future(entries: list[LedgerEntry], now: datetime) -> None:
    """Whatever is still to come, a mail whose two weeks are over reads the same: its sort, its company and its answer."""
    settled = now - ANSWERED_WITHIN
    then = [each for each in openings(*entries, as_of=now) if each.at <= settled]
    later = [each for each in openings(*entries) if each.at <= settled]

    assert later == then


@given(entries=histories(), data=st.data())
def test_the_order_of_arrival_is_irrelevant(entries: list[LedgerEntry], data: st.DataObject) -> None:
    """However the ledger hands its entries over, the openings are the same."""
    assert openings(*data.draw(st.permutations(entries))) == openings(*entries)
