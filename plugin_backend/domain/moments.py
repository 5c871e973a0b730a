"""The moments that one may ask about: those in which mail was written, with room for every reckoning before and after."""

from __future__ import annotations

from datetime import UTC, datetime

FIRST_YEAR = 1970
LAST_YEAR = 9000


def asked_moment(moment: datetime) -> datetime:
    """The moment in UTC, which it is taken for where it has no offset.

    Raises:
        ValueError: it lies outside the years that one may ask about.
    """
    if FIRST_YEAR <= moment.year <= LAST_YEAR:
        in_utc = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        if in_utc.year >= FIRST_YEAR:
            return in_utc
    raise ValueError(f"a date lies between the years {FIRST_YEAR} and {LAST_YEAR}")
