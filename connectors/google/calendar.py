"""Google Calendar: which calendars there are, and the events of each; a series is always read as a whole and expanded here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from msgspec import structs

from connectors.base import TemporarilyUnavailable
from connectors.exchange import FoundStream, Problem, Progress, SyncPage
from connectors.gathering import Failed, Gathered
from connectors.google.client import GoogleClient
from connectors.google.parse import calendar_event, is_cancelled, is_ordinary, original_start, series_of
from connectors.reading.guard import Stalled, deadline
from connectors.reading.ics_event import Event
from connectors.reading.ics_expand import Window, exchanges_of
from connectors.reading.json_values import array, known_objects, word
from connectors.refusals import DeadPage, Expired, Missing, endless

VERSION = 1
PREFIX = "calendar:"
EXPANDED_FOR = timedelta(days=30)
"""After so long everything is read anew: the window in which series are expanded moves on."""
CALLS_PER_SERIES = 2
SERIES_PAGES = 10
"""Pages of one series: more exceptions than these hold are not followed."""
PAGES = 100_000
SECONDS = 2.0

_READ_ROLES = frozenset({"owner"})
"""Of the calendars in the list those that are the user's own; others tell of other people's meetings."""
_GOOGLE_CALENDAR = "Google Calendar"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A cursor: a sync token, or the page of a pass; `day` is the one for which series were expanded."""

    since: str | None = None
    page: str | None = None
    day: str = ""
    full: bool = False
    count: int = 0

    def cursor(self) -> str:
        return json.dumps([VERSION, self.since, self.page, self.day, self.full, self.count], separators=(",", ":"))

    @classmethod
    def parse(cls, cursor: str | None) -> _Place | None:
        if cursor is None:
            return None
        try:
            version, since, page, day, full, count = json.loads(cursor)
        except (ValueError, TypeError):
            return None
        return cls(since=since, page=page, day=str(day), full=bool(full), count=int(count)) if version == VERSION else None


class CalendarListStream:
    """The calendars of one Google account: its pages bring streams, no exchanges."""

    name = "google"

    def __init__(self, client: GoogleClient) -> None:
        self._client = client

    def changes(self, cursor: str | None) -> Iterator[SyncPage]:
        """Yield which calendars have come and gone."""
        place = _Place.parse(cursor) or _Place(full=True)
        reset = cursor is None
        listed: list[FoundStream] | None = [] if reset else None
        for _ in range(PAGES):
            try:
                answer = self._client.calendars(page=place.page, since=place.since)
            except (Expired, DeadPage):
                place, reset, listed = _Place(full=True), True, []
                continue
            entries = known_objects(answer, "items")
            following, token = word(answer, "nextPageToken"), word(answer, "nextSyncToken")
            before, last = place, following is None
            place = replace(place, page=following) if following else _Place(since=token or place.since)
            found = [FoundStream(name=PREFIX + each["id"], label=_label(each)) for each in entries if _is_read(each)]
            if listed is not None:
                listed += found
            # Only a list that was read from its beginning to its end tells what is no more.
            whole = last and before.full and listed is not None
            if entries or reset or before.full or following:
                yield SyncPage(
                    upserts=(),
                    cursor=place.cursor(),
                    reset=reset,
                    complete=last and before.full,
                    streams=tuple(listed or ()) if whole else tuple(found),
                    streams_are_all_of=PREFIX if whole else "",
                    streams_gone=tuple(PREFIX + each["id"] for each in entries if not _is_read(each)),
                )
            reset = False
            listed = None if last else listed
            # What happened during a pass is told by the token that it ends with.
            if last and not before.full:
                return
        raise endless(_GOOGLE_CALENDAR)

    def again(self, items: Sequence[str], cursor: str) -> SyncPage:
        """A list of calendars has nothing to be read again."""
        return SyncPage(upserts=(), cursor=cursor, deletions=tuple(items))


def _is_read(entry: Mapping[str, Any]) -> bool:
    return not entry.get("deleted") and (entry.get("primary") is True or entry.get("accessRole") in _READ_ROLES)


def _label(entry: Mapping[str, Any]) -> str:
    named = entry.get("summaryOverride") or entry.get("summary")
    return named if isinstance(named, str) else ""


class CalendarStream:
    """The events of one calendar.

    Whenever a series or any occurrence of it has changed, the series is read as a whole, exceptions and cancelled occurrences with
    it, and takes the place of what was known of it: nothing of it has to be remembered here, and no order of changes can confuse it.
    """

    name = "google"

    def __init__(self, client: GoogleClient, calendar: str, *, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._calendar = calendar
        # The window moves once a day, so that every page of a day is expanded alike.
        self._window = Window(now=datetime.combine(clock().astimezone(UTC).date(), time(), tzinfo=UTC))
        self._whole: dict[str, str] = {}
        """Series read as a whole in this run: every part with its version."""

    def changes(self, cursor: str | None) -> Iterator[SyncPage]:
        """Yield what is left of the pass, or what changed since it; a lost token or an old window starts a full pass."""
        place = _Place.parse(cursor)
        reset = place is None or self._is_outgrown(place)
        if place is None or reset:
            place = self._beginning()
        for _ in range(PAGES):
            try:
                answer = self._client.events(self._calendar, page=place.page, since=place.since)
            except Expired:
                place, reset = self._beginning(), True
                continue
            except DeadPage:
                # A pass begins anew; a round of changes begins anew from its sync token.
                place, reset = (self._beginning(), True) if place.full else (replace(place, page=None), reset)
                continue
            except Missing:
                raise TemporarilyUnavailable("This calendar cannot be found at Google. If it was deleted, the list will say so.") from None
            items = known_objects(answer, "items")
            following, token = word(answer, "nextPageToken"), word(answer, "nextSyncToken")
            before, last = place, following is None
            count = place.count + len(items) if place.full else 0
            place = replace(place, page=following, count=count) if following else _Place(since=token or place.since, day=place.day)
            if items or reset or before.full or following:
                found = self._understood(items)
                yield found.page(
                    place.cursor(),
                    reset=reset,
                    complete=last and before.full,
                    # A listing that ends with a sync token is whole, also where it is empty.
                    vouched=last and token is not None,
                    progress=Progress(done=count, total=count if last else 0) if before.full else None,
                )
            reset = False
            # What happened during a pass is told by the token that it ends with.
            if last and not before.full:
                return
        raise endless(_GOOGLE_CALENDAR)

    def again(self, items: Sequence[str], cursor: str) -> SyncPage:
        """Read events or series again that could not be read before."""
        found = Gathered()
        for item in items:
            self._read_series(item, found)
        return found.page(cursor)

    def _beginning(self) -> _Place:
        return _Place(full=True, day=self._window.now.date().isoformat())

    def _is_outgrown(self, place: _Place) -> bool:
        try:
            expanded = datetime.fromisoformat(place.day).replace(tzinfo=UTC)
        except ValueError:
            return True
        return not place.full and self._window.now - expanded >= EXPANDED_FOR

    def _understood(self, items: Sequence[Mapping[str, Any]]) -> Gathered:
        found = Gathered()
        # All that the page may cost is asked for before it begins: a page that is broken off has been paid for in vain.
        self._client.calendar_calls.check(CALLS_PER_SERIES * len({series_of(item) for item in items} - {""}))
        for item in items:
            master = series_of(item)
            if not master:
                self._take_single(item, found)
            elif self._whole.get(item["id"]) != _version(item):
                self._read_series(master, found, told=item)
        return found

    def _take_single(self, item: Mapping[str, Any], found: Gathered) -> None:
        if is_cancelled(item) or not is_ordinary(item):
            found.deletions.append(item["id"])
            found.left_out += not is_cancelled(item)
            return
        event = calendar_event(item, number=1)
        self._expand([event] if event else [], item["id"], found)

    def _read_series(self, master: str, found: Gathered, *, told: Mapping[str, Any] | None = None) -> None:
        """A series with all its exceptions, as it is now; also any single event, when it is asked for by its id.

        Args:
            told: The part of it that has changed.
        """
        try:
            head = told if told is not None and told["id"] == master else self._client.event(self._calendar, master)
        except Missing:
            found.deletions.append(master)
            if told is not None:  # Somebody invited to one occurrence of a series does not see the series.
                self._take_single(told, found)
            return
        if is_cancelled(head) or not is_ordinary(head):
            found.deletions.append(master)
            found.left_out += not is_cancelled(head)
            return
        if not head.get("recurrence"):
            self._take_single({**head, "id": master}, found)
            return
        parts = self._parts(head, master)
        removed = [at for part in parts if is_cancelled(part) and (at := original_start(part)) is not None]
        kept = [part for part in parts if part.get("recurringEventId") == master and not is_cancelled(part)]
        events = [calendar_event(head, number=1, removed=removed), *(calendar_event(part, number=1) for part in kept)]
        self._expand([event for event in events if event is not None], master, found)
        self._whole.update({part["id"]: _version(part) for part in (head, *parts) if isinstance(part.get("id"), str)})

    def _parts(self, head: Mapping[str, Any], master: str) -> list[Mapping[str, Any]]:
        """The exceptions of a series."""
        uid, page = head.get("iCalUID"), None
        parts: list[Mapping[str, Any]] = []
        for _ in range(SERIES_PAGES if isinstance(uid, str) else 0):
            answer = self._client.events_of(self._calendar, str(uid), page)
            parts += [each for each in array(answer.get("items")) if isinstance(each, dict) and each.get("recurringEventId") == master]
            page = word(answer, "nextPageToken")
            if page is None:
                break
        return parts

    def _expand(self, events: Sequence[Event], item: str, found: Gathered) -> None:
        try:
            with deadline(SECONDS):
                exchanges, problems = exchanges_of(events, self._window) if events else ([], [])
        except Stalled:
            found.put_off(item, Failed(reason="a series took too long to expand"))
            return
        if not events:
            found.put_off(item, Failed(reason="it has no readable start"))
            return
        found.problems += [Problem(where=f"event {item}", reason=problem.reason) for problem in problems]
        if not exchanges:
            # Every occurrence was taken out, or the series is over for longer than series are expanded.
            found.deletions.append(item)
        found.upserts += [structs.replace(exchange, item=item) for exchange in exchanges]


def _version(part: Mapping[str, Any]) -> str:
    return f"{part.get('etag')}|{part.get('updated')}"
