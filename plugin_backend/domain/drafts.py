"""Drafts and their recipients: what is to be judged, what the ledger knows about whom it goes to, and what a better way is. Data only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from plugin_backend.domain.people import AddressKind, Person
from plugin_backend.domain.readings import Reading, Stage
from plugin_backend.domain.reply_estimate import ReplyEstimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message that has not been sent. Read in memory, never stored."""

    to: tuple[str, ...]
    """Lower-case addr-specs."""
    cc: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    in_reply_to: str = ""
    """Message-ID without angle brackets."""
    topic: str = ""
    """Blind token of the subject, made by the caller with the owner's key."""
    has_attachment: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Introducer:
    """Somebody at development or above with the owner who is seen in contact with the recipient."""

    person: Person
    stage: Stage
    exchange: str
    """An exchange in which the two are seen together."""
    at: datetime
    same_organisation: bool = False
    """Only their organisation is shared: they are not seen in contact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedEvent:
    """A coming event that the owner and the recipient will both attend."""

    id: str
    at: datetime
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientFacts:
    """What the ledger knows about one recipient of a draft."""

    address: str
    kind: AddressKind
    person: Person | None
    """None for an address never seen, and for what is not a person."""
    reading: Reading | None
    """None where there is no ledger entry."""
    colleague: bool = False
    answered_sender: bool = False
    """The draft's In-Reply-To names a mail of this recipient."""
    answered_at: datetime | None = None
    """When the mail that In-Reply-To names was written, where known."""
    answered_by_hand: bool = True
    """That mail was written by a person; False for a mailing or an automatic message of theirs."""
    introducers: tuple[Introducer, ...] = ()
    shared_events: tuple[SharedEvent, ...] = ()
    answered_channels: tuple[tuple[str, int], ...] = ()
    """(stored channel value, how often they answered on it), most first."""
    last_subject: str = ""
    """Subject of the last exchange that had substance, where the tier keeps it."""
    reply_estimate: ReplyEstimate | None = None
    """How often mails like the draft were answered; None where it opens nothing, or nothing is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """A better way than this mail."""

    kind: str
    """introduction, event, channel, relevance, context, deepen, conversation"""
    sentence: str
    person: str = ""
    event: str = ""
