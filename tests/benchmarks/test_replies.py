"""The benchmark of replies: what is learnt, and what the product would have known at the time."""

from __future__ import annotations

from datetime import timedelta

from benchmarks.readers.enron import Unit, contact_of
from benchmarks.readers.openings_before import Sorted, tally_of
from benchmarks.readers.rates import SORTS, rates_of, rates_with_intervals
from plugin_backend.domain.openings import OPENINGS_KEPT, Before, Company, Opening
from plugin_backend.domain.reply_estimate import Tally
from tests.factories import START

DAY = timedelta(days=1)


def case(owner: str, before: Before, company: Company, *, replied: bool) -> Sorted:
    """One mail of an owner's."""
    unit = Unit(
        owner=owner,
        contact="p:pavel smith",
        key="k",
        at=START,
        recipients=1,
        is_reply=False,
        prior_out=0,
        prior_in=0,
        days_since_last=None,
        past_reply_rate=0.1,
        replied=replied,
    )
    return Sorted(unit=unit, before=before, company=company)


def opening(day: int, *, answered: bool = False) -> Opening:
    at = START + day * DAY
    return Opening(at=at, before=Before.NOTHING, company=Company.ALONE, answered_at=at + DAY if answered else None)


def test_only_what_was_settled_is_counted() -> None:
    """At a moment the mails of the last two weeks and all later ones are not there, however they ended."""
    openings = {"p": [opening(30, answered=True), opening(20, answered=True), opening(5, answered=True), opening(0)]}

    assert tally_of(openings, START + 25 * DAY) == {(Before.NOTHING, Company.ALONE): Tally(mails=2, answered=1)}
    assert tally_of(openings, START + 10 * DAY) == {}
    assert tally_of(openings, START + 34 * DAY) == {(Before.NOTHING, Company.ALONE): Tally(mails=3, answered=2)}


def test_no_contact_counts_more_than_the_product_keeps() -> None:
    """Of one contact the newest fifty openings count, as in the product."""
    openings = {"p": [opening(day) for day in range(200, 0, -1)]}

    found = tally_of(openings, START + 300 * DAY)

    assert found[Before.NOTHING, Company.ALONE].mails == OPENINGS_KEPT


def test_rates_are_learnt_for_every_sort() -> None:
    """What is answered often gets a high rate; a sort that was never seen borrows from its sides; every interval holds its rate."""
    cases = [case(owner, Before.ANSWERED, Company.ALONE, replied=number < 6) for owner in "abcd" for number in range(10)]
    cases += [case(owner, Before.UNANSWERED, Company.SEVERAL, replied=number < 1) for owner in "abcd" for number in range(20)]

    rates, intervals = rates_of(cases), rates_with_intervals(cases)

    assert set(rates) == set(SORTS)
    assert rates[Before.ANSWERED, Company.ALONE] > rates[Before.ANSWERED, Company.SEVERAL] > rates[Before.UNANSWERED, Company.SEVERAL]
    assert all(intervals[sort].low <= rates[sort] <= intervals[sort].high for sort in SORTS if intervals[sort].mails)


def test_contacts_are_told_as_the_units_tell_them() -> None:
    """Within the house by first and last name, also behind an address that hides the first; outside by the address."""
    names = {"d..brook@enron.com": "anna brook", "carl.stone@enron.com": ""}

    assert contact_of("d..brook@enron.com", names) == "p:anna brook"
    assert contact_of("carl.stone@enron.com", names) == "p:carl stone"
    assert contact_of("cstone@enron.com", names) == "cstone@enron.com"
    assert contact_of("anna@brook.example", names) == "anna@brook.example"
