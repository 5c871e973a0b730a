"""The reply estimate: how many mails like this one were answered, in the owner's own mailbox where it has enough of them.

It speaks of mails and never of a person. Two mails are alike when the same had gone between the two people before, and when they went to
the same company (see `openings`). Below thirty such mails of the owner's the rates of other mailboxes stand in, with their interval; they
were learnt from public mail and lie in `data/reply_rates.toml`.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from plugin_backend.domain.openings import Before, Company

ENOUGH_MAILS = 30
"""Below this many of the owner's own mails a share says too little."""
NEWEST_COUNTED = 1_000
"""So many of the owner's newest mails of a sort are counted: habits change."""
_TWO_SIDED_95 = 1.959964
"""The standard normal quantile of a two-sided interval of 95 %."""


class Source(StrEnum):
    """Whose mails an estimate was counted in."""

    OWN_MAILBOX = "own_mailbox"
    OTHER_MAILBOXES = "other_mailboxes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Mails of one sort whose two weeks are over, and how many of them were answered."""

    mails: int = 0
    answered: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A share of mails that were answered, with its interval of 95 %."""

    rate: float
    low: float
    high: float
    mails: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyEstimate:
    """How often mails like the draft were answered within two weeks."""

    before: Before
    company: Company
    source: Source
    rate: float
    """Of the owner's own mails the middle of the interval: none of thirty answered does not mean that none ever will be."""
    low: float
    high: float
    mails: int
    answered: int = 0
    """Of the owner's own mails; not known of other mailboxes."""

    @property
    def sentence(self) -> str:
        """What a person reads."""
        like = f"{_MAILS[self.before]}, {_SENT[self.company]},"
        interval = f"{self.low * 100:.0f}-{self.high * 100:.0f} %"
        if self.source is Source.OWN_MAILBOX:
            answered = f"{self.answered or 'none'} {'was' if self.answered == 1 else 'were'} answered within two weeks"
            return f"Of your {self.mails} {like} {answered} ({interval})."
        share = f"{self.rate * 100:.0f} %"
        elsewhere = f"{share} were answered within two weeks in the mailboxes that were measured ({interval})"
        return f"Of {like} {elsewhere}; yours has too few to tell."


_MAILS = {
    Before.NOTHING: "first mails to somebody",
    Before.UNANSWERED: "mails to somebody who had not written back",
    Before.WROTE: "mails to somebody who had written some time before",
    Before.WROTE_LATELY: "mails to somebody who had written in the two weeks before",
    Before.ANSWERED: "mails to somebody who had answered before",
}
_SENT = {
    Company.ALONE: "sent to nobody else",
    Company.SEVERAL: "sent to a few others as well",
    Company.COPIED: "of which they got a copy",
}


def estimate_reply(before: Before, company: Company, *, own: Tally, elsewhere: Rate | None) -> ReplyEstimate | None:
    """The estimate for a mail of a sort: from the owner's own mails, else from other mailboxes, else nothing.

    Args:
        own: The owner's mails of this sort, as far as their two weeks are over.
        elsewhere: The rate of other mailboxes, where one was learnt.
    """
    if own.mails >= ENOUGH_MAILS:
        low, high = wilson(own.answered, own.mails)
        return ReplyEstimate(
            before=before,
            company=company,
            source=Source.OWN_MAILBOX,
            rate=(low + high) / 2,
            low=low,
            high=high,
            mails=own.mails,
            answered=own.answered,
        )
    if elsewhere is None:
        return None
    return ReplyEstimate(
        before=before,
        company=company,
        source=Source.OTHER_MAILBOXES,
        rate=elsewhere.rate,
        low=elsewhere.low,
        high=elsewhere.high,
        mails=elsewhere.mails,
    )


def wilson(hits: int, cases: int) -> tuple[float, float]:
    """Wilson's interval of 95 % for a share: sound for few cases and for shares near nought and one."""
    if cases == 0:
        return 0.0, 1.0
    z = _TWO_SIDED_95
    share = hits / cases
    middle = share + z * z / (2 * cases)
    half = z * math.sqrt(share * (1 - share) / cases + z * z / (4 * cases * cases))
    scale = 1 + z * z / cases
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


Rates = Mapping[tuple[Before, Company], Rate]
"""A rate for each sort of mail that one was learnt for."""


@cache
def learnt_rates() -> Rates:
    """The rates of other mailboxes."""
    table = tomllib.loads((files("plugin_backend.domain") / "data" / "reply_rates.toml").read_text("utf-8"))
    return {
        (before, company): Rate(rate=row["rate"], low=row["low"], high=row["high"], mails=row["mails"])
        for before in Before
        for company in Company
        if (row := table.get(before.value, {}).get(company.value))
    }
