"""The contract, run over everything in the registry and over the mailbox in memory."""

from __future__ import annotations

import gzip
import os
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs

from connectors.base import Connector, NeedsReconnecting, TemporarilyUnavailable
from connectors.doubles.google import GoogleDouble, InProcessHttp
from connectors.doubles.google_calendar import CalendarBox
from connectors.doubles.microsoft import InProcessGraph, MicrosoftDouble
from connectors.exchange import Exchange, Problem
from connectors.google.account import MAIL, GoogleAccount
from connectors.google.calendar import PREFIX
from connectors.google.client import GoogleClient, GoogleLimits
from connectors.memory import MemoryConnector
from connectors.microsoft.account import MicrosoftAccount
from connectors.microsoft.calendar import PREFIX as CALENDAR_PREFIX
from connectors.microsoft.client import GraphClient, GraphLimits
from connectors.microsoft.mail import PREFIX as MAIL_PREFIX
from connectors.reading.mail import LeftOut, read_message
from connectors.registry import FILES, PROVIDERS
from tests.connectors.contract import ConnectorContract, Ledger, Rig
from tests.connectors.writing import NOW, calendar, event, mail, mail_id, mbox


class FileRig(Rig):
    """A source on disk, made anew from a list of numbers."""

    connector = ""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.numbers = [1, 2, 3, 4, 5]
        self.write()

    def write(self) -> None:
        raise NotImplementedError

    def open(self) -> Connector:
        return FILES[self.connector](self.path, now=NOW, page_size=2)

    def ids(self) -> set[str]:
        return {mail_id(number) for number in self.numbers}

    def add(self, number: int) -> None:
        self.numbers.append(number)
        self.write()

    def remove_first(self) -> None:
        del self.numbers[0]
        self.write()

    def break_off(self) -> None:
        self.path.rename(self.path.with_name("elsewhere"))

    def bytes_on_disk(self) -> dict[Path, bytes]:
        files = [self.path] if self.path.is_file() else sorted(self.path.rglob("*"))
        return {path: path.read_bytes() for path in files if path.is_file()}


class MboxRig(FileRig):
    connector = "mbox"

    def write(self) -> None:
        self.path.write_bytes(mbox(mail(number) for number in self.numbers))


class PackedMboxRig(FileRig):
    connector = "mbox"

    def write(self) -> None:
        self.path.write_bytes(gzip.compress(mbox(mail(number) for number in self.numbers)))


class MaildirRig(FileRig):
    connector = "maildir"

    def write(self) -> None:
        for name in ("cur", "new", "tmp"):
            (self.path / name).mkdir(parents=True, exist_ok=True)
        wanted = {f"17000000{number:02}.M1P1.host:2,S": number for number in self.numbers}
        for path in (self.path / "cur").iterdir():
            if path.name not in wanted:
                path.unlink()
        for name, number in wanted.items():
            if not (self.path / "cur" / name).exists():
                (self.path / "cur" / name).write_bytes(mail(number))


class EmlRig(FileRig):
    connector = "eml"

    def write(self) -> None:
        self.path.mkdir(exist_ok=True)
        wanted = {f"mail {number}.eml": number for number in self.numbers}
        for path in self.path.iterdir():
            if path.name not in wanted:
                path.unlink()
        for name, number in wanted.items():
            if not (self.path / name).exists():
                (self.path / name).write_bytes(mail(number))


class IcsRig(FileRig):
    connector = "ics"

    def write(self) -> None:
        self.path.write_bytes(calendar(*(event(number) for number in self.numbers)))

    def ids(self) -> set[str]:
        return {f"event-{number}@example.org" for number in self.numbers}


def exchange(number: int) -> Exchange:
    read = read_message(mail(number), where="memory")
    assert not isinstance(read, Problem | LeftOut)
    return read


class MemoryRig(Rig):
    def __init__(self) -> None:
        self.connector = MemoryConnector([exchange(number) for number in range(1, 6)], page_size=2)
        self.numbers = [1, 2, 3, 4, 5]

    def open(self) -> Connector:
        return self.connector

    def ids(self) -> set[str]:
        return {mail_id(number) for number in self.numbers}

    def add(self, number: int) -> None:
        self.numbers.append(number)
        self.connector.add(exchange(number))

    def remove_first(self) -> None:
        self.connector.delete(mail_id(self.numbers.pop(0)))

    def break_off(self) -> None:
        self.connector.revoke()


class ProviderRig(Rig):
    """One stream of an account at a provider, over its double."""

    connector = ""


class GmailRig(ProviderRig):
    connector = "google"

    def __init__(self) -> None:
        self.double = GoogleDouble("me@example.net")
        self.numbers: list[str] = []
        for number in range(1, 6):
            self.add(number)

    def open(self) -> Connector:
        return google_account(self.double).stream(MAIL, known=nothing_known)

    def ids(self) -> set[str]:
        return {f"{number}@mail.example" for number in self.numbers}

    def add(self, number: int) -> None:
        at = NOW - timedelta(hours=10 - number)
        sender = f"Writer <Writer{number}@Example.org>"
        self.numbers.append(self.double.mail.add(sender=sender, to=["me@example.net"], at=at, subject="Plan", text="Here it is."))

    def remove_first(self) -> None:
        self.double.mail.delete(self.numbers.pop(0))

    def break_off(self) -> None:
        self.double.tokens = set()


class GoogleCalendarRig(ProviderRig):
    connector = "google"

    def __init__(self) -> None:
        self.double = GoogleDouble("me@example.net")
        self.keys: list[str] = []
        for number in range(1, 6):
            self.add(number)

    @property
    def box(self) -> CalendarBox:
        return self.double.calendars.boxes["me@example.net"]

    def open(self) -> Connector:
        return google_account(self.double).stream(PREFIX + "me@example.net", known=nothing_known)

    def ids(self) -> set[str]:
        return {self.box.things[key]["iCalUID"] for key in self.keys}

    def add(self, number: int) -> None:
        guests = [{"email": "Ann@Example.org", "responseStatus": "accepted"}]
        self.keys.append(self.box.add(start=NOW + timedelta(days=number), attendees=guests))

    def remove_first(self) -> None:
        self.box.delete(self.keys.pop(0))

    def break_off(self) -> None:
        self.double.tokens = set()


class MicrosoftRig(ProviderRig):
    """What both of Microsoft's have in common."""

    connector = "microsoft"

    def __init__(self) -> None:
        self.double = MicrosoftDouble("me@example.net")
        self.items: list[str] = []
        for number in range(1, 6):
            self.add(number)

    def break_off(self) -> None:
        self.double.tokens = set()


class OutlookRig(MicrosoftRig):
    def open(self) -> Connector:
        return microsoft_account(self.double).stream(MAIL_PREFIX + self.double.mail.folder_id("inbox"), known=nothing_known)

    def ids(self) -> set[str]:
        return {self.double.mail.messages[item]["internetMessageId"].strip("<>") for item in self.items}

    def add(self, number: int) -> None:
        at = NOW - timedelta(hours=10 - number)
        sender = f"Writer <Writer{number}@Example.org>"
        self.items.append(self.double.mail.add(sender=sender, to=["me@example.net"], at=at, subject="Plan", text="Here it is."))

    def remove_first(self) -> None:
        self.double.mail.delete(self.items.pop(0))


class OutlookCalendarRig(MicrosoftRig):
    def open(self) -> Connector:
        return microsoft_account(self.double).stream(CALENDAR_PREFIX + self.double.calendar.calendar_id, known=nothing_known)

    def ids(self) -> set[str]:
        return set(self.double.calendar.held())

    def add(self, number: int) -> None:
        guests = [{"type": "required", "emailAddress": {"name": "Ann", "address": "Ann@Example.org"}, "status": {"response": "accepted"}}]
        self.items.append(self.double.calendar.add(start=NOW + timedelta(days=number), attendees=guests))

    def remove_first(self) -> None:
        self.double.calendar.delete(self.items.pop(0))


class OutlookSeriesRig(OutlookCalendarRig):
    """Series among the single ones."""

    def add(self, number: int) -> None:
        guests = [{"type": "required", "emailAddress": {"name": "Ann", "address": "Ann@Example.org"}, "status": {"response": "accepted"}}]
        weekly = 3 if number % 2 else 0
        self.items.append(self.double.calendar.add(start=NOW + timedelta(days=number), attendees=guests, weekly=weekly))


def microsoft_account(double: MicrosoftDouble) -> MicrosoftAccount:
    """A Microsoft account over the double, read in small pages."""
    limits = GraphLimits(batch=2, message_page=2, event_page=2)
    client = GraphClient(http=InProcessGraph(double), get_token=lambda: "token", monotonic=time.monotonic, limits=limits, root=double.root)
    return MicrosoftAccount(client, address="me@example.net", clock=lambda: NOW)


def google_account(double: GoogleDouble) -> GoogleAccount:
    """A Google account over the double, read in small pages."""
    limits = GoogleLimits(batch=2, message_page=2, history_page=2, event_page=2)
    client = GoogleClient(http=InProcessHttp(double), get_token=lambda: "token", monotonic=time.monotonic, limits=limits)
    return GoogleAccount(client, clock=lambda: NOW)


def nothing_known(_items: Sequence[str]) -> frozenset[str]:
    """A ledger that holds nothing."""
    return frozenset()


class TestMbox(ConnectorContract):
    def make_rig(self, tmp_path: Path) -> Rig:
        return MboxRig(tmp_path / "inbox.mbox")


class TestPackedMbox(ConnectorContract):
    def make_rig(self, tmp_path: Path) -> Rig:
        return PackedMboxRig(tmp_path / "inbox.mbox.gz")


class TestMaildir(ConnectorContract):
    def make_rig(self, tmp_path: Path) -> Rig:
        return MaildirRig(tmp_path / "Maildir")


class TestEml(ConnectorContract):
    def make_rig(self, tmp_path: Path) -> Rig:
        return EmlRig(tmp_path / "mails")


class TestIcs(ConnectorContract):
    def make_rig(self, tmp_path: Path) -> Rig:
        return IcsRig(tmp_path / "calendar.ics")


class TestGmail(ConnectorContract):
    def make_rig(self, tmp_path: Path) -> Rig:
        return GmailRig()


class TestGoogleCalendar(ConnectorContract):
    def make_rig(self, tmp_path: Path) -> Rig:
        return GoogleCalendarRig()


class TestOutlook(ConnectorContract):
    def make_rig(self, tmp_path: Path) -> Rig:
        return OutlookRig()


class TestOutlookCalendar(ConnectorContract):
    def make_rig(self, tmp_path: Path) -> Rig:
        return OutlookCalendarRig()


class TestOutlookSeries(ConnectorContract):
    def make_rig(self, tmp_path: Path) -> Rig:
        return OutlookSeriesRig()


class TestMemory(ConnectorContract):
    def make_rig(self, tmp_path: Path) -> Rig:
        return MemoryRig()

    def test_a_rewrite_starts_a_full_pass_from_every_cursor(self) -> None:
        """Every cursor of the time before is void."""
        rig = MemoryRig()
        cursors = [page.cursor for page in rig.connector.changes(None)]

        rig.connector.rewrite([exchange(7)])

        for cursor in cursors:
            pages = list(rig.connector.changes(cursor))
            assert pages[0].reset
            assert [found.external_id for page in pages for found in page.upserts] == [mail_id(7)]

    def test_a_failure_comes_after_so_many_pages_and_only_once(self) -> None:
        """What was handed over before it counts."""
        rig = MemoryRig()
        rig.connector.fail_after(1)
        ledger = Ledger()

        with pytest.raises(TemporarilyUnavailable):
            ledger.sync(rig.connector)

        assert len(ledger.exchanges) == 2
        ledger.sync(rig.connector)
        assert set(ledger.exchanges) == rig.ids()

    def test_a_revoked_grant_is_revoked_for_every_cursor(self) -> None:
        """There is no page before the error."""
        rig = MemoryRig()
        rig.connector.revoke()

        with pytest.raises(NeedsReconnecting):
            next(rig.connector.changes(None))

    def test_the_last_word_about_an_id_counts(self) -> None:
        """A page never says two things about one exchange."""
        connector = MemoryConnector([exchange(1), structs.replace(exchange(1), subject="later")])
        connector.add(exchange(2))
        connector.delete(mail_id(2))

        (page,) = connector.changes(None)

        assert [found.subject for found in page.upserts] == ["later"]
        assert page.deletions == (mail_id(2),)


def test_every_connector_of_the_registry_is_held_to_the_contract() -> None:
    """A new name in the registry needs a rig here."""
    rigs = {rig.connector for rig in FileRig.__subclasses__()}

    assert rigs == set(FILES)
    assert {rig.connector for rig in ProviderRig.__subclasses__()} == set(PROVIDERS)
    assert all(factory(Path(os.devnull), now=NOW).name == name for name, factory in FILES.items())
