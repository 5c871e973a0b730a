"""What Google's refusals mean for whoever asked: wait, try later, compare everything anew, connect again, or give up."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from googleapiclient.errors import HttpError

from connectors.base import ConnectorError, NeedsReconnecting, SourceUnreadable, TemporarilyUnavailable, Throttled

RETRY_AFTER_MOST = 3_600.0
RETRY_AFTER_USUAL = 20.0

_QUOTA_REASONS = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded", "RATE_LIMIT_EXCEEDED"})
_GRANT_REASONS = frozenset({"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"})
_SECONDS = re.compile(r"\d{1,9}\Z")
_BUSY = "Google asks to wait. Acquaint goes on by itself."
SILENT = "Google does not answer. Acquaint tries again by itself."
UNINTELLIGIBLE = "What Google answers cannot be understood. Acquaint tries again by itself."


class Expired(TemporarilyUnavailable):
    """A history id or a sync token is too old: everything has to be compared anew."""

    def __init__(self) -> None:
        super().__init__("What Google remembers does not reach so far back. Acquaint compares everything anew.")


class DeadPage(TemporarilyUnavailable):
    """A page token is not taken any more."""

    def __init__(self) -> None:
        super().__init__("Google does not go on with a list. Acquaint begins it anew.")


class Missing(TemporarilyUnavailable):
    """There is nothing of this id."""

    def __init__(self) -> None:
        super().__init__("Google does not find what is asked for. Acquaint tries again by itself.")


def refusal_of(error: HttpError, *, paged: bool) -> ConnectorError:
    """What a refusal means for the caller; nothing of its text is passed on."""
    status, reason = int(error.resp.status), _reason(error)
    if status == HTTPStatus.NOT_FOUND:
        return Missing()
    if status == HTTPStatus.GONE:
        return Expired()
    if status == HTTPStatus.BAD_REQUEST and paged:
        return DeadPage()
    if status == HTTPStatus.TOO_MANY_REQUESTS or reason in _QUOTA_REASONS:
        return Throttled(_retry_after(error), _BUSY)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        after = error.resp.get("retry-after")
        return Throttled(_retry_after(error), _BUSY) if after else TemporarilyUnavailable(SILENT)
    if status == HTTPStatus.UNAUTHORIZED:
        return NeedsReconnecting(
            "Google no longer takes the access it gave: it was taken back, or the password was changed. Connect again."
        )
    if reason in _GRANT_REASONS:
        return NeedsReconnecting("The consent does not cover what is to be read here. Connect again and leave the boxes ticked.")
    if reason == "domainPolicy":
        return NeedsReconnecting("The administrator of this account does not allow Acquaint to read it. Ask them, then connect again.")
    if status < HTTPStatus.BAD_REQUEST:
        return TemporarilyUnavailable(UNINTELLIGIBLE)
    return SourceUnreadable(f"Google refuses to answer ({status}, {reason[:40] or 'no reason given'}).")


def _reason(error: HttpError) -> str:
    try:
        told = json.loads(error.content)["error"]
        reason = told["errors"][0]["reason"]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        return ""
    return reason if isinstance(reason, str) and reason.isascii() and reason.isidentifier() else ""


def _retry_after(error: HttpError) -> float:
    """Seconds to wait, as the header says them: a number, or a date."""
    stated = str(error.resp.get("retry-after", "")).strip()
    if _SECONDS.match(stated):
        return min(float(stated), RETRY_AFTER_MOST)
    try:
        sent = parsedate_to_datetime(str(error.resp.get("date", "")))
        until: datetime = parsedate_to_datetime(stated)
        seconds = (until.astimezone(UTC) - sent.astimezone(UTC)).total_seconds()
    except (ValueError, TypeError, IndexError, OverflowError):
        return RETRY_AFTER_USUAL
    return min(max(seconds, 1.0), RETRY_AFTER_MOST)
