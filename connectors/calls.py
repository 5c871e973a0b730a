"""HTTP with limits for the small calls of signing in: time-outs, a deadline for the whole, a largest answer, and no redirect followed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from requests import PreparedRequest, RequestException, Response, Session
from requests.adapters import HTTPAdapter

CONNECT_SECONDS = 5.0
READ_SECONDS = 15.0
WHOLE_SECONDS = 30.0
LARGEST_ANSWER = 1_000_000
"""Bytes, unpacked. Tokens and keys have some thousand."""

_CHUNK = 16_384


class LimitExceeded(RequestException):
    """An answer that is too long, too slow or leads elsewhere."""


class _LimitedBody:
    """A body that ends with an error where it goes on for too long."""

    def __init__(self, raw: Any, deadline: float) -> None:
        self._raw = raw
        self._deadline = deadline

    def stream(self, _size: int, decode_content: bool = True) -> Iterator[bytes]:
        """The body, as it arrives."""
        length = 0
        # Not `read`, which waits until a chunk is full: a byte now and then would keep it waiting for ever.
        while chunk := self._raw.read1(_CHUNK, decode_content=decode_content):
            length += len(chunk)
            if length > LARGEST_ANSWER or time.monotonic() > self._deadline:
                raise LimitExceeded("The answer is too long or too slow.")
            yield chunk

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)


class _LimitedAdapter(HTTPAdapter):
    def __init__(self, whole_seconds: float) -> None:
        super().__init__()
        self._whole_seconds = whole_seconds

    def send(
        self, request: PreparedRequest, stream: bool = False, timeout: Any = None, verify: Any = True, cert: Any = None, proxies: Any = None
    ) -> Response:
        deadline = time.monotonic() + self._whole_seconds
        waits = (min(CONNECT_SECONDS, self._whole_seconds), min(READ_SECONDS, self._whole_seconds))
        response = super().send(request, stream=stream, timeout=waits, verify=verify, cert=cert, proxies=proxies)
        if response.is_redirect:
            response.close()
            raise LimitExceeded("The answer leads elsewhere.")
        response.raw = _LimitedBody(response.raw, deadline)
        return response


def limit(session: Session, *, ca_bundle: str = "", whole_seconds: float = WHOLE_SECONDS) -> None:
    """Set these limits on every call of a session.

    Args:
        session: Whose calls are limited.
        ca_bundle: The file of the authorities it trusts; empty for the usual ones.
        whole_seconds: How long a call may take in all: less where somebody waits for it.
    """
    session.mount("https://", _LimitedAdapter(whole_seconds))
    session.mount("http://", _LimitedAdapter(whole_seconds))
    if ca_bundle:
        session.verify = ca_bundle
