"""Resolving people: who is one person, by evidence on both sides or the owner's word, in any order of arrival."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import permutations

import pytest

from connectors.exchange import Role
from plugin_backend.domain.ledger import CorrectionKind, LedgerEntry, Seat
from plugin_backend.domain.people import AddressKind
from tests.factories import OWNER_ADDRESS, START, make_correction, make_entry, make_event
from tests.store.ledgers import Ledger

OLD, NEW, OTHER = "pavel@forge.example", "p.smith@post.example", "paul@tower.example"
NAMES = {OLD: "Pavel Smith", NEW: "Smith, Pavel"}

ASKED = make_entry(id="asked", to=(OLD,))
ANSWERED = make_entry(id="answered", by=NEW, at=START + timedelta(days=1), answers_id="asked")
WRITTEN_TO_NEW = make_entry(id="to-new", to=(NEW,), at=START + timedelta(days=2))


def with_reply_to(entry: LedgerEntry, address: str) -> LedgerEntry:
    return make_entry(id=entry.id, by=entry.sender, at=entry.at, seats=(*entry.seats, Seat(address=address, role=Role.REPLY_TO)))


def addresses(ledger: Ledger, address: str) -> set[str]:
    return set(ledger.person(address).addresses)


def said(ledger: Ledger, kind: CorrectionKind, *about: str, number: int = 1) -> None:
    word = make_correction(kind, id=f"c{number}", addresses=about, at=START + timedelta(minutes=number))

    with ledger.database.write(ledger.owner_id) as store:
        store.add_correction(word)
        store.resolve_people(about)


@pytest.mark.parametrize(
    "order", list(permutations((ASKED, ANSWERED, WRITTEN_TO_NEW))), ids=lambda order: "-".join(each.id for each in order)
)
def test_an_answer_from_elsewhere_and_a_mail_there_make_one_person(ledger: Ledger, order: tuple[LedgerEntry, ...]) -> None:
    """A reply from the new address to what was sent to the old one, and the owner's mail to the new one: whatever came first."""
    for entry in order:
        ledger.record(entry, names={each: NAMES[each] for each in NAMES if each in {seat.address for seat in entry.seats}})

    assert addresses(ledger, OLD) == {OLD, NEW} == addresses(ledger, NEW)
    assert ledger.person(OLD) == ledger.person(NEW)


def test_a_reply_to_is_a_trace_as_well(ledger: Ledger) -> None:
    """Reply-To names the other address of the same person."""
    told = with_reply_to(make_entry(id="told", by=OLD), NEW)
    ledger.record(ASKED, told, names=NAMES)
    apart = addresses(ledger, OLD)

    ledger.record(WRITTEN_TO_NEW, names={NEW: "Pavel Smith"})

    assert apart == {OLD}
    assert addresses(ledger, OLD) == {OLD, NEW}


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ((ASKED, ANSWERED), NAMES),
        ((ASKED, WRITTEN_TO_NEW), NAMES),
        ((ASKED, ANSWERED, WRITTEN_TO_NEW), {OLD: "Pavel Smith", NEW: "Petra Jones"}),
        ((ASKED, ANSWERED, WRITTEN_TO_NEW), {}),
    ],
    ids=["no mail to the new one", "no answer", "another name", "no name"],
)
def test_less_than_both_sides_and_the_name_is_not_enough(ledger: Ledger, page: tuple[LedgerEntry, ...], names: dict[str, str]) -> None:
    """One side alone, or no common name, leaves two people."""
    ledger.record(*page, names=names)

    assert addresses(ledger, OLD) == {OLD}
    assert addresses(ledger, NEW) == {NEW}


def test_the_same_name_is_a_question(ledger: Ledger) -> None:
    """A namesake is asked about, until the owner has said that they are two."""
    ledger.record(make_entry(id="a", to=(OLD,)), make_entry(id="b", to=(NEW,)), names=NAMES)
    asked = ledger.read(lambda store: store.possible_aliases(ledger.person(OLD).id))

    said(ledger, CorrectionKind.DIFFERENT_PERSON, OLD, NEW)

    assert asked == (NEW,)
    assert ledger.read(lambda store: store.possible_aliases(ledger.person(OLD).id)) == ()


def test_the_owner_s_word_joins_and_parts(ledger: Ledger) -> None:
    """Same person and different person win over everything; the later word holds, and undoing brings back what the traces say."""
    ledger.record(ASKED, ANSWERED, WRITTEN_TO_NEW, make_entry(id="x", to=(OTHER,)), names=NAMES)

    said(ledger, CorrectionKind.DIFFERENT_PERSON, OLD, NEW, number=1)
    parted = addresses(ledger, OLD)
    said(ledger, CorrectionKind.SAME_PERSON, NEW, OTHER, number=2)
    joined = addresses(ledger, OTHER)
    said(ledger, CorrectionKind.SAME_PERSON, OLD, NEW, number=3)
    everybody = addresses(ledger, OLD)
    for correction in ("c2", "c3", "c1"):
        with ledger.database.write(ledger.owner_id) as store:
            assert store.undo_correction(correction)

    assert parted == {OLD}
    assert joined == {NEW, OTHER}
    assert everybody == {OLD, NEW, OTHER}
    assert addresses(ledger, OLD) == {OLD, NEW}
    assert addresses(ledger, OTHER) == {OTHER}
    assert not ledger.write(lambda store: store.undo_correction("c9"))


def test_no_trace_joins_what_the_owner_keeps_apart(ledger: Ledger) -> None:
    """Two people kept apart do not become one through a third address."""
    third = "pavel@third.example"
    names = {**NAMES, third: "Pavel Smith"}
    ledger.record(make_entry(id="a", to=(OLD,)), make_entry(id="b", to=(NEW,)), make_entry(id="c", to=(third,)), names=names)

    said(ledger, CorrectionKind.DIFFERENT_PERSON, OLD, NEW, number=1)
    said(ledger, CorrectionKind.SAME_PERSON, OLD, third, number=2)
    said(ledger, CorrectionKind.SAME_PERSON, third, NEW, number=3)

    assert ledger.person(OLD) != ledger.person(NEW)


def test_an_id_outlives_a_rebuilt_ledger(ledger: Ledger) -> None:
    """The id comes from the owner and the first address, not from the order of arrival."""
    ledger.record(make_entry(id="b", to=(NEW,)), make_entry(id="a", to=(OLD,)))
    before = {address: ledger.person(address).id for address in (OLD, NEW)}
    ledger.record(deletions=("a", "b"))
    gone = ledger.read(lambda store: store.person(before[OLD]))

    ledger.record(make_entry(id="a", to=(OLD,)))
    ledger.record(make_entry(id="b", to=(NEW,)))

    assert gone is None
    assert {address: ledger.person(address).id for address in (OLD, NEW)} == before


def test_only_persons_are_persons(ledger: Ledger) -> None:
    """Lists, roles, robots and rooms have a kind and no person; what was once seen to be a list stays one."""
    kinds = {
        "list@guild.example": AddressKind.LIST,
        "support@mill.example": AddressKind.ROLE,
        "noreply@mill.example": AddressKind.ROBOT,
        OLD: AddressKind.PERSON,
    }
    ledger.record(make_entry(id="a", to=tuple(kinds)), make_event(id="e", room=True), kinds=kinds)
    ledger.record(make_entry(id="b", to=("list@guild.example",)), kinds={"list@guild.example": AddressKind.PERSON})

    with ledger.database.read(ledger.owner_id) as store:
        assert {address: store.kind_at(address) for address in kinds} == kinds
        assert list(store.persons_at(kinds)) == [OLD]
    assert ledger.read(lambda store: store.kind_at("room@mill.example")) is AddressKind.ROOM
    assert ledger.read(lambda store: store.kind_at(OWNER_ADDRESS)) is AddressKind.OWNER
    assert ledger.read(lambda store: store.kind_at("never@seen.example")) is None


def test_an_office_may_show_by_its_usual_name(ledger: Ledger) -> None:
    """Whose usual name is an office's is no person, until the owner says so; a name that somebody wrote once changes nothing."""
    ledger.record(*(make_entry(id=f"m{n}", by=OLD, at=START + timedelta(days=n)) for n in range(3)), names={OLD: "Pavel Smith"})
    ledger.record(make_entry(id="x", by=OTHER, to=("owner", OLD, NEW)), names={OLD: "Forge Support", NEW: "Forge Help Desk"})

    assert ledger.person(OLD).name == "Pavel Smith"
    assert ledger.read(lambda store: store.kind_at(NEW)) is AddressKind.ROLE
    assert ledger.read(lambda store: store.person_by_address(NEW)) is None

    said(ledger, CorrectionKind.IS_A_PERSON, NEW)

    assert ledger.read(lambda store: store.kind_at(NEW)) is AddressKind.PERSON


def test_the_owner_says_who_is_a_person(ledger: Ledger) -> None:
    """Not a person takes the person away, is a person makes one of a role; undoing turns it back."""
    ledger.record(make_entry(id="a", to=(OLD, "support@mill.example")), kinds={"support@mill.example": AddressKind.ROLE})

    said(ledger, CorrectionKind.NOT_A_PERSON, OLD, number=1)
    said(ledger, CorrectionKind.IS_A_PERSON, "support@mill.example", number=2)

    assert ledger.read(lambda store: store.person_by_address(OLD)) is None
    assert ledger.read(lambda store: store.kind_at(OLD)) is not AddressKind.PERSON
    assert ledger.person("support@mill.example").kind is AddressKind.PERSON
    assert ledger.read(lambda store: store.kind_at("support@mill.example")) is AddressKind.PERSON
    ledger.write(lambda store: (store.undo_correction("c1"), store.undo_correction("c2")))
    assert ledger.person(OLD).addresses == (OLD,)
    assert ledger.read(lambda store: store.person_by_address("support@mill.example")) is None


def test_the_owner_is_nobody_s_person(ledger: Ledger) -> None:
    """An address that the owner claims later is a person's no more."""
    ledger.record(make_entry(id="a", to=(OLD, NEW)))

    ledger.write(lambda store: store.add_owner_addresses([NEW]))

    assert ledger.read(lambda store: store.person_by_address(NEW)) is None
    assert ledger.read(lambda store: store.kind_at(NEW)) is AddressKind.OWNER
    assert ledger.person(OLD).addresses == (OLD,)


@pytest.mark.parametrize("backwards", [False, True])
def test_the_usual_name_is_the_one_most_often_seen(ledger: Ledger, backwards: bool) -> None:
    """Then the one seen last: the same, whatever came first."""
    seen = [("Pavel Smith", 1), ("P. Smith", 2), ("Pavel Smith", 3), ("Pavel", 4), ("Pavel", 5)]
    for name, day in reversed(seen) if backwards else seen:
        ledger.record(make_entry(id=f"m{day}", by=OLD, at=START + timedelta(days=day)), names={OLD: name})

    person = ledger.person(OLD)

    assert person.name == "Pavel"
    assert person.names == ("Pavel", "Pavel Smith", "P. Smith")


def test_names_go_with_the_mails_that_bore_them(ledger: Ledger) -> None:
    """A name that only dropped mails had is no name any more."""
    ledger.record(make_entry(id="a", by=OLD), names={OLD: "Pavel Smith"})
    ledger.record(make_entry(id="b", by=OLD, at=START + timedelta(days=1)), names={OLD: "Impostor"})

    ledger.record(deletions=("b",))

    assert ledger.person(OLD).names == ("Pavel Smith",)


def test_the_address_last_written_from_comes_first(ledger: Ledger) -> None:
    """A person's addresses are in the order of use."""
    ledger.record(ASKED, ANSWERED, WRITTEN_TO_NEW, make_entry(id="o", by=OLD, at=START + timedelta(days=9)), names=NAMES)
    before = ledger.person(OLD).addresses

    ledger.record(deletions=("o",))

    assert before == (OLD, NEW)
    assert ledger.person(OLD).addresses == (NEW, OLD)


@pytest.mark.parametrize("notice_first", [False, True])
def test_a_notice_is_credited_to_the_one_of_that_name(ledger: Ledger, notice_first: bool) -> None:
    """One person of that name has the notice among theirs; with two of that name nobody has."""
    notice = make_entry(
        id="n", by="messages-noreply@social.example", to=("owner",), notice=True, credited="name:pavel smith", at=START + timedelta(days=1)
    )
    robot = {"messages-noreply@social.example": AddressKind.ROBOT}
    steps: list[Callable[[], object]] = [
        lambda: ledger.record(make_entry(id="a", by=OLD), names=NAMES),
        lambda: ledger.record(notice, kinds=robot),
    ]
    for step in reversed(steps) if notice_first else steps:
        step()
    person = ledger.person(OLD)
    credited = [entry.id for entry in ledger.read(lambda store: tuple(store.entries_with(person.id)))]

    ledger.record(make_entry(id="b", by=NEW), names=NAMES)
    doubtful = [entry.id for entry in ledger.read(lambda store: tuple(store.entries_with(person.id)))]
    ledger.record(deletions=("b",))
    again = [entry.id for entry in ledger.read(lambda store: tuple(store.entries_with(person.id)))]

    assert person.addresses == (OLD,)
    assert (credited, doubtful, again) == (["a", "n"], ["a"], ["a", "n"])
