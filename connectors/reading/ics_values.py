"""The values of a calendar line (RFC 5545, 3.1 and 3.3): parameters, texts, times, lengths; each read on its own.

A broken value is None or left out. It never takes its neighbours with it, as one bad date in a list of exceptions would.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from connectors.reading.zones import to_utc

PARAMETERS = 40

_PARAMETER = re.compile(r';([A-Za-z0-9-]{1,60})(?:=("[^"]*"(?:,"[^"]*")*|[^;:"]*))?')
_ESCAPE = re.compile(r"\\([\\;,:\"nN])")
_CARET = re.compile(r"\^([n^'])")
_TIME = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T(\d\d):?(\d\d):?(\d\d)?(?:\.\d{1,9})?)?(Z?)T?\Z", re.IGNORECASE)
_LENGTH = re.compile(r"([+-]?)P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """One line: its parameters (names in upper case) and its raw value."""

    value: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    def parameter(self, name: str) -> str:
        return self.parameters.get(name, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A point in time as the file wrote it: a wall clock and its zone, or a whole day, which is kept at midnight UTC."""

    local: datetime
    zone: tzinfo
    is_day: bool = False

    def utc(self) -> datetime:
        return to_utc(self.local, self.zone)


def read_property(rest: str) -> Property:
    """Read what follows the name of a line."""
    parameters: dict[str, str] = {}
    position = 0
    while len(parameters) < PARAMETERS and (found := _PARAMETER.match(rest, position)):
        value = (found[2] or "").strip('"')
        parameters.setdefault(found[1].upper(), _CARET.sub(_uncaret, value) if "^" in value else value)
        position = found.end()
    if rest[position : position + 1] != ":":
        position = rest.find(":", position)
    return Property(value=rest[position + 1 :].strip() if position >= 0 else "", parameters=parameters)


def _uncaret(found: re.Match[str]) -> str:
    return {"n": "\n", "^": "^", "'": '"'}[found[1]]


def text(value: str) -> str:
    """A TEXT value with its escapes undone."""
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], value) if "\\" in value else value


def moment(value: str, zone: tzinfo) -> Moment | None:
    """A DATE or DATE-TIME; `zone` is where a time without Z belongs."""
    found = _TIME.match(value.strip())
    if not found:
        return None
    year, month, day, hour, minute, second, zulu = found.groups()
    try:
        on = date(int(year), int(month), int(day))
        if hour is None:
            return Moment(local=datetime.combine(on, time()), zone=UTC, is_day=True)
        at = datetime.combine(on, time(int(hour) % 24, int(minute), min(int(second or 0), 59)))
        return Moment(local=at + timedelta(days=1) if hour == "24" else at, zone=UTC if zulu else zone)
    except (ValueError, OverflowError):
        return None


def length(value: str) -> timedelta | None:
    """A DURATION."""
    found = _LENGTH.match(value.strip())
    if not found:
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    whole = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return -whole if found[1] == "-" else whole
