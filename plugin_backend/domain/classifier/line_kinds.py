"""What a line of a message can be: whose it is, and what the mark-up says about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Zone(IntEnum):
    """Whose a line is, and what for."""

    OWN = 0
    CLOSING = 1
    """The last words and the first name ("Thanks, Jo"): still own words."""
    QUOTED = 2
    FORWARDED = 3
    SIGNATURE = 4
    DISCLAIMER = 5


class Mark(IntEnum):
    """What the mark-up says about a line."""

    PLAIN = 0
    QUOTED = 1
    """Inside a quotation; own words may follow."""
    FORWARDED = 2
    """Inside a forwarded message; own words may follow."""
    CUT = 3
    """A mail program's boundary: from here on all is somebody else's."""
    SIGNED = 4
    """Inside what a program appended as the writer's signature."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedText:
    """Lines of text with a mark for each."""

    lines: tuple[str, ...]
    marks: tuple[Mark, ...]
