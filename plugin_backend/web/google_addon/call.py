"""One call of the add-on, parsed leniently: Google's own schema has spelling mistakes, and older events lay fields elsewhere.

A call holds live tokens: nothing of it is ever logged, and none of it is in a repr.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MOST_ADDRESSES = 600
"""A draft with more recipients than 500 is refused by its check; what lies behind is not read."""

LONGEST_TEXT = 2_000
LONGEST_ZONE = 100
LONGEST_TOKEN = 20_000

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipients:
    """To whom a draft goes, as Gmail said when it called."""

    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()

    @property
    def everybody(self) -> tuple[str, ...]:
        """Every address once, in the order of the draft."""
        return tuple(dict.fromkeys((*self.to, *self.cc, *self.bcc)))

    def without(self, address: str) -> Recipients:
        """The same without one of them."""
        return Recipients(
            to=tuple(each for each in self.to if each != address),
            cc=tuple(each for each in self.cc if each != address),
            bcc=tuple(each for each in self.bcc if each != address),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What Google sent."""

    system_token: str = field(repr=False)
    user_token: str = field(repr=False)
    oauth_token: str = field(repr=False)
    scopes: frozenset[str] | None
    """What was granted; None where Google does not say."""
    zone: tzinfo | None
    """The user's; None where Google does not say."""
    parameters: Mapping[str, str] = field(repr=False)
    message: str = field(repr=False)
    """Gmail's id of the open message, as the Gmail API takes it."""
    message_token: str = field(repr=False)
    recipients: Recipients = field(repr=False)
    subject: str = field(repr=False)
    event: str = field(repr=False)
    series: str = field(repr=False)
    guests: tuple[str, ...] = field(repr=False)

    @classmethod
    def read(cls, body: object, *, bearer: str = "") -> Call:
        """A call from its JSON; whatever has another shape than it should is as if it were not there."""
        sent = _dict(body)
        common, who = _dict(sent.get("commonEventObject")), _dict(sent.get("authorizationEventObject"))
        gmail, calendar = _dict(sent.get("gmail")), _dict(sent.get("calendar"))
        draft = {**gmail, **_dict(sent.get("draftMetadata")), **_dict(gmail.get("draftMetadata"))}
        granted = who.get("authorizedScopes")
        return cls(
            system_token=bearer or _text(who.get("systemIdToken"), LONGEST_TOKEN),
            user_token=_text(who.get("userIdToken"), LONGEST_TOKEN),
            oauth_token=_text(who.get("userOAuthToken") or who.get("userOauthToken"), LONGEST_TOKEN),
            scopes=frozenset(_text(each) for each in _list(granted)) if isinstance(granted, list) else None,
            zone=_zone(_dict(common.get("timeZone")).get("id")),
            parameters={_text(key): _text(value) for key, value in _dict(common.get("parameters")).items()},
            message=_message_id(_text(gmail.get("messageId"))),
            message_token=_text(gmail.get("accessToken"), LONGEST_TOKEN),
            recipients=Recipients(
                to=_addresses(draft.get("toRecipients")),
                cc=_addresses(draft.get("ccRecipients")),
                bcc=_addresses(draft.get("bccRecipients")),
            ),
            subject=_text(draft.get("subject")),
            event=_text(calendar.get("id")),
            series=_text(calendar.get("recurringEventId")),
            guests=_addresses([_dict(each).get("email") for each in _list(calendar.get("attendees")) if not _dict(each).get("resource")]),
        )

    def parameter(self, name: str) -> str:
        """What a button sent along; empty where it sent nothing of this name."""
        return self.parameters.get(name, "")


def address_in(entry: object) -> str:
    """The address in ``Name <address>`` or alone; empty where it is not exactly one."""
    text = _text(entry).strip()
    if "<" in text:
        text = text.rpartition("<")[2].partition(">")[0].strip()
    mailbox, at, host = text.partition("@")
    plain = mailbox and at and host and "@" not in host and text.isprintable() and not any(sign in text for sign in ' ,;"')
    return text.lower() if plain else ""


def _addresses(entries: object) -> tuple[str, ...]:
    found: Iterable[str] = (address_in(entry) for entry in _list(entries)[:MOST_ADDRESSES])
    return tuple(dict.fromkeys(each for each in found if each))


def _message_id(told: str) -> str:
    """``msg-f:1712…`` names a message by the decimal of what the Gmail API, and so the ledger, writes in sixteens."""
    kind, colon, number = told.partition(":")
    if colon and kind == "msg-f" and number.isascii() and number.isdigit() and len(number) <= 20:
        return f"{int(number):x}"
    return told


def _zone(name: object) -> tzinfo | None:
    told = _text(name, LONGEST_ZONE)
    if not told:
        return None
    try:
        return ZoneInfo(told)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _text(value: object, longest: int = LONGEST_TEXT) -> str:
    """A text without NUL, which PostgreSQL does not take; empty for anything else, and for what is too long to be meant."""
    return value if isinstance(value, str) and len(value) <= longest and "\x00" not in value else ""


def _dict(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
