"""Google in memory, over WSGI: Gmail and Calendar with batch, quota and every fault that the real one is known for.

Controls are Python, not HTTP: a test holds the double and changes the mailbox, lets a call fail, or reads what was spent.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import httplib2

from connectors.doubles.changes import DeadToken
from connectors.doubles.google_calendar import BadRequest, CalendarList
from connectors.doubles.google_mail import GmailBox, HistoryExpired, InvalidPageToken, UnknownMessage
from connectors.doubles.provider import Answer, ProviderDouble

Json = dict[str, Any]

UNITS = {"getProfile": 1, "messages.get": 20, "messages.list": 5, "history.list": 2}
"""What each call costs of a mailbox's quota."""
BATCH_MOST = 50
WINDOW_SECONDS = 60.0
_GMAIL = re.compile(r"/gmail/v1/users/[^/]+/(?:(?P<plain>profile|messages|history)|messages/(?P<id>[^/]+))\Z")
_EVENTS = re.compile(r"/calendar/v3/calendars/(?P<calendar>[^/]+)/events(?:/(?P<event>[^/]+))?\Z")
_REASONS = {400: "badRequest", 401: "authError", 403: "forbidden", 404: "notFound", 410: "fullSyncRequired", 429: "rateLimitExceeded"}


class GoogleDouble(ProviderDouble):
    """The provider: one mailbox, some calendars, a meter, a clock and a list of faults to come."""

    sign_in_below = "/oauth/"

    def __init__(self, address: str = "me@mill.example", *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(clock=clock, window=WINDOW_SECONDS)
        self.mail = GmailBox(address)
        self.calendars = CalendarList()
        self.calendars.add(address, primary=True)
        self.quota_units: int | None = None
        """Units per minute before the double says 403; None only counts."""
        self.batch_most = BATCH_MOST

    @property
    def calendar(self) -> Any:
        """The user's own calendar."""
        return self.calendars.boxes[self.mail.address]

    # ── over the line ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _answered(self, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        if method == "POST" and urlsplit(target).path.startswith("/batch"):
            return self._batch(body, headers.get("content-type", ""))
        return self._single(method, target)

    def _shut_out(self, path: str, token: str) -> Answer:
        return self._error(401, "authError", path)

    def _batch(self, body: bytes, content_type: str) -> Answer:
        boundary = content_type.partition("boundary=")[2].strip('"').encode()
        parts = [part for part in body.split(b"--" + boundary)[1:] if part.strip() not in {b"", b"--"}]
        if (fault := self._fault("/batch")) is not None:
            return fault
        if len(parts) > self.batch_most:
            return self._error(400, "badRequest", "/batch", f"Inner request count exceeds the limit. Received: {len(parts)}")
        out = []
        for part in parts:
            head, _, request = part.replace(b"\r\n", b"\n").strip(b"\n").partition(b"\n\n")
            content_id = re.search(rb"(?im)^content-id:\s*<(.*)>", head)
            method, target, *_ = request.split(b"\n", 1)[0].decode().split(" ")
            inner = self._single(method, target)
            shown = "".join(f"{name}: {value}\r\n" for name, value in inner.headers)
            out.append(
                b"--answers\r\nContent-Type: application/http\r\nContent-ID: <response-"
                + (content_id[1] if content_id else b"")
                + f">\r\n\r\nHTTP/1.1 {inner.status} X\r\n{shown}\r\n".encode()
                + inner.body
                + b"\r\n"
            )
        whole = b"".join(out) + b"--answers--\r\n"
        return Answer(200, whole, (("Content-Type", "multipart/mixed; boundary=answers"),))

    # ── one call ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _single(self, method: str, target: str) -> Answer:
        split = urlsplit(target)
        path, query = split.path, dict(parse_qsl(split.query))
        self.calls.append((method, path))
        if method != "GET":
            return self._error(405, "methodNotAllowed", path)
        if not self._pay(path):
            return self._error(403, "rateLimitExceeded", path, "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute'")
        if (fault := self._fault(path)) is not None:
            return fault
        try:
            found = self._routed(path, query)
        except (InvalidPageToken, BadRequest):
            return self._error(400, "invalidArgument", path, "Invalid pageToken")
        except (UnknownMessage, HistoryExpired, KeyError):
            return self._error(404, "notFound", path)
        except DeadToken:
            if "pageToken" in query:
                return self._error(400, "invalid", path, "Invalid page token value.")
            return self._error(410, "fullSyncRequired", path, "Sync token is no longer valid, a full sync is required.")
        if self.on_answer:
            self.on_answer(path, found)
        return Answer(200, json.dumps(found).encode(), (("Content-Type", "application/json; charset=UTF-8"),))

    def _routed(self, path: str, query: Mapping[str, str]) -> Json:
        if found := _GMAIL.match(path):
            token = query.get("pageToken")
            most = int(query.get("maxResults", 0))
            match found["plain"]:
                case "profile":
                    return self.mail.profile()
                case "messages":
                    return self.mail.list_page(most=most, token=token)
                case "history":
                    return self.mail.history_page(since=int(query["startHistoryId"]), most=most, token=token)
                case _:
                    return self.mail.message(found["id"])
        if path == "/calendar/v3/users/me/calendarList":
            return self.calendars.list_page(query)
        if found := _EVENTS.match(path):
            box = self.calendars.boxes[unquote(found["calendar"])]
            if not found["event"]:
                return box.events_page(query)
            event = box.event(unquote(found["event"]))
            if event is None:
                raise UnknownMessage
            return event
        raise UnknownMessage

    def _pay(self, path: str) -> bool:
        spent = self.meter.spend(_units(path))
        return self.quota_units is None or spent <= self.quota_units

    def _error(self, status: int, reason: str, path: str, message: str = "", more: tuple[tuple[str, str], ...] = ()) -> Answer:
        reason = reason or _REASONS.get(status, "backendError")
        told = message or f"{reason} at {path.rpartition('/')[2][:20]}"
        error = {"code": status, "message": told, "errors": [{"message": told, "domain": "global", "reason": reason}]}
        return Answer(status, json.dumps({"error": error}).encode(), (("Content-Type", "application/json; charset=UTF-8"), *more))


class InProcessHttp:
    """Speaks to a WSGI application as httplib2 does to a server, without a socket."""

    def __init__(self, app: GoogleDouble) -> None:
        self._app = app

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        redirections: int = 5,
        connection_type: Any = None,
    ) -> tuple[httplib2.Response, bytes]:
        """One request and its answer."""
        split = urlsplit(uri)
        given = {name.lower(): value for name, value in (headers or {}).items()}
        raw = body.encode() if isinstance(body, str) else body or b""
        target = f"{unquote(split.path)}?{split.query}" if split.query else unquote(split.path)
        answer = self._app.answer(method, target, raw, given)
        shown = {name.lower(): value for name, value in answer.headers}
        return httplib2.Response({**shown, "status": str(answer.status)}), answer.body


def _units(path: str) -> int:
    if not path.startswith("/gmail/"):
        return 0
    if path.endswith("/profile"):
        return UNITS["getProfile"]
    if path.endswith("/messages"):
        return UNITS["messages.list"]
    return UNITS["history.list"] if path.endswith("/history") else UNITS["messages.get"]
