"""A made-up ledger of any size: mails, threads and meetings; many contacts of whom few are frequent (Zipf), and one very big one."""

from __future__ import annotations

import itertools
import random
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.exchange import Kind, Response, Role
from plugin_backend.domain.ledger import Direction, LedgerEntry, Seat
from plugin_backend.domain.tags import Channel, Substance, SubstanceTag

OWNER = "owner@acquaint.example"
BIG_CONTACT = "contact-000000@org-00.example"
YEARS = 8
MEETINGS = 0.04
"""Of the exchanges are meetings that were held."""
SEVERAL = 0.2
"""Of the exchanges have two to five others in them."""
FROM_MACHINES = 0.25
"""Of the mails are automated or bulk: they reach the owner alone and count for nothing."""
STEEPNESS = 1.05

WEIGHTED = (
    (Substance.REQUEST, 22),
    (Substance.LOGISTICS, 20),
    (Substance.JOINT_WORK, 18),
    (Substance.DELIVERY, 12),
    (Substance.COURTESY, 12),
    (Substance.COMMITMENT, 8),
    (Substance.OFFER, 5),
    (Substance.PERSONAL, 3),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How large a ledger is."""

    exchanges: int

    @property
    def big_contact(self) -> int:
        """How many of the exchanges are with the one big contact."""
        return min(20_000, self.exchanges // 5)

    @property
    def contacts(self) -> int:
        return max(20, min(40_000, self.exchanges // 25))


def address_of(number: int) -> str:
    """The address of the contact with this number."""
    return f"contact-{number:06d}@org-{number % 97:02d}.example"


def made_up_entries(shape: Shape, *, until: datetime, seed: int = 7) -> Iterator[LedgerEntry]:
    """The entries, oldest first, the same for the same arguments."""
    chance = random.Random(seed)
    shares = list(itertools.accumulate(1 / rank**STEEPNESS for rank in range(1, shape.contacts)))
    step = timedelta(days=365 * YEARS) / shape.exchanges
    threads: dict[int, tuple[str, str]] = {}
    kinds = [substance for substance, _ in WEIGHTED]
    weights = list(itertools.accumulate(weight for _, weight in WEIGHTED))
    big_every = shape.big_contact / shape.exchanges

    def somebody() -> int:
        return 1 + bisect(shares, chance.random() * shares[-1])

    def substances() -> tuple[SubstanceTag, ...]:
        chosen = dict.fromkeys(kinds[bisect(weights, chance.random() * weights[-1])] for _ in range(chance.choice((1, 1, 2))))
        return tuple(SubstanceTag(substance=each, confidence=0.8, rule="model") for each in chosen)

    for number in range(shape.exchanges):
        at = until - timedelta(days=1) - step * (shape.exchanges - number)
        contact = 0 if chance.random() < big_every else somebody()
        others = [contact]
        if chance.random() < SEVERAL:
            others += [each for each in {somebody() for _ in range(chance.randint(1, 4))} if each != contact]
        if chance.random() < MEETINGS:
            yield meeting(number, at, others, substances())
        elif contact and chance.random() < FROM_MACHINES:
            yield machine_mail(number, at, contact)
        else:
            entry = mail(number, at, others, substances(), chance, threads.get(contact))
            threads[contact] = (entry.id, entry.topic)
            yield entry


def mail(
    number: int,
    at: datetime,
    others: list[int],
    substances: tuple[SubstanceTag, ...],
    chance: random.Random,
    before: tuple[str, str] | None,
) -> LedgerEntry:
    """A mail by a person; two in three answer the mail before it."""
    outgoing = chance.random() < 0.45
    answers = before is not None and chance.random() < 0.67
    writer = OWNER if outgoing else address_of(others[0])
    readers = [address_of(each) for each in (others if outgoing else others[1:])] + ([] if outgoing else [OWNER])
    return LedgerEntry(
        id=f"{number:09d}@mail.example",
        kind=Kind.EMAIL,
        at=at,
        channel=Channel.EMAIL,
        substances=substances,
        direction=Direction.OUT if outgoing else Direction.IN,
        sender=writer,
        seats=(Seat(address=writer, role=Role.SENDER), *(Seat(address=each, role=Role.TO) for each in readers)),
        audience=len(others) + 1,
        human=True,
        own_words=60,
        in_reply_to=before[0] if before and answers else "",
        references=(before[0],) if before and answers else (),
        topic=before[1] if before and answers else f"{number:016x}",
        terms=(f"{number % 4096:016x}", f"{number % 911:016x}"),
        answers=answers,
        subject=f"About the matter of {number // 7}",
    )


def machine_mail(number: int, at: datetime, contact: int) -> LedgerEntry:
    """A newsletter or a receipt."""
    writer = f"no-reply-{contact % 400:03d}@machines.example"
    return LedgerEntry(
        id=f"{number:09d}@machines.example",
        kind=Kind.EMAIL,
        at=at,
        channel=Channel.EMAIL,
        substances=(SubstanceTag(substance=Substance.AUTOMATED, confidence=0.99, rule="auto_submitted"),),
        direction=Direction.IN,
        sender=writer,
        seats=(Seat(address=writer, role=Role.SENDER), Seat(address=OWNER, role=Role.TO)),
        audience=2,
        human=False,
        topic=f"{contact % 400:016x}",
        subject="Your weekly summary",
    )


def meeting(number: int, at: datetime, others: list[int], substances: tuple[SubstanceTag, ...]) -> LedgerEntry:
    """A meeting that was held and that everybody accepted."""
    guests = tuple(Seat(address=address_of(each), role=Role.ATTENDEE, response=Response.ACCEPTED) for each in others)
    return LedgerEntry(
        id=f"{number:09d}@calendar.example",
        kind=Kind.EVENT,
        at=at,
        ends_at=at + timedelta(hours=1),
        channel=Channel.VIDEO_CONFERENCE if number % 2 else Channel.MEETING,
        substances=substances,
        direction=Direction.OUT,
        sender=OWNER,
        seats=(Seat(address=OWNER, role=Role.ORGANIZER, response=Response.ACCEPTED), *guests),
        audience=len(others) + 1,
        human=True,
        topic=f"{number // 50:016x}",
        subject=f"Meeting about {number // 50}",
    )
