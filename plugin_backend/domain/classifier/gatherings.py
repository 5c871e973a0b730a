"""An event laid out for the rules: how many others take part, whether it has a place, and which doors it opens online."""

from __future__ import annotations

import re
from dataclasses import dataclass

from connectors.exchange import Exchange, Role
from plugin_backend.domain.classifier.links import channel_of_link, channels_of_links
from plugin_backend.domain.classifier.tables import marks
from plugin_backend.domain.people import AddressKind, Owner, kind_of
from plugin_backend.domain.tags import Channel

_LONGEST = 2_000
_ROLES = frozenset((Role.ORGANIZER, Role.ATTENDEE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """One event as the rules see it."""

    exchange: Exchange
    others: int
    """Humans beside the owner; rooms, equipment and machines left out."""
    groups: int
    """Lists and offices among the guests: nobody knows how many they are."""
    place: str
    """Where to go, without links, telephone numbers and names of conference services; empty where there is nowhere to go."""
    doors: frozenset[Channel]
    """The channels that its links and words open."""


def gathering_of(exchange: Exchange, owner: Owner) -> Gathering:
    """Lay out an event."""
    kinds = {
        seat.address: AddressKind.ROOM if seat.resource else kind_of(seat.address, name=seat.name[:_LONGEST], owner=owner)
        for seat in exchange.participants
        if seat.role in _ROLES and seat.address
    }
    located = exchange.location[:_LONGEST]
    parts = tuple(part.strip(" .,") for part in _PARTS.split(located.lower()) if part.strip(" .,"))
    has_room = AddressKind.ROOM in kinds.values()
    return Gathering(
        exchange=exchange,
        others=sum(kind is AddressKind.PERSON for kind in kinds.values()),
        groups=sum(kind in (AddressKind.LIST, AddressKind.ROLE) for kind in kinds.values()),
        place=next((part for part in parts if _is_place(part)), "room" if has_room else ""),
        doors=_doors_of(exchange, parts),
    )


def _doors_of(exchange: Exchange, parts: tuple[str, ...]) -> frozenset[Channel]:
    doors: set[Channel] = set()
    if exchange.conference_url:
        doors.add(channel_of_link(exchange.conference_url[:_LONGEST]) or Channel.VIDEO_CONFERENCE)
    doors |= channels_of_links(exchange.location[:_LONGEST])
    doors |= channels_of_links(exchange.text or exchange.html)
    if any(_is_service(part) for part in parts) or _VIDEO_WORDS.search(exchange.subject[:_LONGEST].lower()):
        doors.add(Channel.VIDEO_CONFERENCE)
    if (
        any(_is_telephone(part) for part in parts)
        or _calls(exchange.subject[:_LONGEST].lower())
        or _dials_in(exchange.text[:_LONGEST].lower())
    ):
        doors.add(Channel.PHONE_CALL)
    return frozenset(doors)


def _is_place(part: str) -> bool:
    return not (_is_service(part) or _is_telephone(part) or part in _NOWHERE or "://" in part or channels_of_links(part))


def _is_service(part: str) -> bool:
    return part in _SERVICES or part.startswith(_SERVICE_BEGINNINGS)


def _is_telephone(part: str) -> bool:
    return part in _TELEPHONES or part.startswith("tel:") or _NUMBER.fullmatch(part) is not None


def _calls(subject: str) -> bool:
    """Whether the subject speaks of a call, and not of a "call for papers"."""
    found = _CALL_WORDS.search(subject)
    return found is not None and not subject.startswith((" for ", " to action"), found.end())


def _dials_in(text: str) -> bool:
    return any(
        words in text for words in ("dial-in", "dial in:", "dial:", "einwahlnummer", "telefoneinwahl", "numéro d'appel", "número de acceso")
    )


_PARTS = re.compile(r"[;\n|]|\s/\s|\s[-–]\s")
_NUMBER = re.compile(r"(?:tel\.?:?|phone:?|call:?|telefon:?)?\s?\+?[\d() /.,#*x-]{6,40}")
_VIDEO_WORDS = re.compile(
    r"\bvideo ?(?:call|chat|conference|konferenz|llamada|conferencia)|\bvideocall|\bvisio\b|\bvisioconf"
    r"|\b(?:teams|zoom|webex|skype) (?:call|meeting)\b"
)
_CALL_WORDS = re.compile(
    r"\b(?:phone|call|calls|telephone|telefonat|telefontermin|telefonkonferenz|telko|anruf|telefonieren"
    r"|coup de fil|appel|llamada|telefonata|telefon)\b"
)
_MARKS = marks("place_marks.toml")
_NOWHERE = frozenset(_MARKS["nowhere"])
_TELEPHONES = frozenset(_MARKS["telephones"])
_SERVICES = frozenset(_MARKS["services"])
_SERVICE_BEGINNINGS = _MARKS["service_beginnings"]
