"""Trials in real mail: correspondents who move to another address, and different correspondents under one name.

Both leave the mails, their times, threads and audiences as they are and change who is who, so that the right answer is known: those who
move should be found to be one person, namesakes never. Made-up addresses end in `.example`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from msgspec import structs

from benchmarks.enron_people import Mailbox, hash_of
from connectors.exchange import Exchange, Participant, Role
from plugin_backend.domain.ledger import subject_less_prefixes
from plugin_backend.domain.names import display_name
from plugin_backend.domain.people import AddressKind, Owner, kind_of

LEAST_EACH_WAY = 3
"""Correspondents are those with so many mails from them, and so many to them."""
MOST_ON_A_TOPIC = 200

Pair = tuple[str, str]
Rewrite = Callable[[Participant, Exchange], Participant]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A mailbox in which it is made up who is who."""

    mailbox: Mailbox
    pairs: tuple[Pair, ...]
    """Addresses that are one person's, or that belong to two of one name."""


def moved(mailbox: Mailbox, own: frozenset[str]) -> Trial:
    """Halfway through, every correspondent goes on from a new address under the old name; the owner writes there once they have."""
    known = _correspondents(mailbox, own)
    return _with_new_addresses(mailbox, {address: times[len(times) // 2 :][:1] for address, (times, _, _) in known.items()})


def in_turn(mailbox: Mailbox, own: frozenset[str]) -> Trial:
    """Every correspondent writes every other mail from a second address; the owner writes where the last one came from."""
    known = _correspondents(mailbox, own)
    return _with_new_addresses(mailbox, {address: times[1:] for address, (times, _, _) in known.items()})


def _with_new_addresses(mailbox: Mailbox, changes: Mapping[str, list[datetime]]) -> Trial:
    """Each address gives way to a new one and comes back, by turns, at these moments."""
    new = {address: f"moved-{hash_of(address)}@elsewhere.example" for address in changes}

    def move(seat: Participant, exchange: Exchange) -> Participant:
        if seat.address in new and bisect_right(changes[seat.address], exchange.at) % 2 == 1:
            return structs.replace(seat, address=new[seat.address])
        return seat

    return Trial(mailbox=_rewritten(mailbox, move), pairs=tuple(sorted(new.items())))


def namesakes(mailbox: Mailbox, own: frozenset[str], *, of_two_organisations: bool) -> Trial:
    """Correspondents who share the most threads are given one name, two and two; if so asked, one of them another organisation."""
    known = _correspondents(mailbox, own)
    address_of: dict[str, str] = {}
    name_of: dict[str, str] = {}
    for one, other in _matched(mailbox, known):
        name_of[other] = name_of[one] = known[one][2]
        address_of[other] = f"namesake-{hash_of(other)}@elsewhere.example" if of_two_organisations else other
        address_of[one] = one

    def rename(seat: Participant, _: Exchange) -> Participant:
        if seat.address not in name_of:
            return seat
        return structs.replace(seat, address=address_of[seat.address], name=name_of[seat.address] if seat.name else "")

    by_name: dict[str, list[str]] = defaultdict(list)
    for address, name in name_of.items():
        by_name[name].append(address_of[address])
    pairs = tuple((one, other) for one, other in (sorted(each) for each in by_name.values() if len(each) == 2))
    return Trial(mailbox=_rewritten(mailbox, rename), pairs=pairs)


Correspondents = Mapping[str, tuple[list[datetime], int, str]]
"""Address to when they wrote, how often the owner wrote to them, and the name they write under."""


def _correspondents(mailbox: Mailbox, own: frozenset[str]) -> Correspondents:
    wrote: dict[str, list[datetime]] = defaultdict(list)
    written_to: Counter[str] = Counter()
    names: dict[str, Counter[str]] = defaultdict(Counter)
    owner = Owner(addresses=own)
    for exchange in sorted(mailbox.exchanges, key=lambda each: each.at):
        sender = next((seat for seat in exchange.participants if seat.role is Role.SENDER), None)
        if sender is None:
            continue
        if sender.address in own:
            written_to.update({seat.address for seat in exchange.participants if seat.role is not Role.SENDER} - own)
        else:
            wrote[sender.address].append(exchange.at)
            names[sender.address][sender.name] += 1
    found = {}
    for address, times in sorted(wrote.items()):
        name = names[address].most_common(1)[0][0]
        is_person = kind_of(address, name=name, owner=owner) is AddressKind.PERSON and display_name(name).identifies
        if len(times) >= LEAST_EACH_WAY and written_to[address] >= LEAST_EACH_WAY and is_person:
            found[address] = (times, written_to[address], name)
    return found


def _matched(mailbox: Mailbox, known: Correspondents) -> Iterator[Pair]:
    """Correspondents two and two: those first who are on the most topics together."""
    on_topic: dict[str, set[str]] = defaultdict(set)
    for exchange in mailbox.exchanges:
        topic = subject_less_prefixes(exchange.subject)[0].casefold()
        if topic:
            on_topic[topic].update(seat.address for seat in exchange.participants if seat.address in known)
    shared: Counter[Pair] = Counter()
    for members in on_topic.values():
        if len(members) <= MOST_ON_A_TOPIC:
            ordered = sorted(members)
            shared.update((one, other) for place, one in enumerate(ordered) for other in ordered[place + 1 :])
    taken: set[str] = set()
    for one, other in sorted(shared, key=lambda pair: (-shared[pair], pair)):
        if one not in taken and other not in taken:
            taken |= {one, other}
            yield one, other


def _rewritten(mailbox: Mailbox, rewrite: Rewrite) -> Mailbox:
    exchanges: Iterable[Exchange] = (
        structs.replace(exchange, participants=tuple(rewrite(seat, exchange) for seat in exchange.participants))
        for exchange in mailbox.exchanges
    )
    return replace(mailbox, exchanges=tuple(exchanges))
