"""What is open in the host: the people of a message and the event of a calendar, found in the ledger by the provider's own ids."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from connectors.exchange import Role
from plugin_backend.domain.ledger import LedgerEntry
from plugin_backend.domain.people import Owner
from plugin_backend.store.database import Database
from plugin_backend.usecases.views import OpenMessageView

MOST_OCCURRENCES = 1_000
PEOPLE_SHOWN = 50

_OCCURRENCE = re.compile(r"^(?P<series>.{1,900})_(?P<start>\d{8}(?:T\d{6}Z)?)$", re.ASCII)
"""How Google names an occurrence of a series: the id of the series, and when it was to start."""


def open_message(database: Database, owner_id: int, item: str) -> OpenMessageView | None:
    """The message that a provider calls so: its id and its people, the writer first. None where the ledger does not hold it yet."""
    with database.read(owner_id) as store:
        held = store.held_as(item, 1)
        entry = store.entry(held[0][0]) if held else None
        if entry is None:
            return None
        return OpenMessageView(exchange=entry.id, sender=entry.sender, people=_people(entry, store.owner()))


def others_of(database: Database, owner_id: int, addresses: Iterable[str]) -> tuple[str, ...]:
    """These addresses without the owner's own, each once."""
    with database.read(owner_id) as store:
        owner = store.owner()
    return tuple(dict.fromkeys(each for each in addresses if each not in owner))[:PEOPLE_SHOWN]


def open_event(database: Database, owner_id: int, item: str, *, series: str = "", as_of: datetime) -> str | None:
    """The id of the event that a provider calls so; of a series the occurrence, or the next one. None where the ledger lacks it.

    Args:
        series: What the provider calls the series that it is an occurrence of; empty where it is none.
    """
    named = _OCCURRENCE.match(item)
    with database.read(owner_id) as store:
        held = store.held_as(item, MOST_OCCURRENCES)
        if not held and (series or named):
            held = store.held_as(series or (named["series"] if named else ""), MOST_OCCURRENCES)
    if named and (exact := next((event for event, _ in held if event.endswith(f"/{named['start']}")), None)):
        return exact
    ahead = next((event for event, at in held if at >= as_of), None)
    return ahead or (held[-1][0] if held else None)


def _people(entry: LedgerEntry, owner: Owner) -> tuple[str, ...]:
    seats = sorted(entry.seats, key=lambda seat: seat.role not in (Role.SENDER, Role.ORGANIZER))
    addresses = (seat.address for seat in seats if not seat.resource and seat.address and seat.address not in owner)
    return tuple(dict.fromkeys(addresses))[:PEOPLE_SHOWN]
