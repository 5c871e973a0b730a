"""Reads every mail and calendar under a folder through the connectors and says what was read, what was skipped and why.

usage: python -m benchmarks.read_everything --data PATH
"""

from __future__ import annotations

import argparse
import resource
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from connectors.base import SourceUnreadable
from connectors.exchange import Problem, SyncPage
from connectors.files import open_source
from connectors.files.eml import mail_within
from connectors.reading.mail import LeftOut, read_message

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
FOLDERS = ("mime/dev", "bulk/dev", "quotes/dev/raw", "ics/dev", "lists", "enron/dev")
SUFFIXES = frozenset({".eml", ".msg", ".txt", ".ics", ".mbox", ".gz"})


class Tally:
    """Counts of one folder."""

    def __init__(self) -> None:
        self.files = self.read = self.left_out = 0
        self.problems: Counter[str] = Counter()
        self.uncaught: Counter[str] = Counter()
        self.slowest = (0.0, "")

    def page(self, page: SyncPage) -> None:
        self.read += len(page.upserts)
        self.left_out += page.left_out
        self.problems.update(problem.reason for problem in page.problems)


def read_file(path: Path, tally: Tally) -> None:
    """Read one file the way an import would, and keep the time."""
    started = time.perf_counter()
    tally.files += 1
    try:
        if path.suffix in {".eml", ".msg", ".txt"}:
            raw = path.read_bytes()
            envelope, _, rest = raw.partition(b"\n") if raw.startswith(b"From ") else (b"", b"", raw)
            outcome = read_message(mail_within(rest), where=path.name, envelope=envelope, now=NOW)
            if isinstance(outcome, Problem):
                tally.problems[outcome.reason] += 1
            elif isinstance(outcome, LeftOut):
                tally.left_out += 1
            else:
                tally.read += 1
        else:
            for page in open_source(path, now=NOW).changes(None):
                tally.page(page)
    except SourceUnreadable as error:
        tally.problems[f"{error} (whole file)"] += 1
    except Exception as error:
        tally.uncaught[f"{type(error).__name__}: {error}"] += 1
    took = time.perf_counter() - started
    if path.suffix not in {".mbox", ".gz"}:
        tally.slowest = max(tally.slowest, (took, path.name))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds " + ", ".join(FOLDERS))
    data: Path = parser.parse_args().data
    for folder in FOLDERS:
        tally = Tally()
        started = time.perf_counter()
        for path in sorted((data / folder).rglob("*")):
            if path.is_file() and path.suffix in SUFFIXES:
                read_file(path, tally)
        took = time.perf_counter() - started
        rate = (tally.read + tally.problems.total()) / took if took else 0.0
        print(f"\n{folder}: {tally.files} files, {tally.read} read, {tally.left_out} left out, {tally.problems.total()} skipped, ", end="")
        print(f"{tally.uncaught.total()} uncaught, {took:.1f} s, {rate:,.0f}/s", end="")
        print(f", slowest {tally.slowest[0] * 1000:.0f} ms {tally.slowest[1]}")
        for reason, count in tally.problems.most_common():
            print(f"  {count:6} {reason}")
        for error, count in tally.uncaught.most_common():
            print(f"  {count:6} UNCAUGHT {error}")
    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
