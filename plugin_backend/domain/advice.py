"""Advice: the verdict on a draft and each of its recipients, with reasons and better ways. It advises and never forbids."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from plugin_backend.domain.better_ways import shared_context, ways_round
from plugin_backend.domain.broadcasts import Broadcast, broadcast_sign
from plugin_backend.domain.drafts import Alternative, Draft, Introducer, RecipientFacts, SharedEvent
from plugin_backend.domain.people import AddressKind, Owner, Person
from plugin_backend.domain.readings import Evidence, Reading, Stage, Standing, Unanswered
from plugin_backend.domain.reply_estimate import ReplyEstimate
from plugin_backend.domain.suggestions import leave_the_plateau
from plugin_backend.domain.wording import counted, on_day

__all__ = [
    "Alternative",
    "Draft",
    "DraftVerdict",
    "Introducer",
    "RecipientFacts",
    "RecipientVerdict",
    "SharedEvent",
    "Verdict",
    "advise",
]

ANSWER_WINDOW = timedelta(days=90)
"""How long a message of theirs may be answered without a word from us."""
INTRODUCTION_WINDOW = timedelta(days=60)
EVIDENCE_SHOWN = 3

WHAT_IT_IS = {
    AddressKind.LIST: "is a mailing list, not a person.",
    AddressKind.ROLE: "is a role address, not a person.",
    AddressKind.ROBOT: "is a machine, not a person.",
    AddressKind.ROOM: "is a room, not a person.",
    AddressKind.OWNER: "is your own address.",
}


class Verdict(StrEnum):
    """What Acquaint says of a draft; the order of definition is the order of weight."""

    ALLOW = "allow"
    NUDGE = "nudge"
    WARN = "warn"

    @property
    def weight(self) -> int:
        """Position in the order of weight: 0 for allow to 2 for warn."""
        return tuple(Verdict).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientVerdict:
    """The verdict for one recipient."""

    address: str
    person: Person | None
    verdict: Verdict | None
    """None for what is not a person."""
    reading: Reading | None
    what: str = ""
    """For what is not a person: what it is, in a sentence."""
    reasons: tuple[str, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    reply_estimate: ReplyEstimate | None = None
    """With a warning about a new mail: how often mails like it were answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftVerdict:
    """The verdict on a draft: the highest of its recipients'; None where no recipient is a person."""

    verdict: Verdict | None
    recipients: tuple[RecipientVerdict, ...]
    as_of: datetime
    broadcast: str = ""
    """The sign that the draft speaks to many at once, in a sentence; empty where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One recipient of one draft: all that a rule may look at."""

    draft: Draft
    facts: RecipientFacts
    broadcast: Broadcast | None
    """The sign that the draft is a broadcast, where there is one."""
    as_of: datetime

    @property
    def reading(self) -> Reading | None:
        """Where the relationship stands; None where the ledger has nothing."""
        return self.facts.reading

    @property
    def stage(self) -> Stage:
        """The stage of the reading; none where there is no reading."""
        return self.facts.reading.stage if self.facts.reading else Stage.NONE

    @property
    def known(self) -> bool:
        """Whether both sides recognise each other."""
        return self.stage.at_least(Stage.RECOGNITION)

    @property
    def in_exchange(self) -> bool:
        """Whether they know each other and there is no silence: a mail needs no occasion."""
        return self.known and self.reading is not None and self.reading.standing not in (Standing.SLIDING, Standing.DORMANT)

    @property
    def waiting(self) -> tuple[Unanswered, ...]:
        """Their messages of the last 90 days that the owner has not answered."""
        reading = self.facts.reading
        return tuple(each for each in reading.unanswered if self.as_of - each.at <= ANSWER_WINDOW) if reading else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a rule says of a case."""

    verdict: Verdict | None
    reasons: tuple[str, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    what: str = ""
    reply_estimate: ReplyEstimate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of the table of verdicts."""

    name: str
    sentence: str
    """What the rule says, for people who read the rules."""
    check: Callable[[Case], Judgement | None]
    """The judgement where the rule applies, else None."""


def advise(draft: Draft, recipients: tuple[RecipientFacts, ...], *, owner: Owner, as_of: datetime) -> DraftVerdict:
    """Judge a draft for each of its recipients (product rules, section 5)."""
    once = {facts.address: facts for facts in reversed(recipients)}
    addresses = tuple(dict.fromkeys(address for address in (*draft.to, *draft.cc, *once) if address not in owner))
    sign = broadcast_sign(text=draft.text, recipients=addresses, answers=bool(draft.in_reply_to), has_attachment=draft.has_attachment)
    judged = tuple(
        _verdict_for(Case(draft=draft, facts=_as_own(once[address], owner), broadcast=sign, as_of=as_of))
        for address in dict.fromkeys(facts.address for facts in recipients)
    )
    verdicts = [each.verdict for each in judged if each.verdict is not None]
    highest = max(verdicts, key=lambda verdict: verdict.weight, default=None)
    return DraftVerdict(verdict=highest, recipients=judged, as_of=as_of, broadcast=sign.sentence if sign else "")


def _as_own(facts: RecipientFacts, owner: Owner) -> RecipientFacts:
    return replace(facts, kind=AddressKind.OWNER, person=None) if facts.address in owner else facts


def _verdict_for(case: Case) -> RecipientVerdict:
    judgement = _named_plateau(case, next(found for rule in RULES if (found := rule.check(case)) is not None))
    if case.facts.colleague and judgement.verdict is Verdict.WARN:
        reasons = ("You work in the same organisation, so this is only a nudge.", *judgement.reasons)
        judgement = replace(judgement, verdict=Verdict.NUDGE, reasons=reasons)
    person = case.facts.kind is AddressKind.PERSON
    return RecipientVerdict(
        address=case.facts.address,
        person=case.facts.person if person else None,
        verdict=judgement.verdict,
        reading=case.reading if person else None,
        what=judgement.what,
        reasons=judgement.reasons,
        alternatives=judgement.alternatives,
        evidence=case.reading.evidence[:EVIDENCE_SHOWN] if person and case.reading else (),
        reply_estimate=judgement.reply_estimate,
    )


# The rules, in the order in which they are asked


def _not_a_person(case: Case) -> Judgement | None:
    if case.facts.kind is AddressKind.PERSON:
        return None
    return Judgement(verdict=None, what=f"{case.facts.address} {WHAT_IT_IS[case.facts.kind]}")


def _snoozed(case: Case) -> Judgement | None:
    until = case.reading.snoozed_until if case.reading else None
    if until is None or until <= case.as_of:
        return None
    return Judgement(verdict=Verdict.ALLOW, reasons=(f"You asked for no warnings about them until {on_day(until, case.as_of)}.",))


def _owner_said_so(case: Case) -> Judgement | None:
    if case.reading is None or not case.reading.owner_word or not case.known or case.broadcast:
        return None
    quiet = case.reading.standing in (Standing.SLIDING, Standing.DORMANT)
    return Judgement(
        verdict=Verdict.ALLOW,
        reasons=(f"In your own word this is {case.stage.label}.",),
        alternatives=(shared_context(case.facts, case.as_of),) if quiet else (),
    )


def _refused(case: Case) -> Judgement | None:
    if case.reading is None or case.reading.refused_at is None:
        return None
    day = on_day(case.reading.refused_at, case.as_of)
    return Judgement(
        verdict=Verdict.WARN,
        reasons=(f"On {day} they asked not to be written to, or said no. {_so_far(case)}",),
        alternatives=(
            Alternative(kind="conversation", sentence="Leave the next word to them; if you meet, talk."),
            Alternative(kind="relevance", sentence="If you only confirm that you have understood, one line is enough."),
        ),
    )


def _answers_them(case: Case) -> Judgement | None:
    facts, draft = case.facts, case.draft
    recent = facts.answered_at is None or case.as_of - facts.answered_at <= ANSWER_WINDOW
    if facts.answered_sender and facts.answered_by_hand and recent:
        return _allow("It answers their message.")
    same_subject = [each for each in case.waiting if draft.topic and each.topic == draft.topic]
    if same_subject:
        return _allow(f"It answers their message of {on_day(same_subject[0].at, case.as_of)}.")
    if len(case.waiting) == 1 and case.broadcast is None and not case.in_exchange:
        return _allow(f"It may answer their message of {on_day(case.waiting[0].at, case.as_of)}, the only one you have not answered.")
    return None


def _asked_for(case: Case) -> Judgement | None:
    asked = [each for each in case.waiting if each.asks]
    if not asked or case.broadcast:
        return None
    return _allow(f"They asked you for something on {on_day(asked[0].at, case.as_of)}.")


def _introduced(case: Case) -> Judgement | None:
    recent = [each for each in case.reading.introduced if case.as_of - each.at <= INTRODUCTION_WINDOW] if case.reading else []
    if not recent or case.broadcast:
        return None
    return _allow(f"You were introduced on {on_day(recent[0].at, case.as_of)}.")


def _before_recognition(case: Case) -> Judgement | None:
    if case.known:
        return None
    reasons = [f"No recognition yet. {_so_far(case)}"]
    if case.broadcast:
        reasons.append(case.broadcast.sentence)
    estimate = case.facts.reply_estimate
    if estimate:
        reasons.append(estimate.sentence)
    ways = ways_round(case.facts, case.as_of)
    return Judgement(verdict=Verdict.WARN, reasons=tuple(reasons), alternatives=ways, reply_estimate=estimate)


def _broadcast(case: Case) -> Judgement | None:
    if case.broadcast is None:
        return None
    reading = case.reading
    if reading is not None and reading.last_held_at is not None and not reading.wrote_since_held:
        reasons = (f"It would be your first message after you met on {on_day(reading.last_held_at, case.as_of)}.", case.broadcast.sentence)
        better = "Write two lines of your own about what you talked about; send the material to those who ask for it."
    else:
        reasons = (f"You know each other ({case.stage.label}).", case.broadcast.sentence)
        better = "Write to them alone, with a line that is meant for nobody else."
    return Judgement(verdict=Verdict.NUDGE, reasons=reasons, alternatives=(Alternative(kind="conversation", sentence=better),))


def _gone_quiet(case: Case) -> Judgement | None:
    reading = case.reading
    if reading is None or reading.standing not in (Standing.SLIDING, Standing.DORMANT):
        return None
    last = reading.last_substantive_at
    since = f"nothing of substance since {on_day(last, case.as_of)}" if last else "a long silence"
    before = f" It was {reading.highest.label} once." if reading.highest.depth > reading.stage.depth else ""
    return Judgement(
        verdict=Verdict.NUDGE,
        reasons=(f"You know each other, but it is {reading.standing}: {since}.{before}",),
        alternatives=(
            shared_context(case.facts, case.as_of),
            Alternative(kind="channel", sentence="A call reaches further than a mail after a silence, and asks less of both."),
        ),
    )


def _plateau(case: Case) -> Judgement | None:
    return _allow(f"You know each other ({case.stage.label}).") if case.reading and case.reading.standing is Standing.PLATEAU else None


def _named_plateau(case: Case, judgement: Judgement) -> Judgement:
    """Whatever allows a mail on a plateau, an answer too, the plateau is named with one act that would deepen it."""
    reading = case.reading
    allowed = judgement.verdict is Verdict.ALLOW and case.known
    if reading is None or reading.standing is not Standing.PLATEAU or not allowed:
        return judgement
    since = reading.plateau_since or reading.last_substantive_at
    said = f" since {on_day(since, case.as_of)}" if since else " for a while"
    return replace(
        judgement,
        reasons=(*judgement.reasons, f"It is on a plateau: you write, but nothing of substance{said}."),
        alternatives=(*judgement.alternatives, Alternative(kind="deepen", sentence=leave_the_plateau(reading))),
    )


def _active(case: Case) -> Judgement | None:
    return Judgement(verdict=Verdict.ALLOW, reasons=(f"You know each other ({case.stage.label}).",))


RULES = (
    Rule(name="not_a_person", sentence="Lists, roles, robots, rooms and one's own addresses have no verdict.", check=_not_a_person),
    Rule(name="snoozed", sentence="Where the owner wants no warnings, there is none.", check=_snoozed),
    Rule(name="owner_said_so", sentence="A stage in the owner's own word, of recognition or more, is allowed.", check=_owner_said_so),
    Rule(name="refused", sentence="A mail to somebody who asked not to be written to is warned about.", check=_refused),
    Rule(name="answers_them", sentence="An answer to what they wrote by hand within 90 days is allowed.", check=_answers_them),
    Rule(name="asked_for", sentence="What they asked for is allowed.", check=_asked_for),
    Rule(name="introduced", sentence="Within 60 days of an introduction, a mail to the introduced is allowed.", check=_introduced),
    Rule(name="before_recognition", sentence="Before recognition, a new mail of the owner is warned about.", check=_before_recognition),
    Rule(name="broadcast", sentence="A broadcast to somebody one knows is worth a nudge.", check=_broadcast),
    Rule(name="gone_quiet", sentence="Where it is sliding or dormant, a nudge names the shared context again.", check=_gone_quiet),
    Rule(name="plateau", sentence="On a plateau a mail is allowed, and the plateau is named.", check=_plateau),
    Rule(name="active", sentence="To somebody one knows, and is in exchange with, one may write.", check=_active),
)
"""The first rule that applies decides; the last one always does. A colleague is never warned about, only nudged."""


# What the rules say

def _allow(reason: str) -> Judgement:
    return Judgement(verdict=Verdict.ALLOW, reasons=(reason,))


def _so_far(case: Case) -> str:
    """What has happened so far, in one line."""
    reading = case.reading
    if reading is None or reading.stage is Stage.NONE:
        return "Nothing between you is seen so far."
    if not reading.messages_out + reading.messages_in + reading.meetings_held:
        shared = "you have been on one thread or at one event, and neither of you wrote to the other"
        return f"So far {shared}; the last time was on {on_day(reading.last_at, case.as_of)}." if reading.last_at else f"So far {shared}."
    met = f", {counted(reading.meetings_held, 'meeting')}" if reading.meetings_held else ""
    last = f"; the last exchange was on {on_day(reading.last_at, case.as_of)}" if reading.last_at else ""
    return f"So far: {counted(reading.messages_out, 'message')} from you, {counted(reading.messages_in, 'message')} from them{met}{last}."
