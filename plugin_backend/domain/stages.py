"""Stages and standings: rules with evidence, not a score. `replay` folds a person's ledger; `reading_of` tells where it stands.

`replay` walks through time once: it lets time pass (a silence falls dormant, recognition fades), adds the next touch to the facts, and
climbs the table of rules as far as they hold. What it leaves is a `Relationship`: small, and enough for every reading from then until
the next known thing happens. `reading_of` lets the rest of the time pass in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from msgspec import structs

from plugin_backend.domain.counter_evidence import Asides, counter_evidence, fallen_back
from plugin_backend.domain.facts import Acquaintance, Facts
from plugin_backend.domain.ledger import Correction, CorrectionKind, LedgerEntry
from plugin_backend.domain.openings import Opening
from plugin_backend.domain.people import AddressKind, Owner, Person
from plugin_backend.domain.phrases import day
from plugin_backend.domain.readings import Evidence, Initiative, Introduced, Promise, Reading, Side, Stage, Standing, Unanswered
from plugin_backend.domain.rules import RULES_OF
from plugin_backend.domain.standing import Depth, Silence, standing_at
from plugin_backend.domain.tags import Channel
from plugin_backend.domain.threads import strands_of
from plugin_backend.domain.touches import Attendance, Pair, Sort, Touch, over_at
from plugin_backend.domain.would_move import OF_STANDING, moves_of

RULES_VERSION = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """The owner's own word about the stage."""

    stage: Stage
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationship:
    """A replayed ledger of one person: all that a reading between `as_of` and `valid_until` needs, of bounded size."""

    as_of: datetime
    valid_until: datetime | None
    """When the next thing happens that the ledger already knows of; None where nothing is to come."""
    is_person: bool = True
    """False where there is no person behind the addresses, or the owner says so: there is nothing to read."""
    stage: Stage = Stage.NONE
    """The stage just after the last touch, by the rules; time alone may have brought it down since."""
    milestones: tuple[tuple[Stage, Evidence], ...] = ()
    """The stages reached by the rules, deepest first, with the evidence that first carried each."""
    ripening: Evidence | None = None
    """A friendship that only time keeps from holding: from its `at` on, if no dormancy comes before."""
    word: Word | None = None
    silence: Silence | None = None
    depth: Depth | None = None
    counter_evidence: tuple[Evidence, ...] = ()
    moves: tuple[tuple[Stage, tuple[str, ...]], ...] = ()
    """For every stage: what would bring the next one."""
    initiatives: tuple[Initiative, ...] = ()
    promises: tuple[Promise, ...] = ()
    unanswered: tuple[Unanswered, ...] = ()
    introduced: tuple[Introduced, ...] = ()
    last_at: datetime | None = None
    last_substantive_at: datetime | None = None
    last_substantive: str = ""
    last_substantive_channel: Channel | None = None
    started_by_owner: int = 0
    started_by_person: int = 0
    messages_out: int = 0
    messages_in: int = 0
    heard_at: datetime | None = None
    answers: bool = False
    meetings_held: int = 0
    last_held_at: datetime | None = None
    last_held: str = ""
    wrote_since_held: bool = True
    refused_at: datetime | None = None
    snoozed_until: datetime | None = None
    openings: tuple[Opening, ...] = field(default=(), compare=False)
    """The newest mails with which the owner began something with them. They are counted over everybody, so that the store keeps them
    in a table of their own, and they are no part of the projection."""


def replay(
    entries: Iterable[LedgerEntry], corrections: Sequence[Correction], *, person: Person, owner: Owner, as_of: datetime
) -> Relationship:
    """Fold a person's entries up to `as_of`, in whatever order they come.

    Entries and corrections that lie ahead count for nothing but `valid_until`, so that they are better given than left out.
    """
    said = sorted((each for each in corrections if _is_about(each, person)), key=lambda each: (each.at, each.id))
    spoken = [each for each in said if each.at <= as_of]
    ignored = {each.exchange for each in spoken if each.kind is CorrectionKind.IGNORE_EXCHANGE}
    kept = {entry.id: entry for entry in sorted(entries, key=lambda entry: (over_at(entry), entry.id)) if entry.id not in ignored}
    ahead = [over_at(entry) for entry in kept.values()] + [each.at for each in said]
    ahead += [each.on for each in spoken if each.kind is CorrectionKind.MET and each.on]
    valid_until = min((moment for moment in ahead if moment > as_of), default=None)
    if not _is_person(person, spoken):
        return Relationship(as_of=as_of, valid_until=valid_until, is_person=False)
    past = [entry for entry in kept.values() if over_at(entry) <= as_of]
    course, asides = _followed(past, spoken, Pair(person, owner, spoken), as_of=as_of)
    return _relationship(course, asides, spoken, as_of=as_of, valid_until=valid_until)


def reading_of(relationship: Relationship, as_of: datetime) -> Reading:
    """Where the relationship stands, as of a moment between its `as_of` and its `valid_until`."""
    if not relationship.is_person:
        return Reading(stage=Stage.NONE, highest=Stage.NONE, standing=None, as_of=as_of)
    held = relationship
    silence = held.silence
    by_rules, ripened = _after_silence(held.stage, held.ripening, silence, as_of)
    milestones = ((Stage.FRIENDSHIP, ripened), *held.milestones) if ripened and not _reached(held, Stage.FRIENDSHIP) else held.milestones
    highest = milestones[0][0] if milestones else Stage.NONE
    evidence = tuple(each for _, each in milestones)
    stage, against = by_rules, held.counter_evidence
    if held.word is not None:
        stage = held.word.stage
        evidence = (_own_word(held.word), *(each for reached, each in milestones if reached is not stage))
        highest = max(highest, stage, key=lambda each: each.depth)
    elif silence is not None and by_rules.depth < highest.depth:
        against = (fallen_back(highest, by_rules, silence.dormant_at if silence.dormant(as_of) else silence.since), *against)
    since = silence.since if silence else held.word.at if held.word else None
    standing = None
    if stage is not Stage.NONE:
        standing = standing_at(silence, held.depth, as_of) if silence and held.depth else Standing.ACTIVE
    plateau = held.depth.last if standing is Standing.PLATEAU and held.depth else None
    return Reading(
        stage=stage,
        highest=highest,
        standing=standing,
        as_of=as_of,
        evidence=evidence,
        counter_evidence=against,
        would_move=_would_move(held, stage, standing),
        initiatives=held.initiatives,
        promises=held.promises,
        first_at=silence.first if silence else None,
        last_at=held.last_at,
        last_substantive_at=held.last_substantive_at,
        last_substantive=held.last_substantive,
        silence_days=(as_of - since).days if since else None,
        rhythm_days=silence.rhythm.days if silence and silence.rhythm else None,
        started_by_owner=held.started_by_owner,
        started_by_person=held.started_by_person,
        messages_out=held.messages_out,
        messages_in=held.messages_in,
        heard_at=held.heard_at,
        answers=held.answers,
        meetings_held=held.meetings_held,
        owner_word=held.word is not None,
        snoozed_until=held.snoozed_until if held.snoozed_until and held.snoozed_until > as_of else None,
        last_held_at=held.last_held_at,
        last_held=held.last_held,
        wrote_since_held=held.wrote_since_held,
        unanswered=held.unanswered,
        introduced=held.introduced,
        last_substantive_channel=held.last_substantive_channel,
        plateau_since=plateau,
        refused_at=held.refused_at,
    )


@dataclass(slots=True)
class _Course:
    """Where the relationship stands while the replay walks through time."""

    facts: Facts = field(default_factory=Facts)
    stage: Stage = Stage.NONE
    milestones: dict[Stage, Evidence] = field(default_factory=dict)
    ripening: Evidence | None = None
    silent_at: datetime | None = None
    """When it last fell dormant."""

    def wait(self, until: datetime) -> None:
        """Let time pass."""
        if self.ripening is None and not self.facts.pulse.rested(until):
            return
        silence = self.facts.pulse.silence
        if silence is None:
            return
        before = self.stage
        self.stage, ripened = _after_silence(before, self.ripening, silence, until)
        if ripened is not None:
            self.milestones.setdefault(Stage.FRIENDSHIP, ripened)
            self.ripening = None
        if silence.dormant(until):
            self.silent_at, self.ripening, self.facts.development_since = silence.dormant_at, None, None
        if before.at_least(Stage.RECOGNITION) and self.stage is Stage.ENCOUNTER:
            self.facts.acquaintance = Acquaintance()

    def take(self, touch: Touch) -> None:
        """Let something happen, and climb as far as the rules hold."""
        self.facts.take(touch)
        self.ripening = None
        while self.stage is not Stage.FRIENDSHIP:
            goal = _NEXT[self.stage]
            above = goal.at_least(Stage.DEVELOPMENT)
            if above and self.silent_at is not None and not self.facts.both_substantive_since(self.silent_at):
                return
            evidence = next((found for rule in RULES_OF[goal] if (found := rule.evidence(self.facts)) is not None), None)
            if evidence is None:
                return
            if evidence.at > touch.at:
                self.ripening = evidence
                return
            self.stage = goal
            self.milestones.setdefault(goal, evidence)
            if goal is Stage.DEVELOPMENT:
                self.facts.development_since = touch.at


_NEXT = dict(pairwise(Stage))


def _after_silence(stage: Stage, ripening: Evidence | None, silence: Silence | None, at: datetime) -> tuple[Stage, Evidence | None]:
    """What time alone makes of a stage: a friendship may ripen, dormancy brings back to recognition, and recognition fades."""
    if silence is None:
        return stage, None
    ripened = ripening if ripening is not None and ripening.at <= at and not silence.dormant(ripening.at) else None
    if ripened is not None:
        stage = Stage.FRIENDSHIP
    if silence.dormant(at) and stage.at_least(Stage.RECOGNITION):
        stage = Stage.RECOGNITION
    if stage is Stage.RECOGNITION and silence.faded(at):
        stage = Stage.ENCOUNTER
    return stage, ripened


def _followed(past: Sequence[LedgerEntry], spoken: Sequence[Correction], pair: Pair, *, as_of: datetime) -> tuple[_Course, Asides]:
    """Walk through the entries and the owner's words about meetings, in time."""
    course, asides, sender_of = _Course(), Asides(), dict[str, Side]()
    found: list[tuple[LedgerEntry, Touch]] = []
    for entry in past:
        touch = pair.touch(entry, sender_of)
        side = touch.side if touch else pair.side_of(entry)
        if side is not None:
            sender_of[entry.id] = side
        if touch is not None:
            found.append((entry, touch))
        else:
            asides.take(entry, pair)
    touches = _on_their_strands(found)
    touches += [_said_met(each) for each in spoken if each.kind is CorrectionKind.MET and (each.on or each.at) <= as_of]
    for touch in sorted(touches, key=lambda each: (each.at, each.id)):
        course.wait(touch.at)
        course.take(touch)
    met = course.facts.last_met
    if met is not None and any(entry.at >= met.at for entry in asides.sent):
        course.facts.letters.broadcast()
    return course, asides


def _on_their_strands(found: Sequence[tuple[LedgerEntry, Touch]]) -> list[Touch]:
    """The touches with their threads and topics. An audience ties nothing together."""
    apart = [touch for _, touch in found if touch.attendance in (Attendance.AUDIENCE, Attendance.CROWD)]
    tied = [(entry, touch) for entry, touch in found if touch.attendance not in (Attendance.AUDIENCE, Attendance.CROWD)]
    strands = strands_of([entry for entry, _ in tied])
    lines = zip(tied, strands.threads, strands.topics, strict=True)
    return apart + [structs.replace(touch, thread=thread, topic=topic) for (_, touch), thread, topic in lines]


def _relationship(
    course: _Course, asides: Asides, spoken: Sequence[Correction], *, as_of: datetime, valid_until: datetime | None
) -> Relationship:
    facts, shown = course.facts, course.facts.shown
    deepest_first = tuple(sorted(course.milestones.items(), key=lambda each: -each[0].depth))
    last, met, refusal = facts.last_substantive, facts.last_met, shown[Side.PERSON].refusal
    snoozes = [each for each in spoken if each.kind is CorrectionKind.SNOOZE]
    word = next((_word(each) for each in reversed(spoken) if each.kind is CorrectionKind.STAGE), None)
    if refusal is not None and word is not None and word.at > refusal.at and word.stage.at_least(Stage.RECOGNITION):
        refusal = None
    return Relationship(
        as_of=as_of,
        valid_until=valid_until,
        stage=course.stage,
        milestones=deepest_first,
        ripening=course.ripening,
        word=word,
        silence=facts.pulse.silence,
        depth=Depth(last=facts.last_deep_at, exchanges_since=facts.exchanges_since_deep) if facts.last_deep_at else None,
        counter_evidence=counter_evidence(facts, asides),
        moves=tuple(moves_of(facts, deepest_first[0][0] if deepest_first else Stage.NONE).items()),
        initiatives=facts.work.initiatives(),
        promises=facts.work.promises(),
        unanswered=facts.letters.unanswered(),
        introduced=facts.letters.introduced(),
        last_at=facts.last_at,
        last_substantive_at=last.at if last else None,
        last_substantive=last.id if last else "",
        last_substantive_channel=last.channel if last else None,
        started_by_owner=shown[Side.OWNER].starts,
        started_by_person=shown[Side.PERSON].starts,
        messages_out=shown[Side.OWNER].messages,
        messages_in=shown[Side.PERSON].messages,
        heard_at=facts.outbox.heard_at,
        answers=facts.outbox.answered,
        meetings_held=facts.meetings,
        last_held_at=met.date if met else None,
        last_held=met.id if met else "",
        wrote_since_held=facts.letters.wrote_since_met,
        refused_at=refusal.at if refusal else None,
        snoozed_until=snoozes[-1].until if snoozes else None,
        openings=facts.outbox.openings(),
    )


def _is_about(correction: Correction, person: Person) -> bool:
    return not correction.addresses or any(address in person.addresses for address in correction.addresses)


def _is_person(person: Person, spoken: Sequence[Correction]) -> bool:
    """Whether there is somebody to read: the owner's newest word, or else what is behind the addresses."""
    words = [each.kind for each in spoken if each.kind in (CorrectionKind.NOT_A_PERSON, CorrectionKind.IS_A_PERSON)]
    return words[-1] is CorrectionKind.IS_A_PERSON if words else person.kind is AddressKind.PERSON


def _said_met(correction: Correction) -> Touch:
    at = correction.on or correction.at
    return Touch(id="", at=at, date=at, sort=Sort.WORD, side=None)


def _word(correction: Correction) -> Word:
    return Word(stage=Stage.of(correction.value), at=correction.at, note=correction.note)


def _own_word(word: Word) -> Evidence:
    return Evidence(
        rule="owner_word",
        sentence=f"In your own word of {day(word.at)}, this is {word.stage.label}.",
        exchanges=(),
        at=word.at,
        words=word.note,
    )


def _reached(relationship: Relationship, stage: Stage) -> bool:
    return any(reached is stage for reached, _ in relationship.milestones)


def _would_move(relationship: Relationship, stage: Stage, standing: Standing | None) -> tuple[str, ...]:
    of_standing = OF_STANDING[standing] if standing else ""
    of_stage = next((said for reached, said in relationship.moves if reached is stage), ())
    return (of_standing, *of_stage) if of_standing else of_stage
