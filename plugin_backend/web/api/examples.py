"""Examples for the OpenAPI document; everybody in them is made up."""

from __future__ import annotations

from typing import Any

DRAFT: dict[str, Any] = {
    "to": ["ines.okafor@example.org"],
    "cc": [],
    "subject": "A question about your talk",
    "text": "Your talk on cold chains left me with one question. How do you measure the last mile?",
    "in_reply_to": "",
}

READ_BRIEF: dict[str, Any] = {"event": "0f2c7d@calendar.example.org/20261204T090000Z"}

SHOWN_MEETING: dict[str, Any] = {"at": "2026-12-04T09:00:00Z", "attendees": ["ines.okafor@example.org", "you@example.com"]}

PEOPLE: dict[str, Any] = {
    "people": [
        {
            "person": {
                "id": "9f3c1a77d2b04e58",
                "name": "Ines Okafor",
                "addresses": ["ines.okafor@example.org"],
                "kind": "person",
                "colleague": False,
            },
            "stage": "recognition",
            "stage_label": "recognition",
            "highest": "recognition",
            "standing": "active",
            "last_at": "2026-11-12T09:00:00Z",
            "silence_days": 8,
            "because": "You met on 12 November 2026, 3 people.",
        }
    ],
    "total": 1,
    "counts": {"none": 0, "encounter": 0, "recognition": 1, "development": 0, "friendship": 0, "intimacy": 0},
    "next": "",
    "as_of": "2026-11-20T12:00:00Z",
}

VERDICT: dict[str, Any] = {
    "verdict": "warn",
    "recipients": [
        {
            "address": "ines.okafor@example.org",
            "person": None,
            "verdict": "warn",
            "stage": "encounter",
            "standing": "active",
            "what": "",
            "reasons": [
                "Not yet recognised. You wrote 5 times since 3 March 2026; no answer so far.",
                "Of your 41 mails to somebody who had not written back, sent to nobody else, 1 was answered within two weeks (0-13 %).",
            ],
            "alternatives": [
                {"kind": "introduction", "sentence": "Ask Tom Reyes to introduce you.", "person": "51b7c0de8a934f12", "event": ""}
            ],
            "evidence": [],
            "reply_estimate": {
                "sentence": (
                    "Of your 41 mails to somebody who had not written back, sent to nobody else, 1 was answered within two weeks (0-13 %)."
                ),
                "source": "own_mailbox",
                "before": "unanswered",
                "company": "alone",
                "mails": 41,
                "answered": 1,
                "rate": 0.0651,
                "low": 0.0043,
                "high": 0.126,
            },
        }
    ],
    "as_of": "2026-11-20T12:00:00Z",
    "checked": True,
    "note": "",
}

CORRECTIONS: dict[str, Any] = {
    "met": {"summary": "We have met", "value": {"kind": "met", "addresses": ["ines.okafor@example.org"], "on": "2026-10-02T00:00:00Z"}},
    "stage": {"summary": "My own word", "value": {"kind": "stage", "addresses": ["ines.okafor@example.org"], "value": "friendship"}},
    "same_person": {
        "summary": "Two addresses, one person",
        "value": {"kind": "same_person", "addresses": ["ines.okafor@example.org", "ines@example.net"]},
    },
    "ignore_exchange": {"summary": "Leave one exchange out", "value": {"kind": "ignore_exchange", "exchange": "CAF3x@mail.example.org"}},
}
