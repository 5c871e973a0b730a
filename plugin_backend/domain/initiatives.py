"""Initiatives: what two people work on together, from the acts of both sides on one topic; and the promises still open."""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass, field
from datetime import datetime

from plugin_backend.domain.ledger import subject_less_prefixes
from plugin_backend.domain.policy import (
    EVIDENCE_SHOWN,
    INITIATIVE_EXCHANGES,
    INITIATIVES_KEPT,
    MEETING_ECHO,
    MEETINGS_NEEDED,
    MEETINGS_WITHIN,
    PROMISES_KEPT,
    TURNS_NEEDED,
    TURNS_OVER,
    TWO_WEEKS_APART,
    WORDS_KEPT,
)
from plugin_backend.domain.readings import Initiative, Promise, Side
from plugin_backend.domain.tags import Substance
from plugin_backend.domain.touches import Sort, Touch

BOTH = (Side.OWNER, Side.PERSON)


def other(side: Side) -> Side:
    """The other of the two."""
    return Side.PERSON if side is Side.OWNER else Side.OWNER


@dataclass(slots=True)
class Topic:
    """What both sides did about one thing."""

    acts: dict[Side, int] = field(default_factory=lambda: dict.fromkeys(BOTH, 0))
    touches: list[Touch] = field(default_factory=list)
    """The acts, and the meetings that count as acts, in time."""
    settled: Touch | None = None
    """The first delivery or decision."""
    turns: dict[Side, int] = field(default_factory=lambda: dict.fromkeys(BOTH, 0))
    turn_takers: list[Touch] = field(default_factory=list)
    """The first substantive message of every turn."""
    meetings: list[Touch] = field(default_factory=list)
    """Held meetings, by date."""
    unnamed: list[Touch] = field(default_factory=list)
    """Meetings that no mail has named yet."""
    last_mail_at: datetime | None = None
    asked: set[Side] = field(default_factory=set)
    """Sides whose request is open."""
    promises: dict[Side, list[Touch]] = field(default_factory=lambda: {side: [] for side in BOTH})
    subject: str = ""
    token: str = ""

    def is_joint(self) -> bool:
        """Both sides acted, in two different weeks, and something was handed over or decided."""
        if self.settled is None or not all(self.acts.values()):
            return False
        return self.touches[-1].at - self.touches[0].at >= TWO_WEEKS_APART

    def is_dialogue(self) -> bool:
        """Each side had its substantive turns, over long enough."""
        if min(self.turns.values()) < TURNS_NEEDED:
            return False
        return self.turn_takers[-1].at - self.turn_takers[0].at >= TURNS_OVER

    def shown(self) -> tuple[Touch, ...]:
        """The acts that show it: the first ones and the newest, what settled it among them."""
        if len(self.touches) <= EVIDENCE_SHOWN:
            return tuple(self.touches)
        half = EVIDENCE_SHOWN // 2
        ends = [*self.touches[:half], *self.touches[-(EVIDENCE_SHOWN - half - 1) :]]
        if self.settled is not None and self.settled not in ends:
            ends.insert(half, self.settled)
        return tuple(ends)


@dataclass(slots=True)
class Workbook:
    """All topics of two people, folded in time."""

    topics: dict[int, Topic] = field(default_factory=dict)
    initiative: Topic | None = None
    """The first topic that became a joint initiative."""
    dialogue: Topic | None = None
    """The first topic on which each side had its turns."""
    series: tuple[Touch, ...] = ()
    """The first meetings that were enough on one topic within six months."""
    series_since: datetime | None = None
    """When the newest such row of meetings began."""
    both_acted_at: datetime | None = None
    """When a meeting last was an act of both sides."""

    def delivers(self, touch: Touch) -> bool:
        """Whether a message hands over, by its attachment, what the other asked for."""
        if not touch.reaches or touch.side is None or touch.entry is None or not touch.entry.has_attachment:
            return False
        topic = self.topics.get(touch.topic)
        return topic is not None and other(touch.side) in topic.asked

    def take(self, touch: Touch) -> None:
        """Add a message or a notice."""
        topic = self._topic(touch)
        if touch.sort is Sort.MESSAGE:
            topic.last_mail_at = touch.at
            for meeting in topic.unnamed:
                if touch.at - meeting.at <= MEETING_ECHO:
                    self._act_of_both(topic, meeting, touch.at)
            topic.unnamed.clear()
        if touch.side is None or not touch.reaches or touch.refuses:
            return
        self._keep_promises(topic, touch, touch.side)
        if touch.acts:
            topic.acts[touch.side] += 1
            topic.settled = topic.settled or (touch if touch.settles else None)
            self._add_act(topic, touch)
        if touch.substantive:
            if not topic.turn_takers or topic.turn_takers[-1].side is not touch.side:
                topic.turns[touch.side] += 1
                topic.turn_takers.append(touch)
            if self.dialogue is None and topic.is_dialogue():
                self.dialogue = topic

    def meet(self, meeting: Touch) -> None:
        """Add a held meeting. A mail within a week before or after that names its topic makes it an act of both sides."""
        topic = self._topic(meeting)
        insort(topic.meetings, meeting, key=lambda each: each.date)
        for row in zip(*(topic.meetings[-MEETINGS_NEEDED - 1 :][skip:] for skip in range(MEETINGS_NEEDED)), strict=False):
            if row[-1].date - row[0].date <= MEETINGS_WITHIN:
                self.series = self.series or row
                self.series_since = row[0].date
        if topic.last_mail_at is not None and meeting.date - topic.last_mail_at <= MEETING_ECHO:
            self._act_of_both(topic, meeting, meeting.at)
        else:
            topic.unnamed.append(meeting)

    def initiatives(self) -> tuple[Initiative, ...]:
        """What both sides acted on, newest first."""
        joint = [topic for topic in self.topics.values() if all(topic.acts.values())]
        joint.sort(key=lambda topic: (topic.touches[-1].at, topic.touches[-1].id), reverse=True)
        return tuple(
            Initiative(
                topic=topic.token,
                subject=topic.subject,
                owner_acts=topic.acts[Side.OWNER],
                person_acts=topic.acts[Side.PERSON],
                first=topic.touches[0].at,
                last=topic.touches[-1].at,
                exchanges=tuple(touch.id for touch in topic.touches[-INITIATIVE_EXCHANGES:]),
                settled=topic.settled is not None,
            )
            for topic in joint[:INITIATIVES_KEPT]
        )

    def promises(self) -> tuple[Promise, ...]:
        """What either side said they would do and is not seen to have done, newest first."""
        made = [(touch, side) for topic in self.topics.values() for side, kept in topic.promises.items() for touch in kept]
        made.sort(key=lambda each: (each[0].at, each[0].id), reverse=True)
        return tuple(Promise(by=side, words=_promised(touch), exchange=touch.id, at=touch.at) for touch, side in made[:PROMISES_KEPT])

    def _topic(self, touch: Touch) -> Topic:
        topic = self.topics.setdefault(touch.topic, Topic())
        if touch.entry is not None:
            topic.token = topic.token or touch.entry.topic
            topic.subject = topic.subject or subject_less_prefixes(touch.entry.subject)[0][:WORDS_KEPT]
        return topic

    def _keep_promises(self, topic: Topic, touch: Touch, side: Side) -> None:
        if touch.delivers or Substance.DELIVERY in touch.substances:
            topic.promises[side].clear()
            topic.asked.discard(other(side))
        if Substance.COMMITMENT in touch.substances:
            topic.promises[side].append(touch)
        if Substance.REQUEST in touch.substances:
            topic.asked.add(side)

    def _act_of_both(self, topic: Topic, meeting: Touch, at: datetime) -> None:
        self.both_acted_at = at
        for side in BOTH:
            topic.acts[side] += 1
        self._add_act(topic, meeting)

    def _add_act(self, topic: Topic, touch: Touch) -> None:
        insort(topic.touches, touch, key=lambda each: each.at)
        if self.initiative is None and topic.is_joint():
            self.initiative = topic


def _promised(touch: Touch) -> str:
    tags = touch.entry.substances if touch.entry else ()
    return next((tag.words[:WORDS_KEPT] for tag in tags if tag.substance is Substance.COMMITMENT), "")
