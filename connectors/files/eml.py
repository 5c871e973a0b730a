"""Mails as single files: one .eml, or a folder of them at any depth (.eml, Apple's .emlx, raw mails of any name)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from connectors.base import SourceUnreadable
from connectors.exchange import Problem, SyncPage
from connectors.files.folder import PAGE_SIZE, MailFile, changes_in_folder, shown

DEPTH = 20
EMLX_COUNT_BYTES = 20


def mail_within(raw: bytes) -> bytes:
    """The mail in an .emlx file, which begins with a line that says how long it is; any other file as it is."""
    count, found, _ = raw[:EMLX_COUNT_BYTES].partition(b"\n")
    if found and count.strip().isdigit():
        start = len(count) + len(found)
        return raw[start : start + int(count)]
    return raw


class EmlFiles:
    """The connector of a mail file or of a folder of mail files."""

    name = "eml"

    def __init__(
        self, path: Path, *, now: datetime, page_size: int = PAGE_SIZE, belongs_elsewhere: Callable[[Path], bool] = lambda _: False
    ) -> None:
        self._path = path
        self._now = now
        self._page_size = page_size
        self._belongs_elsewhere = belongs_elsewhere

    def changes(self, cursor: str | None) -> Iterator[SyncPage]:
        """Yield the mails that are new or changed since the cursor."""
        if not os.path.exists(self._path):
            raise SourceUnreadable("The file or folder is not there any more.")
        return changes_in_folder(self._files, cursor, extract=mail_within, now=self._now, page_size=self._page_size)

    def _files(self) -> list[MailFile | Problem]:
        try:
            if os.path.isfile(self._path):
                return [_mail_file(self._path, self._path.name, self._path.stat())]
            return list(self._walk(_entries(self._path), self._path, "", 0))
        except OSError as error:
            reason = error.strerror or "it does not answer"
            raise SourceUnreadable(f"The folder cannot be read ({reason}). Check that you may read it.") from error

    def _walk(self, entries: list[os.DirEntry[str]], path: Path, prefix: str, depth: int) -> Iterator[MailFile | Problem]:
        """Files at any depth; links are not followed, so that nothing outside of the folder is read."""
        for entry in entries:
            if entry.name.startswith(".") or self._belongs_elsewhere(path / entry.name):
                continue
            try:
                if entry.is_file(follow_symlinks=False):
                    yield _mail_file(path / entry.name, prefix + entry.name, entry.stat(follow_symlinks=False))
                    continue
                inside = _entries(path / entry.name) if entry.is_dir(follow_symlinks=False) and depth < DEPTH else []
            except FileNotFoundError:  # gone meanwhile
                continue
            except OSError:
                yield Problem(where=shown(prefix + entry.name), reason="this part of the folder cannot be read now")
                continue
            yield from self._walk(inside, path / entry.name, f"{prefix}{entry.name}/", depth + 1)


def _entries(path: Path) -> list[os.DirEntry[str]]:
    with os.scandir(path) as found:
        return sorted(found, key=lambda entry: entry.name)


def _mail_file(path: Path, name: str, stat: os.stat_result) -> MailFile:
    return MailFile(path=path, name=name, lasting_name=name, changed_ns=stat.st_ctime_ns, written_ns=stat.st_mtime_ns, size=stat.st_size)
