"""What Graph's answers mean: a message or an event as JSON becomes an exchange. Pure, bounded, and never surprised by a missing field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any

from msgspec import structs

from connectors.exchange import Attachment, Exchange, Kind, Participant, Response, Role, Status
from connectors.reading.addresses import NAME_CHARS, RECIPIENTS, addr_spec
from connectors.reading.headers import clean_line
from connectors.reading.ics_event import LOCATION_CHARS, SUMMARY_CHARS, UID_CHARS, URL_CHARS
from connectors.reading.json_values import array, header_fields, line, mapping, text
from connectors.reading.mail import HEADER_CHARS, first_values, is_possible, mail_exchange, parse_date
from connectors.reading.mime import BODY_CHARS, Body
from connectors.reading.zones import named_zone

Json = Mapping[str, Any]

MESSAGE_CLASS, REFERENCES, IN_REPLY_TO = "String 0x001A", "String 0x1039", "String 0x1042"
"""Properties of Outlook's own (MS-OXPROPS), which Graph gives by number: sent mails have no header to read them from."""

MESSAGE_FIELDS = (
    "internetMessageId,internetMessageHeaders,subject,from,sender,toRecipients,ccRecipients,bccRecipients,replyTo,"
    "sentDateTime,receivedDateTime,isDraft,hasAttachments,body"
)
MESSAGE_EXPANDED = "singleValueExtendedProperties($filter=" + " or ".join(
    f"id eq '{name}'" for name in (MESSAGE_CLASS, REFERENCES, IN_REPLY_TO)
) + ")"
EVENT_FIELDS = (
    "type,seriesMasterId,iCalUId,subject,body,start,end,originalStart,originalStartTimeZone,isAllDay,isCancelled,isDraft,"
    "hideAttendees,isOrganizer,organizer,attendees,responseStatus,location,locations,onlineMeeting,onlineMeetingUrl,showAs"
)

ATTENDEES = 500

_METHODS = {"request": "REQUEST", "resp": "REPLY", "canceled": "CANCEL"}
_MEETING_CLASS = re.compile(r"ipm\.schedule\.meeting\.([a-z]+)", re.IGNORECASE)
_MEETING_TYPES = {
    "#microsoft.graph.eventMessageRequest": "REQUEST",
    "#microsoft.graph.eventMessageResponse": "REPLY",
    "#microsoft.graph.eventMessage": "CANCEL",
}
_RESPONSES = {
    "accepted": Response.ACCEPTED,
    "organizer": Response.ACCEPTED,
    "declined": Response.DECLINED,
    "tentativelyAccepted": Response.TENTATIVE,
}
_BUSY_TYPES = {"oof": "outOfOffice", "workingElsewhere": "workingLocation"}

# A UID of Outlook's (MS-OXOCAL, 2.2.1.27): what it is, the day of an occurrence, when it was made, nothing, a length, and data.
_OUTLOOK_UID = re.compile(r"040000008200E00074C5B7101A82E008([0-9A-F]{8})([0-9A-F]{32}[0-9A-F]{8}[0-9A-F]*)\Z", re.IGNORECASE)
_UID_BEGINNING = "040000008200E00074C5B7101A82E008"
_NO_DAY = "00000000"
_DATA_AT = 40
# Where the event was made elsewhere, the data say so and hold that UID.
_FOREIGN = b"vCal-Uid\x01\x00\x00\x00"


# ── mail ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def is_whole(message: Json) -> bool:
    """Whether Graph tells all of a message; of a changed one it may tell only what has changed."""
    return "receivedDateTime" in message and "toRecipients" in message and "body" in message


def is_draft(message: Json) -> bool:
    """Whether a message was never sent."""
    return message.get("isDraft") is True


def message_exchange(message: Json, item: str, *, now: datetime) -> Exchange:
    """A message as an exchange. A header has only what came from outside; for the rest Outlook has properties of its own."""
    fields = header_fields(message.get("internetMessageHeaders"))
    own = _own_properties(message)
    first = {
        "message-id": text(message.get("internetMessageId")),
        "in-reply-to": own.get(IN_REPLY_TO, ""),
        "references": own.get(REFERENCES, ""),
        "subject": text(message.get("subject")),
    }
    first = {name: value for name, value in first.items() if value} | {
        name: value for name, value in first_values(fields).items() if name != "subject"
    }
    at = _written_at(first, message, now)
    read = mail_exchange(fields, first, _body_of(message), at=at, item=item)
    return structs.replace(
        read,
        participants=_people(message, read.participants),
        message_class=own.get(MESSAGE_CLASS, "")[:HEADER_CHARS] or read.message_class,
        calendar_method=_method(message, own.get(MESSAGE_CLASS, "")),
    )


def _own_properties(message: Json) -> dict[str, str]:
    listed = (mapping(each) for each in array(message.get("singleValueExtendedProperties")))
    # Graph writes the number as it was asked for or without its zeros.
    wanted = {name.replace("0x00", "0x").lower(): name for name in (MESSAGE_CLASS, REFERENCES, IN_REPLY_TO)}
    found = {wanted.get(text(each.get("id")).replace("0x00", "0x").lower(), ""): text(each.get("value")) for each in listed}
    return {name: value for name, value in found.items() if name}


def _written_at(first: Mapping[str, str], message: Json, now: datetime) -> datetime:
    """The mail's own date where it can be, else when Outlook sent it or took it in."""
    for stated in (first.get("date", ""), text(message.get("sentDateTime")), text(message.get("receivedDateTime"))):
        at = parse_date(stated)
        if at is not None and is_possible(at, now):
            return at
    raise ValueError


def _body_of(message: Json) -> Body:
    """What it says; of what it carries only that it does."""
    body = mapping(message.get("body"))
    content = text(body.get("content"))[:BODY_CHARS]
    is_html = body.get("contentType") == "html"
    carried = (Attachment(name="", media_type="application/octet-stream"),) if message.get("hasAttachments") is True else ()
    return Body(text="" if is_html else content, html=content if is_html else "", attachments=carried)


def _method(message: Json, message_class: str) -> str:
    found = _MEETING_CLASS.match(message_class)
    named = _METHODS.get(found[1].lower(), "") if found else ""
    return named or _MEETING_TYPES.get(text(message.get("@odata.type")), "")


def _people(message: Json, by_header: tuple[Participant, ...]) -> tuple[Participant, ...]:
    """Who sits in a mail, as Outlook has resolved them; a seat for which it knows no address is taken from the header."""
    senders = list(_seats([message.get("from")], Role.SENDER)) or list(_seats([message.get("sender")], Role.SENDER))
    own = {each.address for each in senders}
    replies = [each for each in _seats(message.get("replyTo"), Role.REPLY_TO) if each.address not in own]
    found = [*senders, *replies]
    for name, role in (("toRecipients", Role.TO), ("ccRecipients", Role.CC), ("bccRecipients", Role.BCC)):
        found += _seats(message.get(name), role)
    filled = {each.role for each in found} | ({Role.REPLY_TO} if senders else set())
    found += [each for each in by_header if each.role not in filled]
    return tuple(found[:RECIPIENTS])


def _seats(listed: Any, role: Role) -> Iterator[Participant]:
    seen: set[str] = set()
    for each in array(listed)[:RECIPIENTS]:
        who = mapping(mapping(each).get("emailAddress"))
        address = addr_spec(text(who.get("address")))
        if address and address not in seen:
            seen.add(address)
            yield Participant(address=address, role=role, name=_name(who, address))


def _name(who: Json, address: str) -> str:
    name = line(who.get("name"), NAME_CHARS)
    return "" if addr_spec(name) == address else name


# ── events ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def series_of(event: Json) -> str:
    """The id of the series that an event is, or is an occurrence of; empty for a single event."""
    if master := text(event.get("seriesMasterId")):
        return master
    return text(event.get("id")) if event.get("type") == "seriesMaster" else ""


def event_exchange(event: Json, item: str, *, own: str) -> Exchange:
    """An event, or one occurrence of a series, as an exchange.

    Args:
        event: As Graph writes it.
        item: What it is known by: its own id, or that of its series.
        own: The address of the mailbox, whose answer Graph states apart.

    Raises:
        ValueError: it has no readable start.
    """
    is_day = event.get("isAllDay") is True
    start = _moment(mapping(event.get("start")), is_day=is_day)
    if start is None:
        raise ValueError
    end = _moment(mapping(event.get("end")), is_day=is_day)
    uid, day = _uid(event)
    original = _original(event, start, is_day=is_day) if text(event.get("type")) in {"occurrence", "exception"} or day else None
    body = mapping(event.get("body"))
    content = text(body.get("content"))[:BODY_CHARS]
    is_html = body.get("contentType") == "html"
    return Exchange(
        kind=Kind.EVENT,
        external_id=uid if original is None else f"{uid}/{original:%Y%m%dT%H%M%SZ}",
        at=start,
        ends_at=max(end, start) if end else start,
        participants=_guests(event, own),
        subject=line(event.get("subject"), SUMMARY_CHARS),
        text="" if is_html else content,
        html=content if is_html else "",
        status=Status.CANCELLED if event.get("isCancelled") is True else Status.CONFIRMED,
        series="" if original is None else uid,
        location=_place(event),
        conference_url=_join_link(event),
        guests_hidden=event.get("hideAttendees") is True and event.get("isOrganizer") is not True,
        all_day=is_day,
        event_type=_BUSY_TYPES.get(text(event.get("showAs")), ""),
        item=item,
        part=text(event.get("id")) if text(event.get("id")) != item else "",
    )


def is_unsent(event: Json) -> bool:
    """Whether a meeting was never sent to anybody."""
    return event.get("isDraft") is True


def _uid(event: Json) -> tuple[str, bool]:
    """The UID that all copies of an event have everywhere, its series' own for an occurrence; and whether it named one day of a series.

    Outlook writes the UID of an event that was made elsewhere into one of its own, and the day of an occurrence into that of its series.
    """
    stated = line(event.get("iCalUId"), UID_CHARS + 1).strip()
    found = _OUTLOOK_UID.match(stated)
    if found is None:
        fallback = f"{text(event.get('seriesMasterId') or event.get('id'))[:UID_CHARS]}@outlook.com"
        return (stated if stated and len(stated) <= UID_CHARS else fallback), False
    day, rest = found[1], found[2]
    data = bytes.fromhex(rest[_DATA_AT : len(rest) - len(rest) % 2])
    if data.startswith(_FOREIGN):
        foreign = clean_line(data[len(_FOREIGN) :].rstrip(b"\x00").decode("utf-8", "replace")).strip()
        if 0 < len(foreign) <= UID_CHARS:
            return foreign, day != _NO_DAY
    return f"{_UID_BEGINNING}{_NO_DAY}{rest.upper()}", day != _NO_DAY


def _original(event: Json, start: datetime, *, is_day: bool) -> datetime:
    """When an occurrence was first meant to start; of a whole day its midnight."""
    at = parse_date(text(event.get("originalStart")))
    if at is None or (is_day and event.get("type") == "occurrence"):
        return start
    if not is_day:
        return at
    zone = _zone(text(event.get("originalStartTimeZone")))
    return datetime.combine(at.astimezone(zone).date(), time(), tzinfo=UTC)


def _zone(name: str) -> tzinfo:
    return named_zone(name) or UTC if name else UTC


def _moment(stated: Json, *, is_day: bool) -> datetime | None:
    """A time as Graph writes it: a wall clock with seven decimals, and the name of its zone; a whole day is kept at midnight UTC."""
    try:
        local = datetime.fromisoformat(text(stated.get("dateTime"))[:19])
        if is_day:
            return datetime.combine(local.date(), time(), tzinfo=UTC)
        return local.replace(tzinfo=_zone(text(stated.get("timeZone")))).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _guests(event: Json, own: str) -> tuple[Participant, ...]:
    rooms = {
        addr_spec(text(mapping(each).get("locationEmailAddress")))
        for each in (event.get("location"), *array(event.get("locations")))
        if mapping(each).get("locationType") == "conferenceRoom"
    }
    answered = _RESPONSES.get(text(mapping(event.get("responseStatus")).get("response")), Response.UNANSWERED)
    seats: dict[tuple[Role, str], Participant] = {}
    guests = [(Role.ATTENDEE, mapping(each)) for each in array(event.get("attendees"))[:ATTENDEES]]
    for role, seat in [(Role.ORGANIZER, mapping(event.get("organizer"))), *guests]:
        who = mapping(seat.get("emailAddress"))
        address = addr_spec(text(who.get("address")))
        if not address or (role, address) in seats:
            continue
        response = _RESPONSES.get(text(mapping(seat.get("status")).get("response")), Response.UNANSWERED)
        seats[role, address] = Participant(
            address=address,
            role=role,
            name=_name(who, address),
            response=answered if address == own and response is Response.UNANSWERED else response,
            resource=seat.get("type") == "resource" or address in rooms,
            optional=seat.get("type") == "optional",
        )
    return tuple(seats.values())


def _place(event: Json) -> str:
    """Where it takes place, by name or by its address on the web."""
    location = mapping(event.get("location"))
    return line(location.get("displayName"), LOCATION_CHARS) or line(location.get("locationUri"), LOCATION_CHARS)


def _join_link(event: Json) -> str:
    """The structured join link."""
    values = (text(mapping(event.get("onlineMeeting")).get("joinUrl")), text(event.get("onlineMeetingUrl")))
    found = (clean_line(value) for value in values)
    return next((value for value in found if value.lower().startswith(("https://", "http://")) and len(value) <= URL_CHARS), "")


def window_edge(day: datetime, away: timedelta) -> str:
    """One edge of the window in which events are read."""
    return f"{day + away:%Y-%m-%dT%H:%M:%SZ}"
