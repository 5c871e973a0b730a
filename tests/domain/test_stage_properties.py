"""What holds of every history: properties of `replay` and `reading_of`, tried on random ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec import structs

from connectors.exchange import Kind, Status
from plugin_backend.domain.ledger import Correction, CorrectionKind, LedgerEntry
from plugin_backend.domain.readings import Reading, Stage, Standing
from plugin_backend.domain.stages import Relationship, reading_of, replay
from plugin_backend.domain.touches import over_at
from tests.domain.histories import LONGEST, events, histories, machine_mails, moments, words
from tests.factories import OWNER, PERSON, START, make_event

END = START + timedelta(days=LONGEST + 30)


def replayed(entries: list[LedgerEntry], said: list[Correction] | None = None, *, as_of: datetime = END) -> Relationship:
    return replay(entries, said or [], person=PERSON, owner=OWNER, as_of=as_of)


def read(entries: list[LedgerEntry], said: list[Correction] | None = None, *, as_of: datetime = END) -> Reading:
    return reading_of(replayed(entries, said, as_of=as_of), as_of)


@given(entries=histories(), said=words(), data=st.data())
def test_the_order_of_arrival_is_irrelevant(entries: list[LedgerEntry], said: list[Correction], data: st.DataObject) -> None:
    """However the ledger hands its entries and words over, the relationship is the same."""
    shuffled, said_anyhow = data.draw(st.permutations(entries)), data.draw(st.permutations(said))

    assert replayed(shuffled, said_anyhow) == replayed(entries, said)


@settings(max_examples=300)
@given(entries=histories(), said=words(), start=moments, share=st.floats(0, 1))
def test_a_relationship_holds_until_the_next_thing(
    entries: list[LedgerEntry], said: list[Correction], start: datetime, share: float
) -> None:
    """A kept relationship reads as a new replay would, at any moment until it says that something happens."""
    kept = replayed(entries, said, as_of=start)
    until = kept.valid_until or start + timedelta(days=3_500)
    moment = start + (until - start) * share
    assume(start <= moment < until)

    assert reading_of(kept, moment) == read(entries, said, as_of=moment)


@given(
    entries=histories(),
    machine=st.lists(st.integers(100, 110).flatmap(machine_mails), min_size=1, max_size=4, unique_by=lambda entry: entry.id),
    as_of=moments,
)
def test_nothing_written_by_machine_lifts(entries: list[LedgerEntry], machine: list[LedgerEntry], as_of: datetime) -> None:
    """Mailings, automatic mail, calendar traffic and notices of others change no stage and no standing."""
    before, after = read(entries, as_of=as_of), read([*entries, *machine], as_of=as_of)

    assert (after.stage, after.highest, after.standing, after.evidence) == (before.stage, before.highest, before.standing, before.evidence)


@given(entries=histories(), at=moments, topic=st.sampled_from(("", "dam", "weir")))
def test_a_webinar_is_an_encounter_at_most(entries: list[LedgerEntry], at: datetime, topic: str) -> None:
    """A broadcast never makes more than an encounter, whatever else there is."""
    webinar = make_event(id="webinar", at=at, by="person", others=2, guests_hidden=True, topic=topic)
    before, after = read(entries), read([*entries, webinar])

    assert after.highest is before.highest or (before.highest, after.highest) == (Stage.NONE, Stage.ENCOUNTER)


@given(entries=histories(), coming=events(999), fate=st.sampled_from(("future", "running", "cancelled", "declined")))
def test_what_did_not_happen_never_counts(entries: list[LedgerEntry], coming: LedgerEntry, fate: str) -> None:
    """Future, cancelled and declined events leave the reading as it was, beside the counter-evidence that somebody declined."""
    changes: dict[str, dict[str, Any]] = {
        "future": {"at": END + timedelta(days=1), "ends_at": END + timedelta(days=2)},
        "running": {"at": END - timedelta(hours=1), "ends_at": END + timedelta(hours=1)},
        "cancelled": {"status": Status.CANCELLED},
        "declined": {},
    }
    if fate == "declined":
        coming = make_event(id="e999", at=coming.at, person="declined", by="owner")
    before, after = read(entries), read([*entries, structs.replace(coming, **changes[fate])])

    assert replace(after, counter_evidence=()) == replace(before, counter_evidence=())


@given(entries=histories(), said=words())
def test_every_reading_shows_one_stage_and_its_evidence(entries: list[LedgerEntry], said: list[Correction]) -> None:
    """One stage, one standing where there is anything; above none the evidence names exchanges of the ledger or is the owner's word."""
    ids = {entry.id for entry in entries}

    reading = read(entries, said)

    assert reading.highest.at_least(reading.stage)
    assert (reading.standing is None) == (reading.stage is Stage.NONE)
    assert reading.standing is None or isinstance(reading.standing, Standing)
    if reading.stage is not Stage.NONE:
        assert reading.evidence
    for evidence in (*reading.evidence, *reading.counter_evidence):
        assert set(evidence.exchanges) <= ids
        assert len(evidence.exchanges) <= 50
        assert evidence.at <= END
        assert evidence.sentence.endswith(".")
    for evidence in reading.evidence:
        assert evidence.exchanges or evidence.rule.startswith("owner_")


@given(entries=histories(), said=words())
def test_intimacy_is_never_inferred(entries: list[LedgerEntry], said: list[Correction]) -> None:
    """Without the owner's word for it, nothing reads as intimacy."""
    unsaid = [each for each in said if not (each.kind is CorrectionKind.STAGE and each.value == Stage.INTIMACY.value)]

    assert Stage.INTIMACY not in (read(entries, unsaid).stage, read(entries, unsaid).highest)


@given(entries=histories(), earlier=moments, later=moments)
def test_what_was_reached_stays_reached(entries: list[LedgerEntry], earlier: datetime, later: datetime) -> None:
    """The highest stage of a later day is never below that of an earlier one, nor has its evidence moved."""
    first, second = sorted((earlier, later))
    known = [entry for entry in entries if over_at(entry) <= first]

    before, after = read(known, as_of=first), read(known, as_of=second)

    assert after.highest.at_least(before.highest)
    assert after.evidence[len(after.evidence) - len(before.evidence) :] == before.evidence


@settings(max_examples=300)
@given(entries=histories(refusals=False), data=st.data())
def test_deleting_never_lifts(entries: list[LedgerEntry], data: st.DataObject) -> None:
    """Deleting an entry never lifts the highest stage, short of what its absence itself says.

    Four things are said by what is *not* there, and are left out on purpose: a refusal (deleting it unblocks recognition); who opened a
    thread or let it rest (deleting a message that others follow on its thread makes another the opener, which is asked by "started by
    each side"); an attachment that closed a request (without it a later attachment closes it); and friendship, which asks for shares and
    for the absence of dormancy, whose window follows the rhythm.
    """
    assume(entries)
    gone = data.draw(st.sampled_from(entries))
    followed = any(each.references == gone.references and each.at >= gone.at and each is not gone for each in entries)
    assume(gone.kind is Kind.EVENT or not (followed or gone.has_attachment))

    before, after = read(entries), read([entry for entry in entries if entry is not gone])

    assert min(after.highest.depth, Stage.DEVELOPMENT.depth) <= before.highest.depth
