"""Which lines of a message are somebody else's: quoted, forwarded, or the line that announces either.

One pass over the lines, and for each line a bounded look around it, so that time grows with the text and with nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from plugin_backend.domain.classifier.boundaries import (
    BOUNDARY_ENDS,
    COLONS,
    LONGEST_KEY,
    RULERS,
    VERBS_WITHOUT_COLON,
    Boundary,
    boundary_at,
    opens_attribution,
    quotation_announced,
    separator_of,
    top_of_broken_attribution,
)
from plugin_backend.domain.classifier.line_kinds import Mark, Zone

# The walk compares these for every line, and a name of the module is found much faster than a member of a class.
_OWN, _QUOTED, _PLAIN = Zone.OWN, Zone.QUOTED, Mark.PLAIN

_ESCAPED_FROM = (">From ", ">>From ")
_LINES_ABOVE = 12
_FULL_LINE = 68
"""A quoted line and what was broken off it are together at least so long."""
_ARCHIVE_COLUMN = 86
"""Archives of lists break a line at the first space behind a column: the last word of what they leave crosses it."""
_SHORTEST_ARCHIVE_LINE = 80
_WORDS_LEFT = 3
_SENTENCE_ENDS = ".?!:"
_QUOTED_THRICE = ">>>"
_GROUPWISE = ">>>"
_SHORTEST_GROUPWISE = 20
_DATE = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}")


def quote_zones(lines: Sequence[str], marks: Sequence[Mark]) -> list[Zone]:
    """OWN, QUOTED or FORWARDED for every line, SIGNATURE where the mark-up says so; `lines` are stripped."""
    zones = [_OWN] * len(lines)
    in_quotation = False
    """Whether the line above is quoted by its sign, or is the rest of such a line."""
    for at, line in enumerate(lines):
        if not line:
            in_quotation = False
            continue
        boundary: Boundary | None = None
        if marks[at] is not _PLAIN:
            boundary = _by_mark(lines, zones, marks, at)
        elif line[0] == ">" and not line.startswith(_ESCAPED_FROM):
            zones[at] = _QUOTED
            boundary = None if in_quotation else _by_sign(lines, marks, at)
            in_quotation = True
        elif in_quotation and _is_rest_of_quoted_line(lines, at):
            zones[at] = _QUOTED
        else:
            in_quotation = False
            if line[0] in RULERS or line[-1] in BOUNDARY_ENDS or ":" in line[:LONGEST_KEY] or line.endswith(VERBS_WITHOUT_COLON):
                boundary = boundary_at(lines, marks, at)
        if boundary is not None:
            zones[boundary.begin : boundary.end] = [boundary.whose] * (boundary.end - boundary.begin)
            if boundary.end == len(lines):
                break
    return zones


def _by_mark(lines: Sequence[str], zones: list[Zone], marks: Sequence[Mark], at: int) -> Boundary | None:
    """Zone a line as its mark says, in place; the boundary, where the mark says that all the rest is somebody else's."""
    mark, line = marks[at], lines[at]
    if mark is Mark.SIGNED or mark is Mark.FORWARDED:
        zones[at] = Zone.SIGNATURE if mark is Mark.SIGNED else Zone.FORWARDED
        return None
    above = _filled_above(lines, at)
    whose_above = zones[above] if above >= 0 else Zone.OWN
    # A program may forward in what it marks as a quotation; then it says so in the first line.
    opens_a_forward = whose_above is not Zone.QUOTED and separator_of(line) is Zone.FORWARDED
    zones[at] = Zone.FORWARDED if opens_a_forward or (mark is Mark.QUOTED and whose_above is Zone.FORWARDED) else Zone.QUOTED
    # Gmail marks only this announcement and leaves what it forwards unmarked.
    if mark is Mark.CUT or (opens_a_forward and line[0] == "-"):
        return Boundary(begin=at, end=len(lines), whose=zones[at])
    return None


def _by_sign(lines: Sequence[str], marks: Sequence[Mark], at: int) -> Boundary | None:
    """What announces the quotation whose first line with a sign this is, where that is not found from above."""
    line = lines[at]
    if line.startswith(_GROUPWISE) and line.endswith(_GROUPWISE) and len(line) >= _SHORTEST_GROUPWISE and _DATE.search(line):
        # Novell GroupWise announces a reply so, and quotes without signs.
        return quotation_announced(lines, marks, at, at)
    if line[-1] not in COLONS:
        return None
    top = top_of_broken_attribution(lines, at)
    if top is not None:
        return quotation_announced(lines, marks, top, at)
    if at and lines[at - 1] and opens_attribution(lines[at - 1]):
        return Boundary(begin=at - 1, end=at + 1, whose=Zone.QUOTED)
    return None


def _is_rest_of_quoted_line(lines: Sequence[str], at: int) -> bool:
    """Whether a line without a sign, right below a quoted one, is the rest of it that a program broke off."""
    line, before = lines[at], lines[at - 1]
    if before[0] != ">":
        return len(before) > _SHORTEST_ARCHIVE_LINE
    is_above_a_quoted_line = at + 1 < len(lines) and lines[at + 1][:1] == ">"
    is_open = before[-1] not in _SENTENCE_ENDS
    if _is_broken_by_archive(before) and (is_open or is_above_a_quoted_line):
        return True
    # Nobody answers, without a blank line, in the midst of what was quoted three times.
    if not is_above_a_quoted_line or not (_had_no_room(line, before) or before.replace(" ", "").startswith(_QUOTED_THRICE)):
        return False
    if line[-1] in _SENTENCE_ENDS:
        return line[0].islower() or (is_open and not line[0].isupper())
    return is_open or line[0].islower() or lines[at + 1].lstrip("> ")[:1].islower()


def _is_broken_by_archive(line: str) -> bool:
    return len(line) > _SHORTEST_ARCHIVE_LINE and line.rfind(" ") < _ARCHIVE_COLUMN <= len(line)


def _had_no_room(line: str, before: str) -> bool:
    """Whether a line did not fit behind the line above: all of a few words left over, or else its first word."""
    words = line.split(maxsplit=_WORDS_LEFT)
    return len(before) + len(line if len(words) <= _WORDS_LEFT else words[0]) >= _FULL_LINE


def _filled_above(lines: Sequence[str], at: int) -> int:
    """The nearest line above with words, or -1."""
    for above in range(at - 1, max(-1, at - 1 - _LINES_ABOVE), -1):
        if lines[above]:
            return above
    return -1
