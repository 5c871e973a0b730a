"""The ledger: exchanges and corrections of one owner in time. Everything else is derived from it and can be rebuilt."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from msgspec import Struct

from connectors.exchange import Exchange, Kind, Participant, Response, Role, Status
from plugin_backend.domain.people import AddressKind, Owner, kind_of, name_key
from plugin_backend.domain.tags import Channel, Substance, SubstanceTag, Tags

Blind = Callable[[str], str]
"""A keyed one-way function of the owner's: equal texts give equal short tokens, and the text cannot be read back."""


class Direction(StrEnum):
    """Who wrote or invited, seen from the owner."""

    OUT = "out"
    IN = "in"


class Seat(Struct, frozen=True, kw_only=True):
    """One address in an exchange, as the ledger keeps it."""

    address: str
    role: Role
    response: Response = Response.UNANSWERED
    resource: bool = False
    person: str = ""
    """The Person.id behind the address where known; filled in when an entry is read from the store, empty for the owner."""


class LedgerEntry(Struct, frozen=True, kw_only=True):
    """One exchange as it is remembered: no body, the subject only where the owner's privacy tier keeps it."""

    id: str
    kind: Kind
    at: datetime
    ends_at: datetime | None = None
    """Events only."""
    channel: Channel
    substances: tuple[SubstanceTag, ...] = ()
    direction: Direction
    sender: str
    """Address of the writer or organiser; empty when unknown."""
    seats: tuple[Seat, ...]
    """Everybody else and the owner; at most 500, `audience` tells the true number."""
    audience: int
    """How many distinct humans take part, owner and writer included; rooms and resources left out."""
    owner_receives: bool | None = None
    """Whether the owner has a seat other than the writer's; None where it was not looked at."""
    human: bool
    list_post: bool = False
    doubtful: bool = False
    """The receiving server did not find the mail to be from where it says: its Reply-To does not tell of its writer's addresses."""
    calendar_traffic: bool = False
    notice: bool = False
    credited: str = ""
    """For an authentic notice: the address of the person who acted, or ``name:`` and their normalised display name."""
    addressed: frozenset[str] = frozenset()
    introduces: frozenset[str] = frozenset()
    refers_to_meeting: bool = False
    decision: bool = False
    own_words: int = 0
    has_attachment: bool = False
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    topic: str = ""
    """Blind token of the subject less its prefixes; equal subjects have equal tokens. Empty for an empty subject."""
    terms: tuple[str, ...] = ()
    """Blind tokens of the rare terms of subject and own words, at most 12."""
    answers: bool = False
    """The subject has a reply prefix or the mail has In-Reply-To."""
    status: Status = Status.CONFIRMED
    series: str = ""
    guests_hidden: bool = False
    all_day: bool = False
    subject: str = ""
    """Empty under the privacy tier ``metadata``."""
    location: str = ""
    """Events only; empty under the privacy tier ``metadata``."""
    revision: int = 0
    """Events only: of two versions the higher one wins (RFC 5545 SEQUENCE)."""

    def has(self, substance: Substance) -> bool:
        """Whether the entry carries this substance."""
        return any(tag.substance is substance for tag in self.substances)


class CorrectionKind(StrEnum):
    """What the owner's word may be about."""

    MET = "met"
    """We met (on a date): recognition."""
    SAME_PERSON = "same_person"
    """Two addresses belong to one person."""
    DIFFERENT_PERSON = "different_person"
    """Two addresses do not belong to one person."""
    NOT_A_PERSON = "not_a_person"
    IS_A_PERSON = "is_a_person"
    IGNORE_EXCHANGE = "ignore_exchange"
    STAGE = "stage"
    """The owner names the stage themselves; `value` is its stored value. It holds until another correction."""
    SNOOZE = "snooze"
    """No warnings about this person until `until`."""
    HELD = "held"
    """This event did take place with this person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """The owner's word. It outlives every re-sync and always wins; it is withdrawn by another correction or by `undo`."""

    id: str
    kind: CorrectionKind
    at: datetime
    """When the owner said it."""
    addresses: tuple[str, ...] = ()
    """The person's addresses it is about (two for SAME_PERSON and DIFFERENT_PERSON)."""
    exchange: str = ""
    value: str = ""
    until: datetime | None = None
    on: datetime | None = None
    """For MET: when it happened; `at` where the owner gave no date."""
    note: str = ""


class Tier(StrEnum):
    """How much of an exchange's text the owner lets the ledger keep, encrypted. Bodies never."""

    METADATA = "metadata"
    SUBJECTS = "subjects"
    SPANS = "spans"


_MOST_SEATS = 500
_SEATS_KEPT = 4_096
_MOST_REFERENCES = 20
_MOST_TERMS = 12
_LONGEST_SUBJECT = 1_000
_MOST_PREFIXES = 20

_REPLY = frozenset("re aw antw antwort sv vs vá rép rep res odp ynt bls atb απ σχετ отв 回复 回覆 答复 返信".split())
_FORWARD = frozenset("fw fwd wg tr rv enc i doorst vb vl pd továbbítás itr ilt προωθ 转发 轉寄 转寄 vidb".split())
_ANSWERED_BY_MACHINE = frozenset(
    (
        "automatic reply",
        "auto reply",
        "auto-reply",
        "autoreply",
        "automatische antwort",
        "abwesenheitsnotiz",
        "réponse automatique",
        "respuesta automática",
        "respuesta automatica",
        "risposta automatica",
        "resposta automática",
        "automatisch antwoord",
        "out of office",
        "out of office autoreply",
    )
)
_PREFIX = re.compile(r"\s{0,20}([^\W\d_]{1,12}(?:[ -][^\W\d_]{1,12}){0,3})\s?(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,3}|\d{1,3})?\s{0,2}[::]")
_MARKS = "::[("
"""One of them stands in or behind every prefix."""
_TAG = re.compile(r"\s{0,20}\[[^][]{1,60}\]")
_FORWARD_TAIL = re.compile(r"\s{0,20}\((?:fwd|fw)\)\s{0,20}$", re.IGNORECASE)
_SINGLE_LETTER_PREFIXES = frozenset(("R", "I"))
"""Italian Outlook's prefixes for replies and forwards: only in capitals, as "i:" may begin a list."""


@lru_cache(maxsize=4)
def subject_less_prefixes(subject: str) -> tuple[str, bool]:
    """The subject without "Re:", "AW:", "Fwd:", "[list]" and the like, and whether a reply prefix was among them.

    The last few are kept: it is asked several times of one message in a row.
    """
    rest, answers = subject[:_LONGEST_SUBJECT], False
    if not any(mark in rest for mark in _MARKS):
        return " ".join(rest.split()), False
    for _ in range(_MOST_PREFIXES):
        tag = _TAG.match(rest)
        if tag and rest[tag.end() :].strip():
            rest = rest[tag.end() :]
            continue
        found = _PREFIX.match(rest)
        if not found:
            break
        word = found[1].casefold()
        is_reply = word in _REPLY or word in _ANSWERED_BY_MACHINE or found[1] == "R"
        if not (is_reply or (word in _FORWARD and (len(word) > 1 or found[1] in _SINGLE_LETTER_PREFIXES))):
            break
        answers = answers or is_reply
        rest = rest[found.end() :]
    return " ".join(_FORWARD_TAIL.sub("", rest).split()), answers


def topic_of(subject: str, blind: Blind) -> str:
    """The blind token of a subject less its prefixes; equal for a mail and its answers, empty for an empty subject."""
    bare = subject_less_prefixes(subject)[0].casefold()
    return blind(bare) if bare else ""


def entry_for(exchange: Exchange, tags: Tags, *, owner: Owner, blind: Blind, tier: Tier) -> LedgerEntry:
    """What the ledger remembers of an exchange; the body ends here."""
    sender = _sender_of(exchange)
    seats = _seats_of(exchange.participants, owner)
    direction = _direction_of(exchange, sender, owner)
    kept = seats if _says_who_meets(exchange, tags, direction) else tuple(seat for seat in seats if _at_the_ends(seat, owner))
    return LedgerEntry(
        id=exchange.external_id,
        kind=exchange.kind,
        at=exchange.at,
        ends_at=exchange.ends_at if exchange.kind is Kind.EVENT else None,
        channel=tags.channel,
        substances=tags.substances if tier is Tier.SPANS else tuple(tag.without_words() for tag in tags.substances),
        direction=direction,
        sender=sender,
        seats=_at_most(kept, owner),
        audience=_audience_of(seats, owner),
        owner_receives=any(seat.address in owner and seat.role is not Role.SENDER for seat in seats),
        human=tags.human,
        list_post=tags.list_post,
        doubtful=tags.doubtful,
        calendar_traffic=tags.calendar_traffic,
        notice=tags.notice,
        credited=_credited_to(tags),
        addressed=tags.addressed,
        introduces=tags.introduces,
        refers_to_meeting=tags.refers_to_meeting,
        decision=tags.decision,
        own_words=tags.own_words,
        has_attachment=bool(exchange.attachments),
        in_reply_to=exchange.in_reply_to,
        references=exchange.references[-_MOST_REFERENCES:],
        topic=topic_of(exchange.subject, blind),
        terms=tuple(dict.fromkeys(blind(term) for term in tags.terms[:_MOST_TERMS])),
        answers=exchange.kind is Kind.EMAIL and (bool(exchange.in_reply_to) or subject_less_prefixes(exchange.subject)[1]),
        status=exchange.status,
        series=exchange.series,
        guests_hidden=exchange.guests_hidden,
        all_day=exchange.all_day,
        subject="" if tier is Tier.METADATA else exchange.subject,
        location="" if tier is Tier.METADATA else exchange.location,
        revision=exchange.revision,
    )


_WEIGHT_OF_SEAT = {
    Role.SENDER: 0,
    Role.ORGANIZER: 0,
    Role.TO: 1,
    Role.ATTENDEE: 1,
    Role.CC: 2,
    Role.BCC: 3,
    Role.REPLY_TO: 4,
}


def _sender_of(exchange: Exchange) -> str:
    role = Role.ORGANIZER if exchange.kind is Kind.EVENT else Role.SENDER
    return next((seat.address for seat in exchange.participants if seat.role is role), "")


def _direction_of(exchange: Exchange, sender: str, owner: Owner) -> Direction:
    """An event without organiser stands in the owner's own calendar because the owner put it there."""
    made_by_owner = sender in owner or (not sender and exchange.kind is Kind.EVENT)
    return Direction.OUT if made_by_owner else Direction.IN


def _seats_of(participants: Iterable[Participant], owner: Owner) -> tuple[Seat, ...]:
    """One seat per address, the weightiest, with the answer that any of its seats gave; a Reply-To only where it is another address."""
    seats: dict[str, Seat] = {}
    for someone in participants:
        address, role, response = someone.address, someone.role, someone.response
        if not address:
            continue
        resource = someone.resource or kind_of(address, owner=owner) is AddressKind.ROOM
        known = seats.get(address)
        if known:
            response = known.response if response is Response.UNANSWERED else response
            role = min(known.role, role, key=_WEIGHT_OF_SEAT.__getitem__)
            resource = resource or known.resource
        seats[address] = _seat(address, role, response, resource)
    return tuple(sorted(seats.values(), key=lambda seat: _WEIGHT_OF_SEAT[seat.role]))


@lru_cache(_SEATS_KEPT)
def _seat(address: str, role: Role, response: Response, resource: bool) -> Seat:
    """A seat, made once for the many exchanges in which somebody sits alike."""
    return Seat(address=address, role=role, response=response, resource=resource)


def _says_who_meets(exchange: Exchange, tags: Tags, direction: Direction) -> bool:
    """Whether an exchange can tell anything of those on it beside writer and owner: a machine's mail and a mailing cannot."""
    return exchange.kind is Kind.EVENT or tags.human or tags.notice or direction is Direction.OUT


def _at_the_ends(seat: Seat, owner: Owner) -> bool:
    return seat.role in (Role.SENDER, Role.REPLY_TO) or seat.address in owner


def _at_most(seats: tuple[Seat, ...], owner: Owner) -> tuple[Seat, ...]:
    """The first seats, the owner's always among them."""
    if len(seats) <= _MOST_SEATS:
        return seats
    own = tuple(seat for seat in seats[_MOST_SEATS - 1 :] if seat.address in owner)[:1]
    return seats[: _MOST_SEATS - len(own)] + own


def _audience_of(seats: Iterable[Seat], owner: Owner) -> int:
    """The owner and every other human: no rooms, machines, lists or offices, and no Reply-To."""
    others = sum(
        not seat.resource and seat.role is not Role.REPLY_TO and kind_of(seat.address, owner=owner) is AddressKind.PERSON for seat in seats
    )
    return 1 + others


def _credited_to(tags: Tags) -> str:
    if tags.credited_address:
        return tags.credited_address
    key = name_key(tags.credited_name)
    return f"name:{key}" if key else ""
