"""Find the meeting that a mail program shows: it names no id that a ledger could know, but when it is and who takes part."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from connectors.exchange import Status
from plugin_backend.store.database import Database
from plugin_backend.usecases.errors import UnknownEvent

TO_THE_MINUTE = timedelta(minutes=1)
MOST_AT_ONCE = 50
"""Events that begin in the same minute."""


def find_meeting(database: Database, owner_id: int, *, at: datetime, attendees: Iterable[str]) -> str:
    """The id of the event that begins then and has most of these addresses on it; one of the others' at least.

    Raises:
        UnknownEvent: there is none in the ledger.
    """
    with database.read(owner_id) as store:
        owner = store.owner()
        shown = {address for each in attendees if (address := each.strip().lower()) not in owner}
        best, shared = "", 0
        for entry in store.events_between(at - TO_THE_MINUTE, at + TO_THE_MINUTE, limit=MOST_AT_ONCE):
            together = len(shown & {seat.address for seat in entry.seats})
            if entry.status is not Status.CANCELLED and together > shared:
                best, shared = entry.id, together
    if not best:
        raise UnknownEvent("This meeting is not in your ledger yet.")
    return best
