"""Microsoft's sign-in, beyond what it shares with others: authorities, codes, demands, limits, and what is kept."""

from __future__ import annotations

import base64
import json
import logging
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from connectors.base import NeedsReconnecting, TemporarilyUnavailable, Throttled
from connectors.doubles.microsoft_login import CONSUMERS, MicrosoftLogin
from connectors.doubles.sign_in import Consent
from connectors.microsoft.door import Door
from connectors.microsoft.oauth import CALENDARS_READ, MAIL_READ, MicrosoftOAuth, claims_in
from connectors.oauth import Answer, ClientRefused, Grant, LinkRefused, Reads, Refusal
from tests.signing_in import FORGE, OLGA, certificate, consented, microsoft_of, served_login

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HERE = "http://localhost:1/callback"


@pytest.fixture
def login() -> Iterator[MicrosoftLogin]:
    with served_login(lambda: NOW) as served:
        yield served


def granted(login: MicrosoftLogin, provider: MicrosoftOAuth) -> Grant:
    """Consent, without a browser."""
    asked = provider.ask(redirect_uri=HERE)
    answer = Answer.read(parse_qsl(urlsplit(consented(login, asked.url)).query))
    return provider.redeem(asked.kept, answer, redirect_uri=HERE, now=NOW)


class TestAuthorities:
    """Everybody's accounts, one tenant's, or those of people."""

    @pytest.mark.parametrize("tenant", ["common", "organizations"])
    def test_every_organisation_is_let_in(self, login: MicrosoftLogin, tenant: str) -> None:
        """Who it is says the token: its tenant and its object there."""
        found = granted(login, microsoft_of(login, authority=f"{login.issuer}/{tenant}/"))

        assert (found.identity.issuer, found.identity.subject) == (f"{login.issuer}/{OLGA.tenant}/v2.0", OLGA.subject)
        assert found.identity.address == OLGA.address

    def test_personal_accounts_are_a_tenant_of_their_own(self, login: MicrosoftLogin) -> None:
        """The same for all of them."""
        login.consent = Consent(person=replace(OLGA, tenant=CONSUMERS))

        found = granted(login, microsoft_of(login, authority=f"{login.issuer}/consumers"))

        assert found.identity.issuer == f"{login.issuer}/{CONSUMERS}/v2.0"

    @pytest.mark.parametrize(("tenant", "fits"), [(OLGA.tenant, True), (FORGE, False)])
    def test_a_tenant_lets_in_its_own_accounts_only(self, login: MicrosoftLogin, tenant: str, fits: bool) -> None:
        """Whatever the authority's page may do: a token of another tenant proves nothing."""
        provider = microsoft_of(login, authority=f"{login.issuer}/{tenant}")

        if fits:
            assert granted(login, provider).identity.subject == OLGA.subject
        else:
            with pytest.raises(LinkRefused) as told:
                granted(login, provider)
            assert told.value.refusal is Refusal.IDENTITY

    @pytest.mark.parametrize("authority", ["http://127.0.0.1:1/common", "", "login.microsoftonline.com/common", "https://127.0.0.1:1"])
    def test_an_authority_that_is_none_is_named(self, authority: str) -> None:
        """With the setting to be put right; nothing is sent anywhere."""
        provider = MicrosoftOAuth(client_id="c", client_secret="s", authority=authority, instance_discovery=False)

        with pytest.raises(ClientRefused, match="ACQUAINT_MS_AUTHORITY"):
            provider.ask(redirect_uri=HERE)

    def test_a_tenant_that_does_not_exist_is_named(self, login: MicrosoftLogin) -> None:
        """An authority that says nothing of itself is one nobody can sign in at."""
        with pytest.raises(ClientRefused, match="ACQUAINT_MS_AUTHORITY"):
            microsoft_of(login, authority=f"{login.issuer}/nobody/there").ask(redirect_uri=HERE)

    def test_what_an_authority_says_of_itself_is_fetched_once(self, login: MicrosoftLogin) -> None:
        """And the keys each time: they may have been changed."""
        provider = microsoft_of(login)

        for _ in range(3):
            granted(login, provider)

        assert (login.calls["discovery"], login.calls["jwks"]) == (1, 3)


class TestCodes:
    """A code that is entered on another device."""

    def test_until_it_is_entered_nothing_comes(self, login: MicrosoftLogin) -> None:
        """Then the same as from a browser, and it renews itself as the public client that it was granted to."""
        provider = microsoft_of(login)
        shown = provider.ask_by_code(now=NOW)

        before = provider.redeem_by_code(shown.kept, now=NOW)
        login.enter(shown.code)
        grant = provider.redeem_by_code(shown.kept, now=NOW)

        assert before is None
        assert grant is not None
        assert grant.identity.subject == OLGA.subject
        assert shown.expires_at == NOW + timedelta(minutes=15)
        login.client_secret = "changed meanwhile"
        assert login.person_of(provider.renew(grant.tokens, linked_at=NOW, now=NOW).access) == OLGA

    def test_who_asks_too_often_is_told_to_wait(self, login: MicrosoftLogin) -> None:
        """By so many seconds more."""
        login.slow_down = 1
        provider = microsoft_of(login)
        shown = provider.ask_by_code(now=NOW)

        with pytest.raises(Throttled) as told:
            provider.redeem_by_code(shown.kept, now=NOW)

        assert told.value.retry_after == 5

    @pytest.mark.parametrize(
        ("error", "refusal"),
        [("authorization_declined", Refusal.DECLINED), ("expired_token", Refusal.CODE), ("bad_verification_code", Refusal.CODE)],
    )
    def test_a_code_that_leads_nowhere(self, login: MicrosoftLogin, error: str, refusal: Refusal) -> None:
        """Declined, over, or unknown."""
        provider = microsoft_of(login)
        shown = provider.ask_by_code(now=NOW)
        login.faults.token_error = error

        with pytest.raises(LinkRefused) as told:
            provider.redeem_by_code(shown.kept, now=NOW)

        assert told.value.refusal is refusal

    def test_a_secret_is_not_needed(self, login: MicrosoftLogin) -> None:
        """A registration of a public client has none, in a browser or by a code."""
        provider = microsoft_of(login, client_secret="")

        found = granted(login, provider)

        assert login.person_of(provider.renew(found.tokens, linked_at=NOW, now=NOW).access) == OLGA


REFUSALS = {
    "the person declines": ("access_denied", "AADSTS65004: User declined to consent.", Refusal.DECLINED),
    "an administrator has to allow it": ("access_denied", "AADSTS90094: The grant requires admin permission.", Refusal.BLOCKED),
    "a policy forbids it": ("interaction_required", "AADSTS53003: Blocked by conditional access.", Refusal.BLOCKED),
    "the redirect address is not registered": ("invalid_request", "AADSTS50011: The redirect URI does not match.", Refusal.CLIENT),
    "for one tenant only": ("invalid_request", "AADSTS50194: The application is not multi-tenant.", Refusal.CLIENT),
    "unknown here": ("unauthorized_client", "AADSTS700016: Application not found.", Refusal.CLIENT),
    "out of order": ("server_error", "AADSTS90033: A transient error has occurred.", Refusal.PROVIDER),
    "nothing is said": ("temporarily_unavailable", "", Refusal.PROVIDER),
    "a number far inside": ("access_denied", "x" * 200 + "AADSTS90094", Refusal.DECLINED),
}


@pytest.mark.parametrize(("error", "description", "refusal"), REFUSALS.values(), ids=REFUSALS)
def test_refusals_are_told_apart_by_error_and_number(login: MicrosoftLogin, error: str, description: str, refusal: Refusal) -> None:
    """Over several lines, as they come; nobody is asked for a token."""
    pairs = [("state", "s"), ("error", error), ("error_description", f"{description}\r\nTrace ID: 1\r\nTimestamp: 2")]

    with pytest.raises(LinkRefused) as told:
        microsoft_of(login).redeem({}, Answer.read(pairs), redirect_uri=HERE, now=NOW)

    assert told.value.refusal is refusal
    assert login.token_calls == 0


DEMAND = '{"access_token": {"nbf": {"essential": true, "value": "1795600000"}}}'
ANY_BYTES = '{"access_token": {"a": {"value": "\u00e4\u00f6\u00fc\u00df?>"}}}'


def header(claims: str, *, error: str = "insufficient_claims") -> str:
    packed = base64.b64encode(claims.encode()).decode()
    return f'Bearer realm="", authorization_uri="https://login.example/common", client_id="x", error="{error}", claims="{packed}"'


@pytest.mark.parametrize(
    ("told", "found"),
    [
        (header(DEMAND), DEMAND),
        (header(DEMAND).rstrip('="') + '"', DEMAND),
        (header(ANY_BYTES), ANY_BYTES),
        (header(DEMAND, error="invalid_token"), ""),
        (header("[]"), ""),
        (header('{"access_token": []}'), ""),
        (header("{" * 3_000), ""),
        (header("nonsense"), ""),
        ('Bearer error="insufficient_claims", claims="%%%"', ""),
        ('Bearer error="insufficient_claims", claims="/w=="', ""),
        ('Bearer error="insufficient_claims"', ""),
        ("x" * 9_000 + header(DEMAND), ""),
        ("", ""),
    ],
)
def test_a_demand_is_read_or_there_is_none(told: str, found: str) -> None:
    """What Graph says beside a refusal is hostile until it is read."""
    assert claims_in(told) == found


def test_what_lets_us_read_is_known_however_it_is_written() -> None:
    """With Graph's address before it, in small letters, or with more than we have asked for."""
    reads = MicrosoftOAuth(client_id="", client_secret="", authority="").reads

    assert reads(frozenset({MAIL_READ, CALENDARS_READ})) == frozenset(Reads)
    assert reads(frozenset({"https://graph.microsoft.com/mail.read", "openid"})) == {Reads.MAIL}
    assert reads(frozenset({"Calendars.ReadWrite"})) == {Reads.CALENDAR}
    assert reads(frozenset({"Mail.ReadBasic", "Mail.Send", "Calendars.ReadBasic", "User.Read"})) == frozenset()


def test_only_what_lasts_is_kept(login: MicrosoftLogin) -> None:
    """No access token and no id token in what the next ones are asked for with; with rotation the newest, and the one before."""
    provider = microsoft_of(login)
    tokens = granted(login, provider).tokens
    for _ in range(3):
        tokens = provider.renew(tokens, linked_at=NOW, now=NOW)

    kept = json.loads(json.loads(tokens.renewal)["cache"])

    assert {kind: len(entries) for kind, entries in kept.items() if entries} == {"Account": 1, "RefreshToken": 1, "AppMetadata": 1}
    assert tokens.access not in tokens.renewal


def test_a_grant_is_renewed_as_the_client_that_it_was_given_to(login: MicrosoftLogin) -> None:
    """With the secret, where one was shown."""
    login.public_flows = False
    provider = microsoft_of(login)

    tokens = provider.renew(granted(login, provider).tokens, linked_at=NOW, now=NOW)

    assert login.person_of(tokens.access) == OLGA


def test_nothing_is_asked_for_that_was_not_granted(login: MicrosoftLogin) -> None:
    """Else Microsoft would refuse to renew what was."""
    login.consent = Consent(person=OLGA, unticked=frozenset({CALENDARS_READ}))
    provider = microsoft_of(login)

    tokens = provider.renew(granted(login, provider).tokens, linked_at=NOW, now=NOW)

    assert provider.reads(tokens.scopes) == {Reads.MAIL}


def test_an_account_is_called_by_its_mailbox(login: MicrosoftLogin) -> None:
    """Rather than by the name that somebody signs in with; where none is said, by that."""
    names = {"email": "Olga.Miller@mill.example", "preferred_username": "om17@mill.example"}
    login.faults.forge = lambda _header, claims: claims.update(names)
    called = [granted(login, microsoft_of(login)).identity.address]
    names["email"] = ""
    called.append(granted(login, microsoft_of(login)).identity.address)

    assert called == ["olga.miller@mill.example", "om17@mill.example"]


def test_keys_in_the_open_prove_nothing(login: MicrosoftLogin) -> None:
    """Whatever an authority says of itself."""
    login.keys_at = "http://keys.example/keys"

    with pytest.raises(LinkRefused) as told:
        granted(login, microsoft_of(login))

    assert told.value.refusal is Refusal.IDENTITY


@pytest.mark.parametrize("renewal", ["", "nonsense", "[]", '{"public": false}', '{"public": false, "cache": "{}"}'])
def test_tokens_that_cannot_be_read_any_more_need_reconnecting(login: MicrosoftLogin, renewal: str) -> None:
    """Whatever another version may have kept."""
    tokens = replace(granted(login, microsoft_of(login)).tokens, renewal=renewal)

    with pytest.raises(NeedsReconnecting):
        microsoft_of(login).renew(tokens, linked_at=NOW, now=NOW)


class TestTheDoor:
    """msal has no time-outs and logs what it cannot read; what it speaks through has limits (`connectors.calls`) and hands on JSON only."""

    @pytest.mark.parametrize(
        ("raw", "seconds"),
        [(b"HTTP/1.1 429 Slow\r\nRetry-After: 17\r\n\r\n", 17), (b"HTTP/1.1 503 Off\r\nRetry-After: 99999\r\n\r\n", 3_600)],
    )
    def test_who_asks_to_wait_is_heard(self, raw: bytes, seconds: float) -> None:
        """For as long as it says, up to an hour."""
        with socket.create_server(("127.0.0.1", 0)) as server:
            threading.Thread(target=_answer, args=(server, raw), daemon=True).start()

            with pytest.raises(Throttled) as told:
                Door({}, ca_bundle="").post(f"http://127.0.0.1:{server.getsockname()[1]}/", data={})

        assert told.value.retry_after == seconds

    def test_who_is_not_trusted_is_not_spoken_to(self, login: MicrosoftLogin) -> None:
        """A certificate that nobody vouches for is as good as none, whatever the environment trusts."""
        provider = microsoft_of(login, ca_bundle="")

        with pytest.raises(TemporarilyUnavailable):
            provider.ask(redirect_uri=HERE)

    def test_nothing_of_what_msal_cannot_read_is_logged(self, login: MicrosoftLogin, caplog: pytest.LogCaptureFixture) -> None:
        """Half a reply holds half a token."""
        caplog.set_level(logging.DEBUG)
        login.faults.raw = (200, b'{"access_token": "canary-of-a-token', "application/json")

        with pytest.raises(TemporarilyUnavailable):
            granted(login, microsoft_of(login))

        assert "canary" not in caplog.text


def _answer(server: socket.socket, raw: bytes) -> None:
    connection, _ = server.accept()
    with connection:
        connection.recv(10_000)
        connection.sendall(raw)


def test_the_certificate_is_named_by_the_settings() -> None:
    """The bundle holds no key."""
    assert b"PRIVATE" not in certificate().bundle.read_bytes()
