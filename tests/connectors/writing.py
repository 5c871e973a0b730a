"""Writes mails, mailboxes and calendars for the tests, the way other programs would have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def mail(number: int, *, body: str = "", subject: str = "", **fields: str) -> bytes:
    """One mail; `fields` add or replace header fields, an empty value leaves one out."""
    header = {
        "From": f"Writer {number} <Writer{number}@Example.org>",
        "To": "me@example.net",
        "Subject": subject or f"Subject {number}",
        "Date": f"Mon, 05 Jan 2026 09:{number % 60:02}:00 +0100",
        "Message-ID": f"<mail-{number}@example.org>",
    }
    header |= {name.replace("_", "-"): value for name, value in fields.items()}
    lines = [f"{name}: {value}" for name, value in header.items() if value]
    return ("\n".join(lines) + "\n\n" + (body or f"Words of mail {number}.") + "\n").encode()


def mail_id(number: int) -> str:
    return f"mail-{number}@example.org"


def mbox(mails: Iterable[bytes], *, line: str = "From writer@example.org Mon Jan  5 09:00:00 2026") -> bytes:
    """A mailbox in mboxrd: a line before each mail, ``From `` lines quoted, a blank line behind."""
    out = []
    for raw in mails:
        quoted = b"".join(b">" + text if text.lstrip(b">").startswith(b"From ") else text for text in raw.splitlines(keepends=True))
        out.append(line.encode() + b"\n" + quoted + b"\n")
    return b"".join(out)


def calendar(*events: Sequence[str], head: Sequence[str] = ()) -> bytes:
    """A calendar of events, each given by its lines."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tests//EN", *head]
    for event in events:
        lines += ["BEGIN:VEVENT", *event, "END:VEVENT"]
    return ("\r\n".join([*lines, "END:VCALENDAR"]) + "\r\n").encode()


def event(number: int, *more: str) -> list[str]:
    """The lines of a meeting of two."""
    return [
        f"UID:event-{number}@example.org",
        f"DTSTART:202601{number + 4:02}T090000Z",
        f"DTEND:202601{number + 4:02}T100000Z",
        f"SUMMARY:Meeting {number}",
        "ORGANIZER;CN=Anna Berg:mailto:Anna@Example.org",
        "ATTENDEE;CN=Me;PARTSTAT=ACCEPTED:MAILTO:me@example.net",
        *more,
    ]
