"""What Google's answers mean: a message or an event as JSON becomes an exchange. Pure, bounded, and never surprised by a missing field."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.exchange import Exchange, Participant, Response, Role, Status
from connectors.reading.addresses import NAME_CHARS, addr_spec
from connectors.reading.headers import clean_line
from connectors.reading.ics_event import LOCATION_CHARS, SUMMARY_CHARS, UID_CHARS, URL_CHARS, Event
from connectors.reading.ics_values import Moment, moment, read_property
from connectors.reading.ics_values import text as unescaped
from connectors.reading.json_values import array, header_fields, line, mapping, text
from connectors.reading.mail import first_values, is_possible, mail_exchange, parse_date
from connectors.reading.mime import BODY_CHARS, DEPTH, FIELD_CHARS, PARTS, Leaf, assemble, file_name, media_type
from connectors.reading.zones import named_zone

Json = Mapping[str, Any]

LEFT_OUT = frozenset({"TRASH", "SPAM", "DRAFT", "CHAT"})
"""Labels of what was never exchanged, or is gone."""
ATTENDEES = 500
RULE_LINES = 20
DATES = 5_000

_RESPONSES = {"accepted": Response.ACCEPTED, "declined": Response.DECLINED, "tentative": Response.TENTATIVE}
_ROOM_HOST = "@resource.calendar.google.com"


# ── mail ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def labels_of(message: Json) -> frozenset[str]:
    """The labels of a message."""
    return frozenset(each for each in array(message.get("labelIds")) if isinstance(each, str))


def message_exchange(message: Json, item: str, *, now: datetime) -> Exchange:
    """A message with format=full as an exchange. It has no MIME to be parsed: Google has done that."""
    payload = mapping(message.get("payload"))
    fields = header_fields(payload.get("headers"))
    first = first_values(fields)
    body = assemble(list(_leaves(payload, 0, 0, iter(range(1, PARTS + 1)))))
    return mail_exchange(fields, first, body, at=_written_at(first, message, now), item=item)


def _written_at(first: Json, message: Json, now: datetime) -> datetime:
    """The mail's own date where it can be, else when Gmail took it in."""
    stated = parse_date(first.get("date", ""))
    if stated is not None and is_possible(stated, now):
        return stated
    millis = str(message.get("internalDate", ""))
    seconds = int(millis) // 1000 if millis.isascii() and millis.isdigit() and len(millis) <= 14 else 0
    return datetime.fromtimestamp(min(seconds, int(now.timestamp())), UTC)


def _leaves(part: Json, alternative: int, depth: int, numbers: Iterator[int]) -> Iterator[Leaf]:
    """The leaves of a message in order, as far as depth and number allow."""
    number = next(numbers, 0)
    if not number or depth > DEPTH:
        return
    fields = dict(reversed(header_fields(part.get("headers"))))
    _, parameters = media_type(fields.get("content-type", "")[:FIELD_CHARS])
    kind = text(part.get("mimeType")).lower() or "text/plain"
    if kind.startswith("multipart/"):
        inside = number if kind == "multipart/alternative" else alternative
        for child in array(part.get("parts")):
            yield from _leaves(mapping(child), inside, depth + 1, numbers)
        return
    body = mapping(part.get("body"))
    size = body.get("size")
    yield Leaf(
        media_type=kind,
        # Gmail gives texts in UTF-8, whatever they were sent in.
        parameters={**parameters, "charset": "utf-8"},
        name=file_name(text(part.get("filename"))),
        content_id=fields.get("content-id", "").strip("<> "),
        attached=fields.get("content-disposition", "").strip().lower().startswith("attachment"),
        size=size if isinstance(size, int) and size > 0 else 0,
        alternative=alternative,
        content=lambda: _decoded(body.get("data")),
    )


def _decoded(data: Any) -> bytes:
    if not isinstance(data, str):
        return b""
    raw = data[: 2 * 4 * BODY_CHARS].encode("ascii", "ignore").rstrip(b"=")
    raw = raw[: len(raw) - (len(raw) % 4 == 1)]
    try:
        return base64.urlsafe_b64decode(raw + b"=" * (-len(raw) % 4))
    except binascii.Error:
        return b""


# ── events ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def is_ordinary(event: Json) -> bool:
    """Whether an event is one that people may have agreed on; focus time, birthdays and bookings read from mail are not."""
    return bool(event.get("eventType", "default") == "default")


def is_cancelled(event: Json) -> bool:
    return event.get("status") == "cancelled"


def series_of(event: Json) -> str:
    """The id of the series that an event is, or is an occurrence of; empty for a single event."""
    if master := text(event.get("recurringEventId")):
        return master
    return text(event.get("id")) if event.get("recurrence") else ""


def original_start(event: Json) -> Moment | None:
    """When an occurrence was first meant to start."""
    return _moment(mapping(event.get("originalStartTime")))


def calendar_event(event: Json, *, number: int, removed: Sequence[Moment] = ()) -> Event | None:
    """An event with all that an exchange needs; None where it has no readable start.

    Args:
        number: Its place in the answer.
        removed: Occurrences that were taken out of the series.
    """
    start = _moment(mapping(event.get("start")))
    if start is None:
        return None
    end = _moment(mapping(event.get("end")))
    usual = timedelta(days=1) if start.is_day else timedelta(0)
    length = end.utc() - start.utc() if end is not None else usual
    sequence = event.get("sequence", 0)
    rules, against, dates, dates_against = _recurrence(event, start)
    return Event(
        uid=_uid(event),
        number=number,
        start=start,
        length=max(length, timedelta(0)),
        sequence=sequence if isinstance(sequence, int) and 0 <= sequence < 2**31 else 0,
        stamp=text(event.get("updated"))[:40],
        recurrence=original_start(event),
        this_and_future=False,
        rules=rules,
        rules_against=against,
        dates=dates,
        dates_against=(*dates_against, *removed),
        summary=line(event.get("summary"), SUMMARY_CHARS),
        text=text(event.get("description"))[:BODY_CHARS],
        html="",
        location=line(event.get("location"), LOCATION_CHARS),
        status=_status(event),
        participants=_seats(event),
        conference_url=_link(event),
        event_type="",
        guests_hidden=_guests_hidden(event),
    )


def _uid(event: Json) -> str:
    stated = text(event.get("iCalUID")).strip()
    return stated if stated and len(stated) <= UID_CHARS else f"{text(event.get('id'))[:UID_CHARS]}@google.com"


def _recurrence(event: Json, start: Moment) -> tuple[tuple[str, ...], tuple[str, ...], tuple[Moment, ...], tuple[Moment, ...]]:
    """The rules and dates of a series (RFC 5545 lines), for and against."""
    rules: dict[str, list[str]] = {"RRULE": [], "EXRULE": []}
    dates: dict[str, list[Moment]] = {"RDATE": [], "EXDATE": []}
    for stated in array(event.get("recurrence"))[:RULE_LINES]:
        name = text(stated)[:6].upper().rstrip(":;")
        found = read_property(text(stated)[len(name) :]) if name in rules or name in dates else None
        if found is None:
            continue
        if name in rules:
            rules[name].append(found.value)
            continue
        zone = named_zone(unescaped(found.parameter("TZID"))) or start.zone
        values = found.value.split(",", DATES)[:DATES]
        dates[name].extend(read for value in values if (read := moment(value.partition("/")[0], zone)) is not None)
    return tuple(rules["RRULE"]), tuple(rules["EXRULE"]), tuple(dates["RDATE"]), tuple(dates["EXDATE"])


def _moment(stated: Json) -> Moment | None:
    """A time as Google writes it: an instant with its zone's name, or a day."""
    if day := text(stated.get("date")):
        return moment(day[:10], UTC)
    try:
        at = datetime.fromisoformat(text(stated.get("dateTime"))[:40])
        zone = named_zone(text(stated.get("timeZone"))) if stated.get("timeZone") else None
        if at.tzinfo is None:
            return Moment(local=at, zone=zone or UTC)
        return Moment(local=at.astimezone(zone or at.tzinfo).replace(tzinfo=None), zone=zone or at.tzinfo)
    except (ValueError, OverflowError):
        return None


def _seats(event: Json) -> tuple[Participant, ...]:
    seats: dict[tuple[Role, str], Participant] = {}
    guests = [(Role.ATTENDEE, mapping(each)) for each in array(event.get("attendees"))[:ATTENDEES]]
    for role, who in [(Role.ORGANIZER, mapping(event.get("organizer"))), *guests]:
        address = addr_spec(text(who.get("email")))
        if not address or (role, address) in seats:
            continue
        name = line(who.get("displayName"), NAME_CHARS)
        seats[role, address] = Participant(
            address=address,
            role=role,
            name="" if addr_spec(name) == address else name,
            response=_RESPONSES.get(text(who.get("responseStatus")), Response.UNANSWERED),
            resource=who.get("resource") is True or address.endswith(_ROOM_HOST),
            optional=who.get("optional") is True,
        )
    return tuple(seats.values())


def _guests_hidden(event: Json) -> bool:
    """Whether there may be guests that are not named."""
    more = any(mapping(each).get("additionalGuests") for each in array(event.get("attendees"))[:ATTENDEES])
    return event.get("attendeesOmitted") is True or event.get("guestsCanSeeOtherGuests") is False or more


def _link(event: Json) -> str:
    """The structured join link: that of the video call, else another one of the web."""
    entries = [mapping(each) for each in array(mapping(event.get("conferenceData")).get("entryPoints"))]
    in_order = sorted(entries, key=lambda entry: entry.get("entryPointType") != "video")
    values = [text(entry.get("uri")) for entry in in_order] + [text(event.get("hangoutLink"))]
    found = (clean_line(value) for value in values)
    return next((value for value in found if value.lower().startswith(("https://", "http://")) and len(value) <= URL_CHARS), "")


def _status(event: Json) -> Status:
    stated = event.get("status")
    return Status.CANCELLED if stated == "cancelled" else Status.TENTATIVE if stated == "tentative" else Status.CONFIRMED
