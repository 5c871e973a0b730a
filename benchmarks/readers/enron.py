"""The Enron mailboxes as ledgers, and the mails of their owners whose answers are known.

A unit of `_reply_units_out.jsonl.gz` is one mail of an owner to one contact, with what had gone before and whether the contact answered
strictly: the same subject, by that person, to the owner, within 14 days. The ledger of an owner is every mail of all mailboxes here
that the owner wrote or got, classified as the product classifies it. Some histories have a gap: mails that only lie in mailboxes which
are kept for the final measurement.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import Say
from benchmarks.readers.history import History
from connectors.exchange import Exchange, Role
from connectors.files import open_source
from plugin_backend.domain.classifier import classify
from plugin_backend.domain.ledger import LedgerEntry, Tier, entry_for
from plugin_backend.domain.people import Owner, Person, name_key

READ_AS_OF = datetime(2003, 1, 1, tzinfo=UTC)
MOST_RECIPIENTS = 5
_HOUSE = "@enron.com"
_RECIPIENTS = frozenset((Role.TO, Role.CC, Role.BCC))


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One mail of an owner to one contact."""

    owner: str
    contact: str
    key: str
    at: datetime
    recipients: int
    is_reply: bool
    prior_out: int
    prior_in: int
    days_since_last: float | None
    past_reply_rate: float
    replied: bool

    @property
    def opens(self) -> bool:
        """A new subject, to at most five: what the reply estimate is about."""
        return self.recipients <= MOST_RECIPIENTS and not self.is_reply


@dataclass(slots=True)
class Mailbox:
    """The ledger of one owner, with the mails in order by the contacts on them."""

    name: str
    owner: Owner
    by_contact: dict[str, list[LedgerEntry]] = field(default_factory=lambda: defaultdict(list))
    addresses: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    by_key: dict[str, LedgerEntry] = field(default_factory=dict)

    def person(self, contact: str) -> Person:
        """The contact with all addresses that are theirs."""
        known = self.addresses.get(contact, set()) | ({contact} if "@" in contact else set())
        return Person(id=contact, addresses=tuple(sorted(known)), name=contact.removeprefix("p:"))

    def history(self, contact: str, before: datetime) -> History:
        """What had gone between owner and contact before a moment, the moment left out."""
        entries = self.by_contact.get(contact, [])
        end = bisect_left(entries, before, key=lambda entry: entry.at)
        return History(owner=self.owner, person=self.person(contact), at=before, entries=tuple(entries[:end]))

    def copied(self, unit: Unit) -> bool:
        """Whether the contact got a copy only; False where the mail is not here."""
        entry = self.by_key.get(unit.key)
        roles = {seat.role for seat in entry.seats if seat.address in self.addresses[unit.contact]} if entry else set()
        return bool(roles) and Role.TO not in roles


def units(data: Path) -> tuple[Unit, ...]:
    """Every unit, in the order of the file."""
    with gzip.open(data / "enron" / "dev" / "_reply_units_out.jsonl.gz", "rt", encoding="utf-8") as lines:
        return tuple(_unit(json.loads(line)) for line in lines)


def _unit(row: Mapping[str, object]) -> Unit:
    days = row["days_since_last"]
    return Unit(
        owner=str(row["owner"]),
        contact=str(row["contact"]),
        key=str(row["key"]),
        at=datetime.fromisoformat(str(row["date"])),
        recipients=int(str(row["recipients"])),
        is_reply=bool(row["subject_is_reply"]),
        prior_out=int(str(row["prior_out"])),
        prior_in=int(str(row["prior_in"])),
        days_since_last=None if days is None else float(str(days)),
        past_reply_rate=float(str(row["past_reply_rate_smoothed"])),
        replied=bool(row["replied_14d"]),
    )


def mailboxes(data: Path, owners: Iterable[str], say: Say) -> dict[str, Mailbox]:
    """The ledgers of some owners, by name."""
    folder = data / "enron"
    with (folder / "custodians.csv").open(encoding="utf-8") as rows:
        own = {row["custodian"]: row["own_addresses"].split() for row in csv.DictReader(rows)}
    exchanges = _exchanges(folder / "dev", say)
    names = _names(exchanges.values())
    found = {}
    for name in owners:
        say(f"classifying the mail of {name}")
        found[name] = _mailbox(name, Owner(addresses=frozenset(own[name])), exchanges, names)
    return found


def _exchanges(folder: Path, say: Say) -> dict[str, Exchange]:
    """Every mail once, by its key in the corpus."""
    found: dict[str, Exchange] = {}
    paths = sorted(folder.glob("*.mbox.gz"))
    say(f"reading {len(paths)} mailboxes")
    for path in paths:
        for page in open_source(path, now=READ_AS_OF, page_size=500).changes(None):
            for exchange in page.upserts:
                found.setdefault(exchange.header("x-corpus-key"), exchange)
    return found


def _names(exchanges: Iterable[Exchange]) -> dict[str, str]:
    """The display name most often seen with an address, reduced to its key."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for exchange in exchanges:
        for seat in exchange.participants:
            if seat.name:
                seen[seat.address][name_key(seat.name)] += 1
    return {address: min(counted, key=lambda key: (-counted[key], key)) for address, counted in seen.items()}


def _mailbox(name: str, owner: Owner, exchanges: Mapping[str, Exchange], names: Mapping[str, str]) -> Mailbox:
    mailbox = Mailbox(name=name, owner=owner)
    for key, exchange in exchanges.items():
        if any(seat.address in owner for seat in exchange.participants):
            mailbox.by_key[key] = entry_for(exchange, classify(exchange, owner), owner=owner, blind=_blind, tier=Tier.METADATA)
    for entry in sorted(mailbox.by_key.values(), key=lambda each: (each.at, each.id)):
        contacts: dict[str, None] = {}
        for seat in entry.seats:
            if seat.address not in owner:
                contact = contact_of(seat.address, names)
                mailbox.addresses[contact].add(seat.address)
                contacts[contact] = None
        for contact in contacts:
            mailbox.by_contact[contact].append(entry)
    return mailbox


def contact_of(address: str, names: Mapping[str, str]) -> str:
    """The contact behind an address, as the units name it: first and last name within the house, the address outside."""
    local, _, _ = address.partition("@")
    words = names.get(address, "").split() if address.endswith(_HOUSE) and "." in local else []
    if len(words) < 2 and address.endswith(_HOUSE):
        words = [word for word in re.split(r"[._]+", local) if len(word) > 1]
    return f"p:{words[0]} {words[-1]}" if len(words) > 1 else address


def _blind(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
