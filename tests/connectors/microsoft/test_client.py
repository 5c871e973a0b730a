"""Graph's refusals in the contract's words, the pace that is kept, and what never leaves: writes, and private words in a log."""

from __future__ import annotations

import base64
import json
import logging
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.base import ConnectorError, NeedsReconnecting, SourceUnreadable, TemporarilyUnavailable, Throttled
from connectors.doubles.microsoft import ROOT, InProcessGraph, MicrosoftDouble
from connectors.gathering import Failed
from connectors.microsoft.account import CALENDARS, FOLDERS, MicrosoftAccount
from connectors.microsoft.client import GraphClient, GraphLimits, NetworkHttp, Reply
from connectors.microsoft.mail import PREFIX
from connectors.refusals import DeadPage, Expired, Missing

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
OWNER = "me@mill.example"
CANARY = "canary-subject-7f3a"
TOKEN = "canary-token-51bd"

REFUSALS: tuple[tuple[dict[str, Any], type[ConnectorError], float | None], ...] = (
    ({"status": 401}, NeedsReconnecting, None),
    ({"status": 403}, NeedsReconnecting, None),
    ({"status": 403, "reason": "Authorization_RequestDenied"}, NeedsReconnecting, None),
    ({"status": 403, "reason": "SomethingElse"}, SourceUnreadable, None),
    ({"status": 404}, Missing, None),
    ({"status": 404, "reason": "MailboxNotEnabledForRESTAPI"}, SourceUnreadable, None),
    ({"status": 404, "reason": "syncStateNotFound"}, Expired, None),
    ({"status": 400, "reason": "SyncStateNotFound"}, Expired, None),
    ({"status": 410, "reason": "resyncRequired"}, Expired, None),
    ({"status": 410}, Expired, None),
    ({"status": 429, "retry_after": "11"}, Throttled, 11.0),
    ({"status": 429, "retry_after": "999999999"}, Throttled, 3_600.0),
    ({"status": 429, "retry_after": "soon"}, Throttled, 20.0),
    ({"status": 429}, Throttled, 20.0),
    ({"status": 500}, TemporarilyUnavailable, None),
    ({"status": 502, "raw": b"<html>bad gateway</html>"}, TemporarilyUnavailable, None),
    ({"status": 503, "retry_after": "3"}, Throttled, 3.0),
    ({"status": 504, "retry_after": "4"}, Throttled, 4.0),
    ({"status": 503, "reason": "ErrorMailboxMoveInProgress"}, TemporarilyUnavailable, None),
    ({"status": 302, "raw": b""}, TemporarilyUnavailable, None),
    ({"status": 200, "raw": b"<html>log in to this network</html>"}, TemporarilyUnavailable, None),
    ({"status": 200, "raw": b'{"value": [{"id": "trunc'}, TemporarilyUnavailable, None),
    ({"status": 200, "raw": b"[1, 2]"}, TemporarilyUnavailable, None),
    ({"status": 200, "raw": b"[" * 100_000}, TemporarilyUnavailable, None),
    ({"status": 400, "raw": b"\xff\xfe"}, SourceUnreadable, None),
    ({"status": 503, "drop": True}, TemporarilyUnavailable, None),
)
"""What Graph answers, what it means for whoever asked, and how long it asks to wait."""

LINKS_ELSEWHERE = (
    "https://elsewhere.example/v1.0/me/messages",
    "https://graph.double.example.elsewhere.example/v1.0/me",
    "http://graph.double.example/v1.0/me",
    "https://graph.double.example:444/v1.0/me",
    "https://graph.double.example/beta/me",
    "https://graph.double.example/v1.0/../beta/me",
    "https://graph.double.example@elsewhere.example/v1.0/me",
    "//graph.double.example/v1.0/me",
    "/v1.0/me",
    "https://graph.double.example/v1.0/me\r\nx: y",
    "javascript:alert(1)",
)


class Recorder:
    """A line that writes down what goes over it."""

    def __init__(self, double: MicrosoftDouble) -> None:
        self._http = InProcessGraph(double)
        self.sent: list[tuple[str, str]] = []
        self.headers: list[Mapping[str, str]] = []

    def request(self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None = None) -> Reply:
        self.sent.append((method, url))
        self.headers.append(headers)
        for each in json.loads(body)["requests"] if body else ():
            assert each["method"] == "GET"
            self.headers.append({name.lower(): value for name, value in each["headers"].items()})
        return self._http.request(method, url, headers=headers, body=body)


@pytest.fixture
def double() -> MicrosoftDouble:
    """A mailbox with three mails and a meeting."""
    made = MicrosoftDouble(OWNER)
    for number in range(3):
        made.mail.add(
            sender=f"Ann <{CANARY}@forge.example>",
            to=[OWNER],
            at=NOW - timedelta(hours=number),
            subject=CANARY,
            text=f"{CANARY}, and more.",
        )
    guest = {"type": "required", "emailAddress": {"name": "", "address": f"{CANARY}@forge.example"}}
    made.calendar.add(start=NOW, subject=CANARY, attendees=[guest], weekly=2)
    return made


def client_of(http: Any, **options: Any) -> GraphClient:
    return GraphClient(http=http, **{"get_token": lambda: TOKEN, "monotonic": time.monotonic, "root": ROOT, **options})


@pytest.mark.parametrize(("fault", "meaning", "wait"), REFUSALS)
@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.get("me/calendars"),
        lambda client: client.many({"one": "me/messages/one"}),
    ],
    ids=["single", "batch"],
)
def test_every_refusal_says_what_to_do(
    double: MicrosoftDouble, call: Callable[[GraphClient], object], fault: dict[str, Any], meaning: type[ConnectorError], wait: float | None
) -> None:
    """In the contract's words, with the wait that was asked for, and without a word of Graph's answer."""
    for path in ("$batch", "/calendars"):
        double.fail(path, **fault)

    with pytest.raises(ConnectorError) as raised:
        call(client_of(InProcessGraph(double)))

    assert isinstance(raised.value, meaning)
    if isinstance(raised.value, Throttled):
        assert raised.value.retry_after == wait
    assert CANARY not in str(raised.value)
    assert str(raised.value).endswith(".")


def test_a_link_that_is_refused_is_dead(double: MicrosoftDouble) -> None:
    """400 for what Graph itself has given can only mean that it is not good any more."""
    double.fail("/calendars", status=400)

    with pytest.raises(DeadPage):
        client_of(InProcessGraph(double)).follow(f"{ROOT}me/calendars?$skiptoken=x", page=5)


class TestLinks:
    @pytest.mark.parametrize("link", LINKS_ELSEWHERE)
    def test_no_link_leads_out_of_graph(self, double: MicrosoftDouble, link: str) -> None:
        """Nothing is sent where one would."""
        line = Recorder(double)

        with pytest.raises(SourceUnreadable):
            client_of(line).follow(link, page=5)

        assert line.sent == []

    def test_a_link_is_followed_to_the_letter(self, double: MicrosoftDouble) -> None:
        """Whatever Graph has written into it."""
        line, link = Recorder(double), f"{ROOT}me/mailFolders('inbox')/messages/delta?$skiptoken=A%2Fb+c%3D"

        with pytest.raises(ConnectorError):
            client_of(line).follow(link, page=5)

        assert line.sent == [("GET", link)]

    def test_a_link_elsewhere_is_never_stored(self, double: MicrosoftDouble) -> None:
        """The page that brings it brings nothing."""
        double.fail("/messages/delta", status=200, raw=b'{"value": [], "@odata.deltaLink": "https://elsewhere.example/"}')
        account = MicrosoftAccount(client_of(InProcessGraph(double)), address=OWNER, clock=lambda: NOW)

        with pytest.raises(SourceUnreadable):
            list(account.stream(PREFIX + double.mail.folder_id("inbox"), known=lambda _items: frozenset()).changes(None))


class TestTokens:
    def test_a_token_that_was_taken_back_early_is_renewed_once(self, double: MicrosoftDouble) -> None:
        """The second one is used; what was asked is answered."""
        double.tokens = {"new"}
        given = ["old"]
        client = client_of(InProcessGraph(double), get_token=lambda: given[-1], refused=lambda _token, _demanded: given.append("new"))

        assert client.get("me/calendars")["value"]

    def test_what_graph_demands_of_the_next_token_is_passed_on(self, double: MicrosoftDouble) -> None:
        """As it is in the header's claims, unpacked."""
        demanded: list[tuple[str, str]] = []
        claims = '{"access_token":{"nbf":{"essential":true,"value":"1795000000"}}}'
        packed = base64.b64encode(claims.encode()).decode()

        class Demanding:
            def request(self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None = None) -> Reply:
                told = f'Bearer realm="", error="insufficient_claims", claims="{packed}"'
                return Reply(status=401, headers={"www-authenticate": told}, body=b"{}")

        with pytest.raises(NeedsReconnecting):
            client_of(Demanding(), refused=lambda token, told: demanded.append((token, told))).get("me/calendars")

        assert demanded == [(TOKEN, claims)]

    def test_no_token_goes_without_tls(self, double: MicrosoftDouble) -> None:
        """But to this machine itself."""
        with pytest.raises(SourceUnreadable):
            client_of(Recorder(double), root="http://graph.example/v1.0/")

    def test_the_network_follows_nobody_elsewhere(self) -> None:
        """An address that nobody answers at is a failure of the line, in the contract's words."""
        client = client_of(NetworkHttp(), root="http://127.0.0.1:9/v1.0/")

        with pytest.raises(TemporarilyUnavailable):
            client.get("me/calendars")


def test_nothing_but_reading_is_ever_sent_and_nothing_private_is_logged(double: MicrosoftDouble, caplog: pytest.LogCaptureFixture) -> None:
    """A whole sync of all streams, at DEBUG, with failures on the way: GET and batches of GET, all with ids that stay, and no canary."""
    line = Recorder(double)
    double.fail("/messages/delta", status=410)
    double.fail("/instances", status=503)
    account = MicrosoftAccount(client_of(line), address=OWNER, clock=lambda: NOW)
    names = (FOLDERS, CALENDARS, PREFIX + double.mail.folder_id("inbox"), f"calendar:{double.calendar.calendar_id}")

    with caplog.at_level(logging.DEBUG):
        for name in names:
            list(account.stream(name, known=lambda _items: frozenset()).changes(None))

    assert {method for method, _ in line.sent} == {"GET", "POST"}
    assert {url for method, url in line.sent if method == "POST"} == {f"{ROOT}$batch"}
    assert {method for method, _ in double.calls} == {"GET"}
    assert all('IdType="ImmutableId"' in headers["prefer"] for headers in line.headers)
    assert [word for word in (CANARY, TOKEN, OWNER) if word in caplog.text] == []


class TestPace:
    def test_who_is_throttled_asks_nothing_until_the_time_is_up(self, double: MicrosoftDouble) -> None:
        """A mailbox that is asked meanwhile would stay throttled."""
        seconds = 0.0
        client = client_of(InProcessGraph(double), monotonic=lambda: seconds)
        double.fail("/calendars", status=429, retry_after="30")
        with pytest.raises(Throttled):
            client.get("me/calendars")
        seconds = 12.0

        with pytest.raises(Throttled) as raised:
            client.get("me/mailFolders/inbox")
        calls = len(double.calls)
        seconds = 31.0
        client.get("me/mailFolders/inbox")

        assert raised.value.retry_after == 18.0
        assert calls == 1

    def test_parts_of_a_batch_fail_each_by_itself(self, double: MicrosoftDouble) -> None:
        """One is gone, one fails, one has to wait, which holds up all that comes after, one is there."""
        there, failing, waiting = list(double.mail.messages)
        double.fail(f"/messages/{failing}", status=500)
        double.fail(f"/messages/{waiting}", status=429, retry_after="9")
        client = client_of(InProcessGraph(double), monotonic=lambda: 0.0)

        found = client.many({item: f"me/messages/{item}" for item in (there, failing, waiting, "none")})

        assert found["none"] is None
        assert found[failing] == Failed(reason="Microsoft answers 500")
        assert found[waiting] == Failed(reason="Microsoft asks to wait", excused=True, retry_in=timedelta(seconds=9))
        assert found[there]
        with pytest.raises(Throttled):
            client.get("me/calendars")

    def test_ten_minutes_never_see_more_calls_than_the_limit(self, double: MicrosoftDouble) -> None:
        """Each part of a batch is one; what the process before has asked counts as well."""
        seconds = 0.0
        first = client_of(InProcessGraph(double), monotonic=lambda: seconds, limits=GraphLimits(calls_per_window=11, event_page=1))
        first.many({str(number): "me/calendars" for number in range(6)})
        spent = first.spending(NOW)
        second = client_of(InProcessGraph(double), monotonic=lambda: seconds, limits=GraphLimits(calls_per_window=11, event_page=1))
        second.take_over(spent, NOW + timedelta(seconds=100))
        second.get("me/calendars")

        with pytest.raises(Throttled) as raised:
            second.get("me/calendars")

        assert raised.value.retry_after == 500.0
        assert double.meter.most == 7
