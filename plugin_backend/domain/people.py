"""Who is who: the owner's own addresses, persons, and the addresses behind which there is no person."""

from __future__ import annotations

import re
import unicodedata
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

_LONGEST_NAME = 200
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

    name_key_equal: bool
    """Both addresses were seen under display names with the same, non-empty name key."""
    person_side: tuple[str, ...] = ()
    """Exchanges in which they used both: a Reply-To, or a reply from the new address on a thread sent to the old one."""
    owner_side: tuple[str, ...] = ()
    """Mails of the owner to the new address under the same display name."""


def same_person(evidence: AliasEvidence) -> bool:
    """Whether two addresses may be merged without asking: equal names, and a trace of it on both sides."""
    return evidence.name_key_equal and bool(evidence.person_side) and bool(evidence.owner_side)


@lru_cache(_CACHED)
def name_key(name: str) -> str:
    """A display name reduced to what identifies it: case, accents, order of "Last, First", titles, middle initials and additions removed.

    "Dr. Vestergaard, Ingrid M." and "Ingrid Vestergaard in Teams" have the same key. Empty where there is no name in it.
    """
    bare = _without_additions(name[:_LONGEST_NAME])
    if "@" in bare:
        return ""
    last, comma, first = bare.partition(",")
    words = _name_words(f"{first} {last}" if comma else bare)
    if len(words) > 2:
        words = [words[0], *(word for word in words[1:-1] if len(word) > 1), words[-1]]
    return " ".join(words)


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
_BRACKETED = re.compile(r"\([^()]{0,80}\)|\[[^][]{0,80}\]|<[^<>]{0,80}>")
_ADDITION = re.compile(r"\s(?:via|in teams|in microsoft teams|on behalf of|im auftrag von|\||@|-|–|—)(?=\s|$).*", re.IGNORECASE | re.DOTALL)
_NOT_LETTERS = re.compile(r"[^\w'’-]+|_+")
_TITLES = frozenset(
    "dr prof professor ing dipl dipl-ing mr mrs ms miss mx sir dame rev herr frau fr hr mme mlle monsieur madame sr sra srta dott dottssa "
    "avv phd md mba msc bsc ma ba esq jr jun sen cpa pmp mag dipl-kfm ii iii".split()
)
_UNFOLDED = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "’": "'"})


def _without_additions(name: str) -> str:
    """The name without "(SMS)", "via LinkedIn", "in Teams", "| Company" and the path of a Notes address ("Jane Doe/HOU/ACME")."""
    bare = _BRACKETED.sub(" ", name).strip(" \t\r\n'\"")
    return _ADDITION.sub("", bare).partition("/")[0]


def _name_words(name: str) -> list[str]:
    # Compatibility forms hide capitals (a mathematical A), and folding may make new ones: Unicode's D146 folds twice for that.
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name.casefold()).casefold()).translate(_UNFOLDED)
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    words = [word.strip("'-") for word in _NOT_LETTERS.sub(" ", plain).split()]
    return [word for word in words if word and word not in _TITLES]


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
