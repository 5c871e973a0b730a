"""The double answers as Graph's own description says, and is no more forgiving than Graph."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from jsonschema import Draft202012Validator

from connectors.doubles.microsoft import InProcessGraph, MicrosoftDouble
from connectors.microsoft.account import CALENDARS, FOLDERS, MicrosoftAccount
from connectors.microsoft.client import GraphClient, GraphLimits
from connectors.microsoft.mail import PREFIX as MAIL
from connectors.microsoft.parse import EVENT_FIELDS, MESSAGE_FIELDS

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "graph.json").read_text("utf-8"))
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
OWNER = "me@mill.example"
IMMUTABLE = {"authorization": "Bearer t", "prefer": 'IdType="ImmutableId", odata.maxpagesize=2'}
SHAPES = (
    ("/mailFolders/delta", "mailFolder", True),
    ("/messages/delta", "message", True),
    ("/messages/AAk", "message", False),
    ("/messages", "message", True),
    ("/mailFolders/", "mailFolder", False),
    ("/calendarView/delta", "event", True),
    ("/instances", "event", True),
    ("/events/", "event", False),
    ("/calendars", "calendar", True),
)
"""What stands in a path, which type answers there, and whether it is a list; the first that fits."""


@pytest.fixture
def double() -> MicrosoftDouble:
    """A mailbox with some of everything in it."""
    made = MicrosoftDouble(OWNER)
    made.subscriptions.now = lambda: NOW
    for number in range(5):
        sender = OWNER if number == 3 else "Ann <ann@forge.example>"
        html = "<p>Here it is.</p>" if number == 4 else ""
        at = NOW - timedelta(hours=number)
        made.mail.add(sender=sender, to=[OWNER], at=at, subject="Plan", text="" if html else "Here it is.", html=html)
    guest = {"type": "required", "emailAddress": {"name": "Ann", "address": "ann@forge.example"}, "status": {"response": "accepted"}}
    series = made.calendar.add(start=NOW, weekly=4, attendees=[guest])
    made.calendar.except_occurrence(series, 1, subject="Elsewhere")
    made.calendar.cancel_occurrence(series, 2)
    made.calendar.delete(made.calendar.add(start=NOW))
    made.calendar.add(start=NOW, location={"displayName": "Room 1", "locationType": "conferenceRoom"})
    return made


def asked(double: MicrosoftDouble, path: str, *, method: str = "GET", body: Any = None, prefer: str = "", **query: str) -> tuple[int, Any]:
    """What the double answers to one call, below its root."""
    headers = {**IMMUTABLE, **({"prefer": prefer} if prefer else {})}
    target = f"/v1.0/{path}" + (f"?{urlencode(query)}" if query else "")
    answer = double.answer(method, target, json.dumps(body).encode() if body is not None else b"", headers)
    return answer.status, json.loads(answer.body) if answer.body else None


def followed(double: MicrosoftDouble, link: str, **headers: str) -> Any:
    answer = InProcessGraph(double).request("GET", link, headers={**IMMUTABLE, **headers})
    return json.loads(answer.body)


def through(double: MicrosoftDouble, page: Any) -> tuple[list[Any], str]:
    """All pages of a round, and the link that it ends with."""
    items = list(page["value"])
    while "@odata.nextLink" in page:
        page = followed(double, page["@odata.nextLink"])
        items += page["value"]
    return items, page["@odata.deltaLink"]


def test_every_answer_keeps_to_the_schema_of_its_type(double: MicrosoftDouble) -> None:
    """Whatever a whole sync asks for, and what is asked after that, is a type of Graph's with no property too many."""
    answers: list[tuple[str, dict[str, Any]]] = []
    double.on_answer = lambda path, answer: answers.append((path, answer))
    client = GraphClient(
        http=InProcessGraph(double),
        get_token=lambda: "token",
        monotonic=time.monotonic,
        limits=GraphLimits(message_page=2, event_page=2),
        root=double.root,
    )
    account = MicrosoftAccount(client, address=OWNER, clock=lambda: NOW)
    streams = [FOLDERS, CALENDARS, *(MAIL + each for each in double.mail.folders), f"calendar:{double.calendar.calendar_id}"]

    for name in streams:
        stream = account.stream(name, known=lambda _items: frozenset())
        cursor = [page.cursor for page in stream.changes(None)][-1]
        item = double.mail.add(sender="Ann <ann@forge.example>", to=[OWNER], at=NOW, subject="More", text="More.")
        single = double.calendar.add(start=NOW)
        double.calendar.cancel_occurrence(next(iter(double.calendar.events)), 3)
        list(stream.changes(cursor))
        stream.again([item] if name.startswith(MAIL) else [single], cursor)

    seen = set()
    for path, answer in answers:
        part, shape, is_list = next(each for each in SHAPES if each[0] in path)
        seen.add(part)
        validator = Draft202012Validator({"$ref": f"#/$defs/microsoft.graph.{shape}", "$defs": SCHEMA["$defs"]})
        items = answer["value"] if is_list else [answer]
        assert [error.message for item in items for error in validator.iter_errors(item)] == []
        assert not is_list or answer.keys() <= {"@odata.context", "value", "@odata.nextLink", "@odata.deltaLink"}
        assert not (is_list and path.endswith("delta")) or ("@odata.nextLink" in answer) != ("@odata.deltaLink" in answer)
    assert seen == {part for part, _, _ in SHAPES}


class TestMail:
    def test_a_move_is_a_removal_there_and_an_arrival_here(self, double: MicrosoftDouble) -> None:
        """Of one id, which stays, and is another one for whoever did not ask for one that stays."""
        folders = [double.mail.folder_id(name) for name in ("inbox", "archive")]
        begun = [asked(double, f"me/mailFolders/{each}/messages/delta", **{"$select": "subject"})[1] for each in folders]
        links = [through(double, page)[1] for page in begun]
        item = next(iter(double.mail.folders[folders[0]].items))
        usual = asked(double, f"me/messages/{item}0", prefer="odata.maxpagesize=5")[0]

        double.mail.move(item, "archive")

        told = [followed(double, link)["value"] for link in links]
        assert told[0] == [{"id": item, "@removed": {"reason": "deleted"}}]
        assert [each["id"] for each in told[1]] == [item]
        assert usual == 200
        assert asked(double, f"me/messages/{item}0", prefer="odata.maxpagesize=5")[0] == 404

    def test_links_are_good_again_and_again_and_remember_what_was_selected(self, double: MicrosoftDouble) -> None:
        """The same link says the same; a mark is told without what has not changed."""
        inbox = double.mail.folder_id("inbox")
        items, link = through(double, asked(double, f"me/mailFolders/{inbox}/messages/delta", **{"$select": "subject"})[1])
        double.mail.mark(str(items[0]["id"]))

        first, second = followed(double, link), followed(double, link)

        assert first == second
        assert all("subject" in each and "body" not in each for each in items)
        assert [sorted(each) for each in first["value"]] == [["@odata.etag", "@odata.type", "id"]]

    def test_a_round_repeats_the_last_item_of_a_page(self, double: MicrosoftDouble) -> None:
        """Whoever counts what comes counts too much."""
        items, _ = through(double, asked(double, f"me/mailFolders/{double.mail.folder_id('inbox')}/messages/delta")[1])

        assert len(items) > len({each["id"] for each in items}) == 5

    def test_a_list_takes_few_options(self, double: MicrosoftDouble) -> None:
        """No filter but by time, no order but the newest first."""
        inbox = f"me/mailFolders/{double.mail.folder_id('inbox')}/messages"

        assert asked(double, inbox, **{"$filter": "isRead eq true", "$orderby": "receivedDateTime desc"})[0] == 400
        assert asked(double, inbox, **{"$filter": "receivedDateTime ge 2026-01-01T00:00:00Z", "$orderby": "subject"})[0] == 400

    def test_what_was_forgotten_is_gone(self, double: MicrosoftDouble) -> None:
        """410, with where to begin anew."""
        inbox = f"me/mailFolders/{double.mail.folder_id('inbox')}/messages/delta"
        _, link = through(double, asked(double, inbox)[1])
        double.mail.lose_tokens()

        answer = InProcessGraph(double).request("GET", link, headers=IMMUTABLE)

        assert answer.status == 410
        assert answer.headers["location"].endswith("/messages/delta")
        assert json.loads(answer.body)["error"]["code"] == "SyncStateNotFound"


class TestCalendars:
    def test_an_occurrence_is_told_as_little_more_than_a_time(self, double: MicrosoftDouble) -> None:
        """And when it is taken out, it or its series says so, not both."""
        view = f"me/calendars/{double.calendar.calendar_id}/calendarView/delta"
        window = {"startDateTime": "2026-11-01T00:00:00Z", "endDateTime": "2027-01-01T00:00:00Z"}
        items, link = through(double, asked(double, view, **window)[1])
        double.calendar.cancel_occurrence(next(iter(double.calendar.events)), 3)

        stubs = [each for each in items if each.get("type") == "occurrence"]
        assert {frozenset(each) - {"@odata.etag"} for each in stubs} == {
            frozenset({"@odata.type", "id", "type", "seriesMasterId", "start", "end"})
        }
        assert [sorted(each) for each in followed(double, link)["value"]] == [["@removed", "id"]]

    def test_times_are_told_in_the_zone_that_is_asked_for(self, double: MicrosoftDouble) -> None:
        """With seven decimals and without an offset."""
        path = f"me/calendars/{double.calendar.calendar_id}/events/{next(iter(double.calendar.events))}"

        told = asked(double, path, prefer='outlook.timezone="Europe/Berlin"', **{"$select": EVENT_FIELDS})[1]

        assert told["start"] == {"dateTime": "2026-11-20T13:00:00.0000000", "timeZone": "Europe/Berlin"}

    def test_a_view_takes_no_options_and_no_endless_window(self, double: MicrosoftDouble) -> None:
        """400 for either."""
        view = f"me/calendars/{double.calendar.calendar_id}/calendarView/delta"
        window = {"startDateTime": "2026-11-01T00:00:00Z", "endDateTime": "2027-01-01T00:00:00Z"}

        assert asked(double, view, **window, **{"$select": "subject"})[0] == 400
        assert asked(double, view, **{**window, "startDateTime": "2010-01-01T00:00:00Z"})[0] == 400
        assert asked(double, view)[0] == 400


class TestLimits:
    def test_a_batch_of_too_many_is_refused_as_a_whole(self, double: MicrosoftDouble) -> None:
        """Twenty are taken, in any order, each with a status of its own."""
        item = next(iter(double.mail.messages))
        requests = [{"id": str(number), "method": "GET", "url": f"/me/messages/{item}?$select={MESSAGE_FIELDS}"} for number in range(21)]

        refused, _ = asked(double, "$batch", method="POST", body={"requests": requests})
        requests[0]["url"] = "/me/messages/none"
        status, answer = asked(double, "$batch", method="POST", body={"requests": requests[:20]})

        assert (refused, status) == (400, 200)
        assert [each["id"] for each in answer["responses"]] != [str(number) for number in range(20)]
        assert {each["id"]: each["status"] for each in answer["responses"]} == {**{str(n): 200 for n in range(20)}, "0": 404}

    def test_too_many_calls_are_refused_and_count_all_the_same(self, double: MicrosoftDouble) -> None:
        """429, with how long to wait."""
        double.calls_most = 3

        statuses = [asked(double, "me/calendars")[0] for _ in range(5)]

        assert statuses == [200, 200, 200, 429, 429]
        assert double.meter.most == 5

    def test_too_many_at_a_time_are_refused(self, double: MicrosoftDouble) -> None:
        """Five at once are one too many."""
        double.in_flight = 4

        assert asked(double, "me/calendars")[0] == 429

    def test_nothing_but_reading_is_answered(self, double: MicrosoftDouble) -> None:
        """A call that would change something is an error here, as it would be a scandal there."""
        assert asked(double, f"me/messages/{next(iter(double.mail.messages))}", method="DELETE")[0] == 405


class TestSubscriptions:
    def test_one_is_made_only_where_its_address_answers_and_for_a_week_at_most(self, double: MicrosoftDouble) -> None:
        """A handshake comes first; later it can be prolonged, and ended."""
        wanted = {"changeType": "created", "resource": "me/messages", "notificationUrl": "https://here.example/", "clientState": "s"}
        week, too_long = (f"{NOW + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}" for minutes in (10_080, 10_081))
        made, subscription = asked(double, "subscriptions", method="POST", body={**wanted, "expirationDateTime": week})
        refused, _ = asked(double, "subscriptions", method="POST", body={**wanted, "expirationDateTime": too_long})
        double.subscriptions.handshake = lambda _url, _token: "something else"
        unanswered, _ = asked(double, "subscriptions", method="POST", body={**wanted, "expirationDateTime": week})

        path = f"subscriptions/{subscription['id']}"
        validator = Draft202012Validator({"$ref": "#/$defs/microsoft.graph.subscription", "$defs": SCHEMA["$defs"]})
        assert (made, refused, unanswered) == (201, 400, 400)
        assert list(validator.iter_errors(subscription)) == []
        assert asked(double, path, method="PATCH", body={"expirationDateTime": too_long})[0] == 400
        assert asked(double, path, method="DELETE")[0] == 204
        assert asked(double, path)[0] == 404
