"""Who is on the open message is asked of Gmail by its header alone, and nothing that it answers can do harm."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import pytest
from werkzeug.serving import make_server

from connectors.google.open_message import OpenMessages
from tests.signing_in import Quiet

HEADERS = [
    {"name": "To", "value": "Olga <olga@mill.example>, pavel@forge.example"},
    {"name": "FROM", "value": '"Tina Guild" <Tina@guild.example>'},
    {"name": "Cc", "value": "olga@mill.example"},
]
GOOD = {"payload": {"headers": HEADERS}}


@dataclass
class Gmail:
    """As much of the Gmail API as one call needs."""

    answer: bytes = json.dumps(GOOD).encode()
    status: str = "200 OK"
    asked: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], begin: Any) -> list[bytes]:
        names = ("PATH_INFO", "QUERY_STRING", "HTTP_AUTHORIZATION", "HTTP_X_GOOG_GMAIL_ACCESS_TOKEN", "REQUEST_METHOD")
        self.asked.append({name: environ.get(name, "") for name in names})
        begin(self.status, [("Content-Type", "application/json"), ("Content-Length", str(len(self.answer))), ("Location", "/elsewhere")])
        return [self.answer]


@pytest.fixture
def gmail() -> Gmail:
    return Gmail()


@pytest.fixture
def reader(gmail: Gmail) -> Iterator[OpenMessages]:
    server = make_server("127.0.0.1", 0, gmail, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield OpenMessages(api_root=f"http://127.0.0.1:{server.server_port}/")
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_writer_comes_first(reader: OpenMessages, gmail: Gmail) -> None:
    """Each address once, in lower case; asked for with both tokens, and for three fields of the header alone."""
    found = reader("msg-f:17", "ya29.user", "of.message")

    (asked,) = gmail.asked
    query = parse_qsl(asked["QUERY_STRING"])
    assert found == ("tina@guild.example", "olga@mill.example", "pavel@forge.example")
    assert (asked["REQUEST_METHOD"], asked["PATH_INFO"]) == ("GET", "/gmail/v1/users/me/messages/msg-f:17")
    assert (asked["HTTP_AUTHORIZATION"], asked["HTTP_X_GOOG_GMAIL_ACCESS_TOKEN"]) == ("Bearer ya29.user", "of.message")
    assert ("format", "metadata") in query
    assert [value for name, value in query if name == "metadataHeaders"] == ["From", "To", "Cc"]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"[" * 100_000,
        b'{"payload":5}',
        b'{"payload":{"headers":{}}}',
        b'{"payload":{"headers":[5,{"name":"From"},{"value":"x"}]}}',
    ],
)
def test_an_answer_that_is_none(reader: OpenMessages, gmail: Gmail, answer: bytes) -> None:
    """Nobody, and no error."""
    gmail.answer = answer

    assert reader("m", "a", "b") == ()


@pytest.mark.parametrize("status", ["302 Found", "401 Unauthorized", "404 Not Found", "500 Oops"])
def test_a_refusal(reader: OpenMessages, gmail: Gmail, status: str) -> None:
    """A token that does not hold, a message that is gone, a redirect, which is not followed."""
    gmail.status = status

    assert reader("m", "a", "b") == ()
    assert len(gmail.asked) == 1


@pytest.mark.parametrize(
    ("message", "oauth", "token"),
    [("", "a", "b"), ("m" * 300, "a", "b"), ("m", "", "b"), ("m", "a", ""), ("m", "a\r\nX: y", "b"), ("m", "é", "b")],
)
def test_what_cannot_be_asked_is_not(reader: OpenMessages, gmail: Gmail, message: str, oauth: str, token: str) -> None:
    """Nothing goes out without both tokens, or with what cannot be one."""
    assert reader(message, oauth, token) == ()
    assert gmail.asked == []


def test_not_in_the_clear() -> None:
    """A live token goes by https only."""
    assert OpenMessages(api_root="http://gmail.example/")("m", "a", "b") == ()
