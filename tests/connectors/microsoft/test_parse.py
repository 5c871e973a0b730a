"""What Graph's JSON means: tables of messages and events as Graph writes them, and JSON that nobody would write."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.exchange import Kind, Participant, Response, Role, Status
from connectors.microsoft.parse import event_exchange, is_whole, message_exchange, series_of

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SENT_AT = datetime(2026, 11, 18, 8, 30, tzinfo=UTC)
OWN = "me@mill.example"
SERIES_UID = "040000008200E00074C5B7101A82E008000000009D1C2F5A5E2ED90100000000000000001000000074C5B7101A82E00874C5B7101A82E008"
OF_A_DAY = "040000008200E00074C5B7101A82E00807EA0B179D1C2F5A5E2ED90100000000000000001000000074C5B7101A82E00874C5B7101A82E008"

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["emailAddress", "address", "name", "value", "id", "content", "dateTime", "timeZone", "response"]), inner
        )
    ),
    max_leaves=12,
)


def recipient(address: str, name: str = "") -> dict[str, Any]:
    return {"emailAddress": {"name": name or address, "address": address}}


def own(name: str, value: str) -> dict[str, Any]:
    return {"id": name, "value": value}


def message(**fields: Any) -> dict[str, Any]:
    return {
        "@odata.type": "#microsoft.graph.message",
        "id": "AAk1",
        "internetMessageId": "<plan-1@forge.example>",
        "subject": "The plan",
        "from": recipient("Ann@Forge.example", "Ann Forge"),
        "sender": recipient("Ann@Forge.example", "Ann Forge"),
        "toRecipients": [recipient(OWN), recipient("tom@guild.example", "Tom")],
        "ccRecipients": [recipient("team@guild.example", "The team")],
        "bccRecipients": [],
        "replyTo": [],
        "sentDateTime": "2026-11-18T08:30:00Z",
        "receivedDateTime": "2026-11-18T08:31:00Z",
        "isDraft": False,
        "hasAttachments": False,
        "body": {"contentType": "text", "content": "Here it is."},
        **fields,
    }


def event(**fields: Any) -> dict[str, Any]:
    return {
        "id": "ev1",
        "type": "singleInstance",
        "iCalUId": SERIES_UID,
        "subject": "Review",
        "body": {"contentType": "text", "content": "The third part."},
        "start": {"dateTime": "2026-11-23T09:00:00.0000000", "timeZone": "UTC"},
        "end": {"dateTime": "2026-11-23T10:00:00.0000000", "timeZone": "UTC"},
        "organizer": recipient("ann@forge.example", "Ann Forge"),
        "attendees": [
            {"type": "required", "status": {"response": "accepted"}, **recipient("Tom@Guild.example", "Tom")},
            {"type": "optional", "status": {"response": "none"}, **recipient(OWN)},
        ],
        "responseStatus": {"response": "tentativelyAccepted"},
        **fields,
    }


def read(**fields: Any) -> Any:
    return event_exchange(event(**fields), "ev1", own=OWN)


class TestMessages:
    def test_a_message_is_an_exchange(self) -> None:
        """Everything that it needs, from where Graph has it."""
        found = message_exchange(message(), "AAk1", now=NOW)

        assert (found.kind, found.external_id, found.item, found.at) == (Kind.EMAIL, "plan-1@forge.example", "AAk1", SENT_AT)
        assert (found.subject, found.text, found.html, found.attachments) == ("The plan", "Here it is.", "", ())
        assert found.participants == (
            Participant(address="ann@forge.example", role=Role.SENDER, name="Ann Forge"),
            Participant(address=OWN, role=Role.TO),
            Participant(address="tom@guild.example", role=Role.TO, name="Tom"),
            Participant(address="team@guild.example", role=Role.CC, name="The team"),
        )

    def test_what_came_from_outside_has_its_header(self) -> None:
        """The fields that decide on bulk and channel, the thread, and the mail's own date."""
        stated = {
            "Date": "Wed, 18 Nov 2026 09:29:00 +0100",
            "In-Reply-To": "<ask-1@mill.example>",
            "References": "<first@mill.example> <ask-1@mill.example>",
            "List-Unsubscribe": "<https://forge.example/u>",
            "Content-Class": "urn:content-classes:message",
        }
        found = message_exchange(message(internetMessageHeaders=[{"name": n, "value": v} for n, v in stated.items()]), "AAk1", now=NOW)

        assert found.at == datetime(2026, 11, 18, 8, 29, tzinfo=UTC)
        assert found.in_reply_to == "ask-1@mill.example"
        assert found.references == ("first@mill.example", "ask-1@mill.example")
        assert found.header("list-unsubscribe") == "<https://forge.example/u>"

    def test_what_was_sent_has_its_thread_in_properties_of_outlooks_own(self) -> None:
        """By number, with zeros before it or without."""
        properties = [
            own("String 0x1042", "<ask-1@forge.example>"),
            own("String 0x1039", "<first@forge.example> <ask-1@forge.example>"),
            own("String 0x1a", "IPM.Note"),
        ]
        found = message_exchange(message(singleValueExtendedProperties=properties), "AAk1", now=NOW)

        assert (found.in_reply_to, found.message_class) == ("ask-1@forge.example", "IPM.Note")
        assert found.references == ("first@forge.example", "ask-1@forge.example")

    @pytest.mark.parametrize(
        ("message_class", "kind", "method"),
        [
            ("IPM.Note.Microsoft.Voicemail.UM.CA", "message", ""),
            ("IPM.Note.Microsoft.Missed.Voice", "message", ""),
            ("IPM.Note.Mobile.SMS", "message", ""),
            ("IPM.SkypeTeams.Message", "message", ""),
            ("IPM.Note.Rules.OofTemplate.Microsoft", "message", ""),
            ("IPM.Schedule.Meeting.Request", "eventMessageRequest", "REQUEST"),
            ("IPM.Schedule.Meeting.Resp.Pos", "eventMessageResponse", "REPLY"),
            ("IPM.Schedule.Meeting.Canceled", "eventMessage", "CANCEL"),
            ("", "eventMessageRequest", "REQUEST"),
            ("", "eventMessage", "CANCEL"),
        ],
    )
    def test_an_item_of_another_class_says_so(self, message_class: str, kind: str, method: str) -> None:
        """The class is handed on; meeting traffic is known by it, or by its type."""
        properties = [own("String 0x001A", message_class)] if message_class else []
        found = message_exchange(
            message(**{"@odata.type": f"#microsoft.graph.{kind}", "singleValueExtendedProperties": properties}), "AAk1", now=NOW
        )

        assert (found.message_class, found.calendar_method) == (message_class, method)

    def test_an_address_of_exchanges_own_is_none(self) -> None:
        """The header is asked where Outlook has nothing but a path in a directory."""
        path = "/O=EXCHANGELABS/OU=EXCHANGE ADMINISTRATIVE GROUP/CN=RECIPIENTS/CN=ANN"
        header = [{"name": "From", "value": "Ann Forge <ann@forge.example>"}]
        found = message_exchange(
            message(**{"from": recipient(path, "Ann"), "sender": recipient(path, "Ann"), "internetMessageHeaders": header}), "AAk1", now=NOW
        )

        assert found.participants[-1] == Participant(address="ann@forge.example", role=Role.SENDER, name="Ann Forge")
        assert all("@" in each.address for each in found.participants)

    def test_bodies_are_what_they_say(self) -> None:
        """A text where Outlook could make one, else its HTML; and that something is attached."""
        found = message_exchange(message(body={"contentType": "html", "content": "<p>Hi</p>"}, hasAttachments=True), "AAk1", now=NOW)

        assert (found.text, found.html, len(found.attachments)) == ("", "<p>Hi</p>", 1)

    def test_an_impossible_date_gives_way(self) -> None:
        """To when Outlook took it in."""
        found = message_exchange(message(sentDateTime="2037-01-01T00:00:00Z"), "AAk1", now=NOW)

        assert found.at == datetime(2026, 11, 18, 8, 31, tzinfo=UTC)

    def test_a_message_of_which_only_a_mark_is_told_is_not_whole(self) -> None:
        """It has to be fetched where the ledger does not hold it."""
        assert is_whole(message())
        assert not is_whole({"id": "AAk1", "isRead": True})

    @given(st.dictionaries(st.sampled_from(sorted(message())), json_values))
    def test_nothing_surprises_it(self, fields: dict[str, Any]) -> None:
        """Whatever stands in a field; a mail without any date is a value that cannot be."""
        try:
            found = message_exchange(message(**fields), "AAk1", now=NOW)
        except ValueError:
            return
        assert found.at.utcoffset() is not None
        assert all(each.address.count("@") == 1 for each in found.participants)


class TestEvents:
    def test_an_event_is_an_exchange(self) -> None:
        """Who, when, where, and what they answered; the answer of one's own stands apart."""
        found = read(location={"displayName": "Room 4"}, onlineMeeting={"joinUrl": "https://teams.example/l/1"})

        assert (found.kind, found.external_id, found.series) == (Kind.EVENT, SERIES_UID, "")
        assert (found.at.isoformat(), found.ends_at.isoformat()) == ("2026-11-23T09:00:00+00:00", "2026-11-23T10:00:00+00:00")
        assert (found.location, found.conference_url, found.text) == ("Room 4", "https://teams.example/l/1", "The third part.")
        assert [(each.address, each.role, each.response, each.optional) for each in found.participants] == [
            ("ann@forge.example", Role.ORGANIZER, Response.UNANSWERED, False),
            ("tom@guild.example", Role.ATTENDEE, Response.ACCEPTED, False),
            (OWN, Role.ATTENDEE, Response.TENTATIVE, True),
        ]

    @pytest.mark.parametrize("zone", ["Europe/Berlin", "W. Europe Standard Time"])
    def test_zones_are_known_by_either_name(self, zone: str) -> None:
        """IANA's, and Windows' own."""
        found = read(start={"dateTime": "2026-07-23T09:00:00.0000000", "timeZone": zone})

        assert found.at == datetime(2026, 7, 23, 7, tzinfo=UTC)

    def test_whole_days_are_the_days_that_they_are_everywhere(self) -> None:
        """Midnight UTC, whatever the zone."""
        found = read(
            isAllDay=True,
            start={"dateTime": "2026-11-23T00:00:00.0000000", "timeZone": "Europe/Berlin"},
            end={"dateTime": "2026-11-24T00:00:00.0000000", "timeZone": "Europe/Berlin"},
        )

        assert (found.all_day, found.at) == (True, datetime(2026, 11, 23, tzinfo=UTC))

    @pytest.mark.parametrize(
        ("fields", "external_id"),
        [
            ({"type": "occurrence", "originalStart": "2026-11-23T09:00:00Z"}, f"{SERIES_UID}/20261123T090000Z"),
            ({"type": "exception", "originalStart": "2026-11-16T09:00:00.0000000Z"}, f"{SERIES_UID}/20261116T090000Z"),
            ({"type": "occurrence", "originalStart": None}, f"{SERIES_UID}/20261123T090000Z"),
            # Somebody who was invited to one occurrence holds a single event with the day of it in its UID.
            ({"type": "singleInstance"}, f"{SERIES_UID}/20261123T090000Z"),
        ],
    )
    def test_an_occurrence_is_named_by_its_series_and_its_first_start(self, fields: dict[str, Any], external_id: str) -> None:
        """The day that Outlook writes into the UID of an occurrence is taken out again."""
        found = event_exchange(event(iCalUId=OF_A_DAY, seriesMasterId="master", **fields), "master", own=OWN)

        assert (found.external_id, found.series, found.item, found.part) == (external_id, SERIES_UID, "master", "ev1")

    def test_a_whole_day_of_a_series_is_named_by_its_day(self) -> None:
        """As it was in the zone of the series, for all who were invited."""
        found = event_exchange(
            event(
                type="exception",
                isAllDay=True,
                iCalUId=OF_A_DAY,
                originalStart="2026-11-22T23:00:00Z",
                originalStartTimeZone="W. Europe Standard Time",
            ),
            "master",
            own=OWN,
        )

        assert found.external_id == f"{SERIES_UID}/20261123T000000Z"

    def test_a_uid_of_elsewhere_is_taken_out_of_outlooks(self) -> None:
        """An invitation from another calendar keeps the UID that it has there."""
        uid = "7kukuqrfedlm2f9t0vb3ktmpd8@google.com"
        data = b"vCal-Uid\x01\x00\x00\x00" + uid.encode() + b"\x00"
        beginning, size = "040000008200E00074C5B7101A82E008", len(data).to_bytes(4, "little").hex().upper()
        plain = f"{beginning}{'0' * 8}{'0' * 32}{size}{data.hex().upper()}"
        of_day = f"{beginning}07EA0B17{'0' * 32}{size}{data.hex().upper()}"

        assert read(iCalUId=plain).external_id == uid
        assert read(iCalUId=uid).external_id == uid
        assert event_exchange(event(iCalUId=of_day, type="occurrence"), "m", own=OWN).external_id == f"{uid}/20261123T090000Z"

    def test_rooms_hidden_guests_and_cancelled_meetings_are_told(self) -> None:
        """A room is one by its seat, or by the place's own address."""
        seats = [
            {"type": "resource", **recipient("room4@mill.example")},
            {"type": "required", **recipient("hall@mill.example")},
        ]
        found = read(
            attendees=seats,
            locations=[{"displayName": "Hall", "locationType": "conferenceRoom", "locationEmailAddress": "hall@mill.example"}],
            hideAttendees=True,
            isOrganizer=False,
            isCancelled=True,
            showAs="oof",
        )

        assert [each.resource for each in found.participants] == [False, True, True]
        assert (found.guests_hidden, found.status, found.event_type) == (True, Status.CANCELLED, "outOfOffice")

    @pytest.mark.parametrize("start", [None, {}, {"dateTime": "soon"}, {"dateTime": "2026-13-01T00:00:00", "timeZone": "UTC"}])
    def test_an_event_without_a_start_is_none(self, start: Any) -> None:
        """It is pending, and shown."""
        with pytest.raises(ValueError, match=r"^$"):
            read(start=start)

    def test_what_belongs_to_a_series_says_to_which(self) -> None:
        """The series itself, an occurrence; not a single event."""
        assert series_of(event(type="seriesMaster")) == "ev1"
        assert series_of(event(type="occurrence", seriesMasterId="m")) == "m"
        assert series_of(event()) == ""

    @given(st.dictionaries(st.sampled_from(sorted([*event(), "location", "locations", "onlineMeeting", "originalStart"])), json_values))
    def test_nothing_surprises_it(self, fields: dict[str, Any]) -> None:
        """Whatever stands in a field."""
        try:
            found = event_exchange(event(**fields), "ev1", own=OWN)
        except ValueError:
            return
        assert found.ends_at is not None
        assert found.ends_at >= found.at
