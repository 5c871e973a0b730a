"""Rounds: what Graph tells of a folder, of the list of folders or of a calendar, page by page, link by link (delta query).

A first round brings everything, each later one what has changed since; where Graph has forgotten a link, everything is read anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from connectors.gathering import Json
from connectors.microsoft.client import GraphClient
from connectors.microsoft.refusals import MICROSOFT
from connectors.reading.json_values import known_objects, word
from connectors.refusals import DeadPage, Expired, endless, unintelligible

VERSION = 1
EMPTY_PAGES = 1_000
"""After so many pages without anything the provider is taken to be going in circles."""
LOST = 3
"""So often within one run everything is begun anew because links died."""


class Phase(StrEnum):
    """What is being read."""

    EARLY = "early"
    """The newest, before everything."""
    FULL = "full"
    NEW = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A cursor: the link that comes next, as Graph gave it."""

    phase: Phase = Phase.FULL
    link: str = ""
    """Empty where the phase begins."""
    since: str = ""
    """The link that the round of changes began with."""
    day: str = ""
    """For which day the window was laid; empty where there is none."""
    count: int = 0
    total: int = 0

    def cursor(self) -> str:
        told = [VERSION, self.phase.value, self.link, self.since, self.day, self.count, self.total]
        return json.dumps(told, separators=(",", ":"))

    @classmethod
    def parse(cls, cursor: str | None) -> Place | None:
        """The place of a cursor; None where there is none, or it is of another kind."""
        try:
            version, phase, link, since, day, count, total = json.loads(cursor or "")
            known = Phase(phase) if version == VERSION else None
        except (ValueError, TypeError):
            return None
        if known is None:
            return None
        return cls(phase=known, link=str(link), since=str(since), day=str(day), count=int(count), total=int(total))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One page of a round."""

    items: list[Json]
    before: Place
    after: Place
    reset: bool
    """A first round begins here."""

    @property
    def completes(self) -> bool:
        """A first round ends here."""
        return self.before.phase is Phase.FULL and self.after.phase is Phase.NEW


def steps(client: GraphClient, place: Place, *, first: Callable[[], Json], page: int, reset: bool, day: str = "") -> Iterator[Step]:
    """What is left of a first round, and then what has changed.

    Args:
        client: The door to Graph.
        place: Where the reading stands, in a first round or behind one.
        first: Asks for the first page of everything.
        page: How many items are wanted at once.
        reset: A first round begins with the first page.
        day: The day for which a window is laid.
    """
    idle = lost = 0
    while True:
        try:
            answer = client.follow(place.link, page=page) if place.link else first()
        except (Expired, DeadPage):
            lost += 1
            if lost > LOST:
                raise endless(MICROSOFT) from None
            if place.since and place.link != place.since:
                # The round of changes begins anew; nothing of it was passed.
                place = replace(place, link=place.since)
            else:
                place, reset = Place(day=day), True
            continue
        items, following = known_objects(answer, "value"), _link(client, answer, "@odata.nextLink")
        idle = 0 if items else idle + 1
        if idle > EMPTY_PAGES or (following and following == place.link):
            raise endless(MICROSOFT)
        before = place
        if following:
            place = replace(place, link=following, count=place.count + len(items))
        else:
            end = _link(client, answer, "@odata.deltaLink")
            if not end:
                raise unintelligible(MICROSOFT)
            place = Place(phase=Phase.NEW, link=end, since=end, day=before.day)
        if items or reset or place != before:
            yield Step(items=items, before=before, after=place, reset=reset)
        reset = False
        # What happened during a first round is told by the link that it ends with.
        if not following and before.phase is Phase.NEW:
            return


def _link(client: GraphClient, answer: Json, name: str) -> str:
    """A link of an answer; it is looked at before it is stored, and again before it is followed."""
    found = word(answer, name)
    return client.within(found) if found else ""


def is_removed(item: Json) -> bool:
    """Whether an item is said to be gone from where it was."""
    return "@removed" in item
