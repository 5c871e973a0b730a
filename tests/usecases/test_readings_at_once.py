"""A verdict does not wait for a long ledger to be read anew; a short one, where a single answer decides, always is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from plugin_backend.domain.stages import reading_of
from plugin_backend.store.crypto import KeyRing
from plugin_backend.store.database import Database
from plugin_backend.usecases.check_draft import check_draft
from plugin_backend.usecases.current_readings import readings_of, refresh_readings
from plugin_backend.usecases.readings_at_once import LONG, readings_at_once, relationships_at_once
from plugin_backend.usecases.views import DraftInput
from tests.factories import OWNER_ADDRESS, PERSON_ADDRESS, START, make_entry
from tests.store.ledgers import Ledger

NOW = START + timedelta(days=400)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    database = Database.open(f"sqlite:///{tmp_path / 'acquaint.db'}", keyring=KeyRing.load_or_create(tmp_path, None))
    database.migrate()
    yield Ledger(database, database.create_owner([OWNER_ADDRESS]))
    database.close()


def wrote(ledger: Ledger, times: int, *, first: int = 0) -> None:
    """So many mails of the person to the owner, a day apart."""
    entries = [make_entry(id=f"m{n}", by="person", at=START + timedelta(days=n % 390), carries=("courtesy",)) for n in range(first, times)]
    ledger.record(*entries)


def messages_in(ledger: Ledger) -> tuple[int, int]:
    """How many mails of the person a reading at once counts, and how many there are."""
    person = ledger.person(PERSON_ADDRESS)
    with ledger.database.read(ledger.owner_id) as store:
        owner = store.owner()
        at_once = readings_at_once(store, (person,), owner=owner, as_of=NOW)
        exact = readings_of(store, (person,), owner=owner, as_of=NOW)
    return at_once[person.id].messages_in, exact[person.id].messages_in


def test_a_short_ledger_is_read_anew(ledger: Ledger) -> None:
    """A single new mail counts at once."""
    wrote(ledger, 5)
    refresh_readings(ledger.database, ledger.owner_id, now=NOW)

    wrote(ledger, 6, first=5)

    assert messages_in(ledger) == (6, 6)


def test_a_long_ledger_is_read_as_it_was_restated(ledger: Ledger) -> None:
    """Until the next restatement, which follows each sync."""
    wrote(ledger, LONG + 50)
    refresh_readings(ledger.database, ledger.owner_id, now=NOW)

    wrote(ledger, LONG + 51, first=LONG + 50)

    assert messages_in(ledger) == (LONG + 50, LONG + 51)
    refresh_readings(ledger.database, ledger.owner_id, now=NOW)
    assert messages_in(ledger) == (LONG + 51, LONG + 51)


def test_a_long_ledger_that_was_never_read_is_read(ledger: Ledger) -> None:
    """Where there is nothing to go by, it is waited for."""
    wrote(ledger, LONG + 50)

    assert messages_in(ledger) == (LONG + 50, LONG + 50)


@pytest.mark.parametrize("moment", [START + timedelta(days=100), NOW + timedelta(days=2)])
def test_another_date_is_read_exactly(ledger: Ledger, moment: datetime) -> None:
    """A restatement tells of its day: not of the past, and not for long."""
    wrote(ledger, LONG + 50)
    refresh_readings(ledger.database, ledger.owner_id, now=NOW)
    wrote(ledger, LONG + 51, first=LONG + 50)
    person = ledger.person(PERSON_ADDRESS)

    with ledger.database.read(ledger.owner_id) as store:
        owner = store.owner()
        (at_once,) = relationships_at_once(store, (person,), owner=owner, as_of=moment).values()
        (exact,) = readings_of(store, (person,), owner=owner, as_of=moment).values()

    assert reading_of(at_once, exact.as_of) == exact


def test_an_answer_that_has_just_come_is_seen_by_a_check(ledger: Ledger) -> None:
    """The owner answers what came a second ago: go ahead, without waiting for a restatement."""
    ledger.record(make_entry(id="cold", at=START, carries=("request",)))
    refresh_readings(ledger.database, ledger.owner_id, now=NOW)
    before = check_draft(ledger.database, ledger.owner_id, DraftInput(to=(PERSON_ADDRESS,)), as_of=NOW)

    ledger.record(make_entry(id="answer", by="person", at=NOW - timedelta(seconds=1), carries=("offer",), answers_id="cold"))

    draft = DraftInput(to=(PERSON_ADDRESS,), in_reply_to="answer")
    assert before.verdict == "warn"
    assert check_draft(ledger.database, ledger.owner_id, draft, as_of=NOW).verdict == "allow"
