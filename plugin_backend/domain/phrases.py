"""How evidence speaks: spans of days, and what somebody did, in plain words. Days are those of UTC, so that a sentence never changes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from plugin_backend.domain.tags import Substance
from plugin_backend.domain.wording import MONTHS

_DONE = {
    Substance.DELIVERY: "handed something over",
    Substance.COMMITMENT: "promised something",
    Substance.REQUEST: "asked for something",
    Substance.OFFER: "offered something",
    Substance.JOINT_WORK: "wrote of something shared",
    Substance.INTRODUCTION: "introduced somebody",
    Substance.PERSONAL: "wrote of life beyond work",
}
"""What a message with a substance did; the first that applies is named."""


def day(moment: datetime) -> str:
    """A day as people write it, e.g. "3 May 2026"."""
    there = moment.astimezone(UTC)
    return f"{there.day} {MONTHS[there.month - 1]} {there.year}"


def span(first: datetime, last: datetime) -> str:
    """The days from one moment to another, e.g. "3-4 May 2026" or "30 December 2025 - 2 January 2026"."""
    one, other = first.astimezone(UTC), last.astimezone(UTC)
    if one.date() == other.date():
        return day(one)
    if (one.year, one.month) == (other.year, other.month):
        return f"{one.day}-{day(other)}"
    if one.year == other.year:
        return f"{one.day} {MONTHS[one.month - 1]} - {day(other)}"
    return f"{day(one)} - {day(other)}"


def done(substances: Iterable[Substance]) -> str:
    """What a message did, e.g. "asked for something"."""
    carried = set(substances)
    return next((words for substance, words in _DONE.items() if substance in carried), "settled something")


def times(number: int) -> str:
    """How often, e.g. "once", "twice", "5 times"."""
    return {1: "once", 2: "twice"}.get(number, f"{number} times")
