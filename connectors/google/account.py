"""A Google account as the sync sees it: its mail, the list of its calendars, and each of these."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from connectors.base import Known, SourceUnreadable, Stream
from connectors.exchange import FoundStream
from connectors.google.calendar import PREFIX, CalendarListStream, CalendarStream
from connectors.google.client import GoogleClient
from connectors.google.mail import GmailStream
from connectors.oauth import Reads

MAIL = "mail"
CALENDARS = "calendars"


class GoogleAccount:
    """The streams of one account, over one client, so that they share its pace."""

    name = "google"

    def __init__(self, client: GoogleClient, *, clock: Callable[[], datetime], reads: frozenset[Reads] = frozenset(Reads)) -> None:
        self._client = client
        self._clock = clock
        self._reads = reads

    @property
    def roots(self) -> tuple[FoundStream, ...]:
        """Mail and the list of calendars, as far as they may be read."""
        named = (FoundStream(name=MAIL, label="Mail"), FoundStream(name=CALENDARS, label="List of calendars"))
        return tuple(found for found in named if self.reaches(found.name))

    def reaches(self, name: str) -> bool:
        """Whether the grant allows to read a stream."""
        return (Reads.MAIL if name == MAIL else Reads.CALENDAR) in self._reads

    def spending(self) -> str:
        """What was asked of Google within the last minute."""
        return self._client.spending(self._clock())

    def stream(self, name: str, *, known: Known) -> Stream:
        """The door to one stream.

        Raises:
            SourceUnreadable: Google has no such stream.
        """
        if name == MAIL:
            return GmailStream(self._client, known=known, clock=self._clock)
        if name == CALENDARS:
            return CalendarListStream(self._client)
        if name.startswith(PREFIX):
            return CalendarStream(self._client, name.removeprefix(PREFIX), clock=self._clock)
        raise SourceUnreadable("Google has no stream of this name. Please report this.")
