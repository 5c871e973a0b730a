"""The double of Microsoft's sign-in is no more forgiving than Microsoft."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from joserfc import jws
from werkzeug.test import Client

from connectors.doubles.microsoft_login import MicrosoftLogin
from connectors.doubles.sign_in import Consent
from tests.signing_in import OLGA

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HERE = "http://localhost:1/callback"
VERIFIER = "v" * 43
CHALLENGE = "7w_YNF9DSfIdPf_pRjSq646_kPr-2-o9NAl16JGghdM"
QUESTION = {
    "client_id": MicrosoftLogin.client_id,
    "response_type": "code",
    "redirect_uri": HERE,
    "scope": "openid profile email offline_access Mail.Read",
    "state": "s",
    "nonce": "n",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
    "response_mode": "query",
}


class Login:
    """A double, a clock, and a browser."""

    def __init__(self) -> None:
        self.now = NOW
        self.double = MicrosoftLogin(issuer="https://login.example", consent=Consent(person=OLGA), clock=lambda: self.now)
        self.browser = Client(self.double)

    def asked(self, **changed: str) -> tuple[int, dict[str, str]]:
        """The status of the consent page, and what the browser is sent back with."""
        answer = self.browser.get(f"/common/oauth2/v2.0/authorize?{urlencode(QUESTION | changed)}")
        return answer.status_code, dict(parse_qsl(urlsplit(answer.headers.get("Location", "")).query))

    def token(self, **fields: str) -> tuple[int, dict[str, Any]]:
        own = {"client_id": self.double.client_id, "client_secret": self.double.client_secret}
        answer = self.browser.post("/common/oauth2/v2.0/token", data={**own, **fields})
        return answer.status_code, dict(answer.json or {})

    def by_code(self, code: str, /, **changed: str) -> tuple[int, dict[str, Any]]:
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": HERE, "code_verifier": VERIFIER}
        return self.token(**{**fields, **changed})


@pytest.fixture
def login() -> Login:
    return Login()


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"client_id": "another"}, 400, None),
        ({"redirect_uri": "https://elsewhere.example/"}, 400, None),
        ({"code_challenge_method": "plain"}, 302, "invalid_request"),
        ({"code_challenge": ""}, 302, "invalid_request"),
        ({"nonce": ""}, 302, "invalid_request"),
        ({"response_type": "token"}, 302, "invalid_request"),
        ({"response_mode": "form_post"}, 302, "invalid_request"),
        ({"scope": "Mail.Read"}, 302, "invalid_request"),
        ({}, 302, None),
    ],
)
def test_a_question_has_to_be_whole(login: Login, changed: Mapping[str, str], status: int, error: str | None) -> None:
    """An unknown program or address sends the browser nowhere."""
    found, back = login.asked(**changed)

    assert (found, back.get("error")) == (status, error)
    assert ("code" in back) == (status == 302 and error is None)


@pytest.mark.parametrize(
    ("changed", "later", "number"),
    [
        ({"code": "another"}, 0, 70008),
        ({}, 600, 70008),
        ({"redirect_uri": "http://localhost:2/callback"}, 0, 500112),
        ({"code_verifier": "w" * 43}, 0, 501481),
        ({"client_secret": "wrong"}, 0, 7000215),
        ({"grant_type": "password"}, 0, 70003),
    ],
)
def test_a_code_is_redeemed_only_by_who_asked(login: Login, changed: Mapping[str, str], later: int, number: int) -> None:
    """In time, at the same address, with the verifier and the secret; errors have their numbers."""
    _, back = login.asked()
    login.now += timedelta(seconds=later)

    status, told = login.by_code(back["code"], **changed)

    assert status >= 400
    assert told["error_codes"] == [number]
    assert told["error_description"].startswith(f"AADSTS{number}: ")


def test_a_code_is_redeemed_once(login: Login) -> None:
    """The second time ends what came of the first."""
    _, back = login.asked()
    _, first = login.by_code(back["code"])

    _, second = login.by_code(back["code"])

    assert second["error_codes"] == [54005]
    assert login.double.person_of(first["access_token"]) is None


def test_a_registration_of_a_confidential_client_wants_its_secret(login: Login) -> None:
    """Unless it allows public client flows."""
    login.double.public_flows = False
    _, back = login.asked()

    answer = login.browser.post(
        "/common/oauth2/v2.0/token",
        data={"client_id": login.double.client_id, "grant_type": "authorization_code", "code": back["code"]},
    )

    assert answer.status_code == 401
    assert answer.json is not None
    assert answer.json["error_codes"] == [7000218]


def test_tokens_are_as_microsoft_gives_them(login: Login) -> None:
    """A proof of tenant and object, a new refresh token each time beside the one that goes on, no offline_access among the scopes."""
    _, back = login.asked()
    _, given = login.by_code(back["code"])
    renewals = [login.token(grant_type="refresh_token", refresh_token=given["refresh_token"])[1] for _ in range(2)]

    claims = jws.deserialize_compact(given["id_token"], login.double.key).payload

    assert f'"tid": "{OLGA.tenant}"'.encode() in claims or f'"tid":"{OLGA.tenant}"'.encode() in claims
    assert given["scope"] == "Mail.Read email openid profile"
    assert len({given["refresh_token"], *(each["refresh_token"] for each in renewals)}) == 3


def test_what_is_insisted_on_is_wanted_of_every_token(login: Login) -> None:
    """Those from before are worth nothing, and say what is demanded."""
    _, back = login.asked()
    _, given = login.by_code(back["code"])
    demand = '{"access_token": {"nbf": {"value": "1"}}}'
    login.double.insist(demand)

    _, plain = login.token(grant_type="refresh_token", refresh_token=given["refresh_token"])
    _, good = login.token(grant_type="refresh_token", refresh_token=given["refresh_token"], claims=demand)

    assert [login.double.person_of(each["access_token"]) for each in (given, plain, good)] == [None, None, OLGA]
    assert [bool(login.double.demanded_of(each["access_token"])) for each in (given, plain, good)] == [True, True, False]
