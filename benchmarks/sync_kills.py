"""Kill -9 a backfill at random moments, and compare the ledger with the mailbox when it has come to rest.

    python -m benchmarks.sync_kills --provider microsoft --kills 200 --messages 20000 --events 2000

Our real command runs in processes of its own against the double on a port: connect, then sync, killed and started again. After each
kill the mail's cursor is compared with what is stored: whatever it says is dealt with has to be there.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.sync.whole import PROVIDERS, installation

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--provider", choices=PROVIDERS, default="google")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--events", type=int, default=2_000)
    parser.add_argument("--least", type=float, default=0.8, help="seconds that a run has at least: it takes about one to start")
    parser.add_argument("--most", type=float, default=2.0, help="seconds that a run has at most")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory() as folder,
        installation(
            Path(folder), messages=options.messages, events=options.events, now=NOW, provider=options.provider
        ) as ours,
    ):
        ours.connect()
        killed = ahead = 0
        while killed < options.kills:
            if ours.killed_after(chance.uniform(options.least, options.most)):
                killed += 1
            elif not ahead and sorted(ours.ids()) == sorted(ours.expected_ids()):
                # It has caught up: what follows are kills of a comparison of everything.
                ours.more = {**ours.more, **ours.small_pages}
                with ours.opened() as (database, owner_id), database.write(owner_id) as store:
                    for row in store.streams(store.accounts()[0].id):
                        store.read_anew(row.id)
            ahead += ours.lost_behind_the_cursor() > 0
        resumed = time.monotonic()
        report = ours.run("sync")
        held, wanted = ours.ids(), ours.expected_ids()
        print(f"kills                        {killed} in {time.monotonic() - began:.0f} s")
        print(f"cursor ahead of the data     {ahead} times")
        print(f"lost                         {len(wanted - set(held))} of {len(wanted):,}")
        print(f"too much                     {len(set(held) - wanted)}")
        print(f"twice                        {len(held) - len(set(held))}")
        print(f"last run, to its end         {time.monotonic() - resumed:.1f} s, caught up: {report['caught_up']}")


if __name__ == "__main__":
    main()
