"""The one door to Microsoft Graph: reading calls, links and batches, paced, with time-outs, every refusal in the contract's words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Protocol
from urllib.parse import quote, urlencode, urlsplit

from requests import RequestException, Session

from connectors.base import ConnectorError, SourceUnreadable, Throttled
from connectors.calls import Limits, limit
from connectors.gathering import Failed, Fetched, Json, failed_by
from connectors.microsoft.oauth import claims_in
from connectors.microsoft.refusals import MICROSOFT, refusal_of
from connectors.oauth import is_secure
from connectors.pacing import MOMENT, Budget, spending_of, take_over
from connectors.refusals import busy, silent, unintelligible

GRAPH_ROOT = "https://graph.microsoft.com/v1.0/"
WINDOW_SECONDS = 600.0
CALLS_PER_WINDOW = 10_000
"""What Outlook takes from one program for one mailbox in ten minutes."""
UNSAID_PAGES = 4
"""For each event of a page, calls that a process that died may have made and not said."""
BATCH = 20
READING = Limits(read_seconds=60.0, whole_seconds=120.0, largest_answer=64_000_000)
"""A page of mails with their texts takes its time."""

_BATCH = "$batch"
_IMMUTABLE = 'IdType="ImmutableId"'
_PLAIN = 'outlook.body-content-type="text"'
_SIGNED_OUT = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came over the line."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


class Http(Protocol):
    """A line to Graph: the network, or the double without a socket."""

    def request(self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None = None) -> Reply:
        """One request and its answer.

        Raises:
            OSError: there is no answer.
        """
        ...


class NetworkHttp:
    """HTTP over the network: with limits, and following nobody elsewhere."""

    def __init__(self, ca_bundle: str = "") -> None:
        self._session = Session()
        limit(self._session, ca_bundle=ca_bundle, limits=READING)

    def request(self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None = None) -> Reply:
        """One request and its answer."""
        response = self._session.request(method, url, headers=dict(headers), data=body)
        return Reply(
            status=response.status_code, headers={name.lower(): value for name, value in response.headers.items()}, body=response.content
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphLimits:
    """How much is asked for at once, and how fast."""

    calls_per_window: int = CALLS_PER_WINDOW
    batch: int = BATCH
    message_page: int = 50
    event_page: int = 100


class GraphClient:
    """The calls that the connectors make, and no others."""

    def __init__(
        self,
        *,
        http: Http,
        get_token: Callable[[], str],
        refused: Callable[[str, str], None] = lambda _token, _demanded: None,
        monotonic: Callable[[], float],
        limits: GraphLimits | None = None,
        root: str = GRAPH_ROOT,
    ) -> None:
        """Nothing is asked yet.

        Args:
            http: The line.
            get_token: Gives an access token that is valid now.
            refused: Told of a token that Graph has refused all the same, and of what it demands of the next one.
            monotonic: Gives seconds, for the pace.
            limits: How much is asked for at once, and how fast.
            root: Where Graph is, its version included. No link leads out of it.
        """
        if not is_secure(root):
            raise SourceUnreadable("ACQUAINT_GRAPH_ROOT has to begin with https, or be on this machine: access tokens are sent there.")
        self.limits = limits or GraphLimits()
        self.calls = Budget(self.limits.calls_per_window, clock=monotonic, window=WINDOW_SECONDS)
        self._http = http
        self._get_token = get_token
        self._refused = refused
        self._monotonic = monotonic
        self._root = root if root.endswith("/") else f"{root}/"
        self._quiet_until = 0.0
        """A mailbox that is asked while it is throttled stays throttled: until then nothing is."""

    def spending(self, now: datetime) -> str:
        """What was asked within the window, for the process that goes on after this one."""
        return spending_of(now, (self.calls,))

    def take_over(self, spending: str, now: datetime) -> None:
        """Count what the process before this one has asked; what cannot be read counts as nothing."""
        # Between two pages, which say what was asked, lies at most a page of series, each read by itself, some of them long.
        take_over(spending, now, ((self.calls, UNSAID_PAGES * self.limits.event_page),))

    # ── what can be asked ────────────────────────────────────────────────────────────────────────────────────────────────────

    def get(self, path: str, *, page: int = 0, **query: str) -> Json:
        """What lies at a path below the root.

        Args:
            path: Its parts already quoted (see `quoted`).
            page: How many items are wanted at once; 0 where it is no list.
            query: Graph's options, without the dollar sign.

        Raises:
            Missing: there is nothing.
        """
        return self._read(f"{self._root}{relative(path, **query)}", page=page, linked=False)

    def follow(self, link: str, *, page: int) -> Json:
        """What lies behind a link that Graph has given.

        Raises:
            Expired, DeadPage: it is not taken any more.
            SourceUnreadable: it leads out of Graph.
        """
        return self._read(self.within(link), page=page, linked=True)

    def within(self, link: str) -> str:
        """The link, as it was given.

        Raises:
            SourceUnreadable: it leads out of Graph.
        """
        stated, root = urlsplit(link), urlsplit(self._root)
        inside = (stated.scheme, stated.netloc) == (root.scheme, root.netloc) and stated.path.startswith(root.path)
        if not inside or ".." in stated.path or not link.isascii() or not link.isprintable():
            raise SourceUnreadable("A link of Microsoft's leads out of Graph, so it was not followed. Please report this.")
        return link

    def many(self, paths: Mapping[str, str], *, page: int = 0) -> Fetched:
        """What lies at several paths, asked for in batches; each by itself fails or is gone.

        Raises:
            TemporarilyUnavailable, Throttled, NeedsReconnecting: a batch as a whole was refused.
        """
        found: dict[str, Json | Failed | None] = {}
        self.calls.check(len(paths))
        names = list(paths)
        for start in range(0, len(names), self.limits.batch):
            chunk = names[start : start + self.limits.batch]
            found.update(self._batch([(name, paths[name]) for name in chunk], page))
        return found

    # ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _batch(self, chunk: Sequence[tuple[str, str]], page: int) -> Iterator[tuple[str, Json | Failed | None]]:
        prefer = {"Prefer": _preferring(page)}
        asked = [{"id": str(index), "method": "GET", "url": f"/{path}", "headers": prefer} for index, (_, path) in enumerate(chunk)]
        with self.calls.spend(len(chunk)):
            answer = _object(self._asked("POST", f"{self._root}{_BATCH}", page, json.dumps({"requests": asked}).encode(), linked=False))
        listed = answer.get("responses")
        parts = {str(part.get("id")): part for part in listed if isinstance(part, dict)} if isinstance(listed, list) else {}
        for index, (name, _) in enumerate(chunk):
            yield name, self._part(parts.get(str(index)))

    def _part(self, part: Json | None) -> Json | Failed | None:
        if part is None:
            return Failed(reason=f"{MICROSOFT} did not answer for it")
        status, body, stated = part.get("status"), part.get("body"), part.get("headers")
        if not isinstance(status, int) or (status == HTTPStatus.OK and not isinstance(body, dict)):
            return Failed(reason=f"what {MICROSOFT} answers for it cannot be understood")
        if status == HTTPStatus.OK:
            return body
        if status == HTTPStatus.UNAUTHORIZED:
            return Failed(reason=f"{MICROSOFT} asks for a new sign-in", excused=True, retry_in=_SIGNED_OUT)
        if status == HTTPStatus.FORBIDDEN:
            # That nothing may be read is told to those who list; a single item may be shut to everybody.
            return Failed(reason=f"{MICROSOFT} answers {status}")
        headers = {name.lower(): value for name, value in stated.items()} if isinstance(stated, dict) else {}
        return failed_by(self._heeded(refusal_of(status, headers, body, linked=False)), provider=MICROSOFT, status=status)

    def _read(self, url: str, *, page: int, linked: bool) -> Json:
        with self.calls.spend(1):
            return _object(self._asked("GET", url, page, None, linked=linked))

    def _asked(self, method: str, url: str, page: int, body: bytes | None, *, linked: bool) -> bytes:
        """The body of an answer that is none of refusal."""
        reply = self._answered(method, url, page, body)
        if reply.status != HTTPStatus.OK:
            raise self._heeded(refusal_of(reply.status, reply.headers, reply.body, linked=linked))
        return reply.body

    def _answered(self, method: str, url: str, page: int, body: bytes | None) -> Reply:
        if (wait := self._quiet_until - self._monotonic()) > 0:
            raise busy(MICROSOFT, max(wait, MOMENT))
        token = self._get_token()
        reply = self._sent(method, url, page, body, token)
        if reply.status == HTTPStatus.UNAUTHORIZED:
            # It may have been taken back before its end, or more is demanded of it; a second refusal tells that the grant is gone.
            self._refused(token, claims_in(reply.headers.get("www-authenticate", "")))
            renewed = self._get_token()
            if renewed != token:
                reply = self._sent(method, url, page, body, renewed)
        return reply

    def _sent(self, method: str, url: str, page: int, body: bytes | None, token: str) -> Reply:
        if not (method == "GET" or (method == "POST" and url == f"{self._root}{_BATCH}")):
            raise SourceUnreadable("A call was stopped that Acquaint has no business to make. Please report this.")
        headers = {"authorization": f"Bearer {token}", "accept": "application/json", "prefer": _preferring(page)}
        if body is not None:
            headers["content-type"] = "application/json"
        try:
            return self._http.request(method, url, headers=headers, body=body)
        except OSError as error:
            raise silent(MICROSOFT) from (None if isinstance(error, RequestException) else error)

    def _heeded(self, refusal: ConnectorError) -> ConnectorError:
        """A refusal; where it asks to wait, nothing more is asked until then."""
        if isinstance(refusal, Throttled):
            self._quiet_until = max(self._quiet_until, self._monotonic() + refusal.retry_after)
        return refusal


def quoted(part: str) -> str:
    """One part of a path."""
    return quote(part, safe="")


def relative(path: str, **query: str) -> str:
    """A path below the root with Graph's options, named without their dollar sign."""
    stated = {f"${name}" if name in _OPTIONS else name: value for name, value in query.items()}
    return f"{path}?{urlencode(stated, quote_via=quote, safe='$(),;:')}" if stated else path


_OPTIONS = frozenset({"select", "expand", "filter", "orderby", "top"})


def _preferring(page: int) -> str:
    """What is asked for with every call, also within a batch: ids that survive a move, plain texts, and pages of a size."""
    return ", ".join((_IMMUTABLE, _PLAIN, f"odata.maxpagesize={page}") if page else (_IMMUTABLE, _PLAIN))


def _object(body: bytes) -> Json:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        raise unintelligible(MICROSOFT) from None
    if not isinstance(answer, dict):
        raise unintelligible(MICROSOFT)
    return answer
