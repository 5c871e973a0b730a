"""Who is who: the owner's own addresses, persons, and the addresses behind which there is no person."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files

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
from plugin_backend.domain.names import name_key, words_of

__all__ = [
    "AddressKind",
    "AliasEvidence",
    "Owner",
    "Person",
    "is_colleague",
    "is_free_mail",
    "is_sms_gateway",
    "kind_by_name",
    "kind_of",
    "name_key",
    "registrable_domain",
    "same_person",
]

_CACHED = 4_096


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
    """What is behind an address, by its form and a display name; the ledger may know better (lists by headers, rooms by CUTYPE)."""
    if address in owner.addresses:
        return AddressKind.OWNER
    kind = _kind_by_form(address)
    return kind_by_name(name, address) if name and kind is AddressKind.PERSON else kind


@lru_cache(_CACHED)
def kind_by_name(name: str, address: str) -> AddressKind:
    """What a display name says of who is behind an address: a person, unless it is the name of an office, a machine, a list or a room."""
    if _is_its_site(name, address):
        return AddressKind.ROBOT
    words = [part for word in words_of(name) for part in word.split("-") if part]
    if not words or len(words) > _MOST_WORDS or not _SAYS_WHERE.isdisjoint(words):
        return AddressKind.PERSON
    table = _no_person()
    text = " ".join(words)
    first = (" ".join(words[:count]) for count in range(1, min(len(words), _LONGEST_PHRASE + 1)))
    last = (" ".join(words[-count:]) for count in range(1, _LONGEST_PHRASE + 1))
    found = table["whole"].get(text) or next(filter(None, map(table["begins"].get, first)), None)
    return found or next(filter(None, map(table["ends"].get, last)), AddressKind.PERSON)


def _is_its_site(name: str, address: str) -> bool:
    """Whether a name is the site that an address belongs to ("Shop.com" <news@mail.shop.com>), and nobody's mailbox there."""
    site = _SITE.fullmatch(name)
    if site is None or is_free_mail(domain_of_host(host_of(address))):
        return False
    return site[1].casefold().replace("-", "") in address.replace("-", "")


_SITE = re.compile(r"([\w-]{2,60})\.(?:com|net|org|biz|info)", re.IGNORECASE)
_SAYS_WHERE = frozenset(("from", "at", "bei", "chez"))
_MOST_WORDS = 8
_LONGEST_PHRASE = 3


@cache
def _no_person() -> dict[str, dict[str, AddressKind]]:
    """Where in a name a phrase stands, to the phrase, to the kind that it tells."""
    text = (files("plugin_backend.domain") / "data" / "display_names.toml").read_text("utf-8")
    return {
        place: {phrase: AddressKind(kind) for kind, phrases in kinds.items() for phrase in phrases}
        for place, kinds in tomllib.loads(text).items()
    }


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
