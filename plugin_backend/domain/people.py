"""Who is who: the owner's own addresses, persons, and the addresses behind which there is no person."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from plugin_backend.domain.addresses import (
    domain_of_host,
    host_of,
    is_free_mail,
    is_list,
    is_robot,
    is_role,
    is_room,
    is_sms_gateway,
    registrable_domain,
)
from plugin_backend.domain.names import name_key

__all__ = [
    "AddressKind",
    "AliasEvidence",
    "Owner",
    "Person",
    "is_colleague",
    "is_free_mail",
    "is_sms_gateway",
    "kind_of",
    "name_key",
    "registrable_domain",
    "same_person",
]

_CACHED = 65_536


class AddressKind(StrEnum):
    """What is behind an address. Only PERSON ever has a reading or a verdict."""

    OWNER = "owner"
    PERSON = "person"
    LIST = "list"
    ROLE = "role"
    ROBOT = "robot"
    ROOM = "room"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The user, with all their own addresses."""

    addresses: frozenset[str]
    """Lower-case addr-specs."""
    names: tuple[str, ...] = ()
    colleague_domains: frozenset[str] = frozenset()
    """Domains the owner declared to be of their own organisation, beside those of their addresses."""
    colleague_addresses: frozenset[str] = frozenset()

    def __contains__(self, address: object) -> bool:
        return address in self.addresses


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody else, with all their addresses."""

    id: str
    """Opaque and stable; leaves the system in URLs and JSON."""
    addresses: tuple[str, ...]
    """First the one last written from."""
    name: str = ""
    """The display name most often seen; empty when none was."""
    names: tuple[str, ...] = field(default=())
    kind: AddressKind = AddressKind.PERSON
    colleague: bool = False

    @property
    def label(self) -> str:
        """What to call them on a screen: the name, or else the address."""
        return self.name or (self.addresses[0] if self.addresses else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasEvidence:
    """What speaks for two addresses being one person's: the name alone never does."""

    one_name: bool
    """Both were seen under one full name, and no name seen with either raises a doubt (see `names`)."""
    person_side: tuple[str, ...] = ()
    """Exchanges in which they used both: a Reply-To, or a reply from the new address on a thread sent to the old one."""
    owner_side: tuple[str, ...] = ()
    """Mails of the owner to the new address under the same display name."""


def same_person(evidence: AliasEvidence) -> bool:
    """Whether two addresses may be merged without asking: one name, and a trace of it on both sides."""
    return evidence.one_name and bool(evidence.person_side) and bool(evidence.owner_side)


def is_colleague(address: str, owner: Owner) -> bool:
    """Whether an address is of the owner's own organisation."""
    if address in owner.colleague_addresses:
        return True
    host = host_of(address)
    domain = domain_of_host(host)
    if not domain or is_free_mail(domain):
        return False
    declared = owner.colleague_domains
    return domain in declared or host in declared or any(domain == registrable_domain(own) for own in owner.addresses)


def kind_of(address: str, *, name: str = "", owner: Owner) -> AddressKind:
    """What is behind an address, by its form alone; the ledger may know better (a list seen by its headers, a room by its CUTYPE)."""
    if address in owner:
        return AddressKind.OWNER
    kind = _kind_by_form(address)
    return AddressKind.ROBOT if name and kind is AddressKind.PERSON and _NO_PERSON.match(name) else kind


_NO_PERSON = re.compile(
    r"\s*(?:mail delivery (?:sub)?system|mailer-daemon|microsoft outlook$|postmaster$|no[ -]?reply\b|do not reply\b)", re.IGNORECASE
)


@lru_cache(_CACHED)
def _kind_by_form(address: str) -> AddressKind:
    if is_sms_gateway(address):
        return AddressKind.PERSON
    if is_room(address):
        return AddressKind.ROOM
    if "@" not in address or is_robot(address):
        return AddressKind.ROBOT
    if is_list(address):
        return AddressKind.LIST
    return AddressKind.ROLE if is_role(address) else AddressKind.PERSON
