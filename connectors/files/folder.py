"""Mails that lie in a folder as one file each: the order in which they are read, and the cursor that follows it.

Files are read in the order of their last change of state (st_ctime, then name), and the cursor names the last one. Beside it
stands a sum over all files up to there (name, time of writing, size). When the sum still holds, nothing that was read is gone
or rewritten, and only what is newer is read. Renaming a file, as mail programs do to mark it as read, moves it to the end
and keeps its name, its time and its size, so the sum can be checked with it. Everything else starts a full pass.

A file or a subfolder that does not answer is not gone. The pass goes on behind it, but does not complete, and the next run
starts a full pass.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from connectors.exchange import Exchange, Problem, Progress, SyncPage
from connectors.files.batch import Batch
from connectors.reading.mail import MESSAGE_BYTES, LeftOut, read_message

PAGE_SIZE = 500
VERSION = 1
_MODULUS = 1 << 128


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFile:
    """One file of the folder, as its directory entry describes it."""

    path: Path
    name: str
    """Its path below the folder, with slashes."""
    lasting_name: str
    """The part of the name that stays when the file is marked as read."""
    changed_ns: int
    written_ns: int
    size: int

    @property
    def order(self) -> tuple[int, str]:
        return self.changed_ns, self.name

    def mark(self) -> int:
        """A number that stands for the file as long as nobody rewrites it."""
        text = f"{self.lasting_name}\0{self.written_ns}\0{self.size}"
        return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=16).digest(), "big")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A cursor: the last file that was read, and the sum over all files up to it."""

    changed_ns: int = -1
    name: str = ""
    count: int = 0
    total: int = 0
    unfinished: bool = True
    missed: bool = False
    """Whether something on the way here did not answer, so that not all of it was read."""

    def cursor(self) -> str:
        parts = [VERSION, self.changed_ns, self.name, self.count, f"{self.total:x}", self.unfinished, *([True] if self.missed else [])]
        return json.dumps(parts, separators=(",", ":"))

    @classmethod
    def parse(cls, cursor: str) -> _Place | None:
        try:
            version, changed_ns, name, count, total, unfinished, *missed = json.loads(cursor)
            if version != VERSION:
                return None
            return cls(
                changed_ns=int(changed_ns),
                name=str(name),
                count=int(count),
                total=int(total, 16),
                unfinished=bool(unfinished),
                missed=bool(missed),
            )
        except (ValueError, TypeError):
            return None

    def after(self, file: MailFile) -> _Place:
        return replace(self, changed_ns=file.changed_ns, name=file.name, count=self.count + 1, total=(self.total + file.mark()) % _MODULUS)

    def holds(self, files: Iterable[MailFile]) -> bool:
        """Whether these are exactly the files that had been read."""
        marks = [file.mark() for file in files]
        return len(marks) == self.count and sum(marks) % _MODULUS == self.total


def changes_in_folder(
    listing: Callable[[], Sequence[MailFile | Problem]],
    cursor: str | None,
    *,
    extract: Callable[[bytes], bytes],
    now: datetime,
    page_size: int,
) -> Iterator[SyncPage]:
    """Yield what is new in a folder since the cursor, or all of it when something that was read is gone or rewritten.

    Args:
        listing: the files as they are now, in any order, and a problem for each subfolder that does not answer.
        cursor: where to go on, or None.
        extract: the mail within the bytes of a file.
        now: mails cannot have been written after it.
        page_size: files per page.
    """
    listed = listing()
    files = sorted((entry for entry in listed if isinstance(entry, MailFile)), key=lambda file: file.order)
    unlisted = [entry for entry in listed if isinstance(entry, Problem)]
    place = _Place.parse(cursor) if cursor is not None else None
    todo = _after(files, place) if place else None
    if place is None or todo is None:
        yield from _pages(files, 0, _Place(), unlisted, extract=extract, now=now, page_size=page_size, reset=True)
    elif place.unfinished or todo or unlisted:
        moved = len(files) - len(todo)
        start = place if place.unfinished else _counted(files[:moved])
        yield from _pages(todo, moved, start, unlisted, extract=extract, now=now, page_size=page_size, reset=False)


def _counted(files: Sequence[MailFile]) -> _Place:
    """The place after these files, with no pass under way."""
    place = _Place(unfinished=False)
    for file in files:
        place = place.after(file)
    return place


def _after(files: Sequence[MailFile], place: _Place) -> Sequence[MailFile] | None:
    """The files behind the place; None when what had been read is no longer there as it was, or was not all there."""
    if place.missed and not place.unfinished:
        return None
    middle = bisect_right(files, (place.changed_ns, place.name), key=lambda file: file.order)
    read, later = files[:middle], files[middle:]
    if place.holds(read):
        return later
    if place.unfinished:
        return None
    # Files that were only renamed have changed since, but were written before.
    renamed = [file for file in later if file.written_ns <= place.changed_ns]
    return later if place.holds([*read, *renamed]) else None


def _pages(
    files: Sequence[MailFile],
    done: int,
    place: _Place,
    unlisted: Sequence[Problem],
    *,
    extract: Callable[[bytes], bytes],
    now: datetime,
    page_size: int,
    reset: bool,
) -> Iterator[SyncPage]:
    full = place.unfinished
    total = done + len(files)
    place = replace(place, missed=place.missed or bool(unlisted))
    for start in range(0, len(files) or 1, page_size):
        batch = Batch(problems=list(unlisted) if start == 0 else [])
        chunk = files[start : start + page_size]
        for file in chunk:
            try:
                batch.add(_read(file, extract, now))
            except OSError:
                batch.add(Problem(where=shown(file.name), reason="the file cannot be read now"))
                place = replace(place, missed=True)
            place = place.after(file)
        done += len(chunk)
        last = start + page_size >= len(files)
        if last:
            place = replace(place, unfinished=False)
        yield batch.page(
            cursor=place.cursor(),
            progress=Progress(done=done, total=total),
            reset=reset and start == 0,
            complete=last and full and not place.missed,
        )


def shown(name: str) -> str:
    """A name as it can be printed and stored, whatever its bytes are."""
    return name.encode("utf-8", "replace").decode("utf-8")


def _read(file: MailFile, extract: Callable[[bytes], bytes], now: datetime) -> Exchange | Problem | LeftOut:
    """Read one file.

    Raises:
        OSError: it does not answer.
    """
    with file.path.open("rb") as opened:
        raw = opened.read(MESSAGE_BYTES)
    envelope, _, rest = raw.partition(b"\n") if raw.startswith(b"From ") else (b"", b"", raw)
    return read_message(extract(rest), where=shown(file.name), envelope=envelope, now=now)
