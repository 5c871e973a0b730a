"""What the double of every provider has: a line, a meter, a clock, who is let in, and a list of faults to come.

Controls are Python, not HTTP: a test holds the double and changes the mailbox, lets a call fail, or reads what was spent.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http.client import responses
from typing import Any
from urllib.parse import urlsplit

from connectors.doubles.sign_in import SignIn

Json = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], Any]

_BEARER = "Bearer "


class DroppedConnection(ConnectionResetError):
    """The line breaks before the answer."""


@dataclass(slots=True, kw_only=True)
class Fault:
    """Something that goes wrong with the calls whose path holds some words."""

    about: str
    status: int = 503
    reason: str = ""
    times: int = 1
    retry_after: str = ""
    drop: bool = False
    raw: bytes | None = None
    """The body as it is sent, whatever it is."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the double says to one call."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


class Meter:
    """What was spent in any stretch of a window."""

    def __init__(self, *, window: float, clock: Callable[[], float]) -> None:
        self.most = 0
        self.total = 0
        self._window = window
        self._clock = clock
        self._spent: deque[tuple[float, int]] = deque()
        self._in_window = 0

    def spend(self, units: int) -> int:
        """Count units; how many there are now within the window."""
        now = self._clock()
        while self._spent and self._spent[0][0] <= now - self._window:
            self._in_window -= self._spent.popleft()[1]
        self._spent.append((now, units))
        self._in_window += units
        self.total += units
        self.most = max(self.most, self._in_window)
        return self._in_window


class ProviderDouble(ABC):
    """A provider in memory, over WSGI."""

    sign_in_below: str = ""
    """The path below which the sign-in beside it answers; empty where it is served elsewhere."""

    def __init__(self, *, clock: Callable[[], float], window: float) -> None:
        self.clock = clock
        self.meter = Meter(window=window, clock=clock)
        self.oauth: SignIn | None = None
        """The sign-in beside it: its tokens, and no others, are then taken."""
        self.faults: list[Fault] = []
        self.calls: list[tuple[str, str]] = []
        """Every call as (method, path), parts of batches among them."""
        self.outer_calls: list[tuple[str, str]] = []
        """What came over the line: a batch is one."""
        self.tokens: set[str] | None = None
        """Access tokens that are taken; None takes any."""
        self.on_answer: Callable[[str, Json], None] | None = None
        """Told every answer of a call with its path, for a test that holds it against the schema."""
        self.in_flight = 0
        self.most_in_flight = 0
        self._counting = threading.Lock()

    def fail(self, about: str, **fault: Any) -> None:
        """Let calls whose path holds these words fail."""
        self.faults.append(Fault(about=about, **fault))

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """The WSGI application."""
        path = environ.get("PATH_INFO", "")
        if self.sign_in_below and path.startswith(self.sign_in_below) and self.oauth is not None:
            return self.oauth(environ, start_response)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        query = environ.get("QUERY_STRING", "")
        headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
        headers["content-type"] = str(environ.get("CONTENT_TYPE", ""))
        answer = self.answer(environ["REQUEST_METHOD"], f"{path}?{query}" if query else path, body, headers)
        start_response(f"{answer.status} {responses.get(answer.status, 'Unknown')}", list(answer.headers))
        return [answer.body]

    def answer(self, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Answer one request; names of header fields in lower case."""
        path = urlsplit(target).path
        self.outer_calls.append((method, path))
        with self._counting:
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            token = headers.get("authorization", "").removeprefix(_BEARER)
            return self._answered(method, target, body, headers) if self._is_let_in(token) else self._shut_out(path, token)
        finally:
            with self._counting:
                self.in_flight -= 1

    def _is_let_in(self, token: str) -> bool:
        if not token or (self.tokens is not None and token not in self.tokens):
            return False
        return self.oauth is None or self.oauth.person_of(token) is not None

    @abstractmethod
    def _answered(self, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Answer a request of somebody who is let in."""

    @abstractmethod
    def _shut_out(self, path: str, token: str) -> Answer:
        """What somebody hears who is not."""

    @abstractmethod
    def _error(self, status: int, reason: str, path: str, message: str = "", more: tuple[tuple[str, str], ...] = ()) -> Answer:
        """An error as this provider writes it; an empty reason is the usual one of its status."""

    def _fault(self, path: str) -> Answer | None:
        """What goes wrong with a call; None where nothing does.

        Raises:
            DroppedConnection: the line breaks.
        """
        for fault in self.faults:
            if fault.times > 0 and fault.about in path:
                fault.times -= 1
                return self._faulty(fault, path)
        return None

    def _faulty(self, fault: Fault, path: str) -> Answer:
        if fault.drop:
            raise DroppedConnection
        if fault.raw is not None:
            return Answer(fault.status, fault.raw, (("Content-Type", "text/html"),))
        more = (("Retry-After", fault.retry_after),) if fault.retry_after else ()
        return self._error(fault.status, fault.reason, path, more=more)
