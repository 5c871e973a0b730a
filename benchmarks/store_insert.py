"""How fast pages go into the store, and how flat it reads: synthetic mails with about six recipients, in pages of 500.

Usage: python benchmarks/store_insert.py [--entries 20000] [--url sqlite:///PATH] [--heavy 0] [--once] [--profile]
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path

from connectors.exchange import Kind, Role
from plugin_backend.domain.ledger import Direction, LedgerEntry, Seat
from plugin_backend.domain.people import AddressKind
from plugin_backend.domain.tags import Channel, Substance, SubstanceTag
from plugin_backend.store.crypto import KeyRing
from plugin_backend.store.database import Database
from plugin_backend.store.owner_store import OwnerStore
from plugin_backend.store.rows import ExchangeFilter

OWNER = "owner@home.example"
BUSIEST = "busiest@company0.example"
NEAR = ("development", "friendship", "intimacy")
PAGE = 500
START = datetime(2001, 1, 1, tzinfo=UTC)


def synthetic(count: int, *, people: int, heavy: int, seed: int = 1) -> Iterator[LedgerEntry]:
    """Mails to and from a circle of people, some known much better than others; every so often one with the busiest contact."""
    chance = random.Random(seed)
    circle = [f"person{number}@company{number % 97}.example" for number in range(people)]
    every = count // heavy if heavy else 0
    last_with: dict[str, str] = {}
    for number in range(count):
        size = 1 + int(chance.expovariate(1 / 5))
        others = list(dict.fromkeys(circle[min(int(chance.paretovariate(0.6)), people - 1)] for _ in range(size)))
        if every and number % every == 0:
            others = [BUSIEST]
        outgoing = chance.random() < 0.4
        sender, receivers = (OWNER, others) if outgoing else (others[0], [OWNER, *others[1:]])
        seats = (Seat(address=sender, role=Role.SENDER), *(Seat(address=each, role=Role.TO) for each in receivers))
        entry_id = f"{number:08d}.{seed}@mail.example"
        yield LedgerEntry(
            id=entry_id,
            kind=Kind.EMAIL,
            at=START + timedelta(minutes=7 * number),
            channel=Channel.EMAIL,
            substances=(SubstanceTag(substance=chance.choice(list(Substance)), confidence=0.8, rule="model"),),
            direction=Direction.OUT if outgoing else Direction.IN,
            sender=sender,
            seats=seats,
            audience=len(seats),
            human=True,
            own_words=chance.randrange(200),
            topic=f"{chance.randrange(10**6):016x}",
            terms=tuple(f"{chance.randrange(10**9):016x}" for _ in range(6)),
            in_reply_to=last_with.get(others[0], "") if number % 3 else "",
            subject=f"About matter {chance.randrange(10**5)} of the quarter",
        )
        last_with.update(dict.fromkeys(others, entry_id))


def pages(entries: Iterator[LedgerEntry]) -> Iterator[list[LedgerEntry]]:
    """Entries in pages, so that memory does not grow with their number."""
    while page := list(islice(entries, PAGE)):
        yield page


def record(store: OwnerStore, account: int, page: list[LedgerEntry], cursor: str) -> None:
    """Store a page as a sync does."""
    addresses = {seat.address for entry in page for seat in entry.seats}
    store.record_page(
        account,
        entries=page,
        names=[{seat.address: seat.address.partition("@")[0].title() for seat in entry.seats} for entry in page],
        kinds=dict.fromkeys(addresses, AddressKind.PERSON),
        cursor=cursor,
    )
    store.resolve_people(None)


def imported(database: Database, owner: int, options: argparse.Namespace, label: str) -> None:
    """Put all pages into the store and print how fast that was; making them does not count."""
    with database.write(owner) as store:
        account = store.ensure_stream(store.ensure_account("bench", "synthetic").id).id
    profiler = cProfile.Profile() if options.profile else None
    people = options.people or max(options.entries // 40, 50)
    taken = cpu = 0.0
    seats = 0
    for number, page in enumerate(pages(synthetic(options.entries, people=people, heavy=options.heavy))):
        seats += sum(len(entry.seats) for entry in page)
        begun, begun_cpu = time.perf_counter(), time.process_time()
        if profiler:
            profiler.enable()
        with database.write(owner) as store:
            record(store, account, page, str(number))
        if profiler:
            profiler.disable()
        taken += time.perf_counter() - begun
        cpu += time.process_time() - begun_cpu
    if profiler:
        pstats.Stats(profiler).sort_stats("tottime").print_stats(28)
    rates = f"{options.entries / taken:,.0f}/s ({options.entries / cpu:,.0f} per CPU second)"
    print(f"{label:14} {options.entries:,} entries of {seats / options.entries:.1f} seats: {rates}", flush=True)


def timed(label: str, times: int, act: Callable[[], object]) -> None:
    """Print the median and the slowest of some calls, in milliseconds."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        act()
        taken.append(1000 * (time.perf_counter() - begun))
    taken.sort()
    print(f"  {label:24} p50 {taken[len(taken) // 2]:8.2f} ms   max {taken[-1]:8.2f} ms", flush=True)


def reads(database: Database, owner: int, address: str) -> None:
    """The reads of a person page and of a check."""
    with database.read(owner) as store:
        person = store.person_by_address(address)
    if person is None:
        return
    who = person.id
    questions: dict[str, tuple[int, Callable[[OwnerStore], object]]] = {
        "person by address": (50, lambda store: store.person_by_address(address)),
        "newest 50": (50, lambda store: store.newest_with(who, 51)),
        "near, seen with": (50, lambda store: store.near_seen_with((who,), stages=NEAR, rules_version=1, as_of=START, limit=50)),
        "possible aliases": (50, lambda store: store.possible_aliases(who)),
        "page of all exchanges": (50, lambda store: store.exchanges(ExchangeFilter(limit=100))),
        "next meetings": (50, lambda store: store.events_between(START, START + timedelta(days=90), 50)),
        "all of theirs": (1, lambda store: sum(1 for _ in store.entries_with(who))),
    }
    print(address)
    for label, (times, question) in questions.items():
        timed(label, times, partial(_asked, database, owner, question))


def _asked(database: Database, owner: int, question: Callable[[OwnerStore], object]) -> object:
    with database.read(owner) as store:
        return question(store)


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=20_000)
    parser.add_argument("--people", type=int, default=0, help="default: one per 40 entries")
    parser.add_argument("--heavy", type=int, default=0, help="exchanges of the busiest contact")
    parser.add_argument("--url", default="", help="an empty database; default: an SQLite file that is thrown away")
    parser.add_argument("--once", action="store_true", help="import once, and leave the fingerprint out")
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = options.url or f"sqlite:///{folder}/bench.db"
        database = Database.open(url, keyring=KeyRing.load_or_create(Path(folder), None))
        database.migrate()
        owner = database.create_owner([OWNER])
        imported(database, owner, options, "first import")
        if not options.once:
            imported(database, owner, options, "import again")
            timed("fingerprint", 1, lambda: _asked(database, owner, lambda store: store.fingerprint()))
        if not options.url:
            size = sum(file.stat().st_size for file in Path(folder).glob("bench.db*"))
            print(f"database: {size / 2**20:.1f} MiB, {size / options.entries:.0f} bytes per entry")
        for address in (BUSIEST, "person1@company1.example", "person30@company30.example"):
            reads(database, owner, address)
        print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
        database.close()


if __name__ == "__main__":
    main()
