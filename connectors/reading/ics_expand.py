"""The events of one UID become exchanges: a single one, or the occurrences of a series with its exceptions."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from connectors.exchange import Exchange, Kind, Problem
from connectors.reading.ics_event import Event
from connectors.reading.ics_values import Moment, moment
from connectors.reading.recurrence import RuleRefused, occurrences, parse_rule
from connectors.reading.zones import to_utc

BEFORE_NOW = timedelta(days=3_653)
AFTER_NOW = timedelta(days=400)
EXPANSIONS = 500
# A wall clock is at most this far from UTC, so a window in local days is wide enough with it.
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The stretch of time in which series are expanded."""

    now: datetime

    @property
    def since(self) -> datetime:
        return self.now - BEFORE_NOW

    @property
    def until(self) -> datetime:
        return self.now + AFTER_NOW

    def holds(self, at: datetime) -> bool:
        return self.since <= at <= self.until


def exchanges_of(events: Iterable[Event], window: Window) -> tuple[list[Exchange], list[Problem]]:
    """The exchanges of all events with one UID, and what could not be expanded."""
    masters: dict[tuple[datetime, ...], Event] = {}
    overrides: dict[datetime, Event] = {}
    highest = max((event.sequence for event in events if event.recurrence is None), default=0)
    for event in events:
        if event.recurrence is not None:
            known = overrides.get(event.recurrence.utc())
            if known is None or (event.sequence, event.stamp) >= (known.sequence, known.stamp):
                overrides[event.recurrence.utc()] = event
        elif event.sequence == highest:
            known = masters.get((event.start.utc(),))
            if known is None or event.stamp >= known.stamp:
                masters[event.start.utc(),] = event
    series = [event for event in masters.values() if event.rules or event.dates]
    if series:
        return _series(max(series, key=lambda event: event.stamp), overrides, window)
    singles = list(masters.values())
    if len(singles) == 1 and not overrides:
        return [_exchange(singles[0], singles[0].start.utc())], []
    # Several events under one UID, or occurrences without their series: each is its own.
    found = [_exchange(event, event.start.utc(), event.start.utc()) for event in singles]
    found += [_exchange(event, event.start.utc(), original) for original, event in overrides.items()]
    return found, []


def _series(master: Event, overrides: dict[datetime, Event], window: Window) -> tuple[list[Exchange], list[Problem]]:
    """The occurrences within the window that are nearest to now."""
    problems: list[Problem] = []
    try:
        starts = _starts(master, window)
    except RuleRefused as refused:
        problems.append(Problem(where=f"event {master.number}", reason=f"a series cannot be expanded: {refused}"))
        starts = {master.start.utc()}
    excepted = {date.utc() for date in master.dates_against}
    given = _Overrides(master, {original: event for original, event in overrides.items() if original not in excepted})
    moved_in = {original for original, event in given.standing_alone(starts) if window.holds(event.start.utc())}
    nearest = sorted(starts | moved_in, key=lambda original: abs(original - window.now))[:EXPANSIONS]
    return [given.occurrence(original) for original in sorted(nearest)], problems


class _Overrides:
    """A series and the occurrences of it that were changed."""

    def __init__(self, master: Event, overrides: dict[datetime, Event]) -> None:
        self._master = master
        self._exact = overrides
        # An all-day RECURRENCE-ID in a series that has times means the occurrence of that day.
        changed = overrides.items() if not master.start.is_day else ()
        self._by_day = {event.recurrence.local.date(): event for _, event in changed if event.recurrence and event.recurrence.is_day}
        self._onwards = sorted(original for original, event in overrides.items() if event.this_and_future)

    def standing_alone(self, starts: set[datetime]) -> Iterator[tuple[datetime, Event]]:
        """The changed occurrences that have no place in the series as it is now; they take place all the same."""
        by_day = {id(event) for event in self._by_day.values()}
        return ((original, event) for original, event in self._exact.items() if original not in starts and id(event) not in by_day)

    def occurrence(self, original: datetime) -> Exchange:
        """The occurrence that was first meant to start at `original`."""
        event = self._exact.get(original)
        if event is None and self._by_day:
            event = self._by_day.get(original.astimezone(self._master.start.zone).date())
        if event is not None:
            return _exchange(event, event.start.utc(), original)
        if earlier := bisect_right(self._onwards, original):
            changed = self._onwards[earlier - 1]
            event = self._exact[changed]
            return _exchange(event, _moved(original, event.start.utc() - changed), original)
        return _exchange(self._master, original, original)


def _starts(master: Event, window: Window) -> set[datetime]:
    """The original starts in UTC within the window, without the excepted ones."""
    found = {master.start.utc()} | {date.utc() for date in master.dates if window.holds(date.utc())}
    for rule in master.rules:
        found |= _by_rule(rule, master.start, window)
    for rule in master.rules_against:
        found -= _by_rule(rule, master.start, window)
    found -= {date.utc() for date in master.dates_against}
    days = {date.local.date() for date in master.dates_against if date.is_day}
    if days and not master.start.is_day:
        found = {start for start in found if start.astimezone(master.start.zone).date() not in days}
    return {start for start in found if window.holds(start)}


def _by_rule(text: str, start: Moment, window: Window) -> set[datetime]:
    """The starts in UTC that a rule gives within the window."""
    rule = parse_rule(text)
    end = moment(rule.until, start.zone) if rule.until else None
    if rule.until and end is None:
        raise RuleRefused("its recurrence rule is broken")
    last = window.until
    if end is not None and end.local.date() < last.date() + _ONE_DAY:
        last = min(last, to_utc(end.local + _ONE_DAY - timedelta(seconds=1), start.zone) if end.is_day else end.utc())
    days = {"since": (window.since - _ONE_DAY).date(), "last": (last + _ONE_DAY).date()}
    starts = (to_utc(local, start.zone) for local in occurrences(rule, start.local, **days))
    return {at for at in starts if at <= last}


def _exchange(event: Event, at: datetime, original: datetime | None = None) -> Exchange:
    """The event as it takes place at a time; `original` is where its series had put it."""
    return Exchange(
        kind=Kind.EVENT,
        external_id=event.uid if original is None else f"{event.uid}/{original.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        at=at,
        ends_at=_moved(at, event.length),
        participants=event.participants,
        subject=event.summary,
        text=event.text,
        html=event.html,
        status=event.status,
        series="" if original is None else event.uid,
        location=event.location,
        conference_url=event.conference_url,
        all_day=event.start.is_day,
        revision=event.sequence,
        event_type=event.event_type,
        guests_hidden=event.guests_hidden,
    )


def _moved(at: datetime, by: timedelta) -> datetime:
    """The time moved on, if the calendar reaches that far."""
    try:
        return at + by
    except OverflowError:
        return at
