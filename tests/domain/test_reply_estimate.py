"""The reply estimate: whose mails it is counted in, its interval, and what it says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_backend.domain.openings import Before, Company
from plugin_backend.domain.reply_estimate import ENOUGH_MAILS, Rate, ReplyEstimate, Source, Tally, estimate_reply, learnt_rates, wilson

ROUNDING = 1e-12
ELSEWHERE = Rate(rate=0.08, low=0.05, high=0.13, mails=200)


def estimate(
    mails: int,
    answered: int,
    elsewhere: Rate | None = ELSEWHERE,
    *,
    before: Before = Before.NOTHING,
    company: Company = Company.ALONE,
) -> ReplyEstimate | None:
    return estimate_reply(before, company, own=Tally(mails=mails, answered=answered), elsewhere=elsewhere)


def said(mails: int, answered: int, *, before: Before = Before.NOTHING, company: Company = Company.ALONE) -> str:
    found = estimate(mails, answered, before=before, company=company)
    assert found is not None
    return found.sentence


def test_the_own_mailbox_speaks_where_it_has_enough() -> None:
    """Thirty mails are enough, twenty-nine are not; without others' rates there is then nothing to say."""
    enough, too_few = estimate(ENOUGH_MAILS, 3), estimate(ENOUGH_MAILS - 1, 3)

    assert enough is not None
    assert (enough.source, enough.mails, enough.answered) == (Source.OWN_MAILBOX, 30, 3)
    assert too_few is not None
    assert (too_few.source, too_few.mails, too_few.rate) == (Source.OTHER_MAILBOXES, 200, 0.08)
    assert estimate(ENOUGH_MAILS - 1, 3, None) is None


def test_none_answered_is_not_never() -> None:
    """Of forty mails none was answered: the estimate is low, and not nought."""
    found = estimate(40, 0)

    assert found is not None
    assert found.low == 0.0
    assert 0 < found.rate < found.high < 0.1


@pytest.mark.parametrize(
    ("hits", "cases", "low", "high"),
    [(4, 41, 0.039, 0.225), (0, 30, 0.0, 0.114), (30, 30, 0.886, 1.0), (1, 2, 0.095, 0.905), (0, 0, 0.0, 1.0)],
)
def test_wilsons_interval(hits: int, cases: int, low: float, high: float) -> None:
    """As the books have it."""
    assert wilson(hits, cases) == pytest.approx((low, high), abs=0.001)


@given(cases=st.integers(1, 10_000), share=st.floats(0, 1))
def test_an_interval_holds_its_share(cases: int, share: float) -> None:
    """Within nought and one, and around the share itself."""
    hits = round(share * cases)
    low, high = wilson(hits, cases)

    assert 0 <= low <= hits / cases + ROUNDING
    assert hits / cases - ROUNDING <= high <= 1


def test_it_says_so_in_one_calm_sentence() -> None:
    """Counts and interval of the own mailbox; of others the share, and that the own has too few."""
    assert said(41, 4) == "Of your 41 first mails to somebody, sent to nobody else, 4 were answered within two weeks (4-23 %)."
    assert said(30, 1, before=Before.UNANSWERED, company=Company.SEVERAL) == (
        "Of your 30 mails to somebody who had not written back, sent to a few others as well, 1 was answered within two weeks (1-17 %)."
    )
    assert said(50, 0, before=Before.WROTE, company=Company.COPIED) == (
        "Of your 50 mails to somebody who had written some time before, of which they got a copy, "
        "none were answered within two weeks (0-7 %)."
    )
    assert said(3, 1, before=Before.WROTE_LATELY) == (
        "Of mails to somebody who had written in the two weeks before, sent to nobody else, 8 % were answered within two weeks in the "
        "mailboxes that were measured (5-13 %); yours has too few to tell."
    )


class TestLearntRates:
    def test_every_sort_has_one(self) -> None:
        """The shipped table knows each sort of mail, and every interval holds its rate."""
        rates = learnt_rates()

        assert set(rates) == {(before, company) for before in Before for company in Company}
        assert all(0 < rate.low <= rate.rate <= rate.high < 1 for rate in rates.values())

    def test_they_say_what_the_traces_said(self) -> None:
        """An unanswered mail before is worse than none; a mail of theirs lately is better, and an answer best."""
        rates = [
            learnt_rates()[before, Company.ALONE].rate
            for before in (Before.UNANSWERED, Before.NOTHING, Before.WROTE_LATELY, Before.ANSWERED)
        ]

        assert rates == sorted(rates)
