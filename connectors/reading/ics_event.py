"""One event of a calendar file, parsed: its times in its own zone, its people, its links."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, timedelta, tzinfo
from urllib.parse import unquote

from connectors.exchange import Participant, Response, Role, Status
from connectors.reading.addresses import NAME_CHARS, addr_spec
from connectors.reading.headers import clean_line
from connectors.reading.ics_lines import RawEvent
from connectors.reading.ics_values import Moment, Property, length, moment, text
from connectors.reading.zones import named_zone

SUMMARY_CHARS = 2_000
LOCATION_CHARS = 1_000
URL_CHARS = 2_000
UID_CHARS = 500
RULES = 5

_RESPONSES = {
    "ACCEPTED": Response.ACCEPTED,
    "DECLINED": Response.DECLINED,
    "DELEGATED": Response.DECLINED,
    "TENTATIVE": Response.TENTATIVE,
}
_STATUSES = {"CANCELLED": Status.CANCELLED, "CANCELED": Status.CANCELLED, "TENTATIVE": Status.TENTATIVE}
_LINKS = ("X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL", "CONFERENCE", "X-MICROSOFT-ONLINEMEETINGEXTERNALLINK")
_ROOM_HOST = "@resource.calendar.google.com"
_BUSY_TYPES = {"OOF": "outOfOffice", "WORKINGELSEWHERE": "workingLocation"}
_MAILTO = re.compile(r"mailto:", re.IGNORECASE)
_UNWANTED = re.compile("[\x00\ud800-\udfff]")


class EventRefused(Exception):
    """The event cannot be read; the message says why, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A VEVENT with everything that an exchange needs, before any expansion."""

    uid: str
    number: int
    """Its place among the events of the file, from 1."""
    start: Moment
    length: timedelta
    sequence: int
    stamp: str
    recurrence: Moment | None
    this_and_future: bool
    rules: tuple[str, ...]
    rules_against: tuple[str, ...]
    dates: tuple[Moment, ...]
    dates_against: tuple[Moment, ...]
    summary: str
    text: str
    html: str
    location: str
    status: Status
    participants: tuple[Participant, ...]
    conference_url: str
    event_type: str
    guests_hidden: bool = False


class _Reader:
    """The properties of one raw event, and the zone in which its floating times are meant."""

    def __init__(self, raw: RawEvent) -> None:
        self._raw = raw
        self.floating: tzinfo = named_zone(raw.calendar.floating_zone) or UTC

    def all(self, name: str) -> list[Property]:
        return self._raw.properties.get(name, [])

    def first(self, name: str) -> Property:
        return next(iter(self.all(name)), Property(value=""))

    def words(self, name: str) -> str:
        return _UNWANTED.sub("", text(self.first(name).value))

    def line(self, name: str, limit: int) -> str:
        return " ".join(clean_line(self.words(name)).split())[:limit]

    def zone(self, found: Property, floating: tzinfo) -> tzinfo:
        """The zone that a property names; an unknown one is taken for the floating one."""
        name = text(found.parameter("TZID"))
        return (self._raw.calendar.zone(name) or floating) if name else floating

    def moment(self, found: Property, floating: tzinfo) -> Moment | None:
        return moment(found.value, self.zone(found, floating)) if found.value else None

    def moments(self, name: str, floating: tzinfo) -> tuple[Moment, ...]:
        """The dates of a list that can be read; of a period its start."""
        return tuple(
            read
            for found in self.all(name)
            for value in found.value.split(",")
            if (read := moment(value.partition("/")[0], self.zone(found, floating))) is not None
        )


def parse_event(raw: RawEvent) -> Event:
    """Read one event.

    Raises:
        EventRefused: it has no readable start.
    """
    reader = _Reader(raw)
    start = reader.moment(reader.first("DTSTART"), reader.floating)
    if start is None:
        raise EventRefused("it has no readable start")
    summary = reader.line("SUMMARY", SUMMARY_CHARS)
    replaced = reader.first("RECURRENCE-ID")
    sequence = reader.first("SEQUENCE").value
    stated = reader.first("STATUS").value.upper()
    return Event(
        uid=_uid(raw, start, summary),
        number=raw.number,
        start=start,
        length=_length(reader, start),
        sequence=int(sequence) if sequence.isascii() and sequence.isdigit() and len(sequence) < 10 else 0,
        stamp=reader.first("DTSTAMP").value[:20],
        recurrence=reader.moment(replaced, start.zone),
        this_and_future=replaced.parameter("RANGE").upper() == "THISANDFUTURE",
        rules=tuple(found.value for found in reader.all("RRULE")[:RULES] if found.value),
        rules_against=tuple(found.value for found in reader.all("EXRULE")[:RULES] if found.value),
        dates=reader.moments("RDATE", start.zone),
        dates_against=reader.moments("EXDATE", start.zone),
        summary=summary,
        text=reader.words("DESCRIPTION"),
        html=next((text(found.value) for found in reader.all("X-ALT-DESC") if found.parameter("FMTTYPE").lower() == "text/html"), ""),
        location=reader.line("LOCATION", LOCATION_CHARS),
        status=Status.CANCELLED if raw.calendar.method == "CANCEL" else _STATUSES.get(stated, Status.CONFIRMED),
        participants=_participants(reader),
        conference_url=_link(reader),
        event_type=_BUSY_TYPES.get(reader.first("X-MICROSOFT-CDO-BUSYSTATUS").value.upper(), ""),
    )


def _uid(raw: RawEvent, start: Moment, summary: str) -> str:
    """The UID, or one that the same event always gets."""
    stated = clean_line(text(raw.uid)).strip()
    if stated and len(stated) <= UID_CHARS:
        return stated
    digest = hashlib.sha256((stated or f"{start.utc().isoformat()}\0{summary}").encode("utf-8", "replace")).hexdigest()[:32]
    return f"sha256-{digest}@no-uid.invalid"


def _length(reader: _Reader, start: Moment) -> timedelta:
    """How long the event takes; never less than nothing, and a whole day if it is on a day."""
    end = reader.moment(reader.first("DTEND"), start.zone)
    stated = end.utc() - start.utc() if end else length(reader.first("DURATION").value)
    if stated is None:
        stated = timedelta(days=1) if start.is_day else timedelta(0)
    return max(stated, timedelta(0))


def _address(found: Property) -> str:
    """The address of a calendar user: a mailto link, else the EMAIL parameter."""
    value = found.value
    if _MAILTO.match(value):
        value = unquote(value[len("mailto:") :].partition("?")[0])
    return addr_spec(value) or addr_spec(found.parameter("EMAIL"))


def _participants(reader: _Reader) -> tuple[Participant, ...]:
    seats: dict[tuple[Role, str], Participant] = {}
    for role, found in [(Role.ORGANIZER, reader.first("ORGANIZER")), *((Role.ATTENDEE, attendee) for attendee in reader.all("ATTENDEE"))]:
        address = _address(found)
        if not address or (role, address) in seats:
            continue
        name = " ".join(clean_line(text(found.parameter("CN"))).split())[:NAME_CHARS]
        seats[role, address] = Participant(
            address=address,
            role=role,
            name="" if addr_spec(name) == address else name,
            response=_RESPONSES.get(found.parameter("PARTSTAT").upper(), Response.UNANSWERED),
            resource=found.parameter("CUTYPE").upper() in {"ROOM", "RESOURCE"} or address.endswith(_ROOM_HOST),
            optional=found.parameter("ROLE").upper() in {"OPT-PARTICIPANT", "NON-PARTICIPANT"},
        )
    return tuple(seats.values())


def _link(reader: _Reader) -> str:
    """The structured join link, if it is one of the web."""
    values = (clean_line(text(found.value)) for name in _LINKS for found in reader.all(name))
    return next((value for value in values if value.lower().startswith(("https://", "http://")) and len(value) <= URL_CHARS), "")
