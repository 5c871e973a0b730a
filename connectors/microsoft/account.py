"""A Microsoft account as the sync sees it: the list of its folders and each of these, the list of its calendars and each of these."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from connectors.base import Known, SourceUnreadable, Stream
from connectors.exchange import FoundStream
from connectors.microsoft import calendar, mail
from connectors.microsoft.client import GraphClient
from connectors.oauth import Reads

FOLDERS = "folders"
CALENDARS = "calendars"


class MicrosoftAccount:
    """The streams of one account, over one client, so that they share its pace."""

    name = mail.NAME

    def __init__(
        self, client: GraphClient, *, address: str, clock: Callable[[], datetime], reads: frozenset[Reads] = frozenset(Reads)
    ) -> None:
        self._client = client
        self._address = address.lower()
        self._clock = clock
        self._reads = reads

    @property
    def roots(self) -> tuple[FoundStream, ...]:
        """The list of folders and the list of calendars, as far as they may be read."""
        named = (FoundStream(name=FOLDERS, label="List of folders"), FoundStream(name=CALENDARS, label="List of calendars"))
        return tuple(found for found in named if self.reaches(found.name))

    def reaches(self, name: str) -> bool:
        """Whether the grant allows to read a stream."""
        is_mail = name == FOLDERS or name.startswith(mail.PREFIX)
        return (Reads.MAIL if is_mail else Reads.CALENDAR) in self._reads

    def spending(self) -> str:
        """What was asked of Graph lately."""
        return self._client.spending(self._clock())

    def stream(self, name: str, *, known: Known) -> Stream:
        """The door to one stream.

        Raises:
            SourceUnreadable: Microsoft has no such stream.
        """
        beginning, _, item = name.partition(":")
        match f"{beginning}:" if item else name:
            case "folders":
                return mail.FolderListStream(self._client)
            case "calendars":
                return calendar.CalendarListStream(self._client)
            case mail.PREFIX:
                return mail.FolderStream(self._client, item, known=known, clock=self._clock)
            case calendar.PREFIX:
                return calendar.CalendarStream(self._client, item, clock=self._clock, own=self._address)
            case _:
                raise SourceUnreadable("Microsoft has no stream of this name. Please report this.")
