"""Last contact: the later, the closer; what most address books with a memory show."""

from __future__ import annotations

from benchmarks.readers.history import History, Reader

NEVER = -1e6
QUIET_DAYS = 90
"""After so many days without contact such tools remind one (PingCRM's "90+ days" among them)."""


def value(history: History) -> float:
    """Days since the last mail or past event, as a negative number."""
    moments = [entry.at for entry in (*history.sent(), *history.received(), *history.past_events())]
    return -history.days_since(max(moments)) if moments else NEVER


READER = Reader(
    name="Last contact",
    value=value,
    warns=lambda history: value(history) < -QUIET_DAYS,
    warns_when="there was no contact for 90 days, or never",
)
