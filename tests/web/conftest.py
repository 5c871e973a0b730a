"""A served installation with the made-up mailbox in it: two owners, a clock that stands, and ways to ask."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, sync_playwright
from werkzeug.test import TestResponse

from plugin_backend.app import create_app
from plugin_backend.demo import demo_mailbox
from plugin_backend.domain.ledger import Tier
from plugin_backend.settings import Settings
from plugin_backend.store.crypto import KeyRing
from plugin_backend.store.database import Database
from plugin_backend.usecases.current_readings import refresh_readings
from plugin_backend.usecases.sync_account import sync_account
from plugin_backend.usecases.tokens import make_login_link, make_token

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
STRANGERS_OWNER = "somebody.else@elsewhere.example"
COOKIE = "acquaint_session_80"


def open_database(folder: Path) -> Database:
    return Database.open(f"sqlite:///{folder / 'acquaint.db'}", keyring=KeyRing.load_or_create(folder, None))


def fill(database: Database, addresses: tuple[str, ...], names: tuple[str, ...]) -> int:
    """An owner with the made-up mailbox in their ledger."""
    mailbox = demo_mailbox(NOW)
    owner_id = database.create_owner(addresses, names=names, tier=Tier.SPANS)
    sync_account(database, owner_id, mailbox.connector(), locator="a made-up mailbox", clock=lambda: NOW, in_child=False)
    with database.write(owner_id) as store:
        for correction in mailbox.corrections:
            store.add_correction(correction)
        store.resolve_people(None)
    refresh_readings(database, owner_id, now=NOW)
    return owner_id


@pytest.fixture(scope="session")
def filled_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with two owners who have never heard of each other. Copied for every test, never served."""
    folder = tmp_path_factory.mktemp("filled")
    database = open_database(folder)
    database.migrate()
    mailbox = demo_mailbox(NOW)
    fill(database, mailbox.owner_addresses, mailbox.owner_names)
    fill(database, (STRANGERS_OWNER,), ("Somebody Else",))
    database.close()
    return folder


@pytest.fixture
def database(filled_folder: Path, tmp_path: Path) -> Iterator[Database]:
    """A ledger of this test's own."""
    folder = tmp_path / "data"
    shutil.copytree(filled_folder, folder)
    database = open_database(folder)
    yield database
    database.close()


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(database: Database, clock: Clock) -> Flask:
    return create_app(Settings(), database=database, now=clock, zone=UTC)


@pytest.fixture
def owner(database: Database) -> int:
    """The first owner, whose session and token the other fixtures have."""
    found = database.owner_id()
    assert found is not None
    return found


@pytest.fixture
def other_owner(owner: int) -> int:
    """The other owner: created right after the first."""
    return owner + 1


@pytest.fixture
def anonymous(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def code(database: Database, owner: int) -> str:
    """A login code that has not been used."""
    return make_login_link(database, owner, now=NOW)


@pytest.fixture
def browser(app: Flask, code: str) -> FlaskClient:
    """A signed-in browser without JavaScript."""
    client = app.test_client()
    assert client.post("/login", data={"code": code}).status_code == 303
    return client


@dataclass
class Program:
    """A program that asks the API with a bearer token."""

    client: FlaskClient
    secret: str

    def get(self, path: str, **query: Any) -> TestResponse:
        return self.client.get(f"/api/v1{path}", query_string=query, headers=self.headers)

    def post(self, path: str, body: Any) -> TestResponse:
        return self.client.post(f"/api/v1{path}", json=body, headers=self.headers)

    def delete(self, path: str) -> TestResponse:
        return self.client.delete(f"/api/v1{path}", headers=self.headers)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"}


@pytest.fixture
def program(app: Flask, database: Database, owner: int) -> Program:
    _, secret = make_token(database, owner, "tests", now=NOW)
    return Program(client=app.test_client(), secret=secret)


@pytest.fixture
def other_program(app: Flask, database: Database, other_owner: int) -> Program:
    _, secret = make_token(database, other_owner, "tests of the other", now=NOW)
    return Program(client=app.test_client(), secret=secret)


def csrf_of(client: FlaskClient) -> str:
    """The token in the forms of a signed-in browser."""
    page = client.get("/settings").get_data(as_text=True)
    return page.partition('name="csrf" value="')[2].partition('"')[0]


@pytest.fixture(scope="session")
def chrome(chromium: str) -> Iterator[Browser]:
    """One Chromium for all tests, without a network."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()
