"""What stands below the last own sentence: closing, signature, disclaimer, and footers that lists and providers append."""

from __future__ import annotations

import re
from collections.abc import Sequence

from plugin_backend.domain.classifier.line_kinds import Zone
from plugin_backend.domain.classifier.phrase_sets import PhraseFinder
from plugin_backend.domain.classifier.tables import marks

_WORDS = marks("zone_marks.toml")
CLOSINGS = frozenset(_WORDS["closings"])
"""What stands before the name at the end, without its comma."""
_DEVICE_BEGINNINGS = _WORDS["device_lines"]
_DEVICE_ENDS = _WORDS["device_line_ends"]
_SHORTEST_DEVICE_BEGINNING = min(map(len, _DEVICE_BEGINNINGS))
_DEVICE_FIRST_LETTERS = frozenset(words[:_SHORTEST_DEVICE_BEGINNING] for words in _DEVICE_BEGINNINGS)
"""Nearly every line is none of them: its first letters tell."""
_FOOTERS = _WORDS["footers"]
_DISCLAIMERS = frozenset(_WORDS["disclaimers"])
_DISCLAIMER_HEADINGS = frozenset(_WORDS["disclaimer_headings"])
_SIGNATURE_WORDS = frozenset(_WORDS["signature_words"])
_FOOTER_WORDS = PhraseFinder((*_FOOTERS, *_DISCLAIMERS))
"""Nearly every message has none of them, and one pass tells."""

_SIGNATURE_LINES = 16
_LONGEST_SIGNATURE_LINE = 90
_LONGEST_DEVICE_LINE = 90
_LONGEST_LAST_LINE = 70
_LONGEST_NAME = 40
_LONGEST_CLOSING = 60
_FOOTER_LINES = 60
_FOOTER_LINES_ABOVE = 3
_LAST_LINES = 8
_CLOSING_LINES = 3
_SHORTEST_RULER = 11
_FEW_WORDS = 4
_MOST_OFFICE_WORDS = 5
_MOST_CONTACT_WORDS = 8
_TELEPHONE = re.compile(r"(?:\+?\(?\d[\d ().\-/]{6,20}\d)|(?:\b[xX]\s?\d?-?\d{4}\b)|(?:\b\d-\d{4}\b)|(?:^[*#xX]\d[\d-]{3,6}$)")
_INITIALS_AND_NUMBER = re.compile(r"[A-Z]{2,3}[ ,:]{1,8}[xX+(]?\d[\d ().\-/]{3,20}$")
_DIGIT = re.compile(r"\d")
_ADDRESS_SIGN = re.compile(r"[@/\[]|[wW]{3}|\.\w{3}$")
"""Most lines have neither this nor a figure, and are not looked at any closer."""
_ADDRESS_OR_LINK = re.compile(
    r"(?:[\w.+-]{1,60}@[\w-]{1,60}\.\w)|(?:\bwww\.)|(?:https?://)|(?:\[cid:)|(?:^[\w.-]{1,60}\.(?:com|net|org|edu)$)", re.IGNORECASE
)
_ZIP = re.compile(r"\b(?:[A-Z]{2}\s{1,3}\d{5}|\d{5}(?:-\d{4})?\s?[A-Z][a-z]|[A-Z]{1,2}-\d{4,5})\b|\b\d{5}$")
_WORD = re.compile(r"[^\W\d_]+(?:[.'’-][^\W\d_]+)*\.?|\d+")
_NO_NAME = re.compile(r"[\d_:]|\.[a-z]")
_LISTED_FILE = re.compile(r"- .{1,80}\.\w{2,4}$")
_TRACKING_SIGN = "ᐧ"
"""Mail that is tracked has it at its end."""
DELIMITERS = frozenset({"--", "—", "–", "__"})
"""What stands alone on the line above a signature (RFC 3676), and what people make of it."""
_DELIMITER_SIGNS = "-—–_"
_PARTICLES = frozenset({"von", "van", "de", "del", "der", "la", "le", "di", "da", "and", "und", "et", "y", "&", "dos", "den", "ter", "bin"})
_FIRMS_END = ("inc.", "corp.", "ltd.", "co.", "e. v.", "e.v.")
_RULERS = "-_=*~#+•·|. \t"
_FOOTER_SIGNS = _RULERS + "<("
_HEADING_SIGNS = _RULERS + ":"
_DEVICE_SIGNS = "<([*_-— "


def zone_tail(lines: Sequence[str], zones: list[Zone], begin: int, end: int) -> None:
    """Zone the end of a run of own lines, from `begin` up to `end`, in place."""
    is_below_theirs = begin > 0 and any(zone is not Zone.OWN for zone in zones[:begin])
    end = _appended(lines, zones, begin, end, is_below_theirs=is_below_theirs)
    end = _delimited(lines, zones, begin, end, is_below_theirs=is_below_theirs)
    end = _appended(lines, zones, begin, end, is_below_theirs=is_below_theirs)
    end = _footers(lines, zones, begin, end)
    end = _device(lines, zones, begin, end)
    end = _signature(lines, zones, begin, end)
    _closing(lines, zones, begin, end)


def _fill(zones: list[Zone], begin: int, end: int, zone: Zone) -> None:
    zones[begin:end] = [zone] * (end - begin)


def _appended(lines: Sequence[str], zones: list[Zone], begin: int, end: int, *, is_below_theirs: bool) -> int:
    """What programs leave in the last lines: a sign of tracking, and names of files; those are own where nothing is quoted above."""
    top = end
    while top > begin and (not lines[top - 1] or lines[top - 1] == _TRACKING_SIGN or _is_listed_file(lines[top - 1])):
        top -= 1
        if is_below_theirs or lines[top] == _TRACKING_SIGN:
            zones[top] = Zone.DISCLAIMER
    return top


def _is_listed_file(line: str) -> bool:
    return line[0] == "-" and _LISTED_FILE.match(line) is not None


def _delimited(lines: Sequence[str], zones: list[Zone], begin: int, end: int, *, is_below_theirs: bool) -> int:
    """The signature below a line of two dashes (RFC 3676); a line of figures and rulers alone is a delimiter as well."""
    for at in range(max(begin, end - _FOOTER_LINES), end):
        line = lines[at]
        if line[:1] not in _DELIMITER_SIGNS or (at == begin and not is_below_theirs):
            continue
        if line in DELIMITERS or (line[:3] == "---" and not line.strip("-") and _are_last_lines(lines, at + 1, end)):
            _fill(zones, at, end, Zone.SIGNATURE)
            _footers(lines, zones, at, end)
            return at
    return end


def _are_last_lines(lines: Sequence[str], at: int, end: int) -> bool:
    """Whether only a few short lines are left, none of them a sentence."""
    left = [line for line in lines[at:end] if line]
    return len(left) <= _SIGNATURE_LINES and all(len(line) < _LONGEST_LAST_LINE and not _is_sentence(line) for line in left)


def _footers(lines: Sequence[str], zones: list[Zone], begin: int, end: int) -> int:
    """Disclaimers and list footers: from the paragraph that says so to the end."""
    whole = "\n".join(lines[max(begin, end - _FOOTER_LINES) : end]).lower()
    said = _FOOTER_WORDS.found_in(whole)
    if not said:
        return end
    tail = whole.split("\n")
    disclaims = said & _DISCLAIMERS
    opens = (low.lstrip(_FOOTER_SIGNS).startswith(_FOOTERS) or any(words in low for words in disclaims) for low in tail)
    first = next((at for at, is_first in enumerate(opens, end - len(tail)) if is_first), None)
    if first is None:
        return end
    top = first
    while top > begin and first - top < _FOOTER_LINES_ABOVE and lines[top - 1] and not _ends_a_letter(lines[top - 1]):
        top -= 1
    while top > begin and (not lines[top - 1].strip(_RULERS) or lines[top - 1].strip(_HEADING_SIGNS).lower() in _DISCLAIMER_HEADINGS):
        top -= 1
    _fill(zones, top, end, Zone.DISCLAIMER)
    return top


def _device(lines: Sequence[str], zones: list[Zone], begin: int, end: int) -> int:
    """What a device or a provider wrote: "Sent from my phone", the lines under it, and more such lines above it."""
    for at in range(max(begin, end - _LAST_LINES), end):
        if _is_device_line(lines[at]):
            top = at
            while top > begin and (not lines[top - 1] or _is_device_line(lines[top - 1])):
                top -= 1
            _fill(zones, top, end, Zone.SIGNATURE)
            return top
        if lines[at].startswith("_") and not lines[at].strip("_") and len(lines[at]) >= _SHORTEST_RULER:
            _fill(zones, at, end, Zone.DISCLAIMER)
            return at
    return end


def _is_device_line(line: str) -> bool:
    if not line or len(line) > _LONGEST_DEVICE_LINE:
        return False
    low = line.lower().lstrip(_DEVICE_SIGNS)
    if low[:_SHORTEST_DEVICE_BEGINNING] not in _DEVICE_FIRST_LETTERS or not low.startswith(_DEVICE_BEGINNINGS):
        return False
    return line[-1] not in ".?!" or low.endswith(_DEVICE_ENDS)


def _signature(lines: Sequence[str], zones: list[Zone], begin: int, end: int) -> int:
    """A block of name, office, firm, address and numbers at the end: it begins at its name, and has a number, a firm or an office."""
    top, contacts, filled, names = end, 0, 0, 0
    gap, spaced = 0, 0
    for at in range(end - 1, max(begin, end - 2 * _SIGNATURE_LINES) - 1, -1):
        line = lines[at]
        if not line:
            gap += 1
            if gap > 2 and filled:
                break
            continue
        if filled >= _SIGNATURE_LINES or _closes(line):
            break
        contact = _is_contact(line)
        # A blank line ends the block above its name, but not where its lines are paragraphs with a blank line between all of them.
        if names and contacts and gap and not contact and not 0 < spaced == filled - 1:
            break
        name = _is_name(line) and line[-1] != ":"
        if not contact and not name and line.strip(_RULERS):
            if contacts and len(line) <= _LONGEST_NAME and len(line.split()) <= _MOST_OFFICE_WORDS and line[-1] not in ".?!:;,":
                # A street or an office between a name and a number; it counts only if a name stands above it.
                filled, gap = filled + 1, 0
                continue
            break
        contacts += int(contact)
        filled, spaced, gap = filled + 1, spaced + (gap > 0 and filled > 0), 0
        names += int(_INITIALS_AND_NUMBER.match(line.rstrip(".")) is not None if contact else name)
        top = at
    if not contacts or not (names or contacts > 1) or (top == begin and not _is_wholly_signature(lines, top, end, contacts)):
        return _name_and_firm(lines, zones, begin, end)
    _fill(zones, top, end, Zone.SIGNATURE)
    return top


def _name_and_firm(lines: Sequence[str], zones: list[Zone], begin: int, end: int) -> int:
    """A last paragraph of a full name and, under it, a line or a few that are no sentences."""
    top = end
    while top > begin and lines[top - 1] and end - top <= _FEW_WORDS:
        top -= 1
    block = lines[top:end]
    if top == begin or not 2 <= len(block) <= _FEW_WORDS:
        return end
    if not 2 <= len(block[0].split()) <= 3 or not _is_name(block[0]) or block[0][-1] in ",:!":
        return end
    if any(len(line) > _LONGEST_LAST_LINE or line[-1] in ".?!:;," or _is_sentence(line) or not line[0].isupper() for line in block[1:]):
        return end
    _fill(zones, top, end, Zone.SIGNATURE)
    return top


def _is_wholly_signature(lines: Sequence[str], top: int, end: int, contacts: int) -> bool:
    """Whether a message may be nothing but a signature: a name first, then at least two lines of contact."""
    first = next((line for line in lines[top:end] if line), "")
    return _is_name(first) and contacts >= 2 and len(first.split()) >= 2


def _ends_a_letter(line: str) -> bool:
    return _is_name(line) or _closes(line) or _is_contact(line)


def _closing(lines: Sequence[str], zones: list[Zone], begin: int, end: int) -> None:
    """The closing phrase and the name under it."""
    left = [at for at in range(max(begin, end - _LAST_LINES), end) if lines[at]][-_CLOSING_LINES:]
    if not left:
        return
    for at in reversed(left):
        if _closes(lines[at]):
            _fill(zones, at, end, Zone.CLOSING)
            return
        if not _is_name(lines[at]) or (at == begin and left[-1] == at):
            break
        zones[at] = Zone.CLOSING


def _closes(line: str) -> bool:
    """Whether a line is a closing phrase, with or without the name behind it."""
    if len(line) > _LONGEST_CLOSING:
        return False
    low = line.lower().strip(" \t.,!;:-–—*_")
    if low in CLOSINGS:
        return True
    head, comma, name = low.replace(".", ",").replace("!", ",").partition(",")
    return bool(comma) and head.strip() in CLOSINGS and len(name.split()) <= 3


def _is_name(line: str) -> bool:
    """Whether a line could be somebody's name: one to four words, each with a capital, or initials."""
    if len(line) > _LONGEST_NAME or (line[-1] in "?!:;," and len(line) > _LONGEST_NAME // 2):
        return False
    words = line.strip(" -–—*_,.").split()
    if not words or len(words) > _FEW_WORDS:
        return False
    if _NO_NAME.search(line, 0, len(line) - 1) or line[-1].isdigit():
        return False
    return words[0] != words[0].lower() and all(word[0].isupper() or word.lower() in _PARTICLES or word[0] in "(\"'" for word in words)


def _is_contact(line: str) -> bool:
    """Whether a line tells how to reach somebody, or their office or firm."""
    if len(line) > _LONGEST_SIGNATURE_LINE:
        return False
    if _is_sentence(line) or (line[-1] == "." and len(line.split()) > 3 and not line.lower().endswith(_FIRMS_END)):
        return False
    if _ADDRESS_SIGN.search(line) and _ADDRESS_OR_LINK.search(line):
        return True
    if _DIGIT.search(line) and (_TELEPHONE.search(line) or _ZIP.search(line)):
        return True
    words = [word.lower() for word in _WORD.findall(line)]
    if len(words) > _MOST_CONTACT_WORDS or line[0].islower():
        return False
    return any(word in _SIGNATURE_WORDS for word in words if len(word) > 2)


def _is_sentence(line: str) -> bool:
    """Whether a line reads as prose: many small words."""
    words = line.split()
    if len(words) < 5:
        return line.endswith("?")
    small = sum(1 for word in words if word.islower() and word.isalpha())
    return small * 2 > len(words)
