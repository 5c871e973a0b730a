"""Silence and rhythm: how alive a relationship is, and when time alone will change it."""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from plugin_backend.domain.policy import (
    DORMANT_AFTER,
    EPISODE,
    FADES_AFTER_YEARS,
    FADES_AFTER_YEARS_AT_MOST,
    GAPS_FOR_RHYTHM,
    PLATEAU_AFTER,
    PLATEAU_EXCHANGES,
    RHYTHMS_TO_LEAVE,
    SLIDING_AFTER,
    YEAR,
    YEARS_PER_YEAR_KNOWN,
)
from plugin_backend.domain.readings import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Since when it has been silent, against the pair's own rhythm; all that time alone can change follows from it."""

    first: datetime
    """The first exchange of any kind."""
    known_since: datetime
    """The first exchange that could have ended a silence."""
    since: datetime
    """The last exchange that ends a silence; the first exchange where none did."""
    rhythm: timedelta | None
    """The median gap between episodes; None before three gaps."""

    @property
    def slides_at(self) -> datetime:
        return self.since + max(SLIDING_AFTER, self.rhythm or SLIDING_AFTER)

    @property
    def dormant_at(self) -> datetime:
        return self.since + self._or_rhythms(DORMANT_AFTER)

    @property
    def fades_at(self) -> datetime:
        """When recognition has faded: later for those who have known each other for long."""
        known = (self.since - self.known_since) // YEAR
        return self.since + YEAR * min(FADES_AFTER_YEARS + known // YEARS_PER_YEAR_KNOWN, FADES_AFTER_YEARS_AT_MOST)

    @property
    def plateau_after(self) -> timedelta:
        return self._or_rhythms(PLATEAU_AFTER)

    def dormant(self, at: datetime) -> bool:
        return at > self.dormant_at

    def faded(self, at: datetime) -> bool:
        return at > self.fades_at

    def _or_rhythms(self, window: timedelta) -> timedelta:
        return max(window, self.rhythm * RHYTHMS_TO_LEAVE) if self.rhythm else window


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """When they last had something of substance, a meeting or a call, and how often they have exchanged anything since."""

    last: datetime
    exchanges_since: int


def standing_at(silence: Silence, depth: Depth, at: datetime) -> Standing:
    """How alive it is: silence comes before the lack of depth."""
    if silence.dormant(at):
        return Standing.DORMANT
    if at > silence.slides_at:
        return Standing.SLIDING
    if depth.exchanges_since >= PLATEAU_EXCHANGES and at - depth.last > silence.plateau_after:
        return Standing.PLATEAU
    return Standing.ACTIVE


@dataclass(slots=True)
class Pulse:
    """The exchanges in time, folded to the silence and the rhythm they leave."""

    first: datetime | None = None
    first_beat: datetime | None = None
    last: datetime | None = None
    _gaps: list[timedelta] = field(default_factory=list)

    def seen(self, at: datetime) -> None:
        """There was an exchange, of whatever kind."""
        self.first = self.first or at

    def beat(self, at: datetime) -> None:
        """There was an exchange that ends the silence."""
        if self.last is not None and at - self.last >= EPISODE:
            insort(self._gaps, at - self.last)
        self.first_beat = self.first_beat or at
        self.last = at

    def rested(self, at: datetime) -> bool:
        """Whether the silence is so long that time may have changed something."""
        since = self.last or self.first
        return since is not None and at - since > min(DORMANT_AFTER, FADES_AFTER_YEARS * YEAR)

    @property
    def rhythm(self) -> timedelta | None:
        if len(self._gaps) < GAPS_FOR_RHYTHM:
            return None
        half = len(self._gaps) // 2
        return self._gaps[half] if len(self._gaps) % 2 else (self._gaps[half - 1] + self._gaps[half]) / 2

    @property
    def silence(self) -> Silence | None:
        """The silence that began with the last exchange; None where there was none."""
        if self.first is None:
            return None
        since = self.last or self.first
        return Silence(first=self.first, known_since=self.first_beat or since, since=since, rhythm=self.rhythm)
