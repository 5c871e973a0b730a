"""How SQLite goes about the reads of a person page and a check: from the person to the exchanges, never through a whole ledger."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from plugin_backend.domain.openings import Before, Company
from plugin_backend.store.owner_store import OwnerStore
from plugin_backend.store.rows import ExchangeFilter
from tests.factories import PERSON_ADDRESS, START, make_entry, make_event
from tests.store.ledgers import Ledger

LARGE_TABLES = "exchange|participation|address|address_name|person|projection|opening|holding|alias_evidence"
THROUGH_ALL = re.compile(rf"SCAN (?:{LARGE_TABLES})\b|SEARCH (?:{LARGE_TABLES}) .*\(owner_id=\?\)$")

Question = Callable[[OwnerStore, str], object]

FROM_A_PERSON: dict[str, Question] = {
    "person by address": lambda store, _: store.person_by_address(PERSON_ADDRESS),
    "newest": lambda store, who: store.newest_with(who, 50),
    "page": lambda store, who: store.exchanges(ExchangeFilter(person_id=who, limit=10)),
    "all of theirs": lambda store, who: list(store.entries_with(who)),
    "all of several": lambda store, who: list(store.entries_by_person([who])),
    "coming with": lambda store, who: store.coming_with([who], START, START + timedelta(days=1)),
    "subjects": lambda store, _: store.subjects(["a"]),
    "seen with": lambda store, who: store.near_seen_with((who,), stages=("encounter",), rules_version=1, as_of=START, limit=20),
    "aliases": lambda store, who: store.possible_aliases(who),
    "projection": lambda store, who: store.projections([who]),
    "one entry": lambda store, _: store.entry("a"),
    "organisation": lambda store, _: store.near_in_domain(
        "forge.example", stages=("encounter",), rules_version=1, as_of=START, limit=20
    ),
    "coming": lambda store, _: store.events_between(START, START + timedelta(days=1), 5),
    "series": lambda store, _: store.next_of_series("e", START),
    "brief": lambda store, who: store.brief_seen("e", who),
}

IN_THE_ORDER_OF_AN_INDEX: dict[str, Question] = {
    "exchanges": lambda store, _: store.exchanges(ExchangeFilter(limit=10)),
    "people": lambda store, _: store.people_page(limit=10),
    "people of a stage": lambda store, _: store.people_page(stage="encounter", limit=10),
    "stale": lambda store, _: store.stale_people(1, START, 10),
    "openings": lambda store, _: store.openings_tally(Before.NOTHING, Company.ALONE, until=START, most=10),
}


def plans(ledger: Ledger, question: Question) -> list[str]:
    """The steps of the plans of every statement that a question asks."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    who = ledger.person(PERSON_ADDRESS).id
    event.listen(Engine, "before_cursor_execute", note)
    ledger.read(lambda store: question(store, who))
    event.remove(Engine, "before_cursor_execute", note)
    with ledger.database.read(ledger.owner_id) as store:
        return [
            row.detail for statement, values in asked for row in store.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]


@pytest.fixture
def small(fresh_ledger: Callable[[], Ledger]) -> Ledger:
    """A ledger so young that no statistics could be gathered from it."""
    ledger = fresh_ledger()
    ledger.record(make_entry(id="a"), make_event(id="e", series="e"), names={PERSON_ADDRESS: "Pavel Smith"})
    return ledger


@pytest.mark.parametrize("question", FROM_A_PERSON.values(), ids=FROM_A_PERSON.keys())
def test_what_is_asked_of_a_person_starts_from_the_person(small: Ledger, question: Question, tmp_path: Path) -> None:
    """No step goes through all rows of an owner."""
    found = plans(small, question)

    assert found
    assert [step for step in found if THROUGH_ALL.search(step)] == []


@pytest.mark.parametrize("question", IN_THE_ORDER_OF_AN_INDEX.values(), ids=IN_THE_ORDER_OF_AN_INDEX.keys())
def test_lists_are_read_in_the_order_of_an_index(small: Ledger, question: Question) -> None:
    """A page costs what it shows: nothing is sorted, no table is scanned."""
    found = plans(small, question)

    assert found
    assert [step for step in found if "SCAN" in step or "TEMP B-TREE FOR ORDER" in step] == []
