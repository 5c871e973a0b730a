"""The programs of Node that some tests need: they check what Outlook would read and run, and nothing of them is shipped."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.conftest import lacking

HERE = Path(__file__).parent / "node"
ROOT = Path(__file__).resolve().parents[3]
FILES = ROOT / "plugin_backend" / "web" / "outlook_addin" / "files"
PREVIEW_FILES = ROOT / "plugin_backend" / "web" / "previews" / "files"
PATIENCE_SECONDS = 120

OF_NODE = "no Node: install nodejs and npm, and run `npm ci` in tests/web/outlook/node"


def node(*arguments: str | Path, stdin: str = "", cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run Node; without one the test is skipped, or fails where CI=true."""
    found = shutil.which("node")
    if found is None:
        lacking(OF_NODE)
    return subprocess.run(
        [found, *map(str, arguments)], input=stdin, capture_output=True, text=True, cwd=cwd, timeout=PATIENCE_SECONDS, check=False
    )


def tool(package: str, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a program of an npm package; without it the test is skipped, or fails where CI=true."""
    path = HERE / "node_modules" / package / program
    if not path.is_file():
        lacking(OF_NODE)
    return node(path, *arguments)


def run_events(scenarios: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What happens when Outlook's events are handled, in a bare JavaScript runtime whose clock moves only when it is moved."""
    ran = node(HERE / "run_events.cjs", FILES / "launchevent.js", stdin=json.dumps(scenarios))
    assert ran.returncode == 0, ran.stderr
    happened: list[dict[str, Any]] = json.loads(ran.stdout)
    return happened
