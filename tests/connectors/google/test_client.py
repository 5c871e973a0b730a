"""Google's refusals in the contract's words, the pace that is kept, and what never leaves: writes, and private words in a log."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httplib2
import pytest

from connectors.base import ConnectorError, NeedsReconnecting, SourceUnreadable, TemporarilyUnavailable, Throttled
from connectors.doubles.google import GoogleDouble, InProcessHttp
from connectors.google.account import CALENDARS, MAIL, GoogleAccount
from connectors.google.calendar import PREFIX
from connectors.google.client import GoogleClient, GoogleLimits
from connectors.pacing import Budget, full_jitter

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
OWNER = "me@mill.example"
CANARY = "canary-subject-7f3a"
TOKEN = "canary-token-51bd"

REFUSALS: tuple[tuple[dict[str, Any], type[ConnectorError], float | None], ...] = (
    ({"status": 401}, NeedsReconnecting, None),
    ({"status": 403, "reason": "rateLimitExceeded"}, Throttled, 20.0),
    ({"status": 403, "reason": "userRateLimitExceeded", "retry_after": "7"}, Throttled, 7.0),
    ({"status": 403, "reason": "quotaExceeded"}, Throttled, 20.0),
    ({"status": 403, "reason": "insufficientPermissions"}, NeedsReconnecting, None),
    ({"status": 403, "reason": "domainPolicy"}, NeedsReconnecting, None),
    ({"status": 403, "reason": "forbidden"}, SourceUnreadable, None),
    ({"status": 429, "retry_after": "11"}, Throttled, 11.0),
    ({"status": 429, "retry_after": "999999999"}, Throttled, 3_600.0),
    ({"status": 429, "retry_after": "soon"}, Throttled, 20.0),
    ({"status": 429}, Throttled, 20.0),
    ({"status": 500}, TemporarilyUnavailable, None),
    ({"status": 502, "raw": b"<html>bad gateway</html>"}, TemporarilyUnavailable, None),
    ({"status": 503, "retry_after": "3"}, Throttled, 3.0),
    ({"status": 504}, TemporarilyUnavailable, None),
    ({"status": 302, "raw": b""}, TemporarilyUnavailable, None),
    ({"status": 200, "raw": b"<html>log in to this network</html>"}, TemporarilyUnavailable, None),
    ({"status": 200, "raw": b'{"messages": [{"id": "trunc'}, TemporarilyUnavailable, None),
    ({"status": 200, "raw": b"[1, 2]"}, TemporarilyUnavailable, None),
    ({"status": 200, "raw": b"null"}, TemporarilyUnavailable, None),
    ({"status": 200, "raw": b"[" * 100_000}, TemporarilyUnavailable, None),
    ({"status": 400, "raw": b"\xff\xfe"}, SourceUnreadable, None),
    ({"status": 503, "drop": True}, TemporarilyUnavailable, None),
)
"""What Google answers, what it means for whoever asked, and how long it asks to wait."""


class Recorder:
    """A line that writes down what goes over it."""

    def __init__(self, double: GoogleDouble) -> None:
        self._http = InProcessHttp(double)
        self.sent: list[tuple[str, str]] = []

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        redirections: int = 0,
        connection_type: Any = None,
    ) -> tuple[httplib2.Response, bytes]:
        self.sent.append((method, uri))
        return self._http.request(uri, method, body, headers)


@pytest.fixture
def double() -> GoogleDouble:
    """A mailbox with three mails."""
    made = GoogleDouble(OWNER)
    for number in range(3):
        made.mail.add(
            sender=f"Ann <{CANARY}@forge.example>",
            to=[OWNER],
            at=NOW - timedelta(hours=number),
            subject=CANARY,
            text=f"{CANARY}, and more.",
        )
    made.calendars.boxes[OWNER].add(start=NOW, summary=CANARY, attendees=[{"email": f"{CANARY}@forge.example"}])
    return made


def client_of(http: Any, **options: Any) -> GoogleClient:
    return GoogleClient(http=http, **{"get_token": lambda: TOKEN, "monotonic": time.monotonic, **options})


@pytest.mark.parametrize(("fault", "meaning", "wait"), REFUSALS)
@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.profile(),
        lambda client: client.messages(None),
        lambda client: client.calendars(page=None, since=None),
        lambda client: client.events(OWNER, page=None, since=None),
        lambda client: client.fetch(["18f0000000000001"]),
    ],
    ids=["profile", "messages", "calendars", "events", "batch"],
)
def test_every_refusal_says_what_to_do(
    double: GoogleDouble, call: Callable[[GoogleClient], object], fault: dict[str, Any], meaning: type[ConnectorError], wait: float | None
) -> None:
    """In the contract's words, with the wait that was asked for, and without a word of Google's answer."""
    about = {"/batch", "/profile", "/messages", "/calendarList", "/events"}
    for path in about:
        double.fail(path, **fault)

    with pytest.raises(ConnectorError) as raised:
        call(client_of(InProcessHttp(double)))

    assert type(raised.value) is meaning
    if isinstance(raised.value, Throttled):
        assert raised.value.retry_after == wait
    assert CANARY not in str(raised.value)
    assert str(raised.value).endswith(".")


class TestTokens:
    def test_a_token_that_was_taken_back_early_is_renewed_once(self, double: GoogleDouble) -> None:
        """The second one is used; what was asked is answered."""
        double.tokens = {"new"}
        given = ["old"]
        client = client_of(InProcessHttp(double), get_token=lambda: given[-1], refused=lambda _token: given.append("new"))

        assert client.profile()["messagesTotal"] == 3

    def test_no_token_goes_elsewhere(self, double: GoogleDouble) -> None:
        """An address of another host, or without TLS, is refused before anything is sent."""
        line = Recorder(double)
        with pytest.raises(SourceUnreadable):
            client_of(line, api_root="http://google.example/")

        client_of(line, api_root="https://google.example/").profile()

        assert {uri.partition("/gmail")[0] for _, uri in line.sent} == {"https://google.example"}

    def test_the_root_moves_single_calls_and_batches_of_both_apis(self, double: GoogleDouble) -> None:
        """Nothing is asked anywhere else."""
        line = Recorder(double)
        client = client_of(line, api_root="http://127.0.0.1:9/")

        client.messages(None)
        client.fetch(list(double.mail.messages))
        client.events(OWNER, page=None, since=None)

        assert {uri.split("/")[2] for _, uri in line.sent} == {"127.0.0.1:9"}


def test_nothing_but_reading_is_ever_sent_and_nothing_private_is_logged(double: GoogleDouble, caplog: pytest.LogCaptureFixture) -> None:
    """A whole sync of all streams, at DEBUG, with failures on the way: GET and batches of GET, and no canary in any log."""
    line = Recorder(double)
    double.fail("/messages/", status=503)
    double.fail("/events", status=410)
    account = GoogleAccount(client_of(line), clock=lambda: NOW)

    with caplog.at_level(logging.DEBUG):
        for name in (MAIL, CALENDARS, PREFIX + OWNER):
            list(account.stream(name, known=lambda _items: frozenset()).changes(None))

    assert {method for method, _ in line.sent} == {"GET", "POST"}
    assert {uri.rpartition("/")[2] for method, uri in line.sent if method == "POST"} == {"batch"}
    assert {method for method, _ in double.calls} == {"GET"}
    assert [word for word in (CANARY, TOKEN, OWNER, "me%40mill") if word in caplog.text] == []


class TestPace:
    def test_no_minute_ever_sees_more_than_the_limit(self) -> None:
        """Calls that take their time are counted until a minute after their answer."""
        seconds = 0.0
        budget = Budget(100, clock=lambda: seconds)
        arrived: list[float] = []
        while seconds < 400:
            try:
                with budget.spend(20):
                    arrived.append(seconds)
                    seconds += 0.7
            except Throttled as wait:
                seconds += wait.retry_after
        assert all(sum(20 for other in arrived if at - 60 < other <= at) <= 100 for at in arrived)
        assert len(arrived) >= 0.9 * 5 * 400 / 60

    def test_a_wait_is_as_long_as_it_has_to_be(self) -> None:
        """It ends when enough has been paid back, not before."""
        seconds = 0.0
        budget = Budget(100, clock=lambda: seconds)
        for _ in range(5):
            with budget.spend(20):
                seconds += 1.0

        with pytest.raises(Throttled) as raised:
            budget.check(40)

        assert raised.value.retry_after == pytest.approx(57.0)

    def test_a_batch_takes_what_there_is_room_for(self, double: GoogleDouble) -> None:
        """Less than a full one, but not one by one."""
        client = client_of(InProcessHttp(double), monotonic=lambda: 0.0, limits=GoogleLimits(units_per_minute=400))

        first = client.affordable(25)
        client.fetch(["18f0000000000001"] * 1 + [f"{number:x}" for number in range(first - 1)])

        assert first == 20
        with pytest.raises(Throttled):
            client.affordable(25)

    def test_waits_after_failures_grow_and_differ(self) -> None:
        """Anything up to a bound that doubles, an hour at most, never nothing."""
        assert full_jitter(0, lambda: 1.0) == timedelta(seconds=2)
        assert full_jitter(5, lambda: 1.0) == timedelta(seconds=64)
        assert full_jitter(5, lambda: 0.5) == timedelta(seconds=32)
        assert full_jitter(99, lambda: 1.0) == timedelta(hours=1)
        assert full_jitter(99, lambda: 0.0) == timedelta(seconds=1)
