"""Recording pages: what is new, changed, unchanged and gone, whatever happens on the way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.exchange import Problem
from plugin_backend.domain.ledger import CorrectionKind
from plugin_backend.store.accounts import PROBLEMS_KEPT
from plugin_backend.store.errors import StoreError
from plugin_backend.store.placing import marked
from plugin_backend.store.rows import PageResult
from tests.factories import PERSON_ADDRESS, START, make_correction, make_entry, make_event
from tests.store.ledgers import Ledger

NAMES = {PERSON_ADDRESS: "Pavel Smith"}


def test_a_page_twice_is_a_page_once(ledger: Ledger) -> None:
    """The same page again changes no exchange and no person, and says so."""
    page = (make_entry(id="a", carries=("request",)), make_entry(id="b", by="person", answers_id="a"), make_event(id="c", others=3))
    first = ledger.record(*page, names=NAMES)
    before = ledger.lines()

    again = ledger.record(*page, names=NAMES)

    assert first == PageResult(new=3)
    assert again == PageResult(unchanged=3)
    assert ledger.lines() == before
    assert ledger.stream().cursor == "1"


def test_the_same_exchange_twice_on_a_page_is_one(ledger: Ledger) -> None:
    """A page may repeat itself."""
    result = ledger.record(make_entry(id="a"), make_entry(id="a"))

    assert result == PageResult(new=1)
    assert ledger.ids() == ["a"]


def test_what_changed_replaces_what_was(ledger: Ledger) -> None:
    """A mail read with other tags is changed in place; who sits in it follows."""
    ledger.record(make_entry(id="a", to=("person", "third")), names=NAMES)

    result = ledger.record(make_entry(id="a", to=("person",), carries=("offer",)), names=NAMES)

    assert result == PageResult(changed=1)
    entry = ledger.read(lambda store: store.entry("a"))
    assert entry is not None
    assert [tag.substance.value for tag in entry.substances] == ["offer"]
    assert ledger.read(lambda store: store.person_by_address("tina@guild.example")) is None


def test_the_higher_revision_of_an_event_stays(ledger: Ledger) -> None:
    """An older version of an event that arrives late changes nothing."""
    moved = make_event(id="e", at=START + timedelta(days=1), revision=2)
    ledger.record(moved)

    late = ledger.record(make_event(id="e", revision=1))
    newer = ledger.record(make_event(id="e", at=START + timedelta(days=2), revision=3))

    assert (late, newer) == (PageResult(unchanged=1), PageResult(changed=1))
    found = ledger.read(lambda store: store.events_between(START, START + timedelta(days=9), 10))
    assert [entry.at for entry in found] == [START + timedelta(days=2)]


def test_two_mails_of_one_id_are_two_mails(ledger: Ledger) -> None:
    """The mail written first keeps the id, the other gets a mark; in any order, and as often as they come."""
    first = make_entry(id="a", subject="First")
    second = make_entry(id="a", by="person", at=START + timedelta(hours=1), subject="Second")
    third = make_entry(id="a", by="third", at=START + timedelta(hours=2), subject="Third")

    for page in ((second,), (first,), (third, second), (first, second, third)):
        ledger.record(*page)

    subjects = {entry.id: entry.subject for entry in ledger.read(lambda store: tuple(store.iter_exchanges()))}
    assert sorted(subjects.values()) == ["First", "Second", "Third"]
    assert subjects["a"] == "First"
    assert all(external_id == "a" or external_id.startswith("a#") for external_id in subjects)


def test_when_the_first_of_an_id_goes_the_next_one_takes_it(ledger: Ledger) -> None:
    """A ledger in which the first mail was dropped is the one that never saw it."""
    first = make_entry(id="a")
    second = make_entry(id="a", by="person", at=START + timedelta(hours=1), subject="Second")
    ledger.record(first, second)

    ledger.record(second, reset=True, complete=True)

    entry = ledger.read(lambda store: store.entry("a"))
    assert ledger.ids() == ["a"]
    assert entry is not None
    assert entry.subject == "Second"
    assert ledger.record(second) == PageResult(unchanged=1)


def test_a_mark_names_the_writer_and_the_moment() -> None:
    """The mark does not depend on what else is there."""
    assert marked("a", (1, 5, "x@y.example")) == marked("a", (1, 5, "x@y.example"))
    assert marked("a", (1, 5, "x@y.example")) != marked("a", (1, 6, "x@y.example"))


def test_a_full_pass_forgets_what_it_did_not_see(ledger: Ledger) -> None:
    """Nothing is dropped before the pass is complete; then everything unseen is."""
    ledger.record(make_entry(id="a"), make_entry(id="b"), make_entry(id="c", to=("third",)))

    opened = ledger.record(make_entry(id="a"), reset=True, cursor="r1")
    halfway = ledger.ids()
    done = ledger.record(make_entry(id="b"), complete=True, cursor="r2")

    assert (opened.gone, done.gone) == (0, 1)
    assert halfway == ["a", "b", "c"]
    assert ledger.ids() == ["a", "b"]
    assert ledger.read(lambda store: store.person_by_address("tina@guild.example")) is None
    assert not ledger.stream().pass_open


def test_a_pass_that_starts_again_counts_from_there(ledger: Ledger) -> None:
    """A killed pass that is begun anew drops what only the first attempt saw."""
    ledger.record(make_entry(id="a"), reset=True)
    ledger.record(make_entry(id="b"), reset=True)

    ledger.record(make_entry(id="c"), complete=True)

    assert ledger.ids() == ["b", "c"]


def test_a_pass_that_saw_nothing_drops_nothing(ledger: Ledger) -> None:
    """A source that answers nothing at all does not empty the ledger."""
    ledger.record(make_entry(id="a"))

    result = ledger.record(reset=True, complete=True)

    assert result.gone == 0
    assert ledger.ids() == ["a"]


def test_complete_without_a_pass_means_nothing(ledger: Ledger) -> None:
    """Only a pass that was opened can be completed."""
    ledger.record(make_entry(id="a"), make_entry(id="b"))

    assert ledger.record(make_entry(id="a"), complete=True).gone == 0
    assert ledger.ids() == ["a", "b"]


def test_what_two_accounts_hold_goes_with_the_last(ledger: Ledger) -> None:
    """An exchange stays while any account holds it."""
    ledger.record(make_entry(id="a"), make_entry(id="b"), locator="one")
    ledger.record(make_entry(id="a"), locator="two")

    dropped = [ledger.record(deletions=("a", "b", "unknown"), locator=locator).gone for locator in ("one", "two")]

    assert dropped == [1, 1]
    assert ledger.ids() == []


def test_of_two_accounts_the_first_by_name_speaks(ledger: Ledger) -> None:
    """Where copies differ, the result does not depend on which account came first; where one lets go, the other speaks."""
    mine, theirs = make_entry(id="a", subject="Mine"), make_entry(id="a", subject="Theirs")
    ledger.record(theirs, locator="b")
    ledger.record(mine, locator="a")

    ignored = ledger.record(theirs, locator="b")
    spoken = ledger.read(lambda store: store.entry("a"))
    ledger.record(deletions=("a",), locator="a")
    ledger.record(theirs, locator="b")
    left = ledger.read(lambda store: store.entry("a"))

    assert ignored == PageResult(unchanged=1)
    assert spoken is not None
    assert left is not None
    assert (spoken.subject, left.subject) == ("Mine", "Theirs")


def test_an_account_deletes_only_what_it_holds(ledger: Ledger) -> None:
    """A deletion says nothing about other accounts' exchanges."""
    ledger.record(make_entry(id="a"), locator="one")
    ledger.account("two")

    assert ledger.record(deletions=("a",), locator="two").gone == 0
    assert ledger.ids() == ["a"]


def test_corrections_outlive_every_re_sync(ledger: Ledger) -> None:
    """A word about an exchange that goes and comes back still stands."""
    word = make_correction(CorrectionKind.IGNORE_EXCHANGE, exchange="a", addresses=(), note="a test mail")
    ledger.record(make_entry(id="a"), make_entry(id="b"))
    ledger.write(lambda store: store.add_correction(word))

    ledger.record(make_entry(id="b"), reset=True, complete=True)
    ledger.record(make_entry(id="a"))

    assert ledger.read(lambda store: store.corrections()) == (word,)
    assert ledger.read(lambda store: store.corrections([PERSON_ADDRESS])) == (word,)
    assert ledger.read(lambda store: store.corrections(["somebody@else.example"])) == ()


def test_problems_are_kept_by_place_and_the_newest_of_them(ledger: Ledger) -> None:
    """The same place is named once, a full pass begins with none, and there is an end to them."""
    many = tuple(Problem(where=f"inbox.mbox @ {number}", reason="no date") for number in range(PROBLEMS_KEPT + 5))

    ledger.record(problems=(many[0], many[0]))
    once = ledger.read(lambda store: store.problems())
    ledger.record(problems=many)
    account = ledger.account()
    counted = ledger.read(lambda store: store.count_problems(account))
    newest = ledger.read(lambda store: store.problems(limit=1))
    ledger.record(reset=True)

    assert [(row.where, row.reason) for row in once] == [("inbox.mbox @ 0", "no date")]
    assert counted <= PROBLEMS_KEPT
    assert newest[0].where == many[-1].where
    assert ledger.read(lambda store: store.problems()) == ()


def test_hostile_ids_and_addresses_are_stored(ledger: Ledger) -> None:
    """Endless ids, NUL, lone surrogates: stored in every database, and found again under what they were called."""
    wild = make_entry(id="x" * 5000 + "\0", by=f"{'y' * 4000}@z.example", in_reply_to="\udcff", subject="\ud800 surrogate", topic="\udc00")

    first = ledger.record(wild, names={f"{'y' * 4000}@z.example": "\udcff\0" + "n" * 999})
    again = ledger.record(wild, names={})

    assert (first, again) == (PageResult(new=1), PageResult(unchanged=1))
    assert ledger.read(lambda store: store.entry(wild.id)) is not None
    assert ledger.read(lambda store: store.addresses_seen([wild.sender]))


def test_an_unknown_stream_is_refused(ledger: Ledger) -> None:
    """A page needs a stream of this owner."""
    with pytest.raises(StoreError):
        ledger.write(lambda store: store.record_page(99, entries=(), names=(), kinds={}, cursor=None))


def test_a_stream_tells_how_it_went(ledger: Ledger) -> None:
    """The last error stays until a success clears it, and so does the count of failures."""
    stream = ledger.stream()
    ledger.write(lambda store: store.note_failure(stream.id, "The file is gone."))
    failed = ledger.stream()
    ledger.write(lambda store: store.note_success(stream.id, START))
    ledger.record(make_entry(id="a"))

    after = ledger.stream()
    assert (failed.last_error, failed.last_success_at, failed.failures) == ("The file is gone.", None, 1)
    assert (after.last_error, after.last_success_at, after.failures) == (None, START, 0)
    assert ledger.read(lambda store: store.count_held(stream.id)) == 1
