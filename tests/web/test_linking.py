"""Linking an account: who may, what has to be proven, and that nothing else ever makes a link or asks for a token."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from werkzeug.test import TestResponse

from connectors.doubles.sign_in import Consent, Person, SignIn, signing_key
from connectors.google.oauth import CALENDAR_LIST, EVENTS, GMAIL, GoogleOAuth
from connectors.microsoft.oauth import CALENDARS_READ, LEFT_BEHIND, MAIL_READ, MicrosoftOAuth
from plugin_backend.app import create_app
from plugin_backend.settings import Settings
from plugin_backend.store.database import Database
from plugin_backend.store.rows import LinkRow, LinkState
from plugin_backend.usecases.tokens import make_login_link, make_token
from tests.signing_in import (
    FORGE,
    OLGA,
    PAVEL,
    PROVIDERS,
    consent_page,
    consented,
    found_in,
    google_of,
    linked,
    microsoft_of,
    provider_of,
    served_by_name,
)
from tests.web.conftest import COOKIE, NOW, Clock, csrf_of, open_database

GOOGLE_ALONE = pytest.mark.parametrize("double", ["google"], indirect=True)
MICROSOFT_ALONE = pytest.mark.parametrize("double", ["microsoft"], indirect=True)
OWNER, OTHER_OWNER = "olga@mill.example", "somebody.else@elsewhere.example"


class SecondGoogle(GoogleOAuth):
    """Another provider, for answers that come to the wrong one."""

    name: ClassVar[str] = "second"


class SecondMicrosoft(MicrosoftOAuth):
    """Another provider like Microsoft."""

    name: ClassVar[str] = "second"


@pytest.fixture(scope="module")
def filled_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with two owners and nothing else."""
    folder = tmp_path_factory.mktemp("two owners")
    database = open_database(folder)
    database.migrate()
    database.create_owner((OWNER,))
    database.create_owner((OTHER_OWNER,))
    database.close()
    return folder


@pytest.fixture(params=PROVIDERS)
def double(request: pytest.FixtureRequest, clock: Clock) -> Iterator[SignIn]:
    """Every provider's double in turn."""
    with served_by_name(request.param, clock) as served:
        yield served


@pytest.fixture
def app(database: Database, clock: Clock, double: SignIn) -> Flask:
    first = provider_of(double)
    second = microsoft_of(double, SecondMicrosoft) if first.name == "microsoft" else google_of(double, SecondGoogle)
    return create_app(Settings(), database=database, now=clock, zone=UTC, providers={first.name: first, "second": second})


def signed_in(app: Flask, database: Database, owner_id: int) -> FlaskClient:
    client = app.test_client()
    assert client.post("/login", data={"code": make_login_link(database, owner_id, now=NOW)}).status_code == 303
    return client


@dataclass
class Scene:
    """Somebody who is about to link an account."""

    app: Flask
    database: Database
    clock: Clock
    double: SignIn
    owner: int
    browser: FlaskClient

    @property
    def name(self) -> str:
        return provider_of(self.double).name

    def issuer_of(self, person: Person) -> str:
        """Google's is one for all, Microsoft's one for each tenant."""
        return f"{self.double.issuer}/{person.tenant}/v2.0" if self.name == "microsoft" else self.double.issuer

    @property
    def callback(self) -> str:
        return f"/oauth/{self.name}/callback"

    def asked(self, *, provider: str = "", account: str = "", browser: FlaskClient | None = None) -> str:
        """The address of a consent page."""
        who = browser or self.browser
        return consent_page(who, csrf=csrf_of(who), provider=provider or self.name, account=account)

    def answer(self, **changed: str | None) -> list[tuple[str, str]]:
        """The parameters of a good answer, some of them changed; None takes one out."""
        found = dict(parse_qsl(urlsplit(consented(self.double, self.asked())).query)) | changed
        return [(name, value) for name, value in found.items() if value is not None]

    def come_back(
        self, pairs: list[tuple[str, str]], *, path: str = "", browser: FlaskClient | None = None
    ) -> TestResponse:
        return (browser or self.browser).get(f"{path or self.callback}?{urlencode(pairs)}")

    def links(self) -> tuple[LinkRow, ...]:
        found: list[LinkRow] = []
        for owner_id in (self.owner, self.owner + 1):
            with self.database.read(owner_id) as store:
                found.extend(store.links())
        return tuple(found)


@pytest.fixture
def scene(app: Flask, database: Database, clock: Clock, double: SignIn, owner: int, browser: FlaskClient) -> Scene:
    return Scene(app=app, database=database, clock=clock, double=double, owner=owner, browser=browser)


class TestTheWholeWay:
    """Ask, consent, confirm."""

    def test_an_account_is_linked_once_it_was_named_and_confirmed(self, scene: Scene) -> None:
        """The page says what is added to whose ledger; before the button nothing is."""
        scene.double.consent = Consent(person=PAVEL)
        answer = scene.come_back(scene.answer())
        page = scene.browser.get(answer.headers["Location"]).get_data(as_text=True)
        before = scene.links()

        linked(scene.browser, scene.double, csrf=csrf_of(scene.browser))

        assert found_in(page, "//p[contains(., 'You are adding')]//bdi/text()") == (PAVEL.address, OWNER)
        assert before == ()
        (made,) = scene.links()
        assert (made.issuer, made.subject, made.address) == (scene.issuer_of(PAVEL), PAVEL.subject, PAVEL.address)
        assert made.state is LinkState.LINKED

    @GOOGLE_ALONE
    def test_what_google_is_asked_for(self, scene: Scene) -> None:
        """A code with PKCE, state and nonce, lasting access, and reading scopes only, to an address of this provider's own."""
        scene.answer()

        (asked,) = scene.double.asked
        assert asked["redirect_uri"] == "http://127.0.0.1:8765/oauth/google/callback"
        assert asked["scope"].split() == ["openid", "email", GMAIL, EVENTS, CALENDAR_LIST]
        fixed = {
            "response_type": "code",
            "code_challenge_method": "S256",
            "access_type": "offline",
            "prompt": "consent",
            "include_granted_scopes": "true",
        }
        assert asked == asked | fixed
        assert all(len(asked[name]) >= 43 for name in ("state", "nonce", "code_challenge"))

    @MICROSOFT_ALONE
    def test_what_microsoft_is_asked_for(self, scene: Scene) -> None:
        """The same in its own words; who is signed in there already is asked which account, and we understand demands for new tokens."""
        scene.answer()

        (asked,) = scene.double.asked
        assert asked["redirect_uri"] == "http://127.0.0.1:8765/oauth/microsoft/callback"
        assert set(asked["scope"].split()) == {"openid", "profile", "offline_access", "email", MAIL_READ, CALENDARS_READ}
        fixed = {"response_type": "code", "response_mode": "query", "code_challenge_method": "S256", "prompt": "select_account"}
        assert asked == asked | fixed
        assert json.loads(asked["claims"]) == {"access_token": {"xms_cc": {"values": ["CP1"]}}}
        assert all(len(asked[name]) >= 43 for name in ("state", "nonce", "code_challenge"))

    def test_every_question_has_secrets_of_its_own(self, scene: Scene) -> None:
        """No state, nonce or challenge is used twice."""
        for _ in range(3):
            scene.answer()

        for name in ("state", "nonce", "code_challenge"):
            assert len({asked[name] for asked in scene.double.asked}) == 3

    def test_declining_gives_the_grant_back(self, scene: Scene) -> None:
        """Who is shown another account than their own can leave it."""
        key = scene.come_back(scene.answer()).headers["Location"].partition("offer=")[2]
        form = {"csrf": csrf_of(scene.browser), "provider": scene.name, "offer": key}

        answer = scene.browser.post("/accounts/leaving", data=form)

        assert answer.status_code == 303
        assert answer.headers["Location"].endswith("not_added" if scene.name == "google" else "left_behind")
        assert scene.double.calls["revoke"] == (1 if scene.name == "google" else 0)
        assert scene.links() == ()
        assert scene.browser.post("/accounts/adding", data=form).status_code == 422

    def test_the_code_does_not_stay_in_the_address(self, scene: Scene) -> None:
        """The answer's address is left at once."""
        answer = scene.come_back(scene.answer())

        assert answer.status_code == 303
        assert "code=" not in answer.headers["Location"]
        assert "state=" not in answer.headers["Location"]

    def test_linking_again_keeps_the_account(self, scene: Scene) -> None:
        """What was read of it stays: it is the same account, by issuer and subject."""
        linked(scene.browser, scene.double, csrf=csrf_of(scene.browser))
        (before,) = scene.links()

        linked(scene.browser, scene.double, csrf=csrf_of(scene.browser))

        (after,) = scene.links()
        assert after.account_id == before.account_id

    def test_a_part_that_was_not_allowed_is_told(self, scene: Scene) -> None:
        """Granular consent: what was granted is compared with what was asked for."""
        scene.double.consent = Consent(person=OLGA, unticked=frozenset({EVENTS, CALENDARS_READ}))

        linked(scene.browser, scene.double, csrf=csrf_of(scene.browser))

        page = scene.browser.get("/accounts").get_data(as_text=True)
        assert "Calendar was not allowed" in page
        assert "Allow more" in page

    @GOOGLE_ALONE
    def test_allowing_more_keeps_the_lasting_access(self, scene: Scene) -> None:
        """Nothing is asked anew that is held, and an answer without a refresh token keeps the one before."""
        scene.double.consent = Consent(person=OLGA, unticked=frozenset({EVENTS}))
        linked(scene.browser, scene.double, csrf=csrf_of(scene.browser))
        (before,) = scene.links()
        scene.double.consent = Consent(person=OLGA)

        answer = scene.browser.get(consented(scene.double, scene.asked(account=str(before.account_id))))

        assert answer.headers["Location"].startswith("/accounts?done=connected")
        assert "prompt" not in scene.double.asked[-1]
        assert scene.double.asked[-1]["login_hint"] == OLGA.address
        (after,) = scene.links()
        assert after.scopes > before.scopes
        with scene.database.read(scene.owner) as store:
            kept = json.loads(store.tokens_of(after.account_id) or b"{}")
        assert kept["renewal"]

    def test_the_mailbox_is_the_owners_own_from_then_on(self, scene: Scene) -> None:
        """Else nobody could tell who wrote and who was written to."""
        scene.double.consent = Consent(person=PAVEL)

        linked(scene.browser, scene.double, csrf=csrf_of(scene.browser))

        with scene.database.read(scene.owner) as store:
            assert PAVEL.address in store.owner().addresses

    def test_an_installation_without_a_client_says_so(self, database: Database, clock: Clock, owner: int) -> None:
        """And offers no button that cannot work."""
        bare = create_app(Settings(), database=database, now=clock, zone=UTC)
        client = signed_in(bare, database, owner)

        page = client.get("/accounts").get_data(as_text=True)
        tried = client.post("/accounts/connect", data={"csrf": csrf_of(client), "provider": "google"})

        assert "docs/google.md" in page
        assert "docs/microsoft.md" in page
        assert "Connect a Google account" not in page
        assert "Connect a Microsoft account" not in page
        assert tried.status_code == 422

    def test_both_providers_are_offered(self, database: Database, clock: Clock, owner: int) -> None:
        """Where both know this installation, each has its button."""
        settings = Settings(google_client_id="g", ms_client_id="m")
        client = signed_in(create_app(settings, database=database, now=clock, zone=UTC), database, owner)

        page = client.get("/accounts").get_data(as_text=True)
        google = client.post("/accounts/connect", data={"csrf": csrf_of(client), "provider": "google"}).get_data(as_text=True)

        assert "Connect a Google account" in page
        assert "Connect a Microsoft account" in page
        assert "leave one of the two out" in google

    @MICROSOFT_ALONE
    def test_microsofts_page_is_announced_as_it_is(self, scene: Scene) -> None:
        """It asks for all or nothing."""
        form = {"csrf": csrf_of(scene.browser), "provider": "microsoft"}

        announced = scene.browser.post("/accounts/connect", data=form).get_data(as_text=True)

        assert "Go on to Microsoft" in announced
        assert "leave one of the two out" not in announced

    def test_a_provider_that_does_not_answer_is_told(self, database: Database, clock: Clock, owner: int) -> None:
        """Microsoft is asked what it is before anybody is led there."""
        settings = Settings(ms_client_id="m", ms_authority="https://127.0.0.1:1/common", ms_instance_discovery=False)
        client = signed_in(create_app(settings, database=database, now=clock, zone=UTC), database, owner)

        answer = client.post("/accounts/connect", data={"csrf": csrf_of(client), "provider": "microsoft"})

        assert answer.status_code == 422
        assert "Microsoft does not answer" in answer.get_data(as_text=True)


Twisted = Callable[[Scene], TestResponse]


def other_browser(scene: Scene) -> FlaskClient:
    return signed_in(scene.app, scene.database, scene.owner)


def used_twice(scene: Scene) -> TestResponse:
    pairs = scene.answer()
    key = scene.come_back(pairs).headers["Location"].partition("offer=")[2]
    scene.browser.post("/accounts/leaving", data={"csrf": csrf_of(scene.browser), "provider": scene.name, "offer": key})
    scene.double.calls.clear()
    return scene.come_back(pairs)


def late(scene: Scene) -> TestResponse:
    pairs = scene.answer()
    scene.clock.now = NOW + timedelta(minutes=10, seconds=1)
    return scene.come_back(pairs)


def crowded_out(scene: Scene) -> TestResponse:
    pairs = scene.answer()
    for _ in range(20):
        scene.asked()
    return scene.come_back(pairs)


def after_signing_out(scene: Scene) -> TestResponse:
    pairs = scene.answer()
    scene.browser.post("/logout", data={"csrf": csrf_of(scene.browser)})
    return scene.come_back(pairs)


def after_signing_in_anew(scene: Scene) -> TestResponse:
    pairs = scene.answer()
    scene.browser.post("/login", data={"code": make_login_link(scene.database, scene.owner, now=NOW)})
    return scene.come_back(pairs)


def by_token(scene: Scene) -> TestResponse:
    _, secret = make_token(scene.database, scene.owner, "t", now=NOW)
    url = f"{scene.callback}?{urlencode(scene.answer())}"
    return scene.app.test_client().get(url, headers={"Authorization": f"Bearer {secret}"})


def by_post(scene: Scene) -> TestResponse:
    form = {"csrf": csrf_of(scene.browser)}
    return scene.browser.post(f"{scene.callback}?{urlencode(scene.answer())}", data=form)


def second_at_first(scene: Scene) -> TestResponse:
    parts = urlsplit(consented(scene.double, scene.asked(provider="second")))
    return scene.come_back(parse_qsl(parts.query))


def offer_as_state(scene: Scene) -> TestResponse:
    key = scene.come_back(scene.answer()).headers["Location"].partition("offer=")[2]
    scene.double.calls.clear()
    return scene.come_back([("state", key), ("code", "4/x")])


def victim(scene: Scene) -> FlaskClient:
    return signed_in(scene.app, scene.database, scene.owner + 1)


def changed(**parameters: str | None) -> Twisted:
    return lambda scene: scene.come_back(scene.answer(**parameters))


def doubled(name: str, value: str = "") -> Twisted:
    def act(scene: Scene) -> TestResponse:
        pairs = scene.answer()
        return scene.come_back([*pairs, (name, value or dict(pairs)[name])])

    return act


def state_through(alter: Callable[[str], str]) -> Twisted:
    def act(scene: Scene) -> TestResponse:
        pairs = dict(scene.answer())
        return scene.come_back(list((pairs | {"state": alter(pairs["state"])}).items()))

    return act


UNPROVEN: dict[str, Twisted] = {
    "nothing at all": lambda scene: scene.come_back([]),
    "no state": changed(state=None),
    "empty state": changed(state=""),
    "made-up state": changed(state="a" * 64),
    "state of 201 characters": changed(state="a" * 201),
    "state of a megabyte": lambda scene: scene.browser.get(f"{scene.callback}?code=c&state={'a' * 60_000}"),
    "state in upper case": state_through(str.upper),
    "state cut short": state_through(lambda state: state[:-1]),
    "state with a space behind it": state_through(lambda state: f"{state} "),
    "state with a line break": state_through(lambda state: f"{state}\r\nSet-Cookie: a=b"),
    "state with NUL": state_through(lambda state: f"{state}\0"),
    "state with a wildcard": changed(state="%"),
    "state as SQL": changed(state="' OR 1=1 --"),
    "state twice": doubled("state"),
    "another state too": doubled("state", "b" * 64),
    "code twice": doubled("code", "4/other"),
    "no code": changed(code=None),
    "empty code": changed(code=""),
    "code as a list": lambda scene: scene.come_back([*scene.answer(code=None), ("code[]", "4/x")]),
    "code of 9,000 characters": changed(code="4" * 9_000),
    "code with a control character": changed(code="4/\x1b[2J"),
    "forty parameters": lambda scene: scene.come_back([*scene.answer(), *((f"p{number}", "x") for number in range(40))]),
    "used twice": used_twice,
    "ten minutes and a second late": late,
    "crowded out by twenty newer ones": crowded_out,
    "another browser of the same owner": lambda scene: scene.come_back(scene.answer(), browser=other_browser(scene)),
    "another owner's browser": lambda scene: scene.come_back(scene.answer(), browser=victim(scene)),
    "a browser without a session": lambda scene: scene.come_back(scene.answer(), browser=scene.app.test_client()),
    "after signing out": after_signing_out,
    "after signing in anew": after_signing_in_anew,
    "an API token instead of a session": by_token,
    "at another provider's address": lambda scene: scene.come_back(scene.answer(), path="/oauth/second/callback"),
    "another provider's answer here": second_at_first,
    "at an unknown provider's address": lambda scene: scene.come_back(scene.answer(), path="/oauth/nobody/callback"),
    "at a provider named by a path": lambda scene: scene.come_back(scene.answer(), path=f"/oauth/..%2F{scene.name}/callback"),
    "the key of an offer as state": offer_as_state,
    "from another issuer": changed(iss="https://accounts.attacker.example"),
    "an error without a state": lambda scene: scene.come_back([("error", "access_denied")]),
    "access denied": changed(error="access_denied"),
    "blocked by an administrator": changed(error="admin_policy_enforced"),
    "an error that is none of ours": changed(error="<script>alert(1)</script>", error_description="call 555"),
    "an error beside a code": changed(error="server_error"),
    "by POST": by_post,
    "by HEAD": lambda scene: scene.browser.head(f"{scene.callback}?{urlencode(scene.answer())}"),
    "in a form": lambda scene: scene.browser.get(scene.callback, data=dict(scene.answer())),
}
"""Answers whose state is not proven, or that bring no code."""


@pytest.mark.parametrize("twisted", UNPROVEN.values(), ids=UNPROVEN)
def test_nobody_is_asked_before_the_state_is_proven(scene: Scene, twisted: Twisted) -> None:
    """No token request, no link, and nothing of what came is repeated on the page."""
    answer = twisted(scene)

    said = answer.get_data(as_text=True)
    assert 400 <= answer.status_code < 500
    assert scene.double.token_calls == 0
    assert scene.links() == ()
    assert "<script>alert" not in said
    assert "call 555" not in said
    assert "Set-Cookie" not in answer.headers or "a=b" not in answer.headers["Set-Cookie"]


def id_token(change: Callable[[dict[str, Any], dict[str, Any]], str | None]) -> Callable[[SignIn], None]:
    def arrange(double: SignIn) -> None:
        double.faults.forge = change

    return arrange


def claims(**values: Any) -> Callable[[SignIn], None]:
    """Change claims of the id token; None takes one out."""

    def change(_header: dict[str, Any], found: dict[str, Any]) -> None:
        for name, value in values.items():
            found.pop(name, None)
            if value is not None:
                found[name] = value

    return id_token(change)


def header(**values: Any) -> Callable[[SignIn], None]:
    """A token that is signed well, with another header."""

    def change(head: dict[str, Any], found: dict[str, Any]) -> str:
        wanted = {name: value for name, value in (head | values).items() if value is not None}
        return by_hand(wanted, found, key=signing_key())

    return id_token(change)


def reply(**values: Any) -> Callable[[SignIn], None]:
    """Change the token reply; None takes a field out."""

    def alter(found: dict[str, Any]) -> None:
        for name, value in values.items():
            found.pop(name, None)
            if value is not None:
                found[name] = value

    def arrange(double: SignIn) -> None:
        double.faults.alter = alter

    return arrange


def fault(**values: Any) -> Callable[[SignIn], None]:
    def arrange(double: SignIn) -> None:
        for name, value in values.items():
            setattr(double.faults, name, value)

    return arrange


def consent(**values: Any) -> Callable[[SignIn], None]:
    def arrange(double: SignIn) -> None:
        double.consent = Consent(**{"person": OLGA, **values})

    return arrange


def packed(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def by_hand(head: dict[str, Any], found: object, *, key: RSAKey) -> str:
    """A token signed with RS256 without a library's opinion of its header."""
    content = f"{packed(head)}.{packed(found)}"
    private: Any = key.private_key
    signature = private.sign(content.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{content}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def with_public_key_as_secret(_head: dict[str, Any], found: dict[str, Any]) -> str:
    public = OctKey.import_key(signing_key().as_pem(private=False))
    return jwt.encode({"alg": "HS256", "kid": signing_key().kid}, found, public, algorithms=["HS256"])


def unsigned(_head: dict[str, Any], found: dict[str, Any]) -> str:
    return f"{packed({'alg': 'none', 'kid': signing_key().kid})}.{packed(found)}."


def signed_by_a_stranger(head: dict[str, Any], found: dict[str, Any]) -> str:
    return by_hand(head, found, key=RSAKey.generate_key(2_048))


def with_another_payload(head: dict[str, Any], found: dict[str, Any]) -> str:
    first, _, last = by_hand(head, found, key=signing_key()).split(".")
    return ".".join((first, packed(found | {"sub": PAVEL.subject}), last))


PRESENT = int(NOW.timestamp())
OWN_JWK = {name: value for name, value in signing_key().as_dict(private=False).items() if isinstance(value, str)}

WRONG_PROOFS: dict[str, Callable[[SignIn], None]] = {
    "no id token": reply(id_token=None),
    "an empty one": reply(id_token=""),
    "a number": reply(id_token=7),
    "a list": reply(id_token=["a.b.c"]),
    "a megabyte": reply(id_token="a." + "b" * 900_000 + ".c"),
    "one of two megabytes": reply(id_token="a" * 2_000_000),
    "no token at all": reply(id_token="nonsense"),
    "two parts": reply(id_token="e30.e30"),
    "five parts": reply(id_token="e30.e30.e30.e30.e30"),
    "not ASCII": reply(id_token="\u00e9.\u00e9.\u00e9"),
    "a payload that is a list": id_token(lambda head, _found: by_hand(head, [1], key=signing_key())),
    "alg none": id_token(unsigned),
    "HS256 with the public key": id_token(with_public_key_as_secret),
    "signed by a stranger under our key's name": id_token(signed_by_a_stranger),
    "another payload under the signature": id_token(with_another_payload),
    "an unknown kid": header(kid="unknown"),
    "no kid": header(kid=None),
    "a kid that is a number": header(kid=7),
    "alg RS512": header(alg="RS512"),
    "alg missing": header(alg=None),
    "jku": header(jku="https://attacker.example/keys"),
    "jwk": header(jwk=OWN_JWK),
    "x5u": header(x5u="https://attacker.example/chain"),
    "crit": header(crit=["exp"]),
    "crit of something unknown": header(crit=["bork"], bork=True),
    "typ of an access token": header(typ="at+jwt"),
    "b64 false": header(b64=False),
    "no aud": claims(aud=None),
    "another aud": claims(aud="another.apps.example"),
    "aud with another beside us": id_token(lambda _head, found: found.update(aud=[found["aud"], "another.apps.example"])),
    "an empty list as aud": claims(aud=[]),
    "another azp": claims(azp="another.apps.example"),
    "no iss": claims(iss=None),
    "another iss": claims(iss="https://accounts.attacker.example"),
    "iss with something behind it": id_token(lambda _head, found: found.update(iss=found["iss"] + ".attacker.example")),
    "iss as a list": id_token(lambda _head, found: found.update(iss=[found["iss"]])),
    "no nonce": claims(nonce=None),
    "another nonce": claims(nonce="n" * 64),
    "a nonce that is a list": claims(nonce=["n"]),
    "no exp": claims(exp=None),
    "ended 61 seconds ago": claims(exp=PRESENT - 61),
    "exp as text": claims(exp=str(PRESENT + 3_600)),
    "exp as truth": claims(exp=True),
    "no iat": claims(iat=None),
    "made in 61 seconds": claims(iat=PRESENT + 61),
    "valid in 61 seconds": claims(nbf=PRESENT + 61),
    "no sub": claims(sub=None),
    "an empty sub": claims(sub=""),
    "sub as a number": claims(sub=108),
    "a sub of 256 characters": claims(sub="1" * 256),
    "a sub with a line break": claims(sub="1\n2"),
    "another at_hash": claims(at_hash="aaaaaaaaaaaaaaaaaaaaaa"),
    "no address": claims(email=None, preferred_username=None),
    "an address that is none": claims(email="olga", preferred_username="olga"),
    "no access token": reply(access_token=None),
    "an access token with a line break": reply(access_token="ya29\r\nX: y"),
    "another kind of token": reply(token_type="mac"),
    "no lasting access": fault(no_refresh_token=True),
    "nothing allowed": consent(unticked=frozenset({GMAIL, EVENTS, CALENDAR_LIST, MAIL_READ, CALENDARS_READ})),
    "keys that are none": fault(keys={"keys": []}),
    "keys of nonsense": fault(keys={"keys": [{"kty": "RSA"}]}),
    "keys of another shape": fault(keys={"error": "no"}),
    "a code that is refused": fault(token_error="invalid_grant"),
    "a client that is refused": fault(token_error="invalid_client"),
    "an error that is an object": fault(raw=(400, b'{"error": {"code": 400}}', "application/json")),
    "429": fault(token_status=429),
    "500": fault(token_status=500),
    "503": fault(token_status=503),
    "a redirect": fault(raw=(302, b"", "text/html")),
    "a page": fault(raw=(200, b"<html>welcome</html>", "text/html")),
    "a list as reply": fault(raw=(200, b"[]", "application/json")),
    "an empty reply": fault(raw=(200, b"", "application/json")),
    "half a reply": fault(raw=(200, b'{"access_token": "ya', "application/json")),
    "a reply of two megabytes": fault(raw=(200, b" " * 2_000_000, "application/json")),
}
"""Answers whose state is proven, and what comes of them is not."""


def key_of(**values: Any) -> Callable[[SignIn], None]:
    """The provider's own key, with something else said of it."""
    return fault(keys={"keys": [{**signing_key().as_dict(private=False), **values}]})


OWN_WRONG_PROOFS: dict[str, dict[str, Callable[[SignIn], None]]] = {
    "google": {
        "an address that is not verified": claims(email_verified=False),
        "a list of calendars without their events": consent(unticked=frozenset({GMAIL, EVENTS})),
    },
    "microsoft": {
        "no tenant": claims(tid=None),
        "a tenant that is a name": claims(tid="mill.example"),
        "a tenant with a path behind it": claims(tid=f"{OLGA.tenant}/../common"),
        "a tenant that is a list": claims(tid=[OLGA.tenant]),
        "another tenant than the issuer's": claims(tid=FORGE),
        "another tenant's issuer": id_token(lambda _head, found: found.update(iss=found["iss"].replace(OLGA.tenant, FORGE))),
        "the issuer of the older tokens": claims(iss=f"https://sts.windows.net/{OLGA.tenant}/"),
        "no object": claims(oid=None),
        "an object that is a name": claims(oid="olga"),
        "an object that is a number": claims(oid=7),
        "a key of personal accounts": key_of(issuer="https://127.0.0.1/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0"),
        "a key of another tenant": key_of(issuer=f"https://127.0.0.1/{FORGE}/v2.0"),
    },
}
"""What only one of them says, and may say wrongly."""

ROWS = [(name, row) for name in PROVIDERS for row in (*WRONG_PROOFS, *OWN_WRONG_PROOFS[name])]


@pytest.mark.parametrize(("double", "row"), ROWS, ids=[f"{name}-{row}" for name, row in ROWS], indirect=["double"])
def test_what_is_not_proven_makes_no_link(scene: Scene, row: str) -> None:
    """One token request, no offer, no link, and a sentence for people."""
    (WRONG_PROOFS | OWN_WRONG_PROOFS[scene.name])[row](scene.double)

    answer = scene.come_back(scene.answer())

    assert answer.status_code == 422
    assert "Nothing was connected" in answer.get_data(as_text=True)
    assert scene.double.token_calls == 1
    assert scene.links() == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [("exp", PRESENT - 59), ("iat", PRESENT + 59), ("nbf", PRESENT + 59), ("azp", None), ("at_hash", None)],
)
def test_what_is_within_the_rules_is_taken(scene: Scene, name: str, value: object) -> None:
    """Clocks may be a minute apart, and what is optional may be missing: the table above refuses by rule, not by chance."""
    claims(**{name: value})(scene.double)

    answer = scene.come_back(scene.answer())

    assert answer.headers.get("Location", "").startswith("/accounts/adding")


def test_of_many_answers_at_once_one_is_taken(scene: Scene) -> None:
    """Twenty browsers' tabs with one answer ask for one token."""
    url = f"{scene.callback}?{urlencode(scene.answer())}"
    cookie = scene.browser.get_cookie(COOKIE)
    assert cookie is not None

    def once(_: int) -> int:
        tab = scene.app.test_client()
        tab.set_cookie(COOKIE, cookie.value)
        return tab.get(url).status_code

    with ThreadPoolExecutor(20) as pool:
        answers = sorted(pool.map(once, range(20)))

    assert answers == [303, *[422] * 19]
    assert scene.double.token_calls == 1


def test_a_code_of_another_question_is_refused(scene: Scene) -> None:
    """PKCE: the code of one question with the state of another proves nothing."""
    stolen = dict(scene.answer())["code"]

    answer = scene.come_back(scene.answer(code=stolen))

    assert answer.status_code == 422
    assert scene.links() == ()


class TestWhoStartedIt:
    """Session fixation: an address of a consent page is sent to somebody else, who consents."""

    @pytest.mark.parametrize("signed", [False, True], ids=["no session", "a session of their own"])
    @pytest.mark.parametrize("for_account", [False, True], ids=["any account", "a certain account"])
    def test_a_victim_in_another_browser_links_nothing(self, scene: Scene, signed: bool, for_account: bool) -> None:
        """The answer is taken where the question was asked, and nowhere else."""
        account = ""
        if for_account:
            linked(scene.browser, scene.double, csrf=csrf_of(scene.browser))
            account = str(scene.links()[0].account_id)
        before = scene.links()
        url = scene.asked(account=account)
        scene.double.consent = Consent(person=PAVEL)
        calls = scene.double.token_calls

        browser = victim(scene) if signed else scene.app.test_client()
        answer = browser.get(consented(scene.double, url))

        assert answer.status_code in (401, 422)
        assert scene.links() == before
        assert scene.double.token_calls == calls

    def test_another_account_than_the_one_asked_for_is_refused(self, scene: Scene) -> None:
        """Who connects Olga again and signs in as Pavel changes nothing."""
        linked(scene.browser, scene.double, csrf=csrf_of(scene.browser))
        before = scene.links()
        url = scene.asked(account=str(before[0].account_id))
        scene.double.consent = Consent(person=PAVEL)

        answer = scene.browser.get(consented(scene.double, url))

        assert answer.status_code == 422
        assert "another account" in answer.get_data(as_text=True)
        assert scene.links() == before

    def test_an_offer_is_confirmed_only_where_it_was_made(self, scene: Scene) -> None:
        """Its key is worth nothing in another session, of the same owner or of another."""
        key = scene.come_back(scene.answer()).headers["Location"].partition("offer=")[2]

        for browser in (other_browser(scene), victim(scene)):
            form = {"csrf": csrf_of(browser), "provider": scene.name, "offer": key}
            assert browser.get(f"/accounts/adding?offer={quote(key)}").status_code == 422
            assert browser.post("/accounts/adding", data=form).status_code == 422
            assert browser.post("/accounts/leaving", data=form).status_code == 422

        assert scene.links() == ()

    def test_a_form_of_another_site_confirms_nothing(self, scene: Scene) -> None:
        """Without the session's own token in the form nothing is linked."""
        key = scene.come_back(scene.answer()).headers["Location"].partition("offer=")[2]

        for form in ({"offer": key, "provider": scene.name}, {"offer": key, "provider": scene.name, "csrf": "0" * 64}):
            assert scene.browser.post("/accounts/adding", data=form).status_code == 403

        assert scene.links() == ()

    def test_an_offer_ends_after_ten_minutes(self, scene: Scene) -> None:
        """Unconfirmed, it is worth nothing."""
        key = scene.come_back(scene.answer()).headers["Location"].partition("offer=")[2]
        form = {"csrf": csrf_of(scene.browser), "provider": scene.name, "offer": key}
        scene.clock.now = NOW + timedelta(minutes=10, seconds=1)

        assert scene.browser.post("/accounts/adding", data=form).status_code == 422
        assert scene.links() == ()

    def test_another_owners_account_cannot_be_named(self, scene: Scene) -> None:
        """Neither to connect nor to disconnect it: it is as if it were not there."""
        linked(scene.browser, scene.double, csrf=csrf_of(scene.browser))
        (row,) = scene.links()
        stranger = victim(scene)
        form = {"csrf": csrf_of(stranger), "provider": scene.name, "account": str(row.account_id)}

        assert stranger.post("/accounts/connect", data=form).status_code == 404
        assert stranger.post("/accounts/disconnect", data=form).status_code == 404
        assert scene.links() == (row,)


LOOKALIKES = {
    "the same address": OLGA.address,
    "in capitals": OLGA.address.upper(),
    "with a tag": "olga+x@mill.example",
    "in another script": "\u043elga@mill.example",
    "at an IDN that looks alike": "olga@m\u0456ll.example",
    "in punycode": "olga@xn--mll-hga.example",
    "at Google Mail's other name": "olga@googlemail.example",
}
STRANGER = "66666666-0000-4000-8000-000000000666"


@pytest.mark.parametrize("address", LOOKALIKES.values(), ids=LOOKALIKES)
def test_an_address_is_no_identity(scene: Scene, address: str) -> None:
    """Another subject is another account, whatever its address: nothing of the first is touched."""
    linked(scene.browser, scene.double, csrf=csrf_of(scene.browser))
    (before,) = scene.links()
    scene.double.consent = Consent(person=replace(OLGA, subject=STRANGER, address=address))

    linked(scene.browser, scene.double, csrf=csrf_of(scene.browser))

    first, second = sorted(scene.links(), key=lambda row: row.account_id)
    assert first == before
    assert (second.subject, second.account_id) != (first.subject, first.account_id)


def test_the_same_subject_at_another_issuer_is_another_account(scene: Scene, clock: Clock) -> None:
    """Issuer and subject together are the key."""
    linked(scene.browser, scene.double, csrf=csrf_of(scene.browser))

    with served_by_name(scene.name, clock) as elsewhere:
        app = create_app(Settings(), database=scene.database, now=clock, zone=UTC, providers={scene.name: provider_of(elsewhere)})
        browser = signed_in(app, scene.database, scene.owner)
        linked(browser, elsewhere, csrf=csrf_of(browser))

    assert len({row.account_id for row in scene.links()}) == 2


@MICROSOFT_ALONE
def test_the_same_address_and_object_in_another_tenant_is_another_account(scene: Scene) -> None:
    """In a tenant of one's own anybody can give themselves any address (nOAuth)."""
    linked(scene.browser, scene.double, csrf=csrf_of(scene.browser))
    (before,) = scene.links()
    scene.double.consent = Consent(person=replace(OLGA, tenant=FORGE))

    linked(scene.browser, scene.double, csrf=csrf_of(scene.browser))

    assert scene.links()[0] == before
    assert len({row.account_id for row in scene.links()}) == 2


def test_an_account_may_change_its_address(scene: Scene) -> None:
    """It stays the same account."""
    linked(scene.browser, scene.double, csrf=csrf_of(scene.browser))
    (before,) = scene.links()
    scene.double.consent = Consent(person=replace(OLGA, address="olga.married@mill.example"))

    linked(scene.browser, scene.double, csrf=csrf_of(scene.browser))

    (after,) = scene.links()
    assert (after.account_id, after.address) == (before.account_id, "olga.married@mill.example")


class TestDisconnecting:
    """The door is shut first, then the provider is told."""

    def test_the_grant_is_given_back_and_forgotten(self, scene: Scene) -> None:
        """No token is kept."""
        linked(scene.browser, scene.double, csrf=csrf_of(scene.browser))
        (row,) = scene.links()

        scene.browser.post("/accounts/disconnect", data={"csrf": csrf_of(scene.browser), "account": str(row.account_id)})

        (after,) = scene.links()
        assert (after.state, after.tokens_held) == (LinkState.DISCONNECTED, False)
        assert scene.double.calls["revoke"] == (1 if scene.name == "google" else 0)

    @MICROSOFT_ALONE
    def test_what_stays_at_microsoft_is_said(self, scene: Scene) -> None:
        """It has no address at which a program takes a consent back: people can, and are told where."""
        linked(scene.browser, scene.double, csrf=csrf_of(scene.browser))
        (row,) = scene.links()

        scene.browser.post("/accounts/disconnect", data={"csrf": csrf_of(scene.browser), "account": str(row.account_id)})

        assert LEFT_BEHIND in scene.browser.get("/accounts").get_data(as_text=True)

    @GOOGLE_ALONE
    def test_a_provider_that_cannot_be_told_is_told_later(self, scene: Scene) -> None:
        """Meanwhile nothing is read, the page says so, and the button is still there."""
        linked(scene.browser, scene.double, csrf=csrf_of(scene.browser))
        (row,) = scene.links()
        form = {"csrf": csrf_of(scene.browser), "account": str(row.account_id)}
        scene.double.faults.revoke_status = 503

        scene.browser.post("/accounts/disconnect", data=form)
        page = scene.browser.get("/accounts").get_data(as_text=True)
        scene.double.faults.revoke_status = 0
        scene.browser.post("/accounts/disconnect", data=form)

        assert "could not be told" in page
        assert f"Disconnect {OLGA.address}" in page
        (after,) = scene.links()
        assert (after.state, after.tokens_held) == (LinkState.DISCONNECTED, False)

    def test_it_can_be_connected_again(self, scene: Scene) -> None:
        """As the same account."""
        linked(scene.browser, scene.double, csrf=csrf_of(scene.browser))
        (row,) = scene.links()
        scene.browser.post("/accounts/disconnect", data={"csrf": csrf_of(scene.browser), "account": str(row.account_id)})

        scene.browser.get(consented(scene.double, scene.asked(account=str(row.account_id))))

        (after,) = scene.links()
        assert (after.account_id, after.state) == (row.account_id, LinkState.LINKED)


def test_nothing_secret_is_logged_on_the_way(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """With every logger at DEBUG, through a link, a refusal, a failure and a disconnection: no code, state, token, session or address."""
    caplog.set_level(logging.DEBUG)
    cookie = scene.browser.get_cookie(COOKIE)
    assert cookie is not None
    secrets = {cookie.value, OLGA.address, OLGA.subject, scene.double.client_secret}
    given: list[dict[str, Any]] = []
    scene.double.faults.alter = lambda found: given.append(dict(found))
    linked(scene.browser, scene.double, csrf=csrf_of(scene.browser))
    for arrange in (WRONG_PROOFS["alg none"], WRONG_PROOFS["a page"], WRONG_PROOFS["503"]):
        arrange(scene.double)
        pairs = scene.answer()
        secrets |= {value for name, value in pairs if name in ("state", "code")}
        scene.come_back(pairs)
    scene.browser.post("/accounts/disconnect", data={"csrf": csrf_of(scene.browser), "account": str(scene.links()[0].account_id)})
    secrets |= {found[name] for found in given for name in ("access_token", "refresh_token", "id_token") if name in found}
    secrets |= {asked[name] for asked in scene.double.asked for name in ("state", "nonce", "code_challenge")}

    said = "\n".join(record.getMessage() for record in caplog.records)

    assert f"POST {urlsplit(scene.double.issuer).path}/" in said
    assert "/token" in said
    assert len(secrets) > 15
    assert [secret for secret in secrets if secret in said or quote(secret, safe="") in said] == []


def test_the_redirect_address_comes_from_the_settings(database: Database, double: SignIn, clock: Clock, owner: int) -> None:
    """Whatever host a request names, the provider answers to the address that was registered."""
    settings = Settings(public_url="https://acquaint.mill.example/", allowed_hosts=("evil.example",))
    app = create_app(settings, database=database, now=clock, zone=UTC, providers={provider_of(double).name: provider_of(double)})
    client = app.test_client()
    base = "https://evil.example"
    client.post("/login", data={"code": make_login_link(database, owner, now=NOW)}, base_url=base)
    page = client.get("/settings", base_url=base).get_data(as_text=True)
    csrf = page.partition('name="csrf" value="')[2].partition('"')[0]

    answer = client.post("/accounts/connect", data={"csrf": csrf, "provider": provider_of(double).name}, base_url=base)

    (url,) = found_in(answer.get_data(as_text=True), "//a[@rel='noreferrer']/@href")
    assert dict(parse_qsl(urlsplit(url).query))["redirect_uri"] == f"https://acquaint.mill.example/oauth/{provider_of(double).name}/callback"


def test_there_are_rows_enough() -> None:
    """The table of what must not make a link does not shrink unseen."""
    assert all(len(UNPROVEN) + len(WRONG_PROOFS) + len(own) >= 110 for own in OWN_WRONG_PROOFS.values())
