"""What the store hands out and takes in beside the words of the domain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from plugin_backend.domain.openings import Opening
from plugin_backend.domain.people import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """One connected mailbox or imported file of an owner."""

    id: int
    connector: str
    locator: str
    """What the connector opens: a path, or an address at a provider."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamRow:
    """What of an account is read in one go, and how far it is."""

    id: int
    account_id: int
    name: str
    label: str
    cursor: str | None
    epoch: int
    pass_open: bool
    """A full pass has begun and is not complete."""
    done: int = 0
    total: int = 0
    """Of the full pass, in the provider's items; 0 when unknown."""
    reached_at: datetime | None = None
    """The oldest mail that the full pass has read so far: it reads the newest first."""
    ends_at: datetime | None = None
    verified_at: datetime | None = None
    last_success_at: datetime | None = None
    last_error: str | None = None
    next_try_at: datetime | None = None
    failures: int = 0
    """Attempts that have failed in a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingRow:
    """An item that is there and could not be read yet."""

    item: str
    reason: str
    attempts: int
    parked: bool
    next_try_at: datetime | None


class LinkState(StrEnum):
    """Whether an account at a provider can be read."""

    LINKED = "linked"
    NEEDS_RECONNECTING = "needs_reconnecting"
    DISCONNECTED = "disconnected"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """How an account at a provider is reached, without the tokens."""

    account_id: int
    provider: str
    issuer: str
    subject: str
    address: str
    """What people call it; never what it is found by."""
    scopes: frozenset[str]
    state: LinkState
    cause: str
    """Why it is not linked, in words; empty while it is."""
    linked_at: datetime
    access_ends_at: datetime | None
    tokens_held: bool
    """Whether tokens are kept: also of a disconnected one, as long as the provider could not be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageResult:
    """What recording a page did: counts of exchanges."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemRow:
    """Something of an account that could not be read."""

    account_id: int
    where: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeFilter:
    """Which exchanges are asked for; an empty filter asks for all."""

    person_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    """The moment itself included."""
    channel: str | None = None
    substance: str | None = None
    limit: int | None = None
    before: str = ""
    """The cursor that came with the page before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectionRow:
    """The replayed ledger of one person as of a moment."""

    person_id: str
    rules_version: int
    computed_at: datetime
    valid_until: datetime | None
    stage: str
    highest: str
    standing: str
    """Empty where there is nothing to stand."""
    last_at: datetime | None
    because: str
    relationship: dict[str, Any] | None = None
    """None in lists, where it is not read."""
    openings: tuple[Opening, ...] | None = None
    """The owner's newest openings to the person, newest first; None where those that are stored still hold. They are not read back."""
    revision: int = 0
    fresh: bool = True
    """Nothing that it depends on has changed since it was computed; time may have passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NearRow:
    """Somebody near the owner, as their projection tells without being opened."""

    person_id: str
    highest: str
    """The highest stage reached, as of when the projection was computed."""
    stage: str | None
    """The stage as of the moment asked for; None where the projection does not reach so far."""
    at: datetime
    """Of the exchange, or else of the last one with the owner."""
    exchange: str = ""
    """The newest exchange in which they are seen with the one asked for; empty where they share an organisation alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRow:
    """An API token without its secret."""

    id: str
    name: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


PersonRowData = tuple[Person, ProjectionRow]
"""A person with the reading that lists show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedRow:
    """A brief that was prepared ahead of its meeting."""

    event: str
    starts_at: datetime
    changed_at: datetime
    """When it last came to say something else."""
    told: frozenset[str]
    """The occasions on which the owner was told of it, for the time that the meeting has now."""
    brief: bytes
    told_brief: bytes | None
    """What was said the last time; None where nothing was yet."""
