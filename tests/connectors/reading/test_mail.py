"""One mail as bytes becomes one exchange."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.exchange import Attachment, Exchange, Kind, Problem, Role
from connectors.reading.mail import LeftOut, read_message
from tests.connectors.writing import NOW, mail


def read(raw: bytes, **options: bytes) -> Exchange:
    found = read_message(raw, where="here", now=NOW, **options)
    assert isinstance(found, Exchange), found
    return found


def multipart(kind: str, *parts: str, boundary: str = "edge") -> str:
    inside = "".join(f"--{boundary}\n{part}\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n{inside}--{boundary}--\n'


def whole(body_with_type: str) -> bytes:
    """A mail whose last header field begins the given part."""
    head = "From: a@example.org\nTo: b@example.org\nDate: Mon, 05 Jan 2026 09:00:00 +0000\nMessage-ID: <whole@example.org>\n"
    return (head + "MIME-Version: 1.0\n" + body_with_type).encode()


PLAIN = "Content-Type: text/plain; charset=utf-8\n\nplain words"
HTML = "Content-Type: text/html; charset=utf-8\n\n<p>html words</p>"


class TestFields:
    def test_the_structured_fields_are_read(self) -> None:
        """Id, time in UTC, people with their names, subject, thread."""
        found = read(
            mail(
                1,
                To='"Berg, Anna" <Anna@Example.org>, bo@example.net',
                Cc="Cy <cy@example.net>",
                Bcc="dee@example.net",
                In_Reply_To="<before@example.org>",
                References="<first@example.org> <before@example.org>",
            )
        )

        assert found.kind is Kind.EMAIL
        assert found.external_id == "mail-1@example.org"
        assert found.at == datetime(2026, 1, 5, 8, 1, tzinfo=UTC)
        assert [(who.role, who.name, who.address) for who in found.participants] == [
            (Role.SENDER, "Writer 1", "writer1@example.org"),
            (Role.TO, "Berg, Anna", "anna@example.org"),
            (Role.TO, "", "bo@example.net"),
            (Role.CC, "Cy", "cy@example.net"),
            (Role.BCC, "", "dee@example.net"),
        ]
        assert found.in_reply_to == "before@example.org"
        assert found.references == ("first@example.org", "before@example.org")
        assert found.text == "Words of mail 1.\n"

    def test_other_fields_are_kept_in_order_and_bounded(self) -> None:
        """Names in lower case, values unfolded and decoded, at most 2,000 characters and 100 fields, the telling ones first."""
        many = {f"X-Filler-{number}": "x" for number in range(200)}
        found = read(mail(1, X_Long="y" * 5_000, X_Word="=?utf-8?q?caf=C3=A9?=", **many, List_Id="<list.example.org>"))

        assert len(found.headers) == 100
        assert len(found.header("x-long")) == 2_000
        assert found.header("x-word") == "café"
        assert found.header("list-id") == "<list.example.org>"
        assert found.header("subject") == ""

    def test_reply_to_is_a_seat_only_when_it_differs(self) -> None:
        """A Reply-To that repeats the sender says nothing."""
        same = read(mail(1, Reply_To="writer1@EXAMPLE.org"))
        other = read(mail(1, Reply_To="desk@example.org"))

        assert Role.REPLY_TO not in {who.role for who in same.participants}
        assert [who.address for who in other.participants if who.role is Role.REPLY_TO] == ["desk@example.org"]

    def test_x_from_names_a_bare_sender(self) -> None:
        """An archive's own name for the sender stands in; an address in that place does not."""
        named = read(mail(1, From="donna.v@example.org", X_From="Donna Vaughn </O=EX/CN=DV>"))
        unnamed = read(mail(1, From="donna.v@example.org", X_From="donna.v@example.org"))

        assert named.participants[0].name == "Donna Vaughn"
        assert unnamed.participants[0].name == ""

    def test_a_missing_id_is_made_from_the_mail(self) -> None:
        """The same mail always gets the same id, another mail another."""
        one, again, other = (read(mail(number, Message_ID="")) for number in (1, 1, 2))

        assert one.external_id == again.external_id != other.external_id
        assert one.external_id.endswith("@no-message-id.invalid")

    @pytest.mark.parametrize(
        ("subject", "expected"),
        [
            ("=?utf-8?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
            ("=?iso-8859-1?Q?caf=E9?= =?iso-8859-1?Q?_noir?=", "café noir"),
            ("=?utf-8?B?w6Q=?= and =?utf-8?B?w7Y=?=", "ä and ö"),
            ("=?utf-8?B?4oI=?= =?utf-8?B?rA==?=", "€"),
            ("=?x-unknown-7?Q?caf=E9?=", "café"),
            ("=?utf-8?B?broken", "=?utf-8?B?broken"),
            ("=?utf-8?Q?a=00b?=", "a b"),
        ],
    )
    def test_encoded_words(self, subject: str, expected: str) -> None:
        """RFC 2047 as it is meant, and as it is written."""
        assert read(mail(1, subject=subject)).subject == expected

    def test_raw_eight_bit_fields_are_read(self) -> None:
        """UTF-8 where it is valid, else Windows-1252, each field by itself."""
        raw = mail(1).replace(b"Subject 1", "Grüße".encode()).replace(b"Writer 1", "Jürgen".encode("latin-1"))

        found = read(raw)

        assert found.subject == "Grüße"
        assert found.participants[0].name == "Jürgen"

    def test_a_header_without_a_blank_line_ends_at_the_first_other_line(self) -> None:
        """The words are not lost."""
        raw = mail(1).replace(b"\n\nWords", b"\nThese are words\nNote: so is this.\n\nWords")

        assert read(raw).text.startswith("These are words\nNote: so is this.")

    def test_line_ends_of_every_kind(self) -> None:
        """CRLF and LF are the same mail."""
        assert read(mail(1).replace(b"\n", b"\r\n")) == read(mail(1))


class TestDates:
    def test_an_impossible_date_is_taken_from_the_mailbox_line(self) -> None:
        """The first second of 1980 is a machine without a clock."""
        raw = mail(1, Date="Tue, 01 Jan 1980 00:00:00 +0000")

        found = read(raw, envelope=b"From a@example.org Mon Jan  5 10:11:12 2026\n")

        assert found.at == datetime(2026, 1, 5, 10, 11, 12, tzinfo=UTC)

    def test_then_from_the_last_server(self) -> None:
        """The topmost Received field is the nearest one."""
        found = read(mail(1, Date="", Received="from x by y; Tue, 06 Jan 2026 08:00:00 -0100 (EST)"))

        assert found.at == datetime(2026, 1, 6, 9, 0, tzinfo=UTC)

    def test_takeout_writes_its_zone_before_the_year(self) -> None:
        """As in ``From 1849@xxx Mon Jan 05 10:11:12 +0100 2026``."""
        found = read(mail(1, Date=""), envelope=b"From 1849@xxx Mon Jan 05 10:11:12 +0100 2026\r\n")

        assert found.at == datetime(2026, 1, 5, 9, 11, 12, tzinfo=UTC)

    @pytest.mark.parametrize("date", ["", "Whenever", "Mon, 05 Jan 2044 09:00:00 +0000", "Thu, 01 Jan 1970 00:00:00 +0000", "99999999999"])
    def test_without_any_the_mail_is_named_and_skipped(self, date: str) -> None:
        """Also a date that has not come yet."""
        assert read_message(mail(1, Date=date), where="inbox.mbox @ 0", now=NOW) == Problem(
            where="inbox.mbox @ 0", reason="no readable date"
        )

    @pytest.mark.parametrize(
        "date", ["5 Jan 2026 09:00 GMT", "Mon, 5 Jan 26 09:00:00 +0000 (UTC)", "2026-01-05T09:00:00Z", "Mon, 05 Jan 2026 09:00:00 -9900"]
    )
    def test_dates_as_they_are_written(self, date: str) -> None:
        """What can be understood is; an offset of four days is not believed."""
        assert read(mail(1, Date=date)).at == datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class TestBodies:
    def test_alternatives_give_text_and_html(self) -> None:
        """Both, at any depth."""
        found = read(whole(multipart("mixed", multipart("alternative", PLAIN, HTML, boundary="inner"))))

        assert (found.text, found.html) == ("plain words", "<p>html words</p>")

    def test_a_footer_behind_html_is_not_the_text(self) -> None:
        """A list's plain footer must not hide what the person wrote."""
        found = read(whole(multipart("mixed", HTML, "Content-Type: text/plain\n\nUnsubscribe here <now>")))

        assert found.text == ""
        assert "html words" in found.html
        assert "Unsubscribe here &lt;now&gt;" in found.html

    def test_a_forwarded_mail_is_an_attachment(self) -> None:
        """Its words are somebody else's."""
        found = read(
            whole(multipart("mixed", PLAIN, "Content-Type: message/rfc822\n\nFrom: x@example.org\nSubject: inside\n\ninner words"))
        )

        assert found.text == "plain words"
        assert [attachment.media_type for attachment in found.attachments] == ["message/rfc822"]

    def test_files_are_named_and_never_read(self) -> None:
        """Name by RFC 2231 or RFC 2047, type, and roughly the size; voice is a file too."""
        found = read(
            whole(
                multipart(
                    "mixed",
                    PLAIN,
                    "Content-Type: application/pdf\nContent-Disposition: attachment; filename*=utf-8''Gr%C3%BC%C3%9Fe.pdf\n"
                    "Content-Transfer-Encoding: base64\n\nAAAAAAAA",
                    'Content-Type: audio/mpeg; name="=?utf-8?q?voice=20mail=2Emp3?="\n\nxx',
                    "Content-Type: application/pgp-signature\n\nseal",
                )
            )
        )

        assert found.attachments == (
            Attachment(name="Grüße.pdf", media_type="application/pdf", size=6),
            Attachment(name="voice mail.mp3", media_type="audio/mpeg", size=2),
        )

    def test_pictures_of_the_html_are_no_attachments(self) -> None:
        """A logo in a signature delivers nothing."""
        picture = "Content-Type: image/png\nContent-ID: <logo@x>\nContent-Disposition: inline\n\nxx"
        page = 'Content-Type: text/html\n\n<img src="cid:logo@x">'

        assert read(whole(multipart("related", page, picture))).attachments == ()

    def test_a_calendar_part_tells_its_method(self) -> None:
        """By its parameter, else by its own line."""
        stated = multipart("alternative", PLAIN, "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR")
        inside = multipart("alternative", PLAIN, "Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nMETHOD:REPLY\n")

        assert read(whole(stated)).calendar_method == "REQUEST"
        assert read(whole(inside)).calendar_method == "REPLY"

    @pytest.mark.parametrize("charset", ["utf-8", "x-unknown", "", "iso-8859-1", "us-ascii", "punycode", "zlib"])
    def test_a_wrong_charset_costs_no_words(self, charset: str) -> None:
        """UTF-8 is recognised whatever is declared."""
        declared = f"; charset={charset}" if charset else ""

        assert read(whole(f"Content-Type: text/plain{declared}\n\nGrüße")).text == "Grüße"

    def test_latin_text_under_any_name(self) -> None:
        """What is not UTF-8 is Windows-1252, with its curly quotes."""
        raw = whole("Content-Type: text/plain; charset=iso-8859-1\n\n") + b"\x93caf\xe9\x94"

        assert read(raw).text == "“café”"

    def test_broken_base64_is_read_as_far_as_it_goes(self) -> None:
        """Not refused."""
        found = read(whole("Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nSGVsbG8gd29ybGQ=!!\n"))

        assert "Hello world" in found.text

    def test_a_boundary_that_never_comes_leaves_the_words(self) -> None:
        """The body is read as text."""
        assert "words" in read(whole("Content-Type: multipart/mixed; boundary=none\n\nwords without a boundary\n")).text

    def test_flowed_text_is_put_together(self) -> None:
        """Soft breaks go, quote depth and signatures stay."""
        body = "One long \nparagraph.\n> quoted \n> words\nmine\n-- \nAnna"

        found = read(whole("Content-Type: text/plain; format=flowed\n\n" + body))

        assert found.text == "One long paragraph.\n> quoted words\nmine\n-- \nAnna"

    def test_a_body_is_capped(self) -> None:
        """300,000 characters are more than anybody writes."""
        assert len(read(mail(1, body="x" * 400_000)).text) == 300_000

    def test_nul_and_lone_surrogates_are_gone(self) -> None:
        """Everything that is kept can be stored and sent as UTF-8."""
        raw = whole("Content-Type: text/plain; charset=utf-7\n\na\x00b +2AA- c")

        read(raw).text.encode("utf-8")
        assert "\x00" not in read(raw).text


class TestLeftOut:
    @pytest.mark.parametrize(
        "labels", ["Spam", "Inbox,Trash", "=?UTF-8?Q?Entw=C3=BCrfe?=", "Papierkorb, Wichtig", "Corbeille", "Borradores", '"Drafts"']
    )
    def test_gmail_labels_of_what_was_not_exchanged(self, labels: str) -> None:
        """In the languages of Takeout."""
        assert read_message(mail(1, X_Gmail_Labels=labels), where="here") is LeftOut.LABEL

    def test_other_labels_are_kept(self) -> None:
        """And so is the thread's id."""
        found = read(mail(1, X_Gmail_Labels="Inbox,Spam reports", X_GM_THRID="184"))

        assert found.header("x-gmail-labels") == "Inbox,Spam reports"
        assert found.header("x-gm-thrid") == "184"

    def test_what_thunderbird_has_deleted(self) -> None:
        """The mailbox still holds it until it is compacted."""
        assert read_message(mail(1, X_Mozilla_Status="0009"), where="here") is LeftOut.EXPUNGED


SOUP = [
    b"From: a@example.org\n",
    b"Date: Mon, 05 Jan 2026 09:00:00 +0000\n",
    b"To: \xff\xfe<",
    b"Content-Type: multipart/mixed; boundary=b\n",
    b"Content-Type: text/plain; charset=utf-16\n",
    b"Content-Type: text/plain; charset=utf-7\n",
    b"Content-Type: message/rfc822\n",
    b"Content-Type: image/png; name==?utf-7?q?+2AA-?=\n",
    b"Content-Disposition: attachment; filename*0*=x''%\n",
    b"Content-Transfer-Encoding: base64\n",
    b"Message-ID: <=?utf-7?q?+2AA-?=>\n",
    b"Subject: =?utf-7?q?+2AA-?=",
    b"Subject: ",
    b"=?utf-8?b?",
    b"?=",
    b"+2AA-",
    b"=\x00=C3",
    b"--b\n",
    b"--b--\n",
    b" folded\n",
    b"\r\n",
    b"\n",
]


class TestAnyBytes:
    @given(st.binary(max_size=2_000))
    def test_no_bytes_make_it_raise(self, raw: bytes) -> None:
        """An exchange, a word about why not, or left out; nothing else."""
        assert isinstance(read_message(raw, where="here", now=NOW), Exchange | Problem | LeftOut)

    @given(st.lists(st.sampled_from(SOUP), max_size=30))
    def test_no_soup_of_mail_makes_it_raise(self, pieces: list[bytes]) -> None:
        """And what comes out can be encoded."""
        found = read_message(b"".join(pieces), where="here", now=NOW)

        assert isinstance(found, Exchange | Problem | LeftOut)
        if isinstance(found, Exchange):
            values = [value for _, value in found.headers] + [who.name + who.address for who in found.participants]
            names = [attachment.name + attachment.media_type for attachment in found.attachments]
            kept = "".join([found.external_id, found.subject, found.text, found.html, *found.references, *values, *names])
            assert "\x00" not in kept.encode("utf-8").decode("utf-8")
