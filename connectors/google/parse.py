"""What Google's answers mean: a message or an event as JSON becomes an exchange. Pure, bounded, and never surprised by a missing field."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.exchange import Exchange, Kind, Participant, Response, Role, Status
from connectors.reading.addresses import NAME_CHARS, addr_spec
from connectors.reading.headers import clean_line, decode_words
from connectors.reading.ics_event import LOCATION_CHARS, SUMMARY_CHARS, UID_CHARS, URL_CHARS, Event
from connectors.reading.ics_values import Moment, moment, read_property
from connectors.reading.ics_values import text as unescaped
from connectors.reading.mail import (
    HEADER_CHARS,
    SUBJECT_CHARS,
    bounded_references,
    ids_in,
    is_possible,
    kept_fields,
    message_id_of,
    parse_date,
    participants_of,
)
from connectors.reading.mime import BODY_CHARS, DEPTH, FIELD_CHARS, PARTS, Leaf, assemble, file_name, media_type
from connectors.reading.zones import named_zone

Json = Mapping[str, Any]

LEFT_OUT = frozenset({"TRASH", "SPAM", "DRAFT", "CHAT"})
"""Labels of what was never exchanged, or is gone."""
FIELDS = 500
ATTENDEES = 500
RULE_LINES = 20
DATES = 5_000

_RESPONSES = {"accepted": Response.ACCEPTED, "declined": Response.DECLINED, "tentative": Response.TENTATIVE}
_ROOM_HOST = "@resource.calendar.google.com"


# ── mail ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def labels_of(message: Json) -> frozenset[str]:
    """The labels of a message."""
    return frozenset(each for each in _list(message.get("labelIds")) if isinstance(each, str))


def message_exchange(message: Json, item: str, *, now: datetime) -> Exchange:
    """A message with format=full as an exchange. It has no MIME to be parsed: Google has done that."""
    payload = _dict(message.get("payload"))
    fields = _fields(payload)
    first: dict[str, str] = {}
    for name, value in fields:
        first.setdefault(name, value)
    body = assemble(list(_leaves(payload, 0, 0, iter(range(1, PARTS + 1)))))
    at = _written_at(first, message, now)
    subject = " ".join(clean_line(decode_words(first.get("subject", ""))).split())[:SUBJECT_CHARS]
    answered = ids_in(first.get("in-reply-to", ""))
    return Exchange(
        kind=Kind.EMAIL,
        external_id=message_id_of(first, at, subject, body),
        at=at,
        participants=participants_of(fields, first),
        subject=subject,
        text=body.text,
        html=body.html,
        headers=kept_fields(fields),
        in_reply_to=answered[0] if answered else "",
        references=bounded_references(ids_in(first.get("references", ""))),
        attachments=body.attachments,
        message_class=decode_words(first.get("content-class", ""))[:HEADER_CHARS],
        calendar_method=body.calendar_method,
        item=item,
    )


def _written_at(first: Json, message: Json, now: datetime) -> datetime:
    """The mail's own date where it can be, else when Gmail took it in."""
    stated = parse_date(first.get("date", ""))
    if stated is not None and is_possible(stated, now):
        return stated
    millis = str(message.get("internalDate", ""))
    seconds = int(millis) // 1000 if millis.isascii() and millis.isdigit() and len(millis) <= 14 else 0
    return datetime.fromtimestamp(min(seconds, int(now.timestamp())), UTC)


def _fields(part: Json) -> list[tuple[str, str]]:
    found = []
    for each in _list(part.get("headers"))[:FIELDS]:
        name, value = _dict(each).get("name"), _dict(each).get("value")
        if isinstance(name, str) and isinstance(value, str):
            found.append((name.lower()[:100], " ".join(clean_line(value).split())))
    return found


def _leaves(part: Json, alternative: int, depth: int, numbers: Iterator[int]) -> Iterator[Leaf]:
    """The leaves of a message in order, as far as depth and number allow."""
    number = next(numbers, 0)
    if not number or depth > DEPTH:
        return
    fields = dict(reversed(_fields(part)))
    _, parameters = media_type(fields.get("content-type", "")[:FIELD_CHARS])
    kind = _text(part.get("mimeType")).lower() or "text/plain"
    if kind.startswith("multipart/"):
        inside = number if kind == "multipart/alternative" else alternative
        for child in _list(part.get("parts")):
            yield from _leaves(_dict(child), inside, depth + 1, numbers)
        return
    body = _dict(part.get("body"))
    size = body.get("size")
    yield Leaf(
        media_type=kind,
        # Gmail gives texts in UTF-8, whatever they were sent in.
        parameters={**parameters, "charset": "utf-8"},
        name=file_name(_text(part.get("filename"))),
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
    if master := _text(event.get("recurringEventId")):
        return master
    return _text(event.get("id")) if event.get("recurrence") else ""


def original_start(event: Json) -> Moment | None:
    """When an occurrence was first meant to start."""
    return _moment(_dict(event.get("originalStartTime")))


def calendar_event(event: Json, *, number: int, removed: Sequence[Moment] = ()) -> Event | None:
    """An event with all that an exchange needs; None where it has no readable start.

    Args:
        number: Its place in the answer.
        removed: Occurrences that were taken out of the series.
    """
    start = _moment(_dict(event.get("start")))
    if start is None:
        return None
    end = _moment(_dict(event.get("end")))
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
        stamp=_text(event.get("updated"))[:40],
        recurrence=original_start(event),
        this_and_future=False,
        rules=rules,
        rules_against=against,
        dates=dates,
        dates_against=(*dates_against, *removed),
        summary=_line(event.get("summary"), SUMMARY_CHARS),
        text=_text(event.get("description"))[:BODY_CHARS],
        html="",
        location=_line(event.get("location"), LOCATION_CHARS),
        status=_status(event),
        participants=_seats(event),
        conference_url=_link(event),
        event_type="",
        guests_hidden=_guests_hidden(event),
    )


def _uid(event: Json) -> str:
    stated = _text(event.get("iCalUID")).strip()
    return stated if stated and len(stated) <= UID_CHARS else f"{_text(event.get('id'))[:UID_CHARS]}@google.com"


def _recurrence(event: Json, start: Moment) -> tuple[tuple[str, ...], tuple[str, ...], tuple[Moment, ...], tuple[Moment, ...]]:
    """The rules and dates of a series (RFC 5545 lines), for and against."""
    rules: dict[str, list[str]] = {"RRULE": [], "EXRULE": []}
    dates: dict[str, list[Moment]] = {"RDATE": [], "EXDATE": []}
    for line in _list(event.get("recurrence"))[:RULE_LINES]:
        name = _text(line)[:6].upper().rstrip(":;")
        found = read_property(_text(line)[len(name) :]) if name in rules or name in dates else None
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
    if day := _text(stated.get("date")):
        return moment(day[:10], UTC)
    try:
        at = datetime.fromisoformat(_text(stated.get("dateTime"))[:40])
        zone = named_zone(_text(stated.get("timeZone"))) if stated.get("timeZone") else None
        if at.tzinfo is None:
            return Moment(local=at, zone=zone or UTC)
        return Moment(local=at.astimezone(zone or at.tzinfo).replace(tzinfo=None), zone=zone or at.tzinfo)
    except (ValueError, OverflowError):
        return None


def _seats(event: Json) -> tuple[Participant, ...]:
    seats: dict[tuple[Role, str], Participant] = {}
    guests = [(Role.ATTENDEE, _dict(each)) for each in _list(event.get("attendees"))[:ATTENDEES]]
    for role, who in [(Role.ORGANIZER, _dict(event.get("organizer"))), *guests]:
        address = addr_spec(_text(who.get("email")))
        if not address or (role, address) in seats:
            continue
        name = _line(who.get("displayName"), NAME_CHARS)
        seats[role, address] = Participant(
            address=address,
            role=role,
            name="" if addr_spec(name) == address else name,
            response=_RESPONSES.get(_text(who.get("responseStatus")), Response.UNANSWERED),
            resource=who.get("resource") is True or address.endswith(_ROOM_HOST),
            optional=who.get("optional") is True,
        )
    return tuple(seats.values())


def _guests_hidden(event: Json) -> bool:
    """Whether there may be guests that are not named."""
    more = any(_dict(each).get("additionalGuests") for each in _list(event.get("attendees"))[:ATTENDEES])
    return event.get("attendeesOmitted") is True or event.get("guestsCanSeeOtherGuests") is False or more


def _link(event: Json) -> str:
    """The structured join link: that of the video call, else another one of the web."""
    entries = [_dict(each) for each in _list(_dict(event.get("conferenceData")).get("entryPoints"))]
    in_order = sorted(entries, key=lambda entry: entry.get("entryPointType") != "video")
    values = [_text(entry.get("uri")) for entry in in_order] + [_text(event.get("hangoutLink"))]
    found = (clean_line(value) for value in values)
    return next((value for value in found if value.lower().startswith(("https://", "http://")) and len(value) <= URL_CHARS), "")


def _status(event: Json) -> Status:
    stated = event.get("status")
    return Status.CANCELLED if stated == "cancelled" else Status.TENTATIVE if stated == "tentative" else Status.CONFIRMED


# ── values ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _text(value: Any) -> str:
    """A text without what no database keeps."""
    return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else ""


def _line(value: Any, limit: int) -> str:
    return " ".join(clean_line(_text(value)).split())[:limit]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _dict(value: Any) -> Json:
    return value if isinstance(value, dict) else {}
