"""Two owners in one database: nothing crosses, and every statement says whose rows it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, event

from connectors.exchange import Pending
from plugin_backend.domain.ledger import CorrectionKind, Tier
from plugin_backend.domain.openings import Before, Company, Opening
from plugin_backend.store.database import Database
from plugin_backend.store.rows import ExchangeFilter, LinkState, ProjectionRow
from plugin_backend.store.tables import DOORS, OWNED, owner
from tests.factories import OWNER_ADDRESS, PERSON_ADDRESS, START, make_correction, make_entry, make_event
from tests.store.ledgers import Ledger

NAMES = {PERSON_ADDRESS: "Pavel Smith", "p.smith@post.example": "Pavel Smith"}
OWNED_NAMES = {table.name for table in OWNED}


def everything(ledger: Ledger) -> None:
    """Every way to write to and read from an owner's store."""
    database, old, new = ledger.database, PERSON_ADDRESS, "p.smith@post.example"
    ledger.record(
        make_entry(id="asked", subject="bellows"),
        make_entry(id="answered", by=new, answers_id="asked"),
        make_entry(id="to-new", to=(new, "third"), carries=("request",), words="x"),
        make_entry(id="n", by="third", notice=True, credited="name:pavel smith"),
        make_event(id="e/1", series="e", others=2),
        names=NAMES,
    )
    ledger.record(make_entry(id="asked", by="third", at=START - timedelta(days=1)), make_entry(id="asked", subject="mill"), names=NAMES)
    ledger.record(make_entry(id="to-new", to=(new,)), locator="other.mbox", names=NAMES)
    person = ledger.person(old)
    row = ProjectionRow(
        person_id=person.id,
        rules_version=1,
        computed_at=START,
        valid_until=None,
        stage="encounter",
        highest="encounter",
        standing="",
        last_at=START,
        because="",
        relationship={},
        openings=(Opening(at=START, before=Before.NOTHING, company=Company.ALONE),),
    )
    with database.write(ledger.owner_id) as store:
        for number, (kind, about) in enumerate(((CorrectionKind.DIFFERENT_PERSON, (old, new)), (CorrectionKind.NOT_A_PERSON, (new,)))):
            store.add_correction(make_correction(kind, id=f"c{number}", addresses=about))
        store.add_correction(make_correction(CorrectionKind.IGNORE_EXCHANGE, id="c9", addresses=(), exchange="asked"))
        store.resolve_people([old, new])
        store.put_projections([row])
        store.remember_brief("e/1", person.id, {}, START)
        store.put_prepared("e/1", starts_at=START, brief=b"{}", now=START)
        store.note_told("e/1", told=("evening",), brief=b"{}")
        store.put_feed(f"f{ledger.owner_id}", START)
        store.put_login(f"l{ledger.owner_id}", START)
        store.put_session(f"s{ledger.owner_id}", START, START)
        account_id = store.accounts()[0].id
        store.put_link(
            account_id,
            provider="google",
            issuer="i",
            subject=f"s{ledger.owner_id}",
            address="a@b.example",
            scopes=frozenset({"mail"}),
            tokens=b"secret",
            access_ends_at=START,
            now=START,
        )
        store.put_tokens(account_id, b"newer", scopes=frozenset(), access_ends_at=START, linked_at=START)
        end = START + timedelta(days=1)
        for key in ("k", "l"):
            name = f"{key}{ledger.owner_id}"
            store.put_linking("asked", name, b"{}", session_hash="s", provider="google", now=START, expires_at=end)
        store.take_linking("asked", f"k{ledger.owner_id}", session_hash="s", provider="google", now=START)
        token = store.create_token("t", f"t{ledger.owner_id}", START)
        store.undo_correction("c0")
    with database.read(ledger.owner_id) as store:
        store.exchanges(ExchangeFilter(person_id=person.id, channel="email", substance="request", limit=2))
        store.exchanges(ExchangeFilter(limit=1))
        tuple(store.iter_exchanges())
        tuple(store.entries_with(person.id))
        store.newest_with(person.id, 3, START)
        store.events_between(START, START + timedelta(days=1), 5)
        store.next_of_series("e", START)
        store.persons_at([old])
        store.kind_at(new)
        store.addresses_seen([old])
        store.possible_aliases(person.id)
        store.people_page(query="pavel")
        store.near_in_domain("forge.example", stages=("encounter",), rules_version=1, as_of=START, limit=20)
        store.near_seen_with((person.id,), stages=("encounter",), rules_version=1, as_of=START, limit=20)
        store.counts_by_stage()
        tuple(store.entries_by_person([person.id]))
        store.coming_with([person.id], START, START + timedelta(days=1))
        store.subjects(["asked"])
        store.projections([person.id])
        store.openings_tally(Before.NOTHING, Company.ALONE, until=START, most=9)
        store.stale_people(1, START, 9)
        store.corrections([old])
        store.brief_seen("e/1", person.id)
        store.prepared_briefs()
        store.feed_since()
        store.held_as("item", 1)
        store.tokens()
        store.links()
        store.link_of(1)
        store.link_to("i", "s")
        store.tokens_of(account_id)
        store.look_at_linking("asked", f"l{ledger.owner_id}", session_hash="s", now=START)
        store.problems()
        store.count()
        store.fingerprint()
    with database.write(ledger.owner_id) as store:
        account = store.accounts()[0].id
        store.count_held_by(account)
        store.count_problems(account)
        stream = store.streams(account)[0].id
        store.note_failure(stream, "x")
        store.note_progress(stream, done=1, total=2, ends_at=None)
        store.note_verified(stream, START)
        store.note_waiting(stream, START)
        store.put_pending(stream, [Pending(item="i", reason="r"), Pending(item="i", reason="r")], now=START)
        store.due_pending(stream, START, 5)
        store.pending(stream)
        store.count_pending(stream)
        store.next_pending_at(stream)
        store.try_now(account)
        store.settle_pending(stream, ["i"])
        store.known_items(stream, ["i"])
        store.items(stream)
        store.count_held(stream)
        store.read_anew(stream)
        store.ensure_stream(account, label="Inbox")
        store.lease(account, "me", START)
        store.lease_holder(account, START)
        store.note_spending(account, "1")
        store.spending(account)
        store.release(account, "me")
        store.drop_stream(store.ensure_stream(account, "gone").id)
        store.end_link(account, LinkState.DISCONNECTED, cause="", drop_tokens=True)
        store.revoke_token(token, START)
        store.add_owner_addresses([f"mine{ledger.owner_id}@mill.example", "tina@guild.example"])
        store.set_tier(Tier.METADATA)
        store.end_sessions()
    ledger.record(reset=True)
    ledger.record(make_event(id="e/1", series="e", others=1), complete=True)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement that reaches a database meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


def unbound(statement: str) -> set[str]:
    """The owner tables that a statement asks or alters without saying whose rows it means."""
    if statement.lstrip().upper().startswith(("INSERT", "PRAGMA", "BEGIN", "SET ")):
        return set()
    named = re.findall(r'\b(?:FROM|JOIN|UPDATE)\s+"?(\w+)"?(?:\s+AS\s+"?(\w+)"?)?', statement)
    return {table for table, alias in named if table in OWNED_NAMES and not re.search(rf'"?\b{alias or table}"?\.owner_id = ', statement)}


def test_every_statement_says_whose_rows_it_means(database: Database) -> None:
    """Each SELECT, UPDATE and DELETE on a table of an owner's binds every such table to the owner."""
    ledger = Ledger(database, database.create_owner([OWNER_ADDRESS], tier=Tier.SPANS))

    with statements() as seen:
        everything(ledger)

    asked = [statement for statement in seen if any(name in statement for name in OWNED_NAMES)]
    assert len(asked) > 100
    assert {(table, statement) for statement in asked for table in unbound(statement)} == set()
    touched = {name for name in OWNED_NAMES for statement in asked if re.search(rf"\b{name}\b", statement)}
    assert touched == OWNED_NAMES


def test_the_check_finds_what_is_unbound() -> None:
    """The test above can fail."""
    assert unbound("SELECT x FROM exchange WHERE exchange.id = 1") == {"exchange"}
    assert unbound("SELECT x FROM exchange AS a JOIN person ON a.id = person.id WHERE a.owner_id = 1") == {"person"}
    assert unbound("SELECT x FROM exchange WHERE exchange.owner_id = 1") == set()
    assert owner not in OWNED
    assert set(OWNED) > DOORS


def test_nothing_crosses_from_owner_to_owner(database: Database) -> None:
    """What one owner does changes nothing of another's, even where ids and addresses are the same."""
    one, other = (Ledger(database, database.create_owner([OWNER_ADDRESS])) for _ in range(2))
    one.record(make_entry(id="a", subject="mine"), make_entry(id="b", by="person", answers_id="a"), names=NAMES)
    before = one.fingerprint()
    mine = one.person(PERSON_ADDRESS)

    everything(other)

    assert one.fingerprint() == before
    assert one.ids() == ["a", "b"]
    assert one.read(lambda store: store.corrections()) == ()
    assert one.read(lambda store: store.tokens()) == ()
    assert other.read(lambda store: store.person(mine.id)) is None
    assert other.read(lambda store: store.newest_with(mine.id, 9)) == ()
    assert other.read(lambda store: store.projections([mine.id])) == {}
