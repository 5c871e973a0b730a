"""Enron's mailboxes for measuring who is who: display names put back where the archive took them off, and a key to the addresses.

The archive wrote bare addresses into From, To and Cc, and the names that stood there into X-From, X-To and X-cc. Where both lists have
the same length, names are put back. The names of Exchange come with an entry of the company's directory, which tells namesakes apart and
ties addresses of one person together: a key that no rule of ours looks at. Own addresses of custodians are in `people_labels.csv`, as
hashes, together with what a reader found behind a sample of addresses.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from msgspec import structs

from connectors.exchange import Exchange, Role, SyncPage
from connectors.files import open_source

LABELS = Path(__file__).with_name("people_labels.csv")
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HASH_HEX = 16
LEAST_SIGHTINGS = 3
LEAST_SHARE = 0.8
"""An address belongs to a directory entry if it was seen with it so often, and seldom with another: lists out of step show by that."""

_FIELDS = ((Role.SENDER, "x-from"), (Role.TO, "x-to"), (Role.CC, "x-cc"))
_ENTRY = re.compile(r"/cn=recipients/cn=([^>/]{1,80})>", re.IGNORECASE)
_DIRECTORY = re.compile(r"</o=", re.IGNORECASE)
_OUTSIDE_ANGLES = re.compile(r",(?![^<>]{0,400}>)")
_WORD = re.compile(r"[a-z]{2,}")
_WORDS_OF_A_NAME = 2
_NOT_A_PERSON_S_ENTRY = frozenset({"notesaddr", "gwaddr", "eu"})
_SAME_MAILBOX = {"phanis-s": "panus-s"}
"""Two mailboxes of one custodian, one under a misspelt name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """The mails of one custodian."""

    custodian: str
    exchanges: tuple[Exchange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What a reader found behind addresses, by hash."""

    persons: Mapping[str, str]
    """Hash of an own address to its custodian."""
    kinds: Mapping[str, tuple[str, str]]
    """Hash to the sample that the address was drawn for, and the kind that was read."""
    questions: Mapping[str, str]
    """Hash of two addresses that the owner is asked about to "same", "different" or "unclear"."""

    def kind(self, address: str) -> tuple[str, str]:
        """The sample of an address and what was read behind it; empty where it was not read."""
        hashed = hash_of(address)
        return ("own", "person") if hashed in self.persons else self.kinds.get(hashed, ("", ""))


def hash_of(text: str) -> str:
    """The short hash under which an address, or two with a space between, is labelled."""
    return hashlib.sha256(text.encode()).hexdigest()[:HASH_HEX]


def labels() -> Labels:
    """The labels of the repository."""
    persons, kinds, questions = {}, {}, {}
    with LABELS.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            match row["sample"]:
                case "own":
                    persons[row["hash"]] = row["label"]
                case "question":
                    questions[row["hash"]] = row["label"]
                case sample:
                    kinds[row["hash"]] = (sample, row["label"])
    return Labels(persons=persons, kinds=kinds, questions=questions)


def mailboxes(data: Path, *, with_names: bool) -> Iterator[Mailbox]:
    """The mailboxes of the development part, one after the other."""
    for path in sorted((data / "enron" / "dev").glob("*.mbox.gz")):
        name = path.name.removesuffix(".mbox.gz")
        pages: Iterable[SyncPage] = open_source(path, now=NOW).changes(None)
        exchanges = (exchange for page in pages for exchange in page.upserts)
        read = tuple(named(exchange) if with_names else exchange for exchange in exchanges)
        yield Mailbox(custodian=_SAME_MAILBOX.get(name, name), exchanges=read)


def named(exchange: Exchange) -> Exchange:
    """An exchange with the display names that stood in its header before it was archived."""
    names: dict[tuple[Role, str], str] = {}
    for role, address, listed in _listed(exchange):
        if name := _display_name(listed):
            names[role, address] = name
    seats = tuple(structs.replace(seat, name=names.get((seat.role, seat.address), seat.name)) for seat in exchange.participants)
    return structs.replace(exchange, participants=seats)


def directory_of(exchanges: Iterable[Exchange]) -> dict[str, str]:
    """Address to the one entry of the company's directory that it belongs to."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for exchange in exchanges:
        for _, address, listed in _listed(exchange):
            found = _ENTRY.search(listed)
            entry = found[1].lower() if found else ""
            if entry and entry not in _NOT_A_PERSON_S_ENTRY and not entry.startswith("dl-"):
                seen[address][entry] += 1
    sure = {}
    for address, entries in seen.items():
        entry, times = entries.most_common(1)[0]
        if times >= LEAST_SIGHTINGS and times >= LEAST_SHARE * entries.total():
            sure[address] = entry
    return sure


class Key:
    """Who is behind an address: by its label where it has one, else by its entry in the directory."""

    def __init__(self, directory: Mapping[str, str], persons: Mapping[str, str]) -> None:
        self._persons = persons
        self._entries = directory
        labelled = ((entry, persons.get(hash_of(address), "")) for address, entry in directory.items())
        self._custodian_of = {entry: custodian for entry, custodian in labelled if custodian}

    def person(self, address: str) -> str:
        """The person behind an address; empty where it is not known."""
        entry = self._entries.get(address, "")
        return self._persons.get(hash_of(address)) or self._custodian_of.get(entry, entry)


def _listed(exchange: Exchange) -> Iterator[tuple[Role, str, str]]:
    """Role, address and what the archive kept of it, where the two lists have the same length."""
    for role, header in _FIELDS:
        addresses = [seat.address for seat in exchange.participants if seat.role is role]
        kept = exchange.header(header)
        listed = [kept] if role is Role.SENDER else split_listed(kept)
        if addresses and len(addresses) == len(listed) and all(map(_may_belong, addresses, listed)):
            yield from ((role, address, one) for address, one in zip(addresses, listed, strict=True))


def _may_belong(address: str, listed: str) -> bool:
    """Whether a name may be that of an address that the archive made of names: where no word is common, the lists are out of step."""
    local, _, host = address.partition("@")
    words = set(_WORD.findall(local))
    return host != "enron.com" or len(words) < _WORDS_OF_A_NAME or not words.isdisjoint(_WORD.findall(listed.lower()))


def split_listed(kept: str) -> list[str]:
    """The items of an X-To: "Doe, Jane </O=...>" is one, "Jane Doe, John Roe" are two."""
    items: list[str] = []
    for piece in (each.strip() for each in _OUTSIDE_ANGLES.split(kept)):
        if not piece:
            continue
        before = items[-1] if items else ""
        is_first_name = before and not before.endswith(">") and "@" not in before and _DIRECTORY.search(piece)
        if is_first_name or before.count('"') % 2 == 1:
            items[-1] = f"{before}, {piece}"
        else:
            items.append(piece)
    return items


def _display_name(listed: str) -> str:
    """The name of an item: without directory entry, address, quotes and the Notes domain behind it."""
    name = listed.partition("<")[0].strip().strip("\"'").strip()
    bare, at, domain = name.rpartition("@")
    if at and "." not in domain:
        name = bare
    return "" if "@" in name else name
