"""Doubles of Google's and Microsoft's sign-in, served on this machine, and a browser that walks through their consent pages."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from lxml import html
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import Client, TestResponse

from connectors.doubles.microsoft_login import MicrosoftLogin
from connectors.doubles.oauth import OAuthDouble
from connectors.doubles.serving import Certificate
from connectors.doubles.sign_in import CLIENT_ID, CLIENT_SECRET, Consent, Person, SignIn
from connectors.google.oauth import GoogleOAuth
from connectors.microsoft.oauth import MicrosoftOAuth
from connectors.oauth import OAuthProvider

PROVIDERS = ("google", "microsoft")
MILL, FORGE = "11111111-0000-4000-8000-000000000001", "22222222-0000-4000-8000-000000000002"
OLGA = Person(subject="aaaaaaaa-0000-4000-8000-000000000001", address="olga@mill.example", tenant=MILL)
PAVEL = Person(subject="bbbbbbbb-0000-4000-8000-000000000002", address="pavel@forge.example", tenant=FORGE)


class Quiet(WSGIRequestHandler):
    """Says nothing of what it was asked."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Nothing."""


@cache
def certificate() -> Certificate:
    """The certificate that every double of this process shows; its key goes with the process."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Certificate.made_in(folder)


@contextmanager
def _served(make: Callable[[str], SignIn], **options: Any) -> Iterator[SignIn]:
    server = make_server("127.0.0.1", 0, lambda environ, start: double(environ, start), threaded=True, request_handler=Quiet, **options)
    double = make(f"127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield double
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def served_double(clock: Callable[[], datetime]) -> Iterator[OAuthDouble]:
    """Google's double, answering on a port of this machine."""
    with _served(lambda place: OAuthDouble(issuer=f"http://{place}/oauth", consent=Consent(person=OLGA), clock=clock)) as double:
        assert isinstance(double, OAuthDouble)
        yield double


@contextmanager
def served_login(clock: Callable[[], datetime]) -> Iterator[MicrosoftLogin]:
    """Microsoft's double, answering on a port of this machine, by https."""

    def make(place: str) -> MicrosoftLogin:
        return MicrosoftLogin(issuer=f"https://{place}", consent=Consent(person=OLGA), clock=clock)

    with _served(make, ssl_context=certificate().context) as double:
        assert isinstance(double, MicrosoftLogin)
        yield double


@contextmanager
def served_by_name(name: str, clock: Callable[[], datetime]) -> Iterator[SignIn]:
    """The double of a provider."""
    with served_login(clock) if name == "microsoft" else served_double(clock) as double:
        yield double


def google_of(double: SignIn, kind: type[GoogleOAuth] = GoogleOAuth, **other: str) -> GoogleOAuth:
    """Google as the double plays it."""
    settings = {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "auth_uri": f"{double.issuer}/authorize",
        "token_uri": f"{double.issuer}/token",
        "revoke_uri": f"{double.issuer}/revoke",
        "jwks_uri": f"{double.issuer}/jwks",
        "issuer": double.issuer,
    }
    return kind(**{**settings, **other})


def microsoft_of(double: SignIn, kind: type[MicrosoftOAuth] = MicrosoftOAuth, **other: str) -> MicrosoftOAuth:
    """Microsoft as the double plays it."""
    settings = {
        "client_id": double.client_id,
        "client_secret": double.client_secret,
        "authority": f"{double.issuer}/common",
        "ca_bundle": str(certificate().bundle),
    }
    return kind(instance_discovery=False, **{**settings, **other})


def provider_of(double: SignIn) -> OAuthProvider:
    """The provider that a double plays."""
    return microsoft_of(double) if isinstance(double, MicrosoftLogin) else google_of(double)


def found_in(page: str, path: str) -> tuple[str, ...]:
    """What an XPath finds in a page, as text."""
    found = html.document_fromstring(page).xpath(path)
    assert isinstance(found, list), path
    return tuple(str(each) for each in found)


def consent_page(browser: FlaskClient, *, csrf: str, provider: str = "google", account: str = "") -> str:
    """The address of the consent page, from the button of the accounts page."""
    answer = browser.post("/accounts/connect", data={"csrf": csrf, "provider": provider, "account": account})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return found_in(answer.get_data(as_text=True), "//a[@rel='noreferrer']/@href")[0]


def consented(double: SignIn, url: str) -> str:
    """Where the browser is sent with the answer: path and query."""
    answer = Client(double).get(url)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    parts = urlsplit(answer.headers["Location"])
    return f"{parts.path}?{parts.query}"


def linked(browser: FlaskClient, double: SignIn, *, csrf: str) -> TestResponse:
    """The whole way of adding an account, confirmation included."""
    name = provider_of(double).name
    answer = browser.get(consented(double, consent_page(browser, csrf=csrf, provider=name)))
    page = browser.get(answer.headers["Location"]).get_data(as_text=True)
    offer = found_in(page, "//form[@action='/accounts/adding']//input[@name='offer']/@value")[0]
    return browser.post("/accounts/adding", data={"csrf": csrf, "provider": name, "offer": offer})
