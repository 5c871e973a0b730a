"""How fast is `acquaint import`, beside the mail indexers mu and notmuch and the bare standard-library parse, on the same mails?

    python -m benchmarks.import_mail --data FOLDER [--mails 20000]     speed and memory; FOLDER holds mbox files, also .gz
    python -m benchmarks.import_mail --data FOLDER --kills 20          kill -9 at random moments, resumed: is the ledger the same?

Everything is run once, one after the other, in one temporary folder, with the files warm in the page cache. The mails are the first
N of the folder's boxes in the order of their names, each Message-ID once. mu and notmuch read them as a Maildir, ours and the bare
parse as one mbox.
"""

from __future__ import annotations

import argparse
import email
import email.policy
import gzip
import json
import os
import random
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measuring import Measured, folder_bytes, measure, run_and_kill

MESSAGE_ID = re.compile(rb"^message-id:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
ADDRESS_LINES = re.compile(rb"^(?:from|to):(.*(?:\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)
ADDRESS = re.compile(rb"[\w.+'-]+@[\w.-]+\w")
FROM_LINE = b"From MAILER-DAEMON Thu Jan  1 00:00:00 1970\n"
KILL_SEED = 20
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """The same mails in the two forms that the programs read."""

    mbox: Path
    maildir: Path
    count: int
    owner: str
    """The address that most of the mails have among their writers and readers."""


def split_mbox(box: Path) -> Iterator[bytes]:
    """The messages of an mbox file, without their From lines and with the quoting of ``>From `` taken back."""
    with gzip.open(box, "rb") if box.suffix == ".gz" else box.open("rb") as lines:
        message: list[bytes] = []
        blank = True
        for line in lines:
            if blank and line.startswith(b"From "):
                if message:
                    yield b"".join(message)
                message = []
            else:
                message.append(line[1:] if line.startswith(b">From ") else line)
            blank = line in (b"\n", b"\r\n")
        if message:
            yield b"".join(message)


def boxes_of(data: Path) -> tuple[Path, ...]:
    """The mbox files of a folder, or the one file that was named."""
    if data.is_file():
        return (data,)
    return tuple(sorted(path for path in data.rglob("*") if path.name.endswith((".mbox", ".mbox.gz"))))


def lay_out(data: Path, folder: Path, wanted: int) -> Corpus:
    """Write the mails as one mbox and as one Maildir."""
    maildir = folder / "maildir"
    for part in ("cur", "new", "tmp"):
        (maildir / part).mkdir(parents=True)
    mbox = folder / "all.mbox"
    seen: set[bytes] = set()
    addresses: Counter[str] = Counter()
    with mbox.open("wb") as sink:
        for message in (message for box in boxes_of(data) for message in split_mbox(box)):
            head = message.partition(b"\n\n")[0]
            found = MESSAGE_ID.search(head)
            if found is None or found[1] in seen:
                continue
            seen.add(found[1])
            (maildir / "cur" / f"{len(seen):07d}.benchmark:2,S").write_bytes(message)
            sink.write(FROM_LINE + re.sub(rb"^From ", b">From ", message, flags=re.MULTILINE).rstrip(b"\n") + b"\n\n")
            takes_part = {each.lower() for line in ADDRESS_LINES.findall(head) for each in ADDRESS.findall(line)}
            addresses.update(each.decode("ascii", "replace") for each in takes_part)
            if len(seen) == wanted:
                break
    if not seen:
        sys.exit(f"no mails in {data}")
    return Corpus(mbox=mbox, maildir=maildir, count=len(seen), owner=addresses.most_common(1)[0][0])


def warm(corpus: Corpus) -> None:
    """Read every file once, so that nobody pays for the disk."""
    for path in (corpus.mbox, *corpus.maildir.rglob("*")):
        if path.is_file():
            path.read_bytes()


def acquaint(*arguments: str) -> list[str]:
    """The command as it is installed beside this Python."""
    return [str(Path(sys.executable).with_name("acquaint")), *arguments]


def environment(**more: str) -> dict[str, str]:
    """This process's environment without settings of ours, and with what is given."""
    return {name: value for name, value in os.environ.items() if not name.startswith("ACQUAINT_")} | more


def bare_parse(mbox: Path, policy: str) -> None:
    """What a program can do at best that leaves the parsing to the standard library: parse, and take each text part."""
    chosen = email.policy.default if policy == "default" else email.policy.compat32
    characters = 0
    for message in split_mbox(mbox):
        parsed = email.message_from_bytes(message, policy=chosen)
        for part in parsed.walk():
            if part.get_content_maintype() == "text":
                payload = part.get_payload(decode=True)
                characters += len(payload) if isinstance(payload, bytes) else 0
        characters += sum(len(str(parsed[name])) for name in ("From", "To", "Cc", "Subject", "Date", "Message-ID"))
    print(characters)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One program's result."""

    name: str
    measured: Measured
    database_bytes: int


def compare(corpus: Corpus, folder: Path) -> list[Line]:
    """Run all programs on the same mails."""
    lines = []

    def run(name: str, command: Sequence[str], *, made: Path | None = None, **env: str) -> None:
        print(f"running {name} …", file=sys.stderr, flush=True)
        measured = measure(command, env=environment(**env), log=folder / f"{name.replace(' ', '-')}.log")
        if not measured.ok:
            print(f"{name} failed ({measured.exit_code}): {measured.output[-2000:]}", file=sys.stderr)
        lines.append(Line(name=name, measured=measured, database_bytes=folder_bytes(made) if made else 0))

    ours = folder / "acquaint"
    run("acquaint import", acquaint("import", str(corpus.mbox), "--owner", corpus.owner, "--json"), made=ours, ACQUAINT_DATA_DIR=str(ours))
    run("the same again", acquaint("import", str(corpus.mbox), "--owner", corpus.owner, "--json"), made=ours, ACQUAINT_DATA_DIR=str(ours))
    if shutil.which("mu"):
        muhome = folder / "mu"
        init = ["mu", "init", f"--muhome={muhome}", f"--maildir={corpus.maildir}"]
        prepared = measure(init, env=environment(), log=folder / "mu-init.log")
        if not prepared.ok:
            print(f"mu init failed: {prepared.output}", file=sys.stderr)
        run("mu index", ["mu", "index", "--quiet", f"--muhome={muhome}"], made=muhome)
    if shutil.which("notmuch"):
        config = folder / "notmuch-config"
        config.write_text(f"[database]\npath={corpus.maildir}\n[user]\nname=benchmark\nprimary_email={corpus.owner}\n[new]\ntags=new\n")
        run("notmuch new", ["notmuch", "new", "--quiet"], made=corpus.maildir / ".notmuch", NOTMUCH_CONFIG=str(config))
    for policy in ("compat32", "default"):
        run(f"bare parse {policy}", [sys.executable, "-m", "benchmarks.import_mail", "--bare-parse", policy, "--data", str(corpus.mbox)])
    return lines


def tell(lines: list[Line], corpus: Corpus) -> None:
    """Print the table and the ratios."""
    print(f"\n{corpus.count:,} mails, {corpus.mbox.stat().st_size / MEBIBYTE:.0f} MiB, {os.cpu_count()} cores; owner {corpus.owner}\n")
    print(f"{'program':<22}{'seconds':>9}{'mails/s':>10}{'CPU s':>8}{'peak MiB':>10}{'(RSS)':>8}{'made MiB':>10}")
    for line in lines:
        taken = line.measured
        memory = f"{taken.peak_bytes / MEBIBYTE:>10,.0f}{taken.peak_resident / MEBIBYTE:>8,.0f}"
        speed = f"{taken.seconds:>9.1f}{corpus.count / taken.seconds:>10,.0f}{taken.cpu_seconds:>8.1f}"
        failed = "" if taken.ok else "  FAILED"
        print(f"{line.name:<22}{speed}{memory}{line.database_bytes / MEBIBYTE:>10,.0f}{failed}")
    by_name = {line.name: line.measured for line in lines if line.measured.ok}
    ours = by_name.get("acquaint import")
    for rival in ("mu index", "notmuch new", "bare parse compat32", "bare parse default"):
        if ours and rival in by_name:
            print(f"{rival} / acquaint import: {by_name[rival].seconds / ours.seconds:.2f} times the time")
    again = by_name.get("the same again")
    if again:
        report = json.loads(again.output[again.output.index("{") :])
        print(f"imported again: {report['new']} new, {report['changed']} changed")


def fingerprint(data_dir: Path) -> str:
    """A hash over a whole ledger, as `acquaint doctor` computes it."""
    command = acquaint("doctor", "--fingerprint", "--json")
    found = measure(command, env=environment(ACQUAINT_DATA_DIR=str(data_dir)), log=data_dir / "doctor.log")
    return str(json.loads(found.output[found.output.index("{") :])["fingerprint"])


def kill_and_resume(corpus: Corpus, folder: Path, kills: int, seed: int) -> bool:
    """Kill imports at random moments, resume each, and compare every finished ledger with that of one quiet run."""
    reference = folder / "reference"
    command = acquaint("import", str(corpus.mbox), "--owner", corpus.owner, "--json")
    quiet = measure(command, env=environment(ACQUAINT_DATA_DIR=str(reference)), log=folder / "reference.log")
    if not quiet.ok:
        sys.exit(f"the quiet run failed: {quiet.output[-2000:]}")
    expected = fingerprint(reference)
    print(f"one quiet run: {quiet.seconds:.1f} s, fingerprint {expected}")
    chance = random.Random(seed)
    killed, finished, equal = 0, 0, 0
    while killed < kills:
        attempt = folder / f"killed-{finished}"
        attempt.mkdir(mode=0o700)
        # The same keys, so that blind tokens and ids can be compared.
        shutil.copy2(reference / "keys.json", attempt / "keys.json")
        env = environment(ACQUAINT_DATA_DIR=str(attempt))
        log = folder / f"killed-{finished}.log"
        kills_here = 0
        while killed < kills and run_and_kill(command, env=env, after=chance.uniform(0.1, max(quiet.seconds * 0.4, 1.0)), log=log):
            killed += 1
            kills_here += 1
        resumed = measure(command, env=env, log=folder / f"resumed-{finished}.log")
        found = fingerprint(attempt) if resumed.ok else f"failed: {resumed.output[-500:]}"
        finished += 1
        equal += found == expected
        verdict = "the same ledger" if found == expected else found
        print(f"killed {kills_here} times, then to the end in {resumed.seconds:.1f} s: {verdict}", flush=True)
        shutil.rmtree(attempt)
    print(f"{killed} kills (seed {seed}), {finished} ledgers finished, {equal} of them the same as that of one quiet run")
    return equal == finished


def main() -> None:
    """Read the command line, lay the mails out and measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.import_mail", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="a folder of mbox files (also .gz), or one such file")
    parser.add_argument("--mails", type=int, default=20_000, help="how many mails [20000]")
    parser.add_argument("--owner", default="", help="the owner's address [the one on most of the mails]")
    parser.add_argument("--kills", type=int, default=0, help="kill -9 an import this many times instead, and compare the ledgers")
    parser.add_argument("--seed", type=int, default=KILL_SEED, help="of the random moments")
    parser.add_argument("--bare-parse", choices=("compat32", "default"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.bare_parse:
        bare_parse(options.data, options.bare_parse)
        return
    with tempfile.TemporaryDirectory(prefix="acquaint-benchmark-") as name:
        folder = Path(name)
        corpus = lay_out(options.data, folder, options.mails)
        if options.owner:
            corpus = Corpus(mbox=corpus.mbox, maildir=corpus.maildir, count=corpus.count, owner=options.owner.lower())
        warm(corpus)
        if options.kills:
            sys.exit(0 if kill_and_resume(corpus, folder, options.kills, options.seed) else 1)
        tell(compare(corpus, folder), corpus)


if __name__ == "__main__":
    main()
