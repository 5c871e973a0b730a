"""The HTTP that msal speaks through: with limits, and in JSON only, for msal has no time-outs and would log what it cannot read."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from http import HTTPStatus

from requests import RequestException, Response, Session

from connectors.base import TemporarilyUnavailable, Throttled
from connectors.calls import limit
from connectors.microsoft.sign_in_errors import SILENT

DOCUMENT_LIFE_SECONDS = 86_400.0
"""How long what an authority says of itself is believed: a day, as msal does within one of its clients."""

RETRY_AFTER_MOST = 3_600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer, in the shape that msal reads."""

    status_code: int
    text: str
    headers: Mapping[str, str]

    def raise_for_status(self) -> None:
        """Raise on what msal has not looked for.

        Raises:
            TemporarilyUnavailable: it is an error.
        """
        if self.status_code >= HTTPStatus.BAD_REQUEST:
            raise TemporarilyUnavailable(SILENT)


Documents = MutableMapping[tuple[str, str], tuple[float, Said]]
"""What was fetched lately: address and parameters, until when it is believed, and what it said."""


class Door:
    """One client's way out."""

    def __init__(self, documents: Documents, *, ca_bundle: str) -> None:
        """Nothing is asked yet.

        Args:
            documents: What all clients of one installation know of their authority.
            ca_bundle: The file of the authorities to trust; empty for the usual ones.
        """
        self._documents = documents
        self._session = Session()
        limit(self._session, ca_bundle=ca_bundle)

    def get(self, url: str, *, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None) -> Said:
        """Fetch a document, unless it was fetched lately.

        Raises:
            TemporarilyUnavailable: it does not come.
        """
        key = (url, str(sorted((params or {}).items())))
        until, said = self._documents.get(key, (0.0, None))
        if said is None or until <= time.monotonic():
            said = self.fresh(url, params=params, headers=headers)
            if said.status_code == HTTPStatus.OK:
                self._documents[key] = (time.monotonic() + DOCUMENT_LIFE_SECONDS, said)
        return said

    def fresh(self, url: str, *, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None) -> Said:
        """Fetch a document as it is now.

        Raises:
            TemporarilyUnavailable: it does not come.
        """
        try:
            return _said(self._session.get(url, params=params, headers=headers))
        except RequestException:
            raise TemporarilyUnavailable(SILENT) from None

    def post(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Said:
        """Ask for tokens or a code.

        Raises:
            TemporarilyUnavailable: there is no answer, or none that can be read.
        """
        try:
            return _said(self._session.post(url, params=params, data=data, headers=headers))
        except RequestException:
            raise TemporarilyUnavailable(SILENT) from None

    def close(self) -> None:
        """Let go of the connections."""
        self._session.close()


def _said(response: Response) -> Said:
    """What a response says.

    Raises:
        Throttled, TemporarilyUnavailable: it asks to wait, says that something is broken, or holds no JSON object.
    """
    if response.status_code == HTTPStatus.TOO_MANY_REQUESTS or response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        after = response.headers.get("Retry-After", "")
        if after.isascii() and after.isdigit():
            raise Throttled(min(float(after), RETRY_AFTER_MOST), SILENT)
        raise TemporarilyUnavailable(SILENT)
    text = response.text
    if not isinstance(_json(text), dict) and response.status_code != HTTPStatus.NOT_FOUND:
        raise TemporarilyUnavailable(SILENT)
    return Said(status_code=response.status_code, text=text, headers=dict(response.headers))


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
