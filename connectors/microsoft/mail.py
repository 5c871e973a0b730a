"""Outlook's mail: which folders are read, and the messages of each. What could not be read is pending, never lost.

A message that is moved leaves one folder and comes to another, in whatever order Graph tells it: each folder is a stream of its own, and
the ledger keeps a message for as long as any of them holds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from connectors.base import Known, SourceUnreadable, TemporarilyUnavailable
from connectors.exchange import Exchange, FoundStream, Progress, SyncPage
from connectors.gathering import Failed, Gathered, Json
from connectors.microsoft.client import GraphClient, quoted, relative
from connectors.microsoft.parse import MESSAGE_EXPANDED, MESSAGE_FIELDS, is_draft, is_whole, message_exchange
from connectors.microsoft.refusals import MICROSOFT, NotAllowed
from connectors.microsoft.rounds import EMPTY_PAGES, Phase, Place, is_removed, steps
from connectors.reading.json_values import known_objects, text, word
from connectors.refusals import DeadPage, Expired, Missing, endless

NAME = "microsoft"
PREFIX = "mail:"
EARLY = timedelta(days=30)
"""So much of the newest mail is read before all of it."""
FOLDER_PAGE = 100

LEFT_OUT = ("drafts", "junkemail", "deleteditems", "outbox", "syncissues", "recoverableitemsdeletions")
"""Folders, by the names that they have in every language, of what was never exchanged, or is gone; with all that lie in them."""
FIRST = ("inbox", "sentitems")
"""Folders that are read before all others."""

_FOLDER_FIELDS = "displayName,parentFolderId"
_GONE = "This folder cannot be found at Microsoft. If it was deleted, the list of folders will say so."
_SHUT = "Microsoft does not let this folder be read. The others are."


class FolderListStream:
    """The mail folders of one account: its pages bring streams, no exchanges.

    Whether a folder is read depends on those that it lies in, so whenever any of them has changed, all are looked at.
    """

    name = NAME

    def __init__(self, client: GraphClient) -> None:
        self._client = client

    def changes(self, cursor: str | None) -> Iterator[SyncPage]:
        """Yield which folders there are, where that has changed."""
        place = Place.parse(cursor)
        if place is not None and place.phase is Phase.NEW:
            after = place
            for step in steps(self._client, place, first=self._first, page=FOLDER_PAGE, reset=False):
                if step.items:
                    break
                after = step.after
            else:
                if after != place:
                    yield SyncPage(upserts=(), cursor=after.cursor())
                return
        folders: dict[str, Json] = {}
        for step in steps(self._client, Place(), first=self._first, page=FOLDER_PAGE, reset=True):
            for folder in step.items:
                before = folders.pop(str(folder["id"]), {})
                if not is_removed(folder):
                    # Of one that has changed meanwhile only that may be told.
                    folders[str(folder["id"])] = {**before, **folder}
            after = step.after
        yield SyncPage(
            upserts=(),
            cursor=after.cursor(),
            reset=True,
            complete=True,
            streams=tuple(self._read_ones(folders)),
            streams_are_all_of=PREFIX,
        )

    def again(self, items: Sequence[str], cursor: str) -> SyncPage:
        """A list of folders has nothing to be read again."""
        return SyncPage(upserts=(), cursor=cursor, deletions=tuple(items))

    def _first(self) -> Json:
        return self._client.get("me/mailFolders/delta", page=FOLDER_PAGE, select=_FOLDER_FIELDS)

    def _read_ones(self, folders: Mapping[str, Json]) -> Iterator[FoundStream]:
        """The folders that are read, in the order in which they are."""
        paths = {name: relative(f"me/mailFolders/{name}", select="id") for name in (*LEFT_OUT, *FIRST)}
        found = self._client.many(paths)
        named: dict[str, str] = {}
        for name, folder in found.items():
            if isinstance(folder, Failed):
                raise TemporarilyUnavailable(f"{MICROSOFT} does not say which of the folders is which. Acquaint tries again by itself.")
            if folder is not None:
                named[text(folder.get("id"))] = name
        left_out = {item for item, name in named.items() if name in LEFT_OUT}
        order = {name: index for index, name in enumerate(FIRST)}
        for item in sorted(folders, key=lambda each: (order.get(named.get(each, ""), len(order)), each)):
            if left_out.isdisjoint(_lies_in(item, folders)) and not _is_search(folders[item]):
                yield FoundStream(name=PREFIX + item, label=text(folders[item].get("displayName")))


def _lies_in(item: str, folders: Mapping[str, Json]) -> set[str]:
    """A folder and all that it lies in."""
    around: set[str] = set()
    while item and item not in around:
        around.add(item)
        item = text(folders.get(item, {}).get("parentFolderId"))
    return around


def _is_search(folder: Json) -> bool:
    """Whether it is a search that looks like a folder, and holds what lies in others."""
    return text(folder.get("@odata.type")).endswith("mailSearchFolder")


class FolderStream:
    """The mail of one folder."""

    name = NAME

    def __init__(self, client: GraphClient, folder: str, *, known: Known, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._known = known
        self._clock = clock
        self._page = client.limits.message_page
        self._at = f"me/mailFolders/{quoted(folder)}"

    def changes(self, cursor: str | None) -> Iterator[SyncPage]:
        """Yield the newest, then everything, then what has changed; where Graph has forgotten that, everything anew."""
        place = Place.parse(cursor)
        reset = place is None
        try:
            if place is None:
                total = self._total()
                place = Place(phase=Phase.EARLY if total > self._page else Phase.FULL, total=total)
            if place.phase is Phase.EARLY:
                yield from self._early(place, reset=reset)
                place, reset = Place(total=place.total), False
            yield from self._rounds(place, reset=reset)
        except Missing:
            raise TemporarilyUnavailable(_GONE) from None
        except NotAllowed:
            raise SourceUnreadable(_SHUT) from None

    def again(self, items: Sequence[str], cursor: str) -> SyncPage:
        """Fetch messages that could not be read before."""
        read = Gathered()
        self._fetch(items, read)
        return read.page(cursor)

    def _total(self) -> int:
        total = self._client.get(self._at, select="totalItemCount").get("totalItemCount")
        return total if isinstance(total, int) and total > 0 else 0

    # ── the newest ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _early(self, place: Place, *, reset: bool) -> Iterator[SyncPage]:
        """The newest first; that it was there is seen only by the pass behind it, which knows what has gone meanwhile."""
        pages = 0
        while place.phase is Phase.EARLY:
            pages += 1
            try:
                answer = self._client.follow(place.link, page=self._page) if place.link else self._newest()
            except (Expired, DeadPage):
                return
            following = word(answer, "@odata.nextLink")
            if pages > EMPTY_PAGES or (following and following == place.link):
                raise endless(MICROSOFT)
            place = replace(place, link=self._client.within(following)) if following else Place(total=place.total)
            read, _ = self._understood(known_objects(answer, "value"))
            yield read.page(
                place.cursor(), reset=reset, foretaste=True, gives_way=not following, progress=Progress(done=0, total=place.total)
            )
            reset = False

    def _newest(self) -> Json:
        since = self._clock() - EARLY
        return self._client.get(
            f"{self._at}/messages",
            page=self._page,
            select=MESSAGE_FIELDS,
            expand=MESSAGE_EXPANDED,
            filter=f"receivedDateTime ge {since:%Y-%m-%dT%H:%M:%SZ}",
            orderby="receivedDateTime desc",
        )

    # ── everything, and what has changed ─────────────────────────────────────────────────────────────────────────────────────

    def _rounds(self, place: Place, *, reset: bool) -> Iterator[SyncPage]:
        total, began, before = place.total, self._clock(), place.count
        for step in steps(self._client, place, first=self._first, page=self._page, reset=reset):
            read, seen = self._understood(step.items)
            full = step.before.phase is Phase.FULL
            done = step.before.count + len(step.items)
            total = done if step.completes else max(total, done)
            yield read.page(
                replace(step.after, total=total if step.after.phase is Phase.FULL else 0).cursor(),
                reset=step.reset,
                complete=step.completes,
                # That a folder is empty is believed where Graph counts nothing in it either.
                vouched=step.completes and not done and not self._total(),
                seen=seen,
                progress=Progress(done=done, total=total, ends_in=self._rest(began, done - before, total - done)) if full else None,
            )

    def _rest(self, began: datetime, done: int, left: int) -> timedelta | None:
        """How long what is left takes, at the pace of this run so far."""
        passed = self._clock() - began
        return passed * left / done if passed and done > 0 else None

    def _first(self) -> Json:
        return self._client.get(f"{self._at}/messages/delta", page=self._page, select=MESSAGE_FIELDS, expand=MESSAGE_EXPANDED)

    def _understood(self, items: Sequence[Json]) -> tuple[Gathered, tuple[str, ...]]:
        """What a page comes to, and what of it the ledger holds already: a mail does not change, only its marks do."""
        last = {str(item["id"]): item for item in items}
        read = Gathered()
        known = self._known(list(last)) if last else frozenset()
        seen, unread = [], []
        for item, message in last.items():
            if is_removed(message):
                read.deletions.append(item)
            elif is_draft(message):
                read.leave_out(item)
            elif item in known:
                seen.append(item)
            elif is_whole(message):
                read.take(item, partial(self._exchange, message, item))
            else:
                unread.append(item)
        self._fetch(unread, read)
        return read, tuple(seen)

    def _fetch(self, items: Sequence[str], read: Gathered) -> None:
        if items:
            paths = {
                item: relative(f"{self._at}/messages/{quoted(item)}", select=MESSAGE_FIELDS, expand=MESSAGE_EXPANDED) for item in items
            }
            read.sort(self._client.many(paths), left_out=is_draft, read=self._exchange)

    def _exchange(self, message: Json, item: str) -> Exchange:
        return message_exchange(message, item, now=self._clock())
