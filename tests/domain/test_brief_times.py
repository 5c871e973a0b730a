"""When a brief is told: each occasion once, never after its meeting has begun."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_backend.domain.brief_times import Ahead, BriefTimes, Occasion, occasion_at

START = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
MEETING = Ahead(starts_at=START, all_day=False)
TIMES = BriefTimes(zone=UTC)


@pytest.mark.parametrize(
    ("ahead", "told", "expected"),
    [
        (timedelta(days=2), (), None),
        (timedelta(hours=20, seconds=1), (), None),
        (timedelta(hours=20), (), Occasion.EVENING),
        (timedelta(hours=20), (Occasion.EVENING,), None),
        (timedelta(hours=1), (), Occasion.EVENING),
        (timedelta(minutes=30), (), Occasion.BEFORE),
        (timedelta(minutes=30), (Occasion.EVENING,), Occasion.BEFORE),
        (timedelta(minutes=1), (Occasion.BEFORE,), None),
        (timedelta(0), (), None),
        (-timedelta(hours=1), (), None),
    ],
)
def test_occasions(ahead: timedelta, told: tuple[str, ...], expected: Occasion | None) -> None:
    """The evening before from 18:00 on, then half an hour before, then nothing more."""
    assert occasion_at(MEETING, TIMES, told=told, now=START - ahead) is expected


def test_the_evening_is_the_owners() -> None:
    """18:00 in Tokyo is nine hours before 18:00 UTC."""
    times = BriefTimes(zone=ZoneInfo("Asia/Tokyo"))

    assert occasion_at(MEETING, times, told=(), now=datetime(2026, 11, 23, 8, 59, tzinfo=UTC)) is None
    assert occasion_at(MEETING, times, told=(), now=datetime(2026, 11, 23, 9, 0, tzinfo=UTC)) is Occasion.EVENING


def test_a_whole_day_has_only_its_evening() -> None:
    """Half an hour before midnight nobody wants to be told."""
    day = Ahead(starts_at=datetime(2026, 11, 24, tzinfo=UTC), all_day=True)

    assert occasion_at(day, TIMES, told=(Occasion.EVENING,), now=datetime(2026, 11, 23, 23, 45, tzinfo=UTC)) is None
    assert occasion_at(day, TIMES, told=(), now=datetime(2026, 11, 23, 18, 0, tzinfo=UTC)) is Occasion.EVENING


def test_what_is_not_wanted_does_not_come() -> None:
    """Each occasion can be left out."""
    never = BriefTimes(before=None, evening=None, zone=UTC)

    assert occasion_at(MEETING, never, told=(), now=START - timedelta(minutes=5)) is None


@given(st.lists(st.integers(0, 3 * 24 * 60), max_size=60), st.integers(1, 600), st.times())
def test_each_occasion_comes_at_most_once(looks: list[int], before: int, evening: time) -> None:
    """However often one looks, and whatever the times are."""
    times = BriefTimes(before=timedelta(minutes=before), evening=evening.replace(tzinfo=None), zone=UTC)
    told: list[Occasion] = []

    for minutes in sorted(looks, reverse=True):
        if occasion := occasion_at(MEETING, times, told=told, now=START - timedelta(minutes=minutes)):
            told.append(occasion)

    assert len(told) == len(set(told))
    assert told == sorted(told, key=[Occasion.EVENING, Occasion.BEFORE].index)
