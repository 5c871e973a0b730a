"""Whatever the order and however often pages come: the same ledger and the same people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.exchange import Role
from plugin_backend.domain.ledger import CorrectionKind, LedgerEntry, Seat
from plugin_backend.domain.people import AddressKind
from tests.factories import START, make_correction, make_entry, make_event
from tests.store.ledgers import Ledger

PEOPLE = ("ann@a.example", "ann@b.example", "bea@a.example", "ann@c.example", "robot@a.example")
NAMES = ("Ann Smith", "Smith, Ann", "Bea Jones", "")
IDS = tuple(f"m{number}" for number in range(6))

names = st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from(NAMES))


@st.composite
def mails(draw: st.DrawFn) -> LedgerEntry:
    """A mail to or from a few people; ids collide often, and one id, writer and moment mean one mail."""
    by = draw(st.sampled_from(("owner", *PEOPLE)))
    hour = draw(st.integers(0, 3))
    entry_id = draw(st.sampled_from(IDS))
    known = f"{entry_id}|{by}|{hour}"
    pick = sum(map(ord, known))
    others = [each for number, each in enumerate(PEOPLE) if pick >> number & 1 and each != by]
    entry = make_entry(
        id=entry_id,
        by=by,
        to=others if by == "owner" else ("owner", *others[:1]),
        at=START + timedelta(hours=hour),
        answers_id=IDS[pick % len(IDS)] if pick % 3 else "",
        subject=f"About {known}",
        credited="name:ann smith" if pick % 5 == 0 else "",
    )
    reply_to = (Seat(address=PEOPLE[pick % 4], role=Role.REPLY_TO),) if pick % 4 == 0 else ()
    return replace(entry, seats=(*entry.seats, *reply_to))


@st.composite
def events(draw: st.DrawFn) -> LedgerEntry:
    """One version of one of two events; a revision means one content."""
    revision = draw(st.integers(0, 3))
    return make_event(id=draw(st.sampled_from(("e1", "e2"))), at=START + timedelta(days=revision), others=revision, revision=revision)


def shown_behind(entries: tuple[LedgerEntry, ...]) -> dict[str, AddressKind]:
    """What the exchanges of a page show behind an address that looks like a robot's: some of them, always the same ones, a list."""
    is_list = any(sum(map(ord, entry.subject)) % 7 == 0 for entry in entries)
    return {PEOPLE[-1]: AddressKind.LIST} if is_list else {}


pages = st.tuples(st.lists(st.one_of(mails(), events()), max_size=5).map(tuple), names)
Told = tuple[tuple[LedgerEntry, ...], dict[str, str]]
Page = tuple[tuple[LedgerEntry, ...], dict[str, str], dict[str, AddressKind]]


def consistent(told: list[Told]) -> list[Page]:
    """Give every address one name for all pages: which name an exchange bears is not for the order of pages to decide."""
    usual: dict[str, str] = {}
    for _, seen in told:
        for address, name in seen.items():
            usual.setdefault(address, name)
    names_of_all = {address: usual[address] for address in PEOPLE if address in usual}
    return [(entries, names_of_all, shown_behind(entries)) for entries, _ in told]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_any_order_and_repetition_of_pages_makes_one_ledger(fresh_ledger: Callable[[], Ledger], data: st.DataObject) -> None:
    """Pages permuted and doubled give equal exchanges, seats, persons, names and kinds."""
    told = consistent(data.draw(st.lists(pages, min_size=1, max_size=5)))
    order = data.draw(st.permutations([*range(len(told)), *data.draw(st.lists(st.integers(0, len(told) - 1), max_size=3))]))
    words = data.draw(
        st.lists(
            st.tuples(
                st.sampled_from([CorrectionKind.SAME_PERSON, CorrectionKind.DIFFERENT_PERSON, CorrectionKind.NOT_A_PERSON]),
                st.permutations(PEOPLE[:4]).map(lambda each: tuple(each[:2])),
            ),
            max_size=3,
        )
    )
    corrections = [
        make_correction(
            kind,
            id=f"c{number}",
            at=START + timedelta(minutes=number),
            addresses=about if kind is not CorrectionKind.NOT_A_PERSON else about[:1],
        )
        for number, (kind, about) in enumerate(words)
    ]
    one, other = fresh_ledger(), fresh_ledger()

    for entries, seen, what in told:
        one.record(*entries, names=seen, kinds=what)
    with one.database.write(one.owner_id) as store:
        for word in corrections:
            store.add_correction(word)
    with other.database.write(other.owner_id) as store:
        for word in reversed(corrections):
            store.add_correction(word)
    for number in order:
        entries, seen, what = told[number]
        other.record(*entries, names=seen, kinds=what)

    assert one.lines() == other.lines()
    assert one.fingerprint() == other.fingerprint()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(mails(), min_size=1, max_size=8), st.data())
def test_a_full_pass_leaves_what_a_fresh_ledger_has(
    fresh_ledger: Callable[[], Ledger], entries: list[LedgerEntry], data: st.DataObject
) -> None:
    """After a pass that saw fewer exchanges, the ledger is the one that never had the others."""
    left = data.draw(st.lists(st.sampled_from(entries), min_size=1, max_size=len(entries)))
    seen = dict(zip(PEOPLE, NAMES, strict=False))
    old, fresh = fresh_ledger(), fresh_ledger()
    old.record(*entries, names=seen)

    old.record(*left, names=seen, reset=True, complete=True)
    fresh.record(*left, names=seen)

    assert old.lines() == fresh.lines()
