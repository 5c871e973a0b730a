"""An installation with its add-on, and a host that calls it; every answer is held against schema, proto and our own lint."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from google.apps.card_v1 import Card
from google.protobuf import json_format
from jsonschema import Draft7Validator
from werkzeug.test import TestResponse

from connectors.doubles.addon_host import CLIENT_ID, SERVICE_ACCOUNT, AddOnHost
from connectors.doubles.sign_in import Person
from connectors.signing_keys import SigningKeys
from plugin_backend.app import create_app
from plugin_backend.settings import Settings
from plugin_backend.store.database import Database
from plugin_backend.web.google_addon.cards import MOST_WIDGETS
from plugin_backend.web.google_addon.functions import SCOPES, Function
from plugin_backend.web.google_addon.manifest import OPENED_PAGES
from plugin_backend.web.site import EXTENSION, Site
from tests.web.conftest import NOW, Clock

BASE = "https://acquaint.example.org"
OWNER = Person(subject="108000000000000000001", address="owner@example.org")
NOBODY = Person(subject="108000000000000000099", address="nobody@example.net")

VALIDATOR = Draft7Validator(json.loads((Path(__file__).parent / "schemas/google_response.schema.json").read_text(encoding="utf-8")))


def cards_in(node: Any) -> Iterator[dict[str, Any]]:
    """Every card of an answer."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("pushCard", "updateCard"):
                yield value
            yield from cards_in(value)
    elif isinstance(node, list):
        for each in node:
            yield from cards_in(each)


def everything_in(node: Any) -> Iterator[tuple[str, Any]]:
    """Every key with its value, however deep."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield key, value
            yield from everything_in(value)
    elif isinstance(node, list):
        for each in node:
            yield from everything_in(each)


def lint(answer: Mapping[str, Any]) -> list[str]:
    """What is wrong with an answer: by the published schema, by the proto, by our own rules."""
    found = [f"schema: {error.message[:200]}" for error in VALIDATOR.iter_errors(answer)]
    for card in cards_in(answer):
        try:
            json_format.ParseDict(card, Card.pb(Card()))
        except json_format.ParseError as error:
            found.append(f"proto: {error}")
        if not card.get("header", {}).get("title"):
            found.append("a card without a title")
        widgets = [widget for section in card.get("sections", ()) for widget in section["widgets"]]
        if not 0 < len(widgets) <= MOST_WIDGETS:
            found.append(f"{len(widgets)} widgets")
    for key, value in everything_in(answer):
        if key in ("function", "url", "iconUrl", "imageUrl") and not value.startswith(f"{BASE}/"):
            found.append(f"{key} leads to {value}")
        if key == "url" and not any(value == f"{BASE}{page}" or value.startswith(f"{BASE}{page}/") for page in OPENED_PAGES):
            found.append(f"the manifest does not name {value}")
        if key in ("startIcon", "icon", "endIcon", "image") and not value.get("altText"):
            found.append(f"{key} without altText")
    return found


def texts_of(answer: Mapping[str, Any]) -> str:
    """Every text of an answer, a line each."""
    shown = ("text", "title", "subtitle", "topLabel", "bottomLabel", "header")
    return "\n".join(value for key, value in everything_in(answer) if key in shown and isinstance(value, str))


@dataclass(frozen=True)
class Caller:
    """Google, as it calls for one user."""

    client: FlaskClient
    host: AddOnHost
    person: Person

    def send(self, function: Function, body: Any, *, bearer: str | None = None) -> TestResponse:
        headers = {"Authorization": f"Bearer {bearer}"} if bearer is not None else {}
        return self.client.post(function.path, json=body, headers=headers, base_url=BASE)

    def __call__(self, function: Function, parameters: Mapping[str, str] | None = None, **event: Any) -> dict[str, Any]:
        """The answer of a function: 200, and nothing wrong with it."""
        answer = self.send(function, self.host.event(function.url(BASE), self.person, parameters=parameters, **event))
        assert answer.status_code == 200
        found: dict[str, Any] = answer.get_json()
        assert lint(found) == []
        return found

    def as_user(self, person: Person) -> Caller:
        return replace(self, person=person)


@pytest.fixture
def host(clock: Clock) -> AddOnHost:
    return AddOnHost(scopes=SCOPES, clock=clock)


@pytest.fixture
def app(database: Database, clock: Clock, host: AddOnHost) -> Flask:
    """The installation behind a TLS proxy, with its add-on; Google's keys come from the double."""
    settings = Settings(public_url=BASE, google_addon_service_account=SERVICE_ACCOUNT, google_addon_client_id=CLIENT_ID)
    made = create_app(settings, database=database, now=clock, zone=UTC)
    site: Site = made.extensions[EXTENSION]
    keys = SigningKeys(host.keys, monotonic=lambda: clock().timestamp())
    made.extensions[EXTENSION] = replace(site, google_door=replace(site.google_door, keys=keys, read_message=lambda *_: ()))
    return made


def link(database: Database, owner_id: int, person: Person) -> None:
    """Link a Google account to an owner, as consent does."""
    with database.write(owner_id) as store:
        account = store.ensure_account("google", f"https://accounts.google.com/{person.subject}")
        store.put_link(
            account.id,
            provider="google",
            issuer="https://accounts.google.com",
            subject=person.subject,
            address=person.address,
            scopes=frozenset({"openid"}),
            tokens=b"{}",
            access_ends_at=NOW,
            now=NOW,
        )


@pytest.fixture
def google(app: Flask, database: Database, owner: int, host: AddOnHost) -> Caller:
    """Google, calling for the owner, whose account is linked."""
    link(database, owner, OWNER)
    return Caller(client=app.test_client(), host=host, person=OWNER)
