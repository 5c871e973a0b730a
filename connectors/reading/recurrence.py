"""Recurrence rules (RFC 5545, 3.3.10) expanded day by day, so that every rule ends in time proportional to its window.

The libraries for it walk to the year 9999 when a rule never matches (the 30th of February), and forever when its interval is
zero. Here a period that starts after the window ends the walk, whatever the rule says.
"""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from itertools import product

COUNT = 5_000
LIST = 400
TIMES_PER_DAY = 8
RULE_CHARS = 4_000
COUNTED_YEARS = 150

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_ORDINAL_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)\Z")
_LIMITS = {
    "BYMONTH": (1, 12), "BYMONTHDAY": (-31, 31), "BYYEARDAY": (-366, 366), "BYWEEKNO": (-53, 53), "BYHOUR": (0, 23), "BYMINUTE": (0, 59),
    "BYSECOND": (0, 60), "BYSETPOS": (-366, 366),
}  # fmt: skip
_TOO_FINE = frozenset({"SECONDLY", "MINUTELY", "HOURLY"})
_ONE_DAY = timedelta(days=1)


class RuleRefused(Exception):
    """The rule is broken or beyond what is expanded; the message says why, in words."""


class Frequency(Enum):
    """How long a period of the rule is."""

    YEARLY = "YEARLY"
    MONTHLY = "MONTHLY"
    WEEKLY = "WEEKLY"
    DAILY = "DAILY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One recurrence rule, checked."""

    frequency: Frequency
    interval: int = 1
    count: int = 0
    """0 without an end by number."""
    until: str = ""
    """The end as written, to be read in the zone of the event; empty without."""
    months: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    year_days: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()
    days: tuple[tuple[int, int], ...] = ()
    """(ordinal or 0, weekday with Monday = 0)."""
    hours: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()
    seconds: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    week_start: int = 0


def _numbers(parts: dict[str, str], name: str) -> tuple[int, ...]:
    if name not in parts:
        return ()
    low, high = _LIMITS[name]
    texts = parts[name].split(",")
    if len(texts) > LIST:
        raise RuleRefused("its recurrence rule lists too much")
    try:
        numbers = tuple(sorted({int(text[:6]) for text in texts}))
    except ValueError as error:
        raise RuleRefused("its recurrence rule is broken") from error
    if any(not low <= number <= high or (number == 0 and low < 0) for number in numbers):
        raise RuleRefused("its recurrence rule is out of range")
    return numbers


def _days(text: str) -> tuple[tuple[int, int], ...]:
    texts = text.split(",") if text else []
    if len(texts) > LIST:
        raise RuleRefused("its recurrence rule lists too much")
    found = [_ORDINAL_DAY.match(day.strip()) for day in texts]
    if not all(found):
        raise RuleRefused("its recurrence rule is broken")
    return tuple(sorted({(int(day[1] or 0), _WEEKDAYS.index(day[2])) for day in found if day}))


def _positive(parts: dict[str, str], name: str, default: int) -> int:
    text = parts.get(name, str(default))
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise RuleRefused("its recurrence rule is broken")
    return int(text)


def parse_rule(text: str) -> Rule:
    """Read a rule.

    Raises:
        RuleRefused: it is broken, finer than a day, or lists more than any calendar does.
    """
    if len(text) > RULE_CHARS:
        raise RuleRefused("its recurrence rule is too long")
    pairs = (part.partition("=") for part in text.upper().split(";"))
    parts = {name.strip(): value.strip() for name, _, value in pairs}
    stated = parts.get("FREQ", "")
    if stated in _TOO_FINE:
        raise RuleRefused("it repeats by the hour or more often")
    if stated not in Frequency.__members__:
        raise RuleRefused("its recurrence rule is broken")
    interval, count = _positive(parts, "INTERVAL", 1), _positive(parts, "COUNT", 0)
    if interval < 1 or ("COUNT" in parts and count < 1):
        raise RuleRefused("its recurrence rule is out of range")
    if count > COUNT:
        raise RuleRefused(f"it repeats more than {COUNT} times")
    week_start = parts.get("WKST", "MO")
    rule = Rule(
        frequency=Frequency[stated],
        interval=interval,
        count=count,
        until=parts.get("UNTIL", ""),
        months=_numbers(parts, "BYMONTH"),
        month_days=_numbers(parts, "BYMONTHDAY"),
        year_days=_numbers(parts, "BYYEARDAY"),
        weeks=_numbers(parts, "BYWEEKNO"),
        days=_days(parts.get("BYDAY", "")),
        hours=_numbers(parts, "BYHOUR"),
        minutes=_numbers(parts, "BYMINUTE"),
        seconds=_numbers(parts, "BYSECOND"),
        positions=_numbers(parts, "BYSETPOS"),
        week_start=_WEEKDAYS.index(week_start) if week_start in _WEEKDAYS else 0,
    )
    if (len(rule.hours) or 1) * (len(rule.minutes) or 1) * (len(rule.seconds) or 1) > TIMES_PER_DAY:
        raise RuleRefused("it repeats too often in one day")
    return rule


def occurrences(rule: Rule, start: datetime, *, since: date, last: date) -> Iterator[datetime]:
    """Yield the local starts of a series from `since` to `last` in order; `start` itself is always its first occurrence.

    Raises:
        RuleRefused: the series is counted from a start so long ago that it cannot be counted in reasonable time.
    """
    if rule.count and start.year < last.year - COUNTED_YEARS:
        raise RuleRefused("it has been counted on from too long ago")
    times = [
        time(hour, minute, min(second, 59))
        for hour, minute, second in product(rule.hours or (start.hour,), rule.minutes or (start.minute,), rule.seconds or (start.second,))
    ]
    left = rule.count or -1
    # Without a count nothing before the window matters, so the walk begins there.
    begin = start.date() if rule.count else max(start.date(), since)
    if start.date() >= since and start.date() <= last:
        yield start
    left -= 1
    for days in _periods(rule, start, begin, last):
        for moment in _chosen(rule, days, times):
            if moment <= start:
                continue
            if left == 0 or moment.date() > last:
                return
            left -= 1
            if moment.date() >= since:
                yield moment


def _chosen(rule: Rule, days: list[date], times: list[time]) -> list[datetime]:
    """The moments of one period, by position if the rule says so."""
    moments = [datetime.combine(day, at) for day in days for at in times]
    if not rule.positions:
        return moments
    size = len(moments)
    indexes = {position - 1 if position > 0 else size + position for position in rule.positions}
    return [moments[index] for index in sorted(indexes) if 0 <= index < size]


def _periods(rule: Rule, start: datetime, begin: date, last: date) -> Iterator[list[date]]:
    """The days of each period that the rule lets through, from the period of `begin` to that of `last`."""
    matches = _filter(rule, start.date())
    for first, length in _bounds(rule, start.date(), begin, last):
        ordinal = first.toordinal()
        days = map(date.fromordinal, range(ordinal, min(ordinal + length, date.max.toordinal() + 1)))
        yield [day for day in days if matches(day)]


def _bounds(rule: Rule, start: date, begin: date, last: date) -> Iterator[tuple[date, int]]:
    """First day and length of each period in which the rule is active."""
    step = rule.interval
    match rule.frequency:
        case Frequency.YEARLY:
            year = start.year + max(0, begin.year - start.year) // step * step
            while year <= last.year:
                yield date(year, 1, 1), 366 if isleap(year) else 365
                year += step
        case Frequency.MONTHLY:
            origin = start.year * 12 + start.month - 1
            month = origin + max(0, begin.year * 12 + begin.month - 1 - origin) // step * step
            while month <= last.year * 12 + last.month - 1:
                yield date(month // 12, month % 12 + 1, 1), monthrange(month // 12, month % 12 + 1)[1]
                month += step
        case Frequency.WEEKLY:
            week = start.toordinal() - (start.weekday() - rule.week_start) % 7
            yield from _strides(week, begin, last, step * 7, 7)
        case Frequency.DAILY:
            yield from _strides(start.toordinal(), begin, last, step, 1)


def _strides(origin: int, begin: date, last: date, step: int, length: int) -> Iterator[tuple[date, int]]:
    day = origin + max(0, begin.toordinal() - origin) // step * step
    while day <= last.toordinal():
        yield date.fromordinal(max(day, 1)), length
        day += step


def _filter(rule: Rule, start: date) -> Callable[[date], bool]:
    """Whether a day of a period belongs to the rule; what the rule leaves open is taken from the start."""
    months, month_days = frozenset(rule.months), frozenset(rule.month_days)
    year_days, weeks = frozenset(rule.year_days), frozenset(rule.weeks)
    ordinals_count = rule.frequency in {Frequency.YEARLY, Frequency.MONTHLY}
    weekdays = {day for ordinal, day in rule.days if not ordinal or not ordinals_count}
    ordinals = frozenset((ordinal, day) for ordinal, day in rule.days if ordinal and ordinals_count)
    by_month = rule.frequency is Frequency.MONTHLY or bool(months)
    if not (month_days or year_days or weeks or rule.days):
        match rule.frequency:
            case Frequency.YEARLY:
                months, month_days = months or frozenset({start.month}), frozenset({start.day})
            case Frequency.MONTHLY:
                month_days = frozenset({start.day})
            case Frequency.WEEKLY:
                weekdays = {start.weekday()}
            case Frequency.DAILY:
                pass
    elif weeks and not (rule.days or month_days or year_days):
        weekdays = {start.weekday()}

    def matches(day: date) -> bool:
        if months and day.month not in months:
            return False
        if month_days and day.day not in month_days and day.day - monthrange(day.year, day.month)[1] - 1 not in month_days:
            return False
        if year_days and not _in_year_days(day, year_days):
            return False
        if weeks and not _in_weeks(day, weeks, rule.week_start):
            return False
        if weekdays or ordinals:
            return day.weekday() in weekdays or (bool(ordinals) and not ordinals.isdisjoint(_ordinals(day, within_month=by_month)))
        return True

    return matches


def _in_year_days(day: date, wanted: frozenset[int]) -> bool:
    number = day.timetuple().tm_yday
    return number in wanted or number - (366 if isleap(day.year) else 365) - 1 in wanted


def _ordinals(day: date, *, within_month: bool) -> tuple[tuple[int, int], tuple[int, int]]:
    """Which weekday of its month or year the day is, counted from the front and from the back."""
    if within_month:
        number, length = day.day, monthrange(day.year, day.month)[1]
    else:
        number, length = day.timetuple().tm_yday, 366 if isleap(day.year) else 365
    return ((number - 1) // 7 + 1, day.weekday()), (-((length - number) // 7) - 1, day.weekday())


def _first_week(year: int, week_start: int) -> int:
    """Ordinal of the first day of week 1: the first week with at least four days in the year."""
    new_year = date(year, 1, 1)
    offset = (new_year.weekday() - week_start) % 7
    return new_year.toordinal() - offset + (7 if offset > 3 else 0)


def _in_weeks(day: date, wanted: frozenset[int], week_start: int) -> bool:
    if not 1 < day.year < date.max.year - 1:
        return False
    year = day.year
    if day.toordinal() < _first_week(year, week_start):
        year -= 1
    elif day.toordinal() >= _first_week(year + 1, week_start):
        year += 1
    first, following = _first_week(year, week_start), _first_week(year + 1, week_start)
    number = (day.toordinal() - first) // 7 + 1
    return number in wanted or number - (following - first) // 7 - 1 in wanted
