"""Play random histories of a mailbox and its calendars, with every known fault, lost cursors and deaths, and compare at the end.

    python -m benchmarks.sync_histories --provider microsoft --histories 500 --steps 40

Each history is a mailbox of its own that a user works with while it is synced: mail comes, goes, is moved, thrown away and brought back,
series lose and move meetings, folders and calendars come and go; the provider fails in all its ways, cursors die, the process dies between
and inside pages. Then everything works again, the sync comes to rest, and the ledger has to equal the mailbox.
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
import time
from pathlib import Path

from plugin_backend.store.crypto import KeyRing
from plugin_backend.store.database import Database
from tests.sync.world import play
from tests.sync.worlds import WORLDS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--provider", choices=sorted(WORLDS), default="google")
    parser.add_argument("--histories", type=int, default=500)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0, help="of the first; each further one has the next")
    options = parser.parse_args()
    began = time.monotonic()
    unequal: list[int] = []
    lost = too_much = exchanges = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        keyring = KeyRing.load_or_create(folder, None)
        migrated = Database.open(f"sqlite:///{folder / 'migrated.db'}", keyring=keyring)
        migrated.migrate()
        migrated.close()
        for seed in range(options.seed, options.seed + options.histories):
            file = folder / f"history{seed}.db"
            shutil.copy(folder / "migrated.db", file)
            database = Database.open(f"sqlite:///{file}", keyring=keyring)
            world = WORLDS[options.provider](database)
            try:
                play(world, random.Random(seed), options.steps)
            except AssertionError:
                unequal.append(seed)
            held, wanted = world.held(), world.expected()
            lost += len(wanted.items() - held.items())
            too_much += len(held.items() - wanted.items())
            exchanges += len(wanted)
            database.close()
            file.unlink()
    print(f"histories             {options.histories} of {options.steps} steps, in {time.monotonic() - began:.0f} s")
    print(f"kinds of faults       {len(WORLDS[options.provider].faults)}, beside lost cursors, empty pages and deaths")
    print(f"exchanges at the end  {exchanges:,}")
    print(f"lost                  {lost}")
    print(f"too much, or twice    {too_much}")
    print(f"histories that failed {len(unequal)}{': ' + ', '.join(map(str, unequal[:20])) if unequal else ''}")


if __name__ == "__main__":
    main()
