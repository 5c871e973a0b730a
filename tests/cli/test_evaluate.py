"""`acquaint evaluate`: finds the source folder, starts its program, and hands back what that says."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugin_backend.cli import evaluating
from tests.cli.conftest import Run

PROGRAM = """
import sys
print("measured", *sys.argv[1:])
sys.exit(4)
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A source folder with a program that says what it was asked."""
    folder = tmp_path / "source" / "benchmarks"
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "evaluate.py").write_text(PROGRAM, encoding="utf-8")
    return folder.parent


def test_it_starts_the_program_of_the_source(run: Run, source: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """With the data, the parts asked for and --json; its output and its exit code are the command's."""
    result = run("evaluate", "--data", str(tmp_path), "--only", "dyads", "--only", "replies", "--source", str(source), "--json")

    assert result.exit_code == 4
    assert capfd.readouterr().out == f"measured --data {tmp_path} --only dyads --only replies --json\n"


def test_without_a_source_it_says_what_to_do(run: Run, tmp_path: Path) -> None:
    """An installed package does not hold the programs that measure."""
    result = run("evaluate", "--data", str(tmp_path), "--source", str(tmp_path))

    assert result.exit_code == 1
    assert "--source FOLDER" in result.stderr


def test_a_folder_that_is_not_there_is_refused(run: Run, tmp_path: Path) -> None:
    """Before anything is started."""
    assert run("evaluate", "--data", str(tmp_path / "nowhere")).exit_code == 2


def test_it_knows_where_it_was_installed_from() -> None:
    """A local installation, editable or not, leads back to its folder; a test environment is one."""
    found = evaluating.installed_from()

    assert found is None or (found / "pyproject.toml").is_file()
