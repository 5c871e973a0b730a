"""Openings in the store: made with the projections, counted over everybody, and never more than the ledger says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest

from plugin_backend.domain.ledger import CorrectionKind, LedgerEntry
from plugin_backend.domain.openings import Before, Company
from plugin_backend.domain.reply_estimate import Tally
from plugin_backend.usecases.current_readings import refresh_readings
from tests.factories import START, make_correction, make_entry
from tests.store.ledgers import Ledger

DAY = timedelta(days=1)
LATER = START + 365 * DAY


def strangers(number: int, *, answering: int = 0) -> Iterable[LedgerEntry]:
    """First mails to so many strangers, one a day, of whom the first few answer on the third day."""
    for each in range(number):
        at = START + each * DAY
        yield make_entry(id=f"to{each}", to=(f"stranger{each}",), at=at, topic=f"subject {each}")
        if each < answering:
            yield make_entry(
                id=f"from{each}", by=f"stranger{each}", to=("owner",), at=at + 3 * DAY, topic=f"subject {each}", answers_id=f"to{each}"
            )


def refresh(ledger: Ledger, now: datetime = LATER) -> None:
    refresh_readings(ledger.database, ledger.owner_id, now=now)


def tally(ledger: Ledger, *, until: datetime = LATER, most: int = 1_000, before: Before = Before.NOTHING) -> Tally:
    return ledger.read(lambda store: store.openings_tally(before, Company.ALONE, until=until, most=most))


@pytest.fixture
def mailed(ledger: Ledger) -> Ledger:
    """Forty strangers have been written to, and five have answered."""
    ledger.record(*strangers(40, answering=5))
    refresh(ledger)
    return ledger


def test_openings_are_counted_over_everybody(mailed: Ledger) -> None:
    """Every first mail counts once, and those that were answered."""
    assert tally(mailed) == Tally(mails=40, answered=5)
    assert tally(mailed, before=Before.UNANSWERED) == Tally()


def test_only_the_newest_up_to_a_moment_count(mailed: Ledger) -> None:
    """As of an earlier date, what came later is not there; and of very many only the newest count."""
    assert tally(mailed, until=START + 9 * DAY) == Tally(mails=10, answered=5)
    assert tally(mailed, most=38) == Tally(mails=38, answered=3)


def test_a_refresh_without_news_changes_nothing(mailed: Ledger) -> None:
    """Days later the readings are stated anew, and nothing is counted twice or lost."""
    refresh(mailed, LATER + 3 * DAY)

    assert tally(mailed, until=LATER + 3 * DAY) == Tally(mails=40, answered=5)


def test_what_the_ledger_learns_is_counted_anew(mailed: Ledger) -> None:
    """An answer that is imported later counts; an exchange that the owner ignores does not."""
    late = make_entry(id="late", by="stranger9", to=("owner",), at=START + 12 * DAY, topic="subject 9", answers_id="to9")
    mailed.record(late)
    mailed.write(lambda store: store.add_correction(make_correction(CorrectionKind.IGNORE_EXCHANGE, addresses=(), exchange="to39")))

    refresh(mailed)

    assert tally(mailed) == Tally(mails=39, answered=6)


def test_who_is_no_person_counts_no_more(mailed: Ledger) -> None:
    """The openings go with the person."""
    word = make_correction(CorrectionKind.NOT_A_PERSON, addresses=("stranger0@elsewhere.example",))
    mailed.write(lambda store: store.add_correction(word))

    refresh(mailed)

    assert tally(mailed) == Tally(mails=39, answered=4)


def test_a_rebuilt_ledger_counts_the_same(mailed: Ledger) -> None:
    """Thrown away and made anew from the ledger alone, the counts are the same."""
    other = Ledger(mailed.database, mailed.database.create_owner(["olga@mill.example"]))
    other.record(*reversed(tuple(strangers(40, answering=5))))

    refresh(other)

    assert tally(other) == tally(mailed)
