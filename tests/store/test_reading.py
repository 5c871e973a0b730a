"""Reading: exchanges and people, in the order and the number asked for."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from plugin_backend.store.errors import InvalidCursor
from plugin_backend.store.owner_store import OwnerStore
from plugin_backend.store.rows import ExchangeFilter, NearRow, ProjectionRow
from tests.factories import PERSON_ADDRESS, START, THIRD_ADDRESS, make_entry, make_event
from tests.store.ledgers import Ledger

DAY = timedelta(days=1)


@pytest.fixture
def month(ledger: Ledger) -> Ledger:
    """Thirty days with a mail each, every third one with the third person alone, and two meetings."""
    mails = [
        make_entry(
            id=f"m{day:02d}",
            at=START + day * DAY,
            to=("third",) if day % 3 == 0 else ("person",),
            carries=("request",) if day % 2 else ("offer", "personal"),
        )
        for day in range(30)
    ]
    ledger.record(*mails, make_event(id="e1", at=START + 5 * DAY), make_event(id="e2", at=START + 40 * DAY, series="s"))
    return ledger


def asked(ledger: Ledger, **chosen: object) -> list[str]:
    entries, _ = ledger.read(lambda store: store.exchanges(ExchangeFilter(**chosen)))  # type: ignore[arg-type]  # the fields under test
    return [entry.id for entry in entries]


def test_exchanges_come_newest_first_page_by_page(month: Ledger) -> None:
    """Pages follow each other without gap or repetition, for everybody and for one person."""
    for person_id in (None, month.person(PERSON_ADDRESS).id):
        everything = asked(month, person_id=person_id)
        paged: list[str] = []
        before = ""
        while True:
            with month.database.read(month.owner_id) as store:
                entries, before = store.exchanges(ExchangeFilter(person_id=person_id, limit=7, before=before))
            paged += [entry.id for entry in entries]
            if not before:
                break

        assert paged == everything
        assert len(everything) == (32 if person_id is None else 22)
        assert everything[0] == "e2"


def test_exchanges_are_filtered(month: Ledger) -> None:
    """By span, channel and substance; the whole stored value of a substance counts, not a part of it."""
    assert asked(month, since=START + 27 * DAY, until=START + 28 * DAY) == ["m28", "m27"]
    assert asked(month, channel="one_on_one") == ["e2", "e1"]
    assert len(asked(month, substance="personal")) == 15
    assert asked(month, substance="person") == []
    assert asked(month, substance="%") == []
    assert asked(month, person_id="nobody") == []


@pytest.mark.parametrize("cursor", ["x", "1", "1.x", "1." + "9" * 5 + ".", "9" * 40 + ".1"])
def test_a_cursor_that_is_none_of_ours_is_refused(month: Ledger, cursor: str) -> None:
    """A made-up cursor is answered by a sentence."""
    with pytest.raises(InvalidCursor):
        asked(month, limit=3, before=cursor)
    with pytest.raises(InvalidCursor):
        month.read(lambda store: store.people_page(after=cursor))


def test_entries_with_a_person_come_oldest_first_and_once(month: Ledger) -> None:
    """All of them up to a moment, the moment included; an exchange in which they sit twice comes once."""
    person = month.person(PERSON_ADDRESS)
    month.record(make_entry(id="twice", at=START - DAY, to=("person",), cc=("person",)))

    everything = [entry.id for entry in month.read(lambda store: tuple(store.entries_with(person.id)))]
    until = [entry.id for entry in month.read(lambda store: tuple(store.entries_with(person.id, until=START + 2 * DAY)))]

    assert everything[0] == "twice"
    assert everything[-1] == "e2"
    assert len(everything) == len(set(everything)) == 23
    assert until == ["twice", "m01", "m02"]


def test_newest_with_a_person(month: Ledger) -> None:
    """The newest few up to a moment, newest first."""
    person = month.person(PERSON_ADDRESS)

    newest = month.read(lambda store: store.newest_with(person.id, 3, until=START + 5 * DAY))

    assert {entry.id for entry in newest} == {"m05", "e1", "m04"}
    assert [entry.at for entry in newest] == sorted((entry.at for entry in newest), reverse=True)


def test_an_entry_says_who_sits_in_it(month: Ledger) -> None:
    """Seats name their persons; the owner's seat names nobody."""
    entry = month.read(lambda store: store.entry("m01"))

    assert entry is not None
    assert [seat.person for seat in entry.seats] == ["", month.person(PERSON_ADDRESS).id]
    assert month.read(lambda store: store.entry("unknown")) is None


def test_events_are_found_by_time_and_series(month: Ledger) -> None:
    """Soonest first; a series by its next occurrence, or by its last."""
    ahead = month.read(lambda store: store.events_between(START, START + 99 * DAY, 9))
    upcoming = month.read(lambda store: store.next_of_series("s", START))
    last = month.read(lambda store: store.next_of_series("s", START + 99 * DAY))

    assert [entry.id for entry in ahead] == ["e1", "e2"]
    assert upcoming is not None
    assert last is not None
    assert (upcoming.id, last.id) == ("e2", "e2")
    assert month.read(lambda store: store.next_of_series("none", START)) is None


def test_who_near_is_seen_with_somebody(month: Ledger) -> None:
    """Who is near the owner in the newest human exchanges, each with the newest one; crowds, machines and what came later show nothing."""
    month.record(
        make_entry(id="t1", to=("person", "third"), at=START + 50 * DAY),
        make_entry(id="t2", to=("person", "third"), at=START + 51 * DAY),
        make_entry(id="far", to=("person", "far@guests.example"), at=START + 52 * DAY),
        make_entry(id="crowd", to=("person", "third"), at=START + 53 * DAY, audience=51),
        make_entry(id="robot", to=("person", "third"), at=START + 53 * DAY, human=False),
        make_entry(id="later", to=("person", "third"), at=START + 60 * DAY),
    )
    person_id, third, far = (month.person(each).id for each in (PERSON_ADDRESS, THIRD_ADDRESS, "far@guests.example"))
    month.write(lambda store: store.put_projections([projected(third, stage="development"), projected(far)]))

    seen = near_seen_with(month, person_id, as_of=START + 55 * DAY)
    earlier = near_seen_with(month, person_id, as_of=START + 50.5 * DAY)

    assert [(row.person_id, row.exchange, row.at) for row in seen] == [(third, "t2", START + 51 * DAY)]
    assert [(row.person_id, row.exchange) for row in earlier] == [(third, "t1")]
    assert near_seen_with(month, "nobody", as_of=START + 55 * DAY) == ()


def test_a_projection_tells_where_somebody_stands_now(month: Ledger) -> None:
    """As long as it reaches: not later, not earlier, not by other rules, and not after something has changed."""
    month.record(make_entry(id="t1", to=("person", "third"), at=START - DAY))
    person_id, third = month.person(PERSON_ADDRESS).id, month.person(THIRD_ADDRESS).id
    month.write(lambda store: store.put_projections([projected(third, stage="friendship")]))

    now, later, earlier = (near_seen_with(month, person_id, as_of=START + days * DAY) for days in (0.5, 2, -0.5))
    by_other_rules = near_seen_with(month, person_id, as_of=START + DAY / 2, rules_version=2)
    month.record(make_entry(id="t3", to=("third",), at=START))
    overtaken = near_seen_with(month, person_id, as_of=START + DAY / 2)

    assert [(row.highest, row.stage) for row in now] == [("friendship", "friendship")]
    for rows in (later, earlier, by_other_rules, overtaken):
        assert [(row.highest, row.stage) for row in rows] == [("friendship", None)]


def near_seen_with(ledger: Ledger, person_id: str, *, as_of: datetime, rules_version: int = 1) -> tuple[NearRow, ...]:
    def ask(store: OwnerStore) -> dict[str, tuple[NearRow, ...]]:
        stages = ("development", "friendship")
        return store.near_seen_with((person_id,), stages=stages, rules_version=rules_version, as_of=as_of, limit=20)

    return ledger.read(ask).get(person_id, ())


def test_what_is_coming_with_somebody(month: Ledger) -> None:
    """Events ahead within the span, soonest first, by person."""
    person_id = month.person(PERSON_ADDRESS).id

    coming = month.read(lambda store: store.coming_with((person_id,), START, START + 400 * DAY))
    none_left = month.read(lambda store: store.coming_with((person_id,), START + 400 * DAY, START + 500 * DAY))

    assert [entry.at for entry in coming[person_id]] == sorted(entry.at for entry in coming[person_id])
    assert all(entry.ends_at is not None for entry in coming[person_id])
    assert none_left == {}


def test_exchanges_are_grouped_by_person(month: Ledger) -> None:
    """Each person's exchanges in the order of time, the same as when asked for one by one."""
    people = [month.person(PERSON_ADDRESS).id, month.person(THIRD_ADDRESS).id]

    grouped = month.read(lambda store: dict(store.entries_by_person(people)))

    for person_id in people:
        with month.database.read(month.owner_id) as store:
            alone = tuple(store.entries_with(person_id))
        assert [entry.id for entry in grouped[person_id]] == [entry.id for entry in alone]


def test_subjects_are_asked_for_many_at_once(month: Ledger) -> None:
    """By exchange; what is not there is left out."""
    assert month.read(lambda store: store.subjects(("nothing of the kind",))) == {}


def projected(person_id: str, *, stage: str = "encounter", standing: str = "active", day: int = 0) -> ProjectionRow:
    return ProjectionRow(
        person_id=person_id,
        rules_version=1,
        computed_at=START,
        valid_until=START + DAY,
        stage=stage,
        highest=stage,
        standing=standing,
        last_at=START + day * DAY,
        because="You wrote about 'The new bellows'.",
        relationship={"promises": ["the drawing"]},
    )


def test_people_are_listed_by_stage_in_the_order_of_the_last_exchange(ledger: Ledger) -> None:
    """Pages without gap, filters that hold, counts of all; a search finds parts of names and addresses."""
    who = [f"guest{number}@guests.example" for number in range(9)]
    ledger.record(make_entry(id="a", to=tuple(who)), names={who[4]: "Žofie Ümit"})
    ids = [ledger.person(each).id for each in who]
    rows = [projected(each, day=day, stage="recognition" if day % 2 else "encounter") for day, each in enumerate(ids)]
    ledger.write(lambda store: store.put_projections(rows))

    first, after = ledger.read(lambda store: store.people_page(limit=5))
    second, end = ledger.read(lambda store: store.people_page(limit=5, after=after))
    recognised, _ = ledger.read(lambda store: store.people_page(stage="recognition"))
    named, _ = ledger.read(lambda store: store.people_page(query="žofie ü"))
    nobody, _ = ledger.read(lambda store: store.people_page(standing="dormant"))
    wild, _ = ledger.read(lambda store: store.people_page(query="%"))

    assert [person.addresses[0] for person, _ in (*first, *second)] == who[::-1]
    assert end == ""
    assert [row.stage for _, row in recognised] == ["recognition"] * 4
    assert [person.name for person, _ in named] == ["Žofie Ümit"]
    assert (nobody, wild) == ((), ())
    assert ledger.read(lambda store: store.counts_by_stage()) == {"encounter": 5, "recognition": 4}

    def near(*stages: str) -> list[tuple[str, datetime]]:
        rows = ledger.read(lambda store: store.near_in_domain("guests.example", stages=stages, rules_version=1, as_of=START, limit=2))
        return [(row.person_id, row.at) for row in rows]

    assert near("encounter", "recognition") == [(ids[8], START + 8 * DAY), (ids[7], START + 7 * DAY)]
    assert near("intimacy") == []


def test_a_projection_knows_when_it_is_overtaken(ledger: Ledger) -> None:
    """Fresh until something with the person changes; stale by time and by other rules."""
    ledger.record(make_entry(id="a"))
    person = ledger.person(PERSON_ADDRESS)

    def stale(rules: int = 1, days: int = 0) -> tuple[str, ...]:
        return ledger.read(lambda store: store.stale_people(rules, START + days * DAY, 9))

    missing = stale()
    ledger.write(lambda store: store.put_projections([projected(person.id), projected("nobody")]))
    stored = ledger.read(lambda store: store.projections([person.id, "nobody"]))
    kept, by_time, by_rules = stale(), stale(days=1), stale(rules=2)
    ledger.record(make_entry(id="a"))
    untouched = stale()
    ledger.record(make_entry(id="b", at=START + DAY))
    overtaken = ledger.read(lambda store: store.projections([person.id]))[person.id]

    assert missing == (person.id,)
    assert list(stored) == [person.id]
    assert stored[person.id].fresh
    assert stored[person.id].relationship == {"promises": ["the drawing"]}
    assert stored[person.id].because == "You wrote about 'The new bellows'."
    assert (kept, by_time, by_rules, untouched) == ((), (person.id,), (person.id,), ())
    assert not overtaken.fresh
    assert stale() == (person.id,)


def test_a_brief_remembers_what_was_known(ledger: Ledger) -> None:
    """The newest memory of a person counts, for whichever event it was."""
    ledger.write(lambda store: store.remember_brief("e1", "p", {"stage": 1}, START))
    ledger.write(lambda store: store.remember_brief("e2", "p", {"stage": 2}, START + DAY))
    ledger.write(lambda store: store.remember_brief("e1", "p", {"stage": 3}, START + 2 * DAY))

    assert ledger.read(lambda store: store.brief_seen("e2", "p")) == {"stage": 3}
    assert ledger.read(lambda store: store.brief_seen("e1", "somebody")) is None


def test_people_are_found_by_address_in_any_case(month: Ledger) -> None:
    """Addresses are asked as people write them; the answer is under what was asked."""
    asked_for = month.read(lambda store: store.persons_at([" Pavel@Forge.example", "nobody@there.example"]))

    assert [person.addresses for person in asked_for.values()] == [(PERSON_ADDRESS,)]
    assert month.read(lambda store: store.addresses_seen([PERSON_ADDRESS, "nobody@there.example"])) == {PERSON_ADDRESS}
    assert month.read(lambda store: store.count()) == 32
