"""Opening lines: a first sentence for a mail, in the owner's voice, that names what the two have shared and nothing else.

It goes to that person alone, and says only what that person was part of.
"""

from __future__ import annotations

from plugin_backend.domain.readings import Reading, Stage
from plugin_backend.domain.suggestions import INTRODUCTION_WAITS
from plugin_backend.domain.wording import named, on_day


def opening_line(reading: Reading) -> str:
    """The sentence; empty where nothing is shared that could be named, or where they asked not to be written to."""
    if reading.refused_at is not None:
        return ""
    if not reading.highest.at_least(Stage.RECOGNITION):
        return _introduced(reading)
    shared = next((initiative.subject for initiative in reading.initiatives if initiative.subject), "")
    if shared:
        return f"I come back to {named(shared)}, which we worked on together."
    if reading.last_held_at is not None:
        return f"I come back to our conversation of {on_day(reading.last_held_at, reading.as_of)}."
    if reading.last_substantive_at is not None:
        return f"I come back to what we wrote to each other on {on_day(reading.last_substantive_at, reading.as_of)}."
    return ""


def _introduced(reading: Reading) -> str:
    if not reading.introduced or reading.as_of - reading.introduced[0].at > INTRODUCTION_WAITS:
        return ""
    return f"We were introduced on {on_day(reading.introduced[0].at, reading.as_of)}."
