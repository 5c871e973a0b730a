"""Maildirs and folders of mail files."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from connectors.base import SourceUnreadable
from connectors.exchange import SyncPage
from connectors.files.eml import EmlFiles
from connectors.files.maildir import Maildir
from tests.connectors.contract import Ledger
from tests.connectors.refusing import refusing
from tests.connectors.writing import NOW, mail, mail_id


def ids(pages: list[SyncPage]) -> set[str]:
    return {exchange.external_id for page in pages for exchange in page.upserts}


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    """INBOX with a seen and a new mail, and one sent."""
    root = tmp_path / "Maildir"
    for folder in (root, root / ".Sent", root / ".Trash", root / ".Entwürfe"):
        for name in ("cur", "new", "tmp"):
            (folder / name).mkdir(parents=True)
    (root / "cur" / "1.a.host:2,S").write_bytes(mail(1))
    (root / "new" / "2.b.host").write_bytes(mail(2))
    (root / ".Sent" / "cur" / "3.c.host:2,S").write_bytes(mail(3))
    return root


def connector(path: Path) -> Maildir:
    return Maildir(path, now=NOW, page_size=2)


class TestMaildir:
    def test_all_folders_but_the_bins_are_read(self, maildir: Path) -> None:
        """Trash, drafts, tmp, dotfiles, and mails marked so are left out."""
        (maildir / ".Trash" / "cur" / "4.d.host:2,S").write_bytes(mail(4))
        (maildir / ".Entwürfe" / "cur" / "5.e.host:2,").write_bytes(mail(5))
        (maildir / "cur" / "6.f.host:2,DS").write_bytes(mail(6))
        (maildir / "cur" / "7.g.host:2,ST").write_bytes(mail(7))
        (maildir / "cur" / ".hidden").write_bytes(mail(8))
        (maildir / "tmp" / "9.h.host").write_bytes(mail(9))

        assert ids(list(connector(maildir).changes(None))) == {mail_id(1), mail_id(2), mail_id(3)}

    def test_marking_as_read_is_no_full_pass(self, maildir: Path) -> None:
        """The mail moves from new to cur under its unique name."""
        ledger = Ledger()
        ledger.sync(connector(maildir))
        (maildir / "new" / "2.b.host").rename(maildir / "cur" / "2.b.host:2,S")

        pages = list(connector(maildir).changes(ledger.cursor))

        assert not any(page.reset for page in pages)
        assert ids(pages) <= {mail_id(2)}

    def test_a_mail_that_is_trashed_is_gone(self, maildir: Path) -> None:
        """And one that is taken out of the trash is back."""
        ledger = Ledger()
        ledger.sync(connector(maildir))

        (maildir / "cur" / "1.a.host:2,S").rename(maildir / "cur" / "1.a.host:2,ST")
        ledger.sync(connector(maildir))
        assert set(ledger.exchanges) == {mail_id(2), mail_id(3)}

        (maildir / "cur" / "1.a.host:2,ST").rename(maildir / "cur" / "1.a.host:2,S")
        ledger.sync(connector(maildir))
        assert set(ledger.exchanges) == {mail_id(1), mail_id(2), mail_id(3)}

    def test_links_are_not_followed(self, maildir: Path, tmp_path: Path) -> None:
        """Nothing outside of the Maildir is read."""
        (tmp_path / "secret").write_bytes(mail(9))
        (maildir / "cur" / "9.z.host:2,S").symlink_to(tmp_path / "secret")

        assert mail_id(9) not in ids(list(connector(maildir).changes(None)))


class TestEmlFiles:
    def test_one_file_is_a_source(self, tmp_path: Path) -> None:
        """Also with the line of a mailbox before it."""
        path = tmp_path / "one.eml"
        path.write_bytes(b"From a@example.org Mon Jan  5 09:00:00 2026\n" + mail(1, Date=""))

        (page,) = EmlFiles(path, now=NOW).changes(None)

        assert ids([page]) == {mail_id(1)}
        assert (page.reset, page.complete) == (True, True)

    def test_folders_are_read_at_any_depth(self, tmp_path: Path) -> None:
        """What is no mail is named by its place in the folder."""
        (tmp_path / "2026" / "01").mkdir(parents=True)
        (tmp_path / "2026" / "01" / "a.eml").write_bytes(mail(1))
        (tmp_path / "b.emlx").write_bytes(str(len(mail(2))).encode() + b"  \n" + mail(2) + b"<?xml version='1.0'?><plist/>")
        (tmp_path / "2026" / "notes.md").write_text("Dear diary\n\nnothing")

        pages = list(EmlFiles(tmp_path, now=NOW).changes(None))

        assert ids(pages) == {mail_id(1), mail_id(2)}
        assert [(problem.where, problem.reason) for page in pages for problem in page.problems] == [
            ("2026/notes.md", "it has no header, so it is not a mail")
        ]

    def test_a_file_that_is_written_anew_replaces_what_it_was(self, tmp_path: Path) -> None:
        """The id it had is gone."""
        path = tmp_path / "a.eml"
        path.write_bytes(mail(1))
        ledger = Ledger()
        ledger.sync(EmlFiles(tmp_path, now=NOW))
        path.write_bytes(mail(22))

        ledger.sync(EmlFiles(tmp_path, now=NOW))

        assert set(ledger.exchanges) == {mail_id(22)}

    def test_a_folder_that_was_copied_is_recognised(self, tmp_path: Path) -> None:
        """New times of state, the same names, times of writing and sizes: read again, but no full pass."""
        for number in (1, 2, 3):
            (tmp_path / f"{number}.eml").write_bytes(mail(number))
        ledger = Ledger()
        ledger.sync(EmlFiles(tmp_path, now=NOW))
        for number in (1, 2, 3):
            os.chmod(tmp_path / f"{number}.eml", 0o600)

        pages = list(EmlFiles(tmp_path, now=NOW).changes(ledger.cursor))

        assert not any(page.reset for page in pages)

    @pytest.mark.skipif(os.name != "posix", reason="names that are no UTF-8 exist on POSIX systems only")
    def test_names_that_are_no_text(self, tmp_path: Path) -> None:
        """They can be read, resumed from and reported."""
        path = os.fsencode(tmp_path) + b"/\xff\xfe.eml"
        with open(path, "wb") as file:
            file.write(mail(1, Date="never"))

        (page,) = EmlFiles(tmp_path, now=NOW).changes(None)

        page.problems[0].where.encode("utf-8")
        page.cursor.encode("utf-8")
        assert list(EmlFiles(tmp_path, now=NOW).changes(page.cursor)) == []


def problems(pages: list[SyncPage]) -> list[tuple[str, str]]:
    return [(problem.where, problem.reason) for page in pages for problem in page.problems]


class TestWhatDoesNotAnswer:
    """A file or a subfolder that cannot be read now is not gone."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        """Four mails, one of them in a subfolder, each a moment later than the one before."""
        (tmp_path / "sub").mkdir()
        for place, number in (("1.eml", 1), ("2.eml", 2), ("sub/3.eml", 3), ("4.eml", 4)):
            (tmp_path / place).write_bytes(mail(number))
        return tmp_path

    @staticmethod
    def connector(path: Path) -> EmlFiles:
        return EmlFiles(path, now=NOW, page_size=2)

    @pytest.mark.parametrize("reason", [errno.EACCES, errno.EIO, errno.EMFILE])
    @pytest.mark.parametrize("place", ["1.eml", "2.eml", "4.eml"])
    def test_a_stored_mail_survives_a_full_pass_that_cannot_read_it(self, folder: Path, place: str, reason: int) -> None:
        """The pass says what it missed, does not complete, and the next run tries again."""
        ledger = Ledger()
        ledger.sync(self.connector(folder))
        ledger.cursor = None

        with refusing(folder / place, reason=reason):
            pages = list(self.connector(folder).changes(None))
            ledger.sync(self.connector(folder))
        assert problems(pages) == [(place, "the file cannot be read now")]
        assert not any(page.complete for page in pages)
        assert set(ledger.exchanges) == {mail_id(number) for number in (1, 2, 3, 4)}

        again = list(self.connector(folder).changes(ledger.cursor))
        ledger.sync(self.connector(folder))
        assert again[-1].complete
        assert set(ledger.exchanges) == {mail_id(number) for number in (1, 2, 3, 4)}
        assert list(self.connector(folder).changes(ledger.cursor)) == []

    def test_a_mail_that_cannot_be_read_when_it_arrives_is_read_later(self, folder: Path) -> None:
        """Also when nothing else has changed by then."""
        ledger = Ledger()
        ledger.sync(self.connector(folder))
        (folder / "5.eml").write_bytes(mail(5))

        with refusing(folder / "5.eml"):
            ledger.sync(self.connector(folder))
        assert mail_id(5) not in ledger.exchanges

        ledger.sync(self.connector(folder))
        assert mail_id(5) in ledger.exchanges
        assert list(self.connector(folder).changes(ledger.cursor)) == []

    @pytest.mark.parametrize("taken", [1, 2])
    def test_a_mail_that_is_taken_away_after_it_was_missed_is_gone(self, folder: Path, taken: int) -> None:
        """Wherever the pass that missed it was left."""
        ledger = Ledger()
        ledger.sync(self.connector(folder))
        ledger.cursor = None

        with refusing(folder / "2.eml"):
            ledger.sync(self.connector(folder), pages=taken)
        (folder / "2.eml").unlink()
        ledger.sync(self.connector(folder))

        assert set(ledger.exchanges) == {mail_id(number) for number in (1, 3, 4)}

    @pytest.mark.parametrize("from_nothing", [True, False])
    def test_a_subfolder_that_cannot_be_listed_costs_only_itself(self, folder: Path, from_nothing: bool) -> None:
        """It is named, its mails stay stored, the others are read; once it answers, all is as before."""
        ledger = Ledger()
        ledger.sync(self.connector(folder))
        ledger.cursor = None if from_nothing else ledger.cursor

        with refusing(folder / "sub"):
            pages = list(self.connector(folder).changes(ledger.cursor))
            ledger.sync(self.connector(folder))
        assert problems(pages) == [("sub", "this part of the folder cannot be read now")]
        assert ids(pages) == {mail_id(number) for number in (1, 2, 4)}
        assert set(ledger.exchanges) == {mail_id(number) for number in (1, 2, 3, 4)}

        ledger.sync(self.connector(folder))
        assert set(ledger.exchanges) == {mail_id(number) for number in (1, 2, 3, 4)}
        assert list(self.connector(folder).changes(ledger.cursor)) == []

    def test_a_new_subfolder_that_cannot_be_listed_is_named(self, folder: Path) -> None:
        """Though nothing else has happened, and nothing that was read is missing."""
        ledger = Ledger()
        ledger.sync(self.connector(folder))
        (folder / "strange").mkdir()

        with refusing(folder / "strange"):
            pages = list(self.connector(folder).changes(ledger.cursor))

        assert problems(pages) == [("strange", "this part of the folder cannot be read now")]
        assert not any(page.reset or page.complete for page in pages)

    def test_the_folder_itself_has_to_answer(self, folder: Path) -> None:
        """Else nothing can be said about it."""
        with refusing(folder), pytest.raises(SourceUnreadable):
            list(self.connector(folder).changes(None))
