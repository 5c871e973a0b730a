"""A calendar file cut into its events, by its BEGIN and END lines alone.

Cutting first means that a broken event costs only itself, that alarms and inline files never reach a parser, and that no list
in an event is longer than it may be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import tzinfo

from connectors.exchange import Problem
from connectors.reading.headers import decode_text
from connectors.reading.ics_values import Property, read_property, text
from connectors.reading.zones import described_zone, named_zone

EVENTS = 50_000
VALUE_CHARS = 64 * 1024
PROPERTIES = 500
DATES = 5_000
PARTS = 500
ZONES = 200

_LINE = re.compile(r"[^\n]+")
_FOLD = re.compile(rb"\r?\n[ \t]")
_NAME = re.compile(r"[A-Za-z0-9-]{1,80}")
# The properties of an event that are read; everything else (alarms, inline files, vendors' blobs) is passed over.
_WANTED = frozenset(
    {
        "DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "RECURRENCE-ID", "SUMMARY", "DESCRIPTION", "LOCATION", "STATUS", "SEQUENCE",
        "DTSTAMP", "ORGANIZER", "ATTENDEE", "CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL",
        "X-MICROSOFT-ONLINEMEETINGEXTERNALLINK", "X-MICROSOFT-CDO-BUSYSTATUS", "X-ALT-DESC",
    }
)  # fmt: skip
_LISTS = frozenset({"EXDATE", "RDATE"})
_OBSERVANCES = frozenset({"STANDARD", "DAYLIGHT"})
_OF_OBSERVANCE = frozenset({"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE"})


ENDS_IN_THE_MIDDLE = Problem(where="its end", reason="the calendar file ends in the middle")
"""The last of what a file yields that was only half written or half copied: whatever followed is unknown, not gone."""


@dataclass(slots=True)
class CalendarFrame:
    """What a calendar says for all its events: its method, and its zones."""

    method: str = ""
    floating_zone: str = ""
    zones: dict[str, tzinfo] = field(default_factory=dict)

    def zone(self, name: str) -> tzinfo | None:
        """The zone of a TZID: what the name means everywhere, else what the file says of it."""
        return named_zone(name) or self.zones.get(name)


@dataclass(slots=True)
class RawEvent:
    """The properties of one VEVENT that are read; what is beyond a limit is gone."""

    number: int
    """Its place among the events of the file, from 1."""
    calendar: CalendarFrame
    uid: str = ""
    properties: dict[str, list[Property]] = field(default_factory=dict)
    dates: int = 0


@dataclass(slots=True)
class _ZoneParts:
    name: str = ""
    location: str = ""
    parts: list[dict[str, str]] = field(default_factory=list)


def text_of(raw: bytes) -> str:
    """The unfolded text of a calendar file. A fold may cut a letter in two, so unfolding comes before decoding."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raw = raw.decode("utf-16", "replace").encode("utf-8")
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    return decode_text(_FOLD.sub(b"", raw), "utf-8").removeprefix("\ufeff").replace("\x00", "")


def _split(line: str) -> tuple[str, str]:
    """The name of a line in upper case, and all that follows it (parameters and value)."""
    found = _NAME.match(line)
    return (found[0].upper(), line[found.end() :]) if found else ("", "")


def _value(rest: str) -> str:
    """The value of a simple line, without its parameters."""
    return rest.partition(":")[2].strip()


def events_of(content: str) -> Iterator[RawEvent | Problem]:
    """Yield the events of a calendar file in order, and a problem for what had to be cut; of other components nothing.

    An event that is still open where the file ends is not yielded, because nobody knows what else it said.
    """
    stack: list[str] = []
    calendar = CalendarFrame()
    event: RawEvent | None = None
    zone: _ZoneParts | None = None
    unclosed = False
    count = 0
    for found in _LINE.finditer(content):
        line = found[0].rstrip("\r")
        name, rest = _split(line.lstrip() if line[:1].isspace() else line)
        if name == "BEGIN":
            kind = _value(rest).upper()
            if kind in {"VEVENT", "VCALENDAR"} and event is not None:  # its END is missing
                yield event
                event = None
            if kind == "VCALENDAR":
                stack, calendar, unclosed = [], CalendarFrame(), True
            elif kind == "VEVENT":
                stack = ["VCALENDAR"]
                count += 1
                if count > EVENTS:
                    yield Problem(where=f"event {count}", reason=f"the file holds more than {EVENTS} events; the rest was not read")
                    return
                event = RawEvent(number=count, calendar=calendar)
            elif kind == "VTIMEZONE":
                zone = _ZoneParts()
            elif kind in _OBSERVANCES and zone is not None:
                zone.parts.append({})
            stack.append(kind)
        elif name == "END":
            kind = _value(rest).upper()
            if kind in {"VEVENT", "VCALENDAR"} and event is not None:
                yield event
                event = None
            elif kind == "VTIMEZONE" and zone is not None:
                _add_zone(calendar, zone)
                zone = None
            if kind == "VCALENDAR":
                unclosed = False
            while stack and kind in stack and stack.pop() != kind:
                pass
        elif event is not None and stack[-1:] == ["VEVENT"]:
            _add_line(event, name, rest)
        elif zone is not None:
            _add_to_zone(zone, stack[-1] if stack else "", name, rest)
        elif name == "METHOD":
            calendar.method = _value(rest).upper()[:40]
        elif name == "X-WR-TIMEZONE":
            calendar.floating_zone = _value(rest)
    if unclosed or event is not None:
        yield ENDS_IN_THE_MIDDLE


def _add_line(event: RawEvent, name: str, rest: str) -> None:
    if name == "UID":
        event.uid = event.uid or _value(rest)
    elif name in _LISTS:
        event.dates += 1 + rest.count(",")
        if event.dates <= DATES:
            event.properties.setdefault(name, []).append(read_property(rest))
    elif name in _WANTED:
        found = event.properties.setdefault(name, [])
        if len(found) < PROPERTIES:
            found.append(read_property(rest[:VALUE_CHARS]))


def _add_to_zone(zone: _ZoneParts, inside: str, name: str, rest: str) -> None:
    if inside in _OBSERVANCES and zone.parts and name in _OF_OBSERVANCE and len(zone.parts) <= PARTS:
        part = zone.parts[-1]
        part[name] = f"{part[name]},{_value(rest)[:2_000]}" if name == "RDATE" and name in part else _value(rest)[:2_000]
    elif name == "TZID":
        zone.name = text(_value(rest))
    elif name == "X-LIC-LOCATION":
        zone.location = _value(rest)


def _add_zone(calendar: CalendarFrame, zone: _ZoneParts) -> None:
    if zone.name and len(calendar.zones) < ZONES:
        meant = named_zone(zone.location) if zone.location else None
        if meant := meant or described_zone(zone.parts):
            calendar.zones[zone.name] = meant
