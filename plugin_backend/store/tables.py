"""The tables. Inside, rows are known by numbers; every table of an owner's carries the owner's number.

Times are microseconds since 1970, UTC; where there are very many of them, they are read and written as plain numbers.
Columns named `sealed...` are encrypted (see `crypto`); no other column holds a subject, a place or words of a message. Names and
addresses are plain: they are looked up.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import IntEnum, IntFlag

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from connectors.exchange import Role
from plugin_backend.domain.people import AddressKind

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = MetaData(naming_convention=NAMING)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

NEVER = 0
"""The moment that stands for none where a column takes part in an order."""


def to_micros(moment: datetime) -> int:
    """A moment as it is stored."""
    return (moment - _EPOCH) // _MICROSECOND


def from_micros(stored: int) -> datetime:
    """A stored moment, aware and UTC."""
    return _EPOCH + stored * _MICROSECOND


class Moment(TypeDecorator[datetime]):
    """An aware moment, stored as microseconds since 1970: exact, ordered and the same in every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else to_micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else from_micros(value)


class Behind(IntEnum):
    """What is behind an address, as a number: where two exchanges show different things, the higher one is kept."""

    PERSON = 0
    ROLE = 1
    ROBOT = 2
    LIST = 3
    ROOM = 4
    OWNER = 5
    CREDITED = 9
    """Not an address: the name under which a notice told of somebody's act."""


BEHIND = {
    AddressKind.PERSON: Behind.PERSON,
    AddressKind.ROLE: Behind.ROLE,
    AddressKind.ROBOT: Behind.ROBOT,
    AddressKind.LIST: Behind.LIST,
    AddressKind.ROOM: Behind.ROOM,
    AddressKind.OWNER: Behind.OWNER,
}
KIND_BEHIND = {behind: kind for kind, behind in BEHIND.items()}


class Seats(IntFlag):
    """The seats one address has in one exchange, as a set of bits."""

    SENDER = 1
    REPLY_TO = 2
    TO = 4
    CC = 8
    BCC = 16
    ORGANIZER = 32
    ATTENDEE = 64
    CREDITED = 128


SEAT_OF_ROLE = {
    Role.SENDER: Seats.SENDER,
    Role.REPLY_TO: Seats.REPLY_TO,
    Role.TO: Seats.TO,
    Role.CC: Seats.CC,
    Role.BCC: Seats.BCC,
    Role.ORGANIZER: Seats.ORGANIZER,
    Role.ATTENDEE: Seats.ATTENDEE,
}
WROTE = Seats.SENDER | Seats.ORGANIZER
WRITTEN_TO = Seats.TO | Seats.CC | Seats.BCC

_Id = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts rows up by itself only where the key is an INTEGER."""

_Exact = String().with_variant(String(collation="C"), "postgresql")
"""Text that is compared byte by byte, as SQLite does."""


def _of_owner() -> Column[int]:
    return Column("owner_id", BigInteger, ForeignKey("owner.id", ondelete="CASCADE"), nullable=False)


def _index_where_known(*columns: str) -> Index:
    """An index over the few rows where the first of its columns is known."""
    known = text(f"{columns[0]} IS NOT NULL")
    return Index(None, "owner_id", *columns, sqlite_where=known, postgresql_where=known)


installation = Table(
    "installation",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("sealed_check", LargeBinary, nullable=False),
    Column("sealed_root", LargeBinary, nullable=False),
)
"""One row: a value that tells the right key from a wrong one, and the secret from which the owners' blind keys are derived."""

owner = Table(
    "owner",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("tier", String, nullable=False),
    Column("addresses", Text, nullable=False),
    Column("names", Text, nullable=False),
    Column("colleague_domains", Text, nullable=False),
    Column("colleague_addresses", Text, nullable=False),
)

account = Table(
    "account",
    metadata,
    Column("id", _Id, primary_key=True),
    _of_owner(),
    Column("connector", String, nullable=False),
    Column("locator", String, nullable=False),
    Column("lease_holder", String),
    Column("lease_until", Moment),
    Column("spending", Text),
    UniqueConstraint("owner_id", "connector", "locator"),
)
"""What is connected or imported. Whoever reads it, or renews its tokens, holds its lease meanwhile.

`spending` is what was asked of the provider lately, in the connector's own words: the next process keeps to the same quota.
"""

stream = Table(
    "stream",
    metadata,
    Column("id", _Id, primary_key=True),
    _of_owner(),
    Column("account_id", BigInteger, ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
    Column("name", _Exact, nullable=False),
    Column("label", String, nullable=False),
    Column("cursor", Text),
    Column("epoch", Integer, nullable=False),
    Column("trusted_from", Integer, nullable=False),
    Column("pass_open", Boolean(create_constraint=False), nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("reached_at", Moment),
    Column("ends_at", Moment),
    Column("verified_at", Moment),
    Column("last_success_at", Moment),
    Column("last_error", Text),
    Column("next_try_at", Moment),
    Column("failures", Integer, nullable=False),
    UniqueConstraint("account_id", "name"),
)
"""What is read in one go with a cursor of its own: the mail of an account, one of its calendars, all of a file.

`trusted_from` is the first full pass whose readings still count: those before it were made with other eyes.
"""

exchange = Table(
    "exchange",
    metadata,
    Column("id", _Id, primary_key=True),
    _of_owner(),
    Column("external_id", _Exact, nullable=False),
    Column("kind", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("channel", String, nullable=False),
    Column("outgoing", Boolean(create_constraint=False), nullable=False),
    Column("human", Boolean(create_constraint=False), nullable=False),
    Column("audience", Integer, nullable=False),
    Column("substances", String, nullable=False),
    Column("sender", _Exact, nullable=False),
    Column("sender_id", BigInteger),
    Column("starts_at", BigInteger),
    Column("series", _Exact),
    Column("answered", _Exact),
    Column("revision", Integer, nullable=False),
    Column("source_id", BigInteger, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("facts", LargeBinary, nullable=False),
    Column("sealed", LargeBinary),
    UniqueConstraint("owner_id", "external_id"),
    Index(None, "owner_id", "at", "id"),
    _index_where_known("starts_at"),
    _index_where_known("series", "at"),
    _index_where_known("answered"),
)
"""`facts` is the ledger entry as compact JSON, less what is sealed; the columns before it repeat what is searched by.

`sender_id` is the writer's address where the writer is not the owner; `starts_at` repeats `at` for events; `answered` is what ties a
mail to others, the id of the mail it answers or its topic (see `tie_of`); `source_id` the account whose version this is.
"""

_HAS_PART = text("part != ''")

holding = Table(
    "holding",
    metadata,
    Column("stream_id", BigInteger, ForeignKey("stream.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("item", _Exact, primary_key=True),
    Column("exchange_id", BigInteger, ForeignKey("exchange.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    _of_owner(),
    Column("seen_epoch", Integer, nullable=False),
    Column("part", _Exact, nullable=False, server_default=""),
    Index(None, "exchange_id"),
    Index(None, "stream_id", "part", sqlite_where=_HAS_PART, postgresql_where=_HAS_PART),
    sqlite_with_rowid=False,
)
"""Which stream holds which exchange, read from which item of its provider, and in which full pass it was last seen there.

A series of meetings is one item with many exchanges; a mail that lies in a mailbox twice is two items with one. Files have no items.
Where a provider has an id for an occurrence of a series as well, that is its `part`: it may be gone alone.
"""

pending = Table(
    "pending",
    metadata,
    Column("stream_id", BigInteger, ForeignKey("stream.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("item", _Exact, primary_key=True),
    _of_owner(),
    Column("reason", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("parked", Boolean(create_constraint=False), nullable=False),
    Column("next_try_at", Moment),
    sqlite_with_rowid=False,
)
"""Items that are known to be there and could not be read yet: tried again, and parked where that does not help."""

address = Table(
    "address",
    metadata,
    Column("id", _Id, primary_key=True),
    _of_owner(),
    Column("address", _Exact, nullable=False),
    Column("behind", SmallInteger, nullable=False),
    Column("domain", String, nullable=False),
    Column("name", String, nullable=False),
    Column("name_key", String, nullable=False),
    Column("wrote_at", BigInteger),
    Column("person_id", BigInteger, ForeignKey("person.id", ondelete="SET NULL")),
    UniqueConstraint("owner_id", "address"),
    Index(None, "owner_id", "name_key"),
    Index(None, "owner_id", "domain", "wrote_at"),
    Index(None, "person_id"),
)
"""`name_key` is what the name comes down to, or the full name that the address itself spells where it was never seen with one."""

address_name = Table(
    "address_name",
    metadata,
    Column("id", _Id, primary_key=True),
    _of_owner(),
    Column("address_id", BigInteger, ForeignKey("address.id", ondelete="CASCADE"), nullable=False),
    Column("name", _Exact, nullable=False),
    Column("times", Integer, nullable=False),
    Column("latest", BigInteger, nullable=False),
    UniqueConstraint("address_id", "name"),
)
"""How often an address was seen under a display name: the one most often seen is its name, whatever the order of arrival."""

participation = Table(
    "participation",
    metadata,
    Column("exchange_id", BigInteger, ForeignKey("exchange.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("address_id", BigInteger, ForeignKey("address.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    _of_owner(),
    Column("at", BigInteger, nullable=False),
    Column("seats", SmallInteger, nullable=False),
    Column("name_id", BigInteger),
    Index(None, "owner_id", "address_id", "at", "exchange_id"),
    sqlite_with_rowid=False,
)
"""Who sits in which exchange, the owner left out."""

alias_evidence = Table(
    "alias_evidence",
    metadata,
    Column("id", _Id, primary_key=True),
    _of_owner(),
    Column("low_id", BigInteger, ForeignKey("address.id", ondelete="CASCADE"), nullable=False),
    Column("high_id", BigInteger, ForeignKey("address.id", ondelete="CASCADE"), nullable=False),
    Column("exchange_id", BigInteger, ForeignKey("exchange.id", ondelete="CASCADE"), nullable=False),
    Column("answered_id", BigInteger, ForeignKey("exchange.id", ondelete="CASCADE")),
    Index(None, "low_id"),
    Index(None, "high_id"),
    Index(None, "exchange_id"),
    Index(None, "answered_id"),
)
"""Exchanges in which somebody used two addresses: by Reply-To, or by answering from one what was written to the other."""

person = Table(
    "person",
    metadata,
    Column("id", _Id, primary_key=True),
    _of_owner(),
    Column("key", String, nullable=False),
    Column("name", String, nullable=False),
    Column("search", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("rules_version", Integer, nullable=False),
    Column("stale_at", BigInteger, nullable=False),
    UniqueConstraint("owner_id", "key"),
    Index(None, "owner_id", "rules_version", "stale_at"),
)
"""Persons, as resolved from addresses; `revision` moves with every change that a reading depends on."""

projection = Table(
    "projection",
    metadata,
    Column("person_id", BigInteger, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    _of_owner(),
    Column("revision", Integer, nullable=False),
    Column("rules_version", Integer, nullable=False),
    Column("computed_at", Moment, nullable=False),
    Column("valid_until", Moment),
    Column("stage", String, nullable=False),
    Column("highest", String, nullable=False),
    Column("standing", String, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    Column("sealed_because", LargeBinary, nullable=False),
    Column("sealed_relationship", LargeBinary, nullable=False),
    Index(None, "owner_id", "stage", "last_at", "person_id"),
    Index(None, "owner_id", "last_at", "person_id"),
)
"""The replayed ledger of each person, kept so that lists and checks need not replay it; always rebuildable."""

opening = Table(
    "opening",
    metadata,
    Column("person_id", BigInteger, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("number", SmallInteger, primary_key=True, autoincrement=False),
    _of_owner(),
    Column("came_before", String, nullable=False),
    Column("company", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("answered_at", BigInteger),
    Index(None, "owner_id", "came_before", "company", "at", "answered_at"),
    sqlite_with_rowid=False,
)
"""The newest mails with which the owner began something with each person, and when they were answered; made with the projection.

The index holds all that a count over everybody asks for.
"""

correction = Table(
    "correction",
    metadata,
    Column("id", _Id, primary_key=True),
    _of_owner(),
    Column("key", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("addresses", Text, nullable=False),
    Column("exchange", _Exact, nullable=False),
    Column("value", String, nullable=False),
    Column("until", Moment),
    Column("on_day", Moment),
    Column("sealed_note", LargeBinary),
    UniqueConstraint("owner_id", "key"),
)
"""The owner's word. It refers to exchanges and addresses by what they are called outside, so no re-sync can take it along."""

brief_memory = Table(
    "brief_memory",
    metadata,
    Column("id", _Id, primary_key=True),
    _of_owner(),
    Column("event", _Exact, nullable=False),
    Column("person", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    UniqueConstraint("owner_id", "person", "event"),
)

prepared_brief = Table(
    "prepared_brief",
    metadata,
    Column("id", _Id, primary_key=True),
    _of_owner(),
    Column("event", _Exact, nullable=False),
    Column("starts_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("told", String, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("sealed_told", LargeBinary),
    UniqueConstraint("owner_id", "event"),
)
"""Briefs of meetings that lie ahead, as they stand, on which occasions the owner was told, and what was said the last time."""

feed = Table(
    "feed",
    metadata,
    Column("secret_hash", String, primary_key=True),
    _of_owner(),
    Column("created_at", Moment, nullable=False),
)
"""The private calendar feed of an owner's briefs, by the hash of the secret in its address."""

token = Table(
    "token",
    metadata,
    Column("id", _Id, primary_key=True),
    _of_owner(),
    Column("key", String, nullable=False),
    Column("name", String, nullable=False),
    Column("secret_hash", String, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("revoked_at", Moment),
    UniqueConstraint("secret_hash"),
    UniqueConstraint("owner_id", "key"),
)

login = Table(
    "login",
    metadata,
    Column("secret_hash", String, primary_key=True),
    _of_owner(),
    Column("expires_at", Moment, nullable=False),
)

session = Table(
    "session",
    metadata,
    Column("secret_hash", String, primary_key=True),
    _of_owner(),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
)

link = Table(
    "link",
    metadata,
    Column("account_id", BigInteger, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    _of_owner(),
    Column("provider", String, nullable=False),
    Column("issuer", _Exact, nullable=False),
    Column("subject", _Exact, nullable=False),
    Column("address", String, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("cause", Text, nullable=False),
    Column("linked_at", Moment, nullable=False),
    Column("access_ends_at", Moment),
    Column("sealed_tokens", LargeBinary),
    UniqueConstraint("owner_id", "issuer", "subject"),
)
"""How an account at a provider is reached. It is known by issuer and subject; the address is only what people call it."""

linking = Table(
    "linking",
    metadata,
    Column("id", _Id, primary_key=True),
    _of_owner(),
    Column("step", String, nullable=False),
    Column("key_hash", String, nullable=False),
    Column("session_hash", String, nullable=False),
    Column("provider", String, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    UniqueConstraint("key_hash"),
)
"""Links that are being made, each step by its key and only in the session that began it; used once, gone after ten minutes."""

problem = Table(
    "problem",
    metadata,
    Column("id", _Id, primary_key=True),
    _of_owner(),
    Column("account_id", BigInteger, ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
    Column("place", String, nullable=False),
    Column("reason", String, nullable=False),
    UniqueConstraint("account_id", "place"),
)

OWNED = tuple(table for table in metadata.sorted_tables if "owner_id" in table.c)
"""Every table that holds something of an owner's."""

DOORS = frozenset({token, login, session, link, feed})
"""Tables that are also asked before it is known who asks: by the hash of a secret, or by an account that a provider has proven."""
