"""Who calls from Outlook: one kind of token opens one ledger, and nothing else opens any."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC
from typing import Any

import pytest
import requests
from flask import Flask
from werkzeug.test import TestResponse

from connectors.entra_tokens import OFFICE_CLIENTS, Tenants
from connectors.signing_keys import SigningKeys
from plugin_backend.app import create_app
from plugin_backend.settings import Settings
from plugin_backend.store.database import Database
from plugin_backend.store.rows import LinkState
from tests.web.conftest import NOW, Clock, Program
from tests.web.outlook import entra
from tests.web.outlook.entra import API, ELIN, ISSUER, OTHER_TENANT, SOMEBODY, TENANT, token

GOOD = {
    "as a pane asks for it": token(),
    "as classic Outlook asks for it": token(azp=min(OFFICE_CLIENTS)),
    "with further scopes": token(scp="openid access_as_user"),
    "of a clock that is half a minute ahead": token(nbf=int(NOW.timestamp()) + 30, iat=int(NOW.timestamp()) + 30),
    "without nbf": token(nbf=None),
}


def part(text: Any) -> str:
    """A part of a token, as it is written."""
    return base64.urlsafe_b64encode(json.dumps(text).encode()).rstrip(b"=").decode()


def past(seconds: int) -> int:
    return int(NOW.timestamp()) - seconds


_head, _body, _signature = token().split(".")
_OTHER_BODY = part(entra.claims(oid=SOMEBODY))

BAD: dict[str, str] = {
    "for another API": token(aud="11111111-0a55-4c3a-9a1f-2f6d1a7b1c11"),
    "for us and for another": token(aud=[API, "another"]),
    "for our API by its older name": token(aud=f"api://acquaint.example/{API}"),
    "for nobody": token(aud=None),
    "of another tenant": token(tid=OTHER_TENANT, iss=ISSUER.replace(TENANT, OTHER_TENANT)),
    "of a tenant that its issuer is not": token(tid=TENANT, iss=ISSUER.replace(TENANT, OTHER_TENANT)),
    "of no tenant": token(tid=None),
    "of a tenant that is a path": token(tid="../common", iss="https://login.microsoftonline.com/../common/v2.0"),
    "of the older endpoint": token(ver="1.0", iss=f"https://sts.windows.net/{TENANT}/"),
    "without a version": token(ver=None),
    "of another issuer": token(iss="https://login.evil.example/v2.0"),
    "over": token(exp=past(61)),
    "without an end": token(exp=None),
    "with an end in words": token(exp="tomorrow"),
    "with an end that is true": token(exp=True),
    "not yet valid": token(nbf=past(-90)),
    "issued in the future": token(iat=past(-90)),
    "without its moment": token(iat=None),
    "of nobody": token(oid=None),
    "of somebody by address": token(oid="elin@quietroom.example"),
    "of an application": token(idtyp="app"),
    "with roles instead of a scope": token(scp=None, roles=["access_as_user"]),
    "with another scope": token(scp="Mail.Read"),
    "with a scope that only begins so": token(scp="access_as_user_readonly"),
    "with scopes in a list": token(scp=["access_as_user"]),
    "asked for by a stranger's application": token(azp="99999999-0a55-4c3a-9a1f-2f6d1a7b1c11"),
    "asked for by nobody": token(azp=None),
    "an id token": token(scp=None, nonce="n", azp=None),
    "signed by another key of the same name": token(key=entra.ANOTHER_KEY),
    "signed with a shared secret": token(key=entra.SHARED_SECRET, algorithm="HS256"),
    "signed by PS256": token(algorithm="PS256"),
    "signed by RS512": token(algorithm="RS512"),
    "not signed": f"{part({'alg': 'none', 'typ': 'JWT', 'kid': 'one'})}.{_body}.",
    "with its signature cut off": f"{_head}.{_body}.",
    "with its claims changed": f"{_head}.{_OTHER_BODY}.{_signature}",
    "with a key of its own": token(header={"jwk": entra.ANOTHER_KEY.as_dict(private=False)}, key=entra.ANOTHER_KEY),
    "with an address of keys": token(header={"jku": "https://keys.evil.example"}),
    "with a demand": token(header={"crit": ["b64"], "b64": True}),
    "with another type": token(header={"typ": "at+jwt"}),
    "without the name of a key": token(header={"kid": None}),
    "of two parts": f"{_head}.{_body}",
    "of five parts": f"{_head}.{_body}.{_signature}.a.b",
    "of dots": "..",
    "too long": f"{_head}.{'a' * 20_000}.{_signature}",
    "of claims that are a list": f"{_head}.{part(['aud'])}.{_signature}",
}


@pytest.fixture
def outlook(database: Database, clock: Clock) -> Flask:
    """The application, to which this Entra's API is ours."""
    return create_app(Settings(), database=database, now=clock, zone=UTC, entra=entra.api())


@pytest.fixture
def linked(database: Database, owner: int) -> int:
    """The first owner, who has linked her mailbox at Microsoft."""
    return link(database, owner)


def link(database: Database, owner: int, *, issuer: str = ISSUER, subject: str = ELIN) -> int:
    with database.write(owner) as store:
        account = store.ensure_account("microsoft", f"{issuer}/{subject}")
        store.put_link(
            account.id,
            provider="microsoft",
            issuer=issuer,
            subject=subject,
            address="elin@quietroom.example",
            scopes=frozenset(),
            tokens=b"{}",
            access_ends_at=NOW,
            now=NOW,
        )
    return account.id


def ask(app: Flask, bearer: str, path: str = "/api/v1/status") -> TestResponse:
    return app.test_client().get(path, headers={"Authorization": f"Bearer {bearer}"})


@pytest.mark.usefixtures("linked")
@pytest.mark.parametrize("bearer", GOOD.values(), ids=GOOD.keys())
def test_a_good_token_opens_the_ledger_it_is_linked_to(outlook: Flask, program: Program, bearer: str) -> None:
    """The same ledger as the owner's own token opens, and no other."""
    by_outlook = ask(outlook, bearer, "/api/v1/people").get_json()

    assert by_outlook == program.get("/people").get_json()


@pytest.mark.usefixtures("linked")
@pytest.mark.parametrize("bearer", BAD.values(), ids=BAD.keys())
def test_a_bad_token_opens_nothing(outlook: Flask, bearer: str) -> None:
    """It is refused like one that is made up, and no reason is given."""
    answer = ask(outlook, bearer)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.get_json()["detail"] == ask(outlook, "a.b.c").get_json()["detail"]


NOT_LINKED = ("nothing", "the same subject at another issuer", "the same subject at another tenant", "disconnected", "two")


@pytest.mark.parametrize("prepare", NOT_LINKED)
def test_who_has_no_ledger_here_is_told_to_connect(outlook: Flask, database: Database, owner: int, other_owner: int, prepare: str) -> None:
    """A good token of somebody who has linked nothing, or whose account two have linked, opens no ledger."""
    if prepare == "the same subject at another issuer":
        link(database, owner, issuer="https://accounts.google.com", subject=ELIN)
    elif prepare == "the same subject at another tenant":
        link(database, owner, issuer=ISSUER.replace(TENANT, OTHER_TENANT))
    elif prepare == "disconnected":
        account = link(database, owner)
        with database.write(owner) as store:
            store.end_link(account, LinkState.DISCONNECTED, cause="", drop_tokens=True)
    elif prepare == "two":
        link(database, owner)
        link(database, other_owner)

    answer = ask(outlook, token())

    assert answer.status_code == 403
    assert answer.get_json()["type"] == "urn:acquaint:problem:not-linked"


@pytest.mark.usefixtures("linked")
def test_a_token_of_outlook_opens_no_page(outlook: Flask) -> None:
    """The sidebar is for sessions; a token that a mail program holds gets the API and nothing more."""
    assert ask(outlook, token(), "/").status_code == 401


@pytest.mark.usefixtures("linked")
@pytest.mark.parametrize(
    "other", [{"client_id": ""}, {"tenants": Tenants(allowed=frozenset())}], ids=["not registered", "no tenant allowed"]
)
def test_nobody_comes_in_before_it_is_set_up(database: Database, clock: Clock, other: dict[str, Any]) -> None:
    """An installation that says nothing about Outlook lets nobody in from there."""
    app = create_app(Settings(), database=database, now=clock, zone=UTC, entra=entra.api(**other))

    assert ask(app, token()).status_code == 401
    assert ask(app, token(aud="")).status_code == 401


@pytest.mark.usefixtures("linked")
def test_any_tenant_may_be_allowed(database: Database, clock: Clock) -> None:
    """For an installation that is open to the public; a link is needed all the same."""
    app = create_app(Settings(), database=database, now=clock, zone=UTC, entra=entra.api(tenants=Tenants(allowed=frozenset({"*"}))))

    assert ask(app, token()).status_code == 200
    assert ask(app, token(tid=OTHER_TENANT, iss=ISSUER.replace(TENANT, OTHER_TENANT))).status_code == 403


@pytest.mark.usefixtures("linked")
def test_keys_that_cannot_be_had_are_no_refusal(database: Database, clock: Clock) -> None:
    """Without Microsoft's keys nothing can be told of a token: try again, instead of signing in again."""

    def fails() -> object:
        raise requests.ConnectionError

    app = create_app(Settings(), database=database, now=clock, zone=UTC, entra=entra.api(keys=entra.keys_by(fails)))

    assert ask(app, token()).status_code == 503


def test_a_new_key_is_found_at_once() -> None:
    """A token that none of the known keys has signed has them asked for anew, and is judged again."""
    answers: Iterator[object] = iter(({"keys": []}, entra.key_set()))
    minutes = iter(range(0, 10_000, 61))
    ours = entra.api(keys=SigningKeys(lambda: next(answers), monotonic=lambda: float(next(minutes))))

    caller = ours.caller(token(), now=NOW)

    assert (caller.issuer, caller.subject) == (ISSUER, ELIN)


PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization, content-type"}


@pytest.mark.usefixtures("linked")
@pytest.mark.parametrize("origin", ["http://127.0.0.1:8765", "http://127.0.0.1:8765/"])
def test_classic_outlook_may_call_from_our_own_origin(outlook: Flask, origin: str) -> None:
    """Its bare runtime asks before it calls, and wants its origin back as it spelled it."""
    client = outlook.test_client()
    draft = {"to": ["somebody@nowhere.example"]}

    asked = client.options("/api/v1/check", headers=PREFLIGHT | {"Origin": origin})
    called = client.post("/api/v1/check", json=draft, headers={"Origin": origin, "Authorization": f"Bearer {token()}"})

    assert (asked.status_code, asked.headers["Access-Control-Allow-Headers"]) == (204, "Authorization, Content-Type, Accept")
    assert asked.headers["Access-Control-Allow-Origin"] == called.headers["Access-Control-Allow-Origin"] == origin
    assert called.status_code == 200


@pytest.mark.parametrize(
    ("path", "origin"),
    [
        ("/api/v1/check", "https://evil.example"),
        ("/api/v1/check", "null"),
        ("/api/v1/check", "http://127.0.0.1:8765.evil.example"),
        ("/api/v1/check", "http://127.0.0.1:8765//"),
        ("/api/v1/people", "http://127.0.0.1:8765"),
    ],
)
def test_nobody_else_may_call(outlook: Flask, path: str, origin: str) -> None:
    """No other origin is named, and no other route answers."""
    asked = outlook.test_client().options(path, headers=PREFLIGHT | {"Origin": origin})

    assert asked.status_code == 401
    assert "Access-Control-Allow-Origin" not in asked.headers or path != "/api/v1/check"
