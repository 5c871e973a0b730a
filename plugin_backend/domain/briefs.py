"""Briefs: what to know before a meeting, per attendee, without anything that only some attendees know.

Two halves with two promises. What is said *of one attendee* rests on exchanges with that attendee. What is said *of the meeting* (what kind
it is, who is new, who is missing) rests on the invitation and on counts, never on an exchange that some attendees did not see.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.exchange import Response
from plugin_backend.domain.ledger import Direction, LedgerEntry
from plugin_backend.domain.people import AddressKind, Owner, Person, name_key
from plugin_backend.domain.readings import Initiative, Promise, Reading, Side, Stage
from plugin_backend.domain.rules import RULES_OF
from plugin_backend.domain.suggestions import NEXT_ACTS, act_in_a_meeting, first_said, to_avoid
from plugin_backend.domain.tags import Channel
from plugin_backend.domain.wording import and_list, counted, named, on_day, promise_in_words

CONVERSATION_LIMIT = 8
"""Above this many people a meeting is listened to rather than shared (product rules, section 4)."""

PAIR = 2
INITIATIVES_SHOWN = 3
PROMISES_SHOWN = 5
SENTENCES_OF_CHANGE = 6
RECOGNITION_RULES = frozenset(rule.name for rule in RULES_OF[Stage.RECOGNITION])
STILL_GOING_ON = timedelta(days=183)
"""A joint initiative with an act this lately is spoken of in the present tense."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendeeFacts:
    """What the ledger knows about one attendee."""

    person: Person
    response: Response
    reading: Reading | None
    last_substance: LedgerEntry | None
    """The last exchange with substance in which nobody took part who is not the owner or this person... or else the newest shared one."""
    previous: Reading | None = None
    """The reading when the owner last saw a brief about them; None for the first brief."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendeeBrief:
    """What to know about one attendee."""

    person: Person
    response: Response
    reading: Reading | None
    how_you_know_each_other: str
    last_substance: LedgerEntry | None
    initiatives: tuple[Initiative, ...]
    promises: tuple[Promise, ...]
    changed: tuple[str, ...]
    next_act: str
    avoid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingBrief:
    """What to know before one meeting."""

    event: LedgerEntry
    audience_in_disguise: bool
    kind_sentence: str
    advice: tuple[str, ...]
    first_meetings: tuple[Person, ...]
    not_recognised: tuple[Person, ...]
    missing: tuple[str, ...]
    attendees: tuple[AttendeeBrief, ...]
    as_of: datetime


# How two people know each other


def how_you_know_each_other(reading: Reading) -> str:
    """The proven context in one sentence, e.g. "You met on 3 May 2026 at 'Pilot review'."; empty where there is none."""
    if not reading.highest.at_least(Stage.RECOGNITION):
        return ""
    shared = next((initiative for initiative in reading.initiatives if initiative.subject), None)
    if shared is not None and reading.highest.at_least(Stage.DEVELOPMENT):
        return _worked_together(shared, reading)
    if proof := _recognised(reading):
        return proof
    if reading.last_held_at is not None:
        return f"You met on {on_day(reading.last_held_at, reading.as_of)}."
    return reading.evidence[0].sentence if reading.evidence else ""


def _recognised(reading: Reading) -> str:
    """The sentence of the rule by which the two came to know each other; empty where only the owner's word says so."""
    return next((evidence.sentence for evidence in reading.evidence if evidence.rule in RECOGNITION_RULES), "")


def _worked_together(shared: Initiative, reading: Reading) -> str:
    if reading.as_of - shared.last <= STILL_GOING_ON:
        return f"You have worked together on {named(shared.subject)} since {on_day(shared.first, reading.as_of)}."
    return f"You worked together on {named(shared.subject)}; the last act was on {on_day(shared.last, reading.as_of)}."


# One thing to do


def next_act(reading: Reading) -> str:
    """One thing to do that would keep or deepen the relationship; empty where nothing follows."""
    return first_said(NEXT_ACTS, reading)


# What has changed


def changed_since(previous: Reading, now: Reading) -> tuple[str, ...]:
    """What has happened between two readings of one person, each in a sentence, weightiest first; empty where nothing has."""
    said = (
        _refusal_changed(previous, now),
        _stage_changed(previous, now),
        _standing_changed(previous, now),
        _met_since(previous, now),
        _wrote_since(previous, now),
        *_promises_changed(previous, now),
        _begun_since(previous, now),
    )
    return tuple(sentence for sentence in said if sentence)[:SENTENCES_OF_CHANGE]


def _refusal_changed(previous: Reading, now: Reading) -> str:
    if now.refused_at is not None and now.refused_at != previous.refused_at:
        return f"On {on_day(now.refused_at, now.as_of)} they asked not to be written to."
    if previous.refused_at is not None and now.refused_at is None:
        return "Their wish not to be written to is lifted."
    return ""


def _stage_changed(previous: Reading, now: Reading) -> str:
    if now.stage is previous.stage:
        return ""
    return f"It now reads {now.stage.label}; it was {previous.stage.label}."


def _standing_changed(previous: Reading, now: Reading) -> str:
    if now.standing is None or previous.standing is None or now.standing is previous.standing:
        return ""
    return f"It is {now.standing} now; it was {previous.standing}."


def _met_since(previous: Reading, now: Reading) -> str:
    times = now.meetings_held - previous.meetings_held
    if times <= 0:
        return ""
    last = f", last on {on_day(now.last_held_at, now.as_of)}" if now.last_held_at else ""
    return f"You met {'once' if times == 1 else f'{times} times'}{last}."


def _wrote_since(previous: Reading, now: Reading) -> str:
    theirs, yours = max(0, now.messages_in - previous.messages_in), max(0, now.messages_out - previous.messages_out)
    if not theirs and not yours:
        return ""
    said = f"{counted(theirs, 'new message')} from them, {yours or 'none'} from you."
    return said[0].upper() + said[1:]


def _promises_changed(previous: Reading, now: Reading) -> tuple[str, ...]:
    before = {(promise.exchange, promise.by) for promise in previous.promises}
    still = {(promise.exchange, promise.by) for promise in now.promises}
    new = [promise for promise in now.promises if (promise.exchange, promise.by) not in before and promise.at > previous.as_of]
    kept = [promise for promise in previous.promises if (promise.exchange, promise.by) not in still]
    return (
        *(promise_in_words(promise, now.as_of) for promise in new[:2]),
        *(f"What {_who(promise)} promised on {on_day(promise.at, now.as_of)} is no longer open." for promise in kept[:2]),
    )


def _who(promise: Promise) -> str:
    return "you" if promise.by is Side.OWNER else "they"


def _begun_since(previous: Reading, now: Reading) -> str:
    known = {initiative.topic for initiative in previous.initiatives}
    begun = [initiative for initiative in now.initiatives if initiative.topic not in known and initiative.subject]
    return f"You have begun something together: {named(begun[0].subject)}." if begun else ""


# The brief itself


def brief_for(
    event: LedgerEntry, attendees: tuple[AttendeeFacts, ...], *, often_with: tuple[Person, ...], owner: Owner, as_of: datetime
) -> MeetingBrief:
    """The brief for a meeting; `often_with` are persons of the same initiatives who are not invited."""
    others = _others(attendees, owner)
    coming = tuple(each for each in others if each.response is not Response.DECLINED)
    size = max(event.audience - (len(others) - len(coming)), len(coming) + 1)
    audience = size > CONVERSATION_LIMIT or event.guests_hidden or event.channel is Channel.WEBINAR
    first = tuple(each.person for each in coming if each.reading is None or not each.reading.meetings_held)
    strangers = tuple(each.person for each in coming if each.reading is None or not each.reading.stage.at_least(Stage.RECOGNITION))
    return MeetingBrief(
        event=event,
        audience_in_disguise=audience,
        kind_sentence=_kind_sentence(event, size, audience=audience),
        advice=_audience_advice(event, first) if audience else _conversation_advice(coming, first, strangers),
        first_meetings=first,
        not_recognised=strangers,
        missing=_missing(others, often_with if len(others) > 1 else (), owner),
        attendees=tuple(_attendee(each) for each in others),
        as_of=as_of,
    )


def _others(attendees: tuple[AttendeeFacts, ...], owner: Owner) -> tuple[AttendeeFacts, ...]:
    """The humans beside the owner, each once, in the order of the invitation."""
    once: dict[str, AttendeeFacts] = {}
    for each in attendees:
        ours = any(address in owner for address in each.person.addresses)
        if each.person.kind is AddressKind.PERSON and not ours:
            once.setdefault(each.person.id, each)
    return tuple(once.values())


def _attendee(facts: AttendeeFacts) -> AttendeeBrief:
    reading = facts.reading
    return AttendeeBrief(
        person=facts.person,
        response=facts.response,
        reading=reading,
        how_you_know_each_other=how_you_know_each_other(reading) if reading else "",
        last_substance=facts.last_substance if facts.last_substance and _took_part(facts.person, facts.last_substance) else None,
        initiatives=reading.initiatives[:INITIATIVES_SHOWN] if reading else (),
        promises=reading.promises[:PROMISES_SHOWN] if reading else (),
        changed=changed_since(facts.previous, reading) if facts.previous and reading else (),
        next_act=act_in_a_meeting(reading),
        avoid=to_avoid(reading),
    )


def _took_part(person: Person, entry: LedgerEntry) -> bool:
    """Whether the exchange is one with this person: nothing else may be told under their name."""
    if any(seat.person == person.id or seat.address in person.addresses for seat in entry.seats):
        return True
    if not entry.credited.startswith("name:"):
        return entry.credited in person.addresses
    return entry.credited.removeprefix("name:") in {name_key(name) for name in (person.name, *person.names)}


def _kind_sentence(event: LedgerEntry, size: int, *, audience: bool) -> str:
    if not audience:
        return "A conversation between the two of you." if size <= PAIR else f"A conversation: {size} people, few enough for all to speak."
    if event.channel is Channel.WEBINAR:
        return "An audience: a webinar is listened to, not shared."
    if event.guests_hidden:
        return "An audience in disguise: the guests cannot see each other."
    return f"An audience in disguise: with {size} people most of them will listen."


def _audience_advice(event: LedgerEntry, first: tuple[Person, ...]) -> tuple[str, ...]:
    if event.channel is Channel.WEBINAR or event.guests_hidden:
        smaller = "To converse, ask for a quarter of an hour with few people before or after it."
    elif event.direction is Direction.OUT:
        smaller = f"You invite: ask only those who need to speak, at most {CONVERSATION_LIMIT}, and send the others the result."
    else:
        smaller = f"Ask for groups of at most {CONVERSATION_LIMIT} for part of the time, or for a smaller round on your point."
    said = [smaller, "Bring one question to the room instead of a presentation, and say beforehand whom you will ask."]
    if first:
        said.append("Go to one or two people you have not met in the break: that is where it becomes a conversation.")
    return tuple(said)


def _conversation_advice(coming: tuple[AttendeeFacts, ...], first: tuple[Person, ...], strangers: tuple[Person, ...]) -> tuple[str, ...]:
    said = []
    met_in_writing = [person.label for person in first if person not in strangers]
    if strangers and len(strangers) == len(coming):
        said.append("You do not know each other yet: begin with who you are, and with what each of you hopes to take home.")
    elif strangers:
        said.append(f"Begin with a round of names: you do not know {and_list([person.label for person in strangers])} yet.")
    if met_in_writing:
        said.append(f"You know {and_list(met_in_writing)} from letters, and have not met: take a moment for that before the agenda.")
    said.append("Converse first; what there is to read goes out afterwards, to those who asked for it.")
    return tuple(said)


def _missing(others: tuple[AttendeeFacts, ...], often_with: tuple[Person, ...], owner: Owner) -> tuple[str, ...]:
    """Who should be there and is not. It names persons only: why somebody belongs to the matter may be known to some attendees alone."""
    invited = {each.person.id for each in others}
    declined = tuple(f"{each.person.label} has declined." for each in others if each.response is Response.DECLINED)
    absent = {
        person.id: f"{person.label} often takes part in this work and is not invited."
        for person in often_with
        if person.id not in invited and person.kind is AddressKind.PERSON and not any(address in owner for address in person.addresses)
    }
    return (*declined, *absent.values())
