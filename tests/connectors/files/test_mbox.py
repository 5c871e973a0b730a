"""Mailboxes in one file: cut rightly, read on where they have grown, read anew where they have changed."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.exchange import SyncPage
from connectors.files.mbox import MboxFile
from connectors.files.mbox_split import new_digest, split
from tests.connectors.contract import Ledger
from tests.connectors.writing import NOW, mail, mail_id, mbox


@pytest.fixture
def box(tmp_path: Path) -> Path:
    return tmp_path / "inbox.mbox"


def connector(path: Path, page_size: int = 3) -> MboxFile:
    return MboxFile(path, now=NOW, page_size=page_size)


def synced(path: Path) -> Ledger:
    ledger = Ledger()
    ledger.sync(connector(path))
    return ledger


def ids(pages: list[SyncPage]) -> list[str]:
    return [exchange.external_id for page in pages for exchange in page.upserts]


def pieces(raw: bytes, *, limit: int = 1_000_000) -> list[bytes]:
    return [piece.message() for piece in split(io.BytesIO(raw), start=0, digest=new_digest(), limit=limit)]


class TestSplitting:
    @pytest.mark.parametrize(
        "body",
        [
            "From here on all is well.",
            "From: nobody said this\n\nFrom here on: all is well.",
            "one\n\nFrom Monday it is 20% off.\nNote: offer ends.",
            "one\n\nFrom the desk of Jan 2026\nTo: whom it may concern",
            "quoted:\n>From me\n>>From you",
        ],
    )
    def test_a_sentence_is_no_separator(self, body: str) -> None:
        """Not even in a mailbox whose writer quotes nothing."""
        line = b"From a@example.org Mon Jan  5 09:00:00 2026\n"

        assert len(pieces(line + mail(1, body=body) + b"\n" + line + mail(2))) == 2

    def test_a_missing_blank_line_still_separates(self) -> None:
        """When a dated line is followed by a header."""
        line = b"From a@example.org Mon Jan  5 09:00:00 2026\n"

        assert len(pieces(line + mail(1).rstrip() + b"\n" + line + mail(2))) == 2

    @pytest.mark.parametrize(
        "line",
        [
            "From - Mon Jan 05 09:00:00 2026",
            "From MAILER-DAEMON Mon Jan  5 09:00:00 2026",
            "From 1849@xxx Mon Jan 05 09:00:00 +0000 2026",
            "From a@example.org Mon Jan  5 09:00 2026 remote from host",
            "From a@example.org",
            'From "a b"@example.org  Mon Jan  5 09:00:00 MET DST 2026',
        ],
    )
    @pytest.mark.parametrize("end", [b"\n", b"\r\n"])
    def test_separators_as_programs_write_them(self, line: str, end: bytes) -> None:
        """Thunderbird, mutt, Takeout, UUCP, and the bare minimum; with both kinds of line ends."""
        raw = mbox([mail(1), mail(2), mail(3)], line=line).replace(b"\n", end)

        assert [text.count(b"Message-ID") for text in pieces(raw)] == [1, 1, 1]

    def test_quoted_from_lines_are_given_back(self) -> None:
        """One mark less, as mboxrd says."""
        (text,) = pieces(mbox([mail(1, body="From me\n>From you\nfrom us")]))

        assert b"\nFrom me\n>From you\nfrom us\n" in text

    def test_a_giant_is_cut_and_its_neighbours_are_read(self) -> None:
        """Of what is longer than the limit only the beginning is kept."""
        raw = mbox([mail(1), mail(2, body="x" * 5_000_000), mail(3)])

        found = list(split(io.BytesIO(raw), start=0, digest=new_digest(), limit=10_000))

        assert [len(piece.raw) <= 10_000 for piece in found] == [True, True, True]
        assert [raw[piece.start : piece.start + 5] for piece in found] == [b"From "] * 3
        assert found[-1].end == len(raw)

    @given(
        st.lists(
            st.lists(st.sampled_from(["From here on", "words", "", ">From x", "From a@b Mon Jan  5 09:00:00 2026", "Note: x"]), max_size=6),
            max_size=6,
        )
    )
    def test_any_messages_are_read_back(self, bodies: list[list[str]]) -> None:
        """Whatever the bodies say, written as mboxrd they come back."""
        mails = [mail(number, body="\n".join(lines) or "empty") for number, lines in enumerate(bodies)]

        assert [text.rstrip(b"\n") for text in pieces(mbox(mails))] == [raw.rstrip(b"\n") for raw in mails]

    @given(st.binary(max_size=3_000) | st.text(alphabet="From \n:@JaMon509206x-", max_size=400).map(str.encode))
    def test_no_bytes_are_lost_or_make_it_raise(self, raw: bytes) -> None:
        """The pieces, put together, are the file."""
        assert b"".join(piece.raw for piece in split(io.BytesIO(raw), start=0, digest=new_digest(), limit=1_000_000)) == raw


class TestGrowth:
    def test_what_was_appended_is_read_alone(self, box: Path) -> None:
        """No reset, nothing twice."""
        box.write_bytes(mbox(mail(number) for number in range(1, 6)))
        ledger = synced(box)
        box.write_bytes(mbox(mail(number) for number in range(1, 8)))

        pages = list(connector(box).changes(ledger.cursor))

        assert ids(pages) == [mail_id(6), mail_id(7)]
        assert not any(page.reset or page.complete for page in pages)

    def test_an_empty_mailbox_fills(self, box: Path) -> None:
        """A pass over nothing completes, too."""
        box.write_bytes(b"")
        ledger = synced(box)
        box.write_bytes(mbox([mail(1)]))

        ledger.sync(connector(box))

        assert set(ledger.exchanges) == {mail_id(1)}

    @pytest.mark.parametrize("cut", [10, 60, 120, 200, 230])
    def test_a_half_written_mail_is_read_again_when_it_is_whole(self, box: Path, cut: int) -> None:
        """Wherever it broke off, no trace of the half is left."""
        before, last = mbox([mail(1), mail(2)]), mbox([mail(3), mail(4)])
        box.write_bytes(before + last[:cut])
        ledger = synced(box)
        box.write_bytes(before + last)

        ledger.sync(connector(box))

        assert set(ledger.exchanges) == {mail_id(number) for number in range(1, 5)}
        assert ledger.exchanges[mail_id(3)].text == "Words of mail 3.\n\n"

    @given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.lists(st.floats(0, 1), min_size=1, max_size=5))
    def test_any_growth_gives_the_same(self, tmp_path_factory: pytest.TempPathFactory, numbers: list[int], stops: list[float]) -> None:
        """Read at any moments while it is being written, byte by byte, it ends as if read once; also with mails that repeat."""
        box = tmp_path_factory.mktemp("growing") / "inbox.mbox"
        whole = mbox(mail(number, body=f"place {place}\nFrom me") for place, number in enumerate(numbers))
        ledger = Ledger()

        for stop in [*sorted(stops), 1.0]:
            box.write_bytes(whole[: round(len(whole) * stop)])
            ledger.sync(connector(box, page_size=2))

        assert ledger.exchanges == synced(box).exchanges

    def test_packed_mailboxes_grow_too(self, tmp_path: Path) -> None:
        """A later export of the same mailbox is read on from where the first one stopped."""
        box = tmp_path / "inbox.mbox.gz"
        box.write_bytes(gzip.compress(mbox(mail(number) for number in range(1, 6))))
        ledger = synced(box)
        box.write_bytes(gzip.compress(mbox(mail(number) for number in range(1, 7))))

        assert ids(list(connector(box).changes(ledger.cursor))) == [mail_id(6)]

    def test_a_damaged_archive_is_read_as_far_as_it_goes(self, tmp_path: Path) -> None:
        """It is said, and the pass does not complete: what is behind the damage is not gone."""
        box = tmp_path / "inbox.mbox.gz"
        packed = gzip.compress(mbox(mail(number, body=f"{number} " * 3_000) for number in range(1, 200)))
        box.write_bytes(packed[: len(packed) // 2])

        pages = list(connector(box).changes(None))

        assert 1 < len(ids(pages)) < 199
        assert pages[-1].problems[-1].reason.startswith("the compressed file is damaged")
        assert not any(page.complete for page in pages)

    def test_a_damaged_archive_goes_on_saying_so_and_loses_nothing(self, tmp_path: Path) -> None:
        """What was known from before the damage stays, also from the cursor; repaired, the pass completes."""
        box = tmp_path / "inbox.mbox.gz"
        packed = gzip.compress(mbox(mail(number, body=f"{number} " * 3_000) for number in range(1, 200)))
        box.write_bytes(packed)
        ledger = synced(box)
        box.write_bytes(packed[: len(packed) // 2])

        for _ in range(2):
            pages = list(connector(box).changes(ledger.cursor))
            ledger.sync(connector(box))
            assert [problem.reason[:30] for page in pages for problem in page.problems] == ["the compressed file is damaged"]
            assert not any(page.complete for page in pages)
            assert len(ledger.exchanges) == 199

        box.write_bytes(packed)
        ledger.sync(connector(box))
        assert len(ledger.exchanges) == 199
        assert list(connector(box).changes(ledger.cursor)) == []


class TestSameId:
    def test_different_mails_with_one_id_are_both_read(self, box: Path) -> None:
        """Broken programs give every mail the same Message-ID; the time and the sender tell them apart."""
        same = {"Message-ID": "<same@example.org>"}
        box.write_bytes(mbox([mail(1, **same), mail(2, **same), mail(3, **same, Date="Mon, 05 Jan 2026 09:01:00 +0100")]))

        pages = list(connector(box, page_size=10).changes(None))

        assert ids(pages) == ["same@example.org"] * 3
        assert [exchange.subject for page in pages for exchange in page.upserts] == ["Subject 1", "Subject 2", "Subject 3"]

    def test_of_a_true_repeat_the_later_one_stays(self, box: Path) -> None:
        """The same id, time and sender: one mail in two copies."""
        box.write_bytes(mbox([mail(1, body="first copy"), mail(2), mail(1, body="second copy")]))

        (page,) = connector(box, page_size=10).changes(None)

        assert ids([page]) == [mail_id(2), mail_id(1)]
        assert page.upserts[-1].text.strip() == "second copy"

    def test_a_mail_whose_half_had_another_date_is_no_second_mail(self, box: Path) -> None:
        """Read half-written and read whole it has one id, but not one key: the mailbox is read anew."""
        whole = mbox([mail(1), mail(2, Date="", Message_ID="<half@example.org>", Received="x; Mon, 05 Jan 2026 08:00:00 +0000")])
        date = b"Date: Mon, 05 Jan 2026 09:00:00 +0100\n"
        cut = whole.index(b"\n\nWords of mail 2") + 1
        box.write_bytes(whole[:cut])
        ledger = synced(box)
        box.write_bytes(whole[:cut] + date + whole[cut:])

        pages = list(connector(box).changes(ledger.cursor))

        assert [page.reset for page in pages] == [True]


class TestRewriting:
    @pytest.mark.parametrize("change", ["first", "middle", "last", "shorter", "same length"])
    def test_any_other_change_reads_everything_anew(self, box: Path, change: str) -> None:
        """With reset, and without duplicates."""
        numbers = list(range(1, 8))
        box.write_bytes(mbox(mail(number) for number in numbers))
        ledger = synced(box)
        changed = {
            "first": [9, *numbers],
            "middle": [1, 2, 9, 4, 5, 6, 7],
            "last": [1, 2, 3, 4, 5, 6, 9],
            "shorter": [1, 2, 3],
            "same length": [9, 2, 3, 4, 5, 6, 7],
        }[change]
        box.write_bytes(mbox(mail(number) for number in changed))

        pages = list(connector(box).changes(ledger.cursor))
        ledger.sync(connector(box))

        assert pages[0].reset
        assert pages[-1].complete
        assert set(ledger.exchanges) == {mail_id(number) for number in changed}

    def test_a_pass_that_was_interrupted_by_a_rewrite_starts_again(self, box: Path) -> None:
        """Its half is not taken for the whole."""
        box.write_bytes(mbox(mail(number) for number in range(1, 8)))
        ledger = Ledger()
        ledger.sync(connector(box), pages=1)
        box.write_bytes(mbox(mail(number) for number in range(20, 28)))

        ledger.sync(connector(box))

        assert set(ledger.exchanges) == {mail_id(number) for number in range(20, 28)}

    @pytest.mark.parametrize("cursor", ["", "{}", "[1,2]", "nonsense", '[1,5,2,"","","",true]', "[99,0,0,0,0,0,0]"])
    def test_a_cursor_of_something_else_starts_a_full_pass(self, box: Path, cursor: str) -> None:
        """It is never an error."""
        box.write_bytes(mbox([mail(1)]))

        pages = list(connector(box).changes(cursor))

        assert pages[0].reset
        assert ids(pages) == [mail_id(1)]

    @given(st.lists(st.integers(1, 30), unique=True, max_size=12), st.integers(1, 4), st.lists(st.integers(0, 4), max_size=6))
    def test_any_cut_and_resume_gives_the_same(
        self, tmp_path_factory: pytest.TempPathFactory, numbers: list[int], page_size: int, cuts: list[int]
    ) -> None:
        """However often it is broken off, and wherever."""
        box = tmp_path_factory.mktemp("cut") / "inbox.mbox"
        box.write_bytes(mbox(mail(number) for number in numbers))
        ledger = Ledger()

        for pages in cuts:
            ledger.sync(connector(box, page_size), pages=pages)
        ledger.sync(connector(box, page_size))

        assert set(ledger.exchanges) == {mail_id(number) for number in numbers}
        assert list(connector(box, page_size).changes(ledger.cursor)) == []


class TestOutcomes:
    def test_bad_mails_are_named_by_place_and_the_rest_is_read(self, box: Path) -> None:
        """Counted, never fatal, never with private text."""
        mails = [mail(1), mail(2, Date="never"), mail(3, X_Gmail_Labels="Spam"), b"\nno header at all\n", mail(4)]
        box.write_bytes(mbox(mails, line="From writer@example.org Thu Jan  1 00:00:00 1970"))

        pages = list(connector(box, page_size=10).changes(None))

        assert ids(pages) == [mail_id(1), mail_id(4)]
        assert [problem.reason for problem in pages[0].problems] == ["no readable date", "it has no header, so it is not a mail"]
        assert all(problem.where.startswith("inbox.mbox @ ") for problem in pages[0].problems)
        assert pages[0].left_out == 1
