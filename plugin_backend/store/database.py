"""The database of an installation: opened with its keys, migrated, and entered for one owner and one transaction at a time."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import orjson
from sqlalchemy import Connection, func, inspect, select
from sqlalchemy.exc import DatabaseError, DBAPIError

from plugin_backend.domain.ledger import Tier
from plugin_backend.store import identity, maintenance
from plugin_backend.store.connecting import Engines, open_engines
from plugin_backend.store.crypto import KEY_BYTES, Key, KeyRing
from plugin_backend.store.errors import MigrationNeeded, StoreError, UnknownOwner
from plugin_backend.store.owner_store import OwnerStore
from plugin_backend.store.revision import current_revision, head_revision
from plugin_backend.store.session import Vault
from plugin_backend.store.tables import installation, owner

_CHECK = b"acquaint"
_BOUND_CHECK = "installation|check"
_BOUND_ROOT = "installation|root"


@contextmanager
def _told_plainly() -> Iterator[None]:
    """A failure of the database in a sentence; the driver's own words may repeat what was to be stored."""
    try:
        yield
    except DBAPIError as error:
        kind = type(error.orig).__name__
        told = f"The database did not take this step, and nothing of it is stored ({kind}). Is the disk full, is it running?"
        raise StoreError(told) from None


class Database:
    """One installation's database. Opening it proves the key; asking it anything needs an owner."""

    def __init__(self, engines: Engines, keyring: KeyRing) -> None:
        self._engines = engines
        self._keyring = keyring
        self._vault: Vault | None = None

    @classmethod
    def open(cls, url: str, *, keyring: KeyRing) -> Database:
        """Open a database; a new SQLite file is made, but no table yet.

        Raises:
            WrongKey: the database was sealed with other keys; nothing was written.
            StoreError: the URL is not right, or the database cannot be reached.
        """
        database = cls(open_engines(url), keyring)
        try:
            with database._engines.read.connect() as connection:
                if inspect(connection).has_table(installation.name):
                    database._vault = database._unlocked(connection)
        except DatabaseError:
            database.close()
            raise StoreError("The database cannot be opened. Is it running, is the URL right, is the file a database?") from None
        except StoreError:
            database.close()
            raise
        return database

    def close(self) -> None:
        """Close every connection."""
        self._engines.dispose()

    @property
    def url(self) -> str:
        """Where the database is, the password included."""
        return self._engines.url.render_as_string(hide_password=False)

    @property
    def keys(self) -> tuple[Key, ...]:
        """The keys it was opened with, for a child process that opens it too."""
        return self._keyring.keys

    # ── shape ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def is_current(self) -> bool:
        """Whether the tables are those this version works with."""
        with self._engines.read.connect() as connection:
            return current_revision(connection) == head_revision()

    def migrate(self) -> None:
        """Bring the tables to the shape this version works with, in one transaction; safe to run at every start.

        Raises:
            MigrationNeeded: the database was made by a newer version.
        """
        if not self.is_current():
            # Loaded here because Alembic takes a third of a second to load, and is needed once in a version's life.
            from plugin_backend.store.migrating import upgrade

            with self._engines.alter.begin() as connection:
                upgrade(connection)
        if self._vault is None:
            self._vault = self._founded()

    def _founded(self) -> Vault:
        with self._engines.write.begin() as connection:
            if connection.scalar(select(installation.c.id)) is None:
                connection.execute(
                    installation.insert().values(
                        id=1,
                        sealed_check=self._keyring.encrypt(_CHECK, bound_to=_BOUND_CHECK),
                        sealed_root=self._keyring.encrypt(secrets.token_bytes(KEY_BYTES), bound_to=_BOUND_ROOT),
                    )
                )
            vault = self._unlocked(connection)
        assert vault is not None  # noqa: S101 - the row was just made where there was none
        return vault

    def _unlocked(self, connection: Connection) -> Vault | None:
        row = connection.execute(select(installation)).one_or_none()
        if row is None:
            return None
        self._keyring.decrypt(row.sealed_check, bound_to=_BOUND_CHECK)
        return Vault(keyring=self._keyring, root=self._keyring.decrypt(row.sealed_root, bound_to=_BOUND_ROOT))

    @property
    def vault(self) -> Vault:
        """The keys, opened.

        Raises:
            MigrationNeeded: the database has no tables yet.
        """
        if self._vault is None:
            raise MigrationNeeded("The database has no tables yet: migrate it first.")
        return self._vault

    # ── owners ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def owner_id(self) -> int | None:
        """The owner of a self-hosted installation; None before the first import."""
        with self._engines.read.begin() as connection:
            first: int | None = connection.scalar(select(func.min(owner.c.id)))
            return first

    def create_owner(
        self,
        addresses: Iterable[str],
        names: Iterable[str] = (),
        tier: Tier = Tier.SUBJECTS,
        colleague_domains: Iterable[str] = (),
        colleague_addresses: Iterable[str] = (),
    ) -> int:
        """Make an owner, and return their number."""
        with self._engines.write.begin() as connection:
            made = connection.execute(
                owner.insert().values(
                    tier=tier.value,
                    addresses=_lower(addresses),
                    names=orjson.dumps([name.strip() for name in dict.fromkeys(names) if name.strip()]).decode(),
                    colleague_domains=_lower(colleague_domains),
                    colleague_addresses=_lower(colleague_addresses),
                )
            )
            key = made.inserted_primary_key
            assert key is not None  # noqa: S101 - an insert of one row has a key
            return int(key[0])

    @contextmanager
    def read(self, owner_id: int) -> Iterator[OwnerStore]:
        """An owner's store as of this moment: what others write meanwhile is not seen, and nothing can be written."""
        with _told_plainly(), self._engines.read.begin() as connection:
            yield OwnerStore(connection, owner_id, self.vault)

    @contextmanager
    def write(self, owner_id: int) -> Iterator[OwnerStore]:
        """An owner's store in one transaction: all of it at the end, nothing of it on an error.

        Raises:
            UnknownOwner: there is no such owner.
        """
        with _told_plainly(), self._engines.write.begin() as connection:
            # One writer per owner: on SQLite the transaction itself is the lock, elsewhere the owner's row.
            if connection.scalar(select(owner.c.id).where(owner.c.id == owner_id).with_for_update()) is None:
                raise UnknownOwner("There is no owner of this number in the database.")
            store = OwnerStore(connection, owner_id, self.vault)
            yield store
            store.settle()
        store.committed()

    # ── who asks ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def owner_of_token(self, secret_hash: str, now: datetime) -> int | None:
        """Whose API token it is; None where it is unknown, revoked or expired."""
        with self._engines.read.begin() as connection:
            return identity.owner_of_token(connection, secret_hash, now)

    def take_login(self, secret_hash: str, now: datetime) -> int | None:
        """Whose login link it is, and use it up: of two that try at once, one gets in."""
        with self._engines.write.begin() as connection:
            return identity.take_login(connection, secret_hash, now)

    def owner_of_session(self, secret_hash: str, now: datetime, idle: timedelta) -> int | None:
        """Whose session it is; None where it is unknown, ended, idle for longer than `idle`, or too old."""
        with self._engines.read.begin() as connection:
            found = identity.owner_of_session(connection, secret_hash, now, idle)
        if found is None:
            return None
        owner_id, due = found
        if due:
            with self._engines.write.begin() as connection:
                identity.note_session(connection, secret_hash, now)
        return owner_id

    def owner_of_link(self, issuer: str, subject: str) -> int | None:
        """Who has linked this account of a provider; None where nobody has, or several."""
        with self._engines.read.begin() as connection:
            return identity.owner_of_link(connection, issuer, subject)

    def owner_of_feed(self, secret_hash: str) -> int | None:
        """Whose private feed it is; None where it is unknown or ended."""
        with self._engines.read.begin() as connection:
            return identity.owner_of_feed(connection, secret_hash)

    def end_session(self, secret_hash: str) -> None:
        """End a session at once."""
        with self._engines.write.begin() as connection:
            identity.end_session(connection, secret_hash)

    # ── keeping ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def doctor(self) -> tuple[str, ...]:
        """What can be said of the safety of the database, in sentences."""
        return maintenance.findings(self._engines, is_current=self.is_current())

    def reencrypt(self, batch: int = 500) -> int:
        """Seal everything anew under the newest key, a batch per transaction, and return how many values were.

        It may be stopped at any moment and run again; when it has ended, the old keys are no longer needed.
        """
        return maintenance.reencrypt(self._engines.write, self._keyring, batch)


def _lower(values: Iterable[str]) -> str:
    return orjson.dumps(sorted({value.strip().lower() for value in values} - {""})).decode()
