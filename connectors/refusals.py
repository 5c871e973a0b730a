"""Refusals that every provider has: how long to wait, and what is not there any more, in words with the provider's name."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from connectors.base import TemporarilyUnavailable, Throttled

RETRY_AFTER_MOST = 3_600.0
RETRY_AFTER_USUAL = 20.0

_SECONDS = re.compile(r"\d{1,9}\Z")


class Expired(TemporarilyUnavailable):
    """What a cursor stands for is too old: everything has to be compared anew."""

    def __init__(self, provider: str) -> None:
        super().__init__(f"What {provider} remembers does not reach so far back. Acquaint compares everything anew.")


class DeadPage(TemporarilyUnavailable):
    """A page of a list is not given any more."""

    def __init__(self, provider: str) -> None:
        super().__init__(f"{provider} does not go on with a list. Acquaint begins it anew.")


class Missing(TemporarilyUnavailable):
    """There is nothing of this id."""

    def __init__(self, provider: str) -> None:
        super().__init__(f"{provider} does not find what is asked for. Acquaint tries again by itself.")


def silent(provider: str) -> TemporarilyUnavailable:
    """A provider that does not answer."""
    return TemporarilyUnavailable(f"{provider} does not answer. Acquaint tries again by itself.")


def unintelligible(provider: str) -> TemporarilyUnavailable:
    """A provider whose answer has no sense."""
    return TemporarilyUnavailable(f"What {provider} answers cannot be understood. Acquaint tries again by itself.")


def endless(provider: str) -> TemporarilyUnavailable:
    """A provider whose pages go in circles."""
    return TemporarilyUnavailable(f"The pages of {provider} do not come to an end. Acquaint tries again by itself.")


def busy(provider: str, retry_after: float) -> Throttled:
    """A provider that asks to wait."""
    return Throttled(retry_after, f"{provider} asks to wait. Acquaint goes on by itself.")


def retry_after(stated: object, sent: object = "") -> float:
    """Seconds to wait, as a Retry-After header says them: a number, or a date, which is held against the Date header."""
    told = str(stated).strip()
    if _SECONDS.match(told):
        return min(float(told), RETRY_AFTER_MOST)
    try:
        until: datetime = parsedate_to_datetime(told)
        seconds = (until.astimezone(UTC) - parsedate_to_datetime(str(sent)).astimezone(UTC)).total_seconds()
    except (ValueError, TypeError, IndexError, OverflowError):
        return RETRY_AFTER_USUAL
    return min(max(seconds, 1.0), RETRY_AFTER_MOST)
