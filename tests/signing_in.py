"""A double of Google's sign-in, served on this machine, and a browser that walks through its consent page."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from lxml import html
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import Client, TestResponse

from connectors.doubles.oauth import CLIENT_ID, CLIENT_SECRET, Consent, OAuthDouble, Person
from connectors.google.oauth import GoogleOAuth

OLGA = Person(subject="108000000000000000001", address="olga@mill.example")
PAVEL = Person(subject="108000000000000000002", address="pavel@forge.example")


class Quiet(WSGIRequestHandler):
    """Says nothing of what it was asked."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def served_double(clock: Callable[[], datetime]) -> Iterator[OAuthDouble]:
    """A double that answers on a port of this machine."""
    server = make_server("127.0.0.1", 0, lambda environ, start: double(environ, start), threaded=True, request_handler=Quiet)
    double = OAuthDouble(issuer=f"http://127.0.0.1:{server.server_port}/oauth", consent=Consent(person=OLGA), clock=clock)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield double
    server.shutdown()
    thread.join()
    server.server_close()


def google_of(double: OAuthDouble, **other: str) -> GoogleOAuth:
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
    return GoogleOAuth(**{**settings, **other})


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


def consented(double: OAuthDouble, url: str) -> str:
    """Where the browser is sent with the answer: path and query."""
    answer = Client(double).get(url)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    parts = urlsplit(answer.headers["Location"])
    return f"{parts.path}?{parts.query}"


def linked(browser: FlaskClient, double: OAuthDouble, *, csrf: str) -> TestResponse:
    """The whole way of adding an account, confirmation included."""
    answer = browser.get(consented(double, consent_page(browser, csrf=csrf)))
    page = browser.get(answer.headers["Location"]).get_data(as_text=True)
    offer = found_in(page, "//form[@action='/accounts/adding']//input[@name='offer']/@value")[0]
    return browser.post("/accounts/adding", data={"csrf": csrf, "provider": "google", "offer": offer})
