"""Facts: what the touches between two people have shown so far, kept apart for the two sides. Rules read facts, and nothing else.

`Facts.take` adds one touch; after it, every rule may be asked. What has to be proven anew once recognition has faded is in
`Acquaintance`; what lasts is beside it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from msgspec import structs

from plugin_backend.domain.correspondence import Correspondence
from plugin_backend.domain.initiatives import BOTH, Workbook
from plugin_backend.domain.openings import Outbox
from plugin_backend.domain.policy import (
    ENCOUNTERS_NEEDED,
    EVIDENCE_SHOWN,
    MEETING_ECHO,
    MEETINGS_IN_DOUBT,
    OCCASIONS_APART,
    PERSONAL_ANSWER,
)
from plugin_backend.domain.readings import Side
from plugin_backend.domain.standing import Pulse
from plugin_backend.domain.tags import RICH_CHANNELS, Channel, Substance
from plugin_backend.domain.touches import Attendance, Sort, Touch


@dataclass(slots=True)
class Shown:
    """What one side has shown of the other."""

    messages: int = 0
    starts: int = 0
    last_substantive_at: datetime | None = None
    refusal: Touch | None = None
    """Their no, until they write again by hand without one, or the two meet."""


@dataclass(slots=True)
class Thread:
    """What the two wrote on one thread."""

    wrote: set[Side] = field(default_factory=set)
    """Sides with a message to the other that refuses nothing."""
    messages: list[Touch] = field(default_factory=list)
    telling: Touch | None = None
    """The first substantive message."""
    posted: set[Side] = field(default_factory=set)
    """Sides with a post to a list."""
    introduction: Touch | None = None
    answered: dict[Side, Touch] = field(default_factory=dict)
    """The first answer of each side to the introduction."""


@dataclass(slots=True)
class Acquaintance:
    """What makes recognition: begun anew when it has faded."""

    threads: dict[int, Thread] = field(default_factory=dict)
    both_ways: Thread | None = None
    """The first thread with human messages both ways, one of them substantive and none of them a refusal."""
    introduced: Thread | None = None
    """The first thread with an introduction that both answered."""
    met: Touch | None = None
    """The first held event of few."""
    said_met: Touch | None = None
    days: dict[date, Touch] = field(default_factory=dict)
    """The first encounter of every day."""
    started: set[Side] = field(default_factory=set)

    @property
    def often(self) -> tuple[Touch, ...]:
        """The encounters, where there are enough on different days and each side has started one; else nothing."""
        if len(self.days) < ENCOUNTERS_NEEDED or len(self.started) < len(BOTH):
            return ()
        found = tuple(self.days.values())
        return found if len(found) <= EVIDENCE_SHOWN else (*found[: EVIDENCE_SHOWN - 1], found[-1])

    def take(self, touch: Touch) -> None:
        """Add a message or a notice."""
        thread = self.threads.setdefault(touch.thread, Thread())
        if touch.presents and thread.introduction is None:
            thread.introduction = touch
        if touch.side is None:
            return
        if touch.entry is not None and touch.entry.list_post:
            thread.posted.add(touch.side)
        if touch.refuses:
            return
        if thread.introduction is not None and touch.sort is Sort.MESSAGE:
            thread.answered.setdefault(touch.side, touch)
            if len(thread.answered) == len(BOTH):
                self.introduced = self.introduced or thread
        if touch.reaches:
            thread.wrote.add(touch.side)
            thread.messages.append(touch)
            thread.telling = thread.telling or (touch if touch.substantive else None)
            if self.both_ways is None and len(thread.wrote) == len(BOTH) and thread.telling is not None:
                self.both_ways = thread

    def encounter(self, touch: Touch) -> None:
        """Count a message with own words other than trivia, a notice or an event; several on one day are one."""
        if touch.sort is Sort.MESSAGE:
            spoken = touch.reaches and touch.entry is not None and touch.entry.own_words > 0
            counts = spoken and (touch.carries or Substance.TRIVIA not in touch.substances)
        else:
            counts = touch.sort is Sort.NOTICE or touch.attendance in (Attendance.CROWD, Attendance.UNCONFIRMED, Attendance.MET)
        if counts and not touch.refuses:
            self.days.setdefault(touch.date.astimezone(UTC).date(), touch)


@dataclass(slots=True)
class Closeness:
    """What makes a friendship, beside time and work: channels, and life beyond the work."""

    channels: set[Channel] = field(default_factory=set)
    occasions: list[Touch] = field(default_factory=list)
    """What completed each occasion on which both sides were personal, far enough apart."""
    _personal: dict[int, dict[Side, datetime]] = field(default_factory=dict)
    _counted: set[int] = field(default_factory=set)

    @property
    def rich(self) -> bool:
        return not self.channels.isdisjoint(RICH_CHANNELS)

    def take(self, touch: Touch) -> None:
        """Add a message or a notice from one to the other."""
        if touch.channel is not None:
            self.channels.add(touch.channel)
        if Substance.PERSONAL not in touch.substances or touch.refuses or touch.side is None or touch.thread in self._counted:
            return
        sides = self._personal.setdefault(touch.thread, {})
        sides[touch.side] = touch.at
        if len(sides) == len(BOTH) and max(sides.values()) - min(sides.values()) <= PERSONAL_ANSWER:
            self._occasion(touch, touch.thread)

    def meet(self, meeting: Touch) -> None:
        """Add a held meeting: one that is personal is so for both."""
        if meeting.channel is not None:
            self.channels.add(meeting.channel)
        if Substance.PERSONAL in meeting.substances:
            self._occasion(meeting, meeting.thread)

    def _occasion(self, touch: Touch, thread: int) -> None:
        if not self.occasions or touch.at - self.occasions[-1].at >= OCCASIONS_APART:
            self.occasions.append(touch)
            self._counted.add(thread)


@dataclass(slots=True)
class Facts:
    """All that the touches have shown so far."""

    latest: Touch | None = None
    shown: dict[Side, Shown] = field(default_factory=lambda: {side: Shown() for side in BOTH})
    acquaintance: Acquaintance = field(default_factory=Acquaintance)
    work: Workbook = field(default_factory=Workbook)
    closeness: Closeness = field(default_factory=Closeness)
    letters: Correspondence = field(default_factory=Correspondence)
    outbox: Outbox = field(default_factory=Outbox)
    pulse: Pulse = field(default_factory=Pulse)
    development_since: datetime | None = None
    """Since when the two have been at development without a break."""
    meetings: int = 0
    last_met: Touch | None = None
    last_substantive: Touch | None = None
    last_deep_at: datetime | None = None
    """The last substantive message, held meeting, call or one-on-one."""
    exchanges_since_deep: int = 0
    last_at: datetime | None = None
    unconfirmed: deque[Touch] = field(default_factory=lambda: deque(maxlen=MEETINGS_IN_DOUBT))
    """Meetings of the last days that not both have accepted, newest last."""
    doubtful: dict[str, Touch] = field(default_factory=dict)
    """By id: meetings of few that stay in doubt: not both accepted, and nothing has confirmed them."""
    crowds: list[Touch] = field(default_factory=list)
    """Events of many that both were at."""

    def take(self, touch: Touch) -> None:
        """Add a touch; they come in the order of time."""
        self.latest = touch = structs.replace(touch, delivers=True) if self.work.delivers(touch) else touch
        if touch.sort is Sort.EVENT:
            self._attend(touch)
        elif touch.sort is Sort.WORD:
            self.acquaintance.said_met = self.acquaintance.said_met or touch
            self._forgive(touch)
        else:
            self._read(touch)
        started = self.letters.started_by(touch)
        if started is not None:
            self.shown[started].starts += 1
            self.acquaintance.started.add(started)
        self.acquaintance.encounter(touch)
        self._feel(touch)

    def both_substantive_since(self, moment: datetime) -> bool:
        """Whether both sides have been substantive after a moment: each by what they wrote, or both by meeting about their topic."""
        together = (self.work.both_acted_at, self.work.series_since)
        if any(at is not None and at > moment for at in together):
            return True
        return all(shown.last_substantive_at is not None and shown.last_substantive_at > moment for shown in self.shown.values())

    def refused(self) -> Touch | None:
        """A refusal that nothing has lifted, of either side."""
        return self.shown[Side.PERSON].refusal or self.shown[Side.OWNER].refusal

    def list_thread(self) -> Thread | None:
        """The thread of the newest touch, where both have posted to a list on it."""
        thread = self.acquaintance.threads.get(self.latest.thread) if self.latest else None
        return thread if thread and len(thread.posted) == len(BOTH) else None

    def _read(self, touch: Touch) -> None:
        self._confirm(touch)
        if touch.side is not None and touch.sort is Sort.MESSAGE:
            shown = self.shown[touch.side]
            if touch.refuses and touch.reaches:
                shown.refusal = touch
            elif touch.reaches:
                shown.refusal = None
        self.acquaintance.take(touch)
        self.work.take(touch)
        self.letters.take(touch)
        self.outbox.take(touch)
        if touch.side is None or not touch.reaches:
            return
        shown = self.shown[touch.side]
        shown.messages += 1
        self.closeness.take(touch)
        if touch.substantive:
            shown.last_substantive_at = touch.at
            self.last_substantive = touch

    def _confirm(self, touch: Touch) -> None:
        """A message may show that a meeting took place which not both had accepted."""
        while self.unconfirmed and touch.at - self.unconfirmed[0].at > MEETING_ECHO:
            self.unconfirmed.popleft()
        speaks_of_one = touch.entry is not None and touch.entry.refers_to_meeting
        for meeting in reversed(self.unconfirmed):
            if speaks_of_one or touch.topic == meeting.topic:
                self.unconfirmed.remove(meeting)
                del self.doubtful[meeting.id]
                self._meet(structs.replace(meeting, attendance=Attendance.MET))
                return

    def _attend(self, touch: Touch) -> None:
        if touch.met:
            self._meet(touch)
        elif touch.attendance is Attendance.UNCONFIRMED:
            self.unconfirmed.append(touch)
            self.doubtful[touch.id] = touch
        else:
            self.crowds.append(touch)

    def _meet(self, meeting: Touch) -> None:
        self.acquaintance.met = self.acquaintance.met or meeting
        self.work.meet(meeting)
        self.closeness.meet(meeting)
        self.letters.met()
        self._forgive(meeting)
        self.meetings += 1
        if self.last_met is None or meeting.date >= self.last_met.date:
            self.last_met = meeting

    def _forgive(self, meeting: Touch) -> None:
        """A no that came before the two met no longer stands."""
        for shown in self.shown.values():
            if shown.refusal is not None and shown.refusal.at < meeting.at:
                shown.refusal = None

    def _feel(self, touch: Touch) -> None:
        if touch.entry is not None and touch.entry.list_post and not touch.reaches:
            return
        self.pulse.seen(touch.date)
        self.last_at = max(touch.date, self.last_at or touch.date)
        if touch.ends_silence:
            self.pulse.beat(touch.at)
        deep = touch.substantive or touch.sort is Sort.WORD or touch.attendance in (Attendance.MET, Attendance.UNCONFIRMED)
        if deep or self.last_deep_at is None:
            self.last_deep_at, self.exchanges_since_deep = touch.at, 0
        elif touch.reaches or touch.attendance is Attendance.CROWD:
            self.exchanges_since_deep += 1
