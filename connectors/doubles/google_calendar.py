"""Google calendars in memory: a list of calendars and their events, each with sync tokens that expire."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.doubles.changes import Changes

Json = dict[str, Any]

EVENTS_MOST, EVENTS_USUAL = 2_500, 250
CANCELLED = "cancelled"
NOT_WITH_SYNC_TOKEN = frozenset(
    {"iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "timeMin", "timeMax", "updatedMin"}
)
_BORN = datetime(2026, 1, 1, tzinfo=UTC)


class BadRequest(Exception):
    """The parameters cannot go together."""


class _Versioned(Changes):
    """Things that change, each with the version in which it last did, and tokens that point into the versions."""

    def __init__(self) -> None:
        super().__init__()
        self.things: dict[str, Json] = {}
        self.page_limit = EVENTS_MOST

    def put(self, key: str, thing: Json) -> None:
        self.things[key] = thing
        self.note(key)

    def page(self, query: Mapping[str, str], *, initially: Any, kept: Any = None) -> Json:
        """One page of all things, or of those that changed since a sync token."""
        if "syncToken" in query and NOT_WITH_SYNC_TOKEN & query.keys():
            raise BadRequest
        since, after, until = 0, 0, self.version
        incremental = "syncToken" in query
        if token := query.get("pageToken"):
            since, after, until, incremental = self.taken(token)
        elif incremental:
            since = self.taken(query["syncToken"])[0]
        if self.empty_pages:
            self.empty_pages -= 1
            return {"items": [], "nextPageToken": self.given(since, after, until, incremental)}
        most = min(int(query.get("maxResults", EVENTS_USUAL)), EVENTS_MOST, self.page_limit)
        changed = self.since(
            max(since, after),
            told=lambda key: (incremental or initially(self.things[key])) and (kept is None or kept(self.things[key])),
        )
        items = [self.things[key] for _, key in changed[:most]]
        if len(changed) > most:
            return {"items": items, "nextPageToken": self.given(since, changed[most - 1][0], until, incremental)}
        return {"items": items, "nextSyncToken": self.given(until)}


class CalendarBox(_Versioned):
    """The events of one calendar."""

    def __init__(self, calendar_id: str, zone: str = "Europe/Berlin") -> None:
        super().__init__()
        self.calendar_id = calendar_id
        self.zone = zone
        self._made = 0

    def add(self, *, start: datetime, length: timedelta = timedelta(hours=1), **fields: Any) -> str:
        """An event is made; its id is returned."""
        self._made += 1
        key = f"ev{self._made:06d}"
        event: Json = {
            "kind": "calendar#event",
            "id": key,
            "status": "confirmed",
            "iCalUID": f"{key}{self.calendar_id.partition('@')[0]}@google.com",
            "summary": f"Event {self._made}",
            "start": self.moment(start),
            "end": self.moment(start + length),
            "eventType": "default",
            "sequence": 0,
            "creator": {"email": self.calendar_id},
            "organizer": {"email": self.calendar_id, "self": True},
            **fields,
        }
        self._save(event)
        return key

    def moment(self, at: datetime) -> Json:
        return {"dateTime": at.isoformat(), "timeZone": self.zone}

    def change(self, key: str, **fields: Any) -> None:
        """An event is changed."""
        event = {**self.things[key], **fields}
        event["sequence"] = event.get("sequence", 0) + 1
        self._save(event)

    def delete(self, key: str) -> None:
        """An event, a series or one occurrence is deleted; of a series its exceptions go too."""
        event = self.things[key]
        for other in [each for each in self.things.values() if each.get("recurringEventId") == key]:
            self._save(_stub(other))
        self._save(_stub(event))

    def occurrence_id(self, series: str, original: datetime) -> str:
        return f"{series}_{original.astimezone(UTC):%Y%m%dT%H%M%SZ}"

    def except_occurrence(self, series: str, original: datetime, **fields: Any) -> str:
        """One occurrence of a series becomes an exception."""
        master = self.things[series]
        length = datetime.fromisoformat(master["end"]["dateTime"]) - datetime.fromisoformat(master["start"]["dateTime"])
        event = {name: value for name, value in master.items() if name != "recurrence"} | {
            "id": self.occurrence_id(series, original),
            "recurringEventId": series,
            "originalStartTime": self.moment(original),
            "start": self.moment(original),
            "end": self.moment(original + length),
            "sequence": master.get("sequence", 0) + 1,
            **fields,
        }
        self._save(event)
        return str(event["id"])

    def cancel_occurrence(self, series: str, original: datetime) -> None:
        """One occurrence of a series is taken out."""
        self._save(
            {
                "kind": "calendar#event",
                "id": self.occurrence_id(series, original),
                "recurringEventId": series,
                "originalStartTime": self.moment(original),
                "status": CANCELLED,
            }
        )

    def events_page(self, query: Mapping[str, str]) -> Json:
        """`events.list` with singleEvents=false."""
        uid = query.get("iCalUID")
        deleted_too = query.get("showDeleted") == "true"
        wanted = {key for key, event in self.things.items() if event.get("iCalUID") == uid} if uid else set()

        def kept(event: Json) -> bool:
            return not uid or event["id"] in wanted or event.get("recurringEventId") in wanted

        def initially(event: Json) -> bool:
            return deleted_too or event["status"] != CANCELLED or self._is_live_exception(event)

        page = self.page(query, initially=initially, kept=kept)
        if uid:
            page.pop("nextSyncToken", None)
        return {"kind": "calendar#events", "etag": f'"{self.version}"', "summary": self.calendar_id, "timeZone": self.zone, **page}

    def event(self, key: str) -> Json | None:
        """`events.get`."""
        return self.things.get(key)

    def _is_live_exception(self, event: Json) -> bool:
        master = self.things.get(event.get("recurringEventId", ""))
        return master is not None and master["status"] != CANCELLED

    def _save(self, event: Json) -> None:
        stamp = (_BORN + timedelta(seconds=self.version)).isoformat().replace("+00:00", "Z")
        self.put(event["id"], {**event, "etag": f'"{self.version + 1}"', "updated": stamp})


def _stub(event: Json) -> Json:
    """What is left of an event that was deleted."""
    kept: Json = {name: event[name] for name in ("kind", "id", "recurringEventId", "originalStartTime") if name in event}
    kept["status"] = CANCELLED
    return kept


class CalendarList(_Versioned):
    """The calendars that a user sees."""

    def __init__(self) -> None:
        super().__init__()
        self.boxes: dict[str, CalendarBox] = {}

    def add(self, calendar_id: str, *, summary: str = "", role: str = "owner", primary: bool = False) -> CalendarBox:
        """A calendar comes into the list."""
        box = self.boxes.setdefault(calendar_id, CalendarBox(calendar_id))
        entry: Json = {
            "kind": "calendar#calendarListEntry",
            "etag": f'"{self.version}"',
            "id": calendar_id,
            "summary": summary or calendar_id,
            "timeZone": box.zone,
            "accessRole": role,
            **({"primary": True} if primary else {}),
        }
        self.put(calendar_id, entry)
        return box

    def remove(self, calendar_id: str) -> None:
        """A calendar leaves the list, and its events go with it."""
        del self.boxes[calendar_id]
        self.put(calendar_id, {"kind": "calendar#calendarListEntry", "etag": '"x"', "id": calendar_id, "deleted": True})

    def list_page(self, query: Mapping[str, str]) -> Json:
        """`calendarList.list`."""
        page = self.page(query, initially=lambda entry: not entry.get("deleted"))
        return {"kind": "calendar#calendarList", "etag": f'"{self.version}"', **page}
