"""What Graph's refusals mean for whoever asked: wait, try later, compare everything anew, connect again, or give up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from connectors.base import ConnectorError, NeedsReconnecting, SourceUnreadable
from connectors.refusals import DeadPage, Expired, Missing, busy, retry_after, silent, unintelligible

MICROSOFT = "Microsoft"

# Written in several ways, with capital letters here and there.
_RESYNC = frozenset({"syncstatenotfound", "resyncrequired", "syncstateinvalid", "fullresyncrequired", "errorinvalidsyncstatedata"})
_GRANT = frozenset({"erroraccessdenied", "accessdenied", "authorization_requestdenied"})
_NO_MAILBOX = frozenset({"mailboxnotenabledforrestapi", "mailboxnotsupportedforrestapi", "errornonexistentmailbox"})
_PASSING = frozenset({"errormailboxmoveinprogress", "errormailboxstoreunavailable", "errorserverbusy", "errorinternalservertransienterror"})
_WORD_CHARS = 60


class NotAllowed(NeedsReconnecting):
    """What is asked for may not be read: by no grant of ours, or this one folder or calendar by nobody's."""

    def __init__(self) -> None:
        super().__init__("The consent does not cover what is to be read here, or an administrator forbids it. Connect again.")


def refusal_of(status: int, headers: Mapping[str, Any], body: Any, *, linked: bool) -> ConnectorError:
    """What a refusal means for the caller; nothing of its text is passed on.

    Args:
        status: The status of the answer.
        headers: Its header, names in lower case.
        body: What it says: bytes, or an object that was read already.
        linked: A link was followed that Microsoft had given itself.
    """
    codes = _codes(body)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return busy(MICROSOFT, retry_after(headers.get("retry-after", ""), headers.get("date", "")))
    if status == HTTPStatus.GONE or (codes & _RESYNC and status < HTTPStatus.INTERNAL_SERVER_ERROR):
        return Expired(MICROSOFT)
    if codes & _NO_MAILBOX:
        return SourceUnreadable("This Microsoft account has no mailbox that can be read over the network.")
    if codes & _PASSING:
        return silent(MICROSOFT)
    if status == HTTPStatus.NOT_FOUND:
        return Missing(MICROSOFT)
    if status == HTTPStatus.BAD_REQUEST and linked:
        return DeadPage(MICROSOFT)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        after = headers.get("retry-after", "")
        return busy(MICROSOFT, retry_after(after, headers.get("date", ""))) if after else silent(MICROSOFT)
    if status == HTTPStatus.UNAUTHORIZED:
        return NeedsReconnecting(
            "Microsoft no longer takes the access it gave: it was taken back, the password was changed, or it wants you to sign in anew. "
            "Connect again."
        )
    if status == HTTPStatus.FORBIDDEN and codes & _GRANT:
        return NotAllowed()
    if status < HTTPStatus.BAD_REQUEST:
        return unintelligible(MICROSOFT)
    return SourceUnreadable(f"Microsoft refuses to answer ({status}, {_word(body) or 'no reason given'}).")


def _error(body: Any) -> Mapping[str, Any]:
    try:
        told = json.loads(body)["error"] if isinstance(body, bytes) else body["error"]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _codes(body: Any) -> frozenset[str]:
    """The codes of an error, the inner ones included."""
    error = _error(body)
    inner = error.get("innerError") or error.get("innererror")
    told = (error.get("code"), inner.get("code") if isinstance(inner, dict) else None)
    return frozenset(code.lower() for code in told if isinstance(code, str))


def _word(body: Any) -> str:
    code = _error(body).get("code")
    return code[:_WORD_CHARS] if isinstance(code, str) and code.isascii() and code.isidentifier() else ""
