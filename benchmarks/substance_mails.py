"""Mails with their substances: those labelled by hand, and those that readers labelled by the same guidelines, as the trainer sees them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from connectors.exchange import Exchange
from connectors.files.mbox import MboxFile
from plugin_backend.domain.classifier.envelopes import envelope_of, envelope_with, names_a_file
from plugin_backend.domain.classifier.evidence import Evidence, evidence_in
from plugin_backend.domain.classifier.features import Envelope, Features, features_of
from plugin_backend.domain.classifier.letter import letter_of, said_by_sender
from plugin_backend.domain.classifier.zones import zones_of
from plugin_backend.domain.people import AddressKind, Owner, kind_of
from plugin_backend.domain.tags import Substance

READERS_LABELS = Path(__file__).parent / "labels" / "substance_readers.tsv"
NOBODY = Owner(addresses=frozenset())
NOW = datetime.fromisoformat("2020-01-01T00:00:00+00:00")
"""After every mail of Enron."""
_PREFIXES = re.compile(r"^(?:(?:re|fw|fwd)\s*:\s*)+")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A mail as the trainer sees it, with its tags."""

    own: str
    envelope: Envelope
    evidence: Evidence
    features: Features
    tags: frozenset[Substance]
    group: str
    """The mailbox that its thread was first seen in: no group is in two folds."""
    by_hand: bool
    quoted: str = ""
    """The beginning of what stands below the own words."""


def has(mails: Sequence[Labelled], tag: Substance) -> NDArray[np.int64]:
    """Whether each mail has the tag, 0 or 1."""
    return np.array([int(tag in mail.tags) for mail in mails])


class Threads:
    """Which mailbox a subject was first seen in."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}

    def group_of(self, subject: str, mailbox: str) -> str:
        """The group of a mail; without a subject it is that of its mailbox."""
        thread = _PREFIXES.sub("", subject.lower()).strip()
        return self._first.setdefault(thread, mailbox) if thread else mailbox


def labelled_by_hand(path: Path, threads: Threads) -> list[Labelled]:
    """The mails of a labelled set, in the order of their ids."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rows.sort(key=lambda row: str(row["id"]))
    return [_of_row(row, threads) for row in rows]


def labelled_by_readers(mailboxes: Path, threads: Threads) -> list[Labelled]:
    """The mails of `labels/substance_readers.tsv`, found in the mailboxes of a folder; sorted by mailbox and place."""
    tags = _tags_of_readers()
    found: list[Labelled] = []
    for mailbox, exchange in _mails_in(mailboxes):
        given = tags.pop(exchange.external_id, None)
        if given is not None:
            found.append(_of_exchange(exchange, given, threads.group_of(exchange.subject, mailbox)))
    return found


def _tags_of_readers() -> dict[str, frozenset[Substance]]:
    lines = (line.split("\t") for line in READERS_LABELS.read_text(encoding="utf-8").splitlines())
    return {message_id: frozenset(Substance.of(tag) for tag in tags.split(",")) for message_id, tags, _ in lines}


def _mails_in(mailboxes: Path) -> Iterator[tuple[str, Exchange]]:
    for path in sorted(mailboxes.glob("*.mbox.gz")):
        for page in MboxFile(path, now=NOW).changes(None):
            for exchange in page.upserts:
                yield path.name.partition(".")[0], exchange


def _of_row(row: dict[str, Any], threads: Threads) -> Labelled:
    own = zones_of(row["own"]).own or row["own"].strip()
    sender, quoted = row["from"].strip("<>").lower(), row["quoted_start"]
    low = row["subject"].lower()
    plain = Envelope(
        subject=row["subject"],
        to=row["n_to"],
        cc=row["n_cc"],
        is_forward=low.startswith(("fw", "fwd")) or "forwarded by" in quoted[:200].lower(),
        is_reply=low.startswith("re:"),
        has_attachment=names_a_file(row["own"]),
        sender=kind_of(sender, owner=NOBODY) if sender else AddressKind.ROBOT,
    )
    envelope = envelope_with(plain, sender=sender, to=[each.strip("<>").lower() for each in row["to"]], quoted=quoted)
    tags = frozenset(Substance.of(tag) for tag in row["tags"])
    return _labelled(own, envelope, tags, threads.group_of(row["subject"], row["custodian"]), by_hand=True, quoted=quoted)


def _of_exchange(exchange: Exchange, tags: frozenset[Substance], group: str) -> Labelled:
    zones = zones_of(exchange.text, exchange.html)
    letter = letter_of(exchange, NOBODY, said_by_sender(zones))
    quoted = zones.forwarded or zones.quoted
    return _labelled(zones.own, envelope_of(letter, zones.own, quoted=quoted, is_forward=bool(zones.forwarded)), tags, group, by_hand=False)


def _labelled(own: str, envelope: Envelope, tags: frozenset[Substance], group: str, *, by_hand: bool, quoted: str = "") -> Labelled:
    evidence = evidence_in(own)
    return Labelled(own, envelope, evidence, features_of(own, envelope, evidence), tags, group, by_hand, quoted)
