"""Outlook's calendars in memory: a list of calendars and their events, seen through a window, with all that delta query leaves unsaid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from connectors.doubles.changes import Changes
from connectors.doubles.microsoft_mail import UnknownItem

Json = dict[str, Any]

WEEK = timedelta(days=7)
OUTLOOK_UID = "040000008200E00074C5B7101A82E008{day}0000000000000000000000000000000010000000{number:032X}"
"""A UID of Outlook's own; where `day` stands, an occurrence has its day and all else has zeros."""
NO_DAY = "00000000"


class CalendarBox:
    """The events of one calendar: single ones, and weekly series with their exceptions."""

    def __init__(self, calendar_id: str, owner: str, name: str, *, is_default: bool = False, number: int = 0) -> None:
        self.calendar_id = calendar_id
        self.owner = owner
        self.name = name
        self.is_default = is_default
        self.changes = Changes()
        self.events: dict[str, Json] = {}
        """Single events, and masters of series."""
        self.exceptions: dict[str, Json] = {}
        """Occurrence to what of it is another than its series says."""
        self.cancelled: dict[str, set[int]] = {}
        """Master to the weeks that were taken out of it."""
        self._generation: dict[str, int] = {}
        self._made = number * 100_000

    # ── what its user does ───────────────────────────────────────────────────────────────────────────────────────────────────

    def add(self, *, start: datetime, length: timedelta = timedelta(hours=1), weekly: int = 0, **fields: Any) -> str:
        """An event is made, or a series of so many weeks; its id is returned."""
        self._made += 1
        key = f"AAkALgEvent{self._made:08d}="
        self.events[key] = {
            "@odata.type": "#microsoft.graph.event",
            "id": key,
            "type": "seriesMaster" if weekly else "singleInstance",
            "iCalUId": OUTLOOK_UID.format(day=NO_DAY, number=self._made),
            "subject": f"Event {self._made}",
            "body": {"contentType": "text", "content": ""},
            "start": start,
            "end": start + length,
            "isAllDay": False,
            "isCancelled": False,
            "isDraft": False,
            "isOrganizer": True,
            "hideAttendees": False,
            "showAs": "busy",
            "organizer": {"emailAddress": {"name": "", "address": self.owner}},
            "responseStatus": {"response": "organizer", "time": "0001-01-01T00:00:00Z"},
            "attendees": [],
            "location": {"displayName": "", "locationType": "default"},
            "originalStartTimeZone": "UTC",
            **({"recurrence": _weekly(start, weekly), "weeks": weekly} if weekly else {}),
            **fields,
        }
        self.cancelled[key] = set()
        self._generation[key] = 0
        self._note_all(key)
        return key

    def change(self, key: str, **fields: Any) -> None:
        """An event or a series is changed."""
        self.events[key] |= fields
        self.changes.note(key)

    def move(self, key: str, start: datetime) -> None:
        """An event takes place at another time."""
        event = self.events[key]
        event["end"], event["start"] = start + (event["end"] - event["start"]), start
        self.changes.note(key)

    def reschedule(self, key: str, weeks: int) -> None:
        """A series gets longer or shorter: all its occurrences have new ids, and of the old ones nothing is told."""
        for occurrence in self._occurrences(key):
            self.changes.forget(occurrence)
        event, before = self.events[key], self._generation[key]
        event |= {"weeks": weeks, "recurrence": _weekly(event["start"], weeks)}
        self._generation[key] += 1
        for old in [each for each in self.exceptions if each.startswith(f"{key}.{before}.")]:
            week, kept = int(old.rpartition(".")[2]), self.exceptions.pop(old)
            if week < weeks:
                self.exceptions[_occurrence(key, before + 1, week)] = kept
        self.cancelled[key] = {week for week in self.cancelled[key] if week < weeks}
        self._note_all(key)

    def except_occurrence(self, key: str, week: int, **fields: Any) -> None:
        """One meeting of a series becomes another than the rest; it is told, and the series now and then."""
        occurrence = self.occurrence_id(key, week)
        self.cancelled[key].discard(week)
        self.exceptions[occurrence] = {**self.exceptions.get(occurrence, {}), **fields}
        self.changes.note(occurrence)
        if week % 2:
            self.changes.note(key)

    def cancel_occurrence(self, key: str, week: int) -> None:
        """One meeting of a series is taken out: that is told of it or of its series, and seldom of both."""
        occurrence = self.occurrence_id(key, week)
        self.exceptions.pop(occurrence, None)
        self.cancelled[key].add(week)
        if week % 2:
            self.changes.note(occurrence)
        else:
            self.changes.forget(occurrence)
            self.changes.note(key)

    def delete(self, key: str) -> None:
        """An event is deleted; of a series only that it is gone is told for sure."""
        for occurrence in self._occurrences(key):
            self.exceptions.pop(occurrence, None)
            self.changes.forget(occurrence)
        del self.events[key]
        self.changes.note(key)

    # ── what there is ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def occurrence_id(self, key: str, week: int) -> str:
        return _occurrence(key, self._generation[key], week)

    def original(self, key: str, week: int) -> datetime:
        """When an occurrence was first meant to start."""
        start: datetime = self.events[key]["start"]
        return start + week * WEEK

    def held(self) -> dict[str, datetime]:
        """Every event and occurrence that there is: the id that it has everywhere, and when it takes place."""
        found: dict[str, datetime] = {}
        for key, event in self.events.items():
            if event["isDraft"]:
                continue
            uid = str(event["iCalUId"])
            if event["type"] == "singleInstance":
                found[uid] = event["start"]
            for week in range(event.get("weeks", 0)):
                if week not in self.cancelled[key]:
                    moved = self.exceptions.get(self.occurrence_id(key, week), {})
                    found[f"{uid}/{self.original(key, week).astimezone(UTC):%Y%m%dT%H%M%SZ}"] = moved.get("start", self.original(key, week))
        return found

    def told(self, key: str, window: tuple[datetime, datetime], zone: str) -> Json | None:
        """What delta query tells of a key; None where there is nothing of it within the window."""
        if key in self.events:
            event = self.events[key]
            if event["type"] == "seriesMaster":
                inside = any(self._inside(self._instance(key, week), window) for week in self._weeks(key))
            else:
                inside = self._inside(event, window)
            return self.shown(event, zone) if inside else None
        found = self._find(key)
        if found is None or not self._inside(instance := self._instance(*found), window):
            return None
        if key in self.exceptions:
            return self.shown(instance, zone)
        return {
            "@odata.type": "#microsoft.graph.event",
            "id": key,
            "type": "occurrence",
            "seriesMasterId": found[0],
            "start": _told(instance["start"], zone),
            "end": _told(instance["end"], zone),
        }

    def event(self, key: str, zone: str) -> Json:
        """`events/{id}`.

        Raises:
            UnknownItem: there is none.
        """
        if key in self.events:
            return self.shown(self.events[key], zone)
        found = self._find(key)
        if found is None:
            raise UnknownItem
        return self.shown(self._instance(*found), zone)

    def instances(self, key: str, window: tuple[datetime, datetime], zone: str) -> list[Json]:
        """`events/{id}/instances`.

        Raises:
            UnknownItem: there is no such series.
        """
        if key not in self.events:
            raise UnknownItem
        found = (self._instance(key, week) for week in self._weeks(key))
        return [self.shown(each, zone) for each in found if self._inside(each, window)]

    def calendar(self) -> Json:
        """`calendars/{id}`."""
        return {
            "id": self.calendar_id,
            "name": self.name,
            "color": "auto",
            "isDefaultCalendar": self.is_default,
            "changeKey": "CQ",
            "canShare": True,
            "canEdit": True,
            "owner": {"name": "", "address": self.owner},
        }

    @staticmethod
    def shown(event: Mapping[str, Any], zone: str) -> Json:
        """An event as Graph writes it."""
        told = {name: value for name, value in event.items() if name != "weeks"}
        for edge in ("start", "end"):
            told[edge] = _told(told[edge], zone)
        return told

    def _weeks(self, key: str) -> Sequence[int]:
        return [week for week in range(self.events[key].get("weeks", 0)) if week not in self.cancelled[key]]

    def _occurrences(self, key: str) -> list[str]:
        return [self.occurrence_id(key, week) for week in range(self.events[key].get("weeks", 0))]

    def _note_all(self, key: str) -> None:
        self.changes.note(key)
        for week in self._weeks(key):
            self.changes.note(self.occurrence_id(key, week))

    def _find(self, occurrence: str) -> tuple[str, int] | None:
        key, _, rest = occurrence.partition(".")
        generation, _, week = rest.partition(".")
        if key not in self.events or generation != str(self._generation[key]) or int(week) not in self._weeks(key):
            return None
        return key, int(week)

    def _instance(self, key: str, week: int) -> Json:
        master, occurrence = self.events[key], self.occurrence_id(key, week)
        original = self.original(key, week)
        length = master["end"] - master["start"]
        moved = self.exceptions.get(occurrence)
        own = {name: value for name, value in master.items() if name not in {"recurrence", "weeks"}}
        begins = (moved or {}).get("start", original)
        return {
            **own,
            **(moved or {}),
            "id": occurrence,
            "type": "exception" if moved is not None else "occurrence",
            "seriesMasterId": key,
            "iCalUId": _of_day(str(master["iCalUId"]), original),
            "originalStart": f"{original.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "start": begins,
            "end": begins + length,
        }

    @staticmethod
    def _inside(event: Mapping[str, Any], window: tuple[datetime, datetime]) -> bool:
        return bool(event["start"] < window[1] and event["end"] > window[0])


class OutlookCalendars:
    """The calendars that a user sees."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.boxes: dict[str, CalendarBox] = {}
        self._made = 0
        self.add("Calendar", is_default=True)

    @property
    def default(self) -> CalendarBox:
        return next(box for box in self.boxes.values() if box.is_default)

    def add(self, name: str, *, is_default: bool = False, owner: str = "") -> CalendarBox:
        """A calendar comes into the list."""
        self._made += 1
        key = f"AQMkCalendar{self._made:04d}="
        self.boxes[key] = CalendarBox(key, owner or self.address, name, is_default=is_default, number=self._made)
        return self.boxes[key]

    def remove(self, calendar_id: str) -> None:
        """A calendar leaves the list, and its events go with it."""
        del self.boxes[calendar_id]

    def box(self, calendar_id: str) -> CalendarBox:
        """One calendar.

        Raises:
            UnknownItem: there is none.
        """
        if calendar_id not in self.boxes:
            raise UnknownItem
        return self.boxes[calendar_id]


def _occurrence(key: str, generation: int, week: int) -> str:
    return f"{key}.{generation}.{week}"


def _of_day(uid: str, original: datetime) -> str:
    """The UID of an occurrence: that of the series, with the day in it."""
    beginning = OUTLOOK_UID.partition("{")[0]
    if not uid.startswith(beginning):
        return uid
    day = f"{original.year:04X}{original.month:02X}{original.day:02X}"
    return f"{beginning}{day}{uid[len(beginning) + len(NO_DAY) :]}"


def _told(at: datetime, zone: str) -> Json:
    local = at.astimezone(ZoneInfo(zone) if zone != "UTC" else UTC)
    return {"dateTime": f"{local:%Y-%m-%dT%H:%M:%S}.0000000", "timeZone": zone}


def _weekly(start: datetime, weeks: int) -> Json:
    return {
        "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": [f"{start:%A}".lower()], "firstDayOfWeek": "monday"},
        "range": {"type": "numbered", "startDate": f"{start:%Y-%m-%d}", "numberOfOccurrences": weeks, "recurrenceTimeZone": "UTC"},
    }
