"""Gmail: a full pass of the mailbox, newest first, then what its history tells. What could not be fetched is pending, never lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from connectors.base import Known, Throttled
from connectors.exchange import Exchange, Progress, SyncPage
from connectors.gathering import Gathered
from connectors.google.client import UNITS_GET, GoogleClient
from connectors.google.parse import LEFT_OUT, labels_of, message_exchange
from connectors.refusals import DeadPage, Expired, endless

VERSION = 1
EMPTY_PAGES = 1_000
"""After so many pages without anything new the provider is taken to be going in circles."""
DEAD_PAGES = 3
"""So often a crawl begins anew because its page tokens died."""

_FULL, _NEW = "full", "new"
_GMAIL = "Gmail"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A cursor: where in a full pass, or in the history, the reading stands."""

    phase: str
    since: str
    """The history id from which on changes have still to be read."""
    page: str | None = None
    done: tuple[str, ...] = ()
    """What of this page is dealt with: a page is resumed by what it held, not by its number."""
    count: int = 0
    total: int = 0

    def cursor(self) -> str:
        return json.dumps([VERSION, self.phase, self.since, self.page, list(self.done), self.count, self.total], separators=(",", ":"))

    @classmethod
    def parse(cls, cursor: str) -> _Place | None:
        try:
            version, phase, since, page, done, count, total = json.loads(cursor)
        except (ValueError, TypeError):
            return None
        if version != VERSION or phase not in {_FULL, _NEW}:
            return None
        return cls(phase=phase, since=str(since), page=page, done=tuple(done), count=int(count), total=int(total))


class GmailStream:
    """The mail of one Google account."""

    name = "google"

    def __init__(self, client: GoogleClient, *, known: Known, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._known = known
        self._clock = clock

    def changes(self, cursor: str | None) -> Iterator[SyncPage]:
        """Yield what is left of the full pass, then what the history tells; a history that is lost starts a full pass."""
        place = _Place.parse(cursor) if cursor is not None else None
        if place is None:
            place = self._beginning()
            yield from self._pass(place, reset=True)
        elif place.phase == _FULL:
            yield from self._pass(place, reset=False)
        else:
            yield from self._news(place)

    def again(self, items: Sequence[str], cursor: str) -> SyncPage:
        """Fetch messages that could not be fetched before."""
        size = self._client.affordable(len(items))
        return self._fetched(items[:size]).page(cursor)

    # ── the full pass ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _beginning(self) -> _Place:
        """Where history stands is asked first: what happens during the pass is then told by the history after it."""
        profile = self._client.profile()
        total = profile.get("messagesTotal", 0)
        return _Place(phase=_FULL, since=str(profile.get("historyId", "")), total=total if isinstance(total, int) else 0)

    def _pass(self, place: _Place, *, reset: bool) -> Iterator[SyncPage]:
        dead = idle = 0
        while place.phase == _FULL:
            try:
                listing = self._client.messages(place.page)
            except DeadPage:
                dead += 1
                if dead > DEAD_PAGES:
                    raise endless(_GMAIL) from None
                # What was read before the token died is known by now, so beginning anew costs little.
                place = replace(place, page=None, done=(), count=0)
                continue
            following = _token(listing)
            ids = [each for each in _ids(listing.get("messages")) if each not in place.done]
            idle = 0 if ids else idle + 1
            if idle > EMPTY_PAGES or (following is not None and following == place.page and not ids):
                raise endless(_GMAIL)
            for page, reached in self._listed(place, ids, following):
                yield replace(page, reset=reset)
                place, reset = reached, False
        yield from self._news(place)

    def _listed(self, place: _Place, ids: Sequence[str], following: str | None) -> Iterator[tuple[SyncPage, _Place]]:
        """One page of ids, a batch at a time; each comes with the place after it."""
        known = self._known(ids) if ids else frozenset()
        seen = tuple(each for each in ids if each in known)
        unread = [each for each in ids if each not in known]
        place = replace(place, done=(*place.done, *seen), count=place.count + len(seen))
        while True:
            size = self._client.affordable(len(unread)) if unread else 0
            batch, unread = unread[:size], unread[size:]
            read = self._fetched(batch)
            place = replace(place, done=(*place.done, *batch), count=place.count + len(batch))
            complete = not unread and following is None
            if complete:
                place = _Place(phase=_NEW, since=place.since, count=place.count, total=place.count)
            elif not unread:
                place = replace(place, page=following, done=())
            yield self._page(read, place, seen=seen, complete=complete), place
            seen = ()
            if read.wait:
                raise Throttled(read.wait)
            if not unread:
                return

    def _page(self, read: Gathered, place: _Place, *, seen: tuple[str, ...], complete: bool) -> SyncPage:
        total = max(place.total, place.count)
        minutes = (total - place.count) * UNITS_GET / self._client.limits.units_per_minute
        return read.page(
            place.cursor(),
            seen=seen,
            complete=complete,
            progress=Progress(done=place.count, total=total, ends_in=timedelta(minutes=minutes)),
        )

    # ── the history ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _news(self, place: _Place) -> Iterator[SyncPage]:
        idle = 0
        place = replace(place, done=(), count=0, total=0)
        while True:
            try:
                answer = self._client.history(place.since, place.page)
            except DeadPage:
                place = replace(place, page=None)
                idle += 1
                if idle > DEAD_PAGES:
                    raise endless(_GMAIL) from None
                continue
            except Expired:
                yield from self._pass(self._beginning(), reset=True)
                return
            records = answer.get("history")
            there, gone = last_words(records if isinstance(records, list) else [])
            following = _token(answer)
            idle = 0 if there or gone else idle + 1
            if idle > EMPTY_PAGES or (following is not None and following == place.page):
                raise endless(_GMAIL)
            before = place
            if following is not None:
                place = replace(place, page=following)
            else:
                place = replace(place, page=None, since=_later(place.since, answer.get("historyId")))
            yield from self._told(there, gone, before, place)
            if following is None:
                return

    def _told(self, there: Sequence[str], gone: Sequence[str], before: _Place, after: _Place) -> Iterator[SyncPage]:
        """A page of history, a batch at a time; its cursor is passed only with the last of them."""
        known = self._known(there) if there else frozenset()
        unread = [each for each in there if each not in known]
        while True:
            size = self._client.affordable(len(unread)) if unread else 0
            batch, unread = unread[:size], unread[size:]
            read = self._fetched(batch)
            read.deletions.extend(gone)
            cursor = (before if unread else after).cursor()
            if read.upserts or read.deletions or read.pending or cursor != before.cursor():
                yield read.page(cursor)
            gone = ()
            if read.wait:
                raise Throttled(read.wait)
            if not unread:
                return

    # ── messages ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _fetched(self, ids: Sequence[str]) -> Gathered:
        read = Gathered()
        if ids:
            read.sort(self._client.fetch(ids), left_out=_is_left_out, read=self._exchange)
        return read

    def _exchange(self, message: Mapping[str, Any], item: str) -> Exchange:
        return message_exchange(message, item, now=self._clock())


def _is_left_out(message: Mapping[str, Any]) -> bool:
    return bool(labels_of(message) & LEFT_OUT)


def last_words(records: Sequence[Any]) -> tuple[list[str], list[str]]:
    """What a stretch of history says last of each message: those that are there, and those that are gone or no exchange.

    A message that was deleted stays so, whatever else is told of it: its id is never used again.
    """
    there: dict[str, bool] = {}
    deleted: set[str] = set()
    for record in records:
        for kind, is_change in (("messagesAdded", False), ("labelsAdded", True), ("labelsRemoved", True), ("messagesDeleted", False)):
            for change in _dicts(record, kind):
                message = change.get("message")
                item = message.get("id") if isinstance(message, dict) else None
                if not isinstance(message, dict) or not isinstance(item, str):
                    continue
                if kind == "messagesDeleted":
                    deleted.add(item)
                elif "labelIds" in message:
                    there[item] = not labels_of(message) & LEFT_OUT
                elif not is_change:
                    there[item] = True
                elif labels_of(change) & LEFT_OUT:
                    there[item] = kind == "labelsRemoved"
    gone = deleted | {item for item, is_there in there.items() if not is_there}
    return [item for item in there if item not in gone], sorted(gone)


def _dicts(record: Any, name: str) -> list[dict[str, Any]]:
    found = record.get(name) if isinstance(record, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _ids(listed: Any) -> list[str]:
    found = [each.get("id") for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    return list(dict.fromkeys(each for each in found if isinstance(each, str) and each))


def _token(answer: Mapping[str, Any]) -> str | None:
    found = answer.get("nextPageToken")
    return found if isinstance(found, str) and found else None


def _later(before: str, stated: Any) -> str:
    """The later of two history ids: decimal texts of any length, compared as the whole numbers they are."""
    said = str(stated)
    if not (said.isascii() and said.isdigit() and len(said) <= 30):
        return before
    return said if not before.isdigit() or int(said) > int(before) else before
