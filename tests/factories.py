"""Facts for tests, made from few words: plain functions, everything has a default, the same call always makes the same thing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.exchange import Exchange, Kind, Participant, Response, Role, Status
from plugin_backend.domain.ledger import Correction, CorrectionKind, Direction, LedgerEntry, Seat
from plugin_backend.domain.people import Owner, Person
from plugin_backend.domain.tags import Channel, Substance, SubstanceTag

OWNER_ADDRESS = "olga@mill.example"
PERSON_ADDRESS = "pavel@forge.example"
THIRD_ADDRESS = "tina@guild.example"

OWNER = Owner(addresses=frozenset({OWNER_ADDRESS, "olga@home.example"}), names=("Olga Mill",))
PERSON = Person(id="pavel", addresses=(PERSON_ADDRESS, "p.smith@post.example"), name="Pavel Smith", names=("Pavel Smith",))

WHO = {"owner": OWNER_ADDRESS, "person": PERSON_ADDRESS, "third": THIRD_ADDRESS}
"""The names that tests and golden files use for addresses."""

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def on(text: str) -> datetime:
    """A moment from "2026-03-01" (nine o'clock) or a full ISO text; always aware."""
    moment = datetime.fromisoformat(text)
    if "T" not in text:
        moment = moment.replace(hour=9)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def address_of(who: str) -> str:
    """The address behind a name of `WHO`; any other word becomes an address of its own."""
    return who if "@" in who else WHO.get(who, f"{who}@elsewhere.example")


def make_exchange(**kw: Any) -> Exchange:
    """One e-mail of the person to the owner; any field of `Exchange` may be given."""
    fields: dict[str, Any] = {
        "kind": Kind.EMAIL,
        "external_id": "m1@forge.example",
        "at": START,
        "participants": (
            Participant(address=PERSON_ADDRESS, role=Role.SENDER, name="Pavel Smith"),
            Participant(address=OWNER_ADDRESS, role=Role.TO, name="Olga Mill"),
        ),
        "subject": "The new bellows",
        "text": "Dear Olga,\n\ncould you send me the drawing of the bellows?\n\nPavel",
    }
    return Exchange(**{**fields, **kw})


def make_entry(
    *, by: str = "owner", to: Iterable[str] = (), cc: Iterable[str] = (), carries: Iterable[str] = (), words: str = "", **kw: Any
) -> LedgerEntry:
    """One e-mail between the owner and the person; `by` writes to the other unless `to` says otherwise.

    `carries` names substances by stored value; `answers_id` is the mail it answers. Any field of `LedgerEntry` may be given.
    """
    to = tuple(to) or (("person",) if by == "owner" else ("owner",))
    answered = kw.pop("answers_id", "")
    seats = (
        Seat(address=address_of(by), role=Role.SENDER),
        *(Seat(address=address_of(who), role=Role.TO) for who in to),
        *(Seat(address=address_of(who), role=Role.CC) for who in cc),
    )
    machine = not {"bulk", "automated"}.isdisjoint(carries)
    fields: dict[str, Any] = {
        "id": "m1",
        "kind": Kind.EMAIL,
        "at": START,
        "channel": Channel.EMAIL,
        "substances": tuple(SubstanceTag(substance=Substance.of(each), confidence=0.9, words=words) for each in carries),
        "direction": Direction.OUT if by == "owner" else Direction.IN,
        "sender": address_of(by),
        "seats": seats,
        "audience": len({seat.address for seat in seats}),
        "human": not machine,
        "own_words": 12,
        "in_reply_to": answered,
        "answers": bool(answered),
    }
    return LedgerEntry(**{**fields, **kw})


def make_event(
    *,
    by: str = "owner",
    owner: str = "accepted",
    person: str = "accepted",
    others: int = 0,
    declined: int = 0,
    room: bool = False,
    hours: float = 1,
    **kw: Any,
) -> LedgerEntry:
    """One event that the owner and the person are invited to, `others` more with them, of whom some declined; a room is no human.

    An empty answer leaves the owner or the person out of the attendees.
    """
    at = kw.pop("at", START)
    seats = [Seat(address=address_of(by), role=Role.ORGANIZER, response=Response.ACCEPTED)]
    for who, answer in (("owner", owner), ("person", person)):
        if by != who and answer:
            seats.append(Seat(address=address_of(who), role=Role.ATTENDEE, response=Response(answer)))
    seats += [Seat(address=f"guest{n}@guests.example", role=Role.ATTENDEE, response=Response.ACCEPTED) for n in range(others)]
    seats += [Seat(address=f"absent{n}@guests.example", role=Role.ATTENDEE, response=Response.DECLINED) for n in range(declined)]
    humans = len(seats)
    if room:
        seats.append(Seat(address="room@mill.example", role=Role.ATTENDEE, response=Response.ACCEPTED, resource=True))
    fields: dict[str, Any] = {
        "id": "e1",
        "kind": Kind.EVENT,
        "at": at,
        "ends_at": at + timedelta(hours=hours),
        "channel": Channel.MEETING if humans > 2 else Channel.ONE_ON_ONE,
        "direction": Direction.OUT if by == "owner" else Direction.IN,
        "sender": address_of(by),
        "seats": tuple(seats),
        "audience": humans,
        "human": True,
    }
    return LedgerEntry(**{**fields, **kw})


def make_correction(kind: CorrectionKind, **kw: Any) -> Correction:
    """The owner's word about the person."""
    fields: dict[str, Any] = {"id": "c1", "kind": kind, "at": START, "addresses": (PERSON_ADDRESS,)}
    return Correction(**{**fields, **kw})


STEPS: dict[str, dict[str, Any]] = {
    "sent mail": {"by": "owner", "carries": ("request",)},
    "got mail": {"by": "person", "carries": ("request",)},
    "got reply": {"by": "person", "carries": ("offer",), "answers": True},
    "sent reply": {"by": "owner", "carries": ("offer",), "answers": True},
    "got file": {"by": "person", "carries": ("delivery",), "answers": True},
    "sent file": {"by": "owner", "carries": ("delivery",), "answers": True},
    "got thanks": {"by": "person", "carries": ("courtesy",), "answers": True},
    "sent thanks": {"by": "owner", "carries": ("courtesy",), "answers": True},
    "got refusal": {"by": "person", "carries": ("refusal",), "answers": True},
    "got newsletter": {"by": "person", "carries": ("bulk",)},
    "got dates": {"by": "person", "carries": ("logistics",), "answers": True},
    "met": {},
}
"""What `make_dyad` knows; a reply goes to the newest mail of the thread."""


def make_dyad(*steps: str, start: datetime = START, every: timedelta = timedelta(days=7)) -> tuple[LedgerEntry, ...]:
    """A ledger from words: `make_dyad("sent mail", "got reply", "met")`, one step a week."""
    entries: list[LedgerEntry] = []
    last_mail = ""
    for number, step in enumerate(steps):
        told, at, name = dict(STEPS[step]), start + number * every, f"s{number}"
        if step == "met":
            entries.append(make_event(id=name, at=at))
            continue
        entries.append(make_entry(id=name, at=at, answers_id=last_mail if told.pop("answers", False) else "", **told))
        last_mail = name
    return tuple(entries)


def make_friendship(start: datetime = START) -> tuple[LedgerEntry, ...]:
    """The shortest ledger that is a friendship: work for half a year, a meeting, both begin, personal on three occasions.

    Development is reached on the 10th day, friendship on the 193rd by time alone.
    """

    def mail(name: str, day: int, by: str, carries: str, thread: str, **kw: Any) -> LedgerEntry:
        return make_entry(id=name, at=start + timedelta(days=day), by=by, carries=(carries,), references=(thread,), **kw)

    work = (
        mail("w1", 0, "owner", "request", "work"),
        mail("w2", 2, "person", "commitment", "work", answers_id="w1"),
        mail("w3", 10, "person", "delivery", "work", answers_id="w1"),
        make_event(id="w4", at=start + timedelta(days=20)),
    )
    life = (
        mail(f"{name}{number}", 30 + 20 * number + later, by, "personal", f"life{number}", answers_id=answered)
        for number, (one, other) in enumerate((("person", "owner"), ("owner", "person"), ("person", "owner")))
        for name, later, by, answered in (("p", 0, one, ""), ("q", 1, other, f"p{number}"))
    )
    return (*work, *life, mail("w5", 172, "person", "request", "work", answers_id="w1"))


def entry_from(told: dict[str, Any]) -> LedgerEntry:
    """An entry as golden files write it: `mail` or `event` names it, the rest are words of the factories.

    `answers` names the mail it answers; "prefix" stands for a reply prefix that names none.
    """
    plain = dict(told)
    name, at = plain.pop("mail", "") or plain.pop("event"), on(plain.pop("at"))
    if "channel" in plain:
        plain["channel"] = Channel.of(plain["channel"])
    if "status" in plain:
        plain["status"] = Status(plain["status"])
    for key in ("terms", "references"):
        if key in plain:
            plain[key] = tuple(plain[key])
    for key in ("addressed", "introduces"):
        if key in plain:
            plain[key] = frozenset(address_of(who) for who in plain[key])
    if "credited" in plain:
        plain["credited"] = address_of(plain["credited"]) if plain["credited"] in WHO else plain["credited"]
    if "event" in told:
        if "carries" in plain:
            plain["substances"] = tuple(SubstanceTag(substance=Substance.of(each), confidence=0.9) for each in plain.pop("carries"))
        return make_event(id=name, at=at, **plain)
    answered = plain.pop("answers", "")
    if answered == "prefix":
        return make_entry(id=name, at=at, **{**plain, "answers": True})
    return make_entry(id=name, at=at, answers_id=answered, **plain)


def correction_from(told: dict[str, Any]) -> Correction:
    """The owner's word as golden files write it."""
    plain = dict(told)
    for key in ("at", "on", "until"):
        if key in plain:
            plain[key] = on(plain[key])
    return make_correction(CorrectionKind(plain.pop("kind")), **plain)
