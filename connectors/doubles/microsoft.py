"""Microsoft Graph in memory, over WSGI: Outlook's mail and calendars with delta query, batches, limits and every fault it is known for.

It is strict where Graph is, and says no more than Graph does: links are opaque, pages are short, a changed message may come without what
has not changed, and an occurrence of a series comes as little more than a time.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from connectors.doubles.changes import Changes, DeadToken
from connectors.doubles.microsoft_calendar import CalendarBox, OutlookCalendars
from connectors.doubles.microsoft_login import MicrosoftLogin
from connectors.doubles.microsoft_mail import OutlookBox, UnknownItem
from connectors.doubles.microsoft_subscriptions import PATH as SUBSCRIBED
from connectors.doubles.microsoft_subscriptions import Subscriptions
from connectors.doubles.provider import Answer, ProviderDouble
from connectors.microsoft.client import Reply

Json = dict[str, Any]

VERSION = "/v1.0"
ROOT = "https://graph.double.example/v1.0/"
"""Where it is without a socket."""

IN_FLIGHT_MOST = 4
CALLS_MOST = 10_000
WINDOW_SECONDS = 600.0
BATCH_MOST = 20
PAGE_USUAL = 10
FILTERED_MOST = 5_000
VIEW_MOST = timedelta(days=1_825)
TOLD_RETRY_AFTER = "10"

_IMMUTABLE = 'IdType="ImmutableId"'
_FOLDER = re.compile(r"/me/mailFolders/(?P<folder>[^/]+)(?P<messages>/messages(?P<delta>/delta|/(?P<item>[^/]+))?)?\Z")
_CALENDAR = re.compile(
    r"/me/calendars/(?P<calendar>[^/]+)/(?:(?P<view>calendarView/delta)|events/(?P<event>[^/]+)(?P<instances>/instances)?)\Z"
)
_MESSAGE = re.compile(r"/me/messages/(?P<item>[^/]+)\Z")
_RECEIVED_SINCE = re.compile(r"receivedDateTime ge (\S+)\Z")
_ALWAYS = frozenset({"id", "@odata.type", "@odata.etag"})
_CODES = {
    400: "ErrorInvalidRequest",
    401: "InvalidAuthenticationToken",
    403: "ErrorAccessDenied",
    404: "ErrorItemNotFound",
    405: "Request_BadRequest",
    410: "SyncStateNotFound",
    429: "ApplicationThrottled",
    500: "InternalServerError",
    503: "ServiceUnavailable",
    504: "GatewayTimeout",
}


class BadRequest(Exception):
    """The request is not one that Graph takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One call: where to, with what options and preferences."""

    path: str
    query: Mapping[str, str]
    prefer: str

    @property
    def page(self) -> int:
        found = re.search(r"odata\.maxpagesize=(\d+)", self.prefer)
        return int(found[1]) if found else int(self.query.get("$top", PAGE_USUAL))

    @property
    def zone(self) -> str:
        found = re.search(r'outlook\.timezone="([^"]+)"', self.prefer)
        return found[1] if found else "UTC"

    @property
    def immutable(self) -> bool:
        return _IMMUTABLE in self.prefer


class MicrosoftDouble(ProviderDouble):
    """The provider: one mailbox, some calendars, subscriptions."""

    def __init__(self, address: str = "me@mill.example", *, clock: Callable[[], float] = time.monotonic, root: str = ROOT) -> None:
        super().__init__(clock=clock, window=WINDOW_SECONDS)
        self.mail = OutlookBox(address)
        self.calendars = OutlookCalendars(address)
        self.root = root
        self.page_limit = 1_000
        """Pages are no longer than this, whatever is asked for."""
        self.calls_most: int | None = CALLS_MOST
        self.in_flight_most = IN_FLIGHT_MOST
        self.repeats = True
        """The last item of a page comes again on the next one."""
        self.subscriptions = Subscriptions()

    @property
    def calendar(self) -> CalendarBox:
        """The user's own calendar."""
        return self.calendars.default

    # ── over the line ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _answered(self, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        path = urlsplit(target).path
        if method == "POST" and path == f"{VERSION}/$batch":
            return self._batch(body)
        return self._single(method, target, headers.get("prefer", ""), body)

    def _shut_out(self, path: str, token: str) -> Answer:
        demanded = self.oauth.demanded_of(token) if isinstance(self.oauth, MicrosoftLogin) else ""
        told = f', error="insufficient_claims", claims="{demanded}"' if demanded else ', error="invalid_token"'
        return self._error(401, "", path, more=(("WWW-Authenticate", f'Bearer realm="", authorization_uri="https://login.example"{told}'),))

    def _batch(self, body: bytes) -> Answer:
        path = f"{VERSION}/$batch"
        if (fault := self._fault("$batch")) is not None:
            return fault
        requests = json.loads(body)["requests"]
        if not 0 < len(requests) <= BATCH_MOST or len({each["id"] for each in requests}) < len(requests):
            return self._error(400, "BadRequest", path, f"Number of batch request steps exceeds the maximum value of {BATCH_MOST}.")
        # Graph itself has four of a batch under way at a time.
        self.most_in_flight = max(self.most_in_flight, self.in_flight - 1 + min(len(requests), IN_FLIGHT_MOST))
        answers = []
        for each in sorted(requests, key=lambda one: _shuffled(one["id"])):
            headers = {name.lower(): value for name, value in each.get("headers", {}).items()}
            path, _, query = each["url"].partition("?")
            inner = self._single(each["method"], f"{VERSION}{unquote(path)}?{query}", headers.get("prefer", ""), b"")
            told = json.loads(inner.body) if inner.headers[0][1].startswith("application/json") else inner.body.decode("latin-1")
            answers.append({"id": each["id"], "status": inner.status, "headers": dict(inner.headers), "body": told})
        return _as_json(200, {"responses": answers})

    # ── one call ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _single(self, method: str, target: str, prefer: str, body: bytes) -> Answer:
        split = urlsplit(target)
        path = split.path.removeprefix(VERSION)
        self.calls.append((method, path))
        # A call that is refused counts as well.
        spent = self.meter.spend(1)
        if (self.calls_most is not None and spent > self.calls_most) or self.in_flight > self.in_flight_most:
            return self._error(429, "", path, "Application is over its MailboxConcurrency limit.", (("Retry-After", TOLD_RETRY_AFTER),))
        if (fault := self._fault(path)) is not None:
            return fault
        if path.startswith(SUBSCRIBED):
            return self._subscribed(method, path, body)
        if method != "GET":
            return self._error(405, "", path)
        asked = _Asked(path=path, query=dict(parse_qsl(split.query, keep_blank_values=True)), prefer=prefer)
        try:
            found = self._routed(asked)
        except BadRequest:
            return self._error(400, "", path)
        except UnknownItem:
            return self._error(404, "", path)
        except DeadToken:
            return self._error(410, "", path, more=(("Location", f"{self.root}{path.lstrip('/')}"),))
        if self.on_answer:
            self.on_answer(path, found)
        applied = ", ".join(each.strip() for each in prefer.split(",") if each.strip().startswith(("IdType", "outlook")))
        return _as_json(200, found, *((("Preference-Applied", applied),) if applied else ()))

    def _routed(self, asked: _Asked) -> Json:
        if asked.path == "/me/mailFolders/delta":
            return self._folders(asked)
        if asked.path == "/me/calendars":
            return self._listed(asked, [box.calendar() for box in self.calendars.boxes.values()], "calendars")
        if found := _FOLDER.match(asked.path):
            return self._of_folder(asked, found)
        if found := _CALENDAR.match(asked.path):
            return self._of_calendar(asked, found)
        if found := _MESSAGE.match(asked.path):
            return self._message(asked, self._item(asked, unquote(found["item"])))
        raise UnknownItem

    # ── mail ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _folders(self, asked: _Asked) -> Json:
        def told(asked: _Asked, number: str, _since: int) -> Json | None:
            found = self.mail.folders.get(number)
            return self._selected(asked, {"@odata.type": "#microsoft.graph.mailFolder", **self.mail.folder(number)}) if found else None

        return self._delta(asked, self.mail.list_changes, told, there=lambda _asked, number: number in self.mail.folders)

    def _of_folder(self, asked: _Asked, found: re.Match[str]) -> Json:
        folder = self.mail.folder_id(unquote(found["folder"]))
        if found["delta"] == "/delta":
            box = self.mail.folders[folder]

            def told(asked: _Asked, item: str, since: int) -> Json | None:
                if item not in box.items:
                    return None
                whole = self._message(asked, item)
                return {name: whole[name] for name in _ALWAYS} if self.mail.is_marked_only(folder, item, since) else whole

            return self._delta(
                asked, box.changes, told, there=lambda _asked, item: item in box.items, shown=lambda item: self._shown_id(asked, item)
            )
        if found["item"]:
            item = self._item(asked, unquote(found["item"]))
            if item not in self.mail.folders[folder].items:
                raise UnknownItem
            return self._message(asked, item)
        if found["messages"]:
            return self._filtered(asked, folder)
        return self._selected(asked, self.mail.folder(folder))

    def _filtered(self, asked: _Asked, folder: str) -> Json:
        """A plain list of a folder's messages, which Graph takes with few options only."""
        since = _RECEIVED_SINCE.match(asked.query.get("$filter", ""))
        if since is None or asked.query.get("$orderby") != "receivedDateTime desc":
            raise BadRequest
        items = self.mail.newest(folder, since[1])[:FILTERED_MOST]
        return self._listed(asked, [self._message(asked, item) for item in items], "messages")

    def _message(self, asked: _Asked, item: str) -> Json:
        if item not in self.mail.messages:
            raise UnknownItem
        message = self.mail.messages[item]
        told = {**message, "id": self._shown_id(asked, item), "@odata.etag": f'W/"{message["changeKey"]}"'}
        if "singleValueExtendedProperties" not in asked.query.get("$expand", ""):
            told.pop("singleValueExtendedProperties")
        if "internetMessageHeaders" not in asked.query.get("$select", ""):
            told.pop("internetMessageHeaders", None)
        return self._selected(asked, told)

    def _shown_id(self, asked: _Asked, item: str) -> str:
        """The usual id of a message is another one after each move."""
        moves = self.mail.moves.get(item, 0)
        return item if asked.immutable or item not in self.mail.messages else f"{item}{moves}"

    def _item(self, asked: _Asked, shown: str) -> str:
        if asked.immutable:
            return shown
        return next((item for item in self.mail.messages if self._shown_id(asked, item) == shown), shown)

    # ── calendars ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _of_calendar(self, asked: _Asked, found: re.Match[str]) -> Json:
        box = self.calendars.box(unquote(found["calendar"]))
        if found["view"]:
            if any(name.startswith("$") and name not in {"$skiptoken", "$deltatoken"} for name in asked.query):
                raise BadRequest

            def told(asked: _Asked, key: str, _since: int) -> Json | None:
                event = box.told(key, _window(asked), asked.zone)
                return {"@odata.etag": f'W/"{box.changes.version}"', **event} if event else None

            return self._delta(asked, box.changes, told, there=lambda asked, key: told(asked, key, 0) is not None)
        if found["instances"]:
            listed = box.instances(unquote(found["event"]), _window(asked), asked.zone)
            return self._listed(asked, [self._selected(asked, each) for each in listed], "instances")
        return self._selected(asked, box.event(unquote(found["event"]), asked.zone))

    # ── pages ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _delta(
        self,
        asked: _Asked,
        changes: Changes,
        told: Callable[[_Asked, str, int], Json | None],
        *,
        there: Callable[[_Asked, str], bool],
        shown: Callable[[str], str] = str,
    ) -> Json:
        """One page of everything, or of what has changed since a link; options of the first call go on in its links."""
        since, after, initial, before, until = 0, 0, True, "", changes.version
        options = {name: value for name, value in asked.query.items() if name not in {"$skiptoken", "$deltatoken"}}
        if token := asked.query.get("$skiptoken"):
            since, after, initial, before, until, options = changes.taken(token)
        elif token := asked.query.get("$deltatoken"):
            since, options = changes.taken(token)
            initial = False
        asked = _Asked(path=asked.path, query=options, prefer=asked.prefer)
        if changes.empty_pages:
            changes.empty_pages -= 1
            return self._page(asked, [], skip=changes.given(since, after, initial, before, until, options))
        changed = changes.since(max(since, after), told=lambda key: not initial or there(asked, key))
        most = min(asked.page, self.page_limit)
        page = changed[:most]
        keys = {key for _, key in page} | ({before} if self.repeats and before and there(asked, before) else set())
        items = []
        for key in sorted(keys, key=_shuffled):
            found = told(asked, key, since)
            items.append(found if found is not None else {"id": shown(key), "@removed": {"reason": "deleted"}})
        if len(changed) > most:
            return self._page(asked, items, skip=changes.given(since, page[-1][0], initial, page[-1][1], until, options))
        # What has happened since the round began is told by the next one, also where this one has told it already.
        return self._page(asked, items, delta=changes.given(until, options))

    def _listed(self, asked: _Asked, items: Sequence[Json], name: str) -> Json:
        """One page of a list that has no memory."""
        start = int(asked.query.get("$skip", 0))
        end = start + min(asked.page, self.page_limit)
        page: Json = {"@odata.context": f"{self.root}$metadata#{name}", "value": list(items[start:end])}
        if end < len(items):
            page["@odata.nextLink"] = self._link(asked, {**asked.query, "$skip": str(end)})
        return page

    def _page(self, asked: _Asked, items: Iterable[Json], *, skip: str = "", delta: str = "") -> Json:
        link = {"@odata.nextLink": self._link(asked, {"$skiptoken": skip})} if skip else {}
        end = {"@odata.deltaLink": self._link(asked, {"$deltatoken": delta})} if delta else {}
        return {"@odata.context": f"{self.root}$metadata#Collection", "value": list(items), **link, **end}

    def _link(self, asked: _Asked, query: Mapping[str, str]) -> str:
        return f"{self.root}{quote(asked.path.lstrip('/'), safe='/')}?{urlencode(query)}"

    @staticmethod
    def _selected(asked: _Asked, item: Json) -> Json:
        names = asked.query.get("$select")
        if names is None:
            return item
        wanted = {*names.split(","), *_ALWAYS, "singleValueExtendedProperties"}
        return {name: value for name, value in item.items() if name in wanted}

    def _subscribed(self, method: str, path: str, body: bytes) -> Answer:
        status, told = self.subscriptions.answer(method, path, json.loads(body) if body else {})
        if status >= HTTPStatus.BAD_REQUEST:
            return self._error(status, "", path)
        return _as_json(status, told) if told else Answer(status, b"", (("Content-Type", "text/plain"),))

    # ── errors ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _error(self, status: int, reason: str, path: str, message: str = "", more: tuple[tuple[str, str], ...] = ()) -> Answer:
        code = reason or _CODES.get(status, "UnknownError")
        inner = {"date": "2026-11-20T12:00:00", "request-id": "0", "client-request-id": "0"}
        return _as_json(status, {"error": {"code": code, "message": message or f"{code} at {path[-20:]}", "innerError": inner}}, *more)


class InProcessGraph:
    """Speaks to the double as a line does to Graph, without a socket."""

    def __init__(self, app: MicrosoftDouble) -> None:
        self._app = app

    def request(self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None = None) -> Reply:
        """One request and its answer."""
        split = urlsplit(url)
        target = f"{unquote(split.path)}?{split.query}" if split.query else unquote(split.path)
        given = {name.lower(): value for name, value in headers.items()}
        answer = self._app.answer(method, target, body or b"", given)
        return Reply(status=answer.status, headers={name.lower(): value for name, value in answer.headers}, body=answer.body)


def _as_json(status: int, told: Json, *more: tuple[str, str]) -> Answer:
    return Answer(status, json.dumps(told).encode(), (("Content-Type", "application/json; odata.metadata=minimal"), *more))


def _shuffled(key: str) -> str:
    """An order that is none, and the same each time."""
    return hashlib.sha256(key.encode()).hexdigest()


def _window(asked: _Asked) -> tuple[datetime, datetime]:
    """The window that is asked for.

    Raises:
        BadRequest: there is none, or it is too wide.
    """
    try:
        start, end = (datetime.fromisoformat(asked.query[name]) for name in ("startDateTime", "endDateTime"))
    except (KeyError, ValueError):
        raise BadRequest from None
    if not start < end <= start + VIEW_MOST:
        raise BadRequest
    return start, end
