"""What a sync costs: quota units per minute on a scaled clock, how soon the newest mail is there, calls of an idle poll, CPU per message.

    python -m benchmarks.sync_cost --messages 10000

The clock stands still while we compute and moves by what a call takes over the line (--latency) and by what is waited for, so that half an
hour of Google's pace passes in seconds. CPU is that of this process less what the double itself used.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httplib2

from connectors.doubles.google import GoogleDouble, InProcessHttp
from connectors.google.account import GoogleAccount
from connectors.google.client import UNITS_GET, GoogleClient, GoogleLimits
from plugin_backend.store.crypto import KeyRing
from plugin_backend.store.database import Database
from plugin_backend.usecases.sync_provider import Syncing, ask_for_sync
from plugin_backend.usecases.sync_round import run_until_caught_up

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
OWNER = "me@mill.example"
MINUTE = 60.0
BAR_SHARE = 0.90
BAR_CPU = 1 / 20
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


class TimedHttp:
    """The line to the double: each call takes a while on the clock, and the double's own CPU is counted apart."""

    def __init__(self, double: GoogleDouble, clock: ScaledClock, latency: float) -> None:
        self._http = InProcessHttp(double)
        self._clock = clock
        self._latency = latency
        self.cpu = 0.0

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        redirections: int = 0,
        connection_type: Any = None,
    ) -> tuple[httplib2.Response, bytes]:
        self._clock.sleep(self._latency / 2)
        began = time.process_time()
        answer = self._http.request(uri, method, body, headers)
        self.cpu += time.process_time() - began
        self._clock.sleep(self._latency / 2)
        return answer


def filled(clock: ScaledClock, messages: int) -> GoogleDouble:
    """A mailbox of mails of some hundred words, plain and HTML, two hours apart."""
    double = GoogleDouble(OWNER, clock=clock.monotonic)
    for number in range(messages):
        other = f"Person {number % 400} <person{number % 400}@guild{number % 60}.example>"
        text = f"Dear Olga,\n\n{WORDS * (2 + number % 8)}\n\nCould you send me chapter {number}?\n\nBest,\nPerson\n"
        double.mail.add(
            sender=OWNER if number % 4 == 0 else other,
            to=[other if number % 4 == 0 else OWNER],
            at=NOW - timedelta(hours=2 * (messages - number)),
            subject=f"Chapter {number % 900}",
            text=text,
            html=f"<div>{text}</div>" if number % 2 else "",
            labels=("SENT",) if number % 4 == 0 else ("INBOX",),
        )
    return double


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--units", type=int, default=6_000, help="quota units per minute")
    parser.add_argument("--latency", type=float, default=0.3, help="seconds that a call takes over the line")
    options = parser.parse_args()
    clock = ScaledClock()
    double = filled(clock, options.messages)
    http = TimedHttp(double, clock, options.latency)
    with tempfile.TemporaryDirectory() as folder:
        database = Database.open(f"sqlite:///{folder}/bench.db", keyring=KeyRing.load_or_create(Path(folder), None))
        database.migrate()
        owner_id = database.create_owner([OWNER])
        with database.write(owner_id) as store:
            account_id = store.ensure_account("google", OWNER).id
        limits = GoogleLimits(units_per_minute=options.units)
        client = GoogleClient(http=http, get_token=lambda: "token", monotonic=clock.monotonic, limits=limits)
        first_minute = 0

        def count_early(_row: object) -> Any:
            def tell(tally: Any, _reached: object) -> None:
                nonlocal first_minute
                if clock.seconds <= MINUTE:
                    first_minute = max(first_minute, tally.new)

            return tell

        syncing = Syncing(
            database=database,
            owner_id=owner_id,
            account_id=account_id,
            provider=GoogleAccount(client, clock=clock.now),
            clock=clock.now,
            chance=lambda: 0.5,
            holder="bench",
            on_page=count_early,
        )
        began = time.process_time()
        (run,) = run_until_caught_up((syncing,), clock=clock.now, sleep=clock.sleep).values()
        cpu = time.process_time() - began - http.cpu
        taken, spent, most = clock.seconds, double.meter.total, double.meter.most
        with database.read(owner_id) as store:
            held = store.count()
        clock.sleep(MINUTE)
        before = len(double.outer_calls)
        ask_for_sync(database, owner_id, account_id)
        run_until_caught_up((syncing,), clock=clock.now, sleep=clock.sleep)
        idle = double.outer_calls[before:]
        database.close()
    writes = sorted({method for method, path in double.outer_calls if not (method == "GET" or (method == "POST" and path == "/batch"))})
    # A backfill may begin with a whole minute's units at once, so it is measured against the minutes that its units need.
    allowed = options.units * (taken / MINUTE + 1)
    quota_seconds = options.messages * UNITS_GET / options.units * MINUTE
    print(f"messages in the ledger           {held:,} of {options.messages:,}; caught up: {run.has_caught_up}")
    print(f"time on the scaled clock         {taken / MINUTE:.1f} minutes")
    print(f"units spent                      {spent:,}; most in any minute {most:,} of {options.units:,} (may not exceed)")
    print(f"share of what the setting allows {spent / allowed:.1%} (bar {BAR_SHARE:.0%})")
    print(f"messages in the first minute     {first_minute:,}, the newest")
    print(f"idle poll                        {len(idle)} calls for {len(run.streams)} streams")
    print(f"CPU                              {cpu:.1f} s, {cpu / options.messages * 1000:.2f} ms a message")
    print(
        f"CPU over the time of the quota   1/{quota_seconds / cpu:.0f} (bar 1/{1 / BAR_CPU:.0f}), double's own {http.cpu:.1f} s not counted"
    )
    print(f"calls other than GET and batch   {writes or 'none'}")


if __name__ == "__main__":
    main()
