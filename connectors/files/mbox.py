"""A mailbox in one file: mboxo, mboxrd and mboxcl, plain or gzip, as Thunderbird, mutt and Google Takeout write it.

The cursor names the last message that was read, its place, and a digest of everything before it. A file that has only grown
is read on from there; the last message itself is compared first, because it may have been half-written. Any other change
starts a full pass.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import IO

from msgspec import Struct, structs

from connectors.base import SourceUnreadable
from connectors.exchange import Exchange, Problem, Progress, SyncPage
from connectors.files.batch import Batch, mail_key
from connectors.files.mbox_split import CHUNK, Piece, new_digest, split
from connectors.reading.mail import MESSAGE_BYTES, LeftOut, read_message

PAGE_SIZE = 500
GZIP_MAGIC = b"\x1f\x8b"
VERSION = 1


class _Place(Struct, frozen=True, kw_only=True):
    """A cursor: the last message read, and whether a full pass is still under way."""

    start: int = 0
    end: int = 0
    before: str = new_digest().hexdigest()
    digest: str = new_digest().hexdigest()
    identity: str = ""
    """A digest of what the last message was yielded as; empty when it was not."""
    unfinished: bool = True

    def cursor(self) -> str:
        parts = [VERSION, self.start, self.end, self.before, self.digest, self.identity, self.unfinished]
        return json.dumps(parts, separators=(",", ":"))

    @classmethod
    def parse(cls, cursor: str) -> _Place | None:
        """The place, or nothing when the cursor is not one of ours."""
        try:
            version, start, end, before, digest, identity, unfinished = json.loads(cursor)
        except (ValueError, TypeError):
            return None
        if version != VERSION or not (isinstance(start, int) and isinstance(end, int) and 0 <= start <= end):
            return None
        return cls(start=start, end=end, before=str(before), digest=str(digest), identity=str(identity), unfinished=bool(unfinished))


class _Source:
    """The opened mailbox as it would be uncompressed, with the progress in bytes of the file."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.total = os.fstat(file.fileno()).st_size
        packed = file.read(len(GZIP_MAGIC)) == GZIP_MAGIC
        file.seek(0)
        self._unpacked = gzip.GzipFile(fileobj=file) if packed else None
        self.damaged = False

    def read(self, size: int, /) -> bytes:
        """The next bytes; a damaged archive ends where it is damaged, and says so in `damaged`."""
        if self._unpacked is None:
            return self._file.read(size)
        pieces: list[bytes] = []
        try:
            while size > 0 and not self.damaged and (piece := self._unpacked.read1(size)):
                pieces.append(piece)
                size -= len(piece)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            self.damaged = True
        return b"".join(pieces)

    def progress(self) -> Progress:
        return Progress(done=min(self._file.tell(), self.total), total=self.total)

    def rewind(self, offset: int) -> None:
        (self._unpacked or self._file).seek(offset)
        self.damaged = False


class _Rewritten(Exception):
    """The file is no longer what the cursor has seen."""


class MboxFile:
    """The connector of one mbox file."""

    name = "mbox"

    def __init__(self, path: Path, *, now: datetime, page_size: int = PAGE_SIZE) -> None:
        self._path = path
        self._label = path.name.encode("utf-8", "replace").decode("utf-8")
        self._now = now
        self._page_size = page_size

    def changes(self, cursor: str | None) -> Iterator[SyncPage]:
        """Yield the messages after the cursor, or all of them when the file is not what the cursor has seen."""
        try:
            with self._path.open("rb") as file:
                source = _Source(file)
                place = _Place.parse(cursor) if cursor is not None else None
                try:
                    pieces = self._after(source, place) if place else None
                except _Rewritten:
                    pieces = None
                if place and pieces is not None:
                    yield from self._pages(source, pieces, place, full=place.unfinished, reset=False)
                else:
                    source.rewind(0)
                    whole = split(source, start=0, digest=new_digest(), limit=MESSAGE_BYTES)
                    yield from self._pages(source, whole, _Place(), full=True, reset=True)
        except OSError as error:
            reason = error.strerror or "it does not answer"
            raise SourceUnreadable(f"The mailbox cannot be read ({reason}). Check that it is there and that you may read it.") from error

    def _after(self, source: _Source, place: _Place) -> Iterator[Piece]:
        """The messages that follow a place, the last one read among them if it is no longer the same.

        Raises:
            _Rewritten: what is before the place has changed.
        """
        prefix = new_digest()
        if _pass_over(source, place.start, prefix) < place.start or prefix.hexdigest() != place.before:
            raise _Rewritten
        behind, last = prefix.copy(), new_digest()
        same = _pass_over(source, place.end - place.start, behind, last) == place.end - place.start and last.hexdigest() == place.digest
        if place.unfinished:
            if not same:
                raise _Rewritten
            return split(source, start=place.end, digest=behind, limit=MESSAGE_BYTES)
        if same and not source.read(1):
            return iter(())
        source.rewind(place.start)
        pieces = split(source, start=place.start, digest=prefix, limit=MESSAGE_BYTES)
        if place.start == place.end:
            return pieces
        again = next(pieces, None)
        if again is None:
            raise _Rewritten
        if again.digest == place.digest:
            return pieces
        if place.identity and _identity(self._read(again)) != place.identity:
            raise _Rewritten
        return chain((again,), pieces)

    def _read(self, piece: Piece) -> Exchange | Problem | LeftOut:
        where = f"{self._label} @ {piece.start}"
        return read_message(piece.message(), where=where, envelope=piece.envelope(), now=self._now)

    def _pages(self, source: _Source, pieces: Iterator[Piece], place: _Place, *, full: bool, reset: bool) -> Iterator[SyncPage]:
        """Pages of the pieces; a page is handed over only when it is known whether another one follows."""
        batch = Batch()
        for piece in pieces:
            if not piece.raw.strip():
                continue
            if batch.full(self._page_size):
                yield batch.page(cursor=place.cursor(), progress=source.progress(), reset=reset, complete=False)
                batch, reset = Batch(), False
            outcome = self._read(piece)
            batch.add(outcome)
            place = _Place(
                start=piece.start, end=piece.end, before=piece.before, digest=piece.digest, identity=_identity(outcome), unfinished=full
            )
        if source.damaged:
            where = f"{self._label} @ {place.end}"
            batch.add(Problem(where=where, reason="the compressed file is damaged here; what follows cannot be read"))
        if full or batch.size:
            whole = full and not source.damaged
            cursor = structs.replace(place, unfinished=full and not whole).cursor()
            yield batch.page(cursor=cursor, progress=source.progress(), reset=reset, complete=whole)


def _pass_over(source: _Source, length: int, *digests: hashlib.blake2b) -> int:
    """Read on without splitting; how many bytes there were."""
    left = length
    while left and (data := source.read(min(left, CHUNK))):
        for digest in digests:
            digest.update(data)
        left -= len(data)
    return length - left


def _identity(outcome: Exchange | Problem | LeftOut) -> str:
    """A short name for the mail as it was yielded, which tells nothing of it; empty when it was not yielded."""
    if not isinstance(outcome, Exchange):
        return ""
    external_id, at, sender = mail_key(outcome)
    text = f"{external_id}\0{at.isoformat()}\0{sender}"
    return hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
