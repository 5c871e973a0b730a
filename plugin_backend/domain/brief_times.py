"""When a brief is told: shortly before its meeting, and the evening before. Each occasion comes once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum


class Occasion(StrEnum):
    """An occasion on which the owner is told of a meeting."""

    EVENING = "evening"
    BEFORE = "before"


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefTimes:
    """How the owner wants to be told."""

    before: timedelta | None = timedelta(minutes=30)
    """So long before a meeting; None for not at all."""
    evening: time | None = time(18)
    """At this time on the day before, where the owner is; None for not at all."""
    zone: tzinfo | None = None
    """Where the owner is; None is the machine's own zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """A meeting that lies ahead."""

    starts_at: datetime
    all_day: bool


def occasion_at(meeting: Ahead, times: BriefTimes, *, told: Collection[str], now: datetime) -> Occasion | None:
    """The occasion that it is now; None where it is none, or the owner was told of it already.

    An evening that was missed is made up for until the later occasion comes. Once a meeting has begun it is too late for a brief.
    """
    if now >= meeting.starts_at:
        return None
    shortly = meeting.starts_at - times.before if times.before and not meeting.all_day else None
    if shortly is not None and now >= shortly:
        return None if Occasion.BEFORE in told else Occasion.BEFORE
    eve = _evening_before(meeting, times)
    if eve is not None and now >= eve:
        return None if Occasion.EVENING in told else Occasion.EVENING
    return None


def _evening_before(meeting: Ahead, times: BriefTimes) -> datetime | None:
    if times.evening is None:
        return None
    # The days of an all-day event are those of the calendar, wherever one is.
    there = meeting.starts_at if meeting.all_day else meeting.starts_at.astimezone(times.zone)
    eve = datetime.combine(there.date() - timedelta(days=1), times.evening)
    return eve.astimezone() if times.zone is None else eve.replace(tzinfo=times.zone)
