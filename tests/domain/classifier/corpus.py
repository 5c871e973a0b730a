"""The corpus: one made-up mail or event per file, named by what is odd about it, with what the classifier must say of it.

What a file may say of a mail: from, reply_to, to, cc, subject, headers (a table, or pairs where one comes twice), text, html, attachments,
in_reply_to, message_id, message_class, calendar_method. And of an event (`"event": true`): subject, organizer, attendees, more_guests (how
many others came), text, html, location, conference_url, guests_hidden, event_type, all_day, status.

`why` says in a sentence what it is about. `expect` is what must be said of it: fields of the tags, the substances that it has and has not,
and `makes`: the deepest stage that this one exchange, long over, makes with anybody whom the owner knows (`KNOWN`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from connectors.exchange import Attachment, Exchange, Kind, Participant, Response, Role, Status
from plugin_backend.domain.ledger import Tier, entry_for
from plugin_backend.domain.people import Person
from plugin_backend.domain.readings import Stage
from plugin_backend.domain.stages import reading_of, replay
from plugin_backend.domain.tags import Tags
from tests.factories import OWNER, PERSON

CORPUS = sorted((Path(__file__).parents[1] / "corpus").glob("*.json"))
AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(days=30)

LENAS_NUMBER = "14155550100.15305550134.k7qzbw2x9v@txt.voice.google.com"
KNOWN = (
    PERSON,
    Person(id="ines", addresses=("ines@karst.example",), name="Ines Karst", names=("Ines Karst",)),
    Person(id="lena", addresses=("lena@kern.example", LENAS_NUMBER, "5305550134@vtext.com"), name="Lena Kern", names=("Lena Kern",)),
)
"""Whom the owner knows: by address and by name, so that a forger may try both."""


def told_in(path: Path) -> dict[str, Any]:
    """What a file of the corpus says."""
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return told


def exchange_of(told: dict[str, Any]) -> Exchange:
    """The exchange that a file of the corpus tells."""
    return _event_of(told) if told.get("event") else _mail_of(told)


def said_of(exchange: Exchange, tags: Tags, key: str) -> Any:
    """What is said of an exchange under a key of the corpus."""
    if key == "makes":
        return stage_made_by(exchange, tags).value
    return {
        "channel": tags.channel.value,
        "rule": tags.channel_rule,
        "human": tags.human,
        "notice": tags.notice,
        "list_post": tags.list_post,
        "calendar_traffic": tags.calendar_traffic,
        "credited": tags.credited_name,
        "credited_address": tags.credited_address,
        "own_words": tags.own_words,
    }[key]


def stage_made_by(exchange: Exchange, tags: Tags) -> Stage:
    """The deepest stage that an exchange makes with anybody known."""
    entry = entry_for(exchange, tags, owner=OWNER, blind=str, tier=Tier.SUBJECTS)
    stages = [reading_of(replay((entry,), (), person=person, owner=OWNER, as_of=LATER), LATER).stage for person in KNOWN]
    return max(stages, key=list(Stage).index)


def _mail_of(told: dict[str, Any]) -> Exchange:
    seats = [_seat(told["from"], Role.SENDER)]
    for key, role in (("reply_to", Role.REPLY_TO), ("to", Role.TO), ("cc", Role.CC)):
        seats.extend(_seat(text, role) for text in told.get(key, ()))
    headers = told.get("headers", {})
    pairs = headers.items() if isinstance(headers, dict) else headers
    return Exchange(
        kind=Kind.EMAIL,
        external_id=told.get("message_id", "m1@corpus.example"),
        at=AT,
        participants=tuple(seats),
        subject=told.get("subject", ""),
        text=told.get("text", ""),
        html=told.get("html", ""),
        headers=tuple((name.lower(), value) for name, value in pairs),
        in_reply_to=told.get("in_reply_to", ""),
        attachments=tuple(Attachment(**each) for each in told.get("attachments", ())),
        message_class=told.get("message_class", ""),
        calendar_method=told.get("calendar_method", ""),
    )


def _event_of(told: dict[str, Any]) -> Exchange:
    return Exchange(
        kind=Kind.EVENT,
        external_id="e1@corpus.example",
        at=AT,
        ends_at=AT + timedelta(hours=1),
        participants=tuple(_seats_of_event(told)),
        subject=told["subject"],
        text=told.get("text", ""),
        html=told.get("html", ""),
        location=told.get("location", ""),
        conference_url=told.get("conference_url", ""),
        guests_hidden=told.get("guests_hidden", False),
        event_type=told.get("event_type", ""),
        all_day=told.get("all_day", False),
        status=Status(told.get("status", "confirmed")),
    )


def _seats_of_event(told: dict[str, Any]) -> Iterator[Participant]:
    if told["organizer"]:
        yield Participant(address=told["organizer"], role=Role.ORGANIZER)
    for each in told["attendees"]:
        yield Participant(
            address=each["address"],
            role=Role.ATTENDEE,
            name=each.get("name", ""),
            resource=each.get("resource", False),
            response=Response(each.get("response", "accepted")),
        )
    for number in range(told.get("more_guests", 0)):
        yield Participant(address=f"guest{number}@house{number}.example", role=Role.ATTENDEE, response=Response.ACCEPTED)


def _seat(text: str, role: Role) -> Participant:
    name, address = parseaddr(text)
    return Participant(address=address.lower(), role=role, name=name)
