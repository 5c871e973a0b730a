"""Wrong input gets a sentence that names what is wrong, never a traceback and never what was typed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Ask, Run

pytestmark = pytest.mark.usefixtures("imported")

NOT_UNDERSTOOD = 2
COLD = "zofia@lis-meble.example"
SECRET = "confidential"


@pytest.mark.parametrize(
    ("arguments", "field", "limit"),
    [
        (("check", "--to", COLD, "--subject", SECRET * 1_000), "subject", "2000"),
        (("check", "--to", COLD, "--in-reply-to", SECRET * 1_000), "in reply to", "1000"),
        (("correct", "met", COLD, "--note", SECRET * 1_000), "note", "1000"),
        (("correct", "ignore-exchange", SECRET * 1_000), "exchange", "1000"),
    ],
)
def test_a_field_that_is_too_long_is_named_with_its_limit(run: Run, arguments: tuple[str, ...], field: str, limit: str) -> None:
    """And not repeated."""
    result = run(*arguments)

    assert result.exit_code == NOT_UNDERSTOOD
    assert f"{field}: " in result.stderr
    assert limit in result.stderr
    assert SECRET not in result.output


def test_a_text_that_is_too_long_is_refused(run: Run) -> None:
    """Rather than judged by its beginning alone."""
    result = run("check", "--to", COLD, "--body-file", "-", stdin="x" * 500_001)

    assert result.exit_code == NOT_UNDERSTOOD
    assert "text: " in result.stderr


@pytest.mark.parametrize("date", ["0001-01-01", "1969-12-31", "9001-01-01", "9999-12-31", "0001-01-01T00+14:00", "1970-01-01T00+14:00"])
@pytest.mark.parametrize(
    "command",
    [
        ("person", COLD, "--as-of"),
        ("check", "--to", COLD, "--as-of"),
        ("brief", "--as-of"),
        ("exchanges", "--since"),
        ("exchanges", "--until"),
        ("correct", "met", COLD, "--on"),
        ("correct", "snooze", COLD, "--until"),
    ],
)
def test_a_date_outside_the_calendar_is_refused(run: Run, command: tuple[str, ...], date: str) -> None:
    """With the years that can be asked about."""
    result = run(*command, date)

    assert result.exit_code == NOT_UNDERSTOOD
    assert "1970 and 9000" in result.stderr


def test_what_is_no_date_is_refused(run: Run) -> None:
    """With the two ways to write one."""
    result = run("person", COLD, "--as-of", SECRET)

    assert result.exit_code == NOT_UNDERSTOOD
    assert "2026-06-01T09:00:00Z" in result.stderr
    assert SECRET not in result.stderr


@pytest.mark.parametrize("day", ["2026-03-11", "20260311", "2026-W11-3", "2026W113"])
def test_a_bare_day_is_the_whole_day_however_it_is_written(ask: Ask, day: str) -> None:
    """The second mail of 11 March belongs to what was known as of 11 March; a time is taken as it stands."""
    whole = ask("person", COLD, "--as-of", day)
    morning = ask("person", COLD, "--as-of", "2026-03-11T08:00")

    assert (whole["messages_out"], morning["messages_out"]) == (2, 1)


@pytest.mark.parametrize("days", ["0", "3651", "99999999999"])
def test_a_token_lives_ten_years_at_most(run: Run, days: str) -> None:
    """A larger number is a slip, and no date."""
    result = run("token", "make", "mine", "--days", days)

    assert result.exit_code == NOT_UNDERSTOOD
    assert "3650" in result.stderr


@pytest.mark.parametrize("command", [("exchanges", "--limit"), ("people", "--limit"), ("person", COLD, "--timeline")])
def test_a_number_beyond_all_measure_is_refused(run: Run, command: tuple[str, ...]) -> None:
    """No database has to meet it."""
    assert run(*command, str(10**20)).exit_code == NOT_UNDERSTOOD


@pytest.mark.parametrize("arguments", [("people",), ("people", "--json"), ("exchanges",)])
def test_a_reader_who_has_gone_is_no_failure(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """`acquaint people | true` ends with 0 and says nothing."""
    ours, theirs = os.pipe()
    os.close(ours)
    environment = {**os.environ, "ACQUAINT_DATA_DIR": str(tmp_path / "data")}

    with os.fdopen(theirs, "wb") as nobody_reads:
        command = [sys.executable, "-m", "plugin_backend.cli", *arguments]
        done = subprocess.run(command, env=environment, stdout=nobody_reads, stderr=subprocess.PIPE, check=False)

    assert (done.returncode, done.stderr) == (0, b"")
