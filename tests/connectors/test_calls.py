"""The small calls of signing in: nobody keeps us waiting, floods us or leads us elsewhere."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from requests import RequestException, Session

from connectors.calls import Limits, limit

IMPATIENT = Limits(read_seconds=0.2)


@contextmanager
def answering(raw: bytes) -> Iterator[str]:
    """The address of a server that says this to everybody, and then nothing more."""
    held: list[socket.socket] = []

    def serve(server: socket.socket) -> None:
        connection, _ = server.accept()
        held.append(connection)
        connection.recv(10_000)
        connection.sendall(raw)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, args=(server,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        thread.join(1)
        for connection in held:
            connection.close()


HOSTILE = {
    "says nothing": b"",
    "stops in the middle": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
    "leads elsewhere": b"HTTP/1.1 302 Found\r\nLocation: https://elsewhere.example/\r\nContent-Length: 0\r\n\r\n",
    "goes on and on": b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (IMPATIENT.largest_answer + 1),
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_server_ends_in_an_error(raw: bytes) -> None:
    """Soon, and never in an endless wait."""
    with answering(raw) as url, Session() as session:
        limit(session, limits=IMPATIENT)
        begun = time.monotonic()

        with pytest.raises(RequestException):
            session.get(url)

    assert time.monotonic() - begun < 5


def test_a_plain_answer_comes_through() -> None:
    """The table above refuses by limit, not by chance."""
    with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}") as url, Session() as session:
        limit(session, limits=IMPATIENT)

        assert session.get(url).json() == {}
