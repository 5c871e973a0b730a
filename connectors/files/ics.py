"""A calendar file (.ics): single events as they are, series expanded from ten years ago to a year ahead.

A file that has changed, or a day that has passed (the window moves with it), is read anew as a full pass. A file that ends in
the middle never completes one, and is read again each time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path

from connectors.base import SourceUnreadable
from connectors.exchange import Exchange, Problem, Progress, SyncPage
from connectors.reading.guard import Stalled, deadline
from connectors.reading.ics_event import Event, EventRefused, parse_event
from connectors.reading.ics_expand import Window, exchanges_of
from connectors.reading.ics_lines import ENDS_IN_THE_MIDDLE, RawEvent, events_of, text_of

PAGE_SIZE = 500
FILE_BYTES = 50 * 1024 * 1024
SECONDS = 2.0
VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A cursor: which file and day it belongs to, and how many UIDs have been read."""

    digest: str
    day: str
    done: int = 0
    unfinished: bool = True

    def cursor(self) -> str:
        return json.dumps([VERSION, self.digest, self.day, self.done, self.unfinished], separators=(",", ":"))

    @classmethod
    def parse(cls, cursor: str) -> _Place | None:
        try:
            version, digest, day, done, unfinished = json.loads(cursor)
        except (ValueError, TypeError):
            return None
        if version != VERSION or not isinstance(done, int) or done < 0:
            return None
        return cls(digest=str(digest), day=str(day), done=done, unfinished=bool(unfinished))


class IcsFile:
    """The connector of one calendar file."""

    name = "ics"

    def __init__(self, path: Path, *, now: datetime, page_size: int = PAGE_SIZE) -> None:
        self._path = path
        self._label = path.name.encode("utf-8", "replace").decode("utf-8")
        # The window moves once a day, so that every page of a pass has the same one.
        self._window = Window(now=datetime.combine(now.astimezone(UTC).date(), time(), tzinfo=UTC))
        self._page_size = page_size

    def changes(self, cursor: str | None) -> Iterator[SyncPage]:
        """Yield all events when the file or the day is another than the cursor's, else what is left of the pass."""
        raw = self._bytes()
        now = _Place(digest=hashlib.sha256(raw).hexdigest(), day=self._window.now.date().isoformat())
        place = _Place.parse(cursor) if cursor is not None else None
        if place is None or (place.digest, place.day) != (now.digest, now.day):
            yield from self._pages(raw, now, reset=True)
        elif place.unfinished:
            yield from self._pages(raw, place, reset=False)

    def _bytes(self) -> bytes:
        try:
            with self._path.open("rb") as file:
                raw = file.read(FILE_BYTES + 1)
        except OSError as error:
            reason = error.strerror or "it does not answer"
            raise SourceUnreadable(f"The calendar cannot be read ({reason}). Check that it is there and that you may read it.") from error
        if len(raw) > FILE_BYTES:
            raise SourceUnreadable(f"The calendar is larger than {FILE_BYTES // 1024 // 1024} MB. Export it in parts.")
        return raw

    def _pages(self, raw: bytes, place: _Place, *, reset: bool) -> Iterator[SyncPage]:
        groups, unreadable, whole = self._groups(raw)
        problems = [] if place.done else unreadable
        exchanges: dict[str, Exchange] = {}
        done = place.done
        for events in groups[done:]:
            found, failed = self._expanded(events)
            if exchanges and len(exchanges) + len(found) > self._page_size:
                here = _Place(digest=place.digest, day=place.day, done=done)
                yield self._page(exchanges, problems, here, Progress(done=done, total=len(groups)), reset=reset)
                exchanges, problems, reset = {}, [], False
            exchanges.update((exchange.external_id, exchange) for exchange in found)
            problems = problems + failed
            done += 1
        last = _Place(digest=place.digest, day=place.day, done=done if whole else 0, unfinished=not whole)
        yield self._page(exchanges, problems, last, Progress(done=done, total=len(groups)), reset=reset)

    @staticmethod
    def _page(exchanges: dict[str, Exchange], problems: list[Problem], place: _Place, progress: Progress, *, reset: bool) -> SyncPage:
        return SyncPage(
            upserts=tuple(exchanges.values()),
            problems=tuple(problems),
            cursor=place.cursor(),
            reset=reset,
            complete=not place.unfinished,
            progress=progress,
        )

    def _groups(self, raw: bytes) -> tuple[list[list[Event]], list[Problem], bool]:
        """The readable events by UID in the order of the file, what is not readable, and whether the file is there to its end."""
        groups: dict[str, list[Event]] = {}
        problems: list[Problem] = []
        # All of the file first: a zone may be described behind the events that use it.
        pieces = list(events_of(text_of(raw)))
        for found in pieces:
            read = _read(found) if isinstance(found, RawEvent) else found
            if isinstance(read, Event):
                groups.setdefault(read.uid, []).append(read)
            else:
                problems.append(self._named(read))
        return list(groups.values()), problems, ENDS_IN_THE_MIDDLE not in pieces[-1:]

    def _expanded(self, events: list[Event]) -> tuple[list[Exchange], list[Problem]]:
        try:
            with deadline(SECONDS):
                found, problems = exchanges_of(events, self._window)
        except Stalled:
            return [], [self._named(Problem(where=f"event {events[0].number}", reason="a series took too long to expand"))]
        return found, [self._named(problem) for problem in problems]

    def _named(self, problem: Problem) -> Problem:
        return Problem(where=f"{self._label}, {problem.where}", reason=problem.reason)


def _read(raw: RawEvent) -> Event | Problem:
    try:
        with deadline(SECONDS):
            return parse_event(raw)
    except EventRefused as refused:
        return Problem(where=f"event {raw.number}", reason=f"it cannot be read: {refused}")
    except Stalled:
        return Problem(where=f"event {raw.number}", reason="it took too long to read")
