"""What Google's refusals mean for whoever asked: wait, try later, compare everything anew, connect again, or give up."""

from __future__ import annotations

import json
from http import HTTPStatus

from googleapiclient.errors import HttpError

from connectors.base import ConnectorError, NeedsReconnecting, SourceUnreadable
from connectors.refusals import DeadPage, Expired, Missing, busy, retry_after, silent, unintelligible

GOOGLE = "Google"

_QUOTA_REASONS = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded", "RATE_LIMIT_EXCEEDED"})
_GRANT_REASONS = frozenset({"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"})


def refusal_of(error: HttpError, *, paged: bool) -> ConnectorError:
    """What a refusal means for the caller; nothing of its text is passed on."""
    status, reason = int(error.resp.status), _reason(error)
    if status == HTTPStatus.NOT_FOUND:
        return Missing(GOOGLE)
    if status == HTTPStatus.GONE:
        return Expired(GOOGLE)
    if status == HTTPStatus.BAD_REQUEST and paged:
        return DeadPage(GOOGLE)
    if status == HTTPStatus.TOO_MANY_REQUESTS or reason in _QUOTA_REASONS:
        return busy(GOOGLE, _retry_after(error))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        after = error.resp.get("retry-after")
        return busy(GOOGLE, _retry_after(error)) if after else silent(GOOGLE)
    if status == HTTPStatus.UNAUTHORIZED:
        return NeedsReconnecting(
            "Google no longer takes the access it gave: it was taken back, or the password was changed. Connect again."
        )
    if reason in _GRANT_REASONS:
        return NeedsReconnecting("The consent does not cover what is to be read here. Connect again and leave the boxes ticked.")
    if reason == "domainPolicy":
        return NeedsReconnecting("The administrator of this account does not allow Acquaint to read it. Ask them, then connect again.")
    if status < HTTPStatus.BAD_REQUEST:
        return unintelligible(GOOGLE)
    return SourceUnreadable(f"Google refuses to answer ({status}, {reason[:40] or 'no reason given'}).")


def _reason(error: HttpError) -> str:
    try:
        told = json.loads(error.content)["error"]
        reason = told["errors"][0]["reason"]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        return ""
    return reason if isinstance(reason, str) and reason.isascii() and reason.isidentifier() else ""


def _retry_after(error: HttpError) -> float:
    return retry_after(error.resp.get("retry-after", ""), error.resp.get("date", ""))
