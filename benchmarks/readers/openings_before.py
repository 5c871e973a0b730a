"""What the product would have known before each unit: the sort of the mail, and the owner's own mails of that sort."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from benchmarks.readers.enron import Mailbox, Unit
from benchmarks.readers.history import History
from plugin_backend.domain.openings import ANSWERED_WITHIN, OPENINGS_KEPT, Before, Company, Opening, Outbox, before_of, company_of
from plugin_backend.domain.reply_estimate import NEWEST_COUNTED, Tally
from plugin_backend.domain.stages import reading_of, replay
from plugin_backend.domain.touches import Pair

EVERY_OPENING = 1_000_000
Sort = tuple[Before, Company]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """One unit with its sort."""

    unit: Unit
    before: Before
    company: Company

    @property
    def sort(self) -> Sort:
        return self.before, self.company


def sorted_units(units: Iterable[Unit], boxes: Mapping[str, Mailbox]) -> tuple[Sorted, ...]:
    """Each unit that opens something, with what the ledger had shown of the contact before it."""
    found = []
    for unit in units:
        box = boxes[unit.owner]
        history = box.history(unit.contact, unit.at)
        company = company_of(unit.recipients, copied=box.copied(unit))
        if unit.opens and company is not None:
            found.append(Sorted(unit=unit, before=before(history), company=company))
    return tuple(found)


def before(history: History) -> Before:
    """What had gone between the two, by the reading as of the moment: as `check` asks it."""
    relationship = replay(history.entries, (), person=history.person, owner=history.owner, as_of=history.at)
    reading = reading_of(relationship, history.at)
    return before_of(wrote=reading.messages_out > 0, heard_at=reading.heard_at, answered=reading.answers, at=history.at)


def openings_of(box: Mailbox) -> dict[str, tuple[Opening, ...]]:
    """All openings of an owner, newest first, by contact."""
    return {contact: _openings(box, contact) for contact in box.by_contact}


def _openings(box: Mailbox, contact: str) -> tuple[Opening, ...]:
    pair, outbox = Pair(box.person(contact), box.owner, ()), Outbox()
    for entry in box.by_contact[contact]:
        touch = pair.touch(entry, {})
        if touch is not None:
            outbox.take(touch)
    return outbox.openings(EVERY_OPENING)


def tally_of(openings: Mapping[str, Sequence[Opening]], at: datetime) -> dict[Sort, Tally]:
    """The owner's own mails by sort as the product would count them at a moment: what was sent later is not there yet."""
    settled: dict[Sort, list[Opening]] = defaultdict(list)
    for of_contact in openings.values():
        known = [each for each in of_contact if each.at <= at][:OPENINGS_KEPT]
        for each in known:
            if each.at <= at - ANSWERED_WITHIN:
                settled[each.before, each.company].append(each)
    return {
        sort: Tally(mails=len(counted), answered=sum(each.answered_at is not None for each in counted))
        for sort, found in settled.items()
        if (counted := sorted(found, key=lambda each: each.at, reverse=True)[:NEWEST_COUNTED])
    }
