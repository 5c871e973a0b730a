"""Golden dyads through the command line: rendered to .mbox and .ics, imported, read and compared with what must come out.

    python -m benchmarks.dyads_through_cli --data PATH/dyads [--only NAME]

PATH/dyads holds `render.py` and `dev/*.json`. One line per dyad, what differs below it, and the share that agrees.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

STAGES = ("none", "encounter", "recognition", "development", "friendship", "intimacy")


def acquaint(folder: Path, *arguments: str) -> Any:
    """Run the command with --json in a data folder and return what it printed."""
    command = [sys.executable, "-m", "plugin_backend.cli", *arguments, "--json"]
    done = subprocess.run(command, env={**os.environ, "ACQUAINT_DATA_DIR": str(folder)}, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(arguments)}: exit {done.returncode}: {done.stderr[-2000:]}")
    return json.loads(done.stdout)


def full_ids(dyad: dict[str, Any], exchanges: list[dict[str, Any]]) -> dict[str, list[str]]:
    """The dyad's short ids to the ids in the ledger (several for a series)."""
    name = dyad["name"]
    found: dict[str, list[str]] = {}
    for exchange in exchanges:
        short, _, rest = exchange["id"].partition(".")
        if rest.startswith(f"{name}@"):
            found.setdefault(short, []).append(exchange["id"])
    return found


def differences(dyad: dict[str, Any], folder: Path, rendered: Path) -> list[str]:
    """Import one dyad and say where it differs from what is expected."""
    expect = dyad["expect"]
    owners = [option for address in dyad["owner"]["addresses"] for option in ("--owner", address)]
    acquaint(folder, "import", str(rendered / f"{dyad['name']}.mbox"), *owners, "--calendar", str(rendered / f"{dyad['name']}.ics"))
    exchanges = acquaint(folder, "exchanges")
    ids = full_ids(dyad, exchanges)
    by_id = {exchange["id"]: exchange for exchange in exchanges}
    seen = [a for a in dyad["person"]["addresses"] if acquaint(folder, "exchanges", "--person", a)]
    address = (seen or dyad["person"]["addresses"])[0]
    person = acquaint(folder, "person", address, "--as-of", dyad["as_of"])
    wrong = [
        f"{key}: {person[key]}, not {expect[key]}"
        for key in ("stage", "highest", "standing")
        if key in expect and person[key] != expect[key]
    ]
    named = {exchange for evidence in person["evidence"] for exchange in evidence["exchanges"]}
    wrong += [f"evidence lacks {short}" for short in expect.get("stage_evidence", ()) if not named & set(ids.get(short, ()))]
    for short, channel in expect.get("channels", {}).items():
        got = {by_id[each]["channel"] for each in ids.get(short, ())}
        if got != {channel}:
            wrong.append(f"channel of {short}: {sorted(got)}, not {channel}")
    for short, tags in expect.get("substances", {}).items():
        found = {tag for each in ids.get(short, ()) for tag in by_id[each]["substances"]}
        if not set(tags) <= found:
            wrong.append(f"substances of {short}: {sorted(found)} lack {sorted(set(tags) - found)}")
    if "verdict" in expect:
        got_verdict = verdict(dyad, folder, address, ids)
        if got_verdict != expect["verdict"]:
            wrong.append(f"verdict: {got_verdict}, not {expect['verdict']}")
    return wrong


def verdict(dyad: dict[str, Any], folder: Path, address: str, ids: dict[str, list[str]]) -> str | None:
    """The verdict for the dyad's person: on the draft where there is one, else on a new mail."""
    draft = dyad.get("draft") or {"to": [address], "cc": [], "subject": "", "text": "", "in_reply_to": None}
    body = folder / "draft.txt"
    body.write_text(draft["text"], encoding="utf-8")
    options = [option for each in draft["to"] for option in ("--to", each)]
    options += [option for each in draft["cc"] for option in ("--cc", each)]
    if draft["in_reply_to"]:
        options += ["--in-reply-to", ids[draft["in_reply_to"]][0]]
    answer = acquaint(folder, "check", *options, "--subject", draft["subject"], "--body-file", str(body), "--as-of", dyad["as_of"])
    own = set(dyad["person"]["addresses"])
    found: str | None = next(each["verdict"] for each in answer["recipients"] if each["address"] in own)
    return found


def main() -> int:
    """Run every dyad and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    files = sorted(each for each in (options.data / "dev").glob("*.json") if options.only in each.stem)
    agree = off_by_two = 0
    with tempfile.TemporaryDirectory() as work:
        rendered = Path(work) / "rendered"
        rendered.mkdir()
        subprocess.run([sys.executable, str(options.data / "render.py"), *map(str, files), str(rendered)], check=True, capture_output=True)
        for file in files:
            dyad = json.loads(file.read_text(encoding="utf-8"))
            folder = Path(work) / dyad["name"]
            folder.mkdir()
            wrong = differences(dyad, folder, rendered)
            agree += not wrong
            for line in wrong:
                if line.startswith("stage: "):
                    got, expected = line.removeprefix("stage: ").split(", not ")
                    off_by_two += abs(STAGES.index(got) - STAGES.index(expected)) >= 2
            print(f"{'holds ' if not wrong else 'DIFFERS'}  {dyad['name']}", *(f"\n         {line}" for line in wrong), sep="", flush=True)
    print(f"\n{agree} of {len(files)} dyads hold ({agree / max(len(files), 1):.0%}); stages off by two: {off_by_two}.")
    return 0 if agree >= 0.9 * len(files) and not off_by_two else 1


if __name__ == "__main__":
    sys.exit(main())
