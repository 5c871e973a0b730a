"""The words of the pane: the same as those of the pages, handed to its script as data."""

from __future__ import annotations

from typing import Any

from plugin_backend.domain.readings import Stage, Standing
from plugin_backend.web.pages import words


def pane_words() -> dict[str, Any]:
    """Stored value to what people read."""
    return {
        "verdicts": {stored: list(said) for stored, said in words.VERDICTS.items()},
        "stages": {stage.value: [stage.label, words.STAGE_MEANS[stage.value]] for stage in Stage},
        "standings": {standing.value: words.STANDING_MEANS[standing.value] for standing in Standing},
        "channels": words.CHANNELS,
        "done": {kind: words.DONE[kind] for kind in ("met", "not_a_person", "is_a_person", "stage", "snooze", "undone", "read")},
    }
