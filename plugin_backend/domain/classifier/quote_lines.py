"""Which lines of a message are somebody else's: quoted, forwarded, or the line that announces either.

One pass over the lines, and for each line a bounded look around it, so that time grows with the text and with nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum

from plugin_backend.domain.classifier.html_text import Mark
from plugin_backend.domain.classifier.zone_markers import (
    ATTRIBUTION_STARTS,
    ATTRIBUTION_VERBS,
    CC,
    FORWARD_SEPARATORS,
    FROM,
    HEADER_KEYS,
    ORIGINAL_SEPARATORS,
    SENT,
    SUBJECT,
    TO,
    UNDASHED_FORWARDS,
)


class Zone(IntEnum):
    """Whose a line is, and what for."""

    OWN = 0
    CLOSING = 1
    """The last words and the first name ("Thanks, Jo"): still own words."""
    QUOTED = 2
    FORWARDED = 3
    SIGNATURE = 4
    DISCLAIMER = 5


_LONGEST_KEY = 24
_WRAPPED_OVER = 4
_LONGEST_ATTRIBUTION = 500
_SHORTEST_BOUNDARY = 3
_SHORTEST_VERB = 4
_LONGEST_NAME = 60
_MOST_NAME_WORDS = 5
_WRAPPED_AT = 60
_WIDEST_HAND_WRAP = 80
_HEADERS_WITHIN = 3
_ADDRESSES_WITHIN = 400
_HEADERS_READ = 8
_ANNOUNCED_WITHIN = 14
_NOTES_LINES_ABOVE = 8
_DASHES = "-_=*~#+> \t"
_DATE_TIME = re.compile(r"\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4},? {1,3}(?:at )?\d{1,2}:\d{2}")
_BARE_DATE_TIME = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4},? {1,3}\d{1,2}:\d{2}(?::\d{2})?(?: [AP]M)?$")
_DIGIT = re.compile(r"\d")
_VERBS_WITHOUT_COLON = ("wrote", "wrote ----", "のメール", "写道", "님이 작성")
_CLOCK = re.compile(r"\d{1,2}[:.h]\d{2}|\d{4}-\d{2}-\d{2}")


def quote_zones(lines: Sequence[str], marks: Sequence[Mark]) -> list[Zone]:
    """OWN, QUOTED or FORWARDED for every line; `lines` are stripped."""
    zones = [Zone.OWN] * len(lines)
    announced = Zone.QUOTED
    """What a quotation in the mark-up is: a Gmail forward stands in one as well."""
    previous_quoted = False
    for at, line in enumerate(lines):
        if not line:
            previous_quoted = False
            continue
        if marks[at] is Mark.QUOTED:
            if _separator(line) is Zone.FORWARDED:
                announced = Zone.FORWARDED
            zones[at] = announced
            continue
        if marks[at] is Mark.CUT:
            _cut(zones, at, Zone.QUOTED)
            break
        first = line[0]
        if first == ">" and not line.startswith((">From ", ">>From ")):
            zones[at] = Zone.QUOTED
            if not previous_quoted and at and line[-1] == ":" and _opens_attribution(lines[at - 1]):
                zones[at - 1] = Zone.QUOTED
            previous_quoted = True
            continue
        if previous_quoted and _wraps(lines, at):
            zones[at] = Zone.QUOTED
            continue
        previous_quoted = False
        starts = _boundary(lines, marks, at)
        if starts is None:
            continue
        begin, whose, rest_is_theirs = starts
        if rest_is_theirs:
            _cut(zones, begin, whose)
            break
        for announcing in range(begin, _first_quoted(lines, marks, at + 1)):
            zones[announcing] = whose
    return zones


def _boundary(lines: Sequence[str], marks: Sequence[Mark], at: int) -> tuple[int, Zone, bool] | None:
    """Where somebody else's text starts around this line, whose it is, and whether all the rest is theirs."""
    line = lines[at]
    if len(line) < _SHORTEST_BOUNDARY:
        return None
    if line[0] in "-_=*~#+" or line[-1] in ":-":
        whose = _separator(line) or _wrapped_separator(lines, at)
        if whose is not None:
            return at, whose, not _answered_between(lines, marks, at + 1)
        if line[0] in "_-*" and len(line) >= 5 and not line.strip(_DASHES):
            below = _next_filled(lines, at + 1)
            if below < len(lines) and below - at <= 2 and _key(lines[below]) is not None and _is_header_block(lines, below, least=3):
                return at, Zone.QUOTED, not _answered_between(lines, marks, at + 1)
    colon = line.find(":", 0, _LONGEST_KEY)
    if colon > 0 and _key(line) is not None and _is_header_block(lines, at, least=3):
        return _top_of_notes_header(lines, at), Zone.QUOTED, not _answered_between(lines, marks, at)
    if line[-1] in ":：" or line.endswith(_VERBS_WITHOUT_COLON):
        begin = _attribution(lines, marks, at)
        if begin is not None:
            quoted_below = _quotes_below(lines, marks, at + 1)
            return begin, Zone.QUOTED, not quoted_below
    return None


def _cut(zones: list[Zone], begin: int, whose: Zone) -> None:
    zones[begin:] = [whose] * (len(zones) - begin)


def _separator(line: str) -> Zone | None:
    """Whether a line is a program's separator ("-----Original Message-----"), and of which kind."""
    core = line.strip(_DASHES)
    if not core or len(core) > 200:
        return None
    low = core.lower()
    dashed = line[0] in "-_=*~" and len(line) - len(line.lstrip("-_=*~ >")) >= 2
    if low.startswith(ORIGINAL_SEPARATORS):
        return Zone.QUOTED if dashed or (line[-1] == "-" and len(low) < 40) else None
    if low.startswith(FORWARD_SEPARATORS):
        return Zone.FORWARDED if dashed or (line[-1] == ":" and low.startswith(UNDASHED_FORWARDS)) else None
    return None


def _wrapped_separator(lines: Sequence[str], at: int) -> Zone | None:
    """Lotus Notes wraps its separator after the date: the dashes at its end stand on the next line."""
    if lines[at][0] != "-" or at + 1 >= len(lines):
        return None
    low = lines[at].strip(_DASHES).lower()
    return Zone.FORWARDED if low.startswith(FORWARD_SEPARATORS) and lines[at + 1].endswith("--") else None


def _key(line: str) -> str | None:
    """Which field of a header block a line is, if it looks like one."""
    bare = line.lstrip("*>| \t") if line[0] in "*>| \t" else line
    colon = bare.find(":", 0, _LONGEST_KEY)
    if colon <= 0:
        return None
    return HEADER_KEYS.get(bare[:colon].strip("* \t\xa0").lower())


def _is_header_block(lines: Sequence[str], at: int, *, least: int) -> bool:
    """Whether a quoted header block starts here: several fields close together, addresses between them at most."""
    kinds: set[str] = set()
    read, gap, line_at, last = 0, 0, at, min(len(lines), at + _ADDRESSES_WITHIN)
    while line_at < last and read < _HEADERS_READ:
        line = lines[line_at]
        kind = _key(line) if line else None
        if kind is not None:
            kinds.add(kind)
            read, gap = read + 1, 0
            if len(kinds) >= least and _tells_a_mail(kinds):
                return True
        elif not line or ("@" not in line and "/" not in line and "," not in line and ";" not in line):
            gap += 1
            if gap > _HEADERS_WITHIN:
                return False
        line_at += 1
    return False


def _tells_a_mail(kinds: set[str]) -> bool:
    return (FROM in kinds and bool(kinds & {SENT, TO})) or {TO, SUBJECT} <= kinds or {TO, CC} <= kinds


def _top_of_notes_header(lines: Sequence[str], at: int) -> int:
    """Lotus Notes writes name and date above "To:"; the block begins there."""
    top = at
    for above in range(at - 1, max(-1, at - 1 - _NOTES_LINES_ABOVE), -1):
        line = lines[above]
        if not line:
            continue
        if _is_notes_line(line) or (_BARE_DATE_TIME.match(lines[top]) and _is_plain_name(line)):
            top = above
            continue
        break
    return top


def _is_plain_name(line: str) -> bool:
    """Whether a line above a bare date is the name that Notes writes there."""
    words = line.split()
    if len(line) > _LONGEST_NAME or len(words) > _MOST_NAME_WORDS or line[-1] in "?!:,":
        return False
    return all(word[0].isupper() or word[0] in '"(' for word in words)


def _is_notes_line(line: str) -> bool:
    if len(line) > 90:
        return False
    low = line.lower()
    if _DATE_TIME.search(line) or low.startswith(("sent by:", "please respond to", "phone no:", "from:", "internet mail from")):
        return True
    if "@" in line and line[-1] not in ".?!:," and len(line.split()) <= 6:
        return True
    return low.startswith("enron ") and line.endswith(("Corp.", "Corp", "Inc.", "Company")) and len(line) < 50


def _attribution(lines: Sequence[str], marks: Sequence[Mark], at: int) -> int | None:
    """The first line of an "On ... wrote:" that ends here, wrapped over a few lines at most."""
    if len(lines[at]) < _SHORTEST_VERB:
        return None
    quoted_below = _quotes_below(lines, marks, at + 1)
    joined = ""
    likely = None
    for begin in range(at, max(-1, at - _WRAPPED_OVER), -1):
        line = lines[begin]
        if not line or marks[begin] is not Mark.PLAIN:
            break
        joined = f"{line} {joined}" if joined else line
        if len(joined) > _LONGEST_ATTRIBUTION:
            break
        low = joined.lower()
        verb = any(word in low for word in ATTRIBUTION_VERBS)
        addressed = "@" in joined
        begins = low[0].isdigit() or low.startswith(ATTRIBUTION_STARTS)
        if begins and _DIGIT.search(joined) and (verb or (addressed and low.endswith((">:", "):", ">：")) and _CLOCK.search(joined))):
            return begin - 1 if begin and marks[begin - 1] is Mark.PLAIN and _opens_attribution(lines[begin - 1]) else begin
        says_so = verb and (addressed or quoted_below) and (_CLOCK.search(joined) or low.rstrip(" :：-").endswith(ATTRIBUTION_VERBS))
        # The shortest tail that can be an attribution, unless the line above belongs to its address.
        if says_so and (likely is None or line[-1] == "<" or (addressed and "@" not in " ".join(lines[begin + 1 : at + 1]))):
            likely = begin
    return likely


def _opens_attribution(line: str) -> bool:
    """Whether a line is the first of an attribution that was wrapped."""
    return line[:3].lower() in {"on ", "am ", "le ", "el ", "em "} and _CLOCK.search(line[:_LONGEST_ATTRIBUTION]) is not None


def _next_filled(lines: Sequence[str], at: int) -> int:
    """The next line with words, three lines away at most."""
    for near in range(at, min(len(lines), at + 3)):
        if lines[near]:
            return near
    return len(lines)


def _quotes_below(lines: Sequence[str], marks: Sequence[Mark], at: int) -> bool:
    """Whether what follows is marked as a quotation by itself, so that own words may come after it."""
    near = _next_filled(lines, at)
    return near < len(lines) and (lines[near][0] == ">" or marks[near] is Mark.QUOTED)


def _answered_between(lines: Sequence[str], marks: Sequence[Mark], at: int) -> bool:
    """Whether, under a header block, the quotation is marked line by line: then what is not marked is an answer."""
    quoted = _first_quoted(lines, marks, at)
    if quoted == at and not (at < len(lines) and lines[at][:1] == ">"):
        return False
    return sum(1 for line in lines[at:quoted] if line and _key(line) is None) <= _HEADERS_WITHIN


def _first_quoted(lines: Sequence[str], marks: Sequence[Mark], at: int) -> int:
    """The first line below that is marked as quoted by itself; `at` where there is none near."""
    for near in range(at, min(len(lines), at + _ANNOUNCED_WITHIN)):
        if lines[near][:1] == ">" or marks[near] is Mark.QUOTED:
            return near
    return at


def _wraps(lines: Sequence[str], at: int) -> bool:
    """Whether a line is the rest of a quoted line that somebody's program wrapped: no blank before it, and the quotation goes on."""
    before = lines[at - 1]
    after = lines[at + 1] if at + 1 < len(lines) else ""
    if len(before) < _WRAPPED_AT or after[:1] != ">":
        return False
    return lines[at][0].islower() or len(before) > _WIDEST_HAND_WRAP
