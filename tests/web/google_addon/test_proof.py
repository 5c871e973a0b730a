"""Who calls is proven by two tokens. One that is not as it has to be opens nothing, whatever is wrong with it."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc import jwt
from joserfc.jwk import RSAKey

from connectors.doubles.addon_host import SERVICE_ACCOUNT, AddOnHost, Claims
from connectors.doubles.sign_in import CLIENT_ID as CLIENT_OF_LINKING
from connectors.doubles.sign_in import signing_key
from plugin_backend.web.google_addon.functions import Function
from tests.web.conftest import NOW, Clock
from tests.web.google_addon.conftest import BASE, OWNER, Caller, lint, texts_of

FOREIGN = RSAKey.generate_key(2048, parameters={"kid": "foreign", "use": "sig", "alg": "RS256"})
HOME = Function.HOME.url(BASE)

Forge = Callable[[AddOnHost, Claims], object]


def changed(**claims: Any) -> Forge:
    """The same token with other claims; None leaves one out."""

    def forge(host: AddOnHost, good: Claims) -> object:
        return host.signed({key: value for key, value in {**good, **claims}.items() if value is not None})

    return forge


def headed(**header: Any) -> Forge:
    """The same token with another header."""
    return lambda host, good: host.signed(good, header)


def seconds(moment: timedelta) -> int:
    return int((NOW + moment).timestamp())


def unpadded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def by_hand(header: dict[str, Any], good: Claims, sign: Callable[[bytes], bytes]) -> str:
    """A token as no careful library makes one."""
    head = {"typ": "JWT", "kid": signing_key().kid, **header}
    signed = ".".join(unpadded(json.dumps(part).encode()) for part in (head, good))
    return f"{signed}.{unpadded(sign(signed.encode()))}"


def unsigned(_host: AddOnHost, good: Claims) -> object:
    return by_hand({"alg": "none"}, good, lambda _: b"")


def signed_with_the_public_key(_host: AddOnHost, good: Claims) -> object:
    secret = signing_key().as_pem(private=False)
    return by_hand({"alg": "HS256"}, good, lambda text: hmac.digest(secret, text, "sha256"))


def with_a_demand(_host: AddOnHost, good: Claims) -> object:
    key = load_pem_private_key(signing_key().as_pem(private=True), None)
    assert isinstance(key, RSAPrivateKey)
    return by_hand({"alg": "RS256", "crit": ["x"], "x": 1}, good, lambda text: key.sign(text, PKCS1v15(), SHA256()))


def of_a_foreign_key(_host: AddOnHost, good: Claims) -> object:
    return jwt.encode({"alg": "RS256", "typ": "JWT", "kid": FOREIGN.kid}, good, FOREIGN)


def under_our_key_id(_host: AddOnHost, good: Claims) -> object:
    return jwt.encode({"alg": "RS256", "typ": "JWT", "kid": signing_key().kid}, good, FOREIGN)


def altered(host: AddOnHost, good: Claims) -> object:
    head, _, signature = host.signed(good).split(".")
    return f"{head}.{unpadded(json.dumps({**good, 'sub': '1'}).encode())}.{signature}"


BAD: dict[str, Forge] = {
    "of another issuer": changed(iss="https://evil.example"),
    "of no issuer": changed(iss=None),
    "for nobody": changed(aud=None),
    "for two": changed(aud=["https://acquaint.example.org/google/home", "https://other.example"]),
    "expired": changed(exp=seconds(-timedelta(minutes=2))),
    "without an end": changed(exp=None),
    "with an end in words": changed(exp="tomorrow"),
    "of the future": changed(iat=seconds(timedelta(minutes=2))),
    "without a beginning": changed(iat=None),
    "not valid yet": changed(nbf=seconds(timedelta(hours=1))),
    "without a subject": changed(sub=None),
    "with a subject that is none": changed(sub="a\nb"),
    "unsigned": unsigned,
    "signed with the public key": signed_with_the_public_key,
    "of a foreign key": of_a_foreign_key,
    "of a foreign key under our key's id": under_our_key_id,
    "altered": altered,
    "with keys of its own": headed(jwk=FOREIGN.as_dict(private=False)),
    "with an address of keys": headed(jku="https://evil.example/keys"),
    "with a demand": with_a_demand,
    "of another type": headed(typ="at+jwt"),
    "far too long": lambda host, good: host.signed({**good, "pad": "x" * 20_000}),
    "not a token": lambda _host, _good: "x.y.z",
    "empty": lambda _host, _good: "",
    "not even text": lambda _host, _good: ["x"],
}

BAD_SYSTEM: dict[str, Forge] = BAD | {
    "for another function": changed(aud=Function.COMPOSE.url(BASE)),
    "for another host": changed(aud="https://other.example/google/home"),
    "for the host alone": changed(aud=BASE),
    "for the same address with a query": changed(aud=f"{HOME}?x=1"),
    "of another project's add-on": changed(email="service-999@gcp-sa-gsuiteaddons.iam.gserviceaccount.com"),
    "of a longer name": changed(email=f"{SERVICE_ACCOUNT}.evil.example"),
    "of another case": changed(email=SERVICE_ACCOUNT.upper()),
    "of no service account": changed(email=None),
    "with an address that is not verified": changed(email_verified=False),
    "that does not say it is verified": changed(email_verified=None),
    "verified in words": changed(email_verified="true"),
}
BAD_USER: dict[str, Forge] = BAD | {
    "for another client": changed(aud="other.apps.example"),
    "for the client that links accounts": changed(aud=CLIENT_OF_LINKING),
    "for our address": changed(aud=HOME),
}


def refused(caller: Caller, body: dict[str, Any]) -> bool:
    """Whether a call is answered with a card, or a question, that holds nothing of the ledger."""
    answer = caller.send(Function.HOME, body)
    assert answer.status_code == 200
    assert lint(answer.get_json()) == []
    assert "Get back to" not in texts_of(answer.get_json())
    return "Not recognised" in texts_of(answer.get_json()) or "requesting_google_scopes" in answer.get_json()


def test_good_tokens_open_the_ledger(google: Caller) -> None:
    """With both tokens as they have to be."""
    assert "Get back to" in texts_of(google(Function.HOME))


@pytest.mark.parametrize("kind", BAD_SYSTEM)
def test_a_bad_system_token(google: Caller, kind: str) -> None:
    """It does not prove that our add-on calls."""
    body = google.host.event(HOME, OWNER)

    body["authorizationEventObject"]["systemIdToken"] = BAD_SYSTEM[kind](google.host, google.host.system_claims(HOME))

    assert refused(google, body)


@pytest.mark.parametrize("kind", BAD_USER)
def test_a_bad_user_token(google: Caller, kind: str) -> None:
    """It does not prove who asks."""
    body = google.host.event(HOME, OWNER)

    body["authorizationEventObject"]["userIdToken"] = BAD_USER[kind](google.host, google.host.user_claims(OWNER))

    assert refused(google, body)


def test_the_header_counts_before_the_body(google: Caller) -> None:
    """A bad bearer is not made good by a good token in the body."""
    body = google.host.event(HOME, OWNER)

    answer = google.send(Function.HOME, body, bearer="x.y.z")

    assert "Not recognised" in texts_of(answer.get_json())


def test_the_bearer_alone(google: Caller) -> None:
    """Google sends the system token as bearer; the body need not repeat it."""
    body = google.host.event(HOME, OWNER)
    bearer = body["authorizationEventObject"].pop("systemIdToken")

    assert "Get back to" in texts_of(google.send(Function.HOME, body, bearer=bearer).get_json())


def test_a_user_token_is_no_system_token(google: Caller) -> None:
    """Neither can stand in for the other."""
    body = google.host.event(HOME, OWNER)
    who = body["authorizationEventObject"]
    who["systemIdToken"], who["userIdToken"] = who["userIdToken"], who["systemIdToken"]

    assert refused(google, body)


def test_no_user_token_asks_for_consent(google: Caller) -> None:
    """Without it Google is asked to ask the user who they are."""
    body = google.host.event(HOME, OWNER)
    del body["authorizationEventObject"]["userIdToken"]

    answer = google.send(Function.HOME, body).get_json()

    assert lint(answer) == []
    assert "openid" in answer["requesting_google_scopes"]["scopes"]


def test_the_issuer_may_leave_out_its_scheme(google: Caller) -> None:
    """Google calls itself by both names."""
    body = google.host.event(HOME, OWNER)
    bare = {**google.host.system_claims(HOME), "iss": "accounts.google.com"}
    body["authorizationEventObject"]["systemIdToken"] = google.host.signed(bare)

    assert "Get back to" in texts_of(google.send(Function.HOME, body).get_json())


def test_users_are_known_by_subject_never_by_address(google: Caller) -> None:
    """Another subject under the owner's address is nobody."""
    body = google.host.event(HOME, OWNER)
    other = {**google.host.user_claims(OWNER), "sub": "108000000000000000055"}
    body["authorizationEventObject"]["userIdToken"] = google.host.signed(other)

    assert "Connect your mailbox" in texts_of(google.send(Function.HOME, body).get_json())


def test_keys_are_fetched_once(google: Caller, clock: Clock) -> None:
    """Not for every call; and not for every bad token either: at most once a minute."""
    for _ in range(5):
        google(Function.HOME)
    body = google.host.event(HOME, OWNER)
    body["authorizationEventObject"]["systemIdToken"] = of_a_foreign_key(google.host, google.host.system_claims(HOME))
    for _ in range(5):
        assert refused(google, body)
    assert google.host.fetched == 1

    clock.now = NOW + timedelta(minutes=2)
    for _ in range(5):
        assert refused(google, body)

    assert google.host.fetched == 2


def test_an_installation_without_an_add_on(google: Caller) -> None:
    """Where it is not set up, nobody is let in, and the card says what is missing."""
    other = google.client.application
    site = other.extensions["acquaint"]

    other.extensions["acquaint"] = replace(site, google_door=replace(site.google_door, service_account=""))

    assert "Not set up yet" in texts_of(google.send(Function.HOME, google.host.event(HOME, OWNER)).get_json())
