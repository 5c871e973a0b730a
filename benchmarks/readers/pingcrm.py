"""PingCRM's published score of 0 to 10, out of reciprocity, recency, frequency, breadth and tenure.

Sources: "Follow-Up Suggestions, Relationship Score" (https://sneg55.github.io/pingcrm/features/suggestions) and issue 18 of its repository
(https://github.com/sneg55/pingcrm/issues/18). Said there: reciprocity 0-4 is the balance of messages in and out within 365 days; recency
0-3 looks at their messages; frequency 0-2 counts interactions weighted by age; breadth 0-1 asks for more than one platform; tenure adds
up to 2 points over two years; what is one to two years old counts a twentieth, two to five years a fiftieth. Not said are the steps of
recency and frequency: those below are ours, chosen so that the three cases known of it come out (one mail each way 7, twelve one-on-ones
without mail 3, fifty-two newsletters and one answer 6). Declined and future meetings count, and so do mailings.
"""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.readers.history import History, Reader
from plugin_backend.domain.ledger import LedgerEntry

MOST = 10
RECIPROCITY = 4
RECENCY = ((30, 3), (90, 2), (180, 1))
"""Days since their last message, and the points up to then (steps of ours)."""
FREQUENCY = ((30, 1.0), (90, 0.5), (365, 0.25))
"""Days, and the weight of an interaction up to then (steps of ours)."""
OFTEN, VERY_OFTEN = 3.0, 4.0
YEAR = 365.0
OLD = ((1 * YEAR, 1.0), (2 * YEAR, 0.05), (5 * YEAR, 0.02))
TENURE_YEARS = 2
STRONG, WARM = 7, 4
"""Their words: Strong from here on, Warm from here on, Cold below."""


def score(history: History) -> float:
    """The relationship score, a whole number."""
    sent, received, events = history.sent(), history.received(), history.events()
    points = float(reciprocity(_counted(history, sent), _counted(history, received)))
    if received:
        points += _stepped(history.days_since(received[-1].at), RECENCY)
    everything = sorted((*sent, *received, *events), key=lambda entry: entry.at)
    weighed = sum(_stepped(history.days_since(entry.at), FREQUENCY) for entry in everything)
    points += int(weighed >= OFTEN) + int(weighed >= VERY_OFTEN)
    points += int(bool(events) and bool(sent or received))
    if everything:
        points += min(TENURE_YEARS, round(max(0.0, history.days_since(everything[0].at)) / YEAR))
    return float(min(MOST, points))


def reciprocity(sent: float, received: float) -> int:
    """The balance of the two directions, 0 to 4; nothing without a message of theirs."""
    return round(RECIPROCITY * min(sent, received) / max(sent, received)) if received else 0


def _counted(history: History, mails: Sequence[LedgerEntry]) -> float:
    return sum(_stepped(history.days_since(entry.at), OLD) for entry in mails)


def _stepped(days: float, steps: Sequence[tuple[float, float]]) -> float:
    return next((given for until, given in steps if days <= until), 0)


READER = Reader(
    name="PingCRM's score",
    value=score,
    warns=lambda history: score(history) < WARM,
    warns_when="its word is Cold (3 points or fewer)",
)
