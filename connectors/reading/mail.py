"""One mail as bytes becomes one exchange, or a word about why it does not."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz
from enum import Enum
from functools import lru_cache

from connectors.exchange import Exchange, Kind, Participant, Problem, Role
from connectors.reading.addresses import RECIPIENTS, mailboxes
from connectors.reading.guard import Stalled, deadline
from connectors.reading.headers import MAIL_FIELDS, clean_line, decode_words, split_message
from connectors.reading.mime import Body, TooDeep, read_body

MESSAGE_BYTES = 25 * 1024 * 1024
SECONDS = 5.0
SUBJECT_CHARS = 2_000
HEADER_CHARS = 2_000
HEADER_FIELDS = 100
REFERENCES = 100
ID_CHARS = 500
DATE_CHARS = 200
CLOCK_SKEW = timedelta(days=2)
# Machines without a clock write the first second of 1970 or of 1980.
EARLIEST = datetime(1980, 1, 2, tzinfo=UTC)

_STRUCTURED = frozenset({"from", "to", "cc", "bcc", "reply-to", "subject", "date", "message-id", "in-reply-to", "references"})
# Fields that the rules read: kept first when a mail has more than may be kept.
_TELLING = frozenset(
    {
        "x-from", "x-to", "x-gmail-labels", "x-gm-thrid", "authentication-results", "precedence", "auto-submitted", "return-path",
        "sender", "content-type", "content-class", "x-mailer", "user-agent", "feedback-id", "x-auto-response-suppress", "x-folder",
        "delivered-to", "x-spam-flag", "thread-topic", "thread-index", "organization",
    }
)  # fmt: skip
_SEATS_REMEMBERED = 8_192
_SEATS = (("to", Role.TO), ("cc", Role.CC), ("bcc", Role.BCC))
_ID = re.compile(r"<([^<>]{1,500})>")
_SPACE = re.compile(r"\s+")
_X_FROM_NAME = re.compile(r"\s*\"?([^\"<>@/]{1,200}?)\"?\s*(?:<.*)?\Z")
_ENVELOPE_DATE = re.compile(
    r"\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}(\d{1,2}) (\d\d:\d\d(?::\d\d)?)(?: ([+-]\d{4}|[A-Z]{1,5}))? (\d{4})\b"
)
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[+-]\d\d:?\d\d|Z)?")
# Gmail's own labels for what is no exchange, as Takeout writes them in the languages of its users.
_GMAIL_LEFT_OUT = frozenset(
    {
        "spam", "trash", "bin", "draft", "drafts", "papierkorb", "entwurf", "entwürfe", "corbeille", "brouillon", "brouillons",
        "papelera", "borrador", "borradores", "cestino", "bozza", "bozze", "lixeira", "lixo", "rascunho", "rascunhos", "prullenbak",
        "concept", "concepten",
    }
)  # fmt: skip
_MOZILLA_EXPUNGED = 0x0008


class LeftOut(Enum):
    """A mail that was never exchanged or is gone: counted, and no problem."""

    LABEL = "labelled as spam, trash or draft"
    EXPUNGED = "deleted, and only waiting to be cleared away"
    FOLDER_DATA = "a mail server's note to itself"


def read_message(raw: bytes, *, where: str, envelope: bytes = b"", now: datetime | None = None) -> Exchange | Problem | LeftOut:
    """Read one mail; never raises, whatever the bytes are.

    Args:
        raw: the mail without its mbox line. Of more than 25 MB the beginning is read.
        where: file and place, for the problem that may come of it.
        envelope: the mbox line (``From user@host Mon Jan  5 09:00:00 2026``), whose date stands in for an impossible one.
        now: dates more than two days after it are impossible.
    """
    try:
        with deadline(SECONDS):
            return _read(raw[:MESSAGE_BYTES], where, envelope, now)
    except Stalled:
        return Problem(where=where, reason="it took too long to read")
    except TooDeep:
        return Problem(where=where, reason="its parts are nested too deeply")
    except (RecursionError, MemoryError):
        return Problem(where=where, reason="it is too complex to read")


def _read(raw: bytes, where: str, envelope: bytes, now: datetime | None) -> Exchange | Problem | LeftOut:
    raw = raw.lstrip(b"\r\n")
    fields, start = split_message(raw)
    first = first_values(fields)
    if MAIL_FIELDS.isdisjoint(first):
        return Problem(where=where, reason="it has no header, so it is not a mail" if raw.strip() else "it is empty")
    if (left_out := _left_out(first)) is not None:
        return left_out
    at = _written_at(fields, first, envelope, now)
    if at is None:
        return Problem(where=where, reason="no readable date")
    return mail_exchange(fields, first, read_body(first, raw[start:]), at=at)


def first_values(fields: list[tuple[str, str]]) -> dict[str, str]:
    """Each field's first value."""
    first: dict[str, str] = {}
    for name, value in fields:
        first.setdefault(name, value)
    return first


def mail_exchange(fields: list[tuple[str, str]], first: dict[str, str], body: Body, *, at: datetime, item: str = "") -> Exchange:
    """A mail as an exchange, by its header and its body.

    Args:
        fields: The header, in order.
        first: Each field's first value.
        body: What it says and carries.
        at: When it was written.
        item: The provider's own id of it.
    """
    subject = " ".join(clean_line(decode_words(first.get("subject", ""))).split())[:SUBJECT_CHARS]
    answered = ids_in(first.get("in-reply-to", ""))
    return Exchange(
        kind=Kind.EMAIL,
        external_id=message_id_of(first, at, subject, body),
        at=at,
        participants=participants_of(fields, first),
        subject=subject,
        text=body.text,
        html=body.html,
        headers=kept_fields(fields),
        in_reply_to=answered[0] if answered else "",
        references=bounded_references(ids_in(first.get("references", ""))),
        attachments=body.attachments,
        message_class=decode_words(first.get("content-class", ""))[:HEADER_CHARS],
        calendar_method=body.calendar_method,
        item=item,
    )


def _left_out(first: dict[str, str]) -> LeftOut | None:
    if labels := first.get("x-gmail-labels"):
        named = {label.strip(' "').casefold() for label in decode_words(labels).split(",")}
        if not named.isdisjoint(_GMAIL_LEFT_OUT):
            return LeftOut.LABEL
    if status := first.get("x-mozilla-status"):
        try:
            if int(status[:8], 16) & _MOZILLA_EXPUNGED:
                return LeftOut.EXPUNGED
        except ValueError:
            pass
    if "x-imap" in first and "FOLDER INTERNAL DATA" in first.get("subject", "").upper():
        return LeftOut.FOLDER_DATA
    return None


def parse_date(value: str) -> datetime | None:
    """The moment that a date field names, in UTC; None when it names none."""
    value = value[:DATE_CHARS]
    try:
        parts = parsedate_tz(value)
        if parts is not None:
            offset = parts[9] or 0
            local = datetime(*parts[:6], tzinfo=UTC)
            return local - timedelta(seconds=offset) if abs(offset) <= 15 * 3600 else local
        if found := _ISO_DATE.search(value):
            moment = datetime.fromisoformat(found[0])
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        pass
    return None


def _envelope_date(envelope: bytes) -> datetime | None:
    found = _ENVELOPE_DATE.search(envelope[: DATE_CHARS * 2].decode("latin-1"))
    return parse_date(f"{found[2]} {found[1]} {found[5]} {found[3]} {found[4] or ''}") if found else None


def is_possible(moment: datetime | None, now: datetime | None) -> bool:
    """Whether a mail can have been written then."""
    return moment is not None and moment >= EARLIEST and (now is None or moment <= now + CLOCK_SKEW)


def _written_at(fields: list[tuple[str, str]], first: dict[str, str], envelope: bytes, now: datetime | None) -> datetime | None:
    """When the mail was written: its own word, else the mailbox's, else that of the last server on its way."""
    stated = parse_date(first.get("date", ""))
    if is_possible(stated, now):
        return stated
    marked = _envelope_date(envelope)
    if is_possible(marked, now):
        return marked
    for name, value in fields:
        if name == "received":
            received = parse_date(value.rpartition(";")[2].strip())
            return received if is_possible(received, now) else None
    return None


def participants_of(fields: list[tuple[str, str]], first: dict[str, str]) -> tuple[Participant, ...]:
    """Who sits in a mail, by the fields of its header."""
    senders = mailboxes(first.get("from", "")) or mailboxes(first.get("sender", ""))
    seats: list[Participant] = []
    if senders:
        name, address = senders[0]
        seats.append(_seat(address, Role.SENDER, name or _x_from(first)))
    senders_own = {address for _, address in senders}
    for name, address in mailboxes(first["reply-to"]) if "reply-to" in first else ():
        if address not in senders_own:
            seats.append(_seat(address, Role.REPLY_TO, name))
    for seat, role in _SEATS:
        if seat in first:
            seen: set[str] = set()
            for name, address in (mailbox for field, value in fields if field == seat for mailbox in mailboxes(value)):
                if address not in seen and len(seats) < RECIPIENTS:
                    seen.add(address)
                    seats.append(_seat(address, role, name))
    return tuple(seats)


@lru_cache(_SEATS_REMEMBERED)
def _seat(address: str, role: Role, name: str) -> Participant:
    """A seat, made once for the many mails in which somebody sits alike; a page is handed on with each once."""
    return Participant(address=address, role=role, name=name)


def _x_from(first: dict[str, str]) -> str:
    """The sender's name as an archive wrote it beside the bare address."""
    found = _X_FROM_NAME.match(first.get("x-from", "")[:HEADER_CHARS])
    return " ".join(found[1].split()) if found else ""


def ids_in(value: str) -> list[str]:
    """The Message-IDs that a field names, without angle brackets."""
    return [_SPACE.sub("", found) for found in _ID.findall(value)]


def bounded_references(ids: list[str]) -> tuple[str, ...]:
    """The first mail of the thread and the nearest ones, oldest first, each once."""
    once = list(dict.fromkeys(found for found in ids if found))
    return tuple(once if len(once) <= REFERENCES else [once[0], *once[-(REFERENCES - 1) :]])


def message_id_of(first: dict[str, str], at: datetime, subject: str, body: Body) -> str:
    """The Message-ID, or one that the same mail always gets."""
    stated = first.get("message-id", "")
    found = ids_in(stated[: HEADER_CHARS * 2])
    bare = found[0] if found else "".join(stated.strip("<> ").split()[:1])
    if bare and len(bare) <= ID_CHARS:
        return bare
    parts = (at.isoformat(), first.get("from", ""), subject, body.text or body.html) if not stated else (stated,)
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]
    return f"sha256-{digest}@no-message-id.invalid"


def kept_fields(fields: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The fields that are not structured ones, in order, bounded in number and length."""
    kept = [(name, decode_words(value[:HEADER_CHARS])) for name, value in fields if name not in _STRUCTURED]
    if len(kept) <= HEADER_FIELDS:
        return tuple(kept)
    telling = [index for index, (name, _) in enumerate(kept) if name in _TELLING or name.startswith("list-")]
    others = [index for index in range(len(kept)) if index not in set(telling)]
    return tuple(kept[index] for index in sorted((telling + others)[:HEADER_FIELDS]))
