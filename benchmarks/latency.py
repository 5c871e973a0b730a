"""How long do `check` (10 recipients, and 5 with reply estimates) and `person` take in the service, up to a million exchanges?

    python -m benchmarks.latency [--sizes 1000,10000,100000,1000000] [--requests 500] [--in-process] [--keep FOLDER]

For each size a database is filled through the store with a made-up ledger (one contact with 20,000 exchanges, or a fifth of the smaller
ones), all readings are made, `acquaint serve` is started, and requests are sent one after the other over one connection, as a sidebar
does. `--in-process` calls the application without a server. What is printed: p50 and p99 of each request, how many bytes of database an
exchange takes, and how much slower the largest is than ten thousand.
"""

from __future__ import annotations

import argparse
import http.client
import json
import math
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from urllib.parse import quote

from benchmarks.made_up_ledger import BIG_CONTACT, OWNER, Shape, address_of, made_up_entries
from benchmarks.measuring import start, stop
from plugin_backend.app import create_app
from plugin_backend.domain.ledger import LedgerEntry, Tier
from plugin_backend.domain.people import AddressKind
from plugin_backend.settings import load_settings
from plugin_backend.store.crypto import KeyRing
from plugin_backend.store.database import Database
from plugin_backend.usecases.current_readings import refresh_readings
from plugin_backend.usecases.tokens import make_token

PAGE = 2_000
WARM_UP = 50
RECIPIENTS = 10
FEW = 5
"""So many recipients at most get reply estimates."""
DATABASE = "acquaint.db"
FILLED = "a made-up ledger"
"""What the account is called that the entries come from."""

WAIT_FOR_SERVICE = 120.0

Send = Callable[[str, str, bytes | None], int]
"""Send one request (method, path, body) and return the status of the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long requests of one sort took, in milliseconds."""

    p50: float
    p99: float
    worst: float


@dataclass(slots=True)
class Result:
    """What was measured at one size."""

    shape: Shape
    bytes_per_exchange: float
    fill_seconds: float
    readings_seconds: float
    people: int
    timings: dict[str, Timing] = field(default_factory=dict)


def fill(folder: Path, shape: Shape, now: datetime) -> tuple[Result, str]:
    """Make a database of one size and return what it took, and a token for the service."""
    keyring = KeyRing.load_or_create(folder, None)
    database = Database.open(f"sqlite:///{folder / DATABASE}", keyring=keyring)
    database.migrate()
    owner_id = database.create_owner((OWNER,), names=("The Owner",), tier=Tier.SUBJECTS)
    began = time.perf_counter()
    for number, page in enumerate(pages(made_up_entries(shape, until=now))):
        store_page(database, owner_id, page, first=number == 0, cursor=str(number))
    filled = time.perf_counter()
    refresh_readings(database, owner_id, now=now)
    made = time.perf_counter()
    with database.read(owner_id) as store:
        people = sum(store.counts_by_stage().values())
    _, token = make_token(database, owner_id, "benchmark", now=now)
    database.close()
    size = sum(path.stat().st_size for path in folder.glob(f"{DATABASE}*"))
    result = Result(
        shape=shape,
        bytes_per_exchange=size / shape.exchanges,
        fill_seconds=filled - began,
        readings_seconds=made - filled,
        people=people,
    )
    return result, token


def pages(entries: Iterator[LedgerEntry]) -> Iterator[tuple[LedgerEntry, ...]]:
    """The entries in pages."""
    while page := tuple(islice(entries, PAGE)):
        yield page


def store_page(database: Database, owner_id: int, page: tuple[LedgerEntry, ...], *, first: bool, cursor: str, source: str = FILLED) -> None:
    """Store one page, as an import does."""
    addresses = {seat.address for entry in page for seat in entry.seats} | {entry.sender for entry in page}
    names = [{seat.address: name_of_made_up(seat.address) for seat in entry.seats} for entry in page]
    kinds = {address: kind_of_made_up(address) for address in addresses}
    with database.write(owner_id) as store:
        stream = store.ensure_stream(store.ensure_account("mbox", source).id)
        store.record_page(
            stream.id,
            entries=page,
            names=names,
            kinds=kinds,
            deletions=(),
            cursor=cursor,
            reset=first,
            complete=False,
            problems=(),
        )
        store.resolve_people(None)


def name_of_made_up(address: str) -> str:
    """The display name of a made-up address; machines have none."""
    return address.partition("@")[0].replace("-", " ").title() if address.startswith("contact-") else ""


def kind_of_made_up(address: str) -> AddressKind:
    """What is behind a made-up address."""
    if address == OWNER:
        return AddressKind.OWNER
    return AddressKind.ROBOT if address.startswith("no-reply-") else AddressKind.PERSON


@contextmanager
def service(folder: Path, token: str) -> Iterator[Send]:
    """`acquaint serve`, as a user starts it, on a free port of this machine."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("ACQUAINT_")} | {"ACQUAINT_DATA_DIR": str(folder)}
    command = [str(Path(sys.executable).with_name("acquaint")), "serve", "--port", "0", "--json"]
    log = folder / "serve.log"
    with log.open("wb") as sink:
        child = start(command, env, sink)
    try:
        port = wait_for_port(log, child)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Accept": "application/json"}

        def send(method: str, path: str, body: bytes | None) -> int:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status

        yield send
        connection.close()
    finally:
        stop(child)


def wait_for_port(log: Path, child: subprocess.Popen[bytes]) -> int:
    """The port that the service says it listens on."""
    give_up = time.monotonic() + WAIT_FOR_SERVICE
    while time.monotonic() < give_up and child.poll() is None:
        if found := re.search(r"http://127\.0\.0\.1:(\d+)/", log.read_text(errors="replace")):
            return int(found[1])
        time.sleep(0.1)
    sys.exit(f"the service does not answer: {log.read_text(errors='replace')[-2000:]}")


@contextmanager
def in_process(folder: Path, token: str) -> Iterator[Send]:
    """The application without a server."""
    database = Database.open(f"sqlite:///{folder / DATABASE}", keyring=KeyRing.load_or_create(folder, None))
    client = create_app(load_settings(), database=database).test_client()
    headers = {"Authorization": f"Bearer {token}"}

    def send(method: str, path: str, body: bytes | None) -> int:
        return client.open(path, method=method, data=body, headers=headers, content_type="application/json").status_code

    yield send
    database.close()


def time_requests(send: Send, make: Callable[[random.Random], tuple[str, str, bytes | None]], *, count: int, seed: int) -> Timing:
    """Send requests one after the other, the first of them unmeasured."""
    chance = random.Random(seed)
    taken = []
    for number in range(WARM_UP + count):
        method, path, body = make(chance)
        began = time.perf_counter()
        status = send(method, path, body)
        seconds = time.perf_counter() - began
        if status != http.HTTPStatus.OK:
            sys.exit(f"{method} {path} answered {status}")
        if number >= WARM_UP:
            taken.append(seconds * 1000)
    taken.sort()
    return Timing(p50=taken[len(taken) // 2], p99=taken[min(len(taken) - 1, math.ceil(len(taken) * 0.99) - 1)], worst=taken[-1])


def requests_for(shape: Shape) -> dict[str, Callable[[random.Random], tuple[str, str, bytes | None]]]:
    """The sorts of requests: what a sidebar and a compose window ask."""

    def check(chance: random.Random, recipients: int = RECIPIENTS) -> tuple[str, str, bytes | None]:
        # One stranger, the big contact, and others of anybody: mostly rare contacts, whose way round is costly to find.
        to = [address_of(chance.randrange(shape.contacts)) for _ in range(recipients - 2)]
        draft: dict[str, object] = {"to": [*to, BIG_CONTACT, f"stranger-{chance.randrange(10**6)}@org-{chance.randrange(97):02d}.example"]}
        draft |= {"subject": "A question", "text": "Could you tell me how you solved this?"}
        return "POST", "/api/v1/check", json.dumps(draft).encode()

    def anybody(chance: random.Random) -> tuple[str, str, bytes | None]:
        return "GET", f"/api/v1/people/{quote(address_of(chance.randrange(shape.contacts)))}", None

    def biggest(_: random.Random) -> tuple[str, str, bytes | None]:
        return "GET", f"/api/v1/people/{quote(BIG_CONTACT)}", None

    return {"check": check, "check of few": partial(check, recipients=FEW), "person, any": anybody, "person, big": biggest}


def tell(results: list[Result]) -> None:
    """Print the table and how much slower the largest is than ten thousand."""
    names = list(results[0].timings)
    heads = "  ".join(f"{name + ' p50/p99/max ms':>28}" for name in names)
    print(f"\n{'exchanges':>10}{'people':>8}{'fill s':>8}{'readings s':>12}{'bytes/exch.':>13}  {heads}")
    for result in results:
        timings = "  ".join(f"{timing.p50:>12.1f} /{timing.p99:>6.1f} /{timing.worst:>6.1f}" for timing in result.timings.values())
        print(
            f"{result.shape.exchanges:>10,}{result.people:>8,}{result.fill_seconds:>8.0f}{result.readings_seconds:>12.0f}"
            f"{result.bytes_per_exchange:>13,.0f}  {timings}"
        )
    base = next((each for each in results if each.shape.exchanges == 10_000), results[0])
    last = results[-1]
    for name in names:
        was, now = base.timings[name], last.timings[name]
        sizes = f"{last.shape.exchanges:,} / {base.shape.exchanges:,} exchanges"
        print(f"{name}: {sizes}: p50 {now.p50 / was.p50:.2f}, p99 {now.p99 / was.p99:.2f}")


def main() -> None:
    """Read the command line, fill and measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.latency", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", default="1000,10000,100000,1000000", help="numbers of exchanges")
    parser.add_argument("--requests", type=int, default=500, help="of each sort, after the warm-up")
    parser.add_argument("--in-process", action="store_true", help="call the application without a server")
    parser.add_argument("--keep", type=Path, help="make the databases in this empty folder and leave them there")
    options = parser.parse_args()
    now = datetime.now(UTC).replace(microsecond=0)
    results = []
    with tempfile.TemporaryDirectory(prefix="acquaint-benchmark-") as name:
        for size in (int(each) for each in options.sizes.split(",")):
            folder = (options.keep or Path(name)) / str(size)
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            print(f"filling {size:,} exchanges …", file=sys.stderr, flush=True)
            result, token = fill(folder, Shape(exchanges=size), now)
            with (in_process if options.in_process else service)(folder, token) as send:
                for kind, make in requests_for(result.shape).items():
                    result.timings[kind] = time_requests(send, make, count=options.requests, seed=size)
            results.append(result)
    tell(results)


if __name__ == "__main__":
    main()
