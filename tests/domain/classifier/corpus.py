"""The corpus: one made-up mail or event per file, named by what is odd about it, with what the classifier must say of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from connectors.exchange import Attachment, Exchange, Kind, Participant, Response, Role
from plugin_backend.domain.tags import Tags

CORPUS = sorted((Path(__file__).parents[1] / "corpus").glob("*.json"))
AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


def told_in(path: Path) -> dict[str, Any]:
    """What a file of the corpus says."""
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return told


def exchange_of(told: dict[str, Any]) -> Exchange:
    """The exchange that a file of the corpus tells."""
    return _event_of(told) if told.get("event") else _mail_of(told)


def said_of(tags: Tags, key: str) -> Any:
    """What the tags say under a key of the corpus; for `has` and `has_not`, all stored substances."""
    return {
        "channel": tags.channel.value,
        "rule": tags.channel_rule,
        "human": tags.human,
        "notice": tags.notice,
        "list_post": tags.list_post,
        "calendar_traffic": tags.calendar_traffic,
        "credited": tags.credited_name,
        "credited_address": tags.credited_address,
    }[key]


def _mail_of(told: dict[str, Any]) -> Exchange:
    seats = [_seat(told["from"], Role.SENDER)]
    for key, role in (("reply_to", Role.REPLY_TO), ("to", Role.TO), ("cc", Role.CC)):
        seats.extend(_seat(text, role) for text in told.get(key, ()))
    headers = told.get("headers", {})
    pairs = headers.items() if isinstance(headers, dict) else headers
    return Exchange(
        kind=Kind.EMAIL,
        external_id="m1@corpus.example",
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
    guests = (
        Participant(address=each["address"], role=Role.ATTENDEE, resource=each.get("resource", False), response=Response.ACCEPTED)
        for each in told["attendees"]
    )
    return Exchange(
        kind=Kind.EVENT,
        external_id="e1@corpus.example",
        at=AT,
        participants=(Participant(address=told["organizer"], role=Role.ORGANIZER), *guests),
        subject=told["subject"],
        text=told.get("text", ""),
        location=told.get("location", ""),
        conference_url=told.get("conference_url", ""),
        guests_hidden=told.get("guests_hidden", False),
        event_type=told.get("event_type", ""),
    )


def _seat(text: str, role: Role) -> Participant:
    name, address = parseaddr(text)
    return Participant(address=address.lower(), role=role, name=name)
