"""An event laid out for the rules: how many others take part, whether it has a place, and which doors it opens online."""

from __future__ import annotations

import re
from dataclasses import dataclass

from connectors.exchange import Exchange, Response, Role
from plugin_backend.domain.classifier.links import channel_of_link, channels_of_links
from plugin_backend.domain.classifier.tables import marks
from plugin_backend.domain.people import AddressKind, Owner, kind_of
from plugin_backend.domain.tags import Channel

_LONGEST = 2_000
_FEWEST_DIGITS = 7
"""Of a telephone number; rooms have fewer ("3.04.112")."""
_ROLES = frozenset((Role.ORGANIZER, Role.ATTENDEE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """One event as the rules see it."""

    exchange: Exchange
    others: int
    """Humans beside the owner; rooms, equipment and machines left out, and who declined, unless nobody else is on it."""
    groups: int
    """Lists and offices among the guests: nobody knows how many they are."""
    place: str
    """Where to go, without links, telephone numbers and names of conference services; empty where there is nowhere to go."""
    doors: frozenset[Channel]
    """The channels that its links and words open."""
    front_doors: frozenset[Channel]
    """Those of them that stand where the place would, or that the calendar itself calls its conference."""


def gathering_of(exchange: Exchange, owner: Owner) -> Gathering:
    """Lay out an event."""
    kinds = {
        seat.address: AddressKind.ROOM if seat.resource else kind_of(seat.address, name=seat.name[:_LONGEST], owner=owner)
        for seat in exchange.participants
        if seat.role in _ROLES and seat.address
    }
    people = {address for address, kind in kinds.items() if kind is AddressKind.PERSON}
    declined = {seat.address for seat in exchange.participants if seat.response is Response.DECLINED and seat.role is Role.ATTENDEE}
    located = exchange.location[:_LONGEST]
    parts = tuple(part.strip(" .,") for part in _PARTS.split(located.lower()) if part.strip(" .,"))
    front_doors = _front_doors_of(exchange)
    has_room = AddressKind.ROOM in kinds.values()
    return Gathering(
        exchange=exchange,
        others=len(people - declined) or len(people),
        groups=sum(kind in (AddressKind.LIST, AddressKind.ROLE) for kind in kinds.values()),
        place=next((part for part in parts if _is_place(part)), "room" if has_room else ""),
        doors=front_doors | _doors_of(exchange, parts),
        front_doors=front_doors,
    )


def _doors_of(exchange: Exchange, parts: tuple[str, ...]) -> frozenset[Channel]:
    doors = set(channels_of_links(exchange.text or exchange.html))
    subject = exchange.subject[:_LONGEST].lower()
    if any(_is_service(part) for part in parts) or _VIDEO_WORDS.search(subject):
        doors.add(Channel.VIDEO_CONFERENCE)
    if any(_is_telephone(part) for part in parts) or _calls(subject) or _dials_in(exchange.text[:_LONGEST].lower()):
        doors.add(Channel.PHONE_CALL)
    return frozenset(doors)


def _front_doors_of(exchange: Exchange) -> frozenset[Channel]:
    doors = channels_of_links(exchange.location[:_LONGEST])
    if not exchange.conference_url:
        return doors
    return doors | {channel_of_link(exchange.conference_url[:_LONGEST]) or Channel.VIDEO_CONFERENCE}


def _is_place(part: str) -> bool:
    if _is_service(part) or _is_telephone(part) or part in _NOWHERE or channels_of_links(part):
        return False
    return "://" not in part or any(link in part for link in _MAP_LINKS)


def _is_service(part: str) -> bool:
    return part in _SERVICES or part.startswith(_SERVICE_BEGINNINGS)


def _is_telephone(part: str) -> bool:
    if part in _TELEPHONES or (_NUMBER.fullmatch(part) and sum(sign.isdigit() for sign in part) >= _FEWEST_DIGITS):
        return True
    calls = part.startswith(_CALL_BEGINNINGS) or any(words in part for words in _CALL_PARTS)
    return calls and not any(words in part for words in _NO_CALLS)


def _calls(words: str) -> bool:
    """Whether words speak of a call, and not of a "call for papers" or a "call center"."""
    found = _CALL_WORDS.search(words)
    return found is not None and not words.startswith(_NO_CALLS, found.end())


def _dials_in(text: str) -> bool:
    return any(words in text for words in _DIAL_IN_WORDS)


def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the words, as a whole word."""
    return re.compile(rf"\b(?:{'|'.join(re.escape(each) for each in sorted(words, key=len, reverse=True))})\b")


_PARTS = re.compile(r"[;\n|]|\s/\s|\s[-–]\s")
_NUMBER = re.compile(
    r"(?:tel\.?:?|phone:?|call:?|telefon:?|tél\.?\s?:?)?\s?\+?[\d() /.,#*x-]{6,40}(?:(?:pin|code|id|ext|dw)\.?:?\s?[\d #]{2,20})?"
)
_MARKS = marks("place_marks.toml")
_NOWHERE = frozenset(_MARKS["nowhere"])
_MAP_LINKS = _MARKS["map_links"]
_TELEPHONES = frozenset(_MARKS["telephones"])
_SERVICES = frozenset(_MARKS["services"])
_SERVICE_BEGINNINGS = _MARKS["service_beginnings"]
_VIDEO_WORDS = _any_of(_MARKS["video_words"])
_CALL_WORDS = _any_of(_MARKS["call_words"])
_NO_CALLS = _MARKS["no_calls"]
_CALL_BEGINNINGS = _MARKS["call_beginnings"]
_CALL_PARTS = _MARKS["call_parts"]
_DIAL_IN_WORDS = _MARKS["dial_in_words"]
