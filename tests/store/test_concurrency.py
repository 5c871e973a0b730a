"""Many processes at one database, and a process that dies: nothing is lost, doubled or locked."""

from __future__ import annotations

import multiprocessing
import os
import signal
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from plugin_backend.store.crypto import Key, KeyRing
from plugin_backend.store.database import Database
from tests.factories import OWNER_ADDRESS, START, make_entry
from tests.store.ledgers import Ledger

PROCESSES, PAGES = 4, 18
Keys = list[tuple[str, bytes]]


def ring(keys: Keys) -> KeyRing:
    return KeyRing(Key(id=name, secret=secret) for name, secret in keys)


def write_pages(url: str, keys: Keys, owner_id: int, number: int, told: Connection) -> None:
    """One process: pages of its own and one exchange that all of them write, a correction's worth of reading between."""
    try:
        database = Database.open(url, keyring=ring(keys))
        ledger = Ledger(database, owner_id)
        for page in range(PAGES):
            own = make_entry(id=f"{number}-{page}", to=(f"p{page}@guild.example",), at=START + timedelta(hours=page))
            shared = make_entry(id=f"shared-{page}", to=("person",))
            ledger.record(own, shared, locator=f"box{number}", names={f"p{page}@guild.example": f"Person {page}"}, cursor=str(page))
            ledger.read(lambda store: store.count())
        database.close()
        told.send("")
    except Exception as error:
        told.send(f"{type(error).__name__}: {error}")


def test_four_processes_write_at_once(url: str, database: Database, keyring: KeyRing) -> None:
    """No "database is locked", no lost and no doubled exchange, every cursor at its end."""
    ledger = Ledger(database, database.create_owner([OWNER_ADDRESS]))
    context = multiprocessing.get_context("spawn")
    keys: Keys = [(key.id, key.secret) for key in keyring.keys]
    workers, ends = [], []
    for number in range(PROCESSES):
        receiving, sending = context.Pipe(duplex=False)
        worker = context.Process(target=write_pages, args=(url, keys, ledger.owner_id, number, sending))
        worker.start()
        workers.append(worker)
        ends.append(receiving)
    errors = [end.recv() for end in ends]
    for worker in workers:
        worker.join()

    assert errors == [""] * PROCESSES
    assert len(ledger.ids()) == PROCESSES * PAGES + PAGES
    assert [ledger.stream(row.locator).cursor for row in ledger.read(lambda store: store.accounts())] == [str(PAGES - 1)] * PROCESSES
    assert ledger.person("p3@guild.example").names == ("Person 3",)


def write_until_killed(url: str, keys: Keys, owner_id: int, told: Connection) -> None:
    """One process that tells after each page, and goes on from its cursor."""
    database = Database.open(url, keyring=ring(keys))
    ledger = Ledger(database, owner_id)
    for page in range(int(ledger.stream().cursor or 0), PAGES):
        record(ledger, page)
        told.send(page)
    database.close()


def record(ledger: Ledger, page: int) -> None:
    entries = [
        make_entry(id=f"{page}-{each}", to=(f"p{each * page % 7}@guild.example",), at=START + timedelta(hours=page)) for each in range(20)
    ]
    names = {f"p{each}@guild.example": f"Person {each} of {page % 3}" for each in range(7)}
    ledger.record(*entries, names=names, cursor=str(page + 1), reset=page == 0, complete=page == PAGES - 1)


@pytest.mark.parametrize("after", [1, 7, 16])
def test_a_killed_process_leaves_a_ledger_to_go_on_from(
    url: str, database: Database, keyring: KeyRing, template: tuple[Path, KeyRing], tmp_path: Path, after: int
) -> None:
    """Kill -9 in the middle of a page, then resumed from the cursor: the ledger of one uninterrupted run."""
    ledger = Ledger(database, database.create_owner([OWNER_ADDRESS]))
    context = multiprocessing.get_context("spawn")
    keys: Keys = [(key.id, key.secret) for key in keyring.keys]
    receiving, sending = context.Pipe(duplex=False)
    worker = context.Process(target=write_until_killed, args=(url, keys, ledger.owner_id, sending))
    worker.start()
    for _ in range(after):
        receiving.recv()
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)
    worker.join()
    cursor = int(ledger.stream().cursor or 0)
    held = len(ledger.ids())

    for page in range(cursor, PAGES):
        record(ledger, page)

    assert held == 20 * cursor
    assert ledger.fingerprint() == uninterrupted(template, tmp_path, ledger.owner_id)


def uninterrupted(template: tuple[Path, KeyRing], folder: Path, owner_id: int) -> str:
    file = folder / "whole.db"
    file.write_bytes(template[0].read_bytes())
    database = Database.open(f"sqlite:///{file}", keyring=template[1])
    ledger = Ledger(database, database.create_owner([OWNER_ADDRESS]))
    assert ledger.owner_id == owner_id
    for page in range(PAGES):
        record(ledger, page)
    found = ledger.fingerprint()
    database.close()
    return found
