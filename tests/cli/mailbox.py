"""A small mailbox and calendar on disk, as an export would hand them over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

OWNER = "olga@nordlys.example"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One message of the mailbox."""

    id: str
    day: int
    sender: str
    to: str
    subject: str
    text: str
    answers: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    def as_bytes(self) -> bytes:
        """The message as it lies in a file."""
        message = EmailMessage()
        message["From"] = self.sender
        message["To"] = self.to
        message["Subject"] = self.subject
        message["Date"] = format_datetime(START + timedelta(days=self.day))
        message["Message-ID"] = f"<{self.id}@mail.example>"
        if self.answers:
            message["In-Reply-To"] = f"<{self.answers}@mail.example>"
            message["References"] = f"<{self.answers}@mail.example>"
        for name, value in self.headers:
            message[name] = value
        message.set_content(self.text)
        return message.as_bytes()


ME = f"Olga Nordahl <{OWNER}>"
KNOWN = "Pedro Alves <pedro@rio-azul.example>"
COLD = "Zofia Lis <zofia@lis-meble.example>"

MAILS = (
    Mail(
        id="m1",
        day=0,
        sender=KNOWN,
        to=ME,
        subject="Spare filters",
        text="Dear Olga,\n\ncould you tell me which filter fits the old housing?\n\nPedro",
    ),
    Mail(
        id="m2",
        day=1,
        sender=ME,
        to=KNOWN,
        subject="Re: Spare filters",
        answers="m1",
        text="Dear Pedro,\n\nthe F7 fits. I will send you two on Monday.\n\nOlga\n\n"
        "On Mon, 2 Mar 2026, Pedro Alves wrote:\n> could you tell me",
    ),
    Mail(id="m3", day=2, sender=ME, to=COLD, subject="Our filters", text="Dear Ms Lis,\n\nmay I show you our filters?\n\nOlga Nordahl"),
    Mail(
        id="m4",
        day=9,
        sender=ME,
        to=COLD,
        subject="Our filters again",
        text="Dear Ms Lis,\n\nhave you had time to read my mail?\n\nOlga Nordahl",
    ),
    Mail(
        id="m5",
        day=10,
        sender="Filter Weekly <news@filter-weekly.example>",
        to=ME,
        subject="Filter Weekly 11/2026",
        text="FILTER WEEKLY\n\n* Ten tips\n* Jobs\n\nUnsubscribe with one click.",
        headers=(("List-Unsubscribe", "<mailto:leave@filter-weekly.example>"), ("Precedence", "bulk")),
    ),
    Mail(
        id="m6",
        day=11,
        sender="Cloudrack <noreply@cloudrack.example>",
        to=ME,
        subject="Invoice 4711",
        text="Your invoice is ready. Do not reply to this address.",
        headers=(("Auto-Submitted", "auto-generated"),),
    ),
)

CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//made up//EN
BEGIN:VEVENT
UID:lunch@nordlys.example
DTSTAMP:20260301T080000Z
DTSTART:20260320T110000Z
DTEND:20260320T123000Z
SUMMARY:Lunch
LOCATION:Harbour Inn
ORGANIZER;CN=Olga Nordahl:mailto:olga@nordlys.example
ATTENDEE;CN=Olga Nordahl;PARTSTAT=ACCEPTED:mailto:olga@nordlys.example
ATTENDEE;CN=Ines Roth;PARTSTAT=ACCEPTED:mailto:ines@roth-glas.example
END:VEVENT
BEGIN:VEVENT
UID:next@nordlys.example
DTSTAMP:20260301T080000Z
DTSTART:20260610T110000Z
DTEND:20260610T120000Z
SUMMARY:Filter review
LOCATION:https://meet.google.com/abc-defg-hij
ORGANIZER;CN=Olga Nordahl:mailto:olga@nordlys.example
ATTENDEE;CN=Olga Nordahl;PARTSTAT=ACCEPTED:mailto:olga@nordlys.example
ATTENDEE;CN=Pedro Alves;PARTSTAT=ACCEPTED:mailto:pedro@rio-azul.example
ATTENDEE;CN=Zofia Lis;PARTSTAT=NEEDS-ACTION:mailto:zofia@lis-meble.example
END:VEVENT
END:VCALENDAR
"""


def write_mbox(path: Path, mails: tuple[Mail, ...] = MAILS) -> Path:
    """An mbox file of these mails."""
    with path.open("wb") as stream:
        for mail in mails:
            stream.write(b"From export@mail.example Mon Mar  2 09:00:00 2026\n" + mail.as_bytes() + b"\n")
    return path


def write_calendar(path: Path, text: str = CALENDAR) -> Path:
    """An .ics file."""
    path.write_text(text.replace("\n", "\r\n"), encoding="utf-8")
    return path


def many_mails(count: int) -> tuple[Mail, ...]:
    """A longer mailbox: letters to and fro with some twenty people, newsletters in between."""
    mails = []
    for number in range(count):
        who = f"Person {number % 19} <person{number % 19}@firm{number % 7}.example>"
        inwards = number % 3 == 0
        newsletter = number % 11 == 5
        mails.append(
            Mail(
                id=f"n{number}",
                day=number % 200,
                sender="Daily <daily@daily.example>" if newsletter else who if inwards else ME,
                to=ME if inwards or newsletter else who,
                subject=f"Matter {number % 40}",
                text="Unsubscribe here." if newsletter else f"Could you send me the figures for lot {number}? I will answer by Friday.",
                headers=(("List-Unsubscribe", "<mailto:x@daily.example>"),) if newsletter else (),
            )
        )
    return tuple(mails)
