"""Calendar files: who, when in UTC, in which series, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import SourceUnreadable
from connectors.exchange import Exchange, Kind, Participant, Problem, Response, Role, Status
from connectors.files.ics import IcsFile
from tests.connectors.contract import Ledger
from tests.connectors.writing import NOW, calendar, event


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


WINTER = [
    "BEGIN:STANDARD",
    "DTSTART:16010101T030000",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
    "END:STANDARD",
]
SUMMER = [
    "BEGIN:DAYLIGHT",
    "DTSTART:16010101T020000",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
    "END:DAYLIGHT",
]


class Calendar:
    """A calendar file that is written and read at once."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "work.ics"

    def read(self, *events: Sequence[str], head: Sequence[str] = ()) -> tuple[list[Exchange], list[Problem]]:
        self.path.write_bytes(calendar(*events, head=head))
        return self.read_bytes()

    def read_bytes(self, now: datetime = NOW) -> tuple[list[Exchange], list[Problem]]:
        pages = list(IcsFile(self.path, now=now).changes(None))
        return [found for page in pages for found in page.upserts], [problem for page in pages for problem in page.problems]

    def starts(self, *lines: str, head: Sequence[str] = ()) -> list[str]:
        """The starts in UTC of one event of these lines."""
        exchanges, problems = self.read(["UID:one", *lines], head=head)
        assert not problems
        return [f"{found.at:%Y-%m-%d %H:%M}" for found in exchanges]


@pytest.fixture
def file(tmp_path: Path) -> Calendar:
    return Calendar(tmp_path)


class TestSingleEvents:
    def test_a_meeting_is_one_exchange(self, file: Calendar) -> None:
        """Under its UID, with its people and their answers."""
        (found,), _ = file.read(
            event(
                1,
                'ATTENDEE;CN="Cruz, Bo";PARTSTAT=DECLINED;ROLE=OPT-PARTICIPANT:mailto:Bo@Example.com',
                "ATTENDEE;CUTYPE=ROOM;CN=Room 5;PARTSTAT=ACCEPTED:mailto:room5@example.org",
                "ATTENDEE;CN=Dee;EMAIL=dee@example.com:/principals/dee",
                "ATTENDEE;CN=Nobody:invalid:nomail",
                "LOCATION:Room 5\\, 2nd floor",
                "DESCRIPTION:Agenda:\\nplans\\; figures",
                "SEQUENCE:3",
                "STATUS:TENTATIVE",
            )
        )

        assert (found.kind, found.external_id, found.series) == (Kind.EVENT, "event-1@example.org", "")
        assert (found.at, found.ends_at) == (at("2026-01-05T09:00"), at("2026-01-05T10:00"))
        assert (found.subject, found.location, found.text) == ("Meeting 1", "Room 5, 2nd floor", "Agenda:\nplans; figures")
        assert (found.revision, found.status) == (3, Status.TENTATIVE)
        assert found.participants == (
            Participant(address="anna@example.org", role=Role.ORGANIZER, name="Anna Berg"),
            Participant(address="me@example.net", role=Role.ATTENDEE, name="Me", response=Response.ACCEPTED),
            Participant(address="bo@example.com", role=Role.ATTENDEE, name="Cruz, Bo", response=Response.DECLINED, optional=True),
            Participant(address="room5@example.org", role=Role.ATTENDEE, name="Room 5", response=Response.ACCEPTED, resource=True),
            Participant(address="dee@example.com", role=Role.ATTENDEE, name="Dee"),
        )

    @pytest.mark.parametrize(
        ("lines", "expected"),
        [
            (["DTSTART:20260105T090000Z"], "2026-01-05 09:00"),
            (["DTSTART;TZID=Europe/Berlin:20260705T090000"], "2026-07-05 07:00"),
            (["DTSTART;TZID=W. Europe Standard Time:20260705T090000"], "2026-07-05 07:00"),
            (["DTSTART;TZID=/freeassociation.sourceforge.net/Tzfile/Europe/Berlin:20260705T090000"], "2026-07-05 07:00"),
            (['DTSTART;TZID="(UTC+01:00) Amsterdam, Berlin":20260705T090000'], "2026-07-05 08:00"),
            (["DTSTART;TZID=Nowhere/Atall:20260105T090000"], "2026-01-05 09:00"),
            (["DTSTART:20260105T090000"], "2026-01-05 09:00"),
            (["DTSTART;VALUE=DATE:20260105"], "2026-01-05 00:00"),
            (["DTSTART:20260105T240000Z"], "2026-01-06 00:00"),
        ],
    )
    def test_times_as_they_are_written(self, file: Calendar, lines: list[str], expected: str) -> None:
        """IANA, Windows, a vendor's prefix, an offset, unknown, floating, a whole day."""
        assert file.starts(*lines) == [expected]

    def test_floating_times_are_meant_in_the_zone_of_the_calendar(self, file: Calendar) -> None:
        """Where it names one."""
        assert file.starts("DTSTART:20260705T090000", head=["X-WR-TIMEZONE:Europe/Berlin"]) == ["2026-07-05 07:00"]

    @pytest.mark.parametrize("before", [True, False])
    def test_a_zone_that_the_file_describes(self, file: Calendar, before: bool) -> None:
        """With its change of clocks, whether it stands before or behind the event."""
        zone = ["BEGIN:VTIMEZONE", "TZID:Our Zone\\, here", *WINTER, *SUMMER, "END:VTIMEZONE"]
        meetings = [["UID:1", 'DTSTART;TZID="Our Zone, here":20260105T090000'], ["UID:2", 'DTSTART;TZID="Our Zone, here":20260705T090000']]
        text = calendar(*meetings, head=zone if before else ())
        if not before:
            text = text.replace(b"END:VCALENDAR", "\r\n".join([*zone, "END:VCALENDAR"]).encode())
        file.path.write_bytes(text)

        found, _ = file.read_bytes()

        assert [exchange.at for exchange in found] == [at("2026-01-05T08:00"), at("2026-07-05T07:00")]

    @pytest.mark.parametrize(
        ("lines", "length"),
        [
            (["DTSTART:20260105T090000Z", "DURATION:PT1H30M"], timedelta(minutes=90)),
            (["DTSTART:20260105T090000Z"], timedelta(0)),
            (["DTSTART:20260105T090000Z", "DTEND:20260105T080000Z"], timedelta(0)),
            (["DTSTART:20260105T090000Z", "DURATION:nonsense"], timedelta(0)),
            (["DTSTART;VALUE=DATE:20260105"], timedelta(days=1)),
            (["DTSTART;VALUE=DATE:20260105", "DTEND;VALUE=DATE:20260108"], timedelta(days=3)),
        ],
    )
    def test_lengths(self, file: Calendar, lines: list[str], length: timedelta) -> None:
        """By its end, by its duration, else nothing or the whole day."""
        (found,), _ = file.read(["UID:one", *lines])

        assert found.ends_at == found.at + length
        assert found.all_day == ("VALUE=DATE" in lines[0])

    @pytest.mark.parametrize(
        "line",
        [
            "X-GOOGLE-CONFERENCE:https://meet.example.com/abc",
            "X-MICROSOFT-SKYPETEAMSMEETINGURL:https://meet.example.com/abc",
            "CONFERENCE;VALUE=URI;FEATURE=VIDEO:https://meet.example.com/abc",
        ],
    )
    def test_join_links(self, file: Calendar, line: str) -> None:
        """Of the web only: a telephone number is no link."""
        (found,), _ = file.read(event(1, "CONFERENCE;VALUE=URI;FEATURE=AUDIO:tel:+49-30-1", line))

        assert found.conference_url == "https://meet.example.com/abc"

    def test_cancelled_by_status_or_by_method(self, file: Calendar) -> None:
        """Both words for it."""
        (one,), _ = file.read(event(1, "STATUS:CANCELLED"))
        (two,), _ = file.read(event(1), head=["METHOD:CANCEL"])

        assert one.status is two.status is Status.CANCELLED

    def test_own_appointments_and_absences_are_kept(self, file: Calendar) -> None:
        """With nobody in them, and with what they are."""
        (found,), _ = file.read(["UID:one", "DTSTART:20260105T090000Z", "X-MICROSOFT-CDO-BUSYSTATUS:OOF"])

        assert (found.participants, found.event_type) == ((), "outOfOffice")

    def test_a_missing_uid_is_made_from_the_event(self, file: Calendar) -> None:
        """The same event always gets the same one."""
        (one,), _ = file.read(["DTSTART:20260105T090000Z", "SUMMARY:x"])
        (again,), _ = file.read(["DTSTART:20260105T090000Z", "SUMMARY:x"])

        assert one.external_id == again.external_id
        assert one.external_id.endswith("@no-uid.invalid")

    def test_the_latest_revision_of_an_event_wins(self, file: Calendar) -> None:
        """Also when the file has the older one behind it."""
        (found,), _ = file.read(event(1, "SEQUENCE:2", "LOCATION:new"), event(1, "SEQUENCE:1", "LOCATION:old"))

        assert (found.location, found.revision) == ("new", 2)


WEEKLY = ["UID:series", "SUMMARY:Weekly", "DTSTART;TZID=Europe/Berlin:20260316T090000", "DURATION:PT1H"]


class TestSeries:
    def test_occurrences_keep_their_hour_across_the_change_of_clocks(self, file: Calendar) -> None:
        """Each under the UID and its start in UTC."""
        found, _ = file.read([*WEEKLY, "RRULE:FREQ=WEEKLY;COUNT=3"])

        assert [exchange.external_id for exchange in found] == [
            "series/20260316T080000Z",
            "series/20260323T080000Z",
            "series/20260330T070000Z",
        ]
        assert {exchange.series for exchange in found} == {"series"}

    def test_exceptions_are_left_out(self, file: Calendar) -> None:
        """By time in any zone, by day, and what cannot be read takes nothing with it."""
        rule = "RRULE:FREQ=WEEKLY;COUNT=5"
        more = ["EXDATE:20260323T080000Z,nonsense", "EXDATE;TZID=Europe/Berlin:20260330T090000", "EXDATE;VALUE=DATE:20260406"]

        assert file.starts(*WEEKLY[1:], rule, *more) == ["2026-03-16 08:00", "2026-04-13 07:00"]

    def test_extra_dates_are_added(self, file: Calendar) -> None:
        """As times, and as periods."""
        more = ["RDATE;TZID=Europe/Berlin:20260318T100000", "RDATE;VALUE=PERIOD:20260319T100000Z/PT1H"]

        assert file.starts(*WEEKLY[1:], *more) == ["2026-03-16 08:00", "2026-03-18 09:00", "2026-03-19 10:00"]

    def test_an_occurrence_that_was_moved(self, file: Calendar) -> None:
        """It keeps the id of where it was, and takes place where it is."""
        moved = [
            "UID:series",
            "RECURRENCE-ID;TZID=Europe/Berlin:20260323T090000",
            "DTSTART:20260324T120000Z",
            "SUMMARY:Moved",
            "SEQUENCE:1",
        ]

        found, _ = file.read(moved, [*WEEKLY, "RRULE:FREQ=WEEKLY;COUNT=3"])

        assert [(exchange.external_id, f"{exchange.at:%m-%d %H}", exchange.subject) for exchange in found] == [
            ("series/20260316T080000Z", "03-16 08", "Weekly"),
            ("series/20260323T080000Z", "03-24 12", "Moved"),
            ("series/20260330T070000Z", "03-30 07", "Weekly"),
        ]

    def test_an_occurrence_that_was_cancelled(self, file: Calendar) -> None:
        """It is still there, and says so."""
        gone = ["UID:series", "RECURRENCE-ID:20260323T080000Z", "DTSTART:20260323T080000Z", "STATUS:CANCELLED"]

        found, _ = file.read([*WEEKLY, "RRULE:FREQ=WEEKLY;COUNT=3"], gone)

        assert [exchange.status for exchange in found] == [Status.CONFIRMED, Status.CANCELLED, Status.CONFIRMED]

    def test_from_one_occurrence_onwards(self, file: Calendar) -> None:
        """THISANDFUTURE moves all that follow."""
        onwards = ["UID:series", "RECURRENCE-ID;RANGE=THISANDFUTURE:20260323T080000Z", "DTSTART:20260323T100000Z", "SUMMARY:Later"]

        found, _ = file.read([*WEEKLY, "RRULE:FREQ=WEEKLY;COUNT=3"], onwards)

        assert [(f"{exchange.at:%m-%d %H}", exchange.subject) for exchange in found] == [
            ("03-16 08", "Weekly"),
            ("03-23 10", "Later"),
            ("03-30 09", "Later"),
        ]

    def test_occurrences_without_their_series(self, file: Calendar) -> None:
        """An invitation to one of them is all that some calendars hold."""
        alone = ["UID:series", "RECURRENCE-ID:20260323T080000Z", "DTSTART:20260323T080000Z"]

        found, _ = file.read(alone)

        assert [(exchange.external_id, exchange.series) for exchange in found] == [("series/20260323T080000Z", "series")]

    @pytest.mark.parametrize(
        ("until", "count"),
        [("20260330T070000Z", 3), ("20260330T065959Z", 2), ("20260330", 3), ("20260330T090000", 3), ("99991231T235959Z", 93)],
    )
    def test_the_end_of_a_series(self, file: Calendar, until: str, count: int) -> None:
        """In UTC, as a day, floating, or never; a year ahead is enough of it."""
        assert len(file.starts(*WEEKLY[1:], f"RRULE:FREQ=WEEKLY;UNTIL={until}")) == count

    def test_whole_days(self, file: Calendar) -> None:
        """A birthday is at midnight UTC of its day."""
        found = file.starts("DTSTART;VALUE=DATE:19800229", "RRULE:FREQ=YEARLY")

        assert found == ["2020-02-29 00:00", "2024-02-29 00:00"]

    def test_the_nearest_five_hundred_are_kept(self, file: Calendar) -> None:
        """Around now, of a window of ten years back and four hundred days ahead."""
        found = file.starts("DTSTART:20100101T090000Z", "RRULE:FREQ=DAILY")

        assert len(found) == 500
        assert found[0] > "2026-03-01"
        assert found[-1] < "2027-08-01"


class TestFaults:
    def test_a_broken_event_costs_only_itself(self, file: Calendar) -> None:
        """It is named by its number."""
        found, problems = file.read(event(1), ["UID:2", "DTSTART:whenever"], ["garbage without a colon", *event(3)])

        assert [exchange.external_id for exchange in found] == ["event-1@example.org", "event-3@example.org"]
        assert problems == [Problem(where="work.ics, event 2", reason="it cannot be read: it has no readable start")]

    @pytest.mark.parametrize(
        "rule", ["FREQ=HOURLY", "FREQ=SECONDLY;COUNT=10", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;COUNT=5001", "nonsense"]
    )
    def test_a_series_that_is_refused_leaves_its_first_meeting(self, file: Calendar, rule: str) -> None:
        """And says why."""
        found, problems = file.read(event(1, f"RRULE:{rule}"), event(2))

        assert [exchange.at.day for exchange in found] == [5, 6]
        assert problems[0].where == "work.ics, event 1"
        assert problems[0].reason.startswith("a series cannot be expanded: ")

    def test_missing_ends_do_not_swallow_the_next_event(self, file: Calendar) -> None:
        """Nor does an alarm that is never closed."""
        file.path.write_bytes(calendar(event(1), [*event(2), "BEGIN:VALARM", "TRIGGER:-PT5M"], event(3)).replace(b"END:VEVENT\r\n", b"", 1))

        found, _ = file.read_bytes()

        assert [exchange.subject for exchange in found] == ["Meeting 1", "Meeting 2", "Meeting 3"]

    def test_alarms_and_other_components_are_passed_over(self, file: Calendar) -> None:
        """Their times are not the event's."""
        raw = calendar(event(1, "BEGIN:VALARM", "DESCRIPTION:ring", "DTSTART:19990101T000000Z", "END:VALARM"))
        file.path.write_bytes(
            raw.replace(b"END:VCALENDAR", b"BEGIN:VTODO\r\nUID:t\r\nDTSTART:20260101T000000Z\r\nEND:VTODO\r\nEND:VCALENDAR")
        )

        (found,), problems = file.read_bytes()

        assert (found.at.year, found.text, problems) == (2026, "", [])

    def test_folds_bytes_and_line_ends(self, file: Calendar) -> None:
        """A fold in the middle of a letter, a byte order mark, bare LF."""
        raw = calendar(event(1)).replace(b"Meeting 1", "Größe".encode()[:4] + b"\r\n " + "Größe".encode()[4:])
        file.path.write_bytes(b"\xef\xbb\xbf" + raw.replace(b"\r\n", b"\n"))

        (found,), _ = file.read_bytes()

        assert found.subject == "Größe"

    def test_a_file_that_is_gone(self, file: Calendar) -> None:
        """Said in words."""
        with pytest.raises(SourceUnreadable, match="cannot be read"):
            file.read_bytes()


class TestCursor:
    def test_the_same_file_on_the_same_day_brings_nothing(self, file: Calendar) -> None:
        """Later that day, too."""
        file.path.write_bytes(calendar(event(1)))
        ledger = Ledger()
        ledger.sync(IcsFile(file.path, now=NOW))

        assert list(IcsFile(file.path, now=NOW + timedelta(hours=11)).changes(ledger.cursor)) == []

    def test_the_next_day_is_a_full_pass(self, file: Calendar) -> None:
        """The window has moved."""
        file.path.write_bytes(calendar(event(1, "RRULE:FREQ=DAILY")))
        ledger = Ledger()
        ledger.sync(IcsFile(file.path, now=NOW))
        before = max(exchange.at for exchange in ledger.exchanges.values())

        ledger.sync(IcsFile(file.path, now=NOW + timedelta(days=1)))

        assert max(exchange.at for exchange in ledger.exchanges.values()) > before

    @pytest.mark.parametrize("cursor", ["", "[]", '[1,"x","2026-11-20",-1,true]', "[9,9,9,9,9]"])
    def test_a_cursor_of_something_else_starts_a_full_pass(self, file: Calendar, cursor: str) -> None:
        """It is never an error."""
        file.path.write_bytes(calendar(event(1)))

        (page,) = IcsFile(file.path, now=NOW).changes(cursor)

        assert (page.reset, page.complete, len(page.upserts)) == (True, True, 1)


class TestTruncated:
    """A download that broke off, a disk that was full."""

    WHOLE = calendar(event(1), event(2), event(3))

    @pytest.mark.parametrize("cut", [b"SUMMARY:Meeting 3", b"Meeting 3", b"END:VEVENT\r\nEND:VCALENDAR", b"EVENT\r\nEND:VCALENDAR"])
    def test_the_half_event_is_not_read_and_nothing_is_dropped(self, file: Calendar, cut: bytes) -> None:
        """It is said, and what is stored stays."""
        ledger = Ledger()
        file.path.write_bytes(self.WHOLE)
        ledger.sync(IcsFile(file.path, now=NOW))
        known = dict(ledger.exchanges)
        file.path.write_bytes(self.WHOLE[: self.WHOLE.rindex(cut)])

        pages = list(IcsFile(file.path, now=NOW, page_size=1).changes(ledger.cursor))
        ledger.sync(IcsFile(file.path, now=NOW, page_size=1))

        assert [found.subject for page in pages for found in page.upserts] == ["Meeting 1", "Meeting 2"]
        assert [problem for page in pages for problem in page.problems] == [
            Problem(where="work.ics, its end", reason="the calendar file ends in the middle")
        ]
        assert not any(page.complete for page in pages)
        assert ledger.exchanges == known

    def test_an_open_calendar_between_events_is_truncated_too(self, file: Calendar) -> None:
        """All events are whole, but more may have followed."""
        file.path.write_bytes(self.WHOLE.replace(b"END:VCALENDAR\r\n", b""))

        pages = list(IcsFile(file.path, now=NOW).changes(None))

        assert [len(page.upserts) for page in pages] == [3]
        assert not pages[-1].complete

    def test_a_bare_event_that_stays_open_is_truncated(self, file: Calendar) -> None:
        """There need not be a calendar around it; a whole one completes."""
        file.path.write_bytes(("\r\n".join(["BEGIN:VEVENT", *event(1)]) + "\r\n").encode())
        (half,) = IcsFile(file.path, now=NOW).changes(None)
        file.path.write_bytes(file.path.read_bytes() + b"END:VEVENT\r\n")
        (whole,) = IcsFile(file.path, now=NOW).changes(None)

        assert (half.upserts, half.complete, len(half.problems)) == ((), False, 1)
        assert (len(whole.upserts), whole.complete, whole.problems) == (1, True, ())

    def test_the_next_import_reads_it_again(self, file: Calendar) -> None:
        """From its beginning, the same file as well as the repaired one, which completes."""
        ledger = Ledger()
        file.path.write_bytes(self.WHOLE[:-40])
        ledger.sync(IcsFile(file.path, now=NOW, page_size=1))

        again = list(IcsFile(file.path, now=NOW, page_size=1).changes(ledger.cursor))
        assert [found.subject for page in again for found in page.upserts] == ["Meeting 1", "Meeting 2"]
        assert not any(page.complete for page in again)

        file.path.write_bytes(self.WHOLE)
        ledger.sync(IcsFile(file.path, now=NOW, page_size=1))
        assert len(ledger.exchanges) == 3
        assert list(IcsFile(file.path, now=NOW).changes(ledger.cursor)) == []


SOUP = [
    b"BEGIN:VCALENDAR",
    b"END:VCALENDAR",
    b"BEGIN:VEVENT",
    b"END:VEVENT",
    b"BEGIN:VTIMEZONE",
    b"TZID:Zone",
    b"BEGIN:STANDARD",
    b"TZOFFSETFROM:+0100",
    b"TZOFFSETTO:-2359",
    b"END:STANDARD",
    b"END:VTIMEZONE",
    b"UID:one",
    b"UID:\\n\xff\x00",
    b"DTSTART;TZID=Zone:20260105T090000",
    b"DTSTART:00010101T000000",
    b"DTSTART;VALUE=DATE:99991231",
    b"DTEND:20251231",
    b"DURATION:-P999999W",
    b"RRULE:FREQ=YEARLY;BYWEEKNO=-53;WKST=SU",
    b"RRULE:FREQ=DAILY;UNTIL=99991231",
    b"EXRULE:FREQ=WEEKLY",
    b"RDATE;VALUE=PERIOD:20260105T090000Z/PT1H,x",
    b"EXDATE;VALUE=DATE:20260106",
    b"RECURRENCE-ID;RANGE=THISANDFUTURE:20260107T090000Z",
    b'ATTENDEE;CN="a:b";PARTSTAT=X:mailto:%ff%00@x',
    b"ORGANIZER;:",
    b"X-WR-TIMEZONE:Europe/Berlin",
    b" folded",
    b"",
]


@given(st.lists(st.sampled_from(SOUP), max_size=25))
def test_no_soup_of_lines_makes_it_raise(tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]) -> None:
    """The pass completes unless the file ends in the middle, and what comes out can be encoded."""
    path = tmp_path_factory.mktemp("soup") / "soup.ics"
    path.write_bytes(b"\r\n".join(lines))

    pages = list(IcsFile(path, now=NOW).changes(None))

    cut = any(problem.reason == "the calendar file ends in the middle" for page in pages for problem in page.problems)
    assert pages[-1].complete != cut
    for exchange in (found for page in pages for found in page.upserts):
        assert exchange.ends_at is not None
        assert exchange.ends_at >= exchange.at
        "".join([exchange.external_id, exchange.subject, *(who.address for who in exchange.participants)]).encode("utf-8")
