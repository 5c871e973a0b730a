"""The whole way, as a user goes it: our command in processes of its own, against the doubles on ports, until killed or done."""

from __future__ import annotations

import json
import os
import signal
import ssl
import subprocess
import sys
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from connectors.doubles.google import GoogleDouble
from connectors.doubles.microsoft import MicrosoftDouble
from connectors.doubles.microsoft_login import MicrosoftLogin
from connectors.doubles.oauth import OAuthDouble
from connectors.doubles.serving import Certificate, served
from connectors.doubles.sign_in import CLIENT_ID, CLIENT_SECRET, Consent, Person
from connectors.google.parse import LEFT_OUT
from connectors.microsoft.mail import PREFIX
from connectors.microsoft.rounds import Phase, Place
from plugin_backend.store.crypto import KeyRing
from plugin_backend.store.database import Database

OWNER = "me@mill.example"
PATIENCE_SECONDS = 600
EVERY_SERIES = 40
"""So many events for one series among them."""
WEEKS = 6
FOLDERS = 30
TENANT = "11111111-0000-4000-8000-000000000001"


@dataclass(slots=True)
class Installation(ABC):
    """A data folder, and the command that works in it."""

    provider: ClassVar[str]
    small_pages: ClassVar[Mapping[str, str]]
    """Settings with which a sync takes many steps."""
    reading_posts: ClassVar[frozenset[str]]
    """What is asked by POST and only reads."""

    folder: Path
    address: str
    double: Any
    more: Mapping[str, str] = field(default_factory=dict)
    certificate: Certificate | None = None

    @abstractmethod
    def settings(self) -> Mapping[str, str]:
        """What leads our command to the double."""

    @abstractmethod
    def expected_ids(self) -> set[str]:
        """What a ledger has to hold that follows the double."""

    @abstractmethod
    def lost_behind_the_cursor(self) -> int:
        """How many messages the mail's cursors say are dealt with that neither lie in the ledger nor are known to be pending."""

    @property
    def environment(self) -> dict[str, str]:
        """Everything by settings, as the documentation says it."""
        return {**os.environ, "ACQUAINT_DATA_DIR": str(self.folder), **self.settings(), **self.more}

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Our command, in a process group of its own."""
        command = [sys.executable, "-m", "plugin_backend.cli", *arguments]
        return subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)

    def run(self, *arguments: str) -> Any:
        """Our command to its end, and the JSON it prints."""
        running = self.start(*arguments, "--json")
        out, _ = running.communicate(timeout=PATIENCE_SECONDS)
        assert running.returncode == 0, out.decode()
        return json.loads(out)

    def connect(self) -> None:
        """Link the account: the consent page is followed as a browser would."""
        running = self.start("connect", self.provider, "--no-browser", "--json")
        assert running.stdout is not None
        url = json.loads(running.stdout.readline())["url"]
        trusting = ssl.create_default_context(cafile=self.certificate.bundle) if self.certificate else None
        with urllib.request.urlopen(url, context=trusting) as answer:  # noqa: S310 - the double's own address
            assert answer.status == 200
        running.communicate(timeout=PATIENCE_SECONDS)
        assert running.returncode == 0

    def killed_after(self, seconds: float) -> bool:
        """Whether a sync had to be killed, with all its children, because it was not done after so long."""
        running = self.start("sync", "--json")
        try:
            running.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            running.communicate()
            return True
        return False

    @contextmanager
    def opened(self) -> Iterator[tuple[Database, int]]:
        """The database, while no command is at work."""
        database = Database.open(f"sqlite:///{self.folder / 'acquaint.db'}", keyring=KeyRing.load_or_create(self.folder, None))
        database.migrate()
        owner_id = database.owner_id()
        assert owner_id is not None
        yield database, owner_id
        database.close()

    def ids(self) -> list[str]:
        """What the ledger holds."""
        with self.opened() as (database, owner_id), database.read(owner_id) as store:
            return [entry.id for entry in store.iter_exchanges()]


class GoogleInstallation(Installation):
    """One that reads a Google account."""

    provider = "google"
    small_pages: ClassVar[Mapping[str, str]] = {"ACQUAINT_GOOGLE_BATCH": "10"}
    reading_posts = frozenset({"/batch"})

    def settings(self) -> Mapping[str, str]:
        """What leads our command to the double."""
        oauth = f"{self.address}/oauth"
        return {
            "ACQUAINT_GOOGLE_CLIENT_ID": CLIENT_ID,
            "ACQUAINT_GOOGLE_CLIENT_SECRET": CLIENT_SECRET,
            "ACQUAINT_GOOGLE_API_ROOT": f"{self.address}/",
            "ACQUAINT_GOOGLE_AUTH_URI": f"{oauth}/authorize",
            "ACQUAINT_GOOGLE_TOKEN_URI": f"{oauth}/token",
            "ACQUAINT_GOOGLE_REVOKE_URI": f"{oauth}/revoke",
            "ACQUAINT_GOOGLE_JWKS_URI": f"{oauth}/jwks",
            "ACQUAINT_GOOGLE_ISSUER": oauth,
            "ACQUAINT_GOOGLE_UNITS_PER_MINUTE": "100000000",
            "ACQUAINT_GOOGLE_CALENDAR_CALLS_PER_MINUTE": "1000000",
        }

    def expected_ids(self) -> set[str]:
        """What a ledger has to hold that follows the double."""
        mails = {f"{number}@mail.example" for number, each in self.double.mail.messages.items() if not LEFT_OUT & set(each["labelIds"])}
        for box in self.double.calendars.boxes.values():
            for event in box.things.values():
                if event["status"] == "cancelled" or "recurringEventId" in event:
                    continue
                starts = [datetime.fromisoformat(event["start"]["dateTime"])]
                if "recurrence" not in event:
                    mails.add(event["iCalUID"])
                    continue
                starts = [starts[0] + timedelta(weeks=week) for week in range(WEEKS) if week != 1]
                mails |= {f"{event['iCalUID']}/{at:%Y%m%dT%H%M%SZ}" for at in starts}
        return mails

    def lost_behind_the_cursor(self) -> int:
        """By the ids of the pages that the cursor has still to come to."""
        with self.opened() as (database, owner_id), database.read(owner_id) as store:
            rows = [row for account in store.accounts() for row in store.streams(account.id) if row.name == "mail"]
            if not rows or rows[0].cursor is None:
                return 0
            dealt_with = store.items(rows[0].id) | {each.item for each in store.pending(rows[0].id, 10_000)}
        _, phase, _, page, done, *_ = json.loads(rows[0].cursor)
        in_order = [each["id"] for each in _pages(self.double, page)] if phase == "full" else []
        behind = set(self.double.mail.messages) - set(in_order) | set(done)
        return len({each for each in behind if not LEFT_OUT & set(self.double.mail.messages[each]["labelIds"])} - dealt_with)


def _pages(double: GoogleDouble, token: str | None) -> Iterator[dict[str, Any]]:
    """What a listing holds from a page token on."""
    while True:
        page = double.mail.list_page(most=500, token=token)
        yield from page.get("messages", ())
        token = page.get("nextPageToken")
        if token is None:
            return


class MicrosoftInstallation(Installation):
    """One that reads a Microsoft account."""

    provider = "microsoft"
    small_pages: ClassVar[Mapping[str, str]] = {"ACQUAINT_GRAPH_MESSAGE_PAGE": "10", "ACQUAINT_GRAPH_EVENT_PAGE": "10"}
    reading_posts = frozenset({"/v1.0/$batch"})

    def settings(self) -> Mapping[str, str]:
        """What leads our command to the double."""
        login = self.double.oauth
        assert isinstance(login, MicrosoftLogin)
        assert self.certificate is not None
        return {
            "ACQUAINT_MS_CLIENT_ID": login.client_id,
            "ACQUAINT_MS_CLIENT_SECRET": login.client_secret,
            "ACQUAINT_MS_AUTHORITY": login.authority,
            "ACQUAINT_MS_INSTANCE_DISCOVERY": "false",
            "ACQUAINT_GRAPH_ROOT": f"{self.address}/v1.0/",
            "ACQUAINT_GRAPH_CALLS_PER_TEN_MINUTES": "1000000",
            "ACQUAINT_CA_BUNDLE": str(self.certificate.bundle),
        }

    def expected_ids(self) -> set[str]:
        """What a ledger has to hold that follows the double."""
        mails = {str(message["internetMessageId"]).strip("<>") for message in self.double.mail.exchanged().values()}
        return mails.union(*(box.held() for box in self.double.calendars.boxes.values()))

    def lost_behind_the_cursor(self) -> int:
        """By what the links that the cursors hold have still to tell."""
        lost = 0
        with self.opened() as (database, owner_id), database.read(owner_id) as store:
            for row in (row for account in store.accounts() for row in store.streams(account.id) if row.name.startswith(PREFIX)):
                place, folder = Place.parse(row.cursor), self.double.mail.folders[row.name.removeprefix(PREFIX)]
                if place is None or not place.link or place.phase is Phase.EARLY:
                    continue
                options = parse_qs(urlsplit(place.link).query)
                since, *reached = folder.changes.taken(*(options.get("$deltatoken") or options["$skiptoken"]))
                ahead = folder.changes.since(max(since, reached[0]) if place.phase is Phase.FULL else since, told=lambda _item: True)
                dealt_with = store.items(row.id) | {each.item for each in store.pending(row.id, 10_000)}
                sent = {item for item in folder.items if not self.double.mail.messages[item]["isDraft"]}
                lost += len(sent - {item for _, item in ahead} - dealt_with)
        return lost


@contextmanager
def installation(
    folder: Path, *, messages: int, events: int, now: datetime, provider: str = "google", **more: str
) -> Iterator[Installation]:
    """A fresh installation beside a served double with so much in it."""
    with _INSTALLED[provider](folder, messages, events, now) as ours:
        ours.more = more
        yield ours


@contextmanager
def _google(folder: Path, messages: int, events: int, now: datetime) -> Iterator[Installation]:
    double = GoogleDouble(OWNER)
    fill(double, messages=messages, events=events, now=now)
    with served(double) as address:
        double.oauth = OAuthDouble(issuer=f"{address}/oauth", consent=Consent(person=Person(subject="108", address=OWNER)))
        yield GoogleInstallation(folder, address, double)


@contextmanager
def _microsoft(folder: Path, messages: int, events: int, now: datetime) -> Iterator[Installation]:
    double = MicrosoftDouble(OWNER)
    double.calls_most = None
    fill_outlook(double, messages=messages, events=events, now=now)
    certificate = Certificate.made_in(folder)
    login = MicrosoftLogin(issuer="", consent=Consent(person=Person(subject=TENANT.replace("1", "a"), address=OWNER, tenant=TENANT)))
    with served(login, certificate=certificate) as sign_in, served(double) as address:
        login.issuer, double.oauth, double.root = sign_in, login, f"{address}/v1.0/"
        yield MicrosoftInstallation(folder, address, double, certificate=certificate)


_INSTALLED = {"google": _google, "microsoft": _microsoft}
PROVIDERS = tuple(_INSTALLED)


def fill(double: GoogleDouble, *, messages: int, events: int, now: datetime) -> None:
    """Mails of every label, single events, and series with exceptions."""
    for number in range(messages):
        other = f"Person {number % 97} <person{number % 97}@guild{number % 13}.example>"
        sent = number % 3 == 0
        labels = ("DRAFT",) if number % 50 == 7 else ("SENT",) if sent else ("INBOX",)
        double.mail.add(
            sender=OWNER if sent else other,
            to=[other if sent else OWNER],
            at=now - timedelta(hours=3 * (messages - number)),
            subject=f"Chapter {number % 300}",
            text=f"Could you send me chapter {number} by Friday? I will then add the numbers.",
            labels=("TRASH",) if number % 90 == 11 else labels,
        )
    box = double.calendars.boxes[OWNER]
    box.zone = "UTC"
    for number in range(events):
        guests = [{"email": f"person{number % 97}@guild{number % 13}.example", "responseStatus": "accepted"}]
        start = now - timedelta(hours=7 * number)
        if number % EVERY_SERIES:
            box.add(start=start, attendees=guests)
            continue
        series = box.add(start=start, attendees=guests, recurrence=[f"RRULE:FREQ=WEEKLY;COUNT={WEEKS}"])
        box.cancel_occurrence(series, start + timedelta(weeks=1))
        box.except_occurrence(series, start + timedelta(weeks=2), start=box.moment(start + timedelta(weeks=2, hours=2)))


def fill_outlook(double: MicrosoftDouble, *, messages: int, events: int, now: datetime) -> None:
    """Mails in thirty folders, some of them drafts or thrown away, single events, and series with exceptions."""
    folders = ["inbox", "sentitems", "archive", *(double.mail.add_folder(f"Project {number}") for number in range(FOLDERS - 3))]
    for number in range(messages):
        other = f"Person {number % 97} <person{number % 97}@guild{number % 13}.example>"
        sent, draft = number % 3 == 0, number % 50 == 7
        double.mail.add(
            sender=OWNER if sent or draft else other,
            to=[other if sent or draft else OWNER],
            at=now - timedelta(hours=3 * (messages - number)),
            subject=f"Chapter {number % 300}",
            text=f"Could you send me chapter {number} by Friday? I will then add the numbers.",
            folder="deleteditems" if number % 90 == 11 else "drafts" if draft else "sentitems" if sent else folders[number % len(folders)],
            draft=draft,
        )
    for number in range(events):
        address = f"person{number % 97}@guild{number % 13}.example"
        guests = [{"type": "required", "emailAddress": {"name": "", "address": address}, "status": {"response": "accepted"}}]
        start = now - timedelta(hours=7 * number)
        if number % EVERY_SERIES:
            double.calendar.add(start=start, attendees=guests)
            continue
        series = double.calendar.add(start=start, attendees=guests, weekly=WEEKS)
        double.calendar.cancel_occurrence(series, 1)
        double.calendar.except_occurrence(series, 2, start=start + timedelta(weeks=2, hours=2))
