"""One scenario on four surfaces: Gmail's card, Outlook's pane, the REST API and the command line say the same of the same draft."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from playwright.sync_api import Browser, expect
from werkzeug.serving import make_server

from connectors.doubles.addon_host import CLIENT_ID, SERVICE_ACCOUNT, AddOnHost
from connectors.signing_keys import SigningKeys
from plugin_backend.app import create_app
from plugin_backend.cli import cli
from plugin_backend.demo.examples import EXAMPLES
from plugin_backend.domain.advice import Verdict
from plugin_backend.settings import Settings
from plugin_backend.store.database import Database
from plugin_backend.usecases.tokens import make_token
from plugin_backend.web.google_addon.functions import SCOPES, Function
from plugin_backend.web.outlook_addin.places import OFFICE_JS
from plugin_backend.web.site import EXTENSION, Site
from tests.web.conftest import NOW, Clock
from tests.web.google_addon.conftest import OWNER, texts_of
from tests.web.google_addon.conftest import link as link_google
from tests.web.outlook import entra
from tests.web.outlook.test_pane import NARROW, SIGNED_IN, STUB, seat
from tests.web.outlook.test_tokens import link as link_outlook

pytestmark = pytest.mark.browser

AS_OF = NOW.isoformat()
SHOWN_IN_PART = {"timeline": [], "timeline_more": False}
"""How much of the timeline is shown is each surface's own choice."""
WORDS = {"allow": "Go ahead", "nudge": "One thought first", "warn": "Wait a moment"}


def told(text: str) -> str:
    """A text as it is read: without markup, and with its spaces made one."""
    plain = re.sub(r"<[^>]+>", " ", text).replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    return " ".join(plain.split())


@dataclass
class Surfaces:
    """One ledger, asked in four ways."""

    app: Flask
    address: str
    secret: str
    host: AddOnHost
    chrome: Browser
    folder: Path

    def rest(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.secret}"}
        answer = self.app.test_client().open(f"/api/v1{path}", method=method, json=body, headers=headers, base_url=self.address)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_json()

    def command(self, *arguments: str) -> str:
        """What the command prints."""
        environment = {"ACQUAINT_DATA_DIR": str(self.folder), "ACQUAINT_DATABASE_URL": None, "COLUMNS": "400"}
        ran = CliRunner().invoke(cli, [*arguments, "--as-of", AS_OF], env=environment)
        assert ran.exit_code == 0, ran.output
        return ran.stdout

    def card(self, function: Function, **event: Any) -> str:
        """What the card says."""
        url = function.url(self.address)
        answer = self.app.test_client().post(function.path, json=self.host.event(url, OWNER, **event), base_url=self.address)
        assert answer.status_code == 200
        return told(texts_of(answer.get_json()))

    def pane(self, scene: dict[str, Any], shows: str) -> str:
        """What the pane says, once it shows this."""
        page = self.chrome.new_context(viewport=NARROW).new_page()  # type: ignore[arg-type]  # a size
        given = f"window.acquaintScene = {json.dumps({'me': 'elin@quietroom.example'} | scene)};"
        given += SIGNED_IN.replace("TOKEN", json.dumps(entra.token()))
        page.route(OFFICE_JS, lambda route: route.fulfill(body=given + STUB, content_type="text/javascript"))
        page.goto(f"{self.address}/outlook/pane")
        expect(page.get_by_text(shows, exact=True).first).to_be_visible()
        said = told(page.locator("main").text_content() or "")
        page.context.close()
        return said


@pytest.fixture
def surfaces(database: Database, clock: Clock, owner: int, chrome: Browser, tmp_path: Path) -> Iterator[Surfaces]:
    """The made-up mailbox, whose owner has linked her accounts at Google and at Microsoft."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    host = AddOnHost(scopes=SCOPES, clock=clock)
    settings = Settings(port=port, google_addon_service_account=SERVICE_ACCOUNT, google_addon_client_id=CLIENT_ID)
    app = create_app(settings, database=database, now=clock, zone=UTC, entra=entra.api())
    site: Site = app.extensions[EXTENSION]
    keys = SigningKeys(host.keys, monotonic=lambda: clock().timestamp())
    app.extensions[EXTENSION] = replace(site, google_door=replace(site.google_door, keys=keys, read_message=lambda *_: ()))
    link_google(database, owner, OWNER)
    link_outlook(database, owner)
    _, secret = make_token(database, owner, "the scenario", now=NOW)
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Surfaces(app=app, address=address, secret=secret, host=host, chrome=chrome, folder=tmp_path / "data")
    server.shutdown()
    thread.join()
    server.server_close()


def drafts(surfaces: Surfaces) -> dict[str, tuple[str, str]]:
    """A recipient and a subject for each verdict."""
    found: dict[str, tuple[str, str]] = {}
    cold = next(example.draft for example in EXAMPLES if example.verdict is Verdict.WARN)
    found["warn"] = (cold.to[0], cold.subject)
    for row in surfaces.rest("GET", "/people?limit=60")["people"]:
        address = row["person"]["addresses"][0]
        verdict = surfaces.rest("POST", "/check", {"to": [address], "subject": "A word"})["verdict"]
        found.setdefault(verdict, (address, "A word"))
    return found


def test_one_draft(surfaces: Surfaces) -> None:
    """For a draft of each verdict: the same verdict, stage, reasons and better ways, in the same words, on all four."""
    tried = drafts(surfaces)
    assert set(tried) >= set(WORDS)

    for verdict, name in WORDS.items():
        address, subject = tried[verdict]
        rest = surfaces.rest("POST", f"/check?as_of={AS_OF.replace('+00:00', 'Z')}", {"to": [address], "subject": subject})
        as_json = json.loads(surfaces.command("check", "--to", address, "--subject", subject, "--json"))
        in_words = told(surfaces.command("check", "--to", address, "--subject", subject))
        pane = surfaces.pane({"kind": "message", "mode": "write", "to": [seat(address)], "subject": subject}, name)
        card = surfaces.card(Function.COMPOSE, gmail={"toRecipients": [address], "subject": subject})
        (recipient,) = rest["recipients"]

        assert as_json == rest
        assert rest["verdict"] == verdict
        for surface in (pane, card):
            assert name in surface
            assert address in surface
            assert surfaces.rest("GET", f"/people/{address}")["stage_label"] in surface.lower()
        for said in (recipient["reasons"][0], *(way["sentence"] for way in recipient["alternatives"][:2])):
            assert all(told(said) in surface for surface in (in_words, pane, card)), said


def test_one_person(surfaces: Surfaces) -> None:
    """The same stage, the same proven context and the same next act, in the same words, on all four."""
    seen: list[str] = []
    for stage in ("encounter", "recognition", "development", "friendship"):
        row = surfaces.rest("GET", f"/people?stage={stage}")["people"][0]
        address = row["person"]["addresses"][0]
        rest = surfaces.rest("GET", f"/people/{address}?as_of={AS_OF.replace('+00:00', 'Z')}")
        as_json = json.loads(surfaces.command("person", address, "--json"))
        in_words = told(surfaces.command("person", address))
        pane = surfaces.pane({"kind": "message", "mode": "read", "from": seat(address)}, rest["person"]["name"])
        card = surfaces.card(Function.PERSON, parameters={"who": address})

        assert {**as_json, **SHOWN_IN_PART} == {**rest, **SHOWN_IN_PART}
        for said in (rest["stage_label"], rest["how_you_know_each_other"], rest["next_act"]):
            assert all(told(said).lower() in surface.lower() for surface in (in_words, pane, card)), said
        seen.append(rest["stage"])

    assert seen == ["encounter", "recognition", "development", "friendship"]


def test_one_meeting(surfaces: Surfaces) -> None:
    """The same kind of meeting, the same people, the same advice on all four."""
    rest = surfaces.rest("GET", f"/briefs/next?as_of={AS_OF.replace('+00:00', 'Z')}")
    event = rest["event"]
    attendees = [seat(each["person"]["addresses"][0]) for each in rest["attendees"]]

    as_json = json.loads(surfaces.command("brief", "--json"))
    in_words = told(surfaces.command("brief"))
    pane = surfaces.pane({"kind": "appointment", "mode": "read", "to": attendees, "start": event["at"]}, event["subject"])
    card = surfaces.card(Function.BRIEF, parameters={"event": event["id"]})

    assert as_json["attendees"] == rest["attendees"]
    for surface in (in_words, pane, card):
        assert told(rest["kind_sentence"]) in surface
        for each in rest["attendees"]:
            assert each["person"]["name"] in surface
            assert told(each["next_act"]) in surface


def test_the_owners_word_is_one_word(surfaces: Surfaces) -> None:
    """Said on Gmail's card, it holds in the pane, in the API and at the command line; taken back, it is gone from all of them."""
    row = surfaces.rest("GET", "/people?stage=encounter")["people"][0]
    address, name = row["person"]["addresses"][0], row["person"]["name"]
    scene = {"kind": "message", "mode": "read", "from": seat(address)}

    def stages() -> list[str]:
        """What each surface says first of the two stages that it may be."""
        command = told(surfaces.command("person", address))
        texts = (surfaces.pane(scene, name), surfaces.card(Function.PERSON, parameters={"who": address}), command)
        named = [re.search("encounter|recognition", text.lower()) for text in texts]
        return [surfaces.rest("GET", f"/people/{address}")["stage"], *(found[0] if found else "" for found in named)]

    before = stages()
    surfaces.card(Function.CORRECT, parameters={"kind": "met", "who": address})
    said = stages()
    (word,) = surfaces.rest("GET", f"/corrections?person={address}")["corrections"]
    surfaces.card(Function.UNDO, parameters={"correction": word["id"], "who": address})

    assert before == ["encounter"] * 4
    assert said == ["recognition"] * 4
    assert stages() == before
