"""Which version of an exchange is kept, and under which id: decided in memory, the same whatever the order of arrival.

Two different mails may claim one Message-ID. The one written first keeps it; every other gets the id with a mark made of its own
writer and date. Of two versions of one event the higher revision is kept; of two accounts that hold the same exchange in different
words, the first by name speaks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from connectors.exchange import Kind
from plugin_backend.domain.ledger import LedgerEntry
from plugin_backend.store.codec import storable_address

_MARK_HEX = 8

NOBODY = 0
"""The source of an exchange whose own account holds it no longer: whoever holds it may speak."""

Identity = tuple[int, int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """An exchange as a page has it, ready to be stored."""

    entry: LedgerEntry
    names: Mapping[str, str]
    """Address to display name, as they stand in it."""
    external_id: str
    at: int
    facts: bytes
    sealed: bytes
    digest: bytes

    @property
    def identity(self) -> Identity:
        return identity_of(self.entry.kind.value, self.at, storable_address(self.entry.sender))


@dataclass(slots=True, kw_only=True)
class Slot:
    """One exchange of the ledger: a stored row, a version that shall be stored, or both."""

    external_id: str
    identity: Identity
    revision: int
    source_id: int
    digest: bytes
    row: int | None = None
    stored_id: str = ""
    """The id under which the row is stored, where there is one."""
    stored_source: int = NOBODY
    version: Version | None = None

    @property
    def is_renamed(self) -> bool:
        return self.row is not None and self.stored_id != self.external_id


def identity_of(kind: str, at: int, sender: str) -> Identity:
    """What tells two exchanges of one id apart: events never differ, mails by when and by whom they were written."""
    return (0, 0, "") if kind == Kind.EVENT.value else (1, at, sender)


def marked(external_id: str, identity: Identity) -> str:
    """The id of a mail whose Message-ID belongs to another."""
    return f"{external_id}#{hashlib.sha256(f'{identity[2]}|{identity[1]}'.encode()).hexdigest()[:_MARK_HEX]}"


class Placing:
    """Puts the versions of one page in their slots, one after the other."""

    def __init__(
        self,
        stored: Iterable[Slot],
        *,
        account_id: int,
        look_up: Callable[[str], Slot | None],
        speaks_before: Callable[[int, int], bool],
        authoritative: bool,
    ) -> None:
        self.slots = {slot.external_id: slot for slot in stored}
        self._account_id = account_id
        self._look_up = look_up
        self._speaks_before = speaks_before
        self._authoritative = authoritative
        self.seen: dict[int, Slot] = {}
        """Every slot that the page has shown, by identity of the object."""

    def place(self, version: Version) -> Slot:
        """Find the slot of a version and decide what it holds now."""
        slot = self.slots.get(version.external_id)
        if slot is None:
            return self._new(version, version.external_id)
        if slot.identity == version.identity:
            return self._offer(slot, version)
        if version.identity < slot.identity:
            slot.external_id = marked(version.external_id, slot.identity)
            self.slots[slot.external_id] = slot
            return self._new(version, version.external_id)
        return self._place_beside(version, marked(version.external_id, version.identity))

    def _place_beside(self, version: Version, external_id: str) -> Slot:
        slot = self.slots.get(external_id) or self._look_up(external_id)
        if slot is None:
            return self._new(version, external_id)
        self.slots[external_id] = slot
        return self._offer(slot, version)

    def _new(self, version: Version, external_id: str) -> Slot:
        slot = Slot(
            external_id=external_id,
            identity=version.identity,
            revision=version.entry.revision,
            source_id=self._account_id,
            digest=version.digest,
            version=version,
        )
        self.slots[external_id] = slot
        self.seen[id(slot)] = slot
        return slot

    def _offer(self, slot: Slot, version: Version) -> Slot:
        self.seen[id(slot)] = slot
        own = self._account_id == slot.source_id
        ours = own or slot.source_id == NOBODY or self._speaks_before(self._account_id, slot.source_id)
        # A provider tells the present state of an event; a file may hold an older version behind a newer one.
        is_older = version.entry.revision < slot.revision and not (own and self._authoritative)
        if is_older or not (ours or version.entry.revision > slot.revision):
            return slot
        slot.source_id, slot.revision = self._account_id, version.entry.revision
        if version.digest != slot.digest:
            slot.digest, slot.version = version.digest, version
        return slot
