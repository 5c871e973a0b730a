"""Readers: each gives what its public description says of cases that are known."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from benchmarks.readers import OURS, READERS, Reader, dotalign, last_contact, pingcrm, pingcrm_points
from benchmarks.readers.history import History
from connectors.exchange import Status
from plugin_backend.domain.ledger import LedgerEntry
from tests.factories import OWNER, PERSON, START, make_entry, make_event

DAY = timedelta(days=1)
NOW = START + 365 * DAY


def ago(days: float, by: str = "owner", **kw: Any) -> LedgerEntry:
    """A mail of so many days before now."""
    return make_entry(**{"id": f"{by}{days}", "by": by, "at": NOW - days * DAY, "topic": "dam", **kw})


def met(days: float, **kw: Any) -> LedgerEntry:
    """A one-on-one of so many days before now."""
    return make_event(**{"id": f"event{days}", "at": NOW - days * DAY, **kw})


def history(*entries: LedgerEntry) -> History:
    return History(owner=OWNER, person=PERSON, at=NOW, entries=tuple(sorted(entries, key=lambda entry: entry.at)))


ONE_EACH_WAY = history(ago(1), ago(0.5, "person"))
TWELVE_MEETINGS = history(*(met(5 + 30 * month) for month in range(12)))
NEWSLETTERS = history(*(ago(1 + 7 * week, "person", carries=("bulk",)) for week in range(52)), ago(0.5))


class TestDotAlign:
    @pytest.mark.parametrize(("known", "score"), [(ONE_EACH_WAY, 2.0), (TWELVE_MEETINGS, 36.8), (NEWSLETTERS, 2.0)])
    def test_the_known_cases(self, known: History, score: float) -> None:
        """One mail each way, twelve meetings, fifty-two newsletters and one answer."""
        assert dotalign.score(known) == pytest.approx(score, abs=0.05)

    def test_it_decays_to_its_floor(self) -> None:
        """A quarter is left after two years, nothing after six; whatever is not returned is one point."""
        fresh, stale, gone = (dotalign.score(history(*(met(days + each) for each in range(10)))) for days in (0.1, 731, 2_200))

        assert fresh == pytest.approx(31, abs=0.1)
        assert stale == pytest.approx(31 * 0.25 * 2 / 3, abs=0.1)
        assert gone == 1
        assert dotalign.score(history(ago(1), ago(2))) == 1

    def test_what_was_not_held_does_not_count(self) -> None:
        """A meeting to come, a cancelled one, one that they declined."""
        assert dotalign.score(history(met(-3), met(1, status=Status.CANCELLED), met(2, person="declined"))) == 1


class TestPingCrm:
    @pytest.mark.parametrize(("known", "score", "warns"), [(ONE_EACH_WAY, 7, False), (TWELVE_MEETINGS, 3, True), (NEWSLETTERS, 6, False)])
    def test_the_known_cases(self, known: History, score: int, warns: bool) -> None:
        """Strong, Cold and Warm."""
        assert pingcrm.score(known) == score
        assert pingcrm.READER.warns(known) is warns

    def test_the_points_of_the_readme(self) -> None:
        """Recent five, quick reply three, both begin two; less two for every silent month."""
        replied = (ago(3), ago(2, "person"))

        assert pingcrm_points.points(history(*replied)) == 5 + 3 + 2
        assert pingcrm_points.points(history(ago(3), ago(2, "person", answers_id="owner3"))) == 5 + 3
        assert pingcrm_points.points(history(ago(65))) == -4
        assert pingcrm_points.points(history()) == 0


def test_last_contact_looks_back_only() -> None:
    """A meeting to come is no contact; never is the longest time."""
    assert last_contact.value(history(ago(10), met(-5))) == pytest.approx(-10)
    assert last_contact.value(history()) < last_contact.value(history(ago(3_000)))


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_every_reader_takes_every_history(reader: Reader) -> None:
    """A finite number, and nothing between the two is never closer than something."""
    numbers = [reader.value(known) for known in (history(), history(ago(400, "person")), ONE_EACH_WAY, TWELVE_MEETINGS, NEWSLETTERS)]

    assert all(math.isfinite(number) for number in numbers)
    assert numbers[0] <= min(numbers[2:])
    assert reader.warns(history())


def test_ours_reads_the_stage() -> None:
    """Twelve one-on-ones make recognition at least; newsletters with one answer do not."""
    assert OURS.warns(NEWSLETTERS)
    assert not OURS.warns(TWELVE_MEETINGS)
    assert OURS.value(TWELVE_MEETINGS) > OURS.value(NEWSLETTERS)


def every(entries: Iterable[LedgerEntry]) -> tuple[str, ...]:
    return tuple(entry.id for entry in entries)


def test_a_history_tells_apart_who_wrote() -> None:
    """Sent and received are those between the two; a third's mail to both is neither."""
    known = history(ago(3), ago(2, "person"), make_entry(id="third", by="third", to=("owner", "person"), at=NOW - DAY), met(1))

    assert every(known.sent()) == ("owner3",)
    assert every(known.received()) == ("person2",)
    assert every(known.past_events()) == ("event1",)
