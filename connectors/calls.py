"""HTTP with limits: time-outs, a deadline for the whole of a call, a largest answer, and no redirect followed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from requests import PreparedRequest, RequestException, Response, Session
from requests.adapters import HTTPAdapter

_CHUNK = 16_384


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long a call may take, and how much it may bring."""

    connect_seconds: float = 5.0
    read_seconds: float = 15.0
    whole_seconds: float = 30.0
    largest_answer: int = 1_000_000
    """Bytes, unpacked."""

    @classmethod
    def within(cls, seconds: float) -> Limits:
        """The usual limits for a call that somebody waits for: so many seconds in all."""
        usual = cls()
        return cls(
            connect_seconds=min(usual.connect_seconds, seconds), read_seconds=min(usual.read_seconds, seconds), whole_seconds=seconds
        )


SIGNING_IN = Limits()
"""Tokens and keys have some thousand bytes."""


class LimitExceeded(RequestException):
    """An answer that is too long, too slow or leads elsewhere."""


class _LimitedBody:
    """A body that ends with an error where it goes on for too long."""

    def __init__(self, raw: Any, deadline: float, largest: int) -> None:
        self._raw = raw
        self._deadline = deadline
        self._largest = largest

    def stream(self, _size: int, decode_content: bool = True) -> Iterator[bytes]:
        """The body, as it arrives."""
        length = 0
        # Not `read`, which waits until a chunk is full: a byte now and then would keep it waiting for ever.
        while chunk := self._raw.read1(_CHUNK, decode_content=decode_content):
            length += len(chunk)
            if length > self._largest or time.monotonic() > self._deadline:
                raise LimitExceeded("The answer is too long or too slow.")
            yield chunk

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)


class _LimitedAdapter(HTTPAdapter):
    def __init__(self, ca_bundle: str, limits: Limits) -> None:
        super().__init__()
        self._ca_bundle = ca_bundle
        self._limits = limits

    def send(
        self, request: PreparedRequest, stream: bool = False, timeout: Any = None, verify: Any = True, cert: Any = None, proxies: Any = None
    ) -> Response:
        limits = self._limits
        deadline = time.monotonic() + limits.whole_seconds
        # Not the session's `verify`: REQUESTS_CA_BUNDLE in the environment would win over it.
        trusted = self._ca_bundle or verify
        response = super().send(
            request, stream=stream, timeout=(limits.connect_seconds, limits.read_seconds), verify=trusted, cert=cert, proxies=proxies
        )
        if response.is_redirect:
            response.close()
            raise LimitExceeded("The answer leads elsewhere.")
        response.raw = _LimitedBody(response.raw, deadline, limits.largest_answer)
        return response


def limit(session: Session, *, ca_bundle: str = "", limits: Limits = SIGNING_IN) -> None:
    """Set these limits on every call of a session; `ca_bundle` is the file of the authorities it trusts, empty for the usual ones."""
    session.mount("https://", _LimitedAdapter(ca_bundle, limits))
    session.mount("http://", _LimitedAdapter(ca_bundle, limits))
