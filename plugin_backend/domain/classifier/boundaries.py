"""Where somebody else's text starts in a message: separators of programs, blocks of header fields, and lines like "On ... wrote:".

Each looks at a bounded number of lines around the one it is asked about, so that asking about every line stays linear.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from plugin_backend.domain.classifier.line_kinds import Mark, Zone
from plugin_backend.domain.classifier.tables import marks as marks_of

_WORDS = marks_of("zone_marks.toml")
_ORIGINALS = _WORDS["original_separators"]
_FORWARDS = _WORDS["forward_separators"] + _WORDS["forward_announcements"]
_ANNOUNCEMENTS = _WORDS["forward_announcements"]
_VERBS = _WORDS["attribution_verbs"]
_BARE_VERBS = frozenset(_VERBS)
_BEGINNINGS = _WORDS["attribution_beginnings"]
_OPENINGS = _WORDS["attribution_openings"]
_LONGEST_OPENING = max(map(len, _OPENINGS))
_FIELDS = ("from", "sent", "to", "cc", "subject", "other")
_FIELD_OF = {word: field for field in _FIELDS for word in _WORDS[f"header_{field}"]}
"""Which field of a header block a line is, by its first word."""

RULERS = "-_=*~#+"
"""What a separator may begin with."""
LONGEST_KEY = 24
"""Within so many characters the first word of a header line has its colon."""
COLONS = ":："
BOUNDARY_ENDS = COLONS + "->"
"""What the last line of a separator or an attribution ends with, unless with one of these verbs."""
VERBS_WITHOUT_COLON = _WORDS["attribution_endings"]

_DASHES = RULERS + "> \t"
_SHORTEST_BOUNDARY = 3
_SHORTEST_VERB = 4
_LONGEST_SEPARATOR = 200
_LONGEST_BARE_SEPARATOR = 40
_LONGEST_ATTRIBUTION = 500
_ATTRIBUTION_LINES = 4
_BROKEN_ATTRIBUTION_LINES = 6
_LONGEST_NAME = 60
_MOST_NAME_WORDS = 5
_LONGEST_NOTES_LINE = 90
_LONGEST_FIRM = 50
_MOST_ADDRESS_WORDS = 6
_NOTES_LINES_ABOVE = 8
_NOTES_GAP = 2
_HEADER_GAP = 3
_ADDRESSES_WITHIN = 400
_HEADERS_READ = 8
_LEAST_HEADERS = 3
_MOST_REPEATED = 2
_ANNOUNCED_WITHIN = 14
_NEAR = 3
_LEAST_RULER = 5
_DATE_TIME = re.compile(r"\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4},? {1,3}(?:at )?\d{1,2}:\d{2}")
_BARE_DATE_TIME = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4},? {1,3}\d{1,2}:\d{2}(?::\d{2})?(?: [AP]M)?$")
_BARE_TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?(?: [AP]M)?$")
_ENDS_WITH_DATE = re.compile(r" on \d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}$")
_DIGIT = re.compile(r"\d")
_CLOCK = re.compile(r"\d{1,2}[:.h]\d{2}|\d{4}-\d{2}-\d{2}|\d{4}/\d{1,2}/\d{1,2}")
_ENDS_WITH_YEAR = re.compile(r"\b(?:19|20)\d{2},?$")
_DATE_FIRST = re.compile(r"(?:19|20)\d{2}/\d{1,2}/\d{1,2} ")
"""Old Gmail writes date, name and address above a quotation and nothing more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """Lines of somebody else's, from `begin` up to `end`: the announcement of a quotation whose lines are marked, or all the rest."""

    begin: int
    end: int
    whose: Zone


def boundary_at(lines: Sequence[str], marks: Sequence[Mark], at: int) -> Boundary | None:
    """The boundary that a line is part of, or None; `lines` are stripped."""
    line = lines[at]
    if len(line) < _SHORTEST_BOUNDARY:
        return None
    if line[0] in RULERS or line[-1] in ":：-":
        whose = (separator_of(line) or _broken_separator(lines, at)) if line.strip(_DASHES) else _ruled_off(lines, at)
        if whose is not None:
            end = first_quoted(lines, marks, at + 1) if _is_quoted_by_lines(lines, marks, at + 1) else len(lines)
            return Boundary(begin=at, end=end, whose=whose)
    if _field_of(line) is not None and _is_header_block(lines, at):
        end = first_quoted(lines, marks, at + 1) if _is_quoted_by_lines(lines, marks, at) else len(lines)
        return Boundary(begin=_top_of_notes_header(lines, at), end=end, whose=Zone.QUOTED)
    if line[-1] in COLONS or line.endswith(VERBS_WITHOUT_COLON):
        begin = _attribution(lines, marks, at)
        if begin is not None:
            return quotation_announced(lines, marks, begin, at)
    if line[-1] == ">" and _DATE_FIRST.match(line) and "@" in line.rpartition("<")[2]:
        return quotation_announced(lines, marks, at, at)
    return None


def quotation_announced(lines: Sequence[str], marks: Sequence[Mark], begin: int, last: int) -> Boundary:
    """The boundary of an announcement from `begin` to `last`: all the rest, unless the quotation below it is marked as one."""
    near = next_filled(lines, last + 1)
    is_marked = near < len(lines) and (lines[near][0] == ">" or marks[near] is Mark.QUOTED)
    return Boundary(begin=begin, end=near if is_marked else len(lines), whose=Zone.QUOTED)


def separator_of(line: str) -> Zone | None:
    """Whether a line is a program's separator ("-----Original Message-----"), and of which kind."""
    low = line.strip(_DASHES).lower()
    if not low or len(low) > _LONGEST_SEPARATOR:
        return None
    is_dashed = line[0] in "-_=*~" and len(line) - len(line.lstrip("-_=*~ >")) >= 2
    if low.startswith(_ORIGINALS):
        return Zone.QUOTED if is_dashed or (line[-1] == "-" and len(low) < _LONGEST_BARE_SEPARATOR) else None
    if low.startswith(_FORWARDS):
        return Zone.FORWARDED if is_dashed or (line[-1] in COLONS and low.startswith(_ANNOUNCEMENTS)) else None
    return None


def opens_attribution(line: str) -> bool:
    """Whether a line is the first of an attribution that was broken, behind its time or behind its date."""
    if not line[:_LONGEST_OPENING].lower().startswith(_OPENINGS):
        return False
    return _CLOCK.search(line, 0, _LONGEST_ATTRIBUTION) is not None or _ENDS_WITH_YEAR.search(line[-_LONGEST_OPENING:]) is not None


def top_of_broken_attribution(lines: Sequence[str], at: int) -> int | None:
    """Where an attribution begins whose address was broken so that its last line looks quoted ("> wrote:")."""
    if lines[at].strip("> \t").rstrip(COLONS).lower() not in _BARE_VERBS:
        return None
    for above in range(at - 1, max(-1, at - 1 - _BROKEN_ATTRIBUTION_LINES), -1):
        if opens_attribution(lines[above]):
            return above
    return None


def first_quoted(lines: Sequence[str], marks: Sequence[Mark], at: int) -> int:
    """The first line below that is marked as quoted by itself; `at` where there is none near."""
    for near in range(at, min(len(lines), at + _ANNOUNCED_WITHIN)):
        if lines[near][:1] == ">" or marks[near] is Mark.QUOTED:
            return near
    return at


def next_filled(lines: Sequence[str], at: int) -> int:
    """The next line with words, three lines away at most."""
    for near in range(at, min(len(lines), at + _NEAR)):
        if lines[near]:
            return near
    return len(lines)


def _broken_separator(lines: Sequence[str], at: int) -> Zone | None:
    """Lotus Notes breaks its separator after the date: the dashes at its end stand on the next line."""
    if lines[at][0] != "-" or at + 1 >= len(lines):
        return None
    low = lines[at].strip(_DASHES).lower()
    return Zone.FORWARDED if low.startswith(_FORWARDS) and lines[at + 1].endswith("--") else None


def _ruled_off(lines: Sequence[str], at: int) -> Zone | None:
    """Outlook draws a ruler right above its header block."""
    if lines[at][0] not in "_-*" or len(lines[at]) < _LEAST_RULER:
        return None
    below = next_filled(lines, at + 1)
    is_ruled_off = below < len(lines) and below - at <= 2 and _field_of(lines[below]) is not None and _is_header_block(lines, below)
    return Zone.QUOTED if is_ruled_off else None


def _field_of(line: str) -> str | None:
    """Which field of a header block a line is, if it looks like one."""
    bare = line.lstrip("*>| \t") if line[0] in "*>| \t" else line
    colon = bare.find(":", 0, LONGEST_KEY)
    if colon < 0:
        colon = bare.find("：", 0, LONGEST_KEY)
    return _FIELD_OF.get(bare[:colon].strip("* \t\xa0").lower()) if colon > 0 else None


def _is_header_block(lines: Sequence[str], at: int) -> bool:
    """Whether a quoted header block starts here: several fields close together, addresses between them at most."""
    fields: set[str] = set()
    read, repeated, gap, line_at, last = 0, 0, 0, at, min(len(lines), at + _ADDRESSES_WITHIN)
    while line_at < last and read < _HEADERS_READ:
        line = lines[line_at]
        field = _field_of(line) if line else None
        if field is not None:
            repeated += field in fields
            if repeated > _MOST_REPEATED:
                return False
            fields.add(field)
            read, gap = read + 1, 0
            if len(fields) >= _LEAST_HEADERS and _tells_a_mail(fields):
                return True
        elif not line or ("@" not in line and "/" not in line and "," not in line and ";" not in line):
            gap += 1
            if gap > _HEADER_GAP:
                return False
        line_at += 1
    return False


def _tells_a_mail(fields: set[str]) -> bool:
    return ("from" in fields and bool(fields & {"sent", "to"})) or {"to", "subject"} <= fields or {"to", "cc"} <= fields


def _top_of_notes_header(lines: Sequence[str], at: int) -> int:
    """Lotus Notes writes name and date above "To:"; the block begins there."""
    top = at
    for above in range(at - 1, max(-1, at - 1 - _NOTES_LINES_ABOVE), -1):
        line = lines[above]
        if not line:
            if top != at and top - above > _NOTES_GAP:
                break
            continue
        if not _is_above_a_notes_header(line, lines[top]):
            break
        top = above
    return top


def _is_above_a_notes_header(line: str, below: str) -> bool:
    if _is_notes_line(line) or _BARE_TIME.match(line) or not line.strip(_DASHES):
        return True
    if _BARE_DATE_TIME.match(below) or below.lower().startswith("sent by:"):
        return _is_plain_name(line)
    # The line was broken between date and time.
    return len(line) <= _LONGEST_NOTES_LINE and _BARE_TIME.match(below) is not None and _ENDS_WITH_DATE.search(line) is not None


def _is_plain_name(line: str) -> bool:
    """Whether a line above a bare date is the name that Notes writes there."""
    words = line.split()
    if len(line) > _LONGEST_NAME or len(words) > _MOST_NAME_WORDS or line[-1] in "?!:,":
        return False
    return all(word[0].isupper() or word[0] in '"(' for word in words)


def _is_notes_line(line: str) -> bool:
    if len(line) > _LONGEST_NOTES_LINE:
        return False
    low = line.lower()
    if _DATE_TIME.search(line) or low.startswith(("sent by:", "please respond to", "phone no:", "from:", "internet mail from")):
        return True
    if "@" in line and line[-1] not in ".?!:," and len(line.split()) <= _MOST_ADDRESS_WORDS:
        return True
    return low.startswith("enron ") and line.endswith(("Corp.", "Corp", "Inc.", "Company")) and len(line) < _LONGEST_FIRM


def _attribution(lines: Sequence[str], marks: Sequence[Mark], at: int) -> int | None:
    """The first line of an "On ... wrote:" that ends here, broken over a few lines at most."""
    if len(lines[at]) < _SHORTEST_VERB:
        return None
    is_above_a_quotation = quotation_announced(lines, marks, at, at).end < len(lines)
    joined = ""
    likely = None
    for begin in range(at, max(-1, at - _ATTRIBUTION_LINES), -1):
        line = lines[begin]
        if not line or marks[begin] is not Mark.PLAIN:
            break
        joined = f"{line} {joined}" if joined else line
        if len(joined) > _LONGEST_ATTRIBUTION:
            break
        low = joined.lower()
        has_verb = any(word in low for word in _VERBS)
        has_address = "@" in joined
        if (low[0].isdigit() or low.startswith(_BEGINNINGS)) and _DIGIT.search(joined) and (has_verb or _is_date_and_address(joined)):
            return begin - 1 if begin and marks[begin - 1] is Mark.PLAIN and opens_attribution(lines[begin - 1]) else begin
        ends_with_verb = low.rstrip(" :：-").endswith(_VERBS)
        says_so = has_verb and (has_address or is_above_a_quotation) and (ends_with_verb or _CLOCK.search(joined))
        # The shortest tail that can be an attribution, unless the line above belongs to its address.
        if says_so and (likely is None or line[-1] == "<" or (has_address and "@" not in " ".join(lines[begin + 1 : at + 1]))):
            likely = begin
    return likely


def _is_date_and_address(text: str) -> bool:
    """Whether a text is a time and an address before its colon: some languages do without a verb."""
    return "@" in text and text.endswith((">:", "):", ">：")) and _CLOCK.search(text) is not None


def _is_quoted_by_lines(lines: Sequence[str], marks: Sequence[Mark], at: int) -> bool:
    """Whether, under a header block, the quotation is marked line by line: then what is not marked is an answer."""
    quoted = first_quoted(lines, marks, at)
    if quoted == at and (at == len(lines) or lines[at][:1] != ">"):
        return False
    return sum(1 for line in lines[at:quoted] if line and _field_of(line) is None) <= _HEADER_GAP
