"""Suggest an opening: a first sentence for a mail to one person, from what the two have shared."""

from __future__ import annotations

from datetime import datetime

from plugin_backend.domain.opening_lines import opening_line
from plugin_backend.domain.people import AddressKind
from plugin_backend.store.database import Database
from plugin_backend.usecases.readings_at_once import readings_at_once


def suggest_opening(database: Database, owner_id: int, address: str, *, as_of: datetime) -> str:
    """The sentence for a mail to this address alone; empty where nothing is shared that could be named."""
    with database.read(owner_id) as store:
        person = store.person_by_address(address.strip().lower())
        if person is None or person.kind is not AddressKind.PERSON:
            return ""
        return opening_line(readings_at_once(store, (person,), owner=store.owner(), as_of=as_of)[person.id])
