"""The plain facts that every connector yields: exchanges, who took part, and pages of them.

Nothing here decides anything. A connector reports what a provider or a file says; the domain reads meaning into it.
All times are aware UTC datetimes. All addresses are lower-case addr-specs without angle brackets.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct


class Kind(StrEnum):
    """What sort of record an exchange was read from."""

    EMAIL = "email"
    EVENT = "event"


class Role(StrEnum):
    """The seat somebody has in an exchange."""

    SENDER = "sender"
    REPLY_TO = "reply_to"
    TO = "to"
    CC = "cc"
    BCC = "bcc"
    ORGANIZER = "organizer"
    ATTENDEE = "attendee"


class Response(StrEnum):
    """An attendee's answer (RFC 5545 PARTSTAT); UNANSWERED covers NEEDS-ACTION and absence."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"
    UNANSWERED = "unanswered"


class Status(StrEnum):
    """The state of an event (RFC 5545 STATUS); an e-mail is always CONFIRMED."""

    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"
    CANCELLED = "cancelled"


class Participant(Struct, frozen=True, kw_only=True):
    """One address with its seat; one human may sit on several."""

    address: str
    role: Role
    name: str = ""
    response: Response = Response.UNANSWERED
    resource: bool = False
    """True for a room or a piece of equipment (RFC 5545 CUTYPE ROOM or RESOURCE)."""
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A part that is a file; its content is never kept."""

    name: str
    media_type: str
    size: int = 0
    """Bytes after decoding; 0 when unknown."""


class Exchange(Struct, frozen=True, kw_only=True):
    """One e-mail or one occurrence of an event, as one fact in time. Not Microsoft Exchange."""

    kind: Kind
    external_id: str
    """Message-ID without angle brackets; for events the UID, and ``UID/20260105T090000Z`` for an occurrence of a series."""
    at: datetime
    """When it was written, or when the event starts."""
    participants: tuple[Participant, ...]
    subject: str = ""
    text: str = ""
    """The plain body (text/plain parts, or an event's description); empty when there is only HTML."""
    html: str = ""
    """The HTML body, as sent; empty when there is none."""
    headers: tuple[tuple[str, str], ...] = ()
    """Header fields other than the structured ones, in order, names in lower case, values unfolded."""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    """Ids of earlier mails of the thread, oldest first, without angle brackets, at most 100."""
    attachments: tuple[Attachment, ...] = ()
    message_class: str = ""
    """The provider's class of the item (Exchange PR_MESSAGE_CLASS or MIME Content-Class) where known."""
    calendar_method: str = ""
    """iTIP method (RFC 5546) of a text/calendar part: REQUEST, REPLY, CANCEL...; empty for ordinary mail."""
    ends_at: datetime | None = None
    status: Status = Status.CONFIRMED
    series: str = ""
    """The UID shared by all occurrences of a recurring event; empty for single events and mail."""
    location: str = ""
    conference_url: str = ""
    """A structured join link of the provider; links in location or text are found by the classifier."""
    guests_hidden: bool = False
    all_day: bool = False
    revision: int = 0
    """RFC 5545 SEQUENCE: the higher one wins."""
    event_type: str = ""
    """The provider's type of event when it is not an ordinary one (focusTime, birthday, fromGmail...)."""
    item: str = ""
    """The provider's own id of what it was read from, which deletions name; empty where `external_id` is the only name (files)."""
    part: str = ""
    """The provider's own id of this one exchange where an item holds several (an occurrence of a series); deletions may name it too."""

    def header(self, name: str) -> str:
        """The first value of a header field, or an empty string; `name` in lower case."""
        return next((value for key, value in self.headers if key == name), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that could not be read: counted, named and skipped, never fatal."""

    where: str
    """File and place (``inbox.mbox @ 10240``), or the provider's id. Never a subject, a text or an address."""
    reason: str
    """A short sentence in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a pass has come, in units of the source (bytes of a file, files of a folder, messages of a mailbox)."""

    done: int
    total: int
    """0 when unknown."""
    ends_in: timedelta | None = None
    """How long the rest takes at the pace that the provider allows; None when unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """An item that is there and could not be read: to be tried again, never lost."""

    item: str
    reason: str
    """A short sentence in words."""
    retry_in: timedelta = timedelta(0)
    """How long the provider asks to wait at least."""
    excused: bool = False
    """It was not the item's fault (the provider was busy): the attempt does not count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundStream:
    """A stream that a provider turns out to have: a calendar, a folder."""

    name: str
    label: str
    """What the user calls it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncPage:
    """One step of a sync: what to add or change, what is gone, and the cursor that describes the state after it."""

    upserts: tuple[Exchange, ...]
    cursor: str
    """Opaque to everyone but the connector. It is stored in the transaction of the page."""
    deletions: tuple[str, ...] = ()
    """Items, or ids of exchanges that have no item, that are gone or no exchange any more."""
    problems: tuple[Problem, ...] = ()
    reset: bool = False
    """True on the first page of a full pass: what is not seen until the pass completes is gone."""
    complete: bool = False
    """True on the last page of a full pass that began with `reset`."""
    vouched: bool = False
    """The provider has said expressly that there is no more: a pass that saw nothing may then drop everything."""
    progress: Progress | None = None
    left_out: int = 0
    """Items of the page that were never exchanged or are gone (drafts, spam, trash): seen, counted, and no problem."""
    seen: tuple[str, ...] = ()
    """Items that the ledger holds already and that are still there: a full pass need not read them again."""
    foretaste: bool = False
    """True where a full pass brings early what it has to come to again: until it does, it has not seen it."""
    gives_way: bool = False
    """True where the stream has brought what is wanted most: others that wait may be read before the rest of it."""
    pending: tuple[Pending, ...] = ()
    """Items that could not be read now. They are stored with the cursor that goes past them."""
    streams: tuple[FoundStream, ...] = ()
    """Further streams of the account that have come to light."""
    streams_are_all_of: str = ""
    """A beginning of names, where `streams` holds every stream there is whose name begins so: others that do are no more."""
    streams_gone: tuple[str, ...] = ()
    """Streams of the account that are no more; what only they held goes with them."""
