"""Finds out what a path holds, by looking into it, and opens the connector for it."""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from pathlib import Path

from connectors.base import Connector, SourceUnreadable
from connectors.files.eml import EmlFiles
from connectors.files.ics import IcsFile
from connectors.files.maildir import Maildir, is_maildir
from connectors.files.mbox import GZIP_MAGIC, PAGE_SIZE, MboxFile
from connectors.reading.headers import begins_like_mail

HEAD_BYTES = 16 * 1024
DEPTH = 12
LOOKED_AT = 200

_MAIL_SUFFIXES = frozenset({".eml", ".emlx", ".msg", ".mht", ".txt"})
_SURELY_MAIL = frozenset({".eml", ".emlx"})
_CALENDAR_SUFFIXES = frozenset({".ics", ".ical", ".ifb", ".vcs"})
_TAR_MAGIC_AT = 257


class Source(Enum):
    """What a file holds."""

    MBOX = "a mailbox"
    EML = "a mail"
    ICS = "a calendar"
    ARCHIVE = "an archive"
    OUTLOOK = "an Outlook data file"
    UNKNOWN = "something else"


_ADVICE = {
    Source.ARCHIVE: "This is an archive. Unpack it first, then name the folder or the .mbox and .ics files in it.",
    Source.OUTLOOK: "This is an Outlook data file. Export the mails as .mbox or .eml (for instance with readpst), then name those.",
    Source.UNKNOWN: "This is neither a mailbox (.mbox, .mbox.gz), a Maildir, a mail (.eml) nor a calendar (.ics).",
}


def _head(path: Path) -> tuple[bytes, bool]:
    """The first bytes as they would be uncompressed, and whether they were compressed."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
            if not head.startswith(GZIP_MAGIC):
                return head, False
            file.seek(0)
            try:
                return gzip.GzipFile(fileobj=file).read(HEAD_BYTES), True
            except (EOFError, zlib.error, gzip.BadGzipFile):
                return b"", True
    except OSError as error:
        reason = error.strerror or "it does not answer"
        raise SourceUnreadable(f"The file cannot be read ({reason}). Check that it is there and that you may read it.") from error


def look_into(path: Path) -> Source:
    """What a file holds, by its first bytes; its name decides only between one mail and a mailbox of one.

    Raises:
        SourceUnreadable: the file cannot be opened.
    """
    head, packed = _head(path)
    if head.startswith((b"PK\x03\x04", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ")) or head[_TAR_MAGIC_AT : _TAR_MAGIC_AT + 5] == b"ustar":
        return Source.ARCHIVE
    if head.startswith((b"!BDN", b"\xd0\xcf\x11\xe0")):
        return Source.OUTLOOK
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not packed and _is_calendar(text, path.suffix.lower()):
        return Source.ICS
    if text.startswith(b"From ") and (packed or path.suffix.lower() not in _MAIL_SUFFIXES):
        return Source.MBOX
    if packed:
        return Source.UNKNOWN
    if path.suffix.lower() == ".mbox" and not text:
        return Source.MBOX
    first, _, rest = text.partition(b"\n")
    return Source.EML if begins_like_mail(rest if first.startswith(b"From ") or first.strip().isdigit() else text) else Source.UNKNOWN


def _is_calendar(head: bytes, suffix: str) -> bool:
    """Whether a calendar or a bare component of one begins here; a file that is named so may begin with anything."""
    if head.startswith((b"\xff\xfeB\x00E\x00", b"\xfe\xff\x00B\x00E")):
        return True
    start = head[:20].upper()
    if start.startswith((b"BEGIN:VCALENDAR", b"BEGIN:VEVENT", b"BEGIN:VTIMEZONE")):
        return True
    return suffix in _CALENDAR_SUFFIXES and b"BEGIN:V" in head.upper()


def open_source(path: Path, *, now: datetime, page_size: int = PAGE_SIZE) -> Connector:
    """The connector for a mailbox, a Maildir, a mail, a folder of mails, or a calendar.

    Raises:
        SourceUnreadable: it is missing or none of these; the message says what to do.
    """
    if os.path.isdir(path):
        if is_maildir(path):
            return Maildir(path, now=now, page_size=page_size)
        if _has_mails(_entries(path), 0):
            return EmlFiles(path, now=now, page_size=page_size, belongs_elsewhere=_is_source_of_its_own)
        inside = expand_sources(path)
        if inside:
            raise SourceUnreadable(f"The folder holds {len(inside)} mailboxes and calendars. Each is opened on its own.")
        raise SourceUnreadable("The folder holds no mails, mailboxes or calendars.")
    if not os.path.isfile(path):
        raise SourceUnreadable("There is no file or folder at this path. Check its spelling.")
    match look_into(path):
        case Source.MBOX:
            return MboxFile(path, now=now, page_size=page_size)
        case Source.ICS:
            return IcsFile(path, now=now, page_size=page_size)
        case Source.EML:
            return EmlFiles(path, now=now, page_size=page_size)
        case unreadable:
            raise SourceUnreadable(_ADVICE[unreadable])


def expand_sources(path: Path) -> tuple[Path, ...]:
    """The individual sources at a path: itself, or for a folder (an unpacked Takeout) each mailbox, Maildir and calendar in it.

    A folder that also holds single mails is itself one of its sources; it reads the mails and leaves the others alone. What
    cannot be read in a folder is passed over.

    Raises:
        SourceUnreadable: there is nothing at the path, or it cannot be read itself.
    """
    if not os.path.exists(path):
        raise SourceUnreadable("There is no file or folder at this path. Check its spelling.")
    if not os.path.isdir(path) or is_maildir(path):
        return (path,)
    entries = _entries(path)
    own = (path,) if _has_mails(entries, 0) else ()
    return own + tuple(_sources_in(entries, 0))


def _entries(path: Path) -> list[Path]:
    """What is in a folder, by name, without hidden entries and without links.

    Raises:
        SourceUnreadable: the folder cannot be read.
    """
    try:
        names = sorted(name for name in os.listdir(path) if not name.startswith("."))
    except OSError as error:
        reason = error.strerror or "it does not answer"
        raise SourceUnreadable(f"The folder cannot be read ({reason}). Check that you may read it.") from error
    return [path / name for name in names if not os.path.islink(path / name)]


def _entries_below(path: Path) -> list[Path]:
    """What is in a folder that was only come across: nothing, when it cannot be read."""
    try:
        return _entries(path)
    except SourceUnreadable:
        return []


def _look_below(path: Path) -> Source:
    """What a file holds that was only come across: nothing of ours, when it cannot be read."""
    try:
        return look_into(path)
    except SourceUnreadable:
        return Source.UNKNOWN


def _sources_in(entries: list[Path], depth: int) -> Iterator[Path]:
    for entry in entries:
        if _is_source_of_its_own(entry):
            yield entry
        elif depth < DEPTH and os.path.isdir(entry):
            yield from _sources_in(_entries_below(entry), depth + 1)


def _is_source_of_its_own(path: Path) -> bool:
    """Whether a mailbox, a Maildir or a calendar, which a folder of mails leaves alone."""
    if os.path.isdir(path):
        return is_maildir(path)
    return path.suffix.lower() not in _MAIL_SUFFIXES and os.path.isfile(path) and _look_below(path) in {Source.MBOX, Source.ICS}


def _has_mails(entries: list[Path], depth: int) -> bool:
    """Whether a folder of these entries holds single mails, at any depth.

    Among many files only some are looked at, first those that are named like mails.
    """
    files = sorted((entry for entry in entries if os.path.isfile(entry)), key=_unlike_a_mail)
    if any(_look_below(file) is Source.EML for file in files[:LOOKED_AT]):
        return True
    folders = [entry for entry in entries if os.path.isdir(entry) and not is_maildir(entry)] if depth < DEPTH else []
    return any(_has_mails(_entries_below(folder), depth + 1) for folder in folders)


def _unlike_a_mail(file: Path) -> int:
    suffix = file.suffix.lower()
    return 0 if suffix in _SURELY_MAIL else 1 if suffix in _MAIL_SUFFIXES else 2
