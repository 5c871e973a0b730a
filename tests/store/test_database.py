"""The database as a whole: keys, owners, tokens, links, sessions, the doctor."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from plugin_backend.domain.ledger import Tier
from plugin_backend.store.connecting import open_engines
from plugin_backend.store.crypto import KeyRing, new_key
from plugin_backend.store.database import Database
from plugin_backend.store.errors import MigrationNeeded, StoreError, UnknownOwner, WrongKey
from plugin_backend.store.owner_store import OwnerStore
from tests.factories import make_entry
from tests.store.ledgers import Ledger


def test_a_database_opens_only_with_its_key(url: str, database: Database, keyring: KeyRing) -> None:
    """Another key is refused at once, and nothing is written; the right one opens it again."""
    stranger = KeyRing((new_key(),))

    with pytest.raises(WrongKey):
        Database.open(url, keyring=stranger)

    again = Database.open(url, keyring=keyring)
    assert again.is_current()
    again.close()


def test_a_database_without_tables_says_so(url: str, keyring: KeyRing) -> None:
    """Opening makes no tables: they are made by migrating, which may be done at every start."""
    database = Database.open(url, keyring=keyring)

    assert not database.is_current()
    with pytest.raises(MigrationNeeded):
        _ = database.vault
    database.migrate()
    database.migrate()
    assert database.is_current()
    assert database.owner_id() is None
    database.close()


def test_what_is_no_database_is_refused(tmp_path: Path, keyring: KeyRing) -> None:
    """A file of something else is answered by a sentence."""
    file = tmp_path / "acquaint.db"
    file.write_bytes(b"From a friend\n" * 1000)

    with pytest.raises(StoreError):
        Database.open(f"sqlite:///{file}", keyring=keyring)


def test_an_owner_is_as_they_were_made(database: Database) -> None:
    """Addresses in lower case, names in order, the tier that was chosen; more can be added."""
    owner_id = database.create_owner(["Olga@Mill.example "], names=["Olga Mill", ""], tier=Tier.SPANS, colleague_domains=["Guild.example"])

    with database.write(owner_id) as store:
        store.add_owner_addresses(["o@home.example", "olga@mill.example"])
        store.add_owner_names(["Olga M.", "Olga Mill"])
        store.set_colleague_domains(["guild.example", "tower.example"])
        store.set_colleague_addresses(["friend@else.example"])

    with database.read(owner_id) as store:
        owner = store.owner()
        assert owner.addresses == {"olga@mill.example", "o@home.example"}
        assert owner.names == ("Olga Mill", "Olga M.")
        assert owner.colleague_domains == {"guild.example", "tower.example"}
        assert owner.colleague_addresses == {"friend@else.example"}
        assert store.tier() is Tier.SPANS
    assert database.owner_id() == owner_id


def test_nobody_writes_for_an_owner_that_is_not(database: Database) -> None:
    """There is no store of an owner who does not exist."""
    with pytest.raises(UnknownOwner), database.write(77):
        pass
    with pytest.raises(UnknownOwner), database.read(77) as store:
        store.owner()


def test_an_error_leaves_nothing_behind(ledger: Ledger) -> None:
    """A transaction that fails has written nothing, and the process remembers nothing of it."""

    def fail(store: OwnerStore) -> None:
        stream = store.ensure_stream(store.ensure_account("mbox", "inbox.mbox").id).id
        store.record_page(stream, entries=[make_entry()], names=[{"pavel@forge.example": "Pavel"}], kinds={}, cursor="9")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ledger.write(fail)

    assert ledger.read(lambda store: store.accounts()) == ()
    ledger.record(make_entry(), names={"pavel@forge.example": "Pavel"})
    assert ledger.person("pavel@forge.example").name == "Pavel"


def test_tokens_open_until_they_end(ledger: Ledger, now: datetime) -> None:
    """A token names its owner until it is revoked or expires."""
    database = ledger.database
    with database.write(ledger.owner_id) as store:
        lasting = store.create_token("script", "hash1", now)
        store.create_token("short", "hash2", now, now + timedelta(days=1))

    assert database.owner_of_token("hash1", now) == ledger.owner_id
    assert database.owner_of_token("hash2", now) == ledger.owner_id
    assert database.owner_of_token("hash2", now + timedelta(days=1)) is None
    assert database.owner_of_token("other", now) is None
    assert ledger.write(lambda store: store.revoke_token(lasting, now))
    assert database.owner_of_token("hash1", now) is None
    assert not ledger.write(lambda store: store.revoke_token("unknown", now))
    assert [(row.name, row.revoked_at) for row in ledger.read(lambda store: store.tokens())] == [("short", None), ("script", now)]


def test_a_login_link_opens_once(ledger: Ledger, now: datetime) -> None:
    """A link is used up by its first use, and by time."""
    with ledger.database.write(ledger.owner_id) as store:
        store.put_login("first", now + timedelta(minutes=15))
        store.put_login("late", now + timedelta(minutes=15))

    assert ledger.database.take_login("first", now) == ledger.owner_id
    assert ledger.database.take_login("first", now) is None
    assert ledger.database.take_login("late", now + timedelta(minutes=15)) is None
    assert ledger.database.take_login("unknown", now) is None


def test_a_session_ends_by_idleness_age_and_word(ledger: Ledger, now: datetime) -> None:
    """A session lives while it is used, never beyond its end, and not after it was ended."""
    database, idle = ledger.database, timedelta(hours=12)
    with database.write(ledger.owner_id) as store:
        store.put_session("used", now, now + timedelta(days=2))
        store.put_session("idle", now, now + timedelta(days=2))

    assert database.owner_of_session("used", now + timedelta(hours=11), idle) == ledger.owner_id
    assert database.owner_of_session("used", now + timedelta(hours=22), idle) == ledger.owner_id
    assert database.owner_of_session("idle", now + timedelta(hours=22), idle) is None
    assert database.owner_of_session("used", now + timedelta(days=2), timedelta(days=9)) is None
    database.end_session("used")
    assert database.owner_of_session("used", now + timedelta(hours=23), idle) is None


def test_the_doctor_tells_what_is(database: Database) -> None:
    """Version, durability, wholeness and tables, each in a sentence."""
    found = database.doctor()

    assert any("SQL" in sentence for sentence in found)
    assert any("survives a power cut" in sentence for sentence in found)
    assert found[-1] == "The tables are up to date."
    assert all(sentence.endswith((".", ".db")) for sentence in found)


def test_everything_of_an_owner_can_be_erased(ledger: Ledger) -> None:
    """After erasing, no row of the owner is left in any table."""
    ledger.record(make_entry(), names={"pavel@forge.example": "Pavel"})

    ledger.write(lambda store: store.forget_everything())

    engines = open_engines(ledger.database.url)
    with engines.read.begin() as connection:
        for table in ("owner", "account", "exchange", "address", "address_name", "participation", "person", "holding"):
            assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0, table  # noqa: S608 - the names are written above
    engines.dispose()
