"""The double answers as Google's own descriptions say, and is no more forgiving than Google."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from connectors.base import Throttled
from connectors.doubles.google import GoogleDouble, InProcessHttp
from connectors.gathering import Failed
from connectors.google.account import CALENDARS, MAIL, GoogleAccount
from connectors.google.calendar import PREFIX
from connectors.google.client import GoogleClient, GoogleLimits
from connectors.refusals import Expired

SCHEMAS = Path(__file__).parent / "schemas"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
OWNER = "me@mill.example"
SHAPES = (
    ("/profile", "gmail", "Profile"),
    ("/history", "gmail", "ListHistoryResponse"),
    ("/messages/", "gmail", "Message"),
    ("/messages", "gmail", "ListMessagesResponse"),
    ("/calendarList", "calendar", "CalendarList"),
    ("/events/", "calendar", "Event"),
    ("/events", "calendar", "Events"),
)
"""What stands in a path, and which type answers there; the first that fits."""


@pytest.fixture
def double() -> GoogleDouble:
    """A mailbox with some of everything in it."""
    made = GoogleDouble(OWNER)
    for number in range(5):
        made.mail.add(
            sender="Ann <ann@forge.example>",
            to=[OWNER],
            at=NOW - timedelta(hours=number),
            subject="Plan",
            text="Here it is.",
            html="<p>Here it is.</p>" if number % 2 else "",
        )
    first = next(iter(made.mail.messages))
    made.mail.label(first, add=("TRASH",))
    made.mail.label(first, remove=("TRASH",))
    box = made.calendars.boxes[OWNER]
    guests = [{"email": "ann@forge.example", "responseStatus": "accepted"}]
    series = box.add(start=NOW, recurrence=["RRULE:FREQ=WEEKLY;COUNT=3"], attendees=guests)
    box.except_occurrence(series, NOW + timedelta(weeks=1), summary="Elsewhere")
    box.cancel_occurrence(series, NOW + timedelta(weeks=2))
    box.delete(box.add(start=NOW))
    return made


def client_of(double: GoogleDouble, **limits: int) -> GoogleClient:
    return GoogleClient(http=InProcessHttp(double), get_token=lambda: "token", monotonic=time.monotonic, limits=GoogleLimits(**limits))


def validator(name: str, shape: str) -> Draft202012Validator:
    schema = json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))
    return Draft202012Validator({"$ref": f"#/$defs/{shape}", "$defs": schema["$defs"]})


def test_every_answer_keeps_to_the_schema_of_its_type(double: GoogleDouble) -> None:
    """Whatever a whole sync asks for, and what is asked after that, is a type of Google's with no property too many."""
    answers: list[tuple[str, dict[str, Any]]] = []
    double.on_answer = lambda path, answer: answers.append((path, answer))
    account = GoogleAccount(client_of(double, message_page=2, history_page=2, event_page=2), clock=lambda: NOW)

    for name in (MAIL, CALENDARS, PREFIX + OWNER):
        stream = account.stream(name, known=lambda _items: frozenset())
        cursor = [page.cursor for page in stream.changes(None)][-1]
        double.mail.add(sender="Ann <ann@forge.example>", to=[OWNER], at=NOW, subject="More", text="More.")
        double.calendars.boxes[OWNER].add(start=NOW)
        double.calendars.boxes[OWNER].cancel_occurrence("ev000001", NOW)
        assert name == CALENDARS or list(stream.changes(cursor))

    seen = set()
    for path, answer in answers:
        part, name, shape = next(each for each in SHAPES if each[0] in path)
        seen.add(part)
        assert [error.message for error in validator(name, shape).iter_errors(answer)] == []
    assert seen == {part for part, _, _ in SHAPES}


class TestStrictness:
    def test_a_batch_of_too_many_is_refused_as_a_whole_and_made_smaller(self, double: GoogleDouble) -> None:
        """Google takes fewer calls than it says at times; the next batch is small."""
        double.batch_most = 10
        client = client_of(double)

        with pytest.raises(Throttled):
            client.fetch([f"{number:x}" for number in range(25)])

        assert client.affordable(25) == 10

    def test_parts_of_a_batch_fail_each_by_itself(self, double: GoogleDouble) -> None:
        """One is gone, one fails, one is there."""
        there, failing = list(double.mail.messages)[:2]
        double.fail(f"/messages/{failing}", status=503)

        found = client_of(double).fetch([there, failing, "18f0ffffffffffff"])

        assert isinstance(found[failing], Failed)
        assert found["18f0ffffffffffff"] is None
        assert found[there] is not None

    def test_an_old_history_id_is_not_taken(self, double: GoogleDouble) -> None:
        """404, which means that everything has to be compared anew."""
        before = str(double.mail.history_id)
        double.mail.forget_history()

        with pytest.raises(Expired):
            client_of(double).history(before, None)

    def test_a_sync_token_forbids_what_google_forbids(self, double: GoogleDouble) -> None:
        """400 for a filter that the first request did not have."""
        box = double.calendars.boxes[OWNER]
        token = box.events_page({"maxResults": "2500"})["nextSyncToken"]

        target = f"/calendar/v3/calendars/{OWNER}/events?syncToken={token}&timeMin=x"
        answer = double.answer("GET", target, b"", {"authorization": "Bearer t"})

        assert answer.status == 400

    def test_nothing_but_reading_is_answered(self, double: GoogleDouble) -> None:
        """A call that would change something is an error here, as it would be a scandal there."""
        number = next(iter(double.mail.messages))

        assert double.answer("POST", f"/gmail/v1/users/me/messages/{number}/trash", b"", {"authorization": "Bearer t"}).status == 405
