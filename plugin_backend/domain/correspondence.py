"""Correspondence: who opened what, what waits for an answer, and who was introduced to whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from plugin_backend.domain.policy import INTRODUCTIONS_KEPT, THREAD_RESTS, UNANSWERED_KEPT
from plugin_backend.domain.readings import Introduced, Side, Unanswered
from plugin_backend.domain.tags import Substance
from plugin_backend.domain.touches import Attendance, Sort, Touch

_WAITS_FOR_NOTHING = frozenset((Substance.COURTESY, Substance.TRIVIA, Substance.UPDATE_REQUEST))
"""A message with nothing else needs no answer."""


@dataclass(slots=True)
class Correspondence:
    """The letters between two people, as a secretary would keep them."""

    waiting: dict[int, list[Touch]] = field(default_factory=dict)
    """Messages of theirs by thread that the owner has not answered."""
    introductions: list[Touch] = field(default_factory=list)
    unanswered_in_a_row: int = 0
    """Messages of the owner since the last one of theirs."""
    wrote_since_met: bool = True
    _threads: dict[int | str, datetime] = field(default_factory=dict)
    """When each thread was last written on."""
    _series: set[str] = field(default_factory=set)
    _by_subject: dict[str, set[int]] = field(default_factory=dict)
    """The threads that wait, by the token of their subject."""

    def started_by(self, touch: Touch) -> Side | None:
        """Who opened a thread or invited with this touch; None where nobody did, or a third.

        A thread that has rested is opened again by whoever writes next, and a series counts once. An answer to a mail that is not in
        the ledger opens nothing: who wrote the first one is not known.
        """
        if touch.sort is Sort.EVENT:
            return self._invited_by(touch)
        if touch.sort is Sort.WORD or touch.entry is None:
            return None
        key = f"notices:{touch.entry.channel}" if touch.sort is Sort.NOTICE else touch.thread
        before = self._threads.get(key)
        self._threads[key] = self._threads[touch.thread] = touch.at
        opens = not touch.entry.answers if before is None else touch.at - before >= THREAD_RESTS
        return touch.side if opens and touch.reaches and not touch.refuses else None

    def take(self, touch: Touch) -> None:
        """Add a message or a notice."""
        if touch.presents:
            self.introductions.append(touch)
        if touch.side is Side.OWNER:
            self._owner_wrote(touch)
        elif touch.side is Side.PERSON and touch.reaches:
            self.unanswered_in_a_row = 0
            if touch.sort is Sort.MESSAGE and _waits(touch):
                self.waiting.setdefault(touch.thread, []).append(touch)
                self._by_subject.setdefault(_subject(touch), set()).add(touch.thread)

    def met(self) -> None:
        """They have met: what the owner writes next is the first message after it."""
        self.wrote_since_met = False

    def broadcast(self) -> None:
        """The owner has sent them something by machine or to many."""
        self.wrote_since_met = True

    def unanswered(self) -> tuple[Unanswered, ...]:
        """What waits for the owner's answer, one for each thread, newest first."""
        newest = sorted(self.waiting.values(), key=lambda thread: (thread[-1].at, thread[-1].id), reverse=True)
        return tuple(
            Unanswered(
                exchange=thread[-1].id,
                at=thread[-1].at,
                topic=_subject(thread[-1]),
                asks=any(Substance.REQUEST in touch.substances for touch in thread),
            )
            for thread in newest[:UNANSWERED_KEPT]
        )

    def introduced(self) -> tuple[Introduced, ...]:
        """Who presented the two to each other, newest first."""
        newest = self.introductions[: -INTRODUCTIONS_KEPT - 1 : -1]
        return tuple(Introduced(exchange=touch.id, at=touch.at, by=touch.entry.sender if touch.entry else "") for touch in newest)

    def _owner_wrote(self, touch: Touch) -> None:
        self.wrote_since_met = True
        self.waiting.pop(touch.thread, None)
        if subject := _subject(touch):
            for thread in self._by_subject.pop(subject, ()):
                self.waiting.pop(thread, None)
        if touch.reaches:
            self.unanswered_in_a_row += 1

    def _invited_by(self, touch: Touch) -> Side | None:
        series = touch.entry.series if touch.entry else ""
        if touch.attendance is Attendance.AUDIENCE or series in self._series:
            return None
        if series:
            self._series.add(series)
        return touch.side


def _subject(touch: Touch) -> str:
    return touch.entry.topic if touch.entry else ""


def _waits(touch: Touch) -> bool:
    if touch.refuses or (touch.entry is not None and touch.entry.own_words == 0 and not touch.entry.has_attachment):
        return False
    return not touch.substances or not touch.substances <= _WAITS_FOR_NOTHING
