"""Reading ahead: a page is classified as a whole, and what cannot be classified costs nothing else."""

from __future__ import annotations

from typing import Any

from msgspec import structs

from connectors.exchange import SyncPage
from connectors.memory import MemoryConnector
from plugin_backend.domain.ledger import Tier
from plugin_backend.store.crypto import BlindKey
from plugin_backend.usecases.read_ahead import Reader, pages_ahead, pages_here, ready
from tests.factories import OWNER, make_exchange

READER = Reader(owner=OWNER, blind=str.upper, tier=Tier.SUBJECTS)
CHILDREN_READER = Reader(owner=OWNER, blind=BlindKey(bytes(32)), tier=Tier.SUBJECTS)
NO_TEXT: Any = None
"""What no connector yields: the classifier cannot read it."""


def test_one_that_cannot_be_classified_is_a_problem() -> None:
    """It is named without its id; those before and behind it are recorded, and it is dealt with as well."""
    before, broken, behind = (make_exchange(external_id=f"m{number}@forge.example", item=f"m{number}") for number in range(3))
    page = SyncPage(upserts=(before, structs.replace(broken, text=NO_TEXT), behind), cursor="c")

    read = ready(page, READER)

    assert [entry.id for entry in read.entries] == ["m0@forge.example", "m2@forge.example"]
    assert [problem.reason for problem in read.problems] == ["it could not be classified (TypeError)"]
    assert "m1@forge.example" not in read.problems[0].where
    assert read.settled == {"m0", "m1", "m2"}


def test_a_page_is_recorded_as_its_mails_are() -> None:
    """Those beside a broken one have the same entries as on a page without it."""
    whole, broken = make_exchange(external_id="whole@forge.example"), make_exchange(external_id="broken@forge.example", text=NO_TEXT)

    alone = ready(SyncPage(upserts=(whole,), cursor="c"), READER)
    beside = ready(SyncPage(upserts=(whole, broken), cursor="c"), READER)

    assert beside.entries == alone.entries


def test_child_processes_read_what_this_one_reads() -> None:
    """In the same order, also what MessagePack does not know: half a surrogate pair, and a number of more than 64 bits."""
    odd: dict[int, dict[str, Any]] = {7: {"subject": "half \ud83d"}, 11: {"revision": 10**30}}
    exchanges = [make_exchange(external_id=f"m{number}@forge.example", **odd.get(number, {})) for number in range(40)]

    in_children = list(pages_ahead(MemoryConnector(exchanges, page_size=2), None, CHILDREN_READER))
    here = list(pages_here(MemoryConnector(exchanges, page_size=2), None, CHILDREN_READER))

    assert in_children == here
    assert [entry.revision for page in in_children for entry in page.entries][11] == 10**30
