"""What every test may ask for: a fixed now, golden files, and the tools that a user's machine may lack."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, settings

IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}

settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("house"), derandomize=True, print_blob=True)
settings.load_profile("ci" if IN_CI else "house")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew instead of comparing with them")


def lacking(what: str) -> NoReturn:
    """Skip with a reason on a user's machine, fail where CI=true: there everything is to be tried."""
    if IN_CI:
        pytest.fail(f"CI has to have it: {what}")
    pytest.skip(what)


@pytest.fixture
def now() -> datetime:
    """The time it is in every test."""
    return datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, object], None]:
    """Compare with a golden file: text as it is, anything else as JSON; `--update-golden` writes it anew."""
    update: bool = request.config.getoption("--update-golden")

    def check(path: Path, found: object) -> None:
        text = found if isinstance(found, str) else json.dumps(found, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.is_file(), f"{path} is missing; write it with --update-golden and read what it says"
        assert path.read_text(encoding="utf-8") == text, f"{path} says otherwise; if that is meant, --update-golden"

    return check


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """A real PostgreSQL server, named by ACQUAINT_TEST_POSTGRES_URL; its database may be emptied by the tests."""
    url = os.environ.get("ACQUAINT_TEST_POSTGRES_URL", "")
    if not url:
        lacking("no PostgreSQL: set ACQUAINT_TEST_POSTGRES_URL to a database that may be emptied")
    return url


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a real Chromium for Playwright."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    lacking("no Chromium: install Debian's chromium, or Chrome, to try the screens in a browser")
