"""The command in a data folder of its own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from plugin_backend.cli import cli
from tests.cli.mailbox import OWNER, write_calendar, write_mbox

Run = Callable[..., Result]
Ask = Callable[..., Any]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `acquaint` with arguments; every test has a data folder of its own."""
    monkeypatch.setenv("ACQUAINT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("ACQUAINT_DATABASE_URL", raising=False)

    def run_command(*arguments: str, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(cli, arguments, input=stdin)

    return run_command


@pytest.fixture
def ask(run: Run) -> Ask:
    """Run `acquaint` with --json and return what it says."""

    def ask_command(*arguments: str) -> Any:
        result = run(*arguments, "--json")
        assert result.exit_code == 0, result.output + repr(result.exception)
        return json.loads(result.stdout)

    return ask_command


@pytest.fixture(scope="session")
def imported_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """A data folder with the small mailbox and its calendar, and what the import said."""
    folder = tmp_path_factory.mktemp("imported")
    arguments = (
        "import",
        str(write_mbox(folder / "mail.mbox")),
        "--owner",
        OWNER,
        "--calendar",
        str(write_calendar(folder / "calendar.ics")),
    )
    result = CliRunner().invoke(cli, (*arguments, "--json"), env={"ACQUAINT_DATA_DIR": str(folder / "data"), "ACQUAINT_DATABASE_URL": None})
    assert result.exit_code == 0, result.output + repr(result.exception)
    return folder, json.loads(result.stdout)


@pytest.fixture
def imported(run: Run, imported_once: tuple[Path, Any], tmp_path: Path) -> Any:
    """A copy of that folder for this test alone; the report of the import."""
    folder, report = imported_once
    shutil.copytree(folder / "data", tmp_path / "data")
    return report


@pytest.fixture
def exports(imported_once: tuple[Path, Any]) -> Path:
    """The folder in which the imported files lie; to be left as it is."""
    return imported_once[0]
