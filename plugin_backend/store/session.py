"""What every part of an owner's store shares: one transaction, one owner, the keys, and what is kept in memory between transactions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Generic, TypeVar

import orjson
from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Connection,
    FromClause,
    Insert,
    Table,
    and_,
    bindparam,
    case,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from plugin_backend.domain.ledger import Tier
from plugin_backend.domain.people import Owner
from plugin_backend.store import tables
from plugin_backend.store.crypto import BlindKey, KeyRing, derived
from plugin_backend.store.errors import UnknownOwner

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")

IN_ONE_QUERY = 500
"""Values per IN list, far below what any database takes."""

_REMEMBERED = 100_000


class Remembered(Generic[K, V]):
    """A bounded memory of rows that, once made, keep their number; the half longest in it is forgotten when it is full."""

    def __init__(self, limit: int = _REMEMBERED) -> None:
        self._limit = limit
        self._rows: dict[K, V] = {}

    def get(self, key: K) -> V | None:
        return self._rows.get(key)

    def learn(self, rows: Mapping[K, V]) -> None:
        """Add what a committed transaction has made or seen."""
        self._rows.update(rows)
        if len(self._rows) > self._limit:
            for key in list(islice(self._rows, len(self._rows) - self._limit // 2)):
                del self._rows[key]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vault:
    """The keys of an installation and what its process remembers."""

    keyring: KeyRing
    root: bytes = field(repr=False)
    addresses: Remembered[tuple[int, str], tuple[int, int]] = field(default_factory=Remembered)
    """(owner, address) to (row, what is behind it)."""
    names: Remembered[tuple[int, str], int] = field(default_factory=Remembered)
    """(address row, display name) to row."""

    def blind(self, owner_id: int) -> BlindKey:
        """The owner's one-way function; it outlives every rotation of the keys."""
        return BlindKey(derived(self.root, f"blind|{owner_id}"))

    def digest_key(self, owner_id: int) -> bytes:
        """The key of the owner's row digests."""
        return derived(self.root, f"digest|{owner_id}")


class Session:
    """One transaction of one owner: every statement in it is about this owner's rows."""

    def __init__(self, connection: Connection, owner_id: int, vault: Vault) -> None:
        self.connection = connection
        self.owner_id = owner_id
        self.vault = vault
        self.blind = vault.blind(owner_id)
        self.digest_key = vault.digest_key(owner_id)
        self._owner: Owner | None = None
        self._tier: Tier | None = None
        self.unsettled: set[int] = set()
        """Address rows whose persons have to be resolved before the transaction ends."""
        self.renamed: set[int] = set()
        """Address rows whose display names were counted anew."""
        self.fresh_addresses: dict[tuple[int, str], tuple[int, int]] = {}
        self.fresh_names: dict[tuple[int, str], int] = {}
        """What this transaction has learnt: remembered by the process only once it is committed."""

    def committed(self) -> None:
        """Let the process remember what this transaction has learnt."""
        self.vault.addresses.learn(self.fresh_addresses)
        self.vault.names.learn(self.fresh_names)

    # ── the owner ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def owner(self) -> Owner:
        """The owner with all their addresses.

        Raises:
            UnknownOwner: there is no such owner.
        """
        if self._owner is None:
            self._load_owner()
        assert self._owner is not None  # noqa: S101 - _load_owner sets it or raises
        return self._owner

    def tier(self) -> Tier:
        """How much text the owner lets the ledger keep."""
        if self._tier is None:
            self._load_owner()
        assert self._tier is not None  # noqa: S101 - _load_owner sets it or raises
        return self._tier

    def add_owner_addresses(self, addresses: Iterable[str]) -> None:
        """Take addresses as the owner's own from now on; whoever was taken for a person behind them is none any more.

        What was stored before was read with other eyes (who wrote, how many others): every source is read anew at its next sync.
        """
        added = {address.strip().lower() for address in addresses} - self.owner().addresses
        if not added:
            return
        self._set_owner(addresses=_listed(self.owner().addresses | added))
        stream, person = tables.stream, tables.person
        self.execute(update(stream).where(self.mine(stream)).values(cursor=None, trusted_from=stream.c.epoch + 1))
        self.execute(update(person).where(self.mine(person)).values(revision=person.c.revision + 1, stale_at=0))
        address, participation = tables.address, tables.participation
        mine = (address.c.owner_id == self.owner_id) & address.c.address.in_(sorted(added))
        rows = set(self.connection.scalars(select(address.c.id).where(mine)))
        if rows:
            self.execute(update(address).where(mine).values(behind=int(tables.Behind.OWNER)))
            self.execute(
                participation.delete().where(participation.c.owner_id == self.owner_id, participation.c.address_id.in_(sorted(rows)))
            )
            self.unsettled |= rows

    def add_owner_names(self, names: Iterable[str]) -> None:
        known = self.owner().names
        added = [name for name in dict.fromkeys(name.strip() for name in names) if name and name not in known]
        if added:
            self._set_owner(names=_listed((*known, *added), keep_order=True))

    def set_colleague_domains(self, domains: Iterable[str]) -> None:
        """Declare the domains of the owner's organisation, beside those of their addresses."""
        self._set_owner(colleague_domains=_listed(domain.strip().lower() for domain in domains))

    def set_colleague_addresses(self, addresses: Iterable[str]) -> None:
        self._set_owner(colleague_addresses=_listed(address.strip().lower() for address in addresses))

    def _load_owner(self) -> None:
        owner = tables.owner
        row = self.connection.execute(select(owner).where(owner.c.id == self.owner_id)).one_or_none()
        if row is None:
            raise UnknownOwner("There is no owner of this number in the database.")
        self._owner = Owner(
            addresses=frozenset(orjson.loads(row.addresses)),
            names=tuple(orjson.loads(row.names)),
            colleague_domains=frozenset(orjson.loads(row.colleague_domains)),
            colleague_addresses=frozenset(orjson.loads(row.colleague_addresses)),
        )
        self._tier = Tier(row.tier)

    def _set_owner(self, **values: str) -> None:
        self.execute(update(tables.owner).where(tables.owner.c.id == self.owner_id).values(values))
        self._owner = self._tier = None

    # ── statements ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def execute(self, statement: Any, rows: Sequence[Mapping[str, Any]] | None = None, **options: Any) -> Any:
        """Run a statement, or run it once for every row."""
        return self.connection.execute(statement, rows, **options)

    def put(self, statement: Insert, named: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert many rows, each as the values of some columns, in the order of the table and as the driver takes them.

        `execute` would make a mapping of every row and look at each of its values: for small rows that takes as long as writing them.
        """
        compiled = statement.compile(dialect=self.connection.dialect, column_keys=list(named))
        given: Any = rows if compiled.positional else [dict(zip(named, row, strict=True)) for row in rows]
        self.connection.exec_driver_sql(str(compiled), given)

    def ask(self, prepared: Any, **values: Any) -> Any:
        """Run a prepared statement (see `of_owner`) for this owner."""
        return self.connection.execute(prepared, {"owner": self.owner_id, **values})

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An insert of this database's kind, which knows ON CONFLICT."""
        return postgresql.insert(table) if self.connection.dialect.name == "postgresql" else sqlite.insert(table)

    def mine(self, table: FromClause) -> ColumnElement[bool]:
        """The owner's rows of a table: part of every statement."""
        return table.c.owner_id == self.owner_id

    # ── sealed values ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def seal(self, plain: bytes, table: Table, natural_id: str, column: str) -> bytes:
        """Encrypt a value for one column of one row of this owner's."""
        return self.vault.keyring.encrypt(plain, bound_to=place(self.owner_id, table, natural_id, column))

    def unseal(self, blob: bytes, table: Table, natural_id: str, column: str) -> bytes:
        """Decrypt a value of one column of one row of this owner's."""
        return self.vault.keyring.decrypt(blob, bound_to=place(self.owner_id, table, natural_id, column))


def of_owner(*tables: FromClause) -> ColumnElement[bool]:
    """The owner's rows of some tables, in a statement that is prepared once: building one anew takes longer than running it.

    Such a statement stands in a module, and `Session.ask` says whose it is.
    """
    return and_(*(table.c.owner_id == bindparam("owner", type_=BigInteger) for table in tables))


def among(name: str) -> BindParameter[Any]:
    """A list of values that a prepared statement is given under a name."""
    return bindparam(name, expanding=True)


def place(owner_id: int, table: Table, natural_id: str, column: str) -> str:
    """What a sealed value is bound to: moved anywhere else, it does not open."""
    return f"{owner_id}|{table.name}|{natural_id}|{column}"


def later(column: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
    """The later of two moments, of which the stored one may be unknown."""
    return case((column > other, column), else_=other)


def in_batches(values: Iterable[T], size: int = IN_ONE_QUERY) -> Iterator[list[T]]:
    """Values in lists that fit one query, in an order that does not change from run to run."""
    ordered = sorted(values)  # type: ignore[type-var]  # only ever numbers or texts
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]


def _listed(values: Iterable[str], *, keep_order: bool = False) -> str:
    found = [value for value in values if value]
    return orjson.dumps(found if keep_order else sorted(set(found))).decode()
