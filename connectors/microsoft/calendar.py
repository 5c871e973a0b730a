"""Outlook's calendars: which there are, and the events of each within a window; a series is always read as a whole.

Of an occurrence Graph tells only when it is and to which series it belongs, of one that was taken out often nothing at all. So whenever
anything of a series has changed, all of its occurrences are read, and take the place of what was known of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import partial

from connectors.base import SourceUnreadable, TemporarilyUnavailable
from connectors.exchange import FoundStream, Progress, SyncPage
from connectors.gathering import Failed, Gathered, Json
from connectors.microsoft.client import GraphClient, quoted, relative
from connectors.microsoft.mail import NAME
from connectors.microsoft.parse import EVENT_FIELDS, event_exchange, is_unsent, series_of, window_edge
from connectors.microsoft.refusals import MICROSOFT, NotAllowed
from connectors.microsoft.rounds import VERSION, Phase, Place, is_removed, steps
from connectors.reading.ics_expand import AFTER_NOW, EXPANSIONS
from connectors.reading.json_values import known_objects, mapping, text, word
from connectors.refusals import Missing, endless

PREFIX = "calendar:"
BEFORE_NOW = timedelta(days=1_400)
"""With what lies ahead less than the 1,825 days that Graph takes for a window."""
LAID_FOR = timedelta(days=30)
"""After so long everything is read anew: the window moves on, and Graph knows no other way."""
CALENDAR_PAGE = 100
CALENDAR_PAGES = 20
SERIES_PAGES = 200
"""Pages of one series: an occurrence a day within the window, ten on a page where Graph gives no more."""

_GONE = "This calendar cannot be found at Microsoft. If it was deleted, the list will say so."
_SHUT = "Microsoft does not let this calendar be read. The others are."


class CalendarListStream:
    """The calendars of one account: its pages bring streams, no exchanges. It is short, and Graph tells no changes of it."""

    name = NAME

    def __init__(self, client: GraphClient) -> None:
        self._client = client

    def changes(self, cursor: str | None) -> Iterator[SyncPage]:
        """Yield which calendars there are, where that has changed."""
        found = tuple(FoundStream(name=PREFIX + str(each["id"]), label=text(each.get("name"))) for each in self._owned())
        told = hashlib.sha256(repr(sorted((each.name, each.label) for each in found)).encode()).hexdigest()
        current = json.dumps([VERSION, told])
        if current != cursor:
            yield SyncPage(upserts=(), cursor=current, reset=True, complete=True, streams=found, streams_are_all_of=PREFIX)

    def again(self, items: Sequence[str], cursor: str) -> SyncPage:
        """A list of calendars has nothing to be read again."""
        return SyncPage(upserts=(), cursor=cursor, deletions=tuple(items))

    def _owned(self) -> list[Json]:
        """The user's own calendars; others tell of other people's meetings, or of nobody's."""
        listed: list[Json] = []
        answer = self._client.get("me/calendars", page=CALENDAR_PAGE, select="name,owner,canEdit,isDefaultCalendar")
        for _ in range(CALENDAR_PAGES):
            listed += known_objects(answer, "value")
            following = word(answer, "@odata.nextLink")
            if following is None:
                mine = {_owner_of(each) for each in listed if each.get("isDefaultCalendar") is True}
                return [each for each in listed if each.get("canEdit") is not False and _owner_of(each) in mine]
            answer = self._client.follow(following, page=CALENDAR_PAGE)
        raise endless(MICROSOFT)


def _owner_of(calendar: Json) -> str:
    return text(mapping(calendar.get("owner")).get("address")).lower()


class CalendarStream:
    """The events of one calendar."""

    name = NAME

    def __init__(self, client: GraphClient, calendar: str, *, clock: Callable[[], datetime], own: str) -> None:
        self._client = client
        self._at = f"me/calendars/{quoted(calendar)}"
        self._own = own
        self._page = client.limits.event_page
        # The window moves once a day, so that every page of a day is asked for alike.
        self._day = datetime.combine(clock().astimezone(UTC).date(), time(), tzinfo=UTC)
        self._window = {"startDateTime": window_edge(self._day, -BEFORE_NOW), "endDateTime": window_edge(self._day, AFTER_NOW)}
        self._whole: set[str] = set()
        """Series read as a whole in the pass of this run."""

    def changes(self, cursor: str | None) -> Iterator[SyncPage]:
        """Yield what is left of the pass, or what changed since it; a lost link or an old window starts a full pass."""
        place = Place.parse(cursor)
        reset = place is None or self._is_outgrown(place)
        day = f"{self._day:%Y-%m-%d}"
        if place is None or reset:
            place = Place(day=day)
        try:
            for step in steps(self._client, place, first=self._first, page=self._page, reset=reset, day=day):
                full = step.before.phase is Phase.FULL
                done = step.before.count + len(step.items)
                yield self._understood(step.items, full=full).page(
                    step.after.cursor(),
                    reset=step.reset,
                    complete=step.completes,
                    # A round that ends with a link for what changes is whole, also where it is empty.
                    vouched=step.completes,
                    progress=Progress(done=done, total=done if step.completes else 0) if full else None,
                )
        except Missing:
            raise TemporarilyUnavailable(_GONE) from None
        except NotAllowed:
            raise SourceUnreadable(_SHUT) from None

    def again(self, items: Sequence[str], cursor: str) -> SyncPage:
        """Read events or series again that could not be read before."""
        found = Gathered()
        heads = self._client.many({item: relative(f"{self._at}/events/{quoted(item)}", select=EVENT_FIELDS) for item in items})
        singles = {item: head for item, head in heads.items() if not (isinstance(head, Mapping) and series_of(head))}
        found.sort(singles, left_out=is_unsent, read=lambda event, item: event_exchange(event, item, own=self._own))
        self._read_series([item for item in items if item not in singles], found)
        return found.page(cursor)

    def _first(self) -> Json:
        return self._client.get(f"{self._at}/calendarView/delta", page=self._page, **self._window)

    def _is_outgrown(self, place: Place) -> bool:
        try:
            laid = datetime.fromisoformat(place.day).replace(tzinfo=UTC)
        except ValueError:
            return True
        return place.phase is Phase.NEW and self._day - laid >= LAID_FOR

    def _understood(self, items: Sequence[Json], *, full: bool) -> Gathered:
        found = Gathered()
        last = {str(item["id"]): item for item in items}
        changed = dict.fromkeys(series_of(event) for event in last.values() if not is_removed(event))
        wanted = [master for master in changed if master and not (full and master in self._whole)]
        for item, event in last.items():
            if is_removed(event):
                found.deletions.append(item)
            elif not series_of(event):
                self._take(event, item, found)
        self._read_series(wanted, found)
        # What is there, as it was just read, is not gone, whatever was said of it earlier.
        there = {each.part for each in found.upserts} | {each.item for each in found.upserts}
        found.deletions = [each for each in found.deletions if each not in there]
        self._whole.update(wanted)
        return found

    def _take(self, event: Json, item: str, found: Gathered) -> None:
        if is_unsent(event):
            found.leave_out(item)
        else:
            found.take(item, partial(event_exchange, event, item, own=self._own))

    def _read_series(self, masters: Sequence[str], found: Gathered) -> None:
        """Series with all their occurrences within the window, as they are now."""
        if not masters:
            return
        asked = {**self._window, "select": EVENT_FIELDS}
        paths = {master: relative(f"{self._at}/events/{quoted(master)}/instances", **asked) for master in masters}
        for master, answer in self._client.many(paths, page=self._page).items():
            if answer is None:
                found.deletions.append(master)
            elif isinstance(answer, Failed):
                found.put_off(master, answer)
            else:
                self._take_occurrences(master, self._all_of(answer), found)

    def _all_of(self, answer: Json) -> list[Json]:
        """The occurrences on a page and on those that follow it."""
        listed = known_objects(answer, "value")
        for _ in range(SERIES_PAGES):
            following = word(answer, "@odata.nextLink")
            if following is None:
                break
            answer = self._client.follow(following, page=self._page)
            listed += known_objects(answer, "value")
        return listed

    def _take_occurrences(self, master: str, listed: Sequence[Json], found: Gathered) -> None:
        """Those that are nearest to now. One of them that cannot be read costs the whole, which is then tried again."""
        read = Gathered()
        for event in listed:
            if not is_unsent(event):
                read.take(master, partial(event_exchange, event, master, own=self._own))
        if read.pending:
            found.pending.append(read.pending[0])
            return
        nearest = sorted(read.upserts, key=lambda each: (abs(each.at - self._day), each.external_id))[:EXPANSIONS]
        if not nearest:
            # Every occurrence was taken out, or lies outside the window.
            found.deletions.append(master)
        found.upserts += nearest
