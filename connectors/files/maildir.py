"""A Maildir with its subfolders, as mutt, Dovecot, mbsync and offlineimap keep it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from connectors.base import SourceUnreadable
from connectors.exchange import SyncPage
from connectors.files.folder import PAGE_SIZE, MailFile, changes_in_folder

DEPTH = 8
MAIL_FOLDERS = ("cur", "new")
# Folders of what was never exchanged or is gone, by the names that servers and programs give them.
LEFT_OUT_FOLDERS = frozenset(
    {
        "trash", "deleted", "deleted items", "deleted messages", "bin", "papierkorb", "corbeille", "papelera", "junk", "junk e-mail",
        "junk email", "spam", "bulk mail", "drafts", "draft", "entwürfe", "brouillons", "borradores", "templates", "outbox",
    }
)  # fmt: skip
# Flags behind ":2," of a mail that is no exchange: draft and trashed.
_LEFT_OUT_FLAGS = frozenset("DT")


def is_maildir(path: Path) -> bool:
    """Whether a folder has `cur` and one of its two companions; a folder that merely is called `new` proves nothing."""
    # os.path.isdir, unlike Path.is_dir, takes a folder that may not be entered for none.
    return os.path.isdir(path / "cur") and any(os.path.isdir(path / name) for name in ("new", "tmp"))


def _split_flags(name: str) -> tuple[str, str]:
    """The unique name and the flags; file systems without colons use a semicolon or an exclamation mark."""
    for sign in ":;!":
        unique, found, flags = name.rpartition(f"{sign}2,")
        if found:
            return unique, flags
    return name, ""


def _is_left_out(folder: str) -> bool:
    return any(step.casefold() in LEFT_OUT_FOLDERS for part in folder.split("/") for step in part.split("."))


class Maildir:
    """The connector of one Maildir."""

    name = "maildir"

    def __init__(self, path: Path, *, now: datetime, page_size: int = PAGE_SIZE) -> None:
        self._path = path
        self._now = now
        self._page_size = page_size

    def changes(self, cursor: str | None) -> Iterator[SyncPage]:
        """Yield the mails that arrived, changed or moved since the cursor; drafts and what lies in the trash are left out."""
        if not is_maildir(self._path):
            raise SourceUnreadable("The Maildir is not there any more, or has lost its folders cur and new.")
        return changes_in_folder(self._files, cursor, extract=bytes, now=self._now, page_size=self._page_size)

    def _files(self) -> list[MailFile]:
        try:
            return list(self._walk(self._path, "", 0))
        except OSError as error:
            reason = error.strerror or "it does not answer"
            raise SourceUnreadable(f"A folder of the Maildir cannot be read ({reason}). Check that you may read it.") from error

    def _walk(self, path: Path, folder: str, depth: int) -> Iterator[MailFile]:
        if depth > DEPTH or _is_left_out(folder):
            return
        with os.scandir(path) as entries:
            subfolders = sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False) and entry.name != "tmp")
        for name in subfolders:
            if name in MAIL_FOLDERS:
                yield from self._mails(path / name, f"{folder}{name}/", folder)
            else:
                yield from self._walk(path / name, f"{folder}{name}/", depth + 1)

    @staticmethod
    def _mails(path: Path, prefix: str, folder: str) -> Iterator[MailFile]:
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.name.startswith(".") or not entry.is_file(follow_symlinks=False):
                    continue
                unique, flags = _split_flags(entry.name)
                if not _LEFT_OUT_FLAGS.isdisjoint(flags):
                    continue
                try:
                    stat = entry.stat(follow_symlinks=False)
                except FileNotFoundError:  # moved from new to cur meanwhile; it is read the next time
                    continue
                yield MailFile(
                    path=path / entry.name,
                    name=prefix + entry.name,
                    lasting_name=folder + unique,
                    changed_ns=stat.st_ctime_ns,
                    written_ns=stat.st_mtime_ns,
                    size=stat.st_size,
                )
