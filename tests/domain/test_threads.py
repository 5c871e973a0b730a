"""Threads and topics: what belongs together, and what only seems to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from plugin_backend.domain.ledger import LedgerEntry
from plugin_backend.domain.threads import strands_of
from tests.factories import START, make_entry, make_event


def mail(number: int, **kw: Any) -> LedgerEntry:
    return make_entry(id=f"m{number}", at=START + timedelta(days=number), **kw)


def groups(numbers: tuple[int, ...]) -> list[set[int]]:
    """The places that share a number, in the order of their first."""
    return [{place for place, each in enumerate(numbers) if each == name} for name in dict.fromkeys(numbers)]


class TestThreads:
    def test_follow_the_answers(self) -> None:
        """What answers a mail is on its thread, and so is what answers the answer."""
        entries = [mail(0), mail(1, answers_id="m0"), mail(2), mail(3, answers_id="m1")]

        assert groups(strands_of(entries).threads) == [{0, 1, 3}, {2}]

    def test_hold_without_the_mail_that_was_answered(self) -> None:
        """Two answers to a mail that is not here are on one thread, by it or by any ancestor."""
        entries = [mail(0, answers_id="gone"), mail(1, answers_id="gone"), mail(2, answers_id="other", references=("gone", "other"))]

        assert groups(strands_of(entries).threads) == [{0, 1, 2}]

    def test_hold_where_a_clock_was_wrong(self) -> None:
        """An answer dated before its question still answers it."""
        assert groups(strands_of([mail(0, answers_id="m1"), mail(1)]).threads) == [{0, 1}]

    def test_by_subject_need_a_reply_prefix(self) -> None:
        """Without In-Reply-To a reply prefix joins the newest thread of that subject; the same subject alone does not."""
        entries = [mail(0, topic="dam"), mail(1, topic="dam"), mail(2, topic="dam", answers=True)]

        assert groups(strands_of(entries).threads) == [{0}, {1, 2}]

    def test_an_empty_subject_joins_nothing(self) -> None:
        """Mails without subject are as many threads and topics as they are."""
        found = strands_of([mail(0), mail(1, answers=True)])

        assert (groups(found.threads), groups(found.topics)) == ([{0}, {1}], [{0}, {1}])


class TestTopics:
    def test_are_threads_subjects_and_series(self) -> None:
        """A thread whose subject changed, a new mail with the first subject, and an event of that name are one topic."""
        entries = [
            mail(0, topic="dam"),
            mail(1, topic="figures", answers_id="m0"),
            mail(2, topic="dam"),
            make_event(id="e1", at=START + timedelta(days=3), topic="dam", series="talk"),
            make_event(id="e2", at=START + timedelta(days=4), series="talk"),
            mail(5, topic="weir"),
        ]

        assert groups(strands_of(entries).topics) == [{0, 1, 2, 3, 4}, {5}]

    def test_one_rare_term_ties_short_mails_together(self) -> None:
        """Where a mail has few terms, one in common is much."""
        assert groups(strands_of([mail(0, terms=("weir", "gate")), mail(1, terms=("weir",))]).topics) == [{0, 1}]

    def test_one_of_many_terms_is_chance(self) -> None:
        """Of two mails with twelve terms each, one in common says nothing; four do."""
        first, chance, much = (tuple(f"{name}{n}" for n in range(12)) for name in ("a", "b", "c"))
        entries = [mail(0, terms=first), mail(1, terms=(*chance[:11], first[0])), mail(2, terms=(*much[:8], *first[1:5]))]

        assert groups(strands_of(entries).topics) == [{0, 2}, {1}]

    def test_a_common_term_is_not_rare(self) -> None:
        """What five threads have in common ties none of them together."""
        assert len(groups(strands_of([mail(number, terms=("regards",)) for number in range(5)]).topics)) == 5
        assert len(groups(strands_of([mail(number, terms=("weir",)) for number in range(4)]).topics)) == 1
