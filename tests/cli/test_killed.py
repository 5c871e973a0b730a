"""kill -9 at any moment of an import is harmless."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

from tests.cli.mailbox import OWNER, many_mails, write_mbox

KILLS = 6
MESSAGES = 600


def start_import(data: Path, mbox: Path) -> subprocess.Popen[bytes]:
    """An import in small pages, in a process group of its own."""
    environment = {**os.environ, "ACQUAINT_DATA_DIR": str(data), "ACQUAINT_PAGE_SIZE": "20", "ACQUAINT_READ_AHEAD_BYTES": "0"}
    command = [sys.executable, "-m", "plugin_backend.cli", "import", str(mbox), "--owner", OWNER, "--json"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def fingerprint(data: Path) -> str:
    """The hash over the whole ledger."""
    command = [sys.executable, "-m", "plugin_backend.cli", "doctor", "--fingerprint", "--json"]
    done = subprocess.run(command, env={**os.environ, "ACQUAINT_DATA_DIR": str(data)}, capture_output=True, check=True)
    return str(json.loads(done.stdout)["fingerprint"])


def test_a_killed_import_resumes_to_the_same_ledger(tmp_path: Path) -> None:
    """Killed again and again at random moments, then run to its end: equal to one quiet run."""
    mbox = write_mbox(tmp_path / "mail.mbox", many_mails(MESSAGES))
    assert start_import(tmp_path / "quiet", mbox).wait() == 0
    moments = random.Random(20260302)
    kills = 0

    for _ in range(KILLS):
        running = start_import(tmp_path / "killed", mbox)
        try:
            running.wait(timeout=moments.uniform(0.8, 3.0))
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()
            kills += 1
    assert start_import(tmp_path / "killed", mbox).wait() == 0

    assert kills, "every run ended before it could be killed: make the mailbox larger"
    assert fingerprint(tmp_path / "killed") == fingerprint(tmp_path / "quiet")
