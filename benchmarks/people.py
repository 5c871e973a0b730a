"""Who is who on Enron: addresses merged, asked about or left apart, and what is taken for a list, an office, a machine or a room.

    python -m benchmarks.people --data FOLDER [--as-archived] [--only aliases|trials|kinds] [--show]

FOLDER holds `enron/dev`. Every mailbox is imported into a ledger of its own, as its owner would; then the addresses of each other
person in it are looked at in pairs. `--as-archived` leaves out the display names of recipients, which the archive moved aside (see
`enron_people`). `--show` lists what was merged and what was taken wrongly, for reading on one's own machine.
"""

from __future__ import annotations

import argparse
import math
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations
from pathlib import Path

from benchmarks.enron_people import NOW, Key, Labels, Mailbox, directory_of, hash_of, labels, mailboxes
from benchmarks.people_trials import Trial, in_turn, moved, namesakes
from connectors.memory import MemoryConnector
from plugin_backend.domain.people import AddressKind, Owner, kind_of
from plugin_backend.store.crypto import KeyRing
from plugin_backend.store.database import Database
from plugin_backend.usecases.sync_account import sync_account

OUTCOMES = ("merged", "asked", "apart")
Z = 1.959964
PAGE = 200


@dataclass(slots=True)
class Pairs:
    """Pairs of addresses in the mailboxes, by what the key says of them and by what became of them."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    people: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    shown: list[str] = field(default_factory=list)
    persons: int = 0
    questions: int = 0

    def add(self, truth: str, outcome: str, who: str) -> None:
        """Count one pair of addresses in one mailbox."""
        self.counts[truth, outcome] += 1
        self.people[truth, outcome].add(who)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What a ledger makes of the addresses of one mailbox."""

    person_of: dict[str, str]
    questions: frozenset[frozenset[str]]
    """Pairs of addresses that the owner is asked about."""

    def outcome(self, one: str, other: str) -> str:
        """What became of two addresses."""
        if one not in self.person_of or other not in self.person_of:
            return "apart"
        if self.person_of[one] == self.person_of[other]:
            return "merged"
        return "asked" if frozenset((one, other)) in self.questions else "apart"


def share(part: int, whole: int) -> str:
    """A share with its 95 % interval (Wilson) and the counts."""
    if not whole:
        return f"- ({part}/{whole})"
    p, n = part / whole, whole
    middle, half = p + Z * Z / (2 * n), Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    low, high = (middle - half) / (1 + Z * Z / n), (middle + half) / (1 + Z * Z / n)
    return f"{p:.3f} [{low:.3f}, {high:.3f}] ({part}/{whole})"


def resolve(mailbox: Mailbox, own: Iterable[str], folder: Path) -> Resolved:
    """Import a mailbox into a new ledger and read who is who."""
    keyring = KeyRing.load_or_create(folder, None)
    database = Database.open(f"sqlite:///{folder / 'acquaint.db'}", keyring=keyring)
    database.migrate()
    owner = database.create_owner(own)
    connector = MemoryConnector(mailbox.exchanges, page_size=PAGE)
    sync_account(database, owner, connector, locator=mailbox.custodian, clock=lambda: NOW, in_child=False)
    person_of: dict[str, str] = {}
    questions: set[frozenset[str]] = set()
    with database.read(owner) as store:
        addresses = {seat.address for exchange in mailbox.exchanges for seat in exchange.participants}
        people = store.persons_at(addresses)
        person_of.update({address: person.id for address, person in people.items()})
        for person in {person.id: person for person in people.values()}.values():
            asked = store.possible_aliases(person.id)
            questions.update(frozenset((mine, other)) for mine in person.addresses for other in asked)
    database.close()
    return Resolved(person_of=person_of, questions=frozenset(questions))


def measure_aliases(boxes: Iterable[Mailbox], key: Key, own: dict[str, set[str]], *, show: bool) -> Pairs:
    """Resolve every mailbox and compare with the key."""
    pairs = Pairs()
    for mailbox in boxes:
        if mailbox.custodian not in own:
            continue
        with tempfile.TemporaryDirectory(prefix="acquaint-people-") as name:
            resolved = resolve(mailbox, own[mailbox.custodian], Path(name))
        pairs.persons += len(set(resolved.person_of.values()))
        pairs.questions += len({frozenset(map(resolved.person_of.__getitem__, pair)) for pair in resolved.questions})
        for one, other in _pairs(resolved, key):
            outcome = resolved.outcome(one, other)
            first, second = key.person(one), key.person(other)
            truth = "unknown" if not first or not second else ("same" if first == second else "different")
            if mailbox.custodian in (first, second):
                truth = "owner"
            pairs.add(truth, outcome, f"{first or one}|{second or other}")
            if show and (outcome == "merged" or (truth == "different" and outcome == "asked")):
                pairs.shown.append(f"{mailbox.custodian}: {outcome}, {truth}: {one} {other}")
    return pairs


def _pairs(resolved: Resolved, key: Key) -> Iterator[tuple[str, str]]:
    """Pairs that the key holds for one person, and all that were merged or asked about."""
    found: set[tuple[str, str]] = set()
    by_person: dict[str, list[str]] = defaultdict(list)
    by_id: dict[str, list[str]] = defaultdict(list)
    for address in sorted(resolved.person_of):
        by_id[resolved.person_of[address]].append(address)
        if person := key.person(address):
            by_person[person].append(address)
    for members in (*by_person.values(), *by_id.values()):
        found.update(combinations(members, 2))
    for question in resolved.questions:
        one, other = sorted(question)
        found.add((one, other))
    yield from sorted(found)


def tell_aliases(pairs: Pairs) -> None:
    """Print the table and the shares."""
    print(f"\n{'key':<11}" + "".join(f"{outcome:>9}" for outcome in OUTCOMES) + "   pairs of addresses in one mailbox")
    for truth in ("same", "different", "unknown", "owner"):
        row = "".join(f"{pairs.counts[truth, outcome]:>9}" for outcome in OUTCOMES)
        people = set().union(*(pairs.people[truth, outcome] for outcome in OUTCOMES))
        print(f"{truth:<11}{row}   {len(people)} distinct pairs of people")
    same = sum(pairs.counts["same", outcome] for outcome in OUTCOMES)
    merged, asked = pairs.counts["same", "merged"], pairs.counts["same", "asked"]
    print(f"merged and one person    {share(merged, merged + pairs.counts['different', 'merged'])}")
    print(f"of one person, merged    {share(merged, same)}")
    print(f"asked and one person     {share(asked, asked + pairs.counts['different', 'asked'])}")
    print(f"of one person, asked     {share(asked, same)}")
    print(f"of one person, found     {share(merged + asked, same)}")
    print(f"{pairs.questions} questions for {pairs.persons} persons")
    for line in pairs.shown:
        print(f"  {line}")


def measure_trials(boxes: Iterable[Mailbox], own: dict[str, set[str]], *, show: bool) -> None:
    """What becomes of correspondents who move, and of namesakes."""
    makers: dict[str, Callable[[Mailbox, frozenset[str]], Trial]] = {
        "moved to a new address": moved,
        "two addresses in turn": in_turn,
        "namesakes, as they are": partial(namesakes, of_two_organisations=False),
        "namesakes of two houses": partial(namesakes, of_two_organisations=True),
    }
    counts: dict[str, Counter[str]] = {name: Counter() for name in makers}
    lines = []
    for mailbox in boxes:
        for name, make in makers.items():
            trial = make(mailbox, frozenset(own.get(mailbox.custodian, ())))
            if not trial.pairs:
                continue
            with tempfile.TemporaryDirectory(prefix="acquaint-people-") as folder:
                resolved = resolve(trial.mailbox, own[mailbox.custodian], Path(folder))
            for one, other in trial.pairs:
                outcome = resolved.outcome(one, other)
                counts[name][outcome] += 1
                if show and outcome == ("merged" if "namesakes" in name else "apart"):
                    lines.append(f"  {mailbox.custodian}: {name}, {outcome}: {one} {other}")
    for name, taken in counts.items():
        print(f"{name:<24} " + "  ".join(f"{outcome} {share(taken[outcome], taken.total())}" for outcome in OUTCOMES))
    print("\n".join(lines))


def measure_kinds(boxes: Iterable[Mailbox], labelled: Labels, *, show: bool) -> None:
    """What is taken for a person and what is not, by what a reader found behind the address."""
    owner = Owner(addresses=frozenset())
    names: dict[str, Counter[str]] = defaultdict(Counter)
    for mailbox in boxes:
        for exchange in mailbox.exchanges:
            for seat in exchange.participants:
                names[seat.address][seat.name] += 1
    judged: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    lines = []
    for address, seen in names.items():
        sample, label = labelled.kinds.get(hash_of(address), ("", ""))
        if not label and hash_of(address) in labelled.persons:
            sample, label = "own", "person"
        if not label:
            continue
        usual = max((name for name in seen if name), key=seen.__getitem__, default="")
        kind = kind_of(address, name=usual, owner=owner)
        judged[sample, label][kind.value] += 1
        if show and (kind is AddressKind.PERSON) != (label == "person"):
            lines.append(f"  {sample}: {label}, taken for a {kind.value}: {address} {seen.most_common(2)}")
    for (sample, label), taken in sorted(judged.items()):
        as_person, all_of_them = taken[AddressKind.PERSON.value], taken.total()
        right = as_person if label == "person" else all_of_them - as_person
        print(f"{sample:<8} {label:<7} {'person' if label == 'person' else 'no person'}: {share(right, all_of_them)}  {dict(taken)}")
    print("\n".join(lines))


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.people", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds enron/dev")
    parser.add_argument("--only", choices=("aliases", "trials", "kinds"), help="measure one of the three [all]")
    parser.add_argument("--as-archived", action="store_true", help="leave out the names of recipients")
    parser.add_argument("--show", action="store_true", help="list merges and mistakes; the addresses are those of the data")
    options = parser.parse_args()
    labelled = labels()
    boxes = list(mailboxes(options.data, with_names=not options.as_archived))
    key = Key(directory_of(exchange for mailbox in boxes for exchange in mailbox.exchanges), labelled.persons)
    own: dict[str, set[str]] = defaultdict(set)
    for mailbox in boxes:
        for exchange in mailbox.exchanges:
            for seat in exchange.participants:
                if labelled.persons.get(hash_of(seat.address)) == mailbox.custodian:
                    own[mailbox.custodian].add(seat.address)
    if options.only in (None, "aliases"):
        tell_aliases(measure_aliases(boxes, key, own, show=options.show))
    if options.only in (None, "trials"):
        measure_trials(boxes, own, show=options.show)
    if options.only in (None, "kinds"):
        measure_kinds(boxes, labelled, show=options.show)


if __name__ == "__main__":
    main()
