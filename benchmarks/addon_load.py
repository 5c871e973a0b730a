"""Are cards and checks fast enough while a sync runs? Google's calls at 20 a second, checks before sending at 50 a second, at once.

    python -m benchmarks.addon_load [--exchanges 1000000] [--url postgresql+psycopg://…] [--seconds 60] [--keep FOLDER]

A made-up ledger is filled through the store (as in `benchmarks.latency`), `acquaint serve` is started over it, a process beside it stores
new mail and restates the readings that it touches, and two kinds of requests are sent at fixed rates over connections of their own. A
request's time begins when it is due, not when it could be sent: waiting for others counts. What is printed: p50, p95, p99 and the longest
of each kind, how many failed, and what the sync stored meanwhile. The bars: cards p95 under 300 ms, checks p95 under 100 ms, no failure.
"""

from __future__ import annotations

import argparse
import http.client
import json
import math
import multiprocessing
import os
import random
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

from msgspec import structs

from benchmarks.latency import pages, store_page, wait_for_port
from benchmarks.made_up_ledger import BIG_CONTACT, OWNER, Shape, address_of, made_up_entries
from benchmarks.measuring import start, stop
from connectors.doubles.addon_host import AddOnHost
from connectors.doubles.serving import served as answering
from connectors.doubles.sign_in import Person
from plugin_backend.domain.ledger import LedgerEntry, Tier
from plugin_backend.store.crypto import KeyRing
from plugin_backend.store.database import Database
from plugin_backend.store.rows import LinkState
from plugin_backend.usecases.current_readings import refresh_readings
from plugin_backend.usecases.tokens import make_token
from plugin_backend.web.google_addon.functions import SCOPES, Function

CARDS_PER_SECOND, CHECKS_PER_SECOND = 20, 50
BAR_CARDS, BAR_CHECKS = 300.0, 100.0
"""Milliseconds, at the 95th percentile."""

SYNC_PAGE = 25
"""Messages in a transaction, as a sync of Gmail stores them."""

SYNC_PER_SECOND = 50
"""Messages: ten times what Gmail's quota lets one mailbox be read at."""

RESTATED_EVERY = 10.0
"""Seconds: the process beside the service restates the readings when a sync has caught up, not after every page."""

CONNECTIONS = 16
USER = Person(subject="108000000000000000001", address=OWNER)
TIMEOUT = 30.0

Request = Callable[[random.Random], tuple[str, bytes]]
"""Path and body of one request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A service under load."""

    port: int
    token: str
    host: AddOnHost

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def main() -> None:
    """Read the command line, fill, serve, load and tell."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.addon_load", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--exchanges", type=int, default=1_000_000)
    parser.add_argument("--url", default="", help="a database that may be filled; SQLite in the folder where none is given")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--cards", type=int, default=CARDS_PER_SECOND, help="a second")
    parser.add_argument("--checks", type=int, default=CHECKS_PER_SECOND, help="a second")
    parser.add_argument("--sync", type=int, default=SYNC_PER_SECOND, help="messages that are stored a second meanwhile; 0 for none")
    parser.add_argument("--keep", type=Path, help="make everything in this folder and leave it; one that is filled already is used again")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="acquaint-benchmark-") as name:
        folder = options.keep or Path(name)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        url = options.url or f"sqlite:///{folder / 'acquaint.db'}"
        shape = Shape(exchanges=options.exchanges)
        token = filled(folder, url, shape)
        with keys_of(AddOnHost(scopes=SCOPES)) as (host, jwks_uri), served(folder, url, token, host, jwks_uri) as service:
            stored = multiprocessing.get_context("spawn").Value("i", 0)
            storing = (folder, url, options.sync, stored)
            writer = multiprocessing.get_context("spawn").Process(target=keep_storing, args=storing, daemon=True)
            if options.sync:
                writer.start()
            taken, failed = load(service, shape, seconds=options.seconds, cards=options.cards, checks=options.checks)
            if options.sync:
                writer.terminate()
                writer.join()
    tell(taken, failed, stored=stored.value, seconds=options.seconds, where=url.partition(":")[0], shape=shape)


def filled(folder: Path, url: str, shape: Shape) -> str:
    """Fill the database, where it is empty, and return a token for the API."""
    now = datetime.now(UTC).replace(microsecond=0)
    database = opened(folder, url)
    database.migrate()
    owner_id = database.owner_id()
    if owner_id is None:
        print(f"filling {shape.exchanges:,} exchanges …", file=sys.stderr, flush=True)
        owner_id = database.create_owner((OWNER,), names=("The Owner",), tier=Tier.SUBJECTS)
        for number, page in enumerate(pages(made_up_entries(shape, until=now))):
            store_page(database, owner_id, page, first=number == 0, cursor=str(number))
    refresh_readings(database, owner_id, now=now, in_child=True)
    with database.write(owner_id) as store:
        account = store.ensure_account("google", f"https://accounts.google.com/{USER.subject}")
        store.put_link(
            account.id,
            provider="google",
            issuer="https://accounts.google.com",
            subject=USER.subject,
            address=OWNER,
            scopes=frozenset(),
            tokens=b"{}",
            access_ends_at=now,
            now=now,
        )
        # Nothing is to be read from it, so that no process of ours goes to Google's addresses; it still says whose ledger is meant.
        store.end_link(account.id, LinkState.NEEDS_RECONNECTING, cause="a benchmark", drop_tokens=True)
    _, token = make_token(database, owner_id, "benchmark", now=now)
    database.close()
    return token


def opened(folder: Path, url: str) -> Database:
    """The database, with the keys of the folder."""
    return Database.open(url, keyring=KeyRing.load_or_create(folder, None))


@contextmanager
def keys_of(host: AddOnHost) -> Iterator[tuple[AddOnHost, str]]:
    """The host's keys, served on this machine as Google serves its own."""

    def answer(_environ: object, begin: Callable[[str, list[tuple[str, str]]], object]) -> list[bytes]:
        body = json.dumps(host.keys()).encode()
        begin("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    with answering(answer) as address:
        yield host, f"{address}/keys"


@contextmanager
def served(folder: Path, url: str, token: str, host: AddOnHost, jwks_uri: str) -> Iterator[Served]:
    """`acquaint serve`, as a user starts it, with the add-on of this host."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("ACQUAINT_")} | {
        "ACQUAINT_DATA_DIR": str(folder),
        "ACQUAINT_DATABASE_URL": url,
        "ACQUAINT_GOOGLE_JWKS_URI": jwks_uri,
        "ACQUAINT_GOOGLE_ADDON_SERVICE_ACCOUNT": host.service_account,
        "ACQUAINT_GOOGLE_ADDON_CLIENT_ID": host.client_id,
    }
    command = [str(Path(sys.executable).with_name("acquaint")), "serve", "--port", "0", "--json"]
    log = folder / "serve.log"
    with log.open("wb") as sink:
        child = start(command, env, sink)
    try:
        yield Served(port=wait_for_port(log, child), token=token, host=host)
    finally:
        stop(child)


def keep_storing(folder: Path, url: str, per_second: int, stored: Synchronized[int]) -> None:
    """Run beside the service, in a process of its own: store new mail, page after page, and restate the readings that it touches."""
    database = opened(folder, url)
    owner_id = database.owner_id()
    assert owner_id is not None
    began = restated = time.monotonic()
    now = datetime.now(UTC)
    for number, page in enumerate(_new_pages(now)):
        store_page(database, owner_id, page, first=False, cursor=str(number), source="new mail")
        if time.monotonic() - restated > RESTATED_EVERY:
            refresh_readings(database, owner_id, now=datetime.now(UTC))
            restated = time.monotonic()
        stored.value += len(page)
        time.sleep(max(0.0, began + (number + 1) * SYNC_PAGE / per_second - time.monotonic()))


def _new_pages(now: datetime) -> Iterator[tuple[LedgerEntry, ...]]:
    """Mail that the ledger does not hold yet, between the same people."""
    chance = random.Random(now.timestamp())
    entries = made_up_entries(Shape(exchanges=10_000_000), until=now)
    fresh = (structs.replace(entry, id=f"new-{chance.randrange(10**12)}-{entry.id}", at=now - timedelta(seconds=1)) for entry in entries)
    while page := tuple(islice(fresh, SYNC_PAGE)):
        yield page


def card_calls(service: Served, shape: Shape) -> Request:
    """What Google asks: the panel opened, a draft checked, somebody looked at, turn by turn."""
    host, turns = service.host, 0
    tokens = {
        function: host.event(function.url(service.origin), USER)["authorizationEventObject"]
        for function in (Function.HOME, Function.COMPOSE, Function.PERSON, Function.MESSAGE)
    }

    def make(chance: random.Random) -> tuple[str, bytes]:
        nonlocal turns
        turns += 1
        function = (Function.COMPOSE, Function.PERSON, Function.COMPOSE, Function.HOME)[turns % 4]
        somebody = address_of(chance.randrange(shape.contacts))
        body = {
            "commonEventObject": {"parameters": {"who": somebody}, "timeZone": {"id": "Europe/Berlin"}},
            "authorizationEventObject": tokens[function],
            "gmail": {"toRecipients": [somebody, BIG_CONTACT], "ccRecipients": [f"stranger-{chance.randrange(10**6)}@org-07.example"]},
        }
        return function.path, json.dumps(body).encode()

    return make


def check_calls(shape: Shape) -> Request:
    """What is asked before sending: a draft to one to three people."""

    def make(chance: random.Random) -> tuple[str, bytes]:
        to = [address_of(chance.randrange(shape.contacts)) for _ in range(chance.randint(1, 3))]
        return "/api/v1/check", json.dumps({"to": to, "subject": "A question"}).encode()

    return make


def load(service: Served, shape: Shape, *, seconds: int, cards: int, checks: int) -> tuple[dict[str, list[float]], dict[str, int]]:
    """Send both kinds at their rates and return how long each took, in milliseconds from when it was due, and how many failed."""
    taken: dict[str, list[float]] = defaultdict(list)
    failed: dict[str, int] = defaultdict(int)
    local = threading.local()
    headers = {"Authorization": f"Bearer {service.token}", "Content-Type": "application/json"}

    def send(kind: str, path: str, body: bytes, due: float) -> None:
        if not hasattr(local, "connection"):
            local.connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=TIMEOUT)
        try:
            sent = headers if kind == "checks" else {"Content-Type": "application/json"}
            local.connection.request("POST", path, body=body, headers=sent)
            answer = local.connection.getresponse()
            read = answer.read()
            good = answer.status == http.HTTPStatus.OK and b'"notice"' not in read and b'"connect"' not in read
        except (OSError, http.client.HTTPException):
            local.connection.close()
            good = False
        taken[kind].append((time.perf_counter() - due) * 1000)
        failed[kind] += not good

    makers = (("cards", cards, card_calls(service, shape)), ("checks", checks, check_calls(shape)))
    chance = random.Random(1)
    due = [(number / rate, kind, make) for kind, rate, make in makers if rate for number in range(seconds * rate)]
    due.sort(key=lambda each: each[:2])
    began = time.perf_counter() + 0.5
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        for offset, kind, make in due:
            path, body = make(chance)
            time.sleep(max(0.0, began + offset - time.perf_counter()))
            pool.submit(send, kind, path, body, began + offset)
    return taken, failed


def tell(
    taken: dict[str, list[float]], failed: dict[str, int], *, stored: int, seconds: int, where: str, shape: Shape
) -> None:
    """Print what was measured, and whether it is under its bar."""
    print(f"{shape.exchanges:,} exchanges, {where}, {seconds} s, {stored:,} messages stored meanwhile")
    print(f"{'':10}{'requests':>10}{'failed':>8}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'max ms':>9}{'bar p95':>9}")
    for kind, bar in (("cards", BAR_CARDS), ("checks", BAR_CHECKS)):
        times = sorted(taken[kind]) or [0.0]
        p50, p95, p99 = (times[min(len(times) - 1, math.ceil(len(times) * share) - 1)] for share in (0.5, 0.95, 0.99))
        kept = "kept" if p95 < bar and not failed[kind] else "missed"
        print(f"{kind:10}{len(taken[kind]):>10,}{failed[kind]:>8}{p50:>9.1f}{p95:>9.1f}{p99:>9.1f}{times[-1]:>9.1f}{bar:>9.0f} {kept}")


if __name__ == "__main__":
    main()
