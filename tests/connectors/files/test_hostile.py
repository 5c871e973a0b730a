"""What was written to stall or crash a reader ends as an exchange or as a problem, well within its deadline."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.exchange import Exchange, Problem
from connectors.files.ics import IcsFile
from connectors.files.mbox import MboxFile
from connectors.reading.guard import Stalled, deadline
from connectors.reading.mail import LeftOut, read_message
from tests.connectors.writing import NOW, calendar, event, mail

# A bomb takes minutes where it works; the machine that runs the tests may be busy.
SECONDS = 10
KILO = 1024

HEAD = b"From: a@example.org\nTo: b@example.org\nDate: Mon, 05 Jan 2026 09:00:00 +0000\nMessage-ID: <bomb@example.org>\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n"

MAIL_BOMBS: dict[str, Callable[[], bytes]] = {
    "nested multiparts": lambda: HEAD + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3_000)),
    "nested multiparts, a few too many": lambda: (
        HEAD + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(200))
    ),
    "nested mails": lambda: HEAD + b"Content-Type: message/rfc822\n\n" * 3_000,
    "100,000 parts": lambda: MIXED + b"--b\n\nx\n" * 100_000,
    "500,000 almost boundaries": lambda: MIXED + b"--bx\n" * 500_000,
    "100,000 fields": lambda: HEAD + b"".join(b"X-%d: y\n" % n for n in range(100_000)) + b"\nhi",
    "100,000 fields of a part": lambda: MIXED + b"--b\n" + b"".join(b"X-%d: y\n" % n for n in range(100_000)) + b"\nhi\n--b--\n",
    "quotation marks": lambda: HEAD + b"Cc: " + b'"' * 64 * KILO + b"\n\nhi",
    "escaped quotation marks": lambda: HEAD + b"Cc: " + b'"\\' * 32 * KILO + b"\n\nhi",
    "brackets": lambda: HEAD + b"Cc: " + b"(" * 64 * KILO + b"\n\nhi",
    "angles": lambda: HEAD + b"Cc: " + b"<" * 64 * KILO + b"\n\nhi",
    "50,000 recipients": lambda: HEAD + b"Cc: " + b"a@example.org, " * 50_000 + b"\n\nhi",
    "a megabyte of encoded words": lambda: HEAD + b"Subject: " + b"=?utf-8?q?=41?= " * 64 * KILO + b"\n\nhi",
    "a megabyte of encoded words in a part": lambda: MIXED + b"--b\nX: " + b"=?utf-8?q?=41?= " * 64 * KILO + b"\n\nhi\n--b--\n",
    "encoded words that never end": lambda: HEAD + b"Subject: " + b"=?utf-8?q?" * 20 * KILO + b"\n\nhi",
    "20,000 parameters": lambda: HEAD + b"Content-Type: text/plain" + b"".join(b"; a*%d*=x" % n for n in range(20_000)) + b"\n\nhi",
    "20,000 parameters of a part": lambda: (
        MIXED + b"--b\nContent-Disposition: attachment" + b"".join(b"; filename*%d*=x" % n for n in range(20_000)) + b"\n\nhi\n--b--\n"
    ),
    "blanks in a type": lambda: HEAD + b"Content-Type: text/plain;" + b" " * 64 * KILO + b"x\n\nhi",
    "folds": lambda: HEAD + b"Subject: x" + b"\n " * 100_000 + b"\n\nhi",
    "stray lines between fields": lambda: HEAD + b"stray\nX-A: b\n" * 20_000 + b"Subject: x\n\nhi",
    "references": lambda: HEAD + b"References: " + b"<a@b> " * 20_000 + b"\n\nhi",
    "a date of digits": lambda: HEAD.replace(b"Mon, 05 Jan 2026", b"9" * 60_000) + b"\nhi",
    "soft line breaks": lambda: HEAD + b"Content-Type: text/plain; format=flowed\n\n" + b"x \n" * 100_000,
    "quote marks": lambda: HEAD + b"Content-Type: text/plain; format=flowed\n\n" + b">" * 300_000,
    "base64 of nothing": lambda: HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"=" * 1_000_000,
    "an idna charset": lambda: HEAD + b"Content-Type: text/plain; charset=idna\n\n" + b"\xff" * 100_000,
    "carriage returns": lambda: HEAD + b"X: " + b"\r" * 300_000 + b"\n\nhi",
}

RULE_BOMBS = [
    "FREQ=SECONDLY",
    "FREQ=SECONDLY;COUNT=1000000000",
    "FREQ=MINUTELY;INTERVAL=1",
    "FREQ=HOURLY",
    "FREQ=DAILY;INTERVAL=0",
    "FREQ=DAILY;INTERVAL=-1",
    "FREQ=DAILY;INTERVAL=999999999999999999999",
    "FREQ=DAILY;INTERVAL=999999999",
    "FREQ=DAILY;COUNT=1000000000",
    "FREQ=DAILY;COUNT=5000",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30,31",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=YEARLY;BYYEARDAY=366;BYMONTH=1",
    "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6",
    "FREQ=DAILY;INTERVAL=7;BYDAY=SU",
    "FREQ=YEARLY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=MONTHLY;BYSETPOS=366",
    "FREQ=DAILY;BYSECOND="
    + ",".join(map(str, range(60)))
    + ";BYMINUTE="
    + ",".join(map(str, range(60)))
    + ";BYHOUR="
    + ",".join(map(str, range(24))),
    "FREQ=DAILY;BYHOUR=" + ",".join(map(str, range(24))),
    "FREQ=YEARLY;BYDAY=" + ",".join(["MO"] * 5_000),
    "FREQ=YEARLY;BYDAY=" + ",".join(f"{n}{day}" for n in range(1, 54) for day in ("MO", "TU", "WE", "TH", "FR", "SA", "SU")),
    "FREQ=YEARLY;BYYEARDAY=" + ",".join(map(str, range(1, 367))),
    "FREQ=YEARLY;BYMONTHDAY=" + "1" * 100_000,
    "FREQ=DAILY;UNTIL=" + "9" * 10_000,
    "FREQ=DAILY" + ";X=1" * 50_000,
    ";" * 100_000,
    "=" * 100_000,
]


def zone(*observances: list[str]) -> list[str]:
    lines = ["BEGIN:VTIMEZONE", "TZID:Loop"]
    for observance in observances:
        lines += ["BEGIN:STANDARD", *observance, "END:STANDARD"]
    return [*lines, "END:VTIMEZONE"]


NEVER = "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"
LOOPING = ["DTSTART:16010101T000000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200"]

CALENDAR_BOMBS: dict[str, Callable[[], bytes]] = {
    "100,000 exceptions": lambda: calendar(event(1, "RRULE:FREQ=DAILY", "EXDATE:" + ",".join(["20260105T090000Z"] * 100_000))),
    "100,000 lines of exceptions": lambda: calendar(event(1, "RRULE:FREQ=DAILY", *["EXDATE:20260105T090000Z"] * 100_000)),
    "the rule excepts itself": lambda: calendar(event(1, "RRULE:FREQ=DAILY", "EXRULE:FREQ=DAILY")),
    "100,000 extra dates": lambda: calendar(event(1, "RDATE:" + ",".join(f"2026{n % 12 + 1:02}01T090000Z" for n in range(100_000)))),
    "100,000 attendees": lambda: calendar(event(1, *["ATTENDEE:mailto:a@example.org"] * 100_000)),
    "20,000 parameters": lambda: calendar(event(1, "ATTENDEE" + ";X=1" * 20_000 + ":mailto:a@example.org")),
    "semicolons": lambda: calendar(event(1, "ATTENDEE" + ";" * 60_000 + ":mailto:a@example.org")),
    "quotation marks": lambda: calendar(event(1, "ATTENDEE;CN=" + '"' * 60_000 + ":mailto:a@example.org")),
    "quoted commas": lambda: calendar(event(1, "ATTENDEE;CN=" + '"",' * 20_000 + ":mailto:a@example.org")),
    "backslashes": lambda: calendar(event(1, "DESCRIPTION:" + "\\" * 1_000_000)),
    "a long duration": lambda: calendar(event(1, "DURATION:P" + "9" * 100_000 + "D")),
    "nested components": lambda: calendar([*event(1), *["BEGIN:VALARM"] * 50_000]),
    "nested calendars": lambda: b"BEGIN:VCALENDAR\r\n" * 50_000,
    "nested events": lambda: b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 50_000,
    "more events than anybody has": lambda: b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\nEND:VEVENT\r\n" * 60_000,
    "folds": lambda: calendar(event(1, "DESCRIPTION:x" + "\r\n " * 300_000)),
    "200 series under one id": lambda: calendar(*(event(1, "RRULE:FREQ=DAILY", f"SEQUENCE:{n}") for n in range(200))),
    "2,000 exceptions of one series": lambda: calendar(
        event(1, "RRULE:FREQ=DAILY"),
        *(event(1, f"RECURRENCE-ID;RANGE=THISANDFUTURE:2026{n % 12 + 1:02}{n % 28 + 1:02}T{n % 24:02}0000Z") for n in range(2_000)),
    ),
    "a zone that changes every day": lambda: calendar(
        ["UID:1", "DTSTART;TZID=Loop:20260105T090000", "RRULE:FREQ=DAILY"], head=zone(*[[*LOOPING, "RRULE:FREQ=DAILY"]] * 100)
    ),
    "a zone on the 30th of February": lambda: calendar(
        ["UID:1", "DTSTART;TZID=Loop:20260105T090000", "RRULE:FREQ=DAILY"], head=zone([*LOOPING, "RRULE:" + NEVER])
    ),
    "a zone that changes by the second": lambda: calendar(
        ["UID:1", "DTSTART;TZID=Loop:20260105T090000"], head=zone([*LOOPING, "RRULE:FREQ=SECONDLY;INTERVAL=0"])
    ),
    "a zone of impossible offsets": lambda: calendar(
        ["UID:1", "DTSTART;TZID=Loop:20260105T090000"], head=zone(["DTSTART:16010101T000000", "TZOFFSETFROM:+9999", "TZOFFSETTO:-9999"])
    ),
    "times at the ends of time": lambda: calendar(
        ["UID:1", "DTSTART;TZID=Asia/Tokyo:00010101T000000", "DTEND:99991231T235959Z", "RRULE:FREQ=YEARLY"],
        ["UID:2", "DTSTART;TZID=America/New_York:99991231T235959", "DURATION:P999999W", "RRULE:FREQ=WEEKLY"],
        ["UID:3", "DTSTART:99991231T240000Z"],
        ["UID:4", "DTSTART;VALUE=DATE:99991231", "RRULE:FREQ=DAILY;UNTIL=99991231"],
    ),
    "no text at all": lambda: bytes(range(256)) * 4_000,
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(MAIL_BOMBS))
def test_mail_bombs(name: str) -> None:
    """Each ends, and nothing escapes."""
    raw = MAIL_BOMBS[name]()

    with deadline(SECONDS):
        found = read_message(raw, where="here", now=NOW)

    assert isinstance(found, Exchange | Problem | LeftOut)
    assert found != Problem(where="here", reason="it took too long to read")
    if isinstance(found, Exchange):
        assert len(found.participants) <= 500
        assert len(found.headers) <= 100
        assert len(found.references) <= 100
        assert len(found.attachments) <= 200
        assert sum(len(value) for _, value in found.headers) <= 200_000


@pytest.mark.parametrize("number", range(len(RULE_BOMBS)))
@pytest.mark.parametrize("start", ["20260105T090000Z", "19010105T090000Z"])
def test_rule_bombs(tmp_path: Path, number: int, start: str) -> None:
    """Expanded within bounds, or refused with a word; the next event is read in any case."""
    path = tmp_path / "bomb.ics"
    path.write_bytes(calendar(["UID:bomb", f"DTSTART:{start}", f"RRULE:{RULE_BOMBS[number]}"], event(1)))

    with deadline(SECONDS):
        pages = list(IcsFile(path, now=NOW).changes(None))

    exchanges = [found for page in pages for found in page.upserts]
    assert "event-1@example.org" in {found.external_id for found in exchanges}
    assert len(exchanges) <= 501
    assert not [problem for page in pages for problem in page.problems if "too long" in problem.reason and "rule" not in problem.reason]


@pytest.mark.parametrize("name", sorted(CALENDAR_BOMBS))
def test_calendar_bombs(tmp_path: Path, name: str) -> None:
    """Each ends, and the pass completes unless the file ends in the middle."""
    path = tmp_path / "bomb.ics"
    path.write_bytes(CALENDAR_BOMBS[name]())

    with deadline(SECONDS):
        pages = list(IcsFile(path, now=NOW).changes(None))

    assert pages[-1].complete == (name not in {"nested calendars", "nested events"})
    assert not [problem for page in pages for problem in page.problems if "took too long" in problem.reason]
    assert all(len(found.participants) <= 501 for page in pages for found in page.upserts)


def test_a_packed_giant_is_read_in_constant_memory(tmp_path: Path) -> None:
    """A thousandfold compression hides no more than one bounded mail; the next one is read."""
    path = tmp_path / "bomb.mbox.gz"
    line = b"From a@example.org Mon Jan  5 09:00:00 2026\n"
    with gzip.open(path, "wb", compresslevel=1) as packed:
        packed.write(line + mail(1))
        for _ in range(60):
            packed.write(b"x" * KILO * KILO)
        packed.write(b"\n\n" + line + mail(2))

    exchanges = [found for page in MboxFile(path, now=NOW).changes(None) for found in page.upserts]

    assert [found.external_id for found in exchanges] == ["mail-1@example.org", "mail-2@example.org"]
    assert len(exchanges[0].text) == 300_000


def spin() -> None:
    while True:
        pass


def spin_after_an_inner_deadline() -> None:
    with deadline(30):
        pass
    spin()


class TestDeadline:
    def test_what_stalls_is_stopped(self) -> None:
        """In the main thread of a POSIX process."""
        with pytest.raises(Stalled), deadline(0.05):
            spin()

    def test_what_is_quick_is_left_alone(self) -> None:
        """And no alarm goes off afterwards."""
        with deadline(0.05):
            pass

        threading.Event().wait(0.1)

    def test_waiting_costs_nothing(self) -> None:
        """A process that is suspended, or waits for its turn, has not stalled."""
        with deadline(0.05):
            threading.Event().wait(0.2)

    def test_an_outer_deadline_goes_on(self) -> None:
        """An inner one does not switch it off."""
        with pytest.raises(Stalled), deadline(0.1):
            spin_after_an_inner_deadline()

    def test_other_threads_run_without_a_clock(self) -> None:
        """Signals do not reach them."""
        done: list[bool] = []

        def work() -> None:
            with deadline(0.001):
                done.append(True)

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()

        assert done == [True]
