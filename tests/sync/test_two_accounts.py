"""One owner with a Gmail and an Outlook account: what lies in both is one exchange, whoever wrote it and whoever invited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.base import Provider
from connectors.doubles.google import GoogleDouble, InProcessHttp
from connectors.doubles.microsoft import InProcessGraph, MicrosoftDouble
from connectors.google.account import GoogleAccount
from connectors.google.client import GoogleClient
from connectors.microsoft.account import MicrosoftAccount
from connectors.microsoft.client import GraphClient
from plugin_backend.domain.ledger import Direction
from plugin_backend.store.crypto import KeyRing
from plugin_backend.store.database import Database
from plugin_backend.usecases.sync_provider import Syncing, ask_for_sync
from plugin_backend.usecases.sync_round import run_until_caught_up
from tests.sync.world import Clock

GMAIL, OUTLOOK, ANN = "olga@gmail.example", "olga@outlook.example", "ann@forge.example"
NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
BY_GMAIL = "<CAFx2Kq0bW9rYhJm4vT7nL5pQzEoRkU3sDg8yVtA1cXwN6mHj@mail.gmail.com>"
BY_OUTLOOK = "<AM0PR0402MB3713B5C6D2A81E4F9C0A7E51D2F39@AM0PR0402MB3713.eurprd04.prod.outlook.com>"
FORWARDED = "<DB9PR04MB8461F0B3A7D5C2E19684A0C7B95A9@DB9PR04MB8461.eurprd04.prod.outlook.com>"
FROM_ANN = "<5f1c0b7e-3a42-4d5b-9a0e-7f6d2c1b8e94@forge.example>"
GOOGLE_UID = "7kukuqrfedlm2f9t0vb3ktmpd8@google.com"
OUTLOOK_UID = "040000008200E00074C5B7101A82E008000000009D1C2F5A5E2ED90100000000000000001000000074C5B7101A82E00874C5B7101A82E008"


def in_outlooks_words(uid: str) -> str:
    """How Outlook writes the UID of an event that was made elsewhere."""
    data = b"vCal-Uid\x01\x00\x00\x00" + uid.encode() + b"\x00"
    return f"040000008200E00074C5B7101A82E008{'0' * 40}{len(data).to_bytes(4, 'little').hex().upper()}{data.hex().upper()}"


def received_by_gmail(at: datetime, host: str) -> dict[str, str]:
    """What Gmail's servers write on top of a mail that they take in."""
    when = format_datetime(at + timedelta(seconds=4))
    proven = f"dkim=pass header.i=@{host}; spf=pass smtp.mailfrom={host}; dmarc=pass header.from={host}"
    return {
        "Delivered-To": GMAIL,
        "Received": f"from {host} by mx.google.com with ESMTPS id a1-20020a05 for <{GMAIL}>; {when}",
        "Authentication-Results": f"mx.google.com; {proven}",
        "Return-Path": f"<{host}>",
    }


def received_by_outlook(at: datetime, host: str) -> dict[str, str]:
    """What Outlook's servers write on top of a mail that they take in."""
    when = format_datetime(at + timedelta(seconds=7))
    proven = f"spf=pass (sender IP is 192.0.2.9) smtp.mailfrom={host}; dkim=pass; dmarc=pass action=none;compauth=pass"
    return {
        "Received": f"from {host} by AM0PR04.mail.protection.outlook.com with Microsoft SMTP Server id 15.20.8137.1 via Frontend; {when}",
        "Authentication-Results": proven,
        "X-MS-Exchange-Organization-SCL": "1",
        "X-Microsoft-Antispam": "BCL:0;",
    }


@dataclass(slots=True)
class Both:
    """An owner, and both of their accounts."""

    database: Database
    clock: Clock = field(default_factory=Clock)
    google: GoogleDouble = field(default_factory=lambda: GoogleDouble(GMAIL))
    microsoft: MicrosoftDouble = field(default_factory=lambda: MicrosoftDouble(OUTLOOK))
    owner_id: int = field(init=False)

    def __post_init__(self) -> None:
        self.owner_id = self.database.create_owner([GMAIL, OUTLOOK])
        self.google.calendars.boxes[GMAIL].zone = "UTC"

    def providers(self) -> Mapping[str, tuple[str, Provider]]:
        """Both accounts, as fresh processes open them."""
        monotonic = self.clock.monotonic
        gmail = GoogleClient(http=InProcessHttp(self.google), get_token=lambda: "token", monotonic=monotonic)
        graph = GraphClient(http=InProcessGraph(self.microsoft), get_token=lambda: "token", monotonic=monotonic, root=self.microsoft.root)
        return {
            "google": (GMAIL, GoogleAccount(gmail, clock=self.clock.now)),
            "microsoft": (OUTLOOK, MicrosoftAccount(graph, address=OUTLOOK, clock=self.clock.now)),
        }

    def sync(self, *names: str) -> None:
        """Sync accounts, one after the other."""
        providers = self.providers()
        for name in names or tuple(providers):
            address, provider = providers[name]
            with self.database.write(self.owner_id) as store:
                account_id = store.ensure_account(name, address).id
            ask_for_sync(self.database, self.owner_id, account_id)
            syncing = Syncing(
                database=self.database,
                owner_id=self.owner_id,
                account_id=account_id,
                provider=provider,
                clock=self.clock.now,
                chance=lambda: 0.5,
                holder="this test",
            )
            (run,) = run_until_caught_up((syncing,), clock=self.clock.now, sleep=self.clock.sleep).values()
            assert run.has_caught_up

    def held(self) -> list[str]:
        """Every exchange of the ledger by its id."""
        with self.database.read(self.owner_id) as store:
            return sorted(entry.id for entry in store.iter_exchanges())


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Both]:
    """Two accounts between which everything has happened that can."""
    database = Database.open(f"sqlite:///{tmp_path / 'acquaint.db'}", keyring=KeyRing.load_or_create(tmp_path, None))
    database.migrate()
    made = Both(database)
    write(made)
    invite(made)
    yield made
    database.close()


def letter(sender: str, *to: str, at: datetime, subject: str, text: str) -> dict[str, Any]:
    """A mail, as both doubles take it."""
    return {"sender": sender, "to": to, "at": at, "subject": subject, "text": text}


def write(both: Both) -> None:
    """Mails from one's own account to one's other, forwarded between them, and from somebody to both."""
    gmail, outlook = both.google.mail, both.microsoft.mail
    note = letter(f"Olga <{GMAIL}>", f"Olga <{OUTLOOK}>", at=NOW, subject="Note to self", text="Buy stamps.")
    gmail.add(**note, message_id=BY_GMAIL, labels=("SENT",))
    outlook.add(**note, message_id=BY_GMAIL, headers=received_by_outlook(NOW, "gmail.example"))

    at = NOW + timedelta(hours=1)
    answer = letter(f"Olga <{OUTLOOK}>", f"Olga <{GMAIL}>", at=at, subject="RE: Note to self", text="Bought.")
    threaded = {"In-Reply-To": BY_GMAIL, "References": BY_GMAIL, "Thread-Topic": "Note to self"}
    outlook.add(**answer, message_id=BY_OUTLOOK, folder="sentitems", in_reply_to=BY_GMAIL, references=BY_GMAIL)
    gmail.add(**answer, message_id=BY_OUTLOOK, headers={**received_by_gmail(at, "outlook.example"), **threaded})

    at = NOW + timedelta(hours=2)
    asked = letter(f"Ann <{ANN}>", GMAIL, OUTLOOK, at=at, subject="The plan", text="Could you send me the plan?")
    gmail.add(**asked, message_id=FROM_ANN, headers=received_by_gmail(at, "forge.example"))
    outlook.add(**asked, message_id=FROM_ANN, headers=received_by_outlook(at, "forge.example"))

    at = NOW + timedelta(hours=3)
    quoted = f"FYI\n\n________________________________\nFrom: Ann <{ANN}>\nSubject: The plan\n\nCould you send me the plan?"
    forwarded = letter(f"Olga <{OUTLOOK}>", GMAIL, at=at, subject="FW: The plan", text=quoted)
    outlook.add(**forwarded, message_id=FORWARDED, folder="sentitems", references=FROM_ANN)
    gmail.add(**forwarded, message_id=FORWARDED, headers={**received_by_gmail(at, "outlook.example"), "References": FROM_ANN})


def invite(both: Both) -> None:
    """A series that Gmail has called for, and a meeting that Outlook has, each accepted in the other account."""
    at = NOW + timedelta(days=1)
    attending = [{"email": address, "responseStatus": "accepted"} for address in (GMAIL, OUTLOOK, ANN)]
    seats = [
        {"type": "required", "emailAddress": {"name": "", "address": address}, "status": {"response": "accepted"}}
        for address in (GMAIL, OUTLOOK, ANN)
    ]
    box = both.google.calendars.boxes[GMAIL]
    series = box.add(start=at, recurrence=["RRULE:FREQ=WEEKLY;COUNT=3"], attendees=attending, iCalUID=GOOGLE_UID)
    box.except_occurrence(series, at + timedelta(weeks=1), start=box.moment(at + timedelta(weeks=1, hours=2)))
    copied = both.microsoft.calendar.add(start=at, weekly=3, attendees=seats, iCalUId=in_outlooks_words(GOOGLE_UID), isOrganizer=False)
    both.microsoft.calendar.except_occurrence(copied, 1, start=at + timedelta(weeks=1, hours=2))

    both.microsoft.calendar.add(start=at + timedelta(hours=3), attendees=seats, iCalUId=OUTLOOK_UID)
    box.add(start=at + timedelta(hours=3), attendees=attending, iCalUID=OUTLOOK_UID)


EXPECTED = sorted(
    [
        *(each.strip("<>") for each in (BY_GMAIL, BY_OUTLOOK, FROM_ANN, FORWARDED)),
        f"{GOOGLE_UID}/20260402T090000Z",
        f"{GOOGLE_UID}/20260409T090000Z",
        f"{GOOGLE_UID}/20260416T090000Z",
        OUTLOOK_UID,
    ]
)


@pytest.mark.parametrize("order", [("google", "microsoft"), ("microsoft", "google")])
def test_what_lies_in_both_accounts_counts_once(both: Both, order: tuple[str, str]) -> None:
    """Whichever is read first: every mail, every meeting, and every exchange with a person."""
    both.sync(*order)

    with both.database.read(both.owner_id) as store:
        directions = {entry.id: entry.direction for entry in store.iter_exchanges()}
        with_ann = [entry.id for entry in store.iter_exchanges() if ANN in {seat.address for seat in entry.seats}]
        counts = {account.connector: store.count_held_by(account.id) for account in store.accounts()}
        count = store.count()
    assert both.held() == EXPECTED
    assert count == len(EXPECTED)
    assert counts == {"google": len(EXPECTED), "microsoft": len(EXPECTED)}
    assert directions[BY_GMAIL.strip("<>")] is directions[BY_OUTLOOK.strip("<>")]
    assert directions[FROM_ANN.strip("<>")] is Direction.IN
    assert len(with_ann) == 5


def test_the_ledger_is_the_same_whichever_account_was_read_first(tmp_path: Path) -> None:
    """Also in what it says of each exchange."""
    told = []
    for order in (("google", "microsoft"), ("microsoft", "google")):
        folder = tmp_path / order[0]
        folder.mkdir()
        database = Database.open(f"sqlite:///{folder / 'acquaint.db'}", keyring=KeyRing.load_or_create(folder, None))
        database.migrate()
        made = Both(database)
        write(made)
        invite(made)
        made.sync(*order)
        with database.read(made.owner_id) as store:
            told.append({entry.id: (entry.at, entry.direction, entry.channel, entry.seats) for entry in store.iter_exchanges()})
        database.close()

    assert told[0] == told[1]


def test_it_stays_for_as_long_as_one_of_them_holds_it(both: Both) -> None:
    """Deleted here, it is still there; deleted there as well, it is gone."""
    both.sync()
    for item, message in list(both.microsoft.mail.messages.items()):
        if message["internetMessageId"] == FROM_ANN:
            both.microsoft.mail.delete(item)
    both.sync("microsoft")
    one = both.held()
    for number, message in list(both.google.mail.messages.items()):
        if any(each["value"] == FROM_ANN for each in message["payload"]["headers"]):
            both.google.mail.delete(number)
    both.sync("google")

    assert one == EXPECTED
    assert both.held() == [each for each in EXPECTED if each != FROM_ANN.strip("<>")]
