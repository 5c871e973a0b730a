"""The history that a reader is given: the mails and events of an owner with one person up to a moment, and the person's future events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.exchange import Kind, Response, Role, Status
from plugin_backend.domain.ledger import LedgerEntry
from plugin_backend.domain.people import Owner, Person
from plugin_backend.domain.touches import over_at

DAY = timedelta(days=1)
_RECIPIENTS = frozenset((Role.TO, Role.CC, Role.BCC))


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What lies in a mailbox and a calendar of one person, as of a moment."""

    owner: Owner
    person: Person
    at: datetime
    entries: tuple[LedgerEntry, ...]
    """Oldest first: every mail until the moment, also automated and bulk, and every event, also declined, cancelled and to come."""

    def sent(self) -> tuple[LedgerEntry, ...]:
        """The owner's mails to the person."""
        mails = (entry for entry in self.entries if entry.kind is Kind.EMAIL and entry.sender in self.owner)
        return tuple(entry for entry in mails if any(self._theirs(seat.address) and seat.role in _RECIPIENTS for seat in entry.seats))

    def received(self) -> tuple[LedgerEntry, ...]:
        """The person's mails to the owner."""
        return tuple(entry for entry in self.entries if entry.kind is Kind.EMAIL and self._theirs(entry.sender))

    def events(self) -> tuple[LedgerEntry, ...]:
        """Every event of both."""
        return tuple(entry for entry in self.entries if entry.kind is Kind.EVENT)

    def past_events(self) -> tuple[LedgerEntry, ...]:
        """The events that are over, were not cancelled and that the person did not decline."""
        return tuple(
            entry
            for entry in self.events()
            if over_at(entry) <= self.at
            and entry.status is not Status.CANCELLED
            and not any(self._theirs(seat.address) and seat.response is Response.DECLINED for seat in entry.seats)
        )

    def days_since(self, moment: datetime) -> float:
        """How many days ago a moment is; negative for one to come."""
        return (self.at - moment) / DAY

    def _theirs(self, address: str) -> bool:
        return address in self.person.addresses


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One way to read a relationship."""

    name: str
    value: Callable[[History], float]
    """The more, the closer."""
    warns: Callable[[History], bool]
    """Whether its own words for this history amount to "they do not know you"."""
    warns_when: str
    """What was taken for a warning, in words."""
