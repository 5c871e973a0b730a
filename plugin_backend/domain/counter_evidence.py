"""Counter-evidence: what speaks against a deeper stage, or was seen and does not count. In words, with the exchanges that show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from plugin_backend.domain.facts import Facts
from plugin_backend.domain.ledger import LedgerEntry
from plugin_backend.domain.phrases import day, times
from plugin_backend.domain.policy import EVIDENCE_SHOWN
from plugin_backend.domain.readings import Evidence, Side, Stage
from plugin_backend.domain.tags import Substance
from plugin_backend.domain.touches import Pair, Touch
from plugin_backend.domain.wording import counted

_IN_A_ROW = 2
"""So many messages without an answer are worth a word."""


@dataclass(slots=True)
class Asides:
    """What is in the ledger and is nothing between the two: counted, and the newest kept."""

    mailings: list[LedgerEntry] = field(default_factory=list)
    machines: list[LedgerEntry] = field(default_factory=list)
    sent: list[LedgerEntry] = field(default_factory=list)
    """What the owner sent to many, them among others."""
    declined: dict[Side, list[LedgerEntry]] = field(default_factory=lambda: {side: [] for side in Side})

    def take(self, entry: LedgerEntry, pair: Pair) -> None:
        """Add an entry that is no touch."""
        decliner = pair.declined(entry)
        if decliner is not None:
            self.declined[decliner].append(entry)
        elif entry.has(Substance.BULK) and pair.sent_to_person(entry):
            self.sent.append(entry)
        elif not entry.calendar_traffic and not entry.notice and pair.side_of(entry) is Side.PERSON:
            if entry.has(Substance.BULK):
                self.mailings.append(entry)
            elif entry.has(Substance.AUTOMATED):
                self.machines.append(entry)


def counter_evidence(facts: Facts, asides: Asides) -> tuple[Evidence, ...]:
    """What speaks against, weightiest first. It does not depend on the day on which it is read."""
    found = (
        _refused(facts),
        _declined(asides),
        _one_sided(facts),
        _in_doubt(facts),
        _no_substance(facts),
        _crowds(facts),
        _mailings(asides),
        _machines(asides),
    )
    return tuple(evidence for evidence in found if evidence is not None)


def fallen_back(highest: Stage, stage: Stage, at: datetime) -> Evidence:
    """That a stage once reached does not hold now, for silence alone or until both sides have been substantive again."""
    return Evidence(
        rule="fallen_back",
        sentence=f"{highest.label.capitalize()} was reached; after a silence it is {stage.label}, until both of you bring substance again.",
        exchanges=(),
        at=at,
    )


def _refused(facts: Facts) -> Evidence | None:
    refusal = facts.shown[Side.PERSON].refusal or facts.shown[Side.OWNER].refusal
    if refusal is None:
        return None
    who = "They" if refusal.side is Side.PERSON else "You"
    sentence = f"{who} declined on {day(refusal.date)}."
    return Evidence(rule="refusal", sentence=sentence, exchanges=(refusal.id,), at=refusal.at, words=_words_of_no(refusal))


def _words_of_no(refusal: Touch) -> str:
    tags = refusal.entry.substances if refusal.entry else ()
    return next((tag.words for tag in tags if tag.substance is Substance.REFUSAL), "")


def _declined(asides: Asides) -> Evidence | None:
    side = Side.PERSON if asides.declined[Side.PERSON] else Side.OWNER
    events = asides.declined[side]
    if not events:
        return None
    who = "They" if side is Side.PERSON else "You"
    return _seen("declined", f"{who} declined {counted(len(events), 'event')}, the last one of {day(events[-1].at)}.", events)


def _one_sided(facts: Facts) -> Evidence | None:
    owner, person = facts.shown[Side.OWNER].messages, facts.shown[Side.PERSON].messages
    at = facts.last_at
    if at is None:
        return None
    in_a_row = facts.letters.unanswered_in_a_row
    if owner and not person:
        sentence = f"Only you have written, {times(owner)}, and nobody answered by hand."
    elif person and not owner:
        sentence = f"Only they have written, {times(person)}; they have not heard from you."
    elif in_a_row >= _IN_A_ROW:
        sentence = f"Your last {in_a_row} messages have no answer."
    else:
        return None
    return Evidence(rule="one_sided", sentence=sentence, exchanges=(), at=at)


def _in_doubt(facts: Facts) -> Evidence | None:
    if not facts.doubtful:
        return None
    last = next(reversed(facts.doubtful.values()))
    sentence = f"Not both of you accepted the meeting of {day(last.date)}, and nothing shows that it took place."
    return Evidence(rule="not_accepted", sentence=sentence, exchanges=(last.id,), at=last.at)


def _no_substance(facts: Facts) -> Evidence | None:
    if facts.last_substantive is not None or facts.last_at is None or not all(shown.messages for shown in facts.shown.values()):
        return None
    return Evidence(
        rule="no_substance",
        sentence="You have written to each other, but only of times, places and thanks.",
        exchanges=(),
        at=facts.last_at,
    )


def _crowds(facts: Facts) -> Evidence | None:
    if not facts.crowds or facts.meetings:
        return None
    events = [touch.entry for touch in facts.crowds if touch.entry]
    sentence = f"You were both at {counted(len(events), 'event')} of many people: however many, each is an encounter."
    return _seen("many_people", sentence, events)


def _mailings(asides: Asides) -> Evidence | None:
    sent = asides.mailings
    return _seen("mailings", f"{counted(len(sent), 'mailing').capitalize()} of theirs went to many.", sent) if sent else None


def _machines(asides: Asides) -> Evidence | None:
    sent = asides.machines
    return _seen("machines", f"{counted(len(sent), 'automatic mail').capitalize()} of theirs answered nothing.", sent) if sent else None


def _seen(rule: str, sentence: str, entries: Sequence[LedgerEntry]) -> Evidence:
    newest = entries[-EVIDENCE_SHOWN // 2 :]
    return Evidence(rule=rule, sentence=sentence, exchanges=tuple(entry.id for entry in newest), at=newest[-1].at)
