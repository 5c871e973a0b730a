"""Golden dyads through the command line: rendered to .mbox and .ics, imported, read and compared with what must come out.

    python -m benchmarks.dyads_through_cli --data PATH/dyads [--only NAME]

PATH/dyads holds `render.py` and `dev/*.json`. One line per dyad, what differs below it, and the share that agrees. `acquaint evaluate` asks
the same questions within one process (`benchmarks.readers.on_dyads`); this is the slow and strict way.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.golden import Answer, Compared, Dyad, compared, dyads_in, rendered

LEAST_SHARE = 0.95


@dataclass(frozen=True, slots=True)
class Commands:
    """The command line with a data folder of its own."""

    folder: Path

    def exchanges(self, person: str | None = None) -> list[Answer]:
        """Every exchange, or those with a person."""
        found: list[Answer] = self.ask("exchanges", *(("--person", person) if person else ()))
        return found

    def person(self, address: str, *, as_of: str) -> Answer:
        """The reading of a person."""
        found: Answer = self.ask("person", address, "--as-of", as_of)
        return found

    def check(self, draft: Answer, *, as_of: str) -> Answer:
        """The verdict on a draft."""
        body = self.folder / "draft.txt"
        body.write_text(draft["text"], encoding="utf-8")
        options = [option for each in draft["to"] for option in ("--to", each)]
        options += [option for each in draft["cc"] for option in ("--cc", each)]
        options += ["--in-reply-to", draft["in_reply_to"]] if draft["in_reply_to"] else []
        found: Answer = self.ask("check", *options, "--subject", draft["subject"], "--body-file", str(body), "--as-of", as_of)
        return found

    def ask(self, *arguments: str) -> Any:
        """Run the command with --json and return what it printed."""
        command = [sys.executable, "-m", "plugin_backend.cli", *arguments, "--json"]
        env = {**os.environ, "ACQUAINT_DATA_DIR": str(self.folder)}
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(arguments)}: exit {done.returncode}: {done.stderr[-2000:]}")
        return json.loads(done.stdout)


def asked(dyad: Dyad, folder: Path, files: Path) -> Compared:
    """Import one dyad into a data folder and compare."""
    folder.mkdir()
    commands = Commands(folder)
    owners = [option for address in dyad["owner"]["addresses"] for option in ("--owner", address)]
    commands.ask("import", str(files / f"{dyad['name']}.mbox"), *owners, "--calendar", str(files / f"{dyad['name']}.ics"))
    return compared(dyad, commands)


def main() -> int:
    """Run every dyad and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    chosen = dyads_in(options.data, options.only)
    agree = off_by_two = 0
    with tempfile.TemporaryDirectory() as work:
        files = Path(work) / "rendered"
        rendered(options.data, (path for path, _ in chosen), files)
        for _, dyad in chosen:
            found = asked(dyad, Path(work) / dyad["name"], files)
            agree += not found.wrong
            off_by_two += found.off_by >= 2
            state = "DIFFERS" if found.wrong else "holds "
            print(f"{state}  {found.name}", *(f"\n         {line}" for line in found.wrong), sep="", flush=True)
    print(f"\n{agree} of {len(chosen)} dyads hold ({agree / max(len(chosen), 1):.0%}); stages off by two: {off_by_two}.")
    return 0 if agree >= LEAST_SHARE * len(chosen) and not off_by_two else 1


if __name__ == "__main__":
    sys.exit(main())
