"""Cuts a stream of mbox into messages, in constant memory.

A separator is a line ``From <somebody> <date>``. Writers disagree on everything else: some forget the blank line before it,
some do not quote such lines in bodies, some write no date. So a line counts as a separator only if what surrounds it says so,
and a sentence that begins with "From here on" never does. Content-Length is not believed: it is part of the mail, and whoever
wrote the mail could hide the next ones behind it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Protocol

from msgspec import Struct

CHUNK = 1024 * 1024
LINE_BYTES = 1_000
LET_GO = 2 * CHUNK

_DATED = re.compile(rb"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}\d{1,2} \d\d:\d\d\b.{0,30}\b(?:19|20)\d\d\b")
_UNDATED = re.compile(rb"From (?:-|MAILER-DAEMON|[^\s@]{1,100}@[^\s@]{1,200})(?:\s|\Z)")
_FIELD = re.compile(rb"[!-9;-~]{1,100}[ \t]*:|>From ")
_MAIL_FIELD = re.compile(
    rb"(?:From|To|Date|Subject|Received|Return-Path|Message-ID|Delivered-To|MIME-Version|X-[\w-]+|Status):", re.IGNORECASE
)
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)


class Stream(Protocol):
    """What the splitter needs of a file."""

    def read(self, size: int, /) -> bytes: ...


class Piece(Struct, frozen=True, kw_only=True):
    """One message of a mailbox, with its place."""

    start: int
    end: int
    raw: bytes
    """From its separator to the next; cut where it exceeds the limit."""
    before: str
    """Digest of everything in the file before it."""
    digest: str
    """Digest of the message itself, also of what was cut."""

    def envelope(self) -> bytes:
        """The separator line, or nothing when the mailbox does not begin with one."""
        return self.raw[: self._line_end()]

    def message(self) -> bytes:
        """The mail itself, with quoted ``>From `` lines as they were written."""
        mail = self.raw[self._line_end() :]
        return _QUOTED_FROM.sub(rb"\1", mail) if b"\n>" in mail and b">From " in mail else mail

    def _line_end(self) -> int:
        return self.raw.find(b"\n") + 1 or len(self.raw) if self.raw.startswith(b"From ") else 0


def new_digest() -> hashlib.blake2b:
    """The digest by which a mailbox is known again."""
    return hashlib.blake2b(digest_size=16)


class _Undecided(Exception):
    """More of the file has to be read before the line can be judged."""


def _is_separator(data: bytes, at: int, *, ended: bool) -> bool:
    """Whether the line at `at`, which begins with ``From ``, starts a message."""
    line_end = data.find(b"\n", at, at + LINE_BYTES)
    if line_end < 0:
        if not ended and len(data) - at < LINE_BYTES:
            raise _Undecided
        return False
    if not ended and data.find(b"\n", line_end + 1, line_end + 1 + LINE_BYTES) < 0 and len(data) - line_end <= LINE_BYTES:
        raise _Undecided
    line = data[at:line_end]
    after_blank = data[at - 2 : at] == b"\n\n" or data[at - 4 : at] == b"\r\n\r\n"
    following = data[line_end + 1 : line_end + 1 + LINE_BYTES]
    if _DATED.search(line):
        return _FIELD.match(following) is not None or (after_blank and following[:1] in b"\r\n")
    return after_blank and _UNDATED.match(line) is not None and _MAIL_FIELD.match(following) is not None


class _Open:
    """The message that is being read, and the digests of it and of what is before it."""

    def __init__(self, start: int, prefix: hashlib.blake2b) -> None:
        self.start = self.end = start
        self.prefix = prefix
        self.before = prefix.hexdigest()
        self.own = new_digest()
        self.kept = bytearray()

    def take(self, data: bytes, *, limit: int) -> None:
        """Add bytes; beyond the limit they are counted, but not kept."""
        self.own.update(data)
        self.prefix.update(data)
        self.end += len(data)
        self.kept += data[: limit - len(self.kept)]

    def close(self) -> Piece:
        return Piece(start=self.start, end=self.end, raw=bytes(self.kept), before=self.before, digest=self.own.hexdigest())


def split(stream: Stream, *, start: int, digest: hashlib.blake2b, limit: int) -> Iterator[Piece]:
    """Yield the messages of a stream that stands at `start`, the beginning of a message.

    Args:
        stream: the mailbox, read once from here to its end.
        start: the offset at which the stream stands.
        digest: digest of everything before `start`; it is not changed.
        limit: bytes of a message that are kept; what is longer is cut, never held.
    """
    message = _Open(start, digest.copy())
    data = b""
    begin = look = 0  # of what is in data: where the message goes on, and where to look for the next separator
    ended = False
    while True:
        found = data.find(b"\nFrom ", look)
        if found >= 0:
            try:
                is_separator = _is_separator(data, found + 1, ended=ended)
            except _Undecided:
                look = found
            else:
                look = found + 1
                if is_separator:
                    message.take(data[begin:look], limit=limit)
                    begin = look
                    yield message.close()
                    message = _Open(message.end, message.prefix)
                continue
        elif ended:
            break
        else:
            look = max(look, len(data) - len(b"\nFrom "))
        if look - begin > LET_GO:
            message.take(data[begin:look], limit=limit)
            begin = look
        data, look, begin = data[begin:], look - begin, 0
        more = stream.read(CHUNK)
        ended = not more
        data += more
    message.take(data[begin:], limit=limit)
    if message.end > message.start:
        yield message.close()
