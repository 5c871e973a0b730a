"""The projection: what is kept of a relationship equals it, is plain JSON, and is small."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from hypothesis import given

from plugin_backend.domain.ledger import Correction, LedgerEntry
from plugin_backend.domain.projection import relationship_from_json, relationship_to_json
from plugin_backend.domain.stages import reading_of, replay
from tests.domain.histories import histories, moments, words
from tests.factories import OWNER, PERSON, START, make_entry


@given(entries=histories(), said=words(), as_of=moments)
def test_comes_back_equal(entries: list[LedgerEntry], said: list[Correction], as_of: datetime) -> None:
    """A relationship written as JSON text and read again is the same relationship, and gives the same reading."""
    relationship = replay(entries, said, person=PERSON, owner=OWNER, as_of=as_of)

    kept = relationship_from_json(json.loads(json.dumps(relationship_to_json(relationship))))

    assert kept == relationship
    assert reading_of(kept, as_of) == reading_of(relationship, as_of)


def test_is_small_for_a_long_correspondence() -> None:
    """Three thousand mails on as many subjects, with promises open on each, are kept in less than 20 KB."""
    entries = [
        make_entry(
            id=f"{number}.a-message-id-of-the-usual-length-abcdef@mail.example",
            at=START + timedelta(hours=5 * number),
            by=("owner", "person")[number % 2],
            carries=("request", "commitment"),
            words="I will send you the drawing of the bellows by Friday",
            subject=f"The drawing of the bellows, part {number // 2}",
            topic=f"{number // 2:016x}",
        )
        for number in range(3_000)
    ]

    relationship = replay(entries, [], person=PERSON, owner=OWNER, as_of=START + timedelta(days=1_000))
    kept = relationship_to_json(relationship)

    assert len(json.dumps(kept).encode()) < 20_000
    assert len(relationship.initiatives) == len(relationship.promises) == len(relationship.unanswered) == 20
