"""How a ledger entry is stored: its facts as compact JSON, and apart from them what is sealed (subject, place, words).

The fields are read off `LedgerEntry` itself, so a field that the domain adds is kept without a migration; one of a type that is
not known here fails at import.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson
from msgspec import NODEFAULT
from msgspec.structs import FieldInfo, fields

from connectors.exchange import Kind, Response, Role, Status
from plugin_backend.domain.ledger import Direction, LedgerEntry, Seat, Tier
from plugin_backend.domain.tags import Channel, Substance, SubstanceTag

LONGEST_ID = 500
LONGEST_ADDRESS = 320
LONGEST_NAME = 200
LONGEST_PLACE = 500
_DIGEST_HEX = 16

_SEALED = ("subject", "location")
"""Fields that are encrypted and that the privacy tier `metadata` leaves out; the words of the tags go with them."""

SENT, ANSWERS = "sent:", "answers:"
"""What stands before the topic in the tie of a mail that names no other."""

_AS_IS = frozenset({"str", "int", "bool", "bool | None"})

_CHANNELS = {each.value: each for each in Channel}
_SUBSTANCES = {each.value: each for each in Substance}
_ROLES = {each.value: each for each in Role}
_RESPONSES = {each.value: each for each in Response}

Facts = dict[str, Any]
Sealed = dict[str, Any]


def storable(text: str, limit: int) -> str:
    """Text as any database takes it: without NUL and lone surrogates, and where it is too long, cut and marked with a digest."""
    if not text.isascii() or "\0" in text:
        text = text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\N{REPLACEMENT CHARACTER}")
    if len(text) <= limit:
        return text
    mark = hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_HEX]
    return f"{text[: limit - len(mark) - 1]}~{mark}"


def storable_id(external_id: str) -> str:
    """An exchange's id as it is stored and looked up."""
    return storable(external_id, LONGEST_ID)


@lru_cache(8_192)
def storable_address(address: str) -> str:
    """An address as it is stored and looked up."""
    return storable(address, LONGEST_ADDRESS)


def answered_id(entry: LedgerEntry) -> str:
    """The id of the mail that a mail answers, as it is stored; empty where it answers none."""
    return storable_id(entry.in_reply_to or (entry.references[-1] if entry.references else ""))


def tie_of(entry: LedgerEntry) -> str:
    """What ties a mail to others of its thread: the id of the mail it answers, or else its topic, as sent on or answered.

    The topic is told only of what people wrote, and of incoming mail only where it answers. Empty where there is no tie.
    """
    named = answered_id(entry)
    if named or not entry.topic or not entry.human or entry.list_post:
        return named
    if entry.direction is Direction.OUT:
        return SENT + entry.topic
    return ANSWERS + entry.topic if entry.answers else ""


def facts_of(entry: LedgerEntry) -> Facts:
    """What is stored in plain: every field that differs from its default, less what is sealed."""
    facts: Facts = {}
    for name, default, write in _WRITERS:
        value = getattr(entry, name)
        if value is not default and value != default:
            facts[name] = write(value) if write else value
    return facts


def sealed_of(entry: LedgerEntry, tier: Tier) -> Sealed:
    """What is stored encrypted, as far as the owner's privacy tier lets it be kept; empty where nothing is."""
    if tier is Tier.METADATA:
        return {}
    sealed: Sealed = {name: value for name in _SEALED if (value := getattr(entry, name))}
    words = [tag.words for tag in entry.substances] if tier is Tier.SPANS else []
    if any(words):
        sealed["words"] = words
    return sealed


def less_private(sealed: Sealed, tier: Tier) -> Sealed:
    """What remains of sealed content when the owner has chosen a tier that keeps less."""
    if tier is Tier.METADATA:
        return {}
    return sealed if tier is Tier.SPANS else {name: value for name, value in sealed.items() if name != "words"}


def to_json(content: Mapping[str, Any]) -> bytes:
    """Compact JSON; text that is no Unicode is mended first."""
    try:
        return orjson.dumps(content)
    except TypeError:
        return orjson.dumps(_mended(content))


def entry_from(external_id: str, facts: bytes, sealed: bytes | None, persons: Mapping[str, str] | None = None) -> LedgerEntry:
    """The entry of a stored row; with `persons` (address to person id), every seat says whose it is."""
    values: dict[str, Any] = orjson.loads(facts)
    opened: Sealed = orjson.loads(sealed) if sealed else {}
    words = opened.pop("words", ())
    for name, read in _READERS:
        if name in values:
            values[name] = read(values[name])
    if words and "substances" in values:
        tags = values["substances"]
        values["substances"] = tuple(
            SubstanceTag(substance=tag.substance, confidence=tag.confidence, rule=tag.rule, words=said)
            for tag, said in zip(tags, words, strict=True)
        )
    values["seats"] = tuple(_seat(row, persons) for row in values.get("seats", ()))
    return LedgerEntry(id=external_id, **values, **opened)


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, Mapping):
        return {key: _mended(each) for key, each in value.items()}
    return [_mended(each) for each in value] if isinstance(value, (list, tuple)) else value


def _seat(row: list[Any], persons: Mapping[str, str] | None) -> Seat:
    return _shared_seat(tuple(row), persons.get(row[0], "") if persons is not None else "")


@lru_cache(8_192)
def _shared_seat(row: tuple[Any, ...], person: str) -> Seat:
    """A seat, made once for the many mails in which somebody sits alike."""
    return Seat(
        address=row[0],
        role=_ROLES[row[1]],
        response=_RESPONSES[row[2]] if len(row) > 2 else Response.UNANSWERED,
        resource=bool(row[3]) if len(row) > 3 else False,
        person=person,
    )


def _seat_row(seat: Seat) -> list[Any]:
    address = storable_address(seat.address)
    if seat.resource:
        return [address, seat.role.value, seat.response.value, 1]
    return [address, seat.role.value] if seat.response is Response.UNANSWERED else [address, seat.role.value, seat.response.value]


def _seats_out(seats: tuple[Seat, ...]) -> list[list[Any]]:
    return [_seat_row(seat) for seat in seats]


def _tags_out(tags: tuple[SubstanceTag, ...]) -> list[list[Any]]:
    return [[tag.substance.value, tag.confidence, tag.rule] for tag in tags]


def _tags_in(rows: list[list[Any]]) -> tuple[SubstanceTag, ...]:
    return tuple(SubstanceTag(substance=_SUBSTANCES[stored], confidence=confidence, rule=rule) for stored, confidence, rule in rows)


def _moment_out(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None


def _moment_in(stored: str | None) -> datetime | None:
    return datetime.fromisoformat(stored) if stored else None


_CODECS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "Kind": (str, Kind),
    "Status": (str, Status),
    "Direction": (str, Direction),
    "Channel": (str, _CHANNELS.__getitem__),
    "datetime": (_moment_out, _moment_in),
    "datetime | None": (_moment_out, _moment_in),
    "frozenset[str]": (sorted, frozenset),
    "tuple[str, ...]": (list, tuple),
    "tuple[SubstanceTag, ...]": (_tags_out, _tags_in),
    "tuple[Seat, ...]": (_seats_out, tuple),
}


def _default(field: FieldInfo) -> object:
    return None if field.default is NODEFAULT else field.default


def _kind(field: FieldInfo) -> str:
    return str(LedgerEntry.__annotations__[field.name])


_PLAIN_FIELDS = tuple(field for field in fields(LedgerEntry) if field.name not in {"id", *_SEALED})
_WRITERS = tuple((field.name, _default(field), None if _kind(field) in _AS_IS else _CODECS[_kind(field)][0]) for field in _PLAIN_FIELDS)
_READERS = tuple((field.name, _CODECS[_kind(field)][1]) for field in _PLAIN_FIELDS if _kind(field) not in _AS_IS and field.name != "seats")
