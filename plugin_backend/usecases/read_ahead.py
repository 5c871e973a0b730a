"""Read a connector in child processes: parsing and classifying go on while the parent stores the pages before.

This also keeps untrusted mail away from the process that holds the database: whatever a message does to a parser, the ledger is
not open there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from typing import TypeVar

from msgspec import Struct, msgpack

from connectors.base import Connector, ConnectorError
from connectors.exchange import Exchange, Participant, Problem, SyncPage
from plugin_backend.domain.classifier import classify, classify_all
from plugin_backend.domain.ledger import Blind, LedgerEntry, Tier, entry_for
from plugin_backend.domain.people import AddressKind, Owner, kind_of
from plugin_backend.domain.tags import Tags
from plugin_backend.usecases.children import Inbox, child, duplex_pipe

PAGES_AHEAD = 4
"""Pages that the first child may do by itself while the second one is busy: so few have to wait for one before them."""

_ANOTHER = b"."
"""Says that the second child can take another page."""


class ReaderDied(ConnectorError):
    """The reading process ended without a word; nothing of its last page was stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What is needed to turn exchanges into ledger entries."""

    owner: Owner
    blind: Blind
    tier: Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyPage:
    """A page whose exchanges are classified and whose bodies are forgotten."""

    page: SyncPage
    """What the connector said beside the exchanges."""
    entries: tuple[LedgerEntry, ...]
    items: tuple[str, ...]
    """For each entry the item it was read from; empty where the source has none."""
    parts: tuple[str, ...]
    """For each of these the part of the item; an empty text where the item has none."""
    names: tuple[Mapping[str, str], ...]
    """For each entry the display names that stand in it, by address."""
    kinds: Mapping[str, AddressKind]
    problems: tuple[Problem, ...]
    settled: frozenset[str]
    """Every item that is dealt with: read, also where it could not be classified, or gone, or still as it was."""


def ready(page: SyncPage, reader: Reader) -> ReadyPage:
    """Classify a page. Pure; the text of every exchange ends here. What cannot be classified is a problem, never the end of a sync."""
    entries = []
    items: list[str] = []
    parts: list[str] = []
    problems = list(page.problems)
    names: list[dict[str, str]] = []
    kinds: dict[str, AddressKind] = {}
    for exchange, known in zip(page.upserts, _tags_of(page.upserts, reader.owner), strict=True):
        try:
            tags = known or classify(exchange, reader.owner)
            entry = entry_for(exchange, tags, owner=reader.owner, blind=reader.blind, tier=reader.tier)
        except Exception as error:
            digest = hashlib.sha256(exchange.external_id.encode("utf-8", "replace")).hexdigest()[:12]
            problems.append(Problem(where=f"message {digest}", reason=f"it could not be classified ({type(error).__name__})"))
            continue
        entries.append(entry)
        if exchange.item:
            items.append(exchange.item)
            parts.append(exchange.part)
        named: dict[str, str] = {}
        names.append(named)
        seated = {seat.address for seat in entry.seats}
        lists = list_addresses(exchange)
        for participant in exchange.participants:
            if participant.address not in seated:
                continue
            if participant.name:
                named.setdefault(participant.address, participant.name)
            kinds[participant.address] = _kind(participant, lists, reader.owner, kinds.get(participant.address))
    return ReadyPage(
        page=replace(page, upserts=()),
        entries=tuple(entries),
        items=tuple(items),
        parts=tuple(parts),
        names=tuple(names),
        kinds=kinds,
        problems=tuple(problems),
        settled=frozenset({exchange.item for exchange in page.upserts if exchange.item}.union(page.deletions, page.seen)),
    )


def _tags_of(exchanges: Sequence[Exchange], owner: Owner) -> Sequence[Tags | None]:
    """The tags of each; of none where one of them cannot be classified, so that each is asked by itself which it is."""
    try:
        return classify_all(exchanges, owner)
    except Exception:
        return (None,) * len(exchanges)


def pages_here(connector: Connector, cursor: str | None, reader: Reader) -> Iterator[ReadyPage]:
    """The pages of a connector, classified in this process."""
    for page in connector.changes(cursor):
        yield ready(page, reader)


def pages_ahead(connector: Connector, cursor: str | None, reader: Reader) -> Iterator[ReadyPage]:
    """The pages of a connector, in its order, read and classified ahead in two child processes.

    The first reads the source and hands pages to the second for as long as that one has nothing waiting; the others it classifies itself.

    Raises:
        ConnectorError: as the connector raised it.
        ReaderDied: a child was killed.
    """
    for_second, for_first = duplex_pipe()
    with child(_help, reader, for_second) as second, child(_read, connector, cursor, reader, for_first) as first:
        for message in _in_order(first, second):
            if isinstance(message, ConnectorError):
                raise message
            yield message


Message = ReadyPage | ConnectorError | None
"""What a child has to say of a page; None where there are no more pages."""

Rows = TypeVar("Rows", bound=tuple[Struct, ...])

_ENCODER = msgpack.Encoder()
_EXCHANGES = msgpack.Decoder(tuple[Exchange, ...])
_ENTRIES = msgpack.Decoder(tuple[LedgerEntry, ...])


def _packed(rows: Rows) -> bytes | Rows:
    """Rows as MessagePack, written and read in a quarter of the time of a pickle; as they are where they hold what it does not know."""
    try:
        return _ENCODER.encode(rows)
    except (UnicodeEncodeError, OverflowError):
        # A lone surrogate, or a number of more than 64 bits.
        return rows


def _unpacked(packed: bytes | Rows, decoder: msgpack.Decoder[Rows]) -> Rows:
    return decoder.decode(packed) if isinstance(packed, bytes) else packed


def _hand_over(parent: Connection, number: int, page: ReadyPage) -> None:
    parent.send((number, replace(page, entries=()), _packed(page.entries)))


def _in_order(first: Connection, second: Connection) -> Iterator[ReadyPage | ConnectorError]:
    """What both children say, by the numbers of the pages."""
    early: dict[int, Message] = {}
    following = 0
    while True:
        while following in early:
            message = early.pop(following)
            if message is None:
                return
            yield message
            following += 1
        for connection in wait((first, second)):
            assert isinstance(connection, Connection)  # noqa: S101 - only connections were waited for
            number, message = _received(connection)
            early[number] = message


def _received(receiving: Connection) -> tuple[int, Message]:
    try:
        number, message, packed = receiving.recv()
    except (EOFError, OSError):
        raise ReaderDied("A process that reads the source ended unexpectedly. Run the import again: it goes on where it stopped.") from None
    return number, replace(message, entries=_unpacked(packed, _ENTRIES)) if isinstance(message, ReadyPage) else message


def _read(connector: Connector, cursor: str | None, reader: Reader, second: Connection, parent: Connection) -> None:
    number = alone = 0
    try:
        for page in connector.changes(cursor):
            if alone >= PAGES_AHEAD or second.poll():
                second.recv()
                second.send((number, replace(page, upserts=()), _packed(page.upserts)))
                alone = 0
            else:
                _hand_over(parent, number, ready(page, reader))
                alone += 1
            number += 1
    except ConnectorError as error:
        parent.send((number, error, ()))
    else:
        parent.send((number, None, ()))
    while True:  # The second child may still be at work; the parent ends both when it has every page.
        second.recv()


def _help(reader: Reader, first: Connection, parent: Connection) -> None:
    first.send(_ANOTHER)  # One page may wait while another one is at work.
    first.send(_ANOTHER)
    pages = Inbox(first)
    while True:
        number, page, packed = pages.take()
        _hand_over(parent, number, ready(replace(page, upserts=_unpacked(packed, _EXCHANGES)), reader))
        first.send(_ANOTHER)


def _kind(participant: Participant, lists: frozenset[str], owner: Owner, before: AddressKind | None) -> AddressKind:
    """What is behind an address as this exchange shows it; what was learnt from an exchange outweighs the form of the address.

    Not by its display name, which anybody may write beside anybody's address: the store looks at the name that is usual.
    """
    if participant.address in owner:
        return AddressKind.OWNER
    if participant.resource:
        return AddressKind.ROOM
    if participant.address in lists:
        return AddressKind.LIST
    return before or kind_of(participant.address, owner=owner)


def list_addresses(exchange: Exchange) -> frozenset[str]:
    """The posting addresses of the mailing list a mail came through (RFC 2369 List-Post, RFC 2919 List-Id)."""
    found = set()
    post = exchange.header("list-post").strip().strip("<>").lower()
    if post.startswith("mailto:"):
        found.add(post.removeprefix("mailto:").partition("?")[0])
    identifier = exchange.header("list-id").rpartition("<")[2].strip().strip("<>").lower()
    local, _, domain = identifier.partition(".")
    if local and domain:
        found.add(f"{local}@{domain}")
    return frozenset(found)
