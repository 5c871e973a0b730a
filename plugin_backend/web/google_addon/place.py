"""Where and when a card is made: the addresses that its buttons call and open, and the days as its reader counts them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from urllib.parse import quote

from plugin_backend.domain.wording import on_day
from plugin_backend.web.google_addon.cards import Json, call, open_page
from plugin_backend.web.google_addon.functions import Function


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What every card needs to know of its reader and of this installation."""

    base_url: str
    zone: tzinfo | None
    now: datetime

    def calls(self, function: Function, parameters: Mapping[str, str] | None = None) -> Json:
        """A tap that calls one of our functions."""
        return call(function.url(self.base_url), parameters)

    def opens(self, path: str, *, reload: bool = False) -> Json:
        """A tap that opens one of our pages."""
        return open_page(f"{self.base_url}{path}", reload=reload)

    def opens_person(self, who: str) -> Json:
        """A tap that opens somebody's page."""
        return self.opens(f"/people/{quote(who, safe='@')}")

    def day(self, moment: datetime) -> str:
        """A date: today, tomorrow, yesterday, or 3 May 2026."""
        there, today = moment.astimezone(self.zone), self.now.astimezone(self.zone)
        near = {0: "today", 1: "tomorrow", -1: "yesterday"}.get((there.date() - today.date()) // timedelta(days=1))
        return near or on_day(there, there)

    def time(self, moment: datetime) -> str:
        """A time of day: 09:30."""
        return f"{moment.astimezone(self.zone):%H:%M}"
