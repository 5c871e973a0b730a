"""What Google's JSON means: tables of messages and events as Google writes them, and JSON that nobody would write."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.exchange import Attachment, Kind, Response, Role, Status
from connectors.google.mail import last_words
from connectors.google.parse import calendar_event, is_ordinary, message_exchange, series_of
from connectors.reading.ics_expand import Window, exchanges_of

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SENT_AT = datetime(2026, 11, 18, 8, 30, tzinfo=UTC)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "value", "parts", "body", "data", "x"]), inner),
    max_leaves=12,
)


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def part(media_type: str, text: str = "", **more: Any) -> dict[str, Any]:
    headers = [{"name": "Content-Type", "value": more.pop("stated", media_type)}]
    return {"mimeType": media_type, "filename": "", "headers": headers, "body": {"size": len(text), "data": encoded(text)}, **more}


def message(payload: dict[str, Any], **fields: str) -> dict[str, Any]:
    stated = {
        "From": "Ann Forge <Ann@Forge.example>",
        "To": "me@mill.example, Tom <tom@guild.example>",
        "Cc": "team@guild.example",
        "Subject": "The plan",
        "Date": "Wed, 18 Nov 2026 09:30:00 +0100",
        "Message-ID": "<plan-1@forge.example>",
        **fields,
    }
    headers = [*payload.get("headers", ()), *({"name": name, "value": value} for name, value in stated.items() if value)]
    return {"id": "18f1", "labelIds": ["INBOX"], "internalDate": "1795000000000", "payload": {**payload, "headers": headers}}


def event(**fields: Any) -> dict[str, Any]:
    return {
        "id": "ev1",
        "iCalUID": "ev1@google.com",
        "status": "confirmed",
        "summary": "Review",
        "start": {"dateTime": "2026-11-23T10:00:00+01:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-11-23T11:00:00+01:00", "timeZone": "Europe/Berlin"},
        "organizer": {"email": "ann@forge.example", "displayName": "Ann Forge"},
        "attendees": [{"email": "ann@forge.example", "responseStatus": "accepted"}, {"email": "me@mill.example", "self": True}],
        **fields,
    }


class TestMessages:
    def test_a_plain_mail(self) -> None:
        """Who, when, what, in which thread; addresses in lower case, ids without brackets."""
        found = message_exchange(
            message(
                part("text/plain", "Here it is.\r\nAnn"), **{"In-Reply-To": "<a@x.example>", "References": "<r@x.example> <a@x.example>"}
            ),
            "18f1",
            now=NOW,
        )

        assert (found.kind, found.external_id, found.item, found.at) == (Kind.EMAIL, "plan-1@forge.example", "18f1", SENT_AT)
        assert [(who.address, who.role, who.name) for who in found.participants] == [
            ("ann@forge.example", Role.SENDER, "Ann Forge"),
            ("me@mill.example", Role.TO, ""),
            ("tom@guild.example", Role.TO, "Tom"),
            ("team@guild.example", Role.CC, ""),
        ]
        assert (found.subject, found.text, found.in_reply_to) == ("The plan", "Here it is.\nAnn", "a@x.example")
        assert found.references == ("r@x.example", "a@x.example")

    def test_alternatives_attachments_and_an_invitation(self) -> None:
        """Both texts are kept, a file is named by its name and size, and the calendar's method is seen."""
        payload = {
            "mimeType": "multipart/mixed",
            "filename": "",
            "body": {"size": 0},
            "parts": [
                {
                    "mimeType": "multipart/alternative",
                    "body": {"size": 0},
                    "parts": [
                        part("text/plain", "Grüße"),
                        part("text/html", "<p>Grüße</p>", stated="text/html; charset=iso-8859-1"),
                        part("text/calendar", "BEGIN:VCALENDAR", stated="text/calendar; method=REQUEST"),
                    ],
                },
                {"mimeType": "application/pdf", "filename": "plan.pdf", "body": {"size": 1234, "attachmentId": "a1"}},
            ],
        }

        found = message_exchange(message(payload), "18f1", now=NOW)

        assert (found.text, found.html, found.calendar_method) == ("Grüße", "<p>Grüße</p>", "REQUEST")
        assert Attachment(name="plan.pdf", media_type="application/pdf", size=1234) in found.attachments

    def test_headers_that_tell_a_machine_are_kept(self) -> None:
        """What decides bulk and channel comes along, in lower case."""
        found = message_exchange(message(part("text/plain", "News"), **{"List-Unsubscribe": "<mailto:x@y.example>"}), "18f1", now=NOW)

        assert found.header("list-unsubscribe") == "<mailto:x@y.example>"

    @pytest.mark.parametrize("stated", ["", "never", "Wed, 18 Nov 2099 09:30:00 +0000", "Thu, 01 Jan 1970 00:00:00 +0000"])
    def test_an_impossible_date_gives_way_to_the_day_gmail_took_it_in(self, stated: str) -> None:
        """A mail is never left out for its date."""
        found = message_exchange(message(part("text/plain", "x"), Date=stated), "18f1", now=NOW)

        assert found.at == datetime.fromtimestamp(1_795_000_000, UTC)

    def test_a_mail_without_an_id_always_gets_the_same_one(self) -> None:
        """And another one than another mail."""
        first = message_exchange(message(part("text/plain", "x"), **{"Message-ID": ""}), "18f1", now=NOW)
        again = message_exchange(message(part("text/plain", "x"), **{"Message-ID": ""}), "18f1", now=NOW)
        other = message_exchange(message(part("text/plain", "y"), **{"Message-ID": ""}), "18f2", now=NOW)

        assert first.external_id == again.external_id != other.external_id

    @given(json_values, json_values)
    def test_no_json_is_too_strange(self, payload: Any, headers: Any) -> None:
        """Whatever stands where, an exchange comes out."""
        strange = {
            "payload": {"headers": headers, "body": payload, "parts": payload, "mimeType": "multipart/mixed"},
            "internalDate": payload,
        }

        assert message_exchange(strange, "18f1", now=NOW).item == "18f1"

    def test_nesting_beyond_measure_ends(self) -> None:
        """A thousand multiparts inside each other cost the parts that lie too deep."""
        payload: dict[str, Any] = part("text/plain", "deep")
        for _ in range(1_000):
            payload = {"mimeType": "multipart/mixed", "body": {"size": 0}, "parts": [payload]}

        assert message_exchange(message(payload), "18f1", now=NOW).text == ""


def exchanges(*events: dict[str, Any]) -> list[Any]:
    read = [calendar_event(each, number=1) for each in events]
    return exchanges_of([each for each in read if each is not None], Window(now=NOW))[0]


class TestEvents:
    def test_a_single_event(self) -> None:
        """In UTC, with its people and their answers."""
        (found,) = exchanges(event(location="Room 2", sequence=3))

        assert (found.external_id, found.series, found.revision) == ("ev1@google.com", "", 3)
        assert (found.at, found.ends_at) == (datetime(2026, 11, 23, 9, tzinfo=UTC), datetime(2026, 11, 23, 10, tzinfo=UTC))
        assert [(who.address, who.role, who.response) for who in found.participants] == [
            ("ann@forge.example", Role.ORGANIZER, Response.UNANSWERED),
            ("ann@forge.example", Role.ATTENDEE, Response.ACCEPTED),
            ("me@mill.example", Role.ATTENDEE, Response.UNANSWERED),
        ]

    def test_a_series_keeps_its_wall_clock_when_clocks_change(self) -> None:
        """Ten in Berlin is nine in UTC in winter and eight in summer."""
        found = exchanges(
            event(
                recurrence=["RRULE:FREQ=MONTHLY;COUNT=6", "EXDATE;TZID=Europe/Berlin:20261223T100000"],
            )
        )

        assert [each.at.hour for each in found] == [9, 9, 9, 9, 8]
        assert found[0].external_id == "ev1@google.com/20261123T090000Z"
        assert {each.series for each in found} == {"ev1@google.com"}

    def test_an_exception_is_found_by_when_it_was_first_meant(self) -> None:
        """Also when it was moved to another day."""
        moved = event(
            id="ev1_20261130T090000Z",
            recurringEventId="ev1",
            originalStartTime={"dateTime": "2026-11-30T10:00:00+01:00", "timeZone": "Europe/Berlin"},
            start={"dateTime": "2026-12-01T15:00:00+01:00"},
            end={"dateTime": "2026-12-01T16:00:00+01:00"},
        )

        found = exchanges(event(recurrence=["RRULE:FREQ=WEEKLY;COUNT=2"]), moved)

        assert [(each.external_id, each.at.day) for each in found] == [
            ("ev1@google.com/20261123T090000Z", 23),
            ("ev1@google.com/20261130T090000Z", 1),
        ]
        assert series_of(moved) == "ev1"

    def test_whole_days_float(self) -> None:
        """A day is a day in every zone."""
        (found,) = exchanges(event(start={"date": "2026-11-23"}, end={"date": "2026-11-25"}))

        assert (found.all_day, found.at, found.ends_at) == (
            True,
            datetime(2026, 11, 23, tzinfo=UTC),
            datetime(2026, 11, 25, tzinfo=UTC),
        )

    def test_rooms_answers_and_hidden_guests(self) -> None:
        """Rooms are no people, who declined has declined, and who may be there unseen is said."""
        guests = [
            {"email": "room2@resource.calendar.google.com", "resource": True, "responseStatus": "accepted"},
            {"email": "tom@guild.example", "responseStatus": "declined", "optional": True},
            {"email": "no address", "responseStatus": "accepted"},
        ]
        (found,) = exchanges(event(attendees=guests, guestsCanSeeOtherGuests=False, status="tentative"))

        room, tom = [who for who in found.participants if who.role is Role.ATTENDEE]
        assert (room.resource, tom.response, tom.optional) == (True, Response.DECLINED, True)
        assert (found.guests_hidden, found.status) == (True, Status.TENTATIVE)

    @pytest.mark.parametrize(
        ("fields", "link"),
        [
            ({"hangoutLink": "https://meet.google.example/abc"}, "https://meet.google.example/abc"),
            (
                {
                    "conferenceData": {
                        "entryPoints": [
                            {"entryPointType": "phone", "uri": "tel:+49-30-1"},
                            {"entryPointType": "more", "uri": "https://tel.meet.example/1"},
                            {"entryPointType": "video", "uri": "https://zoom.example/j/1"},
                        ]
                    }
                },
                "https://zoom.example/j/1",
            ),
            ({"conferenceData": {"entryPoints": [{"entryPointType": "video", "uri": "javascript:alert(1)"}]}}, ""),
            ({"conferenceData": None}, ""),
        ],
    )
    def test_the_link_to_join(self, fields: dict[str, Any], link: str) -> None:
        """The video call's, and only one of the web."""
        (found,) = exchanges(event(**fields))

        assert found.conference_url == link

    @pytest.mark.parametrize("kind", ["focusTime", "birthday", "fromGmail", "outOfOffice", "workingLocation"])
    def test_what_nobody_agreed_on_is_not_ordinary(self, kind: str) -> None:
        """Focus time, birthdays, bookings read from mail: no exchanges."""
        assert not is_ordinary(event(eventType=kind))
        assert is_ordinary(event())

    @pytest.mark.parametrize(
        "rule",
        [
            "RRULE:FREQ=SECONDLY",
            "RRULE:FREQ=DAILY;INTERVAL=0",
            "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
            "RRULE:FREQ=DAILY;COUNT=1000000000",
            "RRULE:" + "X" * 100_000,
            "EXDATE:" + ",".join(["20261123T090000Z"] * 20_000),
        ],
    )
    def test_a_rule_that_would_never_end_ends(self, rule: str) -> None:
        """At most the occurrence that is written down is left."""
        assert len(exchanges(event(recurrence=[rule]))) <= 1

    def test_an_endless_series_is_bounded(self) -> None:
        """Five hundred occurrences, those nearest to now."""
        found = exchanges(event(recurrence=["RRULE:FREQ=DAILY"], start={"date": "2010-01-01"}, end={"date": "2010-01-02"}))

        assert len(found) == 500
        assert min(abs(each.at - NOW) for each in found) < timedelta(days=1)

    @given(st.dictionaries(st.sampled_from(["start", "end", "attendees", "organizer", "recurrence", "conferenceData", "id"]), json_values))
    def test_no_json_is_too_strange(self, fields: dict[str, Any]) -> None:
        """An event comes out, or nothing; never an error."""
        read = calendar_event(event(**fields), number=1)

        assert read is None or read.uid


STUB = {"id": "m1", "threadId": "m1"}
HISTORIES: tuple[tuple[list[dict[str, Any]], list[str], list[str]], ...] = (
    ([{"messagesAdded": [{"message": {**STUB, "labelIds": ["INBOX"]}}]}], ["m1"], []),
    ([{"messagesAdded": [{"message": STUB}]}], ["m1"], []),
    ([{"messagesAdded": [{"message": {**STUB, "labelIds": ["DRAFT"]}}]}], [], ["m1"]),
    ([{"messagesDeleted": [{"message": STUB}]}], [], ["m1"]),
    ([{"messagesAdded": [{"message": STUB}]}, {"messagesDeleted": [{"message": STUB}]}], [], ["m1"]),
    ([{"messagesDeleted": [{"message": STUB}]}, {"labelsAdded": [{"message": {**STUB, "labelIds": ["INBOX"]}}]}], [], ["m1"]),
    ([{"labelsAdded": [{"message": {**STUB, "labelIds": ["INBOX", "TRASH"]}, "labelIds": ["TRASH"]}]}], [], ["m1"]),
    ([{"labelsRemoved": [{"message": {**STUB, "labelIds": ["INBOX"]}, "labelIds": ["SPAM"]}]}], ["m1"], []),
    ([{"labelsAdded": [{"message": STUB, "labelIds": ["TRASH"]}]}], [], ["m1"]),
    ([{"labelsRemoved": [{"message": STUB, "labelIds": ["TRASH"]}]}], ["m1"], []),
    ([{"labelsAdded": [{"message": STUB, "labelIds": ["STARRED"]}]}], [], []),
    ([{"id": "1"}, {"messagesAdded": "nothing"}, {"messagesAdded": [None, {}, {"message": {"id": 7}}]}], [], []),
)
"""Stretches of history, which messages are there by them, and which are gone."""


@pytest.mark.parametrize(("records", "there", "gone"), HISTORIES)
def test_the_last_word_about_a_message_counts(records: list[dict[str, Any]], there: list[str], gone: list[str]) -> None:
    """And one that was deleted never comes back."""
    assert last_words(records) == (there, gone)
