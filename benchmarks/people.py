"""Who is who on Enron: addresses merged, asked about or left apart, and what is taken for a list, an office, a machine or a room.

    python -m benchmarks.people --data FOLDER [--only aliases|trials|kinds] [--as-archived] [--show]

FOLDER holds `enron/dev`. Every mailbox is imported into a ledger of its own, as its owner would; then the addresses of each other
person in it are looked at in pairs: as the mails are, and in trials that make up who is who (see `people_trials`). `--as-archived` leaves
out the display names of recipients, which the archive moved aside (see `enron_people`). `--show` lists merges and mistakes, for reading on
one's own machine. What the figures mean is said in docs/accuracy-people.md.
"""

from __future__ import annotations

import argparse
import math
import re
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
TRUTHS = ("same", "different", "unknown")
Z = 1.959964
PAGE = 200
SAYS_SO = {
    "DL-...": re.compile(r"DL-", re.IGNORECASE),
    "... Team": re.compile(r"Team [A-Z]|[\w-]+, Team$|.* Team$"),
    "Office of ...": re.compile(r".*Office of (?:the )?Chairman", re.IGNORECASE),
    "Conf. Room ...": re.compile(r"Conf(?:erence|\.)? Room"),
    "... desk, hotline, center": re.compile(r".*(?:desk|hotline|(?:solution|call|business) center)\b", re.IGNORECASE),
    "... announcement, news": re.compile(r".*(?:announcements?|newsletter|news)$", re.IGNORECASE),
}
"""Names of addresses at Enron that say by themselves that no person is behind them."""

Own = dict[str, set[str]]


@dataclass(slots=True)
class Pairs:
    """Pairs of addresses in the mailboxes, by what the key says of them and by what became of them."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    people: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    unanswered: set[str] = field(default_factory=set)
    """Questions that the key cannot answer, each pair of addresses once."""
    shown: list[str] = field(default_factory=list)
    persons: int = 0
    questions: int = 0


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

    def merged(self) -> set[tuple[str, str]]:
        """All pairs of addresses that are one person's, each in order."""
        by_id: dict[str, list[str]] = defaultdict(list)
        for address in sorted(self.person_of):
            by_id[self.person_of[address]].append(address)
        return {pair for members in by_id.values() for pair in combinations(members, 2)}


def share(part: int, whole: int) -> str:
    """A share with its 95 % interval (Wilson) and the counts."""
    if not whole:
        return f"- ({part}/{whole})"
    p, n = part / whole, whole
    middle, half = p + Z * Z / (2 * n), Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    low, high = (middle - half) / (1 + Z * Z / n), (middle + half) / (1 + Z * Z / n)
    return f"{p:.3f} [{max(low, 0):.3f}, {min(high, 1):.3f}] ({part}/{whole})"


def resolve(mailbox: Mailbox, own: Iterable[str]) -> Resolved:
    """Import a mailbox into a new ledger and read who is who."""
    with tempfile.TemporaryDirectory(prefix="acquaint-people-") as name:
        keyring = KeyRing.load_or_create(Path(name), None)
        database = Database.open(f"sqlite:///{Path(name) / 'acquaint.db'}", keyring=keyring)
        database.migrate()
        owner = database.create_owner(own)
        connector = MemoryConnector(mailbox.exchanges, page_size=PAGE)
        sync_account(database, owner, connector, locator=mailbox.custodian, clock=lambda: NOW, in_child=False)
        questions: set[frozenset[str]] = set()
        with database.read(owner) as store:
            people = store.persons_at({seat.address for exchange in mailbox.exchanges for seat in exchange.participants})
            for person in {person.id: person for person in people.values()}.values():
                asked = store.possible_aliases(person.id)
                questions.update(frozenset((mine, other)) for mine in person.addresses for other in asked)
        database.close()
    return Resolved(person_of={address: person.id for address, person in people.items()}, questions=frozenset(questions))


# ── as the mails are ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def measure_aliases(boxes: Iterable[Mailbox], key: Key, own: Own, *, show: bool) -> Pairs:
    """Resolve every mailbox and compare with the key."""
    pairs = Pairs()
    for mailbox in boxes:
        if mailbox.custodian not in own:
            continue
        resolved = resolve(mailbox, own[mailbox.custodian])
        pairs.persons += len(set(resolved.person_of.values()))
        pairs.questions += len({frozenset(map(resolved.person_of.__getitem__, pair)) for pair in resolved.questions})
        for one, other in _pairs(resolved, key):
            outcome = resolved.outcome(one, other)
            first, second = key.person(one), key.person(other)
            truth = "unknown" if not first or not second else ("same" if first == second else "different")
            pairs.counts[truth, outcome] += 1
            pairs.people[truth].add(f"{first or one} {second or other}")
            if truth == "unknown" and outcome == "asked":
                pairs.unanswered.add(f"{one} {other}")
            if show and (outcome == "merged" or (truth == "different" and outcome == "asked")):
                pairs.shown.append(f"{mailbox.custodian}: {outcome}, {truth}: {one} {other}")
    return pairs


def _pairs(resolved: Resolved, key: Key) -> Iterator[tuple[str, str]]:
    """Pairs that the key holds for one person, and all that were merged or asked about."""
    found = resolved.merged()
    by_person: dict[str, list[str]] = defaultdict(list)
    for address in sorted(resolved.person_of):
        if person := key.person(address):
            by_person[person].append(address)
    for members in by_person.values():
        found.update(combinations(members, 2))
    for question in resolved.questions:
        one, other = sorted(question)
        found.add((one, other))
    yield from sorted(found)


def tell_aliases(pairs: Pairs, labelled: Labels) -> None:
    """Print the table and the shares."""
    print(f"\n{'key':<11}" + "".join(f"{outcome:>9}" for outcome in OUTCOMES) + "   pairs of addresses in one mailbox")
    for truth in TRUTHS:
        row = "".join(f"{pairs.counts[truth, outcome]:>9}" for outcome in OUTCOMES)
        print(f"{truth:<11}{row}   {len(pairs.people[truth])} distinct pairs")
    same = sum(pairs.counts["same", outcome] for outcome in OUTCOMES)
    merged, asked = pairs.counts["same", "merged"], pairs.counts["same", "asked"]
    print(f"merged, of these one person  {share(merged, merged + pairs.counts['different', 'merged'])}")
    print(f"asked, of these one person   {share(asked, asked + pairs.counts['different', 'asked'])}")
    print(f"one person, of these merged  {share(merged, same)}")
    print(f"one person, of these asked   {share(asked, same)}")
    read = Counter(labelled.questions.get(hash_of(pair), "not read") for pair in pairs.unanswered)
    print(f"asked, unknown to the key, a sample read: one person {share(read['same'], read['same'] + read['different'])}", end="")
    print(f", {read['unclear']} unclear, {read['not read']} not read")
    print(f"{pairs.questions} questions about {pairs.persons} persons in all")
    for line in pairs.shown:
        print(f"  {line}")


# ── trials ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def measure_trials(boxes: Iterable[Mailbox], own: Own, *, show: bool) -> None:
    """What becomes of correspondents who move or use two addresses, and of namesakes; and who else is merged."""
    makers: dict[str, Callable[[Mailbox, frozenset[str]], Trial]] = {
        "moved to a new address": moved,
        "two addresses in turn": in_turn,
        "namesakes, as they are": partial(namesakes, of_two_organisations=False),
        "namesakes of two houses": partial(namesakes, of_two_organisations=True),
    }
    counts: dict[str, Counter[str]] = {name: Counter() for name in makers}
    others: Counter[str] = Counter()
    lines = []
    for mailbox in boxes:
        for name, make in makers.items():
            trial = make(mailbox, frozenset(own.get(mailbox.custodian, ())))
            if not trial.pairs:
                continue
            resolved = resolve(trial.mailbox, own[mailbox.custodian])
            others[name] += len(resolved.merged() - {(min(pair), max(pair)) for pair in trial.pairs})
            for one, other in trial.pairs:
                outcome = resolved.outcome(one, other)
                counts[name][outcome] += 1
                if show and outcome == ("merged" if "namesakes" in name else "apart"):
                    lines.append(f"  {mailbox.custodian}: {name}, {outcome}: {one} {other}")
    print()
    for name, taken in counts.items():
        print(f"{name:<24} " + "  ".join(f"{outcome} {share(taken[outcome], taken.total())}" for outcome in OUTCOMES), end="")
        print(f"  merged beside them {others[name]}")
    for line in lines:
        print(line)


# ── kinds ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def measure_kinds(boxes: Iterable[Mailbox], labelled: Labels, *, show: bool) -> None:
    """What is taken for a person and what is not, by what a reader found behind the address and by names that say so."""
    owner = Owner(addresses=frozenset())
    names: dict[str, Counter[str]] = defaultdict(Counter)
    for mailbox in boxes:
        for exchange in mailbox.exchanges:
            for seat in exchange.participants:
                names[seat.address][seat.name] += 1
    judged: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    by_name: dict[str, Counter[str]] = {family: Counter() for family in SAYS_SO}
    lines = []
    for address, seen in sorted(names.items()):
        usual = max((name for name in seen if name), key=seen.__getitem__, default="")
        kind = kind_of(address, name=usual, owner=owner)
        for family, pattern in SAYS_SO.items():
            if address.endswith("@enron.com") and pattern.match(usual):
                by_form = kind_of(address, owner=owner) is not AddressKind.PERSON
                by_name[family]["by form" if by_form else "by name" if kind is not AddressKind.PERSON else "person"] += 1
        sample, label = labelled.kind(address)
        if label:
            judged[sample, label][kind.value] += 1
            if show and (kind is AddressKind.PERSON) != (label == "person"):
                lines.append(f"  {sample}: {label}, taken for a {kind.value}: {address} {usual}")
    print()
    for sample in sorted({sample for sample, _ in judged}):
        people = judged[sample, "person"]
        others = sum((taken for (of, label), taken in judged.items() if of == sample and label != "person"), Counter[str]())
        print(f"{sample:<8} persons taken for persons {share(people['person'], people.total())}", end="")
        print(f", others not taken for persons {share(others.total() - others['person'], others.total())}" if others else "")
        for label in ("list", "role", "robot"):
            if taken := judged[sample, label]:
                print(f"           {label}: {', '.join(f'{kind} {count}' for kind, count in taken.most_common())}")
    for family, found in by_name.items():
        told = ", ".join(f"{how} {found[how]}" for how in ("by form", "by name", "person"))
        print(f"named {family:<28} not taken for persons {share(found.total() - found['person'], found.total())}: {told}")
    for line in lines:
        print(line)


def own_addresses(boxes: Iterable[Mailbox], labelled: Labels) -> Own:
    """Custodian to the own addresses that their mailbox has."""
    own: Own = defaultdict(set)
    for mailbox in boxes:
        for exchange in mailbox.exchanges:
            for seat in exchange.participants:
                if labelled.persons.get(hash_of(seat.address)) == mailbox.custodian:
                    own[mailbox.custodian].add(seat.address)
    return own


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
    own = own_addresses(boxes, labelled)
    if options.only in (None, "aliases"):
        key = Key(directory_of(exchange for mailbox in boxes for exchange in mailbox.exchanges), labelled.persons)
        tell_aliases(measure_aliases(boxes, key, own, show=options.show), labelled)
    if options.only in (None, "trials"):
        measure_trials(boxes, own, show=options.show)
    if options.only in (None, "kinds"):
        measure_kinds(boxes, labelled, show=options.show)


if __name__ == "__main__":
    main()
