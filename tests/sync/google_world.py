"""The small world at Google."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from connectors.base import Provider
from connectors.doubles.google import GoogleDouble, InProcessHttp
from connectors.doubles.google_calendar import CalendarBox
from connectors.google.account import GoogleAccount
from connectors.google.client import GoogleClient, GoogleLimits
from connectors.google.parse import LEFT_OUT
from tests.sync.world import OWNER, WEEK, World

SMALL = GoogleLimits(batch=2, message_page=5, history_page=7, event_page=3)
LABELS = ("TRASH", "SPAM", "STARRED", "UNREAD", "INBOX")
FAULTS: tuple[dict[str, Any], ...] = (
    {"about": "/messages/", "status": 503},
    {"about": "/messages/", "status": 429, "retry_after": "7"},
    {"about": "/messages/", "status": 403, "reason": "rateLimitExceeded"},
    {"about": "/messages/", "status": 500, "raw": b"<html>oops</html>"},
    {"about": "/messages/", "status": 200, "raw": b'{"id": "truncat'},
    {"about": "/batch", "status": 503},
    {"about": "/batch", "status": 400},
    {"about": "/batch", "drop": True},
    {"about": "/batch", "status": 200, "raw": b"<html>a proxy</html>"},
    {"about": "/messages", "drop": True},
    {"about": "/messages", "status": 403, "reason": "userRateLimitExceeded"},
    {"about": "/history", "status": 500},
    {"about": "/history", "status": 404},
    {"about": "/history", "status": 429, "retry_after": "30"},
    {"about": "/profile", "status": 503, "retry_after": "20"},
    {"about": "/events", "status": 410},
    {"about": "/events", "status": 503},
    {"about": "/events", "status": 403, "reason": "rateLimitExceeded"},
    {"about": "/events", "drop": True},
    {"about": "/events/", "status": 500},
    {"about": "/calendarList", "status": 410},
    {"about": "/calendarList", "status": 200, "raw": b"[]"},
)
"""Every way in which Google is known to fail, one call at a time."""


_KINDS = {"inbox": ("INBOX",), "sent": ("SENT",), "draft": ("DRAFT",), "spam": ("SPAM",)}


@dataclass(slots=True)
class GoogleWorld(World):
    """A Gmail mailbox and its calendars."""

    provider: ClassVar[str] = "google"
    faults: ClassVar[tuple[dict[str, Any], ...]] = FAULTS

    def small_limits(self) -> GoogleLimits:
        return SMALL

    def make_double(self) -> GoogleDouble:
        double = GoogleDouble(OWNER, clock=self.clock.monotonic)
        double.calendars.boxes[OWNER].zone = "UTC"
        return double

    def open(self) -> Provider:
        http = InProcessHttp(self.double)
        client = GoogleClient(http=http, get_token=lambda: "token", monotonic=self.clock.monotonic, limits=self.limits)
        client.take_over(self.spent(), self.clock.now())
        return GoogleAccount(client, clock=self.clock.now)

    def of_kind(self, kind: str) -> dict[str, Any]:
        return {"labels": _KINDS[kind]}

    def shuffle_mail(self, pick: int, how: int) -> None:
        if self.mails:
            number, label = self.mails[pick % len(self.mails)], LABELS[how % len(LABELS)]
            held = label in self.double.mail.messages[number]["labelIds"]
            self.double.mail.label(number, **{"remove" if held else "add": (label,)})

    def single(self, box: Any, start: datetime, **fields: Any) -> str:
        guests = [{"email": "writer1@forge.example", "responseStatus": "accepted"}]
        key: str = box.add(start=start, attendees=guests, **fields)
        return key

    def weekly(self, box: Any, start: datetime, weeks: int) -> str:
        key: str = box.add(start=start, recurrence=[f"RRULE:FREQ=WEEKLY;COUNT={weeks}"])
        return key

    def except_occurrence(self, pick: int, week: int, *, cancelled: bool) -> None:
        found = self.picked(self.series, pick)
        if found is None:
            return
        box, key = found
        original = _start(box.things[key]) + week % _count(box.things[key]) * WEEK
        if cancelled:
            box.cancel_occurrence(key, original)
        else:
            box.except_occurrence(key, original, start=box.moment(original + timedelta(hours=1)))

    def change_series(self, pick: int, weeks: int) -> None:
        found = self.picked(self.series, pick)
        if found is None:
            return
        box, key = found
        end = _start(box.things[key]) + weeks * WEEK
        for other in [each for each in box.things.values() if each.get("recurringEventId") == key]:
            if datetime.fromisoformat(other["originalStartTime"]["dateTime"]) >= end and other["status"] != "cancelled":
                box.delete(other["id"])
        box.change(key, recurrence=[f"RRULE:FREQ=WEEKLY;COUNT={weeks}"])

    def move_single(self, pick: int) -> None:
        found = self.picked(self.singles, pick)
        if found is not None:
            box, key = found
            at = _start(box.things[key]) + timedelta(days=1)
            box.change(key, start=box.moment(at), end=box.moment(at + timedelta(hours=1)))

    def add_calendar(self) -> None:
        self.made += 1
        self.double.calendars.add(f"team{self.made}@group.calendar.google.com").zone = "UTC"

    def remove_calendar(self) -> None:
        others = [each for each in self.double.calendars.boxes if each != OWNER]
        if others:
            self.forget_calendar(others[0])

    def lose_cursors(self, pick: int) -> None:
        # Page tokens die, the history is lost, or sync tokens expire.
        boxes = [*self.double.calendars.boxes.values(), self.double.calendars]
        (self.double.mail.kill_page_tokens, self.double.mail.forget_history, *(box.expire_tokens for box in boxes))[
            pick % (2 + len(boxes))
        ]()

    def empty_pages(self, times: int) -> None:
        self.double.mail.empty_pages = times
        for box in (self.double.calendars, *self.double.calendars.boxes.values()):
            box.empty_pages = times

    def acts(self, pick: Callable[[], int]) -> tuple[tuple[int, Callable[[], object]], ...]:
        return ((1, lambda: self.meet(pick() % 20, eventType="focusTime")),)

    def expected(self) -> dict[str, datetime]:
        found: dict[str, datetime] = {}
        for number, message in self.double.mail.messages.items():
            if not LEFT_OUT & set(message["labelIds"]):
                found[f"{number}@mail.example"] = datetime.fromtimestamp(int(message["internalDate"]) / 1000, UTC)
        for box in self.double.calendars.boxes.values():
            for event in box.things.values():
                found.update(_occurrences(box, event))
        return found

    def check_cursors(self) -> None:
        with self.database.read(self.owner_id) as store:
            row = next((each for each in store.streams(self.account_id) if each.name == "mail"), None)
            if row is None or row.cursor is None:
                return
            dealt_with = store.items(row.id) | {each.item for each in store.pending(row.id, 10_000)}
        _, phase, since, page, *_ = json.loads(row.cursor)
        if phase != "new" or page is not None:
            return
        changed = self.double.mail.changed_since(int(since))
        present = {number for number, each in self.double.mail.messages.items() if not LEFT_OUT & set(each["labelIds"])}
        assert present - changed <= dealt_with


def _start(event: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(event["start"]["dateTime"])


def _count(event: dict[str, Any]) -> int:
    return int(event["recurrence"][0].rpartition("=")[2])


def _occurrences(box: CalendarBox, event: dict[str, Any]) -> dict[str, datetime]:
    """The exchanges of a live event that is no exception: every week of a series, where its exceptions put it."""
    if event["status"] == "cancelled" or event.get("recurringEventId") or event["eventType"] != "default":
        return {}
    if not event.get("recurrence"):
        return {event["iCalUID"]: _start(event)}
    found = {}
    for week in range(_count(event)):
        original = _start(event) + week * WEEK
        exception = box.things.get(box.occurrence_id(event["id"], original))
        if exception is None or exception["status"] != "cancelled":
            found[f"{event['iCalUID']}/{original:%Y%m%dT%H%M%SZ}"] = _start(exception) if exception else original
    return found
