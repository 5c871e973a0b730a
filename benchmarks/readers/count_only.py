"""Count only: the more mails and meetings, the closer, and a single one is contact: what needs nothing but a counter."""

from __future__ import annotations

from benchmarks.readers.history import History, Reader


def value(history: History) -> float:
    """How many mails and past events there are."""
    return float(len(history.sent()) + len(history.received()) + len(history.past_events()))


READER = Reader(
    name="Count of exchanges",
    value=value,
    warns=lambda history: value(history) == 0,
    warns_when="there is no exchange at all",
)
