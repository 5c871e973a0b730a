"""The message that is open in Gmail, where the ledger does not hold it yet: its header is asked for, with the user's own short token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import requests

from connectors.calls import limit
from connectors.files.addresses import mailboxes
from connectors.oauth import is_secure

GMAIL_ROOT = "https://gmail.googleapis.com/"
ANSWERED_WITHIN = 2.0
"""Seconds. Somebody looks at the panel that waits for it; without an answer it says so."""

HEADERS = ("From", "To", "Cc")
LONGEST_ID = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenMessages:
    """Reads who is on an open message. Nothing else of it is asked for, and nothing is kept."""

    api_root: str = ""
    """Where the Gmail API is; empty: at Google's own address."""
    ca_bundle: str = ""

    def __call__(self, message: str, oauth_token: str, message_token: str) -> tuple[str, ...]:
        """The addresses in its header, the writer first; none where it cannot be asked for."""
        root = self.api_root or GMAIL_ROOT
        if not is_secure(root) or not 0 < len(message) <= LONGEST_ID or not (_is_token(oauth_token) and _is_token(message_token)):
            return ()
        asked = [("format", "metadata"), ("fields", "payload/headers"), *(("metadataHeaders", name) for name in HEADERS)]
        with requests.Session() as session:
            limit(session, ca_bundle=self.ca_bundle, whole_seconds=ANSWERED_WITHIN)
            try:
                answer = session.get(
                    f"{root}gmail/v1/users/me/messages/{quote(message, safe='')}",
                    params=asked,
                    headers={"Authorization": f"Bearer {oauth_token}", "X-Goog-Gmail-Access-Token": message_token},
                )
                answer.raise_for_status()
                return _people(answer.json())
            except (requests.RequestException, ValueError, RecursionError):
                return ()


def _is_token(value: str) -> bool:
    return bool(value) and value.isascii() and value.isprintable() and " " not in value


def _people(message: object) -> tuple[str, ...]:
    payload = message.get("payload") if isinstance(message, dict) else None
    fields = payload.get("headers") if isinstance(payload, dict) else None
    said: dict[str, list[str]] = {name.lower(): [] for name in HEADERS}
    for each in fields if isinstance(fields, list) else []:
        name, value = _field(each)
        if name in said:
            said[name].append(value)
    return tuple(dict.fromkeys(address for name in HEADERS for value in said[name.lower()] for _, address in mailboxes(value)))


def _field(each: Any) -> tuple[str, str]:
    held: Mapping[str, Any] = each if isinstance(each, dict) else {}
    name, value = held.get("name"), held.get("value")
    return (name.lower(), value) if isinstance(name, str) and isinstance(value, str) else ("", "")
