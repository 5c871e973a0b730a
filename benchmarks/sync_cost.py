"""What a sync costs: what is asked of the provider on a scaled clock, how soon the newest mail is there, an idle poll, CPU per message.

    python -m benchmarks.sync_cost --provider google --messages 10000
    python -m benchmarks.sync_cost --provider microsoft --messages 10000 [--limit 60]

The clock stands still while we compute and moves by what a call takes over the line (--latency) and by what is waited for, so that half an
hour of a provider's pace passes in seconds. CPU is that of this process less what the double itself used. Google's limit are quota units
in a minute, Microsoft's are calls in ten.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import httplib2

from connectors.base import Provider
from connectors.doubles.google import GoogleDouble, InProcessHttp
from connectors.doubles.microsoft import InProcessGraph, MicrosoftDouble
from connectors.google.account import GoogleAccount
from connectors.google.client import UNITS_GET, UNITS_PER_MINUTE, GoogleClient, GoogleLimits
from connectors.microsoft.account import MicrosoftAccount
from connectors.microsoft.client import CALLS_PER_WINDOW, WINDOW_SECONDS, GraphClient, GraphLimits, Reply
from plugin_backend.store.crypto import KeyRing
from plugin_backend.store.database import Database
from plugin_backend.usecases.sync_provider import Syncing, ask_for_sync
from plugin_backend.usecases.sync_round import AccountRun, run_until_caught_up

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
OWNER = "me@mill.example"
MINUTE = 60.0
BAR_SHARE = 0.90
BAR_CPU = 1 / 20
FOLDERS = 30
WORDS = "the plan for Thursday is ready and I will send you the numbers as soon as the review of the third part is done "


@dataclass(slots=True)
class ScaledClock:
    """Moves only by what is waited for and by what calls take."""

    seconds: float = 0.0

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


class Line:
    """The line to a double: each call takes a while on the clock, and the double's own CPU is counted apart."""

    def __init__(self, clock: ScaledClock, latency: float) -> None:
        self._clock = clock
        self._latency = latency
        self.cpu = 0.0

    def timed(self, call: Any) -> Any:
        """What a call comes to, after its time."""
        self._clock.sleep(self._latency / 2)
        began = time.process_time()
        answer = call()
        self.cpu += time.process_time() - began
        self._clock.sleep(self._latency / 2)
        return answer


class GoogleLine(Line):
    """As httplib2 speaks."""

    def __init__(self, double: GoogleDouble, clock: ScaledClock, latency: float) -> None:
        super().__init__(clock, latency)
        self._http = InProcessHttp(double)

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        redirections: int = 0,
        connection_type: Any = None,
    ) -> tuple[httplib2.Response, bytes]:
        answer: tuple[httplib2.Response, bytes] = self.timed(lambda: self._http.request(uri, method, body, headers))
        return answer


class GraphLine(Line):
    """As our own client speaks to Graph."""

    def __init__(self, double: MicrosoftDouble, clock: ScaledClock, latency: float) -> None:
        super().__init__(clock, latency)
        self._http = InProcessGraph(double)

    def request(self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None = None) -> Reply:
        answer: Reply = self.timed(lambda: self._http.request(method, url, headers=headers, body=body))
        return answer


class Bench(ABC):
    """A mailbox at a provider, and what is asked of it."""

    name: ClassVar[str]
    unit: ClassVar[str]
    usual_limit: ClassVar[int]
    window: ClassVar[float]
    double: Any
    line: Line
    limit: int

    @abstractmethod
    def account(self, clock: ScaledClock) -> Provider:
        """The account, over the line."""


class GoogleBench(Bench):
    """Gmail: reading a message costs 20 units of 6,000 in a minute."""

    name = "google"
    unit = "units"
    usual_limit = UNITS_PER_MINUTE
    window = MINUTE
    line: GoogleLine

    def __init__(self, clock: ScaledClock, *, messages: int, latency: float, limit: int) -> None:
        self.double = GoogleDouble(OWNER, clock=clock.monotonic)
        for mail, number in mails(messages):
            self.double.mail.add(**mail, labels=("SENT",) if mail["sender"] == OWNER else ("INBOX",), html=html(mail, number))
        self.line = GoogleLine(self.double, clock, latency)
        self.limit = limit

    def account(self, clock: ScaledClock) -> Provider:
        limits = GoogleLimits(units_per_minute=self.limit)
        client = GoogleClient(http=self.line, get_token=lambda: "token", monotonic=clock.monotonic, limits=limits)
        return GoogleAccount(client, clock=clock.now)


class MicrosoftBench(Bench):
    """Outlook: pages of mails, in thirty folders."""

    name = "microsoft"
    unit = "calls"
    usual_limit = CALLS_PER_WINDOW
    window = WINDOW_SECONDS
    line: GraphLine

    def __init__(self, clock: ScaledClock, *, messages: int, latency: float, limit: int) -> None:
        self.double = MicrosoftDouble(OWNER, clock=clock.monotonic)
        folders = ["inbox", "archive", *(self.double.mail.add_folder(f"Project {number}") for number in range(FOLDERS - 3))]
        for mail, number in mails(messages):
            folder = "sentitems" if mail["sender"] == OWNER else folders[max(number % (2 * len(folders)) - len(folders), 0)]
            self.double.mail.add(**mail, folder=folder)
        self.line = GraphLine(self.double, clock, latency)
        self.limit = limit

    def account(self, clock: ScaledClock) -> Provider:
        limits = GraphLimits(calls_per_window=self.limit)
        client = GraphClient(
            http=self.line, get_token=lambda: "token", monotonic=clock.monotonic, limits=limits, root=self.double.root
        )
        return MicrosoftAccount(client, address=OWNER, clock=clock.now)


BENCHES = {bench.name: bench for bench in (GoogleBench, MicrosoftBench)}


def mails(count: int) -> list[tuple[dict[str, Any], int]]:
    """Mails of some hundred words, two hours apart, oldest first."""
    made = []
    for number in range(count):
        other = f"Person {number % 400} <person{number % 400}@guild{number % 60}.example>"
        sent = number % 4 == 0
        mail = {
            "sender": OWNER if sent else other,
            "to": [other if sent else OWNER],
            "at": NOW - timedelta(hours=2 * (count - number)),
            "subject": f"Chapter {number % 900}",
            "text": f"Dear Olga,\n\n{WORDS * (2 + number % 8)}\n\nCould you send me chapter {number}?\n\nBest,\nPerson\n",
        }
        made.append((mail, number))
    return made


def html(mail: Mapping[str, Any], number: int) -> str:
    """Every second mail has HTML beside its text."""
    return f"<div>{mail['text']}</div>" if number % 2 else ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--provider", choices=sorted(BENCHES), default="google")
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--limit", type=int, default=0, help="of units in a minute, or calls in ten; 0 is the usual one")
    parser.add_argument("--latency", type=float, default=0.3, help="seconds that a call takes over the line")
    options = parser.parse_args()
    kind = BENCHES[options.provider]
    clock = ScaledClock()
    bench = kind(clock, messages=options.messages, latency=options.latency, limit=options.limit or kind.usual_limit)
    early = 0

    def count_early(_row: object) -> Any:
        """How many mails there are after the first minute: each stream counts its own."""
        told: dict[str, int] = {}

        def tell(tally: Any, _reached: object) -> None:
            nonlocal early
            if clock.seconds <= MINUTE:
                early += tally.new - told.get("new", 0)
            told["new"] = tally.new

        return tell

    with tempfile.TemporaryDirectory() as folder:
        database = Database.open(f"sqlite:///{folder}/bench.db", keyring=KeyRing.load_or_create(Path(folder), None))
        database.migrate()
        owner_id = database.create_owner([OWNER])
        with database.write(owner_id) as store:
            account_id = store.ensure_account(kind.name, OWNER).id
        syncing = Syncing(
            database=database,
            owner_id=owner_id,
            account_id=account_id,
            provider=bench.account(clock),
            clock=clock.now,
            chance=lambda: 0.5,
            holder="bench",
            on_page=count_early,
        )
        began = time.process_time()
        (run,) = run_until_caught_up((syncing,), clock=clock.now, sleep=clock.sleep).values()
        cpu = time.process_time() - began - bench.line.cpu
        taken, spent, most = clock.seconds, bench.double.meter.total, bench.double.meter.most
        with database.read(owner_id) as store:
            held = store.count()
        clock.sleep(bench.window)
        before = len(bench.double.outer_calls)
        ask_for_sync(database, owner_id, account_id)
        run_until_caught_up((syncing,), clock=clock.now, sleep=clock.sleep)
        idle = len(bench.double.outer_calls) - before
        database.close()
    tell(bench, run, messages=options.messages, held=held, cpu=cpu, taken=taken, spent=spent, most=most, early=early, idle=idle)


def tell(
    bench: Bench, run: AccountRun, *, messages: int, held: int, cpu: float, taken: float, spent: int, most: int, early: int, idle: int
) -> None:
    """Print what it came to."""
    writes = sorted({method for method, path in bench.double.outer_calls if not (method == "GET" or path.endswith("batch"))})
    # A backfill may begin with a whole window's units at once, so it is measured against the windows that its units need.
    allowed = bench.limit * (taken / bench.window + 1)
    quota_seconds = messages * UNITS_GET / UNITS_PER_MINUTE * MINUTE
    print(f"messages in the ledger           {held:,} of {messages:,}; caught up: {run.has_caught_up}")
    print(f"time on the scaled clock         {taken / MINUTE:.1f} minutes")
    most_said = f"most in any {bench.window:.0f} s {most:,} of {bench.limit:,} (may not exceed)"
    print(f"{bench.unit} spent                      {spent:,}; {most_said}")
    print(f"share of what the setting allows {spent / allowed:.1%} (bar {BAR_SHARE:.0%} where the limit is what slows it)")
    print(f"in flight at most                {bench.double.most_in_flight}")
    print(f"messages in the first minute     {early:,}, the newest")
    print(f"idle poll                        {idle} calls for {len(run.streams)} streams")
    print(f"CPU                              {cpu:.1f} s, {cpu / messages * 1000:.2f} ms a message")
    print(f"  over the time of Gmail's quota 1/{quota_seconds / cpu:.0f} (bar 1/{1 / BAR_CPU:.0f})")
    print(f"  of the double, not counted     {bench.line.cpu:.1f} s")
    print(f"calls other than GET and batch   {writes or 'none'}")


if __name__ == "__main__":
    main()
