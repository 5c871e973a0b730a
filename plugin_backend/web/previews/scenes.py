"""What is open in the made-up mail program: a message that was received, one that is written, an appointment, an invitation to many."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from plugin_backend.demo.examples import EXAMPLES
from plugin_backend.domain.advice import Verdict
from plugin_backend.domain.readings import Stage
from plugin_backend.store.database import Database
from plugin_backend.usecases.brief_meeting import brief_meeting, next_meetings
from plugin_backend.usecases.list_people import list_people
from plugin_backend.usecases.views import PersonRef

SCENES = {
    "read": "A message you read",
    "write": "A message you write",
    "appointment": "An appointment",
    "invite": "An invitation to many",
}
MANY = 14
"""People on the invitation: enough for it to speak to many."""

Scene = dict[str, Any]


def scene(name: str, database: Database, owner_id: int, *, now: datetime) -> Scene:
    """What is open, as the stub of Office.js takes it."""
    with database.read(owner_id) as store:
        owner = store.owner()
    me = min(owner.addresses)
    made = _write() if name == "write" else {"read": _read, "appointment": _appointment, "invite": _invite}[name](database, owner_id, now)
    return {"me": me, "subject": "", "body": "", "to": [], "cc": [], **made}


def _people(database: Database, owner_id: int, now: datetime, *, stage: Stage | None, limit: int) -> tuple[PersonRef, ...]:
    rows = list_people(database, owner_id, now=now, stage=stage.value if stage else None, limit=limit).people
    return tuple(row.person for row in rows)


def _seat(person: PersonRef) -> dict[str, str]:
    return {"emailAddress": person.addresses[0], "displayName": person.name, "recipientType": "externalUser"}


def _at(address: str) -> dict[str, str]:
    return {"emailAddress": address, "displayName": address, "recipientType": "externalUser"}


def _read(database: Database, owner_id: int, now: datetime) -> Scene:
    partners = _people(database, owner_id, now, stage=Stage.DEVELOPMENT, limit=1)
    known = _people(database, owner_id, now, stage=Stage.RECOGNITION, limit=2)
    return {
        "kind": "message",
        "mode": "read",
        "subject": "Where we stand",
        "body": "Shall we go through the figures on Thursday?",
        "from": _seat(partners[0]) if partners else None,
        "to": [_seat(person) for person in known],
    }


def _write() -> Scene:
    draft = next(example.draft for example in EXAMPLES if example.verdict is Verdict.WARN)
    return {"kind": "message", "mode": "write", "subject": draft.subject, "body": draft.text, "to": [_at(address) for address in draft.to]}


def _appointment(database: Database, owner_id: int, now: datetime) -> Scene:
    coming = next_meetings(database, owner_id, as_of=now, limit=1)
    if not coming:
        return {"kind": "appointment", "mode": "read"}
    brief = brief_meeting(database, owner_id, event=coming[0].id, as_of=now, remember=False)
    return {
        "kind": "appointment",
        "mode": "read",
        "subject": coming[0].subject,
        "start": coming[0].at.isoformat(),
        "to": [_seat(each.person) for each in brief.attendees],
    }


def _invite(database: Database, owner_id: int, now: datetime) -> Scene:
    return {
        "kind": "appointment",
        "mode": "write",
        "subject": "Our new panels, presented",
        "body": "Join us for a presentation of what is new.",
        "to": [_seat(person) for person in _people(database, owner_id, now, stage=None, limit=MANY)],
    }
