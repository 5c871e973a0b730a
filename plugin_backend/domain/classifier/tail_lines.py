"""What stands below the last own sentence: closing, signature, disclaimer, and footers that lists and providers append."""

from __future__ import annotations

import re
from collections.abc import Sequence

from plugin_backend.domain.classifier.phrase_sets import PhraseFinder
from plugin_backend.domain.classifier.quote_lines import Zone
from plugin_backend.domain.classifier.zone_markers import CLOSINGS, DISCLAIMER_WORDS, LIST_FOOTERS, MOBILE_SIGNATURES, SIGNATURE_WORDS

_SIGNATURE_LINES = 16
_LONGEST_SIGNATURE_LINE = 90
_LONGEST_DEVICE_LINE = 70
_LONGEST_NAME = 40
_FOOTER_LINES = 60
_FOOTER_LINES_ABOVE = 3
_FEW_WORDS = 4
_MOST_CONTACT_WORDS = 8
_TELEPHONE = re.compile(r"(?:\+?\(?\d[\d ().\-/]{6,20}\d)|(?:\b[xX]\s?\d?-?\d{4}\b)|(?:\b\d-\d{4}\b)|(?:^[*#xX]\d[\d-]{3,6}$)")
_ADDRESS_OR_LINK = re.compile(r"(?:[\w.+-]{1,60}@[\w-]{1,60}\.\w)|(?:\bwww\.)|(?:https?://)|(?:\[cid:)", re.IGNORECASE)
_ZIP = re.compile(r"\b(?:[A-Z]{2}\s{1,3}\d{5}|\d{5}(?:-\d{4})?\s?[A-Z][a-z]|[A-Z]{1,2}-\d{4,5})\b|\b\d{5}$")
_WORD = re.compile(r"[^\W\d_]+(?:[.'’-][^\W\d_]+)*\.?|\d+")
_DELIMITERS = frozenset({"--", "—", "–", "__"})
_PARTICLES = frozenset({"von", "van", "de", "del", "der", "la", "le", "di", "da", "and", "und", "et", "y", "&", "dos", "den", "ter", "bin"})
_FIRMS_END = ("inc.", "corp.", "ltd.", "co.", "e. v.", "e.v.")
_RULERS = "-_=*~#+•·|. \t"
_FOOTER_SIGNS = _RULERS + "<("
_DISCLAIMERS = PhraseFinder(DISCLAIMER_WORDS)
_SHORTEST_FOOTER = min(map(len, LIST_FOOTERS))
_FOOTER_BEGINNINGS = frozenset(words[:_SHORTEST_FOOTER] for words in LIST_FOOTERS)
"""Nearly every line is none of them: its first letters tell."""


def zone_tail(lines: Sequence[str], zones: list[Zone], begin: int, end: int) -> None:
    """Zone the end of a run of own lines, from `begin` up to `end`, in place."""
    end = _delimited(lines, zones, begin, end)
    end = _footers(lines, zones, begin, end)
    end = _device(lines, zones, begin, end)
    end = _signature(lines, zones, begin, end)
    _closing(lines, zones, begin, end)


def _fill(zones: list[Zone], begin: int, end: int, zone: Zone) -> None:
    for at in range(begin, end):
        zones[at] = zone


def _delimited(lines: Sequence[str], zones: list[Zone], begin: int, end: int) -> int:
    """The signature below a line of two dashes (RFC 3676); a line of figures and rulers alone is a delimiter as well."""
    for at in range(max(begin, end - _FOOTER_LINES), end):
        line = lines[at]
        if line in _DELIMITERS or (line[:3] == "---" and not line.strip("-") and _last_lines(lines, at + 1, end)):
            if at == begin:
                continue
            _fill(zones, at, end, Zone.SIGNATURE)
            _footers(lines, zones, at, end)
            return at
    return end


def _last_lines(lines: Sequence[str], at: int, end: int) -> bool:
    """Whether only a few short lines are left, none of them a sentence."""
    left = [line for line in lines[at:end] if line]
    return len(left) <= _SIGNATURE_LINES and all(len(line) < _LONGEST_DEVICE_LINE and not _is_sentence(line) for line in left)


def _footers(lines: Sequence[str], zones: list[Zone], begin: int, end: int) -> int:
    """Disclaimers and list footers: from the paragraph that says so to the end."""
    tail = [line.lower() for line in lines[max(begin, end - _FOOTER_LINES) : end]]
    whole = "\n".join(tail)
    disclaims = _DISCLAIMERS.found_in(whole)
    found = (at for at, low in enumerate(tail) if _opens_a_footer(low) or any(words in low for words in disclaims))
    first = next(found, None)
    if first is None:
        return end
    first += end - len(tail)
    top = first
    while top > begin and first - top < _FOOTER_LINES_ABOVE and lines[top - 1] and not _ends_a_letter(lines[top - 1]):
        top -= 1
    while top > begin and (not lines[top - 1] or not lines[top - 1].strip(_RULERS)):
        top -= 1
    _fill(zones, top, end, Zone.DISCLAIMER)
    return top


def _opens_a_footer(low: str) -> bool:
    bare = low.lstrip(_FOOTER_SIGNS)
    return bare[:_SHORTEST_FOOTER] in _FOOTER_BEGINNINGS and bare.startswith(LIST_FOOTERS)


def _device(lines: Sequence[str], zones: list[Zone], begin: int, end: int) -> int:
    """What a device or a provider wrote: "Sent from my phone" and the lines under it."""
    for at in range(max(begin, end - 8), end):
        low = lines[at].lower().lstrip("<([*_-— ")
        if len(low) < _LONGEST_DEVICE_LINE and low.startswith(MOBILE_SIGNATURES) and not lines[at].endswith((".", "?", "!")):
            _fill(zones, at, end, Zone.SIGNATURE)
            return at
        if lines[at].startswith("_") and not lines[at].strip("_") and len(lines[at]) > 10:
            _fill(zones, at, end, Zone.DISCLAIMER)
            return at
    return end


def _signature(lines: Sequence[str], zones: list[Zone], begin: int, end: int) -> int:
    """A block of name, office, firm, address and numbers at the end: it begins at its name, and has a number, a firm or an office."""
    top, contacts, filled, names = end, 0, 0, 0
    gap = 0
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
        name = _is_name(line)
        if not contact and not name and line.strip(_RULERS):
            if contacts and len(line) <= _LONGEST_NAME and len(line.split()) <= 5 and line[-1] not in ".?!:;,":
                # A street or an office between a name and a number; it counts only if a name stands above it.
                filled, gap = filled + 1, 0
                continue
            break
        if names and contacts and gap and not contact:
            break
        contacts += int(contact)
        filled, gap = filled + 1, 0
        names += int(name and not contact)
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
    if any(len(line) > _LONGEST_DEVICE_LINE or line[-1] in ".?!:;," or _is_sentence(line) or not line[0].isupper() for line in block[1:]):
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
    left = [at for at in range(max(begin, end - 8), end) if lines[at]][-3:]
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
    if len(line) > 60:
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
    if any(char.isdigit() for char in line):
        return False
    return words[0] != words[0].lower() and all(word[0].isupper() or word.lower() in _PARTICLES or word[0] in "(\"'" for word in words)


def _is_contact(line: str) -> bool:
    """Whether a line tells how to reach somebody, or their office or firm."""
    if len(line) > _LONGEST_SIGNATURE_LINE:
        return False
    if _is_sentence(line) or (line[-1] == "." and len(line.split()) > 3 and not line.lower().endswith(_FIRMS_END)):
        return False
    if _ADDRESS_OR_LINK.search(line) or _TELEPHONE.search(line) or _ZIP.search(line):
        return True
    words = [word.lower() for word in _WORD.findall(line)]
    if len(words) > _MOST_CONTACT_WORDS or line[0].islower():
        return False
    return any(word in SIGNATURE_WORDS for word in words if len(word) > 2)


def _is_sentence(line: str) -> bool:
    """Whether a line reads as prose: many small words."""
    words = line.split()
    if len(words) < 5:
        return line.endswith("?")
    small = sum(1 for word in words if word.islower() and word.isalpha())
    return small * 2 > len(words)
