"""What a path holds is found by looking into it."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from connectors.base import SourceUnreadable
from connectors.files import expand_sources, open_source
from tests.connectors.refusing import refusing
from tests.connectors.writing import NOW, calendar, event, mail, mbox

BOX = mbox([mail(1), mail(2)])
CALENDAR = calendar(event(1))


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("inbox.mbox", BOX, "mbox"),
        ("inbox", BOX, "mbox"),
        ("empty.mbox", b"", "mbox"),
        ("inbox.mbox.gz", gzip.compress(BOX), "mbox"),
        ("Alle Nachrichten.mbox", BOX.replace(b"\n", b"\r\n"), "mbox"),
        ("one.eml", mail(1), "eml"),
        ("one.eml", BOX, "eml"),
        ("17000", mail(1), "eml"),
        ("calendar.ics", CALENDAR, "ics"),
        ("calendar", b"\xef\xbb\xbf" + CALENDAR, "ics"),
        ("calendar.ics", b"BEGIN:VEVENT\nUID:1\nEND:VEVENT\n", "ics"),
    ],
)
def test_files_are_known_by_their_content(tmp_path: Path, name: str, content: bytes, expected: str) -> None:
    """The name only decides what could be both."""
    path = tmp_path / name
    path.write_bytes(content)

    assert open_source(path, now=NOW).name == expected


def test_folders_are_known_by_their_content(tmp_path: Path) -> None:
    """A Maildir by its folders, a folder of mails by a mail."""
    for name in ("cur", "new"):
        (tmp_path / "Maildir" / name).mkdir(parents=True)
    (tmp_path / "mails" / "2026").mkdir(parents=True)
    (tmp_path / "mails" / "2026" / "a.eml").write_bytes(mail(1))

    assert open_source(tmp_path / "Maildir", now=NOW).name == "maildir"
    assert open_source(tmp_path / "mails", now=NOW).name == "eml"


def archive(kind: str) -> bytes:
    out = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(out, "w") as packed:
            packed.writestr("Takeout/Mail/x.mbox", BOX)
    else:
        with tarfile.open(fileobj=out, mode="w:gz") as tar:
            tar.addfile(tarfile.TarInfo("Takeout/Mail/x.mbox"))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("takeout.zip", archive("zip"), "Unpack it first"),
        ("takeout.tgz", archive("tgz"), "Unpack it first"),
        ("outlook.pst", b"!BDN" + bytes(100), "Outlook data file"),
        ("mail.msg", b"\xd0\xcf\x11\xe0" + bytes(100), "Outlook data file"),
        ("notes.txt", b"Dear diary,\n\nnothing", "neither"),
        ("page.html", b"<html>\nSubject: x\n</html>", "neither"),
        ("broken.gz", b"\x1f\x8bnonsense", "neither"),
        ("empty", b"", "neither"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(tmp_path: Path, name: str, content: bytes, word: str) -> None:
    """In words, for the person who chose the file."""
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(SourceUnreadable, match=word):
        open_source(path, now=NOW)


def test_what_is_not_there_or_no_file(tmp_path: Path) -> None:
    """A pipe is not waited for."""
    os.mkfifo(tmp_path / "pipe")

    for name in ("missing", "pipe"):
        with pytest.raises(SourceUnreadable, match="no file or folder"):
            open_source(tmp_path / name, now=NOW)
    with pytest.raises(SourceUnreadable, match="no file or folder"):
        expand_sources(tmp_path / "missing")


def test_an_unpacked_takeout_is_expanded(tmp_path: Path) -> None:
    """Mailboxes and calendars one by one, and the web pages that come with them not at all."""
    takeout = tmp_path / "Takeout"
    (takeout / "Mail").mkdir(parents=True)
    (takeout / "Calendar").mkdir()
    (takeout / "archive_browser.html").write_text("<html><title>From: To: Subject:</title></html>")
    (takeout / "Mail" / "All mail.mbox").write_bytes(BOX)
    (takeout / "Mail" / "User Settings").mkdir()
    (takeout / "Calendar" / "work.ics").write_bytes(CALENDAR)

    assert expand_sources(takeout) == (takeout / "Calendar" / "work.ics", takeout / "Mail" / "All mail.mbox")
    with pytest.raises(SourceUnreadable, match="2 mailboxes and calendars"):
        open_source(takeout, now=NOW)


def test_a_mixed_folder_is_also_a_source_of_its_own_mails(tmp_path: Path) -> None:
    """Nothing is read twice, nothing is forgotten."""
    (tmp_path / "a.eml").write_bytes(mail(1))
    (tmp_path / "old.mbox").write_bytes(mbox([mail(2)]))
    for name in ("cur", "tmp"):
        (tmp_path / "Maildir" / name).mkdir(parents=True)
    (tmp_path / "Maildir" / "cur" / "3.host:2,S").write_bytes(mail(3))

    sources = expand_sources(tmp_path)
    found = [exchange.external_id for path in sources for page in open_source(path, now=NOW).changes(None) for exchange in page.upserts]

    assert sources == (tmp_path, tmp_path / "Maildir", tmp_path / "old.mbox")
    assert sorted(found) == ["mail-1@example.org", "mail-2@example.org", "mail-3@example.org"]


def test_one_source_expands_to_itself(tmp_path: Path) -> None:
    """So that a caller never has to ask."""
    (tmp_path / "inbox.mbox").write_bytes(BOX)
    for name in ("cur", "new", "tmp"):
        (tmp_path / "Maildir" / name).mkdir(parents=True)

    assert expand_sources(tmp_path / "inbox.mbox") == (tmp_path / "inbox.mbox",)
    assert expand_sources(tmp_path / "Maildir") == (tmp_path / "Maildir",)


@pytest.mark.parametrize("folders", [("new",), ("cur",), ("new", "tmp")])
def test_a_folder_that_is_called_new_makes_no_maildir(tmp_path: Path, folders: tuple[str, ...]) -> None:
    """A Maildir has `cur`, and `new` or `tmp` beside it; anything else is a folder whose mails are read."""
    for name in folders:
        (tmp_path / name).mkdir()
    (tmp_path / "a.eml").write_bytes(mail(1))

    assert open_source(tmp_path, now=NOW).name == "eml"


def test_one_part_that_cannot_be_read_does_not_hide_the_others(tmp_path: Path) -> None:
    """A file and a folder of somebody else's lie among one's own."""
    (tmp_path / "a.eml").write_bytes(mail(1))
    (tmp_path / "b").write_bytes(BOX)
    (tmp_path / "c").mkdir()
    (tmp_path / "d.mbox").write_bytes(BOX)
    (tmp_path / "e.eml").write_bytes(mail(2))

    with refusing(tmp_path / "a.eml", tmp_path / "b", tmp_path / "c"):
        sources = expand_sources(tmp_path)
        name = open_source(tmp_path, now=NOW).name

    assert sources == (tmp_path, tmp_path / "d.mbox")
    assert name == "eml"


@pytest.mark.parametrize("name", ["folder", "inbox.mbox"])
def test_what_is_named_itself_has_to_be_readable(tmp_path: Path, name: str) -> None:
    """Else the person who named it is told."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "inbox.mbox").write_bytes(BOX)

    with refusing(tmp_path / name), pytest.raises(SourceUnreadable, match="cannot be read"):
        open_source(tmp_path / name, now=NOW)
    with refusing(tmp_path / "folder"), pytest.raises(SourceUnreadable, match="cannot be read"):
        expand_sources(tmp_path / "folder")


def test_a_mail_among_many_other_files_is_found(tmp_path: Path) -> None:
    """What is named like a mail is looked at first, and folders are looked into in any case."""
    for folder in (tmp_path / "flat", tmp_path / "deep" / "z"):
        folder.mkdir(parents=True)
    for number in range(250):
        (tmp_path / "flat" / f"{number:03}.txt").write_text("nothing")
        (tmp_path / "deep" / f"{number:03}.jpg").write_text("nothing")
    (tmp_path / "flat" / "z.eml").write_bytes(mail(1))
    (tmp_path / "deep" / "z" / "z").write_bytes(mail(1))

    assert open_source(tmp_path / "flat", now=NOW).name == "eml"
    assert open_source(tmp_path / "deep", now=NOW).name == "eml"
