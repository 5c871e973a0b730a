"""`acquaint connect google` and `disconnect`: the real command, the double of Google's sign-in, and a browser between them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from connectors.doubles.oauth import CLIENT_ID, CLIENT_SECRET, Consent, OAuthDouble
from tests.cli.conftest import Ask, Run
from tests.signing_in import OLGA, PAVEL, served_double

PATIENCE = 30


def clock() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def double(monkeypatch: pytest.MonkeyPatch) -> Iterator[OAuthDouble]:
    """A double, and the settings that name it."""
    with served_double(clock) as served:
        for name in ("authorize:AUTH", "token:TOKEN", "revoke:REVOKE", "jwks:JWKS"):
            path, _, setting = name.partition(":")
            monkeypatch.setenv(f"ACQUAINT_GOOGLE_{setting}_URI", f"{served.issuer}/{path}")
        monkeypatch.setenv("ACQUAINT_GOOGLE_ISSUER", served.issuer)
        monkeypatch.setenv("ACQUAINT_GOOGLE_CLIENT_ID", CLIENT_ID)
        monkeypatch.setenv("ACQUAINT_GOOGLE_CLIENT_SECRET", CLIENT_SECRET)
        yield served


@contextmanager
def connecting(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command while it waits, and the address that it has shown."""
    command = (sys.executable, "-m", "plugin_backend.cli", "connect", "google", "--json", *options)
    environment = {**os.environ, "ACQUAINT_DATA_DIR": str(folder / "data")}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            yield process, json.loads(line)["url"] if line else ""
        finally:
            process.kill()


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """The exit code, and what was said of it."""
    _, said = process.communicate(timeout=PATIENCE)
    return process.returncode, said


def test_a_fresh_installation_links_an_account(tmp_path: Path, double: OAuthDouble, run: Run, ask: Ask) -> None:
    """The whole way in a data folder that holds nothing: the mailbox's address becomes the owner's own."""
    with connecting(tmp_path, "--no-browser") as (process, url):
        page = requests.get(url, timeout=PATIENCE)
        code, said = ended(process)

    assert (code, page.status_code) == (0, 200), said
    assert "Connected: olga@mill.example, mail and calendar." in said
    assert double.calls["token:authorization_code"] == 1
    gone = ask("disconnect", OLGA.address)
    assert (gone["state"], gone["address"]) == ("disconnected", OLGA.address)
    assert double.calls["revoke"] == 1
    assert run("disconnect", "somebody@else.example").exit_code != 0


def test_what_is_no_answer_changes_nothing(tmp_path: Path, double: OAuthDouble) -> None:
    """Any page in the browser can send requests to this machine: they ask for no token and do not end the waiting."""
    with connecting(tmp_path) as (process, url):
        back = dict(parse_qsl(urlsplit(url).query))["redirect_uri"]
        refused = [
            requests.get(f"{back}?{query}", timeout=PATIENCE).status_code
            for query in ("", "state=a", "code=c", "state=a&code=c", "state=a&error=access_denied", "state=a&state=b&code=c")
        ]
        elsewhere = requests.get(back.replace("/callback", "/"), timeout=PATIENCE).status_code
        rebound = requests.get(f"{back}?state=a&code=c", headers={"Host": "attacker.example"}, timeout=PATIENCE).status_code
        posted = requests.post(f"{back}?state=a&code=c", timeout=PATIENCE).status_code
        before = double.token_calls
        requests.get(url, timeout=PATIENCE)
        code, said = ended(process)

    assert refused == [400] * 6
    assert (elsewhere, rebound, posted) == (404, 404, 501)
    assert before == 0
    assert code == 0, said


def test_who_declines_is_told(tmp_path: Path, double: OAuthDouble) -> None:
    """The command ends with a sentence, in the terminal and in the browser, and nothing is stored."""
    double.consent = Consent(person=OLGA, declined=True)

    with connecting(tmp_path) as (process, url):
        page = requests.get(url, timeout=PATIENCE)
        code, said = ended(process)

    assert code == 1
    assert "nothing was connected" in said
    assert "nothing was connected" in page.text
    assert double.token_calls == 0


def test_another_mailbox_is_said_to_be_another(tmp_path: Path, double: OAuthDouble) -> None:
    """Whose ledger it goes to is said, and one that was named is the only one that is taken."""
    said = []
    for person, options in ((OLGA, ()), (PAVEL, ("--account", OLGA.address)), (PAVEL, ())):
        double.consent = Consent(person=person)
        with connecting(tmp_path, *options) as (process, url):
            requests.get(url, timeout=PATIENCE)
            said.append(ended(process))

    assert [code for code, _ in said] == [0, 1, 0]
    assert "another account" in said[1][1]
    assert "You are adding pavel@forge.example to the ledger of olga@mill.example." in said[2][1]


def test_without_a_client_id_it_says_what_to_do(run: Run) -> None:
    """Nobody is led to a page that can only fail."""
    result = run("connect", "google", "--json")

    assert result.exit_code == 1
    assert "docs/google.md" in str(result.exception)


def test_a_port_can_be_chosen_and_a_taken_one_is_told(tmp_path: Path, double: OAuthDouble, run: Run) -> None:
    """Clients of the kind Web have to name their port."""
    with connecting(tmp_path) as (_, url):
        port = urlsplit(dict(parse_qsl(urlsplit(url).query))["redirect_uri"]).port

        taken = run("connect", "google", "--redirect-port", str(port))

    assert taken.exit_code == 1
    assert "cannot be bound" in taken.output
    with connecting(tmp_path, "--redirect-port", str(port)) as (_, again):
        assert f"127.0.0.1%3A{port}%2Fcallback" in again


def test_tokens_go_over_https_or_stay_here(double: OAuthDouble, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    """An address in the settings that would send secrets in the open is refused by name."""
    monkeypatch.setenv("ACQUAINT_GOOGLE_TOKEN_URI", "http://tokens.example/token")

    result = run("connect", "google", "--json")

    assert result.exit_code == 1
    assert "ACQUAINT_GOOGLE_TOKEN_URI" in str(result.exception)
