"""The one door to Google's APIs: reading calls and batches of them, paced, with time-outs, every refusal in the contract's words."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import httplib2
from googleapiclient import discovery_cache
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import BatchError, HttpError

from connectors.base import SourceUnreadable, Throttled
from connectors.gathering import Failed, Fetched, Json, failed_by
from connectors.google.refusals import GOOGLE, refusal_of
from connectors.oauth import is_secure
from connectors.pacing import Budget, spending_of, take_over
from connectors.refusals import Expired, Missing, silent, unintelligible

API_ROOT = "https://www.googleapis.com/"
GMAIL_ROOT = "https://gmail.googleapis.com/"
TIMEOUT_SECONDS = 30

UNITS_PER_MINUTE = 6_000
CALENDAR_CALLS_PER_MINUTE = 600
BATCH = 25
SMALL_BATCH = 10
"""Where Google takes fewer calls in a batch than it says it does."""

UNITS_GET, UNITS_LIST, UNITS_HISTORY, UNITS_PROFILE = 20, 5, 2, 1
# What a broken answer makes the library raise; there is no shorter list.
_BROKEN = (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError, BatchError)

# The library's own log names addresses of calendars and page tokens.
logging.getLogger("googleapiclient").setLevel(logging.CRITICAL)


class Http(Protocol):
    """What httplib2 offers, and what the double offers without a socket."""

    def request(
        self,
        uri: str,
        method: str = ...,
        body: Any = ...,
        headers: Mapping[str, str] | None = ...,
        redirections: int = ...,
        connection_type: Any = ...,
    ) -> tuple[httplib2.Response, bytes]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class GoogleLimits:
    """How much is asked for at once, and how fast."""

    units_per_minute: int = UNITS_PER_MINUTE
    calendar_calls_per_minute: int = CALENDAR_CALLS_PER_MINUTE
    batch: int = BATCH
    message_page: int = 100
    history_page: int = 100
    event_page: int = 250
    """Few enough that a page of nothing but series can be read within a minute's calls."""


class _Door:
    """Lets nothing out but reading calls and batches of them, each with a token that is valid now."""

    def __init__(self, http: Http, get_token: Callable[[], str], refused: Callable[[str], None], root: str) -> None:
        self._http = http
        self._get_token = get_token
        self._refused = refused
        self._hosts = {urlsplit(each).netloc for each in (root or API_ROOT, root or GMAIL_ROOT)}

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        redirections: int = 0,
        connection_type: Any = None,
    ) -> tuple[httplib2.Response, bytes]:
        split = urlsplit(uri)
        is_batch = method == "POST" and split.path.startswith("/batch")
        if split.netloc not in self._hosts or not (method == "GET" or is_batch):
            raise SourceUnreadable("A call was stopped that Acquaint has no business to make. Please report this.")
        token = self._get_token()
        response, content = self._ask(uri, method, body, headers, token)
        if response.status == HTTPStatus.UNAUTHORIZED:
            # It may have been taken back before its end; a second one that is refused tells that the grant is gone.
            self._refused(token)
            renewed = self._get_token()
            if renewed != token:
                response, content = self._ask(uri, method, body, headers, renewed)
        return response, content

    def _ask(self, uri: str, method: str, body: Any, headers: Mapping[str, str] | None, token: str) -> tuple[httplib2.Response, bytes]:
        try:
            return self._http.request(uri, method=method, body=body, headers={**(headers or {}), "authorization": f"Bearer {token}"})
        except (OSError, httplib2.error.HttpLib2Error, HTTPException) as error:
            raise silent(GOOGLE) from error


def network_http(ca_bundle: Path | None = None) -> Http:
    """HTTP over the network: with a time-out, and following nobody elsewhere."""
    http = httplib2.Http(timeout=TIMEOUT_SECONDS, ca_certs=str(ca_bundle) if ca_bundle else None)
    http.follow_redirects = False
    found: Http = http
    return found


class GoogleClient:
    """The calls that the connectors make, and no others."""

    def __init__(
        self,
        *,
        http: Http,
        get_token: Callable[[], str],
        refused: Callable[[str], None] = lambda _token: None,
        monotonic: Callable[[], float],
        limits: GoogleLimits | None = None,
        api_root: str = "",
    ) -> None:
        """Nothing is asked yet.

        Args:
            get_token: Gives an access token that is valid now.
            refused: Told of a token that Google has refused all the same, before the next one is asked for.
            monotonic: Gives seconds, for the pace.
            api_root: Where both APIs are, single calls and batches; empty for Google's own addresses.
        """
        if api_root and not is_secure(api_root):
            raise SourceUnreadable("ACQUAINT_GOOGLE_API_ROOT has to begin with https, or be on this machine: access tokens are sent there.")
        self.limits = limits or GoogleLimits()
        self.units = Budget(self.limits.units_per_minute, clock=monotonic)
        self.calendar_calls = Budget(self.limits.calendar_calls_per_minute, clock=monotonic)
        self._batch = self.limits.batch
        self._door = _Door(http, get_token, refused, api_root)
        self._root = api_root
        self._services: dict[str, Any] = {}

    def spending(self, now: datetime) -> str:
        """What was spent within the last minute, for the process that goes on after this one."""
        return spending_of(now, (self.units, self.calendar_calls))

    def take_over(self, spending: str, now: datetime) -> None:
        """Count what the process before this one has spent; what cannot be read counts as nothing."""
        # Between two pages, which say what was spent, lies at most a batch of messages or a page of events with all its series.
        most_units = UNITS_GET * self.limits.batch + UNITS_LIST + UNITS_HISTORY + UNITS_PROFILE
        take_over(spending, now, ((self.units, most_units), (self.calendar_calls, 2 * self.limits.event_page + 1)))

    # ── mail ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def profile(self) -> Json:
        """How many messages there are, and where their history stands."""
        with self.units.spend(UNITS_PROFILE):
            return self._run(self._mail.getProfile(userId="me"))

    def messages(self, page: str | None) -> Json:
        """A page of message ids, newest first.

        Raises:
            DeadPage: the token is not taken any more.
        """
        call = self._mail.messages().list(userId="me", maxResults=self.limits.message_page, pageToken=page)
        with self.units.spend(UNITS_LIST):
            return self._run(call, paged=page is not None)

    def history(self, since: str, page: str | None) -> Json:
        """A page of what happened to messages since a history id.

        Raises:
            Expired: the id is too old.
            DeadPage: the token is not taken any more.
        """
        kinds = ["messageAdded", "messageDeleted", "labelAdded", "labelRemoved"]
        call = self._mail.history().list(
            userId="me", startHistoryId=since, maxResults=self.limits.history_page, historyTypes=kinds, pageToken=page
        )
        with self.units.spend(UNITS_HISTORY):
            try:
                return self._run(call, paged=page is not None)
            except Missing:
                raise Expired(GOOGLE) from None

    def affordable(self, wanted: int) -> int:
        """How many messages may be fetched now, at most so many as fit a batch.

        Raises:
            Throttled: not even one of a few.
        """
        most = min(wanted, self._batch)
        room = self.units.room() // UNITS_GET
        if room >= most:
            return most
        if room >= min(most, SMALL_BATCH):
            return room
        self.units.check(min(most, SMALL_BATCH) * UNITS_GET)
        return max(1, min(most, self.units.room() // UNITS_GET))

    def fetch(self, ids: Sequence[str]) -> Fetched:
        """Messages in full, in one batch; each by itself fails or is gone.

        Raises:
            TemporarilyUnavailable, Throttled, NeedsReconnecting: the batch as a whole was refused.
        """
        found: dict[str, Json | Failed | None] = {}

        def take(request_id: str, response: Any, error: Exception | None) -> None:
            found[request_id] = _part(response, error)

        batch = self._service("gmail", "v1").new_batch_http_request(callback=take)
        for each in ids:
            batch.add(self._mail.messages().get(userId="me", id=each, format="full"), request_id=each)
        with self.units.spend(UNITS_GET * len(ids)), _plainly():
            try:
                batch.execute(http=self._door)
            except HttpError as error:
                if error.resp.status != HTTPStatus.BAD_REQUEST or len(ids) <= SMALL_BATCH:
                    raise
                self._batch = SMALL_BATCH
                raise Throttled(1.0) from None
        return {each: found.get(each, Failed(reason="Google did not answer for it")) for each in ids}

    # ── calendars ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def calendars(self, *, page: str | None, since: str | None) -> Json:
        """A page of the user's calendars, or of what changed among them.

        Raises:
            Expired, DeadPage: a token is not taken any more.
        """
        return self._calendar_call(self._calendar.calendarList().list(pageToken=page, syncToken=since), page)

    def events(self, calendar: str, *, page: str | None, since: str | None) -> Json:
        """A page of the events of a calendar, or of what changed among them: series as such, deletions included.

        Raises:
            Expired, DeadPage: a token is not taken any more.
            Missing: the calendar is not there any more.
        """
        call = self._calendar.events().list(
            calendarId=calendar, pageToken=page, syncToken=since, maxResults=self.limits.event_page, singleEvents=False
        )
        return self._calendar_call(call, page)

    def event(self, calendar: str, event: str) -> Json:
        """One event.

        Raises:
            Missing: it is not there.
        """
        return self._calendar_call(self._calendar.events().get(calendarId=calendar, eventId=event), None)

    def events_of(self, calendar: str, uid: str, page: str | None) -> Json:
        """A page of what shares a UID: a series with its exceptions, cancelled ones included."""
        call = self._calendar.events().list(
            calendarId=calendar, iCalUID=uid, pageToken=page, maxResults=self.limits.event_page, singleEvents=False, showDeleted=True
        )
        return self._calendar_call(call, page)

    # ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def _mail(self) -> Any:
        return self._service("gmail", "v1").users()

    @property
    def _calendar(self) -> Any:
        return self._service("calendar", "v3")

    def _service(self, name: str, version: str) -> Any:
        if name not in self._services:
            self._services[name] = build_from_document(_document(name, version, self._root), http=self._door)
        return self._services[name]

    def _calendar_call(self, call: Any, page: str | None) -> Json:
        with self.calendar_calls.spend(1):
            return self._run(call, paged=page is not None)

    def _run(self, call: Any, *, paged: bool = False) -> Json:
        with _plainly(paged=paged):
            answer = call.execute(http=self._door)
            if not isinstance(answer, dict):
                raise unintelligible(GOOGLE)
            return answer


def _document(name: str, version: str, root: str) -> dict[str, Any]:
    """The packaged description of an API; with a root of our own, single calls and batches go there."""
    document: dict[str, Any] = json.loads(discovery_cache.get_static_doc(name, version))
    if root:
        base = root if root.endswith("/") else f"{root}/"
        document.update(rootUrl=base, baseUrl=base + document["servicePath"], mtlsRootUrl=base)
    return document


@contextmanager
def _plainly(*, paged: bool = False) -> Iterator[None]:
    try:
        yield
    except HttpError as error:
        raise refusal_of(error, paged=paged) from None
    except _BROKEN as error:
        if isinstance(error, BatchError):
            raise unintelligible(GOOGLE) from None
        raise unintelligible(GOOGLE) from error


def _part(response: Any, error: Exception | None) -> Json | Failed | None:
    if error is None:
        return response if isinstance(response, dict) else Failed(reason="what Google answers for it cannot be understood")
    if not isinstance(error, HttpError):
        return Failed(reason="what Google answers for it cannot be understood")
    return failed_by(refusal_of(error, paged=False), provider=GOOGLE, status=int(error.resp.status))
