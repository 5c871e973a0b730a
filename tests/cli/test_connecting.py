"""`acquaint connect` and `disconnect`: the real command, the doubles of the providers' sign-in, and a browser between them."""

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

from connectors.doubles.microsoft_login import MicrosoftLogin
from connectors.doubles.oauth import OAuthDouble
from connectors.doubles.sign_in import CLIENT_ID, CLIENT_SECRET, Consent, SignIn
from tests.cli.conftest import Ask, Run
from tests.signing_in import OLGA, PAVEL, PROVIDERS, certificate, served_double, served_login

PATIENCE = 30


def clock() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch) -> Iterator[OAuthDouble]:
    """Google's double, and the settings that name it."""
    with served_double(clock) as served:
        for name in ("authorize:AUTH", "token:TOKEN", "revoke:REVOKE", "jwks:JWKS"):
            path, _, setting = name.partition(":")
            monkeypatch.setenv(f"ACQUAINT_GOOGLE_{setting}_URI", f"{served.issuer}/{path}")
        monkeypatch.setenv("ACQUAINT_GOOGLE_ISSUER", served.issuer)
        monkeypatch.setenv("ACQUAINT_GOOGLE_CLIENT_ID", CLIENT_ID)
        monkeypatch.setenv("ACQUAINT_GOOGLE_CLIENT_SECRET", CLIENT_SECRET)
        yield served


@pytest.fixture
def microsoft(monkeypatch: pytest.MonkeyPatch) -> Iterator[MicrosoftLogin]:
    """Microsoft's double, and the settings that name it."""
    with served_login(clock) as served:
        monkeypatch.setenv("ACQUAINT_MS_AUTHORITY", served.authority)
        monkeypatch.setenv("ACQUAINT_MS_INSTANCE_DISCOVERY", "false")
        monkeypatch.setenv("ACQUAINT_MS_CLIENT_ID", served.client_id)
        monkeypatch.setenv("ACQUAINT_MS_CLIENT_SECRET", served.client_secret)
        monkeypatch.setenv("ACQUAINT_CA_BUNDLE", str(certificate().bundle))
        yield served


@pytest.fixture(params=PROVIDERS)
def name(request: pytest.FixtureRequest) -> str:
    """Every provider in turn."""
    return str(request.param)


@pytest.fixture
def double(name: str, request: pytest.FixtureRequest) -> SignIn:
    """The double of the provider whose turn it is."""
    served = request.getfixturevalue(name)
    assert isinstance(served, SignIn)
    return served


@contextmanager
def connecting(folder: Path, name: str, *options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """The command while it waits, and what it has shown."""
    command = (sys.executable, "-m", "plugin_backend.cli", "connect", name, "--json", *options)
    environment = {**os.environ, "ACQUAINT_DATA_DIR": str(folder / "data")}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            yield process, json.loads(line) if line else {}
        finally:
            process.kill()


def opened(url: str) -> requests.Response:
    """A page as a browser opens it."""
    return requests.get(url, timeout=PATIENCE, verify=str(certificate().bundle))


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """The exit code, and what was said of it."""
    _, said = process.communicate(timeout=PATIENCE)
    return process.returncode, said


def test_a_fresh_installation_links_an_account(tmp_path: Path, name: str, double: SignIn, run: Run, ask: Ask) -> None:
    """The whole way in a data folder that holds nothing: the mailbox's address becomes the owner's own."""
    with connecting(tmp_path, name, "--no-browser") as (process, shown):
        page = opened(shown["url"])
        code, said = ended(process)

    assert (code, page.status_code) == (0, 200), said
    assert "Connected: olga@mill.example, mail and calendar." in said
    assert double.calls["token:authorization_code"] == 1
    gone = ask("disconnect", OLGA.address)
    assert (gone["state"], gone["address"]) == ("disconnected", OLGA.address)
    assert double.calls["revoke"] == (1 if name == "google" else 0)
    assert ("myapps.microsoft.com" in gone["cause"]) == (name == "microsoft")
    assert run("disconnect", "somebody@else.example").exit_code != 0


def test_what_is_no_answer_changes_nothing(tmp_path: Path, name: str, double: SignIn) -> None:
    """Any page in the browser can send requests to this machine: they ask for no token and do not end the waiting."""
    with connecting(tmp_path, name) as (process, shown):
        back = dict(parse_qsl(urlsplit(shown["url"]).query))["redirect_uri"]
        refused = [
            requests.get(f"{back}?{query}", timeout=PATIENCE).status_code
            for query in ("", "state=a", "code=c", "state=a&code=c", "state=a&error=access_denied", "state=a&state=b&code=c")
        ]
        elsewhere = requests.get(back.replace("/callback", "/"), timeout=PATIENCE).status_code
        rebound = requests.get(f"{back}?state=a&code=c", headers={"Host": "attacker.example"}, timeout=PATIENCE).status_code
        posted = requests.post(f"{back}?state=a&code=c", timeout=PATIENCE).status_code
        before = double.token_calls
        opened(shown["url"])
        code, said = ended(process)

    assert refused == [400] * 6
    assert (elsewhere, rebound, posted) == (404, 404, 501)
    assert before == 0
    assert code == 0, said


def test_who_declines_is_told(tmp_path: Path, name: str, double: SignIn) -> None:
    """The command ends with a sentence, in the terminal and in the browser, and nothing is stored."""
    double.consent = Consent(person=OLGA, declined=True)

    with connecting(tmp_path, name) as (process, shown):
        page = opened(shown["url"])
        code, said = ended(process)

    assert code == 1
    assert "nothing was connected" in said
    assert "nothing was connected" in page.text
    assert double.token_calls == 0


def test_another_mailbox_is_said_to_be_another(tmp_path: Path, google: OAuthDouble) -> None:
    """Whose ledger it goes to is said, and one that was named is the only one that is taken."""
    said = []
    for person, options in ((OLGA, ()), (PAVEL, ("--account", OLGA.address)), (PAVEL, ())):
        google.consent = Consent(person=person)
        with connecting(tmp_path, "google", *options) as (process, shown):
            opened(shown["url"])
            said.append(ended(process))

    assert [code for code, _ in said] == [0, 1, 0]
    assert "another account" in said[1][1]
    assert "You are adding pavel@forge.example to the ledger of olga@mill.example." in said[2][1]


@pytest.mark.parametrize("options", [("google",), ("microsoft",), ("microsoft", "--device-code")])
def test_without_a_client_id_it_says_what_to_do(run: Run, options: tuple[str, ...]) -> None:
    """Nobody is led to a page that can only fail."""
    result = run("connect", *options, "--json")

    assert result.exit_code == 1
    assert f"docs/{options[0]}.md" in str(result.exception)


def test_a_code_is_entered_on_another_device(tmp_path: Path, microsoft: MicrosoftLogin) -> None:
    """No browser here and no address of ours: the command waits until the code was entered elsewhere."""
    with connecting(tmp_path, "microsoft", "--device-code") as (process, shown):
        microsoft.enter(shown["code"])
        code, said = ended(process)

    assert code == 0, said
    assert shown["url"] == f"{microsoft.issuer}/devicelogin"
    assert "Connected: olga@mill.example, mail and calendar." in said
    assert (microsoft.calls["devicecode"], microsoft.calls["authorize"], microsoft.calls["token:device_code"]) == (1, 0, 1)


@pytest.mark.parametrize(
    ("arrange", "sentence"),
    [
        ({"consent": Consent(person=OLGA, declined=True)}, "nothing was connected"),
        ({"public_flows": False}, "Allow public client flows"),
    ],
    ids=["declined", "no public client"],
)
def test_a_code_that_leads_nowhere_is_told(
    tmp_path: Path, microsoft: MicrosoftLogin, arrange: dict[str, object], sentence: str
) -> None:
    """With what is to be done."""
    for attribute, value in arrange.items():
        setattr(microsoft, attribute, value)
    with connecting(tmp_path, "microsoft", "--device-code") as (process, shown):
        microsoft.enter(shown["code"])
        code, said = ended(process)

    assert code == 1
    assert sentence in said


def test_a_port_can_be_chosen_and_a_taken_one_is_told(tmp_path: Path, google: OAuthDouble, run: Run) -> None:
    """Clients of the kind Web have to name their port."""
    with connecting(tmp_path, "google") as (_, shown):
        port = urlsplit(dict(parse_qsl(urlsplit(shown["url"]).query))["redirect_uri"]).port

        taken = run("connect", "google", "--redirect-port", str(port))

    assert taken.exit_code == 1
    assert "cannot be bound" in taken.output
    with connecting(tmp_path, "google", "--redirect-port", str(port)) as (_, again):
        assert f"127.0.0.1%3A{port}%2Fcallback" in again["url"]


@pytest.mark.parametrize(("provider", "setting"), [("google", "ACQUAINT_GOOGLE_TOKEN_URI"), ("microsoft", "ACQUAINT_MS_AUTHORITY")])
def test_tokens_go_over_https_or_stay_here(
    google: OAuthDouble, microsoft: MicrosoftLogin, monkeypatch: pytest.MonkeyPatch, run: Run, provider: str, setting: str
) -> None:
    """An address in the settings that would send secrets in the open is refused by name."""
    monkeypatch.setenv(setting, "http://tokens.example/token")

    result = run("connect", provider, "--json")

    assert result.exit_code == 1
    assert setting in str(result.exception)


def test_microsoft_is_asked_to_answer_to_this_machine_by_its_name(tmp_path: Path, microsoft: MicrosoftLogin) -> None:
    """Its portal registers no address of numbers, and takes every port of this name."""
    with connecting(tmp_path, "microsoft") as (_, shown):
        asked = urlsplit(dict(parse_qsl(urlsplit(shown["url"]).query))["redirect_uri"])

    assert (asked.hostname, asked.path) == ("localhost", "/callback")
