"""Whatever the order and however often pages come: the same ledger and the same people."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from connectors.exchange import Role
from plugin_backend.domain.ledger import CorrectionKind, LedgerEntry, Seat
from plugin_backend.domain.people import AddressKind
from tests.factories import START, make_correction, make_entry, make_event
from tests.store.ledgers import Ledger

PEOPLE = ("ann@a.example", "ann@b.example", "bea@a.example", "ann.smith@c.example", "robot@a.example")
NAMES = ("Ann Smith", "Smith, Ann", "Ann Smith", "Ann B. Smith", "Bea Jones", "")
TOPICS = ("", "budget", "lunch")
IDS = tuple(f"m{number}" for number in range(6))

KINDS = (AddressKind.PERSON, AddressKind.PERSON, AddressKind.ROBOT, AddressKind.LIST)
"""What a mail may show to be behind the last of the addresses, the weightier ones last."""


def known_by(entry_id: str, by: str, hour: int) -> int:
    """A number that one id, writer and moment always have: they mean one mail."""
    return sum(letter * (place + 7) for place, letter in enumerate(f"{entry_id}|{by}|{hour}".encode()))


@st.composite
def mails(draw: st.DrawFn) -> LedgerEntry:
    """A mail to or from a few people; ids collide often, and so do topics."""
    by = draw(st.sampled_from(("owner", "owner", *PEOPLE[:4], *PEOPLE[:2])))
    hour = draw(st.integers(0, 3))
    entry_id = draw(st.sampled_from(IDS))
    pick = known_by(entry_id, by, hour)
    others = [each for number, each in enumerate(PEOPLE) if pick >> number & 1 and each != by] or [PEOPLE[pick % 4]]
    entry = make_entry(
        id=entry_id,
        by=by,
        to=others if by == "owner" else ("owner", *(others[:1] if pick % 7 == 0 else ())),
        at=START + timedelta(hours=hour),
        topic=TOPICS[pick % 3],
        subject=f"About {entry_id}|{by}|{hour}",
        credited="name:ann smith" if pick % 5 == 0 else "",
        **({"answers_id": IDS[pick % len(IDS)]} if pick % 2 else {"answers": by != "owner"}),
    )
    reply_to = (Seat(address=PEOPLE[pick % 4], role=Role.REPLY_TO),) if pick % 4 == 0 else ()
    return structs.replace(entry, seats=(*entry.seats, *reply_to))


def names_of(entry: LedgerEntry) -> dict[str, str]:
    """The display names of a mail: always the same."""
    pick = known_by(entry.id, entry.sender, entry.at.hour)
    return {seat.address: NAMES[0 if pick % 3 else (pick + place) % len(NAMES)] for place, seat in enumerate(entry.seats)}


@st.composite
def events(draw: st.DrawFn) -> LedgerEntry:
    """One version of one of two events; a revision means one content."""
    revision = draw(st.integers(0, 3))
    return make_event(id=draw(st.sampled_from(("e1", "e2"))), at=START + timedelta(days=revision), others=revision, revision=revision)


pages = st.lists(st.one_of(mails(), events()), max_size=5).map(tuple)


def kinds_on(page: Iterable[LedgerEntry]) -> dict[str, AddressKind]:
    """What the mails of a page show to be behind an address: each mail always the same, the weightiest counts."""
    shown = [known_by(mail.id, mail.sender, mail.at.hour) % len(KINDS) for mail in page]
    return {PEOPLE[-1]: KINDS[max(shown)]} if shown else {}


WORDS = {
    CorrectionKind.SAME_PERSON: 2,
    CorrectionKind.DIFFERENT_PERSON: 2,
    CorrectionKind.NOT_A_PERSON: 1,
    CorrectionKind.IGNORE_EXCHANGE: 0,
}
"""What the owner may say, and of how many addresses."""


def questions(ledger: Ledger) -> dict[str, tuple[str, ...]]:
    """What the owner is asked, by person."""
    with ledger.database.read(ledger.owner_id) as store:
        return {person.id: store.possible_aliases(person.id) for person in store.persons_at(PEOPLE).values()}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_any_order_and_repetition_of_pages_makes_one_ledger(fresh_ledger: Callable[[], Ledger], data: st.DataObject) -> None:
    """Pages permuted and doubled give equal exchanges, seats, persons, names, kinds and questions."""
    told = data.draw(st.lists(pages, min_size=1, max_size=5))
    order = data.draw(st.permutations([*range(len(told)), *data.draw(st.lists(st.integers(0, len(told) - 1), max_size=3))]))
    words = data.draw(
        st.lists(
            st.tuples(
                st.sampled_from(list(WORDS)),
                st.permutations(PEOPLE[:4]),
                st.sampled_from(IDS),
            ),
            max_size=3,
        )
    )
    corrections = [
        make_correction(
            kind,
            id=f"c{number}",
            at=START + timedelta(minutes=number),
            addresses=tuple(about[: WORDS[kind]]),
            exchange="" if WORDS[kind] else exchange,
        )
        for number, (kind, about, exchange) in enumerate(words)
    ]
    one, other = fresh_ledger(), fresh_ledger()

    for page in told:
        one.record(*page, names_of=names_of, kinds=kinds_on(page))
    with one.database.write(one.owner_id) as store:
        for word in corrections:
            store.add_correction(word)
    with other.database.write(other.owner_id) as store:
        for word in reversed(corrections):
            store.add_correction(word)
    for number in order:
        other.record(*told[number], names_of=names_of, kinds=kinds_on(told[number]))

    assert one.lines() == other.lines()
    assert one.fingerprint() == other.fingerprint()
    assert questions(one) == questions(other)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(mails(), min_size=1, max_size=8), st.data())
def test_a_full_pass_leaves_what_a_fresh_ledger_has(
    fresh_ledger: Callable[[], Ledger], entries: list[LedgerEntry], data: st.DataObject
) -> None:
    """After a pass that saw fewer exchanges, the ledger is the one that never had the others."""
    left = data.draw(st.lists(st.sampled_from(entries), min_size=1, max_size=len(entries)))
    old, fresh = fresh_ledger(), fresh_ledger()
    old.record(*entries, names_of=names_of)

    old.record(*left, names_of=names_of, reset=True, complete=True)
    fresh.record(*left, names_of=names_of)

    assert old.lines() == fresh.lines()
    assert questions(old) == questions(fresh)
