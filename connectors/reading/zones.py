"""Time zones as calendar files name them: IANA, Windows, with a vendor's prefix, or described by the file itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from connectors.reading.recurrence import Frequency, Rule, RuleRefused, occurrences, parse_rule

ZONE_CHARS = 200
OBSERVANCES = 40

_OFFSET = re.compile(r"([+-])(\d\d)(\d\d)(\d\d)?\Z")
_NAMED_OFFSET = re.compile(r"\(?(?:UTC|GMT)\s*([+-])(\d{1,2})(?:[:.]?(\d\d))?")
_LOCAL_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d))?")


class Observance:
    """One STANDARD or DAYLIGHT part: from which moments on which offset holds."""

    def __init__(self, *, start: datetime, before: timedelta, offset: timedelta, rule: Rule | None, dates: tuple[datetime, ...]) -> None:
        self.start = start
        self.before = before
        self.offset = offset
        self._rule = rule
        self._dates = dates
        self._by_year: dict[int, list[datetime]] = {}

    def onset(self, local: datetime) -> datetime | None:
        """The last time, at or before a local moment, at which this part began to hold."""
        if local < self.start:
            return None
        recent = (moment for year in (local.year, local.year - 1) for moment in reversed(self._onsets(year)))
        return next((moment for moment in recent if moment <= local), max((self.start, *(day for day in self._dates if day <= local))))

    def _onsets(self, year: int) -> list[datetime]:
        """The onsets of one year by the rule, in order."""
        if year not in self._by_year:
            found: list[datetime] = []
            if self._rule is not None and year >= self.start.year:
                with suppress(RuleRefused):
                    found = list(occurrences(self._rule, self.start, since=date(year, 1, 1), last=date(year, 12, 31)))
            self._by_year[year] = found
        return self._by_year[year]


class DescribedZone(tzinfo):
    """A zone that a calendar file describes itself (VTIMEZONE)."""

    def __init__(self, observances: tuple[Observance, ...]) -> None:
        self._observances = observances
        self._offsets: dict[date, timedelta] = {}

    def utcoffset(self, local: datetime | None) -> timedelta:
        if local is None:
            return timedelta(0)
        wall = local.replace(tzinfo=None)
        # Within a day on which the offset changes the hour counts; on all other days one answer holds.
        day = wall.date()
        if day not in self._offsets:
            first, last = (self._offset_at(datetime.combine(day, edge)) for edge in (time.min, time.max))
            if first != last:
                return self._offset_at(wall)
            self._offsets[day] = first
        return self._offsets[day]

    def _offset_at(self, wall: datetime) -> timedelta:
        began = [(onset, part.offset) for part in self._observances if (onset := part.onset(wall)) is not None]
        if began:
            return max(began, key=lambda pair: pair[0])[1]
        return min(self._observances, key=lambda part: part.start).before

    def dst(self, local: datetime | None) -> timedelta:
        return timedelta(0)

    def tzname(self, local: datetime | None) -> str:
        return "described"


def _offset(text: str) -> timedelta | None:
    found = _OFFSET.match(text.strip())
    if not found:
        return None
    length = timedelta(hours=int(found[2]), minutes=int(found[3]), seconds=int(found[4] or 0))
    return None if length >= timedelta(hours=24) else -length if found[1] == "-" else length


def _local(text: str) -> datetime | None:
    found = _LOCAL_TIME.match(text.strip())
    if not found:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        return datetime.combine(date(year, month, day), time(hour, minute, min(second, 59)))
    except ValueError:
        return None


def described_zone(parts: list[dict[str, str]]) -> tzinfo | None:
    """The zone of a VTIMEZONE, given the properties of its parts; None when they say nothing usable."""
    observances = []
    for part in parts:
        start, before, offset = _local(part.get("DTSTART", "")), _offset(part.get("TZOFFSETFROM", "")), _offset(part.get("TZOFFSETTO", ""))
        if start is None or offset is None:
            continue
        rule = None
        if "RRULE" in part:
            with suppress(RuleRefused):
                rule = parse_rule(part["RRULE"])
        if rule is not None and rule.frequency is not Frequency.YEARLY:  # clocks change once or twice a year
            rule = None
        dates = tuple(day for text in part.get("RDATE", "").split(",")[:OBSERVANCES] if (day := _local(text)))
        observances.append(Observance(start=start, before=offset if before is None else before, offset=offset, rule=rule, dates=dates))
    latest = sorted(observances, key=lambda part: part.start)[-OBSERVANCES:]
    return DescribedZone(tuple(latest)) if latest else None


@lru_cache(maxsize=512)
def named_zone(name: str) -> tzinfo | None:
    """The zone that a name means everywhere: IANA, Windows, ``/vendor/Olson/Europe/Berlin``, ``GMT+0100``; None when unknown."""
    name = name.strip().strip('"')[:ZONE_CHARS]
    if name.upper() in {"UTC", "GMT", "Z", "ETC/UTC", "COORDINATED UNIVERSAL TIME"}:
        return UTC
    steps = name.strip("/").split("/")
    for index in range(len(steps)):
        if zone := _iana("/".join(steps[index:])):
            return zone
    if zone := _iana(_windows_zones().get(name, "")):
        return zone
    if found := _NAMED_OFFSET.match(name):
        length = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        return timezone(-length if found[1] == "-" else length) if length < timedelta(hours=15) else None
    return None


@cache
def _windows_zones() -> Mapping[str, str]:
    """Unicode's table of Windows names, in icalendar's copy.

    It is imported when the first name asks for it: the package takes a tenth of a second, and every command would wait for it.
    """
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    return WINDOWS_TO_OLSON


def _iana(name: str) -> tzinfo | None:
    if not name or ".." in name or name.startswith("/") or not name.isascii():
        return None
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return None


def to_utc(local: datetime, zone: tzinfo) -> datetime:
    """A wall-clock time of a zone in UTC."""
    try:
        return local.replace(tzinfo=zone).astimezone(UTC)
    except (OverflowError, ValueError):
        return local.replace(tzinfo=UTC)
