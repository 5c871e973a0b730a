"""An opening line names what two people have shared, in the owner's voice, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from plugin_backend.domain.opening_lines import opening_line
from plugin_backend.domain.readings import Initiative, Introduced, Reading, Stage
from tests.factories import START

NOW = START + timedelta(days=100)
TOGETHER = Initiative(
    topic="t", subject="bellows", owner_acts=1, person_acts=1, first=START, last=START, exchanges=("a",), settled=True
)


def reading(**fields: Any) -> Reading:
    return Reading(**{"stage": Stage.RECOGNITION, "highest": Stage.RECOGNITION, "standing": None, "as_of": NOW, **fields})


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"initiatives": (TOGETHER,), "last_held_at": START}, "I come back to “bellows”, which we worked on together."),
        ({"last_held_at": START}, "I come back to our conversation of 5 January 2026."),
        ({"last_substantive_at": START}, "I come back to what we wrote to each other on 5 January 2026."),
        ({}, ""),
        ({"last_held_at": START, "refused_at": START}, ""),
        ({"stage": Stage.ENCOUNTER, "highest": Stage.ENCOUNTER, "last_substantive_at": START}, ""),
    ],
)
def test_openings(fields: dict[str, Any], expected: str) -> None:
    """The weightiest that is shared; nothing before recognition, and nothing to who asked not to be written to."""
    assert opening_line(reading(**fields)) == expected


@pytest.mark.parametrize(("days", "expected"), [(10, "We were introduced on 5 January 2026."), (61, "")])
def test_an_introduction_is_worth_naming_for_a_while(days: int, expected: str) -> None:
    """For sixty days, while it is the only thing there is."""
    fields = {"stage": Stage.ENCOUNTER, "highest": Stage.ENCOUNTER, "as_of": START + timedelta(days=days)}

    assert opening_line(reading(**fields, introduced=(Introduced(exchange="i", at=START, by="tina@guild.example"),))) == expected
