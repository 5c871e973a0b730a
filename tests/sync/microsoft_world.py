"""The small world at Microsoft."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from connectors.base import Provider
from connectors.doubles.changes import DeadToken
from connectors.doubles.microsoft import InProcessGraph, MicrosoftDouble
from connectors.microsoft.account import MicrosoftAccount
from connectors.microsoft.client import GraphClient, GraphLimits
from connectors.microsoft.mail import PREFIX
from connectors.microsoft.rounds import Phase, Place
from tests.sync.world import OWNER, World

SMALL = GraphLimits(batch=2, message_page=3, event_page=3)
FAULTS: tuple[dict[str, Any], ...] = (
    {"about": "/messages/delta", "status": 503},
    {"about": "/messages/delta", "status": 429, "retry_after": "7"},
    {"about": "/messages/delta", "status": 410},
    {"about": "/messages/delta", "status": 400, "reason": "resyncRequired"},
    {"about": "/messages/delta", "status": 404, "reason": "syncStateNotFound"},
    {"about": "/messages/delta", "status": 200, "raw": b'{"value": [{"id": "trunc'},
    {"about": "/messages/delta", "status": 200, "raw": b'{"value": []}'},
    {"about": "/messages/delta", "status": 200, "raw": b'{"value": [], "@odata.nextLink": "https://elsewhere.example/v1.0/me"}'},
    {"about": "/messages/delta", "drop": True},
    {"about": "/messages", "status": 500, "raw": b"<html>oops</html>"},
    {"about": "/messages", "status": 504, "retry_after": "20"},
    {"about": "/messages/AAk", "status": 429, "retry_after": "11"},
    {"about": "/messages/AAk", "status": 500},
    {"about": "$batch", "status": 503},
    {"about": "$batch", "drop": True},
    {"about": "$batch", "status": 200, "raw": b'{"responses": [{"id": "0"}]}'},
    {"about": "/mailFolders/", "status": 503},
    {"about": "/mailFolders/delta", "status": 410},
    {"about": "/mailFolders/delta", "drop": True},
    {"about": "/calendarView/delta", "status": 410},
    {"about": "/calendarView/delta", "status": 429, "retry_after": "30"},
    {"about": "/calendarView/delta", "drop": True},
    {"about": "/instances", "status": 503},
    {"about": "/instances", "status": 500},
    {"about": "/calendars", "status": 200, "raw": b"[]"},
    {"about": "/calendars", "status": 503},
)
_FOLDERS = {"inbox": "inbox", "sent": "sentitems", "draft": "drafts", "spam": "junkemail"}
_PLACES = ("archive", "inbox", "deleteditems", "junkemail", "sentitems")


@dataclass(slots=True)
class MicrosoftWorld(World):
    """An Outlook mailbox with its folders, and its calendars."""

    provider: ClassVar[str] = "microsoft"
    faults: ClassVar[tuple[dict[str, Any], ...]] = FAULTS

    def small_limits(self) -> GraphLimits:
        return SMALL

    def make_double(self) -> MicrosoftDouble:
        return MicrosoftDouble(OWNER, clock=self.clock.monotonic)

    def open(self) -> Provider:
        http = InProcessGraph(self.double)
        client = GraphClient(
            http=http, get_token=lambda: "token", monotonic=self.clock.monotonic, limits=self.limits, root=self.double.root
        )
        client.take_over(self.spent(), self.clock.now())
        return MicrosoftAccount(client, address=OWNER, clock=self.clock.now)

    def of_kind(self, kind: str) -> dict[str, Any]:
        return {"folder": _FOLDERS[kind], "draft": kind == "draft"}

    def shuffle_mail(self, pick: int, how: int) -> None:
        """A mail is moved, thrown away, marked, or a draft is sent."""
        if not self.mails:
            return
        item = self.mails[pick % len(self.mails)]
        places = [*_PLACES, *self._own_folders()]
        if self.double.mail.messages[item]["isDraft"]:
            self.double.mail.send(item)
        elif how % 4 == 0:
            self.double.mail.mark(item)
        else:
            self.double.mail.move(item, places[how % len(places)])

    def shuffle_folder(self, pick: int, how: int) -> None:
        """A folder is made, put into another one, thrown away with all that it holds, or deleted for good."""
        own = self._own_folders()
        self.made += 1
        if not own or how % 4 == 0:
            self.double.mail.add_folder(f"Folder {self.made}", parent=own[pick % len(own)] if own and how % 2 else "")
        elif how % 4 == 3:
            self.double.mail.delete_folder(own[pick % len(own)])
            self.mails = [each for each in self.mails if each in self.double.mail.messages]
        else:
            self.double.mail.move_folder(own[pick % len(own)], ("deleteditems", "inbox", "archive")[how % 3])

    def _own_folders(self) -> list[str]:
        return [each.number for each in self.double.mail.folders.values() if each.name.startswith("Folder")]

    def single(self, box: Any, start: datetime, **fields: Any) -> str:
        guest = {"type": "required", "emailAddress": {"name": "", "address": "writer1@forge.example"}, "status": {"response": "accepted"}}
        key: str = box.add(start=start, attendees=[guest], **fields)
        return key

    def weekly(self, box: Any, start: datetime, weeks: int) -> str:
        key: str = box.add(start=start, weekly=weeks)
        return key

    def except_occurrence(self, pick: int, week: int, *, cancelled: bool) -> None:
        found = self.picked(self.series, pick)
        if found is None:
            return
        box, key = found
        week %= box.events[key]["weeks"]
        if cancelled:
            box.cancel_occurrence(key, week)
        elif week not in box.cancelled[key]:
            box.except_occurrence(key, week, start=box.original(key, week) + timedelta(hours=1))

    def change_series(self, pick: int, weeks: int) -> None:
        found = self.picked(self.series, pick)
        if found is not None:
            box, key = found
            box.reschedule(key, weeks)

    def move_single(self, pick: int) -> None:
        found = self.picked(self.singles, pick)
        if found is not None:
            box, key = found
            box.move(key, box.events[key]["start"] + timedelta(days=1))

    def add_calendar(self) -> None:
        self.made += 1
        self.double.calendars.add(f"Team {self.made}")

    def remove_calendar(self) -> None:
        others = [each.calendar_id for each in self.double.calendars.boxes.values() if not each.is_default]
        if others:
            self.forget_calendar(others[0])

    def lose_cursors(self, pick: int) -> None:
        everything = [self.double.mail.list_changes, *(folder.changes for folder in self.double.mail.folders.values())]
        everything += [box.changes for box in self.double.calendars.boxes.values()]
        everything[pick % len(everything)].expire_tokens()

    def empty_pages(self, times: int) -> None:
        for folder in self.double.mail.folders.values():
            folder.changes.empty_pages = times
        for box in self.double.calendars.boxes.values():
            box.changes.empty_pages = times

    def acts(self, pick: Callable[[], int]) -> tuple[tuple[int, Callable[[], object]], ...]:
        return (
            (4, lambda: self.shuffle_mail(pick(), pick())),
            (2, lambda: self.shuffle_folder(pick(), pick())),
            (1, lambda: self.meet(pick() % 20, isDraft=True)),
        )

    def expected(self) -> dict[str, datetime]:
        found = {
            str(message["internetMessageId"]).strip("<>"): datetime.fromisoformat(message["receivedDateTime"])
            for message in self.double.mail.exchanged().values()
        }
        for box in self.double.calendars.boxes.values():
            found |= box.held()
        return found

    def check_cursors(self) -> None:
        with self.database.read(self.owner_id) as store:
            for row in store.streams(self.account_id):
                place = Place.parse(row.cursor)
                if not row.name.startswith(PREFIX) or place is None or place.phase is not Phase.NEW:
                    continue
                folder = self.double.mail.folders.get(row.name.removeprefix(PREFIX))
                with suppress(DeadToken):
                    if folder is not None:
                        (token,) = parse_qs(urlsplit(place.since).query)["$deltatoken"]
                        later = {item for _, item in folder.changes.since(folder.changes.taken(token)[0], told=lambda _item: True)}
                        dealt_with = store.items(row.id) | {each.item for each in store.pending(row.id, 10_000)}
                        present = {item for item in folder.items if not self.double.mail.messages[item]["isDraft"]}
                        assert present - later <= dealt_with
